"""Doubly robust scores: right if either model is, and never learnt from the row itself."""

import numpy as np
import pytest
import statsmodels.api as sm

from kuski.stats.doubly_robust import basis, doubly_robust, folds_of


def world(n, seed):
    """Rows whose treatment and outcome both hang on x; the effect is 2 + x."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 2))
    chance = 1 / (1 + np.exp(-(0.8 * x[:, 0] - 0.5 * x[:, 1])))
    treated = rng.random(n) < chance
    y = 1.0 + 3.0 * x[:, 0] - x[:, 1] + (2.0 + x[:, 0]) * treated + rng.normal(size=n)
    return x, treated, y, rng.integers(0, 5, n)


def test_it_equals_the_formula_with_models_fitted_elsewhere():
    x, treated, y, fold = world(600, 1)
    found = doubly_robust(y, treated, x, fold=fold, clip=0.01)
    expected = np.empty(len(y))
    design = sm.add_constant(x)
    for one in range(5):
        here, away = fold == one, fold != one
        chance = (
            sm.Logit(treated[away].astype(float), design[away]).fit(disp=0).predict(design[here])
        )
        means = [
            sm.OLS(y[away & arm], design[away & arm]).fit().predict(design[here])
            for arm in (treated, ~treated)
        ]
        expected[here] = (
            means[0]
            - means[1]
            + treated[here] * (y[here] - means[0]) / chance
            - ~treated[here] * (y[here] - means[1]) / (1 - chance)
        )
    # A ridge of 0.0001 a row moves a coefficient by about that part of itself.
    assert found.scores == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("hidden", ["neither", "outcome", "treatment"])
def test_one_wrong_model_does_no_harm(hidden):
    x, treated, y, fold = world(40_000, 2)
    rng = np.random.default_rng(3)
    if hidden == "outcome":
        # Worth hangs on a square that no line sees, but the chance of treatment is a logit in x.
        y = y + 2.0 * x[:, 0] ** 2
    if hidden == "treatment":
        treated = rng.random(len(y)) < 0.2 + 0.6 * (np.abs(x[:, 0]) < 0.7)
        y = 1.0 + 3.0 * x[:, 0] - x[:, 1] + (2.0 + x[:, 0]) * treated + rng.normal(size=len(y))
    found = doubly_robust(y, treated, x, fold=fold)
    # The effect is 2 on average; the standard error is 0.02 to 0.05 where weights are large.
    assert found.scores.mean() == pytest.approx(2.0, abs=0.13)
    high = x[:, 0] > 1
    if hidden != "outcome":
        assert found.scores[high].mean() == pytest.approx(2.0 + x[high, 0].mean(), abs=0.35)
    crude = y[treated].mean() - y[~treated].mean()
    assert hidden == "treatment" or abs(crude - 2.0) > 0.5


def test_a_row_never_teaches_its_own_score():
    x, treated, y, fold = world(500, 4)
    found = doubly_robust(y, treated, x, fold=fold)
    changed = y.copy()
    changed[fold == 0] += 1_000.0
    again = doubly_robust(changed, treated, x, fold=fold)
    # Models for fold 0 are learnt elsewhere: the scores there move by the weighted residual alone.
    moved = (again.scores - found.scores)[fold == 0]
    weight = np.where(treated, 1 / found.propensity, -1 / (1 - found.propensity))[fold == 0]
    assert moved == pytest.approx(1_000.0 * weight, rel=1e-6)


def test_weights_are_repeats():
    x, treated, y, fold = world(400, 5)
    weight = np.random.default_rng(6).integers(1, 4, 400)
    again = np.repeat(np.arange(400), weight)
    # Standardising looks at rows, so that the ridge differs by its own small part.
    heavy = doubly_robust(y, treated, x, fold=fold, weight=weight.astype(float)).scores
    long = doubly_robust(y[again], treated[again], x[again], fold=fold[again]).scores
    first = np.unique(again, return_index=True)[1]
    assert long[first] == pytest.approx(heavy, abs=0.01)


def test_chances_near_none_are_limited_and_told():
    x, _, y, fold = world(2_000, 7)
    treated = np.random.default_rng(8).random(2_000) < 1 / (1 + np.exp(-4 * x[:, 0]))
    found = doubly_robust(y, treated, x, fold=fold, clip=0.05)
    assert found.propensity.min() == 0.05
    assert found.propensity.max() == 0.95
    assert found.clipped == pytest.approx(np.isin(found.propensity, (0.05, 0.95)).mean())
    assert found.clipped > 0.3


def test_the_basis_bends_where_people_are():
    skewed = np.exp(np.random.default_rng(9).normal(size=1_000))
    found = basis(np.column_stack([skewed, skewed > 1, np.ones(1_000)]))
    assert found.shape == (1_000, 3)
    assert np.array_equal(np.argsort(found[:, 1]), np.argsort(skewed))
    assert 0 < found[:, 1].min() < found[:, 1].max() < 1
    assert basis([[1.0, 2.0]]).shape == (1, 0)


def test_folds_belong_to_customers_and_are_even():
    customer = np.random.default_rng(10).integers(0, 2**63, 20_000, dtype=np.uint64)
    folds = folds_of(customer, 5)
    assert np.array_equal(folds, folds_of(customer, 5))
    # 20,000 customers: each fifth is sure to about 1.4 %.
    assert np.bincount(folds) / 20_000 == pytest.approx([0.2] * 5, abs=0.012)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"outcome": [1.0, np.nan, 1.0, 1.0]}, "finite"),
        ({"features": [1.0, 2.0, 3.0, 4.0]}, "features"),
        ({"fold": [0, 0, 0, 0]}, "one fold"),
        ({"treated": [True] * 4}, "treated or no untreated"),
        ({"clip": 0.5}, "clip == 0.5"),
        ({"weight": [1.0, 1.0, 1.0, -1.0]}, "weight is negative"),
    ],
)
def test_bad_input_is_named(changes, word):
    asked = {
        "outcome": [1.0, 2.0, 3.0, 4.0],
        "treated": [True, False, True, False],
        "features": [[1.0], [2.0], [3.0], [4.0]],
        "fold": [0, 0, 1, 1],
    } | changes
    with pytest.raises(ValueError, match=word):
        doubly_robust(asked.pop("outcome"), asked.pop("treated"), asked.pop("features"), **asked)
