"""What only the office that reviews transport and the environment (국토환경예산과) has on its share."""

from pipelines.sample import tables_office
from pipelines.sample.item import Item
from pipelines.sample.offices import LAND_OFFICE
from pipelines.sample.project import BUDGET_YEAR, CLOSED_YEARS, REQUEST_YEAR
from pipelines.sample.projects import AIR_STATIONS
from pipelines.sample.prose import land as prose_land
from pipelines.sample.shelves.budget import submission_archive
from pipelines.sample.shelves.shelving import document, letter, sheet, workbook
from pipelines.sample.shelves.standing import folder_of
from pipelines.sample.world import World

_LAST, _YEAR, _NEXT = CLOSED_YEARS[-1], BUDGET_YEAR, REQUEST_YEAR


def land_items(world: World) -> list[Item]:
    """Every file of this office that a person would open, beyond what every office has."""
    last, folder, following = (folder_of(world, LAND_OFFICE, year) for year in (_LAST, _YEAR, _NEXT))
    rules, notes = prose_land.works_guideline(), prose_land.compensation_notes()
    council, visit = prose_land.land_council_minutes(), prose_land.pipe_visit()
    divided = tables_office.divided_year_table(world.projects_of(LAND_OFFICE, _LAST), _LAST)
    handover = f"{_LAST}년도 경제예산과 인수 사업 목록"
    return [
        workbook(f"{last}/{handover}.xlsx", handover, [sheet("인수 사업", handover, divided)], _LAST, "결산"),
        document(f"{folder}/지침/{rules.title}.html", rules, _YEAR, "지침"),
        document(f"{folder}/지침/{notes.title}.txt", notes, _YEAR, "지침"),
        document(f"{folder}/점검/{visit.title}.md", visit, _YEAR, "회의록"),
        submission_archive(world, LAND_OFFICE, [world.project(AIR_STATIONS)]),
        document(f"{following}/{council.title}.docx", council, _NEXT, "회의록").decomposed(),
        letter(
            f"{following}/메일/흰바위재 낙석 방호 비용 재산정 요청.eml",
            (("국토환경예산과 담당 사무관", "land@example.com"), ("새길교통부 도로담당", "road@example.com")),
            "Wed, 22 Apr 2026 14:20:00 +0900",
            prose_land.ROCKFALL_LETTER,
            {},
            _NEXT,
            f"20260422142000.{world.replica + 1:04d}",
        ),
        letter(
            f"{folder}/메일/옥상 측정소 이전 계획.eml",
            (("맑은숲환경부 대기담당", "air@example.com"), ("국토환경예산과 담당 사무관", "land@example.com")),
            "Fri, 6 Mar 2026 17:02:00 +0900",
            prose_land.STATION_LETTER,
            {},
            _YEAR,
            f"20260306170200.{world.replica + 1:04d}",
        ),
    ]
