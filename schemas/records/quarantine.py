"""`ops.quarantine`: every file and member that could not be kept, once, with its reason."""

from datetime import datetime

from schemas.record import Record, field


class Quarantine(Record):
    """A file or member in quarantine. The row goes when its cause has gone; `gotgan quarantine retry` reads it again."""

    layer = "ops"
    key = ("quarantine_id",)
    label = "격리"

    quarantine_id: str = field("격리 ID", "id of the place, the member and the reason")
    placement_id: str = field("자리 ID", "the file on the source")
    source_name: str = field("소스", "name of the source")
    path: str = field("경로", "path below the source's root, masked")
    member_path: str | None = field("구성원 경로", "path inside the archive or mail")
    content_id: str | None = field("내용 ID", "SHA-256 of the bytes, if they were read")
    reason: str = field("사유", "a code of the reasons page")
    detail: str | None = field("상세", "what was found, masked")
    format: str | None = field("형식", "format, if it was recognised")
    size_bytes: int = field("크기", "size of the file", unit="bytes")
    first_seen_at: datetime = field("처음 본 시각", "when it was first quarantined for this reason", volatile=True)
