"""XLSX and XLSM: every block of every sheet as an exact grid, with its range; dates by openpyxl's number formats."""

import re
from importlib.metadata import version

from connectors import opc
from connectors.composition import Composer
from connectors.contract import Blob, Document
from connectors.sheets import spreadsheetml, workbook_parts
from connectors.sheets.worksheets import SheetComposer
from schemas.elements import Flag
from schemas.outcome import Failed

_WORKBOOK_PART = re.compile(r"xl/workbook\d*\.xml", re.IGNORECASE)


class Xlsx:
    """Excel workbooks in Office Open XML, with macros or without. Values are the ones that Excel last computed."""

    name = "xlsx"
    label = "엑셀 통합 문서"
    distributions = ("openpyxl", "lxml")
    version = 4
    preload = ("openpyxl.styles.numbers", "openpyxl.utils.datetime", "lxml.etree")
    keeps = (
        "셀 값(계산된 값)", "병합 셀", "셀 주소", "표시 형식", "숨긴 시트·행·열 표시", "메모", "머리글·바닥글",
        "하이퍼링크", "글상자", "차트 제목", "그림·개체",
    )  # fmt: skip
    loses = ("수식", "차트 자료", "글꼴·색", "조건부 서식", "매크로")

    def sniff(self, blob: Blob) -> float:
        """Certain by the workbook part, wherever the file claims to come from."""
        return 1.0 if any(map(_WORKBOOK_PART.fullmatch, opc.member_names(blob.content))) else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the blob; hidden sheets too.

        Raises:
            Failed: `corrupt`, `no_text`, `archive_bomb`, `too_many_elements`.
        """
        composer = Composer()
        sheets = SheetComposer(composer)
        with opc.open_package(blob.content) as package:
            for sheet in spreadsheetml.read_sheets(package):
                sheets.add_sheet(sheet)
            members, is_left_out = workbook_parts.embedded_parts(package)
            properties = workbook_parts.document_properties(package)
        if not composer.has_text() and not members:
            raise Failed("no_text")
        return Document(
            reader=f"openpyxl {version('openpyxl')}, lxml {version('lxml')}",
            elements=composer.elements,
            members=members,
            flags=[*sheets.flags, *([Flag.PICTURES_NOT_READ] if is_left_out else [])],
            properties=properties,
        )


FORMAT = Xlsx()
