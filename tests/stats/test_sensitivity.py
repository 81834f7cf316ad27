"""A hidden cause of the strength that is named does what is said of it."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kuski.stats.least_squares import with_level
from kuski.stats.sensitivity import (
    Strength,
    benchmark,
    confounded,
    e_value,
    hidden_cause,
    robustness_value,
)

# Bisection and closed forms in double arithmetic.
EXACT = 1e-9


def cause(answers, *, benchmarks=(2, 3, 4)):
    cross, rows = answers.moments()
    return hidden_cause(
        with_level(cross, np.arange(5.0)),
        rows.sum(axis=0),
        outcome=1,
        treatment=5,
        alike=[2, 3, 4],
        benchmarks=list(benchmarks),
    )


@given(t=st.floats(0.5, 60), df=st.integers(20, 100_000), q=st.floats(0.2, 1))
def test_a_hidden_cause_of_the_robustness_value_takes_the_share_q_away(t, df, q):
    value = robustness_value(t, df, q=q)
    left = confounded(t, 1.0, df=df, strength=Strength(value, value))
    assert left.estimate == pytest.approx((1 - q) * t, rel=EXACT, abs=1e-7 * t)


@given(t=st.floats(2.5, 20), df=st.integers(50, 100_000))
def test_a_hidden_cause_of_the_robustness_of_significance_leaves_t_at_its_critical_value(t, df):
    value = robustness_value(t, df, alpha=0.05)
    left = confounded(t, 1.0, df=df, strength=Strength(value, value))
    assert left.t == pytest.approx(stats.t.ppf(0.975, df - 1), rel=1e-6)


def test_an_effect_that_is_not_significant_has_no_robustness_of_significance():
    assert robustness_value(1.0, 500, alpha=0.05) == 0
    assert robustness_value(1.0, 500) > 0


def test_the_robustness_of_significance_goes_over_into_its_extreme_without_a_jump():
    # sensemakr: beyond f·f* = 1 the outcome's share is no longer what binds.
    df = 30
    border = np.sqrt(df * (df - 1)) / stats.t.ppf(0.975, df - 1)
    below, above = (
        robustness_value(border * side, df, alpha=0.05) for side in (0.999999, 1.000001)
    )
    assert below < above
    assert below == pytest.approx(above, rel=1e-5)
    assert below == pytest.approx(1 - df / border**2, rel=1e-5)


def test_an_adjusted_estimate_equals_the_regression_that_holds_the_hidden_cause_alike():
    # Cinelli & Hazlett 2020: with the true partial R², the formulas are identities.
    rng = np.random.default_rng(3)
    hidden = rng.normal(size=3000)
    treatment = 0.4 * hidden + rng.normal(size=3000)
    outcome = treatment + 0.8 * hidden + rng.normal(size=3000)
    short = sm.OLS(outcome, sm.add_constant(treatment)).fit()
    long = sm.OLS(outcome, sm.add_constant(np.column_stack([treatment, hidden]))).fit()
    first = sm.OLS(treatment, sm.add_constant(hidden)).fit()
    strength = Strength(first.rsquared, long.tvalues[2] ** 2 / (long.tvalues[2] ** 2 + 2997))
    left = confounded(short.params[1], short.bse[1], df=2998, strength=strength)
    assert left.estimate == pytest.approx(long.params[1], rel=EXACT)
    assert left.se == pytest.approx(long.bse[1], rel=EXACT)


def test_benchmarks_are_partial_r2_of_statsmodels(answers):
    found = cause(answers)
    x = sm.add_constant(answers.x.astype(float))
    treated = sm.WLS(answers.level.astype(float), x, weights=answers.weight).fit()
    worth = sm.WLS(answers.worth, np.column_stack([x, answers.level]), weights=answers.weight).fit()
    for i, strength in enumerate(found.benchmarks):
        for fit, share in ((treated, strength.treatment), (worth, strength.outcome)):
            t2 = fit.tvalues[i + 1] ** 2
            assert share == pytest.approx(t2 / (t2 + fit.df_resid), rel=EXACT)
    assert found.estimate == pytest.approx(worth.params[-1], rel=EXACT)
    assert found.t == pytest.approx(worth.tvalues[-1], rel=EXACT)


def test_at_the_named_times_the_effect_is_gone_and_below_it_is_not(answers):
    found = cause(answers)
    for observed, times in zip(found.benchmarks, found.times, strict=True):
        assert np.isfinite(times)
        se = found.estimate / found.t
        for part, sign in ((1 + 1e-6, -1), (1 - 1e-6, 1)):
            strength = benchmark(observed, times=times * part)
            if strength is not None:
                left = confounded(found.estimate, se, df=found.df, strength=strength)
                assert np.sign(left.estimate * found.estimate) in (sign, 0)
    assert found.strongest == int(np.argmin(found.times))
    assert (found.times_to_doubt <= found.times).all()


def test_clusters_widen_the_error_and_lessen_the_robustness_of_significance_only(answers):
    cross, rows = answers.moments()
    joined = with_level(cross, np.arange(5.0))
    options = {"outcome": 1, "treatment": 5, "alike": [2, 3, 4], "benchmarks": [2]}
    apart = hidden_cause(joined, rows.sum(axis=0), **options)
    alone = hidden_cause(joined.sum(axis=0)[None], [rows.sum()], **options)
    assert apart.robustness == pytest.approx(alone.robustness, rel=EXACT)
    assert apart.times == pytest.approx(alone.times, rel=1e-6)
    assert (apart.se > alone.se) == (
        apart.robustness_of_significance < alone.robustness_of_significance
    )


def test_a_column_that_explains_nothing_is_no_measure_of_a_hidden_cause():
    n = 400
    rng = np.random.default_rng(0)
    treatment, constant = rng.normal(size=n), np.full(n, 3.0)
    columns = np.column_stack([np.ones(n), treatment + rng.normal(size=n), treatment, constant])
    found = hidden_cause(
        (columns.T @ columns)[None], [n], outcome=1, treatment=2, alike=[3], benchmarks=[3]
    )
    assert np.isinf(found.times).all()
    assert found.strongest is None


def test_a_strength_beyond_all_there_is_has_no_benchmark():
    assert benchmark(Strength(0.4, 0.1), times=2) is None
    assert benchmark(Strength(0.4, 0.1), times=1) is not None


@given(ratio=st.floats(0.05, 20))
def test_e_values_of_a_ratio_and_its_inverse_are_the_same(ratio):
    assert e_value(ratio).estimate == pytest.approx(e_value(1 / ratio).estimate, rel=EXACT)
    assert e_value(ratio).estimate >= 1


def test_e_value_of_an_interval_that_holds_one_is_one():
    assert e_value(1.3, low=0.9, high=1.9).limit == 1
    assert e_value(0.8, low=0.6, high=0.9).limit == pytest.approx(e_value(0.9).estimate, rel=EXACT)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: e_value(-0.2), "expected numbers above 0 in ascending order"),
        (lambda: e_value(1.2, low=1.1), "both ends or neither"),
        (lambda: e_value(1.2, low=1.3, high=1.4), "ascending"),
        (lambda: robustness_value(2, 1), "df == 1, expected >= 2"),
        (lambda: robustness_value(2, 50, alpha=5), "alpha == 5, expected above 0 and below 1"),
        (
            lambda: confounded(1, 1, df=9, strength=Strength(1.0, 0.5)),
            "treatment from 0 to below 1",
        ),
    ],
)
def test_bad_input_is_refused_with_value_and_expectation(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_benchmark_that_is_not_held_alike_is_refused(answers):
    with pytest.raises(ValueError, match="expected some of alike"):
        cause(answers, benchmarks=[5])


def test_a_treatment_that_the_alike_columns_determine_is_refused(answers):
    x = np.column_stack([answers.x[:, :2], answers.level])
    same = type(answers)(answers.level, answers.worth, x, answers.weight, answers.replicate)
    with pytest.raises(ValueError, match="does not vary once"):
        cause(same)


def test_an_outcome_that_is_explained_to_the_last_digit_is_refused() -> None:
    score, past = np.tile([1.0, 2.0, 3.0, 4.0], 10), np.arange(40.0)
    rows = np.column_stack([np.ones(40), 3 * past, past, score])
    cross = np.einsum("ni,nj->nij", rows, rows)
    with pytest.raises(ValueError, match="to the last digit"):
        hidden_cause(cross, np.ones(40, int), outcome=1, treatment=3, alike=[2], benchmarks=[2])
