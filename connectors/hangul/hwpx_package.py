"""The parts of an HWPX package besides its text: in which order sections come, what is embedded, what it says of itself."""

import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

import lxml.etree as etree

from connectors import ole, opc
from connectors.contract import MemberFile
from connectors.embedded import embedded_members
from schemas.elements import Property
from schemas.outcome import Failed

CONTENT, HEADER, VERSION = "Contents/content.hpf", "Contents/header.xml", "version.xml"
MANIFEST = "META-INF/manifest.xml"

_SECTION = re.compile(r"section(\d+)\.xml", re.IGNORECASE)
_MASTER_PAGE = re.compile(r"masterpage(\d+)\.xml", re.IGNORECASE)
_BINARIES = "BinData/"
_PROPERTIES = {
    "creator": "author",
    "subject": "subject",
    "description": "description",
    "keyword": "keywords",
    "lastsaveby": "last_modified_by",
    "CreatedDate": "created_at",
    "ModifiedDate": "modified_at",
}
_DATES = frozenset({"created_at", "modified_at"})
# Control characters that XML forbids and that some programs leave in, plain or as a reference.
_FORBIDDEN = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|[xX]0*(?:[0-8bBcCeEfF]|1[\da-fA-F]));"
)
# What is cut out before a part is parsed, since nobody asks for it here and to parse it takes longer than all the rest:
# where lines are broken on the page and how large cells are; fonts and borders, and whatever else has but attributes.
_UNREAD_IN_SECTIONS = (
    re.compile(
        rb"<hp:(?:linesegarray>(?:<hp:lineseg [^<>]*/>)*</hp:linesegarray>"
        rb"|(?:cellSz|cellMargin|inMargin|outMargin) [^<>]*/>)"
    ),
)
_UNREAD_IN_HEADS = (
    re.compile(rb"<hh:(fontfaces|borderFills|tabProperties)[ >].*?</hh:\1>", re.DOTALL),
    re.compile(rb"<h[hc]:(?!(?:heading|style|paraPr|charPr)\b)\w+(?: [^<>]*)?/>"),
)
_OFFICE_STREAMS = ("Workbook", "Book", "WordDocument", "PowerPoint Document")
_PACKAGED = "Package"
_OLE_PREFIX_BYTES = 4


@dataclass
class Contents:
    """What `content.hpf` lists: parts by id, the ids in reading order, and the metadata."""

    parts: dict[str, str] = field(default_factory=dict)
    spine: list[str] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)


def read_part_xml(package: zipfile.ZipFile, name: str) -> etree._Element | None:
    """A part parsed, without the control characters that XML forbids; None if there is no such part.

    Raises:
        Failed: `corrupt` or `archive_bomb`.
    """
    content = opc.read_part(package, name)
    return None if content is None else parse_tolerantly(content)


def read_section_xml(package: zipfile.ZipFile, name: str) -> etree._Element | None:
    """A section parsed, as `read_part_xml` does, without the measures of its lines and cells.

    Raises:
        Failed: `corrupt` or `archive_bomb`.
    """
    return _read_without(package, name, _UNREAD_IN_SECTIONS)


def read_head_xml(package: zipfile.ZipFile, name: str) -> etree._Element | None:
    """The head parsed, as `read_part_xml` does, without fonts and borders.

    Raises:
        Failed: `corrupt` or `archive_bomb`.
    """
    return _read_without(package, name, _UNREAD_IN_HEADS)


def _read_without(package: zipfile.ZipFile, name: str, unread: tuple[re.Pattern[bytes], ...]) -> etree._Element | None:
    content = opc.read_part(package, name)
    if content is None:
        return None
    shorter = content
    for pattern in unread:
        shorter = pattern.sub(b"", shorter)
    try:
        return opc.parse_xml(shorter)
    except Failed:
        return parse_tolerantly(content)


def parse_tolerantly(content: bytes) -> etree._Element:
    """Parse XML; if it is broken, once more without forbidden control characters.

    Raises:
        Failed: `corrupt`.
    """
    try:
        return opc.parse_xml(content)
    except Failed:
        cleaned = _FORBIDDEN.sub(b"", content)
        if cleaned == content:
            raise
        return opc.parse_xml(cleaned)


def read_contents(package: zipfile.ZipFile) -> Contents:
    """What the package lists of itself, empty where it does not or not legibly; its sections can be found without."""
    contents = Contents()
    try:
        root = read_part_xml(package, CONTENT)
    except Failed as failure:
        if failure.reason != "corrupt":
            raise
        root = None
    if root is None:
        return contents
    names = frozenset(package.namelist())
    for item in root.iter("{*}item"):
        if path := _path_of(item.get("href", ""), names):
            contents.parts[item.get("id", "")] = path
    contents.spine = [reference.get("idref", "") for reference in root.iter("{*}itemref")]
    for entry in root.iter("{*}meta"):
        value = "".join(entry.itertext()).strip()
        # Some programs put the value where Hancom's own says that it is text.
        contents.metadata[entry.get("name", "")] = value or entry.get("content", "").removeprefix("text").strip()
    return contents


def _path_of(reference: str, names: frozenset[str]) -> str:
    """Path of a part: from the package's root as Hancom's office has it, or from the folder of the list."""
    path = posixpath.normpath(reference).lstrip("/")
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(CONTENT), reference))
    return beside if path not in names and beside in names else path


def section_paths(package: zipfile.ZipFile, contents: Contents) -> list[str]:
    """Paths of the sections in reading order: by the list, then by number what it does not name."""
    listed = [path for identifier in contents.spine if _is_section(path := contents.parts.get(identifier, ""))]
    listed += [path for path in contents.parts.values() if _is_section(path)] if not listed else []
    return list(dict.fromkeys([*listed, *_numbered(package, _SECTION)]))


def master_page_paths(package: zipfile.ZipFile) -> list[str]:
    """Paths of the master pages, by number."""
    return _numbered(package, _MASTER_PAGE)


def _is_section(path: str) -> bool:
    return _SECTION.fullmatch(posixpath.basename(path)) is not None


def _numbered(package: zipfile.ZipFile, pattern: re.Pattern[str]) -> list[str]:
    found = [
        (int(match.group(1)), name)
        for name in package.namelist()
        if posixpath.dirname(name) in ("Contents", "") and (match := pattern.fullmatch(posixpath.basename(name)))
    ]
    return [name for _, name in sorted(found)]


def read_properties(package: zipfile.ZipFile, contents: Contents) -> list[Property]:
    """What the document says of itself."""
    found: list[Property] = []
    for source, name in _PROPERTIES.items():
        value = " ".join(contents.metadata.get(source, "").split())
        if value and (name not in _DATES or is_date(value)):
            found.append(Property(name=name, value=value))
    application = _application(package)
    return [*found, Property(name="application", value=application)] if application else found


def is_date(value: str) -> bool:
    """Whether a value is a date in ISO 8601."""
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _application(package: zipfile.ZipFile) -> str:
    try:
        root = read_part_xml(package, VERSION)
    except Failed as failure:
        if failure.reason != "corrupt":
            raise
        return ""
    if root is None or not root.get("application"):
        return ""
    return f"{root.get('application')} {root.get('appVersion', '').replace(', ', '.')}".strip()


def read_members(package: zipfile.ZipFile, contents: Contents) -> tuple[list[MemberFile], bool]:
    """Pictures and objects embedded in the document, and whether pictures had to be left out."""
    named = [path for path in contents.parts.values() if path.startswith(_BINARIES)]
    stored = [name for name in package.namelist() if name.startswith(_BINARIES) and not name.endswith("/")]
    broken: list[MemberFile] = []
    members, is_left_out = embedded_members(_binaries(package, dict.fromkeys([*named, *stored]), broken))
    return [*members, *broken], is_left_out


def _binaries(package: zipfile.ZipFile, paths: Iterable[str], broken: list[MemberFile]) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        try:
            content = opc.read_part(package, path)
        except Failed as failure:
            if failure.reason != "corrupt":
                raise
            broken.append(MemberFile(path, b"", reason=failure.reason, detail=failure.detail, is_embedded=True))
            continue
        if content:
            yield unwrapped(path, content)


def unwrapped(path: str, content: bytes) -> tuple[str, bytes]:
    """An embedded object under a name and in the shape in which it can be read; other parts as they are.

    An object of the old Office is a compound file itself, one of the new lies in such a file as a package.
    """
    start = next((at for at in (0, _OLE_PREFIX_BYTES) if content[at : at + 8] == ole.SIGNATURE), None)
    if start is None:
        return path, content
    compound = content[start:]
    stem = path.rpartition(".")[0] or path
    try:
        with ole.open_compound(compound) as file:
            packaged = ole.read_stream(file, _PACKAGED)
            is_document = any(file.exists(name) for name in _OFFICE_STREAMS)
    except Failed:
        return path, content
    if packaged:
        return f"{stem}.bin", packaged
    return (f"{stem}.bin", compound) if is_document else (path, content)
