from pathlib import Path

import pytest

from connectors.reading import read_blob
from schemas.outcome import Outcome

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "hwp3"


@pytest.mark.long
def test_real_documents_come_out_whole():
    files = sorted(CORPUS.glob("*.hwp")) if CORPUS.is_dir() else []
    if not files:
        pytest.skip(f"no documents at {CORPUS}")
    for file in files:
        own, *_ = read_blob(file.read_bytes(), file.name)
        assert own.outcome is Outcome.KEPT, (file.name, own.reason)
        assert own.format == "hwp3"
        assert own.completeness.share >= 0.995, (file.name, own.completeness)
