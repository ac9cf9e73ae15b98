"""The tables that budget documents print of a project: code blocks, changes over the year before, execution, items."""

from collections.abc import Sequence

from pipelines.sample.manuscript import LEFT, UP, grid_of
from pipelines.sample.projects import CLOSED_YEARS, Project
from schemas.elements import Grid

MILLION = "백만원"
WON = "원"
_PERMILLE_A_MONTH = 78


def amount(value: int | None) -> str:
    """An amount with thousands commas; △ for less than nothing, a dash for what there is none of."""
    if value is None:
        return "-"
    return f"△{-value:,}" if value < 0 else f"{value:,}"


def rate(part: int, whole: int) -> str:
    """A share in per cent with one decimal, △ for less than nothing."""
    value = round(part * 1000 / whole)
    return f"{'△' if value < 0 else ''}{abs(value) // 10}.{abs(value) % 10}"


def code_table(project: Project) -> Grid:
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


def change_table(project: Project, fiscal_year: int) -> Grid:
    """The sub-projects of a year against the year before, with a total row."""
    before = project.subproject_amounts(decided(project, fiscal_year - 1))
    after = project.subproject_amounts(decided(project, fiscal_year))
    rows = [
        [
            "내역사업",
            f"{fiscal_year - 1}년\n예산(A)",
            f"{fiscal_year}년\n{decided_label(project, fiscal_year)}(B)",
            "증감(B-A)",
            LEFT,
        ],
        [UP, UP, UP, "금액", "비율(%)"],
    ]
    rows += [_change(name, a, b) for (name, a), (_, b) in zip(before, after, strict=True)]
    rows.append(_change("합계", decided(project, fiscal_year - 1), decided(project, fiscal_year)))
    return grid_of(rows, MILLION)


def _change(name: str, before: int, after: int) -> list[str]:
    return [name, amount(before), amount(after), amount(after - before), rate(after - before, before)]


def decided(project: Project, fiscal_year: int) -> int:
    """What a year stands at: the budget once enacted, the request until then."""
    year = project.year(fiscal_year)
    return year.requested if year.enacted is None else year.enacted


def decided_label(project: Project, fiscal_year: int) -> str:
    """Which stage the amounts of a year have come to: a request, or the budget."""
    return "요구안" if project.year(fiscal_year).enacted is None else "예산"


def history_table(project: Project) -> Grid:
    """Execution of the closed years, with the two-line header of a project description."""
    rows = [
        ["연도", "예산액", LEFT, "예산현액\n(A)", "집행액\n(B)", "집행률\n(B/A, %)", "다음연도\n이월액", "불용액"],
        [UP, "본예산", "전년이월", UP, UP, UP, UP, UP],
    ]
    for fiscal_year in CLOSED_YEARS:
        year = project.year(fiscal_year)
        spent = year.spent or 0
        rows.append(
            [
                str(fiscal_year),
                amount(year.enacted),
                amount(year.brought_forward),
                amount(year.current),
                amount(spent),
                rate(spent, year.current),
                amount(year.carried_over),
                amount(year.lapsed),
            ]
        )
    return grid_of(rows, MILLION)


def stage_table(projects: Sequence[Project], fiscal_year: int) -> Grid:
    """Projects by stage of a year: the year before, request, government proposal, what parliament decided."""
    rows = [
        ["세부사업", LEFT, f"{fiscal_year - 1}년", f"{fiscal_year}년", LEFT, LEFT, "국회 증감\n(C-B)"],
        ["코드", "명칭", "본예산", "요구안(A)", "정부안(B)", "국회확정(C)", UP],
    ]
    columns: list[list[int]] = []
    for project in projects:
        year = project.year(fiscal_year)
        proposed, enacted = year.proposed or 0, year.enacted or 0
        values = [decided(project, fiscal_year - 1), year.requested, proposed, enacted, enacted - proposed]
        columns.append(values)
        rows.append([project.code, project.name, *(amount(value) for value in values)])
    rows.append(["합계", LEFT, *(amount(sum(values)) for values in zip(*columns, strict=True))])
    return grid_of(rows, MILLION)


def request_table(projects: Sequence[Project], fiscal_year: int) -> Grid:
    """What is asked for each project against the budget of the year before."""
    rows = [
        ["세부사업", LEFT, f"{fiscal_year - 1}년\n예산(A)", f"{fiscal_year}년\n요구안(B)", "증감(B-A)", LEFT],
        ["코드", "명칭", UP, UP, "금액", "비율(%)"],
    ]
    befores = [decided(project, fiscal_year - 1) for project in projects]
    requests = [project.year(fiscal_year).requested for project in projects]
    for project, before, request in zip(projects, befores, requests, strict=True):
        rows.append([project.code, *_change(project.name, before, request)])
    rows.append(["합계", LEFT, *_change("", sum(befores), sum(requests))[1:]])
    return grid_of(rows, MILLION)


def proposal_table(projects: Sequence[Project], fiscal_year: int) -> Grid:
    """The government's proposal for a year against the budget of the year before, as a press release prints it."""
    rows = [["주요 사업", f"{fiscal_year - 1}년 본예산", f"{fiscal_year}년 정부안", "증감"]]
    for project in projects:
        before, proposed = decided(project, fiscal_year - 1), project.year(fiscal_year).proposed or 0
        rows.append([project.name, amount(before), amount(proposed), amount(proposed - before)])
    return grid_of(rows, MILLION)


def ceiling_table(projects: Sequence[Project], fiscal_year: int) -> Grid:
    """The ceiling that each ministry's requests must keep to: a tenth more than it had the year before."""
    rows = [["소관", f"{fiscal_year - 1}년 예산", f"{fiscal_year}년 지출한도"]]
    for ministry in sorted({project.ministry for project in projects}, key=lambda ministry: ministry.code):
        before = sum(decided(project, fiscal_year - 1) for project in projects if project.ministry == ministry)
        rows.append([ministry.name, amount(before), amount(before * 11 // 10)])
    return grid_of(rows, MILLION)


def item_table(project: Project, fiscal_year: int) -> Grid:
    """The items (목-세목) of a project against the year before."""
    before = project.item_amounts(decided(project, fiscal_year - 1))
    after = project.item_amounts(decided(project, fiscal_year))
    rows = [
        ["과목", LEFT, f"{fiscal_year - 1}년 예산", f"{fiscal_year}년 예산", "증감", LEFT],
        ["목-세목", "명칭", UP, UP, "금액", "비율(%)"],
    ]
    rows += [[code, *_change(name, a, b)] for (code, name, a), (_, _, b) in zip(before, after, strict=True)]
    rows.append(["합계", LEFT, *_change("", decided(project, fiscal_year - 1), decided(project, fiscal_year))[1:]])
    return grid_of(rows, MILLION)


def execution_table(projects: Sequence[Project], fiscal_year: int, month: int) -> Grid:
    """Execution up to the end of a month, in won, one header line, as a system exports it."""
    rows = [["회계연도", "소관", "세부사업코드", "세부사업명", "예산현액(원)", "집행누계(원)", "집행률(%)"]]
    for project in projects:
        current, spent = month_end(project, fiscal_year, month)
        figures = [str(current * 1_000_000), str(spent * 1_000_000), rate(spent, current)]
        rows.append([str(fiscal_year), project.ministry.name, project.code, project.name, *figures])
    return grid_of(rows, WON)


def month_end(project: Project, fiscal_year: int, month: int) -> tuple[int, int]:
    """A project's current budget, and what is spent of it by the end of a month, in millions of won."""
    year = project.year(fiscal_year)
    current = (year.enacted or 0) + project.year(fiscal_year - 1).carried_over
    pace = _PERMILLE_A_MONTH + int(project.detail_code) % 9 - 4
    return current, current * pace * month // 1000


_CALCULATIONS = (
    ("자문회의 참석수당", 150_000, 8, "명", 12, "회"),
    ("안내서 인쇄", 5_000, 3_200, "부", 2, "회"),
    ("현장점검 여비", 62_500, 6, "명", 40, "회"),
    ("전산 회선 사용료", 1_480_000, 17, "회선", 12, "월"),
)


def calculation_table(project: Project) -> Grid:
    """How the running costs of a project are made up: price × number × times."""
    rows = [["내역", "산출기초", "금액"]]
    total = 0
    for name, price, count, count_unit, times, times_unit in _CALCULATIONS:
        thousands = price * count * times // 1000
        total += thousands
        formula = f"{price:,}원×{count:,}{count_unit}×{times}{times_unit}={thousands:,}천원"
        rows.append([name, formula, amount(thousands)])
    rows.append([f"{project.name} 운영비 소계", "", amount(total)])
    return grid_of(rows, "천원")


def indicator_table(project: Project) -> Grid:
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
