"""Balance: whether those who answered are like all customers."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.stats.inputs import Floats, checked_cross, checked_rows
from kuski.stats.least_squares import standardised
from kuski.stats.resample import Interval, Resamples, intervals, totals


@dataclass(frozen=True, slots=True)
class Balance:
    """How a part differs from the whole in its means; one entry for each column.

    Attributes
    ----------
    part, whole : ndarray, shape (p,)
        Weighted means, about the origin that was taken off before summing.
    difference : ndarray, shape (p,)
        part less whole, in the unit of the column.
    standardised : ndarray, shape (p,)
        The difference in standard deviations of the whole; NaN for a column that never varies.
    intervals : tuple of (Interval or None), length p
        Of the standardised difference.
    """

    part: Floats
    whole: Floats
    difference: Floats
    standardised: Floats
    intervals: tuple[Interval | None, ...]


def balance(
    part: npt.ArrayLike, rest: npt.ArrayLike, *, rows: npt.ArrayLike, resamples: Resamples
) -> Balance:
    """Compare a part, such as those who answered, with the whole it belongs to.

    Parameters
    ----------
    part, rest : array_like, shape (G, q, q)
        Sums of w·z·z' by replicate with z = (1, columns), of the part and of everybody else, about
        the same origin.
    rows : array_like of int, shape (2, G)
        Rows of part and rest.
    resamples : Resamples
        Of the same replicates.

    Returns
    -------
    Balance

    Raises
    ------
    ValueError
        Where the arrays do not fit each other, or the part has no rows.

    References
    ----------
    Austin 2009, *Balance diagnostics for comparing the distribution of baseline covariates*,
    Statistics in Medicine 28: beyond 0.1 standard deviations a difference deserves a look.
    """
    both = checked_cross(np.stack([part, rest]), axes="KGqq")
    checked_rows(rows, both)
    if not both[0, :, 0, 0].any():
        raise ValueError("part has no rows with weight, expected some; refuse the comparison")
    standard = standardised(both)
    sums = totals(standard.cross[:, :, 0].transpose(1, 0, 2), resamples)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = sums[:, 0, 1:] / sums[:, 0, :1]
        of_all = sums[..., 1:].sum(axis=1) / sums[..., :1].sum(axis=1)
    unit = np.sqrt(both[..., 0, 0].sum())
    apart = np.where(standard.varies[1:], (mean - of_all) * unit, np.nan)
    scale, origin = standard.scale[1:], standard.mean[1:]
    return Balance(
        part=mean[0] * scale + origin,
        whole=of_all[0] * scale + origin,
        difference=(mean[0] - of_all[0]) * scale,
        standardised=apart[0],
        intervals=intervals(apart, resamples),
    )
