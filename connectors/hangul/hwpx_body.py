"""The body of an HWPX document in one walk: its paragraphs, and after each what is anchored in it, as elements."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import lxml.etree as etree

from connectors.composition import Composer
from connectors.grids import build_grid, find_unit, flow_rows
from connectors.hangul.hwpx_header import Styles, body_height, is_outline_heading, level_by_height, whole_number
from connectors.hangul.hwpx_text import FlowScanner, Line, local_names
from schemas.elements import Cell, ElementKind, Flag, Grid, grid_text

_NOTES = {"footNote": ElementKind.FOOTNOTE, "endNote": ElementKind.ENDNOTE}
_RUNNING = {"header": ElementKind.HEADER, "footer": ElementKind.FOOTER}
_ASIDES = {"memo": (Flag.MEMO,), "hiddenComment": (Flag.MEMO,), "field": ()}
_CAPTION_ABOVE = frozenset({"TOP", "LEFT"})
# Parts of drawings that hold no text of the document; a comment on a shape is made up by the office.
_WITHOUT_TEXT = frozenset(
    {
        "shapeComment", "sz", "pos", "outMargin", "inMargin", "offset", "orgSz", "curSz", "flip", "rotationInfo",
        "renderingInfo", "lineShape", "shadow", "fillBrush", "imgRect", "imgClip", "img", "effects", "imgDim", "pt",
        "pt0", "pt1", "pt2", "pt3", "parameterset", "caption",
    }
)  # fmt: skip
_LINE_ENDS = str.maketrans({"␍": None, "␊": "\n", "\r": None})


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a flow stands: the cell around it, and whether it is part of a header or footer."""

    parent: tuple[int, int, int] | None = None
    running: ElementKind | None = None


_BODY = _Place()


class BodyReader:
    """Reads the sections of a document, one after the other, into a composer."""

    def __init__(self, composer: Composer, styles: Styles) -> None:
        self.composer = composer
        self._scanner = FlowScanner(styles)

    @property
    def is_changed(self) -> bool:
        """Whether there was a tracked change in what was read."""
        return self._scanner.is_changed

    def read_section(self, root: etree._Element) -> None:
        """Add the elements of a section.

        Raises:
            schemas.outcome.Failed: `too_many_elements`.
        """
        self._scanner.closed = frozenset(end.get("Id") or end.get("id") or "" for end in root.iter("{*}deleteEnd"))
        lines = self._scanner.lines(root)
        body = body_height((line.text, line.height) for line in lines)
        for line in lines:
            self._add_line(line, body)
            if line.objects:
                self._add_objects(line.objects, _BODY)

    def _add_line(self, line: Line, body: int) -> None:
        level, is_styled = line.level, True
        if level is not None and not is_outline_heading(level, line.text):
            level = None
        elif level is None and not line.is_item:
            level, is_styled = level_by_height(line.height, body), False
        self.composer.add_paragraph(
            line.text,
            level=level,
            is_styled=is_styled,
            is_item=line.is_item,
            flags=line.flags,
            links=line.links,
        )

    def _add_objects(self, objects: Iterable[tuple[str, etree._Element]], place: _Place) -> None:
        for name, element in objects:
            if name == "tbl":
                self._add_table(element, place)
            elif name == "equation":
                self._add_formula(element, place)
            elif name in _NOTES:
                self._add_contained(_NOTES[name], element, place)
            elif name in _RUNNING:
                self._add_contained(_RUNNING[name], element, _Place(running=_RUNNING[name]))
            elif name in _ASIDES:
                self._add_contained(place.running or ElementKind.NARRATIVE_TEXT, element, place, _ASIDES[name])
            elif name == "secPr":
                for page in element.iterchildren("{*}masterPage"):
                    self.add_master_page(page)
            else:
                self._add_drawing(name, element, place)

    def add_master_page(self, page: etree._Element) -> None:
        """Add what is printed on every page of a section, its tables as lines of text."""
        texts = [self._scanner.whole(flow).text for flow in page.iter("{*}subList")]
        self.composer.add_element(ElementKind.HEADER, "\n".join(text for text in texts if text))

    def _add_contained(
        self, kind: ElementKind, container: etree._Element, place: _Place, flags: tuple[Flag, ...] = ()
    ) -> None:
        """A note, header, memo or caption is one element; what is anchored in it follows."""
        whole = self._scanner.whole(container)
        self.composer.add_element(kind, whole.text, flags=(*flags, *whole.flags), links=whole.links)
        self._add_objects(whole.objects, place)

    def _add_formula(self, equation: etree._Element, place: _Place) -> None:
        self._add_captions(equation, place, is_above=True)
        script = next(equation.iterchildren("{*}script"), None)
        self.composer.add_element(ElementKind.FORMULA, "" if script is None else "".join(script.itertext()))
        self._add_captions(equation, place, is_above=False)

    def _add_drawing(self, name: str, drawing: etree._Element, place: _Place) -> None:
        """The text boxes of a drawing, of whatever it is made up."""
        self._add_captions(drawing, place, is_above=True)
        if name == "textart" and (text := drawing.get("text", "").translate(_LINE_ENDS)):
            self._add_boxed([Line(text=text)], place)
        for part in drawing:
            inner = local_names[part.tag]
            if inner == "drawText" or inner == "subList":
                self._add_boxed([self._scanner.whole(part)] if place.running else self._scanner.lines(part), place)
            elif inner in ("tbl", "equation"):
                self._add_objects([(inner, part)], place)
            elif inner and inner not in _WITHOUT_TEXT and len(part):
                self._add_drawing(inner, part, place)
        self._add_captions(drawing, place, is_above=False)

    def _add_boxed(self, lines: Iterable[Line], place: _Place) -> None:
        outer = self.composer.flags
        self.composer.flags = [*outer, Flag.TEXT_BOX]
        for line in lines:
            if place.running:
                self.composer.add_element(place.running, line.text, flags=line.flags, links=line.links)
            else:
                self._add_line(line, 0)
            self._add_objects(line.objects, place)
        self.composer.flags = outer

    def _add_captions(self, owner: etree._Element, place: _Place, *, is_above: bool) -> None:
        for caption in _captions(owner):
            if (caption.get("side", "LEFT").upper() in _CAPTION_ABOVE) is is_above:
                self._add_contained(place.running or ElementKind.FIGURE_CAPTION, caption, place)

    def _add_table(self, table: etree._Element, place: _Place) -> None:
        self._add_captions(table, place, is_above=True)
        unit = next(
            (unit for caption in _captions(table) if (unit := find_unit("\n".join(_plain_lines(caption))))), None
        )
        places, flows = _addressed_cells(table)
        texts = [self._scanner.whole(flow) for flow in flows]
        cells = [
            Cell(row=row, col=col, row_span=height, col_span=width, text=line.text)
            for (row, col, height, width), line in zip(places, texts, strict=True)
        ]
        grid = build_grid(cells, whole_number(table.get("rowCnt")), whole_number(table.get("colCnt")), unit)
        flags = (Flag.TRACKED_CHANGE,) if any(line.is_changed for line in texts) else ()
        ordinal = self._add_grid(grid, place, flags, [link for line in texts for link in line.links])
        self._add_captions(table, place, is_above=False)
        for cell, line in zip(cells, texts, strict=True):
            if line.objects:
                inner = place if place.running else replace(place, parent=(ordinal, cell.row, cell.col))
                self._add_objects(line.objects, inner)

    def _add_grid(self, grid: Grid, place: _Place, flags: tuple[Flag, ...], links: list[str]) -> int:
        text = grid_text(grid)
        if not place.running or not text.strip():
            return self.composer.add_table(grid, parent=place.parent, flags=flags, links=links)
        self.composer.add_element(place.running, text, table=grid, flags=flags, links=links)
        return len(self.composer.elements) - 1


def _plain_lines(container: etree._Element) -> Iterator[str]:
    for paragraph in container.iter("{*}p"):
        yield "".join(text for part in paragraph.iter("{*}t") for text in part.itertext())


def _captions(owner: etree._Element) -> Iterator[etree._Element]:
    yield from owner.iterchildren("{*}caption")
    for shape in owner.iterchildren("{*}shapeObject"):
        yield from shape.iterchildren("{*}caption")


def _addressed_cells(table: etree._Element) -> tuple[list[tuple[int, int, int, int]], list[etree._Element]]:
    """The cells of a table as (row, column, rows, columns) by their addresses, or in order if one has none; their flows."""
    rows = [
        [_opened(cell) for cell in row if local_names[cell.tag] == "tc"]
        for row in table
        if local_names[row.tag] == "tr"
    ]
    flows = [flow for row in rows for _, flow in row]
    places = [place for row in rows for place, _ in row]
    if all(row > 0 and col > 0 for row, col, _, _ in places):
        return places, flows
    flowed = flow_rows([[("", height, width) for (_, _, height, width), _ in row] for row in rows])
    return [(cell.row, cell.col, cell.row_span, cell.col_span) for cell in flowed], flows


def _opened(cell: etree._Element) -> tuple[tuple[int, int, int, int], etree._Element]:
    """Row and column from 1 (0 if the cell names none) and the rows and columns that it covers; what holds its text."""
    address = span = flow = cell
    n_lists = 0
    for part in cell:
        name = local_names[part.tag]
        if name == "subList":
            # A cell has one list; if there are more, all of them are found in the cell.
            n_lists += 1
            flow = part if n_lists == 1 else cell
        elif name == "cellAddr":
            address = part
        elif name == "cellSpan":
            span = part
    try:
        # As all real cells have it, and twice as fast as to look at each number by itself.
        place = (
            int(address.get("rowAddr", "")) + 1,
            int(address.get("colAddr", "")) + 1,
            max(int(span.get("rowSpan", "")), 1),
            max(int(span.get("colSpan", "")), 1),
        )
    except ValueError:
        place = (
            whole_number(address.get("rowAddr"), -1) + 1,
            whole_number(address.get("colAddr"), -1) + 1,
            max(whole_number(span.get("rowSpan"), 1), 1),
            max(whole_number(span.get("colSpan"), 1), 1),
        )
    return place, flow
