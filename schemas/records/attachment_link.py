"""`core.attachment_link`: which file that was read is which attachment of which message."""

from schemas.record import Record, field


class AttachmentLink(Record):
    """An attachment and the content that it is, found inside the export, beside it, or in a folder of received files."""

    layer = "core"
    key = ("attachment_id", "content_id")
    label = "첨부와 파일의 연결"

    attachment_id: str = field("첨부 ID", "the attachment", origin=("core.attachment.attachment_id",))
    content_id: str = field(
        "내용 ID", "the file that was read", origin=("raw.placement.content_id", "core.member.content_id")
    )
    linked_by: str = field(
        "연결 근거", "member (in the export), beside (beside the export), or received (folder of received files)"
    )
