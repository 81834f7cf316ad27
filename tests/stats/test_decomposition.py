"""The two parts of a change add up, and are what statsmodels finds on the rows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.oaxaca import OaxacaBlinder

from kuski.stats.adaptation import within_cross
from kuski.stats.decomposition import decomposition
from kuski.stats.occasions import occasions
from kuski.stats.resample import resamples

REPLICATES = 40
# Sums of a few thousand floats.
ROUNDING = 1e-9
# The billionth added to the diagonal when slopes are solved.
RIDGE = 1e-7


def draw(seed, *, n=900, waves=3, p=3, bar=0.0):
    """Answers whose ratings go with an attitude that the score knows too."""
    rng = np.random.default_rng(seed)
    wave, replicate = rng.integers(0, waves, n), rng.integers(0, REPLICATES, n)
    attitude = rng.normal(0, 1, n)
    ratings = 0.2 * wave[:, None] + 0.5 * attitude[:, None] + rng.normal(0, 1, (n, p))
    score = ratings @ np.linspace(0.2, 0.6, p) + attitude - bar * wave + rng.normal(0, 1, n)
    return wave, replicate, ratings, score, rng


def moments(wave, replicate, ratings, score, *, weight=None, waves=3, origin=0.0):
    columns = np.column_stack([ratings, score]) - origin
    z = np.column_stack([np.ones(len(score)), columns])
    w = np.ones(len(score)) if weight is None else weight
    cross = np.zeros((waves, REPLICATES, z.shape[1], z.shape[1]))
    np.add.at(cross, (wave, replicate), w[:, None, None] * z[:, :, None] * z[:, None, :])
    return cross


def drawn_of(replicate, rng):
    return resamples(np.bincount(replicate, minlength=REPLICATES), rng=rng, n_draws=100)


@given(st.integers(0, 10_000), st.integers(2, 5), st.integers(1, 6), st.floats(-50, 50))
@settings(max_examples=25, deadline=None)
def test_performance_and_bar_add_up_to_the_change_in_every_resample(seed, waves, p, origin):
    wave, replicate, ratings, score, rng = draw(seed, waves=waves, p=p)
    cross = moments(wave, replicate, ratings, score, waves=waves, origin=origin)
    found = decomposition(cross, resamples=drawn_of(replicate, rng))
    change = found.score - found.score[:, :1]
    assert np.abs(found.performance + found.bar - change).max() < ROUNDING
    assert (found.performance[:, 0] == 0).all()
    assert (found.bar[:, 0] == 0).all()
    means = [score[wave == k].mean() for k in range(waves)]
    assert found.score[0] + origin == pytest.approx(means)


def test_two_waves_are_decomposed_as_statsmodels_does_with_pooled_slopes():
    wave, replicate, ratings, score, rng = draw(2, waves=2)
    cross = moments(wave, replicate, ratings, score, waves=2)
    found = decomposition(cross, resamples=drawn_of(replicate, rng))
    # OaxacaBlinder takes the higher mean first, and pools with a column for the group (Jann 2008).
    peer = OaxacaBlinder(score, np.column_stack([ratings, wave]), 3, hasconst=False)
    unexplained, explained, gap = peer.two_fold(two_fold_type="pooled").params
    turn = np.sign(found.score[0, 1] - found.score[0, 0]) * np.sign(gap)
    assert turn * found.performance[0, 1] == pytest.approx(explained, abs=RIDGE)
    assert turn * found.bar[0, 1] == pytest.approx(unexplained, abs=RIDGE)


def test_the_way_by_another_wave_is_the_same_way():
    wave, replicate, ratings, score, rng = draw(3)
    cross = moments(wave, replicate, ratings, score)
    drawn = drawn_of(replicate, rng)
    first, turned = (decomposition(c, resamples=drawn) for c in (cross, cross[[1, 0, 2]]))
    by_way = first.bar[:, 2] - first.bar[:, 1]
    assert turned.bar[:, 2] == pytest.approx(by_way, abs=ROUNDING)


@given(st.floats(-3, 3), st.permutations(range(3)))
@settings(max_examples=20, deadline=None)
def test_a_lift_of_all_scores_of_a_wave_is_all_bar(lift, order):
    wave, replicate, ratings, score, rng = draw(4)
    drawn = drawn_of(replicate, rng)
    before = decomposition(moments(wave, replicate, ratings, score), resamples=drawn)
    lifted = moments(wave, replicate, ratings[:, order], score + lift * (wave == 2))
    after = decomposition(lifted, resamples=drawn)
    assert after.performance == pytest.approx(before.performance, abs=RIDGE)
    assert after.bar[:, 2] == pytest.approx(before.bar[:, 2] + lift, abs=RIDGE)


def test_a_constant_rating_changes_nothing():
    wave, replicate, ratings, score, rng = draw(5)
    drawn = drawn_of(replicate, rng)
    without = decomposition(moments(wave, replicate, ratings, score), resamples=drawn)
    constant = np.column_stack([ratings, np.full(len(score), 4.0)])
    found = decomposition(moments(wave, replicate, constant, score), resamples=drawn)
    assert found.bar == pytest.approx(without.bar, abs=RIDGE)


def test_slopes_within_customers_are_free_of_what_a_customer_always_brings():
    rng = np.random.default_rng(6)
    customers, turns = 800, 3
    who = np.repeat(np.arange(customers), turns)
    wave = np.tile(np.arange(turns), customers)
    attitude = rng.normal(0, 1, customers)[who]
    ratings = (0.7 * attitude + 0.3 * wave + rng.normal(0, 1, len(who)))[:, None]
    score = 0.5 * ratings[:, 0] + attitude - 0.2 * wave
    replicate = who % REPLICATES
    given_ = occasions(who, wave, score, ratings, replicates=REPLICATES)
    cross = moments(wave, replicate, ratings, score)
    drawn = drawn_of(replicate, rng)
    within = decomposition(cross, resamples=drawn, within=within_cross(given_, REPLICATES))
    between = decomposition(cross, resamples=drawn)
    assert within.bar[0] == pytest.approx([0, -0.2, -0.4], abs=RIDGE)
    assert between.bar[0, 2] < -0.5


def test_a_resample_without_a_wave_has_no_answer():
    wave, replicate, ratings, score, rng = draw(7)
    wave = np.where(replicate == 0, 2, np.minimum(wave, 1))
    found = decomposition(
        moments(wave, replicate, ratings, score), resamples=drawn_of(replicate, rng)
    )
    assert np.isfinite(found.bar[0]).all()
    assert np.isnan(found.bar[1, 2])
    assert np.isfinite(found.bar[1, 1])


def test_bad_input_is_told():
    wave, replicate, ratings, score, rng = draw(8)
    cross, drawn = moments(wave, replicate, ratings, score), drawn_of(replicate, rng)
    with pytest.raises(ValueError, match="1 wave"):
        decomposition(cross[:1], resamples=drawn)
    with pytest.raises(ValueError, match="within has shape"):
        decomposition(cross, resamples=drawn, within=np.zeros((REPLICATES, 2, 2)))
    with pytest.raises(ValueError, match="not finite"):
        decomposition(cross * np.nan, resamples=drawn)
