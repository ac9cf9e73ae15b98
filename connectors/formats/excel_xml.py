"""The XML workbooks of Excel 2002 and 2003, which many systems still export, mostly under the name `.xls`."""

import re
from importlib.metadata import version

from connectors.composition import Composer
from connectors.contract import Blob, Document
from connectors.sheets import excel2003
from connectors.sheets.worksheets import SheetComposer
from schemas.outcome import Failed

_HEAD_BYTES = 16_384
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_WORKBOOK = re.compile(rb"<(?:[\w.-]+:)?Workbook[\s>]")


class ExcelXml:
    """Excel workbooks as one XML file. Values are the ones that were last computed."""

    name = "excel_xml"
    label = "엑셀 2003 XML 통합 문서"
    distributions = ("lxml", "openpyxl")
    version = 1
    preload = ("openpyxl.styles.numbers", "openpyxl.utils.datetime", "lxml.etree")
    keeps = (
        "셀 값(계산된 값)", "병합 셀", "셀 주소", "표시 형식", "숨긴 시트·행·열 표시", "메모", "머리글·바닥글", "하이퍼링크",
    )  # fmt: skip
    loses = ("수식", "글꼴·색", "조건부 서식")

    def sniff(self, blob: Blob) -> float:
        """Certain by the root and its namespace, in one byte a character or two."""
        head = blob.content[:_HEAD_BYTES]
        for mark in _MARKS:
            head = head.removeprefix(mark)
        head = head.replace(b"\0", b"")
        is_workbook = head.lstrip().startswith(b"<") and _WORKBOOK.search(head) is not None
        return 1.0 if is_workbook and excel2003.NAMESPACE.encode() in head else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the blob; hidden sheets too.

        Raises:
            Failed: `corrupt`, `no_text`, `undecodable_text`, `too_many_elements`.
        """
        composer = Composer()
        sheets = SheetComposer(composer)
        book = excel2003.Book()
        for sheet in excel2003.read_sheets(blob.content, book):
            sheets.add_sheet(sheet)
        if not composer.has_text():
            raise Failed("no_text")
        return Document(
            reader=f"lxml {version('lxml')}", elements=composer.elements, flags=sheets.flags, properties=book.properties
        )


FORMAT = ExcelXml()
