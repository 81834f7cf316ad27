"""Relative weights: a quick second opinion on how R² divides over drivers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.stats.correlation import correlations
from kuski.stats.inputs import Floats
from kuski.stats.least_squares import TOLERANCE


@dataclass(frozen=True, slots=True)
class RelativeWeights:
    """R² and its parts, after Johnson.

    Attributes
    ----------
    weights : ndarray, shape (..., m)
        In units of R², never below zero, summing to `r2`. NaN where the outcome does not vary.
    r2 : ndarray, shape (...,)
    """

    weights: Floats
    r2: Floats


def relative_weights(
    cross: npt.ArrayLike, *, outcome: int, groups: Sequence[Sequence[int]]
) -> RelativeWeights:
    """Divide R² over drivers by way of the uncorrelated columns that are most like them.

    Parameters
    ----------
    cross : array_like, shape (..., q, q)
        Sums of w·z·z' with z = (1, columns).
    outcome : int
        Position in z.
    groups : sequence of m sequences of int
        Positions in z of each driver's columns; the weights of several columns are added.

    Returns
    -------
    RelativeWeights

    Raises
    ------
    ValueError
        Where the array does not fit, or a position is off or named twice.

    Notes
    -----
    With correlations of drivers R = Q·D·Q' and Λ = Q·√D·Q', the outcome's coefficients on the
    orthogonal columns are b = Λ⁻¹·r, and the weight of column j is Σ_k Λ_jk²·b_k². Directions in
    which the drivers do not spread are left out. Adding the weights of several columns is a
    convention: unlike a Shapley share, the sum depends on how the driver was cut into columns.

    References
    ----------
    Johnson 2000, *A heuristic method for estimating the relative weight of predictor variables in
    multiple regression*, Multivariate Behavioral Research 35(1), equations 2 to 6.
    """
    columns = [place for group in groups for place in group]
    found = correlations(cross, [*columns, outcome])
    drivers, beside = found.matrix[:, :-1, :-1], found.matrix[:, :-1, -1]
    values, vectors = np.linalg.eigh(drivers)
    spreads = values > TOLERANCE
    root = np.sqrt(np.where(spreads, values, 0.0))
    turn = (vectors * root[:, None, :]) @ vectors.transpose(0, 2, 1)
    inverse = np.divide(1.0, root, out=np.zeros_like(root), where=spreads)
    along = np.einsum("rji,rj->ri", vectors, beside) * inverse
    slopes = np.einsum("rij,rj->ri", vectors, along)
    by_column = np.einsum("rjk,rk->rj", turn**2, slopes**2)
    starts = np.concatenate([[0], np.cumsum([len(group) for group in groups])[:-1]])
    weights = np.add.reduceat(by_column, starts, axis=1)
    weights[~found.varies[:, -1]] = np.nan
    lead = np.asarray(cross).shape[:-2]
    return RelativeWeights(weights.reshape(*lead, len(groups)), weights.sum(axis=1).reshape(lead))
