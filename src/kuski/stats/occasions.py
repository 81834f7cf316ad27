"""Occasions: repeated answers of the same customers, in order, in runs without a gap."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.stats.inputs import Booleans, Floats, Integers, checked_finite

LONGEST = 50


@dataclass(frozen=True, slots=True)
class Occasions:
    """Answers sorted by replicate, run and time; m of them in K runs.

    A run holds consecutive answers of one customer whose ratings are all known. Its first answer
    starts afresh: what was expected there is unknown.

    Attributes
    ----------
    start : ndarray of int, shape (K,)
        Where each run begins.
    position : ndarray of int, shape (m,)
        0 for the first answer of a run.
    replicate : ndarray of int, shape (m,)
        Random group of the customer.
    time : ndarray, shape (m,)
        Standardised: mean 0, standard deviation 1; 0 where all are alike.
    score : ndarray, shape (m,)
        0 where missing; such a row has weight 0, but its ratings are part of what was experienced.
    ratings : ndarray, shape (m, p)
    weight : ndarray, shape (m,)
        >= 0.
    customers : int
        Customers with such a run.
    """

    start: Integers
    position: Integers
    replicate: Integers
    time: Floats
    score: Floats
    ratings: Floats
    weight: Floats
    customers: int

    @property
    def n(self) -> int:
        """Answers with a score and a weight."""
        return int((self.weight > 0).sum())

    @property
    def lengths(self) -> Integers:
        """Answers by run, shape (K,)."""
        return np.diff(np.append(self.start, len(self.position)))

    def means(self, values: Floats, weight: Floats) -> Floats:
        """Average over each run, and give it to each of its answers; shape as values."""
        by = weight.reshape(-1, *[1] * (values.ndim - 1))
        sums = np.add.reduceat(by * values, self.start, axis=0)
        below = np.add.reduceat(by, self.start, axis=0)
        means: Floats = np.repeat(sums / np.where(below > 0, below, 1.0), self.lengths, axis=0)
        return means

    def within(self, values: Floats) -> Floats:
        """Take off each run's weighted mean, so that what a customer always brings falls out."""
        return np.asarray(values - self.means(values, self.weight))

    def by_replicate(self, columns: Floats, size: int) -> Floats:
        """Sum w·z·z' by replicate: columns of shape (m, q) give shape (size, q, q)."""
        edges = np.searchsorted(self.replicate, np.arange(size + 1))
        weighted = columns * self.weight[:, None]
        found = np.zeros((size, columns.shape[1], columns.shape[1]))
        for i in np.flatnonzero(np.diff(edges)):
            rows = slice(edges[i], edges[i + 1])
            found[i] = weighted[rows].T @ columns[rows]
        return found


def occasions(
    customer: npt.ArrayLike,
    time: npt.ArrayLike,
    score: npt.ArrayLike,
    ratings: npt.ArrayLike,
    *,
    replicates: int,
    weight: npt.ArrayLike | None = None,
) -> Occasions | None:
    """Put customers' answers in order; None where nobody has two in a row.

    Parameters
    ----------
    customer : array_like of uint64, shape (m,)
        Hash of the customer; modulo `replicates` it is the random group.
    time : array_like, shape (m,)
        Orders a customer's answers. Answers of one customer at one time count as one: their mean,
        so that an answer that stands twice does no harm.
    score : array_like, shape (m,)
        NaN where missing.
    ratings : array_like, shape (m, p)
        NaN where missing. An answer without all of them ends the run.
    replicates : int
        Number of random groups.
    weight : array_like, shape (m,), or None
        >= 0; all 1 where None.

    Returns
    -------
    Occasions or None

    Raises
    ------
    ValueError
        Where shapes do not fit, or a time or weight is not finite, or a weight negative.

    Notes
    -----
    A run is cut after `LONGEST` answers; what was felt so long ago has no weight any more unless
    expectations hardly move. Runs with fewer than two scores tell nothing within and are left out.
    """
    rated = np.asarray(ratings, dtype=np.float64)
    scored = np.asarray(score, dtype=np.float64)
    who = np.asarray(customer).astype(np.uint64)
    when = checked_finite(time, "time")
    weights = np.ones(len(who)) if weight is None else checked_finite(weight, "weight")
    if rated.ndim != 2 or {len(rated), *scored.shape, *when.shape, *weights.shape} != {len(who)}:
        raise ValueError(
            f"customer {who.shape}, time {when.shape}, score {scored.shape}, ratings "
            f"{rated.shape} and weight {weights.shape}, expected (m,) and (m, p) of the same length"
        )
    if (weights < 0).any():
        raise ValueError(f"weight goes down to {weights.min():g}, expected >= 0")
    if not len(who):
        return None
    columns = np.column_stack([scored, weights, rated])
    who, when, columns = _one_a_time(who, when, columns, replicates)
    return _runs(who, when, columns, replicates)


def _one_a_time(
    customer: npt.NDArray[np.uint64], time: Floats, columns: Floats, replicates: int
) -> tuple[npt.NDArray[np.uint64], Floats, Floats]:
    """Sort by replicate, customer and time, and average what stands at one time."""
    order = np.lexsort((time, customer, customer % np.uint64(replicates)))
    customer, time, columns = customer[order], time[order], columns[order]
    is_new = np.append(True, (customer[1:] != customer[:-1]) | (time[1:] != time[:-1]))
    first = np.flatnonzero(is_new)
    times = np.diff(np.append(first, len(customer)))
    means = np.add.reduceat(columns, first, axis=0) / times[:, None]
    return customer[first], time[first], means


def _runs(
    customer: npt.NDArray[np.uint64], time: Floats, columns: Floats, replicates: int
) -> Occasions | None:
    is_rated: Booleans = np.asarray(np.isfinite(columns[:, 2:]).all(axis=1))
    follows = np.append(False, (customer[1:] == customer[:-1]) & is_rated[:-1])[is_rated]
    customer, time, columns = customer[is_rated], time[is_rated], columns[is_rated]
    follows &= _positions(follows) % LONGEST > 0
    weight = np.where(np.isfinite(columns[:, 0]), columns[:, 1], 0.0)
    run = np.cumsum(~follows) - 1
    is_kept = _enough(run, weight)
    if not is_kept.any():
        return None
    customer, time, weight = customer[is_kept], time[is_kept], weight[is_kept]
    columns, position = columns[is_kept], _positions(follows)[is_kept]
    spread = float(time.std())
    return Occasions(
        start=np.flatnonzero(position == 0),
        position=position,
        replicate=(customer % np.uint64(replicates)).astype(np.int64),
        time=(time - time.mean()) / spread if spread else np.zeros(len(time)),
        score=np.where(np.isfinite(columns[:, 0]), columns[:, 0], 0.0),
        ratings=columns[:, 2:],
        weight=weight,
        customers=len(np.unique(customer)),
    )


def _positions(follows: Booleans) -> Integers:
    """Count from 0 at every row that does not follow on the one before it."""
    rows = np.arange(len(follows))
    return rows - np.maximum.accumulate(np.where(follows, 0, rows))


def _enough(run: Integers, weight: Floats) -> Booleans:
    scored = np.bincount(run, weight > 0, minlength=1)
    return np.asarray(scored[run] >= 2)
