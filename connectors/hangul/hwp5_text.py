"""Text in the records of HWP 5: a paragraph's characters among its control codes, and the texts of small controls."""

import re
import struct
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

# Codes that stand for eight units of text: themselves, a control's name, its parameters, and themselves again.
_WIDE = frozenset((1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23))
_WIDE_BYTES, _UNIT_BYTES = 16, 2
_PARAGRAPH_END = 13
_PRINTED = {9: "\t", 10: "\n", 24: "-", 30: " ", 31: " "}
_CONTROL = re.compile("[\x00-\x1f]")
_PLAIN_UNITS = re.compile(rb"(?:[^\x00-\x1f].|[\x00-\x1f][^\x00])*+", re.DOTALL)

_MAX_COMPOSED_UNITS = 4_096
_BORDER_GLYPHS = "\u3000◯●□■△▲☼◇◆▢♲♺♻"
_CIRCLED_DIGITS = ("\u2460", "\u2473")
_MAX_PARAMETER_ITEMS = 4_096
_MAX_PARAMETER_UNITS = 65_535
_MAX_PARAMETER_DEPTH = 16
_FORM_TEXTS = {b"tbp+": ("ButtonSet", "Caption"), b"tbc+": ("ButtonSet", "Caption"), b"tbr+": ("ButtonSet", "Caption"),
               b"boc+": ("ComboBoxSet", "Text"), b"tde+": ("EditSet", "Text")}  # fmt: skip
_MNEMONIC = re.compile("&(&?)")


def printed_text(
    payload: bytes, insertions: Mapping[bytes, Iterator[str]] | None = None, removals: Sequence[tuple[int, int]] = ()
) -> str:
    """A PARA_TEXT record's characters as they are printed.

    Args:
        payload: the record.
        insertions: by a control's name, the texts that are printed in the places of such controls, in their order.
        removals: ranges of units, from and up to, that are struck out by a tracked change.
    """
    if not insertions and not removals:
        text = payload.decode("utf-16-le", "replace")
        code = _CONTROL.search(text)
        if code is None or (ord(code[0]) == _PARAGRAPH_END):
            return text[: code.start()] if code else text
    pieces: list[str] = []
    removed = _removed_units(len(payload) // _UNIT_BYTES, removals)
    at, end = 0, len(payload) // _UNIT_BYTES * _UNIT_BYTES
    while at < end:
        plain = _PLAIN_UNITS.match(payload, at, end)
        stop = plain.end() if plain else at
        if stop > at:
            pieces.append(_without_removed(payload, at, stop, removed).decode("utf-16-le", "replace"))
        if stop >= end:
            break
        code = payload[stop]
        if code == _PARAGRAPH_END:
            break
        if not removed or not removed[stop // _UNIT_BYTES]:
            pieces.append(_PRINTED.get(code, ""))
            if insertions and code in _WIDE:
                pieces.append(next(insertions.get(payload[stop + 2 : stop + 6], iter(())), ""))
        at = stop + (_WIDE_BYTES if code in _WIDE else _UNIT_BYTES)
    return "".join(pieces)


def _removed_units(n_units: int, removals: Sequence[tuple[int, int]]) -> bytearray:
    if not removals:
        return bytearray()
    removed = bytearray(n_units)
    covered = 0
    for start, end in sorted(removals):
        start, end = max(start, covered), min(end, n_units)
        if start < end:
            removed[start:end] = b"\1" * (end - start)
            covered = end
    return removed


def _without_removed(payload: bytes, at: int, end: int, removed: bytearray) -> bytes:
    if not removed or removed.find(1, at // _UNIT_BYTES, end // _UNIT_BYTES) < 0:
        return payload[at:end]
    return b"".join(
        payload[unit : unit + _UNIT_BYTES] for unit in range(at, end, _UNIT_BYTES) if not removed[unit // _UNIT_BYTES]
    )


def counted_text(record: bytes, at: int) -> tuple[str, int]:
    """A string with its length in units before it, cut off at the record's end, and where it ends."""
    if at + 2 > len(record):
        return "", len(record)
    end = min(at + 2 + _UNIT_BYTES * int.from_bytes(record[at : at + 2], "little"), len(record))
    return record[at + 2 : end].decode("utf-16-le", "replace").rstrip("\0"), end


def composed_text(record: bytes) -> str:
    """Letters that are printed over each other (글자 겹침), without the frame that is drawn around them.

    A circled number is stored as its digit in a circle, a few as glyphs of Hancom's own fonts.
    """
    text, end = counted_text(record, 4)
    if len(text) > _MAX_COMPOSED_UNITS:
        return ""
    border = record[end] if end < len(record) else 0
    if border < len(_BORDER_GLYPHS) and text.startswith(_BORDER_GLYPHS[border]):
        text = text[1:]
    if border == 1 and len(text) == 1 and _CIRCLED_DIGITS[0] <= text <= _CIRCLED_DIGITS[1]:
        return unicodedata.normalize("NFKC", text)
    return text


def ruby_text(record: bytes) -> str:
    """A text with the small one that is printed above it (덧말), the latter in brackets."""
    main, end = counted_text(record, 4)
    above, _ = counted_text(record, end)
    return f"{main}({above})" if above else main


def equation_script(record: bytes) -> str:
    """The script of an EQEDIT record."""
    return counted_text(record, 4)[0]


def art_text(record: bytes) -> str:
    """The text of a piece of word art (글맵시)."""
    return counted_text(record, 32)[0].replace("\r\n", "\n").replace("\r", "\n")


def link_target(record: bytes) -> str:
    """Where a hyperlink's control points to, empty if it points to nothing outside of the document."""
    command, _ = counted_text(record, 9)
    target: list[str] = []
    characters = iter(command)
    for character in characters:
        if character == "\\":
            target.append(next(characters, ""))
        elif character == ";":
            break
        else:
            target.append(character)
    address = "".join(target).strip()
    return "" if address.startswith("?") or address.lower().startswith("javascript") else address


def form_text(record: bytes) -> str:
    """What a form's button, box or field shows; a password field shows nothing."""
    kind = record[:4]
    if kind not in _FORM_TEXTS or len(record) < 14:
        return ""
    n_units = struct.unpack_from("<I", record, 8)[0]
    parameters = record[14 : 14 + _UNIT_BYTES * min(n_units, _MAX_PARAMETER_UNITS)].decode("utf-16-le", "replace")
    group, name = _FORM_TEXTS[kind]
    values = _parse_parameters(parameters, 0).get(group)
    if not isinstance(values, dict) or values.get("PasswordChar"):
        return ""
    text = values.get(name)
    if not isinstance(text, str):
        return ""
    return _MNEMONIC.sub(r"\1", text) if group == "ButtonSet" else text


def _parse_parameters(text: str, depth: int) -> dict[str, object]:
    """Entries such as `Caption:wstring:3:확인 `, sets among them; what does not look like one ends the list."""
    values: dict[str, object] = {}
    at = 0
    while at < len(text) and len(values) < _MAX_PARAMETER_ITEMS and depth < _MAX_PARAMETER_DEPTH:
        name, _, rest = text[at:].lstrip(" ").partition(":")
        kind, has_kind, rest = rest.partition(":")
        if not has_kind or not name.isidentifier():
            break
        at = len(text) - len(rest)
        if kind in ("wstring", "set"):
            count, has_count, _ = rest.partition(":")
            if not has_count or not count.isdecimal() or len(count) > 6:
                break
            start = at + len(count) + 1
            value = text[start : start + int(count)]
            values[name] = value if kind == "wstring" else _parse_parameters(value, depth + 1)
            at = start + int(count)
        else:
            value = rest.partition(" ")[0]
            values[name] = value if value not in ("0", "") else ""
            at += len(value)
    return values
