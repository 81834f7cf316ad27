"""Worth by level: what is compared, what is refused, and what goes with it."""

import numpy as np
import pytest
from scipy.special import ndtri

SEVEN = 'score = { column = "score", scale = [1, 7] }\nworth = "worth"'
FIVE = 'score = { column = "score", scale = [1, 5] }\nworth = "worth"'


def levels(study):
    return study.finding("value.levels")


def checks(finding):
    return {check.check: check for check in finding.checks()}


def bell(mean, n):
    """So many numbers spread like a normal distribution of variance one, the mean exact."""
    return (mean + ndtri((np.arange(n) + 0.5) / n)).tolist()


@pytest.mark.parametrize(
    ("more", "case"), [(0.25, "top_more"), (-0.25, "top_less"), (0.1, "top_same")]
)
def test_top_and_middle_are_compared_by_their_difference_and_not_by_overlap(make_study, more, case):
    # Of 200 answers each: means sure to 0.14, so that intervals overlap; the difference to 0.2.
    columns = {"score": [3] * 200 + [5] * 200, "worth": bell(0, 200) + bell(more, 200)}
    found = levels(make_study(columns, FIVE))
    middle, top = found.numbers.levels[2], found.numbers.levels[4]
    assert middle.worth_low < top.worth_high
    assert top.worth_low < middle.worth_high
    assert found.story()[0].case == f"levels.{case}"
    assert found.numbers.top_less_middle == pytest.approx(more, abs=1e-9)


def test_a_level_of_other_people_gets_no_adjusted_worth(make_study, noisy):
    columns = noisy(8, n=1_200)
    kept = [i for i in range(1_200) if columns["score"][i] > 1 or i % 10 == 0]
    columns = {name: [values[i] for i in kept] for name, values in columns.items()}
    columns["before"] = [
        b + (30 if score == 1 else 0)
        for b, score in zip(columns["before"], columns["score"], strict=True)
    ]
    found = levels(make_study(columns, FIVE + '\nalike = ["before"]'))
    assert found.refused == ("1",)
    assert found.numbers.levels[0].worth is not None
    first = found.numbers.levels[0]
    assert (first.adjusted, first.adjusted_low, first.adjusted_high) == (None, None, None)
    assert checks(found)["no_overlap"].status == "refuse"
    assert all(level.adjusted is not None for level in found.numbers.levels[1:])


def test_what_tells_levels_apart_altogether_cannot_be_held_alike(make_study, noisy):
    columns = noisy(9, n=600)
    columns["again"] = [2 * score for score in columns["score"]]
    found = levels(make_study(columns, FIVE + '\nalike = ["again"]'))
    assert {level.adjusted for level in found.numbers.levels} == {None}
    assert checks(found)["no_overlap"].status == "refuse"
    assert found.story()[0].case == "levels.no_comparison_overlap"


def test_a_word_that_never_varies_holds_nothing_alike(make_study, noisy):
    columns = noisy(9, n=600) | {"country": ["Suomi"] * 600}
    found = levels(make_study(columns, FIVE + '\nalike = ["country"]'))
    assert not found.is_adjusted
    assert checks(found)["not_adjusted"].status == "warn"
    assert found.story()[0].case == "levels.top_more"


def test_words_are_held_alike_as_categories(make_study):
    rng = np.random.default_rng(5)
    kind = rng.choice(["home", "firm", "club"], 3_000, p=[0.5, 0.3, 0.2])
    heavy = 50.0 * (kind == "firm") + 20.0 * (kind == "club")
    score = np.clip(np.rint(3 + heavy / 40 + rng.normal(0, 1, 3_000)), 1, 5)
    worth = 10 * score + heavy + rng.normal(0, 1, 3_000)
    columns = {"score": score.tolist(), "worth": worth.tolist(), "kind": kind.tolist()}
    found = levels(make_study(columns, FIVE + '\nalike = ["kind"]')).numbers
    steps = np.diff([level.adjusted for level in found.levels])
    crude = np.diff([level.worth for level in found.levels])
    # A step is worth 10 by the equation above; the noise of a mean is below 0.1.
    assert steps == pytest.approx([10] * 4, abs=0.5)
    assert crude.max() > 13


@pytest.mark.parametrize(("n", "is_named"), [(9, False), (10, True)])
def test_a_category_under_the_disclosure_threshold_is_nowhere(make_study, n, is_named):
    towns = ["Turku"] * 300 + ["Utsjoki"] * n + ["Vaasa"] * 100
    ids = list(range(len(towns)))
    customers = (
        {"id": ids, "town": towns},
        'customer = "id"\nalike = ["town"]\nsegments = ["town"]',
    )
    rng = np.random.default_rng(1)
    score = rng.integers(1, 6, len(ids))
    columns = {
        "score": score.tolist(),
        "worth": (10 * score + rng.normal(0, 2, len(ids))).tolist(),
        "id": ids,
    }
    study = make_study(columns, FIVE + '\ncustomer = "id"', customers=customers)
    for finding in study.findings():
        faces = str(finding.to_dict()) + repr(finding) + finding._repr_html_()
        if finding.name in {"listen.quality", "value.levels"} and is_named:
            assert "Utsjoki" in faces
        else:
            assert "Utsjoki" not in faces


def test_leaving_is_told_beside_worth(make_study, answers):
    columns = answers(dict.fromkeys(range(1, 6), 100))
    score = columns["score"]
    columns["left"] = [int(i % 100 < 30 - 5 * level) for i, level in enumerate(score)]
    found = levels(make_study(columns, FIVE + '\nleft = "left"'))
    assert [level.left for level in found.numbers.leaving] == pytest.approx(
        [0.25, 0.20, 0.15, 0.10, 0.05]
    )
    assert found.numbers.leaving_ratio.ratio == pytest.approx(0.05 / 0.15)
    (told,) = [s.text for s in found.story() if s.case == "levels.leaving"]
    assert "25%" in told
    assert "5.0%" in told


PANEL = SEVEN + '\ncustomer = "customer"\ntime = "day"'


def panel(pairs):
    """Answers of customers who answered twice, a day apart; rows in no order."""
    rows = [(who, day, score) for who, pair in enumerate(pairs) for day, score in enumerate(pair)]
    rows = rows[::-1]
    return {
        "customer": [row[0] for row in rows],
        "day": [f"2025-03-0{1 + row[1]}" for row in rows],
        "score": [row[2] for row in rows],
        "worth": [10.0 * row[2] + row[0] % 7 for row in rows],
    }


def test_moves_follow_each_customer_from_one_answer_to_the_next(make_study):
    pairs = [(1, 4), (2, 4), (3, 3), (5, 5), (6, 4), (7, 6)] * 20
    found = {m.zone: m for m in levels(make_study(panel(pairs), PANEL)).numbers.moves}
    assert {zone: move.n for zone, move in found.items()} == {"below": 60, "middle": 40, "top": 20}
    assert found["below"].move == pytest.approx((3 + 2 + 0) / 3)
    assert found["below"].left_zone == pytest.approx(2 / 3)
    assert found["middle"].move == pytest.approx(-1)
    assert found["middle"].left_zone == 0
    assert found["top"].move == pytest.approx(-1)


def test_without_a_time_nothing_is_said_of_moves(make_study):
    columns = panel([(1, 4), (6, 4)] * 40)
    found = levels(make_study(columns, PANEL.replace('\ntime = "day"', "")))
    assert found.numbers.moves == ()
    assert "levels.moves" not in [sentence.case for sentence in found.story()]


def test_a_level_of_few_answers_gets_no_interval(make_study, answers):
    found = levels(make_study(answers({1: 4, 2: 100, 3: 100, 4: 100, 5: 29}), FIVE))
    first = found.numbers.levels[0]
    assert (first.n, first.worth_low) == (4, None)
    assert first.worth == pytest.approx(10)
    assert "Levels 1, 5" in checks(found)["thin"].text
    assert checks(found)["no_interval"].status == "refuse"


@pytest.mark.parametrize(("customers", "is_given"), [(19, False), (20, True)])
def test_fewer_than_twenty_customers_give_no_interval(make_study, noisy, customers, is_given):
    columns = noisy(10, n=1_000)
    columns["customer"] = [i % customers for i in range(1_000)]
    found = levels(make_study(columns, FIVE + '\ncustomer = "customer"'))
    given = [level.worth_low is not None for level in found.numbers.levels]
    assert given == [is_given] * 5
    assert (found.numbers.shape is not None) == is_given
    assert ("no_interval" in checks(found)) != is_given


def test_those_who_answered_are_set_against_all_customers(make_study):
    rng = np.random.default_rng(3)
    past = rng.normal(100, 20, 1_000)
    answered = np.flatnonzero(past + rng.normal(0, 20, 1_000) > 100)
    score = rng.integers(1, 6, len(answered))
    columns = {
        "id": answered.tolist(),
        "score": score.tolist(),
        "worth": (10.0 * score).tolist(),
    }
    customers = (
        {"id": list(range(1_000)), "past": past.tolist()},
        'customer = "id"\nalike = ["past"]',
    )
    found = levels(make_study(columns, FIVE + '\ncustomer = "id"', customers=customers))
    (past_spend,) = found.numbers.answered
    expected = (past[answered].mean() - past.mean()) / past.std()
    assert past_spend.difference == pytest.approx(expected, rel=1e-9)
    assert past_spend.difference_low > 0.3
    assert checks(found)["answered_apart"].status == "warn"


def test_answers_without_weight_do_not_count(make_study, noisy):
    columns = noisy(12, n=600)
    columns["weight"] = [None if i % 3 == 0 else 0 if i % 3 == 1 else 1.0 for i in range(600)]
    found = levels(make_study(columns, FIVE + '\nweight = "weight"'))
    assert found.n == 200
    assert sum(level.n for level in found.numbers.levels) == 200


def test_levels_may_be_bands(make_study):
    columns = {
        "score": [float(i % 101) for i in range(2_020)],
        "worth": [float(i % 101) for i in range(2_020)],
    }
    role = 'score = { column = "score", scale = [0, 100], cuts = [50, 70, 90] }\nworth = "worth"'
    found = levels(make_study(columns, role)).numbers.levels
    assert [level.level for level in found] == ["0–50", "50–70", "70–90", "90–100"]
    assert [level.n for level in found] == [50 * 20, 20 * 20, 20 * 20, 11 * 20]
    assert [level.position for level in found] == [25, 60, 80, 95]
    assert [level.zone for level in found] == ["below", "middle", "middle", "top"]
