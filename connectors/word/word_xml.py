"""Word documents as one XML file: the format of Word 2003, and Open XML packages laid flat; put together as a package."""

import base64
import binascii
import io
import posixpath
import re
import zipfile
from collections.abc import Iterable

import lxml.etree as etree

from connectors.decoding import decode_declared
from connectors.inflation import new_member
from connectors.opc import local_name, parse_xml
from connectors.word.word2003 import NAMESPACE, translate
from schemas.outcome import Failed

FLAT_NAMESPACE = "http://schemas.microsoft.com/office/2006/xmlPackage"

_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_HEAD_BYTES = 65_536
_DOCUMENT = re.compile(rb"<(?:[\w.-]+:)?wordDocument[\s>]")
_PACKAGE = re.compile(rb"<(?:[\w.-]+:)?package[\s>]")
_MAIN_PART = b"word/document"
_ENCODING = re.compile(rb"""<\?xml[^>]{0,100}?encoding=["']([\w.-]+)""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
# Pictures are longer texts than the parser allows, and are cut out before it.
_BINARY = re.compile(
    r"(<(?P<tag>(?:[\w.-]+:)?(?:binData|binaryData))(?:\s[^<>]{0,2000})?>)(?P<data>[A-Za-z0-9+/=\s]{200,}+)(?=</(?P=tag)\s*>)"
)
_CUT = "cut:"
_TYPES = "[Content_Types].xml"
_TYPES_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/content-types"


def is_markup(content: bytes) -> bool:
    """Whether bytes are a Word document as one XML file, told by its root and namespace; never raises."""
    head = content[:_HEAD_BYTES]
    for mark in _MARKS:
        head = head.removeprefix(mark)
    # UTF-16 shows the same tags once its zero bytes are gone
    head = head.replace(b"\0", b"").lstrip()
    if not head.startswith(b"<"):
        return False
    if NAMESPACE.encode() in head and _DOCUMENT.search(head):
        return True
    return FLAT_NAMESPACE.encode() in head and _PACKAGE.search(head) is not None and _MAIN_PART in head


def to_package(content: bytes) -> bytes:
    """The same document as a package of Open XML.

    Raises:
        Failed: `corrupt`, `undecodable_text`.
    """
    declared = _ENCODING.search(content[:1_000].replace(b"\0", b""))
    text = decode_declared(content, declared[1].decode("ascii", "replace") if declared else None)
    binaries: list[str] = []

    def cut(found: re.Match[str]) -> str:
        binaries.append(found["data"])
        return f"{found[1]}{_CUT}{len(binaries) - 1}"

    text = _BINARY.sub(cut, _DECLARATION.sub("", text.lstrip("\ufeff"), count=1))
    root = parse_xml(text.encode("utf-8", "replace"))
    if local_name(root) == "package":
        return _zipped(_flat_parts(root, binaries))
    return _zipped(translate(root, lambda entry: _decoded(entry, binaries)))


def _flat_parts(root: etree._Element, binaries: list[str]) -> list[tuple[str, str, bytes]]:
    parts: list[tuple[str, str, bytes]] = []
    for part in root.iterchildren(f"{{{FLAT_NAMESPACE}}}part"):
        # A name that stays inside the package, whatever it says.
        name = posixpath.normpath(posixpath.join("/", part.get(f"{{{FLAT_NAMESPACE}}}name", ""))).lstrip("/")
        data = next(part.iterchildren(f"{{{FLAT_NAMESPACE}}}xmlData"), None)
        inner = None if data is None else next(data.iterchildren("*"), None)
        binary = next(part.iterchildren(f"{{{FLAT_NAMESPACE}}}binaryData"), None)
        if inner is not None:
            content = etree.tostring(inner, encoding="utf-8", xml_declaration=True, with_tail=False)
        elif binary is not None:
            content = _decoded(binary, binaries)
        else:
            continue
        if name and name != _TYPES:
            parts.append((name, part.get(f"{{{FLAT_NAMESPACE}}}contentType", ""), content))
    return parts


def _decoded(entry: etree._Element, binaries: list[str]) -> bytes:
    text = (entry.text or "").strip()
    number = text.removeprefix(_CUT)
    if number != text:
        text = binaries[int(number)] if number.isdecimal() and int(number) < len(binaries) else ""
    try:
        return base64.b64decode("".join(text.split()))
    except (binascii.Error, ValueError):
        # One picture that is broken costs no more than itself.
        return b""


def _zipped(parts: Iterable[tuple[str, str, bytes]]) -> bytes:
    target = io.BytesIO()
    types = etree.Element(f"{{{_TYPES_NAMESPACE}}}Types", nsmap={None: _TYPES_NAMESPACE})
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    etree.SubElement(types, f"{{{_TYPES_NAMESPACE}}}Default", Extension="rels", ContentType=relations)
    seen: set[str] = set()
    with zipfile.ZipFile(target, "w") as package:
        for name, kind, content in parts:
            if name in seen:
                continue
            seen.add(name)
            package.writestr(new_member(name, zipfile.ZIP_STORED), content)
            if kind and not name.endswith(".rels"):
                etree.SubElement(types, f"{{{_TYPES_NAMESPACE}}}Override", PartName=f"/{name}", ContentType=kind)
        package.writestr(
            new_member(_TYPES, zipfile.ZIP_STORED), etree.tostring(types, encoding="utf-8", xml_declaration=True)
        )
    if not seen:
        raise Failed("corrupt", "no parts")
    return target.getvalue()
