"""What the second stage needs is guessed from names and cells: little rather than wrongly."""

import numpy as np
import pytest

from kuski.listen.contact import contact_guess
from kuski.listen.draft import draft, write
from kuski.listen.factor import factor_guesses
from kuski.listen.guess import Guess
from kuski.listen.kind import kind_guesses
from kuski.listen.profile import ColumnProfile
from kuski.listen.tables import guess_tables
from kuski.settings import load
from kuski.terms import DRIVER_KINDS

N = 600


def kind_of(name, label="", *others):
    columns = [
        ColumnProfile(each, place, 1, 1, 1, {}, label=text)
        for place, (each, text) in enumerate([(name, label), *others])
    ]
    return {guess.column: guess.kind for guess in kind_guesses(columns)}.get(name)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("staff", "human"), ("friendliness", "human"), ("Q3_agent", "human"),
        ("Henkilökunta", "human"), ("asiakaspalvelija", "human"), ("Palvelu", "human"),
        ("service", "human"), ("Q7WIFI", "digital"), ("app_works", "digital"),
        ("Verkkokauppa", "digital"), ("Verkkosivut", "digital"), ("website", "digital"),
        ("Hintataso", "price"), ("price_level", "price"), ("Valikoima", "product"),
        ("tuotteet", "product"), ("product_quality", "product"), ("Odotusaika", "process"),
        ("queue", "process"), ("Siisteys", "process"), ("delivery", "process"),
        ("Q7SIGN", "process"),
    ],
)  # fmt: skip
def test_names_tell_the_kind(name, kind):
    assert kind_of(name) == kind


@pytest.mark.parametrize(
    "name",
    ["part_1", "qual_3", "happiness", "Q7INFOUP", "Q7ART", "webcast2app_staff", "staff_speed",
     "design", "overall_price_product", "ownership"],
)  # fmt: skip
def test_names_that_tell_nothing_or_two_things_give_no_kind(name):
    assert kind_of(name) is None


def test_a_stronger_word_goes_before_service():
    assert kind_of("online_service") == "digital"
    assert kind_of("service_speed") == "process"
    assert kind_of("Palvelun_hinta") == "price"


def test_the_question_tells_where_the_name_does_not():
    booths = ("Q7INFOUP", "Rate: information booths, upper level (staffed)")
    others = [("Q7ART", "Rate: art"), ("Q7ROADS", "Rate: signs on the roads")]
    assert kind_of(*booths, *others) == "human"
    assert kind_of(others[1][0], others[1][1], booths, others[0]) == "process"
    assert kind_of(others[0][0], others[0][1], booths, others[1]) is None


def test_words_that_all_questions_share_tell_nothing():
    asked = [(f"v{i}", f"How satisfied are you with our service: part {i}") for i in range(6)]
    assert kind_of(*asked[0], *asked[1:]) is None


def test_a_word_in_two_blocks_tells_nothing():
    assert kind_of("Q9FOOD", "", ("Q7FOOD", "")) is None
    assert kind_of("Q7FOOD", "", ("Q7SIGN", "")) == "product"


@pytest.fixture
def survey(ratings):
    """Ratings with names that tell, and what else the second stage wants."""
    rng = np.random.default_rng(3)
    drawn = ratings((1, 5), n=N)
    names = ("staff", "price_level", "product_range", "delivery", "app_works", "part_6")
    rated = {name: drawn[f"part_{i + 1}"] for i, name in enumerate(names)}
    left = rng.integers(0, 2, N)
    return {
        "customer_no": [f"C{1000 + i // 2}" for i in range(N)],
        **rated,
        "overall": drawn["whole"],
        "wave": rng.choice(["2023", "2024", "2025"], N),
        "rival_north": np.where(rng.random(N) < 0.5, None, rng.integers(1, 6, N)),
        "rival_south": np.where(rng.random(N) < 0.7, None, rng.integers(1, 6, N)),
        "left": left,
        "months_followed": np.where(left == 1, rng.integers(1, 13, N), 12),
        "reason": np.where(left == 1, rng.choice(["price", "staff", "moved"], N), ""),
        "channel": rng.choice(["Puhelin", "Live chat", "Myymälä Kamppi", "E-mail", "muu"], N),
    }


@pytest.fixture
def found(survey, profile_of):
    return guess_tables([profile_of(survey)]).responses


def test_kinds_are_those_of_the_drivers(found):
    assert {one.column: one.kind for one in found.kinds} == {
        "staff": "human",
        "price_level": "price",
        "product_range": "product",
        "delivery": "process",
        "app_works": "digital",
    }
    assert "part_6" in found.one("drivers").columns


def test_the_wave_is_a_column_of_few_rounds(found, survey, profile_of):
    assert found.one("wave").column == "wave"
    years = {key: value for key, value in survey.items() if key != "wave"}
    years["year"] = np.random.default_rng(1).integers(2019, 2026, N)
    assert guess_tables([profile_of(years)]).responses.one("wave").column == "year"
    born = years | {"year": np.random.default_rng(1).integers(1930, 2008, N)}
    assert guess_tables([profile_of(born)]).responses.one("wave") is None
    dwell = {**{k: v for k, v in years.items() if k != "year"}, "years": years["year"] - 2018}
    assert guess_tables([profile_of(dwell)]).responses.one("wave") is None


def test_rivals_are_scores_of_others_and_no_drivers(found):
    rivals = found.one("rivals")
    assert rivals.columns == ("rival_north", "rival_south")
    assert rivals.scale == found.one("score").scale
    assert not set(rivals.columns) & set(found.one("drivers").columns)


def test_rivals_that_go_with_the_ratings_are_neither_score_nor_drivers(survey, profile_of):
    survey["rival_overall"] = survey["overall"]
    found = guess_tables([profile_of(survey)]).responses
    assert found.one("score").column == "overall"
    assert "rival_overall" in found.one("rivals").columns


def test_a_rival_on_another_scale_is_left_alone(survey, profile_of):
    survey["rival_north"] = np.random.default_rng(1).integers(0, 101, N)
    assert guess_tables([profile_of(survey)]).responses.one("rivals").columns == ("rival_south",)


def test_the_time_until_leaving_stands_with_leaving(found, survey, profile_of):
    assert (found.one("duration").column, found.one("duration").unit) == (
        "months_followed",
        "months",
    )
    del survey["left"]
    assert guess_tables([profile_of(survey)]).responses.one("duration") is None


def test_channels_are_sorted_by_their_words(found):
    assert found.contacts.kinds == {
        "phone": ("Puhelin",),
        "chat": ("Live chat",),
        "face_to_face": ("Myymälä Kamppi",),
        "email": ("E-mail",),
    }
    assert found.contacts.unknown == ("muu",)


@pytest.mark.parametrize("text", ["web shop", "phone app", "chat bot", "other", "hello"])
def test_channels_of_two_kinds_or_none_are_left_to_the_reader(text):
    assert contact_guess([text]).unknown == (text,)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("chatbot", "machine"), ("Sähköposti", "email"), ("mobile app", "app"),
     ("Verkkokauppa", "web"), ("Face-to-face", "face_to_face"), ("Kirje", "letter"),
     ("Automaatti", "machine")],
)  # fmt: skip
def test_channels_of_one_kind_are_told(text, kind):
    assert contact_guess([text]).kinds == {kind: (text,)}


PARTS = ("price", "product", "delivery", "staff")


def shared_out(rng, n=N):
    cuts = np.sort(rng.integers(0, 21, (n, 3)), axis=1) * 5
    return np.diff(np.column_stack([np.zeros(n, int), cuts, np.full(n, 100)]), axis=1)


def stated(profile_of, survey, columns, names):
    added = dict(zip(names, columns.T, strict=True))
    return guess_tables([profile_of(survey | added)]).responses.one("stated")


def test_points_that_sum_to_a_hundred_are_points(survey, profile_of):
    names = [f"importance_{part}" for part in PARTS]
    points = shared_out(np.random.default_rng(1))
    found = stated(profile_of, survey, points, names)
    assert (found.columns, found.form, found.scale) == (tuple(names), "points", (0, 100))
    spoilt = points + (np.random.default_rng(2).random(points.shape) < 0.3)
    assert stated(profile_of, survey, spoilt, names) is None
    named = [f"points_{part}" for part in PARTS]
    assert stated(profile_of, survey, points, named).form == "points"


def test_numbers_that_rank_each_other_are_ranks(survey, profile_of):
    rng = np.random.default_rng(4)
    ranks = rng.permuted(np.tile([1, 2, 3, 4], (N, 1)), axis=1)
    names = [f"rank_{part}" for part in PARTS]
    found = stated(profile_of, survey, ranks, names)
    assert (found.columns, found.form, found.scale) == (tuple(names), "ranks", (1, 4))
    rated = rng.integers(1, 5, ranks.shape)
    named = [f"importance_{part}" for part in PARTS]
    assert stated(profile_of, survey, rated, named).form == ""


def test_points_are_written_and_load(survey, csv_file, tmp_path):
    names = [f"importance_{part}" for part in PARTS]
    points = dict(zip(names, shared_out(np.random.default_rng(1)).T, strict=True))
    sketch = draft([csv_file("answers.csv", survey | points)], tmp_path / "study.toml")
    assert load(write(sketch)).responses.stated.form == "points"
    assert "share out 100 points in 100% of the rows" in sketch.text.replace("\n# ", " ")


def factors(stated, drivers, reasons=()):
    return factor_guesses(Guess("stated", tuple(stated)), Guess("drivers", tuple(drivers)), reasons)


def test_importances_pair_with_drivers_of_their_name():
    found = factors(
        ["importance_price", "importance_app"],
        ["price_level", "app_works", "app_ease", "staff"],
        ["Price", "moved"],
    )
    assert [(each.name, each.drivers, each.reasons) for each in found] == [
        ("price", ("price_level",), ("Price",)),
        ("app", ("app_works", "app_ease"), ()),
    ]


def test_one_pair_is_chance_and_a_driver_of_two_belongs_to_neither():
    assert factors(["importance_price", "importance_speed"], ["price_level", "staff"]) == ()
    assert factors(["importance_price", "importance_app"], ["app_price", "staff"]) == ()
    assert factors(["importance_1", "importance_2"], ["part_1", "part_2"]) == ()


def with_importances(survey, parts):
    rng = np.random.default_rng(5)
    return survey | {f"importance_{part}": rng.integers(1, 6, N) for part in parts}


def test_factors_are_live_only_where_each_has_its_driver(survey, csv_file, tmp_path):
    whole = draft([csv_file("whole.csv", with_importances(survey, PARTS))], tmp_path / "whole.toml")
    found = load(write(whole)).factors
    assert list(found) == list(PARTS)
    assert found["price"].drivers == ("price_level",)
    assert found["price"].reasons == ("price",)
    half = draft(
        [csv_file("half.csv", with_importances(survey, (*PARTS, "design")))],
        tmp_path / "half.toml",
    )
    assert load(write(half)).factors == {}
    assert '# [factors.design]\n# stated = "importance_design"\n# drivers = []' in half.text


def test_everything_is_written_with_its_reason_and_loads(survey, csv_file, tmp_path):
    for language in ("en", "fi"):
        sketch = draft(
            [csv_file("answers.csv", survey)], tmp_path / f"{language}.toml", language=language
        )
        settings = load(write(sketch))
        responses = settings.responses
        assert responses.wave.column == "wave"
        assert responses.rivals.columns == ("rival_north", "rival_south")
        assert (responses.duration.column, responses.duration.unit) == (
            "months_followed",
            "months",
        )
        assert responses.drivers.kinds["staff"] == "human"
        assert settings.contacts["face_to_face"] == ("Myymälä Kamppi",)
        assert max(len(line) for line in sketch.text.splitlines()) <= 100
        for line in sketch.text.splitlines():
            kind = line.partition(" = ")[2].partition("  # ")
            if kind[0].strip('"') in DRIVER_KINDS:
                assert kind[2]
        assert sketch.to_dict()["kinds"]["delivery"] == "process"


@pytest.fixture
def beside(csv_file):
    rng = np.random.default_rng(6)
    true = rng.choice(["price", "staff", "moved"], 90)
    checked = {"case": np.arange(90), "coded": rng.permutation(true), "true": true}
    items = [f"thing {i}" for i in range(6)]
    shown = np.array([rng.choice(items, 4, replace=False) for _ in range(300)])
    choices = {
        "respondent": np.repeat(np.arange(60), 5),
        **{f"shown_{i}": shown[:, i] for i in range(4)},
        "best": shown[:, 0],
        "worst": shown[:, 2],
    }
    return csv_file("checked.csv", checked), csv_file("choices.csv", choices)


def test_tables_beside_the_answers_are_told_apart(survey, csv_file, beside, tmp_path):
    files = [*beside, csv_file("answers.csv", survey)]
    sketch = draft(files, tmp_path / "study.toml")
    settings = load(write(sketch))
    assert (settings.checked.file, settings.checked.coded, settings.checked.true) == (
        "checked.csv",
        "coded",
        "true",
    )
    assert settings.maxdiff.items == ("shown_0", "shown_1", "shown_2", "shown_3")
    assert (settings.maxdiff.best, settings.maxdiff.worst) == ("best", "worst")
    assert settings.maxdiff.respondent == "respondent"
    assert sketch.guess.unused == ()


def test_a_table_of_other_texts_is_no_checked_sample(survey, csv_file, beside, tmp_path):
    del survey["reason"]
    files = [beside[0], csv_file("answers.csv", survey)]
    assert draft(files, tmp_path / "study.toml").guess.checked is None


def test_a_best_that_was_not_shown_is_no_choice(survey, csv_file, tmp_path):
    rng = np.random.default_rng(7)
    shown = {f"shown_{i}": rng.choice(["a", "b", "c"], 200) for i in range(3)}
    shown |= {"best": rng.choice(["a", "z"], 200), "worst": rng.choice(["b", "c"], 200)}
    files = [csv_file("choices.csv", shown), csv_file("answers.csv", survey)]
    assert draft(files, tmp_path / "study.toml").guess.maxdiff is None
