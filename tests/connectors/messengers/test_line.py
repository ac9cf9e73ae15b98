"""LINE's text exports are read in its languages; dates are decided by the printed day of the week."""

from datetime import datetime

import pytest

from connectors.messengers.contract import ExportFile
from connectors.messengers.line import EXPORT
from schemas.conversations import SEOUL, Conversation, ConversationKind, Message, MessageKind, Precision, Understood
from schemas.outcome import Failed

FORMS = {
    "english": "[LINE] Chat history with 복지담당\nSaved on: 2026/01/06 19:57\n"
    "\n2026/01/05(Mon)\n15:04\t총괄담당\t자료\n15:06\t복지담당\t봄\n",
    "english with blank": "[LINE] Chat history with 복지담당\nSaved on: 2026/01/06 19:57\n"
    "\n2026/01/05 Mon\n15:04\t총괄담당\t자료\n15:06\t복지담당\t봄\n",
    "english, dots": "[LINE] Chat history with 복지담당\nSaved on: 2026/01/06 19:57\n"
    "\n2026.01.05 Monday\n03:04 PM\t총괄담당\t자료\n03:06 PM\t복지담당\t봄\n",
    "day first": "[LINE] Chat history with 복지담당\nSaved on: 06/01/2026, 07:57PM\n"
    "\nMon, 05/01/2026\n03:04PM\t총괄담당\t자료\n03:06PM\t복지담당\t봄\n",
    "month first": "[LINE] Chat history with 복지담당\nSaved on: 01/06/2026, 19:57\n"
    "\nMon, 01/05/2026\n3:04PM\t총괄담당\t자료\n3:06PM\t복지담당\t봄\n",
    "japanese": "[LINE] 복지담당とのトーク履歴\n保存日時：2026/01/06 19:57\n"
    "\n2026/01/05(月)\n15:04\t총괄담당\t자료\n午後3:06\t복지담당\t봄\n",
    "japanese era": "[LINE] 복지담당とのトーク履歴\n保存日時：R8/01/06 19:57\n"
    "\nR8/01/05(月)\n15:04    총괄담당    자료\n15:06    복지담당    봄\n",
    "chinese": "[LINE] 與복지담당的聊天記錄\n儲存日期：2026/01/06 19:57\n"
    "\n2026/1/5（週一）\n下午3:04\t총괄담당\t자료\n下午03:06\t복지담당\t봄\n",
    "simplified": "[LINE] 与복지담당的聊天记录\n保存日期：2026/01/06 19:57\n"
    "\n2026/1/5周一\n15:04\t총괄담당\t자료\n15:06\t복지담당\t봄\n",
    "thai": "[LINE] ประวัติการแชทกับ 복지담당\nบันทึกเมื่อ 06/01/2569 19:57\n"
    "\nจ. 05/01/2569\n15:04\t총괄담당\t자료\n15:06\t복지담당\t봄\n",
    "thai, year first": "[LINE] ประวัติแชทกับ 복지담당\nบันทึกวันที่: 2026/01/06 19:57\n"
    "\n2026/01/05 จันทร์\n15:04\t총괄담당\t자료\n15:06\t복지담당\t봄\n",
    "korean": "[LINE] 복지담당님과의 대화\n저장한 날짜: 2026/01/06 19:57\n"
    "\n2026.01.05 월요일\n오후 3:04\t총괄담당\t자료\n오후 3:06\t복지담당\t봄\n",
    "korean with spaces": "[LINE] 복지담당 님과의 대화\n저장일시: 2026/01/06 19:57\n"
    "\n2026년 1월 5일 월요일\n15:04 총괄담당 자료\n15:06 복지담당 봄\n",
}


def read(text: str, name: str = "a.txt") -> tuple[Conversation, list[Message], Understood]:
    items = list(EXPORT.read(ExportFile.of(text.encode(), name)))
    assert isinstance(items[0], Conversation)
    assert isinstance(items[-1], Understood)
    return items[0], [item for item in items if isinstance(item, Message)], items[-1]


def sniff(text: str) -> float:
    return EXPORT.sniff(ExportFile.of(text.encode(), "a.txt"))


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS.keys())
def test_every_language_and_form_is_read(text: str, line_end: str):
    text = "\ufeff" + text.replace("\n", line_end)
    conversation, messages, understood = read(text)

    assert sniff(text) == 0.9
    assert conversation.title == "복지담당"
    assert conversation.kind is ConversationKind.DIRECT
    assert conversation.exported_at == datetime(2026, 1, 6, 19, 57, tzinfo=SEOUL)
    assert [(m.sent_at, m.sender, m.text) for m in messages] == [
        (datetime(2026, 1, 5, 15, 4, tzinfo=SEOUL), "총괄담당", "자료"),
        (datetime(2026, 1, 5, 15, 6, tzinfo=SEOUL), "복지담당", "봄"),
    ]
    assert {m.precision for m in messages} == {Precision.MINUTE}
    assert understood.share == 1.0


def test_several_lines_in_quotes_or_indented_and_a_quote_that_was_typed():
    text = """[LINE] 예산협업のトーク履歴
保存日時：2026/01/07 12:00

2026/01/05(月)
09:00\t총괄담당\t"첫 줄
> 옮긴 글
2026/01/04(日)
아직 본문"
09:01\t복지담당\t둘째
\t들여 쓴 줄
09:02\t보건담당\t"혼자 연 따옴표
09:03\t\t총괄담당がグループに参加しました
09:04\t☎ 通話時間 1:23
09:05\t총괄담당\t"인용"이라 말함

2026/01/06(火)
09:00\t총괄담당\t끝
"""
    conversation, messages, understood = read(text)

    assert conversation.kind is ConversationKind.GROUP
    assert messages[0].text == "첫 줄\n> 옮긴 글\n2026/01/04(日)\n아직 본문"
    assert (messages[0].source.line_start, messages[0].source.line_end) == (5, 8)
    assert messages[1].text == "둘째\n들여 쓴 줄"
    assert messages[2].text == '"혼자 연 따옴표'
    assert [(m.kind, m.sender) for m in messages[3:5]] == [(MessageKind.SYSTEM, ""), (MessageKind.CALL, "")]
    assert messages[3].events[0].kind == "join"
    assert messages[5].text == '"인용"이라 말함'
    assert messages[6].sent_at == datetime(2026, 1, 6, 9, 0, tzinfo=SEOUL)
    assert understood.share == 1.0
    assert not understood.is_backwards


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("[Photo]", MessageKind.PHOTO),
        ("[사진]", MessageKind.PHOTO),
        ("[動画]", MessageKind.VIDEO),
        ("[스티커]", MessageKind.STICKER),
        ("[貼圖]", MessageKind.STICKER),
        ("[File]", MessageKind.FILE),
        ("[ボイスメッセージ]", MessageKind.VOICE),
        ("[位置情報]", MessageKind.LOCATION),
        ("☎ Call time 1:23", MessageKind.CALL),
        ("Kim unsent a message", MessageKind.DELETED),
        ("メッセージの送信を取り消しました", MessageKind.DELETED),
        ("메시지를 취소했습니다.", MessageKind.DELETED),
        ("[검토] 사진을 보냅니다", MessageKind.TEXT),
        ("사진", MessageKind.TEXT),
    ],
)
def test_placeholders_keep_their_text(body: str, kind: MessageKind):
    _, messages, _ = read(FORMS["english"] + f"15:07\t총괄담당\t{body}\n")

    assert messages[-1].kind is kind
    assert messages[-1].text == body


def test_day_and_month_are_decided_by_the_majority_of_weekdays():
    # 2026-03-05 is a Thursday, 2026-05-03 a Sunday; 11/11 says nothing
    text = "[LINE] Chat history in 예산협업\n\nThu, 05/03/2026\n09:00\t가\t글\n\nWed, 11/11/2026\n09:00\t나\t글\n"

    assert [m.sent_at.month for m in read(text)[1]] == [3, 11]


def test_names_with_blanks_in_the_form_with_spaces():
    text = "2026.01.05 月曜日\n" + "".join(
        f"09:0{n} Kim Hana 글{n} 하나\n09:0{n} 총괄담당 スタンプ\n" for n in range(4)
    )
    _, messages, _ = read(text)

    assert sniff(text) == 0.6
    assert {m.sender for m in messages} == {"Kim Hana", "총괄담당"}
    assert messages[0].text == "글0 하나"
    assert messages[1].kind is MessageKind.STICKER


def test_what_stands_before_the_first_date_is_told():
    _, messages, understood = read("[LINE] Chat history with 가\n모르는 줄\n2026/01/05(Mon)\n9:00\t가\t글\n")

    assert len(messages) == 1
    assert understood.unread == ["모르는 줄"]
    with pytest.raises(Failed, match="export_not_understood"):
        read("아무 글\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[대외비] 예산안\n(2026. 1. 5.)\n",
        "[LINE] 시스템 점검 안내\n본문이다.\n",
        "2026년 1월 5일 월요일\n오후 2:00 개회\n오후 2:10 보고\n오후 3:00 폐회\n",
        "2026.01.05 월요일\n14:00 개회 선언\n14:10 사업 보고\n14:30 질의 응답\n15:00 예산 심의\n16:00 의결 절차\n17:00 폐회 선언\n",
        "2026년 8월 19일 수요일\n오후 7:23 총괄담당 글\n오후 7:24 복지담당 글\n오후 7:25 총괄담당 글\n오후 7:26 복지담당 글\n"
        "오후 7:27 총괄담당 글\n오후 7:28 복지담당 글\n",
    ],
)
def test_ordinary_documents_are_not_claimed(text: str):
    assert sniff(text) == 0.0
