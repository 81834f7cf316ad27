"""The greedy choice keeps its bounds and axioms, and comes close to exact ways."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from kuski.stats import choice as module
from kuski.stats.choice import ROUNDING, frontier, greedy

from .knapsacks import (
    FAMILIES,
    TOMS_632,
    Knapsack,
    by_dynamic_programming,
    by_trying_all,
    pisinger,
    toms_632,
)

# Sums of some hundred numbers of double arithmetic in two orders.
SAME = 1e-12
# What an interior point or simplex calls optimal.
SOLVER = 1e-7


def solved(knapsack):
    return greedy(knapsack.value[None], knapsack.cost, knapsack.money)


def linear(knapsack):
    """Solve the linear program with another code: its optimum and the dual of the money."""
    n, c = knapsack.value.shape
    found = linprog(
        -knapsack.value.ravel(),
        A_ub=knapsack.cost.reshape(1, -1),
        b_ub=[knapsack.money],
        A_eq=np.kron(np.eye(n), np.ones(c)),
        b_eq=np.ones(n),
        method="highs",
    )
    return -found.fun, -found.ineqlin.marginals[0]


@st.composite
def offers(draw, *, draws=1, whole=True):
    """Draw some cells with choices that are not all allowed, and money."""
    n, c = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    high = draw(st.sampled_from([3, 10, 1000]))
    if whole:
        value = rng.integers(-high // 4, high, (draws, n, c)).astype(float)
        cost = rng.integers(0, high, (n, c)).astype(float)
        money = float(draw(st.integers(0, n * high)))
    else:
        value, cost = rng.normal(1, 1, (draws, n, c)), rng.lognormal(0, 1, (n, c))
        money = draw(st.floats(0, 2.0 * n))
    value[rng.random(value.shape) < 0.2] = np.nan
    value[..., 0], cost[:, 0] = 0.0, 0.0
    return value, cost, money


def test_toms_632_is_solved():
    found = solved(toms_632())
    assert found.value[0] == TOMS_632["optimum"]
    assert found.cost[0] == TOMS_632["money"]
    assert found.choice[0].tolist() == [1, 1, 1, 1, 0, 1, 0, 0, 0, 0]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", range(5))
def test_dynamic_programming_is_trying_all(family, seed):
    knapsack = pisinger(family, cells=6, choices=4, seed=seed)
    assert by_dynamic_programming(knapsack) == by_trying_all(knapsack)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(("cells", "choices"), [(10, 3), (10, 10), (100, 3), (100, 10), (1000, 5)])
def test_bound_optimum_and_greedy_stand_in_their_order(family, cells, choices):
    for seed in range(3):
        knapsack = pisinger(family, cells=cells, choices=choices, seed=seed)
        found, optimum = solved(knapsack), by_dynamic_programming(knapsack)
        assert found.bound[0] * (1 + SAME) >= optimum >= found.value[0]
        # What broke off is one upgrade in one cell.
        assert found.bound[0] - found.value[0] < np.ptp(knapsack.value, axis=1).max()


@pytest.mark.parametrize("family", FAMILIES)
def test_bound_and_price_are_those_of_the_linear_program(family):
    for seed in range(5):
        knapsack = pisinger(family, cells=30, choices=6, seed=seed)
        knapsack.cost[0] += 0.5
        found, (bound, price) = solved(knapsack), linear(knapsack)
        assert found.bound[0] == pytest.approx(bound, rel=SOLVER)
        assert found.price[0] == pytest.approx(price, rel=SOLVER)


@given(offers())
def test_no_plan_is_worth_more_than_the_bound(given_offers):
    value, cost, money = given_offers
    optimum = by_trying_all(Knapsack(value[0], cost, money))
    found = greedy(value, cost, money)
    assert found.bound[0] >= optimum - SAME * abs(optimum)
    assert found.value[0] <= optimum


@given(offers(draws=3), st.booleans())
def test_money_is_never_overspent_and_sums_are_those_of_the_choice(given_offers, own_costs):
    value, cost, money = given_offers
    costs = np.stack([cost, 2 * cost, cost / 2]) if own_costs else cost
    found = greedy(value, costs, money)
    each = np.broadcast_to(costs, value.shape)
    for draw in range(3):
        places = np.arange(len(cost)), found.choice[draw]
        assert found.value[draw] == pytest.approx(value[draw][places].sum(), rel=SAME)
        assert found.cost[draw] == pytest.approx(each[draw][places].sum(), rel=SAME)
    assert (found.cost <= money * (1 + 2 * ROUNDING)).all()


@given(offers(), st.floats(0, 3))
def test_more_money_is_never_worth_less_and_its_price_never_rises(given_offers, more):
    value, cost, money = given_offers
    less, richer = greedy(value, cost, money), greedy(value, cost, money * (1 + more) + more)
    assert richer.value[0] >= less.value[0]
    assert richer.bound[0] >= less.bound[0] * (1 - SAME)
    assert richer.price[0] <= less.price[0]


@given(offers(whole=False), st.floats(0, 1))
def test_finer_money_is_never_worth_less(given_offers, more):
    value, cost, money = given_offers
    less, richer = greedy(value, cost, money), greedy(value, cost, money + more)
    assert richer.value[0] >= less.value[0] - SAME


@given(offers())
def test_a_dominated_choice_is_never_chosen(given_offers):
    value, cost, money = given_offers
    chosen = greedy(value, cost, money).choice[0]
    for cell, at in enumerate(chosen):
        gain, extra = value[0, cell] - value[0, cell, at], cost[cell] - cost[cell, at]
        is_better = (gain >= 0) & (extra <= 0) & ((gain > 0) | (extra < 0))
        assert not is_better.any()


@given(offers(draws=2, whole=False), st.integers(0, 1000))
def test_relabelling_changes_nothing(given_offers, seed):
    value, cost, money = given_offers
    rng = np.random.default_rng(seed)
    cells = rng.permutation(value.shape[1])
    choices = rng.permutation(value.shape[2])
    found = greedy(value, cost, money)
    moved = greedy(value[:, cells][:, :, choices], cost[cells][:, choices], money)
    assert (choices[moved.choice] == found.choice[:, cells]).all()
    for name in ("value", "cost", "price", "bound"):
        np.testing.assert_allclose(getattr(moved, name), getattr(found, name), rtol=SAME)


@given(offers(), st.sampled_from([2.0**-20, 0.5, 8.0, 2.0**30]), st.sampled_from([2.0**-9, 4.0]))
def test_other_units_of_money_and_worth_change_nothing(given_offers, unit, worth):
    value, cost, money = given_offers
    found, scaled = greedy(value, cost, money), greedy(value * worth, cost * unit, money * unit)
    assert (scaled.choice == found.choice).all()
    np.testing.assert_allclose(scaled.value, found.value * worth, rtol=SAME)
    np.testing.assert_allclose(scaled.bound, found.bound * worth, rtol=SAME)
    np.testing.assert_allclose(scaled.price, found.price * worth / unit, rtol=SAME)


@settings(max_examples=30)
@given(offers(draws=5))
def test_each_draw_is_solved_by_itself(given_offers):
    value, cost, money = given_offers
    together = greedy(value, cost, money)
    for draw in range(5):
        alone = greedy(value[draw][None], cost, money)
        assert (alone.choice[0] == together.choice[draw]).all()
        assert alone.value[0] == pytest.approx(together.value[draw], rel=SAME)


def test_blocks_change_nothing(monkeypatch):
    rng = np.random.default_rng(1)
    value, cost = rng.random((7, 40, 4)), rng.random((40, 4))
    whole = greedy(value, cost, 12.0), frontier(value, cost, [9.0, 12.0])
    monkeypatch.setattr(module, "_AT_ONCE", 80)
    parts = greedy(value, cost, 12.0), frontier(value, cost, [9.0, 12.0])
    assert (whole[0].choice == parts[0].choice).all()
    np.testing.assert_allclose(whole[0].bound, parts[0].bound, rtol=SAME)
    np.testing.assert_allclose(whole[1].worth, parts[1].worth, rtol=SAME)


@given(offers(draws=2), st.lists(st.floats(0, 5000), max_size=4))
def test_frontier_is_the_bound_at_each_amount(given_offers, amounts):
    value, cost, money = given_offers
    curve = frontier(value, cost, [money, *amounts])
    for place, amount in enumerate([money, *amounts]):
        found = greedy(value, cost, amount)
        np.testing.assert_allclose(curve.worth[:, place], found.bound, rtol=SAME, atol=SAME)
        np.testing.assert_array_equal(curve.price[:, place], found.price)


def test_frontier_rises_ever_more_slowly_to_where_more_money_brings_nothing():
    knapsack = pisinger("weakly", cells=50, choices=5, seed=1)
    money = np.linspace(0, knapsack.cost.sum(), 400)
    curve = frontier(knapsack.value[None], knapsack.cost, money)
    can = money >= curve.least[0]
    assert np.isnan(curve.worth[0, ~can]).all()
    assert not np.isnan(curve.worth[0, can]).any()
    rises = np.diff(curve.worth[0, can])
    assert (np.diff(rises) <= SAME * curve.worth[0, -1]).all()
    assert (curve.price[0, money >= curve.enough[0]] == 0).all()
    assert (curve.price[0, can & (money < curve.enough[0])] > 0).all()


def test_input_is_left_as_it_was():
    for shape in ((1, 1, 2), (3, 4, 2)):
        value, cost = np.ones(shape), np.ones(shape[1:])
        value[..., 0, 1] = np.nan
        before = value.copy()
        greedy(value, cost, 9.0)
        frontier(value, cost, [9.0])
        np.testing.assert_array_equal(value, before)
        assert (cost == 1).all()


def test_of_equal_slopes_the_cells_in_front_go_first():
    value, cost = np.tile([0.0, 2, 3, 4], (1, 500, 1)), np.tile([0.0, 1, 2, 3], (500, 1))
    found = greedy(value, cost, 600.0)
    assert found.choice[0].tolist() == [2] * 100 + [1] * 400


def test_price_is_what_the_next_unit_of_money_brings():
    value, cost = [[[0, 8, 10], [0, 3, 5]]], [[0, 2, 4], [0, 1, 4]]
    price = [float(greedy(value, cost, money).price[0]) for money in (0, 1, 2, 3, 5, 7, 8)]
    assert price == [4, 4, 3, 1, pytest.approx(2 / 3), pytest.approx(2 / 3), 0]


def test_a_cell_whose_hull_does_not_fit_takes_what_does():
    # The hull of the second cell leads from nothing straight to 9, which costs too much.
    found = greedy([[[0, 10], [0, 9]], [[0, 10], [0, 9]]], [[0, 2], [0, 9]], 10)
    assert found.choice.tolist() == [[1, 0], [1, 0]]
    found = greedy([[[0, 10, np.nan], [0, 3, 9]]], [[0, 2, 0], [0, 8, 9]], 10)
    assert found.choice.tolist() == [[1, 1]]
    assert found.bound[0] == pytest.approx(18)


def test_without_a_choice_to_do_nothing_the_cheapest_comes_first():
    value, cost = [[[np.nan, 5, 6], [0, 2, 4]]], [[np.nan, 3, 4], [0, 3, 3]]
    assert greedy(value, cost, 3).choice.tolist() == [[1, 0]]
    assert greedy(value, cost, 7).choice.tolist() == [[2, 2]]


def test_too_little_money_for_the_cheapest_is_told():
    value, cost = [[[np.nan, 5.0], [0, 2]], [[0, 5], [0, 2]]], [[0, 3], [0, 1]]
    found = greedy(value, cost, 2.0)
    assert found.choice.tolist() == [[-1, -1], [0, 1]]
    assert found.cost.tolist() == [3, 1]
    assert np.isnan([found.value[0], found.price[0], found.bound[0]]).all()
    assert found.value[1] == 2


def test_ten_times_a_tenth_can_be_paid_with_one():
    found = greedy(np.ones((1, 10, 2)) * [0, 1], np.ones((10, 2)) * [0, 0.1], 1.0)
    assert found.value[0] == 10


@pytest.mark.parametrize(
    ("value", "cost", "money", "says"),
    [
        ([[0, 1]], [[0, 1]], 1, "expected \\(R, n, c\\)"),
        ([[[0, 1]]], [[0, 1, 2]], 1, "cost has shape"),
        ([[[0, 1]]], [[0, -1]], 1, "lowest cost is -1"),
        ([[[0, np.inf]]], [[0, 1]], 1, "infinite"),
        ([[[0, 1]]], [[0, np.inf]], 1, "infinite"),
        ([[[0, 1]]], [[0, np.nan]], 1, "cost is NaN"),
        ([[[0, 1], [np.nan, np.nan]]], [[0, 1], [0, 1]], 1, "cell 1 has no allowed choice"),
        ([[[0, 1]]], [[0, 1]], -1, "money == -1"),
        ([[[0, 1]]], [[0, 1]], np.nan, "money == nan"),
        (np.ones((0, 1, 1)), [[0]], 1, "none of them 0"),
    ],
)
def test_bad_input_is_told(value, cost, money, says):
    with pytest.raises(ValueError, match=says):
        greedy(value, cost, money)


def test_bad_amounts_are_told():
    with pytest.raises(ValueError, match="expected \\(m,\\)"):
        frontier([[[0, 1]]], [[0, 1]], 3)
    with pytest.raises(ValueError, match="money == -2"):
        frontier([[[0, 1]]], [[0, 1]], [1, -2])
