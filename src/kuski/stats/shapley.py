"""Shapley shares of R²: how much of what is explained belongs to each driver."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np
import numpy.typing as npt

from kuski.stats.correlation import correlations
from kuski.stats.inputs import Booleans, Floats, Integers
from kuski.stats.least_squares import TOLERANCE

MOST_EXACT = 25
# Subsets swept at once, times resamples: what fits a processor's second cache.
_BLOCK = 16
# Numbers held at once while random orders are walked.
_AT_ONCE = 400_000


@dataclass(frozen=True, slots=True)
class ShapleyShares:
    """R² and its parts.

    Attributes
    ----------
    shares : ndarray, shape (..., m)
        In units of R²; never below zero but for rounding, and summing to `r2`. NaN where the
        outcome does not vary.
    r2 : ndarray, shape (...,)
        Share of the outcome's weighted variance that all drivers explain together, 0 to 1.
    """

    shares: Floats
    r2: Floats


@dataclass(frozen=True, slots=True)
class SampledShares:
    """R² and its parts, estimated from random orders of the drivers.

    Attributes
    ----------
    shares : ndarray, shape (..., m)
        In units of R², summing to `r2`.
    error : ndarray, shape (..., m)
        Standard error of the drawing of orders alone, in units of R².
    r2 : ndarray, shape (...,)
    """

    shares: Floats
    error: Floats
    r2: Floats


def shapley(
    cross: npt.ArrayLike, *, outcome: int, groups: Sequence[Sequence[int]]
) -> ShapleyShares:
    """Divide R² over drivers, fairly and exactly.

    Parameters
    ----------
    cross : array_like, shape (..., q, q)
        Sums of w·z·z' with z = (1, columns); each leading index (a resample) is divided by itself.
    outcome : int
        Position in z, 1 to q − 1.
    groups : sequence of m sequences of int, 1 <= m <= `MOST_EXACT`
        Positions in z of each driver's columns. Several columns (the dummies of a text, or ratings
        that are taken together) enter and leave as one.

    Returns
    -------
    ShapleyShares

    Raises
    ------
    ValueError
        Where the arrays do not fit, a position is off or named twice, or there are more than
        `MOST_EXACT` drivers.

    Notes
    -----
    The share of driver j is the mean over all m! orders of what it adds to R² when it enters::

        Σ_S |S|!·(m−1−|S|)!/m! · (R²(S ∪ j) − R²(S)),   S without j

    which Lindeman, Merenda & Gold proposed and Grömping calls LMG. R² is that of weighted least
    squares with an intercept; a column that the others determine adds nothing after them.

    All 2**m subsets are walked breadth first: each step takes one driver and doubles the number of
    residual matrices, of which the swept half has one column less to carry, so that the whole walk
    costs about 4·2**m multiplications. Beyond 2**16 subsets the first drivers are walked depth
    first, which bounds the memory.

    References
    ----------
    Grömping 2006, *Relative importance for linear regression in R: the package relaimpo*, Journal
    of Statistical Software 17(1), equation 3 and section 3.1.
    Shapley 1953, *A value for n-person games*.
    """
    array = np.asarray(cross, dtype=np.float64)
    lead = array.shape[:-2]
    sizes, order, columns = _players(groups, outcome)
    if len(sizes) > MOST_EXACT:
        raise ValueError(
            f"{len(sizes)} drivers, expected at most {MOST_EXACT} for exact shares; "
            "use sampled_shapley, or take drivers together in groups"
        )
    parts, varies = _by_resample(array, columns)
    at_once = 2 ** max(0, _BLOCK - len(sizes))
    found = np.concatenate(
        [
            _divided(parts[:, :, start : start + at_once], sizes)
            for start in range(0, parts.shape[2], at_once)
        ],
        axis=1,
    )
    found[:, ~varies] = np.nan
    shares = np.empty_like(found)
    shares[order] = found
    return ShapleyShares(
        shares=np.moveaxis(shares, 0, -1).reshape(*lead, len(sizes)),
        r2=shares.sum(axis=0).reshape(lead),
    )


def sampled_shapley(
    cross: npt.ArrayLike,
    *,
    outcome: int,
    groups: Sequence[Sequence[int]],
    rounds: int = 20,
    rng: np.random.Generator,
) -> SampledShares:
    """Estimate the division of `shapley` from random orders, for any number of drivers.

    Parameters
    ----------
    cross, outcome, groups
        As for `shapley`, without a limit to the number of drivers.
    rounds : int
        Random orders; each is walked from every driver on, there and back, which makes 2m orders.
        At least 2.
    rng : numpy.random.Generator

    Returns
    -------
    SampledShares

    Notes
    -----
    Turning an order round lets every driver enter once at each place, and an order and its reverse
    err in opposite directions: with 18 drivers that go together, one round of 36 orders came nearer
    than 400 orders drawn apart. The standard error is that of the mean of the rounds.

    Every leading index (resample) sees the same orders, so that differences between resamples hold
    hardly anything of the error.

    References
    ----------
    Castro, Gómez & Tejada 2009, *Polynomial calculation of the Shapley value based on sampling*,
    Computers & Operations Research 36(5).
    Mitchell, Cooper, Frank & Holmes 2022, *Sampling permutations for Shapley value estimation*,
    Journal of Machine Learning Research 23 (orders with their reverses).
    """
    if rounds < 2:
        raise ValueError(f"rounds == {rounds}, expected >= 2; one round has no standard error")
    array = np.asarray(cross, dtype=np.float64)
    lead = array.shape[:-2]
    sizes, order, columns = _players(groups, outcome)
    parts, varies = _by_resample(array, columns)
    back = np.argsort(order)
    orders = [rng.permutation(len(sizes)) for _ in range(rounds)]
    at_once = max(1, _AT_ONCE // parts[:, :, 0].size)
    some = [parts[:, :, first : first + at_once] for first in range(0, parts.shape[2], at_once)]
    found = np.stack(
        [np.concatenate([_round(part, sizes, turn) for part in some], axis=1) for turn in orders]
    )
    found[:, :, ~varies] = np.nan
    mean = np.moveaxis(found.mean(axis=0)[back], 0, -1)
    error = np.moveaxis(found.std(axis=0, ddof=1)[back], 0, -1) / np.sqrt(rounds)
    return SampledShares(
        shares=mean.reshape(*lead, len(sizes)),
        error=error.reshape(*lead, len(sizes)),
        r2=mean.sum(axis=-1).reshape(lead),
    )


def _players(
    groups: Sequence[Sequence[int]], outcome: int
) -> tuple[list[int], Integers, list[int]]:
    """Order drivers by how many columns they have, the most first: early steps are the cheap ones.

    Returns the sizes in that order, which driver stands where, and the columns with the outcome
    last.
    """
    named = [int(place) for group in groups for place in group]
    places = [*named, outcome]
    if not named or not all(len(group) for group in groups) or len(set(places)) < len(places):
        raise ValueError(
            f"groups == {[list(group) for group in groups]} and outcome == {outcome}, expected at "
            "least one driver, none empty, and no position twice"
        )
    order = np.argsort(np.array([-len(group) for group in groups]), kind="stable")
    columns = [int(place) for driver in order for place in groups[driver]]
    return [len(groups[driver]) for driver in order], order, [*columns, outcome]


def _by_resample(cross: Floats, columns: Sequence[int]) -> tuple[Floats, Booleans]:
    """Correlate the columns, shape (p, p, R), and say where the last of them varies."""
    found = correlations(cross, columns)
    return np.ascontiguousarray(np.moveaxis(found.matrix, 0, 2)), found.varies[:, -1]


def _divided(parts: Floats, sizes: list[int]) -> Floats:
    """Divide R² over the drivers of R correlation matrices, shape (m, R).

    The share of j is the weighted sum of R² over the subsets that hold j less a sum over all
    subsets that is the same for every driver.
    """
    drivers = len(sizes)
    first = max(0, drivers - _BLOCK)
    members = _members(drivers - first)
    holding, all_subsets = _weights(drivers)
    found = np.zeros((drivers, parts.shape[2]))
    for taken, residual in _walked(parts, sizes[:first]):
        unexplained = _lattice(residual, sizes[first:])
        within = members + len(taken)
        # BLAS would start threads for this one product, and spend three times as much CPU waiting.
        found += np.einsum("s,sr->r", all_subsets[within], unexplained)
        weighted = holding[within][:, None] * unexplained
        for place in taken:
            found[place] -= weighted.sum(axis=0)
        for place in range(drivers - 1, first - 1, -1):
            without, held = weighted.reshape(2, -1, parts.shape[2])
            found[place] -= held.sum(axis=0)
            weighted = without + held
    return found


def _weights(drivers: int) -> tuple[Floats, Floats]:
    """Weigh a subset of each size: for the drivers that it holds, and for all of them."""
    orders = factorial(drivers)
    added = [factorial(s - 1) * factorial(drivers - s) / orders for s in range(1, drivers + 1)]
    lacked = [factorial(s) * factorial(drivers - 1 - s) / orders for s in range(drivers)]
    without = np.array([*lacked, 0.0])
    return np.array([0.0, *added]) + without, without


def _members(drivers: int) -> Integers:
    """Count the drivers in each of 2**drivers subsets; bit k tells driver k."""
    counted = np.zeros(1, np.int64)
    for _ in range(drivers):
        counted = np.concatenate([counted, counted + 1])
    return counted


def _walked(
    parts: Floats, sizes: list[int], taken: tuple[int, ...] = (), place: int = 0
) -> Iterator[tuple[tuple[int, ...], Floats]]:
    """Go through the subsets of the first drivers depth first, with what they leave unexplained."""
    if place == len(sizes):
        yield taken, parts
        return
    size = sizes[place]
    yield from _walked(parts[size:, size:], sizes, taken, place + 1)
    swept = parts
    for _ in range(size):
        swept = _swept(swept)
    yield from _walked(swept, sizes, (*taken, place), place + 1)


def _lattice(parts: Floats, sizes: list[int]) -> Floats:
    """Tell what each subset leaves unexplained of the outcome, shape (2**m, R).

    `parts` holds, of each subset so far, the cross-products of what it leaves unexplained of the
    columns to come; only those on and above the diagonal.
    """
    columns, _, resamples = parts.shape
    found = parts.reshape(columns, columns, -1)
    for size in sizes:
        left = len(found) - size
        both = np.empty((left, left, 2, found.shape[2]))
        both[:, :, 0] = found[size:, size:]
        swept = found
        for step in range(size):
            swept = _swept(swept, both[:, :, 1] if step == size - 1 else None)
        found = both.reshape(left, left, -1)
    return found.reshape(-1, resamples)


def _swept(parts: Floats, out: Floats | None = None) -> Floats:
    """Take the first column out of all others, where anything is left of it."""
    left = len(parts) - 1
    swept = np.empty((left, left, *parts.shape[2:])) if out is None else out
    # A division by infinity is several times cheaper than one with a mask.
    inverse = 1.0 / np.where(parts[0, 0] > TOLERANCE, parts[0, 0], np.inf)
    slopes = parts[0, 1:] * inverse
    for i in range(left):
        np.multiply(slopes[i], parts[0, 1 + i :], out=swept[i, i:])
        np.subtract(parts[1 + i, 1 + i :], swept[i, i:], out=swept[i, i:])
    return swept


def _round(parts: Floats, sizes: list[int], order: Integers) -> Floats:
    """Average what each driver adds as it enters, over all turns of an order, shape (m, R)."""
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    turned = [np.roll(order, -first) for first in range(len(order))]
    listed = [
        np.concatenate([*(np.arange(starts[i], starts[i] + sizes[i]) for i in one), [sum(sizes)]])
        for turn in turned
        for one in (turn, turn[::-1])
    ]
    found = np.zeros((len(sizes), parts.shape[2]))
    at_once = max(1, _AT_ONCE // parts.size)
    for first in range(0, len(listed), at_once):
        some = np.stack(listed[first : first + at_once])
        found += np.add.reduceat(_entered(parts, some), starts, axis=0)
    return found / len(listed)


def _entered(parts: Floats, listed: Integers) -> Floats:
    """Sum over orders what each column adds to R² as it enters, shape (p, R)."""
    residual = np.moveaxis(parts[listed[:, :, None], listed[:, None, :]], 0, 2)
    shape = residual.shape[2:]
    residual = residual.reshape(*residual.shape[:2], -1)
    added = np.zeros((len(residual) - 1, shape[1]))
    for step in range(len(added)):
        pivot, beside = residual[0, 0], residual[0, -1]
        is_left = pivot > TOLERANCE
        gain = np.divide(beside**2, pivot, out=np.zeros_like(pivot), where=is_left)
        np.add.at(added, listed[:, step], gain.reshape(shape))
        residual = _swept(residual)
    return added
