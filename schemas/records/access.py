"""`raw.access`: the distinct accesses of placements."""

from schemas.record import Record, field


class AccessRecord(Record):
    """Who may read a placement: tokens that allow and tokens that deny. A share has few distinct ones."""

    layer = "raw"
    key = ("access_id",)
    label = "접근 권한"

    access_id: str = field("접근 ID", "id of the two sorted token lists")
    allow: list[str] = field("허용", "tokens of which one is needed")
    deny: list[str] = field("거부", "tokens of which none may be held")
