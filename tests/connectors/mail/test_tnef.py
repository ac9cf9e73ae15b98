"""winmail.dat: body and attachments come out of it, however it is cut off."""

import base64
import struct

import pytest

from connectors.contract import Blob
from connectors.formats.eml import FORMAT as EML
from connectors.formats.msg import FORMAT as MSG
from connectors.mail.outlook import body_elements
from connectors.mail.tnef import SIGNATURE, read_tnef
from schemas.outcome import Failed


def attribute(number, value, level=1):
    return struct.pack("<BII", level, number, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def text_property(number, text):
    raw = text.encode("utf-16-le") + b"\0\0"
    return struct.pack("<HHII", 0x001F, number, 1, len(raw)) + raw + bytes(-len(raw) % 4)


def winmail():
    properties = struct.pack("<I", 2) + text_property(0x1000, "본문이다.") + text_property(0x0037, "제목")
    named = struct.pack("<I", 1) + text_property(0x3707, "사업계획.txt")
    return SIGNATURE + b"\x01\x00" + b"".join([
        attribute(0x00069007, struct.pack("<II", 949, 0)),
        attribute(0x00069003, properties),
        attribute(0x00069002, bytes(14)),
        attribute(0x00018010, "사업계~1.TXT\0".encode("cp949")),
        attribute(0x0006800F, "첨부이다.".encode()),
        attribute(0x00069005, named),
        attribute(0x00069002, bytes(14)),
        attribute(0x00018010, "둘째.txt\0".encode("cp949")),
        attribute(0x0006800F, b"second"),
    ])  # fmt: skip


def test_body_and_attachments_come_out():
    message = read_tnef(winmail())
    assert (message.head["Subject"], [element.text for element in body_elements(message)]) == ("제목", ["본문이다."])
    assert [(entry.name, entry.content) for entry in message.attachments] == [
        ("사업계획.txt", "첨부이다.".encode()),
        ("둘째.txt", b"second"),
    ]


def test_a_mail_gives_what_is_in_its_winmail():
    head = b"From: a@korea.kr\r\nTo: b@korea.kr\r\nMIME-Version: 1.0\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\n"
    mail = head + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(winmail())
    read = EML.read(Blob(mail, "a.eml"))
    assert [element.text for element in read.elements][1:] == ["본문이다."]
    assert [member.path for member in read.members] == ["사업계획.txt", "둘째.txt"]


def test_one_that_somebody_saved_is_read_as_a_message():
    blob = Blob(winmail(), "winmail.dat")
    assert MSG.sniff(blob) == 0.9
    assert [element.text for element in MSG.read(blob).elements] == ["Subject: 제목", "본문이다."]


def test_what_is_broken_gives_what_is_whole_or_a_reason():
    whole = winmail()
    assert [entry.name for entry in read_tnef(whole[:-12]).attachments] == ["사업계획.txt", "둘째.txt"]
    for broken in (b"", b"text", SIGNATURE + b"\x01\x00" + b"\x01\x03"):
        try:
            message = read_tnef(broken)
        except Failed as failure:
            assert failure.reason == "corrupt"
        else:
            assert not message.attachments
    for size in range(0, len(whole), 7):
        try:
            read_tnef(whole[:size])
        except Failed as failure:
            assert failure.reason in ("corrupt", "undecodable_text")


def test_messages_inside_messages_have_an_end():
    content = winmail()
    for _ in range(12):
        block = attribute(0x00069002, bytes(14)) + attribute(0x0006800F, content)
        content = SIGNATURE + b"\x01\x00" + block
    with pytest.raises(Failed, match="archive_bomb"):
        read_tnef(content)
