"""Hull: the most that each cell's choices can bring for any amount of money spent on it."""

from dataclasses import dataclass

import numpy as np

from kuski.stats.choice import ROUNDING
from kuski.stats.inputs import Floats, Integers
from kuski.stats.offers import checked_offers


@dataclass(frozen=True, slots=True)
class Hull:
    """The corners of each cell's upper hull, cheapest first.

    Attributes
    ----------
    choice : ndarray of int, shape (k, n)
        Places on the axis of choices; the last corner is repeated where a cell has fewer.
    cost, value : ndarray, shape (k, n)
        Of those choices; both never fall.
    size : int
        Choices that there are.
    """

    choice: Integers
    cost: Floats
    value: Floats
    size: int

    @property
    def slope(self) -> Floats:
        """Worth per unit of money on the way to each corner but the first, shape (k − 1, n).

        0 where there is no such corner; infinite where it costs nothing more.
        """
        gain, extra = np.diff(self.value, axis=0), np.diff(self.cost, axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(gain > 0, gain / extra, 0.0), np.float64)

    def use(self, money: Floats) -> Floats:
        """Spend money on each cell along its hull.

        Parameters
        ----------
        money : ndarray, shape (n,)

        Returns
        -------
        ndarray, shape (n, c)
            Share of each cell that gets each choice; a row sums to 1. A cell whose cheapest choice
            costs more than its money gets that; money beyond the last corner buys nothing.
        """
        cells = np.arange(self.choice.shape[1])
        use = np.zeros((len(cells), self.size))
        at = (self.cost <= money * (1 + ROUNDING)).sum(axis=0) - 1
        low = np.clip(at, 0, None)
        high = np.minimum(low + 1, len(self.choice) - 1)
        extra = self.cost[high, cells] - self.cost[low, cells]
        part = np.zeros(len(cells))
        is_between = (extra > 0) & (at >= 0)
        np.divide(money - self.cost[low, cells], extra, out=part, where=is_between)
        np.clip(part, 0.0, 1.0, out=part)
        np.add.at(use, (cells, self.choice[low, cells]), 1 - part)
        np.add.at(use, (cells, self.choice[high, cells]), part)
        return use

    def last_slope(self, money: Floats) -> Floats:
        """Say what the last unit of money spent on each cell brings, shape (n,).

        0 beyond the last corner; infinite where the money does not reach beyond the cheapest
        choice, for that must be had.
        """
        spent = np.broadcast_to(money, self.cost.shape[1:])
        beyond = spent > self.cost[-1] * (1 + ROUNDING)
        passed = (self.cost < spent * (1 - ROUNDING)).sum(axis=0)
        steps = np.concatenate([np.full((1, len(spent)), np.inf), self.slope])
        found = steps[np.minimum(passed, len(steps) - 1), np.arange(len(spent))]
        return np.asarray(np.where(beyond, 0.0, found), np.float64)

    def cost_at(self, price: float) -> Floats:
        """Say how much of a cell's money brings at least a price per unit, shape (n,)."""
        worth_it = np.concatenate([np.ones((1, self.cost.shape[1]), np.bool_), self.slope >= price])
        kept = np.logical_and.accumulate(worth_it, axis=0).sum(axis=0) - 1
        return np.asarray(self.cost[kept, np.arange(self.cost.shape[1])], np.float64)


def upper_hull(value: Floats, cost: Floats) -> Hull:
    """Find the upper hull of each cell's choices.

    Parameters
    ----------
    value, cost : ndarray, shape (n, c)
        NaN where a choice is not allowed; costs are >= 0.

    Returns
    -------
    Hull

    Raises
    ------
    ValueError
        As for `choice.greedy`.

    Notes
    -----
    From the cheapest choice, the steepest upgrade is taken again and again (Sinha & Zoltners 1979):
    money divided between two neighbouring corners brings the most that it can.
    """
    checked_offers(np.asarray(value)[None], cost)
    cells = np.arange(len(value))
    is_out = np.isnan(value)
    worth, price = np.where(is_out, -np.inf, value), np.where(is_out, np.inf, cost)
    cheapest = np.where(price == price.min(axis=1, keepdims=True), worth, -np.inf)
    at = np.argmax(cheapest, axis=1)
    corners = [at]
    while True:
        here, paid = worth[cells, at][:, None], price[cells, at][:, None]
        is_up = ~is_out & (worth > here) & (price > paid)
        slope = np.where(is_up, 0.0, -np.inf)
        np.divide(worth - here, price - paid, out=slope, where=is_up)
        if not is_up.any():
            break
        steepest = slope == slope.max(axis=1, keepdims=True)
        # Of several on one line the farthest: corners are where the line bends.
        far = np.argmax(np.where(steepest & is_up, price, -np.inf), axis=1)
        at = np.where(is_up.any(axis=1), far, at)
        corners.append(at)
    chosen = np.stack(corners)
    return Hull(chosen, cost[cells, chosen], value[cells, chosen], value.shape[1])
