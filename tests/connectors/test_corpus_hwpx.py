"""HWPX documents of the real corpus, wherever they lie and whatever they are called: complete."""

from pathlib import Path

import pytest

from connectors.contract import Blob
from connectors.formats.hwpx import FORMAT
from schemas.outcome import Failed

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
MEAN, LEAST, SHARE_OF_FILES = 0.995, 0.99, 0.97


def documents():
    if not CORPUS.is_dir():
        pytest.skip(f"no documents at {CORPUS}")
    blobs = (Blob(file.read_bytes(), file.name) for file in sorted(CORPUS.rglob("*")) if file.is_file())
    found = [blob for blob in blobs if FORMAT.sniff(blob) == 1.0]
    if not found:
        pytest.skip(f"no HWPX at {CORPUS}")
    return found


@pytest.mark.long
def test_every_real_document_comes_out_whole():
    shares, refused = {}, {}
    for blob in documents():
        try:
            document = FORMAT.read(blob)
        except Failed as failure:
            refused[blob.name] = failure.reason
            continue
        assert document.reader == "gotgan hwpx", blob.name
        assert document.completeness is not None, blob.name
        shares[blob.name] = document.completeness.share
        assert document.completeness.merged[0] == document.completeness.merged[1], blob.name
        assert document.completeness.notes[0] == document.completeness.notes[1], blob.name
    assert set(refused.values()) <= {"password_hwpx"}, refused
    short = {name: share for name, share in shares.items() if share < LEAST}
    assert sum(shares.values()) / len(shares) >= MEAN, short
    assert len(short) <= (1 - SHARE_OF_FILES) * len(shares), short
