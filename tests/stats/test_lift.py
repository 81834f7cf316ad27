"""The lift and the difference of two shares."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from kuski.stats.lift import difference_interval, lift_interval
from kuski.stats.proportions import share_interval
from kuski.stats.resample import Interval

# The score interval of a ratio solves another equation; on hundreds of stories they are this near.
NEAR = 0.01


def lifted(part, n, base_part, base_n):
    share, base = part / n, base_part / base_n
    return lift_interval(
        share,
        share_interval(share, n),
        base=base,
        base_interval=share_interval(base, base_n),
    )


@pytest.mark.parametrize("counts", [(193, 220, 3300, 5000), (60, 150, 260, 400), (5, 200, 90, 900)])
def test_a_lift_is_near_the_score_interval_of_statsmodels(counts):
    found = lifted(*counts)
    low, high = confint_proportions_2indep(*counts, compare="ratio", method="score")
    assert found.low == pytest.approx(low, rel=NEAR * 3 if counts[0] < 10 else NEAR)
    assert found.high == pytest.approx(high, rel=NEAR * 3 if counts[0] < 10 else NEAR)


def test_with_a_base_that_is_known_the_lift_is_the_share_over_it():
    share = share_interval(0.88, 220)
    found = lift_interval(0.88, share, base=0.66, base_interval=Interval(0.66, 0.66))
    assert found.low == pytest.approx(share.low / 0.66)
    assert found.high == pytest.approx(share.high / 0.66)


@given(st.integers(0, 300), st.integers(1, 300), st.integers(1, 500), st.integers(30, 500))
def test_the_interval_holds_the_lift(part, n, base_part, base_n):
    part, base_part = min(part, n), min(base_part, base_n)
    found = lifted(part, n, base_part, base_n)
    if found is not None:
        lift = (part / n) / (base_part / base_n)
        assert 0 <= found.low <= lift + 1e-12
        assert found.high >= lift - 1e-12


def test_turned_round_it_is_one_over_it():
    there, back = lifted(120, 200, 300, 600), lifted(300, 600, 120, 200)
    assert there.low == pytest.approx(1 / back.high)
    assert there.high == pytest.approx(1 / back.low)


def test_there_is_no_lift_over_a_base_that_may_be_zero():
    share = share_interval(0.5, 100)
    assert lift_interval(0.5, share, base=0.0, base_interval=Interval(0.0, 0.1)) is None
    assert lift_interval(0.5, share, base=0.1, base_interval=Interval(0.01, 0.25)) is None


@given(st.floats(0, 1), st.floats(0, 1), st.integers(5, 500), st.integers(5, 500))
def test_a_difference_turned_round_changes_its_sign(share, other, n, m):
    one, two = share_interval(share, n), share_interval(other, m)
    there = difference_interval(share, one, other=other, other_interval=two)
    back = difference_interval(other, two, other=share, other_interval=one)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert -1 - 1e-12 <= there.low <= share - other <= there.high <= 1 + 1e-12


def test_a_share_of_one_over_a_base_of_one():
    found = lifted(50, 50, 500, 500)
    assert found.low < 1
    assert np.isfinite(found.high)
