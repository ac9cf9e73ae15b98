"""The real files of DOC, PPT, RTF, ODT and EPUB: each is kept or has a reason that is right, and damage never hangs."""

import random
import time
from pathlib import Path

import pytest

from connectors.contract import Blob
from connectors.formats import doc, epub, odp, odt, ppt, rtf
from schemas.outcome import Failed

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
SOURCES = Path(__file__).resolve().parents[1] / "golden" / "sources"
FORMATS = {one.name: one for one in (doc.FORMAT, ppt.FORMAT, rtf.FORMAT, odt.FORMAT, odp.FORMAT, epub.FORMAT)}
VARIANTS = 40
SECONDS = 60
EXPECTED_REASONS = {"no_text", "password_ooxml", "corrupt"}


def files_of(name):
    folder = CORPUS / name
    if not folder.is_dir():
        pytest.skip(f"no corpus at {folder}")
    return sorted(folder.iterdir())


@pytest.mark.parametrize("name", ["doc", "ppt", "rtf", "odt", "epub"])
def test_real_files_are_recognised_and_read(name):
    kept = 0
    for path in files_of(name):
        blob = Blob(path.read_bytes(), "file")
        bids = {other: one.sniff(blob) for other, one in FORMATS.items()}
        if not any(bids.values()):
            continue
        assert [other for other, bid in bids.items() if bid] == [name]
        try:
            document = FORMATS[name].read(blob)
        except Failed as failed:
            assert failed.reason in EXPECTED_REASONS
            continue
        assert document.members or any(element.text.strip() for element in document.elements)
        kept += 1
    assert kept


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_damaged_files_neither_hang_nor_come_out_empty(name):
    chance = random.Random(name)
    for path in sorted(SOURCES.glob(f"{name}_*")):
        content = path.read_bytes()
        for _ in range(VARIANTS):
            blob = Blob(_damaged(content, chance), "file")
            began = time.monotonic()
            try:
                document = FORMATS[name].read(blob) if FORMATS[name].sniff(blob) else None
            except (Failed, UnicodeDecodeError):
                document = None
            assert time.monotonic() - began < SECONDS
            assert document is None or document.members or any(one.text.strip() for one in document.elements)


def _damaged(content, chance):
    at = chance.randrange(len(content))
    kind = chance.randrange(3)
    if kind == 0:
        return content[:at]
    if kind == 1:
        return content[:at] + chance.randbytes(chance.randrange(1, 300)) + content[at + 100 :]
    other = chance.randrange(len(content))
    return content[:at] + content[other : other + 1_000] + content[at:]
