"""One page of a PDF as it is needed to be put into words: its runs, its frames, its pictures, or what was recognised on it."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from connectors import ocr, tools
from connectors.ocr import RecognisedLine
from connectors.pdf.annotations import (
    MAX_PICTURES_LOOKED_AT,
    Annotations,
    picture_bytes,
    picture_points,
    read_annotations,
)
from connectors.pdf.drawing import Drawing, Segment, read_drawing
from connectors.pdf.frames import Frames, find_frames
from connectors.pdf.tables import kept_frames, settle_overhangs
from connectors.pdf.text import PageText, Run, read_characters
from connectors.tools import Tool

_POINTS_PER_INCH = 72
_SCAN_SHARE = 0.1
_SCAN_UNDER_TEXT = 0.5
_STAMP_CHARACTERS = 40
_DRAWN_LETTERS = 150
_PICTURE_SHARE = (0.04, 0.85)
_LARGE_PICTURE = (800, 400)
_FIELD_SIZE = 12.0
_SEPARATOR = (60.0, 0.45)
_SEPARATOR_FROM = 0.35

Box = tuple[float, float, float, float]


@dataclass(slots=True)
class PageContent:
    """A page: its size, its runs with the frames that they stand in, notes to it, and what was recognised on it.

    `separators` are short rules such as those above footnotes. `is_unread` says that there is text in a
    picture which nobody could read.
    """

    number: int
    width: float
    height: float
    runs: list[Run] = field(default_factory=list)
    frames: Frames = field(default_factory=lambda: Frames([]))
    separators: list[Segment] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    recognised: list[RecognisedLine] = field(default_factory=list)
    is_unread: bool = False

    def by_place(self) -> tuple[list[Run], dict[int, dict[int, list[Run]]]]:
        """The runs outside of all frames, and the others by frame and cell."""
        outside: list[Run] = []
        inside: dict[int, dict[int, list[Run]]] = defaultdict(lambda: defaultdict(list))
        for run in self.runs:
            if run.place is None:
                outside.append(run)
            else:
                inside[run.place[0]][run.place[1]].append(run)
        return outside, inside


@dataclass(slots=True)
class PageReader:
    """Reads a document's pages one after the other, and keeps count of what was recognised and of the pictures met.

    `pictures` are the files of pictures that stand in the text, `has_unread_pictures` says that some could not be had.
    """

    document: Any
    max_recognised: int
    n_recognised: int = 0
    pictures: list[tuple[str, bytes]] = field(default_factory=list)
    has_unread_pictures: bool = False

    def read(self, number: int) -> PageContent:
        """Read the page of a number, from 1.

        Raises:
            connectors.tools.NeedsTool: its text is in a picture, which cannot be read here.
            schemas.outcome.Failed: as `connectors.ocr.recognise`.
        """
        page = self.document[number - 1]
        text_page = page.get_textpage()
        try:
            return self._read(page, text_page, number)
        finally:
            text_page.close()
            page.close()

    def _read(self, page: Any, text_page: Any, number: int) -> PageContent:
        text = read_characters(page, text_page)
        drawing = read_drawing(page, text.turn)
        content = PageContent(number, *text.turn.size)
        annotations = read_annotations(self.document, page, text.turn)
        content.notes = annotations.notes
        if self._is_scan(text, drawing, content):
            is_in_time = self.n_recognised < self.max_recognised and tools.is_time_left()
            if tools.is_available(Tool.OCR) and is_in_time:
                tools.require(Tool.OCR)
                content.recognised = ocr.recognise_picture(_rendered(page))
                self.n_recognised += 1
            else:
                content.is_unread = True
            if content.recognised or text.is_garbled:
                return content
        _place_runs(content, text, drawing, annotations)
        self._take_pictures(drawing, content)
        return content

    def _is_scan(self, text: PageText, drawing: Drawing, content: PageContent) -> bool:
        """Whether the page's text is in a picture of it, or in shapes of letters."""
        share = max((_shared_area(box, content) for box, _ in drawing.pictures), default=0.0)
        total = min(sum(_shared_area(box, content) for box, _ in drawing.pictures), 1.0)
        if text.is_garbled:
            return True
        if not text.n_printed:
            return total >= _SCAN_SHARE or drawing.n_paths >= _DRAWN_LETTERS
        return text.n_printed < _STAMP_CHARACTERS and max(share, total) >= _SCAN_UNDER_TEXT

    def _take_pictures(self, drawing: Drawing, content: PageContent) -> None:
        for box, item in drawing.pictures[:MAX_PICTURES_LOOKED_AT]:
            if not _PICTURE_SHARE[0] <= _shared_area(box, content) <= _PICTURE_SHARE[1]:
                continue
            width, height = picture_points(item)
            if max(width, height) < _LARGE_PICTURE[0] or min(width, height) < _LARGE_PICTURE[1]:
                continue
            if not tools.is_available(Tool.OCR) or len(self.pictures) >= MAX_PICTURES_LOOKED_AT:
                self.has_unread_pictures = True
                continue
            found = picture_bytes(item)
            if found:
                self.pictures.append((f"{content.number}쪽/그림{len(self.pictures) + 1}.{found[0]}", found[1]))


def _place_runs(content: PageContent, text: PageText, drawing: Drawing, annotations: Annotations) -> None:
    frames = Frames(find_frames(drawing)).frames
    if frames:
        kept, runs, is_changed = kept_frames(frames, text)
        content.frames = Frames(kept)
        content.runs = runs
        if is_changed:
            content.runs = text.runs(content.frames.cell_at)
            settle_overhangs(content.frames.frames, content.runs)
    else:
        content.runs = text.runs()
    for box, value in annotations.texts:
        left, top, right, bottom = box
        size = min(max((bottom - top) * 0.7, 1.0), _FIELD_SIZE)
        place = content.frames.cell_at((left + right) / 2, (top + bottom) / 2)
        height = (bottom - top) / max(value.count("\n") + 1, 1)
        for at, line in enumerate(value.split("\n")):
            if line.strip():
                upper = top + at * height
                content.runs.append(
                    Run(line.strip(), left, upper, right, upper + height, size, order=len(text.characters), place=place)
                )
    _link(content.runs, annotations.links)
    framed = [frame.box for frame in content.frames.frames]
    content.separators = [
        (at, left, right)
        for at, left, right in drawing.horizontals
        if _SEPARATOR[0] <= right - left <= _SEPARATOR[1] * content.width
        and at >= _SEPARATOR_FROM * content.height
        and not any(box[0] - 3 <= left <= box[2] + 3 and box[1] - 3 <= at <= box[3] + 3 for box in framed)
    ]


def _link(runs: list[Run], links: list[tuple[Box, str]]) -> None:
    for (left, top, right, bottom), address in links:
        for run in runs:
            across = min(right, run.right) - max(left, run.left)
            down = min(bottom, run.bottom) - max(top, run.top)
            if (
                across > 0
                and down > (run.bottom - run.top) / 2
                and across > min(right - left, run.right - run.left) / 3
            ):
                run.links += (address,)


def _shared_area(box: Box, content: PageContent) -> float:
    """Share of the page that a box covers."""
    left, top, right, bottom = box
    width = min(right, content.width) - max(left, 0.0)
    height = min(bottom, content.height) - max(top, 0.0)
    return max(width, 0.0) * max(height, 0.0) / max(content.width * content.height, 1.0)


def _rendered(page: Any) -> Any:
    """The page as a grey picture, at the resolution for recognition or as much of it as is allowed."""
    points = max(page.get_width() * page.get_height(), 1.0)
    scale = min(ocr.DOTS_PER_INCH / _POINTS_PER_INCH, (ocr.MAX_PIXELS / points) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    try:
        return bitmap.to_pil().copy()
    finally:
        bitmap.close()
