"""Teams' lists of messages in both spellings, their bodies, and the archive of an export."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from connectors.messengers.contract import ExportFile, Item
from connectors.messengers.teams import EXPORT
from connectors.messengers.teams_html import html_text
from schemas.conversations import Conversation, ConversationKind, Message, MessageKind, Precision, Understood
from schemas.outcome import Failed

SHARED = Path(__file__).resolve().parents[3].parent / "shared"
CHAT, OTHER_CHAT = "19:aaaa1111@thread.v2", "19:bbbb2222@unq.gbl.spaces"
CHANNEL, TEAM = "19:cccc3333@thread.tacv2", "11112222-0000-4000-8000-000000000001"
CHIEF = {"id": "aaaaaaaa-0000-4000-8000-000000000001", "displayName": "총괄담당", "userIdentityType": "aadUser"}
WELFARE = {"id": "aaaaaaaa-0000-4000-8000-000000000002", "displayName": "복지담당", "userIdentityType": "aadUser"}
STAFF = {"id": "aaaaaaaa-0000-4000-8000-000000000003", "displayName": "인사담당", "userIdentityType": "aadUser"}


def said(number: int, content: str, user: dict[str, Any] | None = CHIEF, **more: Any) -> dict[str, Any]:
    return {
        "id": f"17724096{number:02}000",
        "replyToId": None,
        "messageType": "message",
        "createdDateTime": f"2026-03-02T00:00:{number:02}.5Z",
        "lastModifiedDateTime": "2026-03-04T00:00:00Z",
        "lastEditedDateTime": None,
        "deletedDateTime": None,
        "subject": None,
        "chatId": CHAT,
        "channelIdentity": None,
        "from": None if user is None else {"application": None, "device": None, "user": user},
        "body": {"contentType": "html", "content": content},
        "attachments": [],
        "mentions": [],
        "reactions": [],
        "eventDetail": None,
        **more,
    }


def pascal(value: Any) -> Any:
    if isinstance(value, dict):
        return {key[:1].upper() + key[1:]: pascal(item) for key, item in value.items()}
    return [pascal(item) for item in value] if isinstance(value, list) else value


def in_channel(number: int, content: str, user: dict[str, Any] = CHIEF, **more: Any) -> dict[str, Any]:
    return said(number, content, user, chatId=None, channelIdentity={"channelId": CHANNEL, "teamId": TEAM}, **more)


def read(value: object, name: str = "messages.json") -> list[Item]:
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return list(EXPORT.read(ExportFile.of(content, name)))


def messages(items: list[Item]) -> list[Message]:
    return [item for item in items if isinstance(item, Message)]


def conversations(items: list[Item]) -> dict[str, Conversation]:
    return {item.key: item for item in items if isinstance(item, Conversation)}


def understood(items: list[Item]) -> Understood:
    assert isinstance(items[-1], Understood)
    return items[-1]


EVENT = {
    "@odata.type": "#microsoft.graph.membersAddedEventMessageDetail",
    "initiator": {"user": CHIEF},
    "members": [{"id": WELFARE["id"], "displayName": None}, STAFF],
}
REPLY = {"messageId": "1772409601000", "messagePreview": "예산안", "messageSender": {"user": CHIEF}}
FORWARD = {
    "originalMessageId": "1",
    "originalMessageContent": "<p>옮긴 글</p><p>둘째 줄</p>",
    "originalConversationId": CHANNEL,
    "originalMessageSender": {"user": STAFF},
}
LIST = [
    said(1, "<p>예산안 <strong>초안</strong></p>", reactions=[{"reactionType": "👍", "user": {"user": WELFARE}}] * 2),
    said(
        2,
        '<p><at id="0">복지</at>&nbsp;<at id="1">담당</at> 확인<emoji alt="🙂"></emoji></p>',
        WELFARE,
        mentions=[{"id": number, "mentioned": {"user": WELFARE}} for number in (0, 1)],
        lastEditedDateTime="2026-03-02T01:00:00Z",
    ),
    said(3, '<attachment id="q"></attachment><p>답</p>', WELFARE,
         attachments=[{"id": "q", "contentType": "messageReference", "content": json.dumps(REPLY)}]),
    said(4, '<p>옮김</p><attachment id="f"></attachment>',
         attachments=[{"id": "f", "contentType": "forwardedMessageReference", "content": json.dumps(FORWARD)}]),
    said(5, '<attachment id="d"></attachment>',
         attachments=[{"id": "d", "contentType": "reference", "contentUrl": "https://s.invalid/표.xlsx", "name": "표.xlsx"}]),
    said(6, "", deletedDateTime="2026-03-02T02:00:00Z"),
    said(7, "<systemEventMessage/>", None, messageType="systemEventMessage", eventDetail=EVENT),
    said(8, "글 그대로 <b>", body={"contentType": "text", "content": "글 그대로 <b>"}),
    said(9, '<p><img alt="표 그림" src="https://g.invalid/hostedContents/1/$value"></p>'),
]  # fmt: skip


@pytest.mark.parametrize("is_pascal", [False, True])
@pytest.mark.parametrize("form", ["list", "value", "messages"])
def test_a_list_in_either_spelling_comes_out_with_all_that_belongs_to_it(form: str, is_pascal: bool):
    records = pascal(LIST) if is_pascal else LIST
    if is_pascal:
        records[6]["EventDetail"]["@odata.type"] = EVENT["@odata.type"]
    around = {"topic": "예산 협의", "chatType": "group", form: records}
    value = records if form == "list" else around
    file = ExportFile.of(json.dumps(value).encode(), "messages.json")
    items = list(EXPORT.read(file))
    room = conversations(items)[CHAT]
    found = messages(items)

    assert EXPORT.sniff(file) == 0.9
    assert (room.title, room.kind) == ("" if form == "list" else "예산 협의", ConversationKind.GROUP)
    assert [person.name for person in room.participants] == ["총괄담당", "복지담당"]
    assert len(found) == len(LIST) and understood(items).share == 1.0
    assert (found[0].text, found[0].sender) == ("예산안 초안", "총괄담당")
    assert (
        found[0].sent_at.isoformat() == "2026-03-02T09:00:01.500000+09:00"
        and found[0].precision is Precision.MILLISECOND
    )
    assert found[0].edited_at is None and (found[0].reactions[0].count, found[0].reactions[0].users[0]) == (
        2,
        "복지담당",
    )
    assert found[1].text == "@복지 담당 확인🙂" and found[1].edited_at and found[1].events[0].kind == "edit"
    assert (found[2].text, found[2].reply_to) == ("> 총괄담당: 예산안\n답", "1772409601000")
    assert (found[3].text, found[3].forwarded_from) == ("옮김\n> 인사담당: 옮긴 글\n> 둘째 줄", "인사담당")
    assert found[4].kind is MessageKind.FILE and found[4].attachments[0].url == "https://s.invalid/표.xlsx"
    assert found[5].kind is MessageKind.DELETED and found[5].deleted_at
    assert (found[6].kind, found[6].sender) == (MessageKind.SYSTEM, "")
    assert found[6].text == f"membersAdded: 총괄담당 → {WELFARE['id']}, 인사담당"
    assert found[6].events[0].kind == "invite"
    assert found[7].text == "글 그대로 <b>"
    assert found[8].text == "[표 그림]" and found[8].attachments[0].mime == "image/*"


def test_chats_and_channels_of_one_list_are_told_apart():
    records = [
        said(1, "가"),
        in_channel(2, "<p>본문</p>", subject="제목"),
        in_channel(3, "답", WELFARE, replyToId="1772409602000"),
        said(4, "나", chatId=OTHER_CHAT),
        said(5, "다"),
        in_channel(6, "뿌리", replies=[in_channel(7, "속 답", WELFARE)]),
    ]
    items = read({"value": records})
    rooms, found = conversations(items), messages(items)

    assert {room.native_id: room.kind for room in rooms.values()} == {
        CHAT: ConversationKind.GROUP,
        f"{CHANNEL}": ConversationKind.CHANNEL,
        OTHER_CHAT: ConversationKind.DIRECT,
    }
    begun = [item.native_id for item in items if isinstance(item, Conversation)]
    assert begun == [CHAT, CHANNEL, OTHER_CHAT, CHAT, CHANNEL]
    assert found[1].text == "제목\n본문" and found[1].thread_id == found[1].native_id
    assert (found[2].reply_to, found[2].thread_id) == ("1772409602000", "1772409602000")
    assert (found[6].text, found[6].reply_to) == ("속 답", "1772409606000")
    assert found[5].thread_id == found[5].native_id and found[0].thread_id is None


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("<p>하나</p>\n<p>둘<br>셋</p><p>&nbsp;</p><p>넷</p>", "하나\n둘\n셋\n\n넷"),
        ("<div>글 &amp; &lt;기호&gt;  한\n칸</div>", "글 & <기호> 한 칸"),
        ("<ul>\n<li>하나</li><li>둘\n<ol start='3'><li>셋</li></ol></li></ul>", "• 하나\n• 둘\n  3. 셋"),
        (
            "<table><tr><th>사업</th><th>금액</th></tr><tr><td>전산</td><td><p>3억</p></td></tr></table>",
            "사업\t금액\n전산\t3억",
        ),
        ("<blockquote><p>인용</p><p>둘째</p></blockquote><p>답</p>", "> 인용\n> 둘째\n답"),
        (
            '<a href="https://x.invalid/">지침</a> <a href="https://x.invalid/">https://x.invalid/</a>',
            "지침 (https://x.invalid/) https://x.invalid/",
        ),
        ("<pre>if a:\n    b</pre>뒤", "if a:\n    b\n뒤"),
        ('<codeblock class="py"><code>a<br>  b</code></codeblock>', "a\n  b"),
        ('<img itemtype="http://schema.skype.com/Emoji" alt="😀">', "😀"),
        ("<p>그냥 <b>굵게</b><i>기울여</i></p><script>x</script><!-- y -->", "그냥 굵게기울여"),
        ("3 < 4", "3 < 4"),
        ("", ""),
    ],
)
def test_a_body_becomes_the_text_that_people_see(content: str, shown: str):
    assert html_text(content, {}, lambda _: "") == shown


def test_a_body_of_a_hostile_shape_is_read_somehow():
    for content in ("<b>" * 50_000 + "끝", "<table>" * 3_000 + "끝", "\x00<p>끝\ud800</p>", "<" * 10_000 + "끝"):
        found = messages(read([said(1, content), said(2, "나")]))
        assert "끝" in found[0].text and found[1].text == "나"
        found[0].text.encode()


def test_a_card_brings_its_texts():
    card = {"type": "AdaptiveCard", "body": [{"type": "TextBlock", "text": "결재 요청"},
            {"type": "FactSet", "facts": [{"title": "금액", "value": "3억"}]}]}  # fmt: skip
    item = {"id": "c", "contentType": "application/vnd.microsoft.card.adaptive", "content": json.dumps(card)}

    assert (
        messages(read([said(1, '<attachment id="c"></attachment>', attachments=[item])]))[0].text
        == "결재 요청\n금액: 3억"
    )


def test_what_happened_to_a_message_is_told():
    history = [{"modifiedDateTime": "2026-03-02T00:10:00Z", "actions": "reactionAdded",
                "reaction": {"reactionType": "👍", "user": {"user": WELFARE}}}]  # fmt: skip
    event = messages(read([said(1, "가", messageHistory=history)]))[0].events[0]

    assert (event.kind, event.actor, event.detail) == ("reaction_added", "복지담당", "👍")


@pytest.mark.parametrize(
    ("detail", "shown"),
    [
        ({"MembersAdded": {"Members": pascal([WELFARE])}, "CallEnded": None}, "membersAdded: 총괄담당 → 복지담당"),
        (
            {"MembersAdded": None, "ChatRenamed": {"ChatDisplayName": "새 이름", "ChatId": "x"}},
            "chatRenamed: 총괄담당 → 새 이름",
        ),
        ({"MembersAdded": None, "CallEnded": None}, "systemEvent: 총괄담당"),
    ],
)
def test_an_event_is_told_where_each_sort_has_a_key_of_its_own(detail: dict[str, Any], shown: str):
    event = {"EventType": None, "Initiator": {"User": pascal(CHIEF)}, **detail}
    record = pascal(said(1, "<systemEventMessage/>", None, messageType="unknownFutureValue"))
    found = messages(read([{**record, "EventDetail": event}]))[0]

    assert (found.text, found.kind, found.sender) == (shown, MessageKind.SYSTEM, "")


def exported() -> dict[str, Any]:
    chat = [said(1, "가"), said(2, "나", WELFARE)]
    secret = [said(3, "비공개 인사안", STAFF, chatId=OTHER_CHAT)]
    return {
        "teams/teamsList.json": pascal([{"groupsId": TEAM, "name": "예산실"}, {"groupsId": "x", "name": "인사과"}]),
        f"teams/{TEAM}/channels_{TEAM}.json": pascal(
            [
                {"id": CHANNEL, "displayName": "일반", "membershipType": "standard"},
                {"id": "19:z", "displayName": "인사방"},
            ]
        ),
        f"teams/{TEAM}/messages_{TEAM}.json": pascal(
            [
                in_channel(4, "채널 글", {**CHIEF, "displayName": None}),
                in_channel(5, "답", WELFARE, replyToId="1772409604000"),
            ]
        ),
        "users/usersList.json": pascal([CHIEF, WELFARE, STAFF]),
        "users/a/messages_a.json": pascal([*chat, *secret]),
        "users/b/messages_b.json": pascal(chat),
        "users/b/meetings_b.json": pascal([{"subject": "인사 회의"}]),
    }


def archive(members: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, value in members.items():
            target.writestr(f"TeamsDataExport/{name}", value if isinstance(value, bytes) else json.dumps(value))
    return buffer.getvalue()


def test_an_archive_is_read_and_chats_of_two_people_once():
    content = archive(exported())
    items = read(content, "export.zip")
    rooms = {room.native_id: room for room in conversations(items).values()}

    assert EXPORT.sniff(ExportFile.of(content, "export.zip")) == 0.9
    assert [item.text for item in messages(items)] == ["채널 글", "답", "가", "나", "비공개 인사안"]
    assert (rooms[CHANNEL].title, rooms[CHANNEL].workspace) == ("일반", "예산실")
    assert messages(items)[0].sender == "총괄담당"
    assert understood(items).share == 1.0


def test_an_excerpt_holds_nothing_of_what_is_not_kept():
    file = ExportFile.of(archive(exported()), "export.zip")
    excerpt = EXPORT.excerpt(file, lambda room: room.native_id in (CHAT, CHANNEL))
    before = [item for item in messages(list(EXPORT.read(file))) if "인사" not in item.text]
    after = messages(read(excerpt, "export.zip"))

    assert after == before and len(after) == 4
    with zipfile.ZipFile(io.BytesIO(excerpt)) as packed:
        text = json.dumps({name: json.loads(packed.read(name)) for name in packed.namelist()}, ensure_ascii=False)
    for gone in ("인사", OTHER_CHAT, str(STAFF["id"]), "meetings"):
        assert gone not in text
    only = EXPORT.excerpt(ExportFile.of(json.dumps([said(1, "가"), said(3, "나", STAFF, chatId=OTHER_CHAT)]).encode(), "a.json"),
                          lambda room: room.native_id == CHAT)  # fmt: skip
    assert [item.text for item in messages(read(only))] == ["가"] and b"bbbb2222" not in only


def test_a_damaged_record_or_member_does_not_lose_the_others():
    odd = [
        None,
        "x",
        {},
        said(1, "때 없음", createdDateTime="0000-13-01T00:00:00Z"),
        {"id": 1, "body": 3, "createdDateTime": []},
    ]
    items = read([said(1, "가"), *odd, said(2, "나")])
    assert [item.text for item in messages(items)] == ["가", "나"]
    assert 0 < understood(items).share < 1 and len(understood(items).unread) == len(odd)

    for broken in (b"[" * 200_000, b"\xff\xfe\x00", b"x"):
        items = read(archive({**exported(), "users/a/messages_a.json": broken}), "export.zip")
        assert [item.text for item in messages(items)] == ["채널 글", "답", "가", "나"]
        assert understood(items).share < 1


@pytest.mark.parametrize(
    "odd", [None, 0, float("nan"), 1e400, "x", [], [None], {}, {"user": {}}, True, 1 << 200, "\ud800"]
)
def test_values_of_any_type_do_no_harm(odd: object):
    inner = {
        "id": odd,
        "content": odd,
        "contentType": odd,
        "user": odd,
        "mentioned": odd,
        "actions": odd,
        "members": [odd],
    }
    for key in [*LIST[0], "messageHistory", "replies"]:
        for value in (odd, [odd], inner, [inner]):
            found = messages(read([{**said(1, "가"), key: value}, said(2, "나")]))
            assert found[-1].text == "나"
            [item.text.encode() for item in found]
    for name in ("topic", "chatType", "id", "members", "chat"):
        assert messages(read({name: odd, "value": [said(2, "나")]}))[-1].text == "나"
    for name in ("teams/teamsList.json", "users/usersList.json"):
        assert (
            len(messages(read(archive({**exported(), name: [odd, {"Id": odd, "DisplayName": odd}]}), "export.zip")))
            == 5
        )


def test_a_list_nested_beyond_measure_is_refused():
    with pytest.raises(Failed, match="corrupt"):
        read(b"[" * 200_000)


@pytest.mark.parametrize(
    "value",
    [
        '[{"id": "1", "body": "x", "from": "y", "createdDateTime": "z"}]',
        '{"value": [{"id": "1", "body": {"contentType": "html"}, "subject": "x", "createdDateTime": "z", "from": {}}]}',
        '{"Body": "x"}',
        '{"Body" broken',
        "[1]",
        "",
    ],
)
def test_ordinary_data_is_not_taken_for_an_export(value: str):
    assert EXPORT.sniff(ExportFile.of(value.encode(), "a.json")) == 0


@pytest.mark.parametrize("name", ["messages_channel_excerpt.json", "messages_chat_excerpt.json"])
def test_samples_at_hand_are_read_whole(name: str):
    path = SHARED / "messengers" / "teams" / name
    if not path.is_file():
        pytest.skip(f"export of Teams not at {path}")
    items = read(path.read_bytes(), name)

    assert EXPORT.sniff(ExportFile.of(path.read_bytes(), name)) == 0.9
    assert (len(conversations(items)), len(messages(items))) == (1, 3)
    assert not any("<" in item.text for item in messages(items))
    assert understood(items).share == 1.0
