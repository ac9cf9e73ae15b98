"""From exports to conversations, over a real lake: each message once, whatever comes, changes or goes, and in any order."""

from datetime import date, timedelta

import pytest

from schemas.scope import Register
from warehouse import merging_keys
from warehouse.blobs import BlobStore
from warehouse.conversations import TABLES, pair_of, subject_of
from warehouse.lake import CATALOG, digest
from warehouse.ledger import Ledger
from warehouse.review import queue

BEGUN = [
    ("9:01", "총괄담당", "자료 올렸습니다"),
    ("9:03", "복지담당", "검토하겠습니다"),
    ("9:04", "국토담당", "저도 보겠습니다"),
]
TEXTS = [text for _, _, text in BEGUN]


@pytest.fixture
def said(talking, share):
    """Write an export of the registered room into the share."""

    def write(name, lines, *, title="예산협의", writer=None):
        (share / name).write_text((writer or talking.kakao)(title, lines), encoding="utf-8")

    return write


def stable(lake) -> dict:
    return digest(lake, TABLES)


def test_an_export_becomes_a_conversation_with_its_messages_people_and_places(talks, said):
    said("a.txt", BEGUN)
    talks.converse()
    (room,) = talks.rows("core.conversation")
    assert (room["title"], room["scope"], room["application"]) == ("예산협의", "예산협의", "kakaotalk")
    assert (room["n_messages"], room["n_exports"]) == (3, 1)
    assert {row["name"] for row in talks.rows("core.participant")} == {"총괄담당", "복지담당", "국토담당"}
    assert talks.messages() == TEXTS
    assert [row["line_start"] for row in talks.rows("core.message_source", "ORDER BY ordinal")] == [5, 6, 7]
    message = talks.rows("core.message", "ORDER BY ordinal")[0]
    assert (message["utc_offset_minutes"], message["is_offset_assumed"], message["precision"]) == (540, True, "minute")


def test_a_rerun_adds_nothing_and_commits_nothing(talks, said, lake):
    said("a.txt", BEGUN)
    talks.converse()
    head = lake.head()
    night = talks.converse()
    assert lake.head() == head
    assert not [step for step in night.steps if step.added or step.removed]


def test_another_export_of_the_room_gives_each_message_once_with_both_places(talks, talking, said):
    said("a.txt", talking.lines_of(12))
    talks.converse()
    before = {row["text"]: row["message_id"] for row in talks.rows("core.message")}
    said("b.txt", talking.lines_of(20), writer=talking.android)
    talks.converse()
    after = {row["text"]: row["message_id"] for row in talks.rows("core.message")}
    assert (len(before), len(after)) == (12, 20)
    assert before.items() <= after.items(), "ids stay, so that what was cited stands"
    counts = {row["text"]: row["n_sources"] for row in talks.rows("core.message")}
    assert sorted(counts.values()) == [1] * 8 + [2] * 12
    (room,) = talks.rows("core.conversation")
    assert (room["n_exports"], room["n_messages"]) == (2, 20)


def test_the_order_in_which_exports_come_leaves_no_trace(talks, talking, said, share, lake):
    lines = talking.lines_of(24)
    said("a.txt", lines[:16])
    talks.converse()
    said("b.txt", lines[8:], writer=talking.android)
    talks.converse()
    both = stable(lake)
    (share / "a.txt").unlink()
    talks.converse()
    assert len(talks.messages()) == 16
    said("a.txt", lines[:16])
    talks.converse()
    assert len(talks.messages()) == 24
    assert stable(lake) == both


@pytest.mark.long
def test_what_no_export_shows_any_more_goes_with_its_export(talks, talking, said, share, home):
    said("a.txt", talking.lines_of(12))
    said("b.txt", talking.lines_of(20), writer=talking.android)
    talks.run()
    (share / "b.txt").unlink()
    talks.run()
    assert len(talks.messages()) == 12
    assert {row["n_sources"] for row in talks.rows("core.message")} == {1}
    (share / "a.txt").unlink()
    (share / "other.txt").write_text("다른 글", encoding="utf-8")  # an empty folder may be one that is not mounted
    talks.run()
    for record in TABLES:
        assert talks.rows(record.qualified_name()) == [], record.qualified_name()
    assert talks.rows("core.export_message") == talks.rows("core.scope_access") == talks.rows("raw.export") == []
    assert len(BlobStore(home).held()) == len(talks.rows("index.chunk")) == 1


def test_the_same_bytes_in_two_places_are_one_export(talks, said, share):
    said("a.txt", BEGUN)
    (share / "b.txt").write_bytes((share / "a.txt").read_bytes())
    talks.converse()
    assert talks.messages() == TEXTS
    assert [row["n_sources"] for row in talks.rows("core.message")] == [1, 1, 1]


def test_a_room_that_nobody_registered_leaves_counts_and_nothing_else(talks, talking, said, home, lake):
    said("a.txt", BEGUN)
    said("b.txt", [("9:00", "인사담당", "사사로운말사사로운말")], title="점심 모임방")
    talks.run()
    assert talks.messages() == TEXTS
    left = {row["content_id"]: row for row in talks.rows("raw.export")}
    assert sorted((row["n_messages"], row["n_messages_left_out"]) for row in left.values()) == [(0, 1), (3, 0)]
    for table in lake.tables():
        rows = lake.rows(f"SELECT to_json(t)::VARCHAR AS row FROM {CATALOG}.{'.'.join(table)} t")
        assert not [row for row in rows if "사사로운" in row["row"] or "점심 모임" in row["row"]], table
    (kept,) = BlobStore(home).held()
    assert "사사로운" not in BlobStore(home).get(kept).decode()


@pytest.mark.long
def test_a_room_is_kept_as_soon_as_it_is_registered_and_gone_as_soon_as_it_is_not(talks, talking, said, home):
    said("a.txt", BEGUN)
    talks.register = Register()
    talks.run()
    assert (talks.messages(), BlobStore(home).held()) == ([], set())
    talks.register = talking.register_of(예산협의=())
    talks.run()
    assert len(talks.messages()) == 3
    talks.register = Register()
    talks.run()
    assert (talks.messages(), BlobStore(home).held()) == ([], set())


def test_a_talk_of_two_needs_a_word_of_its_own(talks, talking, said):
    said("a.txt", BEGUN[:2], title="복지담당")
    talks.register = talking.register_of(복지담당=())
    talks.converse()
    assert talks.messages() == []
    (scope,) = talks.register.scopes
    talks.register = Register(scopes=(scope.model_copy(update={"direct": True}),))
    talks.converse()
    assert talks.messages() == TEXTS[:2]
    assert talks.rows("core.conversation")[0]["kind"] == "direct"


def test_what_was_said_before_the_notice_stays_out(talks, talking, said, home):
    said("a.txt", BEGUN)
    (scope,) = talks.register.scopes
    talks.register = Register(scopes=(scope.model_copy(update={"since": date(2026, 3, 11)}),))
    talks.run()
    assert talks.messages() == []
    assert BlobStore(home).held() == set(), "an export cannot be cut by time, so nothing of it is kept as it came"


@pytest.fixture
def doubtful(talks, talking, said):
    """Two exports of which nobody can say whether they show one room: two shared lines, and much that is not shared."""
    mine = talking.lines_of(3, "9:00") + talking.lines_of(30, "10:00", word="복지 사업")
    theirs = talking.lines_of(3, "9:00") + talking.lines_of(30, "10:00", word="국토 사업")
    said("a.txt", mine)
    said("b.txt", theirs)
    talks.converse()
    return len(mine), len(theirs)


@pytest.mark.parametrize(("answer", "n_rooms"), [("accept", 1), ("reject", 2)])
def test_a_person_decides_about_rooms_that_may_be_one(talks, doubtful, home, place, clock, answer, n_rooms):
    assert len(talks.rows("core.conversation")) == 2
    asked = [item.asked for item in queue(home, place) if item.is_open and item.asked.kind == "same_room"]
    assert len(asked) == 1
    evidence = " ".join(asked[0].evidence)
    assert "share/a.txt" in evidence
    assert "share/b.txt" in evidence
    assert "사업" not in evidence, "a question quotes nobody"
    Ledger(home).decide(asked[0], answer, decided_by="총괄담당", note=None, now=clock.now())
    talks.converse()
    assert len(talks.rows("core.conversation")) == n_rooms
    n_messages = sum(doubtful) - (3 if n_rooms == 1 else 0)
    assert len(talks.messages()) == n_messages
    assert not [item for item in queue(home, place) if item.is_open]
    assert talks.rows("core.merging")[0]["doubts"] == []
    head = talks.lake.head()
    talks.converse()
    assert talks.lake.head() == head


def test_an_answer_can_be_taken_back(talks, doubtful, home, place, clock):
    (item,) = [item for item in queue(home, place) if item.asked.kind == "same_room"]
    apart = stable(talks.lake)
    Ledger(home).decide(item.asked, "accept", decided_by="총괄담당", note=None, now=clock.now())
    talks.converse()
    assert len(talks.rows("core.conversation")) == 1
    (item,) = [item for item in queue(home, place) if item.asked.kind == "same_room"]
    Ledger(home).decide(item.asked, "reject", decided_by="총괄담당", note=None, now=clock.now())
    talks.converse()
    assert len(talks.rows("core.conversation")) == 2
    changed = {name for name, found in stable(talks.lake).items() if found != apart[name]}
    assert changed <= {"core.merging"}, "but for the marker everything is as it was"


def test_a_subject_names_its_two_rooms_in_one_order(talks, doubtful):
    from schemas.records.merging import RoomDoubt

    (doubt,) = [RoomDoubt.model_validate(found) for row in talks.rows("core.merging") for found in row["doubts"]]
    turned = RoomDoubt(
        first_content_id=doubt.second_content_id,
        first_no=doubt.second_no,
        second_content_id=doubt.first_content_id,
        second_no=doubt.first_no,
        evidence=[],
    )
    assert subject_of(doubt) == subject_of(turned)
    assert pair_of(subject_of(doubt)) == {
        (doubt.first_content_id, doubt.first_no),
        (doubt.second_content_id, doubt.second_no),
    }


def test_new_rules_of_merging_merge_again_and_leave_the_same(talks, talking, said, lake, monkeypatch):
    said("a.txt", talking.lines_of(12))
    talks.converse()
    fingerprints = {row["step_fingerprint"] for row in talks.rows("core.merging")}
    rows = stable(lake)
    monkeypatch.setattr(merging_keys, "RULES_VERSION", merging_keys.RULES_VERSION + 1)
    night = talks.converse()
    assert {row["step_fingerprint"] for row in talks.rows("core.merging")}.isdisjoint(fingerprints)
    assert next(step for step in night.steps if step.name == "core/conversation").added == 1
    after = stable(lake)
    assert {name for name in rows if rows[name] != after[name]} == {"core.merging"}


def test_only_the_group_that_an_export_belongs_to_is_merged_again(talks, talking, share):
    talks.register = talking.register_of(예산협의=(), 복지협의=())
    talking.put(share, a__txt=talking.kakao("예산협의", BEGUN), b__txt=talking.kakao("복지협의", talking.lines_of(3)))
    talks.converse()
    assert {row["scope"]: row["n_messages"] for row in talks.rows("core.merging")} == {"예산협의": 3, "복지협의": 3}
    talking.put(share, c__txt=talking.android("복지협의", talking.lines_of(9)))
    night = talks.converse()
    (step,) = [step for step in night.steps if step.name == "core/conversation"]
    assert step.added == 1
    assert {row["scope"]: row["n_messages"] for row in talks.rows("core.merging")} == {"예산협의": 3, "복지협의": 9}


def test_a_room_with_an_id_of_its_own_is_merged_by_itself(talks, talking, share):
    talks.register = talking.register_of(예산협업=(), 복지협업=())
    first = talking.slack(
        예산협업=[talking.said(0, "첫 글", thread_ts="1772409600.000100"), talking.said(60, "둘째 글", "U02WELF000")],
        복지협업=[talking.said(5, "복지 글")],
    )
    second = talking.slack(
        예산협업=[
            talking.said(0, "첫 글", thread_ts="1772409600.000100"),
            talking.said(60, "둘째 글 고침", "U02WELF000", edited={"user": "U02WELF000", "ts": "1772409700.000000"}),
            talking.said(90_000, "늦은 답", "U02WELF000", thread_ts="1772409600.000100"),
        ],
        복지협업=[talking.said(5, "복지 글")],
    )
    talking.put(share, a__zip=first)
    talks.converse()
    ids = {row["text"]: row["message_id"] for row in talks.rows("core.message")}
    talking.put(share, b__zip=second)
    talks.converse()
    texts = {row["message_id"]: row["text"] for row in talks.rows("core.message")}
    assert len(texts) == 4
    assert texts[ids["둘째 글"]] == "둘째 글 고침"
    (thread,) = talks.rows("core.thread")
    assert (thread["thread_id"], thread["n_messages"]) == (ids["첫 글"], 2)
    assert thread["last_at"] - thread["first_at"] == timedelta(seconds=90_000)
    assert len(talks.rows("core.merging")) == 2
