"""Instrument, balance and lift hold the truth as often as they say, in made-up encounters.

A hidden mood raises score and worth of an answer, partly for all answers of a customer, so that
least squares errs by half of the truth. Agents differ by 0.4 points where a point's noise is 1.2;
weights vary; `before` is lognormal and a customer's own.
"""

import os

import numpy as np
import pytest

from kuski.stats.assignment import agent_share, goes_with_quality
from kuski.stats.instrument import agent_effect, critical_t
from kuski.stats.lift import lift_interval
from kuski.stats.proportions import cluster_n, share_interval

from ..stats.served import BEFORE, MEMBER, SCORE, WORTH, draw_served

pytestmark = pytest.mark.coverage

STUDIES = int(os.environ.get("KUSKI_COVERAGE_STUDIES", "500"))
# 92 to 98 % of 500 studies is 0.95 ± 0.03, which is 3.1 standard errors of a rate of 0.95 there.
# Fewer studies get the same number of standard errors; more studies do not get less than 0.03.
BAND = 0.03 * max(1.0, np.sqrt(500 / STUDIES))
TRUTH = 2.0
CONTROLS = [BEFORE, MEMBER]

STRONG = {
    "base": {},
    "20 agents": {"agents": 20},
    "30 agents, uneven, 4 channels": {"agents": 30, "uneven": 0.7, "strata": 4},
    "agents move worth beside the score": {"direct": 0.5, "agents": 120},
    "few customers with many answers": {"agents": 40, "customers": 300, "answers": 8},
}
WEAK = {"agents nearly alike": {"spread": 0.1}, "agents alike": {"spread": 0.0}}
CHANCE = {
    "base": {},
    "20 agents": {"agents": 20},
    "few customers with many answers": {
        "agents": 40, "customers": 300, "answers": 8, "groups": 200,
    },
}  # fmt: skip


def studies(first, design):
    for seed in range(first, first + STUDIES):
        yield draw_served(seed, **design)


def effect_of(cells):
    return agent_effect(cells, outcome=WORTH, score=SCORE, controls=CONTROLS)


@pytest.mark.parametrize("name", STRONG)
def test_the_instrument_holds_the_truth_and_least_squares_does_not(name):
    found = [effect_of(served.cells()) for served in studies(10_000, STRONG[name])]
    held = [one.interval.low <= TRUTH <= one.interval.high for one in found]
    by_ols = [one.ols_interval.low <= TRUTH <= one.ols_interval.high for one in found]
    assert np.mean(held) == pytest.approx(0.95, abs=BAND)
    assert np.mean(by_ols) < 0.05
    assert np.median([one.effect.value for one in found]) == pytest.approx(TRUTH, abs=0.1)
    assert np.median([one.ols.value for one in found]) > 2.3


def least_t_of_reduced_form(served, effect):
    """Regress worth less `effect` times score on quality, on rows; the least of three t."""
    weight, z = served.weight, served.quality_of_cells
    dummies = (served.stratum[:, None] == np.unique(served.stratum)).astype(float)
    known = np.column_stack([dummies, served.columns[:, 2:]])
    root = np.sqrt(weight)[:, None]
    rest = served.columns[:, 1] - effect * served.columns[:, 0]
    both = np.column_stack([rest, z])
    both = both - known @ np.linalg.lstsq(root * known, root * both, rcond=None)[0]
    rest, z = both.T
    squares = float(weight @ z**2)
    slope = float(weight @ (z * rest)) / squares
    scores = weight * z * (rest - slope * z)
    _, agent = np.unique(served.agent, return_inverse=True)
    size = served.group.max() + 1
    codes = agent, served.group, np.unique(agent * size + served.group, return_inverse=True)[1]
    n, k = len(weight), known.shape[1] + 1
    sums = []
    for code in codes:
        c = len(np.unique(code))
        sums.append(c / (c - 1) * (n - 1) / (n - k) * (np.bincount(code, scores) ** 2).sum())
    variance = max(sums[0], sums[1], sums[0] + sums[1] - sums[2]) / squares**2
    return abs(slope) / np.sqrt(variance)


@pytest.mark.parametrize("name", WEAK)
def test_however_weak_the_instrument_is_the_truth_is_in_the_set_of_anderson_and_rubin(name):
    held, refused = [], []
    for served in studies(20_000, WEAK[name]):
        cells = served.cells()
        found = effect_of(cells).interval
        inside = least_t_of_reduced_form(served, TRUTH) <= critical_t(cells)
        held.append(inside)
        refused.append(found is None)
        if found is not None:
            assert inside == (found.low <= TRUTH <= found.high)
    assert np.mean(held) == pytest.approx(0.95, abs=BAND)
    assert np.mean(refused) > 0.7


@pytest.mark.parametrize("name", CHANCE)
def test_chance_is_taken_for_sorting_as_seldom_as_it_says(name):
    mixtures = np.eye(5)
    shares, slopes = [], []
    for served in studies(30_000, CHANCE[name]):
        cells = served.cells()
        shares.append(agent_share(cells, mixtures[CONTROLS]).p)
        slopes.append(goes_with_quality(cells, mixtures[BEFORE], score=mixtures[SCORE]).p)
    for chances in (np.array(shares), np.array(slopes)):
        assert np.mean(chances > 0.05) == pytest.approx(0.95, abs=BAND)
        assert np.mean(chances < 0.01) < 0.03 * max(1.0, np.sqrt(500 / STUDIES))


@pytest.mark.parametrize("share", [0.3, 0.88])
@pytest.mark.parametrize("stories", [60, 300])
def test_the_lift_over_a_base_of_customers_with_habits_holds_the_truth(share, stories):
    rng = np.random.default_rng(1)
    customers, answers, base, held = 400, 4, 2 / 3, []
    group = np.arange(customers) % 200
    for _ in range(STUDIES):
        habit = rng.beta(2 * base, 2 * (1 - base), customers)
        human = rng.binomial(answers, habit)
        cross = np.zeros((200, 2, 2))
        np.add.at(cross[:, 0, 0], group, answers)
        for place in ((0, 1), (1, 0), (1, 1)):
            np.add.at(cross[(slice(None), *place)], group, human)
        rows = np.bincount(group) * answers
        among = human.sum() / (customers * answers)
        told = rng.binomial(stories, share) / stories
        found = lift_interval(
            told,
            share_interval(told, stories),
            base=among,
            base_interval=share_interval(among, cluster_n(cross, rows)),
        )
        held.append(found.low <= share / base <= found.high)
    assert np.mean(held) == pytest.approx(0.95, abs=BAND)
