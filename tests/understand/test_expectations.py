"""How the bar moves: on answers made so that the answer is known, and with parts missing."""

import numpy as np
import pytest

from kuski.finding import Refusal
from kuski.stats.adaptation import Adaptation
from kuski.stats.resample import Interval
from kuski.understand.expectations import finding as module
from kuski.understand.expectations.speed import outcome_of

NAME = "understand.expectations"
SCORE = 'score = { column = "score", scale = [0, 100], cuts = [30, 50, 70] }\n'
DRIVERS = 'drivers = { columns = ["a", "b"], scale = [0, 100] }\n'
WHO = 'customer = "id"\ntime = "day"\n'
RIVALS = 'rivals = { columns = ["them", "others"], scale = [0, 100] }\n'
# Sums of floats, and the billionth that is added when slopes are solved.
EXACT = 1e-6


def find(study):
    return study.finding(NAME)


def checks(finding):
    return {check.check: check.status for check in finding.checks()}


def cases(finding):
    return [sentence.case.split(".")[1] for sentence in finding.story()]


def answers(*, customers=400, turns=4, fall=2.0, seed=1):
    """Score = 20 + a + 2 b + attitude − fall · year, without noise."""
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(customers), turns)
    turn = np.tile(np.arange(turns), customers)
    attitude = rng.integers(0, 20, customers)[who]
    a, b = rng.integers(5, 15, len(who)) + turn, rng.integers(5, 15, len(who))
    return {
        "id": who.tolist(),
        "day": [f"{2021 + year}-06-15" for year in turn],
        "wave": [f"wave {year}" for year in turn],
        "a": a.tolist(),
        "b": b.tolist(),
        "score": (20 + a + 2 * b + attitude - fall * turn).astype(int).tolist(),
        "them": rng.integers(20, 60, len(who)).tolist(),
        "others": ["" if i % 2 else 50 for i in range(len(who))],
    }


def test_calendar_years_are_waves_and_the_parts_are_those_that_were_put_in(make_study):
    found = find(make_study(answers(), SCORE + DRIVERS + WHO))
    numbers = found.numbers
    assert [wave.wave for wave in numbers.waves] == ["2021", "2022", "2023", "2024"]
    assert numbers.slopes == "customers"
    columns = answers()
    for year, wave in enumerate(numbers.waves):
        chosen = [i for i, name in enumerate(columns["wave"]) if name == f"wave {year}"]
        assert wave.n == 400
        assert wave.score == pytest.approx(np.mean([columns["score"][i] for i in chosen]))
        assert wave.bar == pytest.approx(-2.0 * year, abs=1e-4)
        change = wave.score - numbers.waves[0].score
        assert wave.performance + wave.bar == pytest.approx(change, abs=EXACT)
    for step, before, after in zip(numbers.steps, numbers.waves, numbers.waves[1:], strict=False):
        assert (step.before, step.wave) == (before.wave, after.wave)
        assert step.change == pytest.approx(after.score - before.score, abs=EXACT)
        assert step.bar == pytest.approx(after.bar - before.bar, abs=EXACT)
        assert step.performance + step.bar == pytest.approx(step.change, abs=EXACT)


def test_a_wave_column_without_customers_gives_slopes_between_customers(make_study):
    found = find(make_study(answers(), SCORE + DRIVERS + 'wave = "wave"\n'))
    assert found.numbers.slopes == "waves"
    assert found.numbers.bar_by_waves is None
    assert cases(found)[0] == "bar_rose"
    assert checks(found)["halo"] == "warn"
    assert checks(found)["speed_no_customer"] == "refuse"
    # Attitude does not go with ratings here, so that both ways find the same.
    assert found.numbers.waves[-1].bar == pytest.approx(-6.0, abs=1.5)


@pytest.mark.parametrize(("fall", "case"), [(2.0, "bar_rose"), (-2.0, "bar_fell")])
def test_a_bar_that_moved_is_said_first(make_study, fall, case):
    assert cases(find(make_study(answers(fall=fall), SCORE + DRIVERS + WHO)))[0] == case


def test_numbers_come_before_texts_in_the_order_of_waves(make_study):
    columns = answers(turns=3)
    columns["wave"] = [{"wave 0": 9, "wave 1": 10, "wave 2": "pilot"}[w] for w in columns["wave"]]
    found = find(make_study(columns, SCORE + DRIVERS + 'wave = "wave"\n'))
    assert [wave.wave for wave in found.numbers.waves] == ["9", "10", "pilot"]


def test_a_thin_wave_is_left_out_and_one_wave_alone_is_refused(make_study):
    columns = answers(turns=2)
    columns["wave"] = ["first"] * 390 + ["second"] * 390 + ["third"] * 20
    roles = SCORE + DRIVERS + 'wave = "wave"\n'
    found = find(make_study(columns, roles))
    assert found.thin == ("third",)
    assert checks(found)["thin_waves"] == "warn"
    alone = find(make_study(columns | {"wave": ["one"] * 800}, roles + RIVALS))
    assert alone.numbers.waves == ()
    assert checks(alone)["too_few_waves"] == "refuse"
    assert cases(alone)[0].startswith("rival")


def test_rows_without_a_driver_are_left_out_of_the_bar(make_study):
    columns = answers()
    columns["a"] = ["" if i % 10 == 0 else a for i, a in enumerate(columns["a"])]
    found = find(make_study(columns, SCORE + DRIVERS + WHO))
    assert found.n == 1440
    assert checks(found)["used"] == "ok"
    assert found.complete == pytest.approx(0.9)


def test_a_driver_that_few_rate_is_left_out_and_named(make_study):
    columns = answers()
    columns["b"] = [b if i % 5 == 0 else "" for i, b in enumerate(columns["b"])]
    found = find(make_study(columns, SCORE + DRIVERS + WHO))
    assert found.left_out == ("b",)
    assert checks(found)["left_out"] == "warn"
    assert found.n == 1600


def test_weights_count(make_study):
    columns = answers()
    columns["w"] = [1 + i % 3 for i in range(1600)]
    found = find(make_study(columns, SCORE + DRIVERS + WHO + 'weight = "w"\n'))
    chosen = np.array(columns["wave"]) == "wave 1"
    mean = np.average(np.array(columns["score"])[chosen], weights=np.array(columns["w"])[chosen])
    assert found.numbers.waves[1].score == pytest.approx(mean)


def test_rivals_are_compared_among_those_who_score_both(make_study):
    columns = answers()
    found = find(make_study(columns, SCORE + RIVALS))
    others = found.numbers.rivals[1]
    both = [score for i, score in enumerate(columns["score"]) if i % 2 == 0]
    assert (others.rival, others.n) == ("others", 800)
    assert others.ours == pytest.approx(np.mean(both))
    assert others.theirs == 50
    assert others.difference == pytest.approx(others.ours - 50)
    assert others.difference_low < others.difference < others.difference_high
    assert others.better_share == pytest.approx(np.mean(np.array(both) > 50))
    assert found.numbers.n_compared == 1600
    assert cases(found) == [cases(found)[0], "wallet"]
    assert checks(found)["no_waves"] == "refuse"
    assert found.chart() is None
    assert [record["rival"] for record in found.table().records] == ["them", "others"]


def test_a_rival_that_few_score_is_never_shown(make_study):
    columns = answers()
    columns["others"] = [50 if i < 9 else "" for i in range(1600)]
    found = find(make_study(columns, SCORE + RIVALS))
    assert [one.rival for one in found.numbers.rivals] == ["them"]
    columns["them"] = columns["others"]
    few = find(make_study(columns, SCORE + DRIVERS + WHO + RIVALS))
    assert few.numbers.rivals == ()
    assert few.numbers.wallet_share is None
    assert checks(few)["few_rivals"] == "refuse"


@pytest.mark.parametrize(
    ("roles", "change", "outcome"),
    [
        (SCORE + DRIVERS + 'customer = "id"\nwave = "wave"\n', {}, "no_time"),
        (SCORE + DRIVERS + 'time = "day"\n', {}, "no_customer"),
        (SCORE + DRIVERS + WHO, {"id": list(range(1600))}, "no_repeats"),
        (SCORE + DRIVERS + WHO, {"id": [i // 2 for i in range(1600)]}, "no_repeats"),
        (SCORE + DRIVERS + WHO, {"a": [5] * 1600, "b": [6] * 1600}, "no_interval"),
    ],
)
def test_the_speed_is_refused_with_its_reason_and_the_rest_stays(
    make_study, roles, change, outcome
):
    found = find(make_study(answers() | change, roles))
    assert found.outcome == outcome
    assert checks(found)[f"speed_{outcome}"] == "refuse"
    assert found.numbers.lambda_ is None
    assert found.to_dict()["numbers"]["lambda"] is None
    assert len(found.numbers.waves) == 4


def test_few_customers_get_no_interval(make_study):
    found = find(make_study(answers(customers=18, turns=6), SCORE + DRIVERS + WHO))
    assert isinstance(found, Refusal)
    found = find(make_study(answers(customers=18, turns=3), SCORE + WHO + RIVALS))
    assert found.numbers.wallet_share_low is None
    assert cases(found)[0] == "rival_untold"


@pytest.mark.parametrize("roles", [SCORE, SCORE + DRIVERS, SCORE + WHO])
def test_a_study_with_nothing_to_go_on_is_refused(make_study, roles):
    found = find(make_study(answers(), roles))
    assert isinstance(found, Refusal)
    assert found.reason == "expectations_nothing"


def test_a_study_without_a_score_that_counts_is_refused(make_study):
    columns = answers() | {"score": [""] * 1599 + [5]}
    found = find(make_study(columns, SCORE + DRIVERS + 'wave = "wave"\n'))
    assert isinstance(found, Refusal)
    assert found.reason == "expectations_no_data"


def test_the_same_study_gives_the_same_numbers(make_study):
    columns = answers()
    order = np.random.default_rng(3).permutation(1600)
    mixed = {name: [values[i] for i in order] for name, values in columns.items()}
    roles = SCORE + DRIVERS + WHO + RIVALS
    one, other = (find(make_study(table, roles)).numbers for table in (columns, mixed))
    assert other.waves[-1].bar == pytest.approx(one.waves[-1].bar, abs=1e-9)
    assert other.contrast == pytest.approx(one.contrast, abs=1e-6)
    assert other.wallet_share == pytest.approx(one.wallet_share, abs=1e-9)
    assert module.NAME == NAME


def test_more_answers_than_are_put_in_order_are_thinned_by_customers(make_study, monkeypatch):
    monkeypatch.setattr("kuski.understand.expectations.speed.MOST", 1000)
    monkeypatch.setattr(module, "MOST", 1000)
    found = find(make_study(answers(), SCORE + DRIVERS + WHO))
    assert found.is_sample
    assert 100 < found.numbers.customers_panel < 300
    assert found.n == 1600


@pytest.mark.parametrize(
    ("contrast", "around", "outcome"),
    [
        (None, None, "no_interval"),
        ((-0.2, -0.1), (0.2, 0.4), "carried"),
        ((-0.1, 0.15), (0.2, 0.4), "none"),
        ((0.0, 0.15), (0.2, 0.4), "none"),
        ((-0.1, 0.16), (0.2, 0.4), "open"),
        ((0.01, 0.3), (0.2, 0.4), "given"),
        ((0.01, 0.3), (0.1, 0.85), "given"),
        ((0.01, 0.3), (0.1, 0.86), "unsure"),
        ((0.01, 0.3), None, "unsure"),
    ],
)
def test_the_speed_is_told_only_where_there_is_a_pull_and_it_is_known(contrast, around, outcome):
    given = (None if ends is None else Interval(*ends) for ends in (contrast, around))
    contrast, around = given
    found = Adaptation(100, 30, 0.1, contrast, 0.2, contrast, 0.3, around, 0.3, 0.0, contrast)
    assert outcome_of(found) == outcome
