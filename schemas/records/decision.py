"""`ops.decision`: what people have answered to the questions of the review queue."""

from datetime import datetime

from schemas.record import Record, field


class Decision(Record):
    """An answer, kept for ever: of several to the same question the last is in force. A versioned input of steps.

    People decide in `ledger.sqlite`; every run copies what is new into this table before its first step.
    """

    layer = "ops"
    key = ("decision_id",)
    label = "결정"

    decision_id: str = field("결정 ID", "number of the decision in the ledger and of its question; sorts by time")
    review_id: str = field("검토 ID", "the question that was answered")
    kind: str = field("종류", "kind of the question, such as `quarantine`")
    subject: str = field("대상", "what was decided about: a content, a source")
    answer: str = field("답", "accept, reject or release, or one that the question proposed, such as unit=백만원")
    asked_at: datetime = field(
        "물은 시각", "when the question was first asked; the answer is about what was there then"
    )
    decided_at: datetime = field("결정 시각", "when it was answered")
    decided_by: str = field("결정한 사람", "who answered, as given or as the account is called")
    note: str | None = field("까닭", "the reason given, identifiers masked")
