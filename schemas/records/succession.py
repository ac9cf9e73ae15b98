"""`core.succession`: projects and offices that go on under another name or code, were split or merged."""

from schemas.record import Record, field


class Succession(Record):
    """A candidate or a confirmed succession, with its evidence. Only a confirmed one joins series."""

    layer = "core"
    key = ("succession_id",)
    label = "승계"

    succession_id: str = field("승계 ID", "id of what goes on and as what")
    what: str = field("무엇", "project or org")
    kind: str = field("종류", "RENAME, SPLIT, MERGE or TRANSFER")
    from_id: str = field(
        "앞 ID", "project or office before", origin=("core.project.project_id", "core.org_unit.org_id")
    )
    from_name: str = field("앞 이름", "its name")
    from_code: str | None = field("앞 코드", "its code")
    to_id: str = field("뒤 ID", "project or office after", origin=("core.project.project_id", "core.org_unit.org_id"))
    to_name: str = field("뒤 이름", "its name")
    to_code: str | None = field("뒤 코드", "its code")
    fiscal_year: int = field("첫 연도", "first year under the new name")
    method: str = field("찾은 법", "stated (a document says so), code, name, amount, or several")
    score: float = field("점수", "0 to 1, how much tells for it")
    evidence: list[str] = field("근거", "what tells for it, a line each, masked")
    content_ids: list[str] = field("근거 문서", "contents that say so", origin=("core.reading.content_id",))
    state: str = field("상태", "CANDIDATE, CONFIRMED or REJECTED")
