"""Every content with tables is looked through once, and again when something that shapes its amounts has changed."""

import pytest

from connectors.sources.folder import FolderSource
from schemas.access import Access
from schemas.budget import Declared
from schemas.fiscal import Stage


def test_a_content_is_looked_through_once_and_a_rerun_adds_nothing(tables, made, put):
    put("예산.csv", made.csv(마을길=(500, 600), 하천=70))
    assert tables.run() == 1
    before = tables.state()
    assert tables.current() == [("마을길", 2025, 500), ("마을길", 2026, 600), ("하천", 2025, None), ("하천", 2026, 70)]
    (marker,) = before["extraction"]
    assert (marker["n_amounts"], marker["n_tables"], marker["replaces"], marker["fiscal_years"]) == (
        4,
        1,
        [],
        [2025, 2026],
    )
    assert tables.run() == 0
    assert tables.state() == before


def test_a_content_without_money_is_done_too(tables, put):
    put("글.txt", "길을 잇는다\n")
    put("명단.csv", "이름,나이\n가,7\n나,8\n")
    assert tables.run() == 2
    assert {row["n_amounts"] for row in tables.rows("core.extraction")} == {0}
    assert tables.run() == 0


def test_the_same_bytes_at_two_places_are_one_content(tables, made, put):
    for name in ("가.csv", "나.csv"):
        put(name, made.csv(마을길=600))
    assert tables.run() == 1
    assert len(tables.amounts()) == 2


def test_a_file_that_goes_takes_its_rows_along(tables, made, put, clock):
    path = put("예산.csv", made.csv(마을길=(500, 600)))
    put("다른.csv", made.csv(하천=(70, 80)))
    tables.run()
    path.unlink()
    tables.run()
    clock.advance(48)
    tables.run()
    assert tables.current() == [("하천", 2025, 70), ("하천", 2026, 80)]
    assert len(tables.rows("core.extraction")) == len(tables.rows("core.form_table")) == 1


def test_forms_that_read_the_same_leave_every_row_and_its_time(tables, made, put):
    put("예산.csv", made.csv(마을길=(500, 600)))
    tables.run()
    amounts = tables.amounts()
    tables.forms.version = 2
    assert tables.run() == 1
    assert tables.amounts() == amounts
    assert not tables.rows("core.withdrawal")
    assert tables.run() == 0


@pytest.mark.long
def test_a_unit_that_the_source_declares_and_takes_back(tables, made, put):
    put("예산.csv", made.csv(unit=None, 마을길=(500, 600)))
    tables.run()
    assert tables.current() == []
    (verdict,) = tables.rows("core.form_table")
    assert (verdict["outcome"], verdict["reason"]) == ("question", "unit_unknown")
    tables.declared = {"share": Declared(unit="백만원")}
    assert tables.run() == 1
    assert tables.current() == [("마을길", 2025, 500), ("마을길", 2026, 600)]
    assert {row["unit_from"] for row in tables.amounts()} == {"source"}
    assert not tables.questions()
    tables.declared = {"share": Declared(unit="천원")}
    tables.run()
    assert [row["amount_won"] for row in tables.amounts()] == [500_000_000, 600_000_000, 500_000, 600_000]
    assert [row["supersedes_id"] is None for row in tables.amounts()] == [True, True, False, False]
    tables.declared = {}
    tables.run()
    assert tables.current() == []
    assert {row["cause"] for row in tables.rows("core.withdrawal")} == {"read_again"}
    assert len(tables.amounts()) == 4, "what was said once stays"
    tables.declared = {"share": Declared(unit="백만원")}
    tables.run()
    assert tables.current() == [("마을길", 2025, 500), ("마을길", 2026, 600)]


def test_what_is_printed_is_stronger_than_what_is_declared(tables, made, put):
    put("예산.csv", made.csv(unit="천원", 마을길=(500_000, 600_000)))
    tables.declared = {"share": Declared(unit="백만원", stage=Stage.REQUEST)}
    tables.run()
    assert tables.current() == [("마을길", 2025, 500), ("마을길", 2026, 600)]
    assert {(row["unit_from"], row["stage"]) for row in tables.amounts()} == {("cell", "ENACTED")}


def test_a_declaration_that_says_nothing_new_to_a_table_leaves_its_rows(tables, made, put):
    put("예산.csv", made.csv(마을길=(500, 600)))
    tables.run()
    amounts = tables.amounts()
    tables.declared = {"share": Declared(unit="천원")}
    assert tables.run() == 1
    assert tables.amounts() == amounts


def test_sources_that_declare_different_units_of_the_same_bytes_declare_none(tables, made, put, tmp_path):
    text = made.csv(unit=None, 마을길=(500, 600))
    put("예산.csv", text)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "예산.csv").write_text(text, encoding="utf-8")
    tables.add_source(FolderSource("other", tmp_path / "other", Access(allow=("group:all",))))
    tables.declared = {"share": Declared(unit="백만원"), "other": Declared(unit="천원")}
    assert tables.run() == 1
    assert tables.current() == []
    tables.declared = {"share": Declared(unit="백만원")}
    tables.run()
    assert tables.current() == [], "a source that declares nothing does not agree"
    tables.declared = {name: Declared(unit="백만원") for name in ("share", "other")}
    tables.run()
    assert tables.current() == [("마을길", 2025, 500), ("마을길", 2026, 600)]


def test_a_year_that_only_some_names_of_a_file_say_is_not_said(tables, put):
    text = "세부사업,예산(백만원)\n마을길,500\n"
    put("2026년 예산.csv", text)
    tables.run()
    assert tables.current() == [("마을길", 2026, 500)]
    put("예산 사본.csv", text)
    assert tables.run() == 1
    assert tables.current() == []
    assert [row["reason"] for row in tables.rows("core.form_table")] == ["year_unknown"]


@pytest.mark.long
def test_an_answer_is_for_tables_of_its_shape_alone_and_is_not_asked_again(tables, made, put):
    put("가.csv", made.csv(unit=None, 마을길=(500, 600)))
    put("나.csv", made.csv(unit=None, 하천=(70, 80)))
    put("다.csv", "세부사업,2026년 예산,2026년 집행액\n다리,9,8\n")
    put("라.csv", made.csv(쉼터=(1, 2)))
    assert tables.run() == 4
    first = [item for item in tables.questions() if "unit=백만원" in item.asked.answers]
    assert len(first) == 2, "one for each shape"
    asked = next(item.asked for item in first if "2개" in item.asked.title)
    from warehouse.ledger import Ledger

    Ledger(tables.home).decide(asked, "unit=백만원", decided_by="예산담당", note=None, now=tables.clock.now())
    assert tables.run() == 2
    assert tables.current() == [
        ("마을길", 2025, 500),
        ("마을길", 2026, 600),
        ("쉼터", 2025, 1),
        ("쉼터", 2026, 2),
        ("하천", 2025, 70),
        ("하천", 2026, 80),
    ]
    after = {item.asked.review_id: item.is_open for item in tables.questions()}
    assert after[asked.review_id] is False, "it stays in the queue, answered"
    assert sorted(after.values()) == [False, True]
    assert tables.run() == 0
    # another file of the same shape is read at once as was answered
    put("마.csv", made.csv(unit=None, 나루=(3, 4)))
    assert tables.run() == 1
    assert ("나루", 2026, 4) in tables.current()
    assert sum(item.is_open for item in tables.questions()) == 1
    # the answer can be changed, and all of its shape follow
    answered = next(item.asked for item in tables.questions() if not item.is_open)
    Ledger(tables.home).decide(answered, "reject", decided_by="예산담당", note=None, now=tables.clock.now())
    assert tables.run() == 3
    assert tables.current() == [("쉼터", 2025, 1), ("쉼터", 2026, 2)]
    assert sum(item.is_open for item in tables.questions()) == 1, "a rejected question is not open"


@pytest.mark.long
def test_a_descriptor_that_comes_and_goes(tables, made, put, clock):
    table = "year,project,approved\n2026,마을길,500000000\n"
    put("data/budget.csv", table)
    tables.run()
    assert tables.current() == []
    path = put("datapackage.json", made.descriptor("year", "project", "approved"))
    assert tables.run() >= 1
    assert tables.current() == [("마을길", 2026, 500)]
    assert tables.run() == 0
    path.unlink()
    tables.run()
    clock.advance(48)
    tables.run()
    assert tables.current() == []
    assert [row["cause"] for row in tables.rows("core.withdrawal")] == ["read_again"]


def test_of_two_descriptors_in_one_folder_none_is_believed(tables, made, put):
    put("budget.csv", "year,project,approved\n2026,마을길,500000000\n")
    put("datapackage.json", made.descriptor("year", "project", "approved"))
    put("old-datapackage.json", made.descriptor("year", "project", "approved", factor=1000))
    tables.run()
    assert tables.current() == []


def test_a_table_of_indicators_leaves_its_indicators_too(tables, put):
    text = "세부사업,성과지표,단위,2025년 목표,2025년 실적,2025년 집행액(백만원)\n마을길,점검률,%,90,92.5,500\n"
    put("성과보고서.csv", text)
    tables.run()
    rows = tables.rows("core.indicator", "ORDER BY col")
    assert [(row["measure"], row["value"], row["project_name"]) for row in rows] == [
        ("target", "90", "마을길"),
        ("actual", "92.5", "마을길"),
    ]
    assert tables.current() == [("마을길", 2025, 500)]
    put("성과보고서.csv", text.replace("92.5", "93"))
    tables.run()
    assert [row["value"] for row in tables.rows("core.indicator", "ORDER BY col")] == ["90", "93"]
