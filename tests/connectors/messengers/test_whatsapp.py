"""WhatsApp's text exports are read in every order of the date; what is no message is told apart."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from connectors.messengers.contract import ExportFile
from connectors.messengers.signal import EXPORT as SIGNAL
from connectors.messengers.whatsapp import EXPORT
from schemas.conversations import (
    SEOUL,
    AttachmentState,
    Conversation,
    ConversationKind,
    Message,
    MessageKind,
    Precision,
    Understood,
)
from schemas.outcome import Failed

SHARED = Path(__file__).resolve().parents[3].parent / "shared"
ORDERS = {
    "android day first": "05/01/2026, 09:01 - 총괄담당: 자료\n25/01/2026, 09:03 - 복지담당: 봄\n",
    "android month first": "1/5/26, 9:01\u202fAM - 총괄담당: 자료\n1/25/26, 9:03\u202fAM - 복지담당: 봄\n",
    "month first by hint alone": "1/5/26, 9:01 AM - 총괄담당: 자료\n1/5/26, 9:03 AM - 복지담당: 봄\n",
    "year first": "2026/01/05, 09:01 - 총괄담당: 자료\n2026/01/25, 09:03 - 복지담당: 봄\n",
    "short year first": "26/1/5 AM 9:01 - 총괄담당: 자료\n26/1/25 AM 9:03 - 복지담당: 봄\n",
    "dots": "05.01.26, 09:01 - 총괄담당: 자료\n25.01.26, 09:03 - 복지담당: 봄\n",
    "dots and spaces": "5. 1. 2026. 9:01 - 총괄담당: 자료\n25. 1. 2026. 9:03 - 복지담당: 봄\n",
    "hyphens": "05-01-2026 09.01 AM - 총괄담당: 자료\n25-01-2026 09.03 AM - 복지담당: 봄\n",
    "korean": "2026. 1. 5. 오전 9:01 - 총괄담당: 자료\n2026. 1. 25. 오전 9:03 - 복지담당: 봄\n",
    "korean with words": "2026년 1월 5일 오전 9:01 - 총괄담당: 자료\n2026년 1월 25일 오전 9:03 - 복지담당: 봄\n",
    "finnish": "5.1.2026 klo 9.01 - 총괄담당: 자료\n25.1.2026 klo 9.03 - 복지담당: 봄\n",
    "spanish": "5/1/2026 9:01 a.\u00a0m. - 총괄담당: 자료\n25/1/2026 9:03 a.\u00a0m. - 복지담당: 봄\n",
    "ios": "[05/01/2026, 09:01:00] 총괄담당: 자료\n[25/01/2026, 09:03:11] 복지담당: 봄\n",
    "ios with marks": "\u200e[05.01.26, 09:01:00] \u202a총괄담당\u202c: 자료\n[25.01.26, 09:03:11] ~\u202f복지담당: 봄\n",
    "ios korean": "[2026. 1. 5. 오전 9:01:00] 총괄담당: 자료\n[2026. 1. 25. 오전 9:03:11] 복지담당: 봄\n",
    "ios dots": "05.01.26 09.01.00: 총괄담당: 자료\n25.01.26 09.03.11: 복지담당: 봄\n",
}


def read(text: str, name: str = "a.txt", encoding: str = "utf-8") -> tuple[Conversation, list[Message], Understood]:
    items = list(EXPORT.read(ExportFile.of(text.encode(encoding), name)))
    assert isinstance(items[0], Conversation)
    assert isinstance(items[-1], Understood)
    return items[0], [item for item in items if isinstance(item, Message)], items[-1]


def sniff(text: str, name: str = "a.txt") -> float:
    return EXPORT.sniff(ExportFile.of(text.encode(), name))


def at(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=SEOUL)  # type: ignore[misc]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r\r\n"])
@pytest.mark.parametrize("text", ORDERS.values(), ids=ORDERS.keys())
def test_every_order_of_the_date_is_decided_over_the_file(text: str, line_end: str):
    text = text.replace("\n", line_end)
    conversation, messages, understood = read(text)

    assert sniff(text) == 0.9
    assert messages[0].sent_at == at(2026, 1, 5, 9, 1)
    assert [message.sender for message in messages] == ["총괄담당", "복지담당"]
    assert [message.text for message in messages] == ["자료", "봄"]
    assert all(message.is_offset_assumed for message in messages)
    assert understood.share == 1.0
    assert conversation.kind is ConversationKind.DIRECT


def test_a_date_that_is_never_beyond_twelve_is_decided_by_time_that_does_not_run_back():
    text = "".join(f"{day}/02/2026, 09:00 - 가담당: 글\n" for day in ("01", "05", "11"))
    text += "03/03/2026, 09:00 - 나담당: 글\n"
    _, messages, understood = read(text)

    assert [message.sent_at.month for message in messages] == [2, 2, 2, 3]
    assert not understood.is_backwards


def test_seconds_are_never_invented():
    assert {m.precision for m in read(ORDERS["dots"])[1]} == {Precision.MINUTE}
    assert {m.precision for m in read(ORDERS["ios"])[1]} == {Precision.SECOND}


def test_continued_lines_system_lines_and_colons():
    text = """05/01/2026, 09:00 - 메시지와 통화는 종단간 암호화됩니다. WhatsApp에서도 볼 수 없습니다.
05/01/2026, 09:01 - 총괄담당 created group "예산: 2차"
05/01/2026, 09:02 - 총괄담당: 첫 줄: 둘로
  들여 쓴 줄

빈 줄 다음
2026-01-05 10:30:00
05/01/2026, 09:04 - 복지담당:
05/01/2026, 09:05 - 복지담당 left
25/01/2026, 09:05 - 보건담당: 끝
"""
    conversation, messages, understood = read(text, "예산협업님과의 WhatsApp 대화.txt")

    assert conversation.title == "예산협업"
    assert conversation.kind is ConversationKind.GROUP
    assert [person.name for person in conversation.participants] == ["총괄담당", "복지담당", "보건담당"]
    assert [m.kind for m in messages].count(MessageKind.SYSTEM) == 3
    assert messages[1].text == '총괄담당 created group "예산: 2차"'
    assert messages[2].text == "첫 줄: 둘로\n  들여 쓴 줄\n\n빈 줄 다음\n2026-01-05 10:30:00"
    assert (messages[2].source.line_start, messages[2].source.line_end) == (3, 7)
    assert messages[3].text == ""
    assert messages[3].sender == "복지담당"
    assert [event.kind for event in messages[4].events] == ["leave"]
    assert understood.share == 1.0


@pytest.mark.parametrize(
    ("body", "kind", "name"),
    [
        ("<Media omitted>", MessageKind.OTHER, ""),
        ("<미디어 파일 제외됨>", MessageKind.OTHER, ""),
        ("<Multimedia omitido>", MessageKind.OTHER, ""),
        ("\u200eimage omitted", MessageKind.PHOTO, ""),
        ("\u200e이미지 생략됨", MessageKind.PHOTO, ""),
        ("\u200eGIF omitted", MessageKind.VIDEO, ""),
        ("예산안.pdf • \u200e3 pages \u200edocument omitted", MessageKind.FILE, ""),
        ("\u200e<attached: 00000042-PHOTO-2026-01-05.jpg>", MessageKind.PHOTO, "00000042-PHOTO-2026-01-05.jpg"),
        ("\u200e<첨부: 00000042-AUDIO-2026.opus>", MessageKind.VOICE, "00000042-AUDIO-2026.opus"),
        ("< attached: 0042-PHOTO.jpg >", MessageKind.PHOTO, "0042-PHOTO.jpg"),
        ("IMG-20260105-WA0001.jpg (file attached)", MessageKind.PHOTO, "IMG-20260105-WA0001.jpg"),
        ("\u200e예산안 최종.hwpx (첨부 파일)", MessageKind.FILE, "예산안 최종.hwpx"),
        ("STK-20260105-WA0002.webp (Datei angehängt)", MessageKind.STICKER, "STK-20260105-WA0002.webp"),
        ("김담당.vcf (파일 첨부됨)", MessageKind.CONTACT, "김담당.vcf"),
        ("2026-01-05-PHOTO-0042.jpg <\u200eattached>", MessageKind.PHOTO, "2026-01-05-PHOTO-0042.jpg"),
        ("This message was deleted", MessageKind.DELETED, None),
        ("이 메시지는 삭제되었습니다.", MessageKind.DELETED, None),
        ("Diese Nachricht wurde gelöscht.", MessageKind.DELETED, None),
        ("Missed voice call", MessageKind.CALL, None),
        ("\u200eVoice call, \u200e2 min", MessageKind.CALL, None),
        ("location: https://maps.google.com/?q=37.5,127.0", MessageKind.LOCATION, None),
        ("\u200ePOLL:\n점심?\n\u200eOPTION: 국수 (2 votes)", MessageKind.POLL, None),
        ("image omitted 이라고 적었다", MessageKind.TEXT, None),
        ("보고서.pdf (어제 것)", MessageKind.TEXT, None),
        ("<사업명>", MessageKind.TEXT, None),
    ],
)
def test_what_stands_for_a_message_is_told_and_never_lost(body: str, kind: MessageKind, name: str | None):
    text = f"[25/01/2026, 09:01:00] 총괄담당: {body}\n[25/01/2026, 09:02:00] 복지담당: 네\n"
    _, messages, understood = read(text)

    assert messages[0].kind is kind
    assert messages[0].text == body.lstrip("\u200e")
    assert [a.name for a in messages[0].attachments] == ([] if name is None else [name])
    if name == "":
        assert messages[0].attachments[0].state is AttachmentState.LOST
    assert understood.share == 1.0


def test_an_edit_is_noted_and_its_mark_left_out():
    _, messages, _ = read(
        "25/01/2026, 09:01 - 가: 고친 글 \u200e<This message was edited>\n25/01/2026, 09:02 - 나: 네\n"
    )

    assert messages[0].text == "고친 글"
    assert [event.kind for event in messages[0].events] == ["edit"]


def test_ios_prints_the_room_before_its_own_lines():
    text = """[25/01/2026, 09:00:00] 예산협업: \u200eMessages and calls are end-to-end encrypted.
[25/01/2026, 09:00:01] 예산협업: \u200e총괄담당 created this group
[25/01/2026, 09:01:00] 총괄담당: 자료
[25/01/2026, 09:02:00] 복지담당: 봄
"""
    conversation, messages, _ = read(text, "_chat.txt")

    assert conversation.title == "예산협업"
    assert conversation.kind is ConversationKind.GROUP
    assert [person.name for person in conversation.participants] == ["총괄담당", "복지담당"]
    assert [message.sender for message in messages] == ["", "", "총괄담당", "복지담당"]


def test_damage_inside_costs_only_itself():
    text = ORDERS["year first"] + "2026/99/99, 09:03 - 복지담당: 날짜 없음\n2026/01/26, 09:00 - 가: 끝\n"
    _, messages, understood = read("머리글 아닌 줄\n" + text)

    assert len(messages) == 3
    assert "날짜 없음" in messages[1].text
    assert 0 < understood.share < 1
    assert understood.unread == ["머리글 아닌 줄", "2026/99/99, 09:03 - 복지담당: 날짜 없음"]


def test_years_without_end_and_lines_without_end_do_not_break_it():
    read(ORDERS["ios"] + "[01/01/0000, 00:00:00] 가: 글\n[01/01/9999, 00:00:00] 가: 글\n" + "가" * 5_000_000)
    with pytest.raises(Failed, match="export_not_understood"):
        read("아무 글\n")


def test_signal_and_whatsapp_never_claim_the_same_file():
    signal = "[2026-01-05, 09:01] Kim: sent\n[2026-01-05, 09:03] Lee: seen\n"
    whatsapp = "[2026-01-05, 09:01:05] Kim: \u200eimage omitted\n[2026-01-05, 09:03:05] Lee: seen\n"

    assert (sniff(signal), SIGNAL.sniff(ExportFile.of(signal.encode(), "a.txt"))) == (0.0, 0.9)
    assert (sniff(whatsapp), SIGNAL.sniff(ExportFile.of(whatsapp.encode(), "a.txt"))) == (0.9, 0.0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[2026-01-05 09:01:05] INFO: started\n[2026-01-05 09:01:06] ERROR: failed\n[2026-01-05 09:01:07] INFO: x\n",
        "[2026-01-05, 09:01:05] INFO: started\n[2026-01-05, 09:01:06] WARN: slow\n",
        "05/01/2026, 09:01 - 회의 시작\n05/01/2026, 10:00 - 회의 끝\n",
        "05.01.2026 09:01:05: db.pool: opened\n05.01.2026 09:01:06: db.pool: closed\n",
        "회의 결과\n2026년 1월 5일 오후 3:00, 장소 : 회의실\n참석 : 김하나, 이두리\n내용은 다음과 같다.\n",
        "날짜,사업,금액\n2026-01-05 09:00:00,전산,1000\n",
        "2026. 1. 5. 오후 3:15, 총괄담당 : 자료\n2026. 1. 5. 오후 3:16, 복지담당 : 봄\n",
    ],
)
def test_ordinary_documents_are_not_claimed(text: str):
    assert sniff(text) == 0.0


def test_the_samples_say_what_their_oracle_says():
    folder = SHARED / "messengers" / "whatsapp"
    if not folder.is_dir():
        pytest.skip(f"exports of messengers not at {folder}")
    target = json.loads((folder / "chat-miner_target.json").read_text(encoding="utf-8"))
    expected = {(record["timestamp"], record["author"], " ".join(record["message"].split())) for record in target}
    paths = sorted(path for path in folder.glob("*.txt") if not path.name.endswith(".ts.txt"))

    assert len(paths) >= 5
    for path in paths:
        file = ExportFile.of(path.read_bytes(), path.name)
        assert EXPORT.sniff(file) == 0.9, path.name
        items = list(EXPORT.read(file))
        found = {
            (m.sent_at.replace(tzinfo=None).isoformat(), m.sender, " ".join(m.text.split()))
            for m in items
            if isinstance(m, Message)
        }
        assert expected <= found, path.name
        assert isinstance(items[-1], Understood)
        assert items[-1].share == 1.0
