"""MSG: texts by code page and in Unicode, HTML with tables, RTF, attachments, messages that hang on messages."""

import struct

import pytest

from connectors.contract import Blob
from connectors.formats.msg import FORMAT
from connectors.mail.outlook import Attachment, Message, to_eml
from connectors.reading import read_blob
from pipelines.sample.writers.compound_file import write_compound_file
from schemas.elements import ElementKind
from schemas.outcome import Failed

FILE, INNER, ATTACHED = 32, 24, 8
SENT_AT = 134_175_927_000_000_000
"""2026-03-10 05:05 in ticks since 1601."""


def fixed(header, *entries):
    return bytes(header) + b"".join(struct.pack("<HHIQ", kind, number, 6, value) for number, kind, value in entries)


def unicode_texts(folder="", **numbers):
    return {f"{folder}__substg1.0_{name[1:]}001F": text.encode("utf-16-le") for name, text in numbers.items()}


def code_page_texts(encoding, **numbers):
    return {f"__substg1.0_{name[1:]}001E": text.encode(encoding) for name, text in numbers.items()}


def attachment(number, name, content, *entries):
    folder = f"__attach_version1.0_#{number:08X}/"
    return {
        f"{folder}__properties_version1.0": fixed(ATTACHED, (0x3705, 3, 1), *entries),
        f"{folder}__substg1.0_37010102": content,
        **unicode_texts(folder, n3707=name),
    }


def message(streams, *entries):
    return write_compound_file({"__properties_version1.0": fixed(FILE, *entries), **streams})


def read(content):
    return FORMAT.read(Blob(content, "메일.msg"))


def kinds(document):
    return [(element.kind, element.text) for element in document.elements]


def test_head_body_and_properties():
    texts = unicode_texts(
        n0037="예산안 송부", n0C1A="예산담당", n5D01="a@example.com", n0E04="심사담당", n1000="첨부를 보낸다."
    )
    read_ = read(message(texts, (0x0039, 0x40, SENT_AT)))
    assert kinds(read_) == [
        (
            ElementKind.EMAIL_HEADER,
            "From: 예산담당 <a@example.com>\nTo: 심사담당\nDate: Tue, 10 Mar 2026 05:05:00 +0000\nSubject: 예산안 송부",
        ),
        (ElementKind.NARRATIVE_TEXT, "첨부를 보낸다."),
    ]
    assert read_.title == "예산안 송부"
    assert [(entry.name, entry.value) for entry in read_.properties] == [
        ("author", "예산담당 <a@example.com>"),
        ("created_at", "2026-03-10T05:05:00+00:00"),
    ]


@pytest.mark.parametrize(
    ("encoding", "entries"),
    [
        ("cp949", [(0x3FFD, 3, 949)]),
        ("cp949", [(0x3FFD, 3, 51949)]),
        ("cp949", [(0x3FF1, 3, 0x0412)]),
        ("cp949", [(0x3FF1, 3, 0x0409)]),
        ("cp949", []),
        ("utf-8", [(0x3FFD, 3, 949)]),
        ("shift_jis", [(0x3FF1, 3, 0x0411)]),
    ],
)
def test_texts_that_are_not_unicode_are_decoded_by_their_code_page(encoding, entries):
    text = "똠방각하 예산안" if encoding != "shift_jis" else "予算の要求"
    read_ = read(message(code_page_texts(encoding, n0037=text, n1000=text), *entries))
    assert [element.text for element in read_.elements] == [f"Subject: {text}", text]


def test_html_is_read_where_it_has_a_table_or_is_alone():
    table = "<table><tr><th>사업</th><th>금액</th></tr><tr><td>가</td><td>1,200</td></tr></table>"
    for body, html, kind in (
        ("사업 금액", f"<p>안내</p>{table}", ElementKind.TABLE),
        ("글로 된 본문", "<p>같은 본문</p>", ElementKind.NARRATIVE_TEXT),
        ("", "<p>HTML 본문</p>", ElementKind.NARRATIVE_TEXT),
    ):
        streams = {**unicode_texts(n1000=body), "__substg1.0_10130102": html.encode("cp949")}
        last = read(message(streams, (0x3FDE, 3, 949))).elements[-1]
        assert last.kind == kind
        assert last.text in ("사업\t금액\n가\t1,200", "글로 된 본문", "HTML 본문")


def test_rtf_is_read_where_there_is_nothing_else():
    rtf = rb"{\rtf1\ansi\ansicpg949 " + b"".join(b"\\'%02x" % byte for byte in "예산안이다".encode("cp949")) + rb"\par}"
    stored = struct.pack("<IIII", len(rtf) + 12, len(rtf), 0x414C454D, 0) + rtf
    read_ = read(message({"__substg1.0_10090102": stored}))
    assert [element.text for element in read_.elements] == ["예산안이다"]


def test_attachments_and_attached_messages_are_members():
    inner = "__attach_version1.0_#00000001/__substg1.0_3701000D/"
    streams = {
        **unicode_texts(n0037="바깥", n1000="바깥 글이다."),
        **attachment(0, "..\\..\\보고.txt", "보고이다.".encode()),
        "__attach_version1.0_#00000001/__properties_version1.0": fixed(ATTACHED, (0x3705, 3, 5)),
        **unicode_texts("__attach_version1.0_#00000001/", n3001="안쪽 메일"),
        f"{inner}__properties_version1.0": fixed(INNER, (0x0039, 0x40, SENT_AT)),
        **unicode_texts(inner, n0037="안쪽 메일", n1000="안쪽 글이다.", n0C1A="예산담당"),
        f"{inner}__attach_version1.0_#00000000/__properties_version1.0": fixed(ATTACHED),
        f"{inner}__attach_version1.0_#00000000/__substg1.0_37010102": "속의 속이다.".encode(),
        **unicode_texts(f"{inner}__attach_version1.0_#00000000/", n3707="속.txt"),
    }
    readings = read_blob(message(streams), "메일.msg")
    assert [(reading.member_path, reading.format, reading.elements[-1].text) for reading in readings] == [
        (None, "msg", "바깥 글이다."),
        ("보고.txt", "plain", "보고이다."),
        ("안쪽 메일.eml", "eml", "안쪽 글이다."),
        ("속.txt", "plain", "속의 속이다."),
    ]


def test_what_is_encrypted_has_its_reason():
    enveloped = b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x80" + bytes(40)
    streams = {**unicode_texts(n0037="비밀 아님"), **attachment(0, "smime.p7m", enveloped)}
    (member,) = read(message(streams)).members
    assert (member.reason, member.detail) == ("unsupported_format", "암호화된 메일(S/MIME)")


def test_only_messages_are_recognised():
    assert FORMAT.sniff(Blob(message(unicode_texts(n1000="글")), "a.hwp")) == 1.0
    assert FORMAT.sniff(Blob(write_compound_file({"FileHeader": bytes(256)}), "a.msg")) == 0.0
    assert FORMAT.sniff(Blob(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.msg")) == 0.0
    with pytest.raises(Failed, match="no_text"):
        read(message({}))


def test_a_message_inside_a_message_is_the_same_content_each_time():
    inner = Message(
        head={"Subject": "재검토", "From": "예산총괄과"},
        text="붙임과 같이 보냅니다.",
        html="<table><tr><td>1</td></tr></table>",
        attachments=[Attachment(name="표.csv", content=b"a,b")],
    )
    once, again = to_eml(inner), to_eml(inner)
    assert once == again
    own, member = read_blob(once, "a.eml")
    assert (own.title, member.member_path, member.format) == ("재검토", "표.csv", "csv")
