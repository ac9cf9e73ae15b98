"""`core.conversation`: rooms, each once, however often they were exported."""

from datetime import datetime

from schemas.record import Record, field


class ConversationRecord(Record):
    """A conversation that is registered as business scope, as all its exports together show it."""

    layer = "core"
    key = ("conversation_id",)
    label = "대화"

    conversation_id: str = field("대화 ID", "id that stays when another export of the room comes")
    merging_id: str = field("병합 ID", "merging that it came of", origin=("core.merging.merging_id",))
    application: str = field(
        "메신저", "application, such as kakaotalk", origin=("core.export_conversation.application",)
    )
    scope: str = field("등록 이름", "name of the `[[conversation]]`", origin=("core.export_conversation.scope",))
    title: str = field(
        "방 제목", "the latest title that an export prints, masked", origin=("core.export_conversation.title",)
    )
    is_title_shared: bool = field(
        "같은 제목", "whether every export prints that title, so that it tells nobody anything new"
    )
    titles: list[str] = field("제목들", "every title that exports print", origin=("core.export_conversation.title",))
    kind: str = field(
        "종류", "direct, group, channel, private, open, mail or unknown", origin=("core.export_conversation.kind",)
    )
    native_id: str | None = field(
        "원래 ID", "the application's own id of the room", origin=("core.export_conversation.native_id",)
    )
    workspace: str | None = field(
        "워크스페이스", "workspace, team or server", origin=("core.export_conversation.workspace",)
    )
    first_at: datetime | None = field("첫 메시지", "when the first message was sent", origin=("core.message.sent_at",))
    last_at: datetime | None = field("끝 메시지", "when the last message was sent", origin=("core.message.sent_at",))
    n_messages: int = field("메시지 수", "rows in core.message", unit="messages", origin=("core.message.message_id",))
    n_exports: int = field(
        "내보내기 수", "exports that show it", unit="exports", origin=("core.export_conversation.content_id",)
    )
