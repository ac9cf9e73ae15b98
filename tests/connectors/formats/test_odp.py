from pathlib import Path

from connectors.contract import Blob
from connectors.formats.odp import FORMAT
from schemas.elements import ElementKind, Flag

SOURCE = Path(__file__).resolve().parents[2] / "golden" / "sources" / "odp_briefing.odp"


def test_slides_come_with_titles_lists_tables_notes_and_hidden_ones_flagged():
    blob = Blob(SOURCE.read_bytes(), "설명.odp")
    assert FORMAT.sniff(blob) == 1.0
    document = FORMAT.read(blob)
    first = [element for element in document.elements if element.page == 1]
    assert [(element.kind, element.text) for element in first] == [
        (ElementKind.TITLE, "2026년 예산안 설명"),
        (ElementKind.LIST_ITEM, "총지출은 전년보다 3.1% 늘어난다."),
        (ElementKind.LIST_ITEM, "민생 안정"),
        (ElementKind.LIST_ITEM, "미래 투자"),
        (ElementKind.NARRATIVE_TEXT, "상임위 설명용 원고이다."),
    ]
    grid = next(element.table for element in document.elements if element.table)
    assert grid.unit == "억원"
    spans = {(cell.row, cell.col): (cell.row_span, cell.col_span) for cell in grid.cells}
    assert spans[1, 1] == (2, 1)
    assert spans[1, 2] == (1, 2)
    assert all(element.flags == [Flag.HIDDEN_SLIDE] for element in document.elements if element.page == 3)
    assert Flag.HIDDEN_SLIDE in document.flags
    assert document.members == []
