"""HWPX, Hancom's XML format: read by our own walk over its parts, by dochan and unhwp where that falls short."""

import io
import json
import zipfile
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import lxml.etree as etree

from connectors import gate, opc
from connectors.composition import Composer
from connectors.contract import Blob, Document
from connectors.expectation import Expected
from connectors.gate import Attempt
from connectors.hangul import hancom, hwpx_package, hwpx_records
from connectors.hangul.hwpx_body import BodyReader
from connectors.hangul.hwpx_header import read_styles
from connectors.hangul.preview import has_lost_its_beginning
from schemas.elements import ElementKind, Flag
from schemas.outcome import Failed

_MIMETYPE = b"application/hwp+zip"
_PREVIEW = "Preview/PrvText.txt"
_PARTS = frozenset({hwpx_package.HEADER, hwpx_package.CONTENT})


class Hwpx:
    """HWPX documents, whatever their file name says."""

    name = "hwpx"
    label = "한글 문서(HWPX)"
    distributions = ("dochan", "unhwp", "lxml")
    version = 3
    preload = ("dochan.hwpx.parser", "unhwp", "lxml.etree", "connectors.hangul.hwpx_body")
    keeps = (
        "문단·개요 제목",
        "표(병합·중첩)",
        "캡션·글상자·글맵시",
        "머리말·꼬리말·바탕쪽 글",
        "각주·미주·메모·숨은 설명",
        "수식(스크립트)",
        "변경 내용 추적(최종본)",
        "링크·누름틀·양식 개체",
        "그림·OLE 개체(구성원으로)",
        "문서 정보",
    )
    loses = ("글꼴·색·배치", "자동 번호·쪽 번호", "차트의 값", "쪽 나눔", "지운 글(변경 추적)")

    def sniff(self, blob: Blob) -> float:
        """Certain by the package's `mimetype` or its parts."""
        names = opc.member_names(blob.content)
        is_declared = "mimetype" in names and _MIMETYPE in blob.content[:200]
        return 1.0 if is_declared or not names.isdisjoint(_PARTS) else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the blob.

        Raises:
            Failed: `password_hwpx`, `corrupt`, `no_text`, `archive_bomb`, `too_many_elements`.
        """
        with opc.open_package(blob.content) as package:
            if b"encryption-data" in (opc.read_part(package, hwpx_package.MANIFEST) or b""):
                raise Failed("password_hwpx")
            own = _OwnReader(package)
            attempt = gate.choose(
                [own.read, lambda: _read_with_dochan(blob.content), lambda: _read_with_unhwp(blob.content)],
                _expected(blob.content),
            )
            members, is_left_out = hwpx_package.read_members(package, own.contents)
            properties = hwpx_package.read_properties(package, own.contents)
            preview = (opc.read_part(package, _PREVIEW) or b"").decode("utf-8", "replace")
        flags = [Flag.TRACKED_CHANGE] if own.is_changed else []
        # Where a part could not be read, another reader may have got round it without a word.
        flags += [Flag.LOW_COVERAGE] if own.broken else []
        flags += [Flag.LOW_COVERAGE] if has_lost_its_beginning(preview, attempt.composer.elements) else []
        return gate.to_document(
            attempt, members=members, are_pictures_left_out=is_left_out, properties=properties, flags=flags
        )


class _OwnReader:
    """The first reader, with what it learns of the package besides the text."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self.contents = hwpx_package.read_contents(package)
        self.is_changed = False
        self.broken: list[str] = []
        self._package = package

    def read(self) -> Attempt:
        """The elements; a section that is missing or broken is an error, with which the rest is not trusted alone.

        Raises:
            Failed: `corrupt` without any section, `archive_bomb`, `too_many_elements`.
        """
        paths = hwpx_package.section_paths(self._package, self.contents)
        if not paths:
            raise Failed("corrupt", "no section")
        body = BodyReader(Composer(), read_styles(self._part(hwpx_package.HEADER, hwpx_package.read_head_xml)))
        for path in hwpx_package.master_page_paths(self._package):
            if (page := self._part(path)) is not None:
                body.add_master_page(page)
        n_broken = len(self.broken)
        for path in paths:
            if (section := self._part(path, hwpx_package.read_section_xml)) is not None:
                body.read_section(section)
        self.is_changed = body.is_changed
        return Attempt("gotgan hwpx", body.composer, self.broken[n_broken:])

    def _part(
        self, path: str, read: Callable[[zipfile.ZipFile, str], etree._Element | None] = hwpx_package.read_part_xml
    ) -> etree._Element | None:
        try:
            root = read(self._package, path)
        except Failed as failure:
            if failure.reason != "corrupt":
                raise
            self.broken.append(f"{path}: {failure.detail}")
            return None
        if root is None:
            self.broken.append(f"{path} is missing")
        return root


def _expected(content: bytes) -> Expected | None:
    """What the independent walk finds, None where it gives up; then the readers are on their own."""
    try:
        return hwpx_records.expect(content)
    except Failed as failure:
        if failure.reason != "corrupt":
            raise
        return None


def _read_with_dochan(content: bytes) -> Attempt:
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
    _add_memos(composer, content)
    return Attempt(f"dochan {version('dochan')}", composer, errors)


class _ParagraphNumber:
    """Provenance as dochan's output knows it, of which the number of the paragraph is enough."""

    def __init__(self, paragraph: int) -> None:
        self.paragraph = paragraph


def _is_part_of(element: Any, p_elem: Any) -> bool:
    number = getattr(element, "provenance", None)
    return isinstance(number, _ParagraphNumber) and number.paragraph == id(p_elem)


def _read_with_unhwp(content: bytes) -> Attempt:
    import unhwp

    with unhwp.parse_bytes(content) as result:
        document = json.loads(result.json)
    composer = hancom.compose_unhwp(document)
    _add_memos(composer, content)
    return Attempt(f"unhwp {version('unhwp')}", composer)


def _add_memos(composer: Composer, content: bytes) -> None:
    """The memos in the margin, which the other readers pass over."""
    with opc.open_package(content) as package:
        contents = hwpx_package.read_contents(package)
        for path in hwpx_package.section_paths(package, contents):
            section = hwpx_package.read_part_xml(package, path)
            for memo in () if section is None else section.iter("{*}fieldBegin"):
                lines = (
                    "".join(text for part in p.iter("{*}t") for text in part.itertext()) for p in memo.iter("{*}p")
                )
                composer.add_element(
                    ElementKind.NARRATIVE_TEXT, "\n".join(line for line in lines if line.strip()), flags=[Flag.MEMO]
                )


FORMAT = Hwpx()
