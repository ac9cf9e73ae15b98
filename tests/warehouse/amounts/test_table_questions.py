"""Questions about tables: one a shape, with the largest first, and their answers, which can be changed."""

import pytest

from warehouse.ledger import Ledger
from warehouse.reviews import discover_kinds

# Whole nights, one after another: among the long tests.
pytestmark = pytest.mark.long

NO_UNIT = {"마을길": (500, 600)}


@pytest.fixture
def answer(tables, home, clock):
    """Answer a question: by its subject's reason, open or not."""

    def do(answer: str, reason: str = "unit_unknown") -> None:
        (item,) = [item for item in tables.questions() if item.asked.subject.endswith(f"/{reason}")]
        Ledger(home).decide(item.asked, answer, decided_by="예산담당", note=None, now=clock.now())

    return do


def test_a_question_says_where_what_and_what_each_answer_does(tables, made, put):
    put("가/예산.csv", made.csv(unit=None, **NO_UNIT))
    put("나/예산.csv", made.csv(unit=None, 하천=(70, 80)))
    tables.run()
    (item,) = tables.questions()
    asked = item.asked
    assert asked.title == "표 2개 (share/가/예산.csv)"
    assert asked.reason == "돈의 단위가 표에도 둘레의 글에도 적혀 있지 않음"
    assert asked.evidence[0].startswith("금액으로 보이는 칸 4개, 예: 2행 2열 「")
    assert asked.evidence[1:] == ["자리: share/가/예산.csv", "자리: share/나/예산.csv"]
    assert asked.answers == ["unit=원", "unit=천원", "unit=백만원", "unit=억원", "reject"]
    assert asked.effects[2] == "이 모양의 표를 모두 백만원 단위로 읽습니다."
    assert discover_kinds()["table"].label == "표의 뜻"


def test_an_answer_that_was_wrong_is_replaced_by_another(tables, made, put, answer):
    put("예산.csv", made.csv(unit=None, **NO_UNIT))
    tables.run()
    answer("unit=천원")
    tables.run()
    assert [row["amount_won"] for row in tables.amounts()] == [500_000, 600_000]
    (item,) = tables.questions()
    assert not item.is_open
    assert item.is_applied
    assert item.asked.reason == "사람이 정한 대로 읽고 있음"
    assert "예산담당" in item.asked.evidence[0]
    assert item.asked.answers == ["unit=원", "unit=천원", "unit=백만원", "unit=억원", "reject"]
    answer("unit=백만원")
    assert tables.run() == 1
    assert tables.current() == [("마을길", 2025, 500), ("마을길", 2026, 600)]
    assert len(tables.questions()) == 1
    assert tables.run() == 0


def test_a_question_that_was_rejected_stays_answered_and_can_be_taken_up_again(tables, made, put, answer):
    put("예산.csv", made.csv(unit=None, **NO_UNIT))
    tables.run()
    answer("reject")
    tables.run()
    (item,) = tables.questions()
    assert not item.is_open
    assert tables.current() == []
    put("다른.csv", made.csv(unit=None, 하천=(70, 80)))
    tables.run()
    assert not any(item.is_open for item in tables.questions()), "another file of the shape is not asked about either"
    answer("unit=백만원")
    tables.run()
    assert len(tables.current()) == 4


def test_an_answer_is_kept_while_no_file_has_its_shape(tables, made, put, answer, clock):
    put("글.txt", "길을 잇는다\n")
    path = put("예산.csv", made.csv(unit=None, **NO_UNIT))
    tables.run()
    answer("unit=백만원")
    tables.run()
    path.unlink()
    tables.run()
    clock.advance(48)
    tables.run()
    assert not tables.questions()
    put("또.csv", made.csv(unit=None, **NO_UNIT))
    tables.run()
    assert len(tables.current()) == 2
    assert not any(item.is_open for item in tables.questions())


def test_next_years_table_has_the_same_shape(tables, made, put, answer):
    put("예산.csv", made.csv(unit=None, **NO_UNIT))
    tables.run()
    answer("unit=백만원")
    put("내년.csv", made.csv(unit=None, **NO_UNIT).replace("2026", "2027").replace("2025", "2026"))
    tables.run()
    assert [year for _, year, _ in tables.current()] == [2025, 2026, 2026, 2027]


def test_what_answers_do_not_fit_is_refused(tables, made, put, answer):
    put("예산.csv", made.csv(unit=None, **NO_UNIT))
    tables.run()
    with pytest.raises(ValueError, match="unit=조원"):
        answer("unit=조원")
