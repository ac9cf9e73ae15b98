"""`gotgan search`, `cite` and `sql`: what is public, with the rights of the person who asks."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.console import AsOption, HomeOption, JsonOption, fail, note, print_json, say, settings_of, words
from pipelines.settings import Settings
from schemas.access import Principal

if TYPE_CHECKING:
    from pipelines.ports import Parts
    from warehouse.doors.session import Session

_WIDEST = 4_000


def _principal(settings: Settings, name: str | None) -> Principal:
    """The principal who asks; nobody named is a usage error, since unknown access means nobody."""
    principal = settings.principal(name)
    if principal is None:
        listed = ", ".join(principal.name for principal in settings.principals) or "-"
        raise typer.Exit(
            fail(
                f"누가 묻는지 --as로 알려 주십시오 (등록된 사람: {listed})",
                f"say who asks with --as (listed: {listed})",
                status=2,
            )
        )
    return principal


def search(
    text: Annotated[str, typer.Argument(help="질문이나 낱말")],
    asked_as: AsOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    limit: Annotated[int, typer.Option("--limit", "-k", min=1, max=100, help="보일 개수")] = 10,
) -> None:
    """볼 수 있는 문서에서 구절을 찾는다."""
    settings = settings_of(home)
    principal = _principal(settings, asked_as)
    from pipelines.doors import open_session
    from warehouse.doors.search import search as find

    with open_session(settings) as session:
        hits = find(session, principal, text, limit)
    if as_json:
        print_json([hit.model_dump() for hit in hits])
        return
    if not hits:
        say("찾은 것이 없습니다.", "nothing found")
    for number, hit in enumerate(hits, 1):
        typer.echo(f"\n{number}. {hit.title}  ({hit.score:.4f})")
        typer.echo(f"   {hit.citation}")
        for line in _shortened(hit.text, 8):
            typer.echo(f"   │ {line}")
        also = words(f"같은 구절이 {hit.also_in}곳에 더 있음", f"also in {hit.also_in} more") if hit.also_in else ""
        typer.echo(f"   chunk {hit.chunk_id}  {also}".rstrip())


def _shortened(text: str, n_lines: int) -> list[str]:
    lines = [line if len(line) <= 110 else line[:109] + "…" for line in text.splitlines() if line.strip()]
    return lines[:n_lines] + (["…"] if len(lines) > n_lines else [])


def cite(
    chunk_id: Annotated[str, typer.Argument(metavar="ID", help="search가 보인 chunk, 또는 core.amount의 금액 ID")],
    asked_as: AsOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """구절이나 금액을 원본에서 다시 꺼내 지금도 그대로인지 보인다."""
    settings = settings_of(home)
    principal = _principal(settings, asked_as)
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
    for line in found.related:
        typer.echo(words(f"이어진 것: {line}", f"related: {line}"))


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
