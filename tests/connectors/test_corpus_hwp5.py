"""Real HWP 5 files, where they are at hand: nothing of them may be missing."""

import statistics
from pathlib import Path

import pytest

from connectors import ole
from connectors.contract import Blob
from connectors.formats.hwp5 import FORMAT
from schemas.outcome import Failed

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"


def real_documents():
    if not CORPUS.is_dir():
        pytest.skip(f"no real documents at {CORPUS}")
    for file in sorted(CORPUS.rglob("*")):
        if file.is_file():
            blob = Blob(file.read_bytes(), file.name)
            if blob.content.startswith(ole.SIGNATURE) and FORMAT.sniff(blob) == 1.0:
                yield blob


@pytest.mark.long
def test_real_documents_come_out_whole_and_by_our_own_reader():
    shares = {}
    others = {}
    for blob in real_documents():
        try:
            document = FORMAT.read(blob)
        except Failed as failed:
            assert failed.reason in ("password_hwp", "drm_hwp"), blob.name
            continue
        if not document.reader.startswith("gotgan "):
            others[blob.name] = document.reader
        if document.completeness is not None and document.reader.startswith("gotgan "):
            shares[blob.name] = document.completeness.share
            assert document.completeness.merged[0] == document.completeness.merged[1], blob.name
            assert document.completeness.notes[0] == document.completeness.notes[1], blob.name
    short = {name: share for name, share in shares.items() if share < 0.99}
    assert statistics.mean(shares.values()) >= 0.995
    assert len(short) <= 0.03 * len(shares), short
    assert len(others) <= 0.03 * (len(shares) + len(others)), others
