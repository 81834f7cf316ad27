"""Choice: one choice for each cell, worth the most together that the money allows, on each draw."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.stats.inputs import Booleans, Floats, Integers
from kuski.stats.offers import checked_money, checked_offers

# What adding up the costs of many cells may be off by, as a share of the money.
ROUNDING = 1e-12
# Cells times draws taken at once: with their choices, what fits a processor's second cache.
_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Choice:
    """What to choose in each cell, once per draw.

    Attributes
    ----------
    choice : ndarray of int, shape (R, n)
        Places on the axis of choices. −1 throughout a draw whose least cost is above the money.
    value : ndarray, shape (R,)
        Worth of what is chosen. NaN where nothing could be.
    cost : ndarray, shape (R,)
        Money spent; the least that must be where that is above the money.
    price : ndarray, shape (R,)
        What the next unit of money would bring: the slope of the frontier at the money, >= 0.
        NaN where nothing could be chosen.
    bound : ndarray, shape (R,)
        No plan is worth more: the worth if cells could be divided between choices. NaN likewise.
    """

    choice: Integers
    value: Floats
    cost: Floats
    price: Floats
    bound: Floats


@dataclass(frozen=True, slots=True)
class Frontier:
    """The most that money can bring, over amounts of it.

    Attributes
    ----------
    money : ndarray, shape (m,)
        As given.
    worth : ndarray, shape (R, m)
        The linear bound, which rises ever more slowly with the money. NaN below the least cost.
    price : ndarray, shape (R, m)
        Its slope to the right: what the next unit of money brings.
    least, enough : ndarray, shape (R,)
        What the cheapest choices cost, and the money beyond which more brings nothing.
    """

    money: Floats
    worth: Floats
    price: Floats
    least: Floats
    enough: Floats


@dataclass(slots=True)
class _Offers:
    """The choices of some draws, the axis of choices first; what is not allowed costs infinity."""

    value: Floats
    cost: Floats


@dataclass(slots=True)
class _Steps:
    """Upgrades of all cells, steepest first, shapes (B, steps·n); a slope of 0 is no upgrade.

    `brought` and `spent` are summed up to each step and with it; `choice` is where it leads.
    """

    slope: Floats
    brought: Floats
    spent: Floats
    cell: Integers
    choice: Integers


def greedy(value: npt.ArrayLike, cost: npt.ArrayLike, money: float) -> Choice:
    """Choose one choice in each cell so that they bring much within the money.

    Parameters
    ----------
    value : array_like, shape (R, n, c)
        Worth of each choice in each cell, once per draw. NaN where it is not allowed. Choice 0 is
        to do nothing (worth 0, cost 0), unless that is not allowed.
    cost : array_like, shape (n, c) or (R, n, c)
        Cost of each choice, >= 0; NaN only where it is not allowed.
    money : float
        What may be spent in all, >= 0.

    Returns
    -------
    Choice

    Raises
    ------
    ValueError
        Where the arrays do not fit, a number is infinite, a cost or the money is negative, or a
        cell has no choice that is allowed.

    Notes
    -----
    The multiple-choice knapsack: maximise Σ_i v_i,j(i) with Σ_i w_i,j(i) <= money. Each cell starts
    at its cheapest choice. Then the upgrade that brings most for its money, of all that can still
    be paid, is taken again and again, until none can. As long as every upgrade in the order of
    their slopes can be paid, these are the corners of each cell's upper hull (Sinha & Zoltners
    1979), all found and sorted at once; the first that cannot be paid gives the price and the
    linear bound (Dyer 1984; Zemel 1984). After it the choices that no longer fit are left out, and
    the rest goes on from where it stands.

    The plan is not the best that there is, but close where no cell is large beside the money:
    bound − value is less than the gain of the one upgrade that broke off. It is never worth less
    with more money, and never holds a choice for which another costs no more and is worth no less,
    one of the two strictly. Where slopes tie, cells in front go first.

    References
    ----------
    Sinha & Zoltners 1979, *The multiple-choice knapsack problem*, Operations Research 27(3).
    Kellerer, Pferschy & Pisinger 2004, *Knapsack Problems*, section 11.2.
    """
    values, costs = checked_offers(value, cost)
    checked_money(money)
    draws, cells, _ = values.shape
    found = Choice(
        np.full((draws, cells), -1), *(np.full(draws, np.nan) for _ in ("v", "w", "p", "b"))
    )
    for some in _blocks(draws, cells):
        offers = _offers(values[some], costs[some])
        at = _cheapest(offers)
        least = _taken(offers.cost, at).sum(axis=1)
        found.cost[some] = least
        can = least <= money * (1 + ROUNDING)
        if can.any():
            rows = np.arange(draws)[some][can]
            _fill(_Offers(offers.value[:, can], offers.cost[:, can]), at[can], money, rows, found)
    return found


def frontier(value: npt.ArrayLike, cost: npt.ArrayLike, money: npt.ArrayLike) -> Frontier:
    """Tell what each of several amounts of money could bring at most.

    Parameters
    ----------
    value, cost
        As for `greedy`.
    money : array_like, shape (m,)
        Amounts, >= 0, in any order.

    Returns
    -------
    Frontier

    Raises
    ------
    ValueError
        As for `greedy`.

    Notes
    -----
    The same hulls and slopes as in `greedy`; `worth` equals its `bound`, and `price` its `price`.
    """
    values, costs = checked_offers(value, cost)
    amounts = np.asarray(money, dtype=np.float64)
    if amounts.ndim != 1:
        raise ValueError(f"money has shape {amounts.shape}, expected (m,); pass a list of amounts")
    for amount in amounts:
        checked_money(amount)
    draws, cells, _ = values.shape
    worth, price = np.empty((2, draws, amounts.size))
    least, enough = np.empty((2, draws))
    for some in _blocks(draws, cells):
        offers = _offers(values[some], costs[some])
        at = _cheapest(offers)
        base, start = (_taken(part, at).sum(axis=1) for part in (offers.value, offers.cost))
        steps = _steps(offers, at, np.full(len(at), np.inf))
        least[some], enough[some] = start, start + steps.spent[:, -1]
        room = amounts - start[:, None] + ROUNDING * amounts
        gain, slope = _linear(steps, room)
        worth[some] = np.where(room >= 0, base[:, None] + gain, np.nan)
        price[some] = np.where(room >= 0, slope, np.nan)
    return Frontier(amounts, worth, price, least, enough)


def _blocks(draws: int, cells: int) -> list[slice]:
    size = max(1, _AT_ONCE // cells)
    return [slice(first, first + size) for first in range(0, draws, size)]


def _offers(value: Floats, cost: Floats) -> _Offers:
    value, cost = (np.moveaxis(part, 2, 0).copy(order="C") for part in (value, cost))
    is_out = np.isnan(value)
    value[is_out] = 0.0
    cost[is_out] = np.inf
    return _Offers(value, cost)


def _cheapest(offers: _Offers) -> Integers:
    """Find the cheapest choice of each cell, the most worth of several, shape (B, n)."""
    at = np.zeros(offers.cost.shape[1:], dtype=np.int64)
    value, cost = offers.value[0].copy(), offers.cost[0].copy()
    for place in range(1, len(offers.cost)):
        other, price = offers.value[place], offers.cost[place]
        is_better = (price < cost) | ((price == cost) & (other > value))
        at[is_better] = place
        value[is_better], cost[is_better] = other[is_better], price[is_better]
    return at


def _taken(parts: Floats, at: Integers) -> Floats:
    found: Floats = np.take_along_axis(parts, at[None], axis=0)[0]
    return found


def _fill(offers: _Offers, at: Integers, money: float, rows: Integers, found: Choice) -> None:
    """Upgrade from the cheapest until nothing more can be paid, and write it into `found`."""
    slack = ROUNDING * money
    room = money - found.cost[rows]
    steps = _steps(offers, at, np.full(len(at), np.inf))
    gain, price = _linear(steps, room[:, None] + slack)
    bound = _taken(offers.value, at).sum(axis=1) + gain[:, 0]
    columns = np.broadcast_to(np.arange(at.shape[1]), at.shape)
    chosen, part = at.copy(), offers
    while True:
        at = _upgraded(at, steps, room + slack)
        np.put_along_axis(chosen, columns, at, axis=1)
        cost = _taken(offers.cost, chosen).sum(axis=1)
        room = money - cost
        is_open = _is_open(part, at, room + slack)
        width = int(is_open.sum(axis=1).max())
        if not width:
            break
        kept = np.argsort(~is_open, axis=1, kind="stable")[:, :width]
        columns, at = (np.take_along_axis(array, kept, axis=1) for array in (columns, at))
        part = _Offers(
            np.take_along_axis(part.value, kept[None], axis=2),
            np.take_along_axis(part.cost, kept[None], axis=2),
        )
        steps = _steps(part, at, room + slack)
    found.choice[rows] = chosen
    found.cost[rows] = cost
    found.value[rows] = _taken(offers.value, chosen).sum(axis=1)
    # Where no cell is divided the two are one but for the order of adding up.
    found.bound[rows] = np.maximum(bound, found.value[rows])
    found.price[rows] = price[:, 0]


def _steps(offers: _Offers, at: Integers, room: Floats) -> _Steps:
    """Walk each cell's upper hull from where it stands, over the choices that room allows."""
    draws, cells = at.shape
    value, cost = _taken(offers.value, at), _taken(offers.cost, at)
    most = cost + room[:, None]
    steepest = np.full(at.shape, np.inf)
    found: list[tuple[npt.NDArray[np.generic], ...]] = []
    while True:
        best, shortest, to = np.zeros(at.shape), np.zeros(at.shape), at.copy()
        for place in range(len(offers.cost)):
            slope, extra = _upgrade(offers, place, value, cost)
            is_better = (slope > best) | ((slope == best) & (extra < shortest))
            is_better &= offers.cost[place] <= most
            np.copyto(best, slope, where=is_better)
            np.copyto(shortest, extra, where=is_better)
            np.copyto(to, place, where=is_better)
        if found and not best.any():
            break
        # Rounding may let a later step look steeper by a hair, and be sorted before its own start.
        steepest = np.minimum(best, steepest)
        before, at = value, to
        value, cost = _taken(offers.value, at), _taken(offers.cost, at)
        found.append((steepest, value - before, shortest, at))
    slope, gain, extra, choice = (
        np.stack(part, axis=1).reshape(draws, -1) for part in zip(*found, strict=True)
    )
    order = _steepest_first(slope)
    slope, gain, extra, choice = (
        np.take_along_axis(part, order, axis=1) for part in (slope, gain, extra, choice)
    )
    return _Steps(slope, np.cumsum(gain, axis=1), np.cumsum(extra, axis=1), order % cells, choice)


def _steepest_first(slope: Floats) -> Integers:
    """Sort each row; of equal slopes the first stays first, but where they are 0."""
    order = np.argsort(-slope, axis=1)
    ranked = np.take_along_axis(slope, order, axis=1)
    # The fast way of sorting does not keep the order of equals; few draws have any.
    ties = ((ranked[:, 1:] == ranked[:, :-1]) & (ranked[:, 1:] > 0)).any(axis=1)
    order[ties] = np.argsort(-slope[ties], axis=1, kind="stable")
    return order


def _upgrade(offers: _Offers, place: int, value: Floats, cost: Floats) -> tuple[Floats, Floats]:
    """Tell slope and cost of going to a choice; 0 and infinity where that is no upgrade.

    A cell never stands where another choice is worth more and costs no more, so that what is worth
    more costs more.
    """
    gain, extra = offers.value[place] - value, offers.cost[place] - cost
    np.copyto(extra, np.inf, where=gain <= 0)
    return gain / extra, extra


def _is_open(offers: _Offers, at: Integers, room: Floats) -> Booleans:
    """Tell where an upgrade is left that room can pay, shape (B, n)."""
    value, cost = _taken(offers.value, at), _taken(offers.cost, at)
    most = cost + room[:, None]
    found = np.zeros(at.shape, dtype=np.bool_)
    for place in range(len(offers.cost)):
        found |= (_upgrade(offers, place, value, cost)[0] > 0) & (offers.cost[place] <= most)
    return found


def _linear(steps: _Steps, room: Floats) -> tuple[Floats, Floats]:
    """Tell gain and slope where the steps use up each of several rooms, shapes (B, m)."""
    gain, slope = np.zeros((2, *room.shape))
    size = steps.slope.shape[1]
    for row in range(len(room)):
        paid = np.searchsorted(steps.spent[row], room[row], side="right")
        before = np.maximum(paid - 1, 0)
        spent, brought = (
            np.where(paid > 0, part[row][before], 0.0) for part in (steps.spent, steps.brought)
        )
        next_slope = steps.slope[row][np.minimum(paid, size - 1)]
        slope[row] = np.where(paid < size, next_slope, 0.0)
        gain[row] = brought + slope[row] * np.maximum(room[row] - spent, 0.0)
    return gain, slope


def _upgraded(at: Integers, steps: _Steps, room: Floats) -> Integers:
    """Take the steps in their order until one cannot be paid; a cell's last one stays."""
    row, step = np.nonzero((steps.spent <= room[:, None]) & (steps.slope > 0))
    found = at.copy()
    found[row, steps.cell[row, step]] = steps.choice[row, step]
    return found
