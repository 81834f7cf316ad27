"""Least squares from cross-products by cluster: what row-level regression would have given."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kuski.stats.inputs import (
    Booleans,
    Floats,
    Integers,
    checked_cross,
    checked_finite,
    checked_rows,
)

TOLERANCE = 1e-9
LEAST_VARIANCE = 1e-12


@dataclass(frozen=True, slots=True)
class LeastSquares:
    """A weighted least-squares fit with an intercept.

    All arrays hold the intercept first, then the predictors in the order asked for. A predictor
    that never varies, or that the ones before it determine, is left out: its entries are NaN.

    Attributes
    ----------
    coefficients : ndarray, shape (p + 1,)
        Unit of the outcome per unit of the predictor. The intercept is where every column is at
        the origin that was taken off before summing.
    se : ndarray, shape (p + 1,)
        Classical standard errors.
    cluster_covariance : ndarray, shape (p + 1, p + 1), or None
        Robust to whatever goes on within a cluster (CR1); None with fewer than two clusters.
    t : ndarray, shape (p + 1,)
        Coefficients over their classical standard errors.
    partial_r2 : ndarray, shape (p + 1,)
        Share of what the other predictors leave unexplained that this one explains, 0 to 1.
    r2 : float
        Share of the outcome's weighted variance explained, 0 to 1; NaN where it has none.
    residual_variance : float
        Weighted sum of squared residuals over `df`.
    df : int
        Rows less coefficients.
    n : int
        Rows.
    clusters : int
        Clusters that hold rows.
    left_out : ndarray of bool, shape (p + 1,)
    """

    coefficients: Floats
    se: Floats
    cluster_covariance: Floats | None
    t: Floats
    partial_r2: Floats
    r2: float
    residual_variance: float
    df: int
    n: int
    clusters: int
    left_out: Booleans

    @property
    def cluster_se(self) -> Floats | None:
        """Cluster-robust standard errors, shape (p + 1,)."""
        if self.cluster_covariance is None:
            return None
        return np.sqrt(np.diag(self.cluster_covariance))


def least_squares(
    cross: npt.ArrayLike, rows: npt.ArrayLike, *, outcome: int, predictors: Sequence[int]
) -> LeastSquares:
    """Regress one column on others, by weighted least squares with an intercept.

    Parameters
    ----------
    cross : array_like, shape (G, q, q)
        Sums of w·z·z' by cluster, z = (1, columns).
    rows : array_like of int, shape (G,)
        Unweighted rows by cluster.
    outcome : int
        Position in z, 1 to q − 1.
    predictors : sequence of int
        Positions in z, 1 to q − 1, none twice.

    Returns
    -------
    LeastSquares

    Raises
    ------
    ValueError
        Where the arrays do not fit each other, a position is off, or there are no more rows than
        coefficients.

    Notes
    -----
    Weights are as in statsmodels' WLS: they say how exact a row is, and n counts rows. Cluster
    scores are functions of the moments, X_g'W(y_g − X_g β), so that the sandwich needs no rows;
    CR1 multiplies it by G/(G−1)·(n−1)/(n−k). Assumes that clusters are independent, and for the
    classical errors that rows are, with one variance.

    References
    ----------
    Cameron & Miller 2015, *A practitioner's guide to cluster-robust inference*, Journal of Human
    Resources 50(2).
    """
    array = checked_cross(cross, axes="Gqq")
    counted = checked_rows(rows, array)
    asked = _checked_positions(array.shape[-1], outcome, predictors)
    standard = standardised(array)
    whole = standard.cross.sum(axis=0)
    kept = asked[independent_columns(whole[np.ix_(asked, asked)])]
    _check_rows(int(counted.sum()), len(kept) + 1)
    solved = _solved(standard, counted, outcome, kept)
    place = np.concatenate([[0], 1 + np.flatnonzero(np.isin(asked, kept))])
    return _spread_out(solved, place, len(asked) + 1)


def with_level(cross: npt.ArrayLike, positions: npt.ArrayLike) -> Floats:
    """Add the level's position as a last column, and sum over levels.

    Parameters
    ----------
    cross : array_like, shape (K, G, q, q)
        Sums of w·z·z' by level and cluster.
    positions : array_like, shape (K,)
        The value of the new column at each level: its position on the scale, or 0 and 1.

    Returns
    -------
    ndarray, shape (G, q + 1, q + 1)
        Sums of w·z·z' by cluster with z = (1, columns, position).
    """
    array = checked_cross(cross, axes="KGqq")
    steps = checked_finite(positions, "positions")
    if steps.shape != array.shape[:1]:
        raise ValueError(
            f"positions has shape {steps.shape}, expected {array.shape[:1]}, one for each level "
            "of cross"
        )
    size = array.shape[-1]
    joined = np.empty((array.shape[1], size + 1, size + 1))
    joined[:, :size, :size] = array.sum(axis=0)
    joined[:, :size, size] = np.einsum("k,kgi->gi", steps, array[:, :, 0])
    joined[:, size, :size] = joined[:, :size, size]
    joined[:, size, size] = np.einsum("k,kg->g", steps**2, array[:, :, 0, 0])
    return joined


@dataclass(frozen=True, slots=True)
class Standardised:
    """Cross-products in coordinates where each column has mean 0 and sum of squares 1.

    Attributes
    ----------
    cross : ndarray, shape (..., q, q)
        A column that never varies is 0.
    mean, scale : ndarray, shape (q,)
        What was taken off and divided by; 0 and 1 for the first, which stays 1.
    varies : ndarray of bool, shape (q,)
    """

    cross: Floats
    mean: Floats
    scale: Floats
    varies: Booleans


def standardised(cross: Floats) -> Standardised:
    """Turn cross-products to standard coordinates, common to all leading axes."""
    whole = cross.sum(axis=tuple(range(cross.ndim - 2)))
    weight = whole[0, 0]
    mean = whole[0] / weight
    mean[0] = 0.0
    squares = np.diag(whole) - weight * mean**2
    varies = squares > LEAST_VARIANCE * np.diag(whole)
    varies[0] = True
    scale = np.sqrt(np.where(varies, squares, 1.0))
    scale[0] = 1.0
    turn = np.diag(varies / scale)
    turn[1:, 0] = np.where(varies, -mean / scale, 0.0)[1:]
    return Standardised(turn @ cross @ turn.T, mean, scale, varies)


def independent_columns(products: Floats) -> Booleans:
    """Say which columns the ones before them do not determine.

    Parameters
    ----------
    products : ndarray, shape (p, p)
        Cross-products of standardised columns; a diagonal of at most about 1.

    Returns
    -------
    ndarray of bool, shape (p,)
    """
    left = products.copy()
    kept = np.zeros(len(left), dtype=np.bool_)
    for i in range(len(left)):
        if left[i, i] > TOLERANCE:
            kept[i] = True
            left -= np.outer(left[i], left[i]) / left[i, i]
    return kept


def _checked_positions(size: int, outcome: int, predictors: Sequence[int]) -> Integers:
    positions = [outcome, *predictors]
    if len(set(positions)) < len(positions) or not all(0 < i < size for i in positions):
        raise ValueError(
            f"outcome == {outcome} and predictors == {list(predictors)}, expected different "
            f"positions from 1 to {size - 1}; position 0 is the constant and is always in"
        )
    return np.asarray(list(predictors), dtype=np.int64)


def _check_rows(n: int, k: int) -> None:
    if n <= k:
        raise ValueError(
            f"{n} rows for {k} coefficients, expected more rows than coefficients; "
            "collect more answers or name fewer columns"
        )


def _solved(
    standard: Standardised, rows: Integers, outcome: int, columns: Integers
) -> LeastSquares:
    """Fit on columns that are independent, and turn back to the original coordinates."""
    whole = standard.cross.sum(axis=0)
    n, k = int(rows.sum()), len(columns) + 1
    bread = np.zeros((k, k))
    bread[0, 0] = 1 / whole[0, 0]
    bread[1:, 1:] = np.linalg.inv(whole[np.ix_(columns, columns)])
    slopes = bread[1:, 1:] @ whole[columns, outcome]
    unexplained = whole[outcome, outcome] - float(slopes @ whole[columns, outcome])
    back = _turn_back(standard, outcome, columns)
    coefficients = back[:, 1:] @ slopes
    coefficients[0] += standard.mean[outcome]
    variance = max(unexplained, 0.0) / (n - k)
    se = np.sqrt(variance * np.einsum("ij,jk,ik->i", back, bread, back))
    with np.errstate(invalid="ignore", divide="ignore"):
        t = coefficients / se
        partial_r2 = 1 / (1 + (n - k) / t**2)
    return LeastSquares(
        coefficients=coefficients,
        se=se,
        cluster_covariance=_cluster_covariance(
            standard.cross, rows, outcome=outcome, columns=columns, slopes=slopes, turn=back @ bread
        ),
        t=t,
        partial_r2=partial_r2,
        r2=1 - unexplained if standard.varies[outcome] else np.nan,
        residual_variance=variance * standard.scale[outcome] ** 2,
        df=n - k,
        n=n,
        clusters=int((rows > 0).sum()),
        left_out=np.zeros(k, dtype=np.bool_),
    )


def _turn_back(standard: Standardised, outcome: int, columns: Integers) -> Floats:
    slopes = standard.scale[outcome] / standard.scale[columns]
    back = np.diag(np.concatenate([[standard.scale[outcome]], slopes]))
    back[0, 1:] = -slopes * standard.mean[columns]
    return back


def _cluster_covariance(
    cross: Floats,
    rows: Integers,
    *,
    outcome: int,
    columns: Integers,
    slopes: Floats,
    turn: Floats,
) -> Floats | None:
    clusters, n, k = int((rows > 0).sum()), int(rows.sum()), len(columns) + 1
    if clusters < 2:
        return None
    residual = np.zeros(cross.shape[-1])
    residual[columns] = -slopes
    residual[outcome] = 1.0
    scores = (cross @ residual)[:, np.concatenate([[0], columns])] @ turn.T
    covariance: Floats = clusters / (clusters - 1) * (n - 1) / (n - k) * scores.T @ scores
    return covariance


def _spread_out(fit: LeastSquares, place: Integers, size: int) -> LeastSquares:
    """Give the columns that were left out their places, as NaN."""
    left_out = ~np.isin(np.arange(size), place)
    if not left_out.any():
        return fit

    def spread(values: Floats) -> Floats:
        full = np.full(size, np.nan)
        full[place] = values
        return full

    covariance = None
    if fit.cluster_covariance is not None:
        covariance = np.full((size, size), np.nan)
        covariance[np.ix_(place, place)] = fit.cluster_covariance
    return replace(
        fit,
        coefficients=spread(fit.coefficients),
        se=spread(fit.se),
        cluster_covariance=covariance,
        t=spread(fit.t),
        partial_r2=spread(fit.partial_r2),
        left_out=left_out,
    )
