"""EPUB packages: the book's pages in reading order, its table of contents, properties and locks."""

import html.entities
import posixpath
import re
import urllib.parse
import zipfile
from dataclasses import dataclass, field

import lxml.etree as etree

from connectors import opc
from connectors.decoding import decode_declared
from connectors.opc import local_name
from schemas.elements import Property
from schemas.outcome import Failed

MAX_PAGES = 10_000

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_LOCKS = ("META-INF/rights.xml", "META-INF/sinf.xml", "META-INF/license.lcpl")
# Fonts are scrambled by these, which keeps nobody from reading the text.
_FONT_METHODS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_PAGE_TYPES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document"})
_FONT_EXTENSIONS = (".otf", ".ttf", ".woff", ".woff2", ".eot")
_MAX_VALUE_CHARACTERS = 500
_NAMES = {
    "creator": "author",
    "publisher": "organization",
    "subject": "subject",
    "description": "description",
    "date": "created_at",
}
_DECLARED = re.compile(rb"""<\?xml[^>]{0,100}?encoding=["']([\w.-]+)""")
_DOCUMENT_TYPE = re.compile(r"<!DOCTYPE\s[^\[>]{0,2000}(?:\[[^\]]{0,20000}\]\s*)?>", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})


@dataclass(slots=True)
class Book:
    """A book's package: where its pages lie, in reading order, their names in the contents, and its pictures."""

    package: zipfile.ZipFile
    pages: list[str]
    labels: dict[str, str] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)
    properties: list[Property] = field(default_factory=list)
    title: str | None = None


def open_book(content: bytes) -> Book:
    """Open a book.

    Raises:
        Failed: `drm_epub`, `corrupt`, `archive_bomb`.
    """
    package = opc.open_package(content)
    container = opc.read_xml(package, _CONTAINER)
    roots = [] if container is None else [one.get("full-path", "") for one in container.iter("{*}rootfile")]
    path = next((root for root in roots if root), None)
    path = path or next((name for name in package.namelist() if name.lower().endswith(".opf")), None)
    content_bytes = None if path is None else opc.read_part(package, urllib.parse.unquote(path))
    if path is None or content_bytes is None:
        raise Failed("corrupt", "EPUB: no package document")
    _refuse_locked(package)
    root = parse_tolerant(content_bytes)
    if root is None:
        raise Failed("corrupt", "EPUB: package document")
    folder = posixpath.dirname(path)
    items = {item.get("id", ""): item for item in root.iter("{*}item")}
    paths = {identity: _resolve(folder, item.get("href", "")) for identity, item in items.items()}
    order = [one.get("idref", "") for one in root.iter("{*}itemref")]
    pages = [paths[identity] for identity in dict.fromkeys(order) if identity in paths]
    if not pages:
        pages = [paths[identity] for identity, item in items.items() if item.get("media-type") in _PAGE_TYPES]
    book = Book(package, pages[:MAX_PAGES])
    book.pictures = [paths[key] for key, item in items.items() if item.get("media-type", "").startswith("image/")]
    _read_properties(book, root)
    for identity, item in items.items():
        is_contents = (
            "nav" in item.get("properties", "").split() or item.get("media-type") == "application/x-dtbncx+xml"
        )
        if is_contents:
            _read_contents(book, paths[identity])
    return book


def _refuse_locked(package: zipfile.ZipFile) -> None:
    names = set(package.namelist())
    lock = next((name for name in _LOCKS if name in names), None)
    if lock:
        raise Failed("drm_epub", lock)
    encryption = opc.read_xml(package, _ENCRYPTION)
    for data in () if encryption is None else encryption.iter("{*}EncryptedData"):
        method = data.find("{*}EncryptionMethod")
        algorithm = "" if method is None else method.get("Algorithm", "")
        targets = [one.get("URI", "") for one in data.iter("{*}CipherReference")]
        if algorithm not in _FONT_METHODS and not all(name.lower().endswith(_FONT_EXTENSIONS) for name in targets):
            raise Failed("drm_epub", algorithm)


def _resolve(folder: str, reference: str) -> str:
    path = urllib.parse.unquote(reference.split("#", 1)[0])
    return posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")


def _read_properties(book: Book, root: etree._Element) -> None:
    found: dict[str, list[str]] = {}
    metadata = next(root.iter("{*}metadata"), None)
    for entry in () if metadata is None else metadata.iter("{*}*"):
        name = local_name(entry)
        text = " ".join("".join(entry.itertext()).split())[:_MAX_VALUE_CHARACTERS]
        if name == "title":
            book.title = book.title or text or None
        elif name == "meta" and entry.get("property") == "dcterms:modified" and text:
            found.setdefault("modified_at", [text])
        elif name in _NAMES and text:
            found.setdefault(_NAMES[name], []).append(text)
    for name, values in found.items():
        value = values[0] if name.endswith("_at") else "; ".join(values)
        book.properties.append(Property(name=name, value=value[:_MAX_VALUE_CHARACTERS]))


def _read_contents(book: Book, path: str) -> None:
    root = parse_tolerant(opc.read_part(book.package, path) or b"")
    folder = posixpath.dirname(path)
    if root is None:
        return
    for point in root.iter("{*}navPoint"):
        source, label = point.find("{*}content"), point.find("{*}navLabel")
        if source is not None and label is not None:
            _name_page(book, _resolve(folder, source.get("src", "")), label)
    for contents in root.iter("{*}nav"):
        kinds = [value for key, value in contents.attrib.items() if str(key).rpartition("}")[2] == "type"]
        if not kinds or "toc" in kinds:
            for link in contents.iter("{*}a"):
                _name_page(book, _resolve(folder, link.get("href", "")), link)


def _name_page(book: Book, path: str, label: etree._Element) -> None:
    text = " ".join("".join(label.itertext()).split())
    if text:
        book.labels.setdefault(path, text)


def page_text(content: bytes) -> str:
    """A page as HTML that any HTML parser takes rightly: in XHTML an empty `<title/>` or `<script/>` ends itself.

    Raises:
        Failed: `undecodable_text`.
    """
    declared = _DECLARED.search(content[:1_000])
    text = decode_declared(content, declared[1].decode("ascii") if declared else "utf-8")
    root = _parse(text)
    if root is None:
        return text
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = local_name(element)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, method="html", encoding="unicode")


def parse_tolerant(content: bytes) -> etree._Element | None:
    """Parse XML that may have a document type, whose entities are HTML's; None if it is broken."""
    if not content:
        return None
    declared = _DECLARED.search(content[:1_000])
    try:
        return _parse(decode_declared(content, declared[1].decode("ascii") if declared else "utf-8"))
    except Failed:
        return None


def _parse(text: str) -> etree._Element | None:
    text = _DOCUMENT_TYPE.sub("", _DECLARATION.sub("", text.lstrip("\ufeff")), count=1)
    text = _ENTITY.sub(_character, text)
    try:
        return opc.parse_xml(text.encode("utf-8", "replace"))
    except Failed:
        return None


def _character(entity: re.Match[str]) -> str:
    name = entity[1]
    if name in _XML_ENTITIES:
        return entity[0]
    code = html.entities.name2codepoint.get(name)
    return chr(code) if code is not None else f"&amp;{name};"
