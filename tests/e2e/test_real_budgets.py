"""All real budget data that lie beside the checkout, through a night: every total to the unit, the real breaks and no other.

Yearbooks print thousands of won; their published totals and the two breaks that are really in them are facts of the data.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.ports import night_opener, no_progress
from pipelines.settings import Settings
from warehouse.amount_checks import check_reparse
from warehouse.amounts import CURRENT_AMOUNTS
from warehouse.lake import CATALOG, Lake

SHARED = Path(__file__).resolve().parents[3] / "shared" / "budget"
CENTRAL = {2020: 512_250_447_739_000, 2021: 557_987_187_630_000, 2022: 607_663_262_950_000,
           2023: 638_727_654_700_000, 2026: 727_879_135_420_000}  # fmt: skip
LOCAL = {
    2008: 166_801_802_819,
    2010: 186_500_407_257,
    2012: 206_470_726_076,
    2014: 225_461_247_623,
    2016: 264_009_785_288,
}
"""Total expenditure of all local governments, in thousands of won, by either classification."""

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not SHARED.is_dir(), reason=f"{SHARED} is not here: no real budget data to load"),
]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """A lake with the amounts of all files, reconciled and linked; nothing is embedded."""
    home = tmp_path_factory.mktemp("home")
    (home / "gotgan.toml").write_text(
        f'[[source]]\nname = "예산자료"\nkind = "folder"\npath = {json.dumps(str(SHARED))}\naccess = ["group:all"]\n',
        encoding="utf-8",
    )
    settings = Settings(home)
    with night_opener(settings, no_progress)() as night:
        for source in settings.sources():
            night.receive(source)
        night.read()
        night.extract_amounts()
        night.settle_dimensions()
        night.reconcile()
        night.find_successions()
        night.link_figures()
        yield night.lake


def test_every_file_is_kept_and_every_amount_reparses(lake):
    assert lake.rows(f"SELECT name FROM {CATALOG}.raw.placement WHERE reason IS NOT NULL OR content_id IS NULL") == []
    verdict = check_reparse(lake)
    assert verdict.passed, verdict.description
    assert int(verdict.figures["금액"]) > 400_000


def test_the_central_totals_come_out_to_the_won(lake):
    rows = lake.rows(
        f"""SELECT fiscal_year, sum(amount_won) AS total FROM ({CURRENT_AMOUNTS}) WHERE form = 'fiscal_series'
            AND stage = 'ENACTED' AND basis = 'TOTAL_EXPENDITURE' GROUP BY 1 ORDER BY 1"""
    )
    assert {row["fiscal_year"]: int(row["total"]) for row in rows} == CENTRAL


def test_the_local_totals_are_the_same_by_either_classification(lake):
    rows = lake.rows(
        f"""SELECT a.fiscal_year, left(p.name, 3) AS book, a.amount_won FROM ({CURRENT_AMOUNTS}) a
            JOIN {CATALOG}.raw.placement p USING (content_id) WHERE a.form = 'local_yearbook' AND a.org_name = '전국계'
            AND a.level = 'TOTAL' AND NOT a.is_revenue ORDER BY ALL"""
    )
    assert len(rows) == 2 * len(LOCAL)
    assert {(row["fiscal_year"], row["amount_won"]) for row in rows} == {(y, v * 1_000) for y, v in LOCAL.items()}


def test_the_breaks_are_those_that_are_really_there(lake):
    broken = lake.rows(f"SELECT * FROM {CATALOG}.core.reconciliation WHERE status = 'BREAK'")
    assert [(row["fiscal_year"], row["difference_minor"]) for row in broken] == [(2014, 917_933_000)]
    assert "경기의왕시" in broken[0]["scope"]
    explained = lake.rows(
        f"SELECT fiscal_year, cause FROM {CATALOG}.core.reconciliation WHERE status = 'EXPLAINED' ORDER BY 1"
    )
    assert {row["fiscal_year"] for row in explained} == {2012, 2014}
    assert all("세종본청" in row["cause"] for row in explained if row["fiscal_year"] == 2012)
    assert all(
        "경기의왕시" in row["cause"] or "경기계" in row["cause"] for row in explained if row["fiscal_year"] == 2014
    )


def test_well_known_new_names_are_candidates_with_evidence(lake):
    rows = lake.rows(f"SELECT from_name, to_name, kind, evidence, state FROM {CATALOG}.core.succession")
    pairs = {(row["from_name"], row["to_name"]): row for row in rows}
    for pair in (
        ("특허청", "지식재산처"),
        ("통계청", "국가데이터처"),
        ("국고채이자상환", "국고채이자상환(개인투자용국채포함)"),
    ):
        assert pairs[pair]["state"] == "CANDIDATE"
        assert pairs[pair]["evidence"]
    assert {row["kind"] for row in rows if row["from_name"] == "기획재정부"} >= {"SPLIT"}
    assert not [row for row in rows if row["from_name"] == "인건비" or row["to_name"] == "인건비"]


def test_a_document_agrees_with_the_central_file_at_its_stage_and_the_yearly_row_does_not_mislead(lake):
    linked = lake.rows(
        f"""SELECT l.relation, a.fiscal_year, a.stage, a.amount_won FROM {CATALOG}.core.link l
            JOIN {CATALOG}.core.budget_amount a ON a.amount_id = l.to_id WHERE a.form = 'fiscal_series'
              AND a.subject_name = '국경일등정부행사' AND l.from_kind = 'document'"""
    )
    # The yearly row of the document prints what the supplementary budget made of 2022: 5,463 and not 5,492.
    assert {(row["fiscal_year"], row["amount_won"]) for row in linked} == {
        (2022, 5_492_000_000),
        (2023, 1_584_000_000),
        (2026, 2_559_000_000),
    }
    assert {(row["relation"], row["stage"]) for row in linked} == {("EVIDENCES", "ENACTED")}
    assert lake.rows(f"SELECT * FROM {CATALOG}.core.link WHERE relation = 'CONTRADICTS'") == []
