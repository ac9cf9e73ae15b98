"""Messages are cut into sessions that some export shows whole, and sessions into the small windows that are matched."""

import itertools
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.conversations import SEOUL
from schemas.records.conversation import ConversationRecord
from schemas.records.message import MessageRecord
from schemas.records.session import Session
from warehouse.breaking import HARD_LIMIT
from warehouse.chunking import TOKEN_LIMIT, passage_text
from warehouse.sessions import GAP, MAX_MESSAGES, cut_sessions, cut_windows, session_text, window_fingerprint

START = datetime(2026, 3, 10, 9, 0, tzinfo=SEOUL)
ROOM = ConversationRecord(
    conversation_id="room",
    merging_id="merging",
    application="kakaotalk",
    scope="예산",
    title="예산협의",
    is_title_shared=True,
    titles=["예산협의"],
    kind="group",
    native_id=None,
    workspace=None,
    first_at=None,
    last_at=None,
    n_messages=0,
    n_exports=1,
)


def message(number: int, minutes: float, text: str = "", **more: Any) -> MessageRecord:
    told: dict[str, Any] = {
        "message_id": f"m{number}",
        "conversation_id": "room",
        "merging_id": "merging",
        "ordinal": number,
        "sent_at": START + timedelta(minutes=minutes),
        "utc_offset_minutes": 540,
        "precision": "minute",
        "is_offset_assumed": True,
        "is_time_assumed": False,
        "participant_no": 1,
        "sender": "총괄담당",
        "kind": "text",
        "text": text or f"예산 의견 {number}번입니다",
        "native_id": None,
        "reply_to_id": None,
        "thread_id": None,
        "edited_at": None,
        "deleted_at": None,
        "forwarded_from": None,
        "n_sources": 1,
    }
    return MessageRecord(**(told | more))


def cut(messages: Iterable[MessageRecord], shown: dict[str, set[str]] | None = None) -> list[Session]:
    rows = list(messages)
    names = {row.message_id: dict.fromkeys((shown or {}).get(row.message_id, {"a"}), row.sender) for row in rows}
    return cut_sessions(ROOM, rows, names)


def test_exports_that_name_people_differently_have_sessions_of_their_own():
    rows = [message(0, 0), message(1, 1, sender="복지담당")]
    names = {"m0": {"a": "총괄담당", "b": "회원님", "c": "총괄담당"}, "m1": dict.fromkeys("abc", "복지담당")}
    sessions = cut_sessions(ROOM, rows, names)
    assert [(session.ordinal, session.content_ids) for session in sessions] == [(0, ["a", "c"]), (0, ["b"])]
    assert [[line.sender for line in session.lines] for session in sessions] == [
        ["총괄담당", "복지담당"],
        ["회원님", "복지담당"],
    ]


def test_a_title_that_not_every_export_prints_is_no_heading():
    own = ROOM.model_copy(update={"is_title_shared": False})
    (session,) = cut_sessions(own, [message(0, 0)], {"m0": {"a": "총괄담당"}})
    assert session.headings[0] == "카카오톡 예산"


def ids(sessions: Iterable[Session]) -> list[list[int]]:
    return [[int(line.message_id[1:]) for line in session.lines] for session in sessions]


def test_an_hour_of_silence_parts_and_not_a_minute_less():
    gap = GAP.total_seconds() / 60
    assert ids(cut([message(0, 0), message(1, gap), message(2, 2 * gap + 0.1), message(3, 2 * gap + 1)])) == [
        [0, 1],
        [2, 3],
    ]


def test_a_long_stretch_is_parted_where_the_silence_was_longest():
    minutes = [*range(20), *range(30, 55)]
    assert ids(cut(message(n, at) for n, at in enumerate(minutes))) == [[*range(20)], [*range(20, 45)]]


def test_a_silence_at_the_edge_does_not_cut_off_single_messages():
    minutes = [0, *range(30, 65)]
    lengths = [len(session) for session in ids(cut(message(n, at) for n, at in enumerate(minutes)))]
    assert sum(lengths) == 36
    assert min(lengths) >= 9


@given(st.lists(st.integers(0, 90), min_size=1, max_size=150))
def test_every_message_stands_in_one_session_in_order_and_none_is_too_long(steps: list[int]):
    at = 0
    messages = []
    for number, step in enumerate(steps):
        at += step
        messages.append(message(number, at))
    sessions = cut(messages)
    assert [number for session in ids(sessions) for number in session] == list(range(len(steps)))
    assert max(map(len, ids(sessions))) <= MAX_MESSAGES
    assert [session.ordinal for session in sessions] == list(range(len(sessions)))
    for session in sessions:
        times = [line.sent_at for line in session.lines]
        assert all(later - sooner <= GAP for sooner, later in itertools.pairwise(times))
        assert (session.first_at, session.last_at, session.n_messages) == (times[0], times[-1], len(times))


def test_a_thread_is_a_session_of_its_own_wherever_its_replies_stand():
    messages = [
        message(0, 0, thread_id="m0"),
        message(1, 1),
        message(2, 2, thread_id="m0"),
        message(3, 3),
        message(4, 60 * 24 * 9, thread_id="m0"),
    ]
    assert ids(cut(messages)) == [[0, 2, 4], [1, 3]]
    assert [session.thread_id for session in cut(messages)] == ["m0", None]


def test_a_late_reply_gives_its_thread_anew_and_leaves_the_other_sessions_as_they_are():
    messages = [message(0, 0, thread_id="m0"), message(1, 1), message(2, 2, thread_id="m0"), message(3, 3)]
    before = {
        tuple(found): session.session_id for found, session in zip(ids(cut(messages)), cut(messages), strict=True)
    }
    after_messages = [*messages, message(4, 60 * 24 * 9, thread_id="m0")]
    sessions = cut(after_messages)
    after = {tuple(found): session.session_id for found, session in zip(ids(sessions), sessions, strict=True)}
    assert before[1, 3] == after[1, 3]
    assert after[0, 2, 4] != before[0, 2]


def test_a_message_that_nobody_has_answered_is_no_thread():
    assert ids(cut([message(0, 0, thread_id="m0"), message(1, 1)])) == [[0, 1]]


def test_each_part_of_a_long_thread_begins_with_the_message_that_it_answers():
    messages = [message(n, n, thread_id="m0") for n in range(MAX_MESSAGES * 2 + 5)]
    found = ids(cut(messages))
    assert [part[0] for part in found] == [0, 0, 0]
    assert sorted({number for part in found for number in part}) == list(range(MAX_MESSAGES * 2 + 5))
    assert sum(map(len, found)) == MAX_MESSAGES * 2 + 5 + 2


def test_the_root_stands_first_though_a_clock_says_otherwise():
    messages = [message(0, 0, thread_id="m1"), message(1, 1, thread_id="m1")]
    assert ids(cut(messages)) == [[1, 0]]


def test_no_session_goes_beyond_what_one_export_shows():
    messages = [message(n, n) for n in range(6)]
    shown = {"m0": {"a"}, "m1": {"a", "b"}, "m2": {"a", "b"}, "m3": {"b"}, "m4": {"b", "c"}, "m5": {"c"}}
    sessions = cut(messages, shown)
    assert ids(sessions) == [[0], [1, 2], [3], [4], [5]]
    assert [session.content_ids for session in sessions] == [["a"], ["a", "b"], ["b"], ["b", "c"], ["c"]]


@given(st.lists(st.sets(st.sampled_from("abcd"), min_size=1), min_size=1, max_size=60), st.data())
def test_every_export_of_a_session_shows_all_of_it(exports: list[set[str]], data: st.DataObject):
    threads = data.draw(st.lists(st.sampled_from([None, "m0", "m1"]), min_size=len(exports), max_size=len(exports)))
    messages = [message(n, n, thread_id=thread) for n, thread in enumerate(threads)]
    shown = {f"m{n}": found for n, found in enumerate(exports)}
    sessions = cut(messages, shown)
    for session in sessions:
        assert session.content_ids, "a session that no export shows is readable by nobody"
        for line in session.lines:
            assert set(session.content_ids) <= shown[line.message_id]
    assert {number for session in ids(sessions) for number in session} == set(range(len(exports)))


def test_the_id_is_made_of_what_is_shown():
    (one,) = cut([message(0, 0), message(1, 1)])
    (same,) = cut([message(0, 0), message(1, 1)], {"m0": {"b"}, "m1": {"b"}})
    (other,) = cut([message(0, 0), message(1, 1, "고친 글")])
    assert one.session_id == same.session_id
    assert one.session_id != other.session_id


def test_a_line_keeps_time_speaker_and_offset():
    (session,) = cut(
        [message(0, 0, "안건입니다", utc_offset_minutes=0), message(1, 1, "입장", sender="", kind="system")]
    )
    assert session_text(session).splitlines() == [
        "카카오톡 예산협의 > 2026-03-10",
        "[2026-03-10 00:00 총괄담당] 안건입니다",
        "[2026-03-10 09:01] 입장",
    ]


def test_a_room_without_a_title_is_called_by_its_registration():
    nameless = ROOM.model_copy(update={"title": ""})
    (session,) = cut_sessions(nameless, [message(0, 0)], {"m0": {"a": "총괄담당"}})
    assert session.headings[0] == "카카오톡 예산"


def windows(*messages: MessageRecord) -> list[tuple[int, int, str]]:
    (session,) = cut(messages)
    chunks = cut_windows(session, window_fingerprint())
    assert [chunk.ordinal for chunk in chunks] == list(range(len(chunks)))
    assert {chunk.text_id for chunk in chunks} <= {session.session_id}
    return [(chunk.first_ordinal, chunk.last_ordinal, chunk.text) for chunk in chunks]


def test_a_window_is_a_few_messages_and_shares_the_last_of_the_one_before():
    found = windows(*(message(n, n) for n in range(9)))
    assert [(first, last) for first, last, _ in found] == [(0, 3), (3, 6), (6, 8)]
    assert found[0][2].splitlines()[0] == "[2026-03-10 09:00 총괄담당] 예산 의견 0번입니다"


def test_what_only_says_that_somebody_was_there_is_matched_by_nothing_and_kept_in_the_session():
    noise = ["네", "넵!!", "ㅋㅋㅋ", "확인했습니다.", "ok"]
    messages = [message(0, 0, "심의 자료입니다"), *(message(n + 1, n + 1, text) for n, text in enumerate(noise))]
    assert [text for *_, text in windows(*messages)] == ["[2026-03-10 09:00 총괄담당] 심의 자료입니다"]
    assert [line.text for line in cut(messages)[0].lines][1:] == noise
    assert windows(message(0, 0, "네"), message(1, 1, "", kind="photo")) == []
    assert len(windows(message(0, 0, "네, 그렇게 진행하겠습니다"))) == 1


def test_pictures_and_notices_are_no_keys_but_files_are():
    assert windows(message(0, 0, "사진", kind="photo"), message(1, 1, "들어왔습니다", kind="system")) == []
    assert len(windows(message(0, 0, "예산안_최종.hwp", kind="file"))) == 1


def test_a_long_message_is_matched_sentence_by_sentence_and_each_names_its_speaker():
    text = " ".join(f"{n}번 사업은 예산을 늘려야 한다고 판단하였습니다." for n in range(100))
    found = windows(message(0, 0, text))
    assert len(found) > 1
    for first, last, piece in found:
        assert (first, last) == (0, 0)
        assert len(piece) <= HARD_LIMIT
        assert all(line.startswith("[2026-03-10 09:00 총괄담당] ") for line in piece.splitlines())
    assert "99번 사업" in found[-1][2]


@given(st.lists(st.integers(1, 300), min_size=1, max_size=30))
def test_every_message_with_words_is_in_some_window(lengths: list[int]):
    messages = [message(n, n, "예산" + "가" * length) for n, length in enumerate(lengths)]
    found = windows(*messages)
    assert {n for first, last, _ in found for n in range(first, last + 1)} == set(range(len(lengths)))
    shown = "\n".join(text for *_, text in found)
    assert all(row.text in shown for row in messages)


@given(st.lists(st.integers(0, 90), min_size=1, max_size=120), st.integers(1, 40))
def test_what_is_said_later_moves_no_earlier_session_and_no_window_but_the_last(steps: list[int], n_later: int):
    minutes = list(itertools.accumulate(steps))
    messages = [message(n, at) for n, at in enumerate(minutes)]
    later = [message(len(messages) + k, minutes[-1] + k + 1) for k in range(n_later)]
    before, after = cut(messages), cut([*messages, *later])
    assert [one.session_id for one in before[:-1]] == [one.session_id for one in after[: len(before) - 1]]
    if len(after[len(before) - 1].lines) >= len(before[-1].lines):
        old = [chunk.passage_id for chunk in cut_windows(before[-1], window_fingerprint())]
        new = [chunk.passage_id for chunk in cut_windows(after[len(before) - 1], window_fingerprint())]
        assert old[:-1] == new[: len(old) - 1]


def test_windows_are_broken_where_a_model_would_not_take_them_in_whole():
    def count(texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]

    rare = "①②③④⑤⑥⑦⑧⑨⑩ 견적. "
    session = cut([message(0, 0, text=rare * 55), message(1, 1, text="짧은 글"), message(2, 2, text=rare * 20)])[0]
    loose = cut_windows(session, window_fingerprint())
    tight = cut_windows(session, window_fingerprint("tokens"), count)
    shown = [passage_text(chunk.headings, chunk.text) for chunk in tight]
    assert max(map(len, shown)) <= TOKEN_LIMIT < max(len(chunk.text) for chunk in loose)
    assert all("총괄담당]" in text for text in shown)
    letters = "".join("".join(text.split("] ", 1)[1].split()) for text in shown)
    assert letters.count("①") >= 75
    assert [chunk.ordinal for chunk in tight] == list(range(len(tight)))
    assert window_fingerprint("tokens") != window_fingerprint()
