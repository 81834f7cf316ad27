"""Trials: which uncertain action to try first, and what knowing it would be worth."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.choose.plan import limits_of
from kuski.choose.problem import Problem
from kuski.stats import programme
from kuski.stats.knowing import slopes_on, trial_error, value_of_knowing

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial of one action would be worth before the money is spent.

    Attributes
    ----------
    action : int
        Place among the actions.
    perfect : float
        Worth a year of knowing exactly what the action brings.
    sample : float
        Worth a year of a trial.
    customers : int
        In the trial, half of them served.
    cost : float
        Of serving that half.
    """

    action: int
    perfect: float
    sample: float
    customers: int
    cost: float

    @property
    def net(self) -> float:
        """Worth of the trial less its cost, where both are in one unit."""
        return self.sample - self.cost


def trials_of(problem: Problem, money: float, *, customers: int) -> tuple[Trial, ...]:
    """Say what a trial of each action would be worth, the most worth first.

    Parameters
    ----------
    problem : Problem
    money : float
        What is to be spent after the trial.
    customers : int
        In a trial, half of them served; fewer where fewer may get the action.
    """
    value = np.nan_to_num(problem.value[1:])
    places = range(len(problem.actions))
    found = [_trial(problem, money, value, place, customers) for place in places]
    return tuple(sorted(found, key=lambda trial: (-trial.sample, trial.action)))


def _trial(problem: Problem, money: float, value: Floats, place: int, customers: int) -> Trial:
    """Value a trial of one action; `value` is that of the draws, 0 where not allowed."""
    lifts = problem.lifts
    is_straight = bool(lifts.is_straight[place])
    effect = (lifts.worth if is_straight else lifts.points)[1:, place]
    holds = problem.uses[:, place]
    slope = np.where(holds, slopes_on(effect, value), 0.0)
    may = np.asarray((problem.eligible & holds).any(axis=1), np.bool_)
    n = max(2, int(min(customers, problem.people[may].sum())))
    outcome_sd = problem.curves.worth_sd if is_straight else _score_sd(problem, may)
    known = value_of_knowing(
        problem.value[0],
        slope,
        sd=float(lifts.sd[place]),
        error=max(trial_error(outcome_sd, n), 1e-9),
        optimum=_bound(problem, money),
    )
    return Trial(place, known.perfect, known.sample, n, problem.actions[place].cost * (n // 2))


def _bound(problem: Problem, money: float) -> Callable[[Floats], Floats]:
    limits = limits_of(problem, money)

    def optimum(values: Floats) -> Floats:
        return programme.by_draw(values, problem.cost, money, limits=limits).bound

    return optimum


def _score_sd(problem: Problem, may: npt.NDArray[np.bool_]) -> float:
    """Return the standard deviation of the score of those who may get an action."""
    people = np.zeros(len(problem.curves.positions))
    for cell, here in zip(problem.cells, may, strict=True):
        if here:
            people[list(cell.levels)] += cell.people * np.array(cell.by_level)
    positions = problem.curves.positions
    mean = float(np.average(positions, weights=people))
    return float(np.sqrt(np.average((positions - mean) ** 2, weights=people)))
