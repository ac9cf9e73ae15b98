"""The order of versions and the final one: every sign counts, none alone decides, and what is doubtful is said."""

from datetime import UTC, date, datetime, timedelta

from warehouse.draft_facts import marks_of
from warehouse.draft_order import Answer, Version, stand, votes

START = datetime(2026, 3, 10, 9, tzinfo=UTC)


def version(letter: str, name: str | None = None, hour: float | None = None, **given) -> Version:
    """A version whose content is a letter."""
    marks = (marks_of(name),) if name else ()
    when = START + timedelta(hours=hour) if hour is not None else None
    return Version((letter * 64,), marks, ("hwpx",), 500, modified_at=when, **given)


def order(*versions: Version, answer: Answer | None = None) -> str:
    """The letters of the versions in order, the final one in upper case."""
    found = stand(versions, answer)
    return "".join(
        letter.upper() if one.is_final else letter for one in found for letter in one.version.content_ids[0][0]
    )


def doubt(*versions: Version) -> str | None:
    """Why the final one is doubtful."""
    return next(one.doubt for one in stand(versions) if one.is_final)


def test_names_order_what_was_copied_at_once() -> None:
    assert order(
        version("d", "보고_최종.hwpx", 0), version("a", "보고_초안.hwpx", 0), version("c", "보고_v3.hwpx", 0),
        version("b", "보고_v2.hwpx", 0), version("e", "보고_진짜최종.hwpx", 0),
    ) == "abcdE"  # fmt: skip


def test_the_time_of_a_file_is_stronger_than_the_words_of_its_name_and_weaker_than_its_number() -> None:
    final, later = version("a", "보고_최종.hwpx", 1), version("b", "보고_v2.hwpx", 2)
    assert order(final, later) == "aB"
    assert order(version("a", "보고_v1.hwpx", 2), version("b", "보고_v2.hwpx", 1)) == "aB"


def test_what_stood_at_the_place_before_is_the_earlier_one_whatever_else_is_said() -> None:
    old = version("a", "보고_v2.hwpx", 5)
    new = version("b", "보고_v1.hwpx", 1, replaces=frozenset({"a" * 64}))
    assert order(old, new) == "aB"
    assert votes(old, new)["number"] < 0 < sum(votes(old, new).values())


def test_dates_of_names_and_texts_and_sending_count() -> None:
    assert order(version("b", "보고_0317.hwpx", 0), version("a", "보고_0310.hwpx", 0)) == "aB"
    # A year that only one of the names gives tells nothing.
    assert order(version("b", "보고_0317.hwpx", 0), version("a", "보고_20270310.hwpx", 0)) == "aB"
    assert order(version("b", dated_on=date(2026, 3, 2)), version("a", dated_on=date(2026, 3, 1))) == "aB"
    sent = version("a", "보고.hwpx", 9, sent_at=(START,))
    assert order(version("b", "보고.hwpx", 9), sent) == "aB"


def test_the_order_does_not_depend_on_the_order_given() -> None:
    given = [version("a", hour=3), version("b", hour=2), version("c", hour=1), version("d")]
    assert order(*given) == order(*reversed(given))


def test_a_final_one_that_is_older_than_a_draft_is_doubtful_unless_the_draft_was_sent() -> None:
    final, later = version("a", "보고_최종.hwpx", 1), version("b", "보고_v2.hwpx", 2)
    assert doubt(final, later) == "가장 나중 판보다 먼저 판의 이름이 최종이라 함"
    sent = version("b", "보고_v2.hwpx", 2, sent_at=(START + timedelta(hours=3),))
    assert doubt(final, sent) is None
    assert doubt(version("a", "보고_v1.hwpx", 1), version("b", "보고_최종.hwpx", 2)) is None


def test_several_finals_that_nothing_orders_and_versions_without_signs_are_doubtful() -> None:
    assert doubt(version("a", "보고_최종.hwpx", 0), version("b", "안_최종.hwpx", 0)) == "이름이 최종인 판이 여럿임"
    assert doubt(version("a"), version("b")) == "어느 판이 나중인지 알 수 없음"


def test_an_answer_decides_and_a_version_after_it_is_asked_about_again() -> None:
    one, two = version("a", "보고_v1.hwpx", 1), version("b", "보고_v2.hwpx", 2)
    answer = Answer("a" * 64, START + timedelta(hours=5))
    assert order(one, two, answer=answer) == "Ab"
    assert [standing.is_confirmed for standing in stand([one, two], answer)] == [True, False]
    assert all(standing.doubt is None for standing in stand([one, two], answer))
    late = version("c", "보고_v3.hwpx", 9)
    assert stand([one, two, late], answer)[0].doubt == "최종으로 확인한 뒤에 새 판이 왔음"
    assert order(one, two, answer=Answer(None, START)) == "ab"


def test_evidence_names_the_signs_and_what_speaks_against_and_no_name_or_place() -> None:
    found = stand([version("a", "비밀스런 이름_최종.hwpx", 1), version("b", "비밀스런 이름_v2.hwpx", 2)])
    lines = "\n".join(line for one in found for line in one.evidence)
    assert "이름의 표시 최종" in lines
    assert "앞 판의 뒤에 둠: 파일을 고친 때" in lines
    assert "앞 판보다 앞이라고 하는 것: 이름의 말" in lines
    assert "비밀스런" not in lines
