"""Leaving against printed tables."""

import numpy as np
import pytest

from kuski.stats.competing_risks import cumulative_incidence
from kuski.stats.misclassification import drawn_interval, inverted_shares
from kuski.stats.resample import resamples, totals

# Numbers are compared to the last digit that the source prints.
PRINTED_3, PRINTED_5, PRINTED_8 = 5.1e-4, 5.1e-6, 5.1e-9
# Resampling 120 animals knows the ends of an interval to about a tenth of their distance.
RESAMPLED = 0.015


def incidence(time, cause, *, causes):
    """Estimate with each row a replicate of its own; return times and the whole's estimate."""
    times, place = np.unique(time, return_inverse=True)
    rows = np.arange(len(time))
    events, censored = np.zeros((len(times), causes, len(time))), np.zeros((len(times), len(time)))
    gone = np.asarray(cause) > 0
    events[place[gone], np.asarray(cause)[gone] - 1, rows[gone]] = 1
    censored[place[~gone], rows[~gone]] = 1
    drawn = resamples(np.ones(len(time)), n_draws=100, rng=np.random.default_rng(0))
    return times, cumulative_incidence(events, censored, resamples=drawn).incidence[0]


def test_one_cause_is_the_remission_of_freireich_1963_in_klein_and_moeschbergers_table():
    # Klein & Moeschberger, Survival Analysis, table 4.1A: 6-mercaptopurine, 21 patients.
    relapse = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    last_seen = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    times, found = incidence(
        relapse + last_seen, [1] * len(relapse) + [0] * len(last_seen), causes=1
    )
    printed = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    for time, remaining in printed.items():
        here = np.searchsorted(times, time)
        assert 1 - found[here, 0] == pytest.approx(remaining, abs=PRINTED_3)


def test_three_causes_are_those_of_r_cmprsk_as_kept_with_statsmodels():
    # statsmodels, duration/tests/test_survfunc.py, test_incidence: R's cuminc(ftime, fstat).
    time = [1, 1, 2, 4, 4, 4, 6, 6, 7, 8, 9, 9, 9, 1, 2, 2, 4, 4]
    cause = [1, 1, 1, 2, 2, 2, 3, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    times, found = incidence(time, cause, causes=3)
    printed = {
        1: (0.11111111, 0, 0),
        2: (0.17037037, 0, 0),
        4: (0.17037037, 0.20740741, 0),
        6: (0.17037037, 0.20740741, 0.17777778),
        7: (0.17037037, 0.20740741, 0.26666667),
    }
    for when, shares in printed.items():
        assert found[np.searchsorted(times, when)] == pytest.approx(shares, abs=PRINTED_8)


def test_a_true_prevalence_is_that_of_rsurveillance():
    # R package RSurveillance, help page of tp: 20 positive of 120, sensitivity 0.9, specificity
    # 0.99: 0.17603, normal interval 0.1011094 to 0.2509506. A known test is one checked very often.
    checked = 1e7 * np.array([[0.9, 0.01], [0.1, 0.99]])
    coded = np.zeros((120, 2))
    coded[:20, 0] = coded[20:, 1] = 1
    rng = np.random.default_rng(1)
    drawn = resamples(np.ones(120), n_draws=4000, rng=rng)
    found = inverted_shares(totals(coded, drawn), checked, resamples=drawn, rng=rng)
    assert found.shares[0] == pytest.approx(0.17603, abs=PRINTED_5)
    ends = drawn_interval(found.shares[0], found.draws[:, 0], replicates=120)
    assert ends.low == pytest.approx(0.1011094, abs=RESAMPLED)
    assert ends.high == pytest.approx(0.2509506, abs=RESAMPLED)
