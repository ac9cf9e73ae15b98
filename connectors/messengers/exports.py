"""Reading an export: applications bid for it by its content, and of what it holds only registered conversations are kept.

Runs inside the sandbox. Whatever is not registered is counted while it streams by, and nothing of it is gathered.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

import connectors.messengers
from connectors.messengers.contract import Export, ExportFile
from connectors.messengers.grammar import GrammarExport, parse_grammar
from schemas.conversations import Conversation, Message, Participant, Transcript, Understood
from schemas.discovery import discover
from schemas.outcome import Failed
from schemas.scope import Register, Scope, is_in_time, refusal

MAX_MESSAGES = 500_000
_LEAST_BID = 0.5


@dataclass(slots=True)
class Gathered:
    """What came of an export.

    `excerpt` is the kept part as an export of its own; None where all of it is kept, empty where its form has no parts.
    """

    application: str
    transcripts: list[Transcript] = field(default_factory=list)
    understood: Understood = field(default_factory=lambda: Understood(0, 0))
    n_conversations_left_out: int = 0
    n_messages_left_out: int = 0
    n_direct: int = 0
    """Of those, talks of two that are registered without the word that talks of two need."""
    excerpt: bytes | None = None
    left_out_names: set[str] = field(default_factory=set)
    """Attachments of conversations that are not kept; they never leave the sandbox."""

    @property
    def n_messages(self) -> int:
        """Messages that are kept."""
        return sum(len(transcript.messages) for transcript in self.transcripts)


@dataclass(slots=True)
class _Room:
    conversation: Conversation
    scope: Scope | None
    messages: list[Message] = field(default_factory=list)
    n_messages: int = 0
    n_too_early: int = 0
    attachments: set[str] = field(default_factory=set)


@cache
def discover_exports() -> dict[str, Export]:
    """The applications of `connectors.messengers`, by name."""
    return discover(connectors.messengers, "EXPORT")


def find_export(file: ExportFile, grammars: Sequence[str] = ()) -> Export | None:
    """The application whose export this is, or None for anything else. A site's own grammars win a tie.

    Args:
        file: the file.
        grammars: texts of the site's own grammars (`connectors.messengers.grammar`).
    """
    offers: list[Export] = [GrammarExport(parse_grammar(text)) for text in grammars]
    offers += discover_exports().values()
    bids = [(offered.sniff(file), place) for place, offered in enumerate(offers)]
    best = max(bids, key=lambda bid: (bid[0], -bid[1]), default=(0.0, 0))
    return offers[best[1]] if best[0] >= _LEAST_BID else None


def gather(export: Export, file: ExportFile, register: Register | None) -> Gathered:
    """Read an export and keep what is registered.

    Args:
        export: its application.
        file: the export.
        register: what is registered; None keeps everything (`gotgan read`, which stores nothing).

    Raises:
        schemas.outcome.Failed: the application's own reasons, or `too_many_elements` for more messages than are kept of one
            export.
    """
    gathered = Gathered(export.name)
    rooms: dict[str, _Room] = {}
    room: _Room | None = None
    n_held = 0
    for item in export.read(file):
        if isinstance(item, Message):
            if room is None:
                raise Failed("corrupt", "대화 앞에 메시지가 있음")
            room.n_messages += 1
            room.attachments.update(name for found in item.attachments for name in (found.name, found.path) if name)
            if register is not None and (room.scope is None or not is_in_time(room.scope, item)):
                room.n_too_early += room.scope is not None
                continue
            n_held += 1
            if n_held > MAX_MESSAGES:
                raise Failed("too_many_elements", f"메시지 {MAX_MESSAGES:,}개를 넘음")
            room.messages.append(item)
        elif isinstance(item, Conversation):
            room = rooms.get(item.key)
            if room is None:
                scope = register.find(item, file.name) if register is not None else None
                room = rooms[item.key] = _Room(item, scope)
            room.conversation = item
        else:
            gathered.understood = item
    _settle(gathered, export, file, rooms, register)
    return gathered


def _settle(
    gathered: Gathered, export: Export, file: ExportFile, rooms: dict[str, _Room], register: Register | None
) -> None:
    kept: set[str] = set()
    for key, room in rooms.items():
        room.conversation.participants = list(_participants(room))
        refused = refusal(room.scope, room.conversation) if register is not None else None
        if refused is not None:
            gathered.n_direct += refused == "direct"
            gathered.n_conversations_left_out += 1
            gathered.n_messages_left_out += room.n_messages
            gathered.left_out_names |= room.attachments
            continue
        kept.add(key)
        gathered.n_messages_left_out += room.n_too_early
        name = room.scope.name if room.scope else None
        gathered.transcripts.append(Transcript(room.conversation, room.messages, name))
    if any(room.n_too_early for room in rooms.values()):
        # an export cannot be cut by time, so that nothing of it can be kept as it came
        gathered.excerpt = b""
    elif kept and (gathered.n_conversations_left_out or (file.is_zip and register is not None)):
        excerpt = export.excerpt(file, lambda conversation: conversation.key in kept)
        # an archive may hold files that are none of the export's, and that nobody has read
        is_whole = not gathered.n_conversations_left_out and _names(file) == _names(ExportFile.of(excerpt, file.name))
        gathered.excerpt = None if is_whole else excerpt


def _names(file: ExportFile) -> set[str]:
    return {info.filename for info in file.archive().infolist() if not info.is_dir()}


def _participants(room: _Room) -> Iterator[Participant]:
    """Those whom the export lists, then those who speak and are not among them."""
    listed = room.conversation.participants
    names = {name for person in listed for name in (person.name, *person.aliases)}
    ids = {person.native_id for person in listed if person.native_id is not None}
    yield from listed
    for message in room.messages:
        is_known = message.sender_id in ids if message.sender_id is not None else message.sender in names
        if is_known or not message.sender:
            continue
        names.add(message.sender)
        if message.sender_id is not None:
            ids.add(message.sender_id)
        yield Participant(message.sender, message.sender_id)
