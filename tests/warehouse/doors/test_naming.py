"""What a question names: a project by its whole name, or by words of it that no other readable project has."""

from collections.abc import Sequence

import pytest

from warehouse.doors import naming
from warehouse.doors.naming import Naming, is_said, words_of

PROJECTS = (
    ("솔바람 쉼터 운영", "1031-301", "하늘땅교통부"),
    ("바닷길 등대 정비", "1031-302", "하늘땅교통부"),
    ("청년 새싹 통장 지원", "2031-301", "온마음보건부"),
    ("청년농 새싹밭 임대", "2031-302", "들녘농업부"),
    ("노인일자리급여지급", "2031-303", "온마음보건부"),
    ("노인일자리 상담", "2031-304", "온마음보건부"),
    ("들녘농업부 청사 관리", "2031-305", "들녘농업부"),
    ("마을 지원", "2031-306", "온마음보건부"),
    ("산들 바우처 지원", "2031-307", "온마음보건부"),
)
PARTS = (("쉼터 지붕 수리", "하늘땅교통부"), ("물새 관찰대 설치", "하늘땅교통부"))
WHOLE = {**{name: "project" for name, *_ in PROJECTS}, "민간경상보조": "item", "하늘땅교통부": "office"}


@pytest.fixture
def name_it(monkeypatch):
    """What a question names among invented projects, all of them readable."""
    known = [naming._named(name, False, (code,), (office,)) for name, code, office in PROJECTS]
    known += [naming._named(name, True, (), (office,)) for name, office in PARTS]

    def whole(pinned, principal, text, sieve) -> Sequence[tuple[str, str]]:
        return [(name, kind) for name, kind in WHOLE.items() if name in text and naming._stands_in(text, name)]

    monkeypatch.setattr(naming, "holds", lambda pinned, table: True)
    monkeypatch.setattr(naming, "_whole_names", whole)
    monkeypatch.setattr(naming, "_project_names", lambda pinned, principal, sieve: known)
    return lambda rest: naming.naming_of(None, None, rest)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rest", "name"),
    [
        ("쉼터 운영 예산", "솔바람 쉼터 운영"),
        ("솔바람 예산은 얼마인가요?", "솔바람 쉼터 운영"),
        ("솔바람쉼터의 예산", "솔바람 쉼터 운영"),
        ("솔바람예산얼마", "솔바람 쉼터 운영"),
        ("등대 정비 사업 예산 좀 알려 주세요", "바닷길 등대 정비"),
        ("청년 통장 예산", "청년 새싹 통장 지원"),
        ("노인일자리 급여 예산 얼마", "노인일자리급여지급"),
        ("교통부 등대 정비 예산", "바닷길 등대 정비"),
        ("하늘땅교통부 솔바람 예산", "솔바람 쉼터 운영"),
        ("관찰대 예산", "물새 관찰대 설치"),
        ("바우처 예산은 얼마인가", "산들 바우처 지원"),
    ],
)
def test_words_of_one_name_alone_mean_its_project(name_it, rest, name):
    assert name_it(rest) == Naming(partly=(name,), is_bare=True)


@pytest.mark.parametrize(
    ("rest", "candidates"),
    [
        ("새싹 청년 예산", ("청년 새싹 통장 지원", "청년농 새싹밭 임대")),
        ("노인일자리 예산", ("노인일자리 상담", "노인일자리급여지급")),
    ],
)
def test_words_of_several_names_choose_none(name_it, rest, candidates):
    found = name_it(rest)
    assert (found.whole, found.partly, found.is_bare) == ((), (), False)
    assert (set(found.candidates), found.n_candidates) == (set(candidates), len(candidates))


@pytest.mark.parametrize(
    "rest",
    [
        "솔바람 예산이 왜 줄었나",  # asks for a reason
        "솔바람에 사람이 몇 명 있나",
        "달나라 예산",
        "청년 예산",  # two letters tell too little
        "지원 예산",
        "마을 지원 예산을 누가 정했나",
        "들녘농업부 예산",  # an office, though one project has it in its name
        "우주개척부 예산",
        "온마음보건부 솔바람 예산",  # another office than the project's
        "바람 쉼터지기 예산",
        "도로 예산",
        "람쉼 예산",  # a piece of two words
        "전체 예산 모두 합쳐서 얼마",
    ],
)
def test_anything_else_is_no_name(name_it, rest):
    found = name_it(rest)
    assert (found.partly, found.candidates) == ((), ())


def test_a_name_within_a_longer_word_is_not_that_name():
    assert naming._stands_in("마을 지원의 예산", "마을지원")
    assert naming._stands_in("마을지원예산", "마을지원")
    assert not naming._stands_in("마을지원단 예산", "마을지원")
    assert not naming._stands_in("새마을지원 예산", "마을지원")


def test_several_that_are_joined_are_each_named(name_it):
    assert set(name_it("솔바람과 등대 정비 예산").partly) == {"솔바람 쉼터 운영", "바닷길 등대 정비"}
    assert set(name_it("솔바람, 등대 예산").partly) == set()
    assert name_it("솔바람과 달나라 예산").partly == ()


def test_what_a_project_pays_for_is_asked_besides_it(name_it):
    assert name_it("솔바람 인건비 예산") == Naming(partly=("솔바람 쉼터 운영",), items=("인건비",), is_bare=True)
    assert name_it("솔바람 민간경상보조 예산").items == ("민간경상보조",)
    assert name_it("바닷길 등대 정비 시설비 예산") == Naming(("바닷길 등대 정비",), items=("시설비",), is_bare=True)
    assert name_it("민간경상보조 예산").whole == ("민간경상보조",)


def test_an_office_is_named_where_no_project_is(name_it):
    assert name_it("하늘땅교통부 예산").whole == ("하늘땅교통부",)
    assert name_it("하늘땅교통부 바닷길 등대 정비 예산") == Naming(("바닷길 등대 정비",), is_bare=True)


@pytest.mark.parametrize(
    ("short", "office"),
    [("교통부", "하늘땅교통부"), ("하교부", "하늘땅교통부"), ("농업부", "들녘농업부"), ("온보부", "온마음보건부")],
)
def test_offices_are_called_by_short_names(short, office):
    assert is_said(office, "", (short,))
    assert not is_said(office, "", ("부", short[::-1], "교육부"))


def test_words_about_amounts_are_no_words_of_a_name():
    assert words_of("예산은 모두 얼마인가요", ()) == []
    assert words_of("요구액을 억원으로 알려 주세요", ()) == []
    assert [forms[0] for forms in words_of("도로 지원 예산", ())] == ["도로", "지원"]


def test_a_long_run_of_such_words_is_read_in_no_time():
    assert words_of("얼마나" * 600 + "끝", ())
