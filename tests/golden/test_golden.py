"""What is read from the project's own rich files, element by element, against what a person has looked through once.

After a change that is meant, `GOTGAN_REGENERATE_GOLDEN=1 .venv/bin/python -m pytest tests/golden` writes the groundtruth
anew; look at its difference before you commit it.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from connectors.contract import Blob
from connectors.reading import discover_formats, read_blob, recognise
from connectors.tools import Tool
from schemas.elements import Reading

SOURCES = Path(__file__).parent / "sources"
GROUNDTRUTH = Path(__file__).parent / "groundtruth"
REGENERATE = "GOTGAN_REGENERATE_GOLDEN"
WITHOUT_SOURCE = {"foreign_archive": "reads nothing: it names what it refuses"}
"""Formats that have no golden file, and why."""

NEEDS_PROGRAM = {tool.value for tool in Tool}

_VERSION = re.compile(r"[ =]+\d[\w.+-]*")


def _sources() -> list[Path]:
    return sorted(path for path in SOURCES.iterdir() if path.is_file()) if SOURCES.is_dir() else []


def _groundtruth(source: Path) -> Path:
    return GROUNDTRUTH / f"{source.name}.json"


def _plain(readings: list[Reading]) -> list[dict[str, Any]]:
    dumped = [reading.model_dump(mode="json", exclude_defaults=True) for reading in readings]
    for one in dumped:
        # A library's new version that reads the same is no news here.
        if one.get("reader"):
            one["reader"] = _VERSION.sub("", one["reader"])
    return dumped


def _written(readings: list[dict[str, Any]]) -> str:
    return json.dumps(readings, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


@pytest.mark.parametrize("source", _sources(), ids=lambda path: path.name)
def test_file_is_read_as_its_groundtruth_says(source: Path):
    # No programs: what tesseract or LibreOffice give differs from one version to the next.
    readings = _plain(read_blob(source.read_bytes(), source.name))
    if os.environ.get(REGENERATE):
        GROUNDTRUTH.mkdir(exist_ok=True)
        _groundtruth(source).write_text(_written(readings), encoding="utf-8")
    expected = json.loads(_groundtruth(source).read_text(encoding="utf-8"))
    assert [_head(one) for one in readings] == [_head(one) for one in expected]
    for one, wanted in zip(readings, expected, strict=True):
        for number, (element, golden) in enumerate(
            zip(one.get("elements", []), wanted.get("elements", []), strict=False)
        ):
            assert element == golden, f"element {number}"
        assert len(one.get("elements", [])) == len(wanted.get("elements", []))


def _head(reading: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in reading.items() if name != "elements"}


@pytest.mark.parametrize("source", _sources(), ids=lambda path: path.name)
def test_file_is_kept_and_small(source: Path):
    own = read_blob(source.read_bytes(), source.name)[0]
    assert own.outcome == "kept" or own.reason in NEEDS_PROGRAM, own.detail
    assert source.stat().st_size < 100_000


def test_every_source_has_a_groundtruth_and_no_groundtruth_is_left_over():
    wanted = {_groundtruth(source).name for source in _sources()}
    there = {path.name for path in GROUNDTRUTH.iterdir()} if GROUNDTRUTH.is_dir() else set()
    assert there == wanted


def test_every_format_has_a_golden_file():
    formats = discover_formats()
    assert set(WITHOUT_SOURCE) <= set(formats), "an exception for a format that does not exist"
    seen = {recognise(Blob(source.read_bytes(), source.name)).name for source in _sources()}
    assert set(formats) - seen - set(WITHOUT_SOURCE) == set()


def test_groundtruth_is_not_being_regenerated():
    assert not os.environ.get(REGENERATE), f"written anew; look at the difference, then run without {REGENERATE}"
