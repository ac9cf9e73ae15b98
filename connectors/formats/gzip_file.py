"""GZIP, BZIP2 and XZ: one file, compressed; its name is that in the header, or the archive's without its ending."""

from dataclasses import dataclass

from connectors.contract import Blob, Document, MemberFile
from connectors.inflation import decode_name, inflate_stream, neutral_path, stream_head, stream_kind
from schemas.outcome import Failed

_BID = 0.8
_NAME_FLAG, _EXTRA_FLAG = 0x08, 0x04
_HEADER_BYTES = 10
_MAX_NAME_BYTES = 1_024
_ENDINGS = (".gz", ".gzip", ".bz2", ".xz", ".z")


@dataclass(frozen=True, slots=True)
class _GzipFile:
    name: str = "gzip"
    label: str = "압축된 파일(GZ·BZ2·XZ)"
    distributions: tuple[str, ...] = ()
    version: int = 1
    preload: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ("안의 파일 하나", "원래 이름")
    loses: tuple[str, ...] = ("파일 속성",)

    def sniff(self, blob: Blob) -> float:
        """By the head, and by a first byte that can be had; a tar inside is that format's."""
        return _BID if stream_kind(blob.content) and stream_head(blob.content, 1) else 0.0

    def read(self, blob: Blob) -> Document:
        """Inflate the file.

        Raises:
            schemas.outcome.Failed: `archive_bomb`, `corrupt`.
        """
        content = inflate_stream(blob.content)
        name = _name_in_header(blob.content) or _name_without_ending(blob.name)
        reader = stream_kind(blob.content)
        if not content:
            raise Failed("empty_file", "안의 파일이 비어 있음")
        return Document(reader=f"{reader} (Python)", members=[MemberFile(neutral_path(name), content)])


def _name_in_header(content: bytes) -> str:
    """The name that gzip noted, without folders; empty if it noted none."""
    if stream_kind(content) != "gz" or len(content) < _HEADER_BYTES or not content[3] & _NAME_FLAG:
        return ""
    start = _HEADER_BYTES
    if content[3] & _EXTRA_FLAG:
        start += 2 + int.from_bytes(content[start : start + 2], "little")
    end = content.find(b"\x00", start, start + _MAX_NAME_BYTES)
    return decode_name(content[start:end]).replace("\\", "/").rsplit("/", 1)[-1] if end > start else ""


def _name_without_ending(name: str) -> str:
    for ending in _ENDINGS:
        if name.lower().endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    return f"{name} 안의 파일"


FORMAT = _GzipFile()
