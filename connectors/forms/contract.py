"""What a form is: it says how surely it knows a table, and brings out the table's amounts.

Forms are pure: they see a table and what the document says around it, and know no path and no storage. The form that is
surest reads the table (`connectors.extraction`); a form that recognises a table and cannot trust it says so in its verdict.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from connectors.tables.view import TableView
from schemas.budget import Declared, FoundAdjustment, FoundAmount, FoundIndicator, Subject
from schemas.fiscal import Level, Stage


@dataclass(frozen=True, slots=True)
class Around:
    """What the document says of a table that the table does not say itself, nearest first.

    Args:
        title: the document's title.
        lines: texts above the table since the table before it, nearest first; captions and notes below it count too.
        headings: headings above it, innermost first.
        unit: unit of money that the nearest text above, or a note right below, announces, as printed, such as `백만원`.
        fiscal_year: year that the nearest heading, text or title names, where it is one.
        org: ministry or office that the document names as its own: name and code.
        subject: the project (and what is above it) that the code block, heading or title before the table names.
        kind: kind of document, such as 사업설명자료.
        declared: what `gotgan.toml` says of the source.
        answers: what people have answered about tables of this shape.
        before: the table before it that has the headings, for one that goes on from it.
        is_part: whether it is a later part of one long table, its rows going on where those of the part before ended.
        goes_on: whether it is such a part, or the table before it once more under the same headings, as on a new page.
        above: (level, name, code) of what stands above its first row, in a table that goes on.
        descriptor: text of the Fiscal Data Package descriptor that describes the file.
        stages: year → stage that the tables before it name for the year, where they name but one.
    """

    title: str | None = None
    lines: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    unit: str | None = None
    fiscal_year: int | None = None
    org: tuple[str | None, str | None] = (None, None)
    subject: Subject | None = None
    kind: str = "기타"
    declared: Declared = field(default_factory=Declared)
    answers: Mapping[str, str] = field(default_factory=dict)
    before: TableView | None = None
    is_part: bool = False
    goes_on: bool = False
    above: tuple[tuple[Level, str, str | None], ...] = ()
    descriptor: str | None = None
    stages: Mapping[int, Stage] = field(default_factory=dict)


@dataclass(slots=True)
class Found:
    """What a form brought out of one table; `reason` is set where it must not be trusted or a person has to help.

    Args:
        amounts: with their cells; none where `reason` says that the table cannot be trusted.
        adjustments: of a table of transfers.
        indicators: of a table of indicators.
        reason: a code of `schemas.budget.TABLE_REASONS`.
        detail: what is missing, with the cell that raised it, in Korean.
        proposals: answers that a person may choose from, such as `unit=백만원`.
        is_question: whether an answer of a person would mend it.
        n_left: cells that look like money and gave no amount.
        context: project and levels above it that this table names for the tables after it (a code block).
        org: ministry or office that it names as the document's own.
        above: (level, name, code) of what would stand above a row that came after its last.
    """

    amounts: list[FoundAmount] = field(default_factory=list)
    adjustments: list[FoundAdjustment] = field(default_factory=list)
    indicators: list[FoundIndicator] = field(default_factory=list)
    reason: str | None = None
    detail: str = ""
    proposals: tuple[str, ...] = ()
    is_question: bool = False
    n_left: int = 0
    context: Mapping[Level, tuple[str | None, str | None]] | None = None
    org: tuple[str | None, str | None] | None = None
    above: tuple[tuple[Level, str, str | None], ...] = ()


class Form(Protocol):
    """What a module of `connectors/forms` offers as `FORM`."""

    name: str
    """Name of the form, such as `local_yearbook`."""

    label: str
    """Korean term for people."""

    version: int
    """Raised by hand whenever what it reads changes."""

    def recognises(self, view: TableView, around: Around) -> float:
        """How surely the table is of this form, 0 (not) to 1 (certain). Cheap; never raises."""
        ...

    def read(self, view: TableView, around: Around) -> Found:
        """Bring out the table's amounts."""
        ...
