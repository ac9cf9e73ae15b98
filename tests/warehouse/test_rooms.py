"""Which exports show the same room."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from schemas.conversations import SEOUL, Conversation, Message, MessageKind, Transcript
from warehouse.merging_keys import Sighted
from warehouse.rooms import conversation_id, conversation_ids, group_rooms

START = datetime(2026, 3, 2, 9, 0, tzinfo=SEOUL)
Line = tuple[int, str, str]


def lines(n: int, *, start: int = 0, step: int = 3, topic: str = "심의 자료", people: int = 3) -> list[Line]:
    names = ("총괄담당", "복지담당", "국토담당")
    return [
        (start + place * step, names[place % people], f"{topic} {start + place * step}번 보냅니다")
        for place in range(n)
    ]


def sight(
    content_id: str,
    said: Sequence[Line],
    *,
    title: str = "",
    scope: str = "예산",
    application: str = "kakaotalk",
    native_id: str | None = None,
    workspace: str | None = None,
) -> Sighted:
    messages = [
        Message(
            START + timedelta(minutes=minute), sender, text, MessageKind.PHOTO if text == "사진" else MessageKind.TEXT
        )
        for minute, sender, text in said
    ]
    conversation = Conversation("방", application, title, native_id=native_id, workspace=workspace)
    return Sighted(content_id, 0, Transcript(conversation, messages), scope)


def rooms(sighted: Sequence[Sighted], decisions: dict[frozenset[tuple[str, int]], str] | None = None) -> list[str]:
    found, _ = group_rooms(sighted, decisions or {})
    return ["".join(content_id for content_id, _ in room) for room in found]


def pair(first: str, second: str) -> frozenset[tuple[str, int]]:
    return frozenset({(first, 0), (second, 0)})


def test_the_applications_id_decides_whatever_was_said() -> None:
    said = lines(40)
    seen = [
        sight("a", said, application="slack", native_id="C1", workspace="T1"),
        sight("b", [], application="slack", native_id="C1", workspace="T1"),
        sight("c", said, application="slack", native_id="C2", workspace="T1"),
        sight("d", said, application="slack", native_id="C1", workspace="T2"),
    ]
    assert rooms(seen) == ["ab", "c", "d"]


def test_twenty_shared_messages_are_one_room_whatever_the_titles_and_names() -> None:
    said = lines(60)
    renamed = [(minute, name + " 주무관", text + " ") for minute, name, text in said[30:]]
    seen = [sight("a", said[:55], title="추경방"), sight("b", renamed, title="옛 추경방")]
    assert rooms(seen) == ["ab"]
    assert group_rooms(seen, {})[1] == []


def test_neither_scopes_nor_applications_are_joined_by_what_was_said() -> None:
    said = lines(40)
    seen = [sight("a", said), sight("b", said, scope="복지"), sight("c", said, application="whatsapp")]
    assert rooms(seen) == ["a", "b", "c"]


def test_few_shared_are_enough_where_the_people_are_the_same() -> None:
    shared = lines(6)
    others = [(minute, name, text) for minute, name, text in lines(8, start=1, topic="단가 조정")]
    more = [(minute, name, text) for minute, name, text in lines(8, start=2, topic="집행 점검")]
    one = sight("a", sorted([*shared, *others]))
    assert rooms([one, sight("b", sorted([*shared, *more]))]) == ["ab"]
    strangers = [(minute, "감사담당", text) for minute, _, text in more]
    seen = [one, sight("b", sorted([*shared, *strangers]))]
    found, doubts = group_rooms(seen, {})
    assert len(found) == 2
    assert [(doubt.first, doubt.second, doubt.reason, doubt.n_shared) for doubt in doubts] == [
        (("a", 0), ("b", 0), "few_shared", 6)
    ]


def test_a_short_overlap_is_enough_where_it_is_most_of_what_both_show_then() -> None:
    said = lines(40)
    assert rooms([sight("a", said[:22]), sight("b", said[19:])]) == ["ab"]
    assert rooms([sight("a", said[:20]), sight("b", said[19:])]) == ["a", "b"]


def test_answers_greetings_and_pictures_prove_nothing() -> None:
    said = [
        (place, "총괄담당", text)
        for place in range(40)
        for text in ("네", "사진", "확인했습니다", "네 알겠습니다!", "ㅋㅋㅋㅋㅋㅋ", "같은 말을 자꾸 합니다")
    ]
    found, doubts = group_rooms([sight("a", said), sight("b", said)], {})
    assert len(found) == 2
    assert doubts == []


def test_notices_pasted_into_two_rooms_do_not_make_them_one() -> None:
    notices = [(minute, "총괄담당", text) for minute, _, text in lines(25, step=60, topic="전체 공지")]
    busy = sorted([*notices, *lines(400, start=1, topic="국토 업무")])
    found, doubts = group_rooms([sight("a", notices, title="공지방"), sight("b", busy, title="업무방")], {})
    assert len(found) == 2
    assert [(doubt.reason, doubt.n_shared) for doubt in doubts] == [("pasted", 25)]
    assert "공지" not in repr(doubts)


def test_one_after_the_other_with_the_same_title_and_people_is_a_doubt() -> None:
    first, second = lines(30), lines(30, start=500, topic="후속 조치")
    seen = [sight("a", first, title="추경방"), sight("b", second, title="추경방")]
    found, doubts = group_rooms(seen, {})
    assert len(found) == 2
    assert [doubt.reason for doubt in doubts] == ["touching"]
    assert rooms(seen, {pair("a", "b"): "accept"}) == ["ab"]
    assert group_rooms(seen, {pair("a", "b"): "reject"})[1] == []
    assert group_rooms([seen[0], sight("b", second, title="다른 방")], {})[1] == []
    far = lines(30, start=60_000, topic="이듬해")
    assert group_rooms([seen[0], sight("b", far, title="추경방")], {})[1] == []


def test_rooms_are_joined_by_way_of_a_third_unless_that_was_rejected() -> None:
    said = lines(120)
    seen = [sight("a", said[:50]), sight("b", said[70:]), sight("c", said[20:110])]
    assert rooms(seen) == ["abc"]
    assert rooms(seen[:2]) == ["a", "b"]
    # more speaks for the third being the second
    assert rooms(seen, {pair("a", "b"): "reject"}) == ["a", "bc"]
    assert rooms(seen, {pair("a", "b"): "reject", pair("a", "c"): "accept"}) == ["ac", "b"]


def test_a_decision_about_ids_goes_before_them_and_none_joins_scopes() -> None:
    old = sight("a", lines(3), application="telegram", native_id="1")
    new = sight("b", lines(3, start=99), application="telegram", native_id="2")
    assert rooms([old, new], {pair("a", "b"): "accept"}) == ["ab"]
    again = sight("b", lines(3), application="telegram", native_id="1")
    assert rooms([old, again], {pair("a", "b"): "reject"}) == ["a", "b"]
    elsewhere = sight("b", lines(3), application="telegram", native_id="2", scope="복지")
    assert rooms([old, elsewhere], {pair("a", "b"): "accept"}) == ["a", "b"]


def test_the_result_does_not_depend_on_the_order() -> None:
    generator = random.Random(7)
    said = [lines(90, start=room * 7, step=11, topic=f"안건 {room}") for room in range(4)]
    seen = [
        sight(f"{room}{part}", said[room][part * 15 : part * 15 + 40], title=f"방 {room}")
        for room in range(4)
        for part in range(4)
    ]
    expected = group_rooms(seen, {})
    assert len(expected[0]) == 4
    for _ in range(5):
        generator.shuffle(seen)
        assert group_rooms(seen, {}) == expected


def test_three_hundred_exports_of_one_room_are_one_room() -> None:
    said = lines(400)
    seen = [sight(f"{place:03}", said[place // 3 : place // 3 + 250]) for place in range(300)]
    assert len(group_rooms(seen, {})[0]) == 1


def test_the_id_of_a_room_stays_when_a_later_export_of_it_is_added() -> None:
    said = lines(60)
    first, later = sight("b", said[:40], title="추경방"), sight("a", said[10:], title="새 이름")
    assert conversation_id([first, later]) == conversation_id([first])
    renamed = sight("c", [(minute, "다른 이름", f" {text}  ") for minute, _, text in said])
    assert conversation_id([renamed]) == conversation_id([first])
    assert conversation_id([sight("b", said[:40], scope="복지")]) != conversation_id([first])
    native = [
        sight("a", said, application="slack", native_id="C1"),
        sight("b", [], application="slack", native_id="C1"),
    ]
    assert conversation_id(native) == conversation_id(native[1:])


def test_rooms_that_are_kept_apart_have_different_ids() -> None:
    said = lines(40)
    apart = [[sight("a", said)], [sight("b", said)]]
    ids = conversation_ids(apart)
    assert ids[0] == conversation_id(apart[0])
    assert len(set(ids)) == 2
    assert conversation_ids(apart[::-1]) == ids[::-1]
    assert conversation_id([sight("a", [], title="빈 방")]) != conversation_id([sight("a", [], title="다른 빈 방")])
