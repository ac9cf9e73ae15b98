"""What `gotgan eval --write` writes: the page of the knowledge base's figures, its hand-written part left as it stands."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

OPENING = "<!-- gotgan eval: 여기부터 기계가 적는다 -->"
CLOSING = "<!-- gotgan eval: 여기까지 기계가 적는다 -->"
SYSTEMS = {"lexical": "낱말", "dense": "뜻", "hybrid": "둘 다"}
OPTIONS = {
    "fusion": "맞춘 융합 (대신 순위 융합)",
    "compounds": "이웃한 명사를 붙인 낱말",
    "readings": "한자의 음",
    "codes": "숫자·날짜·조문·코드를 통째로",
    "terms": "예산 용어 사전",
}
_HEAD = "# 찾기의 품질\n\n"


def write_page(path: Path, sets: Sequence[Mapping[str, Any]]) -> None:
    """Write the figures of the sets into the page, between its marks; a page without marks is begun anew.

    Args:
        path: the page.
        sets: what `warehouse.evaluation.evaluate` gave for each set.
    """
    written = path.read_text(encoding="utf-8") if path.exists() else ""
    before, after = _HEAD, "\n"
    if OPENING in written and CLOSING in written:
        before, after = written.split(OPENING, 1)[0], written.split(CLOSING, 1)[1]
    figures = "\n".join(_lines(sets))
    path.write_text(f"{before}{OPENING}\n\n{figures}\n\n{CLOSING}{after}", encoding="utf-8")


def _lines(sets: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "괄호 안은 질의를 다시 뽑아 얻은 95% 구간이다. 문서는 플랫폼이 하는 그대로 자르고, 나누고, 벡터로 만들고, 찾는다."
    for measured in sets:
        yield from _set_lines(measured)
    if sets:
        yield from _settings_lines(sets[0]["settings"])


def _set_lines(measured: Mapping[str, Any]) -> Iterator[str]:
    of = measured["settings"]
    yield f"\n## {of['set']}\n"
    yield f"문서 {of['documents']:,}건, 구절 {of['passages']:,}개, 질의 {of['questions']:,}개.\n"
    names = list(measured["systems"]["hybrid"])
    yield "| |" + "".join(f" {_name(name)} |" for name in names)
    yield "|---|" + "---|" * len(names)
    for system, values in measured["systems"].items():
        cells = [_bounded(values[name], measured["intervals"][system][name]) for name in names]
        yield f"| {SYSTEMS[system]} |" + "".join(f" {cell} |" for cell in cells)
    differences = measured["differences"]
    yield ""
    better = differences["hybrid-better"]["part"]
    for system in ("lexical", "dense"):
        found = differences[f"hybrid-{system}"]
        part = f"{SYSTEMS[system]}{' (나은 쪽)' if system == better else ''}"
        yield f"- 둘 다 − {part}: nDCG@10 {_points(found['mean'], found['interval'])}점"
    if not measured.get("ablations"):
        return
    yield "\n| 끈 것 | 낱말 nDCG@10 | 둘 다 nDCG@10 | 켜면 더하는 점수 |\n|---|---|---|---|"
    for option, found in measured["ablations"].items():
        words = "-" if found["lexical"] is None else f"{found['lexical']:.4f}"
        adds = _points(found["adds"], found["interval"])
        yield f"| {OPTIONS.get(option, option)} | {words} | {found['hybrid']:.4f} | {adds} |"


def _settings_lines(settings: Mapping[str, Any]) -> Iterator[str]:
    yield "\n## 이 값을 얻은 설정\n"
    yield "| 무엇 | 값 |\n|---|---|"
    yield f"| 임베더 지문 | `{settings['embedder'][:16]}` |"
    yield f"| 모델의 코사인 간격 | {settings['spread']:.4f} |"
    yield f"| 뜻의 무게 | {settings['dense_weight']:g} |"
    yield f"| 융합 지문 | `{settings['fusion'][:16]}` |"
    yield f"| 분석기 지문 | `{settings['analyser'][:16]}` |"
    yield f"| 용어 사전 | {settings['terms']} |"
    yield f"| 한쪽에서 가져오는 수 | {settings['depth']} |"


def _name(figure: str) -> str:
    return figure.replace("recall", "재현율").replace("ndcg", "nDCG").replace("mrr", "MRR")


def _bounded(value: float, bounds: Sequence[float]) -> str:
    return f"{value:.3f} ({bounds[0]:.3f}–{bounds[1]:.3f})"


def _points(mean: float, bounds: Sequence[float]) -> str:
    return f"{100 * mean:+.2f} ({100 * bounds[0]:+.2f}…{100 * bounds[1]:+.2f})"
