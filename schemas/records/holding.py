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

    source_name: str = field("소스", "name of the source", origin=("raw.placement.source_name",))
    office: str = field(
        "부서",
        "first folder of the path that is no year; the source's name if there is none",
        origin=("raw.placement.folder", "raw.placement.source_name"),
    )
    fiscal_year: int | None = field(
        "연도",
        "year stated in the file's name, else in its folder",
        origin=("raw.placement.name", "raw.placement.folder"),
    )
    format: str = field(
        "형식",
        "format recognised from the content, else the extension; 미상 if neither is there",
        origin=("core.reading.format", "raw.placement.extension"),
    )
    outcome: str = field(
        "결과",
        "kept, skipped or quarantined",
        origin=("raw.placement.skip_rule", "ops.quarantine.reason", "core.reading.outcome"),
    )
    reason: str | None = field(
        "사유",
        "skip rule or quarantine reason",
        origin=("raw.placement.skip_rule", "ops.quarantine.reason", "core.reading.reason"),
    )
    n_files: int = field("파일 수", "placements", unit="files", origin=("raw.placement.placement_id",))
    n_contents: int = field("내용 수", "distinct contents", unit="contents", origin=("raw.placement.content_id",))
    n_elements: int = field(
        "요소 수", "elements read from the distinct contents", unit="elements", origin=("core.element.content_id",)
    )
    n_tables: int = field("표 수", "tables among them", unit="tables", origin=("core.element.table",))
    size_bytes: int = field("크기", "bytes of the files", unit="bytes", origin=("raw.placement.size_bytes",))
