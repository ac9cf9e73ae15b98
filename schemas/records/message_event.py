"""`core.message_event`: what happened to messages and rooms: edits, deletions, people who came and went."""

from datetime import datetime

from schemas.record import Record, field

_SEEN = "core.export_message.events"


class MessageEvent(Record):
    """Something that happened to a message, or that a system message tells of the room."""

    layer = "core"
    key = ("message_id", "number")
    label = "메시지의 사건"

    message_id: str = field("메시지 ID", "the message", origin=("core.message.message_id",))
    number: int = field("순번", "position among the events of the message, from 1")
    merging_id: str = field("병합 ID", "merging that it came of", origin=("core.merging.merging_id",))
    kind: str = field("종류", "edit, delete, pin, join, leave, invite, rename, call and so on", origin=(_SEEN,))
    at: datetime | None = field("시각", "when, if an export says it", origin=(_SEEN,))
    actor: str | None = field("누가", "who did it, masked", origin=(_SEEN,))
    detail: str | None = field("내용", "what else is said of it, masked", origin=(_SEEN,))
