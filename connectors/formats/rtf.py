"""RTF: rich text with its tables, notes and headers, read by our own reader."""

from dataclasses import dataclass

from connectors.contract import Blob, Document
from connectors.rtf.reading import read_rtf

_HEAD = b"{\\rtf"


@dataclass(frozen=True, slots=True)
class _Rtf:
    name: str = "rtf"
    label: str = "RTF 문서"
    distributions: tuple[str, ...] = ()
    version: int = 2
    preload: tuple[str, ...] = ()
    keeps: tuple[str, ...] = (
        "문단과 제목 단계", "목록 번호", "표(병합·중첩 표)", "각주·미주", "머리말·꼬리말", "글상자", "메모", "수식의 글자",
        "링크", "그림·개체", "문서 정보",
    )  # fmt: skip
    loses: tuple[str, ...] = ("글꼴과 모양", "쪽 번호", "삭제된 변경 내용", "벡터 그림")

    def sniff(self, blob: Blob) -> float:
        """Certain by its first characters."""
        return 1.0 if blob.content[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_HEAD) else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the blob.

        Raises:
            schemas.outcome.Failed: `no_text`, `corrupt`, `too_many_elements`.
        """
        return read_rtf(blob.content[blob.content.index(_HEAD) :])


FORMAT = _Rtf()
