"""How an amount is keyed: the id of the project, line or sum that it is of, from what its row, column and headings print.

The year is no part of an id, so that a series is the amounts of one id. Nothing is keyed by a name alone: a project needs a
code, or an office beside its name; where only a name is printed, the id holds for one content only and joins nothing.
"""

from functools import lru_cache
from typing import NamedTuple

from schemas.budget import Subject
from schemas.fiscal import Level
from schemas.identity import make_id
from schemas.names import folded, is_division, is_total_word

LINE, PROJECT, AGGREGATE, NAME = "LINE", "PROJECT", "AGGREGATE", "NAME"

BY_CODE, BY_NAME_AND_OFFICE = "code", "name_and_office"
"""What `ProjectKey.keyed_by` can be."""

_LEAVES = (Level.SEMOK, Level.MOK, Level.SUBPROJECT)
# Sums that mean the same wherever they are printed only together with the office whose budget they divide.
_OF_OFFICE = (Level.PROGRAM, Level.ACTIVITY)
_LONG_CODE = 4


class ProjectKey(NamedTuple):
    """A project's id, and by what it is keyed: `code` or `name_and_office`."""

    project_id: str
    keyed_by: str


def org_id_of(name: str | None, code: str | None) -> str | None:
    """Id of an office by code and name: another name or code is another unit. None where neither is printed."""
    return make_id("org", code or None, folded(name) or None) if name or code else None


def project_id_of(
    name: str | None,
    code: str | None,
    org_name: str | None,
    org_code: str | None,
    account_name: str | None,
    account_code: str | None,
) -> ProjectKey | None:
    """The key of a project, or None where nothing but a name is printed.

    By code within office and account; a code without an office is told apart by the name beside it, since offices share
    codes. The office counts by its name, which nearly every document prints, before its code, which few do.
    """
    return _project_key(folded(name), code or "", _office(org_name, org_code), _account(account_name, account_code))


def target_of(subject: Subject, fiscal_year: int, is_revenue: bool, content_id: str) -> tuple[str, str]:
    """(kind, id) of what an amount is an amount of; kind is LINE, PROJECT, AGGREGATE or NAME.

    Args:
        subject: what is printed.
        fiscal_year: the year; no part of the id.
        is_revenue: whether it is money that comes in.
        content_id: SHA-256 of the source; part of the id only where nothing but a name is printed.
    """
    del fiscal_year  # an id holds over the years
    names, codes = subject.names, subject.codes
    own = subject.level
    found = _target(
        own,
        names.get(own) or subject.name,
        codes.get(own) or subject.code or "",
        _office(*_printed(subject, Level.ORG)),
        _account(*_printed(subject, Level.ACCOUNT)),
        names.get(Level.PROJECT, ""),
        codes.get(Level.PROJECT, ""),
        names.get(Level.SUBPROJECT, ""),
        names.get(Level.MOK, ""),
        codes.get(Level.MOK, ""),
        is_revenue,
    )
    if found is not None:
        return found
    name = folded(subject.name)
    return NAME, _name_id(content_id, str(own), name, _office(*_printed(subject, Level.ORG)), is_revenue)


def _printed(subject: Subject, level: Level) -> tuple[str | None, str | None]:
    return subject.names.get(level), subject.codes.get(level)


@lru_cache(maxsize=1 << 14)
def _office(name: str | None, code: str | None) -> str:
    # A division has no budget of its own: its name in a title tells who wrote, not whose project it is.
    if name and not is_division(name) and not is_total_word(name):
        return folded(name)
    return f"#{code}" if code else ""


@lru_cache(maxsize=1 << 12)
def _account(name: str | None, code: str | None) -> str:
    return folded(name) or (f"#{code}" if code else "")


@lru_cache(maxsize=1 << 17)
def _project_key(name: str, code: str, office: str, account: str) -> ProjectKey | None:
    if code:
        return ProjectKey(make_id("project", "code", office or f"?{name}", account, code), BY_CODE)
    if name and office:
        return ProjectKey(make_id("project", "name", office, account, name), BY_NAME_AND_OFFICE)
    return None


@lru_cache(maxsize=1 << 18)
def _target(
    level: Level,
    name: str,
    code: str,
    office: str,
    account: str,
    project_name: str,
    project_code: str,
    subproject_name: str,
    mok_name: str,
    mok_code: str,
    is_revenue: bool,
) -> tuple[str, str] | None:
    if level is Level.PROJECT:
        # A sum over several projects is none of them, although it stands in their column.
        key = None if not code and is_total_word(name) else _project_key(folded(name), code, office, account)
        return None if key is None else (PROJECT, key.project_id)
    if level in _LEAVES and (project_name or project_code):
        key = _project_key(folded(project_name), project_code, office, account)
        if key is None or is_total_word(name):
            return None
        item = _item(level, name, code, mok_name, mok_code)
        part = folded(name if level is Level.SUBPROJECT else subproject_name)
        return LINE, make_id("line", key.project_id, item, part, int(is_revenue))
    if level in (Level.OTHER, Level.SUBPROJECT):
        return None
    return _aggregate(level, name, code, office, account, mok_name, mok_code, is_revenue)


def _aggregate(
    level: Level, name: str, code: str, office: str, account: str, mok_name: str, mok_code: str, is_revenue: bool
) -> tuple[str, str] | None:
    """A sum above a project. One of a whole that nobody names, such as the last row of any list, is none."""
    if level is Level.ORG:
        return (AGGREGATE, make_id("aggregate", level, office, account, int(is_revenue))) if office else None
    if level is Level.TOTAL:
        return (AGGREGATE, make_id("aggregate", level, office, account, int(is_revenue))) if office else None
    own = _item(level, name, code, mok_name, mok_code) if level in _LEAVES else code or folded(name)
    if not own or (not code and is_total_word(name)):
        return None
    if level in _OF_OFFICE and not office:
        return None
    if level is Level.ACCOUNT:
        return AGGREGATE, make_id("aggregate", level, office, folded(name) or f"#{code}", int(is_revenue))
    return AGGREGATE, make_id("aggregate", level, office, account, own, int(is_revenue))


def _item(level: Level, name: str, code: str, mok_name: str, mok_code: str) -> str:
    """An item's key: `210-14` where the parts are printed apart too; a name only where no code is."""
    if level is Level.MOK:
        return code or folded(name)
    if level is Level.SEMOK:
        if code:
            return code if "-" in code or len(code) >= _LONG_CODE or not mok_code else f"{mok_code}-{code}"
        return f"{mok_code or folded(mok_name)}/{folded(name)}"
    return mok_code or folded(mok_name)


@lru_cache(maxsize=1 << 16)
def _name_id(content_id: str, level: str, name: str, office: str, is_revenue: bool) -> str:
    return make_id("name", content_id, level, name, office, int(is_revenue))
