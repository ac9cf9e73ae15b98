"""`raw.export`: what came as an export of a messenger, in counts; the digest of the whole and no word of what is not registered."""

from schemas.record import Record, field


class Export(Record):
    """An export of a messenger: how much of it is kept, how much was left out unread by anybody, how much was understood."""

    layer = "raw"
    key = ("content_id",)
    label = "메신저 내보내기"

    content_id: str = field("내용 ID", "SHA-256 of the whole export", origin=("raw.placement.content_id",))
    application: str = field("메신저", "application whose export it is, such as kakaotalk")
    n_conversations: int = field("보관한 대화", "conversations that are kept", unit="conversations")
    n_messages: int = field("보관한 메시지", "messages that are kept", unit="messages")
    n_conversations_left_out: int = field(
        "등록되지 않은 대화", "conversations that are not registered; nothing of them is stored", unit="conversations"
    )
    n_messages_left_out: int = field(
        "보관하지 않은 메시지", "messages of those, and of days before the notice", unit="messages"
    )
    n_bytes: int = field("크기", "bytes that had to be accounted for", unit="bytes")
    n_understood: int = field(
        "알아들은 크기", "bytes that were understood as message, system line or separator", unit="bytes"
    )
    is_part_kept: bool = field(
        "일부만 보관", "whether the original that is kept is the registered part alone, or nothing of it"
    )
