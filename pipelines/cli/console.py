"""How the command speaks: Korean unless the locale says English, JSON where asked, errors on standard error."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.settings import Settings, speaks_korean
from schemas.access import Principal

HomeOption = Annotated[
    Path | None, typer.Option("--home", help="홈 폴더 (없으면 $GOTGAN_HOME, 그것도 없으면 ./.gotgan)")
]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON으로 출력")]
AsOption = Annotated[str | None, typer.Option("--as", help="묻는 사람 (gotgan.toml의 [[principal]])")]


def words(korean: str, english: str) -> str:
    """The message in the language of the locale."""
    return korean if speaks_korean() else english


def say(korean: str, english: str) -> None:
    """Print a message."""
    typer.echo(words(korean, english))


def note(korean: str, english: str) -> None:
    """Print a message beside the result, on standard error."""
    typer.echo(words(korean, english), err=True)


def fail(korean: str, english: str, *, status: int = 1) -> int:
    """Print an error on standard error; returns the exit status."""
    typer.echo(words(f"오류: {korean}", f"error: {english}"), err=True)
    return status


def print_json(value: Any) -> None:
    """Print a value as JSON, Korean as itself."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def settings_of(home: Path | None) -> Settings:
    """The settings of the home that the command was given."""
    return Settings(home)


def asking_principal(settings: Settings, name: str | None) -> Principal:
    """The principal who asks; nobody named is a usage error, since unknown access means nobody."""
    principal = settings.principal(name)
    if principal is None:
        listed = ", ".join(principal.name for principal in settings.principals) or "-"
        korean = f"누가 묻는지 --as로 알려 주십시오 (등록된 사람: {listed})"
        raise typer.Exit(fail(korean, f"say who asks with --as (listed: {listed})", status=2))
    return principal


def megabytes(size: float) -> str:
    """Bytes in words."""
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1024 or unit == "GB":
            return f"{size:,.0f} {unit}" if unit == "B" else f"{size:,.1f} {unit}"
        size /= 1024
    return f"{size:,.1f} GB"
