"""`gotgan export corpus` over the sample ministry: for each person only what the truth says he may read."""

import json
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.long

ALL_OF_IT = ("--include-unlicensed", "--with-cautioned", "--all-drafts", "--min-chars", "0")


@pytest.fixture(scope="module", params=["whole"])
def ministry(request: pytest.FixtureRequest) -> Any:
    """The whole ministry."""
    return request.getfixturevalue(request.param)


def exported(ministry: Any, out: Path, *options: str) -> list[dict[str, Any]]:
    """Rows of a corpus, whose counts add up."""
    said = ministry.gotgan.json("export", "corpus", str(out), *options)
    assert said["readable"] == said["rows"] + sum(said["left_out"].values())
    assert said["masked_at_exit"] == 0
    rows = [json.loads(line) for path in sorted(out.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    assert len(rows) == said["rows"]
    return rows


def place(ministry: Any, row: dict[str, Any]) -> str:
    """The file of a row as the truth names it."""
    folders = {source.name: source.folder for source in ministry.truth.sources}
    source, _, path = row["path"].partition("/")
    return f"{folders[source]}/{path}".split("!/")[0]


def test_nobody_gets_a_file_or_a_chat_that_is_not_for_him(ministry: Any, tmp_path: Path):
    readers = ministry.text_readers()
    seen: dict[str, set[str]] = {}
    for number, person in enumerate(ministry.truth.principals):
        rows = exported(ministry, tmp_path / str(number), "--as", person.name, *ALL_OF_IT)
        assert [row["path"] for row in rows if person.name not in readers[place(ministry, row)]] == []
        seen[person.name] = {row["id"] for row in rows}
        said = {message.text: set(message.readers) for room in ministry.truth.rooms for message in room.messages}
        spoken = "\n".join(row["text"] for row in rows if row["unit"] == "session")
        assert [
            text for text, own in said.items() if len(text) > 20 and text in spoken and person.name not in own
        ] == []
    assert len({frozenset(ids) for ids in seen.values()}) > 1
    everyone = {row["id"] for row in exported(ministry, tmp_path / "all", "--audience", "everyone", *ALL_OF_IT)}
    assert everyone == set.intersection(*seen.values())
    assert everyone


def test_only_licensed_sources_leave_and_each_row_says_on_which_terms(ministry: Any, tmp_path: Path):
    settings = ministry.gotgan.home / "gotgan.toml"
    before = settings.read_text("utf-8")
    person = ministry.truth.principals[0].name
    assert exported(ministry, tmp_path / "none", "--as", person) == []
    try:
        stated = before.replace(
            'name = "공용자료실"\n', 'name = "공용자료실"\nlicence = "공공누리 제1유형"\nretention = "3년"\n'
        )
        assert stated != before
        settings.write_text(stated, "utf-8")
        rows = exported(ministry, tmp_path / "some", "--as", person, "--format", "both")
    finally:
        settings.write_text(before, "utf-8")
    assert rows
    assert {(row["source_name"], row["licence"], row["retention"]) for row in rows} == {
        ("공용자료실", "공공누리 제1유형", "3년")
    }


def test_what_is_refused(ministry: Any, tmp_path: Path):
    out = str(tmp_path / "out")
    ministry.gotgan("export", "corpus", out, status=2)
    ministry.gotgan("export", "corpus", out, "--as", "아무도아님", status=2)
    person = ministry.truth.principals[0].name
    ministry.gotgan("export", "corpus", out, "--as", person, "--audience", "everyone", status=2)
    ministry.gotgan("export", "corpus", out, "--as", person, "--filter", "연도:스물", status=2)
    ministry.gotgan("export", "corpus", out, "--as", person, "--filter", "그냥 낱말", status=2)
    ministry.gotgan("export", "corpus", out, "--as", person, "--split", "90/20/5", status=2)
    assert not Path(out).exists()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "글.txt").write_text("글")
    ministry.gotgan("export", "corpus", str(tmp_path / "mine"), "--as", person, status=2)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["글.txt"]
