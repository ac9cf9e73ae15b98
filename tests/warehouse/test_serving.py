"""The analysts' files: nothing in them that their readers may not read, open to any DuckDB, whole or absent."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import IO

import duckdb
import pytest

from connectors.sources.folder import FolderSource
from schemas.access import Access, Principal
from schemas.record import extra
from warehouse.layout import Home
from warehouse.publication import read_current
from warehouse.serving import audiences, served_records, write_serving_files

OPEN = Access(allow=("group:all",))
INNER = Access(allow=("clearance:내부",))
NO_KIM = Access(allow=("group:all", "clearance:내부"), deny=("user:kim",))
NOBODY = Access()

PEOPLE = [
    Principal(name="lee", clearance="내부"),
    Principal(name="park", groups=("예산실",), clearance="내부"),
    Principal(name="kim", clearance="외부"),
    Principal(name="choi"),
]
SHARES = {"open": OPEN, "inner": INNER, "nokim": NO_KIM, "nobodys": NOBODY}


@pytest.fixture(scope="module")
def published(small_night: ModuleType, home_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with serving files over four sources of different access, made once since nobody writes to it."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(home_template, folder / "home")
    home = Home(folder / "home")
    for name in SHARES:
        (folder / name).mkdir()
        (folder / name / f"{name}.txt").write_text(f"{name}의 글\n여기저기의 글\n", encoding="utf-8")
        (folder / name / "both.txt").write_text("어디에나 있는 글\n", encoding="utf-8")
        (folder / name / f"{name}.bin").write_bytes(name.encode())
        (folder / name / f"{name}.box").write_text(json.dumps({f"{name} 속.txt": f"{name} 속의 글"}), encoding="utf-8")
    (folder / "open" / "copy.txt").write_text("계획의 글", encoding="utf-8")
    (folder / "inner" / "대외비 계획.txt").write_text("계획의 글", encoding="utf-8")
    holders: dict[str, list[frozenset[str]]] = {"빈자리": []}
    for person in PEOPLE:
        if person.clearance:
            holders.setdefault(person.clearance, []).append(person.tokens)
    sources = [FolderSource(name, folder / name, access) for name, access in SHARES.items()]
    small_night.SmallNight(home, sources, audiences=audiences(holders)).run()
    return home


@pytest.fixture
def served(published: Home) -> Callable[[str | None], duckdb.DuckDBPyConnection]:
    """Opens a clearance's file."""

    def opened(clearance: str | None) -> duckdb.DuckDBPyConnection:
        path = published.serving_file(read_current(published).publication_id, clearance)
        return duckdb.connect(str(path), read_only=True)

    return opened


def column(connection: duckdb.DuckDBPyConnection, statement: str) -> list:
    return [value for (value,) in connection.execute(statement).fetchall()]


def sources(connection: duckdb.DuckDBPyConnection) -> set[str]:
    return set(column(connection, "SELECT source_name FROM raw.placement"))


@pytest.mark.parametrize(
    ("clearance", "readable"),
    [(None, {"open"}), ("내부", {"open", "inner", "nokim"}), ("외부", {"open"}), ("빈자리", set())],
)
def test_a_file_holds_only_what_all_its_readers_may_read(served, clearance, readable):
    with served(clearance) as file:
        assert sources(file) == readable
        texts = set(column(file, "SELECT text FROM core.element"))
        expected = {f"{name}의 글" for name in readable} | {f"{name} 속의 글" for name in readable}
        assert texts == (expected | {"여기저기의 글", "어디에나 있는 글"} if readable else set())
        assert set(column(file, "SELECT member_path FROM core.member")) == {f"{name} 속.txt" for name in readable}
        assert set(column(file, "SELECT source_name FROM ops.quarantine")) == readable
        assert set(column(file, "SELECT source_name FROM mart.holding")) == readable
        # Every word of every table, for what nobody thought of.
        for name in SHARES.keys() - readable:
            for schema, table in file.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall():
                rows = column(file, f"SELECT to_json(t)::VARCHAR FROM {schema}.{table} t")
                assert not [row for row in rows if f"{name}의" in row or f"{name}." in row or f"{name} " in row], (
                    f"{schema}.{table}"
                )


def test_every_listed_person_may_read_every_row_of_the_file_for_everyone(served):
    """A deny names somebody who may be listed, so such a row is not for everyone."""
    with served(None) as file:
        assert "nokim" not in sources(file)


def test_a_content_in_two_places_shows_only_the_place_that_may_be_read(served):
    with served(None) as file:
        assert column(file, "SELECT source_name FROM raw.placement WHERE name = 'both.txt'") == ["open"]
        assert column(file, "SELECT count(*) FROM core.element WHERE text = '어디에나 있는 글'") == [1]


def test_a_mart_is_built_anew_over_the_rows_of_its_file(served):
    with served(None) as file, served("내부") as inner:
        for opened in (file, inner):
            n_files = column(opened, "SELECT count(*) FROM raw.placement")
            assert column(opened, "SELECT sum(n_files)::BIGINT FROM mart.holding") == n_files
            assert not set(column(opened, "SELECT outcome FROM mart.holding")) - {"kept", "skipped", "quarantined"}
        query = "SELECT n_files, n_elements FROM mart.holding WHERE source_name = 'open' AND format = 'box'"
        assert file.execute(query).fetchall() == inner.execute(query).fetchall() == [(1, 0)]


def test_a_copy_of_a_secret_counts_as_quarantined_also_where_the_secret_itself_cannot_be_seen(served):
    with served(None) as file:
        found = file.execute("SELECT reason FROM ops.quarantine WHERE path = 'copy.txt'").fetchall()
        assert found == [("secrecy_mark",)]
        query = "SELECT outcome, reason, n_files FROM mart.holding WHERE source_name = 'open' AND format = 'txt'"
        assert file.execute(query).fetchall() == [("quarantined", "secrecy_mark", 1)]
        assert column(file, "SELECT count(*) FROM core.element WHERE text = '계획의 글'") == [0]


def test_a_file_says_what_its_tables_and_columns_are_in_korean_and_hides_what_only_the_writer_needs(served):
    with served(None) as file:
        listed = file.execute(
            "SELECT schema_name || '.' || table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal"
        ).fetchall()
        tables = dict(file.execute("SELECT schema_name || '.' || table_name, comment FROM duckdb_tables()").fetchall())
        views = column(file, "SELECT view_name FROM duckdb_views() WHERE NOT internal")
    records = {record.qualified_name(): record for record in served_records()}
    assert tables.keys() == records.keys()
    assert views == ["amount"], "a view over the lake would show its head; this one is over the file's own tables"
    for name, comment in tables.items():
        assert comment.startswith(f"{records[name].label}: ")
    assert all(comment for _, _, comment in listed)
    for name, shown, comment in listed:
        if name == "core.amount":
            continue
        info = records[name].model_fields[shown]
        unit = extra(info, "unit")
        assert comment == f"{info.title}: {info.description}" + (f" [{unit}]" if unit else "")
    shown = {shown for name, shown, _ in listed if name == "raw.placement"}
    assert {"sealed_path", "inode", "changed_ns", "modified_ns"}.isdisjoint(shown)
    assert {"path", "content_id", "modified_at"} <= shown


PLAIN = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=True)
print(connection.execute("SELECT count(*) FROM core.element").fetchone()[0])
loaded = "SELECT extension_name FROM duckdb_extensions() WHERE loaded"
print(sum(name in ("ducklake", "sqlite_scanner") for (name,) in connection.execute(loaded).fetchall()))
"""


def test_a_file_opens_in_a_plain_duckdb_of_another_process_with_no_extension(published):
    path = published.serving_link / "budget.duckdb"
    answer = subprocess.run([sys.executable, "-c", PLAIN, str(path)], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["4", "0"]
    assert sorted(file.name for file in path.parent.iterdir()) == [
        "budget.duckdb",
        "budget.내부.duckdb",
        "budget.빈자리.duckdb",
        "budget.외부.duckdb",
    ], "no write-ahead log or temporary file beside them"


ANALYST = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=True)
connection.execute("BEGIN")
for _ in sys.stdin:
    print(connection.execute("SELECT count(*), string_agg(text ORDER BY text) FROM core.element").fetchone(), flush=True)
"""


@pytest.mark.long
def test_an_open_analyst_neither_blocks_a_publication_nor_is_broken_by_it(night, lake, home, share):
    (share / "a.txt").write_text("가", encoding="utf-8")
    first, _ = night.run_on(lake)
    path = home.serving_link / "budget.duckdb"
    with subprocess.Popen(
        [sys.executable, "-c", ANALYST, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as analyst:
        stdin, stdout = analyst.stdin, analyst.stdout
        assert stdin is not None
        assert stdout is not None

        def ask(stdin: IO[str] = stdin, stdout: IO[str] = stdout) -> str:
            stdin.write("\n")
            stdin.flush()
            return stdout.readline().strip()

        assert ask() == "(1, '가')"
        (share / "b.txt").write_text("나", encoding="utf-8")
        assert night.run_on(lake)[1]
        assert ask() == "(1, '가')"
        shutil.rmtree(home.serving_folder_of(first.publication_id))  # as it goes when three newer ones are there
        assert ask() == "(1, '가')"
        stdin.close()
        assert analyst.wait(timeout=30) == 0
    with duckdb.connect(str(path), read_only=True) as fresh:
        assert column(fresh, "SELECT count(*) FROM core.element") == [2]


def test_files_are_there_whole_or_not_at_all(night, lake, home, share, monkeypatch):
    from warehouse import serving

    (share / "a.txt").write_text("가", encoding="utf-8")
    night.receive(night.sources[0])
    night.read()
    real = serving._copy

    def fail(lake, record, select):
        if record.qualified_name() == "core.member":
            raise OSError("no space left on device")
        real(lake, record, select)

    monkeypatch.setattr(serving, "_copy", fail)
    with pytest.raises(OSError, match="no space"):
        write_serving_files(lake, home, "p1", audiences({}))
    assert not home.serving_folder_of("p1").exists()
    monkeypatch.setattr(serving, "_copy", real)
    # The same connection can write them after all, over what was left behind.
    (made,) = write_serving_files(lake, home, "p1", audiences({}))
    assert made == home.serving_file("p1")
    assert [path.name for path in Path(made).parent.iterdir()] == ["budget.duckdb"]


def test_a_path_with_a_quote_in_it_is_served(night, lake, home, share):
    (share / "a.txt").write_text("가", encoding="utf-8")
    night.receive(night.sources[0])
    odd = Home(home.root.parent / "it's 홈")
    odd.make_folders()
    (made,) = write_serving_files(lake, odd, "p1", audiences({}))
    with duckdb.connect(str(made), read_only=True) as file:
        assert column(file, "SELECT path FROM raw.placement") == ["a.txt"]


@pytest.fixture
def said(talks, talking, tmp_path):
    """Two exports of a room: the short one for everybody, the longer one and a second room for some; returns the files."""
    for name in ("open", "inner"):
        (tmp_path / name).mkdir()
    lines = talking.lines_of(16)
    more = [("10:00", "국토담당", "파일: 붙임.txt"), ("10:01", "보건담당", "속사정입니다")]
    talking.put(tmp_path / "open", a__txt=talking.kakao("예산협의", lines[:12]))
    talking.put(tmp_path / "inner", b__txt=talking.android("예산협의", [*lines, *more]), 붙임__txt="붙임의 글")
    talking.put(tmp_path / "open", c__txt=talking.kakao("복지협의", talking.lines_of(3, word="복지말")))
    talks.sources = [FolderSource("open", tmp_path / "open", OPEN), FolderSource("inner", tmp_path / "inner", INNER)]
    talks.register = talking.register_of(예산협의=(), 복지협의=["group:복지예산과"])
    talks.principals = [
        Principal(name="lee", clearance="내부"),
        Principal(name="kim", groups=("복지예산과",), clearance="외부"),
    ]
    _, current = talks.run()

    def opened(clearance: str | None) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(str(talks.home.serving_file(current.publication_id, clearance)), read_only=True)

    return opened


def messages_of(file: duckdb.DuckDBPyConnection) -> set[str]:
    return set(column(file, "SELECT text FROM core.message"))


@pytest.mark.long
def test_a_message_is_served_to_those_who_may_read_an_export_that_shows_it(said):
    with said(None) as everyone, said("내부") as inner, said("외부") as outer:
        budget = {f"예산안 검토 의견 {k}번을 보냅니다" for k in range(16)}
        assert messages_of(everyone) == {text for text in budget if int(text.split()[3].split("번")[0]) < 12}
        assert messages_of(inner) == budget | {"파일: 붙임.txt", "속사정입니다"}
        assert {text for text in messages_of(outer) if "복지말" in text}
        assert not {text for text in messages_of(inner) | messages_of(everyone) if "복지말" in text}
        assert column(everyone, "SELECT title FROM core.conversation") == ["예산협의"]
        assert set(column(outer, "SELECT title FROM core.conversation")) == {"예산협의", "복지협의"}


def test_only_places_people_and_files_that_may_be_seen_are_served(said):
    with said(None) as everyone, said("내부") as inner:
        assert column(everyone, "SELECT DISTINCT content_id FROM core.message_source") == column(
            everyone, "SELECT content_id FROM raw.placement WHERE name = 'a.txt'"
        )
        assert column(inner, "SELECT count(DISTINCT content_id) FROM core.message_source") == [2]
        assert set(column(everyone, "SELECT name FROM core.participant")) == {"총괄담당", "복지담당", "국토담당"}
        assert "보건담당" in column(inner, "SELECT name FROM core.participant")
        for table in ("attachment", "attachment_link"):
            assert column(everyone, f"SELECT count(*) FROM core.{table}") == [0]
            assert column(inner, f"SELECT count(*) FROM core.{table}") == [1]


@pytest.mark.long
def test_nothing_that_only_others_exports_tell_stands_in_any_table(said):
    with said(None) as file:
        for schema, table in file.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall():
            rows = column(file, f"SELECT to_json(t)::VARCHAR FROM {schema}.{table} t")
            assert not [row for row in rows if "속사정" in row or "보건담당" in row or "복지말" in row], (
                f"{schema}.{table}"
            )


@pytest.mark.long
def test_columns_that_count_what_others_hold_are_hidden(said):
    with said("내부") as file:
        shown = file.execute(
            "SELECT table_name || '.' || column_name FROM duckdb_columns() WHERE NOT internal"
        ).fetchall()
    names = {name for (name,) in shown}
    hidden = {"conversation.titles", "conversation.n_exports", "participant.aliases", "message.n_sources"}
    assert names.isdisjoint(hidden | {"participant.native_id", "participant.owner_of"})
    assert {"message.text", "message.sender", "message_source.line_start"} <= names
