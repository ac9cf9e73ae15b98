"""Nothing unscreened leaves: marks are found and mentions are not, identifiers go wherever they stand, text is valid."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.contract import Document
from connectors.screening import clean, mask_elements, screen, secrecy_mark, secrecy_mark_in_name
from schemas.elements import Cell, Element, ElementKind, Grid, grid_text
from schemas.masking import contains_identifier
from schemas.provenance import Locator

NUMBER = "850614-1234567"


def paragraph(text: str, kind: ElementKind = ElementKind.NARRATIVE_TEXT, **parts) -> Element:
    return Element(kind=kind, text=text, **parts)


def table(rows: list[list[str]], unit: str | None = None) -> Element:
    cells = [Cell(row=r, col=c, text=text) for r, row in enumerate(rows, 1) for c, text in enumerate(row, 1)]
    grid = Grid(n_rows=len(rows), n_cols=max(len(row) for row in rows), unit=unit, cells=cells)
    return Element(kind=ElementKind.TABLE, text=grid_text(grid), table=grid)


def cells_of(element: Element) -> list[str]:
    assert element.table is not None
    return [cell.text for cell in element.table.cells]


FILLER = [paragraph(f"2026년도 예산안 검토 자료 {number}") for number in range(5)]

MARKS = [
    "대외비",
    "대 외 비",
    "[대외비]",
    "【 대 외 비 】",
    "★ 대외비 ★",
    "< 대외비 >",
    "- 대외비 -",
    "대\u200b외비",
    "대외비(2026. 12. 31.까지)",
    "대외비 2026.12.31.까지",
    "대외비  보존기한 : 2027. 1. 1.",
    "대외비 사본번호 제3호",
    "대외비 / 배부번호 : 12",
    "대외비 (3부 중 제1호)",
    "대외비 취급주의",
    "보안등급: 대외비",
    "비밀등급 : Ⅱ급비밀",
    "구분 : 대외비",
    "보안등급: [대외비]",
    "I급비밀",
    "Ⅰ급 비밀",
    "Ⅱ급 비밀",
    "ＩＩ급비밀",
    "3급비밀",
    "Ⅲ급비밀 (예고문: 2027.12.31. 파기)",
    "군사Ⅲ급비밀",
    "군사 Ⅱ급 비밀",
    "비 밀",
    "비밀",
    "[비밀]",
    "기획재정부\t\t대외비",
    "2026. 1. 2.          대 외 비",
    "[대외비] 2026년 예산 편성 방향",
    "(대외비) 세출 구조조정 계획",
    "<대외비> 협의 자료",
    "본문 첫 줄이다\n대외비\n둘째 줄이다",
    "이 문서는 대외비입니다. 외부에 주지 마십시오.",
    "본 자료는 대외비로 분류됨",
    "보안등급  □ 일반  ■ 대외비",
]

MENTIONS = [
    "대외비 문서는 별도 관리한다",
    "대외비 문서는 별도 관리한다.",
    "대외비 해제",
    "대외비 아님",
    "[대외비 해제]",
    "[대외비] 해제",
    "(대외비) 아님",
    "이 문서는 대외비가 아니다",
    "이 문서는 대외비에서 해제되었다",
    "비밀번호",
    "비밀번호 : 1234",
    "비밀보호기간",
    "대외비용",
    "대외비용 정산 내역",
    "국가 대외비교 자료",
    "비밀 취급 인가 절차",
    "대외비 및 비밀의 관리에 관한 규정",
    "제3장 대외비 취급",
    "Ⅱ급비밀 취급 인가자 현황을 붙임과 같이 보고한다.",
    "「대외비」란 직무 수행상 특별히 보호를 요하는 사항을 말한다.",
    "보안등급: 일반 / 대외비 / 비밀 중 선택",
    "보안등급  ■ 일반  □ 대외비",
    "일반 문서와 대외비를 나누어 보관할 것",
    "대외비 12건, Ⅱ급비밀 3건을 보유하고 있음",
    "비밀은 없다",
]


@pytest.mark.parametrize("text", MARKS)
def test_a_mark_in_a_paragraph_is_found(text: str):
    assert secrecy_mark([*FILLER, paragraph(text)])


@pytest.mark.parametrize("text", MENTIONS)
def test_a_mention_in_a_paragraph_is_no_mark(text: str):
    assert secrecy_mark([*FILLER, paragraph(text)]) is None
    assert secrecy_mark([paragraph(text)]) is None
    assert secrecy_mark([*FILLER, table([["구분", "내용"], ["비고", text]])]) is None


@pytest.mark.parametrize("text", MARKS)
def test_a_mark_in_a_cell_is_found(text: str):
    assert secrecy_mark([*FILLER, table([["제목", "예산안"], ["비고", text]])])


@pytest.mark.parametrize("kind", [ElementKind.HEADER, ElementKind.FOOTER])
@pytest.mark.parametrize(
    ("text", "is_mark"),
    [
        ("대외비", True),
        ("기획재정부 대외비 - 3 -", True),
        ("2026 예산안 (대외비)", True),
        ("Ⅱ급 비밀 사본 3", True),
        ("비 밀", True),
        ("대외비 해제", False),
        ("대외비 아님", False),
        ("대외비(해당없음)", False),
        ("대외비용 정산", False),
        ("비밀번호 관리 지침", False),
        ("2026년도 예산안", False),
    ],
)
def test_headers_and_footers_are_marks_by_the_word_alone(kind: ElementKind, text: str, is_mark: bool):
    assert (secrecy_mark([*FILLER, paragraph(text, kind)]) is not None) is is_mark


@pytest.mark.parametrize(
    ("name", "is_mark"),
    [
        ("2026 예산안(대외비).hwp", True),
        ("대외비_예산안.xlsx", True),
        ("[대외비] 검토.pdf", True),
        ("예산안-대외비.hwpx", True),
        ("대외비/예산안.hwp", True),
        ("대 외 비.hwp", True),
        ("Ⅱ급비밀_보고.hwp", True),
        ("II급 비밀 보고.hwp", True),
        ("3급비밀.zip", True),
        ("[비밀]계획.hwp", True),
        ("대외비관리지침.hwp", False),
        ("대외비용 내역.xlsx", False),
        ("대외비 해제 목록.hwp", False),
        ("검토(대외비 아님).hwp", False),
        ("대외비_해제.hwp", False),
        ("비밀번호.txt", False),
        ("3급비밀취급인가.hwp", False),
        ("예산안.hwp", False),
    ],
)
def test_names_bear_a_mark_only_as_a_word_of_their_own(name: str, is_mark: bool):
    assert (secrecy_mark_in_name(name) is not None) is is_mark
    assert (screen(Document(reader="x", elements=FILLER), names=[name]).mark is not None) is is_mark


def test_a_decomposed_name_bears_its_mark_too():
    import unicodedata

    assert secrecy_mark_in_name(unicodedata.normalize("NFD", "예산안(대외비).hwp"))


def test_the_title_of_a_document_and_the_subject_of_a_mail_bear_marks():
    assert screen(Document(reader="x", title="예산안 [대외비]", elements=FILLER)).mark
    assert secrecy_mark([paragraph("From: a@b.kr\nSubject: RE: [대외비] 예산안", ElementKind.EMAIL_HEADER)])
    assert secrecy_mark([paragraph("2026년 예산안 검토(대외비)", ElementKind.TITLE)])
    assert secrecy_mark([paragraph("붙임 1. 다른 보고서(대외비)")]) is None


def test_a_marked_document_keeps_nothing():
    screened = screen(Document(reader="x", title="예산안", elements=[paragraph("대외비"), paragraph("내용")]))

    assert screened.mark
    assert (screened.title, screened.elements, screened.n_masked) == (None, [], 0)


def test_every_text_of_an_element_is_masked():
    element = Element(
        kind=ElementKind.NARRATIVE_TEXT,
        text=f"신청인 {NUMBER}",
        section_path=[f"1. 예산총괄과 {NUMBER}"],
        sheet=f"예산총괄과{NUMBER}",
        locator=Locator(member=f"붙임/{NUMBER}.hwp", sheet=f"예산총괄과{NUMBER}", paragraph=3),
    )
    screened = screen(Document(reader="x", title=f"{NUMBER} 신청서", elements=[element]))

    assert screened.n_masked == 2
    assert screened.title == "******-******* 신청서"
    assert not contains_identifier(screened.elements[0].model_dump_json())
    assert screened.elements[0].locator.paragraph == 3


def test_bare_digits_are_masked_under_their_column_and_beside_their_label_only():
    listed = table([["성명", "주민등록번호", "지급액(원)"], ["예산총괄과", "8506141234567", "8506141234567"]])
    form = table([["소속", "예산담당관실"], ["주민등록번호", "8506141234567"], ["예산액", "8506141234567"]])
    (list_masked, form_masked), count = mask_elements([listed, form])

    assert count == 2
    assert cells_of(list_masked)[3:] == ["예산총괄과", "*" * 13, "8506141234567"]
    assert cells_of(form_masked) == ["소속", "예산담당관실", "주민등록번호", "*" * 13, "예산액", "8506141234567"]


def test_the_text_of_a_table_follows_its_grid():
    (masked,), _ = mask_elements([table([["성명", "번호"], ["예산총괄과", NUMBER]])])

    assert masked.table is not None
    assert masked.text == grid_text(masked.table) == "성명\t번호\n예산총괄과\t******-*******"


@pytest.mark.parametrize(
    "rows",
    [
        [["성명", "주민등록번호", ""], ["예산총괄과", "850614", "1234567"]],
        [["주민등록번호", "850614", "1234567"]],
        [["주민등록번호", "850614", "-", "1234567"]],
        [["예산총괄과", "850614-", "1234567"]],
        [["주민등록번호", *"850614", "-", *"1234567"]],
        [["주민등록번호", "850614"], ["", "1234567"]],
    ],
)
def test_halves_in_neighbouring_cells_are_masked(rows: list[list[str]]):
    (masked,), count = mask_elements([table(rows)])

    assert count == 1
    assert not any(character.isdigit() for character in masked.text)


def test_a_column_of_halves_without_a_header_is_masked_by_its_checksums():
    rows = [[f"이름{i}", "850614", tail] for i, tail in enumerate(["1234561", "2345671", "1000007"])]
    from schemas.masking import has_valid_checksum

    rows = [[name, date, _with_checksum(date, tail)] for name, date, tail in rows]
    assert all(has_valid_checksum(row[1] + row[2]) for row in rows)
    (masked,), count = mask_elements([table(rows)])

    assert count == 3
    assert "850614" not in masked.text


def _with_checksum(date: str, tail: str) -> str:
    from schemas.masking import has_valid_checksum

    return next(f"{tail[:6]}{check}" for check in range(10) if has_valid_checksum(f"{date}{tail[:6]}{check}"))


@pytest.mark.parametrize(
    "rows",
    [
        [["사업", "2025년 예산", "2026년 예산"], ["전산", "850614", "1234567"], ["인건", "850615", "2234567"]],
        [["사업", "2025", "2026"], ["전산", "850614", "1234567"]],
        [["전산", "850614", "-", "1234567"]],
        [["전산", "850614", "-1234567"]],
        [["주민등록 사업", "850614", "1234567", "예산액"], ["", "850614", "1234567", "8506141234567"]],
        [["통계목코드", "집행액"], ["210101", "1234567"], ["210102", "2234567"], ["210103", "3234567"]],
        [["세목", "금액"], ["전산", "8506141234567"], ["운영", "9001012234567"], ["기타", "9101012234567"]],
        [["a", "b", "c"], ["8506141234567", "9001012234567", "9101012234567"]],
    ],
)
def test_amounts_in_tables_are_never_masked(rows: list[list[str]]):
    element = table(rows)
    (masked,), count = mask_elements([element])

    assert count == 0
    assert masked.table == element.table


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.integers(100_000, 99_999_999_999_999), min_size=4, max_size=4), min_size=2, max_size=12))
def test_generated_budget_tables_are_never_masked(values: list[list[int]]):
    rows = [["사업명", "예산액", "집행액", "잔액", "차년도"], *([["전산", *map(str, row)] for row in values])]
    element = table(rows, unit="원")

    assert mask_elements([element]) == ([element], 0)


def test_a_number_split_over_two_paragraphs_is_masked_in_both():
    elements, count = mask_elements(
        [paragraph("성명 예산총괄과"), paragraph("주민등록번호 850614-"), paragraph("1234567 세종시"), paragraph("끝")]
    )

    assert count == 1
    assert [e.text for e in elements] == ["성명 예산총괄과", "주민등록번호 ******-", "******* 세종시", "끝"]


def test_a_label_on_the_line_above_names_a_bare_number():
    elements, count = mask_elements([paragraph("주민등록번호"), paragraph("8506141234567")])

    assert (count, elements[1].text) == (1, "*" * 13)


def test_a_heading_masked_by_its_neighbours_is_masked_in_the_paths_below_it():
    heading = paragraph("8506141234567", ElementKind.TITLE, level=1)
    below = paragraph("글", section_path=["8506141234567"])
    elements, _ = mask_elements([paragraph("주민등록번호"), heading, below])

    assert elements[2].section_path == ["*" * 13]


def test_a_column_of_figures_in_paragraphs_is_left_alone():
    lines = [paragraph(text) for text in ("예산액", "2345678", "850614", "1234567", "3456789")]

    assert mask_elements(lines) == (lines, 0)


def test_text_comes_out_as_valid_composed_unicode():
    element = Element(
        kind=ElementKind.NARRATIVE_TEXT,
        text="ㄱ\x00ᄒ\x00ᅡᆫ\ud800글 e\u0301",
        section_path=["\udfff제목"],
        sheet="시트\x00",
    )
    screened = screen(Document(reader="x", elements=[element, table([["a\x00", "\ud83d"]])]))

    assert screened.elements[0].text == "ㄱ한글 é"
    assert screened.elements[0].section_path == ["제목"]
    assert screened.elements[0].sheet == "시트"
    for screened_element in screened.elements:
        screened_element.model_dump_json().encode("utf-8")


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=60))
def test_cleaning_always_gives_encodable_text_and_is_stable(text: str):
    cleaned = clean(text)

    cleaned.encode("utf-8")
    assert "\x00" not in cleaned
    assert clean(cleaned) == cleaned
