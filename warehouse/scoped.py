"""The access of what was said: that of the export's place, and that of the registered conversation, both at once."""

from collections.abc import Iterator

import pyarrow as pa

from schemas.access import Access
from schemas.arrow import to_table
from schemas.ports import Progress
from schemas.records.access import AccessRecord, access_of_row, access_record
from schemas.records.scope_access import ScopeAccess
from schemas.scope import Register
from warehouse.clock import Clock
from warehouse.lake import CATALOG, Lake
from warehouse.outcomes import locations
from warehouse.steps import LakeSink, Produced, Step, StepCount, no_rows, run_step

# Registered conversations with the accesses of the places where something of them lies.
_PAIRS = f"""
    SELECT DISTINCT e.scope, p.access_id FROM {CATALOG}.core.export_conversation e
    JOIN ({locations()}) l USING (content_id) JOIN {CATALOG}.raw.placement p ON p.placement_id = l.placement_id
    UNION
    SELECT DISTINCT l.scope, p.access_id FROM ({locations()}) l
    JOIN {CATALOG}.raw.placement p ON p.placement_id = l.placement_id WHERE l.scope IS NOT NULL"""


def combined(access: Access, tokens: tuple[str, ...]) -> Access:
    """An access with a further door, of whose tokens one must be held; without tokens there is no further door."""
    return access.model_copy(update={"within": (*access.within, tokens)}) if tokens else access


def settle_scopes(lake: Lake, clock: Clock, register: Register, run_id: str, progress: Progress) -> list[StepCount]:
    """Bring `core.scope_access`, and the accesses that it names, to what places and register say.

    A conversation that is registered no more has no access at all, until its exports have been read again.
    """
    accesses = {row["access_id"]: access_of_row(row) for row in lake.rows(f"FROM {CATALOG}.raw.access")}
    wanted: dict[tuple[str, str], ScopeAccess] = {}
    made: dict[str, AccessRecord] = {}
    for row in lake.rows(f"{_PAIRS} ORDER BY 1, 2"):
        scope = register.named(row["scope"])
        if scope is None:
            continue
        both = combined(accesses[row["access_id"]], scope.access)
        made[both.access_id] = access_record(both)
        wanted[row["scope"], row["access_id"]] = ScopeAccess(combined_id=both.access_id, **row)
    listed = to_table(ScopeAccess, wanted.values())
    return [
        run_step(_access_step(lake, clock, made), run_id, progress),
        run_step(_scope_step(lake, clock, listed, wanted), run_id, progress),
    ]


def _access_step(lake: Lake, clock: Clock, made: dict[str, AccessRecord]) -> Step:
    def missing() -> pa.Table:
        ids = pa.table({"access_id": pa.array(sorted(made), pa.string())})
        with lake.registered(made_ids=ids):
            return lake.query(f"FROM made_ids ANTI JOIN {CATALOG}.raw.access USING (access_id) ORDER BY 1")

    def work(keys: pa.Table) -> Iterator[Produced]:
        rows = [made[key] for key in keys["access_id"].to_pylist()]
        yield Produced(n_inputs=len(rows), rows={AccessRecord: to_table(AccessRecord, rows)})

    sink = LakeSink(lake, clock, {AccessRecord: ("access_id",)})
    return Step("core/access", missing, lambda: no_rows("access_id"), work, sink)


def _scope_step(lake: Lake, clock: Clock, listed: pa.Table, wanted: dict[tuple[str, str], ScopeAccess]) -> Step:
    def missing() -> pa.Table:
        with lake.registered(listed_scopes=listed):
            return lake.query(
                f"""SELECT scope, access_id FROM listed_scopes
                    ANTI JOIN {CATALOG}.core.scope_access USING (scope, access_id, combined_id) ORDER BY 1, 2"""
            )

    def surplus() -> pa.Table:
        with lake.registered(listed_scopes=listed):
            return lake.query(
                f"""SELECT scope, access_id FROM {CATALOG}.core.scope_access
                    ANTI JOIN listed_scopes USING (scope, access_id) ORDER BY 1, 2"""
            )

    def work(keys: pa.Table) -> Iterator[Produced]:
        rows = [wanted[row["scope"], row["access_id"]] for row in keys.to_pylist()]
        yield Produced(n_inputs=len(rows), rows={ScopeAccess: to_table(ScopeAccess, rows)})

    sink = LakeSink(lake, clock, {ScopeAccess: ("scope", "access_id")})
    return Step("core/scope_access", missing, surplus, work, sink)
