"""`core.form_table`: what became of every table: the form that read it, or why no amount came of it."""

from schemas.record import Record, field


class FormTable(Record):
    """A table of a content with its verdict. Money that cannot be trusted is here with its reason, and never guessed."""

    layer = "core"
    key = ("content_id", "ordinal")
    label = "표의 판정"

    content_id: str = field("내용 ID", "SHA-256 of the bytes", origin=("core.element.content_id",))
    ordinal: int = field("요소", "ordinal of the table's element", origin=("core.element.ordinal",))
    table_no: int = field("표 번호", "number of the table in its document, from 1")
    shape_id: str = field("모양 ID", "id of its headings; tables of one shape share the answers that people give")
    form: str | None = field("서식", "form that read it")
    outcome: str = field("결과", "records, no_money, question or quarantined")
    reason: str | None = field("사유", "code of the reason, for a question or a quarantine")
    detail: str | None = field("상세", "what is missing, with the cell that raised it, masked")
    proposals: list[str] = field("제안", "answers that a person may choose from, such as unit=백만원")
    n_amounts: int = field("금액 수", "amounts found in it", unit="amounts")
    n_left: int = field("남긴 칸", "cells that look like money and gave no amount", unit="cells")
