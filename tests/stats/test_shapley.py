"""Shapley shares of R² keep their axioms and equal brute force over all orders."""

from itertools import combinations, permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuski.stats import shapley as module
from kuski.stats.shapley import MOST_EXACT, sampled_shapley, shapley

# Two routes of double arithmetic through up to 2**m regressions of correlations.
SAME = 1e-9
# Five standard errors of what random orders give: one test in a million fails by chance.
ERRORS = 5


def products(columns, weight=None):
    """Sum the weighted products of z = (1, columns)."""
    z = np.column_stack([np.ones(len(columns)), columns])
    return z.T @ (z if weight is None else z * np.asarray(weight)[:, None])


def drawn(seed, *, drivers, n=200, noise=3.0):
    """Draw drivers that go together and an outcome, the last column."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, drivers)) @ rng.normal(size=(drivers, drivers))
    y = x @ rng.normal(size=drivers) + noise * drivers * rng.normal(size=n)
    return np.column_stack([x, y])


def r2_by_regression(columns, places):
    """Regress the last column on some others, by rows."""
    x = np.column_stack([np.ones(len(columns)), columns[:, list(places)]])
    y = columns[:, -1]
    residual = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return 1 - (residual**2).sum() / ((y - y.mean()) ** 2).sum()


def by_orders(columns, groups):
    """Average over all orders what each group adds: the definition, by rows."""
    m = len(groups)
    found = np.zeros(m)
    r2 = {
        frozenset(some): r2_by_regression(columns, [p for g in some for p in groups[g]])
        for size in range(m + 1)
        for some in combinations(range(m), size)
    }
    for order in permutations(range(m)):
        for step, driver in enumerate(order):
            before = frozenset(order[:step])
            found[driver] += r2[before | {driver}] - r2[before]
    return found / factorial(m)


def each(drivers):
    return [[place] for place in range(1, drivers + 1)]


@pytest.mark.parametrize("drivers", [1, 2, 3, 5, 6])
def test_shares_are_the_mean_over_all_orders(drivers):
    columns = drawn(drivers, drivers=drivers)
    found = shapley(products(columns), outcome=drivers + 1, groups=each(drivers))
    expected = by_orders(columns, [[i] for i in range(drivers)])
    np.testing.assert_allclose(found.shares, expected, atol=SAME)


@pytest.mark.parametrize(
    "groups", [[[0], [1, 2], [3, 4, 5]], [[5, 0], [3], [1], [2]], [[0, 1, 2, 3, 4, 5]]]
)
def test_a_group_of_columns_counts_once_as_brute_force_says(groups):
    columns = drawn(1, drivers=6)
    places = [[place + 1 for place in group] for group in groups]
    found = shapley(products(columns), outcome=7, groups=places)
    np.testing.assert_allclose(found.shares, by_orders(columns, groups), atol=SAME)


def test_dummies_count_once_whichever_category_was_left_out():
    rng = np.random.default_rng(3)
    kind, x = rng.integers(0, 4, 300), rng.normal(size=300)
    y = x + np.array([0.0, 1.0, -1.0, 2.0])[kind] + rng.normal(size=300)
    dummies = (kind[:, None] == np.arange(4)).astype(float)
    shares = []
    for left_out in range(4):
        kept = np.delete(dummies, left_out, axis=1)
        columns = np.column_stack([kept, x, y])
        found = shapley(products(columns), outcome=5, groups=[[1, 2, 3], [4]])
        np.testing.assert_allclose(found.shares, by_orders(columns, [[0, 1, 2], [3]]), atol=SAME)
        shares.append(found.shares)
    np.testing.assert_allclose(shares, np.repeat(shares[:1], 4, axis=0), atol=SAME)


def test_shares_do_not_depend_on_how_the_lattice_is_walked(monkeypatch):
    columns = drawn(2, drivers=9)
    whole = shapley(products(columns), outcome=10, groups=each(9)).shares
    for block in (1, 3, 6, 8):
        monkeypatch.setattr(module, "_BLOCK", block)
        parts = shapley(products(columns), outcome=10, groups=each(9)).shares
        np.testing.assert_allclose(parts, whole, atol=SAME)


@given(seed=st.integers(0, 10_000), drivers=st.integers(1, 7))
@settings(max_examples=60)
def test_shares_add_to_r2_and_none_is_below_zero(seed, drivers):
    columns = drawn(seed, drivers=drivers, n=60)
    found = shapley(products(columns), outcome=drivers + 1, groups=each(drivers))
    assert found.shares.sum() == pytest.approx(found.r2, abs=SAME)
    assert found.r2 == pytest.approx(r2_by_regression(columns, range(drivers)), abs=1e-8)
    assert (found.shares > -SAME).all()


@given(seed=st.integers(0, 10_000))
def test_the_order_of_the_drivers_does_not_matter(seed):
    columns = drawn(seed, drivers=6)
    order = np.random.default_rng(seed).permutation(6)
    cross = products(columns)
    here = shapley(cross, outcome=7, groups=each(6)).shares
    there = shapley(cross, outcome=7, groups=[[int(place) + 1] for place in order]).shares
    np.testing.assert_allclose(there, here[order], atol=SAME)


@given(seed=st.integers(0, 10_000))
def test_two_equal_drivers_share_equally(seed):
    columns = drawn(seed, drivers=5)
    doubled = np.column_stack([columns[:, [0]], columns])
    found = shapley(products(doubled), outcome=7, groups=each(6))
    assert found.shares[0] == pytest.approx(found.shares[1], abs=SAME)
    assert found.shares.sum() == pytest.approx(r2_by_regression(columns, range(5)), abs=SAME)


@given(seed=st.integers(0, 10_000), shift=st.floats(-100, 100), stretch=st.floats(0.1, 100))
def test_units_and_origins_do_not_matter(seed, shift, stretch):
    columns = drawn(seed, drivers=4)
    here = shapley(products(columns), outcome=5, groups=each(4)).shares
    there = shapley(products(shift + stretch * columns), outcome=5, groups=each(4)).shares
    # Products about zero of columns a thousand spreads away keep ten digits.
    np.testing.assert_allclose(there, here, atol=1e-6)


def test_the_share_of_a_noise_driver_goes_to_zero():
    rng = np.random.default_rng(5)
    shares = []
    for n in (100, 10_000, 1_000_000):
        x = rng.normal(size=(n, 3)) + rng.normal(size=(n, 1))
        noise = rng.normal(size=n)
        y = x.sum(axis=1) + rng.normal(size=n)
        columns = np.column_stack([x, noise, y])
        shares.append(shapley(products(columns), outcome=5, groups=each(4)).shares[3])
    # The share of noise is chi-squared over n: 20 / n is passed once in 100,000 studies.
    for n, share in zip((100, 10_000, 1_000_000), shares, strict=True):
        assert 0 <= share < 20 / n


def test_weights_count_as_repeated_rows():
    columns, times = drawn(7, drivers=3), np.random.default_rng(7).integers(1, 4, 200)
    here = shapley(products(columns, times), outcome=4, groups=each(3)).shares
    there = shapley(products(np.repeat(columns, times, axis=0)), outcome=4, groups=each(3)).shares
    np.testing.assert_allclose(here, there, atol=SAME)


def test_each_resample_is_divided_by_itself():
    crosses = np.stack([products(drawn(seed, drivers=4)) for seed in range(6)]).reshape(2, 3, 6, 6)
    found = shapley(crosses, outcome=5, groups=each(4))
    assert found.shares.shape == (2, 3, 4)
    assert found.r2.shape == (2, 3)
    for place in np.ndindex(2, 3):
        alone = shapley(crosses[place], outcome=5, groups=each(4))
        np.testing.assert_allclose(found.shares[place], alone.shares, atol=SAME)


def test_a_driver_that_never_varies_gets_nothing():
    columns = drawn(8, drivers=3)
    columns[:, 1] = 4.0
    found = shapley(products(columns), outcome=4, groups=each(3))
    assert found.shares[1] == pytest.approx(0.0, abs=SAME)
    assert found.r2 == pytest.approx(r2_by_regression(columns, (0, 2)), abs=SAME)


def test_nothing_is_said_of_an_outcome_that_never_varies():
    columns = drawn(9, drivers=3)
    columns[:, -1] = 1.0
    for found in (
        shapley(products(columns), outcome=4, groups=each(3)),
        sampled_shapley(products(columns), outcome=4, groups=each(3), rng=np.random.default_rng(0)),
    ):
        assert np.isnan(found.shares).all()
        assert np.isnan(found.r2)


@pytest.mark.parametrize("groups", [each(8), [[1, 2], [3], [4, 5, 6], [7], [8]]])
def test_random_orders_come_as_near_as_they_say(groups):
    cross = products(drawn(11, drivers=8, noise=0.5))
    exact = shapley(cross, outcome=9, groups=groups)
    rng = np.random.default_rng(11)
    found = sampled_shapley(cross, outcome=9, groups=groups, rounds=50, rng=rng)
    assert (np.abs(found.shares - exact.shares) <= ERRORS * found.error + SAME).all()
    assert (found.error < 0.01).all()
    assert found.r2 == pytest.approx(exact.r2, abs=SAME)


def test_the_error_of_random_orders_is_neither_too_small_nor_too_large():
    cross = products(drawn(12, drivers=7, noise=0.3))
    exact = shapley(cross, outcome=8, groups=each(7)).shares
    rng = np.random.default_rng(12)
    runs = [
        sampled_shapley(cross, outcome=8, groups=each(7), rounds=10, rng=rng) for _ in range(200)
    ]
    apart = np.stack([run.shares - exact for run in runs])
    told = np.sqrt(np.mean([run.error**2 for run in runs], axis=0))
    # 200 runs tell a standard deviation to 5 % of itself; four of those.
    np.testing.assert_allclose(np.sqrt((apart**2).mean(axis=0)), told, rtol=0.2)


def test_random_orders_hold_for_more_drivers_than_can_be_exact():
    drivers = 40
    cross = products(drawn(13, drivers=drivers, n=500, noise=0.5))
    rng = np.random.default_rng(13)
    found = sampled_shapley(cross, outcome=drivers + 1, groups=each(drivers), rounds=5, rng=rng)
    taken = np.split(np.arange(1, drivers + 1), 8)
    grouped = shapley(cross, outcome=drivers + 1, groups=taken)
    assert found.r2 == pytest.approx(grouped.r2, abs=SAME)
    assert (found.error > 0).all()


def test_random_orders_see_resamples_alike():
    crosses = np.stack([products(drawn(seed, drivers=5)) for seed in (1, 2)])
    both = sampled_shapley(
        crosses, outcome=6, groups=each(5), rounds=3, rng=np.random.default_rng(4)
    )
    alone = sampled_shapley(
        crosses[1], outcome=6, groups=each(5), rounds=3, rng=np.random.default_rng(4)
    )
    np.testing.assert_allclose(both.shares[1], alone.shares, atol=SAME)


CROSS = products(drawn(0, drivers=3))


@pytest.mark.parametrize(
    ("cross", "outcome", "groups", "message"),
    [
        (CROSS, 4, [], "at least one driver"),
        (CROSS, 4, [[1], []], "none empty"),
        (CROSS, 4, [[1], [1]], "no position twice"),
        (CROSS, 1, [[1], [2]], "no position twice"),
        (CROSS, 4, [[0], [1]], "position 0 is the constant"),
        (CROSS, 5, [[1]], "from 1 to 4"),
        (CROSS[0], 4, [[1]], "expected"),
        (np.full_like(CROSS, np.nan), 4, [[1]], "not finite"),
        (-CROSS, 4, [[1]], "negative"),
    ],
)
def test_bad_input_is_named(cross, outcome, groups, message):
    with pytest.raises(ValueError, match=message):
        shapley(cross, outcome=outcome, groups=groups)


def test_too_many_drivers_for_exact_shares_are_refused():
    many = MOST_EXACT + 1
    with pytest.raises(ValueError, match="sampled_shapley"):
        shapley(np.eye(many + 2), outcome=many + 1, groups=each(many))


def test_one_round_of_orders_is_refused():
    with pytest.raises(ValueError, match="rounds"):
        sampled_shapley(CROSS, outcome=4, groups=[[1]], rounds=1, rng=np.random.default_rng(0))
