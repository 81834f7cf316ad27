"""What is expected and what delights: from the study file to the numbers."""

import json

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import kuski
from kuski import demo
from kuski.finding import plain
from kuski.understand.asymmetry.finding import THRESHOLDS

NAME = "understand.asymmetry"
# The same normal equations in other coordinates.
SAME = 1e-9
EFFECTS = {
    # Per rating 1 to 7: what is expected, what delights, and two between.
    "machine": [-1.6, -1.3, -1.0, 0.0, 0.0, 0.1, 0.1],
    "queue": [-1.3, -1.2, -0.8, 0.0, 0.0, 0.05, 0.05],
    "clerk": [-0.1, 0.0, 0.0, 0.0, 0.0, 1.0, 1.3],
    "price": [-0.5, -0.4, -0.3, 0.0, 0.0, 0.3, 0.4],
}
KINDS = {"machine": "digital", "queue": "process", "clerk": "human", "price": "price"}


def answers(seed=0, n=3_000, effects=EFFECTS, noise=0.4):
    rng = np.random.default_rng(seed)
    mood = rng.normal(0, 0.5, n)
    found, score = {}, 4.0 + rng.normal(0, noise, n)
    for name, steps in effects.items():
        ratings = np.clip(np.round(4.5 + mood + rng.normal(0, 1.4, n)), 1, 7).astype(int)
        score = score + np.array(steps)[ratings - 1]
        found[name] = ratings.tolist()
    return {"score": np.clip(score, 0, 10).tolist(), **found}


def roles(names=tuple(EFFECTS), *, kinds=KINDS, drivers="scale = [1, 7]", more=""):
    kinds = "\n".join(f'{name} = "{kind}"' for name, kind in kinds.items())
    return f"""
score = {{ column = "score", scale = [0, 10] }}
{more}
[responses.drivers]
columns = {json.dumps(list(names))}
{drivers}
[responses.drivers.kinds]
{kinds}
"""


@pytest.fixture
def found(make_study):
    """Return a function that gives the finding of such answers."""

    def make(columns, text, **parts):
        return make_study(columns, text, **parts).finding(NAME)

    return make


def by_name(finding):
    return {driver.driver: driver for driver in finding.numbers.drivers}


def dummies(columns, names, low=3, high=6):
    ratings = np.column_stack([columns[name] for name in names])
    x = np.column_stack([ratings <= low, ratings >= high]).astype(float)
    return sm.add_constant(x)


def test_penalties_and_rewards_are_those_of_a_regression_on_the_rows(found):
    columns = answers()
    finding = found(columns, roles())
    names = list(EFFECTS)
    fit = sm.OLS(columns["score"], dummies(columns, names)).fit()
    drivers = by_name(finding)
    assert [drivers[n].penalty for n in names] == pytest.approx(fit.params[1:5], rel=SAME)
    assert [drivers[n].reward for n in names] == pytest.approx(fit.params[5:9], rel=SAME)
    for driver in drivers.values():
        size = driver.reward + abs(driver.penalty)
        assert driver.asymmetry == pytest.approx((driver.reward - abs(driver.penalty)) / size)
        assert driver.asymmetry_low < driver.asymmetry < driver.asymmetry_high
        ratings = np.array(columns[driver.driver])
        assert driver.low_n == pytest.approx((ratings <= 3).sum())
        assert driver.high_n == pytest.approx((ratings >= 6).sum())
        assert driver.low_n + driver.between_n + driver.high_n == pytest.approx(len(ratings))


def test_weights_are_those_of_a_weighted_regression(found):
    columns = answers(1)
    columns["w"] = np.random.default_rng(1).lognormal(0, 0.5, len(columns["score"])).tolist()
    drivers = by_name(found(columns, roles(more='weight = "w"')))
    names = list(EFFECTS)
    fit = sm.WLS(columns["score"], dummies(columns, names), weights=columns["w"]).fit()
    assert [drivers[n].penalty for n in names] == pytest.approx(fit.params[1:5], rel=SAME)
    low = np.array(columns["machine"]) <= 3
    share = np.average(low, weights=columns["w"])
    assert drivers["machine"].low_n == pytest.approx(share * len(low), rel=1e-6)


def test_each_driver_gets_its_class_and_the_most_basic_stands_first(found):
    finding = found(answers(), roles())
    assert [driver.driver for driver in finding.numbers.drivers][-1] == "clerk"
    assert {d.driver: d.class_ for d in finding.numbers.drivers} == {
        "machine": "basic",
        "queue": "basic",
        "price": "performance",
        "clerk": "excitement",
    }
    index = [driver.asymmetry for driver in finding.numbers.drivers]
    assert index == sorted(index)
    assert finding.story()[0].case == "asymmetry.first_both"
    assert (
        "machine, queue" in finding.story()[0].text or "queue, machine" in finding.story()[0].text
    )
    for driver in finding.numbers.drivers:
        chances = plain(driver.class_probabilities)
        assert sum(chances.values()) == pytest.approx(1)


def test_the_numbers_bear_the_names_that_others_rely_on(found):
    told = found(answers(n=400), roles()).to_dict()["numbers"]["drivers"][0]
    assert {
        "driver", "penalty", "penalty_low", "penalty_high", "reward", "reward_low", "reward_high",
        "asymmetry", "class", "class_probabilities", "kind",
    } <= set(told)  # fmt: skip
    assert set(told["class_probabilities"]) == {"basic", "performance", "excitement", "none"}


def test_the_hygiene_question_is_answered_yes_where_it_holds(found):
    hygiene = found(answers(), roles()).numbers.hygiene
    assert hygiene.answer == "yes"
    assert hygiene.probability > 0.9
    assert hygiene.order_probability > 0.99
    assert hygiene.expected.drivers == 2
    assert hygiene.difference_low > 0


def test_it_is_answered_no_where_people_are_expected_and_machines_delight(found):
    kinds = {"machine": "human", "queue": "human", "clerk": "digital", "price": "process"}
    finding = found(answers(), roles(kinds=kinds))
    assert finding.numbers.hygiene.answer == "no"
    assert finding.numbers.hygiene.order_probability < 0.01
    assert {"asymmetry.hygiene_no_halo", "asymmetry.order_fails"} <= {
        sentence.case for sentence in finding.story()
    }


def test_it_is_not_answered_where_nobody_has_said_what_is_human(found):
    finding = found(answers(n=400), roles(kinds={"machine": "digital"}))
    assert finding.numbers.hygiene.answer == "not_tagged"
    assert "asymmetry.hygiene_not_tagged" in {sentence.case for sentence in finding.story()}


def test_a_pool_is_low_when_all_its_drivers_are(found):
    finding = found(answers(), roles())
    drivers, pool = by_name(finding), finding.numbers.hygiene.expected
    both = drivers["machine"], drivers["queue"]
    assert pool.penalty == pytest.approx(sum(driver.penalty for driver in both))
    assert pool.reward == pytest.approx(sum(driver.reward for driver in both))
    assert {kind for pool in finding.numbers.kinds for kind in pool.kinds} == set(KINDS.values())


def test_a_class_on_eleven_answers_is_refused(found):
    columns = answers(2)
    ratings = np.array(columns["machine"])
    ratings[np.flatnonzero(ratings <= 3)[11:]] = 4
    columns["machine"] = ratings.tolist()
    finding = found(columns, roles())
    driver = by_name(finding)["machine"]
    assert driver.low_n == pytest.approx(11)
    assert (driver.class_, driver.penalty, driver.untold) == (None, None, "thin")
    checks = {check.check: check.status for check in finding.checks()}
    assert checks["thin"] == "refuse"
    assert "machine" not in finding.story()[0].text
    # Those eleven stand with the reference; who rates it high is still held alike.
    x = dummies(columns, list(EFFECTS))
    fit = sm.OLS(columns["score"], np.delete(x, 1, axis=1)).fit()
    assert by_name(finding)["queue"].penalty == pytest.approx(fit.params[1], rel=SAME)


@pytest.mark.parametrize("extra", [0, 1])
def test_the_fewest_answers_are_told_and_one_fewer_are_not(found, extra):
    columns = answers(3)
    ratings = np.array(columns["clerk"])
    ratings[np.flatnonzero(ratings <= 3)[THRESHOLDS.least - 1 + extra :]] = 4
    columns["clerk"] = ratings.tolist()
    driver = by_name(found(columns, roles()))["clerk"]
    assert (driver.untold == "thin") == (extra == 0)


def test_a_driver_that_does_nothing_has_no_class_and_no_asymmetry(found):
    columns = answers(4) | {"lamp": answers(5)["price"]}
    driver = by_name(found(columns, roles((*EFFECTS, "lamp"))))["lamp"]
    assert driver.class_ == "none"
    assert driver.asymmetry is None
    assert driver.penalty_low < 0 < driver.penalty_high


def test_a_class_that_hangs_on_the_cut_is_unsure_and_says_so(found):
    # Ratings of 5 are as good as 6: from 5 on it delights, from 6 on the reference has it already.
    effects = EFFECTS | {"smile": [-0.1, -0.1, -0.1, 0.0, 0.9, 0.9, 0.9]}
    finding = found(answers(6, effects=effects), roles(tuple(effects)))
    driver = by_name(finding)["smile"]
    assert (driver.class_, driver.doubt) == ("unsure", "cut")
    assert driver.stays < 0.8
    assert {check.check for check in finding.checks()} >= {"cut"}
    assert "smile" in next(s.text for s in finding.story() if s.case == "asymmetry.unsure_cut")


def test_the_study_may_set_the_cuts(found):
    columns = answers(7)
    finding = found(columns, roles(drivers="scale = [1, 7]\ncuts = [2, 5]"))
    assert (finding.numbers.cut.low, finding.numbers.cut.high) == (2, 5)
    fit = sm.OLS(columns["score"], dummies(columns, list(EFFECTS), 2, 5)).fit()
    assert by_name(finding)["machine"].penalty == pytest.approx(fit.params[1], rel=SAME)


def test_columns_that_count_as_one_driver_are_low_together(found):
    columns = answers(8)
    drivers = 'scale = [1, 7]\ngroups = { both = ["machine", "queue"] }'
    kinds = {"both": "process", "clerk": "human"}
    together = by_name(found(columns, roles(drivers=drivers, kinds=kinds)))
    apart = by_name(found(columns, roles()))
    assert set(together) == {"both", "clerk", "price"}
    expected = apart["machine"].penalty + apart["queue"].penalty
    assert together["both"].penalty == pytest.approx(expected, rel=SAME)
    assert together["both"].low_n == min(apart["machine"].low_n, apart["queue"].low_n)
    assert together["clerk"].reward == pytest.approx(apart["clerk"].reward, rel=SAME)


def test_a_driver_of_words_is_held_alike_and_gets_no_class(found):
    columns = answers(9)
    rng = np.random.default_rng(9)
    place = rng.choice(["town", "shore", "hill"], p=[0.5, 0.3, 0.2], size=len(columns["score"]))
    columns["score"] = (np.array(columns["score"]) + (place == "hill")).tolist()
    columns["place"] = place.tolist()
    text = roles((*EFFECTS, "place"), drivers='scale = [1, 7]\nwords = ["place"]')
    finding = found(columns, text)
    assert finding.unrated == ("place",)
    assert "place" not in by_name(finding)
    x = np.column_stack([dummies(columns, list(EFFECTS)), place == "shore", place == "hill"])
    fit = sm.OLS(columns["score"], x).fit()
    assert by_name(finding)["clerk"].reward == pytest.approx(fit.params[7], rel=SAME)


def test_answers_that_do_not_rate_every_driver_are_not_used(found):
    columns = answers(10, n=1_000)
    columns["price"] = [None if i < 300 else x for i, x in enumerate(columns["price"])]
    finding = found(columns, roles())
    assert (finding.n, finding.numbers.scored) == (700, 1_000)
    assert {check.check: check.status for check in finding.checks()}["lost"] == "warn"


def test_a_driver_that_repeats_another_is_refused(found):
    columns = answers(11, n=1_000)
    columns["twin"] = columns["machine"]
    finding = found(columns, roles((*EFFECTS, "twin")))
    drivers = by_name(finding)
    assert drivers["twin"].untold == drivers["machine"].untold == "collinear"
    assert drivers["clerk"].class_ == "excitement"
    assert {check.check for check in finding.checks()} >= {"collinear"}


def test_ratings_on_a_scale_turned_round_are_noticed(found):
    columns = answers(12)
    columns["clerk"] = [8 - rating for rating in columns["clerk"]]
    finding = found(columns, roles())
    turned = next(check for check in finding.checks() if check.check == "turned")
    assert turned.status == "warn"
    assert "clerk" in turned.text


def test_few_customers_get_points_without_intervals_or_classes(found):
    columns = answers(13, n=1_000)
    columns["who"] = (np.arange(1_000) % 12).tolist()
    finding = found(columns, roles(more='customer = "who"'))
    driver = by_name(finding)["machine"]
    assert driver.penalty < 0
    assert (driver.penalty_low, driver.class_, driver.untold) == (None, None, "interval")
    assert finding.story()[0].case == "asymmetry.first_untold"
    assert finding.numbers.hygiene.answer == "refused"


@pytest.mark.parametrize(
    ("columns", "text", "reason"),
    [
        ({"score": [1, 2]}, 'score = { column = "score", scale = [0, 10] }', "no_drivers"),
        (answers(n=100), roles(drivers=""), "no_scale"),
        (answers(n=100), roles(drivers="scale = [1, 7]\ncuts = [3, 4]"), "no_cut"),
        (answers(n=THRESHOLDS.least - 1), roles(), "too_few"),
        (answers(n=100) | {"score": [5.0] * 100}, roles(), "one_level"),
    ],
)
def test_it_is_refused_with_a_reason(found, columns, text, reason):
    finding = found(columns, text)
    assert finding.status == "refuse"
    assert finding.reason in (reason, f"asymmetry_{reason}")
    assert finding.story()[0].advice
    finding.to_dict()


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """The made-up company at 20,000 customers: its finding and its truth."""
    files = demo.write(tmp_path_factory.mktemp("company"), customers=20_000, seed=1)
    truth = json.loads(files.truth.read_text(encoding="utf-8"))[NAME]
    return kuski.open(files.study).finding(NAME), truth


def test_the_made_up_company_shows_what_the_method_must_see(company):
    """The truth leaves out the 1.5 % who tick straight down; they draw all contrasts together."""
    finding, truth = company
    assert [finding.numbers.cut.low, finding.numbers.cut.high] == truth["cuts"]
    drivers = by_name(finding)
    for true in truth["drivers"]:
        driver = drivers[true["driver"]]
        assert driver.kind == true["kind"]
        assert driver.penalty == pytest.approx(true["penalty"], abs=0.09)
        assert driver.reward == pytest.approx(true["reward"], abs=0.06)


def test_without_those_who_tick_straight_down_the_intervals_hold_what_must_be_seen(tmp_path):
    files = demo.write(tmp_path, customers=20_000, seed=1)
    truth = json.loads(files.truth.read_text(encoding="utf-8"))[NAME]["drivers"]
    path = tmp_path / "responses.parquet"
    rows = pd.read_parquet(path).drop_duplicates()
    is_straight = rows[[true["driver"] for true in truth]].nunique(axis=1) == 1
    rows[~is_straight].to_parquet(path)
    drivers = by_name(kuski.open(files.study).finding(NAME))
    held = 0
    for true in truth:
        driver = drivers[true["driver"]]
        held += driver.penalty_low <= true["penalty"] <= driver.penalty_high
        held += driver.reward_low <= true["reward"] <= driver.reward_high
    # Of 24 intervals of 95 %, fewer than 20 hold the truth once in a hundred times.
    assert held >= 20


def test_no_class_that_is_called_sure_is_wrong_and_the_basic_ones_are_found(company):
    finding, truth = company
    drivers = by_name(finding)
    true = {driver["driver"]: driver["class"] for driver in truth["drivers"]}
    sure = {name: driver.class_ for name, driver in drivers.items() if driver.is_sure}
    assert len(sure) >= 4
    assert {name: true[name] for name in sure} == sure
    assert drivers["app_works"].class_ == "basic"
    assert drivers["billing"].likeliest == "basic"
    assert finding.numbers.drivers[0].driver == "app_works"
    assert finding.named("app_works") in finding.story()[0].text


def test_what_delights_comes_last_and_is_exciting_once_halo_is_taken_off(company):
    finding, truth = company
    last = {driver.driver: driver for driver in finding.numbers.drivers[-2:]}
    exciting = {d["driver"] for d in truth["drivers"] if d["class"] == "excitement"}
    assert set(last) == exciting == {"attention", "ownership"}
    chance = {d.driver: d.class_probabilities.excitement for d in finding.numbers.drivers}
    assert min(chance[name] for name in exciting) > 0.2
    assert max(chance[name] for name in chance if name not in exciting) < 0.2
    for driver in last.values():
        assert (driver.class_, driver.doubt) == ("unsure", "cut")
        assert driver.class_without_halo == "excitement"
    assert all(finding.named(name) in finding.story()[0].text for name in exciting)


def test_the_company_is_told_that_people_lean_more_to_delight(company):
    """True slopes: digital and process −0.49, human 0.58; what is seen is drawn to zero by halo."""
    hygiene = company[0].numbers.hygiene
    assert hygiene.answer == "unsure"
    assert hygiene.order_probability > 0.99
    assert hygiene.difference_low > 0.3
    assert hygiene.probability < 0.1 < hygiene.probability_without_halo
    assert {"asymmetry.hygiene_unsure_halo", "asymmetry.order_holds"} <= {
        sentence.case for sentence in company[0].story()
    }
