"""A mailbox of Outlook: mails of every folder in threads; what is no mail is passed over; an excerpt is read again alike."""

import base64
import struct
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from connectors.mail import mapi
from connectors.messengers.contract import ExportFile
from connectors.messengers.pst import EXPORT
from schemas.conversations import Conversation, Message, Understood
from schemas.outcome import Failed

SHARED = Path(__file__).resolve().parents[3].parent / "shared"
CONTENT = b"!BDN" + bytes(600)
INDEX = bytes(range(22))


@dataclass
class Records:
    entries: list[SimpleNamespace]

    @property
    def number_of_entries(self) -> int:
        return len(self.entries)

    def get_entry(self, number: int) -> SimpleNamespace:
        return self.entries[number]


def entry(number: int, value: str | bytes | datetime) -> SimpleNamespace:
    if isinstance(value, datetime):
        ticks = int((value - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds() * 10_000_000)
        return SimpleNamespace(entry_type=number, value_type=0x0040, data=struct.pack("<Q", ticks))
    if isinstance(value, bytes):
        return SimpleNamespace(entry_type=number, value_type=mapi.BINARY, data=value)
    return SimpleNamespace(entry_type=number, value_type=mapi.UNICODE, data=value.encode("utf-16-le") + b"\0\0")


@dataclass
class Item:
    properties: dict[int, str | bytes | datetime]
    attachments: list["File"] = field(default_factory=list)
    identifier: int = 2_097_188
    number_of_record_sets: int = 1
    plain_text_body: bytes = b""

    @property
    def number_of_attachments(self) -> int:
        return len(self.attachments)

    def get_record_set(self, _: int) -> Records:
        return Records([entry(number, value) for number, value in self.properties.items()])

    def get_attachment(self, number: int) -> "File":
        return self.attachments[number]


class File(Item):
    def __init__(self, name: str, content: bytes) -> None:
        super().__init__({mapi.LONG_NAME: name})
        self.content, self.size = content, len(content)

    def read_buffer(self, size: int) -> bytes:
        return self.content[:size]


@dataclass
class Folder:
    name: str | None
    items: list[Item | Exception] = field(default_factory=list)
    folders: list["Folder"] = field(default_factory=list)

    @property
    def number_of_sub_messages(self) -> int:
        return len(self.items)

    @property
    def number_of_sub_folders(self) -> int:
        return len(self.folders)

    def get_sub_message(self, number: int) -> Item:
        found = self.items[number]
        if isinstance(found, Exception):
            raise found
        return found

    def get_sub_folder(self, number: int) -> "Folder":
        return self.folders[number]


def mail(subject: str, text: str, sender: str = "총괄담당", minute: int = 5, **more: Any) -> Item:
    properties: dict[int, str | bytes | datetime] = {
        0x001A: "IPM.Note",
        mapi.SUBJECT: subject,
        mapi.SENDER_NAME: sender,
        mapi.SHOWN_TO: "복지담당",
        mapi.SUBMITTED_AT: datetime(2026, 3, 2, 0, minute, 12, tzinfo=UTC),
        mapi.BODY: text,
        0x300B: sender.encode() + bytes([minute]),
    }
    properties.update(more.pop("properties", {}))
    return Item(properties, **more)


TRANSPORT = (
    "Received: from a\r\n by b; Mon, 2 Mar 2026 09:08:00 +0900\r\nFrom: =?utf-8?b?67O17KeA64u064u5?= <welfare@korea.kr>\r\n"
    "To: head@korea.kr\r\nDate: Mon, 02 Mar 2026 09:07:00 +0900\r\nSubject: RE: =?utf-8?b?7JqU6rWs7ISc?=\r\n"
    "Message-ID: <2@korea.kr>\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
)


def tree() -> Folder:
    inbox = Folder(
        "받은 편지함",
        [
            mail(
                "RE: 요구서",
                "냈습니다.\r\n\r\n끝",
                "복지담당",
                7,
                properties={0x007D: TRANSPORT, 0x0071: INDEX + bytes(5)},
            ),
            OSError("broken"),
            Item({0x001A: "IPM.Contact", mapi.SUBJECT: "연락처"}),
        ],
        [Folder("보관/2026", [mail("국외출장", "다른 이야기", "교육담당", 9)])],
    )
    sent = Folder(
        "보낸 편지함",
        [mail("\x01\x01요구서", "내 주십시오.", attachments=[File("요구서.hwp", b"abc")], properties={0x0071: INDEX})],
    )
    return Folder(None, [], [Folder("내 폴더", [], [inbox, sent]), Folder("일정", [Item({0x001A: "IPM.Appointment"})])])


@pytest.fixture
def outlook(monkeypatch: pytest.MonkeyPatch) -> Callable[[Folder], None]:
    def use(root: Folder) -> None:
        def opened(stream: Any) -> None:
            assert stream.read(4) == b"!BDN"
            assert stream.get_size() == len(CONTENT)

        def file() -> SimpleNamespace:
            return SimpleNamespace(open_file_object=opened, get_root_folder=lambda: root, close=lambda: None)

        monkeypatch.setitem(sys.modules, "pypff", SimpleNamespace(file=file))  # pyright: ignore[reportArgumentType]

    return use


def read(content: bytes) -> tuple[list[tuple[Conversation, Message]], Understood]:
    found: list[tuple[Conversation, Message]] = []
    room = None
    items = list(EXPORT.read(ExportFile.of(content, "보관.pst")))
    for item in items:
        if isinstance(item, Conversation):
            room = item
        elif isinstance(item, Message):
            assert room is not None
            found.append((room, item))
    assert isinstance(items[-1], Understood)
    return found, items[-1]


def test_mails_of_every_folder_are_messages_of_their_threads(outlook: Callable[[Folder], None]):
    outlook(tree())
    found, understood = read(CONTENT)

    assert [(m.source.record, r.title, m.sender, m.text, m.sent_at.isoformat()) for r, m in found] == [
        ("내 폴더/받은 편지함#1", "요구서", "복지담당", "냈습니다.\n\n끝", "2026-03-02T09:07:00+09:00"),
        ("내 폴더/받은 편지함/보관／2026#1", "국외출장", "교육담당", "다른 이야기", "2026-03-02T09:09:12+09:00"),
        ("내 폴더/보낸 편지함#1", "요구서", "총괄담당", "내 주십시오.", "2026-03-02T09:05:12+09:00"),
    ]
    assert found[0][0].key == found[2][0].key == "2@korea.kr"
    assert found[0][1].native_id == "2@korea.kr"
    assert found[0][1].sender_id == "welfare@korea.kr"
    assert [(a.name, a.size_bytes) for a in found[2][1].attachments] == [("요구서.hwp", 3)]
    assert understood.share == pytest.approx(3 / 4, abs=0.01)
    assert understood.unread == ["내 폴더/받은 편지함#2: broken"]


def test_an_excerpt_is_a_mailbox_with_the_kept_threads_alone(outlook: Callable[[Folder], None]):
    outlook(tree())
    file = ExportFile.of(CONTENT, "보관.pst")
    excerpt = EXPORT.excerpt(file, lambda room: room.title == "요구서")
    found, understood = read(excerpt)
    expected = [pair for pair in read(CONTENT)[0] if pair[0].title == "요구서"]

    for (room, message), (expected_room, expected_message) in zip(found, expected, strict=True):
        message.source = expected_message.source
        assert room == expected_room
        assert message == expected_message
    assert understood.share == 1.0
    for word in ("교육담당", "국외출장", "다른 이야기"):
        assert word.encode() not in excerpt
        assert base64.b64encode(word.encode()) not in excerpt
    again = ExportFile.of(excerpt, "보관.pst")
    assert EXPORT.excerpt(again, lambda _: True) == excerpt


def test_a_body_in_html_or_nowhere_in_the_properties_is_found(outlook: Callable[[Folder], None]):
    html = mail("가", "", properties={mapi.HTML: "<p>첫째</p><p>둘째</p>"})
    elsewhere = mail("나", "", plain_text_body="똠방각하\r\n".encode())
    outlook(Folder(None, [html, elsewhere]))

    assert [message.text for _, message in read(CONTENT)[0]] == ["첫째\n둘째", "똠방각하"]


def test_a_mail_without_ids_is_told_by_the_key_of_outlook(outlook: Callable[[Folder], None]):
    outlook(Folder(None, [mail("가", "나"), mail("가", "다", minute=6)]))
    ids = [message.native_id for _, message in read(CONTENT)[0]]

    assert ids == [f"{('총괄담당'.encode() + bytes([minute])).hex()}@pst" for minute in (5, 6)]


def test_folders_without_end_are_left_at_some_depth(outlook: Callable[[Folder], None]):
    endless = Folder("가", [mail("가", "나")])
    endless.folders.append(endless)
    outlook(endless)
    found, understood = read(CONTENT)

    assert 0 < len(found) < 100
    assert "깊음" in understood.unread[0]


def test_without_libpff_it_is_said_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pypff", None)  # pyright: ignore[reportArgumentType]

    with pytest.raises(Failed, match="converter_unavailable"):
        read(CONTENT)


def test_stores_are_known_by_their_signature():
    assert EXPORT.sniff(ExportFile.of(CONTENT, "a")) == 1.0
    for other in (b"", b"!BD", "메일".encode(), b"From - Mon Mar 02 09:05:12 2026\n"):
        assert EXPORT.sniff(ExportFile.of(other, "a.pst")) == 0.0


@pytest.mark.parametrize("content", [b"!BDN", CONTENT, b"!BDN" + b"\xff" * 5_000])
def test_broken_stores_are_refused(content: bytes):
    pytest.importorskip("pypff", reason="libpff-python is not installed")

    with pytest.raises(Failed, match="corrupt"):
        read(content)


def _stores() -> Iterator[Path]:
    yield from sorted((SHARED / "messengers" / "mail" / "pst").glob("*.pst"))


def test_every_store_at_hand_is_read():
    pytest.importorskip("pypff", reason="libpff-python is not installed")
    stores = list(_stores())
    if not stores:
        pytest.skip(f"stores not at {SHARED / 'messengers' / 'mail' / 'pst'}")
    for path in stores:
        with path.open("rb") as stream:
            file = ExportFile(stream, path.name, path.stat().st_size)
            assert EXPORT.sniff(file) == 1.0
            items = list(EXPORT.read(file))
        assert isinstance(items[-1], Understood)
        assert items[-1].share == 1.0
