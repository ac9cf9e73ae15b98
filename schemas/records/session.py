"""`index.session`: threads and stretches of talk, the unit that a search returns."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from schemas.record import Record, field


class SessionLine(BaseModel):
    """A message in a session: time and speaker stay with what was said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    message_id: str
    sent_at: datetime
    utc_offset_minutes: int
    sender: str
    kind: str
    text: str


class Session(Record):
    """A thread, or messages that follow one another within an hour. Small windows of it are matched, all of it is returned.

    `content_ids` are the exports that hold every message of it and name the speakers so: who may read one of them may read
    the session.
    """

    layer = "index"
    key = ("session_id",)
    label = "대화 토막"

    @property
    def place(self) -> tuple[str, int]:
        """The conversation and the position in it: sessions of one place say the same, in the names of different exports."""
        return self.conversation_id, self.ordinal

    session_id: str = field("토막 ID", "id of the conversation and of its lines", origin=("index.session.lines",))
    conversation_id: str = field("대화 ID", "the conversation", origin=("core.conversation.conversation_id",))
    merging_id: str = field("병합 ID", "merging that it came of", origin=("core.merging.merging_id",))
    scope: str = field(
        "등록 이름", "registered conversation, whose access counts too", origin=("core.conversation.scope",)
    )
    ordinal: int = field("순번", "position in the conversation, from 0")
    thread_id: str | None = field("스레드", "thread that it is, if it is one", origin=("core.thread.thread_id",))
    headings: list[str] = field("제목들", "application, room and day", origin=("core.conversation.title",))
    first_at: datetime = field("첫 메시지", "when its first message was sent", origin=("core.message.sent_at",))
    last_at: datetime = field("끝 메시지", "when its last message was sent", origin=("core.message.sent_at",))
    n_messages: int = field("메시지 수", "lines in it", unit="messages", origin=("core.message.message_id",))
    content_ids: list[str] = field(
        "내보내기들", "exports that hold all of it", origin=("core.message_source.content_id",)
    )
    lines: list[SessionLine] = field(
        "줄들", "its messages in order, with time and speaker", origin=("core.message.text", "core.message.sender")
    )
