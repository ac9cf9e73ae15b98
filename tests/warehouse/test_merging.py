"""Merging the exports of one room, rule by rule."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from schemas.conversations import (
    SEOUL,
    Attachment,
    AttachmentState,
    Conversation,
    Event,
    Message,
    MessageKind,
    Participant,
    Precision,
    Reaction,
    Transcript,
)
from warehouse.merging import Merged, Sighted, merge

START = datetime(2026, 3, 2, 9, 0, tzinfo=SEOUL)
LONG = "추경 예산 심의 자료를 오늘 안에 검토하여 회신 바랍니다. " * 30


def at(minute: int, second: int = 0) -> datetime:
    return START + timedelta(minutes=minute, seconds=second)


def line(minute: int, sender: str, text: str, kind: MessageKind = MessageKind.TEXT, **rest: Any) -> Message:
    rest.setdefault("precision", Precision.MINUTE)
    return Message(at(minute), sender, text, kind, **rest)


def sight(content_id: str, messages: Sequence[Message], scope: str = "예산", **facts: Any) -> Sighted:
    facts.setdefault("application", "kakaotalk")
    return Sighted(content_id, 0, Transcript(Conversation(content_id, **facts), list(messages)), scope)


def talk(names: tuple[str, str], start: int = 0) -> list[Message]:
    """Enough to know who is who."""
    return [line(start + place, names[place % 2], f"검토 의견 {place}번 회신합니다") for place in range(6)]


def told(merged: Merged) -> list[tuple[str, str]]:
    return [(one.sender, one.text) for one in merged.messages]


def test_a_repeat_that_two_exports_show_stays_two() -> None:
    said = [line(0, "총괄담당", "네"), line(0, "총괄담당", "네"), line(1, "복지담당", "확인")]
    merged = merge([sight("a", said), sight("b", said), sight("c", said[1:])])
    assert [one.text for one in merged.messages] == ["네", "네", "확인"]
    assert [len(one.sources) for one in merged.messages] == [3, 2, 3]
    assert len({one.message_id for one in merged.messages}) == 3


def test_absence_is_no_deletion_and_nothing_comes_twice() -> None:
    said = talk(("총괄담당", "복지담당"))
    merged = merge([sight("a", said[:2] + said[3:]), sight("b", said[:4])])
    assert [one.text for one in merged.messages] == [one.text for one in said]
    assert [source.content_id for source in merged.messages[2].sources] == ["b"]
    assert [source.ordinal for source in merged.messages[3].sources] == [2, 3]


def test_blanks_and_invisible_characters_do_not_make_another_message_and_the_fullest_text_is_kept() -> None:
    merged = merge([
        sight("a", [line(0, "총괄담당", "첫째\n\n\n둘째\ufe0f ")]),
        sight("b", [line(0, "총괄담당", "첫째\n둘째")]),
    ])  # fmt: skip
    assert [one.text for one in merged.messages] == ["첫째\n\n\n둘째\ufe0f "]


def test_a_text_cut_at_500_is_the_same_message_and_its_id_stays() -> None:
    cut = sight("a", [line(0, "총괄담당", LONG[:500])])
    whole = sight("b", [line(0, "총괄담당", "\n" + LONG.replace(". ", ".\n\n"))])
    merged = merge([cut, whole])
    assert [one.text for one in merged.messages] == [whole.transcript.messages[0].text]
    assert merged.messages[0].message_id == merge([cut]).messages[0].message_id
    short = [sight("a", [line(0, "총괄담당", "예산")]), sight("b", [line(0, "총괄담당", "예산안")])]
    assert len(merge(short).messages) == 2


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("사진", "<사진 읽지 않음>", MessageKind.PHOTO),
        ("Photo", "사진 3장", MessageKind.PHOTO),
        ("사진", "0a" * 32 + ".jpg", MessageKind.PHOTO),
        ("(emoticon)", "이모티콘", MessageKind.STICKER),
        ("Video", "<동영상 읽지 않음>", MessageKind.VIDEO),
        ("파일: 예산안.hwpx", "File: 예산안.hwpx", MessageKind.FILE),
    ],
)
def test_words_that_stand_for_the_same_thing_are_one_message(one: str, other: str, kind: MessageKind) -> None:
    by_kind = merge([sight("a", [line(0, "총괄담당", one, kind)]), sight("b", [line(0, "총괄담당", other, kind)])])
    by_words = merge([sight("a", [line(0, "총괄담당", one)]), sight("b", [line(0, "총괄담당", other, kind)])])
    assert [message.kind for message in by_kind.messages] == [kind]
    assert [message.kind for message in by_words.messages] == [kind]
    assert "읽지 않음" not in by_kind.messages[0].text


def test_files_of_different_names_stay_two_and_a_nameless_one_is_either() -> None:
    files = [line(0, "총괄담당", f"파일: {name}.hwp", MessageKind.FILE) for name in ("가", "나")]
    assert len(merge([sight("a", files[:1]), sight("b", files[1:])]).messages) == 2
    nameless = [line(0, "총괄담당", "파일", MessageKind.FILE)]
    assert [one.text for one in merge([sight("a", files), sight("b", nameless)]).messages] == [
        "파일: 가.hwp",
        "파일: 나.hwp",
    ]


def test_different_names_are_joined_by_what_they_say_and_the_owner_gets_a_name() -> None:
    seen = talk(("회원님", "복지담당"))
    other = talk(("총괄담당", "복지 주무관님"))
    merged = merge([sight("a", seen), sight("b", other)])
    assert len(merged.messages) == 6
    names = {one.name: [name for _, _, name in one.aliases] for one in merged.participants}
    assert names["총괄담당"] == ["회원님", "총괄담당"]
    assert sorted(map(len, names.values())) == [2, 2]
    assert next(one for one in merged.participants if one.name == "총괄담당").owns == [("a", 0)]


def test_the_same_name_for_different_people_does_not_make_them_one() -> None:
    first = talk(("담당", "과장"))
    second = talk(("과장", "담당"))
    merged = merge([sight("a", first), sight("b", second)])
    assert len(merged.messages) == 6
    assert len(merged.participants) == 2
    for one in merged.participants:
        assert {name for _, _, name in one.aliases} == {"담당", "과장"}


def test_owners_are_one_only_where_they_see_the_same_others() -> None:
    early, late = talk(("회원님", "복지담당")), talk(("회원님", "복지담당"), 100)
    assert len(merge([sight("a", early), sight("b", late)]).participants) == 2
    others = talk(("회원님", "총괄담당"), 100)
    merged = merge([sight("a", early), sight("b", others)])
    assert len(merged.participants) == 4


def test_a_message_is_not_doubled_where_its_author_cannot_be_told() -> None:
    """One export calls two people by one name, so nobody says which of them it is."""
    apart = [line(place, ("김담당 국토", "김담당 복지")[place % 2], f"의견 {place}번입니다") for place in range(8)]
    alike = [line(place, "김담당", f"의견 {place}번입니다") for place in range(8)]
    merged = merge([sight("a", apart), sight("b", alike)])
    assert len(merged.participants) == 3
    assert len(merged.messages) == 8


def test_what_was_deleted_later_loses_its_text_but_not_its_place() -> None:
    before = [line(0, "총괄담당", "잘못 보낸 글"), line(0, "총괄담당", "다시 보냅니다"), line(1, "복지담당", "네")]
    after = [line(0, "총괄담당", "삭제된 메시지입니다.", MessageKind.DELETED), *before[1:]]
    merged = merge([sight("a", before), sight("b", after)])
    assert told(merged)[0] == ("총괄담당", "삭제된 메시지입니다.")
    assert merged.messages[0].kind is MessageKind.DELETED
    assert [event.kind for event in merged.messages[0].events] == ["delete"]
    assert len(merged.messages) == 3
    assert merged.messages[0].message_id == merge([sight("a", before)]).messages[0].message_id
    assert "잘못" not in repr(merged)


def test_a_deletion_is_not_guessed() -> None:
    texts = [line(0, "총괄담당", "하나"), line(0, "총괄담당", "둘")]
    gone = line(0, "총괄담당", "삭제된 메시지입니다.", MessageKind.DELETED)
    assert len(merge([sight("a", texts), sight("b", [gone])]).messages) == 3
    # the export with the text was saved later, so something else was deleted
    saved = [sight("a", texts[:1], exported_at=at(99)), sight("b", [gone], exported_at=at(50))]
    assert len(merge(saved).messages) == 2
    # a neighbour that both show stands before the one and after the other
    near = line(0, "복지담당", "가운데")
    crossed = [sight("a", [texts[0], near]), sight("b", [near, gone])]
    assert len(merge(crossed).messages) == 3


def test_a_second_is_taken_over_and_orders_within_the_minute() -> None:
    coarse = [line(0, "총괄담당", "첫째 글"), line(0, "복지담당", "둘째 글"), line(0, "총괄담당", "넷째 글")]
    fine = [
        Message(at(0, 5), "총괄담당", "첫째 글"),
        Message(at(0, 30), "복지담당", "셋째 글"),
        Message(at(0, 50), "총괄담당", "넷째 글"),
    ]
    merged = merge([sight("a", coarse), sight("b", fine)])
    texts = [one.text for one in merged.messages]
    assert texts[0] == "첫째 글"
    assert texts[-1] == "넷째 글"
    assert [one.precision for one in merged.messages if one.text == "둘째 글"] == [Precision.MINUTE]
    assert merged.messages[-1].sent_at == at(0, 50)


def test_seconds_of_two_exports_are_put_in_one_order_whatever_a_coarser_export_says() -> None:
    one = [Message(at(0, 30), "총괄담당", "가 의견"), Message(at(0, 40), "총괄담당", "다 의견")]
    other = [Message(at(0, 10), "총괄담당", "나 의견"), Message(at(0, 40), "총괄담당", "라 의견")]
    coarse = [line(0, "총괄담당", text) for text in ("다 의견", "가 의견", "라 의견", "나 의견")]
    expected = ["나 의견", "가 의견", "다 의견", "라 의견"]
    assert [message.text for message in merge([sight("a", one), sight("b", other)]).messages] == expected
    merged = merge([sight("a", one), sight("b", other), sight("c", coarse)])
    assert [message.text for message in merged.messages] == expected


def test_exports_that_contradict_one_another_still_give_one_order() -> None:
    said = [line(0, "총괄담당", text) for text in ("가나다", "라마바", "사아자")]
    one, other = sight("a", said), sight("b", said[::-1])
    merged = merge([one, other])
    assert merge([other, one]) == merged
    assert len(merged.messages) == 3
    flipped = merge([sight("a", said[::-1]), sight("b", said)])
    assert [message.text for message in flipped.messages] == [message.text for message in merged.messages]


def test_a_notice_without_a_time_is_the_one_that_another_export_dates() -> None:
    windows = [
        line(0, "총괄담당", "시작합니다"),
        line(0, "", "복지담당님이 들어왔습니다.", MessageKind.SYSTEM, is_time_assumed=True),
        line(9, "총괄담당", "끝났습니다"),
        line(9, "", "복지담당님이 나갔습니다.", MessageKind.SYSTEM, is_time_assumed=True),
    ]
    mac = [
        line(0, "총괄담당", "시작합니다"),
        line(5, "", "복지담당 joined this chatroom.", MessageKind.SYSTEM),
        line(9, "총괄담당", "끝났습니다"),
    ]
    merged = merge([sight("a", windows), sight("b", mac)])
    assert [one.sent_at for one in merged.messages] == [at(0), at(5), at(9), at(9)]
    assert [one.is_time_assumed for one in merged.messages] == [False, False, False, True]
    assert [len(one.sources) for one in merged.messages] == [2, 2, 2, 1]
    assert merged.messages[1].participant_no is None


def test_what_somebody_said_at_an_unknown_time_is_what_another_export_dates() -> None:
    undated = [
        line(0, "총괄담당", "시작합니다"),
        line(0, "복지담당", "네", is_time_assumed=True),
        line(9, "총괄담당", "끝났습니다"),
    ]
    dated = [line(0, "총괄담당", "시작합니다"), line(3, "총괄담당", "네"), line(4, "복지담당", "네")]
    merged = merge([sight("a", undated), sight("b", dated)])
    assert [(one.sender, one.sent_at, len(one.sources)) for one in merged.messages] == [
        ("총괄담당", at(0), 2),
        ("총괄담당", at(3), 1),
        ("복지담당", at(4), 2),
        ("총괄담당", at(9), 1),
    ]


def slack(content_id: str, messages: Sequence[Message], **facts: Any) -> Sighted:
    return sight(content_id, messages, application="slack", native_id="C01", workspace="T01", **facts)


def test_with_ids_the_latest_state_counts_and_relations_name_messages() -> None:
    root = line(0, "총괄담당", "초안", native_id="1", sender_id="U1", thread_id="1")
    edited = line(0, "총괄 담당관", "수정안", native_id="1", sender_id="U1", thread_id="1", edited_at=at(5))
    reply = line(1, "복지담당", "초안", native_id="2", sender_id="U2", reply_to="1", thread_id="1")
    first, second = slack("a", [root]), slack("b", [edited, reply])
    merged = merge([first, second])
    assert [one.text for one in merged.messages] == ["수정안", "초안"]
    assert merged.messages[1].reply_to == merged.messages[0].message_id == merged.messages[1].thread_id
    assert merged.messages[0].message_id == merge([first]).messages[0].message_id
    assert [len(one.sources) for one in merged.messages] == [2, 1]
    assert len(merged.participants) == 2
    assert merge([second, first]) == merged


def test_equal_messages_with_different_ids_stay_two() -> None:
    said = [line(0, "총괄담당", "네", native_id=native_id) for native_id in ("8", "11", "9")]
    merged = merge([slack("a", said[:2]), slack("b", said[2:])])
    assert [one.native_id for one in merged.messages] == ["8", "9", "11"]


def test_a_tombstone_wins_over_a_later_edit_and_no_history_keeps_the_text() -> None:
    text = line(
        0,
        "총괄담당",
        "비밀 글",
        native_id="1",
        edited_at=at(9),
        events=[Event("edit", at(9), "총괄담당", "먼저 쓴 비밀")],
        attachments=[Attachment("비밀.hwp")],
    )
    tombstone = line(0, "총괄담당", "This message was deleted.", MessageKind.DELETED, native_id="1")
    merged = merge([slack("a", [text]), slack("b", [tombstone])])
    assert merged.messages[0].kind is MessageKind.DELETED
    assert "비밀" not in repr(merged)


def test_reactions_are_united_by_who_gave_them_and_attachments_by_name() -> None:
    one = line(
        0,
        "총괄담당",
        "초안",
        native_id="1",
        reactions=[Reaction("👍", 1, ["복지담당"]), Reaction("🎉", 3)],
        attachments=[Attachment("초안.hwpx", state=AttachmentState.REFERENCED, url="https://files.example/1")],
    )
    other = line(
        0,
        "총괄담당",
        "초안",
        native_id="1",
        reactions=[Reaction("👍", 2, ["복지담당", "국토담당"])],
        attachments=[
            Attachment("초안.hwpx", size_bytes=10, path="files/초안.hwpx", state=AttachmentState.PRESENT),
            Attachment("붙임.xlsx"),
        ],
    )
    merged = merge([slack("a", [one]), slack("b", [other])]).messages[0]
    assert [(one.emoji, one.count, one.users) for one in merged.reactions] == [
        ("🎉", 3, []),
        ("👍", 2, ["국토담당", "복지담당"]),
    ]
    held = {one.attachment.name: one for one in merged.attachments}
    assert held.keys() == {"초안.hwpx", "붙임.xlsx"}
    assert held["초안.hwpx"].content_id == "b"
    assert held["초안.hwpx"].attachment.url == "https://files.example/1"
    assert held["초안.hwpx"].attachment.state is AttachmentState.PRESENT


def test_the_latest_title_stands_and_all_are_kept() -> None:
    said = talk(("총괄담당", "복지담당"))
    merged = merge([
        sight("a", said, title="추경 대응방 이름이 긴 것", exported_at=at(100)),
        sight("b", said, title="추경방", exported_at=at(200)),
        sight("c", said, title="날짜 없는 아주 긴 방 이름 그대로"),
    ]).conversation  # fmt: skip
    assert merged.title == "추경방"
    assert merged.titles == sorted(["추경 대응방 이름이 긴 것", "추경방", "날짜 없는 아주 긴 방 이름 그대로"])
    assert (merged.first_at, merged.last_at, merged.exported_at) == (at(0), at(5), at(200))


def test_listed_people_who_say_nothing_are_kept() -> None:
    people = [Participant("감사담당", aliases=["감사관실"]), Participant("알림", is_bot=True)]
    merged = merge([sight("a", talk(("총괄담당", "복지담당")), participants=people)])
    assert {one.name: one.is_bot for one in merged.participants} == {
        "총괄담당": False,
        "복지담당": False,
        "감사담당": False,
        "알림": True,
    }


def test_a_single_export_comes_back_message_for_message() -> None:
    said = [line(0, "총괄담당", "네")] * 3 + [line(0, "", "공지", MessageKind.SYSTEM), line(0, "복지담당", "네")]
    merged = merge([sight("a", said)])
    assert told(merged) == [(one.sender, one.text) for one in said]
    assert [one.sources[0].ordinal for one in merged.messages] == [0, 1, 2, 3, 4]


def test_nothing_to_merge_is_an_error_and_an_empty_export_is_not() -> None:
    with pytest.raises(ValueError, match="nothing"):
        merge([])
    assert merge([sight("a", [])]).messages == []
