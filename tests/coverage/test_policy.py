"""The tree's value and segments' headroom lie in their intervals in 92 to 98 % of made-up studies.

A study has customers with up to five answers each, whose luck is shared; money is skewed; who is at
the top hangs on what customers were before, so that crude figures would be far off.
"""

import os
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest

from kuski.stats.doubly_robust import basis, doubly_robust, folds_of
from kuski.stats.headroom import believed_intervals, headroom
from kuski.stats.policy_tree import policy_tree
from kuski.stats.policy_value import policy_value
from kuski.stats.resample import Interval, interval, resamples

pytestmark = pytest.mark.coverage

STUDIES = int(os.environ.get("KUSKI_COVERAGE_STUDIES", "500"))
REPLICATES = 200
DRAWS = 600
SEED = 20261123
COST = 20.0

# 92 to 98 % of 500 studies is 0.95 ± 0.03; fewer studies get the same number of standard errors.
HALF_BAND, STUDIES_OF_BAND = 0.03, 500

Floats = npt.NDArray[np.float64]


def half_band() -> float:
    return HALF_BAND * max(1.0, np.sqrt(STUDIES_OF_BAND / STUDIES))


@dataclass(frozen=True)
class Rows:
    customer: npt.NDArray[np.uint64]
    x: Floats
    segment: npt.NDArray[np.int64]
    is_top: npt.NDArray[np.bool_]
    worth: Floats
    effect: Floats


def draw(customers: int, rng: np.random.Generator) -> Rows:
    """Draw answers; serving pays for heavy users, who are more often at the top anyway."""
    answers = rng.integers(1, 6, customers)
    owner = np.repeat(np.arange(customers), answers)
    spend = rng.lognormal(0.0, 0.6, customers)
    age = rng.integers(0, 4, customers).astype(float)
    segment = rng.integers(0, 5, customers)
    x = np.column_stack([spend, age])[owner]
    chance = 1 / (1 + np.exp(-(0.7 * np.log(x[:, 0]) + 0.2 * (x[:, 1] - 1.5) - 0.6)))
    is_top = rng.random(len(owner)) < chance
    effect = 8.0 + 14.0 * x[:, 0] + 3.0 * segment[owner]
    mean = 60.0 + 40.0 * x[:, 0] + 4.0 * x[:, 1] + effect * is_top
    luck = rng.lognormal(-0.045, 0.3, customers)[owner] * rng.lognormal(-0.08, 0.4, len(owner))
    hashes = rng.integers(0, 2**63, customers, dtype=np.uint64)
    return Rows(hashes[owner], x, segment[owner], is_top, mean * luck, effect)


def replicate(rows: Rows) -> npt.NDArray[np.int64]:
    return (rows.customer % np.uint64(REPLICATES)).astype(np.int64)


def covered(found: list[tuple[Interval | None, float]]) -> float:
    known = [(one, truth) for one, truth in found if one is not None]
    assert len(known) > 0.98 * len(found)
    return float(np.mean([one.low <= truth <= one.high for one, truth in known]))


@pytest.mark.parametrize("customers", [1_500, 5_000])
def test_the_honest_value_of_a_tree_lies_in_its_interval(customers: int) -> None:
    world = draw(400_000, np.random.default_rng([SEED, 0]))
    over_nobody, over_everybody, everybody = [], [], []
    for study in range(STUDIES):
        rng = np.random.default_rng([SEED, customers, study])
        rows = draw(customers, rng)
        scored = doubly_robust(
            rows.worth, rows.is_top, basis(rows.x), fold=folds_of(rows.customer, 5)
        )
        learns = folds_of(rows.customer // np.uint64(2), 2) == 0
        rewards = scored.scores - COST
        tree = policy_tree(rewards[learns], rows.x[learns], depth=2, least=50)
        of = replicate(rows)[~learns]
        found = policy_value(
            scored.scores[~learns],
            tree.serves(rows.x[~learns]),
            cost=COST,
            replicate=of,
            resamples=resamples(np.bincount(of, minlength=REPLICATES), n_draws=DRAWS, rng=rng),
        )
        gains, served = world.effect - COST, tree.serves(world.x)
        over_nobody.append((found.over_nobody_interval, float((gains * served).mean())))
        over_everybody.append((found.over_everybody_interval, float((-gains * ~served).mean())))
        everybody.append((found.everybody_interval, float(gains.mean())))
    for part in (over_nobody, everybody):
        assert covered(part) == pytest.approx(0.95, abs=half_band())
    # Serving everybody may be what the tree does: then the difference is 0 without any doubt.
    told = [(one, truth) for one, truth in over_everybody if truth != 0]
    assert covered(told) == pytest.approx(0.95, abs=half_band())


def moments(rows: Rows, segments: int) -> tuple[Floats, npt.NDArray[np.int64], float]:
    """Sum (1, worth, x) by segment, by top or not, and by replicate."""
    base = float(rows.worth.mean())
    z = np.column_stack([np.ones(len(rows.worth)), rows.worth - base, rows.x])
    place = (rows.segment * 2 + rows.is_top) * REPLICATES + replicate(rows)
    size = segments * 2 * REPLICATES
    cross = np.empty((size, 4, 4))
    for i in range(4):
        for j in range(4):
            cross[:, i, j] = np.bincount(place, z[:, i] * z[:, j], size)
    shape = (segments, 2, REPLICATES)
    counts = np.bincount(place, minlength=size).reshape(shape)
    return cross.reshape(*shape, 4, 4), counts, base


@pytest.mark.parametrize("customers", [800, 5_000])
def test_headroom_lies_in_its_interval_on_average_over_segments(customers: int) -> None:
    world = draw(400_000, np.random.default_rng([SEED, 1]))
    left = world.effect * ~world.is_top
    truths = [float(left[world.segment == place].mean()) for place in range(5)]
    found, whole = [], []
    for study in range(STUDIES):
        rng = np.random.default_rng([SEED, 2, customers, study])
        rows = draw(customers, rng)
        cross, counts, base = moments(rows, 5)
        drawn = resamples(counts.sum(axis=1), n_draws=DRAWS, rng=rng)
        one = headroom(cross, counts, top=(1,), resamples=drawn, rng=rng, origin=base)
        ends = believed_intervals(one.believed, drawn, held=one.held)
        found += list(zip(ends, truths, strict=True))
        whole.append((interval(one.whole, drawn), float(left.mean())))
    assert covered(found) == pytest.approx(0.95, abs=half_band())
    assert covered(whole) == pytest.approx(0.95, abs=half_band())
