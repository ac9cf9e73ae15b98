"""`ops.quarantine`: every file and member that could not be kept, once, with its reason."""

from datetime import datetime

from schemas.record import Record, field


class Quarantine(Record):
    """A file or member in quarantine. The row goes when its cause has gone; `gotgan quarantine retry` reads it again."""

    layer = "ops"
    key = ("quarantine_id",)
    label = "격리"

    quarantine_id: str = field(
        "격리 ID",
        "id of the place, the member and the reason",
        origin=("raw.placement.placement_id", "core.member.member_path", "ops.quarantine.reason"),
    )
    placement_id: str = field("자리 ID", "the file on the source", origin=("raw.placement.placement_id",))
    source_name: str = field("소스", "name of the source", origin=("raw.placement.source_name",))
    path: str = field("경로", "path below the source's root, masked", origin=("raw.placement.path",))
    member_path: str | None = field(
        "구성원 경로", "path inside the archive or mail", origin=("core.member.member_path",)
    )
    content_id: str | None = field(
        "내용 ID",
        "SHA-256 of the bytes, if they were read",
        origin=("raw.placement.content_id", "core.member.content_id"),
    )
    reason: str = field("사유", "a code of the reasons page", origin=("raw.placement.reason", "core.reading.reason"))
    detail: str | None = field("상세", "what was found, masked", origin=("raw.placement.detail", "core.reading.detail"))
    format: str | None = field("형식", "format, if it was recognised", origin=("core.reading.format",))
    size_bytes: int = field(
        "크기", "size of the file", unit="bytes", origin=("raw.placement.size_bytes", "core.reading.size_bytes")
    )
    first_seen_at: datetime = field("처음 본 시각", "when it was first quarantined for this reason", volatile=True)
