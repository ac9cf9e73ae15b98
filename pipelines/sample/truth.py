"""What is true of the sample share: what must become of every file, and what a search over it must find.

Paths are NFC and below the share's root. Sentences are compared after white space has been collapsed, because a PDF breaks
its lines; cells are compared as printed, so that a number in a sheet counts with its format.
"""

from pydantic import BaseModel, ConfigDict

from schemas.access import Principal
from schemas.elements import Grid
from schemas.outcome import Outcome


class _Truth(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TableTruth(_Truth):
    """A table that must come out exactly: where it stands, and its grid with spans.

    Args:
        sheet: the sheet of a workbook.
        cells: its range in that sheet, without the title and the unit above it.
        grid: the cells; the unit is the one printed with the table.
    """

    sheet: str | None = None
    cells: str | None = None
    grid: Grid


class ReadingTruth(_Truth):
    """What must become of a file or of a member.

    Args:
        outcome: how it ends.
        reason: the rule or reason for which it was skipped or quarantined, a code of `schemas.outcome`.
        format: the format as content and not as the name has it; None where nothing needs to be read to decide.
        title_words: words that stand in the title and in the file name alike.
        must_find: sentences that must be in what is kept.
        must_not_find: canaries that must be nowhere at all: no table, index, log, report or answer.
        n_tables: how many tables there are; None where a format has no tables of its own.
        tables: those of them whose grids are given.
        n_masked: how many personal identifiers must have been masked.
    """

    outcome: Outcome
    reason: str | None = None
    format: str | None = None
    title_words: tuple[str, ...] = ()
    must_find: tuple[str, ...] = ()
    must_not_find: tuple[str, ...] = ()
    n_tables: int | None = None
    tables: tuple[TableTruth, ...] = ()
    n_masked: int = 0


class MemberTruth(ReadingTruth):
    """A file inside an archive, or attached to a mail; `path` is its path there."""

    path: str


class FileTruth(ReadingTruth):
    """A file of the share.

    Args:
        path: its path below the root.
        office: the office in whose folder it lies.
        fiscal_year: the year that it is about.
        size_bytes: its size; None for a link.
        sha256: of its bytes; None for a link.
        copies: other paths with the same bytes.
        family: what its drafts have in common.
        members: the files inside it.
    """

    path: str
    office: str
    fiscal_year: int | None = None
    size_bytes: int | None = None
    sha256: str | None = None
    copies: tuple[str, ...] = ()
    family: str | None = None
    members: tuple[MemberTruth, ...] = ()


class QuestionTruth(_Truth):
    """A question with the files that answer it.

    Args:
        question_id: such as `q01`.
        text: the question as somebody would ask it.
        must_contain: words that stand together in the passage that answers.
        paths: every kept file with such a passage, in a member or in itself.
        readers: tokens that may read at least one of them.
    """

    question_id: str
    text: str
    must_contain: tuple[str, ...]
    paths: tuple[str, ...]
    readers: tuple[str, ...]


class SourceTruth(_Truth):
    """A source to be written to `gotgan.toml`: an office's folder below the root, and who may read it."""

    name: str
    folder: str
    access: tuple[str, ...]


class Truth(_Truth):
    """Everything that is true of the sample share."""

    sources: tuple[SourceTruth, ...]
    principals: tuple[Principal, ...]
    files: tuple[FileTruth, ...]
    questions: tuple[QuestionTruth, ...]

    def file(self, path: str) -> FileTruth:
        """The truth about one path.

        Raises:
            KeyError: the share has no such file.
        """
        for item in self.files:
            if item.path == path:
                return item
        raise KeyError(path)

    def canaries(self) -> tuple[str, ...]:
        """Everything that must be found nowhere, of files and of members."""
        found = {word for item in self.files for word in item.must_not_find}
        found |= {word for item in self.files for member in item.members for word in member.must_not_find}
        return tuple(sorted(found))
