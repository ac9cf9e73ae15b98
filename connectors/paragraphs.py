"""Running text to elements: paragraphs by blank lines and numbering, headings by Korean numbering, lines in the locator."""

from connectors.composition import begins_item
from connectors.headings import SectionPath, paragraph_kind
from schemas.elements import Element, ElementKind
from schemas.provenance import Locator

_LONGEST_WRAPPED_LINE = 160


def read_paragraphs(text: str, *, first_line: int = 1) -> list[Element]:
    """Cut text into headings, list items and paragraphs.

    A numbered line begins a paragraph, and what follows it unnumbered continues it. No character is changed but for blank
    lines between paragraphs and the blanks round a heading.

    Args:
        text: text with any line ends.
        first_line: number of its first line in the file.
    """
    elements: list[Element] = []
    sections = SectionPath()
    lines: list[str] = []
    start = first_line

    def end_paragraph() -> None:
        if lines:
            elements.append(_paragraph(lines, start, sections.path))
            lines.clear()

    for number, raw_line in enumerate(text.split("\n"), first_line):
        line = raw_line.rstrip("\r")
        if not line.strip():
            end_paragraph()
            continue
        kind, level = _kind_of(line)
        # a line longer than anybody wraps at is a paragraph of its own
        is_unwrapped = len(line) > _LONGEST_WRAPPED_LINE
        if kind is not ElementKind.NARRATIVE_TEXT or is_unwrapped:
            end_paragraph()
        if level is not None:
            above = sections.push(level, line)
            locator = Locator(line_start=number, line_end=number)
            elements.append(Element(kind=kind, text=line.strip(), level=level, section_path=above, locator=locator))
            continue
        if not lines:
            start = number
        lines.append(line)
        if is_unwrapped:
            end_paragraph()
    end_paragraph()
    return elements


def _kind_of(line: str) -> tuple[ElementKind, int | None]:
    kind, level = paragraph_kind(line)
    if kind is ElementKind.NARRATIVE_TEXT and begins_item(line):
        return ElementKind.LIST_ITEM, None
    return kind, level


def _paragraph(lines: list[str], start: int, section_path: list[str]) -> Element:
    return Element(
        kind=_kind_of(lines[0])[0],
        text="\n".join(lines),
        section_path=section_path,
        locator=Locator(line_start=start, line_end=start + len(lines) - 1),
    )
