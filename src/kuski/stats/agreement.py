"""Agreement: how far two or more coders agree beyond chance (Krippendorff's alpha)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from kuski.stats.inputs import Floats, checked_finite
from kuski.stats.proportions import share_interval
from kuski.stats.resample import (
    MIN_REPLICATES,
    Interval,
    interval,
    refusals,
    resamples,
    totals,
)

# Krippendorff 2004, page 241: below the first nothing is concluded, below the second only
# tentatively.
TENTATIVE = 0.667
RELIABLE = 0.8

Scale = Literal["nominal", "ordinal"]
Refusal = Literal["replicates", "held", "undefined", "spread"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far coders agree beyond chance.

    Attributes
    ----------
    alpha : float
        1 where they always agree, 0 where they agree as chance would, below 0 where they disagree
        more; NaN where all values are one and the same.
    interval : Interval or None
    refused : Refusal or None
        Why there is no interval: as `resample.refusals`.
    """

    alpha: float
    interval: Interval | None
    refused: Refusal | None = None


def coincidences(counts: npt.ArrayLike) -> Floats:
    """Count pairs of values that coders gave to the same unit.

    Parameters
    ----------
    counts : array_like of int, shape (..., V)
        How many coders gave each value to a unit, >= 0.

    Returns
    -------
    ndarray, shape (..., V, V)
        Each unit with m >= 2 values adds m in all; a unit with fewer adds nothing.

    Raises
    ------
    ValueError
        Where a count is negative or not finite.

    References
    ----------
    Krippendorff 2011, *Computing Krippendorff's Alpha-Reliability*, section C, step 2.
    """
    given = checked_finite(counts, "counts")
    if given.ndim == 0 or (given < 0).any():
        raise ValueError(
            f"counts has shape {given.shape} and goes down to {given.min(initial=0):g}, expected "
            "numbers of coders >= 0, by value on the last axis"
        )
    pairs = given[..., :, None] * given[..., None, :]
    values = np.arange(given.shape[-1])
    pairs[..., values, values] -= given
    others = given.sum(axis=-1) - 1
    found: Floats = pairs / np.where(others > 0, others, 1)[..., None, None]
    return found


def alpha(pairs: npt.ArrayLike, scale: Scale) -> Floats:
    """Compute Krippendorff's alpha.

    Parameters
    ----------
    pairs : array_like, shape (..., V, V)
        Sums of `coincidences`; leading axes, such as resamples, are kept. Values in order where
        the scale is ordinal.
    scale : {"nominal", "ordinal"}

    Returns
    -------
    ndarray, shape (...)
        NaN where all values are one and the same, or there are none.

    Raises
    ------
    ValueError
        Where the last two axes are not alike, or a number is negative or not finite.

    Notes
    -----
    α = 1 − (n − 1)·Σ o(c, k)·δ²(c, k) / Σ n(c)·n(k)·δ²(c, k), with n(c) = Σ o(c, ·) and n = Σ n(c).
    δ² is 1 for different values (nominal), or the square of n(c)/2 + n(k)/2 and all n between them
    (ordinal).

    References
    ----------
    Krippendorff 2011, *Computing Krippendorff's Alpha-Reliability*, sections A to D.
    """
    observed = checked_finite(pairs, "pairs")
    if observed.ndim < 2 or observed.shape[-1] != observed.shape[-2] or (observed < 0).any():
        raise ValueError(
            f"pairs has shape {observed.shape} and goes down to {observed.min(initial=0):g}, "
            "expected sums >= 0 of shape (..., V, V); see coincidences"
        )
    margin = observed.sum(axis=-1)
    apart = _nominal(margin) if scale == "nominal" else _ordinal(margin)
    found = (observed * apart).sum(axis=(-2, -1))
    by_chance = (margin[..., :, None] * margin[..., None, :] * apart).sum(axis=(-2, -1))
    n = margin.sum(axis=-1)
    ratio = np.divide((n - 1) * found, by_chance, out=np.full(n.shape, np.nan), where=by_chance > 0)
    return np.asarray(1 - ratio, dtype=np.float64)


def _nominal(margin: Floats) -> Floats:
    apart: Floats = np.ones((margin.shape[-1],) * 2) - np.eye(margin.shape[-1])
    return apart


def _ordinal(margin: Floats) -> Floats:
    """Square the distance of the values' middles, counted in values given."""
    middle = np.cumsum(margin, axis=-1) - margin / 2
    apart: Floats = (middle[..., :, None] - middle[..., None, :]) ** 2
    return apart


def agreement(
    pairs: npt.ArrayLike,
    rows: npt.ArrayLike,
    scale: Scale,
    *,
    rng: np.random.Generator,
    n_draws: int = 2000,
    confidence: float = 0.95,
) -> Agreement:
    """Estimate alpha with its interval.

    Parameters
    ----------
    pairs : array_like, shape (G, V, V)
        Sums of `coincidences` by replicate: a unit, or a random group of units.
    rows : array_like of int, shape (G,)
        Units of each replicate.
    scale : {"nominal", "ordinal"}
    rng : numpy.random.Generator
    n_draws : int
        At least 100.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    Agreement

    Raises
    ------
    ValueError
        As `alpha`, or where there are no rows.

    Notes
    -----
    Resamples units (Hayes & Krippendorff 2007 resample the disagreements of pairs, which takes the
    expected disagreement for known). Where coders never disagree, resampling cannot tell how sure
    that is: then the lower end is alpha of as many disagreements, all alike, as Wilson's interval
    leaves possible.

    References
    ----------
    Krippendorff 2011, *Computing Krippendorff's Alpha-Reliability*.
    Zapf, Castell, Morawietz & Karch 2016, *Measuring inter-rater reliability for nominal data:
    which coefficients and confidence intervals are appropriate?*, BMC Medical Research Methodology
    16, for the resampling of units.
    """
    by_replicate = np.asarray(pairs, dtype=np.float64)
    drawn = resamples(rows, n_draws=n_draws, rng=rng)
    values = alpha(totals(by_replicate, drawn), scale)
    whole = float(values[0])
    if whole == 1 and drawn.replicates >= MIN_REPLICATES:
        most = share_interval(0.0, float(np.sum(rows)), confidence=confidence).high
        return Agreement(whole, Interval(_lowest(by_replicate.sum(axis=0), most), 1.0))
    found = interval(values, drawn, confidence=confidence)
    (reason,) = refusals(values[:, None], drawn)
    refused: Refusal | None = None if reason == "denominator" else reason
    return Agreement(whole, found, refused)


def _lowest(pairs: Floats, disagreed: float) -> float:
    """Tell what alpha would be with a share of units disagreed on, at least −1."""
    margin = pairs.sum(axis=-1) / pairs.sum()
    by_chance = 1 - float((margin**2).sum())
    return max(1 - disagreed / by_chance, -1.0)
