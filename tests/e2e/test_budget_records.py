"""Budget records of the sample ministry against its truth, of real tables against labels, and from each number back to its cell."""

import random
from pathlib import Path

import pytest

from benchmarks.records import LABELS, Tally, labelled, sample
from pipelines.doors import open_parts, open_session
from pipelines.settings import Settings
from warehouse.amounts import CURRENT_AMOUNTS
from warehouse.doors.cite import NotHeld
from warehouse.doors.cite_amount import cite_amount
from warehouse.lake import CATALOG, Lake

SHARED = Path(__file__).resolve().parents[3] / "shared"
N_CITED = {"whole": 100, "one_office": 20}


@pytest.fixture(scope="session", params=["one_office", pytest.param("whole", marks=pytest.mark.long)])
def ministry(request):
    """One office with what everybody shares, for a quick look; and the whole ministry."""
    return request.getfixturevalue(request.param)


def test_the_forms_find_the_amounts_of_the_sample_ministry():
    tally = sample()
    assert tally.n > 3_000
    assert tally.precision >= 0.995, tally.errors[:10]
    assert tally.recall >= 0.995, tally.errors[:10]


@pytest.mark.long
def test_the_forms_find_the_amounts_of_real_tables():
    if not SHARED.is_dir():
        pytest.skip(f"real tables are not here: {SHARED}")
    tallies = labelled(LABELS, [SHARED / "budget", SHARED / "corpus"])
    whole = Tally()
    for tally in tallies.values():
        whole.wanted, whole.found = whole.wanted + tally.wanted, whole.found + tally.found
        whole.right, whole.errors = whole.right + tally.right, whole.errors + tally.errors
    assert whole.wanted >= 400
    assert whole.precision >= 0.99, whole.errors[:10]
    assert whole.recall >= 0.95, whole.errors[:10]


def test_random_amounts_stand_in_the_cells_of_their_originals(ministry, request):
    n_cited = N_CITED[request.node.callspec.params["ministry"]]
    settings = Settings(ministry.gotgan.home)
    with Lake.open(settings.place, read_only=True) as lake:
        ids = [row["amount_id"] for row in lake.rows(f"SELECT amount_id FROM ({CURRENT_AMOUNTS}) ORDER BY amount_id")]
    drawn = random.Random(20261128).sample(ids, n_cited)
    fallen = []
    with open_parts(settings) as parts, open_session(settings, parts) as session:
        for amount_id in drawn:
            for person in ministry.truth.principals:
                try:
                    found = cite_amount(session, parts.reader(), person, amount_id)
                except NotHeld:
                    continue
                if not found.stands:
                    fallen.append(found)
                break
            else:
                raise AssertionError(f"nobody may read {amount_id}")
    assert fallen == []


def test_the_documents_that_contradict_one_another_are_found_and_no_others(ministry):
    settings = Settings(ministry.gotgan.home)
    with Lake.open(settings.place, read_only=True) as lake:
        rows = lake.rows(
            f"""SELECT DISTINCT a.fiscal_year, coalesce(a.project_name, a.subject_name) AS name,
                       least(a.amount_won, b.amount_won) AS low, greatest(a.amount_won, b.amount_won) AS high
                FROM {CATALOG}.core.link l JOIN {CATALOG}.core.budget_amount a ON a.amount_id = l.from_id
                JOIN {CATALOG}.core.budget_amount b ON b.amount_id = l.to_id WHERE l.relation = 'CONTRADICTS'"""
        )
        held = {ministry.shown(item.path) for item in ministry.truth.files if item.outcome == "kept"}
    wanted = {
        (told.fiscal_year, min(told.amounts_won), max(told.amounts_won))
        for told in ministry.truth.contradictions
        if all(ministry.shown(path) in held for path in told.paths)
    }
    found = {(row["fiscal_year"], row["low"], row["high"]) for row in rows}
    assert wanted <= found
    # What follows from a figure that is off (what lapsed) is off with it; nothing else is.
    names = {told.subject_name for told in ministry.truth.contradictions}
    assert [row for row in rows if not any(row["name"].startswith(name) for name in names)] == []


def test_what_goes_on_under_another_name_is_a_candidate_and_joins_nothing(ministry):
    settings = Settings(ministry.gotgan.home)
    with Lake.open(settings.place, read_only=True) as lake:
        found = lake.rows(f"SELECT what, kind, from_name, to_name, state FROM {CATALOG}.core.succession")
        joined = lake.value(
            f"SELECT count(*) FROM {CATALOG}.mart.budget_series WHERE comparable_id <> series_id AND target_kind = 'PROJECT'"
        )
    kinds = {(row["kind"], row["from_name"], row["to_name"]) for row in found}
    kept = {ministry.shown(item.path) for item in ministry.truth.files if item.outcome == "kept"}
    for told in ministry.truth.successions:
        if all(ministry.shown(path) in kept for path in told.evidence):
            for before in told.before_names:
                for after in told.after_names:
                    assert (told.kind.upper(), before, after) in kinds
    assert {row["state"] for row in found} <= {"CANDIDATE"}
    assert joined == 0
