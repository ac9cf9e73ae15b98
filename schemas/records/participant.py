"""`core.participant`: who takes part in a conversation, under every name that an export gives them."""

from schemas.record import Record, field


class ParticipantRecord(Record):
    """Somebody in a conversation. Two names are one person only where the exports show it; a display name alone never does."""

    layer = "core"
    key = ("conversation_id", "number")
    label = "참여자"

    conversation_id: str = field("대화 ID", "the conversation", origin=("core.conversation.conversation_id",))
    number: int = field("순번", "number of the person inside the conversation, from 1")
    merging_id: str = field("병합 ID", "merging that it came of", origin=("core.merging.merging_id",))
    name: str = field("이름", "the name that most exports print, masked", origin=("core.export_message.sender",))
    aliases: list[str] = field(
        "다른 이름", "other names in other people's exports, masked", origin=("core.export_message.sender",)
    )
    native_id: str | None = field("원래 ID", "the application's id, masked", origin=("core.export_message.sender_id",))
    is_bot: bool = field("봇", "whether it is a program")
    owner_of: list[str] = field("내보낸 사람", "contents of the exports that this person made")
