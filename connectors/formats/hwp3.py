"""HWP 3.x, Hancom's format of the nineties: read by rhwp, measured by our own walk."""

import ctypes
from functools import cache
from importlib.metadata import distribution, version
from typing import Any

from connectors import gate
from connectors.contract import Blob, Document
from connectors.embedded import embedded_members
from connectors.expectation import Expected
from connectors.gate import Attempt
from connectors.hangul import hwp3_elements, hwp3_records
from schemas.outcome import Failed


class Hwp3:
    """HWP 3.x documents, whatever their file name says."""

    name = "hwp3"
    label = "한글 문서(HWP 3.x)"
    distributions = ("rhwp-python", "freetype-py")
    version = 1
    preload = ("connectors.hangul.hwp3_elements", "connectors.hangul.hwp3_records")
    keeps = ("문단", "글상자", "표의 행·열 병합", "캡션", "머리말·꼬리말", "각주·미주", "끼워 넣은 그림", "문서 정보")
    loses = ("제목 수준(번호로 짐작)", "숨은 설명", "수식", "글자·문단 모양", "자동으로 매긴 번호")

    def sniff(self, blob: Blob) -> float:
        """Certain by the signature that the file begins with."""
        return 1.0 if blob.content.startswith(hwp3_records.SIGNATURE) else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the blob.

        Raises:
            Failed: `password_hwp`, `corrupt`, `no_text`, `archive_bomb`, `too_many_elements`.
        """
        header = hwp3_records.parse_header(blob.content)
        if header.has_password:
            raise Failed("password_hwp")
        pictures: list[tuple[str, bytes]] = []
        expected, content = _examine(blob.content)
        attempt = gate.choose([lambda: _read_with_rhwp(content, pictures)], expected)
        members, is_left_out = embedded_members(pictures)
        return gate.to_document(
            attempt, members=members, are_pictures_left_out=is_left_out, properties=header.properties
        )


def _examine(content: bytes) -> tuple[Expected | None, bytes]:
    try:
        return hwp3_records.examine(content)
    except Failed as failed:
        if failed.reason != "corrupt":
            raise
        return None, content


def _read_with_rhwp(content: bytes, pictures: list[tuple[str, bytes]]) -> Attempt:
    _provide_freetype()
    import rhwp

    document: Any = rhwp.Document.from_bytes(content)
    tree = document.to_ir()
    composer = hwp3_elements.compose(tree)
    pictures.extend(hwp3_elements.pictures(document, tree))
    return Attempt(f"rhwp-python {version('rhwp-python')}", composer)


@cache
def _provide_freetype() -> None:
    """Put a complete FreeType where rhwp finds it: the one that its wheel brings lacks a function that it asks for."""
    library = next((file for file in distribution("freetype-py").files or () if file.name == "libfreetype.so"), None)
    if library is None:
        raise Failed("reader_failed", "freetype-py without its library")
    ctypes.CDLL(str(library.locate()), mode=ctypes.RTLD_GLOBAL)


FORMAT = Hwp3()
