"""`gotgan index switch|rechunk|status` and `gotgan rollback`: another model, other chunks, and the way back."""

import getpass
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.cli.console import HomeOption, JsonOption, fail, megabytes, note, print_json, say, settings_of, words
from pipelines.models import ChoiceNotWritten, ChosenModel, write_choice
from pipelines.settings import Settings
from warehouse.publication import Current

app = typer.Typer(help="색인: 임베딩 모형을 바꾸고, 다시 나누고, 살핀다.", no_args_is_help=True)


@app.command("switch")
def switch(
    folder: Annotated[Path, typer.Argument(help="sentence-transformers 모형의 폴더")],
    lane: Annotated[
        str | None, typer.Option("--lane", help="모형을 돌리는 방식 (torch, onnx, int8; 없으면 그 모형의 것)")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """임베딩 모형을 바꾼다: 보관된 청크로 둘째 색인을 만들고 나서 옮긴다. 그동안 지금 색인이 그대로 답한다."""
    from warehouse.reindexing import switch_index

    settings = settings_of(home)
    chosen = _prepared(folder.expanduser().resolve(), lane)
    _warn_of_environment(settings, chosen.folder)

    def settle() -> None:
        write_choice(settings.home.settings_file, chosen.folder, chosen.lane)

    _publish(settings.with_model(chosen), lambda night: switch_index(night, settle), as_json=as_json)


@app.command("rechunk")
def rechunk(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """보관된 글을 지금의 규칙으로 모두 다시 나누고 색인을 다시 만든다. 그동안 지금 색인이 그대로 답한다."""
    from warehouse.reindexing import rechunk_index

    _publish(settings_of(home), rechunk_index, as_json=as_json)


@app.command("status")
def status(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """무엇이 어떤 모형으로 공개되어 있고, 돌아갈 수 있는 공개와 벡터 표가 무엇인지 보인다."""
    from warehouse.reindexing import index_status

    settings = settings_of(home)
    found = index_status(settings.home, settings.place)
    current = found.current
    if as_json:
        print_json(
            {
                "publication": current.publication_id if current else None,
                "table": current.vector_table if current else None,
                "version": current.vector_version if current else None,
                "model": current.index.model_dump() if current and current.index else None,
                "set_model": {"folder": str(settings.model.folder), "lane": settings.model.lane},
                "chunks": found.n_chunks,
                "passages": found.n_passages,
                "kept": [_kept_line(row.model_dump(), current) for row in found.kept],
                "tables": [state._asdict() for state in found.tables],
                "rollback": found.rollback,
            }
        )
        return
    if current is None:
        say("아직 공개된 것이 없습니다.", "nothing is published yet")
    else:
        say(f"공개: {current.publication_id}", f"publication: {current.publication_id}")
        _say_model(current, settings)
    if found.rollback is not None:
        say(
            f"되돌린 상태입니다: {found.rollback['from_id']} → {found.rollback['publication_id']}",
            f"rolled back: {found.rollback['from_id']} -> {found.rollback['publication_id']}",
        )
    say(
        f"청크 {found.n_chunks:,}개, 서로 다른 구절 {found.n_passages:,}개",
        f"{found.n_chunks:,} chunks, {found.n_passages:,} distinct passages",
    )
    for state in found.tables:
        building = words(" (만드는 중)", " (being built)") if state.is_building else ""
        tags = ", ".join(sorted(state.tags)) or "-"
        rows = words(f"{state.n_rows:,}행", f"{state.n_rows:,} rows")
        typer.echo(f"  {state.name}{building}  {rows}  {megabytes(state.n_bytes)}  {tags}")


def rollback(
    publication: Annotated[str | None, typer.Argument(help="돌아갈 공개 (없으면 바로 앞의 공개)")] = None,
    reason: Annotated[str | None, typer.Option("--note", help="까닭")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """앞선 공개로 돌아간다. 그 공개의 모형과 청크로 답하며, 새 소식을 공개하는 밤이 올 때까지 그대로 있다."""
    from warehouse.clock import Clock
    from warehouse.reindexing import CannotGoBack, roll_back

    settings = settings_of(home)
    settings.arm_faults()

    def settle(target: Current) -> None:
        _choose_again(settings, target)

    try:
        before, now = roll_back(
            settings.home,
            settings.place,
            Clock(),
            settle,
            to=publication,
            decided_by=getpass.getuser(),
            note=reason,
        )
    except (CannotGoBack, ChoiceNotWritten) as refused:
        raise typer.Exit(fail(str(refused), str(refused))) from None
    if as_json:
        print_json({"before": before.publication_id, "publication": now.publication_id})
    else:
        say(f"되돌렸습니다: {before.publication_id} → {now.publication_id}", f"now reading {now.publication_id}")


def _prepared(folder: Path, lane: str | None) -> ChosenModel:
    """The chosen model, its lane's own files made where it has any.

    Raises:
        warehouse.embedders.NoSuchModel: no embedder can load what lies in the folder, or there is no such lane.
    """
    from warehouse.embedders import default_lane, plugin_for, prepare_lane

    plugin_for(folder)
    prepare_lane(folder, lane or default_lane(folder))
    chosen = ChosenModel(folder, lane)
    # Asked for now, so that a folder that is no model is told before the lock is taken.
    _ = chosen.fingerprint
    return chosen


def _warn_of_environment(settings: Settings, folder: Path) -> None:
    named = settings.model_by_environment
    if named is not None and named.expanduser().resolve() != folder:
        note(
            f"GOTGAN_MODEL({named})이 gotgan.toml보다 앞섭니다. 다음 밤이 되돌아가지 않게 그 환경 변수를 지우십시오.",
            f"GOTGAN_MODEL ({named}) wins over gotgan.toml; unset it, or the next night goes back to that model",
        )


def _choose_again(settings: Settings, target: Current) -> None:
    """Set the model of a publication again, so that the next night goes on with it."""
    from pipelines.doors import open_parts

    if target.index is None:
        return
    with open_parts(settings) as parts:
        model = parts.model_of(target.index)
        if model.fingerprint == parts.chosen.fingerprint:
            return
    write_choice(settings.home.settings_file, model.folder, model.lane)
    _warn_of_environment(settings, model.folder)


def _publish(settings: Settings, work: Any, *, as_json: bool) -> None:
    from pipelines.cli.running import ProgressLines
    from pipelines.ports import night_opener
    from warehouse.reindexing import IndexBlocked, NightUnfinished

    try:
        with night_opener(settings, ProgressLines())() as night:
            current, is_new = work(night)
            n_embedded = night.n_embedded
    except (NightUnfinished, IndexBlocked, ChoiceNotWritten, ValueError) as refused:
        raise typer.Exit(fail(str(refused), str(refused))) from None
    if as_json:
        print_json(
            {
                "publication": current.publication_id,
                "is_new": is_new,
                "embedded": n_embedded,
                "table": current.vector_table,
                "model": current.index.model_dump() if current.index else None,
            }
        )
    elif is_new:
        say(
            f"공개했습니다: {current.publication_id} (임베딩 {n_embedded:,}개)",
            f"published {current.publication_id} ({n_embedded:,} embedded)",
        )
    else:
        say(f"바뀐 것이 없습니다: {current.publication_id}", f"nothing new: {current.publication_id}")


def _kept_line(row: dict[str, Any], current: Current | None) -> dict[str, Any]:
    names = (
        "publication_id",
        "published_at",
        "vector_table",
        "vector_version",
        "model_folder",
        "model_lane",
        "embedder",
    )
    line = {name: row[name] for name in names}
    return line | {"is_current": current is not None and row["publication_id"] == current.publication_id}


def _say_model(current: Current, settings: Settings) -> None:
    index = current.index
    if index is not None:
        say(
            f"모형: {index.folder} ({index.lane}, {index.dimension}차원)",
            f"model: {index.folder} ({index.lane}, {index.dimension} dimensions)",
        )
        chosen = settings.model
        if str(chosen.folder) != index.folder or chosen.lane not in (None, index.lane):
            say(
                f"설정된 모형: {chosen.folder} ({chosen.lane or '-'})",
                f"set model: {chosen.folder} ({chosen.lane or '-'})",
            )
    say(
        f"벡터 표: {current.vector_table} {current.vector_version}판",
        f"table: {current.vector_table} {current.vector_version}",
    )
