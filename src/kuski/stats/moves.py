"""Moves: where customers' next score lies with nothing done, which is nearer to the middle."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.stats.inputs import Floats, Integers, checked_finite
from kuski.stats.resample import Interval, Resamples, interval, totals
from kuski.terms import ZONES, ZoneName


@dataclass(frozen=True, slots=True)
class Moves:
    """What happens next to customers of one zone of the scale.

    Attributes
    ----------
    zone : {"below", "middle", "top"}
        Zone of the earlier of two consecutive scores.
    n : int
        Pairs of consecutive scores, unweighted.
    held : int
        Replicates that hold such a pair.
    first, second : float
        Weighted mean scores; NaN where n is 0, as for all that follows.
    move : float
        second less first, in positions of the scale.
    move_interval : Interval or None
    left : float
        Share whose later score lies in another zone, 0 to 1.
    left_interval : Interval or None
    to_below, to_middle, to_top : float
        Shares by zone of the later score; they sum to 1.
    """

    zone: ZoneName
    n: int
    held: int
    first: float
    second: float
    move: float
    move_interval: Interval | None
    left: float
    left_interval: Interval | None
    to_below: float
    to_middle: float
    to_top: float


def moves(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    middle: float,
    top: float,
    replicate: npt.ArrayLike,
    resamples: Resamples,
    weight: npt.ArrayLike | None = None,
) -> tuple[Moves, ...]:
    """Say how scores move with nothing done, by zone of the earlier score.

    Parameters
    ----------
    first, second : array_like, shape (n,)
        Consecutive scores of the same customer, earlier and later.
    middle, top : float
        Below `middle` is the zone below, from `top` up is the top, between them is the middle.
    replicate : array_like of int, shape (n,)
        Replicate of the customer, 0 to G − 1.
    resamples : Resamples
        Of the replicates of these pairs.
    weight : array_like, shape (n,), or None
        >= 0; all 1 where None.

    Returns
    -------
    tuple of Moves
        Below, middle, top.

    Raises
    ------
    ValueError
        Where shapes do not fit, a number is not finite, a weight is negative, a replicate does not
        exist or is not counted by `resamples`, or `middle` is not below `top`.

    Notes
    -----
    Whoever scores low is partly low by chance, and so scores higher next time: this is the move
    that a plan must beat. Assumes that those who answered twice are like those who answered once,
    and that nothing was done for one zone only.

    References
    ----------
    Galton 1886, *Regression towards mediocrity in hereditary stature*.
    Barnett, van der Pols & Dobson 2005, *Regression to the mean: what it is and how to deal with
    it*, International Journal of Epidemiology 34(1).
    """
    pairs = _pairs(first, second, weight, replicate, resamples)
    if not middle < top:
        raise ValueError(f"middle == {middle:g} and top == {top:g}, expected middle below top")
    borders = np.array([middle, top])
    before = np.searchsorted(borders, pairs.first, side="right")
    after = np.searchsorted(borders, pairs.second, side="right")
    return tuple(
        _moves(pairs, before == zone, after, zone=zone, resamples=resamples)
        for zone in range(len(ZONES))
    )


@dataclass(frozen=True, slots=True)
class _Pairs:
    first: Floats
    second: Floats
    weight: Floats
    replicate: Integers


def _pairs(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    weight: npt.ArrayLike | None,
    replicate: npt.ArrayLike,
    resamples: Resamples,
) -> _Pairs:
    earlier, later = checked_finite(first, "first"), checked_finite(second, "second")
    of = np.asarray(replicate)
    weights = np.ones(earlier.shape) if weight is None else checked_finite(weight, "weight")
    if earlier.ndim != 1 or not earlier.shape == later.shape == weights.shape == of.shape:
        raise ValueError(
            f"first {earlier.shape}, second {later.shape}, weight {weights.shape} and replicate "
            f"{of.shape}, expected one axis of the same length; pass one entry for each pair"
        )
    if (weights < 0).any():
        raise ValueError(f"weight goes down to {weights.min():g}, expected >= 0")
    known = np.flatnonzero(resamples.counts[0])
    if not np.isin(of, known).all():
        raise ValueError(
            f"replicate goes from {of.min()} to {of.max()}, expected those that resamples counts; "
            "make the resamples from rows by replicate of these pairs"
        )
    return _Pairs(earlier, later, weights, of.astype(np.int64))


def _moves(
    pairs: _Pairs,
    chosen: npt.NDArray[np.bool_],
    after: Integers,
    *,
    zone: int,
    resamples: Resamples,
) -> Moves:
    weight = pairs.weight * chosen
    columns = [np.ones(len(weight)), pairs.first, pairs.second, *(after == z for z in range(3))]
    size = resamples.counts.shape[1]
    sums = totals(
        np.stack([np.bincount(pairs.replicate, weight * c, size) for c in columns], axis=1),
        resamples,
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        means = sums[:, 1:] / sums[:, :1]
    held = len(np.unique(pairs.replicate[weight > 0]))
    move, left = means[:, 1] - means[:, 0], 1 - means[:, 2 + zone]
    to = [float(share) for share in means[0, 2:]]
    return Moves(
        zone=ZONES[zone],
        n=int(chosen.sum()),
        held=held,
        first=float(means[0, 0]),
        second=float(means[0, 1]),
        move=float(move[0]),
        move_interval=interval(move, resamples, held=held),
        left=float(left[0]),
        left_interval=interval(left, resamples, held=held),
        to_below=to[0],
        to_middle=to[1],
        to_top=to[2],
    )
