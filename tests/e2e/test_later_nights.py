"""What a second night costs, and what moves, edits, deletions, outages and analysts do to it."""

import json
import os
import shutil
import subprocess
import sys

import pytest

pytestmark = pytest.mark.long


@pytest.fixture
def again(whole, tmp_path):
    """A copy of the ministry after its first night, for a test to change."""
    return whole.copy(tmp_path / "again")


def _run(ministry) -> dict:
    return json.loads(ministry.gotgan("run", "--json").stdout)


def test_nothing_changed_costs_nothing(again):
    first = again.gotgan.json("report")
    # The copied share has other inodes: this night looks at every file again, and still reads none of them.
    report = _run(again)
    assert (report["parsed"], report["embedded"]) == (0, 0)
    report = _run(again)
    assert (report["parsed"], report["embedded"], report["outcome"]) == (0, 0, "unchanged")
    assert report["counts"]["unchanged"] == first["counts"]["kept"]
    assert report["counts"]["kept"] == 0
    assert report["publication"] == again.gotgan.json("report")["publication"]


def test_moving_and_renaming_a_third_of_the_files_reads_none(again):
    # In the common share a folder cannot be listed, so nothing counts as moved there; what was dropped is handed over.
    offices = {source.name for source in again.truth.sources if source.has_permissions}
    kept = [
        item.path
        for item in again.truth.files
        # a name that is as long as a name may be cannot be made longer
        if item.outcome == "kept" and item.source in offices and len(os.fsencode(item.path.rsplit("/", 1)[1])) < 200
    ]
    for number, path in enumerate(kept[::3]):
        old = _on_disk(again.share, path)
        if number % 2:
            old.rename(old.with_name(f"이름바꿈{number}_{old.name}"))
        else:
            folder = again.share / path.split("/")[0] / f"옮김{number}"
            folder.mkdir()
            old.rename(folder / old.name)
    report = _run(again)
    assert (report["parsed"], report["embedded"]) == (0, 0)
    assert sum(source["moved"] for source in report["sources"]) == len(kept[::3])
    assert sum(source["missing"] for source in report["sources"]) == 0
    assert report["counts"]["seen"] == len(again.truth.files)


def _on_disk(share, path):
    """A path of the truth as it is spelled on the disk: one of the names is NFD."""
    import unicodedata

    for found in share.rglob("*"):
        if unicodedata.normalize("NFC", str(found.relative_to(share))) == path:
            return found
    raise AssertionError(path)


def test_an_edit_is_read_and_a_deletion_waits(again):
    texts = [i.path for i in again.truth.files if i.format == "plain" and i.outcome == "kept" and not i.copies]
    assert texts
    path = _on_disk(again.share, texts[0])
    encoding = "cp949" if not _is_utf8(path) else "utf-8"
    path.write_bytes(
        path.read_bytes() + "\n\n새로 덧붙인 문단입니다. 은하수도서관 증축 사업을 검토한다.\n".encode(encoding)
    )
    gone = next(i.path for i in again.truth.files if i.format == "markdown" and i.outcome == "kept" and not i.copies)
    _on_disk(again.share, gone).unlink()
    report = _run(again)
    assert report["parsed"] == 1
    assert report["embedded"] >= 1
    assert sum(source["missing"] for source in report["sources"]) == 1
    assert sum(source["deleted"] for source in report["sources"]) == 0
    (edited,) = [i for i in again.truth.files if i.path == texts[0]]
    found = again.gotgan.json("search", "은하수도서관 증축", "--as", edited.readers[0])
    assert any("은하수도서관" in hit["text"] for hit in found)
    report = json.loads(again.gotgan("run", "--json", "--accept-deletions").stdout)
    assert sum(source["deleted"] for source in report["sources"]) == 1
    assert report["counts"]["seen"] == len(again.truth.files) - 1


def _is_utf8(path):
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def test_an_emptied_share_deletes_nothing(again):
    folder = again.share / again.truth.sources[0].folder
    away = again.root / "away"
    folder.rename(away)
    folder.mkdir()
    report = _run(again)
    states = {source["name"]: source["state"] for source in report["sources"]}
    assert states[again.truth.sources[0].name] == "unreachable"
    question = again.truth.questions[0]
    assert again.gotgan.json("search", question.text, "--as", question.readers[0])
    shutil.rmtree(folder)
    away.rename(folder)
    report = _run(again)
    assert sum(source["deleted"] for source in report["sources"]) == 0
    assert report["counts"]["seen"] == len(again.truth.files)


def test_a_change_of_rights_moves_no_vector(again):
    settings = again.gotgan.home / "gotgan.toml"
    question = again.truth.questions[0]
    reader = question.readers[0]
    before = again.gotgan.json("search", question.text, "--as", reader)
    assert before
    text = settings.read_text(encoding="utf-8")
    for source in again.truth.sources:
        access = json.dumps(list(source.access), ensure_ascii=False)
        assert f"access = {access}" in text
        text = text.replace(f"access = {access}", 'access = ["user:아무도"]')
    settings.write_text(text, encoding="utf-8")
    report = _run(again)
    assert (report["parsed"], report["embedded"]) == (0, 0)
    # What somebody handed over themselves has its own rights, which no setting of a source takes away.
    after = again.gotgan.json("search", question.text, "--as", reader)
    assert [hit["path"] for hit in after if not hit["path"].startswith(f"접수함/{reader}/")] == []


def test_an_analyst_and_a_run_do_not_disturb_each_other(again):
    path = again.gotgan.home / "serving" / "current" / "budget.duckdb"
    analyst = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import duckdb, sys\n"
            f"con = duckdb.connect({str(path.resolve())!r}, read_only=True)\n"
            "before = con.sql('SELECT sum(n_files) FROM mart.holding').fetchone()\n"
            "print('ready', flush=True)\n"
            "sys.stdin.readline()\n"
            "assert con.sql('SELECT sum(n_files) FROM mart.holding').fetchone() == before\n"
            "print('same', flush=True)\n",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert analyst.stdout is not None and analyst.stdin is not None
    assert analyst.stdout.readline() == "ready\n"
    (again.share / again.truth.sources[0].folder / "새파일.txt").write_text("새로 온 파일입니다.", encoding="utf-8")
    assert _run(again)["outcome"] == "published"
    analyst.stdin.write("\n")
    analyst.stdin.flush()
    assert analyst.stdout.readline() == "same\n"
    assert analyst.wait(timeout=240) == 0


def test_two_runs_at_once_are_refused_in_one_line(again):
    environment = os.environ | {"LANG": "ko_KR.UTF-8"}
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys\nfrom pathlib import Path\nfrom warehouse.lock import writer_lock\n"
            f"with writer_lock(Path({str(again.gotgan.home / 'writer.lock')!r})):\n"
            "    print('held', flush=True)\n    sys.stdin.readline()\n",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert holder.stdout is not None and holder.stdin is not None
    assert holder.stdout.readline() == "held\n"
    done = again.gotgan("run", status=1)
    assert "진행 중" in done.stderr
    # it did not wait for the other
    assert holder.poll() is None
    holder.stdin.write("\n")
    holder.stdin.flush()
    holder.wait(timeout=240)
