"""How well a home of the sample answers the golden set, for those who may see the answer and for those who may not."""

import math
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from pipelines.sample.comparison import shown_path
from pipelines.sample.golden import GoldenQuestion
from pipelines.sample.truth import Truth
from schemas.access import Principal, find_principal
from warehouse.doors.search import SearchHit, search
from warehouse.doors.session import Session

DEPTH = 10
"""Hits that are looked at."""

_NUMBER = re.compile(r"\d[\d,.]*")

Ask = Callable[[Session, Principal, str, int], Sequence[SearchHit]]


class GoldenScore(BaseModel):
    """How some questions were answered: shares of 1, each question with the first hit that answers it."""

    model_config = ConfigDict(frozen=True)

    questions: int
    recall_at_1: float
    recall_at_3: float
    recall_at_10: float
    mrr: float
    ndcg_at_10: float


class GoldenScores(BaseModel):
    """What was measured, by kind of question and over all of them."""

    model_config = ConfigDict(frozen=True)

    by_kind: dict[str, GoldenScore]
    overall: GoldenScore
    unanswered: tuple[str, ...]
    """Ids of the questions of which no hit is an answer."""
    asked_by_strangers: int
    leaks: tuple[str, ...]
    """Where somebody was shown an answer that he may not see: question and person."""


def measure(
    session: Session,
    truth: Truth,
    golden: Sequence[GoldenQuestion],
    ask: Ask = search,
    *,
    with_strangers: bool = True,
    people: Collection[str] | None = None,
) -> GoldenScores:
    """Ask every question as one who may see its answer, and as everybody who may not.

    A hit answers if it is of a file that does, or of one inside it, and shows the answer's words together, in itself or in its
    section. The same passage of several files is one answer.

    Args:
        session: on the home that gathered the share.
        truth: what is true of the share.
        golden: the questions, see `pipelines.sample.golden`.
        ask: how they are asked.
        with_strangers: whether those who may not are asked too.
        people: the only ones who ask; questions whose answer none of them may see are asked to find leaks alone.

    Raises:
        ValueError: nobody of them may see the answer to any question.
    """
    ranks: dict[str, list[tuple[str, int | None]]] = {}
    leaks: list[str] = []
    n_strangers = 0
    for question in golden:
        paths = {shown_path(truth, path) for path in question.paths}
        for name in [name for name in question.readers if people is None or name in people][:1]:
            hits = ask(session, find_principal(truth.principals, name), question.text, DEPTH)
            ranks.setdefault(question.kind, []).append((question.question_id, _rank(hits, question, paths)))
        for name in question.strangers if with_strangers else ():
            if people is not None and name not in people:
                continue
            n_strangers += 1
            shown = ask(session, find_principal(truth.principals, name), question.text, DEPTH)
            leaks += [f"{question.question_id} {name}: {hit.path}" for hit in shown if _is_answer(hit, question)]
    every = [one for own in ranks.values() for one in own]
    if not every:
        raise ValueError("그 사람이 답을 볼 수 있는 질문이 없습니다")
    return GoldenScores(
        by_kind={kind: _score([rank for _, rank in own]) for kind, own in sorted(ranks.items())},
        overall=_score([rank for _, rank in every]),
        unanswered=tuple(sorted(question_id for question_id, rank in every if rank is None)),
        asked_by_strangers=n_strangers,
        leaks=tuple(leaks),
    )


def table_of(scores: GoldenScores) -> str:
    """The scores as a table in plain text, a kind a line."""
    rows: Mapping[str, GoldenScore] = scores.by_kind | {"모두": scores.overall}
    lines = [f"{'':<12}{'n':>5}{'R@1':>8}{'R@3':>8}{'R@10':>8}{'MRR':>8}{'nDCG@10':>9}"]
    lines += [
        f"{kind:<12}{row.questions:>5}{row.recall_at_1:>8.3f}{row.recall_at_3:>8.3f}{row.recall_at_10:>8.3f}"
        f"{row.mrr:>8.3f}{row.ndcg_at_10:>9.3f}"
        for kind, row in rows.items()
    ]
    return "\n".join([*lines, f"남이 물음 {scores.asked_by_strangers:,}번, 샌 것 {len(scores.leaks):,}건"])


def _rank(hits: Iterable[SearchHit], question: GoldenQuestion, paths: set[str]) -> int | None:
    return next(
        (rank for rank, hit in enumerate(hits, start=1) if _file_of(hit) in paths and _is_answer(hit, question)), None
    )


def _file_of(hit: SearchHit) -> str:
    """The file of the share that a hit is of: the mail or archive for what lies inside one."""
    return hit.path.partition("!/")[0]


def _is_answer(hit: SearchHit, question: GoldenQuestion) -> bool:
    shown = unicodedata.normalize("NFC", f"{hit.text}\n{hit.section}")
    solid = _squeezed(shown)
    return any(all(_says(shown, solid, word) for word in words) for words in question.answers)


def _says(shown: str, solid: str, word: str) -> bool:
    # A number must stand alone: 1,520 is not said by 11,520.
    if _NUMBER.fullmatch(word):
        return bool(re.search(rf"(?<![\d.,]){re.escape(word)}(?!\d|[.,]\d)", shown))
    return _squeezed(word) in solid


def _squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


def _score(ranks: Sequence[int | None]) -> GoldenScore:
    found = [rank for rank in ranks if rank is not None]
    n = len(ranks)
    return GoldenScore(
        questions=n,
        recall_at_1=sum(rank <= 1 for rank in found) / n,
        recall_at_3=sum(rank <= 3 for rank in found) / n,
        recall_at_10=sum(rank <= DEPTH for rank in found) / n,
        mrr=sum(1 / rank for rank in found) / n,
        ndcg_at_10=sum(1 / math.log2(rank + 1) for rank in found) / n,
    )
