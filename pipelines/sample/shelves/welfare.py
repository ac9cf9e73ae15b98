"""The folder of the office that reviews the welfare budget (복지예산과)."""

from pipelines.sample import projects, prose, prose_meetings, prose_notices, tables
from pipelines.sample.budget_shelf import CIRCULAR_NAME, circular
from pipelines.sample.docx import write_docx
from pipelines.sample.hwp5 import write_hwp5
from pipelines.sample.hwpx import write_hwpx
from pipelines.sample.item import Item, kept, kept_member, text_of, text_of_grid, text_of_letter, text_of_sheets
from pipelines.sample.mail import Mail, write_eml
from pipelines.sample.manuscript import LEFT, UP, grid_of
from pipelines.sample.prose_meetings import MANDATORY_WELFARE_WON
from pipelines.sample.text import CP949, write_csv, write_txt
from pipelines.sample.xlsx import Sheet, write_xlsx
from schemas.elements import Grid

_OFFICE = projects.WELFARE_OFFICE
_LAST, _YEAR, _NEXT = projects.CLOSED_YEARS[-1], projects.BUDGET_YEAR, projects.REQUEST_YEAR
_LAST_FOLDER, _FOLDER, _NEXT_FOLDER = (f"{_OFFICE}/{year}년" for year in (_LAST, _YEAR, _NEXT))

# Both are well formed, and their check digits are right, but nobody has them: their dates of birth are 2099 and 2098.
HYPHENATED_NUMBER = "991231-3950000"
BARE_NUMBER = "9811304951003"


def welfare_items() -> list[Item]:
    """Every file of this office that a person would open."""
    return [*_closed_year(), *_budget_year(), *_request_year()]


def _closed_year() -> list[Item]:
    report = prose_meetings.settlement_report()
    title = f"{_LAST}년도 복지 분야 집행 실적"
    sheets = [
        Sheet(project.name, f"{project.name} 집행 실적", tables.history_table(project), tuple(range(2, 9)))
        for project in (projects.VILLAGE_CARE, projects.SENIOR_MEALS)
    ]
    return [
        kept(
            f"{_LAST_FOLDER}/결산/{title}.xlsx", write_xlsx(title, sheets), "xlsx", text_of_sheets(title, sheets), _LAST
        ),
        kept(f"{_LAST_FOLDER}/결산/{report.title}.docx", write_docx(report), "docx", text_of(report), _LAST),
    ]


def _budget_year() -> list[Item]:
    own = projects.projects_of(_OFFICE)
    plan = prose.performance_plan(own[:3], _YEAR)
    answers = prose.assembly_answers("보건복지위원회", own, _YEAR)
    guideline = prose_notices.subsidy_guideline(_YEAR)
    execution = _execution_with_total()
    return [
        *_briefings(),
        circular(f"{_FOLDER}/참고/{CIRCULAR_NAME}"),
        kept(f"{_FOLDER}/성과계획서/{plan.title}.docx", write_docx(plan), "docx", text_of(plan), _YEAR),
        kept(f"{_FOLDER}/국회/복지위 질의답변 자료.hwp", write_hwp5(answers), "hwp5", text_of(answers), _YEAR),
        kept(
            f"{_FOLDER}/지침/국고보조사업 집행지침.txt",
            write_txt(guideline, CP949),
            "plain",
            text_of(guideline),
            _YEAR,
            has_tables=False,
        ),
        kept(
            f"{_FOLDER}/집행/집행 현황(5월 말).csv",
            write_csv(execution),
            "csv",
            text_of_grid("집행 현황(5월 말)", execution),
            _YEAR,
        ).with_truth(must_find=(str(MANDATORY_WELFARE_WON), "복지 분야 의무지출 합계")),
        _item_workbook(),
        _roster(),
        _site_visit_mail(),
    ]


def _briefings() -> list[Item]:
    items: list[Item] = []
    for project in (projects.VILLAGE_CARE, projects.SENIOR_MEALS):
        briefing = prose.project_briefing(project, _YEAR)
        path = f"{_FOLDER}/사업설명자료/{project.name}({project.code}).hwp"
        items.append(kept(path, write_hwp5(briefing), "hwp5", text_of(briefing), _YEAR))
    for project in (projects.CHILD_VOUCHER, projects.YOUTH_SAVINGS):
        briefing = prose.project_briefing(project, _YEAR)
        path = f"{_FOLDER}/사업설명자료/{project.name}({project.code}).hwpx"
        items.append(kept(path, write_hwpx(briefing), "hwpx", text_of(briefing), _YEAR))
    return items


def _execution_with_total() -> Grid:
    """The execution of the office's projects, below them a total that is not their sum and has thirteen digits."""
    table = tables.execution_table(projects.projects_of(_OFFICE), _YEAR, 5)
    spent = MANDATORY_WELFARE_WON * 423 // 1000
    total = [str(_YEAR), projects.VILLAGE_CARE.ministry.name, "-", "복지 분야 의무지출 합계"]
    figures = [str(MANDATORY_WELFARE_WON), str(spent), tables.rate(spent, MANDATORY_WELFARE_WON)]
    cells = [cell.text for cell in table.cells]
    rows = [cells[at : at + table.n_cols] for at in range(0, len(cells), table.n_cols)]
    return grid_of([*rows, [*total, *figures]], table.unit)


def _item_workbook() -> Item:
    project = projects.ACCESS_TAXI
    title = f"{_YEAR}년도 각목명세서({project.name})"
    sheets = [
        Sheet("목별", title, tables.item_table(project, _YEAR), (3, 4, 5, 6)),
        Sheet("내역사업별", f"{title} 내역사업별", tables.change_table(project, _YEAR), (2, 3, 4, 5)),
        Sheet(
            "단계별",
            f"{_YEAR}년도 복지 분야 단계별 금액",
            tables.stage_table(projects.projects_of(_OFFICE), _YEAR),
            (3, 4, 5, 6, 7),
            ("※ △는 줄었다는 뜻이다.",),
        ),
    ]
    path = f"{_FOLDER}/각목명세서/각목명세서_{project.name}.xlsx"
    return kept(path, write_xlsx(title, sheets), "xlsx", text_of_sheets(title, sheets), _YEAR)


def _roster() -> Item:
    """A sheet with two identifiers; its grid is not stated, because what is kept of it must differ."""
    rows = [
        ["연번", "대상자", "주민등록번호", "지역", "확인 결과"],
        ["1", "표본대상자 가", BARE_NUMBER, "푸른들군", "도시락을 주 5일 받는 것을 확인하였다"],
        ["2", "표본대상자 나", HYPHENATED_NUMBER, "새길시", "경로식당을 주 3일 이용하는 것을 확인하였다"],
    ]
    title = "급식 지원 표본점검 명단"
    sheets = [Sheet("명단", title, grid_of(rows), (1,), ("※ 점검이 끝나면 명단은 바로 파기한다.",))]
    path = f"{_FOLDER}/점검/{title}.xlsx"
    item = kept(path, write_xlsx(title, sheets), "xlsx", text_of_sheets(title, sheets), _YEAR)
    numbers = (HYPHENATED_NUMBER, HYPHENATED_NUMBER.replace("-", ""), BARE_NUMBER)
    return item.with_truth(tables=(), n_masked=2, must_not_find=numbers)


def _site_visit_mail() -> Item:
    subject, body = "산간 지역 도시락 배달 현장점검 결과", prose_meetings.SITE_VISIT_LETTER
    rows = [
        ["마을", "배달 가구", "배달 시간(분)", LEFT],
        [UP, UP, "보관함 설치 전", "설치 후"],
        ["윗샘골", "14", "210", "125"],
        ["돌다리말", "9", "185", "110"],
        ["솔고개", "11", "240", "160"],
    ]
    name, title = "현장점검 수치.xlsx", "현장점검 수치"
    sheets = [Sheet("수치", title, grid_of(rows), (2, 3, 4))]
    mail = Mail(
        ("복지예산과 담당 사무관", "welfare@example.com"),
        ("총괄담당", "budget@example.com"),
        "Mon, 16 Mar 2026 16:40:00 +0900",
        subject,
        body,
        {name: write_xlsx(title, sheets)},
    )
    members = [kept_member(name, "xlsx", text_of_sheets(title, sheets))]
    path = f"{_FOLDER}/메일/{subject}.eml"
    content = write_eml(mail, "20260316164000.0002")
    return kept(path, content, "eml", text_of_letter(subject, body), _YEAR, has_tables=False, members=members)


def _request_year() -> list[Item]:
    request = prose.budget_request(projects.projects_of(_OFFICE)[:3], _NEXT)
    memo = prose_meetings.subsidy_rate_memo()
    return [
        kept(f"{_NEXT_FOLDER}/예산요구서/{request.title}.hwpx", write_hwpx(request), "hwpx", text_of(request), _NEXT),
        kept(
            f"{_NEXT_FOLDER}/메모/{memo.title}.txt",
            write_txt(memo),
            "plain",
            text_of(memo),
            _NEXT,
            has_tables=False,
        ),
    ]
