"""Who hands a file over is told once what became of it, and what was handed over stays."""

import pytest

from connectors.sources.inbox import RECEIPT_FOLDER, InboxSource
from schemas.access import Access
from warehouse.lake import CATALOG


@pytest.fixture
def drops(tmp_path):
    folder = tmp_path / "접수함"
    for person in ("총괄담당", "복지담당"):
        (folder / person).mkdir(parents=True)
    return folder


@pytest.fixture
def run(night, drops, clock):
    """A night over the inbox alone; returns how many folders could not be written to."""
    inbox = InboxSource("접수함", drops, Access())
    night.sources = [inbox]

    def do() -> dict[str, int]:
        clock.advance(24)
        night.receive(inbox)
        night.read()
        return night.give_receipts()

    return do


def receipts(drops, person: str) -> list[str]:
    folder = drops / person / RECEIPT_FOLDER
    texts = [(path.stat().st_mtime_ns, path.read_bytes().decode("utf-8-sig")) for path in folder.glob("*.txt")]
    return [text for _, text in sorted(texts)]


def test_each_person_is_told_of_their_own_files_with_reason_and_advice(run, drops, lake):
    (drops / "총괄담당" / "요구서.txt").write_text("요구의 글", encoding="utf-8")
    (drops / "총괄담당" / "그림.bin").write_bytes(b"?")
    (drops / "복지담당" / "메모.txt").write_text("메모", encoding="utf-8")
    assert run() == {}
    (told,) = receipts(drops, "총괄담당")
    assert "\r\n" in told
    assert "■ 요구서.txt" in told
    assert "보관하였습니다" in told
    assert "■ 그림.bin" in told
    assert "unsupported_format" in told
    assert "메모" not in told
    (other,) = receipts(drops, "복지담당")
    assert "요구서" not in other
    content = lake.value(f"SELECT content_id FROM {CATALOG}.raw.placement WHERE name = '요구서.txt'")
    assert content in told


def test_nothing_is_told_twice_and_another_end_is_told_again(run, drops):
    (drops / "총괄담당" / "요구서.txt").write_text("", encoding="utf-8")
    run()
    run()
    assert len(receipts(drops, "총괄담당")) == 1
    (drops / "총괄담당" / "요구서.txt").write_text("이제 글이 있다", encoding="utf-8")
    run()
    first, second = receipts(drops, "총괄담당")
    assert "보관하지 못하였습니다" in first
    assert "보관하였습니다" in second


def test_what_was_received_stays_although_the_folder_is_cleared(run, drops, lake):
    for number in range(30):
        (drops / "총괄담당" / f"{number}.txt").write_text(f"글 {number}", encoding="utf-8")
    run()
    for number in range(30):
        (drops / "총괄담당" / f"{number}.txt").unlink()
    for _ in range(3):
        run()
    assert lake.value(f"SELECT count(*) FROM {CATALOG}.core.element") == 30
    assert lake.value(f"SELECT count(*) FROM {CATALOG}.ops.review") == 0, "clearing a drop folder is no question"


def test_the_same_bytes_from_somebody_else_take_nothing_from_the_first(run, drops, lake):
    (drops / "총괄담당" / "자료.txt").write_text("같은 글", encoding="utf-8")
    run()
    (drops / "총괄담당" / "자료.txt").unlink()
    (drops / "복지담당" / "자료.txt").write_text("같은 글", encoding="utf-8")
    run()
    rows = lake.rows(
        f"""SELECT p.path, a.allow FROM {CATALOG}.raw.placement p JOIN {CATALOG}.raw.access a USING (access_id)
            ORDER BY p.path"""
    )
    assert [(row["path"], row["allow"]) for row in rows] == [
        ("복지담당/자료.txt", ["user:복지담당"]),
        ("총괄담당/자료.txt", ["user:총괄담당"]),
    ]


def test_a_folder_that_cannot_be_written_to_is_said_and_tried_again(run, drops):
    (drops / "총괄담당" / "자료.txt").write_text("글", encoding="utf-8")
    # a file where the folder of receipts should be: also root cannot write below it
    (drops / "총괄담당" / RECEIPT_FOLDER).write_text("여기에 쓰지 마시오", encoding="utf-8")
    assert run() == {"접수함": 1}
    assert run() == {"접수함": 1}
    (drops / "총괄담당" / RECEIPT_FOLDER).unlink()
    assert run() == {}
    # what stood there was a file like any other, and is held too
    assert len(receipts(drops, "총괄담당")) == 1


def test_a_masked_name_is_told_masked(run, drops):
    (drops / "총괄담당" / "명단 850614-1234567.txt").write_text("글", encoding="utf-8")
    run()
    (told,) = receipts(drops, "총괄담당")
    assert "1234567" not in told
