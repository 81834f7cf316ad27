"""Pairwise moments: how columns go together, each pair on all rows that answered both."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.stats.inputs import Floats, checked_cross

# How far below zero rounding may push the least eigenvalue of correlations.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Pairwise:
    """Correlations of k columns and an outcome, each from the rows that hold both.

    Attributes
    ----------
    cross : ndarray, shape (k + 2, k + 2), or None
        Cross-products of z = (1, columns, outcome) standardised: the correlations, with means 0 and
        weight 1. None where they are not those of any data: not positive semi-definite, or a column
        that never varies beside another.
    least : float
        Least eigenvalue of the correlations; NaN where they cannot be computed.
    """

    cross: Floats | None
    least: float


def pairwise(cross: npt.ArrayLike, *, columns: int) -> Pairwise:
    """Correlate columns with gaps, pair by pair.

    Parameters
    ----------
    cross : array_like, shape (q, q), q = 2 + 2·columns
        Sums of w·z·z' about zero with z = (1, columns with 0 for a gap, gaps as 1, outcome); the
        outcome has no gaps.
    columns : int
        How many columns there are beside the outcome.

    Returns
    -------
    Pairwise

    Raises
    ------
    ValueError
        Where the shape does not fit.

    Notes
    -----
    Sums of filled columns and of their products with the others' gaps hold weight, means and
    covariance of each pair on its own rows; a column's variance is that of all its rows. Assumes,
    as complete rows do, that who answered does not depend on the answer; it breaks in another way,
    which is why both are told. Correlations from different rows need not fit together: the matrix
    can have a negative eigenvalue, and then nothing is made of it.

    References
    ----------
    Little & Rubin 2019, *Statistical Analysis with Missing Data*, section 3.4 (available cases).
    """
    array = checked_cross(np.asarray(cross, dtype=np.float64)[None], axes="Rqq")[0]
    if len(array) != 2 + 2 * columns:
        raise ValueError(
            f"cross has {len(array)} columns, expected {2 + 2 * columns}: the constant, "
            f"{columns} columns, {columns} gaps and the outcome"
        )
    matrix = _correlations(array, columns)
    if not np.isfinite(matrix).all():
        return Pairwise(None, np.nan)
    least = float(np.linalg.eigvalsh(matrix)[0])
    if least < -ROUNDING:
        return Pairwise(None, least)
    found = np.eye(len(matrix) + 1)
    found[1:, 1:] = matrix
    return Pairwise(found, least)


def _correlations(cross: Floats, columns: int) -> Floats:
    """Correlate each pair on its own rows; NaN where one never varies."""
    filled = [*range(1, 1 + columns), 1 + 2 * columns]
    there = np.zeros((len(cross), columns + 1))
    there[0] = 1.0
    there[1 + columns : 1 + 2 * columns, :columns] = -np.eye(columns)
    weight = there.T @ cross @ there
    sums = cross[filled] @ there
    with np.errstate(invalid="ignore", divide="ignore"):
        covariance = cross[np.ix_(filled, filled)] / weight - (sums / weight) * (sums / weight).T
        spread = np.sqrt(np.diag(covariance))
        return np.asarray(covariance / spread[:, None] / spread, dtype=np.float64)
