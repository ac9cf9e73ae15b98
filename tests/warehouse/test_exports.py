"""What a reading says of an export goes to the lake and comes back as it was."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pyarrow as pa
import pytest

from schemas.arrow import arrow_schema, to_table
from schemas.conversations import (
    SEOUL,
    Attachment,
    AttachmentState,
    Conversation,
    ConversationKind,
    Event,
    Message,
    MessageKind,
    Participant,
    Precision,
    Reaction,
    Source,
    Transcript,
)
from schemas.elements import ExportAccount, Reading
from schemas.outcome import Outcome
from schemas.records.export_conversation import ExportConversation
from schemas.records.export_message import ExportMessage
from warehouse.exports import conversation_rows, export_row, message_table, transcripts_of
from warehouse.lake import Lake

NEPAL = timezone(timedelta(hours=5, minutes=45))
FULL = Message(
    sent_at=datetime(2026, 3, 10, 9, 1, 2, 345678, tzinfo=NEPAL),
    sender="총괄담당",
    text="글\n둘째 줄",
    kind=MessageKind.FILE,
    source=Source(3, 4, "방/2026-03-10.json#7"),
    precision=Precision.MILLISECOND,
    is_offset_assumed=True,
    is_time_assumed=True,
    native_id="7",
    sender_id="U1",
    reply_to="5",
    thread_id="1",
    edited_at=datetime(2026, 3, 10, 9, 5, tzinfo=SEOUL),
    deleted_at=datetime(2026, 3, 11, 9, 5, tzinfo=SEOUL),
    forwarded_from="복지담당",
    reactions=[Reaction("👍", 2, ["복지담당"])],
    attachments=[Attachment("가.hwp", "a/b", 7, "files/가.hwp", "https://x.invalid", AttachmentState.PRESENT)],
    events=[Event("edit", datetime(2026, 3, 10, 9, 5, tzinfo=SEOUL), "총괄담당", "고침"), Event("pin")],
)
BARE = Message(datetime(2026, 3, 10, 9, 2, tzinfo=SEOUL), "", "들어왔습니다", MessageKind.SYSTEM)
ROOM = Conversation(
    key="room",
    application="slack",
    title="예산협업",
    kind=ConversationKind.PRIVATE,
    native_id="C1",
    workspace="T1",
    dialect="grid",
    participants=[Participant("총괄담당", "U1", ["총괄"], is_bot=False, is_owner=True), Participant("복지담당")],
    exported_at=datetime(2026, 4, 1, 1, 2, 3, tzinfo=SEOUL),
)


def reading(*transcripts: Transcript, content_id: str = "c1", kept_part: bytes | None = None) -> Reading:
    return Reading(
        content_id=content_id,
        name="a.zip",
        size_bytes=10,
        outcome=Outcome.KEPT,
        transcripts=list(transcripts),
        account=ExportAccount(
            application="slack", n_conversations=len(transcripts), n_messages=3, n_bytes=10, n_understood=9
        ),
        kept_part=kept_part,
    )


@pytest.fixture
def store(lake: Lake):
    """Write a reading's conversations and messages."""

    def do(*readings: Reading) -> None:
        for one in readings:
            rooms, messages = to_table(ExportConversation, conversation_rows(one)), message_table(one)

            def insert(_: object, rooms: pa.Table = rooms, messages: pa.Table = messages) -> None:
                lake.insert(ExportConversation, rooms)
                lake.insert(ExportMessage, messages)

            lake.commit(insert)

    return do


def keys(*wanted: tuple[str, int]) -> pa.Table:
    return pa.table(
        {
            "content_id": pa.array([content_id for content_id, _ in wanted], pa.string()),
            "conversation_no": pa.array([number for _, number in wanted], pa.int64()),
        }
    )


def test_a_conversation_comes_back_from_the_lake_as_it_was_read(lake, store):
    other = Transcript(Conversation("other", "slack", kind=ConversationKind.MAIL), [BARE], "둘째")
    store(reading(Transcript(ROOM, [FULL, BARE], "예산"), other))
    found = {
        key: transcript for *key, transcript in transcripts_of(lake, keys(("c1", 1), ("c1", 2))) for key in [tuple(key)]
    }
    assert found.keys() == {("c1", 1), ("c1", 2)}
    first = found["c1", 1]
    assert (first.messages, first.scope) == ([FULL, BARE], "예산")
    assert [message.sent_at.utcoffset() for message in first.messages] == [
        timedelta(hours=5, minutes=45),
        timedelta(hours=9),
    ]
    told = replace(ROOM, key="c1/1")
    assert first.conversation == told
    assert found["c1", 2].messages == [BARE]
    assert found["c1", 2].conversation.kind is ConversationKind.MAIL


def test_only_what_is_asked_for_comes_back_in_order(lake, store):
    store(
        reading(Transcript(ROOM, [BARE], "예산"), content_id="c2"),
        reading(Transcript(ROOM, [FULL], "예산"), Transcript(ROOM, [], "둘째"), content_id="c1"),
    )
    found = [(content_id, number) for content_id, number, _ in transcripts_of(lake, keys(("c2", 1), ("c1", 2)))]
    assert found == [("c1", 2), ("c2", 1)]
    assert [transcript.messages for *_, transcript in transcripts_of(lake, keys(("c1", 2)))] == [[]]


def test_messages_are_rows_in_the_order_of_the_export():
    table = message_table(reading(Transcript(ROOM, [FULL, BARE], "예산"), Transcript(ROOM, [BARE], "예산")))
    assert table.schema == arrow_schema(ExportMessage)
    places = zip(table["conversation_no"].to_pylist(), table["ordinal"].to_pylist(), strict=True)
    assert list(places) == [(1, 0), (1, 1), (2, 0)]
    assert message_table(reading()).num_rows == 0


def test_only_an_export_has_counts_and_they_say_whether_all_of_it_is_kept():
    whole, part, nothing = reading(), reading(kept_part=b"x"), reading(kept_part=b"")
    assert [row.is_part_kept for row in map(export_row, (whole, part, nothing)) if row] == [False, True, True]
    row = export_row(part)
    assert row is not None
    assert (row.application, row.n_bytes, row.n_understood) == ("slack", 10, 9)
    document = Reading(content_id="d", name="a.txt", size_bytes=1, outcome=Outcome.KEPT)
    assert export_row(document) is None
    assert conversation_rows(document) == []
