"""PDF files without text for a reader: pages that are pictures, a file that asks for a password, a broken table of objects.

Written by hand like `pdf`, and the same to the byte everywhere; a page's strokes differ from those of every other page.
"""

from pipelines.sample.writers.pdf_objects import assemble, page_tree, stream

_WIDTH, _HEIGHT = 600, 848
_ROW_BYTES = _WIDTH // 8
_MARGIN_ROWS, _MARGIN_BYTES = 60, 8
_LINE_ROWS, _STROKE_ROWS = 28, 12
_CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
_OFFSET_BYTES = 10


def write_scans(n_pages: int, letter: int = 0) -> bytes:
    """A PDF of scanned pages.

    Args:
        n_pages: how many.
        letter: which letter was scanned; another one has other strokes.
    """
    objects = [_CATALOG, page_tree(range(3, 3 + 3 * n_pages, 3))]
    for page in range(n_pages):
        first = 3 + 3 * page
        content = f"q 595 0 0 842 0 0 cm /Scan Do Q % {page + 1}".encode("ascii")
        resources = f"/Resources << /XObject << /Scan {first + 2} 0 R >> >> /Contents {first + 1} 0 R >>"
        head = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
        entries = f"/Type /XObject /Subtype /Image /Width {_WIDTH} /Height {_HEIGHT} /ColorSpace /DeviceGray "
        picture = stream(entries + "/BitsPerComponent 1", scanned_rows(letter * 97 + page * 31))
        objects += [(head + resources).encode("ascii"), stream("", content), picture]
    return assemble(objects, version="1.6")


def write_locked_pdf() -> bytes:
    """A PDF that opens with a password alone: its owner's and its reader's keys are there, and nobody has them."""
    key = bytes((17 + 41 * number) & 0xFF for number in range(32)).hex()
    lock = f"<< /Filter /Standard /V 1 /R 2 /O <{key}> /U <{key[::-1]}> /P -44 >>".encode("ascii")
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> /Contents 4 0 R >>"
    content = stream("", bytes((91 * number + 7) & 0xFF for number in range(400)))
    identifier = f"/Encrypt 5 0 R /ID [<{key[:32]}> <{key[:32]}>] "
    return assemble([_CATALOG, page_tree([3]), page, content, lock], version="1.6", trailer=identifier)


def with_broken_xref(pdf: bytes) -> bytes:
    """The same PDF with every offset in its table of objects wrong, as a transfer that counts line ends makes it."""
    start = pdf.rindex(b"xref\n0 ", 0, pdf.rindex(b"startxref"))
    head, table = pdf[:start], pdf[start:]
    lines = table.split(b"\n")
    shifted = [
        b"%010d" % (int(line[:_OFFSET_BYTES]) + 7) + line[_OFFSET_BYTES:] if line.endswith(b" n ") else line
        for line in lines
    ]
    return head + b"\n".join(shifted)


def scanned_rows(letter: int) -> bytes:
    """A page of dark lines on white, one bit a point, 600 points wide and 848 high."""
    return b"".join(_row(row, letter) for row in range(_HEIGHT))


def _row(row: int, letter: int) -> bytes:
    if row % _LINE_ROWS >= _STROKE_ROWS or not _MARGIN_ROWS <= row < _HEIGHT - _MARGIN_ROWS:
        return b"\xff" * _ROW_BYTES
    strokes = bytes(
        (row * 37 + column * 101 + row // _LINE_ROWS * 53 + letter) & 0xFF | 0x11
        for column in range(_ROW_BYTES - 2 * _MARGIN_BYTES)
    )
    return b"\xff" * _MARGIN_BYTES + strokes + b"\xff" * _MARGIN_BYTES
