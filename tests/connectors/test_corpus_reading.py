"""The promises of reading, held against real files of every kind where they are at hand (`../shared/corpus`)."""

from collections.abc import Iterator

import pytest

from benchmarks.reading_examination import CORPUS, Examined, examine, files_of
from connectors.tools import find_tools

pytestmark = pytest.mark.long

KINDS_OF_HANGUL = ("hwp", "hwp_dist", "hwpx")
SHARE_OF_EXACT = 0.98

# What nobody can bring out, told by the file itself and not by its name.
LOCKED = {
    "password_hwp", "password_hwpx", "password_ooxml", "password_pdf", "password_odf", "password_archive",
    "drm_hwp", "drm_epub", "drm_fasoo", "drm_softcamp", "drm_markany",
}  # fmt: skip
# Reasons that a file of these kinds may bear on a machine that has the programs, besides those for locked files.
ALLOWED = {
    # Word 2003 XML goes by this extension too, and is not read.
    "doc": {"no_text", "unsupported_format"},
    "eml": {"no_text", "undecodable_text"},
    "jpg": {"no_text"},
    "msg": {"no_text", "corrupt"},
    "pdf": {"no_text"},
    "png": {"no_text"},
    "ppt": {"no_text", "converter_unavailable"},
    "pptx": {"no_text"},
    "tif": {"no_text"},
    "tiff": {"no_text"},
    "txt": {"undecodable_text"},
    "xls": {"no_text"},
    "xlsb": {"no_text"},
    "xlsx": {"no_text", "corrupt"},
    # One piece of an archive that was split.
    "zip": {"corrupt", "unsupported_format"},
}


@pytest.fixture(scope="module")
def examined() -> Iterator[list[Examined]]:
    if not CORPUS.is_dir():
        pytest.skip(f"the corpus of real files is not at {CORPUS}")
    yield list(examine(files_of(CORPUS), find_tools()))


def of_kinds(examined: list[Examined], *kinds: str) -> list[Examined]:
    return [one for one in examined if one.kind in kinds]


def test_no_file_comes_out_empty_and_kept(examined):
    assert [str(one.path) for one in examined if one.is_silently_empty] == []


def test_locked_files_say_so(examined):
    assert [(one.path.name, one.own.reason) for one in examined if one.locked and one.own.reason != one.locked] == []


def test_files_are_quarantined_only_for_what_they_are(examined):
    odd = [
        f"{one.kind}/{one.path.name}: {one.own.reason} {one.own.detail or ''}"
        for one in examined
        if not one.is_kept and one.own.reason not in LOCKED | ALLOWED.get(one.kind, set())
    ]
    assert odd == []


def test_a_file_without_text_has_none_by_the_walk_either(examined):
    denied = [one.path.name for one in examined if one.own.reason == "no_text" and one.n_paragraphs]
    assert denied == []


def test_text_of_hangul_documents_comes_out(examined):
    documents = [one for one in of_kinds(examined, *KINDS_OF_HANGUL) if one.own.coverage is not None]
    coverages = [one.own.coverage or 0.0 for one in documents]
    assert sum(coverages) / len(coverages) >= 0.995
    assert sum(coverage >= 0.99 for coverage in coverages) / len(coverages) >= 0.97
    for_distribution = [one.own.coverage or 0.0 for one in documents if one.kind == "hwp_dist"]
    assert sum(for_distribution) / len(for_distribution) >= 0.99


def test_text_comes_out_by_the_walk_too(examined):
    recalls = [
        (one.verdict.recall, one.path.name) for one in examined if one.verdict and one.verdict.recall is not None
    ]
    low = [(round(recall, 4), name) for recall, name in recalls if recall < 0.98]
    assert low == []
    assert sum(recall for recall, _ in recalls) / len(recalls) >= 0.995


@pytest.mark.parametrize(
    "kind", ["hwp", "hwp_dist", "hwpx", "docx", "xlsx", "xlsm", "xls", "pptx", "html", "ods", "odt"]
)
def test_merged_cells_are_exact(examined, kind):
    with_merged = [one for one in of_kinds(examined, kind) if one.verdict and max(one.verdict.merged)]
    if not with_merged:
        pytest.skip(f"no file of the corpus' folder {kind} has merged cells")
    wrong = [
        (one.path.name, one.verdict.missing, one.verdict.surplus)
        for one in with_merged
        if one.verdict and not one.verdict.is_exact
    ]
    assert len(wrong) <= len(with_merged) * (1 - SHARE_OF_EXACT), wrong


def test_notes_are_exact(examined):
    wrong = [
        (one.path.name, one.verdict.notes)
        for one in examined
        if one.verdict and one.verdict.notes[0] != one.verdict.notes[1]
    ]
    assert wrong == []
