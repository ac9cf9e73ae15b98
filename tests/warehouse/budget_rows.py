"""Amounts for tests, keyed as the extraction keys them: loaded by path, since tests are no packages."""

from datetime import UTC, datetime
from typing import Any

from schemas.arrow import to_table
from schemas.budget import Subject
from schemas.fiscal import Level
from schemas.identity import make_id
from schemas.records.budget_amount import BudgetAmount
from schemas.records.element import ElementRecord
from schemas.records.reading import ReadingRecord
from schemas.targets import target_of
from warehouse.lake import Lake

NOW = datetime(2026, 11, 20, tzinfo=UTC)
LEVELS = {"project": Level.PROJECT, "mok": Level.MOK, "semok": Level.SEMOK, "subproject": Level.SUBPROJECT}


def content(letter: str) -> str:
    """A content's id."""
    return letter * 64


def amount(letter: str, name: str, won: int | None, year: int = 2026, **given: Any) -> BudgetAmount:
    """An amount of a project, or of what `level` says, in the content of a letter; any column may be given."""
    level = Level(given.pop("level", "PROJECT"))
    names = {level: name}
    codes: dict[Level, str] = {}
    for level_name, key in (("org", Level.ORG), ("account", Level.ACCOUNT), *LEVELS.items()):
        if given.get(f"{level_name}_name"):
            names[key] = given[f"{level_name}_name"]
        if given.get(f"{level_name}_code"):
            codes[key] = given[f"{level_name}_code"]
    subject = Subject(level, name, codes.get(level), names, codes)
    kind, target_id = target_of(subject, year, given.get("is_revenue", False), content(letter))
    columns: dict[str, Any] = dict.fromkeys(BudgetAmount.columns())
    columns |= {
        "content_id": content(letter),
        "target_kind": kind,
        "target_id": target_id,
        "level": level,
        "fiscal_year": year,
        "stage": "ENACTED",
        "stage_no": 0,
        "stage_from": "cell",
        "is_revenue": False,
        "is_total": False,
        "amount_won": won,
        "amount_minor": won,
        "currency": "KRW",
        "value_state": "BLANK" if won is None else "VALUE" if won else "ZERO_PRINTED",
        "precision_minor": 0,
        "raw_text": "" if won is None else f"{won:,}",
        "subject_name": name,
        "subject_code": codes.get(level),
        "ordinal": 0,
        "table_no": 1,
        "row": 1,
        "col": 1,
        "form": "general",
        "confidence": 1.0,
        "recorded_at": NOW,
        **{f"{key.lower()}_name": text for key, text in names.items() if f"{key.lower()}_name" in columns},
        **given,
    }
    columns["amount_id"] = make_id("test", *(str(value) for value in columns.values()))
    return BudgetAmount(**columns)


def fill(lake: Lake, *amounts: BudgetAmount) -> None:
    """Record amounts."""
    lake.commit(lambda _: lake.insert(BudgetAmount, to_table(BudgetAmount, amounts)))


def say(lake: Lake, letter: str, title: str, *elements: dict[str, Any]) -> None:
    """Keep a document with the given elements: `text`, and `table` for a table."""
    from schemas.provenance import Locator

    reading = ReadingRecord(
        content_id=content(letter),
        step_fingerprint="",
        outcome="kept",
        reason=None,
        detail=None,
        format="txt",
        reader="text",
        title=title,
        coverage=1.0,
        size_bytes=1,
        n_elements=len(elements),
        n_members=0,
        n_masked=0,
        text_id="",
        read_at=NOW,
    )
    rows = [
        ElementRecord(
            content_id=content(letter),
            ordinal=ordinal,
            kind="table" if "table" in element else "narrative_text",
            text=element["text"],
            level=None,
            page=None,
            sheet=None,
            section_path=[],
            locator=Locator(),
            table=element.get("table"),
            parent_ordinal=None,
            parent_row=None,
            parent_col=None,
        )
        for ordinal, element in enumerate(elements)
    ]

    def work(_: object) -> None:
        lake.insert(ReadingRecord, to_table(ReadingRecord, [reading]))
        lake.insert(ElementRecord, to_table(ElementRecord, rows))

    lake.commit(work)
