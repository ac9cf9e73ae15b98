"""`gotgan changes`: which figures were added, revised or withdrawn since an earlier publication, and why."""

from typing import Annotated

import typer

from pipelines.cli.console import AsOption, HomeOption, JsonOption, note, print_json, say, settings_of, words


def changes(
    since: Annotated[str, typer.Option("--since", help="견줄 이전 공개 (마지막 셋까지)")],
    asked_as: AsOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    limit: Annotated[int, typer.Option("--limit", "-k", min=1, help="보일 개수")] = 50,
) -> None:
    """이전 공개와 견주어 더해지고 고쳐지고 거두어진 금액과 그 까닭을 보인다."""
    settings = settings_of(home)
    principal = settings.principal(asked_as)
    from warehouse.changes import CAUSES, KINDS, changes_since

    found = changes_since(settings.home, since, principal=principal)
    if as_json:
        print_json(found.as_dict())
        return
    say(f"{found.since} → {found.publication}", f"{found.since} → {found.publication}")
    if not found.rows:
        say("달라진 금액이 없습니다.", "no figure has changed")
    for (kind, cause), n in found.counts().items():
        typer.echo(f"  {KINDS[kind]} {n:,}  {CAUSES[cause]}")
    if found.n_restated:
        say(
            f"  그대로 {found.n_restated:,}  새 판이 같은 금액을 다시 말함",
            f"  same {found.n_restated:,}  restated by a new version",
        )
    for row in found.rows[:limit]:
        who = f"{row.org_name} " if row.org_name else ""
        typer.echo(f"\n[{KINDS[row.kind]}] {who}{row.subject} {row.fiscal_year} {row.stage_label}")
        typer.echo(f"   {_side(row.old_text, row.old_won)} → {_side(row.new_text, row.new_won)}  ({CAUSES[row.cause]})")
        typer.echo(f"   {row.where}")
    if len(found.rows) > limit:
        note(f"… {len(found.rows) - limit:,}건이 더 있습니다 (--limit, --json)", f"… {len(found.rows) - limit:,} more")
    if principal is None:
        note(
            "(모두가 볼 수 있는 금액만. --as로 사람을 밝히면 그 권한의 파일을 견줍니다)",
            "(figures that everyone listed may read; --as compares a person's files)",
        )


def _side(text: str | None, won: int | None) -> str:
    if text is None:
        return words("없음", "none")
    return text if won is None else f"{text} = {won:,}원"
