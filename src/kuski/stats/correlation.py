"""Correlations from cross-products, each resample by itself."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.stats.inputs import Booleans, Floats, checked_cross
from kuski.stats.least_squares import LEAST_VARIANCE, standardised


@dataclass(frozen=True, slots=True)
class Correlations:
    """How p columns go together.

    Attributes
    ----------
    matrix : ndarray, shape (R, p, p)
        −1 to 1; 0 throughout for a column that never varies in the resample.
    spread : ndarray, shape (R, p)
        Weighted standard deviations, in the unit of the column; 0 where it never varies.
    mean : ndarray, shape (R, p)
        About the origin that was taken off before summing; NaN where the resample holds no weight.
    """

    matrix: Floats
    spread: Floats
    mean: Floats

    @property
    def varies(self) -> Booleans:
        """Which columns vary, shape (R, p)."""
        return self.spread > 0


def correlations(cross: npt.ArrayLike, columns: Sequence[int]) -> Correlations:
    """Correlate columns.

    Parameters
    ----------
    cross : array_like, shape (..., q, q)
        Sums of w·z·z' with z = (1, columns); the leading axes are flattened to R.
    columns : sequence of p int
        Positions in z, 1 to q − 1, none twice.

    Returns
    -------
    Correlations

    Raises
    ------
    ValueError
        Where the array does not fit, or a position is off or named twice.
    """
    array = np.asarray(cross, dtype=np.float64)
    if array.ndim < 2:
        raise ValueError(
            f"cross has shape {array.shape}, expected (..., q, q); pass Moments.cross summed over "
            "replicates, or totals of it"
        )
    flat = checked_cross(array.reshape(-1, *array.shape[-2:]), axes="Rqq")
    places = np.asarray(list(columns), dtype=np.int64)
    if len(set(columns)) < len(columns) or not all(0 < c < flat.shape[-1] for c in columns):
        raise ValueError(
            f"positions {list(columns)}, expected different ones from 1 to {flat.shape[-1] - 1}; "
            "position 0 is the constant"
        )
    # Common standard coordinates first: a mean far from the origin would eat the digits.
    common = standardised(flat)
    weight = common.cross[:, 0, 0]
    with np.errstate(invalid="ignore", divide="ignore"):
        per_weight = np.where(weight > 0, 1 / weight, np.nan)[:, None]
    mean = common.cross[:, 0, places] * per_weight
    products = common.cross[:, places[:, None], places] * per_weight[:, :, None]
    about = np.nan_to_num(products - mean[:, :, None] * mean[:, None, :])
    squares = np.diagonal(about, axis1=1, axis2=2)
    varies = squares > LEAST_VARIANCE * np.nan_to_num(np.diagonal(products, axis1=1, axis2=2))
    spread = np.sqrt(np.where(varies, squares, 0.0))
    scale = np.divide(1.0, spread, out=np.zeros_like(spread), where=varies)
    return Correlations(
        matrix=about * scale[:, :, None] * scale[:, None, :],
        spread=spread * common.scale[places],
        mean=mean * common.scale[places] + common.mean[places],
    )
