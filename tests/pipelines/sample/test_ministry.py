import hashlib
import json
import os
import subprocess
import sys
import unicodedata
import zipfile
from pathlib import Path

import pytest

from pipelines.sample.ministry import make_sample
from pipelines.sample.truth import Truth
from schemas.outcome import QUARANTINE_REASONS, SKIP_RULES, Outcome

MAKE_AND_DIGEST = """
import sys
from pathlib import Path
from pipelines.sample.ministry import make_sample
make_sample(Path(sys.argv[1]), Path(sys.argv[2]))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Truth]:
    folder = tmp_path_factory.mktemp("sample")
    root, truth_path = folder / "share", folder / "truth.json"
    return root, truth_path, make_sample(root, truth_path)


def entries(root: Path) -> dict[str, tuple[str, int]]:
    """Raw path → what lies there (digest or link target), and when it was modified."""
    found = {}
    for folder, folders, names in os.walk(root):
        for name in [*names, *(name for name in folders if (Path(folder) / name).is_symlink())]:
            path = Path(folder) / name
            what = str(path.readlink()) if path.is_symlink() else hashlib.sha256(path.read_bytes()).hexdigest()
            found[str(path.relative_to(root))] = (what, path.lstat().st_mtime_ns)
    return found


def nfc(paths):
    return {unicodedata.normalize("NFC", path): path for path in paths}


def test_another_process_with_another_hash_seed_and_clock_zone_writes_the_same_tree(made, tmp_path):
    root, truth_path, _ = made
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "TZ": "Pacific/Apia", "LANG": "C"}
    subprocess.run(
        [sys.executable, "-c", MAKE_AND_DIGEST, str(tmp_path / "share"), str(tmp_path / "truth.json")],
        check=True,
        env=environment,
        cwd=Path(__file__).parents[3],
    )
    assert entries(tmp_path / "share") == entries(root)
    assert (tmp_path / "truth.json").read_bytes() == truth_path.read_bytes()


def test_truth_covers_exactly_the_files_written(made):
    root, _, truth = made
    written = nfc(entries(root))
    assert set(written) == {item.path for item in truth.files}
    assert len({item.path for item in truth.files}) == len(truth.files)
    for item in truth.files:
        path = root / written[item.path]
        if item.sha256 is None:
            assert path.is_symlink()
        else:
            content = path.read_bytes()
            assert (hashlib.sha256(content).hexdigest(), len(content)) == (item.sha256, item.size_bytes)


def test_truth_as_json_gives_the_same_truth_back(made):
    _, truth_path, truth = made
    assert Truth.model_validate_json(truth_path.read_bytes()) == truth
    assert "복지예산과" in truth_path.read_text(encoding="utf-8")


def test_reasons_are_in_the_catalogues_and_kept_files_have_none(made):
    _, _, truth = made
    for item in truth.files:
        for reading in (item, *item.members):
            catalogue = {Outcome.SKIPPED: SKIP_RULES, Outcome.QUARANTINED: QUARANTINE_REASONS}.get(reading.outcome)
            assert (reading.reason is None) if catalogue is None else (reading.reason in catalogue), item.path


def test_kept_files_and_members_say_what_must_be_found(made):
    _, _, truth = made
    kept = [
        reading
        for item in truth.files
        for reading in (item, *item.members)
        if reading.outcome is Outcome.KEPT and reading.format != "zip"
    ]
    assert len(kept) >= 35
    for reading in kept:
        assert reading.must_find, reading.path
        assert reading.title_words, reading.path
        assert all(word in reading.path for word in reading.title_words)


def test_every_kind_of_trouble_that_was_asked_for_is_there(made):
    _, _, truth = made
    reasons = {item.reason for item in truth.files}
    assert reasons >= {
        "archive_bomb",
        "corrupt",
        "drm_fasoo",
        "empty_file",
        "messenger_not_yet",
        "no_text",
        "office_owner_file",
        "password_archive",
        "password_hwp",
        "password_ooxml",
        "secrecy_mark",
        "secret_member",
        "symbolic_link",
        "system_file",
        "unsupported_format",
    }
    formats = {item.format for item in truth.files if item.outcome is Outcome.KEPT}
    assert formats == {
        "csv",
        "docx",
        "eml",
        "html",
        "hwp5",
        "hwpx",
        "markdown",
        "pdf",
        "pptx",
        "plain",
        "xlsx",
        "zip",
    }


def test_one_name_is_decomposed_on_disk_and_composed_in_the_truth(made):
    root, _, truth = made
    decomposed = [path for path in entries(root) if path != unicodedata.normalize("NFC", path)]
    assert [unicodedata.normalize("NFC", path) for path in decomposed] == [
        item.path for item in truth.files if item.path.endswith("예산협의회 회의록.docx")
    ]


def test_links_point_inside_and_outside_the_share(made):
    root, _, truth = made
    links = [root / item.path for item in truth.files if item.reason == "symbolic_link"]
    targets = [link.resolve(strict=True) for link in links]
    assert sorted(target.is_relative_to(root) for target in targets) == [False, True]


def test_the_same_bytes_lie_in_both_offices(made):
    _, _, truth = made
    copied = [item for item in truth.files if item.copies]
    assert {item.office for item in copied} == {"예산총괄과", "복지예산과"}
    assert all(truth.file(other).sha256 == item.sha256 for item in copied for other in item.copies)


def test_drafts_of_a_family_differ_in_a_few_lines_only(made):
    root, _, truth = made
    drafts = [item for item in truth.files if item.family]
    assert len(drafts) == 4
    texts = []
    for item in drafts:
        with zipfile.ZipFile(root / item.path) as archive:
            texts.append(set(archive.read("Contents/section0.xml").decode().split("<hp:p ")))
    for text in texts[1:]:
        assert 1 <= len(text ^ texts[0]) <= 12


def test_questions_name_kept_files_and_their_readers(made):
    _, _, truth = made
    access = {source.folder: source.access for source in truth.sources}
    assert len(truth.questions) >= 8
    for question in truth.questions:
        items = [truth.file(path) for path in question.paths]
        assert items
        assert all(item.outcome is Outcome.KEPT for item in items)
        assert set(question.readers) == {token for item in items for token in access[item.office]}
    assert {len(question.readers) for question in truth.questions} == {1, 2}


def test_principals_hold_the_tokens_that_open_the_sources(made):
    _, _, truth = made
    opened = {
        principal.name: {source.name for source in truth.sources if principal.tokens & set(source.access)}
        for principal in truth.principals
    }
    assert opened == {
        "총괄담당": {"예산총괄과", "공용자료실"},
        "복지담당": {"복지예산과", "공용자료실"},
        "예산실장": {"예산총괄과", "복지예산과", "공용자료실"},
        "타부서담당": {"공용자료실"},
    }


def test_canaries_are_in_the_files_that_must_not_be_kept_and_in_no_expected_text(made):
    _, _, truth = made
    expected = json.dumps(
        [
            [reading.must_find, [cell.text for table in reading.tables for cell in table.grid.cells]]
            for item in truth.files
            for reading in (item, *item.members)
        ],
        ensure_ascii=False,
    )
    assert len(truth.canaries()) == 9
    assert not [canary for canary in truth.canaries() if canary in expected]


def test_the_thirteen_digit_amount_would_pass_for_a_registration_number():
    from pipelines.sample.prose_meetings import MANDATORY_WELFARE_WON
    from pipelines.sample.welfare_shelf import BARE_NUMBER, HYPHENATED_NUMBER

    for number in (str(MANDATORY_WELFARE_WON), BARE_NUMBER, HYPHENATED_NUMBER.replace("-", "")):
        weighted = sum(
            int(digit) * weight for digit, weight in zip(number, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5), strict=False)
        )
        assert len(number) == 13
        assert int(number[12]) == (11 - weighted % 11) % 10


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "남의 문서.txt").write_text("그대로", encoding="utf-8")
    with pytest.raises(FileExistsError):
        make_sample(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["남의 문서.txt"]


def test_the_truth_may_not_lie_inside_the_share(tmp_path):
    with pytest.raises(ValueError, match="밖에"):
        make_sample(tmp_path / "share", tmp_path / "share" / "truth.json")
    assert not (tmp_path / "share").exists()
