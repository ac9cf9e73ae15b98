"""`core.document`: what kind of document each kept content is, of whom and of which years."""

from schemas.record import Record, field


class DocumentRecord(Record):
    """A kept content as a document: its kind, its office and the years that it is about."""

    layer = "core"
    key = ("content_id",)
    label = "문서"

    content_id: str = field("내용 ID", "SHA-256 of the bytes", origin=("core.reading.content_id",))
    title: str | None = field("제목", "title that it gives itself, masked", origin=("core.reading.title",))
    kind: str = field("문서 종류", "예산요구서, 사업설명자료, 각목명세서, 성과계획서, 성과보고서, 결산… or 기타")
    org_name: str | None = field("소관·기관", "ministry or office that it names as its own")
    fiscal_years: list[int] = field("회계연도", "years that it is about, in order")
    n_amounts: int = field("금액 수", "amounts found in it", unit="amounts")
