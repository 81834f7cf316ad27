"""Leaving: the chance of it at each level, and what could explain its fall away."""

from dataclasses import dataclass

import numpy as np

from kuski.finding import Refusal
from kuski.moments import Collected
from kuski.roles import Roles
from kuski.stats.resample import ratio_interval
from kuski.stats.sensitivity import e_value
from kuski.value.level import levels_of
from kuski.value.worth import WorthByLevel, worth_by_level
from kuski.words import Estimate


@dataclass(frozen=True, slots=True)
class LeavingNumbers:
    """The chance of leaving at one level, 0 to 1."""

    level: int | str
    n: int
    left: float | None
    left_low: float | None
    left_high: float | None
    adjusted: float | None
    adjusted_low: float | None
    adjusted_high: float | None


@dataclass(frozen=True, slots=True)
class LeavingRatio:
    """The chance of leaving at the top over that at the middle, and what could explain it away.

    Attributes
    ----------
    ratio : float or None
    e_value : float or None
        How strongly, as a risk ratio, a hidden cause must go with both score and leaving to explain
        the ratio away (VanderWeele & Ding 2017); at least 1.
    e_value_limit : float or None
        The same for the end of the interval that is nearer to 1.
    """

    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    e_value: float | None
    e_value_limit: float | None


def leaving_by_level(
    roles: Roles, collected: Collected, rng: np.random.Generator
) -> WorthByLevel | None:
    """Estimate the chance of leaving by level; None where the study cannot tell it."""
    if roles.left is None:
        return None
    found = worth_by_level(roles, roles.left, collected, rng)
    return None if isinstance(found, Refusal) else found


def leaving_numbers(roles: Roles, leaving: WorthByLevel) -> tuple[LeavingNumbers, ...]:
    """Give the chance of leaving at each level."""
    return tuple(
        LeavingNumbers(
            level=level.level,
            n=level.n,
            left=level.worth,
            left_low=level.worth_low,
            left_high=level.worth_high,
            adjusted=_chance(level.adjusted),
            adjusted_low=_chance(level.adjusted_low),
            adjusted_high=_chance(level.adjusted_high),
        )
        for level in levels_of(roles, leaving)
    )


def leaving_ratio_of(roles: Roles, leaving: WorthByLevel) -> LeavingRatio:
    """Compare the chance of leaving at the top with that at the middle."""
    estimated, scale = leaving.main, roles.scale
    chance = estimated.worth
    top = chance[:, list(scale.top)].mean(axis=1)
    held = estimated.levels.held
    least = int(min(held[scale.middle], held[list(scale.top)].max()))
    found = ratio_interval(top, chance[:, scale.middle], estimated.resamples, held=least)
    if found is None or found.low <= 0:
        return LeavingRatio(None, None, None, None, None)
    ratio = float(top[0] / chance[0, scale.middle])
    value = e_value(ratio, low=found.low, high=found.high)
    return LeavingRatio(ratio, found.low, found.high, value.estimate, value.limit)


def chance_of_leaving(level: LeavingNumbers) -> Estimate:
    """Choose the adjusted chance where there is one."""
    if level.adjusted is not None:
        return Estimate(level.adjusted, level.adjusted_low, level.adjusted_high, "%")
    return Estimate(level.left, level.left_low, level.left_high, "%")


def _chance(value: float | None) -> float | None:
    """Keep a linear prediction within what a chance can be."""
    return None if value is None else min(max(value, 0.0), 1.0)
