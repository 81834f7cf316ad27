"""Importance: how much of an outcome goes with each driver, with the intervals of all of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import fdtrc

from kuski.stats.correlation import Correlations, correlations
from kuski.stats.inputs import Booleans, Floats, Integers, checked_cross
from kuski.stats.least_squares import independent_columns
from kuski.stats.ranks import RankInterval, rank_intervals, ranks
from kuski.stats.resample import Interval, Resamples, interval, intervals, totals
from kuski.stats.shapley import MOST_EXACT, sampled_shapley, shapley

# Up to here every resample is divided exactly: 2,201 of them take 0.2 s.
MOST_EXACT_RESAMPLES = 12
_ROUNDS_OF_RESAMPLES = 3
_ROUNDS_OF_WHOLE = 50
_MAY_BE_ZERO = 0.05


@dataclass(frozen=True, slots=True)
class Importance:
    """What an outcome goes with; one entry for each driver.

    Attributes
    ----------
    r2 : float
        Share of the outcome's weighted variance that all drivers explain, 0 to 1.
    r2_interval : Interval or None
    lmg : ndarray, shape (m,)
        Shapley shares in units of R².
    lmg_intervals : tuple of (Interval or None), length m
    lmg_error : ndarray, shape (m,)
        Standard error from drawing orders; 0 where the shares are exact.
    share : ndarray, shape (m,)
        lmg over r2, 0 to 1.
    share_intervals : tuple of (Interval or None), length m
    ranks : ndarray of int, shape (m,)
        By lmg, from 1.
    rank_intervals : tuple of (RankInterval or None), length m
    slope : ndarray, shape (m,)
        Of the regression on all columns: unit of the outcome per unit of all the driver's columns.
        NaN where the others determine one of them.
    slope_intervals : tuple of (Interval or None), length m
    resampled : ndarray, shape (R, m)
        lmg on each resample.
    """

    r2: float
    r2_interval: Interval | None
    lmg: Floats
    lmg_intervals: tuple[Interval | None, ...]
    lmg_error: Floats
    share: Floats
    share_intervals: tuple[Interval | None, ...]
    ranks: Integers
    rank_intervals: tuple[RankInterval | None, ...]
    slope: Floats
    slope_intervals: tuple[Interval | None, ...]
    resampled: Floats


def importance(
    cross: npt.ArrayLike,
    *,
    outcome: int,
    groups: Sequence[Sequence[int]],
    resamples: Resamples,
    rng: np.random.Generator,
) -> Importance:
    """Tell what an outcome goes with.

    Parameters
    ----------
    cross : array_like, shape (G, q, q)
        Sums of w·z·z' by replicate with z = (1, columns).
    outcome : int
        Position in z.
    groups : sequence of m sequences of int
        Positions in z of each driver's columns.
    resamples : Resamples
        Of the same replicates.
    rng : numpy.random.Generator
        For the orders, where there are too many drivers for all subsets.

    Returns
    -------
    Importance

    Raises
    ------
    ValueError
        Where the arrays do not fit each other, or a position is off or named twice.

    Notes
    -----
    *Intervals of shares* are those of `resample.interval` on the shares of each resample. With up
    to `MOST_EXACT_RESAMPLES` drivers every resample is divided exactly. With more, the whole is
    divided exactly and the resamples by few random orders, the same for all: what is added to the
    exact share is the difference of two estimates with the same orders, in which hardly any error
    of the drawing is left (limits within 4 % of the width of exact ones at 18 drivers, in a
    thirtieth of the time). Beyond `shapley.MOST_EXACT` the whole is estimated too.

    *At zero.* A share is a mean of squares: that of a driver which has nothing to do with the
    outcome is zero in truth and above it in every sample and every draw. Such a driver has no
    correlation with the outcome, so an interval is let down to zero where those of all its columns
    may be zero: by Hotelling's test at 5 %, with the covariance of the leave-one-out values. It is
    too cautious for a driver that counts only beside others (a suppressor).

    *R²* grows with every column, more so in resamples: the draws are moved down by twice what they
    lie above the estimate on average, once for the draws and once for the estimate.

    *Ranks* are compared as `ranks.rank_intervals` does: each at 95 % against all others at once.

    References
    ----------
    Grömping 2006, *Relative importance for linear regression in R: the package relaimpo*, Journal
    of Statistical Software 17(1), section 4 (bootstrap intervals of shares and ranks).
    """
    array = checked_cross(cross, axes="Gqq")
    sums = totals(array, resamples)
    lmg, error = _resampled(sums, outcome, groups, rng)
    r2 = lmg.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = lmg / r2[:, None]
    columns = [place for group in groups for place in group]
    found = correlations(sums, [*columns, outcome])
    sizes = [len(group) for group in groups]
    slope = _slopes(found, sizes)
    may_be_zero = _may_be_zero(found.matrix[: 1 + resamples.replicates, :-1, -1], sizes)
    return Importance(
        r2=float(r2[0]),
        r2_interval=_between(_interval_of_r2(r2, resamples)),
        lmg=lmg[0],
        lmg_intervals=_down_to_zero(intervals(lmg, resamples), may_be_zero),
        lmg_error=error,
        share=share[0],
        share_intervals=_down_to_zero(intervals(share, resamples), may_be_zero),
        ranks=ranks(lmg[0]),
        rank_intervals=rank_intervals(lmg, resamples),
        slope=slope[0],
        slope_intervals=intervals(slope, resamples),
        resampled=lmg,
    )


def _resampled(
    sums: Floats, outcome: int, groups: Sequence[Sequence[int]], rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Divide R² on each resample, shape (R, m), and tell the error of the drawing for the whole."""
    drivers = len(groups)
    if drivers <= MOST_EXACT_RESAMPLES:
        return shapley(sums, outcome=outcome, groups=groups).shares, np.zeros(drivers)
    moved = sampled_shapley(
        sums, outcome=outcome, groups=groups, rounds=_ROUNDS_OF_RESAMPLES, rng=rng
    ).shares
    if drivers <= MOST_EXACT:
        whole = shapley(sums[0], outcome=outcome, groups=groups).shares
        return whole + (moved - moved[0]), np.zeros(drivers)
    estimate = sampled_shapley(
        sums[0], outcome=outcome, groups=groups, rounds=_ROUNDS_OF_WHOLE, rng=rng
    )
    return estimate.shares + (moved - moved[0]), estimate.error


def _slopes(found: Correlations, sizes: Sequence[int]) -> Floats:
    """Regress on all columns in each resample and add up each driver's slopes, shape (R, m)."""
    kept = np.flatnonzero(independent_columns(found.matrix[0, :-1, :-1]))
    matrix = found.matrix[:, kept[:, None], kept]
    beside = found.matrix[:, kept, -1]
    slopes = np.full((len(found.matrix), found.matrix.shape[1] - 1), np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        scale = found.spread[:, -1:] / found.spread[:, kept]
        slopes[:, kept] = _solved(matrix, beside) * scale
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    added: Floats = np.add.reduceat(slopes, starts, axis=1)
    return np.where(np.isfinite(added), added, np.nan)


def _solved(matrix: Floats, beside: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.solve(matrix, beside[..., None])[..., 0], dtype=np.float64)
    except np.linalg.LinAlgError:
        inverse = np.linalg.pinv(matrix, rcond=1e-11, hermitian=True)
        return np.asarray((inverse @ beside[..., None])[..., 0], dtype=np.float64)


def _may_be_zero(beside: Floats, sizes: Sequence[int]) -> Booleans:
    """Test for each driver whether its columns' correlations with the outcome may all be zero.

    `beside` has shape (1 + G, p): the whole, then each replicate left out.
    """
    found = np.zeros(len(sizes), dtype=np.bool_)
    n = len(beside) - 1
    for driver, stop in enumerate(np.cumsum(sizes)):
        own = beside[:, stop - sizes[driver] : stop]
        away = own[1:] - own[1:].mean(axis=0)
        spread = (n - 1) / n * away.T @ away
        inverse = np.linalg.pinv(spread, rcond=1e-11, hermitian=True)
        k = int(np.linalg.matrix_rank(spread, hermitian=True))
        squared = float(own[0] @ inverse @ own[0])
        if not 0 < k < n:
            found[driver] = True
        else:
            found[driver] = fdtrc(k, n - k, squared * (n - k) / (k * (n - 1))) > _MAY_BE_ZERO
    return found


def _interval_of_r2(r2: Floats, resamples: Resamples) -> Interval | None:
    moved = r2.copy()
    draws = moved[1 + resamples.replicates :]
    draws -= 2 * (np.nanmean(draws) - r2[0])
    return interval(moved, resamples)


def _between(found: Interval | None) -> Interval | None:
    """Keep an interval of a share from 0 to 1."""
    if found is None:
        return None
    low, high = np.clip([found.low, found.high], 0.0, 1.0)
    return Interval(float(low), float(high))


def _down_to_zero(
    found: tuple[Interval | None, ...], may_be_zero: Booleans
) -> tuple[Interval | None, ...]:
    limited = [_between(one) for one in found]
    return tuple(
        Interval(0.0, one.high) if one is not None and zero else one
        for one, zero in zip(limited, may_be_zero, strict=True)
    )
