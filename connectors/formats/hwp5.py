"""HWP 5, Hancom's binary format: read by dochan, by unhwp where dochan falls short, and measured by our own walk."""

import json
import os
from importlib.metadata import version
from typing import Any

from connectors import hancom, hwp_records, ole
from connectors.contract import Blob, Document
from schemas.outcome import Failed


class Hwp5:
    """HWP 5 documents, distribution documents among them, whatever their file name says."""

    name = "hwp5"
    label = "한글 문서(HWP)"
    distributions = ("dochan", "unhwp", "olefile", "cryptography")
    version = 1
    preload = ("dochan", "unhwp", "olefile")

    def sniff(self, blob: Blob) -> float:
        """Certain if the compound file has a stream that names itself HWP; likely if it is too broken to tell."""
        if not blob.content.startswith(ole.SIGNATURE) or hwp_records.SIGNATURE not in blob.content:
            return 0.0
        head = ole.stream_head(blob.content, "FileHeader", 32)
        if head is None:
            return 0.5
        return 1.0 if head.startswith(hwp_records.SIGNATURE) else 0.0

    def read(self, blob: Blob) -> Document:
        """Read the blob.

        Raises:
            Failed: `password_hwp`, `drm_hwp`, `corrupt`, `no_text`, `archive_bomb`, `too_many_elements`.
        """
        with ole.open_compound(blob.content) as compound:
            header = hwp_records.parse_file_header(ole.read_stream(compound, "FileHeader") or b"")
        if header.has_password:
            raise Failed("password_hwp")
        if header.has_drm:
            raise Failed("drm_hwp")
        # In a distribution document unhwp finds the notice for old viewers, and takes it for the text.
        second = None if header.is_distribution else lambda: _read_with_unhwp(blob.content)
        return hancom.read_best(lambda: _read_with_dochan(blob.content), second, _walk(blob.content))


def _walk(content: bytes) -> list[str] | None:
    try:
        return hwp_records.read_paragraphs(content)
    except Failed as failed:
        if failed.reason != "corrupt":
            raise
        return None


def _read_with_dochan(content: bytes) -> hancom.Attempt:
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
    return hancom.Attempt(f"dochan {version('dochan')}", hancom.compose_dochan(result), errors)


def _read_with_unhwp(content: bytes) -> hancom.Attempt:
    import unhwp

    with unhwp.parse_bytes(content) as result:
        document = json.loads(result.json)
    return hancom.Attempt(f"unhwp {version('unhwp')}", hancom.compose_unhwp(document))


FORMAT = Hwp5()
