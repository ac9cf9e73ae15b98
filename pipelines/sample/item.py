"""An item of the share: its bytes, what is true of it, and the passages that a question may be answered from."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipelines.sample.manuscript import Manuscript, Paragraph, Table
from pipelines.sample.truth import FileTruth, MemberTruth, TableTruth
from pipelines.sample.writers.xlsx import Sheet
from schemas.elements import grid_text
from schemas.identity import digest_bytes
from schemas.outcome import QUARANTINE_REASONS, Outcome

_WORD = re.compile(r"\w+")
_SENTENCES_TO_FIND = 4
_SHORTEST_SENTENCE = 30


@dataclass(frozen=True, slots=True)
class Item:
    """A file or a link to be written.

    Args:
        truth: what is true of it; its path is where it is written.
        content: the bytes of a file.
        link_to: where a symbolic link points, relative to its folder.
        passages: paragraphs and table rows as printed, for matching questions; empty unless the file is kept.
        is_decomposed: write the name in NFD, as a Mac does.
        mode: the file's permissions, whatever the umask is.
    """

    truth: FileTruth
    content: bytes = field(default=b"", repr=False)
    link_to: str | None = None
    passages: tuple[str, ...] = field(default=(), repr=False)
    is_decomposed: bool = False
    mode: int = 0o644

    def with_mode(self, mode: int) -> "Item":
        """The same file with other permissions."""
        return replace(self, mode=mode)

    def decomposed(self) -> "Item":
        """The same file under a name in NFD."""
        return replace(self, is_decomposed=True)

    def with_truth(self, **changes: Any) -> "Item":
        """The same file with more to say about it."""
        return replace(self, truth=self.truth.model_copy(update=changes))


@dataclass(frozen=True, slots=True)
class Text:
    """What a document says, apart from its format: title, sentences to be found, passages, tables."""

    title: str
    passages: tuple[str, ...]
    must_find: tuple[str, ...]
    tables: tuple[TableTruth, ...] = field(default=())


def text_of(manuscript: Manuscript) -> Text:
    """What a manuscript says."""
    rows = [row for grid in manuscript.grids() for row in grid_text(grid).split("\n")]
    sentences = [block.text for block in manuscript.blocks if isinstance(block, Paragraph)]
    tables = tuple(TableTruth(grid=table.grid, amounts=table.amounts) for table in manuscript.tables())
    return Text(manuscript.title, (*manuscript.lines(), *rows), _spread(sentences), tables)


def text_of_sheets(title: str, sheets: Sequence[Sheet]) -> Text:
    """What a workbook says."""
    rows = tuple(row for sheet in sheets for row in grid_text(sheet.stored_grid).split("\n"))
    notes = tuple(note for sheet in sheets for note in sheet.notes)
    titles = tuple(sheet.title for sheet in sheets)
    stored = [(sheet, sheet.stored_table) for sheet in sheets]
    tables = tuple(
        TableTruth(sheet=sheet.name, cells=sheet.table_range, grid=table.grid, amounts=table.amounts)
        for sheet, table in stored
    )
    return Text(title, (*titles, *rows, *notes), (*titles, *notes), tables)


def text_of_grid(title: str, table: Table) -> Text:
    """What a file of one table without merged cells says, such as a CSV."""
    grid = table.grid.model_copy(update={"unit": None})
    rows = tuple(grid_text(grid).split("\n"))
    cells = tuple(cell.text for cell in grid.cells if len(cell.text) > 7)
    return Text(title, rows, _spread(cells), (TableTruth(grid=grid, amounts=table.amounts),))


def text_of_letter(subject: str, body: str) -> Text:
    """What a mail's own text says."""
    lines = tuple(line for line in body.split("\n") if line)
    return Text(subject, (subject, *lines), _spread(lines))


def _spread(sentences: Sequence[str]) -> tuple[str, ...]:
    """A few of the longer ones, from the beginning to the end, without the dash that Markdown takes for its own."""
    bare = [sentence.removeprefix("- ") for sentence in sentences]
    longer = [sentence for sentence in bare if len(sentence) >= _SHORTEST_SENTENCE] or bare
    step = max(1, len(longer) // _SENTENCES_TO_FIND)
    return tuple(dict.fromkeys([*longer[::step][:_SENTENCES_TO_FIND], longer[-1]]))


def kept(
    path: str,
    content: bytes,
    file_format: str,
    text: Text,
    fiscal_year: int,
    *,
    kind: str | None = None,
    has_tables: bool = True,
    members: Sequence["tuple[MemberTruth, Text | None]"] = (),
) -> Item:
    """A file that must be kept, with its text and that of its kept members.

    Args:
        path: below the share's root; its first folder is the office.
        content: the bytes.
        file_format: the name of its format.
        text: what it says.
        fiscal_year: the year that it is about.
        kind: what sort of document it is, such as `결산`.
        has_tables: whether the format has tables of its own, which plain text and PDF have not.
        members: the files inside it, with what the kept ones say.
    """
    inner = tuple(passage for _, said in members if said is not None for passage in said.passages)
    truth = FileTruth(
        path=path,
        office=_office(path),
        kind=kind,
        fiscal_year=fiscal_year,
        outcome=Outcome.KEPT,
        format=file_format,
        title_words=_title_words(text.title, path),
        must_find=text.must_find,
        n_tables=len(text.tables) if has_tables else None,
        tables=text.tables if has_tables else (),
        size_bytes=len(content),
        sha256=digest_bytes(content),
        members=tuple(member for member, _ in members),
    )
    return Item(truth, content, passages=(*text.passages, *inner))


def kept_member(path: str, file_format: str, text: Text) -> tuple[MemberTruth, Text]:
    """A member that must be kept, with what it says."""
    truth = MemberTruth(
        path=path,
        outcome=Outcome.KEPT,
        format=file_format,
        title_words=_title_words(text.title, path),
        must_find=text.must_find,
        n_tables=len(text.tables),
        tables=text.tables,
    )
    return truth, text


def refused(
    path: str,
    content: bytes,
    code: str,
    *,
    fiscal_year: int | None = None,
    file_format: str | None = None,
    canaries: Sequence[str] = (),
    members: Sequence[MemberTruth] = (),
) -> Item:
    """A file that must be skipped or quarantined, whichever catalogue of `schemas.outcome` knows the code."""
    truth = FileTruth(
        path=path,
        office=_office(path),
        fiscal_year=fiscal_year,
        outcome=_outcome(code),
        reason=code,
        format=file_format,
        must_not_find=tuple(canaries),
        size_bytes=len(content),
        sha256=digest_bytes(content),
        members=tuple(members),
    )
    return Item(truth, content)


def symbolic_link(path: str, target: str) -> Item:
    """A link, which must be skipped wherever it points."""
    code = "symbolic_link"
    return Item(FileTruth(path=path, office=_office(path), outcome=_outcome(code), reason=code), link_to=target)


def _title_words(title: str, path: str) -> tuple[str, ...]:
    """Not every format carries a title, and a reader that finds none takes the name: words of both hold either way."""
    name = path.rpartition("/")[2]
    return tuple(word for word in _WORD.findall(title) if word in name)


def _outcome(code: str) -> Outcome:
    return Outcome.QUARANTINED if code in QUARANTINE_REASONS else Outcome.SKIPPED


def _office(path: str) -> str:
    return path.split("/", 1)[0]
