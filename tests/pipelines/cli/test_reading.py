"""`gotgan read`: an export of a messenger as conversations, in text and in JSON, with nothing stored."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from pipelines.cli import reading

GRAMMAR = Path(__file__).resolve().parents[3] / "docs" / "grammars" / "example-uc.toml"
KAKAO = """동호회 님과 카카오톡 대화
저장한 날짜 : 2026-01-05 10:44:52

--------------- 2026년 1월 5일 월요일 ---------------
[총괄담당] [오전 9:01] 제 번호는 850614-1234567입니다
[복지담당] [오전 9:03] 사진
국토담당님이 들어왔습니다.
[국토담당] [오후 2:04] 여러
줄
"""
OWN = (
    "[가람 메신저] 대화 저장\n대화방 : 예산협의\n참여자 : 3명\n==== 2026-03-02(월) ====\n"
    "총괄담당(예산실) (오전 9:05:12) : 자료 올렸습니다\n복지담당(복지과) (오전 9:06:00) : 봄\n"
).encode("cp949")


@pytest.fixture
def ask(tmp_path):
    """Run `gotgan read` on bytes under a name; returns its output."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "gotgan.toml").write_text('[limits]\nocr = "off"\noffice = "off"\nsandbox = "process"\n', encoding="utf-8")
    app = typer.Typer()
    app.command()(reading.read)

    def run(content: bytes, name: str, *words: str, status: int = 0, language: str = "ko_KR.UTF-8") -> str:
        file = tmp_path / name
        file.write_bytes(content)
        told = [str(file), *words, "--home", str(home)]
        done = CliRunner().invoke(app, told, env={"LANG": language, "LC_ALL": ""})
        assert done.exit_code == status, done.output
        assert [path.name for path in home.iterdir()] == ["gotgan.toml"], "nothing is stored"
        return done.output

    return run


def test_an_export_is_shown_line_by_line_with_time_speaker_and_kind(ask):
    lines = ask(KAKAO.encode(), "a.txt").splitlines()
    assert lines[0].startswith("a.txt: kakaotalk · ")
    assert "가린 번호 1" in lines[0]
    assert lines[1] == "  # 동호회 (kakaotalk, open): 메시지 4건"
    assert "     5 [2026-01-05 09:01 총괄담당] 제 번호는 ******-*******입니다" in lines[2]
    assert "[2026-01-05 09:03 복지담당] <photo> 사진" in lines[3]
    assert "<system> 국토담당님이 들어왔습니다." in lines[4]
    assert "[2026-01-05 14:04 국토담당] 여러" in lines[5]


def test_json_holds_everything_that_was_read(ask):
    told = json.loads(ask(KAKAO.encode(), "a.txt", "--json"))
    assert (told["format"], told["outcome"], told["n_masked"], told["elements"]) == ("kakaotalk", "kept", 1, [])
    assert told["understood"] == {"bytes": len(KAKAO.encode()), "understood": len(KAKAO.encode()), "share": 1.0}
    (room,) = told["conversations"]
    assert (room["title"], room["kind"], room["application"], room["dialect"]) == (
        "동호회",
        "open",
        "kakaotalk",
        "windows",
    )
    assert room["exported_at"] == "2026-01-05T10:44:52+09:00"
    assert {person["name"] for person in room["participants"]} == {"총괄담당", "복지담당", "국토담당"}
    assert [message["kind"] for message in room["messages"]] == ["text", "photo", "system", "text"]
    last = room["messages"][-1]
    assert (last["sent_at"], last["precision"], last["text"]) == ("2026-01-05T14:04:00+09:00", "minute", "여러\n줄")
    assert (last["source"]["line_start"], last["source"]["line_end"]) == (8, 9)
    assert last["is_offset_assumed"] is True
    assert "850614" not in json.dumps(told)


def test_an_ordinary_document_has_no_conversations(ask):
    told = json.loads(ask("보통 글".encode(), "a.txt", "--json"))
    assert (told["conversations"], told["understood"], len(told["elements"])) == ([], None, 1)


def test_a_register_does_not_matter_where_nothing_is_stored(ask, tmp_path):
    with (tmp_path / "home" / "gotgan.toml").open("a", encoding="utf-8") as file:
        file.write('[[conversation]]\nname = "예산"\ntitles = ["예산협의"]\n')
    assert json.loads(ask(KAKAO.encode(), "a.txt", "--json"))["conversations"][0]["title"] == "동호회"


def test_a_grammar_is_tried_on_one_file(ask):
    assert json.loads(ask(OWN, "b.txt", "--json"))["format"] == "plain"
    told = json.loads(ask(OWN, "b.txt", "--json", "--grammar", str(GRAMMAR)))
    assert told["format"] == "garam-uc"
    (room,) = told["conversations"]
    assert [message["text"] for message in room["messages"]] == ["자료 올렸습니다", "봄"]


def test_a_grammar_that_is_none_is_refused_in_words(ask, tmp_path):
    (tmp_path / "own.toml").write_text('name = "x"\n', encoding="utf-8")
    assert "own.toml" in ask(OWN, "b.txt", "--grammar", str(tmp_path / "own.toml"), status=2)
    assert "none.toml" in ask(OWN, "b.txt", "--grammar", str(tmp_path / "none.toml"), status=2)


def test_what_was_not_understood_is_shown_masked(ask):
    noise = "".join(f"이것은 대화의 줄이 아니다 {k} 850614-1234567\n" for k in range(9))
    text = KAKAO.replace("--------------- 2026", noise + "--------------- 2026")
    told = json.loads(ask(text.encode(), "a.txt", "--json"))
    assert (told["outcome"], told["reason"], told["conversations"]) == ("quarantined", "export_not_understood", [])
    assert "이것은 대화의 줄이 아니다" in told["detail"]
    assert "850614" not in told["detail"]


def test_english_speaks_english(ask):
    assert "4 messages" in ask(KAKAO.encode(), "a.txt", language="en_US.UTF-8")
