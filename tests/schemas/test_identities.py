"""The tolerance rule and the words of identities."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.fiscal import Stage
from schemas.identities import (
    DASH_MEANS_OTHER,
    RULE_LABELS,
    VERDICT_LABELS,
    Rule,
    Verdict,
    tolerance,
    verdict,
)


@pytest.mark.parametrize(
    ("n_addends", "steps"), [(0, 1), (1, 1), (2, 2), (3, 2), (4, 3), (50, 26), (51, 26), (140, 71)]
)
def test_the_tolerance_is_one_step_for_every_two_printed_numbers(n_addends, steps):
    assert tolerance(500, [500] * n_addends) == steps * 1000


def test_exact_amounts_have_no_tolerance():
    assert tolerance(0, [0] * 1000) == 0


def test_addends_in_other_units_than_the_sum_are_allowed_their_own_error():
    assert tolerance(500_000, [500, 500]) == 1_000_000, "the sum in 백만원, the addends in 천원"
    assert tolerance(0, [500]) == 1000, "the sum in 원, the addend in 천원"


@given(
    halves=st.integers(1, 10**9),
    values=st.lists(st.integers(-(10**15), 10**15), max_size=60),
)
def test_what_rounding_does_is_never_a_break(halves, values):
    step = 2 * halves

    def printed(value: int) -> int:
        return (value + halves) // step * step

    difference = printed(sum(values)) - sum(printed(value) for value in values)
    assert verdict(difference, tolerance(halves, [halves] * len(values))) is not Verdict.BREAK


@pytest.mark.parametrize(
    ("difference", "expected"),
    [(0, Verdict.PASSED), (2, Verdict.ROUNDING), (-2, Verdict.ROUNDING), (3, Verdict.BREAK), (-3, Verdict.BREAK)],
)
def test_verdicts(difference, expected):
    assert verdict(difference, 2) is expected


def test_everything_has_a_korean_label():
    assert set(RULE_LABELS) == set(Rule)
    assert set(VERDICT_LABELS) == set(Verdict)


def test_a_dash_is_nothing_except_where_it_means_that_there_was_no_supplementary_budget():
    assert Stage.SUPP_ENACTED in DASH_MEANS_OTHER
    assert not DASH_MEANS_OTHER & {Stage.CARRYOVER_OUT, Stage.LAPSED, Stage.EXEC_YTD, Stage.SUPP_CHANGE, Stage.ENACTED}
