"""Entries: the cells that a plan gives an action, and why, the most worth for its cost first."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from kuski.choose.cell import Cell
from kuski.choose.constraint import RuleKind
from kuski.choose.plan import Plan
from kuski.choose.problem import Problem
from kuski.errors import InputError
from kuski.stats.draws import with_interval

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Entry:
    """A cell whose customers get an action.

    Attributes
    ----------
    cell : Cell
    together : tuple of str
        Identifiers of the other actions that the plan gives the same customers.
    worth : float
        What the action adds for one customer in a year, on top of what the plan gives besides.
    worth_low, worth_high : float
        Its 95 % interval.
    cost : float
        Of the action, for one customer and a year.
    rule : {"floor", "must"} or None
        The kind of rule that asks for the action here, whatever it brings.
    draws : ndarray, shape (R,)
        `worth` on each draw; row 0 is the estimate.
    """

    cell: Cell
    together: tuple[str, ...]
    worth: float
    worth_low: float
    worth_high: float
    cost: float
    rule: RuleKind | None
    draws: Floats = field(repr=False, compare=False)

    @property
    def per_cost(self) -> float:
        """Worth of a unit of money spent here; infinite where it costs nothing."""
        if self.cost > 0:
            return self.worth / self.cost
        return np.inf if self.worth > 0 else 0.0


def entries_of(problem: Problem, plan: Plan, action: str) -> tuple[Entry, ...]:
    """List the cells that a plan gives an action.

    Parameters
    ----------
    problem : Problem
    plan : Plan
    action : str
        Its identifier.

    Returns
    -------
    tuple of Entry
        Cells that a rule gives the action first, since they come before what money brings; then by
        worth per cost, falling.

    Raises
    ------
    InputError
        If the study has no such action, nobody can get it, or the plan gives it to nobody.
    """
    places = {one.action: place for place, one in enumerate(problem.actions)}
    if action not in places:
        known = ", ".join(places)
        if action in {one.action for one in problem.left_out}:
            raise InputError("choose_list_nobody_may", action=action, known=known)
        raise InputError("choose_list_unknown_action", action=action, known=known)
    place = places[action]
    found = [
        _entry(problem, plan, cell, place)
        for cell, choice in enumerate(plan.choice.tolist())
        if place in problem.choices[choice]
    ]
    if not found:
        chosen = sorted({i for choice in plan.choice.tolist() for i in problem.choices[choice]})
        planned = ", ".join(problem.actions[i].action for i in chosen)
        raise InputError(
            "choose_list_not_in_plan" if planned else "choose_list_empty_plan",
            action=action,
            money=plan.money,
            planned=planned,
        )
    return tuple(sorted(found, key=lambda one: (one.rule is None, -one.per_cost)))


def _entry(problem: Problem, plan: Plan, cell: int, action: int) -> Entry:
    choice = problem.choices[int(plan.choice[cell])]
    others = tuple(place for place in choice if place != action)
    with_it = problem.value[:, cell, plan.choice[cell]] / problem.people[cell]
    draws = with_it - _each(problem, cell, others)
    worth, low, high = with_interval(draws)
    return Entry(
        cell=problem.cells[cell],
        together=tuple(problem.actions[place].action for place in others),
        worth=worth,
        worth_low=low,
        worth_high=high,
        cost=problem.actions[action].cost,
        rule=_rule(problem, cell, action),
        draws=draws,
    )


def _each(problem: Problem, cell: int, choice: tuple[int, ...]) -> Floats:
    """Say what some actions bring one customer, also where a rule forbids to stop at them."""
    places, lifts = list(choice), problem.lifts
    points = (lifts.points * ~lifts.is_straight)[:, places].sum(axis=1, keepdims=True)
    straight: Floats = lifts.worth[:, places].sum(axis=1)
    return straight + problem.curves.worth_gain(problem.cells[cell], points)[:, 0]


def _rule(problem: Problem, cell: int, action: int) -> RuleKind | None:
    for rule in problem.constraints.rules:
        if rule.action == action and cell in rule.cells and rule.kind != "must_not":
            return rule.kind
    return None
