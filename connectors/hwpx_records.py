"""A small walk over the XML of HWPX, independent of the readers: what it finds, they must bring out."""

import re
import zipfile
from collections.abc import Iterator

import lxml.etree as etree

from connectors.opc import local_name, read_xml

MIMETYPE = b"application/hwp+zip"

_SECTION = re.compile(r"(?:Contents/)?section(\d+)\.xml", re.IGNORECASE)
_PRINTED_MARKS = {"tab": "\t", "lineBreak": "\n", "nbSpace": " ", "fwSpace": " ", "hyphen": "-"}


def section_names(package: zipfile.ZipFile) -> list[str]:
    """Names of the body's parts, in order."""
    found = [(int(match.group(1)), name) for name in package.namelist() if (match := _SECTION.fullmatch(name))]
    return [name for _, name in sorted(found)]


def read_paragraphs(package: zipfile.ZipFile) -> list[str]:
    """Every paragraph's text in the body: cells, notes, headers and text boxes too.

    Text struck by a tracked change is left out, as it is on paper.

    Raises:
        Failed: `corrupt` or `archive_bomb`.
    """
    paragraphs: list[str] = []
    for name in section_names(package):
        root = read_xml(package, name)
        if root is not None:
            paragraphs.extend(_section_paragraphs(root))
    return paragraphs


def read_memos(package: zipfile.ZipFile) -> list[str]:
    """The text of each memo in the margin, which the readers pass over.

    Raises:
        Failed: `corrupt` or `archive_bomb`.
    """
    memos: list[str] = []
    for name in section_names(package):
        root = read_xml(package, name)
        if root is not None:
            for memo in root.iter("{*}fieldBegin"):
                paragraphs = [text for text in _section_paragraphs(memo) if text.strip()]
                if paragraphs:
                    memos.append("\n".join(paragraphs))
    return memos


def _section_paragraphs(root: etree._Element) -> Iterator[str]:
    is_deleted = False
    for paragraph in root.iter("{*}p"):
        parts: list[str] = []
        for text in (child for run in paragraph.iterchildren("{*}run") for child in run.iterchildren("{*}t")):
            for mark, characters in _pieces(text):
                if mark == "deleteBegin":
                    is_deleted = True
                elif mark == "deleteEnd":
                    is_deleted = False
                if not is_deleted:
                    parts.append(characters)
        yield "".join(parts)


def _pieces(text: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield (mark before it, characters) for the parts of an `hp:t`."""
    yield "", text.text or ""
    for mark in text.iter():
        if mark is text:
            continue
        name = local_name(mark)
        yield name, _PRINTED_MARKS.get(name, mark.text or "") if name else ""
        yield "", mark.tail or ""
