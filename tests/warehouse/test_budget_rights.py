"""Whose figures they are: a ministry with secrets, seen through each audience's file, beside a ministry that has only its files.

What stands only in files that an audience may not read must be in nothing that it can open or ask; and its file must say the
same as that of a lake into which nothing else ever came.
"""

import importlib.util
import io
import itertools
import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from connectors.sources.folder import FolderSource
from schemas.access import Access, Principal, may_read
from schemas.records import discover_records
from warehouse import migration
from warehouse.blobs import make_home_key
from warehouse.changes import changes_since
from warehouse.clock import Clock
from warehouse.doors.cite import NotHeld
from warehouse.doors.cite_amount import cite_amount
from warehouse.doors.sql import run_query
from warehouse.exporting import export_fiscal_package
from warehouse.lake import CATALOG, Lake, local_place
from warehouse.layout import Home
from warehouse.ledger import Ledger
from warehouse.macros import MACROS
from warehouse.marts import discover_marts
from warehouse.review import queue

pytestmark = pytest.mark.long

ALL, INNER, SECRET = (
    Access(allow=("group:all",)),
    Access(allow=("clearance:내부", "clearance:기밀")),
    Access(allow=("clearance:기밀",)),
)
NO_KIM, NOBODY = Access(allow=("group:all", "clearance:내부"), deny=("user:kim",)), Access()
LEE, PARK = Principal(name="lee", clearance="내부"), Principal(name="park", clearance="기밀")
CHOI, KIM = Principal(name="choi"), Principal(name="kim")
AUDIENCES = {None: CHOI, "내부": LEE, "기밀": PARK}
HEAD = "소관,회계,세부사업,사업코드,2025년 예산(백만원),2026년 예산(백만원)"
ITEMS = "소관,회계,세부사업,사업코드,목,목코드,세목,세목코드,2026년 예산(백만원)"
PLAN = "프로그램,세부사업,성과지표,단위,2025년 목표,2025년 실적,2025년 결산(백만원)"
MOVED = "일자,주는 과목,주는 과목,전용 금액(천원),받는 과목,받는 과목,사유\n,세부사업,목-세목,,세부사업,목-세목,"

Row = tuple[str, str, str, int | None, int | None]


def budget(*rows: Row, total: str | None = None, off: int = 0) -> str:
    """A table of projects: (office, project, code, 2025, 2026), with a total of an office that may be off."""
    lines = [HEAD, *(f"{o},일반회계,{p},{c},{_cell(a)},{_cell(b)}" for o, p, c, a, b in rows)]
    if total:
        sums = [sum(a or 0 for *_, a, _ in rows), sum(b or 0 for *_, b in rows)]
        lines.append(f"{total},일반회계,합계,,{sums[0]},{sums[1] + off}")
    return "\n".join(lines) + "\n"


def in_year(year: int, *rows: tuple[str, str, str, int]) -> str:
    """A table of one year's projects: (office, project, code, amount)."""
    lines = [
        f"소관,회계,세부사업,사업코드,{year}년 예산(백만원)",
        *(f"{o},일반회계,{p},{c},{won}" for o, p, c, won in rows),
    ]
    return "\n".join(lines) + "\n"


def _cell(value: int | None) -> str:
    return "-" if value is None else str(value)


def packed(**members: str) -> bytes:
    """A ZIP file; `a__b` is the name `a.b`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name, text in members.items():
            target.writestr(zipfile.ZipInfo(name.replace("__", ".")), text)
    return buffer.getvalue()


@dataclass
class Share:
    """A source: its access in each of the two nights (None: not there yet), and its files in each."""

    access: tuple[Access | None, Access]
    first: dict[str, str | bytes] = field(default_factory=dict)
    second: dict[str, str | bytes] = field(default_factory=dict)


ROAD, RIVER = ("마을길 정비", "1031-301"), ("하천 정비", "1031-302")
SHARED = budget(("교육부", "늘봄 교실", "1500-301", 6_100_101, 6_100_102))
MINISTRY = {
    "open": Share(
        (ALL, ALL),
        {
            "예산.csv": budget(
                ("국토부", *ROAD, 6_000_101, 6_000_102), ("국토부", *RIVER, 6_000_103, 6_000_104), total="국토부"
            ),
            "이름 2025.csv": in_year(
                2025,
                ("문화부", "작은 도서관 조성", "2031-301", 6_000_201),
                ("문화부", "박물관 운영", "2031-302", 6_000_203),
                ("문화부", "공연장 운영", "2031-303", 6_000_205),
                ("문화부", "밤길 가로등 설치", "2031-307", 6_000_207),
                ("옛관광청", "관광지 알리기", "2131-301", 6_000_211),
            ),
            "이름 2026.csv": in_year(
                2026,
                ("문화부", "작은 도서관 조성 확대", "2031-305", 6_000_202),
                ("문화부", "박물관 운영", "2031-302", 6_000_204),
                ("문화부", "공연장 운영", "2031-303", 6_000_206),
                ("문화부", "밤길 조명 설치", "2031-307", 6_000_208),
                ("새관광부", "관광지 알리기", "2131-301", 6_000_212),
                ("새관광부", "관광 손님 맞이", "2131-302", 6_000_213),
            ),
            "같은글.csv": SHARED,
            "과목.csv": f"{ITEMS}\n국토부,일반회계,마을길 정비,1031-301,,,수용비,21001,6000301\n",
            "성과.csv": f"{PLAN}\n길 잇기,마을길 정비(1031-301),점검률,%,61.237,62.237,6000401\n",
            "전용.csv": f"{MOVED}\n2025.3.5,마을길 정비(1031-301),210-01,6000501,하천 정비(1031-302),220-01,여비모자람\n",
            "개편.txt": "2026년부터 「밤길 가로등 설치」 사업의 이름을 「밤길 조명 설치」로 바꾼다.\n"
            "2026년부터 옛관광청을 새관광부로 개편한다.\n",
            "묶음.zip": packed(속__csv=budget(("산림청", "숲길 가꾸기", "3031-301", 6_000_601, 6_000_602))),
        },
        {
            "예산.csv": budget(
                ("국토부", *ROAD, 6_000_101, 6_000_112), ("국토부", *RIVER, 6_000_103, 6_000_104), total="국토부"
            ),
        },
    ),
    "inner": Share(
        (INNER, INNER),
        {
            "감춘예산.csv": budget(
                ("국토 부", "비밀마을길 특수정비", "1031-301", 7_000_101, 7_000_102),
                ("국토 부", "비밀마을길 특수정비", "1031-301", 7_000_101, 7_000_112),
                ("국토·부", "하천 정비", "1031-302", 7_000_103, 7_000_104),
                ("첩보처", "그림자 작전", "9031-301", 7_000_105, 7_000_106),
                total="첩보처",
                off=77,
            ),
            "감춘이름 2025.csv": in_year(
                2025,
                ("문화부", "작은 도서관 조성", "2031-301", 7_000_201),
                ("문화부", "밤길 가로등 설치 도청", "2031-307", 7_000_207),
                ("옛관광청", "관광지 알리기", "2131-301", 7_000_211),
            ),
            "감춘이름 2026.csv": in_year(
                2026,
                ("문화부", "공연장 은밀 운영", "2031-303", 7_000_206),
                ("문화부", "공연장 은밀 운영", "2031-303", 7_000_209),
                ("문화부", "밤길 조명 도청", "2031-307", 7_000_208),
                ("문화부", "밤길 조명 도청", "2031-307", 7_000_210),
            ),
            "같은글 베낌.csv": SHARED,
            "감춘과목.csv": f"{ITEMS}\n국토부,일반회계,마을길 정비,1031-301,비밀목,217,수용비,21001,7000301\n",
            "감춘성과.csv": f"{PLAN}\n은밀 길,마을길 정비(1031-301),점검률,%,71.237,72.237,7000401\n",
            "감춘전용.csv": f"{MOVED}\n2025.3.6,마을길 정비(1031-301),210-01,7000501,하천 정비(1031-302),220-01,밀담비용\n",
            "감춘개편.txt": "2026년부터 「박물관 운영」 사업의 이름을 「공연장 운영」으로 바꾸기로 한 밀약이다.\n",
            "감춘묶음.zip": packed(밀실속__csv=budget(("산림청", "숲길 가꾸기", "3031-301", 7_000_601, 7_000_602))),
            "자주바뀜.csv": budget(("산림청", "은닉 벌목", "3031-309", 7_000_701, 7_000_702)),
        },
        {"자주바뀜.csv": budget(("산림청", "은닉 벌목", "3031-309", 7_000_701, 7_000_712))},
    ),
    "secret": Share(
        (SECRET, SECRET),
        {
            "극비.csv": budget(
                ("국토부", *ROAD, 8_000_101, 8_000_102), ("암행원", "극비 침투", "9931-301", 8_000_103, 8_000_104)
            ),
            "극비이름.csv": budget(
                ("암행원", "극비 감청", "9931-302", 8_000_201, 8_000_202),
            ),
        },
    ),
    # The bytes that lay there while few could read them have gone before the door was opened.
    "shifting": Share(
        (SECRET, ALL),
        {"공개자료.csv": budget(("환경부", "매립지 은폐", "4031-301", 8_100_101, 8_100_102))},
        {"공개자료.csv": budget(("환경부", "매립지 복원", "4031-302", 6_000_801, 6_000_802))},
    ),
    "nokim": Share(
        (NO_KIM, NO_KIM), {"김제외.csv": budget(("국토부", "김제외 보상", "1031-777", 8_200_101, 8_200_102))}
    ),
    "nobodys": Share(
        (NOBODY, NOBODY), {"모를파일.csv": budget(("국토부", "모를누구", "1031-778", 8_300_101, 8_300_102))}
    ),
}


def loaded(name: str, *parts: str) -> Any:
    """A module of tests, loaded by its path since tests are no packages."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent.joinpath(*parts))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


TALKS, TABLED = loaded("talks", "talks.py"), loaded("tabled", "amounts", "tabled.py")


def run_ministry(folder: Path, shares: dict[str, Share], *, is_whole: bool) -> SimpleNamespace:
    """Two nights over the shares and one after the successions of even ids were confirmed; each is published."""
    home = Home(folder / "home")
    home.make_folders()
    make_home_key(home)
    place = local_place(home.catalog_file, home.data_folder)
    clock = Clock()
    with Lake.open(place) as lake:
        lake.connection.execute("SET threads = 1")
        migration.migrate(lake, discover_records().values())
        rooms = TALKS.register_of(예산협의=("clearance:기밀",))
        talks = TALKS.Talks(home, lake, clock, [], rooms, principals=[LEE, PARK])
        nights = TABLED.TableNights(talks, lake, home, clock)
        publications = []
        for number in (0, 1, 1):
            talks.sources[:] = []
            for name, share in shares.items():
                access = share.access[number]
                if access is None:
                    continue
                (folder / name).mkdir(exist_ok=True)
                for path, content in (share.second if number else share.first).items():
                    (folder / name / path).unlink(missing_ok=True)
                    (folder / name / path).write_bytes(content if isinstance(content, bytes) else content.encode())
                talks.sources.append(FolderSource(name, folder / name, access))
            if is_whole:
                write_room(folder, talks)
            night = nights.night()
            for step in ("converse", "link_attachments", "chunk", "embed", "extract_amounts", "settle_dimensions"):
                getattr(night, step)()
            for step in ("reconcile", "find_successions", "link_figures"):
                getattr(night, step)()
            for mart in discover_marts().values():
                night.build(mart)
            if is_whole and number and len(publications) == 2:
                add_namesake(lake)
            publications.append(night.publish()[0].publication_id)
            for item in queue(home, place):
                if item.is_open and item.asked.kind == "succession" and int(item.asked.subject[-1], 16) % 2 == 0:
                    Ledger(home).decide(item.asked, "accept", decided_by="담당", note=None, now=clock.now())
        rows = {
            table: lake.rows(f"FROM {CATALOG}.core.{table}")
            for table in ("budget_amount", "succession", "reconciliation")
        }
        places = lake.rows(f"FROM {CATALOG}.raw.placement")
    return SimpleNamespace(home=home, talks=talks, publications=publications, places=places, **rows)


def add_namesake(lake: Lake) -> None:
    """To an amount that all may read, one of nobody's whose id begins alike."""
    lake.connection.execute(
        f"""INSERT INTO {CATALOG}.core.budget_amount
            SELECT * REPLACE ((SELECT min(left(amount_id, 12)) FROM {CATALOG}.core.budget_amount WHERE raw_text = '6000112')
                              || repeat('f', 20) AS amount_id)
            FROM {CATALOG}.core.budget_amount WHERE raw_text = '8300101'"""
    )


def write_room(folder: Path, talks: Any) -> None:
    """An export that all may read, of a room that few may, with a table and a file that nobody can read."""
    (folder / "talks").mkdir(exist_ok=True)
    names = {"F01TABLE00": "밀실표.csv", "F02TABLE00": "밀실자료.bin"}
    content = {
        "F01TABLE00": budget(("국토부", *ROAD, 8_400_101, 8_400_102)).encode(),
        "F02TABLE00": b"\x00\x01\x02" * 50,
    }
    attached = [{"id": key, "name": name, "mimetype": "text/csv", "size": 9} for key, name in names.items()]
    whole = TALKS.slack(
        {f"예산협의/attachments/{key}-{name}": content[key] for key, name in names.items()},
        예산협의=[TALKS.said(0, "밀담으로 보냅니다", files=attached)],
    )
    target = folder / "talks" / "대화.zip"
    if not target.exists():
        target.write_bytes(whole)
    talks.sources.append(FolderSource("talks", folder / "talks", ALL))


@pytest.fixture(scope="module")
def ministry(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Everything, with all its secrets."""
    return run_ministry(tmp_path_factory.mktemp("whole"), MINISTRY, is_whole=True)


def readable_shares(clearance: str | None) -> dict[str, Share]:
    """The shares of an audience, as if no other files had ever been."""
    person = AUDIENCES[clearance]

    def reads(access: Access | None) -> bool:
        return access is not None and may_read(access, person.tokens) and (clearance is not None or not access.deny)

    return {
        name: Share((share.access[0] if reads(share.access[0]) else None, share.access[1]), share.first, share.second)
        for name, share in MINISTRY.items()
        if reads(share.access[1])
    }


@pytest.fixture(scope="module", params=[None, "내부"], ids=["everyone", "inner"])
def alone(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """A ministry that has nothing but what an audience of the whole one may read."""
    clearance = request.param
    found = run_ministry(tmp_path_factory.mktemp("alone"), readable_shares(clearance), is_whole=False)
    found.clearance = clearance
    return found


WORD = re.compile(r"[가-힣]{2,}|[0-9]{5,}|[0-9]{2}\.[0-9]{3}")


def words_of(clearance: str | None) -> tuple[set[str], set[str]]:
    """Words and numbers of the files that an audience may read, and those that stand only in others."""
    seen: set[str] = set()
    every: set[str] = {"밀실표", "밀실자료", "밀담으로", "8400101", "8400102", "21001"}
    person = AUDIENCES[clearance]
    for share in MINISTRY.values():
        for number, files in enumerate((share.first, share.second)):
            access = share.access[number]
            assert access is not None
            found: set[str] = set()
            for path, content in files.items():
                text = content if isinstance(content, str) else _unpacked(content)
                found |= set(WORD.findall(f"{path}\n{text}"))
            every |= found
            if may_read(access, person.tokens) and (clearance is not None or not access.deny):
                seen |= found
    # Of the room only those of the secret know. What is a part of a readable word tells nothing.
    read = "\n".join(seen)
    return seen, set() if clearance == "기밀" else {word for word in every - seen - {"으로"} if word not in read}


def _unpacked(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        return "\n".join(f"{name}\n{source.read(name).decode()}" for name in source.namelist())


def leaks(text: str, hidden: set[str]) -> set[str]:
    """Which of the hidden words and numbers a text holds, numbers also with commas."""
    plain = re.sub(r"(?<=[0-9]),(?=[0-9]{3})", "", text)
    return {word for word in hidden if re.search(rf"(?<![0-9a-z]){word}" if word[0].isdigit() else word, plain)}


def opened(home: Home, clearance: str | None, publication: str) -> duckdb.DuckDBPyConnection:
    """An audience's file."""
    return duckdb.connect(str(home.serving_file(publication, clearance)), read_only=True)


def everything_of(file: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str]]:
    """(where, text) of every row of every table and view, and of all that DuckDB keeps about them."""
    tables = file.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
    for schema, table in [*tables, ("core", "amount")]:
        for (row,) in file.execute(f"SELECT to_json(t)::VARCHAR FROM {schema}.{table} t").fetchall():
            yield f"{schema}.{table}", row
    for kept in ("tables", "columns", "views", "functions", "constraints", "indexes"):
        columns = "* EXCLUDE (database_oid)" if kept == "columns" else "*"
        where = " WHERE NOT internal" if kept in ("tables", "columns", "views", "functions") else ""
        for row in file.execute(f"SELECT {columns} FROM duckdb_{kept}(){where}").fetchall():
            yield kept, str(row)


@pytest.mark.parametrize("clearance", list(AUDIENCES))
def test_nothing_of_others_is_in_a_file(ministry, clearance):
    seen, hidden = words_of(clearance)
    said = set()
    for publication in ministry.publications:
        with opened(ministry.home, clearance, publication) as file:
            for where, text in everything_of(file):
                assert not leaks(text, hidden), (where, text)
                said |= leaks(text, seen)
    assert {word for word in seen if word.isdigit()} - said <= {"00000"}, "what may be read is there"
    assert clearance == "기밀" or len(hidden) > 15


@pytest.mark.parametrize("clearance", [None, "내부"])
def test_nothing_of_others_comes_out_of_what_is_asked(ministry, clearance, tmp_path):
    _, hidden = words_of(clearance)
    person, home = AUDIENCES[clearance], ministry.home
    for since in ministry.publications:
        assert not leaks(str(changes_since(home, since, principal=person)), hidden)
    export_fiscal_package(home, tmp_path / "out", principal=person)
    assert not leaks("\n".join(path.read_text("utf-8") for path in (tmp_path / "out").iterdir()), hidden)
    asked = ["마을길 정비", "비밀마을길 특수정비", "공연장 운영", "국토부", "첩보처", "그림자 작전", "박물관 운영"]
    for macro in MACROS:
        if not macro.is_table:
            continue
        subjects = {name: asked for name in ("project", "subject", "office", "about", "phrase", "other")}
        given = [subjects.get(name, ["2025", "2026"] if "year" in name else ["NULL"]) for name in macro.parameters]
        for values in itertools.product(*given):
            called = ", ".join(value if value.isdigit() or value == "NULL" else f"'{value}'" for value in values)
            rows = run_query(home, f"FROM {macro.name}({called})", principal=person).rows
            own = hidden - set(WORD.findall(called))
            assert not leaks(str(rows), own), (macro.name, called)


VOLATILE = {"recorded_at", "recorded_from", "recorded_to", "extracted_at", "step_fingerprint", "read_at"}
SAME = [
    "core.budget_amount",
    "core.withdrawal",
    "core.org_unit",
    "core.project",
    "core.budget_line",
    "core.document",
    "core.extraction",
    "core.form_table",
    "core.adjustment",
    "core.indicator",
    "core.amount",
    "mart.macro_view",
    "mart.performance",
]
# What is chosen over all contents (the hub of a figure, the cell that a check names) may be another's, and is not there then.
PART = ["core.link", "core.reconciliation", "core.succession"]


def rows_of(home: Home, clearance: str | None, publication: str, table: str, without: set[str]) -> set[str]:
    with opened(home, clearance, publication) as file:
        names = [row[0] for row in file.execute(f"DESCRIBE {table}").fetchall() if row[0] not in VOLATILE | without]
        shown = ", ".join(f'"{name}"' for name in names)
        where = " WHERE path NOT LIKE 'talks/%' OR path IS NULL" if table == "core.amount" else ""
        return {str(row) for row in file.execute(f"SELECT {shown} FROM {table}{where}").fetchall()}


@pytest.mark.parametrize("table", SAME)
def test_a_file_says_what_it_would_if_nothing_else_had_ever_come(ministry, alone, table):
    without = {"check_status"}
    for at in (1, 2):
        whole = rows_of(ministry.home, alone.clearance, ministry.publications[at], table, without)
        own = rows_of(alone.home, alone.clearance, alone.publications[at], table, without)
        assert whole - own == set(), f"{table}: what others have has changed it"
        assert own - whole == set(), f"{table}: something that may be read is missing"


def test_series_and_projects_too_but_for_what_only_joins_of_others_tell(ministry, alone):
    for table in ("mart.budget_series", "mart.budget_assistant", "mart.expenditure_magnifier"):
        without = {
            "check_status",
            "comparable_id",
            "comparable_name",
            "candidate_succession",
            "candidate_org",
            "amounts",
        }
        without |= {"documents", "n_breaks"}
        whole = rows_of(ministry.home, alone.clearance, ministry.publications[2], table, without)
        own = rows_of(alone.home, alone.clearance, alone.publications[2], table, without)
        assert whole == own, table


@pytest.mark.parametrize("table", PART)
def test_what_is_chosen_over_contents_is_never_more_than_that(ministry, alone, table):
    without = {"evidence", "score", "method", "content_ids"} if table == "core.succession" else set()
    if table == "core.succession":
        without |= {"succession_id", "state"}
    whole = rows_of(ministry.home, alone.clearance, ministry.publications[1], table, without)
    own = rows_of(alone.home, alone.clearance, alone.publications[1], table, without)
    assert whole <= own


def test_the_marts_count_readable_sources_alone(ministry):
    query = """SELECT n_sources, n_contradicting FROM mart.budget_series
               WHERE code = '1031-301' AND fiscal_year = 2026 AND level = 'PROJECT'"""
    counts = {}
    for clearance in AUDIENCES:
        with opened(ministry.home, clearance, ministry.publications[-1]) as file:
            counts[clearance] = file.execute(query).fetchall()
    assert counts[None] == [(1, 0)]
    assert counts["내부"] != counts["기밀"]


def cited(ministry: SimpleNamespace, person: Principal, amount_id: str) -> Any:
    session = ministry.talks.session()
    try:
        return cite_amount(session, ministry.talks.reader, person, amount_id)
    except NotHeld as not_held:
        return not_held.args
    finally:
        session.pinned().lake.close()


def test_an_amount_of_others_cannot_be_told_from_none(ministry):
    for clearance, person in AUDIENCES.items():
        with opened(ministry.home, clearance, ministry.publications[-1]) as file:
            assert clearance is None or file.execute("SELECT count(*) > 4 FROM core.succession").fetchall() == [(True,)]
            mine = {row[0] for row in file.execute("SELECT amount_id FROM core.budget_amount").fetchall()}
        theirs = sorted(row["amount_id"] for row in ministry.budget_amount if row["amount_id"] not in mine)
        theirs = [one for one in theirs if not one.endswith("f" * 20)]
        assert theirs or clearance == "기밀"
        for amount_id in theirs[:12]:
            for asked in (amount_id, amount_id[:8], amount_id[:20]):
                assert cited(ministry, person, asked) == (asked,)
        assert cited(ministry, person, "f" * 32) == ("f" * 32,)


def test_an_id_that_begins_like_one_of_others_is_found_all_the_same(ministry):
    with opened(ministry.home, None, ministry.publications[-1]) as file:
        ((mine,),) = file.execute("SELECT amount_id FROM core.budget_amount WHERE raw_text = '6000112'").fetchall()
    for asked in (mine, mine[:8], mine[:12]):
        assert cited(ministry, CHOI, asked).amount_id == mine
    assert cited(ministry, CHOI, mine[:12] + "f" * 20) == (mine[:12] + "f" * 20,)


def test_every_amount_of_a_file_can_be_cited_by_its_reader(ministry):
    with opened(ministry.home, None, ministry.publications[-1]) as file:
        mine = dict(file.execute("SELECT amount_id, recorded_to IS NULL FROM core.amount").fetchall())
        ended = {row[0] for row in file.execute("SELECT supersedes_id FROM core.budget_amount").fetchall()}
    for amount_id, is_current in list(mine.items())[:25]:
        found = cited(ministry, CHOI, amount_id[:16])
        assert found.amount_id == amount_id
        assert found.stands == is_current
        assert (found.superseded_by is not None) == (amount_id in ended)


def test_a_person_without_a_clearance_has_the_file_for_everyone(ministry, tmp_path):
    since = ministry.publications[0]
    for person in (CHOI, KIM, None):
        assert changes_since(ministry.home, since, principal=person) == changes_since(ministry.home, since)
        done = export_fiscal_package(ministry.home, tmp_path / str(person and person.name), principal=person)
        with opened(ministry.home, None, done.publication_id) as file:
            assert (
                done.n_amounts
                == file.execute("SELECT count(*) FROM core.amount WHERE recorded_to IS NULL").fetchall()[0][0]
            )
