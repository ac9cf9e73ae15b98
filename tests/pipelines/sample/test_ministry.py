import hashlib
import json
import os
import stat
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.sample.ministry import make_sample, ordinary_items, unlock
from pipelines.sample.rooms import text_readers
from pipelines.sample.truth import Truth
from pipelines.sample.world import World
from schemas.outcome import QUARANTINE_REASONS, SKIP_RULES, Outcome

MAKE_AND_DIGEST = """
import os, sys
os.umask(0o077)
from pathlib import Path
from pipelines.sample.ministry import make_sample
make_sample(Path(sys.argv[1]), Path(sys.argv[2]))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path, Truth]]:
    folder = tmp_path_factory.mktemp("sample")
    root, truth_path = folder / "share", folder / "truth.json"
    truth = make_sample(root, truth_path)
    modes = {path: path.stat().st_mode for path in root.rglob("*") if path.is_dir() and not path.is_symlink()}
    yield root, truth_path, truth
    # What the tests looked at must be as it was, and what pytest deletes must be open.
    assert {path: path.stat().st_mode for path in modes} == modes
    unlock(root)


def entries(root: Path) -> dict[str, tuple[str, int, int]]:
    """Raw path → what lies there (digest or link target), its mode, and when it was modified."""
    found = {}
    for folder, folders, names in os.walk(root):
        for name in [*names, *(name for name in folders if (Path(folder) / name).is_symlink())]:
            path = Path(folder) / name
            what = str(path.readlink()) if path.is_symlink() else hashlib.sha256(path.read_bytes()).hexdigest()
            status = path.lstat()
            found[str(path.relative_to(root))] = (what, stat.S_IMODE(status.st_mode), status.st_mtime_ns)
    return found


def listed(root: Path, truth: Truth) -> dict[str, tuple[str, int, int]]:
    """The entries without those of folders that nobody may list, which only root sees."""
    return {
        path: entry
        for path, entry in entries(root).items()
        if not any(path.startswith(f"{folder}/") for folder in truth.unlisted)
    }


def folder_modes(root: Path) -> dict[str, int]:
    return {
        str(path.relative_to(root)): stat.S_IMODE(path.stat().st_mode)
        for path in [root, *root.rglob("*")]
        if path.is_dir() and not path.is_symlink()
    }


def nfc(paths):
    return {unicodedata.normalize("NFC", path): path for path in paths}


@pytest.mark.long
def test_another_process_with_another_hash_seed_clock_zone_and_umask_writes_the_same_tree(made, tmp_path):
    root, truth_path, _ = made
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "TZ": "Pacific/Apia", "LANG": "C"}
    subprocess.run(
        [sys.executable, "-c", MAKE_AND_DIGEST, str(tmp_path / "share"), str(tmp_path / "truth.json")],
        check=True,
        env=environment,
        cwd=Path(__file__).parents[3],
    )
    assert entries(tmp_path / "share") == entries(root)
    assert folder_modes(tmp_path / "share") == folder_modes(root)
    unlock(tmp_path / "share")
    assert (tmp_path / "truth.json").read_bytes() == truth_path.read_bytes()


def test_truth_covers_exactly_the_files_written(made):
    root, _, truth = made
    written = nfc(listed(root, truth))
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
        if reading.outcome is Outcome.KEPT and reading.format != "zip" and item.kind
    ]
    assert len(kept) >= 230
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
        "ocr_unavailable",
        "office_owner_file",
        "password_archive",
        "password_hwp",
        "password_ooxml",
        "secrecy_mark",
        "secret_member",
        "symbolic_link",
        "system_file",
        "unregistered_conversation",
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
        "kakaotalk",
        "markdown",
        "pdf",
        "pptx",
        "plain",
        "slack",
        "teams",
        "telegram",
        "xlsx",
        "zip",
    }


def test_names_are_decomposed_on_disk_and_composed_in_the_truth(made):
    root, _, truth = made
    decomposed = [path for path in entries(root) if path != unicodedata.normalize("NFC", path)]
    paths = {unicodedata.normalize("NFC", path) for path in decomposed}
    assert paths <= {item.path for item in truth.files}
    assert len(paths) >= 3


def test_links_point_inside_and_outside_the_share(made):
    root, _, truth = made
    links = [root / item.path for item in truth.files if item.reason == "symbolic_link"]
    # By their words alone: some point at nothing, or at one another.
    targets = {Path(os.path.normpath(link.parent / link.readlink())) for link in links}
    assert {target.is_relative_to(root) for target in targets} == {False, True}


def test_the_same_bytes_lie_in_two_offices(made):
    _, _, truth = made
    copied = [item for item in truth.files if item.copies]
    assert {"예산총괄과", "복지예산과"} <= {item.office for item in copied}
    assert all(truth.file(other).sha256 == item.sha256 for item in copied for other in item.copies)


def families(truth: Truth) -> dict[str, list]:
    found: dict[str, list] = {}
    for item in sorted((item for item in truth.files if item.version), key=lambda item: item.version.number):
        found.setdefault(item.version.family, []).append(item)
    return found


def test_there_are_families_of_drafts_in_their_true_order(made):
    _, _, truth = made
    found = families(truth)
    assert len(found) >= 6
    for drafts in found.values():
        assert 3 <= len(drafts) <= 5
        assert [item.version.number for item in drafts] == list(range(1, len(drafts) + 1))
        assert [item.version.is_final for item in drafts] == [False] * (len(drafts) - 1) + [True]
        assert all(item.version.label in item.path for item in drafts)
    # The names mislead: what is called final often is not, and some finals are called something else.
    assert any("최종" in item.version.label for drafts in found.values() for item in drafts[:-1])
    assert any("최종" not in drafts[-1].version.label for drafts in found.values())


def test_drafts_of_a_family_differ_in_a_few_lines_only(made):
    root, _, truth = made
    for drafts in families(truth).values():
        if any(item.format != "hwpx" for item in drafts):
            continue
        texts = []
        for item in drafts:
            with zipfile.ZipFile(root / item.path) as archive:
                texts.append(set(archive.read("Contents/section0.xml").decode().split("<hp:p ")))
        for text in texts[1:]:
            assert 1 <= len(text ^ texts[0]) <= 20


def test_two_mails_carry_the_final_of_their_family(made):
    _, _, truth = made
    finals = [drafts[-1] for drafts in families(truth).values()]
    carried = [
        final.path
        for final in finals
        for mail in (item for item in truth.files if item.format == "eml")
        for member in mail.members
        if member.must_find == final.must_find and member.tables == final.tables
    ]
    assert len(carried) == 2


def test_questions_name_kept_files_and_their_readers(made):
    _, _, truth = made
    assert len(truth.questions) >= 27
    names = {person.name for person in truth.principals}
    for question in truth.questions:
        items = [truth.file(path) for path in question.paths]
        assert items
        assert all(item.outcome is Outcome.KEPT for item in items)
        readers = {name for item in items for name in text_readers(item, truth.scopes, truth.principals)}
        assert set(question.readers) == readers <= names
    assert len({question.readers for question in truth.questions}) >= 6
    chats = [question for question in truth.questions if truth.file(question.paths[0]).conversations]
    assert len(chats) == 3
    assert ("복지담당",) in {question.readers for question in chats}


def test_principals_hold_the_tokens_that_open_the_sources(made):
    _, _, truth = made
    opened = {
        principal.name: {source.name for source in truth.sources if principal.tokens & set(source.access)}
        for principal in truth.principals
    }
    offices = {"총괄": "예산총괄과", "복지": "복지예산과", "국토": "국토환경예산과", "농림": "농림산업예산과"}
    assert opened == {
        **{f"{short}담당": {office, "공용자료실"} for short, office in offices.items()},
        **{f"{office}장": {office, "공용자료실"} for office in offices.values()},
        "예산실장": {*offices.values(), "공용자료실"},
        "타부서담당": {"공용자료실"},
    }


def test_sources_of_offices_go_by_the_modes_of_files_and_say_who_owner_and_group_are(made):
    _, _, truth = made
    offices = [source for source in truth.sources if source.has_permissions]
    assert len(offices) == 4
    tokens = {token for person in truth.principals for token in person.tokens}
    assert all({source.owner, source.group} <= tokens for source in offices)


def test_restricted_files_are_read_by_fewer_than_their_source(made):
    root, _, truth = made
    everyone = {source.name: source.access for source in truth.sources}
    restricted = [item for item in truth.files if item.kind and item.access.allow != everyone[item.source]]
    assert len({item.readers for item in restricted}) >= 4
    whole = {person.name for person in truth.principals}
    for item in restricted:
        assert set(item.readers) < whole
    denied = [item for item in truth.files if item.access.deny]
    assert denied
    assert all("예산실장" not in item.readers for item in denied)
    trays = [path for path, mode in folder_modes(root).items() if mode == 0o750]
    assert len(trays) == 2
    assert all(truth.file(item.path).access.within for item in truth.files if item.path.split("/")[1] == "과장 결재함")


def test_what_may_not_be_listed_is_on_the_disk_and_not_in_the_truth(made):
    root, _, truth = made
    [folder] = truth.unlisted
    assert stat.S_IMODE((root / folder).stat().st_mode) == 0
    assert not [item.path for item in truth.files if item.path.startswith(f"{folder}/")]


def test_contradicting_documents_print_what_the_truth_says(made):
    _, _, truth = made
    assert len(truth.contradictions) == 3
    for pair in truth.contradictions:
        for path, won in zip(pair.paths, pair.amounts_won, strict=True):
            item = truth.file(path)
            printed = {
                amount.amount_won
                for reading in (item, *item.members)
                for table in reading.tables
                for amount in table.amounts
                if (amount.subject, amount.fiscal_year, amount.stage) == (pair.subject, pair.fiscal_year, pair.stage)
            }
            assert printed == {won}, path
        assert pair.amounts_won[0] != pair.amounts_won[1]


def test_successions_are_told_by_kept_files(made):
    _, _, truth = made
    kinds = [(succession.what, succession.kind) for succession in truth.successions]
    assert sorted(kinds) == [
        ("office", "rename"),
        ("office", "split"),
        ("project", "rename"),
        ("project", "rename"),
        ("project", "split"),
    ]
    for succession in truth.successions:
        for path in succession.evidence:
            item = truth.file(path)
            assert item.outcome is Outcome.KEPT
            said = " ".join(item.must_find) + " ".join(c.text for t in item.tables for c in t.grid.cells)
            assert all(name in said for name in (*succession.before_names, *succession.after_names)), path


def test_only_documents_of_closed_years_use_the_former_names(made):
    _, _, truth = made
    former = {
        name for succession in truth.successions if succession.what == "project" for name in succession.before_names
    }
    briefings = [item for item in truth.files if item.kind == "사업설명자료"]
    assert {item.fiscal_year for item in briefings if any(name in item.path for name in former)} == {2025}


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
    assert len(truth.canaries()) >= 9
    assert not [canary for canary in truth.canaries() if canary in expected]


def test_the_share_is_small(made):
    _, _, truth = made
    assert sum(item.size_bytes or 0 for item in truth.files) < 20_000_000
    assert sum(item.outcome is Outcome.KEPT and item.kind is not None for item in truth.files) >= 230


@pytest.mark.long
def test_every_ordinary_document_is_read_as_the_truth_says(judge):
    wrong = [line for item in ordinary_items(World()) for line in judge(item)]
    assert wrong == []


@pytest.mark.long
def test_two_replicas_in_one_share_have_nothing_but_boilerplate_in_common(tmp_path):
    truth = make_sample(tmp_path / "share", scale=2)
    unlock(tmp_path / "share")
    assert len(truth.sources) == 11
    assert len({source.name for source in truth.sources}) == 11
    first = {
        table.model_dump_json() for item in ordinary_items(World()) for table in item.truth.tables if table.amounts
    }
    second = {
        table.model_dump_json() for item in ordinary_items(World(1)) for table in item.truth.tables if table.amounts
    }
    assert first.isdisjoint(second)
    said = [
        {passage for item in ordinary_items(World(replica)) for passage in item.passages if passage.endswith("다.")}
        for replica in range(2)
    ]
    assert all(passage.startswith("※ ") for passage in said[0] & said[1])
    codes = [{project.code for project in World(replica).projects} for replica in range(3)]
    assert codes[0].isdisjoint(codes[1] | codes[2])
    assert codes[1].isdisjoint(codes[2])


def test_a_scale_below_one_is_refused(tmp_path):
    with pytest.raises(ValueError, match="배율"):
        make_sample(tmp_path / "share", scale=0)


def test_the_thirteen_digit_amount_would_pass_for_a_registration_number():
    from pipelines.sample.prose.meetings import MANDATORY_WELFARE_WON
    from pipelines.sample.shelves.welfare import BARE_NUMBER, HYPHENATED_NUMBER

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
