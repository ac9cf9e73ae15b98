"""The golden set of the sample ministry: what people ask, which files answer, who may see the answer and who may not.

Nothing of it is written down twice: files that answer are found by what they say, who may read them by the sample's own rights.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from pipelines.sample.golden_questions import ASKED, KINDS_OF_KNOWN, GoldenKind
from pipelines.sample.item import Item
from pipelines.sample.rooms import text_readers
from pipelines.sample.truth import FileTruth, Truth

_PROJECT_CODE = re.compile(r"\d{4}-\d{3}")
_FIGURES_A_PROJECT = 3
# Shorter ones stand by chance in many rows.
_FEWEST_DIGITS = 4
_STAGES = ("요구안", "정부안", "본예산", "예산현액", "집행", "이월", "불용")


class GoldenQuestion(BaseModel):
    """A question with its answer.

    Args:
        question_id: such as `g017`; those of the truth keep their own.
        kind: what it is asked of, and how; see `pipelines.sample.golden_questions`.
        text: as somebody would ask it.
        answers: ways in which the answer is printed, each as the words that stand together in one passage.
        paths: files with such a passage; of a `final` question only final versions.
        readers: who may read one of them.
        strangers: the other people: nobody of them may be shown the answer.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    question_id: str
    kind: GoldenKind
    text: str
    answers: tuple[tuple[str, ...], ...]
    paths: tuple[str, ...]
    readers: tuple[str, ...]
    strangers: tuple[str, ...]


def golden_set(items: Sequence[Item], truth: Truth) -> tuple[GoldenQuestion, ...]:
    """All questions over a share.

    Args:
        items: the share's files.
        truth: what is true of them.

    Raises:
        ValueError: no file answers a question any more, or nobody may read one that does.
    """
    files = {file.path: file for file in truth.files}
    found = [
        _question(
            known.question_id, KINDS_OF_KNOWN.get(known.question_id, "document"), known.text, (known.must_contain,)
        )
        for known in truth.questions
    ]
    found += [
        _question(f"g{number:03}", asked.kind, asked.text, (asked.must_contain,))
        for number, asked in enumerate(ASKED, start=1)
    ]
    # A project that was renamed is asked for by its code once.
    figures = {figure.text: figure for figure in _figures(items)}.values()
    printing: dict[str, frozenset[str]] = {}
    for number, figure in enumerate(figures, start=1):
        found.append(_question(f"f{number:03}", figure.kind, figure.text, figure.answers))
        printing[f"f{number:03}"] = figure.paths
    return tuple(
        _settled(question, items, files, truth, printing.get(question.question_id, frozenset())) for question in found
    )


def _question(question_id: str, kind: GoldenKind, text: str, answers: tuple[tuple[str, ...], ...]) -> GoldenQuestion:
    return GoldenQuestion(
        question_id=question_id, kind=kind, text=text, answers=answers, paths=(), readers=(), strangers=()
    )


def _settled(
    question: GoldenQuestion,
    items: Sequence[Item],
    files: Mapping[str, FileTruth],
    truth: Truth,
    printing: frozenset[str],
) -> GoldenQuestion:
    held = [item.truth.path for item in items if item.truth.path in printing or _is_answered(item, question)]
    paths = tuple(path for path in held if question.kind != "final" or _is_final(files[path]))
    if not paths:
        raise ValueError(f"nothing in the share answers {question.text!r}")
    # Who may read a draft that says the same is no stranger to the answer.
    readers = {name for path in paths for name in text_readers(files[path], truth.scopes, truth.principals)}
    knowing = {name for path in held for name in text_readers(files[path], truth.scopes, truth.principals)}
    strangers = {person.name for person in truth.principals} - knowing
    if not readers:
        raise ValueError(f"nobody may read what answers {question.text!r}")
    return question.model_copy(
        update={"paths": paths, "readers": tuple(sorted(readers)), "strangers": tuple(sorted(strangers))}
    )


def _is_answered(item: Item, question: GoldenQuestion) -> bool:
    return any(all(word in passage for word in words) for passage in item.passages for words in question.answers)


def _is_final(file: FileTruth) -> bool:
    return file.version is None or file.version.is_final


class _Figure(NamedTuple):
    kind: GoldenKind
    text: str
    answers: tuple[tuple[str, ...], ...]
    paths: frozenset[str]


def _figures(items: Sequence[Item]) -> Iterator[_Figure]:
    """Questions for amounts of projects, by name and by code in turns, as far as one row prints the name and the amount.

    A file answers too whose table prints the amount and names the project above it or in the title alone.
    """
    printed: dict[tuple[str, str], dict[tuple[int, str], dict[str, set[str]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(set))
    )
    for item in items:
        for table in item.truth.tables:
            for amount in table.amounts:
                # What was counted to the end of December is the year's.
                is_plain = amount.value_state == "value" and amount.month in (None, 12) and not amount.is_total
                is_plain = is_plain and sum(map(str.isdigit, amount.raw_text)) >= _FEWEST_DIGITS
                if is_plain and amount.stage in _STAGES and _PROJECT_CODE.fullmatch(amount.subject):
                    own = printed[amount.subject, amount.subject_name]
                    own[amount.fiscal_year, amount.stage][amount.raw_text].add(item.truth.path)
    rows = [row for item in items for row in item.passages]
    for number, ((code, name), amounts) in enumerate(sorted(printed.items())):
        told = {
            key: [text for text in sorted(texts) if any(name in row and text in row for row in rows)]
            for key, texts in sorted(amounts.items())
        }
        keys = [key for key, texts in told.items() if texts]
        for place, key in enumerate(keys[:: max(1, len(keys) // _FIGURES_A_PROJECT)][:_FIGURES_A_PROJECT]):
            year, stage = key
            answers = tuple((name, text) for text in sorted(amounts[key]))
            paths = frozenset(path for own in amounts[key].values() for path in own)
            if (number + place) % 2:
                yield _Figure("code", f"{code} 사업의 {year}년 {stage} 금액", answers, paths)
            else:
                yield _Figure("figure", f"{year}년 {name} {stage} 금액은 얼마인가?", answers, paths)
