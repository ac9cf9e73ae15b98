"""Word documents as one XML file: those of Word 2003, mostly under the name `.doc`, and packages laid flat."""

from connectors.contract import Blob, Document
from connectors.word import word_xml, wordprocessing


class WordXml:
    """Word documents as one XML file, put together as a package and read like one."""

    name = "word_xml"
    label = "워드 2003 XML 문서"
    distributions = ("lxml", "unstructured")
    version = 1
    preload = ("lxml.etree",)
    keeps = (
        "본문·제목·목록",
        "표(병합·중첩)",
        "각주·미주·메모",
        "글상자",
        "머리글·바닥글",
        "그림",
        "링크",
        "문서 속성",
    )
    loses = ("지워진 글(변경 내용 추적)", "글꼴·색", "삽입 개체(2003 형식)", "작은 그림·도형")

    def sniff(self, blob: Blob) -> float:
        """Certain by the root and its namespace."""
        return 1.0 if word_xml.is_markup(blob.content) else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the blob.

        Raises:
            Failed: `corrupt`, `undecodable_text`, `no_text`, `archive_bomb`, `too_many_elements`.
        """
        return wordprocessing.read_docx(word_xml.to_package(blob.content))


FORMAT = WordXml()
