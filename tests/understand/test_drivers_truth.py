"""On the made-up company, whose truth is known, slopes, means and order are found."""

import json

import numpy as np
import pytest

import kuski
from kuski import demo

COMPANIES, CUSTOMERS = 6, 4_000
# 95 % intervals of 12 slopes in 6 companies should hold 68 of 72, with a standard error of 2;
# slopes within a company are not quite independent, so 61 leaves some three and a half.
LEAST_HELD = 61
# A mean rating of some 8,000 answers has a standard error of about 0.02.
NEAR = 0.1


@pytest.fixture(scope="module")
def companies(tmp_path_factory):
    """The finding and the truth of companies that differ in chance alone."""
    found = []
    for seed in range(COMPANIES):
        files = demo.write(tmp_path_factory.mktemp("demo"), customers=CUSTOMERS, seed=seed)
        truth = json.loads(files.truth.read_text(encoding="utf-8"))["understand.drivers"]
        found.append((kuski.open(files.study).finding("understand.drivers").numbers, truth))
    return found


def pairs(companies):
    for numbers, truth in companies:
        told = {one["driver"]: one for one in truth["drivers"]}
        for one in numbers.drivers:
            yield one, told[one.driver]


def test_slopes_hold_the_truth(companies):
    held = [one.slope_low <= true["slope"] <= one.slope_high for one, true in pairs(companies)]
    assert len(held) == 12 * COMPANIES
    assert sum(held) >= LEAST_HELD


def test_means_and_kinds_are_those_of_the_company(companies):
    for one, true in pairs(companies):
        assert one.mean == pytest.approx(true["mean"], abs=NEAR)
        assert one.kind == true["kind"]


def test_r2_holds_the_truth(companies):
    held = [numbers.r2_low <= truth["r2"] <= numbers.r2_high for numbers, truth in companies]
    assert sum(held) >= COMPANIES - 1


def test_human_drivers_come_first_and_price_does_not(companies):
    for numbers, _ in companies:
        ranks = {one.driver: one for one in numbers.drivers}
        assert {one.driver for one in numbers.drivers[:2]} == {"attention", "ownership"}
        assert ranks["price_level"].rank_low > 2


def test_importance_goes_with_the_true_slopes(companies):
    for numbers, truth in companies:
        lmg = {one.driver: one.lmg for one in numbers.drivers}
        true = [(lmg[one["driver"]], one["slope"]) for one in truth["drivers"]]
        assert np.corrcoef(np.array(true).T)[0, 1] > 0.9
