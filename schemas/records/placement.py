"""`raw.placement`: where a file lies, apart from what is in it."""

from datetime import datetime

from pydantic import BaseModel

from schemas.record import Record, field


class EarlierContent(BaseModel):
    """A content that stood at a place, and who could read the place when it was last seen there."""

    content_id: str
    access_id: str


class Placement(Record):
    """A file at its place on a source. Its bytes are named by `content_id`; names and access live here and nowhere else.

    `sealed_path` is the path as the file system gave it, encrypted under the home's key, since a path can hold a resident
    number; `path` is the same path in NFC with identifiers masked.
    """

    layer = "raw"
    key = ("placement_id",)
    label = "파일의 자리"

    placement_id: str = field("자리 ID", "id of the source and the raw path, keyed by the home's secret")
    source_name: str = field("소스", "name of the `[[source]]` in gotgan.toml")
    path: str = field("경로", "path below the source's root, NFC, identifiers masked")
    name: str = field("파일명", "last part of the path")
    folder: str = field("폴더", "path without the last part, empty at the root")
    extension: str = field("확장자", "lower-case extension without the dot, empty if none; a hint, never the format")
    sealed_path: bytes = field(
        "봉인된 경로", "raw path, AES-SIV under the home's key; the same path seals to the same bytes"
    )
    size_bytes: int = field("크기", "size when it was last read", unit="bytes")
    modified_at: datetime = field("수정 시각", "modification time that the file system shows")
    modified_ns: int = field("수정 시각(ns)", "the same, exact, for comparison", unit="nanoseconds")
    changed_ns: int = field("변경 시각(ns)", "change time of the inode", unit="nanoseconds", volatile=True)
    inode: int = field("아이노드", "file number of the file system", volatile=True)
    content_id: str | None = field("내용 ID", "SHA-256 of the bytes; null if they were never read")
    access_id: str = field("접근 ID", "id of the access of this place (`raw.access`)")
    skip_rule: str | None = field("건너뜀 규칙", "rule by which the file is skipped unread")
    reason: str | None = field("격리 사유", "reason for which this place is quarantined, whatever its content")
    detail: str | None = field("상세", "what was found, masked")
    moved_from: str | None = field("이전 경로", "where the same file lay in the walk before, masked")
    first_seen_at: datetime = field("처음 본 시각", "when the file was first seen", volatile=True)
    missing_since_at: datetime | None = field(
        "안 보인 시각", "when a complete walk first did not see it", volatile=True
    )
    replaced_content_id: str | None = field(
        "앞선 내용 ID",
        "content that stood at this place before the present one",
        default=None,
        origin=("raw.placement.content_id",),
    )
    earlier_contents: list[EarlierContent] = field(
        "앞선 내용들",
        "contents that stood here before, newest first, each with the access that the place had then",
        default=[],
        origin=("raw.placement.content_id", "raw.access.access_id"),
    )
