"""`raw.access`: the distinct accesses of placements."""

from collections.abc import Mapping
from typing import Any

from schemas.access import Access
from schemas.record import Record, field


class AccessRecord(Record):
    """Who may read a placement: tokens that allow, tokens that deny, doors on the way. A share has few distinct ones."""

    layer = "raw"
    key = ("access_id",)
    label = "접근 권한"

    access_id: str = field("접근 ID", "id of the sorted tokens and doors")
    allow: list[str] = field("허용", "tokens of which one is needed")
    deny: list[str] = field("거부", "tokens of which none may be held")
    within: list[list[str]] = field(
        "지나는 문", "doors on the way to the file (share, folders): of each, one token is needed as well", default=[]
    )


def access_record(access: Access) -> AccessRecord:
    """An access as a row, its tokens sorted."""
    return AccessRecord(
        access_id=access.access_id,
        allow=sorted(set(access.allow)),
        deny=sorted(set(access.deny)),
        within=[list(door) for door in sorted({tuple(sorted(set(door))) for door in access.within})],
    )


def access_of_row(row: Mapping[str, Any]) -> Access:
    """The access that a row of `raw.access` says; rows of a publication from before there were doors have none."""
    return Access(
        allow=tuple(row["allow"]),
        deny=tuple(row["deny"]),
        within=tuple(tuple(door) for door in row.get("within") or ()),
    )
