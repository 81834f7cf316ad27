"""Allocation: who of which kind gets what, to the last customer whom there is money for."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kuski.choose.everybody.gain import Gains
from kuski.choose.plan import limits_of
from kuski.choose.problem import Problem
from kuski.moments import Integers
from kuski.stats import programme
from kuski.stats.inputs import Booleans

# How far an allocation may be below what none can exceed; then it is searched for longer.
_GAP = 1e-4
_NODES = 200
_ROUNDING = 1e-9

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Allocation:
    """What the customers of each kind get.

    Attributes
    ----------
    choice : ndarray of int, shape (n,)
        Of all customers of a kind but those of a lot.
    lot_choice : ndarray of int, shape (n,)
        Of those who are drawn.
    lot : ndarray of int, shape (n,)
        How many are drawn, 0 to less than all.
    price : float
        What the next unit of money would bring.
    bound : float
        No allocation is worth more.
    """

    choice: Integers
    lot_choice: Integers
    lot: Integers
    price: float
    bound: float


def allocation_of(problem: Problem, gains: Gains, money: float) -> Allocation | None:
    """Find the best allocation within the money and all else that binds a plan.

    Parameters
    ----------
    problem : Problem
        Of cells; what a cell may get, each of its customers may.
    gains : Gains
    money : float

    Returns
    -------
    Allocation or None
        None where the customers as they are counted cannot all get what rules give them.

    Notes
    -----
    Kinds are to `stats.programme` what cells are to the plan, and it gives each kind one choice.
    What is then left of money and capacities goes to a part of a kind, drawn by lot: at the right
    price one does not care which of several customers who are alike is served.
    """
    own = _of_kinds(problem, gains)
    limits = limits_of(own, money)
    drawn = programme.by_draw(own.value, own.cost, money, limits=limits)
    if (drawn.choice[0] < 0).any():
        return None
    best = _filled(own, gains, drawn.choice[0], money)
    price, bound = float(drawn.price[0]), float(drawn.bound[0])
    if _worth(gains, best) < bound * (1 - _GAP):
        exact = programme.solve(
            own.value[0], own.cost, money, limits=limits, gap=_GAP, nodes=_NODES
        )
        other = _filled(own, gains, exact.choice, money)
        bound = min(bound, exact.bound)
        best = max(best, other, key=lambda one: _worth(gains, one))
    return replace(best, price=price, bound=max(bound, _worth(gains, best)))


def _of_kinds(problem: Problem, gains: Gains) -> Problem:
    """Pose the problem for kinds instead of cells; only the estimate, without draws."""
    kinds = gains.kinds
    people = kinds.people.astype(np.float64)
    each = problem.uses @ np.array([action.cost for action in problem.actions])
    allowed = problem.allowed[kinds.cell]
    return replace(
        problem,
        cells=tuple(problem.cells[cell] for cell in kinds.cell.tolist()),
        people=people,
        value=np.where(allowed, gains.mean * people[:, None], np.nan)[None],
        cost=np.where(allowed, each * people[:, None], np.nan),
        eligible=problem.eligible[kinds.cell],
    )


def _worth(gains: Gains, found: Allocation) -> float:
    row, people = np.arange(len(found.choice)), gains.kinds.people
    rest = gains.mean[row, found.choice] * (people - found.lot)
    return float((rest + gains.mean[row, found.lot_choice] * found.lot).sum())


class _Room:
    """What is left of the money, of each action's capacity, and of each segment's share."""

    def __init__(self, own: Problem, choice: Integers, money: float) -> None:
        self.cost = own.uses @ np.array([action.cost for action in own.actions])
        self.uses = own.uses
        names = [cell.segment for cell in own.cells]
        known = {name: place for place, name in enumerate(dict.fromkeys(names))}
        self.segment = np.array([known[name] for name in names])
        spent = self.cost[choice] * own.people
        share = own.constraints.share
        most = np.full(len(known), np.inf if share is None else share * money)
        self.by_segment = most - np.bincount(self.segment, spent, minlength=len(known))
        self.money = money - float(spent.sum())
        self.capacity = np.array(own.constraints.capacities) - own.people @ own.uses[choice]

    def heads(self, choice: Integers) -> Floats:
        """Say how many customers of each kind could change to each choice, shape (n, c)."""
        extra = self.cost[None] - self.cost[choice][:, None]
        money = np.minimum(self.money, self.by_segment[self.segment])[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            heads = np.where(extra > 0, money / extra, np.inf)
        for action, left in enumerate(self.capacity):
            adds = self.uses[:, action][None] & ~self.uses[choice, action][:, None]
            heads = np.where(adds, np.minimum(heads, left), heads)
        found: Floats = np.floor(np.maximum(heads, 0.0) + _ROUNDING)
        return found

    def take(self, kind: int, before: int, after: int, n: int) -> None:
        """Let some customers change from one choice to another."""
        extra = float(self.cost[after] - self.cost[before]) * n
        self.money -= extra
        self.by_segment[self.segment[kind]] -= extra
        self.capacity -= n * (self.uses[after].astype(float) - self.uses[before])


def _filled(own: Problem, gains: Gains, choice: Integers, money: float) -> Allocation:
    """Spend what room is left on customers drawn from kinds, most worth first."""
    room, people = _Room(own, choice, money), gains.kinds.people
    choice, row = choice.copy(), np.arange(len(choice))
    lot_choice, lot = choice.copy(), np.zeros(len(choice), np.int64)
    is_whole: Booleans = np.ones(len(choice), np.bool_)
    while True:
        more = np.where(own.allowed & is_whole[:, None], gains.mean, -np.inf)
        more -= gains.mean[row, choice][:, None]
        heads = np.minimum(room.heads(choice), people[:, None])
        worth = np.where((more > 0) & (heads > 0), more, 0.0) * heads
        if not worth.any():
            return Allocation(choice, lot_choice, lot, np.nan, np.nan)
        kind, to = (int(place) for place in np.unravel_index(worth.argmax(), worth.shape))
        n = int(heads[kind, to])
        room.take(kind, int(choice[kind]), to, n)
        if n == people[kind]:
            choice[kind] = lot_choice[kind] = to
        else:
            lot_choice[kind], lot[kind], is_whole[kind] = to, n, False
