"""Figures: the numbers of `choose.budget`, made of a problem and its plan."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kuski.choose.budget.frontier import frontier_of, pays_until
from kuski.choose.budget.numbers import (
    BudgetNumbers,
    FrontierNumbers,
    Grade,
    GroupNumbers,
    KnowingNumbers,
    PlanNumbers,
    ScenarioNumbers,
    TodayNumbers,
)
from kuski.choose.budget.trial import trials_of
from kuski.choose.plan import LIKELY, SAFE, Plan, choice_of, taken
from kuski.choose.problem import Problem
from kuski.choose.scenarios import scenarios_of
from kuski.finding import Refusal
from kuski.scale import Scale
from kuski.stats.draws import interval, with_interval

Floats = npt.NDArray[np.float64]


def figures_of(problem: Problem, plan: Plan, scale: Scale, *, customers: int) -> BudgetNumbers:
    """Work the numbers out.

    Parameters
    ----------
    problem : Problem
    plan : Plan
        The best one.
    scale : Scale
    customers : int
        In a trial, half of them served.
    """
    worth, low, high = with_interval(plan.worth)
    today = None if problem.today is None else _today(problem, plan)
    marked = () if today is None else (today.cost,)
    frontier = frontier_of(problem, plan, *marked)
    is_one_unit = bool(problem.worth_unit) and problem.worth_unit == problem.cost_unit
    rows = plan_rows(problem, plan, scale)
    graded = {
        grade: sum(row.cost for row in rows if row.grade == grade)
        for grade in ("safe", "likely", "bet")
    }
    cost = float(plan.cost.sum())
    shares = {grade: part / cost if cost > 0 else None for grade, part in graded.items()}
    return BudgetNumbers(
        money=plan.money,
        cost=cost,
        worth=worth,
        worth_low=low,
        worth_high=high,
        shadow_price=plan.price,
        gap=plan.gap,
        promised=_promised(problem, plan),
        knowing_all=float(np.mean(plan.optimum[1:] - plan.worth[1:])),
        pays_until=pays_until(problem, frontier.enough) if is_one_unit else None,
        enough=frontier.enough,
        safe_share=shares["safe"],
        likely_share=shares["likely"],
        bet_share=shares["bet"],
        guess_share=_guess_share(problem, plan),
        binding=plan.binding,
        people=float(problem.people.sum()),
        people_left_out=problem.people_left_out,
        people_unscored=problem.people_unscored,
        plan=rows,
        groups=_groups(problem, plan),
        today=today,
        frontier=tuple(
            FrontierNumbers(point.money, *with_interval(point.worth), point.price)
            for point in frontier.points
        ),
        knowing=tuple(
            KnowingNumbers(
                problem.actions[trial.action].action,
                float(problem.lifts.mean[trial.action]),
                float(problem.lifts.sd[trial.action]),
                trial.perfect,
                trial.sample,
                trial.customers,
                trial.cost,
            )
            for trial in trials_of(problem, plan.money, customers=customers)
        ),
        scenarios=tuple(
            ScenarioNumbers(
                one.scenario,
                one.segments,
                one.served,
                one.cost,
                *with_interval(one.worth),
                *with_interval(plan.worth - one.worth),
            )
            for one in scenarios_of(problem, plan)
        ),
    )


def plan_rows(problem: Problem, plan: Plan, scale: Scale) -> tuple[PlanNumbers, ...]:
    """List what each cell gets."""
    low, high = interval(plan.value)
    return tuple(
        PlanNumbers(
            segment=cell.segment,
            level=level_label(scale, cell.levels),
            zone=cell.zone,
            is_protected=cell.is_protected,
            action=problem.label(int(plan.choice[i])) or None,
            people=cell.people,
            cost=float(plan.cost[i]),
            worth=float(plan.value[0, i]),
            worth_low=float(low[i]),
            worth_high=float(high[i]),
            optimal_share=float(plan.optimal_share[i]),
            grade=graded(float(plan.optimal_share[i])),
        )
        for i, cell in enumerate(problem.cells)
    )


def level_label(scale: Scale, levels: Sequence[int]) -> int | str:
    """Name the levels of a cell: a whole number where it is one."""
    first, last = scale.labels[levels[0]], scale.labels[levels[-1]]
    if len(levels) > 1:
        return f"{first}–{last}"
    return int(first) if first.lstrip("-").isdigit() else first


def graded(share: float) -> Grade:
    """Grade a choice by the share of the draws in whose best plan it is."""
    if share >= SAFE:
        return "safe"
    return "likely" if share >= LIKELY else "bet"


def _groups(problem: Problem, plan: Plan) -> tuple[GroupNumbers, ...]:
    groups: dict[tuple[int, str], list[int]] = defaultdict(list)
    for i, cell in enumerate(problem.cells):
        if plan.choice[i]:
            groups[int(plan.choice[i]), cell.zone].append(i)
    by_zone = {cell.zone: 0 for cell in problem.cells}
    for cell in problem.cells:
        by_zone[cell.zone] += 1
    found = []
    for (choice, _), places in groups.items():
        worth, low, high = with_interval(plan.value[:, places].sum(axis=1))
        people = problem.people[places]
        share = float(np.average(plan.optimal_share[places], weights=people))
        cells = [problem.cells[i] for i in places]
        found.append(
            GroupNumbers(
                action=problem.label(choice),
                zone=cells[0].zone,
                segments=tuple(dict.fromkeys(cell.segment for cell in cells)),
                is_everywhere=len(places) == by_zone[cells[0].zone],
                people=float(people.sum()),
                cost=float(plan.cost[places].sum()),
                worth=worth,
                worth_low=low,
                worth_high=high,
                optimal_share=share,
                grade=graded(share),
            )
        )
    return tuple(sorted(found, key=lambda group: (-group.worth, group.action, group.zone)))


def _today(problem: Problem, plan: Plan) -> TodayNumbers | None:
    """Price what is spent today, beside the best plan for the same money."""
    if problem.today is None or not problem.today.cost.sum() > 0:
        return None
    cost = float(problem.today.cost.sum())
    worth = problem.today.worth
    choice = plan.choice if cost == plan.money else choice_of(problem, cost)
    if isinstance(choice, Refusal):
        return None
    regret = taken(problem.value, choice).sum(axis=1) - worth
    return TodayNumbers(cost, *with_interval(worth), *with_interval(regret))


def _promised(problem: Problem, plan: Plan) -> float:
    """Say what the plan would promise if nobody drew the beliefs towards the usual."""
    curves = problem.curves
    points = np.array([0.0 if a.lift is None else a.lift.value for a in problem.actions])
    straight = np.array([0.0 if a.worth is None else a.worth.value for a in problem.actions])
    through = np.where(problem.lifts.is_straight, 0.0, points) @ problem.uses.T
    direct = straight @ problem.uses.T
    found = 0.0
    for i, cell in enumerate(problem.cells):
        choice = int(plan.choice[i])
        move = np.full((len(curves.worth), 1), through[choice])
        each = float(curves.worth_gain(cell, move)[0, 0]) + direct[choice]
        found += each * float(problem.people[i])
    return found


def _guess_share(problem: Problem, plan: Plan) -> float | None:
    """Say how much of the plan's worth stands on guesses; a bundle's is divided by its lifts."""
    is_guess = np.array([action.source == "guess" for action in problem.actions])
    lifts = problem.uses * np.abs(problem.lifts.mean)
    whole = lifts.sum(axis=1)
    part = np.divide(
        (lifts * is_guess).sum(axis=1), whole, out=np.zeros_like(whole), where=whole > 0
    )
    worth = np.maximum(plan.value[0], 0.0)
    total = float(worth.sum())
    return float((worth * part[plan.choice]).sum()) / total if total > 0 else None
