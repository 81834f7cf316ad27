"""What moves the score at the airport, in 2017: Kuski's sums against regressions on rows."""

from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
import pytest

import kuski

pytestmark = pytest.mark.real

# Two routes of double arithmetic through 256 regressions.
SAME = 1e-9
COLUMNS = (
    "Q7ART", "Q7FOOD", "Q7STORE", "Q7SIGN", "Q7WIFI", "Q7INFOUP", "Q9RESTROOM", "Q10SAFE",
    "Q14FIND", "Q14PASSTHRU",
)  # fmt: skip


@pytest.fixture(scope="module")
def airport(real_data, tmp_path_factory):
    """The finding on SFO 2017, and the rows it should rest on."""
    file = real_data("sfo/2017.csv")
    listed = ", ".join(f'"{column}"' for column in COLUMNS)
    path = tmp_path_factory.mktemp("sfo") / "study.toml"
    path.write_text(
        f'[study]\nname = "SFO 2017"\n\n[responses]\nfile = "{file.resolve()}"\nweight = "WEIGHT"\n'
        'score = { column = "Q7ALL", scale = [1, 5], missing = [0, 6, "Blank"] }\n'
        'worth = { column = "NETPRO", missing = [11], unit = "points" }\n'
        f'drivers = {{ columns = [{listed}], scale = [1, 5], missing = [0, 6, "Blank"] }}\n'
        'segments = ["PEAK"]\n',
        encoding="utf-8",
    )
    found = kuski.open(path).finding("understand.drivers")
    rows = pd.read_csv(file, low_memory=False)
    used = [one.driver for one in found.numbers.drivers]
    values = rows[[*used, "Q7ALL"]].apply(pd.to_numeric, errors="coerce")
    values = values.where((values >= 1) & (values <= 5)).dropna()
    return found, values, rows.loc[values.index, "WEIGHT"]


def r2(values, weight, some):
    """Regress the score on some columns, by rows."""
    root = np.sqrt(weight.to_numpy(float))
    x = np.column_stack([np.ones(len(values)), values[list(some)]]) * root[:, None]
    y = values["Q7ALL"].to_numpy(float)
    residual = root * y - x @ np.linalg.lstsq(x, root * y, rcond=None)[0]
    return 1 - (residual @ residual) / (weight * (y - np.average(y, weights=weight)) ** 2).sum()


def test_shares_of_the_airport_are_those_of_every_regression_on_rows(airport):
    found, values, weight = airport
    names = [one.driver for one in found.numbers.drivers]
    m = len(names)
    every = {
        some: r2(values, weight, some)
        for size in range(m + 1)
        for some in combinations(names, size)
    }
    assert found.n == len(values)
    assert found.numbers.r2 == pytest.approx(every[tuple(names)], rel=SAME)
    for one in found.numbers.drivers:
        share = sum(
            (value - every[tuple(name for name in some if name != one.driver)])
            / (m * comb(m - 1, len(some) - 1))
            for some, value in every.items()
            if one.driver in some
        )
        assert one.lmg == pytest.approx(share, abs=SAME)


def test_questions_that_few_answered_are_left_out_and_told(airport):
    found, _, _ = airport
    left_out = {one.driver for one in found.numbers.left_out}
    assert left_out
    assert left_out | {one.driver for one in found.numbers.drivers} == set(COLUMNS)
    assert {check.check: check.status for check in found.checks()}["left_out"] == "warn"


def test_worth_and_segments_are_told_beside(airport):
    found, _, _ = airport
    (worth,) = found.numbers.outcomes
    assert worth.outcome == "worth"
    assert 0 < worth.r2_low < worth.r2 < worth.r2_high < 1
    assert sum(segment.n for segment in found.numbers.segments) <= found.n
    assert all(np.isfinite(segment.r2) for segment in found.numbers.segments)
