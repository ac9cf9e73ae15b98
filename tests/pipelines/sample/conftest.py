"""Holding an item of the sample against what the readers make of it."""

import time
from collections.abc import Callable

import pytest

from connectors.reading import read_blob
from connectors.walking import skip_rule
from pipelines.sample.item import Item
from pipelines.sample.rights import scopes_of
from pipelines.sample.truth import ConversationTruth, MessageTruth, ReadingTruth
from pipelines.sample.world import World
from schemas.conversations import SEOUL, Message, Transcript
from schemas.elements import ElementKind, Reading
from schemas.scope import Register

_SECONDS_AT_MOST = 120
_REPLICAS = 3

_REGISTER = Register(
    scopes=tuple(scope for replica in range(_REPLICAS) for scope in scopes_of(World(replica)))
).model_dump()


@pytest.fixture(scope="session")
def judge() -> Callable[[Item], list[str]]:
    """What is wrong with an item's truth: nothing, if the walk and the readers say the same of it."""
    # Readers load their libraries on the first document of their kind, which is no time of the document's.
    _warm_up()
    return _judge


def _warm_up() -> None:
    from unstructured.partition.docx import partition_docx

    assert callable(partition_docx)


def _judge(item: Item) -> list[str]:
    truth = item.truth
    name = truth.path.rpartition("/")[2]
    rule = "symbolic_link" if item.link_to is not None else skip_rule(name)
    if rule is not None:
        return [] if (truth.outcome.value, truth.reason) == ("skipped", rule) else [f"{truth.path}: {rule}"]
    began = time.monotonic()
    own, *members = read_blob(item.content, name, register=_REGISTER)
    seconds = time.monotonic() - began
    wrong = [] if seconds < _SECONDS_AT_MOST else [f"{truth.path}: {seconds:.0f} seconds"]
    wrong += _compared(truth.path, truth, own)
    talks = [talk for talk in truth.conversations if talk.scope is not None]
    if [_heard(talk) for talk in own.transcripts] != [_told(talk) for talk in talks]:
        wrong.append(f"{truth.path}: other conversations")
    found = {_path(reading, own, members): reading for reading in members}
    wanted = {member.path: member for member in truth.members}
    # Whether and in which order a refused file's members were looked at is the reader's own business.
    if truth.outcome == "kept" or wanted:
        wrong += [f"{truth.path}!/{path}: not foreseen" for path in sorted(found.keys() - wanted.keys())[:3]]
        wrong += [f"{truth.path}!/{path}: not found" for path in sorted(wanted.keys() - found.keys())[:3]]
    for path in wanted.keys() & found.keys():
        wrong += _compared(f"{truth.path}!/{path}", wanted[path], found[path])
    # The store asks a file's place for its name, and hides there what a name tells of a room.
    hidden = {"name"} if own.reason == "unregistered_conversation" else set()
    printed = "\n".join(reading.model_dump_json(exclude=hidden) for reading in (own, *members))
    return wrong + [f"{truth.path}: {word} is told" for word in truth.must_not_find if word in printed]


def _compared(path: str, truth: ReadingTruth, reading: Reading) -> list[str]:
    wrong: list[str] = []
    if (truth.outcome, truth.reason) != (reading.outcome, reading.reason):
        wrong.append(f"{path}: {reading.outcome} {reading.reason} {reading.detail}")
    if truth.format is not None and truth.format != reading.format:
        wrong.append(f"{path}: format {reading.format}")
    if truth.outcome == "kept":
        said = [message.text for talk in reading.transcripts for message in talk.messages]
        text = _squeezed(" ".join([*(element.text for element in reading.elements), *said]))
        wrong += [f"{path}: without {sentence!r}" for sentence in truth.must_find if _squeezed(sentence) not in text]
        grids = [element.table.cells for element in reading.elements if element.table]
        wrong += [f"{path}: another grid" for table in truth.tables if table.grid.cells not in grids]
        # A title in a merged cell keeps its grid, and is no table for that.
        n_tables = sum(element.kind is ElementKind.TABLE for element in reading.elements)
        if truth.n_tables is not None and truth.n_tables != n_tables:
            wrong.append(f"{path}: {n_tables} tables")
        if truth.n_masked != reading.n_masked:
            wrong.append(f"{path}: {reading.n_masked} masked")
    return wrong


def _heard(talk: Transcript) -> tuple[object, ...]:
    """A conversation as it was read, as far as the truth tells of it."""
    numbers = {message.native_id: number for number, message in enumerate(talk.messages) if message.native_id}
    room = talk.conversation
    return talk.scope, room.application, [_heard_message(message, numbers) for message in talk.messages]


def _heard_message(message: Message, numbers: dict[str, int]) -> tuple[object, ...]:
    is_answer = message.thread_id is not None and message.thread_id != message.native_id
    return (
        message.sent_at.astimezone(SEOUL).isoformat(),
        message.sender,
        message.kind.value,
        message.text if message.kind in ("text", "system") else "",
        numbers[message.thread_id] if is_answer and message.thread_id else None,
        message.edited_at.astimezone(SEOUL).isoformat() if message.edited_at else None,
        [found.name for found in message.attachments] if message.kind == "file" else [],
    )


def _told(talk: ConversationTruth) -> tuple[object, ...]:
    places = {message.number: place for place, message in enumerate(talk.messages)}
    return talk.scope, talk.application, [_told_message(message, places) for message in talk.messages]


def _told_message(message: MessageTruth, places: dict[int, int]) -> tuple[object, ...]:
    return (
        message.sent_at,
        message.sender,
        message.kind,
        message.text,
        places[message.reply_to] if message.reply_to else None,
        message.edited_at,
        [message.attachment] if message.attachment else [],
    )


def _path(reading: Reading, own: Reading, members: list[Reading]) -> str:
    """A member's path through every container around it."""
    if reading.container_id in (None, own.content_id):
        return reading.member_path or ""
    around = next(other for other in members if other.content_id == reading.container_id)
    return f"{_path(around, own, members)}!/{reading.member_path}"


def _squeezed(text: str) -> str:
    return " ".join(text.split())
