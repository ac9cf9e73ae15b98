"""Labels of rows: names, codes and levels that they state themselves, and names stacked in one cell."""

import re

from connectors.tables import words, years
from connectors.tables.columns import Column
from schemas.fiscal import Level

ITEM_LEVELS = frozenset({Level.MOK, Level.SEMOK})
"""What a project's money is spent on: 편성목, 통계목."""
_CODE_FIRST = re.compile(r"^\(?([0-9]{2,5}(?:-[0-9]{2,3})?)\)?[\s.:]+([^\d\s].*)$", re.DOTALL)
_CODE_LAST = re.compile(r"^(.+?)\s*\(([0-9]{3,4}-[0-9]{2,3})\)$", re.DOTALL)
_BULLET = re.compile(r"^\s*(?:[○ㅇ□■●◦▷▶◆◇※·․ㆍ•∙⦁▪*\-–]|\(?[0-9]{1,2}[).]|[가-하][.)]|[①-⑳])\s*")
_FOOTNOTE = re.compile(r"\s*(?:[¹²³⁰⁴-⁹]{1,4}\s?[)⁾]?|\*{1,3})$")
_PROJECT_CODE = re.compile(r"^[0-9]{4}-[0-9]{3}$")
_ITEM_CODE = re.compile(r"^[0-9]{3}-[0-9]{2}$")
_DAY = re.compile(
    r"^['’‘]?(?:(?:19|20)?[0-9]{2})\s*[.\-/년]\s*[0-9]{1,2}\s*[.\-/월]\s*[0-9]{1,2}\s*[.일]?\s*(?:\([월화수목금토일]\))?"
    r"(?:\s+[0-9]{1,2}[:시].{0,12})?$"
)
_GROUP_CODE_LAST = re.compile(r"^(.+?)\s*[(\[]([0-9]{4})[)\]]$", re.DOTALL)
_SAID_LEVEL = re.compile(
    r"^[\s○ㅇ□■●◦\-·․ㆍ]*(?:[\[(<〔【〈《]\s*(?P<inside>분야|부문|정책(?:사업)?|프로그램|단위(?:사업)?|세부(?:사업)?|내역(?:사업)?|통계목|세목|목|회계|소관|부서)"
    r"\s*[\])>〕】〉》]\s*|(?P<before>분야|부문|정책(?:사업)?|프로그램|단위(?:사업)?|세부(?:사업)?|내역(?:사업)?|회계|소관|부서)\s*[:：]\s*)(?P<name>\S.*)$",
    re.DOTALL,
)
_SAID = {
    "분야": Level.FIELD,
    "부문": Level.SECTOR,
    "정책": Level.PROGRAM,
    "프로": Level.PROGRAM,
    "단위": Level.ACTIVITY,
    "세부": Level.PROJECT,
    "내역": Level.SUBPROJECT,
    "통계": Level.SEMOK,
    "세목": Level.SEMOK,
    "목": Level.MOK,
    "회계": Level.ACCOUNT,
    "소관": Level.ORG,
    "부서": Level.ORG,
}


def named(text: str) -> tuple[str, str | None]:
    """A label as (name, code): `010 일반공공행정`, `성과관리(7033-300)`; the code is None where none is printed.

    A mark of a footnote at its end is no part of a name.
    """
    text = " ".join(text.split())
    text = _FOOTNOTE.sub("", text) or text
    bare = _BULLET.sub("", text) if not _CODE_FIRST.match(text) else text
    match = _CODE_LAST.match(bare)
    if match:
        return match.group(1).strip(), match.group(2)
    match = _CODE_FIRST.match(bare)
    if match:
        return match.group(2).strip(), match.group(1)
    return bare.strip() or text, None


def has_bullet(text: str) -> bool:
    """Whether a label begins with a bullet or a number of an enumeration."""
    return _BULLET.match(text) is not None


def said_level(text: str) -> tuple[Level | None, str]:
    """The level that a label itself names, and the label without it: `[부문] 물관리`, `단위: 하천정비`."""
    match = _SAID_LEVEL.match(text)
    if match is None:
        return None, text
    return _SAID[(match["inside"] or match["before"])[:2]], match["name"]


def placed(text: str, column: Column, default: Level) -> tuple[Level, str, str | None, bool]:
    """(level, name, code, whether the label itself says the level) of a label."""
    said, bare = said_level(text)
    name, code = named(bare)
    level = said or column.level
    if code is None and level in (Level.PROGRAM, Level.ACTIVITY) and (match := _GROUP_CODE_LAST.match(name)):
        name, code = match.group(1).strip(), match.group(2)
    if said is not None:
        return said, name, code, True
    by_code = level_by_code(code)
    if by_code is not None:
        return by_code, name, code, True
    if column.level is Level.MOK and code is not None:
        level = _level_of_item(code)
    elif column.level is Level.PROJECT and code is not None and goes_down_to_items(column) and len(code) in (2, 3):
        level = Level.MOK if len(code) == 3 else Level.SEMOK
    elif column.level is Level.SECTOR and code is not None and len(code) == 3 and _is_field_and_sector(column):
        level = Level.FIELD if code.endswith("0") else Level.SECTOR
    return level or default, name, code, level is not None and level is not column.level


def _level_of_item(code: str) -> Level:
    """The level of a label under 과목, by its code: 210 is a 목, 21001 a 통계목, 7000 a program, 7033 an activity."""
    if len(code) == 5:
        return Level.SEMOK
    if len(code) == 4:
        return Level.PROGRAM if code.endswith("00") else Level.ACTIVITY
    return Level.MOK


def goes_down_to_items(column: Column) -> bool:
    """Whether one column names projects and below each its items: 부서·정책·단위(회계)·세부사업·편성목."""
    heading = "".join(words.folded(text) for text in column.path)
    return "세부사업" in heading and re.search(r"편성목|통계목|세목", heading) is not None


def _is_field_and_sector(column: Column) -> bool:
    heading = "".join(words.folded(text) for text in column.path)
    return "분야" in heading and "부문" in heading


def items_of(text: str) -> list[str]:
    """The names that a cell stacks; a line without a bullet goes on from the line before, where other lines have one."""
    lines = [line for line in text.split("\n") if line.strip()]
    if not any(_BULLET.match(line) for line in lines):
        return [line.strip() for line in lines]
    items: list[str] = []
    for line in lines:
        if _BULLET.match(line) or not items:
            items.append(line.strip())
        else:
            items[-1] = f"{items[-1]} {line.strip()}"
    return items


def is_period(label: str) -> bool:
    """Whether a label is but a month or a quarter: 3월, 3월말 누계, 1/4분기."""
    folded = words.folded(label)
    return len(folded) <= 8 and (years.month_in(label) is not None or years.quarter_in(label) is not None)


def is_day(text: str) -> bool:
    """Whether a cell is but a day, perhaps with its hour: 2026. 8. 3., '26.8.3.(월), 2026-08-03 12:10."""
    return bool(_DAY.match(text.strip()))


def level_by_code(code: str | None) -> Level | None:
    """The level that the form of a code tells: 7033-300 is a project, 210-14 a 세목."""
    if code is None:
        return None
    if _PROJECT_CODE.match(code):
        return Level.PROJECT
    return Level.SEMOK if _ITEM_CODE.match(code) else None
