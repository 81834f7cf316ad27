"""Contrasts of the study's drivers: which sums they need, and what comes of them at every cut."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from kuski.moments import Moments, Need, Variable
from kuski.roles import Driver, Roles
from kuski.stats.collinearity import collinearity
from kuski.stats.penalty_reward import (
    ClassChances,
    Contrasts,
    RatingGroups,
    class_chances,
    classes,
    contrasts,
    rating_groups,
)
from kuski.stats.resample import MIN_HELD, Resamples
from kuski.understand.asymmetry.cut import CutGrid, cut_grid

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Asked:
    """The drivers that can be low or high, and the columns that say so.

    Attributes
    ----------
    grid : CutGrid
    drivers : tuple of Driver
        Those that are ratings.
    need : Need
        Per rating the dummies of all cuts, then what is held alike, then the score.
    """

    grid: CutGrid
    drivers: tuple[Driver, ...]
    need: Need

    @property
    def owner(self) -> Integers:
        """Place of each rating's driver, shape (ratings,)."""
        sizes = [len(driver.variables) for driver in self.drivers]
        return np.repeat(np.arange(len(sizes)), sizes)

    @property
    def _dummies(self) -> int:
        """Dummies of one rating."""
        return len(self.grid.lows) + len(self.grid.highs)

    @property
    def positions(self) -> tuple[Integers, Integers]:
        """Positions in z of the low and the high dummies, shape (cuts, ratings) each."""
        first = 1 + self._dummies * np.arange(len(self.owner))
        places = np.array([self.grid.places(cut) for cut in self.grid.cuts])
        return places[:, :1] + first, places[:, 1:] + first

    @property
    def controls(self) -> range:
        """Positions in z of what is only held alike."""
        return range(1 + self._dummies * len(self.owner), len(self.need.columns))

    @property
    def outcome(self) -> int:
        """Position of the score in z."""
        return len(self.need.columns)


def asked(roles: Roles) -> Asked | None:
    """Say what is needed; None without ratings on a known scale that the cuts divide in three."""
    role = roles.settings.responses.drivers
    if role is None or role.scale is None:
        return None
    grid = cut_grid(role.scale, role.cuts)
    drivers = tuple(one for one in roles.choice.drivers if is_rating(one))
    if grid is None or not drivers:
        return None
    ratings = [rating for driver in drivers for rating in driver.variables]
    columns: list[Variable] = [dummy for rating in ratings for dummy in grid.dummies(rating)]
    columns += [
        part for one in roles.choice.drivers if not is_rating(one) for part in one.variables
    ]
    return Asked(grid, drivers, Need("responses", (*columns, roles.score), (), roles.weight))


def is_rating(driver: Driver) -> bool:
    """Tell whether a driver has low and high values: not where a column of it holds words."""
    return all(variable.equals is None for variable in driver.variables)


@dataclass(frozen=True)
class Contrasted:
    """What low and high ratings of the drivers go with, at every cut.

    Attributes
    ----------
    asked : Asked
    moments : Moments
        One group of all rows.
    drawn : Resamples
    least : int
        Fewest answers that may be low, high or between.
    class_cut : float
        Asymmetry beyond which a driver is basic or excitement.
    """

    asked: Asked
    moments: Moments
    drawn: Resamples
    least: int
    class_cut: float

    @property
    def main(self) -> int:
        """Place of the main cut."""
        return self.asked.grid.main_place

    @property
    def cross(self) -> Floats:
        """Cross-products by replicate, shape (G, q, q)."""
        found: Floats = self.moments.cross[0]
        return found

    @cached_property
    def groups(self) -> RatingGroups:
        """Those whom each dummy marks."""
        return rating_groups(self.cross, self.moments.rows[0], origin=self.moments.origin)

    @cached_property
    def sizes(self) -> Floats:
        """Answers that are low, between and high, shape (3, cuts, drivers).

        Of a driver with several ratings, the fewest of any.
        """
        low, high = (self.groups.n[places - 1] for places in self.asked.positions)
        each = np.stack([low, self.moments.n - low - high, high])
        return self._fewest(each)

    @cached_property
    def held(self) -> Integers:
        """Replicates with low and with high ratings, shape (2, cuts, drivers)."""
        each = np.stack([self.groups.held[places - 1] for places in self.asked.positions])
        return self._fewest(each.astype(np.float64)).astype(np.int64)

    @cached_property
    def is_thin(self) -> Booleans:
        """Whether too few rate the driver low, between or high, shape (cuts, drivers)."""
        found: Booleans = self._is_side_thin.any(axis=0) | (self.sizes[1] < self.least)
        return found

    @cached_property
    def _is_side_thin(self) -> Booleans:
        """The same of the low and the high side alone, shape (2, cuts, drivers)."""
        found: Booleans = (self.sizes[[0, 2]] < self.least) | (self.held < MIN_HELD)
        return found

    @cached_property
    def found(self) -> Contrasts:
        """The contrasts of the drivers, shape (R, cuts, drivers).

        Several ratings that count as one driver are low together, and high together.
        """
        owner = self.asked.owner
        # A thin side is no dummy of its own; the driver's other side is still held alike.
        low, high = (
            np.where(few[:, owner], -1, places)
            for few, places in zip(self._is_side_thin, self.asked.positions, strict=True)
        )
        each = contrasts(
            self.cross,
            self.drawn,
            outcome=self.asked.outcome,
            low=low,
            high=high,
            controls=self.asked.controls,
        )
        members = owner == np.arange(len(self.asked.drivers))[:, None]
        pooled, size = each.pooled(members), members.sum(axis=1)
        whole = (np.isfinite(each.reach).astype(np.int64) @ members.T == size) & ~self.is_thin
        return Contrasts(
            np.where(whole, pooled.penalty, np.nan), np.where(whole, pooled.reward, np.nan)
        )

    @cached_property
    def is_known(self) -> Booleans:
        """Whether a driver has its contrasts at each cut, shape (cuts, drivers)."""
        found: Booleans = np.isfinite(self.found.reach[0])
        return found

    @cached_property
    def inflation(self) -> Floats:
        """Variance inflation of each driver's dummies at the main cut, shape (drivers,).

        NaN for a driver that is thin there.
        """
        low, high = (places[self.main] for places in self.asked.positions)
        owner, told = self.asked.owner, np.flatnonzero(~self.is_thin[self.main])
        groups = [[*low[owner == i].tolist(), *high[owner == i].tolist()] for i in told]
        held_alike = [list(self.asked.controls)] if self.asked.controls else []
        factors = np.full(len(self.asked.drivers), np.nan)
        if told.size:
            found = collinearity(self.cross.sum(axis=0), groups=groups + held_alike)
            factors[told] = found.inflation[: told.size]
        return factors

    def chances(self, found: Contrasts) -> ClassChances:
        """Count how often each class comes up, over resamples and cuts."""
        each = classes(found.penalty, found.reward, class_cut=self.class_cut)
        return class_chances(each, self.drawn, main=self.main)

    @cached_property
    def weakest(self) -> int | None:
        """Place of the driver with the shortest reach at the main cut; None where none has one."""
        reach = np.where(self.is_known[self.main], self.found.reach[0, self.main], np.inf)
        return int(np.argmin(reach)) if np.isfinite(reach).sum() > 1 else None

    @cached_property
    def without_halo(self) -> Contrasts | None:
        """The contrasts less those of the weakest driver, as if it had no effect of its own.

        None where the weakest driver reaches nowhere, so that there is nothing to take off.
        """
        if self.weakest is None or self.found.reach[0, self.main, self.weakest] <= 0:
            return None
        return self.found.beside(self.weakest)

    def _fewest(self, each: Floats) -> Floats:
        owner = self.asked.owner
        return np.stack(
            [each[..., owner == i].min(axis=-1) for i in range(len(self.asked.drivers))], axis=-1
        )
