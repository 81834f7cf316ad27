"""Contingency: whether two groups tell of different things, and of which."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

from kuski.stats.inputs import Floats

LEAST_EXPECTED = 5.0
MOST_THIN = 0.2

Method = Literal["chi2", "permutation"]


@dataclass(frozen=True, slots=True)
class Contingency:
    """A table of counts, tested.

    Attributes
    ----------
    expected : ndarray, shape (r, c)
        Counts if rows and columns had nothing to do with each other.
    chi2 : float
        Pearson's statistic, >= 0.
    df : int
        (r − 1)(c − 1).
    p : float
        Chance of so large a statistic if they had nothing to do with each other, 0 to 1.
    method : {"chi2", "permutation"}
        Where `p` comes from: the chi² distribution, or tables drawn with the same margins.
    cramer_v : float
        Strength, 0 to 1.
    residuals : ndarray, shape (r, c)
        Adjusted standardised residuals: about standard normal if there is nothing.
    """

    expected: Floats
    chi2: float
    df: int
    p: float
    method: Method
    cramer_v: float
    residuals: Floats


def contingency(
    counts: npt.ArrayLike, *, rng: np.random.Generator, draws: int = 9999
) -> Contingency:
    """Test whether the rows of a table of counts divide over its columns alike.

    Parameters
    ----------
    counts : array_like of int, shape (r, c)
        At least two rows and two columns, none of them empty.
    rng : numpy.random.Generator
        Used only where expected counts are small.
    draws : int
        Tables drawn there, at least 99.

    Returns
    -------
    Contingency

    Raises
    ------
    ValueError
        Where the table is no such table, with what to do.

    Notes
    -----
    ``chi² = Σ (O − E)²/E`` without a correction for continuity, on (r − 1)(c − 1) degrees of
    freedom; ``V = √(chi²/(n·min(r − 1, c − 1)))``; residuals
    ``(O − E)/√(E (1 − row/n)(1 − column/n))``. By Cochran's rule p comes from the chi² distribution
    where every expected count is at least 1 and at most a fifth of them lie below 5. Elsewhere
    tables with the same margins are drawn, cell by cell, and p is (1 + the number with at least
    this chi²)/(1 + draws), which is never zero.

    Assumes that every count is a story or person of its own: one teller with many stories makes p
    too small.

    References
    ----------
    Cochran 1954, *Some methods for strengthening the common χ² tests*, Biometrics 10(4).
    Cramér 1946, *Mathematical Methods of Statistics*, section 21.9.
    Haberman 1973, *The analysis of residuals in cross-classified tables*, Biometrics 29(1).
    Phipson & Smyth 2010, *Permutation p-values should never be zero*.
    """
    observed = _checked_counts(counts)
    if draws < 99:
        raise ValueError(f"draws == {draws}, expected >= 99; 9999 give a steady p")
    rows, columns, n = observed.sum(axis=1), observed.sum(axis=0), observed.sum()
    expected = np.outer(rows, columns) / n
    chi2 = float(_statistics(observed, expected))
    df = (len(rows) - 1) * (len(columns) - 1)
    is_thin = expected.min() < 1 or float((expected < LEAST_EXPECTED).mean()) > MOST_THIN
    room = np.outer(1 - rows / n, 1 - columns / n)
    return Contingency(
        expected=expected,
        chi2=chi2,
        df=df,
        p=_drawn_p(chi2, expected, observed, rng, draws) if is_thin else float(chdtrc(df, chi2)),
        method="permutation" if is_thin else "chi2",
        cramer_v=float(np.sqrt(chi2 / (n * (min(observed.shape) - 1)))),
        residuals=(observed - expected) / np.sqrt(expected * room),
    )


def _statistics(tables: Floats, expected: Floats) -> Floats:
    found: Floats = ((tables - expected) ** 2 / expected).sum(axis=(-2, -1))
    return found


def _drawn_p(
    chi2: float, expected: Floats, observed: Floats, rng: np.random.Generator, draws: int
) -> float:
    tables = _same_margins(observed.astype(np.int64), rng, draws)
    # Two tables that differ only in the order of their rows have the same chi² but for rounding.
    reached = _statistics(tables.astype(np.float64), expected) >= chi2 * (1 - 1e-9)
    return float(1 + reached.sum()) / (1 + draws)


def _same_margins(
    observed: npt.NDArray[np.int64], rng: np.random.Generator, draws: int
) -> npt.NDArray[np.int64]:
    """Draw tables with the margins of this one, as shuffling its people would; shape (draws, r, c).

    Each cell is hypergeometric given the cells before it in its row and the rows above.
    """
    r, c = observed.shape
    tables = np.zeros((draws, r, c), np.int64)
    left = np.tile(observed.sum(axis=0), (draws, 1))
    for i in range(r - 1):
        wanted = np.full(draws, observed[i].sum())
        for j in range(c - 1):
            others = left[:, j + 1 :].sum(axis=1)
            tables[:, i, j] = rng.hypergeometric(left[:, j], others, wanted)
            wanted -= tables[:, i, j]
        tables[:, i, -1] = wanted
        left -= tables[:, i]
    tables[:, -1] = left
    return tables


def _checked_counts(counts: npt.ArrayLike) -> Floats:
    array = np.asarray(counts, dtype=np.float64)
    if array.ndim != 2 or min(array.shape) < 2:
        raise ValueError(
            f"counts has shape {array.shape}, expected at least two rows and two columns; there is "
            "nothing to compare with one"
        )
    if not np.isfinite(array).all() or (array < 0).any() or (array != np.floor(array)).any():
        raise ValueError(
            f"counts goes from {array.min():g} to {array.max():g}, expected whole numbers >= 0; "
            "pass how many there are, not shares or sums of weights"
        )
    if not (array.any(axis=0).all() and array.any(axis=1).all()):
        raise ValueError(
            "counts has an empty row or column, expected none; leave out what nobody told of"
        )
    return array
