"""Measuring retrieval: the figures themselves, and the whole way from files to figures."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from schemas.identity import fingerprint
from warehouse.analyser import Analyser
from warehouse.default_model import prepare
from warehouse.evaluation import evaluate, score
from warehouse.layout import default_model_folder


class WordEmbedder:
    """Vectors of hashed words: texts that share words are near each other. For tests where the model does not matter."""

    dimension = 32
    fingerprint = fingerprint(embedder="words of tests")

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text) // 2 for text in texts]

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for place, text in enumerate(texts):
            for word in text.split() or [""]:
                digest = hashlib.sha256(word.encode()).digest()
                vectors[place] += np.frombuffer(digest, np.uint8).astype(np.float32) - 127.5
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self.embed_passages(texts)


@pytest.fixture
def word_embedder() -> WordEmbedder:
    return WordEmbedder()


def write_set(folder: Path, documents: dict[str, str], questions: list[tuple[str, list[str]]]) -> Path:
    corpus = [json.dumps({"id": name, "text": text}, ensure_ascii=False) for name, text in documents.items()]
    queries = [json.dumps({"id": f"q{n}", "text": text, "rel": rel}) for n, (text, rel) in enumerate(questions)]
    (folder / "made.v1.corpus.jsonl").write_text("\n".join(corpus), encoding="utf-8")
    (folder / "made.v1.queries.jsonl").write_text("\n".join(queries) + "\n", encoding="utf-8")
    return folder / "made.v1"


def test_figures_are_those_of_the_definitions() -> None:
    perfect = score([["a", "b"]], [["a", "b"]])
    assert perfect == {"recall@10": 1.0, "mrr": 1.0, "ndcg@10": 1.0}
    second = score([["x", "a"]], [["a"]])
    assert second == {"recall@10": 1.0, "mrr": 0.5, "ndcg@10": pytest.approx(0.63093, abs=1e-5)}
    half = score([["a", "x", "y"], []], [["a", "b"], ["c"]])
    assert half == {"recall@10": 0.25, "mrr": 0.5, "ndcg@10": pytest.approx(0.61315 / 2, abs=1e-5)}
    assert score([["x"] * 10 + ["a"]], [["a"]])["mrr"] == 0.0


def test_a_set_is_measured_in_the_three_ways(tmp_path: Path, word_embedder: WordEmbedder) -> None:
    documents = {
        f"d{n}": f"{name} 지원 사업\n{name}에 드는 비용을 지원한다.\n신청은 주민센터에서 한다."
        for n, name in enumerate(["장애인 활동", "청년 주거", "농촌 의료", "노인 일자리", "아동 급식", "한부모 양육"])
    }
    documents["long"] = (
        "\n".join(f"{n}번째로 설명하는 긴 문서의 문단이며 같은 말을 되풀이한다." for n in range(200))
        + "\n희귀한낱말 등장"
    )
    prefix = write_set(
        tmp_path, documents, [("청년 주거 지원", ["d1"]), ("노인 일자리 비용", ["d3"]), ("희귀한낱말", ["long"])]
    )
    measured = evaluate(prefix, word_embedder, Analyser())
    assert set(measured) == {"systems"}
    assert set(measured["systems"]) == {"lexical", "dense", "hybrid"}
    assert measured["systems"]["lexical"] == {"recall@10": 1.0, "mrr": 1.0, "ndcg@10": 1.0}
    assert measured["systems"]["hybrid"]["recall@10"] == 1.0
    assert evaluate(prefix, word_embedder, Analyser()) == measured


def test_a_set_that_is_not_there_or_has_no_question_is_an_error(tmp_path: Path, word_embedder: WordEmbedder) -> None:
    with pytest.raises(FileNotFoundError):
        evaluate(tmp_path / "none", word_embedder, Analyser())
    with pytest.raises(ValueError, match="질의"):
        evaluate(write_set(tmp_path, {"a": "글"}, []), word_embedder, Analyser())


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_the_default_model_and_words_together_beat_either_on_lay_questions() -> None:
    from warehouse.embedders.sentence_transformer import EMBEDDER

    prefix = Path(__file__).resolve().parents[2].parent / "shared" / "retrieval" / "welfare"
    if not prefix.with_name("welfare.corpus.jsonl").exists():
        pytest.skip(f"judged questions not at {prefix}")
    systems = evaluate(prefix, EMBEDDER.load(prepare(default_model_folder())), Analyser())["systems"]
    assert systems["lexical"]["ndcg@10"] > 0.80
    assert systems["dense"]["ndcg@10"] > 0.79
    assert systems["hybrid"]["ndcg@10"] > max(systems["lexical"]["ndcg@10"], systems["dense"]["ndcg@10"])
