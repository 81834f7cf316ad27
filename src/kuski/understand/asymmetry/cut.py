"""Cuts: which ratings count as low and which as high, and what else they could have been."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from kuski.moments import Variable
from kuski.scale import Scale

# Promoters' 9 is where high ratings are usually said to start on scales of eleven or ten steps.
_USUAL_HIGH = {(0.0, 10.0): 9.0, (1.0, 10.0): 9.0}
_HIGH_PART = 0.8
_STEPS = 10
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Cut:
    """A rating up to `low` is low, one from `high` on is high; those between are the reference."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CutGrid:
    """The main cut, and others that somebody could have chosen as well.

    Attributes
    ----------
    ends : tuple of float
        Lowest and highest rating.
    cuts : tuple of Cut
        The main one among them, from the lowest up.
    main : Cut
    """

    ends: tuple[float, float]
    cuts: tuple[Cut, ...]
    main: Cut

    @property
    def main_place(self) -> int:
        """Where the main cut stands among the cuts."""
        return self.cuts.index(self.main)

    @property
    def lows(self) -> tuple[float, ...]:
        """The highest low ratings that are tried."""
        return tuple(sorted({cut.low for cut in self.cuts}))

    @property
    def highs(self) -> tuple[float, ...]:
        """The lowest high ratings that are tried."""
        return tuple(sorted({cut.high for cut in self.cuts}))

    def dummies(self, rating: Variable) -> Iterator[Variable]:
        """Mark the low ratings, then the high ones, of every cut: `lows` and `highs` in order."""
        for low in self.lows:
            yield _within(rating, self.ends[0], low)
        for high in self.highs:
            yield _within(rating, high, self.ends[1])

    def places(self, cut: Cut) -> tuple[int, int]:
        """Tell where a cut's two dummies stand among `dummies`."""
        return self.lows.index(cut.low), len(self.lows) + self.highs.index(cut.high)


def cut_grid(
    ends: tuple[float, float], chosen: tuple[float, float] | None = None
) -> CutGrid | None:
    """List the cuts of a scale.

    Parameters
    ----------
    ends : tuple of float
        Lowest and highest rating.
    chosen : tuple of float or None
        The highest low and the lowest high rating; the usual ones where None.

    Returns
    -------
    CutGrid or None
        None where no rating is left between low and high, or one of the three has none.

    Notes
    -----
    Usually low is what lies below the middle of the scale, as for the score, and high is the upper
    fifth of it: 1-3 and 6-7 of 1-7, 1-2 and 5 of 1-5, 0-6 and 9-10 of 0-10. Tried besides are
    both ends of the main cut moved by a step either way, as long as low stays below the middle,
    high above it, and something between.
    """
    step, middle = _step(ends), _middle(ends)
    low, high = chosen or _usual(ends, step, middle)
    main = Cut(float(low), float(high))
    if not _is_cut(main, ends, step):
        return None
    cuts = {main}
    for moved_low in (low - step, low, low + step):
        for moved_high in (high - step, high, high + step):
            cut = Cut(round(moved_low, _DIGITS), round(moved_high, _DIGITS))
            low_is_low = cut.low < middle or cut.low == main.low
            high_is_high = cut.high > middle or cut.high == main.high
            if low_is_low and high_is_high and _is_cut(cut, ends, step):
                cuts.add(cut)
    return CutGrid(ends, tuple(sorted(cuts, key=lambda cut: (cut.low, cut.high))), main)


def _within(rating: Variable, first: float, last: float) -> Variable:
    return Variable(rating.column, rating.scale, rating.missing, within=(first, last))


def _step(ends: tuple[float, float]) -> float:
    """Tell how far a cut is moved: a level, or a tenth of a scale without levels."""
    return 1.0 if _has_levels(ends) else (ends[1] - ends[0]) / _STEPS


def _has_levels(ends: tuple[float, float]) -> bool:
    try:
        Scale.of(ends)
    except ValueError:
        return False
    return True


def _middle(ends: tuple[float, float]) -> float:
    if not _has_levels(ends):
        return sum(ends) / 2
    scale = Scale.of(ends)
    return scale.positions[scale.middle]


def _usual(ends: tuple[float, float], step: float, middle: float) -> tuple[float, float]:
    part = ends[0] + _HIGH_PART * (ends[1] - ends[0])
    high = _USUAL_HIGH.get(ends, float(math.ceil(part)) if _has_levels(ends) else part)
    return round(middle - step, _DIGITS), round(high, _DIGITS)


def _is_cut(cut: Cut, ends: tuple[float, float], step: float) -> bool:
    """Tell whether ratings can be low, high and between; a scale with levels has none in a gap."""
    gap = 2 * step if _has_levels(ends) else 0.0
    has_both = ends[0] <= cut.low and cut.high <= ends[1]
    return has_both and cut.low < cut.high and cut.high - cut.low >= gap
