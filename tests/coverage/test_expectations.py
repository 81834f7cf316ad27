"""λ, the pull and the bar lie within their intervals in 92 to 98 % of made-up studies."""

import os

import numpy as np
import numpy.typing as npt
import pytest

from kuski.stats.adaptation import Adaptation, adaptation, within_cross
from kuski.stats.decomposition import decomposition
from kuski.stats.occasions import occasions
from kuski.stats.resample import Interval, interval, resamples

from ..stats.repeated import WEIGHTS, World, draw

pytestmark = pytest.mark.coverage

STUDIES = int(os.environ.get("KUSKI_COVERAGE_STUDIES", "500"))
REPLICATES = 200
# Most of the time goes into draws; a limit drawn so often errs by a twentieth of its distance.
DRAWS = 600
SEED = 20261122

# 92 to 98 % of 500 studies is 0.95 ± 0.03; fewer studies get the same number of standard errors.
HALF_BAND, STUDIES_OF_BAND = 0.03, 500

Floats = npt.NDArray[np.float64]
Rows = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats, Floats]


def half_band() -> float:
    return HALF_BAND * max(1.0, np.sqrt(STUDIES_OF_BAND / STUDIES))


def answer(world: World, customers: int, study: int) -> Adaptation:
    rng = np.random.default_rng([SEED, customers, study])
    rows = draw(world, customers, rng)
    given = occasions(rows.customer, rows.time, rows.score, rows.ratings, replicates=REPLICATES)
    assert given is not None
    drawn = resamples(np.bincount(given.replicate, minlength=REPLICATES), n_draws=DRAWS, rng=rng)
    return adaptation(given, drawn)


def share(found: list[Interval | None], truth: float) -> float:
    known = [one for one in found if one is not None]
    assert len(known) > 0.98 * len(found)
    return float(np.mean([one.low <= truth <= one.high for one in known]))


@pytest.mark.parametrize(
    ("world", "customers"),
    [
        (World(speed=0.6, answers=8), 1000),
        (World(feedback=0.1), 5000),
        (World(answers=6, feedback=-0.1), 2000),
    ],
    ids=["eight answers", "two to eight, feedback", "six answers, rescued"],
)
def test_speed_and_pull_lie_within_their_intervals(world: World, customers: int) -> None:
    found = [answer(world, customers, study) for study in range(STUDIES)]
    speed = share([one.speed_interval for one in found], world.speed)
    pull = share([one.pull_interval for one in found], world.pull)
    assert speed == pytest.approx(0.95, abs=half_band())
    assert pull == pytest.approx(0.95, abs=half_band())


def test_a_pull_is_seldom_found_where_there_is_none() -> None:
    found = [answer(World(pull=0.0, answers=5), 1500, study) for study in range(STUDIES)]
    around = [one.contrast_interval for one in found]
    assert share(around, 0.0) == pytest.approx(0.95, abs=half_band())


def waves(study: int, customers: int) -> Rows:
    """Draw three waves; half of the customers of a wave come again in the next."""
    rng = np.random.default_rng([SEED, 7, study])
    wave = np.repeat([0, 1, 2], customers)
    first = np.arange(customers)
    who = np.concatenate([first, first + customers // 2, first + customers])
    attitude = rng.standard_normal(3 * customers)[who]
    ratings = (0.3 * attitude + 0.1 * wave)[:, None] + rng.standard_normal((len(who), 4))
    score = ratings @ WEIGHTS - 0.15 * wave + 0.8 * attitude + rng.logistic(0, 0.5, len(who))
    return who, wave, ratings, score


@pytest.mark.parametrize("is_within", [True, False])
def test_performance_and_bar_lie_within_their_intervals(*, is_within: bool) -> None:
    customers = 500
    # Attitude makes slopes between customers too steep: their truth is what endless data say.
    spread = np.eye(4) + 0.09
    steep = np.linalg.solve(spread, spread @ WEIGHTS + 0.8 * 0.3)
    slopes = WEIGHTS if is_within else steep
    performance = 0.2 * slopes.sum()
    bar = 0.2 * WEIGHTS.sum() - 0.3 - performance
    parts: list[Interval | None] = []
    rests: list[Interval | None] = []
    for study in range(STUDIES):
        who, wave, ratings, score = waves(study, customers)
        replicate = who % REPLICATES
        z = np.column_stack([np.ones(len(score)), ratings, score])
        cross = np.zeros((3, REPLICATES, z.shape[1], z.shape[1]))
        np.add.at(cross, (wave, replicate), z[:, :, None] * z[:, None, :])
        rng = np.random.default_rng([SEED, 8, study])
        drawn = resamples(np.bincount(replicate, minlength=REPLICATES), n_draws=DRAWS, rng=rng)
        given = occasions(who, wave, score, ratings, replicates=REPLICATES)
        assert given is not None
        within = within_cross(given, REPLICATES) if is_within else None
        found = decomposition(cross, resamples=drawn, within=within)
        parts.append(interval(found.performance[:, 2], drawn))
        rests.append(interval(found.bar[:, 2], drawn))
    assert share(parts, performance) == pytest.approx(0.95, abs=half_band())
    assert share(rests, bar) == pytest.approx(0.95, abs=half_band())
