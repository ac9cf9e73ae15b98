import re
from collections import Counter
from pathlib import Path

import pypdfium2
import pytest

from connectors.reading import read_blob
from schemas.outcome import Outcome

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "pdf"
PRIVATE_USE = re.compile(r"[\ue000-\uf8ff]")


def characters(texts):
    joined = "".join(texts).replace("\x02", "-").replace("\ufffe", "-")
    return Counter(re.sub(r"[\s\x00-\x1f]", "", PRIVATE_USE.sub("", joined)))


@pytest.mark.long
def test_no_character_of_a_real_pdf_is_lost_or_doubled():
    files = sorted(CORPUS.glob("*.pdf"))
    if not files:
        pytest.skip(f"no corpus at {CORPUS}")
    for path in files:
        content = path.read_bytes()
        reading = read_blob(content, path.name)[0]
        document = pypdfium2.PdfDocument(content)
        printed = characters(document[at].get_textpage().get_text_range() for at in range(len(document)))
        if not printed:
            assert reading.reason == "ocr_unavailable", path.name
            continue
        assert reading.outcome is Outcome.KEPT, path.name
        read = characters(
            "".join(cell.text for cell in element.table.cells) if element.table else element.text
            for element in reading.elements
        )
        assert (printed - read).total() <= 2, path.name
        assert (read - printed).total() <= 2, path.name
