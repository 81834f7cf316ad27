"""Variance inflation equals statsmodels', and a text's does not depend on its first category."""

import numpy as np
import pytest
from statsmodels.stats.outliers_influence import variance_inflation_factor

from kuski.stats.collinearity import collinearity

# Two routes of double arithmetic.
SAME = 1e-9


def products(columns):
    z = np.column_stack([np.ones(len(columns)), columns])
    return z.T @ z


def drawn(seed, drivers):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(150, drivers)) + 3 * rng.normal(size=(150, 1)) + 10


def each(drivers):
    return [[place] for place in range(1, drivers + 1)]


@pytest.mark.parametrize("drivers", [2, 3, 7])
def test_inflation_is_that_of_statsmodels(drivers):
    columns = drawn(drivers, drivers)
    z = np.column_stack([np.ones(150), columns])
    expected = [variance_inflation_factor(z, place) for place in range(1, drivers + 1)]
    found = collinearity(products(columns), groups=each(drivers))
    np.testing.assert_allclose(found.inflation, expected, rtol=SAME)


def test_inflation_of_a_text_does_not_depend_on_the_category_left_out():
    rng = np.random.default_rng(1)
    kind = rng.integers(0, 3, 200)
    x = kind + rng.normal(size=200)
    found = [
        collinearity(
            products(np.column_stack([np.delete(np.eye(3)[kind], left_out, axis=1), x])),
            groups=[[1, 2], [3]],
        ).inflation
        for left_out in range(3)
    ]
    np.testing.assert_allclose(found, np.repeat(found[:1], 3, axis=0), rtol=SAME)
    # Fox & Monette: with two sets of columns, both have the same determinant ratio.
    assert found[0][0] ** 2 == pytest.approx(found[0][1], rel=SAME)


def test_what_the_others_determine_is_inflated_without_end():
    columns = drawn(2, 3)
    columns = np.column_stack([columns, columns[:, 0] + columns[:, 1]])
    found = collinearity(products(columns), groups=each(4))
    assert np.isinf(found.inflation[[0, 1, 3]]).all()
    assert np.isfinite(found.inflation[2])


def test_a_driver_that_never_varies_has_no_inflation():
    columns = drawn(3, 3)
    columns[:, 1] = 5.0
    found = collinearity(products(columns), groups=each(3))
    assert np.isnan(found.inflation[1])
    assert np.isfinite(found.inflation[[0, 2]]).all()


def test_likeness_is_the_mean_correlation_of_different_drivers():
    columns = drawn(4, 4)
    r = np.corrcoef(columns.T)
    every = collinearity(products(columns), groups=each(4)).likeness
    assert every == pytest.approx(r[np.triu_indices(4, 1)].mean(), rel=SAME)
    paired = collinearity(products(columns), groups=[[1, 2], [3, 4]]).likeness
    assert paired == pytest.approx(r[:2, 2:].mean(), rel=SAME)
    assert np.isnan(collinearity(products(columns), groups=[[1, 2, 3, 4]]).likeness)
