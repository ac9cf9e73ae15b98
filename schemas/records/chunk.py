"""`index.chunk`: passages of a text in order, the unit that is searched and cited."""

from schemas.provenance import Locator
from schemas.record import Record, field


class Chunk(Record):
    """A passage of a text with its headings and its place. What is embedded is headings and passage, never a file name."""

    layer = "index"
    key = ("chunk_id",)
    label = "청크"

    chunk_id: str = field(
        "청크 ID",
        "id of the text, the chunker and the position",
        origin=("core.reading.text_id", "index.chunk.ordinal", "index.chunk.step_fingerprint"),
    )
    text_id: str = field("본문 ID", "id of the elements it was cut from", origin=("core.reading.text_id",))
    step_fingerprint: str = field("단계 지문", "fingerprint of the chunker")
    ordinal: int = field("순번", "position in the text, from 0", origin=("core.element.ordinal",))
    passage_id: str = field(
        "구절 ID",
        "id of headings and passage; equal passages are embedded once",
        origin=("index.chunk.headings", "index.chunk.text"),
    )
    headings: list[str] = field(
        "제목들",
        "headings above the passage, outermost first",
        origin=("core.element.section_path", "core.element.sheet"),
    )
    text: str = field(
        "글",
        "the passage; a part of a table repeats its header rows and its unit",
        origin=("core.element.text", "core.element.table"),
    )
    first_ordinal: int = field("첫 요소", "ordinal of the first element in it", origin=("core.element.ordinal",))
    last_ordinal: int = field("끝 요소", "ordinal of the last element in it", origin=("core.element.ordinal",))
    locator: Locator = field(
        "위치",
        "where the passage begins, and for a table its cell range",
        origin=("core.element.locator", "core.element.table"),
    )
    is_lexical: bool = field(
        "낱말로만",
        "found by words and figures, not embedded: mostly digits, or deep in a long table",
        origin=(
            "index.chunk.text",
            "core.element.table",
        ),
    )
    cautions: list[str] = field(
        "주의",
        "what in it reads like an instruction to an AI, as `schemas.injection.Caution`; a flag, nothing is left out for it",
        default=[],
        origin=("index.chunk.headings", "index.chunk.text"),
    )
