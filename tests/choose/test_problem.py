"""The problem: cells and choices come from the study as it says, or are refused with a reason."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import kuski
from kuski.choose.cell import OTHERS, cells_of
from kuski.choose.problem import Problem
from kuski.errors import InputError
from kuski.scale import Scale

Make = Callable[..., kuski.Study]
Solve = Callable[..., Any]
SCALE = Scale.of((1, 7))
# A step is worth 50; 600 answers with luck of 40 know it to about 1.
NEAR = 3.0


def test_a_lift_is_worth_steps_of_the_score_until_the_top(choosing: Make, problem: Solve) -> None:
    found = problem(choosing())
    call = found.choices.index((0,))
    for i, cell in enumerate(found.cells):
        each = found.value[0, i, call] / found.people[i]
        expected = 0.0 if cell.zone == "top" else 50 * found.lifts.mean[0]
        assert each == pytest.approx(expected, abs=NEAR * found.lifts.mean[0])
        assert found.cost[i, call] == pytest.approx(5 * found.people[i])


def test_cells_hold_everybody_once_and_nothing_is_free(choosing: Make, problem: Solve) -> None:
    found = problem(choosing())
    assert found.people.sum() + found.people_left_out == pytest.approx(600)
    assert (found.people >= 10).all()
    assert found.choices[0] == ()
    assert not found.value[:, :, 0].any()
    assert not found.cost[:, 0].any()
    assert found.value.shape == (101, len(found.cells), len(found.choices))


def test_only_those_who_may_get_an_action(choosing: Make, problem: Solve) -> None:
    found = problem(choosing())
    places = {found.actions[own[0]].action: j for j, own in enumerate(found.choices) if own}
    for i, cell in enumerate(found.cells):
        assert found.allowed[i, places["credit"]] == (cell.zone == "below")
        assert found.allowed[i, places["visit"]] == all(m == ("north",) for m in cell.members)
        assert found.allowed[i, places["call"]]


def test_actions_for_segments_that_are_not_crossed_are_left_out(
    choosing: Make, problem: Solve, actions: Any
) -> None:
    found = problem(choosing(table=actions(who=["everyone", "everyone", "age = old"])))
    assert [action.action for action in found.left_out] == ["visit"]


def test_a_guess_counts_less_than_an_experiment(
    choosing: Make, problem: Solve, actions: Any
) -> None:
    same = {"lift": [0.5] * 3, "low": [0.3] * 3, "high": [0.7] * 3, "who": ["everyone"] * 3}
    found = problem(choosing(table=actions(source=["experiment", "past", "guess"], **same)))
    by_name = dict(zip([a.action for a in found.actions], found.lifts.mean, strict=True))
    assert by_name["call"] > by_name["credit"] > by_name["visit"] > 0


def test_worth_that_an_experiment_gave_is_for_every_level(
    choosing: Make, problem: Solve, actions: Any
) -> None:
    table = actions('worth = "gives"\n', gives=[12.0, None, None], lift=[None, 0.5, 0.8])
    found = problem(choosing(table=table))
    call = found.choices.index((0,))
    each = found.value[0, :, call] / found.people
    assert np.ptp(each) == pytest.approx(0, abs=1e-9)
    assert 0 < each[0] < 12


def test_actions_of_different_groups_are_had_together(
    choosing: Make, problem: Solve, actions: Any
) -> None:
    table = actions('group = "sort"\n', sort=["touch", "money", "touch"], who=["everyone"] * 3)
    found = problem(choosing(table=table))
    names = {found.label(j) for j in range(len(found.choices))}
    assert names == {"", "call", "credit", "visit", "call + credit", "credit + visit"}
    both = found.choices.index((0, 1))
    low = next(i for i, cell in enumerate(found.cells) if cell.zone == "below")
    apart = found.score_gain[low, found.choices.index((0,))]
    assert found.score_gain[low, both] > apart


@pytest.mark.parametrize("kind", ["must", "floors"])
def test_a_protected_group_keeps_its_service(kind: str, choosing: Make, problem: Solve) -> None:
    rule = f'[[choose.{kind}]]\naction = "call"\nsegment = "protected"'
    found = problem(choosing(choose=rule))
    guarded = [i for i, cell in enumerate(found.cells) if cell.is_protected]
    assert guarded
    assert not found.allowed[guarded, 0].any()
    others = [i for i in range(len(found.cells)) if i not in guarded]
    assert found.allowed[others, 0].all()


def test_what_must_not_be_is_not_a_choice(choosing: Make, problem: Solve) -> None:
    rule = '[[choose.must_not]]\naction = "call"\nsegment = "south"\nlevel = 6'
    found = problem(choosing(choose=rule))
    call = found.choices.index((0,))
    for i, cell in enumerate(found.cells):
        is_named = ("south",) in cell.members and 5 in cell.levels
        assert found.allowed[i, call] == (not is_named)


def test_rules_that_leave_no_choice_are_refused_by_name(choosing: Make, problem: Solve) -> None:
    rule = '[[choose.must]]\naction = "call"\n[[choose.must_not]]\naction = "call"'
    found = problem(choosing(choose=rule))
    assert found.reason == "choose_rules_clash"
    assert "call" in found.story()[0].text


def test_today_is_priced_no_lower_than_the_money_could_bring(
    choosing: Make, problem: Solve
) -> None:
    efforts = {
        "customer": [f"c{i}" for i in range(60)],
        "cost": [10.0] * 60,
        "kind": ["call"] * 30 + ["gift"] * 30,
    }
    found = problem(choosing(efforts=efforts))
    today = found.today
    assert today.cost.sum() == pytest.approx(600)
    assert today.known_cost == pytest.approx(300)
    assert today.use.sum(axis=1) == pytest.approx(1)
    assert (today.use >= 0).all()
    assert today.worth[0] > 0


def test_thin_segments_are_merged_into_others() -> None:
    few = np.array([1.0, 1, 1, 2, 2, 2, 1])
    many = np.array([20.0, 5, 5, 40, 40, 40, 30])
    people = {(("a",), False): many, (("b",), False): few, (("c",), False): 3 * few}
    cells = cells_of(people, SCALE, least=10)
    assert all(cell.people >= 10 for cell in cells)
    others = [cell for cell in cells if cell.segment == OTHERS]
    assert [(cell.zone, cell.people) for cell in others] == [("below", 12)]
    assert others[0].members == (("b",), ("c",))
    assert others[0].by_member == pytest.approx((0.25, 0.75))
    merged = [cell for cell in cells if cell.segment == "a" and cell.zone == "below"]
    assert [cell.levels for cell in merged] == [(0,), (1, 2)]


def test_merged_segments_are_named_in_the_cell() -> None:
    few = np.array([2.0, 2, 2, 2, 2, 2, 2])
    people = {((name,), False): few for name in "abcdef"}
    cells = cells_of(people, SCALE, least=10)
    assert {cell.segment for cell in cells} == {OTHERS}
    assert all(len(cell.members) == 6 for cell in cells)
    assert sum(cell.people for cell in cells) == 6 * 14


def test_answers_are_people_where_there_are_no_customers(
    make_study: Make, problem: Solve, actions: Any
) -> None:
    rng = np.random.default_rng(3)
    score = rng.integers(1, 8, 300)
    table = actions(who=["everyone", "zone = below", "everyone"])
    study = make_study(
        {"score": score.tolist(), "worth": (10.0 * score + rng.normal(0, 5, 300)).tolist()},
        'score = { column = "score", scale = [1, 7] }\nworth = "worth"',
        actions=table,
    )
    found = problem(study)
    assert isinstance(found, Problem)
    assert found.people.sum() == 300
    assert {cell.segment for cell in found.cells} == {"everyone"}


def test_nothing_to_choose_between_is_refused(make_study: Make, problem: Solve) -> None:
    study = make_study(
        {"score": [1, 2, 3], "worth": [1, 2, 3]},
        'score = { column = "score", scale = [1, 7] }\nworth = "worth"',
    )
    assert problem(study).reason == "choose_no_actions"


def test_no_worth_is_refused(make_study: Make, problem: Solve, actions: Any) -> None:
    study = make_study(
        {"score": [1, 2, 3]}, 'score = { column = "score", scale = [1, 7] }', actions=actions()
    )
    assert problem(study).reason == "no_worth"


def test_too_few_answers_are_refused(choosing: Make, problem: Solve) -> None:
    assert problem(choosing(n=12)).reason == "too_few_answers"


@pytest.mark.parametrize(
    ("columns", "case"),
    [
        ({"cost": [5.0, -1.0, 60.0]}, "choose_negative_cost"),
        ({"cost": [5.0, None, 60.0]}, "choose_no_cost"),
        ({"cost": ["5 €", "20 €", "60 €"]}, "choose_not_a_number"),
        ({"lift": [0.2, 15.0, 0.8], "high": [0.3, 20, 1.1]}, "choose_off_scale"),
        ({"lift": [0.5, 0.5, 0.8]}, "choose_outside_interval"),
        ({"lift": [0.2, None, 0.8]}, "choose_no_lift_of"),
        ({"capacity": [500, 300, 1250.5]}, "choose_capacity_no_people"),
        ({"capacity": ["500 €", 300, 200]}, "choose_capacity_no_people"),
        ({"capacity": [500, -3, 200]}, "choose_capacity_no_people"),
        ({"source": ["experiment", "hunch", "past"]}, "choose_source"),
        ({"who": ["everyone", "the unhappy", "everyone"]}, "choose_who"),
        ({"who": ["everyone", "zone = lower", "everyone"]}, "choose_who"),
        ({"action": ["call", "call", "visit"]}, "choose_action_twice"),
    ],
)
def test_a_bad_table_of_actions_is_told_clearly(
    columns: Any, case: str, choosing: Make, problem: Solve, actions: Any
) -> None:
    with pytest.raises(InputError) as error:
        problem(choosing(table=actions(**columns)))
    assert error.value.case == case
    assert error.value.text("fi") != error.value.text("en")


@pytest.mark.parametrize(
    ("choose", "case"),
    [
        ('segments = ["region"]', "choose_no_segment"),
        ('[[choose.must]]\naction = "phone"', "choose_unknown_action"),
        ('[[choose.floors]]\naction = "call"\nsegment = "west"', "choose_unknown_segment"),
        ('[[choose.must]]\naction = "call"\nlevel = 9', "choose_unknown_level"),
        ('[[choose.must]]\naction = "visit"\nsegment = "south"', "choose_rule_for_nobody"),
    ],
)
def test_a_rule_that_names_what_is_not_there_is_told_clearly(
    choose: str, case: str, choosing: Make, problem: Solve
) -> None:
    with pytest.raises(InputError) as error:
        problem(choosing(choose=choose))
    assert error.value.case == case
    assert error.value.text("fi") != error.value.text("en")


def test_a_floor_for_the_protected_needs_to_know_them(
    make_study: Make, problem: Solve, actions: Any
) -> None:
    rng = np.random.default_rng(3)
    score = rng.integers(1, 8, 300)
    study = make_study(
        {"score": score.tolist(), "worth": (10.0 * score + rng.normal(0, 5, 300)).tolist()},
        'score = { column = "score", scale = [1, 7] }\nworth = "worth"',
        study='[[choose.floors]]\naction = "call"\nsegment = "protected"',
        actions=actions(who=["everyone"] * 3),
    )
    with pytest.raises(InputError) as error:
        problem(study)
    assert error.value.case == "choose_nobody_protected"


def test_protected_customers_too_few_for_a_group_void_the_rule(
    choosing: Make, problem: Solve
) -> None:
    rule = '[[choose.floors]]\naction = "call"\nsegment = "protected"'
    found = problem(choosing(choose=rule, customers={"weak": [1] * 3 + [0] * 597}))
    assert found.constraints.rules[0].cells == ()
    assert found.people_left_out >= 3


def test_too_many_bundles_are_told_clearly(choosing: Make, problem: Solve, actions: Any) -> None:
    names = [f"a{i}" for i in range(8)]
    table = (
        {"action": names, "cost": [1.0] * 8, "lift": [0.1] * 8, "sort": names},
        'action = "action"\ncost = "cost"\nlift = "lift"\ngroup = "sort"',
    )
    with pytest.raises(InputError) as error:
        problem(choosing(table=table))
    assert error.value.case == "choose_many_bundles"
