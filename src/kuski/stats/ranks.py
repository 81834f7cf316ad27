"""Ranks: which of several values is the largest, and how sure that is."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, stdtrit

from kuski.stats.inputs import Floats, Integers, checked_finite, checked_share
from kuski.stats.resample import MAX_UNDEFINED, MIN_REPLICATES, Resamples

# Values nearer to each other than this, measured by the largest of them, are equal.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class RankInterval:
    """Where a true rank lies, as far as the sample can tell.

    Attributes
    ----------
    low, high : int
        The best and the worst rank it may have; ``1 <= low <= high``.
    """

    low: int
    high: int


def ranks(values: npt.ArrayLike) -> Integers:
    """Rank values, the largest first.

    Parameters
    ----------
    values : array_like, shape (m,)

    Returns
    -------
    ndarray of int, shape (m,)
        From 1; equal values share the best of their ranks, so that 5, 3, 3, 1 rank 1, 2, 2, 4.

    Raises
    ------
    ValueError
        Where a value is not finite.
    """
    array = checked_finite(values, "values")
    above = array[None, :] - array[:, None] > ROUNDING * np.abs(array).max(initial=0.0)
    found: Integers = 1 + above.sum(axis=1)
    return found


def rank_intervals(
    values: npt.ArrayLike,
    resamples: Resamples,
    *,
    held: int | None = None,
    confidence: float = 0.95,
) -> tuple[RankInterval | None, ...]:
    """Find an interval for the rank of each of several values.

    Parameters
    ----------
    values : array_like, shape (R, m)
        On each row of `resamples.counts`; larger is better.
    resamples : Resamples
    held : int or None
        Replicates that hold rows of the values; all of them where None.
    confidence : float
        Between 0 and 1: of each interval on its own, not of all of them at once.

    Returns
    -------
    tuple of (RankInterval or None), length m
        None with fewer than `resample.MIN_REPLICATES` replicates, for a value that is not known,
        or where more than `resample.MAX_UNDEFINED` of the draws are not.

    Raises
    ------
    ValueError
        Where `values` does not fit `resamples`.

    Notes
    -----
    Resampled ranks themselves hold the true rank too seldom where values are nearly equal: noise
    tears ties apart, so that each draw ranks as if it knew. Instead every value is compared with
    each of the others. Rank j is at least 1 + the number of values surely above j, and at most m −
    the number surely below; "surely" is |v_k − v_j| > c_j·se(v_k − v_j), where c_j is the quantile
    of the largest such studentised difference over k among the draws, so that all comparisons of
    one value hold at once. As for `resample.interval`, c_j is widened by √(n/(n−1)) and from the
    normal to Student's t. Where true values are equal, the interval holds every rank that they
    share. Assumes differences that are roughly normal.

    References
    ----------
    Mogstad, Romano, Shaikh & Wilhelm 2024, *Inference for ranks with applications to mobility
    across neighbourhoods and academic achievement across countries*, Review of Economic Studies
    91(1), section 3.
    """
    checked_share(confidence, "confidence")
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 2 or len(array) != len(resamples.counts):
        raise ValueError(
            f"values has shape {array.shape}, expected {len(resamples.counts)} resamples on its "
            "first of two axes; compute the values on each row of resamples.counts"
        )
    n = resamples.replicates if held is None else held
    found: list[RankInterval | None] = [None] * array.shape[1]
    known = np.flatnonzero(np.isfinite(array[0]))
    draws = array[1 + resamples.replicates :, known]
    is_whole = np.isfinite(draws).all(axis=1)
    if n < MIN_REPLICATES or np.mean(~is_whole) > MAX_UNDEFINED:
        return tuple(found)
    tail = (1 + confidence) / 2
    wider = float(np.sqrt(n / (n - 1)) * stdtrit(n - 1, tail) / ndtri(tail))
    for own, place in enumerate(known.tolist()):
        found[place] = _interval(array[0, known], draws[is_whole], own, confidence, wider)
    return tuple(found)


def _interval(
    whole: Floats, draws: Floats, own: int, confidence: float, wider: float
) -> RankInterval:
    """Compare one value with each of the others, all at once."""
    if len(whole) == 1:
        return RankInterval(1, 1)
    difference = np.delete(whole - whole[own], own)
    drawn = np.delete(draws - draws[:, [own]], own, axis=1)
    se = np.maximum(drawn.std(axis=0), ROUNDING * np.abs(whole).max() or 1.0)
    largest = np.abs((drawn - difference) / se).max(axis=1)
    margin = wider * np.quantile(largest, confidence) * se
    above, below = int((difference > margin).sum()), int((difference < -margin).sum())
    return RankInterval(1 + above, len(whole) - below)
