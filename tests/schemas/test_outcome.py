"""Every rule and reason speaks both languages and says what to do; a code of neither catalogue is refused."""

import re

import pytest

from schemas.outcome import QUARANTINE_REASONS, SKIP_RULES, Failed, Outcome, Reason, reason_of

EVERY = [*SKIP_RULES.values(), *QUARANTINE_REASONS.values()]


def test_a_file_has_exactly_four_possible_ends() -> None:
    assert {outcome.value for outcome in Outcome} == {"kept", "unchanged", "skipped", "quarantined"}


@pytest.mark.parametrize("reason", EVERY, ids=lambda reason: reason.code)
def test_a_reason_speaks_both_languages_and_gives_advice(reason: Reason) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", reason.code)
    # a product's name is the same in both languages
    assert re.search("[가-힣]", reason.korean) or reason.korean == reason.english
    assert re.search("[A-Za-z]", reason.english)
    assert not re.search("[가-힣]", reason.english)
    assert re.search("[가-힣]", reason.advice)
    assert reason.advice.endswith(".")


def test_no_code_stands_in_both_catalogues() -> None:
    assert not SKIP_RULES.keys() & QUARANTINE_REASONS.keys()


def test_reasons_are_found_by_code() -> None:
    assert reason_of("system_file") is SKIP_RULES["system_file"]
    assert reason_of("secrecy_mark") is QUARANTINE_REASONS["secrecy_mark"]


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(KeyError):
        reason_of("bad_luck")


def test_only_what_a_later_night_can_mend_is_transient() -> None:
    transient = {reason.code for reason in EVERY if reason.is_transient}
    assert {"permission_denied", "read_error", "changed_while_reading"} <= transient
    assert not transient & {"secrecy_mark", "secret_member", "corrupt", "no_text", "unsupported_format"}


def test_a_failure_carries_its_reason_and_detail() -> None:
    failure = Failed("corrupt", "no central directory")
    assert (failure.reason, failure.detail) == ("corrupt", "no central directory")
    assert str(failure) == "corrupt: no central directory"
    assert str(Failed("no_text")) == "no_text"


def test_a_failure_for_a_reason_outside_the_catalogue_cannot_be_raised() -> None:
    with pytest.raises(KeyError):
        Failed("bad_luck")
    with pytest.raises(KeyError):
        Failed("system_file")
