"""Gains: what each choice brings to one customer of each kind, and how sure that is."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.choose.cell import EVERYONE, Cell
from kuski.choose.everybody.kind import Kinds
from kuski.choose.everybody.steepness import Steepness
from kuski.choose.problem import Problem
from kuski.moments import Integers

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gains:
    """Worth of choices by kind.

    Attributes
    ----------
    kinds : Kinds
    along : ndarray, shape (K, R, c)
        What one customer at a level brings more by each choice, if a step were worth the same to
        all; row 0 is the estimate.
    moves : ndarray, shape (K, R, c)
        Points of the score by which a choice moves the customer, as far as that brings worth.
    slopes : ndarray, shape (K,)
        Worth of a step to those at each level.
    tilts : ndarray, shape (R, m)
        By how much more a step is worth to each part of a kind.
    mean : ndarray, shape (n, c)
        What one customer of a kind brings more, as estimated.
    """

    kinds: Kinds
    along: Floats
    moves: Floats
    slopes: Floats
    tilts: Floats
    mean: Floats

    @classmethod
    def of(cls, problem: Problem, kinds: Kinds, steepness: Steepness) -> "Gains":
        """Add up curve, segment and steepness, on each draw."""
        lifts, curves = problem.lifts, problem.curves
        uses = problem.uses.astype(np.float64)
        through = (lifts.points * ~lifts.is_straight) @ uses.T
        straight = lifts.worth @ uses.T
        levels = [_level(place) for place in range(len(curves.positions))]
        along = np.stack([curves.worth_gain(level, through) + straight for level in levels])
        moves = np.stack([curves.score_gain(level, through) for level in levels])
        none = np.zeros(len(through))
        tilts = np.stack([curves.tilt.get(own, none) for own in kinds.part_segment], axis=1)
        level = kinds.part_level
        # The curves speak for those who are at a level, and hold what these have in common.
        tilts = tilts + steepness.effect @ (kinds.part_standing - _common(kinds)[level]).T
        parts = along[level, 0] + tilts[0][:, None] * moves[level, 0]
        mean = np.zeros((len(kinds.people), uses.shape[0]))
        np.add.at(mean, kinds.part_kind, kinds.part_share[:, None] * parts)
        return cls(kinds, along, moves, curves.slopes, tilts, mean)

    def draws(self, choice: Integers) -> Floats:
        """Give what one customer of each kind brings more by a choice, shape (R, n)."""
        kinds = self.kinds
        level, chosen = kinds.part_level, choice[kinds.part_kind]
        parts = self.along[level, :, chosen].T + self.tilts * self.moves[level, :, chosen].T
        order = np.argsort(kinds.part_kind, kind="stable")
        starts = np.searchsorted(kinds.part_kind[order], np.arange(len(kinds.people)))
        found: Floats = np.add.reduceat((parts * kinds.part_share)[:, order], starts, axis=1)
        return found

    def step(self) -> Floats:
        """Say what a step is worth to one customer of each kind, shape (n,)."""
        weights = (self.slopes[self.kinds.part_level] + self.tilts[0]) * self.kinds.part_share
        found = np.zeros(len(self.kinds.people))
        np.add.at(found, self.kinds.part_kind, weights)
        return found


def _common(kinds: Kinds) -> Floats:
    """Say how those at each level stand on average, shape (K, p)."""
    heads = kinds.people[kinds.part_kind] * kinds.part_share
    found = np.zeros((kinds.part_level.max(initial=0) + 1, kinds.part_standing.shape[1]))
    np.add.at(found, kinds.part_level, heads[:, None] * kinds.part_standing)
    whole = np.bincount(kinds.part_level, heads, minlength=len(found))
    found /= np.maximum(whole, 1.0)[:, None]
    return found


def _level(place: int) -> Cell:
    """Make a cell of one level, of nobody in particular."""
    return Cell(
        segment=EVERYONE,
        levels=(place,),
        is_protected=False,
        people=1.0,
        zone="middle",
        members=(),
        by_level=(1.0,),
        by_member=(),
    )
