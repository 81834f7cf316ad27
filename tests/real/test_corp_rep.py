"""Customers of four mobile operators on 1-7 scales, with −99 for missing and a thin bottom."""

import csv
import shutil

import pytest

import kuski

pytestmark = pytest.mark.real

STUDY = """
[study]
name = "Mobile"
language = "fi"
[responses]
file = "corp_rep.csv"
score = { column = "cusa", scale = [1, 7], missing = [-99] }
worth = { column = "cusl_3", scale = [1, 7], missing = [-99], unit = "points" }
segments = [{ column = "serviceprovider" }]
alike = [{ column = "switch_1", missing = [-99] }]
[responses.drivers]
columns = ["qual_1", "qual_2", "qual_3", "qual_4", "qual_5", "perf_1", "perf_2"]
scale = [1, 7]
missing = [-99]
"""


@pytest.fixture(scope="module")
def source(real_data):
    return real_data("corp_rep/corp_rep.csv")


@pytest.fixture(scope="module")
def findings(source, tmp_path_factory):
    folder = tmp_path_factory.mktemp("corp_rep")
    shutil.copy(source, folder)
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    study = kuski.open(folder / "study.toml")
    assert study.check() == ()
    return {finding.name: finding for finding in study.findings()}


@pytest.fixture(scope="module")
def rows(source):
    with source.open(encoding="utf-8-sig", newline="") as file:
        return [
            {k: float(v) for k, v in row.items() if k in {"cusa", "cusl_3", "qual_3"}}
            for row in csv.DictReader(file)
        ]


def test_minus_99_is_missing_everywhere(findings, rows):
    quality = findings["listen.quality"].numbers
    columns = {column.column: column for column in quality.columns}
    assert quality.rows == len(rows) == 344
    for name in ("cusa", "cusl_3", "qual_3"):
        assert columns[name].coded == sum(row[name] == -99 for row in rows)
        assert columns[name].answered == sum(row[name] != -99 for row in rows)
        assert columns[name].off_scale == 0
    scores = [row["cusa"] for row in rows if row["cusa"] != -99]
    assert quality.score_mean == pytest.approx(sum(scores) / len(scores))


def test_few_stand_below_the_middle_and_it_shows(findings, rows):
    elevate = findings["value.elevate"]
    both = [row for row in rows if -99 not in (row["cusa"], row["cusl_3"])]
    below = sum(row["cusa"] < 4 for row in both)
    assert elevate.numbers.crude.eliminate.answers == below < 25
    checks = {check.check: check for check in elevate.checks()}
    assert checks["thin_eliminate"].status == "warn"
    assert checks["thin_eliminate"].text.startswith("Vain ")
    levels = findings["value.levels"].numbers.levels
    third, sixth = levels[2], levels[5]
    assert third.worth_high - third.worth_low > 2 * (sixth.worth_high - sixth.worth_low)
    assert levels[0].worth_low is None
    assert "no_interval" in {check.check for check in findings["value.levels"].checks()}
