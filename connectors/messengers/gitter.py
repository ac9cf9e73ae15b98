"""Gitter: the list of a room's messages as its interface gives them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from connectors.messengers import json_fields as fields
from connectors.messengers.contract import ExportFile, Item
from schemas.conversations import Conversation, Event, Message, Source
from schemas.outcome import Failed


@dataclass(frozen=True, slots=True)
class _Gitter:
    name: str = "gitter"
    label: str = "기터"
    version: int = 1
    distributions: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ("글(마크다운)·고친 때·스레드", "보낸이·참여자")
    loses: tuple[str, ...] = ("읽음 수·언급 목록", "방 이름(파일 이름으로 대신함)")
    holds_many: bool = False

    def sniff(self, file: ExportFile) -> float:
        """By the shape of the first messages of a list."""
        if not (file.head or "").lstrip().startswith("["):
            return 0.0
        records = fields.first_records(file)
        return 0.9 if records and all(_is_message(record) for record in records) else 0.0

    def read(self, file: ExportFile) -> Iterator[Item]:
        """The messages, the oldest first.

        Raises:
            schemas.outcome.Failed: `corrupt`, `undecodable_text`, `export_not_understood`.
        """
        node = fields.load(file)
        if not isinstance(node, list):
            raise Failed("export_not_understood", "메시지 목록이 아님")
        records = list(fields.numbered(node))
        times = [fields.iso_time(record.get("sent")) if isinstance(record, dict) else None for _, record in records]
        if not fields.in_order([time[0] if time else None for time in times]):
            records.reverse()
        people = fields.People()
        for _, record in records:
            if isinstance(record, dict):
                people.add(*_sender(record))
        title = file.name.rsplit(".", 1)[0]
        yield Conversation(key=title or "gitter", application="gitter", title=title, participants=people.all())
        tally = fields.RecordTally()
        for number, record in records:
            message = _message(record, number) if isinstance(record, dict) else None
            tally.add(record, message is not None)
            if message is not None:
                yield message
        yield tally.result(file.size)

    def excerpt(self, file: ExportFile, keeps: Callable[[Conversation], bool]) -> bytes:
        """There is one conversation only."""
        raise AssertionError("an export of one conversation is kept whole or not at all")


def _is_message(record: dict[str, Any]) -> bool:
    return (
        "fromUser" in record
        and bool({"text", "html"} & record.keys())
        and fields.iso_time(record.get("sent")) is not None
    )


def _sender(record: dict[str, Any]) -> tuple[str, str | None]:
    user = record.get("fromUser")
    if not isinstance(user, dict):
        return "", None
    return fields.text_of(user.get("displayName")) or fields.text_of(user.get("username")), fields.id_of(user.get("id"))


def _message(record: dict[str, Any], number: int) -> Message | None:
    sent = fields.iso_time(record.get("sent"))
    if sent is None:
        return None
    sender, sender_id = _sender(record)
    native_id = fields.id_of(record.get("id"))
    edited = fields.iso_time(record.get("editedAt"))
    parent = fields.id_of(record.get("parentId"))
    return Message(
        sent_at=sent[0],
        sender=sender,
        text=fields.text_of(record.get("text")) or fields.text_of(record.get("html")),
        source=Source(record=f"#{number}"),
        precision=sent[1],
        is_offset_assumed=sent[2],
        native_id=native_id,
        sender_id=sender_id,
        thread_id=parent or (native_id if fields.size_of(record.get("threadMessageCount")) else None),
        edited_at=edited[0] if edited else None,
        events=[Event("edit", edited[0])] if edited else [],
    )


EXPORT = _Gitter()
