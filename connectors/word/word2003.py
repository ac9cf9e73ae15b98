"""The XML of Word 2003, put into the words of Open XML: the parts of the package that Word 2007 would have written."""

import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field

import lxml.etree as etree

from connectors.opc import local_name
from connectors.word.wordnumbering import attribute, value_of
from schemas.outcome import Failed

NAMESPACE = "http://schemas.microsoft.com/office/word/2003/wordml"
"""That of Word 2003, which its own root element is in."""

_OLD = f"{{{NAMESPACE}}}"
_ANNOTATION = "{http://schemas.microsoft.com/aml/2001/core}annotation"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_RELATION_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_RELATIONS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
_PART_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.{}+xml"
_RENAMED = {"vmerge": "vMerge", "hmerge": "hMerge", "listPr": "numPr", "ilfo": "numId", "hlink": "hyperlink"}
# What may stand among the text and is neither Word's own nor a wrapper that a schema or a smart tag put round text.
_DRAWINGS = ("urn:schemas-microsoft-com:vml", "urn:schemas-microsoft-com:office:")
_SMART_TAGS = "urn:schemas-microsoft-com:office:smarttags"
_NOTES = ("footnote", "endnote")
_CHANGES = {"Word.Insertion": "ins", "Word.Deletion": "del"}
_RUNNING = {"hdr": "header", "ftr": "footer"}
_PAGES = {"odd": "default", "even": "even", "first": "first"}
_NUMBER_FORMATS = {
    0: "decimal", 1: "upperRoman", 2: "lowerRoman", 3: "upperLetter", 4: "lowerLetter", 5: "ordinal",
    10: "ideographDigital", 11: "japaneseCounting", 14: "decimalFullWidth", 15: "decimalHalfWidth",
    18: "decimalEnclosedCircle", 19: "decimalFullWidth", 22: "decimalZero", 23: "bullet", 24: "ganada", 25: "chosung",
    26: "decimalEnclosedFullstop", 27: "decimalEnclosedParen", 28: "decimalEnclosedCircle", 30: "ideographTraditional",
    33: "taiwaneseCounting", 37: "chineseCounting", 39: "chineseCountingThousand", 41: "koreanDigital",
    42: "koreanCounting", 43: "koreanLegal", 44: "koreanDigital2", 57: "numberInDash", 255: "none",
}  # fmt: skip
_PROPERTIES = {
    "Title": "title",
    "Subject": "subject",
    "Author": "creator",
    "Keywords": "keywords",
    "Category": "category",
    "LastAuthor": "lastModifiedBy",
    "Created": "created",
    "LastSaved": "modified",
    "Company": "Company",
    "Pages": "Pages",
}

Part = tuple[str, str, bytes]
"""(path, type of its content, bytes)."""


def translate(root: etree._Element, decode: Callable[[etree._Element], bytes]) -> list[Part]:
    """The parts of the package.

    Args:
        root: the `wordDocument`, which is taken apart.
        decode: gives the bytes of an element that holds binary data.

    Raises:
        Failed: `corrupt` if there is no body.
    """
    body = root.find(f"{_OLD}body")
    if body is None:
        raise Failed("corrupt", "no body")
    package = _Package()
    properties = _read_properties(root)
    _read_pictures(root, decode, package)
    _resolve_annotations(root, package)
    _unwrap_foreign(body)
    _modernise(root)
    _move_notes(root, package)
    _move_running(root, package)
    _close_sections(body)
    _relate_links(body, package)
    for kind, part in (
        ("styles", root.find(f"{_W}styles")),
        ("numbering", _numbering(root.find(f"{_W}lists"))),
        ("settings", root.find(f"{_W}docPr")),
    ):
        if part is not None:
            package.add(kind, _renamed(part, kind))
    for kind, notes in package.notes.items():
        container = etree.Element(f"{_W}{kind}s")
        container.extend(notes)
        # Comments left the body before it was put into new words.
        _unwrap_foreign(container)
        _modernise(container)
        package.add(f"{kind}s", container)
    document = etree.Element(f"{_W}document")
    document.append(body)
    return [*package.finished(document), ("docProps/core.xml", "", etree.tostring(properties, encoding="utf-8"))]


@dataclass
class _Package:
    parts: list[Part] = field(default_factory=list)
    relations: etree._Element = field(default_factory=lambda: etree.Element(f"{_PACKAGE_RELATIONS}Relationships"))
    notes: dict[str, list[etree._Element]] = field(default_factory=dict)

    def add(self, kind: str, root: etree._Element, name: str = "") -> str:
        """Add a part that the document relates to, and return the relation's id."""
        path = f"{name or kind}.xml"
        self.parts.append((f"word/{path}", _PART_TYPE.format(kind), _written(root)))
        return self.relate(kind, path)

    def relate(self, kind: str, target: str, *, is_outside: bool = False) -> str:
        identity = f"rId{len(self.relations) + 1}"
        mode = {"TargetMode": "External"} if is_outside else {}
        attributes = {"Id": identity, "Type": f"{_RELATION_TYPES}/{kind}", "Target": target, **mode}
        etree.SubElement(self.relations, f"{_PACKAGE_RELATIONS}Relationship", attributes)
        return identity

    def finished(self, document: etree._Element) -> list[Part]:
        main = etree.Element(f"{_PACKAGE_RELATIONS}Relationships")
        attributes = {"Id": "rId1", "Type": f"{_RELATION_TYPES}/officeDocument", "Target": "word/document.xml"}
        etree.SubElement(main, f"{_PACKAGE_RELATIONS}Relationship", attributes)
        return [
            ("_rels/.rels", _RELATIONS_TYPE, _written(main)),
            ("word/document.xml", _PART_TYPE.format("document.main"), _written(document)),
            ("word/_rels/document.xml.rels", _RELATIONS_TYPE, _written(self.relations)),
            *self.parts,
        ]


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, with_tail=False)


def _renamed(part: etree._Element, name: str) -> etree._Element:
    part.tag = f"{_W}{name}"
    return part


def _read_properties(root: etree._Element) -> etree._Element:
    properties = etree.Element("coreProperties")
    for said in root.iterchildren("{*}DocumentProperties"):
        for entry in said:
            name = _PROPERTIES.get(local_name(entry))
            if name and entry.text:
                etree.SubElement(properties, name).text = entry.text
    return properties


def _read_pictures(root: etree._Element, decode: Callable[[etree._Element], bytes], package: _Package) -> None:
    for number, entry in enumerate(list(root.iter(f"{_OLD}binData")), 1):
        name = posixpath.basename(attribute(entry, "name") or "")
        # Elsewhere stand objects in a form that only Word can open.
        content = decode(entry) if local_name(entry.getparent()) == "pict" else b""
        if content:
            package.parts.append((f"word/media/{number}_{name}", "", content))
        entry.text = None


def _resolve_annotations(root: etree._Element, package: _Package) -> None:
    """Put changes and comments as Open XML has them; bookmarks and former formats go."""
    for entry in list(root.iter(_ANNOTATION)):
        parent = entry.getparent()
        if parent is None:
            continue
        kind = attribute(entry, "type") or ""
        content = next(entry.iterchildren("{*}content"), None)
        held = [] if content is None else list(content)
        if kind in _CHANGES:
            change = etree.Element(f"{_W}{_CHANGES[kind]}")
            change.extend(held)
            entry.addprevious(change)
        elif kind == "Word.Comment":
            identity = _add_note(package, "comment", held)
            entry.addprevious(etree.Element(f"{_W}commentReference", {f"{_W}id": identity}))
        parent.remove(entry)


def _add_note(package: _Package, kind: str, held: list[etree._Element]) -> str:
    notes = package.notes.setdefault(kind, [])
    note = etree.Element(f"{_W}{kind}", {f"{_W}id": str(len(notes) + 1)})
    note.extend(held)
    notes.append(note)
    return str(len(notes))


def _unwrap_foreign(container: etree._Element) -> None:
    """Leave of sections' hints, smart tags and elements of other schemas only what they are wrapped round."""
    namespaces = {etree.QName(element).namespace for element in container.iter("*")}
    kept = (_OLD[1:-1], _W[1:-1])
    foreign = [
        f"{{{namespace or ''}}}*"
        for namespace in sorted(namespaces, key=str)
        if namespace not in kept and (namespace == _SMART_TAGS or not (namespace or "").startswith(_DRAWINGS))
    ]
    if foreign:
        etree.strip_tags(container, *foreign)
    # Parts of another document that were taken in with their styles.
    etree.strip_tags(container, f"{_OLD}cfChunk")


def _modernise(root: etree._Element) -> None:
    start = len(_OLD)
    for element in root.iter("*"):
        tag = str(element.tag)
        if tag.startswith(_OLD):
            element.tag = _W + _RENAMED.get(tag[start:], tag[start:])
        for key, value in element.attrib.items():
            if str(key).startswith(_OLD):
                element.set(_W + str(key)[start:], value)
                del element.attrib[key]
        if element.tag == f"{_W}style":
            _modernise_style(element)


def _modernise_style(style: etree._Element) -> None:
    if attribute(style, "default") == "on":
        style.set(f"{_W}default", "1")
    name = next(style.iterchildren("{*}name"), None)
    if name is not None:
        # LibreOffice writes the names of its styles as it has them in its own files.
        key = next((key for key in name.attrib if str(key).rpartition("}")[2] == "val"), f"{_W}val")
        name.set(key, (name.get(key) or "").replace("_20_", " "))


def _move_notes(root: etree._Element, package: _Package) -> None:
    for kind in _NOTES:
        for entry in list(root.iter(f"{_W}{kind}")):
            # Those directly in a document's properties are the lines that separate notes from text.
            if local_name(entry.getparent()) != "r":
                continue
            identity = _add_note(package, kind, list(entry))
            entry.addprevious(etree.Element(f"{_W}{kind}Reference", {f"{_W}id": identity}))
            entry.getparent().remove(entry)


def _move_running(root: etree._Element, package: _Package) -> None:
    number = 0
    for section in list(root.iter(f"{_W}sectPr")):
        for entry in [child for child in section if local_name(child) in _RUNNING]:
            number += 1
            kind = _RUNNING[local_name(entry)]
            page = _PAGES.get(attribute(entry, "type") or "odd", "default")
            identity = package.add(kind, entry, f"{kind}{number}")
            section.replace(entry, etree.Element(f"{_W}{kind}Reference", {f"{_W}type": page, f"{_R}id": identity}))


def _close_sections(body: etree._Element) -> None:
    """Hang the properties of every section but the last on a paragraph, where Open XML has them."""
    for section in body.findall(f"{_W}sectPr")[:-1]:
        paragraph = etree.Element(f"{_W}p")
        section.addprevious(paragraph)
        etree.SubElement(paragraph, f"{_W}pPr").append(section)


def _relate_links(body: etree._Element, package: _Package) -> None:
    for link in body.iter(f"{_W}hyperlink"):
        address = attribute(link, "dest")
        if address:
            link.set(f"{_R}id", package.relate("hyperlink", address, is_outside=True))


def _numbering(lists: etree._Element | None) -> etree._Element | None:
    if lists is None:
        return None
    for definition in lists.iterchildren(f"{_W}listDef"):
        definition.set(f"{_W}abstractNumId", attribute(definition, "listDefId") or "")
        definition.tag = f"{_W}abstractNum"
        for form in definition.iter(f"{_W}nfc"):
            code = value_of(form) or ""
            name = _NUMBER_FORMATS.get(int(code), "decimal") if code.isdecimal() and len(code) < 4 else "decimal"
            form.tag = f"{_W}numFmt"
            form.set(f"{_W}val", name)
    for used in lists.iterchildren(f"{_W}list"):
        used.set(f"{_W}numId", attribute(used, "ilfo") or "")
        used.tag = f"{_W}num"
        for definition in used.iterchildren(f"{_W}ilst"):
            definition.tag = f"{_W}abstractNumId"
    return lists
