"""Replicates count as in a cluster bootstrap, and intervals refuse what they must."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kuski.stats.resample import (
    interval,
    intervals,
    ratio_interval,
    ratio_refusal,
    refusals,
    resamples,
    totals,
)

# 20,000 draws leave an end within about 1 % of the width from where all draws would put it.
DRAWS, MONTE_CARLO = 20_000, 0.02
EXACT = 1e-12


def sample(replicates, *, n_draws=1000, seed=0):
    return resamples(np.ones(replicates), n_draws=n_draws, rng=np.random.default_rng(seed))


def means(values, drawn):
    sums = totals(np.column_stack([np.ones(len(values)), values]), drawn)
    return sums[:, 1] / sums[:, 0]


def test_rows_of_counts_are_the_whole_each_left_out_and_draws_of_as_many():
    rows = np.array([[3, 0, 1, 0], [0, 0, 2, 5]])
    drawn = resamples(rows, n_draws=500, rng=np.random.default_rng(1))
    assert drawn.replicates == 3
    assert drawn.counts.shape == (1 + 3 + 500, 4)
    assert drawn.counts[0].tolist() == [1, 0, 1, 1]
    assert drawn.counts[1:4].tolist() == [[0, 0, 1, 1], [1, 0, 0, 1], [1, 0, 1, 0]]
    assert (drawn.counts[4:].sum(axis=1) == 3).all()
    assert (drawn.counts[:, 1] == 0).all()


def test_the_same_generator_gives_the_same_draws():
    assert np.array_equal(sample(50, seed=4).counts, sample(50, seed=4).counts)
    assert not np.array_equal(sample(50, seed=4).counts, sample(50, seed=5).counts)


def test_totals_of_the_whole_are_plain_sums():
    values = np.random.default_rng(0).normal(size=(30, 2, 3))
    assert np.allclose(totals(values, sample(30))[0], values.sum(axis=0), rtol=EXACT)


@pytest.mark.parametrize("n", [20, 40, 200])
def test_interval_of_a_mean_of_symmetric_data_is_students(n):
    # Normal quantiles: symmetric, so that no skewness moves the ends.
    values = stats.norm.ppf((np.arange(n) + 0.5) / n)
    drawn = sample(n, n_draws=DRAWS)
    found = interval(means(values, drawn), drawn)
    reach = stats.t.ppf(0.975, n - 1) * values.std(ddof=1) / np.sqrt(n)
    # Normal quantiles have tails a bit lighter than the normal's, hence at most n − 1 carriers.
    assert found.high - found.low == pytest.approx(2 * reach, rel=0.03 + MONTE_CARLO)
    assert found.high + found.low == pytest.approx(0, abs=0.05 * reach)


def test_interval_of_skewed_data_reaches_farther_on_the_long_side():
    values = np.random.default_rng(3).lognormal(0, 1, 60)
    drawn = sample(60, n_draws=DRAWS)
    estimate = means(values, drawn)
    found = interval(estimate, drawn)
    plain = np.quantile(estimate[61:], [0.025, 0.975])
    assert found.high - values.mean() > 1.3 * (values.mean() - found.low)
    assert found.high > plain[1]


def test_few_large_influences_widen_the_interval():
    values = np.concatenate([np.zeros(197), [100.0, -100.0, 80.0, -80.0]])
    drawn = sample(201, n_draws=DRAWS)
    estimate = means(values, drawn)
    found = interval(estimate, drawn)
    plain = np.quantile(estimate[202:], [0.025, 0.975])
    assert found.high - found.low > 1.1 * (plain[1] - plain[0])


@given(seed=st.integers(0, 1000), scale=st.floats(1e-6, 1e6), shift=st.floats(-10, 10))
def test_interval_moves_and_stretches_with_its_statistic(seed, scale, shift):
    values = np.random.default_rng(seed).lognormal(size=30)
    drawn = sample(30, n_draws=200)
    plain = interval(means(values, drawn), drawn)
    moved = interval(scale * (means(values, drawn) + shift), drawn)
    assert moved.low == pytest.approx(scale * (plain.low + shift), rel=1e-6, abs=scale * 1e-9)
    assert moved.high == pytest.approx(scale * (plain.high + shift), rel=1e-6, abs=scale * 1e-9)


def test_more_confidence_makes_a_wider_interval():
    drawn = sample(100)
    estimate = means(np.random.default_rng(0).normal(size=100), drawn)
    narrow, wide = (interval(estimate, drawn, confidence=level) for level in (0.8, 0.99))
    assert wide.low < narrow.low < narrow.high < wide.high


def test_fewer_than_20_replicates_give_no_interval():
    drawn = sample(19)
    values = means(np.arange(19.0), drawn)
    assert interval(values, drawn) is None
    assert refusals(values[:, None], drawn) == ("replicates",)


def test_each_refusal_has_its_reason():
    drawn = sample(40)
    fine = means(np.arange(40.0), drawn)
    lonely, unknown, often = fine.copy(), fine.copy(), fine.copy()
    lonely[7] = np.nan
    unknown[0] = np.nan
    often[41:141] = np.nan
    seldom = fine.copy()
    seldom[41:61] = np.inf
    columns = [fine, lonely, unknown, often, seldom, np.full(len(fine), 5.0), fine]
    held = [40, 40, 40, 40, 40, 40, 4]
    reasons = refusals(np.column_stack(columns), drawn, held=held)
    assert reasons == (None, "held", "undefined", "undefined", None, "spread", "held")
    given_ = [at is not None for at in intervals(np.column_stack(columns), drawn, held=held)]
    assert given_ == [reason is None for reason in reasons]


def test_ratio_interval_of_two_means_is_fiellers():
    n = 200
    rng = np.random.default_rng(11)
    below = rng.normal(3, 4, n)
    above = 2 * below + rng.normal(2, 5, n)
    drawn = sample(n, n_draws=DRAWS)
    found = ratio_interval(means(above, drawn), means(below, drawn), drawn)
    low, high = fieller(above, below, stats.t.ppf(0.975, n - 1))
    assert found.low == pytest.approx(low, abs=MONTE_CARLO * (high - low))
    assert found.high == pytest.approx(high, abs=2 * MONTE_CARLO * (high - low))


def fieller(above, below, t):
    """Solve (a − ρb)² = t²·(Vaa − 2ρVab + ρ²Vbb), Fieller 1954, for both ρ."""
    variance = np.cov(above, below) / len(above)
    a, b = above.mean(), below.mean()
    return np.sort(
        np.roots(
            [
                b**2 - t**2 * variance[1, 1],
                -2 * (a * b - t**2 * variance[0, 1]),
                a**2 - t**2 * variance[0, 0],
            ]
        )
    )


def test_a_ratio_over_a_denominator_that_may_be_zero_is_refused():
    drawn = sample(100)
    rng = np.random.default_rng(1)
    above = means(rng.normal(5, 1, 100), drawn)
    below = means(rng.normal(0.1, 1, 100), drawn)
    assert interval(below, drawn).low < 0
    assert ratio_interval(above, below, drawn) is None
    assert ratio_refusal(above, below, drawn) == "denominator"
    assert ratio_refusal(below, above, drawn) is None


@given(seed=st.integers(0, 1000))
def test_a_ratio_has_an_interval_exactly_where_the_denominator_lies_above_zero(seed):
    drawn = sample(40, n_draws=400)
    rng = np.random.default_rng(seed)
    above, below = (means(rng.lognormal(0, 1, 40) - shift, drawn) for shift in (0.0, 1.0))
    found = ratio_interval(above, below, drawn)
    assert (found is None) == (interval(below, drawn).low <= 0)
    if found is not None:
        assert found.low <= above[0] / below[0] <= found.high


def test_a_ratio_to_a_known_denominator_is_the_interval_over_it():
    drawn = sample(60)
    above = means(np.random.default_rng(1).normal(5, 1, 60), drawn)
    found = ratio_interval(above, np.full(len(above), 4.0), drawn)
    whole = interval(above, drawn)
    assert found.low == pytest.approx(whole.low / 4, rel=1e-6)
    assert found.high == pytest.approx(whole.high / 4, rel=1e-6)


def test_a_ratio_is_refused_for_the_reasons_of_its_parts():
    drawn = sample(40)
    fine = means(np.arange(1.0, 41.0), drawn)
    few = sample(19)
    above = means(np.arange(1.0, 20.0), few)
    assert ratio_refusal(above, above**2, few) == "replicates"
    assert ratio_refusal(fine, np.zeros(len(fine)), drawn) == "denominator"
    assert ratio_refusal(fine, fine * np.nan, drawn) == "undefined"
    # Twice the denominator on every resample: nothing says how sure the ratio is.
    assert ratio_refusal(2 * fine, fine, drawn) == "spread"
    assert ratio_interval(2 * fine, fine, drawn) is None
    # Each part is known on 96 % of the draws, and both together on 92 %.
    up, down = fine**2, fine.copy()
    up[41:81], down[81:121] = np.nan, np.nan
    assert ratio_refusal(up, down, drawn) == "undefined"
    assert ratio_interval(up, down, drawn) is None


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sample(30, n_draws=50), "n_draws == 50, expected >= 100"),
        (lambda: resamples(np.zeros(9), rng=np.random.default_rng(0)), "holds no row, expected"),
        (lambda: totals(np.ones(29), sample(30)), "expected 30 replicates on its first axis; make"),
        (lambda: interval(np.ones(7), sample(30)), "shape .7, 1., expected 1031 resamples"),
        (lambda: interval(np.ones((1031, 2)), sample(30)), "expected .R,.; for more use intervals"),
        (lambda: interval(np.ones(1031), sample(30), held=31), "at most 30 replicates; count"),
        (lambda: interval(np.ones(1031), sample(30), confidence=95), "== 95, expected above 0"),
    ],
)
def test_bad_input_is_refused_with_value_expectation_and_remedy(call, message):
    with pytest.raises(ValueError, match=message):
        call()
