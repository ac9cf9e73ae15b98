"""`gotgan history`: the versions of a document, who carried them, and what differs between two of them."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.console import (
    AsOption,
    HomeOption,
    JsonOption,
    asking_principal,
    fail,
    print_json,
    say,
    settings_of,
    words,
)

if TYPE_CHECKING:
    from warehouse.doors.history import Differences, History

_STATES = {"final": ("최종", "final"), "draft": ("초안", "draft")}
_KINDS = {"added": ("더해짐", "added"), "removed": ("빠짐", "removed"), "changed": ("바뀜", "changed")}
_WIDEST = 160


def history(
    document: Annotated[
        str, typer.Argument(metavar="DOCUMENT", help="문서 ID(앞 8자 이상), search가 보인 chunk, 또는 경로")
    ],
    other: Annotated[str | None, typer.Argument(metavar="[OTHER]", help="--diff와 함께: 견줄 다른 문서")] = None,
    diff: Annotated[bool, typer.Option("--diff", help="앞 판(또는 OTHER)과 무엇이 다른지 보인다")] = False,
    asked_as: AsOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """문서의 판들을 오래된 것부터 그 까닭과 함께 보이고, 두 판의 다른 곳을 문단과 금액으로 보인다."""
    settings = settings_of(home)
    principal = asking_principal(settings, asked_as)
    from pipelines.doors import open_session
    from warehouse.doors.cite import NotHeld
    from warehouse.doors.history import differences
    from warehouse.doors.history import history as look_up

    try:
        with open_session(settings) as session:
            if diff or other is not None:
                found = differences(session, principal, document, other)
            else:
                found = look_up(session, principal, document)
    except NotHeld:
        # Which of the two is not held, or that there is one version alone, is the same to him.
        named = document if other is None else f"{document}, {other}"
        raise typer.Exit(
            fail(f"가지고 있지 않거나 견줄 판이 없습니다: {named}", f"not held, or no version: {named}")
        ) from None
    if as_json:
        print_json(found.model_dump())
    elif diff or other is not None:
        _print_differences(found)  # pyright: ignore[reportArgumentType]
    else:
        _print_history(found)  # pyright: ignore[reportArgumentType]


def _print_history(found: "History") -> None:
    for version in found.versions:
        mark = " ←" if found.document_id in version.document_ids else ""
        status = words(*_STATES[version.status])
        confirmed = words(" (확인됨)", " (confirmed)") if version.is_confirmed else ""
        alike = f"  ~{version.similarity:.2f}" if version.similarity is not None else ""
        typer.echo(f"\n{version.ordinal}. [{status}{confirmed}]{alike}  {version.document_id[:12]}{mark}")
        for path in version.paths:
            typer.echo(f"   {path}")
        for reason in version.reasons:
            typer.echo(f"   · {reason}")
        if version.doubt:
            typer.echo(f"   ? {version.doubt}")
        for carrier in version.carried_by:
            typer.echo(f"   ✉ {carrier.sent_at or '-'} {carrier.words}")
    if len(found.versions) == 1:
        say("\n다른 판을 찾지 못했습니다.", "\nno other version found")


def _print_differences(found: "Differences") -> None:
    typer.echo(f"- {found.before_path}\n+ {found.after_path}")
    for change in found.amounts:
        who = f"{change.org_name} " if change.org_name else ""
        delta = f"  ({change.delta_won:+,}원)" if change.delta_won is not None else ""
        typer.echo(f"\n[{words(*_KINDS[change.kind])}] {who}{change.subject} {change.fiscal_year} {change.stage_label}")
        typer.echo(
            f"   {_side(change.before_text, change.before_won)} → {_side(change.after_text, change.after_won)}{delta}"
        )
        typer.echo(f"   cite {' '.join(filter(None, (change.before_id, change.after_id)))}")
    for change in found.paragraphs:
        typer.echo(f"\n[{words(*_KINDS[change.kind])}] {change.where_after or change.where_before}")
        if change.before is not None:
            typer.echo(f"   - {_short(change.before)}")
        if change.after is not None:
            typer.echo(f"   + {_short(change.after)}")
    if not found.paragraphs and not found.amounts:
        say("다른 곳이 없습니다.", "no difference")
    if found.n_left_out:
        say(f"… {found.n_left_out:,}곳은 보이지 않았습니다", f"… {found.n_left_out:,} more are not shown")


def _side(text: str | None, won: int | None) -> str:
    if text is None:
        return words("없음", "none")
    return text if won is None else f"{text} = {won:,}원"


def _short(text: str) -> str:
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
