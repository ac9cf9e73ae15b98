"""A site's own grammar: lines and blocks become messages, what is not understood is told, and its author is told what is wrong."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from connectors.messengers.contract import ExportFile
from connectors.messengers.grammar import Grammar, GrammarExport, parse_grammar, preview
from schemas.conversations import SEOUL, Conversation, Message, MessageKind, Precision, Understood
from schemas.outcome import Failed

DOCS = Path(__file__).resolve().parents[3] / "docs"
EXAMPLE = (DOCS / "grammars" / "example-uc.toml").read_text(encoding="utf-8")
LINES = """[가람 메신저] 대화 저장
대화방 : 2027년 예산 협의
저장한 사람 : 총괄담당
----------

==== 2026-03-02(월) ====
총괄담당(예산실) (오전 9:05:12) : 요구서 올렸습니다

  들여 쓴 둘째 문단

※ 복지담당님이 들어왔습니다.
복지담당(복지과) (오후 12:30:00) : (파일) 똠방 요구서.hwp
==== 2026-03-03(화) ====
총괄담당(예산실) (오전 12:01:00) : (사진)
"""
NOTES_GRAMMAR = (DOCS / "messenger-grammars.md").read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
NOTES = """----------------------------------------
보낸사람: 총괄담당
받는사람: 복지담당, 교육담당
일시: 2026-03-02 09:05
내용:
요구서를 금요일까지 내 주십시오.

----------------------------------------
위 선은 본문의 것입니다.

----------------------------------------
보낸사람: 복지담당
받는사람: 총괄담당
일시: 2026-03-02 10:00
제목: 회신
내용: 알겠습니다.
"""


def read(grammar: Grammar | str, content: str | bytes) -> tuple[Conversation, list[Message], Understood]:
    parsed = parse_grammar(grammar) if isinstance(grammar, str) else grammar
    raw = content if isinstance(content, bytes) else content.encode("cp949" if parsed.encoding else "utf-8")
    items = list(GrammarExport(parsed).read(ExportFile.of(raw, "대화.txt")))
    assert isinstance(items[0], Conversation)
    assert isinstance(items[-1], Understood)
    conversations = [item for item in items if isinstance(item, Conversation)]
    assert len({conversation.key for conversation in conversations}) == 1
    return conversations[-1], [item for item in items if isinstance(item, Message)], items[-1]


def simple(**changes: str) -> str:
    items = {
        "name": '"uc"',
        "label": '"UC"',
        "message": r"""'^\[(?P<sender>[^\]]+)\] (?P<ts>\S+ \S+) (?P<text>.*)$'""",
        "ts_format": '"%Y-%m-%d %H:%M"',
        **changes,
    }
    return "\n".join(f"{name} = {value}" for name, value in items.items() if value)


def test_the_example_reads_what_its_page_shows():
    room, messages, understood = read(EXAMPLE, LINES)

    assert room.title == "2027년 예산 협의"
    assert room.application == "garam-uc"
    assert [(m.sender, m.sent_at.isoformat(), m.kind.value, m.text) for m in messages] == [
        ("총괄담당", "2026-03-02T09:05:12+09:00", "text", "요구서 올렸습니다\n\n  들여 쓴 둘째 문단"),
        ("", "2026-03-02T09:05:12+09:00", "system", "복지담당님이 들어왔습니다."),
        ("복지담당", "2026-03-02T12:30:00+09:00", "file", "(파일) 똠방 요구서.hwp"),
        ("총괄담당", "2026-03-03T00:01:00+09:00", "photo", "(사진)"),
    ]
    assert messages[2].attachments[0].name == "똠방 요구서.hwp"
    assert [m.is_time_assumed for m in messages] == [False, True, False, False]
    assert {m.precision for m in messages if not m.is_time_assumed} == {Precision.SECOND}
    assert not any(m.is_offset_assumed for m in messages)
    assert (messages[0].source.line_start, messages[0].source.line_end) == (7, 9)
    assert understood.share == 1.0
    assert understood.n_bytes == len(LINES.encode("cp949"))
    assert not understood.unread


def test_notes_in_blocks_are_read_with_lines_of_dashes_in_them():
    room, messages, understood = read(NOTES_GRAMMAR, NOTES)

    assert [(m.sender, m.sent_at.isoformat(), m.text) for m in messages] == [
        (
            "총괄담당",
            "2026-03-02T09:05:00+09:00",
            "요구서를 금요일까지 내 주십시오.\n\n----------------------------------------\n위 선은 본문의 것입니다.",
        ),
        ("복지담당", "2026-03-02T10:00:00+09:00", "회신\n알겠습니다."),
    ]
    assert {m.precision for m in messages} == {Precision.MINUTE}
    assert [person.name for person in room.participants] == ["총괄담당", "복지담당", "교육담당"]
    assert understood.share == 1.0


def test_a_note_without_a_time_is_not_understood_and_the_next_one_is():
    broken = NOTES.replace("일시: 2026-03-02 09:05", "일시: 2026-13-45 09:05")
    _, messages, understood = read(NOTES_GRAMMAR, broken)

    assert [m.sender for m in messages] == ["복지담당"]
    assert 0.2 < understood.share < 0.8
    assert any("2026-13-45" in line for line in understood.unread)


def test_blocks_may_begin_with_their_first_field():
    grammar = NOTES_GRAMMAR.replace(r"start = '^-{10,}$'", r"start = '^보낸사람\s*:'")
    text = "".join(
        f"보낸사람: {name}\n일시: 2026-03-02 09:0{place}\n내용: 본문\n둘째 줄\n\n"
        for place, name in enumerate("가나다")
    )
    _, messages, understood = read(grammar, text)

    assert [(m.sender, m.text) for m in messages] == [(name, "본문\n둘째 줄") for name in "가나다"]
    assert understood.share == 1.0


@pytest.mark.parametrize(
    ("stamp", "ts_format", "expected", "precision"),
    [
        ("2026-03-02 09:05", "%Y-%m-%d %H:%M", "2026-03-02T09:05:00+09:00", "minute"),
        ("2026.03.02(월) 오후 12:05", "%Y.%m.%d %p %I:%M", "2026-03-02T12:05:00+09:00", "minute"),
        ("2026년 3월 2일 월요일 오전 12:05:30", "%Y년 %m월 %d일 %p %I:%M:%S", "2026-03-02T00:05:30+09:00", "second"),
        ("26/03/02 23:59:59.250", "%y/%m/%d %H:%M:%S.%f", "2026-03-02T23:59:59.250000+09:00", "millisecond"),
        ("2026-03-02T00:05:00+0000", "%Y-%m-%dT%H:%M:%S%z", "2026-03-02T00:05:00+00:00", "second"),
    ],
)
def test_times_in_one_piece_are_read_by_their_format(stamp: str, ts_format: str, expected: str, precision: str):
    grammar = simple(message=r"""'^\[(?P<sender>[^\]]+)\] <(?P<ts>[^>]+)> (?P<text>.*)$'""", ts_format=f'"{ts_format}"')
    _, messages, _ = read(grammar, f"[총괄담당] <{stamp}> 확인\n")

    assert messages[0].sent_at.isoformat() == expected
    assert messages[0].precision.value == precision
    assert messages[0].is_offset_assumed == ("%z" not in ts_format)


def test_the_offset_of_the_grammar_is_taken():
    _, messages, _ = read(simple(offset='"-05:30"'), "[가] 2026-03-02 09:05 나\n")

    assert messages[0].sent_at.utcoffset() == -timedelta(hours=5, minutes=30)
    assert not messages[0].is_offset_assumed


def test_lines_before_the_first_message_and_impossible_times_are_not_understood():
    text = "모르는 머리글\n[가] 2026-03-02 09:05 하나\n[나] 2026-99-02 09:05 둘\n"
    _, messages, understood = read(simple(continuation="false"), text)

    assert [m.text for m in messages] == ["하나"]
    assert understood.unread == ["모르는 머리글", "[나] 2026-99-02 09:05 둘"]
    assert understood.n_understood == len("[가] 2026-03-02 09:05 하나\n".encode())


def test_times_that_run_back_are_told_unless_the_newest_stands_first():
    text = "[가] 2026-03-02 09:05 하나\n[가] 2026-03-01 09:05 둘\n"

    assert read(simple(), text)[2].is_backwards
    assert not read(simple(newest_first="true"), text)[2].is_backwards


def test_a_message_before_any_day_is_not_understood():
    grammar = simple(
        ts_format="",
        message=r"""'^(?P<H>\d+):(?P<M>\d+) (?P<sender>\S+) (?P<text>.*)$'""",
        day=r"""'^(?P<y>\d+)-(?P<m>\d+)-(?P<d>\d+)$'""",
    )
    _, messages, understood = read(grammar, "9:01 가 하나\n2026-3-2\n24:01 가 둘\n9:02 가 셋\n")

    assert [(m.text, m.sent_at.isoformat()) for m in messages] == [("셋", "2026-03-02T09:02:00+09:00")]
    assert understood.unread == ["9:01 가 하나", "24:01 가 둘"]


def test_a_file_that_is_in_another_encoding_is_refused():
    with pytest.raises(Failed, match="undecodable_text"):
        read(simple(encoding='"utf-8"'), "[가] 2026-03-02 09:05 똠\n".encode("cp949"))


def test_encodings_are_found_where_the_grammar_names_none():
    for encoding in ("utf-8", "utf-8-sig", "cp949", "utf-16"):
        _, messages, understood = read(simple(), "[총괄담당] 2026-03-02 09:05 똠방각하\r\n둘째\r\n".encode(encoding))
        assert [(m.sender, m.text) for m in messages] == [("총괄담당", "똠방각하\n둘째")]
        assert understood.share == 1.0


def test_a_line_of_many_megabytes_is_no_trouble():
    _, messages, understood = read(simple(), "[가] 2026-03-02 09:05 하나\n" + "나" * 3_000_000 + "\n")

    assert len(messages[0].text) == 3_000_003
    assert understood.share == 1.0


def test_only_files_that_begin_so_are_taken_for_such_exports():
    export = GrammarExport(parse_grammar(EXAMPLE))

    assert export.sniff(ExportFile.of(LINES.encode("cp949"), "a.txt")) == 0.9
    assert export.sniff(ExportFile.of(LINES.encode(), "a.txt")) == 0.9
    for other in ("", "회의 결과\n대화방 : 없음\n", LINES.replace("대화방", "방"), "{}", "Date,User,Message\n"):
        assert export.sniff(ExportFile.of(other.encode(), "a.txt")) == 0.0
    assert export.sniff(ExportFile.of(b"PK\x03\x04" + bytes(100), "a.txt")) == 0.0
    assert export.sniff(ExportFile.of(b"\xff\xfe\x00\x01\x81" * 100, "a.txt")) == 0.0


def test_without_a_beginning_nearly_all_of_the_head_must_be_understood():
    export = GrammarExport(parse_grammar(simple()))
    line = "[가] 2026-03-02 09:05 하나\n"

    assert export.sniff(ExportFile.of((line * 3).encode(), "a.txt")) == 0.6
    assert export.sniff(ExportFile.of(line.encode(), "a.txt")) == 0.0
    assert export.sniff(ExportFile.of(("문서이다.\n" * 9 + line * 2).encode(), "a.txt")) == 0.0
    assert export.sniff(ExportFile.of((line * 2 + "문서이다.\n" * 90).encode(), "a.txt")) == 0.0


def test_a_preview_shows_what_is_not_understood():
    text = LINES.replace("저장한 사람 : 총괄담당", "판 번호 7")
    found = preview(parse_grammar(EXAMPLE), ExportFile.of(text.encode("cp949"), "a.txt"), limit=5)

    assert found.unread == [(3, "판 번호 7")]
    assert found.title == "2027년 예산 협의"
    assert found.senders["총괄담당"] == 2
    assert found.counts["message"] == 3
    assert found.counts["system"] == 1
    assert found.counts["day"] == 2
    assert found.counts["continuation"] == 1
    assert found.kinds[MessageKind.FILE] == 1
    assert found.first_sent_at == datetime(2026, 3, 2, 9, 5, 12, tzinfo=SEOUL)
    assert found.last_sent_at == datetime(2026, 3, 3, 0, 1, tzinfo=SEOUL)
    assert found.is_recognised
    assert 0.9 < found.share < 1.0


def test_there_is_no_excerpt_of_one_conversation():
    with pytest.raises(AssertionError):
        GrammarExport(parse_grammar(EXAMPLE)).excerpt(ExportFile.of(b"", "a"), lambda _: True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = ", "TOML이 틀렸습니다"),
        (simple(message="'^(?P<sender>['"), "정규식이 틀렸습니다"),
        (simple(message=r"'^(?P<sender>\S+) (?P<H>\d+):(?P<M>\d+) .*$'"), r"(?P<text>…) 그룹이 없습니다"),
        (simple(message=r"'^(?P<sender>\S+) (?P<text>.*)$'"), "시각이 없습니다"),
        (simple(message=r"'^(?P<sender>\S+) (?P<H>\d+):(?P<M>\d+) (?P<text>.*)$'"), "day가 있어야 합니다"),
        (simple(ts_format=""), "day가 있어야 합니다"),
        (simple(ts_format='"%Y-%Q"'), "ts_format을 알 수 없습니다"),
        (simple(message=""), "꼭 하나를 적습니다"),
        (simple(label=""), "label: 빠졌습니다"),
        (simple(name='"가람"'), "name: 소문자"),
        (simple(mesage="'x'"), "mesage: 모르는 항목입니다"),
        (simple(offset='"KST"'), "offset은"),
        (simple(encoding='"klingon"'), "모르는 인코딩"),
        (simple(title="'^방: .*$'"), "title"),
        (simple(day="'^----$'"), "day의 정규식"),
        (simple() + "\n[placeholders]\n'사진' = \"picture\"", "쓸 수 있는 것: text"),
        (NOTES_GRAMMAR.replace("(?P<sender>", "("), "sender"),
        (NOTES_GRAMMAR.replace("receivers =", "receiver ="), "모르는 칸입니다: receiver"),
        (NOTES_GRAMMAR.replace("ts = ", "title = ", 1), "TOML이 틀렸습니다"),
    ],
)
def test_the_author_is_told_what_is_wrong(text: str, said: str):
    with pytest.raises(ValueError) as raised:
        parse_grammar(text)

    assert said in str(raised.value)
