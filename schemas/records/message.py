"""`core.message`: what was said, each message once, in order."""

from datetime import datetime

from schemas.record import Record, field

_SEEN = "core.export_message"


class MessageRecord(Record):
    """A message of a conversation, as all exports together show it. A figure in it is nobody's official figure."""

    layer = "core"
    key = ("message_id",)
    label = "메시지"

    message_id: str = field("메시지 ID", "id that stays when another export shows the message")
    conversation_id: str = field("대화 ID", "the conversation", origin=("core.conversation.conversation_id",))
    merging_id: str = field("병합 ID", "merging that it came of", origin=("core.merging.merging_id",))
    ordinal: int = field("순번", "position in the conversation, from 0")
    sent_at: datetime = field(
        "보낸 시각", "when it was sent, the finest that an export prints", origin=(f"{_SEEN}.sent_at",)
    )
    utc_offset_minutes: int = field(
        "시차", "offset from UTC in which it is shown", unit="minutes", origin=(f"{_SEEN}.utc_offset_minutes",)
    )
    precision: str = field("시각의 정밀도", "minute, second or millisecond", origin=(f"{_SEEN}.precision",))
    is_offset_assumed: bool = field(
        "시차 가정", "whether Korea's offset was taken", origin=(f"{_SEEN}.is_offset_assumed",)
    )
    is_time_assumed: bool = field(
        "시각 가정", "whether no export prints a time for it", origin=(f"{_SEEN}.is_time_assumed",)
    )
    participant_no: int | None = field(
        "참여자 순번", "who sent it; null for the application itself", origin=("core.participant.number",)
    )
    sender: str = field("보낸 사람", "name of who sent it, masked", origin=("core.participant.name",))
    kind: str = field("종류", "text, system, deleted, photo, file and so on", origin=(f"{_SEEN}.kind",))
    text: str = field("글", "the longest text that an export prints; NFC, masked", origin=(f"{_SEEN}.text",))
    native_id: str | None = field("원래 ID", "the application's own id", origin=(f"{_SEEN}.native_id",))
    reply_to_id: str | None = field("답한 메시지", "message that it answers", origin=(f"{_SEEN}.reply_to_id",))
    thread_id: str | None = field("스레드", "first message of its thread", origin=(f"{_SEEN}.thread_id",))
    edited_at: datetime | None = field("고친 시각", "when it was last changed", origin=(f"{_SEEN}.edited_at",))
    deleted_at: datetime | None = field(
        "지운 시각", "when it was deleted, if that is said", origin=(f"{_SEEN}.deleted_at",)
    )
    forwarded_from: str | None = field("전달 원본", "whom it was forwarded from", origin=(f"{_SEEN}.forwarded_from",))
    n_sources: int = field("본 곳", "places in exports where it was seen", origin=("core.message_source.ordinal",))
