"""Pairwise correlations equal those of pandas, and are refused where no data could have them."""

import numpy as np
import pandas as pd
import pytest

from kuski.stats.pairwise import pairwise

# Two routes of double arithmetic.
SAME = 1e-9


def products(columns, outcome, weight=None):
    """Sum the products of z = (1, columns with 0 for a gap, gaps, outcome)."""
    gaps = np.isnan(columns)
    z = np.column_stack([np.ones(len(columns)), np.where(gaps, 0.0, columns), gaps, outcome])
    return z.T @ (z if weight is None else z * weight[:, None])


def drawn(seed, *, missing=0.3, n=400):
    rng = np.random.default_rng(seed)
    columns = rng.normal(size=(n, 4)) + rng.normal(size=(n, 1)) + 3
    outcome = columns.sum(axis=1) + rng.normal(size=n)
    columns[rng.random((n, 4)) < missing] = np.nan
    return columns, outcome


def test_covariances_are_those_of_pandas():
    columns, outcome = drawn(1)
    whole = np.column_stack([columns, outcome])
    there = (~np.isnan(whole)).astype(float)
    rows = there.T @ there
    # pandas divides by rows less one wherever there are gaps.
    covariance = pd.DataFrame(whole).cov().to_numpy() * (rows - 1) / rows
    spread = np.sqrt(np.diag(covariance))
    found = pairwise(products(columns, outcome), columns=4)
    np.testing.assert_allclose(
        found.cross[1:, 1:], covariance / np.outer(spread, spread), atol=SAME
    )
    np.testing.assert_array_equal(found.cross[0], [1, 0, 0, 0, 0, 0])
    assert found.least == pytest.approx(np.linalg.eigvalsh(found.cross[1:, 1:])[0], abs=SAME)


def test_without_gaps_they_are_plain_correlations():
    columns, outcome = drawn(2, missing=0.0)
    found = pairwise(products(columns, outcome), columns=4)
    expected = np.corrcoef(np.column_stack([columns, outcome]).T)
    np.testing.assert_allclose(found.cross[1:, 1:], expected, atol=SAME)


def test_weights_count_as_repeated_rows():
    columns, outcome = drawn(3)
    times = np.random.default_rng(3).integers(1, 4, 400)
    here = pairwise(products(columns, outcome, times), columns=4)
    there = pairwise(products(np.repeat(columns, times, 0), np.repeat(outcome, times)), columns=4)
    np.testing.assert_allclose(here.cross, there.cross, atol=SAME)


def test_correlations_that_no_data_have_are_refused():
    # Three pairs asked of three groups: two go together, and the third go apart.
    rng = np.random.default_rng(4)
    columns = np.full((300, 3), np.nan)
    for group, (left, right, sign) in enumerate(((0, 1, 1), (1, 2, 1), (0, 2, -1))):
        rows = slice(100 * group, 100 * group + 100)
        one = rng.normal(size=100)
        columns[rows, left] = one
        columns[rows, right] = sign * one + 0.1 * rng.normal(size=100)
    found = pairwise(products(columns, rng.normal(size=300)), columns=3)
    assert found.cross is None
    assert found.least < -0.5


def test_a_pair_that_nobody_answered_is_refused():
    columns, outcome = drawn(5)
    columns[:200, 0] = np.nan
    columns[200:, 1] = np.nan
    found = pairwise(products(columns, outcome), columns=4)
    assert found.cross is None
    assert np.isnan(found.least)


def test_a_wrong_number_of_columns_is_named():
    with pytest.raises(ValueError, match="3 columns, 3 gaps"):
        pairwise(products(*drawn(6)), columns=3)
