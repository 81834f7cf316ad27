"""Who answered is set against everybody, in standard deviations of everybody."""

import numpy as np
import pytest

from kuski.stats.balance import balance
from kuski.stats.resample import resamples


def parts(seed=0, *, n=6000, origin=0.0):
    rng = np.random.default_rng(seed)
    columns = np.column_stack([rng.lognormal(size=n), rng.random(n) < 0.3, np.full(n, 5.0)])
    answered = rng.random(n) < 0.2 + 0.3 * columns[:, 1]
    replicate = rng.integers(0, 50, n)
    z = np.column_stack([np.ones(n), columns - origin])
    cross, rows = np.zeros((2, 50, 4, 4)), np.zeros((2, 50), dtype=int)
    np.add.at(cross, (1 - answered.astype(int), replicate), z[:, :, None] * z[:, None, :])
    np.add.at(rows, (1 - answered.astype(int), replicate), 1)
    drawn = resamples(rows, n_draws=500, rng=rng)
    return columns, answered, cross, rows, drawn


def test_differences_are_those_of_the_rows():
    columns, answered, cross, rows, drawn = parts()
    found = balance(cross[0], cross[1], rows=rows, resamples=drawn)
    expected = columns[answered].mean(axis=0) - columns.mean(axis=0)
    np.testing.assert_allclose(found.difference, expected, atol=1e-9)
    np.testing.assert_allclose(found.part, columns[answered].mean(axis=0), rtol=1e-9)
    np.testing.assert_allclose(found.whole, columns.mean(axis=0), rtol=1e-9)
    spread = columns[:, :2].std(axis=0)
    np.testing.assert_allclose(found.standardised[:2], expected[:2] / spread, rtol=1e-7)


def test_members_answer_more_and_the_interval_says_so():
    _, _, cross, rows, drawn = parts()
    found = balance(cross[0], cross[1], rows=rows, resamples=drawn)
    assert found.intervals[1].low > 0.1
    assert found.intervals[0].low < 0 < found.intervals[0].high


def test_a_column_that_never_varies_has_no_standardised_difference():
    _, _, cross, rows, drawn = parts()
    found = balance(cross[0], cross[1], rows=rows, resamples=drawn)
    assert np.isnan(found.standardised[2])
    assert found.intervals[2] is None
    assert found.difference[2] == 0


def test_the_origin_does_not_matter():
    _, _, cross, rows, drawn = parts()
    here = balance(cross[0], cross[1], rows=rows, resamples=drawn)
    _, _, moved, _, _ = parts(origin=np.array([100.0, 1, 5]))
    there = balance(moved[0], moved[1], rows=rows, resamples=drawn)
    np.testing.assert_allclose(there.standardised[:2], here.standardised[:2], rtol=1e-7)


def test_a_part_without_rows_is_refused():
    _, _, cross, rows, drawn = parts()
    with pytest.raises(ValueError, match="part has no rows with weight, expected some"):
        balance(cross[0] * 0, cross[1], rows=[rows[0] * 0, rows[1]], resamples=drawn)
