"""The sample ministry's first night, against its truth."""

import json
import unicodedata
from pathlib import Path

import duckdb
import pytest

from pipelines.doors import open_session
from pipelines.settings import Settings
from schemas.access import may_read
from schemas.elements import grid_text
from schemas.outcome import reason_of
from schemas.records.access import access_of_row
from warehouse.doors.search import search
from warehouse.lake import Lake
from warehouse.outcomes import locations, placement_outcomes
from warehouse.placements import display_path


@pytest.fixture(scope="session", params=["one_office", pytest.param("whole", marks=pytest.mark.long)])
def ministry(request):
    """One office with what everybody shares, for a quick look; and the whole ministry."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def outcomes(ministry) -> dict[str, dict]:
    """Path below the share → its row at the head of the lake, as the operator sees it."""
    settings = Settings(ministry.gotgan.home)
    folders = {source.name: source.folder for source in ministry.truth.sources}
    with Lake.open(settings.place, read_only=True) as lake:
        rows = lake.rows(
            f"""SELECT o.*, a.* EXCLUDE (access_id) FROM ({placement_outcomes()}) o
                JOIN lake.raw.placement p USING (placement_id) JOIN lake.raw.access a ON a.access_id = p.access_id"""
        )
    return {str(Path(folders[row["source_name"]]) / row["path"]): row for row in rows}


def test_every_file_ends_as_the_truth_says(ministry, outcomes):
    wanted = {ministry.shown(item.path): (item.outcome.value, item.reason) for item in ministry.truth.files}
    found = {path: (row["outcome"], row["reason"]) for path, row in outcomes.items()}
    assert {path: end for path, end in found.items() if wanted.get(path) != end} == {}
    assert sorted(found) == sorted(wanted)
    assert len(wanted) >= 100


def test_every_file_may_be_read_by_whom_the_truth_says_and_by_nobody_else(ministry, outcomes):
    people = {person.name: person.tokens for person in ministry.truth.principals}
    wrong = {}
    for item in ministry.truth.files:
        access = access_of_row(outcomes[ministry.shown(item.path)])
        readers = {name for name, tokens in people.items() if may_read(access, tokens)}
        if access != item.access or readers != set(item.readers):
            wrong[item.path] = (access, item.access)
    assert wrong == {}
    assert len({item.readers for item in ministry.truth.files}) >= 4


def test_a_folder_that_may_not_be_listed_is_said_and_its_source_loses_nothing(ministry):
    report = ministry.gotgan.json("report")
    states = {source["name"]: (source["state"], source["detail"]) for source in report["sources"]}
    (folder,) = ministry.truth.unlisted
    source, _, inner = folder.partition("/")
    assert states.pop(source) == ("partial", f"목록을 읽지 못함: {inner} (PermissionError)")
    assert {state for state, _ in states.values()} == {"complete"}


def test_who_dropped_a_file_has_a_receipt_that_tells_its_end(ministry):
    drops = [item for item in ministry.truth.files if item.source == "접수함"]
    assert len(drops) >= 6
    for item in drops:
        _, person, name = item.path.split("/")
        receipts = (ministry.share / "접수함" / person / "접수증").glob("*.txt")
        told = "".join(path.read_bytes().decode("utf-8-sig") for path in receipts)
        assert f"■ {name}" in told
        assert item.sha256 in told
        assert (item.reason or "보관하였습니다") in told


def test_the_queue_asks_about_every_file_that_may_be_released(ministry):
    asked = ministry.gotgan.json("review", "list")
    releasable = [item for item in ministry.truth.files if item.reason and reason_of(item.reason).release]
    asked = [item for item in asked if item["kind"] == "quarantine"]
    assert {item["title"] for item in asked} == {display_path(item.path) for item in releasable}
    assert all(item["is_open"] and item["answers"] and item["evidence"] for item in asked)


def test_formats_are_recognised_by_content(ministry, outcomes):
    wanted = {ministry.shown(item.path): item.format for item in ministry.truth.files if item.outcome == "kept"}
    assert {path: outcomes[path]["format"] for path in wanted} == wanted


def test_the_report_adds_up(ministry):
    report = ministry.gotgan.json("report")
    counts = report["counts"]
    assert report["outcome"] == "published"
    assert counts["seen"] == len(ministry.truth.files)
    assert counts["seen"] == counts["kept"] + counts["unchanged"] + counts["skipped"] + counts["quarantined"]
    by_reason = {row["reason"]: row["n"] for row in report["quarantine"]}
    wanted = [item.reason for item in ministry.truth.files if item.outcome == "quarantined"]
    assert by_reason == {reason: wanted.count(reason) for reason in wanted}
    assert report["members"] == sum(len(item.members) for item in ministry.truth.files if item.outcome == "kept")


def _elements(ministry) -> dict[str, list[dict]]:
    """Path (and `path!/member`) → its elements, at the head of the lake."""
    settings = Settings(ministry.gotgan.home)
    folders = {source.name: source.folder for source in ministry.truth.sources}
    with Lake.open(settings.place, read_only=True) as lake:
        rows = lake.rows(
            f"""SELECT p.source_name, p.path, l.member_path, e.* FROM ({locations()}) l
                JOIN lake.raw.placement p USING (placement_id)
                JOIN lake.core.element e ON e.content_id = l.content_id
                ORDER BY e.ordinal"""
        )
    found: dict[str, list[dict]] = {}
    for row in rows:
        path = str(Path(folders[row["source_name"]]) / row["path"])
        found.setdefault(path + (f"!/{row['member_path']}" if row["member_path"] else ""), []).append(row)
    return found


def _said(ministry) -> dict[str, list[str]]:
    """Path of an export → the texts that are kept of it."""
    folders = {source.name: source.folder for source in ministry.truth.sources}
    with Lake.open(Settings(ministry.gotgan.home).place, read_only=True) as lake:
        rows = lake.rows(
            """SELECT p.source_name, p.path, e.text FROM lake.raw.placement p
               JOIN lake.core.export_message e USING (content_id) ORDER BY e.conversation_no, e.ordinal"""
        )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(str(Path(folders[row["source_name"]]) / row["path"]), []).append(row["text"])
    return found


def _squeezed(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def test_sentences_and_tables_come_out(ministry):
    elements, said = _elements(ministry), _said(ministry)
    missing = []
    for item in ministry.truth.files:
        own = display_path(item.path)
        readings = [(own, item), *((f"{own}!/{display_path(member.path)}", member) for member in item.members)]
        for path, truth in readings if item.outcome == "kept" else []:
            text = _squeezed(" ".join([*(row["text"] for row in elements.get(path, [])), *said.get(path, [])]))
            missing += [(path, sentence) for sentence in truth.must_find if _squeezed(sentence) not in text]
            grids = [row["table"] for row in elements.get(path, []) if row["table"]]
            # A title in a merged cell keeps its grid, and is no table for that.
            n_tables = sum(row["kind"] == "table" for row in elements.get(path, []))
            if truth.n_tables is not None and n_tables != truth.n_tables:
                missing.append((path, f"{n_tables} tables, not {truth.n_tables}"))
            for table in truth.tables:
                wanted = [cell.model_dump() for cell in table.grid.cells]
                if not any(grid["cells"] == wanted for grid in grids):
                    missing.append((path, f"grid: {grid_text(table.grid)[:80]}"))
    assert missing == []


def test_nothing_secret_or_personal_is_left_anywhere(ministry, find_leaks):
    """A byte scan of the whole home, and of every table as text, for what must be nowhere."""
    canaries = ministry.truth.canaries()
    assert len(canaries) > 10
    assert find_leaks(ministry.gotgan.home, canaries) == []


def test_the_scan_for_leaks_would_find_one(ministry, find_leaks, tmp_path):
    """A canary of what was kept is found in every store: the scan sees what it must see."""
    kept = next(item for item in ministry.truth.files if item.outcome == "kept" and item.kind == "사업설명자료")
    word = max(kept.must_find[0].split(), key=len)
    places = {place for place, _ in find_leaks(ministry.gotgan.home, [word])}
    assert {"core.element", "index.chunk"} <= places
    assert any(place.startswith("lance:") for place in places)
    assert any(place.startswith("budget.") for place in places)


def _answers(hits, question, folders) -> bool:
    for hit in hits:
        source, _, path = hit.path.partition("/")
        shown = f"{folders[source]}/{path}".split("!/")[0]
        if shown in question.paths and all(word in _squeezed(hit.text) for word in question.must_contain):
            return True
    return False


@pytest.mark.long
def test_questions_find_their_documents_and_nobody_else_sees_them(asked):
    truth = asked.truth
    folders = {source.name: source.folder for source in truth.sources}
    readers = asked.text_readers()
    wrong, unanswered = [], []
    with open_session(Settings(asked.gotgan.home)) as session:
        for question in truth.questions:
            for person in truth.principals:
                hits = search(session, person, question.text)
                for hit in hits:
                    source, _, path = hit.path.partition("/")
                    if person.name not in readers[f"{folders[source]}/{path}".split("!/")[0]]:
                        wrong.append((person.name, hit.path))
                if person.name in question.readers and not _answers(hits, question, folders):
                    unanswered.append((person.name, question.text))
    assert wrong == []
    assert unanswered == []


@pytest.mark.long
def test_a_hit_is_cited_from_its_original(asked):
    question = asked.truth.questions[0]
    hit = asked.gotgan.json("search", question.text, "--as", question.readers[0])[0]
    citation = asked.gotgan.json("cite", hit["chunk_id"], "--as", question.readers[0])
    assert citation["stands"] is True
    assert citation["path"] == hit["path"]
    assert citation["text"].strip()


def test_a_stranger_gets_nothing(ministry):
    for words in (["search", "예산"], ["cite", "0" * 32], ["sql", "SELECT 1"]):
        done = ministry.gotgan(*words, "--as", "없는사람", status=2)
        assert done.stdout == ""
        assert "없는사람" in done.stderr


def test_search_without_saying_who_asks_is_a_usage_error(ministry):
    assert "--as" in ministry.gotgan("search", "예산", status=2).stderr


def test_the_analysts_file_opens_with_plain_duckdb(ministry):
    path = ministry.gotgan.home / "serving" / "current" / "budget.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.sql("SELECT count(*) FROM mart.holding").fetchone()[0] > 0
        comments = connection.sql("SELECT comment FROM duckdb_columns() WHERE table_name = 'holding'").fetchall()
        assert all(comment for (comment,) in comments)


@pytest.mark.long
def test_quarantine_can_be_listed_shown_and_retried(ministry, tmp_path):
    copy = ministry.copy(tmp_path / "copy")
    rows = copy.gotgan.json("quarantine", "list")
    assert {row["reason"] for row in rows} >= {i.reason for i in copy.truth.files if i.outcome == "quarantined"}
    row = next(row for row in rows if row["reason"] == "corrupt" and not row["member_path"])
    shown = copy.gotgan.json("quarantine", "show", row["quarantine_id"])
    assert shown["advice"]
    assert copy.gotgan.json("quarantine", "retry", row["quarantine_id"]) == {"retried": 1}
    report = json.loads(copy.gotgan("run", "--json").stdout)
    assert report["parsed"] == 1
    assert report["outcome"] == "published"
    again = copy.gotgan.json("quarantine", "list")
    assert [row["quarantine_id"] for row in again] == [row["quarantine_id"] for row in rows]
