"""`core.link`: which document speaks of which figure, and which figures contradict one another."""

from schemas.record import Record, field


class Link(Record):
    """A link between two things of the store, with the way in which it was found."""

    layer = "core"
    key = ("link_id",)
    label = "연결"

    link_id: str = field("연결 ID", "id of both ends and the relation")
    relation: str = field(
        "관계", "EVIDENCES (a document prints the figure), CONTRADICTS or SAME_AS (two keys of one project)"
    )
    from_kind: str = field("앞 종류", "document, amount, or project for SAME_AS")
    from_id: str = field(
        "앞 ID",
        "content, amount or project",
        origin=("core.reading.content_id", "core.budget_amount.amount_id", "core.project.project_id"),
    )
    to_kind: str = field("뒤 종류", "amount or project")
    to_id: str = field("뒤 ID", "amount or project", origin=("core.budget_amount.amount_id", "core.project.project_id"))
    method: str = field("찾은 법", "code, or name_year_office_stage_amount")
    score: float = field("점수", "0 to 1")
    detail: str | None = field("상세", "what differs, for a contradiction")
