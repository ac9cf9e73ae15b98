"""Figures for pages and warnings: what the lake's head says of the files. Reads only; a few aggregates, never a row a file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from schemas import sql
from schemas.record import Record
from warehouse.lake import CATALOG, Lake
from warehouse.outcomes import placement_outcomes
from warehouse.report import SlowFile

_SHOWN_PATHS = 3


@dataclass(frozen=True, slots=True)
class LowCoverage:
    """Kept contents whose readers brought out less than `threshold`: how many of how many measured, and a few paths."""

    threshold: float
    n_measured: int
    n_low: int
    paths: tuple[str, ...]

    @property
    def share(self) -> float:
        """Of the measured contents, from 0 to 1."""
        return self.n_low / self.n_measured if self.n_measured else 0.0


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over the lake's head."""

    lake: Lake

    def outcomes(self, source_name: str | None = None) -> dict[str, dict[str, int]]:
        """Source → outcome → files that are there, of one source or of all."""
        rows = self.lake.rows(
            f"""SELECT source_name, outcome, count(*) AS n FROM ({placement_outcomes()})
                WHERE missing_since_at IS NULL AND ($source IS NULL OR source_name = $source)
                GROUP BY ALL ORDER BY ALL""",
            {"source": source_name},
        )
        return _nested((row["source_name"], row["outcome"], row["n"]) for row in rows)

    def formats(self) -> dict[str, dict[str, int]]:
        """Format → outcome → contents that were read, the most frequent format first."""
        rows = self.lake.rows(
            f"""WITH grouped AS (
                  SELECT coalesce(format, '미상') AS format, outcome, count(*) AS n FROM {CATALOG}.core.reading GROUP BY ALL)
                SELECT format, outcome, n FROM grouped
                ORDER BY sum(n) OVER (PARTITION BY format) DESC, format, outcome"""
        )
        return _nested((row["format"], row["outcome"], row["n"]) for row in rows)

    def totals(
        self, record: type[Record], by: str, *, measure: str | None, stack: str | None = None, where: str = "true"
    ) -> dict[str, dict[str, int]]:
        """Value of `by` → value of `stack` → rows of a table, or the sum of its column `measure`; largest first.

        Without `stack` the inner key is the empty text. Empty values are shown as `-`. `where` is SQL of our own that says which
        rows count.
        """
        counted = f"CAST(coalesce(sum({sql.quote(measure)}), 0) AS BIGINT)" if measure else "count(*)"
        part = f"coalesce(CAST({sql.quote(stack)} AS VARCHAR), '-')" if stack else "''"
        rows = self.lake.rows(
            f"""WITH grouped AS (
                  SELECT coalesce(CAST({sql.quote(by)} AS VARCHAR), '-') AS label, {part} AS part, {counted} AS n
                  FROM {sql.table(record, CATALOG)} WHERE {where} GROUP BY ALL)
                SELECT label, part, n FROM grouped ORDER BY sum(n) OVER (PARTITION BY label) DESC, label, part"""
        )
        return _nested((row["label"], row["part"], row["n"]) for row in rows)

    def low_coverage(self, threshold: float) -> LowCoverage:
        """Kept contents below `threshold`, among those whose coverage could be measured."""
        measured = f"{CATALOG}.core.reading WHERE outcome = 'kept' AND coverage IS NOT NULL"
        row = self.lake.rows(
            f"SELECT count(*) AS n, count(*) FILTER (coverage < $threshold) AS low FROM {measured}",
            {"threshold": threshold},
        )[0]
        paths = self.lake.rows(
            f"""SELECT min(p.path) AS path FROM {CATALOG}.raw.placement p
                JOIN (SELECT content_id, coverage FROM {measured} AND coverage < $threshold) r USING (content_id)
                GROUP BY p.content_id, r.coverage ORDER BY r.coverage, path LIMIT {_SHOWN_PATHS}""",
            {"threshold": threshold},
        )
        return LowCoverage(threshold, row["n"], row["low"], tuple(found["path"] for found in paths))

    def slow_files(self, seconds: Mapping[str, float]) -> list[SlowFile]:
        """One place of each content with the seconds that it took, longest first; contents that are gone are left out."""
        timed = pa.table(
            {
                "content_id": pa.array(list(seconds), pa.string()),
                "seconds": pa.array(list(seconds.values()), pa.float64()),
            }
        )
        with self.lake.registered(timed=timed):
            rows = self.lake.rows(
                f"""SELECT arg_min(p.source_name, p.path) AS source, min(p.path) AS path, any_value(r.format) AS format,
                           any_value(p.size_bytes) AS size_bytes, any_value(t.seconds) AS seconds
                    FROM timed t JOIN {CATALOG}.raw.placement p USING (content_id)
                    LEFT JOIN {CATALOG}.core.reading r USING (content_id)
                    GROUP BY p.content_id ORDER BY seconds DESC, path"""
            )
        return [SlowFile(**row) for row in rows]


def _nested(triples: Iterable[tuple[str, str, int]]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for outer, inner, count in triples:
        found.setdefault(outer, {})[inner] = int(count)
    return found
