"""What is built, what is installed, and what it may be used for."""

import importlib
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

PROJECT = Path(__file__).resolve().parents[2]
SETTINGS = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
PACKAGES = ("assets", "connectors", "pipelines", "schemas", "warehouse")
# Weak copyleft is allowed, as a library that stays unchanged and replaceable, but it is named here.
LGPL_DISTRIBUTIONS = frozenset({"inflate64", "libpff-python", "multivolumefile", "py7zr", "pybcj", "pyppmd"})


def read_lock() -> dict[str, str]:
    """Distribution → version of requirements.lock, names canonical."""
    lines = (PROJECT / "requirements.lock").read_text("utf-8").splitlines()
    pins = [line.split("#")[0].strip() for line in lines if line.split("#")[0].strip()]
    unpinned = [line for line in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line)]
    assert not unpinned, f"not pinned by == alone: {unpinned}"
    return {canonicalize_name(line.split("==")[0]): line.split("==")[1] for line in pins}


def needed() -> dict[str, str]:
    """Distribution → installed version of everything that the dependencies of pyproject.toml need on this machine."""
    found: dict[str, str] = {}
    waiting = [Requirement(line) for line in SETTINGS["project"]["dependencies"]]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement = waiting.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        distribution = metadata.distribution(name)
        found[name] = distribution.version
        for line in distribution.requires or []:
            inner = Requirement(line)
            marker = inner.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in (extras or {""})):
                waiting.append(inner)
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=PROJECT,
        check=True,
        capture_output=True,
        timeout=600,
    )
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        yield archive


def test_the_wheel_holds_the_five_packages_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    roots = {name.split("/")[0] for name in wheel.namelist()}
    assert {root for root in roots if not root.endswith(".dist-info")} == set(PACKAGES)
    assert len(roots) == len(PACKAGES) + 1


def test_the_wheel_holds_every_module_sql_text_and_template(wheel: zipfile.ZipFile) -> None:
    wanted = {
        str(path.relative_to(PROJECT))
        for package in PACKAGES
        for pattern in ("*.py", "*.sql", "*.jinja", "words/*.txt")
        for path in (PROJECT / package).rglob(pattern)
    }
    held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert any(name.endswith(".sql") for name in wanted)
    assert held == wanted


def test_the_wheel_holds_no_test_and_offers_the_command(wheel: zipfile.ZipFile) -> None:
    assert not [name for name in wheel.namelist() if re.search(r"(^|/)(tests?|conftest|benchmarks|docs)(/|\.|$)", name)]
    (entry_points,) = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
    assert "gotgan = pipelines.cli:main" in wheel.read(entry_points).decode()


def test_all_five_packages_come_from_this_checkout() -> None:
    files = [importlib.import_module(package).__file__ for package in PACKAGES]
    assert {Path(file or "").resolve().parent.parent for file in files} == {PROJECT}


def test_the_lock_pins_everything_that_the_dependencies_need_as_it_is_installed() -> None:
    lock = read_lock()
    wanted = {name: Version(version).public for name, version in needed().items()}
    assert len(wanted) > 100
    missing = sorted(set(wanted) - set(lock))
    assert not missing, f"needed but not in requirements.lock: {missing}"
    differing = {name: (lock[name], version) for name, version in wanted.items() if lock[name] != version}
    assert not differing, f"locked and installed versions differ: {differing}"


def test_the_versions_that_belong_together_are_pinned_together() -> None:
    lock = read_lock()
    assert lock["torch"] == "2.13.0"
    assert {lock[name] for name in lock if re.fullmatch(r"dagster(-graphql|-pipes|-shared|-webserver)?", name)} == {
        "1.13.27"
    }
    assert lock["duckdb"] == "1.5.5"
    extensions = {name: version for name, version in lock.items() if name.startswith("duckdb-extension-")}
    assert set(extensions.values()) == {lock["duckdb"]}
    assert len(extensions) == 3


def test_what_pyproject_pins_is_what_the_lock_pins() -> None:
    lock = read_lock()
    for line in SETTINGS["project"]["dependencies"]:
        requirement = Requirement(line)
        assert requirement.specifier.contains(lock[canonicalize_name(requirement.name)]), line


def licence_of(distribution: metadata.Distribution) -> str:
    """What a distribution says of its licence: the expression, else the classifiers, else the first line of the text."""
    about = distribution.metadata
    if "License-Expression" in about:
        return about["License-Expression"]
    classifiers = [line for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    text = about["License"].strip().split("\n")[0] if "License" in about else ""
    return "; ".join([*classifiers, text])


def copyleft(licence: str) -> str | None:
    """`GPL` or `LGPL` where a licence leaves no other choice, else None."""
    choices = re.split(r"\bOR\b", licence)
    kinds = {_kind(choice) for choice in choices}
    return None if None in kinds else ("LGPL" if "LGPL" in kinds else "GPL")


def _kind(licence: str) -> str | None:
    if re.search(r"\bLGPL|Lesser General Public", licence, re.IGNORECASE):
        return "LGPL"
    return "GPL" if re.search(r"\bA?GPL|General Public License|\bSSPL", licence, re.IGNORECASE) else None


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("MIT", None),
        ("GPL-2.0-only OR MIT", None),
        ("AGPL-3.0-or-later", "GPL"),
        ("License :: OSI Approved :: GNU General Public License v3 (GPLv3)", "GPL"),
        ("License :: OSI Approved :: GNU Affero General Public License v3", "GPL"),
        ("LGPL-3.0-only", "LGPL"),
        ("License :: OSI Approved :: GNU Lesser General Public License v2 (LGPLv2)", "LGPL"),
        ("Mozilla Public License 2.0 (MPL 2.0)", None),
    ],
)
def test_licences_are_told_apart(licence: str, expected: str | None) -> None:
    assert copyleft(licence) == expected


def test_no_locked_distribution_is_under_the_gpl_alone() -> None:
    installed: dict[str, str] = {canonicalize_name(found.name): licence_of(found) for found in metadata.distributions()}
    licences = {name: installed[name] for name in read_lock()}
    silent = sorted(name for name, licence in licences.items() if not licence.strip("; "))
    assert not silent, f"say nothing of a licence: {silent}"
    kinds = {name: copyleft(licence) for name, licence in licences.items()}
    assert not [name for name, kind in kinds.items() if kind == "GPL"]
    assert {name for name, kind in kinds.items() if kind == "LGPL"} == LGPL_DISTRIBUTIONS
