"""Drafts over a lake: signed and compared once, settled by difference, asked about where doubtful, answers honoured."""

import importlib.util
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from warehouse.drafts import ANSWER_CHARACTERS, KIND, NONE_YET, families
from warehouse.lake import CATALOG
from warehouse.ledger import Ledger
from warehouse.review import queue

spec = importlib.util.spec_from_file_location("family_texts", Path(__file__).with_name("test_families.py"))
assert spec is not None
assert spec.loader is not None
texts = importlib.util.module_from_spec(spec)
spec.loader.exec_module(texts)


@pytest.fixture
def put(share):
    """Write a file of the share as it was modified at an hour of a day."""

    def do(name: str, text: str, hour: int = 9) -> None:
        path = share / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        when = datetime(2026, 3, 10, hour, tzinfo=UTC).timestamp()
        os.utime(path, (when, when))

    return do


@pytest.fixture
def settle(talks):
    """A night up to the drafts; returns name → row of `core.draft`."""

    def do() -> dict[str, dict[str, Any]]:
        night = talks.converse()
        do.counts = night.find_drafts()
        rows = talks.lake.rows(
            f"SELECT p.name, d.* FROM {CATALOG}.core.draft d JOIN {CATALOG}.raw.placement p USING (content_id) ORDER BY ordinal"
        )
        return {row["name"]: row for row in rows}

    do.counts = []
    return do


def test_drafts_get_rows_in_order_and_everything_else_none(put, settle) -> None:
    put("과/검토_v1.txt", texts.REPORT, 1)
    put("과/검토_최종.txt", texts.EDITED, 2)
    put("과/온실 보급 설명자료.txt", texts.FORM.format(name="온실 보급"))
    put("과/도로 정비 설명자료.txt", texts.FORM.format(name="도로 정비"))
    put("과/짧은 글.txt", "짧다")
    found = settle()
    assert list(found) == ["검토_v1.txt", "검토_최종.txt"]
    first, final = found.values()
    assert (first["ordinal"], first["n_versions"], first["status"], first["similarity"]) == (1, 2, "draft", None)
    assert (final["ordinal"], final["status"], final["doubt"]) == (2, "final", None)
    assert 0.6 < final["similarity"] < 1
    assert first["family_id"] == final["family_id"]


def test_a_text_is_signed_once_and_a_pair_compared_once(put, settle, talks) -> None:
    put("과/검토_v1.txt", texts.REPORT, 1)
    put("과/검토_v2.txt", texts.EDITED, 2)
    settle()
    put("과/검토_v3.txt", texts.EDITED.replace("두 사람", "세 사람"), 3)
    put("다른 과/검토_v2.txt", texts.EDITED, 2)
    settle()
    signed, compared, drafts = settle.counts
    assert signed.n_added == 1
    assert compared.n_added == 2
    assert drafts.n_added == 3
    settle()
    assert not any(count.changed for count in settle.counts)
    assert len(talks.rows("core.signature")) == 3


def test_what_is_gone_goes_with_its_signature_and_its_family(put, settle, share, talks) -> None:
    put("과/검토_v1.txt", texts.REPORT, 1)
    put("과/검토_v2.txt", texts.EDITED, 2)
    assert len(settle()) == 2
    (share / "과/검토_v1.txt").unlink()
    talks.clock.advance(hours=1)
    assert settle() == {}
    assert (len(talks.rows("core.signature")), len(talks.rows("core.likeness"))) == (1, 0)


def test_a_version_that_comes_later_leaves_the_family_its_id(put, settle) -> None:
    put("과/검토_v1.txt", texts.REPORT, 1)
    put("과/검토_v2.txt", texts.EDITED, 2)
    before = settle()["검토_v1.txt"]["family_id"]
    put("과/검토_v3.txt", texts.EDITED.replace("두 사람", "세 사람"), 3)
    after = settle()
    assert {row["family_id"] for row in after.values()} == {before}
    assert after["검토_v3.txt"]["status"] == "final"


def test_what_lies_elsewhere_and_stood_at_the_place_before_is_the_earlier_version(put, settle) -> None:
    put("과/검토.txt", texts.REPORT, 5)
    put("보관/사본.txt", texts.REPORT, 5)
    settle()
    put("과/검토.txt", texts.EDITED, 1)
    found = settle()
    assert found["사본.txt"]["ordinal"] < found["검토.txt"]["ordinal"]
    assert any("놓인 자리" in line for line in found["검토.txt"]["evidence"])


def doubtful(put) -> None:
    """A final one that is older than a draft."""
    put("과/검토_최종.txt", texts.REPORT, 1)
    put("과/검토_v2.txt", texts.EDITED, 2)


def decide(talks, answer: str) -> None:
    """Answer the open question."""
    (item,) = [one for one in queue(talks.home, talks.night().place) if one.asked.kind == KIND]
    Ledger(talks.home).decide(item.asked, answer, decided_by="담당", note=None, now=talks.clock.now())


def test_a_doubtful_final_is_asked_about_and_the_answer_stands(put, settle, talks) -> None:
    doubtful(put)
    found = settle()
    assert found["검토_v2.txt"]["status"] == "final"
    assert found["검토_v2.txt"]["doubt"]
    (review,) = [row for row in talks.rows("ops.review") if row["kind"] == KIND]
    chosen = found["검토_최종.txt"]["content_id"][:ANSWER_CHARACTERS]
    assert set(review["answers"]) == {chosen, found["검토_v2.txt"]["content_id"][:ANSWER_CHARACTERS], NONE_YET}
    decide(talks, chosen)
    found = settle()
    assert (found["검토_최종.txt"]["status"], found["검토_최종.txt"]["is_confirmed"]) == ("final", True)
    assert found["검토_v2.txt"]["status"] == "draft"
    assert all(row["doubt"] is None for row in found.values())
    (item,) = [one for one in queue(talks.home, talks.night().place) if one.asked.kind == KIND]
    assert not item.is_open
    settle()
    assert not any(count.changed for count in settle.counts)


@pytest.mark.long
def test_a_version_that_comes_after_the_answer_is_asked_about_again(put, settle, talks) -> None:
    doubtful(put)
    found = settle()
    decide(talks, found["검토_최종.txt"]["content_id"][:ANSWER_CHARACTERS])
    settle()
    path = talks.sources[0].source.root if hasattr(talks.sources[0], "source") else None
    assert path is not None
    late = Path(path) / "과/검토_v3.txt"
    late.write_text(texts.EDITED.replace("두 사람", "세 사람"))
    when = datetime(2027, 1, 1, tzinfo=UTC).timestamp()
    os.utime(late, (when, when))
    found = settle()
    assert found["검토_최종.txt"]["doubt"] == "최종으로 확인한 뒤에 새 판이 왔음"
    (item,) = [one for one in queue(talks.home, talks.night().place) if one.asked.kind == KIND]
    assert item.is_open


@pytest.mark.long
def test_none_yet_leaves_no_final(put, settle, talks) -> None:
    doubtful(put)
    settle()
    decide(talks, NONE_YET)
    assert {row["status"] for row in settle().values()} == {"draft"}


def test_links_take_drafts_for_one_family_and_short_texts_by_name(put, settle, talks) -> None:
    put("과/검토_v1.txt", texts.REPORT, 1)
    put("보낸 것/나눔터_최종.txt", texts.EDITED, 2)
    put("과/메모_v1.txt", "짧은 글 하나")
    put("과/메모_v2.txt", "짧은 글 둘")
    settle()
    rows = families(talks.lake).to_pylist()
    names = {row["content_id"]: row["name"] for row in talks.rows("raw.placement")}
    found = {names[row["content_id"]]: row["family"] for row in rows}
    assert found["검토_v1.txt"] == found["나눔터_최종.txt"]
    assert found["메모_v1.txt"] == found["메모_v2.txt"] != found["검토_v1.txt"]


def test_a_night_without_news_looks_at_nothing(put, talks) -> None:
    doubtful(put)
    night = talks.converse()
    night.find_drafts()
    night.chunk()
    night.embed()
    night.publish()
    again = talks.converse()
    assert again.find_drafts() == []
