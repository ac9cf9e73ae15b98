"""The doctor: what would keep a night from being right is found before it, with what to do about it."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.sources.inbox import RECEIPT_FOLDER
from pipelines.examination import LOOKS, Finding, examine
from pipelines.settings import Settings
from warehouse.report import Growth, HomeBytes, write_report

GB = 1 << 30
_NOBODY = 65534


@pytest.fixture
def settings_with(tmp_path) -> Callable[..., Settings]:
    """`settings_with(갑=folder, 을=(folder, "inbox"))`: the settings of a home with these sources."""

    def make(root: Path = tmp_path, **sources: Path | tuple[Path, str]) -> Settings:
        lines = []
        for name, chosen in sources.items():
            path, kind = chosen if isinstance(chosen, tuple) else (chosen, "folder")
            lines += ["[[source]]", f"name = {json.dumps(name, ensure_ascii=False)}", f'kind = "{kind}"']
            lines += [f"path = {json.dumps(str(path))}", 'access = ["group:all"]']
        lines += ["[[principal]]", 'name = "담당"']
        home = root / "home"
        home.mkdir(exist_ok=True)
        (home / "gotgan.toml").write_text("\n".join(lines), encoding="utf-8")
        return Settings(home)

    return make


def _by_state(findings: list[Finding]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for finding in findings:
        found.setdefault(finding.state, []).append(f"{finding.subject}: {finding.text}")
    return found


def _ago(hours: float) -> datetime:
    return datetime.now(UTC) - timedelta(hours=hours)


def test_everything_is_looked_at(settings_with, tmp_path):
    share = tmp_path / "share"
    share.mkdir()
    (share / "a.txt").write_text("가")
    findings = examine(settings_with(갑=share))
    assert len(findings) >= len(LOOKS) - 2
    found = _by_state(findings)
    assert "failed" not in found, found["failed"]
    # Nothing that is not well comes without what to do.
    assert [text for text in found["warning"] if "십시오" not in text] == []


def test_settings_that_cannot_be_bound_are_said_once(tmp_path):
    (tmp_path / "gotgan.toml").write_text('[[source]]\nname = "갑"\nkind = "ftp"\n', encoding="utf-8")
    found = _by_state(examine(Settings(tmp_path), ["settings", "sources", "folders", "inboxes"]))
    assert list(found) == ["failed"]
    (only,) = found["failed"]
    assert "ftp" in only


def test_a_share_that_is_not_there_is_told_with_what_to_do(settings_with, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    found = _by_state(examine(settings_with(갑=tmp_path / "nowhere", 을=empty), ["sources"]))
    assert len(found["failed"]) == 2
    assert all("연결되어 있는지" in text for text in found["failed"])
    assert "FileNotFoundError" in found["failed"][0]


def test_folders_in_each_other_are_found(settings_with, tmp_path):
    outer, other = tmp_path / "share", tmp_path / "share2"
    inner = outer / "안"
    inner.mkdir(parents=True)
    other.mkdir()
    link = tmp_path / "link"
    link.symlink_to(outer, target_is_directory=True)
    found = _by_state(examine(settings_with(갑=outer, 을=inner, 병=other, 정=link), ["folders"]))
    pairs = sorted(text.split(":")[0] for text in found["warning"])
    # A name that only begins alike is no folder inside; a link to the folder is the same folder.
    assert pairs == ["소스 갑, 을", "소스 갑, 정", "소스 을, 정"]
    assert [("같은 폴더" in text) for text in sorted(found["warning"])] == [False, True, False]


def test_a_source_that_holds_the_home_is_refused(settings_with, tmp_path):
    found = _by_state(examine(settings_with(갑=tmp_path), ["folders"]))
    assert len(found["failed"]) == 1
    assert examine(settings_with(갑=tmp_path / "beside"), ["folders"]) == []


@pytest.fixture
def plain_folder() -> Iterator[Path]:
    """A folder that every account may enter, other than the one that pytest makes."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_a_drop_folder_that_takes_no_receipt_is_named(settings_with, plain_folder):
    inbox = plain_folder / "inbox"
    modes = {"열림": 0o777, "닫힘": 0o555, "접수증닫힘": 0o777}
    for name in modes:
        (inbox / name).mkdir(parents=True)
    (inbox / "접수증닫힘" / RECEIPT_FOLDER).mkdir(mode=0o555)
    (inbox / "파일.txt").write_text("누구의 것도 아님")
    for name, mode in modes.items():
        (inbox / name).chmod(mode)
    settings = settings_with(plain_folder, 접수함=(inbox, "inbox"))
    owner = os.geteuid()
    # The superuser may write anywhere, so the look is taken as an account without rights.
    if owner == 0:
        os.seteuid(_NOBODY)
    try:
        finding, unknown = examine(settings, ["inboxes"])
    finally:
        os.seteuid(owner)
    assert finding.state == "warning"
    assert "접수증을 쓸 수 없는 폴더: 닫힘, 접수증닫힘." in finding.text
    (inbox / "닫힘").chmod(0o777)
    (inbox / "접수증닫힘" / RECEIPT_FOLDER).chmod(0o777)
    well, _ = examine(settings, ["inboxes"])
    assert (well.state, "폴더 3곳" in well.text) == ("ok", True)
    assert unknown.state == "warning"
    assert "없는 사람의 폴더: 닫힘, 열림, 접수증닫힘." in unknown.text


def test_an_inbox_of_listed_people_needs_no_access_of_its_own(tmp_path):
    (tmp_path / "inbox" / "담당").mkdir(parents=True)
    lines = ["[[source]]", 'name = "접수함"', 'kind = "inbox"', f'path = "{tmp_path / "inbox"}"']
    (tmp_path / "gotgan.toml").write_text("\n".join([*lines, "[[principal]]", 'name = "담당"']), encoding="utf-8")
    states = _by_state(examine(Settings(tmp_path), ["settings", "inboxes"]))
    assert set(states) == {"ok"}


def test_a_folder_source_is_no_inbox(settings_with, tmp_path):
    assert examine(settings_with(갑=tmp_path / "share"), ["inboxes"]) == []


def test_no_run_yet(settings_with):
    (finding,) = examine(settings_with(), ["runs"])
    assert (finding.state, "gotgan run" in finding.text) == ("warning", True)


def test_the_age_of_the_last_success_is_what_counts(settings_with, make_report):
    settings = settings_with()
    write_report(settings.home, make_report(1, at=_ago(5)))
    assert [finding.state for finding in examine(settings, ["runs"])] == ["ok"]
    write_report(settings.home, make_report(2, at=_ago(1), outcome="failed"))
    (finding,) = examine(settings, ["runs"])
    assert finding.state == "warning"
    assert "5시간 전. 마지막 실행은 실패" in finding.text


def test_a_success_of_more_than_26_hours_ago_is_late(settings_with, make_report):
    settings = settings_with()
    write_report(settings.home, make_report(1, at=_ago(25.9)))
    assert [finding.state for finding in examine(settings, ["runs"])] == ["ok"]
    shutil.rmtree(settings.home.run_folder)
    write_report(settings.home, make_report(1, at=_ago(26.1)))
    (finding,) = examine(settings, ["runs"])
    assert (finding.state, "gotgan status" in finding.text) == ("warning", True)


def test_runs_without_any_success(settings_with, make_report):
    settings = settings_with()
    write_report(settings.home, make_report(1, at=_ago(1), outcome="failed"))
    (finding,) = examine(settings, ["runs"])
    assert "아직 없습니다. 마지막 실행은 실패" in finding.text


def test_reports_that_cannot_be_read_are_told(settings_with, make_report):
    settings = settings_with()
    write_report(settings.home, make_report(1, at=_ago(1)))
    (settings.home.run_folder / "20990101T000000Zaaaaaaaaaa.json").write_text("{")
    unreadable, success = examine(settings, ["runs"])
    assert (unreadable.state, success.state) == ("warning", "ok")
    assert "20990101T000000Zaaaaaaaaaa.json" in unreadable.text


def test_a_clock_behind_the_last_report_is_found(settings_with, make_report):
    settings = settings_with()
    assert [finding.state for finding in examine(settings, ["clock"])] == ["ok"]
    write_report(settings.home, make_report(1, at=_ago(-0.1)))
    assert [finding.state for finding in examine(settings, ["clock"])] == ["ok"]
    write_report(settings.home, make_report(2, at=_ago(-3)))
    (finding,) = examine(settings, ["clock"])
    assert (finding.state, "3.0시간 뒤" in finding.text) == ("failed", True)


def test_space_is_measured_by_the_home(settings_with, make_report):
    settings = settings_with()
    assert [finding.state for finding in examine(settings, ["space"])] == ["ok"]
    # More than any disk that this runs on has free.
    huge = Growth(home_bytes=HomeBytes(lake=1 << 60))
    write_report(settings.home, make_report(1, growth=huge))
    (finding,) = examine(settings, ["space"])
    assert (finding.state, "디스크를 늘리십시오" in finding.text) == ("failed", True)


def test_a_disk_that_will_soon_be_full_is_told(settings_with, make_report):
    settings = settings_with()
    free = shutil.disk_usage(settings.home.root).free
    for number in range(4):
        grown = Growth(home_bytes=HomeBytes(blobs=number * (free // 5)))
        write_report(settings.home, make_report(number, growth=grown))
    (finding,) = examine(settings, ["space"])
    assert (finding.state, "약 5일 뒤" in finding.text) == ("warning", True)
