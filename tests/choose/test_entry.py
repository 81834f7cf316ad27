"""Entries: what an action adds in each cell that the plan gives it."""

import numpy as np
import pytest

from kuski.choose.entry import entries_of
from kuski.choose.plan import plan_of
from kuski.errors import InputError

# What cells times choices are computed to.
ROUNDING = 1e-9
FLOOR = '[[choose.floors]]\naction = "call"\nsegment = "protected"\n'


@pytest.fixture
def bundled(choosing, actions, problem):
    """A problem in which a call goes together with a visit or a credit, and its plan."""
    table = actions('group = "group"\n', group=["talk", "amends", "amends"])
    found = problem(choosing(choose=FLOOR, table=table))
    return found, plan_of(found, 15_000.0)


def test_what_actions_add_sums_to_what_the_plan_brings_where_they_are_alone(bundled):
    problem, plan = bundled
    for action in ("call", "visit"):
        for entry in entries_of(problem, plan, action):
            if not entry.together:
                cell = problem.cells.index(entry.cell)
                each = plan.value[:, cell] / entry.cell.people
                assert np.abs(entry.draws - each).max() < ROUNDING


def test_in_a_bundle_an_action_adds_the_whole_less_the_rest(bundled):
    problem, plan = bundled
    seen = 0
    for entry in entries_of(problem, plan, "call"):
        if not entry.together:
            continue
        cell = problem.cells.index(entry.cell)
        rest = [problem.label(j) for j in range(len(problem.choices))].index(entry.together[0])
        if np.isfinite(problem.cost[cell, rest]):
            each = (plan.value[:, cell] - problem.value[:, cell, rest]) / entry.cell.people
            assert np.abs(entry.draws - each).max() < ROUNDING
            seen += 1
        assert entry.worth_low <= entry.worth <= entry.worth_high
    assert seen


def test_who_has_no_call_in_the_plan_is_in_no_entry_for_it(bundled):
    problem, plan = bundled
    listed = {entry.cell for entry in entries_of(problem, plan, "call")}
    for cell, choice in zip(problem.cells, plan.choice, strict=True):
        assert (cell in listed) == ("call" in problem.label(int(choice)).split(" + "))


def test_a_rule_s_cells_come_first_and_then_what_brings_most(bundled):
    problem, plan = bundled
    entries = entries_of(problem, plan, "call")
    assert [entry.rule == "floor" for entry in entries] == sorted(
        (entry.cell.is_protected for entry in entries), reverse=True
    )
    paid = [entry.per_cost for entry in entries if entry.rule is None]
    assert paid == sorted(paid, reverse=True)


def test_an_action_for_a_segment_that_is_not_told_apart_is_for_nobody(choosing, actions, problem):
    table = actions(who=["everyone", "zone = below", "age = old"])
    found = problem(choosing(table=table))
    with pytest.raises(InputError) as raised:
        entries_of(found, plan_of(found, 8_000.0), "visit")
    assert raised.value.case == "choose_list_nobody_may"
