"""What a project is: its name and codes by year, its amounts by year and stage, and how they split.

Amounts are in millions of won. The current budget of a closed year is what was enacted plus what was brought forward, and
splits without remainder into what was spent, carried over and left to lapse.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

CLOSED_YEARS = (2024, 2025)
BUDGET_YEAR = 2026
REQUEST_YEAR = 2027


class Coded(NamedTuple):
    """A name with its code, which is text: a leading zero belongs to it."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Year:
    """A project's amounts in one fiscal year; what has not been decided yet is None, which is not zero."""

    requested: int
    proposed: int | None = None
    enacted: int | None = None
    brought_forward: int = 0
    spent: int | None = None
    carried_over: int = 0

    @property
    def current(self) -> int:
        """The current budget: enacted plus brought forward."""
        assert self.enacted is not None
        return self.enacted + self.brought_forward

    @property
    def lapsed(self) -> int:
        """What was neither spent nor carried over."""
        assert self.spent is not None
        return self.current - self.spent - self.carried_over

    def scaled(self, permille: int) -> "Year":
        """The same year at another size; what lapses is scaled and what was spent follows, so that it still adds up."""

        def sized(amount: int) -> int:
            return amount * permille // 1000

        return Year(
            requested=sized(self.requested),
            proposed=None if self.proposed is None else sized(self.proposed),
            enacted=None if self.enacted is None else sized(self.enacted),
            brought_forward=sized(self.brought_forward),
            spent=None
            if self.spent is None or self.enacted is None
            else sized(self.enacted) + sized(self.brought_forward) - sized(self.carried_over) - sized(self.lapsed),
            carried_over=sized(self.carried_over),
        )


@dataclass(frozen=True, slots=True)
class Indicator:
    """A performance indicator with its targets by year."""

    name: str
    unit: str
    method: str
    targets: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Former:
    """What a project was called in documents of years before the budget year; a code may have changed with the name."""

    name: str
    activity: Coded
    detail_code: str


@dataclass(frozen=True, slots=True)
class Project:
    """A project (세부사업) with the codes that identify it; `shares` are in thousandths and add up to 1000.

    `stem` is the name under which its prose is written down, where that is another than its own; `place` tells the
    replicas of a project apart in prose.
    """

    name: str
    office: str
    ministry: Coded
    field: Coded
    sector: Coded
    program: Coded
    activity: Coded
    detail_code: str
    support: str
    subprojects: tuple[tuple[str, int], ...]
    items: tuple[tuple[str, str, int], ...]
    indicator: Indicator
    years: tuple[tuple[int, Year], ...]
    former: Former | None = None
    stem: str = ""
    place: str = ""

    @property
    def code(self) -> str:
        """The code as documents print it, such as `2131-301`."""
        return f"{self.activity.code}-{self.detail_code}"

    def year(self, fiscal_year: int) -> Year:
        """The amounts of a fiscal year.

        Raises:
            KeyError: the project has none in that year.
        """
        return dict(self.years)[fiscal_year]

    def has_year(self, fiscal_year: int) -> bool:
        """Whether the project was there in a fiscal year."""
        return fiscal_year in dict(self.years)

    def called_in(self, fiscal_year: int) -> "Project":
        """The project under the name and code that documents of a fiscal year give it."""
        if self.former is None or fiscal_year >= BUDGET_YEAR:
            return self
        return replace(
            self,
            name=self.former.name,
            activity=self.former.activity,
            detail_code=self.former.detail_code,
            stem=self.stem or self.name,
        )

    def with_year(self, fiscal_year: int, **changes: int) -> "Project":
        """The project with other amounts in one year, as a document that was not kept up to date prints them."""
        years = tuple((year, replace(at, **changes) if year == fiscal_year else at) for year, at in self.years)
        return replace(self, years=years)

    def subproject_amounts(self, amount: int) -> list[tuple[str, int]]:
        """An amount split over the sub-projects (내역사업)."""
        split = _split(amount, [share for _, share in self.subprojects])
        return [(name, part) for (name, _), part in zip(self.subprojects, split, strict=True)]

    def item_amounts(self, amount: int) -> list[tuple[str, str, int]]:
        """An amount split over the expenditure items (목-세목): code, name, amount."""
        split = _split(amount, [share for _, _, share in self.items])
        return [(code, name, part) for (code, name, _), part in zip(self.items, split, strict=True)]


def years(
    closed_2024: Year, closed_2025: Year, budget_2026: Year | None, request_2027: int | None
) -> tuple[tuple[int, Year], ...]:
    """A project's years; one that ended with 2025 has no later ones."""
    later = ((BUDGET_YEAR, budget_2026),) if budget_2026 is not None else ()
    asked = ((REQUEST_YEAR, Year(request_2027)),) if request_2027 is not None else ()
    return (2024, closed_2024), (2025, closed_2025), *later, *asked


def _split(amount: int, shares: Sequence[int]) -> list[int]:
    """Parts by thousandths; the first takes what rounding leaves, so that the parts always add up."""
    parts = [amount * share // 1000 for share in shares]
    return [parts[0] + amount - sum(parts), *parts[1:]]
