"""PDF: text in reading order with headings, ruled tables and notes; pages that are pictures are recognised."""

from importlib.metadata import version
from typing import Any

from connectors import ocr, tools
from connectors.contract import Blob, Document
from connectors.embedded import embedded_members
from connectors.pdf.annotations import read_attachments, read_properties
from connectors.pdf.composition import PageComposer
from connectors.pdf.pages import PageContent, PageReader
from schemas.elements import Flag, Property
from schemas.outcome import Failed

MAX_PAGES = 5_000
MAX_RECOGNISED_PAGES = 300
_HEAD_BYTES = 1024
_PASSWORD_ERRORS = (4, 5)


class Pdf:
    """PDF documents; the text of a scan is recognised where the machine has OCR."""

    name = "pdf"
    label = "PDF 문서"
    distributions = ("pypdfium2", "pillow")
    version = 2
    preload = ("pypdfium2", "PIL.Image")
    keeps = (
        "쪽과 단 순서대로의 글",
        "글자 크기와 번호로 본 제목",
        "선이 있는 표(병합 셀 포함)",
        "선이 없는 숫자 표(추정)",
        "머리말·꼬리말·쪽 번호",
        "각주",
        "메모와 입력란에 쓴 값",
        "링크",
        "문서 정보",
        "첨부 파일",
        "스캔한 쪽의 글(글자 인식)",
    )
    loses = (
        "선이 없고 숫자가 아닌 표의 격자",
        "도형과 차트의 모양",
        "글자를 알 수 없는 글꼴의 글(글자 인식이 없을 때)",
        "쪽을 넘는 표의 이음",
    )

    def sniff(self, blob: Blob) -> float:
        """Certain by the marker, which may stand a little way into the file."""
        at = blob.content.find(b"%PDF-", 0, _HEAD_BYTES)
        return 1.0 if at == 0 else 0.8 if at > 0 else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the blob.

        Raises:
            connectors.tools.NeedsTool: a page is a picture, and is to be read where OCR may be started.
            Failed: `password_pdf`, `corrupt`, `no_text`, `ocr_unavailable`, `too_many_elements`.
        """
        import pypdfium2

        try:
            document = pypdfium2.PdfDocument(blob.content)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) in _PASSWORD_ERRORS:
                raise Failed("password_pdf") from error
            raise Failed("corrupt", str(error)) from error
        try:
            return self._read(document)
        except pypdfium2.PdfiumError as error:
            raise Failed("corrupt", str(error)) from error
        finally:
            document.close()

    def _read(self, document: Any) -> Document:
        if document.get_formtype():
            document.init_forms()
        if len(document) > MAX_PAGES:
            raise Failed("too_many_elements", f"{len(document):,} pages")
        reader = PageReader(document, MAX_RECOGNISED_PAGES)
        pages = [reader.read(number) for number in range(1, len(document) + 1)]
        properties = read_properties(document)
        title = document.get_metadata_value("Title").strip()
        attachments = read_attachments(document)
        composer = PageComposer(pages).compose()
        if not composer.has_text() and not attachments:
            is_unread = any(page.is_unread for page in pages) or reader.has_unread_pictures
            raise Failed("ocr_unavailable" if is_unread else "no_text")
        members, is_left_out = embedded_members(reader.pictures)
        is_recognised = any(page.recognised for page in pages)
        flags = [Flag.OCR] if is_recognised else []
        if any(page.is_unread for page in pages):
            flags.append(Flag.PAGES_WITHOUT_TEXT)
        if is_left_out or reader.has_unread_pictures:
            flags.append(Flag.PICTURES_NOT_READ)
        return Document(
            reader=f"pypdfium2 {version('pypdfium2')}" + (f", {tools.current().ocr_version}" if is_recognised else ""),
            elements=composer.elements,
            members=[*attachments, *members],
            title=composer.opening_title() or title or None,
            flags=flags,
            properties=[*properties, *_recognition(pages)],
        )


def _recognition(pages: list[PageContent]) -> list[Property]:
    recognised = [line for page in pages for line in page.recognised]
    confidence = ocr.mean_confidence(recognised)
    if confidence is None:
        return []
    n_pages = sum(bool(page.recognised) for page in pages)
    return [
        Property(name="ocr_confidence", value=str(confidence)),
        Property(name="ocr_pages", value=str(n_pages)),
    ]


FORMAT = Pdf()
