"""A merged room as rows: the conversation, its people, messages, threads, and the sessions that are searched."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from schemas.conversations import Message, MessageKind
from schemas.identity import make_id
from schemas.record import Record
from schemas.records.attachment import AttachmentRecord
from schemas.records.conversation import ConversationRecord
from schemas.records.message import MessageRecord
from schemas.records.message_event import MessageEvent
from schemas.records.message_source import MessageSource
from schemas.records.participant import ParticipantRecord
from schemas.records.reaction import ReactionRecord
from schemas.records.session import Session
from schemas.records.thread import Thread
from warehouse.merging import Merged, MergedMessage
from warehouse.merging_keys import Sighted
from warehouse.sessions import cut_sessions

_SEEN_EXPORTS = Mapping[tuple[str, int], Sighted]


class MergedRows:
    """Rows by table."""

    def __init__(self) -> None:
        self._rows: dict[type[Record], list[Any]] = {}

    def put(self, record: type[Record], rows: Iterable[Record]) -> None:
        """Append rows of one table."""
        self._rows.setdefault(record, []).extend(rows)

    def of(self, record: type[Record]) -> list[Any]:
        """The rows of one table."""
        return self._rows.get(record, [])


def add_room(rows: MergedRows, merging_id: str, scope: str, merged: Merged, exports: Sequence[Sighted]) -> None:
    """Append everything that a merged room gives.

    Args:
        rows: what they are appended to.
        merging_id: the group that it came of.
        scope: the registered conversation.
        merged: the room.
        exports: the exports that it was merged from.
    """
    seen = {sighted.identity: sighted for sighted in exports}
    room = _conversation(merging_id, scope, merged, exports)
    messages = [_message(room, ordinal, message) for ordinal, message in enumerate(merged.messages)]
    sources = [source for message in merged.messages for source in _sources(merging_id, message, seen)]
    rows.put(ConversationRecord, [room])
    rows.put(ParticipantRecord, _participants(room, merged))
    rows.put(MessageRecord, messages)
    rows.put(MessageSource, sources)
    for message in merged.messages:
        rows.put(AttachmentRecord, _attachments(room, message))
        rows.put(ReactionRecord, _reactions(merging_id, message))
        rows.put(MessageEvent, _events(merging_id, message))
    rows.put(Thread, _threads(room, messages))
    names: dict[str, dict[str, str]] = {message.message_id: {} for message in messages}
    for source in sources:
        if source.is_whole:
            printed = seen[source.content_id, source.conversation_no].transcript.messages[source.ordinal]
            names[source.message_id].setdefault(source.content_id, printed.sender)
    rows.put(Session, cut_sessions(room, [message for message in messages if names[message.message_id]], names))


def _conversation(merging_id: str, scope: str, merged: Merged, exports: Sequence[Sighted]) -> ConversationRecord:
    room = merged.conversation
    return ConversationRecord(
        conversation_id=room.conversation_id,
        merging_id=merging_id,
        application=room.application,
        scope=scope,
        title=room.title,
        is_title_shared=all(sighted.transcript.conversation.title == room.title for sighted in exports),
        titles=room.titles,
        kind=room.kind.value,
        native_id=room.native_id,
        workspace=room.workspace,
        first_at=room.first_at,
        last_at=room.last_at,
        n_messages=len(merged.messages),
        n_exports=len(exports),
    )


def _participants(room: ConversationRecord, merged: Merged) -> list[ParticipantRecord]:
    return [
        ParticipantRecord(
            conversation_id=room.conversation_id,
            number=person.no + 1,
            merging_id=room.merging_id,
            name=person.name,
            aliases=sorted({name for _, _, name in person.aliases} - {person.name}),
            native_id=person.native_id,
            is_bot=person.is_bot,
            owner_of=sorted({content_id for content_id, _ in person.owns}),
        )
        for person in merged.participants
    ]


def _message(room: ConversationRecord, ordinal: int, message: MergedMessage) -> MessageRecord:
    offset = message.sent_at.utcoffset() or timedelta(0)
    return MessageRecord(
        message_id=message.message_id,
        conversation_id=room.conversation_id,
        merging_id=room.merging_id,
        ordinal=ordinal,
        sent_at=message.sent_at,
        utc_offset_minutes=int(offset.total_seconds() // 60),
        precision=message.precision.value,
        is_offset_assumed=message.is_offset_assumed,
        is_time_assumed=message.is_time_assumed,
        participant_no=None if message.participant_no is None else message.participant_no + 1,
        sender=message.sender,
        kind=message.kind.value,
        text=message.text,
        native_id=message.native_id,
        reply_to_id=message.reply_to,
        thread_id=message.thread_id,
        edited_at=message.edited_at,
        deleted_at=message.deleted_at,
        forwarded_from=message.forwarded_from,
        n_sources=len(message.sources),
    )


def _sources(merging_id: str, message: MergedMessage, seen: _SEEN_EXPORTS) -> list[MessageSource]:
    rows = []
    for found in message.sources:
        printed = seen[found.content_id, found.conversation_no].transcript.messages[found.ordinal]
        rows.append(
            MessageSource(
                message_id=message.message_id,
                merging_id=merging_id,
                content_id=found.content_id,
                conversation_no=found.conversation_no,
                ordinal=found.ordinal,
                line_start=printed.source.line_start,
                line_end=printed.source.line_end,
                record=printed.source.record,
                is_whole=_is_whole(printed, message),
            )
        )
    return rows


def _is_whole(printed: Message, merged: MergedMessage) -> bool:
    """Whether an export prints all that the merged message says."""
    if " ".join(printed.text.split()) == " ".join(merged.text.split()):
        return True
    # What stands for a picture differs from dialect to dialect, and tells nobody anything.
    is_placeholder = merged.kind not in (MessageKind.TEXT, MessageKind.SYSTEM) and not merged.attachments
    return is_placeholder and printed.kind is merged.kind


def _attachments(room: ConversationRecord, message: MergedMessage) -> list[AttachmentRecord]:
    return [
        AttachmentRecord(
            attachment_id=make_id("attachment", message.message_id, held.attachment.name, number),
            message_id=message.message_id,
            conversation_id=room.conversation_id,
            merging_id=room.merging_id,
            name=held.attachment.name,
            mime=held.attachment.mime,
            size_bytes=held.attachment.size_bytes,
            path=held.attachment.path,
            url=held.attachment.url,
            state=held.attachment.state.value,
        )
        for number, held in enumerate(message.attachments)
    ]


def _reactions(merging_id: str, message: MergedMessage) -> list[ReactionRecord]:
    return [
        ReactionRecord(
            message_id=message.message_id,
            merging_id=merging_id,
            emoji=found.emoji,
            n_users=found.count,
            users=found.users,
        )
        for found in message.reactions
    ]


def _events(merging_id: str, message: MergedMessage) -> list[MessageEvent]:
    return [
        MessageEvent(
            message_id=message.message_id,
            number=number,
            merging_id=merging_id,
            kind=found.kind,
            at=found.at,
            actor=found.actor,
            detail=found.detail,
        )
        for number, found in enumerate(message.events, start=1)
    ]


def _threads(room: ConversationRecord, messages: Sequence[MessageRecord]) -> list[Thread]:
    members: dict[str, list[MessageRecord]] = {}
    for message in messages:
        if message.thread_id is not None:
            members.setdefault(message.thread_id, []).append(message)
    return [
        Thread(
            thread_id=thread_id,
            conversation_id=room.conversation_id,
            merging_id=room.merging_id,
            n_messages=len(found),
            first_at=min(message.sent_at for message in found),
            last_at=max(message.sent_at for message in found),
        )
        for thread_id, found in members.items()
        if len(found) > 1
    ]
