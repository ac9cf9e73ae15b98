"""Elements of a text → passages: the unit that is embedded, searched and cited.

A passage is built from its headings and its own words alone, never from a file name or a position, so that the passage
that thirty drafts share has one id and is embedded once. Headers, footers and images give no passage.
"""

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from schemas.elements import ElementKind, Grid
from schemas.identity import fingerprint as make_fingerprint
from schemas.identity import make_id
from schemas.injection import RULES_VERSION as CAUTION_RULES
from schemas.injection import find_cautions
from schemas.provenance import Locator
from schemas.records.chunk import Chunk
from schemas.records.element import ElementRecord
from warehouse.breaking import HARD_LIMIT, LEAST, REACH, best_break, find_blocks, mark, split_sentences
from warehouse.table_text import MAX_HEADER_ROWS, cell_lines, is_mostly_digits, rows_locator, write_table

RULES_VERSION = 1
TOKEN_LIMIT = 480
MAX_EMBEDDED_TABLE_PARTS = 200
# The tokenizer's own two marks, and the one that it sets before the first word.
_TOKENS_BESIDE = 3
_MAX_HEADING = 120
_MAX_HEADINGS = 300
_LEFT_OUT = {ElementKind.HEADER, ElementKind.FOOTER, ElementKind.IMAGE}
# Parts of a table of numbers are not embedded, so no model limits them; longer ones repeat a wide header less often.
_NUMERIC_SCALE = 2.5
_CAPTION = re.compile(r"[\s<\[〈《【(]*(?:표|별표|서식|Table)\s*[\dⅠ-Ⅹ]")
_MAX_CAPTION = 120
_UNNAMED_SHEET = re.compile(r"(?:Sheet|시트)\s*\d*(?:\s*\(\d+\))?", re.IGNORECASE)
# Shorter passages are not broken, whatever stands above them.
_LEAST_BROKEN = 100

CountTokens = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True)
class _Piece:
    """The smallest thing a passage is made of: a paragraph, a sentence of a long one, or a row."""

    text: str
    ordinal: int
    locator: Locator
    row: int = 0
    glue: str = "\n"


@dataclass(frozen=True)
class _Draft:
    """A passage in the making. `preamble` stands above its pieces (a table's caption, unit and header rows)."""

    headings: tuple[str, ...]
    pieces: tuple[_Piece, ...]
    preamble: str = ""
    grid: Grid | None = None
    is_numeric: bool = False

    @property
    def text(self) -> str:
        """Preamble and pieces as they are shown."""
        body = "".join(piece.glue + piece.text if place else piece.text for place, piece in enumerate(self.pieces))
        return "\n".join(part for part in (self.preamble, body) if part).strip()


@dataclass(frozen=True)
class _Section:
    """Neighbouring paragraphs below the same headings."""

    path: tuple[str, ...]
    pieces: tuple[_Piece, ...]

    @property
    def length(self) -> int:
        """Characters of its paragraphs."""
        return sum(len(piece.text) + 1 for piece in self.pieces)


def fingerprint(tokens: str | None = None) -> str:
    """The fingerprint of the chunker.

    Args:
        tokens: fingerprint of the tokenizer whose tokens `cut` is given to count, if any.
    """
    return make_fingerprint(
        step="chunking",
        rules=RULES_VERSION,
        cautions=CAUTION_RULES,
        table_parts=MAX_EMBEDDED_TABLE_PARTS,
        hard=HARD_LIMIT,
        reach=REACH,
        least=LEAST,
        tokens=tokens,
        token_limit=TOKEN_LIMIT,
        numeric_scale=_NUMERIC_SCALE,
        header_rows=MAX_HEADER_ROWS,
    )


def passage_text(headings: Sequence[str], text: str) -> str:
    """Headings and passage as they are embedded, analysed and shown."""
    return f"{' > '.join(headings)}\n{text}" if headings else text


def most_tokens(text: str) -> int:
    """No text has more tokens than letters, once it is written as a tokenizer sees it."""
    return len(unicodedata.normalize("NFKC", text)) + _TOKENS_BESIDE


def cut(
    text_id: str,
    elements: Sequence[ElementRecord],
    count_tokens: CountTokens | None = None,
    *,
    step_fingerprint: str | None = None,
) -> list[Chunk]:
    """Cut the elements of a text, in reading order, into passages.

    Args:
        text_id: id of the text.
        elements: its elements, in the order of `ordinal`.
        count_tokens: counts tokens, see `warehouse.token_sizes`; without it only characters limit a passage.
        step_fingerprint: what `fingerprint` gave, if it was given a tokenizer; else it is `fingerprint()`.
    """
    drafts: list[_Draft] = []
    for is_table, group in itertools.groupby(_flow(elements), key=lambda item: isinstance(item, _Draft)):
        if is_table:
            drafts += [part for table in group if isinstance(table, _Draft) for part in _cut_table(table)]
        else:
            drafts += _cut_sections([item for item in group if isinstance(item, _Section)])
    if count_tokens is not None:
        drafts = _fit_tokens(drafts, count_tokens)
    step = step_fingerprint or fingerprint()
    deep = _deep_in_tables(drafts)
    return [_chunk(text_id, step, number, draft, is_lexical=number in deep) for number, draft in enumerate(drafts)]


def _deep_in_tables(drafts: Sequence[_Draft]) -> set[int]:
    """Positions of the table parts beyond the first ones of a text: rows of data, looked up by their words and figures."""
    parts = [number for number, draft in enumerate(drafts) if draft.grid is not None]
    return set(parts[MAX_EMBEDDED_TABLE_PARTS:])


def _chunk(text_id: str, step: str, ordinal: int, draft: _Draft, *, is_lexical: bool) -> Chunk:
    text, first, last = draft.text, draft.pieces[0], draft.pieces[-1]
    locator = first.locator
    if draft.grid is not None and first.row:
        locator = rows_locator(locator, draft.grid, first.row, last.row)
    return Chunk(
        chunk_id=make_id("chunk", text_id, step, ordinal),
        text_id=text_id,
        step_fingerprint=step,
        ordinal=ordinal,
        passage_id=make_id("passage", *draft.headings, text),
        headings=list(draft.headings),
        text=text,
        first_ordinal=first.ordinal,
        last_ordinal=last.ordinal,
        locator=locator,
        is_lexical=is_lexical or draft.is_numeric or is_mostly_digits(text),
        cautions=find_cautions(passage_text(draft.headings, text)),
    )


def _headings(element: ElementRecord) -> tuple[str, ...]:
    """The headings shown above a passage, outermost first: no whole paragraphs; the innermost where room is short.

    The name that a person gave a sheet stands above its content like a heading.
    """
    sheet = [element.sheet] if element.sheet and not _UNNAMED_SHEET.fullmatch(element.sheet) else []
    path = [" ".join(raw.split()) for raw in (*sheet, *element.section_path)]
    shown = [heading for heading in dict.fromkeys(path) if 0 < len(heading) <= _MAX_HEADING]
    while sum(map(len, shown)) > _MAX_HEADINGS:
        shown.pop(0)
    return tuple(shown)


def _flow(elements: Sequence[ElementRecord]) -> Iterator[_Section | _Draft]:
    """Sections and whole tables in reading order.

    A heading that the content below it does not carry in its section path would be lost, so it is kept as a paragraph.
    """
    waiting: list[ElementRecord] = []
    section: list[ElementRecord] = []
    content = [element for element in elements if element.kind not in _LEFT_OUT and element.text.strip()]
    for place, element in enumerate(content):
        if element.kind == ElementKind.TITLE:
            waiting.append(element)
            continue
        path = _headings(element)
        orphans = [title for title in waiting if " ".join(title.text.split()) not in path]
        waiting = []
        grid = _real_table(element)
        if section and (orphans or grid is not None or _headings(section[0]) != path):
            yield _section(section)
            section = []
        if grid is not None:
            yield from (_section([title]) for title in orphans)
            yield _table(element, grid, path, content[place - 1] if place else None)
            continue
        for title in orphans:
            if _headings(title) == path:
                section.append(title)
            else:
                yield _section([title])
        section.append(element)
    if section:
        yield _section(section)
    yield from (_section([title]) for title in waiting)


def _real_table(element: ElementRecord) -> Grid | None:
    """The grid of a table of several columns; a box of one column is a frame around paragraphs, and is read as such."""
    grid = element.table
    if grid is None or len({cell.col for cell in grid.cells if cell.text.strip()}) < 2:
        return None
    return grid


def _section(elements: list[ElementRecord]) -> _Section:
    pieces: list[_Piece] = []
    for element in elements:
        for text in _paragraphs(element):
            for place, sentence in enumerate(split_sentences(text, HARD_LIMIT)):
                pieces.append(_Piece(sentence, element.ordinal, element.locator, glue="" if place else "\n"))
    return _Section(_headings(elements[0]), tuple(pieces))


def _paragraphs(element: ElementRecord) -> list[str]:
    """The text of an element; of a box the lines of its cells, which its own text has lost."""
    if element.table is None:
        return [element.text.strip()]
    return [line for cell in element.table.cells for line in cell_lines(cell.text)]


def _table(element: ElementRecord, grid: Grid, path: tuple[str, ...], above: ElementRecord | None) -> _Draft:
    caption = None
    if above is not None and above.section_path == element.section_path and len(above.text) <= _MAX_CAPTION:
        is_caption = above.kind == ElementKind.FIGURE_CAPTION or _CAPTION.match(above.text)
        caption = " ".join(above.text.split()) if is_caption else None
    table = write_table(grid, caption)
    pieces: list[_Piece] = []
    for row in table.rows:
        if table.is_numeric or len(row.text) <= HARD_LIMIT:
            pieces.append(_Piece(row.text, element.ordinal, element.locator, row.number))
            continue
        for pair in row.pairs:
            for place, part in enumerate(split_sentences(pair, HARD_LIMIT)):
                pieces.append(_Piece(part, element.ordinal, element.locator, row.number, glue="" if place else "\n"))
    if not pieces:
        pieces.append(_Piece("", element.ordinal, element.locator))
    return _Draft(path, tuple(pieces), table.preamble, grid, table.is_numeric)


def _cut_table(table: _Draft) -> list[_Draft]:
    lengths = [len(piece.text) + 1 for piece in table.pieces]
    scale = _NUMERIC_SCALE if table.is_numeric else 1.0
    blocks = find_blocks(lengths, [mark(piece.text) for piece in table.pieces], scale=scale)
    return [replace(table, pieces=table.pieces[block.start : block.stop]) for block in blocks]


def _cut_sections(sections: list[_Section]) -> list[_Draft]:
    """Sections are cut one by one; only neighbouring small ones with the same heading above them share a passage."""
    drafts: list[_Draft] = []
    small: list[_Section] = []
    for section in sections:
        if small and (section.length >= LEAST or section.path[:-1] != small[0].path[:-1]):
            drafts += _merge_small(small)
            small = []
        if section.length < LEAST:
            small.append(section)
        else:
            drafts += _cut_section(section)
    return drafts + _merge_small(small)


def _cut_section(section: _Section) -> list[_Draft]:
    lengths = [len(piece.text) + 1 for piece in section.pieces]
    blocks = find_blocks(lengths, [mark(piece.text) for piece in section.pieces])
    return [_Draft(section.path, section.pieces[block.start : block.stop]) for block in blocks]


def _merge_small(sections: list[_Section]) -> list[_Draft]:
    names = [section.path[-1] if section.path else "" for section in sections]
    lengths = [section.length + len(name) + 1 for section, name in zip(sections, names, strict=True)]
    marks = [mark(name or section.pieces[0].text) for section, name in zip(sections, names, strict=True)]
    drafts = []
    for block in find_blocks(lengths, marks):
        if len(block) == 1:
            drafts.append(_Draft(sections[block.start].path, sections[block.start].pieces))
            continue
        pieces: list[_Piece] = []
        for place in block:
            first, *rest = sections[place].pieces
            text = f"{names[place]}\n{first.text}" if names[place] else first.text
            pieces += [replace(first, text=text, glue="\n"), *rest]
        drafts.append(_Draft(sections[block.start].path[:-1], tuple(pieces)))
    return drafts


def _fit_tokens(drafts: list[_Draft], count_tokens: CountTokens) -> list[_Draft]:
    """Break what holds more tokens than a model takes in; only what could is counted."""
    fitted = list(drafts)
    texts = [passage_text(draft.headings, draft.text) for draft in fitted]
    doubtful = [
        place for place, draft in enumerate(fitted) if not draft.is_numeric and most_tokens(texts[place]) > TOKEN_LIMIT
    ]
    counts = count_tokens([texts[place] for place in doubtful]) if doubtful else []
    for place, count in sorted(zip(doubtful, counts, strict=True), reverse=True):
        if count > TOKEN_LIMIT:
            parts = _break_in_two(fitted[place])
            parts = parts if len(parts) > 1 else _lighten(fitted[place])
            fitted[place : place + 1] = _fit_tokens(parts, count_tokens) if len(parts) > 1 else parts
    return fitted


def _lighten(draft: _Draft) -> list[_Draft]:
    """Short pieces below so much that all of it is too long: what stands above becomes a passage of its own, said once."""
    lines = [*draft.headings, *draft.preamble.splitlines()]
    if not lines:
        return [draft]
    first = draft.pieces[0]
    above = [
        _Piece(part, first.ordinal, first.locator, glue="" if place else "\n")
        for line in lines
        for place, part in enumerate(split_sentences(line, HARD_LIMIT // 2))
    ]
    return [*_cut_section(_Section((), tuple(above))), replace(draft, headings=(), preamble="")]


def _break_in_two(draft: _Draft) -> list[_Draft]:
    pieces = draft.pieces
    if sum(len(piece.text) for piece in pieces) < _LEAST_BROKEN:
        return [draft]
    if len(pieces) == 1:
        piece = pieces[0]
        parts = split_sentences(piece.text, len(piece.text) // 2)
        pieces = tuple(replace(piece, text=part, glue="" if place else piece.glue) for place, part in enumerate(parts))
    offsets = [0, *itertools.accumulate(len(piece.text) + 1 for piece in pieces)]
    middle = best_break(0, len(pieces), offsets, [mark(piece.text) for piece in pieces])
    return [replace(draft, pieces=pieces[:middle]), replace(draft, pieces=pieces[middle:])]
