"""The review queue: what a person must decide, the answers, and what they do to the next night."""

from datetime import timedelta
from pathlib import Path

import pytest

from schemas.records.review import Review
from warehouse.blobs import BlobStore
from warehouse.contents import collect_originals
from warehouse.lake import CATALOG
from warehouse.ledger import Ledger, copy_decisions
from warehouse.placements import DeletionRule
from warehouse.review import NoSuchReview, count_open, find_item, queue
from warehouse.reviews import discover_kinds

SECRET = "대외비\n실은 보안 교육 자료이다"


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")


@pytest.fixture
def run(night, source, lake, clock, home):
    """A night up to the reading, decisions first; returns how many contents were parsed."""

    def do() -> int:
        copy_decisions(lake, clock, Ledger(home), "run", lambda *_: None)
        night.receive(source)
        n_parsed = night.read().n_parsed
        collect_originals(lake, BlobStore(home))
        return n_parsed

    return do


@pytest.fixture
def open_items(lake, home, place):
    """Questions without an answer, by title."""

    def do() -> dict[str, Review]:
        return {item.asked.title: item.asked for item in queue(home, place) if item.is_open}

    return do


@pytest.fixture
def decide(home, clock):
    def do(asked: Review, answer: str, note: str | None = None):
        return Ledger(home).decide(asked, answer, decided_by="보안담당", note=note, now=clock.now())

    return do


def kept_texts(lake) -> list[str]:
    return [row["text"] for row in lake.rows(f"SELECT text FROM {CATALOG}.core.element ORDER BY text")]


def n_placements(lake) -> int:
    return int(lake.value(f"SELECT count(*) FROM {CATALOG}.raw.placement"))


def test_a_secrecy_mark_is_asked_about_and_its_release_keeps_the_file_and_nothing_else(
    run, open_items, decide, lake, share, home
):
    write(share, 교육="대외비\n실은 보안 교육 자료이다", 진짜="대외비\n정말 비밀이다", 보통="글")
    assert run() == 3
    asked = open_items()
    assert set(asked) == {"share/교육.txt", "share/진짜.txt"}
    one = asked["share/교육.txt"]
    assert (one.kind, one.reason, one.answers) == ("quarantine", "secrecy_mark", ["release", "accept"])
    assert all("보안 교육" not in line for line in one.evidence)
    decide(one, "release", "교육 자료임을 확인함")
    assert kept_texts(lake) == ["글"], "a decision waits for the next run"
    assert run() == 1
    assert kept_texts(lake) == ["글", "대외비", "실은 보안 교육 자료이다"]
    (reading,) = lake.rows(f"FROM {CATALOG}.core.reading WHERE released_by IS NOT NULL")
    (decision,) = lake.rows(f"FROM {CATALOG}.ops.decision")
    assert reading["released_by"] == decision["decision_id"]
    assert (decision["answer"], decision["decided_by"]) == ("release", "보안담당")
    assert set(open_items()) == {"share/진짜.txt"}
    assert run() == 0
    assert len(BlobStore(home).held()) == 2


def test_a_release_can_be_taken_back_and_nothing_is_left(run, open_items, decide, lake, share, home, place):
    write(share, 교육=SECRET)
    run()
    (asked,) = open_items().values()
    decide(asked, "release")
    run()
    assert len(kept_texts(lake)) == 2
    (item,) = queue(home, place)
    assert item.is_applied
    assert not item.is_open
    decide(item.asked, "accept")
    assert run() == 1
    assert kept_texts(lake) == []
    assert BlobStore(home).held() == set()
    assert open_items() == {}, "it has been answered: it stays in quarantine"
    assert run() == 0


def test_a_name_with_a_mark_is_released_with_its_content_wherever_it_lies(run, open_items, decide, lake, share):
    write(share, **{"대외비 표시 안내": "표시하는 법", "사본": "표시하는 법"})
    run()
    (asked,) = open_items().values()
    assert len([line for line in asked.evidence if line.startswith("자리")]) == 2
    decide(asked, "release")
    assert run() == 1
    assert kept_texts(lake) == ["표시하는 법"]
    # the same bytes under another marked name are those that were released
    write(share, **{"비밀 대외비 사본": "표시하는 법"})
    assert run() == 0
    outcomes = lake.rows(f"SELECT reason FROM {CATALOG}.raw.placement WHERE reason IS NOT NULL")
    assert outcomes == []
    # other bytes under the same name are not
    write(share, **{"대외비 표시 안내": "이제는 정말 비밀"})
    run()
    assert list(open_items()) == ["share/대외비 표시 안내.txt"]


def test_accepting_a_quarantine_closes_the_question_until_the_file_changes(run, open_items, decide, lake, share):
    write(share, 비밀="대외비\n하나")
    run()
    (asked,) = open_items().values()
    decide(asked, "accept")
    assert (run(), open_items()) == (0, {})
    write(share, 비밀="대외비\n둘")
    run()
    assert list(open_items()) == ["share/비밀.txt"]


def test_a_question_goes_with_its_cause(run, open_items, share, lake):
    write(share, 비밀="대외비\n하나", 보통="글")
    run()
    assert len(open_items()) == 1
    (share / "비밀.txt").unlink()
    run()
    assert open_items() == {}
    assert lake.value(f"SELECT count(*) FROM {CATALOG}.ops.review") == 0


def test_what_cannot_be_decided_is_not_asked(run, open_items, share):
    (share / "a.bin").write_bytes(b"?")
    write(share, 빈글="")
    run()
    assert open_items() == {}


@pytest.fixture
def vanished(night, run, share, clock):
    """Thirty of forty files have vanished at once, under a rule that waits and brakes."""
    night.rule = DeletionRule(grace=timedelta(hours=20))
    write(share, **{f"문서{number:02d}": f"글 {number}" for number in range(40)})
    run()
    for number in range(30):
        (share / f"문서{number:02d}.txt").unlink()
    clock.advance(24)
    run()


@pytest.mark.usefixtures("vanished")
def test_a_held_deletion_waits_for_a_person_however_long_it_takes(run, open_items, lake, clock):
    (asked,) = open_items().values()
    assert (asked.kind, asked.subject, asked.answers) == ("held_deletion", "share", ["accept", "reject"])
    assert "30개" in asked.title
    for _ in range(3):
        clock.advance(24)
        run()
    assert n_placements(lake) == 40
    assert [one.review_id for one in open_items().values()] == [asked.review_id]


@pytest.mark.usefixtures("vanished")
def test_an_accepted_deletion_is_done_by_the_next_run_and_only_that_one(run, open_items, decide, lake, share, clock):
    (asked,) = open_items().values()
    clock.advance(1)
    (share / "문서35.txt").unlink()  # missing only since after the question
    decide(asked, "accept")
    clock.advance(1)
    run()
    assert n_placements(lake) == 10
    assert open_items() == {}


@pytest.mark.long
@pytest.mark.usefixtures("vanished")
def test_what_has_come_back_is_not_deleted_by_an_earlier_answer(run, open_items, decide, lake, share, clock):
    (asked,) = open_items().values()
    decide(asked, "accept")
    write(share, **{f"문서{number:02d}": f"글 {number}" for number in range(30)})
    clock.advance(24)
    run()
    assert n_placements(lake) == 40
    for number in range(30):
        (share / f"문서{number:02d}.txt").unlink()
    clock.advance(24)
    run()
    assert n_placements(lake) == 40, "they vanished again after the answer, so it is asked again"
    assert len(open_items()) == 1


@pytest.mark.long
@pytest.mark.usefixtures("vanished")
def test_a_rejected_deletion_stays_and_does_not_hold_up_others(
    run, open_items, decide, lake, share, clock, home, place
):
    (asked,) = open_items().values()
    decide(asked, "reject")
    (share / "문서35.txt").unlink()
    for _ in range(2):
        clock.advance(24)
        run()
    assert n_placements(lake) == 39
    assert open_items() == {}
    (item,) = queue(home, place)
    assert item.decision.answer == "reject"
    # and a person may think better of it
    decide(item.asked, "accept")
    clock.advance(24)
    run()
    assert n_placements(lake) == 9


@pytest.mark.usefixtures("vanished")
def test_an_answer_that_was_not_offered_is_refused(open_items, decide, home):
    (asked,) = open_items().values()
    with pytest.raises(ValueError, match="release"):
        decide(asked, "release")
    assert Ledger(home).decisions() == []


def test_the_queue_of_a_home_that_never_ran_is_empty(tmp_path):
    from warehouse.lake import local_place
    from warehouse.layout import Home

    home = Home(tmp_path / "new")
    assert queue(home, local_place(home.catalog_file, home.data_folder)) == []
    assert Ledger(home).decisions() == []
    assert not home.ledger_file.exists()


def test_a_question_is_found_by_the_beginning_of_its_id(run, share, home, place):
    write(share, 비밀="대외비\n하나")
    run()
    (item,) = queue(home, place)
    assert find_item(home, place, item.asked.review_id[:6]).asked == item.asked
    for wrong in ("zzzz", ""):
        if wrong or len(queue(home, place)) != 1:
            with pytest.raises(NoSuchReview):
                find_item(home, place, wrong)


def test_decisions_are_copied_once_and_open_questions_counted(run, open_items, decide, lake, clock, home, share):
    write(share, 하나="대외비\n하나", 둘="대외비\n둘")
    run()
    assert count_open(lake) == [{"kind": "quarantine", "n": 2}]
    decide(open_items()["share/하나.txt"], "accept", "주민번호 850614-1234567 확인")
    head = lake.head()
    counted = copy_decisions(lake, clock, Ledger(home), "run", lambda *_: None)
    assert counted.n_added == 1
    assert lake.head() > head
    assert copy_decisions(lake, clock, Ledger(home), "run", lambda *_: None).n_added == 0
    assert count_open(lake) == [{"kind": "quarantine", "n": 1}]
    (row,) = lake.rows(f"FROM {CATALOG}.ops.decision")
    assert "1234567" not in row["note"]


def test_a_lost_ledger_forgets_nothing(run, open_items, decide, lake, home, share):
    write(share, 교육=SECRET)
    run()
    (asked,) = open_items().values()
    decide(asked, "release")
    run()
    home.ledger_file.unlink()
    assert run() == 0
    assert len(kept_texts(lake)) == 2


def test_every_kind_says_what_is_decided():
    assert set(discover_kinds()) == {"final_draft", "held_deletion", "quarantine", "same_room", "succession", "table"}
    for kind in discover_kinds().values():
        assert kind.label
        assert kind.question.endswith("?")
