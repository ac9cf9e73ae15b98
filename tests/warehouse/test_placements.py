"""What came: new, changed, moved and gone files of a real folder, and outages that are no deletions."""

import os
import shutil
import unicodedata
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from schemas.access import Access
from schemas.masking import contains_identifier
from schemas.outcome import Failed
from schemas.ports import Sighting, Walk
from schemas.records.access import access_of_row
from warehouse import maintenance
from warehouse.blobs import Sealer
from warehouse.lake import CATALOG, Lake
from warehouse.placements import DeletionRule, display_path

NUMBER = "850614-1234567"
PATIENT = DeletionRule()


def write(share: Path, **files: str) -> None:
    for name, text in files.items():
        (share / f"{name}.txt").write_text(text, encoding="utf-8")


def paths(lake: Lake) -> list[str]:
    return [row["path"] for row in lake.rows(f"SELECT path FROM {CATALOG}.raw.placement ORDER BY path")]


def placement(lake: Lake, path: str) -> dict:
    (row,) = lake.rows(f"FROM {CATALOG}.raw.placement WHERE path = $path", {"path": path})
    return row


def fetched(source) -> list[str]:
    """Paths fetched since the last call."""
    taken, source.fetched = source.fetched, []
    return sorted(taken)


def test_each_new_file_is_read_once_and_a_walk_without_news_reads_and_commits_nothing(night, lake, share, source):
    write(share, a="가", b="나")
    result = night.receive(source)
    assert (result.state, result.n_seen, result.n_new, len(result.received)) == ("complete", 2, 2, 2)
    assert fetched(source) == ["a.txt", "b.txt"]
    head = lake.head()
    again = night.receive(source)
    assert (again.n_seen, again.n_new, again.n_changed, again.n_moved, again.n_missing) == (2, 0, 0, 0, 0)
    assert fetched(source) == []
    assert lake.head() == head


def test_only_the_changed_file_is_read_again(night, lake, share, source):
    write(share, a="가", b="나", c="다")
    night.receive(source)
    before = placement(lake, "b.txt")
    fetched(source)
    status = (share / "b.txt").stat()
    # Same size and same modification time: the change time of the inode tells.
    write(share, b="너")
    os.utime(share / "b.txt", ns=(status.st_atime_ns, status.st_mtime_ns))
    result = night.receive(source)
    assert fetched(source) == ["b.txt"]
    assert (result.n_new, result.n_changed, result.received) == (0, 1, {before["placement_id"]})
    after = placement(lake, "b.txt")
    assert after["content_id"] != before["content_id"]
    assert after["first_seen_at"] == before["first_seen_at"]


def test_a_file_touched_without_a_change_counts_as_unchanged(night, lake, share, source):
    write(share, a="가")
    night.receive(source)
    os.utime(share / "a.txt", ns=(1, 1_700_000_000_123_456_789))
    result = night.receive(source)
    assert (result.n_changed, result.received) == (0, set())
    assert placement(lake, "a.txt")["modified_ns"] == 1_700_000_000_123_456_789


def test_a_moved_folder_touches_placements_alone(night, lake, share, source):
    (share / "초안").mkdir()
    for number in range(5):
        write(share / "초안", **{f"n{number}": f"글 {number}"})
    write(share, other="다른 글")
    night.receive(source)
    assert night.read().n_parsed == 6
    before = lake.rows(f"FROM {CATALOG}.core.reading ORDER BY content_id")
    fetched(source)
    (share / "초안").rename(share / "최종")
    result = night.receive(source)
    assert fetched(source) == [f"최종/n{number}.txt" for number in range(5)]
    assert (result.n_moved, result.n_new, result.n_missing, result.received) == (5, 0, 0, set())
    assert paths(lake) == sorted(["other.txt", *(f"최종/n{number}.txt" for number in range(5))])
    assert placement(lake, "최종/n3.txt")["moved_from"] == "초안/n3.txt"
    assert night.read().n_parsed == 0
    assert lake.rows(f"FROM {CATALOG}.core.reading ORDER BY content_id") == before
    assert night.receive(source).n_moved == 0


def test_a_place_remembers_what_stood_there_and_behind_which_door(night, lake, share, source):
    write(share, a="처음 글")
    night.receive(source)
    first, inner = placement(lake, "a.txt"), Access(allow=("group:예산",))
    source.walk_with = lambda item: item.model_copy(update={"access": inner}) if isinstance(item, Sighting) else item
    write(share, a="둘째 글이다")
    night.receive(source)
    second = placement(lake, "a.txt")
    assert second["earlier_contents"] == [{"content_id": first["content_id"], "access_id": first["access_id"]}]
    assert second["access_id"] == inner.access_id
    write(share, a="셋째 글이다, 길다")
    night.receive(source)
    (share / "a.txt").rename(share / "b.txt")
    night.receive(source)
    moved = placement(lake, "b.txt")
    assert moved["earlier_contents"] == [
        {"content_id": second["content_id"], "access_id": inner.access_id},
        {"content_id": first["content_id"], "access_id": first["access_id"]},
    ]
    held = {row["access_id"] for row in lake.rows(f"FROM {CATALOG}.raw.access")}
    assert held == {first["access_id"], inner.access_id}, "that of the first is still asked for"


def test_a_move_is_no_deletion_for_the_brake(night, lake, share, source):
    for number in range(60):
        write(share, **{f"n{number:02}": f"글 {number}"})
    night.rule = PATIENT
    night.receive(source)
    (share / "새 폴더").mkdir()
    for path in sorted(share.glob("*.txt")):
        path.rename(share / "새 폴더" / path.name)
    result = night.receive(source)
    assert (result.state, result.n_moved, result.n_missing) == ("complete", 60, 0)
    assert len(paths(lake)) == 60


def test_one_file_moved_onto_two_places_is_one_move_and_one_new_file(night, lake, share, source):
    write(share, a="같은 글")
    night.receive(source)
    shutil.copy(share / "a.txt", share / "b.txt")
    (share / "a.txt").rename(share / "c.txt")
    result = night.receive(source)
    assert (result.n_moved, result.n_new) == (1, 1)
    assert sorted(row["moved_from"] or "" for row in lake.rows(f"FROM {CATALOG}.raw.placement")) == ["", "a.txt"]


def test_a_file_that_is_already_known_elsewhere_makes_no_deletion_a_move(night, lake, share, source):
    write(share, a="같은 글", b="같은 글")
    night.rule = PATIENT
    night.receive(source)
    (share / "a.txt").unlink()
    result = night.receive(source)
    assert (result.n_moved, result.n_missing, result.n_deleted) == (0, 1, 0)
    assert paths(lake) == ["a.txt", "b.txt"]


def test_the_same_bytes_at_forty_places_are_read_as_one_content(night, lake, share, source):
    for number in range(40):
        write(share, **{f"n{number:02}": "같은 글\n둘째 줄"})
    night.receive(source)
    assert night.read().n_parsed == 1
    assert len(night.reader.read_names) == 1
    assert lake.value(f"SELECT count(DISTINCT content_id) FROM {CATALOG}.raw.placement") == 1
    assert lake.value(f"SELECT count(*) FROM {CATALOG}.core.element") == 2


def test_a_new_access_changes_placements_and_neither_reads_nor_fetches_a_file(night, lake, share, source):
    write(share, a="가", b="나")
    night.receive(source)
    night.read()
    fetched(source)
    narrower = Access(allow=("group:예산실",), deny=("user:kim",))
    source.source = replace(source.source, access=narrower)
    result = night.receive(source)
    assert fetched(source) == []
    assert (result.n_new, result.n_changed) == (0, 0)
    assert night.read().n_parsed == 0
    assert {row["access_id"] for row in lake.rows(f"FROM {CATALOG}.raw.placement")} == {narrower.access_id}
    (row,) = lake.rows(f"FROM {CATALOG}.raw.access")
    assert (row["access_id"], access_of_row(row)) == (narrower.access_id, narrower)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (unicodedata.normalize("NFD", "한글 이름.txt").encode(), "한글 이름.txt"),
        ("한글.txt".encode("cp949"), "한글.txt"),
        (b"\xff\xfe\x80.txt", "\\xff\\xfe\\x80.txt"),
        ("줄\n바꿈\u202e.txt".encode(), "줄\\x0a바꿈\\x202e.txt"),
        (f"명단 {NUMBER}.txt".encode(), "명단 ******-*******.txt"),
        ("명단 850614\u00a0-\u00a01234567.txt".encode(), "명단 ******\\xa0-\\xa0*******.txt"),
        ("명단 850614-\u200b1234567.txt".encode(), "명단 ******-\\x200b*******.txt"),
        (unicodedata.normalize("NFD", f"주민등록번호 {NUMBER}.txt").encode(), "주민등록번호 ******-*******.txt"),
        ("주민번호 8506141234567.txt".encode("cp949"), "주민번호 *************.txt"),
    ],
)
def test_a_path_for_people_is_composed_masked_and_printable(raw, shown):
    path = display_path(os.fsdecode(raw))
    assert path == shown
    assert path.isprintable()
    assert not contains_identifier(path)


def test_odd_names_are_kept_apart_shown_composed_and_sealed_as_they_are(night, home, lake, share, source):
    names = [unicodedata.normalize("NFD", "한글.txt"), "한글.txt", os.fsdecode("문서.txt".encode("cp949")), "줄\n.txt"]
    for number, name in enumerate(names):
        (share / name).write_text(f"글 {number}", encoding="utf-8")
    night.receive(source)
    rows = lake.rows(f"FROM {CATALOG}.raw.placement")
    assert sorted(row["path"] for row in rows) == sorted(["한글.txt", "한글.txt", "문서.txt", "줄\\x0a.txt"])
    assert {Sealer(home).open(row["sealed_path"]) for row in rows} == set(names)
    assert len({row["content_id"] for row in rows}) == 4
    assert night.read().n_parsed == 4
    assert night.receive(source).n_new == 0


def test_a_resident_number_in_a_name_is_nowhere_in_the_home(night, home, lake, share, source):
    inner = share / f"퇴직자 {NUMBER}"
    inner.mkdir()
    (inner / f"주민번호 {NUMBER.replace('-', '')} 사본.txt").write_text(f"주민번호 {NUMBER}\n", encoding="utf-8")
    (share / f"{NUMBER}.bin").write_bytes(b"not read")
    (share / "inner.box").write_text(f'{{"{NUMBER}.txt": "글"}}', encoding="utf-8")
    night.receive(source)
    night.read()
    (share / f"{NUMBER}.bin").rename(share / f"옮김 {NUMBER}.bin")
    night.receive(source)
    (share / f"퇴직자 {NUMBER}" / "더").mkdir()
    source.walk_with = lambda item: (
        Walk(state="partial", unlisted=(f"퇴직자 {NUMBER} (PermissionError)",)) if isinstance(item, Walk) else item
    )
    detail = night.receive(source).detail
    assert detail == "목록을 읽지 못함: 퇴직자 ******-******* (PermissionError)"
    maintenance.compact(lake)
    assert "퇴직자 ******-*******/주민번호 ************* 사본.txt" in paths(lake)
    for layer, table in lake.tables():
        for row in lake.rows(f"SELECT to_json(t)::VARCHAR AS text FROM {CATALOG}.{layer}.{table} t"):
            assert "1234567" not in row["text"], table
    raw = [NUMBER.encode(), NUMBER.replace("-", "").encode()]
    for path in home.root.rglob("*"):
        if not path.is_file():
            continue
        assert NUMBER not in str(path)
        held = path.read_bytes()
        if path.suffix == ".parquet":
            held += repr(pq.read_table(path).to_pylist()).encode()
        assert not any(number in held for number in raw), path


def test_what_a_source_skips_is_known_and_never_fetched(night, lake, share, source):
    write(share, **{"~$a": "열린 문서", "a": "가"})
    (share / "link.txt").symlink_to(share / "a.txt")
    result = night.receive(source)
    assert fetched(source) == ["a.txt"]
    assert result.n_seen == 3
    assert placement(lake, "~$a.txt")["skip_rule"] == "office_owner_file"
    assert placement(lake, "link.txt")["skip_rule"] == "symbolic_link"


@pytest.mark.parametrize("outage", ["root is gone", "root is empty", "root cannot be walked"])
def test_an_outage_deletes_nothing_not_even_when_deletions_are_accepted(night, lake, share, source, clock, outage):
    for number in range(30):
        write(share, **{f"n{number}": f"글 {number}"})
    night.receive(source)
    before, head = paths(lake), lake.head()
    night.rule = DeletionRule(grace=timedelta(0), accept=True)
    if outage == "root cannot be walked":
        source.source = replace(source.source, root=share / "n1.txt")
    else:
        shutil.rmtree(share)
        if outage == "root is empty":
            share.mkdir()
    for _ in range(3):
        clock.advance(hours=24)
        result = night.receive(source)
        assert (result.state, result.n_deleted, result.n_missing) == ("unreachable", 0, 0)
    assert paths(lake) == before
    assert lake.head() == head


def test_a_walk_that_ends_without_its_end_is_an_outage(night, lake, share, source):
    write(share, a="가", b="나")
    night.receive(source)
    (share / "a.txt").unlink()
    real = source.walk
    source.walk = lambda: (item for item in real() if not isinstance(item, Walk))
    assert night.receive(source).state == "unreachable"
    assert paths(lake) == ["a.txt", "b.txt"]


def partial(item):
    return Walk(state="partial", unlisted=("잠긴 폴더 (PermissionError)",)) if isinstance(item, Walk) else item


def test_a_half_listed_share_receives_what_it_shows_and_deletes_nothing(night, lake, share, source, clock):
    write(share, a="가", b="나")
    night.receive(source)
    (share / "a.txt").unlink()
    write(share, c="다", b="너")
    source.walk_with = partial
    for _ in range(3):
        clock.advance(hours=24)
        result = night.receive(source)
        assert (result.state, result.n_missing, result.n_deleted) == ("partial", 1, 0)
        assert paths(lake) == ["a.txt", "b.txt", "c.txt"]
        assert placement(lake, "a.txt")["missing_since_at"] is None


def test_in_a_half_listed_share_nothing_counts_as_moved(night, lake, share, source):
    """The unlisted folder may still hold the file of which a copy has turned up elsewhere."""
    write(share, a="같은 글")
    night.receive(source)
    (share / "a.txt").rename(share / "b.txt")
    source.walk_with = partial
    result = night.receive(source)
    assert (result.n_moved, result.n_new, result.n_missing) == (0, 1, 1)
    assert paths(lake) == ["a.txt", "b.txt"]


def test_a_missing_file_goes_after_the_grace_period_and_not_before(night, lake, share, source, clock):
    write(share, a="가", b="나")
    night.rule = PATIENT
    night.receive(source)
    (share / "a.txt").unlink()
    result = night.receive(source)
    assert (result.n_missing, result.n_deleted) == (1, 0)
    assert placement(lake, "a.txt")["missing_since_at"] is not None
    clock.advance(hours=19)
    assert night.receive(source).n_deleted == 0
    clock.advance(hours=2)
    result = night.receive(source)
    assert (result.n_missing, result.n_deleted) == (1, 1)
    assert paths(lake) == ["b.txt"]


def test_a_file_that_comes_back_within_the_grace_period_starts_afresh(night, lake, share, source, clock):
    write(share, a="가", b="나")
    night.rule = PATIENT
    night.receive(source)
    first_seen = placement(lake, "a.txt")["first_seen_at"]
    (share / "a.txt").rename(share.parent / "away.txt")
    night.receive(source)
    clock.advance(hours=15)
    (share.parent / "away.txt").rename(share / "a.txt")
    night.receive(source)
    assert placement(lake, "a.txt")["missing_since_at"] is None
    assert placement(lake, "a.txt")["first_seen_at"] == first_seen
    (share / "a.txt").unlink()
    clock.advance(hours=15)
    assert night.receive(source).n_deleted == 0
    assert "a.txt" in paths(lake)


def test_files_that_go_on_different_nights_each_have_their_own_grace(night, lake, share, source, clock):
    write(share, a="가", b="나", c="다")
    night.rule = PATIENT
    night.receive(source)
    (share / "a.txt").unlink()
    night.receive(source)
    clock.advance(hours=24)
    (share / "b.txt").unlink()
    assert night.receive(source).n_deleted == 1
    assert placement(lake, "b.txt")["missing_since_at"] is not None, "marked on the night on which another went"
    clock.advance(hours=24)
    assert night.receive(source).n_deleted == 1
    assert paths(lake) == ["c.txt"]


def test_too_many_missing_at_once_are_held_until_a_person_accepts(night, lake, share, source, clock):
    for number in range(60):
        write(share, **{f"n{number:02}": f"글 {number}"})
    night.rule = PATIENT
    night.receive(source)
    for number in range(21):
        (share / f"n{number:02}.txt").unlink()
    for _ in range(3):
        clock.advance(hours=24)
        result = night.receive(source)
        assert (result.state, result.n_missing, result.n_deleted) == ("held", 21, 0)
        assert "21" in (result.detail or "")
    assert len(paths(lake)) == 60
    assert lake.value(f"SELECT count(*) FROM {CATALOG}.raw.placement WHERE missing_since_at IS NULL") == 39
    night.rule = replace(PATIENT, accept=True)
    result = night.receive(source)
    assert (result.state, result.n_deleted) == ("complete", 21)
    assert len(paths(lake)) == 39


def test_at_the_brake_a_deletion_goes_through(night, lake, share, source, clock):
    for number in range(60):
        write(share, **{f"n{number:02}": f"글 {number}"})
    night.rule = PATIENT
    night.receive(source)
    for number in range(20):
        (share / f"n{number:02}.txt").unlink()
    night.receive(source)
    clock.advance(hours=24)
    assert night.receive(source).n_deleted == 20


def test_another_source_is_none_of_a_walks_business(night, lake, share, source, small_night, tmp_path):
    (tmp_path / "second").mkdir()
    write(tmp_path / "second", a="가", b="나")
    write(share, a="가", c="다")
    second = small_night.FolderSource("second", tmp_path / "second", small_night.EVERYONE)
    night.receive(source)
    night.receive(second)
    assert paths(lake) == ["a.txt", "a.txt", "b.txt", "c.txt"]
    (share / "a.txt").unlink()
    result = night.receive(source)
    assert (result.n_moved, result.n_deleted) == (0, 1)
    assert paths(lake) == ["a.txt", "b.txt", "c.txt"]


def test_a_secret_name_quarantines_every_place_of_the_content_and_nothing_of_it_is_read(night, lake, share, source):
    write(share, **{"대외비 계획": "계획의 글", "사본": "계획의 글", "다른 글": "다른 글"})
    night.receive(source)
    night.read()
    assert night.reader.read_names == ["다른 글.txt"]
    marked = placement(lake, "대외비 계획.txt")
    assert (marked["reason"], marked["detail"]) == ("secrecy_mark", "이름의 표시: 대외비")
    quarantined = lake.rows(f"SELECT path, reason, detail FROM {CATALOG}.ops.quarantine ORDER BY path")
    assert [(row["path"], row["reason"]) for row in quarantined] == [
        ("대외비 계획.txt", "secrecy_mark"),
        ("사본.txt", "secrecy_mark"),
    ]
    assert lake.value(f"SELECT count(*) FROM {CATALOG}.core.element WHERE text LIKE '%계획%'") == 0


def test_a_content_that_gets_a_secret_name_later_loses_its_reading_and_its_quarantine_goes_with_the_name(
    night, lake, share, source
):
    write(share, 사본="계획의 글")
    night.receive(source)
    assert night.read().n_parsed == 1
    write(share, **{"대외비 계획": "계획의 글"})
    night.receive(source)
    night.read()
    assert lake.value(f"SELECT count(*) FROM {CATALOG}.core.element") == 0
    assert lake.value(f"SELECT count(*) FROM {CATALOG}.ops.quarantine") == 2
    (share / "대외비 계획.txt").unlink()
    night.receive(source)
    assert night.read().n_parsed == 1
    assert lake.value(f"SELECT count(*) FROM {CATALOG}.ops.quarantine") == 0


def refuse(source, path: str, reason: str):
    """Let the fetch of one path fail; returns what makes it work again."""
    real = source.fetch

    def fetch(raw_path: str, limit_bytes: int) -> bytes:
        if raw_path == path:
            source.fetched.append(raw_path)
            raise Failed(reason)
        return real(raw_path, limit_bytes)

    source.fetch = fetch
    return lambda: setattr(source, "fetch", real)


def test_a_reason_that_may_pass_is_tried_every_night_and_commits_nothing_while_it_lasts(night, lake, share, source):
    write(share, a="가", b="나")
    mend = refuse(source, "a.txt", "permission_denied")
    night.receive(source)
    night.read()
    assert placement(lake, "a.txt")["reason"] == "permission_denied"
    head = lake.head()
    fetched(source)
    for _ in range(2):
        night.receive(source)
        night.read()
        assert fetched(source) == ["a.txt"]
    assert lake.head() == head
    mend()
    result = night.receive(source)
    assert (result.n_changed, placement(lake, "a.txt")["reason"]) == (1, None)
    assert night.read().n_parsed == 1
    assert lake.value(f"SELECT count(*) FROM {CATALOG}.ops.quarantine") == 0


def test_a_reason_that_stays_is_not_tried_again_before_the_file_changes(night, lake, share, source):
    write(share, a="가" * 400_000)
    night.receive(source)
    assert placement(lake, "a.txt")["reason"] == "too_large"
    fetched(source)
    night.receive(source)
    assert fetched(source) == []
    write(share, a="가")
    night.receive(source)
    assert placement(lake, "a.txt")["reason"] is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("inode", 2**64 - 1),
        ("modified_ns", 15_032_385_535 * 10**9),
        ("modified_ns", -(2**62)),
        ("changed_ns", 2**70),
        ("modified_ns", 4 * 10**20),
    ],
)
def test_a_number_that_no_column_holds_costs_neither_the_night_nor_the_file(night, lake, share, source, field, value):
    """File systems have inodes of 64 bits without a sign, and servers send dates of the year 30828."""
    write(share, a="가", b="나")
    source.walk_with = lambda item: (
        item.model_copy(update={field: value}) if isinstance(item, Sighting) and item.raw_path == "a.txt" else item
    )
    night.receive(source)
    assert paths(lake) == ["a.txt", "b.txt"]
    assert night.read().n_parsed == 2
    fetched(source)
    assert night.receive(source).n_changed == 0
    assert fetched(source) == []


def test_what_a_killed_move_left_is_settled_as_if_nothing_had_happened(night, lake, share, source, monkeypatch):
    """Two new files with the bytes of one that went, and the run dies between the first and the second."""
    from warehouse import placements, steps

    monkeypatch.setattr(placements, "_ROWS_A_TIME", 1)
    write(share, a="같은 글")
    night.receive(source)
    (share / "a.txt").rename(share / "b.txt")
    shutil.copy(share / "b.txt", share / "c.txt")
    real = steps.fault_point
    monkeypatch.setattr(placements, "Step", lambda **parts: steps.Step(**parts, batch_inputs=1))
    passed: list[str] = []

    def die(name: str) -> None:
        passed.append(name)
        if passed.count("raw/share:after-commit") == 1 and name == "raw/share:after-commit":
            raise KeyboardInterrupt

    monkeypatch.setattr(steps, "fault_point", die)
    with pytest.raises(KeyboardInterrupt):
        night.receive(source)
    monkeypatch.setattr(steps, "fault_point", real)
    assert paths(lake) == ["a.txt", "b.txt"]
    night.receive(source)
    moved = {row["path"]: row["moved_from"] for row in lake.rows(f"FROM {CATALOG}.raw.placement")}
    assert moved == {"b.txt": "a.txt", "c.txt": None}


def test_the_name_of_a_room_that_is_nobodys_business_is_shown_nowhere(talks, talking, lake, share, source):
    name = "동호회님과 카카오톡 대화.txt"
    talking.put(share, b__txt="보통 글")
    (share / name).write_text(talking.kakao("동호회", talking.lines_of(3)), encoding="utf-8")
    talks.run()
    hidden = "[등록되지 않은 대화]님과 카카오톡 대화.txt"
    assert paths(lake) == [hidden, "b.txt"] or paths(lake) == ["b.txt", hidden]
    assert placement(lake, hidden)["name"] == hidden
    # its bytes are found all the same, by the sealed path
    assert Sealer(talks.home).open(placement(lake, hidden)["sealed_path"]) == name
    fetched(source)
    head = lake.head()
    talks.converse()
    assert (fetched(source), lake.head()) == ([], head)


def test_a_registered_room_shows_its_name_and_hides_it_again(talks, talking, lake, share, source):
    name = "동호회님과 카카오톡 대화.txt"
    (share / name).write_text(talking.kakao("동호회", talking.lines_of(3)), encoding="utf-8")
    registered, nothing = talking.register_of(동호회=()), talks.register
    first = []
    for register, shown in (
        (registered, name),
        (nothing, "[등록되지 않은 대화]님과 카카오톡 대화.txt"),
        (registered, name),
    ):
        talks.register = register
        talks.converse()
        assert paths(lake) == [shown]
        first.append(placement(lake, shown)["placement_id"])
    assert len(set(first)) == 1, "it is the same place"
