"""Misclassification: what is so, from what was coded and a sample in which both are known."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, ndtr, stdtrit

from kuski.stats.inputs import Floats, checked_finite, checked_share
from kuski.stats.resample import MIN_REPLICATES, Interval, Resamples

LEAST_CHECKED = 30
LEAST_PER_TRUTH = 5
MOST_UNCHECKED = 0.05
# Share of draws whose matrix is on the other side of singular, beyond which nothing is inverted.
MOST_TURNED = 0.025

Refusal = Literal["replicates", "checked", "unchecked", "singular"]


@dataclass(frozen=True, slots=True)
class TrueShares:
    """Shares of what is so, beside the shares of what was coded.

    Attributes
    ----------
    shares : ndarray, shape (m,)
        Of what is so; sum to 1. NaN where refused.
    draws : ndarray, shape (D, m)
        The same with the uncertainty of the coded shares and of the checked sample.
    difference_draws : ndarray, shape (D, m)
        `draws` less the coded shares of the same draw.
    replicates : int
        Replicates of the coded shares.
    refused : Refusal or None
        "replicates": the coded shares rest on fewer than `resample.MIN_REPLICATES` replicates.
        "checked": too few were checked. "unchecked": of a code that more than `MOST_UNCHECKED`
        bear nobody was checked. "singular": codes say too little of what is so.
    is_clipped : bool
        The inversion gave a share below zero, which was set to zero.
    """

    shares: Floats
    draws: Floats
    difference_draws: Floats
    replicates: int
    refused: Refusal | None = None
    is_clipped: bool = False


def reclassified_shares(
    coded: npt.ArrayLike,
    checked: npt.ArrayLike,
    *,
    resamples: Resamples,
    rng: np.random.Generator,
) -> TrueShares:
    """Estimate the shares of what is so from a random sample of the coded that was checked.

    Parameters
    ----------
    coded : array_like, shape (R, m)
        Weight of each code on each resample, >= 0.
    checked : array_like of int, shape (m, m)
        How many of the checked bear each code (rows) and are in truth each (columns).
    resamples : Resamples
    rng : numpy.random.Generator

    Returns
    -------
    TrueShares

    Raises
    ------
    ValueError
        Where the arrays do not fit each other, or hold what is negative or not finite.

    Notes
    -----
    p(true) = Σ_code q(code)·P(true | code): the share of each truth among the checked of a code,
    weighted by the code's share among all. For a random sample of the coded themselves it is the
    estimate of largest likelihood (Tenenbein 1972), never leaves 0 to 1, needs no inversion, and
    stays right where some codes were checked more than others. A code of which nobody was checked
    is left out of the estimate, and takes part in the draws with no knowledge at all.

    Draws: q from the resamples, P(· | code) from a Dirichlet distribution with the checked counts
    and 1/m more in each cell. The two are independent, since the likelihood is a product of them.

    Assumes that within a code the checked are a random part, and that the check is right.

    References
    ----------
    Tenenbein 1972, *A double sampling scheme for estimating from misclassified multinomial data
    with applications to sampling inspection*, Technometrics 14(1).
    Marshall 1990, *Validation study methods for estimating exposure proportions and odds ratios
    with misclassified data*, Journal of Clinical Epidemiology 43(9).
    """
    shares, counts = _checked(coded, checked, resamples)
    per_code = counts.sum(axis=1)
    reason = _refusal(resamples, counts.sum() < LEAST_CHECKED)
    if reason is None and shares[0, per_code == 0].sum() > MOST_UNCHECKED:
        reason = "unchecked"
    if reason is not None:
        return _nothing(resamples, len(counts), reason)
    known = per_code > 0
    seen = shares[0, known] / shares[0, known].sum()
    estimate = seen @ (counts[known] / per_code[known, None])
    drawn = _coded_draws(shares, resamples)
    given_code = _dirichlet(counts, len(drawn), rng)
    draws = np.einsum("dc,dct->dt", drawn, given_code)
    return TrueShares(estimate, draws, draws - drawn, resamples.replicates)


def inverted_shares(
    coded: npt.ArrayLike,
    checked: npt.ArrayLike,
    *,
    resamples: Resamples,
    rng: np.random.Generator,
) -> TrueShares:
    """Estimate the shares of what is so from how each truth is coded elsewhere.

    Parameters
    ----------
    coded : array_like, shape (R, m)
        Weight of each code on each resample, >= 0.
    checked : array_like of int, shape (m, m)
        How many of the checked bear each code (rows) and are in truth each (columns).
    resamples : Resamples
    rng : numpy.random.Generator

    Returns
    -------
    TrueShares

    Raises
    ------
    ValueError
        Where the arrays do not fit each other, or hold what is negative or not finite.

    Notes
    -----
    Solves q(code) = Σ_true P(code | true)·p(true) for p. With two categories that is

        p = (q + specificity − 1)/(sensitivity + specificity − 1)

    A share that comes out below zero is set to zero and the others made to sum to 1. Refused where
    some truth was checked fewer than `LEAST_PER_TRUTH` times, or where more than `MOST_TURNED` of
    the draws have a matrix whose determinant has another sign than the estimate's: dividing by what
    may be zero gives no interval.

    Assumes that truths are coded as they were in the checked sample, which may come from elsewhere
    and be composed differently. For a random sample of the coded themselves `reclassified_shares`
    is surer.

    References
    ----------
    Rogan & Gladen 1978, *Estimating prevalence from the results of a screening test*, American
    Journal of Epidemiology 107(1).
    Barron 1977, *The effects of misclassification on the estimation of relative risk*, Biometrics
    33(2), for the matrix.
    """
    shares, counts = _checked(coded, checked, resamples)
    reason = _refusal(resamples, bool((counts.sum(axis=0) < LEAST_PER_TRUTH).any()))
    if reason is not None:
        return _nothing(resamples, len(counts), reason)
    matrix = counts / counts.sum(axis=0)
    drawn = _coded_draws(shares, resamples)
    matrices = np.swapaxes(_dirichlet(counts.T, len(drawn), rng), 1, 2)
    sign = np.sign(np.linalg.det(matrix))
    is_turned = np.sign(np.linalg.det(matrices)) != sign
    if sign == 0 or is_turned.mean() > MOST_TURNED:
        return _nothing(resamples, len(counts), "singular")
    solved = np.linalg.solve(matrix, shares[0])
    draws = np.full_like(drawn, np.nan)
    right = ~is_turned
    draws[right] = _within(np.linalg.solve(matrices[right], drawn[right][..., None])[..., 0])
    return TrueShares(
        shares=_within(solved),
        draws=draws[right],
        difference_draws=draws[right] - drawn[right],
        replicates=resamples.replicates,
        is_clipped=bool((solved < 0).any()),
    )


def drawn_interval(
    estimate: float, draws: npt.ArrayLike, *, replicates: int, confidence: float = 0.95
) -> Interval:
    """Find where a figure lies from its draws.

    Parameters
    ----------
    estimate : float
    draws : array_like, shape (D,)
    replicates : int
        Of the coded shares.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    Interval
        It always holds the estimate.

    Notes
    -----
    Percentiles of the draws at Φ(±z) with z = √(n/(n−1))·t(n−1), n replicates, as in
    `resample.interval`.
    """
    checked_share(confidence, "confidence")
    array = checked_finite(draws, "draws")
    z = float(
        -np.sqrt(replicates / (replicates - 1)) * stdtrit(replicates - 1, (1 - confidence) / 2)
    )
    low, high = np.quantile(array, [ndtr(-z), ndtr(z)])
    return Interval(min(float(low), estimate), max(float(high), estimate))


def random_sample_probability(coded: npt.ArrayLike, checked: npt.ArrayLike) -> float:
    """Say how likely codes as far from everybody's are in a random sample of them.

    Parameters
    ----------
    coded : array_like, shape (m,)
        How many bear each code.
    checked : array_like of int, shape (m,)
        How many of the checked do.

    Returns
    -------
    float
        0 to 1. Pearson's chi-squared against the shares of all, with the correction for a sample
        that is a good part of all; 0 where a code was checked that nobody bears.

    Raises
    ------
    ValueError
        Where the arrays do not fit, or nobody is in one of them.

    References
    ----------
    Cochran 1977, *Sampling Techniques*, section 2.6, for the correction.
    """
    whole, part = checked_finite(coded, "coded"), checked_finite(checked, "checked")
    if whole.shape != part.shape or whole.ndim != 1 or whole.sum() <= 0 or part.sum() <= 0:
        raise ValueError(
            f"coded == {whole.tolist()} and checked == {part.tolist()}, expected as many counts in "
            "both, not all 0"
        )
    if (part[whole == 0] > 0).any():
        return 0.0
    borne = whole > 0
    expected = part.sum() * whole[borne] / whole.sum()
    left = 1 - min(part.sum() / whole.sum(), 1.0)
    square = float(((part[borne] - expected) ** 2 / expected).sum())
    if left == 0 or borne.sum() < 2:
        return 1.0 if np.isclose(square, 0) else 0.0
    return float(chdtrc(borne.sum() - 1, square / left))


def _checked(
    coded: npt.ArrayLike, checked: npt.ArrayLike, resamples: Resamples
) -> tuple[Floats, Floats]:
    """Return the codes' shares on each resample and the checked counts."""
    weight, counts = checked_finite(coded, "coded"), checked_finite(checked, "checked")
    if weight.ndim != 2 or len(weight) != len(resamples.counts):
        raise ValueError(
            f"coded has shape {weight.shape}, expected ({len(resamples.counts)}, codes); "
            "sum the codes on each row of resamples.counts"
        )
    size = weight.shape[1]
    if counts.shape != (size, size) or (counts < 0).any():
        raise ValueError(
            f"checked has shape {counts.shape} and goes down to {counts.min(initial=0):g}, "
            f"expected counts >= 0 of shape {(size, size)}: codes by truths, in the same order"
        )
    if (weight < 0).any() or weight[0].sum() <= 0:
        raise ValueError("coded holds no weight or a negative one, expected sums of weights >= 0")
    with np.errstate(invalid="ignore", divide="ignore"):
        return weight / weight.sum(axis=1, keepdims=True), counts


def _refusal(resamples: Resamples, is_thin: bool) -> Refusal | None:
    if resamples.replicates < MIN_REPLICATES:
        return "replicates"
    return "checked" if is_thin else None


def _nothing(resamples: Resamples, size: int, reason: Refusal) -> TrueShares:
    empty = np.empty((0, size))
    return TrueShares(np.full(size, np.nan), empty, empty, resamples.replicates, reason)


def _coded_draws(shares: Floats, resamples: Resamples) -> Floats:
    """Take the draws with replacement that hold anybody."""
    drawn = shares[1 + resamples.replicates :]
    return drawn[np.isfinite(drawn).all(axis=1)]


def _dirichlet(counts: Floats, n_draws: int, rng: np.random.Generator) -> Floats:
    """Draw the shares of each row, shape (D, rows, columns)."""
    drawn = rng.standard_gamma(counts + 1 / counts.shape[1], size=(n_draws, *counts.shape))
    found: Floats = drawn / drawn.sum(axis=2, keepdims=True)
    return found


def _within(shares: Floats) -> Floats:
    """Set shares below zero to zero, and let the rest sum to 1."""
    kept = np.maximum(shares, 0.0)
    found: Floats = kept / kept.sum(axis=-1, keepdims=True)
    return found
