"""Tables that name what the tables after them are about: code blocks, owners of projects, transfers."""

import re

from connectors.tables import words
from connectors.tables.labels import named
from connectors.tables.view import TableView
from schemas.budget import Subject
from schemas.fiscal import Level

_LEVELS: tuple[tuple[re.Pattern[str], Level], ...] = tuple(
    (re.compile(pattern), level)
    for pattern, level in (
        (r"^세부사업(?:명|코드)?$", Level.PROJECT),
        (r"^단위사업(?:명|코드)?$", Level.ACTIVITY),
        (r"^프로그램(?:명|코드)?$", Level.PROGRAM),
        (r"^부문(?:명)?$", Level.SECTOR),
        (r"^분야(?:명)?$", Level.FIELD),
        (r"^(?:회계|회계구분|회계명|기금명?)$", Level.ACCOUNT),
        (r"^(?:소관|소관명|소관부처|부처명?)$", Level.ORG),
    )
)
_CODE = re.compile(r"^[0-9]{2,4}(?:-[0-9]{2,3})?$")
_PAIR = re.compile(r"^([0-9]{2,4})\s*\n\s*(.+)$", re.DOTALL)
_CODED = re.compile(r"^(.*?)\s*\(([0-9]{4}-[0-9]{3})\)\s*$", re.DOTALL)
_MAX_ROWS = 8
_LEAST_LEVELS = 2


def _level(text: str) -> Level | None:
    folded = words.folded(text)
    for pattern, level in _LEVELS:
        if pattern.match(folded):
            return level
    return None


def project_of_block(view: TableView) -> Subject | None:
    """What a code block names: rows 코드 and 명칭 under 소관, 분야, 부문, 프로그램…; None for any other table.

    The levels above the project may be all that it states; a code and its name may stand in one cell, or the name where the
    code should.
    """
    if view.n_rows > _MAX_ROWS or view.n_rows < 2:
        return None
    rows = {words.folded(view.text(row, 1)): row for row in view.rows()}
    code_row = rows.get("코드")
    name_row = rows.get("명칭") or rows.get("사업명") or rows.get("이름")
    if code_row is None or name_row is None:
        return None
    names: dict[Level, str] = {}
    codes: dict[Level, str] = {}
    for col in range(2, view.n_cols + 1):
        level = next(
            (found for row in range(min(code_row, name_row) - 1, 0, -1) if (found := _level(view.text(row, col)))), None
        )
        if level is None:
            continue
        code, name = view.text(code_row, col).strip(), view.text(name_row, col).strip()
        pair = _PAIR.match(code)
        if pair:
            code, name = pair.group(1), name or pair.group(2)
        if code and not _CODE.match(code):
            code, name = "", name or code
        if name:
            names[level] = " ".join(name.split())
        if code:
            codes[level] = code
    if len(set(names) | set(codes)) < _LEAST_LEVELS:
        return None
    _compose_code(codes)
    lowest = next((level for level in Level if level in names and level is not Level.ORG), Level.ORG)
    name = names.get(lowest) or names.get(Level.ORG)
    if name is None:
        return None
    return Subject(lowest, name, codes.get(lowest), names, codes)


def _compose_code(codes: dict[Level, str]) -> None:
    """A project's code is printed with its activity's: 7033-300."""
    project, activity = codes.get(Level.PROJECT), codes.get(Level.ACTIVITY)
    if project and "-" not in project and activity:
        codes[Level.PROJECT] = f"{activity}-{project}"


def is_transfer_table(view: TableView) -> bool:
    """Whether the headings are those of a table of transfers: from where, how much, to where."""
    heads = [
        words.folded(view.text(row, col))
        for row in range(1, min(3, view.n_rows) + 1)
        for col in range(1, view.n_cols + 1)
    ]
    joined = " ".join(heads)
    return bool(
        re.search(r"에서|감액|주는|전출", joined)
        and re.search(r"으로|증액|받는|전입", joined)
        and re.search(r"금액", joined)
        and re.search(r"목-?세목|과목|세부사업|사업", joined)
    )


def projects_of_transfers(view: TableView) -> set[tuple[str, str]]:
    """(name, code) of the projects that a table of transfers names with a code."""
    if not is_transfer_table(view):
        return set()
    found: dict[str, str] = {}
    for row in range(2, view.n_rows + 1):
        for text in view.own_row(row):
            match = _CODED.match(text.strip())
            if match:
                found.setdefault(match.group(2), "".join(match.group(1).split("\n")).strip())
    return {(name, code) for code, name in found.items()}


def projects_of_owners(view: TableView) -> set[str]:
    """Names in a table of projects with their owners (사업명, 구분, 소관부처…)."""
    if words.folded(view.text(1, 1)) != "사업명" or view.n_cols < 2 or words.folded(view.text(1, 2)) != "구분":
        return set()
    names = set()
    for row in range(2, view.n_rows + 1):
        text = view.own(row, 1).strip()
        if text:
            names.add(named("".join(text.split("\n")))[0])
    return names
