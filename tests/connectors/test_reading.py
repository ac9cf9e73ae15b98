"""Reading a file end to end, in-process: the auction, members, secrecy, limits, and what becomes of errors."""

import io
import struct
import unicodedata
import zipfile
import zlib
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import reading as reading_module
from connectors.contract import Blob, Document, MemberFile
from connectors.inflation import MAX_INFLATED_BYTES
from connectors.limits import Limits
from connectors.reading import discover_formats, fingerprint, read_blob, recognise
from connectors.tools import NeedsTool
from schemas.elements import Cell, Element, ElementKind, Grid, Property, Reading
from schemas.identity import digest_bytes
from schemas.masking import contains_identifier
from schemas.outcome import QUARANTINE_REASONS, SKIP_RULES, Failed, Outcome
from schemas.scope import Register, Scope

NUMBER = "850614-1234567"


def archive(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return buffer.getvalue()


def mail(subject: str, body: str, attachments: dict[str, bytes]) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@korea.kr", "b@korea.kr", subject
    message["Date"] = "Mon, 05 Jan 2026 09:00:00 +0900"
    message.set_content(body)
    for name, content in attachments.items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def verdicts(readings: list[Reading]) -> list[tuple[str | None, str, str | None]]:
    return [(reading.member_path, reading.outcome.value, reading.reason) for reading in readings]


def text_of(readings: list[Reading]) -> str:
    return "".join(reading.model_dump_json() for reading in readings)


@pytest.mark.parametrize(
    ("content", "name", "format_name"),
    [
        (b"1. title\ntext", "a.txt", "plain"),
        (b"a,b\n1,2\n", "a.csv", "csv"),
        (b"# title\n", "a.md", "markdown"),
        (b"<html><body><p>x</p></body></html>", "a.html", "html"),
        (b"<table><tr><td>1</td></tr></table>", "a.xls", "html"),
        (mail("s", "b", {}), "a.eml", "eml"),
        (mail("s", "b", {}), "a.txt", "eml"),
        (archive({"a.txt": b"x"}), "a.zip", "zip"),
        (archive({"a.txt": b"x"}), "a.hwp", "zip"),
    ],
)
def test_the_content_decides_the_format(content: bytes, name: str, format_name: str):
    assert recognise(Blob(content, name)).name == format_name


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "a.hwp", "empty_file"),
        (b"\x9b\x20DRMONE  This Document is encrypted", "a.hwp", "drm_fasoo"),
        (b"<!-- FasooSecureContainer ", "a.xlsx", "drm_fasoo"),
        (b"SCDSA004" + b"\x00" * 50, "a.xlsx", "drm_softcamp"),
        (b"<DOCUMENT SAFER V2>", "a.pptx", "drm_markany"),
        (b"\x00\x01\x02\x03" * 20, "a.bin", "unsupported_format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.doc", "unsupported_format"),
        (b"<?xml version='1.0'?><a/>", "a.xml", "unsupported_format"),
        ("résumé".encode("latin-1"), "a.txt", "undecodable_text"),
        (b" \n\t ", "a.txt", "no_text"),
        (b"<html><body></body></html>", "a.html", "no_text"),
        (archive({}), "a.zip", "no_text"),
        (archive({"a.txt": b"x"})[:-8], "a.zip", "corrupt"),
    ],
)
def test_what_cannot_be_read_is_quarantined_with_its_reason(content: bytes, name: str, reason: str):
    (reading,) = read_blob(content, name)

    assert (reading.outcome, reading.reason, reading.elements) == (Outcome.QUARANTINED, reason, [])
    assert (reading.content_id, reading.size_bytes, reading.name) == (digest_bytes(content), len(content), name)


def compound_file(stream_names: list[str]) -> bytes:
    """A compound file as far as its directory goes: a header and one sector of entries."""
    entries = b""
    for name in stream_names:
        raw = name.encode("utf-16-le")
        entries += raw.ljust(64, b"\0") + struct.pack("<H", len(raw) + 2) + b"\2" + b"\0" * 61
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + entries.ljust(512, b"\0")


def test_an_encrypted_office_document_is_told_by_its_directory_and_not_by_words_in_it():
    assert read_blob(compound_file(["EncryptionInfo", "EncryptedPackage"]), "a.xlsx")[0].reason == "password_ooxml"
    mentioned = compound_file(["Data"]) + b"x" + "EncryptedPackage EncryptionInfo".encode("utf-16-le")
    assert read_blob(mentioned, "a.doc")[0].reason == "unsupported_format"


def kakao(title: str, *texts: str) -> bytes:
    head = (
        f"{title} 님과 카카오톡 대화\n저장한 날짜 : 2026-01-05 10:44:52\n\n--------------- 2026년 1월 5일 월요일 ---\n"
    )
    people = ("총괄담당", "복지담당", "국토담당")
    lines = [f"[{people[k % 3]}] [오전 9:{k:02}] {text}\n" for k, text in enumerate((*texts, "자료", "봄", "끝"))]
    return (head + "".join(lines)).encode()


REGISTERED = Register(scopes=(Scope(name="예산", titles=("예산협의",)),)).model_dump(mode="json")


def test_an_export_of_an_application_that_nothing_reads_is_skipped_and_leaves_no_text():
    page = f"<html><head><title>Exported Data</title></head><body>{NUMBER} 사사로운 말</body></html>"
    (reading,) = read_blob(page.encode(), "messages.html")
    members = read_blob(archive({"대화.html": page.encode(), "b.txt": b"b"}), "a.zip")

    assert (reading.outcome, reading.reason, reading.format) == (Outcome.SKIPPED, "messenger_not_yet", "telegram")
    assert (reading.elements, reading.transcripts) == ([], [])
    assert verdicts(members)[1:] == [("대화.html", "skipped", "messenger_not_yet"), ("b.txt", "kept", None)]


def test_an_export_is_read_whole_where_nothing_is_stored():
    (reading,) = read_blob(kakao("동호회", f"제 번호는 {NUMBER}입니다"), "a.txt")

    assert (reading.outcome, reading.format, reading.is_scoped) == (Outcome.KEPT, "kakaotalk", False)
    assert (reading.elements, reading.kept_part, reading.coverage) == ([], None, 1.0)
    (transcript,) = reading.transcripts
    assert [message.text for message in transcript.messages] == ["제 번호는 ******-*******입니다", "자료", "봄", "끝"]
    assert (transcript.scope, reading.title, reading.n_masked) == (None, "동호회", 1)
    assert reading.account is not None
    assert (reading.account.n_messages, reading.account.n_messages_left_out) == (4, 0)
    assert not contains_identifier(text_of([reading]))


def test_of_an_export_only_what_is_registered_comes_out():
    (kept,) = read_blob(kakao("예산협의", "첫 글"), "a.txt", register=REGISTERED)
    (left,) = read_blob(kakao("동호회", "사사로운 말"), "a.txt", register=REGISTERED)
    (nothing,) = read_blob(kakao("예산협의", "첫 글"), "a.txt", register=Register().model_dump(mode="json"))

    assert (kept.outcome, kept.is_scoped, kept.transcripts[0].scope) == (Outcome.KEPT, True, "예산")
    for one in (left, nothing):
        assert (one.outcome, one.reason, one.is_scoped) == (Outcome.SKIPPED, "unregistered_conversation", True)
        assert (one.transcripts, one.elements, one.title, one.kept_part) == ([], [], None, None)
        assert one.account is not None
        assert (one.account.n_conversations_left_out, one.account.n_messages_left_out) == (1, 4)
    assert "사사로운" not in text_of([left])
    assert "동호회" not in text_of([left])


def test_in_an_archive_a_file_goes_with_the_conversation_that_it_was_attached_to():
    members = {
        "예산.txt": kakao("예산협의", "파일: 예산안.txt"),
        "동호회.txt": kakao("동호회", "파일: 회비.txt"),
        "예산안.txt": "예산안 본문".encode(),
        "회비.txt": "회비 명단".encode(),
        "밖.txt": "아무의 것도 아닌 글".encode(),
    }
    own, *found = read_blob(archive(members), "a.zip", register=REGISTERED)
    by_id = {reading.content_id: reading for reading in found}
    budget, dues, outside = (by_id[digest_bytes(members[name])] for name in ("예산안.txt", "회비.txt", "밖.txt"))

    assert own.is_scoped
    assert (budget.outcome, budget.scope) == (Outcome.KEPT, "예산")
    assert (outside.outcome, outside.scope) == (Outcome.KEPT, None)
    assert (dues.outcome, dues.reason, dues.elements) == (Outcome.SKIPPED, "unregistered_conversation", [])
    assert "회비" not in dues.model_dump_json(), "its name is part of what was said"
    assert "명단" not in text_of([own, *found])


def test_in_an_archive_the_name_of_a_room_that_is_not_registered_is_hidden():
    members = {
        "동호회님과 카카오톡 대화.txt": kakao("동호회", "말"),
        "예산협의님과 카카오톡 대화.txt": kakao("예산협의", "글"),
    }
    content = archive(members)

    assert [reading.member_path for reading in read_blob(content, "a.zip", register=REGISTERED)[1:]] == [
        "[등록되지 않은 대화]님과 카카오톡 대화.txt",
        "예산협의님과 카카오톡 대화.txt",
    ]
    assert [reading.member_path for reading in read_blob(content, "a.zip")[1:]] == [*members]


def test_an_archive_without_an_export_has_nothing_to_do_with_the_register():
    readings = read_blob(archive({"a.txt": "글".encode()}), "a.zip", register=REGISTERED)
    assert readings == read_blob(archive({"a.txt": "글".encode()}), "a.zip")
    assert not any(reading.is_scoped for reading in readings)


def test_a_secrecy_mark_in_a_conversation_keeps_all_of_it_out():
    marked = kakao("예산협의", "대외비\n내부 검토 자료입니다")
    (reading,) = read_blob(marked, "a.txt", register=REGISTERED)
    (released,) = read_blob(marked, "a.txt", register=REGISTERED, is_released=True)

    assert (reading.outcome, reading.reason, reading.transcripts) == (Outcome.QUARANTINED, "secrecy_mark", [])
    assert "내부 검토" not in text_of([reading])
    assert (released.outcome, len(released.transcripts)) == (Outcome.KEPT, 1)


def test_a_grammar_reads_what_no_module_does():
    grammar = (Path(__file__).resolve().parents[2] / "docs/grammars/example-uc.toml").read_text(encoding="utf-8")
    text = (
        "[가람 메신저] 대화 저장\n대화방 : 예산협의\n참여자 : 3명\n==== 2026-03-02(월) ====\n"
        "총괄담당(예산실) (오전 9:05:12) : 자료 올렸습니다\n복지담당(복지과) (오전 9:06:00) : 봄\n"
    ).encode("cp949")
    (plain,) = read_blob(text, "a.txt")
    (reading,) = read_blob(text, "a.txt", grammars=[grammar])

    assert (plain.format, reading.format) == ("plain", "garam-uc")
    assert [message.text for message in reading.transcripts[0].messages] == ["자료 올렸습니다", "봄"]
    assert fingerprint() != fingerprint(grammars=[grammar])


def test_members_are_read_recursively_and_named_by_the_container_directly_around_them():
    inner = archive({"표.csv": "가,나\n1,2\n".encode("cp949")})
    outer = mail("자료", "본문", {"자료.zip": inner, "글.txt": "글".encode()})
    readings = read_blob(outer, "메일.eml")

    assert verdicts(readings) == [
        (None, "kept", None),
        ("자료.zip", "kept", None),
        ("표.csv", "kept", None),
        ("글.txt", "kept", None),
    ]
    assert [reading.container_id for reading in readings] == [
        None,
        digest_bytes(outer),
        digest_bytes(inner),
        digest_bytes(outer),
    ]
    assert readings[2].elements[0].table is not None
    assert [reading.format for reading in readings] == ["eml", "zip", "csv", "plain"]


def test_members_of_one_name_keep_apart_and_system_files_are_skipped():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target, pytest.warns(UserWarning, match="Duplicate"):
        for name in ("a.txt", "a.txt", "__MACOSX/._a.txt", "x/Thumbs.db", "~$a.docx", "x/.DS_Store"):
            target.writestr(name, b"x")
    readings = read_blob(buffer.getvalue(), "a.zip")

    assert verdicts(readings)[1:] == [
        ("a.txt", "kept", None),
        ("a.txt (2)", "kept", None),
        ("__MACOSX/._a.txt", "skipped", "system_file"),
        ("x/Thumbs.db", "skipped", "system_file"),
        ("~$a.docx", "skipped", "office_owner_file"),
        ("x/.DS_Store", "skipped", "system_file"),
    ]


def test_thousands_of_members_of_one_name_are_told_apart_at_once():
    members = [MemberFile("a.txt", b"x") for _ in range(20_000)] + [MemberFile("a.txt (2)", b"y")]
    paths = [path for _, path in reading_module._with_paths(members)]
    assert (paths[:3], paths[-1], len(set(paths))) == (["a.txt", "a.txt (2)", "a.txt (3)"], "a.txt (2) (2)", 20_001)


def test_names_and_paths_are_composed_and_masked():
    name = unicodedata.normalize("NFD", f"예산총괄과 {NUMBER}.txt")
    (single,) = read_blob("글".encode(), name)
    container, member = read_blob(archive({f"가/{name}": "글".encode()}), "a.zip")

    assert single.name == "예산총괄과 ******-*******.txt"
    assert member.member_path == "가/예산총괄과 ******-*******.txt"
    assert not contains_identifier(text_of([single, container, member]))


def test_text_is_masked_and_counted():
    (reading,) = read_blob(f"신청인 {NUMBER}\n\n예산 8506141234567원".encode(), "a.txt")

    assert [element.text for element in reading.elements] == ["신청인 ******-*******", "예산 8506141234567원"]
    assert reading.n_masked == 1


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("대외비\n\n내부 검토 자료".encode(), "a.txt"),
        ("내부 검토 자료".encode(), "검토(대외비).txt"),
        (b"\x00\x01", "Ⅱ급비밀.bin"),
        ("<html><head><title>[대외비] 검토</title></head><body><p>내부 검토 자료</p></body></html>".encode(), "a.html"),
        (mail("[대외비] 검토", "내부 검토 자료", {}), "a.eml"),
    ],
)
def test_a_marked_document_leaves_nothing_but_its_mark(content: bytes, name: str):
    (reading,) = read_blob(content, name)

    assert (reading.outcome, reading.reason) == (Outcome.QUARANTINED, "secrecy_mark")
    assert (reading.elements, reading.title, reading.n_masked) == ([], None, 0)
    assert "내부 검토" not in text_of([reading])


@pytest.mark.parametrize("secret", [("b.txt", "대외비\n본문"), ("대외비/b.txt", "본문"), ("b(대외비).txt", "")])
def test_a_secret_member_withholds_everything_round_it(secret: tuple[str, str]):
    path, text = secret
    inner = archive({"a.txt": "곁의 글".encode(), path: text.encode(), "c.txt": "뒤의 글".encode()})
    readings = read_blob(archive({"앞.txt": "앞의 글".encode(), "안.zip": inner, "뒤.txt": b"x"}), "a.zip")

    assert verdicts(readings) == [
        (None, "quarantined", "secret_member"),
        ("앞.txt", "quarantined", "secret_member"),
        ("안.zip", "quarantined", "secret_member"),
        ("a.txt", "quarantined", "secret_member"),
        (path, "quarantined", "secrecy_mark"),
        ("c.txt", "quarantined", "secret_member"),
        ("뒤.txt", "quarantined", "secret_member"),
    ]
    assert not any(reading.elements or reading.title for reading in readings)
    assert not any(word in text_of(readings) for word in ("곁의 글", "앞의 글", "뒤의 글"))


def test_a_marked_mail_withholds_its_attachments():
    readings = read_blob(mail("검토", "대외비\n\n본문", {"a.txt": b"attached"}), "a.eml")

    assert verdicts(readings) == [(None, "quarantined", "secrecy_mark"), ("a.txt", "quarantined", "secret_member")]
    assert "attached" not in text_of(readings)


def test_a_released_document_is_read_with_its_mark_and_masked_all_the_same():
    content = f"대외비\n교육 자료이다. 주민등록번호 {NUMBER}".encode()
    (refused,) = read_blob(content, "대외비 안내.txt")
    (released,) = read_blob(content, "대외비 안내.txt", is_released=True)
    assert (refused.reason, refused.elements) == ("secrecy_mark", [])
    assert released.outcome is Outcome.KEPT
    text = " ".join(element.text for element in released.elements)
    assert "대외비" in text
    assert not contains_identifier(text)
    assert released.n_masked == 1


def test_a_released_container_is_read_with_all_its_members():
    content = archive({"대외비/가.txt": "가의 글".encode(), "나.txt": "대외비\n나의 글".encode()})
    assert {reading.reason for reading in read_blob(content, "묶음.zip")} == {"secret_member", "secrecy_mark"}
    own, *members = read_blob(content, "묶음.zip", is_released=True)
    assert {reading.outcome for reading in (own, *members)} == {Outcome.KEPT}
    assert [member.member_path for member in members] == ["대외비/가.txt", "나.txt"]


def test_containers_too_deep_inside_each_other_are_bombs():
    content = b"text"
    for _ in range(6):
        content = archive({"in.zip" if content != b"text" else "in.txt": content})
    readings = read_blob(content, "a.zip")

    assert [reading.reason for reading in readings] == [None, None, None, None, "archive_bomb"]
    assert [r.reason for r in read_blob(content, "a.zip", Limits(max_depth=1))] == [None, None, "archive_bomb"]


def test_members_beyond_the_limits_of_the_whole_file_are_a_bomb():
    many = archive({str(number): b"x" for number in range(20)})
    nested = archive({f"{number}.zip": many for number in range(5)})
    large = archive({f"{number}.txt": b"0" * (1 << 20) for number in range(3)})

    assert verdicts(read_blob(nested, "a.zip", Limits(max_members=50))) == [(None, "quarantined", "archive_bomb")]
    assert verdicts(read_blob(large, "a.zip", Limits(max_inflated_mb=2))) == [(None, "quarantined", "archive_bomb")]


@pytest.mark.parametrize("name", ["bomb.zip", "bomb.xlsx", "bomb.hwpx"])
def test_a_bomb_is_refused_before_a_format_sees_it(name: str):
    assert MAX_INFLATED_BYTES > 70 << 20
    content = archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"\0" * (70 << 20)})

    assert verdicts(read_blob(content, name)) == [(None, "quarantined", "archive_bomb")]


@pytest.mark.parametrize(
    ("limits", "text"),
    [
        (Limits(max_elements=10), "\n\n".join(["문단"] * 11)),
        (Limits(max_text_mb=1), "글" * 400_000),
    ],
)
def test_a_document_beyond_the_limits_is_refused(limits: Limits, text: str):
    assert read_blob(text.encode(), "a.txt", limits)[0].reason == "too_many_elements"
    assert read_blob(text.encode(), "a.txt")[0].outcome is Outcome.KEPT


class Scripted:
    """A format that does as it is told."""

    name = "scripted"
    label = "시험"
    distributions = ()
    version = 1
    preload = ()
    keeps = ("글",)
    loses = ()

    def __init__(self, outcome: Document | BaseException) -> None:
        self.outcome = outcome

    def sniff(self, blob: Blob) -> float:
        return 1.0

    def read(self, blob: Blob) -> Document:
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome


def read_scripted(monkeypatch: pytest.MonkeyPatch, outcome: Document | BaseException) -> Reading:
    monkeypatch.setattr(reading_module, "discover_formats", lambda: {"scripted": Scripted(outcome)})
    (reading,) = read_blob(b"content", "a.xyz")
    return reading


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Failed("password_hwp", "암호"), "password_hwp"),
        (zipfile.BadZipFile("bad"), "corrupt"),
        (zlib.error("bad"), "corrupt"),
        (struct.error("bad"), "corrupt"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), "corrupt"),
        (EOFError("bad"), "corrupt"),
        (KeyError("There is no item named 'x' in the archive"), "corrupt"),
        (ValueError("bad"), "reader_failed"),
        (KeyError("x"), "reader_failed"),
        (RecursionError("deep"), "reader_failed"),
        (MemoryError(), "out_of_memory"),
    ],
)
def test_an_error_of_a_format_becomes_a_reason(monkeypatch, error: BaseException, reason: str):
    reading = read_scripted(monkeypatch, error)

    assert (reading.outcome, reading.reason, reading.format) == (Outcome.QUARANTINED, reason, "scripted")


def test_xml_and_ole_errors_mean_corrupt(monkeypatch):
    import lxml.etree
    import olefile

    with pytest.raises(lxml.etree.XMLSyntaxError) as caught:
        lxml.etree.fromstring(b"<a>")
    assert read_scripted(monkeypatch, caught.value).reason == "corrupt"
    with pytest.raises(OSError) as not_ole:
        olefile.OleFileIO(b"x" * 2_000)
    assert read_scripted(monkeypatch, not_ole.value).reason == "corrupt"


def test_whatever_a_library_trips_over_in_a_file_means_corrupt(monkeypatch):
    from docx.oxml.simpletypes import ST_DecimalNumber

    with pytest.raises(ValueError, match="invalid literal") as in_a_library:
        ST_DecimalNumber.convert_from_xml("x")
    with pytest.raises(ValueError, match="invalid literal") as of_our_own:
        int("x")
    assert read_scripted(monkeypatch, in_a_library.value).reason == "corrupt"
    assert read_scripted(monkeypatch, of_our_own.value).reason == "reader_failed"


def test_the_detail_of_an_error_is_one_short_masked_line(monkeypatch):
    reading = read_scripted(monkeypatch, ValueError(f"첫 줄\n{NUMBER}\x00" + "가" * 500))

    assert reading.detail is not None
    assert reading.detail.startswith("ValueError: 첫 줄 ******-*******")
    assert len(reading.detail) <= 200


def test_an_impossible_grid_costs_its_own_document_only(monkeypatch):
    outside = Grid(n_rows=1, n_cols=1, cells=[Cell(row=9, col=9, text="x")])
    vast = Grid(n_rows=1_048_576, n_cols=16_384, cells=[Cell(row=1, col=1, text="x")])

    def read(grid: Grid) -> Reading:
        return read_scripted(
            monkeypatch, Document(reader="x", elements=[Element(kind=ElementKind.TABLE, text="x", table=grid)])
        )

    assert read(outside).reason == "reader_failed"
    assert read(vast).reason == "too_many_elements"


def test_the_fingerprint_follows_rules_formats_and_limits(monkeypatch):
    before = fingerprint()

    assert fingerprint(Limits()) == before
    assert fingerprint(Limits(max_elements=1)) != before
    assert fingerprint(Limits(wall_seconds=9_999, memory_mb=9_999)) == before
    monkeypatch.setattr(reading_module.masking, "RULES_VERSION", 99)
    assert fingerprint() != before
    monkeypatch.undo()
    assert fingerprint() == before
    monkeypatch.setattr(reading_module, "discover_formats", lambda: {"scripted": Scripted(Document(reader="x"))})
    assert fingerprint() != before


def test_a_document_that_needs_a_program_is_not_judged_where_it_may_not_run(monkeypatch):
    reading = read_scripted(monkeypatch, NeedsTool("OCR"))
    assert (reading.outcome, reading.reason, reading.elements) == (Outcome.QUARANTINED, "needs_tool", [])


def test_an_embedded_picture_without_text_is_passed_over_and_an_attached_file_is_not(monkeypatch):
    members = [
        MemberFile("BinData/image1.png", b"\x89PNG no picture", is_embedded=True),
        MemberFile("첨부.png", b"\x89PNG no picture either"),
        MemberFile("BinData/표.csv", "항목,금액\n인건비,10\n".encode(), is_embedded=True),
    ]
    element = Element(kind=ElementKind.NARRATIVE_TEXT, text="본문")
    scripted = Scripted(Document(reader="x", elements=[element], members=members))
    known = reading_module.discover_formats()
    monkeypatch.setattr(reading_module, "discover_formats", lambda: {"scripted": scripted, "csv": known["csv"]})
    monkeypatch.setattr(scripted, "sniff", lambda blob: float(blob.content == b"whole"))
    own, *inner = read_blob(b"whole", "문서.hwp")

    assert own.outcome is Outcome.KEPT
    ends = {reading.member_path: (reading.outcome.value, reading.reason, reading.detail) for reading in inner}
    assert ends == {
        "BinData/image1.png": ("skipped", "embedded_without_text", "unsupported_format"),
        "첨부.png": ("quarantined", "unsupported_format", ".png"),
        "BinData/표.csv": ("kept", None, None),
    }


def test_properties_and_links_are_masked_too(monkeypatch):
    elements = [Element(kind=ElementKind.NARRATIVE_TEXT, text="본문", links=[f"https://a.kr/?n={NUMBER}"])]
    properties = [Property(name="author", value=f"김 {NUMBER}"), Property(name="subject", value=" ")]
    reading = read_scripted(monkeypatch, Document(reader="x", elements=elements, properties=properties))

    assert NUMBER not in reading.model_dump_json()
    assert [found.name for found in reading.properties] == ["author"]


def test_every_format_says_what_it_is():
    formats = discover_formats()

    assert {"plain", "markdown", "csv", "html", "eml", "zip"} <= set(formats)
    for name, offered in formats.items():
        assert offered.name == name
        assert offered.label
        assert offered.version >= 1
        assert offered.keeps


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.txt", "a.csv", "a.html", "a.md", "a.eml", "a.zip", "a", "a.hwp"]))
def test_any_bytes_under_any_name_end_in_one_valid_verdict(content: bytes, name: str):
    readings = read_blob(content, name)

    assert readings[0].content_id == digest_bytes(content)
    for reading in readings:
        reading.model_dump_json().encode("utf-8")
        if reading.outcome is Outcome.KEPT:
            assert reading.reason is None
        else:
            assert reading.reason in {**SKIP_RULES, **QUARANTINE_REASONS}
            assert reading.elements == []
    assert read_blob(content, name) == readings


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=8))
def test_damaged_archives_and_mails_end_in_valid_verdicts(position: int, noise: bytes):
    for whole, name in (
        (archive({"a.txt": b"x" * 50, "b.csv": b"a,b\n1,2"}), "a.zip"),
        (mail("s", "b", {"a": b"x"}), "a.eml"),
    ):
        at = position % len(whole)
        readings = read_blob(whole[:at] + noise + whole[at + len(noise) :], name)

        assert all(reading.reason in {None, *SKIP_RULES, *QUARANTINE_REASONS} for reading in readings)
