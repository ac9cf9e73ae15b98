"""What only the office that oversees the budget (예산총괄과) has on its share, and what it puts into the common folder."""

from pipelines.sample import projects, tables, tables_office
from pipelines.sample.item import Item, Text, kept
from pipelines.sample.offices import BUDGET_OFFICE, WELFARE_OFFICE
from pipelines.sample.project import BUDGET_YEAR, REQUEST_YEAR, Project
from pipelines.sample.prose import budget as prose_budget
from pipelines.sample.prose import documents as prose
from pipelines.sample.prose import meetings as prose_meetings
from pipelines.sample.prose import notices as prose_notices
from pipelines.sample.prose import offices as prose_office
from pipelines.sample.shelves.shelving import document, enclosed_document, enclosed_workbook, letter, sheet, workbook
from pipelines.sample.shelves.standing import folder_of
from pipelines.sample.world import World
from pipelines.sample.writers.archive import pack_archive
from pipelines.sample.writers.text import CP949

_YEAR, _NEXT = BUDGET_YEAR, REQUEST_YEAR

CIRCULAR_NAME = f"{_YEAR}년도 예산안 편성 세부지침.html"


def budget_items(world: World) -> list[Item]:
    """Every file of this office that a person would open, beyond what every office has."""
    return [*_budget_year(world), *_request_year(world), *_common(world)]


def circular(world: World, path: str) -> Item:
    """The guideline at `path`; two offices hold the same bytes."""
    everything = [project for project in world.projects if project.has_year(_YEAR)]
    return document(path, prose_notices.budget_circular(everything, _YEAR), _YEAR, "지침")


def _budget_year(world: World) -> list[Item]:
    folder = folder_of(world, BUDGET_OFFICE, _YEAR)
    reviewed = [*world.projects_of(BUDGET_OFFICE, _YEAR), world.project(projects.COUNTRY_ROADS)]
    review = prose_meetings.execution_review(reviewed)
    notice = prose_notices.document_security_notice()
    check = prose_budget.cash_plan_minutes()
    return [
        circular(world, f"{folder}/편성지침/{CIRCULAR_NAME}"),
        document(f"{folder}/집행/5월 집행 점검회의 결과.md", review, _YEAR, "회의록"),
        document(f"{folder}/집행/{check.title}.docx", check, _YEAR, "회의록"),
        document(f"{folder}/업무 문서 보관 안내.txt", notice, _YEAR, "지침", encoding=CP949),
        submission_archive(world, BUDGET_OFFICE, [world.project(projects.STATISTICS)]),
        letter(
            f"{folder}/메일/분기 자금계획 조정 요청.eml",
            (("다온행정부 재정담당", "finance@example.com"), ("총괄담당", "budget@example.com")),
            "Tue, 24 Mar 2026 09:31:00 +0900",
            prose_budget.CASH_PLAN_LETTER,
            {
                "분기 자금계획.xlsx": enclosed_workbook(
                    "분기 자금계획.xlsx",
                    "분기 자금계획",
                    [
                        sheet(
                            "계획",
                            "분기 자금계획",
                            prose_budget.cash_plan_table(world.project(projects.DIGITAL_OFFICE)),
                        )
                    ],
                )
            },
            _YEAR,
            f"20260324093100.{world.replica + 1:04d}",
        ),
    ]


def submission_archive(world: World, office: str, sent: list[Project]) -> Item:
    """What a ministry handed in as one archive: its request and the items of its first project."""
    request = prose.short_request(sent, _NEXT).in_place(world.place)
    ministry, project = sent[0].ministry.name, sent[0]
    title = f"{_NEXT}년도 각목명세서({project.name})"
    files = {
        f"제출자료/예산요구서({ministry}).hwpx": enclosed_document(f"제출자료/예산요구서({ministry}).hwpx", request),
        "제출자료/각목명세서.xlsx": enclosed_workbook(
            "제출자료/각목명세서.xlsx", title, [sheet("목별", title, tables.item_table(project, _NEXT))]
        ),
    }
    content = pack_archive({name: content for name, (content, _) in files.items()}, encoding="cp949")
    path = f"{folder_of(world, office, _YEAR)}/붙임_{ministry} 제출자료.zip"
    text = Text(f"{ministry} 제출자료", (), ())
    members = [member for _, member in files.values()]
    return kept(path, content, "zip", text, _NEXT, kind="제출자료", has_tables=False, members=members)


def _request_year(world: World) -> list[Item]:
    folder = folder_of(world, BUDGET_OFFICE, _NEXT)
    slides = prose_notices.strategy_slides(world.projects_of(WELFARE_OFFICE, _NEXT), _NEXT)
    minutes = prose_meetings.council_minutes()
    title = f"{_NEXT}년도 요구 총괄표"
    everything = [project for project in world.projects if project.has_year(_NEXT)]
    overview = sheet("총괄", title, tables_office.request_table(everything, _NEXT))
    author = f"{world.budget_office} 담당 사무관"
    form = enclosed_workbook(
        "산출기초 서식.xlsx",
        "산출기초 서식",
        [sheet("서식", "산출기초 서식", tables.calculation_table(world.project(projects.STATISTICS), _NEXT))],
    )
    return [
        workbook(f"{folder}/{title}.xlsx", title, [overview], _NEXT, "예산요구서"),
        document(f"{folder}/재정전략회의 발표자료.pptx", slides, _NEXT, "보고 슬라이드", author=author),
        document(f"{folder}/{_NEXT}년도 예산협의회 회의록.docx", minutes, _NEXT, "회의록").decomposed(),
        letter(
            f"{folder}/메일/{_NEXT}년도 예산요구서 제출 안내.eml",
            (("총괄담당", "budget@example.com"), ("복지예산과 담당 사무관", "welfare@example.com")),
            "Thu, 23 Apr 2026 10:12:00 +0900",
            prose_meetings.REQUEST_LETTER,
            {"산출기초 서식.xlsx": form},
            _NEXT,
            f"20260423101200.{world.replica + 1:04d}",
        ),
    ]


def _common(world: World) -> list[Item]:
    folder = world.common_folder
    leading = [world.project(project) for project in projects.PROJECTS[:4]]
    press = prose_notices.press_release(leading, _YEAR)
    name = f"250829 {_YEAR}년도 예산안 국무회의 의결"
    told = (
        (projects.CITY_RIVERS, "0301", "260212"),
        (projects.FISHING_BOATS, "0402", "260305"),
        (projects.ABROAD_SAFETY, "0103", "260319"),
    )
    releases: list[Item] = []
    for original, line, day in told:
        text = prose_office.project_press(world.project(original), line)
        releases += [
            document(f"{folder}/보도자료/{day} {text.title}.{extension}", text, _YEAR, "보도자료")
            for extension in ("hwpx", "pdf")
        ]
    holidays = prose_budget.close_of_year_notice()
    return [
        document(f"{folder}/보도자료/{name}.pdf", press, _YEAR, "보도자료"),
        document(f"{folder}/보도자료/{name}.hwpx", press, _YEAR, "보도자료"),
        *releases,
        document(f"{folder}/안내/{holidays.title}.html", holidays, _YEAR, "지침"),
    ]
