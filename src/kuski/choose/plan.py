"""Plans: the best choice for each cell within the money, and how sure it is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.choose.bundle import kept_by
from kuski.choose.constraint import PROTECTED
from kuski.choose.problem import Problem
from kuski.finding import Refusal
from kuski.settings.part import ChoosePart
from kuski.stats import programme
from kuski.stats.choice import Choice
from kuski.stats.constraints import MONEY, Limit, Rule, cap, capacity, keep
from kuski.words import Quantity

# Share of the draws in whose optimum a choice is, from which it is called safe, or likely.
SAFE = 0.9
LIKELY = 0.6
CAP = "share"
# How far a plan may be below the best one, as a share of its worth: far less than anybody knows the
# worth by, and cells that are alike take the solver long to tell apart.
_GAP = 1e-3
# A limit of which less than this share is left is used up: no whole cell fits into it.
_USED_UP = 0.02

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Plan:
    """One choice for each cell.

    Attributes
    ----------
    choice : ndarray of int, shape (n,)
    value : ndarray, shape (R, n)
        Worth by cell, against doing nothing; row 0 is the estimate.
    cost : ndarray, shape (n,)
    money : float
    price : float
        The shadow price: worth that the next unit of money would bring.
    gap : float
        How far the worth may be below the best there is, as a share of the linear bound.
    binding : tuple of str
        What is used up: ``"money"`` where more of it would bring more, an action's identifier for
        its capacity, ``"share: SEGMENT"`` for the cap on a segment.
    optimal_share : ndarray, shape (n,)
        Share of the draws in whose optimum the cell has this choice, 0 to 1.
    optimum : ndarray, shape (R,)
        Worth of the best plan of each draw, were the draw true; never below this plan's.
    prices : ndarray, shape (R,)
        Shadow price on each draw; row 0 is `price`.
    bounds : ndarray, shape (R,)
        What no plan's worth can exceed on each draw.
    """

    choice: Integers
    value: Floats
    cost: Floats
    money: float
    price: float
    gap: float
    binding: tuple[str, ...]
    optimal_share: Floats
    optimum: Floats
    prices: Floats
    bounds: Floats

    @property
    def worth(self) -> Floats:
        """Worth of the whole plan on each draw, shape (R,)."""
        found: Floats = self.value.sum(axis=1)
        return found


def money_of(problem: Problem, choose: ChoosePart) -> float | Refusal:
    """Tell how much money there is: as given, or what is spent on these customers today."""
    if choose.money is not None:
        return choose.money
    if problem.today is None or not problem.today.cost.sum() > 0:
        return Refusal.because("choose_no_money", name="", numbers=None)
    return float(problem.today.cost.sum())


def plan_of(problem: Problem, money: float) -> Plan | Refusal:
    """Find the best plan within the money, and try it on every draw.

    Returns
    -------
    Plan or Refusal
        The refusal names the constraints that cannot be kept together.
    """
    limits = limits_of(problem, money)
    drawn = programme.by_draw(problem.value, problem.cost, money, limits=limits)
    found = _best(problem, money, drawn, limits)
    if isinstance(found, Refusal):
        return found
    value = taken(problem.value, found.choice)
    worth, best = value.sum(axis=1), np.nan_to_num(drawn.value, nan=-np.inf)
    # Where nothing better was found on a draw, this plan is its best one, all of it.
    is_best = (drawn.choice == found.choice) | (worth >= best)[:, None]
    return Plan(
        choice=found.choice,
        value=value,
        cost=taken(problem.cost[None], found.choice)[0],
        money=money,
        price=found.price,
        gap=max(found.bound - found.value, 0.0) / found.bound if found.bound > 0 else 0.0,
        binding=_binding(limits, found),
        optimal_share=np.asarray(is_best[1:].mean(axis=0), np.float64),
        optimum=np.maximum(best, worth),
        prices=np.concatenate([[found.price], drawn.price[1:]]),
        bounds=drawn.bound,
    )


def choice_of(problem: Problem, money: float) -> Integers | Refusal:
    """Find the best plan's choice for each cell, as `plan_of` does, without trying it on draws."""
    limits = limits_of(problem, money)
    drawn = programme.by_draw(problem.value[:1], problem.cost, money, limits=limits)
    found = _best(problem, money, drawn, limits)
    return found if isinstance(found, Refusal) else found.choice


@dataclass(frozen=True, slots=True)
class _Best:
    """A plan for the estimate, with its price and what no plan can exceed."""

    choice: Integers
    value: float
    price: float
    bound: float


def _best(
    problem: Problem, money: float, drawn: Choice, limits: Sequence[Limit]
) -> _Best | Refusal:
    """Take the plan that was found for the estimate as plans are found for the draws.

    Where it is good enough it is taken, since a choice is only then called safe or a bet by the
    draws alone, and not by how the plan was found.
    """
    quick = _Best(
        drawn.choice[0], float(drawn.value[0]), float(drawn.price[0]), float(drawn.bound[0])
    )
    if quick.value >= quick.bound * (1 - _GAP):
        return quick
    exact = programme.solve(problem.value[0], problem.cost, money, limits=limits, gap=_GAP)
    if exact.status == "infeasible":
        return _infeasible(problem, money)
    return _Best(exact.choice, exact.value, exact.price, exact.bound)


def _binding(limits: Sequence[Limit], found: _Best) -> tuple[str, ...]:
    """Name what is used up."""
    row = np.arange(len(found.choice))
    used = [
        limit.name
        for limit in limits
        if limit.amount[row, found.choice].sum() >= limit.most * (1 - _USED_UP)
    ]
    return (MONEY, *used) if found.price > 0 else tuple(used)


def taken(values: Floats, choice: Integers) -> Floats:
    """Take each cell's choice, shape (R, n)."""
    found: Floats = np.take_along_axis(values, choice[None, :, None], axis=2)[:, :, 0]
    return found


def limits_of(problem: Problem, money: float) -> tuple[Limit, ...]:
    """List what binds a plan besides money: capacities, and the cap on a segment's money."""
    uses = problem.uses
    found = [
        capacity(action.action, people=problem.people, holds=uses[:, place], most=most)
        for place, (action, most) in enumerate(
            zip(problem.actions, problem.constraints.capacities, strict=True)
        )
        if most < problem.people.sum()
    ]
    if problem.constraints.share is not None:
        cost, most = _whole_cost(problem), problem.constraints.share * money
        dearest = np.where(problem.eligible, cost, 0.0).max(axis=1)
        segments = np.array([cell.segment for cell in problem.cells])
        for segment in dict.fromkeys(segments.tolist()):
            cells = segments == segment
            # What could never use its share up is not bound by it.
            if dearest[cells].sum() >= most * (1 - _USED_UP):
                found.append(cap(f"{CAP}: {segment}", cost=cost, cells=cells, most=most))
    return tuple(found)


def _whole_cost(problem: Problem) -> Floats:
    """Tell the cost of each choice for a whole cell, also where it is not allowed."""
    each = problem.uses @ np.array([action.cost for action in problem.actions])
    found: Floats = problem.people[:, None] * each
    return found


def _infeasible(problem: Problem, money: float) -> Refusal:
    """Name the constraints that cannot be kept together."""
    cost = np.where(problem.eligible, _whole_cost(problem), np.nan)
    found = programme.solve(
        np.where(problem.eligible, 0.0, np.nan),
        cost,
        money,
        limits=limits_of(problem, money),
        rules=_rules(problem),
    )
    least = found.cost
    named = [name for name in found.binding if name != MONEY]
    if MONEY in found.binding and np.isfinite(least):
        return Refusal.because(
            "choose_too_little_money",
            name="",
            numbers=None,
            money=Quantity(money, problem.cost_unit),
            least=Quantity(least, problem.cost_unit),
            binding=", ".join(named),
        )
    return Refusal.because("choose_no_plan", name="", numbers=None, binding=", ".join(named))


def _rules(problem: Problem) -> Sequence[Rule]:
    """Give the rules of the study names by which they can be told."""
    found = {}
    for rule in problem.constraints.rules:
        action = problem.actions[rule.action].action
        whom = "" if not rule.segment or rule.segment == PROTECTED else f" ({rule.segment})"
        name = f"{rule.kind}: {action}{whom}"
        while name in found:
            name += "'"
        cells = np.isin(np.arange(len(problem.cells)), rule.cells)
        found[name] = keep(name, cells=cells, holds=kept_by(rule, problem.uses, problem.lifts))
    return tuple(found.values())
