"""Levels: what a customer is worth at each, as found and with customers alike."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.stats.inputs import Booleans, Floats, Integers, checked_cross, checked_rows
from kuski.stats.least_squares import Standardised, independent_columns, standardised
from kuski.stats.resample import Resamples

ROWS_PER_COEFFICIENT = 20
LEAST_SPREAD = 0.1
MOST_DISTANCE = 1e6
CHUNK_BYTES = 16_000_000


@dataclass(frozen=True, slots=True)
class Overlap:
    """How far the customers of a level are from all customers in what they were before.

    Attributes
    ----------
    difference : ndarray, shape (K, p)
        Mean of each `alike` column at the level less its mean over all, in standard deviations
        over all; 0 for a column that never varies.
    distance : ndarray, shape (K,)
        The same over all columns at once: Mahalanobis, by the spread within levels.
    retained : ndarray, shape (K,)
        Share of the level's rows that is left once it is made to look like everybody, between 0
        and 1: 1/(1 + W·d'S⁻¹d). Where 50 rows retain 0.1, the adjusted figure is as sure as one
        from 5 rows of the right kind.
    """

    difference: Floats
    distance: Floats
    retained: Floats


@dataclass(frozen=True, slots=True)
class LevelWorth:
    """Worth by level, on each resample.

    Attributes
    ----------
    rows : ndarray of int, shape (K,)
        Answers, unweighted.
    held : ndarray of int, shape (K,)
        Replicates that hold rows of the level.
    shares : ndarray, shape (R, K)
        Weighted share of the answers at the level; sums to 1 over levels.
    crude : ndarray, shape (R, K)
        Weighted mean worth, in the unit of worth; NaN where the resample has no rows there.
    adjusted : ndarray, shape (R, K), or None
        Worth had everybody been at that level; None where there is no column to hold alike.
    borrowed : ndarray of bool, shape (K,)
        The adjustment uses the slopes that all levels share, for the level is too thin for its own.
    constant : ndarray of bool, shape (p,)
        Columns left out since they never vary, or repeat others.
    overlap : Overlap or None
    """

    rows: Integers
    held: Integers
    shares: Floats
    crude: Floats
    adjusted: Floats | None
    borrowed: Booleans
    constant: Booleans
    overlap: Overlap | None


def level_worth(
    cross: npt.ArrayLike,
    rows: npt.ArrayLike,
    *,
    resamples: Resamples,
    origin: float = 0.0,
    rows_per_coefficient: int = ROWS_PER_COEFFICIENT,
) -> LevelWorth:
    """Estimate what a customer is worth at each level, crude and held alike.

    Parameters
    ----------
    cross : array_like, shape (K, G, q, q)
        Sums of w·z·z' by level and replicate, z = (1, worth, alike columns).
    rows : array_like of int, shape (K, G)
    resamples : Resamples
        Of the same replicates.
    origin : float
        What was taken off worth before summing; it is put back. The origins of the `alike` columns
        do not matter.
    rows_per_coefficient : int
        A level with fewer rows than this per coefficient (a mean and p slopes) borrows its slopes.

    Returns
    -------
    LevelWorth

    Raises
    ------
    ValueError
        Where the arrays do not fit each other, hold what is not finite, or no rows at all.

    Notes
    -----
    Crude: the level's weighted mean. Adjusted: regress worth on x from the level's own moments and
    predict at the mean of x over all levels (g-computation), ȳ_k + (x̄ − x̄_k)'S_k⁻¹s_k. That is also
    a reweighting of the level's rows to the mean of everybody (Kline 2011).

    A level borrows the pooled within-level slopes where it has fewer than `rows_per_coefficient`
    rows per coefficient, or where in some direction its x spreads less than a tenth of what levels
    do on average (every answer from one kind of customer). Which levels borrow is decided once, on
    the whole, and holds for all resamples.

    Assumes that worth is linear in x within a level, and that x is all that makes the customers of
    one level differ from those of another. Columns that never vary are left out.

    References
    ----------
    Kline 2011, *Oaxaca-Blinder as a reweighting estimator*, American Economic Review 101(3).
    Robins 1986, *A new approach to causal inference in mortality studies* (g-computation).
    """
    ready = _ready(cross, rows, resamples, rows_per_coefficient)
    parts = [_worth(sums, ready.own) for sums in _resampled(ready.products, resamples)]
    adjusted = ready.unscaled(np.concatenate([part.adjusted for part in parts]), origin)
    return LevelWorth(
        rows=ready.rows,
        held=ready.held,
        shares=np.concatenate([part.shares for part in parts]),
        crude=ready.unscaled(np.concatenate([part.crude for part in parts]), origin),
        adjusted=np.where(ready.alike.is_apart, np.nan, adjusted) if ready.has_alike else None,
        borrowed=~ready.own & (ready.held > 0),
        constant=~ready.alike.kept,
        overlap=_overlap(ready) if ready.has_alike else None,
    )


def worth_of_those_at(
    cross: npt.ArrayLike,
    rows: npt.ArrayLike,
    *,
    resamples: Resamples,
    origin: float = 0.0,
    rows_per_coefficient: int = ROWS_PER_COEFFICIENT,
) -> Floats:
    """Estimate what those who are at each level would be worth at every level.

    Parameters
    ----------
    cross, rows, resamples, origin, rows_per_coefficient
        As for `level_worth`.

    Returns
    -------
    ndarray, shape (R, K, K)
        Worth at the level of the last axis of those who are at the level of the middle one; on the
        diagonal their crude worth. NaN where a resample has no rows at the last, or where a column
        tells levels apart but not customers.

    Raises
    ------
    ValueError
        As for `level_worth`.

    Notes
    -----
    The regressions of `level_worth`, predicted at the mean of x of one level rather than of all:
    ȳ_k + (x̄_j − x̄_k)'S_k⁻¹s_k. What a step brings to the unhappy is asked of people like them; on
    average over all customers it is another number where a step is worth more to some (the effect
    on the treated, Kline 2011).

    References
    ----------
    Kline 2011, *Oaxaca-Blinder as a reweighting estimator*, American Economic Review 101(3).
    """
    ready = _ready(cross, rows, resamples, rows_per_coefficient)
    parts = [_moved(sums, ready.own) for sums in _resampled(ready.products, resamples)]
    found = ready.unscaled(np.concatenate(parts), origin)
    is_apart = ready.has_alike and ready.alike.is_apart
    return np.full_like(found, np.nan) if is_apart else found


@dataclass(frozen=True, slots=True)
class _Ready:
    """Checked products, standardised, without what cannot be held alike; and who has slopes."""

    rows: Integers
    held: Integers
    standard: Standardised
    alike: "_Alike"
    products: Floats
    own: Booleans
    has_alike: bool

    def unscaled(self, worth: Floats, origin: float) -> Floats:
        """Give worth back in its own unit."""
        found: Floats = worth * self.standard.scale[1] + self.standard.mean[1] + origin
        return found


def _ready(
    cross: npt.ArrayLike, rows: npt.ArrayLike, resamples: Resamples, rows_per_coefficient: int
) -> _Ready:
    array = checked_cross(cross, axes="KGqq")
    counted = checked_rows(rows, array)
    _check_fit(array, resamples)
    standard = standardised(array)
    alike = _alike(standard)
    kept = np.concatenate([[0, 1], 2 + np.flatnonzero(alike.kept)])
    products = standard.cross[..., kept, :][..., kept]
    return _Ready(
        rows=counted.sum(axis=1),
        held=(array[..., 0, 0] > 0).sum(axis=1),
        standard=standard,
        alike=alike,
        products=products,
        own=_has_own_slopes(products.sum(axis=1), counted.sum(axis=1), rows_per_coefficient),
        has_alike=array.shape[-1] > 2,
    )


def _check_fit(cross: Floats, resamples: Resamples) -> None:
    if cross.shape[-1] < 2:
        raise ValueError(
            "cross has the constant alone, expected at least 2 columns: the constant and worth"
        )
    if cross.shape[1] != resamples.counts.shape[1]:
        raise ValueError(
            f"cross has {cross.shape[1]} replicates, expected {resamples.counts.shape[1]} as "
            "resamples has; make the resamples from rows of the same need"
        )


@dataclass(frozen=True, slots=True)
class _Alike:
    """Which columns can be held alike, and whether one tells levels apart but not customers."""

    kept: Booleans
    is_apart: bool


def _alike(standard: Standardised) -> _Alike:
    levels = standard.cross.sum(axis=1)
    within = _within(levels).x_squares.sum(axis=0)
    kept = independent_columns(within)
    differs = independent_columns(levels.sum(axis=0)[2:, 2:])
    return _Alike(kept, bool((differs & ~kept).any()))


@dataclass(frozen=True, slots=True)
class _Within:
    """Means of levels and cross-products about them; leading axes (..., K)."""

    weight: Floats
    worth: Floats
    x: Floats
    x_squares: Floats
    x_worth: Floats


def _within(sums: Floats) -> _Within:
    weight = sums[..., 0, 0]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = sums[..., 0, 1:] / weight[..., None]
    about = sums[..., 1:, 1:] - sums[..., 1:, :1] * mean[..., None, :]
    about[weight <= 0] = 0.0
    return _Within(weight, mean[..., 0], mean[..., 1:], about[..., 1:, 1:], about[..., 1:, 0])


def _has_own_slopes(levels: Floats, rows: Integers, rows_per_coefficient: int) -> Booleans:
    within = _within(levels)
    is_enough = rows >= rows_per_coefficient * (levels.shape[-1] - 1)
    is_wide = _least_spread(within) >= LEAST_SPREAD
    return np.asarray((within.weight > 0) & is_enough & is_wide, dtype=np.bool_)


def _least_spread(within: _Within) -> Floats:
    """Return the spread of x at each level, over that of all levels, where it is least."""
    if within.x.shape[-1] == 0:
        return np.ones(len(within.weight))
    pooled = within.x_squares.sum(axis=0) / within.weight.sum()
    whiten = np.linalg.inv(np.linalg.cholesky(pooled))
    own = within.x_squares / np.where(within.weight > 0, within.weight, 1.0)[:, None, None]
    return np.asarray(np.linalg.eigvalsh(whiten @ own @ whiten.T)[:, 0], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Worth:
    shares: Floats
    crude: Floats
    adjusted: Floats


def _resampled(products: Floats, resamples: Resamples) -> Iterator[Floats]:
    """Sum over replicates a few resamples at a time, shapes (r, K, q, q), to bound memory."""
    levels, replicates, size, _ = products.shape
    flat = products.transpose(1, 0, 2, 3).reshape(replicates, -1)
    step = max(1, CHUNK_BYTES // (8 * flat.shape[1]))
    for start in range(0, len(resamples.counts), step):
        sums: Floats = resamples.counts[start : start + step] @ flat
        yield sums.reshape(-1, levels, size, size)


def _worth(sums: Floats, own: Booleans) -> _Worth:
    within = _within(sums)
    whole = within.weight.sum(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = within.weight / whole
        away = np.nan_to_num((sums[..., 0, 2:].sum(axis=-2) / whole)[:, None] - within.x)
    gained = np.zeros_like(within.worth)
    if not own.all():
        slopes = _least_norm(within.x_squares.sum(axis=1), within.x_worth.sum(axis=1))
        gained = (away * slopes[:, None]).sum(axis=-1)
    tilt = _tilt(within.weight[:, own], within.x_squares[:, own], away[:, own])
    gained[:, own] = (tilt * within.x_worth[:, own]).sum(axis=-1)
    return _Worth(shares, within.worth, within.worth + gained)


def _moved(sums: Floats, own: Booleans) -> Floats:
    """Predict at the means of each level, shape (r, K, K)."""
    within = _within(sums)
    with np.errstate(invalid="ignore", divide="ignore"):
        everybody = sums[..., 0, 2:].sum(axis=-2) / within.weight.sum(axis=-1, keepdims=True)
    # Of those at a level that a resample lost nothing is known but that they are customers.
    centre = np.where(within.weight[..., None] > 0, within.x, everybody[:, None])
    found = np.repeat(within.worth[:, None], within.worth.shape[1], axis=1)
    common = None
    if not own.all():
        common = _least_norm(within.x_squares.sum(axis=1), within.x_worth.sum(axis=1))
    for level in range(len(own)):
        away = np.nan_to_num(centre[:, [level]] - within.x)
        if common is not None:
            found[:, level, ~own] += (away[:, ~own] * common[:, None]).sum(axis=-1)
        tilt = _tilt(within.weight[:, own], within.x_squares[:, own], away[:, own])
        found[:, level, own] += (tilt * within.x_worth[:, own]).sum(axis=-1)
    return found


def _tilt(weight: Floats, squares: Floats, away: Floats) -> Floats:
    """Solve squares · tilt = away: tilt makes a level's rows look like everybody.

    A matrix that is singular but for rounding shows as a distance beyond belief; it then counts
    only in the directions in which it spreads.
    """
    try:
        found = np.asarray(np.linalg.solve(squares, away[..., None])[..., 0], dtype=np.float64)
    except np.linalg.LinAlgError:
        return _least_norm(squares, away)
    distance = weight * (found * away).sum(axis=-1)
    lost = ~((distance > -1e-6) & (distance < MOST_DISTANCE))
    if lost.any():
        found[lost] = _least_norm(squares[lost], away[lost])
    return found


def _least_norm(matrices: Floats, sides: Floats) -> Floats:
    inverses = np.linalg.pinv(matrices, rcond=1e-11, hermitian=True)
    return np.asarray((inverses @ sides[..., None])[..., 0], dtype=np.float64)


def _overlap(ready: _Ready) -> Overlap:
    own, is_apart = ready.own, ready.alike.is_apart
    every, some = _within(ready.standard.cross.sum(axis=1)), _within(ready.products.sum(axis=1))
    is_empty, whole = every.weight <= 0, every.weight.sum()
    away = np.nan_to_num(some.x)
    common = np.einsum("ki,ij,kj->k", away, np.linalg.inv(some.x_squares.sum(axis=0)), away)
    stretch = common.copy()
    tilt = _tilt(some.weight[own], some.x_squares[own], away[own])
    stretch[own] = (tilt * away[own]).sum(axis=-1)
    distance = np.full(len(own), np.inf) if is_apart else np.sqrt(common * whole)
    retained = np.zeros(len(own)) if is_apart else 1 / (1 + some.weight * stretch)
    return Overlap(
        difference=every.x * np.sqrt(whole),
        distance=np.where(is_empty, np.nan, distance),
        retained=np.where(is_empty, np.nan, retained),
    )
