"""What became of figures between two publications: by the same rights, each with its cause."""

import importlib.util
from pathlib import Path

import pytest

from schemas.access import Principal
from schemas.records.extraction import ExtractionRecord
from schemas.records.form_table import FormTable
from warehouse.changes import changes_since
from warehouse.publication import NothingPublished

# Whole nights, one after another: among the long tests.
pytestmark = pytest.mark.long

INSIDER = Principal(name="lee", clearance="내부")


@pytest.fixture
def held(small_night, home, lake, clock, tmp_path):
    """Two sources, one open and one for a clearance, and a way to write and open the files of a publication."""
    spec = importlib.util.spec_from_file_location("budget_ledger", Path(__file__).with_name("budget_ledger.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.two_sources(small_night, home, lake, clock, tmp_path)


def told(found):
    return [(row.kind, row.cause, row.old_won, row.new_won) for row in found.rows]


def read_again(held, content, fingerprint):
    held.lake.connection.execute(
        "UPDATE lake.core.extraction SET step_fingerprint = ? WHERE content_id = ?", [fingerprint, content]
    )


def question(held, content, outcome):
    held.lake.connection.execute("DELETE FROM lake.core.form_table")
    held.ledger.insert(
        FormTable,
        content_id=content,
        ordinal=7,
        table_no=2,
        shape_id="s",
        outcome=outcome,
        proposals=[],
        n_amounts=0,
        n_left=0,
    )


def test_forms_that_read_otherwise_revise_and_withdraw(held):
    old = held.ledger.amount(100, "가 사업", content=held.open)
    gone = held.ledger.amount(5, "나 사업", content=held.open)
    held.ledger.amount(9, "그대로", content=held.open)
    held.write("p1")
    held.ledger.amount(110, "가 사업", content=held.open, supersedes_id=old)
    held.ledger.withdraw(gone)
    read_again(held, held.open, "g")
    held.write("p2")
    found = changes_since(held.home, "p1")
    assert (found.since, found.publication) == ("p1", "p2")
    assert told(found) == [("revised", "forms_changed", 100, 110), ("withdrawn", "forms_changed", 5, None)]
    assert found.rows[0].where == "open/open.txt 표 1 4행 2열"
    assert (found.rows[0].old_text, found.rows[0].new_text) == ("100 (원)", "110 (원)")


def test_a_chain_of_corrections_is_one_revision(held):
    first = held.ledger.amount(1, "가 사업", content=held.open)
    held.write("p1")
    second = held.ledger.amount(2, "가 사업", content=held.open, supersedes_id=first)
    held.ledger.amount(3, "가 사업", content=held.open, supersedes_id=second, stage="BUDGET")
    read_again(held, held.open, "g")
    held.write("p2")
    (row,) = changes_since(held.home, "p1").rows
    assert (row.kind, row.old_won, row.new_won) == ("revised", 1, 3)
    assert (row.old_text, row.new_text) == ("1 (원) [2026 본예산(국회확정)]", "3 (원) [2026 예산(본예산·추경 미상)]")


def test_an_answer_adds_the_amounts_of_its_table(held):
    question(held, held.open, "question")
    held.write("p1")
    question(held, held.open, "records")
    read_again(held, held.open, "g")
    held.ledger.amount(3, "가 사업", content=held.open, ordinal=7)
    held.write("p2")
    assert told(changes_since(held.home, "p1")) == [("added", "answer", None, 3)]


def test_a_version_that_says_the_same_is_no_change(held):
    old_content = "0" * 64
    first = held.ledger.amount(1, "가 사업", content=old_content)
    other = held.ledger.amount(2, "나 사업", content=old_content)
    held.lake.connection.execute(
        """UPDATE lake.raw.placement SET replaced_content_id = $old,
           earlier_contents = [{'content_id': $old, 'access_id': access_id}] WHERE content_id = $content""",
        {"old": old_content, "content": held.open},
    )
    held.write("p1")
    held.ledger.amount(1, "가 사업", content=held.open, supersedes_id=first)
    held.ledger.amount(7, "나 사업", content=held.open, supersedes_id=other)
    held.write("p2")
    found = changes_since(held.home, "p1")
    assert told(found) == [("revised", "file_replaced", 2, 7)]
    assert found.n_restated == 1
    assert found.counts() == {("revised", "file_replaced"): 1}


def test_a_file_that_comes_adds_and_one_that_goes_withdraws(held):
    held.ledger.amount(1, "가 사업", content=held.open)
    held.write("p1")
    for table in ("core.budget_amount", "core.extraction"):
        held.lake.connection.execute(f"DELETE FROM lake.{table} WHERE content_id = ?", [held.open])
    held.write("p2")
    assert told(changes_since(held.home, "p1")) == [("withdrawn", "file_gone", 1, None)]
    held.lake.connection.execute("DELETE FROM lake.core.reading WHERE content_id = ?", [held.open])
    held.lake.connection.execute("DELETE FROM lake.raw.placement WHERE content_id = ?", [held.open])
    held.write("p3")
    held.write("p4")
    assert told(changes_since(held.home, "p3")) == []


def test_figures_of_others_are_no_changes(held):
    held.write("p1")
    held.ledger.amount(55, "숨은 사업", content=held.inner)
    read_again(held, held.inner, "g")
    held.write("p2")
    assert told(changes_since(held.home, "p1")) == []
    assert told(changes_since(held.home, "p1", principal=INSIDER)) == [("added", "forms_changed", None, 55)]


def test_a_new_file(held):
    (marker,) = held.lake.rows("FROM lake.core.extraction WHERE content_id = $id", {"id": held.open})
    execute = held.lake.connection.execute
    execute("CREATE TEMP TABLE kept_reading AS FROM lake.core.reading WHERE content_id = ?", [held.open])
    for table in ("reading", "extraction"):
        execute(f"DELETE FROM lake.core.{table} WHERE content_id = ?", [held.open])
    held.write("p1")
    execute("INSERT INTO lake.core.reading BY NAME FROM kept_reading")
    held.ledger.insert(ExtractionRecord, **(marker | {"replaces": []}))
    held.ledger.amount(4, "가 사업", content=held.open)
    held.write("p2")
    assert told(changes_since(held.home, "p1")) == [("added", "new_file", None, 4)]


def test_a_publication_that_is_no_longer_kept_is_named_with_those_that_are(held):
    held.write("p1")
    with pytest.raises(NothingPublished, match=r"p0.*보관되어 있지 않습니다.*p1"):
        changes_since(held.home, "p0")
    assert changes_since(held.home, "p1").rows == []
