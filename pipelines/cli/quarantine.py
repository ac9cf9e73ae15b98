"""`gotgan quarantine`: what could not be kept, why, and trying again."""

from typing import Annotated, Any

import typer

from pipelines.cli.console import HomeOption, JsonOption, fail, print_json, say, settings_of, words
from pipelines.settings import Settings
from schemas.outcome import reason_of

app = typer.Typer(help="격리된 파일을 보고 다시 시도한다.", no_args_is_help=True)


def _rows(settings: Settings) -> list[dict[str, Any]]:
    """The quarantine at the head of the lake: an operator's view, not a consumer's."""
    from warehouse.lake import CATALOG, Lake

    if not settings.home.catalog_file.exists() and settings.place.is_sqlite:
        return []
    with Lake.open(settings.place, read_only=True) as lake:
        return lake.rows(f"FROM {CATALOG}.ops.quarantine ORDER BY source_name, path, member_path NULLS FIRST, reason")


@app.command("list")
def list_all(
    home: HomeOption = None,
    as_json: JsonOption = False,
    reason: Annotated[str | None, typer.Option("--reason", help="이 사유만")] = None,
) -> None:
    """격리된 파일과 사유를 보인다."""
    rows = [row for row in _rows(settings_of(home)) if reason is None or row["reason"] == reason]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        inner = f"!/{row['member_path']}" if row["member_path"] else ""
        found = reason_of(row["reason"])
        reason_words = f"{words(found.korean, found.english)} ({found.code})"
        typer.echo(f"{row['quarantine_id']}  {reason_words}  {row['source_name']}/{row['path']}{inner}")
    say(f"모두 {len(rows):,}건", f"{len(rows):,} in all")


@app.command()
def show(
    quarantine_id: Annotated[str, typer.Argument(help="격리 ID")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """격리 한 건의 까닭과 할 일을 보인다."""
    row = _one(settings_of(home), quarantine_id)
    found = reason_of(row["reason"])
    if as_json:
        print_json(row | {"reason_korean": found.korean, "reason_english": found.english, "advice": found.advice})
        return
    for label, value in (
        (words("파일", "file"), f"{row['source_name']}/{row['path']}"),
        (words("구성원", "member"), row["member_path"] or "-"),
        (words("사유", "reason"), f"{words(found.korean, found.english)} ({found.code})"),
        (words("상세", "detail"), row["detail"] or "-"),
        (words("형식", "format"), row["format"] or "-"),
        (words("크기", "bytes"), f"{row['size_bytes']:,}"),
        (words("처음 본 때", "first seen"), str(row["first_seen_at"])),
        (words("할 일", "advice"), found.advice),
    ):
        typer.echo(f"{label}: {value}")


@app.command()
def retry(
    quarantine_id: Annotated[str | None, typer.Argument(help="격리 ID")] = None,
    home: HomeOption = None,
    reason: Annotated[str | None, typer.Option("--reason", help="이 사유로 격리된 것 모두")] = None,
    as_json: JsonOption = False,
) -> None:
    """다음 실행에서 다시 읽게 한다."""
    settings = settings_of(home)
    if (quarantine_id is None) == (reason is None):
        raise typer.Exit(fail("격리 ID나 --reason 가운데 하나를 주십시오.", "give an id or --reason", status=2))
    rows = [_one(settings, quarantine_id)] if quarantine_id else [r for r in _rows(settings) if r["reason"] == reason]
    from warehouse.retry import forget_readings

    n_contents = forget_readings(settings.home, settings.place, [row["placement_id"] for row in rows])
    if as_json:
        print_json({"retried": n_contents})
        return
    say(
        f"{n_contents:,}개 내용을 다음 실행에서 다시 읽습니다: gotgan run",
        f"{n_contents:,} contents will be read again: gotgan run",
    )


def _one(settings: Settings, quarantine_id: str) -> dict[str, Any]:
    rows = [row for row in _rows(settings) if row["quarantine_id"] == quarantine_id]
    if not rows:
        raise typer.Exit(
            fail(f"그런 격리가 없습니다: {quarantine_id}", f"no such quarantine: {quarantine_id}", status=2)
        )
    return rows[0]
