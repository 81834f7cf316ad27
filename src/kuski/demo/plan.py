"""Find the very best plan for the made-up company's money, by cutting away and by counting."""

from dataclasses import dataclass

import numpy as np

from kuski.demo.company import Claims, Floats, Integers

_UNITS = 600_000  # most amounts of money that are counted one by one


@dataclass(frozen=True, slots=True)
class Spread:
    """Hold a mixture of two choices in each cell; arrays have shape (n,).

    Attributes
    ----------
    first, second : int64 arrays
        Places among the choices.
    share : float array, 0 to 1
        Of the cell's people who get the second.
    """

    first: Integers
    second: Integers
    share: Floats

    def worth(self, value: Floats) -> float:
        """Say what it brings; `value` has shape (n, c)."""
        cells = np.arange(len(value))
        first, second = value[cells, self.first], value[cells, self.second]
        return float((first + self.share * (second - first)).sum())

    def by_cell(self, value: Floats) -> Floats:
        """Say what it brings in each cell, shape (n,)."""
        cells = np.arange(len(value))
        first, second = value[cells, self.first], value[cells, self.second]
        return np.asarray(first + self.share * (second - first))


def best_plan(value: Floats, cost: Floats, allowed: Claims, money: float) -> Integers | None:
    """Choose one choice in each cell so that nothing brings more for the money.

    Parameters
    ----------
    value, cost : float arrays, shape (n, c)
        Costs are whole and >= 0.
    allowed : bool array, shape (n, c)
        At least one choice of each cell.
    money : float

    Returns
    -------
    int64 array, shape (n,), or None
        None where the cheapest choices cost more than there is.

    Notes
    -----
    At a price p of money no plan is worth more than ``p money + sum of max (value - p cost)``; the
    lowest such bound is found by halving. A plan in hand lies below it by a gap, so that a choice
    which at that price falls short of its cell's best by more than the gap is in no better plan.
    What is left is few, and is counted through: the most that each whole sum of money can bring,
    cell after cell. Exact to the euro; to ``money / 600,000`` where there is more money.
    """
    left = np.where(allowed, value, -np.inf)
    least = np.where(allowed, cost, np.inf).min(axis=1, initial=np.inf)
    if not len(value) or least.sum() > money:
        return None if len(value) else np.zeros(0, np.int64)
    price = _price(left, cost, money)
    short = left - price * cost
    short = short.max(axis=1, keepdims=True) - short
    bound = price * money + (left - price * cost).max(axis=1).sum()
    in_hand = _in_hand(left, cost, money)
    cells = np.arange(len(value))
    gap = bound - value[cells, in_hand].sum()
    return _counted(left, cost, short <= gap * (1 + 1e-9) + 1e-6, money)


def spread(value: Floats, cost: Floats, allowed: Claims, spent: Floats) -> Spread:
    """Spend a sum in each cell in the best way, of two choices each for a part of the people.

    Parameters
    ----------
    value, cost : float arrays, shape (n, c)
    allowed : bool array, shape (n, c)
    spent : float array, shape (n,)
        At least the cheapest choice's cost; what no choice can use is wasted.
    """
    first = np.empty(len(value), np.int64)
    second, share = first.copy(), np.zeros(len(value))
    for cell in range(len(value)):
        own = np.flatnonzero(allowed[cell])
        worth, price = value[cell, own], cost[cell, own]
        step = price[None] - price[:, None]
        parts = np.clip((spent[cell] - price[:, None]) / np.where(step > 0, step, np.inf), 0, 1)
        found = worth[:, None] + parts * (worth[None] - worth[:, None])
        # The first of a pair must be paid for; a cent of rounding is no reason to do without.
        found[price > spent[cell] + 0.01] = -np.inf
        at = np.unravel_index(found.argmax(), found.shape)
        first[cell], second[cell], share[cell] = own[at[0]], own[at[1]], parts[at]
    return Spread(first, second, share)


def _price(value: Floats, cost: Floats, money: float) -> float:
    """Find the price of money at which the best choices cost what there is."""
    low, high = 0.0, 1.0
    while _taken(cost, (value - high * cost).argmax(axis=1)) > money and high < 1e9:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        if _taken(cost, (value - middle * cost).argmax(axis=1)) > money:
            low = middle
        else:
            high = middle
    return high


def _in_hand(value: Floats, cost: Floats, money: float) -> Integers:
    """Take a plan that is good and can be paid, and mend it while any change brings more."""
    plan: Integers = (value - _price(value, cost, money) * cost).argmax(axis=1).astype(np.int64)
    if _taken(cost, plan) > money:
        plan = np.where(np.isfinite(value), cost, np.inf).argmin(axis=1)
    cells = np.arange(len(value))
    while True:
        room = money - _taken(cost, plan)
        gain = value - value[cells, plan][:, None]
        gain[cost - cost[cells, plan][:, None] > room] = 0.0
        if gain.max() <= 1e-9:
            return plan
        cell, choice = np.unravel_index(gain.argmax(), gain.shape)
        plan[cell] = choice


def _counted(value: Floats, cost: Floats, kept: Claims, money: float) -> Integers:
    """Count through what each whole sum of money can bring."""
    unit = max(1.0, np.ceil(money / _UNITS))
    units = np.ceil(cost / unit - 1e-9).astype(np.int64)
    only = kept.sum(axis=1) == 1
    plan: Integers = kept.argmax(axis=1).astype(np.int64)
    room = int(money // unit) - int(units[only, plan[only]].sum())
    best, steps = np.zeros(max(room, 0) + 1), []
    for cell in np.flatnonzero(~only):
        before, best = best, np.full(len(best), -np.inf)
        chosen = np.zeros(len(best), np.int8)
        for choice in np.flatnonzero(kept[cell]):
            paid = units[cell, choice]
            if paid < len(best):
                brought = before[: len(best) - paid] + value[cell, choice]
                is_more = brought > best[paid:]
                best[paid:][is_more] = brought[is_more]
                chosen[paid:][is_more] = choice
        steps.append((cell, chosen))
    at = len(best) - 1
    for cell, chosen in reversed(steps):
        plan[cell] = chosen[at]
        at -= units[cell, plan[cell]]
    return plan


def _taken(cost: Floats, plan: Integers) -> float:
    return float(cost[np.arange(len(plan)), plan].sum())
