"""Originals by content, each encrypted under a key of its own: destroying the key forgets the original.

Readable by `cite` and stewards alone. The keys lie in a SQLite file, wrapped under the home's key; the home's key also
seals paths, since a path can hold a resident number.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from schemas.identity import digest_bytes
from warehouse.durability import replace_file, sync_file_system
from warehouse.layout import Home

_NONCE_BYTES = 12
_KEY_BYTES = 32


class BlobLost(LookupError):
    """The original is not held: it was never kept, or it has been forgotten."""


class BlobDamaged(RuntimeError):
    """The original's bytes are not those that were kept."""


def make_home_key(home: Home) -> None:
    """Make the home's secret once; a second call leaves it as it is."""
    if home.home_key_file.exists():
        return
    replace_file(home.home_key_file, os.urandom(64))
    home.home_key_file.chmod(0o600)


class Sealer:
    """Deterministic encryption of paths: the same path seals to the same bytes, so it can be compared but not read."""

    def __init__(self, home: Home) -> None:
        self._cipher = AESSIV(_derive(home, "path", 64))

    def seal(self, raw_path: str) -> bytes:
        """Encrypt a path as the file system gave it."""
        return self._cipher.encrypt(os.fsencode(raw_path), None)

    def open(self, sealed: bytes) -> str:
        """Decrypt a path.

        Raises:
            BlobDamaged: the bytes were not sealed under this home's key.
        """
        try:
            return os.fsdecode(self._cipher.decrypt(sealed, None))
        except InvalidTag as damaged:
            raise BlobDamaged("봉인된 경로를 이 홈의 열쇠로 열 수 없습니다") from damaged


class BlobStore:
    """Put, get and forget originals."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._wrapping = AESGCM(_derive(home, "blob", _KEY_BYTES))
        with self._keys() as keys:
            keys.execute("CREATE TABLE IF NOT EXISTS blob_key (content_id TEXT PRIMARY KEY, wrapped BLOB NOT NULL)")

    @contextmanager
    def _keys(self) -> Iterator[sqlite3.Connection]:
        # secure_delete overwrites a destroyed key inside the file instead of leaving it on the free list.
        with closing(sqlite3.connect(self._home.blob_keys_file, timeout=10)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA synchronous = FULL")
            with connection:
                yield connection

    def put(self, contents: Iterable[tuple[str, bytes]]) -> int:
        """Keep originals; one that is held already is left alone. Returns how many were new.

        Files first, then one flush, then the keys: a key stands only for bytes that are safely there.

        Raises:
            ValueError: a content id is not the SHA-256 of its bytes.
        """
        held = self.held()
        wrapped: list[tuple[str, bytes]] = []
        for content_id, content in contents:
            if content_id in held:
                continue
            if digest_bytes(content) != content_id:
                raise ValueError(f"{content_id} is not the digest of its bytes")
            key = AESGCM.generate_key(256)
            self._write(content_id, _encrypt(AESGCM(key), content, content_id))
            wrapped.append((content_id, _encrypt(self._wrapping, key, content_id)))
        if wrapped:
            sync_file_system(self._home.blob_folder)
            with self._keys() as keys:
                keys.executemany("INSERT OR REPLACE INTO blob_key VALUES (?, ?)", wrapped)
        return len(wrapped)

    def _write(self, content_id: str, sealed: bytes) -> None:
        path = self._home.blob_file(content_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{content_id}.{os.getpid()}")
        temporary.write_bytes(sealed)
        temporary.replace(path)

    def get(self, content_id: str) -> bytes:
        """The original's bytes.

        Raises:
            BlobLost: it is not held.
            BlobDamaged: its bytes have changed since they were kept.
        """
        path = self._home.blob_file(content_id)
        with self._keys() as keys:
            row = keys.execute("SELECT wrapped FROM blob_key WHERE content_id = ?", (content_id,)).fetchone()
        if row is None or not path.is_file():
            raise BlobLost(content_id)
        try:
            key = _decrypt(self._wrapping, row[0], content_id)
            return _decrypt(AESGCM(key), path.read_bytes(), content_id)
        except InvalidTag as damaged:
            raise BlobDamaged(content_id) from damaged

    def held(self) -> set[str]:
        """Content ids of every original that is held."""
        with self._keys() as keys:
            return {row[0] for row in keys.execute("SELECT content_id FROM blob_key")}

    def forget(self, content_ids: Iterable[str]) -> int:
        """Destroy keys, then remove the files that nobody can read any more. Returns how many keys went."""
        doomed = sorted(content_ids)
        with self._keys() as keys:
            before = keys.total_changes
            keys.executemany("DELETE FROM blob_key WHERE content_id = ?", [(content_id,) for content_id in doomed])
            gone = keys.total_changes - before
        for content_id in doomed:
            self._home.blob_file(content_id).unlink(missing_ok=True)
        return gone


def _derive(home: Home, purpose: str, length: int) -> bytes:
    secret = home.home_key_file.read_bytes()
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=None, info=f"gotgan/{purpose}".encode()).derive(secret)


def _encrypt(cipher: AESGCM, content: bytes, content_id: str) -> bytes:
    # The id is bound in, so that one original's file cannot be passed off as another's.
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, content, content_id.encode())


def _decrypt(cipher: AESGCM, sealed: bytes, content_id: str) -> bytes:
    if len(sealed) < _NONCE_BYTES:
        raise InvalidTag
    return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], content_id.encode())
