"""What a file holds, found by the benchmark's own walks, and how far our readings agree with it.

A file counts as exact in its merged cells if the spans of all its cells are, as a multiset, those of the walk.
"""

import io
import re
import struct
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import olefile

from benchmarks.reading_oracles_hangul import Found, walk_hml, walk_hwp, walk_hwpx
from benchmarks.reading_oracles_office import walk_docx, walk_html, walk_odf, walk_pptx, walk_xls, walk_xlsx
from schemas.elements import Cell, Element, ElementKind, Reading
from schemas.masking import mask_identifiers

_WALKS: dict[str, Callable[[bytes], Found]] = {
    "hwp": walk_hwp,
    "hwp_dist": walk_hwp,
    "hwpx": walk_hwpx,
    "hml": walk_hml,
    "docx": walk_docx,
    "xlsx": walk_xlsx,
    "xlsm": walk_xlsx,
    "pptx": walk_pptx,
    "html": walk_html,
    "ods": walk_odf,
    "odt": walk_odf,
    "xls": walk_xls,
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODF_KINDS = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One reading against the walk over the same file; of pairs, the first is ours, the second the walk's.

    `missing` and `surplus` are spans (rows, columns) with their counts; `is_exact_with_text` looks only at merged cells
    that hold something; `recall` is the share of the walk's characters that stand in our elements as whole paragraphs.
    """

    merged: tuple[int, int]
    is_exact: bool
    is_exact_with_text: bool
    missing: dict[tuple[int, int], int]
    surplus: dict[tuple[int, int], int]
    notes: tuple[int, int]
    recall: float | None
    lost: tuple[str, ...]


def kind_of(content: bytes) -> str:
    """The kind of file whose walk fits, by its content; empty where there is no walk."""
    if content.startswith(_OLE):
        return _kind_of_compound(content)
    if content.startswith(b"PK"):
        return _kind_of_package(content)
    head = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<hwpml" in head:
        return "hml"
    if head.startswith((b"<!doctype html", b"<html")) or (
        head.startswith(b"<") and re.search(rb"<(html|table|body)\b", head)
    ):
        return "html"
    return ""


def _kind_of_compound(content: bytes) -> str:
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as compound:
            if compound.exists("FileHeader"):
                flags = struct.unpack_from("<I", compound.openstream("FileHeader").read(40), 36)[0]
                return "" if flags & 0b10010 else "hwp_dist" if flags & 4 else "hwp"
            return "xls" if compound.exists("Workbook") or compound.exists("Book") else ""
    except (OSError, struct.error, ValueError, IndexError):
        return ""


def _kind_of_package(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = {name.lower() for name in package.namelist()}
            kind = package.read("mimetype").strip() if "mimetype" in package.namelist() else b""
            manifest = package.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in package.namelist() else b""
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError):
        return ""
    if b"encryption-data" in manifest:
        return ""
    if kind == b"application/hwp+zip" or "contents/header.xml" in names:
        return "hwpx"
    if kind in _ODF_KINDS:
        return _ODF_KINDS[kind]
    for part, name in (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"), ("ppt/presentation.xml", "pptx")):
        if part in names:
            return name
    return ""


def locked_reason(content: bytes) -> str | None:
    """The reason that a file which nobody can open without its password must bear, by marks of its own."""
    if content.startswith(_OLE):
        try:
            with olefile.OleFileIO(io.BytesIO(content)) as compound:
                if compound.exists("EncryptedPackage"):
                    return "password_ooxml"
                if compound.exists("FileHeader"):
                    flags = struct.unpack_from("<I", compound.openstream("FileHeader").read(40), 36)[0]
                    return "password_hwp" if flags & 2 else "drm_hwp" if flags & 16 else None
        except (OSError, struct.error, ValueError, IndexError):
            return None
    if content.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                names = package.namelist()
                manifest = package.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in names else b""
                kind = package.read("mimetype") if "mimetype" in names else b""
        except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError):
            return None
        if b"encryption-data" in manifest:
            return "password_hwpx" if b"hwp" in kind else "password_odf"
    return None


def walk(content: bytes) -> Found | None:
    """What the walk for this kind of file finds, or None where there is none for it."""
    kind = kind_of(content)
    return _WALKS[kind](content) if kind else None


def judge(reading: Reading, found: Found) -> Verdict:
    """Compare a file's own reading (not its members') with the walk."""
    cells = [cell for one in reading.elements if one.table for cell in one.table.cells if _is_merged(cell)]
    ours = Counter((cell.row_span, cell.col_span) for cell in cells)
    theirs = Counter((rows, columns) for rows, columns, _ in found.merged)
    ours_filled = Counter((cell.row_span, cell.col_span) for cell in cells if squeeze(cell.text))
    theirs_filled = Counter((rows, columns) for rows, columns, text in found.merged if squeeze(text))
    n_notes = sum(one.kind in (ElementKind.FOOTNOTE, ElementKind.ENDNOTE) for one in reading.elements)
    recall, lost = recall_of(found.paragraphs, reading.elements)
    return Verdict(
        merged=(ours.total(), theirs.total()),
        is_exact=ours == theirs,
        is_exact_with_text=ours_filled == theirs_filled,
        missing=dict(theirs - ours),
        surplus=dict(ours - theirs),
        notes=(n_notes, found.n_notes),
        recall=recall,
        lost=tuple(lost),
    )


def _is_merged(cell: Cell) -> bool:
    return cell.row_span > 1 or cell.col_span > 1


def recall_of(paragraphs: Sequence[str], elements: Iterable[Element]) -> tuple[float | None, list[str]]:
    """The share of the paragraphs' characters that came out as whole paragraphs, and the paragraphs that did not."""
    texts: list[str] = []
    for element in elements:
        texts += [cell.text for cell in element.table.cells] if element.table else [element.text]
    lines = Counter(squeeze(line) for text in texts for line in text.split("\n"))
    whole: str | None = None
    total = came_out = 0
    lost: list[str] = []
    for paragraph in paragraphs:
        wanted = squeeze(_masked(paragraph))
        if not wanted:
            continue
        total += len(wanted)
        if lines[wanted] > 0:
            lines[wanted] -= 1
            came_out += len(wanted)
            continue
        whole = "\n".join(map(squeeze, texts)) if whole is None else whole
        if wanted in whole:
            came_out += len(wanted)
        else:
            lost.append(paragraph)
    return (came_out / total if total else None), lost


def _masked(text: str) -> str:
    return mask_identifiers(unicodedata.normalize("NFC", text))[0]


def squeeze(text: str) -> str:
    """Text without white space and without the private characters that stand for pictures, in one normal form."""
    plain = unicodedata.normalize("NFC", text)
    return "".join(
        letter for letter in plain if not letter.isspace() and unicodedata.category(letter) not in ("Co", "Cf", "Cc")
    )
