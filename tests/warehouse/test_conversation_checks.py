"""Each check on conversations passes a sound night, and is made to fail by what it is there for."""

import pytest

from schemas.scope import Register
from warehouse.conversation_checks import check_accounted, check_merge_stable, check_registered
from warehouse.lake import CATALOG


@pytest.fixture
def sound(talks, talking, share, lake):
    """A night over two exports of one room and a document."""
    lines = talking.lines_of(16)
    talking.put(
        share,
        a__txt=talking.kakao("예산협의", lines[:10]),
        b__txt=talking.android("예산협의", lines),
        c__txt="보통 글",
        d__txt=talking.kakao("점심방", talking.lines_of(4)),
    )
    return talks.converse()


def change(lake, statement: str) -> None:
    lake.commit(lambda connection: connection.execute(statement))


def test_a_sound_night_passes(sound, talks, lake):
    registered = check_registered(lake, talks.register)
    assert registered.passed, registered.description
    assert registered.figures == {"등록한 대화": 1, "보관한 대화(내보내기마다)": 2, "보관하지 않은 대화": 1}
    accounted = check_accounted(lake)
    assert accounted.passed, accounted.description
    assert accounted.figures["내보내기"] == 2
    stable = check_merge_stable(lake)
    assert stable.passed, stable.description
    assert stable.figures["다시 합친 대화"] == 1
    assert [check().passed for check in (sound.check_registered, sound.check_accounted, sound.check_merge_stable)] == [
        True
    ] * 3


def test_nothing_at_all_passes(lake):
    assert check_registered(lake, Register()).passed
    assert check_accounted(lake).passed
    assert check_merge_stable(lake).passed


@pytest.mark.parametrize("table", ["core.export_conversation", "core.conversation", "core.merging", "index.session"])
def test_a_conversation_that_is_not_registered_is_told_wherever_it_is(sound, talks, lake, table):
    change(lake, f"UPDATE {CATALOG}.{table} SET scope = '동호회'")
    result = check_registered(lake, talks.register)
    assert not result.passed
    assert table in result.description
    assert "동호회" not in result.description


def test_an_export_that_another_register_let_in_is_told(sound, talks, talking, lake):
    (scope,) = talks.register.scopes
    narrower = Register(scopes=(scope.model_copy(update={"application": "kakaotalk"}),))
    result = check_registered(lake, narrower)
    assert not result.passed
    assert "읽은 결과 2건" in result.description


def test_messages_without_a_conversation_are_told(sound, talks, lake):
    change(lake, f"DELETE FROM {CATALOG}.core.export_conversation")
    assert not check_registered(lake, talks.register).passed


def test_an_export_of_which_too_much_was_not_understood_is_told_by_its_path(sound, lake):
    change(lake, f"UPDATE {CATALOG}.raw.export SET n_understood = (n_bytes * 0.985)::BIGINT WHERE n_messages = 10")
    assert check_accounted(lake).passed
    change(lake, f"UPDATE {CATALOG}.raw.export SET n_understood = (n_bytes * 0.97)::BIGINT WHERE n_messages = 10")
    result = check_accounted(lake)
    assert not result.passed
    assert "a.txt" in result.description
    assert "b.txt" not in result.description


def test_an_export_that_is_not_kept_need_not_be_understood(sound, lake):
    change(lake, f"UPDATE {CATALOG}.raw.export SET n_understood = 0 WHERE n_messages = 0")
    assert check_accounted(lake).passed


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM {}.core.message WHERE ordinal = 3",
        "UPDATE {}.core.message SET message_id = 'twice' WHERE ordinal = 3",
        "DELETE FROM {}.core.export_message WHERE ordinal = 12",
    ],
)
def test_a_merge_that_would_come_out_differently_is_told(sound, lake, statement):
    change(lake, statement.format(CATALOG))
    result = check_merge_stable(lake)
    assert not result.passed
    assert "예산협의" in result.description


def test_a_failed_check_keeps_the_night_from_being_published(sound, lake):
    change(lake, f"UPDATE {CATALOG}.index.session SET scope = '동호회'")
    assert not sound.check_registered().passed
    with pytest.raises(RuntimeError, match="공개하지 않습니다"):
        sound.publish()
