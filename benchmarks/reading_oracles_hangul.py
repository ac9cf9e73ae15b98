"""What is in HWP 5, HWPX and HWPML files, by walks of the benchmark's own: they share no code with the readers nor with
the readers' gate, so that what all three agree on is not one mistake made three times."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import lxml.etree as etree
import olefile
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_MOST = 300 << 20
_PARA_HEADER, _PARA_TEXT, _CTRL_HEADER, _LIST_HEADER, _TABLE = 66, 67, 71, 72, 77
_NOTES = (b"fn  ", b"en  ")
# Controls of one code unit; every other one below 32 takes eight.
_NARROW = {0, 10, 13, 24, 25, 26, 27, 28, 29, 30, 31}
_SHOWN = {9: "\t", 10: "\n", 24: "-", 30: " ", 31: " "}


@dataclass
class Found:
    """What a walk found: merged cells as (rows, columns, text), notes that have text, every paragraph with text."""

    merged: list[tuple[int, int, str]] = field(default_factory=list)
    n_notes: int = 0
    paragraphs: list[str] = field(default_factory=list)
    n_tables: int = 0
    n_cells: int = 0


@dataclass
class _Open:
    """A control or list that the walk stands in; `level` is the level of the record that opened it."""

    level: int
    is_table: bool = False
    is_note: bool = False
    has_grid: bool = False
    spans: tuple[int, int] | None = None
    texts: list[str] = field(default_factory=list)
    is_seen: bool = False


def walk_hwp(content: bytes) -> Found:
    """The records of every section of an HWP 5 file, distribution documents included."""
    found = Found()
    with olefile.OleFileIO(io.BytesIO(content)) as compound:
        flags = struct.unpack_from("<I", compound.openstream("FileHeader").read(40), 36)[0]
        storage = "ViewText" if flags & 4 else "BodyText"
        entries = [entry for entry in compound.listdir() if len(entry) == 2 and entry[0] == storage]
        for entry in sorted(entries, key=lambda entry: int(re.sub(r"\D", "", entry[1]) or 0)):
            raw = compound.openstream(entry).read()
            if flags & 4:
                raw = _decrypted(raw)
            if flags & 1:
                raw = zlib.decompressobj(-15).decompress(raw, _MOST)
            _walk_section(raw, found)
    return found


def _decrypted(raw: bytes) -> bytes:
    seed = int.from_bytes(raw[4:8], "little")
    state, mask = seed, bytearray()
    while len(mask) < 256:
        state = (214013 * state + 2531011) % (1 << 32)
        letter = (state >> 16) & 0xFF
        state = (214013 * state + 2531011) % (1 << 32)
        mask += bytes([letter]) * (((state >> 16) & 0xF) + 1)
    plain = bytes(a ^ b for a, b in zip(raw[4:260], mask[:256], strict=True))
    key = plain[4 + (seed & 0xF) :][:16]
    machine = Cipher(algorithms.AES(key), modes.ECB()).decryptor()
    body = raw[260:]
    return machine.update(body[: len(body) // 16 * 16])


def _records(section: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 4 <= len(section):
        head = int.from_bytes(section[at : at + 4], "little")
        at += 4
        size = head >> 20
        if size == 0xFFF:
            size = int.from_bytes(section[at : at + 4], "little")
            at += 4
        yield head & 0x3FF, (head >> 10) & 0x3FF, section[at : at + size]
        at += size


def _walk_section(section: bytes, found: Found) -> None:
    stack: list[_Open] = []
    for tag, level, payload in _records(section):
        # The paragraphs of a list stand at the list's own level, a control's below it.
        while stack and (
            stack[-1].level > level
            or (stack[-1].level == level and (tag in (_CTRL_HEADER, _LIST_HEADER) or stack[-1].spans is None))
        ):
            _close(stack.pop(), found)
        if tag == _CTRL_HEADER:
            name = payload[:4][::-1]
            stack.append(_Open(level, is_table=name == b"tbl ", is_note=name in _NOTES))
        elif tag == _TABLE and stack and stack[-1].is_table:
            stack[-1].has_grid = True
            found.n_tables += 1
        elif tag == _LIST_HEADER and stack and stack[-1].is_table and stack[-1].has_grid and len(payload) >= 16:
            columns, rows = struct.unpack_from("<HH", payload, 12)
            stack.append(_Open(level, spans=(rows, columns)))
        elif tag == _PARA_TEXT:
            text = _characters(payload)
            if text.strip():
                found.paragraphs.append(text)
                for one in stack:
                    one.is_seen = True
                # Text in a control that stands in a cell, such as a text box, is not the cell's own.
                if stack and stack[-1].spans:
                    stack[-1].texts.append(text)
    while stack:
        _close(stack.pop(), found)


def _close(one: _Open, found: Found) -> None:
    if one.spans:
        found.n_cells += 1
        if max(one.spans) > 1:
            found.merged.append((*one.spans, "\n".join(one.texts)))
    found.n_notes += one.is_note and one.is_seen


def _characters(payload: bytes) -> str:
    units = struct.unpack(f"<{len(payload) // 2}H", payload[: len(payload) // 2 * 2])
    kept: list[int] = []
    at = 0
    while at < len(units):
        unit = units[at]
        if unit == 13:
            break
        if unit > 31:
            kept.append(unit)
        elif unit in _SHOWN:
            kept.append(ord(_SHOWN[unit]))
        at += 1 if unit > 31 or unit in _NARROW else 8
    return struct.pack(f"<{len(kept)}H", *kept).decode("utf-16-le", "ignore")


def walk_hwpx(content: bytes) -> Found:
    """The XML of every section of an HWPX file; text struck by a tracked change is left out."""
    found = Found()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        sections = [name for name in package.namelist() if re.fullmatch(r"Contents/section\d+\.xml", name, re.I)]
        for name in sorted(sections, key=lambda name: int(re.sub(r"\D", "", name))):
            root = etree.fromstring(package.read(name), etree.XMLParser(resolve_entities=False, huge_tree=True))
            _walk_xml(root, found)
    return found


def _walk_xml(root: etree._Element, found: Found) -> None:
    is_struck = False
    texts: dict[etree._Element, str] = {}
    for paragraph in root.iter("{*}p"):
        pieces: list[str] = []
        for run in paragraph.iterchildren("{*}run"):
            for text in run.iterchildren("{*}t"):
                pieces.append("" if is_struck else text.text or "")
                for mark in text.iter():
                    if mark is text:
                        continue
                    tag = etree.QName(mark).localname if isinstance(mark.tag, str) else ""
                    is_struck = {"deleteBegin": True, "deleteEnd": False}.get(tag, is_struck)
                    if not is_struck:
                        shown = {"tab": "\t", "lineBreak": "\n", "nbSpace": " ", "fwSpace": " ", "hyphen": "-"}
                        pieces.append(shown.get(tag, mark.text or "") if tag else "")
                        pieces.append(mark.tail or "")
        text = "".join(pieces)
        if text.strip():
            texts[paragraph] = text
            found.paragraphs.append(text)
    for cell in root.iter("{*}tc"):
        span = cell.find("{*}cellSpan")
        rows, columns = (int(span.get(name) or 1) for name in ("rowSpan", "colSpan")) if span is not None else (1, 1)
        found.n_cells += 1
        if rows > 1 or columns > 1:
            own = [texts[one] for one in cell.iterfind("{*}subList/{*}p") if one in texts]
            found.merged.append((rows, columns, "\n".join(own)))
    found.n_tables += sum(1 for _ in root.iter("{*}tbl"))
    for note in root.iter("{*}footNote", "{*}endNote"):
        found.n_notes += any(paragraph in texts for paragraph in note.iter("{*}p"))


def walk_hml(content: bytes) -> Found:
    """An HWPML 2.x file."""
    found = Found()
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, huge_tree=True))
    body = root.find("{*}BODY")
    for paragraph in () if body is None else body.iter("{*}P"):
        text = "".join("".join(letters.itertext()) for letters in paragraph.iterfind("{*}TEXT/{*}CHAR"))
        if text.strip():
            found.paragraphs.append(text)
    for cell in root.iter("{*}CELL"):
        spans = int(cell.get("RowSpan") or 1), int(cell.get("ColSpan") or 1)
        found.n_cells += 1
        if max(spans) > 1:
            own = [
                "".join("".join(one.itertext()) for one in paragraph.iterfind("{*}TEXT/{*}CHAR"))
                for paragraph in cell.iterfind("{*}PARALIST/{*}P")
            ]
            found.merged.append((*spans, "\n".join(text for text in own if text.strip())))
    found.n_tables = sum(1 for _ in root.iter("{*}TABLE"))
    for note in root.iter("{*}FOOTNOTE", "{*}ENDNOTE"):
        found.n_notes += bool("".join("".join(one.itertext()) for one in note.iter("{*}CHAR")).strip())
    return found
