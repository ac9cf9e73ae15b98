"""Compares what a home holds with what is true of the sample share: each file's end, who may read it, and what is said."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from connectors.messengers.roomnames import hide_rooms
from pipelines.sample.truth import RoomTruth, SaidTruth, Truth
from pipelines.settings import Settings
from schemas.access import may_read
from schemas.conversations import SEOUL
from schemas.records.access import access_of_row
from schemas.scope import Register
from warehouse.lake import CATALOG, Lake
from warehouse.outcomes import placement_outcomes
from warehouse.placements import display_path

_KINDS_WITH_TEXT = ("text", "system")
_SHOWN_MESSAGES = 3


def shown_path(truth: Truth, path: str) -> str:
    """A path of the share as the platform shows it: identifiers masked, names of rooms that are not registered replaced."""
    return hide_rooms(display_path(path), Register(scopes=truth.scopes))


def differences(settings: Settings, truth: Truth, absent: frozenset[str] = frozenset()) -> list[str]:
    """What is otherwise than the truth says, a line each in the order of paths; empty if all is as it should be.

    Args:
        settings: the home that gathered the share.
        truth: what is true of the share as it lies there.
        absent: files that are not on the share just now but must still be held as they were; what the truth says of
            them is what it said when they were there.
    """
    folders = {source.name: source.folder for source in truth.sources}
    with Lake.open(settings.place, read_only=True) as lake:
        rows = lake.rows(placement_outcomes())
        accesses = {row["access_id"]: access_of_row(row) for row in lake.rows(f"FROM {CATALOG}.raw.access")}
        said = list(_differing_rooms(lake, truth))
        access_ids = lake.rows(f"SELECT placement_id, access_id FROM {CATALOG}.raw.placement")
    access_of = {row["placement_id"]: accesses[row["access_id"]] for row in access_ids}
    found = {str(Path(folders[row["source_name"]]) / row["path"]): row for row in rows}
    # A path is held as it is shown to people: identifiers masked, unprintable characters as escapes.
    wanted = {shown_path(truth, item.path): item for item in truth.files}
    # Who gathers as root sees into the folder that nobody may list; what is in there is no part of the truth.
    hidden = tuple(f"{folder}/" for folder in truth.unlisted)
    lines = [f"{path}: 없음" for path in sorted(set(wanted) - set(found))]
    lines += [
        f"{path}: 있어서는 안 됨"
        for path in sorted(set(found) - set(wanted) - {shown_path(truth, path) for path in absent})
        if not path.startswith(hidden or ("\0",))
    ]
    for path in sorted(set(wanted) & set(found)):
        item, row = wanted[path], found[path]
        if (item.outcome.value, item.reason) != (row["outcome"], row["reason"]):
            lines.append(f"{path}: {row['outcome']} {row['reason']} (정답 {item.outcome.value} {item.reason})")
        access = access_of[row["placement_id"]]
        readers = {person.name for person in truth.principals if may_read(access, person.tokens)}
        if readers != set(item.readers):
            lines.append(f"{path}: 볼 수 있는 사람 {sorted(readers)} (정답 {sorted(item.readers)})")
    return [*lines, *said]


class _Said(NamedTuple):
    """A message as far as the truth tells of it; what stands in the place of a photo or a file is the application's own."""

    sent_at: str
    sender: str
    kind: str
    text: str
    thread: int | None
    edited_at: str | None
    attachments: tuple[str, ...]
    files: tuple[str, ...]
    exports: tuple[str, ...]


def _differing_rooms(lake: Lake, truth: Truth) -> Iterator[str]:
    """What is otherwise in the registered rooms, and rooms that the truth does not know."""
    wanted = {(room.scope, room.application): _wanted(room, truth) for room in truth.rooms}
    found = _found(lake, {source.name: source.folder for source in truth.sources})
    for key in sorted(set(wanted) | set(found)):
        name, rooms = f"대화 {key[0]} ({key[1]})", found.get(key, [])
        if key not in wanted:
            yield f"{name}: 있어서는 안 됨"
        elif len(rooms) != 1:
            yield f"{name}: 방 {len(rooms)}개 (정답 1개)"
        elif rooms[0] != wanted[key]:
            told, right = rooms[0], wanted[key]
            more, less = [said for said in told if said not in right], [said for said in right if said not in told]
            yield f"{name}: 메시지 {len(told)}개 (정답 {len(right)}개), 다른 것 {len(more)}개, 없는 것 {len(less)}개"
            yield from (f"  {name}에 있는 것: {said}" for said in more[:_SHOWN_MESSAGES])
            yield from (f"  {name}의 정답: {said}" for said in less[:_SHOWN_MESSAGES])


def _wanted(room: RoomTruth, truth: Truth) -> list[_Said]:
    return [
        _Said(
            sent_at=message.sent_at,
            sender=message.sender,
            kind=message.kind,
            text=message.text if message.kind in _KINDS_WITH_TEXT else "",
            thread=_place(room.messages, message),
            edited_at=message.edited_at,
            attachments=(message.attachment,) if message.attachment else (),
            files=tuple(sorted(shown_path(truth, path) for path in message.attachment_paths)),
            exports=tuple(sorted(shown_path(truth, path) for path in message.paths)),
        )
        for message in room.messages
    ]


def _place(messages: Sequence[SaidTruth], message: SaidTruth) -> int | None:
    """Which message of the room, from 0, the thread begins with."""
    numbers = [said.number for said in messages]
    return None if message.reply_to is None else numbers.index(message.reply_to)


def _found(lake: Lake, folders: Mapping[str, str]) -> dict[tuple[str, str], list[list[_Said]]]:
    """(scope, application) → its rooms, each by its messages in order."""
    paths: dict[str, list[str]] = defaultdict(list)
    for row in lake.rows(f"SELECT content_id, source_name, path FROM {CATALOG}.raw.placement ORDER BY ALL"):
        paths[row["content_id"]].append(str(Path(folders[row["source_name"]]) / row["path"]))
    exports = _grouped(lake, "SELECT DISTINCT message_id AS key, content_id AS value FROM {0}.core.message_source")
    names = _grouped(lake, "SELECT message_id AS key, name AS value FROM {0}.core.attachment")
    links = _grouped(
        lake,
        "SELECT a.message_id AS key, k.content_id AS value FROM {0}.core.attachment a "
        "JOIN {0}.core.attachment_link k USING (attachment_id)",
    )
    rows = lake.rows(
        f"""SELECT c.scope, c.application, m.*, t.ordinal AS thread FROM {CATALOG}.core.message m
            JOIN {CATALOG}.core.conversation c USING (conversation_id)
            LEFT JOIN {CATALOG}.core.message t ON t.message_id = m.thread_id AND t.message_id <> m.message_id
            ORDER BY c.conversation_id, m.ordinal"""
    )
    rooms: dict[tuple[str, str], dict[str, list[_Said]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        key = row["message_id"]
        rooms[row["scope"], row["application"]][row["conversation_id"]].append(
            _Said(
                sent_at=row["sent_at"].astimezone(SEOUL).isoformat(),
                sender=row["sender"],
                kind=row["kind"],
                text=row["text"] if row["kind"] in _KINDS_WITH_TEXT else "",
                thread=row["thread"],
                edited_at=row["edited_at"] and row["edited_at"].astimezone(SEOUL).isoformat(),
                attachments=tuple(names.get(key, ())) if row["kind"] == "file" else (),
                files=tuple(sorted(path for content in links.get(key, ()) for path in paths[content])),
                exports=tuple(sorted(path for content in exports.get(key, ()) for path in paths[content])),
            )
        )
    return {key: list(by_id.values()) for key, by_id in rooms.items()}


def _grouped(lake: Lake, select: str) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in lake.rows(f"{select.format(CATALOG)} ORDER BY ALL"):
        found[row["key"]].append(row["value"])
    return found
