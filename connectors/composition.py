"""Composing a document's elements in reading order: headings, list items, counters and the unit above a table."""

import re
import unicodedata
from collections.abc import Iterable

from connectors.grids import MAX_POSITIONS_IN_ALL, find_unit
from connectors.headings import SectionPath, heading_level, is_list_item
from schemas.elements import CellMark, Element, ElementKind, Flag, Grid, grid_text
from schemas.outcome import Failed
from schemas.provenance import Locator

MAX_ELEMENTS = 200_000
_UNIT_LINE_CHARACTERS = 80
_OPENING_ELEMENTS = 8
_TITLE_CHARACTERS = (5, 100)
_MAX_GUESSED_HEADING_CHARACTERS = 50

_CIRCLE_LETTER = re.compile(r"ㅇ(?=[\s(（])")
_LETTER = re.compile(r"[^\W\d_]")


class Composer:
    """Collects elements; each `add_…` appends one.

    Paragraphs and tables are counted through the document, from 1, for the locators. `page`, `sheet` and `flags` hold
    for whatever is added after they were set.
    """

    def __init__(self) -> None:
        self.elements: list[Element] = []
        self.page: int | None = None
        self.sheet: str | None = None
        self.flags: list[Flag] = []
        self._sections = SectionPath()
        self._paragraphs = 0
        self._tables = 0
        self._positions = 0
        self._unit_above: str | None = None
        self._numbered_depth = 0

    def leave_sections(self) -> None:
        """Leave every heading behind, as a new sheet or slide does."""
        self._sections = SectionPath()
        self._numbered_depth = 0
        self._unit_above = None

    def add_paragraph(
        self,
        text: str,
        *,
        level: int | None = None,
        is_styled: bool = False,
        is_item: bool = False,
        cells: str | None = None,
        grid: Grid | None = None,
        flags: Iterable[Flag] = (),
        links: Iterable[str] = (),
        confidence: float | None = None,
    ) -> None:
        """Add a paragraph as heading, list item or running text; a blank one is passed over.

        Args:
            text: text of the paragraph, whole and unchanged.
            level: level of the heading that the reader takes it for, None or 0 if it takes it for none.
            is_styled: whether that level is the author's, by a style, and not a guess from the type's size.
            is_item: whether the reader knows it for a list item, whose number is no heading's.
            cells: A1 range, in a workbook.
            grid: the one merged cell that it stands in, in a workbook.
            flags: what is to be known of it besides what holds for its surroundings.
            links: addresses that its text points to.
            confidence: how sure its recognition is, 0 to 1, if it was a picture.
        """
        if not text.strip():
            return
        self._paragraphs += 1
        depth = None if is_item and not level else self._heading_depth(text, level or 0, is_styled)
        kind = ElementKind.NARRATIVE_TEXT
        path = self._sections.path
        if depth is not None:
            kind = ElementKind.TITLE
            path = self._sections.push(depth, text)
        elif is_item or begins_item(text):
            kind = ElementKind.LIST_ITEM
        self._unit_above = find_unit(text) if len(text) <= _UNIT_LINE_CHARACTERS else None
        self._append(
            kind,
            text,
            level=depth,
            path=path,
            locator=self._locator(paragraph=self._paragraphs, cells=cells),
            table=grid,
            flags=flags,
            links=links,
            confidence=confidence,
        )

    def _heading_depth(self, text: str, level: int, is_styled: bool) -> int | None:
        # A date on a cover is set in large type, and is no heading for that.
        is_named = bool(_LETTER.search(text))
        if level and is_styled and is_named:
            return level
        numbered = heading_level(text)
        if numbered is not None:
            self._numbered_depth = numbered
            return numbered
        if not level or not is_named or len(text.strip()) > _MAX_GUESSED_HEADING_CHARACTERS:
            return None
        if level == 1:
            self._numbered_depth = 0
        # Large type without a number stresses a line below the numbered heading more often than it ends the section.
        return max(level, self._numbered_depth + 1) if self._numbered_depth else level

    def add_element(
        self,
        kind: ElementKind,
        text: str,
        *,
        table: Grid | None = None,
        flags: Iterable[Flag] = (),
        links: Iterable[str] = (),
    ) -> None:
        """Add a note, caption, formula, header or footer; one that is blank and no table is passed over."""
        if not text.strip() and table is None:
            return
        if kind is ElementKind.FIGURE_CAPTION:
            # A caption between the unit's line and the table takes nothing away from it.
            self._unit_above = find_unit(text) or self._unit_above
        self._append(kind, text, locator=self._locator(), table=table, flags=flags, links=links)

    def add_table(
        self,
        grid: Grid,
        *,
        cells: str | None = None,
        parent: tuple[int, int, int] | None = None,
        flags: Iterable[Flag] = (),
        links: Iterable[str] = (),
        marks: Iterable[CellMark] = (),
    ) -> int:
        """Add a table and return its ordinal, from 0, by which a nested table names it as its parent.

        Args:
            grid: its cells; a unit announced in the line above is taken over if the grid has none of its own.
            cells: A1 range, in a workbook.
            parent: ordinal of the outer table, row and column of the cell that it stands in.
            flags: what is to be known of it besides what holds for its surroundings.
            links: addresses that the text of its cells points to.
            marks: number formats and the like, by cell.
        """
        self._tables += 1
        self._positions += grid.n_rows * grid.n_cols
        if self._positions > MAX_POSITIONS_IN_ALL:
            raise Failed("too_many_elements", f"tables of more than {MAX_POSITIONS_IN_ALL:,} positions")
        own_unit = grid.unit
        is_blank = not any(cell.text.strip() for cell in grid.cells)
        # A heading or a title is often set as a table of one row, its number and its name in cells of their own.
        is_line = grid.n_rows == 1
        if own_unit is None and self._unit_above and parent is None and not is_blank:
            grid = grid.model_copy(update={"unit": self._unit_above})
        if not is_blank:
            self._unit_above = own_unit if is_line else None
        path = self._sections.path
        if is_line and parent is None:
            line = " ".join(" ".join(cell.text for cell in grid.cells).split())
            depth = heading_level(line)
            if depth is not None:
                self._numbered_depth = depth
                self._sections.push(depth, line)
        locator = self._locator(table=self._tables, cells=cells)
        self._append(
            ElementKind.TABLE,
            grid_text(grid),
            path=path,
            locator=locator,
            table=grid,
            parent=parent,
            flags=flags,
            links=links,
            marks=marks,
        )
        return len(self.elements) - 1

    def has_text(self) -> bool:
        """Whether any element has text."""
        return any(element.text.strip() for element in self.elements)

    def opening_title(self) -> str | None:
        """The title that the document opens with: its first heading, or the one cell of the box that titles are set in."""
        for element in self.elements[:_OPENING_ELEMENTS]:
            text = element.text if element.kind in (ElementKind.TITLE, ElementKind.TABLE) else ""
            if element.table is not None and sum(bool(cell.text.strip()) for cell in element.table.cells) != 1:
                continue
            line = " ".join(text.split())
            if _TITLE_CHARACTERS[0] <= len(line) <= _TITLE_CHARACTERS[1] and _LETTER.search(line):
                return line
        return None

    def _locator(self, **place: int | str | None) -> Locator:
        return Locator.model_validate({"page": self.page, "sheet": self.sheet, **place})

    def _append(
        self,
        kind: ElementKind,
        text: str,
        *,
        locator: Locator,
        level: int | None = None,
        path: list[str] | None = None,
        table: Grid | None = None,
        parent: tuple[int, int, int] | None = None,
        flags: Iterable[Flag] = (),
        links: Iterable[str] = (),
        confidence: float | None = None,
        marks: Iterable[CellMark] = (),
    ) -> None:
        if len(self.elements) >= MAX_ELEMENTS:
            raise Failed("too_many_elements", f"more than {MAX_ELEMENTS:,}")
        is_running = kind in (ElementKind.HEADER, ElementKind.FOOTER)
        self.elements.append(
            Element(
                kind=kind,
                text=text,
                level=level,
                page=self.page,
                sheet=self.sheet,
                section_path=[] if is_running else self._sections.path if path is None else path,
                locator=locator,
                table=table,
                parent=parent,
                flags=list(dict.fromkeys((*self.flags, *flags))),
                links=list(dict.fromkeys(links)),
                confidence=confidence,
                marks=list(marks),
            )
        )


def begins_item(text: str) -> bool:
    """Whether a text begins as a list item: with a mark or number, a symbol font's bullet, or ㅇ for want of a circle.

    Args:
        text: text that is not blank.
    """
    line = text.lstrip()
    is_symbol = unicodedata.category(line[0]) == "Co"
    return is_symbol or is_list_item(line) or _CIRCLE_LETTER.match(line) is not None
