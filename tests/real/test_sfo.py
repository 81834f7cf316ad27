"""San Francisco airport's passenger survey of 2017, as it was exported.

The expected figures are those of ``../shared/data/README.md``, counted from the raw file before;
the weighted ones are computed here from the rows with pandas and statsmodels.
"""

import csv
import re
import shutil

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import kuski
from kuski.finding import Refusal

pytestmark = pytest.mark.real

# The same sums in another order, on 2,700 rows of small whole numbers.
SAME = 1e-9
MEANS = [1.2000, 4.8387, 6.9037, 8.3673, 9.4956]

UNWEIGHTED = """
[study]
name = "SFO 2017"
[responses]
file = "2017.csv"
score = { column = "Q7ALL", scale = [1, 5], missing = [0, 6, "Blank"] }
worth = { column = "NETPRO", missing = [11], unit = "points" }
"""
# As the design prints it, long line and all: it must run as it stands.
PRINTED = """
[study]
name = "SFO 2017"
language = "en"            # or "fi"

[responses]
file = "2017.csv"
score = { column = "Q7ALL", scale = [1, 5], missing = [0, 6, "Blank"] }
worth = { column = "NETPRO", missing = [11], unit = "points" }
weight = "WEIGHT"
drivers = { columns = ["Q7ART", "Q7FOOD", "Q7STORE", "Q7SIGN", "Q7WIFI", "Q7INFOUP", "Q9RESTROOM", "Q10SAFE", "Q14FIND", "Q14PASSTHRU"], scale = [1, 5], missing = [0, 6, "Blank"] }
alike = ["Q5TIMESFLOWN"]
segments = ["PEAK"]
"""  # noqa: E501

# What the printed study says nothing of, and so what the findings that need it say.
WITHOUT_ROLES = {
    "listen.stories": "stories_no_texts",
    "understand.gap": "gap_no_factors",
    "understand.leaving": "leaving_no_reason",
    "understand.encounters": "encounters_nothing",
    "understand.expectations": "expectations_nothing",
    "understand.mirror": "mirror_no_forecasts",
    "value.effort": "no_efforts",
    "choose.budget": "choose_no_actions",
    "choose.disappointed": "choose_no_actions",
    "choose.overservice": "no_efforts",
}
DRIVERS = set(re.findall(r'"(Q[^"]+)"', re.search("drivers = .*", PRINTED)[0]))


@pytest.fixture(scope="module")
def airport(real_data, tmp_path_factory):
    """Return a function that opens a study of 2017 from the text of its file."""
    source, folder = real_data("sfo/2017.csv"), tmp_path_factory.mktemp("sfo")
    shutil.copy(source, folder)

    def study(text):
        path = folder / f"study{len(list(folder.iterdir()))}.toml"
        path.write_text(text, encoding="utf-8")
        return kuski.open(path)

    return study


@pytest.fixture(scope="module")
def unweighted(airport):
    return {finding.name: finding for finding in airport(UNWEIGHTED).findings()}


@pytest.fixture(scope="module")
def printed(airport):
    study = airport(PRINTED)
    assert study.check() == ()
    return {finding.name: finding for finding in study.findings()}


@pytest.fixture(scope="module")
def rows(real_data):
    with real_data("sfo/2017.csv").open(encoding="utf-8-sig", newline="") as file:
        frame = pd.DataFrame(list(csv.DictReader(file)))
    named = {"Q7ALL": "score", "NETPRO": "worth", "WEIGHT": "weight", "Q5TIMESFLOWN": "flown"}
    frame = frame[list(named)].rename(columns=named).apply(pd.to_numeric, errors="coerce")
    frame["score"] = frame.score.where(frame.score.between(1, 5))
    frame["worth"] = frame.worth.where(frame.worth != 11)
    return frame


def test_known_counts_and_means_come_out(unweighted):
    quality, levels = unweighted["listen.quality"].numbers, unweighted["value.levels"].numbers
    assert quality.rows == 2_831
    assert quality.scored == 2_688
    assert round(quality.score_mean, 2) == 4.06
    assert unweighted["value.levels"].n == 2_688
    assert levels.n_outcome == 2_625
    assert [level.n for level in levels.levels] == [5, 31, 436, 1_473, 680]
    assert [round(level.worth, 4) for level in levels.levels] == MEANS


def test_the_known_net_promoter_score_comes_out(unweighted):
    quality = unweighted["listen.quality"].numbers
    assert round(quality.nps, 2) == 39.84
    assert quality.nps_n == 2_746
    assert quality.nps_low < 39.84 < quality.nps_high


def test_the_small_side_is_shown_with_its_wide_interval_and_a_warning(unweighted):
    finding = unweighted["value.elevate"]
    eliminate, elevate = finding.numbers.eliminate, finding.numbers.elevate
    assert eliminate.answers == 36
    # Σ n (v_to − v): 5 × (6.9037 − 1.2) + 31 × (6.9037 − 4.8387), and likewise above.
    assert eliminate.gain == pytest.approx(5 * 5.7037 + 31 * 2.0650, abs=0.01)
    assert elevate.gain == pytest.approx(436 * (9.4956 - 6.9037) + 1_473 * (9.4956 - 8.3673), abs=1)
    assert eliminate.gain_high - eliminate.gain_low > 0.5 * eliminate.gain
    assert elevate.gain_high - elevate.gain_low < 0.25 * elevate.gain
    checks = {check.check: check for check in finding.checks()}
    assert checks["thin_eliminate"].status == "warn"
    assert "36" in checks["thin_eliminate"].text
    assert checks["denominator"].status == "ok"
    assert finding.numbers.ratio_high > 1.5 * finding.numbers.ratio
    assert unweighted["value.effort"].status == "refuse"


def test_the_level_of_five_answers_is_called_thin(unweighted):
    finding = unweighted["value.levels"]
    checks = {check.check: check for check in finding.checks()}
    assert checks["thin"].status == "warn"
    assert "Level 1 " in checks["thin"].text


def test_the_printed_study_runs_and_says_so(printed):
    refused = {
        name: finding.reason for name, finding in printed.items() if isinstance(finding, Refusal)
    }
    assert refused == WITHOUT_ROLES
    assert {printed[name].status for name in printed.keys() - refused} == {"warn"}
    for finding in printed.values():
        finding.to_dict()
        finding.translated("fi").to_dict()
    parts = {driver.driver for driver in printed["understand.drivers"].numbers.drivers}
    assert parts | {d.driver for d in printed["understand.drivers"].numbers.left_out} == DRIVERS
    assert {d.driver for d in printed["understand.asymmetry"].numbers.drivers} == parts
    assert printed["understand.drivers"].n == printed["understand.asymmetry"].n
    assert printed["value.elevate"].is_adjusted
    assert printed["value.elevate"].alike == ("Q5TIMESFLOWN",)
    assert printed["listen.quality"].has_weight


def test_weighted_means_are_those_of_the_rows(printed, rows):
    known = rows.dropna(subset=["score", "worth"])
    for level in printed["value.levels"].numbers.levels:
        here = known[known.score == level.level]
        expected = np.average(here.worth, weights=here.weight)
        assert level.worth == pytest.approx(expected, rel=SAME)
        assert level.share == pytest.approx(here.weight.sum() / known.weight.sum(), rel=SAME)
    scored = rows.dropna(subset="score")
    mean = np.average(scored.score, weights=scored.weight)
    assert printed["listen.quality"].numbers.score_mean == pytest.approx(mean, rel=SAME)


def test_adjusted_means_are_those_of_a_weighted_regression_on_the_rows(printed, rows):
    """Levels 1 and 2 borrow the common slope; the others have slopes of their own."""
    known = rows.dropna()
    finding = printed["value.levels"]
    assert finding.borrowed == ("1", "2")
    everybody = np.average(known.flown, weights=known.weight)
    flown = known.flown - everybody
    dummies = pd.get_dummies(known.score.astype(int), dtype=float)
    own = [dummies[level] * flown for level in (3, 4, 5)]
    worth, weight = known.worth.to_numpy(), known.weight.to_numpy()
    interacted = sm.WLS(worth, np.column_stack([dummies, *own]), weights=weight).fit()
    common = sm.WLS(worth, np.column_stack([dummies, flown]), weights=weight).fit()
    expected = [*common.params[:2], *interacted.params[2:5]]
    found = [level.adjusted for level in finding.numbers.levels]
    assert found == pytest.approx(expected, rel=SAME)


def test_the_gains_are_heads_times_the_adjusted_steps(printed):
    levels = printed["value.levels"].numbers.levels
    found = printed["value.elevate"].numbers
    # Crude and adjusted rest on the same rows here: every row has Q5TIMESFLOWN.
    assert printed["value.levels"].numbers.n_alike == 2_625
    heads = [found.customers * level.share for level in levels]
    worth = [level.adjusted for level in levels]
    eliminate = sum(heads[i] * (worth[2] - worth[i]) for i in (0, 1))
    elevate = sum(heads[i] * (worth[4] - worth[i]) for i in (2, 3))
    assert found.eliminate.gain == pytest.approx(eliminate, rel=SAME)
    assert found.elevate.gain == pytest.approx(elevate, rel=SAME)
    assert found.ratio == pytest.approx(elevate / eliminate, rel=SAME)
