"""NAVER WORKS' audit log: columns by name or by content, many channels that take turns."""

from datetime import datetime

import pytest

from connectors.messengers.contract import ExportFile
from connectors.messengers.naver_works import EXPORT
from schemas.conversations import SEOUL, Conversation, ConversationKind, Message, Precision, Understood
from schemas.outcome import Failed

ROWS = """2026-01-05T09:00:00+09:00,총괄담당 (chong@x.kr),bokji@x.kr,ch-1,자료
2026-01-05T09:01:00+09:00,[Bot]알림,"bokji@x.kr,bogeon@x.kr",ch-2,"여러 줄
""인용"" 둘째, 줄"
2026-01-05T00:02:00Z,bokji@x.kr,총괄담당 (chong@x.kr),ch-1,봄
"""
HEADERS = {
    "japanese": "日時,送信者,受信者,チャンネルID,トーク",
    "japanese events": "日時,送信者,受信者,チャンネルID,イベント",
    "english": "Date,Sender,Receiver,Channel ID,Message",
    "korean": "일시,보낸 사람,받는 사람,채널 ID,메시지",
    "korean, together": '"날짜","발신자","수신자","채널ID","내용"',
}


def file_of(text: str, encoding: str = "utf-8") -> ExportFile:
    return ExportFile.of(text.encode(encoding), "audit.csv")


def read(text: str, encoding: str = "utf-8") -> tuple[dict[str, Conversation], list[tuple[str, Message]], Understood]:
    rooms: dict[str, Conversation] = {}
    messages: list[tuple[str, Message]] = []
    items = list(EXPORT.read(file_of(text, encoding)))
    key = ""
    for item in items[:-1]:
        if isinstance(item, Conversation):
            assert rooms.setdefault(item.key, item) == item
            key = item.key
        elif isinstance(item, Message):
            messages.append((key, item))
    assert isinstance(items[-1], Understood)
    return rooms, messages, items[-1]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS.keys())
def test_channels_take_turns_and_each_has_its_people(header: str, encoding: str, line_end: str):
    text = f"{header}\n{ROWS}".replace("\n", line_end)
    rooms, messages, understood = read(text, encoding)

    assert EXPORT.sniff(file_of(text, encoding)) == 0.9
    assert [(key, m.sender, m.text) for key, m in messages] == [
        ("ch-1", "총괄담당", "자료"),
        ("ch-2", "[Bot]알림", '여러 줄\n"인용" 둘째, 줄'),
        ("ch-1", "bokji@x.kr", "봄"),
    ]
    assert messages[0][1].sent_at == datetime(2026, 1, 5, 9, 0, tzinfo=SEOUL)
    assert messages[2][1].sent_at == datetime(2026, 1, 5, 9, 2, tzinfo=SEOUL)
    assert messages[0][1].sender_id == "chong@x.kr"
    assert not messages[0][1].is_offset_assumed
    assert (messages[1][1].source.line_start, messages[1][1].source.line_end) == (3, 4)
    assert {key: room.kind for key, room in rooms.items()} == {
        "ch-1": ConversationKind.DIRECT,
        "ch-2": ConversationKind.GROUP,
    }
    assert [(p.name, p.is_bot) for p in rooms["ch-2"].participants] == [
        ("[Bot]알림", True),
        ("bokji@x.kr", False),
        ("bogeon@x.kr", False),
    ]
    assert understood.share == 1.0


def test_columns_in_another_order_and_more_of_them():
    text = "No,메시지,채널 ID,보낸 사람,받는 사람,일시,비고\n1,자료,ch-1,a@x.kr,b@x.kr,2026. 1. 5. 오후 3:04,없음\n"
    _, messages, understood = read(text)
    key, message = messages[0]

    assert EXPORT.sniff(file_of(text)) == 0.9
    assert (key, message.text, message.sender) == ("ch-1", "자료", "a@x.kr")
    assert message.sent_at == datetime(2026, 1, 5, 15, 4, tzinfo=SEOUL)
    assert (message.precision, message.is_offset_assumed) == (Precision.MINUTE, True)
    assert understood.share == 1.0


def test_an_unknown_header_is_settled_by_content():
    text = "Ngày,Người gửi,Người nhận,Kênh,Nội dung\n" + "".join(
        f"2026-01-05T09:0{n}:00+09:00,a{n}@x.kr,b@x.kr,2f1e-99,글 {n}\n" for n in range(3)
    )
    rooms, messages, _ = read(text)

    assert EXPORT.sniff(file_of(text)) == 0.6
    assert [key for key, _ in messages] == ["2f1e-99"] * 3
    assert [m.text for _, m in messages] == ["글 0", "글 1", "글 2"]
    assert len(rooms["2f1e-99"].participants) == 4


def test_damage_costs_only_its_own_rows():
    text = (
        HEADERS["english"]
        + "\n어제,a@x.kr,b@x.kr,ch-1,글\n"
        + '2026-01-05 09:00,a@x.kr,b@x.kr,ch-1,"열린 따옴표\n'
        + ROWS
    )
    text += "2026-01-05T09:00:00+09:00,a@x.kr,b@x.kr,,채널 없음\n짧음\n"
    _, messages, understood = read(text)

    assert [m.text for _, m in messages][-1] == "봄"
    assert "자료" in [m.text for _, m in messages]
    assert len(understood.unread) >= 3
    assert understood.share < 1


def test_an_excerpt_holds_only_the_channels_that_are_kept():
    text = f"{HEADERS['english']}\r\n{ROWS}"
    content = EXPORT.excerpt(file_of(text, "utf-8-sig"), lambda room: room.key == "ch-1")
    kept = [item for item in EXPORT.read(ExportFile.of(content, "audit.csv")) if isinstance(item, Message)]
    whole = [m for key, m in read(text)[1] if key == "ch-1"]

    assert content.startswith(b"\xef\xbb\xbf")
    assert [(m.sent_at, m.sender, m.text) for m in kept] == [(m.sent_at, m.sender, m.text) for m in whole]
    for gone in ("ch-2", "알림", "bogeon", "인용"):
        assert gone not in content.decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Date,User,Message\n2026-01-05 09:01:26,총괄담당,자료\n",
        "Date,User,Message,Level\n2026-01-05,root,started,info\n",
        "날짜,사업,금액\n2026-01-05 09:00:00,전산,1000\n",
        "Date,Sender,Receiver,Channel ID,Message\n없음,a,b,c,d\n",
        "시각,가,나,다,라\n2026-01-05T09:00:00+09:00,a,b,c,d\n2026-01-05T09:00:00+09:00,a,b,c,d\n2026-01-05T09:00:00+09:00,a,b,c,d\n",
        '"' * 100_001,
    ],
)
def test_ordinary_tables_are_not_claimed(text: str):
    assert EXPORT.sniff(file_of(text)) == 0.0


def test_a_table_whose_columns_cannot_be_told_fails_for_a_reason():
    with pytest.raises(Failed, match="export_not_understood"):
        read("가,나\n1,2\n")
