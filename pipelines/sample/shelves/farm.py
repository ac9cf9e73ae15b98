"""What only the office that reviews farming, industry and the sea (농림산업예산과) has on its share."""

from pipelines.sample.item import Item
from pipelines.sample.offices import FARM_OFFICE
from pipelines.sample.project import BUDGET_YEAR, REQUEST_YEAR
from pipelines.sample.projects import GREEN_TRACTORS
from pipelines.sample.prose import farm as prose_farm
from pipelines.sample.shelves.budget import submission_archive
from pipelines.sample.shelves.shelving import document, letter
from pipelines.sample.shelves.standing import folder_of
from pipelines.sample.world import World
from pipelines.sample.writers.text import CP949

_YEAR, _NEXT = BUDGET_YEAR, REQUEST_YEAR


def farm_items(world: World) -> list[Item]:
    """Every file of this office that a person would open, beyond what every office has."""
    folder, following = (folder_of(world, FARM_OFFICE, year) for year in (_YEAR, _NEXT))
    lending, guarantee = prose_farm.greenhouse_guideline(), prose_farm.guarantee_notes()
    council, boats = prose_farm.farm_council_minutes(), prose_farm.boat_inspection()
    return [
        document(f"{folder}/지침/{lending.title}.html", lending, _YEAR, "지침"),
        document(f"{folder}/지침/{guarantee.title}.txt", guarantee, _YEAR, "지침", encoding=CP949),
        document(f"{folder}/점검/{boats.title}.md", boats, _YEAR, "회의록").decomposed(),
        submission_archive(world, FARM_OFFICE, [world.project(GREEN_TRACTORS)]),
        document(f"{following}/{council.title}.docx", council, _NEXT, "회의록"),
        letter(
            f"{folder}/메일/골목상점 단말 보급 실적 문의.eml",
            (("농림산업예산과 담당 사무관", "farm@example.com"), ("바른산업부 소상공인담당", "shop@example.com")),
            "Mon, 13 Apr 2026 10:48:00 +0900",
            prose_farm.TERMINAL_LETTER,
            {},
            _YEAR,
            f"20260413104800.{world.replica + 1:04d}",
        ),
    ]
