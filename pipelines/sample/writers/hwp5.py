"""HWP 5.0 documents: a compound file of record streams, written from the published description of the format.

A record is a 32-bit head (tag, level, size) and its payload. The section's first paragraph carries the page and column
definitions; a table is a control whose cells are lists of paragraphs with column, row and spans in their heads.
"""

import struct
from collections.abc import Iterable, Sequence

from pipelines.sample.manuscript import Heading, Manuscript, Table, unit_line
from pipelines.sample.writers.compound_file import write_compound_file
from pipelines.sample.writers.deflate import store
from pipelines.sample.writers.summary import summary_information
from schemas.elements import Cell, Grid

_COMPRESSED, _PASSWORD = 1 << 0, 1 << 1

_DOCUMENT_PROPERTIES, _ID_MAPPINGS, _FACE_NAME, _BORDER_FILL, _CHAR_SHAPE = 16, 17, 19, 20, 21
_TAB_DEF, _PARA_SHAPE, _STYLE, _COMPATIBLE_DOCUMENT, _LAYOUT_COMPATIBILITY = 22, 25, 26, 30, 31
_PARA_HEADER, _PARA_TEXT, _PARA_CHAR_SHAPE = 66, 67, 68
_CTRL_HEADER, _LIST_HEADER, _PAGE_DEF, _FOOTNOTE_SHAPE, _PAGE_BORDER_FILL, _TABLE = 71, 72, 73, 74, 75, 77

_SECTION_OR_COLUMN, _OBJECT, _HEADER_OR_FOOTER = 2, 11, 16
_PARAGRAPH_END = "\r"
_LAST_IN_LIST = 0x80000000
_LONG_RECORD = 0xFFF
_N_LANGUAGES = 7

_BODY, _TITLE, _HEADING, _SMALL = range(4)
_JUSTIFIED, _CENTERED, _RIGHT = range(3)
_TEXT_WIDTH = 48188
_ROW_HEIGHT = 1700


def write_hwp5(manuscript: Manuscript, *, has_password: bool = False, is_damaged: bool = False) -> bytes:
    """The manuscript as an HWP 5.0 file.

    Args:
        manuscript: what to write.
        has_password: set the password flag and make the streams unreadable, as a document with a password has them.
        is_damaged: overwrite the body with one byte, as a bad block on a disk does; the container stays readable.
    """
    flags = _COMPRESSED | (_PASSWORD if has_password else 0)
    streams = {
        "FileHeader": _file_header(flags),
        "DocInfo": store(_doc_info()),
        "BodyText/Section0": store(_section(manuscript)),
        "\x05HwpSummaryInformation": summary_information(manuscript.title),
    }
    if is_damaged:
        streams["BodyText/Section0"] = b"\xfe" * len(streams["BodyText/Section0"])
    if has_password:
        for name in ("DocInfo", "BodyText/Section0"):
            streams[name] = _scrambled(streams[name])
    else:
        streams["PrvText"] = "\r\n".join(manuscript.lines())[:1000].encode("utf-16-le")
    return write_compound_file(streams)


def _scrambled(content: bytes) -> bytes:
    """Bytes in the place of an encrypted stream; which cipher made them does not matter, for nobody has the key."""
    state, out = 0x5A, bytearray()
    for byte in content:
        state = (state * 73 + 41) & 0xFF
        out.append(byte ^ state)
    return bytes(out)


def _file_header(flags: int) -> bytes:
    return struct.pack("<32s4BII212s", b"HWP Document File", 0, 0, 1, 5, flags, 0, b"")


def _record(tag: int, level: int, payload: bytes) -> bytes:
    size = min(len(payload), _LONG_RECORD)
    head = struct.pack("<I", tag | level << 10 | size << 20)
    return head + (struct.pack("<I", len(payload)) if size == _LONG_RECORD else b"") + payload


def _counted(text: str) -> bytes:
    encoded = text.encode("utf-16-le")
    return struct.pack("<H", len(encoded) // 2) + encoded


def _doc_info() -> bytes:
    char_shapes = [
        _char_shape(1000),
        _char_shape(1600, is_bold=True),
        _char_shape(1300, is_bold=True),
        _char_shape(900),
    ]
    para_shapes = [_para_shape(0), _para_shape(3), _para_shape(2)]
    border_fills = [_border_fill(0), _border_fill(1)]
    counts = [0, *([1] * _N_LANGUAGES), len(border_fills), len(char_shapes), 1, 0, 0, len(para_shapes), 1, 0, 0, 0]
    records = [
        _record(_DOCUMENT_PROPERTIES, 0, struct.pack("<7H3I", 1, 1, 1, 1, 1, 1, 1, 0, 0, 0)),
        _record(_ID_MAPPINGS, 0, struct.pack(f"<{len(counts)}I", *counts)),
        *(_record(_FACE_NAME, 1, b"\0" + _counted("함초롬바탕")) for _ in range(_N_LANGUAGES)),
        *(_record(_BORDER_FILL, 1, fill) for fill in border_fills),
        *(_record(_CHAR_SHAPE, 1, shape) for shape in char_shapes),
        _record(_TAB_DEF, 1, struct.pack("<II", 0, 0)),
        *(_record(_PARA_SHAPE, 1, shape) for shape in para_shapes),
        _record(_STYLE, 1, _counted("바탕글") + _counted("Normal") + struct.pack("<BBHHHH", 0, 0, 1042, 0, 0, 0)),
        _record(_COMPATIBLE_DOCUMENT, 0, struct.pack("<I", 0)),
        _record(_LAYOUT_COMPATIBILITY, 1, bytes(20)),
    ]
    return b"".join(records)


def _border_fill(line: int) -> bytes:
    sides = b"".join(struct.pack("<BBI", line, 1, 0) for _ in range(4))
    return struct.pack("<H", 0) + sides + struct.pack("<BBI", 0, 0, 0) + struct.pack("<II", 0, 0)


def _char_shape(height: int, *, is_bold: bool = False) -> bytes:
    languages = struct.pack("<7H", *([0] * 7)) + bytes([100] * 7) + bytes(7) + bytes([100] * 7) + bytes(7)
    colors = struct.pack("<4I", 0, 0, 0xFFFFFFFF, 0xB2B2B2)
    return languages + struct.pack("<iIbb", height, is_bold << 1, 10, 10) + colors + struct.pack("<HI", 1, 0)


def _para_shape(alignment: int) -> bytes:
    spacing = 160
    margins = struct.pack("<6i", 0, 0, 0, 0, 0, spacing)
    borders = struct.pack("<3H4h", 0, 0, 1, 0, 0, 0, 0)
    return struct.pack("<I", alignment << 2) + margins + borders + struct.pack("<III", 0, 0, spacing)


def _control_id(name: str) -> bytes:
    return name.encode("ascii")[::-1]


def _control_mark(code: int, name: str) -> str:
    """The eight 16-bit units that stand in a paragraph's text where a control is anchored."""
    return struct.pack("<H4s8sH", code, _control_id(name), b"", code).decode("utf-16-le")


def _paragraph(text: str, level: int, *, shape: int = _JUSTIFIED, font: int = _BODY, is_last: bool = False) -> bytes:
    content = text + _PARAGRAPH_END
    units = content.encode("utf-16-le")
    controls = {code for code in (_SECTION_OR_COLUMN, _OBJECT, _HEADER_OR_FOOTER) if chr(code) in text}
    head = struct.pack(
        "<IIHBBHHHIH",
        len(units) // 2 | (_LAST_IN_LIST if is_last else 0),
        sum(1 << code for code in controls),
        shape,
        0,
        3 if _SECTION_OR_COLUMN in controls else 0,
        1,
        0,
        0,
        0,
        0,
    )
    # An empty paragraph has no text record in files that the original program wrote.
    body = _record(_PARA_TEXT, level + 1, units) if text else b""
    return _record(_PARA_HEADER, level, head) + body + _record(_PARA_CHAR_SHAPE, level + 1, struct.pack("<II", 0, font))


def _paragraphs(texts: Sequence[str], level: int, *, shape: int, font: int) -> bytes:
    last = len(texts) - 1
    return b"".join(
        _paragraph(text, level, shape=shape, font=font, is_last=number == last) for number, text in enumerate(texts)
    )


def _section(manuscript: Manuscript) -> bytes:
    parts = [_section_head(manuscript.header)]
    last = len(manuscript.blocks) - 1
    for number, block in enumerate(manuscript.blocks):
        is_last = number == last
        if isinstance(block, Table):
            unit = unit_line(block.grid)
            if unit:
                parts.append(_paragraph(unit, 0, shape=_RIGHT, font=_SMALL))
            parts.append(_table(block.grid, is_last=is_last))
        elif isinstance(block, Heading):
            is_title = number == 0
            shape, font = (_CENTERED, _TITLE) if is_title else (_JUSTIFIED, _HEADING)
            parts.append(_paragraph(block.text, 0, shape=shape, font=font, is_last=is_last))
        else:
            parts.append(_paragraph(block.text, 0, is_last=is_last))
    return b"".join(parts)


def _section_head(header: str | None) -> bytes:
    marks = _control_mark(_SECTION_OR_COLUMN, "secd") + _control_mark(_SECTION_OR_COLUMN, "cold")
    section = _control_id("secd") + struct.pack("<IHHHIHHHHHH8x", 0, 1134, 0, 0, 8000, 0, 0, 0, 0, 0, 0)
    page = struct.pack("<10I", 59528, 84188, 5669, 5669, 4252, 2834, 2834, 2834, 0, 0)
    note = struct.pack("<I4HiHHHBBI", 0, 0, 0, 0x29, 1, -1, 850, 567, 283, 1, 1, 0)
    border = struct.pack("<I4HH", 1, 1417, 1417, 1417, 1417, 1)
    column = _control_id("cold") + struct.pack("<HHII", 0x1004, 0, 0, 0)
    running = b""
    if header is not None:
        marks += _control_mark(_HEADER_OR_FOOTER, "head")
        running = (
            _record(_CTRL_HEADER, 1, _control_id("head") + struct.pack("<II", 0, 1))
            + _record(_LIST_HEADER, 2, struct.pack("<IIII18x", 1, 0, _TEXT_WIDTH, 4252))
            + _paragraph(header, 2, shape=_CENTERED, is_last=True)
        )
    return (
        _paragraph(marks, 0)
        + _record(_CTRL_HEADER, 1, section)
        + _record(_PAGE_DEF, 2, page)
        + _record(_FOOTNOTE_SHAPE, 2, note) * 2
        + _record(_PAGE_BORDER_FILL, 2, border) * 3
        + _record(_CTRL_HEADER, 1, column)
        + running
    )


def _table(grid: Grid, *, is_last: bool) -> bytes:
    width, height = _TEXT_WIDTH // grid.n_cols, _ROW_HEIGHT
    shape = struct.pack(
        "<IiiIIi4HIiH", 0x082A2311, 0, 0, width * grid.n_cols, height * grid.n_rows, 0, *([283] * 4), 0, 0, 0
    )
    cells_in_row = [sum(cell.row == row for cell in grid.cells) for row in range(1, grid.n_rows + 1)]
    head = struct.pack(
        f"<IHH5H{grid.n_rows}HHH", 6, grid.n_rows, grid.n_cols, 0, 510, 510, 141, 141, *cells_in_row, 2, 0
    )
    return (
        _paragraph(_control_mark(_OBJECT, "tbl "), 0, is_last=is_last)
        + _record(_CTRL_HEADER, 1, _control_id("tbl ") + shape)
        + _record(_TABLE, 2, head)
        + b"".join(_cells(grid.cells, width, height))
    )


def _cells(cells: Iterable[Cell], width: int, height: int) -> Iterable[bytes]:
    for cell in cells:
        texts = cell.text.split("\n")
        place = struct.pack(
            "<IIHHHHII4HH13x",
            len(texts),
            0x20,
            cell.col - 1,
            cell.row - 1,
            cell.col_span,
            cell.row_span,
            width * cell.col_span,
            height * cell.row_span,
            *(510, 510, 141, 141),
            2,
        )
        yield _record(_LIST_HEADER, 2, place) + _paragraphs(texts, 2, shape=_CENTERED, font=_SMALL)
