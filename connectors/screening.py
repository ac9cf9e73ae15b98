"""What stands between a format and everything after it: text made clean, secrecy marks looked for, identifiers masked.

Nothing leaves the sandbox unscreened, so every field of an element that can carry text passes through here.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from connectors.contract import Document
from connectors.secrecy import secrecy_mark, secrecy_mark_in_name
from connectors.tablemasking import mask_grid
from schemas.elements import Cell, CellMark, Element, ElementKind, Grid, Property, grid_text
from schemas.masking import identifier_spans, is_identifier_label, mask_identifiers, mask_spans

__all__ = ["RULES_VERSION", "Screened", "clean", "mask_elements", "screen", "secrecy_mark", "secrecy_mark_in_name"]

RULES_VERSION = 2
"""Raised whenever cleaning, the rules for secrecy marks or what is masked changes."""

_UNWANTED = re.compile("[\x00\ud800-\udfff]")
_EDGE = 40
_MAX_PROPERTY = 500
_NUMBER_AT_END = re.compile(r"\d[^\w]*$")
_NUMBER_AT_START = re.compile(r"^[^\w]*\d")


@dataclass(frozen=True, slots=True)
class Screened:
    """A document after screening. With a `mark`, nothing else of it is kept."""

    mark: str | None = None
    title: str | None = None
    elements: list[Element] = field(default_factory=list)
    properties: list[Property] = field(default_factory=list)
    n_masked: int = 0


def screen(document: Document, names: Iterable[str] = (), *, is_released: bool = False) -> Screened:
    """Clean a document, look for a secrecy mark, and mask the identifiers in it.

    Args:
        document: what a format read.
        names: names of the file or member, which can bear a mark too.
        is_released: marks have been set aside by a person; identifiers never are.
    """
    elements = [_cleaned(element) for element in document.elements]
    title = clean(document.title) if document.title else None
    mark = None if is_released else secrecy_mark(elements, [*names, *([title] if title else [])])
    if mark:
        return Screened(mark=mark)
    masked, n_masked = mask_elements(elements)
    if title:
        title, n_in_title = mask_identifiers(title)
        n_masked += n_in_title
    properties = [
        Property(name=found.name, value=mask_identifiers(clean(found.value).strip())[0][:_MAX_PROPERTY])
        for found in document.properties
        if found.value.strip()
    ]
    return Screened(title=title, elements=masked, properties=properties, n_masked=n_masked)


def clean(text: str) -> str:
    """Text in NFC without NUL and lone surrogates, so that it is valid UTF-8."""
    if text.isascii() and "\x00" not in text:
        return text
    # a NUL between a base and its combining mark would leave them apart, so it goes first
    return unicodedata.normalize("NFC", _UNWANTED.sub("", text))


def mask_elements(elements: Sequence[Element]) -> tuple[list[Element], int]:
    """Mask every text of the elements; a number split over two neighbouring paragraphs is masked in both.

    Returns:
        The elements and the count of numbers masked in texts and cells (repetitions in section paths are not counted).
    """
    masked: list[Element] = []
    n_masked = 0
    previous = ""
    for element in elements:
        if element.table:
            grid, count = mask_grid(element.table)
            changes: dict[str, object] = {"table": grid, "text": grid_text(grid)}
            previous = ""
        else:
            text, count = mask_identifiers(element.text, context=_label(previous))
            changes = {} if text == element.text else {"text": text}
            previous = element.text
        n_masked += count
        changes.update(_masked_places(element))
        masked.append(element.model_copy(update=changes) if changes else element)
    masked, n_masked = _mask_across(masked, n_masked)
    return _with_masked_headings(elements, masked), n_masked


def _label(previous: str) -> str:
    return previous if len(previous) <= _EDGE and is_identifier_label(previous) else ""


def _masked_places(element: Element) -> dict[str, object]:
    changes: dict[str, object] = {}
    if element.section_path:
        path = [mask_identifiers(heading)[0] for heading in element.section_path]
        if path != element.section_path:
            changes["section_path"] = path
    if element.sheet:
        changes["sheet"] = mask_identifiers(element.sheet)[0]
    if element.links:
        changes["links"] = [mask_identifiers(link)[0] for link in element.links]
    locator = element.locator
    if locator.member or locator.sheet:
        changes["locator"] = locator.model_copy(
            update={
                "member": mask_identifiers(locator.member)[0] if locator.member else None,
                "sheet": mask_identifiers(locator.sheet)[0] if locator.sheet else None,
            }
        )
    return changes


def _mask_across(elements: list[Element], n_masked: int) -> tuple[list[Element], int]:
    for index in range(len(elements) - 1):
        first, second = elements[index], elements[index + 1]
        if first.table or second.table:
            continue
        if not (_NUMBER_AT_END.search(first.text[-_EDGE:]) and _NUMBER_AT_START.search(second.text[:_EDGE])):
            continue
        # the paragraphs round the two show whether these are lines of a column of figures
        before = elements[index - 1].text[-_EDGE:] if index else ""
        after = elements[index + 2].text[:_EDGE] if index + 2 < len(elements) else ""
        head = f"{before}\n"
        joined = f"{head}{first.text[-_EDGE:]}\n{second.text[:_EDGE]}\n{after}"
        border = len(head) + len(first.text[-_EDGE:])
        crossing = [
            (start, end)
            for start, end in identifier_spans(joined)
            if len(head) <= start < border < end <= border + 1 + len(second.text[:_EDGE])
        ]
        if not crossing:
            continue
        start, end = crossing[0]
        n_masked += 1
        offset = len(first.text) - border
        elements[index] = first.model_copy(update={"text": mask_spans(first.text, [(start + offset, len(first.text))])})
        elements[index + 1] = second.model_copy(update={"text": mask_spans(second.text, [(0, end - border - 1)])})
    return elements, n_masked


def _with_masked_headings(elements: Sequence[Element], masked: list[Element]) -> list[Element]:
    """A heading that only its neighbours showed to hold a number is masked in the paths below it too."""
    renamed = {
        " ".join(before.text.split()): " ".join(after.text.split())
        for before, after in zip(elements, masked, strict=True)
        if before.kind is ElementKind.TITLE and before.text != after.text
    }
    if not renamed:
        return masked
    return [
        element.model_copy(update={"section_path": [renamed.get(heading, heading) for heading in element.section_path]})
        for element in masked
    ]


def _cleaned(element: Element) -> Element:
    changes: dict[str, object] = {}
    if not element.text.isascii() or "\x00" in element.text:
        changes["text"] = clean(element.text)
    if element.section_path:
        changes["section_path"] = [clean(heading) for heading in element.section_path]
    if element.sheet:
        changes["sheet"] = clean(element.sheet)
    if element.links:
        changes["links"] = [clean(link) for link in element.links]
    if element.marks:
        changes["marks"] = _cleaned_marks(element.marks)
    if element.table:
        changes["table"] = _cleaned_grid(element.table)
    return element.model_copy(update=changes) if changes else element


def _cleaned_marks(marks: Sequence[CellMark]) -> list[CellMark]:
    """A number format can carry words of its own, such as "백만원" or anything else that somebody typed there."""
    codes = {mark.number_format for mark in marks if mark.number_format}
    changed = {code: kept for code in codes if (kept := mask_identifiers(clean(code))[0]) != code}
    if not changed:
        return list(marks)
    return [
        mark.model_copy(update={"number_format": changed.get(mark.number_format or "", mark.number_format)})
        for mark in marks
    ]


def _cleaned_grid(grid: Grid) -> Grid:
    # What is in NFC as a whole is so in each of its parts.
    joined = "\n".join([cell.text for cell in grid.cells])
    unit = clean(grid.unit) if grid.unit else None
    if unit == grid.unit and _is_clean(joined):
        return grid
    cells: list[Cell] = []
    for cell in grid.cells:
        text = clean(cell.text)
        cells.append(cell if text == cell.text else cell.model_copy(update={"text": text}))
    return grid.model_copy(update={"cells": cells, "unit": unit})


def _is_clean(text: str) -> bool:
    if text.isascii():
        return "\x00" not in text
    return not _UNWANTED.search(text) and unicodedata.is_normalized("NFC", text)
