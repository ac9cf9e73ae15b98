"""XLSB: workbooks whose sheets are binary records, read by our own walk through them."""

import struct
from importlib.metadata import version

from connectors import opc
from connectors.composition import Composer
from connectors.contract import Blob, Document
from connectors.sheets import biff12, workbook_parts
from connectors.sheets.worksheets import SheetComposer
from schemas.elements import Flag
from schemas.outcome import Failed

_WORKBOOK_PART = "xl/workbook.bin"


class Xlsb:
    """Excel workbooks in the binary format of Office 2007 and later."""

    name = "xlsb"
    label = "엑셀 이진 통합 문서"
    distributions = ("openpyxl", "lxml")
    version = 1
    preload = ("openpyxl.styles.numbers", "openpyxl.utils.datetime", "lxml.etree")
    keeps = (
        "셀 값(계산된 값)", "병합 셀", "셀 주소", "표시 형식", "숨긴 시트·행·열 표시", "메모", "머리글·바닥글",
        "하이퍼링크", "글상자", "차트 제목", "그림·개체",
    )  # fmt: skip
    loses = ("수식", "차트 자료", "글꼴·색", "조건부 서식", "매크로")

    def sniff(self, blob: Blob) -> float:
        """Certain by the binary workbook part."""
        return 1.0 if any(name.lower() == _WORKBOOK_PART for name in opc.member_names(blob.content)) else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the blob; hidden sheets too.

        Raises:
            Failed: `corrupt`, `no_text`, `archive_bomb`, `too_many_elements`.
        """
        composer = Composer()
        sheets = SheetComposer(composer)
        with opc.open_package(blob.content) as package:
            try:
                for sheet in biff12.read_sheets(package):
                    sheets.add_sheet(sheet)
            except (IndexError, struct.error) as error:
                raise Failed("corrupt", f"XLSB: {error}") from error
            members, is_left_out = workbook_parts.embedded_parts(package)
            properties = workbook_parts.document_properties(package)
        if not composer.has_text() and not members:
            raise Failed("no_text")
        return Document(
            reader=f"biff12, openpyxl {version('openpyxl')}, lxml {version('lxml')}",
            elements=composer.elements,
            members=members,
            flags=[*sheets.flags, *([Flag.PICTURES_NOT_READ] if is_left_out else [])],
            properties=properties,
        )


FORMAT = Xlsb()
