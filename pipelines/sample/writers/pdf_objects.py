"""The frame of a PDF file: numbered objects, streams, the tree of pages, the table of where each object lies."""

from collections.abc import Sequence


def page_tree(kids: Sequence[int]) -> bytes:
    """The object that lists the pages by their numbers."""
    listed = " ".join(f"{kid} 0 R" for kid in kids)
    return f"<< /Type /Pages /Kids [{listed}] /Count {len(kids)} >>".encode("ascii")


def stream(entries: str, content: bytes) -> bytes:
    """An object of bytes with its dictionary's entries."""
    return f"<< {entries} /Length {len(content)} >>\nstream\n".encode("ascii") + content + b"\nendstream"


def assemble(objects: Sequence[bytes], *, version: str = "1.7", trailer: str = "") -> bytes:
    """The file of the objects, the first of which is the catalogue; `trailer` are further entries at its end."""
    body = bytearray(f"%PDF-{version}\n%".encode("ascii") + b"\xe2\xe3\xcf\xd3\n")
    offsets: list[int] = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n".encode("ascii") + content + b"\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    start = len(body)
    body += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode("ascii")
    body += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer}>>\nstartxref\n{start}\n%%EOF\n".encode("ascii")
    return bytes(body)
