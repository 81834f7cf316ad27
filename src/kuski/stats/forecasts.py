"""Forecasts: point guesses scored against a truth that is itself only known from a sample."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, stdtrit

from kuski.stats.inputs import (
    ROUNDING,
    Booleans,
    Floats,
    Integers,
    checked_finite,
    checked_share,
)
from kuski.stats.resample import MAX_UNDEFINED, MIN_REPLICATES, Interval, Resamples

MIN_GUESSES = 3


@dataclass(frozen=True, slots=True)
class Crowd:
    """What guessers know together that they do not know alone.

    Attributes
    ----------
    error : float
        Absolute error of the mean guess, averaged over the figures.
    single_error : float
        Absolute error of a single guesser, averaged over guessers and figures.
    gain : float
        `single_error` less `error`; never below zero where everybody guessed every figure.
    beaten : float
        Share of the guessers whose own error is larger than that of the mean guess on the same
        figures, 0 to 1.
    """

    error: float
    single_error: float
    gain: float
    beaten: float


def crps(draws: npt.ArrayLike, guesses: npt.ArrayLike) -> Floats:
    """Score point guesses against what a sample knows of the truth.

    Parameters
    ----------
    draws : array_like, shape (m, f)
        The truth of each of f figures as m resamples give it, in the figure's own unit. A draw
        without a value is NaN and is left out of its figure.
    guesses : array_like, shape (n, f)
        Of n guessers; NaN where nothing was guessed.

    Returns
    -------
    ndarray, shape (n, f)
        >= 0 in the figure's own unit, the less the better; NaN where nothing was guessed or the
        figure has no draws. It equals the absolute error where the truth is known exactly.

    Raises
    ------
    ValueError
        Where the shapes do not fit each other.

    Notes
    -----
    ``E|X − g| − ½ E|X − X'|``, where X and X' are independent draws: the continuous ranked
    probability score of the truth's distribution at g, which is also the Cramér distance between
    that distribution and a guess that claims to be sure. In expectation no guess does better than
    the median of X. Both means are those of the empirical distribution of the draws, found by
    sorting.

    References
    ----------
    Gneiting & Raftery 2007, *Strictly proper scoring rules, prediction, and estimation*, JASA
    102(477), equations 20 and 21.
    """
    truths, guessed = _paired(draws, guesses)
    found = np.full(guessed.shape, np.nan)
    for figure, column in enumerate(truths.T):
        known = np.sort(column[np.isfinite(column)])
        if known.size:
            found[:, figure] = _distances(known, guessed[:, figure]) - _half_spread(known)
    return found


def _distances(ordered: Floats, guesses: Floats) -> Floats:
    """Give E|X − g| for each guess, from running sums of the ordered draws."""
    m = ordered.size
    sums = np.concatenate([[0.0], np.cumsum(ordered - ordered[0])])
    below = np.searchsorted(ordered, guesses, side="right")
    g = guesses - ordered[0]
    found: Floats = (g * (2 * below - m) + sums[-1] - 2 * sums[below]) / m
    return found


def _half_spread(ordered: Floats) -> float:
    """Give ½ E|X − X'| (the order statistics' form of Gini's mean difference, halved)."""
    m = ordered.size
    ranks = 2 * np.arange(1, m + 1) - m - 1
    return float(ranks @ (ordered - ordered[0])) / m**2


def rank_agreement(truths: npt.ArrayLike, guess: npt.ArrayLike) -> Floats:
    """Say how well guesses put figures into their order: Kendall's tau-b.

    Parameters
    ----------
    truths : array_like, shape (..., f)
        The figures' true values, f >= 2; leading axes are resamples.
    guess : array_like, shape (f,)
        Guessed values of the same figures; only their order counts.

    Returns
    -------
    ndarray, shape (...)
        −1 (all pairs the wrong way round) to 1 (all right); NaN where either side ties in every
        pair or a value is missing.

    Raises
    ------
    ValueError
        Where there are fewer than two figures or the shapes do not fit.

    Notes
    -----
    ``(C − D) / √((P − T)(P − U))`` with C and D the pairs in the same and in the opposite order, P
    all pairs, T and U the pairs tied among truths and among guesses.

    References
    ----------
    Kendall 1945, *The treatment of ties in ranking problems*, Biometrika 33(3).
    """
    true, guessed = np.asarray(truths, dtype=np.float64), np.asarray(guess, dtype=np.float64)
    if guessed.ndim != 1 or guessed.size < 2 or true.shape[-1:] != guessed.shape:
        raise ValueError(
            f"truths has shape {true.shape} and guess {guessed.shape}, expected the same two or "
            "more figures on the last axis; leave out figures that were not guessed"
        )
    first, second = np.triu_indices(guessed.size, 1)
    there = np.sign(true[..., first] - true[..., second])
    here = np.sign(guessed[first] - guessed[second])
    norm = np.sqrt((there**2).sum(axis=-1) * (here**2).sum())
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = (there @ here) / norm
    return found


def rank_interval(
    truths: npt.ArrayLike,
    guess: npt.ArrayLike,
    resamples: Resamples,
    *,
    confidence: float = 0.95,
) -> Interval | None:
    """Find where the agreement in rank with the true order may lie.

    Parameters
    ----------
    truths : array_like, shape (R, f)
        The figures on each row of `resamples.counts`, f >= 2.
    guess : array_like, shape (f,)
        As for `rank_agreement`.
    resamples : Resamples
    confidence : float
        Between 0 and 1.

    Returns
    -------
    Interval or None
        None with fewer than `resample.MIN_REPLICATES` replicates, where a figure is not known, more
        than `resample.MAX_UNDEFINED` of the draws lack one, or all guesses are alike.

    Raises
    ------
    ValueError
        Where the shapes do not fit.

    Notes
    -----
    Percentiles of the agreement itself would hold the truth too seldom where two true values are
    nearly equal, since noise puts them into an order that nobody knows. Instead every pair of
    figures is compared: a pair is surely in order where |v_j − v_k| > c·se(v_j − v_k), with c the
    quantile over the draws of the largest such studentised difference among all pairs, so that all
    of them hold at once; c is widened for few replicates as in `ranks.rank_intervals`. The ends
    take every pair that is not sure as wrong, and as right. This errs to the wide side. Assumes
    differences that are roughly normal, and true values that differ.

    References
    ----------
    Mogstad, Romano, Shaikh & Wilhelm 2024, *Inference for ranks with applications to mobility
    across neighbourhoods and academic achievement across countries*, Review of Economic Studies
    91(1), section 3, for the comparison of all pairs.
    """
    checked_share(confidence, "confidence")
    found = rank_agreement(truths, guess)
    true, guessed = np.asarray(truths, dtype=np.float64), np.asarray(guess, dtype=np.float64)
    if true.shape[:-1] != resamples.counts.shape[:1]:
        raise ValueError(
            f"truths has shape {true.shape}, expected {len(resamples.counts)} resamples on its "
            "first of two axes; compute the figures on each row of resamples.counts"
        )
    draws = true[1 + resamples.replicates :]
    is_whole = np.isfinite(draws).all(axis=1)
    if (
        resamples.replicates < MIN_REPLICATES
        or not np.isfinite(found[0])
        or np.mean(~is_whole) > MAX_UNDEFINED
    ):
        return None
    first, second = np.triu_indices(guessed.size, 1)
    difference = true[0, first] - true[0, second]
    is_sure = _is_sure(difference, draws[is_whole], first, second, resamples, confidence)
    here = np.sign(guessed[first] - guessed[second])
    sure = float((np.sign(difference) * here * is_sure).sum())
    unsure = float((np.abs(here) * ~is_sure).sum())
    norm = float(np.sqrt(here.size * (here**2).sum()))
    return Interval((sure - unsure) / norm, (sure + unsure) / norm)


def _is_sure(
    difference: Floats,
    draws: Floats,
    first: Integers,
    second: Integers,
    resamples: Resamples,
    confidence: float,
) -> Booleans:
    """Tell which pairs are surely in order, all at once."""
    drawn = draws[:, first] - draws[:, second]
    se = drawn.std(axis=0)
    is_known = se <= ROUNDING * np.abs(draws).max(initial=0.0)
    largest = (np.abs(drawn - difference) / np.where(is_known, np.inf, se)).max(axis=1)
    n, upper = resamples.replicates, 0.5 + confidence / 2
    wider = np.sqrt(n / (n - 1)) * stdtrit(n - 1, upper) / ndtri(upper)
    found: Booleans = np.abs(difference) > wider * np.quantile(largest, confidence) * se
    return found


def mean_interval(
    values: npt.ArrayLike,
    *,
    truth_se: float = 0.0,
    truth_df: float = np.inf,
    confidence: float = 0.95,
) -> Interval | None:
    """Find an interval for the mean over guessers, of guesses or of their errors.

    Parameters
    ----------
    values : array_like, shape (n,)
        One number for each guesser.
    truth_se : float
        Standard error of the truth that was taken off every one of them, >= 0.
    truth_df : float
        Its degrees of freedom, above 0.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    Interval or None
        None with fewer than `MIN_GUESSES` guessers, or where all are alike and the truth is sure,
        since nothing then tells how others would differ.

    Notes
    -----
    ``mean ± t(ν)·√(s²/n + se²)`` with Welch's degrees of freedom ν. Assumes that the guessers are
    drawn from such guessers, independently, with errors that are roughly normal, and that they
    share one sample of the truth.

    References
    ----------
    Welch 1947, *The generalization of "Student's" problem when several different population
    variances are involved*, Biometrika 34(1-2).
    """
    checked_share(confidence, "confidence")
    array = checked_finite(values, "values")
    if array.ndim != 1 or not (truth_se >= 0 and truth_df > 0):
        raise ValueError(
            f"values has shape {array.shape}, truth_se == {truth_se:g}, truth_df == {truth_df:g}, "
            "expected one number a guesser, an error >= 0 and degrees of freedom above 0"
        )
    n = array.size
    if n < MIN_GUESSES:
        return None
    own, shared = float(array.var(ddof=1)) / n, truth_se**2
    spread = own + shared
    if spread == 0:
        return None
    unsure = own**2 / (n - 1) + shared**2 / truth_df
    df = spread**2 / unsure if unsure else np.inf
    mean = float(array.mean())
    reach = -float(stdtrit(df, (1 - confidence) / 2)) * float(np.sqrt(spread))
    return Interval(mean - reach, mean + reach)


def crowd(guesses: npt.ArrayLike, truths: npt.ArrayLike) -> Crowd:
    """Say how much nearer to the truth the mean guess is than a single one.

    Parameters
    ----------
    guesses : array_like, shape (n, f)
        On a scale that makes the figures comparable; NaN where nothing was guessed. Everybody
        guessed something, and every figure was guessed by somebody.
    truths : array_like, shape (f,)
        On the same scale.

    Returns
    -------
    Crowd

    Raises
    ------
    ValueError
        Where the shapes do not fit, a truth is not finite, or a row or a column is empty.

    Notes
    -----
    ``|mean guess − truth| <= mean |guess − truth|`` on every figure (Jensen), so that the gain says
    how much single errors cancel, and never whether the crowd is right: what all believe alike
    stays.

    References
    ----------
    Surowiecki 2004, *The Wisdom of Crowds*; Krogh & Vedelsby 1995, *Neural network ensembles,
    cross validation, and active learning*, for the same split of squared errors.
    """
    truth = checked_finite(truths, "truths")
    _, guessed = _paired(truth[None], guesses)
    is_given = np.isfinite(guessed)
    if not is_given.any(axis=0).all() or not is_given.any(axis=1).all():
        raise ValueError(
            "guesses has a row or a column without a guess, expected none; leave out who guessed "
            "nothing and what nobody guessed"
        )
    single = np.abs(guessed - truth)
    together = np.abs(np.nanmean(guessed, axis=0) - truth)
    beside = np.where(is_given, together, np.nan)
    error, single_error = float(together.mean()), float(np.nanmean(single, axis=0).mean())
    is_beaten = np.nanmean(single, axis=1) > np.nanmean(beside, axis=1)
    return Crowd(error, single_error, single_error - error, float(is_beaten.mean()))


def _paired(draws: npt.ArrayLike, guesses: npt.ArrayLike) -> tuple[Floats, Floats]:
    truths, guessed = (np.asarray(part, dtype=np.float64) for part in (draws, guesses))
    if truths.ndim != 2 or guessed.ndim != 2 or truths.shape[1] != guessed.shape[1]:
        raise ValueError(
            f"the truth has shape {truths.shape} and guesses {guessed.shape}, expected the same "
            "figures on the second of two axes"
        )
    return truths, guessed
