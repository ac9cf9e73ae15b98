"""Measuring retrieval: the figures themselves, and the whole way from files to figures."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from schemas.identity import fingerprint
from warehouse.analyser import Analyser
from warehouse.default_model import prepare
from warehouse.evaluation import evaluate
from warehouse.evaluation_page import write_page
from warehouse.judged import interval, judge, load_set, means
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


class CountingEmbedder(WordEmbedder):
    """Remembers what it embedded as passages."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        return super().embed_passages(texts)

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        self.seen.extend(texts)
        return super().embed_passages(texts)


@pytest.fixture
def word_embedder() -> WordEmbedder:
    return WordEmbedder()


def write_set(folder: Path, documents: dict[str, str], questions: list[tuple[str, list[str]]]) -> Path:
    corpus = [json.dumps({"id": name, "text": text}, ensure_ascii=False) for name, text in documents.items()]
    queries = [json.dumps({"id": f"q{n}", "text": text, "rel": rel}) for n, (text, rel) in enumerate(questions)]
    (folder / "made.v1.corpus.jsonl").write_text("\n".join(corpus), encoding="utf-8")
    (folder / "made.v1.queries.jsonl").write_text("\n".join(queries) + "\n", encoding="utf-8")
    return folder / "made.v1"


def score(rankings: list[list[str]], relevant: list[list[str]]) -> dict[str, float]:
    return means(judge(rankings, relevant, recall_at=(10,)))


def test_figures_are_those_of_the_definitions() -> None:
    perfect = score([["a", "b"]], [["a", "b"]])
    assert perfect == {"recall@10": 1.0, "mrr": 1.0, "ndcg@10": 1.0}
    second = score([["x", "a"]], [["a"]])
    assert second == {"recall@10": 1.0, "mrr": 0.5, "ndcg@10": pytest.approx(0.63093, abs=1e-5)}
    half = score([["a", "x", "y"], []], [["a", "b"], ["c"]])
    assert half == {"recall@10": 0.25, "mrr": 0.5, "ndcg@10": pytest.approx(0.61315 / 2, abs=1e-5)}
    late = means(judge([["x"] * 10 + ["a"]], [["a"]], recall_at=(1, 20)))
    assert late == {"recall@1": 0.0, "recall@10": 0.0, "recall@20": 1.0, "mrr": 0.0, "ndcg@10": 0.0}


def test_an_interval_holds_the_mean_narrows_with_more_questions_and_is_drawn_alike() -> None:
    drawn = np.random.default_rng(1)
    few, many = drawn.random(40), drawn.random(4_000)
    for values in (few, many):
        low, high = interval(values)
        assert low < values.mean() < high
        assert interval(values) == [low, high]
    assert interval(few)[1] - interval(few)[0] > 5 * (interval(many)[1] - interval(many)[0])
    assert interval(np.ones(10)) == [1.0, 1.0]


def made_set(folder: Path) -> Path:
    documents = {
        f"d{n}": f"{name} 지원 사업\n{name}에 드는 비용을 지원한다.\n신청은 주민센터에서 한다."
        for n, name in enumerate(["장애인 활동", "청년 주거", "농촌 의료", "노인 일자리", "아동 급식", "한부모 양육"])
    }
    documents["long"] = (
        "\n".join(f"{n}번째로 설명하는 긴 문서의 문단이며 같은 말을 되풀이한다." for n in range(200))
        + "\n희귀한낱말 등장"
    )
    documents["hanja"] = "國庫補助金의 交付와 精算"
    return write_set(
        folder,
        documents,
        [
            ("청년 주거 지원", ["d1"]),
            ("노인 일자리 비용", ["d3"]),
            ("희귀한낱말", ["long"]),
            ("국고보조금 교부", ["hanja"]),
        ],
    )


class Measured(NamedTuple):
    prefix: Path
    figures: dict[str, Any]
    embedded: list[str]


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """A made set, measured once with every option and without each."""
    prefix, embedder = made_set(tmp_path_factory.mktemp("judged")), CountingEmbedder()
    return Measured(prefix, evaluate(load_set(prefix), embedder, Analyser(), is_ablated=True), embedder.seen)


@pytest.mark.long
def test_a_set_is_measured_in_the_three_ways(measured: Measured) -> None:
    found = measured.figures
    assert set(found) == {"systems", "intervals", "differences", "settings", "ablations"}
    assert set(found["systems"]) == {"lexical", "dense", "hybrid"}
    figures = {"recall@1", "recall@5", "recall@10", "recall@20", "mrr", "ndcg@10"}
    assert all(set(values) == figures for values in found["systems"].values())
    assert found["systems"]["lexical"]["ndcg@10"] == 1.0
    assert found["systems"]["hybrid"]["recall@10"] == 1.0
    assert found["settings"]["documents"] == 8
    for system, values in found["systems"].items():
        for name, value in values.items():
            low, high = found["intervals"][system][name]
            assert low <= value <= high


def test_measured_again_the_figures_are_the_same(measured: Measured, word_embedder: WordEmbedder) -> None:
    again = evaluate(load_set(measured.prefix), word_embedder, Analyser())
    assert again == {name: found for name, found in measured.figures.items() if name != "ablations"}


def test_an_option_that_is_switched_off_shows_what_it_was_worth(measured: Measured) -> None:
    ablations, words = measured.figures["ablations"], measured.figures["systems"]["lexical"]["ndcg@10"]
    assert set(ablations) == {"fusion", "compounds", "readings", "codes", "terms"}
    assert ablations["readings"]["lexical"] < words
    assert ablations["codes"]["lexical"] == words


def test_passages_are_embedded_once_however_many_options_are_tried(measured: Measured) -> None:
    passages = [text for text in measured.embedded if "지원" in text or "문단" in text or "國" in text]
    assert len(passages) == len(set(passages)) >= 8


def test_the_page_is_written_between_its_marks_and_nothing_else_is_touched(measured: Measured, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    write_page(page, [measured.figures])
    first = page.read_text("utf-8")
    assert "## made.v1" in first and "한자의 음" in first
    page.write_text(first + "## 손으로 쓴 것\n", encoding="utf-8")
    write_page(page, [measured.figures, measured.figures])
    again = page.read_text("utf-8")
    assert again.endswith("## 손으로 쓴 것\n")
    assert again.count("## made.v1") == 2
    write_page(page, [measured.figures])
    assert page.read_text("utf-8") == first + "## 손으로 쓴 것\n"


def test_a_set_that_is_not_there_or_has_no_question_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_set(tmp_path / "none")
    with pytest.raises(ValueError, match="질의"):
        load_set(write_set(tmp_path, {"a": "글"}, []))
    with pytest.raises(ValueError, match="정답"):
        load_set(write_set(tmp_path, {"a": "글"}, [("글", [])]))


@pytest.mark.long
@pytest.mark.timeout(3_000)
@pytest.mark.parametrize(("name", "least", "ahead_of_words"), [("korquad", 0.950, -0.005), ("welfare", 0.840, 0.03)])
def test_one_setting_serves_questions_that_match_and_questions_that_do_not(
    name: str, least: float, ahead_of_words: float
) -> None:
    from warehouse.embedders.sentence_transformer import EMBEDDER

    prefix = Path(__file__).resolve().parents[2].parent / "shared" / "retrieval" / name
    if not prefix.with_name(f"{name}.corpus.jsonl").exists():
        pytest.skip(f"judged questions not at {prefix}")
    systems = evaluate(load_set(prefix), EMBEDDER.load(prepare(default_model_folder())), Analyser())["systems"]
    lexical, dense, hybrid = (systems[system]["ndcg@10"] for system in ("lexical", "dense", "hybrid"))
    assert hybrid >= least
    assert hybrid >= max(lexical, dense) - 0.005
    assert hybrid >= lexical + ahead_of_words
