"""Objects inside an HWP 5 document: charts with the numbers that they were drawn from, and files of other programs."""

from collections.abc import Iterable, Iterator

from connectors.drawingml import read_chart
from connectors.ole import SIGNATURE, open_compound, read_stream
from connectors.oleobjects import unwrap_object
from schemas.elements import Grid
from schemas.outcome import Failed

MAX_CHARTS = 256
MAX_CHART_BYTES = 16 << 20

_EXTENSION = ".ole"
_CHART = "OOXMLChartContents"
# Streams of which at least one is in every object that is a document of its own.
_FILES = (
    "Package",
    "\x01Ole10Native",
    "CONTENTS",
    "Workbook",
    "Book",
    "WordDocument",
    "PowerPoint Document",
    "FileHeader",
)
_LENGTH_BYTES = 4

Chart = tuple[str, Grid]


def open_objects(parts: Iterable[tuple[str, bytes]], charts: list[Chart]) -> Iterator[tuple[str, bytes]]:
    """Parts with their objects unwrapped; what is neither a picture nor a file of its own is left out.

    Args:
        parts: (path, bytes).
        charts: takes the charts among them, as title and table.
    """
    for path, content in parts:
        if not path.lower().endswith(_EXTENSION):
            yield path, content
            continue
        # Hancom writes the object's length before the object.
        content = content if content.startswith(SIGNATURE) else content[_LENGTH_BYTES:]
        try:
            with open_compound(content) as compound:
                chart = read_stream(compound, _CHART)
                is_file = any(compound.exists(name) for name in _FILES)
            if chart is not None and len(charts) < MAX_CHARTS and len(chart) <= MAX_CHART_BYTES:
                title, grid = read_chart(chart)
                if grid is not None:
                    charts.append((title, grid))
        except Failed:
            # A broken drawing takes nothing from the document's own text.
            continue
        if is_file and chart is None:
            yield unwrap_object(path[: -len(_EXTENSION)], content)
