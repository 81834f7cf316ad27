"""The test of a table of counts against a printed one."""

import numpy as np
import pytest

from kuski.stats.contingency import contingency

# Compared to the last of two printed decimals.
PRINTED_2 = 5.1e-3

# Bitner, Booms & Tetreault 1990, The service encounter, Journal of Marketing 54(1), table 1: how
# employees answered failures, answered requests, and acted unasked.
SATISFACTORY = [81, 114, 152]
DISSATISFACTORY = [151, 55, 146]


@pytest.fixture
def encounters():
    return contingency([SATISFACTORY, DISSATISFACTORY], rng=np.random.default_rng(0))


def test_service_encounters_of_1990_differ_by_a_chi2_of_41_81(encounters):
    assert encounters.chi2 == pytest.approx(41.81, abs=PRINTED_2)
    assert encounters.df == 2
    assert encounters.p < 0.001
    assert encounters.method == "chi2"


def test_failures_make_the_awful_encounters_and_requests_the_excellent_ones(encounters):
    failures, requests, unasked = encounters.residuals[0]
    assert failures < -5
    assert requests > 5
    assert abs(unasked) < 1
