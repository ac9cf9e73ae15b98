"""Slack: the ZIP export of a workspace or of a whole organisation, and single lists of messages in JSON."""

import io
import json
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from connectors.inflation import inflate, is_encrypted, new_member
from connectors.messengers.contract import ExportFile, Item
from connectors.messengers.json_records import Tally, first_text, record_of, text_of
from connectors.messengers.json_stream import pieces, sample_pieces
from connectors.messengers.slack_archive import (
    CHANNEL_LISTS,
    USER_LISTS,
    Channel,
    SlackArchive,
    channels_of,
    is_layout_of_slack,
)
from connectors.messengers.slack_messages import (
    TIMESTAMP,
    People,
    is_bookkeeping,
    is_definition,
    message_of,
    sender_id_of,
    sender_of,
)
from connectors.messengers.slack_text import Names
from connectors.messengers.zip_members import named_members
from schemas.conversations import Conversation, Participant
from schemas.outcome import Failed

_MAX_DAY_BYTES, _MAX_ATTACHMENT_BYTES = 64 << 20, 256 << 20
_MIN_SHARE = 0.8
_LISTS = frozenset(["", "messages"])
_PERSON = re.compile(r"\b[UWB][A-Z0-9]{6,20}\b")
_FILE_ID = re.compile(rb'"(F[A-Z0-9]{6,20})"')
_SAID = frozenset(["text", "blocks", "attachments"])


@dataclass(frozen=True, slots=True)
class _Slack:
    name: str = "slack"
    label: str = "슬랙"
    version: int = 1
    distributions: tuple[str, ...] = ()
    keeps: tuple[str, ...] = (
        "공개·비공개 채널, 직접 메시지, 그룹 대화",
        "글(언급·링크·블록·카드 포함)",
        "스레드",
        "수정·삭제·고정 표시",
        "반응과 누른 사람",
        "첨부 파일의 이름·주소·ZIP 안 경로",
        "들고남·허들 알림",
        "Enterprise Grid의 워크스페이스",
    )
    loses: tuple[str, ...] = ("캔버스·목록", "연동 기록", "빈 채널", "수정하기 전의 글(내보내기에 있을 때만 남음)")
    holds_many: bool = True

    def sniff(self, file: ExportFile) -> float:
        """By the archive's lists and day files, or by the messages' timestamps."""
        if file.is_zip:
            try:
                return 0.9 if is_layout_of_slack(named_members(file.archive())) else 0.0
            except Failed:
                return 0.0
        head = file.head
        if not head or not any(mark in head for mark in ('"ts"', '"profile"', '"created"', '"team_id"')):
            return 0.0
        records = [piece.value for piece in sample_pieces(file) if piece.is_item and piece.key in (*_LISTS, "members")]
        n_messages = sum(_looks_like_message(record) for record in records)
        n_definitions = sum(_looks_like_definition(record) for record in records)
        return 0.9 if records and max(n_messages, n_definitions) >= _MIN_SHARE * len(records) else 0.0

    def read(self, file: ExportFile) -> Iterator[Item]:
        """Stream the channels, in the order of the export's lists, one day file at a time.

        Raises:
            schemas.outcome.Failed: `corrupt`, `password_archive`, `undecodable_text`.
        """
        if not file.is_zip:
            yield from _read_list(file)
            return
        with file.archive() as archive:
            yield from _read_archive(SlackArchive(archive))

    def excerpt(self, file: ExportFile, keeps: Callable[[Conversation], bool]) -> bytes:
        """The archive with the lists, day files and attachments of the kept channels, and the people in them.

        Raises:
            schemas.outcome.Failed: as `read`.
        """
        if not file.is_zip:
            kept = keeps(_list_conversation(file))
            return file.open().read() if kept else b"[]"
        with file.archive() as archive:
            return _excerpt(SlackArchive(archive), keeps)


def _looks_like_message(value: object) -> bool:
    record = record_of(value)
    timestamp = record.get("ts")
    if not isinstance(timestamp, str) or not TIMESTAMP.fullmatch(timestamp):
        return False
    is_said = bool({"text", "type", "blocks"} & record.keys())
    return is_said and bool({"user", "bot_id", "username", "subtype"} & record.keys())


def _looks_like_definition(value: object) -> bool:
    record = record_of(value)
    return is_definition(record) and isinstance(record.get("id"), str) and "name" in record


def _read_archive(layout: SlackArchive) -> Iterator[Item]:
    tally = Tally()
    n_bytes = 0
    for channel in channels_of(layout):
        names = layout.names
        yield channel.conversation
        earlier: set[str] = set()
        for name in channel.days:
            n_bytes += layout.members[name].file_size
            day = _day(layout, name, tally)
            if day is None:
                continue
            seen: set[str] = set()
            for item in _messages(day, posixpath.join(*name.split("/")[-2:]), names, layout.files, tally):
                # a reply that was also sent to the channel can stand in two files around midnight
                if item.native_id and item.native_id not in earlier and item.native_id not in seen:
                    yield item
                seen.add(item.native_id or "")
            earlier = seen
    for name in layout.broken:
        n_bytes += layout.members[name].file_size
        tally.miss(layout.members[name].file_size, name)
    yield tally.result(max(n_bytes, 1))


def _day(layout: SlackArchive, name: str, tally: Tally) -> ExportFile | None:
    info = layout.members[name]
    if is_encrypted(info):
        raise Failed("password_archive")
    try:
        return ExportFile.of(inflate(layout.archive, info, _MAX_DAY_BYTES), name)
    except Failed as failure:
        tally.miss(info.file_size, f"{name}: {failure}")
        return None


def _messages(day: ExportFile, place: str, names: Names, files: dict[str, str], tally: Tally) -> Iterator[Any]:
    """The messages of a list, counted as they are read."""
    number = 0
    try:
        for piece in pieces(day):
            if not piece.is_item or piece.key not in _LISTS:
                continue
            number += 1
            record = record_of(piece.value)
            message = message_of(record, names, files, f"{place}#{number}") if record else None
            if message is None and not is_bookkeeping(record) and not is_definition(record):
                tally.miss(piece.n_characters, piece.value)
                continue
            tally.count(piece.n_characters)
            if message is not None and not is_bookkeeping(record):
                yield message
    except Failed as failure:
        tally.miss(day.size, f"{place}: {failure}")


def _read_list(file: ExportFile) -> Iterator[Item]:
    conversation = _list_conversation(file)
    names = Names({person.native_id or "": person.name for person in conversation.participants})
    tally = Tally()
    is_begun = False
    seen: set[str] = set()
    for message in _messages(file, file.name, names, {}, tally):
        if not is_begun:
            is_begun = True
            yield conversation
        if message.native_id not in seen:
            seen.add(message.native_id)
            yield message
    yield tally.result(file.size)


def _list_conversation(file: ExportFile) -> Conversation:
    """The one conversation of a list of messages, with those who speak in it."""
    people = People()
    n_records = 0
    titles: set[str] = set()
    channels: set[str] = set()
    for piece in pieces(file):
        record = record_of(piece.value) if piece.is_item and piece.key in (*_LISTS, "members") else {}
        if is_definition(record):
            people.note(record)
        native_id = sender_id_of(record) if "ts" in record else ""
        if native_id:
            n_records += 1
            titles.add(text_of(record.get("channel_name")))
            channels.add(text_of(record.get("channel")))
            name = sender_of(record, Names(people.shown))
            known = people.participants.setdefault(native_id, Participant(name, native_id, is_bot="bot_id" in record))
            if known.name == native_id and name != native_id:
                known.name = name
    stem = posixpath.splitext(posixpath.basename(file.name))[0]
    native_id = channels.pop() if len(channels) == 1 else ""
    is_told = len(titles) == 1 and "" not in titles
    return Conversation(
        key=first_text(native_id, stem, "messages"),
        application="slack",
        title=titles.pop() if is_told else stem,
        native_id=native_id or None,
        dialect="json",
        participants=list(people.participants.values()) if n_records else [],
    )


@dataclass(slots=True)
class _Kept:
    """What the kept channels have in them."""

    days: list[str] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    mentioned: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)

    def add(self, channel: Channel, layout: SlackArchive) -> None:
        """Note a kept channel, and who and what is in it."""
        self.keys.add(channel.conversation.key)
        self.people.update(person.native_id or "" for person in channel.conversation.participants)
        for name in channel.days:
            try:
                content = inflate(layout.archive, layout.members[name], _MAX_DAY_BYTES)
                day = ExportFile.of(content, name)
                for piece in pieces(day):
                    self._note(record_of(piece.value))
            except Failed:
                # what cannot be read cannot be shown to be free of the others
                continue
            self.days.append(name)
            self.files.update(found.decode() for found in _FILE_ID.findall(content))

    def _note(self, record: dict[str, Any]) -> None:
        around = {key: value for key, value in record.items() if key not in _SAID}
        self.people.update(_PERSON.findall(json.dumps(around)))
        self.mentioned.update(_PERSON.findall(json.dumps({key: record.get(key) for key in _SAID})))


def _excerpt(layout: SlackArchive, keeps: Callable[[Conversation], bool]) -> bytes:
    kept = _Kept()
    for channel in channels_of(layout):
        if keeps(channel.conversation):
            kept.add(channel, layout)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in layout.members:
            base = posixpath.basename(name)
            if base in CHANNEL_LISTS:
                root = name.removesuffix(base)
                channels = [item for item in layout.records(name) if _channel_key(root, item) in kept.keys]
                target.writestr(new_member(name), json.dumps(channels))
            elif base in USER_LISTS:
                users = [_reduced(user, kept) for user in layout.records(name)]
                target.writestr(new_member(name), json.dumps([user for user in users if user]))
        for name in kept.days:
            target.writestr(new_member(name), inflate(layout.archive, layout.members[name], _MAX_DAY_BYTES))
        for name in sorted({layout.files[found] for found in kept.files & layout.files.keys()}):
            target.writestr(new_member(name), inflate(layout.archive, layout.members[name], _MAX_ATTACHMENT_BYTES))
    return buffer.getvalue()


def _channel_key(root: str, record: dict[str, Any]) -> str:
    return text_of(record.get("id")) or root + text_of(record.get("name"))


def _reduced(user: dict[str, Any], kept: _Kept) -> dict[str, Any]:
    """A person who takes part, or no more than the name of one who is only spoken of."""
    native_id, profile = text_of(user.get("id")), record_of(user.get("profile"))
    bot_id = text_of(profile.get("bot_id"))
    if native_id in kept.people or (bot_id and bot_id in kept.people):
        return user
    if native_id not in kept.mentioned:
        return {}
    names = {key: profile[key] for key in ("display_name", "real_name") if key in profile}
    return {"id": native_id, "name": user.get("name"), "real_name": user.get("real_name"), "profile": names}


EXPORT = _Slack()
