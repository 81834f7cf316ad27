"""Importance: the sums that say what an outcome goes with, and what is made of them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kuski.moments import Grouping, Moments, Need, Variable
from kuski.roles import Driver, Roles
from kuski.stats.correlation import correlations
from kuski.stats.importance import Importance, importance
from kuski.stats.resample import resamples

LEAST_ANSWERS = 30
ANSWERS_PER_COLUMN = 5


def importance_need(roles: Roles, outcome: Variable, by: Sequence[Grouping] = ()) -> Need:
    """Ask for the cross-products of all chosen drivers and an outcome.

    The columns are the variables of `roles.choice.drivers` in order, then the outcome: rows count
    where all of them are answered. Sums by groups are given up where the groups are too many.
    """
    columns = [part for driver in roles.choice.drivers for part in driver.variables]
    return Need("responses", (*columns, outcome), tuple(by), roles.weight, is_optional=bool(by))


def driver_positions(roles: Roles) -> tuple[tuple[int, ...], ...]:
    """Tell the positions of each chosen driver's variables in z = (1, columns)."""
    places: list[tuple[int, ...]] = []
    first = 1
    for driver in roles.choice.drivers:
        places.append(tuple(range(first, first + len(driver.variables))))
        first += len(driver.variables)
    return tuple(places)


def least_answers(roles: Roles) -> int:
    """Tell how many answers it takes to say anything of so many columns."""
    columns = sum(len(driver.variables) for driver in roles.choice.drivers)
    return max(LEAST_ANSWERS, ANSWERS_PER_COLUMN * (columns + 1))


def driver_importance(
    roles: Roles,
    moments: Moments,
    group: tuple[int | str, ...] = (),
    *,
    n_draws: int = 2000,
    rng: np.random.Generator,
) -> Importance | None:
    """Tell what an outcome goes with in one group; None with too few answers, or all alike.

    `moments` are those of `importance_need`.
    """
    own = moments.at([group])
    cross = own.cross[0]
    whole = cross.sum(axis=0)
    if own.n < least_answers(roles) or whole[0, 0] <= 0 or not _varies(whole):
        return None
    return importance(
        cross,
        outcome=len(whole) - 1,
        groups=driver_positions(roles),
        resamples=resamples(own.rows, n_draws=n_draws, rng=rng),
        rng=rng,
    )


def driver_means(roles: Roles, moments: Moments) -> npt.NDArray[np.float64]:
    """Average each driver's ratings; NaN for a driver that is no rating."""
    cross = moments.at([()]).cross[0].sum(axis=0)
    mean = moments.origin + cross[0, 1:] / cross[0, 0]
    return np.array(
        [
            mean[np.array(places) - 1].mean() if is_rating(driver) else np.nan
            for driver, places in zip(roles.choice.drivers, driver_positions(roles), strict=True)
        ]
    )


def is_rating(driver: Driver) -> bool:
    """Tell whether a driver is made of ratings, and not of the categories of a text."""
    return all(part.equals is None and part.within is None for part in driver.variables)


def _varies(whole: npt.NDArray[np.float64]) -> bool:
    """Tell whether the outcome and at least one driver's column vary."""
    varies = correlations(whole, range(1, len(whole))).varies[0]
    return bool(varies[-1] and varies[:-1].any())
