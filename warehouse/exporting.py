"""Writing the current amounts as a Fiscal Data Package: a table of amounts with their citations, and its descriptor.

Read from the analysts' file of a publication, so that nobody's export holds a row that he could not query.
"""

import csv
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from schemas.access import Principal
from schemas.currencies import in_major
from schemas.fiscal import STAGE_LABELS, Stage
from schemas.records.budget_amount import BudgetAmount
from warehouse.doors.sql import serving_file
from warehouse.layout import Home
from warehouse.publication import NothingPublished, read_current

TABLE_FILE, DESCRIPTOR_FILE = "amounts.csv", "datapackage.json"
ROWS_PER_FILE = 20_000
"""Amounts in one file; more go into `amounts-2.csv` and so on, so that each can be opened by a spreadsheet and read back here."""

BUDGET_TAXONOMY = "https://specs.frictionlessdata.io/taxonomies/fiscal/budgets.json"
_OWN = "gotgan"
_OF_PACKAGE = re.compile(r"amounts(?:-\d+)?\.(?:csv|part)|datapackage\.(?:json|part)")
_MAX_SOURCES = 10_000


class FolderInUse(ValueError):
    """The folder to write into holds something else already."""


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the table: its field in the descriptor, and the column of `core.budget_amount` that it shows.

    `shown` is empty where the column is computed from others.
    """

    name: str
    column_type: str
    shown: str = ""
    title: str = ""
    data_type: str = "string"

    def field(self) -> dict[str, str]:
        """The field of the table's schema, titled in Korean."""
        info = BudgetAmount.model_fields.get(self.shown)
        title, description = (
            self.title or (info.title if info else "") or self.name,
            (info.description if info else "") or "",
        )
        found = {"name": self.name, "title": title, "type": self.data_type, "columnType": self.column_type}
        return found | ({"description": description} if description else {})


def _levels() -> Iterator[_Column]:
    kinds = (
        ("org", "administrative-classification:generic:level1"),
        ("account", "fin-source:generic"),
        ("field", "functional-classification:generic:level1"),
        ("sector", "functional-classification:generic:level2"),
        ("program", "activity:generic:program"),
        ("activity", "activity:generic:subprogram"),
        ("project", "activity:generic:project"),
        ("mok", "economic-classification:generic:level1"),
        ("semok", "economic-classification:generic:level2"),
    )
    for level, kind in kinds:
        yield _Column(f"{level}_code", f"{kind}:code", f"{level}_code")
        yield _Column(f"{level}_name", f"{kind}:label", f"{level}_name")
    yield _Column("subproject_name", "activity:generic:subproject:label", "subproject_name")


def _own(name: str, shown: str = "", data_type: str = "string", title: str = "") -> _Column:
    return _Column(name, f"{_OWN}:{name.replace('_', '-')}", shown or name, title, data_type)


COLUMNS: tuple[_Column, ...] = (
    _Column("amount_id", "budget-line-id", "amount_id"),
    _Column("fiscal_year", "date:fiscal-year", "fiscal_year", data_type="integer"),
    _Column("stage", "phase:id", "stage"),
    _Column("stage_label", "phase:label", title="예산 단계(이름)"),
    _Column("direction", "direction", title="세입·세출"),
    _Column("value", "value", title="금액", data_type="number"),
    _Column("currency", "value-currency:code", "currency"),
    *_levels(),
    _own("level"),
    _own("subject", "subject_name"),
    _own("value_state"),
    _own("stage_no", data_type="integer"),
    _own("period"),
    _own("basis"),
    _own("is_total", data_type="boolean"),
    _own("compared"),
    _own("precision_minor", data_type="integer"),
    _Column("source_content_id", f"{_OWN}:source:content-id", "content_id"),
    _Column("source_table", f"{_OWN}:source:table", "table_no", data_type="integer"),
    _Column("source_page", f"{_OWN}:source:page", "page", data_type="integer"),
    _Column("source_sheet", f"{_OWN}:source:sheet", "sheet"),
    _Column("source_row", f"{_OWN}:source:row", "row", data_type="integer"),
    _Column("source_col", f"{_OWN}:source:col", "col", data_type="integer"),
    _Column("source_line", f"{_OWN}:source:line", "line", data_type="integer"),
    _Column("source_cell", f"{_OWN}:source:cell", "cell"),
    _Column("source_raw_text", f"{_OWN}:source:raw-text", "raw_text"),
    _Column("source_unit", f"{_OWN}:source:unit", "unit_raw"),
    _Column("source_unit_from", f"{_OWN}:source:unit-from", "unit_from"),
)


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the files, the publication that it is from, and how many rows."""

    publication_id: str
    tables: tuple[Path, ...]
    descriptor: Path
    n_amounts: int
    n_sources: int


def export_fiscal_package(
    home: Home,
    folder: Path,
    *,
    principal: Principal | None = None,
    years: Sequence[int] = (),
    stages: Sequence[Stage] = (),
    at: str | None = None,
) -> Exported:
    """Write the current amounts that the principal may read into a folder, which is made if it is not there.

    A package from before is replaced, and the descriptor is written last.

    Args:
        home: the home.
        folder: where to write `amounts.csv` (and more, if there are many) and `datapackage.json`.
        principal: whose rights hold; None for what everyone listed may read.
        years: only these fiscal years; all if empty.
        stages: only these stages; all if empty.
        at: an earlier publication that is still kept.

    Raises:
        NothingPublished: there is no such publication, or it holds no amounts.
        FolderInUse: there is something in the folder that is no such package.
    """
    publication_id = at or read_current(home).publication_id
    path = serving_file(home, principal, publication_id)
    _prepare(folder)
    with duckdb.connect(str(path), read_only=True) as connection:
        if not _holds(connection, "core", "budget_amount"):
            raise NothingPublished(f"공개 {publication_id}에는 예산 금액이 없습니다.")
        condition, given = _condition(years, stages)
        files, n_amounts = _write_tables(connection, folder, condition, given)
        sources = _sources(connection, condition, given)
    described = _descriptor(publication_id, files, sources, years)
    _write_whole(folder / DESCRIPTOR_FILE, json.dumps(described, ensure_ascii=False, indent=2) + "\n")
    return Exported(publication_id, tuple(files), folder / DESCRIPTOR_FILE, n_amounts, len(sources))


def _prepare(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise FolderInUse(f"{folder}: 폴더가 아닙니다.")
    folder.mkdir(parents=True, exist_ok=True)
    entries = list(folder.iterdir())
    if not all(_OF_PACKAGE.fullmatch(entry.name) for entry in entries):
        raise FolderInUse(f"{folder}에 다른 것이 있습니다. 비어 있는 폴더를 지정하십시오.")
    # a descriptor must never stand beside the tables of another export
    for entry in sorted(entries, key=lambda entry: entry.name != DESCRIPTOR_FILE):
        entry.unlink()


def _holds(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    found = connection.execute(
        "SELECT count(*) FROM information_schema.tables WHERE table_schema = ? AND table_name = ?", [schema, table]
    ).fetchone()
    return bool(found and found[0])


def _condition(years: Sequence[int], stages: Sequence[Stage]) -> tuple[str, list[Any]]:
    parts: list[str] = []
    given: list[Any] = []
    for column, values in (("fiscal_year", list(years)), ("stage", [str(stage) for stage in stages])):
        if values:
            parts.append(f"a.{column} IN ({', '.join('?' * len(values))})")
            given += values
    return " AND ".join(parts) or "true", given


def _current(connection: duckdb.DuckDBPyConnection) -> str:
    """Current amounts, as `warehouse.amounts` says, within a file that holds copied tables."""
    withdrawn = (
        "ANTI JOIN core.withdrawal w ON w.amount_id = a.amount_id" if _holds(connection, "core", "withdrawal") else ""
    )
    return f"core.budget_amount a ANTI JOIN core.budget_amount later ON later.supersedes_id = a.amount_id {withdrawn}"


def _write_tables(
    connection: duckdb.DuckDBPyConnection, folder: Path, condition: str, given: list[Any]
) -> tuple[list[Path], int]:
    needed = list(dict.fromkeys(["is_revenue", "amount_minor", *(column.shown for column in COLUMNS if column.shown)]))
    shown = ", ".join(f'a."{name}"' for name in needed)
    result = connection.execute(
        f"SELECT {shown} FROM {_current(connection)} WHERE {condition} "
        'ORDER BY a.content_id, a.ordinal, a."row", a.col, a.line, a.amount_id',
        given,
    )
    files: list[Path] = []
    n_amounts = 0
    while True:
        rows = result.fetchmany(ROWS_PER_FILE)
        if not rows and files:
            return files, n_amounts
        name = TABLE_FILE if not files else TABLE_FILE.replace(".", f"-{len(files) + 1}.")
        files.append(folder / name)
        _write_table(files[-1], [_line(dict(zip(needed, row, strict=True))) for row in rows])
        n_amounts += len(rows)
        if len(rows) < ROWS_PER_FILE:
            return files, n_amounts


def _write_table(path: Path, lines: list[list[str]]) -> None:
    temporary = path.with_suffix(".part")
    with temporary.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow([column.name for column in COLUMNS])
        writer.writerows(lines)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)


def _line(row: Mapping[str, Any]) -> list[str]:
    minor = row["amount_minor"]
    computed = {
        "stage_label": STAGE_LABELS.get(row["stage"], row["stage"]),
        "direction": "revenue" if row["is_revenue"] else "expenditure",
        "value": "" if minor is None else in_major(minor, row["currency"]),
    }
    return [_text(row[column.shown]) if column.shown else computed[column.name] for column in COLUMNS]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _sources(connection: duckdb.DuckDBPyConnection, condition: str, given: list[Any]) -> list[dict[str, str]]:
    """The contents that the amounts were read from, with a name of theirs that the reader of the file may see."""
    named = "NULL::VARCHAR"
    if _holds(connection, "raw", "placement"):
        named = "(SELECT min(p.name) FROM raw.placement p WHERE p.content_id = c.content_id)"
    rows = connection.execute(
        f"SELECT c.content_id, {named} FROM (SELECT DISTINCT a.content_id FROM {_current(connection)} WHERE {condition}) c "
        f"ORDER BY 1 LIMIT {_MAX_SOURCES}",
        given,
    ).fetchall()
    return [{"title": name or content_id, "contentId": content_id} for content_id, name in rows]


def _descriptor(
    publication_id: str, files: Sequence[Path], sources: list[dict[str, str]], years: Sequence[int]
) -> dict[str, Any]:
    """The descriptor by Fiscal Data Package 1.0: a tabular package whose fields have column types."""
    own = [
        {"name": column.column_type, "dataType": column.data_type}
        for column in COLUMNS
        if column.column_type.startswith(_OWN)
    ]
    period = {"start": f"{min(years)}-01-01", "end": f"{max(years)}-12-31"} if years else None
    return {
        "profile": "tabular-data-package",
        "name": "gotgan-budget-amounts",
        "title": "곳간 예산 금액",
        "description": "곳간이 공개한 현재 금액과 그 출처(파일·쪽·시트·셀·적힌 글). 금액은 통화의 기본 단위(원)로 적었다.",
        "version": publication_id,
        "countryCode": "KR",
        "granularity": "aggregated",
        **({"fiscalPeriod": period} if period else {}),
        "columnTypes": [BUDGET_TAXONOMY, own],
        "sources": sources or [{"title": f"곳간 공개 {publication_id}"}],
        "resources": [_resource(path) for path in files],
    }


def _resource(path: Path) -> dict[str, Any]:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {
        "profile": "tabular-data-resource",
        "name": path.stem,
        "title": "금액",
        "path": path.name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest}",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": {
            "fields": [column.field() for column in COLUMNS],
            "primaryKey": ["amount_id"],
            "missingValues": [""],
        },
    }


def _write_whole(path: Path, text: str) -> None:
    temporary = path.with_suffix(".part")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
