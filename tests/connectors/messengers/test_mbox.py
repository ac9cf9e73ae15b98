"""A mailbox in one file: every mail once, whatever its text looks like, in threads; an excerpt holds the kept ones alone."""

import io
import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest

from connectors.messengers import mail_file
from connectors.messengers.contract import ExportFile
from connectors.messengers.mbox import EXPORT
from schemas.conversations import Conversation, Message, Understood

SHARED = Path(__file__).resolve().parents[3].parent / "shared"
FROM = "From - Mon Mar 02 09:05:12 2026\n"


def mail(
    own: str, text: str, subject: str = "요구서", sender: str = "총괄담당", references: str = "", minute: int = 5
) -> str:
    return (
        f"From: {sender} <{own}>\nTo: 복지담당 <welfare@korea.kr>\nSubject: {subject}\n"
        f"Date: Mon, 02 Mar 2026 09:{minute:02}:00 +0900\nMessage-ID: <{own}>\n"
        + (f"References: {references}\n" if references else "")
        + f"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{text}\n\n"
    )


def box(*mails: str) -> bytes:
    return "".join(FROM + each for each in mails).encode()


def read(content: bytes, name: str = "보관.mbox") -> tuple[list[tuple[Conversation, Message]], Understood]:
    found: list[tuple[Conversation, Message]] = []
    room = None
    items = list(EXPORT.read(ExportFile.of(content, name)))
    for item in items:
        if isinstance(item, Conversation):
            room = item
        elif isinstance(item, Message):
            assert room is not None
            found.append((room, item))
    assert isinstance(items[-1], Understood)
    return found, items[-1]


THREE = box(
    mail("1@korea.kr", "요구서를 내 주십시오."),
    mail("9@korea.kr", "다른 이야기", "국외출장", "교육담당", minute=6),
    mail("2@korea.kr", "냈습니다.", "Re: 요구서", "복지담당", "<1@korea.kr>", minute=7),
)


def test_mails_are_messages_of_their_threads():
    found, understood = read(THREE)

    assert [(room.key, room.title, message.sender, message.text) for room, message in found] == [
        ("1@korea.kr", "요구서", "총괄담당", "요구서를 내 주십시오."),
        ("9@korea.kr", "국외출장", "교육담당", "다른 이야기"),
        ("1@korea.kr", "요구서", "복지담당", "냈습니다."),
    ]
    assert [message.thread_id for _, message in found] == ["1@korea.kr", "9@korea.kr", "1@korea.kr"]
    assert [message.source.record for _, message in found] == ["#1", "#2", "#3"]
    assert {person.name for person in found[0][0].participants} == {"총괄담당", "복지담당"}
    assert (understood.n_bytes, understood.share) == (len(THREE), 1.0)


@pytest.mark.parametrize(
    "text",
    [
        "From now on we do it so.\n어제",
        "앞\n\nFrom the budget office at 10:00 in 2026\n뒤",
        "앞\n\nFrom 총괄담당 Mon Mar 02 09:05:12 2026\n머리글이 아닌 줄",
        "앞\nFrom a@b.kr Mon Mar 02 09:05:12 2026\nSubject: 빈 줄 뒤가 아님",
    ],
)
def test_lines_of_a_text_that_begin_with_from_part_nothing(text: str):
    found, _ = read(box(mail("1@korea.kr", text), mail("2@korea.kr", "다음")))

    assert [message.text for _, message in found] == [text, "다음"]


def test_quoted_lines_are_unquoted():
    found, _ = read(box(mail("1@korea.kr", "앞\n\n>From 총괄\n>>From 복지\n> From 그대로"), mail("2@korea.kr", "다음")))

    assert found[0][1].text == "앞\n\nFrom 총괄\n>From 복지\n> From 그대로"


def test_what_the_standard_library_writes_is_read_alike(tmp_path: Path):
    target = mailbox.mbox(tmp_path / "box")
    texts = ["From 첫 줄\n둘째", "나", "다\n\nFrom x\n"]
    for number, text in enumerate(texts):
        each = EmailMessage()
        each["From"], each["Message-ID"], each["Date"] = "a@b.kr", f"<{number}@b>", "Mon, 02 Mar 2026 09:05:00 +0900"
        each.set_content(text, cte="8bit")
        target.add(each)
    target.flush()
    found, understood = read((tmp_path / "box").read_bytes())

    assert [message.text for _, message in found] == [text.rstrip("\n") for text in texts]
    assert understood.share == 1.0


@pytest.mark.parametrize(
    "line",
    [
        "From \n",
        "From\n",
        "From a@b.kr Mon Mar  2 09:05:12 2026\n",
        "From 18@xxx Mon Mar 02 00:05:12 +0000 2026\n",
        "From - Mon, 02 Mar 2026 09:05:12\n",
    ],
)
def test_lines_between_mails_come_in_many_ways(line: str):
    content = (line + mail("1@korea.kr", "가") + line + mail("2@korea.kr", "나")).encode()
    found, understood = read(content.replace(b"\n", b"\r\n"))

    assert [message.text for _, message in found] == ["가", "나"]
    assert understood.share == 1.0


def test_korean_without_unicode_is_read_and_one_bad_body_costs_nothing_else():
    korean = mail("1@korea.kr", "똠방각하").replace("utf-8", "ks_c_5601-1987").encode("cp949")
    bad = mail("2@korea.kr", "XX").encode().replace(b"XX", b"\xff\xff\xff\x80")
    found, understood = read(FROM.encode() + korean + FROM.encode() + bad + box(mail("3@korea.kr", "끝")))

    assert [message.text for _, message in found] == ["똠방각하", "\\xff\\xff\\xff\\x80", "끝"]
    assert found[0][1].sender == "총괄담당"
    assert 0.5 < understood.share < 0.8
    assert understood.unread[0].startswith("#2: ")


def test_what_stands_before_the_first_mail_is_not_understood():
    found, understood = read(b"foreword\n\n" + THREE)

    assert len(found) == 3
    assert understood.n_bytes - understood.n_understood == len(b"foreword\n\n")
    assert understood.unread == ["foreword\n\n"]


def test_a_mail_without_any_time_takes_that_of_the_one_before():
    undated = mail("2@korea.kr", "나").replace("Date: Mon, 02 Mar 2026 09:05:00 +0900\n", "")
    found, _ = read(box(mail("1@korea.kr", "가"), undated))

    assert found[1][1].sent_at == found[0][1].sent_at
    assert [message.is_time_assumed for _, message in found] == [False, True]


def test_an_excerpt_holds_the_kept_threads_alone():
    excerpt = EXPORT.excerpt(ExportFile.of(THREE, "a"), lambda room: room.key == "1@korea.kr")
    found, understood = read(excerpt)
    expected = [pair for pair in read(THREE)[0] if pair[0].key == "1@korea.kr"]

    def plain(pairs: list[tuple[Conversation, Message]]) -> list[tuple[str, str, object, str, str | None]]:
        return [(r.key, m.sender, m.sent_at, m.text, m.thread_id) for r, m in pairs]

    assert plain(found) == plain(expected)
    assert found[0][0] == expected[0][0]
    assert "교육담당" not in excerpt.decode()
    assert "국외출장" not in excerpt.decode()
    assert understood.share == 1.0
    assert EXPORT.excerpt(ExportFile.of(THREE, "a"), lambda _: False) == b""


def test_mailboxes_are_told_from_single_mails_and_from_anything_else():
    one = FROM.encode() + mail("1@korea.kr", "가").encode()

    assert EXPORT.sniff(ExportFile.of(THREE, "보관")) == 0.9
    assert EXPORT.sniff(ExportFile.of(one, "보관.mbox")) == 0.9
    assert EXPORT.sniff(ExportFile.of(one, "한통.eml")) == 0.0
    for other in (
        b"",
        b"From",
        b"From now on\n\nFrom the office: x\n",
        mail("1@korea.kr", "가").encode(),
        "발신: 예산실\nFrom: a@b.kr\nTo: c@d.kr\n".encode(),
        b"{}",
        b"PK\x03\x04",
        b"Date,User,Message\n",
        b"From - Mon Mar 02 09:05:12 2026\nfruit: apple\n\nFrom - Mon Mar 02 09:05:12 2026\nfruit: pear\n",
    ):
        assert EXPORT.sniff(ExportFile.of(other, "a.mbox")) == 0.0


def test_the_reader_may_be_interrupted_by_others_on_the_same_stream():
    file = ExportFile.of(THREE, "a")
    texts = []
    for item in EXPORT.read(file):
        file.open().read(7)
        if isinstance(item, Message):
            texts.append(item.text)

    assert texts == ["요구서를 내 주십시오.", "다른 이야기", "냈습니다."]


def test_more_mails_than_are_kept_are_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(mail_file, "MAX_MAILS", 2)
    found, understood = read(THREE)

    assert len(found) == 2
    assert understood.share < 1.0
    assert "넘음" in understood.unread[0]


@pytest.mark.parametrize(
    "content",
    [
        b"From - Mon Mar 02 09:05:12 2026\n",
        b"From - Mon Mar 02 09:05:12 2026\nFrom: a\nTo: b\n\n" + b"x" * 5_000_000,
        b"From - Mon Mar 02 09:05:12 2026\nFrom: a\nTo: b\nContent-Type: multipart/mixed; boundary=a\n\n"
        + b"".join(b"--a\nContent-Type: multipart/mixed; boundary=a\n\n" for _ in range(3_000)),
        b"From " * 200_000,
        b"\n".join([b"From - Mon Mar 02 09:05:12 2026\nX: y\n"] * 2_000),
        b"\x00" * 100_000,
    ],
)
def test_hostile_mailboxes_raise_nothing(content: bytes):
    _, understood = read(content)

    assert 0.0 <= understood.share <= 1.0


def test_no_mail_at_hand_is_taken_for_a_mailbox_and_all_of_them_together_are_one():
    root = SHARED / "messengers" / "mail"
    if not root.is_dir():
        pytest.skip(f"mails not at {root}")
    files = sorted(root.glob("*.eml"))
    for path in files:
        with path.open("rb") as stream:
            assert EXPORT.sniff(ExportFile(stream, path.name, path.stat().st_size)) == 0.0, path.name
    together = io.BytesIO()
    for path in files:
        raw = path.read_bytes()
        raw = raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw
        together.write(FROM.encode() + raw.replace(b"\nFrom ", b"\n>From ") + b"\n\n")
    found, understood = read(together.getvalue())

    assert len(files) > 10
    assert len(found) == len(files)
    assert understood.share == 1.0
