"""The folder of the office that oversees the budget (예산총괄과)."""

from pipelines.sample import projects, prose, prose_meetings, prose_notices, tables
from pipelines.sample.archive import pack_archive
from pipelines.sample.docx import write_docx
from pipelines.sample.hwp5 import write_hwp5
from pipelines.sample.hwpx import write_hwpx
from pipelines.sample.item import Item, Text, kept, kept_member, text_of, text_of_grid, text_of_letter, text_of_sheets
from pipelines.sample.mail import Mail, write_eml
from pipelines.sample.pdf import write_pdf
from pipelines.sample.pptx import write_pptx
from pipelines.sample.text import CP949, write_csv, write_html, write_markdown, write_txt
from pipelines.sample.xlsx import Sheet, write_xlsx

_OFFICE = projects.BUDGET_OFFICE
_YEAR, _NEXT = projects.BUDGET_YEAR, projects.REQUEST_YEAR
_FOLDER, _NEXT_FOLDER = f"{_OFFICE}/{_YEAR}년", f"{_OFFICE}/{_NEXT}년"

CIRCULAR_NAME = f"{_YEAR}년도 예산안 편성 세부지침.html"
CIRCULAR_PATH = f"{_FOLDER}/편성지침/{CIRCULAR_NAME}"


def budget_items() -> list[Item]:
    """Every file of this office that a person would open."""
    return [*_budget_year(), *_request_year()]


def circular(path: str) -> Item:
    """The guideline at `path`; both offices hold the same bytes."""
    manuscript = prose_notices.budget_circular(_YEAR)
    return kept(path, write_html(manuscript), "html", text_of(manuscript), _YEAR)


def _budget_year() -> list[Item]:
    briefing = prose.project_briefing(projects.CONTROL_ROOM, _YEAR)
    roads = prose.project_briefing(projects.COUNTRY_ROADS, _YEAR)
    answers = prose.assembly_answers("예산결산특별위원회", projects.projects_of(_OFFICE), _YEAR)
    press = prose_notices.press_release(_YEAR)
    review = prose_meetings.execution_review()
    notice = prose_notices.document_security_notice()
    execution = tables.execution_table(projects.projects_of(_OFFICE), _YEAR, 3)
    return [
        circular(CIRCULAR_PATH),
        _request_workbook(),
        _item_workbook(),
        kept(
            f"{_FOLDER}/사업설명자료/재난안전 통합관제 구축.hwp", write_hwp5(briefing), "hwp5", text_of(briefing), _YEAR
        ),
        kept(f"{_FOLDER}/사업설명자료/지역상생 교통망 확충.hwpx", write_hwpx(roads), "hwpx", text_of(roads), _YEAR),
        kept(f"{_FOLDER}/국회/예결위 질의답변 자료.hwp", write_hwp5(answers), "hwp5", text_of(answers), _YEAR),
        kept(
            f"{projects.COMMON_FOLDER}/보도자료/250829 {_YEAR}년도 예산안 국무회의 의결.pdf",
            write_pdf(press),
            "pdf",
            text_of(press),
            _YEAR,
            has_tables=False,
        ),
        kept(
            f"{projects.COMMON_FOLDER}/보도자료/250829 {_YEAR}년도 예산안 국무회의 의결.hwpx",
            write_hwpx(press),
            "hwpx",
            text_of(press),
            _YEAR,
        ),
        kept(
            f"{_FOLDER}/집행/집행 현황(3월 말).csv",
            write_csv(execution, CP949),
            "csv",
            text_of_grid("집행 현황(3월 말)", execution),
            _YEAR,
        ),
        kept(
            f"{_FOLDER}/집행/5월 집행 점검회의 결과.md",
            write_markdown(review),
            "markdown",
            text_of(review),
            _YEAR,
            has_tables=False,
        ),
        kept(
            f"{_FOLDER}/업무 문서 보관 안내.txt",
            write_txt(notice, CP949),
            "plain",
            text_of(notice),
            _YEAR,
            has_tables=False,
        ),
        _submission_archive(),
    ]


def _request_workbook() -> Item:
    own = [project for project in projects.PROJECTS if project.ministry == projects.DIGITAL_OFFICE.ministry]
    title = f"{_YEAR}년도 예산요구서({own[0].ministry.name})"
    sheets = [
        Sheet("총괄", f"{title} 총괄", tables.request_table(own, _YEAR), (3, 4, 5, 6)),
        Sheet(
            "단계별", f"{title} 단계별", tables.stage_table(own, _YEAR), (3, 4, 5, 6, 7), ("※ △는 줄었다는 뜻이다.",)
        ),
    ]
    path = f"{_FOLDER}/예산요구서/{title}.xlsx"
    return kept(path, write_xlsx(title, sheets), "xlsx", text_of_sheets(title, sheets), _YEAR)


def _item_workbook() -> Item:
    project = projects.DIGITAL_OFFICE
    title = f"{_YEAR}년도 각목명세서({project.name})"
    sheets = [
        Sheet("목별", title, tables.item_table(project, _YEAR), (3, 4, 5, 6)),
        Sheet("산출기초", f"{title} 산출기초", tables.calculation_table(project), (3,)),
    ]
    path = f"{_FOLDER}/각목명세서/각목명세서_{project.name}.xlsx"
    return kept(path, write_xlsx(title, sheets), "xlsx", text_of_sheets(title, sheets), _YEAR)


def _submission_archive() -> Item:
    request = prose.budget_request([projects.GREEN_TRACTORS], _NEXT)
    title = f"{_NEXT}년도 각목명세서({projects.GREEN_TRACTORS.name})"
    sheets = [Sheet("목별", title, tables.item_table(projects.GREEN_TRACTORS, _NEXT), (3, 4, 5, 6))]
    document, workbook = "제출자료/예산요구서(푸른들농무부).hwpx", "제출자료/각목명세서.xlsx"
    content = pack_archive({document: write_hwpx(request), workbook: write_xlsx(title, sheets)}, encoding="cp949")
    members = [
        kept_member(document, "hwpx", text_of(request)),
        kept_member(workbook, "xlsx", text_of_sheets(title, sheets)),
    ]
    path = f"{_FOLDER}/붙임_푸른들농무부 제출자료.zip"
    return kept(path, content, "zip", Text("푸른들농무부 제출자료", (), ()), _NEXT, has_tables=False, members=members)


def _request_year() -> list[Item]:
    slides = prose_notices.strategy_slides(_NEXT)
    minutes = prose_meetings.council_minutes()
    title = f"{_NEXT}년도 요구 총괄표"
    sheets = [Sheet("총괄", title, tables.request_table(projects.projects_of(_OFFICE), _NEXT), (3, 4, 5, 6))]
    return [
        *(_framework_draft(stage) for stage in prose_notices.FRAMEWORK_STAGES),
        kept(f"{_NEXT_FOLDER}/{title}.xlsx", write_xlsx(title, sheets), "xlsx", text_of_sheets(title, sheets), _NEXT),
        kept(
            f"{_NEXT_FOLDER}/재정전략회의 발표자료.pptx",
            write_pptx(slides, f"{_OFFICE} 담당 사무관"),
            "pptx",
            text_of(slides),
            _NEXT,
        ),
        kept(
            f"{_NEXT_FOLDER}/{_NEXT}년도 예산협의회 회의록.docx",
            write_docx(minutes),
            "docx",
            text_of(minutes),
            _NEXT,
        ).decomposed(),
        _request_mail(),
    ]


def _framework_draft(stage: str) -> Item:
    manuscript = prose_notices.framework_report(stage)
    family = f"{_NEXT}년도 예산 편성 기본틀 보고"
    path = f"{_NEXT_FOLDER}/기본틀 보고/{family}_{stage}.hwpx"
    return kept(path, write_hwpx(manuscript), "hwpx", text_of(manuscript), _NEXT).with_truth(family=family)


def _request_mail() -> Item:
    subject, body = f"{_NEXT}년도 예산요구서 제출 안내", prose_meetings.REQUEST_LETTER
    name = "산출기초 서식.xlsx"
    title = "산출기초 서식"
    sheets = [Sheet("서식", title, tables.calculation_table(projects.STATISTICS), (3,))]
    mail = Mail(
        ("총괄담당", "budget@example.com"),
        ("복지예산과 담당 사무관", "welfare@example.com"),
        "Thu, 23 Apr 2026 10:12:00 +0900",
        subject,
        body,
        {name: write_xlsx(title, sheets)},
    )
    members = [kept_member(name, "xlsx", text_of_sheets(title, sheets))]
    path = f"{_NEXT_FOLDER}/메일/{subject}.eml"
    content = write_eml(mail, "20260423101200.0001")
    return kept(path, content, "eml", text_of_letter(subject, body), _NEXT, has_tables=False, members=members)
