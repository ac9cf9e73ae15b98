"""Lists of objects to flat tables: a column a scalar, a row an object, lists inside joined out with their parent's values."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.jsonrows.parsing import is_scalar, text_of
from schemas.outcome import Failed

_JOIN = ", "
_MAX_COLUMNS = 16_384
_MAX_LISTS = 100


@dataclass(slots=True)
class FlatTable:
    """A table with its path in the document; `header` has the columns in order of first appearance, rows may be shorter."""

    path: str
    header: list[str] = field(default_factory=list)
    rows: list[dict[str, str]] = field(default_factory=list)

    def lines(self) -> Iterator[list[str]]:
        """The header and then the rows, all of the header's width."""
        yield self.header
        for row in self.rows:
            yield [row.get(column, "") for column in self.header]


def is_records(node: object) -> bool:
    """Whether a value is a list of objects, and nothing else."""
    return isinstance(node, list) and bool(node) and all(isinstance(item, dict) for item in node)


def is_keyed_records(node: object) -> bool:
    """Whether a value is an object of two or more flat objects with the same keys, which is a table by another name."""
    if not isinstance(node, dict) or len(node) < 2:
        return False
    values = list(node.values())
    if not all(isinstance(value, dict) and value and all(map(is_scalar, value.values())) for value in values):
        return False
    first = values[0].keys()
    return all(value.keys() == first for value in values)


def flatten_records(records: Sequence[Mapping[str, Any]], path: str, max_rows: int) -> list[FlatTable]:
    """The tables that a list of objects comes to.

    An object inside an object gives columns `outer.inner`; a list of scalars is joined with commas. A list of objects is
    joined out: each of its entries is a row that begins with its parent's values, and a parent without entries keeps a
    row. A second list beside it makes a table of its own, since two lists joined out would state each value many times.

    Args:
        records: the objects.
        path: where the list stands, empty for the outermost.
        max_rows: rows of all tables together.

    Raises:
        schemas.outcome.Failed: `too_many_elements`.
    """
    plans = [_split(record) for record in records]
    keys = list(dict.fromkeys(key for _, nested in plans for key in nested))
    if len(keys) > _MAX_LISTS:
        raise Failed("too_many_elements", f"JSON 레코드 안의 목록 {len(keys):,}가지")
    tables: list[FlatTable] = []
    for place, key in enumerate(keys or [None]):
        table = FlatTable(path if place == 0 or key is None else _joined(path, key))
        columns: dict[str, None] = {}
        for flat, nested in plans:
            entries = nested.get(key, []) if key is not None else []
            if not entries and place:
                continue
            columns.update(dict.fromkeys(flat))
            table.rows.extend(_rows(flat, key, entries, columns))
            if len(table.rows) > max_rows:
                raise Failed("too_many_elements", f"JSON 표의 행 {max_rows:,}개를 넘음")
        if len(columns) > _MAX_COLUMNS:
            raise Failed("too_many_elements", f"JSON 표의 열 {len(columns):,}개")
        table.header = list(columns)
        tables.append(table)
    return tables


def flatten_keyed(node: Mapping[str, Mapping[str, Any]], path: str) -> FlatTable:
    """The table of an object of flat objects; its first column, without a heading, has the keys."""
    header = ["", *next(iter(node.values()))]
    rows = [{"": key, **{name: text_of(value) for name, value in values.items()}} for key, values in node.items()]
    return FlatTable(path, header, rows)


def _rows(
    flat: dict[str, str], key: str | None, entries: Sequence[Mapping[str, Any]], columns: dict[str, None]
) -> Iterator[dict[str, str]]:
    if not entries or key is None:
        yield flat
        return
    for entry in entries:
        own, nested = _split(entry)
        named = {(f"{key}.{name}" if name in flat else name): value for name, value in own.items()}
        # the first list of a list goes on being joined out; what stands beside it is kept as text
        inner_key = next(iter(nested), None)
        for other in list(nested)[1:]:
            named[_joined(key, other)] = _JOIN.join(_flat_texts(nested[other]))
        columns.update(dict.fromkeys(named))
        inner = nested[inner_key] if inner_key is not None else []
        yield from _rows(flat | named, inner_key, inner, columns)


def _split(record: Mapping[str, Any], prefix: str = "") -> tuple[dict[str, str], dict[str, list[Mapping[str, Any]]]]:
    """An object's scalars, with those of objects inside it, and its lists of objects."""
    flat: dict[str, str] = {}
    nested: dict[str, list[Mapping[str, Any]]] = {}
    for key, value in record.items():
        name = f"{prefix}{text_of(key)}"
        if isinstance(value, dict):
            inner_flat, inner_nested = _split(value, f"{name}.")
            flat |= inner_flat
            nested |= inner_nested
        elif isinstance(value, list):
            if is_records(value):
                nested[name] = value
            elif value:
                # an empty list says nothing, and beside records' lists of the same name it is one of theirs
                flat[name] = _JOIN.join(_flat_texts(value))
        else:
            flat[name] = text_of(value)
    return flat, nested


def _flat_texts(items: Iterable[Any]) -> Iterator[str]:
    """Every scalar inside, in order, with its key where it has one."""
    for item in items:
        if isinstance(item, dict):
            for key, value in item.items():
                inner = (
                    [text_of(value)] if is_scalar(value) else _flat_texts(value if isinstance(value, list) else [value])
                )
                yield from (f"{text_of(key)}: {text}" for text in inner)
        elif isinstance(item, list):
            yield from _flat_texts(item)
        else:
            yield text_of(item)


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
