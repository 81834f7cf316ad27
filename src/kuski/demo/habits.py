"""Spend the made-up company's money as companies do: on every head, on the unhappy, as today."""

from dataclasses import dataclass

import numpy as np

from kuski.demo.actions import ACTIONS
from kuski.demo.answers import DAYS
from kuski.demo.company import Floats
from kuski.demo.efforts import FOLLOWS_DAYS, KINDS
from kuski.demo.figures import ratio
from kuski.demo.ledger import Sums
from kuski.demo.offers import Cells, Offers
from kuski.demo.plan import spread

BELOW_SHARE = 0.8  # of the money, to those below the middle: what companies do
# Work follows the answers of three years, the latest of them by up to three months.
YEARS = (DAYS + FOLLOWS_DAYS) / 365.25


def even(cells: Cells, offers: Offers, money: float) -> Floats:
    """Spread money over heads, but never below the floor; shape (n,), euros in each cell."""
    return _by_heads(money, offers.least, cells.people)


def below_first(cells: Cells, offers: Offers, money: float) -> Floats:
    """Spread four fifths of it over those below the middle and the rest over all others."""
    below, least = cells.is_below, offers.least
    if below.all() or not below.any():
        return even(cells, offers, money)
    found = np.empty(len(below))
    for part, share in ((below, BELOW_SHARE), (~below, 1 - BELOW_SHARE)):
        found[part] = _by_heads(share * money, least[part], cells.people[part])
    return found


def as_today(cells: Cells, offers: Offers, money: float) -> Floats:
    """Spread it over the cells as the efforts are, but never below the floor."""
    cost = cells.effort_cost.sum(axis=0)
    return _by_heads(money, offers.least, cost) if cost.any() else even(cells, offers, money)


def _by_heads(money: float, least: Floats, heads: Floats) -> Floats:
    """Give each head the same, and more where the least asks for more; shape (n,)."""
    low, high = 0.0, money / heads.sum()
    for _ in range(60):
        middle = (low + high) / 2
        is_too_much = np.maximum(least, middle * heads).sum() > money
        low, high = (low, middle) if is_too_much else (middle, high)
    return np.asarray(np.maximum(least, low * heads))


@dataclass(frozen=True, slots=True)
class Today:
    """What is done today, as the table of efforts tells it; euros a year.

    Attributes
    ----------
    cost : float
        For those who gave a score.
    unmatched : float
        For those who never did.
    worth, true_worth : float
        What it brings at most, by what is believed of the lifts, and truly: work that is one of the
        actions brings what that action does to those who may get it, and the money of all other
        work is spent on the same customers as well as beliefs can tell, floors or no floors.
    """

    cost: float
    unmatched: float
    worth: float
    true_worth: float


def today_of(sums: Sums, cells: Cells, offers: Offers) -> Today | None:
    """Say what is done today; None where nothing is."""
    if not cells.effort_cost.any():
        return None
    cost, pieces = cells.effort_cost / YEARS, cells.effort_pieces / YEARS
    worth, true = np.zeros(len(cells.people)), np.zeros(len(cells.people))
    served, other = np.zeros(len(cells.people)), np.zeros(len(cells.people))
    names = [action.action for action in ACTIONS]
    for place, kind in enumerate(KINDS):
        if kind.name not in names:
            other += cost[place]
            continue
        choice = offers.choices.index((names.index(kind.name),))
        share = np.minimum(ratio(pieces[place], cells.people), 1.0)
        served += share
        worth += np.where(offers.may[:, choice], share * offers.believed[:, choice], 0.0)
        true += np.where(offers.may[:, choice], share * offers.true[:, choice], 0.0)
    left = 1 - np.minimum(served, 1.0)
    allowed = offers.allowed.copy()
    allowed[:, offers.choices.index(())] = True
    each = np.where(left > 0, ratio(other, left), 0.0)
    found = spread(offers.believed, offers.cost, allowed, each)
    whole = sums["effort_cost"].sum() / YEARS
    return Today(
        cost=float(cost.sum()),
        unmatched=float(whole - cost.sum()),
        worth=float((worth + left * found.by_cell(offers.believed)).sum()),
        true_worth=float((true + left * found.by_cell(offers.true)).sum()),
    )
