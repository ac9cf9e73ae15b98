"""`gotgan init`, `doctor` and `ui`: making a home and looking after it."""

import os
import sys
from typing import Annotated

import typer

from pipelines.cli.console import HomeOption, JsonOption, print_json, say, settings_of, words
from pipelines.instance import prepare_instance
from pipelines.settings import Settings
from warehouse.layout import project_folder

_TEMPLATE = """\
# 곳간의 설정. 무엇을 모으고 누가 볼 수 있는지가 여기 있다. 고친 뒤에는 `gotgan doctor`로 확인한다.

[limits]
# max_file_mb = 512          # 이보다 큰 파일은 격리(too_large)
# seconds_per_file = 120     # 한 파일을 읽는 데 쓸 수 있는 시간
# memory_mb = 3072           # 한 파일을 읽는 데 쓸 수 있는 메모리
# workers = 2                # 격리실 작업자 수 (없으면 코어 수)
# ocr = "auto"               # auto | off. 스캔과 그림의 글자를 tesseract로 읽는다 (있을 때)
# office = "auto"            # auto | off. DOC·PPT를 LibreOffice로 바꾸어 읽는다 (있을 때)
# tool_seconds_per_file = 1800
# sandbox = "auto"           # auto | bubblewrap | process. bubblewrap이라고 적으면 그보다 약해지지 않고 멈춘다

[deletion]
# grace_hours = 20           # 공유에서 안 보인 지 이만큼 지나 다시 안 보이면 사라진 것으로 본다
# brake_share = 0.2          # 한 번에 이 비율(과 brake_files)보다 많이 사라지면 삭제를 보류한다
# brake_files = 20

[schedule]
# cron = "0 2 * * *"
# timezone = "Asia/Seoul"

# [model]
# folder = "/srv/models/bge-m3"  # sentence-transformers 폴더. 없으면 함께 온 모형. `gotgan index switch`가 적는다
# lane = "int8"                  # torch | onnx | int8. 없으면 그 모형의 것

# [search]
# reranker = "/srv/models/reranker"   # 첫 결과들을 다시 읽고 순서를 매길 cross-encoder 폴더

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
# licence = "공공누리 제1유형"   # 이 소스의 글을 학습에 써도 되는 근거. 없으면 gotgan export corpus에서 뺀다
# retention = "10년"             # 보존 구분. 내보낸 행마다 적힌다
# permissions = "posix"          # 파일과 폴더의 권한(모드·ACL)도 따른다. 없으면 access만 본다
# accounts = { "gid:1500" = "group:budget-heads" }   # 번호가 뜻하는 사람·무리 (없으면 시스템의 이름)
#
# [[source]]
# name = "inbox"
# kind = "inbox"                 # 사람마다 폴더 하나. 놓은 사람만 보고, 접수증을 받는다
# path = "/srv/inbox"
#
# [[principal]]
# name = "kim"
# groups = ["budget"]
# clearance = "internal"
#
# 실패하면 알릴 곳. 비밀번호는 GOTGAN_SMTP_PASSWORD, 웹훅의 머리글 값은 GOTGAN_WEBHOOK_TOKEN에 둔다.
#
# [[notify]]
# kind = "mail"
# host = "mail.example.com"
# from = "gotgan@example.com"
# to = ["operator@example.com"]
#
# [[notify]]
# kind = "file"
# path = "notices.jsonl"
"""


def init(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """홈을 만든다. 이미 있으면 그대로 둔다."""
    settings = settings_of(home)
    made = make_home(settings)
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


def make_home(settings: Settings) -> bool:
    """Make a home's folders, keys and settings; False if it has settings already, which are left as they are."""
    from warehouse.blobs import make_home_key

    settings.home.root.mkdir(parents=True, exist_ok=True)
    settings.home.make_folders()
    make_home_key(settings.home)
    if settings.home.settings_file.exists():
        return False
    settings.home.settings_file.write_text(_TEMPLATE, encoding="utf-8")
    return True


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
    make_home(settings)
    prepare_instance(settings)
    say(
        f"http://{host}:{port} 에서 엽니다. 일정도 함께 돕니다.", f"opening http://{host}:{port}; the schedule runs too"
    )
    sys.stdout.flush()
    workspace = project_folder() / "workspace.yaml"
    command = [sys.executable, "-m", "dagster", "dev", "-w", str(workspace), "-h", host, "-p", str(port)]
    os.execv(sys.executable, command)  # noqa: S606 - the command becomes Dagster, so that signals reach it
