"""Programmes under constraints equal brute force, and say what stands in the way."""

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kuski.stats.choice import ROUNDING, greedy
from kuski.stats.constraints import Limit, Rule, cap, capacity, keep, leave_out
from kuski.stats.programme import by_draw, solve

from .knapsacks import (
    FAMILIES,
    TOMS_632,
    by_dynamic_programming,
    by_trying_all,
    pisinger,
    toms_632,
)

# Sums of some hundred numbers of double arithmetic in two orders.
SAME = 1e-12
# What the solver lets a row be overstepped by, times some.
SOLVER = 1e-7


@st.composite
def problems(draw):
    """Draw small cells with money, two limits and two rules; often they cannot be kept."""
    n, c = draw(st.integers(1, 4)), draw(st.integers(2, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    value = rng.integers(-2, 12, (n, c)).astype(float)
    cost = rng.integers(0, 8, (n, c)).astype(float)
    value[rng.random(value.shape) < 0.1] = np.nan
    value[:, 0], cost[:, 0] = 0.0, 0.0
    money = float(draw(st.integers(0, 6 * n)))
    limits = [
        Limit(name, rng.integers(0, 5, (n, c)).astype(float), float(rng.integers(0, 4 * n + 1)))
        for name in ("first", "second")
    ]
    rules = [Rule(name, rng.random((n, c)) < 0.8) for name in ("law", "custom")]
    return value, cost, money, limits, rules


def tried(value, cost, money, limits=(), rules=()):
    """Find the best worth among all plans, NaN where none keeps all constraints."""
    n, c = value.shape
    every, cells = np.array(list(product(range(c), repeat=n))), np.arange(n)
    worth = value[cells, every].sum(axis=1)
    can = ~np.isnan(worth) & (cost[cells, every].sum(axis=1) <= money)
    for limit in limits:
        can &= limit.amount[cells, every].sum(axis=1) <= limit.most
    for rule in rules:
        can &= rule.allowed[cells, every].all(axis=1)
    return worth[can].max() if can.any() else np.nan


def company(seed, *, cells=40, draws=1):
    """Draw cells of people with four actions whose capacities bind."""
    rng = np.random.default_rng(seed)
    people = rng.lognormal(3, 0.7, cells)
    unit = np.array([0, 2.0, 3, 5, 9])
    cost = people[:, None] * unit
    value = cost * rng.lognormal(0.2, 0.5, (draws, cells, 5))
    places = np.arange(5)
    limits = [
        capacity(f"action {at}", people=people, holds=places == at, most=0.15 * people.sum())
        for at in range(1, 5)
    ]
    money = 0.25 * cost[:, -1].sum()
    in_group = np.arange(cells) < cells // 3
    limits.append(cap("first third", cost=cost, cells=in_group, most=0.3 * money))
    rules = [
        keep("floor", cells=np.arange(cells) == 5, holds=places >= 2),
        leave_out("never", cells=np.arange(cells) == 7, holds=places == 4),
    ]
    return value, cost, money, limits, rules


def keeps(found, value, cost, money, limits, rules):
    """Tell whether a plan keeps every constraint."""
    at = np.arange(len(cost)), found
    return (
        cost[at].sum() <= money * (1 + 2 * ROUNDING)
        and all(limit.amount[at].sum() <= limit.most * (1 + 2 * ROUNDING) for limit in limits)
        and all(rule.allowed[at].all() for rule in rules)
        and not np.isnan(value[at]).any()
    )


def test_toms_632_is_solved():
    knapsack = toms_632()
    found = solve(knapsack.value, knapsack.cost, knapsack.money, gap=0.0)
    assert (found.value, found.status) == (TOMS_632["optimum"], "optimal")
    assert found.binding == ("money",)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", range(3))
def test_it_equals_trying_all_and_dynamic_programming(family, seed):
    small = pisinger(family, cells=6, choices=4, seed=seed)
    larger = pisinger(family, cells=30, choices=5, seed=seed)
    for knapsack, optimum in ((small, by_trying_all), (larger, by_dynamic_programming)):
        found = solve(knapsack.value, knapsack.cost, knapsack.money, gap=0.0)
        assert found.status == "optimal"
        assert found.value == optimum(knapsack)
        assert found.cost <= knapsack.money
        assert found.bound >= found.value


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", range(3))
def test_bound_and_price_are_those_of_the_greedy_where_money_is_all(family, seed):
    knapsack = pisinger(family, cells=60, choices=6, seed=seed)
    found = solve(knapsack.value, knapsack.cost, knapsack.money)
    other = greedy(knapsack.value[None], knapsack.cost, knapsack.money)
    assert found.bound == pytest.approx(other.bound[0], rel=SOLVER)
    assert found.price == pytest.approx(other.price[0], rel=SOLVER)
    assert found.value >= other.value[0]


@settings(deadline=None)
@given(problems(), st.sampled_from([0.0, 1e-5]))
def test_it_equals_trying_all_under_constraints(problem, gap):
    value, cost, money, limits, rules = problem
    found = solve(value, cost, money, limits=limits, rules=rules, gap=gap)
    optimum = tried(*problem)
    if np.isnan(optimum):
        assert (found.status, set(found.choice)) == ("infeasible", {-1})
    else:
        assert found.status == "optimal"
        assert found.value == optimum
        assert found.bound >= optimum
        assert keeps(found.choice, *problem)


@settings(deadline=None)
@given(problems(), st.integers(1, 3))
def test_of_constraints_that_cannot_be_kept_any_one_less_can(problem, tighter):
    value, cost, money, limits, rules = problem
    rules = [Rule(rule.name, rule.allowed & (np.arange(value.shape[1]) >= 1)) for rule in rules]
    limits = [Limit(limit.name, limit.amount, limit.most // tighter) for limit in limits]
    found = solve(value, cost, money, limits=limits, rules=rules)
    assume(found.status == "infeasible")

    def without(*names):
        return tried(
            value,
            cost,
            np.inf if "money" in names else money,
            [limit for limit in limits if limit.name not in names],
            [rule for rule in rules if rule.name not in names],
        )

    every = {"money", "first", "second", "law", "custom"}
    assert np.isnan(without(*(every - set(found.binding))))
    for name in found.binding:
        assert not np.isnan(without(*(every - set(found.binding)), name))


def test_the_money_that_is_missing_is_told():
    value, cost = np.array([[0, 3.0, 4], [0, 2, 5]]), np.array([[0, 3.0, 9], [0, 4, 9]])
    rules = [keep("law", cells=[True, True], holds=[False, True, True])]
    found = solve(value, cost, 5.0, rules=rules)
    assert (found.status, found.binding, found.cost) == ("infeasible", ("money", "law"), 7.0)
    people = [Limit("people", np.array([[0, 1.0, 0], [0, 1, 0]]), 1.0)]
    assert solve(value, cost, 5.0, rules=rules, limits=people).cost == 12.0
    # Whole cells only: half of each would keep both.
    whole = [*people, Limit("others", np.array([[0, 0, 1.0], [0, 0, 1]]), 0.5)]
    found = solve(value, cost, 99.0, rules=rules, limits=whole)
    assert (found.status, found.binding) == ("infeasible", ("people", "others", "law"))


def test_rules_that_leave_a_cell_nothing_are_named():
    value, cost = np.array([[0, 3.0], [0, 2]]), np.array([[0, 3.0], [0, 4]])
    rules = [
        keep("must", cells=[False, True], holds=[False, True]),
        keep("other", cells=[True, False], holds=[False, True]),
        leave_out("must not", cells=[True, True], holds=[False, True]),
    ]
    found = solve(value, cost, 50.0, rules=rules[::2])
    assert (found.status, found.binding) == ("infeasible", ("must", "must not"))
    assert np.isnan([found.value, found.cost, found.price, found.bound]).all()
    assert len(solve(value, cost, 50.0, rules=rules).binding) == 2


@pytest.mark.parametrize("seed", range(4))
def test_without_a_constraint_that_binds_the_bound_rises_and_without_another_it_stays(seed):
    value, cost, money, limits, rules = company(seed)
    found = solve(value[0], cost, money, limits=limits, rules=rules, gap=1e-3)
    assert 0 < len(found.binding) < 1 + len(limits) + len(rules)
    for name in ["money", *(one.name for one in (*limits, *rules))]:
        other = solve(
            value[0],
            cost,
            cost.sum() if name == "money" else money,
            limits=[limit for limit in limits if limit.name != name],
            rules=[rule for rule in rules if rule.name != name],
            gap=1e-3,
        )
        rise = other.bound / found.bound - 1
        assert (rise > SOLVER) == (name in found.binding)


@pytest.mark.parametrize("seed", range(4))
def test_prices_are_what_the_next_unit_brings(seed):
    value, cost, money, limits, rules = company(seed)
    found = solve(value[0], cost, money, limits=limits, rules=rules, gap=1e-2)
    step = 1e-4
    richer = solve(value[0], cost, money + step, limits=limits, rules=rules, gap=1e-2)
    assert richer.bound - found.bound == pytest.approx(found.price * step, abs=SOLVER)
    for place, limit in enumerate(limits):
        more = [Limit(one.name, one.amount, one.most + step * (one is limit)) for one in limits]
        rise = solve(value[0], cost, money, limits=more, rules=rules, gap=1e-2).bound - found.bound
        assert rise == pytest.approx(found.prices[place] * step, abs=SOLVER)


@settings(deadline=None, max_examples=30)
@given(problems(), st.integers(1, 10))
def test_more_money_is_never_worth_less_and_its_price_never_rises(problem, more):
    value, cost, money, limits, rules = problem
    less, richer = (
        solve(value, cost, amount, limits=limits, rules=rules, gap=0.0)
        for amount in (money, money + more)
    )
    assume(less.status == "optimal")
    assert richer.value >= less.value
    assert richer.price <= less.price * (1 + SOLVER) + SOLVER


@pytest.mark.parametrize("seed", range(3))
def test_each_draw_keeps_the_constraints_and_comes_close(seed):
    value, cost, money, limits, rules = company(seed, cells=100, draws=8)
    found = by_draw(value, cost, money, limits=limits, rules=rules)
    for draw, worth in enumerate(value):
        best = solve(worth, cost, money, limits=limits, rules=rules, gap=1e-4)
        assert keeps(found.choice[draw], worth, cost, money, limits, rules)
        assert found.bound[draw] == pytest.approx(best.bound, rel=SOLVER)
        assert found.price[draw] == pytest.approx(best.price, rel=SOLVER)
        assert found.value[draw] <= best.bound
        # A hundred cells of very different size, and five limits that all bind.
        assert found.value[draw] >= 0.94 * best.value


def roomy(cells, most=1_000.0):
    """A capacity that never binds."""
    return capacity("loose", people=np.ones(cells), holds=[False, True, False], most=most)


def test_of_two_that_bring_as_much_the_cheaper_is_chosen():
    # Once all is had money has no price, and only thrift tells what is had for nothing.
    value, cost = np.array([[0.0, 0, 0], [0, 2, 1]]), np.array([[0.0, 12, 9], [0, 12, 9]])
    rules = [keep("floor", cells=[True, False], holds=[False, True, True])]
    limits = [roomy(2), capacity("cheap", people=np.ones(2), holds=[0, 0, 1], most=5.0)]
    for bind in ([], limits):
        found = solve(value, cost, 100.0, limits=bind, rules=rules)
        assert (found.choice.tolist(), found.cost) == ([2, 1], 21.0)
        drawn = by_draw(value[None], cost, 100.0, limits=bind, rules=rules)
        assert (drawn.choice[0].tolist(), drawn.cost[0]) == ([2, 1], 21.0)


@given(problem=problems(), more=st.floats(0, 3), dearer=st.floats(0, 3))
def test_a_dominated_choice_is_never_chosen(problem, more, dearer):
    value, cost, money, limits, _ = problem
    # The last choice is the first but worse and dearer, and takes the same of all else.
    value, cost = value.copy(), cost.copy()
    value[:, -1], cost[:, -1] = value[:, 0] - more, cost[:, 0] + dearer + 0.1
    for limit in limits:
        limit.amount[:, -1] = limit.amount[:, 0]
    found = solve(value, cost, money, limits=limits)
    drawn = by_draw(value[None], cost, money, limits=limits)
    for choice in (found.choice, drawn.choice[0]):
        assert not (choice == value.shape[1] - 1).any()


def test_draws_without_limits_are_the_greedy_over_what_the_rules_allow():
    value, cost, money, _, rules = company(1, draws=5)
    found = by_draw(value, cost, money, rules=rules)
    ruled = np.where(rules[0].allowed & rules[1].allowed, value, np.nan)
    assert (found.choice == greedy(ruled, cost, money).choice).all()


@settings(deadline=None)
@given(problems())
def test_draws_whose_rounding_fails_are_still_solved(problem):
    value, cost, money, limits, rules = problem
    optimum = tried(*problem)
    found = by_draw(value[None], cost, money, limits=limits, rules=rules)
    if np.isnan(optimum):
        assert (found.choice == -1).all()
        assert np.isnan(found.value).all()
    else:
        assert keeps(found.choice[0], *problem)
        assert found.value[0] <= optimum <= found.bound[0]


def test_it_prints_nothing(capfd):
    value, cost, money, limits, rules = company(1)
    solve(value[0], cost, money, limits=limits, rules=rules)
    solve(value[0], cost, 0.0, limits=limits, rules=rules)
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")


def test_the_same_input_gives_the_same_plan():
    value, cost, money, limits, rules = company(2, cells=80)
    plans = [solve(value[0], cost, money, limits=limits, rules=rules, nodes=5) for _ in range(2)]
    assert (plans[0].choice == plans[1].choice).all()
    assert plans[0].price == plans[1].price


def test_input_is_left_as_it_was():
    value, cost, money, limits, rules = company(2)
    before = value.copy(), cost.copy(), limits[0].amount.copy()
    solve(value[0], cost, money, limits=limits, rules=rules)
    by_draw(value, cost, money, limits=limits, rules=rules)
    assert (before[0] == value).all()
    assert (before[1] == cost).all()
    assert (before[2] == limits[0].amount).all()


def test_no_money_buys_nothing_and_all_the_money_buys_the_best():
    value, cost, _, _, _ = company(3)
    nothing = solve(value[0], cost, 0.0)
    assert (nothing.value, nothing.cost, set(nothing.choice)) == (0.0, 0.0, {0})
    assert nothing.price == pytest.approx((value[0, :, 1:] / cost[:, 1:]).max(), rel=SOLVER)
    everything = solve(value[0], cost, 10 * cost.sum())
    assert everything.value == pytest.approx(value[0].max(axis=1).sum(), rel=SAME)
    assert (everything.price, everything.binding) == (0.0, ())


def test_limits_and_rules_say_what_they_mean():
    cost = np.array([[0.0, 2, 5], [0, 3, 7]])
    reach = capacity("calls", people=[10, 20], holds=[False, True, True], most=25)
    assert reach.amount.tolist() == [[0, 10, 10], [0, 20, 20]]
    share = cap("north", cost=cost, cells=[True, False], most=4)
    assert share.amount.tolist() == [[0, 2, 5], [0, 0, 0]]
    floor = keep("floor", cells=[False, True], holds=[False, True, True])
    assert floor.allowed.tolist() == [[True, True, True], [False, True, True]]
    never = leave_out("never", cells=[True, False], holds=[False, False, True])
    assert never.allowed.tolist() == [[True, True, False], [True, True, True]]


def test_a_plan_whose_branching_ran_out_is_feasible_and_not_called_optimal():
    value, cost, money, limits, rules = company(4, cells=150)
    found = solve(value[0], cost, money, limits=limits, rules=rules, gap=0.0, nodes=0)
    assert found.status == "feasible"
    assert keeps(found.choice, value[0], cost, money, limits, rules)
    assert found.value < found.bound


def _with(**changed):
    cells = np.array([[0.0, 1.0], [0.0, 2.0]])
    given_ = {"value": cells, "cost": cells, "money": 1.0} | changed
    return solve(given_.pop("value"), given_.pop("cost"), given_.pop("money"), **given_)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"value": np.full((2, 2), np.nan)}, "no allowed choice"),
        ({"cost": -np.ones((2, 2))}, "lowest cost is -1"),
        ({"cost": np.ones((1, 2, 2))}, "one cost"),
        ({"money": -1.0}, "money == -1"),
        ({"limits": [Limit("x", np.ones((2, 3)), 1.0)]}, "limit 'x' has amounts of shape"),
        ({"limits": [Limit("x", -np.ones((2, 2)), 1.0)]}, "negative or not finite"),
        ({"limits": [Limit("x", np.ones((2, 2)), -1.0)]}, "limit 'x' is -1"),
        ({"limits": [Limit("x", np.ones((2, 2)), np.nan)]}, "limit 'x' is nan"),
        ({"limits": [Limit("money", np.ones((2, 2)), 1.0)]}, "called 'money'"),
        ({"rules": [Rule("r", np.ones((1, 2), dtype=bool))]}, "rule 'r' has shape"),
        ({"rules": [Rule("r", np.ones((2, 2), dtype=bool))] * 2}, "two constraints"),
    ],
)
def test_bad_input_is_told(changed, says):
    with pytest.raises(ValueError, match=says):
        _with(**changed)


def test_draws_that_differ_in_what_is_allowed_are_told():
    value = np.array([[[0, 1.0]], [[0, np.nan]]])
    with pytest.raises(ValueError, match="other places"):
        by_draw(value, [[0, 1.0]], 1.0)
