"""`core.export_conversation`: the conversations of each export, as that export shows them."""

from datetime import datetime

from schemas.conversations import Participant
from schemas.record import Record, field


class ExportConversation(Record):
    """A registered conversation in one export, before what several exports say of it is merged."""

    layer = "core"
    key = ("content_id", "conversation_no")
    label = "내보내기 속 대화"

    content_id: str = field("내용 ID", "SHA-256 of the export", origin=("core.reading.content_id",))
    conversation_no: int = field("대화 순번", "position in the export, from 1")
    scope: str = field("등록 이름", "name of the `[[conversation]]` by which it is kept")
    application: str = field("메신저", "application, such as kakaotalk")
    dialect: str | None = field("방언", "variant of the export, such as windows")
    title: str = field("방 제목", "title as printed, masked; empty where the export names no room")
    kind: str = field("종류", "direct, group, channel, private, open, mail or unknown")
    native_id: str | None = field("원래 ID", "the application's own id of the room")
    workspace: str | None = field("워크스페이스", "workspace, team or server of the application")
    participants: list[Participant] = field("참여자", "people as this export names them, masked")
    exported_at: datetime | None = field("내보낸 시각", "when the export was saved, where it says so")
    n_messages: int = field("메시지 수", "rows in core.export_message", unit="messages")
