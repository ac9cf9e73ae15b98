"""Writes amounts append-only: what says the same stays as it is, what says something else supersedes, the rest is withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from schemas.arrow import arrow_schema
from schemas.record import Record
from schemas.records.adjustment import Adjustment
from schemas.records.budget_amount import BudgetAmount
from schemas.records.extraction import ExtractionRecord
from schemas.records.form_table import FormTable
from schemas.records.indicator import Indicator
from schemas.records.withdrawal import Withdrawal
from warehouse.amounts import CURRENT_AMOUNTS
from warehouse.clock import Clock
from warehouse.lake import CATALOG, Lake
from warehouse.steps import BatchMark, Produced, combined

REPLACED = "replaced"
"""Fingerprint of a content that another has replaced: no forms have it, so that it is looked through again if it comes back."""

_OF_PRESENT: tuple[type[Record], ...] = (FormTable, Adjustment, Indicator)
_APPENDED: tuple[type[Record], ...] = (BudgetAmount, Withdrawal)

# What an amount of another version of a file must share to be the same figure said anew; ids of names hold for one content.
_SAME_FIGURE = (
    "level, subject_name, subject_code, org_name, project_code, mok_code, semok_code, fiscal_year, stage, stage_no, period, "
    "basis, is_revenue, is_total, currency"
)
_SAME = " AND ".join(f"n.{name} IS NOT DISTINCT FROM b.{name}" for name in ("now_id", *_SAME_FIGURE.split(", ")))
_COLUMNS = tuple(name for name in BudgetAmount.columns() if name != "supersedes_id")
# A reading that comes back after another is a row of its own again, its id counted on from that of the first: ids are never
# used twice.
_AGAIN = "md5({base} || {number})"


@dataclass(frozen=True)
class AmountSink:
    """Commits the amounts of a batch of contents in one transaction with the markers that they stand for."""

    lake: Lake
    clock: Clock

    def add(self, produced: list[Produced], batch: BatchMark) -> None:
        """Insert what is new, with what it supersedes; withdraw what is no longer said."""
        markers = combined(produced, ExtractionRecord)
        assert markers is not None
        amounts = combined(produced, BudgetAmount)
        keys = markers.select(["content_id"])
        pairs = [(row["content_id"], before) for row in markers.to_pylist() for before in row["replaces"]]
        replaced = pa.table(
            {
                "content_id": pa.array([now for now, _ in pairs], pa.string()),
                "before_id": pa.array([before for _, before in pairs], pa.string()),
            }
        )

        def work(_: object) -> None:
            again = self._append(amounts, keys, replaced) if amounts is not None else {}
            self._close(keys, replaced)
            self.lake.delete(ExtractionRecord, keys)
            self.lake.insert(ExtractionRecord, markers)
            for record in _OF_PRESENT:
                self.lake.delete(record, keys)
                rows = combined(produced, record)
                if rows is not None:
                    self.lake.insert(record, _with_ids(rows, again) if record is Adjustment else rows)
            batch.write(self.lake, self.clock)

        self.lake.commit(work)

    def _append(self, amounts: pa.Table, keys: pa.Table, replaced: pa.Table) -> dict[str, str]:
        """Bring the amounts of contents to what was found; returns the ids of rows whose reading has come back."""
        connection = self.lake.connection
        with self.lake.registered(new_amounts=amounts, extracted=keys, replaced=replaced):
            connection.execute(
                f"""CREATE OR REPLACE TEMP TABLE before AS
                    SELECT a.*, a.content_id AS now_id FROM ({CURRENT_AMOUNTS}) a SEMI JOIN extracted USING (content_id)
                    UNION ALL BY NAME
                    SELECT a.*, r.content_id AS now_id FROM ({CURRENT_AMOUNTS}) a JOIN replaced r ON r.before_id = a.content_id"""
            )
            connection.execute(
                f"""CREATE OR REPLACE TEMP TABLE said AS
                    WITH RECURSIVE known AS MATERIALIZED (
                        SELECT amount_id FROM {CATALOG}.core.budget_amount SEMI JOIN extracted USING (content_id)),
                    seen(base_id, number, amount_id) AS (
                        SELECT amount_id, 0, amount_id FROM new_amounts SEMI JOIN known USING (amount_id)
                        UNION ALL
                        SELECT s.base_id, s.number + 1, k.amount_id FROM seen s
                        JOIN known k ON k.amount_id = {_AGAIN.format(base="s.base_id", number="(s.number + 1)")})
                    SELECT base_id, max(number) AS number, arg_max(amount_id, number) AS amount_id,
                           arg_max(amount_id, number) IN (SELECT amount_id FROM before) AS is_current
                    FROM seen GROUP BY base_id"""
            )
            connection.execute(
                f"""CREATE OR REPLACE TEMP TABLE fresh AS
                    SELECT n.* REPLACE (CASE WHEN s.base_id IS NULL THEN n.amount_id
                                        ELSE {_AGAIN.format(base="n.amount_id", number="(s.number + 1)")} END AS amount_id)
                    FROM new_amounts n LEFT JOIN said s ON s.base_id = n.amount_id WHERE s.is_current IS NOT TRUE"""
            )
            # Of the same content a cell that says something else; of the version before the same figure, if it is but one.
            connection.execute(
                f"""CREATE OR REPLACE TEMP TABLE superseding AS
                    WITH gone AS (SELECT b.* FROM before b ANTI JOIN said s ON s.amount_id = b.amount_id AND s.is_current),
                    by_cell AS (
                        SELECT n.amount_id, min(g.amount_id) AS before_id FROM fresh n JOIN gone g
                        ON g.content_id = n.content_id AND g.ordinal = n.ordinal AND g.row = n.row AND g.col = n.col
                           AND g.line IS NOT DISTINCT FROM n.line GROUP BY 1),
                    once_before AS (
                        SELECT now_id, {_SAME_FIGURE}, min(amount_id) AS before_id FROM gone
                        WHERE content_id <> now_id GROUP BY ALL HAVING count(*) = 1),
                    once_now AS (
                        SELECT content_id AS now_id, {_SAME_FIGURE}, min(amount_id) AS amount_id FROM fresh
                        GROUP BY ALL HAVING count(*) = 1),
                    by_figure AS (
                        SELECT n.amount_id, b.before_id FROM once_now n JOIN once_before b
                        ON {_SAME}
                        ANTI JOIN by_cell c ON c.amount_id = n.amount_id)
                    FROM by_cell UNION ALL FROM by_figure"""
            )
            connection.execute(
                f"""INSERT INTO {CATALOG}.core.withdrawal (amount_id, content_id, cause, recorded_at)
                    SELECT b.amount_id, b.content_id,
                           CASE WHEN b.content_id = b.now_id THEN 'read_again' ELSE 'file_replaced' END, $now
                    FROM (SELECT amount_id, content_id, min(now_id) AS now_id FROM before GROUP BY ALL) b
                    ANTI JOIN said s ON s.amount_id = b.amount_id AND s.is_current
                    ANTI JOIN superseding s ON s.before_id = b.amount_id""",
                {"now": self.clock.now()},
            )
            connection.execute(
                f"""INSERT INTO {CATALOG}.core.budget_amount ({", ".join(_COLUMNS)}, supersedes_id)
                    SELECT {", ".join(f"f.{name}" for name in _COLUMNS)}, s.before_id
                    FROM fresh f LEFT JOIN superseding s ON s.amount_id = f.amount_id"""
            )
            again = connection.execute(
                f"""SELECT base_id, CASE WHEN is_current THEN amount_id
                                    ELSE {_AGAIN.format(base="base_id", number="(number + 1)")} END
                    FROM said WHERE number > 0 OR NOT is_current"""
            ).fetchall()
            for name in ("before", "said", "fresh", "superseding"):
                connection.execute(f"DROP TABLE {name}")
        return dict(again)

    def _close(self, keys: pa.Table, replaced: pa.Table) -> None:
        """Leave of replaced contents nothing but their amounts and a marker; what is present again is before nothing."""
        before_ids, present = set(replaced["before_id"].to_pylist()), set(keys["content_id"].to_pylist())
        gone = pa.table({"content_id": pa.array(sorted(before_ids - present), pa.string())})
        for record in _OF_PRESENT:
            self.lake.delete(record, gone)
        with self.lake.registered(replaced=replaced):
            rows = self.lake.rows(
                f"""FROM {CATALOG}.core.extraction
                    WHERE len(replaces) > 0 OR content_id IN (SELECT before_id FROM replaced)"""
            )
        changed: list[dict[str, object]] = []
        for row in rows:
            left = [before for before in row["replaces"] if before not in present]
            fingerprint = REPLACED if row["content_id"] in before_ids else row["step_fingerprint"]
            if row["content_id"] not in present and (left, fingerprint) != (row["replaces"], row["step_fingerprint"]):
                changed.append({**row, "replaces": left, "step_fingerprint": fingerprint})
        self._put(changed)

    def _put(self, markers: Sequence[dict[str, object]]) -> None:
        table = pa.Table.from_pylist(list(markers), schema=arrow_schema(ExtractionRecord))
        self.lake.delete(ExtractionRecord, table.select(["content_id"]))
        self.lake.insert(ExtractionRecord, table)

    def remove(self, keys: pa.Table, batch: BatchMark) -> None:
        """Delete everything of contents that are no longer held, in one transaction with the mark.

        What they superseded in contents that are held on is withdrawn: it does not come back by their going.
        """

        def work(_: object) -> None:
            with self.lake.registered(gone=keys):
                self.lake.connection.execute(
                    f"""INSERT INTO {CATALOG}.core.withdrawal (amount_id, content_id, cause, recorded_at)
                        SELECT DISTINCT b.amount_id, b.content_id, 'file_replaced', $now
                        FROM {CATALOG}.core.budget_amount b
                        JOIN {CATALOG}.core.budget_amount later ON later.supersedes_id = b.amount_id
                        SEMI JOIN gone ON gone.content_id = later.content_id
                        ANTI JOIN gone AS gone_too ON gone_too.content_id = b.content_id
                        ANTI JOIN (SELECT supersedes_id FROM {CATALOG}.core.budget_amount ANTI JOIN gone USING (content_id)
                                   WHERE supersedes_id IS NOT NULL) held ON held.supersedes_id = b.amount_id
                        ANTI JOIN {CATALOG}.core.withdrawal w ON w.amount_id = b.amount_id""",
                    {"now": self.clock.now()},
                )
            for record in (ExtractionRecord, *_OF_PRESENT, *_APPENDED):
                self.lake.delete(record, keys)
            batch.write(self.lake, self.clock)

        self.lake.commit(work)


def _with_ids(adjustments: pa.Table, again: dict[str, str]) -> pa.Table:
    """Adjustments that name the row in which their amount was said again."""
    if not again:
        return adjustments
    ids = [again.get(str(one), one) for one in adjustments["amount_id"].to_pylist()]
    at = adjustments.schema.get_field_index("amount_id")
    return adjustments.set_column(at, adjustments.schema.field(at), pa.array(ids, pa.string()))
