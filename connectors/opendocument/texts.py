"""OpenDocument packages (ODT, ODP): what kind they are, their parts, properties, list numbers and objects."""

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import lxml.etree as etree

from connectors import opc
from connectors.inflation import new_member
from connectors.opc import local_name
from schemas.elements import Property
from schemas.outcome import Failed

_MIMETYPE = re.compile(rb"application/(?:vnd\.oasis\.opendocument|x-vnd\.oasis\.opendocument)\.([a-z]+)")
_FLAT_HEAD = re.compile(
    rb"<office:document\s[^>]{0,20000}?office:mimetype=.application/vnd\.oasis\.opendocument\.([a-z]+)"
)
_BODY_KIND = re.compile(rb"<office:(text|presentation|spreadsheet|drawing|chart|formula)[\s/>]")
_BROKEN = (
    zipfile.BadZipFile, ValueError, struct.error, OSError, NotImplementedError, RuntimeError, EOFError, KeyError,
    zlib.error, lzma.LZMAError,
)  # fmt: skip
_HEAD_BYTES = 65_536
_MIMETYPE_AT = 38
_MAX_OBJECT_BYTES = 100 << 20
_HANGUL = "가나다라마바사아자차카타파하"
_JAMO = "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_PROPERTIES = {
    "initial-creator": "author",
    "creator": "last_modified_by",
    "creation-date": "created_at",
    "date": "modified_at",
    "subject": "subject",
    "description": "description",
    "generator": "application",
}


def kind_of(content: bytes) -> str:
    """What an OpenDocument file says it is: `text`, `presentation`, `spreadsheet`…; empty if it is none. Never raises."""
    if content.startswith((b"<?xml", b"\xef\xbb\xbf<?xml", b"<office:document")):
        flat = _FLAT_HEAD.search(content[:_HEAD_BYTES])
        return flat[1].decode() if flat else ""
    if not content.startswith(b"PK"):
        return ""
    found = _MIMETYPE.match(content, _MIMETYPE_AT) if content[30:_MIMETYPE_AT] == b"mimetype" else None
    return found[1].decode() if found else _kind_by_parts(content)


def _kind_by_parts(content: bytes) -> str:
    names = opc.member_names(content)
    if "content.xml" not in names:
        return ""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for part, pattern in (
                ("mimetype", _MIMETYPE),
                ("META-INF/manifest.xml", _MIMETYPE),
                ("content.xml", _BODY_KIND),
            ):
                if part in names:
                    with package.open(part) as stream:
                        found = pattern.search(stream.read(_HEAD_BYTES))
                    if found:
                        return found[1].decode()
    except _BROKEN:
        return ""
    return ""


@dataclass(slots=True)
class ListLevel:
    """How one level of a list is numbered; without a number format it has bullets or nothing."""

    number_format: str = ""
    prefix: str = ""
    suffix: str = ""
    start: int = 1
    shown_levels: int = 1


@dataclass(slots=True)
class OpenPackage:
    """An OpenDocument file's parts, from a package or from one flat XML file."""

    body: etree._Element
    styles: list[etree._Element]
    meta: etree._Element | None
    package: zipfile.ZipFile | None
    list_levels: dict[str, dict[int, ListLevel]] = field(default_factory=dict)
    outline: dict[int, ListLevel] = field(default_factory=dict)

    def part(self, reference: str) -> bytes | None:
        """The bytes that an address inside the package points to, None if they are elsewhere or missing."""
        path = reference.removeprefix("./").strip("/")
        if self.package is None or not path or ":" in path.split("/", 1)[0]:
            return None
        return opc.read_part(self.package, path)

    def object_xml(self, reference: str) -> etree._Element | None:
        """The content of an object that has parts of its own in the package."""
        content = self.part(f"{reference.rstrip('/')}/content.xml")
        if content is None:
            return None
        # Formulas of older versions bear a document type, which an object may lose without harm.
        return opc.parse_xml(re.sub(rb"<!DOCTYPE[^>\[]*>", b"", content, count=1))

    def object_file(self, reference: str, kind: str) -> bytes | None:
        """An embedded document as a file of its own."""
        folder = reference.removeprefix("./").strip("/") + "/"
        if self.package is None:
            return None
        target = io.BytesIO()
        total = 0
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
            kind_of_file = f"application/vnd.oasis.opendocument.{kind}"
            file.writestr(new_member("mimetype", zipfile.ZIP_STORED), kind_of_file)
            for info in self.package.infolist():
                if info.filename.startswith(folder) and not info.is_dir():
                    total += info.file_size
                    if total > _MAX_OBJECT_BYTES:
                        return None
                    file.writestr(
                        new_member(info.filename[len(folder) :]), opc.read_part(self.package, info.filename) or b""
                    )
        return target.getvalue()

    @property
    def title(self) -> str | None:
        """The title in its properties."""
        found = None if self.meta is None else next(self.meta.iter("{*}title"), None)
        return (found.text or "").strip() or None if found is not None else None

    @property
    def properties(self) -> list[Property]:
        """What it says of itself."""
        found: dict[str, str] = {}
        keywords: list[str] = []
        for element in () if self.meta is None else self.meta.iter("{*}*"):
            name, text = local_name(element), (element.text or "").strip()
            if name == "keyword" and text:
                keywords.append(text)
            elif name == "document-statistic" and attribute(element, "page-count"):
                found["pages"] = attribute(element, "page-count")
            elif name in _PROPERTIES and text:
                found.setdefault(_PROPERTIES[name], text)
        if keywords:
            found["keywords"] = ", ".join(keywords)
        return [Property(name=name, value=value) for name, value in found.items()]


def open_document(content: bytes) -> OpenPackage:
    """Open a package or a flat file.

    Raises:
        Failed: `password_odf`, `corrupt`, `archive_bomb`.
    """
    if not content.startswith(b"PK"):
        root = opc.parse_xml(content)
        return _opened(root, [root], root.find("{*}meta"), None)
    package = opc.open_package(content)
    manifest = opc.read_part(package, "META-INF/manifest.xml") or b""
    if b"encryption-data" in manifest or "encrypted-package" in package.namelist():
        raise Failed("password_odf")
    root = opc.read_xml(package, "content.xml")
    if root is None:
        raise Failed("corrupt", "no content.xml")
    styles = opc.read_xml(package, "styles.xml")
    return _opened(root, [root] if styles is None else [styles, root], opc.read_xml(package, "meta.xml"), package)


def _opened(
    root: etree._Element,
    styles: list[etree._Element],
    meta: etree._Element | None,
    package: zipfile.ZipFile | None,
) -> OpenPackage:
    outer = root.find("{*}body")
    body = next((child for child in (() if outer is None else outer) if local_name(child)), None)
    if body is None:
        raise Failed("corrupt", "no body")
    opened = OpenPackage(body, styles, meta, package)
    for style in (style for tree in styles for style in tree.iter("{*}list-style", "{*}outline-style")):
        levels = {_number(attribute(level, "level"), 1): _list_level(level) for level in style if local_name(level)}
        if local_name(style) == "outline-style":
            opened.outline = levels
        else:
            opened.list_levels[attribute(style, "name")] = levels
    return opened


def _list_level(element: etree._Element) -> ListLevel:
    return ListLevel(
        number_format=attribute(element, "num-format"),
        prefix=attribute(element, "num-prefix"),
        suffix=attribute(element, "num-suffix"),
        start=_number(attribute(element, "start-value"), 1),
        shown_levels=_number(attribute(element, "display-levels"), 1),
    )


class Numbering:
    """Numbers of list items and headings as they are printed, counted level by level."""

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}

    def restart(self) -> None:
        """Begin anew on every level."""
        self._counts.clear()

    def next_label(self, levels: dict[int, ListLevel], depth: int, start: int | None = None) -> str:
        """Count one on and give the label, empty where the level has no numbers.

        Args:
            levels: the list's levels, by depth from 1.
            depth: level of the item.
            start: number that the item itself sets.
        """
        level = levels.get(depth, ListLevel())
        count = self._counts[depth] + 1 if depth in self._counts else level.start
        self._counts[depth] = count if start is None else start
        for deeper in [other for other in self._counts if other > depth]:
            del self._counts[deeper]
        if not level.number_format:
            return ""
        first = max(depth - level.shown_levels + 1, 1)
        shown = [
            format_number(self._counts.get(at, 1), levels.get(at, ListLevel()).number_format)
            for at in range(first, depth + 1)
        ]
        return f"{level.prefix}{'.'.join(filter(None, shown))}{level.suffix}".strip()


def format_number(number: int, pattern: str) -> str:
    """A number in a format of OpenDocument: `1`, `a`, `I`, `가, 나, 다, ...`, `①, ②, ③, ...`."""
    if not pattern:
        return ""
    head = pattern[0]
    if head in _HANGUL or head in _JAMO:
        letters = _HANGUL if head in _HANGUL else _JAMO
        return letters[(number - 1) % len(letters)] if number > 0 else str(number)
    if head == "①" and 1 <= number <= 20:
        return chr(ord("①") + number - 1)
    if head in ("a", "A") and number > 0:
        letter = chr(ord(head) + (number - 1) % 26)
        return letter * (1 + (number - 1) // 26) if number <= 260 else str(number)
    if head in ("i", "I") and 0 < number < 4000:
        roman = ""
        for value, letters in _ROMAN:
            times, number = divmod(number, value)
            roman += letters * times
        return roman if head == "i" else roman.upper()
    return str(number)


def attribute(element: etree._Element, name: str) -> str:
    """An attribute by its name without namespace, empty if it is not there."""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def count_of(element: etree._Element, name: str, most: int) -> int:
    """A positive number in an attribute, 1 if it is not there."""
    return max(min(_number(attribute(element, name), 1), most), 1)


def _number(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else default


def hidden_pages(opened: OpenPackage) -> frozenset[str]:
    """Names of the styles by which a slide is hidden."""
    return frozenset(_style_names(opened, "drawing-page-properties", "visibility", "hidden"))


def _style_names(opened: OpenPackage, properties: str, name: str, value: str) -> Iterator[str]:
    for tree in opened.styles:
        for style in tree.iter("{*}style"):
            if any(attribute(child, name) == value for child in style.iterchildren(f"{{*}}{properties}")):
                yield attribute(style, "name")
