"""What only the office that reviews the welfare budget (복지예산과) has on its share."""

from pipelines.sample import projects, tables_office
from pipelines.sample.figures import Figure, Subject
from pipelines.sample.item import Item
from pipelines.sample.manuscript import LEFT, UP, Table, grid_of
from pipelines.sample.offices import WELFARE_OFFICE
from pipelines.sample.project import BUDGET_YEAR, CLOSED_YEARS, REQUEST_YEAR
from pipelines.sample.prose import meetings as prose_meetings
from pipelines.sample.prose import notices as prose_notices
from pipelines.sample.prose import welfare as prose_welfare
from pipelines.sample.prose.meetings import MANDATORY_WELFARE_WON
from pipelines.sample.shelves.budget import CIRCULAR_NAME, circular, submission_archive
from pipelines.sample.shelves.shelving import document, enclosed_workbook, letter, table_file, workbook
from pipelines.sample.shelves.standing import folder_of
from pipelines.sample.truth import PersonalTruth
from pipelines.sample.world import World
from pipelines.sample.writers.text import CP949
from pipelines.sample.writers.xlsx import Sheet

_LAST, _YEAR, _NEXT = CLOSED_YEARS[-1], BUDGET_YEAR, REQUEST_YEAR

# Both are well formed, and their check digits are right, but nobody has them: their dates of birth are 2099 and 2098.
HYPHENATED_NUMBER = "991231-3950000"
BARE_NUMBER = "9811304951003"


def welfare_items(world: World) -> list[Item]:
    """Every file of this office that a person would open, beyond what every office has."""
    return [*_closed_year(world), *_budget_year(world), *_request_year(world)]


def _closed_year(world: World) -> list[Item]:
    report = prose_meetings.settlement_report(world.project(projects.YOUTH_SAVINGS))
    folder = folder_of(world, WELFARE_OFFICE, _LAST)
    return [document(f"{folder}/결산/{report.title}.docx", report, _LAST, "결산")]


def _budget_year(world: World) -> list[Item]:
    folder = folder_of(world, WELFARE_OFFICE, _YEAR)
    guideline = prose_notices.subsidy_guideline(_YEAR)
    visit = prose_welfare.village_care_visit()
    voucher = prose_welfare.voucher_minutes()
    execution = _execution_with_total(world)
    return [
        circular(world, f"{folder}/참고/{CIRCULAR_NAME}"),
        document(f"{folder}/지침/국고보조사업 집행지침.txt", guideline, _YEAR, "지침", encoding=CP949),
        table_file(
            f"{folder}/집행/집행 현황(5월 말).csv", "집행 현황(5월 말)", execution, _YEAR, "집행 현황"
        ).with_truth(must_find=(str(MANDATORY_WELFARE_WON), "복지 분야 의무지출 합계")),
        document(f"{folder}/점검/{visit.title}.md", visit, _YEAR, "회의록"),
        document(f"{folder}/점검/{voucher.title}.docx", voucher, _YEAR, "회의록"),
        submission_archive(world, WELFARE_OFFICE, [world.project(projects.ACCESS_TAXI)]),
        _roster(world),
        _site_visit_mail(world),
    ]


def _execution_with_total(world: World) -> Table:
    """The execution of the office's projects, below them a total that is not their sum and has thirteen digits."""
    spent = MANDATORY_WELFARE_WON * 423 // 1000
    name = "복지 분야 의무지출 합계"
    figures = tables_office.execution_figures(Subject(name, name), MANDATORY_WELFARE_WON, spent, _YEAR, 5, in_won=True)
    total: list[str | Figure] = [str(_YEAR), world.project(projects.VILLAGE_CARE).ministry.name, "-", name, *figures]
    return tables_office.execution_table(world.projects_of(WELFARE_OFFICE, _YEAR), _YEAR, 5, [total])


def _roster(world: World) -> Item:
    """A sheet with two identifiers; its grid is not stated, because what is kept of it must differ."""
    rows: list[list[str | Figure]] = [
        ["연번", "대상자", "주민등록번호", "지역", "확인 결과"],
        ["1", "표본대상자 가", BARE_NUMBER, "푸른들군", "도시락을 주 5일 받는 것을 확인하였다"],
        ["2", "표본대상자 나", HYPHENATED_NUMBER, "새길시", "경로식당을 주 3일 이용하는 것을 확인하였다"],
    ]
    title = "급식 지원 표본점검 명단"
    sheets = [Sheet("명단", title, grid_of(rows), (1,), ("※ 점검이 끝나면 명단은 바로 파기한다.",))]
    path = f"{folder_of(world, WELFARE_OFFICE, _YEAR)}/점검/{title}.xlsx"
    numbers = (HYPHENATED_NUMBER, HYPHENATED_NUMBER.replace("-", ""), BARE_NUMBER)
    item = workbook(path, title, sheets, _YEAR, "명단")
    personal = tuple(
        PersonalTruth(kind="resident_number", text=number, is_masked=True)
        for number in (HYPHENATED_NUMBER, BARE_NUMBER)
    )
    return item.with_truth(tables=(), n_masked=2, must_not_find=numbers, personal=personal)


def _site_visit_mail(world: World) -> Item:
    rows: list[list[str | Figure]] = [
        ["마을", "배달 가구", "배달 시간(분)", LEFT],
        [UP, UP, "보관함 설치 전", "설치 후"],
        ["윗샘골", "14", "210", "125"],
        ["돌다리말", "9", "185", "110"],
        ["솔고개", "11", "240", "160"],
    ]
    name, title = "현장점검 수치.xlsx", "현장점검 수치"
    sheets = [Sheet("수치", title, grid_of(rows), (2, 3, 4))]
    return letter(
        f"{folder_of(world, WELFARE_OFFICE, _YEAR)}/메일/산간 지역 도시락 배달 현장점검 결과.eml",
        (("복지예산과 담당 사무관", "welfare@example.com"), ("총괄담당", "budget@example.com")),
        "Mon, 16 Mar 2026 16:40:00 +0900",
        prose_meetings.SITE_VISIT_LETTER,
        {name: enclosed_workbook(name, title, sheets)},
        _YEAR,
        f"20260316164000.{world.replica + 1:04d}",
    )


def _request_year(world: World) -> list[Item]:
    folder = folder_of(world, WELFARE_OFFICE, _NEXT)
    memo = prose_meetings.subsidy_rate_memo()
    rates = prose_welfare.welfare_rates()
    return [
        document(f"{folder}/메모/{memo.title}.txt", memo, _NEXT, "메모"),
        document(f"{folder}/지침/{rates.title}.html", rates, _NEXT, "지침"),
        letter(
            f"{folder}/메일/이동나래 운전원 산출기초 확인 요청.eml",
            (("복지예산과 담당 사무관", "welfare@example.com"), ("온누리복지부 재정담당", "care@example.com")),
            "Tue, 12 May 2026 11:05:00 +0900",
            prose_welfare.TAXI_LETTER,
            {},
            _NEXT,
            f"20260512110500.{world.replica + 1:04d}",
        ),
    ]
