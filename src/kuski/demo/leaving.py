"""Draw who leaves the made-up company, why they did, and what they said at the door."""

from dataclasses import dataclass

import numpy as np

from kuski.demo import company
from kuski.demo.answers import Answers
from kuski.demo.company import Claims, Floats, Integers, Small


@dataclass(frozen=True, slots=True)
class Leaving:
    """Hold who leaves of a batch of customers, within 12 months of the last occasion.

    Attributes
    ----------
    chance : float array, shape (n, 4), 0 to 1
        Of leaving for each cause in `company.REASONS`; in no table.
    has_left : bool array, shape (n,)
    cause, said : int64 arrays, shape (n,)
        Places in `company.REASONS`, -1 for those who stay; the cause is in no table.
    months : int8 array, shape (n,), 1 to 12
        The month after the last occasion in which they left, or 12 for those who stay: all are
        followed for so long.
    """

    chance: Floats
    has_left: Claims
    cause: Integers
    said: Integers
    months: Small


def draw_leaving(
    rng: np.random.Generator, month_rng: np.random.Generator, answers: Answers
) -> Leaving:
    """Draw the leaving that follows each customer's last occasion, and the month of it."""
    hazard = _hazards(answers.ratings[answers.is_last].astype(np.float64))
    total = hazard.sum(axis=1)
    leaves = -np.expm1(-total)
    has_left = rng.random(len(total)) < leaves
    cause = _drawn(rng, hazard / total[:, None])
    said = _drawn(rng, company.SAID[cause])
    return Leaving(
        chance=hazard * (leaves / total)[:, None],
        has_left=has_left,
        cause=np.where(has_left, cause, -1),
        said=np.where(has_left, said, -1),
        months=_months(month_rng, total, leaves, has_left),
    )


def left_within(chance: Floats, months: int) -> Floats:
    """Say how likely each has left for each cause within so many of the 12 months; shape (n, 4).

    Parameters
    ----------
    chance : float array, shape (n, 4)
        Of leaving within the 12 months.

    Notes
    -----
    With constant hazards, chance x (1 - exp(-total months / 12)) / (1 - exp(-total)).
    """
    leaves = chance.sum(axis=1, keepdims=True)
    within = -np.expm1(np.log1p(-leaves) * months / company.MONTHS)
    return np.asarray(chance * within / leaves)


def _months(rng: np.random.Generator, total: Floats, leaves: Floats, has_left: Claims) -> Small:
    """Draw when in the 12 months the leavers left, whatever the cause, in begun months."""
    years = -np.log1p(-leaves * rng.random(len(total))) / total
    month = np.clip(np.ceil(company.MONTHS * years), 1, company.MONTHS)
    return np.where(has_left, month, company.MONTHS).astype(np.int8)


def _hazards(ratings: Floats) -> Floats:
    """Turn the ratings behind each cause into its yearly hazard; shape (n, 4)."""
    bought = company.PRODUCT | company.DIGITAL
    behind = np.column_stack(
        [
            ratings[:, company.HUMAN].mean(axis=1),
            ratings[:, company.PRICE].mean(axis=1),
            ratings[:, bought].mean(axis=1),
            np.full(len(ratings), 5.0),
        ]
    )
    return np.asarray(company.HAZARD * np.exp(company.HAZARD_ON_RATING * (behind - 5)))


def _drawn(rng: np.random.Generator, chances: Floats) -> Integers:
    """Draw one column per row; shape (n,)."""
    below = np.cumsum(chances, axis=1)[:, :-1]
    return np.asarray((rng.random(len(chances))[:, None] >= below).sum(axis=1), dtype=np.int64)
