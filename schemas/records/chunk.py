"""`index.chunk`: passages of a text in order, the unit that is searched and cited."""

from schemas.provenance import Locator
from schemas.record import Record, field


class Chunk(Record):
    """A passage of a text with its headings and its place. What is embedded is headings and passage, never a file name."""

    layer = "index"
    key = ("chunk_id",)
    label = "청크"

    chunk_id: str = field("청크 ID", "id of the text, the chunker and the position")
    text_id: str = field("본문 ID", "id of the elements it was cut from")
    step_fingerprint: str = field("단계 지문", "fingerprint of the chunker")
    ordinal: int = field("순번", "position in the text, from 0")
    passage_id: str = field("구절 ID", "id of headings and passage; equal passages are embedded once")
    headings: list[str] = field("제목들", "headings above the passage, outermost first")
    text: str = field("글", "the passage; a part of a table repeats its header rows and its unit")
    first_ordinal: int = field("첫 요소", "ordinal of the first element in it")
    last_ordinal: int = field("끝 요소", "ordinal of the last element in it")
    locator: Locator = field("위치", "where the passage begins, and for a table its cell range")
    is_lexical: bool = field(
        "낱말로만", "found by words and figures, not embedded: mostly digits, or deep in a long table"
    )
