"""The rules of the store (`docs/adr/0004-the-store.md`), as far as no other test holds them.

Held elsewhere: 1 (a pinned reader in autocommit is right) and 7 by `test_lake`, 2 by `test_maintenance` and
`test_publication`, the staging folder of 5 by `test_maintenance`, 8 by `test_serving` and `test_publication`, 10 by
`test_migration`. Rule 6 is LanceDB's and held by `test_vectors`, rule 9 is the doors' and held beside them.
"""

import ast
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import warehouse
from schemas.record import field
from warehouse import migration
from warehouse.lake import CATALOG
from warehouse.lock import WriterBusy, writer_lock
from warehouse.steps import Step

PACKAGE = Path(warehouse.__file__).parent

HOLDER = """
import sys
from pathlib import Path
from warehouse.lock import writer_lock
with writer_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def words_in_code(word: str) -> list[str]:
    """Modules of the store with a string, other than a docstring, that holds the word."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        texts = [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
        ]
        if any(word in text for text in texts):
            found.append(str(path.relative_to(PACKAGE)))
    return found


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the writer's lock of a home."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "writer.lock")],
        cwd=PACKAGE.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_rule_1_no_module_but_the_lake_opens_a_transaction_and_the_lake_only_to_commit():
    assert words_in_code("BEGIN") == ["lake.py"]
    tree = ast.parse((PACKAGE / "lake.py").read_text(encoding="utf-8"))
    with_begin = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(inner, ast.Constant) and inner.value == "BEGIN" for inner in ast.walk(node))
    ]
    assert with_begin == ["commit"]


def test_rule_2_nothing_in_the_store_expires_snapshots_by_age():
    assert words_in_code("expire_snapshots") == ["maintenance.py"]
    assert words_in_code("older_than =>") == []
    assert words_in_code("expire_older_than") == []


def test_rule_3_only_one_process_writes_and_the_other_is_told_which(holder, tmp_path):
    with pytest.raises(WriterBusy, match=str(holder.pid)), writer_lock(tmp_path / "writer.lock"):
        pytest.fail("two writers")
    holder.stdin.close()
    holder.wait(timeout=30)
    with writer_lock(tmp_path / "writer.lock"):
        pass


def test_rule_3_the_lock_of_a_killed_writer_is_free(holder, tmp_path):
    holder.send_signal(signal.SIGKILL)
    holder.wait(timeout=30)
    with writer_lock(tmp_path / "writer.lock"):
        pass


def test_rule_3_a_program_that_the_writer_started_does_not_keep_the_lock(tmp_path):
    with writer_lock(tmp_path / "writer.lock"):
        child = subprocess.Popen(["sleep", "60"], close_fds=False)
    try:
        with writer_lock(tmp_path / "writer.lock"):
            pass
    finally:
        child.kill()
        child.wait()


def test_rule_3_orphans_are_removed_in_one_place_which_the_publisher_alone_calls():
    assert words_in_code("delete_orphaned_files") == ["maintenance.py"]
    callers = [
        str(path.relative_to(PACKAGE))
        for path in sorted(PACKAGE.rglob("*.py"))
        if "maintenance.clean(" in path.read_text(encoding="utf-8")
    ]
    assert set(callers) <= {"publication.py", "erasure.py"}


def test_rule_4_batches_are_of_thousands_and_inlining_stays_at_its_small_default(lake, declare, fill):
    assert Step.__dataclass_fields__["batch_inputs"].default == 5_000
    assert int(lake.value("SELECT current_setting('ducklake_default_data_inlining_row_limit')")) == 10
    thing = declare("thing", thing_id=(str, field("아이디", "the key")))
    migration.migrate(lake, [thing])
    fill(lake, thing, thing_id=[f"t{i}" for i in range(50)])
    files = lake.value(f"SELECT count(*) FROM ducklake_list_files('{CATALOG}', 'thing', schema => 'core')")
    assert files == 1, "rows of documents lie in Parquet, not in the catalog"


def test_rule_5_files_are_never_handed_over_to_the_lake():
    """The lake would take ownership, and clean up files outside its folder."""
    assert words_in_code("add_data_files") == []
