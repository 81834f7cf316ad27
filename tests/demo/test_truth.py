"""What the made-up company says of itself can be found in its tables."""

import csv
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from kuski.demo import company as equations
from kuski.demo import maxdiff

# Three standard errors: one figure in 370 falls outside by chance, and the seeds are fixed.
ERRORS = 3.0


def _levels(company, key):
    return np.array([level[key] for level in company.truth["value.levels"]["levels"]])


def _clustered(design, outcome, weight, customer):
    """Weighted least squares with the customer as cluster: coefficients and covariance."""
    weighted = design * weight[:, None]
    bread = np.linalg.inv(weighted.T @ design)
    coefficients = bread @ (weighted.T @ outcome)
    scores = weighted * (outcome - design @ coefficients)[:, None]
    _, place = np.unique(customer, return_inverse=True)
    summed = np.zeros((place.max() + 1, design.shape[1]))
    np.add.at(summed, place, scores)
    return coefficients, bread @ summed.T @ summed @ bread


def test_shares_by_level_are_those_of_the_told_company(company):
    told = np.array([3, 4, 7, 17, 21, 26, 22]) / 100
    assert np.abs(_levels(company, "share") - told).max() < 0.01


def test_crude_worth_is_steeper_than_the_truth(whole_company):
    crude = np.diff(_levels(whole_company, "worth"))
    true = np.diff(_levels(whole_company, "adjusted"))
    assert (crude > true).all()
    assert np.ptp(true) == pytest.approx(0, abs=1e-5)
    assert crude[-1] > 2 * crude[0]


def test_crude_ratio_is_about_the_told_nine_and_the_true_one_is_headcount(whole_company):
    found = whole_company.truth["value.elevate"]
    assert found["crude"]["ratio"] == pytest.approx(9, abs=0.6)
    assert found["ratio"] == pytest.approx(5, abs=0.4)
    assert found["split"]["worth_per_step"] == pytest.approx(1, abs=1e-6)
    assert whole_company.truth["value.levels"]["shape"] == "even"
    assert whole_company.truth["value.levels"]["crude_shape"] == "rising"


def test_the_split_multiplies_back_to_the_ratio(company):
    for found in (company.truth["value.elevate"], company.truth["value.elevate"]["crude"]):
        assert np.prod(list(found["split"].values())) == pytest.approx(found["ratio"], rel=1e-5)
        gains = found["elevate"]["gain"] / found["eliminate"]["gain"]
        assert gains == pytest.approx(found["ratio"], rel=1e-5)


def test_crude_means_of_the_rows_are_the_crude_truth(company):
    rows = company.joined()
    for level in company.truth["value.levels"]["levels"]:
        chosen = rows["score"] == level["level"]
        weight, spend = rows["weight"][chosen], rows["spend_after"][chosen]
        mean, variance = _clustered(
            np.ones((chosen.sum(), 1)), spend, weight, rows["customer"][chosen]
        )
        assert chosen.sum() == level["n"]
        assert abs(mean[0] - level["worth"]) < ERRORS * np.sqrt(variance[0, 0])


def test_adjusting_row_by_row_finds_the_truth(company):
    rows = company.joined()
    everybody = np.average(rows["alike"], axis=0, weights=rows["weight"])
    for level in company.truth["value.levels"]["levels"]:
        chosen = rows["score"] == level["level"]
        design = np.column_stack([np.ones(chosen.sum()), rows["alike"][chosen] - everybody])
        found, variance = _clustered(
            design, rows["spend_after"][chosen], rows["weight"][chosen], rows["customer"][chosen]
        )
        error = np.sqrt(variance[0, 0])
        assert abs(found[0] - level["adjusted"]) < ERRORS * error
        if level["level"] in {1, 2, 3, 7}:
            assert abs(level["worth"] - level["adjusted"]) > ERRORS * error


def test_spend_is_never_below_zero(company):
    assert company.responses["spend_after"].to_numpy().min() > 0


def test_scores_move_to_the_middle_with_nothing_done(company):
    rows = company.joined()
    score = rows["score"].astype(float)
    now = np.flatnonzero(rows["customer"][1:] == rows["customer"][:-1])
    for expected in company.truth["value.levels"]["expected_moves"]:
        chosen = now[score[now] == expected["level"]]
        moves = score[chosen + 1] - score[chosen]
        weight = rows["weight"][chosen]
        error = moves.std() / np.sqrt(len(chosen)) * 1.2  # for the weights and the clusters
        assert abs(np.average(moves, weights=weight) - expected["move"]) < ERRORS * error
    moves = [each["move"] for each in company.truth["value.levels"]["expected_moves"]]
    assert moves[0] > 2
    assert moves[-1] < -1


def test_leaving_by_level_is_what_the_rows_say(company):
    rows = company.joined()
    left = company.customers["left"].to_numpy()[rows["customer"] - 1].astype(float)
    for expected in company.truth["value.levels"]["leaving"]:
        chosen = rows["score"] == expected["level"]
        mean, variance = _clustered(
            np.ones((chosen.sum(), 1)), left[chosen], rows["weight"][chosen],
            rows["customer"][chosen],
        )  # fmt: skip
        assert abs(mean[0] - expected["left"]) < ERRORS * np.sqrt(variance[0, 0])


def test_price_is_said_first_though_treatment_made_them_leave(company):
    reasons = {each["reason"]: each for each in company.truth["understand.leaving"]["reasons"]}
    assert max(reasons, key=lambda name: reasons[name]["stated_share"]) == "price"
    assert max(reasons, key=lambda name: reasons[name]["true_share"]) == "treatment"
    said = Counter(company.customers["reason"].to_pylist())
    assert said["price"] == reasons["price"]["stated_n"]
    assert said[None] == 20_000 - sum(each["stated_n"] for each in reasons.values())
    assert "true_reason" not in company.customers.column_names


def test_customers_leave_as_the_hazards_say(whole_company):
    customers = whole_company.customers.to_pydict()
    months, reason = np.array(customers["months"]), np.array(customers["reason"], dtype=object)
    left = np.array(customers["left"]) == 1
    assert set(months[~left]) == {12}
    assert set(months[left]) == set(range(1, 13))
    for told in whole_company.truth["understand.leaving"]["incidence"]:
        for each in told["reasons"]:
            share = (left & (months <= told["months"]) & (reason == each["reason"])).mean()
            error = np.sqrt(each["stated"] * (1 - each["stated"]) / len(left))
            assert abs(share - each["stated"]) < ERRORS * error


def test_by_the_end_as_many_have_left_as_are_said_to_leave(company):
    leaving = company.truth["understand.leaving"]
    for basis, shares in (("true", "true_share"), ("stated", "stated_share")):
        last = {each["reason"]: each[basis] for each in leaving["incidence"][-1]["reasons"]}
        assert sum(last.values()) == pytest.approx(leaving["expected_share_left"], abs=4e-6)
        for each in leaving["reasons"]:
            of_all = each[shares] * leaving["expected_share_left"]
            assert last[each["reason"]] == pytest.approx(of_all, abs=2e-6)


def test_the_checked_sample_finds_the_true_reasons(whole_company):
    with whole_company.files.checked.open(encoding="utf-8", newline="") as file:
        sample = list(csv.DictReader(file))
    told = dict(
        zip(*(whole_company.customers[key].to_pylist() for key in ("customer_id", "reason")),
            strict=True)
    )  # fmt: skip
    assert len({row["customer_id"] for row in sample}) == len(sample) == 250
    assert all(told[int(row["customer_id"])] == row["coded"] for row in sample)
    for each in whole_company.truth["understand.leaving"]["reasons"]:
        for key, basis in (("coded", "stated_share"), ("true", "true_share")):
            share = np.mean([row[key] == each["reason"] for row in sample])
            error = np.sqrt(each[basis] * (1 - each[basis]) / len(sample))
            assert abs(share - each[basis]) < ERRORS * error


def test_the_same_people_score_the_rivals_as_the_truth_says(whole_company):
    table, truth = whole_company.responses, whole_company.truth["understand.expectations"]
    _, first = np.unique(table["answer_id"].to_numpy(), return_index=True)
    columns = {
        name: table[name].to_numpy(zero_copy_only=False).astype(float)[first]
        for name in ("score", "weight", "customer_id", "rival_a", "rival_b")
    }
    valid = columns["score"] != 9
    score, weight, customer = (columns[k][valid] for k in ("score", "weight", "customer_id"))
    rivals = np.column_stack([columns[each["rival"]][valid] for each in truth["rivals"]])

    def agrees(values, used, expected):
        design = np.ones((used.sum(), 1))
        mean, variance = _clustered(design, values[used], weight[used], customer[used])
        return abs(mean[0] - expected) < ERRORS * np.sqrt(variance[0, 0])

    for place, each in enumerate(truth["rivals"]):
        used = ~np.isnan(rivals[:, place])
        assert used.sum() == each["n"]
        assert agrees(score - rivals[:, place], used, each["difference"])
        assert agrees((score > rivals[:, place]).astype(float), used, each["better_share"])
        assert each["difference"] == pytest.approx(each["ours"] - each["theirs"], abs=2e-6)
    brands = 1 + (~np.isnan(rivals)).sum(axis=1)
    all_scores = np.column_stack([score, rivals])
    for place, each in enumerate(truth["rivals"]):
        used, theirs = ~np.isnan(rivals[:, place]), rivals[:, place]
        rank = 0.5 + (all_scores > theirs[:, None]).sum(axis=1)
        rank += (all_scores == theirs[:, None]).sum(axis=1) / 2
        share = (1 - rank / (brands + 1)) * 2 / brands
        assert agrees(share, used, each["wallet_share"])
    higher = (rivals > score[:, None]).sum(axis=1)
    even = (rivals == score[:, None]).sum(axis=1)
    wallet = (1 - (1 + higher + even / 2) / (brands + 1)) * 2 / brands
    assert (brands > 1).sum() == truth["n_compared"]
    assert agrees(wallet, brands > 1, truth["wallet_share"])
    assert agrees((higher == 0).astype(float), brands > 1, truth["best_share"])
    assert agrees((higher + even == 0).astype(float), brands > 1, truth["best_alone_share"])


def test_a_rival_looks_even_until_the_same_people_are_compared(whole_company):
    truth = whole_company.truth["understand.expectations"]["rivals"][1]
    everybody = whole_company.truth["understand.mirror"]["figures"][-1]
    assert everybody["what"] == "mean_score"
    assert abs(everybody["truth"] - truth["theirs"]) < 0.1
    assert truth["difference"] < -0.4


def test_choices_of_best_and_worst_follow_their_odds(whole_company):
    with whole_company.files.maxdiff.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    truth = whole_company.truth["understand.gap"]["maxdiff"]
    utility = {each["item"]: each["utility"] for each in truth}
    assert len(rows) == 5 * len({row["respondent"] for row in rows}) == 5 * maxdiff.RESPONDENTS
    assert sum(each["share"] for each in truth) == pytest.approx(1, abs=1e-5)
    best, worst, expected_best, expected_worst = Counter(), Counter(), Counter(), Counter()
    for row in rows:
        shown = [row[f"item{i}"] for i in range(1, 5)]
        assert len(set(shown)) == 4
        assert row["best"] != row["worst"]
        odds = {item: np.exp(utility[item]) for item in shown}
        best[row["best"]] += 1
        worst[row["worst"]] += 1
        for item in shown:
            chance = odds[item] / sum(odds.values())
            expected_best[item] += chance
            for other in set(shown) - {item}:
                rest = sum(1 / odds[each] for each in shown if each != item)
                expected_worst[other] += chance / odds[other] / rest
    for found, expected in ((best, expected_best), (worst, expected_worst)):
        for item in utility:
            error = np.sqrt(expected[item] * (1 - expected[item] / len(rows)))
            assert abs(found[item] - expected[item]) < ERRORS * error


def test_stated_importance_is_highest_where_the_true_one_is_lowest(company):
    factors = {each["factor"]: each for each in company.truth["understand.gap"]["factors"]}
    assert (factors["price"]["stated_rank"], factors["price"]["true_rank"]) == (1, 5)
    assert (factors["treatment"]["stated_rank"], factors["treatment"]["true_rank"]) == (5, 1)


def test_agents_find_what_least_squares_overstates(whole_company):
    rows = whole_company.joined()
    human = np.array([name is not None for name in rows["agent_id"]])
    score, spend = rows["score"][human].astype(float), rows["spend_after"][human]
    names, agent = np.unique(rows["agent_id"][human].astype(str), return_inverse=True)
    count = np.bincount(agent)
    others = (np.bincount(agent, score)[agent] - score) / (count[agent] - 1)
    assert len(names) == whole_company.truth["understand.encounters"]["agents"]
    instrument = others - others.mean()
    found = (instrument @ spend) / (instrument @ score)
    residual = spend - spend.mean() - found * (score - score.mean())
    by_agent = np.bincount(agent, instrument * residual)
    error = np.sqrt(by_agent @ by_agent) / abs(instrument @ score)
    true = whole_company.truth["understand.encounters"]["worth_per_point"]
    ordinary = np.cov(score, spend)[0, 1] / score.var()
    assert abs(found - true) < ERRORS * error
    assert ordinary - true > ERRORS * error


def test_agents_meet_alike_customers(whole_company):
    rows = whole_company.joined()
    human = np.array([name is not None for name in rows["agent_id"]])
    _, agent = np.unique(rows["agent_id"][human].astype(str), return_inverse=True)
    spend = np.log(rows["alike"][human, 0])
    # Age decides the channel and touches no money: agents of all channels compare.
    means = np.bincount(agent, spend) / np.bincount(agent)
    expected = spend.std() / np.sqrt(np.bincount(agent).mean())
    assert means.std() / expected == pytest.approx(1, abs=0.35)


def test_the_app_is_basic_and_people_excite(company):
    drivers = {each["driver"]: each for each in company.truth["understand.asymmetry"]["drivers"]}
    assert drivers["app_works"]["class"] == "basic"
    assert drivers["app_works"]["true_asymmetry"] == -1
    assert drivers["app_works"]["asymmetry"] == min(each["asymmetry"] for each in drivers.values())
    exciting = {name for name, each in drivers.items() if each["class"] == "excitement"}
    assert exciting == {"attention", "ownership"}
    assert all(drivers[name]["asymmetry"] > 0 for name in exciting)


def test_slopes_of_the_rows_are_the_slopes_of_the_truth(company):
    table = company.responses.to_pydict()
    ratings = np.array(
        [[np.nan if value in {None, -99} else value for value in table[name]]
         for name in equations.DRIVER_NAMES]
    ).T  # fmt: skip
    score, weight = np.array(table["score"], dtype=float), np.array(table["weight"])
    whole = ~np.isnan(ratings).any(axis=1) & (score != 9) & (np.ptp(ratings, axis=1) > 0)
    design = np.column_stack([np.ones(whole.sum()), ratings[whole]])
    customer = np.array(table["customer_id"])[whole]
    found, variance = _clustered(design, score[whole], weight[whole], customer)
    true = np.array([each["slope"] for each in company.truth["understand.drivers"]["drivers"]])
    assert (np.abs(found[1:] - true) < 3.5 * np.sqrt(np.diag(variance)[1:])).all()
    residual = score[whole] - design @ found
    spread = score[whole] - np.average(score[whole], weights=weight[whole])
    r2 = 1 - (weight[whole] @ residual**2) / (weight[whole] @ spread**2)
    assert r2 == pytest.approx(company.truth["understand.drivers"]["r2"], abs=0.01)


def test_the_bar_rises_while_the_work_gets_better(company):
    years = company.truth["understand.expectations"]["years"]
    bars = [year["bar"] for year in years]
    assert all(later < earlier for earlier, later in pairwise(bars))
    assert years[-1]["rest"] > 0.1
    for year in years:
        change = year["score"] - years[0]["score"]
        assert year["bar"] + year["rest"] == pytest.approx(change, abs=1e-5)


def test_effort_shares_are_those_of_the_rows(company):
    rows = company.joined()
    latest = dict(zip(rows["customer"], rows["score"], strict=True))
    cost = Counter()
    for customer, euros in zip(
        company.efforts["customer_id"].to_pylist(), company.efforts["cost"].to_pylist(), strict=True
    ):
        level = latest.get(customer)
        if level is not None:
            cost["below" if level < 4 else "middle" if level < 7 else "top"] += euros
    for zone in company.truth["value.effort"]["zones"]:
        assert zone["effort_share"] == pytest.approx(cost[zone["zone"]] / cost.total(), abs=1e-6)
    assert company.truth["value.effort"]["zones"][0]["effort_share"] == pytest.approx(0.8, abs=0.05)


def test_unhappy_light_users_fall_silent_and_weights_do_not_bring_them_back(whole_company):
    latest = whole_company.truth["listen.quality"]["latest_score"]
    assert latest["answered"] - latest["everybody"] > 0.15
    assert latest["answered_weighted"] - latest["everybody"] > 0.15


def test_weights_undo_region_and_age(whole_company):
    customers, responses = whole_company.customers.to_pydict(), whole_company.responses.to_pydict()
    weight = dict(zip(responses["customer_id"], responses["weight"], strict=True))
    for column, size in (("region", 6), ("age_group", 4)):
        value = dict(zip(customers["customer_id"], customers[column], strict=True))
        wanted, seen, plain = Counter(value.values()), Counter(), Counter()
        for customer, each in weight.items():
            seen[value[customer]] += each
            plain[value[customer]] += 1
        assert len(wanted) == size
        off = [abs(seen[name] / seen.total() - wanted[name] / 50_000) for name in wanted]
        plain_off = [abs(plain[name] / plain.total() - wanted[name] / 50_000) for name in wanted]
        assert max(off) < 0.01 < max(plain_off)


def test_the_docstring_says_the_truth(whole_company):
    text, truth = equations.__doc__, whole_company.truth
    elevate, quality = truth["value.elevate"], truth["listen.quality"]
    years = truth["understand.expectations"]["years"]
    zones = truth["value.effort"]["zones"], truth["value.effort"]["zones_spread"]
    crude, moves = np.diff(_levels(whole_company, "worth")), truth["value.levels"]["expected_moves"]
    leaving = {each["reason"]: each for each in truth["understand.leaving"]["reasons"]}
    latest, effort = quality["latest_score"], truth["value.effort"]
    unknown = effort["cost_unknown_zone"] / effort["cost"]
    expectations = truth["understand.expectations"]
    rivals = {each["rival"]: each for each in expectations["rivals"]}
    mean_score = truth["understand.mirror"]["figures"][-1]["truth"]
    asymmetry = truth["understand.asymmetry"]["drivers"]
    rewards = {each["driver"]: each["reward"] for each in asymmetry}
    for said in (
        f"{quality['rows']:,} rows",
        f"{quality['customers_answered']:,} answered",
        f"{truth['value.effort']['n']:,} pieces of work",
        f"{elevate['ratio']:.2f}\n    times",
        f"people {elevate['split']['people']:.2f} x steps",
        f"x steps {elevate['split']['steps_per_person']:.2f} x worth per step 1.00",
        f"the crude ratio is {elevate['crude']['ratio']:.2f}",
        f"({elevate['crude']['split']['worth_per_step']:.2f} for 1.00)",
        f"({crude.min():.0f} to {crude.max():.0f} euros)",
        f"worth {np.diff(_levels(whole_company, 'adjusted'))[0]:.0f} euros a year",
        f"score {moves[0]['move']:.1f} higher",
        f"lose {-moves[-1]['move']:.1f}",
        f"{quality['duplicates']} exact duplicate rows",
        f"{quality['straight_lining']:,} answers ticked",
        f"{quality['score_unknown_rows']} scores of 9",
        f"would be {latest['everybody']:.2f}, those who answer say {latest['answered']:.2f}",
        f"a reward of {rewards['app_works']:.2f} points",
        f"{unknown:.0%}".replace("%", " % that went to customers who never answered"),
        f"{leaving['treatment']['true_share']:.0%}".replace("%", " % of the leavers"),
        f"{leaving['price']['stated_share']:.0%}".replace("%", " % of the leavers say price"),
        f"{zones[0][0]['effort_share']:.0%}".replace("%", " % of the cost"),
        f"it is {zones[1][0]['effort_share']:.0%}".replace("%", " % (`zones_spread`)"),
        f"({', '.join(format(year['score'], '.2f') for year in years)})",
        f"brought {years[-1]['rest']:.2f} points, the rising bar took {-years[-1]['bar']:.2f}",
        f"worth {truth['understand.encounters']['worth_per_point']:.0f} euros",
        f"Its users score it {rivals['rival_b']['theirs']:.2f}, everybody",
        f"scores the company\n    {mean_score:.2f}",
        f"users score the company {rivals['rival_b']['ours']:.2f}",
        f"it trails by {-rivals['rival_b']['difference']:.2f}",
        f"it leads by {rivals['rival_a']['difference']:.2f}",
        f"{expectations['best_alone_share']:.0%}".replace("%", " % score the company above all"),
        f"it gets {expectations['wallet_share']:.0%}".replace("%", " %"),
    ):
        assert said in text, said
