"""The frontier: what each amount of money could bring."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.choose.plan import Plan, limits_of, taken
from kuski.choose.problem import Problem
from kuski.stats import programme
from kuski.stats.choice import Choice

POINTS = 12
_HALVINGS = 12
_SAME = 1e-9

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """What one amount of money could bring.

    Attributes
    ----------
    money : float
    worth : ndarray, shape (R,)
        Of the best plan for the estimate, on each draw.
    price : float
        The shadow price there.
    """

    money: float
    worth: Floats
    price: float


@dataclass(frozen=True, slots=True)
class Frontier:
    """The best plan's worth over the money.

    Attributes
    ----------
    points : tuple of FrontierPoint
        By rising money; worth never falls, the price never rises.
    enough : float
        Money beyond which more brings nothing.
    """

    points: tuple[FrontierPoint, ...]
    enough: float


def frontier_of(problem: Problem, plan: Plan, *marked: float) -> Frontier:
    """Solve the problem for amounts of money from nothing to more than enough, and for some more.

    Parameters
    ----------
    problem : Problem
    plan : Plan
        Best for its money, which is among the points.
    *marked : float
        Other amounts that are to be among the points.
    """
    whole = float(np.nanmax(problem.cost, axis=1).sum())
    enough = float(_solved(problem, whole).cost[0])
    most = max(1.1 * enough, plan.money, *marked)
    amounts = sorted({*np.linspace(0, most, POINTS).tolist(), plan.money, *marked})
    points: list[FrontierPoint] = []
    for money in amounts:
        best = _solved(problem, money)
        if not np.isfinite(best.value[0]):
            continue
        worth = taken(problem.value, best.choice[0]).sum(axis=1)
        if money == plan.money:
            worth = plan.worth
        if points and points[-1].worth[0] >= worth[0] * (1 - _SAME):
            # A plan of whole cells may miss the best by a little; what less money can do, more can.
            worth = points[-1].worth
        points.append(FrontierPoint(money, worth, float(best.price[0])))
    return Frontier(tuple(points), enough)


def pays_until(problem: Problem, most: float) -> float | None:
    """Say up to which money the next unit brings back at least itself; None where none does.

    Parameters
    ----------
    problem : Problem
        With worth and cost in one unit.
    most : float
        Money beyond which more brings nothing.
    """
    low, high = 0.0, most
    if not _price(problem, low) >= 1:
        return None
    for _ in range(_HALVINGS):
        between = (low + high) / 2
        low, high = (between, high) if _price(problem, between) >= 1 else (low, between)
    return low


def _price(problem: Problem, money: float) -> float:
    """Give the shadow price; nothing where no plan keeps the rules."""
    return float(np.nan_to_num(_solved(problem, money).price[0], nan=np.inf))


def _solved(problem: Problem, money: float) -> Choice:
    limits = limits_of(problem, money)
    return programme.by_draw(problem.value[:1], problem.cost, money, limits=limits)
