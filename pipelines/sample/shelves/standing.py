"""What every office's share holds year after year: requests, descriptions, items, execution, settlement, answers."""

from pipelines.sample import tables, tables_office
from pipelines.sample.figures import rate
from pipelines.sample.item import Item
from pipelines.sample.manuscript import Table, compose
from pipelines.sample.offices import BUDGET_OFFICE, FARM_OFFICE, LAND_OFFICE, WELFARE_OFFICE, office_in, year_folder
from pipelines.sample.project import BUDGET_YEAR, CLOSED_YEARS, REQUEST_YEAR, Project
from pipelines.sample.prose import documents as prose
from pipelines.sample.prose import offices as prose_office
from pipelines.sample.shelves.shelving import document, sheet, table_file, workbook
from pipelines.sample.world import World
from pipelines.sample.writers.text import CP949, UTF8, UTF8_WITH_MARK

_LAST = CLOSED_YEARS[-1]
_BRIEFING_EXTENSIONS = {
    _LAST: ("hwp", "docx", "hwpx", "pdf", "hwp"),
    BUDGET_YEAR: ("hwp", "hwp", "hwpx", "docx", "hwpx"),
    REQUEST_YEAR: ("hwpx", "hwp", "hwpx", "hwp", "docx"),
}
_COMMITTEES = {
    BUDGET_OFFICE: ("예산결산특별위원회", "예결위"),
    WELFARE_OFFICE: ("보건복지위원회", "복지위"),
    LAND_OFFICE: ("국토환경위원회", "국토환경위"),
    FARM_OFFICE: ("농림산업위원회", "농산위"),
}
_MONTHS = (1, 3, 4, 5)
_ENCODINGS = (CP949, UTF8_WITH_MARK, UTF8)
_NEGATIVE_NOTE = "※ △는 줄었다는 뜻이다."
_ITEM_TEMPLATE = """
1. 편성 내역

○ {name}의 {year}년 예산을 목과 세목으로 나누면 아래 표와 같다.
○ 가장 큰 과목은 {largest}이며, 전체의 {share}퍼센트를 차지한다.

[표 목별]

2. 운영비의 산출기초

○ {activity}에 드는 자문과 인쇄와 점검의 비용은 단가에 물량과 횟수를 곱하여 셈하였다.

[표 산출]
"""


def standing_items(world: World, office: str) -> list[Item]:
    """The documents of three years that every office has.

    Args:
        world: the replica.
        office: the office as `offices.OFFICES` names it.
    """
    return [*_closed_year(world, office), *_budget_year(world, office), *_request_year(world, office)]


def folder_of(world: World, office: str, fiscal_year: int) -> str:
    """The folder of a year in an office's share."""
    return f"{world.office(office)}/{year_folder(office, fiscal_year)}"


def _by_ministry(projects: list[Project]) -> list[list[Project]]:
    ministries = tables_office.ministries_of(projects)
    return [[project for project in projects if project.ministry == ministry] for ministry in ministries]


def _briefings(world: World, office: str, fiscal_year: int) -> list[Item]:
    folder = f"{folder_of(world, office, fiscal_year)}/사업설명자료"
    extensions = _BRIEFING_EXTENSIONS[fiscal_year]
    items: list[Item] = []
    for number, project in enumerate(world.projects_of(office, fiscal_year)):
        path = f"{folder}/{project.name}({project.code}).{extensions[number % len(extensions)]}"
        items.append(document(path, prose.project_briefing(project, fiscal_year), fiscal_year, "사업설명자료"))
    return items


def _requests(world: World, office: str, fiscal_year: int) -> list[Item]:
    folder = f"{folder_of(world, office, fiscal_year)}/예산요구서"
    items: list[Item] = []
    for own in _by_ministry(world.projects_of(office, fiscal_year)):
        title = f"{fiscal_year}년도 예산요구서({own[0].ministry.name})"
        sheets = [sheet("총괄", f"{title} 총괄", tables_office.request_table(own, fiscal_year))]
        if fiscal_year == BUDGET_YEAR:
            stages = tables_office.stage_table(own, fiscal_year)
            sheets.append(sheet("단계별", f"{title} 단계별", stages, _NEGATIVE_NOTE))
        items.append(workbook(f"{folder}/{title}.xlsx", title, sheets, fiscal_year, "예산요구서"))
        if fiscal_year == REQUEST_YEAR:
            request = prose.budget_request(own, fiscal_year)
            items.append(document(f"{folder}/{title}.hwpx", request, fiscal_year, "예산요구서"))
    if fiscal_year < BUDGET_YEAR:
        request = prose.short_request(_by_ministry(world.projects_of(office, fiscal_year))[-1], fiscal_year)
        items.append(document(f"{folder}/{request.title}.hwpx", request, fiscal_year, "예산요구서"))
    return items


def _execution(world: World, office: str, fiscal_year: int, month: int, encoding: str) -> Item:
    title = f"집행 현황({month}월 말)"
    table = tables_office.execution_table(world.projects_of(office, fiscal_year), fiscal_year, month)
    path = f"{folder_of(world, office, fiscal_year)}/집행/{title}.csv"
    return table_file(path, title, table, fiscal_year, "집행 현황", encoding=encoding)


def _closed_year(world: World, office: str) -> list[Item]:
    projects = world.projects_of(office, _LAST)
    folder = folder_of(world, office, _LAST)
    title = f"{_LAST}년도 {office_in(world.office(office), _LAST)} 집행 실적"
    # A blank cell, a dash and a 0 are three things; every office has its own habit.
    zero = {BUDGET_OFFICE: "-", LAND_OFFICE: ""}.get(office, "0")
    sheets = [
        sheet(project.name, f"{project.name} 집행 실적", tables.history_table(project, zero=zero))
        for project in projects
    ]
    settlement = prose_office.office_settlement(projects)
    report = prose_office.performance_report(projects)
    return [
        *_briefings(world, office, _LAST),
        *_requests(world, office, _LAST),
        _execution(world, office, _LAST, 12, CP949),
        workbook(f"{folder}/결산/{title}.xlsx", title, sheets, _LAST, "결산"),
        document(f"{folder}/결산/{settlement.title}.docx", settlement, _LAST, "결산"),
        document(f"{folder}/성과보고서/{report.title}.docx", report, _LAST, "성과보고서"),
    ]


def _budget_year(world: World, office: str) -> list[Item]:
    projects = world.projects_of(office, BUDGET_YEAR)
    folder = folder_of(world, office, BUDGET_YEAR)
    committee, short = _COMMITTEES[office]
    answers = prose.assembly_answers(committee, projects, BUDGET_YEAR)
    plans = [prose.performance_plan(own[:2], BUDGET_YEAR) for own in _by_ministry(projects)]
    return [
        *_briefings(world, office, BUDGET_YEAR),
        *_requests(world, office, BUDGET_YEAR),
        *(_item_workbook(world, office, number, BUDGET_YEAR) for number in range(len(projects))),
        _item_document(world, office, projects[0]),
        # The welfare office's sheet of May has a total that is not a sum, and stands on its own shelf.
        *(
            _execution(world, office, BUDGET_YEAR, month, _ENCODINGS[month % len(_ENCODINGS)])
            for month in _MONTHS
            if (office, month) != (WELFARE_OFFICE, 5)
        ),
        *(document(f"{folder}/성과계획서/{plan.title}.docx", plan, BUDGET_YEAR, "성과계획서") for plan in plans),
        document(f"{folder}/국회/{short} 질의답변 자료.hwp", answers, BUDGET_YEAR, "국회 질의답변"),
    ]


def _item_workbook(world: World, office: str, number: int, fiscal_year: int) -> Item:
    """The items of an office's project; the first shows its calculations too, the fourth its sub-projects."""
    project = world.projects_of(office, fiscal_year)[number]
    title = f"{fiscal_year}년도 각목명세서({project.name})"
    sheets = [sheet("목별", title, tables.item_table(project, fiscal_year))]
    if number == 0:
        calculation = tables.calculation_table(project, fiscal_year)
        sheets.append(sheet("산출기초", f"{title} 산출기초", calculation))
    if number == 3:
        sheets.append(sheet("내역사업별", f"{title} 내역사업별", tables.change_table(project, fiscal_year)))
    path = f"{folder_of(world, office, fiscal_year)}/각목명세서/각목명세서_{project.name}.xlsx"
    return workbook(path, title, sheets, fiscal_year, "각목명세서")


def _item_document(world: World, office: str, project: Project) -> Item:
    title = f"{BUDGET_YEAR}년도 각목명세서({project.name})"
    enacted = tables.decided(project, BUDGET_YEAR) or 0
    _, name, amount = max(project.item_amounts(enacted), key=lambda item: item[2])
    words = {
        "name": project.name,
        "year": str(BUDGET_YEAR),
        "largest": name,
        "share": rate(amount, enacted),
        "activity": project.activity.name,
    }
    grids: dict[str, Table] = {
        "목별": _with_oddity(office, tables.item_table(project, BUDGET_YEAR, has_corner_unit=True)),
        "산출": tables.calculation_table(project),
    }
    manuscript = compose(_ITEM_TEMPLATE, words, grids, title=title)
    path = f"{folder_of(world, office, BUDGET_YEAR)}/각목명세서/각목명세서_{project.name}.hwpx"
    return document(path, manuscript, BUDGET_YEAR, "각목명세서")


def _with_oddity(office: str, table: Table) -> Table:
    """One office typed an amount in full-width digits, another put a footnote mark on one."""
    amount = table.amounts[1]
    if office == LAND_OFFICE:
        wide = amount.raw_text.translate({ord(mark): ord(mark) + 0xFEE0 for mark in "0123456789,"})
        return table.with_text(amount.row, amount.col, wide)
    return table.with_text(amount.row, amount.col, f"{amount.raw_text}*") if office == FARM_OFFICE else table


def _request_year(world: World, office: str) -> list[Item]:
    projects = world.projects_of(office, REQUEST_YEAR)
    folder = folder_of(world, office, REQUEST_YEAR)
    slides = prose_office.request_slides(projects)
    author = f"{world.office(office)} 담당 사무관"
    return [
        *_briefings(world, office, REQUEST_YEAR),
        *_requests(world, office, REQUEST_YEAR),
        _item_workbook(world, office, len(projects) - 1, REQUEST_YEAR),
        document(f"{folder}/{slides.title}.pptx", slides, REQUEST_YEAR, "보고 슬라이드", author=author),
    ]
