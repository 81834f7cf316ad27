"""Standardised differences equal those of the rows, in any unit."""

import numpy as np
import pytest

from kuski.stats.difference import standardised_differences
from kuski.stats.resample import resamples

ROUNDING = 1e-9
REPLICATES = 30


def drawn_parts(seed=0, *, n=(400, 900)):
    rng = np.random.default_rng(seed)
    mixing = np.array([[1, 0.5, 0.2], [0, 1, 0.4], [0, 0, 1]])
    parts = [5 + rng.normal(0, 1, (size, 3)) @ mixing for size in n]
    parts[0] -= [0.4, 0.1, 0.0]
    weights = [rng.lognormal(0, 0.4, size) for size in n]
    return parts, weights, [rng.integers(0, REPLICATES, size) for size in n]


def cross_of(rows, weight, replicate, *, origin=0.0):
    z = np.column_stack([np.ones(len(rows)), rows - origin])
    cross = np.zeros((REPLICATES, 4, 4))
    np.add.at(cross, replicate, weight[:, None, None] * z[:, :, None] * z[:, None, :])
    return cross


def by_hand(parts, weights, columns):
    """Standardise each column by the rest, average, and divide by the rest's spread again."""
    mean = np.average(parts[1], axis=0, weights=weights[1])
    spread = np.sqrt(np.average((parts[1] - mean) ** 2, axis=0, weights=weights[1]))
    part, rest = (((rows - mean) / spread)[:, columns].mean(axis=1) for rows in parts)
    middle = np.average(rest, weights=weights[1])
    width = np.sqrt(np.average((rest - middle) ** 2, weights=weights[1]))
    return (np.average(part, weights=weights[0]) - middle) / width


def found(parts, weights, replicates, groups, *, origin=0.0):
    crosses = [
        cross_of(*each, origin=origin) for each in zip(parts, weights, replicates, strict=True)
    ]
    drawn = resamples(np.ones(REPLICATES), n_draws=100, rng=np.random.default_rng(1))
    return standardised_differences(*crosses, groups=groups, resamples=drawn), drawn


def test_differences_are_those_of_the_rows_on_the_whole_and_on_each_resample():
    parts, weights, replicates = drawn_parts()
    values, drawn = found(parts, weights, replicates, [[1], [2, 3], [1, 2, 3]], origin=5.0)
    for row in (0, 4, REPLICATES + 9):
        times = [
            weight * drawn.counts[row][at] for weight, at in zip(weights, replicates, strict=True)
        ]
        for i, columns in enumerate(([0], [1, 2], [0, 1, 2])):
            assert values[row, i] == pytest.approx(by_hand(parts, times, columns), abs=ROUNDING)


def test_the_unit_and_the_origin_of_a_column_do_not_matter():
    parts, weights, replicates = drawn_parts(1)
    values, _ = found(parts, weights, replicates, [[1, 2]])
    turned = [rows * [10, 1, 1] + 7 for rows in parts]
    others, _ = found(turned, weights, replicates, [[1, 2]], origin=3.0)
    np.testing.assert_allclose(values, others, atol=1e-7)


def test_a_column_that_never_varies_gives_nothing():
    parts, weights, replicates = drawn_parts(2)
    parts = [rows * [0, 1, 1] + [4, 0, 0] for rows in parts]
    values, _ = found(parts, weights, replicates, [[1], [2]])
    assert np.isnan(values[:, 0]).all()
    assert np.isfinite(values[0, 1])


def test_a_part_like_the_rest_does_not_differ():
    parts, weights, replicates = drawn_parts(3)
    same = [parts[1], parts[1]]
    values, _ = found(same, [weights[1]] * 2, [replicates[1]] * 2, [[1], [1, 2, 3]])
    np.testing.assert_allclose(values, 0, atol=ROUNDING)


def test_bad_input_is_refused():
    drawn = resamples(np.ones(3), n_draws=100, rng=np.random.default_rng(0))
    broken = np.full((3, 2, 2), np.nan)
    with pytest.raises(ValueError, match="not finite"):
        standardised_differences(broken, broken, groups=[[1]], resamples=drawn)
