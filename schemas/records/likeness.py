"""`core.likeness`: how alike two texts are, counted exactly for pairs that their signatures make likely, and within documents."""

from schemas.record import Record, field


class Likeness(Record):
    """A pair of texts that was compared. Whether they are drafts of one document is decided in `core.draft`."""

    layer = "core"
    key = ("first_id", "second_id")
    label = "닮은 본문"

    first_id: str = field("첫 본문", "lesser text id of the pair", origin=("core.signature.text_id",))
    second_id: str = field("둘째 본문", "greater text id of the pair", origin=("core.signature.text_id",))
    step_fingerprint: str = field("단계 지문", "fingerprint of the way in which it was made")
    jaccard: float = field("닮은 정도", "shared shingles of five characters by all of both, 0 to 1")
    containment: float = field("담긴 정도", "shared shingles by those of the text that has fewer, 0 to 1")
    is_replaced: bool = field(
        "주제가 바뀜", "whether each of them says again and again what the other never says: one form, two subjects"
    )
