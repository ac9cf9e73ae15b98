"""Exports of messengers as rows: what a reading says of its conversations, written to the lake and got back from it."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pyarrow as pa

from schemas.arrow import arrow_schema
from schemas.conversations import (
    SEOUL,
    Attachment,
    AttachmentState,
    Conversation,
    ConversationKind,
    Event,
    Message,
    MessageKind,
    Participant,
    Precision,
    Reaction,
    Source,
    Transcript,
)
from schemas.elements import Reading
from schemas.records.export import Export
from schemas.records.export_conversation import ExportConversation
from schemas.records.export_message import ExportMessage
from warehouse.lake import CATALOG, Lake


def export_row(reading: Reading) -> Export | None:
    """The counts of an export; None for a reading of anything else."""
    account = reading.account
    if account is None:
        return None
    return Export(content_id=reading.content_id, is_part_kept=reading.kept_part is not None, **account.model_dump())


def conversation_rows(reading: Reading) -> list[ExportConversation]:
    """The conversations of an export that are kept."""
    return [
        ExportConversation(
            content_id=reading.content_id,
            conversation_no=number,
            scope=transcript.scope or "",
            application=transcript.conversation.application,
            dialect=transcript.conversation.dialect,
            title=transcript.conversation.title,
            kind=transcript.conversation.kind.value,
            native_id=transcript.conversation.native_id,
            workspace=transcript.conversation.workspace,
            participants=transcript.conversation.participants,
            exported_at=transcript.conversation.exported_at,
            n_messages=len(transcript.messages),
        )
        for number, transcript in enumerate(reading.transcripts, start=1)
    ]


def message_table(reading: Reading) -> pa.Table:
    """The messages of an export that are kept; built without a record for each, since they can be half a million."""
    schema = arrow_schema(ExportMessage)
    rows = [
        _message_row(reading.content_id, number, ordinal, message)
        for number, transcript in enumerate(reading.transcripts, start=1)
        for ordinal, message in enumerate(transcript.messages)
    ]
    return pa.Table.from_pylist(rows, schema=schema)


def _message_row(content_id: str, number: int, ordinal: int, message: Message) -> dict[str, Any]:
    offset = message.sent_at.utcoffset() or timedelta(0)
    return {
        "content_id": content_id,
        "conversation_no": number,
        "ordinal": ordinal,
        "sent_at": message.sent_at,
        "utc_offset_minutes": int(offset.total_seconds() // 60),
        "precision": message.precision.value,
        "is_offset_assumed": message.is_offset_assumed,
        "is_time_assumed": message.is_time_assumed,
        "sender": message.sender,
        "sender_id": message.sender_id,
        "kind": message.kind.value,
        "text": message.text,
        "native_id": message.native_id,
        "reply_to_id": message.reply_to,
        "thread_id": message.thread_id,
        "edited_at": message.edited_at,
        "deleted_at": message.deleted_at,
        "forwarded_from": message.forwarded_from,
        "reactions": [
            {"emoji": found.emoji, "count": found.count, "users": found.users} for found in message.reactions
        ],
        "attachments": [
            {
                "name": found.name,
                "mime": found.mime,
                "size_bytes": found.size_bytes,
                "path": found.path,
                "url": found.url,
                "state": found.state.value,
            }
            for found in message.attachments
        ],
        "events": [
            {"kind": found.kind, "at": found.at, "actor": found.actor, "detail": found.detail}
            for found in message.events
        ],
        "line_start": message.source.line_start,
        "line_end": message.source.line_end,
        "record": message.source.record,
    }


def transcripts_of(lake: Lake, keys: pa.Table) -> Iterator[tuple[str, int, Transcript]]:
    """(content id, number, transcript) of conversations in exports, in the order of content and number.

    Args:
        lake: the lake.
        keys: (content_id, conversation_no) of those that are wanted.
    """
    with lake.registered(wanted_exports=keys):
        rooms = lake.rows(
            f"FROM {CATALOG}.core.export_conversation SEMI JOIN wanted_exports USING (content_id, conversation_no) "
            "ORDER BY content_id, conversation_no"
        )
        messages = lake.rows(
            f"FROM {CATALOG}.core.export_message SEMI JOIN wanted_exports USING (content_id, conversation_no) "
            "ORDER BY content_id, conversation_no, ordinal"
        )
    by_room: dict[tuple[str, int], list[Message]] = {}
    for row in messages:
        by_room.setdefault((row["content_id"], row["conversation_no"]), []).append(_message(row))
    for row in rooms:
        key = (row["content_id"], row["conversation_no"])
        yield *key, Transcript(_conversation(row), by_room.get(key, []), row["scope"])


def _conversation(row: dict[str, Any]) -> Conversation:
    return Conversation(
        key=f"{row['content_id']}/{row['conversation_no']}",
        application=row["application"],
        title=row["title"],
        kind=ConversationKind(row["kind"]),
        native_id=row["native_id"],
        workspace=row["workspace"],
        dialect=row["dialect"],
        participants=[Participant(**found) for found in row["participants"]],
        exported_at=row["exported_at"],
    )


def _message(row: dict[str, Any]) -> Message:
    zone = timezone(timedelta(minutes=row["utc_offset_minutes"]))
    return Message(
        sent_at=row["sent_at"].astimezone(zone),
        sender=row["sender"],
        text=row["text"],
        kind=MessageKind(row["kind"]),
        source=Source(row["line_start"], row["line_end"], row["record"]),
        precision=Precision(row["precision"]),
        is_offset_assumed=row["is_offset_assumed"],
        is_time_assumed=row["is_time_assumed"],
        native_id=row["native_id"],
        sender_id=row["sender_id"],
        reply_to=row["reply_to_id"],
        thread_id=row["thread_id"],
        edited_at=_local(row["edited_at"]),
        deleted_at=_local(row["deleted_at"]),
        forwarded_from=row["forwarded_from"],
        reactions=[Reaction(found["emoji"], found["count"], found["users"]) for found in row["reactions"]],
        attachments=[_attachment(found) for found in row["attachments"]],
        events=[Event(found["kind"], _local(found["at"]), found["actor"], found["detail"]) for found in row["events"]],
    )


def _attachment(row: dict[str, Any]) -> Attachment:
    told: dict[str, Any] = row | {"state": AttachmentState(row["state"])}
    return Attachment(**told)


def _local(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(SEOUL)
