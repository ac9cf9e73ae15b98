"""Archives that nothing free reads, such as ALZ and EGG: known by their heads, so that the reason names them."""

from dataclasses import dataclass

from connectors.contract import Blob, Document
from schemas.outcome import Failed

_HEADS = (
    (0, b"ALZ\x01", "ALZ(알집)"),
    (0, b"EGGA\x00\x01", "EGG(알집)"),
    (0, b"Rar!\x1a\x07", "RAR"),
    (0, b"MSCF\x00\x00\x00\x00", "CAB"),
    (2, b"-lh5-", "LZH"),
    (0, b"\x28\xb5\x2f\xfd", "Zstandard"),
    (0x8001, b"CD001", "ISO"),
)
_BID = 0.7


@dataclass(frozen=True, slots=True)
class _ForeignArchive:
    name: str = "foreign_archive"
    label: str = "읽지 않는 압축(ALZ·EGG·RAR…)"
    distributions: tuple[str, ...] = ()
    version: int = 1
    preload: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ("압축의 종류(이유에 적음)",)
    loses: tuple[str, ...] = ("안의 파일 모두: ZIP으로 다시 압축해 두어야 읽음",)

    def sniff(self, blob: Blob) -> float:
        """By the head."""
        return _BID if _kind(blob.content) else 0.0

    def read(self, blob: Blob) -> Document:
        """Refuse the archive by its name.

        Raises:
            schemas.outcome.Failed: `unsupported_format`, always.
        """
        raise Failed("unsupported_format", f"{_kind(blob.content)} 압축: ZIP으로 다시 압축해 두십시오")


def _kind(content: bytes) -> str:
    return next((kind for at, head, kind in _HEADS if content.startswith(head, at)), "")


FORMAT = _ForeignArchive()
