"""How often the intervals of the mirror hold the truth, where both sides are known.

Customers answer yes or no, each a replicate of their own; leaders guess around a mean of their own.
"""

import os
from types import SimpleNamespace

import numpy as np
import pytest

from kuski.stats.forecasts import rank_agreement, rank_interval
from kuski.stats.resample import interval, resamples, totals
from kuski.understand.mirror.calibration import figure_numbers, topic_numbers
from kuski.understand.mirror.figure import Figure
from kuski.understand.mirror.forecast import Forecasts
from kuski.understand.mirror.truth import Truths

pytestmark = pytest.mark.coverage

STUDIES = int(os.environ.get("KUSKI_COVERAGE_STUDIES", "200"))
CUSTOMERS, DRAWS, SEED = 200, 400, 20_261
SHARES = np.array([0.3, 0.15])

# 92 to 98 % of 500 studies is 0.95 ± 0.03, which is 3.1 standard errors of a rate of 0.95 there.
# Fewer studies get the same number of standard errors; more studies do not get less than 0.03.
HALF_BAND, STUDIES_OF_BAND = 0.03, 500


def half():
    return HALF_BAND * max(1.0, np.sqrt(STUDIES_OF_BAND / STUDIES))


def asked(rng, means, leaders, spread):
    """Ask customers and leaders; return the guesses and the truths as the finding knows them."""
    figures = (
        Figure("share_top", "share", "top", 0.0, 1.0),
        Figure("share_below", "share", "below", 0.0, 1.0),
    )
    # The two shares exclude each other, as zones of one score do.
    zone = np.searchsorted(np.cumsum(SHARES), rng.random(CUSTOMERS))
    answers = (zone[:, None] == np.arange(2)).astype(float)
    drawn = resamples(np.ones(CUSTOMERS, int), n_draws=DRAWS, rng=rng)
    values = totals(answers, drawn) / drawn.counts.sum(axis=1, keepdims=True)
    truths = Truths(
        figures=figures,
        estimates=values[0],
        draws=values[1 + drawn.replicates :],
        limits=tuple(interval(column, drawn) for column in values.T),
        importances=np.empty((len(drawn.counts), 0)),
        drawn=drawn,
        is_corrected=False,
    )
    guesses = rng.normal(means, spread, (leaders, 2))
    return Forecasts(figures, guesses, (), (), (), 0, (), 0, (), 0, 0), truths


@pytest.mark.parametrize("spread", [0.01, 0.08])
@pytest.mark.parametrize("leaders", [3, 6, 12])
def test_intervals_of_a_bias_hold_it_in_92_to_98_percent_of_studies(leaders, spread):
    rng = np.random.default_rng([SEED, leaders, round(1000 * spread)])
    means = np.array([0.45, 0.10])
    held = np.zeros(3)
    for _ in range(STUDIES):
        guessed, truths = asked(rng, means, leaders, spread)
        figures = figure_numbers(guessed, truths)
        (topic,) = topic_numbers(SimpleNamespace(factors=()), guessed, truths)
        off = means - SHARES
        ends = [(one.difference_low, one.difference_high) for one in figures]
        ends.append((topic.bias_low, topic.bias_high))
        true = (*off, (off[0] - off[1]) / 2)
        held += [low <= value <= high for (low, high), value in zip(ends, true, strict=True)]
    assert np.abs(held / STUDIES - 0.95).max() <= half(), held / STUDIES


@pytest.mark.parametrize("leaders", [3, 12])
def test_leaders_who_are_right_on_average_are_seldom_called_wrong(leaders):
    rng = np.random.default_rng([SEED, leaders])
    wrong = []
    for _ in range(STUDIES):
        found = figure_numbers(*asked(rng, SHARES, leaders, 0.05))
        wrong += [one.verdict in ("overrated", "underrated") for one in found]
    assert np.mean(wrong) <= 0.05 + half()


def order_study(rng, true, replicates=100):
    """Draw importances with an error of 0.02 on resamples."""
    answers = rng.normal(true, 0.02 * np.sqrt(replicates), (replicates, len(true)))
    drawn = resamples(np.ones(replicates, int), n_draws=DRAWS, rng=rng)
    return totals(answers, drawn) / drawn.counts.sum(axis=1, keepdims=True), drawn


@pytest.mark.parametrize(
    "true",
    [
        (0.45, 0.25, 0.15, 0.10, 0.05),
        (0.204, 0.202, 0.200, 0.198, 0.196),
        (0.40, 0.17, 0.16, 0.14, 0.13),
    ],
    ids=["apart", "nearly equal", "one apart"],
)
def test_agreement_in_rank_is_held_at_least_as_often_as_it_says(true):
    rng = np.random.default_rng(SEED)
    guess = np.array([0.09, 0.17, 0.24, 0.14, 0.36])
    agreement = float(rank_agreement(true, guess))
    held = []
    for _ in range(STUDIES):
        values, drawn = order_study(rng, np.array(true))
        found = rank_interval(values, guess, drawn)
        held.append(found.low - 1e-9 <= agreement <= found.high + 1e-9)
    # It errs to the wide side, so that only the lower end of the band binds.
    assert np.mean(held) >= 0.95 - half()
