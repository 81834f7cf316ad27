"""Leaders' guesses against a small company whose answers are known to the last one."""

import numpy as np
import pytest

from kuski.finding import Refusal

RESPONSES = """customer = "id"
score = { column = "score", scale = [1, 7] }
recommend = { column = "recommend", scale = [0, 10] }
left = "left"
reason = "reason"
"""
DRIVERS = (
    'drivers = { columns = ["warm", "cheap"], scale = [1, 7], '
    'kinds = { warm = "human", cheap = "price" } }'
)
FORECASTS = 'leader = "leader"\nwhat = "what"\nguess = "guess"'
FACTORS = """
[factors.treatment]
drivers = ["warm"]
reasons = ["treatment"]
[factors.price]
drivers = ["cheap"]
reasons = ["price"]
"""
STORIES = 'text = "text"\nteller = "teller"\npolarity = "polarity"\ncontact = "contact"'
# Shares of a thousand answers that are counted, not estimated.
EXACT = 1e-9


def answers(n=1_000, *, seed=1):
    """Customers whose score follows warmth a good deal and cheapness a little."""
    rng = np.random.default_rng(seed)
    warm, cheap = rng.integers(1, 8, (2, n))
    score = np.clip(np.round(0.7 * warm + 0.2 * cheap + rng.normal(0.4, 0.7, n)), 1, 7)
    left = rng.random(n) < 0.3
    said = rng.choice(["treatment", "price", "life"], n, p=[0.5, 0.3, 0.2])
    columns = {
        "id": np.arange(n),
        "score": score.astype(int),
        "recommend": np.clip(score + rng.integers(0, 5, n), 0, 10).astype(int),
        "warm": warm,
        "cheap": cheap,
        "left": left.astype(int),
        "reason": np.where(left, said, ""),
    }
    return {name: values.tolist() for name, values in columns.items()}


def guesses(by_what, leaders=6):
    """Lay out the guesses of so many leaders; a number stands for everybody's."""
    rows = [
        (f"person {leader}", what, guess[leader] if isinstance(guess, list) else guess)
        for what, guess in by_what.items()
        for leader in range(leaders)
    ]
    return dict(zip(("leader", "what", "guess"), map(list, zip(*rows, strict=True)), strict=True))


def apart(middle, by=0.02):
    """Six guesses around a middle."""
    return [middle + by * step for step in (-2.5, -1.5, -0.5, 0.5, 1.5, 2.5)]


@pytest.fixture
def mirror(make_study):
    """Return a function that looks into the mirror with these guesses."""

    def look(by_what, *, responses=None, roles=RESPONSES + DRIVERS, leaders=6, more="", **tables):
        table = by_what if "leader" in by_what else guesses(by_what, leaders)
        factors = FACTORS if DRIVERS in roles else ""
        tables["forecasts"] = (table, FORECASTS + more + factors)
        study = make_study(responses or answers(), roles, **tables)
        return study.finding("understand.mirror")

    return look


def figure(finding, what):
    return next(one for one in finding.numbers.figures if one.what == what)


def checks(finding):
    return {check.check: check.status for check in finding.checks()}


def cases(finding):
    return [sentence.case.split(".")[1] for sentence in finding.story()]


def true_values(columns):
    """Count by hand what the finding must give."""
    score, recommend = np.array(columns["score"]), np.array(columns["recommend"])
    said = [reason for reason in columns["reason"] if reason]
    return {
        "share_below": np.mean(score < 4),
        "share_middle": np.mean((score >= 4) & (score < 7)),
        "share_top": np.mean(score == 7),
        "mean_score": score.mean(),
        "nps": 100 * (np.mean(recommend >= 9) - np.mean(recommend <= 6)),
        "mean_warm": np.mean(columns["warm"]),
        "mean_cheap": np.mean(columns["cheap"]),
        "leaving_treatment": said.count("treatment") / len(said),
        "leaving_price": said.count("price") / len(said),
        "leaving_life": said.count("life") / len(said),
    }


def test_every_figure_has_the_truth_that_can_be_counted_by_hand(mirror):
    columns = answers()
    known = true_values(columns)
    found = mirror(dict.fromkeys(known, 0.5) | {"nps": 10, "mean_score": 4, "mean_warm": 4,
                                                "mean_cheap": 4}, responses=columns)  # fmt: skip
    assert {one.what for one in found.numbers.figures} == set(known)
    for what, value in known.items():
        one = figure(found, what)
        assert one.truth == pytest.approx(value, abs=EXACT), what
        assert one.truth_low < value < one.truth_high


def test_importances_are_the_shares_of_what_the_drivers_explain(mirror):
    columns = answers()
    found = mirror({"importance_treatment": 0.5, "importance_price": 0.5}, responses=columns)
    # Two drivers: the mean of what each explains alone and after the other.
    score, warm, cheap = (np.array(columns[name], float) for name in ("score", "warm", "cheap"))

    def r2(*parts):
        x = np.column_stack([np.ones(len(score)), *parts])
        rest = score - x @ np.linalg.lstsq(x, score, rcond=None)[0]
        return 1 - rest.var() / score.var()

    both, one, two = r2(warm, cheap), r2(warm), r2(cheap)
    known = (one + both - two) / 2 / both
    assert figure(found, "importance_treatment").truth == pytest.approx(known, abs=1e-6)
    assert figure(found, "importance_price").truth == pytest.approx(1 - known, abs=1e-6)


def test_verdicts_follow_the_truths_interval_and_the_leaders_spread(mirror):
    known = true_values(answers())
    found = mirror(
        {
            "share_top": apart(known["share_top"]),
            "share_below": apart(known["share_below"] + 0.3),
            "leaving_price": apart(known["leaving_price"] - 0.2),
            # So far apart that their mean tells nothing of leaders like them.
            "leaving_life": [0.0, 0.0, 0.0, 0.9, 0.9, 0.9],
        }
    )
    verdicts = {one.what: one.verdict for one in found.numbers.figures}
    assert verdicts == {
        "share_top": "right",
        "share_below": "overrated",
        "leaving_price": "underrated",
        "leaving_life": "unsure",
    }
    assert cases(found)[:2] == ["message_both", "counts"]
    below = figure(found, "share_below")
    assert below.difference == pytest.approx(0.3, abs=EXACT)
    assert below.leaders_low < below.leaders < below.leaders_high
    # The difference holds the uncertainty of both sides.
    assert below.difference_high - below.difference_low > below.leaders_high - below.leaders_low


def test_one_leader_is_scored_on_what_he_guessed_as_part_of_each_scale(mirror):
    known = true_values(answers())
    off = [0.1, 0.1, 0.1, 0.1, 0.1, 0.3]
    table = guesses(
        {
            "share_top": [known["share_top"] + each for each in off],
            "mean_score": [known["mean_score"] - 6 * each for each in off],
        }
    )
    found = mirror(table)
    errors = sorted(leader.error for leader in found.numbers.leaders)
    assert errors == pytest.approx(sorted(off), abs=EXACT)
    for leader in found.numbers.leaders:
        # A guess far outside the truth's interval is off by its distance less half the spread.
        assert 0.8 * leader.error < leader.crps < leader.error
        assert leader.n == 2
    group = found.numbers.group
    assert group.error == pytest.approx(np.mean(off), abs=EXACT)
    assert group.gain == pytest.approx(0, abs=EXACT)
    assert group.beaten == pytest.approx(1 / 6)


def test_errors_to_both_sides_cancel_in_the_mean(mirror):
    known = true_values(answers())
    found = mirror({"share_middle": apart(known["share_middle"], 0.05)})
    assert found.numbers.group.error == pytest.approx(0, abs=EXACT)
    assert found.numbers.group.beaten == 1
    assert "crowd_helps" in cases(found)


def test_order_of_importances_is_scored_for_each_and_for_all(mirror):
    found = mirror(
        {
            "importance_treatment": [1.0, 0.9, 0.4, 0.4, 0.3, 0.3],
            "importance_price": [0.0, 0.1, 0.6, 0.6, 0.7, 0.7],
        }
    )
    group = found.numbers.group
    assert (group.first, group.true_first) == ("treatment", "treatment")
    assert (group.pairs, group.pairs_right) == (1, 1)
    agreed = sorted(leader.rank_agreement for leader in found.numbers.leaders)
    assert agreed == [-1, -1, -1, -1, 1, 1]
    assert "order_same" in cases(found)
    assert "goes_with" in cases(found)


def test_leaders_who_put_two_factors_first_put_none_first(mirror):
    found = mirror({"importance_treatment": [0.1, 0.7, 0.4], "importance_price": [0.5, 0.3, 0.4]},
                   leaders=3)  # fmt: skip
    assert found.numbers.group.first is None
    assert not {"order_same", "order_other"} & set(cases(found))


def test_leaders_worse_than_no_opinion_are_told_so(mirror):
    found = mirror({"importance_treatment": apart(0.1), "importance_price": apart(0.9)})
    group = found.numbers.group
    assert group.equal_error < group.importance_error
    assert {"order_other", "equal_better"} <= set(cases(found))


def test_what_leaders_lean_to_is_told_over_all_figures_on_one_thing(mirror):
    known = true_values(answers())
    found = mirror(
        {
            "importance_treatment": apart(0.5),
            "importance_price": apart(0.5),
            "leaving_price": apart(known["leaving_price"] + 0.3),
            "share_top": apart(known["share_top"] + 0.2),
            "share_below": apart(known["share_below"] + 0.02, 0.001),
            "share_middle": apart(0.9),
        }
    )
    topics = {topic.topic: topic for topic in found.numbers.topics}
    assert topics["price"].figures == 2
    off = figure(found, "importance_price").difference
    assert topics["price"].bias == pytest.approx((off + 0.3) / 2, abs=EXACT)
    # Too many below the middle is too gloomy; the middle says nothing either way.
    assert topics["satisfaction"].figures == 2
    assert topics["satisfaction"].bias == pytest.approx((0.2 - 0.02) / 2, abs=EXACT)
    assert {"lean_over", "rosy"} <= set(cases(found))


def test_nobody_can_be_found_behind_a_leaders_number(mirror):
    known = true_values(answers())
    by_what = {"share_top": [known["share_top"] + 0.05 * step for step in range(6)]}
    found = mirror(by_what)
    text = str(found.to_dict())
    assert "person" not in text
    assert [leader.leader for leader in found.numbers.leaders] == [1, 2, 3, 4, 5, 6]
    # Neither the order of names nor that of errors.
    errors = [leader.error for leader in found.numbers.leaders]
    assert errors != sorted(errors)
    assert found.guesses[0] == tuple(sorted(found.guesses[0]))
    assert found.numbers == mirror(by_what).numbers


def test_leaders_are_named_only_where_the_study_says_so(mirror):
    asked = {"share_top": [0.9, 0.1, 0.2, 0.3, 0.4, 0.5], "mean_score": 4.0}
    found = mirror(asked, more="\nnamed = true")
    assert [leader.leader for leader in found.numbers.leaders] == [f"person {i}" for i in range(6)]
    errors = [leader.error for leader in found.numbers.leaders]
    assert errors.index(max(errors)) == 0
    text = " ".join(sentence.text for sentence in found.story())
    assert "farthest is person 0" in text
    hidden = mirror(asked)
    assert sorted(leader.error for leader in hidden.numbers.leaders) == pytest.approx(
        sorted(errors)
    )
    assert "person" not in repr(hidden) + " ".join(s.text for s in hidden.story())


def test_a_figure_that_two_leaders_guessed_is_not_shown(mirror):
    table = guesses({"share_top": 0.2})
    for column, values in (("leader", ["a", "b"]), ("what", ["nps"] * 2), ("guess", [1, 2])):
        table[column] += values
    found = mirror(table)
    assert [one.what for one in found.numbers.figures] == ["share_top"]
    assert checks(found)["thin"] == "warn"


def test_guesses_in_percent_are_left_out_and_asked_about(mirror):
    found = mirror({"share_top": apart(0.2), "share_below": [20, 0.1, 0.2, 0.3, 0.2, 0.2]})
    assert figure(found, "share_below").n == 5
    assert checks(found)["percent"] == "warn"
    text = next(check.text for check in found.checks() if check.check == "percent")
    assert "Did you mean percent?" in text
    assert "share_below" in text


def test_a_mean_off_its_scale_is_left_out_without_talk_of_percent(mirror):
    by_what = {"share_top": [-0.1, 0.2, 0.2, 0.2, 0.2, 0.2], "mean_score": [8, 4, 4.5, 5, 4, 4]}
    found = mirror(by_what)
    assert figure(found, "mean_score").n == figure(found, "share_top").n == 5
    assert checks(found)["off_scale"] == "warn"
    assert "percent" not in checks(found)
    by_what["share_below"] = [14, 0.1, 0.1, 0.1, 0.1, 0.1]
    text = {check.check: check.text for check in mirror(by_what).checks()}
    assert text["percent"].startswith("1 guess of a share")
    assert text["off_scale"].startswith("2 guesses lie off")


def test_unknown_names_are_listed_and_the_rest_is_compared(mirror):
    found = mirror({"share_top": 0.2, "importance_colour": 0.3, "happiness": 4})
    assert [one.what for one in found.numbers.figures] == ["share_top"]
    text = next(check.text for check in found.checks() if check.check == "unknown")
    assert "happiness, importance_colour" in text
    assert "leaving_treatment" in text


def test_names_are_read_whatever_their_letters_and_spaces(mirror):
    found = mirror({" Share Top": 0.2, "LEAVING-price": 0.4, "nps": 12})
    assert {one.what for one in found.numbers.figures} == {"share_top", "leaving_price", "nps"}


def test_a_driver_called_score_does_not_take_the_scores_name(mirror):
    roles = RESPONSES.replace('column = "score"', 'column = "overall"')
    columns = answers()
    columns["overall"] = columns["score"]
    columns["score"] = columns["warm"]
    found = mirror(
        {"mean_score": 4},
        responses=columns,
        roles=roles + 'drivers = { columns = ["score"], scale = [1, 7] }',
    )
    assert figure(found, "mean_score").kind == "score"
    assert figure(found, "mean_score").truth == pytest.approx(np.mean(columns["overall"]))


def test_factors_that_share_a_driver_have_no_importance_but_the_rest_is_compared(make_study):
    shared = '[factors.a]\ndrivers = ["warm"]\n[factors.b]\ndrivers = ["warm", "cheap"]'
    by_what = {"importance_a": 0.5, "importance_b": 0.5, "share_top": 0.1}
    study = make_study(
        answers(), RESPONSES + DRIVERS, forecasts=(guesses(by_what), f"{FORECASTS}\n{shared}")
    )
    found = study.finding("understand.mirror")
    assert [one.what for one in found.numbers.figures] == ["share_top"]
    assert checks(found)["undivided"] == "refuse"
    assert checks(found)["unknown"] == "warn"


def test_words_for_guesses_and_repeated_guesses_are_counted(mirror):
    table = guesses({"share_top": [0.1, 0.2, 0.3, 0.2, 0.1, "a lot"]})
    for column, value in (("leader", "person 0"), ("what", "share_top"), ("guess", 0.3)):
        table[column].append(value)
    found = mirror(table)
    assert figure(found, "share_top").n == 5
    # Leader 0 guessed 0.1 and 0.3.
    assert figure(found, "share_top").leaders == pytest.approx((0.2 + 0.2 + 0.3 + 0.2 + 0.1) / 5)
    assert checks(found)["repeated"] == checks(found)["unreadable"] == "warn"


def test_importances_that_do_not_add_up_are_told(mirror):
    found = mirror(
        {"importance_treatment": 0.8, "importance_price": [0.2, 0.2, 0.2, 0.7, 0.7, 0.7]}
    )
    assert found.numbers.group.off_sum == 3
    assert checks(found)["off_sum"] == "warn"


def test_few_customers_give_errors_but_no_verdict(mirror):
    found = mirror({"share_top": apart(0.2)}, responses=answers(15))
    assert figure(found, "share_top").verdict is None
    assert figure(found, "share_top").truth is not None
    assert found.numbers.leaders[0].error is not None
    assert checks(found)["no_interval"] == "refuse"
    assert cases(found)[0] == "message_unknown"


def test_a_survey_weight_runs_through_every_truth(mirror):
    columns = answers()
    columns["weight"] = [3.0 if score == 7 else 1.0 for score in columns["score"]]
    found = mirror(
        {"share_top": 0.3, "mean_score": 5},
        responses=columns,
        roles='weight = "weight"\n' + RESPONSES,
    )
    score, weight = np.array(columns["score"]), np.array(columns["weight"])
    assert figure(found, "share_top").truth == pytest.approx(np.average(score == 7, weights=weight))
    assert figure(found, "mean_score").truth == pytest.approx(np.average(score, weights=weight))


@pytest.mark.parametrize("n", [150, 1_000])
def test_a_missing_rating_is_missing_and_never_zero(mirror, n):
    # Up to 200 customers each is a group of its own; more fall into 200 random groups.
    columns = answers(n)
    rng = np.random.default_rng(0)
    for name in ("warm", "score"):
        gaps = rng.random(n) < 0.3
        columns[name] = ["" if gap else value for gap, value in
                         zip(gaps, columns[name], strict=True)]  # fmt: skip
    columns["cheap"] = [""] * n
    columns["weight"] = rng.lognormal(0, 0.4, n).tolist()
    found = mirror(
        {"mean_warm": 4, "mean_cheap": 4, "mean_score": 4},
        responses=columns,
        roles='weight = "weight"\n' + RESPONSES + DRIVERS,
    )
    weight = np.array(columns["weight"])
    for name in ("warm", "score"):
        known = np.array([value != "" for value in columns[name]])
        values = np.array([value for value in columns[name] if value != ""], float)
        one = figure(found, f"mean_{name}")
        assert one.truth == pytest.approx(np.average(values, weights=weight[known]))
        # The error of a weighted mean of independent answers, by linearisation.
        off = weight[known] * (values - one.truth) / weight[known].sum()
        assert one.truth_high - one.truth_low == pytest.approx(3.92 * np.sqrt(off @ off), rel=0.2)
    assert figure(found, "mean_cheap").truth is None
    assert checks(found)["no_truth"] == "refuse"


def stories(counts):
    """Tell so many stories of each teller, polarity and contact."""
    rows = [key for key, n in counts.items() for _ in range(n)]
    columns = dict(zip(("teller", "polarity", "contact"), map(list, zip(*rows, strict=True)),
                       strict=True))  # fmt: skip
    return columns | {"text": [f"story {i}" for i in range(len(rows))]}


TOLD = {
    ("johtaja", "excellent", "phone"): 30,
    ("manager", "excellent", "app"): 10,
    ("customer", "erinomainen", "phone"): 30,
    ("asiakas", "excellent", "app"): 70,
    ("leader", "awful", "app"): 50,
}


def test_leaders_own_stories_stand_beside_what_they_plan_on(mirror):
    found = mirror(
        {"importance_treatment": apart(0.2), "importance_price": apart(0.8)},
        stories=(stories(TOLD), STORIES),
    )
    seed = found.numbers.seed
    assert (seed.leaders_n, seed.customers_n) == (40, 100)
    assert seed.leaders_told == 0.75
    assert seed.customers_told == 0.3
    assert seed.human == ("treatment",)
    assert 0.15 < seed.planned < 0.25
    assert seed.rewarded == figure(found, "importance_treatment").truth
    assert {"seed_gap", "remembered"} <= set(cases(found))


def test_tellers_who_speak_of_different_things_are_found_out(mirror):
    found = mirror({"share_top": 0.2}, stories=(stories(TOLD), STORIES))
    test = found.numbers.table_test
    assert test.by == "contact"
    assert test.tellers == ("leader", "customer")
    assert test.columns == ("app", "phone")
    assert test.counts == ((10, 30), (70, 30))
    assert test.df == 1
    assert test.p < 0.001
    assert test.residuals[0][1] > 4
    assert "tellers_differ" in cases(found)
    assert "seed_told" in cases(found)


def test_what_few_stories_speak_of_is_taken_together_and_few_tellers_are_nowhere(mirror):
    told = TOLD | {
        ("customer", "excellent", "chat"): 6,
        ("customer", "excellent", "letter"): 5,
        ("employee", "excellent", "app"): 9,
    }
    test = mirror({"share_top": 0.2}, stories=(stories(told), STORIES)).numbers.table_test
    assert test.columns == ("app", "phone", "other")
    assert test.counts == ((10, 30, 0), (70, 30, 11))


def test_a_coded_factor_is_compared_with_what_is_planned_and_rewarded(mirror):
    columns = stories(TOLD)
    columns["factor"] = ["treatment" if c == "phone" else "price" for c in columns["contact"]]
    found = mirror(
        {"importance_treatment": apart(0.2), "importance_price": apart(0.8)},
        stories=(columns, STORIES + '\nfactor = "factor"'),
    )
    treatment = next(one for one in found.numbers.seed.factors if one.factor == "treatment")
    assert treatment.leaders_told == 0.75
    assert treatment.customers_told == 0.3
    assert treatment.planned == pytest.approx(0.2)
    assert treatment.rewarded == figure(found, "importance_treatment").truth
    assert found.numbers.table_test.by == "factor"
    assert "seed_factor" in cases(found)


def test_nine_stories_of_leaders_are_not_shown(mirror):
    told = {("leader", "excellent", "phone"): 9, ("customer", "excellent", "app"): 40}
    found = mirror({"share_top": 0.2}, stories=(stories(told), STORIES))
    assert found.numbers.seed is None
    assert found.numbers.table_test is None
    assert checks(found)["few_stories"] == "warn"


@pytest.mark.parametrize("role", ["teller", "polarity"])
def test_stories_that_do_not_say_who_tells_or_which_are_excellent_are_not_used(mirror, role):
    roles = STORIES.replace(f'{role} = "{role}"', "")
    found = mirror({"share_top": 0.2}, stories=(stories(TOLD), roles))
    assert found.numbers.seed is None
    assert found.numbers.table_test is None
    assert checks(found)["no_stories"] == "warn"


def refusal(finding):
    assert isinstance(finding, Refusal)
    return finding.reason


def test_without_forecasts_the_mirror_is_refused_with_the_next_step(make_study):
    found = make_study(answers(), RESPONSES).finding("understand.mirror")
    assert refusal(found) == "mirror_no_forecasts"
    assert "[forecasts]" in found.story()[0].advice


@pytest.mark.parametrize(
    ("by_what", "leaders", "reason"),
    [
        ({"share_top": 0.2, "nps": 10}, 2, "mirror_few_leaders"),
        ({"share_top": 20}, 6, "mirror_off_scale"),
        ({"importance_colour": 0.2}, 6, "mirror_unknown"),
        ({"share_top": "many"}, 6, "mirror_no_guess"),
    ],
)
def test_guesses_that_cannot_be_compared_are_refused(mirror, by_what, leaders, reason):
    assert refusal(mirror(by_what, leaders=leaders)) == reason


def test_figures_without_a_single_answer_are_refused(mirror):
    columns = answers(200)
    columns["reason"] = [""] * 200
    assert refusal(mirror({"leaving_price": 0.3}, responses=columns)) == "mirror_no_truth"
    columns["score"] = [""] * 199 + [9]
    found = mirror({"share_top": 0.3}, responses=columns, roles=RESPONSES)
    assert refusal(found) == "mirror_no_answers"
