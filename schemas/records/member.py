"""`core.member`: what lies inside archives and mails."""

from schemas.record import Record, field


class Member(Record):
    """A member of a container, by content. Where the container lies is in raw.placement, so a member has no access."""

    layer = "core"
    key = ("container_id", "member_path")
    label = "압축·메일의 구성원"

    container_id: str = field(
        "담은 내용 ID", "SHA-256 of the archive or mail directly around it", origin=("core.reading.content_id",)
    )
    member_path: str = field("구성원 경로", "path inside the container, NFC, identifiers masked")
    content_id: str = field("내용 ID", "SHA-256 of the member's bytes")
    scope: str | None = field(
        "등록 이름", "registered conversation that it was attached to; its access is needed as well", default=None
    )
