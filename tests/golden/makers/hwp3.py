"""Makes `hwp3_note.hwp`: a budget note in HWP 3.0, unit by unit, as Hancom's description of the format has it.

Run by hand from the project's root: `.venv/bin/python -m tests.golden.makers.hwp3`.
"""

import struct
import zlib
from pathlib import Path

TARGET = Path(__file__).parents[1] / "sources" / "hwp3_note.hwp"
SIGNATURE = b"HWP Document File V3.00 \x1a\1\2\3\4\5"
COLUMN_UNITS, ROW_UNITS = 6000, 1200


def units(text):
    """Characters as the format has them: Latin letters as they are, Hangul composed of three letters."""
    return [ord(char) if ord(char) < 0x80 else int.from_bytes(char.encode("johab"), "big") for char in text]


def packed(values):
    return struct.pack(f"<{len(values)}H", *values)


def paragraph(*parts):
    """A paragraph of texts and controls, which are bytes and count for four units."""
    body, n_units = b"", 0
    for part in parts:
        body += packed(units(part)) if isinstance(part, str) else part
        n_units += len(part) if isinstance(part, str) else 4
    head = struct.pack("<BHHBBIB", 0, n_units + 1, 1, 0, 0, 0, 0)
    return head + b"\0" * 31 + b"\0" * 187 + b"\0" * 14 + body + packed([13])


def listed(*paragraphs):
    """Paragraphs and the empty one that ends a list."""
    return b"".join(paragraphs) + struct.pack("<BHHBBIB", 0, 0, 0, 0, 0, 0, 0) + b"\0" * 31


def control(code, rest):
    return struct.pack("<HIH", code, 0, code) + rest


def header(text):
    return control(16, b"\0" * 10 + listed(paragraph(text)))


def footnote(text):
    return control(17, b"\0" * 14 + listed(paragraph(text)))


def tab():
    return struct.pack("<4H", 9, 0, 0, 9)


def box(kind, cells, caption):
    """A box: cells are (row, column, rows, columns, paragraphs)."""
    info = bytearray(84)
    struct.pack_into("<HHH", info, 78, kind, len(cells), 0)
    places = b"".join(
        struct.pack("<8H", 0, 0, col * COLUMN_UNITS, row * ROW_UNITS, n_cols * COLUMN_UNITS, n_rows * ROW_UNITS, 0, 0)
        + b"\0" * 11
        for row, col, n_rows, n_cols, _ in cells
    )
    lists = b"".join(listed(*paragraphs) for *_, paragraphs in cells)
    return control(10, bytes(info) + places + lists + listed(*([paragraph(caption)] if caption else [])))


def table(*cells, caption=""):
    return box(0, [(row, col, n_rows, n_cols, [paragraph(text)]) for row, col, n_rows, n_cols, text in cells], caption)


def text_box(*texts):
    return box(1, [(0, 0, 1, 1, [paragraph(text) for text in texts])], "")


def document(*paragraphs, author="", password=0, is_compressed=True):
    info = bytearray(128)
    struct.pack_into("<H", info, 96, password)
    info[124] = is_compressed
    summary = bytearray(1008)
    summary[224 : 224 + 2 * len(author)] = packed(units(author))
    fonts = struct.pack("<H", 1) + b"batang".ljust(40, b"\0")
    body = fonts * 7 + struct.pack("<H", 0) + listed(*paragraphs)
    if is_compressed:
        compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        body = compressor.compress(body) + compressor.flush()
    return SIGNATURE + bytes(info) + bytes(summary) + body


def rich():
    """The bytes of `hwp3_note.hwp`."""
    return document(
        paragraph(header("재정사업 평가 자료"), "1998년도 특별회계 세출예산안"),
        paragraph("1. 총괄"),
        paragraph("세출예산은 전년보다 4.5% 늘어난 1,284억원이다.", footnote("융자금을 뺀 금액이다.")),
        paragraph("(단위: 백만원)"),
        paragraph(
            table(
                (0, 0, 2, 1, "구분"),
                (0, 1, 1, 2, "예산액"),
                (1, 1, 1, 1, "1997년"),
                (1, 2, 1, 1, "1998년"),
                (2, 0, 1, 1, "도로"),
                (2, 1, 1, 1, "61,300"),
                (2, 2, 1, 1, "64,100"),
                (3, 0, 1, 1, "철도"),
                (3, 1, 1, 1, "61,574"),
                (3, 2, 1, 1, "64,300"),
                caption="표 1. 사업별 세출예산",
            )
        ),
        paragraph("2. 검토 의견"),
        paragraph("가. 집행률", tab(), "연말까지 92.1%로 예상한다."),
        author="재정과",
    )


if __name__ == "__main__":
    TARGET.write_bytes(rich())
