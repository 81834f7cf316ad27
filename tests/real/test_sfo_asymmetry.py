"""Staffed information booths and WiFi at San Francisco airport, 2011 to 2017, as they turn out.

Nothing here was expected beforehand. Booths (people) were even in 2011 and 2012 and are unsure
since, leaning to delight in 2016 and 2017; in 2014 too few rate them low. WiFi, first asked about
in 2013, was even or unsure, exciting in 2016, and unsure again in 2017. That digital and process
drivers are basic and human ones exciting does not hold in any year that can tell.
"""

import csv
import shutil

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import kuski
from kuski.understand.asymmetry.finding import THRESHOLDS

pytestmark = pytest.mark.real

NAME = "understand.asymmetry"
SAME = 1e-9
# Probabilities from 2,000 resamples of 200 groups, give or take another seed.
NEAR = 0.05
# Basic, even, exciting.
BOOTHS = {
    2011: (0.07, 0.92, 0.01),
    2012: (0.07, 0.81, 0.12),
    2013: (0.09, 0.63, 0.28),
    2014: None,
    2015: (0.25, 0.28, 0.47),
    2016: (0.01, 0.30, 0.69),
    2017: (0.00, 0.31, 0.69),
}
WIFI = {
    2013: (0.12, 0.57, 0.31),
    2014: (0.14, 0.66, 0.20),
    2015: (0.02, 0.55, 0.43),
    2016: (0.00, 0.04, 0.95),
    2017: (0.28, 0.54, 0.18),
}
LATER = {
    "score": "Q7ALL",
    "sign": "Q7SIGN",
    "food": "Q7FOOD",
    "booths": "Q7INFOUP",
    "wifi": "Q7WIFI",
    "restroom": "Q9RESTROOM",
    "find": "Q14FIND",
    "security": "Q14PASSTHRU",
}
COLUMNS = {
    2011: {
        "score": "Q8N",
        "sign": "Q8D",
        "food": "Q8B",
        "booths": "Q8H",
        "restroom": "Q10F",
        "find": "Q15A",
        "security": "Q15B",
    },
    2012: {
        "score": "Q8N_WHOLE",
        "sign": "Q8D_SIGNS",
        "food": "Q8B_FOOD",
        "booths": "Q8H_INFODEP",
        "restroom": "Q10F_CLNBATH",
        "find": "Q15A_FIND",
        "security": "Q15B_SECURITY",
    },
    2013: {
        "score": "Q7O_WHOLE",
        "sign": "Q7D_SIGNS",
        "food": "Q7B_FOOD",
        "booths": "Q7H_INFODEP",
        "wifi": "Q7I_WIFI",
        "restroom": "Q9E_CLNBATH",
        "find": "Q14A_FIND",
        "security": "Q14B_SECURITY",
    },
} | dict.fromkeys((2014, 2015, 2016, 2017), LATER)
KINDS = {"sign": "process", "booths": "human", "wifi": "digital", "find": "process"} | {
    "food": "product",
    "restroom": "product",
    "security": "process",
}


def text(year):
    columns = dict(COLUMNS[year])
    score = columns.pop("score")
    names = ", ".join(f'"{column}"' for column in columns.values())
    kinds = "\n".join(f'{column} = "{KINDS[name]}"' for name, column in columns.items())
    return f"""
[study]
name = "SFO {year}"
[responses]
file = "{year}.csv"
score = {{ column = "{score}", scale = [1, 5], missing = [0, 6, "Blank"] }}
{'weight = "WEIGHT"' if year >= 2013 else ""}
[responses.drivers]
columns = [{names}]
keep = [{names}]
scale = [1, 5]
missing = [0, 6, "Blank"]
[responses.drivers.kinds]
{kinds}
"""


@pytest.fixture(scope="module")
def years(real_data, tmp_path_factory):
    folder, found = tmp_path_factory.mktemp("sfo"), {}
    for year in COLUMNS:
        shutil.copy(real_data(f"sfo/{year}.csv"), folder)
        path = folder / f"study{year}.toml"
        path.write_text(text(year), encoding="utf-8")
        study = kuski.open(path)
        assert study.check() == ()
        found[year] = study.finding(NAME)
    return found


def driver(years, year, name):
    column = COLUMNS[year][name]
    return next(one for one in years[year].numbers.drivers if one.driver == column)


@pytest.mark.parametrize("year", [2011, 2017])
def test_contrasts_are_those_of_the_rows(years, real_data, year):
    with real_data(f"sfo/{year}.csv").open(encoding="utf-8-sig", newline="") as file:
        frame = pd.DataFrame(list(csv.DictReader(file)))
    columns = COLUMNS[year]
    ratings = frame[list(columns.values())].apply(pd.to_numeric, errors="coerce")
    ratings = ratings.where((ratings >= 1) & (ratings <= 5))
    known = ratings.notna().all(axis=1)
    ratings = ratings[known]
    weight = pd.to_numeric(frame.WEIGHT[known]) if year >= 2013 else pd.Series(1.0, ratings.index)
    assert years[year].n == len(ratings)
    drivers = {one.driver: one for one in years[year].numbers.drivers}
    x = ratings[[name for name in columns.values() if name in drivers]]
    # A side that too few gave is no dummy, and its driver has no contrasts.
    is_thin = np.array([drivers[name].low_n < THRESHOLDS.least for name in x])
    low = (x <= 2).to_numpy()[:, ~is_thin]
    fit = sm.WLS(
        ratings[columns["score"]].to_numpy(),
        sm.add_constant(np.column_stack([low, x >= 5]).astype(float)),
        weights=weight.to_numpy(),
    ).fit()
    told = x.columns[~is_thin]
    assert len(told) >= 4
    assert [drivers[n].penalty for n in told] == pytest.approx(
        fit.params[1:][: len(told)], rel=SAME
    )
    rewards = fit.params[1 + len(told) :][~is_thin]
    assert [drivers[n].reward for n in told] == pytest.approx(rewards, rel=SAME)


def test_every_year_has_an_answer_that_can_be_shown(years):
    for finding in years.values():
        assert finding.n > 700
        finding.to_dict()
        finding.translated("fi").to_dict()


@pytest.mark.parametrize(("name", "expected"), [("booths", BOOTHS), ("wifi", WIFI)])
def test_booths_and_wifi_are_what_they_turned_out_to_be(years, name, expected):
    for year, chances in expected.items():
        found = driver(years, year, name)
        if chances is None:
            assert found.untold == "thin"
            assert found.low_n < THRESHOLDS.least
            continue
        told = found.class_probabilities
        assert (told.basic, told.performance, told.excitement) == pytest.approx(chances, abs=NEAR)
        assert found.class_ != "basic"


def test_the_hygiene_question_is_never_answered_yes(years):
    answers = {year: finding.numbers.hygiene.answer for year, finding in years.items()}
    assert answers == dict.fromkeys(years, "no") | {2014: "refused"}
    assert max(finding.numbers.hygiene.probability or 0.0 for finding in years.values()) < 0.1
