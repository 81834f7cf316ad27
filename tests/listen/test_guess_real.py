"""What `kuski init` must guess of exports that nobody made for it."""

import pytest

from kuski.listen.draft import draft, write
from kuski.listen.tables import guess_tables
from kuski.settings import load

pytestmark = pytest.mark.real

SFO = {
    2011: ("Q8N", (0, 6), None, ()),
    2012: ("Q8N_WHOLE", (0, 6), None, ("Q7FLYPERYR",)),
    2013: ("Q7O_WHOLE", (0, 6), "WEIGHT", ("Q5FLYPERYR", "Q6TENURE")),
    2014: ("Q7ALL", (0, 6), "WEIGHT", ("Q5TIMESFLOWN", "Q6LONGUSE")),
    2015: ("Q7ALL", (0, 6), "WEIGHT", ("Q5TIMESFLOWN", "Q6LONGUSE")),
    2016: ("Q7ALL", (0, 6), "WEIGHT", ("Q5TIMESFLOWN", "Q6LONGUSE")),
    2017: ("Q7ALL", (0, 6, "Blank"), "WEIGHT", ("Q5TIMESFLOWN", "Q6LONGUSE")),
}
# What every year asks of nearly everybody, by the letters that its columns have in common.
ALWAYS_DRIVERS = ("FOOD", "SIGN", "SAFE")
NEVER_DRIVERS = (
    "PARK",
    "RENTAL",
    "AGE",
    "INCOME",
    "GATE",
    "PEAK",
    "PURP",
    "NETPRO",
    "ALL",
    "WHOLE",
)


@pytest.fixture
def guessed(real, profile_of):
    return lambda name: guess_tables([profile_of(real(name))]).responses


@pytest.mark.parametrize("year", SFO)
def test_every_airport_year_gives_its_score(guessed, year):
    score, missing, weight, alike = SFO[year]
    found = guessed(f"sfo/{year}.csv")
    assert found.one("score").column == score
    assert found.one("score").scale == (1, 5)
    assert found.one("score").missing == missing
    assert (found.one("weight") and found.one("weight").column) == weight
    assert tuple(guess.column for guess in found.guesses.get("alike", ())) == alike
    assert found.one("customer") is None
    assert found.left_out["row_ids"][0].lstrip("*") == "RESPNUM"


@pytest.mark.parametrize("year", SFO)
def test_an_airport_year_is_surer_where_the_name_tells(guessed, year):
    assert guessed(f"sfo/{year}.csv").one("score").certainty == (
        "likely" if year == 2011 else "sure"
    )


@pytest.mark.parametrize("year", SFO)
def test_the_drivers_of_an_airport_year_are_ratings_that_most_people_gave(guessed, year):
    found = guessed(f"sfo/{year}.csv")
    drivers = found.one("drivers").columns
    assert 10 <= len(drivers) <= 20
    assert found.complete >= 1 / 3
    assert found.one("drivers").scale == (1, 5)
    if year > 2011:
        for name in ALWAYS_DRIVERS:
            assert any(name in column for column in drivers)
        for name in NEVER_DRIVERS:
            assert not any(name in column for column in drivers)


def test_recommending_from_0_to_10_is_worth_where_there_is_no_money(guessed):
    found = guessed("sfo/2017.csv")
    for role in ("worth", "recommend"):
        assert found.one(role).column == "NETPRO"
        assert found.one(role).scale == (0, 10)
        assert found.one(role).missing == (11,)


@pytest.mark.parametrize("year", [2011, 2012, 2013, 2014, 2015, 2016])
def test_a_year_without_an_outcome_says_so(real, tmp_path, year):
    sketch = draft([real(f"sfo/{year}.csv")], tmp_path / "study.toml")
    assert sketch.guess.responses.one("worth") is None
    assert "no outcome was found" in sketch.text


def test_peak_and_gender_are_segments_and_their_zero_is_missing(guessed):
    segments = {guess.column: guess for guess in guessed("sfo/2017.csv").guesses["segments"]}
    assert segments["PEAK"].missing == ()
    assert segments["Q20GENDER"].missing == (0,)


def test_mobile_operators_give_satisfaction_and_loyalty(guessed):
    found = guessed("corp_rep/corp_rep.csv")
    assert found.one("score").column == "cusa"
    assert found.one("score").scale == (1, 7)
    assert found.one("score").missing == (-99,)
    assert found.one("worth").column == "cusl_1"
    assert found.one("worth").certainty == "unsure"
    drivers = found.one("drivers").columns
    assert {"qual_6", "perf_1", "csor_5", "attr_1", "like_1", "comp_1"} <= set(drivers)
    assert not [name for name in drivers if name.startswith(("cus", "switch")) or "global" in name]
    assert {"serviceprovider", "servicetype"} <= {g.column for g in found.guesses["segments"]}


def test_lecturers_give_rater_and_rated(guessed):
    found = guessed("insteval/insteval.csv")
    assert found.one("score").column == "y"
    assert found.one("score").scale == (1, 5)
    assert found.one("customer").column == "s"
    assert found.one("agent").column == "d"
    assert found.one("drivers") is None
    assert found.one("score").certainty == "likely"
    assert found.one("agent").certainty == "unsure"


@pytest.mark.parametrize(
    "name", [*(f"sfo/{year}.csv" for year in SFO), "corp_rep/corp_rep.csv", "insteval/insteval.csv"]
)
@pytest.mark.parametrize("language", ["en", "fi"])
def test_the_file_that_is_written_loads(real, tmp_path, name, language):
    sketch = draft([real(name)], tmp_path / "study.toml", language=language)
    settings = load(write(sketch))
    assert settings.study.language == language
    assert (settings.folder / settings.responses.file).resolve() == real(name).resolve()
    assert max(len(line) for line in sketch.text.splitlines()) <= 100
