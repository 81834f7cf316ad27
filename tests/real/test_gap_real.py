"""The gap on real data: no public set states importance, so comments stand in, and two refuse."""

import shutil

import pytest

import kuski

pytestmark = pytest.mark.real

SFO = """
[study]
name = "SFO"
[responses]
file = "2017.csv"
score = { column = "Q7ALL", scale = [1, 5], missing = [0, 6, "Blank"] }
worth = { column = "NETPRO", missing = [11], unit = "points" }
weight = "WEIGHT"
"""
# What passengers wrote about, as the survey coded the first of their comments.
TOLD = """
reason = "Q8COM1"
[responses.drivers]
columns = ["Q7FOOD", "Q7STORE", "Q7SIGN", "Q7WIFI", "Q9RESTROOM", "Q10SAFE",
    "Q14FIND", "Q14PASSTHRU"]
scale = [1, 5]
missing = [0, 6, "Blank"]
[factors.food]
drivers = ["Q7FOOD"]
reasons = ["101", "102", "103", "104", "105"]
[factors.security]
drivers = ["Q14PASSTHRU", "Q10SAFE"]
reasons = ["201", "202", "204", "206"]
"""
RATED = 'drivers = ["Q7FOOD", "Q7SIGN", "Q14FIND"]\n'
CORP_REP = """
[study]
name = "Mobile"
[responses]
file = "corp_rep.csv"
score = { column = "cusa", scale = [1, 7], missing = [-99] }
drivers = { columns = ["qual_1", "perf_1"], scale = [1, 7], missing = [-99] }
[factors.quality]
drivers = ["qual_1"]
[factors.performance]
drivers = ["perf_1"]
"""


def found(source, folder, text):
    shutil.copy(source, folder)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return kuski.open(folder / "study.toml", language="en").finding("understand.gap")


def test_passengers_write_of_food_and_recommend_by_security(real_data, tmp_path):
    finding = found(real_data("sfo/2017.csv"), tmp_path, SFO + TOLD)
    food, security = finding.numbers.factors
    assert (food.stated_rank, security.stated_rank) == (1, 2)
    assert food.gap_high < 0 < security.gap_low
    assert finding.numbers.behaviour_r2 > 0.2
    checks = {check.check: check.status for check in finding.checks()}
    assert checks["told_reasons"] == "warn"


def test_a_survey_that_asked_nobody_what_matters_is_refused(real_data, tmp_path):
    corp = found(real_data("corp_rep/corp_rep.csv"), tmp_path, CORP_REP)
    assert [sentence.case for sentence in corp.story()] == ["refusals.gap_no_stated"]
    sfo = found(real_data("sfo/2017.csv"), tmp_path, SFO + RATED)
    assert [sentence.case for sentence in sfo.story()] == ["refusals.gap_no_factors"]
