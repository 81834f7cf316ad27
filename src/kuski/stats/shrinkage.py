"""Shrinkage: how far a believed effect, or one of many estimates, is drawn towards the usual."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.stats.inputs import Booleans, Floats


@dataclass(frozen=True, slots=True)
class Posterior:
    """What is to be believed of several effects, each normal around a mean.

    Attributes
    ----------
    mean : ndarray, shape (A,)
        In the unit of the effects.
    sd : ndarray, shape (A,)
    kept : ndarray, shape (A,)
        Share of the believed effect that is left, 0 to 1.
    """

    mean: Floats
    sd: Floats
    kept: Floats

    def draws(self, n: int, rng: np.random.Generator) -> Floats:
        """Draw the effects n times; row 0 is the mean, shape (1 + n, A)."""
        noise = rng.standard_normal((n, len(self.mean)))
        return np.concatenate([self.mean[None], self.mean + self.sd * noise])


def shrunk(
    estimate: npt.ArrayLike,
    sd: npt.ArrayLike,
    *,
    prior_sd: float,
    bias_sd: npt.ArrayLike = 0.0,
) -> Posterior:
    """Draw believed effects towards nothing, the more the less is known of each.

    Parameters
    ----------
    estimate : array_like, shape (A,)
        What is believed, in any unit.
    sd : array_like, shape (A,)
        Standard deviation of its error, >= 0: the width of a 95 % interval over 3.92.
    prior_sd : float
        > 0; how large such effects usually are: they are N(0, prior_sd²).
    bias_sd : array_like, shape (A,)
        >= 0; standard deviation of an error that no interval tells of, by where the belief comes
        from.

    Returns
    -------
    Posterior

    Raises
    ------
    ValueError
        Where the prior is not above zero, a standard deviation is negative, or anything is not
        finite.

    Notes
    -----
    With b = prior²/(prior² + sd² + bias²) the mean is b·estimate and the variance b·(sd² + bias²).
    The mean of the effects that were *picked* for being large is then right on average, whoever
    picks and however (Efron 2011): that is what the winner's curse takes from a plan made of bare
    estimates. Assumes that errors are independent and the prior is right.

    References
    ----------
    Efron 2011, *Tweedie's formula and selection bias*, JASA 106(496).
    Andrews, Kitagawa & McCloskey 2024, *Inference on winners*, Quarterly Journal of Economics
    139(1).
    """
    believed, error, bias = np.broadcast_arrays(
        np.asarray(estimate, np.float64),
        np.asarray(sd, np.float64),
        np.asarray(bias_sd, np.float64),
    )
    if not (np.isfinite(prior_sd) and prior_sd > 0):
        raise ValueError(f"prior_sd == {prior_sd}, expected > 0; it says how large effects are")
    if not np.isfinite(believed).all() or not (np.isfinite(error) & np.isfinite(bias)).all():
        raise ValueError("estimate, sd or bias_sd is not finite, expected numbers")
    if (error < 0).any() or (bias < 0).any():
        raise ValueError(f"sd == {error.min():g}, bias_sd == {bias.min():g}, expected >= 0")
    variance = error**2 + bias**2
    kept = prior_sd**2 / (prior_sd**2 + variance)
    return Posterior(kept * believed, np.sqrt(kept * variance), kept)


def pooled(draws: npt.ArrayLike, design: npt.ArrayLike, rng: np.random.Generator) -> Floats:
    """Draw each of several estimates towards what the others say of it.

    Parameters
    ----------
    draws : array_like, shape (R, m)
        Row 0 the estimates, the rest their resamples; NaN where there is no estimate.
    design : array_like, shape (m, q)
        What the others say is linear in these columns: a column of ones for a common mean, ones
        and positions for a straight line. At least q estimates must be known.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, shape (R, m)
        Row 0 the shrunk estimates, the rest draws of what is to be believed. An estimate that is
        not known lies where the others say.

    Raises
    ------
    ValueError
        Where the shapes do not fit or fewer than q estimates are known.

    Notes
    -----
    Empirical Bayes: estimate_i ~ N(x_i'β + u_i, se_i²), u_i ~ N(0, t²). The se are those of the
    resamples, t² is the method of moments (DerSimonian & Laird 1986, with a design as in Raudenbush
    2009), β is weighted least squares on each resample. With b_i = t²/(t² + se_i²) the result is
    x_i'β + b_i·(estimate_i − x_i'β), and each resample gets noise of deviation (1 − b_i)·t, so that
    together they have the variance of the posterior, b_i·se_i², and not that of b_i times an
    estimate, b_i²·se_i². That t² is itself an estimate is left out.

    References
    ----------
    DerSimonian & Laird 1986, *Meta-analysis in clinical trials*, Controlled Clinical Trials 7.
    Morris 1983, *Parametric empirical Bayes inference*, JASA 78(381).
    """
    values, columns = np.asarray(draws, np.float64), np.asarray(design, np.float64)
    if values.ndim != 2 or columns.ndim != 2 or values.shape[1] != len(columns):
        raise ValueError(
            f"draws has shape {values.shape} and design {columns.shape}, expected (R, m) and (m, q)"
        )
    is_known, error = _errors(values)
    if is_known.sum() < columns.shape[1]:
        raise ValueError(
            f"{is_known.sum()} estimates are known, expected at least {columns.shape[1]}, one for "
            "each column of design"
        )
    filled = np.where(np.isfinite(values), values, values[:1])[:, is_known]
    x, weight = columns[is_known], 1 / error**2
    between = _between(filled[0], x, weight)
    kept = between / (between + error**2)
    weight = 1 / (between + error**2)
    root = np.sqrt(weight)
    beta = np.linalg.lstsq(x * root[:, None], (filled * root).T, rcond=None)[0]
    expected = (columns @ beta).T
    found: Floats = expected + np.sqrt(between) * _noise(expected.shape, rng)
    own = expected[:, is_known] + kept * (filled - expected[:, is_known])
    found[:, is_known] = own + (1 - kept) * np.sqrt(between) * _noise(own.shape, rng)
    return found


def _noise(shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
    """Draw noise for all rows but the first."""
    noise = rng.standard_normal(shape)
    noise[0] = 0.0
    return noise


def _errors(values: Floats) -> tuple[Booleans, Floats]:
    """Say which estimates are known, and the standard errors of those."""
    is_known = np.asarray(np.isfinite(values[0]), np.bool_)
    resampled = values[1:, is_known]
    with np.errstate(invalid="ignore"):
        spread = np.array([np.std(part[np.isfinite(part)]) for part in resampled.T])
    largest = np.nanmax(spread, initial=0.0)
    # A spread of nothing would say that the estimate is certain, which no sample can tell.
    least = 1e-6 * (largest or max(float(np.abs(values[0, is_known]).max(initial=0.0)), 1.0))
    return is_known, np.maximum(np.nan_to_num(spread, nan=largest), least)


def _between(estimates: Floats, x: Floats, weight: Floats) -> float:
    """Estimate the variance between the true values, beyond what the design says of them."""
    extra = len(estimates) - x.shape[1]
    if extra <= 0:
        return 0.0
    inner = np.linalg.pinv((x * weight[:, None]).T @ x)
    left = estimates - x @ (inner @ (x.T @ (weight * estimates)))
    free = float(weight.sum() - np.trace(inner @ ((x * weight[:, None] ** 2).T @ x)))
    over = float((weight * left**2).sum()) - extra
    return max(0.0, over / free) if free > 0 else 0.0
