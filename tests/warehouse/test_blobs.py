"""Originals come back bit for bit, say so when they cannot, and are gone for good with their key."""

import hashlib
import os
import random
import shutil
import sqlite3

import pytest

from schemas.identity import digest_bytes
from warehouse.blobs import BlobDamaged, BlobLost, BlobStore, Sealer, make_home_key
from warehouse.layout import Home

TEXT = "세부사업 설명자료: 나라곳간 운영 1,234백만원 ".encode() * 50


@pytest.fixture
def home(tmp_path):
    """Without a lake: originals need none."""
    made = Home(tmp_path / "home")
    made.make_folders()
    make_home_key(made)
    return made


@pytest.fixture
def store(home):
    return BlobStore(home)


def keep(store: BlobStore, *contents: bytes) -> list[str]:
    ids = [digest_bytes(content) for content in contents]
    store.put(zip(ids, contents, strict=True))
    return ids


def test_what_is_put_is_got_back_also_by_another_process_of_the_same_home(store, home):
    contents = [TEXT, b"", b"\x00\xff" * 70_000]
    ids = keep(store, *contents)
    assert [store.get(content_id) for content_id in ids] == contents
    assert [BlobStore(home).get(content_id) for content_id in ids] == contents
    assert store.held() == set(ids)


def test_what_is_held_is_not_written_again(store, home):
    (content_id,) = keep(store, TEXT)
    before = home.blob_file(content_id).read_bytes()
    assert store.put([(content_id, TEXT)]) == 0
    assert store.put([(content_id, TEXT), (digest_bytes(b"x"), b"x")]) == 1
    assert home.blob_file(content_id).read_bytes() == before


def test_the_same_content_twice_in_one_batch_can_be_got(store):
    content_id = digest_bytes(TEXT)
    store.put([(content_id, TEXT), (content_id, TEXT)])
    assert store.get(content_id) == TEXT


def test_bytes_under_a_wrong_id_are_refused(store):
    with pytest.raises(ValueError, match="not the digest"):
        store.put([(digest_bytes(b"other"), TEXT)])
    assert store.held() == set()


@pytest.mark.parametrize(
    "content_id", ["", "../../etc/passwd", "A" * 64, "g" * 64, "0" * 63, "0" * 65, "0" * 64 + "\n"]
)
def test_what_is_no_content_id_names_no_file(store, content_id):
    with pytest.raises(ValueError, match="not a content id"):
        store.get(content_id)


def test_an_original_that_was_never_kept_is_lost(store):
    with pytest.raises(BlobLost):
        store.get(digest_bytes(b"never"))


def test_every_flipped_bit_and_every_cut_is_noticed(store, home):
    (content_id,) = keep(store, TEXT)
    path = home.blob_file(content_id)
    whole = path.read_bytes()
    generator = random.Random(7)
    for _ in range(60):
        bit = generator.randrange(len(whole) * 8)
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        with pytest.raises(BlobDamaged):
            store.get(content_id)
    for length in (0, 5, 12, 20, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(BlobDamaged):
            store.get(content_id)
    path.write_bytes(whole)
    assert store.get(content_id) == TEXT


def test_swapped_files_and_swapped_keys_are_noticed(store, home):
    one, other = keep(store, b"one" * 100, b"two" * 100)
    first, second = home.blob_file(one).read_bytes(), home.blob_file(other).read_bytes()
    home.blob_file(one).write_bytes(second)
    home.blob_file(other).write_bytes(first)
    for content_id in (one, other):
        with pytest.raises(BlobDamaged):
            store.get(content_id)
    # With their keys swapped as well each file decrypts under its key, but not as what it is passed off for.
    with sqlite3.connect(home.blob_keys_file) as keys:
        wrapped = dict(keys.execute("SELECT content_id, wrapped FROM blob_key"))
        keys.execute("UPDATE blob_key SET wrapped = ? WHERE content_id = ?", (wrapped[other], one))
        keys.execute("UPDATE blob_key SET wrapped = ? WHERE content_id = ?", (wrapped[one], other))
    for content_id in (one, other):
        with pytest.raises(BlobDamaged):
            store.get(content_id)


def test_a_forgotten_original_is_lost_its_file_gone_and_its_key_nowhere_in_the_key_file(store, home):
    doomed, kept = keep(store, TEXT, b"stays")
    with sqlite3.connect(home.blob_keys_file) as keys:
        (wrapped,) = keys.execute("SELECT wrapped FROM blob_key WHERE content_id = ?", (doomed,)).fetchone()
    saved = home.blob_file(doomed).read_bytes()
    assert store.forget([doomed, digest_bytes(b"never kept")]) == 1
    assert not home.blob_file(doomed).exists()
    # A copy of the file, from a backup say, is of no use without the key.
    home.blob_file(doomed).write_bytes(saved)
    with pytest.raises(BlobLost):
        store.get(doomed)
    with sqlite3.connect(home.blob_keys_file) as keys:
        keys.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    left = b"".join(path.read_bytes() for path in home.key_folder.iterdir())
    assert wrapped not in left
    assert wrapped[12:44] not in left
    assert store.get(kept) == b"stays"
    assert store.put([(doomed, TEXT)]) == 1
    assert store.get(doomed) == TEXT


def test_a_kept_file_without_its_key_is_lost_and_kept_anew_by_the_next_put(store, home):
    """What a kill leaves between the files and their keys."""
    (content_id,) = keep(store, TEXT)
    with sqlite3.connect(home.blob_keys_file) as keys:
        keys.execute("DELETE FROM blob_key")
    with pytest.raises(BlobLost):
        store.get(content_id)
    assert store.put([(content_id, TEXT)]) == 1
    assert store.get(content_id) == TEXT


def test_a_key_whose_file_has_vanished_is_lost(store, home):
    (content_id,) = keep(store, TEXT)
    home.blob_file(content_id).unlink()
    with pytest.raises(BlobLost):
        store.get(content_id)


def test_no_file_of_the_home_holds_an_original_in_clear_or_compressed(store, home):
    keep(store, TEXT)
    for path in home.root.rglob("*"):
        if path.is_file():
            found = path.read_bytes()
            assert TEXT[:24] not in found
            assert "나라곳간".encode() not in found
    assert home.blob_file(digest_bytes(TEXT)).stat().st_size > len(TEXT)


def test_two_homes_share_no_key(home, store, tmp_path):
    (content_id,) = keep(store, TEXT)
    stranger = Home(tmp_path / "stranger")
    stranger.make_folders()
    make_home_key(stranger)
    shutil.copytree(home.blob_folder, stranger.blob_folder, dirs_exist_ok=True)
    shutil.copy(home.blob_keys_file, stranger.blob_keys_file)
    with pytest.raises(BlobDamaged):
        BlobStore(stranger).get(content_id)


def test_the_home_key_is_made_once_and_only_its_owner_may_read_it(home):
    before = home.home_key_file.read_bytes()
    make_home_key(home)
    assert home.home_key_file.read_bytes() == before
    assert len(before) == 64
    assert home.home_key_file.stat().st_mode & 0o777 == 0o600
    assert home.key_folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "path", ["가/나.hwp", "", "주민 850614-1234567.xlsx", os.fsdecode(b"\xc7\xd1\xb1\xdb\xff.txt")]
)
def test_a_path_seals_to_the_same_bytes_every_time_and_opens_to_itself(home, path):
    sealed = Sealer(home).seal(path)
    assert Sealer(home).seal(path) == sealed
    assert Sealer(home).open(sealed) == path


def test_a_sealed_path_shows_neither_its_words_nor_what_it_has_in_common_with_another(home):
    one, other = Sealer(home).seal("인사/850614-1234567.xlsx"), Sealer(home).seal("인사/850614-1234568.xlsx")
    assert one != other
    assert "인사".encode() not in one
    assert b"850614" not in one
    assert one[:16] != other[:16]
    assert sum(a == b for a, b in zip(one, other, strict=True)) < len(one) / 4


def test_a_sealed_path_opens_under_no_other_home_and_with_no_bit_changed(home, tmp_path):
    sealed = Sealer(home).seal("인사/명단.xlsx")
    stranger = Home(tmp_path / "stranger")
    stranger.make_folders()
    make_home_key(stranger)
    with pytest.raises(BlobDamaged):
        Sealer(stranger).open(sealed)
    with pytest.raises(BlobDamaged):
        Sealer(home).open(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    assert Sealer(stranger).seal("인사/명단.xlsx") != sealed
    assert hashlib.sha256("인사/명단.xlsx".encode()).digest()[:8] not in sealed
