"""Intervals of penalties, rewards and asymmetries hold the truth, and class chances come true.

Four drivers are rated 1 to 5 from a mood that all ratings share; the score adds up their true
effects, which are no dummies, and the mood, with errors of a customer's one to three answers that
go together, wider for low ratings. Weights vary. What the regression on dummies would find in
everybody is computed exactly, over all 625 combinations of ratings.
"""

import os
from dataclasses import dataclass

import numpy as np
import pytest
from scipy.special import ndtr

from kuski.stats.penalty_reward import (
    CLASSES,
    asymmetry,
    asymmetry_interval,
    class_chances,
    classes,
    contrasts,
    rating_groups,
)
from kuski.stats.resample import interval, intervals, resamples

pytestmark = pytest.mark.coverage

STUDIES = int(os.environ.get("KUSKI_COVERAGE_STUDIES", "500"))
SEED = 20261123
REPLICATES = 200
DRIVERS, LEVELS = 4, 5
CUTS = ((1, 4), (1, 5), (2, 4), (2, 5))
MAIN = 3
MOOD = 0.5
THRESHOLDS = np.array([-1.6, -0.9, 0.1, 1.0])
# As in test_intervals: 0.03 at 500 studies, as many standard errors at fewer.
HALF_BAND, STUDIES_OF_BAND = 0.03, 500
# What a bin of chances may be off on average: three standard errors of its share, and this much for
# the bootstrap's own error, which a chance of 80 % that is right 75 % of the time would break.
MOST_OFF = 0.04

NODES, NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(60)
RATINGS = np.stack(np.meshgrid(*[np.arange(1, LEVELS + 1)] * DRIVERS, indexing="ij"), -1)
CELLS = RATINGS.reshape(-1, DRIVERS)
# Chance of each level at each mood, then of each combination, and the mood to expect there.
_BELOW = ndtr((THRESHOLDS[:, None] - MOOD * NODES) / np.sqrt(1 - MOOD**2))
_AT_LEVEL = np.diff(np.vstack([np.zeros(60), _BELOW, np.ones(60)]), axis=0)
_JOINT = np.prod(_AT_LEVEL[CELLS - 1], axis=1) * NODE_WEIGHTS / NODE_WEIGHTS.sum()
CHANCE = _JOINT.sum(axis=1)
MOODS = (_JOINT @ NODES) / CHANCE


@dataclass(frozen=True)
class Company:
    """The true effect of each rating of each driver, and how much the mood adds."""

    effects: np.ndarray
    mood: float = 0.15


KNOWN = Company(
    np.array(
        [
            [-1.2, -0.8, 0.0, 0.05, 0.1],  # basic
            [-0.6, -0.3, 0.0, 0.3, 0.6],  # even
            [-0.05, 0.0, 0.0, 0.3, 0.9],  # exciting
            [-0.3, -0.1, 0.0, 0.1, 0.4],  # near a border
        ]
    )
)


def dummies(ratings, cut):
    low, high = cut
    return np.hstack([ratings <= low, ratings >= high]).astype(float)


def truth(company):
    """Penalties and rewards in everybody, shapes (cuts, drivers)."""
    score = company.effects[np.arange(DRIVERS), CELLS - 1].sum(axis=1) + company.mood * MOODS
    found = []
    for cut in CUTS:
        z = np.column_stack([np.ones(len(CELLS)), dummies(CELLS, cut)])
        inner = (z * CHANCE[:, None]).T @ z
        found.append(np.linalg.solve(inner, (z * CHANCE[:, None]).T @ score)[1:])
    both = np.array(found)
    return both[:, :DRIVERS], both[:, DRIVERS:]


def study(company, n, rng):
    """Draw n answers; return their cross-products with dummies of all cuts and the score."""
    customer = np.repeat(np.arange(n), rng.choice([1, 2, 3], p=[0.6, 0.25, 0.15], size=n))[:n]
    mood = rng.standard_normal(n)
    latent = MOOD * mood[:, None] + np.sqrt(1 - MOOD**2) * rng.standard_normal((n, DRIVERS))
    ratings = 1 + np.searchsorted(THRESHOLDS, latent.ravel()).reshape(n, DRIVERS)
    effects = company.effects[np.arange(DRIVERS), ratings - 1].sum(axis=1)
    own = rng.standard_normal(n)[customer]
    spread = np.where((ratings <= 2).any(axis=1), 0.9, 0.6)
    score = effects + company.mood * mood + spread * (0.6 * own + 0.8 * rng.standard_normal(n))
    weight = np.exp(0.3 * rng.standard_normal(n))
    lows = [ratings <= low for low in (1, 2)]
    highs = [ratings >= high for high in (4, 5)]
    z = np.column_stack([np.ones(n), *lows, *highs, score]).astype(float)
    replicate = rng.integers(0, REPLICATES, n)[customer]
    products = (weight[:, None, None] * z[:, :, None] * z[:, None, :]).reshape(n, -1)
    sums = np.stack([np.bincount(replicate, c, REPLICATES) for c in products.T], axis=1)
    rows = np.bincount(replicate, minlength=REPLICATES)
    return sums.reshape(REPLICATES, z.shape[1], z.shape[1]), rows


def positions(cut):
    low, high = cut
    first = 1 + np.arange(DRIVERS)
    return first + DRIVERS * (low - 1), first + DRIVERS * (2 + high - 4)


LOW, HIGH = (np.array(part) for part in zip(*[positions(cut) for cut in CUTS], strict=True))


def found_contrasts(company, n, rng, n_draws=2000):
    cross, rows = study(company, n, rng)
    drawn = resamples(rows, rng=rng, n_draws=n_draws)
    found = contrasts(cross, drawn, outcome=cross.shape[1] - 1, low=LOW, high=HIGH)
    held = rating_groups(cross, rows, origin=np.zeros(cross.shape[1] - 1)).held
    return found, drawn, held


def within(found, true):
    return None if found is None else found.low <= true <= found.high


def coverage(n):
    """Share of the studies whose interval holds the truth, and how many have one, by figure."""
    rng = np.random.default_rng([SEED, n])
    penalty, reward = (part[MAIN] for part in truth(KNOWN))
    index = asymmetry(penalty, reward)
    hits = {}
    for _ in range(STUDIES):
        found, drawn, held = found_contrasts(KNOWN, n, rng)
        down, up = found.penalty[:, MAIN], found.reward[:, MAIN]
        for i in range(DRIVERS):
            low, high = (int(held[p[MAIN, i] - 1]) for p in (LOW, HIGH))
            of_index = asymmetry_interval(down[:, i], up[:, i], drawn, held=min(low, high))
            for name, hit in (
                ("penalty", within(interval(down[:, i], drawn, held=low), penalty[i])),
                ("reward", within(interval(up[:, i], drawn, held=high), reward[i])),
                ("asymmetry", within(of_index, index[i])),
            ):
                hits.setdefault(f"{name} {i}", []).append(hit)
    given = {name: [hit for hit in some if hit is not None] for name, some in hits.items()}
    return {name: (np.mean(some), len(some)) for name, some in given.items()}


@pytest.mark.parametrize("n", [800, 4000])
def test_intervals_of_contrasts_hold_the_truth_in_92_to_98_percent_of_studies(n):
    shares = coverage(n)
    half = {
        name: HALF_BAND * max(1.0, np.sqrt(STUDIES_OF_BAND / count))
        for name, (_, count) in shares.items()
    }
    # Next to −1 and 1 an interval that is cut off there holds the truth more often, not less.
    wrong = {
        name: share
        for name, (share, _) in shares.items()
        if not 0.95 - half[name] <= share <= (1 if "asym" in name else 0.95 + half[name])
    }
    assert not wrong, shares


STEPS = np.array([-1.0, -0.7, 0.0, 0.3, 1.0])


def any_company(rng):
    """Penalties and rewards of which any are as likely as others, of the wrong sign as well."""
    down, up = rng.uniform(-0.5, 1.5, (2, DRIVERS, 1))
    return Company(np.where(STEPS < 0, down * STEPS, up * STEPS), mood=0.0)


def mostly_even_company(rng):
    """Effects of all sizes, many next to nothing, and moods that draw most drivers to even."""
    size = rng.choice([0.1, 0.5, 1.0], size=(DRIVERS, 1)) * rng.gamma(2, 0.4, (DRIVERS, 1))
    share = rng.random((DRIVERS, 1))
    return Company(np.where(STEPS < 0, (1 - share) * size * STEPS, share * size * STEPS))


@dataclass(frozen=True)
class Forecasts:
    """What was said of each driver of each study, and what was so."""

    over_cuts: np.ndarray
    at_main: np.ndarray
    true_over_cuts: np.ndarray
    true_at_main: np.ndarray
    is_told: np.ndarray


def forecasts(draw, n):
    rng = np.random.default_rng([SEED, n, 1])
    parts = []
    for _ in range(STUDIES):
        company = draw(rng)
        found, drawn, _ = found_contrasts(company, n, rng, n_draws=500)
        chances = class_chances(classes(found.penalty, found.reward), drawn, main=MAIN)
        true = np.stack([classes(*truth(company)) == place for place in range(len(CLASSES))], -1)
        reach = intervals(found.reach[:, MAIN], drawn)
        told = np.array([one is not None and one.low > 0 for one in reach])
        parts.append((chances.shares, chances.by_cut[MAIN], true.mean(axis=0), true[MAIN], told))
    return Forecasts(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def reliability(said, right):
    """Mean said, mean right and number, by bins of what was said."""
    bins = np.digitize(said, [0.05, 0.2, 0.4, 0.6, 0.8, 0.95])
    return [
        (said[bins == b].mean(), right[bins == b].mean(), int((bins == b).sum()))
        for b in np.unique(bins)
    ]


def margin(said, count, most=MOST_OFF):
    return most + 3 * np.sqrt(said * (1 - said) / count)


@pytest.mark.parametrize("n", [500, 2500])
def test_a_class_at_one_cut_is_as_often_right_as_its_probability_says(n):
    found = forecasts(any_company, n)
    told = reliability(found.at_main.ravel(), found.true_at_main.ravel())
    assert all(abs(said - right) <= margin(said, count) for said, right, count in told), told


@pytest.mark.parametrize("n", [500, 2500])
def test_over_all_cuts_the_likeliest_class_is_right_at_least_as_often_as_said(n):
    """A mean of calibrated chances is too cautious, never too bold (Ranjan & Gneiting 2010)."""
    found = forecasts(any_company, n)
    place = found.over_cuts.argmax(axis=1)[:, None]
    said = np.take_along_axis(found.over_cuts, place, axis=1)
    told = reliability(said.ravel(), np.take_along_axis(found.true_over_cuts, place, axis=1)[:, 0])
    assert all(right >= said - margin(said, count) for said, right, count in told), told


# With few answers a flat prior is too bold where exceptions are rare: 90 % was right in 85 %.
@pytest.mark.parametrize(("n", "most"), [(500, 0.1), (2500, MOST_OFF)])
def test_a_sure_class_is_nearly_as_often_right_even_where_most_drivers_are_even(n, most):
    found = forecasts(mostly_even_company, n)
    place = found.over_cuts.argmax(axis=1)[:, None]
    said = np.take_along_axis(found.over_cuts, place, axis=1)[:, 0]
    right = np.take_along_axis(found.true_over_cuts, place, axis=1)[:, 0]
    is_sure = found.is_told & (said >= 0.8)
    assert is_sure.sum() > STUDIES / 4
    told = reliability(said[is_sure], right[is_sure])
    assert all(abs(said - right) <= margin(said, count, most) for said, right, count in told), told
