"""Seven years of San Francisco airport's passenger survey in one study, under one name each.

What each column is called in a year was read off the headers and the questionnaires; 2011 names its
questions by letters, in the order of 2012. Everything expected here is counted from the raw files
with pandas and fitted with statsmodels, row by row; no claim hangs on what the passengers said.
"""

from dataclasses import asdict
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import kuski

pytestmark = pytest.mark.real

# The same sums in another order, on some 10,000 rows of small whole numbers; some settings go
# through the inverse of a matrix of a dozen columns, which costs digits.
SAME = 1e-8
# A question that meant something else in one year would stand out: true means move by less.
MOST_CHANGE = 0.5
YEARS = range(2011, 2018)
# What this study calls it, then 2011, 2012, 2013, and 2014 to 2017.
NAMES = {
    "whole": ("Q8N", "Q8N_WHOLE", "Q7O_WHOLE", "Q7ALL"),
    "art": ("Q8A", "Q8A_ART", "Q7A_ART", "Q7ART"),
    "food": ("Q8B", "Q8B_FOOD", "Q7B_FOOD", "Q7FOOD"),
    "shops": ("Q8C", "Q8C_SHOP", "Q7C_SHOPS", "Q7STORE"),
    "signs": ("Q8D", "Q8D_SIGNS", "Q7D_SIGNS", "Q7SIGN"),
    "walkways": ("Q8E", "Q8E_WALK", "Q7E_WALK", "Q7WALKWAYS"),
    "screens": ("Q8F", "Q8F_SCREENS", "Q7F_SCREENS", "Q7SCREENS"),
    "booths": ("Q8H", "Q8H_INFODEP", "Q7H_INFODEP", "Q7INFOUP"),
    "wifi": ("", "", "Q7I_WIFI", "Q7WIFI"),
    "clean_gates": ("Q10A", "Q10A_CLNBOARD", "Q9A_CLNBOARD", "Q9BOARDING"),
    "clean_restaurants": ("Q10E", "Q10E_CLNFOOD", "Q9D_CLNFOOD", "Q9FOOD"),
    "clean_restrooms": ("Q10F", "Q10F_CLNBATH", "Q9E_CLNBATH", "Q9RESTROOM"),
    "safe": ("Q11", "Q11SAFE", "Q10SAFE", "Q10SAFE"),
    "finding_the_way": ("Q15A", "Q15A_FIND", "Q14A_FIND", "Q14FIND"),
    "security": ("Q15B", "Q15B_SECURITY", "Q14B_SECURITY", "Q14PASSTHRU"),
    "flights": ("Q7", "Q7FLYPERYR", "Q5FLYPERYR", "Q5TIMESFLOWN"),
}
DRIVERS = [name for name in NAMES if name not in {"whole", "flights"}]
ROLES = """
[study]
name = "SFO {first}-2017"

[responses]
score = {{ column = "whole", scale = [1, 5], missing = [0, 6, "Blank"] }}
segments = ["wave", {{ column = "flights", missing = [0] }}]
{weight}

[responses.drivers]
columns = {drivers}
scale = [1, 5]
missing = [0, 6, "Blank"]
keep = {keep}

[responses.drivers.kinds]
booths = "human"
wifi = "digital"
screens = "digital"
food = "product"
shops = "product"
signs = "process"
walkways = "process"
clean_gates = "process"
clean_restaurants = "process"
clean_restrooms = "process"
security = "process"
"""


def own_name(name, year):
    return NAMES[name][min(year - YEARS[0], 3)]


@pytest.fixture(scope="module")
def airport(real_data, tmp_path_factory):
    """Return a function that opens the study of the years from `first` on."""

    def study(first=2011, keep=(), weight=""):
        quoted = [[f'"{name}"' for name in names] for names in (DRIVERS, keep)]
        drivers, kept = (f"[{', '.join(names)}]" for names in quoted)
        lines = [ROLES.format(first=first, drivers=drivers, keep=kept, weight=weight)]
        for year in range(first, 2018):
            names = [f'{name} = "{own_name(name, year)}"' for name in NAMES]
            lines += [
                "[[responses.files]]",
                f'file = "{real_data(f"sfo/{year}.csv").as_posix()}"',
                f'wave = "{year}"',
                f"columns = {{ {', '.join(names)} }}",
            ]
        path = tmp_path_factory.mktemp("waves") / "study.toml"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return kuski.open(path)

    return study


@pytest.fixture(scope="module")
def rows(real_data):
    """The seven files under one name each, by pandas alone."""
    frames = []
    for year in YEARS:
        raw = pd.read_csv(real_data(f"sfo/{year}.csv"), dtype=str, encoding="utf-8-sig")
        own = {name: own_name(name, year) for name in NAMES if own_name(name, year)}
        frame = raw[list(own.values())].set_axis(list(own), axis=1)
        frame = frame.apply(lambda column: pd.to_numeric(column.str.strip(), errors="coerce"))
        frame = frame.where((frame >= 1) & (frame <= 5 + (frame.columns == "flights")))
        weight = raw["WEIGHT"].astype(float) if "WEIGHT" in raw else np.nan
        frames.append(frame.assign(wave=str(year), weight=weight))
    return pd.concat(frames, ignore_index=True)


@pytest.fixture(scope="module")
def study(airport):
    return airport()


@pytest.fixture(scope="module")
def drivers(study):
    return study.finding("understand.drivers")


@pytest.fixture(scope="module")
def complete(rows, drivers):
    """The rows that the findings may use: those that rate every driver that was not left out."""
    names = [driver.driver for driver in drivers.numbers.drivers]
    return rows.dropna(subset=["whole", *names]), names


def fitted(rows, names, weight=None):
    weights = np.ones(len(rows)) if weight is None else rows[weight]
    return sm.WLS(rows["whole"], sm.add_constant(rows[names]), weights=weights).fit()


def test_the_study_is_in_order(study):
    assert study.check() == ()


def test_a_column_means_the_same_in_every_year(rows):
    means = rows.groupby("wave")[["whole", *DRIVERS]].mean()
    assert means.diff().abs().max().max() < MOST_CHANGE


def test_every_row_of_every_file_is_read(study, rows):
    quality = study.finding("listen.quality")
    assert quality.numbers.rows == len(rows)
    assert quality.numbers.scored == rows["whole"].notna().sum()
    found = {column.column: column.answered for column in quality.numbers.columns}
    for name in DRIVERS:
        assert found[name] == rows[name].notna().sum()


def test_the_drivers_left_out_are_those_that_few_rate(rows, drivers):
    scored = rows[rows["whole"].notna()]
    left_out = {one.driver: one.answered for one in drivers.numbers.left_out}
    assert left_out
    for name, answered in left_out.items():
        assert answered == pytest.approx(scored[name].notna().mean(), abs=0.01)
    kept = [one.driver for one in drivers.numbers.drivers]
    assert sorted([*kept, *left_out]) == sorted(DRIVERS)
    assert scored[kept].notna().all(axis=1).mean() >= 0.5


def test_the_drivers_divide_what_least_squares_explains(drivers, complete):
    used, names = complete
    model = fitted(used, names)
    assert drivers.n == len(used)
    assert drivers.numbers.r2 == pytest.approx(model.rsquared, abs=SAME)
    assert sum(one.lmg for one in drivers.numbers.drivers) == pytest.approx(
        model.rsquared, abs=SAME
    )
    assert sum(one.share for one in drivers.numbers.drivers) == pytest.approx(1, abs=SAME)
    for one in drivers.numbers.drivers:
        assert one.slope == pytest.approx(model.params[one.driver], abs=SAME)
        assert one.mean == pytest.approx(used[one.driver].mean(), abs=SAME)
        assert one.lmg_low <= one.lmg <= one.lmg_high


def test_each_wave_is_a_segment_of_its_own(drivers, complete):
    used, names = complete
    waves = {one.segment: one for one in drivers.numbers.segments if one.column == "wave"}
    assert sorted(waves) == [str(year) for year in YEARS]
    for wave, part in used.groupby("wave"):
        assert waves[wave].n == len(part)
        assert waves[wave].r2 == pytest.approx(fitted(part, names).rsquared, abs=SAME)
        assert sum(one.share for one in waves[wave].drivers) == pytest.approx(1, abs=SAME)
    flights = [one for one in drivers.numbers.segments if one.column == "flights"]
    counted = used["flights"].value_counts()
    assert {one.segment: one.n for one in flights} == {
        str(int(value)): n for value, n in counted.items() if str(int(value)) in
        {one.segment for one in flights}
    }  # fmt: skip
    assert flights


@pytest.fixture(scope="module")
def expectations(study):
    return study.finding("understand.expectations")


def test_the_change_of_the_score_is_divided_and_nothing_is_left(expectations):
    waves, steps = expectations.numbers.waves, expectations.numbers.steps
    assert [wave.wave for wave in waves] == [str(year) for year in YEARS]
    for wave in waves:
        change = wave.score - waves[0].score
        assert wave.performance + wave.bar == pytest.approx(change, abs=1e-12)
    for (before, after), step in zip(pairwise(waves), steps, strict=True):
        assert (step.before, step.wave) == (before.wave, after.wave)
        assert step.change == pytest.approx(after.score - before.score, abs=1e-12)
        assert step.performance + step.bar == pytest.approx(step.change, abs=1e-12)
        assert step.bar == pytest.approx(after.bar - before.bar, abs=1e-9)


def test_the_bar_is_what_dummies_of_the_waves_say(expectations, complete):
    used, names = complete
    dummies = pd.get_dummies(used["wave"], drop_first=True, dtype=float)
    model = sm.OLS(used["whole"], sm.add_constant(used[names].join(dummies))).fit()
    for wave in expectations.numbers.waves:
        part = used[used["wave"] == wave.wave]
        assert wave.n == len(part)
        assert wave.score == pytest.approx(part["whole"].mean(), abs=SAME)
        assert wave.bar == pytest.approx(model.params.get(wave.wave, 0.0), abs=SAME)


def test_without_customers_nothing_is_said_of_their_expectations(expectations):
    assert expectations.numbers.lambda_ is None
    assert any(check.status == "refuse" for check in expectations.checks())


@pytest.fixture(scope="module")
def recent(airport):
    """The five years with WiFi and weights; booths and WiFi are kept though few rate them."""
    return airport(2013, keep=DRIVERS, weight='weight = "WEIGHT"')


@pytest.fixture(scope="module")
def asymmetry(recent):
    return recent.finding("understand.asymmetry")


def test_booths_and_wifi_get_a_class_with_probabilities(asymmetry):
    found = {one.driver: one for one in asymmetry.numbers.drivers}
    assert set(found) == set(DRIVERS)
    for one in found.values():
        chances = one.class_probabilities
        assert chances is not None
        assert sum(asdict(chances).values()) == pytest.approx(1, abs=1e-6)
    assert found["booths"].kind == "human"
    assert found["wifi"].kind == "digital"


def test_penalties_and_rewards_are_those_of_least_squares(asymmetry, rows):
    names = [one.driver for one in asymmetry.numbers.drivers]
    used = rows[rows["wave"] >= "2013"].dropna(subset=["whole", "weight", *names])
    assert asymmetry.n == len(used)
    cut = asymmetry.numbers.cut
    low = (used[names] <= cut.low).astype(float).add_suffix("_low")
    high = (used[names] >= cut.high).astype(float).add_suffix("_high")
    design = sm.add_constant(low.join(high))
    model = sm.WLS(used["whole"], design, weights=used["weight"]).fit()
    for one in asymmetry.numbers.drivers:
        assert one.penalty == pytest.approx(model.params[f"{one.driver}_low"], abs=SAME)
        assert one.reward == pytest.approx(model.params[f"{one.driver}_high"], abs=SAME)


def test_weights_of_the_years_that_have_them_are_used(recent, rows):
    found = recent.finding("understand.drivers")
    names = [one.driver for one in found.numbers.drivers]
    used = rows[rows["wave"] >= "2013"].dropna(subset=["whole", "weight", *names])
    assert found.n == len(used)
    model = fitted(used, names, "weight")
    assert found.numbers.r2 == pytest.approx(model.rsquared, abs=SAME)


def test_what_two_years_did_not_ask_cannot_be_kept_for_them(airport, rows):
    kept = airport(keep=DRIVERS).finding("understand.expectations")
    used = rows.dropna(subset=["whole", *DRIVERS])
    assert sorted(used["wave"].unique()) == ["2013", "2014", "2015", "2016", "2017"]
    assert [wave.wave for wave in kept.numbers.waves] == sorted(used["wave"].unique())
    for wave in kept.numbers.waves:
        assert wave.n == (used["wave"] == wave.wave).sum()
