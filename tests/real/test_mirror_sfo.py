"""Made-up guesses against the real passengers of San Francisco airport in 2017."""

import shutil

import numpy as np
import pandas as pd
import pytest

import kuski

pytestmark = pytest.mark.real

# The same sums in another order, on 2,700 rows of small whole numbers.
SAME = 1e-9

STUDY = """
[study]
name = "SFO 2017"
[responses]
file = "2017.csv"
score = { column = "Q7ALL", scale = [1, 5], missing = [0, 6, "Blank"] }
recommend = { column = "NETPRO", scale = [0, 10], missing = [11] }
weight = "WEIGHT"
[responses.drivers]
columns = ["Q7FOOD", "Q7STORE", "Q7SIGN", "Q7WIFI", "Q9RESTROOM", "Q10SAFE"]
scale = [1, 5]
missing = [0, 6, "Blank"]
[factors.shops]
drivers = ["Q7FOOD", "Q7STORE"]
[factors.way]
drivers = ["Q7SIGN"]
[factors.rest]
drivers = ["Q7WIFI", "Q9RESTROOM", "Q10SAFE"]
[forecasts]
file = "guesses.csv"
leader = "leader"
what = "what"
guess = "guess"
"""
GUESSES = {
    "share_top": 0.2,
    "share_below": 0.05,
    "mean_score": 3.8,
    "nps": 20,
    "mean_Q7WIFI": 3.2,
    "mean_q10safe": 4.3,
    "importance_shops": 0.5,
    "importance_way": 0.2,
    "importance_rest": 0.3,
}


@pytest.fixture(scope="module")
def airport(real_data, tmp_path_factory):
    """The study of 2017 with the guesses of four."""
    folder = tmp_path_factory.mktemp("sfo")
    shutil.copy(real_data("sfo/2017.csv"), folder)
    lines = [
        f"{leader},{what},{guess * (0.94 + 0.03 * place)}"
        for place, leader in enumerate("ABCD")
        for what, guess in GUESSES.items()
    ]
    (folder / "guesses.csv").write_text("\n".join(["leader,what,guess", *lines]) + "\n")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    return kuski.open(folder / "study.toml")


@pytest.fixture(scope="module")
def figures(airport):
    return {one.what: one for one in airport.finding("understand.mirror").numbers.figures}


def weighted_mean(path, column, value=lambda x: x, *, low=1, high=5):
    """Compute a weighted mean from the rows; what is off the scale is missing."""
    table = pd.read_csv(path, dtype=str)
    x = pd.to_numeric(table[column], errors="coerce")
    weight = pd.to_numeric(table["WEIGHT"])
    known = x.between(low, high)
    return np.average(value(x[known]), weights=weight[known])


def test_truths_are_the_weighted_shares_and_means_of_the_rows(airport, figures):
    path = airport.path.with_name("2017.csv")
    assert set(figures) == {what.replace("q10safe", "Q10SAFE") for what in GUESSES}
    for what, column, value in (
        ("share_top", "Q7ALL", lambda x: x == 5),
        ("share_below", "Q7ALL", lambda x: x < 3),
        ("mean_score", "Q7ALL", lambda x: x),
        ("mean_Q7WIFI", "Q7WIFI", lambda x: x),
        ("mean_Q10SAFE", "Q10SAFE", lambda x: x),
    ):
        known = weighted_mean(path, column, value)
        assert figures[what].truth == pytest.approx(known, rel=SAME), what
        assert figures[what].truth_low < known < figures[what].truth_high


def test_the_nps_is_that_of_the_quality_of_the_answers(airport, figures):
    quality = airport.finding("listen.quality").numbers
    assert figures["nps"].truth == pytest.approx(quality.nps, rel=SAME)
    # Resampling here, adjusted Wald there: the widths agree to what 200 random groups know.
    width = figures["nps"].truth_high - figures["nps"].truth_low
    assert width == pytest.approx(quality.nps_high - quality.nps_low, rel=0.15)


def test_importances_of_all_factors_add_up_to_one(figures):
    shares = [figures[f"importance_{name}"].truth for name in ("shops", "way", "rest")]
    assert sum(shares) == pytest.approx(1)
    assert min(shares) > 0


def test_four_leaders_who_think_too_little_of_the_airport_are_told_so(airport):
    found = airport.finding("understand.mirror")
    topics = {topic.topic: topic for topic in found.numbers.topics}
    assert topics["satisfaction"].bias_high < 0
    assert found.translated("en").story()[0].case in ("mirror.message_both", "mirror.message_under")
