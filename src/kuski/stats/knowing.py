"""Knowing: what it would be worth to know an uncertain effect before choosing."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.stats.inputs import Floats

NODES = 9


@dataclass(frozen=True, slots=True)
class Knowing:
    """What knowing one effect is worth.

    Attributes
    ----------
    perfect : float
        Worth gained by choosing after the effect is known exactly, >= 0.
    sample : float
        Worth gained by choosing after a trial of the given size, between 0 and `perfect`.
    """

    perfect: float
    sample: float


def value_of_knowing(
    value: npt.ArrayLike,
    slope: npt.ArrayLike,
    *,
    sd: float,
    error: float,
    optimum: Callable[[Floats], Floats],
    nodes: int = NODES,
) -> Knowing:
    """Say what it is worth to know one effect, wholly or from a trial, before choosing.

    Parameters
    ----------
    value : array_like, shape (n, c)
        Worth of each choice in each cell, as it is now believed; NaN where not allowed.
    slope : array_like, shape (n, c)
        By how much that rises for each unit of the effect; 0 where the choice does not have it.
    sd : float
        >= 0; how unsure the effect is now: it is believed to be normal.
    error : float
        > 0; standard error that a trial would leave.
    optimum : callable
        Worth of the best plan for each of m worths, shape (m, n, c) to (m,): convex in them, as the
        bound of a linear programme is.
    nodes : int
        Points at which the normal is taken.

    Returns
    -------
    Knowing

    Raises
    ------
    ValueError
        Where a standard deviation is negative or the shapes differ.

    Notes
    -----
    Expected value of partial perfect information, E_θ max_d E[W_d | θ] − max_d E[W_d], and of
    sample information, the same over what will be believed after the trial. Worth is linear in the
    effect, and a trial moves the mean of a normal belief by N(0, sd⁴/(sd² + error²)), so that both
    are one Gauss-Hermite sum. Not below zero where `optimum` is convex. Assumes that the other
    effects are independent of this one, and that they stay as they are.

    References
    ----------
    Raiffa & Schlaifer 1961, *Applied Statistical Decision Theory*, chapters 4 and 5.
    Strong, Oakley & Brennan 2014, *Estimating multiparameter partial expected value of perfect
    information from a probabilistic sensitivity analysis sample*, Medical Decision Making 34(3).
    """
    now, tilt = np.asarray(value, np.float64), np.asarray(slope, np.float64)
    if now.shape != tilt.shape or now.ndim != 2:
        raise ValueError(f"value has shape {now.shape} and slope {tilt.shape}, expected (n, c)")
    if not (sd >= 0 and error > 0):
        raise ValueError(f"sd == {sd}, error == {error}; expected sd >= 0 and error > 0")
    if sd == 0:
        return Knowing(0.0, 0.0)
    points, weights = np.polynomial.hermite_e.hermegauss(nodes)
    weights = weights / weights.sum()
    moves = np.concatenate([[0.0], sd * points, learnt(sd, error) * points])
    best = optimum(now[None] + moves[:, None, None] * np.nan_to_num(tilt)[None])
    perfect = float(weights @ best[1 : 1 + nodes] - best[0])
    sample = float(weights @ best[1 + nodes :] - best[0])
    return Knowing(max(perfect, 0.0), min(max(sample, 0.0), max(perfect, 0.0)))


def learnt(sd: float, error: float) -> float:
    """Say how far a trial is expected to move a belief: the sd of the mean after it.

    Parameters
    ----------
    sd : float
        Of the belief before.
    error : float
        Standard error of the trial, > 0.
    """
    return float(sd**2 / np.sqrt(sd**2 + error**2))


def trial_error(outcome_sd: float, n: int) -> float:
    """Say what standard error a trial of n customers leaves, half of them served.

    Parameters
    ----------
    outcome_sd : float
        Of the outcome among customers, in its unit.
    n : int
        Customers in both halves together, at least 2.

    Notes
    -----
    The difference of two means of n/2 each: 2·sd/√n.
    """
    if n < 2:
        raise ValueError(f"n == {n}, expected at least 2 customers, one served and one not")
    return float(2 * outcome_sd / np.sqrt(n))


def slopes_on(effect: npt.ArrayLike, value: npt.ArrayLike) -> Floats:
    """Find by how much worth rises with an effect, over draws of both.

    Parameters
    ----------
    effect : array_like, shape (R,)
    value : array_like, shape (R, n, c)

    Returns
    -------
    ndarray, shape (n, c)
        Least-squares slopes; 0 where the effect does not vary.
    """
    x, worth = np.asarray(effect, np.float64), np.asarray(value, np.float64)
    away = x - x.mean()
    squares = float(away @ away)
    if squares <= 0:
        return np.zeros(worth.shape[1:])
    found: Floats = np.tensordot(away, worth, axes=1) / squares
    return found
