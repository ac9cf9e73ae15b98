import pytest

from connectors import composition
from connectors.composition import Composer
from schemas.elements import Cell, ElementKind, Grid
from schemas.outcome import Failed


def grid(*texts, n_cols=1, unit=None):
    cells = [Cell(row=1 + index // n_cols, col=1 + index % n_cols, text=text) for index, text in enumerate(texts)]
    return Grid(n_rows=-(-len(texts) // n_cols), n_cols=n_cols, unit=unit, cells=cells)


def test_headings_lists_and_text_are_told_apart_and_stand_under_their_headings():
    composer = Composer()
    for text in ("Ⅰ. 총괄", "1. 세입", " ㅇ 국세수입 367.3조원", "세수는 줄어들 것으로 전망된다.", "\uf0a7 점검"):
        composer.add_paragraph(text)
    assert [element.kind for element in composer.elements] == [
        ElementKind.TITLE,
        ElementKind.TITLE,
        ElementKind.LIST_ITEM,
        ElementKind.NARRATIVE_TEXT,
        ElementKind.LIST_ITEM,
    ]
    assert composer.elements[1].section_path == ["Ⅰ. 총괄"]
    assert composer.elements[3].section_path == ["Ⅰ. 총괄", "1. 세입"]
    assert [element.locator.paragraph for element in composer.elements] == [1, 2, 3, 4, 5]


def test_characters_are_kept_as_they_are_and_blank_paragraphs_passed_over():
    composer = Composer()
    composer.add_paragraph("  가\u3000나 \u1112\u1161\u11ab")
    composer.add_paragraph(" \n")
    assert [element.text for element in composer.elements] == ["  가\u3000나 \u1112\u1161\u11ab"]


def test_a_date_in_large_type_is_no_heading_and_large_type_stands_below_the_numbered_heading():
    composer = Composer()
    composer.add_paragraph("2025. 12. 11.", level=1)
    composer.add_paragraph("1. 추진방향")
    composer.add_paragraph("청년 일자리", level=2)
    composer.add_paragraph("2. 추진전략")
    assert composer.elements[0].kind is ElementKind.NARRATIVE_TEXT
    assert composer.elements[2].level == 5
    assert composer.elements[3].section_path == []


def test_the_unit_of_the_line_above_goes_to_the_next_table_alone():
    composer = Composer()
    composer.add_paragraph("(단위: 억원)")
    composer.add_table(grid("세입", "1", n_cols=2))
    composer.add_table(grid("세출", "2", n_cols=2))
    assert [element.table.unit for element in composer.elements if element.table] == ["억원", None]


def test_a_heading_set_as_a_table_of_one_row_is_a_heading_of_what_follows():
    composer = Composer()
    composer.add_table(grid("Ⅱ", "", "재정 운용 방향", n_cols=3))
    composer.add_paragraph("내용이 이어진다.")
    assert composer.elements[0].kind is ElementKind.TABLE
    assert composer.elements[0].section_path == []
    assert composer.elements[1].section_path == ["Ⅱ 재정 운용 방향"]


def test_the_opening_title_is_the_box_that_titles_are_set_in():
    composer = Composer()
    composer.add_table(grid("", "보도자료", n_cols=2))
    composer.add_table(grid("2025년 예산안 국무회의 의결"))
    assert composer.opening_title() == "2025년 예산안 국무회의 의결"


def test_a_document_beyond_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(composition, "MAX_ELEMENTS", 2)
    composer = Composer()
    composer.add_paragraph("가")
    composer.add_paragraph("나")
    with pytest.raises(Failed) as failure:
        composer.add_paragraph("다")
    assert failure.value.reason == "too_many_elements"
