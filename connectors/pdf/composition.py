"""The pages of a PDF put into elements: running heads, columns, paragraphs, headings by their type, tables and footnotes."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from connectors import ocr
from connectors.composition import Composer, begins_item
from connectors.grids import find_unit
from connectors.headings import heading_level
from connectors.pdf.breaks import Breaks
from connectors.pdf.columns import Framed, Item, lines_and_frames, reading_order
from connectors.pdf.lines import PAGE_NUMBER, Line, group_lines, join_lines, paragraphs
from connectors.pdf.pages import PageContent
from connectors.pdf.tables import guessed_tables, is_table, ruled_grid, split_rows
from connectors.pdf.text import Run
from schemas.elements import ElementKind, Flag, Grid

_MARGIN = 0.1
_OUTERMOST = 2
_REPEATED_SHARE = 0.05
_REPEATED_HEADING_SHARE = 0.3
_LEAST_REPEATED = 3
_SAME_HEIGHT = 12.0
_DASHED_NUMBER = re.compile(r"\s*[-–—]\s*\d{1,4}\s*[-–—]\s*")
_ORNAMENT = re.compile(r"[\ue000-\uf8ff\s]{2,}")
_DIGITS = re.compile(r"\d+")

_LEVELS = ((1.75, 1), (1.4, 2), (1.15, 3))
_BOLD_LEVEL = 4
_BOLD_CHARACTERS = 40
_HEADING_CHARACTERS = 60
_SENTENCE_END = re.compile(r"(?:[.。;,:]|다|음|함|됨|임)$")

_SENTENCE = re.compile(r"[가-힣]다[.]?$|[.。]$")

_NOTE_MARK = re.compile(r"\(?(?:\d{1,3}|[*†‡※]{1,3}|[①-⑳])\s*\)?\.?\s*\S")
_NOTE_SIZE = 0.97


class PageComposer:
    """Puts pages into a composer's elements, with what only the whole document shows: its words, body size, running heads."""

    def __init__(self, pages: list[PageContent]) -> None:
        self.composer = Composer()
        self._pages = pages
        runs = [run for page in pages for run in page.runs]
        # The type of tables is often smaller than that of the text, and there may be more of it.
        body = [run for run in runs if run.place is None] or runs
        sizes: Counter[float] = Counter()
        for run in body:
            sizes[round(run.size * 2) / 2] += len(run.text)
        printed = sum(len(run.text) for run in body)
        bold = sum(len(run.text) for run in body if run.is_bold)
        self._breaks = Breaks(run.text for run in runs)
        self._body_size = sizes.most_common(1)[0][0] if sizes else 0.0
        self._is_bold_usual = bold > printed / 3
        self._running = _running_lines(pages)
        self._notes_from = float("inf")

    def compose(self) -> Composer:
        """All pages, one after the other."""
        for page in self._pages:
            self.composer.page = page.number
            self._add_page(page)
        return self.composer

    def _add_page(self, page: PageContent) -> None:
        ocr.add_recognised(self.composer, page.recognised)
        outside, inside = page.by_place()
        # Symbol fonts give ornaments and rules made of type codes that mean nothing.
        outside = [run for run in outside if not _ORNAMENT.fullmatch(run.text)]
        heads, feet, outside = self._part_running(page, outside)
        for line in heads:
            self.composer.add_element(ElementKind.HEADER, line.text, links=line.links)
        top_level = [number for number in range(len(page.frames.frames)) if page.frames.parent_of(number) is None]
        self._add_items(page, outside, top_level, inside)
        for note in page.notes:
            self.composer.add_paragraph(note, flags=[Flag.MEMO])
        for line in feet:
            self.composer.add_element(ElementKind.FOOTER, line.text, links=line.links)

    def _part_running(self, page: PageContent, runs: list[Run]) -> tuple[list[Line], list[Line], list[Run]]:
        heads: list[Line] = []
        feet: list[Line] = []
        lines = group_lines(runs)
        for at, line in enumerate(lines):
            is_outermost = at in (0, len(lines) - 1)
            is_number = PAGE_NUMBER.fullmatch(line.text) is not None
            is_running = _running_key(page, line) in self._running
            is_page_number = is_number and (
                (is_outermost and _zone(page, line) is not None) or _DASHED_NUMBER.fullmatch(line.text) is not None
            )
            if is_running or is_page_number:
                is_head = line.bottom < page.height / 2 and not is_page_number
                (heads if is_head else feet).append(line)
        taken = {id(run) for line in (*heads, *feet) for run in line.runs}
        return heads, feet, [run for run in runs if id(run) not in taken]

    def _find_notes(self, page: PageContent, region: list[Line | Framed]) -> float:
        """The height of the short rule above a region's footnotes: all below it is small type that begins with a mark."""
        lines = [item for item in region if isinstance(item, Line)]
        if not page.separators or not lines:
            return float("inf")
        left, right = min(line.left for line in lines), max(line.right for line in lines)
        for at, start, end in page.separators:
            below = [item for item in region if item.bottom > at and (item.top + item.bottom) / 2 >= at]
            is_small = all(isinstance(item, Line) and item.size <= _NOTE_SIZE * self._body_size for item in below)
            is_here = start < right and end > left
            if is_here and is_small and below and isinstance(below[0], Line) and _NOTE_MARK.match(below[0].text):
                return at
        return float("inf")

    def _add_items(
        self, page: PageContent, runs: Iterable[Run], frames: list[int], inside: dict[int, dict[int, list[Run]]]
    ) -> None:
        items: list[Item] = list(runs)
        items += [Framed(number, *page.frames.frames[number].box) for number in frames]
        for region in reading_order(items):
            waiting: list[Line] = []
            ordered = lines_and_frames(region)
            self._notes_from = self._find_notes(page, ordered)
            for item in ordered:
                if isinstance(item, Line):
                    waiting.append(item)
                    continue
                self._add_lines(page, waiting)
                waiting = []
                self._add_frame(page, item.number, inside)
            self._add_lines(page, waiting)

    def _add_frame(
        self,
        page: PageContent,
        number: int,
        inside: dict[int, dict[int, list[Run]]],
        parent: tuple[int, int, int] | None = None,
    ) -> None:
        frame, cells = page.frames.frames[number], inside[number]
        nested: dict[int, list[int]] = defaultdict(list)
        for inner in range(number):
            place = page.frames.parent_of(inner)
            if place and place[0] == number:
                nested[place[1]].append(inner)
        filled = {**cells, **{cell: cells.get(cell, []) for cell in nested}}
        if not is_table(frame, filled) and parent is None:
            runs = [run for held in cells.values() for run in held]
            self._add_items(page, runs, [inner for held in nested.values() for inner in held], inside)
            return
        is_guessed = False
        if not nested:
            frame, cells, is_guessed = split_rows(frame, cells)
        grid, places = ruled_grid(frame, cells, self._breaks)
        flags = [Flag.GUESSED_GRID] if is_guessed else []
        links = [link for held in cells.values() for run in held for link in run.links]
        ordinal = self.composer.add_table(grid, parent=parent, flags=flags, links=links)
        for cell, inners in sorted(nested.items()):
            for inner in inners:
                self._add_frame(page, inner, inside, (ordinal, *places[cell]))

    def _add_lines(self, page: PageContent, lines: list[Line]) -> None:
        start = 0
        for first, end, grid in guessed_tables(lines):
            self._add_paragraphs(page, lines[start:first])
            self._add_guessed(grid, lines[first:end])
            start = end
        self._add_paragraphs(page, lines[start:])

    def _add_guessed(self, grid: Grid, lines: list[Line]) -> None:
        links = [link for line in lines for link in line.links]
        self.composer.add_table(grid, flags=[Flag.GUESSED_GRID], links=links)

    def _add_paragraphs(self, page: PageContent, lines: list[Line]) -> None:
        for paragraph in paragraphs(lines):
            text = join_lines(paragraph, self._breaks)
            links = [link for line in paragraph for link in line.links]
            if self._notes_from <= paragraph[0].top + paragraph[0].em / 2:
                self.composer.add_element(ElementKind.FOOTNOTE, text, links=links)
                continue
            self.composer.add_paragraph(text, level=self._level(paragraph, text), links=links)

    def _level(self, paragraph: list[Line], text: str) -> int | None:
        """The level of a heading by its type: larger than the body's, or bold where the body is not."""
        if len(paragraph) > 2 or len(text) > _HEADING_CHARACTERS or not self._body_size:
            return None
        if find_unit(text, is_alone=True) or begins_item(text) or _SENTENCE.search(text):
            return None
        ratio = paragraph[0].size / self._body_size
        for least, level in _LEVELS:
            if ratio >= least:
                return level
        is_short = len(paragraph) == 1 and len(text) <= _BOLD_CHARACTERS
        is_stressed = not self._is_bold_usual and paragraph[0].is_bold and ratio >= 1.0
        return _BOLD_LEVEL if is_short and is_stressed and not _SENTENCE_END.search(text) else None


def _zone(page: PageContent, line: Line) -> str | None:
    """Whether a line stands in the upper or the lower margin."""
    if line.bottom < _MARGIN * page.height:
        return "head"
    return "foot" if line.top > (1 - _MARGIN) * page.height else None


def _running_key(page: PageContent, line: Line) -> tuple[str, str, int] | None:
    zone = _zone(page, line)
    key = _DIGITS.sub("#", "".join(line.text.split()))
    return (zone, key, round(line.top / _SAME_HEIGHT)) if zone else None


def _running_lines(pages: list[PageContent]) -> set[tuple[str, str, int]]:
    """The keys of lines that stand in the margin of several pages at the same height, but for their numbers the same."""
    seen: Counter[tuple[str, str, int]] = Counter()
    headings: set[tuple[str, str, int]] = set()
    for page in pages:
        outside = [run for run in page.runs if run.place is None]
        margin = _MARGIN * page.height
        lines = group_lines(run for run in outside if run.bottom < margin or run.top > page.height - margin)
        heads = [line for line in lines if _zone(page, line) == "head"][:_OUTERMOST]
        feet = [line for line in lines if _zone(page, line) == "foot"][-_OUTERMOST:]
        keys = {key: line for line in (*heads, *feet) if (key := _running_key(page, line))}
        seen.update(list(keys))
        headings.update(key for key, line in keys.items() if heading_level(line.text) is not None)
    n_pages = len(pages)
    least = max(min(_LEAST_REPEATED, n_pages), 2, _REPEATED_SHARE * n_pages)
    least_heading = max(least, _REPEATED_HEADING_SHARE * n_pages)
    return {key for key, count in seen.items() if count >= (least_heading if key in headings else least)}
