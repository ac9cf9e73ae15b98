"""Amounts are append-only: what says the same stays, what says something else supersedes, what is said no more is withdrawn."""

import dataclasses

import pytest

from connectors.sources.folder import FolderSource
from schemas.access import Access
from schemas.budget import Declared
from warehouse.lake import CATALOG

# Whole nights, one after another: among the long tests.
pytestmark = pytest.mark.long

FIRST = {"마을길": (500, 600), "하천": (70, 80), "쉼터": (1, 2)}
SECOND = {"마을길": (500, 650), "하천": (70, 80), "나루": (3, 4)}
CURRENT_FIRST = [
    ("마을길", 2025, 500),
    ("마을길", 2026, 600),
    ("쉼터", 2025, 1),
    ("쉼터", 2026, 2),
    ("하천", 2025, 70),
    ("하천", 2026, 80),
]
CURRENT_SECOND = [
    ("나루", 2025, 3),
    ("나루", 2026, 4),
    ("마을길", 2025, 500),
    ("마을길", 2026, 650),
    ("하천", 2025, 70),
    ("하천", 2026, 80),
]


@pytest.fixture
def save(put, made):
    """Save a table of projects under a name."""
    return lambda name, figures, **more: put(name, made.csv(**figures, **more))


def consistent(tables) -> None:
    """What holds of every lake: ids are used once, a row supersedes one that is there, each row ends at most once."""
    rows = {row["amount_id"]: row for row in tables.amounts()}
    assert len(rows) == len(tables.amounts())
    before = [row["supersedes_id"] for row in rows.values() if row["supersedes_id"] is not None]
    assert set(before) <= rows.keys()
    assert len(set(before)) == len(before)
    withdrawn = [row["amount_id"] for row in tables.rows("core.withdrawal")]
    assert len(set(withdrawn)) == len(withdrawn)
    assert not set(withdrawn) & set(before)
    assert set(withdrawn) <= rows.keys()


def test_another_version_supersedes_what_it_says_too_and_withdraws_the_rest(tables, save):
    save("예산.csv", FIRST)
    tables.run()
    first = {row["amount_id"]: row for row in tables.amounts()}
    save("예산.csv", SECOND)
    assert tables.run() == 1
    consistent(tables)
    assert tables.current() == CURRENT_SECOND
    rows = tables.amounts()
    assert {row["amount_id"]: row for row in rows if row["amount_id"] in first} == first, (
        "the old rows stay as they were"
    )
    new = {
        (row["subject_name"], row["fiscal_year"]): row["supersedes_id"] for row in rows if row["amount_id"] not in first
    }
    old = {(row["subject_name"], row["fiscal_year"]): row["amount_id"] for row in first.values()}
    assert {figure: old.get(figure) for figure in new} == new
    assert new["나루", 2025] is None
    (marker,) = tables.rows("core.extraction", "WHERE len(replaces) > 0")
    assert marker["replaces"] == [next(iter(first.values()))["content_id"]]
    withdrawn = {(row["amount_id"], row["cause"]) for row in tables.rows("core.withdrawal")}
    assert withdrawn == {(old["쉼터", year], "file_replaced") for year in (2025, 2026)}
    state = tables.state()
    assert tables.run() == 0
    assert tables.state() == state


def test_a_third_version_and_the_way_back(tables, save):
    save("예산.csv", FIRST)
    tables.run()
    save("예산.csv", SECOND)
    tables.run()
    save("예산.csv", {**SECOND, "마을길": (500, 700)})
    tables.run()
    consistent(tables)
    assert ("마을길", 2026, 700) in tables.current()
    assert len(tables.rows("core.extraction")) == 3, "each version is held as long as the last"
    assert len(tables.rows("core.form_table")) == 1, "but only of the present one is there a verdict"
    save("예산.csv", SECOND)
    assert tables.run() == 1
    consistent(tables)
    assert tables.current() == CURRENT_SECOND
    save("예산.csv", FIRST)
    tables.run()
    consistent(tables)
    assert tables.current() == CURRENT_FIRST
    save("예산.csv", SECOND)
    tables.run()
    consistent(tables)
    assert tables.current() == CURRENT_SECOND
    assert tables.run() == 0


def test_a_version_that_comes_back_elsewhere_is_current_beside_the_one_that_replaced_it(tables, save, clock):
    save("예산.csv", FIRST)
    tables.run()
    path = save("예산.csv", SECOND)
    tables.run()
    save("옛 예산.csv", FIRST)
    tables.run()
    consistent(tables)
    assert tables.current() == sorted(CURRENT_FIRST + CURRENT_SECOND, key=lambda one: (one[0], one[1], one[2]))
    path.unlink()
    tables.run()
    clock.advance(48)
    tables.run()
    assert tables.current() == CURRENT_FIRST
    assert len(tables.rows("core.extraction")) == 1


def test_a_file_that_becomes_what_another_is_already_leaves_its_past(tables, save):
    save("가.csv", FIRST)
    save("나.csv", SECOND)
    tables.run()
    save("가.csv", SECOND)
    tables.run()
    consistent(tables)
    assert tables.current() == CURRENT_SECOND
    assert len(tables.amounts()) == 12
    assert {row["cause"] for row in tables.rows("core.withdrawal")} == {"file_replaced"}
    assert tables.run() == 0


def test_a_copy_of_the_old_version_keeps_it_current(tables, save):
    save("가.csv", FIRST)
    save("나.csv", FIRST)
    tables.run()
    save("가.csv", SECOND)
    tables.run()
    assert tables.current() == sorted(CURRENT_FIRST + CURRENT_SECOND, key=lambda one: (one[0], one[1], one[2]))
    save("나.csv", SECOND)
    tables.run()
    consistent(tables)
    assert tables.current() == CURRENT_SECOND


def test_a_file_that_moves_takes_its_past_along(tables, save):
    save("예산.csv", FIRST)
    tables.run()
    path = save("예산.csv", SECOND)
    tables.run()
    before = tables.state()
    path.rename(path.with_name("옮긴 예산.csv"))
    tables.run()
    assert tables.state() == before


def test_a_file_that_goes_takes_all_its_versions_along(tables, save, clock):
    save("예산.csv", FIRST)
    tables.run()
    path = save("예산.csv", SECOND)
    save("다른.csv", {"다리": (7, 8)})
    tables.run()
    path.unlink()
    tables.run()
    clock.advance(48)
    tables.run()
    assert tables.current() == [("다리", 2025, 7), ("다리", 2026, 8)]
    assert (len(tables.amounts()), len(tables.rows("core.extraction"))) == (2, 1)
    assert not tables.rows("core.withdrawal")


def test_forms_that_read_otherwise_supersede_what_has_changed_and_withdraw_what_is_missing(tables, save):
    save("예산.csv", FIRST)
    tables.run()
    before = {(row["subject_name"], row["fiscal_year"]): row for row in tables.amounts()}

    def otherwise(found):
        kept = [one for one in found.amounts if one.subject.name != "쉼터"]
        found.amounts = [
            dataclasses.replace(one, stage_no=2) if (one.subject.name, one.fiscal_year) == ("하천", 2025) else one
            for one in kept
        ]
        return found

    tables.forms.version, tables.forms.change = 2, otherwise
    tables.run()
    consistent(tables)
    rows = {row["amount_id"]: row for row in tables.amounts()}
    assert all(rows[row["amount_id"]] == row for row in before.values()), "recorded_at included"
    (new,) = [row for row in rows.values() if row["stage_no"] == 2]
    assert new["supersedes_id"] == before["하천", 2025]["amount_id"]
    withdrawn = tables.rows("core.withdrawal")
    assert {row["amount_id"] for row in withdrawn} == {before["쉼터", year]["amount_id"] for year in (2025, 2026)}
    assert {row["cause"] for row in withdrawn} == {"read_again"}
    assert len(tables.current()) == 4


def test_a_reading_that_flips_back_and_forth_is_a_row_of_its_own_each_time(tables, save):
    save("예산.csv", {"마을길": (500, 600)}, unit=None)
    for number in range(6):
        tables.declared = {"share": Declared(unit="백만원" if number % 2 == 0 else "천원")}
        tables.run()
        consistent(tables)
        assert len(tables.amounts()) == 2 * (number + 1)
        by_id = {row["amount_id"]: row for row in tables.amounts()}
        (last,) = [
            row
            for row in by_id.values()
            if row["fiscal_year"] == 2026 and row["recorded_at"] == max(r["recorded_at"] for r in by_id.values())
        ]
        assert last["amount_won"] == (600_000_000 if number % 2 == 0 else 600_000)
    # what has come back stays as it is when the same is read again
    amounts = tables.amounts()
    tables.forms.version = 2
    assert tables.run() == 1
    assert tables.amounts() == amounts
    consistent(tables)


def test_a_figure_that_a_version_prints_twice_supersedes_none(tables, save, put):
    save("예산.csv", {"마을길": (500, 600)})
    tables.run()
    put("예산.csv", "세부사업,2025년 예산(백만원),2026년 예산(백만원)\n마을길,500,600\n마을길,500,700\n")
    tables.run()
    consistent(tables)
    assert [row["supersedes_id"] for row in tables.amounts()] == [None] * 6
    assert len(tables.rows("core.withdrawal")) == 2
    assert tables.current() == [
        ("마을길", 2025, 500),
        ("마을길", 2025, 500),
        ("마을길", 2026, 600),
        ("마을길", 2026, 700),
    ]


def test_a_transfer_names_the_row_in_which_its_amount_stands_now(tables, put):
    text = (
        "구분,~에서(세부사업),~에서(목-세목),금액(백만원),~으로(세부사업),~으로(목-세목),사유\n"
        "전용(2025.3.4),마을길(7031-302),210-14,12,마을길(7031-302),260-01,용역\n"
    )
    put("이전용.csv", text)
    tables.run()
    assert [row["amount_won"] for row in tables.rows("core.adjustment")] == [12_000_000]
    for change in (12, 13, 12, 13, 12):
        put("이전용.csv", text.replace(",12,", f",{change},"))
        tables.run()
        consistent(tables)
        (moved,) = tables.rows("core.adjustment")
        (current,) = tables.rows("core.budget_amount", f"WHERE amount_id = '{moved['amount_id']}'")
        assert (current["amount_won"], moved["amount_won"]) == (change * 1_000_000,) * 2
        assert len(tables.current()) == 1
        ended = tables.lake.value(
            f"SELECT count(*) FROM {CATALOG}.core.budget_amount WHERE supersedes_id = $id", {"id": moved["amount_id"]}
        )
        assert ended == 0


def test_questions_of_a_version_that_was_replaced_are_asked_no_more(tables, save):
    save("예산.csv", FIRST, unit=None)
    tables.run()
    assert len(tables.questions()) == 1
    save("예산.csv", FIRST)
    tables.run()
    assert not tables.questions()


def test_two_files_that_follow_one_both_say_what_it_said(tables, save, tmp_path):
    save("가.csv", FIRST)
    save("나.csv", FIRST)
    tables.run()
    save("가.csv", SECOND)
    save("나.csv", {**FIRST, "마을길": (500, 700)})
    tables.run()
    rows = tables.amounts()
    assert len({row["amount_id"] for row in rows}) == len(rows) == 18
    assert len(tables.current()) == 12
    withdrawn = {row["amount_id"] for row in tables.rows("core.withdrawal")}
    assert not withdrawn & {row["supersedes_id"] for row in rows}


def test_a_source_that_is_away_withdraws_nothing(tables, save, tmp_path, talks):
    (tmp_path / "other").mkdir()
    tables.add_source(FolderSource("other", tmp_path / "other", Access(allow=("group:all",))))
    (tmp_path / "other" / "예산.csv").write_text("세부사업,2026년 예산(백만원)\n나루,4\n", encoding="utf-8")
    save("예산.csv", FIRST)
    tables.run()
    before = tables.state()
    (tmp_path / "other").rename(tmp_path / "away")
    tables.run()
    assert tables.state() == before
