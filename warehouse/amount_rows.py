"""What forms find, as rows of the lake; amounts as columns at once, since a yearbook holds a hundred thousand of them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from schemas.arrow import arrow_schema
from schemas.budget import Extraction, FoundAmount, amount_id
from schemas.fiscal import Level
from schemas.identity import make_id
from schemas.provenance import column_letters
from schemas.records.adjustment import Adjustment
from schemas.records.budget_amount import BudgetAmount
from schemas.records.extraction import ExtractionRecord
from schemas.records.form_table import FormTable
from schemas.records.indicator import Indicator
from schemas.targets import target_of

_NAMED_LEVELS: tuple[tuple[str, Level], ...] = (
    ("org", Level.ORG),
    ("account", Level.ACCOUNT),
    ("field", Level.FIELD),
    ("sector", Level.SECTOR),
    ("program", Level.PROGRAM),
    ("activity", Level.ACTIVITY),
    ("project", Level.PROJECT),
    ("mok", Level.MOK),
    ("semok", Level.SEMOK),
)


def amount_table(content_id: str, amounts: Sequence[FoundAmount], now: datetime) -> pa.Table:
    """Amounts of a content as rows of `core.budget_amount`; nothing is superseded yet."""
    schema = arrow_schema(BudgetAmount)
    columns: dict[str, list[Any]] = {name: [] for name in schema.names}
    for found in amounts:
        _append(columns, content_id, found)
    n = len(amounts)
    columns["recorded_at"] = [now] * n
    for name in ("effective_on", "as_of", "supersedes_id"):
        columns[name] = [None] * n
    return pa.Table.from_arrays(
        [pa.array(columns[name], schema.field(name).type) for name in schema.names], schema=schema
    )


def _append(columns: dict[str, list[Any]], content_id: str, found: FoundAmount) -> None:
    place, subject = found.place, found.subject
    kind, target = target_of(subject, found.fiscal_year, found.is_revenue, content_id)
    names, codes = subject.names, subject.codes
    row: dict[str, Any] = {
        "amount_id": amount_id(content_id, found),
        "content_id": content_id,
        "target_kind": kind,
        "target_id": target,
        "level": subject.level.value,
        "fiscal_year": found.fiscal_year,
        "stage": found.stage.value,
        "stage_no": found.stage_no,
        "stage_from": found.stage_from.value,
        "period": found.period,
        "basis": found.basis.value if found.basis else None,
        "is_revenue": found.is_revenue,
        "is_total": found.is_total,
        "amount_won": found.amount_minor if found.currency == "KRW" else None,
        "amount_minor": found.amount_minor,
        "currency": found.currency,
        "value_state": found.value_state.value,
        "precision_minor": found.precision_minor,
        "unit_raw": found.unit_raw,
        "unit_multiplier": found.unit_multiplier,
        "unit_from": found.unit_from.value if found.unit_from else None,
        "raw_text": found.raw_text,
        "subject_name": subject.name,
        "subject_code": subject.code,
        "subproject_name": names.get(Level.SUBPROJECT),
        "compared": found.compared,
        "ordinal": place.ordinal,
        "table_no": place.table,
        "page": place.page,
        "sheet": place.sheet,
        "row": place.row,
        "col": place.col,
        "line": place.line,
        "cell": cell_address(place.sheet_row, place.sheet_col),
        "form": found.form,
        "confidence": found.confidence,
    }
    for column, level in _NAMED_LEVELS:
        row[f"{column}_name"] = names.get(level)
        row[f"{column}_code"] = codes.get(level)
    for name, value in row.items():
        columns[name].append(value)


def cell_address(row: int | None, col: int | None) -> str | None:
    """Address in a sheet, such as C5; None where the table is no range of one."""
    if row is None or col is None:
        return None
    return f"{column_letters(col)}{row}"


def extraction_row(
    content_id: str, fingerprint: str, result: Extraction, replaces: Sequence[str], now: datetime
) -> ExtractionRecord:
    """The marker of a content."""
    return ExtractionRecord(
        content_id=content_id,
        step_fingerprint=fingerprint,
        kind=result.kind,
        org_name=result.org_name,
        fiscal_years=list(result.fiscal_years),
        n_tables=len(result.tables),
        n_amounts=len(result.amounts),
        n_left=sum(verdict.n_left for verdict in result.tables),
        replaces=list(replaces),
        extracted_at=now,
    )


def table_rows(content_id: str, result: Extraction) -> Iterable[FormTable]:
    """The verdict on each table."""
    for verdict in result.tables:
        yield FormTable(
            content_id=content_id,
            ordinal=verdict.ordinal,
            table_no=verdict.table,
            shape_id=verdict.shape_id,
            form=verdict.form,
            outcome=verdict.outcome,
            reason=verdict.reason,
            detail=verdict.detail or None,
            proposals=list(verdict.proposals),
            n_amounts=verdict.n_amounts,
            n_left=verdict.n_left,
        )


def adjustment_rows(content_id: str, result: Extraction) -> Iterable[Adjustment]:
    """The transfers, each with the id of its amount."""
    by_place = {found.place: found for found in result.amounts}
    for moved in result.adjustments:
        amount = by_place[moved.place]
        yield Adjustment(
            adjustment_id=make_id(
                "adjustment", amount_id(content_id, amount), moved.kind.value, moved.from_item, moved.to_item, moved.on
            ),
            content_id=content_id,
            amount_id=amount_id(content_id, amount),
            kind=moved.kind.value,
            kind_raw=moved.kind_raw,
            decided_on=date.fromisoformat(moved.on) if moved.on else None,
            fiscal_year=moved.fiscal_year,
            from_project_name=moved.from_project[0],
            from_project_code=moved.from_project[1],
            from_item_code=moved.from_item,
            to_project_name=moved.to_project[0],
            to_project_code=moved.to_project[1],
            to_item_code=moved.to_item,
            amount_won=amount.amount_minor if amount.currency == "KRW" else None,
            reason=moved.reason,
        )


def indicator_rows(content_id: str, result: Extraction) -> Iterable[Indicator]:
    """The targets and results of indicators."""
    for found in result.indicators:
        place, subject = found.place, found.subject
        yield Indicator(
            indicator_id=make_id(
                "indicator",
                content_id,
                f"{place.ordinal}/{place.row}/{place.col}/{place.line}",
                found.raw_text,
                found.measure,
                found.fiscal_year,
                found.name,
            ),
            content_id=content_id,
            name=found.name,
            unit=found.unit,
            method=found.method,
            weight=found.weight,
            fiscal_year=found.fiscal_year,
            measure=found.measure,
            value=found.value,
            raw_text=found.raw_text,
            project_name=subject.names.get(Level.PROJECT) if subject else None,
            project_code=subject.codes.get(Level.PROJECT) if subject else None,
            program_name=subject.names.get(Level.PROGRAM) if subject else None,
            ordinal=place.ordinal,
            row=place.row,
            col=place.col,
        )
