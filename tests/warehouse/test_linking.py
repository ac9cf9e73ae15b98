"""Links: which documents print a figure and which figures contradict one another; never without the stage."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from warehouse.drafts import stem_of_file
from warehouse.lake import CATALOG
from warehouse.linking import link_figures

spec = importlib.util.spec_from_file_location("budget_rows", Path(__file__).with_name("budget_rows.py"))
assert spec is not None
assert spec.loader is not None
rows = importlib.util.module_from_spec(spec)
spec.loader.exec_module(rows)

_CODED = {"project_code": "7033-300", "org_name": "가람부"}


@pytest.fixture
def link(lake, clock):
    """Record amounts and link them; returns {relation: rows}."""

    def do(*amounts: Any) -> dict[str, list[dict[str, Any]]]:
        rows.fill(lake, *amounts)
        link_figures(lake, clock, "run", lambda *_: None)
        assert not link_figures(lake, clock, "run", lambda *_: None).changed
        found: dict[str, list[dict[str, Any]]] = {}
        for row in lake.rows(f"FROM {CATALOG}.core.link ORDER BY link_id"):
            found.setdefault(row["relation"], []).append(row)
        return found

    return do


def test_a_document_that_prints_the_figure_by_its_code_is_evidence(link) -> None:
    exact = rows.amount("a", "마을길 정비", 12_345_678_000, **_CODED)
    rounded = rows.amount("b", "마을길 정비", 12_346_000_000, project_code="7033-300", precision_minor=500_000)
    found = link(exact, rounded)
    (one,) = found["EVIDENCES"]
    assert (one["from_kind"], one["from_id"]) == ("document", rows.content("b"))
    assert (one["to_id"], one["method"]) == (exact.amount_id, "code")
    assert "CONTRADICTS" not in found


def test_by_name_the_office_is_needed_and_generic_names_do_not_count(link) -> None:
    found = link(
        rows.amount("a", "마을길 정비", 500, org_name="가람부"),
        rows.amount("b", "마을길정비", 500, org_name="가람 부"),
        rows.amount("c", "마을길 정비", 500, org_name="나루부"),
        rows.amount("d", "마을길 정비", 500),
    )
    (one,) = found["EVIDENCES"]
    assert one["method"] == "name_year_office_stage_amount"
    assert {one["from_id"]} < {rows.content("a"), rows.content("b")}


@pytest.mark.parametrize(
    "other",
    [
        {"stage": "REQUEST"},
        {"stage": "SUPP_ENACTED", "stage_no": 1},
        {"period": "202605"},
        {"is_revenue": True},
        {"currency": "USD"},
        {"year": 2025},
        {"org_name": "나루부"},
        {"account_name": "환경특별회계"},
    ],
)
def test_another_stage_month_year_or_office_is_neither_evidence_nor_contradiction(link, other: dict[str, Any]) -> None:
    whole = {**_CODED, "account_name": "일반회계"}
    first = rows.amount("a", "마을길 정비", 500, **whole)
    same = rows.amount("b", "마을길 정비", 500, **{**whole, **other})
    differing = rows.amount("c", "마을길 정비", 700, **{**whole, **other})
    found = link(first, same, differing)
    ends = {end for row in found.get("CONTRADICTS", []) for end in (row["from_id"], row["to_id"])}
    assert first.amount_id not in ends
    assert "EVIDENCES" not in found


def test_two_contents_that_print_different_amounts_contradict_each_other(link) -> None:
    first = rows.amount("a", "마을길 정비", 12_345, **_CODED)
    found = link(first, rows.amount("b", "마을길 정비", 12_354, project_code="7033-300"))
    (one,) = found["CONTRADICTS"]
    assert {one["from_kind"], one["to_kind"]} == {"amount"}
    assert first.amount_id in (one["from_id"], one["to_id"])
    assert all(part in one["detail"] for part in ("12,345", "12,354", rows.content("a"), rows.content("b")))


def test_a_budget_is_the_enacted_one_where_nothing_supplemented_the_year(link) -> None:
    first = rows.amount("a", "마을길 정비", 500, stage="BUDGET", **_CODED)
    second = rows.amount("b", "마을길 정비", 700, **_CODED)
    assert len(link(first, second)["CONTRADICTS"]) == 1
    assert "CONTRADICTS" not in link(rows.amount("c", "딴 사업 하나", 5, stage="SUPP_ENACTED", stage_no=1, **_CODED))


def test_what_one_content_prints_in_two_ways_contradicts_no_other(link) -> None:
    found = link(
        rows.amount("a", "마을길 정비", 500, row=1, **_CODED),
        rows.amount("a", "마을길 정비", 600, row=2, **_CODED),
        rows.amount("b", "마을길 정비", 700, **_CODED),
    )
    assert "CONTRADICTS" not in found


def test_drafts_that_differ_contradict_nothing(link, lake, source, share, night) -> None:
    for name, text in (("계획_v1", "가"), ("계획_최종", "나"), ("설명", "다")):
        (share / f"{name}.txt").write_text(text, encoding="utf-8")
    night.receive(source)
    night.read()
    ids = {row["name"]: row["content_id"] for row in lake.rows(f"FROM {CATALOG}.raw.placement")}
    amounts = [
        rows.amount("a", "마을길 정비", won, content_id=ids[f"{name}.txt"], **_CODED)
        for name, won in (("계획_v1", 500), ("계획_최종", 600), ("설명", 600))
    ]
    assert "CONTRADICTS" not in link(*amounts)


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("검토 보고_v2.hwpx", "검토보고"),
        ("검토 보고_최종(수정).hwpx", "검토보고"),
        ("검토 보고_진짜최종.hwpx", "검토보고"),
        ("검토 보고 - 복사본 (2).docx", "검토보고"),
        ("집행 현황_05.xlsx", "집행현황_05"),
        ("집행 현황(12월 말).csv", "집행현황(12월말)"),
        ("최종.hwp", "최종"),
    ],
)
def test_marks_of_a_version_are_no_part_of_a_files_stem(name: str, stem: str) -> None:
    assert stem_of_file(name) == stem


def test_rows_of_a_name_alone_contradict_where_another_column_agrees(link) -> None:
    name = "고갯길 눈 치우기"
    agreeing = [rows.amount(letter, name, 900_100, stage="CURRENT", row=2) for letter in "ab"]
    spent = [rows.amount("a", name, 800_100, stage="SETTLED"), rows.amount("b", name, 820_100, stage="SETTLED")]
    alone = [rows.amount("c", name, 830_100, stage="SETTLED")]
    found = link(*agreeing, *spent, *alone)
    (one,) = found["CONTRADICTS"]
    assert {one["from_id"], one["to_id"]} == {amount.amount_id for amount in spent}
    assert one["method"] == "name_year_office_stage_amount"


def test_a_name_that_two_offices_have_tells_nothing(link) -> None:
    name = "고갯길 눈 치우기"
    found = link(
        *(rows.amount(letter, name, 900_100, stage="CURRENT") for letter in "ab"),
        rows.amount("a", name, 800_100, stage="SETTLED"),
        rows.amount("b", name, 820_100, stage="SETTLED"),
        *(rows.amount("c", name, 5, org_name=office) for office in ("가람부", "나루부")),
    )
    assert "CONTRADICTS" not in found


def test_totals_of_lists_and_changes_are_never_compared(link) -> None:
    found = link(
        rows.amount("a", "합계", 500, level="TOTAL", org_name="가람부", is_total=True),
        rows.amount("b", "합계", 700, level="TOTAL", org_name="가람부", is_total=True),
        rows.amount("a", "마을길 정비", 5, stage="CHANGE", **_CODED),
        rows.amount("b", "마을길 정비", 7, stage="CHANGE", **_CODED),
    )
    assert found == {}


def test_one_project_with_and_without_its_office_is_the_same(link) -> None:
    full = rows.amount("a", "마을길 정비", 500, **_CODED)
    bare = rows.amount("b", "마을길 정비", 500, project_code="7033-300")
    (one,) = link(full, bare)["SAME_AS"]
    assert (one["from_id"], one["to_id"]) == (bare.target_id, full.target_id)
