"""`core.thread`: threads: a message with all that answers it."""

from datetime import datetime

from schemas.record import Record, field


class Thread(Record):
    """A thread of a conversation; a reply that comes late changes it."""

    layer = "core"
    key = ("thread_id",)
    label = "스레드"

    thread_id: str = field("스레드 ID", "message with which it begins", origin=("core.message.thread_id",))
    conversation_id: str = field("대화 ID", "the conversation", origin=("core.message.conversation_id",))
    merging_id: str = field("병합 ID", "merging that it came of", origin=("core.merging.merging_id",))
    n_messages: int = field(
        "메시지 수", "messages in it, the first included", unit="messages", origin=("core.message.message_id",)
    )
    first_at: datetime = field("첫 메시지", "when its first message was sent", origin=("core.message.sent_at",))
    last_at: datetime = field("끝 메시지", "when its last message was sent", origin=("core.message.sent_at",))
