"""Documents with personal data of every class, all of it invented so that nobody can have it.

Registration numbers have dates of birth in 2098 and 2099; telephone numbers, cards, accounts and the like are of ranges that
are never given out. What the platform masks must be found nowhere in any spelling; the other classes stay as printed so far.
"""

from collections.abc import Sequence

from pipelines.sample import projects
from pipelines.sample.item import (
    Item,
    Text,
    kept,
    kept_member,
    text_of,
    text_of_grid,
    text_of_letter,
    text_of_sheets,
)
from pipelines.sample.manuscript import LEFT, Manuscript, compose, grid_of
from pipelines.sample.trouble.invented_numbers import Number, foreigner_number, resident_number
from pipelines.sample.truth import PersonalTruth
from pipelines.sample.world import World
from pipelines.sample.writers.archive import pack_archive
from pipelines.sample.writers.docx import write_docx
from pipelines.sample.writers.hwp5 import write_hwp5
from pipelines.sample.writers.hwpx import write_hwpx
from pipelines.sample.writers.mail import Mail, write_eml
from pipelines.sample.writers.pdf import write_pdf
from pipelines.sample.writers.pptx import write_pptx
from pipelines.sample.writers.text import CP949, write_csv, write_html, write_markdown, write_txt
from pipelines.sample.writers.xlsx import Sheet, write_xlsx

_YEAR = projects.BUDGET_YEAR


def personal_items(world: World) -> list[Item]:
    """Every document with personal data, and amounts that only look like it, over all offices."""
    items = [
        *_letters(world),
        *_workbooks(world),
        *_names(world),
        *_pages(world),
        *_other_classes(world),
        *_amounts(world),
    ]
    return [item.with_truth(kind="점검자료") for item in items]


def _birth(world: World, day: int) -> str:
    """A date of birth that differs from replica to replica."""
    return f"{98 + day % 2}{1 + (day + world.replica) % 12:02d}{1 + day % 28:02d}"


def _resident(world: World, day: int) -> Number:
    return resident_number(_birth(world, day), f"{3 + day % 2}{90_000 + day * 37}")


def _foreigner(world: World, day: int) -> Number:
    return foreigner_number(_birth(world, day), f"{7 + day % 2}{80_000 + day * 41}")


def _masked(item: Item, numbers: Sequence[tuple[Number, str]], n_masked: int, *, has_grids: bool = False) -> Item:
    """The item with what must not be found, without the sentences and grids that come out masked.

    Args:
        item: the file as `kept` says of it.
        numbers: each number with the spelling that is written in the file.
        n_masked: how many are masked in its text.
        has_grids: whether its tables come out as written.
    """
    written = [text for _, text in numbers]
    hidden = tuple(dict.fromkeys(text for number, _ in numbers for text in number.spellings))
    sentences = tuple(text for text in item.truth.must_find if not any(part in text for part in (*written, *hidden)))
    return item.with_truth(
        must_find=sentences,
        must_not_find=(*item.truth.must_not_find, *hidden),
        tables=item.truth.tables if has_grids else (),
        n_masked=n_masked,
        personal=tuple(PersonalTruth(kind=number.kind, text=text, is_masked=True) for number, text in numbers),
    )


_CONSENT = """
○ 아래 대상자는 급식 지원 표본점검에 참여하기로 하고 개인정보 수집과 이용에 동의하였다.
○ 표본대상자 가의 주민등록번호는 {a} 이고, 표본대상자 나의 주민등록번호는 {b} 이다.
○ 표본대상자 다(주민번호 {c})와 표본대상자 라({d})는 대리인이 서명하였다.
○ 점검이 끝나면 이 동의서는 보존기간 없이 바로 파기한다.
"""
_RESIDENCE = """
○ 바우처를 신청한 외국인 가구의 체류 자격을 확인한 결과는 다음과 같다.
○ 첫 번째 가구의 외국인등록번호는 {a} 이며, 두 번째 가구의 외국인등록번호는 {b} 이다.
○ 두 가구 모두 바우처를 쓸 수 있는 자격이 있으므로 다음 달부터 지급한다.
"""


def _letters(world: World) -> list[Item]:
    """Numbers in running text, each in another spelling."""
    welfare = f"{world.welfare_office}/{_YEAR}년"
    a, b, c, d = (_resident(world, day) for day in (1, 2, 3, 4))
    consent = compose(
        _CONSENT, {"a": a.hyphenated, "b": b.full_width, "c": c.spaced, "d": d.broken_up}, title="표본점검 동의서"
    )
    e, f = _foreigner(world, 5), _foreigner(world, 6)
    residence = compose(_RESIDENCE, {"a": e.hyphenated, "b": f.digits}, title="외국인 가구 확인 결과")
    return [
        _masked(
            kept(f"{welfare}/점검/표본점검 동의서.hwpx", write_hwpx(consent), "hwpx", text_of(consent), _YEAR),
            [(a, a.hyphenated), (b, b.full_width), (c, c.spaced), (d, d.broken_up)],
            4,
        ),
        _masked(
            kept(
                f"{welfare}/바우처/외국인 가구 확인 결과.docx", write_docx(residence), "docx", text_of(residence), _YEAR
            ),
            [(e, e.hyphenated), (f, f.digits)],
            2,
        ),
    ]


def _workbooks(world: World) -> list[Item]:
    """Numbers in tables: bare below their header, in two cells below one header, and on the tab of a sheet."""
    welfare, farm = f"{world.welfare_office}/{_YEAR}년", f"{world.farm_office}/{_YEAR}년"
    a, b, c, d, e = (_resident(world, day) for day in (7, 8, 9, 10, 11))
    f = _foreigner(world, 12)
    bare = grid_of(
        [
            ["연번", "대상자", "주민등록번호", "지급 여부"],
            ["1", "표본대상자 마", a.digits, "적금 만기가 되어 지급하였다"],
            ["2", "표본대상자 바", b.digits, "가입 기간이 모자라 지급하지 않았다"],
        ]
    )
    parted = grid_of(
        [
            ["연번", "농가", "주민등록번호", LEFT, "보급 대수"],
            ["1", "표본농가 가", c.digits[:6], c.digits[6:], "1"],
            ["2", "표본농가 나", d.digits[:6], d.digits[6:], "2"],
        ]
    )
    tabbed = grid_of([["항목", "내용"], ["확인한 날", "4월 둘째 주"], ["외국인등록번호", f.hyphenated]])
    savings, machines = "적금 지급 대상 확인", "농기계 보급 농가 확인"
    first = [Sheet("대상", savings, bare), Sheet(e.hyphenated, f"{savings} 개별 기록", tabbed)]
    second = [Sheet("농가", machines, parted)]
    return [
        _masked(
            kept(
                f"{welfare}/점검/{savings}.xlsx",
                write_xlsx(savings, first),
                "xlsx",
                text_of_sheets(savings, first),
                _YEAR,
            ),
            [(a, a.digits), (b, b.digits), (e, e.hyphenated), (f, f.hyphenated)],
            3,
        ),
        _masked(
            kept(
                f"{farm}/현장/{machines}.xlsx",
                write_xlsx(machines, second),
                "xlsx",
                text_of_sheets(machines, second),
                _YEAR,
            ),
            [(c, f"{c.digits[:6]}\t{c.digits[6:]}"), (d, f"{d.digits[:6]}\t{d.digits[6:]}")],
            2,
        ),
    ]


_RECEIPT = """
○ 접수한 서류는 신청서 한 부와 통장 사본 한 부이며, 빠진 서류는 없다.
○ 접수증은 다음 날 우편으로 보냈고 처리 기한은 열흘이다.
"""


def _names(world: World) -> list[Item]:
    """Numbers where nobody looks for text: the name of a file, the subject of a mail, the name of a member."""
    welfare, land = f"{world.welfare_office}/{_YEAR}년", f"{world.land_office}/{_YEAR}년"
    a, b, c = (_resident(world, day) for day in (13, 14, 15))
    receipt = compose(_RECEIPT, title="접수 기록")
    body = "지난주에 접수한 서류의 처리 결과를 알려 드립니다.\n서류는 모두 갖추어졌으며 다음 주에 지급합니다."
    subject = f"처리 결과 알림({b.hyphenated})"
    mail = Mail(
        ("복지담당", "welfare@example.com"),
        ("총괄담당", "budget@example.com"),
        "Tue, 14 Apr 2026 11:00:00 +0900",
        subject,
        body,
        {},
    )
    letter = kept(
        f"{welfare}/메일/처리 결과 알림.eml",
        write_eml(mail, "20260414110000.0003"),
        "eml",
        text_of_letter("처리 결과 알림", body),
        _YEAR,
        has_tables=False,
    )
    compensation = compose(_RECEIPT, title="보상 접수")
    inner = f"접수/보상 접수_{c.hyphenated}.txt"
    truth, text = kept_member(inner, "plain", text_of(compensation))
    hidden = "".join("*" if character in c.digits else character for character in c.hyphenated)
    member = truth.model_copy(update={"path": inner.replace(c.hyphenated, hidden), "n_tables": None})
    archive = kept(
        f"{land}/보상/보상 접수 모음.zip",
        pack_archive({inner: write_txt(compensation)}, encoding=CP949),
        "zip",
        Text("보상 접수 모음", (), ()),
        _YEAR,
        has_tables=False,
        members=[(member, text)],
    )
    return [
        _masked(
            kept(
                f"{welfare}/접수/접수 기록_{a.hyphenated}.txt",
                write_txt(receipt),
                "plain",
                text_of(receipt),
                _YEAR,
                has_tables=False,
            ),
            [(a, a.hyphenated)],
            0,
        ),
        _masked(letter, [(b, b.hyphenated)], 2),
        _masked(archive, [(c, c.hyphenated)], 0),
    ]


_CHECK = """
1. 확인한 내용

○ 지원 자격을 다시 확인하려고 표본을 뽑아 서류를 대조하였다.
○ 대조한 서류에 적힌 주민등록번호 {a} 는 신청서의 것과 같았다.
○ 서류를 대조하는 데에는 한 건에 평균 12분이 걸렸다.
"""


def _pages(world: World) -> list[Item]:
    """One number in each of the other formats."""
    land, farm = f"{world.land_office}/{_YEAR}년/보상", f"{world.farm_office}/{_YEAR}년/점검"
    budget = f"{world.budget_office}/{_YEAR}년/점검"
    numbers = [_resident(world, day) for day in (16, 17, 18, 19, 20, 21)]
    pdf, slides, page, text, markdown, hwp = (
        compose(_CHECK, {"a": number.hyphenated}, title=title)
        for number, title in zip(
            numbers,
            (
                "보상 서류 대조",
                "자격 확인 발표",
                "자격 확인 공지",
                "자격 확인 메모",
                "자격 확인 절차",
                "자격 확인 보고",
            ),
            strict=True,
        )
    )
    files: list[tuple[str, bytes, str, Manuscript, bool]] = [
        (f"{land}/보상 서류 대조.pdf", write_pdf(pdf), "pdf", pdf, False),
        (f"{farm}/자격 확인 발표.pptx", write_pptx(slides, "표본 점검"), "pptx", slides, True),
        (f"{farm}/자격 확인 공지.html", write_html(page, CP949), "html", page, True),
        (f"{budget}/자격 확인 메모.txt", write_txt(text, CP949), "plain", text, False),
        (f"{budget}/자격 확인 절차.md", write_markdown(markdown), "markdown", markdown, True),
        (f"{farm}/자격 확인 보고.hwp", write_hwp5(hwp), "hwp5", hwp, True),
    ]
    return [
        _masked(
            kept(path, content, kind, text_of(manuscript), _YEAR, has_tables=has_tables),
            [(number, number.hyphenated)],
            1,
        )
        for number, (path, content, kind, manuscript, has_tables) in zip(numbers, files, strict=True)
    ]


# Ranges that are never given out: test cards, an office of licences that there is none of, numbers with a wrong check digit.
_CONTACTS = (
    ("mobile_phone", "010-0000-1234"),
    ("telephone", "02-000-0123"),
    ("email", "sample-target@example.com"),
    ("passport", "M00000012"),
    ("driver_licence", "00-12-345678-90"),
    ("card", "4111-1111-1111-1111"),
    ("bank_account", "000-000000-00-012"),
    ("business_number", "000-00-00012"),
    ("corporate_number", "000000-0000012"),
    ("name", "표본대상자 사"),
)
_LABELS = {
    "mobile_phone": "휴대전화",
    "telephone": "전화",
    "email": "전자우편",
    "passport": "여권번호",
    "driver_licence": "운전면허번호",
    "card": "카드번호",
    "bank_account": "계좌번호",
    "business_number": "사업자등록번호",
    "corporate_number": "법인등록번호",
    "name": "대상자",
}
_SUPPLIER = """
○ 급식 자재를 대는 업체의 사업자등록번호는 {business_number} 이고 법인등록번호는 {corporate_number} 이다.
○ 대금은 {bank_account} 계좌로 보내며, 소액은 카드({card})로 먼저 내고 정산한다.
○ 급한 연락은 {mobile_phone} 으로, 서류는 {email} 로 보내 달라고 하였다.
"""


def _other_classes(world: World) -> list[Item]:
    """Classes that are not masked yet, in a table and in sentences."""
    welfare, common = f"{world.welfare_office}/{_YEAR}년", world.common_folder
    table = grid_of([["구분", "내용"], *([_LABELS[kind], text] for kind, text in _CONTACTS)])
    supplier = compose(_SUPPLIER, dict(_CONTACTS), title="급식 자재 업체 연락처")
    mentioned = [(kind, text) for kind, text in _CONTACTS if text in "\n".join(supplier.lines())]
    contacts = "위탁기관 비상 연락망"
    return [
        kept(
            f"{common}/연락망/{contacts}.csv",
            write_csv(table, CP949),
            "csv",
            text_of_grid(contacts, table),
            _YEAR,
        ).with_truth(personal=_unmasked(_CONTACTS)),
        kept(
            f"{welfare}/참고/{supplier.title}.docx", write_docx(supplier), "docx", text_of(supplier), _YEAR
        ).with_truth(personal=_unmasked(mentioned)),
    ]


def _unmasked(data: Sequence[tuple[str, str]]) -> tuple[PersonalTruth, ...]:
    return tuple(PersonalTruth(kind=kind, text=text, is_masked=False) for kind, text in data)


def amount_like_a_number(birth: str, serial: str) -> str:
    """Thirteen digits of won that would pass for a registration number, check digit and all."""
    return resident_number(birth, serial).digits


def _amounts(world: World) -> list[Item]:
    """Amounts of thirteen digits, which must stay whatever they look like."""
    budget, farm = f"{world.budget_office}/{_YEAR}년", f"{world.farm_office}/{_YEAR}년"
    values = [amount_like_a_number(_birth(world, day), f"{1 + day % 2}{40_000 + day * 53}") for day in range(22, 27)]
    table = grid_of(
        [
            ["구분", "예산현액(원)", "집행액(원)"],
            ["의무지출 누계", values[0], values[1]],
            ["재량지출 누계", values[2], values[3]],
        ]
    )
    note = f"○ 융자 사업의 대출 잔액은 {values[4]}원이며, 지난해 말보다 조금 늘었다.\n○ 잔액은 원 단위까지 적는다."
    memo = compose(note, title="융자 잔액 확인")
    title = "원 단위 누계 집계"
    return [
        kept(f"{budget}/집행/{title}.csv", write_csv(table), "csv", text_of_grid(title, table), _YEAR).with_truth(
            must_find=tuple(values[:4])
        ),
        kept(f"{farm}/융자/{memo.title}.hwp", write_hwp5(memo), "hwp5", text_of(memo), _YEAR).with_truth(
            must_find=(f"{values[4]}원",)
        ),
    ]
