"""The dictionary says of every table and column what its record declares, and changes when the record does."""

import json
import re
from typing import Any

import pytest

from schemas.dictionary import dictionary_page, json_schema, lineage_table, table_section, type_name
from schemas.elements import Cell, Grid
from schemas.provenance import Locator
from schemas.record import Record, extra, field, origins, unwrap_optional
from schemas.records import discover_records
from schemas.records.element import ElementRecord

RECORDS = discover_records()


class Amount(Record):
    """An amount | of a project,
    as printed.
    """

    layer = "core"
    key = ("amount_id", "stage")
    label = "금액"

    amount_id: str = field("금액 ID", "id of the cell")
    stage: str = field("단계", "request | budget", previously="phase")
    amount_won: int | None = field(
        "금액", "exact amount", unit="won", origin=("core.element.table", "raw.placement.path")
    )
    run_id: str = field("실행 ID", "run", volatile=True, default="")


def rows_of(section: str) -> list[list[str]]:
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def test_a_table_section_holds_everything_that_was_declared() -> None:
    section = table_section(Amount)
    assert section.startswith("### `core.test_dictionary` 금액\n\nAn amount | of a project, as printed.\n")
    assert "열쇠: `amount_id`, `stage`" in section
    assert rows_of(section) == [
        ["`amount_id`", "`VARCHAR`", "금액 ID", "id of the cell", "", "", ""],
        ["`stage`", "`VARCHAR`", "단계", r"request \| budget (전 이름 `phase`)", "", "", ""],
        ["`amount_won`", "`BIGINT`", "금액", "exact amount", "won", "예", "`core.element.table`, `raw.placement.path`"],
        ["`run_id`", "`VARCHAR`", "실행 ID", "run", "", "", ""],
    ]


def test_the_lineage_names_the_origin_of_every_column_or_says_that_it_is_outside() -> None:
    assert rows_of(lineage_table(Amount)) == [
        ["`amount_id`", "금액 ID", "파일·설정·실행 (레이크 밖)"],
        ["`stage`", "단계", "파일·설정·실행 (레이크 밖)"],
        ["`amount_won`", "금액", "`core.element.table`, `raw.placement.path`"],
        ["`run_id`", "실행 ID", "파일·설정·실행 (레이크 밖)"],
    ]


@pytest.mark.parametrize("record", RECORDS.values(), ids=lambda record: record.qualified_name())
def test_every_column_of_ours_is_on_the_page_with_its_unit_and_nullability(record: type[Record]) -> None:
    shown = {row[0].strip("`"): row for row in rows_of(table_section(record))}
    assert list(shown) == list(record.columns())
    for name, info in record.model_fields.items():
        assert shown[name][2:] == [
            info.title,
            info.description,
            extra(info, "unit") or "",
            "예" if unwrap_optional(info.annotation)[1] else "",
            ", ".join(f"`{origin}`" for origin in origins(info)),
        ]


def test_the_page_has_a_section_for_every_table_once_and_for_every_struct() -> None:
    page = dictionary_page(RECORDS.values())
    headings = re.findall(r"^### `([a-z_.]+)` ", page, re.MULTILINE)
    assert headings == list(RECORDS)
    structs = re.findall(r"^### ([A-Z]\w+)$", page, re.MULTILINE)
    assert structs == [
        "Attachment",
        "Cell",
        "CellMark",
        "Completeness",
        "EarlierContent",
        "Event",
        "Grid",
        "Locator",
        "Participant",
        "ProjectAdjustment",
        "ProjectDocument",
        "Property",
        "Reaction",
        "RoomDoubt",
        "SessionLine",
        "SimilarProject",
        "StageAmount",
    ]
    assert page.endswith("\n")
    assert not page.endswith("\n\n")


def test_the_page_does_not_depend_on_the_order_of_the_records_within_it() -> None:
    assert dictionary_page(RECORDS.values()) == dictionary_page(iter(RECORDS.values()))


def test_a_layer_without_tables_and_a_page_without_structs_have_no_heading() -> None:
    page = dictionary_page([Amount])
    assert "## core" in page
    assert "## raw" not in page
    assert "구조체" not in page


@pytest.mark.parametrize(
    ("annotation", "name"),
    [
        (str | None, "VARCHAR"),
        (list[str], "VARCHAR[]"),
        (tuple[int, ...], "BIGINT[]"),
        (Locator, "Locator"),
        (Grid | None, "Grid"),
        (list[Cell], "Cell[]"),
    ],
)
def test_a_type_is_named_as_a_person_would_name_it(annotation: Any, name: str) -> None:
    assert type_name(annotation) == name


def test_the_json_schema_requires_every_column_and_allows_no_other() -> None:
    schema = json_schema(Amount)
    assert schema["required"] == list(Amount.columns())
    assert schema["additionalProperties"] is False
    assert schema["properties"]["amount_won"] == {
        "anyOf": [{"type": "integer"}, {"type": "null"}],
        "description": "exact amount",
        "title": "금액",
        "unit": "won",
        "origin": ["core.element.table", "raw.placement.path"],
    }
    assert schema["properties"]["stage"]["previously"] == "phase"
    assert not {"unit", "origin"} & set(schema["properties"]["stage"])
    assert schema["properties"]["run_id"]["volatile"] is True
    assert (schema["x-table"], schema["x-label"], schema["x-key"]) == (
        "core.test_dictionary",
        "금액",
        ["amount_id", "stage"],
    )


def test_the_json_schema_describes_nested_structs() -> None:
    schema = json_schema(ElementRecord)
    assert set(schema["$defs"]) == {"Cell", "CellMark", "Grid", "Locator"}
    assert schema["$defs"]["Grid"]["required"] == list(Grid.model_fields)
    assert schema["properties"]["locator"]["$ref"] == "#/$defs/Locator"


@pytest.mark.parametrize("record", RECORDS.values(), ids=lambda record: record.qualified_name())
def test_every_json_schema_of_ours_is_json(record: type[Record]) -> None:
    assert json.loads(json.dumps(json_schema(record))) == json_schema(record)
