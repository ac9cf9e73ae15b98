"""The recipes of CONTRIBUTING.md: each file is written into a copy of the project, and what has appeared is used."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PACKAGES = ("assets", "connectors", "pipelines", "schemas", "warehouse")
FILE = re.compile(r"<!-- file: (\S+) -->\n```\w+\n(.*?)^```", re.DOTALL | re.MULTILINE)
RECIPES = dict(FILE.findall((PROJECT / "CONTRIBUTING.md").read_text("utf-8")))
RECEIVE = """

from pathlib import Path
from schemas.records import discover_records
from warehouse import migration
from warehouse.blobs import Sealer, make_home_key
from warehouse.clock import Clock
from warehouse.lake import Lake, local_place
from warehouse.layout import Home
from warehouse.placements import DeletionRule, Receiver
from pipelines.settings import Settings

settings = Settings()
settings.home.make_folders()
make_home_key(settings.home)
lake = Lake.open(settings.place)
migration.migrate(lake, discover_records().values())
clock = Clock()
for source in settings.sources():
    Receiver(lake, clock, Sealer(settings.home), lambda _: None, 1 << 20, DeletionRule()).receive(
        source, "run", lambda *_: None)
"""


class Copy:
    """A copy of the project that a recipe is added to, and a home."""

    def __init__(self, folder: Path) -> None:
        self.root, self.home = folder / "project", folder / "home"
        for package in PACKAGES:
            shutil.copytree(PROJECT / package, self.root / package, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "dagster.yaml", "workspace.yaml"):
            shutil.copy(PROJECT / name, self.root / name)
        self.home.mkdir()

    def add(self, *names: str) -> None:
        for name in names:
            assert not (self.root / name).exists(), f"{name} is there already: the recipe shows nothing new"
            (self.root / name).write_text(RECIPES[name], "utf-8")

    def settings(self, *lines: str) -> None:
        (self.home / "gotgan.toml").write_text("\n".join(lines), "utf-8")

    def python(self, script: str, **more: str) -> str:
        environment = os.environ | {"GOTGAN_HOME": str(self.home), "DAGSTER_DISABLE_TELEMETRY": "1"} | more
        command = [sys.executable, "-c", script]
        done = subprocess.run(
            command, cwd=self.root, env=environment, capture_output=True, text=True, timeout=600, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def json(self, script: str, **more: str) -> Any:
        return json.loads(self.python(script, **more).splitlines()[-1])


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def test_every_recipe_is_tried_by_a_test_of_this_module() -> None:
    tried = Path(__file__).read_text("utf-8")
    assert len(RECIPES) == 10
    assert [name for name in RECIPES if f'"{name}"' not in tried] == []


def test_the_recipes_keep_the_rules_of_the_house(copy: Copy) -> None:
    copy.add(*RECIPES)
    tools = Path(sys.executable).parent
    pythons = [name for name in RECIPES if name.endswith(".py")]
    for command in (
        ["ruff", "check", *pythons],
        ["ruff", "format", "--check", *pythons],
        ["lint-imports", "--no-cache"],
    ):
        done = subprocess.run(
            [str(tools / command[0]), *command[1:]],
            cwd=copy.root,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_source_appears_as_a_kind_and_as_an_asset_and_is_gathered(copy: Copy, tmp_path: Path) -> None:
    copy.add("connectors/sources/listed.py")
    share = tmp_path / "share"
    share.mkdir()
    for name in ("하나.txt", "둘.txt", "셋.txt"):
        (share / name).write_text(name, "utf-8")
    (share / "gather.txt").write_text("하나.txt\n둘.txt\n", "utf-8")
    copy.settings("[[source]]", 'name = "목록"', 'kind = "listed"', f'path = "{share}"', 'access = ["group:all"]')
    found = copy.json(
        "import json\nfrom pipelines.definitions import build_definitions\n"
        + RECEIVE
        + "specs = build_definitions(settings).resolve_all_asset_specs()\n"
        "print(json.dumps({'assets': [spec.key.to_user_string() for spec in specs],\n"
        "    'paths': [row['path'] for row in lake.rows('SELECT path FROM lake.raw.placement ORDER BY path')]}))"
    )
    assert "raw/목록" in found["assets"]
    assert found["paths"] == ["둘.txt", "하나.txt"]


def test_a_format_reads_its_files_in_the_sandbox_and_has_a_row_on_its_page(copy: Copy, tmp_path: Path) -> None:
    copy.add("connectors/formats/calendar.py")
    file = tmp_path / "일정.dat"
    lines = [
        "BEGIN:VCALENDAR",
        "BEGIN:VEVENT",
        "SUMMARY:예산협의회",
        "DTSTART:20260409T140000",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    file.write_text("\r\n".join(lines), "utf-8")
    read = "import sys, json\nsys.argv = ['gotgan', 'read', {!r}, '--json']\nfrom pipelines.cli import main\nmain()"
    environment = os.environ | {"GOTGAN_HOME": str(copy.home)}
    done = subprocess.run(
        [sys.executable, "-c", read.format(str(file))],
        cwd=copy.root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    answer = json.loads(done.stdout)
    assert (answer["format"], answer["outcome"]) == ("calendar", "kept")
    assert [element["text"] for element in answer["elements"]] == ["예산협의회\n20260409T140000"]
    assert "`calendar`" in copy.python("from pipelines.pages import formats_page; print(formats_page())")


def test_an_export_of_a_messenger_is_read_as_a_conversation_and_has_a_row_on_its_page(
    copy: Copy, tmp_path: Path
) -> None:
    copy.add("connectors/messengers/irssi.py")
    file = tmp_path / "예산협의.log"
    lines = [
        "--- Log opened Mon Mar 02 09:00:00 2026",
        "09:05 <@총괄담당> 요구서는 3억 원입니다",
        "09:06 -!- 복지담당 [~b@example.com] has joined #예산협의",
        "--- Day changed Tue Mar 03 2026",
        "10:00 < 복지담당> 확인했습니다 <표 2>",
    ]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    script = f"import sys\nsys.argv = ['gotgan', 'read', {str(file)!r}, '--json']\nfrom pipelines.cli import main\n"
    answer = json.loads(
        copy.python(f"{script}try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code")
    )
    assert (answer["format"], answer["outcome"]) == ("irssi", "kept")
    assert answer["understood"]["share"] == 1.0
    (room,) = answer["conversations"]
    assert (room["title"], [person["name"] for person in room["participants"]]) == (
        "예산협의",
        ["총괄담당", "복지담당"],
    )
    said = [(found["sent_at"], found["sender"], found["text"], found["kind"]) for found in room["messages"]]
    assert said[0] == ("2026-03-02T09:05:00+09:00", "총괄담당", "요구서는 3억 원입니다", "text")
    assert said[1][1:] == ("", "복지담당 [~b@example.com] has joined #예산협의", "system")
    assert said[2] == ("2026-03-03T10:00:00+09:00", "복지담당", "확인했습니다 <표 2>", "text")
    page = copy.python("from pipelines.pages import formats_page; print(formats_page())")
    assert "`irssi`" in page.partition("## 메신저 내보내기")[2]


def test_a_form_gives_the_amounts_of_its_tables_with_their_cells(copy: Copy, tmp_path: Path) -> None:
    copy.add("connectors/forms/ledger.py")
    ledger = tmp_path / "ledger.csv"
    ledger.write_text("YY,DEPT,PROJ_CD,PROJ_NM,AMT_K\n2031,가람부,1001-301,샘물 살리기,12345\n", encoding="utf-8")
    found = json.loads(
        copy.python(
            "import sys; from pipelines.cli import main; sys.argv = ['gotgan', 'records', "
            f"{str(ledger)!r}, '--json']; main()"
        )
    )
    assert [(one["fiscal_year"], one["stage"], one["amount_won"], one["unit_from"], one["form"]) for one in found] == [
        (2031, "ENACTED", 12_345_000, "form", "ledger")
    ]
    assert found[0]["provenance"]["row"] == 2
    assert found[0]["provenance"]["col"] == 5
    assert found[0]["provenance"]["raw_text"] == "12345"


def test_a_table_is_made_in_the_lake_with_its_comments_and_its_page(copy: Copy) -> None:
    copy.add("schemas/records/meeting.py")
    found = copy.json(
        "import json\n" + RECEIVE + "from pipelines.pages import generated_pages\n"
        "comment = lake.value(\"SELECT comment FROM duckdb_columns() WHERE table_name = 'meeting' AND column_name = 'title'\")\n"
        "print(json.dumps({'comment': comment, 'page': '`core.meeting` 회의' in generated_pages()['dictionary']}))"
    )
    assert found == {"comment": "제목: what it is about", "page": True}


def test_an_embedder_loads_the_folder_that_it_recognises(copy: Copy, tmp_path: Path) -> None:
    copy.add("warehouse/embedders/trigrams.py")
    model = tmp_path / "model"
    model.mkdir()
    (model / "trigrams.json").write_text('{"dimension": 64}', "utf-8")
    found = copy.json(
        "import json\nfrom pipelines.ports import Parts\nfrom pipelines.settings import Settings\n"
        "parts = Parts(Settings())\nmodel = parts.embedder()\n"
        "near, same, far = model.embed_passages(['예산 편성 지침', '예산 편성 지침서', 'zzz'])\n"
        "print(json.dumps({'dimension': parts.model[1], 'near': float(near @ same), 'far': float(near @ far)}))",
        GOTGAN_MODEL=str(model),
    )
    assert found["dimension"] == 64
    assert found["near"] > 0.7 > 0.3 > found["far"]


def test_a_mart_is_an_asset_a_table_and_in_the_analysts_file(copy: Copy, tmp_path: Path) -> None:
    copy.add("schemas/records/newest_file.py", "warehouse/marts/newest_file.py", "warehouse/marts/newest_file.sql")
    share = tmp_path / "share" / "폴더"
    share.mkdir(parents=True)
    for age, name in enumerate(("옛것.txt", "새것.txt")):
        (share / name).write_text(name, "utf-8")
        os.utime(share / name, (1_700_000_000 + age, 1_700_000_000 + age))
    copy.settings(
        "[[source]]", 'name = "공유"', 'kind = "folder"', f'path = "{share.parent}"', 'access = ["group:all"]'
    )
    found = copy.json(
        "import json\nfrom pipelines.definitions import build_definitions\nfrom warehouse.marts import build_mart, discover_marts\n"
        "from warehouse.serving import served_records\n"
        + RECEIVE
        + "build_mart(lake, clock, discover_marts()['newest_file'], 'run', lambda *_: None)\n"
        "specs = build_definitions(settings).resolve_all_asset_specs()\n"
        "print(json.dumps({'assets': [spec.key.to_user_string() for spec in specs],\n"
        "    'served': [record.qualified_name() for record in served_records()],\n"
        "    'rows': lake.rows('SELECT folder, name FROM lake.mart.newest_file')}))"
    )
    assert "mart/newest_file" in found["assets"]
    assert "mart.newest_file" in found["served"]
    assert found["rows"] == [{"folder": "폴더", "name": "새것.txt"}]


def test_a_kind_of_question_is_asked_in_the_queue(copy: Copy, tmp_path: Path) -> None:
    copy.add("warehouse/reviews/unreadable.py")
    share = tmp_path / "share"
    share.mkdir()
    (share / "a.txt").write_text("글", "utf-8")
    copy.settings("[[source]]", 'name = "공유"', 'kind = "folder"', f'path = "{share}"')
    found = copy.json(
        "import json\nfrom warehouse.review import queue, settle_reviews\nfrom warehouse.reviews import Circumstances\n"
        + RECEIVE
        + "settle_reviews(lake, clock, Circumstances(DeletionRule()), 'run', lambda *_: None)\n"
        "lake.close()\n"
        "print(json.dumps([[item.asked.kind, item.asked.title] for item in queue(settings.home, settings.place)]))"
    )
    assert found == [["unreadable", "소스 공유의 파일 1개를 아무도 볼 수 없음"]]
