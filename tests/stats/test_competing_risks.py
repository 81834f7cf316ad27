"""Cumulative incidence equals an independent implementation and keeps its laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from kuski.stats.competing_risks import cumulative_incidence
from kuski.stats.resample import interval, resamples

# Sums of up to a few hundred products of shares, in another order.
ROUNDING = 1e-11
REPLICATES = 40


def drawn_customers(seed, *, n=300, causes=3, whole=True):
    """Draw times until leaving or last seen, with ties, and causes (0: last seen)."""
    rng = np.random.default_rng(seed)
    cause = rng.integers(0, causes + 1, n)
    time = rng.exponential(8, n) if not whole else rng.integers(0, 15, n).astype(float)
    return time, cause


def counts(time, cause, replicate, *, weight=None, causes=3, replicates=REPLICATES):
    """Sum weights by time, cause and replicate."""
    weight = np.ones(len(time)) if weight is None else weight
    times, place = np.unique(time, return_inverse=True)
    events = np.zeros((len(times), causes, replicates))
    censored = np.zeros((len(times), replicates))
    gone = cause > 0
    np.add.at(events, (place[gone], cause[gone] - 1, replicate[gone]), weight[gone])
    np.add.at(censored, (place[~gone], replicate[~gone]), weight[~gone])
    return times, events, censored


def peer_of(time, cause):
    """Ask statsmodels, whose standard errors divide by zero where the last customer goes."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return CumIncidenceRight(time, cause)


def estimated(time, cause, *, weight=None, causes=3, seed=0):
    rng = np.random.default_rng(seed)
    replicate = rng.integers(0, REPLICATES, len(time))
    times, events, censored = counts(time, cause, replicate, weight=weight, causes=causes)
    drawn = resamples(events.sum(axis=(0, 1)) + censored.sum(axis=0), n_draws=100, rng=rng)
    return times, cumulative_incidence(events, censored, resamples=drawn), drawn


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("whole", [True, False])
def test_incidence_equals_statsmodels(seed, whole):
    time, cause = drawn_customers(seed, whole=whole)
    times, found, _ = estimated(time, cause)
    peer = peer_of(time, cause)
    here = np.searchsorted(times, peer.times)
    for c in range(3):
        np.testing.assert_allclose(found.incidence[0, here, c], peer.cinc[c], atol=ROUNDING)


def test_each_resample_is_the_estimate_of_its_customers():
    rng = np.random.default_rng(30)
    time, cause = drawn_customers(3)
    replicate = rng.integers(0, REPLICATES, len(time))
    times, events, censored = counts(time, cause, replicate)
    drawn = resamples(np.ones(REPLICATES), n_draws=100, rng=rng)
    found = cumulative_incidence(events, censored, resamples=drawn)
    for row in (1, 17, REPLICATES + 5):
        times_each = drawn.counts[row].astype(int)[replicate]
        peer = peer_of(np.repeat(time, times_each), np.repeat(cause, times_each))
        here = np.searchsorted(times, peer.times)
        for c in range(3):
            np.testing.assert_allclose(found.incidence[row, here, c], peer.cinc[c], atol=ROUNDING)


def test_weights_count_as_repeated_customers():
    time, cause = drawn_customers(4)
    weight = np.random.default_rng(4).integers(1, 4, len(time))
    times, found, _ = estimated(time, cause, weight=weight.astype(float))
    peer = peer_of(np.repeat(time, weight), np.repeat(cause, weight))
    here = np.searchsorted(times, peer.times)
    np.testing.assert_allclose(found.incidence[0, here, 1], peer.cinc[1], atol=ROUNDING)


def test_resampling_gives_the_spread_of_the_variance_formula():
    # statsmodels' standard error is Greenwood's for competing risks (Marubini & Valsecchi 1995).
    # The bootstrap's own error with 200 replicates is 5 %, and the formula's of 3,000 a little.
    rng = np.random.default_rng(70)
    time, cause = drawn_customers(7, n=3000)
    replicate = rng.integers(0, 200, len(time))
    times, events, censored = counts(time, cause, replicate, replicates=200)
    drawn = resamples(np.ones(200), n_draws=2000, rng=rng)
    found = cumulative_incidence(events, censored, resamples=drawn, at=[5, 10])
    peer = peer_of(time, cause)
    for h, place in enumerate(np.searchsorted(peer.times, times[[5, 10]])):
        for c in range(3):
            spread = found.incidence[201:, h, c].std()
            assert spread == pytest.approx(peer.cinc_se[c][place], rel=0.15)


@settings(deadline=None, max_examples=50)
@given(data=st.data())
def test_incidences_and_those_who_remain_add_up_to_one(data):
    n = data.draw(st.integers(1, 60))
    time = np.array(data.draw(st.lists(st.integers(0, 8), min_size=n, max_size=n)), dtype=float)
    cause = np.array(data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)))
    _, found, _ = estimated(time, cause)
    whole = found.incidence.sum(axis=2) + found.remaining
    known = np.isfinite(whole)
    np.testing.assert_allclose(whole[known], 1, atol=ROUNDING)
    assert known[0].all()
    assert (np.diff(found.incidence[0], axis=0) >= -ROUNDING).all()
    assert found.incidence[0].min() >= 0


@pytest.mark.parametrize("seed", range(3))
def test_one_cause_is_one_less_kaplan_meier(seed):
    time, cause = drawn_customers(seed)
    times, found, _ = estimated(time, (cause > 0).astype(int), causes=1)
    peer = SurvfuncRight(time, cause > 0)
    here = np.searchsorted(times, peer.surv_times)
    np.testing.assert_allclose(found.incidence[0, here, 0], 1 - peer.surv_prob, atol=ROUNDING)


def test_without_censoring_incidence_is_the_share():
    time, cause = drawn_customers(1)
    cause = np.maximum(cause, 1)
    times, found, _ = estimated(time, cause)
    for h, moment in enumerate(times):
        for c in range(3):
            share = np.mean((time <= moment) & (cause == c + 1))
            assert found.incidence[0, h, c] == pytest.approx(share, abs=ROUNDING)


def test_a_cause_cannot_be_told_by_taking_the_others_for_censoring():
    time, cause = drawn_customers(2)
    _, found, _ = estimated(time, cause)
    naive = SurvfuncRight(time, cause == 1)
    assert 1 - naive.surv_prob[-1] > found.incidence[0, -1, 0] + 0.1


def test_whoever_is_last_seen_when_others_go_counts_as_followed_then():
    # One goes and one is last seen at 1: the share that has gone then is a half, not all.
    events = np.array([[[1.0]], [[1.0]]])
    censored = np.array([[1.0], [0.0]])
    drawn = resamples([1], n_draws=100, rng=np.random.default_rng(0))
    found = cumulative_incidence(events, censored, resamples=drawn)
    assert found.incidence[0, :, 0].tolist() == pytest.approx([1 / 3, 1.0])


def test_nothing_is_known_once_nobody_is_followed():
    # The second replicate alone is followed at time 2; without it nobody is.
    events = np.zeros((2, 1, 2))
    censored = np.zeros((2, 2))
    events[0, 0, 0], censored[0, 0], events[1, 0, 1] = 1, 1, 1
    drawn = resamples([1, 1], n_draws=100, rng=np.random.default_rng(0))
    found = cumulative_incidence(events, censored, resamples=drawn)
    without = np.flatnonzero(drawn.counts[:, 1] == 0)
    assert np.isnan(found.incidence[without, 1]).all()
    assert np.isfinite(found.incidence[without, 0]).all()


def test_the_order_of_rows_and_the_places_asked_for_do_not_matter():
    time, cause = drawn_customers(5)
    rng = np.random.default_rng(5)
    replicate = rng.integers(0, REPLICATES, len(time))
    order = rng.permutation(len(time))
    _, *whole = counts(time, cause, replicate)
    _, *turned = counts(time[order], cause[order], replicate[order])
    drawn = resamples(np.ones(REPLICATES), n_draws=100, rng=rng)
    one = cumulative_incidence(*whole, resamples=drawn)
    other = cumulative_incidence(*turned, resamples=drawn, at=[9, 2])
    np.testing.assert_array_equal(one.incidence[:, [9, 2]], other.incidence)
    assert other.held.shape == (2, 3)
    assert (other.held[0] >= other.held[1]).all()


def test_an_interval_comes_from_the_resamples():
    time, cause = drawn_customers(6, n=2000)
    _, found, drawn = estimated(time, cause)
    ends = interval(found.incidence[:, 5, 0], drawn)
    assert ends is not None
    assert ends.low < found.incidence[0, 5, 0] < ends.high


@pytest.mark.parametrize(
    ("events", "censored", "at", "message"),
    [
        (np.ones((3, 2)), np.ones((3, 4)), None, "events has shape"),
        (np.ones((3, 2, 5)), np.ones((3, 5)), None, "events has shape"),
        (np.ones((3, 2, 4)), np.ones((2, 4)), None, "censored has shape"),
        (-np.ones((3, 2, 4)), np.ones((3, 4)), None, "goes down to -1"),
        (np.full((3, 2, 4), np.nan), np.ones((3, 4)), None, "events holds 24 numbers"),
        (np.ones((3, 2, 4)), np.ones((3, 4)), [3], "expected places from 0 to 2"),
    ],
)
def test_bad_input_is_refused(events, censored, at, message):
    drawn = resamples(np.ones(4), n_draws=100, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=message):
        cumulative_incidence(events, censored, resamples=drawn, at=at)
