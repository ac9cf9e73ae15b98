"""Gitter's lists of messages."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.messengers.contract import ExportFile
from connectors.messengers.gitter import EXPORT
from schemas.conversations import SEOUL, Conversation, Message, Precision, Understood
from schemas.outcome import Failed

SHARED = Path(__file__).resolve().parents[3].parent / "shared"


def record(native_id: str = "a1", sent: str = "2026-01-05T00:00:00.250Z", **more: Any) -> dict[str, Any]:
    user = {"id": "u1", "username": "chonggwal", "displayName": "총괄담당"}
    return {"id": native_id, "text": "자료", "html": "자료", "sent": sent, "fromUser": user, "readBy": 3, **more}


def file_of(node: Any) -> ExportFile:
    return ExportFile.of(json.dumps(node, ensure_ascii=False).encode(), "예산협업.json")


def read(node: Any) -> tuple[Conversation, list[Message], Understood]:
    items = list(EXPORT.read(file_of(node)))
    assert isinstance(items[0], Conversation)
    assert isinstance(items[-1], Understood)
    return items[0], [item for item in items if isinstance(item, Message)], items[-1]


def test_messages_with_threads_and_edits_the_oldest_first():
    node = [
        record("a2", "2026-01-05T00:05:00.000Z", parentId="a1", editedAt="2026-01-05T00:06:00.000Z"),
        record("a1", threadMessageCount=1),
    ]
    room, messages, understood = read(node)

    assert EXPORT.sniff(file_of(node)) == 0.9
    assert (room.title, [p.native_id for p in room.participants]) == ("예산협업", ["u1"])
    assert [(m.native_id, m.thread_id) for m in messages] == [("a1", "a1"), ("a2", "a1")]
    assert messages[0].sent_at == datetime(2026, 1, 5, 9, 0, 0, 250_000, tzinfo=SEOUL)
    assert messages[0].precision is Precision.MILLISECOND
    assert messages[1].edited_at == datetime(2026, 1, 5, 9, 6, tzinfo=SEOUL)
    assert messages[1].source.record == "#1"
    assert understood.share == 1.0


@pytest.mark.parametrize(
    "odd", [None, 1, [], {}, record(sent="0000-01-01T00:00:00Z"), record(sent="내일"), {"sent": []}]
)
def test_one_odd_record_costs_only_itself(odd: Any):
    _, messages, understood = read([record(), odd, record("a3")])

    assert len(messages) == 2
    assert len(understood.unread) == 1


@pytest.mark.parametrize("value", [None, 1, [], {}, {"displayName": 1}, True])
def test_wrong_types_are_not_raised_out(value: Any):
    for key in record():
        read([record(**{key: value}) if key not in ("id", "sent") else {**record(), key: value}, record()])


@pytest.mark.parametrize(
    "node", [[], {}, [1], [{"text": "x", "sent": "2026"}], [{"fromUser": 1, "text": "x", "sent": "어제"}]]
)
def test_other_json_is_not_claimed(node: Any):
    assert EXPORT.sniff(file_of(node)) == 0.0


def test_no_list_fails_for_a_reason():
    with pytest.raises(Failed, match="export_not_understood"):
        read({"a": 1})


def test_the_sample_is_read_whole():
    path = SHARED / "messengers" / "gitter" / "gitter_data.json"
    if not path.is_file():
        pytest.skip(f"exports of messengers not at {path}")
    items = list(EXPORT.read(ExportFile.of(path.read_bytes(), path.name)))

    assert [type(item) for item in items] == [Conversation, Message, Message, Understood]
    assert isinstance(items[-1], Understood)
    assert items[-1].share == 1.0
