"""Roles are guessed from names, questions and what stands in the columns."""

import numpy as np
import pytest

from kuski.listen.draft import draft, write
from kuski.listen.tables import guess_tables
from kuski.settings import load

N = 800


@pytest.fixture
def survey(ratings):
    """A survey with a bit of everything, one row per answer, four per customer."""
    rng = np.random.default_rng(4)
    drawn = ratings((1, 5), n=N)
    customer = np.sort(rng.integers(1000, 1200, N))
    whole = drawn.pop("whole")
    return {
        "answer": np.arange(1, N + 1),
        "customer_no": [f"C{number}" for number in customer],
        "answered": [f"2025-{1 + i % 12:02d}-{1 + i % 28:02d}" for i in range(N)],
        **drawn,
        "overall": whole,
        "recommend": np.clip(np.round(2 * whole + rng.normal(0, 1, N)), 0, 10).astype(int),
        "channel": rng.choice(["phone", "chat", "email"], N),
        "agent": rng.choice([f"A{i}" for i in range(30)], N),
        "region": rng.choice(["north", "south", "east"], N),
        "visits_a_year": rng.poisson(5, N),
        "past_spend_eur": np.round(rng.lognormal(5, 1, N), 2),
        "spend_after_eur": np.round(rng.lognormal(5, 1, N), 2),
        "churned": rng.integers(0, 2, N),
        "weight": np.round(rng.uniform(0.5, 1.5, N), 4),
        "comment": [f"number {i} was a good visit, thanks" if i % 3 else "" for i in range(N)],
        "empty": [""] * N,
        "wave": ["2025"] * N,
    }


@pytest.mark.parametrize(
    ("role", "column"),
    [
        ("score", "overall"), ("worth", "spend_after_eur"), ("recommend", "recommend"),
        ("weight", "weight"), ("customer", "customer_no"), ("time", "answered"),
        ("comment", "comment"), ("contact", "channel"), ("agent", "agent"), ("left", "churned"),
    ],
)  # fmt: skip
def test_each_column_gets_its_role(survey, profile_of, role, column):
    found = guess_tables([profile_of(survey)]).responses
    assert found.one(role).column == column


def test_lists_of_columns_get_their_roles(survey, profile_of):
    found = guess_tables([profile_of(survey)]).responses
    assert found.one("drivers").columns == tuple(f"part_{i}" for i in range(1, 7))
    assert [g.column for g in found.guesses["alike"]] == ["visits_a_year", "past_spend_eur"]
    assert [g.column for g in found.guesses["segments"]] == ["region"]
    assert found.left_out["row_ids"] == ("answer",)
    assert found.left_out["empty"] == ("empty",)
    assert found.left_out["constant"] == ("wave",)


def test_money_says_its_unit(survey, profile_of):
    assert guess_tables([profile_of(survey)]).responses.one("worth").unit == "€"


def test_no_column_has_two_roles_but_recommending_as_worth(survey, profile_of):
    del survey["spend_after_eur"]
    found = guess_tables([profile_of(survey)]).responses
    assert found.one("worth").column == found.one("recommend").column == "recommend"
    named = [c for g in found.all() if g.role != "worth" for c in g.columns]
    assert len(named) == len(set(named))


def test_a_rating_is_never_held_alike(survey, profile_of):
    survey["visits_rating"] = survey.pop("part_6")
    found = guess_tables([profile_of(survey)]).responses
    assert "visits_rating" in found.one("drivers").columns
    assert "visits_rating" not in {g.column for g in found.guesses["alike"]}


def test_sparse_ratings_are_left_out_of_the_drivers(survey, profile_of):
    rng = np.random.default_rng(1)
    survey["part_2"] = np.where(rng.random(N) < 0.8, None, survey["part_2"])
    found = guess_tables([profile_of(survey)]).responses
    assert found.left_out["sparse"] == ("part_2",)


def test_a_customer_who_answers_once_is_still_a_customer(survey, profile_of):
    survey["customer_no"] = [f"C{i}" for i in range(N)]
    found = guess_tables([profile_of(survey)]).responses
    assert found.one("customer").column == "customer_no"


def test_renewing_is_an_outcome_in_shares(survey, profile_of):
    del survey["spend_after_eur"], survey["recommend"]
    survey["renewed"] = np.random.default_rng(2).integers(0, 2, N)
    worth = guess_tables([profile_of(survey)]).responses.one("worth")
    assert (worth.column, worth.unit) == ("renewed", "%")


def test_the_overall_score_is_found_without_its_name(ratings, profile_of):
    drawn = ratings((1, 5), parts=8)
    order = [f"part_{i}" for i in (1, 2, 3, 4)] + ["whole"] + [f"part_{i}" for i in (5, 6, 7, 8)]
    columns = {f"v{i}": drawn[name] for i, name in enumerate(order)}
    score = guess_tables([profile_of(columns)]).responses.one("score")
    assert score.column == "v4"
    assert score.certainty != "sure"


def test_stated_importance_is_no_driver(survey, profile_of):
    rng = np.random.default_rng(8)
    for part in ("price", "speed", "staff"):
        survey[f"importance_{part}"] = rng.choice([2, 3, 4, 5], N, p=[0.1, 0.2, 0.4, 0.3])
        survey[f"importance_{part}"][:3] = 1
    found = guess_tables([profile_of(survey)]).responses
    assert found.one("stated").columns == tuple(
        f"importance_{p}" for p in ("price", "speed", "staff")
    )
    assert not set(found.one("stated").columns) & set(found.one("drivers").columns)


def test_ratings_in_words_are_pointed_out(survey, profile_of):
    words = ["Very satisfied", "Satisfied", "Dissatisfied", "Very dissatisfied"]
    survey["staff"] = np.random.default_rng(1).choice(words, N)
    assert guess_tables([profile_of(survey)]).responses.left_out["words"] == ("staff",)


def test_nothing_like_a_score_is_no_study(profile_of):
    found = guess_tables([profile_of({"name": ["a", "b", "c", "d"], "x": [0.1, 0.2, 0.3, 0.4]})])
    assert found.responses is None
    assert found.unused == ("columns.csv",)


@pytest.fixture
def three_files(survey, csv_file):
    rng = np.random.default_rng(6)
    everybody = [f"C{number}" for number in range(1000, 1300)]
    customers = {
        "customer_no": everybody,
        "segment": rng.choice(["small", "large"], 300),
        "tenure_years": np.round(rng.gamma(2, 3, 300), 1),
        "revenue_next_year_eur": np.round(rng.lognormal(6, 1, 300), 2),
        "left": rng.integers(0, 2, 300),
    }
    efforts = {
        "work": np.arange(500),
        "customer_no": rng.choice(everybody, 500),
        "kind": rng.choice(["complaint", "call", "visit"], 500),
        "hours": np.round(rng.gamma(2, 1, 500), 1),
    }
    answers = {k: v for k, v in survey.items() if k not in {"churned", "spend_after_eur"}}
    return (
        csv_file("efforts.csv", efforts),
        csv_file("customers.csv", customers),
        csv_file("answers.csv", answers),
    )


def test_files_are_told_apart_in_any_order(three_files, profile_of):
    for files in (three_files, three_files[::-1]):
        found = guess_tables([profile_of(path) for path in files])
        assert found.responses.profile_name == "answers.csv"
        assert found.responses.one("customer").column == "customer_no"
        assert found.customers.one("customer").column == "customer_no"
        assert found.customers.one("worth").column == "revenue_next_year_eur"
        assert found.customers.one("left").column == "left"
        assert [g.column for g in found.customers.guesses["alike"]] == ["tenure_years"]
        assert [g.column for g in found.customers.guesses["segments"]] == ["segment"]
        assert found.efforts.one("cost").column == "hours"
        assert found.efforts.one("cost").unit == "hours"
        assert found.efforts.one("customer").column == "customer_no"
        assert found.efforts.one("kind").column == "kind"


def test_worth_stands_in_one_table_only(three_files, tmp_path):
    settings = load(write(draft(three_files, tmp_path / "study.toml")))
    assert settings.responses.worth is None
    assert settings.customers.worth.column == "revenue_next_year_eur"
    assert settings.efforts.cost.unit == "hours"


def test_a_file_that_fits_nowhere_is_named(three_files, csv_file, tmp_path):
    stray = csv_file("stray.csv", {"colour": ["red", "blue"], "code": [1, 2]})
    sketch = draft([*three_files, stray], tmp_path / "study.toml")
    assert sketch.guess.unused == (str(stray),)
    assert "stray.csv" in sketch.text.split("[study]")[0]


def test_files_of_one_name_in_two_folders_are_two_files(three_files, tmp_path):
    efforts, customers, answers = three_files
    (tmp_path / "crm").mkdir()
    moved = customers.rename(tmp_path / "crm" / "answers.csv")
    settings = load(write(draft([answers, moved, answers, efforts], tmp_path / "study.toml")))
    assert settings.responses.file == "answers.csv"
    assert settings.customers.file == "crm/answers.csv"
