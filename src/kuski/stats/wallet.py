"""Wallet: where a company stands among those that the same customer uses."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.stats.inputs import Floats, Integers, checked_finite
from kuski.stats.resample import Resamples, totals


@dataclass(frozen=True, slots=True)
class Standing:
    """How the same respondents score a company and its rivals, once per resample.

    Weighted; NaN where nobody compares.

    Attributes
    ----------
    n : int
        Respondents who scored the company and at least one rival.
    best_alone, best : ndarray, shape (R,)
        Share who put it first, alone or with others, 0 to 1.
    wallet : ndarray, shape (R,)
        Mean share of wallet by the rule, 0 to 1.
    n_rivals : ndarray of int, shape (B,)
        Respondents who scored the company and this rival.
    ours, theirs : ndarray, shape (R, B)
        Mean scores among them.
    better, even : ndarray, shape (R, B)
        Share of them who score the company higher, or alike, 0 to 1.
    rival_wallet : ndarray, shape (R, B)
        The rival's mean share of wallet among them, by the rule.
    """

    n: int
    best_alone: Floats
    best: Floats
    wallet: Floats
    n_rivals: Integers
    ours: Floats
    theirs: Floats
    better: Floats
    even: Floats
    rival_wallet: Floats


def wallet_shares(scores: npt.ArrayLike) -> Floats:
    """Guess from ranks how a customer shares the money out, by the Wallet Allocation Rule.

    Parameters
    ----------
    scores : array_like, shape (m, B)
        One row for each respondent, one column for each company; NaN where it is not used.

    Returns
    -------
    ndarray, shape (m, B)
        Shares of wallet, 0 to 1; each row adds to 1. NaN where the company is not used, or is the
        only one.

    Raises
    ------
    ValueError
        Where the array has not two axes.

    Notes
    -----
    ``(1 − rank / (brands + 1)) · 2 / brands``. Companies that score alike get the mean of their
    ranks, as the rule's authors do. A rule, found to fit best among several over 17,000 customers:
    no estimate from the data at hand.

    References
    ----------
    Keiningham, Aksoy, Buoye & Cooil 2011, *Customer loyalty isn't enough. Grow your share of
    wallet*, Harvard Business Review 89(10). Keiningham, Aksoy, Williams & Buoye 2015, *The Wallet
    Allocation Rule*.

    Examples
    --------
    >>> wallet_shares([[9, 7, 4]]).round(3)
    array([[0.5  , 0.333, 0.167]])
    """
    array = _checked_scores(scores)
    is_used = np.isfinite(array)
    brands = is_used.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        above = (array[:, None, :] > array[:, :, None]).sum(axis=2)
        alike = (array[:, None, :] == array[:, :, None]).sum(axis=2)
        rank = above + (alike + 1) / 2
        shares = (1 - rank / (brands + 1)) * 2 / brands
    return np.where(is_used & (brands > 1), shares, np.nan)


def standing(
    scores: npt.ArrayLike,
    *,
    replicate: npt.ArrayLike,
    resamples: Resamples,
    weight: npt.ArrayLike | None = None,
) -> Standing:
    """Compare a company with its rivals among those who use both.

    Parameters
    ----------
    scores : array_like, shape (m, 1 + B)
        The company first; NaN where it is not used or not scored.
    replicate : array_like of int, shape (m,)
    resamples : Resamples
    weight : array_like, shape (m,), or None
        >= 0; all 1 where None.

    Returns
    -------
    Standing

    Raises
    ------
    ValueError
        Where shapes do not fit, there is no rival, or a weight is negative.

    Notes
    -----
    Says nothing of those who use only one of them. Assumes that the scores are given on one scale.
    """
    array = _checked_scores(scores)
    of = np.asarray(replicate, dtype=np.int64)
    weights = np.ones(len(array)) if weight is None else checked_finite(weight, "weight")
    if array.shape[1] < 2 or {*of.shape, *weights.shape} != {len(array)}:
        raise ValueError(
            f"scores {array.shape}, replicate {of.shape} and weight {weights.shape}, expected "
            "(m, 1 + rivals), (m,) and (m,)"
        )
    if (weights < 0).any():
        raise ValueError(f"weight goes down to {weights.min():g}, expected >= 0")
    ours, theirs = array[:, :1], array[:, 1:]
    is_pair = np.isfinite(ours) & np.isfinite(theirs) & (weights > 0)[:, None]
    compares = np.asarray(is_pair.any(axis=1))
    shares = wallet_shares(array)
    first = np.nanmax(np.where(compares[:, None], theirs, 0.0), axis=1)[:, None]
    alone = np.column_stack([ours > first, ours >= first, shares[:, :1]])
    means = _Means(of, weights, resamples)
    best_alone, best, wallet = means.of(alone, np.repeat(compares[:, None], 3, axis=1)).T
    return Standing(
        n=int(compares.sum()),
        best_alone=best_alone,
        best=best,
        wallet=wallet,
        n_rivals=is_pair.sum(axis=0),
        ours=means.of(np.broadcast_to(ours, theirs.shape), is_pair),
        theirs=means.of(theirs, is_pair),
        better=means.of(ours > theirs, is_pair),
        even=means.of(ours == theirs, is_pair),
        rival_wallet=means.of(shares[:, 1:], is_pair),
    )


@dataclass(frozen=True, slots=True)
class _Means:
    replicate: Integers
    weight: Floats
    resamples: Resamples

    def of(self, values: npt.ArrayLike, chosen: npt.NDArray[np.bool_]) -> Floats:
        """Average the chosen rows of each column, shape (R, columns)."""
        weight = np.where(chosen, self.weight[:, None], 0.0)
        sums = self._sums(weight * np.where(chosen, np.asarray(values, dtype=np.float64), 0.0))
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(sums / self._sums(weight))

    def _sums(self, columns: Floats) -> Floats:
        size = self.resamples.counts.shape[1]
        by = [np.bincount(self.replicate, column, size) for column in columns.T]
        return totals(np.stack(by, axis=1), self.resamples)


def _checked_scores(scores: npt.ArrayLike) -> Floats:
    array = np.asarray(scores, dtype=np.float64)
    if array.ndim != 2:
        raise ValueError(f"scores has shape {array.shape}, expected (m, companies)")
    return array
