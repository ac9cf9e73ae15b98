"""Hostile files end within seconds and by their truth, and no entity is ever followed."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.reading import read_blob
from pipelines.sample.item import Item
from pipelines.sample.trouble.hostile import SCRIPT_CANARY, entity_document, entity_workbook, hostile_items
from pipelines.sample.world import World
from schemas.outcome import Outcome

SECONDS = 60


@pytest.fixture(scope="module")
def items() -> list[Item]:
    return hostile_items(World())


def named(items: list[Item], name: str) -> Item:
    [item] = [item for item in items if item.truth.path.endswith(f"/{name}")]
    return item


def test_every_file_ends_as_its_truth_says(items, judge: Callable[[Item], list[str]]):
    assert [wrong for item in items for wrong in judge(item)] == []


def test_bombs_end_within_a_minute(items):
    bombs = [item for item in items if item.truth.reason == "archive_bomb"]
    assert len(bombs) == 4
    for item in bombs:
        began = time.monotonic()
        readings = read_blob(item.content, item.truth.path.rpartition("/")[2])
        assert time.monotonic() - began < SECONDS, item.truth.path
        assert [reading.reason for reading in readings] == ["archive_bomb"]


@pytest.mark.parametrize(("write", "name"), [(entity_document, "붙임.docx"), (entity_workbook, "붙임.xlsx")])
def test_an_entity_that_points_at_a_file_is_not_followed(write: Callable[[str], bytes], name: str, tmp_path: Path):
    target = tmp_path / "열리면-안-되는-파일.txt"
    target.write_text("가느다란 실마리", encoding="utf-8")
    content = write(str(target))
    [reading] = read_blob(content, name)
    assert reading.reason == "corrupt"
    assert "가느다란 실마리" not in reading.model_dump_json()


def test_the_entity_would_be_followed_by_a_parser_that_allows_it(tmp_path: Path):
    import io
    import zipfile

    from lxml import etree

    target = tmp_path / "열리면-안-되는-파일.txt"
    target.write_text("가느다란 실마리", encoding="utf-8")
    with zipfile.ZipFile(io.BytesIO(entity_document(str(target)))) as package:
        part = package.read("word/document.xml")
    careless = etree.XMLParser(resolve_entities=True, load_dtd=True)
    assert "가느다란 실마리" in "".join(etree.fromstring(part, careless).itertext())


def test_members_that_climb_stay_below_their_archive(items):
    members = named(items, "교육 자료 모음.zip").truth.members
    assert len(members) == 4
    assert all(member.outcome is Outcome.KEPT and ".." not in member.path for member in members)
    assert not any(member.path.startswith(("/", "C:")) for member in members)


def test_thousands_of_members_are_kept(items):
    item = named(items, "단말별 점검 기록.zip")
    assert len(item.truth.members) == 2_000
    assert len({member.path for member in item.truth.members}) == 2_000


def test_programs_and_orders_are_text_or_nothing(items):
    page = named(items, "시스템 점검 공지.html")
    assert SCRIPT_CANARY.encode() in page.content
    [reading] = read_blob(page.content, "시스템 점검 공지.html")
    assert SCRIPT_CANARY not in reading.model_dump_json()
    order = named(items, "제안서 검토 기록.hwpx")
    [reading] = read_blob(order.content, "제안서 검토 기록.hwpx")
    assert any("DROP TABLE" in element.text for element in reading.elements)


def test_no_file_is_large(items):
    assert max(len(item.content) for item in items) < 2 << 20
    assert sum(len(item.content) for item in items) < 3 << 20
