"""The airport's bar over seven waves with changing column names, against a fit on the rows."""

import csv
from contextlib import suppress

import numpy as np
import pytest

import kuski

pytestmark = pytest.mark.real

NAME = "understand.expectations"
YEARS = range(2011, 2018)
NAMES = ("Q7ALL", "Q7ART", "Q7FOOD", "Q7STORE", "Q7SIGN", "Q9RESTROOM")
OTHER_NAMES = {
    2011: ("Q8N", "Q8A", "Q8B", "Q8C", "Q8D", "Q10F"),
    2012: (
        "Q8N_WHOLE", "Q8A_ART", "Q8B_FOOD", "Q8C_SHOP", "Q8D_SIGNS", "Q10F_CLNBATH",
    ),
    2013: (
        "Q7O_WHOLE", "Q7A_ART", "Q7B_FOOD", "Q7C_SHOPS", "Q7D_SIGNS", "Q9E_CLNBATH",
    ),
}  # fmt: skip
# The billionth that is added when slopes are solved.
RIDGE = 1e-7


@pytest.fixture(scope="module")
def rows(real_data):
    """Complete answers as (year, score, ratings...), read without Kuski."""
    found = []
    for year in YEARS:
        with real_data(f"sfo/{year}.csv").open(encoding="latin-1", newline="") as file:
            for row in csv.DictReader(file):
                with suppress(ValueError):
                    values = [float(row[name]) for name in OTHER_NAMES.get(year, NAMES)]
                    if all(1 <= value <= 5 for value in values):
                        found.append([year, *values])
    return np.array(found)


@pytest.fixture(scope="module")
def found(real_data, tmp_path_factory):
    lines = [
        "[study]\nname = 'SFO'\n[responses]",
        'score = { column = "Q7ALL", scale = [1, 5], missing = [0, 6, "Blank"] }',
        f"drivers = {{ columns = {list(NAMES[1:])}, scale = [1, 5], missing = [0, 6, 'Blank'] }}",
    ]
    for year in YEARS:
        lines += ["[[responses.files]]", f"file = '{real_data(f'sfo/{year}.csv')}'"]
        lines.append(f"wave = '{year}'")
        if year in OTHER_NAMES:
            pairs = zip(NAMES, OTHER_NAMES[year], strict=True)
            lines.append("columns = { " + ", ".join(f'{a} = "{b}"' for a, b in pairs) + " }")
    path = tmp_path_factory.mktemp("sfo") / "study.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return kuski.open(path).finding(NAME)


def test_the_bar_is_what_a_dummy_for_each_wave_finds_on_the_rows(found, rows):
    year, score, ratings = rows[:, 0], rows[:, 1], rows[:, 2:]
    dummies = year[:, None] == np.array(YEARS)
    slopes = np.linalg.lstsq(np.column_stack([ratings, dummies]), score, rcond=None)[0]
    bar = slopes[ratings.shape[1] :] - slopes[ratings.shape[1]]
    assert found.n == len(rows)
    assert [wave.wave for wave in found.numbers.waves] == [str(one) for one in YEARS]
    assert [wave.bar for wave in found.numbers.waves] == pytest.approx(bar, abs=RIDGE)
    for wave, one in zip(found.numbers.waves, YEARS, strict=True):
        assert wave.score == pytest.approx(score[year == one].mean())
        assert wave.score - found.numbers.waves[0].score == pytest.approx(
            wave.performance + wave.bar
        )


def test_airport_ratings_rose_and_its_bar_did_not(found):
    last = found.numbers.waves[-1]
    assert last.performance_low > 0.03
    assert 0 < last.bar_low < last.bar < 0.1
    assert found.story()[0].case == "expectations.bar_fell"
    assert {check.check for check in found.checks()} >= {"halo", "speed_no_customer"}
