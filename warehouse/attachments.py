"""Which file is which attachment: inside the export, beside it, or in a folder where the application puts received files.

By name, since exports print nothing else; two different files of one name in received folders are linked to nobody.
"""

from collections.abc import Iterator

import pyarrow as pa

from schemas.arrow import arrow_schema
from schemas.ports import Progress
from schemas.records.attachment_link import AttachmentLink
from warehouse.clock import Clock
from warehouse.lake import CATALOG, Lake
from warehouse.steps import LakeSink, Produced, Step, StepCount, run_step

_RECEIVED = (
    r"(?i)(?:^|/)(?:[^/]*받은 파일[^/]*|(?:KakaoTalk|Slack|LINE(?:WORKS)?|Teams) ?Downloads|Telegram Desktop)(?:/|$)"
)
_LAST = "regexp_extract({path}, '[^/]+$')"

# Attachments with the exports that show them.
_SHOWN = f"""
    SELECT DISTINCT a.attachment_id, a.name, a.path, s.content_id AS export_id FROM {CATALOG}.core.attachment a
    JOIN {CATALOG}.core.message_source s USING (message_id) WHERE a.name <> ''"""
_READ = f"SELECT content_id FROM {CATALOG}.core.reading WHERE outcome = 'kept'"
_WANTED = f"""
    WITH shown AS ({_SHOWN}),
    own AS (
        SELECT shown.attachment_id, m.content_id FROM shown JOIN {CATALOG}.core.member m ON m.container_id = shown.export_id
        WHERE m.member_path = shown.path OR {_LAST.format(path="m.member_path")} = shown.name),
    sibling AS (
        SELECT shown.attachment_id, m.content_id FROM shown
        JOIN {CATALOG}.core.member e ON e.content_id = shown.export_id
        JOIN {CATALOG}.core.member m ON m.container_id = e.container_id AND m.content_id <> shown.export_id
        WHERE {_LAST.format(path="m.member_path")} = shown.name),
    beside AS (
        SELECT shown.attachment_id, f.content_id FROM shown
        JOIN {CATALOG}.raw.placement e ON e.content_id = shown.export_id
        JOIN {CATALOG}.raw.placement f ON f.source_name = e.source_name AND f.content_id <> shown.export_id
        WHERE (f.folder = e.folder AND f.name = shown.name)
           OR f.path = concat_ws('/', nullif(e.folder, ''), shown.path)),
    received AS (
        SELECT shown.attachment_id, min(f.content_id) AS content_id FROM shown
        JOIN {CATALOG}.raw.placement f ON f.name = shown.name AND regexp_matches(f.folder, $received)
        WHERE f.content_id IS NOT NULL GROUP BY shown.attachment_id HAVING count(DISTINCT f.content_id) = 1),
    linked AS (
        SELECT *, 'member' AS linked_by, 1 AS rank FROM own UNION ALL SELECT *, 'member', 1 FROM sibling
        UNION ALL SELECT *, 'beside', 2 FROM beside UNION ALL SELECT *, 'received', 3 FROM received)
    SELECT attachment_id, content_id, arg_min(linked_by, rank) AS linked_by FROM linked SEMI JOIN ({_READ}) USING (content_id)
    GROUP BY ALL"""


def link_attachments(lake: Lake, clock: Clock, run_id: str, progress: Progress) -> StepCount:
    """Bring `core.attachment_link` to what names and places say."""
    wanted = lake.query(f"{_WANTED} ORDER BY 1, 2", {"received": _RECEIVED})
    table = f"{CATALOG}.core.attachment_link"

    def missing() -> pa.Table:
        with lake.registered(wanted_links=wanted):
            return lake.query(
                f"FROM wanted_links ANTI JOIN {table} USING (attachment_id, content_id, linked_by) ORDER BY 1, 2"
            )

    def surplus() -> pa.Table:
        with lake.registered(wanted_links=wanted):
            return lake.query(
                f"""SELECT attachment_id, content_id FROM {table}
                    ANTI JOIN wanted_links USING (attachment_id, content_id) ORDER BY 1, 2"""
            )

    def work(keys: pa.Table) -> Iterator[Produced]:
        schema = arrow_schema(AttachmentLink)
        yield Produced(n_inputs=keys.num_rows, rows={AttachmentLink: keys.select(schema.names).cast(schema)})

    sink = LakeSink(lake, clock, {AttachmentLink: ("attachment_id", "content_id")})
    return run_step(Step("core/attachment_link", missing, surplus, work, sink), run_id, progress)
