"""Files that are what their names do not say, whose names are hard to bear, or that no reader has any use for; and links."""

from pipelines.sample import projects
from pipelines.sample.item import Item, kept, refused, symbolic_link, text_of
from pipelines.sample.manuscript import Manuscript, compose
from pipelines.sample.world import World
from pipelines.sample.writers.archive import pack_archive
from pipelines.sample.writers.compound_file import write_compound_file
from pipelines.sample.writers.docx import write_docx
from pipelines.sample.writers.hwpx import write_hwpx
from pipelines.sample.writers.pdf import write_pdf
from pipelines.sample.writers.pdf_scans import scanned_rows, with_broken_xref, write_scans
from pipelines.sample.writers.pictures import PHOTOGRAPH, write_png, write_tiff
from pipelines.sample.writers.protected import noise
from pipelines.sample.writers.text import CP949, write_html, write_txt

_YEAR, _NEXT = projects.BUDGET_YEAR, projects.REQUEST_YEAR
_NAME_BYTES = 255
_SCAN_WIDTH, _SCAN_HEIGHT = 600, 848


def odd_items(world: World) -> list[Item]:
    """All of them, over all offices."""
    return [
        *_scans_and_pictures(world),
        *_foreign(world),
        *_misnamed(world),
        *_oddly_named(world),
        *_left_behind(world),
        *_links(world),
    ]


def _scans_and_pictures(world: World) -> list[Item]:
    welfare, land = f"{world.welfare_office}/{_YEAR}년", f"{world.land_office}/{_YEAR}년"
    farm = f"{world.farm_office}/{_YEAR}년"
    png = write_png(scanned_rows(3), _SCAN_WIDTH, _SCAN_HEIGHT)
    tiff = write_tiff(scanned_rows(5), _SCAN_WIDTH, _SCAN_HEIGHT)
    return [
        refused(
            f"{welfare}/점검/확인서명부 스캔.pdf",
            write_scans(1),
            "ocr_unavailable",
            fiscal_year=_YEAR,
            file_format="pdf",
        ),
        refused(
            f"{land}/현장/토지 조서 스캔.pdf",
            write_scans(6, 1),
            "ocr_unavailable",
            fiscal_year=_YEAR,
            file_format="pdf",
        ),
        refused(
            f"{farm}/현장/설치 확인서.pdf", write_scans(3, 2), "ocr_unavailable", fiscal_year=_YEAR, file_format="pdf"
        ),
        refused(f"{land}/현장/노선도.png", png, "ocr_unavailable", fiscal_year=_YEAR, file_format="image"),
        refused(f"{farm}/현장/충전기 사진.jpg", PHOTOGRAPH, "ocr_unavailable", fiscal_year=_YEAR, file_format="image"),
        refused(f"{welfare}/점검/서명본.tif", tiff, "ocr_unavailable", fiscal_year=_YEAR, file_format="image"),
    ]


def _foreign(world: World) -> list[Item]:
    """Formats that are not read (drawings, databases, programs, archives of other makers), and broken ones that are."""
    budget, land = f"{world.budget_office}/{_NEXT}년", f"{world.land_office}/{_YEAR}년/현장"
    farm = f"{world.farm_office}/{_YEAR}년/참고"
    old = write_compound_file({"Workbook": b"\x09\x08\x10\0\0\x06\x05\0" + noise(5_000)})
    files = [
        (f"{budget}/업무망 점검 도구.dat", b"\x00\x01TOOL\x00" + noise(3_000)),
        (f"{land}/교차로 평면도.dwg", b"AC1027\0\0\0\0\0" + noise(7_000)),
        (f"{farm}/농가 관리(구).mdb", b"\x00\x01\x00\x00Standard Jet DB\x00" + noise(6_000)),
        (f"{land}/도면 묶음.alz", b"ALZ\x01\x0a\x00\x00\x00" + noise(2_000)),
    ]
    return [
        *(refused(path, content, "unsupported_format", fiscal_year=_YEAR) for path, content in files),
        refused(f"{farm}/2019년 집행(구).xls", old, "corrupt", fiscal_year=_YEAR, file_format="xls"),
        refused(
            f"{land}/도면 묶음.7z",
            b"7z\xbc\xaf\x27\x1c\x00\x04" + noise(2_000),
            "corrupt",
            fiscal_year=_YEAR,
            file_format="7z",
        ),
    ]


_NOTE = """
○ {what} 이 글은 {office}의 공유 폴더에 있는 다른 자료를 대신하지 않는다.
○ 다음 회의는 {month}월 둘째 주 수요일에 열며, 안건은 사흘 전까지 모은다.
"""


def _note(world: World, title: str, what: str, month: int) -> Manuscript:
    return compose(_NOTE, {"what": what, "office": world.budget_office, "month": str(month)}, title=title)


def _misnamed(world: World) -> list[Item]:
    """Content decides: a PDF that calls itself HWP, a page that calls itself a workbook, and a table with wrong offsets."""
    budget, land = f"{world.budget_office}/{_YEAR}년/참고", f"{world.land_office}/{_YEAR}년/참고"
    letter = _note(world, "회의 일정 알림", "회의 일정이 바뀌어 다시 알린다.", 5)
    page = _note(world, "비목별 질의 모음", "비목을 어디에 둘지 물어 온 것을 모았다.", 6)
    word = _note(world, "자료 제출 순서", "자료를 내는 순서를 정하였다.", 7)
    shifted = _note(world, "공사 구간 안내", "공사 구간이 바뀐 곳을 알린다.", 8)
    return [
        kept(f"{budget}/회의 일정 알림.hwp", write_pdf(letter), "pdf", text_of(letter), _YEAR, has_tables=False),
        kept(f"{budget}/비목별 질의 모음.xls", write_html(page), "html", text_of(page), _YEAR),
        kept(f"{land}/자료 제출 순서.txt", write_docx(word), "docx", text_of(word), _YEAR),
        kept(
            f"{land}/공사 구간 안내.pdf",
            with_broken_xref(write_pdf(shifted)),
            "pdf",
            text_of(shifted),
            _YEAR,
            has_tables=False,
        ),
    ]


def _oddly_named(world: World) -> list[Item]:
    """Names as long as a file system allows, with a picture, with a line break, with a change of direction, as a Mac has them."""
    welfare, land = f"{world.welfare_office}/{_YEAR}년/참고", f"{world.land_office}/{_YEAR}년/참고"
    farm = f"{world.farm_office}/{_YEAR}년/참고"
    stem = "긴 제목의 회의 결과" + "와 그 뒤에 붙은 설명" * 9
    longest = stem.encode()[: _NAME_BYTES - len(".txt")].decode(errors="ignore")
    longest += "0" * (_NAME_BYTES - len(".txt") - len(longest.encode()))
    names = [
        (f"{welfare}/{longest}.txt", "긴 제목의 회의 결과", "제목을 줄이지 않고 그대로 저장하였다."),
        (
            f"{farm}/\U0001f33e 가을 수매 준비 \U0001f69c.txt",
            "가을 수매 준비",
            "가을 수매에 쓸 창고를 미리 확인하였다.",
        ),
        (f"{land}/공구별\n준공 예정.txt", "준공 예정", "공구별로 준공할 달을 적었다."),
        (f"{land}/하천 점검\u202etxt.hwp.txt", "하천 점검", "이름의 글자 방향이 거꾸로 된 파일이다."),
    ]
    items: list[Item] = []
    for number, (path, title, what) in enumerate(names, start=1):
        note = _note(world, title, what, number)
        items.append(kept(path, write_txt(note), "plain", text_of(note), _YEAR, has_tables=False))
    moved = _note(world, "맥에서 옮긴 회의 자료", "다른 기관의 컴퓨터에서 옮겨 온 자료이다.", 9)
    table = _note(world, "맥에서 옮긴 발표 대본", "발표할 차례대로 적은 대본이다.", 10)
    return [
        *items,
        kept(f"{welfare}/맥에서 옮긴 회의 자료.hwpx", write_hwpx(moved), "hwpx", text_of(moved), _YEAR).decomposed(),
        kept(
            f"{farm}/맥에서 옮긴 발표 대본.txt",
            write_txt(table, CP949),
            "plain",
            text_of(table),
            _YEAR,
            has_tables=False,
        ).decomposed(),
    ]


def _left_behind(world: World) -> list[Item]:
    """What programs and systems leave beside documents."""
    budget, welfare = f"{world.budget_office}/{_YEAR}년", f"{world.welfare_office}/{_YEAR}년"
    land, farm, common = f"{world.land_office}/{_YEAR}년", f"{world.farm_office}/{_YEAR}년", world.common_folder
    half = pack_archive({"자료.txt": "받다 만 자료\r\n".encode()})[:70]
    opened = f"~${_YEAR}년도 예산요구서({world.project(projects.DIGITAL_OFFICE).ministry.name}).xlsx"
    files = [
        (f"{budget}/예산요구서/{opened}", _owner_file("담당 사무관"), "office_owner_file"),
        (f"{welfare}/참고/.~lock.급식 점검표.ods#", b",,,11.03.2026 09:20,;", "office_owner_file"),
        (f"{common}/보도자료/Thumbs.db", noise(2_048), "system_file"),
        (f"{land}/현장/desktop.ini", b"[.ShellClassInfo]\r\nIconIndex=0\r\n", "system_file"),
        (f"{farm}/현장/.DS_Store", b"\x00\x00\x00\x01Bud1" + noise(1_000), "system_file"),
        (f"{farm}/현장/._설치 확인서.pdf", b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X" + noise(400), "system_file"),
        (f"{welfare}/집행/~WRL0003.tmp", noise(1_500), "temporary_file"),
        (f"{land}/참고/노선 자료.zip.crdownload", half, "temporary_file"),
        (f"{budget}/참고/엑셀 자동 저장.asv", noise(900), "temporary_file"),
    ]
    return [refused(path, content, code) for path, content, code in files]


def _owner_file(owner: str) -> bytes:
    """165 bytes as Excel leaves them beside an open workbook: the owner's name, once short and once wide."""
    short = owner.encode("cp949")
    wide = owner.encode("utf-16-le")
    return (bytes([len(short)]) + short).ljust(55, b" ") + (bytes([len(owner), 0]) + wide).ljust(110, b"\0")


def _links(world: World) -> list[Item]:
    """Links to a file inside the share, to a folder outside it, to nothing, and to each other."""
    budget, land = f"{world.budget_office}/{_YEAR}년", f"{world.land_office}/{_YEAR}년"
    return [
        symbolic_link(f"{budget}/바로 가기 - 회의 일정", "참고/회의 일정 알림.hwp"),
        # Two folders up from the year's folder is the share itself, three are outside it.
        symbolic_link(f"{budget}/바로 가기 - 상위 폴더", "../../.."),
        symbolic_link(f"{land}/바로 가기 - 지운 자료", "참고/지운 자료.hwp"),
        symbolic_link(f"{land}/바로 가기 - 가", "바로 가기 - 나"),
        symbolic_link(f"{land}/바로 가기 - 나", "바로 가기 - 가"),
    ]
