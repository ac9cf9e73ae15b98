"""What the amounts of a row are amounts of: names and codes from the row's labels, under what the document says."""

from collections.abc import Mapping, Sequence

from connectors.tables import words, years
from connectors.tables.columns import Role
from connectors.tables.labels import ITEM_LEVELS, is_day, is_period, level_by_code, named, placed
from connectors.tables.rows import Row
from schemas.budget import Subject
from schemas.fiscal import Level

_ORDER = list(Level)
# What stands beside a project in its own row: its office, its account, whether it is new.
_BESIDE = frozenset({Level.ORG, Level.ACCOUNT, Level.OTHER})
NAMELESS = "(이름 없음)"
"""Name of what nothing names: neither the row, nor a caption, nor the document."""


def subject_of(
    row: Row,
    around: Subject | None,
    org: tuple[str | None, str | None],
    rest: str | None,
    default_level: Level,
    item: str | None = None,
    caption: str | None = None,
) -> Subject:
    """What the amounts of a row are amounts of.

    Args:
        row: its labels.
        around: the project that the document speaks of here.
        org: the office whose document it is.
        rest: what the column's heading says besides stage and year.
        default_level: level of a label whose heading names none.
        item: of a stacked cell, the name beside this line.
        caption: what the table's caption says that it is about, for a row that names nothing.
    """
    names: dict[Level, str] = {}
    codes: dict[Level, str] = {}
    unnamed_code: str | None = None
    own_codes: dict[Level, str] = {}
    lowest: Level | None = None
    named_by: Level | None = None
    coded: Level | None = None
    outer: list[str] = []
    stacked = next((column.number for column, _ in reversed(row.labels) if column.role is Role.LABEL), None)
    for column, text in row.labels:
        if item is not None and column.number == stacked:
            continue  # the cell of all the names, of which the item is this line's
        folded = words.folded(text)
        if column.role is Role.YEAR or years.only_year(folded) is not None or years.offset_of(folded) is not None:
            continue
        if column.role is Role.CODE:
            unnamed_code, coded = " ".join(text.split()), column.level
            if column.level is not None and unnamed_code != "-":
                own_codes[column.level] = unnamed_code
            continue
        if is_period(text) or is_day(text):
            continue
        fallback = default_level if column.level is not None else level_by_code(unnamed_code) or default_level
        level, name, code, is_said = placed(text, column, fallback)
        if level in names and column.level is None and not is_said:
            level = Level.OTHER if Level.OTHER not in names else level
        if row.is_repeated and level is Level.OTHER and names.get(level, name) != name:
            outer.append(names[level])
        names[level] = name
        if code:
            codes[level] = code
        lowest, coded = level, None
        if column is row.namer:
            named_by = level
    if lowest in _BESIDE and named_by is not None:
        lowest = named_by
    if (
        lowest is not None
        and coded is not None
        and coded in ITEM_LEVELS
        and coded in own_codes
        and _ORDER.index(coded) < _ORDER.index(lowest)
    ):
        # items of which but the codes are printed, behind the name of their project
        names |= {level: code for level, code in own_codes.items() if level in ITEM_LEVELS and level not in names}
        lowest, unnamed_code = coded, own_codes[coded]
    if lowest is not None and unnamed_code is not None and lowest not in codes and not words.is_total(unnamed_code):
        level = level_by_code(unnamed_code) or lowest
        if level is not lowest and level not in names:
            names[level] = names.pop(lowest)
            lowest = level
        if unnamed_code != "-":
            codes[lowest] = unnamed_code
    if lowest is None and unnamed_code is not None and not words.is_total(unnamed_code) and unnamed_code != "-":
        code_level = level_by_code(unnamed_code) or next(reversed(own_codes), None) or default_level
        names[code_level], codes[code_level], lowest = unnamed_code, unnamed_code, code_level
    for level, code in own_codes.items():
        if level in names:
            codes.setdefault(level, code)
    project, activity = codes.get(Level.PROJECT), codes.get(Level.ACTIVITY)
    if project is not None and activity is not None and len(project) == 3 and len(activity) == 4:
        codes[Level.PROJECT] = f"{activity}-{project}"
    for level, name, code in row.above:
        is_above = lowest is Level.OTHER or (lowest is not None and _ORDER.index(level) > _ORDER.index(lowest))
        if is_above and level not in names:
            names[level] = name
            if code:
                codes[level] = code
    if item is not None:
        name, code = named(item)
        lowest = Level.SUBPROJECT
        names[lowest] = name
        if code:
            codes[lowest] = code
    if words.is_total(item) if item is not None else row.is_total:
        return _total(names, codes, around, org, rest, default_level, outer)
    _add_around(names, codes, around, org, lowest)
    if lowest is None:
        return _of_context(names, codes, around, org, rest, caption)
    name = " · ".join([*outer, names[lowest]]) if lowest is Level.OTHER else names[lowest]
    if rest:
        return Subject(Level.OTHER, f"{name} · {rest}", codes.get(lowest), names, codes)
    return Subject(lowest, name, codes.get(lowest), names, codes)


def _is_same(first: str, second: str) -> bool:
    return "".join(first.split()) == "".join(second.split())


def _add_around(
    names: dict[Level, str],
    codes: dict[Level, str],
    around: Subject | None,
    org: tuple[str | None, str | None],
    lowest: Level | None,
) -> None:
    """Add what the document says, as far as it is above what the row says."""
    own = names.get(Level.PROJECT)
    is_project = own is not None
    if around is not None and own is not None and _is_same(own, around.names.get(Level.PROJECT, "")):
        is_project = False  # it is the project that the document speaks of, with all that is above it
    if around is not None and not is_project and lowest not in (Level.ORG, Level.TOTAL, Level.FIELD, Level.ACCOUNT):
        for level, name in around.names.items():
            names.setdefault(level, name)
        for level, code in around.codes.items():
            if names.get(level) == around.names.get(level) or (level is Level.PROJECT and own is not None):
                codes.setdefault(level, code)
    if org[0] and lowest is not Level.ORG:
        names.setdefault(Level.ORG, org[0])
        if org[1]:
            codes.setdefault(Level.ORG, org[1])


def _of_context(
    names: dict[Level, str],
    codes: dict[Level, str],
    around: Subject | None,
    org: tuple[str | None, str | None],
    rest: str | None,
    caption: str | None,
) -> Subject:
    """A row without a label of its own, such as a year's: it is of what the caption or the document speaks of."""
    if caption is not None and around is None:
        names[Level.PROJECT] = caption
        return Subject(
            Level.OTHER if rest else Level.PROJECT, f"{caption} · {rest}" if rest else caption, None, names, codes
        )
    if around is not None:
        name = f"{around.name} · {rest}" if rest else around.name
        return Subject(Level.OTHER if rest else around.level, name, around.code, names, codes)
    if org[0]:
        return Subject(
            Level.OTHER if rest else Level.ORG, f"{org[0]} · {rest}" if rest else org[0], org[1], names, codes
        )
    return Subject(Level.OTHER, rest or NAMELESS, None, names, codes)


def _total(
    names: Mapping[Level, str],
    codes: Mapping[Level, str],
    around: Subject | None,
    org: tuple[str | None, str | None],
    rest: str | None,
    default_level: Level,
    above: Sequence[str],
) -> Subject:
    """A sum: of the project that the document speaks of, where the rows are parts of one, else of the office."""
    label = list(names.values())[-1] if names else "합계"
    label = " · ".join([*(said for said in above if not words.is_total(said)), label])
    outer = {level: name for level, name in names.items() if not words.is_total(name)}
    outer_codes = {level: code for level, code in codes.items() if level in outer}
    parts = {Level.SUBPROJECT, *ITEM_LEVELS}
    row_level = list(names)[-1] if names else default_level
    if around is not None and Level.PROJECT in around.names and (row_level in parts or row_level is Level.OTHER):
        full, full_codes = dict(outer), dict(outer_codes)
        _add_around(full, full_codes, around, org, None)
        if not outer and not rest:
            return Subject(Level.PROJECT, around.name, around.code, full, full_codes)
        return Subject(Level.OTHER, " · ".join(filter(None, (label, rest))), None, full, full_codes)
    if org[0]:
        outer.setdefault(Level.ORG, org[0])
        if org[1]:
            outer_codes.setdefault(Level.ORG, org[1])
    name = " · ".join(filter(None, (label, rest)))
    return Subject(Level.OTHER if rest else Level.TOTAL, name, None, outer, outer_codes)
