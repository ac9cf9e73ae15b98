"""`raw.receipt`: what people were told of the files that they handed over."""

from datetime import datetime

from schemas.record import Record, field


class Receipt(Record):
    """A line of a receipt: a dropped file with what became of it. Another end of the same file is told again."""

    layer = "raw"
    key = ("receipt_id",)
    label = "접수증"

    receipt_id: str = field("접수 ID", "id of the place, its content and its end")
    placement_id: str = field("자리 ID", "the file in the inbox")
    source_name: str = field("소스", "name of the inbox")
    content_id: str | None = field("내용 ID", "SHA-256 of the bytes; null if they could not be read")
    outcome: str = field("결과", "kept, skipped or quarantined")
    reason: str | None = field("사유", "skip rule or quarantine reason")
    file_name: str = field("접수증 파일", "name of the receipt in the person's folder", volatile=True)
    issued_at: datetime = field("발급 시각", "when it was written", volatile=True)
