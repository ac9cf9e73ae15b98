"""`core.extraction`: what forms made of each content with tables, and the marker that it need not be done again."""

from datetime import datetime

from schemas.record import Record, field


class ExtractionRecord(Record):
    """A content whose tables were looked through for amounts. Written in the same commit as its amounts.

    A content that yields nothing has a row too. When a file is replaced by another version, the rows of the version before
    stay, closed by those of the new one, for as long as the new one is held.
    """

    layer = "core"
    key = ("content_id",)
    label = "금액 추출 결과"

    content_id: str = field("내용 ID", "SHA-256 of the bytes", origin=("core.reading.content_id",))
    step_fingerprint: str = field(
        "단계 지문", "fingerprint of the forms, of what gotgan.toml declares and of the answers that people gave"
    )
    kind: str = field("문서 종류", "kind of document, such as 예산요구서; 기타 where nothing says so")
    org_name: str | None = field("소관·기관", "ministry or office that the document names as its own")
    fiscal_years: list[int] = field("회계연도", "years that its amounts are of, in order")
    n_tables: int = field("표 수", "tables that were looked through", unit="tables")
    n_amounts: int = field("금액 수", "rows in core.budget_amount", unit="amounts")
    n_left: int = field("남긴 칸", "cells that look like money and gave no amount", unit="cells")
    replaces: list[str] = field(
        "앞선 내용", "contents that stood at the same places before", origin=("raw.placement.content_id",)
    )
    extracted_at: datetime = field("추출 시각", "when it was done", volatile=True)
