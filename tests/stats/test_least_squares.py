"""Regression from cross-products equals row-level regression by statsmodels."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from kuski.stats.least_squares import least_squares, with_level

# Rows against sums: two routes of double arithmetic through a regression of 1,500 rows.
SAME_AS_ROWS = 1e-9

X, WORTH, PREDICTORS = [2, 3, 4], 1, [2, 3, 4, 5]


def sums(answers, **options):
    cross, rows = answers.moments(**options)
    return with_level(cross, np.arange(5.0)), rows.sum(axis=0)


def by_rows(answers):
    columns = sm.add_constant(np.column_stack([answers.x, answers.level]).astype(float))
    return sm.WLS(answers.worth, columns, weights=answers.weight)


def test_coefficients_and_classical_errors_equal_statsmodels_wls(answers):
    expected = by_rows(answers).fit()
    found = least_squares(*sums(answers), outcome=WORTH, predictors=PREDICTORS)
    for one, other in (
        (found.coefficients, expected.params),
        (found.se, expected.bse),
        (found.t, expected.tvalues),
        (found.r2, expected.rsquared),
        (found.residual_variance, expected.scale),
    ):
        np.testing.assert_allclose(one, other, rtol=SAME_AS_ROWS)
    assert (found.df, found.n, found.clusters) == (expected.df_resid, len(answers.x), 40)


def test_cluster_robust_errors_equal_statsmodels_cr1(answers):
    expected = by_rows(answers).fit(cov_type="cluster", cov_kwds={"groups": answers.replicate})
    found = least_squares(*sums(answers), outcome=WORTH, predictors=PREDICTORS)
    np.testing.assert_allclose(
        found.cluster_covariance, expected.cov_params(), rtol=SAME_AS_ROWS, atol=1e-10
    )
    np.testing.assert_allclose(found.cluster_se, expected.bse, rtol=SAME_AS_ROWS)


def test_partial_r2_is_the_share_of_what_the_others_leave(answers):
    found = least_squares(*sums(answers), outcome=WORTH, predictors=PREDICTORS)
    without = least_squares(*sums(answers), outcome=WORTH, predictors=X)
    share = (found.r2 - without.r2) / (1 - without.r2)
    assert found.partial_r2[-1] == pytest.approx(share, rel=SAME_AS_ROWS)


@given(seed=st.integers(0, 10_000), shift=st.floats(-1e3, 1e3))
def test_a_shift_of_origin_changes_no_slope_and_no_error(drawn, seed, shift):
    answers = drawn(seed, n=300)
    here = least_squares(*sums(answers), outcome=WORTH, predictors=PREDICTORS)
    there = least_squares(
        *sums(answers, origin=np.array([100.0, shift, 0.0, -shift])),
        outcome=WORTH,
        predictors=PREDICTORS,
    )
    np.testing.assert_allclose(there.coefficients[1:], here.coefficients[1:], rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(there.cluster_se[1:], here.cluster_se[1:], rtol=1e-6)


@given(seed=st.integers(0, 10_000), factor=st.floats(1e-6, 1e6))
def test_scaling_weights_changes_nothing(drawn, seed, factor):
    cross, rows = sums(drawn(seed, n=300))
    here = least_squares(cross, rows, outcome=WORTH, predictors=PREDICTORS)
    there = least_squares(cross * factor, rows, outcome=WORTH, predictors=PREDICTORS)
    np.testing.assert_allclose(there.coefficients, here.coefficients, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(there.cluster_se, here.cluster_se, rtol=1e-7)


def test_merging_clusters_changes_no_coefficient(answers):
    cross, rows = sums(answers)
    whole = least_squares(cross, rows, outcome=WORTH, predictors=PREDICTORS)
    merged = least_squares(
        cross.reshape(10, 4, 6, 6).sum(axis=1),
        rows.reshape(10, 4).sum(axis=1),
        outcome=WORTH,
        predictors=PREDICTORS,
    )
    np.testing.assert_allclose(merged.coefficients, whole.coefficients, rtol=SAME_AS_ROWS)
    np.testing.assert_allclose(merged.se, whole.se, rtol=SAME_AS_ROWS)
    assert merged.clusters == 10


def test_columns_that_others_determine_are_left_out_and_named(answers):
    x = np.column_stack([answers.x, np.full(len(answers.x), 2.0), answers.x @ [1, 1, 0]])
    more = type(answers)(answers.level, answers.worth, x, answers.weight, answers.replicate)
    cross, rows = sums(more)
    found = least_squares(cross, rows, outcome=WORTH, predictors=[2, 3, 4, 5, 6, 7])
    assert found.left_out.tolist() == [False, False, False, False, True, True, False]
    expected = by_rows(answers).fit().params
    np.testing.assert_allclose(found.coefficients[~found.left_out], expected, rtol=1e-8)
    assert np.isnan(found.coefficients[found.left_out]).all()
    assert np.isnan(found.cluster_covariance[4]).all()


def test_one_cluster_gives_no_cluster_covariance(answers):
    cross, rows = sums(answers)
    found = least_squares(cross.sum(axis=0)[None], [rows.sum()], outcome=1, predictors=[2])
    assert found.cluster_covariance is None
    assert found.cluster_se is None


def test_an_outcome_that_never_varies_has_slopes_of_zero_and_no_r2(answers):
    flat = type(answers)(
        answers.level, np.full(len(answers.x), 9.0), answers.x, answers.weight, answers.replicate
    )
    found = least_squares(*sums(flat), outcome=WORTH, predictors=X)
    assert found.coefficients.tolist() == pytest.approx([9, 0, 0, 0])
    assert np.isnan(found.r2)


def test_with_level_equals_a_column_of_rows(answers):
    steps = np.array([1.0, 2, 3, 5, 8])
    x = np.column_stack([answers.x, steps[answers.level]])
    more = type(answers)(answers.level, answers.worth, x, answers.weight, answers.replicate)
    cross, _ = answers.moments()
    np.testing.assert_allclose(
        with_level(cross, steps), more.moments()[0].sum(axis=0), rtol=SAME_AS_ROWS
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"outcome": 1, "predictors": [1, 2]}, "expected different positions from 1 to 5"),
        ({"outcome": 0, "predictors": [2]}, "position 0 is the constant"),
        ({"outcome": 1, "predictors": [6]}, "expected different positions from 1 to 5"),
    ],
)
def test_bad_positions_are_refused(answers, options, message):
    with pytest.raises(ValueError, match=message):
        least_squares(*sums(answers), **options)


def test_no_more_rows_than_coefficients_is_refused(answers):
    few = answers.chosen(np.arange(4))
    with pytest.raises(ValueError, match="4 rows for 4 coefficients, expected more rows"):
        least_squares(*sums(few), outcome=1, predictors=X)


def test_bad_moments_are_refused(answers):
    cross, rows = sums(answers)
    with pytest.raises(ValueError, match=r"expected \(G, q, q\)"):
        least_squares(cross[0], rows, outcome=1, predictors=X)
    with pytest.raises(ValueError, match="numbers that are not finite"):
        least_squares(cross * np.nan, rows, outcome=1, predictors=X)
    with pytest.raises(ValueError, match=r"positions has shape \(4,\), expected \(5,\)"):
        with_level(answers.moments()[0], np.arange(4))
