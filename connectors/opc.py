"""Zip packages of XML parts (HWPX, DOCX, XLSX, PPTX): opened within limits, parsed without entities or network."""

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence

import lxml.etree as etree

from connectors import inflation
from connectors.inflation import MAX_MEMBERS, MAX_RATIO
from schemas.outcome import Failed

RATIO_COUNTS_FROM_BYTES = 1 << 20

_MARKUP = (".xml", ".rels", ".hpf", ".vml")
_XML_OPTIONS = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


def open_package(content: bytes) -> zipfile.ZipFile:
    """Open a zip whose declared sizes are within the limits; `read_part` holds the members to what they declare.

    Raises:
        Failed: `archive_bomb` beyond the limits, `corrupt` if it is no zip.
    """
    package = inflation.open_archive(content)
    for part in package.infolist():
        # Pictures and other parts are held to the archive's own limit: a plain bitmap deflates a thousandfold and is no bomb.
        is_bomb = part.file_size > RATIO_COUNTS_FROM_BYTES and part.file_size > MAX_RATIO * max(part.compress_size, 1)
        if is_bomb and part.filename.lower().endswith(_MARKUP):
            raise Failed("archive_bomb", f"{part.filename}: {part.file_size // max(part.compress_size, 1):,}배")
    return package


def member_names(content: bytes) -> frozenset[str]:
    """Names of the members, or nothing if the bytes are no zip; for sniffing, so it never raises."""
    if not content.startswith(b"PK"):
        return frozenset()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return frozenset(package.namelist()[:MAX_MEMBERS])
    except (zipfile.BadZipFile, ValueError, struct.error, OSError, NotImplementedError):
        return frozenset()


def read_part(package: zipfile.ZipFile, name: str) -> bytes | None:
    """The bytes of a part, or None if there is none of that name.

    Raises:
        Failed: `corrupt` if it cannot be inflated, `archive_bomb` if it inflates beyond what it declared.
    """
    try:
        declared = package.getinfo(name).file_size
        with package.open(name) as member:
            content = member.read(declared + 1)
    except KeyError:
        return None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        # RuntimeError: a password; NotImplementedError, which it includes: a method of compression
        raise Failed("corrupt", f"{name}: {error}") from error
    if len(content) > declared:
        raise Failed("archive_bomb", f"{name} is larger than it declares")
    return content


def parse_xml(content: bytes) -> etree._Element:
    """Parse a part. A document type is refused: no office format has one, and it is where entity bombs live.

    Raises:
        Failed: `corrupt` for broken XML or a document type.
    """
    parser = etree.XMLParser(**_XML_OPTIONS)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Failed("corrupt", f"XML: {error}") from error
    if root is None or root.getroottree().docinfo.doctype:
        raise Failed("corrupt", "XML with a document type")
    return root


def stream_xml(
    content: bytes, tags: Sequence[str], events: Sequence[str] = ("end",)
) -> Iterator[tuple[str, etree._Element]]:
    """Yield (event, element) for the elements of these tags as they are met, for parts that are too long for a tree.

    As strict as `parse_xml`. Who has done with an element lets go of it with `forget`.

    Raises:
        Failed: `corrupt` for broken XML or a document type.
    """
    is_first = True
    try:
        for event, element in etree.iterparse(io.BytesIO(content), events=tuple(events), tag=tags, **_XML_OPTIONS):
            if is_first and element.getroottree().docinfo.doctype:
                raise Failed("corrupt", "XML with a document type")
            is_first = False
            yield event, element
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Failed("corrupt", f"XML: {error}") from error


def forget(element: etree._Element) -> None:
    """Let go of an element of a stream, and of what stood before it."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def read_xml(package: zipfile.ZipFile, name: str) -> etree._Element | None:
    """`read_part` and `parse_xml` in one; None if the package has no such part."""
    content = read_part(package, name)
    return None if content is None else parse_xml(content)


def local_name(element: etree._Element) -> str:
    """Tag without its namespace, so that transitional and strict documents read alike; empty for a comment."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def relations(package: zipfile.ZipFile, source: str) -> dict[str, tuple[str, str]]:
    """What a part relates to inside the package, by id: (last word of the relation's type, path of its target).

    Args:
        package: an open package.
        source: path of the part, empty for the package itself.
    """
    folder, name = posixpath.split(source)
    root = read_xml(package, posixpath.join(folder, "_rels", f"{name}.rels"))
    found: dict[str, tuple[str, str]] = {}
    for relation in () if root is None else root.iter("{*}Relationship"):
        if relation.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
            found[relation.get("Id", "")] = (relation.get("Type", "").rpartition("/")[2], target)
    return found


def main_part(package: zipfile.ZipFile) -> str | None:
    """Path of the part that the document begins with, or None if the package names none."""
    return next((target for kind, target in relations(package, "").values() if kind == "officeDocument"), None)
