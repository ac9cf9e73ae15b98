"""KakaoTalk's exports become conversations: every platform, both languages, whatever people type, paste and break."""

import importlib.util
import random
import sys
import time
import tracemalloc
from datetime import date, datetime
from pathlib import Path
from types import ModuleType

import pytest

from connectors.messengers.contract import ExportFile
from connectors.messengers.kakaotalk import EXPORT
from schemas.conversations import (
    SEOUL,
    Conversation,
    ConversationKind,
    Message,
    MessageKind,
    Precision,
    Source,
    Understood,
)
from schemas.outcome import Failed

SHARED = Path(__file__).resolve().parents[3].parent / "shared"


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


dialects = _load("kakao_dialects")

HEAD = "예산협업 님과 카카오톡 대화\n저장한 날짜 : 2026-01-09 10:44:52\n\n"
DAY = "--------------- 2026년 1월 5일 월요일 ---------------\n"
NEXT_DAY = "--------------- 2026년 1월 6일 화요일 ---------------\n"
PHONE = "예산협업 5 님과 카카오톡 대화\n저장한 날짜 : 2026년 1월 9일 오전 11:29\n\n\n2026년 1월 5일 오전 9:01\n"
IOS = "Talk_2026.1.9 13:10-1.txt\n저장한 날짜 : 2026. 1. 9. 13:13\n\n\n2026년 1월 5일 월요일\n"


def read(
    text: str | bytes, name: str = "a.txt", encoding: str = "utf-8"
) -> tuple[Conversation, list[Message], Understood]:
    content = text if isinstance(text, bytes) else text.encode(encoding)
    items = list(EXPORT.read(ExportFile.of(content, name)))
    assert isinstance(items[0], Conversation)
    understood, room = items[-1], items[-2]
    assert isinstance(room, Conversation) and isinstance(understood, Understood)
    assert {item.key for item in items if isinstance(item, Conversation)} == {room.key}
    return room, [item for item in items if isinstance(item, Message)], understood


def told(messages: list[Message]) -> list[tuple[str, str, str]]:
    return [(f"{message.sent_at:%m-%d %H:%M}", message.sender, message.text) for message in messages]


def sniff(text: str | bytes, name: str = "a.txt") -> float:
    return EXPORT.sniff(ExportFile.of(text if isinstance(text, bytes) else text.encode(), name))


@pytest.mark.parametrize("seed", range(32))
@pytest.mark.parametrize("dialect", dialects.WRITERS)
def test_a_talk_comes_back_from_every_dialect(dialect: str, seed: int):
    talk = dialects.random_talk(random.Random(seed), 40)
    content = dialects.write(dialect, talk, line_end="\r\n" if seed % 2 else "\n")

    room, messages, understood = read(content)

    assert sniff(content) == 0.9
    assert understood.share == 1 and not understood.unread and not understood.is_backwards
    assert [(m.sender, m.text, m.kind) for m in messages] == [(s.name, s.text, s.kind) for s in talk]
    for message, said in zip(messages, talk, strict=True):
        is_csv = dialect.startswith("csv")
        expected = said.at if is_csv else said.at.replace(second=0)
        if message.is_time_assumed:
            assert dialect.startswith("windows") and not said.name
            assert message.sent_at <= expected and message.sent_at.date() == expected.date()
        else:
            assert message.sent_at == expected
        assert message.precision == (Precision.SECOND if is_csv else Precision.MINUTE)
        assert message.is_offset_assumed
    assert room.dialect == dialect.split(" ")[0]
    if not dialect.startswith("csv"):
        assert room.title == "예산협업"
        assert room.exported_at is not None and room.exported_at.date() == date(2026, 3, 31)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("dialect", [name for name in dialects.WRITERS if not name.startswith("csv")])
def test_names_that_hold_the_sign_of_their_end_come_back(dialect: str, seed: int):
    talk = dialects.random_talk(random.Random(seed), 80, [*dialects.NAMES, dialects.COLON_NAME])
    _, messages, _ = read(dialects.write(dialect, talk))

    assert [(m.sender, m.text) for m in messages] == [(s.name, s.text) for s in talk]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949", "utf-16"])
@pytest.mark.parametrize("dialect", ["windows", "android", "ios", "ios-en 24", "csv"])
def test_every_encoding_of_korean_windows_is_read(dialect: str, encoding: str):
    talk = [
        dialects.Said(datetime(2026, 1, 5, 12, 30, tzinfo=SEOUL), "똠방 담당", "펲시 : 확인\n\n이어지는 줄"),
        dialects.Said(datetime(2026, 1, 6, 0, 5, tzinfo=SEOUL), "복지담당", "네"),
    ]
    _, messages, understood = read(dialects.write(dialect, talk, encoding=encoding))

    assert [(m.sent_at, m.sender, m.text) for m in messages] == [(s.at, s.name, s.text) for s in talk]
    assert understood.share == 1


def test_lines_of_a_message_are_numbered():
    _, messages, _ = read(f"{HEAD}{DAY}[총괄담당] [오전 9:01] 한 줄\n\n세 줄째\n[복지담당] [오전 9:02] 네\n")

    assert [message.source for message in messages] == [Source(5, 7), Source(8, 8)]


@pytest.mark.parametrize(
    ("header", "title", "kind"),
    [
        ("예산협업 님과 카카오톡 대화", "예산협업", ConversationKind.UNKNOWN),
        ("예산협업 카카오톡 대화", "예산협업", ConversationKind.UNKNOWN),
        ("예산협업 5 님과 카카오톡 대화", "예산협업", ConversationKind.GROUP),
        ("2026 예산 2 님과 카카오톡 대화", "2026 예산", ConversationKind.UNKNOWN),
        ("예산협업 (4명)과 카카오톡 대화-1.txt", "예산협업", ConversationKind.GROUP),
        ("예산협업 with KakaoTalk Chats", "예산협업", ConversationKind.UNKNOWN),
        ("KakaoTalk Chats with 예산협업 (5)", "예산협업", ConversationKind.GROUP),
        ("KakaoTalk Chats with 예산협업 (4 people)-1.txt", "예산협업", ConversationKind.GROUP),
        ("KakaoTalk Chats with 예산협업", "예산협업", ConversationKind.UNKNOWN),
        ("Talk_2026.6.12 13:10-1.txt", "", ConversationKind.DIRECT),
    ],
)
@pytest.mark.parametrize("is_swapped", [False, True])
def test_the_room_is_named_by_every_header(header: str, title: str, kind: ConversationKind, is_swapped: bool):
    lines = [header, "저장한 날짜 : 2026년 1월 9일 오후 4:45"]
    text = "\n".join(lines[::-1] if is_swapped else lines) + "\n\n2026년 1월 5일 오전 9:01, 복지담당 : 네\n"
    room, messages, understood = read(text)

    assert (room.title, room.kind) == (title, kind)
    assert room.exported_at == datetime(2026, 1, 9, 16, 45, tzinfo=SEOUL)
    assert len(messages) == 1 and understood.share == 1


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("KakaoTalk_Chat_예산_협업_2026-01-05-10-11-12.csv", "예산_협업"),
        ("KakaoTalk_Chat_2026-07-26-11-55-31.csv", ""),
        ("KakaoTalkChats 예산협업.txt", "예산협업"),
        ("KakaoTalkChats(7).txt", ""),
        ("KakaoTalk_20260108_0846_18_555_group.txt", ""),
        ("a.csv", ""),
    ],
)
def test_without_a_header_the_name_of_the_file_names_the_room(name: str, title: str):
    room, _, _ = read('Date,User,Message\n2026-01-05 09:01:26,"총괄담당","네"\n', name)

    assert room.title == title
    assert (room.kind == ConversationKind.GROUP) == ("group" in name)


def test_the_room_comes_first_and_again_with_those_who_take_part():
    text = f"{PHONE}2026년 1월 5일 오전 9:01, 회원님 : 가\n2026년 1월 5일 오전 9:02, 복지담당 : 나\n"
    items = list(EXPORT.read(ExportFile.of(text.encode(), "a.txt")))

    first, last = items[0], items[-2]
    assert isinstance(first, Conversation) and isinstance(last, Conversation)
    assert first.title == last.title == "예산협업" and first.participants == []
    assert [(one.name, one.is_owner) for one in last.participants] == [("회원님", True), ("복지담당", False)]


def test_nobody_owns_an_export_of_windows():
    room, _, _ = read(f"{HEAD}{DAY}[you] [오전 9:01] 가\n")

    assert [(one.name, one.is_owner) for one in room.participants] == [("you", False)]


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ("[총괄담당] [오전 9:01] 가\n[복지담당] [오전 9:02] 나\n", ConversationKind.UNKNOWN),
        ("[가] [오전 9:01] 1\n[나] [오전 9:02] 2\n[다] [오전 9:03] 3\n", ConversationKind.GROUP),
        ("총괄담당님이 복지담당님과 예산담당님을 초대했습니다.\n[총괄담당] [오전 9:01] 가\n", ConversationKind.GROUP),
        ("[총괄담당] [오전 9:01] 가\n채팅방 관리자가 메시지를 가렸습니다.\n", ConversationKind.OPEN),
        ("", ConversationKind.UNKNOWN),
    ],
)
def test_the_kind_of_room_is_seen_from_who_takes_part(lines: str, kind: ConversationKind):
    assert read(HEAD + DAY + lines)[0].kind == kind


def test_a_room_that_bears_the_name_of_one_of_its_two_is_a_talk_of_two():
    said = "[총괄담당] [오전 9:01] 가\n[복지담당] [오전 9:02] 나\n"
    head = "복지담당 님과 카카오톡 대화\n저장한 날짜 : 2026-03-10 18:02:11\n\n"

    assert read(head + DAY + said)[0].kind == ConversationKind.DIRECT


@pytest.mark.parametrize(
    "notice",
    [
        "복지담당님이 들어왔습니다.", "복지담당님이 나갔습니다.", "총괄담당님이 복지담당님을 초대했습니다.",
        "복지담당님을 초대하였습니다.", "복지담당님을 내보냈습니다.", "채팅방 관리자가 메시지를 가렸습니다.",
        "3개의 메시지를 가렸습니다.", "복지담당님이 부방장이 되었습니다.", "복지담당님이 부방장에서 해제되었습니다.",
        "운영정책을 위반한 메시지로 신고 접수 시 카카오톡 이용에 제한이 있을 수 있습니다.", "보이스룸이 방금 시작했어요.",
        "Desk joined this chatroom.", "Desk left this chatroom.", "Desk has been removed from this chatroom.",
        "총괄담당 invited Desk.", "총괄담당 left.", "This message has been hidden by the chatroom managers.",
    ],
)  # fmt: skip
def test_a_notice_of_windows_is_a_message_of_nobody(notice: str):
    _, messages, understood = read(f"{HEAD}{DAY}[총괄담당] [오전 9:01] 가\n{notice}\n[총괄담당] [오전 9:05] 나\n")

    assert [(m.sender, m.text, m.kind, m.is_time_assumed) for m in messages] == [
        ("총괄담당", "가", MessageKind.TEXT, False),
        ("", notice, MessageKind.SYSTEM, True),
        ("총괄담당", "나", MessageKind.TEXT, False),
    ]
    assert messages[1].sent_at == messages[0].sent_at and understood.share == 1


@pytest.mark.parametrize(
    "line", ["She invited me.", "I left.", "담당자가 예산담당님으로 변경되었습니다.", "오후 3:00 회의"]
)
def test_what_people_type_is_no_notice(line: str):
    _, messages, _ = read(f"{HEAD}{DAY}[총괄담당] [오전 9:01] 가\n{line}\n")

    assert told(messages) == [("01-05 09:01", "총괄담당", f"가\n{line}")]


def test_a_bare_line_below_the_day_is_a_notice_on_windows_and_nothing_on_a_phone():
    _, messages, _ = read(f"{HEAD}{DAY}새 알림입니다\n[총괄담당] [오전 9:01] 가\n")
    _, on_phone, understood = read(f"{IOS}새 알림입니다\n2026. 1. 5. 09:01, 총괄담당 : 가\n")

    assert [(m.text, m.kind) for m in messages] == [("새 알림입니다", MessageKind.SYSTEM), ("가", MessageKind.TEXT)]
    assert [m.text for m in on_phone] == ["가"] and understood.unread == ["새 알림입니다"] and understood.share < 1


def test_windows_lines_without_a_day_are_not_understood():
    _, messages, understood = read(f"{HEAD}[총괄담당] [오전 9:01] 가\n{DAY}[총괄담당] [오전 9:02] 나\n")

    assert told(messages) == [("01-05 09:02", "총괄담당", "나")]
    assert understood.unread == ["[총괄담당] [오전 9:01] 가"]


@pytest.mark.parametrize(
    ("rest", "sender", "text", "event"),
    [
        (", 총괄님이 복지님과 예산님을 초대했습니다.", "", "총괄님이 복지님과 예산님을 초대했습니다.", "invite"),
        (", 복지담당님이 나갔습니다.", "", "복지담당님이 나갔습니다.", "leave"),
        (": 총괄담당 invited 복지담당 and 예산담당.", "", "총괄담당 invited 복지담당 and 예산담당.", "invite"),
        (", 총괄담당님이 채팅방 이름을 '공지 : 예산'으로 변경했습니다.", "",
         "총괄담당님이 채팅방 이름을 '공지 : 예산'으로 변경했습니다.", "rename"),
        (",  : 시스템 알림", "", "시스템 알림", None),
        (", 복지담당 :", "복지담당", "", None),
    ],
)  # fmt: skip
def test_what_follows_a_stamp_is_a_message_or_a_notice(rest: str, sender: str, text: str, event: str | None):
    _, messages, understood = read(f"{PHONE}2026년 1월 5일 오전 9:01{rest}\n")

    assert told(messages) == [("01-05 09:01", sender, text)]
    assert [one.kind for one in messages[0].events] == ([event] if event else [])
    assert (messages[0].kind == MessageKind.SYSTEM) == (not sender) and understood.share == 1


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("오전 12:05", "00:05"), ("오후 12:30", "12:30"), ("오후 1:05", "13:05"), ("오전 11:59", "11:59"), ("00:00", "00:00"),
        ("23:59", "23:59"), ("12:30 AM", "00:30"), ("12:30 PM", "12:30"), ("1:08\u202fp.m.", "13:08"), ("AM 9:04", "09:04"),
        ("PM 12:16", "12:16"), ("1:08\u00a0PM", "13:08"), ("오후 13:05", "13:05"),
    ],
)  # fmt: skip
def test_clocks_of_both_kinds(clock: str, expected: str):
    _, messages, _ = read(f"{HEAD}{DAY}[총괄담당] [{clock}] 가\n")

    assert [f"{message.sent_at:%H:%M}" for message in messages] == [expected]


@pytest.mark.parametrize("clock", ["오전 13:05", "25:00", "9:60", "99:99"])
def test_an_impossible_clock_begins_no_message(clock: str):
    _, messages, _ = read(f"{HEAD}{DAY}[총괄담당] [오전 9:01] 가\n[복지담당] [{clock}] 나\n")

    assert told(messages) == [("01-05 09:01", "총괄담당", f"가\n[복지담당] [{clock}] 나")]


def test_an_impossible_date_begins_no_message():
    _, messages, _ = read(
        f"{PHONE}2026년 1월 5일 오전 9:01, 가 : 1\n2026년 2월 31일 오전 9:01, 나 : 2\n0000년 1월 1일 오전 9:01, 나 : 3\n"
        "99999년 1월 1일 오전 9:01, 나 : 4\n"
    )

    assert len(messages) == 1 and messages[0].text.endswith("99999년 1월 1일 오전 9:01, 나 : 4")


def test_a_name_that_holds_the_sign_of_its_end_is_known_by_its_lines():
    lines = [
        "협업 : 조정관 : 첫째",
        "협업 : 조정관 : 둘째 : 끝",
        "총괄담당 : 붙임 : 1부",
        "총괄담당 : 붙임 : 2부",
        "총괄담당 : 네",
    ]
    _, messages, _ = read(PHONE + "".join(f"2026년 1월 5일 오전 9:01, {line}\n" for line in lines))

    assert [(m.sender, m.text) for m in messages] == [
        ("협업 : 조정관", "첫째"),
        ("협업 : 조정관", "둘째 : 끝"),
        ("총괄담당", "붙임 : 1부"),
        ("총괄담당", "붙임 : 2부"),
        ("총괄담당", "네"),
    ]


def test_names_on_windows_may_hold_brackets():
    _, messages, _ = read(f"{HEAD}{DAY}[[감사] 팀장] [오전 9:01] [이두리] [오전 8:00] 인용\n[] [9:02] 알림\n")

    assert told(messages) == [("01-05 09:01", "[감사] 팀장", "[이두리] [오전 8:00] 인용"), ("01-05 09:02", "", "알림")]


def test_a_stray_selector_splits_nobody_in_two():
    room, messages, _ = read(
        f"{IOS}2026. 1. 5. 09:01, 총괄\ufe0f : 가\n2026. 1. 5. 09:02, 총괄 : 나\n2026. 1. 5. 09:03, 별☀\ufe0f : 다\n"
    )

    assert [m.sender for m in messages] == ["총괄", "총괄", "별☀\ufe0f"]
    assert [one.name for one in room.participants] == ["총괄", "별☀\ufe0f"]


@pytest.mark.parametrize(
    ("text", "kind", "file"),
    [
        ("<사진 읽지 않음>", MessageKind.PHOTO, None),
        ("(사진)", MessageKind.PHOTO, None),
        ("<동영상>", MessageKind.VIDEO, None),
        ("videos", MessageKind.VIDEO, None),
        ("(이모티콘) ", MessageKind.STICKER, None),
        ("(emoticon)", MessageKind.STICKER, None),
        ("Voice Note", MessageKind.VOICE, None),
        ("보이스톡 0:17", MessageKind.CALL, None),
        ("Voice Call 1:02:03", MessageKind.CALL, None),
        ("라이브톡 종료", MessageKind.CALL, None),
        ("File: Budget final.xlsx", MessageKind.FILE, "Budget final.xlsx"),
        ("파일: 2026 예산안.hwp", MessageKind.FILE, "2026 예산안.hwp"),
        (f"{'ab' * 32}.mp4", MessageKind.VIDEO, f"{'ab' * 32}.mp4"),
        ("톡게시판 '공지': 회의 안내", MessageKind.OTHER, None),
        ("This message was deleted.", MessageKind.DELETED, None),
        ("사진 보냅니다", MessageKind.TEXT, None),
        ("파일: ", MessageKind.TEXT, None),
        ("보이스톡 가능하세요", MessageKind.TEXT, None),
        ("1234567890123.hwp", MessageKind.TEXT, None),
    ],
)
def test_placeholders_set_the_kind_and_stay_as_printed(text: str, kind: MessageKind, file: str | None):
    _, messages, _ = read(f"{PHONE}2026년 1월 5일 오전 9:01, 가 : {text}\n")

    assert (messages[0].text, messages[0].kind) == (text, kind)
    assert [one.name for one in messages[0].attachments] == ([file] if file else [])


@pytest.mark.parametrize("head", [HEAD + DAY + "[가] [오전 9:01] 1\n", IOS + "2026. 1. 5. 09:01, 가 : 1\n"])
def test_a_deletion_without_time_and_name_has_the_time_above(head: str):
    _, messages, _ = read(f"{head}삭제된 메시지입니다.\n")

    assert [(m.kind, m.is_time_assumed) for m in messages] == [(MessageKind.TEXT, False), (MessageKind.DELETED, True)]
    assert messages[0].sent_at == messages[1].sent_at


def test_a_date_that_somebody_typed_is_no_day_line():
    _, messages, _ = read(
        f"{PHONE}2026년 1월 5일 오전 9:01, 가 : 일정\n2026년 1월 8일 오후 3:00\n장소는 3층\n2026년 1월 5일 오전 9:05, 나 : 네\n"
    )

    assert told(messages) == [
        ("01-05 09:01", "가", "일정\n2026년 1월 8일 오후 3:00\n장소는 3층"),
        ("01-05 09:05", "나", "네"),
    ]


def test_day_lines_without_an_empty_line_above_are_day_lines():
    _, messages, understood = read(
        f"{IOS}2026. 1. 5. 09:01, 가 : 1\n2026년 1월 6일 화요일\n2026. 1. 6. 09:05, 나 : 네\n"
    )

    assert told(messages) == [("01-05 09:01", "가", "1"), ("01-06 09:05", "나", "네")] and understood.share == 1


def test_a_pasted_talk_stays_in_the_message_it_was_pasted_into():
    pasted = "[이두리] [오후 2:31] 어제 것\n두 줄째\n[김하나] [오후 2:40] 네"
    _, messages, understood = read(
        f"{HEAD}{DAY}[총괄담당] [오후 3:00] 참고하세요\n{pasted}\n[복지담당] [오후 3:01] 확인\n"
        f"{NEXT_DAY}[복지담당] [오전 9:00] 네\n"
    )

    assert told(messages) == [
        ("01-05 15:00", "총괄담당", f"참고하세요\n{pasted}"),
        ("01-05 15:01", "복지담당", "확인"),
        ("01-06 09:00", "복지담당", "네"),
    ]
    assert not understood.is_backwards and understood.share == 1
    assert messages[0].source == Source(5, 8)


def test_a_pasted_export_with_its_days_stays_in_the_message():
    pasted = "--------------- 2025년 12월 30일 화요일 ---------------\n[이두리] [오전 9:31] 작년 것"
    _, messages, understood = read(f"{HEAD}{DAY}[총괄담당] [오후 3:00] 참고\n{pasted}\n[복지담당] [오후 3:01] 확인\n")

    assert told(messages) == [("01-05 15:00", "총괄담당", f"참고\n{pasted}"), ("01-05 15:01", "복지담당", "확인")]
    assert not understood.is_backwards


def test_a_pasted_talk_of_a_phone_stays_in_the_message():
    pasted = "\n2025년 12월 30일 오전 9:31\n2025년 12월 30일 오전 9:31, 이두리 : 작년 것"
    _, messages, understood = read(
        f"{PHONE}2026년 1월 5일 오후 3:00, 가 : 참고\n{pasted}\n2026년 1월 5일 오후 3:01, 나 : 확인\n"
    )

    assert told(messages) == [("01-05 15:00", "가", f"참고\n{pasted}"), ("01-05 15:01", "나", "확인")]
    assert not understood.is_backwards


def test_a_talk_of_another_platform_is_pasted_text():
    _, messages, _ = read(f"{PHONE}2026년 1월 5일 오후 3:00, 가 : 참고\n[이두리] [오후 4:00] 피시 것\n")

    assert told(messages) == [("01-05 15:00", "가", "참고\n[이두리] [오후 4:00] 피시 것")]


@pytest.mark.parametrize("n", [3, 400])
@pytest.mark.parametrize("has_header", [False, True])
def test_two_exports_in_the_wrong_order_run_back(n: int, has_header: bool):
    def part(month: int) -> str:
        start = datetime(2026, month, 1, 9, 0, tzinfo=SEOUL)
        talk = [
            dialects.Said(
                start.replace(day=1 + i // 20, hour=9 + i % 10), "가나"[i % 2], f"{month}월 이야기 {i} " + "예산 " * 20
            )
            for i in range(n)
        ]
        talk.sort(key=lambda said: said.at)
        text = dialects.write("android", talk, line_end="\n").decode()
        return text if has_header or month == 3 else text.split("\n\n\n", 1)[1]

    _, messages, understood = read(part(3) + "\n" + part(1))

    assert understood.is_backwards and understood.share == 1
    assert len(messages) == 2 * n


def test_two_exports_in_order_are_one_talk():
    one = dialects.write("ios", [dialects.Said(datetime(2026, 1, 5, 9, tzinfo=SEOUL), "가", "1")]).decode()
    two = dialects.write("ios", [dialects.Said(datetime(2026, 1, 6, 9, tzinfo=SEOUL), "나", "2")]).decode()
    _, messages, understood = read(one + "\n" + two)

    assert told(messages) == [("01-05 09:00", "가", "1"), ("01-06 09:00", "나", "2")]
    assert not understood.is_backwards and understood.share == 1


def test_a_csv_keeps_seconds_quotes_and_lines():
    _, messages, understood = read(
        '\ufeffDate,User,Message\n2026-01-05 09:01:26,"총괄 ""장""","쉼표, ""인용""\n\n셋째 줄"\n'
        '2026-01-05 09:01:59,복지담당,쉼표, "따옴표" 5"\n'
        '2026-01-05 9:02,"복지담당",""\n'
    )

    assert [(f"{m.sent_at:%H:%M:%S}", m.sender, m.text, m.precision.value) for m in messages] == [
        ("09:01:26", '총괄 "장"', '쉼표, "인용"\n\n셋째 줄', "second"),
        ("09:01:59", "복지담당", '쉼표, "따옴표" 5"', "second"),
        ("09:02:00", "복지담당", "", "minute"),
    ]
    assert [m.source for m in messages] == [Source(2, 4), Source(5, 5), Source(6, 6)] and understood.share == 1


def test_deletions_of_a_csv_have_the_time_beside_them():
    gone = ',"","The message has been deleted."\n'
    _, messages, understood = read(
        f'Date,User,Message\n{gone}2026-01-05 09:01:26,"가","1"\n{gone}2026-01-05 09:05:26,"나","2"\n'
    )

    assert [(m.kind.value, f"{m.sent_at:%H:%M:%S}", m.is_time_assumed) for m in messages] == [
        ("deleted", "09:01:26", True), ("text", "09:01:26", False), ("deleted", "09:01:26", True), ("text", "09:05:26", False)
    ]  # fmt: skip
    assert understood.share == 1


def test_a_quote_that_is_never_closed_swallows_one_row_only():
    _, messages, _ = read(
        'Date,User,Message\n2026-01-05 09:01:26,"가","열린 글\n둘째 줄\n2026-01-05 09:05:26,"나","2"\n'
        '2026-01-05 09:06:26,"","알림"\n'
    )

    assert [(m.sender, m.text) for m in messages] == [("가", "열린 글\n둘째 줄"), ("나", "2"), ("", "알림")]


def test_rows_pasted_into_a_row_stay_in_it():
    pasted = '2026-01-04 08:00:00,"이두리","어제 것"'
    quoted = pasted.replace('"', '""')
    _, messages, _ = read(
        f'Date,User,Message\n2026-01-05 09:01:26,"가","참고\n{quoted}"\n2026-01-05 09:05:26,"나","2"\n'
    )

    assert [(m.sender, m.text) for m in messages] == [("가", f"참고\n{pasted}"), ("나", "2")]


def test_notices_of_a_csv_are_known_by_their_wording():
    rows = [
        ("가", "가 invited 나 and."), ("나", "나님이 나갔습니다."), ("가", "다 has been removed from this chatroom."),
        ("가", "나님이 들어왔습니다.타인, 기관 등의 사칭에 유의해 주세요."),
        ("가", "She invited 나."), ("가", "국장님이 나갔습니다. 서두르세요."),
    ]  # fmt: skip
    lines = "".join(f'2026-01-05 09:01:2{i},"{user}","{text}"\n' for i, (user, text) in enumerate(rows))
    _, messages, _ = read("Date,User,Message\n" + lines)

    assert [m.kind == MessageKind.SYSTEM for m in messages] == [True, True, True, True, False, False]
    assert [m.text for m in messages] == [text for _, text in rows]


def test_rows_that_are_no_dates_are_not_understood_and_lose_nothing_else():
    _, messages, understood = read(
        'Date,User,Message\n2026-01-05 09:01:26,"가","1"\n2026-13-45 09:01:26,"나","2"\n2026-01-05 09:02:26,"나","3"\n'
    )

    assert [m.text for m in messages] == ["1", "3"] and understood.unread == ["2"] and 0 < understood.share < 1


def test_copied_text_is_recognised_but_not_understood():
    lines = ["2026년 8월 19일 수요일"] + [f"오후 7:{20 + i} {['총괄', '복지'][i % 2]} 본문 {i}" for i in range(8)]
    text = "\n".join(lines) + "\n"
    _, messages, understood = read(text)

    assert sniff(text) == 0.6
    assert messages == [] and understood.share < 0.5 and len(understood.unread) == 8


@pytest.mark.parametrize(
    "text",
    [
        "",
        "회의 결과\n2026년 1월 5일 오후 3:00, 장소 : 회의실\n참석 : 김하나, 이두리\n내용은 다음과 같다.\n",
        "카카오톡 대화 수집 방안\n저장한 날짜에 대하여\n본문이다.\n",
        "2026년 1월 5일 월요일\n오후 2:00 개회\n오후 2:10 보고\n오후 3:00 폐회\n",
        "2026년 1월 5일 월요일\n오후 2:00 국장 인사말\n오후 2:10 과장 보고\n오후 3:00 국장 마무리\n오후 4:00 폐회\n",
        "[2026-01-05 09:01:05] INFO: started\n[2026-01-05 09:01:06] ERROR: failed\n[2026-01-05 09:01:07] INFO: x\n",
        "[INFO] [10:30] started\n[INFO] [10:31] done\n[WARN] [10:32] slow\n",
        "05/01/2026, 09:01 - 김하나: 보냄\n05/01/2026, 10:00 - 이두리: 봄\n",
        "2026. 1. 5. 오후 3:15 - 김하나: 보냄\n2026. 1. 5. 오후 3:16 - 이두리: 봄\n",
        "Date,User,Message,Level\n2026-01-05,root,started,info\n",
        "Date,User,Message\nnot a date,x,y\n",
        "날짜,사업,금액\n2026-01-05 09:00:00,전산,1000\n",
        "From: a@b.kr\nTo: c@d.kr\nDate: Mon, 5 Jan 2026 09:00:00 +0900\nMIME-Version: 1.0\n\n본문\n",
        '{"messages": [{"date": "2026년 1월 5일"}]}',
        b"PK\x03\x04 broken",
        b"\x00\x01\x02\x03" * 50,
    ],
)
def test_ordinary_documents_are_not_taken_for_a_talk(text: str | bytes):
    assert sniff(text) == 0


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r\r\n"])
@pytest.mark.parametrize(
    "text",
    [
        f"{DAY}[김하나] [오전 9:01] 자료 올렸습니다\n[이두리] [오전 9:03] 확인했습니다\n이어지는 줄\n",
        "예산팀 님과 카카오톡 대화\n저장한 날짜 : 2026년 1월 5일 오후 4:45\n",
        "저장한 날짜 : 2026-01-05 10:44:52\n예산팀 님과 카카오톡 대화\n\n[김] [오전 9:01] 가\n",
        'Date,User,Message\n,"","The message has been deleted."\n',
        "2026년 1월 5일 월요일\n오전 9:01, 김하나 : 자료\n오전 9:02, 이두리 : 네\n",
    ],
)
def test_an_export_is_known_without_a_whole_header_and_with_odd_line_ends(text: str, line_end: str):
    assert sniff(text.replace("\n", line_end)) == 0.9
    read(text.replace("\n", line_end))


def test_an_excerpt_of_one_talk_is_not_made():
    with pytest.raises(AssertionError):
        EXPORT.excerpt(ExportFile.of(b"", "a.txt"), lambda _: True)


def test_bytes_in_no_encoding_are_refused():
    content = HEAD.encode() + DAY.encode() + "[가] [오전 9:01] ".encode() + b"\xff\xfe\xff\n"

    with pytest.raises(Failed, match="undecodable_text"):
        list(EXPORT.read(ExportFile.of(content, "a.txt")))


def test_random_damage_never_raises_and_loses_no_bytes():
    rng = random.Random(7)
    for dialect in dialects.WRITERS:
        text = dialects.write(dialect, dialects.random_talk(rng, 30), line_end="\n").decode()
        for _ in range(20):
            lines = text.split("\n")
            for _ in range(rng.randint(1, 8)):
                kind, at = rng.random(), rng.randrange(len(lines))
                if kind < 0.3:
                    del lines[at]
                elif kind < 0.6:
                    lines.insert(at, rng.choice(lines))
                else:
                    lines[at] = lines[at][rng.randint(0, 20) :]
            content = "\n".join(lines).encode()
            _, messages, understood = read(content)
            assert understood.n_bytes == len(content) and 0 <= understood.share <= 1
            assert len(understood.unread) <= 10
            n_lines = sum(message.text.count("\n") + 1 for message in messages)
            # headers, day lines and empty lines above them are no messages, all else is one or is told
            assert n_lines + len(understood.unread) >= sum("그리고" in line or "확인" in line for line in lines)


def test_a_huge_line_costs_no_more_than_its_length():
    huge = "[" + "[김] [" * 500_000
    start = time.process_time()
    _, messages, _ = read(f"{HEAD}{DAY}[가] [오전 9:01] 1\n{huge}\n{'가 : ' * 500_000}\n[나] [오전 9:02] 2\n")

    assert [m.sender for m in messages] == ["가", "나"]
    assert time.process_time() - start < 5


@pytest.mark.parametrize("dialect", ["windows", "android", "ios-en", "csv"])
def test_a_long_export_is_read_in_little_memory(dialect: str, tmp_path: Path):
    talk = dialects.random_talk(random.Random(3), 2_000)
    path = tmp_path / "long.txt"
    span = talk[-1].at.date() - talk[0].at.date()
    with path.open("wb") as stream:
        for i in range(5):
            later = [dialects.Said(s.at + (span * i), s.name, s.text, s.kind) for s in talk]
            content = dialects.write(dialect, later)
            stream.write(content if i == 0 else content.split(b"\r\n", 1)[1] if dialect == "csv" else b"\r\n" + content)
    with path.open("rb") as stream:
        file = ExportFile(stream, path.name, path.stat().st_size)
        assert file.encoding and file.head
        tracemalloc.start()
        n = sum(isinstance(item, Message) for item in EXPORT.read(file))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert n == 10_000
    assert peak < 3 << 20


@pytest.mark.parametrize("folder", ["corpus", "budget", "messengers/mail"])
def test_no_document_at_hand_is_taken_for_a_talk(folder: str):
    root = SHARED / folder
    if not root.is_dir():
        pytest.skip(f"documents not at {root}")
    files = [path for path in sorted(root.rglob("*")) if path.is_file() and path.stat().st_size < 20_000_000]

    assert files
    assert [path.name for path in files if EXPORT.sniff(ExportFile.of(path.read_bytes(), path.name))] == []


_SAMPLES = {
    "claudianus_csv/open-chat-room.csv": (6, 3, 1.0),
    "derived_window_kr_cp949.txt": (5, 1, 1.0),
    "uoneway_2020/android_kr.txt": (6, 1, 1.0),
    "uoneway_2020/window_kr.txt": (5, 1, 1.0),
    "merryiscat_android/22.txt": (5, 2, 1.0),
    "merryiscat_android/01.txt": (0, 0, 1.0),
    "zeikar/windows_01.txt": (6, 2, 1.0),
    "zeikar/windows_04.txt": (0, 0, 0.86),
    "zeikar/ios_02.txt": (1, 0, 1.0),
    "zeikar/ios_11.txt": (4, 2, 1.0),
    "zeikar/ios_14.txt": (1, 1, 0.84),
    "zeikar/mac_01.txt": (10, 3, 1.0),
    "zeikar/mac_02.txt": (3, 2, 1.0),
}


@pytest.mark.parametrize(("path", "expected"), _SAMPLES.items())
def test_exports_at_hand_are_read(path: str, expected: tuple[int, int, float]):
    file = SHARED / "messengers" / "kakaotalk" / path
    if not file.is_file():
        pytest.skip(f"exports of messengers not at {file}")
    content = file.read_bytes()
    room, messages, understood = read(content, file.name)

    assert sniff(content, file.name) > 0
    assert (len(messages), len(room.participants), round(understood.share, 2)) == expected


def test_every_export_at_hand_is_recognised_and_read():
    root = SHARED / "messengers" / "kakaotalk"
    if not root.is_dir():
        pytest.skip(f"exports of messengers not at {root}")
    files = [path for path in sorted(root.rglob("*")) if path.is_file()]

    assert len(files) > 40
    for path in files:
        assert sniff(path.read_bytes(), path.name) > 0, path
        assert read(path.read_bytes(), path.name)[2].share > 0.8, path
