"""`gotgan sample`: the sample ministry, as large as it is wanted, and nights of changes played on it."""

import json
import os
import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli.console import HomeOption, JsonOption, fail, print_json, say, settings_of, words
from pipelines.cli.homes import make_home
from pipelines.settings import Settings

if TYPE_CHECKING:
    from pipelines.sample.nights import NightTruth
    from pipelines.sample.truth import SourceTruth, Truth
    from warehouse.report import RunReport

_DAY = timedelta(days=1)


def sample(
    folder: Annotated[Path, typer.Argument(help="표본 부처의 공유를 만들 폴더 (없거나 비어 있어야 한다)")],
    home: HomeOption = None,
    as_json: JsonOption = False,
    scale: Annotated[int, typer.Option("--scale", min=1, help="몇 배로 크게 만드는가 (성능을 잴 때)")] = 1,
    nights: Annotated[
        int, typer.Option("--nights", min=0, help="이만큼의 밤을 이어서 돌린다. 밤마다 공유가 바뀐다")
    ] = 0,
) -> None:
    """표본 부처를 만들고, 그것을 모으는 홈을 만든다."""
    from pipelines.sample.ministry import make_sample

    settings = settings_of(home)
    share, truth_path = folder / "share", folder / "truth.json"
    if share.exists() and any(share.iterdir()):
        raise typer.Exit(fail(f"비어 있지 않습니다: {share}", f"not empty: {share}", status=2))
    truth = make_sample(share, truth_path, scale=scale)
    if make_home(settings):
        file = settings.home.settings_file
        file.write_text(
            f"{_without_programs(file.read_text('utf-8'))}\n{settings_of_truth(truth, share)}", encoding="utf-8"
        )
    played = _play(settings, share, truth_path, truth, scale, nights, as_json=as_json) if nights else []
    if as_json:
        made = {"share": str(share), "truth": str(truth_path), "home": str(settings.home.root)}
        print_json(made | {"files": len(truth.files), "nights": played})
    elif not nights:
        say(
            f"표본 부처: 파일 {len(truth.files):,}개, {share}",
            f"sample ministry: {len(truth.files):,} files in {share}",
        )
    if any(night["differences"] for night in played):
        raise typer.Exit(1)


def _without_programs(text: str) -> str:
    """Settings under which what comes of the sample does not depend on the programs of the machine."""
    return re.sub(r'# (ocr|office) = "auto"', r'\1 = "off"', text)


def settings_of_truth(truth: "Truth", share: Path) -> str:
    """The `[[source]]`, `[[principal]]` and `[[conversation]]` tables for a share, to be appended to `gotgan.toml`."""
    tables = [_table("source", _source_entries(source, share)) for source in truth.sources]
    for person in truth.principals:
        entries = {"name": person.name, "groups": list(person.groups), "clearance": person.clearance}
        tables.append(_table("principal", {key: value for key, value in entries.items() if value is not None}))
    tables += [_table("conversation", scope.model_dump(exclude_defaults=True)) for scope in truth.scopes]
    return "\n".join(tables)


def _source_entries(source: "SourceTruth", share: Path) -> dict[str, Any]:
    entries: dict[str, Any] = {
        "name": source.name,
        "kind": source.kind,
        "path": str((share / source.folder).resolve()),
        "access": list(source.access),
    }
    if source.has_permissions:
        entries["permissions"] = "posix"
        # Whoever made the share owns all of it; the tokens say whom that stands for in each office.
        entries["accounts"] = {f"uid:{os.getuid()}": source.owner, f"gid:{os.getgid()}": source.group}
    return entries


def _table(name: str, entries: dict[str, Any]) -> str:
    return "\n".join([f"[[{name}]]", *(f"{key} = {_toml(value)}" for key, value in entries.items())]) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_toml(key)} = {_toml(inner)}" for key, inner in value.items()) + " }"
    # Strings and lists of strings are written in TOML as in JSON.
    return json.dumps(value, ensure_ascii=False)


def _play(
    settings: Settings, share: Path, truth_path: Path, truth: "Truth", scale: int, n_nights: int, *, as_json: bool
) -> list[dict[str, Any]]:
    """Run the first night and those after it, a day apart on the run's own clock; the last one is now."""
    from pipelines.cli.running import run_night
    from pipelines.sample.comparison import differences
    from pipelines.sample.ministry import sample_items
    from pipelines.sample.nights import Nights
    from pipelines.sample.world import World
    from warehouse.clock import Clock

    items = [item for replica in range(scale) for item in sample_items(World(replica))]
    played = Nights(share, truth, items, truth_path)
    told = []
    for number in range(1, n_nights + 1):
        expected = played.first() if number == 1 else played.advance()
        clock = Clock(ahead=_DAY * (number - n_nights))
        report, _ = run_night(settings, clock=clock)
        if report is None:
            raise typer.Exit(fail(f"{number}번째 밤을 시작하지 못했습니다.", f"night {number} did not start"))
        wrong = differences(settings, played.truth, frozenset(expected.absent))
        told.append({"expected": expected.model_dump(), "report": report.model_dump(), "differences": wrong})
        if not as_json:
            _tell(number, n_nights, expected, report, wrong)
    return told


def _tell(number: int, n_nights: int, expected: "NightTruth", report: "RunReport", wrong: list[str]) -> None:
    counts = report.counts
    say(f"\n── 밤 {number}/{n_nights}", f"\n── night {number}/{n_nights}")
    for line in expected.what:
        typer.echo(f"   · {line}")
    say(
        f"   {report.outcome}: 본 {counts.seen:,} = 새로 {counts.kept:,} + 그대로 {counts.unchanged:,} + 건너뜀 "
        f"{counts.skipped:,} + 격리 {counts.quarantined:,}; 읽음 {report.parsed:,}, 임베딩 {report.embedded:,}, "
        f"{report.seconds:,.0f}초",
        f"   {report.outcome}: seen {counts.seen:,} = kept {counts.kept:,} + unchanged {counts.unchanged:,} + skipped "
        f"{counts.skipped:,} + quarantined {counts.quarantined:,}; parsed {report.parsed:,}, embedded "
        f"{report.embedded:,}, {report.seconds:,.0f} s",
    )
    if wrong:
        say(f"   정답과 다른 것 {len(wrong):,}건", f"   {len(wrong):,} differ from the truth")
        for line in wrong[:20]:
            typer.echo(f"     {line}")
    else:
        typer.echo("   " + words("정답과 모두 같음", "all as the truth says"))
