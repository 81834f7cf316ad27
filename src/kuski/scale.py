"""A score's scale: its levels, their positions, and the zones below, middle and top."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kuski.terms import ZoneName

_MOST_LEVELS = 21
# (lowest, highest) of the scale: the middle level and the top levels of the two plans.
_USUAL: dict[tuple[float, float], tuple[float, tuple[float, ...]]] = {
    (1, 5): (3, (5,)),
    (1, 7): (4, (7,)),
    (0, 10): (7, (9, 10)),
    (1, 10): (7, (9, 10)),
}


@dataclass(frozen=True, slots=True)
class Scale:
    """The levels of a score, from the lowest up.

    Attributes
    ----------
    labels : tuple of str
    positions : tuple of float
        Where each level stands on the scale; of a band, its middle.
    edges : tuple of float
        Level i holds ``edges[i] <= x < edges[i + 1]``.
    middle : int
        Place of the level to which *eliminate* lifts.
    top : tuple of int
        Places of the levels to whose mean *elevate* lifts.
    """

    labels: tuple[str, ...]
    positions: tuple[float, ...]
    edges: tuple[float, ...]
    middle: int
    top: tuple[int, ...]

    @classmethod
    def of(
        cls,
        ends: tuple[float, float],
        *,
        middle: float | None = None,
        top: Sequence[float] | None = None,
        cuts: Sequence[float] = (),
    ) -> "Scale":
        """Build the scale from its two ends.

        Parameters
        ----------
        ends : tuple of float
        middle : float or None
            A value of the middle level; the usual one of the scale where None.
        top : sequence of float or None
            A value of each top level.
        cuts : sequence of float
            Where one band ends and the next begins; every whole number is a level where empty.

        Raises
        ------
        ValueError
            If there are too many levels, or the zones do not stand in the order below, middle, top.
        """
        low, high = ends
        if not (math.isfinite(low) and math.isfinite(high)):
            raise ValueError(f"{low:g} … {high:g}")
        if cuts:
            labels, positions, edges = _bands(low, high, tuple(cuts))
        else:
            labels, positions, edges = _whole(low, high)
        usual_middle, usual_top = _USUAL.get(ends, (None, None))
        if cuts or usual_middle is None or usual_top is None:
            usual_middle, usual_top = positions[(len(positions) - 1) // 2], (positions[-1],)
        at = _place(usual_middle if middle is None else middle, edges)
        tops = tuple(
            sorted({_place(value, edges) for value in (usual_top if top is None else top)})
        )
        if not 0 < at < min(tops, default=0) or tops != tuple(range(tops[0], len(labels))):
            raise ValueError(
                f"middle {labels[at]}, top {', '.join(labels[i] for i in tops)} "
                f"({labels[0]} … {labels[-1]})"
            )
        return cls(labels, positions, edges, at, tops)

    @property
    def zones(self) -> tuple[ZoneName, ...]:
        """The zone of each level."""
        return tuple(
            "below" if i < self.middle else "top" if i in self.top else "middle"
            for i in range(len(self.labels))
        )

    @property
    def top_position(self) -> float:
        """Where *elevate* lifts to: the plain mean of the top levels."""
        return sum(self.positions[i] for i in self.top) / len(self.top)


def _whole(low: float, high: float) -> tuple[tuple[str, ...], tuple[float, ...], tuple[float, ...]]:
    if low != round(low) or high != round(high) or not 2 <= high - low < _MOST_LEVELS:
        raise ValueError(f"{low:g} … {high:g}: cuts = [...]")
    whole = range(round(low), round(high) + 1)
    edges = (*(value - 0.5 for value in whole), high + 0.5)
    return tuple(str(value) for value in whole), tuple(float(value) for value in whole), edges


def _bands(
    low: float, high: float, cuts: tuple[float, ...]
) -> tuple[tuple[str, ...], tuple[float, ...], tuple[float, ...]]:
    ends = (low, *cuts, high)
    if len(cuts) < 2 or any(a >= b for a, b in pairwise(ends)):
        raise ValueError(f"cuts {', '.join(f'{cut:g}' for cut in cuts)} ({low:g} … {high:g})")
    pairs = list(pairwise(ends))
    labels = tuple(f"{a:g}–{b:g}" for a, b in pairs)
    positions = tuple((a + b) / 2 for a, b in pairs)
    return labels, positions, (*ends[:-1], float("inf"))


def _place(value: float, edges: tuple[float, ...]) -> int:
    for i, (a, b) in enumerate(pairwise(edges)):
        if a <= value < b:
            return i
    raise ValueError(f"{value:g} ({edges[0]:g} … {edges[-1]:g})")
