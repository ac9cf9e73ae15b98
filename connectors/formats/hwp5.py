"""HWP 5, Hancom's binary format: read from its records, measured by an independent walk, with two other readers behind."""

import json
import os
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from connectors import gate, ole
from connectors.contract import Blob, Document
from connectors.embedded import embedded_members
from connectors.expectation import Expected
from connectors.gate import Attempt
from connectors.hangul import hancom, hwp5_container, hwp_records
from connectors.hangul.hwp5_body import SectionReader
from connectors.hangul.hwp5_container import Container
from connectors.hangul.hwp5_docinfo import DocInfo, parse_doc_info
from connectors.hangul.hwp5_elements import compose
from connectors.hangul.hwp5_objects import Chart, open_objects
from connectors.hangul.preview import has_lost_its_beginning
from schemas.elements import ElementKind, Flag
from schemas.outcome import Failed

_READER = "gotgan hwp5"


class Hwp5:
    """HWP 5 documents, distribution documents among them, whatever their file name says."""

    name = "hwp5"
    label = "한글 문서(HWP)"
    distributions = ("dochan", "unhwp", "olefile", "cryptography")
    version = 3
    preload = ("olefile", "cryptography.hazmat.primitives.ciphers", "PIL.Image")
    keeps = (
        "제목 수준(개요·스타일)", "표의 행·열 병합", "표 안의 표", "캡션", "글상자·글맵시", "머리말·꼬리말·바탕쪽",
        "각주·미주", "수식(스크립트)", "메모·숨은 설명", "하이퍼링크 주소", "누름틀·양식 개체의 글", "변경 추적(반영된 글)",
        "배포용 문서", "차트의 값", "끼워 넣은 그림·개체", "문서 정보",
    )  # fmt: skip
    loses = ("글자·문단 모양", "자동으로 매긴 번호", "변경 추적에서 지운 글", "쪽 번호")

    def sniff(self, blob: Blob) -> float:
        """Certain if the compound file has a stream that names itself HWP; likely if it is too broken to tell."""
        if not blob.content.startswith(ole.SIGNATURE) or hwp5_container.SIGNATURE not in blob.content:
            return 0.0
        head = ole.stream_head(blob.content, "FileHeader", 32)
        if head is None:
            return 0.5
        return 1.0 if head.startswith(hwp5_container.SIGNATURE) else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the blob.

        Raises:
            Failed: `password_hwp`, `drm_hwp`, `corrupt`, `no_text`, `ocr_unavailable`, `archive_bomb`,
                `too_many_elements`.
        """
        with ole.open_compound(blob.content) as compound:
            container = hwp5_container.open_container(compound)
            info = parse_doc_info(container.doc_info)
            readers: list[Callable[[], Attempt]] = [
                lambda: _read_natively(container, info),
                lambda: _read_with_unhwp(blob.content),
                lambda: _read_with_dochan(blob.content),
            ]
            if container.flags.is_distribution:
                # unhwp finds the notice for old viewers there, and takes it for the text.
                del readers[1]
            attempt = gate.choose(readers, _expect(blob.content))
            parts = hwp5_container.read_embedded(compound, container.flags, info.compression)
            charts: list[Chart] = []
            members, is_left_out = embedded_members(open_objects(parts, charts))
            properties = hwp5_container.read_properties(compound)
            preview = hwp5_container.read_preview(compound)
        if attempt.reader == _READER:
            _add_charts(attempt, charts)
        flags = [Flag.TRACKED_CHANGE] if container.flags.is_tracked or info.changes else []
        if has_lost_its_beginning(preview, attempt.composer.elements):
            flags.append(Flag.LOW_COVERAGE)
        return gate.to_document(
            attempt, members=members, are_pictures_left_out=is_left_out, properties=properties, flags=flags
        )


def _add_charts(attempt: Attempt, charts: list[Chart]) -> None:
    """Charts' numbers stand at the end: they are not printed, and the walk over the text does not count them."""
    for title, grid in charts:
        attempt.composer.add_element(ElementKind.FIGURE_CAPTION, title)
        attempt.composer.add_table(grid)


def _expect(content: bytes) -> Expected | None:
    try:
        return hwp_records.expect(content)
    except Failed as failed:
        if failed.reason != "corrupt":
            raise
        return None


def _read_natively(container: Container, info: DocInfo) -> Attempt:
    reader = SectionReader(info.changes, is_final=not container.flags.is_distribution)
    sections = [reader.read(section) for section in container.sections]
    errors = [*container.errors, *reader.errors]
    if len(sections) < info.n_sections:
        errors.append(f"HWP: {len(sections)} of {info.n_sections} sections")
    return Attempt(_READER, compose(sections, info), errors)


def _read_with_unhwp(content: bytes) -> Attempt:
    import unhwp

    with unhwp.parse_bytes(content) as result:
        document = json.loads(result.json)
    return Attempt(f"unhwp {version('unhwp')}", hancom.compose_unhwp(document))


def _read_with_dochan(content: bytes) -> Attempt:
    from dochan import Dochan

    # dochan opens a path; a file in memory keeps unscreened text off every disk.
    handle = os.memfd_create("hwp")
    try:
        with open(handle, "wb", closefd=False) as file:
            file.write(content)
        reader = Dochan(f"/proc/self/fd/{handle}", revision_mode="final")
    finally:
        os.close(handle)
    result: dict[str, Any] = reader.to_dict()
    errors = [error for error in result["metadata"]["errors"] if error.startswith("ERR")]
    return Attempt(f"dochan {version('dochan')}", hancom.compose_dochan(result), errors)


FORMAT = Hwp5()
