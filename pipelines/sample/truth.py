"""What is true of the sample share: what must become of every file, and what a search over it must find.

Paths are NFC and below the share's root. Sentences are compared after white space has been collapsed, because a PDF breaks
its lines; cells are compared as printed, so that a number in a sheet counts with its format.
"""

from pydantic import BaseModel, ConfigDict

from schemas.access import Access, Principal
from schemas.elements import Grid
from schemas.outcome import Outcome
from schemas.scope import Scope


class _Truth(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AmountTruth(_Truth):
    """An amount as one cell of a table prints it, and what it says.

    Args:
        row: the cell's row in the grid, from 1.
        col: its column, from 1.
        line: which of several values stacked in the cell, from 1; None where the cell holds one.
        raw_text: as printed, sign and commas included.
        amount_won: in won, exact; None where nothing is decided or no digit is printed (a dash is not 0).
        value_state: `value`, `zero`, `dash`, `blank` or `not_decided`, which are five things.
        unit: the unit that the table prints, such as `백만원`.
        fiscal_year: the year that the amount is of.
        stage: 요구안, 정부안, 본예산, 추경, 예산현액, 전년이월, 집행, 이월, 불용, 증감…
        subject: what it is an amount of: a project's code, a code of items (목-세목), or the name of a total.
        subject_name: the name printed for it.
        is_total: whether it is a sum of other cells of the table.
        month: to the end of which month it was counted; None for a whole year.
    """

    row: int
    col: int
    line: int | None = None
    raw_text: str
    amount_won: int | None
    value_state: str = "value"
    unit: str | None
    fiscal_year: int
    stage: str
    subject: str
    subject_name: str
    is_total: bool = False
    month: int | None = None


class TableTruth(_Truth):
    """A table that must come out exactly: where it stands, and its grid with spans.

    Args:
        sheet: the sheet of a workbook.
        cells: its range in that sheet, without the title and the unit above it.
        grid: the cells; the unit is the one printed with the table.
        amounts: the amounts in it, one a cell (or one a line of a cell that stacks them).
    """

    sheet: str | None = None
    cells: str | None = None
    grid: Grid
    amounts: tuple[AmountTruth, ...] = ()


class PersonalTruth(_Truth):
    """A piece of personal data that nobody has, and whether the platform masks its class.

    Args:
        kind: `resident_number`, `foreigner_number`, `mobile_phone`, `telephone`, `email`, `passport`, `driver_licence`,
            `card`, `bank_account`, `business_number`, `corporate_number` or `name`.
        text: as written in the file.
        is_masked: whether it must be found nowhere; then it is among `must_not_find` too.
    """

    kind: str
    text: str
    is_masked: bool


class VersionTruth(_Truth):
    """Which draft of a document a file is; names like `최종` and `진짜최종` say little about it.

    Args:
        family: what all drafts of the document have in common.
        number: the true order of the drafts, from 1.
        label: what the file's name calls it.
        is_final: whether it is the one that was sent.
    """

    family: str
    number: int
    label: str
    is_final: bool = False


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


class MessageTruth(_Truth):
    """A message of a conversation.

    Args:
        number: its place in the conversation, from 1, over all exports of the room.
        sent_at: when it was sent, ISO 8601 with its offset; KakaoTalk's exports but for the Mac's print minutes alone.
        sender: the role; empty for what the application itself says.
        text: as written; empty for a deleted message.
        kind: `text`, `system`, `deleted`, `photo` or `file`.
        reply_to: the number of the message whose thread it belongs to.
        edited_at: when its text was changed last.
        attachment: the name of the file that came with it.
    """

    number: int
    sent_at: str
    sender: str
    text: str
    kind: str = "text"
    reply_to: int | None = None
    edited_at: str | None = None
    attachment: str | None = None


class ConversationTruth(_Truth):
    """A conversation as one export holds it; several exports of a room overlap, and together give the whole room.

    Args:
        room: the room's or channel's name.
        application: `kakaotalk`, `slack`, `teams` or `telegram`.
        members: the roles that are in it.
        scope: name of the registration under which it is kept; None for one of which nothing may be kept.
        is_private: whether it is a direct talk or a closed channel.
        messages: the messages in this export, in the order of time.
    """

    room: str
    application: str
    members: tuple[str, ...]
    scope: str | None = None
    is_private: bool = False
    messages: tuple[MessageTruth, ...]


class SaidTruth(MessageTruth):
    """A message of a room as all exports together show it.

    Args:
        paths: the exports that show it.
        readers: names of the principals who may read one of them and the registered conversation.
        attachment_paths: the files that its attachment is.
    """

    paths: tuple[str, ...]
    readers: tuple[str, ...]
    attachment_paths: tuple[str, ...] = ()


class RoomTruth(_Truth):
    """A registered room, each message once however many exports show it.

    Args:
        scope: name of the registration.
        application: as in `ConversationTruth`.
        room: the room's or channel's name.
        messages: in the order of time.
    """

    scope: str
    application: str
    room: str
    messages: tuple[SaidTruth, ...]


class FileTruth(ReadingTruth):
    """A file of the share.

    Args:
        path: its path below the root.
        office: the office in whose folder it lies.
        source: the source that gathers it.
        kind: what sort of document it is, such as `사업설명자료`; None for what is no document.
        fiscal_year: the year that it is about.
        size_bytes: its size; None for a link.
        sha256: of its bytes; None for a link.
        copies: other paths with the same bytes.
        version: which draft it is, where it has drafts.
        personal: personal data in it.
        access: who may read it: what its source, its folders and its own mode allow together.
        readers: names of the principals who may, worked out from `access`.
        members: the files inside it.
        conversations: what is talked about in it, where it is the export of a messenger.
    """

    path: str
    office: str
    source: str = ""
    kind: str | None = None
    fiscal_year: int | None = None
    size_bytes: int | None = None
    sha256: str | None = None
    copies: tuple[str, ...] = ()
    version: VersionTruth | None = None
    personal: tuple[PersonalTruth, ...] = ()
    access: Access = Access()
    readers: tuple[str, ...] = ()
    members: tuple[MemberTruth, ...] = ()
    conversations: tuple[ConversationTruth, ...] = ()


class QuestionTruth(_Truth):
    """A question with the files that answer it.

    Args:
        question_id: such as `q01`.
        text: the question as somebody would ask it.
        must_contain: words that stand together in the passage that answers.
        paths: every kept file with such a passage, in a member or in itself.
        readers: names of the principals who may read at least one of them, what is said in a registered conversation only
            with the registration's own access.
    """

    question_id: str
    text: str
    must_contain: tuple[str, ...]
    paths: tuple[str, ...]
    readers: tuple[str, ...]


class ContradictionTruth(_Truth):
    """Two documents that print different amounts for the same thing.

    Args:
        subject: a project's code.
        subject_name: its name.
        fiscal_year: the year.
        stage: the stage, as in `AmountTruth`.
        paths: the two files.
        amounts_won: what each of them says, in the order of `paths`.
    """

    subject: str
    subject_name: str
    fiscal_year: int
    stage: str
    paths: tuple[str, str]
    amounts_won: tuple[int, int]


class SuccessionTruth(_Truth):
    """A project or an office that goes on under another name, was split or merged.

    Args:
        what: `project` or `office`.
        kind: `rename`, `split` or `merge`.
        before: codes of projects, or names of offices, before.
        after: the same after.
        before_names: the names before.
        after_names: the names after.
        fiscal_year: the first year under the new names.
        evidence: kept files that say so.
    """

    what: str
    kind: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    before_names: tuple[str, ...]
    after_names: tuple[str, ...]
    fiscal_year: int
    evidence: tuple[str, ...]


class SourceTruth(_Truth):
    """A source to be written to `gotgan.toml`.

    Args:
        name: its name.
        folder: its folder below the root.
        access: who may read what lies in it, as `[[source]]` says.
        kind: the connector.
        has_permissions: whether the modes of files and folders decide too (`permissions = "posix"`).
        owner: the token that the owner of its files stands for.
        group: the token that the group of its files stands for.
    """

    name: str
    folder: str
    access: tuple[str, ...]
    kind: str = "folder"
    has_permissions: bool = False
    owner: str | None = None
    group: str | None = None


class Truth(_Truth):
    """Everything that is true of the sample share."""

    sources: tuple[SourceTruth, ...]
    principals: tuple[Principal, ...]
    files: tuple[FileTruth, ...]
    questions: tuple[QuestionTruth, ...]
    contradictions: tuple[ContradictionTruth, ...] = ()
    successions: tuple[SuccessionTruth, ...] = ()
    scopes: tuple[Scope, ...] = ()
    """The conversations that are registered in `gotgan.toml`."""
    rooms: tuple[RoomTruth, ...] = ()
    """What is said in registered conversations, by what the platform holds: exports that are away just now count too."""
    unlisted: tuple[str, ...] = ()
    """Folders that the gathering account may not list; nothing in them is among `files`."""
    night: int = 1
    """How many nights have been played, the first included."""

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
