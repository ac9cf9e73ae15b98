"""`gotgan search`, `cite` and `sql`: what is public, with the rights of the person who asks."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.console import (
    AsOption,
    HomeOption,
    JsonOption,
    asking_principal,
    fail,
    note,
    print_json,
    settings_of,
    words,
)
from pipelines.cli.searching import search
from schemas.access import Principal

if TYPE_CHECKING:
    from pipelines.ports import Parts
    from warehouse.doors.session import Session
    from warehouse.doors.standing import Newest

__all__ = ["cite", "search", "sql"]

_WIDEST = 4_000
_SHOWN_LINES = 8
_WIDEST_LINE = 110


def cite(
    chunk_id: Annotated[str, typer.Argument(metavar="ID", help="search가 보인 chunk, 또는 core.amount의 금액 ID")],
    asked_as: AsOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """구절이나 금액을 원본에서 다시 꺼내 지금도 그대로인지 보인다."""
    settings = settings_of(home)
    principal = asking_principal(settings, asked_as)
    from pipelines.doors import open_parts, open_session
    from warehouse.doors.cite import NotHeld
    from warehouse.doors.cite import cite as look_up

    with open_parts(settings) as parts, open_session(settings, parts) as session:
        try:
            found = look_up(session, parts.reader(), principal, chunk_id)
        except NotHeld:
            _cite_amount(session, parts, principal, chunk_id, as_json=as_json)
            return
    if as_json:
        print_json(found.model_dump())
        return
    stands = (
        words("원본에 그대로 있음", "stands in the original")
        if found.stands
        else words("원본과 다름", "differs from the original")
    )
    typer.echo(f"{found.citation}\n[{stands}]\n")
    typer.echo(found.text)
    typer.echo("\n" + words(f"여는 곳: {found.how_to_open}", f"open: {found.how_to_open}"))
    if found.newest is not None:
        _print_newest(found.newest)
    if found.cautions:
        named = ", ".join(found.cautions)
        typer.echo(
            words(
                f"주의: 글 안에 지시문으로 보이는 것이 있음 ({named})", f"caution: reads like an instruction ({named})"
            )
        )
    for line in found.related:
        typer.echo(words(f"이어진 것: {line}", f"related: {line}"))


def _print_newest(newest: "Newest") -> None:
    """What became of the passage in the newest version that the asker may read."""
    where = f"{newest.path}{' · ' + newest.locator if newest.locator else ''} ({newest.version})"
    told = {
        "newest": ("볼 수 있는 가장 새로운 판임", "this is the newest version that may be read"),
        "stands": (f"새로운 판에도 그대로 있음: {where}", f"stands in the newest version: {where}"),
        "changed": (f"새로운 판에서 달라짐: {where}", f"changed in the newest version: {where}"),
        "gone": (f"새로운 판에는 없음: {where}", f"gone from the newest version: {where}"),
    }
    typer.echo(words(*told[newest.state]))
    if newest.state == "changed" and newest.text:
        for line in newest.text.splitlines()[:_SHOWN_LINES]:
            typer.echo(f"   │ {line[:_WIDEST_LINE]}")


def _cite_amount(session: "Session", parts: "Parts", principal: Principal, amount_id: str, *, as_json: bool) -> None:
    """An amount with its cell; not held if there is no such amount either."""
    from schemas.money import in_words
    from warehouse.doors.cite import NotHeld
    from warehouse.doors.cite_amount import cite_amount

    try:
        found = cite_amount(session, parts.reader(), principal, amount_id)
    except NotHeld:
        raise typer.Exit(fail(f"가지고 있지 않습니다: {amount_id}", f"not held: {amount_id}")) from None
    if as_json:
        print_json(found.model_dump())
        return
    stands = (
        words("원본의 셀에 그대로 있음", "stands in the original's cell")
        if found.stands
        else words("원본의 셀과 다름", "differs from the original's cell")
    )
    if found.superseded_by:
        stands += words(f", 고친 금액 {found.superseded_by}", f", superseded by {found.superseded_by}")
    amount = found.value_state
    if found.amount_minor is not None:
        amount = f"{found.amount_minor:,} ({in_words(found.amount_minor, found.currency)})"
    typer.echo(f"{found.citation}\n[{stands}]\n")
    typer.echo(f"{found.subject}  {found.fiscal_year} {found.stage_label}  {amount}")
    unit = found.unit_raw or words("단위 없음", "no unit")
    typer.echo(
        words(f"적힌 글 「{found.raw_text}」 ({unit}, 출처 {found.unit_from})", f"printed {found.raw_text!r} ({unit})")
    )
    typer.echo(words(f"행: {found.row_text}", f"row: {found.row_text}"))
    typer.echo(words(f"여는 곳: {found.how_to_open}", f"open: {found.how_to_open}"))


def sql(
    statement: Annotated[str, typer.Argument(help="SQL 한 문장 (- 이면 표준 입력)")],
    asked_as: AsOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    at: Annotated[str | None, typer.Option("--at", help="이전 공개에서")] = None,
    seconds: Annotated[float, typer.Option("--seconds", min=1, help="이 시간이 지나면 그만둔다")] = 60,
) -> None:
    """공개된 분석가용 파일에 SQL로 묻는다 (읽기 전용)."""
    settings = settings_of(home)
    principal = settings.principal(asked_as)
    from warehouse.doors.sql import QueryRefused, run_query

    if statement == "-":
        statement = typer.get_text_stream("stdin").read()
    try:
        result = run_query(settings.home, statement, principal=principal, at=at, seconds=seconds)
    except QueryRefused as refused:
        raise typer.Exit(fail(str(refused), str(refused))) from None
    if as_json:
        print_json(result.as_dicts())
        return
    _print_table(result.columns, [["" if value is None else str(value) for value in row] for row in result.rows])
    if principal is None:
        note(
            "(모두가 볼 수 있는 행만. --as로 사람을 밝히면 그 권한의 파일을 엽니다)",
            "(rows that everyone listed may read; --as opens a person's file)",
        )


def _print_table(columns: list[str], rows: list[list[str]]) -> None:
    import sys

    from rich.console import Console
    from rich.table import Table

    table = Table(show_lines=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*[_escaped(value) for value in row])
    # A file or a pipe has no width: nothing is broken there, so that lines can be searched.
    Console(width=None if sys.stdout.isatty() else _WIDEST).print(table)


def _escaped(value: str) -> str:
    from rich.markup import escape

    return escape(value)
