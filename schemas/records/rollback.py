"""`ops.rollback`: that a person sent consumers back to an earlier publication."""

from datetime import datetime

from schemas.record import Record, field


class Rollback(Record):
    """Consumers read an earlier publication than the newest, until a newer one than that is made."""

    layer = "ops"
    key = ("rollback_id",)
    label = "되돌림"

    rollback_id: str = field("되돌림 ID", "id, sortable by time", volatile=True)
    newest_id: str = field(
        "마지막 공개",
        "newest publication of then; once there is a newer one the row is history",
        volatile=True,
        origin=("ops.publication.publication_id",),
    )
    from_id: str = field(
        "되돌리기 전", "what consumers read before", volatile=True, origin=("ops.publication.publication_id",)
    )
    publication_id: str = field(
        "되돌린 공개", "what consumers read since", volatile=True, origin=("ops.publication.publication_id",)
    )
    decided_by: str = field("정한 사람", "who went back")
    note: str | None = field("까닭", "why, in a person's words, identifiers masked")
    rolled_at: datetime = field("되돌린 시각", "when", volatile=True)
