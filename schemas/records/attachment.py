"""`core.attachment`: files that came with messages, linked to what was read of them."""

from schemas.record import Record, field

_SEEN = "core.export_message.attachments"


class AttachmentRecord(Record):
    """A file that came with a message. `content_id` leads to its reading, where its bytes were found."""

    layer = "core"
    key = ("attachment_id",)
    label = "메시지의 첨부"

    attachment_id: str = field("첨부 ID", "id of the message and the name", origin=("core.message.message_id",))
    message_id: str = field("메시지 ID", "the message", origin=("core.message.message_id",))
    conversation_id: str = field("대화 ID", "the conversation", origin=("core.conversation.conversation_id",))
    merging_id: str = field("병합 ID", "merging that it came of", origin=("core.merging.merging_id",))
    name: str = field("파일명", "name as the export prints it, masked", origin=(_SEEN,))
    mime: str | None = field("형식", "media type, if the export says one", origin=(_SEEN,))
    size_bytes: int | None = field("크기", "size, if the export says one", unit="bytes", origin=(_SEEN,))
    path: str | None = field("경로", "path inside the export, masked", origin=(_SEEN,))
    url: str | None = field("주소", "where the application keeps it, masked", origin=(_SEEN,))
    state: str = field("상태", "present, referenced or lost, as the exports say", origin=(_SEEN,))
