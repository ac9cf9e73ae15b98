"""Mattermost's bulk export: lines of records, whole, in part and packed."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from connectors.messengers.contract import ExportFile, Item
from connectors.messengers.mattermost import EXPORT
from schemas.conversations import AttachmentState, Conversation, ConversationKind, Message, MessageKind, Understood

SHARED = Path(__file__).resolve().parents[3].parent / "shared"
BASE = 1_772_409_600_000


def user(name: str, first: str, channels: list[str]) -> dict[str, Any]:
    teams = [{"name": "yesan", "roles": "team_user", "channels": [{"name": channel} for channel in channels]}]
    return {
        "type": "user",
        "user": {"username": name, "first_name": first, "last_name": "", "nickname": "", "teams": teams},
    }


def post(channel: str, username: str, text: str, minute: int, **more: Any) -> dict[str, Any]:
    body = {"team": "yesan", "channel": channel, "user": username, "message": text, "create_at": BASE + minute * 60_000}
    return {"type": "post", "post": {**body, **more}}


def direct(members: list[str], username: str, text: str, minute: int) -> dict[str, Any]:
    body = {"channel_members": members, "user": username, "message": text, "create_at": BASE + minute * 60_000}
    return {"type": "direct_post", "direct_post": body}


HEAD = [
    {"type": "version", "version": 1},
    {"type": "team", "team": {"name": "yesan", "display_name": "예산실", "type": "O"}},
    {"type": "channel", "channel": {"team": "yesan", "name": "hyeobui", "display_name": "예산 협의", "type": "O"}},
    {"type": "channel", "channel": {"team": "yesan", "name": "insa", "display_name": "인사 논의", "type": "P"}},
    user("chief", "총괄담당", ["hyeobui", "insa"]),
    user("welfare", "복지담당", ["hyeobui"]),
    user("staff", "인사담당", ["insa"]),
]
REPLIES = [
    {"user": "welfare", "message": "늦은 답", "create_at": BASE + 9 * 60_000},
    {"user": "welfare", "message": "뿌리보다 이른 답", "create_at": BASE - 1},
]
POSTS = [
    post("hyeobui", "chief", "예산안 올림", 1, replies=REPLIES, is_pinned=True, edit_at=BASE + 5),
    post("insa", "staff", "비공개 인사안", 2),
    post("hyeobui", "welfare", "", 3, attachments=[{"path": "20260302/teams/x/표.png"}]),
    post("hyeobui", "chief", "chief joined the channel.", 4),
    post("hyeobui", "chief", "들어옴", 4, type="system_join_channel"),
    post("hyeobui", "chief", "같은 글", 5, reactions=[{"user": "welfare", "emoji_name": "+1", "create_at": BASE}]),
    post("hyeobui", "chief", "같은 글", 5),
    direct(["chief", "welfare"], "chief", "둘이서", 6),
    direct(["chief", "welfare", "staff"], "chief", "셋이서", 7),
]


def lines(records: list[Any]) -> bytes:
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


def packed(records: list[Any], files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("import.jsonl", lines(records))
        for name, content in files.items():
            target.writestr(name, content)
    return buffer.getvalue()


def read(content: bytes) -> list[Item]:
    return list(EXPORT.read(ExportFile.of(content, "import.jsonl")))


def messages(items: list[Item]) -> list[Message]:
    return [item for item in items if isinstance(item, Message)]


def conversations(items: list[Item]) -> dict[str, Conversation]:
    return {item.key: item for item in items if isinstance(item, Conversation)}


def share(items: list[Item]) -> float:
    assert isinstance(items[-1], Understood)
    return items[-1].share


def test_channels_and_posts_come_out_with_their_names():
    items = read(lines([*HEAD, *POSTS]))
    rooms = conversations(items)
    found = messages(items)

    assert {key: (room.title, room.kind) for key, room in rooms.items()} == {
        "yesan/hyeobui": ("예산 협의", ConversationKind.CHANNEL),
        "yesan/insa": ("인사 논의", ConversationKind.PRIVATE),
        "@chief,welfare": ("", ConversationKind.DIRECT),
        "@chief,staff,welfare": ("", ConversationKind.GROUP),
    }
    assert [person.name for person in rooms["yesan/hyeobui"].participants] == ["총괄담당", "복지담당"]
    assert len(found) == 11
    assert found[0].sender == "총괄담당" and found[0].sender_id == "chief"
    assert found[0].sent_at.isoformat() == "2026-03-02T09:01:00+09:00"
    assert {event.kind for event in found[0].events} == {"edit", "pin"}
    assert [item.thread_id for item in found[:3]] == [found[0].native_id] * 3
    assert found[2].text == "뿌리보다 이른 답" and found[2].reply_to == found[0].native_id
    assert found[4].kind is MessageKind.PHOTO and found[4].attachments[0].state is AttachmentState.REFERENCED
    assert [item.kind for item in found[5:7]] == [MessageKind.SYSTEM, MessageKind.SYSTEM]
    assert found[6].events[0].kind == "join"
    assert (found[7].reactions[0].emoji, found[7].reactions[0].users) == ("+1", ["복지담당"])
    assert share(items) == 1.0


def test_ids_are_the_same_each_time_and_different_for_equal_posts():
    once, again = (messages(read(lines([*HEAD, *POSTS]))) for _ in range(2))
    ids = [item.native_id for item in once]

    assert ids == [item.native_id for item in again]
    assert len(set(ids)) == len(ids)
    assert [item.native_id for item in messages(read(lines(POSTS)))] == ids


def test_an_excerpt_without_a_head_is_read_and_lists_those_who_speak():
    items = read(lines(POSTS))

    assert [person.name for person in conversations(items)["yesan/hyeobui"].participants] == ["chief", "welfare"]
    assert share(items) == 1.0


def test_a_damaged_line_does_not_lose_the_others():
    odd = [
        b"{broken\n",
        b"[1]\n",
        b'{"type": ["post"]}\n',
        b'{"type": "post", "post": {"create_at": "x"}}\n',
        b'{"type": "x"}\n',
    ]
    items = read(lines(HEAD) + b"".join(odd) + lines(POSTS))

    assert len(messages(items)) == 11
    assert 0.5 < share(items) < 1.0
    assert isinstance(items[-1], Understood) and len(items[-1].unread) == len(odd)


def test_a_file_that_was_broken_off_inside_a_letter_keeps_its_whole_lines():
    items = read(lines([*HEAD, *POSTS])[: lines([*HEAD, *POSTS]).rindex("셋이서".encode()) + 4])

    assert len(messages(items)) == 10
    assert 0.8 < share(items) < 1.0


@pytest.mark.parametrize("odd", [None, 0, float("nan"), 1e400, "x", [], [None], {}, {"a": {}}, True, 1 << 200, -1])
def test_values_of_any_type_do_no_harm(odd: object):
    for key in [*POSTS[0]["post"], "props", "reactions", "attachments", "type", "delete_at"]:
        for value in (odd, [odd], [{"user": odd, "path": odd, "emoji_name": odd}], {"attachments": [odd]}):
            items = read(lines([*HEAD, {"type": "post", "post": {**POSTS[0]["post"], key: value}}, POSTS[1]]))
            assert messages(items)[-1].text == "비공개 인사안"
    for record in HEAD[1:]:
        for key in record[record["type"]]:
            body = {**record[record["type"]], key: odd}
            assert len(messages(read(lines([{"type": record["type"], record["type"]: body}, *POSTS])))) == 11


def test_the_packed_export_knows_which_files_are_in_it():
    content = packed([*HEAD, *POSTS], {"data/20260302/teams/x/표.png": b"x"})
    items = read(content)
    attachment = messages(items)[4].attachments[0]

    assert EXPORT.sniff(ExportFile.of(content, "a.zip")) == 0.9
    assert (attachment.state, attachment.path) == (AttachmentState.PRESENT, "data/20260302/teams/x/표.png")
    assert share(items) == 1.0


@pytest.mark.parametrize("is_packed", [False, True])
def test_an_excerpt_holds_nothing_of_what_is_not_kept(is_packed: bool):
    files = {"data/20260302/teams/x/표.png": b"picture", "data/20260302/teams/y/secret.png": b"secret"}
    content = packed([*HEAD, *POSTS], files) if is_packed else lines([*HEAD, *POSTS])
    file = ExportFile.of(content, "import.jsonl")
    excerpt = EXPORT.excerpt(file, lambda room: room.key == "yesan/hyeobui")
    before = [item for item in messages(read(content)) if item.source.line_start != 9 and "서" not in item.text]
    after = messages(read(excerpt))

    def said(found: list[Message]) -> list[Any]:
        return [
            (item.native_id, item.sender, item.text, item.sent_at, item.thread_id, item.reactions) for item in found
        ]

    assert said(after) == said(before) and len(after) == 8
    if is_packed:
        with zipfile.ZipFile(io.BytesIO(excerpt)) as archive:
            assert sorted(archive.namelist()) == ["data/20260302/teams/x/표.png", "import.jsonl"]
            excerpt = archive.read("import.jsonl")
    text = json.dumps([json.loads(line) for line in excerpt.splitlines()], ensure_ascii=False)
    for gone in ("인사안", "인사 논의", "insa", "staff", "인사담당", "둘이서", "셋이서"):
        assert gone not in text
    assert "총괄담당" in text and "복지담당" in text


def test_its_own_exports_are_known_and_others_are_not():
    def bid(content: bytes) -> float:
        return EXPORT.sniff(ExportFile.of(content, "a.jsonl"))

    assert bid(b'{"type":"version","version":1}\n{"type":"team","team":{"name":"x"}}\n') == 0.9
    assert bid(lines(POSTS)) == 0.9
    assert bid(json.dumps(POSTS[0], indent=1).encode()) == 0.9
    assert bid(b'{"type": "post", "title": "x", "create_at": 1}') == 0
    assert bid(b'{"type": "FeatureCollection", "features": []}') == 0
    assert bid(b'{"type": "version", "version": "1.0", "create_at": 1}') == 0
    assert bid(packed([{"a": 1}], {})) == 0
    assert bid(b"PK\x03\x04 broken") == 0


@pytest.mark.parametrize(
    ("name", "n_messages"), [("export_excerpt.jsonl", 3), ("v11_post_with_replies_excerpt.json", 3)]
)
def test_samples_at_hand_are_read_whole(name: str, n_messages: int):
    path = SHARED / "messengers" / "mattermost" / name
    if not path.is_file():
        pytest.skip(f"export of Mattermost not at {path}")
    items = read(path.read_bytes())

    assert EXPORT.sniff(ExportFile.of(path.read_bytes(), name)) == 0.9
    assert len(messages(items)) == n_messages
    assert share(items) == 1.0
