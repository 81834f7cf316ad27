"""Sensitivity against the numbers printed in the papers that introduce it."""

import csv
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from kuski.stats.least_squares import least_squares
from kuski.stats.sensitivity import benchmark, confounded, e_value, hidden_cause

# Numbers are compared to the last digit that the source prints.
PRINTED_7, PRINTED_4 = 5.1e-8, 5.1e-5

ALIKE = ("female", "age", "farmer_dar", "herder_dar", "pastvoted", "hhsize_darfur")


@pytest.fixture(scope="module")
def darfur():
    """Cross-products of Cinelli & Hazlett's model; z = (1, y, harmed, alike, villages)."""
    package = find_spec("sensemakr")
    if package is None or package.submodule_search_locations is None:
        pytest.skip("the Darfur data come with PySensemakr, which is not installed")
    file = Path(package.submodule_search_locations[0]) / "data" / "darfur.csv"
    if not file.exists():
        pytest.skip("this PySensemakr has no data/darfur.csv")
    with file.open(newline="") as lines:
        people = list(csv.DictReader(lines))
    names = ("peacefactor", "directlyharmed", *ALIKE)
    columns = [[float(person[name]) for name in names] for person in people]
    villages = sorted({person["village"] for person in people})[1:]
    dummies = [[person["village"] == village for village in villages] for person in people]
    z = np.column_stack([np.ones(len(people)), columns, dummies])
    return (z.T @ z)[None], [len(people)]


def harmed(darfur):
    cross, rows = darfur
    alike = list(range(3, cross.shape[-1]))
    return hidden_cause(
        cross, rows, outcome=1, treatment=2, alike=alike, benchmarks=alike[: len(ALIKE)]
    )


def test_darfur_gives_the_numbers_of_cinelli_and_hazlett_2020(darfur):
    # Cinelli & Hazlett 2020, section 5, to the digits of the R package sensemakr.
    found = harmed(darfur)
    assert found.estimate == pytest.approx(0.0973158, abs=PRINTED_7)
    assert found.se == pytest.approx(0.0232565, abs=PRINTED_7)
    assert found.df == 783
    assert found.partial_r2 == pytest.approx(0.0218731, abs=PRINTED_7)
    assert found.robustness == pytest.approx(0.1387764, abs=PRINTED_7)
    assert found.robustness_of_significance == pytest.approx(0.0762580, abs=PRINTED_7)


def test_darfur_gives_the_bounds_that_sensemakr_prints_for_female(darfur):
    # Cinelli, Ferwerda & Hazlett 2020, sensemakr: Sensitivity Analysis Tools for OLS in R and
    # Stata, ovb_bounds of 1 to 3 times "female": R²dz.x, R²yz.dx, adjusted estimate, se, t.
    printed = {
        1: (0.00916, 0.1246, 0.0752, 0.0219, 3.44),
        2: (0.0183, 0.249, 0.0529, 0.0204, 2.60),
        3: (0.0275, 0.374, 0.0304, 0.0187, 1.63),
    }
    cross, rows = darfur
    fit = least_squares(cross, rows, outcome=1, predictors=[*range(3, cross.shape[-1]), 2])
    found = harmed(darfur)
    for times, (treatment, outcome, estimate, se, t) in printed.items():
        strength = benchmark(found.benchmarks[0], times=times)
        left = confounded(fit.coefficients[-1], fit.se[-1], df=fit.df, strength=strength)
        assert strength.treatment == pytest.approx(treatment, abs=PRINTED_4)
        assert strength.outcome == pytest.approx(outcome, abs=5.1e-4)
        assert left.estimate == pytest.approx(estimate, abs=PRINTED_4)
        assert left.se == pytest.approx(se, abs=PRINTED_4)
        assert left.t == pytest.approx(t, abs=5.1e-3)
    # Three times as strong leaves 0.03 and no significance: the borders lie beyond and before.
    assert found.strongest == 0
    assert 3 < found.times[0] < 5
    assert 2 < found.times_to_doubt[0] < 3


def test_e_values_are_those_of_vanderweele_and_ding_2017():
    # Smoking and lung cancer, 10.73 (8.02 to 14.36), as in the R package EValue: 20.95 and 15.52.
    found = e_value(10.729780, low=8.017457, high=14.359688)
    assert found.estimate == pytest.approx(20.9473, abs=PRINTED_4)
    assert found.limit == pytest.approx(15.5183, abs=PRINTED_4)
    assert e_value(0.80).estimate == pytest.approx(1.8090, abs=PRINTED_4)
    # Breastfeeding and respiratory death, 3.9 (1.8 to 8.7): 7.2 and 3.0 in the paper, cut off.
    paper = e_value(3.9, low=1.8, high=8.7)
    assert paper.estimate == pytest.approx(7.26, abs=0.01)
    assert paper.limit == pytest.approx(3.0, abs=0.01)
