"""Programme: one choice for each cell, within the money and all other constraints."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from kuski.stats.choice import ROUNDING, Choice, greedy
from kuski.stats.conflict import conflict, in_the_way
from kuski.stats.constraints import (
    MONEY,
    Limit,
    Rule,
    checked_limits,
    checked_names,
    checked_rules,
    stacked,
    together,
)
from kuski.stats.core import CORE_FROM, Core
from kuski.stats.highs import TOLERANCE, Model
from kuski.stats.inputs import Booleans, Floats, Integers
from kuski.stats.offers import checked_money, checked_offers

Status = Literal["optimal", "feasible", "infeasible"]
# Worth below this share of the largest is what rounding leaves.
_NO_WORTH = 1e-8


@dataclass(frozen=True, slots=True)
class Programme:
    """What to choose in each cell, and what stands in the way of more.

    Attributes
    ----------
    choice : ndarray of int, shape (n,)
        Places on the axis of choices; −1 throughout where the constraints cannot be kept.
    value, cost : float
        Worth and money of what is chosen. Where the constraints cannot be kept, NaN, and the money
        that the others ask for at least, NaN if they cannot be kept with any.
    price : float
        Worth of the next unit of money: the dual of the money in the linear programme, >= 0.
    prices : ndarray, shape (m,)
        Likewise of the next unit of each limit, in the order given.
    bound : float
        No plan is worth more: the linear programme's worth.
    status : {"optimal", "feasible", "infeasible"}
        "optimal": proven to lie within the gap of the best whole plan; "feasible": the branchings
        ran out first; "infeasible": the constraints cannot be kept together.
    binding : tuple of str
        Constraints without which the linear programme would be worth more, "money" among them;
        where "infeasible", constraints of which any one less could be kept.
    """

    choice: Integers
    value: float
    cost: float
    price: float
    prices: Floats
    bound: float
    status: Status
    binding: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Problem:
    """All that stays the same from draw to draw; the money is the first limit and row."""

    allowed: Booleans
    limits: tuple[Limit, ...]
    rules: tuple[Rule, ...]
    ruled: Booleans
    amount: Floats
    most: Floats


@dataclass(frozen=True, slots=True)
class _Priced:
    """A solved linear programme: prices of the rows, what choices leave, and the bound."""

    price: Floats
    left: Floats
    bound: float
    share: Floats


def solve(
    value: npt.ArrayLike,
    cost: npt.ArrayLike,
    money: float,
    *,
    limits: Sequence[Limit] = (),
    rules: Sequence[Rule] = (),
    gap: float = 1e-5,
    nodes: int = 10_000,
) -> Programme:
    """Choose one choice in each cell so that they bring the most under all constraints.

    Parameters
    ----------
    value, cost : array_like, shape (n, c)
        Worth and cost of each choice in each cell, as for `choice.greedy`; NaN where not allowed.
    money : float
        What may be spent in all, >= 0.
    limits : sequence of Limit
        See `constraints.capacity` and `constraints.cap`.
    rules : sequence of Rule
        See `constraints.keep` and `constraints.leave_out`.
    gap : float
        How far below the best a plan may be, as a share of its worth, to be called optimal.
    nodes : int
        Branchings after which the best plan so far is returned. A count, not a time, so that the
        same input gives the same plan.

    Returns
    -------
    Programme

    Raises
    ------
    ValueError
        Where arrays do not fit, a number is not finite or negative where it must not be, a cell
        has no choice, or two constraints have one name. Constraints that cannot be kept together
        are no error.

    Notes
    -----
    Maximise Σ_i v_i,j(i) subject to Σ_i w_i,j(i) <= money, Σ_i a_k,i,j(i) <= most_k for every
    limit k, and j(i) allowed by every rule. The linear programme gives a price to each row; any
    prices λ, μ >= 0 give the bound ``λ·money + μ·most + Σ_i max_j (v − λ·w − μ·a)``, which is
    computed here from the prices and so holds whatever the solver's tolerance. A choice that falls
    short of its cell's best by more than bound − worth of a plan in hand cannot be in a better one
    (reduced cost fixing); HiGHS branches over the rest.

    The prices are those of the next unit: at a corner of the frontier, its slope to the right.

    References
    ----------
    Kellerer, Pferschy & Pisinger 2004, *Knapsack Problems*, sections 9.3 and 11.2.
    Huangfu & Hall 2018, *Parallelizing the dual revised simplex method*, Mathematical Programming
    Computation 10(1) (HiGHS).
    """
    values = np.asarray(value, dtype=np.float64)
    values, problem = _posed(values[None], cost, money, limits, rules)
    model = _model(problem, values[0])
    priced = None if model is None else _priced(model, problem, values[0])
    if priced is None:
        return _infeasible(problem, nodes)
    start = _rounded(problem, priced, values[0])
    plan, is_proven = _branched(problem, priced, values[0], start, gap=gap, nodes=nodes)
    if plan is None:
        return _infeasible(problem, nodes)
    worth = _summed(values[0], plan)
    return Programme(
        plan,
        worth,
        _summed(problem.amount[0], plan),
        float(priced.price[0]),
        priced.price[1:],
        max(priced.bound, worth),
        "optimal" if is_proven else "feasible",
        _binding(problem, priced, values[0]),
    )


def by_draw(
    value: npt.ArrayLike,
    cost: npt.ArrayLike,
    money: float,
    *,
    limits: Sequence[Limit] = (),
    rules: Sequence[Rule] = (),
    nodes: int = 1_000,
) -> Choice:
    """Choose under all constraints once per draw, quickly and nearly as well as `solve`.

    Parameters
    ----------
    value : array_like, shape (R, n, c)
        NaN where a choice is not allowed, in the same places of every draw.
    cost : array_like, shape (n, c)
    money, limits, rules
        As for `solve`.
    nodes : int
        Branchings in a draw whose linear programme cannot be rounded.

    Returns
    -------
    Choice
        As of `choice.greedy`; −1 and NaN throughout where the constraints cannot be kept.

    Raises
    ------
    ValueError
        As for `solve`, or where draws differ in what is allowed.

    Notes
    -----
    Without limits this is `choice.greedy` over what the rules allow. With them each draw's linear
    programme starts from the last one's solution, which takes a tenth of the time or less; that of
    thousands of cells is solved by its core (`stats.core`), to the same prices and bound. It
    divides at most as many cells as there are rows (money and limits); each of these gets, one
    after another, the choice that leaves most at the prices and still fits, and then upgrades that
    fit what room is left are made, the one that brings most first. `bound` − `value` tells what
    that may have cost. Where nothing fits HiGHS branches as in `solve`.
    """
    values, problem = _posed(np.asarray(value, np.float64), cost, money, limits, rules)
    if not limits and problem.ruled.any(axis=1).all():
        return greedy(np.where(problem.ruled, values, np.nan), cost, money)
    draws, cells, _ = values.shape
    found = Choice(
        np.full((draws, cells), -1), *(np.full(draws, np.nan) for _ in ("v", "w", "p", "b"))
    )
    model = _model(problem, values[0])
    core = None
    if model is not None and cells >= CORE_FROM:
        core = Core(problem.amount, problem.most, problem.ruled)
    for draw, worth in enumerate(values):
        priced = None if model is None else _priced(model, problem, worth, core)
        if priced is None:
            break
        plan = _rounded(problem, priced, worth)
        if plan is None:
            plan, _ = _branched(problem, priced, worth, None, gap=_NO_WORTH, nodes=nodes)
        if plan is None:
            continue
        found.choice[draw] = plan
        found.value[draw], found.cost[draw] = _summed(worth, plan), _summed(problem.amount[0], plan)
        found.price[draw] = priced.price[0]
        found.bound[draw] = max(priced.bound, found.value[draw])
    return found


def _posed(
    value: Floats,
    cost: npt.ArrayLike,
    money: float,
    limits: Sequence[Limit],
    rules: Sequence[Rule],
) -> tuple[Floats, _Problem]:
    """Check it all, and take the money as the first of the limits."""
    values, costs = checked_offers(value, cost)
    if np.ndim(cost) != 2:
        raise ValueError(
            f"cost has shape {np.shape(cost)}, expected (n, c); constraints hold for one cost"
        )
    checked_money(money)
    shape = values.shape[1:]
    checked_limits(limits, shape)
    checked_rules(rules, shape)
    checked_names(limits, rules)
    allowed = ~np.isnan(values[0])
    if (np.isnan(values) == allowed).any():
        raise ValueError("value is NaN in other places from draw to draw, expected the same")
    whole = (Limit(MONEY, np.where(allowed, costs[0], 0.0), float(money)), *limits)
    problem = _Problem(allowed, whole, tuple(rules), together(allowed, rules), *stacked(whole))
    return np.where(allowed, values, 0.0), problem


def _model(problem: _Problem, value: Floats) -> Model | None:
    """Make the linear programme, started where the money alone would end; None without a way."""
    if not problem.ruled.any(axis=1).all():
        return None
    model = Model(problem.amount, problem.most, problem.ruled)
    alone = greedy(
        np.where(problem.ruled, value, np.nan)[None], problem.amount[0], float(problem.most[0])
    )
    if np.isfinite(alone.price[0]):
        price = np.zeros(len(problem.most))
        price[0] = alone.price[0]
        model.start_from(value - price[0] * problem.amount[0], price)
    return model


def _priced(
    model: Model, problem: _Problem, value: Floats, core: Core | None = None
) -> _Priced | None:
    found = None if core is None else core.relaxed(value)
    found = found or model.relaxed(value)
    if found is None:
        return None
    left = value - np.tensordot(found.price, problem.amount, axes=1)
    best = np.where(problem.ruled, left, -np.inf).max(axis=1)
    bound = float(best.sum() + found.price @ problem.most)
    return _Priced(found.price, left, bound, found.share)


def _rounded(problem: _Problem, priced: _Priced, value: Floats) -> Integers | None:
    """Give divided cells the best choice that fits, then upgrade what still can be."""
    plan: Integers = priced.share.argmax(axis=1)
    is_divided = priced.share.max(axis=1) < 1 - _NO_WORTH
    whole, divided = np.flatnonzero(~is_divided), np.flatnonzero(is_divided)
    least = np.where(problem.ruled, problem.amount, np.inf).min(axis=2)
    room = problem.most * (1 + ROUNDING) - problem.amount[:, whole, plan[whole]].sum(axis=1)
    room -= least[:, divided].sum(axis=1)
    for cell in divided:
        room += least[:, cell]
        fits = (problem.amount[:, cell] <= room[:, None]).all(axis=0) & problem.ruled[cell]
        if not fits.any():
            return None
        left = np.where(fits, priced.left[cell], -np.inf)
        # Choices that a cell is divided between leave the same, but for rounding.
        ties = left >= left.max() - _NO_WORTH * np.abs(value[cell]).max()
        plan[cell] = np.where(ties, value[cell], -np.inf).argmax()
        room -= problem.amount[:, cell, plan[cell]]
    if (room < 0).any():
        return None
    _thrifty(problem, value, plan)
    _upgrade(problem, value, plan)
    _thrifty(problem, value, plan)
    return plan


def _thrifty(problem: _Problem, value: Floats, plan: Integers) -> None:
    """Change cells to what brings as much or more for less money, as far as the room goes."""
    cells = np.arange(len(plan))
    here, taken = value[cells, plan], problem.amount[:, cells, plan]
    is_good = problem.ruled & (value >= here[:, None]) & (problem.amount[0] <= taken[0][:, None])
    best = np.where(is_good, value, -np.inf).max(axis=1)
    cost = np.where(is_good & (value >= best[:, None]), problem.amount[0], np.inf)
    changed = np.flatnonzero((best > here) | (cost.min(axis=1) < taken[0]))
    other = cost[changed].argmin(axis=1)
    extra = problem.amount[:, changed, other] - taken[:, changed]
    room = problem.most * (1 + ROUNDING) - taken.sum(axis=1)
    # Many may want of the same; what each takes more is counted, and not what others leave.
    fits = (np.cumsum(np.maximum(extra, 0.0), axis=1) <= room[:, None]).all(axis=0)
    fits |= (extra <= 0).all(axis=0)
    plan[changed[fits]] = other[fits]


def _upgrade(problem: _Problem, value: Floats, plan: Integers) -> None:
    """Change one cell after another to what brings more and fits the room, most first."""
    cells = np.arange(len(plan))
    here = value[cells, plan]
    taken = problem.amount[:, cells, plan]
    while True:
        room = problem.most * (1 + ROUNDING) - taken.sum(axis=1)
        gain = np.where(problem.ruled, value - here[:, None], 0.0)
        cell, choice = np.nonzero(gain > 0)
        fits = problem.amount[:, cell, choice] - taken[:, cell] <= room[:, None]
        gains = np.where(fits.all(axis=0), gain[cell, choice], 0.0)
        if not gains.any():
            return
        best = gains.argmax()
        at, to = cell[best], choice[best]
        plan[at], here[at], taken[:, at] = to, value[at, to], problem.amount[:, at, to]


def _branched(
    problem: _Problem,
    priced: _Priced,
    value: Floats,
    start: Integers | None,
    *,
    gap: float,
    nodes: int,
) -> tuple[Integers | None, bool]:
    """Find the best whole plan, and tell whether it is proven to be within the gap."""
    kept, worth = problem.ruled, -np.inf
    if start is not None:
        worth = _summed(value, start)
        # Worth may cancel out, so what its sums are off by is told by what is summed.
        rounding = ROUNDING * float(np.abs(value).max(axis=1).sum())
        short = priced.bound - worth
        if short <= gap * abs(worth) + rounding:
            return start, True
        best = np.where(kept, priced.left, -np.inf).max(axis=1, keepdims=True)
        kept = kept & (best - priced.left <= short * (1 + _NO_WORTH) + rounding)
    model = Model(problem.amount, problem.most, kept)
    for tightened in (0.0, 2 * TOLERANCE):
        found = model.whole(value, start=start, gap=gap, nodes=nodes, tightened=tightened)
        if found is not None and _keeps(problem, found.choice):
            is_better = _summed(value, found.choice) >= worth
            plan = found.choice if is_better or start is None else start
            _thrifty(problem, value, plan)
            return plan, found.is_proven
    return start, False


def _keeps(problem: _Problem, plan: Integers) -> bool:
    taken = problem.amount[:, np.arange(len(plan)), plan].sum(axis=1)
    return bool((taken <= problem.most * (1 + ROUNDING)).all())


def _summed(parts: Floats, plan: Integers) -> float:
    return float(parts[np.arange(len(plan)), plan].sum())


def _binding(problem: _Problem, priced: _Priced, value: Floats) -> tuple[str, ...]:
    none = _NO_WORTH * np.abs(value).max()
    each = priced.price * problem.amount.max(axis=(1, 2))
    left = np.where(problem.allowed, priced.left, -np.inf)
    rules = in_the_way(left, problem.ruled, problem.rules, beyond=none)
    limits = [limit for limit, one in zip(problem.limits, each, strict=True) if one > none]
    return (*(limit.name for limit in limits), *(rule.name for rule in rules))


def _infeasible(problem: _Problem, nodes: int) -> Programme:
    """Name what cannot be kept, and the money that would do if money is among it."""
    names = conflict(problem.allowed, problem.limits, problem.rules, nodes=nodes)
    needed = np.nan
    if MONEY in names:
        needed = _least(problem, nodes)
    return Programme(
        np.full(len(problem.allowed), -1),
        np.nan,
        needed,
        np.nan,
        np.full(len(problem.limits) - 1, np.nan),
        np.nan,
        "infeasible",
        names,
    )


def _least(problem: _Problem, nodes: int) -> float:
    cost = problem.amount[0]
    if not problem.ruled.any(axis=1).all():
        return np.nan
    if len(problem.limits) == 1:
        return float(np.where(problem.ruled, cost, np.inf).min(axis=1).sum())
    model = Model(problem.amount[1:], problem.most[1:], problem.ruled)
    found = model.whole(-cost, gap=0.0, nodes=nodes)
    return np.nan if found is None else _summed(cost, found.choice)
