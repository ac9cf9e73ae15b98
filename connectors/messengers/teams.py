"""Microsoft Teams: lists of messages as the Graph interface gives them, alone or in the ZIP of a whole export."""

import io
import json
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from connectors.inflation import inflate, new_member
from connectors.messengers.contract import ExportFile, Item
from connectors.messengers.json_records import Tally, first_text, load_json, record_of, records_of, text_of
from connectors.messengers.json_stream import Gap, Piece, pieces, sample_pieces
from connectors.messengers.teams_messages import (
    Speaker,
    TeamsNames,
    is_message,
    kind_of_id,
    message_of,
    place_of,
    replies_of,
    speaker_of,
    taken,
    taken_record,
)
from connectors.messengers.zip_members import named_members, streamed_member
from schemas.conversations import Conversation, ConversationKind, Participant
from schemas.outcome import Failed

_LISTS = frozenset(["", "value", "messages", "Value", "Messages"])
_MEMBER = re.compile(r"(?:.*/)?(?P<sort>teams|users)/(?P<owner>[^/]+)/messages_[^/]*\.json")
_CHANNELS = re.compile(r"(?:.*/)?teams/(?P<team>[^/]+)/channels_[^/]*\.json")
_NAME_LISTS = ("teams/teamsList.json", "users/usersList.json")
_MAX_LIST_BYTES = 256 << 20
_MIN_SHARE = 0.8
_CHAT_KINDS = {
    "oneonone": ConversationKind.DIRECT,
    "group": ConversationKind.GROUP,
    "meeting": ConversationKind.GROUP,
    "channel": ConversationKind.CHANNEL,
}


@dataclass(slots=True)
class _Room:
    """A chat or channel: what the lists say of it, who speaks in it and which of its messages were answered."""

    native_id: str = ""
    team_id: str = ""
    title: str = ""
    kind: ConversationKind | None = None
    listed: list[Participant] = field(default_factory=list)
    speakers: dict[str, Speaker] = field(default_factory=dict)
    roots: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Survey:
    """What is known of all rooms before the first message is handed on."""

    names: TeamsNames = field(default_factory=TeamsNames)
    rooms: dict[str, _Room] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)
    private: set[str] = field(default_factory=set)

    def note(self, record: dict[str, Any], key: str) -> None:
        """Take from a message who speaks and what it answers."""
        room = self.rooms.setdefault(key, _Room())
        native_id, team_id = place_of(record)
        room.native_id = room.native_id or native_id
        room.team_id = room.team_id or team_id
        for message in (record, *replies_of(record)):
            speaker = speaker_of(message, self.names)
            if speaker.name:
                room.speakers.setdefault(speaker.native_id or speaker.name, speaker)
            root = text_of(taken(message, "replyToId"))
            if root:
                room.roots.add(root)
        if replies_of(record):
            room.roots.add(text_of(taken(record, "id")))

    def conversation(self, key: str, dialect: str) -> Conversation:
        """The conversation of a room."""
        room = self.rooms.get(key, _Room())
        kind = room.kind or kind_of_id(room.native_id)
        if room.native_id in self.private:
            kind = ConversationKind.PRIVATE
        elif kind is ConversationKind.UNKNOWN and room.team_id:
            kind = ConversationKind.CHANNEL
        people = [Participant(item.name, item.native_id or None, is_bot=item.is_bot) for item in room.speakers.values()]
        return Conversation(
            key=key,
            application="teams",
            title=room.title or self.titles.get(room.native_id, ""),
            kind=kind,
            native_id=room.native_id or None,
            workspace=self.teams.get(room.team_id) or room.team_id or None,
            dialect=dialect,
            participants=room.listed or people,
        )


@dataclass(frozen=True, slots=True)
class _Teams:
    name: str = "teams"
    label: str = "팀즈"
    version: int = 1
    distributions: tuple[str, ...] = ("lxml",)
    keeps: tuple[str, ...] = (
        "팀·채널·대화방 이름",
        "본문(목록·표·인용·언급 포함)",
        "답글과 인용한 글",
        "전달된 글과 카드",
        "수정·삭제 시각",
        "반응과 그 이력",
        "첨부 파일의 이름과 주소",
        "들고남·통화 알림",
    )
    loses: tuple[str, ...] = ("본문 속 그림의 내용", "글자 모양", "회의 일정", "수정하기 전의 글")
    holds_many: bool = True

    def sniff(self, file: ExportFile) -> float:
        """By the files of the archive, or by the messages' keys."""
        if file.is_zip:
            return _sniff_archive(file)
        head = file.head
        if not head or not any(mark in head for mark in ('"Body"', '"body"')):
            return 0.0
        records = [piece.value for piece in sample_pieces(file) if piece.is_item and piece.key in _LISTS]
        n_messages = sum(is_message(record_of(record)) for record in records)
        return 0.9 if records and n_messages >= _MIN_SHARE * len(records) else 0.0

    def read(self, file: ExportFile) -> Iterator[Item]:
        """Stream the chats and channels; one is begun again whenever another came between.

        Raises:
            schemas.outcome.Failed: `corrupt`, `undecodable_text`, `password_archive`.
        """
        tally = Tally()
        if not file.is_zip:
            survey = _Survey()
            _look_over(file, survey)
            yield from _read_list(file, survey, tally, None)
            yield tally.result(file.size)
            return
        with file.archive() as archive:
            members = named_members(archive)
            survey = _survey(archive, members)
            # a chat is in the folder of everybody who was exported and is in it
            seen: set[int] = set()
            n_bytes = 0
            for name in _message_members(members):
                n_bytes += members[name].file_size
                try:
                    with streamed_member(archive, name, members[name]) as inner:
                        yield from _read_list(inner, survey, tally, seen)
                except Failed as failure:
                    _pass_over(failure, name, members[name].file_size, tally)
            yield tally.result(max(1, n_bytes))

    def excerpt(self, file: ExportFile, keeps: Callable[[Conversation], bool]) -> bytes:
        """The same lists with the messages of the kept chats and channels.

        Raises:
            schemas.outcome.Failed: as `read`.
        """
        if not file.is_zip:
            survey = _Survey()
            _look_over(file, survey)
            kept = {key for key in survey.rooms if keeps(survey.conversation(key, "json"))}
            return _reduced_list(file, survey, kept)
        with file.archive() as archive:
            return _excerpt(archive, keeps)


def _sniff_archive(file: ExportFile) -> float:
    try:
        members = named_members(file.archive())
    except Failed:
        return 0.0
    if any(name.endswith(_NAME_LISTS) for name in members):
        return 0.9
    return 0.6 if any(_MEMBER.fullmatch(name) for name in members) else 0.0


def _message_members(members: dict[str, zipfile.ZipInfo]) -> list[str]:
    return sorted(name for name in members if _MEMBER.fullmatch(name))


def _pass_over(failure: Failed, name: str, size: int, tally: Tally) -> None:
    """Count a member that cannot be read; one that wants a password is no damage."""
    if failure.reason == "password_archive":
        raise failure
    tally.miss(size, f"{name}: {failure}")


def _records(file: ExportFile) -> Iterator[Piece]:
    return (piece for piece in pieces(file) if piece.is_item and piece.key in _LISTS)


def _key(record: dict[str, Any], otherwise: str) -> str:
    native_id, team_id = place_of(record)
    return (f"{team_id}/{native_id}" if team_id else native_id) or otherwise


def _own_key(file: ExportFile) -> str:
    return posixpath.splitext(posixpath.basename(file.name))[0] or "messages"


def _look_over(file: ExportFile, survey: _Survey) -> None:
    """Note who speaks in the rooms of a list, and what the list says of the room that it is of."""
    around: dict[str, Any] = {}
    listed: list[Participant] = []
    keys: set[str] = set()
    for piece in pieces(file):
        record = record_of(piece.value)
        if not piece.is_item:
            around[piece.key] = piece.value
        elif piece.key in _LISTS:
            if record and not isinstance(piece.value, Gap):
                key = _key(record, _own_key(file))
                keys.add(key)
                survey.note(record, key)
        elif piece.key.lower() in ("members", "participants"):
            name = first_text(taken(record, "displayName"), taken(record, "email"))
            if name:
                listed.append(Participant(name, first_text(taken(record, "userId"), taken(record, "id")) or None))
    chat = taken_record(around, "chat") or taken_record(around, "channel") or around
    if len(keys) != 1:
        return
    room = survey.rooms[keys.pop()]
    room.native_id = room.native_id or text_of(taken(chat, "id"))
    room.title = first_text(taken(chat, "topic"), taken(chat, "displayName"), taken(chat, "title"))
    room.kind = _CHAT_KINDS.get(text_of(taken(chat, "chatType")).lower())
    room.listed = listed or [
        Participant(name, first_text(taken(item, "userId"), taken(item, "id")) or None)
        for item in records_of(taken(chat, "members"))
        if (name := first_text(taken(item, "displayName"), taken(item, "email")))
    ]


def _read_list(file: ExportFile, survey: _Survey, tally: Tally, seen: set[int] | None) -> Iterator[Item]:
    dialect = "json" if seen is None else "zip"
    begun: str | None = None
    for number, piece in enumerate(_records(file), start=1):
        record = record_of(piece.value)
        key = _key(record, _own_key(file))
        roots = survey.rooms[key].roots if key in survey.rooms else set()
        nested = replies_of(record)
        n_missed = 0
        for index, item in enumerate((record, *nested)):
            if index and not taken(item, "replyToId"):
                item = {**item, "replyToId": taken(record, "id")}
            place = f"{file.name}#{number}.{index}" if index else f"{file.name}#{number}"
            message = message_of(item, survey.names, roots, place)
            if message is None:
                n_missed += 1
                continue
            if seen is not None:
                digest = hash((key, message.native_id))
                if message.native_id and digest in seen:
                    continue
                seen.add(digest)
            if begun != key:
                begun = key
                yield survey.conversation(key, dialect)
            yield message
        n_characters = piece.n_characters * n_missed // (1 + len(nested))
        if n_missed:
            tally.miss(n_characters, piece.value)
        if n_missed <= len(nested):
            tally.count(piece.n_characters - n_characters)


def _survey(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> _Survey:
    survey = _Survey()
    for name in sorted(members):
        channels = _CHANNELS.fullmatch(name)
        if channels is None and not name.endswith(_NAME_LISTS):
            continue
        for item in _listed(archive, members[name]):
            native_id = first_text(taken(item, "id"), taken(item, "groupsId"), taken(item, "groupId"))
            shown = first_text(taken(item, "displayName"), taken(item, "name"))
            if channels:
                survey.titles[native_id] = shown
                if text_of(taken(item, "membershipType")).lower() == "private":
                    survey.private.add(native_id)
            elif name.endswith(_NAME_LISTS[0]):
                survey.teams[first_text(taken(item, "groupsId"), native_id)] = shown
            else:
                survey.names.people[native_id] = shown
    for name in _message_members(members):
        try:
            with streamed_member(archive, name, members[name]) as inner:
                _look_over(inner, survey)
        except Failed:
            # told when it is read
            continue
    return survey


def _listed(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> list[dict[str, Any]]:
    try:
        value = load_json(inflate(archive, info, _MAX_LIST_BYTES))
    except Failed:
        return []
    return records_of(value) or records_of(taken(record_of(value), "value"))


def _reduced_list(file: ExportFile, survey: _Survey, kept: set[str]) -> bytes:
    """A list with the messages of the kept rooms, in the form that it had."""
    records: list[Any] = []
    around: dict[str, Any] = {}
    list_key = ""
    for piece in pieces(file):
        if piece.is_item and piece.key in _LISTS and isinstance(piece.value, dict):
            list_key = piece.key
            if _key(piece.value, _own_key(file)) in kept:
                records.append(piece.value)
        elif not piece.is_item and len(survey.rooms) == 1 and kept:
            around[piece.key] = piece.value
    return json.dumps({**around, list_key: records} if list_key else records).encode()


def _excerpt(archive: zipfile.ZipFile, keeps: Callable[[Conversation], bool]) -> bytes:
    members = named_members(archive)
    survey = _survey(archive, members)
    kept = {key for key in survey.rooms if keeps(survey.conversation(key, "zip"))}
    rooms = [survey.rooms[key] for key in kept]
    channels = {room.native_id for room in rooms}
    teams = {room.team_id for room in rooms}
    said = _Said()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in _message_members(members):
            try:
                with streamed_member(archive, name, members[name]) as inner:
                    content = _reduced_list(inner, survey, kept)
            except Failed:
                # what cannot be read cannot be shown to be free of the others
                continue
            if said.add(content):
                target.writestr(new_member(name), content)
        for name in sorted(members):
            if _CHANNELS.fullmatch(name):
                items = [item for item in _listed(archive, members[name]) if text_of(taken(item, "id")) in channels]
            elif name.endswith(_NAME_LISTS[0]):
                listed = _listed(archive, members[name])
                items = [item for item in listed if first_text(taken(item, "groupsId"), taken(item, "id")) in teams]
            elif name.endswith(_NAME_LISTS[1]):
                items = [item for item in _listed(archive, members[name]) if text_of(taken(item, "id")) in said.people]
            else:
                continue
            if items or name.endswith(_NAME_LISTS):
                target.writestr(new_member(name), json.dumps(items))
    return buffer.getvalue()


@dataclass(slots=True)
class _Said:
    """Ids of people that stand in the messages of an excerpt."""

    people: set[str] = field(default_factory=set)

    def add(self, content: bytes) -> bool:
        """Note those in a list of messages; whether there are any messages."""
        self.people.update(re.findall(r'"[iI]d": "([0-9a-fA-F-]{8,64})"', content.decode()))
        # names of people who were added or reacted stand in JSON inside of JSON as well
        self.people.update(re.findall(r'\\"id\\": ?\\"([0-9a-fA-F-]{8,64})\\"', content.decode()))
        return bool(load_json(content))


EXPORT = _Teams()
