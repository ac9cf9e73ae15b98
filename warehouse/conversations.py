"""From exports to conversations: a group step over all exports of one application and scope, merged as a whole.

What one export shows is kept as it is (`core.export_message`); what all of them show together is worked out anew whenever
one of them comes, changes or goes, so that the order in which they came leaves no trace.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from schemas.arrow import to_table
from schemas.identity import digest_parts, make_id
from schemas.identity import fingerprint as make_fingerprint
from schemas.ports import Progress
from schemas.record import Record
from schemas.records.attachment import AttachmentRecord
from schemas.records.conversation import ConversationRecord
from schemas.records.merging import Merging, RoomDoubt
from schemas.records.message import MessageRecord
from schemas.records.message_event import MessageEvent
from schemas.records.message_source import MessageSource
from schemas.records.participant import ParticipantRecord
from schemas.records.reaction import ReactionRecord
from schemas.records.session import Session
from schemas.records.thread import Thread
from warehouse import merging_keys, sessions
from warehouse.clock import Clock
from warehouse.exports import transcripts_of
from warehouse.lake import CATALOG, Lake
from warehouse.ledger import IN_FORCE
from warehouse.merged_rows import MergedRows, add_room
from warehouse.merging import merge
from warehouse.merging_keys import Sighted
from warehouse.rooms import Doubt, conversation_ids, group_rooms
from warehouse.steps import LakeSink, Produced, Step, StepCount, run_step

STEP = "core/message"
SAME_ROOM = "same_room"

TABLES: dict[type[Record], tuple[str, ...]] = {
    record: ("merging_id",)
    for record in (
        Merging,
        ConversationRecord,
        ParticipantRecord,
        MessageRecord,
        MessageSource,
        AttachmentRecord,
        ReactionRecord,
        MessageEvent,
        Thread,
        Session,
    )
}
Pair = frozenset[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class _Group:
    """Conversations of exports that are merged with one another, and what the result depends on."""

    merging_id: str
    application: str
    scope: str
    members: tuple[tuple[str, int], ...]
    step_fingerprint: str


def merge_conversations(lake: Lake, clock: Clock, run_id: str, progress: Progress) -> StepCount:
    """Bring conversations, messages, threads and sessions to what the exports show."""
    answers = room_answers(lake)
    groups = {group.merging_id: group for group in _groups(lake, answers)}
    wanted = pa.table(
        {
            "merging_id": pa.array(sorted(groups), pa.string()),
            "step_fingerprint": pa.array([groups[key].step_fingerprint for key in sorted(groups)], pa.string()),
        }
    )

    def missing() -> pa.Table:
        with lake.registered(wanted_merging=wanted):
            return lake.query(
                f"""SELECT merging_id FROM wanted_merging
                    ANTI JOIN {CATALOG}.core.merging USING (merging_id, step_fingerprint) ORDER BY 1"""
            )

    def surplus() -> pa.Table:
        with lake.registered(wanted_merging=wanted):
            return lake.query(
                f"SELECT merging_id FROM {CATALOG}.core.merging ANTI JOIN wanted_merging USING (merging_id) ORDER BY 1"
            )

    def work(keys: pa.Table) -> Iterator[Produced]:
        for merging_id in keys["merging_id"].to_pylist():
            rows = merge_group(groups[merging_id], sighted_of(lake, groups[merging_id].members), answers)
            yield Produced(n_inputs=1, rows=rows)

    return run_step(Step(STEP, missing, surplus, work, LakeSink(lake, clock, TABLES)), run_id, progress)


def room_answers(lake: Lake) -> dict[Pair, str]:
    """What people have answered about rooms that may be the same one: the two → accept or reject."""
    rows = lake.rows(f"SELECT subject, answer FROM ({IN_FORCE}) WHERE kind = '{SAME_ROOM}'")
    return {pair_of(row["subject"]): row["answer"] for row in rows}


def subject_of(doubt: RoomDoubt) -> str:
    """The two rooms of a doubt as the subject of a question."""
    ends = sorted([(doubt.first_content_id, doubt.first_no), (doubt.second_content_id, doubt.second_no)])
    return " ".join(f"{content_id}/{number}" for content_id, number in ends)


def pair_of(subject: str) -> Pair:
    """The two rooms that a question is about."""
    ends = (end.rpartition("/") for end in subject.split())
    return frozenset((content_id, int(number)) for content_id, _, number in ends)


def _groups(lake: Lake, answers: Mapping[Pair, str]) -> Iterator[_Group]:
    rows = lake.rows(
        f"""SELECT e.*, r.step_fingerprint AS read_by FROM {CATALOG}.core.export_conversation e
            JOIN {CATALOG}.core.reading r USING (content_id) ORDER BY content_id, conversation_no"""
    )
    grouped: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        # Where the application names the room, nobody has to guess; the others of a scope may all be one room.
        native = (row["workspace"], row["native_id"]) if row["native_id"] is not None else (None, None)
        grouped.setdefault(make_id("merging", row["application"], row["scope"], *native), []).append(row)
    for merging_id, found in grouped.items():
        members = tuple((row["content_id"], row["conversation_no"]) for row in found)
        decided = sorted((*map(str, sorted(pair)), answer) for pair, answer in answers.items() if pair <= set(members))
        told = [part for row in found for part in (row["content_id"], row["conversation_no"], row["read_by"])]
        yield _Group(
            merging_id=merging_id,
            application=found[0]["application"],
            scope=found[0]["scope"],
            members=members,
            step_fingerprint=make_fingerprint(
                step=STEP,
                merging=merging_keys.RULES_VERSION,
                sessions=sessions.fingerprint(),
                exports=digest_parts(told),
                answers=digest_parts(part for line in decided for part in line),
            ),
        )


def sighted_of(lake: Lake, members: Sequence[tuple[str, int]]) -> list[Sighted]:
    """Conversations of exports as they were read."""
    keys = pa.table(
        {
            "content_id": pa.array([content_id for content_id, _ in members], pa.string()),
            "conversation_no": pa.array([number for _, number in members], pa.int64()),
        }
    )
    return [
        Sighted(content_id, number, transcript, transcript.scope or "")
        for content_id, number, transcript in transcripts_of(lake, keys)
    ]


def merge_group(group: _Group, sighted: Sequence[Sighted], answers: Mapping[Pair, str]) -> dict[type[Record], pa.Table]:
    """The rows of a group: its rooms, each merged, with their threads and sessions."""
    by_identity = {found.identity: found for found in sighted}
    rooms, doubts = group_rooms(sighted, answers)
    rows = MergedRows()
    members = [[by_identity[identity] for identity in room] for room in rooms]
    for exports, conversation_id in zip(members, conversation_ids(members), strict=True):
        merged = merge(exports, conversation_id=conversation_id)
        add_room(rows, group.merging_id, group.scope, merged, exports)
    marker = Merging(
        merging_id=group.merging_id,
        step_fingerprint=group.step_fingerprint,
        application=group.application,
        scope=group.scope,
        n_exports=len(group.members),
        n_conversations=len(rows.of(ConversationRecord)),
        n_messages=len(rows.of(MessageRecord)),
        doubts=[_doubt_row(doubt) for doubt in doubts],
    )
    rows.put(Merging, [marker])
    return {record: to_table(record, rows.of(record)) for record in TABLES}


_REASONS = {
    "few_shared": "함께 있는 메시지가 너무 적습니다.",
    "pasted": "함께 있는 메시지가 많지만 두 방에서 오간 말의 작은 부분입니다.",
    "touching": "제목과 사람이 같고 한쪽이 끝난 뒤에 다른 쪽이 시작됩니다.",
}


def _doubt_row(doubt: Doubt) -> RoomDoubt:
    (first, first_no), (second, second_no) = doubt.first, doubt.second
    title = "제목이 같습니다." if doubt.is_title_same else "제목이 다릅니다."
    people = "나오는 사람이 같습니다." if doubt.is_people_same else "나오는 사람이 다릅니다."
    return RoomDoubt(
        first_content_id=first,
        first_no=first_no,
        second_content_id=second,
        second_no=second_no,
        evidence=[
            _REASONS.get(doubt.reason, doubt.reason),
            f"두 내보내기에 함께 있는 메시지 {doubt.n_shared:,}건 (겹치는 때에 각각 {doubt.n_first:,}건과 {doubt.n_second:,}건)",
            title,
            people,
        ],
    )
