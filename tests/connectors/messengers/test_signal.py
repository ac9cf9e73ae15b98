"""Signal's exports as its tools write them."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from connectors.messengers.contract import ExportFile
from connectors.messengers.signal import EXPORT
from schemas.conversations import SEOUL, Conversation, ConversationKind, Message, MessageKind, Precision, Understood
from schemas.outcome import Failed

SHARED = Path(__file__).resolve().parents[3].parent / "shared"
FORMS = {
    "comma": "[2026-01-05, 21:01] Me: 자료\n[2026-01-05, 21:03] 복지담당: 봄\n",
    "no comma": "[2026-01-05 21:01] Me: 자료\n[2026-01-05 21:03] 복지담당: 봄\n",
    "seconds": "[2026-01-05 21:01:00] Me: 자료\n[2026-01-05 21:03:00] 복지담당: 봄\n",
    "month in letters": "[Jan 5, 2026 9:01 PM] Me: 자료\n[Jan 5, 2026 9:03 PM] 복지담당: 봄\n",
}


def read(text: str, name: str = "chat.md") -> tuple[Conversation, list[Message], Understood]:
    items = list(EXPORT.read(ExportFile.of(text.encode(), name)))
    assert isinstance(items[0], Conversation)
    assert isinstance(items[-1], Understood)
    return items[0], [item for item in items if isinstance(item, Message)], items[-1]


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS.keys())
def test_every_form_of_the_date_is_read(text: str):
    conversation, messages, understood = read(text)

    assert EXPORT.sniff(ExportFile.of(text.encode(), "a.txt")) == 0.9
    assert messages[0].sent_at == datetime(2026, 1, 5, 21, 1, tzinfo=SEOUL)
    assert messages[0].is_offset_assumed
    assert messages[0].precision is (Precision.SECOND if ":00]" in text else Precision.MINUTE)
    assert [message.sender for message in messages] == ["Me", "복지담당"]
    assert [person.is_owner for person in conversation.participants] == [True, False]
    assert conversation.kind is ConversationKind.DIRECT
    assert conversation.title == ""
    assert understood.share == 1.0


def test_continued_lines_attachments_and_reactions():
    text = """[2026-01-05, 09:01] 총괄담당: 첫 줄

둘째 줄
(- 복지담당: 👍, 보건담당: 👍 -)
[2026-01-05, 09:02] 복지담당: ![회의.jpg](./media/회의.jpg)
[2026-01-05, 09:03] 보건담당: [예산.pdf](media/예산.pdf)
"""
    _, messages, understood = read(text)

    assert messages[0].text == "첫 줄\n\n둘째 줄"
    assert [(r.emoji, r.count, r.users) for r in messages[0].reactions] == [("👍", 2, ["복지담당", "보건담당"])]
    assert [message.kind for message in messages] == [MessageKind.TEXT, MessageKind.PHOTO, MessageKind.FILE]
    assert messages[1].attachments[0].path == "media/회의.jpg"
    assert understood.share == 1.0


def test_damage_is_told_and_nothing_around_it_lost():
    _, messages, understood = read("앞선 줄\n" + FORMS["comma"] + "[2026-13-45, 09:01] 가: 글\n")

    assert len(messages) == 2
    assert messages[1].text.endswith("가: 글")
    assert len(understood.unread) == 2
    with pytest.raises(Failed, match="export_not_understood"):
        read("아무 글\n")


@pytest.mark.parametrize(
    "text",
    [
        "[2026-01-05 09:01:05] INFO: started\n[2026-01-05 09:01:06] ERROR: failed\n[2026-01-05 09:01:07] INFO: x\n",
        "[2026-01-05, 09:01] 회의\n[2026-01-05, 09:03] 폐회\n",
        "[05/01/2026, 09:01:05] Kim: sent\n[05/01/2026, 09:03:11] Lee: seen\n",
        "[2026-01-05 09:01:05] svc.db: up\n[2026-01-05 09:01:06] svc.web: up\n",
    ],
)
def test_others_are_not_claimed(text: str):
    assert EXPORT.sniff(ExportFile.of(text.encode(), "a.txt")) == 0.0


def test_the_sample_says_what_its_oracle_says():
    folder = SHARED / "messengers" / "signal"
    if not folder.is_dir():
        pytest.skip(f"exports of messengers not at {folder}")
    target = json.loads((folder / "chat-miner_target.json").read_text(encoding="utf-8"))
    file = ExportFile.of((folder / "chat-miner_test_export.txt").read_bytes(), "chat-miner_test_export.txt")
    found = {
        (m.sent_at.replace(tzinfo=None).isoformat(), m.sender, " ".join(m.text.split()))
        for m in EXPORT.read(file)
        if isinstance(m, Message)
    }

    assert EXPORT.sniff(file) == 0.9
    expected = {(r["author"], " ".join(r["message"].split())) for r in target}
    assert {(sender, text) for _, sender, text in found} == expected
    assert {when for when, _, _ in found} == {r["timestamp"] for r in target}
