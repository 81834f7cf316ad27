"""Segments of the airport's survey and of mobile operators' customers, counted from the rows."""

import csv
import shutil

import pytest

import kuski

pytestmark = pytest.mark.real

SFO = """
[study]
name = "SFO 2017"
[responses]
file = "2017.csv"
score = { column = "Q7ALL", scale = [1, 5], missing = [0, 6, "Blank"] }
worth = { column = "NETPRO", missing = [11], unit = "points" }
weight = "WEIGHT"
alike = ["Q5TIMESFLOWN"]
segments = ["PEAK", "Q5TIMESFLOWN"]
"""
CORP_REP = """
[study]
name = "Mobile"
[responses]
file = "corp_rep.csv"
score = { column = "cusa", scale = [1, 7], missing = [-99] }
worth = { column = "cusl_3", scale = [1, 7], missing = [-99], unit = "points" }
segments = ["serviceprovider", "servicetype"]
alike = [{ column = "switch_1", missing = [-99] }]
"""


def audience(source, folder, text):
    shutil.copy(source, folder)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return kuski.open(folder / "study.toml").finding("choose.audience")


def rows(source):
    with source.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_airports_hours_hold_the_passengers_they_do(real_data, tmp_path):
    source = real_data("sfo/2017.csv")
    found = audience(source, tmp_path, SFO)
    scored = [row for row in rows(source) if row["Q7ALL"] in set("12345")]
    for one in found.numbers.segments:
        if one.cut == "PEAK":
            own = [row for row in scored if row["PEAK"] == one.segment]
            assert one.people == len(own)
            assert one.top == pytest.approx(sum(row["Q7ALL"] == "5" for row in own) / len(own))
    # The scale of recommending ends at 10, so that nobody can gain more than what is left to it.
    assert all(0 < one.headroom < 10 - one.worth for one in found.numbers.segments)
    assert found.outcome in ("alike", "not_held")
    assert not found.is_of_people


def test_small_operators_borrow_and_the_thinnest_cells_go_together(real_data, tmp_path):
    found = audience(real_data("corp_rep/corp_rep.csv"), tmp_path, CORP_REP)
    operators = [one for one in found.numbers.segments if one.cut == "serviceprovider"]
    assert sum(one.people for one in operators) == 343
    assert {one.grade for one in operators if one.people < 50} == {"C"}
    crossed = [one for one in found.numbers.segments if one.origin == "crossed"]
    assert min(one.n for one in crossed) >= 30
    assert [one.segment for one in crossed if one.is_merged] == ["others"]
    assert found.outcome == "too_few"
    assert found.numbers.policy is None
