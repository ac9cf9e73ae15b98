"""Mail: headers and bodies in Korean encodings, attachments and forwarded mails as members, names that go nowhere."""

import base64
from email.message import EmailMessage
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from connectors.contract import Blob, Document
from connectors.formats.eml import FORMAT


def read(content: bytes) -> Document:
    return FORMAT.read(Blob(content, "mail.eml"))


def mail(**headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in {"From": "a@korea.kr", "To": "b@korea.kr", "Subject": "예산", **headers}.items():
        message[name] = value
    return message


def test_the_header_is_an_element_and_the_body_follows():
    message = mail(Cc="c@korea.kr", Date="Mon, 05 Jan 2026 09:00:00 +0900", Subject="2026년 예산안")
    message.set_content("1. 개요\n내용이다.\n")
    document = read(message.as_bytes())

    assert document.title == "2026년 예산안"
    assert [(e.kind.value, e.text) for e in document.elements] == [
        (
            "email_header",
            "From: a@korea.kr\nTo: b@korea.kr\nCc: c@korea.kr\nDate: Mon, 05 Jan 2026 09:00:00 +0900\nSubject: 2026년 예산안",
        ),
        ("title", "1. 개요"),
        ("narrative_text", "내용이다."),
    ]


@pytest.mark.parametrize("charset", ["ks_c_5601-1987", "euc-kr"])
def test_korean_charsets_are_decoded_as_cp949(charset: str):
    body = base64.encodebytes("똠방각하 펲시".encode("cp949")).decode()
    subject = base64.b64encode("똠방각하".encode("cp949")).decode()
    content = (
        f"From: a@korea.kr\r\nTo: b@korea.kr\r\nSubject: =?{charset}?B?{subject}?=\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}"
    ).encode()
    document = read(content)

    assert document.title == "똠방각하"
    assert document.elements[1].text == "똠방각하 펲시"


def test_an_encoded_word_split_inside_a_syllable_is_joined():
    raw = "예산안".encode("cp949")
    words = " ".join(f"=?euc-kr?B?{base64.b64encode(raw[a:b]).decode()}?=" for a, b in ((0, 3), (3, 6)))

    assert read(f"From: a@b\r\nDate: x\r\nSubject: {words}\r\n\r\nx".encode()).title == "예산안"


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_raw_bytes_in_headers_are_text(encoding: str):
    content = "From: a@b\r\nDate: x\r\nSubject: 예산안 검토\r\n\r\n본문".encode(encoding)
    document = read(content)

    assert (document.title, document.elements[1].text) == ("예산안 검토", "본문")


def test_plain_text_is_preferred_and_html_is_read_where_it_is_alone():
    both = mail()
    both.set_content("글로 된 본문")
    both.add_alternative("<p>HTML 본문</p>", subtype="html")
    alone = mail()
    alone.set_content("<h1>제목</h1><table><tr><td>1</td><td>2</td></tr></table>", subtype="html")

    assert [e.text for e in read(both.as_bytes()).elements[1:]] == ["글로 된 본문"]
    assert [e.kind.value for e in read(alone.as_bytes()).elements[1:]] == ["title", "table"]


def test_attachments_and_forwarded_mails_are_members():
    inner = mail(Subject="원래 메일")
    inner.set_content("원래 본문")
    message = mail()
    message.set_content("본문")
    message.add_attachment("가,나\n1,2\n".encode("cp949"), maintype="text", subtype="csv", filename="예산 자료.csv")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="문서.pdf")
    message.add_attachment(inner)
    document = read(message.as_bytes())

    assert [member.path for member in document.members] == ["예산 자료.csv", "문서.pdf", "원래 메일.eml"]
    assert document.members[0].content == "가,나\n1,2\n".encode("cp949")
    assert read(document.members[2].content).elements[1].text == "원래 본문"
    assert [e.text for e in document.elements[1:]] == ["본문"]


def test_a_name_in_an_encoded_word_is_decoded_as_cp949():
    part = MIMEBase("application", "octet-stream")
    part.set_payload(base64.b64encode(b"x").decode())
    part["Content-Transfer-Encoding"] = "base64"
    word = base64.b64encode("똠방.hwp".encode("cp949")).decode()
    part["Content-Disposition"] = f'attachment; filename="=?ks_c_5601-1987?B?{word}?="'
    message = MIMEMultipart()
    message.attach(MIMEText("본문"))
    message.attach(part)

    assert [(m.path, m.content) for m in read(message.as_bytes()).members] == [("똠방.hwp", b"x")]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\x.exe", "x.exe"),
        ("C:\\x.hwp", "x.hwp"),
        ("/", "이름 없음"),
        ("..", "이름 없음"),
    ],
)
def test_names_of_attachments_lead_nowhere(name: str, safe: str):
    content = (
        "From: a@b\r\nDate: x\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n"
        f'Content-Disposition: attachment; filename="{name.replace(chr(92), chr(92) * 2)}"\r\n\r\nx'
    )

    assert [member.path for member in read(content.encode()).members] == [safe]


def test_a_picture_inside_the_body_is_no_attachment():
    message = mail()
    message.set_content("<p>본문 <img src='cid:x'></p>", subtype="html")
    message.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<x>")

    assert read(message.as_bytes()).members == []


@pytest.mark.parametrize(
    ("content", "name", "is_mail"),
    [
        (b"Received: x\r\nFrom: a@b\r\nSubject: x\r\n\r\nx", "a", True),
        (b"From a@b Mon\nFrom: a@b\nTo: c@d\nDate: x\n\nx", "a", True),
        (b"From: a@b\nSubject: x\n\nx", "a.eml", True),
        (b"From: team\nTo: you\nSubject: memo\n\nx", "memo.txt", False),
        (b"Title: x\nAuthor: y\n\nx", "a.eml", False),
        ("본문뿐인 글".encode(), "a.eml", False),
        (b"", "a.eml", False),
    ],
)
def test_mail_is_told_by_its_header(content: bytes, name: str, is_mail: bool):
    assert (FORMAT.sniff(Blob(content, name)) > 0.5) is is_mail


def test_broken_mail_does_no_harm():
    for content in (
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n--x\r\n\r\n--x--",
        b"Subject: =?utf-8?B?!!!?=\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!",
        b"Subject: =?no-such?Q?=80?=\r\nContent-Type: ;;;\r\n\r\nx",
    ):
        read(content)
