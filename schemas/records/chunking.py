"""`index.chunking`: the marker that a text has been cut into chunks."""

from schemas.record import Record, field


class Chunking(Record):
    """A text that was chunked, by which chunker. A text that gives no chunk has a row too."""

    layer = "index"
    key = ("text_id",)
    label = "청크 나눔"

    text_id: str = field("본문 ID", "id of the elements that were cut", origin=("core.reading.text_id",))
    step_fingerprint: str = field("단계 지문", "fingerprint of the chunker")
    n_chunks: int = field("청크 수", "rows in index.chunk", origin=("index.chunk.text_id",))
