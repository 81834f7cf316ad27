"""The policy tree against every tree there is, and its value against plain sums."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kuski.stats import policy_tree as module
from kuski.stats.policy_tree import (
    Condition,
    Leaf,
    Split,
    cuts_of,
    ordered,
    policy_tree,
)
from kuski.stats.policy_value import policy_value
from kuski.stats.resample import resamples

# The same few sums in another order.
SAME = 1e-9


def best_of_all(rewards, x, depth, least):
    """Try every tree, as the exact search of the policytree package does, with two actions."""
    stop = max(rewards.sum(), 0.0) if len(rewards) >= least else -np.inf
    best = stop
    for column in range(x.shape[1] if depth else 0):
        for value in np.unique(x[:, column])[:-1]:
            low = x[:, column] <= value
            below = best_of_all(rewards[low], x[low], depth - 1, least)
            above = best_of_all(rewards[~low], x[~low], depth - 1, least)
            best = max(best, below + above)
    return best


@pytest.mark.parametrize(("depth", "least"), list(product((1, 2, 3), (1, 3))))
def test_no_tree_of_the_depth_is_better(depth, least):
    rng = np.random.default_rng([depth, least])
    for _ in range(25):
        n, p = rng.integers(6, 30), rng.integers(1, 4)
        x, rewards = rng.integers(0, 4, (n, p)).astype(float), rng.normal(size=n)
        tree = policy_tree(rewards, x, depth=depth, least=least)
        best = best_of_all(rewards, x, depth, least)
        assert tree.is_exact
        assert tree.gain * n == pytest.approx(best, abs=SAME)
        served = tree.serves(x)
        assert rewards[served].sum() == pytest.approx(best, abs=SAME)


def test_a_third_split_below_that_of_two_is_never_worse_than_two(monkeypatch):
    rng = np.random.default_rng(1)
    x, rewards = rng.integers(0, 5, (200, 3)).astype(float), rng.normal(size=200)
    two, three = (policy_tree(rewards, x, depth=depth) for depth in (2, 3))
    monkeypatch.setattr(module, "MOST_WORK", 0)
    greedy = policy_tree(rewards, x, depth=3)
    assert not greedy.is_exact
    assert two.gain - SAME <= greedy.gain <= three.gain + SAME


@settings(max_examples=60, deadline=None)
@given(
    x=arrays(float, (12, 2), elements=st.integers(0, 3).map(float)),
    rewards=arrays(float, 12, elements=st.integers(-5, 5).map(float)),
    scale=st.floats(0.1, 10),
)
def test_units_order_and_repeats_change_nothing(x, rewards, scale):
    # Of trees that are equally good any may be found, so that what they gain is compared.
    gain = policy_tree(rewards, x).gain
    assert policy_tree(scale * rewards, x).gain == pytest.approx(scale * gain, abs=1e-6)
    assert policy_tree(rewards[::-1], x[::-1]).gain == pytest.approx(gain, abs=SAME)
    assert policy_tree(rewards, -x[:, ::-1]).gain == pytest.approx(gain, abs=SAME)
    assert policy_tree(np.tile(rewards, 2), np.tile(x, (2, 1))).gain == pytest.approx(gain)
    assert policy_tree(rewards, x, weight=np.full(12, 2.0)).gain == pytest.approx(gain)
    assert gain >= max(rewards.mean(), 0.0) - SAME


def test_leaves_say_who_comes_there():
    root = Split(
        0, 5.0, Leaf(False), Split(1, 2.0, Split(0, 8.0, Leaf(True), Leaf(False)), Leaf(True))
    )
    tree = module.PolicyTree(root, 0.0, is_exact=True)
    x = np.array([[5.0, 9.0], [6.0, 2.0], [9.0, 2.0], [9.0, 3.0]])
    assert tree.leaf_of(x).tolist() == [0, 1, 2, 3]
    assert tree.serves(x).tolist() == [False, True, False, True]
    inf = np.inf
    assert tree.ways() == (
        (Condition(0, -inf, 5.0),),
        (Condition(0, 5.0, 8.0), Condition(1, -inf, 2.0)),
        (Condition(0, 8.0, inf), Condition(1, -inf, 2.0)),
        (Condition(0, 5.0, inf), Condition(1, 2.0, inf)),
    )


def test_a_split_that_changes_nothing_is_not_kept():
    x = np.arange(10.0)[:, None]
    assert policy_tree(np.arange(1.0, 11.0), x).root == Leaf(True)
    assert policy_tree(-np.arange(1.0, 11.0), x).root == Leaf(False)


def test_no_leaf_holds_fewer_rows_than_asked():
    rng = np.random.default_rng(3)
    x, rewards = rng.normal(size=(300, 3)), rng.normal(size=300)
    for least in (1, 20, 60, 150, 200):
        tree = policy_tree(rewards, x, depth=3, least=least)
        counts = np.bincount(tree.leaf_of(x))
        assert counts.min() >= least or len(counts) == 1


def test_cuts_are_round_and_leave_somebody_above():
    values = np.random.default_rng(2).lognormal(6.3, 0.7, 5_000)
    cuts = cuts_of(values)
    assert len(cuts) <= module.MOST_CUTS
    assert values.min() <= cuts[0]
    assert cuts[-1] < values.max()
    assert np.allclose(cuts / 50, np.round(cuts / 50))
    assert cuts_of([3.0, 1.0, 2.0, 2.0]).tolist() == [1.0, 2.0]
    assert cuts_of([4.0, 4.0]).tolist() == []


def test_categories_stand_in_the_order_of_what_serving_them_brings():
    codes, rewards = np.array([0, 0, 1, 2, 2]), np.array([1.0, 3.0, 5.0, -1.0, 0.0])
    assert ordered(codes, rewards, np.ones(5)).tolist() == [1, 2, 0]
    # One tree split then parts any subset by order: the middle one against the rest takes two.
    places = ordered(codes, rewards, np.ones(5))[codes].astype(float)[:, None]
    served = policy_tree(rewards - 1.5, places, depth=1).serves(places)
    assert served.tolist() == [True, True, True, False, False]


def test_values_are_weighted_sums_over_those_served():
    rng = np.random.default_rng(5)
    n = 400
    scores, served, weight = rng.normal(2, 1, n), rng.random(n) < 0.3, rng.uniform(0.5, 2, n)
    of = np.arange(n) % 40
    drawn = resamples(np.bincount(of), n_draws=500, rng=rng)
    found = policy_value(scores, served, cost=0.5, replicate=of, resamples=drawn, weight=weight)
    gains = weight * (scores - 0.5) / weight.sum()
    assert found.over_nobody == pytest.approx(gains[served].sum(), rel=SAME)
    assert found.everybody == pytest.approx(gains.sum(), rel=SAME)
    assert found.over_everybody == pytest.approx(found.over_nobody - found.everybody, rel=1e-6)
    assert found.served == pytest.approx(weight[served].sum() / weight.sum())
    assert found.over_nobody_interval.low < found.over_nobody < found.over_nobody_interval.high


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"rewards": [1.0, np.nan]}, "finite"),
        ({"covariates": [[1.0], [np.inf]]}, "finite"),
        ({"covariates": [1.0, 2.0]}, "rewards"),
        ({"rewards": [], "covariates": np.empty((0, 1))}, "at least one row"),
        ({"depth": 4}, "depth == 4"),
        ({"depth": 0}, "depth == 0"),
        ({"least": 0}, "least == 0"),
        ({"weight": [1.0, -1.0]}, "weight is negative"),
        ({"cuts": []}, "cuts for 0 columns"),
    ],
)
def test_bad_input_is_named(changes, word):
    asked = {"rewards": [1.0, -1.0], "covariates": [[1.0], [2.0]]} | changes
    with pytest.raises(ValueError, match=word):
        policy_tree(asked.pop("rewards"), asked.pop("covariates"), **asked)
