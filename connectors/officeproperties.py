"""What an Office Open XML document says of itself: author, dates, subject, keywords, pages, program."""

import zipfile

import lxml.etree as etree

from connectors.opc import local_name, parse_xml, read_part
from schemas.elements import Property
from schemas.outcome import Failed

_MAX_VALUE_CHARACTERS = 500
_NAMES = {
    "creator": "author",
    "lastModifiedBy": "last_modified_by",
    "created": "created_at",
    "modified": "modified_at",
    "subject": "subject",
    "keywords": "keywords",
    "category": "category",
    "Application": "application",
    "Company": "organization",
    "Pages": "pages",
    "Slides": "pages",
}
_PARTS = ("docProps/core.xml", "docProps/app.xml")


def read_properties(package: zipfile.ZipFile) -> tuple[list[Property], str | None]:
    """The document's properties and its title; a broken or missing part costs no more than what would be in it."""
    found: dict[str, str] = {}
    title: str | None = None
    for path in _PARTS:
        root = _part(package, path)
        for entry in () if root is None else root:
            text = " ".join((entry.text or "").split())[:_MAX_VALUE_CHARACTERS]
            name = local_name(entry)
            if name == "title":
                title = title or text or None
            elif text and name in _NAMES and not (_NAMES[name] == "pages" and text == "0"):
                found.setdefault(_NAMES[name], text)
    return [Property(name=name, value=value) for name, value in found.items()], title


def _part(package: zipfile.ZipFile, path: str) -> etree._Element | None:
    try:
        content = read_part(package, path)
        return None if content is None else parse_xml(content)
    except Failed as failure:
        if failure.reason == "archive_bomb":
            raise
        return None
