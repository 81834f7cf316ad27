"""Importance from moments: slopes, intervals at zero, and more drivers than can be exact."""

import numpy as np
import pytest
import statsmodels.api as sm

from kuski.stats.correlation import correlations
from kuski.stats.importance import MOST_EXACT_RESAMPLES, importance
from kuski.stats.resample import intervals, resamples, totals
from kuski.stats.shapley import MOST_EXACT, shapley

# Two routes of double arithmetic.
SAME = 1e-8
REPLICATES = 50


def moments(columns, replicate, weight=None):
    """Sum the products of z = (1, columns) by replicate."""
    z = np.column_stack([np.ones(len(columns)), columns])
    weighted = z if weight is None else z * weight[:, None]
    cross = np.zeros((REPLICATES, z.shape[1], z.shape[1]))
    np.add.at(cross, replicate, weighted[:, :, None] * z[:, None, :])
    return cross, np.bincount(replicate, minlength=REPLICATES)


def drawn(seed, *, drivers, n=1000, slopes=None):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, drivers)) + 0.8 * rng.normal(size=(n, 1))
    y = x @ (np.linspace(0, 1, drivers) if slopes is None else slopes) + 2 * rng.normal(size=n)
    return np.column_stack([x, y]), np.arange(n) % REPLICATES


def found(columns, replicate, *, groups=None, weight=None, seed=0, n_draws=400):
    cross, rows = moments(columns, replicate, weight)
    rng = np.random.default_rng(seed)
    places = [[i] for i in range(1, columns.shape[1])] if groups is None else groups
    drawing = resamples(rows, n_draws=n_draws, rng=rng)
    return (
        importance(cross, outcome=columns.shape[1], groups=places, resamples=drawing, rng=rng),
        totals(cross, drawing),
    )


def test_slopes_are_those_of_statsmodels_wls():
    columns, replicate = drawn(1, drivers=4)
    weight = np.random.default_rng(1).lognormal(0, 0.5, len(columns))
    expected = sm.WLS(columns[:, -1], sm.add_constant(columns[:, :-1]), weights=weight).fit()
    here, _ = found(columns, replicate, weight=weight)
    np.testing.assert_allclose(here.slope, expected.params[1:], rtol=SAME)
    assert here.r2 == pytest.approx(expected.rsquared, rel=SAME)


def test_the_slope_of_a_group_is_what_all_its_ratings_bring_together():
    columns, replicate = drawn(2, drivers=4)
    apart, _ = found(columns, replicate)
    together, _ = found(columns, replicate, groups=[[1, 4], [2], [3]])
    expected = [apart.slope[0] + apart.slope[3], apart.slope[1], apart.slope[2]]
    np.testing.assert_allclose(together.slope, expected, rtol=SAME)


def test_what_others_determine_has_no_slope_but_a_share():
    columns, replicate = drawn(3, drivers=3)
    doubled = np.column_stack([columns[:, :1], columns])
    here, _ = found(doubled, replicate)
    assert np.isnan(here.slope[1])
    assert here.slope_intervals[1] is None
    assert here.lmg[0] == pytest.approx(here.lmg[1], abs=SAME)
    assert here.lmg_intervals[1] is not None


def test_every_resample_is_divided_exactly_where_there_are_few_drivers():
    columns, replicate = drawn(4, drivers=6)
    here, sums = found(columns, replicate)
    exact = shapley(sums, outcome=7, groups=[[i] for i in range(1, 7)]).shares
    np.testing.assert_allclose(here.resampled, exact, atol=SAME)
    assert not here.lmg_error.any()


def test_with_more_drivers_the_estimate_is_exact_and_intervals_are_nearly():
    drivers = MOST_EXACT_RESAMPLES + 1
    columns, replicate = drawn(5, drivers=drivers)
    here, sums = found(columns, replicate, n_draws=400)
    drawing = resamples(np.full(REPLICATES, 20), n_draws=400, rng=np.random.default_rng(0))
    exact = shapley(sums, outcome=drivers + 1, groups=[[i] for i in range(1, drivers + 1)]).shares
    np.testing.assert_allclose(here.lmg, exact[0], atol=SAME)
    np.testing.assert_allclose(here.resampled.sum(axis=1), exact.sum(axis=1), atol=SAME)
    # Each draw errs by up to a fifth of how much draws vary, of which little is left in limits.
    assert ((here.resampled - exact)[51:].std(axis=0) < 0.25 * exact[51:].std(axis=0)).all()
    for one, other in zip(here.lmg_intervals, intervals(exact, drawing), strict=True):
        width = other.high - other.low
        assert one.low == pytest.approx(max(other.low, 0), abs=0.15 * width) or one.low == 0
        assert one.high == pytest.approx(other.high, abs=0.15 * width)


def test_beyond_exact_drivers_the_estimate_tells_its_error():
    drivers = MOST_EXACT + 5
    columns, replicate = drawn(6, drivers=drivers)
    here, _ = found(columns, replicate, n_draws=100)
    assert (here.lmg_error > 0).all()
    assert here.lmg_error.max() < 0.01 * here.r2
    assert here.lmg.sum() == pytest.approx(here.r2, abs=SAME)


def test_an_interval_reaches_zero_where_a_driver_may_have_nothing_to_do_with_it():
    columns, replicate = drawn(7, drivers=3)
    rng = np.random.default_rng(7)
    noise = rng.normal(size=len(columns))
    noise -= np.polyval(np.polyfit(columns[:, -1], noise, 1), columns[:, -1])
    here, _ = found(np.column_stack([noise, columns]), replicate)
    assert here.lmg[0] > 0
    assert here.lmg_intervals[0].low == 0
    assert here.share_intervals[0].low == 0
    assert all(one.low > 0 for one in here.lmg_intervals[2:])


@pytest.mark.parametrize("columns_of_noise", [1, 3])
def test_noise_reaches_zero_in_95_of_100_studies(columns_of_noise):
    reached = 0
    for seed in range(200):
        columns, replicate = drawn(seed, drivers=2, n=500)
        noise = np.random.default_rng(seed + 1000).normal(size=(500, columns_of_noise))
        groups = [
            list(range(1, 1 + columns_of_noise)),
            [columns_of_noise + 1, columns_of_noise + 2],
        ]
        here, _ = found(np.column_stack([noise, columns]), replicate, groups=groups, n_draws=100)
        reached += here.lmg_intervals[0].low == 0
    # 190 are expected; four standard errors of a binomial are 12.
    assert 178 <= reached <= 200


def test_intervals_stay_between_zero_and_one_and_hold_the_estimate():
    columns, replicate = drawn(8, drivers=2, n=60, slopes=np.array([30.0, 0.0]))
    here, _ = found(columns, replicate)
    every = (*here.lmg_intervals, *here.share_intervals, here.r2_interval)
    assert all(0 <= one.low <= one.high <= 1 for one in every)
    for one, value in zip(here.lmg_intervals, here.lmg, strict=True):
        assert one.low <= value <= one.high


def test_fewer_than_twenty_replicates_give_no_interval():
    columns, _ = drawn(9, drivers=3, n=100)
    here, _ = found(columns, np.arange(100) % 19)
    assert here.r2_interval is None
    assert set(here.lmg_intervals) == set(here.rank_intervals) == {None}
    assert np.isfinite(here.lmg).all()


def test_correlations_are_those_of_numpy_and_do_not_mind_a_far_origin():
    columns, replicate = drawn(10, drivers=3)
    cross, _ = moments(columns, replicate)
    whole = correlations(cross.sum(axis=0), [1, 2, 3, 4])
    np.testing.assert_allclose(whole.matrix[0], np.corrcoef(columns.T), atol=SAME)
    np.testing.assert_allclose(whole.spread[0], columns.std(axis=0), rtol=SAME)
    np.testing.assert_allclose(whole.mean[0], columns.mean(axis=0), atol=SAME)
    far, _ = moments(columns + 1000, replicate)
    np.testing.assert_allclose(
        correlations(far.sum(axis=0), [1, 2, 3, 4]).matrix, whole.matrix, atol=1e-7
    )


def test_a_resample_without_weight_has_no_correlation():
    columns, replicate = drawn(11, drivers=2)
    cross, _ = moments(columns, replicate)
    both = np.stack([cross.sum(axis=0), np.zeros_like(cross[0])])
    here = correlations(both, [1, 2, 3])
    assert not here.matrix[1].any()
    assert np.isnan(here.mean[1]).all()
    assert not here.varies[1].any()
