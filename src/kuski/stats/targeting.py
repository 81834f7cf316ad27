"""Targeting: the best action for each single customer, at a price of the money."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from kuski.stats.choice import ROUNDING, greedy
from kuski.stats.constraints import Limit
from kuski.stats.highs import Model
from kuski.stats.inputs import Booleans, Floats, Integers
from kuski.stats.offers import checked_money, checked_offers
from kuski.stats.programme import by_draw

# Customers that are solved exactly, as a sample first and at the end: without capacities and with.
_ALONE, _SHARED = 5_000, 3_000
_BATCH = 8_192
# How far from the sample's price the customers' may lie, in units of 1/√sample; then wider.
_WIDTHS = (5.0, 20.0, 80.0)
# Where the bracket settles less than this share the customers are too alike to be told apart.
_TOO_FEW = 0.2
# Lowers prices so that of choices that leave the same the one worth more comes first.
_TIES = 1e-9
# Relative to the bound; what the search stops at.
_GAP = 1e-6


@dataclass(frozen=True, slots=True)
class Targets:
    """What each customer gets.

    Attributes
    ----------
    choice : ndarray of int, shape (N,)
        Places on the axis of choices; −1 throughout where no plan was found.
    value, cost : float
        Worth and money in all. NaN where no plan was found.
    price : float
        What the next unit of money would bring, >= 0.
    prices : ndarray, shape (c,)
        What the next person of each choice's capacity would bring, >= 0.
    bound : float
        No plan is worth more: ``price·money + prices·capacity`` plus what the best choice leaves
        at these prices, summed over customers.
    """

    choice: Integers
    value: float
    cost: float
    price: float
    prices: Floats
    bound: float


@dataclass(frozen=True, slots=True)
class _Market:
    """Customers and what there is for them: the money, then people for each choice.

    `rows` are the choices whose people are limited.
    """

    value: Floats
    cost: Floats
    most: Floats
    rows: Integers
    has_gaps: bool


def targets(
    value: npt.ArrayLike,
    cost: npt.ArrayLike,
    money: float,
    *,
    capacity: npt.ArrayLike | None = None,
) -> Targets:
    """Choose an action for each of very many customers so that they bring the most.

    Parameters
    ----------
    value : array_like, shape (N, c), float32 or float64
        Worth of each choice for each customer; NaN where it is not allowed. Choice 0 is to do
        nothing (worth 0, cost 0).
    cost : array_like, shape (N, c)
        Cost of each choice, >= 0.
    money : float
        What may be spent in all, >= 0.
    capacity : array_like, shape (c,), or None
        Customers that each choice can reach at most; infinity where there is no limit.

    Returns
    -------
    Targets

    Raises
    ------
    ValueError
        Where the arrays do not fit, a number is infinite, a cost, the money or a capacity is
        negative, or a customer has no choice that is allowed.

    Notes
    -----
    At prices λ of the money and μ of the capacities everybody gets what leaves most, v − λ·w − μ.
    The prices that spend what there is are bracketed on a sample, evenly taken. Then one pass
    over all customers settles those whose choice is the same at all prices of the bracket: whatever
    the right prices in it are, they have no say in them. The few that are left go on in the same
    way with what is left, until they can be solved at once (`choice.greedy`, or the linear
    programme where there are capacities). A last pass computes the bound at the prices found, so
    that bound − value is what the plan may lack, however lucky the sample. Where that is more than
    a millionth, and than the worth of any one customer, the bracket is widened and all is done
    again; at last customers take what leaves most while it lasts, or all are solved at once.

    Many customers who are quite alike are better served as cells (`choice.greedy`, `programme`):
    at the right price they do not care, and only counting says how many get what.

    References
    ----------
    Balas & Zemel 1980, *An algorithm for large zero-one knapsack problems*, Operations Research
    28(5): settle all but a core around the price.
    Kellerer, Pferschy & Pisinger 2004, *Knapsack Problems*, section 11.2.
    """
    market = _market(value, cost, money, capacity)
    enough = _SHARED if market.rows.size else _ALONE
    # One customer more or less is no fault of the prices.
    close = float(np.nanmax(np.abs(market.value)))
    best: Targets | None = None
    for width in _WIDTHS:
        found = _found(market, enough, width)
        if found is not None:
            best = found if best is None else _better(best, found)
            if best.bound - best.value <= max(_GAP * abs(best.bound), close):
                return best
        if len(market.value) <= enough:
            break
    found = _told(market, *_finished(market, enough))
    if found is None or best is None:
        return found or best or _nothing(market)
    return _better(best, found)


def _market(
    value: npt.ArrayLike, cost: npt.ArrayLike, money: float, capacity: npt.ArrayLike | None
) -> _Market:
    if np.ndim(value) != 2:
        raise ValueError(f"value has shape {np.shape(value)}, expected (N, c)")
    values, costs = checked_offers(np.asarray(value)[None], cost)
    choices = values.shape[2]
    most = np.full(choices, np.inf) if capacity is None else np.asarray(capacity, np.float64)
    if most.shape != (choices,):
        raise ValueError(
            f"capacity has shape {most.shape}, expected ({choices},): one number for each choice, "
            "infinity where there is no limit"
        )
    if not (most >= 0).all():
        raise ValueError(f"the lowest capacity is {most.min():g}, expected people >= 0")
    return _Market(
        values[0],
        costs[0],
        np.array([checked_money(money), *most]),
        np.flatnonzero(np.isfinite(most)),
        bool(np.isnan(values).any()),
    )


def _nothing(market: _Market) -> Targets:
    customers, choices = market.value.shape
    none = np.nan
    return Targets(np.full(customers, -1), none, none, none, np.full(choices, none), none)


def _found(market: _Market, enough: int, width: float) -> Targets | None:
    """Settle customers in ever narrower brackets, and solve for those who are left."""
    choice = np.full(len(market.value), -1)
    places = np.arange(len(choice))
    part, price, half = market, None, None
    reach = min(width / np.sqrt(enough), 0.5)
    while len(part.value) > enough:
        price = _sampled_price(part, enough)
        if price is None:
            return None
        half = reach * (_unit(part, price, enough) if half is None else half)
        at, is_settled = _settled(part, price, half)
        choice[places[is_settled]] = at[is_settled]
        places, part = places[~is_settled], _left(part, at, is_settled)
        if (part.most < -ROUNDING * market.most).any():
            return None
        if is_settled.mean() < _TOO_FEW:
            break
    if len(places):
        price, choice[places] = _finished(part, enough)
    return _told(market, price, choice)


def _better(one: Targets, other: Targets) -> Targets:
    """Take the plan that is worth more, and the prices with the lower bound."""
    plan, tight = max(one, other, key=attrgetter("value")), min(one, other, key=attrgetter("bound"))
    return replace(plan, price=tight.price, prices=tight.prices, bound=tight.bound)


def _unit(part: _Market, price: Floats, enough: int) -> Floats:
    """Tell how large prices are: that of money as it is or might be, those of people as worth."""
    sample = _sample(part, enough)
    worth = float(np.nanmean(np.abs(part.value[sample])))
    cost = float(np.nanmean(part.cost[sample])) or 1.0
    unit = np.zeros(price.size)
    unit[0] = max(price[0], 0.1 * worth / cost)
    unit[1 + part.rows] = worth
    return unit


def _sample(part: _Market, enough: int) -> slice:
    return slice(None, None, max(1, len(part.value) // enough))


def _sampled_price(part: _Market, enough: int) -> Floats | None:
    sample = _sample(part, enough)
    value, cost = part.value[sample], part.cost[sample]
    most = np.maximum(part.most, 0.0) * (len(value) / len(part.value))
    return _price(_Market(value, cost, most, part.rows, part.has_gaps))


def _price(part: _Market) -> Floats | None:
    """Solve for the prices, shape (1 + c,); None where what there is does not suffice."""
    price = np.zeros(part.most.size)
    alone = greedy(part.value[None], part.cost, float(part.most[0])).price
    if np.isnan(alone[0]):
        return None
    price[0] = alone[0]
    if not part.rows.size:
        return price
    allowed = ~np.isnan(part.value)
    cost = np.where(allowed, part.cost, 0.0)
    amount = np.stack([cost, *(limit.amount for limit in _limits(part))])
    value = np.where(allowed, part.value, 0.0)
    model = Model(amount, part.most[[0, *(1 + part.rows)]], allowed)
    begun = np.zeros(len(amount))
    begun[0] = price[0]
    model.start_from(value - price[0] * cost, begun)
    found = model.relaxed(value)
    if found is None:
        return None
    price[[0, *(1 + part.rows)]] = found.price
    return price


def _limits(part: _Market) -> list[Limit]:
    shape = part.value.shape
    places = np.arange(shape[1])
    return [
        Limit(
            f"choice {place}",
            np.broadcast_to((places == place).astype(np.float64), shape),
            float(part.most[1 + place]),
        )
        for place in part.rows
    ]


def _settled(part: _Market, price: Floats, half: Floats) -> tuple[Integers, Booleans]:
    """Find each customer's best choice, and whether it is so at all prices in the bracket."""
    size = len(part.value)
    at, is_settled = np.empty(size, dtype=np.int64), np.empty(size, dtype=np.bool_)
    for some, value, cost in _batches(part):
        left = value - price[0] * cost - price[1:, None]
        best = left.argmax(axis=0)
        chosen = best, np.arange(best.size)
        lead = left[chosen] - left
        lead -= half[0] * np.abs(cost - cost[chosen])
        lead -= half[1:, None] + half[1:][best]
        lead[chosen] = np.inf
        at[some], is_settled[some] = best, (lead > 0).all(axis=0)
    return at, is_settled


def _batches(part: _Market) -> Iterator[tuple[slice, Floats, Floats]]:
    """Go through the customers, the axis of choices first; what is not allowed is worth −∞."""
    for first in range(0, len(part.value), _BATCH):
        some = slice(first, first + _BATCH)
        value, cost = (array[some].T.copy() for array in (part.value, part.cost))
        if part.has_gaps:
            is_out = np.isnan(value)
            value[is_out], cost[is_out] = -np.inf, 0.0
        yield some, value, cost


def _left(part: _Market, at: Integers, is_settled: Booleans) -> _Market:
    """Take the settled customers out, with what they use."""
    most = part.most.copy()
    most[0] -= _chosen(part.cost, at)[is_settled].sum()
    most[1:] -= np.bincount(at[is_settled], minlength=most.size - 1)
    open_ = ~is_settled
    return _Market(part.value[open_], part.cost[open_], most, part.rows, part.has_gaps)


def _chosen(parts: Floats, at: Integers) -> Floats:
    found: Floats = np.take_along_axis(parts, at[:, None], axis=1)[:, 0]
    return found


def _finished(part: _Market, enough: int) -> tuple[Floats | None, Integers]:
    """Solve for the customers that are left."""
    part = replace(part, most=np.maximum(part.most, 0.0))
    money = float(part.most[0])
    if not part.rows.size:
        found = greedy(part.value[None], part.cost, money)
        return np.append(found.price, np.zeros(part.most.size - 1)), found.choice[0]
    if len(part.value) > enough:
        price = _sampled_price(part, enough)
        return price, np.full(len(part.value), -1) if price is None else _served(part, price)
    plan = by_draw(part.value[None], part.cost, money, limits=_limits(part))
    return _price(part), plan.choice[0]


def _served(part: _Market, price: Floats) -> Integers:
    """Let customers take what leaves most, as far as it goes, and the next best after it."""
    price = price * (1 - _TIES)
    left = part.value - price[0] * part.cost - price[1:]
    left[np.isnan(left)] = -np.inf
    at = np.full(len(left), -1)
    room = part.most.copy()
    waiting = np.arange(len(left))
    while waiting.size:
        wish = left[waiting].argmax(axis=1)
        best = left[waiting, wish]
        waiting, wish, best = (array[np.isfinite(best)] for array in (waiting, wish, best))
        left[waiting, wish] = -np.inf
        first = np.argsort(left[waiting].max(axis=1) - best, kind="stable")
        for place in np.unique(wish):
            asking = waiting[first][wish[first] == place]
            spent = np.cumsum(part.cost[asking, place])
            fits = (spent <= room[0]) & (np.arange(asking.size) < room[1 + place])
            served = asking[fits]
            at[served] = place
            room[0] -= part.cost[served, place].sum()
            room[1 + place] -= served.size
        waiting = waiting[at[waiting] < 0]
    if (at >= 0).all():
        _upgrade(part, at, room)
    return at


def _upgrade(part: _Market, at: Integers, room: Floats) -> None:
    """Spend what room is left on what brings most for its money."""
    everybody = np.arange(len(at))
    while True:
        extra = np.maximum(part.cost - part.cost[everybody, at][:, None], 0.0)
        gain = part.value - part.value[everybody, at][:, None]
        customer, place = np.nonzero((gain > 0) & (extra <= room[0]) & (room[1:] >= 1))
        slope = gain[customer, place] / np.maximum(extra[customer, place], 1e-300)
        order = np.argsort(-slope, kind="stable")
        order = order[np.sort(np.unique(customer[order], return_index=True)[1])]
        customer, place = customer[order], place[order]
        fits = np.cumsum(extra[customer, place]) <= room[0]
        for one in np.unique(place):
            is_one = place == one
            fits[is_one] &= np.arange(is_one.sum()) < room[1 + one]
        if not fits.any():
            return
        customer, place = customer[fits], place[fits]
        room[0] -= (part.cost[customer, place] - part.cost[customer, at[customer]]).sum()
        room[1:] += np.bincount(at[customer], minlength=room.size - 1)
        room[1:] -= np.bincount(place, minlength=room.size - 1)
        at[customer] = place


def _told(market: _Market, price: Floats | None, choice: Integers) -> Targets | None:
    """Sum up a plan, and what no plan can be worth more than at these prices."""
    if price is None or (choice < 0).any():
        return None
    left = sum(
        float((value - price[0] * cost - price[1:, None]).max(axis=0).sum())
        for _, value, cost in _batches(market)
    )
    priced = price > 0
    bound = left + float(price[priced] @ market.most[priced])
    value = float(_chosen(market.value, choice).sum())
    cost = float(_chosen(market.cost, choice).sum())
    return Targets(choice, value, cost, float(price[0]), price[1:], max(bound, value))
