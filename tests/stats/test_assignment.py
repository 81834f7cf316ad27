"""Whether chance assigns: sums over pairs of rows, and chances by shuffling who served whom."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from kuski.stats.assignment import agent_share, goes_with_quality, holm

from .served import BEFORE, MEMBER, SCORE, draw_served

EXACT = {"rel": 1e-9}
# 400 shuffles know a chance of 0.5 to 0.025; three of these.
SHUFFLES, SHUFFLED = 400, 0.075


def one(column, size=5):
    return np.eye(size)[column]


def deviations(served, column):
    """Take the weighted mean of its stratum off each row."""
    values = served.columns[:, column - 1]
    for stratum in np.unique(served.stratum):
        here = served.stratum == stratum
        values = np.where(
            here, values - np.average(values[here], weights=served.weight[here]), values
        )
    return values


def by_pairs(served, left, right):
    """Sum w·left·w·right/W over pairs of one agent's rows by customers of different groups."""
    place, agents, _ = served.unit
    found = 0.0
    for unit in range(len(agents)):
        here = place == unit
        one_, other = (served.weight * left)[here], (served.weight * right)[here]
        apart = served.group[here][:, None] != served.group[here]
        found += one_ @ apart @ other / served.weight[here].sum()
    return found


def beside_stratum(served, left, right):
    """Sum the same over a stratum's rows, over the stratum's weight."""
    found = 0.0
    for stratum in np.unique(served.stratum):
        here = served.stratum == stratum
        one_, other = (served.weight * left)[here], (served.weight * right)[here]
        apart = served.group[here][:, None] != served.group[here]
        found += one_ @ apart @ other / served.weight[here].sum()
    return found


def test_the_share_is_the_covariance_of_customers_who_share_an_agent():
    served = draw_served(3, customers=300, agents=20)
    score = deviations(served, SCORE)
    found = agent_share(served.cells(), one(SCORE))
    product = by_pairs(served, score, score) - beside_stratum(served, score, score)
    weight = by_pairs(served, np.ones(len(score)), np.ones(len(score)))
    variance = np.average(score**2, weights=served.weight)
    assert found.share == pytest.approx(product / weight / variance, **EXACT)


def test_the_spread_of_agents_is_found():
    shares = [
        agent_share(draw_served(seed, agents=200, customers=3000).cells(), one(SCORE)).share
        for seed in range(5)
    ]
    # 0.4² over 0.4² + 0.3²·var(before) + 0.7² + 0.7² + 0.7², drawn agents vary by a tenth.
    before = np.exp(0.36) * (np.exp(0.36) - 1)
    assert np.mean(shares) == pytest.approx(0.16 / (0.16 + 0.09 * before + 3 * 0.49), rel=0.1)


@pytest.mark.parametrize("columns", [[BEFORE], [BEFORE, MEMBER]])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_chance_is_that_of_shuffling_who_served_whom(columns, seed):
    served = draw_served(seed, customers=240, agents=24, groups=60)
    rng = np.random.default_rng(seed)
    found = agent_share(served.cells(), np.eye(5)[columns])
    place = {stratum: np.flatnonzero(served.stratum == stratum) for stratum in ("s0", "s1")}
    shuffled = []
    for _ in range(SHUFFLES):
        agent = served.agent.copy()
        for rows in place.values():
            agent[rows] = agent[rng.permutation(rows)]
        share = agent_share(served.changed(agent=agent).cells(), np.eye(5)[columns]).share
        shuffled.append(share >= found.share)
    assert found.p == pytest.approx(np.mean(shuffled), abs=SHUFFLED)


def test_sorting_by_what_customers_were_is_seen():
    served = draw_served(2, sorting=0.4)
    assert agent_share(served.cells(), one(BEFORE)).p < 1e-4
    found = goes_with_quality(served.cells(), one(BEFORE), score=one(SCORE))
    assert found.p < 1e-4
    assert found.slope > 0


def test_better_agents_with_lesser_customers_have_a_slope_below_zero():
    found = goes_with_quality(draw_served(2, sorting=-0.4).cells(), one(BEFORE), score=one(SCORE))
    assert found.p < 1e-3
    assert found.slope < 0


def test_the_slope_is_the_covariance_with_what_others_say_over_the_spread():
    served = draw_served(3, customers=300, agents=20)
    before, score = deviations(served, BEFORE), deviations(served, SCORE)
    weight = by_pairs(served, np.ones(len(score)), np.ones(len(score)))
    together = by_pairs(served, before, score) - beside_stratum(served, before, score)
    spread = by_pairs(served, score, score) - beside_stratum(served, score, score)
    unit = np.sqrt(np.average(before**2, weights=served.weight))
    found = goes_with_quality(served.cells(), one(BEFORE), score=one(SCORE))
    assert found.slope == pytest.approx(
        together / weight / unit / np.sqrt(spread / weight), **EXACT
    )


@settings(max_examples=20, deadline=None)
@given(by=st.floats(0.01, 100), shift=st.floats(-50, 50))
def test_units_do_not_matter(by, shift):
    served = draw_served(5, customers=200, agents=25)
    other = served.changed(columns=by * served.columns + shift)
    for mixture in (one(BEFORE), np.eye(5)[[BEFORE, MEMBER]]):
        base = agent_share(served.cells(), mixture)
        moved = agent_share(other.cells(origin=shift), mixture)
        assert moved.share == pytest.approx(base.share, abs=1e-8)
        assert moved.p == pytest.approx(base.p, abs=1e-7)


def test_what_never_varies_has_no_share():
    served = draw_served(5, customers=200, agents=25)
    columns = served.columns.copy()
    columns[:, BEFORE - 1] = 3.0
    cells = served.changed(columns=columns).cells()
    assert np.isnan(agent_share(cells, one(BEFORE)).p)
    assert np.isnan(goes_with_quality(cells, one(BEFORE), score=one(SCORE)).p)


def test_a_column_given_twice_counts_once():
    served = draw_served(5, customers=200, agents=25)
    columns = np.column_stack([served.columns, -2 * served.columns[:, BEFORE - 1]])
    cells = served.changed(columns=columns).cells()
    once = agent_share(cells, one(BEFORE, 6))
    assert agent_share(cells, np.eye(6)[[BEFORE, 5]]).share == pytest.approx(once.share, **EXACT)


@settings(max_examples=50)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_agrees_with_statsmodels(p):
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1], abs=1e-12)


def test_holm_passes_over_what_was_not_tested():
    found = holm([0.01, np.nan, 0.04])
    assert found[[0, 2]] == pytest.approx([0.02, 0.04])
    assert np.isnan(found[1])
