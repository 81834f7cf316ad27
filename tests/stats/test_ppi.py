"""Shares of a coder that errs are set right as by hand and by others, and refused where thin."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuski.stats.ppi import LEAST_CHECKED, LEAST_IN_GROUP, CheckedSums, corrected_share
from kuski.stats.proportions import share_interval

ROUNDING = 1e-12
# ppi-python's intervals are normal, ours hold in small samples too: they part by less than this.
NORMAL = 0.006

# What ppi-python 0.2.3 gives for ppi_mean_pointestimate and ppi_mean_ci(alpha=0.05) with
# lam = cov(y, f)/var(f)·N/(n + N): the checked as ((no, yes) where the coder said no, where it said
# yes), the rest as the coder said, the estimate and its ends.
BY_PPI_PYTHON = [
    ([[60, 15], [10, 65]], [1000, 850], 0.508333333333, (0.447173153038, 0.569493513628)),
    ([[40, 20], [50, 90]], [300, 1500], 0.587142857143, (0.520853800105, 0.653431914181)),
    ([[150, 50], [75, 25]], [2000, 1000], 0.25, (0.201000900386, 0.298999099614)),
]


def sums(rows, weight=1.0):
    rows = np.asarray(rows)
    return CheckedSums(rows, weight * rows, weight**2 * rows)


def of_all(table):
    """Lay out a code among all: nobody is outside the group."""
    rows = np.zeros((2, 3), dtype=int)
    rows[:, 1:] = table
    return rows


def shares(rows, rest, weight=1.0):
    """Set a share right, with units of one weight."""
    whole = np.asarray(rest) + np.asarray(rows).sum(axis=1)
    return corrected_share(weight * whole, weight**2 * whole, checked=sums(rows, weight))


def width(interval):
    return interval.high - interval.low


@pytest.mark.parametrize(("table", "rest", "estimate", "ends"), BY_PPI_PYTHON)
def test_a_share_is_that_of_ppi_python(table, rest, estimate, ends):
    found = shares(of_all(table), rest)
    assert found.share == pytest.approx(estimate, abs=1e-11)
    assert (found.interval.low, found.interval.high) == pytest.approx(ends, abs=NORMAL)
    assert (found.group, found.refused) == (1, None)


def tuned(y, f, all_f):
    """Tune prediction-powered inference as in the paper, on rows: the checked are among all."""
    strength = np.cov(y, f, bias=True)[0, 1] / np.var(f)
    return y.mean() - strength * (f.mean() - all_f.mean())


def test_a_share_of_all_is_the_tuned_one_on_rows():
    rng = np.random.default_rng(1)
    y = rng.random(1000) < 0.4
    f = np.where(rng.random(1000) < 0.8, y, rng.random(1000) < 0.7)
    checked = rng.permutation(1000)[:120]
    rows = np.zeros((2, 2), dtype=int)
    np.add.at(rows, (f[checked].astype(int), y[checked].astype(int)), 1)
    rest = np.bincount(np.delete(f, checked).astype(int))
    found = shares(of_all(rows), rest)
    wanted = tuned(y[checked].astype(float), f[checked].astype(float), f.astype(float))
    assert found.share == pytest.approx(wanted, abs=ROUNDING)


def test_a_share_within_a_coded_group_is_divided_as_by_hand():
    # By what the coder said of the group and the code: no no, no yes, yes no, yes yes.
    rows = [[40, 4, 2], [10, 1, 3], [6, 20, 4], [3, 5, 30]]
    rest = [400, 100, 250, 300]
    said = np.array(rest) + np.sum(rows, axis=1)
    said = said / said.sum()
    group = said @ [6 / 46, 4 / 14, 24 / 30, 35 / 38]
    code = said @ [2 / 46, 3 / 14, 4 / 30, 30 / 38]
    found = shares(rows, rest)
    assert found.group == pytest.approx(group)
    assert found.share == pytest.approx(code / group)
    assert (found.checked, found.checked_in_group) == (128, 69)


def test_a_good_coder_narrows_and_a_poor_one_hardly_widens():
    alone = width(share_interval(0.5, 100))
    good = shares(of_all([[48, 2], [2, 48]]), [1000, 1000])
    useless = shares(of_all([[25, 25], [25, 25]]), [1000, 1000])
    biased = shares(of_all([[2, 8], [48, 42]]), [200, 1800])
    assert width(good.interval) < 0.6 * alone
    assert width(useless.interval) < 1.05 * alone
    assert width(biased.interval) < 1.05 * alone


def test_where_all_were_checked_it_is_the_share_of_the_checked():
    found = shares(of_all([[60, 20], [30, 90]]), [0, 0])
    assert found.share == pytest.approx(110 / 200)
    ends = share_interval(0.55, 200)
    # Jeffreys' and Wilson's intervals part by little at 200 units.
    assert (found.interval.low, found.interval.high) == pytest.approx(
        (ends.low, ends.high), abs=0.01
    )


def test_a_code_that_nobody_found_may_still_be_there():
    found = shares(of_all([[60, 0], [0, 0]]), [940, 0])
    assert found.share == 0
    assert found.interval.low == 0
    assert 0.03 < found.interval.high < 0.06


def test_a_cell_that_nobody_checked_adds_all_that_it_could_be():
    found = shares(of_all([[55, 5], [0, 0]]), [900, 50])
    assert found.share == pytest.approx(5 / 60)
    assert found.interval.high > found.share + 50 / 1010 * (1 - found.share)
    all_that_is_known = shares(of_all([[55, 5], [0, 0]]), [950, 0])
    assert width(found.interval) > width(all_that_is_known.interval)


def test_weights_count_and_uneven_ones_widen():
    rows = of_all([[40, 10], [10, 40]])
    even, heavy = shares(rows, [500, 500]), shares(rows, [500, 500], weight=7.0)
    assert heavy.share == pytest.approx(even.share)
    assert width(heavy.interval) == pytest.approx(width(even.interval))
    whole = np.array([550.0, 550.0])
    uneven = CheckedSums(rows, rows.astype(float), 3.0 * rows)
    found = corrected_share(whole, 3 * whole, checked=uneven)
    assert found.share == pytest.approx(even.share)
    assert width(found.interval) == pytest.approx(np.sqrt(3) * width(even.interval), rel=0.05)


def test_heavy_units_of_one_kind_widen_more_than_the_weights_alone():
    # Ten of a hundred bear the code and weigh five times as much as the others.
    rows = of_all([[90, 10], [0, 0]])
    weight = rows * np.array([0, 1.0, 5.0])
    found = corrected_share(
        [1400.0, 0], [3400.0, 0], checked=CheckedSums(rows, weight, weight * np.array([0, 1, 5.0]))
    )
    kish = weight.sum() ** 2 / (weight * np.array([0, 1, 5.0])).sum()
    assert found.share == pytest.approx(50 / 140)
    assert width(found.interval) > 1.2 * width(share_interval(50 / 140, kish))


@settings(deadline=None, max_examples=200)
@given(
    rows=st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=4, max_size=4),
    rest=st.lists(st.integers(0, 500), min_size=4, max_size=4),
)
def test_an_interval_holds_its_share_and_stays_within_0_and_1(rows, rest):
    if not np.sum(rows):
        return
    found = shares(rows, rest)
    if found.refused is None:
        assert 0 <= found.interval.low <= found.share + ROUNDING
        assert found.share - ROUNDING <= found.interval.high <= 1
        assert 0 < found.group <= 1 + ROUNDING
    else:
        assert np.isnan(found.share)
        assert found.interval is None


@settings(deadline=None, max_examples=100)
@given(table=st.lists(st.integers(0, 40), min_size=4, max_size=4), rest=st.integers(0, 300))
def test_a_share_and_its_opposite_add_to_one(table, rest):
    (a, b), (c, d) = np.reshape(table, (2, 2))
    if sum(table) < LEAST_CHECKED:
        return
    one, other = (
        shares(of_all([[a, b], [c, d]]), [rest] * 2),
        shares(of_all([[b, a], [d, c]]), [rest] * 2),
    )
    assert one.share + other.share == pytest.approx(1)
    assert one.interval.low == pytest.approx(1 - other.interval.high)


def test_too_few_checked_are_refused():
    few = shares(of_all([[15, 4], [5, 5]]), [500, 500])
    assert (few.refused, few.checked, few.interval) == ("checked", LEAST_CHECKED - 1, None)
    thin = shares([[60, 2, 1], [20, 2, 4]], [500, 500])
    assert (thin.refused, thin.checked_in_group) == ("group", LEAST_IN_GROUP - 1)
    weightless = CheckedSums(of_all([[30, 20], [5, 5]]), np.zeros((2, 3)), np.zeros((2, 3)))
    assert corrected_share([50, 50], [50, 50], checked=weightless).refused == "group"


class TestBadInput:
    def test_sums_that_do_not_fit(self):
        with pytest.raises(ValueError, match="expected one number a cell in both"):
            corrected_share([1, 2], [1, 2, 3], checked=sums(of_all([[1, 1], [1, 1]])))
        with pytest.raises(ValueError, match="what the coder said by outside the group"):
            corrected_share([1, 2], [1, 2], checked=sums([[1, 1], [1, 1]]))

    def test_sums_that_cannot_be(self):
        with pytest.raises(ValueError, match="not finite"):
            corrected_share([1, np.nan], [1, 2], checked=sums(of_all([[1, 1], [1, 1]])))
        with pytest.raises(ValueError, match="refuse the share where nothing was counted"):
            corrected_share([0, 0], [0, 0], checked=sums(of_all([[1, 1], [1, 1]])))
        with pytest.raises(ValueError, match="goes down to -1"):
            corrected_share([5, 5], [5, 5], checked=sums(of_all([[-1, 1], [1, 1]])))
        rows = of_all([[30, 0], [5, 5]])
        with pytest.raises(ValueError, match=r"where checked\.rows is 0"):
            corrected_share([50, 50], [50, 50], checked=CheckedSums(rows, rows + 1.0, rows + 1.0))

    def test_percent_for_a_share(self):
        with pytest.raises(ValueError, match="did you pass percent"):
            corrected_share([5, 5], [5, 5], checked=sums(of_all([[1, 1], [1, 1]])), confidence=95)
