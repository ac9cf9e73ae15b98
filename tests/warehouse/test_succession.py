"""Successions: what is found as a candidate, what is not, and what an answer of a person does."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from schemas.arrow import to_table
from schemas.elements import Cell, Grid
from schemas.records.decision import Decision
from warehouse.dimensions import settle_dimensions
from warehouse.lake import CATALOG, Lake
from warehouse.placements import DeletionRule
from warehouse.reviews import Circumstances
from warehouse.reviews.succession import REVIEW
from warehouse.succession import find_successions

spec = importlib.util.spec_from_file_location("budget_rows", Path(__file__).with_name("budget_rows.py"))
assert spec is not None
assert spec.loader is not None
rows = importlib.util.module_from_spec(spec)
spec.loader.exec_module(rows)

_STANDING = ("강둑 보강", "나무 심기", "바다 관측", "별 헤아리기", "물길 지도", "씨앗 창고", "등대 밝히기", "들꽃 기록")


def standing(office: str, *years: int, won: int = 100) -> list[Any]:
    """Projects that an office has in every one of the years, so that they count as held of it."""
    return [rows.amount("a", name, won, year, org_name=office) for year in years for name in _STANDING]


@pytest.fixture
def find(lake, clock):
    """Settle the dimensions and look for successions; returns the rows by (before, after)."""

    def do() -> dict[tuple[str, str], dict[str, Any]]:
        settle_dimensions(lake, clock, "run", lambda *_: None)
        find_successions(lake, clock, "run", lambda *_: None)
        found = lake.rows(f"FROM {CATALOG}.core.succession")
        return {(row["from_name"], row["to_name"]): row for row in found}

    return do


def test_a_remark_that_was_added_to_a_name_is_a_candidate(lake, find) -> None:
    rows.fill(
        lake,
        *standing("가람부", 2025, 2026),
        rows.amount("a", "마을도서관 잇기", 900, 2025, org_name="가람부"),
        rows.amount("a", "마을도서관 잇기(이동책방 포함)", 1200, 2026, org_name="가람부"),
    )
    found = find()
    assert list(found) == [("마을도서관 잇기", "마을도서관 잇기(이동책방 포함)")]
    (row,) = found.values()
    assert (row["kind"], row["state"], row["fiscal_year"], row["what"]) == ("RENAME", "CANDIDATE", 2026, "project")
    assert any("900원" in line for line in row["evidence"])
    assert row["content_ids"] == [rows.content("a")]


def test_a_year_that_is_not_held_ends_nothing(lake, find) -> None:
    rows.fill(
        lake,
        *standing("가람부", 2023, 2026),
        rows.amount("a", "마을도서관 잇기", 900, 2023, org_name="가람부"),
        rows.amount("a", "마을도서관 잇기(이동책방 포함)", 1200, 2026, org_name="가람부"),
        rows.amount("b", "강둑 보강", 100, 2024, org_name="가람부"),
    )
    (row,) = find().values()
    assert row["fiscal_year"] == 2026


def test_running_costs_of_other_names_and_unlike_projects_are_no_candidates(lake, find) -> None:
    rows.fill(
        lake,
        *standing("가람부", 2025, 2026),
        *standing("나루부", 2025, 2026),
        rows.amount("a", "인건비", 900, 2025, org_name="가람부"),
        rows.amount("a", "인건비(총액)", 900, 2026, org_name="가람부"),
        rows.amount("a", "마을도서관 잇기", 900, 2025, org_name="가람부"),
        rows.amount("a", "고래 뱃길 돌보기", 900, 2026, org_name="가람부"),
        rows.amount("a", "논두렁 지키기", 900, 2025, org_name="가람부"),
        rows.amount("a", "논두렁 지키미 육성", 10, 2026, org_name="나루부"),
    )
    assert find() == {}


def test_parts_that_only_together_are_what_was_are_a_split(lake, find) -> None:
    rows.fill(
        lake,
        *standing("가람부", 2025, 2026),
        rows.amount("a", "마을도서관 이어 짓기", 900, 2025, org_name="가람부"),
        rows.amount("a", "마을도서관 이어 짓기(바다)", 500, 2026, org_name="가람부"),
        rows.amount("a", "마을도서관 이어 짓기(산골)", 410, 2026, org_name="가람부"),
    )
    assert {row["kind"] for row in find().values()} == {"SPLIT"}


def test_the_same_code_under_another_name(lake, find) -> None:
    coded = {"project_code": "7033-300", "org_name": "가람부"}
    rows.fill(
        lake,
        *standing("가람부", 2025, 2026),
        rows.amount("a", "마을길 정비", 900, 2025, **coded),
        rows.amount("a", "고샅 누리 가꿈", 880, 2026, **coded),
    )
    (row,) = find().values()
    assert (row["method"], row["from_code"], row["from_id"]) == ("code", "7033-300", row["to_id"])


def test_an_office_whose_projects_go_over_was_renamed(lake, find) -> None:
    rows.fill(lake, *standing("가람부", 2025), *standing("나루처", 2026), *_others())
    row = find()["가람부", "나루처"]
    assert (row["what"], row["kind"]) == ("org", "RENAME")
    assert row["score"] > 0.9


def _others() -> list[Any]:
    """An office that stays, so that both years are held, and begins something so that it is not over."""
    names = [
        f"{word} {work}" for word in ("모래톱", "너럭바위", "샘물", "고갯길") for work in ("돌봄", "잇기", "살피기")
    ]
    return [
        *(rows.amount("a", name, 70, year, org_name="다솜부") for name in names for year in (2025, 2026)),
        rows.amount("a", "무지개 다리", 70, 2026, org_name="다솜부"),
    ]


def test_an_office_was_split_where_remarks_tell_its_projects_apart(lake, find) -> None:
    twins = [
        rows.amount("a", f"{name}({office})", 60, 2026, org_name="가람부")
        for name in ("공보 활동", "연구 개발", "품질 살피기", "책자 펴내기")
        for office in ("나루처", "다솜부")
    ]
    known = [
        rows.amount("a", f"{name}(가람부)", 60, 2026, org_name="가람부") for name in ("시험 하나", "시험 둘", "시험 셋")
    ]
    rows.fill(lake, *standing("가람부", 2025, 2026), *twins, *known)
    found = {names: row["kind"] for names, row in find().items() if row["what"] == "org"}
    assert found == {("가람부", "나루처"): "SPLIT", ("가람부", "다솜부"): "SPLIT"}


def test_a_document_that_states_it_is_the_evidence(lake, find) -> None:
    texts = [["종전", "변경"], ["마을길 정비", "고샅 누리 가꿈"]]
    cells = [
        Cell(row=row, col=col, text=text)
        for row, line in enumerate(texts, start=1)
        for col, text in enumerate(line, start=1)
    ]
    table = Grid(n_rows=2, n_cols=2, cells=cells)
    rows.say(
        lake,
        "b",
        "2026년 개편 알림",
        {"text": "2026년 1월 1일부터 가람예산과는 이름을 나루예산과로 바꾼다."},
        {"text": "종전 변경 마을길 정비 고샅 누리 가꿈", "table": table},
    )
    rows.fill(
        lake,
        *standing("가람부", 2025, 2026),
        rows.amount("a", "마을길 정비", 900, 2025, org_name="가람부"),
        rows.amount("a", "고샅 누리 가꿈", 880, 2026, org_name="가람부"),
    )
    found = find()
    assert set(found) == {("가람예산과", "나루예산과"), ("마을길 정비", "고샅 누리 가꿈")}
    assert {row["method"] for row in found.values()} == {"stated"}
    assert all(row["content_ids"] == [rows.content("b")] for row in found.values())


def decide(lake: Lake, subject: str, answer: str, number: int) -> None:
    decision = Decision(
        decision_id=f"{number:08d}-x",
        review_id="x",
        kind="succession",
        subject=subject,
        answer=answer,
        asked_at=rows.NOW,
        decided_at=rows.NOW,
        decided_by="담당",
        note=None,
    )
    lake.commit(lambda _: lake.insert(Decision, to_table(Decision, [decision])))


def test_only_an_answer_confirms_and_a_later_one_takes_it_back(lake, find, clock) -> None:
    rows.fill(
        lake,
        *standing("가람부", 2025, 2026),
        rows.amount("a", "마을도서관 잇기", 900, 2025, org_name="가람부"),
        rows.amount("a", "마을도서관 잇기(이동책방 포함)", 1200, 2026, org_name="가람부"),
    )
    (row,) = find().values()
    (asked,) = REVIEW.find(lake, Circumstances(DeletionRule()))
    assert asked.subject == row["succession_id"]
    assert "마을도서관" in asked.title
    assert asked.answered is None
    decide(lake, asked.subject, "accept", 1)
    assert [row["state"] for row in find().values()] == ["CONFIRMED"]
    assert find_successions(lake, clock, "run", lambda *_: None).changed is False
    (asked,) = REVIEW.find(lake, Circumstances(DeletionRule()))
    assert asked.answered == ("x", rows.NOW)
    decide(lake, asked.subject, "reject", 2)
    assert [row["state"] for row in find().values()] == ["REJECTED"]
