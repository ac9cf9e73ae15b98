"""DOC: binary Word documents, by way of LibreOffice where there is one, else by their own structures."""

from dataclasses import dataclass

from connectors import ole
from connectors.contract import Blob, Document
from connectors.word.doc_completeness import read_converted
from connectors.word.doc_text import read_doc_text
from connectors.word.wordprocessing import read_docx
from schemas.outcome import Failed

_STREAM = "WordDocument"
_STREAM_RAW = _STREAM.encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class _Doc:
    name: str = "doc"
    label: str = "워드 97-2003 문서"
    distributions: tuple[str, ...] = ("olefile", "lxml")
    version: int = 1
    preload: tuple[str, ...] = ("olefile",)
    keeps: tuple[str, ...] = (
        "문단과 제목 단계", "표(병합·중첩 표)", "각주·미주", "머리말·꼬리말", "글상자", "메모", "링크", "문서 정보",
        "LibreOffice가 있으면 목록 번호·그림·개체",
    )  # fmt: skip
    loses: tuple[str, ...] = ("글꼴과 모양", "쪽 번호", "삭제된 변경 내용", "매크로")

    def sniff(self, blob: Blob) -> float:
        """Certain by the stream that holds the text."""
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
        return read_converted(blob.content, "doc", "docx", read_docx, read_doc_text)


FORMAT = _Doc()
