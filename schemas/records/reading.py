"""`core.reading`: the verdict on each content, and the marker that it need not be read again."""

from datetime import datetime

from schemas.elements import Completeness, Property
from schemas.record import Record, field


class ReadingRecord(Record):
    """A content that was read, with what came of it. Written in the same commit as its elements and members.

    A content that yields nothing has a row too, so that it is not read again every night.
    """

    layer = "core"
    key = ("content_id",)
    label = "판독 결과"

    content_id: str = field("내용 ID", "SHA-256 of the bytes", origin=("raw.placement.content_id",))
    step_fingerprint: str = field("단계 지문", "fingerprint of the reader that read it")
    released_by: str | None = field(
        "풀어 준 결정",
        "decision by which a secrecy mark was set aside when it was read (`ops.decision`)",
        default=None,
        origin=("ops.decision.decision_id",),
    )
    outcome: str = field("결과", "kept, skipped or quarantined")
    reason: str | None = field("사유", "skip rule or quarantine reason")
    detail: str | None = field("상세", "what the reader reported, masked")
    format: str | None = field("형식", "format recognised from the content, such as hwpx")
    reader: str | None = field("판독기", "library or reader whose result was kept")
    title: str | None = field("문서 제목", "title that the document gives itself, masked")
    coverage: float | None = field(
        "완전성", "share of the content that the reader brought out, where it can be measured"
    )
    size_bytes: int = field("크기", "size of the bytes", unit="bytes", origin=("raw.placement.size_bytes",))
    n_elements: int = field("요소 수", "rows in core.element", origin=("core.element.content_id",))
    n_members: int = field("구성원 수", "rows in core.member", origin=("core.member.container_id",))
    n_masked: int = field("가린 수", "identifiers masked in it")
    text_id: str | None = field(
        "본문 ID",
        "id of the elements; two contents with the same elements share it",
        origin=(
            "core.element.kind",
            "core.element.text",
            "core.element.level",
            "core.element.page",
            "core.element.sheet",
            "core.element.section_path",
            "core.element.locator",
            "core.element.table",
            "core.element.parent_ordinal",
            "core.element.parent_row",
            "core.element.parent_col",
            "core.element.flags",
            "core.element.links",
            "core.element.confidence",
            "core.element.marks",
        ),
    )
    completeness: Completeness | None = field(
        "완전성 내역",
        "share of text, and found against held: tables, cells, merged cells, notes; where it can be measured",
        default=None,
    )
    flags: list[str] = field("표시", "what holds for the whole document, as `schemas.elements.Flag`", default=[])
    properties: list[Property] | None = field("문서 정보", "what the document says of itself, masked", default=None)
    kept_part_id: str | None = field(
        "보관한 원본",
        "SHA-256 of what is kept of the bytes, where that is not all of them; empty where it is nothing of them",
        default=None,
    )
    scope_fingerprint: str | None = field(
        "등록 지문",
        "fingerprint of the register of conversations, where it decided about this content or something in it",
        default=None,
    )
    read_at: datetime = field("판독 시각", "when it was read", volatile=True)
