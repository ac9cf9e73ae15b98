"""The analysts' door: answers on the published file, and no way out of it."""

import duckdb
import pytest

from schemas.access import Principal
from warehouse.doors.sql import QueryRefused, run_query
from warehouse.layout import Home
from warehouse.publication import Current, NothingPublished


@pytest.fixture
def home(tmp_path):
    """A home with one publication: a file for everyone listed and one for a clearance."""
    home = Home(tmp_path / "home")
    home.make_folders()
    for clearance, n_rows in ((None, 1), ("내부", 2)):
        path = home.serving_file("p1", clearance)
        path.parent.mkdir(exist_ok=True)
        with duckdb.connect(str(path)) as connection:
            connection.execute(f"CREATE SCHEMA mart; CREATE TABLE mart.t AS SELECT range AS n FROM range({n_rows})")
    current = Current(publication_id="p1", snapshot_id=1, vector_table=None, vector_version=None, serving_digest="-")
    home.current_file.write_text(current.model_dump_json(), encoding="utf-8")
    return home


def test_everyone_and_a_clearance_see_their_own_file(home):
    assert run_query(home, "SELECT count(*) AS n FROM mart.t").as_dicts() == [{"n": 1}]
    holder = Principal(name="kim", clearance="내부")
    assert run_query(home, "SELECT count(*) AS n FROM mart.t", principal=holder).as_dicts() == [{"n": 2}]


def test_a_clearance_without_a_file_is_told_so_and_gets_no_other(home):
    with pytest.raises(NothingPublished):
        run_query(home, "SELECT 1", principal=Principal(name="lee", clearance="모름"))


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_blob('/etc/passwd')",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM \"read_text\"('/etc/passwd')",
        "SELECT * FROM sniff_csv('/etc/passwd')",
        "SELECT * FROM parquet_metadata('/etc/passwd')",
        "FROM query('SELECT * FROM read_text(''/etc/passwd'')')",
        "COPY mart.t TO '{tmp}/out.csv'",
        "EXPORT DATABASE '{tmp}/out'",
        "IMPORT DATABASE '{tmp}'",
        "ATTACH '{tmp}/other.duckdb'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "RESET enable_external_access",
        "SET memory_limit = '64GB'",
        "INSERT INTO mart.t VALUES (9)",
        "CREATE TABLE mart.u AS SELECT 1",
        "DROP TABLE mart.t",
        "SELECT * FROM home",
    ],
)
def test_there_is_no_way_out_of_the_file(home, tmp_path, statement):
    with pytest.raises(QueryRefused):
        run_query(home, statement.replace("{tmp}", str(tmp_path)))
    assert not (tmp_path / "out.csv").exists() and not (tmp_path / "out").exists()


def test_a_query_without_end_is_stopped(home):
    with pytest.raises(QueryRefused, match="초 안에"):
        run_query(home, "SELECT count(*) FROM range(10000000000) a, range(1000) b", seconds=1)


def test_nothing_published_is_said_in_words(tmp_path):
    with pytest.raises(NothingPublished, match="gotgan run"):
        run_query(Home(tmp_path), "SELECT 1")
