"""The documentation says what the code does: generated pages are current, shown commands exist, links lead somewhere."""

import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from pipelines import pages
from pipelines.cli import app

PROJECT = Path(__file__).resolve().parents[2]
COMMANDS: dict[tuple[str, ...], Any] = dict(pages.walk_commands(get_command(app)))
TARGETS = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE))
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(<?([^)\s>]+)>?\)|!\[[^\]]*\]\(<?([^)\s>]+)>?\)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def written_pages() -> list[Path]:
    """Every page of Markdown of the project."""
    return sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])


def shown_lines(page: str) -> Iterator[str]:
    """Lines of the code blocks that are shell, continuation lines joined, prompts and comments taken off."""
    for language, block in FENCE.findall(page):
        if language in ("", "sh", "bash", "shell", "console", "text"):
            for line in block.replace("\\\n", " ").splitlines():
                yield re.sub(r"\s+#\s.*$", "", line.strip().removeprefix("$ "))


def complaints(line: str) -> list[str]:
    """What is wrong with a shown command; nothing, if it is none of ours."""
    try:
        words = shlex.split(line)
    except ValueError:
        return []
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        words = words[1:]
    if not words:
        return []
    program = Path(words[0]).name
    if program == "gotgan":
        return _gotgan_complaints(words[1:])
    if program == "make":
        return [
            f"make has no target {word}" for word in words[1:] if re.fullmatch(r"[a-z-]+", word) and word not in TARGETS
        ]
    if re.fullmatch(r"python[\d.]*", program) and words[1:2] == ["-m"] and importlib.util.find_spec(words[2]) is None:
        return [f"there is no module {words[2]}"]
    return []


def _gotgan_complaints(words: list[str]) -> list[str]:
    if not words or words[0].startswith("-"):
        return [] if words in ([], ["--help"]) else [f"gotgan takes no {words[0]} before a command"]
    path = next((path for path in (("gotgan", *words[:2]), ("gotgan", *words[:1])) if path in COMMANDS), None)
    if path is None:
        return [f"there is no command gotgan {words[0]}"]
    known = {name for param in COMMANDS[path].params for name in param.opts} | {"--help"}
    given = [word.split("=")[0] for word in words if re.match(r"--?[a-z]", word)]
    return [f"{' '.join(path)} has no option {name}" for name in given if name not in known]


@pytest.mark.parametrize(
    ("line", "n_complaints"),
    [
        (".venv/bin/gotgan search '세수 결손' --as kim --home H", 0),
        ("gotgan quarantine list --reason timeout", 0),
        ("GOTGAN_HOME=H gotgan report --json", 0),
        ("gotgan serch 예산", 1),
        ("gotgan quarantine lst", 1),
        ("gotgan run --no-such-option", 1),
        ("gotgan --home H run", 1),
        ("make run", 0),
        ("make HOME_FOLDER=/srv/gotgan runn", 1),
        ("python -m pipelines.pages --check", 0),
        ("python3.11 -m pipelines.nowhere", 1),
        ("SELECT * FROM mart.holding", 0),
        ("", 0),
    ],
)
def test_a_shown_command_that_does_not_exist_is_noticed(line: str, n_complaints: int) -> None:
    assert len(complaints(line)) == n_complaints


@pytest.mark.parametrize("page", written_pages(), ids=lambda page: str(page.relative_to(PROJECT)))
def test_every_shown_command_exists(page: Path) -> None:
    lines = shown_lines(page.read_text("utf-8"))
    assert [f"{line}: {complaint}" for line in lines for complaint in complaints(line)] == []


@pytest.mark.parametrize("page", written_pages(), ids=lambda page: str(page.relative_to(PROJECT)))
def test_every_relative_link_leads_to_a_file_of_the_project(page: Path) -> None:
    # what stands in a code block is no link
    text = FENCE.sub("", page.read_text("utf-8"))
    targets = [link or image for link, image in LINK.findall(text)]
    inner = [target for target in targets if not re.match(r"[a-z]+:", target)]
    dead = [target for target in inner if not _leads_somewhere(page, target)]
    assert dead == []


def _leads_somewhere(page: Path, target: str) -> bool:
    name, _, anchor = target.partition("#")
    path = (page.parent / name).resolve() if name else page
    if not path.exists() or not path.is_relative_to(PROJECT):
        return False
    return not anchor or path.suffix != ".md" or anchor in _anchors(path.read_text("utf-8"))


def _anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def test_the_generated_pages_are_current() -> None:
    assert pages.stale_pages() == [], "run `make docs`"


def test_checking_names_the_stale_pages_and_fails(tmp_path: Path) -> None:
    for package in ("assets", "connectors", "pipelines", "schemas", "warehouse"):
        shutil.copytree(PROJECT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))

    def run(*options: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "pipelines.pages", *options]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False)
        return done.returncode, done.stderr

    status, message = run("--check")
    assert status == 1
    assert all(name in message for name in pages.generated_pages())
    assert run() == (0, "")
    assert run("--check") == (0, "")
    cli = tmp_path / "docs" / "cli.md"
    cli.write_text(cli.read_text("utf-8").replace("--json", "--jason"), "utf-8")
    status, message = run("--check")
    assert status == 1
    assert "낡은 문서: cli " in message


def test_the_pages_do_not_depend_on_the_machine_that_makes_them() -> None:
    script = "from pipelines import pages; print(ascii(pages.generated_pages()))"
    made = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=folder,
            env=environment | {"PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=True,
            timeout=600,
        ).stdout
        for folder, environment in (
            (PROJECT, {"COLUMNS": "40", "LANG": "en_US.UTF-8", "PYTHONHASHSEED": "1"}),
            (PROJECT / "docs", {"COLUMNS": "200", "LANG": "ko_KR.UTF-8", "PYTHONHASHSEED": "2", "GOTGAN_HOME": "x"}),
        )
    }
    assert len(made) == 1


def test_every_command_explains_itself_in_korean() -> None:
    silent = [" ".join(path) for path, command in COMMANDS.items() if not re.search("[가-힣]", command.help or "")]
    mute = [
        f"{' '.join(path)} {param.name}"
        for path, command in COMMANDS.items()
        for param in command.params
        if param.name != "help" and not re.search("[가-힣]|JSON", param.help or "")
    ]
    assert silent + mute == []


def test_every_command_that_answers_takes_a_home_and_gives_json() -> None:
    options = {path: {name for param in command.params for name in param.opts} for path, command in COMMANDS.items()}
    assert [path for path, names in options.items() if "--home" not in names] == []
    # the user interface runs until it is stopped and prints no result
    assert [path for path, names in options.items() if "--json" not in names] == [("gotgan", "ui")]
