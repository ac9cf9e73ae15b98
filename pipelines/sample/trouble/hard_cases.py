"""The files of a real share that nobody wrote to be read: locked, broken or cut off; and all other trouble together."""

from email.header import Header

from pipelines.sample import projects
from pipelines.sample.item import Item, Text, kept, refused, text_of_letter
from pipelines.sample.manuscript import Manuscript, compose, grid_of
from pipelines.sample.trouble.hostile import hostile_items
from pipelines.sample.trouble.marked import marked_items
from pipelines.sample.trouble.odd_files import odd_items
from pipelines.sample.truth import MemberTruth
from pipelines.sample.world import World
from pipelines.sample.writers.archive import pack_archive
from pipelines.sample.writers.docx import write_docx
from pipelines.sample.writers.hwp5 import write_hwp5
from pipelines.sample.writers.hwpx import write_hwpx
from pipelines.sample.writers.mail import Mail, write_eml
from pipelines.sample.writers.pdf import write_pdf
from pipelines.sample.writers.pdf_scans import write_locked_pdf
from pipelines.sample.writers.pptx import write_pptx
from pipelines.sample.writers.protected import (
    with_hwp_drm,
    with_hwpx_password,
    write_encrypted_office,
    write_fasoo,
    write_fasoo_page,
    write_markany,
    write_softcamp,
)
from pipelines.sample.writers.text import CP949, write_html, write_markdown, write_txt
from pipelines.sample.writers.xlsx import Sheet, write_xlsx
from schemas.outcome import Outcome

LOCKED_CANARY = "가람빗장"

_YEAR, _NEXT = projects.BUDGET_YEAR, projects.REQUEST_YEAR


def hard_items(world: World) -> list[Item]:
    """Every file that is no ordinary document, over all offices."""
    items = [
        *marked_items(world),
        *_locked(world),
        *_broken(world),
        *_cut_off(world),
        *odd_items(world),
        *hostile_items(world),
    ]
    return [item.with_truth(kind="참고자료") if item.truth.outcome is Outcome.KEPT else item for item in items]


_MEMO = """
○ {office}가 {year}년 {month}월 협의에서 확인한 사항을 적은 것이다.
○ 협의 결과는 표로 정리하여 다음 달 첫째 주까지 각 과에 알린다.
"""


def _memo(world: World, title: str, month: int = 4) -> Manuscript:
    return compose(_MEMO, {"office": world.budget_office, "year": str(_YEAR), "month": str(month)}, title=title)


def _locked(world: World) -> list[Item]:
    """Passwords and DRM; where a reader could look inside, a word shows whether anybody did."""
    secret = compose(_MEMO.replace("협의 결과", LOCKED_CANARY), _words(world), title="협의안")
    welfare, budget = f"{world.welfare_office}/{_YEAR}년", f"{world.budget_office}/{_YEAR}년/조정"
    land, farm = f"{world.land_office}/{_YEAR}년/협의", f"{world.farm_office}/{_YEAR}년/협의"
    hwp, memo = write_hwp5(secret, has_password=True), {"협의안.txt": write_txt(secret)}
    archive = pack_archive(memo, encoding=CP949, is_encrypted=True)
    files = [
        (f"{welfare}/협의/협의안(암호).hwp", hwp, "password_hwp", "hwp5", LOCKED_CANARY),
        (f"{land}/협의안(암호).hwpx", with_hwpx_password(write_hwpx(secret)), "password_hwpx", "hwpx", LOCKED_CANARY),
        (f"{welfare}/각목명세서/인건비 산출내역.xlsx", write_encrypted_office(9_000), "password_ooxml", None, None),
        (f"{farm}/수매 계약 검토(암호).docx", write_encrypted_office(6_400), "password_ooxml", None, None),
        (f"{land}/노선 검토 보고(암호).pdf", write_locked_pdf(), "password_pdf", "pdf", None),
        (f"{budget}/협의안 묶음.zip", archive, "password_archive", "zip", LOCKED_CANARY),
        (f"{budget}/세입 전망 검토.hwp", write_fasoo(6_000), "drm_fasoo", None, None),
        (f"{budget}/세입 전망 붙임.html", write_fasoo_page(3_000), "drm_fasoo", None, None),
        (f"{farm}/비축 물량 계획.xlsx", write_softcamp(5_000), "drm_softcamp", None, None),
        (f"{land}/하천 정비 우선순위.pdf", write_markany(5_200), "drm_markany", None, None),
        (f"{farm}/어선 감척 대상 검토.hwp", with_hwp_drm(write_hwp5(_memo(world, "검토"))), "drm_hwp", "hwp5", None),
    ]
    return [
        refused(path, content, code, fiscal_year=_YEAR, file_format=kind, canaries=[canary] if canary else [])
        for path, content, code, kind, canary in files
    ]


def _words(world: World) -> dict[str, str]:
    return {"office": world.budget_office, "year": str(_YEAR), "month": "3"}


def _broken(world: World) -> list[Item]:
    """Bad blocks in the middle of a file that is otherwise whole."""
    memo = _memo(world, "협의 결과 정리")
    hwpx = write_hwpx(memo)
    body = hwpx.index(b"<hs:sec") + 400
    block = bytes([0xFF, 0xFE, 0x00, 0x80]) * 128
    text, page = write_txt(memo), write_html(memo)
    welfare, budget = f"{world.welfare_office}/{_YEAR}년", f"{world.budget_office}/{_YEAR}년/참고"
    land, farm = f"{world.land_office}/{_YEAR}년", f"{world.farm_office}/{_YEAR}년"
    files = [
        (f"{welfare}/사업설명자료/협의 결과(복사본).hwp", write_hwp5(memo, is_damaged=True), "corrupt", "hwp5"),
        (f"{land}/협의/협의 결과 정리.hwpx", hwpx[:body] + block + hwpx[body + len(block) :], "corrupt", "hwpx"),
        (f"{budget}/협의 결과 정리.txt", text[:60] + block + text[60:], "undecodable_text", "plain"),
        (f"{budget}/협의 결과 정리.md", write_markdown(memo)[:60] + block, "undecodable_text", "plain"),
        (f"{farm}/집행/집행 현황(손상).csv", "사업,금액\r\n".encode() + block, "undecodable_text", "plain"),
        (f"{land}/참고/공지(저장 중 끊김).html", page[:300] + block + page[300:], "undecodable_text", "html"),
        (f"{world.budget_office}/{_NEXT}년/새 한글 문서.hwp", b"", "empty_file", None),
        (f"{world.farm_office}/{_NEXT}년/새 Microsoft Excel 워크시트.xlsx", b"", "empty_file", None),
    ]
    # The head of a mail can be read when its body cannot.
    body = MemberTruth(path="본문 1.txt", outcome=Outcome.QUARANTINED, reason="undecodable_text")
    mail = kept(
        f"{farm}/메일/협의 결과 회신.eml",
        _unreadable_mail(block),
        "eml",
        Text("협의 결과 회신", (), ("Subject: 협의 결과 회신",)),
        _YEAR,
        members=[(body, None)],
    )
    return [
        *(refused(path, content, code, fiscal_year=_YEAR, file_format=kind) for path, content, code, kind in files),
        mail,
    ]


def _unreadable_mail(block: bytes) -> bytes:
    head = [
        "Message-ID: <20260312090000.0011@example.com>",
        "Date: Thu, 12 Mar 2026 09:00:00 +0900",
        "From: farm@example.com",
        "To: budget@example.com",
        f"Subject: {Header('협의 결과 회신', 'utf-8').encode()}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    ]
    return "\r\n".join([*head, "", ""]).encode() + "회신드립니다.\r\n".encode() + block


def _cut_off(world: World) -> list[Item]:
    """What a copy leaves that was broken off: the beginning of a file."""
    memo = _memo(world, "협의 결과 정리", month=5)
    archive = pack_archive({f"자료/협의 결과 {number}.txt": write_txt(memo) for number in range(1, 4)})
    welfare, budget = f"{world.welfare_office}/{_YEAR}년", f"{world.budget_office}/{_YEAR}년/참고"
    land, farm = f"{world.land_office}/{_YEAR}년", f"{world.farm_office}/{_YEAR}년"
    whole = [
        (f"{welfare}/집행/집행 내역.xlsx", _workbook()),
        (f"{farm}/참고/협의 결과 정리(받다 맘).docx", write_docx(memo)),
        (
            f"{land}/참고/협의 결과 발표.pptx",
            write_pptx(compose(f"1. 결과\n{_MEMO}", _words(world), title="협의"), "5월"),
        ),
        (f"{farm}/참고/협의 결과 정리.hwpx", write_hwpx(memo)),
        (f"{land}/참고/협의 결과 정리.hwp", write_hwp5(memo)),
        (f"{budget}/협의 결과 정리.pdf", write_pdf(memo)[:200]),
        (f"{budget}/협의 자료(업로드 중단).zip", archive),
    ]
    cut = [refused(path, content[: len(content) * 3 // 5], "corrupt", fiscal_year=_YEAR) for path, content in whole]
    return [*cut, _cut_mail(world)]


def _cut_mail(world: World) -> Item:
    """A mail that ends in the middle of its attachment, at the end of a line: what was written before it can be read."""
    subject = "협의 결과 송부"
    body = "협의 결과를 정리한 문서를 붙여 보냅니다.\n검토하신 뒤 다음 주 수요일까지 의견을 보내 주십시오."
    name = "협의 결과 정리.hwpx"
    mail = Mail(
        ("총괄담당", "budget@example.com"),
        ("국토담당", "land@example.com"),
        "Mon, 16 Mar 2026 15:30:00 +0900",
        subject,
        body,
        {name: write_hwpx(_memo(world, "협의 결과 정리", month=6))},
    )
    whole = write_eml(mail, "20260316153000.0012")
    content = whole[: whole.rindex(b"\r\n", 0, len(whole) * 3 // 5) + 2]
    lost = MemberTruth(path=name, outcome=Outcome.QUARANTINED, reason="corrupt")
    return kept(
        f"{world.land_office}/{_YEAR}년/메일/{subject}(끊김).eml",
        content,
        "eml",
        text_of_letter(subject, body),
        _YEAR,
        has_tables=False,
        members=[(lost, None)],
    )


def _workbook() -> bytes:
    rows = [["구분", "1월", "2월", "3월"], ["인건비", "12", "12", "13"], ["운영비", "40", "38", "41"]]
    return write_xlsx("집행 내역", [Sheet("월별", "집행 내역", grid_of(rows))])
