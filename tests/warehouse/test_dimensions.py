"""Offices, projects, lines and documents follow the current amounts, with the ids that the amounts bear."""

import importlib.util
from pathlib import Path

from schemas.arrow import to_table
from schemas.records.extraction import ExtractionRecord
from schemas.records.withdrawal import Withdrawal
from warehouse.dimensions import kind_of_office, settle_dimensions
from warehouse.lake import CATALOG, Lake

spec = importlib.util.spec_from_file_location("budget_rows", Path(__file__).with_name("budget_rows.py"))
assert spec is not None
assert spec.loader is not None
rows = importlib.util.module_from_spec(spec)
spec.loader.exec_module(rows)


def settle(lake: Lake, clock) -> list[int]:
    return [
        count.n_added + count.n_removed for count in settle_dimensions(lake, clock, "run", lambda *_: None) if count
    ]


def test_projects_are_named_as_most_amounts_print_them(lake, clock) -> None:
    whole = {"project_code": "7033-300", "org_name": "가람부"}
    rows.fill(
        lake,
        rows.amount("a", "마을길 정비", 5, row=1, **whole),
        rows.amount("b", "마을길 정비", 5, row=1, **whole),
        rows.amount("c", "마을길정비", 5, row=1, field_name="교통", **whole),
        rows.amount("c", "합계", 5, row=2),
    )
    settle(lake, clock)
    (project,) = lake.rows(f"FROM {CATALOG}.core.project")
    assert (project["name"], project["n_amounts"], project["names"]) == (
        "마을길 정비",
        3,
        ["마을길 정비", "마을길정비"],
    )
    assert (project["field_name"], project["org_name"], project["keyed_by"]) == ("교통", "가람부", "code")
    assert project["project_id"] == lake.value(f"SELECT max(target_id) FROM {CATALOG}.core.budget_amount WHERE row = 1")


def test_lines_belong_to_their_project_and_bear_the_ids_of_their_amounts(lake, clock) -> None:
    whole = {"project_name": "마을길 정비", "project_code": "7033-300", "org_name": "가람부"}
    rows.fill(
        lake,
        rows.amount("a", "마을길 정비", 5, project_code="7033-300", org_name="가람부"),
        rows.amount("a", "운영비", 5, level="MOK", mok_code="210", **whole),
        rows.amount("a", "다리 놓기", 5, level="SUBPROJECT", **whole),
    )
    settle(lake, clock)
    lines = lake.rows(f"FROM {CATALOG}.core.budget_line ORDER BY mok_code NULLS LAST")
    assert [(line["mok_code"], line["mok_name"], line["subproject_name"]) for line in lines] == [
        ("210", "운영비", None),
        (None, None, "다리 놓기"),
    ]
    found = f"SELECT count(*) FROM {CATALOG}.core.budget_line l JOIN {CATALOG}.core.project USING (project_id)"
    assert lake.value(found) == 2
    assert lake.value(f"SELECT n_amounts FROM {CATALOG}.core.project") == 3


def test_offices_have_their_years_and_another_name_is_another_office(lake, clock) -> None:
    rows.fill(
        lake,
        rows.amount("a", "마을길 정비", 5, 2024, org_name="가람부"),
        rows.amount("a", "마을길 정비", 5, 2026, org_name="가람  부"),
        rows.amount("a", "마을길 정비", 5, 2026, org_name="물가군"),
    )
    settle(lake, clock)
    offices = lake.rows(f"SELECT kind, first_year, last_year, n_amounts FROM {CATALOG}.core.org_unit ORDER BY kind")
    assert [tuple(office.values()) for office in offices] == [("CENTRAL", 2024, 2026, 2), ("LOCAL", 2026, 2026, 1)]
    assert kind_of_office("Ministry") == kind_of_office(None) == "OTHER"


def test_nothing_changes_twice_and_what_was_withdrawn_goes(lake, clock) -> None:
    one = rows.amount("a", "마을길 정비", 5, org_name="가람부")
    rows.fill(lake, one, rows.amount("a", "바다 관측", 5, org_name="가람부"))
    assert sum(settle(lake, clock)) > 0
    assert sum(settle(lake, clock)) == 0
    gone = Withdrawal(amount_id=one.amount_id, content_id=one.content_id, cause="file_replaced", recorded_at=rows.NOW)
    lake.commit(lambda _: lake.insert(Withdrawal, to_table(Withdrawal, [gone])))
    settle(lake, clock)
    assert [row["name"] for row in lake.rows(f"FROM {CATALOG}.core.project")] == ["바다 관측"]


def test_documents_are_what_was_looked_through(lake, clock) -> None:
    rows.say(lake, "a", "2026년 설명자료", {"text": "글"})
    extraction = ExtractionRecord(
        content_id=rows.content("a"),
        step_fingerprint="",
        kind="사업설명자료",
        org_name="가람부",
        fiscal_years=[2025, 2026],
        n_tables=1,
        n_amounts=2,
        n_left=0,
        replaces=[],
        extracted_at=rows.NOW,
    )
    lake.commit(lambda _: lake.insert(ExtractionRecord, to_table(ExtractionRecord, [extraction])))
    settle(lake, clock)
    (found,) = lake.rows(f"FROM {CATALOG}.core.document")
    assert (found["title"], found["kind"], found["fiscal_years"]) == ("2026년 설명자료", "사업설명자료", [2025, 2026])
