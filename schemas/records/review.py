"""`ops.review`: the questions that only a person can answer."""

from datetime import datetime

from schemas.record import Record, field


class Review(Record):
    """A question with its evidence and the effect of each answer. It goes when its cause has gone.

    A question is open until `ops.decision` (or the ledger, until the next run) holds an answer to it.
    """

    layer = "ops"
    key = ("review_id",)
    label = "검토 항목"

    review_id: str = field("검토 ID", "id of kind, subject and what was found; another finding is another question")
    kind: str = field("종류", "kind of question, such as `quarantine` or `held_deletion`")
    subject: str = field("대상", "what is to be decided about: a content, a source")
    title: str = field("제목", "the subject in words: a path, a source's name; identifiers masked")
    question: str = field("질문", "what is to be decided")
    reason: str = field("사유", "why it is asked: a reason of the catalogue, or in words")
    evidence: list[str] = field("근거", "what is known, a line each, identifiers masked")
    answers: list[str] = field(
        "답", "answers that may be given: accept, reject, release, or what the question proposes, such as unit=백만원"
    )
    effects: list[str] = field("효과", "what each answer does, in the order of `answers`")
    asked_at: datetime = field("물은 시각", "when it was first asked", volatile=True)
