"""`core.signature`: what a text is compared by, so that near-duplicates are found among all texts without reading them again."""

from datetime import date

from schemas.record import Record, field


class Signature(Record):
    """A text's MinHash and what it says of itself that no other document's draft would say otherwise.

    A text too short to be compared has a row too, so that it is not read again every night.
    """

    layer = "core"
    key = ("text_id",)
    label = "본문의 지문"

    text_id: str = field("본문 ID", "id of the elements", origin=("core.reading.text_id",))
    step_fingerprint: str = field("단계 지문", "fingerprint of the way in which it was made")
    plain_id: str = field(
        "글 ID", "id of the characters alone: a document and its conversion share it", origin=("core.element.text",)
    )
    n_shingles: int = field("조각 수", "distinct shingles of five characters", origin=("core.element.text",))
    minhash: bytes = field("MinHash", "128 little-endian 32-bit minima; empty for a text too short to compare")
    facts: list[str] = field(
        "다른 문서임을 말하는 것", "KIND=VALUE, such as the named project, from the text alone, masked", default=[]
    )
    dated_on: date | None = field("글의 날짜", "date at the head of the text", default=None)
