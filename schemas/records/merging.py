"""`core.merging`: which exports were merged with one another, and the marker that it need not be done again."""

from pydantic import BaseModel, ConfigDict

from schemas.record import Record, field


class RoomDoubt(BaseModel):
    """Two rooms of exports that may be the same one: what tells for it, in counts and never in words of a message."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first_content_id: str
    first_no: int
    second_content_id: str
    second_no: int
    evidence: list[str]


class Merging(Record):
    """The exports of one application and scope (or of one room that the application itself names), merged as a whole.

    A message that another export brings, or a person's answer about two rooms, changes the fingerprint, and the whole is
    merged again: the result depends on the set of exports alone, never on the order in which they came.
    """

    layer = "core"
    key = ("merging_id",)
    label = "대화 병합"

    merging_id: str = field(
        "병합 ID", "id of application, scope and, where there is one, the application's id of the room"
    )
    step_fingerprint: str = field(
        "단계 지문", "fingerprint of the rules, the exports and the answers about their rooms"
    )
    application: str = field("메신저", "application, such as kakaotalk")
    scope: str = field("등록 이름", "name of the `[[conversation]]`", origin=("core.export_conversation.scope",))
    n_exports: int = field("내보내기 수", "conversations of exports that were merged", unit="exports")
    n_conversations: int = field("대화 수", "rows in core.conversation", unit="conversations")
    n_messages: int = field("메시지 수", "rows in core.message", unit="messages")
    doubts: list[RoomDoubt] = field("의심스러운 짝", "rooms that may be the same one, for the review queue")
