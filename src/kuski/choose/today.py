"""Today: what is spent on each cell now, and the best that it can be bringing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.choose.action import Action
from kuski.choose.effort import Efforts
from kuski.stats.hull import upper_hull

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Today:
    """Today's allocation in the terms of the problem.

    Attributes
    ----------
    efforts : Efforts
        What is spent a year, by kind of work.
    cost : ndarray, shape (n,)
        Of all efforts for the cell, a year.
    use : ndarray, shape (n, c)
        Share of the cell's people who get each choice; a row sums to 1. What is spent on something
        that is no action counts as if it were spent on the cell's best choices, so that what it
        brings is never made too small.
    value : ndarray, shape (R, n)
        What that brings to each cell in a year, against nothing; row 0 is the estimate. An action
        that is done for a cell that could not get it by the table of actions brings nothing; what
        only a rule of the study forbids brings what it brings.
    known_cost : float
        Cost of the efforts that are actions of the study.
    """

    efforts: Efforts
    cost: Floats
    use: Floats
    value: Floats
    known_cost: float

    @property
    def worth(self) -> Floats:
        """What all of it brings on each draw, shape (R,)."""
        found: Floats = self.value.sum(axis=1)
        return found


def today_of(
    efforts: Efforts,
    *,
    actions: Sequence[Action],
    choices: Sequence[tuple[int, ...]],
    value: Floats,
    cost: Floats,
    eligible: Booleans,
    allowed: Booleans,
    people: Floats,
) -> Today:
    """Put what is spent today in the terms of the problem.

    Parameters
    ----------
    efforts : Efforts
    actions : sequence of Action
    choices : sequence of tuples of int
        The actions of each choice.
    value : ndarray, shape (R, n, c)
        Also of choices that are not allowed.
    cost : ndarray, shape (n, c)
        Likewise.
    eligible, allowed : ndarray of bool, shape (n, c)
        Who could get each choice if there were no rules, and who may.
    people : ndarray, shape (n,)
    """
    places = {action.action: place for place, action in enumerate(actions)}
    single = {choice[0]: j for j, choice in enumerate(choices) if len(choice) == 1}
    use, known, other = np.zeros(cost.shape), np.zeros(len(people)), np.zeros(len(people))
    for service in efforts.services:
        place = places.get(service.kind)
        if place is None:
            other += service.cost
            continue
        known += service.cost
        if place in single:
            use[:, single[place]] = np.minimum(service.pieces / people, 1.0)
    # A customer whom two actions serve is counted once, since a bundle need not be a choice.
    use /= np.maximum(use.sum(axis=1, keepdims=True), 1.0)
    left = 1.0 - use.sum(axis=1)
    spends = np.flatnonzero((other > 0) & (left > 0))
    if spends.size:
        # Doing nothing is what today starts from, also where a rule forbids it.
        may = allowed[spends] | (np.arange(len(choices)) == 0)
        offers = np.where(may, value[0, spends], np.nan), np.where(may, cost[spends], np.nan)
        bought = upper_hull(*offers).use(other[spends] / left[spends])
        use[spends] += left[spends, None] * bought
    use[:, 0] += 1.0 - use.sum(axis=1)
    use = np.maximum(use, 0.0)
    return Today(
        efforts=efforts,
        cost=known + other,
        use=use,
        value=np.einsum("rnc,nc->rn", value, np.where(eligible, use, 0.0)),
        known_cost=float(known.sum()),
    )
