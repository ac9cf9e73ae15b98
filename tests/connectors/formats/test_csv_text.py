"""Separated values come out as one exact grid, whatever separates them and however ragged they are."""

import pytest

from connectors.contract import Blob
from connectors.formats.csv_text import FORMAT, find_separator
from schemas.elements import Element
from schemas.outcome import Failed


def read(text: str, name: str = "a.csv", encoding: str = "utf-8") -> list[Element]:
    return FORMAT.read(Blob(text.encode(encoding), name)).elements


def rows_of(element: Element) -> list[list[str]]:
    assert element.table is not None
    rows = [[""] * element.table.n_cols for _ in range(element.table.n_rows)]
    for cell in element.table.cells:
        rows[cell.row - 1][cell.col - 1] = cell.text
    return rows


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949", "utf-16"])
def test_every_separator_is_found(separator: str, encoding: str):
    rows = [["사업명", "2025년", "2026년"], ["똠 사업", "1", "2"], ["운영", "3", "4"]]
    (table,) = read("\r\n".join(separator.join(row) for row in rows), encoding=encoding)

    assert rows_of(table) == rows
    assert table.locator.cells == "A1:C3"
    assert table.text == "\n".join("\t".join(row) for row in rows)


def test_a_decimal_comma_does_not_beat_the_semicolon():
    assert find_separator("항목;금액\n가;1,5\n나;2,5\n다;3,5\n") == ";"


def test_quotes_line_breaks_and_ragged_rows_are_kept_apart():
    (table,) = read('이름,설명,금액\n"가, 나","첫 줄\n둘째 ""줄""","1,000"\n다\n')

    assert rows_of(table) == [["이름", "설명", "금액"], ["가, 나", '첫 줄\n둘째 "줄"', "1,000"], ["다", "", ""]]


def test_long_tables_are_cut_and_name_their_rows():
    elements = read("번호,금액\n" + "".join(f"{n},{n}00\n" for n in range(1, 4_500)))

    assert [element.locator.cells for element in elements] == ["A1:B2000", "A2001:B4000", "A4001:B4500"]
    assert rows_of(elements[1])[0] == ["2000", "200000"]
    assert elements[2].table is not None
    assert elements[2].table.n_rows == 500


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_a_title_and_a_unit_line_stand_above_the_table(encoding: str):
    text = "2026년 세출예산 총괄,,\r\n,,(단위: 백만원)\r\n,,\r\n부처,2025,2026\r\n재정경제부,100,110\r\n"
    title, unit, table = read(text, encoding=encoding)

    assert [title.text, unit.text] == ["2026년 세출예산 총괄", "(단위: 백만원)"]
    assert table.table is not None
    assert (table.locator.cells, table.table.unit) == ("A4:C5", "백만원")
    assert rows_of(table) == [["부처", "2025", "2026"], ["재정경제부", "100", "110"]]


def test_a_ragged_first_row_is_no_title():
    (table,) = read("2026\n부처,금액\n재정경제부,110\n")

    assert rows_of(table)[0] == ["2026", ""]


def test_later_parts_of_a_long_table_keep_its_unit():
    elements = read("(단위: 천원)\n번호,금액\n" + "".join(f"{n},{n}00\n" for n in range(1, 2_500)))

    assert [element.table.unit for element in elements if element.table] == ["천원", "천원"]


@pytest.mark.parametrize("text", ["a" + "," * 20_000, "\n".join(["a" + ",b" * 999] * 2_100)])
def test_absurd_tables_are_refused(text: str):
    with pytest.raises(Failed, match="too_many_elements"):
        read(text)


@pytest.mark.parametrize(
    ("text", "name", "is_csv"),
    [
        ("a,b\n1,2\n", "a.csv", True),
        ("a\tb\n1\t2\n", "a.tsv", True),
        ("a,b\n1,2\n3,4\n5,6\n", "export", True),
        ("쉼표가 있는 글, 그러나 표는 아니다.\n둘째 줄, 역시 글이다.\n셋째, 넷째.\n다섯째, 끝.\n", "memo", False),
        ("a,b\n1,2\n3,4\n5,6\n", "a.txt", False),
        ("", "a.csv", False),
    ],
)
def test_only_tables_are_taken_for_tables(text: str, name: str, is_csv: bool):
    assert (FORMAT.sniff(Blob(text.encode(), name)) > 0.4) is is_csv


def test_a_field_beyond_measure_is_refused_and_no_fault_of_the_reader():
    with pytest.raises(Failed) as failure:
        FORMAT.read(Blob(b'a,b\n"' + b"x,y\n" * 3_000_000, "a.csv"))
    assert failure.value.reason == "too_many_elements"
