"""TAR archives, plain or compressed: files as members, links and devices named but not followed, traversal neutralised."""

import io
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass

from connectors.contract import Blob, Document, MemberFile
from connectors.inflation import (
    MAX_INFLATED_BYTES,
    MAX_MEMBERS,
    decode_name,
    inflate_stream,
    neutral_path,
    read_within,
    stream_head,
    stream_kind,
)  # fmt: skip
from schemas.outcome import Failed

_BLOCK_BYTES = 512
_CERTAIN = 0.9


@dataclass(frozen=True, slots=True)
class _TarArchive:
    name: str = "tar"
    label: str = "TAR 압축"
    distributions: tuple[str, ...] = ()
    version: int = 2
    preload: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ("안의 파일 모두", "GZ·BZ2·XZ로 압축한 것")
    loses: tuple[str, ...] = ("링크·장치", "파일 속성")

    def sniff(self, blob: Blob) -> float:
        """By a first block whose checksum is right, inflated if need be."""
        if stream_kind(blob.content):
            return _CERTAIN if _is_header(stream_head(blob.content, _BLOCK_BYTES)) else 0.0
        return _CERTAIN if _is_header(blob.content[:_BLOCK_BYTES]) else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the members.

        Raises:
            schemas.outcome.Failed: `archive_bomb`, `corrupt`.
        """
        kind = stream_kind(blob.content)
        content = inflate_stream(blob.content) if kind else blob.content
        members = list(_members(content))
        return Document(reader=f"tarfile ({kind})" if kind else "tarfile", members=members)


def _members(content: bytes) -> Iterator[MemberFile]:
    room = MAX_INFLATED_BYTES
    n_entries = 0
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            for entry in archive:
                n_entries += 1
                if n_entries > MAX_MEMBERS:
                    raise Failed("archive_bomb", f"구성원 {n_entries:,}개")
                if entry.isdir():
                    continue
                path = neutral_path(decode_name(entry.name.encode("utf-8", "surrogateescape")))
                if entry.issym() or entry.islnk():
                    yield MemberFile(path, b"", "symbolic_link")
                elif not entry.isreg():
                    yield MemberFile(path, b"", "not_a_file")
                else:
                    member = _member(archive, entry, path, room)
                    room -= len(member.content)
                    yield member
    except (tarfile.TarError, OverflowError, RecursionError) as error:
        # the last two: a size beyond any number, headers that each announce another
        if not n_entries:
            raise Failed("corrupt", f"TAR: {error}") from error
        yield MemberFile("끊긴 뒷부분", b"", "corrupt", str(error))


def _member(archive: tarfile.TarFile, entry: tarfile.TarInfo, path: str, room: int) -> MemberFile:
    try:
        stream = archive.extractfile(entry)
        return MemberFile(path, b"" if stream is None else read_within(stream, room))
    except (tarfile.TarError, OSError, EOFError, ValueError) as error:
        return MemberFile(path, b"", "corrupt", f"{type(error).__name__}: {error}")


def _is_header(block: bytes) -> bool:
    if len(block) < _BLOCK_BYTES or not any(block):
        return False
    try:
        tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (tarfile.TarError, ValueError):
        return False
    return True


FORMAT = _TarArchive()
