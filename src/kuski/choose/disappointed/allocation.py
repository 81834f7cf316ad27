"""Allocations: what each cell gets under the plan, today, and with the same money for everybody."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kuski.choose.problem import Problem
from kuski.stats.hull import upper_hull

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Allocation:
    """One way to spend money on the cells, and what is expected of it.

    Attributes
    ----------
    use : ndarray, shape (n, c)
        Share of each cell's people who get each choice; a row sums to 1.
    cost : ndarray, shape (n,)
        Money for each cell, a year.
    worth : ndarray, shape (R, n)
        What it brings to each cell in a year, against nothing; row 0 is the estimate.
    score : ndarray, shape (R, n)
        Expected score of one customer.
    leave : ndarray, shape (R, n), or None
        Change of one customer's chance of leaving, against nothing.
    """

    use: Floats
    cost: Floats
    worth: Floats
    score: Floats
    leave: Floats | None

    @classmethod
    def of(cls, problem: Problem, use: Floats, cost: Floats) -> "Allocation":
        """Price a use; what a cell may not have brings it nothing."""
        leave = problem.leave_change
        return cls(
            use=use,
            cost=cost,
            worth=_expected(problem.value, use),
            score=problem.score_now + _expected(problem.score_draws, use),
            leave=None if leave is None else _expected(leave, use),
        )


def planned(problem: Problem, choice: Integers) -> Allocation:
    """Price a plan that gives each cell one choice.

    Parameters
    ----------
    problem : Problem
    choice : ndarray of int, shape (n,)
        Places on the axis of choices.
    """
    cells = np.arange(len(choice))
    use = np.zeros(problem.cost.shape)
    use[cells, choice] = 1.0
    return Allocation.of(problem, use, problem.cost[cells, choice])


def as_today(problem: Problem) -> Allocation | None:
    """Price what is done today; None where the study does not say."""
    if problem.today is None:
        return None
    today = problem.today
    return replace(Allocation.of(problem, today.use, today.cost), worth=today.value)


def even(problem: Problem, money: float) -> Allocation:
    """Give everybody the same money, spent on the best that it buys for their cell.

    Capacities are left aside, and the rules hold; so nobody could be treated alike any better.
    """
    cost = money * problem.people / problem.people.sum()
    hull = upper_hull(problem.value[0], problem.cost)
    return Allocation.of(problem, hull.use(cost), cost)


def _expected(values: Floats, use: Floats) -> Floats:
    found: Floats = np.einsum("rnc,nc->rn", np.nan_to_num(values), use)
    return found
