"""What a PDF page draws besides text: its horizontal and vertical rules, and its pictures."""

import ctypes
from dataclasses import dataclass
from typing import Any

from connectors.pdf.text import Turn

MAX_OBJECTS = 60_000
MAX_SEGMENTS = 40_000
THIN = 4.0
"""Points up to which a drawn box is a rule."""

_LEAST_EDGE = 3.0
_STRAIGHT = 0.8
_WHOLE_PAGE = 0.92
_WHITE = 250
_MAX_DEPTH = 3

Matrix = tuple[float, float, float, float, float, float]
Segment = tuple[float, float, float]
"""A rule: where it lies, and from where to where it goes."""


@dataclass(slots=True)
class Drawing:
    """What a page draws: its horizontal and vertical rules, and the boxes of its pictures with their objects."""

    horizontals: list[Segment]
    verticals: list[Segment]
    pictures: list[tuple[tuple[float, float, float, float], Any]]
    n_paths: int = 0
    is_cut: bool = False


class _Pen:
    """Collects the rules of a page's objects."""

    def __init__(self, turn: Turn) -> None:
        import pypdfium2.raw as pdfium

        self.pdfium: Any = pdfium
        self.turn = turn
        self.drawing = Drawing([], [], [])
        self._n_objects = 0
        self._n_segments = 0
        self._edges = [ctypes.c_float() for _ in range(4)]

    def walk(self, count: int, object_at: Any, outer: Matrix | None, depth: int) -> None:
        pdfium = self.pdfium
        for index in range(count):
            self._n_objects += 1
            if self._n_objects > MAX_OBJECTS or self._n_segments > MAX_SEGMENTS:
                self.drawing.is_cut = True
                return
            item = object_at(index)
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind == pdfium.FPDF_PAGEOBJ_PATH:
                self._path(item, outer)
            elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                box = self._bounds(item, outer)
                if box:
                    self.drawing.pictures.append((box, item))
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
                inner = _product(self._matrix(item), outer)
                inside = pdfium.FPDFFormObj_CountObjects(item)
                self.walk(inside, lambda at, form=item: pdfium.FPDFFormObj_GetObject(form, at), inner, depth + 1)

    def _matrix(self, item: Any) -> Matrix:
        matrix = self.pdfium.FS_MATRIX()
        if not self.pdfium.FPDFPageObj_GetMatrix(item, matrix):
            return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f

    def _bounds(self, item: Any, outer: Matrix | None) -> tuple[float, float, float, float] | None:
        left, bottom, right, top = self._edges
        if not self.pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top):
            return None
        x_low, y_low, x_high, y_high = left.value, bottom.value, right.value, top.value
        if outer:
            corners = [_moved(outer, x, y) for x in (x_low, x_high) for y in (y_low, y_high)]
            x_low, x_high = min(x for x, _ in corners), max(x for x, _ in corners)
            y_low, y_high = min(y for _, y in corners), max(y for _, y in corners)
        return self.turn.box(x_low, y_low, x_high, y_high)

    def _path(self, item: Any, outer: Matrix | None) -> None:
        self.drawing.n_paths += 1
        box = self._bounds(item, outer)
        if box is None:
            return
        left, top, right, bottom = box
        width, height = right - left, bottom - top
        if min(width, height) <= THIN:
            self._thin(box)
            return
        page_width, page_height = self.turn.size
        if width > _WHOLE_PAGE * page_width and height > _WHOLE_PAGE * page_height:
            return
        count = self.pdfium.FPDFPath_CountSegments(item)
        self._n_segments += count
        if self._n_segments <= MAX_SEGMENTS and not self._is_white(item):
            self._segments(item, count, outer)

    def _thin(self, box: tuple[float, float, float, float]) -> None:
        left, top, right, bottom = box
        width, height = right - left, bottom - top
        if width >= height or width <= THIN >= height:
            self.drawing.horizontals.append(((top + bottom) / 2, left, right))
        if height >= width or width <= THIN >= height:
            self.drawing.verticals.append(((left + right) / 2, top, bottom))

    def _is_white(self, item: Any) -> bool:
        """Whether the path is but a white ground, without an outline."""
        pdfium = self.pdfium
        mode, stroked = ctypes.c_int(), ctypes.c_int()
        if not pdfium.FPDFPath_GetDrawMode(item, mode, stroked):
            return False
        if stroked.value:
            return False
        if mode.value == pdfium.FPDF_FILLMODE_NONE:
            return True
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        if not pdfium.FPDFPageObj_GetFillColor(item, red, green, blue, alpha):
            return False
        return min(red.value, green.value, blue.value) >= _WHITE or alpha.value == 0

    def _segments(self, item: Any, count: int, outer: Matrix | None) -> None:
        pdfium = self.pdfium
        matrix = _product(self._matrix(item), outer)
        x, y = ctypes.c_float(), ctypes.c_float()
        start = last = (0.0, 0.0)
        for index in range(count):
            segment = pdfium.FPDFPath_GetPathSegment(item, index)
            kind = pdfium.FPDFPathSegment_GetType(segment)
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            moved_x, moved_y = _moved(matrix, x.value, y.value)
            point = self.turn.box(moved_x, moved_y, moved_x, moved_y)[:2]
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                start = point
            elif kind == pdfium.FPDF_SEGMENT_LINETO:
                self._edge(last, point)
            last = point
            if pdfium.FPDFPathSegment_GetClose(segment):
                self._edge(last, start)
                last = start

    def _edge(self, one: tuple[float, float], other: tuple[float, float]) -> None:
        across, down = abs(one[0] - other[0]), abs(one[1] - other[1])
        if down <= _STRAIGHT and across >= _LEAST_EDGE:
            ends = sorted((one[0], other[0]))
            self.drawing.horizontals.append(((one[1] + other[1]) / 2, ends[0], ends[1]))
        elif across <= _STRAIGHT and down >= _LEAST_EDGE:
            ends = sorted((one[1], other[1]))
            self.drawing.verticals.append(((one[0] + other[0]) / 2, ends[0], ends[1]))


def read_drawing(page: Any, turn: Turn) -> Drawing:
    """The rules and pictures of a page, within the limits on their number.

    Args:
        page: pypdfium2's page.
        turn: how its text is turned.
    """
    pen = _Pen(turn)
    handle = page.raw
    count = pen.pdfium.FPDFPage_CountObjects(handle)
    pen.walk(count, lambda at: pen.pdfium.FPDFPage_GetObject(handle, at), None, 0)
    return pen.drawing


def _product(inner: Matrix, outer: Matrix | None) -> Matrix:
    if outer is None:
        return inner
    a, b, c, d, e, f = inner
    oa, ob, oc, od, oe, of = outer
    return (
        a * oa + b * oc, a * ob + b * od, c * oa + d * oc, c * ob + d * od, e * oa + f * oc + oe, e * ob + f * od + of,
    )  # fmt: skip


def _moved(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
