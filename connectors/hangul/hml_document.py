"""HWPML, Hancom's XML in one file: the same document as HWPX in other words, which are put into those of HWPX."""

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import lxml.etree as etree

from connectors.hangul import hwpx_package
from connectors.hangul.hwpx_header import Styles, add_shape, add_style, whole_number
from schemas.elements import Property
from schemas.outcome import Failed

ROOT = "HWPML"
MAX_BINARY_BYTES = 200 << 20
MAX_BINARIES_BYTES = 500 << 20

_HEAD_BYTES = 2048
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_DECLARED_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)[\"']")
_KOREAN_ENCODINGS = frozenset({"euc-kr", "euckr", "ks_c_5601-1987", "ksc5601", "ks_c_5601", "cp949", "ms949", "uhc"})
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# XML without a mark in UTF-16 begins with a sign that has a zero beside it.
_BARE_UTF16 = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_BINARY = re.compile(r"<BINDATA\b([^<>]*?)(?:/>|>([^<]*)</BINDATA\s*>)")
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*[\"']([^\"']*)[\"']")
_FALSE = frozenset({"false", "0"})

# Elements whose name in HWPX is not the same word in small letters.
_NAMES = {
    "TEXT": "run",
    "CHAR": "t",
    "TABLE": "tbl",
    "ROW": "tr",
    "CELL": "tc",
    "PARALIST": "subList",
    "SHAPEOBJECT": "shapeObject",
    "SHAPECOMPONENT": "renderingInfo",
    "SHAPECOMMENT": "shapeComment",
    "DRAWINGOBJECT": "drawingObject",
    "DRAWTEXT": "drawText",
    "PICTURE": "pic",
    "RECTANGLE": "rect",
    "CONNECTLINE": "connectLine",
    "FOOTNOTE": "footNote",
    "ENDNOTE": "endNote",
    "HIDDENCOMMENT": "hiddenComment",
    "FIELDBEGIN": "fieldBegin",
    "FIELDEND": "fieldEnd",
    "SECDEF": "secPr",
    "COLDEF": "colPr",
    "MASTERPAGE": "masterPage",
    "EXT_MASTERPAGE": "masterPage",
    "MAINTEXT": "mainText",
    "SUBTEXT": "subText",
    "LINEBREAK": "lineBreak",
    "HYPEN": "hyphen",
    "NBSPACE": "nbSpace",
    "FWSPACE": "fwSpace",
    "TITLEMARK": "titleMark",
    "MARKPENBEGIN": "markpenBegin",
    "MARKPENEND": "markpenEnd",
    "INSERTBEGIN": "insertBegin",
    "INSERTEND": "insertEnd",
    "DELETEBEGIN": "deleteBegin",
    "DELETEEND": "deleteEnd",
    "AUTONUM": "autoNum",
    "NEWNUM": "newNum",
    "PAGENUM": "pageNum",
    "PAGENUMCTRL": "pageNumCtrl",
    "PAGEHIDING": "pageHiding",
    "BUTTON": "btn",
    "RADIOBUTTON": "radioBtn",
    "CHECKBUTTON": "checkBtn",
    "COMBOBOX": "comboBox",
    "LISTBOX": "listBox",
    "EDITTEXT": "text",
}
_ATTRIBUTES = {
    "ParaShape": "paraPrIDRef",
    "Style": "styleIDRef",
    "CharShape": "charPrIDRef",
    "RowCount": "rowCnt",
    "ColCount": "colCnt",
    "Paraend": "paraend",
    "ParaEnd": "paraend",
}
_PROPERTIES = {
    "AUTHOR": "author",
    "SUBJECT": "subject",
    "KEYWORDS": "keywords",
    "COMMENTS": "description",
}


@dataclass
class Markup:
    """A document of HWPML: its head as written, its sections in the words of HWPX, its binaries as (name, bytes)."""

    head: etree._Element | None
    sections: list[etree._Element]
    binaries: list[tuple[str, bytes]] = field(default_factory=list)


def is_markup(content: bytes) -> bool:
    """Whether the bytes begin like a document of HWPML; never raises."""
    head = content[:_HEAD_BYTES]
    # Cut at an odd byte, the last character of UTF-16 is broken.
    text = head.decode(_encoding(head) or "utf-8", "ignore")
    return re.match(r"\ufeff?\s*(?:<\?[^>]*>\s*|<!--.*?-->\s*)*<HWPML[\s>]", text, re.DOTALL) is not None


def read_markup(content: bytes) -> Markup:
    """Parse a document.

    Raises:
        Failed: `corrupt`, `undecodable_text`, or `archive_bomb` if its binaries inflate beyond the limits.
    """
    try:
        text = content.decode(_encoding(content) or "utf-8")
    except UnicodeError as error:
        raise Failed("undecodable_text", str(error)) from error
    except LookupError as error:
        raise Failed("undecodable_text", "unknown encoding") from error
    # Cut out before parsing, since a picture makes a longer text than the parser allows.
    raw_binaries = [(match.group(1), match.group(2) or "") for match in _BINARY.finditer(text)]
    text = _DECLARATION.sub("", _BINARY.sub("", text).removeprefix("\ufeff"), count=1)
    root = hwpx_package.parse_tolerantly(text.encode("utf-8", "replace"))
    if root.tag != ROOT:
        raise Failed("corrupt", f"root {root.tag}")
    sections = list(root.iterfind("BODY/SECTION"))
    if not sections:
        raise Failed("corrupt", "no section")
    head = root.find("HEAD")
    for section in sections:
        _reword(section)
    return Markup(head, sections, list(_binaries(raw_binaries, _formats(head))))


def _encoding(content: bytes) -> str:
    """Encoding by the mark at the beginning, else by what is declared; empty if there is neither."""
    for mark, encoding in (*_BYTE_ORDER_MARKS, *_BARE_UTF16):
        if content.startswith(mark):
            return encoding
    declared = _DECLARED_ENCODING.match(content.lstrip()[:_HEAD_BYTES])
    name = declared.group(1).decode("ascii", "ignore").lower() if declared else ""
    if name in _KOREAN_ENCODINGS:
        # What calls itself EUC-KR in Korea has the syllables that only CP949 knows.
        return "cp949"
    # Bytes that can be read as a declaration are not in UTF-16, whatever it says.
    return "" if name.startswith(("utf-16", "utf16", "unicode", "ucs")) else name


def _reword(section: etree._Element) -> None:
    for element in section.iter(etree.Element):
        tag = element.tag
        name = _NAMES.get(tag) or tag.lower()
        element.tag = name
        attributes = dict(element.attrib)
        element.attrib.clear()
        for attribute, value in attributes.items():
            element.set(_ATTRIBUTES.get(attribute) or attribute[:1].lower() + attribute[1:], value)


def read_styles(head: etree._Element | None) -> Styles:
    """The styles of a document's head, empty without one."""
    styles = Styles()
    if head is None:
        return styles
    for shape in head.iter("PARASHAPE"):
        add_shape(styles, shape.get("Id", ""), shape.get("HeadingType", ""), shape.get("Level", ""))
    for style in head.iter("STYLE"):
        add_style(styles, style.get("Id", ""), style.get("Name", ""), style.get("ParaShape", ""))
    for characters in head.iter("CHARSHAPE"):
        styles.heights[characters.get("Id", "")] = whole_number(characters.get("Height"))
    return styles


def read_properties(head: etree._Element | None) -> list[Property]:
    """What the document says of itself; its date is in words, and is left out where it is no date in ISO 8601."""
    summary = None if head is None else head.find("DOCSUMMARY")
    if summary is None:
        return []
    found: list[Property] = []
    for tag, name in _PROPERTIES.items():
        if value := " ".join(summary.findtext(tag, "").split()):
            found.append(Property(name=name, value=value))
    date = summary.findtext("DATE", "").strip()
    return [*found, Property(name="created_at", value=date)] if hwpx_package.is_date(date) else found


def _formats(head: etree._Element | None) -> dict[str, str]:
    items = () if head is None else head.iter("BINITEM")
    return {item.get("BinData", ""): item.get("Format", "").lower() for item in items}


def _binaries(raw: list[tuple[str, str]], formats: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    room = MAX_BINARIES_BYTES
    for markup, text in raw:
        attributes = dict(_ATTRIBUTE.findall(markup))
        identifier = attributes.get("Id", "")
        try:
            content = base64.b64decode("".join(text.split()))
        except binascii.Error:
            continue
        if attributes.get("Compress", "true").lower() not in _FALSE:
            content = _inflated(content, min(room, MAX_BINARY_BYTES))
        room -= len(content)
        if room < 0:
            raise Failed("archive_bomb", f"binaries of more than {MAX_BINARIES_BYTES >> 20:,} MB")
        extension = re.sub(r"\W", "", formats.get(identifier, "")) or "bin"
        yield hwpx_package.unwrapped(f"BinData/BIN{identifier}.{extension}", content)


def _inflated(content: bytes, room: int) -> bytes:
    """Bytes inflated; as they are if they are not deflated, which some programs do not take care to say."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        inflated = inflater.decompress(content, room)
    except zlib.error:
        return content
    if inflater.unconsumed_tail:
        raise Failed("archive_bomb", f"a binary of more than {room >> 20:,} MB")
    return inflated if inflater.eof else content
