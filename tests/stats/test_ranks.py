"""Ranks and their intervals, which hold every place that equal values share."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import rankdata

from kuski.stats.ranks import RankInterval, rank_intervals, ranks
from kuski.stats.resample import resamples, totals

REPLICATES = 200


def drawn_means(centres, *, replicates=REPLICATES, spread=1.0, seed=0):
    """Means of noisy values by replicate, on every resample."""
    rng = np.random.default_rng(seed)
    values = np.asarray(centres) + spread * rng.normal(size=(replicates, len(centres)))
    drawn = resamples(np.ones(replicates, int), n_draws=500, rng=rng)
    return totals(values, drawn) / drawn.counts.sum(axis=1, keepdims=True), drawn


@given(arrays(np.float64, st.integers(1, 12), elements=st.integers(-5, 5)))
def test_ranks_are_those_of_scipy_with_the_best_rank_for_ties(values):
    assert ranks(values).tolist() == rankdata(-values, method="min").tolist()


def test_values_that_differ_by_rounding_alone_are_equal():
    assert ranks([0.1 + 0.2, 0.3, 0.1]).tolist() == [1, 1, 3]


def test_values_far_apart_have_sure_ranks():
    values, drawn = drawn_means([3.0, 9.0, 6.0])
    assert rank_intervals(values, drawn) == (
        RankInterval(3, 3),
        RankInterval(1, 1),
        RankInterval(2, 2),
    )


def test_equal_values_may_have_any_rank_among_each_other():
    values, drawn = drawn_means([0.0, 0.0, 0.0, 50.0])
    found = rank_intervals(values, drawn)
    assert found[3] == RankInterval(1, 1)
    assert set(found[:3]) == {RankInterval(2, 4)}


def test_identical_values_share_their_ranks_even_without_any_spread():
    values, drawn = drawn_means([0.0, 5.0])
    twins = np.column_stack([values, values[:, 1]])
    assert rank_intervals(twins, drawn) == (
        RankInterval(3, 3),
        RankInterval(1, 2),
        RankInterval(1, 2),
    )


@given(st.lists(st.floats(-2, 2), min_size=1, max_size=6), st.integers(0, 50))
def test_an_interval_holds_the_rank_and_does_not_depend_on_the_others_order(centres, seed):
    values, drawn = drawn_means(centres, replicates=40, seed=seed)
    found = rank_intervals(values, drawn)
    for rank, interval in zip(ranks(values[0]), found, strict=True):
        assert 1 <= interval.low <= rank <= interval.high <= len(centres)
    turned = rank_intervals(values[:, ::-1], drawn)
    assert turned[::-1] == found


@given(st.floats(0.01, 100), st.floats(-50, 50))
def test_a_change_of_unit_changes_no_rank(times, shift):
    values, drawn = drawn_means([0.0, 0.1, 0.4, 0.9])
    assert rank_intervals(times * values + shift, drawn) == rank_intervals(values, drawn)


def by_hand(values, drawn, own):
    """The same from its definition: pairs one by one."""
    whole, draws = values[0], values[1 + drawn.replicates :]
    others = [k for k in range(len(whole)) if k != own]
    se = {k: np.std(draws[:, k] - draws[:, own]) for k in others}
    largest = [
        max(abs(((d[k] - d[own]) - (whole[k] - whole[own])) / se[k]) for k in others) for d in draws
    ]
    # Φ⁻¹(0.975) and t(199; 0.975) from a table.
    cut = np.quantile(largest, 0.95) * np.sqrt(200 / 199) * 1.971957 / 1.959964
    above = sum(whole[k] - whole[own] > cut * se[k] for k in others)
    below = sum(whole[own] - whole[k] > cut * se[k] for k in others)
    return RankInterval(1 + above, len(whole) - below)


def test_intervals_are_those_of_the_definition():
    values, drawn = drawn_means([0.0, 0.15, 0.3, 0.3, 0.8])
    assert rank_intervals(values, drawn) == tuple(by_hand(values, drawn, i) for i in range(5))


def test_more_confidence_and_fewer_replicates_leave_more_places_open():
    values, drawn = drawn_means([0.0, 0.15, 0.3, 0.5, 0.8])

    def width(found):
        return sum(each.high - each.low for each in found)

    usual = width(rank_intervals(values, drawn))
    assert width(rank_intervals(values, drawn, confidence=0.999)) > usual
    assert width(rank_intervals(values, drawn, confidence=0.5)) < usual
    assert width(rank_intervals(values, drawn, held=20)) >= usual


def test_without_enough_replicates_or_values_there_is_no_interval():
    values, drawn = drawn_means([0.0, 1.0], replicates=19)
    assert rank_intervals(values, drawn) == (None, None)
    values, drawn = drawn_means([0.0, 5.0, 9.0])
    assert rank_intervals(values, drawn, held=19) == (None, None, None)
    values[:, 1] = np.nan
    assert rank_intervals(values, drawn) == (RankInterval(2, 2), None, RankInterval(1, 1))
    values[-100:, 0] = np.nan
    assert rank_intervals(values, drawn) == (None, None, None)


def test_bad_input_is_said_to_be_wrong():
    values, drawn = drawn_means([0.0, 1.0])
    with pytest.raises(ValueError, match="shape"):
        rank_intervals(values[1:], drawn)
    with pytest.raises(ValueError, match="confidence == 95"):
        rank_intervals(values, drawn, confidence=95)
    with pytest.raises(ValueError, match="not finite"):
        ranks([1.0, np.nan])
