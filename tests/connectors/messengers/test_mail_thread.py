"""A mail as a message: times, people, ids and subjects as they stand, and its text with nothing of it lost."""

import base64
import email
import email.policy
from datetime import datetime
from email.message import EmailMessage
from email.message import Message as ParsedMail
from pathlib import Path

import pytest

from connectors.messengers.mail_headers import people_in, plain_subject, sent_at, thread_number
from connectors.messengers.mail_thread import Threads, transcript_of_headers, transcript_of_mail
from schemas.conversations import SEOUL, ConversationKind, Message, Precision, Transcript

SHARED = Path(__file__).resolve().parents[3].parent / "shared"
HEAD = (
    "From: =?utf-8?b?7LSd6rSE64u064u5?= <Head@korea.kr>\n"
    'To: "복지, 담당" <welfare@korea.kr>, edu@korea.kr\n'
    "Cc: budget@korea.kr (예산담당)\n"
    "Date: Mon, 02 Mar 2026 09:05:12 +0900\n"
    "Subject: RE: 회신: FW: [긴급] 요구서\n"
    "Message-ID: <3@korea.kr>\n"
    "In-Reply-To: <2@korea.kr>\n"
    "References: <1@korea.kr>\n <2@korea.kr>\n"
)


def parse(content: str | bytes) -> ParsedMail:
    raw = content.encode() if isinstance(content, str) else content
    return email.message_from_bytes(raw, policy=email.policy.compat32)


def only(transcript: Transcript) -> Message:
    (message,) = transcript.messages
    return message


def test_a_mail_is_a_conversation_with_one_message():
    transcript = transcript_of_mail(parse(f"{HEAD}\n  요구서입니다.\n\n끝\n"))
    room, message = transcript.conversation, only(transcript)

    assert (room.key, room.application, room.title, room.kind) == (
        "1@korea.kr",
        "mail",
        "[긴급] 요구서",
        ConversationKind.MAIL,
    )
    assert [(person.name, person.native_id) for person in room.participants] == [
        ("총괄담당", "head@korea.kr"),
        ("복지, 담당", "welfare@korea.kr"),
        ("edu@korea.kr", "edu@korea.kr"),
        ("예산담당", "budget@korea.kr"),
    ]
    assert (message.sender, message.sender_id) == ("총괄담당", "head@korea.kr")
    assert message.sent_at.isoformat() == "2026-03-02T09:05:12+09:00"
    assert message.text == "  요구서입니다.\n\n끝"
    assert (message.native_id, message.reply_to, message.thread_id) == ("3@korea.kr", "2@korea.kr", "1@korea.kr")
    assert not message.is_offset_assumed
    assert not message.is_time_assumed


@pytest.mark.parametrize(
    ("value", "expected", "precision", "is_assumed"),
    [
        ("Mon, 02 Mar 2026 09:05:12 -0500", "2026-03-02T09:05:12-05:00", Precision.SECOND, False),
        ("Mon, 2 Mar 2026 09:05 +0900 (KST)", "2026-03-02T09:05:00+09:00", Precision.MINUTE, False),
        ("Mon, 2 Mar 2026 00:05:00 -0000", "2026-03-02T09:05:00+09:00", Precision.SECOND, False),
        ("Mon, 2 Mar 2026 00:05:00 GMT", "2026-03-02T00:05:00+00:00", Precision.SECOND, False),
        ("Mon, 2 Mar 2026 09:05:00 KST", "2026-03-02T09:05:00+09:00", Precision.SECOND, False),
        ("Mon, 2 Mar 2026 09:05:00", "2026-03-02T09:05:00+09:00", Precision.SECOND, True),
        ("2026-03-02T09:05:12+09:00", "2026-03-02T09:05:12+09:00", Precision.SECOND, False),
        ("2026-03-02 09:05", "2026-03-02T09:05:00+09:00", Precision.MINUTE, True),
    ],
)
def test_dates_are_read_as_they_stand(value: str, expected: str, precision: Precision, is_assumed: bool):
    found = sent_at(value)

    assert found is not None
    assert (found.at.isoformat(), found.precision, found.is_offset_assumed) == (expected, precision, is_assumed)


@pytest.mark.parametrize(
    "value",
    ["", "어제", "Mon, 32 Mar 2026 09:05:00 +0900", "Mon, 2 Mar 0000 09:05:00 +0000", "Mon, 2 Mar 99999 09:05:00 +0900",
     "1 Jan 2026 99:99:99 +9999999999", "Pn, 29 paX 2007 21:13:00 +0100", "9" * 100_000, "2026-13-02 09:05",
     "1 Jan 9999 23:59:59 -2359"],
)  # fmt: skip
def test_impossible_dates_are_none(value: str):
    assert sent_at(value) is None


def test_a_bad_date_is_replaced_by_when_the_first_machine_received_it():
    received = (
        "Received: from b by c; Mon, 2 Mar 2026 09:07:00 +0900\nReceived: from a by b; Mon, 2 Mar 2026 09:06:00 +0900\n"
    )
    message = only(transcript_of_mail(parse(f"From: a@korea.kr\n{received}Date: nonsense\n\n본문\n")))
    without = only(transcript_of_mail(parse("From: a@korea.kr\nDate: nonsense\n\n본문\n")))

    assert message.sent_at.isoformat() == "2026-03-02T09:06:00+09:00"
    assert not message.is_time_assumed
    assert without.is_time_assumed
    assert without.sent_at == datetime(1970, 1, 1, tzinfo=SEOUL)


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Re: 요구서", "요구서"),
        ("RE[2]: Fwd: 요구서", "요구서"),
        ("회신 : 전달: 요구서", "요구서"),
        ("[회신] 요구서", "요구서"),
        ("답장:요구서", "요구서"),
        ("Re: " * 1_000, ""),
        ("Reply 요구서", "Reply 요구서"),
        ("예산: 요구서", "예산: 요구서"),
        ("", ""),
    ],
)
def test_subjects_lose_what_programs_put_before_them(subject: str, expected: str):
    assert plain_subject(subject) == expected


@pytest.mark.parametrize("charset", ["ks_c_5601-1987", "euc-kr", "ksc5601"])
def test_korean_charsets_are_cp949_in_headers_and_bodies(charset: str):
    name = base64.b64encode("똠담당".encode("cp949")).decode()
    body = base64.encodebytes("똠방각하 펲".encode("cp949")).decode()
    message = only(
        transcript_of_mail(
            parse(
                f"From: =?{charset}?B?{name}?= <a@korea.kr>\nMIME-Version: 1.0\n"
                f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: base64\n\n{body}"
            )
        )
    )

    assert (message.sender, message.text) == ("똠담당", "똠방각하 펲")


def test_raw_headers_and_an_encoded_address_are_read():
    raw = parse("From: 총괄담당 <a@korea.kr>\n\n본문\n".encode("cp949"))
    whole = base64.b64encode("총괄담당 <a@korea.kr>".encode()).decode()

    assert only(transcript_of_mail(raw)).sender == "총괄담당"
    (person,) = people_in(f"=?utf-8?b?{whole}?=")
    assert (person.name, person.native_id) == ("총괄담당", "a@korea.kr")


def test_html_attachments_and_a_mail_inside_are_read():
    mail = EmailMessage()
    mail["From"] = "a@korea.kr"
    mail.set_content("<p>첫째</p><p>둘째</p><script>x()</script>", subtype="html")
    mail.add_attachment(b"abc", maintype="application", subtype="octet-stream", filename="../요구서.hwp")
    inner = EmailMessage()
    inner["Subject"] = "앞선 메일"
    inner.set_content("안")
    mail.add_attachment(inner)
    message = only(transcript_of_mail(parse(mail.as_bytes())))

    assert message.text == "첫째\n둘째"
    assert [(a.name, a.size_bytes, a.state.value) for a in message.attachments] == [
        ("요구서.hwp", 3, "present"),
        ("앞선 메일.eml", None, "present"),
    ]


def test_headers_alone_are_enough():
    head = {
        "From": "총괄담당 <a@korea.kr>",
        "To": "복지담당",
        "Date": "Mon, 02 Mar 2026 09:05:12 +0900",
        "Subject": "전달: 가",
    }
    transcript = transcript_of_headers(head, "본문\n", ("요구서.hwp",))

    assert transcript.conversation.title == "가"
    assert transcript.conversation.key.startswith("none:")
    assert [person.name for person in transcript.conversation.participants] == ["총괄담당", "복지담당"]
    assert only(transcript).attachments[0].name == "요구서.hwp"
    assert transcript_of_headers(head, "", ()).conversation.key == transcript.conversation.key


def test_threads_are_put_together_whatever_the_order():
    def mail(own: str, references: str = "", subject: str = "가", more: str = "") -> ParsedMail:
        return parse(f"From: a@b.kr\nSubject: {subject}\nMessage-ID: <{own}>\nReferences: {references}\n{more}\n")

    threads = Threads()
    threads.add(mail("3@b", "<2@b>", "Re: 가"))
    threads.add(mail("9@b", subject="나"))
    threads.add(mail("2@b", "<1@b>", "Re: 가"))
    threads.add(mail("1@b"))
    threads.add(parse("From: x@b.kr\nSubject: 번호 없음\n\n"))
    index = base64.b64encode(bytes(range(22))).decode()
    threads.add(mail("20@b", more=f"Thread-Index: {index}\n"))
    longer = base64.b64encode(bytes(range(27))).decode()
    threads.add(mail("21@b", more=f"Thread-Index: {longer}\n"))
    found = threads.settle()

    assert [thread.key for thread in found[:4]] == ["1@b", "9@b", "1@b", "1@b"]
    assert found[0] is found[3]
    assert found[4].native_id is None
    assert found[5] is found[6]
    assert found[5].key == "20@b"


def test_a_thread_number_is_what_all_replies_share():
    first, reply = base64.b64encode(bytes(range(22))), base64.b64encode(bytes(range(32)))

    assert thread_number(first.decode()) == thread_number(reply.decode())
    assert thread_number("short") is None
    assert thread_number("!" * 40) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n\n",
        b"From: " + b"<" * 50_000 + b"\n\nx",
        b"From: " + b"(" * 50_000 + b"\n\nx",
        b"From: " + b"a@b," * 20_000 + b"\nReferences: " + b"<a@b> " * 20_000 + b"\n\nx",
        b"References: " + b"<" * 200_000 + b"\n\nx",
        b"Subject: " + b"=?utf-8?b?" * 2_000 + b"\n\nx",
        b"From: \xff\xfe\x00\nDate: \xff\n\n\xff\xfe\x81",
        b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n" * 5_000,
        b"Content-Type: text/plain; charset=rot13\n\nabc",
    ],
)
def test_hostile_mails_raise_nothing(content: bytes):
    assert len(transcript_of_mail(parse(content)).messages) == 1


def test_every_mail_at_hand_is_a_message():
    root = SHARED / "messengers" / "mail"
    if not root.is_dir():
        pytest.skip(f"mails not at {root}")
    mails = {path.name: only(transcript_of_mail(parse(path.read_bytes()))) for path in sorted(root.glob("*.eml"))}

    assert len(mails) > 10
    assert all(message.sender for message in mails.values())
    dated = [name for name, message in mails.items() if not message.is_time_assumed]
    undated = [path.name for path in root.glob("*.eml") if b"\ndate:" not in path.read_bytes().lower()]
    assert sorted(dated) == sorted(set(mails) - set(undated))
    assert not any("\ufffd" in message.text for message in mails.values())
