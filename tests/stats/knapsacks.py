"""Multiple-choice knapsacks to solve, and slow sure ways to solve them."""

from dataclasses import dataclass
from itertools import product

import numpy as np

FAMILIES = ("uncorrelated", "weakly", "strongly", "subset_sum")
# ACM Transactions on Mathematical Software, algorithm 632 (Martello & Toth 1985), with its optimum.
TOMS_632 = {
    "cost": [23, 31, 29, 44, 53, 38, 63, 85, 89, 82],
    "value": [92, 57, 49, 68, 60, 43, 67, 84, 87, 72],
    "money": 165,
    "optimum": 309,
}


@dataclass(frozen=True)
class Knapsack:
    """Worth and cost of each choice, shapes (n, c), and the money."""

    value: np.ndarray
    cost: np.ndarray
    money: float


def toms_632():
    """Pose the 0/1 knapsack as cells with two choices each: leave it, or take it."""
    value, cost = (
        np.column_stack([np.zeros(10), np.array(TOMS_632[name], dtype=float)])
        for name in ("value", "cost")
    )
    return Knapsack(value, cost, TOMS_632["money"])


def pisinger(family, *, cells, choices, seed, highest=100):
    """Draw an instance as Pisinger 1995 does (*A minimal algorithm for the MCKP*, section 6)."""
    rng = np.random.default_rng(seed)
    cost = rng.integers(1, highest + 1, (cells, choices))
    if family == "uncorrelated":
        value = rng.integers(1, highest + 1, cost.shape)
    elif family == "weakly":
        value = np.maximum(1, cost + rng.integers(-10, 11, cost.shape))
    elif family == "strongly":
        cost = np.cumsum(np.sort(cost, axis=1), axis=1)
        value = cost + 10 * np.arange(1, choices + 1)
    else:
        value = cost
    money = (cost.min(axis=1) + cost.max(axis=1)).sum() // 2
    return Knapsack(value.astype(float), cost.astype(float), float(money))


def by_trying_all(knapsack):
    """Find the optimum, NaN where there is none."""
    n, c = knapsack.value.shape
    every = np.array(list(product(range(c), repeat=n)))
    cells = np.arange(n)
    value = knapsack.value[cells, every].sum(axis=1)
    cost = np.where(np.isnan(value), np.inf, knapsack.cost[cells, every].sum(axis=1))
    can = cost <= knapsack.money
    return value[can].max() if can.any() else np.nan


def by_dynamic_programming(knapsack):
    """Find the optimum where costs are whole numbers, NaN where there is none."""
    money = int(knapsack.money)
    best = np.zeros(money + 1)
    for values, costs in zip(knapsack.value, knapsack.cost, strict=True):
        with_cell = np.full(money + 1, -np.inf)
        for value, cost in zip(values, costs, strict=True):
            if not np.isnan(value) and cost <= money:
                left = int(cost)
                reached = with_cell[left:]
                np.maximum(reached, best[: money + 1 - left] + value, out=reached)
        best = with_cell
    return best[-1] if np.isfinite(best[-1]) else np.nan
