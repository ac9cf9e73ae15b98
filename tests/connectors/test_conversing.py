"""What stands between an export and everything after it: its verdict, secrecy marks, masked text, and whose file is whose."""

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from connectors.conversing import UNREGISTERED, Attached, Conversing, read_export
from connectors.messengers.contract import ExportFile, Item
from connectors.reading import read_blob
from schemas.conversations import (
    SEOUL,
    Attachment,
    Conversation,
    ConversationKind,
    Event,
    Message,
    Participant,
    Reaction,
    Source,
    Understood,
)
from schemas.elements import ExportAccount, Reading
from schemas.masking import contains_identifier
from schemas.outcome import Failed, Outcome
from schemas.scope import Register, Scope

NUMBER = "850614-1234567"
REGISTER = Register(scopes=(Scope(name="예산", titles=("예산협의", "결산협의")),))
ROOM = Conversation("1", "stub", "예산협의", ConversationKind.GROUP)
OTHER = Conversation("2", "stub", "동호회", ConversationKind.GROUP)
ALL = Understood(100, 100)


class Stub:
    """An application whose items a test gives."""

    name = "stub"

    def __init__(self, *items: Item) -> None:
        self.items = items

    def read(self, file: ExportFile) -> Iterator[Item]:
        yield from self.items

    def excerpt(self, file: ExportFile, keeps: Any) -> bytes:
        return b"part"


def at(text: str, sender: str = "총괄담당", **more: Any) -> Message:
    return Message(datetime(2026, 3, 10, 9, tzinfo=SEOUL), sender, text, **more)


def hear(
    *items: Item, register: Register | None = REGISTER, content: bytes = b"x", is_released: bool = False
) -> Conversing:
    file = ExportFile.of(content, "a.txt")
    return read_export(Stub(*items), file, register, is_released=is_released)  # type: ignore[arg-type]


def archive(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name, content in members.items():
            target.writestr(name, content)
    return buffer.getvalue()


def test_a_registered_conversation_is_kept_with_its_account():
    heard = hear(ROOM, at("글"), at("둘", "복지담당"), Understood(200, 199))
    assert heard.reason is None
    assert [message.text for message in heard.transcripts[0].messages] == ["글", "둘"]
    assert (heard.title, heard.coverage, heard.kept_part) == ("예산협의", 0.995, None)
    account = heard.account
    assert (account.n_conversations, account.n_messages, account.n_bytes, account.n_understood) == (1, 2, 200, 199)


def test_of_two_conversations_the_title_is_nobodys():
    second = Conversation("2", "stub", "결산협의", ConversationKind.GROUP)
    assert hear(ROOM, at("글"), second, at("글"), ALL).title is None


def test_an_export_of_nobodys_business_tells_counts_alone():
    heard = hear(OTHER, at(f"사사로운 {NUMBER}"), Understood(100, 3, ["사사로운 줄"]))
    assert (heard.reason, heard.detail) == ("unregistered_conversation", "대화 1개")
    assert (heard.transcripts, heard.members, heard.kept_part, heard.title) == ([], [], None, None)
    assert heard.account.n_messages_left_out == 1
    assert "사사로운" not in repr(heard)


def test_of_a_mixed_export_a_part_is_kept():
    heard = hear(ROOM, at("글"), OTHER, at("사사로운"), ALL)
    assert heard.kept_part == b"part"
    assert heard.account.n_conversations_left_out == 1
    assert "사사로운" not in repr(heard)


@pytest.mark.parametrize(("n_understood", "is_fine"), [(98, True), (97, False)])
def test_what_was_not_understood_must_be_little(n_understood: int, is_fine: bool):
    items = (ROOM, at("글"), Understood(100, n_understood, ["알 수 없는  줄", " ", "둘째 줄"]))
    if is_fine:
        assert hear(*items).reason is None
        return
    with pytest.raises(Failed) as caught:
        hear(*items)
    assert caught.value.reason == "export_not_understood"
    assert caught.value.detail == "97.0%만 알아들음: 알 수 없는 줄 / 둘째 줄"


def test_of_a_mixed_export_no_line_that_was_not_understood_is_shown():
    with pytest.raises(Failed) as caught:
        hear(ROOM, at("글"), OTHER, at("말"), Understood(100, 50, ["사사로운 줄"]))
    assert caught.value.detail == "50.0%만 알아들음"


def test_times_that_run_back_are_refused():
    with pytest.raises(Failed, match="시각이 거꾸로 감"):
        hear(ROOM, at("글"), Understood(100, 100, [], is_backwards=True))


@pytest.mark.parametrize(
    "items",
    [
        (ROOM, at("대외비"), at("내부 자료")),
        (ROOM, at("내부 자료", attachments=[Attachment("예산안(대외비).hwp")])),
        (Conversation("1", "stub", "대외비 예산", ConversationKind.GROUP), at("내부 자료")),
    ],
)
def test_a_mark_keeps_the_whole_export_out(items: tuple[Item, ...]):
    register = Register(scopes=(Scope(name="예산", files=("*",)),))
    heard = hear(*items, ALL, register=register)
    assert (heard.reason, heard.transcripts, heard.members) == ("secrecy_mark", [], [])
    assert "내부 자료" not in repr(heard)
    assert hear(*items, ALL, register=register, is_released=True).reason is None


def test_a_mark_in_what_is_not_kept_is_nobodys_business():
    assert hear(ROOM, at("글"), OTHER, at("대외비"), ALL).reason is None


def test_everything_that_was_printed_is_masked():
    people = [Participant(f"총괄 {NUMBER}", NUMBER, [f"총 {NUMBER}"]), Participant(f"총괄 {NUMBER}", NUMBER)]
    room = Conversation("1", "stub", f"예산 {NUMBER}", ConversationKind.GROUP, participants=people)
    message = at(
        f"번호 {NUMBER}",
        f"총괄 {NUMBER}",
        sender_id=NUMBER,
        source=Source(record=f"방 {NUMBER}/1"),
        forwarded_from=f"누구 {NUMBER}",
        reactions=[Reaction("👍", 1, [f"누구 {NUMBER}"])],
        attachments=[Attachment(f"{NUMBER}.hwp", path=f"files/{NUMBER}.hwp", url=f"https://x.invalid/{NUMBER}")],
        events=[Event("rename", None, f"누구 {NUMBER}", f"방 {NUMBER}")],
    )
    heard = hear(room, message, ALL, register=None)
    assert not contains_identifier(repr(heard.transcripts))
    assert heard.n_masked == 1
    (transcript,) = heard.transcripts
    assert len(transcript.conversation.participants) == 1, "the same person twice is one"
    assert transcript.messages[0].sender == "총괄 ******-*******"


def test_text_is_composed_and_cleaned_and_otherwise_as_typed():
    heard = hear(ROOM, at("\u1100\u1161  나\n  다"), ALL)
    assert heard.transcripts[0].messages[0].text == "가  나\n  다"


def test_a_number_is_masked_also_where_the_messages_are_many():
    heard = hear(ROOM, *(at(f"{k}번 {NUMBER}") for k in range(200)), ALL)
    assert heard.n_masked == 200
    assert not contains_identifier(repr(heard.transcripts))


def test_a_file_is_known_by_its_name_in_the_archive_too():
    mine = at("글", attachments=[Attachment("가.hwp", path="방/F01-가.hwp")])
    theirs = at("말", attachments=[Attachment("나.hwp", path="방/F02-나.hwp")])
    heard = hear(ROOM, mine, OTHER, theirs, ALL)
    assert heard.kept_names == {"가.hwp": "예산", "F01-가.hwp": "예산"}
    assert heard.left_out_names == {"나.hwp", "F02-나.hwp"}


def test_files_in_the_export_come_out_with_it_and_those_of_others_do_not():
    content = archive({"files/가.hwp": b"ga", "files/나.hwp": b"na", "else.txt": b"e"})
    items = (
        ROOM,
        at(
            "글", attachments=[Attachment("가.hwp", path="files/가.hwp"), Attachment("없음.hwp", path="files/없음.hwp")]
        ),
        OTHER,
        at("말", attachments=[Attachment("나.hwp", path="files/나.hwp")]),
        ALL,
    )
    heard = hear(*items, content=content)
    assert [(member.path, member.content) for member in heard.members] == [("files/가.hwp", b"ga")]
    assert heard.kept_names == {"가.hwp": "예산", "없음.hwp": "예산"}
    assert heard.left_out_names == {"나.hwp"}


def member(name: str, **more: Any) -> Reading:
    told = {"outcome": Outcome.KEPT, "format": "plain", "container_id": "box", "member_path": f"폴더/{name}"} | more
    return Reading(content_id=f"id-of-{len(name)}-{name}", name=name, size_bytes=1, title="제목", **told)


BOX = Reading(content_id="box", name="자료.zip", size_bytes=1, outcome=Outcome.KEPT, format="zip")


def test_members_are_settled_by_the_last_part_of_their_names():
    attached = Attached()
    attached.keep("box", {"예산안.hwp": "예산"})
    attached.leave_out("box", ["회비.hwp", "예산안.hwp"])
    attached.leave_out(None, ["밖.hwp"])
    kept, left, other = attached.settle(BOX, [member("예산안.hwp"), member("회비.hwp"), member("밖.hwp")])
    assert (kept.scope, kept.outcome) == ("예산", Outcome.KEPT), "what both talked of is the business of one"
    assert (left.outcome, left.reason, left.title) == (Outcome.SKIPPED, "unregistered_conversation", None)
    assert left.name == left.member_path
    assert left.name.startswith(UNREGISTERED)
    assert left.is_scoped
    assert other == member("밖.hwp")


def test_members_of_another_container_stay_as_they_are():
    attached = Attached()
    attached.keep("box", {"가.hwp": "예산"})
    attached.leave_out("box", ["나.hwp"])
    members = [member("가.hwp"), member("나.hwp")]
    assert attached.settle(BOX.model_copy(update={"content_id": "other"}), members) == members


def test_beside_a_talk_that_nobody_registered_pictures_are_its_own_and_documents_are_not():
    attached = Attached()
    attached.leave_out("box", [])
    readings = [member("IMG-20260105-WA0003.jpg"), member("0123456789abcdef0123.txt"), member("예산안.hwp")]
    ends = [reading.reason for reading in attached.settle(BOX, readings)]
    assert ends == ["unregistered_conversation", "unregistered_conversation", None]


def test_in_an_archive_that_bears_the_name_of_a_talk_everything_belongs_to_the_talk():
    attached = Attached()
    attached.leave_out("box", [])
    named = BOX.model_copy(update={"name": "WhatsApp Chat with 동호회.zip"})
    assert attached.settle(named, [member("모임.hwp")])[0].reason == "unregistered_conversation"


def test_media_beside_a_registered_talk_are_its_own_and_documents_are_not():
    attached = Attached()
    attached.keep("box", {}, ["예산"])
    readings = [member("IMG-20260105-WA0003.jpg"), member("예산안.hwp")]
    assert [(reading.reason, reading.scope) for reading in attached.settle(BOX, readings)] == [
        (None, "예산"),
        (None, None),
    ]


def test_an_export_is_judged_by_itself_whatever_its_name():
    attached = Attached()
    attached.leave_out("box", [])
    export = member("KakaoTalk_20260310_1802_11_417_group.txt", account=ExportAccount(application="kakaotalk"))
    assert attached.settle(BOX, [export]) == [export]


def test_an_archive_of_a_registered_talk_gives_its_media_the_talks_scope_and_loses_nothing():
    talk = "예산협의 님과 카카오톡 대화\n저장한 날짜 : 2026-04-01 10:44:52\n\n"
    talk += "--------------- 2026년 3월 10일 화요일 ---------------\n"
    talk += "".join(
        f"[{who}] [오전 9:0{n}] 사진\n" for n, who in enumerate(("총괄담당", "복지담당", "국토담당"), start=1)
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("Talk.txt", talk)
        archive.writestr("0123456789abcdef0123.txt", "사진 대신 온 글")
        archive.writestr("보고.txt", "보통 글")
    registered = {"scopes": [{"name": "예산", "titles": ["예산협의"]}]}

    own, *inner = read_blob(target.getvalue(), "자료.zip", register=registered)
    ends = {reading.name: (reading.reason, reading.scope) for reading in inner}
    assert ends == {"Talk.txt": (None, None), "0123456789abcdef0123.txt": (None, "예산"), "보고.txt": (None, None)}
    assert own.kept_part is None

    own, *inner = read_blob(target.getvalue(), "자료.zip", register={})
    assert sorted(reading.reason or "kept" for reading in inner) == [
        "kept",
        "unregistered_conversation",
        "unregistered_conversation",
    ]
    with zipfile.ZipFile(io.BytesIO(own.kept_part or b"")) as rest:
        assert rest.namelist() == ["보고.txt"]
