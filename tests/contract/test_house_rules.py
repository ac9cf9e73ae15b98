"""Rules of the house that no linter knows: lengths, names, paths, the environment, swallowed errors."""

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse import layout

PROJECT = Path(__file__).resolve().parents[2]
PACKAGES = ("assets", "connectors", "pipelines", "schemas", "warehouse")
MAX_LINES = 420
BANNED_NAMES = frozenset(
    {"util", "utils", "helper", "helpers", "common", "base", "manager", "service", "services", "misc"}
)
TEXT_SUFFIXES = frozenset({".py", ".md", ".toml", ".yaml", ".yml", ".sql", ".lock", ".json", ".cfg", ".sh", ".txt", ""})
MACHINE_PATH = re.compile(r"(?<![\w.$}])/(?:home|root|Users|work|tmp)/[\w.-]+|[A-Z]:\\{1,2}Users\\")

LAYOUT = "warehouse/layout.py"
READS_ENVIRONMENT = "pipelines/settings.py"
# A variable that a library looks for at its import has to be set in this process, before that import.
WRITES_ENVIRONMENT = frozenset(
    {
        "connectors/word/partitioned.py",
        "pipelines/instance.py",
        "warehouse/model_folder.py",
        "warehouse/vectors.py",
    }
)


def project_files() -> Iterator[Path]:
    """Every file of the checkout that `.gitignore` does not leave out."""
    ignored = [line.rstrip("/") for line in (PROJECT / ".gitignore").read_text("utf-8").splitlines() if line]
    for folder, folders, names in os.walk(PROJECT):
        folders[:] = [name for name in folders if name != ".git" and not _matches(name, ignored)]
        yield from (Path(folder, name) for name in names if not _matches(name, ignored))


def _matches(name: str, patterns: list[str]) -> bool:
    return any(Path(name).match(pattern) for pattern in patterns)


def relative(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


MODULES = sorted(path for package in PACKAGES for path in (PROJECT / package).rglob("*.py"))
TREES = {relative(path): ast.parse(path.read_text("utf-8")) for path in MODULES}


def test_the_five_packages_were_looked_at() -> None:
    assert {name.split("/")[0] for name in TREES} == set(PACKAGES)
    assert len(TREES) > 80


def test_no_module_is_too_long() -> None:
    outside_tests = [path for path in project_files() if path.suffix == ".py" and "tests" not in path.parts]
    lengths = {relative(path): len(path.read_text("utf-8").splitlines()) for path in outside_tests}
    assert {name: length for name, length in lengths.items() if length > MAX_LINES} == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [name for name in TREES if set(Path(name).with_suffix("").parts) & BANNED_NAMES] == []


def test_every_module_says_what_it_is() -> None:
    assert [name for name, tree in TREES.items() if not ast.get_docstring(tree)] == []


def test_dagster_sees_real_annotations() -> None:
    postponed = [
        name
        for name, tree in TREES.items()
        if name.startswith(("assets/", "pipelines/"))
        and any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in tree.body)
    ]
    assert postponed == []


def test_tests_are_not_a_package() -> None:
    assert [relative(path) for path in (PROJECT / "tests").rglob("__init__.py")] == []


def tree_names() -> frozenset[str]:
    """The names in the tree of `warehouse.layout` that are a home's own: `CURRENT`, `keys`, `catalog.sqlite`…"""
    tree = (layout.__doc__ or "").split("```")[1]
    parts = {part for line in tree.splitlines() for part in line.split()[0:1] for part in part.split("/")}
    return frozenset(part for part in parts if re.search("[a-z]|^CURRENT$", part)) - {"ab", "cd"}


def joined_parts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Each literal that stands on the right of a `/`, as paths are joined; what a format fills in is a star."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            if isinstance(node.right, ast.Constant) and isinstance(node.right.value, str):
                yield node.lineno, node.right.value
            elif isinstance(node.right, ast.JoinedStr):
                values = node.right.values
                yield node.lineno, "".join(str(v.value) if isinstance(v, ast.Constant) else "*" for v in values)


def spelled_paths(tree: ast.AST) -> list[tuple[int, str]]:
    """Where a part of a home's path is spelled: joined by `/`, or as a file's whole name."""
    names = tree_names()
    files = {name for name in names if "." in name or name == "CURRENT"}
    found = [(line, text) for line, text in joined_parts(tree) if text in names or text.endswith((".lance", ".duckdb"))]
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in files:
            found.append((node.lineno, node.value))
    return sorted(set(found))


def test_the_tree_of_a_home_is_understood() -> None:
    assert {"CURRENT", "gotgan.toml", "writer.lock", "home.key", "blobs", "catalog.sqlite", "serving"} <= tree_names()
    written = 'a = home / "blobs" / name\nb = home / f"{name}.lance"\nc = open("CURRENT")\nd = x / "other"'
    assert spelled_paths(ast.parse(written)) == [(1, "blobs"), (2, "*.lance"), (3, "CURRENT")]


def test_only_the_layout_spells_paths_of_a_home() -> None:
    spelled = {name: spelled_paths(tree) for name, tree in TREES.items() if name != LAYOUT}
    assert {name: found for name, found in spelled.items() if found} == {}


def environment_uses(tree: ast.AST) -> set[str]:
    """`read` and `write`, as far as the module does either to the environment."""
    writes: set[int] = set()
    mentions: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.environb", "os.getenv"):
            mentions.add(id(node))
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            mentions |= {id(alias) for alias in node.names if alias.name in ("environ", "environb", "getenv")}
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            writes.add(id(node.value))
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("update", "setdefault")
        ):
            writes.add(id(node.func.value))
    return ({"read"} if mentions - writes else set()) | ({"write"} if mentions & writes else set())


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        ("os.environ['A']", {"read"}),
        ("os.environ.get('A')", {"read"}),
        ("os.getenv('A')", {"read"}),
        ("from os import environ", {"read"}),
        ("run(env=os.environ)", {"read"}),
        ("os.environ['A'] = 'b'", {"write"}),
        ("os.environ.update(A='b')", {"write"}),
        ("os.path", set()),
    ],
)
def test_reading_and_writing_the_environment_are_told_apart(text: str, uses: set[str]) -> None:
    assert environment_uses(ast.parse(text)) == uses


def test_only_the_settings_read_the_environment() -> None:
    assert [name for name, tree in TREES.items() if "read" in environment_uses(tree)] == [READS_ENVIRONMENT]


def test_the_environment_is_written_where_a_library_needs_it_and_nowhere_else() -> None:
    assert {name for name, tree in TREES.items() if "write" in environment_uses(tree)} <= WRITES_ENVIRONMENT


def test_no_error_is_swallowed() -> None:
    swallowed = [
        f"{name}:{node.lineno}"
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
        and all(isinstance(statement, ast.Pass | ast.Continue) for statement in node.body)
    ]
    suppressed = [
        f"{name}:{node.lineno}"
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("suppress", "contextlib.suppress")
        and any(ast.unparse(argument) in ("Exception", "BaseException") for argument in node.args)
    ]
    assert swallowed + suppressed == []


def test_nothing_is_left_for_later() -> None:
    marks = re.compile(r"\b(?:TODO|FIXME|XXX)\b")
    assert [relative(path) for path in MODULES if marks.search(path.read_text("utf-8"))] == []
    stubs = [
        f"{name}:{node.lineno}"
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise) and node.exc is not None and "NotImplemented" in ast.unparse(node.exc)
    ]
    assert stubs == []


def test_no_file_holds_a_path_of_somebodys_machine() -> None:
    found = {}
    for path in project_files():
        if path.suffix in TEXT_SUFFIXES and "tests" not in path.parts:
            places = MACHINE_PATH.findall(path.read_text("utf-8"))
            if places:
                found[relative(path)] = places
    assert found == {}


def test_tests_and_fixtures_hold_no_path_of_somebodys_checkout() -> None:
    ours = str(PROJECT).encode()
    files = [path for path in project_files() if "tests" in path.parts]
    assert [relative(path) for path in files if ours in path.read_bytes()] == []
