"""JSON: records as tables with exact grids, everything else as lines that name their place."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from connectors import grids
from connectors.composition import Composer
from connectors.contract import Blob, Document
from connectors.decoding import decode_with_encoding, text_head
from connectors.jsonrows.answers import Answer, answers_in
from connectors.jsonrows.descriptors import describes_tables, resources_of, schema_fields
from connectors.jsonrows.flattening import FlatTable, flatten_keyed, flatten_records, is_keyed_records, is_records
from connectors.jsonrows.parsing import is_scalar, parse_json, text_of
from connectors.jsonrows.talks import looks_said
from schemas.elements import Cell, Grid
from schemas.outcome import Failed

_EXTENSIONS = ("json", "jsonl", "ndjson")
_NAMED, _LOOKS_LIKE = 0.8, 0.55
_ROWS_PER_TABLE = 2_000
_MAX_ROWS = 1_000_000
_MAX_LISTED = 1_000
_WHOLE_HEAD_BYTES = 1 << 16
_BEGINNING = re.compile(
    r"""[\s\ufeff]*(?:\{\s*(?:"|\})|\[\s*(?:[\[{"\]]|-?\d|true|false|null)|"\s*(?:\\+["nrt]\s*)*[\[{])"""
)
_LETTER = re.compile(r"[^\W\d_]")
# maps, notebooks and the like are data for programs, and millions of their numbers would drown the documents in a search
_FOR_PROGRAMS = re.compile(
    r'"type"\s*:\s*"(?:FeatureCollection|Feature|Topology|GeometryCollection)"|"nbformat"\s*:|"lockfileVersion"\s*:'
)


@dataclass(frozen=True, slots=True)
class _JsonRows:
    name: str = "json"
    label: str = "JSON 자료"
    distributions: tuple[str, ...] = ()
    version: int = 1
    preload: tuple[str, ...] = ()
    keeps: tuple[str, ...] = (
        "레코드 목록(표)",
        "적힌 그대로의 수",
        "열린재정·공공데이터 응답",
        "NDJSON",
        "데이터 패키지 서술",
    )
    loses: tuple[str, ...] = ("지도·노트북 같은 프로그램용 자료",)

    def sniff(self, blob: Blob) -> float:
        """By how the text begins; under another name only where it is JSON as a whole, as far as that is cheap to see."""
        head = text_head(blob.content)
        if head is None or not _BEGINNING.match(head) or _FOR_PROGRAMS.search(head):
            return 0.0
        if blob.extension in _EXTENSIONS:
            return _NAMED
        if blob.extension in ("geojson", "topojson", "ipynb"):
            return 0.0
        return _LOOKS_LIKE if _is_likely_whole(blob.content, head) else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the values.

        Raises:
            schemas.outcome.Failed: `corrupt`, `undecodable_text`, `too_many_elements` for nesting beyond 64 or more cells
                than a document has, `service_error` for an answer that is an error, `export_not_understood` for what looks
                like somebody's talk, `unsupported_format` where there is no word in it.
        """
        text, encoding = decode_with_encoding(blob.content)
        node = parse_json(text)
        if looks_said(node):
            raise Failed("export_not_understood", "대화로 보이지만 어느 메신저의 것인지 알 수 없음")
        composer = Composer()
        title = None
        if answers := answers_in(node):
            for answer in answers:
                _add_answer(composer, answer)
            title = answers[0].service or None
        else:
            title = _title_of(node)
            if describes_tables(node):
                _add_descriptor(composer, node)
            else:
                _add(composer, node, "")
            if not any(_LETTER.search(element.text) for element in composer.elements):
                raise Failed("unsupported_format", "글이 없는 JSON")
        return Document(reader=f"json ({encoding})", elements=composer.elements, title=title, coverage=1.0)


def _is_likely_whole(content: bytes, head: str) -> bool:
    if len(content) > _WHOLE_HEAD_BYTES:
        return content.rstrip(b" \t\r\n\x00")[-1:] in (b"}", b"]", b'"')
    try:
        parse_json(head)
    except Failed:
        return False
    return True


def _title_of(node: Any) -> str | None:
    title = node.get("title") if isinstance(node, dict) else None
    return title.strip() or None if isinstance(title, str) else None


def _add(composer: Composer, node: Any, path: str) -> None:
    """Add a value with everything inside it, in the order of the file."""
    if is_records(node):
        for table in flatten_records(node, path, _MAX_ROWS):
            _add_table(composer, table)
    elif is_keyed_records(node):
        _add_table(composer, flatten_keyed(node, path))
    elif isinstance(node, dict):
        for key, value in node.items():
            _add(composer, value, f"{path}.{text_of(key)}" if path else text_of(key))
    elif isinstance(node, list):
        _add_list(composer, node, path)
    else:
        _add_line(composer, path, text_of(node))


def _add_list(composer: Composer, items: list[Any], path: str) -> None:
    if all(map(is_scalar, items)):
        for start in range(0, len(items), _MAX_LISTED):
            _add_line(composer, path, ", ".join(map(text_of, items[start : start + _MAX_LISTED])))
    elif all(isinstance(item, list) and all(map(is_scalar, item)) for item in items):
        _add_grid(composer, path, [[text_of(value) for value in item] for item in items])
    else:
        for number, item in enumerate(items, start=1):
            _add(composer, item, f"{path}[{number}]")


def _add_line(composer: Composer, path: str, text: str) -> None:
    if text.strip():
        composer.add_paragraph(f"{path}: {text}" if path else text, is_item=True)


def _add_table(composer: Composer, table: FlatTable) -> None:
    _refuse_size(len(table.rows), len(table.header))
    _add_grid(composer, table.path, list(table.lines()))


def _add_grid(composer: Composer, path: str, rows: Sequence[Sequence[str]]) -> None:
    width = max((len(row) for row in rows), default=0)
    if width == 0:
        return
    _refuse_size(len(rows), width)
    if path:
        composer.add_paragraph(path)
    for start in range(0, len(rows), _ROWS_PER_TABLE):
        part = list(islice(rows, start, start + _ROWS_PER_TABLE))
        composer.add_table(_grid(part, width), cells=grids.cell_range(start + 1, 1, start + len(part), width))


def _refuse_size(n_rows: int, n_cols: int) -> None:
    if n_rows * n_cols > grids.MAX_POSITIONS_IN_ALL:
        raise Failed("too_many_elements", f"{n_rows:,}행 {n_cols:,}열")


def _grid(rows: Sequence[Sequence[str]], width: int) -> Grid:
    cells: list[Cell] = []
    for number, row in enumerate(rows, start=1):
        cells += [Cell(row=number, col=col, text=text) for col, text in enumerate(row, start=1)]
        cells += [Cell(row=number, col=col) for col in range(len(row) + 1, width + 1)]
    return Grid(n_rows=len(rows), n_cols=width, cells=cells)


def _add_answer(composer: Composer, answer: Answer) -> None:
    if answer.service:
        composer.add_paragraph(answer.service, level=1, is_styled=True)
    if answer.code is not None:
        composer.add_paragraph(f"응답: {answer.message} ({answer.code})")
    if answer.is_empty or not answer.rows:
        composer.add_paragraph("이 응답에는 자료가 없다.")
        return
    total = answer.total or ""
    if total.isdecimal() and int(total[:18]) != len(answer.rows):
        composer.add_paragraph(f"전체 {total}건 가운데 {len(answer.rows):,}건이 들어 있다.")
    for table in flatten_records(answer.rows, "", _MAX_ROWS):
        _add_table(composer, table)


def _add_descriptor(composer: Composer, node: dict[str, Any]) -> None:
    """A descriptor's own words first, then a table of fields for each resource, then what maps them to fiscal notions."""
    for key, value in node.items():
        if key != "resources":
            _add(composer, value, text_of(key))
    for resource in resources_of(node):
        for key, value in resource.items():
            if key != "schema":
                _add(composer, value, f"resources.{text_of(key)}")
        for kind in ("fields", "extraFields"):
            if found := schema_fields(resource, kind):
                for table in flatten_records(found, kind, _MAX_ROWS):
                    _add_table(composer, table)


FORMAT = _JsonRows()
