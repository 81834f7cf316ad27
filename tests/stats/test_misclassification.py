"""Shares are set right exactly where the answer is known, and refused where it cannot be."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuski.stats.misclassification import (
    drawn_interval,
    inverted_shares,
    random_sample_probability,
    reclassified_shares,
)
from kuski.stats.resample import resamples, totals

ROUNDING = 1e-12


def coded(weights, *, replicates=100, seed=0):
    """Spread weights of codes evenly over replicates; return them on each resample."""
    drawn = resamples(np.ones(replicates), n_draws=500, rng=np.random.default_rng(seed))
    by_replicate = np.tile(np.asarray(weights, float) / replicates, (replicates, 1))
    return totals(by_replicate, drawn), drawn


def direct(weights, checked, **options):
    values, drawn = coded(weights, **options)
    return reclassified_shares(values, checked, resamples=drawn, rng=np.random.default_rng(1))


def inverse(weights, checked, **options):
    values, drawn = coded(weights, **options)
    return inverted_shares(values, checked, resamples=drawn, rng=np.random.default_rng(1))


def test_two_categories_are_divided_as_by_hand():
    # 400 of 1,000 say price. Of 50 checked who say so 20 mean it; of 50 others 5 do.
    found = direct([400, 600], [[20, 30], [5, 45]])
    assert found.shares[0] == pytest.approx(0.4 * 20 / 50 + 0.6 * 5 / 50)
    assert found.refused is None


def test_inversion_of_two_categories_is_that_of_rogan_and_gladen():
    # Sensitivity 80/100, specificity 90/100, apparent 0.30: (0.30 + 0.90 − 1)/(0.80 + 0.90 − 1).
    found = inverse([300, 700], [[80, 10], [20, 90]])
    assert found.shares[0] == pytest.approx(0.2 / 0.7)
    assert not found.is_clipped


def test_many_categories_are_solved_as_by_brute_force():
    checked = np.array([[30, 4, 2], [50, 60, 10], [20, 6, 40]])
    q = np.array([0.25, 0.5, 0.25])
    found = inverse(1000 * q, checked)
    matrix = checked / checked.sum(axis=0)
    np.testing.assert_allclose(matrix @ found.shares, q, atol=ROUNDING)
    steps = 200
    grid = [
        (a / steps, b / steps, 1 - (a + b) / steps)
        for a, b in product(range(steps + 1), repeat=2)
        if a + b <= steps
    ]
    best = min(grid, key=lambda p: ((matrix @ np.array(p) - q) ** 2).sum())
    assert best == pytest.approx(tuple(found.shares), abs=2 / steps)


def test_the_direct_way_has_the_largest_likelihood():
    # Tenenbein 1972: the double sample's likelihood, climbed by expectation and maximisation.
    checked = np.array([[12, 3, 1], [20, 25, 2], [1, 4, 30]], float)
    unchecked = np.array([100, 400, 250], float)
    joint = np.full((3, 3), 1 / 9)
    for _ in range(2000):
        full = checked + unchecked[:, None] * joint / joint.sum(axis=1, keepdims=True)
        joint = full / full.sum()
    found = direct(unchecked + checked.sum(axis=1), checked)
    np.testing.assert_allclose(found.shares, joint.sum(axis=0), atol=1e-9)


def test_a_sample_with_more_of_some_codes_divides_the_same():
    checked = np.array([[20, 20], [10, 40]])
    more = checked * np.array([[5], [1]])
    assert direct([500, 500], checked).shares == pytest.approx(direct([500, 500], more).shares)


@settings(deadline=None, max_examples=30)
@given(
    weights=st.lists(st.integers(1, 500), min_size=3, max_size=3),
    checked=st.lists(st.integers(1, 60), min_size=9, max_size=9),
)
def test_shares_add_to_one_and_stay_within_zero_and_one(weights, checked):
    table = np.array(checked).reshape(3, 3)
    for found in (direct(weights, table), inverse(weights, table)):
        if found.refused is None:
            assert found.shares.sum() == pytest.approx(1)
            assert found.shares.min() >= 0
            np.testing.assert_allclose(found.draws.sum(axis=1), 1)
            assert found.draws.min() >= 0


def test_a_right_code_changes_nothing():
    found = direct([300, 500, 200], np.diag([100, 100, 100]))
    assert found.shares == pytest.approx([0.3, 0.5, 0.2])
    assert inverse([300, 500, 200], np.diag([100, 100, 100])).shares == pytest.approx(found.shares)


def test_the_order_of_categories_does_not_matter():
    checked = np.array([[12, 3, 1], [20, 25, 2], [1, 4, 30]])
    turn = [2, 0, 1]
    whole = direct([100, 400, 250], checked)
    turned = direct(np.array([100, 400, 250])[turn], checked[np.ix_(turn, turn)])
    np.testing.assert_allclose(turned.shares, whole.shares[turn])


def test_more_checked_make_a_narrower_interval():
    few = direct([400, 600], np.array([[20, 30], [5, 45]]))
    many = direct([400, 600], 10 * np.array([[20, 30], [5, 45]]))
    wide, narrow = (np.ptp(np.quantile(one.draws[:, 0], [0.025, 0.975])) for one in (few, many))
    assert 2.5 < wide / narrow < 4


def test_the_spread_of_the_inversion_is_that_of_the_delta_method():
    # Rogan & Gladen 1978: Var = [q(1−q)/n + p²·se(1−se)/n1 + (1−p)²·sp(1−sp)/n0]/(se + sp − 1)².
    rng = np.random.default_rng(5)
    n, q, se, sp, n1, n0 = 4000, 0.35, 0.85, 0.9, 400, 500
    codes = (rng.random(n) >= q).astype(int)
    by_replicate = np.zeros((200, 2))
    np.add.at(by_replicate, (rng.integers(0, 200, n), codes), 1)
    drawn = resamples(np.ones(200), n_draws=4000, rng=rng)
    checked = np.array([[se * n1, (1 - sp) * n0], [(1 - se) * n1, sp * n0]])
    found = inverted_shares(totals(by_replicate, drawn), checked, resamples=drawn, rng=rng)
    p, j = found.shares[0], se + sp - 1
    variance = q * (1 - q) / n + p**2 * se * (1 - se) / n1 + (1 - p) ** 2 * sp * (1 - sp) / n0
    # 200 replicates know a spread to 5 %.
    assert found.draws[:, 0].std() == pytest.approx(np.sqrt(variance) / j, rel=0.1)


def test_a_share_below_zero_is_set_to_zero_and_said():
    found = inverse([50, 950], [[80, 20], [20, 80]])
    assert found.is_clipped
    assert found.shares.tolist() == [0, 1]


def test_a_code_of_which_nobody_was_checked_widens_or_refuses():
    checked = np.array([[30, 5, 0], [5, 30, 0], [0, 0, 0]])
    few = direct([500, 480, 20], checked)
    assert few.refused is None
    assert few.draws[:, 2].max() > 0.005
    assert direct([450, 450, 100], checked).refused == "unchecked"


@pytest.mark.parametrize(
    ("way", "checked", "replicates", "reason"),
    [
        (direct, [[10, 9], [5, 5]], 100, "checked"),
        (direct, [[20, 9], [5, 5]], 19, "replicates"),
        (inverse, [[40, 2], [40, 2]], 100, "checked"),
        (inverse, [[40, 20], [40, 20]], 100, "singular"),
        (inverse, [[42, 20], [40, 20]], 100, "singular"),
        (inverse, [[80, 20], [20, 80]], 19, "replicates"),
    ],
)
def test_too_little_is_refused(way, checked, replicates, reason):
    found = way([400, 600], checked, replicates=replicates)
    assert found.refused == reason
    assert np.isnan(found.shares).all()
    assert found.draws.size == 0


def test_the_interval_holds_the_estimate_and_widens_with_few_replicates():
    draws = np.random.default_rng(0).normal(0.5, 0.1, 4000)
    many = drawn_interval(0.5, draws, replicates=200)
    few = drawn_interval(0.5, draws, replicates=20)
    assert many.low == pytest.approx(0.5 - 1.98 * 0.1, abs=0.01)
    assert few.high - few.low > many.high - many.low
    assert drawn_interval(0.0, draws, replicates=200).low == 0.0


def test_a_random_sample_is_seldom_doubted_and_another_always():
    rng = np.random.default_rng(2)
    everybody = np.array([600, 300, 90, 10])
    chances = [
        random_sample_probability(everybody, rng.multivariate_hypergeometric(everybody, 200))
        for _ in range(400)
    ]
    assert np.mean(np.array(chances) < 0.05) == pytest.approx(0.05, abs=0.035)
    assert random_sample_probability(everybody, [50, 100, 40, 10]) < 1e-6
    assert random_sample_probability([10, 0], [5, 1]) == 0
    assert random_sample_probability([10, 20], [10, 20]) == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: direct([1, 2], np.ones((3, 3))), r"checked has shape \(3, 3\)"),
        (lambda: direct([1, 2], -np.ones((2, 2))), "goes down to -1"),
        (lambda: direct([0, 0], np.ones((2, 2))), "coded holds no weight"),
        (lambda: direct([1, np.nan], np.ones((2, 2))), "not finite"),
        (lambda: random_sample_probability([1, 2], [0, 0]), "not all 0"),
        (lambda: drawn_interval(0.5, [0.5], replicates=30, confidence=95), "did you pass percent"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
