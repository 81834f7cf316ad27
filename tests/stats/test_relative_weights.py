"""Johnson's weights add to R² and equal Shapley shares where the two agree by theory."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuski.stats.relative_weights import relative_weights
from kuski.stats.shapley import shapley

# Two routes of double arithmetic.
SAME = 1e-9


def products(columns):
    z = np.column_stack([np.ones(len(columns)), columns])
    return z.T @ z


def drawn(seed, drivers):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(80, drivers)) @ rng.normal(size=(drivers, drivers))
    return np.column_stack([x, x.sum(axis=1) + 5 * rng.normal(size=80)])


def each(drivers):
    return [[place] for place in range(1, drivers + 1)]


@given(seed=st.integers(0, 10_000), drivers=st.integers(1, 6))
def test_weights_add_to_r2_and_none_is_below_zero(seed, drivers):
    cross = products(drawn(seed, drivers))
    found = relative_weights(cross, outcome=drivers + 1, groups=each(drivers))
    whole = shapley(cross, outcome=drivers + 1, groups=each(drivers))
    assert found.r2 == pytest.approx(whole.r2, abs=1e-7)
    assert (found.weights >= 0).all()


@given(seed=st.integers(0, 10_000))
def test_with_two_drivers_weights_are_shapley_shares(seed):
    cross = products(drawn(seed, 2))
    found = relative_weights(cross, outcome=3, groups=each(2))
    expected = shapley(cross, outcome=3, groups=each(2))
    np.testing.assert_allclose(found.weights, expected.shares, atol=1e-7)


def test_weights_of_a_group_are_added():
    cross = products(drawn(1, 4))
    apart = relative_weights(cross, outcome=5, groups=each(4)).weights
    together = relative_weights(cross, outcome=5, groups=[[1, 2], [3, 4]]).weights
    np.testing.assert_allclose(together, [apart[:2].sum(), apart[2:].sum()], atol=SAME)


def test_equal_drivers_have_equal_weights():
    columns = drawn(2, 3)
    doubled = np.column_stack([columns[:, [0]], columns])
    found = relative_weights(products(doubled), outcome=5, groups=each(4))
    whole = shapley(products(columns), outcome=4, groups=each(3))
    assert found.weights[0] == pytest.approx(found.weights[1], abs=1e-7)
    assert found.r2 == pytest.approx(whole.r2, abs=1e-7)


def test_leading_axes_are_kept_and_a_constant_outcome_gives_nothing():
    columns = drawn(3, 3)
    still = columns.copy()
    still[:, -1] = 2.0
    crosses = np.stack([products(columns), products(still)])[None]
    found = relative_weights(crosses, outcome=4, groups=each(3))
    assert found.weights.shape == (1, 2, 3)
    assert np.isfinite(found.weights[0, 0]).all()
    assert np.isnan(found.weights[0, 1]).all()
