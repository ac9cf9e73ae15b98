"""DOCX, read from the package's parts and measured by a walk; `unstructured` is asked where that falls short."""

import re

from connectors import opc
from connectors.contract import Blob, Document
from connectors.word import wordprocessing

# Some programs number the part each time that they save it.
_DOCUMENT = re.compile(r"word/document\d{0,6}\.xml")


class Docx:
    """Word documents in Office Open XML, with macros or without."""

    name = "docx"
    label = "워드 문서"
    distributions = ("lxml", "unstructured")
    version = 4
    preload = ("lxml.etree",)
    keeps = (
        "본문·제목·목록",
        "표(병합·중첩)",
        "각주·미주·메모",
        "글상자",
        "수식",
        "머리글·바닥글",
        "삽입 개체·그림",
        "문서 속성",
    )
    loses = ("지워진 글(변경 내용 추적)", "글꼴·색", "작은 그림·도형")

    def sniff(self, blob: Blob) -> float:
        """Certain by the document part."""
        return 1.0 if any(_DOCUMENT.fullmatch(name) for name in opc.member_names(blob.content)) else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the blob.

        Raises:
            Failed: `corrupt`, `no_text`, `archive_bomb`, `too_many_elements`.
        """
        return wordprocessing.read_docx(blob.content)


FORMAT = Docx()
