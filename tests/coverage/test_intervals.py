"""Intervals hold the truth as often as they say, in made-up studies whose truth is known.

The studies are hard on purpose: scores of 1 to 7 of which the lowest level gets about 3 % (some 27
answers of 800); money with a lognormal error; past spend that is skewed, raises both score and
worth and counts more at higher scores; members who answer less and get larger weights; weights that
vary besides; one to three answers of a customer whose errors go together.
"""

import os
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest
from scipy.optimize import brentq
from scipy.special import ndtr

from kuski.stats.levels import LevelWorth, level_worth
from kuski.stats.plans import Comparison, comparison, gain, held_replicates, plans
from kuski.stats.resample import (
    Interval,
    Resamples,
    interval,
    intervals,
    ratio_interval,
    resamples,
)
from kuski.stats.shape import shape

Floats = npt.NDArray[np.float64]

pytestmark = pytest.mark.coverage

STUDIES = int(os.environ.get("KUSKI_COVERAGE_STUDIES", "500"))
REPLICATES = 200
SEED = 20261122

# 92 to 98 % of 500 studies is 0.95 ± 0.03, which is 3.1 standard errors of a rate of 0.95 there.
# Fewer studies get the same number of standard errors; more studies do not get less than 0.03.
HALF_BAND, STUDIES_OF_BAND = 0.03, 500

POSITIONS = np.arange(1.0, 8.0)
SHARES = np.array([0.03, 0.04, 0.07, 0.17, 0.21, 0.26, 0.22])
PLANS = plans(POSITIONS, middle=4, top=[7])


@dataclass(frozen=True)
class Company:
    """Worth = (base + per_spend·spend + 0.8·member) × exp(sigma·e − sigma²/2), by level.

    log(spend)/0.6 is standard normal and 40 % are members; both load on the score's latent normal.
    """

    base: tuple[float, ...] = (2.0, 2.5, 3.0, 3.6, 4.4, 5.4, 6.8)
    per_spend: tuple[float, ...] = (0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3)
    sigma: float = 0.8


LOADS = {"spend": 0.4, "member": 0.25, "customer": 0.5}
MEMBERS, LOG_SPREAD, PER_MEMBER = 0.4, 0.6, 0.8
NODES, NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(120)


@dataclass(frozen=True)
class Truth:
    """What is true of everybody, by quadrature over spend and exactly over membership."""

    shares: Floats
    crude: Floats
    adjusted: Floats


def _latent_means() -> Floats:
    member = (np.array([0.0, 1.0]) - MEMBERS) / np.sqrt(MEMBERS * (1 - MEMBERS))
    return LOADS["spend"] * NODES + LOADS["member"] * member[:, None]


def _probabilities() -> Floats:
    return np.array([1 - MEMBERS, MEMBERS])[:, None] * NODE_WEIGHTS / NODE_WEIGHTS.sum()


def _below(cut: float) -> Floats:
    spread = np.sqrt(1 - LOADS["spend"] ** 2 - LOADS["member"] ** 2)
    return np.asarray(ndtr((cut - _latent_means()) / spread))


CUTS = np.array(
    [
        brentq(lambda cut, share=share: (_probabilities() * _below(cut)).sum() - share, -6, 6)
        for share in np.cumsum(SHARES)[:-1]
    ]
)


def true_values(company: Company) -> Truth:
    at_level = np.diff([np.zeros((2, 120)), *map(_below, CUTS), np.ones((2, 120))], axis=0)
    joint = at_level * _probabilities()
    shares = joint.sum(axis=(1, 2))
    spend = (joint * np.exp(LOG_SPREAD * NODES)).sum(axis=(1, 2)) / shares
    member = joint[:, 1].sum(axis=1) / shares
    base, per_spend = np.array(company.base), np.array(company.per_spend)
    everybody = np.exp(LOG_SPREAD**2 / 2)
    return Truth(
        shares,
        base + per_spend * spend + PER_MEMBER * member,
        base + per_spend * everybody + PER_MEMBER * MEMBERS,
    )


def study(
    company: Company, n: int, rng: np.random.Generator
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Draw n answers; return their cross-products (7, G, 4, 4) and counts (7, G)."""
    z, is_member = rng.standard_normal(3 * n), rng.random(3 * n) < MEMBERS
    chance = np.where(is_member, 0.5, 0.9)
    answers = np.flatnonzero(rng.random(3 * n) < chance)
    customer = np.repeat(answers, rng.choice([1, 2, 3], p=[0.6, 0.25, 0.15], size=len(answers)))[:n]
    own, error = rng.standard_normal((2, 3 * n))
    weight = np.exp(0.3 * rng.standard_normal(3 * n)) / chance
    left = np.sqrt(1 - sum(load**2 for load in LOADS.values()))
    member = (is_member - MEMBERS) / np.sqrt(MEMBERS * (1 - MEMBERS))
    latent = LOADS["spend"] * z + LOADS["member"] * member + LOADS["customer"] * own
    level = np.searchsorted(CUTS, latent[customer] + left * rng.standard_normal(n))
    x = np.column_stack([np.exp(LOG_SPREAD * z), is_member])[customer]
    mean = np.array(company.base)[level] + np.array(company.per_spend)[level] * x[:, 0]
    noise = np.sqrt(0.5) * (error[customer] + rng.standard_normal(n))
    worth = (mean + PER_MEMBER * x[:, 1]) * np.exp(company.sigma * noise - company.sigma**2 / 2)
    replicate = rng.integers(0, REPLICATES, 3 * n)[customer]
    return moments(level, np.column_stack([worth, x]), weight[customer], replicate)


def moments(
    level: npt.NDArray[np.int64],
    columns: Floats,
    weight: Floats,
    replicate: npt.NDArray[np.int64],
) -> tuple[Floats, npt.NDArray[np.int64]]:
    z = np.column_stack([np.ones(len(columns)), columns])
    cell, size = level * REPLICATES + replicate, z.shape[1]
    cells = len(POSITIONS) * REPLICATES
    products = (weight[:, None, None] * z[:, :, None] * z[:, None, :]).reshape(len(z), -1)
    sums = np.stack([np.bincount(cell, column, cells) for column in products.T], axis=1)
    rows = np.bincount(cell, minlength=cells).reshape(-1, REPLICATES)
    return sums.reshape(-1, REPLICATES, size, size), rows


@dataclass(frozen=True)
class Answer:
    """What one study gives: worth by level, and the plans by worth as found and held alike."""

    worth: LevelWorth
    resamples: Resamples
    crude: Comparison
    adjusted: Comparison
    held: int


def answer(company: Company, n: int, rng: np.random.Generator) -> Answer:
    cross, rows = study(company, n, rng)
    drawn = resamples(rows, rng=rng)
    worth = level_worth(cross, rows, resamples=drawn)
    assert worth.adjusted is not None
    return Answer(
        worth,
        drawn,
        compared(worth.shares, worth.crude),
        compared(worth.shares, worth.adjusted),
        min(held_replicates(rows, plan) for plan in (PLANS.eliminate, PLANS.elevate)),
    )


def compared(shares: Floats, worth: Floats) -> Comparison:
    return comparison(
        gain(shares, worth, positions=POSITIONS, plan=PLANS.eliminate),
        gain(shares, worth, positions=POSITIONS, plan=PLANS.elevate),
    )


def found_intervals(found: Answer) -> list[Interval | None]:
    worth, drawn = found.worth, found.resamples
    assert worth.adjusted is not None
    given = [*intervals(worth.crude, drawn, held=worth.held)]
    given += intervals(worth.adjusted, drawn, held=worth.held)
    for plan in (found.crude, found.adjusted):
        up, down = plan.elevate.gain, plan.eliminate.gain
        given += [interval(gained, drawn, held=found.held) for gained in (down, up)]
        given.append(ratio_interval(up, down, drawn, held=found.held))
    return given


def names() -> list[str]:
    levels = [f"{kind} {level:g}" for kind in ("crude", "adjusted") for level in POSITIONS]
    rest = ("eliminate", "elevate", "ratio")
    return levels + [f"{kind} {what}" for kind in ("crude", "adjusted") for what in rest]


def true_numbers(truth: Truth) -> Floats:
    both = [compared(truth.shares, worth) for worth in (truth.crude, truth.adjusted)]
    gains = [[plan.eliminate.gain, plan.elevate.gain, plan.ratio] for plan in both]
    return np.concatenate([truth.crude, truth.adjusted, np.ravel(gains)])


def allowed(studies: int) -> tuple[float, float]:
    half = HALF_BAND * max(1.0, np.sqrt(STUDIES_OF_BAND / studies))
    return 0.95 - half, 0.95 + half


@pytest.mark.parametrize("n", [800, 5000])
def test_intervals_of_levels_gains_and_ratio_hold_the_truth_in_92_to_98_percent_of_studies(
    n: int,
) -> None:
    company = Company()
    rng = np.random.default_rng([SEED, n])
    truth = true_numbers(true_values(company))
    given, hits = np.zeros(len(truth), dtype=int), np.zeros(len(truth), dtype=int)
    for _ in range(STUDIES):
        for i, found in enumerate(found_intervals(answer(company, n, rng))):
            given[i] += found is not None
            hits[i] += found is not None and found.low <= truth[i] <= found.high
    shares = {
        name: (hit / count, count) for name, hit, count in zip(names(), hits, given, strict=True)
    }
    wrong = {
        name: (share, count)
        for name, (share, count) in shares.items()
        if not allowed(count)[0] <= share <= allowed(count)[1]
    }
    assert not wrong, shares


def test_returns_are_seldom_called_rising_or_falling_where_worth_is_a_straight_line() -> None:
    line = Company(base=tuple(1 + POSITIONS), per_spend=(1.0,) * 7)
    rng = np.random.default_rng(SEED)
    called = []
    for _ in range(STUDIES):
        found = answer(line, 2000, rng)
        plan = found.adjusted
        said = shape(
            plan.eliminate.worth_per_step, plan.elevate.worth_per_step, resamples=found.resamples
        )
        called.append(said is not None and said.returns != "even")
    assert np.mean(called) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / STUDIES)
