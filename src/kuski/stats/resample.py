"""Replicates counted again and again: intervals for whatever moments can give.

Every statistic of this folder is a function of sums over replicates (random groups of customers).
It is computed not once but once per row of `Resamples.counts`: for the whole, with each replicate
left out, and for many draws of replicates with replacement. What comes out has that leading axis,
and `interval` reads it; nothing else need be known of the statistic.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, stdtrit

from kuski.stats.inputs import Booleans, Floats, Integers, checked_share

MIN_REPLICATES = 20
MIN_HELD = 5
MAX_UNDEFINED = 0.05

Refusal = Literal["replicates", "held", "undefined", "spread", "denominator"]


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the truth lies, as far as the sample can tell.

    Attributes
    ----------
    low, high : float
        Ends, in the unit of the estimate; both finite, `low <= high`.
    """

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Resamples:
    """How often each replicate counts, one row per resample.

    Attributes
    ----------
    counts : ndarray, shape (R, G), R = 1 + replicates + n_draws
        Row 0 is the whole; the next rows leave out one replicate each; then come the draws.
        Replicates without rows count 0 throughout.
    replicates : int
        Replicates that hold rows.
    n_draws : int
        Draws with replacement.
    """

    counts: Floats
    replicates: int
    n_draws: int


def resamples(rows: npt.ArrayLike, *, n_draws: int = 2000, rng: np.random.Generator) -> Resamples:
    """Count replicates as a cluster bootstrap would.

    Parameters
    ----------
    rows : array_like of int, shape (..., G)
        Number of rows by replicate; leading axes (levels) are summed.
    n_draws : int
        Draws with replacement; at least 100.
    rng : numpy.random.Generator

    Returns
    -------
    Resamples

    Raises
    ------
    ValueError
        Where there are no rows, or fewer than 100 draws.

    Notes
    -----
    Assumes that replicates are independent and alike: customers fall into them by a hash.

    References
    ----------
    Efron & Tibshirani 1993, *An Introduction to the Bootstrap*, chapters 8 and 11.
    """
    held = _held_replicates(rows)
    if n_draws < 100:
        raise ValueError(f"n_draws == {n_draws}, expected >= 100; 2000 give steady limits")
    n = int(held.sum())
    whole = held.astype(np.float64)
    left_out = np.repeat(whole[None], n, axis=0)
    left_out[np.arange(n), np.flatnonzero(held)] = 0.0
    draws = np.zeros((n_draws, held.size))
    draws[:, held] = rng.multinomial(n, np.full(n, 1 / n), size=n_draws)
    return Resamples(np.concatenate([whole[None], left_out, draws]), n, n_draws)


def _held_replicates(rows: npt.ArrayLike) -> Booleans:
    array = np.asarray(rows)
    if array.ndim == 0 or not (array > 0).any():
        raise ValueError(
            f"rows has shape {array.shape} and holds no row, expected counts by replicate with at "
            "least one row; pass Moments.rows"
        )
    return np.asarray((array > 0).reshape(-1, array.shape[-1]).any(axis=0), dtype=np.bool_)


def totals(values: npt.ArrayLike, resamples: Resamples) -> Floats:
    """Sum over replicates, once per resample.

    Parameters
    ----------
    values : array_like, shape (G, ...)
        Sums by replicate.
    resamples : Resamples

    Returns
    -------
    ndarray, shape (R, ...)
    """
    array = np.asarray(values, dtype=np.float64)
    if array.shape[:1] != resamples.counts.shape[1:]:
        raise ValueError(
            f"values has shape {array.shape}, expected {resamples.counts.shape[1]} replicates on "
            "its first axis; make the resamples from rows of the same need"
        )
    flat: Floats = resamples.counts @ array.reshape(len(array), -1)
    return flat.reshape(-1, *array.shape[1:])


def interval(
    values: npt.ArrayLike,
    resamples: Resamples,
    *,
    held: int | None = None,
    confidence: float = 0.95,
) -> Interval | None:
    """Find an interval for one statistic; None where `refusal` names a reason.

    Parameters
    ----------
    values : array_like, shape (R,)
        The statistic on each row of `resamples.counts`.
    resamples : Resamples
    held : int or None
        Replicates that hold rows of what is estimated (a level's own); all of them where None.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    Interval or None

    Notes
    -----
    Percentiles of the draws at Φ(±z + a·z²). Three corrections meet in it, each measured to be
    needed for skewed money in thin levels:

    - z = √(n/(n−1))·t(n−1) instead of 1.96, since the bootstrap is too narrow by √((n−1)/n) and
      knows nothing of Student's t (Hesterberg's *expanded percentile*);
    - n is how many replicates carry the estimate: ν + 1, where ν are the degrees of freedom that
      the variance of the leave-one-out values has, 2/(ΣI⁴/(ΣI²)² − 1/held), never above held − 1.
      Evenly spread influence gives n = held; a few large ones give few;
    - a = ΣI³/(6(ΣI²)^1.5) is the acceleration of Efron's BCa (1987), which moves both limits
      towards the long tail.

    I is the mean of the leave-one-out values less each of them.

    Assumes a smooth statistic: not for a maximum, a rank or a median. For a 0/1 outcome with fewer
    than about five events it holds the truth too seldom; see `proportions.share_interval`.

    References
    ----------
    Efron 1987, *Better bootstrap confidence intervals*, JASA 82(397).
    Hesterberg 2015, *What teachers should know about the bootstrap*, The American Statistician
    69(4).
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"values has shape {array.shape}, expected (R,); for more use intervals")
    return intervals(
        array[:, None],
        resamples,
        held=None if held is None else np.array([held]),
        confidence=confidence,
    )[0]


def intervals(
    values: npt.ArrayLike,
    resamples: Resamples,
    *,
    held: npt.ArrayLike | None = None,
    confidence: float = 0.95,
) -> tuple[Interval | None, ...]:
    """Find an interval for each of several statistics, as `interval` does for one.

    Parameters
    ----------
    values : array_like, shape (R, m)
    resamples : Resamples
    held : array_like of int, shape (m,), or None
    confidence : float

    Returns
    -------
    tuple of (Interval or None), length m
    """
    checked_share(confidence, "confidence")
    reasons = refusals(values, resamples, held=held)
    array = np.asarray(values, dtype=np.float64)
    given = np.flatnonzero([reason is None for reason in reasons])
    found: list[Interval | None] = [None] * len(reasons)
    if given.size:
        limits = _limits(
            array[:, given], resamples, _held(held, array, resamples)[given], confidence
        )
        for i, low, high in zip(given, *limits, strict=True):
            found[i] = Interval(float(low), float(high))
    return tuple(found)


def refusals(
    values: npt.ArrayLike, resamples: Resamples, *, held: npt.ArrayLike | None = None
) -> tuple[Refusal | None, ...]:
    """Say why each statistic gets no interval, or None where it gets one.

    Parameters
    ----------
    values : array_like, shape (R, m)
    resamples : Resamples
    held : array_like of int, shape (m,), or None

    Returns
    -------
    tuple of (Refusal or None), length m
        "replicates": fewer than `MIN_REPLICATES` hold rows. "held": fewer than `MIN_HELD` hold
        rows of this one, or leaving out one of them leaves nothing. "undefined": no estimate, or
        more than `MAX_UNDEFINED` of the draws have none. "spread": leaving out a replicate never
        changes anything, so the sample cannot tell how sure it is.
    """
    array = _by_resample(values, resamples)
    holds = _held(held, array, resamples)
    return tuple(_refusal(array[:, i], resamples, int(holds[i])) for i in range(array.shape[1]))


def _refusal(values: Floats, resamples: Resamples, held: int) -> Refusal | None:
    left_out, draws = _parts(values, resamples)
    if resamples.replicates < MIN_REPLICATES:
        return "replicates"
    if not np.isfinite(values[0]):
        return "undefined"
    if held < MIN_HELD or not np.isfinite(left_out).all():
        return "held"
    if np.mean(~np.isfinite(draws)) > MAX_UNDEFINED:
        return "undefined"
    if np.ptp(left_out) <= 1e-12 * abs(values[0]):
        return "spread"
    return None


def ratio_interval(
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike,
    resamples: Resamples,
    *,
    held: int | None = None,
    confidence: float = 0.95,
) -> Interval | None:
    """Find an interval for a ratio; None where the denominator may be zero or below.

    Parameters
    ----------
    numerator, denominator : array_like, shape (R,)
        Both on each row of `resamples.counts`.
    resamples : Resamples
    held : int or None
        As for `interval`, of numerator and denominator alike.
    confidence : float

    Returns
    -------
    Interval or None

    Notes
    -----
    The interval holds the ratios ρ for which the interval of numerator − ρ·denominator holds zero
    (Fieller). Its upper end is finite exactly where the interval of the denominator lies above
    zero, so that the rule of refusal and the interval are one. Percentiles of the ratio itself
    would run to infinity beside a denominator that is only just above zero.

    References
    ----------
    Fieller 1954, *Some problems in interval estimation*.
    Hwang 1995, *Fieller's problems and resampling techniques*, Statistica Sinica 5.
    """
    if ratio_refusal(numerator, denominator, resamples, held=held, confidence=confidence):
        return None
    over = np.asarray(numerator, dtype=np.float64)
    under = np.asarray(denominator, dtype=np.float64)

    def difference(ratio: float) -> Interval:
        values = over - ratio * under
        found = interval(values, resamples, held=held, confidence=confidence)
        return found or Interval(float(values[0]), float(values[0]))

    estimate = float(over[0] / under[0])
    around = difference(estimate)
    step = (around.high - around.low) / float(under[0])
    low = _farthest(lambda ratio: difference(ratio).low <= 0, estimate, -step)
    high = _farthest(lambda ratio: difference(ratio).high >= 0, estimate, step)
    return None if low is None or high is None else Interval(low, high)


def ratio_refusal(
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike,
    resamples: Resamples,
    *,
    held: int | None = None,
    confidence: float = 0.95,
) -> Refusal | None:
    """Say why a ratio gets no interval, or None where it gets one.

    Parameters
    ----------
    numerator, denominator : array_like, shape (R,)
    resamples : Resamples
    held : int or None
    confidence : float

    Returns
    -------
    Refusal or None
        "denominator" where its interval reaches zero or below; else as `refusals`.
    """
    over, under = (np.asarray(part, dtype=np.float64) for part in (numerator, denominator))
    below = interval(under, resamples, held=held, confidence=confidence)
    lowest = under[0] if below is None else below.low
    if np.isfinite(lowest) and lowest <= 0:
        return "denominator"
    columns = np.column_stack([over, under, over - over[0] / under[0] * under])
    each = None if held is None else np.full(3, held)
    *parts, whole = refusals(columns, resamples, held=each)
    return next((reason for reason in parts if reason not in (None, "spread")), whole)


def _farthest(holds: Callable[[float], bool], start: float, step: float) -> float | None:
    """Walk from start in doubling steps until outside, then halve back to the border."""
    inside, outside = start, start + step
    for _ in range(60):
        if not holds(outside):
            break
        inside, outside = outside, start + 2 * (outside - start)
    else:
        return None
    for _ in range(30):
        between = (inside + outside) / 2
        inside, outside = (between, outside) if holds(between) else (inside, between)
    return inside


def _limits(
    values: Floats, resamples: Resamples, held: Integers, confidence: float
) -> tuple[Floats, Floats]:
    left_out, draws = _parts(values, resamples)
    influence = left_out.mean(axis=0) - left_out
    influence /= np.abs(influence).max(axis=0)
    squares = (influence**2).sum(axis=0)
    acceleration = (influence**3).sum(axis=0) / (6 * squares**1.5)
    unevenness = (influence**4).sum(axis=0) / squares**2
    df = 2 / np.maximum(unevenness - 1 / held, 2 / (held - 1))
    z = -np.sqrt((df + 1) / df) * stdtrit(df, (1 - confidence) / 2)
    shift = acceleration * z**2
    return _percentiles(draws, ndtr(shift - z)), _percentiles(draws, ndtr(shift + z))


def _percentiles(draws: Floats, shares: Floats) -> Floats:
    """Interpolate between the defined draws of each column, at a share of its own."""
    ordered = np.sort(np.where(np.isfinite(draws), draws, np.nan), axis=0)
    place = shares * (np.isfinite(ordered).sum(axis=0) - 1)
    under = np.floor(place).astype(np.int64)
    low = np.take_along_axis(ordered, under[None], axis=0)[0]
    high = np.take_along_axis(ordered, np.ceil(place).astype(np.int64)[None], axis=0)[0]
    found: Floats = low + (place - under) * (high - low)
    return found


def _by_resample(values: npt.ArrayLike, resamples: Resamples) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 2 or len(array) != len(resamples.counts):
        raise ValueError(
            f"values has shape {array.shape}, expected {len(resamples.counts)} resamples on its "
            "first of two axes; compute the statistic on each row of resamples.counts"
        )
    return array


def _parts(values: Floats, resamples: Resamples) -> tuple[Floats, Floats]:
    first_draw = 1 + resamples.replicates
    return values[1:first_draw], values[first_draw:]


def _held(held: npt.ArrayLike | None, values: Floats, resamples: Resamples) -> Integers:
    n = values.shape[1]
    if held is None:
        return np.full(n, resamples.replicates)
    array = np.asarray(held, dtype=np.int64)
    if array.shape != (n,) or (array > resamples.replicates).any():
        raise ValueError(
            f"held == {held}, expected {n} counts of at most {resamples.replicates} replicates; "
            "count the replicates that have rows of what is estimated"
        )
    return array
