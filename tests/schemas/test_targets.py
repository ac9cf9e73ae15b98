"""How amounts are keyed: by code, or by name and office; never by a name alone, and never by the year."""

import pytest

from schemas.budget import Subject
from schemas.fiscal import Level
from schemas.targets import AGGREGATE, LINE, NAME, PROJECT, org_id_of, project_id_of, target_of


def subject(level: Level, name: str, code: str | None = None, **others: str) -> Subject:
    """A subject; `org`, `project`… give the names of other levels, `org_code`… their codes."""
    names = {Level(key.upper()): text for key, text in others.items() if not key.endswith("_code")}
    codes = {Level(key[:-5].upper()): text for key, text in others.items() if key.endswith("_code")}
    return Subject(level, name, code, {level: name, **names}, {**({level: code} if code else {}), **codes})


def key(found: Subject, year: int = 2026, content: str = "a", *, is_revenue: bool = False) -> tuple[str, str]:
    return target_of(found, year, is_revenue, content)


def test_an_id_is_the_same_in_every_year_and_content() -> None:
    project = subject(Level.PROJECT, "마을길 정비", "7033-300", org="가람부")
    assert key(project, 2025, "a") == key(project, 2026, "b")
    assert key(project)[0] == PROJECT


def test_a_coded_project_keeps_its_id_under_another_name() -> None:
    before = subject(Level.PROJECT, "마을길 정비", "7033-300", org="가람부")
    after = subject(Level.PROJECT, "마을길 현대화", "7033-300", org="가람부", org_code="018")
    assert key(before) == key(after)


def test_offices_share_codes_so_that_a_code_alone_is_told_apart_by_the_name() -> None:
    first, second = subject(Level.PROJECT, "마을길 정비", "7033-300"), subject(Level.PROJECT, "바다 관측", "7033-300")
    assert key(first) != key(second)
    assert key(first) == key(subject(Level.PROJECT, "마을길정비", "7033-300"))


def test_without_a_code_name_and_office_are_the_key() -> None:
    project = subject(Level.PROJECT, "마을길 정비", org="가람부")
    assert key(project)[0] == PROJECT
    assert key(project) == key(subject(Level.PROJECT, "마을길정비", org="가람 부"))
    assert key(project) != key(subject(Level.PROJECT, "마을길 정비", org="나루부"))


@pytest.mark.parametrize("office", [None, "국토환경예산과", "합계"])
def test_a_name_alone_joins_nothing(office: str | None) -> None:
    project = subject(Level.PROJECT, "마을길 정비", **({"org": office} if office else {}))
    assert key(project, content="a")[0] == NAME
    assert key(project, content="a") != key(project, content="b")


def test_a_total_in_the_column_of_projects_is_no_project() -> None:
    assert key(subject(Level.PROJECT, "합계", org="가람부"))[0] == NAME
    assert key(subject(Level.TOTAL, "합계"))[0] == NAME


def test_a_line_is_its_project_with_its_item() -> None:
    whole = {"project": "마을길 정비", "project_code": "7033-300", "org": "가람부"}
    apart = subject(Level.SEMOK, "일용임금", "14", mok="운영비", mok_code="210", **whole)
    joined = subject(Level.SEMOK, "일용임금", "210-14", **whole)
    assert key(apart) == key(joined)
    assert key(apart)[0] == LINE
    assert key(apart) != key(subject(Level.MOK, "운영비", "210", **whole))
    part = subject(Level.SUBPROJECT, "다리 놓기", **whole)
    assert key(part)[0] == LINE
    assert key(part) != key(subject(Level.SUBPROJECT, "길 닦기", **whole))


def test_a_line_of_a_project_that_only_a_name_tells_is_a_name() -> None:
    assert key(subject(Level.SUBPROJECT, "다리 놓기", project="마을길 정비"))[0] == NAME


def test_sums_above_a_project_are_of_an_office_and_a_direction() -> None:
    item = subject(Level.SEMOK, "보수", "10101", org="물가군")
    assert key(item)[0] == AGGREGATE
    assert key(item) != key(item, is_revenue=True)
    assert key(item) != key(subject(Level.SEMOK, "보수", "10101", org="들녘군"))
    assert key(subject(Level.FIELD, "환경", "070"))[0] == AGGREGATE
    assert key(subject(Level.PROGRAM, "물 관리"))[0] == NAME


def test_the_ids_that_dimensions_use_are_those_of_amounts() -> None:
    project = subject(Level.PROJECT, "마을길 정비", "7033-300", org="가람부", account="일반회계")
    found = project_id_of("마을길 정비", "7033-300", "가람부", None, "일반회계", None)
    assert found is not None
    assert found == (key(project)[1], "code")
    assert project_id_of("마을길 정비", None, None, None, None, None) is None
    assert org_id_of("가람부", None) == org_id_of("가람 부", None) != org_id_of("가람부", "018")
    assert org_id_of(None, None) is None
