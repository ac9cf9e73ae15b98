"""`core.draft`: which contents are versions of one document, in what order, and which of them is the final one."""

from schemas.record import Record, field


class Draft(Record):
    """A content as a version of a document; a content that is nobody's version has no row. Drafts are linked, never dropped.

    The final one is proposed with reasons and may be confirmed in the review queue. Nothing here names a place: who may
    read a content learns of the other versions only as far as he may read those too.
    """

    layer = "core"
    key = ("content_id",)
    label = "문서의 판"

    content_id: str = field("내용 ID", "SHA-256 of the bytes", origin=("core.reading.content_id",))
    family_id: str = field("묶음 ID", "id of the versions of one document", origin=("core.draft.content_id",))
    ordinal: int = field("판 순서", "position among the versions, from 1, the oldest first")
    n_versions: int = field("판 수", "versions of the document", unit="contents")
    status: str = field("상태", "final or draft")
    is_confirmed: bool = field("확인됨", "whether a person confirmed which one is final")
    similarity: float | None = field(
        "앞 판과 닮은 정도", "Jaccard of character shingles with the version before it, 0 to 1; null for the first"
    )
    evidence: list[str] = field("근거", "why it stands where it stands, a line each, without any path or name")
    doubt: str | None = field(
        "의심", "why a person should confirm which one is final; null where nothing speaks against it", default=None
    )
