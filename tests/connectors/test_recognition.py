"""Every file is recognised by its content, whatever it is called, and no two formats claim it alike."""

from pathlib import Path

import pytest

from connectors.contract import Blob
from connectors.locks import refuse_locked
from connectors.reading import discover_formats
from schemas.outcome import Failed

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "sources"
CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
LEAST_BID = 0.1
WRONG_NAMES = ("자료", "자료.txt", "자료.hwp", "자료.xls", "자료.pdf", "자료.zip", "자료.eml", "자료.docx", "자료.hwpx")
# What is text in any case is told from other text by its name as well.
TEXTS = frozenset({"csv", "markdown", "plain"})
GOLDEN_FORMATS = {
    "docx": "docx", "pptx": "pptx", "html": "html", "md": "markdown", "txt": "plain", "eml": "eml", "msg": "msg",
    "zip": "zip", "tar": "tar", "gz": "gzip", "7z": "7z", "hwp5": "hwp5", "hwpx": "hwpx", "hml": "hml", "odt": "odt",
    "odp": "odp", "ods": "ods", "rtf": "rtf", "doc": "doc", "ppt": "ppt", "epub": "epub", "pdf": "pdf", "xlsx": "xlsx",
    "xls": "xls", "xlsb": "xlsb", "csv": "csv", "tsv": "csv", "hwp3": "hwp3", "image": "image",
}  # fmt: skip
CORPUS_FORMATS = {
    "csv": {"csv"}, "doc": {"doc"}, "docx": {"docx"}, "eml": {"eml"}, "encrypted": {"hwpx"}, "epub": {"epub"}, "hml": {"hml"},
    "html": {"html"}, "hwp": {"hwp5"}, "hwp_dist": {"hwp5"}, "hwpx": {"hwpx"}, "jpg": {"image"}, "md": {"markdown", "html"},
    "msg": {"msg"}, "ods": {"ods"}, "odt": {"odt"}, "pdf": {"pdf"}, "png": {"image"}, "ppt": {"ppt"}, "pptx": {"pptx"},
    "rtf": {"rtf"}, "tif": {"image"}, "tiff": {"image"}, "txt": {"plain"}, "xls": {"xls"}, "xlsb": {"xlsb"},
    "xlsm": {"xlsx"}, "xlsx": {"xlsx"}, "zip": {"zip"},
}  # fmt: skip


def bids(content, name):
    offers = [(offered.sniff(Blob(content, name)), key) for key, offered in discover_formats().items()]
    return sorted(((bid, key) for bid, key in offers if bid > LEAST_BID), reverse=True)


def check(content, name, expected):
    """Faults of the recognition of one content under its name and under wrong ones."""
    faults = []
    for called in (name, *WRONG_NAMES):
        found = bids(content, called)
        best = found[0][1] if found else None
        if len(found) > 1 and found[0][0] == found[1][0]:
            faults.append((name, called, "tie", found[:2]))
        is_right = best in expected or (called != name and best in TEXTS and expected & TEXTS)
        if not is_right:
            faults.append((name, called, best, sorted(expected)))
    return faults


@pytest.mark.parametrize("path", sorted(GOLDEN.iterdir()), ids=lambda path: path.name)
def test_a_golden_file_is_recognised_under_any_name(path):
    expected = GOLDEN_FORMATS.get(path.name.split("_")[0])
    if expected is None or expected not in discover_formats():
        pytest.skip(f"{path.name} is not named after a format")
    assert check(path.read_bytes(), path.name, {expected}) == []


@pytest.mark.long
def test_the_files_of_the_corpus_are_recognised_under_any_name():
    if not CORPUS.exists():
        pytest.skip(f"no corpus at {CORPUS}")
    faults = []
    n_files = 0
    for folder, expected in CORPUS_FORMATS.items():
        for path in sorted((CORPUS / folder).iterdir()) if (CORPUS / folder).exists() else []:
            content = path.read_bytes()
            try:
                refuse_locked(content)
            except Failed:
                continue
            n_files += 1
            faults.extend(check(content, path.name, expected))
    print(f"{n_files} files, {len(faults)} faults")
    files_with_faults = {name for name, *_ in faults}
    assert len(files_with_faults) <= n_files * 0.02, faults
