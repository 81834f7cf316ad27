"""Shares that are set right, and alpha, hold the truth as often as they say, in made-up codings.

Two thousand units are coded by a coder that errs; a random part of them is checked. The coder that
is 70 per cent right finds 95 per cent of what is there and calls every third of the rest so, which
makes it biased too; "even" errs in both directions alike.
"""

import os

import numpy as np
import pytest

from kuski.stats.agreement import agreement, coincidences
from kuski.stats.lift import difference_interval
from kuski.stats.ppi import CheckedSums, corrected_share
from kuski.stats.proportions import share_interval

pytestmark = pytest.mark.coverage

STUDIES = int(os.environ.get("KUSKI_COVERAGE_STUDIES", "500"))
# 92 to 98 % of 500 studies is 0.95 ± 0.03, which is 3.1 standard errors of a rate of 0.95 there.
# Fewer studies get the same number of standard errors; more studies do not get less than 0.03.
BAND = 0.03 * max(1.0, np.sqrt(500 / STUDIES))
UNITS = 2000
# How often what is there is found, and how often what is not there is left out.
BIASED, EVEN, GOOD, USELESS = (0.95, 0.63), (0.7, 0.7), (0.93, 0.97), (0.5, 0.5)


def coded(rng, truth, coder):
    found, left = coder
    return np.where(truth, rng.random(len(truth)) < found, rng.random(len(truth)) > left)


def draw(rng, checked, *, share, coder, group=1.0, group_coder=(1.0, 0.0), weights=0.0):
    """Draw one study; return the share set right and the group's codes among the checked.

    Parameters
    ----------
    share : float
        Of the code within the group, and half of it outside.
    weights : float
        Spread of the logarithm of the weights; those with the code weigh as much more.
    """
    inside = rng.random(UNITS) < group
    code = rng.random(UNITS) < np.where(inside, share, share / 2)
    weight = np.exp(weights * (rng.standard_normal(UNITS) + code))
    cell = 2 * coded(rng, inside, group_coder) + coded(rng, code, coder)
    truth = np.where(inside, 1 + code, 0)
    part = rng.permutation(UNITS)[:checked]
    rows, sums, squares = np.zeros((3, 4, 3))
    for table, amount in ((rows, np.ones(UNITS)), (sums, weight), (squares, weight**2)):
        np.add.at(table, (cell[part], truth[part]), amount[part])
    found = corrected_share(
        np.bincount(cell, weight, 4),
        np.bincount(cell, weight**2, 4),
        checked=CheckedSums(rows.astype(np.int64), sums, squares),
    )
    return found, code[part][inside[part]]


def measure(seed, checked, **design):
    """Return how often the truth was held, and the mean widths of the interval and of Wilson's."""
    rng = np.random.default_rng(seed)
    heavier = np.exp(design.get("weights", 0.0))
    share = design["share"] * heavier / (design["share"] * heavier + 1 - design["share"])
    held, widths, alone = [], [], []
    for _ in range(STUDIES):
        found, codes = draw(rng, checked, **design)
        if found.interval is None:
            continue
        held.append(found.interval.low <= share <= found.interval.high)
        widths.append(found.interval.high - found.interval.low)
        wilson = share_interval(codes.mean(), len(codes))
        alone.append(wilson.high - wilson.low)
    return np.mean(held), np.mean(widths), np.mean(alone)


@pytest.mark.parametrize("checked", [50, 100, 300])
@pytest.mark.parametrize("share", [0.05, 0.1, 0.3, 0.6])
@pytest.mark.parametrize("coder", [BIASED, EVEN], ids=["biased", "even"])
def test_a_coder_that_is_70_per_cent_right_is_set_right(checked, share, coder):
    held, width, alone = measure(4, checked, share=share, coder=coder)
    assert held == pytest.approx(0.95, abs=BAND)
    # A rare code with few checked pays for an interval that holds where Wilson's is too short.
    assert width < 1.06 * alone


def test_what_the_coder_says_itself_never_holds_the_truth():
    rng = np.random.default_rng(2)
    held = []
    for _ in range(STUDIES):
        said = coded(rng, rng.random(UNITS) < 0.3, BIASED).mean()
        found = share_interval(said, UNITS)
        held.append(found.low <= 0.3 <= found.high)
    assert np.mean(held) < 0.01


@pytest.mark.parametrize("checked", [50, 100, 300])
@pytest.mark.parametrize("share", [0.1, 0.5])
def test_a_good_coder_narrows_it(checked, share):
    held, width, alone = measure(3, checked, share=share, coder=GOOD)
    assert held > 0.95 - BAND
    assert width < (0.8 if share == 0.5 or checked > 50 else 0.9) * alone


@pytest.mark.parametrize("checked", [50, 100, 300])
def test_a_useless_coder_does_not_widen_it(checked):
    held, width, alone = measure(4, checked, share=0.4, coder=USELESS)
    assert held == pytest.approx(0.95, abs=BAND)
    assert width < 1.04 * alone


@pytest.mark.parametrize("checked", [100, 300])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.7])
def test_a_share_within_a_coded_group_is_set_right(checked, share):
    design = {"group": 0.4, "group_coder": (0.8, 0.8), "coder": EVEN}
    held, width, alone = measure(5, checked, share=share, **design)
    assert held == pytest.approx(0.95, abs=BAND)
    assert width < 1.06 * alone


@pytest.mark.parametrize("checked", [100, 300])
def test_a_good_coder_narrows_a_share_within_a_group(checked):
    design = {"group": 0.5, "group_coder": (0.95, 0.95), "coder": GOOD}
    held, width, alone = measure(6, checked, share=0.5, **design)
    assert held > 0.95 - BAND
    assert width < 0.8 * alone


@pytest.mark.parametrize("checked", [50, 100, 300])
@pytest.mark.parametrize("share", [0.1, 0.5])
def test_weights_that_go_with_the_code_are_held(checked, share):
    held, _, _ = measure(7, checked, share=share, coder=EVEN, weights=0.5)
    assert held == pytest.approx(0.95, abs=BAND)


@pytest.mark.parametrize("checked", [150, 300])
def test_the_difference_of_two_groups_of_one_sample_is_held(checked):
    rng = np.random.default_rng(8)
    held, shares = [], np.array([0.7, 0.4])
    for _ in range(STUDIES):
        inside = rng.random(UNITS) < 0.6
        code = rng.random(UNITS) < np.where(inside, *shares)
        said = 2 * coded(rng, inside, (0.85, 0.8)) + coded(rng, code, (0.8, 0.8))
        part = rng.permutation(UNITS)[:checked]
        found = []
        for group in (inside, ~inside):
            rows = np.zeros((4, 3), np.int64)
            np.add.at(rows, (said[part], np.where(group, 1 + code, 0)[part]), 1)
            whole = np.bincount(said, minlength=4)
            found.append(corrected_share(whole, whole, checked=CheckedSums(rows, rows, rows)))
        one, two = found
        ends = difference_interval(
            one.share, one.interval, other=two.share, other_interval=two.interval
        )
        held.append(ends.low <= shares[0] - shares[1] <= ends.high)
    assert np.mean(held) == pytest.approx(0.95, abs=BAND)


@pytest.mark.parametrize("units", [100, 300])
@pytest.mark.parametrize(("share", "errs"), [(0.3, 0.15), (0.5, 0.05), (0.1, 0.1)])
def test_alpha_of_two_coders_is_held(units, share, errs):
    marked = share * (1 - errs) + (1 - share) * errs
    truth = 1 - errs * (1 - errs) / (marked * (1 - marked))
    rng = np.random.default_rng(9)
    held = []
    for _ in range(STUDIES):
        is_so = rng.random(units) < share
        ones = sum((is_so ^ (rng.random(units) < errs)).astype(int) for _ in range(2))
        pairs = coincidences(np.column_stack([2 - ones, ones]))
        found = agreement(pairs, np.ones(units), "nominal", rng=rng, n_draws=400)
        if found.interval is not None:
            held.append(found.interval.low <= truth <= found.interval.high)
    assert len(held) > 0.95 * STUDIES
    assert np.mean(held) == pytest.approx(0.95, abs=BAND)
