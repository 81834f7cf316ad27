"""Numbers that are known beforehand come out of a file, through the whole engine, as they are."""

import numpy as np
import pytest

# Sums of at most a few thousand numbers of like size: the rounding of a few of them, no more.
EXACT = 1e-12
# Customers in random groups: 2,000 draws give an interval's width to about 3 %, and 200 groups of
# their own choosing give the width itself to about 5 %.
WIDTH = 0.15

SEVEN = 'score = { column = "score", scale = [1, 7] }\nworth = "worth"'
SHARES = dict(zip(range(1, 8), (3, 4, 7, 17, 21, 26, 22), strict=True))


BOTH = ("value.levels", "value.elevate")


def elevate(study):
    return study.finding("value.elevate").numbers


def split_product(pair):
    split = pair.split
    return split.people * split.steps_per_person * split.worth_per_step


def test_a_straight_line_with_equal_shares_gives_a_ratio_of_one(make_study, answers):
    found = elevate(make_study(answers(dict.fromkeys(range(1, 8), 60)), SEVEN))
    assert found.ratio == pytest.approx(1, abs=EXACT)
    assert found.break_even_cost == pytest.approx(1, abs=EXACT)
    assert found.ratio_low < 1 < found.ratio_high


def test_the_told_shares_give_24_against_119_steps_and_headcount_alone_4_96(make_study, answers):
    # Shares of the told company, see docs; 3·3 + 2·4 + 1·7 = 24, 3·17 + 2·21 + 1·26 = 119.
    found = elevate(make_study(answers({level: 10 * n for level, n in SHARES.items()}), SEVEN))
    assert found.customers == 1_000
    assert found.eliminate.steps / 10 == pytest.approx(24, abs=EXACT)
    assert found.elevate.steps / 10 == pytest.approx(119, abs=1e-11)
    assert found.ratio == pytest.approx(119 / 24, rel=EXACT)
    assert round(found.ratio, 4) == 4.9583
    assert found.split.worth_per_step == pytest.approx(1, abs=EXACT)
    assert found.split.people == pytest.approx(64 / 14, rel=EXACT)


@pytest.mark.parametrize(
    ("role", "levels", "ratio"),
    [
        # Everybody at every level once, worth equal to the position: steps over steps.
        ("scale = [1, 5]", range(1, 6), 3 / 3),
        ("scale = [1, 7]", range(1, 8), 6 / 6),
        ("scale = [0, 10]", range(11), 4 / 28),  # 7 and 8 to 9.5, the mean of 9 and 10
        ("scale = [1, 10]", range(1, 11), 4 / 21),
        ("scale = [1, 7], middle = 5, top = [6, 7]", range(1, 8), 1.5 / 10),
        ("scale = [1, 5], top = [4, 5]", range(1, 6), 1.5 / 3),
        # Bands 0-50, 50-70, 70-90, 90-100 stand at 25, 60, 80, 95; the lower middle is the middle.
        ("scale = [0, 100], cuts = [50, 70, 90]", (25, 60, 80, 95), (35 + 15) / 35),
        ("scale = [0, 100], cuts = [50, 70, 90], middle = 75", (25, 60, 80, 95), 15 / (55 + 20)),
    ],
)
def test_every_scale_counts_its_own_steps(make_study, answers, role, levels, ratio):
    columns = answers(dict.fromkeys(levels, 40), worth=lambda score: score)
    roles = f'score = {{ column = "score", {role} }}\nworth = "worth"'
    found = elevate(make_study(columns, roles))
    assert found.ratio == pytest.approx(ratio, rel=EXACT)
    assert split_product(found) == pytest.approx(found.ratio, rel=EXACT)
    assert split_product(found.crude) == pytest.approx(found.crude.ratio, rel=EXACT)


def test_the_split_multiplies_back_to_the_ratio_whatever_the_worth(make_study, noisy):
    roles = (
        'score = { column = "score", scale = [1, 5] }\nworth = "worth"\nweight = "weight"\n'
        'customer = "customer"\nalike = ["before", "member"]'
    )
    found = elevate(make_study(noisy(3), roles))
    assert found.ratio != pytest.approx(found.crude.ratio, rel=0.01)
    for pair in (found, found.crude):
        assert split_product(pair) == pytest.approx(pair.ratio, rel=EXACT)
        assert pair.elevate.gain / pair.eliminate.gain == pytest.approx(pair.ratio, rel=EXACT)
        assert pair.break_even_cost == pair.split.worth_per_step


def test_worth_may_be_a_yes_or_no(make_study, answers):
    # One in ten stay at level 1, two at level 2 and so on: a gain of a tenth of a person a step.
    columns = answers(dict.fromkeys(range(1, 6), 50))
    score = np.array(columns["score"])
    columns["stays"] = [int(i % 50 < 5 * level) for i, level in enumerate(score)]
    roles = 'score = { column = "score", scale = [1, 5] }\nworth = "stays"'
    found = elevate(make_study(columns, roles))
    assert found.eliminate.gain == pytest.approx(0.1 * 3 * 50, rel=EXACT)
    assert found.ratio == pytest.approx(1, abs=EXACT)


def test_worth_may_be_another_score_with_codes_for_missing(make_study, answers):
    columns = answers(dict.fromkeys(range(1, 6), 50), worth=lambda score: 2 * score)
    columns["worth"] = [11.0 if i % 10 == 0 else w for i, w in enumerate(columns["worth"])]
    roles = (
        'score = { column = "score", scale = [1, 5] }\n'
        'worth = { column = "worth", scale = [0, 10], missing = [11], unit = "points" }'
    )
    study = make_study(columns, roles)
    levels = study.finding("value.levels").numbers
    assert [level.n for level in levels.levels] == [45] * 5
    assert [level.worth for level in levels.levels] == pytest.approx([2, 4, 6, 8, 10], rel=EXACT)
    assert study.finding("value.elevate").n == 250
    assert elevate(study).n_outcome == 225


def test_weights_that_are_all_equal_change_nothing(make_study, noisy, flat):
    columns = noisy(4, n=600)
    roles = (
        'score = { column = "score", scale = [1, 5] }\nworth = "worth"\ncustomer = "customer"\n'
        'alike = ["before"]'
    )
    columns["weight"] = [3.7] * 600
    plain, weighted = (
        flat(make_study(columns, roles + extra), BOTH) for extra in ("", '\nweight = "weight"')
    )
    assert plain.keys() == weighted.keys()
    for path, value in weighted.items():
        expected = value if isinstance(value, str | None) else pytest.approx(value, rel=1e-9)
        assert plain[path] == expected, path


def test_a_weight_of_two_counts_as_two_answers(make_study, noisy):
    columns = noisy(5, n=400)
    columns["weight"] = [1 + i % 2 for i in range(400)]
    doubled = {
        name: [value for i, value in enumerate(values) for _ in range(1 + i % 2)]
        for name, values in columns.items()
    }
    roles = 'score = { column = "score", scale = [1, 5] }\nworth = "worth"\nalike = ["before"]'
    weighted = make_study(columns, roles + '\nweight = "weight"').finding("value.levels").numbers
    repeated = make_study(doubled, roles).finding("value.levels").numbers
    for one, two in zip(weighted.levels, repeated.levels, strict=True):
        assert one.worth == pytest.approx(two.worth, rel=1e-9)
        assert one.adjusted == pytest.approx(two.adjusted, rel=1e-9)
        assert one.share == pytest.approx(two.share, rel=1e-9)


CLUSTERED = 'score = { column = "score", scale = [1, 5] }\nworth = "worth"\ncustomer = "customer"'


def test_an_answer_given_four_times_by_the_same_customer_tells_nothing_new(make_study, noisy):
    columns = noisy(6, n=800)
    columns["customer"] = list(range(800))
    four = {name: values * 4 for name, values in columns.items()}
    once, often = (make_study(rows, CLUSTERED).finding("value.levels") for rows in (columns, four))
    assert often.n == 4 * once.n
    for one, other in zip(once.numbers.levels, often.numbers.levels, strict=True):
        assert other.worth_low == pytest.approx(one.worth_low, rel=1e-9)
        assert other.worth_high == pytest.approx(one.worth_high, rel=1e-9)


def test_without_the_customer_the_same_answers_seem_four_times_as_many(make_study, noisy):
    columns = noisy(6, n=800)
    columns["customer"] = list(range(800))
    four = {name: values * 4 for name, values in columns.items()}
    known = make_study(four, CLUSTERED).finding("value.levels").numbers.levels
    unknown = (
        make_study(four, CLUSTERED.replace('\ncustomer = "customer"', ""))
        .finding("value.levels")
        .numbers.levels
    )
    width = [level.worth_high - level.worth_low for level in known]
    narrow = [level.worth_high - level.worth_low for level in unknown]
    assert np.mean(np.divide(width, narrow)) == pytest.approx(2, rel=WIDTH)


def test_people_are_customers_where_there_are_customers_and_answers_elsewhere(make_study, noisy):
    columns = noisy(7, n=600)
    by_customer = elevate(make_study(columns, CLUSTERED))
    by_answer = elevate(make_study(columns, CLUSTERED.replace('\ncustomer = "customer"', "")))
    assert by_customer.customers == len(set(columns["customer"]))
    assert by_answer.customers == 600
    for plan in ("eliminate", "elevate"):
        few, many = getattr(by_customer, plan), getattr(by_answer, plan)
        assert few.gain_per_person == pytest.approx(many.gain_per_person, rel=EXACT)
        assert few.people / by_customer.customers == pytest.approx(many.people / 600, rel=EXACT)


def test_a_study_without_an_outcome_runs_and_says_which_findings_it_could_not_give(make_study):
    study = make_study(
        {"score": [1 + i % 5 for i in range(200)]}, 'score = { column = "score", scale = [1, 5] }'
    )
    found = {finding.name: finding for finding in study.findings()}
    assert found["listen.quality"].status == "warn"
    assert found["listen.quality"].numbers.scored == 200
    for name in ("value.levels", "value.elevate"):
        assert found[name].status == "refuse"
        assert [sentence.case for sentence in found[name].story()] == ["refusals.no_worth"]
        assert 'worth = "column"' in found[name].story()[0].advice
    assert [s.case for s in found["value.effort"].story()] == ["refusals.no_efforts"]
