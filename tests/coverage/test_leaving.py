"""Intervals of leaving hold the truth as often as they say, in studies whose truth is known.

The studies are hard on purpose: few leavers and few checked, true reasons that are rare, codes that
say little of what is so, customers lost from sight, several answers of a customer that go together.
"""

import os

import numpy as np
import pytest

from kuski.stats.competing_risks import cumulative_incidence
from kuski.stats.difference import standardised_differences
from kuski.stats.misclassification import drawn_interval, inverted_shares, reclassified_shares
from kuski.stats.proportions import cluster_n, share_interval
from kuski.stats.resample import intervals, resamples, totals

pytestmark = pytest.mark.coverage

STUDIES = int(os.environ.get("KUSKI_COVERAGE_STUDIES", "500"))
REPLICATES, DRAWS, SEED = 200, 1000, 20261123

# 92 to 98 % of 500 studies is 0.95 ± 0.03, which is 3.1 standard errors of a rate of 0.95 there.
HALF_BAND, STUDIES_OF_BAND = 0.03, 500
# Whoever leaves for a reason (rows) and what they say (columns).
SAID = np.array(
    [
        [0.24, 0.58, 0.12, 0.06],
        [0.02, 0.92, 0.03, 0.03],
        [0.04, 0.40, 0.50, 0.06],
        [0.01, 0.08, 0.02, 0.89],
    ]
)
COMMON, RARE = np.array([0.46, 0.20, 0.15, 0.19]), np.array([0.60, 0.28, 0.08, 0.04])


def assert_held(hits, given, names):
    """Check each rate of intervals that hold the truth against 92 to 98 %."""
    rates = hits / given
    half = HALF_BAND * np.maximum(1.0, np.sqrt(STUDIES_OF_BAND / given))
    told = dict(zip(names, np.round(rates, 3), strict=True))
    assert (np.abs(rates - 0.95) <= half).all(), told


def drawn_codes(rng, true, said):
    """Draw what is said of each leaver."""
    return (rng.random(len(true))[:, None] >= np.cumsum(said[true], axis=1)[:, :-1]).sum(axis=1)


def table_of(code, true, size):
    counts = np.zeros((size, size))
    np.add.at(counts, (code, true), 1)
    return counts


def by_resample(rng, code, size):
    """Sum codes on each resample of random groups of leavers."""
    few = len(code) <= REPLICATES
    replicate = np.arange(len(code)) if few else rng.integers(0, REPLICATES, len(code))
    weight = np.zeros((int(replicate.max()) + 1, size))
    np.add.at(weight, (replicate, code), 1)
    drawn = resamples((weight.sum(axis=1) > 0).astype(int), n_draws=DRAWS, rng=rng)
    return totals(weight, drawn), drawn


@pytest.mark.parametrize(
    ("leavers", "checked", "truth"),
    [(3000, 250, COMMON), (1000, 150, RARE), (300, 60, COMMON), (120, 40, COMMON)],
)
def test_shares_set_right_and_their_differences_hold_the_truth(leavers, checked, truth):
    rng = np.random.default_rng([SEED, leavers])
    size = len(truth)
    hits, given = np.zeros(2 * size), np.zeros(2 * size)
    for _ in range(STUDIES):
        true = rng.choice(size, leavers, p=truth)
        code = drawn_codes(rng, true, SAID)
        weight, drawn = by_resample(rng, code, size)
        chosen = rng.choice(leavers, checked, replace=False)
        table = table_of(code[chosen], true[chosen], size)
        found = reclassified_shares(weight, table, resamples=drawn, rng=rng)
        if found.refused is not None:
            continue
        stated = weight[0] / weight[0].sum()
        for i in range(size):
            for place, value, draws, right in (
                (i, found.shares[i], found.draws, truth),
                (
                    size + i,
                    found.shares[i] - stated[i],
                    found.difference_draws,
                    truth - truth @ SAID,
                ),
            ):
                ends = drawn_interval(value, draws[:, i], replicates=drawn.replicates)
                given[place] += 1
                hits[place] += ends.low <= right[i] <= ends.high
    assert given.min() >= 0.95 * STUDIES
    assert_held(
        hits, given, [f"{kind} {i}" for kind in ("share", "difference") for i in range(size)]
    )


def test_inverted_shares_hold_the_truth_where_the_check_was_made_elsewhere():
    # Elsewhere each true reason was checked equally often: to divide codes as there is wrong.
    rng = np.random.default_rng([SEED, 2])
    hits, given, wrong = np.zeros(4), np.zeros(4), 0
    for _ in range(STUDIES):
        code = drawn_codes(rng, rng.choice(4, 1500, p=COMMON), SAID)
        weight, drawn = by_resample(rng, code, 4)
        elsewhere = np.repeat(np.arange(4), 120)
        table = table_of(drawn_codes(rng, elsewhere, SAID), elsewhere, 4)
        found = inverted_shares(weight, table, resamples=drawn, rng=rng)
        if found.refused is not None:
            continue
        direct = reclassified_shares(weight, table, resamples=drawn, rng=rng)
        for i in range(4):
            ends = drawn_interval(found.shares[i], found.draws[:, i], replicates=drawn.replicates)
            given[i] += 1
            hits[i] += ends.low <= COMMON[i] <= ends.high
        ends = drawn_interval(direct.shares[0], direct.draws[:, 0], replicates=drawn.replicates)
        wrong += ends.low <= COMMON[0] <= ends.high
    assert given.min() >= 0.9 * STUDIES
    assert wrong < 0.1 * given[0]
    assert_held(hits, given, ["0", "1", "2", "3"])


@pytest.mark.parametrize(
    ("customers", "rates"), [(1500, (0.02, 0.008, 0.003)), (400, (0.03, 0.02))]
)
def test_incidences_hold_the_truth_though_customers_are_lost_from_sight(customers, rates):
    rng = np.random.default_rng([SEED, customers])
    horizons, causes = (6, 12, 24), len(rates)
    total = sum(rates)
    truth = np.array([[r / total * -np.expm1(-total * h) for r in rates] for h in horizons])
    hits, given = np.zeros(truth.size), np.zeros(truth.size)
    for _ in range(STUDIES):
        left = np.ceil(rng.exponential(1 / total, customers)).astype(int)
        cause = rng.choice(causes, customers, p=np.array(rates) / total)
        lost = rng.integers(1, 49, customers)
        is_gone, month = left <= lost, np.minimum(left, lost)
        replicate = rng.integers(0, REPLICATES, customers)
        events, censored = np.zeros((49, causes, REPLICATES)), np.zeros((49, REPLICATES))
        np.add.at(events, (month[is_gone], cause[is_gone], replicate[is_gone]), 1)
        np.add.at(censored, (month[~is_gone], replicate[~is_gone]), 1)
        drawn = resamples(events.sum(axis=(0, 1)) + censored.sum(axis=0), n_draws=DRAWS, rng=rng)
        found = cumulative_incidence(events, censored, resamples=drawn, at=horizons)
        ends = intervals(found.incidence.reshape(len(drawn.counts), -1), drawn)
        for i, (span, right) in enumerate(zip(ends, truth.ravel(), strict=True)):
            given[i] += span is not None
            hits[i] += span is not None and span.low <= right <= span.high
    assert given.min() >= 0.95 * STUDIES
    assert_held(hits, given, [f"cause {c} at {h}" for h in horizons for c in range(causes)])


def test_told_shares_of_answers_that_go_together_hold_the_truth():
    # 250 customers give one to four answers each, which mostly repeat the first; weights differ.
    rng = np.random.default_rng([SEED, 4])
    hits = 0
    for _ in range(STUDIES):
        times = rng.integers(1, 5, 250)
        customer = np.repeat(np.arange(250), times)
        first = (rng.random(250) < 0.3)[customer]
        said = np.where(rng.random(len(customer)) < 0.8, first, rng.random(len(customer)) < 0.3)
        weight = rng.lognormal(0, 0.4, len(customer))
        cross, replicate = np.zeros((REPLICATES, 2, 2)), customer % REPLICATES
        z = np.column_stack([np.ones(len(said)), said])
        np.add.at(cross, replicate, weight[:, None, None] * z[:, :, None] * z[:, None, :])
        n = cluster_n(cross, np.bincount(replicate, minlength=REPLICATES))
        assert n is not None
        whole = cross.sum(axis=0)
        ends = share_interval(whole[0, 1] / whole[0, 0], n)
        hits += ends.low <= 0.3 <= ends.high
    assert_held(np.array([hits]), np.array([STUDIES]), ["share"])


def test_standardised_differences_hold_the_truth():
    # Two ratings that go together; those who said so are 0.3 and 0.1 lower; 80 of 1,080.
    rng = np.random.default_rng([SEED, 5])
    covariance = np.array([[1.0, 0.5], [0.5, 1.0]])
    truth = np.array([-0.3, -0.1, -0.2 / np.sqrt(0.75)])
    hits, given = np.zeros(3), np.zeros(3)
    for _ in range(STUDIES):
        crosses = []
        for n, lower in ((80, np.array([0.3, 0.1])), (1000, np.zeros(2))):
            rows = rng.multivariate_normal(-lower, covariance, n)
            z = np.column_stack([np.ones(n), rows])
            cross = np.zeros((REPLICATES, 3, 3))
            np.add.at(cross, rng.integers(0, REPLICATES, n), z[:, :, None] * z[:, None, :])
            crosses.append(cross)
        drawn = resamples((crosses[0] + crosses[1])[:, 0, 0], n_draws=DRAWS, rng=rng)
        values = standardised_differences(*crosses, groups=[[1], [2], [1, 2]], resamples=drawn)
        held = np.full(3, int((crosses[0][:, 0, 0] > 0).sum()))
        for i, span in enumerate(intervals(values, drawn, held=held)):
            given[i] += span is not None
            hits[i] += span is not None and span.low <= truth[i] <= span.high
    assert_held(hits, given, ["first", "second", "both"])
