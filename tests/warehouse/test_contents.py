"""What is in the files: each content is read once, members with their container, and what is secret anywhere is kept nowhere."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from schemas.identity import digest_bytes
from schemas.outcome import Failed
from warehouse.blobs import BlobStore
from warehouse.contents import collect_originals
from warehouse.lake import CATALOG, Lake
from warehouse.lock import WriterBusy, writer_lock
from warehouse.retry import forget_readings


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")


def pack(folder: Path, name: str, **members: str) -> str:
    """Write a container of texts; returns its content id."""
    text = json.dumps({f"{member}.txt": inner for member, inner in members.items()}, ensure_ascii=False)
    (folder / f"{name}.box").write_text(text, encoding="utf-8")
    return digest_bytes(text.encode())


def texts(lake: Lake) -> list[str]:
    return [row["text"] for row in lake.rows(f"SELECT text FROM {CATALOG}.core.element ORDER BY text")]


def quarantined(lake: Lake) -> dict[str, str]:
    rows = lake.rows(f"SELECT path, member_path, reason FROM {CATALOG}.ops.quarantine")
    return {row["path"] + ("!/" + row["member_path"] if row["member_path"] else ""): row["reason"] for row in rows}


@pytest.fixture
def step(night, source):
    """Receive and read; returns how many contents were parsed."""

    def do() -> int:
        night.receive(source)
        return night.read().n_parsed

    return do


def test_a_content_without_text_has_a_reading_too_and_is_not_read_again(step, lake, share):
    write(share, empty="", full="글")
    (share / "a.bin").write_bytes(b"?")
    assert step() == 3
    assert step() == 0
    outcomes = lake.rows(f"SELECT outcome, reason FROM {CATALOG}.core.reading ORDER BY reason NULLS FIRST")
    assert [tuple(row.values()) for row in outcomes] == [
        ("kept", None),
        ("quarantined", "no_text"),
        ("quarantined", "unsupported_format"),
    ]
    assert quarantined(lake) == {"empty.txt": "no_text", "a.bin": "unsupported_format"}


def test_a_new_fingerprint_reads_everything_again_and_leaves_each_row_once(step, night, lake, share):
    write(share, a="가\n나", b="다")
    pack(share, "c", 속="속의 글")
    assert step() == 3
    before = texts(lake)
    night.reader.fingerprint = "stand-in-2"
    assert step() == 3
    assert texts(lake) == before
    assert step() == 0


def test_a_member_is_read_with_its_container_and_stays_while_any_container_holds_it(step, lake, share):
    pack(share, "a", 속="같은 글", 겉="하나")
    pack(share, "b", 안="같은 글", 밖="둘")
    assert step() == 2
    assert texts(lake) == ["같은 글", "둘", "하나"]
    (share / "a.box").unlink()
    assert step() == 0
    assert texts(lake) == ["같은 글", "둘"]
    (share / "b.box").unlink()
    write(share, other="다른 글")
    step()
    assert texts(lake) == ["다른 글"]
    assert lake.value(f"SELECT count(*) FROM {CATALOG}.core.member") == 0


def test_a_member_with_a_place_of_its_own_is_read_as_itself_and_outlives_that_place(step, night, lake, share):
    write(share, own="같은 글")
    pack(share, "a", 속="같은 글")
    assert step() == 2
    assert texts(lake) == ["같은 글"]
    (share / "own.txt").unlink()
    assert step() == 0
    assert texts(lake) == ["같은 글"]


def test_a_member_left_to_a_place_that_went_before_it_was_read_is_read_with_its_container(
    step, night, source, lake, share
):
    """The container is read, the run dies, and the member's own file goes before the next run."""
    content = pack(share, "a", 속="같은 글")
    write(share, own="같은 글")
    night.receive(source)
    real = night.reader.read

    def only_the_container(requests):
        return real(request for request in requests if request.content_id == content)

    night.reader.read = only_the_container
    night.read()
    night.reader.read = real
    assert texts(lake) == []
    (share / "own.txt").unlink()
    assert step() == 1
    assert texts(lake) == ["같은 글"]
    assert step() == 0


def test_a_content_that_is_secret_by_name_anywhere_is_kept_in_no_archive(step, lake, share, home):
    write(share, **{"대외비 계획": "계획의 글"})
    content = pack(share, "a", 사본="계획의 글", 다른="다른 글")
    assert step() == 1
    assert texts(lake) == []
    assert quarantined(lake) == {"대외비 계획.txt": "secrecy_mark", "a.box": "secret_member"}
    assert content not in BlobStore(home).held()
    assert step() == 0


def test_an_archive_is_emptied_when_a_member_gets_a_secret_name_later(step, lake, share, home):
    content = pack(share, "a", 사본="계획의 글", 다른="다른 글")
    assert step() == 1
    assert texts(lake) == ["계획의 글", "다른 글"]
    write(share, **{"대외비 계획": "계획의 글"})
    assert step() == 1
    assert texts(lake) == []
    assert lake.value(f"SELECT count(*) FROM {CATALOG}.core.member") == 0
    collect_originals(lake, BlobStore(home))
    assert content not in BlobStore(home).held()
    assert step() == 0


def test_an_original_is_kept_only_of_what_was_kept_and_goes_with_its_last_place(step, lake, share, home):
    write(share, a="가", b="나", empty="", marked="대외비\n본문")
    step()
    blobs = BlobStore(home)
    assert blobs.held() == {digest_bytes("가".encode()), digest_bytes("나".encode())}
    assert blobs.get(digest_bytes("가".encode())) == "가".encode()
    (share / "a.txt").unlink()
    step()
    assert collect_originals(lake, blobs) == 1
    assert blobs.held() == {digest_bytes("나".encode())}


def test_what_the_share_no_longer_gives_is_read_from_the_original(step, night, source, lake, share):
    write(share, a="가")
    step()
    real = source.fetch

    def refuse(raw_path, limit_bytes):
        raise Failed("permission_denied")

    night.reader.fingerprint = "stand-in-2"
    source.fetch = refuse
    assert night.read().n_parsed == 1
    assert texts(lake) == ["가"]
    source.fetch = lambda raw_path, limit_bytes: b"other bytes"
    night.reader.fingerprint = "stand-in-3"
    assert night.read().n_parsed == 1
    assert texts(lake) == ["가"]
    source.fetch = real


def test_a_content_that_can_be_had_nowhere_is_tried_again_on_the_next_night(step, night, source, lake, share):
    write(share, a="가")
    night.receive(source)
    real = source.fetch
    source.fetch = lambda raw_path, limit_bytes: b"other bytes"
    night.read()
    assert quarantined(lake) == {"a.txt": "changed_while_reading"}
    source.fetch = real
    assert night.read().n_parsed == 1
    assert (texts(lake), quarantined(lake)) == (["가"], {})


def test_a_quarantine_follows_its_file_and_keeps_its_first_date(step, lake, share):
    (share / "a.bin").write_bytes(b"?")
    step()
    (first,) = lake.rows(f"FROM {CATALOG}.ops.quarantine")
    (share / "a.bin").write_bytes(b"longer and still not read")
    step()
    (second,) = lake.rows(f"FROM {CATALOG}.ops.quarantine")
    assert second["first_seen_at"] == first["first_seen_at"]
    assert second["quarantine_id"] == first["quarantine_id"]
    assert second["size_bytes"] == 25
    assert second["content_id"] != first["content_id"]
    (share / "a.bin").rename(share / "옮김.bin")
    step()
    assert quarantined(lake) == {"옮김.bin": "unsupported_format"}
    (share / "옮김.bin").write_text("글", encoding="utf-8")
    (share / "옮김.bin").rename(share / "a.txt")
    step()
    assert quarantined(lake) == {}


def test_a_file_that_cannot_be_read_and_grows_is_told_with_its_new_size(step, source, lake, share):
    write(share, a="가")

    def refuse(raw_path, limit_bytes):
        raise Failed("permission_denied")

    source.fetch = refuse
    step()
    write(share, a="길어진 글")
    step()
    assert lake.value(f"SELECT size_bytes FROM {CATALOG}.ops.quarantine") == 13


def test_a_retry_reads_the_files_again_that_a_person_names_and_no_others(step, night, lake, share, home, place):
    (share / "a.bin").write_bytes(b"?")
    write(share, b="나", large="가" * 400_000)
    step()
    by_path = {row["path"]: row["placement_id"] for row in lake.rows(f"FROM {CATALOG}.raw.placement")}
    night.reader.read_names.clear()
    assert forget_readings(home, place, [by_path["a.bin"], by_path["large.txt"]]) == 2
    night.sources[0].fetched.clear()
    assert step() == 1
    assert night.reader.read_names == ["a.bin"]
    assert night.sources[0].fetched == ["large.txt", "a.bin"]
    assert quarantined(lake) == {"a.bin": "unsupported_format", "large.txt": "too_large"}


def test_what_was_to_be_read_again_and_went_instead_leaves_nothing(step, lake, share, home, place):
    pack(share, "a", 속="속의 글")
    write(share, b="나", c="다")
    step()
    placements = [row["placement_id"] for row in lake.rows(f"FROM {CATALOG}.raw.placement WHERE path <> 'c.txt'")]
    forget_readings(home, place, placements)
    (share / "a.box").unlink()
    (share / "b.txt").unlink()
    step()
    assert texts(lake) == ["다"]
    assert lake.value(f"SELECT count(*) FROM {CATALOG}.core.member") == 0


def test_a_retry_waits_for_no_run(home, place):
    with writer_lock(home.lock_file), pytest.raises(WriterBusy):
        forget_readings(home, place, ["any"])


@pytest.fixture
def mixed(talks, talking, share):
    """An archive of Slack with a registered channel and another one, an export of a single room, and a document."""
    talks.register = talking.register_of(예산협업=(), 예산협의=())
    whole = talking.slack(예산협업=[talking.said(0, "첫 글")], 동호회=[talking.said(1, "사사로운말")])
    talking.put(share, a__zip=whole, b__txt=talking.kakao("예산협의", talking.lines_of(3)), c__txt="보통 글")
    return whole


def kept_parts(lake: Lake) -> dict[str, str | None]:
    rows = lake.rows(
        f"""SELECT p.path, r.kept_part_id FROM {CATALOG}.raw.placement p
            JOIN {CATALOG}.core.reading r USING (content_id)"""
    )
    return {row["path"]: row["kept_part_id"] for row in rows}


def test_of_a_mixed_export_only_the_registered_part_is_held(talks, mixed, lake, home):
    talks.run()
    parts = kept_parts(lake)
    assert (parts["b.txt"], parts["c.txt"]) == (None, None)
    assert parts["a.zip"] not in (None, "", digest_bytes(mixed))
    blobs = BlobStore(home)
    assert digest_bytes(mixed) not in blobs.held()
    assert parts["a.zip"] in blobs.held()
    part = blobs.get(parts["a.zip"])
    assert digest_bytes(part) == parts["a.zip"]
    with zipfile.ZipFile(io.BytesIO(part)) as packed:
        assert all("동호회" not in name for name in packed.namelist())
        assert all("사사로운".encode() not in packed.read(name) for name in packed.namelist())


@pytest.mark.long
def test_what_the_share_no_longer_gives_is_read_from_the_part_that_is_held(talks, mixed, source, lake):
    talks.run()
    before = lake.rows(f"FROM {CATALOG}.core.export_message ORDER BY ALL")

    def refuse(raw_path, limit_bytes):
        raise Failed("permission_denied")

    source.fetch = refuse
    (scope, other) = talks.register.scopes
    talks.register = talks.register.model_copy(update={"scopes": (other, scope)})
    talks.read_names.clear()
    talks.run()
    assert sorted(talks.read_names) == ["a.zip", "b.txt"]
    assert lake.rows(f"FROM {CATALOG}.core.export_message ORDER BY ALL") == before


@pytest.mark.long
def test_another_register_reads_exports_again_and_no_document(talks, talking, mixed, lake):
    talks.run()
    read_at = {row["content_id"]: row["read_at"] for row in lake.rows(f"FROM {CATALOG}.core.reading")}
    talks.read_names.clear()
    talks.run()
    assert talks.read_names == []
    talks.register = talking.register_of(예산협업=(), 예산협의=(), 동호회=())
    talks.run()
    assert sorted(talks.read_names) == ["a.zip", "b.txt"]
    document = digest_bytes("보통 글".encode())
    again = {row["content_id"]: row["read_at"] for row in lake.rows(f"FROM {CATALOG}.core.reading")}
    assert again[document] == read_at[document]
    assert sorted(talks.messages()) == sorted(["첫 글", "사사로운말", *(text for *_, text in talking.lines_of(3))])


@pytest.mark.long
def test_a_wider_register_holds_the_whole_and_a_narrower_one_destroys_it_again(talks, talking, mixed, lake, home):
    wide = talking.register_of(예산협업=(), 예산협의=(), 동호회=())
    narrow, talks.register = talks.register, wide
    talks.run()
    assert kept_parts(lake)["a.zip"] is None
    assert digest_bytes(mixed) in BlobStore(home).held()
    talks.register = narrow
    talks.run()
    assert digest_bytes(mixed) not in BlobStore(home).held()
    assert kept_parts(lake)["a.zip"] in BlobStore(home).held()
    assert "사사로운말" not in talks.messages()


def test_of_an_archive_with_a_talk_that_is_not_registered_the_rest_is_held(talks, talking, share, lake, home):
    inner = talking.kakao("예산협의", talking.lines_of(3)).encode()
    other = talking.kakao("동호회", talking.lines_of(3, word="사사로운말")).encode()
    whole = talking.packed({"글.txt": "보통 글".encode(), "예산.txt": inner, "방.txt": other})
    talking.put(share, a__zip=whole)
    talks.run()
    part = kept_parts(lake)["a.zip"]
    assert BlobStore(home).held() == {part}
    with zipfile.ZipFile(io.BytesIO(BlobStore(home).get(part))) as archive:
        assert sorted(archive.namelist()) == ["글.txt", "예산.txt"]
    assert texts(lake) == ["보통 글"]
    assert len(talks.messages()) == 3
