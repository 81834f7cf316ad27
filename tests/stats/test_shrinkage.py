"""Shrinkage: beliefs come back as what is to be believed, and picked ones as what they bring."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuski.stats.shrinkage import pooled, shrunk

# Means of 20,000 draws of a normal with unit spread err by 0.007.
NEAR = 0.03


def test_a_normal_belief_is_averaged_with_the_prior_by_precision() -> None:
    # By hand: prior 0.4² = 0.16, error 0.3² + 0.5² = 0.34, so that 0.16/0.50 is kept.
    found = shrunk([1.0], [0.3], prior_sd=0.4, bias_sd=0.5)
    assert found.kept[0] == pytest.approx(0.32)
    assert found.mean[0] == pytest.approx(0.32)
    assert found.sd[0] == pytest.approx(np.sqrt(0.32 * 0.34))


def test_what_is_known_for_certain_is_not_shrunk() -> None:
    found = shrunk([0.7, -0.2], [0.0, 0.0], prior_sd=0.4)
    assert found.mean == pytest.approx([0.7, -0.2])
    assert found.sd == pytest.approx([0.0, 0.0])


def test_the_winner_brings_what_it_promises() -> None:
    rng = np.random.default_rng(5)
    truth = rng.normal(0, 0.4, (20_000, 6))
    sd = np.array([0.1, 0.2, 0.3, 0.3, 0.5, 0.5])
    told = truth + sd * rng.standard_normal(truth.shape)
    found = shrunk(told.ravel(), np.tile(sd, len(told)), prior_sd=0.4)
    believed = found.mean.reshape(told.shape)
    row = np.arange(len(told))
    best = believed.argmax(axis=1)
    assert believed[row, best].mean() == pytest.approx(truth[row, best].mean(), abs=NEAR / 3)
    greedy = told.argmax(axis=1)
    assert told[row, greedy].mean() > truth[row, greedy].mean() + 0.1


@given(
    estimate=st.floats(-5, 5),
    sd=st.floats(0, 5),
    bias=st.floats(0, 5),
    prior=st.floats(0.01, 5),
)
def test_shrinking_never_turns_a_belief_round_or_makes_it_larger(
    estimate: float, sd: float, bias: float, prior: float
) -> None:
    found = shrunk([estimate], [sd], prior_sd=prior, bias_sd=bias)
    assert abs(found.mean[0]) <= abs(estimate)
    assert found.mean[0] * estimate >= 0
    assert found.sd[0] <= prior * (1 + 1e-9)


@pytest.mark.parametrize(
    ("given_", "says"),
    [
        ({"prior_sd": 0.0}, "prior_sd"),
        ({"sd": [-1.0]}, "sd"),
        ({"bias_sd": -0.1}, "bias_sd"),
        ({"estimate": [np.nan]}, "finite"),
    ],
)
def test_what_cannot_be_is_said(given_: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        shrunk(**{"estimate": [0.5], "sd": [0.1], "prior_sd": 0.4, **given_})


def test_draws_have_the_mean_and_spread_of_the_posterior() -> None:
    found = shrunk([0.5, 0.1], [0.2, 0.4], prior_sd=0.4)
    drawn = found.draws(20_000, np.random.default_rng(1))
    assert drawn[0] == pytest.approx(found.mean)
    assert drawn[1:].mean(axis=0) == pytest.approx(found.mean, abs=NEAR)
    assert drawn[1:].std(axis=0) == pytest.approx(found.sd, abs=NEAR)


def many(rng: np.random.Generator, truth: np.ndarray, se: np.ndarray, n: int = 4_000) -> np.ndarray:
    estimate = truth + se * rng.standard_normal(len(truth))
    return np.vstack([estimate, estimate + se * rng.standard_normal((n, len(truth)))])


def test_estimates_that_do_not_differ_are_pulled_together() -> None:
    rng = np.random.default_rng(2)
    draws = many(rng, np.full(8, 3.0), np.full(8, 1.0))
    draws[0] = 3.0 + 0.1 * np.arange(8)  # nearer to each other than chance would have them
    found = pooled(draws, np.ones((8, 1)), rng)
    assert np.ptp(found[0]) == pytest.approx(0, abs=1e-9)
    assert found[0, 0] == pytest.approx(3.35, abs=0.05)


def test_estimates_that_differ_widely_stay_where_they_are() -> None:
    rng = np.random.default_rng(3)
    truth = np.array([-40.0, -10, 0, 20, 55, 90])
    draws = many(rng, truth, np.full(6, 0.5))
    found = pooled(draws, np.ones((6, 1)), rng)
    assert found[0] == pytest.approx(draws[0], abs=0.1)
    assert found[1:].std(axis=0) == pytest.approx(np.full(6, 0.5), abs=0.05)


def test_a_point_that_nobody_knows_lies_on_the_line() -> None:
    rng = np.random.default_rng(4)
    x = np.arange(7.0)
    draws = many(rng, 10 + 2 * x, np.full(7, 0.1))
    draws[:, 6] = np.nan
    found = pooled(draws, np.column_stack([np.ones(7), x]), rng)
    assert found[0, 6] == pytest.approx(22, abs=0.5)
    assert np.isfinite(found).all()


def test_pooled_intervals_hold_the_truth() -> None:
    rng = np.random.default_rng(6)
    held = []
    for _ in range(150):
        truth = rng.normal(5, 2, 10)
        found = pooled(many(rng, truth, np.full(10, 1.5), 400), np.ones((10, 1)), rng)
        low, high = np.quantile(found[1:], [0.025, 0.975], axis=0)
        held.append((low <= truth) & (truth <= high))
    # That t² is estimated from ten is left out, which costs a few points of a hundred.
    assert 0.89 < np.mean(held) < 0.98


def test_too_few_to_pool_is_said() -> None:
    draws = np.full((5, 3), np.nan)
    draws[:, 0] = 1.0
    with pytest.raises(ValueError, match="known"):
        pooled(draws, np.column_stack([np.ones(3), np.arange(3)]), np.random.default_rng(1))
