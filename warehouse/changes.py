"""What became of figures between two publications: added, revised and withdrawn, each with its cause.

Both sides are serving files of the same rights, so that nobody learns of a figure that he may not read. A reader who may read
less or more than before sees files go and come: the causes say so.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from schemas import sql
from schemas.access import Principal
from warehouse.doors.sql import serving_file
from warehouse.layout import Home
from warehouse.publication import NothingPublished, read_current

KINDS = {"added": "더해짐", "revised": "고쳐짐", "withdrawn": "거두어짐"}
CAUSES = {
    "new_file": "새 파일 (또는 새로 볼 수 있게 된 파일)",
    "file_replaced": "파일이 다른 판으로 바뀜",
    "forms_changed": "읽는 서식이 바뀜",
    "answer": "사람이 물음에 답함",
    "file_gone": "파일이 없어짐 (또는 더는 볼 수 없음)",
    "other": "다른 까닭 (볼 수 있는 판이 바뀜)",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that is not what it was. What a side does not have is None.

    Attributes:
        kind: `added`, `revised` or `withdrawn`.
        cause: a key of `CAUSES`.
        subject: what it is an amount of, as printed.
        org_name: office.
        fiscal_year: year; of a revised figure the new one, likewise the stage.
        stage_label: stage in Korean.
        old_won: exact, None where the currency is another or no number is printed; `new_won` likewise.
        old_text: as printed, with its unit and, where that changed, year and stage; `new_text` likewise.
        old_id: amount; `new_id` likewise.
        where: address of the cell, the new one where there is one.
    """

    kind: str
    cause: str
    subject: str
    org_name: str | None
    fiscal_year: int
    stage_label: str
    old_won: int | None
    new_won: int | None
    old_text: str | None
    new_text: str | None
    old_id: str | None
    new_id: str | None
    where: str


@dataclass(frozen=True, slots=True)
class Changes:
    """All changes between two publications.

    `n_restated` counts figures that a new version of a file says again as they were.
    """

    since: str
    publication: str
    rows: list[Change]
    n_restated: int

    def counts(self) -> dict[tuple[str, str], int]:
        """(kind, cause) → changes, in the order of `KINDS` and `CAUSES`."""
        found: dict[tuple[str, str], int] = {}
        for row in self.rows:
            found[row.kind, row.cause] = found.get((row.kind, row.cause), 0) + 1
        order = [(kind, cause) for kind in KINDS for cause in CAUSES]
        return {pair: found[pair] for pair in order if pair in found}

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def kept_publications(home: Home) -> list[str]:
    """Publications whose files are still there, oldest first."""
    if not home.serving_folder.is_dir():
        return []
    return sorted(path.name for path in home.serving_folder.iterdir() if path.is_dir() and not path.is_symlink())


def changes_since(home: Home, since: str, *, principal: Principal | None = None) -> Changes:
    """Compare the current publication with an earlier one, by the rights of a principal (or of everyone listed).

    Raises:
        NothingPublished: nothing is published, or the earlier publication is no longer kept.
    """
    current = read_current(home).publication_id
    if since not in kept_publications(home):
        kept = ", ".join(kept_publications(home)) or "-"
        raise NothingPublished(f"공개 {since}은(는) 더는 보관되어 있지 않습니다. 보관된 공개: {kept}")
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET autoinstall_known_extensions = false")
        for name, publication in (("old", since), ("new", current)):
            path: Path = serving_file(home, principal, publication)
            # The same publication cannot be attached twice, and has no changes.
            if name == "new" and publication == since:
                return Changes(since, current, [], 0)
            connection.execute(f"ATTACH {sql.literal(str(path))} AS {name} (READ_ONLY)")
        # Files of a version before budget records have no figures.
        held = connection.execute("SELECT database_name FROM duckdb_views() WHERE view_name = 'amount'").fetchall()
        missing = {"old", "new"} - {name for (name,) in held}
        if "new" in missing:
            return Changes(since, current, [], 0)
        connection.execute(_figures("now_figure", "new"))
        connection.execute(_figures("was_figure", "new" if missing else "old", nothing=bool(missing)))
        for statement in (_PAIRS, _caused("new" if missing else "old", nothing=bool(missing))):
            connection.execute(statement)
        restated = connection.execute("SELECT count(*) FROM pair WHERE is_restated").fetchone()
        result = connection.execute(_ROWS)
        names = [column[0] for column in result.description or []]
        rows = [Change(**dict(zip(names, row, strict=True))) for row in result.fetchall()]
    return Changes(since, current, rows, restated[0] if restated else 0)


def _figures(name: str, database: str, *, nothing: bool = False) -> str:
    return f"""
        CREATE TEMP TABLE {name} AS
        SELECT amount_id, content_id, ordinal, row, col, line, target_id, fiscal_year, stage, stage_no, period, basis, is_revenue,
               currency, amount_minor, amount_won, value_state, raw_text, unit_raw, subject_name, org_name, stage_label, address,
               supersedes_id
        FROM {database}.core.amount WHERE recorded_to IS NULL{" AND false" if nothing else ""}"""


# A figure that is new goes back over what it supersedes to one that was current before, or to one of the same cell.
_PAIRS = """
    CREATE TEMP TABLE pair AS
    WITH RECURSIVE
    entered AS (SELECT n.* FROM now_figure n ANTI JOIN was_figure w USING (amount_id)),
    gone AS (SELECT w.* FROM was_figure w ANTI JOIN now_figure n USING (amount_id)),
    back(amount_id, before_id, depth) AS (
        SELECT amount_id, supersedes_id, 1 FROM entered WHERE supersedes_id IS NOT NULL
        UNION ALL
        SELECT b.amount_id, a.supersedes_id, b.depth + 1 FROM back b
        JOIN new.core.budget_amount a ON a.amount_id = b.before_id
        WHERE a.supersedes_id IS NOT NULL AND b.depth < 100
    ),
    -- One before for each, and one after for each: what is left over of either side was added or withdrawn.
    superseding AS (
        SELECT b.amount_id, g.amount_id AS before_id FROM back b JOIN gone g ON g.amount_id = b.before_id
        QUALIFY row_number() OVER (PARTITION BY b.amount_id ORDER BY b.depth) = 1
            AND row_number() OVER (PARTITION BY g.amount_id ORDER BY b.depth, b.amount_id) = 1
    ),
    same_cell AS (
        SELECT e.amount_id, g.amount_id AS before_id
        FROM (SELECT * FROM entered ANTI JOIN superseding USING (amount_id)) e
        JOIN (SELECT * FROM gone ANTI JOIN superseding ON superseding.before_id = gone.amount_id) g
            ON g.content_id = e.content_id AND g.ordinal = e.ordinal AND g.row = e.row AND g.col = e.col
            AND g.line IS NOT DISTINCT FROM e.line
        QUALIFY row_number() OVER (PARTITION BY e.amount_id ORDER BY g.amount_id) = 1
            AND row_number() OVER (PARTITION BY g.amount_id ORDER BY e.amount_id) = 1
    ),
    met AS (FROM superseding UNION ALL FROM same_cell)
    SELECT e.amount_id AS new_id, m.before_id AS old_id FROM entered e LEFT JOIN met m ON m.amount_id = e.amount_id
    UNION ALL
    SELECT NULL, g.amount_id FROM gone g ANTI JOIN met ON met.before_id = g.amount_id"""


def _caused(old: str, *, nothing: bool) -> str:
    """SQL that adds to each pair its kind, its cause and whether it only says again what was said."""
    none = " WHERE false" if nothing else ""
    return f"""
        CREATE OR REPLACE TEMP TABLE pair AS
        WITH was_read AS (SELECT content_id, step_fingerprint FROM {old}.core.extraction{none}),
        was_table AS (SELECT content_id, ordinal, outcome FROM {old}.core.form_table{none}),
        was_there AS (SELECT content_id FROM {old}.core.reading{none}),
        told AS (
            SELECT p.*, n.content_id AS new_content, w.content_id AS old_content,
                   r.step_fingerprint AS was, x.step_fingerprint AS now,
                   coalesce(len(x.replaces), 0) > 0 AS is_version, t.outcome = 'question' AS was_question, d.cause AS withdrawn,
                   h.content_id IS NOT NULL AS was_held, g.content_id IS NOT NULL AS is_held,
                   coalesce((n.amount_minor, n.value_state, n.currency, n.fiscal_year, n.stage, n.stage_no, n.period, n.basis,
                             n.is_revenue, n.target_id)
                       IS NOT DISTINCT FROM
                            (w.amount_minor, w.value_state, w.currency, w.fiscal_year, w.stage, w.stage_no, w.period, w.basis,
                             w.is_revenue, w.target_id), false) AS is_restated
            FROM pair p
            LEFT JOIN now_figure n ON n.amount_id = p.new_id
            LEFT JOIN was_figure w ON w.amount_id = p.old_id
            LEFT JOIN new.core.extraction x ON x.content_id = n.content_id
            LEFT JOIN was_read r ON r.content_id = coalesce(n.content_id, w.content_id)
            LEFT JOIN was_table t ON t.content_id = n.content_id AND t.ordinal = n.ordinal
            LEFT JOIN was_there h ON h.content_id = n.content_id
            LEFT JOIN new.core.withdrawal d ON d.amount_id = p.old_id
            LEFT JOIN (SELECT DISTINCT content_id FROM new.core.extraction) g ON g.content_id = w.content_id
        )
        SELECT new_id, old_id, is_restated,
               CASE WHEN new_id IS NULL THEN 'withdrawn' WHEN old_id IS NULL THEN 'added' ELSE 'revised' END AS kind,
               CASE
                   WHEN new_id IS NULL THEN CASE
                       WHEN withdrawn = 'file_replaced' THEN 'file_replaced' WHEN withdrawn = 'read_again' THEN 'forms_changed'
                       WHEN NOT is_held THEN 'file_gone' ELSE 'other' END
                   WHEN old_content <> new_content THEN 'file_replaced'
                   WHEN was_question THEN 'answer'
                   WHEN was IS NOT NULL AND was <> now THEN 'forms_changed'
                   WHEN was IS NULL AND is_version THEN 'file_replaced'
                   WHEN was IS NULL AND was_held THEN 'forms_changed'
                   WHEN was IS NULL THEN 'new_file'
                   ELSE 'other'
               END AS cause
        FROM told"""


def _text(side: str) -> str:
    return (
        f"CASE WHEN {side}.amount_id IS NOT NULL THEN {side}.raw_text || coalesce(' (' || {side}.unit_raw || ')', '') "
        f"|| CASE WHEN p.kind = 'revised' AND (n.fiscal_year, n.stage) IS DISTINCT FROM (w.fiscal_year, w.stage) "
        f"THEN format(' [{{}} {{}}]', {side}.fiscal_year, {side}.stage_label) ELSE '' END END"
    )


_ROWS = f"""
    SELECT p.kind, p.cause, coalesce(n.subject_name, w.subject_name) AS subject, coalesce(n.org_name, w.org_name) AS org_name,
           coalesce(n.fiscal_year, w.fiscal_year) AS fiscal_year, coalesce(n.stage_label, w.stage_label) AS stage_label,
           w.amount_won AS old_won, n.amount_won AS new_won, {_text("w")} AS old_text, {_text("n")} AS new_text,
           w.amount_id AS old_id, n.amount_id AS new_id, coalesce(n.address, w.address) AS "where"
    FROM pair p LEFT JOIN now_figure n ON n.amount_id = p.new_id LEFT JOIN was_figure w ON w.amount_id = p.old_id
    WHERE NOT p.is_restated
    ORDER BY p.kind, p.cause, org_name, subject, fiscal_year, stage_label, new_id, old_id"""
