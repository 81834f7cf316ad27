"""Headroom: what a segment would be worth at the top, less what it is worth now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from kuski.stats.inputs import Floats, Integers, checked_cross, checked_rows
from kuski.stats.least_squares import Standardised, independent_columns, standardised
from kuski.stats.levels import CHUNK_BYTES, ROWS_PER_COEFFICIENT
from kuski.stats.resample import MIN_HELD, MIN_REPLICATES, Interval, Resamples

# Segments are never believed to differ from what the rest says of them by less than this part of
# the common headroom (one standard deviation): no sample of a few segments could show it.
LEAST_BETWEEN = 0.1
# Keeps a matrix of columns with a spread of one from being singular, and moves nothing that shows.
_RIDGE = 1e-9


@dataclass(frozen=True, slots=True)
class Headroom:
    """Headroom of S segments, on each resample.

    Attributes
    ----------
    rows : ndarray of int, shape (S,)
        Answers, unweighted.
    held : ndarray of int, shape (S,)
        Replicates that hold some.
    now : ndarray, shape (R, S)
        Weighted mean worth, in the unit of worth.
    own : ndarray, shape (R, S)
        Headroom from the segment's own answers alone; NaN where nobody of it is at the top.
    borrowed : ndarray, shape (R, S)
        Headroom that everybody's levels say people like these have.
    believed : ndarray, shape (R, S)
        Both weighed: row 0 the estimate, the rest its draws.
    own_weight : ndarray, shape (S,)
        How much of `believed` is the segment's own, 0 to 1.
    between : float
        Standard deviation of what segments have beyond what is borrowed, in the unit of worth.
    whole : ndarray, shape (R,)
        Headroom of all segments together.
    """

    rows: Integers
    held: Integers
    now: Floats
    own: Floats
    borrowed: Floats
    believed: Floats
    own_weight: Floats
    between: float
    whole: Floats


def headroom(
    cross: npt.ArrayLike,
    rows: npt.ArrayLike,
    *,
    top: Sequence[int],
    resamples: Resamples,
    rng: np.random.Generator,
    origin: float = 0.0,
) -> Headroom:
    """Estimate what segments would gain at the top, each from its own answers and everybody's.

    Parameters
    ----------
    cross : array_like, shape (S, K, G, q, q)
        Sums of w·z·z' by segment, level and replicate, z = (1, worth, alike columns).
    rows : array_like of int, shape (S, K, G)
    top : sequence of int
        Places of the top levels, which count as one.
    resamples : Resamples
        Of the same replicates.
    rng : numpy.random.Generator
        Draws what lies between the segments' own headroom and the borrowed one.
    origin : float
        What was taken off worth before summing; it is put back.

    Returns
    -------
    Headroom

    Raises
    ------
    ValueError
        Where the arrays do not fit each other, hold what is not finite, or nobody is at the top.

    Notes
    -----
    Own: regress worth on x among the segment's answers at the top, predict for all of its answers,
    and take off its mean worth: ȳ_top + (x̄ − x̄_top)'b − ȳ (Robins' g-computation). The slopes b are
    the segment's own where it has `ROWS_PER_COEFFICIENT` answers at the top per coefficient, else
    everybody's. Borrowed: the lines of worth on x of all answers at the top and at each level; the
    mean over the segment's answers of the line at the top less the line at their own level.

    Own less borrowed is taken as N(m, t²) between segments beyond its error (variance s², from the
    resamples), with m its weighted mean and t² by the method of moments (DerSimonian & Laird 1986),
    but t at least `LEAST_BETWEEN` of the headroom of all. With b = t²/(t² + s²),
    believed = borrowed + m + b (own − borrowed − m), and its draws have the spread that goes with
    it (Morris 1983, parametric empirical Bayes): thin segments borrow, and picking the largest of
    several estimates promises no more than it should.

    Assumes that worth is linear in x at a level, that x is all that makes people at the top differ
    from the rest of the segment, and that replicates are independent.

    References
    ----------
    Robins 1986, *A new approach to causal inference in mortality studies* (g-computation).
    DerSimonian & Laird 1986, *Meta-analysis in clinical trials*, Controlled Clinical Trials 7.
    Morris 1983, *Parametric empirical Bayes inference*, JASA 78(381).
    """
    array = np.asarray(cross, dtype=np.float64)
    if array.ndim != 5:
        raise ValueError(f"cross has shape {array.shape}, expected (S, K, G, q, q)")
    segments, levels, replicates, size, _ = array.shape
    flat = checked_cross(array.reshape(-1, replicates, size, size), axes="KGqq")
    counted = checked_rows(np.asarray(rows).reshape(-1, replicates), flat)
    if resamples.counts.shape[1] != replicates:
        raise ValueError(
            f"cross has {replicates} replicates, expected {resamples.counts.shape[1]} as resamples "
            "has; make the resamples from rows of the same need"
        )
    standard, kept = _kept(flat)
    products = standard.cross[..., kept, :][..., kept]
    parts = products.reshape(segments, levels, replicates, len(kept), len(kept))
    # The top levels count as one, and come last.
    rest = [level for level in range(levels) if level not in set(top)]
    parts = np.concatenate([parts[:, rest], parts[:, list(top)].sum(axis=1)[:, None]], axis=1)
    by_level = counted.reshape(segments, levels, replicates).sum(axis=2)
    merged = np.concatenate(
        [by_level[:, rest], by_level[:, list(top)].sum(axis=1)[:, None]], axis=1
    )
    if not merged[:, -1].any():
        raise ValueError("no row is at a top level, expected some; refuse where nobody is")
    found = [_estimated(sums, merged) for sums in _resampled(parts, resamples)]
    scale = float(standard.scale[1])
    own = np.concatenate([part.own for part in found]) * scale
    borrowed = np.concatenate([part.borrowed for part in found]) * scale
    whole = np.concatenate([part.whole for part in found]) * scale
    between, weight = _weighed(own, borrowed, float(whole[0]))
    return Headroom(
        rows=by_level.sum(axis=1),
        held=(parts[..., 0, 0].sum(axis=1) > 0).sum(axis=1),
        now=np.concatenate([part.now for part in found]) * scale + float(standard.mean[1]) + origin,
        own=own,
        borrowed=borrowed,
        believed=_believed(own, borrowed, between, weight, rng),
        own_weight=weight,
        between=between,
        whole=whole,
    )


def believed_intervals(
    believed: npt.ArrayLike,
    resamples: Resamples,
    *,
    held: npt.ArrayLike,
    confidence: float = 0.95,
) -> tuple[Interval | None, ...]:
    """Find an interval for each of several believed figures, from their draws.

    Parameters
    ----------
    believed : array_like, shape (R, S)
        As `Headroom.believed`, or times the people of each segment.
    resamples : Resamples
    held : array_like of int, shape (S,)
        Replicates that hold rows of each.
    confidence : float

    Returns
    -------
    tuple of S Interval or None
        None where fewer than `MIN_REPLICATES` hold rows, fewer than `MIN_HELD` hold rows of this
        one, or a draw is not known.

    Notes
    -----
    Percentiles of the draws, widened about their middle from the normal to Student's t with
    held − 1 degrees of freedom (Hesterberg 2015, *expanded percentiles*). The draws that leave out
    one replicate are not used: they hold noise of the posterior too.
    """
    values, of = np.asarray(believed, np.float64), np.asarray(held, np.int64)
    draws = values[1 + resamples.replicates :]
    tail = (1 - confidence) / 2
    found: list[Interval | None] = []
    for column, n in zip(draws.T, of.tolist(), strict=True):
        if resamples.replicates < MIN_REPLICATES or n < MIN_HELD or not np.isfinite(column).all():
            found.append(None)
            continue
        low, middle, high = np.quantile(column, [tail, 0.5, 1 - tail])
        wider = float(stdtrit(n - 1, tail) / stdtrit(1e9, tail)) * np.sqrt(n / (n - 1))
        under, over = wider * (middle - low), wider * (high - middle)
        found.append(Interval(float(middle - under), float(middle + over)))
    return tuple(found)


def _kept(flat: Floats) -> tuple[Standardised, list[int]]:
    """Standardise the columns, and tell which of them vary and repeat no others."""
    standard = standardised(flat)
    sums = standard.cross.sum(axis=(0, 1))
    about = sums[2:, 2:] - np.outer(sums[2:, 0], sums[0, 2:]) / sums[0, 0]
    kept = [0, 1, *(2 + np.flatnonzero(independent_columns(about))).tolist()]
    return standard, kept


@dataclass(frozen=True, slots=True)
class _Sums:
    """Sums over the rows of a few resamples; of q columns the first is 1, the second worth.

    Attributes
    ----------
    means : ndarray, shape (r, S, K, q)
        Weight, and the sums of the other columns, by segment and level.
    top : ndarray, shape (r, S, q, q)
        Cross-products of each segment at the top.
    levels : ndarray, shape (r, K, q, q)
        Cross-products of all segments at each level.
    """

    means: Floats
    top: Floats
    levels: Floats


def _resampled(parts: Floats, resamples: Resamples) -> Iterator[_Sums]:
    """Sum over replicates a few resamples at a time, to bound memory."""
    each = (parts[..., 0, :], parts[:, -1], parts.sum(axis=0))
    by = [np.moveaxis(part, axis, 0) for part, axis in zip(each, (2, 1, 1), strict=True)]
    flat = [part.reshape(len(part), -1) for part in by]
    step = max(1, CHUNK_BYTES // (8 * sum(part.shape[1] for part in flat)))
    for start in range(0, len(resamples.counts), step):
        counts = resamples.counts[start : start + step]
        sums = [
            (counts @ one).reshape(len(counts), *part.shape[1:])
            for one, part in zip(flat, by, strict=True)
        ]
        yield _Sums(*sums)


@dataclass(frozen=True, slots=True)
class _Part:
    now: Floats
    own: Floats
    borrowed: Floats
    whole: Floats


def _estimated(sums: _Sums, counted: Integers) -> _Part:
    """Estimate on a few resamples; worth in standard units about its mean over all."""
    slopes, at = _lines(sums.levels, counted.sum(axis=0))
    weight = sums.means[..., 0]
    whole = weight.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = sums.means[..., 1:].sum(axis=2) / whole[..., None]
        at_top = sums.means[..., -1, 1:] / weight[..., -1, None]
        ours = _slopes(sums.top)
    is_own = counted[:, -1] >= ROWS_PER_COEFFICIENT * ours.shape[-1] + ROWS_PER_COEFFICIENT
    used = np.where(is_own[:, None], ours, slopes[:, -1][:, None])
    own = at_top[..., 0] + ((mean - at_top)[..., 1:] * used).sum(axis=-1) - mean[..., 0]
    # The line of a level at the segment's mean there, times its weight.
    ones_and_x = np.concatenate([weight[..., None], sums.means[..., 2:]], axis=-1)
    line = np.concatenate([at[..., None], slopes], axis=-1)
    here = np.einsum("rskq,rkq->rs", ones_and_x, np.nan_to_num(line))
    there = np.einsum("rskq,rq->rs", ones_and_x, line[:, -1])
    with np.errstate(invalid="ignore", divide="ignore"):
        borrowed = (there - here) / whole
        all_over = (there - here).sum(axis=1) / whole.sum(axis=1)
    return _Part(mean[..., 0], own, borrowed, all_over)


def _lines(levels: Floats, counted: Integers) -> tuple[Floats, Floats]:
    """Fit worth on x at each level: slopes, and where x is 0; shapes (r, K, p) and (r, K).

    A level too thin for slopes of its own takes those that all levels share within.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = levels[..., 0, 1:] / levels[..., :1, 0]
    own = _slopes(levels)
    squares, products = _about(levels)
    shared = _solved(squares.sum(axis=1), products.sum(axis=1))
    is_own = counted >= ROWS_PER_COEFFICIENT * (own.shape[-1] + 1)
    slopes = np.where(is_own[:, None], own, shared[:, None])
    return slopes, mean[..., 0] - (mean[..., 1:] * slopes).sum(axis=-1)


def _about(sums: Floats) -> tuple[Floats, Floats]:
    """Take cross-products of x, and of x with worth, about the means; 0 where there is no row."""
    weight = sums[..., 0, 0]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = sums[..., 0, 1:] / weight[..., None]
    about = sums[..., 1:, 1:] - sums[..., 1:, :1] * mean[..., None, :]
    about[weight <= 0] = 0.0
    return about[..., 1:, 1:], about[..., 1:, 0]


def _slopes(sums: Floats) -> Floats:
    return _solved(*_about(sums))


def _solved(squares: Floats, products: Floats) -> Floats:
    ridge = _RIDGE * np.eye(squares.shape[-1])
    return np.asarray(np.linalg.solve(squares + ridge, products[..., None])[..., 0])


def _weighed(own: Floats, borrowed: Floats, whole: float) -> tuple[float, Floats]:
    """Return t, and how much of each segment is its own."""
    apart = own - borrowed
    is_known = np.isfinite(apart[0])
    with np.errstate(invalid="ignore"):
        error = np.array([np.nanstd(part) if np.isfinite(part).any() else 0.0 for part in apart.T])
    error = np.where(is_known, np.maximum(error, 1e-9 * (abs(whole) or 1.0)), np.inf)
    least = LEAST_BETWEEN * abs(whole)
    if is_known.sum() < 2:
        weight = least**2 / (least**2 + error**2) if least else np.zeros(len(error))
        return least, np.where(is_known, weight, 0.0)
    inverse = 1 / error[is_known] ** 2
    mean = float(inverse @ apart[0, is_known] / inverse.sum())
    extra = float(inverse @ (apart[0, is_known] - mean) ** 2) - (is_known.sum() - 1)
    free = float(inverse.sum() - (inverse**2).sum() / inverse.sum())
    between = max(float(np.sqrt(max(extra / free, 0.0))) if free > 0 else 0.0, least)
    if not between:
        return 0.0, np.zeros(len(error))
    return between, between**2 / (between**2 + error**2)


def _believed(
    own: Floats,
    borrowed: Floats,
    between: float,
    weight: Floats,
    rng: np.random.Generator,
) -> Floats:
    """Weigh own and borrowed on each resample, with the noise of what lies between them."""
    apart = own - borrowed
    is_own = np.isfinite(apart)
    by = np.where(is_own, weight, 0.0)
    share = by / np.maximum(by.sum(axis=1, keepdims=True), 1e-300)
    mean = (share * np.nan_to_num(apart)).sum(axis=1, keepdims=True)
    noise = between * np.sqrt(1 - by) * rng.standard_normal(apart.shape)
    noise[0] = 0.0
    found: Floats = borrowed + mean + by * (np.nan_to_num(apart) - mean) + noise
    return found
