"""Documents that print another amount than the one that everybody else has: copied wrongly, or never brought up to date."""

from pipelines.sample import projects, tables_office
from pipelines.sample.item import Item
from pipelines.sample.offices import BUDGET_OFFICE, FARM_OFFICE, LAND_OFFICE, office_in
from pipelines.sample.project import BUDGET_YEAR, CLOSED_YEARS, REQUEST_YEAR, Project
from pipelines.sample.prose import farm as prose_farm
from pipelines.sample.shelves.shelving import enclosed_workbook, letter, sheet, workbook
from pipelines.sample.shelves.standing import folder_of
from pipelines.sample.truth import ContradictionTruth
from pipelines.sample.world import World

_LAST = CLOSED_YEARS[-1]


def contradicting_items(world: World) -> list[Item]:
    """The three documents whose amounts are off."""
    return [_list_with_swapped_digits(world), _reported_execution(world), _letter_with_first_request(world)]


def contradictions_of(world: World) -> tuple[ContradictionTruth, ...]:
    """The pairs: what the document of record says, and what the other does."""
    swapped, reported, first = (item.truth.path for item in contradicting_items(world))
    digital, roads, boats = (
        world.project(project) for project in (projects.DIGITAL_OFFICE, projects.COUNTRY_ROADS, projects.FISHING_BOATS)
    )
    request = _request_path(world, BUDGET_OFFICE, digital)
    settled = f"{_LAST}년도 {office_in(world.land_office, _LAST)} 집행 실적.xlsx"
    settlement = f"{folder_of(world, LAND_OFFICE, _LAST)}/결산/{settled}"
    asked = _request_path(world, FARM_OFFICE, boats)
    return (
        _between(
            digital,
            BUDGET_YEAR,
            "본예산",
            (request, swapped),
            (digital.year(BUDGET_YEAR).enacted, _swapped(digital).year(BUDGET_YEAR).enacted),
        ),
        _between(
            roads,
            _LAST,
            "집행",
            (settlement, reported),
            (roads.year(_LAST).spent, _reported(roads).year(_LAST).spent),
        ),
        _between(
            boats,
            REQUEST_YEAR,
            "요구안",
            (asked, first),
            (boats.year(REQUEST_YEAR).requested, _first_asked(boats).year(REQUEST_YEAR).requested),
        ),
    )


def _request_path(world: World, office: str, project: Project) -> str:
    name = f"{REQUEST_YEAR}년도 예산요구서({project.ministry.name}).xlsx"
    return f"{folder_of(world, office, REQUEST_YEAR)}/예산요구서/{name}"


def _between(
    project: Project, fiscal_year: int, stage: str, paths: tuple[str, str], millions: tuple[int | None, int | None]
) -> ContradictionTruth:
    here, there = millions
    assert here is not None
    assert there is not None
    return ContradictionTruth(
        subject=project.code,
        subject_name=project.name,
        fiscal_year=fiscal_year,
        stage=stage,
        paths=paths,
        amounts_won=(here * 1_000_000, there * 1_000_000),
    )


def _swapped(project: Project) -> Project:
    """Two neighbouring digits of what was enacted changed places."""
    enacted = project.year(BUDGET_YEAR).enacted or 0
    tens, ones = enacted // 10 % 10, enacted % 10
    # Equal digits would hide the mistake.
    wrong = enacted - 9 * (tens - ones) if tens != ones else enacted + 90
    return project.with_year(BUDGET_YEAR, enacted=wrong)


def _reported(project: Project) -> Project:
    """What the ministry reported before an advance was settled, and lapsed that much less."""
    year = project.year(_LAST)
    return project.with_year(_LAST, spent=(year.spent or 0) + year.lapsed // 5)


def _first_asked(project: Project) -> Project:
    """What was asked for at first."""
    return project.with_year(REQUEST_YEAR, requested=project.year(REQUEST_YEAR).requested + 1_000)


def _list_with_swapped_digits(world: World) -> Item:
    own = [world.project(projects.STATISTICS), _swapped(world.project(projects.DIGITAL_OFFICE))]
    title = f"{BUDGET_YEAR}년 주요사업 현황"
    sheets = [
        sheet(
            "현황",
            title,
            tables_office.standing_table(own, BUDGET_YEAR),
            "※ 홍보 자료를 만들 때 쓰려고 옮겨 적은 것이다.",
        )
    ]
    return workbook(f"{world.common_folder}/참고/{title}.xlsx", title, sheets, BUDGET_YEAR, "현황")


def _reported_execution(world: World) -> Item:
    title = f"{_LAST}년도 부처 제출 집행 실적"
    own = [_reported(world.project(projects.COUNTRY_ROADS))]
    sheets = [sheet("제출", title, tables_office.settlement_table(own, _LAST), "※ 선금 정산 전의 금액이다.")]
    path = f"{folder_of(world, LAND_OFFICE, _LAST)}/결산/{title}.xlsx"
    return workbook(path, title, sheets, _LAST, "결산")


def _letter_with_first_request(world: World) -> Item:
    name, title = "구명조끼 요구 내역.xlsx", "구명조끼 요구 내역"
    own = [_first_asked(world.project(projects.FISHING_BOATS))]
    sheets = [sheet("요구", title, tables_office.request_table(own, REQUEST_YEAR))]
    return letter(
        f"{folder_of(world, FARM_OFFICE, REQUEST_YEAR)}/메일/구명조끼 가스통 교체비 재산정.eml",
        (("너른바다수산부 재정담당", "sea@example.com"), ("농림산업예산과 담당 사무관", "farm@example.com")),
        "Wed, 20 May 2026 15:33:00 +0900",
        prose_farm.VEST_LETTER,
        {name: enclosed_workbook(name, title, sheets)},
        REQUEST_YEAR,
        f"20260520153300.{world.replica + 1:04d}",
    )
