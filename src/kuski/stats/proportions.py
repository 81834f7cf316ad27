"""Proportions: the net promoter score and shares, with intervals that hold when answers are few."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from kuski.stats.inputs import checked_cross, checked_rows, checked_share
from kuski.stats.resample import MIN_REPLICATES, Interval

PSEUDO_ANSWERS = 3.0


@dataclass(frozen=True, slots=True)
class NetPromoterScore:
    """Promoters less detractors.

    Attributes
    ----------
    score : float
        Share of promoters less share of detractors, −1 to 1.
    low, high : float
        Adjusted-Wald interval, −1 to 1. Its middle is nearer to zero than `score`.
    promoters, passives, detractors : float
        Shares, 0 to 1.
    n : float
        Answers that the interval counts with.
    """

    score: float
    low: float
    high: float
    promoters: float
    passives: float
    detractors: float
    n: float


def net_promoter_score(
    promoters: float,
    passives: float,
    *,
    detractors: float,
    n: float | None = None,
    confidence: float = 0.95,
) -> NetPromoterScore:
    """Estimate the net promoter score with its interval.

    Parameters
    ----------
    promoters, passives, detractors : float
        Counts or sums of weights, >= 0, not all zero.
    n : float or None
        How many independent answers they are worth (`kish_n`, `cluster_n`); their sum where None.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    NetPromoterScore

    Raises
    ------
    ValueError
        Where a count is negative or not finite, all are zero, or `n` is not above zero.

    Notes
    -----
    Adds three pseudo-answers, ¾ of a promoter, 1½ passives and ¾ of a detractor, then Wald:
    p − d ± z·√((p + d − (p − d)²)/(n + 3)). Assumes independent answers, of which there are `n`.

    References
    ----------
    Rocks 2016, *Interval estimation for the Net Promoter Score*, The American Statistician 70(4):
    the adjusted Wald interval, which holds its level from n = 10 where Wald's does not.
    """
    checked_share(confidence, "confidence")
    counts = _checked_counts([promoters, passives, detractors])
    total = float(counts.sum()) if n is None else _checked_n(n)
    shares = counts / counts.sum()
    added = np.array([0.25, 0.5, 0.25]) * PSEUDO_ANSWERS
    up, _, down = (shares * total + added) / (total + PSEUDO_ANSWERS)
    spread = np.sqrt((up + down - (up - down) ** 2) / (total + PSEUDO_ANSWERS))
    reach = float(ndtri((1 + confidence) / 2) * spread)
    return NetPromoterScore(
        score=float(shares[0] - shares[2]),
        low=max(float(up - down) - reach, -1.0),
        high=min(float(up - down) + reach, 1.0),
        promoters=float(shares[0]),
        passives=float(shares[1]),
        detractors=float(shares[2]),
        n=total,
    )


def share_interval(share: float, n: float, *, confidence: float = 0.95) -> Interval:
    """Find Wilson's interval for a share.

    Parameters
    ----------
    share : float
        0 to 1.
    n : float
        Independent answers behind it, above 0; need not be whole.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    Interval

    Raises
    ------
    ValueError
        Where the share is outside 0 to 1, or n is not above zero.

    References
    ----------
    Wilson 1927, *Probable inference, the law of succession, and statistical inference*.
    Brown, Cai & DasGupta 2001, *Interval estimation for a binomial proportion*.
    """
    checked_share(confidence, "confidence")
    _checked_n(n)
    if not 0 <= share <= 1:
        raise ValueError(
            f"share == {share:g}, expected 0 to 1; did you pass percent? divide by 100"
        )
    z2 = float(ndtri((1 + confidence) / 2)) ** 2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    reach = np.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n**2))) / (1 + z2 / n)
    return Interval(max(float(middle - reach), 0.0), min(float(middle + reach), 1.0))


def kish_n(weight: npt.ArrayLike, squares: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Say how many equally weighted answers weighted ones are worth.

    Parameters
    ----------
    weight : array_like
        Sums of weights, >= 0.
    squares : array_like
        Sums of squared weights, the same shape.

    Returns
    -------
    ndarray
        weight²/squares; 0 where there are none.

    References
    ----------
    Kish 1965, *Survey Sampling*, chapter 11.
    """
    sums, of_squares = np.asarray(weight, dtype=np.float64), np.asarray(squares, dtype=np.float64)
    found: npt.NDArray[np.float64] = np.divide(
        sums**2,
        of_squares,
        out=np.zeros(np.broadcast(sums, of_squares).shape),
        where=of_squares > 0,
    )
    return found


def cluster_n(cross: npt.ArrayLike, rows: npt.ArrayLike) -> float | None:
    """Say how many independent answers a weighted mean is worth, several of a customer's included.

    Parameters
    ----------
    cross : array_like, shape (G, 2, 2)
        Sums of w·z·z' by replicate with z = (1, variable): for the net promoter score a variable
        that is 1, 0 and −1.
    rows : array_like of int, shape (G,)

    Returns
    -------
    float or None
        The variable's variance over the variance of its mean between replicates, at most the
        number of rows; None with fewer than `resample.MIN_REPLICATES` replicates or no variance.

    Raises
    ------
    ValueError
        Where the arrays do not fit each other.

    Notes
    -----
    With 200 replicates it is known to about 10 %, and an interval's width to 5 %.

    References
    ----------
    Kish 1965, *Survey Sampling*, chapter 8 (the design effect), by linearisation.
    """
    array = checked_cross(cross, axes="Gqq")
    counted = checked_rows(rows, array)
    if array.shape[-1] != 2:
        raise ValueError(f"cross has {array.shape[-1]} columns, expected 2: the constant and one")
    replicates, n = int((counted > 0).sum()), int(counted.sum())
    whole = array.sum(axis=0)
    mean = whole[0, 1] / whole[0, 0]
    variance = whole[1, 1] / whole[0, 0] - mean**2
    beyond = (array[:, 0, 1] - mean * array[:, 0, 0]) / whole[0, 0]
    if replicates < MIN_REPLICATES or variance <= 0 or not beyond.any():
        return None
    return min(float(variance / (replicates / (replicates - 1) * (beyond**2).sum())), float(n))


def _checked_counts(counts: list[float]) -> npt.NDArray[np.float64]:
    array = np.asarray(counts, dtype=np.float64)
    if not np.isfinite(array).all() or (array < 0).any() or array.sum() <= 0:
        raise ValueError(
            f"promoters, passives and detractors == {counts}, expected numbers >= 0, not all 0; "
            "refuse the score where nobody answered"
        )
    return array


def _checked_n(n: float) -> float:
    if not 0 < n < np.inf:
        raise ValueError(f"n == {n:g}, expected above 0; refuse the figure where nobody answered")
    return float(n)
