"""`mart.holding`: what is held, by source, kind, office and year."""

from schemas.record import Record, field


class Holding(Record):
    """How many files of which kind are held, and how many could not be: the answer to 'is it in here?'.

    Office is the first folder of the path that is no year, else the source; year is the fiscal year that the
    file's name or folder states.
    """

    layer = "mart"
    key = ("source_name", "office", "fiscal_year", "format", "outcome", "reason")
    label = "보유 현황"

    source_name: str = field("소스", "name of the source")
    office: str = field("부서", "first folder of the path that is no year; the source's name if there is none")
    fiscal_year: int | None = field("연도", "year stated in the file's name, else in its folder")
    format: str = field("형식", "format recognised from the content, else the extension; 미상 if neither is there")
    outcome: str = field("결과", "kept, skipped or quarantined")
    reason: str | None = field("사유", "skip rule or quarantine reason")
    n_files: int = field("파일 수", "placements", unit="files")
    n_contents: int = field("내용 수", "distinct contents", unit="contents")
    n_elements: int = field("요소 수", "elements read from the distinct contents", unit="elements")
    n_tables: int = field("표 수", "tables among them", unit="tables")
    size_bytes: int = field("크기", "bytes of the files", unit="bytes")
