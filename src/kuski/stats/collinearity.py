"""Collinearity: how far drivers repeat each other, which is how much less is known of each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.stats.correlation import correlations
from kuski.stats.inputs import Booleans, Floats
from kuski.stats.least_squares import TOLERANCE


@dataclass(frozen=True, slots=True)
class Collinearity:
    """How far each driver repeats the others.

    Attributes
    ----------
    inflation : ndarray, shape (m,)
        Variance inflation, from 1; infinite where the others determine a driver's columns, NaN
        where one of them never varies.
    likeness : float
        Mean correlation of all pairs of columns of different drivers, −1 to 1; NaN with one driver.
    """

    inflation: Floats
    likeness: float


def collinearity(cross: npt.ArrayLike, *, groups: Sequence[Sequence[int]]) -> Collinearity:
    """Tell how far drivers repeat each other.

    Parameters
    ----------
    cross : array_like, shape (q, q)
        Sums of w·z·z' with z = (1, columns).
    groups : sequence of m sequences of int
        Positions in z of each driver's columns.

    Returns
    -------
    Collinearity

    Raises
    ------
    ValueError
        Where the array does not fit, or a position is off or named twice.

    Notes
    -----
    For one column the inflation is 1/(1 − R²) of that column on all others. For k columns it is
    (det R_own/det R_own|others)^(1/k), which does not depend on which category of a text was left
    out, and is one column's for k = 1.

    References
    ----------
    Fox & Monette 1992, *Generalized collinearity diagnostics*, JASA 87(417), equation 10.
    """
    columns = [place for group in groups for place in group]
    found = correlations(cross, columns)
    matrix, varies = found.matrix[0], found.varies[0]
    driver = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    inflation = np.array(
        [
            _inflation(matrix[np.ix_(varies, varies)], driver[varies] == place)
            if varies[driver == place].all()
            else np.nan
            for place in range(len(groups))
        ]
    )
    apart = (driver[:, None] < driver) & varies[:, None] & varies
    return Collinearity(inflation, float(matrix[apart].mean()) if apart.any() else np.nan)


def _inflation(matrix: Floats, own: Booleans) -> float:
    """Compare the spread of a driver's columns with what the others leave of it."""
    beside = matrix[np.ix_(~own, own)]
    others = np.linalg.pinv(matrix[np.ix_(~own, ~own)], rcond=TOLERANCE, hermitian=True)
    spread = matrix[np.ix_(own, own)]
    left = spread - beside.T @ others @ beside
    if np.linalg.eigvalsh(left)[0] < TOLERANCE:
        return float("inf")
    return float((np.linalg.det(spread) / np.linalg.det(left)) ** (1 / own.sum()))
