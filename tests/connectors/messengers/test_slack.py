"""Slack's archive in its layouts, its texts and its records."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from connectors.messengers.contract import ExportFile, Item
from connectors.messengers.slack import EXPORT
from connectors.messengers.slack_text import Names, message_text, readable
from schemas.conversations import (
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
NAMES = Names({"U01CHIEF00": "총괄담당"}, {"C01OPEN000": "예산협업"}, {"S01TEAM000": "예산팀"})
USERS = [
    {
        "id": "U01CHIEF00",
        "team_id": "T01YESAN00",
        "name": "chief",
        "real_name": "총괄 담당자",
        "profile": {"display_name": "총괄담당", "real_name": "총괄 담당자"},
    },
    {
        "id": "U02WELF000",
        "team_id": "T01YESAN00",
        "name": "welfare",
        "profile": {"display_name": "", "real_name": "복지담당"},
    },
    {"id": "U03STAFF00", "team_id": "T01YESAN00", "name": "staff", "profile": {"display_name": "인사담당"}},
    {
        "id": "U04SPOKEN0",
        "team_id": "T01YESAN00",
        "name": "spoken",
        "profile": {"display_name": "언급만", "email": "a@b.kr"},
    },
]
CHANNELS = [
    {
        "id": "C01OPEN000",
        "name": "예산협업",
        "created": 1,
        "is_general": False,
        "members": ["U01CHIEF00", "U02WELF000"],
        "topic": {"value": ""},
    }
]
GROUPS = [{"id": "G01SECRET0", "name": "인사논의", "created": 1, "members": ["U01CHIEF00", "U03STAFF00"]}]
DMS = [{"id": "D01DIRECT0", "created": 1, "members": ["U01CHIEF00", "U02WELF000"]}]
MPIMS = [{"id": "G02MPIM000", "name": "mpdm-chief--welfare-1", "members": ["U01CHIEF00", "U02WELF000"]}]


def said(ts: str, text: str, user: str = "U01CHIEF00", **more: Any) -> dict[str, Any]:
    return {"type": "message", "user": user, "text": text, "ts": ts, **more}


def archive(members: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, value in members.items():
            target.writestr(name, value if isinstance(value, bytes) else json.dumps(value))
    return buffer.getvalue()


DAYS = {
    "예산협업/2026-03-02.json": [
        said("1772409600.000100", "예산안 <@U02WELF000> 보십시오", thread_ts="1772409600.000100", reply_count=2),
        said(
            "1772409660.123456",
            "<@U04SPOKEN0> 확인",
            "U02WELF000",
            edited={"user": "U02WELF000", "ts": "1772409700.000000"},
        ),
        said("1772409720.000300", "", subtype="tombstone", user="USLACKBOT", thread_ts="1772409720.000300"),
    ],
    "예산협업/2026-03-03.json": [
        said("1772496000.000100", "늦은 답", "U02WELF000", thread_ts="1772409600.000100", parent_user_id="U01CHIEF00"),
        said(
            "1772496060.000100",
            "모두 보십시오",
            thread_ts="1772409720.000300",
            subtype="thread_broadcast",
            root=said("1772409720.000300", "지운 글"),
        ),
        said(
            "1772496120.000100",
            "",
            files=[
                {
                    "id": "F01TABLE00",
                    "name": "표.png",
                    "mimetype": "image/png",
                    "size": 7,
                    "url_private": "https://f.invalid/a?t=xoxe-1",
                },
                {"id": "F02GONE000", "mode": "tombstone"},
            ],
            reactions=[{"name": "+1", "users": ["U02WELF000", "U99UNKNOWN"], "count": 2}],
            pinned_to=["C01OPEN000"],
        ),
        said(
            "1772496180.000100",
            "<@U02WELF000> has joined the channel",
            "U02WELF000",
            subtype="channel_join",
            inviter="U01CHIEF00",
        ),
    ],
    "인사논의/2026-03-02.json": [said("1772409600.000100", "비공개 인사안", "U03STAFF00")],
    "D01DIRECT0/2026-03-02.json": [said("1772409600.000100", "둘이서")],
    "G02MPIM000/2026-03-02.json": [said("1772409600.000100", "여럿이서")],
}
LISTS = {
    "users.json": USERS,
    "channels.json": CHANNELS,
    "groups.json": GROUPS,
    "dms.json": DMS,
    "mpims.json": MPIMS,
    "integration_logs.json": [],
}
FILES = {"예산협업/attachments/F01TABLE00-표.png": b"picture", "__uploads/F03OTHER00/secret.txt": b"secret"}
EXPORTED = {**LISTS, **DAYS, **FILES}


def read(members: dict[str, Any]) -> list[Item]:
    return list(EXPORT.read(ExportFile.of(archive(members), "export.zip")))


def read_list(value: object, name: str = "예산협업.json") -> list[Item]:
    return list(EXPORT.read(ExportFile.of(json.dumps(value).encode(), name)))


def messages(items: list[Item]) -> list[Message]:
    return [item for item in items if isinstance(item, Message)]


def conversations(items: list[Item]) -> list[Conversation]:
    return [item for item in items if isinstance(item, Conversation)]


def understood(items: list[Item]) -> Understood:
    assert isinstance(items[-1], Understood)
    return items[-1]


def test_channels_come_in_the_order_of_the_lists_and_days_in_their_own():
    items = read(dict(reversed(EXPORTED.items())))

    assert [(room.title, room.kind, room.native_id) for room in conversations(items)] == [
        ("예산협업", ConversationKind.CHANNEL, "C01OPEN000"),
        ("인사논의", ConversationKind.PRIVATE, "G01SECRET0"),
        ("", ConversationKind.DIRECT, "D01DIRECT0"),
        ("", ConversationKind.GROUP, "G02MPIM000"),
    ]
    assert {room.workspace for room in conversations(items)} == {"T01YESAN00"}
    assert [person.name for person in conversations(items)[0].participants] == ["총괄담당", "복지담당"]
    assert len(messages(items)) == 10
    assert understood(items).share == 1.0


def test_a_message_has_all_that_belongs_to_it():
    found = {
        item.native_id: item
        for item in messages(read({**LISTS, **FILES, **{k: v for k, v in DAYS.items() if "협업" in k}}))
    }
    root, edited, deleted = (found[ts] for ts in ("1772409600.000100", "1772409660.123456", "1772409720.000300"))
    late, shown, files, joined = (found[f"{ts}.000100"] for ts in (1772496000, 1772496060, 1772496120, 1772496180))

    assert (root.sender, root.text, root.thread_id, root.reply_to) == (
        "총괄담당",
        "예산안 @복지담당 보십시오",
        root.native_id,
        None,
    )
    assert root.sent_at.isoformat() == "2026-03-02T09:00:00+09:00" and root.precision is Precision.SECOND
    assert (
        edited.sent_at.isoformat() == "2026-03-02T09:01:00.123000+09:00" and edited.precision is Precision.MILLISECOND
    )
    assert edited.edited_at and edited.edited_at.isoformat() == "2026-03-02T09:01:40+09:00"
    assert deleted.kind is MessageKind.DELETED and deleted.thread_id == deleted.native_id
    assert (late.reply_to, late.thread_id) == (root.native_id, root.native_id)
    assert (shown.text, shown.reply_to) == ("모두 보십시오", deleted.native_id)
    assert files.kind is MessageKind.PHOTO
    assert [item.state for item in files.attachments] == [AttachmentState.PRESENT, AttachmentState.LOST]
    assert files.attachments[0].path == "예산협업/attachments/F01TABLE00-표.png"
    assert files.attachments[0].url == "https://f.invalid/a"
    assert files.reactions[0].users == ["복지담당", "U99UNKNOWN"]
    assert [event.kind for event in files.events] == ["pin"]
    assert joined.kind is MessageKind.SYSTEM and joined.text == "@복지담당 has joined the channel"
    assert (joined.events[0].kind, joined.events[0].detail) == ("join", "초대한 사람: 총괄담당")
    assert root.source.record == "예산협업/2026-03-02.json#1"


@pytest.mark.parametrize("root", ["", "예산실 Slack export/", "teams/yesan/"])
def test_other_layouts_are_read_as_well(root: str):
    members = {root + name: value for name, value in EXPORTED.items()}
    if root.startswith("teams"):
        members["org_users.json"] = members.pop(root + "users.json")
    items = read(members)

    assert EXPORT.sniff(ExportFile.of(archive(members), "export.zip")) == 0.9
    assert len(conversations(items)) == 4 and len(messages(items)) == 10
    assert messages(items)[0].sender == "총괄담당"
    assert {room.workspace for room in conversations(items)} == {"yesan" if root.startswith("teams") else "T01YESAN00"}


def test_names_in_the_local_encoding_are_found():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name, value in {**LISTS, **DAYS}.items():
            target.writestr(name.replace("예산협업", "@@@@@@@@"), json.dumps(value))
    raw = buffer.getvalue().replace(b"@@@@@@@@", "예산협업".encode("cp949"))
    items = list(EXPORT.read(ExportFile.of(raw, "export.zip")))

    assert conversations(items)[0].title == "예산협업"
    assert conversations(items)[0].native_id == "C01OPEN000"


def test_a_folder_that_no_list_names_and_a_channel_named_by_id_are_read():
    items = read({"users.json": USERS, "channels.json": CHANNELS, "C01OPEN000/2026-03-02.json": [said("1772409600.000100", "가")],
                  "옛채널/2026-03-02.json": [said("1772409600.000200", "나")]})  # fmt: skip

    assert [(room.title, room.native_id) for room in conversations(items)] == [
        ("예산협업", "C01OPEN000"),
        ("옛채널", None),
    ]
    assert [item.text for item in messages(items)] == ["가", "나"]


def test_a_message_that_stands_twice_is_counted_once():
    twice = said("1772409600.000100", "가")
    items = read({**LISTS, "예산협업/2026-03-02.json": [twice, twice], "예산협업/2026-03-03.json": [twice]})

    assert [item.text for item in messages(items)] == ["가"]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<@U01CHIEF00> <@U09NOBODY0|타과> <@U09NOBODY0>", "@총괄담당 @타과 @U09NOBODY0"),
        ("<#C01OPEN000|예산> <#C01OPEN000> <#C01OPEN000|>", "#예산 #예산협업 #예산협업"),
        (
            "<!here> <!channel|@channel> <!subteam^S01TEAM000|@예산팀> <!subteam^S01TEAM000>",
            "@here @channel @예산팀 @예산팀",
        ),
        ("<https://x.invalid/a?b=1&amp;c|지침>", "지침 (https://x.invalid/a?b=1&c)"),
        ("<http://x.invalid|x.invalid> <https://x.invalid/>", "http://x.invalid https://x.invalid/"),
        ("<mailto:a@b.kr|a@b.kr>", "a@b.kr"),
        ("<!date^1392734382^{date}|2014년>", "2014년"),
        ("a &lt; b &amp;&amp; c &gt; d &amp;lt;", "a < b && c > d &lt;"),
        ("*굵게* ~지움~ `코드` 3<4", "*굵게* ~지움~ `코드` 3<4"),
        ("  앞뒤 공백  \n줄 ", "  앞뒤 공백  \n줄 "),
    ],
)
def test_mrkdwn_is_put_into_words(typed: str, shown: str):
    assert readable(typed, NAMES) == shown


def rich(*elements: Any) -> dict[str, Any]:
    return {"type": "rich_text", "elements": list(elements)}


def section(*elements: Any) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(elements)}


def plain(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


@pytest.mark.parametrize(
    ("record", "shown"),
    [
        (
            {"text": "가 *나*", "blocks": [rich(section(plain("가 "), {**plain("나"), "style": {"bold": True}}))]},
            "가 *나*",
        ),
        (
            {
                "text": "",
                "blocks": [
                    rich(
                        section({"type": "user", "user_id": "U01CHIEF00"}, plain(" 목록:\n")),
                        {
                            "type": "rich_text_list",
                            "style": "ordered",
                            "elements": [section(plain("하나")), section(plain("둘"))],
                        },
                        {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [section(plain("속"))]},
                        {"type": "rich_text_quote", "elements": [plain("인용\n둘째")]},
                        {"type": "rich_text_preformatted", "elements": [plain("a < b")]},
                        section(
                            {"type": "link", "url": "https://x.invalid", "text": "지침"},
                            {"type": "emoji", "name": "ok"},
                        ),
                    )
                ],
            },
            "@총괄담당 목록:\n1. 하나\n2. 둘\n  • 속\n> 인용\n> 둘째\n```\na < b\n```\n지침 (https://x.invalid):ok:",
        ),
        (
            {
                "text": "새 결재",
                "blocks": [
                    {"type": "header", "text": {"type": "plain_text", "text": "결재 요청"}},
                    {
                        "type": "section",
                        "text": {"type": "mrkdwn", "text": "기안 <@U01CHIEF00>"},
                        "fields": [plain("금액 3억")],
                    },
                    {"type": "divider"},
                    {
                        "type": "context",
                        "elements": [{"type": "mrkdwn", "text": "오늘"}, {"type": "image", "alt_text": "도장"}],
                    },
                ],
            },
            "새 결재\n결재 요청\n기안 @총괄담당\n금액 3억\n오늘 도장",
        ),
        (
            {
                "text": "",
                "attachments": [
                    {
                        "pretext": "앞",
                        "title": "제목",
                        "text": "글",
                        "fields": [{"title": "액", "value": "1"}],
                        "fallback": "대신",
                    },
                    {"fallback": "대신만"},
                ],
            },
            "앞\n제목\n글\n액: 1\n대신만",
        ),
    ],
)
def test_blocks_and_cards_are_read_where_they_say_more(record: dict[str, Any], shown: str):
    assert message_text(record, NAMES) == shown


def test_people_whom_no_list_names_have_the_names_that_their_messages_bear():
    items = read_list(
        [
            said("1772409600.000100", "가", "U05GUEST00", user_profile={"display_name": "", "real_name": "외부담당"}),
            {
                "type": "message",
                "subtype": "bot_message",
                "bot_id": "B01BOT0000",
                "username": "알림이",
                "text": "나",
                "ts": "1772409601.000100",
            },
            {
                "type": "message",
                "bot_id": "B02BOT0000",
                "bot_profile": {"name": "봇"},
                "text": "다",
                "ts": "1772409602.000100",
            },
            said("1772409603.000100", "라", "U06NOBODY0"),
        ]
    )

    assert [item.sender for item in messages(items)] == ["외부담당", "알림이", "봇", "U06NOBODY0"]
    assert conversations(items)[0].title == "예산협업"
    assert [person.name for person in conversations(items)[0].participants] == [
        "외부담당",
        "알림이",
        "봇",
        "U06NOBODY0",
    ]


def test_records_of_edits_and_deletions_stand_beside_their_messages():
    before = said("1772409600.000100", "처음 글")
    items = read_list(
        [
            before,
            {"type": "message", "subtype": "message_changed", "ts": "1772409610.000100", "previous_message": before,
             "message": said("1772409600.000100", "고친 글", edited={"user": "U01CHIEF00", "ts": "1772409610.000000"})},
            {"type": "message", "subtype": "message_deleted", "ts": "1772409620.000100", "deleted_ts": "1772409600.000100",
             "previous_message": said("1772409600.000100", "고친 글")},
            {"type": "message", "subtype": "message_replied", "ts": "1772409630.000100", "message": before},
            {"type": "message", "subtype": "huddle_thread", "ts": "1772409640.000100", "user": "U01CHIEF00", "text": "통화",
             "room": {"date_start": 1772409640, "date_end": 1772409700, "participant_history": ["U01CHIEF00"]}},
        ]
    )  # fmt: skip
    first, changed, deleted, huddle = messages(items)

    assert (first.text, changed.text, changed.kind, changed.reply_to) == (
        "처음 글",
        "고친 글",
        MessageKind.SYSTEM,
        first.native_id,
    )
    assert (changed.events[0].kind, changed.events[0].detail) == ("edit", "처음 글")
    assert (deleted.kind, deleted.text, deleted.reply_to) == (MessageKind.DELETED, "고친 글", first.native_id)
    assert deleted.deleted_at
    assert huddle.kind is MessageKind.CALL and huddle.events[0].kind == "call"
    assert understood(items).share == 1.0


@pytest.mark.parametrize(
    "odd", [None, 0, float("nan"), 1e400, "x", [], [None], {}, {"id": {}}, True, 1 << 200, "\ud800"]
)
def test_values_of_any_type_do_no_harm(odd: object):
    whole = said("1772409600.000100", "가")
    keys = ["blocks", "attachments", "files", "file", "reactions", "edited", "user_profile", "bot_profile", "thread_ts"]
    keys += [
        "replies",
        "pinned_to",
        "pinned_info",
        "room",
        "subtype",
        "comment",
        "message",
        "username",
        "user",
        "ts",
        "text",
    ]
    inner = {
        "type": odd,
        "elements": [odd, {"type": odd, "elements": odd}],
        "text": odd,
        "id": odd,
        "name": odd,
        "users": odd,
    }
    for key in keys:
        for value in (odd, [odd], inner, [inner], [{"type": "rich_text", "elements": [inner]}], [{"blocks": [inner]}]):
            items = read_list([{**whole, key: value}, said("1772409601.000100", "나")])
            assert messages(items)[-1].text == "나"
            messages(items)[-1].text.encode()
            [item.text.encode() for item in messages(items)]
    for name in LISTS:
        for value in (odd, [odd], [inner], [{"id": "C01OPEN000", "name": odd, "members": [odd]}]):
            assert len(messages(read({**LISTS, **DAYS, name: value}))) == 10


def test_a_damaged_day_does_not_lose_the_others():
    odd = [None, "x", {"ts": "x"}, said("99999999999999999999.1", "때 없음"), {"ts": "1772409600.000900"}]
    day = "예산협업/2026-03-02.json"
    items = read({**LISTS, **DAYS, day: [*odd, *DAYS[day]]})
    assert len(messages(items)) == 10 and 0 < understood(items).share < 1 and len(understood(items).unread) == len(odd)

    for broken in (b"\xff\xfe\x00", b"[" * 200_000, b"not json", json.dumps(DAYS[day]).encode()[:-30]):
        items = read({**LISTS, **DAYS, day: broken})
        assert 7 <= len(messages(items)) <= 9
        assert understood(items).share < 1 and understood(items).unread


def test_a_day_that_is_too_large_is_passed_over_and_told():
    huge = b"[" + json.dumps(said("1772409600.000100", "가" * 100)).encode() + b" " * (65 << 20) + b"]"
    items = read({**LISTS, **DAYS, "예산협업/2026-03-02.json": huge})

    assert len(messages(items)) == 7
    assert understood(items).share < 0.01 and "2026-03-02" in understood(items).unread[0]


def test_a_list_nested_beyond_measure_is_refused():
    with pytest.raises(Failed, match="corrupt"):
        list(EXPORT.read(ExportFile.of(b"[" * 200_000, "a.json")))


def test_an_excerpt_holds_nothing_of_what_is_not_kept():
    file = ExportFile.of(archive(EXPORTED), "export.zip")
    before = list(EXPORT.read(file))
    excerpt = EXPORT.excerpt(file, lambda room: room.native_id in ("C01OPEN000", "D01DIRECT0"))
    after = list(EXPORT.read(ExportFile.of(excerpt, "export.zip")))

    assert [room.native_id for room in conversations(after)] == ["C01OPEN000", "D01DIRECT0"]
    assert messages(after) == [item for item in messages(before) if "인사" not in item.text and "여럿" not in item.text]
    with zipfile.ZipFile(io.BytesIO(excerpt)) as packed:
        names = packed.namelist()
        text = json.dumps(
            [json.loads(packed.read(name)) for name in names if name.endswith(".json")], ensure_ascii=False
        )
    assert "예산협업/attachments/F01TABLE00-표.png" in names and not any(
        "인사" in name or "secret" in name for name in names
    )
    for gone in ("인사", "U03STAFF00", "staff", "여럿이서", "a@b.kr", "G02MPIM000"):
        assert gone not in text


@pytest.mark.parametrize(
    "value",
    [
        '{"messages": [{"code": 1, "text": "ok"}]}',
        '[{"id": "B0001", "name": "전산", "created": 1, "members": 3, "amount": 1000}]',
        '[{"id": 1, "name": "전산", "profile": {}, "team_id": 3}]',
        '[{"ts": 1767571200, "text": "x", "user": "y"}]',
        '{"ts": "1772409600.000100", "text": "x", "user": "y"}',
        "[1, 2, 3]",
        "{broken",
        "",
        "ts,user,text\n1772409600.000100,a,b\n",
    ],
)
def test_ordinary_data_is_not_taken_for_an_export(value: str):
    assert EXPORT.sniff(ExportFile.of(value.encode(), "a.json")) == 0


def test_its_own_exports_are_known_and_other_archives_are_not():
    def bid(names: list[str]) -> float:
        return EXPORT.sniff(ExportFile.of(archive(dict.fromkeys(names, b"[]")), "a.zip"))

    assert bid(["channels.json", "users.json", "일반/2026-01-05.json"]) == 0.9
    assert bid(["groups.json", "인사/2026-01-05.json"]) == 0.9
    assert bid(["users.json", "report.json"]) == 0
    assert bid(["보고/2026-01-05.json"]) == 0
    assert bid(["[Content_Types].xml", "word/document.xml"]) == 0
    assert EXPORT.sniff(ExportFile.of(b"PK\x03\x04 broken", "a.zip")) == 0
    assert EXPORT.sniff(ExportFile.of(json.dumps([said("1772409600.000100", "가")]).encode(), "a.json")) == 0.9
    assert (
        EXPORT.sniff(ExportFile.of(json.dumps({"messages": DAYS["D01DIRECT0/2026-03-02.json"]}).encode(), "a.txt"))
        == 0.9
    )
    assert EXPORT.sniff(ExportFile.of(json.dumps({"ok": True, "members": USERS}).encode(), "a.json")) == 0.9


@pytest.mark.parametrize(
    ("name", "n_conversations", "n_messages", "n_senders"),
    [
        ("slack-export-viewer_testarchive.zip", 2, 158, 7),
        ("zulip_thread_with_broadcast_reply.json", 1, 3, 2),
        ("zulip_user_data.json", 0, 0, 0),
    ],
)
def test_samples_at_hand_are_read_whole(name: str, n_conversations: int, n_messages: int, n_senders: int):
    path = SHARED / "messengers" / "slack" / name
    if not path.is_file():
        pytest.skip(f"export of Slack not at {path}")
    file = ExportFile.of(path.read_bytes(), name)
    items = list(EXPORT.read(file))

    assert EXPORT.sniff(file) == 0.9
    assert len(conversations(items)) == n_conversations
    assert len(messages(items)) == n_messages
    assert len({item.sender for item in messages(items)}) == n_senders
    assert understood(items).share == 1.0


def test_the_oracle_of_mrkdwn_has_no_shape_that_is_left_as_it_was():
    path = SHARED / "messengers" / "slack" / "zulip_message_conversion.json"
    if not path.is_file():
        pytest.skip(f"pairs of mrkdwn not at {path}")
    for pair in json.loads(path.read_text())["regular_tests"]:
        shown = readable(pair["input"], Names())
        assert "<" not in shown, pair["name"]
        if "<" not in pair["input"]:
            assert shown == pair["input"]
