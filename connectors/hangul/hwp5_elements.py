"""From the paragraphs and controls of an HWP 5 document to elements in reading order."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from connectors.composition import Composer
from connectors.grids import build_grid, find_unit
from connectors.hangul import hwp5_body as body
from connectors.hangul.hwp5_body import Control, Paragraph, TextList
from connectors.hangul.hwp5_docinfo import DocInfo
from connectors.hangul.hwp5_headings import HeadingFinder
from schemas.elements import Cell, ElementKind, Flag, Grid, grid_text
from schemas.outcome import Failed

MAX_HOLES = 100_000
"""Positions of all grids of a document together that no cell claims."""

_UNIT_LINE_CHARACTERS = 80
_NOTES = {body.FOOTNOTE: ElementKind.FOOTNOTE, body.ENDNOTE: ElementKind.ENDNOTE}
_RUNNING = {
    body.HEADER: ElementKind.HEADER,
    body.FOOTER: ElementKind.FOOTER,
    body.MASTER_PAGE: ElementKind.HEADER,
    # Lists of a section's definition are its master pages.
    body.SECTION: ElementKind.HEADER,
}
_MEMOS = (body.COMMENT, body.MEMO)

Parent = tuple[int, int, int] | None


def compose(sections: Iterable[list[Paragraph]], info: DocInfo) -> Composer:
    """Elements of a document.

    A paragraph comes first, then what is anchored in it; a table first, then what stands in its cells besides text.

    Args:
        sections: the paragraphs of each section.
        info: what DocInfo says of their shapes and styles.

    Raises:
        Failed: `too_many_elements`.
    """
    flows = list(sections)
    finder = HeadingFinder(info, (paragraph for flow in flows for paragraph in flow))
    composition = _Composition(finder)
    for flow in flows:
        composition.add_flow(flow)
    return composition.composer


class _Composition:
    """Adds paragraphs and controls to a composer."""

    def __init__(self, finder: HeadingFinder) -> None:
        self.composer = Composer()
        self._finder = finder
        self._holes_left = MAX_HOLES
        # The line above a table whose caption would otherwise stand between it and its unit.
        self._line_above = ""
        # Inside a header or footer, everything is an element of that kind.
        self._running: ElementKind | None = None

    def add_flow(self, paragraphs: Iterable[Paragraph], parent: Parent = None) -> None:
        for paragraph in paragraphs:
            if paragraph.text:
                self._line_above = paragraph.text
                level, is_styled, is_item = self._finder.level_of(paragraph)
                self.composer.add_paragraph(
                    paragraph.text,
                    level=level,
                    is_styled=is_styled,
                    is_item=is_item,
                    flags=[Flag.TRACKED_CHANGE] if paragraph.is_tracked else (),
                    links=paragraph.links,
                )
            if paragraph.controls:
                self._add_controls(paragraph.controls, parent)

    def _add_controls(self, controls: Iterable[Control], parent: Parent = None) -> None:
        for control in controls:
            if control.name == body.TABLE:
                self._add_captioned(control, lambda control=control: self._add_table(control, parent))
            elif control.name == body.EQUATION:
                self._add_captioned(
                    control, lambda control=control: self.composer.add_element(ElementKind.FORMULA, control.text)
                )
            elif control.name in _NOTES:
                self._add_joined(_NOTES[control.name], control.lists)
            elif control.name in _RUNNING:
                with self._in_running(_RUNNING[control.name]):
                    self._add_joined(_RUNNING[control.name], control.lists)
            elif control.name in _MEMOS:
                self._add_joined(ElementKind.NARRATIVE_TEXT, control.lists, flags=[Flag.MEMO])
            elif control.name == body.DRAWING:
                self._add_captioned(control, lambda control=control: self._add_boxes(control, parent))
            else:
                # A control that is not known, or paragraphs that stand where none should: text all the same.
                for listed in control.lists:
                    self._add_text(listed.paragraphs, parent)

    def _add_captioned(self, control: Control, add: Callable[[], None]) -> None:
        if control.caption and control.is_caption_before:
            self._add_joined(ElementKind.FIGURE_CAPTION, [control.caption])
        add()
        if control.caption and not control.is_caption_before:
            self._add_joined(ElementKind.FIGURE_CAPTION, [control.caption])

    def _add_boxes(self, control: Control, parent: Parent) -> None:
        with self._flagged(Flag.TEXT_BOX):
            self.composer.add_element(self._running or ElementKind.NARRATIVE_TEXT, control.text)
            for listed in control.lists:
                self._add_text(listed.paragraphs, parent)

    def _add_text(self, paragraphs: list[Paragraph], parent: Parent) -> None:
        if self._running:
            self._add_joined(self._running, [TextList(paragraphs)])
        else:
            self.add_flow(paragraphs, parent)

    def _add_joined(self, kind: ElementKind, lists: Iterable[TextList], flags: Iterable[Flag] = ()) -> None:
        """Lists as one element; tables, equations and notes inside them follow as their own."""
        paragraphs = [paragraph for listed in lists for paragraph in listed.paragraphs]
        text, marks, links = _joined(paragraphs)
        # A note is a note even in a header.
        kind = kind if kind in _NOTES.values() else self._running or kind
        self.composer.add_element(kind, text, flags=[*flags, *marks], links=links)
        for paragraph in paragraphs:
            self._add_controls(paragraph.controls)

    def _add_table(self, control: Control, parent: Parent) -> None:
        cells = _placed(control)
        unit = None
        if control.caption:
            unit = find_unit(_joined(control.caption.paragraphs)[0])
            if unit is None and control.is_caption_before and len(self._line_above) <= _UNIT_LINE_CHARACTERS:
                unit = find_unit(self._line_above)
        self._line_above = ""
        self._charge(control, cells)
        grid = build_grid((cell for cell, _ in cells), control.n_rows, control.n_cols, unit)
        # Most cells hold text and nothing else.
        remarkable = [
            (cell, paragraph)
            for cell, listed in cells
            for paragraph in listed.paragraphs
            if paragraph.controls or paragraph.links or paragraph.is_tracked
        ]
        flags = [Flag.TRACKED_CHANGE] if any(paragraph.is_tracked for _, paragraph in remarkable) else []
        links = [link for _, paragraph in remarkable for link in paragraph.links]
        ordinal = self._add_grid(grid, parent, flags, links)
        for cell, paragraph in remarkable:
            self._add_controls(paragraph.controls, (ordinal, cell.row, cell.col))

    def _charge(self, control: Control, cells: list[tuple[Cell, TextList]]) -> None:
        n_rows, n_cols, n_covered = control.n_rows, control.n_cols, 0
        for cell, _ in cells:
            n_rows = cell.row if cell.row > n_rows else n_rows
            n_cols = cell.col if cell.col > n_cols else n_cols
            n_covered += cell.row_span * cell.col_span
        self._holes_left -= max(n_rows * n_cols - n_covered, 0)
        if self._holes_left < 0:
            raise Failed("too_many_elements", f"표 {n_rows:,}행 {n_cols:,}열")

    def _add_grid(self, grid: Grid, parent: Parent, flags: list[Flag], links: list[str]) -> int:
        text = grid_text(grid) if self._running else ""
        if self._running and text.strip():
            self.composer.add_element(self._running, text, table=grid, flags=flags, links=links)
            return len(self.composer.elements) - 1
        return self.composer.add_table(grid, parent=parent, flags=flags, links=links)

    @contextmanager
    def _in_running(self, kind: ElementKind) -> Iterator[None]:
        outer, self._running = self._running, kind
        yield
        self._running = outer

    @contextmanager
    def _flagged(self, flag: Flag) -> Iterator[None]:
        outer, self.composer.flags = self.composer.flags, [*self.composer.flags, flag]
        yield
        self.composer.flags = outer


def _joined(paragraphs: Iterable[Paragraph]) -> tuple[str, list[Flag], list[str]]:
    """Paragraphs as lines, blank ones left out, with what is to be known of them."""
    lines: list[str] = []
    links: list[str] = []
    is_tracked = False
    for paragraph in paragraphs:
        if paragraph.text.strip():
            lines.append(paragraph.text)
        links.extend(paragraph.links)
        is_tracked = is_tracked or paragraph.is_tracked
    return "\n".join(lines), [Flag.TRACKED_CHANGE] if is_tracked else [], links


def _placed(control: Control) -> list[tuple[Cell, TextList]]:
    """The cells of a table in row order; cells that do not say where they stand fill the rows one by one."""
    placed: list[tuple[Cell, TextList]] = []
    n_cols = max(control.n_cols, 1)
    last = (0, 0)
    is_ordered = True
    for index, listed in enumerate(control.lists):
        row, col, row_span, col_span = listed.row, listed.col, listed.row_span, listed.col_span
        if row < 0:
            row, col = divmod(index, n_cols)
        paragraphs = listed.paragraphs
        text = paragraphs[0].text if len(paragraphs) == 1 else _joined(paragraphs)[0]
        place = (row + 1, col + 1)
        placed.append(
            (
                Cell(
                    row=place[0],
                    col=place[1],
                    row_span=row_span or 1,
                    col_span=col_span or 1,
                    text="" if text.isspace() else text,
                ),
                listed,
            )
        )
        is_ordered = is_ordered and last < place
        last = place
    if not is_ordered:
        placed.sort(key=lambda entry: (entry[0].row, entry[0].col))
    return placed
