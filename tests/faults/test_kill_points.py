"""Promise 3: kill -9 at any named point, then run again, and the result is that of a run that nobody interrupted."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parent / "small_night.py"
NUMBER = "850614-1234567"

# Between originals and the rows that name them, and between the two pointers: the others are tried by the long tests.
QUICK = ["core/reading:originals-kept:1", "publish:current-written:1"]


@dataclass
class Driver:
    """The script of nights, which forks one for each job, so that the store is imported once."""

    process: subprocess.Popen[str]
    share: Path

    def do(self, job: str, home: Path, **more: Any) -> dict[str, Any]:
        """Do a job and return its answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        order = {"do": job, "home": str(home), "share": str(self.share), **more}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the night itself failed; its traceback is on standard error"
        return json.loads(line)


@pytest.fixture
def driver(tmp_path: Path) -> Iterator[Driver]:
    """A driver over an empty share."""
    share = tmp_path / "share"
    share.mkdir()
    command = [sys.executable, str(SCRIPT)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Driver(process, share)
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture
def empty(driver: Driver, tmp_path: Path) -> Path:
    """A home before its first night. Its key is made, since the ids of places hang on it."""
    driver.do("make", tmp_path / "empty")
    return tmp_path / "empty"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def fill_for_the_first_night(share: Path) -> None:
    for number in range(12):
        write(share / "예산실" / "2026" / f"요구서 {number}.txt", f"요구서 {number}\n요구액은 {number}백만원\n")
    write(share / "사본" / "요구서 사본.txt", "요구서 3\n요구액은 3백만원\n")
    write(share / "붙임.box", json.dumps({"속/하나.txt": "속의 글", "속/둘.bin": "모르는 형식"}))
    write(share / "그림.bin", "읽지 못함")
    write(share / "빈 글.txt", "")
    write(share / "대외비 계획.txt", "계획의 글")
    write(share / "계획 사본.txt", "계획의 글")
    write(share / "본문.txt", "대외비\n본문에 표시가 있음")
    write(share / f"명단 {NUMBER}.txt", f"주민번호 {NUMBER}\n")
    write(share / "~$요구서.docx", "열린 문서")
    write(share.with_name("inbox") / "총괄담당" / "낸 자료.txt", "낸 자료의 글")
    write(share.with_name("inbox") / "총괄담당" / "낸 그림.bin", "낸 그림")
    write(share.with_name("inbox") / "복지담당" / "낸 자료.txt", "다른 글")


def change_for_the_second_night(share: Path) -> None:
    write(share / "예산실" / "2026" / "요구서 1.txt", "요구서 1\n요구액은 100백만원\n")
    (share / "예산실" / "2026" / "요구서 2.txt").unlink()
    (share / "예산실" / "2026" / "요구서 5.txt").unlink()
    (share / "사본" / "요구서 사본.txt").rename(share / "옮긴 사본.txt")
    (share / "예산실" / "2026" / "요구서 7.txt").rename(share / "예산실" / "요구서 7 최종.txt")
    write(share / "새 문서.txt", "새 문서의 글\n")
    write(share / "붙임.box", json.dumps({"속/하나.txt": "속의 글", "속/셋.txt": "셋의 글"}))
    (share / "대외비 계획.txt").unlink()
    write(share / "그림.bin", "다른 바이트")
    write(share / "빈 글.txt", "이제 글이 있음")
    (share.with_name("inbox") / "총괄담당" / "낸 자료.txt").unlink()
    write(share.with_name("inbox") / "복지담당" / "낸 자료.txt", "고친 글")


def receipts(share: Path) -> set[str]:
    """Every receipt in the inbox, and whatever else lies among them."""
    return {str(path.relative_to(share.parent)) for path in share.with_name("inbox").glob("*/접수증/*")}


def passed_points(driver: Driver, base: Path, tmp_path: Path) -> tuple[list[str], dict[str, Any]]:
    """The points that an uninterrupted night passes, and what it makes."""
    points = tmp_path / "points.txt"
    whole = copied(base, tmp_path / "uninterrupted")
    assert driver.do("run", whole, points=str(points))["answer"] == {"is_new": True}
    return points.read_text(encoding="utf-8").split("\n")[:-1], driver.do("state", whole)["answer"]


def copied(base: Path, home: Path) -> Path:
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(base, home, symlinks=True)
    return home


def check_kills(
    driver: Driver, base: Path, tmp_path: Path, chosen: Callable[[list[str]], list[str]]
) -> tuple[list[str], dict[str, Any]]:
    """Kill a night at each chosen point, look as a consumer would, run it again and compare."""
    points, expected = passed_points(driver, base, tmp_path)
    told = receipts(driver.share)
    before = driver.do("look", base)["answer"]
    row = points.index("publish:after-row:1")
    for point in chosen(points):
        home = copied(base, tmp_path / "killed")
        assert driver.do("run", home, kill_at=point)["killed"], point
        between = driver.do("look", home)["answer"]
        is_pointed = points.index(point) > row
        assert between == (expected["public"] if is_pointed else before), f"{point}: a consumer saw something else"
        again = driver.do("run", home)["answer"]
        assert again == {"is_new": points.index(point) < row}, point
        found = driver.do("state", home)["answer"]
        if again["is_new"]:
            assert found["orphans"] == 0, point
        found["orphans"] = expected["orphans"]
        assert found == expected, point
        assert receipts(driver.share) == told, point
    return points, expected


def check_first_state(state: dict[str, Any]) -> None:
    """The comparison is worth something only if there is something of everything."""
    tables = {name: count for name, (count, _) in state["tables"].items()}
    assert tables["raw.placement"] == 24
    assert tables["raw.receipt"] == 3
    assert tables["core.member"] == 2
    assert tables["ops.quarantine"] == 7
    assert tables["ops.review"] == 2
    assert tables["core.element"] == 28
    assert tables["mart.holding"] > 4
    assert len(state["originals"]) == 16
    assert (state["damaged"], state["link"], state["orphans"]) == ([], True, 0)


def test_a_first_night_killed_where_it_matters_most_ends_as_an_uninterrupted_one(driver, empty, tmp_path):
    fill_for_the_first_night(driver.share)
    points, expected = check_kills(driver, empty, tmp_path, lambda points: QUICK)
    check_first_state(expected)
    assert set(QUICK) <= set(points)


@pytest.mark.long
def test_a_first_night_killed_at_any_point_ends_as_an_uninterrupted_one(driver, empty, tmp_path):
    fill_for_the_first_night(driver.share)
    points, expected = check_kills(driver, empty, tmp_path, lambda points: points)
    check_first_state(expected)
    assert len(points) >= 17


@pytest.mark.long
def test_a_night_of_changes_killed_at_any_point_ends_as_an_uninterrupted_one(driver, tmp_path):
    fill_for_the_first_night(driver.share)
    base = tmp_path / "first night"
    driver.do("run", base)
    change_for_the_second_night(driver.share)
    assert driver.do("decide", base, answer="release")["answer"] == 2
    points, expected = check_kills(driver, base, tmp_path, lambda points: points)
    assert len(points) >= 20
    assert any(point.startswith("ops/decision:before-commit") for point in points)
    assert any(point.startswith("raw/receipt:before-commit") for point in points)
    assert any(point.startswith("raw/share:before-gone") for point in points)
    assert any(point.startswith("core/reading:before-remove") for point in points)
    tables = {name: count for name, (count, _) in expected["tables"].items()}
    assert tables["raw.placement"] == 22
    assert expected["serving_folders"] == 2


@pytest.mark.long
def test_a_night_killed_twice_ends_as_an_uninterrupted_one(driver, tmp_path):
    fill_for_the_first_night(driver.share)
    base = tmp_path / "first night"
    driver.do("run", base)
    change_for_the_second_night(driver.share)
    _, expected = passed_points(driver, base, tmp_path)
    for first, second in (
        ("raw/share:after-commit:1", "core/reading:originals-kept:1"),
        ("core/reading:after-commit:1", "publish:served:1"),
        ("publish:before-row:1", "publish:after-row:1"),
        ("publish:after-row:1", "publish:current-written:1"),
    ):
        home = copied(base, tmp_path / "killed")
        for point in (first, second):
            assert driver.do("run", home, kill_at=point)["killed"], point
            assert driver.do("look", home)["answer"] is not None
        driver.do("run", home)
        found = driver.do("state", home)["answer"]
        assert {**found, "orphans": 0} == {**expected, "orphans": 0}, (first, second)
