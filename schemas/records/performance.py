"""`mart.performance`: performance indicators by year beside the money of their projects."""

from schemas.record import Record, field

_INDICATOR = "core.indicator"
_AMOUNT = "core.budget_amount"


class Performance(Record):
    """An indicator in a year. Documents join only where they name the same project or program; else each stands alone."""

    layer = "mart"
    key = ("name", "unit", "project_code", "project_name", "program_name", "content_id", "fiscal_year")
    label = "성과"

    name: str = field("성과지표", "name of the indicator", origin=(f"{_INDICATOR}.name",))
    unit: str | None = field("단위", "unit that it is counted in", origin=(f"{_INDICATOR}.unit",))
    project_code: str | None = field("세부사업 코드", "code of its project", origin=(f"{_INDICATOR}.project_code",))
    project_name: str | None = field("세부사업", "its project", origin=(f"{_INDICATOR}.project_name",))
    program_name: str | None = field("프로그램", "its program", origin=(f"{_INDICATOR}.program_name",))
    content_id: str | None = field(
        "내용 ID", "content, where neither project nor program is named", origin=(f"{_INDICATOR}.content_id",)
    )
    fiscal_year: int = field("회계연도", "year", origin=(f"{_INDICATOR}.fiscal_year",))
    target: str | None = field("목표", "as plain decimal text", origin=(f"{_INDICATOR}.value",))
    actual: str | None = field("실적", "as plain decimal text", origin=(f"{_INDICATOR}.value",))
    rate: str | None = field("달성률", "as printed, in percent", origin=(f"{_INDICATOR}.value",))
    computed_rate: float | None = field(
        "셈한 달성률",
        "actual over target in percent, where both are numbers",
        unit="%",
        origin=(f"{_INDICATOR}.value",),
    )
    n_sources: int = field("출처 수", "contents that print it", unit="contents", origin=(f"{_INDICATOR}.content_id",))
    n_contradicting: int = field(
        "어긋나는 값 수", "printed values beside the shown ones", unit="values", origin=(f"{_INDICATOR}.value",)
    )
    indicator_ids: list[str] = field("지표 ID", "cells of the shown values", origin=(f"{_INDICATOR}.indicator_id",))
    project_id: str | None = field("사업 ID", "its project, where it is keyed", origin=("core.project.project_id",))
    enacted_won: int | None = field("본예산", "of the project", unit="won", origin=(f"{_AMOUNT}.amount_won",))
    executed_won: int | None = field("집행", "of the project, settled", unit="won", origin=(f"{_AMOUNT}.amount_won",))
