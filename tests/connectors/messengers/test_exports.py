"""What holds for the exports of every application: one bidder, only what is registered, and parts that read again equal."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.messengers import exports
from connectors.messengers.contract import Export, ExportFile, Item
from connectors.messengers.exports import discover_exports, find_export, gather
from schemas.conversations import SEOUL, Attachment, Conversation, ConversationKind, Message, Participant, Understood
from schemas.outcome import Failed
from schemas.scope import Register, Scope

GRAMMARS = Path(__file__).resolve().parents[3] / "docs" / "grammars"
GONE = "사사로운"
EVERYTHING = Register(scopes=(Scope(name="모두", files=("*",), direct=True),))


def _zip(members: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, value in members.items():
            target.writestr(name, value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False))
    return buffer.getvalue()


def _slack() -> bytes:
    def said(ts: str, user: str, text: str) -> dict[str, Any]:
        return {"type": "message", "user": user, "text": text, "ts": ts}

    people = {"U01CHIEF00": "총괄담당", "U02WELF000": "복지담당", "U03STAFF00": f"{GONE}사람"}
    channels = [("C01", "예산협업", ["U01CHIEF00", "U02WELF000"]), ("C02", f"{GONE}방", ["U01CHIEF00", "U03STAFF00"])]
    return _zip(
        {
            "users.json": [{"id": key, "name": key, "profile": {"display_name": name}} for key, name in people.items()],
            "channels.json": [
                {"id": key, "name": name, "created": 1, "members": members} for key, name, members in channels
            ],
            "예산협업/2026-03-02.json": [
                said("1772409600.000100", "U01CHIEF00", "첫 글"),
                said("1772409660.000100", "U02WELF000", "둘째 글"),
            ],
            f"{GONE}방/2026-03-02.json": [said("1772409700.000100", "U03STAFF00", f"{GONE}말")],
        }
    )


def _teams() -> bytes:
    def said(number: int, chat: str, user: str, text: str) -> dict[str, Any]:
        return {
            "id": str(1772409600000 + number),
            "messageType": "message",
            "createdDateTime": f"2026-03-02T00:00:{number:02}.000Z",
            "chatId": chat,
            "from": {"user": {"id": f"aaaaaaaa-0000-4000-8000-0000000000{len(user):02}", "displayName": user}},
            "body": {"contentType": "text", "content": text},
            "attachments": [],
            "mentions": [],
            "reactions": [],
        }

    own, other = "19:aaa@thread.v2", "19:bbb@thread.v2"
    return json.dumps(
        [
            said(1, own, "총괄담당", "첫 글"),
            said(2, other, f"{GONE}사람", f"{GONE}말"),
            said(3, own, "복지사업담당", "둘째 글"),
        ],
        ensure_ascii=False,
    ).encode()


def _telegram() -> bytes:
    def said(number: int, sender: str, text: str) -> dict[str, Any]:
        return {
            "id": number, "type": "message", "date": "2026-03-02T09:00:00", "date_unixtime": str(1772409600 + number),
            "from": sender, "from_id": f"user{len(sender)}", "text": text, "text_entities": [],
        }  # fmt: skip

    own, other = [said(1, "총괄담당", "첫 글"), said(2, "복지담당", "둘째 글")], [said(3, f"{GONE}사람", f"{GONE}말")]
    chats = [
        {"id": 1, "type": "private_group", "name": "예산협업", "messages": own},
        {"id": 2, "type": "private_group", "name": f"{GONE}방", "messages": other},
    ]
    return json.dumps(
        {"about": "x", "personal_information": {"user_id": 7}, "chats": {"list": chats}}, ensure_ascii=False
    ).encode()


def _mattermost() -> bytes:
    def channel(name: str, shown: str) -> dict[str, Any]:
        return {"type": "channel", "channel": {"team": "yesan", "name": name, "display_name": shown, "type": "O"}}

    def user(name: str, shown: str, *channels: str) -> dict[str, Any]:
        teams = [{"name": "yesan", "channels": [{"name": own} for own in channels]}]
        return {"type": "user", "user": {"username": name, "first_name": shown, "teams": teams}}

    def post(channel: str, name: str, text: str, minute: int) -> dict[str, Any]:
        body = {"team": "yesan", "channel": channel, "user": name, "message": text}
        return {"type": "post", "post": {**body, "create_at": 1772409600000 + minute * 60_000}}

    records = [
        {"type": "version", "version": 1},
        {"type": "team", "team": {"name": "yesan", "display_name": "예산실", "type": "O"}},
        channel("hyeobeob", "예산협업"),
        channel("gone", f"{GONE}방"),
        user("chief", "총괄담당", "hyeobeob"),
        user("welfare", "복지담당", "hyeobeob"),
        user("staff", f"{GONE}사람", "gone"),
        post("hyeobeob", "chief", "첫 글", 1),
        post("gone", "staff", f"{GONE}말", 2),
        post("hyeobeob", "welfare", "둘째 글", 3),
    ]
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


def _naver_works() -> bytes:
    return (
        "일시,보낸 사람,받는 사람,채널 ID,메시지\n"
        "2026-03-02T09:00:00+09:00,총괄담당,복지담당,ch-1,첫 글\n"
        f"2026-03-02T09:01:00+09:00,{GONE}사람,총괄담당,ch-2,{GONE}말\n"
        "2026-03-02T09:02:00+09:00,복지담당,총괄담당,ch-1,둘째 글\n"
    ).encode()


def _mail(own: str, subject: str, sender: str, text: str, minute: int, answers: str = "") -> str:
    return (
        f"From - Mon Mar 02 09:{minute:02}:12 2026\nFrom: {sender} <{own}>\nTo: 복지담당 <welfare@korea.kr>\n"
        f"Subject: {subject}\nDate: Mon, 02 Mar 2026 09:{minute:02}:00 +0900\nMessage-ID: <{own}>\n"
        + (f"References: <{answers}>\n" if answers else "")
        + f"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{text}\n\n"
    )


def _mbox() -> bytes:
    return "".join(
        [
            _mail("1@korea.kr", "예산협업", "총괄담당", "첫 글", 1),
            _mail("9@korea.kr", f"{GONE}방", f"{GONE}사람", f"{GONE}말", 2),
            _mail("2@korea.kr", "Re: 예산협업", "복지담당", "둘째 글", 3, "1@korea.kr"),
        ]
    ).encode()


# PST needs a store that only Outlook writes; its own test covers its excerpt.
MANY: dict[str, tuple[str, Callable[[], bytes]]] = {
    "slack": ("a.zip", _slack),
    "teams": ("messages.json", _teams),
    "telegram": ("result.json", _telegram),
    "mattermost": ("export.jsonl", _mattermost),
    "naver_works": ("audit.csv", _naver_works),
    "mbox": ("보관.mbox", _mbox),
}


def transcripts(export: Export, content: bytes, name: str) -> dict[str, tuple[Conversation, list[Message]]]:
    """By room's key, the room as it was told last, and its messages without their places in the file."""
    found: dict[str, tuple[Conversation, list[Message]]] = {}
    key = ""
    for item in export.read(ExportFile.of(content, name)):
        if isinstance(item, Conversation):
            key = item.key
            found[key] = (item, found[key][1] if key in found else [])
        elif isinstance(item, Message):
            found[key][1].append(replace(item, source=type(item.source)()))
    return found


def test_every_application_says_what_it_is():
    found = discover_exports()
    assert {"kakaotalk", "slack", "teams", "telegram", "mattermost", "discord", "whatsapp", "line"} <= found.keys()
    for name, export in found.items():
        assert export.name == name
        assert export.version >= 1
        assert export.label
        assert export.keeps
        assert export.loses


def test_every_application_of_many_rooms_is_tried_here():
    many = {name for name, export in discover_exports().items() if export.holds_many}
    assert many == {*MANY, "pst"}


@pytest.mark.parametrize("application", MANY)
def test_an_excerpt_is_found_again_and_reads_as_that_part_did(application: str):
    name, make = MANY[application]
    content = make()
    export = find_export(ExportFile.of(content, name))
    assert export is not None
    assert export.name == application
    whole = transcripts(export, content, name)
    kept = {key for key, (_, messages) in whole.items() if not any(GONE in message.text for message in messages)}
    assert len(kept) == 1
    assert len(whole) == 2

    part = export.excerpt(ExportFile.of(content, name), lambda room: room.key in kept)

    again = find_export(ExportFile.of(part, name))
    assert again is not None
    # what a mailbox of Outlook keeps is a mailbox of the plain sort
    assert transcripts(again, part, name) == {key: whole[key] for key in kept}
    assert [message.text for _, messages in transcripts(again, part, name).values() for message in messages] == [
        "첫 글",
        "둘째 글",
    ]
    twice = export.excerpt(ExportFile.of(part, name), lambda room: room.key in kept)
    assert transcripts(export, twice, name) == transcripts(export, part, name)


@pytest.mark.parametrize("application", MANY)
def test_an_excerpt_is_the_same_bytes_at_any_time(application: str, monkeypatch: pytest.MonkeyPatch):
    name, make = MANY[application]
    export = find_export(ExportFile.of(make(), name))
    assert export is not None
    now = export.excerpt(ExportFile.of(make(), name), lambda room: True)
    monkeypatch.setattr("zipfile.time.time", lambda: 2_000_000_000.0)
    assert export.excerpt(ExportFile.of(make(), name), lambda room: True) == now


@pytest.mark.parametrize("application", MANY)
def test_nothing_of_the_rest_is_in_an_excerpt(application: str):
    name, make = MANY[application]
    content = make()
    export = discover_exports()[application]
    kept = {
        key for key, (_, said) in transcripts(export, content, name).items() if not any(GONE in m.text for m in said)
    }
    part = export.excerpt(ExportFile.of(content, name), lambda room: room.key in kept)
    texts = [part]
    if part.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(part)) as packed:
            texts = [name.encode() + packed.read(name) for name in packed.namelist()]
    for text in texts:
        assert GONE.encode() not in text
        assert json.dumps(GONE).strip('"').encode() not in text
        assert b"9@korea.kr" not in text
        assert b"U03STAFF00" not in text


@pytest.mark.parametrize("application", MANY)
def test_gathering_keeps_what_is_registered_and_counts_the_rest(application: str):
    name, make = MANY[application]
    content = make()
    export = discover_exports()[application]
    rooms = transcripts(export, content, name)
    kept = next(room for room, said in rooms.values() if not any(GONE in message.text for message in said))
    ids = (kept.native_id,) if kept.native_id else ()
    scope = Scope(name="예산", titles=(kept.title,) if not ids else (), ids=ids, direct=True)

    gathered = gather(export, ExportFile.of(content, name), Register(scopes=(scope,)))

    (transcript,) = gathered.transcripts
    assert [message.text for message in transcript.messages] == ["첫 글", "둘째 글"]
    assert (transcript.scope, transcript.conversation.key) == ("예산", kept.key)
    assert (gathered.n_messages, gathered.n_messages_left_out, gathered.n_conversations_left_out) == (2, 1, 1)
    assert gathered.excerpt
    assert GONE not in repr(gathered.transcripts)
    everything = gather(export, ExportFile.of(content, name), None)
    assert (len(everything.transcripts), everything.excerpt, everything.n_messages) == (2, None, 3)
    assert gather(export, ExportFile.of(content, name), EVERYTHING).excerpt is None
    nothing = gather(export, ExportFile.of(content, name), Register())
    assert (nothing.transcripts, nothing.excerpt, nothing.n_conversations_left_out) == ([], None, 2)


def test_a_sites_own_grammar_wins_and_another_file_is_not_its():
    grammar = (GRAMMARS / "example-uc.toml").read_text(encoding="utf-8")
    text = (
        "[가람 메신저] 대화 저장\n대화방 : 예산협업\n참여자 : 3명\n==== 2026-03-02(월) ====\n"
        "총괄담당(예산실) (오전 9:05:12) : 자료 올렸습니다\n복지담당(복지과) (오전 9:06:00) : 봄\n"
    )
    own = ExportFile.of(text.encode("cp949"), "a.txt")
    found = find_export(own, [grammar])
    assert found is not None
    assert found.name == "garam-uc"
    assert find_export(ExportFile.of(text.encode("cp949"), "a.txt")) is None
    kakao = "예산 님과 카카오톡 대화\n저장한 날짜 : 2026-01-05 10:44:52\n\n[김] [오전 9:01] 가\n"
    found = find_export(ExportFile.of(kakao.encode(), "a.txt"), [grammar])
    assert found is not None
    assert found.name == "kakaotalk"


class Stub:
    """An application whose items a test gives."""

    name = "stub"
    excerpted: bytes = b"part"

    def __init__(self, *items: Item) -> None:
        self.items = items
        self.kept: list[str] = []

    def read(self, file: ExportFile) -> Iterator[Item]:
        yield from self.items

    def excerpt(self, file: ExportFile, keeps: Callable[[Conversation], bool]) -> bytes:
        rooms = [item for item in self.items if isinstance(item, Conversation)]
        self.kept = [room.key for room in rooms if keeps(room)]
        return self.excerpted


FILE = ExportFile.of(b"x", "a.txt")


def at(day: int, text: str = "글", sender: str = "총괄담당", **more: Any) -> Message:
    return Message(datetime(2026, 3, day, 9, tzinfo=SEOUL), sender, text, **more)


def collect(register: Register | None, *items: Item) -> tuple[exports.Gathered, Stub]:
    stub = Stub(*items)
    return gather(stub, FILE, register), stub  # type: ignore[arg-type]


def register(**more: Any) -> Register:
    return Register(scopes=(Scope(name="예산", titles=("예산",), **more),))


def test_what_was_said_before_the_first_day_is_counted_and_the_export_is_not_kept_as_it_came():
    room = Conversation("k", "stub", "예산", ConversationKind.GROUP)
    gathered, stub = collect(register(since=date(2026, 3, 5)), room, at(1), at(4), at(5, "남는 글"), Understood(1, 1))
    assert [message.text for message in gathered.transcripts[0].messages] == ["남는 글"]
    assert (gathered.n_messages_left_out, gathered.excerpt, stub.kept) == (2, b"", [])


def test_a_room_is_judged_by_what_it_turns_out_to_be():
    begun = Conversation("k", "stub", "예산")
    ended = replace(begun, kind=ConversationKind.DIRECT)
    gathered, _ = collect(register(), begun, at(1), ended, Understood(1, 1))
    assert (gathered.transcripts, gathered.n_conversations_left_out, gathered.n_messages_left_out) == ([], 1, 1)
    gathered, _ = collect(register(direct=True), begun, at(1), ended, Understood(1, 1))
    assert gathered.transcripts[0].conversation.kind is ConversationKind.DIRECT


def test_rooms_that_take_turns_are_put_together():
    one, other = Conversation("1", "stub", "예산"), Conversation("2", "stub", GONE)
    items = [one, at(1, "가"), other, at(1, GONE), one, at(2, "나"), Understood(9, 9)]
    gathered, stub = collect(register(), *items)
    assert [message.text for message in gathered.transcripts[0].messages] == ["가", "나"]
    assert (gathered.excerpt, set(stub.kept)) == (b"part", {"1"})
    assert (gathered.understood.share, gathered.n_conversations_left_out) == (1.0, 1)


def test_attachments_of_what_is_left_out_are_named_to_nobody_but_the_caller():
    one, other = Conversation("1", "stub", "예산"), Conversation("2", "stub", GONE)
    gathered, _ = collect(
        register(),
        one,
        at(1, attachments=[Attachment("예산안.hwp")]),
        other,
        at(1, GONE, attachments=[Attachment("사진.jpg"), Attachment("")]),
        Understood(1, 1),
    )
    assert gathered.left_out_names == {"사진.jpg"}


def test_those_who_speak_and_are_not_listed_are_added_once():
    listed = [Participant("총괄담당", "U1", ["총괄"]), Participant("복지담당")]
    room = Conversation("k", "stub", "예산", participants=listed)
    said = [
        at(1, sender="총괄", sender_id="U1"),
        at(1, sender="복지담당"),
        at(1, sender="국토담당", sender_id="U2"),
        at(1, sender="국토 담당", sender_id="U2"),
        at(1, sender="총괄"),
        at(1, sender=""),
    ]
    gathered, _ = collect(None, room, *said, Understood(1, 1))
    people = gathered.transcripts[0].conversation.participants
    assert [(one.name, one.native_id) for one in people] == [("총괄담당", "U1"), ("복지담당", None), ("국토담당", "U2")]


def test_a_message_before_any_room_is_a_broken_export():
    with pytest.raises(Failed, match="corrupt"):
        collect(None, at(1))


def test_more_messages_than_are_kept_of_one_export_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(exports, "MAX_MESSAGES", 2)
    room, other = Conversation("k", "stub", "예산"), Conversation("2", "stub", GONE)
    gathered, _ = collect(register(), room, at(1), at(1), other, at(1), at(1), at(1), Understood(1, 1))
    assert gathered.n_messages == 2, "what is not kept is only counted"
    with pytest.raises(Failed, match="too_many_elements"):
        collect(register(), room, at(1), at(1), at(1))
