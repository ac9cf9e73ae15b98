"""Vectors of the embedded default model through the sentence-transformers embedder."""

import unicodedata
from pathlib import Path

import numpy as np
import pytest

from warehouse.default_model import prepare
from warehouse.embedders.sentence_transformer import EMBEDDER, SentenceTransformerEmbedder
from warehouse.layout import default_model_folder

TEXTS = [
    "국고보조금 교부 절차는 보조금 관리에 관한 법률에 따른다.",
    "2026년도 예산안 편성 지침",
    "농촌 지역의 의료 접근성을 높이기 위한 시설 개선",
    "The annual budget was approved.",
    "짧다",
]


@pytest.fixture(scope="module")
def model_folder() -> Path:
    """The embedded default model where the product keeps it, made there if it is not."""
    return prepare(default_model_folder())


@pytest.fixture(scope="module")
def embedder(model_folder: Path) -> SentenceTransformerEmbedder:
    return EMBEDDER.load(model_folder)


def test_a_model_folder_is_recognised_and_another_is_not(model_folder: Path, tmp_path: Path) -> None:
    assert EMBEDDER.recognises(model_folder)
    assert not EMBEDDER.recognises(tmp_path)
    with pytest.raises(FileNotFoundError):
        EMBEDDER.load(tmp_path / "none")


def test_vectors_are_unit_float32_of_the_models_dimension(embedder: SentenceTransformerEmbedder) -> None:
    vectors = embedder.embed_passages(TEXTS)
    assert vectors.shape == (len(TEXTS), embedder.dimension) == (5, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert embedder.embed_passages([]).shape == (0, 384)


def test_a_question_in_other_words_is_nearest_to_the_passage_that_answers_it(
    embedder: SentenceTransformerEmbedder,
) -> None:
    question = embedder.embed_queries(["시골에서 병원 가기 쉽게 해 주는 사업이 있나요?"])
    assert int((embedder.embed_passages(TEXTS) @ question.T).argmax()) == 2


def test_queries_and_passages_are_told_apart_by_the_models_own_prompts(embedder: SentenceTransformerEmbedder) -> None:
    query, passage = embedder.embed_queries(TEXTS[:1]), embedder.embed_passages(TEXTS[:1])
    assert 0.8 < float((query @ passage.T).item()) < 0.9999


def test_a_vector_depends_on_its_text_alone_and_not_on_its_neighbours(embedder: SentenceTransformerEmbedder) -> None:
    together = embedder.embed_passages(TEXTS)
    assert all((embedder.embed_passages([text])[0] == together[place]).all() for place, text in enumerate(TEXTS))
    assert (embedder.embed_passages(TEXTS[::-1])[::-1] == together).all()


def test_padded_batches_agree_with_single_texts(
    embedder: SentenceTransformerEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = embedder.embed_passages(TEXTS * 3)
    monkeypatch.setattr("warehouse.embedders.sentence_transformer._TOKENS_A_BATCH_CPU", 80)
    batches = list(embedder._batches(TEXTS * 3))
    assert sorted(place for batch in batches for place in batch) == list(range(15))
    assert 1 < len(batches) < 15
    assert embedder.embed_passages(TEXTS * 3) == pytest.approx(alone, abs=1e-5)


def test_decomposed_text_has_the_vector_of_composed_text(embedder: SentenceTransformerEmbedder) -> None:
    decomposed = [unicodedata.normalize("NFD", text) for text in TEXTS]
    assert (embedder.embed_passages(decomposed) == embedder.embed_passages(TEXTS)).all()


def test_tokens_are_counted_without_a_limit(embedder: SentenceTransformerEmbedder) -> None:
    short, long = embedder.count_tokens(["예산", "예산 " * 2_000])
    assert short < 6
    assert long > embedder.max_tokens
    assert embedder.count_tokens([]) == []


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0])
def test_a_vector_that_is_no_direction_is_refused(embedder: SentenceTransformerEmbedder, value: float) -> None:
    def broken(texts: list[str], **_: object) -> np.ndarray:
        return np.full((len(texts), embedder.dimension), value, np.float32)

    with pytest.raises(ValueError, match="방향"):
        embedder._embed(TEXTS, broken)
