"""A declaration that cannot become a table is refused where it is written, not in the night."""

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.record import LAYERS, Record, extra, field, origins, unwrap_optional
from schemas.records import discover_records


def declare(columns: dict[str, tuple[Any, Any]], **attributes: Any) -> type[Record]:
    """A record class made at run time: columns as (annotation, field), class attributes beside them."""
    namespace: dict[str, Any] = {
        "__annotations__": {name: annotation for name, (annotation, _) in columns.items()},
        "__module__": __name__,
        "__doc__": "Declared at run time.",
        **{name: value for name, (_, value) in columns.items()},
        **attributes,
    }
    return type("Declared", (Record,), namespace)


GOOD: dict[str, Any] = {"layer": "core", "key": ("a_id",), "label": "가"}
COLUMNS = {"a_id": (str, field("가 ID", "an id"))}


def test_a_complete_declaration_is_a_table() -> None:
    declared = declare(COLUMNS, **GOOD)
    assert declared.columns() == ("a_id",)
    assert declared.table_name() == __name__.rsplit(".", 1)[-1]
    assert declared.qualified_name() == f"core.{declared.table_name()}"


@pytest.mark.parametrize("missing", sorted(GOOD))
def test_a_table_needs_layer_key_and_label(missing: str) -> None:
    with pytest.raises(TypeError, match=missing):
        declare(COLUMNS, **{name: value for name, value in GOOD.items() if name != missing})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"layer": "silver"}, "silver"), ({"key": ()}, "key"), ({"label": ""}, "label"), ({"__doc__": ""}, "docstring")],
)
def test_an_empty_or_unknown_attribute_is_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(TypeError, match=said):
        declare(COLUMNS, **GOOD | wrong)


def test_a_key_that_is_no_column_is_refused() -> None:
    with pytest.raises(TypeError, match="b_id"):
        declare(COLUMNS, **GOOD | {"key": ("a_id", "b_id")})


@pytest.mark.parametrize("name", ["A_id", "1st", "금액", "a-id", "aId"])
def test_a_name_outside_the_grammar_is_refused(name: str) -> None:
    with pytest.raises(TypeError, match="not a column name"):
        declare(COLUMNS | {name: (str, field("가", "an a"))}, **GOOD)


@pytest.mark.parametrize(("title", "description"), [("", "an a"), ("가", "")])
def test_a_column_without_a_korean_term_or_a_meaning_is_refused(title: str, description: str) -> None:
    with pytest.raises(TypeError, match="title or no description"):
        declare(COLUMNS | {"b": (str, field(title, description))}, **GOOD)


def test_a_column_that_was_not_declared_with_field_is_refused() -> None:
    with pytest.raises(TypeError, match="title or no description"):
        declare(COLUMNS | {"b": (str, "")}, **GOOD)


def test_rows_are_strict_and_final() -> None:
    declared = declare(COLUMNS, **GOOD)
    row = declared.model_validate({"a_id": "x"})
    with pytest.raises(ValidationError):
        declared.model_validate({"a_id": 1})
    with pytest.raises(ValidationError):
        declared.model_validate({"a_id": "x", "b_id": "y"})
    with pytest.raises(ValidationError):
        declared.model_validate({})
    with pytest.raises(ValidationError):
        row.a_id = "y"  # type: ignore[attr-defined]


def test_volatile_columns_are_left_out_of_comparisons() -> None:
    declared = declare(COLUMNS | {"run_id": (str, field("실행", "a run", volatile=True))}, **GOOD)
    assert declared.columns() == ("a_id", "run_id")
    assert declared.stable_columns() == ("a_id",)


def test_a_column_keeps_its_unit_and_earlier_name() -> None:
    info = declare(
        COLUMNS | {"b_won": (int, field("금액", "an amount", unit="won", previously="b_krw", default=0))}, **GOOD
    ).model_fields["b_won"]
    assert (extra(info, "unit"), extra(info, "previously"), info.default) == ("won", "b_krw", 0)
    assert extra(info, "unheard_of") is None


def test_a_column_says_what_it_is_derived_from() -> None:
    origin = ("raw.placement.path", "core.reading.title")
    info = declare(COLUMNS | {"b": (str, field("나", "a b", origin=origin))}, **GOOD).model_fields["b"]
    assert origins(info) == origin
    assert origins(declare(COLUMNS, **GOOD).model_fields["a_id"]) == ()


@pytest.mark.parametrize(
    "wrong", ["파일", "placement.path", "raw.placement", "silver.placement.path", "raw.a.b.c", "raw.a."]
)
def test_an_origin_that_is_no_column_is_refused(wrong: str) -> None:
    with pytest.raises(TypeError, match=r"no layer\.table\.column"):
        declare(COLUMNS | {"b": (str, field("나", "a b", origin=(wrong,)))}, **GOOD)


def test_optional_is_split_and_a_real_union_refused() -> None:
    assert unwrap_optional(int | None) == (int, True)
    assert unwrap_optional(int) == (int, False)
    assert unwrap_optional(list[int | None]) == (list[int | None], False)
    with pytest.raises(TypeError, match="one type"):
        unwrap_optional(int | str)
    with pytest.raises(TypeError, match="one type"):
        unwrap_optional(int | str | None)


@pytest.mark.parametrize("record", discover_records().values(), ids=lambda record: record.qualified_name())
def test_a_record_of_ours_keeps_the_house_rules(record: type[Record]) -> None:
    assert record.layer in LAYERS
    assert (record.__doc__ or "").strip()
    assert record.key
    for name, info in record.model_fields.items():
        inner, nullable = unwrap_optional(info.annotation)
        assert not name.endswith(("_list", "_flag", "_date", "_time"))
        if name.endswith(("_id", "_code")):
            assert inner is str or name == "snapshot_id"
        if name.endswith("_won"):
            assert inner is int
        if name.endswith(("_bytes", "_won", "_mb", "_seconds")) and name != "sealed_path":
            assert extra(info, "unit")
        if name.startswith(("is_", "has_")):
            assert inner is bool
        if inner is bool:
            assert name.startswith(("is_", "has_"))
        if name in record.key and record.layer != "mart":
            assert not nullable


LINEAGE = {
    f"{record.qualified_name()}.{name}": origins(info)
    for record in discover_records().values()
    for name, info in record.model_fields.items()
}
# ops holds both what is decided before a step and what is told after it, so it has no place in this order.
ORDER = ("raw", "core", "index", "mart")


def test_every_origin_is_a_column_that_exists() -> None:
    assert {(column, origin) for column, named in LINEAGE.items() for origin in named if origin not in LINEAGE} == set()


def test_no_lineage_points_downstream() -> None:
    backwards = [
        (column, origin)
        for column, named in LINEAGE.items()
        for origin in named
        if (layer := column.split(".")[0]) in ORDER
        and (from_layer := origin.split(".")[0]) in ORDER
        and ORDER.index(from_layer) > ORDER.index(layer)
    ]
    assert backwards == []


def test_no_column_is_derived_from_itself_on_any_way() -> None:
    for column in LINEAGE:
        reached: set[str] = set()
        waiting = [*LINEAGE[column]]
        while waiting:
            origin = waiting.pop()
            if origin not in reached:
                reached.add(origin)
                waiting += LINEAGE[origin]
        assert column not in reached


@pytest.mark.parametrize("layer", ["core", "index", "mart"])
def test_every_table_behind_raw_is_joined_to_what_came(layer: str) -> None:
    for record in discover_records().values():
        if record.layer == layer:
            assert any(origins(info) for info in record.model_fields.values()), record.qualified_name()
    mart = [column for column in LINEAGE if column.startswith("mart.")]
    assert [column for column in mart if not LINEAGE[column]] == []
