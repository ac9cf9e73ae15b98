"""What stands in the drawings of Office documents besides text boxes: diagrams' words, and charts with their numbers."""

import re
import zipfile

import lxml.etree as etree

from connectors.grids import build_grid
from connectors.opc import local_name, parse_xml, relations
from schemas.elements import Cell, Grid

_CHART = re.compile(r"(?:word|ppt)/charts/[^/]+\.xml")
_MAX_SERIES, _MAX_POINTS = 200, 5_000


def diagram_texts(content: bytes) -> list[str]:
    """The words of a SmartArt diagram, or of a part with comments, a paragraph each.

    Raises:
        schemas.outcome.Failed: `corrupt`.
    """
    paragraphs = parse_xml(content).iter("{*}p", "{*}text")
    return ["".join(text.text or "" for text in (paragraph, *paragraph.iter("{*}t"))) for paragraph in paragraphs]


def chart_workbooks(package: zipfile.ZipFile) -> frozenset[str]:
    """The workbooks that charts were drawn from, whose numbers are in the charts already.

    Raises:
        schemas.outcome.Failed: `corrupt`, `archive_bomb`.
    """
    charts = [name for name in package.namelist() if _CHART.fullmatch(name)]
    return frozenset(path for chart in charts for _, path in relations(package, chart).values())


def read_chart(content: bytes) -> tuple[str, Grid | None]:
    """A chart's title, and the numbers that it was drawn from as a table: categories down, series across.

    Raises:
        schemas.outcome.Failed: `corrupt`, `too_many_elements`.
    """
    root = parse_xml(content)
    title = root.find("{*}chart/{*}title")
    words = "" if title is None else "\n".join(filter(None, map(_paragraph, title.iter("{*}p"))))
    series = list(root.iter("{*}ser"))[:_MAX_SERIES]
    cells: list[Cell] = []
    n_points = 0
    for col, entry in enumerate(series, start=2):
        names = entry.find("{*}tx")
        if names is not None:
            cells.append(Cell(row=1, col=col, text=" ".join(_values(names).values()) or _text(names)))
        categories = _points(entry, ("cat", "xVal"))
        values = _points(entry, ("val", "yVal"))
        if col == 2:
            cells.extend(Cell(row=at + 2, col=1, text=text) for at, text in categories.items())
        cells.extend(Cell(row=at + 2, col=col, text=text) for at, text in values.items())
        n_points = max(n_points, *(at + 1 for at in (*categories, *values)), 0)
    has_text = any(cell.text.strip() for cell in cells)
    return words, build_grid(cells, n_points + 1, len(series) + 1) if has_text else None


def _points(series: etree._Element, names: tuple[str, ...]) -> dict[int, str]:
    for name in names:
        entry = series.find(f"{{*}}{name}")
        if entry is not None:
            return _values(entry)
    return {}


def _values(entry: etree._Element) -> dict[int, str]:
    values: dict[int, str] = {}
    for point in entry.iter("{*}pt"):
        index, value = point.get("idx", ""), point.findtext("{*}v") or ""
        # Of labels in several levels the innermost comes first, and the outer ones would only overwrite it.
        if index.isdecimal() and len(index) < 7 and int(index) < _MAX_POINTS:
            values.setdefault(int(index), value)
    return values


def _paragraph(paragraph: etree._Element) -> str:
    return "".join(text.text or "" for text in paragraph.iter("{*}t")).strip()


def _text(entry: etree._Element) -> str:
    return " ".join((text.text or "").strip() for text in entry.iter() if local_name(text) in ("v", "t"))
