"""What is in the files: each distinct content is read once, in the sandbox, and kept only if it may be.

The keys are contents that placements name minus contents with a reading of the same fingerprint. Members of archives and
mails are read with their container and get readings of their own; a content that also lies on a share by itself keeps the
reading of that.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from schemas.arrow import to_table
from schemas.elements import Element, Reading
from schemas.identity import digest_bytes, digest_parts
from schemas.outcome import Failed, Outcome, reason_of
from schemas.ports import Progress, Reader, ReadRequest
from schemas.records.element import ElementRecord
from schemas.records.export import Export
from schemas.records.export_conversation import ExportConversation
from schemas.records.export_message import ExportMessage
from schemas.records.member import Member
from schemas.records.reading import ReadingRecord
from warehouse.blobs import BlobLost, BlobStore, Sealer
from warehouse.clock import Clock
from warehouse.exports import conversation_rows, export_row, message_table
from warehouse.lake import CATALOG, Lake
from warehouse.ledger import RELEASE
from warehouse.steps import LakeSink, Produced, Step, StepCount, run_step

# A content that any placement's name marks as secret is out everywhere, also inside an archive.
SECRET_CONTENT = f"""
    SELECT content_id FROM {CATALOG}.raw.placement WHERE reason = 'secrecy_mark' AND content_id IS NOT NULL"""

# Contents that a live, unflagged placement names.
LIVE_CONTENT = f"""
    SELECT DISTINCT p.content_id FROM {CATALOG}.raw.placement p
    WHERE p.content_id IS NOT NULL AND p.skip_rule IS NULL AND p.reason IS NULL AND p.content_id NOT IN ({SECRET_CONTENT})"""

# Containers to be read again: a member has become secret, or was left to a place of its own that went before it was read.
STALE_CONTAINER = f"""
    WITH RECURSIVE stale(content_id) AS (
        SELECT m.container_id FROM {CATALOG}.core.member m
        WHERE m.content_id IN ({SECRET_CONTENT})
           OR (m.content_id NOT IN (SELECT content_id FROM {CATALOG}.core.reading) AND m.content_id NOT IN ({LIVE_CONTENT}))
        UNION
        SELECT m.container_id FROM stale s JOIN {CATALOG}.core.member m ON m.content_id = s.content_id)
    SELECT content_id FROM stale"""

# The part of a content's original that is held, if it is not all of it.
HELD_AS = f"SELECT nullif(kept_part_id, '') FROM {CATALOG}.core.reading WHERE content_id = $content"

_N_SLOWEST = 10

# The fingerprint of a reading that failed for a passing reason: no reader has it, so the next run reads again.
_RETRY = "retry"

# Live contents and, through their containers, all members.
REACHABLE_CONTENT = f"""
    WITH RECURSIVE reachable(content_id) AS (
        SELECT content_id FROM ({LIVE_CONTENT})
        UNION
        SELECT m.content_id FROM reachable r JOIN {CATALOG}.core.member m ON m.container_id = r.content_id)
    SELECT content_id FROM reachable"""


@dataclass
class ReadResult:
    """What the reading of one run did."""

    n_parsed: int = 0
    read_ids: set[str] = field(default_factory=set)
    seconds: dict[str, float] = field(default_factory=dict)
    """Content id → wall seconds from fetching its bytes to its result, of the slowest ones."""

    def took(self, content_id: str, seconds: float) -> None:
        """Note how long a content took, and forget it again if enough others took longer."""
        self.seconds[content_id] = round(seconds, 2)
        if len(self.seconds) > _N_SLOWEST:
            del self.seconds[min(self.seconds, key=self.seconds.__getitem__)]


@dataclass(frozen=True)
class ContentReader:
    """Reads contents into `core.reading`, `core.element` and `core.member`, and keeps the originals of what is kept."""

    lake: Lake
    clock: Clock
    blobs: BlobStore
    sealer: Sealer
    reader: Reader
    fetch: Callable[[str, str], bytes]
    """Bytes of (source name, raw path); raises `schemas.outcome.Failed`."""
    scope_fingerprint: str = ""
    """Of the register of conversations: when it changes, what it decided about is read again, and no document."""

    def read(self, run_id: str, progress: Progress) -> tuple[StepCount, ReadResult]:
        """Read what is missing and remove what no placement reaches any more."""
        result = ReadResult()
        step = Step(
            name="core/reading",
            missing=self._missing,
            surplus=self._surplus,
            work=lambda keys: self._work(keys, result),
            sink=LakeSink(
                self.lake,
                self.clock,
                {
                    ReadingRecord: ("content_id",),
                    ElementRecord: ("content_id",),
                    Member: ("container_id",),
                    Export: ("content_id",),
                    ExportConversation: ("content_id",),
                    ExportMessage: ("content_id",),
                },
                keep_originals=self.blobs.put,
            ),
            batch_inputs=2_000,
        )
        return run_step(step, run_id, progress), result

    def _missing(self) -> pa.Table:
        return self.lake.query(
            f"""WITH release AS ({RELEASE})
                SELECT p.content_id, min(p.name) AS name, arg_min(p.source_name, p.path) AS source_name,
                       arg_min(p.sealed_path, p.path) AS sealed_path, min(p.size_bytes) AS size_bytes,
                       any_value(d.decision_id) AS released_by
                FROM {CATALOG}.raw.placement p JOIN ({LIVE_CONTENT}) USING (content_id)
                LEFT JOIN release d ON d.content_id = p.content_id
                ANTI JOIN (SELECT r.content_id FROM {CATALOG}.core.reading r
                           LEFT JOIN release d ON d.content_id = r.content_id
                           WHERE r.step_fingerprint = $fingerprint || coalesce('+' || d.decision_id, '')
                           AND coalesce(r.scope_fingerprint, $scope) = $scope
                           AND r.content_id NOT IN ({STALE_CONTAINER})) USING (content_id)
                WHERE p.skip_rule IS NULL AND p.reason IS NULL
                GROUP BY p.content_id ORDER BY p.content_id""",
            {"fingerprint": self.reader.fingerprint, "scope": self.scope_fingerprint},
        )

    def _surplus(self) -> pa.Table:
        return self.lake.query(
            f"SELECT content_id FROM {CATALOG}.core.reading ANTI JOIN ({REACHABLE_CONTENT}) USING (content_id) ORDER BY 1"
        )

    def _work(self, keys: pa.Table, result: ReadResult) -> Iterator[Produced]:
        on_share = {row["content_id"] for row in self.lake.rows(LIVE_CONTENT)}
        secret = {row["content_id"] for row in self.lake.rows(SECRET_CONTENT)}
        loaded: dict[str, bytes] = {}
        rows = {row["content_id"]: row for row in keys.to_pylist()}

        began: dict[str, float] = {}

        def load(content_id: str) -> bytes:
            began[content_id] = time.monotonic()
            loaded[content_id] = self._bytes_of(rows[content_id])
            return loaded[content_id]

        requests = (
            ReadRequest(
                content_id=content_id,
                name=row["name"],
                load=lambda content_id=content_id: load(content_id),
                is_released=row["released_by"] is not None,
            )
            for content_id, row in rows.items()
        )
        done: set[str] = set()
        for content_id, readings in self.reader.read(requests):
            original = loaded.pop(content_id, None)
            result.n_parsed += 1
            if content_id in began:
                result.took(content_id, time.monotonic() - began.pop(content_id))
            result.read_ids.add(content_id)
            if any(reading.content_id in secret for reading in readings):
                readings = [_without_anything(readings[0])]
            yield self._produced(content_id, readings, original, on_share, done, rows[content_id]["released_by"])

    def _bytes_of(self, row: dict[str, object]) -> bytes:
        """The content's bytes: from the share, or from the original that is held if the share gives others or none."""
        content_id = str(row["content_id"])
        try:
            content = self.fetch(str(row["source_name"]), self.sealer.open(row["sealed_path"]))  # type: ignore[arg-type]
        except Failed:
            return self._held_or_raise(content_id)
        if digest_bytes(content) == content_id:
            return content
        try:
            return self.blobs.get(self._held_as(content_id))
        except BlobLost:
            raise Failed("changed_while_reading") from None

    def _held_or_raise(self, content_id: str) -> bytes:
        try:
            return self.blobs.get(self._held_as(content_id))
        except BlobLost:
            pass
        raise Failed("read_error", "공유에서 다시 읽지 못함")

    def _held_as(self, content_id: str) -> str:
        """The id under which a content's original is held: its own, or that of the part that may be kept."""
        return str(self.lake.value(HELD_AS, {"content": content_id}) or content_id)

    def _produced(
        self,
        content_id: str,
        readings: list[Reading],
        original: bytes | None,
        on_share: set[str],
        done: set[str],
        released_by: str | None,
    ) -> Produced:
        own, *others = readings
        kept = own.outcome is Outcome.KEPT
        members = [reading for reading in others if kept and reading.container_id is not None]
        listed = [own]
        for reading in members:
            # A content with a place of its own is read as itself; one read already in this run stays as it was read.
            if reading.content_id not in on_share and reading.content_id not in done:
                done.add(reading.content_id)
                listed.append(reading)
        part = own.kept_part
        if part is None and original is not None and digest_bytes(original) != content_id:
            # the share gave nothing, and what was read is the part that may be kept
            part = original
        part_id = None if part is None else digest_bytes(part) if part else ""
        kept_bytes = original if part is None else part
        rows = [self._row(reading, members, released_by) for reading in listed]
        rows[0] = rows[0].model_copy(update={"kept_part_id": part_id})
        return Produced(
            n_inputs=1,
            rows={
                ReadingRecord: to_table(ReadingRecord, rows),
                ElementRecord: to_table(ElementRecord, [row for reading in listed for row in element_rows(reading)]),
                Member: to_table(Member, _member_rows(members)),
                Export: to_table(Export, [row for reading in listed if (row := export_row(reading))]),
                ExportConversation: to_table(
                    ExportConversation, [row for reading in listed for row in conversation_rows(reading)]
                ),
                ExportMessage: pa.concat_tables([message_table(reading) for reading in listed]),
            },
            originals=((part_id or content_id, kept_bytes),) if kept and kept_bytes else (),
        )

    def _row(self, reading: Reading, members: list[Reading], released_by: str | None) -> ReadingRecord:
        own_members = sum(1 for member in members if member.container_id == reading.content_id)
        # A decision shapes the result, so it is in the fingerprint; a member has no decision of its own.
        decided = f"+{released_by}" if released_by and reading.container_id is None else ""
        return ReadingRecord(
            content_id=reading.content_id,
            step_fingerprint=_RETRY if _is_transient(reading.reason) else self.reader.fingerprint + decided,
            released_by=released_by,
            outcome=reading.outcome.value,
            reason=reading.reason,
            detail=reading.detail,
            format=reading.format,
            reader=reading.reader,
            title=reading.title,
            coverage=reading.coverage,
            size_bytes=reading.size_bytes,
            n_elements=len(reading.elements),
            n_members=own_members,
            n_masked=reading.n_masked,
            text_id=text_id(reading.elements),
            completeness=reading.completeness,
            flags=[flag.value for flag in reading.flags],
            properties=reading.properties or None,
            scope_fingerprint=self.scope_fingerprint if reading.is_scoped else None,
            read_at=self.clock.now(),
        )


def _without_anything(reading: Reading) -> Reading:
    """The reading of a container with a member that bears a secret name elsewhere: quarantined, nothing of it kept."""
    detail = "구성원과 같은 내용이 다른 곳에 대외비 이름으로 있음"
    kept = reading.model_dump(include={"content_id", "name", "size_bytes", "container_id", "member_path", "format"})
    return Reading(outcome=Outcome.QUARANTINED, reason="secret_member", detail=detail, **kept)


def _is_transient(reason: str | None) -> bool:
    return reason is not None and reason_of(reason).is_transient


def text_id(elements: list[Element]) -> str | None:
    """The id of a text: kind, place, headings, words and grid of every element in order; None without elements."""
    if not elements:
        return None
    return digest_parts(element.model_dump_json(exclude={"locator": {"member"}}) for element in elements)[:32]


def element_rows(reading: Reading) -> list[ElementRecord]:
    """A reading's elements as rows. The member's path is a matter of placement and is left out."""
    rows = []
    for ordinal, element in enumerate(reading.elements):
        outer, row, col = element.parent or (None, None, None)
        rows.append(
            ElementRecord(
                content_id=reading.content_id,
                ordinal=ordinal,
                kind=element.kind.value,
                text=element.text,
                level=element.level,
                page=element.page,
                sheet=element.sheet,
                section_path=list(element.section_path),
                locator=element.locator.model_copy(update={"member": None}),
                table=element.table,
                parent_ordinal=outer,
                parent_row=row,
                parent_col=col,
                flags=[flag.value for flag in element.flags],
                links=list(element.links),
                confidence=element.confidence,
                marks=element.marks or None,
            )
        )
    return rows


def _member_rows(members: list[Reading]) -> list[Member]:
    rows: dict[tuple[str, str], Member] = {}
    for reading in members:
        container, path = reading.container_id or "", reading.member_path or reading.name
        # Two members of the same name in one archive: the later ones get their number.
        number = 1
        while (container, path if number == 1 else f"{path} ({number})") in rows:
            number += 1
        path = path if number == 1 else f"{path} ({number})"
        rows[container, path] = Member(
            container_id=container, member_path=path, content_id=reading.content_id, scope=reading.scope
        )
    return list(rows.values())


def collect_originals(lake: Lake, blobs: BlobStore) -> int:
    """Destroy the keys of originals that no kept reading names; returns how many went."""
    kept = {
        row["kept_id"]
        for row in lake.rows(
            f"SELECT coalesce(kept_part_id, content_id) AS kept_id FROM {CATALOG}.core.reading WHERE outcome = 'kept'"
        )
    }
    return blobs.forget(blobs.held() - kept)
