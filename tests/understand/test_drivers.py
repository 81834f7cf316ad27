"""What goes with the score: outcomes, texts, segments, gaps, and what is refused."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from kuski.understand.drivers.portion import MOST_OF_A_COLUMN

N = 600
SCORE = 'score = { column = "score", scale = [1, 7] }\ncustomer = "id"'
BATTERY = 'drivers = { columns = ["staff", "speed", "price"], scale = [1, 7] }'
WITH_TEXT = (
    'drivers = { columns = ["staff", "speed", "price", "channel"], scale = [1, 7], '
    'words = ["channel"] }'
)
# Rows against sums: two routes of double arithmetic.
SAME = 1e-9
# What the panel keeps of an answer has the seven digits of single precision.
SINGLE = 1e-6


def company(n=N, *, seed=1):
    """Customers whose score goes with staff, speed and price, in this order."""
    rng = np.random.default_rng(seed)
    mood = rng.normal(size=(n, 1))
    ratings = np.clip(np.round(4.5 + rng.normal(size=(n, 3)) + 0.6 * mood), 1, 7)
    pull = ratings @ [0.7, 0.4, 0.2] + rng.normal(0, 1, n)
    columns = {
        "id": np.arange(n),
        "score": np.clip(np.round(pull - 1), 1, 7),
        "staff": ratings[:, 0],
        "speed": ratings[:, 1],
        "price": ratings[:, 2],
        "channel": rng.choice(["phone", "web", "shop"], n),
        "region": rng.choice(["north", "south"], n),
        "weight": rng.lognormal(0, 0.3, n),
        "money": 100 + 30 * ratings[:, 2] + rng.normal(0, 20, n),
        "gone": (rng.random(n) < 1 / (1 + np.exp(ratings[:, 0] - 3))).astype(int),
    }
    return {name: values.tolist() for name, values in columns.items()}


def with_gaps(columns, shares, *, seed=2):
    """Take a share of the cells away from each named column."""
    rng = np.random.default_rng(seed)
    gone = {name: rng.random(len(columns["id"])) < share for name, share in shares.items()}
    return columns | {
        name: [None if away else value for value, away in zip(columns[name], lost, strict=True)]
        for name, lost in gone.items()
    }


def drivers(study):
    return study.finding("understand.drivers")


def checks(finding):
    return {check.check: check.status for check in finding.checks()}


def cases(finding):
    return [sentence.case.split(".")[1] for sentence in finding.story()]


def by_name(numbers):
    return {one.driver: one for one in numbers}


def test_slopes_r2_and_means_are_those_of_weighted_regression_on_rows(make_study):
    columns = company()
    found = drivers(make_study(columns, f'{SCORE}\n{BATTERY}\nweight = "weight"'))
    frame = pd.DataFrame(columns)
    names = ["staff", "speed", "price"]
    fit = sm.WLS(frame.score, sm.add_constant(frame[names]), weights=frame.weight).fit()
    assert found.numbers.r2 == pytest.approx(fit.rsquared, rel=SAME)
    told = by_name(found.numbers.drivers)
    for name in names:
        assert told[name].slope == pytest.approx(fit.params[name], rel=SAME)
        mean = np.average(frame[name], weights=frame.weight)
        assert told[name].mean == pytest.approx(mean, rel=SAME)


def test_drivers_come_by_importance_with_shares_that_add_to_one(make_study):
    found = drivers(make_study(company(), f"{SCORE}\n{BATTERY}"))
    told = found.numbers.drivers
    assert [one.driver for one in told] == ["staff", "speed", "price"]
    assert [one.rank for one in told] == [1, 2, 3]
    assert sum(one.share for one in told) == pytest.approx(1, abs=SAME)
    assert sum(one.lmg for one in told) == pytest.approx(found.numbers.r2, abs=SAME)
    assert cases(found)[0] == "first_sure"


def test_every_outcome_of_the_study_is_looked_at(make_study):
    roles = f'{SCORE}\n{BATTERY}\nworth = {{ column = "money", unit = "€" }}\nleft = "gone"'
    found = drivers(make_study(company(), roles))
    worth, left = found.numbers.outcomes
    assert (worth.outcome, worth.drivers[0].driver) == ("worth", "price")
    assert (left.outcome, left.drivers[0].driver) == ("left", "staff")
    assert {"worth_other", "left_same"} <= set(cases(found))
    assert checks(found)["linear"] == "ok"
    frame = pd.DataFrame(company())
    fit = sm.OLS(frame.gone, sm.add_constant(frame[["staff", "speed", "price"]])).fit()
    assert left.r2 == pytest.approx(fit.rsquared, rel=SAME)


def test_outcomes_of_the_customers_table_are_joined(make_study):
    columns = company()
    customers = {"key": columns["id"], "money": columns["money"]}
    study = make_study(
        columns, f"{SCORE}\n{BATTERY}",
        customers=(customers, 'customer = "key"\nworth = { column = "money", unit = "€" }'),
    )  # fmt: skip
    (worth,) = drivers(study).numbers.outcomes
    beside = f'{SCORE}\n{BATTERY}\nworth = {{ column = "money", unit = "€" }}'
    (expected,) = drivers(make_study(columns, beside)).numbers.outcomes
    assert worth.r2 == pytest.approx(expected.r2, rel=SINGLE)
    assert worth.n == expected.n == N


def test_of_a_customer_with_several_answers_the_latest_stands_beside_what_came_after(make_study):
    columns = company()
    earlier = columns | {"staff": columns["price"], "price": columns["staff"]}
    both = {
        "id": columns["id"] * 2,
        "on": ["2024-01-01"] * N + ["2023-01-01"] * N,
        **{k: v + earlier[k] for k, v in columns.items() if k != "id"},
    }
    customers = ({"key": columns["id"], "out": columns["gone"]}, 'customer = "key"\nleft = "out"')
    roles = f'{SCORE}\n{BATTERY}\ntime = "on"'
    (left,) = drivers(make_study(both, roles, customers=customers)).numbers.outcomes
    (alone,) = drivers(
        make_study(columns, f"{SCORE}\n{BATTERY}", customers=customers)
    ).numbers.outcomes
    assert left.n == N
    assert left.r2 == pytest.approx(alone.r2, rel=SINGLE)


def test_a_column_of_too_many_segments_is_named_and_the_rest_stays(make_study, monkeypatch):
    from kuski.engine import scan

    monkeypatch.setattr(scan, "_MOST_NUMBERS", 200 * 25 * 40)
    columns = company() | {"postcode": [str(i) for i in range(N)]}
    found = drivers(make_study(columns, f'{SCORE}\n{BATTERY}\nsegments = ["postcode"]'))
    assert checks(found)["crowded"] == "warn"
    assert found.numbers.segments == ()
    assert found.numbers.r2 is not None


def test_an_outcome_that_never_varies_is_refused_and_the_rest_stays(make_study):
    columns = company() | {"gone": [0] * N}
    found = drivers(make_study(columns, f'{SCORE}\n{BATTERY}\nleft = "gone"'))
    assert found.numbers.outcomes == ()
    assert checks(found)["refused_left"] == "refuse"
    assert found.numbers.r2 > 0


def test_segments_are_divided_each_by_itself(make_study):
    columns = company()
    found = drivers(make_study(columns, f'{SCORE}\n{BATTERY}\nsegments = ["region"]'))
    told = {segment.segment: segment for segment in found.numbers.segments}
    assert set(told) == {"north", "south"}
    frame = pd.DataFrame(columns)
    for name, part in frame.groupby("region"):
        fit = sm.OLS(part.score, sm.add_constant(part[["staff", "speed", "price"]])).fit()
        assert told[name].r2 == pytest.approx(fit.rsquared, rel=SAME)
        assert told[name].n == len(part)


def test_a_segment_where_another_driver_is_surely_first_is_named(make_study):
    columns = company(2_000)
    frame = pd.DataFrame(columns)
    south = frame.region == "south"
    frame.loc[south, "score"] = np.clip(np.round(frame.price), 1, 7)
    found = drivers(make_study(frame.to_dict("list"), f'{SCORE}\n{BATTERY}\nsegments = ["region"]'))
    first = found.numbers.drivers[0].driver
    other = "north" if first == "price" else "south"
    told = [s.text for s in found.story() if s.case == "drivers.segment"]
    assert len(told) == 1
    assert other in told[0]


def test_segments_of_few_people_or_answers_are_never_shown(make_study):
    columns = company(2_000)
    region = np.array(columns["region"], dtype=object)
    # Nine people who answer forty times each, and twenty who answer once.
    region[:360], region[360:380] = "nine", "twenty"
    columns["region"] = region.tolist()
    columns["id"] = [place % 9 if place < 360 else place for place in range(2_000)]
    found = drivers(make_study(columns, f'{SCORE}\n{BATTERY}\nsegments = ["region"]'))
    assert {segment.segment for segment in found.numbers.segments} == {"north", "south"}
    assert found.numbers.hidden_segments == 2
    assert checks(found)["hidden"] == "ok"
    said = str(found.to_dict())
    assert "nine" not in said.replace("nineteen", "")
    assert "'twenty'" not in said


def test_only_the_largest_segments_of_a_column_are_shown(make_study):
    columns = company(2_000)
    columns["region"] = [f"r{place % 20:02d}" for place in range(2_000)]
    found = drivers(make_study(columns, f'{SCORE}\n{BATTERY}\nsegments = ["region"]'))
    assert len(found.numbers.segments) == MOST_OF_A_COLUMN
    assert found.numbers.hidden_segments == 20 - MOST_OF_A_COLUMN


def test_a_text_counts_as_one_driver_without_mean_or_slope(make_study):
    columns = company()
    lift = {"phone": 0, "web": 1, "shop": 2}
    columns["score"] = np.clip(
        np.array(columns["score"]) + [lift[c] for c in columns["channel"]], 1, 7
    ).tolist()
    found = drivers(make_study(columns, f"{SCORE}\n{WITH_TEXT}"))
    told = by_name(found.numbers.drivers)
    assert len(told) == 4
    assert (told["channel"].mean, told["channel"].slope) == (None, None)
    assert told["channel"].lmg_low > 0
    frame = pd.DataFrame(columns)
    dummies = pd.get_dummies(frame.channel, drop_first=True, dtype=float)
    x = sm.add_constant(pd.concat([frame[["staff", "speed", "price"]], dummies], axis=1))
    assert found.numbers.r2 == pytest.approx(sm.OLS(frame.score, x).fit().rsquared, rel=SAME)
    assert found.chart() is not None


def test_grouped_ratings_count_as_one_driver(make_study):
    groups = BATTERY.replace("scale", 'groups = { service = ["staff", "speed"] }, scale')
    columns = company()
    found = drivers(make_study(columns, f"{SCORE}\n{groups}"))
    told = by_name(found.numbers.drivers)
    assert set(told) == {"service", "price"}
    apart = by_name(drivers(make_study(columns, f"{SCORE}\n{BATTERY}")).numbers.drivers)
    slope = apart["staff"].slope + apart["speed"].slope
    assert told["service"].slope == pytest.approx(slope, rel=SAME)
    mean = (apart["staff"].mean + apart["speed"].mean) / 2
    assert told["service"].mean == pytest.approx(mean, rel=SAME)


def test_answers_with_gaps_are_lost_and_every_pair_is_the_second_opinion(make_study):
    columns = with_gaps(company(), {"speed": 0.25, "price": 0.1})
    found = drivers(make_study(columns, f"{SCORE}\n{BATTERY}"))
    frame = pd.DataFrame(columns)
    assert found.n == len(frame.dropna()) < 0.8 * N
    assert checks(found)["complete"] == "warn"
    available = found.numbers.available
    assert available.n == N
    names = ["staff", "speed", "price", "score"]
    matrix = frame[names].cov().to_numpy()
    r2 = matrix[3, :3] @ np.linalg.solve(matrix[:3, :3], matrix[3, :3]) / matrix[3, 3]
    # pandas divides by rows less one, which differ by pair.
    assert available.r2 == pytest.approx(r2, rel=0.01)
    assert abs(available.difference) < 0.1
    assert checks(found)["available"] in ("ok", "warn")


def test_who_answered_when_it_mattered_shows_as_a_difference(make_study):
    columns = company(3_000)
    # Those who loved or hated the staff skip the question of speed.
    columns["speed"] = [
        None if staff in (1, 2, 6, 7) else speed
        for staff, speed in zip(columns["staff"], columns["speed"], strict=True)
    ]
    found = drivers(make_study(columns, f"{SCORE}\n{BATTERY}"))
    assert checks(found)["available"] == "warn"
    assert abs(found.numbers.available.difference) > 0.05


def test_a_driver_answered_by_few_is_left_out_with_a_warning(make_study):
    columns = with_gaps(company(), {"price": 0.9})
    found = drivers(make_study(columns, f"{SCORE}\n{BATTERY}"))
    assert set(by_name(found.numbers.drivers)) == {"staff", "speed"}
    (left_out,) = found.numbers.left_out
    assert left_out.driver == "price"
    assert left_out.answered == pytest.approx(0.1, abs=0.04)
    assert found.n == N
    assert checks(found)["left_out"] == "warn"


def test_a_driver_that_the_study_keeps_is_kept(make_study):
    columns = with_gaps(company(), {"price": 0.6})
    kept = BATTERY.replace("scale", 'keep = ["price"], scale')
    found = drivers(make_study(columns, f"{SCORE}\n{kept}"))
    assert "price" in by_name(found.numbers.drivers)
    assert found.n < 0.5 * N


def test_a_rating_given_twice_has_no_slope_and_warns(make_study):
    columns = company()
    columns["twice"] = columns["staff"]
    twice = BATTERY.replace('"price"', '"price", "twice"')
    found = drivers(make_study(columns, f"{SCORE}\n{twice}"))
    told = by_name(found.numbers.drivers)
    assert told["staff"].lmg == pytest.approx(told["twice"].lmg, abs=SAME)
    assert told["staff"].vif is told["twice"].vif is None
    assert checks(found)["determined"] == "warn"


def test_a_single_driver_explains_what_is_explained(make_study):
    roles = f'{SCORE}\ndrivers = {{ columns = ["staff"], scale = [1, 7] }}'
    found = drivers(make_study(company(), roles))
    (only,) = found.numbers.drivers
    assert only.lmg == pytest.approx(found.numbers.r2)
    assert (only.rank_low, only.rank_high) == (1, 1)
    assert cases(found)[0] == "only"
    assert found.chart() is not None


def test_ratings_that_have_nothing_to_do_with_the_score_say_so(make_study):
    columns = company()
    columns["score"] = np.random.default_rng(4).integers(1, 8, N).tolist()
    found = drivers(make_study(columns, f"{SCORE}\n{BATTERY}"))
    assert cases(found)[0] == "nothing"
    assert checks(found)["r2"] == "warn"
    assert len(found.numbers.drivers) == 3


def test_nothing_breaks_where_exactly_nothing_is_explained(make_study):
    grid = np.array(np.meshgrid([3, 5], [3, 5], [3, 5], range(8))).reshape(4, -1).tolist()
    columns = dict(zip(("staff", "speed", "price", "who"), grid, strict=True))
    columns |= {"id": list(range(64)), "score": [2 + 4 * (who % 2) for who in columns.pop("who")]}
    found = drivers(make_study(columns, f"{SCORE}\n{BATTERY}"))
    assert found.numbers.r2 == pytest.approx(0, abs=SAME)
    assert found.chart() is not None
    assert all(check.text for check in found.checks())
    assert cases(found)[0] in ("nothing", "first_unknown")


def test_one_general_impression_behind_all_ratings_is_a_warning(make_study):
    columns = company()
    mood = np.random.default_rng(3).normal(4, 1.5, N)
    for seed, name in enumerate(("staff", "speed", "price")):
        noise = np.random.default_rng(seed).normal(0, 0.7, N)
        columns[name] = np.clip(np.round(mood + noise), 1, 7).tolist()
    found = drivers(make_study(columns, f"{SCORE}\n{BATTERY}"))
    assert found.numbers.likeness > 0.5
    assert checks(found)["halo"] == "warn"


def test_more_drivers_than_can_be_exact_tell_the_error_of_drawing(make_study):
    rng = np.random.default_rng(5)
    names = [f"d{place:02d}" for place in range(28)]
    ratings = np.clip(np.round(4 + rng.normal(size=(800, 28))), 1, 7)
    columns = dict(zip(names, ratings.T.tolist(), strict=True))
    pull = 4 + 0.5 * (ratings - 4) @ np.linspace(0, 1, 28) + rng.normal(size=800)
    columns |= {"id": list(range(800)), "score": np.clip(np.round(pull), 1, 7).tolist()}
    listed = ", ".join(f'"{name}"' for name in names)
    found = drivers(make_study(columns, f"{SCORE}\ndrivers = [{listed}]"))
    assert checks(found)["sampled"] == "ok"
    assert all(one.lmg_error > 0 for one in found.numbers.drivers)
    assert sum(one.share for one in found.numbers.drivers) == pytest.approx(1, abs=SAME)


def test_the_same_study_gives_the_same_numbers_twice(make_study):
    columns = company()
    roles = f'{SCORE}\n{BATTERY}\nsegments = ["region"]'
    assert (
        drivers(make_study(columns, roles)).numbers == drivers(make_study(columns, roles)).numbers
    )


def test_a_study_without_drivers_is_refused(make_study):
    found = drivers(make_study(company(), SCORE))
    assert found.is_refused
    assert found.story()[0].case == "refusals.drivers_none"


@pytest.mark.parametrize("n", [12, 29])
def test_too_few_answers_are_refused(make_study, n):
    columns = {name: values[:n] for name, values in company().items()}
    found = drivers(make_study(columns, f"{SCORE}\n{BATTERY}"))
    assert found.story()[0].case == "refusals.drivers_few"
    assert found.to_dict()["numbers"]["r2"] is None


def test_a_score_that_is_always_the_same_is_refused(make_study):
    columns = company() | {"score": [5] * N}
    found = drivers(make_study(columns, f"{SCORE}\n{BATTERY}"))
    assert found.story()[0].case == "refusals.drivers_alike"


def test_too_few_customers_give_shares_without_intervals(make_study):
    columns = company() | {"id": [place % 12 for place in range(N)]}
    found = drivers(make_study(columns, f"{SCORE}\n{BATTERY}"))
    assert found.numbers.r2_low is None
    assert cases(found)[0] == "first_unknown"
    assert checks(found)["no_interval"] == "refuse"
    assert found.chart() is not None
