"""Locked, broken, marked and oddly named files end as their truth says, over every format that is read."""

import os
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import PurePosixPath

import pytest

from connectors.reading import discover_formats
from pipelines.sample.item import Item
from pipelines.sample.trouble.hard_cases import hard_items
from pipelines.sample.trouble.marked import marked_items
from pipelines.sample.world import World
from schemas.outcome import Outcome


@pytest.fixture(scope="module")
def items() -> list[Item]:
    return hard_items(World())


def end(item: Item) -> str:
    return item.truth.reason or item.truth.outcome.value


def test_the_walk_and_the_readers_say_of_every_file_what_its_truth_says(items, judge: Callable[[Item], list[str]]):
    assert [wrong for item in items for wrong in judge(item)] == []


def test_every_format_that_is_read_is_there_broken(items):
    broken = {item.truth.path.rpartition(".")[2] for item in items if end(item) in ("corrupt", "undecodable_text")}
    # the head of a mail can be read when its body cannot, so that no mail is broken as a whole
    assert broken >= {"txt", "md", "csv", "html", "zip", "hwp", "hwpx", "pdf", "xlsx", "docx", "pptx"}
    assert set(discover_formats()) >= {"hwp5", "hwpx", "pdf", "pptx"}


def test_every_lock_and_every_maker_of_drm_is_there(items):
    reasons = Counter(end(item) for item in items)
    assert {reason for reason in reasons if reason.startswith(("password_", "drm_"))} == {
        "password_archive",
        "password_hwp",
        "password_hwpx",
        "password_ooxml",
        "password_pdf",
        "drm_fasoo",
        "drm_hwp",
        "drm_markany",
        "drm_softcamp",
    }
    assert reasons["drm_fasoo"] == 2


def test_all_offices_have_trouble(items):
    troubled = Counter(item.truth.office for item in items if item.truth.outcome is not Outcome.KEPT)
    assert all(troubled[office] >= 12 for office in World().offices)


def test_each_mark_is_in_a_file_of_its_own_with_a_word_of_its_own(items):
    marked = [item for item in items if end(item) in ("secrecy_mark", "secret_member")]
    words = [word for item in marked for word in item.truth.must_not_find]
    assert len(words) == len(marked) == len(set(words)) >= 18
    texts = " ".join(text for item in items if item.truth.outcome is Outcome.KEPT for text in item.passages)
    assert [word for word in words if word in texts] == []


def test_what_speaks_of_secrecy_is_kept():
    kept = [item.truth.path for item in marked_items(World()) if item.truth.outcome is Outcome.KEPT]
    assert len(kept) == 4
    assert all("대외비" in path or "비밀번호" in path for path in kept)


def test_links_point_inside_outside_nowhere_and_at_each_other(items):
    links = {item.truth.path: item.link_to for item in items if item.link_to is not None}
    paths = {item.truth.path for item in items}
    targets = {path: os.path.normpath(PurePosixPath(path).parent / target) for path, target in links.items() if target}
    assert sum(target in paths and target not in links for target in targets.values()) == 1
    assert sum(target.startswith("..") or target == "." for target in targets.values()) == 1
    assert sum(target in links for target in targets.values()) == 2
    assert len(targets) == 5


def test_names_that_are_hard_to_bear(items):
    names = [item.truth.path.rpartition("/")[2] for item in items]
    assert max(len(name.encode()) for name in names) == 255
    assert any("\n" in name for name in names)
    assert any("\u202e" in name for name in names)
    assert sum(item.is_decomposed for item in items) == 2
    assert all(name == unicodedata.normalize("NFC", name) for name in names)


def test_replicas_have_the_same_trouble_in_folders_of_their_own():
    first, second = hard_items(World()), hard_items(World(1))
    assert [end(item) for item in first] == [end(item) for item in second]
    assert not {item.truth.path for item in first} & {item.truth.path for item in second}


def test_the_same_bytes_come_out_again():
    assert [(item.truth, item.content) for item in hard_items(World())] == [
        (item.truth, item.content) for item in hard_items(World())
    ]


def test_no_file_is_large(items):
    assert max(len(item.content) for item in items) < 2 << 20
