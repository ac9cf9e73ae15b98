"""The tables that budget documents print over the projects of an office or a ministry."""

from collections.abc import Sequence

from pipelines.sample.figures import MILLION, WON, Figure, Subject, rate
from pipelines.sample.manuscript import LEFT, UP, Table, grid_of
from pipelines.sample.project import Coded, Project
from pipelines.sample.tables import change_figures, decided, decided_label, decided_stage, subject_of

_TOTAL = "합계"
_PERMILLE_A_MONTH = 78


def stage_table(projects: Sequence[Project], fiscal_year: int) -> Table:
    """Projects by stage of a year: the year before, request, government proposal, what parliament decided.

    A stage that has not been reached is 미정, and what parliament will change of it is left blank.
    """
    rows: list[list[str | Figure]] = [
        ["세부사업", LEFT, f"{fiscal_year - 1}년", f"{fiscal_year}년", LEFT, LEFT, "국회 증감\n(C-B)"],
        ["코드", "명칭", "본예산", "요구안(A)", "정부안(B)", "국회확정(C)", UP],
    ]
    sums = [0] * 5
    is_decided = True
    for project in projects:
        year = project.year(fiscal_year)
        before = decided(project, fiscal_year - 1)
        rows.append([project.code, project.name, *_stages(subject_of(project), before, project, fiscal_year)])
        is_decided = year.proposed is not None and year.enacted is not None
        values = before or 0, year.requested, year.proposed or 0, year.enacted or 0
        sums = [total + value for total, value in zip(sums, (*values, values[3] - values[2]), strict=True)]
    total = Subject(_TOTAL, _TOTAL, is_total=True)
    figures = [total.amount(sums[0], fiscal_year - 1, "본예산"), total.amount(sums[1], fiscal_year, "요구안")]
    rows.append([_TOTAL, LEFT, *figures, *_later_stages(total, sums[2], sums[3], fiscal_year, is_decided=is_decided)])
    return grid_of(rows, MILLION)


def _stages(subject: Subject, before: int | None, project: Project, fiscal_year: int) -> list[Figure]:
    year = project.year(fiscal_year)
    is_decided = year.proposed is not None and year.enacted is not None
    return [
        subject.amount(before, fiscal_year - 1, "본예산"),
        subject.amount(year.requested, fiscal_year, "요구안"),
        *_later_stages(subject, year.proposed or 0, year.enacted or 0, fiscal_year, is_decided=is_decided),
    ]


def _later_stages(subject: Subject, proposed: int, enacted: int, fiscal_year: int, *, is_decided: bool) -> list[Figure]:
    if not is_decided:
        return [
            subject.undecided(fiscal_year, "정부안"),
            subject.undecided(fiscal_year, "국회확정"),
            subject.undecided(fiscal_year, "국회증감", text=""),
        ]
    return [
        subject.amount(proposed, fiscal_year, "정부안"),
        subject.amount(enacted, fiscal_year, "본예산"),
        subject.amount(enacted - proposed, fiscal_year, "국회증감"),
    ]


def request_table(projects: Sequence[Project], fiscal_year: int, *, negative: str = "△") -> Table:
    """What is asked for each project against the budget of the year before."""
    rows: list[list[str | Figure]] = [
        ["세부사업", LEFT, f"{fiscal_year - 1}년\n예산(A)", f"{fiscal_year}년\n요구안(B)", "증감(B-A)", LEFT],
        ["코드", "명칭", UP, UP, "금액", "비율(%)"],
    ]
    stages = "본예산", "요구안"
    sum_before = sum_request = 0
    for project in projects:
        before, request = decided(project, fiscal_year - 1), project.year(fiscal_year).requested
        figures = change_figures(subject_of(project), before, request, fiscal_year, stages, negative=negative)
        rows.append([project.code, project.name, *figures])
        sum_before, sum_request = sum_before + (before or 0), sum_request + request
    total = Subject(_TOTAL, _TOTAL, is_total=True)
    figures = change_figures(total, sum_before, sum_request, fiscal_year, stages, negative=negative)
    rows.append([_TOTAL, LEFT, *figures])
    return grid_of(rows, MILLION)


def proposal_table(projects: Sequence[Project], fiscal_year: int) -> Table:
    """The government's proposal for a year against the budget of the year before, as a press release prints it."""
    rows: list[list[str | Figure]] = [["주요 사업", f"{fiscal_year - 1}년 본예산", f"{fiscal_year}년 정부안", "증감"]]
    for project in projects:
        before, proposed = decided(project, fiscal_year - 1), project.year(fiscal_year).proposed or 0
        subject = subject_of(project)
        rows.append(
            [
                project.name,
                subject.amount(before, fiscal_year - 1, "본예산"),
                subject.amount(proposed, fiscal_year, "정부안"),
                subject.amount(proposed - (before or 0), fiscal_year, "정부안 증감"),
            ]
        )
    return grid_of(rows, MILLION)


def ceiling_table(projects: Sequence[Project], fiscal_year: int) -> Table:
    """The ceiling that each ministry's requests must keep to: a tenth more than it had the year before."""
    rows: list[list[str | Figure]] = [["소관", f"{fiscal_year - 1}년 예산", f"{fiscal_year}년 지출한도"]]
    for ministry in ministries_of(projects):
        before = sum(decided(project, fiscal_year - 1) or 0 for project in projects if project.ministry == ministry)
        subject = Subject(ministry.name, ministry.name)
        rows.append(
            [
                ministry.name,
                subject.amount(before, fiscal_year - 1, "본예산"),
                subject.amount(before * 11 // 10, fiscal_year, "지출한도"),
            ]
        )
    return grid_of(rows, MILLION)


def ministries_of(projects: Sequence[Project]) -> list[Coded]:
    """The ministries of some projects, by code."""
    return sorted({project.ministry for project in projects}, key=lambda ministry: ministry.code)


def execution_table(
    projects: Sequence[Project], fiscal_year: int, month: int, extra: Sequence[Sequence[str | Figure]] = ()
) -> Table:
    """Execution up to the end of a month, in won, one header line, as a system exports it.

    Args:
        projects: the projects.
        fiscal_year: the year.
        month: the month.
        extra: rows below them.
    """
    rows: list[Sequence[str | Figure]] = [
        ["회계연도", "소관", "세부사업코드", "세부사업명", "예산현액(원)", "집행누계(원)", "집행률(%)"]
    ]
    for project in projects:
        current, spent = month_end(project, fiscal_year, month)
        head = [str(fiscal_year), project.ministry.name, project.code, project.name]
        rows.append([*head, *execution_figures(subject_of(project), current, spent, fiscal_year, month)])
    return grid_of([*rows, *extra], WON)


def execution_figures(
    subject: Subject, current: int, spent: int, fiscal_year: int, month: int, *, in_won: bool = False
) -> list[str | Figure]:
    """Current budget, what is spent of it and the rate; in millions of won unless `in_won`, printed in won."""
    size = 1 if in_won else 1_000_000
    figures: list[str | Figure] = [
        subject.amount(value * size, fiscal_year, stage, unit=WON, has_commas=False, month=month)
        for value, stage in ((current, "예산현액"), (spent, "집행"))
    ]
    return [*figures, rate(spent, current)]


def month_end(project: Project, fiscal_year: int, month: int) -> tuple[int, int]:
    """A project's current budget, and what is spent of it by the end of a month, in millions of won."""
    year = project.year(fiscal_year)
    carried = project.year(fiscal_year - 1).carried_over if project.has_year(fiscal_year - 1) else 0
    current = (year.enacted or 0) + carried
    if month == 12 and year.spent is not None:
        return current, year.spent
    pace = _PERMILLE_A_MONTH + int(project.detail_code) % 9 - 4
    return current, current * pace * month // 1000


def settlement_table(projects: Sequence[Project], fiscal_year: int) -> Table:
    """The settlement of a closed year: the unit stands in the heading cell, and nothing is printed as a dash."""
    rows: list[list[str | Figure]] = [
        ["세부사업명", f"결산 금액({MILLION})", LEFT, LEFT, LEFT],
        [UP, "예산현액", "집행액", "이월액", "불용액"],
    ]
    sums = [0] * 4
    stages = ("예산현액", "집행", "이월", "불용")
    for project in projects:
        year = project.year(fiscal_year)
        values = [year.current, year.spent or 0, year.carried_over, year.lapsed]
        subject = subject_of(project)
        figures = [
            subject.amount(value, fiscal_year, stage, zero="-") for stage, value in zip(stages, values, strict=True)
        ]
        rows.append([project.name, *figures])
        sums = [total + value for total, value in zip(sums, values, strict=True)]
    total = Subject(_TOTAL, _TOTAL, is_total=True)
    rows.append([_TOTAL, *(total.amount(value, fiscal_year, stage) for stage, value in zip(stages, sums, strict=True))])
    return grid_of(rows)


def balance_table(projects: Sequence[Project], fiscal_year: int) -> Table:
    """What execution fell short of the budget enacted, in parentheses; what was not brought forward is left blank."""
    rows: list[list[str | Figure]] = [["코드", "세부사업명", "본예산", "전년이월", "집행액", "본예산 대비"]]
    for project in projects:
        year, subject = project.year(fiscal_year), subject_of(project)
        spent, enacted = year.spent or 0, year.enacted or 0
        rows.append(
            [
                project.code,
                project.name,
                subject.amount(enacted, fiscal_year, "본예산"),
                subject.amount(year.brought_forward, fiscal_year, "전년이월", zero=""),
                subject.amount(spent, fiscal_year, "집행"),
                subject.amount(spent - enacted, fiscal_year, "본예산 대비 증감", negative="("),
            ]
        )
    return grid_of(rows, MILLION)


def divided_year_table(projects: Sequence[Project], fiscal_year: int) -> Table:
    """The budget and the execution of a year whose number a careless hand has divided over two heading cells."""
    century, rest = str(fiscal_year)[:3], str(fiscal_year)[3:]
    rows: list[list[str | Figure]] = [["세부사업", LEFT, century, f"{rest}년"], ["코드", "명칭", "본예산", "집행액"]]
    for project in projects:
        year, subject = project.year(fiscal_year), subject_of(project)
        figures = [subject.amount(year.enacted, fiscal_year, "본예산"), subject.amount(year.spent, fiscal_year, "집행")]
        rows.append([project.code, project.name, *figures])
    return grid_of(rows, MILLION)


def result_table(projects: Sequence[Project], fiscal_year: int, results: Sequence[str]) -> Table:
    """Targets and results of the indicators of a year beside what was spent for them.

    Args:
        projects: projects with a target for the year.
        fiscal_year: the year.
        results: what each indicator came to, as printed.
    """
    rows: list[list[str | Figure]] = [
        ["세부사업", "성과지표", "단위", f"{fiscal_year}년", LEFT, f"집행액\n({MILLION})"],
        [UP, UP, UP, "목표", "실적", UP],
    ]
    for project, result in zip(projects, results, strict=True):
        indicator, target = project.indicator, dict(project.indicator.targets)[fiscal_year]
        spent = subject_of(project).amount(project.year(fiscal_year).spent, fiscal_year, "집행")
        rows.append([project.name, indicator.name, indicator.unit, target, result, spent])
    return grid_of(rows)


def standing_table(projects: Sequence[Project], fiscal_year: int) -> Table:
    """What each project of an office stands at in a year, as a memo lists it."""
    rows: list[list[str | Figure]] = [["코드", "세부사업", f"{fiscal_year}년 금액"]]
    total = 0
    for project in projects:
        value = decided(project, fiscal_year) or 0
        total += value
        stage = decided_stage(project, fiscal_year)
        label = f"{project.name}({decided_label(project, fiscal_year)})"
        rows.append([project.code, label, subject_of(project).amount(value, fiscal_year, stage)])
    stage = decided_stage(projects[0], fiscal_year)
    rows.append([_TOTAL, "", Subject(_TOTAL, _TOTAL, is_total=True).amount(total, fiscal_year, stage)])
    return grid_of(rows, MILLION)
