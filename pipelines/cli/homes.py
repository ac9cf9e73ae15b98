"""`gotgan init`, `sample`, `doctor` and `ui`: making a home, filling one with the sample ministry, looking after it."""

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.console import HomeOption, JsonOption, fail, print_json, say, settings_of, words
from pipelines.cli.running import prepare_instance
from pipelines.settings import Settings
from warehouse.layout import project_folder

_TEMPLATE = """\
# 곳간의 설정. 무엇을 모으고 누가 볼 수 있는지가 여기 있다. 고친 뒤에는 `gotgan doctor`로 확인한다.

[limits]
# max_file_mb = 512          # 이보다 큰 파일은 격리(too_large)
# seconds_per_file = 120     # 한 파일을 읽는 데 쓸 수 있는 시간
# memory_mb = 3072           # 한 파일을 읽는 데 쓸 수 있는 메모리
# workers = 2                # 격리실 작업자 수 (없으면 코어 수)
# sandbox = "auto"           # auto | bubblewrap | process. bubblewrap이라고 적으면 그보다 약해지지 않고 멈춘다

[deletion]
# grace_hours = 20           # 공유에서 안 보인 지 이만큼 지나 다시 안 보이면 사라진 것으로 본다
# brake_share = 0.2          # 한 번에 이 비율(과 brake_files)보다 많이 사라지면 삭제를 보류한다
# brake_files = 20

[schedule]
# cron = "0 2 * * *"
# timezone = "Asia/Seoul"

[lake]
# catalog = "postgres:dbname=gotgan host=127.0.0.1"   # 없으면 홈 안의 SQLite
# data = "/srv/gotgan/data"                           # 없으면 홈 안

# 소스와 사람은 아래에 얼마든지 더 적을 수 있다.
#
# [[source]]
# name = "budget_office"
# kind = "folder"
# path = "/mnt/share/budget"
# access = ["group:budget"]      # group:all 은 아래에 적힌 모든 사람
#
# [[principal]]
# name = "kim"
# groups = ["budget"]
# clearance = "internal"
"""


def init(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """홈을 만든다. 이미 있으면 그대로 둔다."""
    settings = settings_of(home)
    made = _make_home(settings)
    if as_json:
        print_json({"home": str(settings.home.root), "settings": str(settings.home.settings_file), "made": made})
        return
    place = settings.home.settings_file
    if made:
        say(
            f"홈을 만들었습니다. 이제 {place}에 [[source]]와 [[principal]]을 적으십시오.",
            f"made; now add [[source]] and [[principal]] to {place}",
        )
    else:
        say(f"이미 있는 홈입니다: {place}", f"already there: {place}")


def _make_home(settings: Settings) -> bool:
    from warehouse.blobs import make_home_key

    settings.home.root.mkdir(parents=True, exist_ok=True)
    settings.home.make_folders()
    make_home_key(settings.home)
    if settings.home.settings_file.exists():
        return False
    settings.home.settings_file.write_text(_TEMPLATE, encoding="utf-8")
    return True


def sample(
    folder: Annotated[Path, typer.Argument(help="표본 부처의 공유를 만들 폴더 (없거나 비어 있어야 한다)")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """표본 부처를 만들고, 그것을 모으는 홈을 만든다."""
    from pipelines.sample.ministry import make_sample

    settings = settings_of(home)
    share, truth_path = folder / "share", folder / "truth.json"
    if share.exists() and any(share.iterdir()):
        raise typer.Exit(fail(f"비어 있지 않습니다: {share}", f"not empty: {share}", status=2))
    truth = make_sample(share, truth_path)
    if _make_home(settings):
        tables = [_source_table(source.name, share / source.folder, list(source.access)) for source in truth.sources]
        tables += [_principal_table(person.name, list(person.groups), person.clearance) for person in truth.principals]
        with settings.home.settings_file.open("a", encoding="utf-8") as file:
            file.write("\n" + "\n".join(tables))
    if as_json:
        print_json(
            {"share": str(share), "truth": str(truth_path), "home": str(settings.home.root), "files": len(truth.files)}
        )
        return
    say(f"표본 부처: 파일 {len(truth.files)}개, {share}", f"sample ministry: {len(truth.files)} files in {share}")


def _source_table(name: str, path: Path, access: list[str]) -> str:
    lines = ["[[source]]", f"name = {json.dumps(name, ensure_ascii=False)}", 'kind = "folder"']
    lines += [
        f"path = {json.dumps(str(path.resolve()), ensure_ascii=False)}",
        f"access = {json.dumps(access, ensure_ascii=False)}",
    ]
    return "\n".join(lines) + "\n"


def _principal_table(name: str, groups: list[str], clearance: str | None) -> str:
    lines = [
        "[[principal]]",
        f"name = {json.dumps(name, ensure_ascii=False)}",
        f"groups = {json.dumps(groups, ensure_ascii=False)}",
    ]
    if clearance:
        lines.append(f"clearance = {json.dumps(clearance, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"


def doctor(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """밤이 돌기 전에 살핀다: 소스, 모델, 격리실, 엔진, 여유 공간, 마지막 성공."""
    from pipelines.examination import examine

    findings = examine(settings_of(home))
    if as_json:
        print_json([finding.model_dump() for finding in findings])
    else:
        for finding in findings:
            mark = {"ok": words("좋음", "ok"), "warning": words("주의", "warning"), "failed": words("실패", "FAILED")}[
                finding.state
            ]
            typer.echo(f"{mark:<6} {finding.subject}: {finding.text}")
    if any(finding.state == "failed" for finding in findings):
        raise typer.Exit(1)


def ui(
    home: HomeOption = None,
    port: Annotated[int, typer.Option("--port", "-p", help="포트")] = 3000,
    host: Annotated[str, typer.Option("--host", help="주소")] = "127.0.0.1",
) -> None:
    """Dagster 화면과 데몬을 함께 연다 (끝내려면 Ctrl-C)."""
    settings = settings_of(home)
    _make_home(settings)
    prepare_instance(settings)
    say(
        f"http://{host}:{port} 에서 엽니다. 일정도 함께 돕니다.", f"opening http://{host}:{port}; the schedule runs too"
    )
    sys.stdout.flush()
    workspace = project_folder() / "workspace.yaml"
    command = [sys.executable, "-m", "dagster", "dev", "-w", str(workspace), "-h", host, "-p", str(port)]
    os.execv(sys.executable, command)  # noqa: S606 - the command becomes Dagster, so that signals reach it
