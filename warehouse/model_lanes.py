"""Make a model ready for processors: a lane beside its folder, checked against the model that it was made from.

Command: `python -m warehouse.model_lanes MODEL LANE`; what the lanes are says `warehouse.lane_folder`.
"""

import argparse
import contextlib
import json
import logging
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from warehouse.lane_folder import (
    GRAPH,
    LANES,
    TOKENIZER,
    LaneSettings,
    lane_folder,
    require_lane,
    require_lane_whole,
)
from warehouse.model_folder import CARD, NoSuchModel, digest_files, identify, read_card

_OPSET = 17
# Below this the graph does not compute what the model computes, whatever the reason.
LEAST_COSINE = {"onnx": 0.99999, "int8": 0.97}
# A protobuf message ends at 2 GiB; above this the weights stand in a file beside the graph.
LARGEST_MESSAGE = 1_900_000_000
_PROBES = (
    "국고보조금 교부 절차",
    "예산",
    " 2026년도 예산안 편성 지침을 각 부처에 통보하였다. ",
    "지역활력타운 조성사업의 집행률은 95.3%로 전년보다 증가하였다.",
    "사업명: 청년일자리 지원 | 2025 예산 1,234백만원 | 2026 예산안 1,456백만원 | 증감 222백만원 (18.0%)",
    "The budget of the ministry was approved by the assembly.",
    "보조사업자는 교부받은 보조금을 다른 용도에 사용하여서는 아니 되며, 정산보고서를 기한까지 제출하여야 한다. " * 6,
    "재정사업 자율평가 결과를 예산 편성에 반영하고, 미흡 사업은 지출구조조정 대상으로 한다. " * 60,
)


# What the channels of eight bits are scaled by; other texts than those which the result is checked with.
_SAMPLES = (
    "보조금은 언제 지급되나요?",
    "2027년도 예산 요구액 12,345,678천원(전년 대비 5.4% 증가)의 산출 근거를 붙임과 같이 제출합니다.",
    "구분 | 본예산 | 추경 | 집행액 | 집행률\n인건비 | 1,200 | 1,250 | 1,190 | 95.2%\n운영비 | 340 | 300 | 287 | 95.7%",
    "어제 회의에서 말씀드린 자료 다시 보내드려요. 숫자는 확정 전이라 대외에는 쓰지 말아 주세요!",
    "제12조(정산) ① 사업시행자는 회계연도 종료 후 2개월 이내에 실적보고서를 낸다. ② 제1항의 보고서에는 감사의견을 붙인다.",
    "강 하구의 갯벌은 철새가 쉬어 가는 곳으로, 조사단은 봄과 가을에 개체 수를 세어 기록으로 남긴다. " * 4,
    "The committee reviewed the supplementary budget and asked for a breakdown by programme and region.",
    "사업의 목적은 청년의 지역 정착을 돕는 것이며, 주거와 일자리와 교육을 함께 지원한다. 성과는 정착률과 만족도로 잰다. "
    * 12,
)


class LaneRefused(NoSuchModel):
    """The model cannot be made ready for this lane: it does not export, or the graph gives other vectors."""


def lane_loss(folder: Path, lane: str) -> str:
    """One line for people: how far the lane's vectors are from those of float32; empty for `torch`.

    Raises:
        UnknownLane: there is no such lane.
        LaneNotPrepared: it has not been made.
    """
    made = require_lane(folder, lane)
    if made == folder:
        return ""
    cosine = read_card(made)["checked_cosine"]
    return f"{lane}: float32 벡터와의 코사인 최저 {cosine:.4f}"


def prepare_lane(folder: Path, lane: str) -> Path:
    """Make the lane beside the model, or leave it alone if it is there and whole; returns its folder.

    Raises:
        NoSuchModel: no embedder can load the model.
        UnknownLane: there is no such lane.
        LaneRefused: the model does not export, or the graph gives other vectors.
    """
    made = lane_folder(folder, lane)
    if made == folder:
        return folder
    with contextlib.suppress(NoSuchModel):
        require_lane(folder, lane)
        require_lane_whole(made)
        return made
    work = Path(tempfile.mkdtemp(prefix=f".{made.name}.", dir=made.parent))
    try:
        fresh = work / made.name
        fresh.mkdir()
        _make(folder, lane, fresh)
        if made.exists():
            made.rename(work / "replaced")
        try:
            fresh.rename(made)
        except OSError:
            # Another process has made the same lane meanwhile; anything else in its place is an error.
            require_lane(folder, lane)
            require_lane_whole(made)
    finally:
        shutil.rmtree(work)
    return made


def _make(folder: Path, lane: str, made: Path) -> None:
    from warehouse.embedders.sentence_transformer import SentenceTransformerEmbedder
    from warehouse.lane_graph import export_graph, halve_tables, quantise

    embedder = SentenceTransformerEmbedder(folder)
    query, passage = embedder.prompts
    settings = LaneSettings(lane, identify(folder), query, passage, embedder.max_tokens, embedder.dimension)
    settings.write(made)
    backend = getattr(embedder.model.tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise LaneRefused(f"{folder}: 토크나이저가 tokenizer.json 형식이 아니어서 {lane} 방식으로 만들 수 없습니다")
    (made / TOKENIZER).write_text(backend.to_str(), encoding="utf-8")
    with _quiet():
        try:
            export_graph(embedder.model, made / GRAPH, _OPSET)
            if lane == "int8":
                quantise(made / GRAPH, LARGEST_MESSAGE, _samples(made, settings))
            else:
                halve_tables(made / GRAPH, LARGEST_MESSAGE)
        except Exception as failure:
            raise LaneRefused(
                f"{folder}: {lane} 방식으로 만들 수 없습니다 ({type(failure).__name__}: {failure})"
            ) from failure
    _write_card(made, {})
    cosine = _checked(embedder, made)
    if not cosine >= LEAST_COSINE[lane]:
        raise LaneRefused(f"{folder}: {lane} 방식의 벡터가 원래와 다릅니다: 코사인 {cosine:.6f} < {LEAST_COSINE[lane]}")
    _write_card(made, {"checked_cosine": round(cosine, 6), "versions": _versions()})


def _samples(made: Path, settings: LaneSettings) -> list[np.ndarray]:
    """Tokens of typical texts as questions and as passages, each of shape (1, n)."""
    from tokenizers import Tokenizer

    tokenizer: Any = Tokenizer.from_file(str(made / TOKENIZER))
    tokenizer.no_padding()
    tokenizer.enable_truncation(settings.max_tokens)
    texts = [prompt + sample for prompt in (settings.query, settings.passage) for sample in _SAMPLES]
    return [np.array([tokenizer.encode(text).ids], np.int64) for text in texts]


def _write_card(made: Path, told: dict[str, Any]) -> None:
    card = {**told, "files": digest_files(made)}
    (made / CARD).write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _versions() -> dict[str, str]:
    import onnx
    import onnxruntime
    import torch

    return {"torch": torch.__version__, "onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__}


def _checked(embedder: Any, made: Path) -> float:
    """The least cosine between what the model and what the lane make of the probes."""
    from warehouse.embedders.onnx_lane import EMBEDDER

    lane = EMBEDDER.load(made)
    expected = np.vstack([embedder.embed_passages(_PROBES), embedder.embed_queries(_PROBES)])
    got = np.vstack([lane.embed_passages(_PROBES), lane.embed_queries(_PROBES)])
    return float((expected * got).sum(axis=1).min())


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep what exporters tell their own developers out of the logs of ours."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def main() -> None:
    """Prepare a lane of a model by command; says where it lies and how near it is."""
    parser = argparse.ArgumentParser(
        prog="python -m warehouse.model_lanes", description="임베딩 모형을 한 방식으로 준비한다"
    )
    parser.add_argument("model", type=Path)
    parser.add_argument("lane", choices=LANES)
    given = parser.parse_args()
    try:
        made = prepare_lane(given.model.expanduser().resolve(), given.lane)
        print(made, lane_loss(given.model.expanduser().resolve(), given.lane))  # noqa: T201
    except (NoSuchModel, FileNotFoundError) as failure:
        sys.exit(str(failure))


if __name__ == "__main__":
    main()
