"""The tables that budget documents print of one project: code blocks, changes over the year before, execution, items."""

from collections.abc import Sequence

from pipelines.sample.figures import MILLION, THOUSAND, Figure, Stack, Subject, rate
from pipelines.sample.manuscript import LEFT, UP, Table, grid_of
from pipelines.sample.project import BUDGET_YEAR, CLOSED_YEARS, Project, Year

_TOTAL = "합계"
_ENACTED = "본예산"


def subject_of(project: Project) -> Subject:
    """What the amounts of a project are amounts of."""
    return Subject(project.code, project.name)


def code_table(project: Project) -> Table:
    """The code block of a project description: codes and names under merged headings."""
    coded = (project.ministry, project.field, project.sector, project.program, project.activity)
    return grid_of(
        [
            ["구분", "소관", "기능별 분류", LEFT, "사업별 분류", LEFT, LEFT],
            [UP, UP, "분야", "부문", "프로그램", "단위사업", "세부사업"],
            ["코드", *(item.code for item in coded), project.detail_code],
            ["명칭", *(item.name for item in coded), project.name],
        ]
    )


def decided(project: Project, fiscal_year: int) -> int | None:
    """What a year stands at: the budget once enacted, the request until then; None where the project was not there."""
    if not project.has_year(fiscal_year):
        return None
    year = project.year(fiscal_year)
    return year.requested if year.enacted is None else year.enacted


def decided_label(project: Project, fiscal_year: int) -> str:
    """Which stage the amounts of a year have come to: a request, or the budget."""
    is_open = project.has_year(fiscal_year) and project.year(fiscal_year).enacted is None
    return "요구안" if is_open else "예산"


def decided_stage(project: Project, fiscal_year: int) -> str:
    """The stage of `decided`, as the truth calls it."""
    return "요구안" if decided_label(project, fiscal_year) == "요구안" else _ENACTED


def change_figures(
    subject: Subject,
    before: int | None,
    after: int,
    fiscal_year: int,
    stages: tuple[str, str],
    *,
    negative: str = "△",
    unit: str = MILLION,
) -> list[str | Figure]:
    """The year before, this year, the change and its rate.

    Args:
        subject: what the row is about.
        before: the amount of the year before, in `unit`; None prints a dash.
        after: the amount of the year.
        fiscal_year: the year.
        stages: the stage of the year before and of this year.
        negative: how less than nothing is printed.
        unit: the unit that the table prints.
    """
    return [
        subject.amount(before, fiscal_year - 1, stages[0], unit=unit),
        subject.amount(after, fiscal_year, stages[1], unit=unit),
        subject.amount(after - (before or 0), fiscal_year, "증감", negative=negative, unit=unit),
        rate(after - (before or 0), before or 0),
    ]


def change_table(project: Project, fiscal_year: int) -> Table:
    """The sub-projects of a year against the year before, with a total row."""
    before, after = decided(project, fiscal_year - 1), decided(project, fiscal_year) or 0
    stages = decided_stage(project, fiscal_year - 1), decided_stage(project, fiscal_year)
    rows: list[list[str | Figure]] = [
        [
            "내역사업",
            f"{fiscal_year - 1}년\n예산(A)",
            f"{fiscal_year}년\n{decided_label(project, fiscal_year)}(B)",
            "증감(B-A)",
            LEFT,
        ],
        [UP, UP, UP, "금액", "비율(%)"],
    ]
    parts = project.subproject_amounts(after)
    befores = [part for _, part in project.subproject_amounts(before)] if before is not None else [None] * len(parts)
    for (name, part), part_before in zip(parts, befores, strict=True):
        rows.append([name, *change_figures(Subject(name, name), part_before, part, fiscal_year, stages)])
    total = Subject(_TOTAL, _TOTAL, is_total=True)
    rows.append([_TOTAL, *change_figures(total, before, after, fiscal_year, stages)])
    return grid_of(rows, MILLION)


def function_table(project: Project, fiscal_year: int) -> Table:
    """The table by function of a request: all sub-projects stand in one cell, and so do their amounts."""
    before, after = decided(project, fiscal_year - 1), decided(project, fiscal_year) or 0
    parts = project.subproject_amounts(after)
    names = "\n".join(name for name, _ in parts)
    total = Subject(_TOTAL, _TOTAL, is_total=True)

    def stacked(amounts: Sequence[int | None], year: int) -> Stack:
        stage = decided_stage(project, year)
        pairs = zip(parts, amounts, strict=True)
        return Stack(tuple(Subject(name, name).amount(value, year, stage) for (name, _), value in pairs))

    befores: list[int | None] = [None] * len(parts)
    if before is not None:
        befores = [part for _, part in project.subproject_amounts(before)]
    return grid_of(
        [
            [
                f"기능\n(단위: {MILLION})",
                "내역사업",
                f"{fiscal_year - 1}년 예산",
                f"{fiscal_year}년 {decided_label(project, fiscal_year)}",
            ],
            [
                project.program.name,
                names,
                stacked(befores, fiscal_year - 1),
                stacked([part for _, part in parts], fiscal_year),
            ],
            [
                _TOTAL,
                LEFT,
                total.amount(before, fiscal_year - 1, decided_stage(project, fiscal_year - 1)),
                total.amount(after, fiscal_year, decided_stage(project, fiscal_year)),
            ],
        ]
    )


def history_table(project: Project, closed_years: Sequence[int] = CLOSED_YEARS, *, zero: str = "0") -> Table:
    """Execution of closed years, with the two-line header of a project description.

    Args:
        project: a project; a year before it began is a row of dashes.
        closed_years: the years.
        zero: how nothing is printed.
    """
    rows: list[list[str | Figure]] = [
        ["연도", "예산액", LEFT, "예산현액\n(A)", "집행액\n(B)", "집행률\n(B/A, %)", "다음연도\n이월액", "불용액"],
        [UP, "본예산", "전년이월", UP, UP, UP, UP, UP],
    ]
    subject = subject_of(project)
    for fiscal_year in closed_years:
        year = project.year(fiscal_year) if project.has_year(fiscal_year) else None
        values = _execution(year) if year else dict.fromkeys(("본예산", "전년이월", "예산현액", "집행", "이월", "불용"))
        figures = {stage: subject.amount(value, fiscal_year, stage, zero=zero) for stage, value in values.items()}
        spent_rate = rate(year.spent or 0, year.current) if year else "-"
        before = [figures[stage] for stage in ("본예산", "전년이월", "예산현액", "집행")]
        rows.append([str(fiscal_year), *before, spent_rate, figures["이월"], figures["불용"]])
    return grid_of(rows, MILLION)


def _execution(year: Year) -> dict[str, int | None]:
    return {
        "본예산": year.enacted,
        "전년이월": year.brought_forward,
        "예산현액": year.current,
        "집행": year.spent,
        "이월": year.carried_over,
        "불용": year.lapsed,
    }


def item_table(project: Project, fiscal_year: int, *, has_corner_unit: bool = False) -> Table:
    """The items (목-세목) of a project against the year before.

    Args:
        project: the project.
        fiscal_year: the year.
        has_corner_unit: print the unit in the corner cell and not above the table.
    """
    before, after = decided(project, fiscal_year - 1), decided(project, fiscal_year) or 0
    stages = decided_stage(project, fiscal_year - 1), decided_stage(project, fiscal_year)
    corner = f"과목 (단위: {MILLION})" if has_corner_unit else "과목"
    rows: list[list[str | Figure]] = [
        [
            corner,
            LEFT,
            f"{fiscal_year - 1}년 예산",
            f"{fiscal_year}년 {decided_label(project, fiscal_year)}",
            "증감",
            LEFT,
        ],
        ["목-세목", "명칭", UP, UP, "금액", "비율(%)"],
    ]
    parts = project.item_amounts(after)
    befores = [part for _, _, part in project.item_amounts(before)] if before is not None else [None] * len(parts)
    for (code, name, part), part_before in zip(parts, befores, strict=True):
        rows.append([code, name, *change_figures(Subject(code, name), part_before, part, fiscal_year, stages)])
    total = Subject(_TOTAL, _TOTAL, is_total=True)
    rows.append([_TOTAL, LEFT, *change_figures(total, before, after, fiscal_year, stages)])
    return grid_of(rows, None if has_corner_unit else MILLION)


_CALCULATIONS = (
    ("자문회의 참석수당", 150_000, 8, "명", 12, "회"),
    ("안내서 인쇄", 5_000, 3_200, "부", 2, "회"),
    ("현장점검 여비", 62_500, 6, "명", 40, "회"),
    ("전산 회선 사용료", 1_480_000, 17, "회선", 12, "월"),
)


def calculation_table(project: Project, fiscal_year: int = BUDGET_YEAR) -> Table:
    """How the running costs of a project are made up: price × number × times."""
    rows: list[list[str | Figure]] = [["내역", "산출기초", "금액"]]
    total, stage = 0, decided_stage(project, fiscal_year)
    # The number of people, copies and lines follows the project, so that no two projects cost the same.
    extra = int(project.detail_code) % 7 + len(project.stem or project.name) % 5 + fiscal_year - BUDGET_YEAR
    for name, price, count, count_unit, times, times_unit in _CALCULATIONS:
        number = count + 2 * extra
        thousands = price * number * times // 1000
        total += thousands
        formula = f"{price:,}원×{number:,}{count_unit}×{times}{times_unit}={thousands:,}천원"
        rows.append([name, formula, Subject(name, name).amount(thousands, fiscal_year, stage, unit=THOUSAND)])
    label = f"{project.name} 운영비 소계"
    subtotal = Subject(label, label, is_total=True)
    rows.append([label, "", subtotal.amount(total, fiscal_year, stage, unit=THOUSAND)])
    return grid_of(rows, THOUSAND)


def indicator_table(project: Project) -> Table:
    """The performance indicator with its method and its targets by year."""
    indicator = project.indicator
    years = [f"{year}년" for year, _ in indicator.targets]
    targets = [target for _, target in indicator.targets]
    return grid_of(
        [
            ["성과지표", "측정산식", "단위", "목표치", *([LEFT] * (len(years) - 1))],
            [UP, UP, UP, *years],
            [indicator.name, indicator.method, indicator.unit, *targets],
        ]
    )
