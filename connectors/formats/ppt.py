"""PPT: binary PowerPoint presentations, by way of LibreOffice where there is one, else by their own records."""

from dataclasses import dataclass

from connectors import ole
from connectors.contract import Blob, Document
from connectors.slides.ppt_text import read_ppt_text
from connectors.slides.presentations import read_pptx
from connectors.word.doc_completeness import read_converted
from schemas.outcome import Failed

_STREAM = "PowerPoint Document"
_STREAM_RAW = _STREAM.encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class _Ppt:
    name: str = "ppt"
    label: str = "파워포인트 97-2003 문서"
    distributions: tuple[str, ...] = ("olefile", "python-pptx", "lxml")
    version: int = 1
    preload: tuple[str, ...] = ("olefile",)
    keeps: tuple[str, ...] = (
        "쪽 제목과 본문", "표(병합)", "발표자 노트", "메모", "숨긴 쪽(표시)", "문서 정보",
        "LibreOffice가 있으면 링크·그림·개체",
    )  # fmt: skip
    loses: tuple[str, ...] = ("모양과 배치", "애니메이션", "마스터 쪽의 글", "매크로")

    def sniff(self, blob: Blob) -> float:
        """Certain by the stream that holds the slides."""
        if not blob.content.startswith(ole.SIGNATURE) or _STREAM_RAW not in blob.content:
            return 0.0
        try:
            with ole.open_compound(blob.content) as compound:
                return 1.0 if compound.exists(_STREAM) else 0.0
        except Failed:
            # too broken to tell
            return 0.4

    def read(self, blob: Blob) -> Document:
        """Read the blob.

        Raises:
            connectors.tools.NeedsTool: LibreOffice may not be started here.
            schemas.outcome.Failed: `password_ooxml`, `corrupt`, `no_text`, `archive_bomb`, `too_many_elements`.
        """
        return read_converted(blob.content, "ppt", "pptx", read_pptx, read_ppt_text)


FORMAT = _Ppt()
