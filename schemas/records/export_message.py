"""`core.export_message`: the messages of each export, as that export prints them."""

from datetime import datetime

from schemas.conversations import Attachment, Event, Reaction
from schemas.record import Record, field


class ExportMessage(Record):
    """A message as one export prints it, before several exports are merged. Times and ids are what that export says."""

    layer = "core"
    key = ("content_id", "conversation_no", "ordinal")
    label = "내보내기 속 메시지"

    content_id: str = field("내용 ID", "SHA-256 of the export", origin=("core.reading.content_id",))
    conversation_no: int = field(
        "대화 순번", "position of the conversation", origin=("core.export_conversation.conversation_no",)
    )
    ordinal: int = field("순번", "position in the conversation as exported, from 0")
    sent_at: datetime = field("보낸 시각", "when it was sent, as fine as `precision` says")
    utc_offset_minutes: int = field("시차", "offset from UTC in which the export prints it", unit="minutes")
    precision: str = field("시각의 정밀도", "minute, second or millisecond")
    is_offset_assumed: bool = field("시차 가정", "whether the export prints no offset and Korea's was taken")
    is_time_assumed: bool = field("시각 가정", "whether the export prints no time for it and its neighbour's was taken")
    sender: str = field("보낸 사람", "name as printed, masked; empty for the application itself")
    sender_id: str | None = field("보낸 사람 ID", "the application's id of the sender, masked")
    kind: str = field("종류", "text, system, deleted, photo, file and so on")
    text: str = field("글", "what was typed, or what the export prints in its place; NFC, masked")
    native_id: str | None = field("원래 ID", "the application's own id of the message")
    reply_to_id: str | None = field("답한 메시지", "native id of the message that it answers")
    thread_id: str | None = field("스레드", "native id of the first message of its thread")
    edited_at: datetime | None = field("고친 시각", "when it was last changed")
    deleted_at: datetime | None = field("지운 시각", "when it was deleted, where that is said")
    forwarded_from: str | None = field("전달 원본", "whom or what it was forwarded from, masked")
    reactions: list[Reaction] = field("반응", "reactions as printed, masked")
    attachments: list[Attachment] = field("첨부", "files that came with it, masked")
    events: list[Event] = field("사건", "what happened to it or to the room, masked")
    line_start: int | None = field("첫 행", "line of the export at which it begins, from 1")
    line_end: int | None = field("끝 행", "line of the export at which it ends")
    record: str | None = field("레코드", "record of the export, where it has no lines")
