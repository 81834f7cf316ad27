"""Difference: how far one part's ratings are from another's, by groups of columns."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kuski.stats.inputs import Floats, checked_cross
from kuski.stats.resample import Resamples, totals

_LEAST_VARIANCE = 1e-9


def standardised_differences(
    part: npt.ArrayLike,
    rest: npt.ArrayLike,
    *,
    groups: Sequence[Sequence[int]],
    resamples: Resamples,
) -> Floats:
    """Compare a part with the rest in each group of columns, in the rest's standard deviations.

    Parameters
    ----------
    part, rest : array_like, shape (G, q, q)
        Sums of w·z·z' by replicate with z = (1, columns), about the same origin.
    groups : sequence of m sequences of int
        Positions in z of the columns that are taken together, 1 to q − 1.
    resamples : Resamples
        Of the same replicates.

    Returns
    -------
    ndarray, shape (R, m)
        Mean of part less mean of rest, in standard deviations of the rest; below zero where the
        part is lower. NaN where a resample holds none of either, or the rest does not vary.

    Raises
    ------
    ValueError
        Where the arrays do not fit each other or hold what is not finite.

    Notes
    -----
    Each column is divided by its standard deviation in the rest; a group is the mean of its
    columns so scaled, and its difference is divided by the standard deviation of that mean. With
    one column that is Glass's delta.

    References
    ----------
    Glass 1976, *Primary, secondary, and meta-analysis of research*, Educational Researcher 5(10).
    """
    both = checked_cross(np.stack([part, rest]), axes="KGqq")
    sums = totals(both.transpose(1, 0, 2, 3), resamples)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = sums[:, :, 0, 1:] / sums[:, :, 0, :1]
        spread = sums[:, 1, 1:, 1:] / sums[:, 1, 0, 0, None, None]
    spread = spread - mean[:, 1, :, None] * mean[:, 1, None, :]
    found = [_difference(mean, spread, np.asarray(group) - 1) for group in groups]
    return np.stack(found, axis=1)


def _difference(mean: Floats, spread: Floats, columns: npt.NDArray[np.int64]) -> Floats:
    """Compare one group of columns on each resample, shape (R,)."""
    own = spread[:, columns[:, None], columns]
    variance = np.diagonal(own, axis1=1, axis2=2)
    least = _LEAST_VARIANCE * (1 + mean[:, 1, columns] ** 2)
    is_flat = np.asarray((variance <= least).any(axis=1))
    with np.errstate(invalid="ignore", divide="ignore"):
        weight = 1 / np.sqrt(np.where(is_flat[:, None], np.nan, variance))
        apart = (weight * (mean[:, 0, columns] - mean[:, 1, columns])).sum(axis=1)
        found: Floats = apart / np.sqrt(np.einsum("ri,rij,rj->r", weight, own, weight))
    return found
