"""A driver's numbers: what goes with it, how surely, and how it is rated."""

from dataclasses import dataclass

from kuski.finding import ends, known
from kuski.moments import Moments
from kuski.roles import Driver, Roles
from kuski.stats.collinearity import Collinearity
from kuski.stats.importance import Importance
from kuski.stats.ranks import RankInterval
from kuski.stats.relative_weights import relative_weights
from kuski.terms import DriverKind
from kuski.understand.importance import driver_means, driver_positions, is_rating


@dataclass(frozen=True, slots=True)
class ShareNumbers:
    """How much of an outcome goes with one driver.

    Attributes
    ----------
    driver : str
        The column's name, or the group's.
    lmg : float
        Shapley share of R², in units of R².
    lmg_low, lmg_high : float or None
        At zero the driver may have nothing to do with the outcome.
    share : float or None
        Of what all drivers explain: lmg over R², 0 to 1.
    share_low, share_high : float or None
    rank : int
        By lmg, from 1.
    rank_low, rank_high : int or None
        The best and the worst rank that it may have.
    """

    driver: str
    lmg: float
    lmg_low: float | None
    lmg_high: float | None
    share: float | None
    share_low: float | None
    share_high: float | None
    rank: int
    rank_low: int | None
    rank_high: int | None


@dataclass(frozen=True, slots=True)
class DriverNumbers(ShareNumbers):
    """How much of the score goes with one driver, and how the driver is rated.

    Attributes
    ----------
    kind : {"human", "digital", "price", "product", "process"} or None
        What sort of thing it is.
    lmg_error : float or None
        Standard error of `lmg` from drawing orders; None where it is exact.
    johnson : float
        Johnson's relative weight, in units of R².
    slope : float or None
        Points of score per point of the driver, the others held alike; of several ratings, per
        point of all of them. None for a text, or where other drivers determine this one.
    slope_low, slope_high : float or None
    mean : float or None
        Mean rating; None for a text.
    vif : float or None
        Variance inflation, from 1; None where other drivers determine this one.
    answered : float
        Share of the scored answers that rated it, 0 to 1.
    """

    kind: DriverKind | None
    lmg_error: float | None
    johnson: float
    slope: float | None
    slope_low: float | None
    slope_high: float | None
    mean: float | None
    vif: float | None
    answered: float


def share_numbers(roles: Roles, found: Importance) -> tuple[ShareNumbers, ...]:
    """Write out the shares of all chosen drivers, the most important first."""
    drivers = roles.choice.drivers
    return tuple(
        ShareNumbers(*_share(driver.name, found, i)) for i, driver in _ordered(drivers, found)
    )


def driver_numbers(
    roles: Roles, moments: Moments, found: Importance, beside: Collinearity
) -> tuple[DriverNumbers, ...]:
    """Write out all chosen drivers, the most important first."""
    cross = moments.at([()]).cross[0].sum(axis=0)
    johnson = relative_weights(
        cross, outcome=len(cross) - 1, groups=driver_positions(roles)
    ).weights
    means = driver_means(roles, moments)
    told = [is_rating(driver) for driver in roles.choice.drivers]
    slope = [known(found.slope[i]) if is_told else None for i, is_told in enumerate(told)]
    slope_ends = [
        ends(found.slope_intervals[i] if is_told else None) for i, is_told in enumerate(told)
    ]
    return tuple(
        DriverNumbers(
            *_share(driver.name, found, i),
            kind=driver.kind,
            lmg_error=float(found.lmg_error[i]) or None,
            johnson=float(johnson[i]),
            slope=slope[i],
            slope_low=slope_ends[i][0],
            slope_high=slope_ends[i][1],
            mean=known(means[i]),
            vif=known(beside.inflation[i]),
            answered=driver.answered,
        )
        for i, driver in _ordered(roles.choice.drivers, found)
    )


def _ordered(drivers: tuple[Driver, ...], found: Importance) -> list[tuple[int, Driver]]:
    return sorted(enumerate(drivers), key=lambda each: (-found.lmg[each[0]], each[0]))


_Shares = tuple[
    str,
    float, float | None, float | None,
    float | None, float | None, float | None,
    int, int | None, int | None,
]  # fmt: skip


def _share(name: str, found: Importance, place: int) -> _Shares:
    ranks: RankInterval | None = found.rank_intervals[place]
    return (
        name,
        float(found.lmg[place]),
        *ends(found.lmg_intervals[place]),
        known(found.share[place]),
        *ends(found.share_intervals[place]),
        int(found.ranks[place]),
        None if ranks is None else ranks.low,
        None if ranks is None else ranks.high,
    )
