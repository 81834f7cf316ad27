"""Worth by level equals row-level regression, and answers to nothing but the data."""

import tracemalloc

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from kuski.stats import levels
from kuski.stats.levels import level_worth, worth_of_those_at
from kuski.stats.resample import resamples

# Rows against sums: two routes of double arithmetic through a regression of 1,500 rows.
SAME_AS_ROWS = 1e-9
# The same sums about another origin lose some digits to the size of the origin.
SAME_AFTER_SHIFT = 1e-7

SEEDS = st.integers(0, 10_000)


def worth_of(answers, *, n_draws=100, **options):
    cross, rows = answers.moments(**options)
    rng = np.random.default_rng(0)
    return level_worth(cross, rows, resamples=resamples(rows, n_draws=n_draws, rng=rng))


def interacted(answers):
    """Columns 1 and x, each times a dummy for each level: slopes of each level's own."""
    dummies = answers.level[:, None] == np.arange(5)
    ones = np.column_stack([np.ones(len(answers.x)), answers.x])
    return (dummies[:, :, None] * ones[:, None, :]).reshape(len(ones), -1)


def predicted_for_all(answers, fit, columns):
    """Put everybody at each level in turn, and average what the fit predicts."""
    means = []
    for level in range(5):
        moved = levels_replaced(answers, np.full(len(answers.level), level))
        means.append(np.average(fit.predict(columns(moved)), weights=answers.weight))
    return np.array(means)


def levels_replaced(answers, level):
    return type(answers)(level, answers.worth, answers.x, answers.weight, answers.replicate)


def test_crude_worth_is_the_weighted_mean_of_the_rows(answers):
    found = worth_of(answers)
    for level in range(5):
        here = answers.level == level
        mean = np.average(answers.worth[here], weights=answers.weight[here])
        assert found.crude[0, level] == pytest.approx(mean, rel=SAME_AS_ROWS)
        share = answers.weight[here].sum() / answers.weight.sum()
        assert found.shares[0, level] == pytest.approx(share, rel=SAME_AS_ROWS)


def test_adjusted_worth_equals_g_computation_by_statsmodels_with_slopes_of_each_level(answers):
    fit = sm.WLS(answers.worth, interacted(answers), weights=answers.weight).fit()
    expected = predicted_for_all(answers, fit, interacted)
    found = worth_of(answers)
    own = ~found.borrowed
    assert own.tolist() == [False, True, True, True, True]
    np.testing.assert_allclose(found.adjusted[0, own], expected[own], rtol=SAME_AS_ROWS)


def those_at(answers, n_draws=100):
    cross, rows = answers.moments()
    drawn = resamples(rows, n_draws=n_draws, rng=np.random.default_rng(0))
    return worth_of_those_at(cross, rows, resamples=drawn)


def test_those_at_a_level_are_predicted_as_by_statsmodels(answers):
    fit = sm.WLS(answers.worth, interacted(answers), weights=answers.weight).fit()
    found = those_at(answers)[0]
    for at in range(5):
        here = answers.level == at
        # The lowest has too few rows for slopes of its own.
        for level in range(1, 5):
            moved = levels_replaced(answers, np.full(len(answers.level), level))
            said = fit.predict(interacted(moved))[here]
            mean = np.average(said, weights=answers.weight[here])
            assert found[at, level] == pytest.approx(mean, rel=SAME_AS_ROWS)


def test_those_at_all_levels_together_are_everybody(answers):
    found, whole = those_at(answers), worth_of(answers)
    for draw in (0, 1, 50):
        mean = whole.shares[draw] @ found[draw]
        assert mean == pytest.approx(whole.adjusted[draw], rel=SAME_AS_ROWS)
        assert np.diag(found[draw]) == pytest.approx(whole.crude[draw], rel=SAME_AS_ROWS)


def test_a_thin_level_borrows_the_slopes_of_statsmodels_with_level_dummies(answers):
    def columns(these):
        return np.column_stack([these.level[:, None] == np.arange(5), these.x]).astype(float)

    fit = sm.WLS(answers.worth, columns(answers), weights=answers.weight).fit()
    expected = predicted_for_all(answers, fit, columns)
    found = worth_of(answers)
    assert found.rows[0] < levels.ROWS_PER_COEFFICIENT * 4
    assert found.adjusted[0, 0] == pytest.approx(expected[0], rel=SAME_AS_ROWS)


def test_each_resample_equals_the_estimate_on_rows_drawn_alike(answers):
    cross, rows = answers.moments()
    drawn = resamples(rows, n_draws=100, rng=np.random.default_rng(5))
    found = level_worth(cross, rows, resamples=drawn, rows_per_coefficient=2)
    for at in (1, 17, 41, 100):
        times = drawn.counts[at][answers.replicate].astype(int)
        again = answers.chosen(np.repeat(np.arange(len(times)), times))
        fit = sm.WLS(again.worth, interacted(again), weights=again.weight).fit()
        expected = predicted_for_all(again, fit, interacted)
        np.testing.assert_allclose(found.adjusted[at], expected, rtol=SAME_AS_ROWS)


def test_chunks_of_resamples_do_not_change_the_result(answers, monkeypatch):
    whole = worth_of(answers)
    monkeypatch.setattr(levels, "CHUNK_BYTES", 1)
    np.testing.assert_allclose(worth_of(answers).adjusted, whole.adjusted, rtol=SAME_AS_ROWS)


@given(seed=SEEDS, shift=st.floats(-1e4, 1e4))
def test_a_shift_of_origin_changes_nothing(drawn, seed, shift):
    answers = drawn(seed, n=400)
    cross, rows = answers.moments(origin=np.array([100.0, shift, shift / 2, -shift]))
    sample = resamples(rows, n_draws=100, rng=np.random.default_rng(0))
    moved = level_worth(cross, rows, resamples=sample, origin=100.0)
    np.testing.assert_allclose(
        moved.adjusted[0], worth_of(answers).adjusted[0], rtol=SAME_AFTER_SHIFT
    )


@given(seed=SEEDS, into=st.integers(1, 39))
def test_merging_replicates_changes_no_estimate(drawn, seed, into):
    answers = drawn(seed, n=400)
    merged = type(answers)(
        answers.level, answers.worth, answers.x, answers.weight, answers.replicate % into
    )
    for one, other in zip(
        both_worths(worth_of(answers)), both_worths(worth_of(merged)), strict=True
    ):
        np.testing.assert_allclose(one, other, rtol=SAME_AS_ROWS)


def both_worths(found):
    return found.shares[0], found.crude[0], found.adjusted[0]


@given(seed=SEEDS, factor=st.floats(1e-6, 1e6))
def test_scaling_weights_changes_nothing(drawn, seed, factor):
    answers = drawn(seed, n=400)
    scaled = type(answers)(
        answers.level, answers.worth, answers.x, answers.weight * factor, answers.replicate
    )
    np.testing.assert_allclose(
        worth_of(scaled).adjusted, worth_of(answers).adjusted, rtol=SAME_AFTER_SHIFT
    )


@given(seed=SEEDS, factor=st.floats(-1e3, 1e3).filter(lambda factor: abs(factor) > 1e-3))
def test_scaling_worth_scales_worth(drawn, seed, factor):
    answers = drawn(seed, n=400)
    scaled = type(answers)(
        answers.level, answers.worth * factor, answers.x, answers.weight, answers.replicate
    )
    np.testing.assert_allclose(
        worth_of(scaled).adjusted, worth_of(answers).adjusted * factor, rtol=SAME_AFTER_SHIFT
    )


def test_without_columns_to_hold_alike_there_is_no_adjusted_worth(answers):
    cross, rows = answers.moments()
    sample = resamples(rows, n_draws=100, rng=np.random.default_rng(0))
    found = level_worth(cross[..., :2, :2], rows, resamples=sample)
    assert found.adjusted is None
    assert found.overlap is None
    assert not found.borrowed.any()


def with_columns(answers, *columns):
    x = np.column_stack([answers.x, *columns])
    return type(answers)(answers.level, answers.worth, x, answers.weight, answers.replicate)


def test_columns_that_never_vary_or_repeat_others_are_left_out(answers):
    more = with_columns(
        answers, np.full(len(answers.x), 7.3), answers.x[:, 0] - 2 * answers.x[:, 1]
    )
    found = worth_of(more)
    assert found.constant.tolist() == [False, False, False, True, True]
    np.testing.assert_allclose(found.adjusted, worth_of(answers).adjusted, rtol=SAME_AFTER_SHIFT)
    assert found.overlap.difference[:, 3].tolist() == [0.0] * 5


def test_a_column_that_only_tells_levels_apart_leaves_no_overlap(answers):
    found = worth_of(with_columns(answers, answers.level >= 3))
    assert np.isnan(found.adjusted).all()
    assert found.overlap.retained.tolist() == [0.0] * 5
    assert np.isinf(found.overlap.distance).all()


def test_a_level_of_one_kind_of_customer_borrows_slopes(answers):
    kind = np.where(answers.level == 2, 0.0, answers.x[:, 1])
    x = np.column_stack([answers.x[:, 0], kind])
    alike = type(answers)(answers.level, answers.worth, x, answers.weight, answers.replicate)
    found = worth_of(alike)
    assert found.rows[2] > levels.ROWS_PER_COEFFICIENT * 3
    assert found.borrowed[2]


def test_an_empty_level_has_no_worth_and_takes_none_from_others(answers):
    some = answers.chosen(np.flatnonzero(answers.level != 3))
    found = worth_of(some)
    assert found.rows[3] == found.held[3] == 0
    assert np.isnan(found.crude[:, 3]).all()
    assert np.isnan(found.adjusted[:, 3]).all()
    assert not found.borrowed[3]
    assert np.isfinite(found.adjusted[:, [1, 2, 4]]).all()


def test_a_draw_without_a_level_leaves_its_worth_unknown_there_only(answers):
    lonely = np.flatnonzero((answers.level > 0) | (answers.replicate == 3))
    found = worth_of(answers.chosen(lonely))
    assert found.held[0] <= 1
    assert np.isnan(found.crude[:, 0]).any()
    assert np.isfinite(found.adjusted[:, 1:]).all()


def test_a_level_of_its_own_slopes_that_few_draws_hold_stays_unknown_only_there(answers):
    lonely = answers.chosen(np.flatnonzero((answers.level != 1) | (answers.replicate < 4)))
    cross, rows = lonely.moments()
    sample = resamples(rows, n_draws=400, rng=np.random.default_rng(0))
    found = level_worth(cross, rows, resamples=sample, rows_per_coefficient=1)
    is_drawn = sample.counts @ rows[1] > 0
    assert not found.borrowed[1]
    assert not is_drawn.all()
    np.testing.assert_array_equal(np.isfinite(found.adjusted[:, 1]), is_drawn)
    assert np.isfinite(found.adjusted[:, 2:]).all()


@pytest.mark.parametrize("chunk_bytes", [levels.CHUNK_BYTES, 1])
def test_a_draw_in_which_a_column_never_varies_does_not_send_worth_astray(
    answers, chunk_bytes, monkeypatch
):
    monkeypatch.setattr(levels, "CHUNK_BYTES", chunk_bytes)
    # Two customers of the kind in each level: about one draw in seven has none of them.
    rare = np.zeros(len(answers.x))
    for level in range(5):
        rare[np.flatnonzero(answers.level == level)[:2]] = 1 / 3
    x = np.column_stack([answers.x[:, 0], rare])
    alike = type(answers)(answers.level, answers.worth, x, answers.weight, answers.replicate)
    found = worth_of(alike, n_draws=1000)
    assert not found.borrowed[1:].any()
    assert np.abs(found.adjusted - found.adjusted[0]).max() < 50


def test_overlap_is_whole_where_levels_are_alike_and_shrinks_as_they_part():
    rng = np.random.default_rng(2)
    x = rng.normal(size=4000)
    level = np.repeat([0, 1], 2000)
    retained = []
    for gap in (0.0, 1.0, 4.0):
        columns = np.column_stack([np.ones(4000), x, x + gap * level])
        cross = np.zeros((2, 40, 3, 3))
        np.add.at(cross, (level, np.arange(4000) % 40), columns[:, :, None] * columns[:, None, :])
        rows = np.full((2, 40), 50)
        sample = resamples(rows, n_draws=100, rng=rng)
        overlap = level_worth(cross, rows, resamples=sample).overlap
        retained.append(overlap.retained[0])
        # Half the gap lies between a level and the mean of two equal ones, and x has spread 1.
        assert overlap.distance[0] == pytest.approx(gap / 2, abs=0.05)
        # Kline's weights 1 + d(x − mean) on a level of spread 1 retain 1/(1 + d²) of its rows.
        assert overlap.retained[0] == pytest.approx(1 / (1 + gap**2 / 4), abs=0.05)
    assert retained == sorted(retained, reverse=True)


def broken(answers, fault):
    cross, rows = answers.moments()
    if fault == "nan":
        cross[0, 0, 1, 1] = np.nan
    elif fault == "negative weight":
        cross[0, 0] *= -1
    elif fault == "empty":
        return np.zeros_like(cross), np.zeros_like(rows)
    elif fault == "shape":
        return cross[..., :-1], rows
    elif fault == "rows":
        return cross, rows[:, :-1]
    elif fault == "half a row":
        return cross, rows + 0.5
    elif fault == "weight without rows":
        rows[2] = 0
    elif fault == "constant only":
        return cross[..., :1, :1], rows
    return cross, rows


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("nan", "1 numbers that are not finite, expected none; leave out"),
        ("negative weight", "on its diagonal, expected sums of squares >= 0; is a weight"),
        ("empty", "no row has a weight above zero, expected at least one; check"),
        ("shape", "expected .K, G, q, q. with nothing empty and the last two alike; pass"),
        ("rows", "expected .5, 40. as cross has; pass"),
        ("half a row", "expected whole numbers >= 0; pass"),
        ("weight without rows", "holds weight where rows is 0, expected none; pass"),
        ("constant only", "expected at least 2 columns"),
    ],
)
def test_bad_moments_are_refused_with_value_expectation_and_remedy(answers, fault, message):
    sample = resamples(answers.moments()[1], n_draws=100, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=message):
        level_worth(*broken(answers, fault), resamples=sample)


def test_resamples_of_other_replicates_are_refused(answers):
    sample = resamples(np.ones(30), n_draws=100, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="40 replicates, expected 30 as resamples has; make"):
        level_worth(*answers.moments(), resamples=sample)


def test_a_change_of_origin_may_leave_squares_a_rounding_below_zero(answers):
    cross, rows = answers.moments()
    cross[:, :, 2, 2] = np.where(rows > 0, -1e-12, 0)
    cross[:, :, 2, [0, 1, 3, 4]] = cross[:, :, [0, 1, 3, 4], 2] = 0
    sample = resamples(rows, n_draws=100, rng=np.random.default_rng(0))
    found = level_worth(cross, rows, resamples=sample)
    assert found.constant.tolist() == [True, False, False]


def test_twenty_columns_and_eleven_levels_stay_under_200_megabytes():
    rng = np.random.default_rng(0)
    columns = np.column_stack([np.ones(8000), rng.normal(size=(8000, 21))])
    cell = rng.integers(0, 11 * 200, 8000)
    cross, rows = np.zeros((2200, 22, 22)), np.bincount(cell, minlength=2200).reshape(11, 200)
    np.add.at(cross, cell, columns[:, :, None] * columns[:, None, :])
    sample = resamples(rows, rng=rng)
    tracemalloc.start()
    level_worth(cross.reshape(11, 200, 22, 22), rows, resamples=sample)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200e6
