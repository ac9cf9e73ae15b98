"""Which projects are held in which years: what ended, what began, and between which two held years it did."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from schemas.names import core_of, folded
from schemas.targets import org_id_of
from warehouse.amounts import CURRENT_AMOUNTS
from warehouse.lake import CATALOG, Lake

# A year is held of an office when it has at least this share of the projects of the year before: less is a glimpse.
_HELD_SHARE = 0.5

# One amount a project and year: of the stage that is nearest to what was enacted; and one content that prints the project.
_ORDER = """(CASE stage WHEN 'ENACTED' THEN 0 WHEN 'BUDGET' THEN 1 WHEN 'SUPP_ENACTED' THEN 2 WHEN 'CURRENT' THEN 3
    WHEN 'GOV_PROPOSAL' THEN 4 WHEN 'REQUEST' THEN 5 ELSE 6 END, -amount_won, content_id)"""
_LEVELS = """amount_won IS NOT NULL AND NOT is_revenue AND NOT is_total AND stage NOT LIKE 'ADJ_%' AND stage NOT IN
    ('CHANGE', 'SUPP_CHANGE', 'COMMITTEE_CHANGE', 'CARRYOVER_IN', 'CARRYOVER_OUT', 'LAPSED', 'CEILING')"""
_AMOUNTS = f"""
    SELECT target_id AS project_id, fiscal_year, arg_min(amount_won, {_ORDER}) FILTER ({_LEVELS}) AS won,
           coalesce(arg_min(content_id, {_ORDER}) FILTER ({_LEVELS}), min(content_id)) AS content_id
    FROM ({CURRENT_AMOUNTS}) WHERE target_kind = 'PROJECT' GROUP BY ALL"""
_PROJECTS = f"""
    SELECT p.project_id, p.fiscal_year, p.name, p.code, p.org_name, p.org_code, p.account_name, a.won, a.content_id
    FROM {CATALOG}.core.project p JOIN ({_AMOUNTS}) a USING (project_id, fiscal_year)
    ORDER BY p.project_id, p.fiscal_year"""


@dataclass(slots=True)
class HeldProject:
    """A project with its names, amounts and a content by year; `office` is folded, "" where none is printed.

    The content is one that prints it: who may not read that one is not told of the project either.
    """

    project_id: str
    code: str | None
    office: str
    org_name: str | None
    org_id: str | None
    account: str
    names: dict[int, str] = field(default_factory=dict)
    won: dict[int, int] = field(default_factory=dict)
    contents: dict[int, str] = field(default_factory=dict)

    @property
    def first_year(self) -> int:
        """The first year in which it is held, with or without money."""
        return min(self.names)

    @property
    def last_year(self) -> int | None:
        """The last year in which it has money: a row of 0 won stands for a project that is over."""
        return max((year for year, won in self.won.items() if won > 0), default=None)

    def name_in(self, year: int) -> str:
        """Its name in a year, or in the nearest one before, or its first."""
        return self.names[max((held for held in self.names if held <= year), default=min(self.names))]


def contents_of(*sights: tuple[HeldProject, int]) -> tuple[str, ...]:
    """The contents that print projects in given years: what evidence about them rests on."""
    return tuple(sorted({project.contents[year] for project, year in sights if year in project.contents}))


class HeldSeries:
    """Every held project, and which held year follows which."""

    def __init__(self, projects: Iterable[HeldProject]) -> None:
        self.projects = list(projects)
        counts: dict[str, dict[int, int]] = {}
        overall: dict[int, int] = {}
        for project in self.projects:
            of_office = counts.setdefault(project.office, {})
            for year in project.names:
                of_office[year] = of_office.get(year, 0) + 1
                overall[year] = overall.get(year, 0) + 1
        self.counts = counts
        self._printed = {project.office: project.org_name for project in reversed(self.projects)}
        self._next = {office: _next_years(of_office) for office, of_office in counts.items()}
        self._next_overall = _next_years(overall)

    def next_year(self, office: str, year: int) -> int | None:
        """The held year after a year, as the office's own projects say, or as all do where the office has none later."""
        return self._next[office].get(year) or self._next_overall.get(year)

    def previous_year(self, office: str, year: int) -> int | None:
        """The held year of an office that a year follows; None where it has none or another year comes between."""
        last = max((held for held in self.counts[office] if held < year), default=None)
        while last is not None and self.next_year(office, last) != year:
            last = max((held for held in self.counts[office] if held < last), default=None)
        return last

    def printed_office(self, office: str) -> str:
        """An office as the first of its projects prints it."""
        return self._printed[office] or office

    def years_of(self, office: str) -> tuple[int, int]:
        """First and last year in which an office has projects."""
        return min(self.counts[office]), max(self.counts[office])

    def is_new(self, office: str, year: int) -> bool:
        """Whether the office has projects from a year on and had none in the held year before it."""
        return self.years_of(office)[0] == year and year in self._next_overall.values()

    @cached_property
    def ended(self) -> dict[int, list[HeldProject]]:
        """Projects whose money ended, by the held year in which they are missed."""
        found: dict[int, list[HeldProject]] = {}
        for project in self.projects:
            last = project.last_year
            after = self.next_year(project.office, last) if last is not None else None
            if after is not None and not project.won.get(after):
                found.setdefault(after, []).append(project)
        return found

    @cached_property
    def begun(self) -> dict[int, list[HeldProject]]:
        """Projects that are there for the first time in a year before which the office, or everything, was held."""
        found: dict[int, list[HeldProject]] = {}
        for project in self.projects:
            first = project.first_year
            of_office = self._next[project.office].values()
            if first in of_office or self.is_new(project.office, first):
                found.setdefault(first, []).append(project)
        return found


def _next_years(counts: Mapping[int, int]) -> dict[int, int]:
    years = sorted(counts)
    found: dict[int, int] = {}
    for position, year in enumerate(years):
        later = [other for other in years[position + 1 :] if counts[other] >= _HELD_SHARE * counts[year]]
        if later:
            found[year] = later[0]
    return found


def held_series(lake: Lake) -> HeldSeries:
    """Everything that `core.project` and the current amounts hold."""
    projects: dict[str, HeldProject] = {}
    rows = lake.query(_PROJECTS)
    for row in zip(*(rows[name].to_pylist() for name in rows.column_names), strict=True):
        project_id, year, name, code, org_name, org_code, account, won, content_id = row
        project = projects.get(project_id)
        if project is None:
            # An office that only a code names is known by the code.
            office = folded(org_name) or (f"#{org_code}" if org_code else "")
            project = HeldProject(project_id, code, office, org_name, org_id_of(org_name, org_code), folded(account))
            projects[project_id] = project
        project.names[year] = name
        project.contents[year] = content_id
        if won is not None:
            project.won[year] = won
    return HeldSeries(projects.values())


def core_without_office(project: HeldProject, year: int) -> str:
    """A project's name for comparing, without the name of its office: that changes with the office's."""
    return _without(project.name_in(year), project.office)


@lru_cache(maxsize=1 << 16)
def _without(name: str, office: str) -> str:
    core = core_of(name)
    return core.replace(core_of(office), "") or core
