"""Drafts of the sample ministry against its truth, and `gotgan history` as its people call it."""

import pytest

from pipelines.settings import Settings
from warehouse.lake import CATALOG, Lake

pytestmark = pytest.mark.long


@pytest.fixture(scope="session", params=["whole"])
def ministry(request):
    """The whole ministry."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def drafts(ministry) -> dict[str, dict]:
    """Path as it is shown → its row of `core.draft`."""
    with Lake.open(Settings(ministry.gotgan.home).place, read_only=True) as lake:
        rows = lake.rows(
            f"""SELECT p.source_name || '/' || p.path AS path, d.* FROM {CATALOG}.core.draft d
                JOIN {CATALOG}.raw.placement p USING (content_id)"""
        )
    return {row["path"]: row for row in rows}


@pytest.fixture(scope="session")
def known(ministry) -> dict[str, list]:
    """Family → its files in their true order, of the sources that the home gathers."""
    sources = {source.name for source in Settings(ministry.gotgan.home).sources()}
    found: dict[str, list] = {}
    for file in ministry.truth.files:
        if file.version is not None and file.source in sources:
            found.setdefault(file.version.family, []).append(file)
    return {family: sorted(files, key=lambda file: file.version.number) for family, files in found.items()}


def test_every_report_is_one_family_in_its_true_order_with_its_final(ministry, drafts, known) -> None:
    assert known
    for family, files in known.items():
        rows = [drafts[ministry.shown(file.path)] for file in files]
        assert len({row["family_id"] for row in rows}) == 1, family
        assert [row["ordinal"] for row in rows] == list(range(1, len(rows) + 1)), family
        assert [row["status"] == "final" for row in rows] == [file.version.is_final for file in files], family


def test_no_family_joins_files_of_other_documents(ministry, drafts, known) -> None:
    families = {ministry.shown(file.path): family for family, files in known.items() for file in files}
    joined: dict[str, set[str | None]] = {}
    versions: dict[str, set[int]] = {}
    for path, row in drafts.items():
        joined.setdefault(row["family_id"], set()).add(families.get(path))
        versions.setdefault(row["family_id"], set()).add(row["ordinal"])
    assert all(len(names) == 1 for names in joined.values())
    # What is in no family of the truth lies there twice: as one text in two files, or once more in what was handed in.
    assert all(len(versions[key]) <= 2 for key, names in joined.items() if names == {None})


def test_a_person_sees_the_versions_that_he_may_read_and_nobody_else_any(ministry, known) -> None:
    files = next(iter(known.values()))
    readers = set.intersection(*(set(file.readers) for file in files))
    reader = sorted(readers)[0]
    first = ministry.shown(files[0].path)
    told = ministry.gotgan.json("history", first, "--as", reader)
    assert [version["ordinal"] for version in told["versions"]] == list(range(1, len(files) + 1))
    shown = [version["paths"] for version in told["versions"]]
    assert all(ministry.shown(file.path) in paths for file, paths in zip(files, shown, strict=True))
    differences = ministry.gotgan.json("history", first, ministry.shown(files[-1].path), "--as", reader)
    assert differences["before_path"] == first
    assert differences["paragraphs"]
    assert first in ministry.gotgan("history", first, "--as", reader).stdout
    everyone = {principal.name for principal in ministry.truth.principals}
    for stranger in sorted(everyone - {name for file in files for name in file.readers})[:1]:
        ministry.gotgan("history", first, "--as", stranger, status=1)
    ministry.gotgan("history", first, status=2)
