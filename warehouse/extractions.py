"""From tables to amounts: every content with tables is looked through once by the forms, and its amounts are kept append-only.

A content is looked through again when the forms change, when `gotgan.toml` declares something else of its sources, when a
descriptor comes to lie beside it, or when a person answers a question about one of its tables. What comes out differently
supersedes what was there; what no longer comes out is withdrawn. The same holds for a file that is replaced by another
version: its new amounts supersede those of the version before, whose rows stay for as long as the new one is held.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import pyarrow as pa

from schemas.arrow import to_table
from schemas.budget import Declared, FormDocument, name_hints
from schemas.elements import Element
from schemas.identity import fingerprint as fingerprint_of
from schemas.ports import FormReader, Progress
from schemas.records.adjustment import Adjustment
from schemas.records.budget_amount import BudgetAmount
from schemas.records.extraction import ExtractionRecord
from schemas.records.form_table import FormTable
from schemas.records.indicator import Indicator
from warehouse.amount_rows import adjustment_rows, amount_table, extraction_row, indicator_rows, table_rows
from warehouse.amount_sink import AmountSink
from warehouse.blobs import BlobLost
from warehouse.clock import Clock
from warehouse.lake import CATALOG, Lake
from warehouse.ledger import IN_FORCE
from warehouse.outcomes import locations
from warehouse.steps import Produced, Step, StepCount, run_step

TABLE_QUESTION = "table"
"""Kind of the questions about tables, whose subject is the shape of the table."""

_CONTENTS_A_TIME = 32
_AMOUNTS_A_BATCH = 60_000
_DESCRIPTOR = "datapackage.json"
_MAX_DESCRIPTOR = 1 << 20


@dataclass(frozen=True)
class Amounts:
    """What the step is given beside the lake.

    Args:
        forms: the forms.
        declared: source → what `gotgan.toml` says of its tables.
        original: the bytes of a content, for descriptors; raises `BlobLost`.
    """

    forms: FormReader
    declared: Mapping[str, Declared]
    original: Callable[[str], bytes]


def extract_amounts(lake: Lake, clock: Clock, given: Amounts, run_id: str, progress: Progress) -> StepCount:
    """Look through every content that has not been looked through by these forms; give up what is no longer held."""
    contexts = _contexts(lake, given)
    wanted = pa.table(
        {
            "content_id": pa.array(list(contexts), pa.string()),
            "step_fingerprint": pa.array([context.fingerprint for context in contexts.values()], pa.string()),
        }
    )

    def missing() -> pa.Table:
        with lake.registered(wanted=wanted):
            return lake.query(
                f"""SELECT w.content_id FROM wanted w ANTI JOIN {CATALOG}.core.extraction x
                    ON x.content_id = w.content_id AND x.step_fingerprint = w.step_fingerprint ORDER BY 1"""
            )

    def surplus() -> pa.Table:
        with lake.registered(wanted=wanted):
            return lake.query(
                f"""WITH RECURSIVE held(content_id) AS (
                        SELECT content_id FROM wanted
                        UNION
                        SELECT unnest(x.replaces) FROM held h JOIN {CATALOG}.core.extraction x USING (content_id))
                    SELECT content_id FROM {CATALOG}.core.extraction ANTI JOIN held USING (content_id) ORDER BY 1"""
            )

    def work(keys: pa.Table) -> Iterator[Produced]:
        for start in range(0, keys.num_rows, _CONTENTS_A_TIME):
            part = keys.slice(start, _CONTENTS_A_TIME)
            for content_id, title, format_name, elements in _documents(lake, part):
                yield _extracted(given, contexts[content_id], content_id, title, format_name, elements, clock)

    step = Step(
        "core/budget_amount",
        missing,
        surplus,
        work,
        AmountSink(lake, clock),
        batch_inputs=1_000,
        batch_bytes=_AMOUNTS_A_BATCH * 1_000,
    )
    return run_step(step, run_id, progress)


@dataclass(frozen=True)
class _Context:
    """What is known of a content besides its elements, and the fingerprint that its extraction must have."""

    declared: Declared
    descriptor_id: str | None
    answers: Mapping[str, Mapping[str, str]]
    shapes: tuple[str, ...]
    replaces: tuple[str, ...]
    forms: str

    def fingerprint_with(self, shapes: tuple[str, ...]) -> str:
        """The fingerprint of an extraction whose tables have these shapes; only answers about them count."""
        own = {shape: dict(self.answers[shape]) for shape in sorted(set(shapes)) if shape in self.answers}
        return fingerprint_of(
            forms=self.forms,
            declared=json.dumps(asdict(self.declared), sort_keys=True),
            descriptor=self.descriptor_id,
            answers=json.dumps(own, sort_keys=True),
            replaces=json.dumps(self.replaces) if self.replaces else None,
        )

    @property
    def fingerprint(self) -> str:
        """The fingerprint that its extraction must have, by the shapes that are known of it."""
        return self.fingerprint_with(self.shapes)


def _contexts(lake: Lake, given: Amounts) -> dict[str, _Context]:
    """Content → its context, of every kept content with elements, in the order of ids."""
    contents = lake.rows(
        f"SELECT content_id FROM {CATALOG}.core.reading WHERE outcome = 'kept' AND n_elements > 0 ORDER BY content_id"
    )
    shapes = {
        row["content_id"]: tuple(row["shapes"])
        for row in lake.rows(
            f"SELECT content_id, list(DISTINCT shape_id) AS shapes FROM {CATALOG}.core.form_table GROUP BY 1"
        )
    }
    answers = _answers(lake)
    places = _places(lake)
    descriptors = _descriptors(lake, given)
    replaced = _replaced(lake)
    forms = given.forms.fingerprint
    return {
        content_id: _Context(
            declared=_declared(places.get(content_id, []), given.declared),
            descriptor_id=_descriptor_for(content_id, places.get(content_id, []), descriptors),
            answers=answers,
            shapes=shapes.get(content_id, ()),
            replaces=replaced.get(content_id, ()),
            forms=forms,
        )
        for content_id in (row["content_id"] for row in contents)
    }


@dataclass(frozen=True, slots=True)
class _Place:
    source_name: str
    folder: str
    name: str


def _places(lake: Lake) -> dict[str, list[_Place]]:
    found: dict[str, list[_Place]] = {}
    for row in lake.rows(
        f"""SELECT DISTINCT l.content_id, p.source_name,
                   p.folder || coalesce('/' || p.name || '!/' || regexp_extract(l.member_path, '^(.*)/', 1), '') AS folder,
                   coalesce(regexp_extract(l.member_path, '([^/]*)$', 1), p.name) AS name
            FROM ({locations()}) l JOIN {CATALOG}.raw.placement p USING (placement_id) ORDER BY ALL"""
    ):
        place = _Place(row["source_name"], row["folder"], row["name"])
        found.setdefault(row["content_id"], []).append(place)
    return found


def _declared(places: list[_Place], by_source: Mapping[str, Declared]) -> Declared:
    """What is known of a content from outside it; what its sources or names contradict one another about is not known."""
    year, month = name_hints([place.name for place in places]) if places else (None, None)
    stated = {by_source.get(place.source_name, Declared()) for place in places}
    only = next(iter(stated)) if len(stated) == 1 else Declared()
    return replace(only, fiscal_year=only.fiscal_year or year, month=only.month or month)


def _descriptors(lake: Lake, given: Amounts) -> dict[tuple[str, str], list[str]]:
    """(source, folder) → contents of the descriptors that lie there."""
    rows = lake.rows(
        f"""SELECT DISTINCT p.source_name, p.folder, p.content_id FROM {CATALOG}.raw.placement p
            JOIN {CATALOG}.core.reading r ON r.content_id = p.content_id AND r.outcome = 'kept' AND r.format = 'json'
            WHERE lower(p.name) LIKE '%{_DESCRIPTOR}' AND p.size_bytes <= {_MAX_DESCRIPTOR}
              AND p.skip_rule IS NULL AND p.reason IS NULL ORDER BY ALL"""
    )
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if given.forms.described_fields(_text_of(given, row["content_id"])):
            found.setdefault((row["source_name"], row["folder"]), []).append(row["content_id"])
    return found


def _descriptor_for(
    content_id: str, places: list[_Place], descriptors: Mapping[tuple[str, str], list[str]]
) -> str | None:
    """The one descriptor in the folder of a content or in the folder above it, as packages keep tables in `data/`."""
    found: set[str] = set()
    for place in places:
        above = place.folder.rpartition("/")[0]
        for folder in (place.folder, above):
            beside = [other for other in descriptors.get((place.source_name, folder), []) if other != content_id]
            if beside:
                found.update(beside)
                break
    return next(iter(found)) if len(found) == 1 else None


def _text_of(given: Amounts, content_id: str) -> str:
    try:
        return given.original(content_id).decode("utf-8-sig", errors="replace")
    except BlobLost:
        return ""


def _answers(lake: Lake) -> dict[str, dict[str, str]]:
    """Shape → what people have said of tables of that shape."""
    found: dict[str, dict[str, str]] = {}
    for row in lake.rows(f"SELECT subject, answer FROM ({IN_FORCE}) WHERE kind = '{TABLE_QUESTION}' ORDER BY subject"):
        shape_id, _, _ = row["subject"].partition("/")
        key, equals, value = row["answer"].partition("=")
        if equals:
            found.setdefault(shape_id, {})[key] = value
    return found


def _replaced(lake: Lake) -> dict[str, tuple[str, ...]]:
    """Content → contents that stood at its places before and stand nowhere any more.

    A place that has moved does not remember what stood at it; the content's marker does.
    """
    return {
        row["content_id"]: tuple(row["before"])
        for row in lake.rows(
            f"""SELECT content_id, list_sort(list(DISTINCT before_id)) AS before
                FROM (SELECT content_id, replaced_content_id AS before_id FROM {CATALOG}.raw.placement
                      UNION ALL SELECT content_id, unnest(replaces) FROM {CATALOG}.core.extraction)
                WHERE content_id IS NOT NULL AND before_id <> content_id
                  AND before_id NOT IN (SELECT content_id FROM {CATALOG}.core.reading)
                  AND before_id IN (SELECT content_id FROM {CATALOG}.core.extraction)
                GROUP BY 1"""
        )
    }


def _documents(lake: Lake, keys: pa.Table) -> Iterator[tuple[str, str | None, str | None, list[Element]]]:
    """(content id, title, format, elements in reading order)."""
    with lake.registered(wanted_contents=keys):
        heads = lake.rows(
            f"SELECT content_id, title, format FROM {CATALOG}.core.reading SEMI JOIN wanted_contents USING (content_id) "
            "ORDER BY content_id"
        )
    for head in heads:
        rows = lake.rows(
            f"FROM {CATALOG}.core.element WHERE content_id = $content ORDER BY ordinal", {"content": head["content_id"]}
        )
        yield head["content_id"], head["title"], head["format"], [_element(row) for row in rows]


def _element(row: Mapping[str, Any]) -> Element:
    names = ("kind", "text", "level", "page", "sheet", "section_path", "locator", "table", "flags", "marks")
    given = {name: row[name] for name in names if row[name] is not None}
    return Element.model_validate(given)


def _extracted(
    given: Amounts,
    context: _Context,
    content_id: str,
    title: str | None,
    format_name: str | None,
    elements: list[Element],
    clock: Clock,
) -> Produced:
    descriptor = None if context.descriptor_id is None else _text_of(given, context.descriptor_id)
    document = FormDocument(title, format_name, elements, context.declared, context.answers, descriptor)
    result = given.forms.extract(document)
    fingerprint = context.fingerprint_with(tuple(verdict.shape_id for verdict in result.tables))
    now = clock.now()
    marker = extraction_row(content_id, fingerprint, result, context.replaces, now)
    return Produced(
        n_inputs=1,
        rows={
            ExtractionRecord: to_table(ExtractionRecord, [marker]),
            FormTable: to_table(FormTable, table_rows(content_id, result)),
            BudgetAmount: amount_table(content_id, result.amounts, now),
            Adjustment: to_table(Adjustment, adjustment_rows(content_id, result)),
            Indicator: to_table(Indicator, indicator_rows(content_id, result)),
        },
    )
