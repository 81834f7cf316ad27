"""Scenarios: other ways of spending the same money, under the same rules, on the same draws."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import numpy.typing as npt

from kuski.choose.cell import OTHERS
from kuski.choose.plan import Plan, limits_of, taken
from kuski.choose.problem import Problem
from kuski.stats import programme
from kuski.stats.choice import greedy
from kuski.stats.hull import upper_hull

ScenarioName = Literal["even", "eliminate", "elevate", "bold", "optimum"]

BOLD = 2
# Pairs are made of the segments that bring most alone; more would not be told apart.
_MOST_SEGMENTS = 8
# Of more segments than these, those that would bring most were money all that binds.
_TRIED_ALONE = 32

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way of spending the money.

    Attributes
    ----------
    scenario : {"even", "eliminate", "elevate", "bold", "optimum"}
    use : ndarray, shape (n, c)
        Share of each cell that gets each choice; a row sums to 1.
    worth : ndarray, shape (R,)
        Against doing nothing; row 0 is the estimate.
    cost : float
    served : float
        Customers who get any action.
    segments : tuple of str
        Those that the bold choice serves.
    """

    scenario: ScenarioName
    use: Floats
    worth: Floats
    cost: float
    served: float
    segments: tuple[str, ...] = ()


def scenarios_of(problem: Problem, plan: Plan) -> tuple[Scenario, ...]:
    """Spend the money of a plan in other ways.

    The even spread gives every customer the same money, spent as well as it can be on each cell, by
    lot within the cell. Eliminate spends on those below the middle alone, elevate on those in the
    middle, the bold choice on the two segments that bring most; each of them as well as it can be.
    What a rule asks for is done in all of them.
    """
    found = [_even(problem, plan.money)]
    zones: tuple[tuple[ScenarioName, str], ...] = (("eliminate", "below"), ("elevate", "middle"))
    for name, zone in zones:
        cells = np.array([cell.zone == zone for cell in problem.cells])
        found += _restricted(problem, plan.money, cells, name)
    segments = _boldest(problem, plan.money)
    if segments:
        cells = np.array([cell.segment in segments for cell in problem.cells])
        found += _restricted(problem, plan.money, cells, "bold", segments)
    return (*found, _scenario(problem, "optimum", np.eye(len(problem.choices))[plan.choice]))


def _scenario(
    problem: Problem, name: ScenarioName, use: Floats, segments: tuple[str, ...] = ()
) -> Scenario:
    return Scenario(
        name,
        use,
        worth=np.einsum("rnc,nc->r", np.nan_to_num(problem.value), use),
        cost=float((np.nan_to_num(problem.cost) * use).sum()),
        served=float((problem.people[:, None] * use[:, 1:]).sum()),
        segments=segments,
    )


def _even(problem: Problem, money: float) -> Scenario:
    hull = upper_hull(problem.value[0], problem.cost)
    each = _per_head(money, hull.cost[0], problem.people)
    use = _within_limits(problem, hull.use(each), hull.choice[0], money)
    return _scenario(problem, "even", use)


def _per_head(money: float, least: Floats, people: Floats) -> Floats:
    """Give each customer the same money, and more where the rules ask for more; shape (n,)."""
    low, high = 0.0, money / float(people.sum())
    for _ in range(60):
        between = (low + high) / 2
        is_too_much = np.maximum(least, between * people).sum() > money
        low, high = (low, between) if is_too_much else (between, high)
    return np.asarray(np.maximum(least, low * people), np.float64)


def _within_limits(
    problem: Problem, use: Floats, start: npt.NDArray[np.int64], money: float
) -> Floats:
    """Serve fewer, in all cells alike, where a capacity or a cap is overstepped."""
    rows = np.arange(len(use))
    base = np.zeros(use.shape)
    base[rows, start] = 1.0
    for limit in limits_of(problem, money):
        amount = limit.amount * np.isfinite(problem.cost)
        least, taken_up = float((amount * base).sum()), float((amount * use).sum())
        if taken_up > limit.most and taken_up > least:
            keep = max(limit.most - least, 0.0) / (taken_up - least)
            extra = amount - (amount * base).sum(axis=1, keepdims=True)
            is_cut = (extra > 0) & (use > 0)
            cut = np.where(is_cut, use * (1 - keep), 0.0)
            use = use - cut + base * cut.sum(axis=1, keepdims=True)
    return use


def _restricted(
    problem: Problem,
    money: float,
    cells: npt.NDArray[np.bool_],
    name: ScenarioName,
    segments: tuple[str, ...] = (),
) -> list[Scenario]:
    """Spend on some cells alone; the others get the cheapest that the rules allow."""
    value = _only(problem, cells)
    best = programme.by_draw(value[None], problem.cost, money, limits=limits_of(problem, money))
    if not np.isfinite(best.value[0]):
        return []
    use = np.eye(value.shape[1])[best.choice[0]]
    return [_scenario(problem, name, use, segments)]


def _only(problem: Problem, cells: npt.NDArray[np.bool_]) -> Floats:
    """Make every choice but the cheapest worse than it is, outside some cells, shape (n, c)."""
    return np.asarray(np.where(cells[:, None], problem.value[0], _worse(problem)), np.float64)


def _worse(problem: Problem) -> Floats:
    """Make every choice but the cheapest worse than it is, shape (n, c)."""
    value = problem.value[0]
    start = upper_hull(value, problem.cost).choice[0]
    floor = taken(value[None], start)[0][:, None]
    worse: Floats = np.minimum(value, floor - 1.0)
    worse[np.arange(len(value)), start] = floor[:, 0]
    return worse


def _boldest(problem: Problem, money: float) -> tuple[str, ...]:
    """Find the two segments on which the money brings most; none where there are not three."""
    names = [c.segment for c in problem.cells if c.segment != OTHERS]
    segments = tuple(dict.fromkeys(names))
    if len(segments) <= BOLD:
        return ()
    if len(segments) > _TRIED_ALONE:
        segments = _richest(problem, money, segments)
    alone = _bounds(problem, money, [(one,) for one in segments])
    best = [segments[i] for i in np.argsort(-alone, kind="stable")[:_MOST_SEGMENTS]]
    pairs = list(combinations(sorted(best), BOLD))
    return pairs[int(np.argmax(_bounds(problem, money, pairs)))]


def _richest(problem: Problem, money: float, segments: Sequence[str]) -> tuple[str, ...]:
    """Keep the segments on which all the money would bring most if nothing else bound it."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, cell in enumerate(problem.cells):
        places[cell.segment].append(place)
    hull = upper_hull(problem.value[0], problem.cost)
    least = hull.cost[0].sum()
    brought = [
        greedy(
            problem.value[:1, own],
            problem.cost[own],
            max(money - least + hull.cost[0, own].sum(), 0),
        ).bound[0]
        - hull.value[0, own].sum()
        for own in (places[segment] for segment in segments)
    ]
    kept = np.argsort(-np.nan_to_num(brought, nan=-np.inf), kind="stable")[:_TRIED_ALONE]
    return tuple(segments[i] for i in sorted(kept.tolist()))


def _bounds(problem: Problem, money: float, groups: Sequence[tuple[str, ...]]) -> Floats:
    """Say what the money brings at most when spent on each group of segments alone."""
    worse, segment = _worse(problem), np.array([cell.segment for cell in problem.cells])
    values = [
        np.where(np.isin(segment, group)[:, None], problem.value[0], worse) for group in groups
    ]
    limits = limits_of(problem, money)
    return programme.by_draw(np.stack(values), problem.cost, money, limits=limits).bound
