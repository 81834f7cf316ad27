"""Headroom against regressions on rows, and how thin segments borrow."""

import numpy as np
import pytest
import statsmodels.api as sm

from kuski.stats.headroom import LEAST_BETWEEN, believed_intervals, headroom
from kuski.stats.resample import resamples

LEVELS, REPLICATES = 3, 40


def rows(n=3_000, *, seed=1, extra=(0.0, 0.0, 30.0), weights=False):
    rng = np.random.default_rng(seed)
    segment = rng.choice(3, n, p=[0.6, 0.37, 0.03])
    x = rng.lognormal(0, 0.5, n)
    level = np.clip(np.digitize(0.8 * x + rng.normal(size=n), [0.3, 1.4]), 0, 2)
    worth = 50 + 10 * level + 20 * x + np.array(extra)[segment] * (level == 2)
    weight = rng.uniform(0.5, 2.0, n) if weights else np.ones(n)
    return segment, level, x, worth + rng.normal(0, 10, n), weight, rng.integers(0, REPLICATES, n)


def sums(segment, level, x, worth, weight, replicate, segments=3):
    z = np.column_stack([np.ones(len(x)), worth - 70.0, x])
    cross = np.zeros((segments, LEVELS, REPLICATES, 3, 3))
    products = weight[:, None, None] * z[:, :, None] * z[:, None, :]
    np.add.at(cross, (segment, level, replicate), products)
    counts = np.zeros(cross.shape[:3], int)
    np.add.at(counts, (segment, level, replicate), 1)
    return cross, counts


def found(given, *, top=(2,), seed=0, segments=3):
    cross, counts = sums(*given, segments=segments)
    rng = np.random.default_rng(seed)
    drawn = resamples(counts.sum(axis=1), n_draws=400, rng=rng)
    return headroom(cross, counts, top=top, resamples=drawn, rng=rng, origin=70.0), drawn


@pytest.mark.parametrize("weights", [False, True])
def test_own_headroom_is_a_regression_at_the_top_predicted_for_all(weights):
    given = rows(weights=weights)
    segment, level, x, worth, weight, _ = given
    one, _ = found(given)
    for place in (0, 1):
        here, top = segment == place, (segment == place) & (level == 2)
        fit = sm.WLS(worth[top], sm.add_constant(x[top]), weights=weight[top]).fit()
        at_top = np.average(fit.predict(sm.add_constant(x[here])), weights=weight[here])
        now = np.average(worth[here], weights=weight[here])
        assert one.now[0, place] == pytest.approx(now, rel=1e-9)
        # The ridge that keeps thin levels from breaking moves nothing that shows.
        assert one.own[0, place] == pytest.approx(at_top - now, rel=1e-5)


def test_borrowed_headroom_is_everybodys_lines_at_ones_own_level():
    given = rows()
    segment, level, x, worth, _, _ = given
    fits = [
        sm.OLS(worth[level == k], sm.add_constant(x[level == k])).fit().params
        for k in range(LEVELS)
    ]
    lines = np.array(fits)
    gains = (lines[2, 0] - lines[level, 0]) + (lines[2, 1] - lines[level, 1]) * x
    one, _ = found(given)
    for place in range(3):
        assert one.borrowed[0, place] == pytest.approx(gains[segment == place].mean(), rel=1e-5)
    assert one.whole[0] == pytest.approx(gains.mean(), rel=1e-5)


def test_a_thin_segment_borrows_and_a_thick_one_does_not():
    one, drawn = found(rows())
    assert one.own_weight[0] > 0.9 > 0.8 > one.own_weight[2]
    for place in range(3):
        low, high = sorted((one.own[0, place], one.borrowed[0, place]))
        assert low - 3 <= one.believed[0, place] <= high + 3
    ends = believed_intervals(one.believed, drawn, held=one.held)
    widths = [end.high - end.low for end in ends]
    assert widths[0] < widths[1] < widths[2]


def test_a_segment_with_nobody_at_the_top_lies_where_the_others_say():
    segment, level, *rest = rows()
    level = np.where((segment == 2) & (level == 2), 1, level)
    one, drawn = found((segment, level, *rest))
    assert np.isnan(one.own[0, 2])
    assert one.own_weight[2] == 0
    assert np.isfinite(one.believed).all()
    end = believed_intervals(one.believed, drawn, held=one.held)[2]
    assert end.low < one.believed[0, 2] < end.high


def test_segments_that_are_alike_are_told_alike():
    one, _ = found(rows(6_000, extra=(0.0, 0.0, 0.0)))
    assert one.between == pytest.approx(LEAST_BETWEEN * abs(one.whole[0]), rel=1e-6)
    spread = np.ptp(one.believed[0] - one.borrowed[0])
    assert spread < np.ptp(one.own[0] - one.borrowed[0])


def test_several_top_levels_count_as_one():
    segment, level, *rest = rows()
    one, _ = found((segment, level, *rest), top=(1, 2))
    merged, _ = found((segment, np.where(level == 2, 1, level), *rest), top=(1,))
    assert one.own[0] == pytest.approx(merged.own[0], rel=1e-6)
    assert one.borrowed[0] == pytest.approx(merged.borrowed[0], rel=1e-6)


def test_units_and_origin_do_not_matter():
    segment, level, x, worth, weight, replicate = rows()
    one, _ = found((segment, level, x, worth, weight, replicate))
    other, _ = found((segment, level, 1000 * x + 5, 3 * worth - 140, weight, replicate))
    assert other.own[0] == pytest.approx(3 * one.own[0], rel=1e-5)
    assert other.believed[0] == pytest.approx(3 * one.believed[0], rel=1e-5)
    assert other.own_weight == pytest.approx(one.own_weight, rel=1e-4)


def test_a_column_that_never_varies_changes_nothing():
    segment, level, x, worth, weight, replicate = rows()
    cross, counts = sums(segment, level, x, worth, weight, replicate)
    wide = np.zeros((*cross.shape[:-2], 4, 4))
    wide[..., :3, :3] = cross
    wide[..., 3, :3] = wide[..., :3, 3] = cross[..., 0, :]
    wide[..., 3, 3] = cross[..., 0, 0]
    drawn = resamples(counts.sum(axis=1), n_draws=100, rng=np.random.default_rng(0))
    rng = np.random.default_rng
    narrow = headroom(cross, counts, top=(2,), resamples=drawn, rng=rng(1))
    same = headroom(wide, counts, top=(2,), resamples=drawn, rng=rng(1))
    assert same.believed[0] == pytest.approx(narrow.believed[0], rel=1e-9)


def test_too_few_replicates_get_no_interval():
    given = rows()
    one, drawn = found(given)
    assert believed_intervals(one.believed, drawn, held=[40, 40, 4])[2] is None
    segment, level, x, worth, weight, replicate = given
    few, drawn = found((segment, level, x, worth, weight, replicate % 10))
    assert believed_intervals(few.believed, drawn, held=few.held) == (None, None, None)


def test_bad_input_is_named():
    given = rows()
    cross, counts = sums(*given)
    rng = np.random.default_rng(0)
    drawn = resamples(counts.sum(axis=1), n_draws=100, rng=rng)
    with pytest.raises(ValueError, match="expected \\(S, K, G, q, q\\)"):
        headroom(cross[0], counts[0], top=(2,), resamples=drawn, rng=rng)
    other = resamples(np.ones((1, 30)), n_draws=100, rng=rng)
    with pytest.raises(ValueError, match="40 replicates, expected 30"):
        headroom(cross, counts, top=(2,), resamples=other, rng=rng)
    nobody = counts.copy()
    nobody[:, 2] = 0
    bare = cross.copy()
    bare[:, 2] = 0
    with pytest.raises(ValueError, match="no row is at a top level"):
        headroom(bare, nobody, top=(2,), resamples=drawn, rng=rng)
