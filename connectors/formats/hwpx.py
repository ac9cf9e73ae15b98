"""HWPX, Hancom's XML format: read by dochan, by unhwp where dochan falls short, and measured by our own walk."""

import io
import json
from importlib.metadata import version
from typing import Any

from connectors import hancom, hwpx_records, opc
from connectors.composition import Composer
from connectors.contract import Blob, Document
from schemas.elements import ElementKind
from schemas.outcome import Failed

_PARTS = frozenset({"Contents/header.xml", "Contents/content.hpf"})


class Hwpx:
    """HWPX documents, whatever their file name says."""

    name = "hwpx"
    label = "한글 문서(HWPX)"
    distributions = ("dochan", "unhwp", "lxml")
    version = 1
    preload = ("dochan.hwpx.parser", "unhwp", "lxml.etree")

    def sniff(self, blob: Blob) -> float:
        """Certain by the package's `mimetype` or its parts."""
        names = opc.member_names(blob.content)
        is_declared = "mimetype" in names and hwpx_records.MIMETYPE in blob.content[:200]
        return 1.0 if is_declared or not names.isdisjoint(_PARTS) else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the blob.

        Raises:
            Failed: `password_hwpx`, `corrupt`, `no_text`, `archive_bomb`, `too_many_elements`.
        """
        with opc.open_package(blob.content) as package:
            if b"encryption-data" in (opc.read_part(package, "META-INF/manifest.xml") or b""):
                raise Failed("password_hwpx")
            paragraphs = hwpx_records.read_paragraphs(package)
            memos = hwpx_records.read_memos(package)
        return hancom.read_best(
            lambda: _read_with_dochan(blob.content, memos),
            lambda: _read_with_unhwp(blob.content, memos),
            paragraphs,
        )


def _read_with_dochan(content: bytes, memos: list[str]) -> hancom.Attempt:
    from dochan.hwpx.parser import HWPXParser
    from dochan.model.document import Paragraph
    from dochan.output.json_out import to_dict

    class Parser(HWPXParser):
        """The parser, handing out a paragraph's own text first and whole, as it does for HWP 5, then what stands in it."""

        def _make_paragraph(self, runs: Any, p_elem: Any) -> Paragraph:
            paragraph = super()._make_paragraph(runs, p_elem)
            paragraph.provenance = _ParagraphNumber(id(p_elem))
            return paragraph

        def _parse_paragraph_elem(self, p_elem: Any) -> list[Any]:
            elements = super()._parse_paragraph_elem(p_elem)
            own = [element for element in elements if _is_part_of(element, p_elem)]
            return own + [element for element in elements if not _is_part_of(element, p_elem)]

    document = Parser().parse(io.BytesIO(content), include_assets=False, revision_mode="final")
    errors = [error for error in document.errors if error.startswith("ERR")]
    composer = hancom.compose_dochan(to_dict(document))
    _add_memos(composer, memos)
    return hancom.Attempt(f"dochan {version('dochan')}", composer, errors)


class _ParagraphNumber:
    """Provenance as dochan's output knows it, of which the number of the paragraph is enough."""

    def __init__(self, paragraph: int) -> None:
        self.paragraph = paragraph


def _is_part_of(element: Any, p_elem: Any) -> bool:
    number = getattr(element, "provenance", None)
    return isinstance(number, _ParagraphNumber) and number.paragraph == id(p_elem)


def _read_with_unhwp(content: bytes, memos: list[str]) -> hancom.Attempt:
    import unhwp

    with unhwp.parse_bytes(content) as result:
        document = json.loads(result.json)
    composer = hancom.compose_unhwp(document)
    _add_memos(composer, memos)
    return hancom.Attempt(f"unhwp {version('unhwp')}", composer)


def _add_memos(composer: Composer, memos: list[str]) -> None:
    for memo in memos:
        composer.add_element(ElementKind.NARRATIVE_TEXT, memo)


FORMAT = Hwpx()
