"""Figures: the numbers of `choose.disappointed`, made of a problem and its plan."""

import numpy as np
import numpy.typing as npt

from kuski.choose.disappointed.allocation import as_today, even, planned
from kuski.choose.disappointed.disparity import gaps_of, groups_of
from kuski.choose.disappointed.ledger import compared, comparison_numbers, lines_of
from kuski.choose.disappointed.numbers import DisappointedNumbers, FloorNumbers
from kuski.choose.disappointed.rival import RivalScores
from kuski.choose.disappointed.signer import signers
from kuski.choose.plan import Plan
from kuski.choose.problem import Problem
from kuski.moments import Collected
from kuski.roles import Roles
from kuski.stats.draws import with_interval

Booleans = npt.NDArray[np.bool_]


def figures_of(
    problem: Problem, plan: Plan, roles: Roles, collected: Collected
) -> DisappointedNumbers:
    """Hold the plan against today and an equal share, and sum up what comes of it."""
    people = problem.people
    is_protected = np.array([cell.is_protected for cell in problem.cells], np.bool_)
    chosen, before = planned(problem, plan.choice), as_today(problem)
    cost = float(chosen.cost.sum())
    equal = compared("equal", chosen, even(problem, cost), people)
    today = None if before is None else compared("today", chosen, before, people)
    is_less = equal.is_less if today is None else equal.is_less | today.is_less
    beside_today = None if today is None else comparison_numbers(today, is_protected)
    beside_equal = comparison_numbers(equal, is_protected)
    groups = groups_of(problem, chosen, before)
    is_unserved = plan.choice == problem.choices.index(())
    worth, low, high = with_interval(plan.worth)
    rivals = RivalScores.of(roles, collected)
    less = [cell for cell, is_in in zip(problem.cells, is_less, strict=True) if is_in]
    return DisappointedNumbers(
        money=plan.money,
        cost=cost,
        worth=worth,
        worth_low=low,
        worth_high=high,
        people=float(people.sum()),
        protected=float(people[is_protected].sum()),
        people_less=float(people[is_less].sum()),
        with_nothing=float(people[is_unserved].sum()),
        protected_with_nothing=float(people[is_unserved & is_protected].sum()),
        equal_money=cost / float(people.sum()),
        today=beside_today,
        equal=beside_equal,
        ledger=lines_of(
            problem,
            plan,
            today,
            equal,
            rivals=rivals,
            scale=roles.scale,
        ),
        floors=_floors(problem, is_less),
        rivals=rivals.among(less),
        signers=signers(beside_today, beside_equal, worth=worth),
        groups=groups,
        gaps=gaps_of(groups),
    )


def _floors(problem: Problem, is_less: Booleans) -> tuple[FloorNumbers, ...]:
    found = []
    for rule in problem.constraints.rules:
        if rule.kind == "must_not":
            continue
        held = list(rule.cells)
        found.append(
            FloorNumbers(
                kind=rule.kind,
                action=problem.actions[rule.action].action,
                segment=rule.segment,
                people=float(problem.people[held].sum()),
                people_less=float((problem.people * is_less)[held].sum()),
            )
        )
    return tuple(found)
