"""Targeting by price comes within a millionth of the best, and keeps money and people."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuski.stats import targeting as module
from kuski.stats.choice import ROUNDING, greedy
from kuski.stats.constraints import capacity as limit
from kuski.stats.programme import solve
from kuski.stats.targeting import targets

# What the search asks of itself.
GAP = 1e-6
# Sums of many numbers of double arithmetic in two orders.
SAME = 1e-11
# What the linear programme may be off by.
SOLVER = 1e-7


@pytest.fixture
def _early(monkeypatch):
    """Bracket already where customers are few, so that small cases go all the way."""
    monkeypatch.setattr(module, "_ALONE", 60)
    monkeypatch.setattr(module, "_SHARED", 200)
    monkeypatch.setattr(module, "_BATCH", 100)


def customers(seed, n, *, actions=3):
    rng = np.random.default_rng(seed)
    cost = np.column_stack([np.zeros(n), rng.lognormal(1, 0.6, (n, actions))])
    return cost * rng.lognormal(0.2, 0.6, cost.shape), cost


def alike(seed, n):
    """Draw customers of only six kinds: most of them tie with many others."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 6, n)
    value, cost = customers(seed, 6)
    return value[kind], cost[kind]


def is_close(found, value):
    """Tell whether a plan lacks a millionth at most, or where few are served, one customer."""
    return found.bound - found.value <= max(GAP * found.bound, value.max())


def check(found, value, cost, money, people=None):
    """Check sums, money and people of a plan."""
    at = np.arange(len(value)), found.choice
    assert found.value == pytest.approx(value[at].sum(), rel=SAME)
    assert found.cost == pytest.approx(cost[at].sum(), rel=SAME)
    assert found.cost <= money * (1 + 10 * ROUNDING)
    assert found.value <= found.bound
    if people is not None:
        assert (np.bincount(found.choice, minlength=len(people)) <= people).all()


def test_a_million_customers_are_within_a_millionth():
    value, cost = customers(1, 1_000_000)
    money = 0.2 * cost.max(axis=1).sum()
    found = targets(value, cost, money)
    check(found, value, cost, money)
    assert found.bound - found.value <= GAP * found.bound


@pytest.mark.parametrize("share", [0.0, 0.001, 0.03, 0.3, 0.8, 2.0])
def test_bound_and_price_are_exact(share):
    value, cost = customers(1, 200_000)
    money = share * cost.max(axis=1).sum()
    found, exact = targets(value, cost, money), greedy(value[None], cost, money)
    check(found, value, cost, money)
    assert is_close(found, value)
    assert found.bound == pytest.approx(exact.bound[0], rel=SAME)
    assert found.price == pytest.approx(exact.price[0], rel=SAME)


def test_single_precision_is_taken():
    value, cost = (part.astype(np.float32) for part in customers(2, 150_000))
    money = 1e5
    found = targets(value, cost, money)
    check(found, value.astype(float), cost.astype(float), money)
    assert is_close(found, value)


@pytest.mark.usefixtures("_early")
@given(st.integers(0, 10**6), st.integers(1, 900), st.floats(0, 1.2), st.booleans(), st.booleans())
@settings(deadline=None, max_examples=60)
def test_however_the_bracket_falls_the_bound_holds_and_nothing_is_overspent(
    seed, n, share, ties, gaps
):
    value, cost = (alike if ties else customers)(seed, n)
    if gaps:
        value[np.random.default_rng(seed).random(value.shape) < 0.2] = np.nan
        value[:, 0] = 0.0
    money = share * cost.max(axis=1).sum()
    found, exact = targets(value, cost, money), greedy(value[None], cost, money)
    check(found, value, cost, money)
    assert found.bound >= exact.bound[0] * (1 - SAME)
    assert found.bound - found.value <= exact.bound[0] - exact.value[0] + 2 * np.nanmax(value)


@pytest.mark.usefixtures("_early")
@pytest.mark.parametrize("kind", [customers, alike])
@pytest.mark.parametrize("seed", range(4))
def test_capacities_hold_and_the_plan_comes_close_to_the_programme(kind, seed):
    value, cost = kind(seed, 800)
    money = 0.2 * cost.max(axis=1).sum()
    people = np.array([np.inf, 60, 80, np.inf])
    found = targets(value, cost, money, capacity=people)
    check(found, value, cost, money, people)
    places = np.arange(4)
    limits = [
        limit(str(at), people=np.ones(800), holds=places == at, most=people[at]) for at in (1, 2)
    ]
    best = solve(value, cost, money, limits=limits, gap=1e-3)
    assert best.bound * (1 - SOLVER) <= found.bound
    # A quarter of the customers stands for all, so that the prices are off by some per cent.
    assert found.value >= 0.98 * best.bound


def test_capacities_for_many_have_prices_of_their_own():
    value, cost = customers(5, 60_000)
    people = np.array([np.inf, 3000, 4000, 60_000])
    money = 0.2 * cost.max(axis=1).sum()
    found = targets(value, cost, money, capacity=people)
    check(found, value, cost, money, people)
    assert found.bound - found.value <= 1e-4 * found.bound
    assert (found.prices[[1, 2]] > 0).all()
    assert (found.prices[[0, 3]] == 0).all()


def test_nobody_can_be_served_without_room_or_where_all_must_be():
    value, cost = customers(6, 50)
    nothing = targets(value, cost, 10.0, capacity=[np.inf, 0, 0, 0])
    assert (nothing.value, nothing.cost, set(nothing.choice)) == (0.0, 0.0, {0})
    value[:, 0] = np.nan
    found = targets(value, cost, 1.0)
    assert (found.choice == -1).all()
    assert np.isnan([found.value, found.cost, found.price, found.bound]).all()
    assert (targets(value, cost, 1e6, capacity=[50, 10, 10, 10]).choice == -1).all()


def test_the_order_of_customers_changes_nothing():
    value, cost = customers(7, 120_000)
    order = np.random.default_rng(1).permutation(len(value))
    found, moved = targets(value, cost, 5e4), targets(value[order], cost[order], 5e4)
    assert (moved.choice == found.choice[order]).mean() > 1 - GAP * 10
    assert moved.bound == pytest.approx(found.bound, rel=SAME)


def test_sorted_customers_are_as_good():
    value, cost = customers(8, 120_000)
    order = np.argsort(value[:, 1])
    found, exact = targets(value[order], cost[order], 5e4), greedy(value[None], cost, 5e4)
    assert is_close(found, value)
    assert found.bound == pytest.approx(exact.bound[0], rel=SAME)


@pytest.mark.parametrize(
    ("value", "cost", "money", "capacity", "says"),
    [
        ([0, 1], [0, 1], 1, None, "expected \\(N, c\\)"),
        ([[0, 1]], [[0, -1]], 1, None, "lowest cost"),
        ([[np.nan, np.nan]], [[0, 1]], 1, None, "no allowed choice"),
        ([[0, 1]], [[0, 1]], -1, None, "money == -1"),
        ([[0, 1]], [[0, 1]], 1, [1], "capacity has shape"),
        ([[0, 1]], [[0, 1]], 1, [1, -1], "lowest capacity is -1"),
        ([[0, 1]], [[0, 1]], 1, [1, np.nan], "lowest capacity is nan"),
    ],
)
def test_bad_input_is_told(value, cost, money, capacity, says):
    with pytest.raises(ValueError, match=says):
        targets(value, cost, money, capacity=capacity)
