"""`core.message_source`: where each message was seen: which export, which line or record."""

from schemas.record import Record, field

_SEEN = "core.export_message"


class MessageSource(Record):
    """A place at which a message stands in an export."""

    layer = "core"
    key = ("message_id", "content_id", "conversation_no", "ordinal")
    label = "메시지의 자리"

    message_id: str = field("메시지 ID", "the message", origin=("core.message.message_id",))
    merging_id: str = field("병합 ID", "merging that it came of", origin=("core.merging.merging_id",))
    content_id: str = field("내용 ID", "SHA-256 of the export", origin=(f"{_SEEN}.content_id",))
    conversation_no: int = field("대화 순번", "position of the conversation", origin=(f"{_SEEN}.conversation_no",))
    ordinal: int = field("순번", "position in that conversation, from 0", origin=(f"{_SEEN}.ordinal",))
    line_start: int | None = field("첫 행", "line at which it begins, from 1", origin=(f"{_SEEN}.line_start",))
    line_end: int | None = field("끝 행", "line at which it ends", origin=(f"{_SEEN}.line_end",))
    record: str | None = field("레코드", "record, where the export has no lines", origin=(f"{_SEEN}.record",))
    is_whole: bool = field(
        "온전함",
        "whether the export shows all of the message's text; one that cuts it off opens it to nobody",
        origin=(f"{_SEEN}.text", "core.message.text"),
    )
