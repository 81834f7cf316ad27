"""A sheet: the candidates' numbers side by side, and how they go with each other."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.listen.candidate import Candidate

_MOST_ROWS = 20_000

Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The candidates' numbers side by side, on a bounded number of rows spread over the table.

    Attributes
    ----------
    place : mapping of name to int
    values : ndarray, shape (rows, candidates)
        NaN where the cell holds no number of the candidate's.
    """

    place: Mapping[str, int]
    values: Floats

    @classmethod
    def of(cls, candidates: Sequence[Candidate]) -> "Sheet":
        """Lay out the candidates."""
        columns = []
        for candidate in candidates:
            numbers = candidate.column.numbers
            if numbers is None:
                continue
            step = max(1, len(numbers) // _MOST_ROWS)
            values = numbers[::step].astype(np.float64)
            values[~np.isin(values, list(candidate.levels))] = np.nan
            columns.append(values)
        place = {candidate.column.name: i for i, candidate in enumerate(candidates)}
        return cls(place, np.column_stack(columns) if columns else np.empty((0, 0)))

    def of_columns(self, names: Sequence[str]) -> Floats:
        """Return the columns of these names, shape (rows, columns)."""
        return self.values[:, [self.place[name] for name in names]]


def within(values: Floats, low: float, high: float) -> Floats:
    """Blank what lies outside."""
    return np.where((values >= low) & (values <= high), values, np.nan)


def standardised(values: Floats) -> Floats:
    """Give each column mean 0 and spread 1, blanks aside."""
    there = ~np.isnan(values)
    count = np.maximum(there.sum(axis=0), 1)
    mean = np.where(there, values, 0.0).sum(axis=0) / count
    apart = np.where(there, values - mean, 0.0)
    spread = np.sqrt((apart**2).sum(axis=0) / count)
    standard: Floats = np.where(there, apart / np.where(spread > 0, spread, 1.0), np.nan)
    return standard


def rest_of(standard: Floats) -> Floats:
    """Give, for each cell, the row's mean over the other columns."""
    there = ~np.isnan(standard)
    filled = np.where(there, standard, 0.0)
    others = there.sum(axis=1, keepdims=True) - there
    total = filled.sum(axis=1, keepdims=True) - filled
    mean: Floats = np.where(others > 0, total / np.maximum(others, 1), np.nan)
    return mean


def correlation(x: Floats, y: Floats) -> float:
    """Correlate two columns on the rows that have both; NaN where that cannot be told."""
    both = ~(np.isnan(x) | np.isnan(y))
    if both.sum() < 4:
        return math.nan
    x, y = x[both] - x[both].mean(), y[both] - y[both].mean()
    size = math.sqrt(float(x @ x) * float(y @ y))
    return float(x @ y) / size if size > 0 else math.nan


def pairwise(values: Floats) -> Floats:
    """Correlate every column with every other on the rows that both have."""
    there = (~np.isnan(values)).astype(np.float64)
    x = np.where(np.isnan(values), 0.0, values)
    n = there.T @ there
    own, other = x.T @ there, there.T @ x
    square, other_square = (x**2).T @ there, there.T @ (x**2)
    safe = np.maximum(n, 1)
    covariance = x.T @ x - own * other / safe
    spread = np.sqrt(
        np.maximum(square - own**2 / safe, 0) * np.maximum(other_square - other**2 / safe, 0)
    )
    sound = (n >= 10) & (spread > 1e-9)
    correlation: Floats = np.where(sound, covariance / np.where(sound, spread, 1.0), 0.0)
    least = 3.0 / np.sqrt(safe)
    correlation[np.abs(correlation) < least] = 0.0
    return correlation


def masked_mean(values: Floats, where: Truths) -> Floats:
    """Give the mean of each column over the chosen cells; 0 where there are none."""
    known = where & ~np.isnan(values)
    total = np.where(known, values, 0.0).sum(axis=0)
    mean: Floats = total / np.maximum(known.sum(axis=0), 1)
    return mean
