"""ODS: OpenDocument spreadsheets, as LibreOffice and Hancom's cell program write them."""

import re
from importlib.metadata import version

from connectors import opc
from connectors.composition import Composer
from connectors.contract import Blob, Document
from connectors.embedded import embedded_members
from connectors.opendocument import sheets as opendocument_sheets
from connectors.sheets.worksheets import SheetComposer
from schemas.elements import Flag
from schemas.outcome import Failed

_MIME_TYPES = (
    b"application/vnd.oasis.opendocument.spreadsheet",
    b"application/vnd.oasis.opendocument.spreadsheet-template",
)
_EMBEDDED = re.compile(r"(?:Pictures/[^/]+|Object \d+)", re.IGNORECASE)
_MAX_EMBEDDED = 1_000


class Ods:
    """OpenDocument spreadsheets. Values are the ones last computed."""

    name = "ods"
    label = "오픈도큐먼트 스프레드시트"
    distributions = ("lxml",)
    version = 1
    preload = ("lxml.etree",)
    keeps = (
        "셀 값(계산된 값)", "병합 셀", "셀 주소", "표시 형식", "숨긴 시트·행·열 표시", "메모", "머리글·바닥글",
        "하이퍼링크", "글상자", "그림·개체",
    )  # fmt: skip
    loses = ("수식", "차트", "글꼴·색", "매크로")

    def sniff(self, blob: Blob) -> float:
        """Certain by the `mimetype` member that every OpenDocument file begins with."""
        if "mimetype" not in opc.member_names(blob.content):
            return 0.0
        try:
            with opc.open_package(blob.content) as package:
                return 1.0 if (opc.read_part(package, "mimetype") or b"").strip() in _MIME_TYPES else 0.0
        except Failed:
            return 0.0

    def read(self, blob: Blob) -> Document:
        """Read the blob; hidden sheets too.

        Raises:
            Failed: `corrupt`, `no_text`, `password_odf`, `archive_bomb`, `too_many_elements`.
        """
        composer = Composer()
        sheets = SheetComposer(composer)
        with opc.open_package(blob.content) as package:
            for sheet in opendocument_sheets.read_sheets(package):
                sheets.add_sheet(sheet)
            names = [name for name in package.namelist() if _EMBEDDED.fullmatch(name)][:_MAX_EMBEDDED]
            members, is_left_out = embedded_members((name, opc.read_part(package, name) or b"") for name in names)
            properties = opendocument_sheets.document_properties(package)
        if not composer.has_text() and not members:
            raise Failed("no_text")
        return Document(
            reader=f"lxml {version('lxml')}",
            elements=composer.elements,
            members=members,
            flags=[*sheets.flags, *([Flag.PICTURES_NOT_READ] if is_left_out else [])],
            properties=properties,
        )


FORMAT = Ods()
