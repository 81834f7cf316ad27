"""Available answers: importance from every pair of ratings, beside that from complete answers."""

from dataclasses import dataclass, replace

import numpy as np

from kuski.moments import Moments, Need
from kuski.roles import Roles
from kuski.stats.importance import Importance
from kuski.stats.pairwise import pairwise
from kuski.stats.shapley import MOST_EXACT, shapley
from kuski.understand.importance import driver_positions


@dataclass(frozen=True, slots=True)
class AvailableNumbers:
    """Importance from all answers that hold each pair of ratings.

    Attributes
    ----------
    n : int
        Answers with a score.
    r2 : float or None
        0 to 1; None where the correlations of different answers do not fit together.
    driver : str or None
        Whose share of R² differs most from that of complete answers.
    difference : float or None
        By how much, 0 to 1: from available less from complete answers.
    """

    n: int
    r2: float | None
    driver: str | None
    difference: float | None


def available_need(roles: Roles) -> Need | None:
    """Ask for the moments of every pair; None where no rating is missing, or drivers are many."""
    if roles.choice.complete >= 1 or len(roles.choice.drivers) > MOST_EXACT:
        return None
    columns = [part for driver in roles.choice.drivers for part in driver.variables]
    filled = [replace(part, gap="zero") for part in columns]
    gaps = [replace(part, gap="flag") for part in columns]
    return Need("responses", (*filled, *gaps, roles.score), (), roles.weight)


def available_numbers(roles: Roles, moments: Moments, complete: Importance) -> AvailableNumbers:
    """Divide R² anew from the moments of every pair, where they fit together."""
    own = moments.at([()])
    cross = own.cross[0].sum(axis=0)
    turn = np.eye(len(cross))
    turn[1:, 0] = own.origin
    places = driver_positions(roles)
    columns = sum(len(group) for group in places)
    found = pairwise(turn @ cross @ turn.T, columns=columns)
    if found.cross is None:
        return AvailableNumbers(own.n, None, None, None)
    divided = shapley(found.cross, outcome=columns + 1, groups=places)
    difference = divided.shares / divided.r2 - complete.share
    worst = int(np.argmax(np.abs(difference)))
    return AvailableNumbers(
        own.n,
        float(divided.r2),
        roles.choice.drivers[worst].name,
        float(difference[worst]),
    )
