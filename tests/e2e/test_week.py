"""A week of nights over the changing ministry: after each the home is what the truth says, and no promise is broken."""

import json

import pytest

from pipelines.doors import open_session
from pipelines.sample.comparison import shown_path
from pipelines.sample.ministry import unlock
from pipelines.sample.rooms import text_readers
from pipelines.sample.truth import Truth
from pipelines.settings import Settings
from warehouse.doors.search import search
from warehouse.publication import read_current, verify_manifest

pytestmark = pytest.mark.long

N_NIGHTS = 7


@pytest.fixture(scope="module")
def week(tmp_path_factory, random_model, gotgan_of):
    """(share's folder, home, what the command told of each night)."""
    root = tmp_path_factory.mktemp("week")
    gotgan = gotgan_of(root / "home", random_model)
    told = gotgan.json("sample", str(root), "--nights", str(N_NIGHTS))
    yield root, gotgan, told["nights"]
    unlock(root)


@pytest.fixture(scope="module")
def truth(week) -> Truth:
    """What is true of the share after the last night."""
    return Truth.model_validate_json((week[0] / "truth.json").read_text(encoding="utf-8"))


def test_every_night_ends_as_the_truth_of_its_share_says(week):
    assert [night["expected"]["night"] for night in week[2]] == list(range(1, N_NIGHTS + 1))
    assert {night["expected"]["night"]: night["differences"] for night in week[2] if night["differences"]} == {}


def test_every_file_seen_has_one_end_every_night(week):
    for night in week[2]:
        counts = night["report"]["counts"]
        ends = counts["kept"] + counts["unchanged"] + counts["skipped"] + counts["quarantined"]
        assert counts["seen"] == ends, night["expected"]["night"]


def test_each_night_saw_what_had_happened(week):
    for night in week[2][1:]:
        expected, sources = night["expected"], {source["name"]: source for source in night["report"]["sources"]}
        states = {name: source["state"] for name, source in sources.items()}
        assert {name for name, state in states.items() if state == "unreachable"} == set(expected["unreachable"])
        assert {name for name, state in states.items() if state == "held"} == set(expected["held"])
        assert sum(source["moved"] for source in sources.values()) == len(expected["moved"])
        assert sum(source["deleted"] for source in sources.values()) == len(expected["removed"])
        missing = {name: source["missing"] for name, source in sources.items() if source["missing"]}
        # what was deleted is missing once more in the walk in which it counts as gone
        assert missing == expected["missing"], expected["night"]


def test_only_what_is_new_or_changed_is_read(week):
    for night in week[2][1:]:
        expected = night["expected"]
        assert night["report"]["parsed"] <= len(expected["added"]) + len(expected["changed"]), expected["night"]


def test_a_night_without_news_reads_embeds_and_publishes_nothing(week):
    quiet = [number for number, night in enumerate(week[2]) if night["expected"]["is_quiet"]]
    assert quiet
    for number in quiet:
        report, before = week[2][number]["report"], week[2][number - 1]["report"]
        assert (report["outcome"], report["parsed"], report["embedded"]) == ("unchanged", 0, 0)
        assert report["publication"] == before["publication"]


def test_nothing_secret_or_personal_is_left_after_the_week(week, truth, find_leaks):
    assert find_leaks(week[1].home, truth.canaries()) == []


def test_nobody_finds_what_they_may_not_read(week, truth, random_model, monkeypatch):
    monkeypatch.setenv("GOTGAN_MODEL", random_model["GOTGAN_MODEL"])
    folders = {source.name: source.folder for source in truth.sources}
    readers = {
        shown_path(truth, item.path): set(text_readers(item, truth.scopes, truth.principals)) for item in truth.files
    }
    wrong, n_hits = [], 0
    with open_session(Settings(week[1].home)) as session:
        for question in truth.questions:
            for person in truth.principals:
                for hit in search(session, person, question.text):
                    n_hits += 1
                    source, _, path = hit.path.partition("/")
                    if person.name not in readers[f"{folders[source]}/{path}".split("!/")[0]]:
                        wrong.append((person.name, hit.path))
    assert wrong == []
    assert n_hits > 1_000


def test_what_was_published_is_whole_and_the_report_has_the_weeks_trend(week):
    home = Settings(week[1].home).home
    assert verify_manifest(home, read_current(home).publication_id) == []
    last = week[1].json("report", "--last", str(N_NIGHTS))
    assert [report["run_id"] for report in last] == [night["report"]["run_id"] for night in reversed(week[2])]
    page = home.report_html_file(week[2][-1]["report"]["run_id"]).read_text(encoding="utf-8")
    assert page.count("<svg") >= 5
    assert "http://" not in page.replace("http://www.w3.org/", "")
    assert json.loads(home.report_file(week[2][0]["report"]["run_id"]).read_text("utf-8"))["sources"]
