"""Penalties and rewards are those of a regression on rows; their asymmetry has its properties."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from kuski.stats.penalty_reward import (
    CLASSES,
    UNDEFINED,
    Contrasts,
    asymmetry,
    asymmetry_interval,
    class_chances,
    classes,
    contrasts,
    rating_groups,
)
from kuski.stats.resample import resamples

# The same normal equations in other coordinates, on a few thousand rows.
SAME = 1e-9
DRIVERS, LEVELS, REPLICATES = 4, 7, 40
LOWS, HIGHS = (2, 3), (5, 6, 7)
CUTS = tuple((low, high) for low in LOWS for high in HIGHS)
DUMMIES = len(LOWS) + len(HIGHS)


class Rows:
    """Answers, and the moments that the statistic gets to see of them."""

    def __init__(self, ratings, score, weight=None, control=None, replicates=REPLICATES, seed=0):
        n = len(score)
        rng = np.random.default_rng(seed)
        self.ratings, self.score = ratings, score
        self.weight = np.ones(n) if weight is None else weight
        self.control = np.zeros((n, 0)) if control is None else control[:, None]
        self.replicate = rng.integers(0, replicates, n)
        marks = [*(ratings <= low for low in LOWS), *(ratings >= high for high in HIGHS)]
        self.columns = np.column_stack([*marks, self.control, score]).astype(float)
        self.replicates = replicates
        self.drivers = ratings.shape[1]

    def moments(self, origin=0.0):
        z = np.column_stack([np.ones(len(self.score)), self.columns - origin])
        cross = np.zeros((self.replicates, z.shape[1], z.shape[1]))
        rows = np.zeros(self.replicates, dtype=int)
        products = self.weight[:, None, None] * z[:, :, None] * z[:, None, :]
        np.add.at(cross, self.replicate, products)
        np.add.at(rows, self.replicate, 1)
        return cross, rows

    def positions(self):
        first = 1 + np.arange(self.drivers)
        low = [first + self.drivers * LOWS.index(low) for low, _ in CUTS]
        high = [first + self.drivers * (len(LOWS) + HIGHS.index(high)) for _, high in CUTS]
        return {"low": np.array(low), "high": np.array(high)}

    def found(self, drawn=None, **changes):
        cross, rows = self.moments(changes.pop("origin", 0.0))
        drawn = drawn or resamples(rows, rng=np.random.default_rng(1), n_draws=100)
        size = cross.shape[1]
        given = self.positions() | {"controls": range(1 + DUMMIES * self.drivers, size - 1)}
        return contrasts(cross, drawn, outcome=size - 1, **(given | changes)), drawn

    def fitted(self, cut, weight=None):
        """Regress on the rows, by statsmodels."""
        low, high = cut
        x = np.column_stack([self.ratings <= low, self.ratings >= high, self.control])
        weights = self.weight if weight is None else weight
        fit = sm.WLS(self.score, sm.add_constant(x.astype(float)), weights=weights).fit()
        return fit.params[1 : 1 + self.drivers], fit.params[1 + self.drivers :][: self.drivers]


def draw(seed, n=3_000):
    rng = np.random.default_rng(seed)
    mood = rng.normal(0, 1, (n, 1))
    ratings = np.clip(np.round(4.6 + mood + rng.normal(0, 1.3, (n, DRIVERS))), 1, LEVELS)
    control = rng.normal(0, 1, n)
    score = ratings @ np.array([0.2, 0.4, 0.0, 0.3]) + 0.5 * control + rng.normal(0, 1, n)
    return Rows(ratings, score, rng.lognormal(0, 0.4, n), control, seed=seed)


@pytest.mark.parametrize("origin", [0.0, 0.4])
def test_every_cut_gives_what_statsmodels_gives_on_the_rows(origin):
    rows = draw(1)
    found, _ = rows.found(origin=origin)
    for place, cut in enumerate(CUTS):
        penalty, reward = rows.fitted(cut)
        np.testing.assert_allclose(found.penalty[0, place], penalty, rtol=SAME, atol=SAME)
        np.testing.assert_allclose(found.reward[0, place], reward, rtol=SAME, atol=SAME)


def test_every_resample_gives_what_statsmodels_gives_on_its_rows():
    rows = draw(2)
    found, drawn = rows.found()
    for at in (3, 1 + drawn.replicates, len(drawn.counts) - 1):
        times = drawn.counts[at][rows.replicate]
        penalty, reward = rows.fitted(CUTS[1], rows.weight * times)
        np.testing.assert_allclose(found.penalty[at, 1], penalty, rtol=1e-8, atol=1e-8)
        np.testing.assert_allclose(found.reward[at, 1], reward, rtol=1e-8, atol=1e-8)


def test_many_resamples_at_once_are_what_few_are():
    rows = draw(3, n=800)
    _, counted = rows.moments()
    drawn = resamples(counted, rng=np.random.default_rng(1), n_draws=400)
    few = type(drawn)(drawn.counts[300:305], drawn.replicates, 4)
    many, _ = rows.found(drawn)
    some, _ = rows.found(few)
    np.testing.assert_allclose(some.penalty, many.penalty[300:305], rtol=1e-12)


def test_known_penalties_and_rewards_come_out_of_a_constructed_population():
    """A population without error, whose score adds up what each low and high rating does."""
    rng = np.random.default_rng(4)
    ratings = rng.integers(1, LEVELS + 1, (500, DRIVERS))
    penalty, reward = np.array([-0.7, -0.3, 0.0, -0.1]), np.array([0.0, 0.3, 0.6, 0.1])
    score = 4 + (ratings <= 3) @ penalty + (ratings >= 6) @ reward
    found, _ = Rows(ratings, score).found()
    main = CUTS.index((3, 6))
    np.testing.assert_allclose(found.penalty[0, main], penalty, atol=1e-12)
    np.testing.assert_allclose(found.reward[0, main], reward, atol=1e-12)
    index = asymmetry(penalty, reward)
    np.testing.assert_allclose(index, [-1, 0, 1, 0], atol=1e-12)
    named = [CLASSES[place] for place in classes(penalty, reward)]
    assert named == ["basic", "performance", "excitement", "performance"]


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000))
def test_asymmetry_changes_sign_when_all_scales_are_turned_round(seed):
    rng = np.random.default_rng(seed)
    ratings = rng.integers(1, LEVELS + 1, (400, DRIVERS))
    effects = rng.normal(0, 0.5, (DRIVERS, LEVELS)) + np.linspace(-1, 1, LEVELS)
    score = effects[np.arange(DRIVERS), ratings - 1].sum(axis=1) + rng.normal(0, 0.5, 400)
    one, _ = Rows(ratings, score).found()
    other, _ = Rows(LEVELS + 1 - ratings, -score).found()
    # On 1-7, up to 3 and from 6 on turns into up to 2 and from 5 on.
    here, there = CUTS.index((3, 6)), CUTS.index((2, 5))
    np.testing.assert_allclose(other.penalty[0, there], -one.reward[0, here], atol=1e-9)
    index = [
        asymmetry(f.penalty[0, at], f.reward[0, at]) for f, at in ((one, here), (other, there))
    ]
    np.testing.assert_allclose(index[1], -index[0], atol=1e-6)


sizes = st.floats(-5, 5).filter(lambda x: x == 0 or abs(x) > 1e-6)


@given(penalty=sizes, reward=sizes, unit=st.floats(1e-3, 1e3))
def test_asymmetry_lies_between_its_ends_and_has_no_unit(penalty, reward, unit):
    index = float(asymmetry(penalty, reward))
    if reward - penalty <= 0:
        assert np.isnan(index)
        assert CLASSES[int(classes(penalty, reward))] == "none"
        return
    assert -1 <= index <= 1
    assert float(asymmetry(unit * penalty, unit * reward)) == pytest.approx(index, abs=1e-9)
    if penalty <= 0 <= reward:
        assert index == pytest.approx((reward - abs(penalty)) / (reward + abs(penalty)), abs=1e-12)


@pytest.mark.parametrize(
    ("penalty", "reward", "name"),
    [
        (-0.9, 0.1, "basic"),
        (-0.1, 0.9, "excitement"),
        (-0.5, 0.5, "performance"),
        # Twice as much is a third, which is not beyond it.
        (-0.5, 0.25, "performance"),
        (-0.5, 0.249, "basic"),
        (-0.25, 0.501, "excitement"),
        # A reward below zero is none: what is left is the penalty.
        (-0.5, -0.1, "basic"),
        (0.1, 0.5, "excitement"),
        # High ratings go with no better score than low ones.
        (-0.1, -0.1, "none"),
        (0.0, 0.0, "none"),
        (0.3, -0.3, "none"),
    ],
)
def test_each_pair_has_its_class(penalty, reward, name):
    assert CLASSES[int(classes(penalty, reward))] == name


def test_what_is_not_known_has_no_class():
    assert int(classes(np.nan, 0.5)) == UNDEFINED


def test_a_wider_band_calls_more_performance():
    assert CLASSES[int(classes(-0.5, 0.2, class_cut=0.5))] == "performance"
    assert CLASSES[int(classes(-0.5, 0.2))] == "basic"


def noisy(penalty, reward, *, noise=0.02, cuts=3, seed=0):
    """Contrasts of one driver, with noise over resamples."""
    rng = np.random.default_rng(seed)
    drawn = resamples(np.ones(REPLICATES), n_draws=1000, rng=rng)
    shape = (len(drawn.counts), cuts, 1)
    down = np.broadcast_to(penalty, (cuts,))[:, None] + noise * rng.normal(size=shape)
    up = np.broadcast_to(reward, (cuts,))[:, None] + noise * rng.normal(size=shape)
    return Contrasts(down, up), drawn


def chances_of(found, drawn):
    return class_chances(classes(found.penalty, found.reward), drawn, main=1)


def test_a_class_that_every_cut_gives_is_sure_and_stays():
    found = chances_of(*noisy(-0.8, 0.1))
    assert found.shares[0] == pytest.approx([1, 0, 0, 0])
    assert found.stays[0] == 1


def test_a_class_that_hangs_on_the_cut_has_the_share_of_the_cuts():
    found = chances_of(*noisy([-0.8, -0.8, -0.4], [0.1, 0.1, 0.4]))
    assert found.shares[0] == pytest.approx([2 / 3, 1 / 3, 0, 0], abs=0.01)
    assert found.by_cut[1, 0] == pytest.approx([1, 0, 0, 0])
    assert found.stays[0] == pytest.approx(0.5, abs=0.01)


def test_a_driver_that_does_nothing_is_in_no_class_surely():
    found = chances_of(*noisy(0.0, 0.0))
    assert found.shares[0].max() < 0.6
    assert found.shares[0][CLASSES.index("none")] > 0.3
    assert found.shares[0].sum() == pytest.approx(1)


def test_a_cut_where_the_contrast_is_not_known_does_not_count():
    found, drawn = noisy([-0.8, -0.8, np.nan], 0.1)
    chances = chances_of(found, drawn)
    assert chances.shares[0] == pytest.approx([1, 0, 0, 0])
    assert np.isnan(chances.by_cut[2, 0]).all()
    nothing = chances_of(*noisy(np.nan, 0.1))
    assert np.isnan(nothing.shares).all()
    assert np.isnan(nothing.stays).all()


def test_the_interval_of_a_tiny_driver_shows_that_nothing_is_known():
    def at(penalty, reward, noise):
        found, drawn = noisy(penalty, reward, noise=noise)
        return asymmetry_interval(found.penalty[:, 0, 0], found.reward[:, 0, 0], drawn)

    assert at(-0.01, 0.01, 0.1) is None
    sure = at(-0.8, 0.1, 0.01)
    assert sure.low < -7 / 9 < sure.high
    assert sure.high - sure.low < 0.1
    # The reach is just above zero: from only punishing to only rewarding everything is possible.
    wide = at(-0.05, 0.05, 0.03)
    assert (wide.low, wide.high) == (-1, 1) or wide.high - wide.low > 1


def test_a_pool_is_the_sum_of_its_drivers_where_they_are_known():
    rng = np.random.default_rng(5)
    found = Contrasts(*rng.normal(size=(2, 3, 2, 4)))
    found.penalty[:, 1, 2] = np.nan
    pools = found.pooled(np.array([[True, False, True, False], [False, False, True, False]]))
    np.testing.assert_allclose(pools.penalty[:, 0, 0], found.penalty[:, 0, [0, 2]].sum(axis=-1))
    np.testing.assert_allclose(pools.reward[:, 1, 0], found.reward[:, 1, 0])
    assert np.isnan(pools.penalty[:, 1, 1]).all()


def test_beside_the_weakest_driver_it_has_nothing_left():
    rng = np.random.default_rng(6)
    found = Contrasts(*rng.normal(size=(2, 3, 2, 4)))
    left = found.beside(2)
    assert not left.penalty[:, :, 2].any()
    np.testing.assert_allclose(left.reward[:, :, 0], found.reward[:, :, 0] - found.reward[:, :, 2])


def test_two_drivers_that_are_one_are_refused_and_the_others_told():
    rows = draw(7, n=1_000)
    alone, _ = Rows(rows.ratings[:, :3], rows.score).found()
    twice = Rows(np.column_stack([rows.ratings[:, :3], rows.ratings[:, 1]]), rows.score)
    found, _ = twice.found()
    assert np.isnan(found.penalty[:, :, [1, 3]]).all()
    np.testing.assert_allclose(found.penalty[0, :, [0, 2]], alone.penalty[0, :, [0, 2]], atol=1e-9)


def test_a_dummy_left_out_leaves_its_people_with_the_reference():
    rows = draw(8)
    low = rows.positions()["low"].copy()
    low[:, 0] = -1
    found, _ = rows.found(low=low)
    assert np.isnan(found.penalty[:, :, 0]).all()
    x = np.column_stack([rows.ratings[:, 1:] <= 3, rows.ratings >= 6, rows.control])
    fit = sm.WLS(rows.score, sm.add_constant(x.astype(float)), weights=rows.weight).fit()
    main = CUTS.index((3, 6))
    np.testing.assert_allclose(found.penalty[0, main, 1:], fit.params[1:4], rtol=SAME, atol=SAME)
    np.testing.assert_allclose(found.reward[0, main], fit.params[4:8], rtol=SAME, atol=SAME)


def test_a_resample_without_low_raters_has_no_contrast_of_them():
    rng = np.random.default_rng(9)
    ratings = rng.integers(4, LEVELS + 1, (400, 2))
    ratings[:3, 0] = 1
    rows = Rows(ratings, ratings.sum(axis=1) + rng.normal(0, 1, 400))
    rows.replicate[:3] = 0
    found, drawn = rows.found()
    without = drawn.counts[:, 0] == 0
    assert without.any()
    main = CUTS.index((3, 6))
    assert np.isnan(found.penalty[without, main, 0]).all()
    assert np.isfinite(found.penalty[~without, main, 0]).all()


def test_a_resample_that_holds_nobody_has_no_contrast_and_no_interval_follows():
    rows = draw(12, n=600)
    rows.replicate[:] = 3
    found, drawn = rows.found()
    empty = drawn.counts.sum(axis=1) == 0
    assert empty.sum() == drawn.replicates == 1
    assert np.isnan(found.reach[empty]).all()
    assert np.isfinite(found.reach[~empty]).all()
    penalty, reward = rows.fitted(CUTS[0])
    np.testing.assert_allclose(found.penalty[0, 0], penalty, rtol=SAME, atol=SAME)
    np.testing.assert_allclose(found.reward[0, 0], reward, rtol=SAME, atol=SAME)
    assert asymmetry_interval(found.penalty[:, 0, 0], found.reward[:, 0, 0], drawn) is None


def test_groups_are_counted_by_weight_and_by_replicates_that_hold_them():
    rows = draw(10, n=500)
    for origin in (0.0, 0.3):
        cross, counted = rows.moments(origin)
        found = rating_groups(cross, counted, origin=np.full(cross.shape[1] - 1, origin))
        low = rows.ratings[:, 0] <= LOWS[0]
        share = rows.weight[low].sum() / rows.weight.sum()
        assert found.n[0] == pytest.approx(500 * share, rel=1e-9)
        assert found.held[0] == len(np.unique(rows.replicate[low]))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"low": [[1, 2]], "high": [[3]]}, r"low has shape \(1, 2\) and high \(1, 1\)"),
        ({"low": [[]], "high": [[]]}, "with nothing empty"),
        ({"low": [[1]], "high": [[1]]}, "expected different ones from 1"),
        ({"low": [[0]], "high": [[1]]}, "expected different ones from 1"),
        ({"low": [[1]], "high": [[99]]}, "expected different ones from 1"),
    ],
)
def test_bad_positions_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        draw(11, n=300).found(**changes)


def test_a_band_that_is_no_share_is_refused():
    with pytest.raises(ValueError, match="class_cut == 33, expected above 0"):
        classes(-1, 1, class_cut=33)
