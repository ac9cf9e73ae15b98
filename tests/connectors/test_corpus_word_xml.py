"""Real Word documents as one XML file, where the corpus is."""

from pathlib import Path

import pytest

from connectors.reading import read_blob

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "doc"


def test_a_real_document_of_another_program_is_read():
    found = sorted(CORPUS.glob("8b2fd1*")) if CORPUS.is_dir() else []
    if not found:
        pytest.skip(f"no corpus at {CORPUS}")
    (reading,) = read_blob(found[0].read_bytes(), found[0].name)

    assert (reading.outcome, reading.format) == ("kept", "word_xml")
    assert [element.table.n_cols for element in reading.elements if element.table] == [3, 20]
