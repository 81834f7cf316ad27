"""Overservice: which of today's money brings less than the shadow price, and what it would do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuski.choose.effort import Service
from kuski.choose.overservice.margin import margins_of
from kuski.choose.plan import SAFE, plan_of
from kuski.stats.choice import frontier
from kuski.stats.hull import upper_hull

CENT = 0.005


def found(study):
    return study.finding("choose.overservice")


def efforts(n=600, cost=12.0, kind="call", every=1):
    who = [f"c{i}" for i in range(0, n, every)]
    return {"customer": who, "cost": [cost] * len(who), "kind": [kind] * len(who)}


def test_dear_service_of_little_effect_is_found(choosing):
    # A call lifts the score by 0.2 points of 50 euros: 10 euros. Done for 400 it loses 390.
    study = choosing(choose="money = 2000", efforts=efforts(cost=400.0))
    numbers = found(study).numbers
    assert numbers.shadow_price > 0
    assert numbers.movable > 0.5 * numbers.cost
    assert numbers.movable_safe == pytest.approx(numbers.movable)
    assert {one.evidence for one in numbers.services} == {"experiment"}
    moved = [one for one in numbers.services if one.verdict == "safe"]
    assert all(one.last < numbers.shadow_price and one.chance >= SAFE for one in moved)
    assert found(study).story()[0].case == "overservice.found"


def test_service_that_pays_better_than_the_plan_is_left_alone(choosing):
    # The same call for ten cents brings a hundred times its cost, but nobody at the top gains.
    finding = found(choosing(choose="money = 2000", efforts=efforts(cost=0.1)))
    below_the_top = [one for one in finding.numbers.services if one.zone != "top"]
    assert {one.verdict for one in below_the_top} <= {"pays", "held"}
    assert all(one.zone == "top" for one in finding.numbers.services if one.movable)


def test_what_the_protected_get_is_never_counted(choosing):
    numbers = found(choosing(choose="money = 2000", efforts=efforts(cost=400.0))).numbers
    guarded = [one for one in numbers.services if one.is_protected]
    assert guarded
    assert all(one.movable == 0 and one.verdict == "held" for one in guarded)
    assert numbers.held >= sum(one.money for one in guarded) - CENT


def test_what_a_rule_asks_for_is_never_counted(choosing):
    rule = 'money = 9000\n[[choose.must]]\naction = "call"\nsegment = "north"'
    numbers = found(choosing(choose=rule, efforts=efforts(cost=400.0))).numbers
    north = [one for one in numbers.services if one.segment == "north"]
    assert north
    assert {one.verdict for one in north} == {"held"}


def test_the_money_of_all_services_is_the_money_of_today(choosing):
    work = efforts(cost=30.0)
    work["kind"] = ["call" if i % 2 else "party" for i in range(600)]
    numbers = found(choosing(choose="money = 2000", efforts=work)).numbers
    # Of those who are in no cell it is told apart.
    assert numbers.cost + numbers.unmatched == pytest.approx(600 * 30.0)
    shown = sum(one.money for one in numbers.services)
    assert shown + numbers.hidden == pytest.approx(numbers.cost, abs=CENT)
    assert sum(one.money for one in numbers.zones) == pytest.approx(numbers.cost, abs=CENT)
    assert numbers.movable <= numbers.cost


def test_work_that_is_no_action_is_never_called_safe(choosing):
    numbers = found(
        choosing(choose="money = 2000", efforts=efforts(cost=400.0, kind="party"))
    ).numbers
    assert {one.evidence for one in numbers.services} == {"unknown"}
    assert "safe" not in {one.verdict for one in numbers.services}
    assert numbers.movable_safe == 0


def test_few_pieces_of_work_are_not_shown(choosing):
    work = efforts(cost=30.0)
    work["kind"] = ["rescue"] * 5 + ["call"] * 595
    finding = found(choosing(choose="money = 2000", efforts=work))
    assert all(one.pieces >= 10 for one in finding.numbers.services)
    assert "rescue" not in str(finding.to_dict())
    assert finding.numbers.hidden == pytest.approx(5 * 30.0)


def test_money_that_moves_brings_no_more_than_the_shadow_price(choosing):
    numbers = found(choosing(choose="money = 2000", efforts=efforts(cost=400.0))).numbers
    assert 0 <= numbers.gain <= numbers.shadow_price * numbers.movable + CENT
    assert numbers.net == pytest.approx(numbers.gain - numbers.lost)


def test_with_more_money_than_can_be_used_nothing_is_too_much(choosing):
    finding = found(choosing(choose="money = 10000000", efforts=efforts()))
    assert finding.numbers.shadow_price == 0
    assert finding.numbers.movable == 0
    assert finding.story()[0].case == "overservice.enough"


@pytest.mark.parametrize(
    ("work", "reason"),
    [
        (None, "no_efforts"),
        ({"customer": ["x1", "x2"], "cost": [1.0, 2.0], "kind": ["call", "call"]}, "no_cost"),
        (efforts(cost=0.0), "no_cost"),
    ],
)
def test_without_usable_efforts_it_is_refused(choosing, work, reason):
    refused = found(choosing(choose="money = 2000", efforts=work))
    assert refused.is_refused
    assert refused.name == "choose.overservice"
    assert [check.check for check in refused.checks()] == [reason]


def test_a_higher_price_never_leaves_less_to_move(choosing, problem):
    posed = problem(choosing(choose="money = 2000", efforts=efforts()))
    whole = posed.people * 50.0
    services = [Service("party", whole, posed.people), Service("call", whole, posed.people)]
    movable = [
        sum(margin.movable.sum() for margin in margins_of(posed, services, price))
        for price in (0.0, 0.1, 0.5, 1.0, 2.0, 5.0)
    ]
    assert movable == sorted(movable)


def test_the_last_unit_of_the_hull_is_the_slope_of_the_frontier(choosing, problem):
    posed = problem(choosing(choose="money = 2000"))
    hull = upper_hull(posed.value[0], posed.cost)
    for cell in range(0, len(posed.cells), 3):
        money = 0.4 * hull.cost[-1, cell] + 1.0
        alone = frontier(posed.value[:1, [cell]], posed.cost[[cell]], [money])
        use = hull.use(np.full(len(posed.cells), money))[cell]
        worth = float(np.nan_to_num(posed.value[0, cell]) @ use)
        assert worth == pytest.approx(alone.worth[0, 0])
        assert hull.last_slope(np.full(len(posed.cells), money))[cell] == pytest.approx(
            alone.price[0, 0]
        )


def test_the_plan_keeps_its_own_shadow_price(choosing, problem):
    study = choosing(choose="money = 2000", efforts=efforts())
    assert found(study).numbers.shadow_price == pytest.approx(
        study.finding("choose.budget").numbers.shadow_price
    )
    assert plan_of(problem(study), 2000.0).price > 0


offers = st.integers(1, 6).flatmap(
    lambda c: st.tuples(
        st.lists(st.floats(-100, 100), min_size=c, max_size=c),
        st.lists(st.floats(0.5, 100), min_size=c, max_size=c),
        st.floats(0, 300),
    )
)


@given(offers)
@settings(max_examples=200, deadline=None)
def test_money_along_the_hull_brings_what_the_frontier_says(drawn):
    value, cost, money = drawn
    values, costs = np.array([[0.0, *value]]), np.array([[0.0, *cost]])
    hull = upper_hull(values, costs)
    use = hull.use(np.array([money]))
    assert use.sum() == pytest.approx(1)
    assert (use >= -1e-12).all()
    assert float((costs * use).sum()) <= money * (1 + 1e-9) + 1e-9
    bound = frontier(values[None], costs, [money]).worth[0, 0]
    assert float((values * use).sum()) == pytest.approx(bound, rel=1e-9, abs=1e-6)
    slopes = hull.slope[:, 0]
    assert (np.diff(slopes) <= 1e-9 * (1 + np.abs(slopes[1:]))).all()


@given(offers, st.floats(0, 5))
@settings(max_examples=100, deadline=None)
def test_money_kept_at_a_price_brings_at_least_it(drawn, price):
    value, cost, _ = drawn
    hull = upper_hull(np.array([[0.0, *value]]), np.array([[0.0, *cost]]))
    kept = hull.cost_at(price)[0]
    steps = [(hull.cost[i + 1, 0], hull.slope[i, 0]) for i in range(len(hull.slope))]
    for end, slope in steps:
        if end <= kept and slope > 0:
            assert slope >= price
        if end > kept:
            assert slope < price or slope == 0
