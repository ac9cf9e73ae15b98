"""What an Excel package holds besides cells, in XML whether its sheets are XML or binary: drawings, objects, properties."""

import posixpath
import re
import zipfile
from collections.abc import Iterator

import lxml.etree as etree

from connectors import oleobjects
from connectors.contract import MemberFile
from connectors.embedded import embedded_members
from connectors.opc import local_name, read_part, read_xml, relations
from schemas.elements import Property
from schemas.outcome import Failed

_MAX_EMBEDDED = 1_000
_EMBEDDED = re.compile(r"xl/(?:embeddings|media)/[^/]+", re.IGNORECASE)
_CORE = {
    "creator": "author", "lastModifiedBy": "last_modified_by", "created": "created_at", "modified": "modified_at",
    "subject": "subject", "keywords": "keywords", "title": "title",
}  # fmt: skip
_APPLICATION = {"Application": "application", "Company": "company"}


def drawing_texts(package: zipfile.ZipFile, path: str) -> list[str]:
    """The paragraphs of a drawing's text boxes and shapes, its diagrams' texts and the titles of its charts.

    Args:
        package: the workbook.
        path: the drawing's part.
    """
    root = _optional_xml(package, path)
    if root is None:
        return []
    for fallback in list(root.iter("{*}Fallback")):
        # The same shapes again, for programs that cannot draw the first ones.
        parent = fallback.getparent()
        if parent is not None:
            parent.remove(fallback)
    texts = [text for body in root.iter("{*}txBody") for text in _paragraphs(body)]
    for kind, target in relations(package, path).values():
        if kind == "chart":
            chart = _optional_xml(package, target)
            for title in () if chart is None else chart.iter("{*}title"):
                texts.extend(_paragraphs(title))
        elif kind == "diagramData":
            diagram = _optional_xml(package, target)
            texts.extend(() if diagram is None else _paragraphs(diagram))
    return texts


def _paragraphs(body: etree._Element) -> Iterator[str]:
    for paragraph in body.iter("{*}p"):
        pieces = paragraph.iter("{*}t", "{*}br")
        if text := "".join("\n" if local_name(piece) == "br" else piece.text or "" for piece in pieces).strip():
            yield text


def _optional_xml(package: zipfile.ZipFile, path: str) -> etree._Element | None:
    """A part without which the cells can be read all the same, so that a broken one keeps nobody from them."""
    try:
        return read_xml(package, path)
    except Failed as failure:
        if failure.reason != "corrupt":
            raise
        return None


def external_links(package: zipfile.ZipFile, source: str) -> dict[str, str]:
    """Addresses outside the package that a part points to, by the relation's id."""
    folder, name = posixpath.split(source)
    root = _optional_xml(package, posixpath.join(folder, "_rels", f"{name}.rels"))
    if root is None:
        return {}
    return {
        relation.get("Id", ""): relation.get("Target", "")
        for relation in root.iter("{*}Relationship")
        if relation.get("TargetMode") == "External" and relation.get("Type", "").endswith("/hyperlink")
    }


def embedded_parts(package: zipfile.ZipFile) -> tuple[list[MemberFile], bool]:
    """Pictures and objects, as `connectors.embedded.embedded_members` gives them."""
    names = [name for name in package.namelist() if _EMBEDDED.fullmatch(name)][:_MAX_EMBEDDED]
    return embedded_members(oleobjects.unwrap_object(name, read_part(package, name) or b"") for name in names)


def document_properties(package: zipfile.ZipFile) -> list[Property]:
    """What the package says of itself."""
    found: list[Property] = []
    for path, names in (("docProps/core.xml", _CORE), ("docProps/app.xml", _APPLICATION)):
        root = _optional_xml(package, path)
        for entry in () if root is None else root:
            name, value = names.get(local_name(entry)), (entry.text or "").strip()
            if name and value:
                found.append(Property(name=name, value=value))
    return found
