"""Factors: drivers taken together under the name by which customers state what matters."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.moments import Moments
from kuski.roles import Factor, Roles
from kuski.stats.resample import Resamples, totals
from kuski.stats.shapley import shapley
from kuski.understand.importance import driver_positions

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FactorImportance:
    """How much of what goes with an outcome falls to each factor.

    Attributes
    ----------
    names : tuple of str, length F
        The factors with at least one driver that is used, as the study file orders them.
    shares : ndarray, shape (R, F)
        Of what all of them explain, 0 to 1; each row adds to 1. NaN where nothing is explained.
    r2 : ndarray, shape (R,)
        Share of the outcome's variance that all drivers explain, 0 to 1.
    """

    names: tuple[str, ...]
    shares: Floats
    r2: Floats


def factor_importance(roles: Roles, moments: Moments, drawn: Resamples) -> FactorImportance:
    """Share what the drivers explain of an outcome among the factors, once per resample.

    Parameters
    ----------
    roles : Roles
    moments : Moments
        Of `importance_need` for the outcome, without groups, on the replicates of `drawn`.
    drawn : Resamples

    Returns
    -------
    FactorImportance

    Notes
    -----
    The Shapley value of R² with each factor's drivers as one player. Drivers of no factor are one
    more player, whose part is left out before the shares are taken, so that no factor is paid for
    what they do.
    """
    players = factor_positions(roles)
    groups = list(players.values())
    taken = {place for group in groups for place in group}
    rest = [place for group in driver_positions(roles) for place in group if place not in taken]
    cross = totals(moments.at([()]).cross[0], drawn)
    found = shapley(cross, outcome=cross.shape[-1] - 1, groups=[*groups, rest] if rest else groups)
    own = np.maximum(found.shares[:, : len(groups)], 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = own / own.sum(axis=1, keepdims=True)
    return FactorImportance(tuple(players), shares, found.r2)


def factor_positions(roles: Roles) -> dict[str, tuple[int, ...]]:
    """Name the places in z of each factor's drivers; a factor without a used driver is left out.

    A factor names drivers, or columns within a driver of several.
    """
    places: dict[str, list[int]] = {}
    for driver, positions in zip(roles.choice.drivers, driver_positions(roles), strict=True):
        for variable, place in zip(driver.variables, positions, strict=True):
            for name in {driver.name, variable.column}:
                places.setdefault(name, []).append(place)
    found = {
        factor.name: tuple(
            dict.fromkeys(place for name in factor.drivers for place in places.get(name, ()))
        )
        for factor in roles.factors
    }
    return {name: group for name, group in found.items() if group}


def rated_factors(roles: Roles) -> tuple[Factor, ...]:
    """List the factors with a driver that is used."""
    rated = factor_positions(roles)
    return tuple(factor for factor in roles.factors if factor.name in rated)
