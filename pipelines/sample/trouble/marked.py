"""Files that bear a secrecy mark, in every way in which a person marks one, and files that merely speak of secrecy.

What is marked must be kept nowhere, so each holds an invented word that must be found nowhere. What speaks of secrecy is an
ordinary document.
"""

import io

from openpyxl import Workbook

from pipelines.sample import projects
from pipelines.sample.item import Item, kept, refused, text_of
from pipelines.sample.manuscript import Manuscript, compose
from pipelines.sample.truth import MemberTruth
from pipelines.sample.world import World
from pipelines.sample.writers.archive import pack_archive
from pipelines.sample.writers.docx import write_docx
from pipelines.sample.writers.hwp5 import write_hwp5
from pipelines.sample.writers.hwpx import write_hwpx
from pipelines.sample.writers.mail import Mail, write_eml
from pipelines.sample.writers.office_package import normalise_package
from pipelines.sample.writers.pdf import write_pdf
from pipelines.sample.writers.pptx import write_pptx
from pipelines.sample.writers.text import CP949, write_html, write_markdown, write_txt
from schemas.outcome import Outcome

MARK = "대외비"

_YEAR = projects.BUDGET_YEAR

_CUTS = """
Ⅰ. 조정의 방향

○ 아래 금액은 확정되기 전의 조정안이며, 밖으로 알려지면 심의에 큰 혼란을 줄 수 있다.
○ 총액을 맞추기 위하여 {canary} 계획에 따른 사업별 감액 폭을 다음과 같이 둔다.

Ⅱ. 사업별 조정

○ 준공이 가까운 구간만 남기고, 나머지는 다음 해로 미룬다.
○ 부처에는 감액의 이유만 알리고, 다른 부처의 조정 폭은 알리지 않는다.
"""


def marked_items(world: World) -> list[Item]:
    """Every file with a mark, and every one that only looks so."""
    return [*_documents(world), *_pages(world), *_sheets_and_slides(world), *_containers(world), *_lookalikes(world)]


def _cuts(canary: str, *, title: str = "총액 조정안 검토", stamp: str = "", header: str | None = None) -> Manuscript:
    template = f"{stamp}\n{_CUTS}" if stamp else _CUTS
    return compose(template, {"canary": canary}, title=title, header=header)


def _marked(path: str, content: bytes, file_format: str | None, canary: str) -> Item:
    return refused(path, content, "secrecy_mark", fiscal_year=_YEAR, file_format=file_format, canaries=[canary])


def _documents(world: World) -> list[Item]:
    """Marks in a running header, in the name, as a stamp below the title and as a grade."""
    budget, land = f"{world.budget_office}/{_YEAR}년/조정", f"{world.land_office}/{_YEAR}년/협의"
    return [
        _marked(f"{budget}/총액 조정안 검토.hwpx", write_hwpx(_cuts("은하수매듭", header=MARK)), "hwpx", "은하수매듭"),
        _marked(f"{budget}/({MARK}) 현안 조정 메모.txt", write_txt(_cuts("달무리서랍")), None, "달무리서랍"),
        _marked(f"{budget}/[비밀] 비상 예산 검토.hwp", write_hwp5(_cuts("서리꽃항아리")), None, "서리꽃항아리"),
        _marked(
            f"{budget}/국방 연계 사업 검토.hwp",
            write_hwp5(_cuts("노을빛골무", header="2급 비밀")),
            "hwp5",
            "노을빛골무",
        ),
        _marked(
            f"{land}/노선 조정 검토.docx",
            write_docx(_cuts("물레방앗간못", title="노선 조정 검토", header="대 외 비")),
            "docx",
            "물레방앗간못",
        ),
        _marked(
            f"{land}/노선 조정 검토(2안).docx",
            write_docx(_cuts("별똥별단추", title="노선 조정 검토", stamp="【대외비】")),
            "docx",
            "별똥별단추",
        ),
        _marked(
            f"{land}/보상가 협의 전략.hwp",
            write_hwp5(_cuts("두레박고리", title="보상가 협의 전략", stamp="< 대외비 >")),
            "hwp5",
            "두레박고리",
        ),
    ]


def _pages(world: World) -> list[Item]:
    """Marks in the first lines of what has no header: text, Markdown, a page, a PDF."""
    farm = f"{world.farm_office}/{_YEAR}년/협의"
    statement = "이 문서는 대외비로 관리하며, 회의가 끝나면 회수한다."
    period = "대외비(보호기간: 2026. 12. 31.까지)"
    return [
        _marked(
            f"{farm}/수매가 협의안.txt", write_txt(_cuts("싸리문지기", stamp=period), CP949), "plain", "싸리문지기"
        ),
        _marked(
            f"{farm}/수매가 협의안.md",
            write_markdown(_cuts("옹기종지기", stamp="문서 구분: ■ 대외비 □ 일반")),
            "markdown",
            "옹기종지기",
        ),
        _marked(
            f"{farm}/수매가 협의안.html", write_html(_cuts("찔레꽃자물쇠", stamp=statement)), "html", "찔레꽃자물쇠"
        ),
        _marked(f"{farm}/수매가 협의안.pdf", write_pdf(_cuts("박달나무빗", stamp="【대외비】")), "pdf", "박달나무빗"),
    ]


def _sheets_and_slides(world: World) -> list[Item]:
    budget, welfare = f"{world.budget_office}/{_YEAR}년/조정", f"{world.welfare_office}/{_YEAR}년/협의"
    csv = "구분,감액 폭\r\n대외비,\r\n조릿대광주리 사업,12\r\n".encode()
    return [
        _marked(f"{budget}/감액 폭 계산.xlsx", _workbook("소쿠리바람", header=MARK), "xlsx", "소쿠리바람"),
        _marked(f"{budget}/감액 폭 계산(시트).xlsx", _workbook("다듬이장단", cell="[대외비]"), "xlsx", "다듬이장단"),
        _marked(f"{welfare}/감액 협의 순서.csv", csv, "csv", "조릿대광주리"),
        _marked(
            f"{welfare}/감액 협의 순서.pptx",
            write_pptx(_cuts("장독대그늘", title="감액 협의 순서"), MARK),
            "pptx",
            "장독대그늘",
        ),
    ]


def _workbook(canary: str, *, header: str | None = None, cell: str | None = None) -> bytes:
    """A workbook with its mark in the header that is printed above each page, or alone in a cell of its second sheet."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "감액 폭"
    for row in (["구분", "감액 폭"], [f"{canary} 사업", 12], ["그 밖의 사업", 8]):
        sheet.append(row)
    if header is not None:
        running = sheet.oddHeader
        assert running is not None
        running.center.text = header
    if cell is not None:
        second = workbook.create_sheet("근거")
        second.append([cell])
        second.append(["재량지출의 구조조정 목표에서 이미 줄인 몫을 뺀 것이다."])
    written = io.BytesIO()
    workbook.save(written)
    return normalise_package(written.getvalue(), "감액 폭 계산")


def _containers(world: World) -> list[Item]:
    """A mark on one member withholds everything around it."""
    harmless = write_txt(compose("○ 협의에 쓸 자료를 모았으며 순서는 사업 코드를 따른다.", title="자료 목록"))
    archive = pack_archive(
        {
            "협의/업무 문서 보관 안내.txt": harmless,
            "협의/총액 조정안 검토.hwpx": write_hwpx(_cuts("솔바람열쇠", header=MARK)),
        },
        encoding="cp949",
    )
    named = pack_archive({"회의/자료 목록.txt": harmless, f"회의/조정안({MARK}).txt": write_txt(_cuts("여울목지기"))})
    sent = pack_archive({"자료 목록.txt": harmless, "조정안.txt": write_txt(_cuts("부뚜막등잔", stamp="[대외비]"))})
    welfare, land = f"{world.welfare_office}/{_YEAR}년", f"{world.land_office}/{_YEAR}년"
    return [
        _withheld(
            f"{welfare}/협의/부처 협의 자료.zip",
            archive,
            "zip",
            [("협의/업무 문서 보관 안내.txt", None), ("협의/총액 조정안 검토.hwpx", "솔바람열쇠")],
        ),
        _withheld(
            f"{land}/협의/회의 자료.zip",
            named,
            "zip",
            [("회의/자료 목록.txt", None), (f"회의/조정안({MARK}).txt", "여울목지기")],
        ),
        _marked(
            f"{welfare}/메일/조정 폭 알림.eml",
            _letter(f"[{MARK}] 조정 폭 알림", "사업별 조정 폭은 굴뚝새둥지 표와 같습니다.", {}),
            "eml",
            "굴뚝새둥지",
        ),
        _withheld(
            f"{land}/메일/협의 자료 송부.eml",
            _letter("협의 자료 송부", "협의에 쓸 자료를 보냅니다.", {"협의 자료.zip": sent}),
            "eml",
            [
                ("협의 자료.zip", None),
                ("협의 자료.zip!/자료 목록.txt", None),
                ("협의 자료.zip!/조정안.txt", "부뚜막등잔"),
            ],
        ),
    ]


def _withheld(path: str, content: bytes, file_format: str, members: list[tuple[str, str | None]]) -> Item:
    truths = [
        MemberTruth(
            path=name,
            outcome=Outcome.QUARANTINED,
            reason="secret_member" if canary is None else "secrecy_mark",
            must_not_find=() if canary is None else (canary,),
        )
        for name, canary in members
    ]
    canaries = [canary for _, canary in members if canary is not None]
    return refused(
        path, content, "secret_member", fiscal_year=_YEAR, file_format=file_format, canaries=canaries, members=truths
    )


def _letter(subject: str, body: str, attachments: dict[str, bytes]) -> bytes:
    sender, recipient = ("총괄담당", "budget@example.com"), ("복지담당", "welfare@example.com")
    mail = Mail(sender, recipient, "Wed, 11 Mar 2026 10:20:00 +0900", subject, body, attachments)
    return write_eml(mail, "20260311102000.0007")


_GUIDELINE = """
1. 대외비란 무엇인가

○ 대외비는 밖으로 알려지면 협의나 심의에 지장을 주는 문서에 생산한 과가 붙이는 표시이다.
○ 대외비를 붙일 때에는 보호기간을 함께 정하며, 기간이 지나면 일반문서로 다시 분류한다.

2. 비밀과 다른 점

○ 비밀은 1급, 2급, 3급으로 나누고 비밀관리기록부에 올리지만, 대외비는 과의 대장에만 적는다.
○ 비밀의 사본에는 사본번호를 적고, 대외비의 사본은 부수만 적어도 된다.

3. 표시를 빠뜨렸을 때

○ 표시 없이 나간 문서를 알게 되면 곧바로 회수하고, 받은 사람에게 쓰지 말라고 알린다.
"""
_PASSWORDS = """
○ 업무망의 비밀번호를 석 달마다 바꾸도록 규칙이 바뀌었으므로 6월 말까지 모두 바꾸어 주시기 바랍니다.
○ 새 비밀번호는 열 글자 이상이며 숫자와 특수문자를 하나 넘게 넣어야 합니다.
○ 비밀번호를 적은 종이를 자리에 붙여 두거나 메일로 보내는 일이 없도록 해 주십시오.
"""
_EXTERNAL = """
○ 대외비용은 국외 출장비와 통역비를 합한 것이며, 국내여비와 따로 산출한다.
○ 통역비는 하루 단가에 날수를 곱하고, 준비하는 날은 절반으로 셈한다.
"""
_RELEASED = """
○ 지난해 대외비로 두었던 총액 조정 방향은 심의가 끝나 올해 1월 2일 일반문서로 다시 분류하였다.
○ 다시 분류한 문서는 기록관에 넘기기 전까지 과의 공유 폴더에 둔다.
"""


def _lookalikes(world: World) -> list[Item]:
    """Ordinary documents: a sentence about secrecy, a word that contains the mark, a mark that was lifted."""
    guideline = compose(_GUIDELINE, title="대외비관리지침 해설")
    passwords = compose(_PASSWORDS, title="비밀번호 변경 안내")
    external = compose(_EXTERNAL, title="대외비용 산출 기준")
    released = compose(_RELEASED, title="대외비 해제 알림")
    common, farm = world.common_folder, f"{world.farm_office}/{_YEAR}년"
    return [
        kept(
            f"{common}/안내/대외비관리지침 해설.hwpx",
            write_hwpx(guideline),
            "hwpx",
            text_of(guideline),
            _YEAR,
        ),
        kept(
            f"{common}/안내/비밀번호 변경 안내.txt",
            write_txt(passwords, CP949),
            "plain",
            text_of(passwords),
            _YEAR,
            has_tables=False,
        ),
        kept(f"{farm}/지침/대외비용 산출 기준.docx", write_docx(external), "docx", text_of(external), _YEAR),
        kept(
            f"{world.budget_office}/{_YEAR}년/조정/총액 조정 방향(대외비 해제).txt",
            write_txt(released),
            "plain",
            text_of(released),
            _YEAR,
            has_tables=False,
        ).with_truth(title_words=("대외비", "해제")),
    ]
