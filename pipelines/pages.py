"""The generated pages of the documentation: `python -m pipelines.pages` writes them, `--check` tells which are stale.

A page is made from what the code itself declares, so it cannot come to differ from it unnoticed.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import connectors.formats
import warehouse.layout
from connectors.messengers.exports import MAX_MESSAGES, discover_exports
from schemas import discovery
from schemas.conversations import LEAST_UNDERSTOOD
from schemas.dictionary import dictionary_page
from schemas.outcome import QUARANTINE_REASONS, SKIP_RULES, Reason
from schemas.records import discover_records
from warehouse.durability import replace_file
from warehouse.layout import docs_folder, measured_file, page_file
from warehouse.macros import macros_page

_NOTICE = "<!-- `make docs`가 만든다. 손으로 고치지 않는다. -->"
_TREE = re.compile(r"```\n(.*?)```", re.DOTALL)
_TYPE_WORDS = {"int": "정수", "float": "수", "Path": "경로", "str": "글"}
_CONTRACT = """\
다른 프로그램이 기대도 되는 약속:

- `--home`은 하위 명령 뒤에 적는다. 없으면 `GOTGAN_HOME`, 그것도 없으면 `./.gotgan`이 홈이다.
- `--json`은 결과를 JSON으로 표준 출력에 낸다. 진행과 오류는 표준 오류로 나간다.
- 종료 상태: 0 끝남(격리가 있어도), 1 실패했거나 막힘, 2 잘못 쓴 명령(등록되지 않은 사용자 포함).
- 메시지는 한국어이고, `LANG`이 영어이면 영어이다."""


def generated_pages() -> dict[str, str]:
    """Every generated page's text, by the page's name."""
    makers: dict[str, Callable[[], str]] = {
        "dictionary": lambda: dictionary_page(discover_records().values()),
        "reasons": reasons_page,
        "cli": cli_page,
        "formats": formats_page,
        "home": home_page,
        "macros": macros_page,
    }
    return {name: _noticed(make()) for name, make in makers.items()}


def stale_pages() -> list[str]:
    """Names of generated pages that are missing or say something else than the code."""
    stale = []
    for name, text in generated_pages().items():
        file = page_file(name)
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            stale.append(name)
    return stale


def write_pages() -> None:
    """Write every generated page."""
    docs_folder().mkdir(exist_ok=True)
    for name, text in generated_pages().items():
        replace_file(page_file(name), text.encode())


def reasons_page() -> str:
    """Skip rules and quarantine reasons, with what a person can do."""
    return "\n\n".join(
        [
            "# 건너뜀 규칙과 격리 사유",
            "본 파일은 모두 보관, 그대로, 건너뜀, 격리 가운데 꼭 하나로 끝난다. 건너뜀과 격리는 아래의 코드 하나를 가진다.",
            "## 건너뜀 규칙",
            _reasons(SKIP_RULES.values()),
            "## 격리 사유",
            _reasons(QUARANTINE_REASONS.values()),
        ]
    )


def cli_page() -> str:
    """Every command with its arguments and options."""
    from typer.main import get_command

    from pipelines.cli import app

    root = get_command(app)
    sections = [_command(path, command) for path, command in walk_commands(root)]
    return "\n\n".join(["# `gotgan` 명령", root.help or "", _CONTRACT, *sections])


def walk_commands(command: Any, path: Sequence[str] = ("gotgan",)) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that does something, with the words that call it, in the order in which they were declared."""
    members = getattr(command, "commands", None)
    if members is None:
        yield tuple(path), command
        return
    for name, member in members.items():
        yield from walk_commands(member, (*path, name))


def formats_page() -> str:
    """The formats that are read: by what, what is kept and lost, and how much was brought out where it was measured."""
    formats = discovery.discover(connectors.formats, "FORMAT")
    measured = _measured()
    rows = [
        _row(
            [
                f"`{name}`",
                found.label,
                _first_paragraph(sys.modules[type(found).__module__].__doc__),
                ", ".join(f"`{distribution}`" for distribution in found.distributions) or "-",
                ", ".join(found.keeps),
                ", ".join(found.loses) or "-",
                measured.get(name, "-"),
            ]
        )
        for name, found in sorted(formats.items())
    ]
    return "\n\n".join(
        [
            "# 읽는 형식",
            "형식은 이름이 아니라 내용으로 가린다. 여기에 없는 형식은 `unsupported_format`으로 격리된다. 메신저 내보내기는 "
            "[아래](#메신저-내보내기)에 따로 있다.",
            "## 문서",
            _table(["형식", "이름", "무엇인가", "쓰는 배포판", "지키는 것", "잃는 것", "잰 것"], rows),
            "*잰 것*은 `benchmarks/reading.py --write-measured`가 실제 파일들에서 잰 값이다(`docs/measured.json`): 읽은 파일 / 본 "
            "파일, 완전성의 평균(글·표·셀·병합·각주를 따로 센 값과 견준 것), 병합 셀이 정확한 파일 / 병합 셀이 있는 파일.",
            *_exports(),
        ]
    )


def _exports() -> list[str]:
    rows = [
        _row(
            [
                f"`{name}`",
                found.label,
                _first_paragraph(sys.modules[type(found).__module__].__doc__),
                ", ".join(found.keeps),
                ", ".join(found.loses) or "-",
                "여럿" if found.holds_many else "하나",
                str(found.version),
            ]
        )
        for name, found in sorted(discover_exports().items())
    ]
    return [
        "## 메신저 내보내기",
        "이것도 내용으로 가린다. 밤에는 [등록한 대화](conversations.md)만 보관하고, `gotgan read`는 저장하지 않으므로 "
        f"어느 것이나 읽는다. 메시지·알림·구분선으로 알아들은 바이트가 {LEAST_UNDERSTOOD:.0%}에 못 미치거나 시각이 거꾸로 가면 "
        f"`export_not_understood`로, 보관할 메시지가 {MAX_MESSAGES:,}건을 넘으면 `too_many_elements`로 격리된다.",
        _table(["내보내기", "이름", "무엇인가", "지키는 것", "잃는 것", "한 내보내기의 대화", "판"], rows),
        "여기에 없는 메신저의 글(`.txt`)은 [문법](messenger-grammars.md) 한 쪽을 적어 읽는다. 메일 한 통(EML, MSG)은 "
        "내보내기가 아니라 문서이고, 등록이 없어도 읽는다. 구글 챗·줄립·매트릭스의 내보내기와 텔레그램·디스코드의 HTML은 "
        "알아보기만 하고 `messenger_not_yet`으로 건너뛴다.",
    ]


def _measured() -> dict[str, str]:
    """What the benchmark measured, in words, by format; nothing where it has never been run."""
    path = measured_file()
    figures = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return {name: _measured_words(found) for name, found in figures.items()}


def _measured_words(found: dict[str, Any]) -> str:
    words = [f"{found['kept']} / {found['files']}"]
    if found.get("coverage_mean") is not None:
        words.append(f"완전성 {found['coverage_mean']:.1%}")
    if found.get("with_merges"):
        words.append(f"병합 {found['merged_exact']} / {found['with_merges']}")
    return ", ".join(words)


def home_page() -> str:
    """The tree of a home, as `warehouse.layout` spells it.

    Raises:
        LookupError: the module's docstring holds no tree.
    """
    found = _TREE.search(warehouse.layout.__doc__ or "")
    if found is None:
        raise LookupError("warehouse.layout has no tree in its docstring")
    return "\n\n".join(
        [
            "# 홈의 짜임",
            "홈 하나가 곳간 하나이다. 백업은 이 폴더 전체를 함께 뜬다. 경로는 모두 `warehouse/layout.py`에만 적혀 있다.",
            f"```text\n{found[1]}```",
        ]
    )


def _reasons(reasons: Iterable[Reason]) -> str:
    rows = [
        _row([f"`{reason.code}`", reason.korean, reason.english, reason.advice, _again(reason)]) for reason in reasons
    ]
    return _table(["코드", "뜻", "English", "할 일", "다음 실행에서 다시"], rows)


def _again(reason: Reason) -> str:
    return "예" if reason.is_transient else ""


def _command(path: tuple[str, ...], command: Any) -> str:
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    options = [param for param in command.params if param.param_type_name == "option" and not param.hidden]
    usage = " ".join([*path, *(_usage(argument) for argument in arguments), "[옵션]" if options else ""]).rstrip()
    parts = [f"## `{' '.join(path)}`", _one_line(command.help), f"```text\n{usage}\n```"]
    rows = [_row([f"`{_usage(argument)}`", _kind(argument), argument.help or ""]) for argument in arguments]
    rows += [
        _row([f"`{', '.join(option.opts)}`", _kind(option), (option.help or "") + _default(option)])
        for option in options
    ]
    if rows:
        parts.append(_table(["인자·옵션", "값", "뜻"], rows))
    return "\n\n".join(parts)


def _usage(argument: Any) -> str:
    name: str = argument.name.upper()
    return name if argument.required else f"[{name}]"


def _kind(param: Any) -> str:
    if getattr(param, "is_flag", False):
        return "-"
    name: str = param.type_descriptor.annotation.__name__
    return _TYPE_WORDS.get(name, name)


def _default(option: Any) -> str:
    return "" if option.default is None or option.is_flag else f" (기본 {option.default})"


def _table(header: Sequence[str], rows: Sequence[str]) -> str:
    return "\n".join([_row(header), _row(["---"] * len(header)), *rows])


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def _first_paragraph(text: str | None) -> str:
    return _one_line((text or "").split("\n\n")[0])


def _noticed(page: str) -> str:
    title, _, rest = page.rstrip("\n").partition("\n")
    return f"{title}\n\n{_NOTICE}\n{rest}\n"


def main() -> None:
    """Write the pages, or with `--check` exit 1 and name the stale ones."""
    parser = argparse.ArgumentParser(description="코드에서 만드는 문서를 쓴다.")
    parser.add_argument("--check", action="store_true", help="쓰지 않고, 낡은 문서가 있으면 이름을 대고 1로 끝난다")
    if not parser.parse_args().check:
        write_pages()
        return
    stale = stale_pages()
    if stale:
        sys.stderr.write(f"낡은 문서: {', '.join(stale)} (`make docs`로 다시 만드십시오)\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
