"""One declaration gives the Arrow schema, and records come out of Arrow as they went in."""

from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

import pyarrow as pa
import pytest
from pydantic import BaseModel, Field

from schemas.arrow import arrow_schema, arrow_type, to_table
from schemas.conversations import Attachment, AttachmentState, Event, Participant
from schemas.elements import Cell, Grid
from schemas.provenance import Locator
from schemas.record import Record, field


class Colour(StrEnum):
    RED = "red"


class Everything(Record):
    """One column of every kind that a table can hold."""

    layer = "core"
    key = ("a_id",)
    label = "모두"

    a_id: str = field("글", "a text")
    count: int = field("수", "a number")
    share: float | None = field("비율", "a fraction")
    is_open: bool = field("열림", "a truth")
    raw: bytes = field("바이트", "bytes")
    seen_on: date = field("날짜", "a day")
    seen_at: datetime = field("시각", "an instant")
    exact: Decimal | None = field("정수", "an exact number")
    colour: Colour = field("빛깔", "an enumeration")
    basis: Literal["gross", "net"] = field("기준", "a literal")
    names: list[str] = field("이름들", "a list")
    place: Locator = field("위치", "a struct")
    table: Grid | None = field("표", "a struct that holds a list of structs")
    cells: list[Cell] = field("칸들", "a list of structs")


FULL: dict[str, Any] = {
    "a_id": "가\x00나 '\"",
    "count": 2**62,
    "share": 0.1,
    "is_open": True,
    "raw": b"\x00\xff",
    "seen_on": date(2026, 2, 28),
    "seen_at": datetime(2026, 1, 1, 2, 3, 4, 567891, tzinfo=timezone(timedelta(hours=9))),
    "exact": Decimal(10**37),
    "colour": Colour.RED,
    "basis": "net",
    "names": ["", "나"],
    "place": Locator(page=3, cells="B3:F20"),
    "table": Grid(n_rows=1, n_cols=1, cells=[Cell(row=1, col=1, text="1,200")]),
    "cells": [Cell(row=1, col=2, row_span=2)],
}
BARE: dict[str, Any] = FULL | {
    "share": None,
    "exact": None,
    "names": [],
    "place": Locator(),
    "table": None,
    "cells": [],
}


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (str, pa.string()),
        (int | None, pa.int64()),
        (Annotated[int, Field(gt=0)], pa.int64()),
        (datetime, pa.timestamp("us", tz="UTC")),
        (date, pa.date32()),
        (Decimal, pa.decimal128(38, 0)),
        (Literal["a", "b"], pa.string()),
        (Colour, pa.string()),
        (tuple[str, ...], pa.list_(pa.string())),
        (tuple[int, int], pa.list_(pa.int64())),
        (list[list[int]], pa.list_(pa.list_(pa.int64()))),
    ],
)
def test_an_annotation_has_one_column_type(annotation: Any, expected: pa.DataType) -> None:
    assert arrow_type(annotation) == expected


@pytest.mark.parametrize(
    "annotation", [dict[str, int], set[str], object, complex, int | str, tuple[int, str], list[dict[str, str]]]
)
def test_an_annotation_without_a_column_type_is_refused(annotation: Any) -> None:
    with pytest.raises(TypeError):
        arrow_type(annotation)


def test_a_struct_has_the_fields_of_its_model_in_order() -> None:
    struct = arrow_type(Grid)
    assert [struct.field(i).name for i in range(struct.num_fields)] == list(Grid.model_fields)
    assert struct.field("cells").type.value_type.field("text").type == pa.string()


def test_a_dataclass_is_a_struct_of_its_fields_in_order() -> None:
    struct = arrow_type(Attachment)
    assert [struct.field(i).name for i in range(struct.num_fields)] == [item.name for item in fields(Attachment)]
    assert struct.field("size_bytes").type == pa.int64()
    assert struct.field("state").type == pa.string()
    assert arrow_type(Event | None).field("at").type == pa.timestamp("us", tz="UTC")
    assert arrow_type(list[Participant]).value_type.field("aliases").type == pa.list_(pa.string())


def test_dataclasses_come_back_from_arrow_as_they_went_in() -> None:
    files = [Attachment("가.hwp", "application/x-hwp", 7, None, None, AttachmentState.LOST), Attachment("나")]
    column = pa.array([[asdict(one) for one in files]], arrow_type(list[Attachment]))
    assert [Attachment(**row | {"state": AttachmentState(row["state"])}) for row in column[0].as_py()] == files


def test_a_dataclass_that_holds_something_without_a_type_is_refused() -> None:
    @dataclass
    class Loose:
        anything: dict[str, int]

    with pytest.raises(TypeError, match="no column type"):
        arrow_type(Loose)


def test_only_a_column_that_allows_none_is_nullable() -> None:
    schema = arrow_schema(Everything)
    assert schema.names == list(Everything.columns())
    assert {column.name for column in schema if column.nullable} == {"share", "exact", "table"}


def test_records_come_back_from_arrow_as_they_went_in() -> None:
    rows = [Everything.model_validate(FULL), Everything.model_validate(BARE)]
    table = to_table(Everything, rows)
    assert table.schema == arrow_schema(Everything)
    assert [Everything.model_validate(row, strict=False) for row in table.to_pylist()] == rows


def test_an_instant_is_kept_as_utc_to_the_microsecond() -> None:
    column = to_table(Everything, [Everything.model_validate(FULL)])["seen_at"]
    assert column[0].as_py() == datetime(2025, 12, 31, 17, 3, 4, 567891, tzinfo=UTC)


def test_no_records_are_a_table_with_columns_and_no_rows() -> None:
    table = to_table(Everything, iter(()))
    assert (table.num_rows, table.schema) == (0, arrow_schema(Everything))


def test_a_number_beyond_64_bits_is_refused_and_not_wrapped() -> None:
    too_big = Everything.model_validate(FULL | {"count": 2**63})
    with pytest.raises((OverflowError, pa.ArrowInvalid)):
        to_table(Everything, [too_big])


def test_a_fraction_in_an_exact_number_is_refused_and_not_rounded() -> None:
    fraction = Everything.model_validate(FULL | {"exact": Decimal("0.5")})
    with pytest.raises(pa.ArrowInvalid):
        to_table(Everything, [fraction])


def test_a_model_that_holds_something_without_a_type_is_refused() -> None:
    class Loose(BaseModel):
        anything: dict[str, int]

    with pytest.raises(TypeError, match="no column type"):
        arrow_type(Loose)
