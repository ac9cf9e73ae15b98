"""Tables become what the record classes declare, or the change is refused before anything is lost."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pydantic import BaseModel

from schemas import sql
from schemas.record import field
from schemas.records import discover_records
from warehouse import maintenance
from warehouse.lake import CATALOG, Lake
from warehouse.migration import SchemaRefused, migrate, plan

ID = (str, field("아이디", "the key"))


class Inner(BaseModel):
    part: int | None = None
    names: list[str] = []


class Wider(Inner):
    late: str | None = None


def rows(lake: Lake) -> list[dict]:
    return lake.rows(f"FROM {CATALOG}.core.thing ORDER BY thing_id")


def columns(lake: Lake) -> dict[str, str]:
    listed = lake.connection.execute(f"DESCRIBE {CATALOG}.core.thing").fetchall()
    return {name: kind for name, kind, *_ in listed}


def test_every_declared_table_is_made_with_its_columns_and_a_second_time_nothing_is_done(lake):
    records = discover_records()
    assert lake.tables() == sorted((record.layer, record.table_name()) for record in records.values())
    for record in records.values():
        listed = lake.connection.execute(f"DESCRIBE {sql.table(record, CATALOG)}").fetchall()
        assert [name for name, *_ in listed] == list(record.columns())
    head = lake.head()
    assert plan(lake, records.values()) == []
    assert migrate(lake, records.values()) == []
    assert lake.head() == head


def test_tables_and_columns_carry_their_korean_terms(lake):
    comments = dict(
        lake.connection.execute(
            "SELECT column_name, comment FROM duckdb_columns() WHERE schema_name = 'raw' AND table_name = 'placement'"
        ).fetchall()
    )
    assert comments["folder"].startswith("폴더: ")
    assert comments["size_bytes"].endswith("[bytes]")


def test_an_added_column_shows_its_default_in_rows_written_before_it(lake, declare, fill):
    old = declare("thing", thing_id=ID)
    migrate(lake, [old])
    fill(lake, old, thing_id=[f"t{i:02}" for i in range(30)])
    new = declare(
        "thing",
        thing_id=ID,
        kind=(str, field("종류", "kind", default="모름's")),
        n=(int, field("수", "number", default=-3)),
        flag=(bool, field("표시", "flag", default=True)),
        empty=(str | None, field("빈 값", "nothing", default=None)),
        named=(str | None, field("이름", "no default is needed where nothing may stand")),
    )
    migrate(lake, [new])
    assert rows(lake)[29] == {"thing_id": "t29", "kind": "모름's", "n": -3, "flag": True, "empty": None, "named": None}
    fill(lake, new, thing_id=["u"], kind=["새것"], n=[5], flag=[False], empty=["x"], named=["y"])
    assert rows(lake)[30] == {"thing_id": "u", "kind": "새것", "n": 5, "flag": False, "empty": "x", "named": "y"}
    assert plan(lake, [new]) == []


def test_an_added_list_column_shows_its_default(lake, declare, fill):
    old = declare("thing", thing_id=ID)
    migrate(lake, [old])
    fill(lake, old, thing_id=[f"t{i:02}" for i in range(20)])
    new = declare(
        "thing",
        thing_id=ID,
        names=(list[str], field("이름들", "names", default=[])),
        tokens=(list[str], field("토큰들", "tokens", default=["group:all", "it's"])),
    )
    migrate(lake, [new])
    assert rows(lake)[19] == {"thing_id": "t19", "names": [], "tokens": ["group:all", "it's"]}
    assert plan(lake, [new]) == []


def test_a_column_that_needs_a_value_and_has_no_default_is_refused(lake, declare, fill):
    old = declare("thing", thing_id=ID)
    migrate(lake, [old])
    fill(lake, old, thing_id=["a"])
    with pytest.raises(SchemaRefused, match=r"core\.thing\.n "):
        migrate(lake, [declare("thing", thing_id=ID, n=(int, field("수", "number")))])
    assert columns(lake) == {"thing_id": "VARCHAR"}


def test_a_renamed_column_keeps_its_values_and_a_pinned_reader_its_old_name(lake, place, declare, fill):
    old = declare("thing", thing_id=ID, year=(int, field("연도", "year")))
    migrate(lake, [old])
    fill(lake, old, thing_id=["a", "b"], year=[2025, 2026])
    pin = lake.head()
    new = declare("thing", thing_id=ID, fiscal_year=(int, field("회계연도", "year", previously="year")))
    with Lake.open(place, snapshot=pin) as reader:
        migrate(lake, [new])
        fill(lake, new, thing_id=["c"], fiscal_year=[2027])
        maintenance.compact(lake)
        assert rows(reader) == [{"thing_id": "a", "year": 2025}, {"thing_id": "b", "year": 2026}]
    with Lake.open(place, snapshot=pin) as fresh:
        assert columns(fresh) == {"thing_id": "VARCHAR", "year": "BIGINT"}
    assert [row["fiscal_year"] for row in rows(lake)] == [2025, 2026, 2027]
    assert plan(lake, [new]) == []
    comment = "SELECT comment FROM duckdb_columns() WHERE table_name = 'thing' AND column_name = 'fiscal_year'"
    assert lake.value(comment) == "회계연도: year"


def test_a_renamed_column_can_widen_at_once(lake, declare, fill):
    old = declare("thing", thing_id=ID, amount=(int, field("금액", "won")))
    migrate(lake, [old])
    fill(lake, old, thing_id=["a"], amount=[2**62])
    migrate(lake, [declare("thing", thing_id=ID, amount_won=(Decimal, field("금액", "won", previously="amount")))])
    assert rows(lake) == [{"thing_id": "a", "amount_won": Decimal(2**62)}]


def test_a_whole_number_widens_to_a_decimal_and_a_pinned_reader_keeps_its_type(lake, place, declare, fill):
    old = declare("thing", thing_id=ID, n=(int, field("수", "number")))
    migrate(lake, [old])
    fill(lake, old, thing_id=["a"], n=[2**62])
    pin = lake.head()
    new = declare("thing", thing_id=ID, n=(Decimal, field("수", "number")))
    migrate(lake, [new])
    fill(lake, new, thing_id=["b"], n=[Decimal(7)])
    assert [row["n"] for row in rows(lake)] == [Decimal(2**62), Decimal(7)]
    with Lake.open(place, snapshot=pin) as reader:
        assert columns(reader)["n"] == "BIGINT"
        assert rows(reader) == [{"thing_id": "a", "n": 2**62}]
    fill(lake, new, thing_id=["c"], n=[Decimal(10**37)])
    assert rows(lake)[2]["n"] == Decimal(10**37)


def test_a_date_widens_to_the_first_instant_of_its_day_in_korea(lake, declare, fill):
    migrate(lake, [declare("thing", thing_id=ID, on=(date, field("날짜", "day")))])
    fill(lake, declare("thing", thing_id=ID, on=(date, field("날짜", "day"))), thing_id=["a"], on=[date(2026, 1, 2)])
    migrate(lake, [declare("thing", thing_id=ID, on=(datetime, field("날짜", "day")))])
    assert rows(lake)[0]["on"] == datetime(2026, 1, 1, 15, tzinfo=UTC)


def test_a_type_that_would_lose_something_is_refused_and_the_lake_stays_as_it_was(lake, declare):
    changes = [
        (Decimal, int),
        (int, str),
        (str, int),
        (int, bool),
        (float, int),
        (datetime, date),
        (list[str], str),
        (Wider, Inner),
    ]
    old = [declare(f"thing{i}", n=(kind, field("값", "value"))) for i, (kind, _) in enumerate(changes)]
    migrate(lake, old)
    head = lake.head()
    for i, (_, kind) in enumerate(changes):
        with pytest.raises(SchemaRefused, match=rf"core\.thing{i}\.n "):
            migrate(lake, [declare(f"thing{i}", n=(kind, field("값", "value")))])
    assert lake.head() == head
    assert plan(lake, old) == []


def test_a_column_that_is_no_longer_declared_is_refused(lake, declare):
    migrate(lake, [declare("thing", thing_id=ID, year=(int, field("연도", "year")))])
    with pytest.raises(SchemaRefused, match="year"):
        migrate(lake, [declare("thing", thing_id=ID)])
    with pytest.raises(SchemaRefused, match="year"):
        migrate(lake, [declare("thing", thing_id=ID, fiscal_year=(int | None, field("회계연도", "year")))])
    assert set(columns(lake)) == {"thing_id", "year"}


def test_one_refused_table_leaves_every_other_untouched(lake, declare):
    migrate(lake, [declare("thing", thing_id=ID, n=(int, field("값", "value")))])
    other = declare("other", other_id=(str, field("아이디", "the key")))
    with pytest.raises(SchemaRefused):
        migrate(lake, [other, declare("thing", thing_id=ID, n=(str, field("값", "value")))])
    assert ("core", "other") not in lake.tables()


def test_nested_types_instants_and_decimals_are_recognised_as_what_they_are(lake, declare, fill):
    record = declare(
        "thing",
        thing_id=ID,
        inner=(Inner | None, field("안", "struct")),
        inners=(list[Inner], field("안들", "structs")),
        at=(datetime, field("때", "instant")),
        won=(Decimal, field("원", "won")),
    )
    migrate(lake, [record])
    assert plan(lake, [record]) == []
    at = datetime(2026, 11, 20, 3, 4, 5, 678901, tzinfo=UTC)
    one = {"part": 1, "names": ["가"]}
    fill(lake, record, thing_id=["a"], inner=[one], inners=[[one, one]], at=[at], won=[Decimal(7)])
    assert rows(lake) == [{"thing_id": "a", "inner": one, "inners": [one, one], "at": at, "won": Decimal(7)}]
