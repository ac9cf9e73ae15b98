"""Mail: headers and bodies in Korean encodings, attachments and forwarded mails as members, names that go nowhere."""

import base64
import binascii
import contextlib
from email.message import EmailMessage
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from connectors.contract import Blob, Document
from connectors.formats.eml import FORMAT
from schemas.elements import Flag
from schemas.outcome import Failed


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
        with contextlib.suppress(Failed):
            read(content)
    # without its boundary it is text all the same
    assert [element.text for element in read(b"Content-Type: multipart/mixed\r\n\r\nno boundary").elements] == [
        "no boundary"
    ]


def test_html_is_preferred_where_the_text_has_lost_its_tables():
    message = mail()
    message.set_content("사업 금액 가 1,200")
    rows = "<tr><th>사업</th><th>금액</th></tr><tr><td>가</td><td>1,200</td></tr>"
    message.add_alternative(f"<p>안내</p><table>{rows}</table>", subtype="html")

    assert [e.text for e in read(message.as_bytes()).elements[1:]] == ["안내", "사업\t금액\n가\t1,200"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_mail_saved_as_utf16_is_read(encoding: str):
    source = "From: a@korea.kr\r\nTo: b@korea.kr\r\nSubject: Budget\r\nMIME-Version: 1.0\r\n\r\n예산안이다.\r\n"
    blob = Blob(source.encode(encoding), "mail.eml")

    assert FORMAT.sniff(blob) > 0.8
    assert [e.text for e in FORMAT.read(blob).elements][1:] == ["예산안이다."]


def test_files_that_are_written_into_the_body_are_members():
    rows = [binascii.b2a_uu(b"attached text " * 3) for _ in range(2)]
    body = (
        b"before\r\nbegin 644 report.txt\r\n"
        + b"".join(row.replace(b"\n", b"\r\n") for row in rows)
        + b"`\r\nend\r\nafter\r\n"
    )
    read_ = read(b"From: a@korea.kr\r\nTo: b@korea.kr\r\nSubject: x\r\nMessage-ID: <1@x>\r\n\r\n" + body)

    assert [(m.path, m.content) for m in read_.members] == [("report.txt", b"attached text " * 6)]
    assert [e.text for e in read_.elements[1:]] == ["before", "after"]


def test_broken_lines_are_joined_where_the_mail_says_so():
    body = "첫 줄이 \r\n이어진다.\r\n\r\n> 인용한 \r\n> 글이다.\r\n".encode()
    head = b"From: a@korea.kr\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\n\r\n"

    assert [e.text for e in read(head + body).elements[1:]] == ["첫 줄이 이어진다.", "> 인용한 글이다."]


def test_an_invitation_and_a_sheet_of_styles():
    message = MIMEMultipart("mixed")
    message["From"] = "a@korea.kr"
    calendar = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:예산 심의\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    message.attach(MIMEText(calendar, "calendar", "utf-8"))
    message.attach(MIMEText("p { color: red }", "css", "utf-8"))
    message.attach(MIMEText("가,나\r\n", "csv", "utf-8"))
    read_ = read(message.as_bytes())

    assert [e.text for e in read_.elements[1:]] == ["제목: 예산 심의"]
    assert [m.path for m in read_.members] == ["첨부 1.csv"]


def test_encrypted_mail_has_its_reason():
    message = MIMEMultipart("encrypted")
    message["From"] = "a@korea.kr"
    message.attach(MIMEText("Version: 1", "plain"))
    sealed = MIMEBase("application", "octet-stream")
    sealed.set_payload(b"-----BEGIN PGP MESSAGE-----\n\nxxxx\n")
    message.attach(sealed)
    (member,) = read(message.as_bytes()).members

    assert (member.reason, member.detail) == ("unsupported_format", "암호화된 메일(PGP)")


def test_a_wrong_western_label_costs_no_korean():
    for charset in ("iso-8859-1", "us-ascii", "windows-1252"):
        for encoding in ("utf-8", "cp949"):
            head = f"From: a@korea.kr\r\nContent-Type: text/plain; charset={charset}\r\n\r\n".encode()
            assert read(head + "예산안이다.".encode(encoding)).elements[1].text == "예산안이다."


def test_a_body_in_no_known_encoding_costs_no_attachment():
    message = MIMEMultipart("mixed")
    message["From"] = "a@korea.kr"
    body = MIMEBase("text", "plain")
    body.set_payload(b"r\xe9sum\xe9 \xff\x81")
    message.attach(body)
    attached = MIMEText("붙임이다.", "plain", "utf-8")
    attached.add_header("Content-Disposition", "attachment", filename="a.txt")
    message.attach(attached)

    assert [(m.path, m.reason) for m in read(message.as_bytes()).members] == [
        ("본문 1.txt", "undecodable_text"),
        ("a.txt", None),
    ]


def test_parts_inside_parts_without_end_are_a_bomb():
    head = b"From: a@korea.kr\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(5_000))
    with pytest.raises(Failed) as failure:
        read(head + nested + b"Content-Type: text/plain\r\n\r\nhello\r\n")
    assert failure.value.reason == "archive_bomb"


def test_a_subject_of_a_million_encoded_words_costs_no_more_than_its_length():
    words = b"=?utf-8?b?7JWI?= " * 200_000
    document = read(b"From: a@korea.kr\r\nMIME-Version: 1.0\r\nSubject: " + words + b"\r\n\r\nhello")
    assert document.elements[-1].text == "hello"
    assert (document.title or "").startswith("=?utf-8?b?")


def test_a_flowed_body_of_one_endless_line_is_joined_once():
    head = b"From: a@korea.kr\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; format=flowed\r\n\r\n"
    document = read(head + b"ab \r\n" * 500_000)
    assert document.elements[-1].text == "ab " * 500_000


def test_a_mail_that_was_cut_off_says_so():
    head = b"From: a@korea.kr\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    body = b"--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
    assert Flag.LOW_COVERAGE in read(head + body).flags
    assert read(head + body + b"--b--\r\n").flags == []
