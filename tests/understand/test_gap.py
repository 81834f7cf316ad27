"""What is said beside what is done: every form of asking, every outcome, and what is refused."""

import numpy as np
import pytest

N = 400
BATTERY = 'drivers = { columns = ["cheap", "quick", "kind"], scale = [1, 7] }'
SCORE = 'score = { column = "score", scale = [1, 7] }\ncustomer = "id"'
SAYS = 'stated = { columns = ["says_price", "says_speed", "says_people"], scale = [1, 7] }'
FACTORS = {"price": "cheap", "speed": "quick", "people": "kind"}
# Shares and ranks that data determine exactly, up to the order of additions.
EXACT = 1e-9


def factors(**more):
    """The factors of the study file, each with its driver and what else is given."""
    return "\n".join(
        f'[factors.{name}]\ndrivers = ["{driver}"]\n{more.get(name, "")}'
        for name, driver in FACTORS.items()
    )


STATED = factors(**{name: f'stated = "says_{name}"' for name in FACTORS})


def company(n=N, *, seed=1):
    """Customers who say price and are moved by people."""
    rng = np.random.default_rng(seed)
    ratings = np.clip(np.round(4 + 1.5 * rng.normal(size=(n, 3))), 1, 7)
    pull = ratings @ [0.1, 0.2, 0.8] + rng.normal(0, 1, n)
    score = np.clip(np.round(pull), 1, 7)
    says = np.clip(np.round(rng.normal([6.2, 5.0, 4.0], 0.8, (n, 3))), 1, 7)
    columns = {
        "id": np.arange(n),
        "score": score,
        "cheap": ratings[:, 0],
        "quick": ratings[:, 1],
        "kind": ratings[:, 2],
        "says_price": says[:, 0],
        "says_speed": says[:, 1],
        "says_people": says[:, 2],
        "gone": (rng.random(n) < 1 / (1 + np.exp(pull - 4))).astype(int),
        "money": 100 + 20 * pull + rng.normal(0, 10, n),
        "reason": rng.choice(["price", "rude staff", "moved"], n, p=[0.6, 0.3, 0.1]),
    }
    return {name: values.tolist() for name, values in columns.items()}


def gap(study):
    return study.finding("understand.gap")


def checks(finding):
    return {check.check: check.status for check in finding.checks()}


def cases(finding):
    return [sentence.case.split(".")[1] for sentence in finding.story()]


def found(finding):
    return {factor.factor: factor for factor in finding.numbers.factors}


def test_what_is_said_first_and_done_last_is_found(make_study):
    finding = gap(make_study(company(), f'{SCORE}\n{BATTERY}\n{SAYS}\nleft = "gone"\n{STATED}'))
    price, people = found(finding)["price"], found(finding)["people"]
    assert (price.stated_rank, price.behaviour_rank) == (1, 3)
    assert (people.stated_rank, people.behaviour_rank) == (3, 1)
    assert price.gap_high < 0 < people.gap_low
    assert price.gap == pytest.approx(price.behaviour - price.stated)
    assert finding.story()[0].text == (
        "Price: said first, does second to third. People: said third, does first."
    )
    assert cases(finding)[0] == "over_and_under"


def test_shares_add_to_one_and_lie_within_their_intervals(make_study):
    finding = gap(make_study(company(), f'{SCORE}\n{BATTERY}\n{SAYS}\nleft = "gone"\n{STATED}'))
    for key in ("stated", "derived", "behaviour"):
        assert sum(getattr(factor, key) for factor in finding.numbers.factors) == pytest.approx(1)
        for factor in finding.numbers.factors:
            assert getattr(factor, f"{key}_low") < getattr(factor, key)
            assert getattr(factor, key) < getattr(factor, f"{key}_high")
    assert sum(factor.gap for factor in finding.numbers.factors) == pytest.approx(0, abs=EXACT)


def test_ratings_are_means_over_their_sum(make_study):
    answers = company()
    finding = gap(make_study(answers, f'{SCORE}\n{BATTERY}\n{SAYS}\nleft = "gone"\n{STATED}'))
    means = {name: np.mean(answers[f"says_{name}"]) for name in FACTORS}
    for name, factor in found(finding).items():
        assert factor.stated == pytest.approx(means[name] / sum(means.values()))
    (form,) = finding.numbers.forms
    assert [one.value for one in form.factors] == pytest.approx(list(means.values()))
    assert finding.numbers.stated_form == "ratings"


def test_the_order_and_the_names_of_factors_change_nothing(make_study):
    answers = company()
    roles = f'{SCORE}\n{BATTERY}\n{SAYS}\nleft = "gone"\n'
    one = gap(make_study(answers, roles + STATED))
    parts = STATED.split("[factors.")[1:]
    turned = "[factors." + "[factors.".join(part + "\n" for part in reversed(parts))
    turned = turned.replace("factors.people", 'factors."Väki"')
    other = gap(make_study(answers, roles + turned))
    assert [factor.factor for factor in other.numbers.factors] == ["Väki", "speed", "price"]
    for left, right in zip(one.numbers.factors, reversed(other.numbers.factors), strict=True):
        for key in ("stated", "derived", "behaviour", "gap", "gap_low", "gap_high"):
            assert getattr(right, key) == pytest.approx(getattr(left, key), abs=EXACT)
        for key in ("stated_rank", "behaviour_rank", "behaviour_rank_low", "derived_rank_high"):
            assert getattr(right, key) == getattr(left, key)


def test_factors_stated_and_rated_alike_share_their_places(make_study):
    answers = company()
    answers["says_speed"] = answers["says_price"]
    answers["quick"] = answers["cheap"]
    finding = gap(make_study(answers, f'{SCORE}\n{BATTERY}\n{SAYS}\nleft = "gone"\n{STATED}'))
    price, speed = found(finding)["price"], found(finding)["speed"]
    assert price.stated == speed.stated
    assert (price.stated_rank, speed.stated_rank) == (1, 1)
    assert (price.stated_rank_low, price.stated_rank_high) == (1, 2)
    assert price.behaviour == pytest.approx(speed.behaviour)
    assert price.behaviour_rank == speed.behaviour_rank


def test_points_are_shares_of_all_points(make_study):
    answers = company(40)
    answers["says_price"], answers["says_speed"] = [60, 50] * 20, [30, 30] * 20
    answers["says_people"] = [10, 20] * 20
    says = SAYS.replace("scale = [1, 7]", 'form = "points"')
    finding = gap(make_study(answers, f'{SCORE}\n{BATTERY}\n{says}\nleft = "gone"\n{STATED}'))
    assert [f.stated for f in finding.numbers.factors] == pytest.approx([0.55, 0.30, 0.15])
    assert finding.numbers.stated_form == "points"


def test_ranks_are_shares_of_the_pairs_won(make_study):
    answers = company(40)
    answers["says_price"], answers["says_speed"] = [1, 2] * 20, [2, 1] * 20
    answers["says_people"] = [3] * 40
    says = SAYS.replace("scale = [1, 7]", 'form = "ranks"')
    finding = gap(make_study(answers, f'{SCORE}\n{BATTERY}\n{says}\nleft = "gone"\n{STATED}'))
    assert [f.stated for f in finding.numbers.factors] == pytest.approx([0.5, 0.5, 0.0])
    assert [f.stated_rank for f in finding.numbers.factors] == [1, 1, 3]


def test_a_factor_that_all_rank_last_has_nothing_whatever_the_weights(make_study):
    answers = company(60)
    answers["weight"] = np.random.default_rng(2).lognormal(0, 1, 60).tolist()
    for rank, name in enumerate(FACTORS, start=1):
        answers[f"says_{name}"] = [rank] * 60
    says = SAYS.replace("scale = [1, 7]", 'form = "ranks"')
    roles = f'{SCORE}\nweight = "weight"\n{BATTERY}\n{says}\nleft = "gone"\n{STATED}'
    finding = gap(make_study(answers, roles))
    assert [f.stated for f in finding.numbers.factors] == pytest.approx([2 / 3, 1 / 3, 0])
    assert [f.stated_rank_high for f in finding.numbers.factors] == [1, 2, 3]


def test_a_rank_beyond_the_number_of_columns_is_missing(make_study):
    answers = company(40)
    answers["says_price"] = [1] * 39 + [99]
    answers["says_speed"], answers["says_people"] = [2] * 40, [3] * 40
    says = SAYS.replace("scale = [1, 7]", 'form = "ranks"')
    finding = gap(make_study(answers, f'{SCORE}\n{BATTERY}\n{says}\nleft = "gone"\n{STATED}'))
    assert finding.numbers.stated_n == 39
    assert [f.stated for f in finding.numbers.factors] == pytest.approx([2 / 3, 1 / 3, 0])


TOLD = factors(price='reasons = ["Price"]', people='reasons = ["rude staff", "curt staff"]')


@pytest.mark.parametrize("table", ["responses", "customers"])
def test_reasons_are_shares_of_those_who_left_and_told_them(make_study, table):
    answers = company()
    gone, reason = np.array(answers.pop("gone")), np.array(answers.pop("reason"))
    told = {name: int(((reason == name) & (gone == 1)).sum()) for name in ("price", "rude staff")}
    leaving = {"gone": gone.tolist(), "reason": reason.tolist()}
    roles = 'left = "gone"\nreason = "reason"'
    if table == "responses":
        study = make_study(answers | leaving, f"{SCORE}\n{BATTERY}\n{roles}\n{TOLD}")
    else:
        customers = {"id": answers["id"], **leaving}
        text = f'customer = "id"\n{roles}\n{TOLD}'
        study = make_study(answers, f"{SCORE}\n{BATTERY}", customers=(customers, text))
    finding = gap(study)
    total = sum(told.values())
    assert finding.numbers.stated_form == "reasons"
    assert finding.numbers.stated_n == total
    assert found(finding)["price"].stated == pytest.approx(told["price"] / total)
    assert found(finding)["people"].stated == pytest.approx(told["rude staff"] / total)
    assert finding.left_out == ("speed",)
    assert checks(finding)["told_reasons"] == "warn"
    assert checks(finding)["left_out"] == "warn"


def test_a_factor_may_name_a_group_of_reasons(make_study):
    answers = company()
    groups = '[reasons]\ntreatment = ["Rude staff"]\n'
    text = factors(price='reasons = ["price"]', people='reasons = ["treatment"]')
    finding = gap(
        make_study(answers, f'{SCORE}\n{BATTERY}\nleft = "gone"\nreason = "reason"\n{groups}{text}')
    )
    reason, gone = np.array(answers["reason"]), np.array(answers["gone"])
    told = [((reason == name) & (gone == 1)).sum() for name in ("price", "rude staff")]
    assert found(finding)["people"].stated == pytest.approx(told[1] / sum(told))


ITEMS = {"price": "Low price", "speed": "Quick service", "people": "Kind people"}
CHOOSE = factors(**{name: f'item = "{item}"' for name, item in ITEMS.items()})
MAXDIFF = 'items = ["a", "b", "c"]\nbest = "best"\nworst = "worst"\nrespondent = "who"'


def choices(utility, *, respondents=120, seed=2):
    """Four tasks of three items out of four for each respondent."""
    rng = np.random.default_rng(seed)
    names = [*ITEMS.values(), "Nice colours"]
    rows = []
    for who in range(respondents):
        for _ in range(4):
            shown = rng.choice(4, 3, replace=False)
            up = np.exp(utility[shown])
            best = rng.choice(3, p=up / up.sum())
            rest = np.delete(np.arange(3), best)
            down = np.exp(-utility[shown[rest]])
            worst = rest[rng.choice(2, p=down / down.sum())]
            rows.append((who, *(names[i] for i in shown), names[shown[best]], names[shown[worst]]))
    keys = ("who", "a", "b", "c", "best", "worst")
    return {key: list(part) for key, part in zip(keys, zip(*rows, strict=True), strict=True)}


UTILITY = np.array([0.9, 0.1, -0.3, -0.7])


def test_choices_of_best_and_worst_are_shares_of_what_would_be_chosen(make_study):
    roles = f'{SCORE}\n{BATTERY}\nleft = "gone"'
    text = f"{MAXDIFF}\n{CHOOSE}"
    finding = gap(make_study(company(), roles, maxdiff=(choices(UTILITY), text)))
    true = np.exp(UTILITY[:3]) / np.exp(UTILITY[:3]).sum()
    assert finding.numbers.stated_form == "maxdiff"
    assert finding.numbers.stated_n == 480
    for share, factor in zip(true, finding.numbers.factors, strict=True):
        assert factor.stated_low <= share <= factor.stated_high
        assert factor.gap_low is not None
    counts = [one.value for one in finding.numbers.forms[0].factors]
    assert counts == sorted(counts, reverse=True)
    assert "lost_choices" not in checks(finding)


def test_choices_outside_what_was_shown_are_left_out_and_counted(make_study):
    table = choices(UTILITY)
    table["best"][0], table["worst"][1] = "Something else", table["best"][1]
    finding = gap(
        make_study(
            company(),
            f'{SCORE}\n{BATTERY}\nleft = "gone"',
            maxdiff=(table, f"{MAXDIFF}\n{CHOOSE}"),
        )
    )
    assert finding.numbers.stated_n == 478
    assert finding.lost == 2
    assert checks(finding)["lost_choices"] == "warn"


def test_an_item_that_is_always_best_is_refused_by_name(make_study):
    table = choices(np.array([60.0, 0, 0, 0]))
    finding = gap(
        make_study(
            company(),
            f'{SCORE}\n{BATTERY}\nleft = "gone"',
            maxdiff=(table, f"{MAXDIFF}\n{CHOOSE}"),
        )
    )
    assert cases(finding) == ["gap_untold"]
    assert "Low price" in finding.story()[0].text


def test_an_item_that_was_never_shown_is_refused_by_name(make_study):
    text = CHOOSE.replace("Quick service", "Quick servcie")
    finding = gap(
        make_study(
            company(),
            f'{SCORE}\n{BATTERY}\nleft = "gone"',
            maxdiff=(choices(UTILITY), f"{MAXDIFF}\n{text}"),
        )
    )
    assert cases(finding) == ["gap_untold"]
    assert "Quick servcie" in finding.story()[0].text


def test_a_form_that_tells_nothing_leaves_room_for_one_that_does(make_study):
    both = factors(**{n: f'stated = "says_{n}"\nitem = "{ITEMS[n]}"' for n in FACTORS})
    table = choices(np.array([60.0, 0, 0, 0]))
    finding = gap(
        make_study(
            company(),
            f'{SCORE}\n{BATTERY}\n{SAYS}\nleft = "gone"',
            maxdiff=(table, f"{MAXDIFF}\n{both}"),
        )
    )
    assert [form.form for form in finding.numbers.forms] == ["ratings"]
    assert checks(finding)["untold_items"] == "refuse"


def test_without_leaving_worth_is_what_is_done(make_study):
    finding = gap(make_study(company(), f'{SCORE}\n{BATTERY}\n{SAYS}\nworth = "money"\n{STATED}'))
    assert finding.numbers.behaviour_outcome == "worth"
    assert found(finding)["people"].behaviour_rank == 1
    assert cases(finding)[-1] == "goes_with_worth"


def test_without_any_deed_the_gap_is_null_and_the_one_to_the_score_is_told(make_study):
    finding = gap(make_study(company(), f"{SCORE}\n{BATTERY}\n{SAYS}\n{STATED}"))
    for factor in finding.numbers.factors:
        assert factor.behaviour is factor.behaviour_rank is None
        assert factor.gap is factor.gap_low is factor.gap_high is None
        assert factor.derived_gap == pytest.approx(factor.derived - factor.stated)
        assert factor.derived_gap_low < factor.derived_gap < factor.derived_gap_high
    assert cases(finding)[0].endswith("_score")
    assert "no_behaviour" in cases(finding)
    assert checks(finding)["no_behaviour"] == "warn"


def test_leaving_stands_beside_the_latest_answer(make_study):
    """Who left had been content before: earlier answers say nothing of why."""
    rng = np.random.default_rng(5)
    answers = company()
    first = company(seed=9)
    gone = answers.pop("gone")
    first.pop("gone")
    both = {name: first[name] + answers[name] for name in answers}
    both["day"] = ["2024-01-01"] * N + ["2025-01-01"] * N
    order = rng.permutation(2 * N)
    both = {name: [values[i] for i in order] for name, values in both.items()}
    customers = ({"id": list(range(N)), "gone": gone}, f'customer = "id"\nleft = "gone"\n{STATED}')
    twice = gap(make_study(both, f'{SCORE}\ntime = "day"\n{BATTERY}\n{SAYS}', customers=customers))
    once = gap(make_study(answers, f"{SCORE}\n{BATTERY}\n{SAYS}", customers=customers))
    assert twice.numbers.behaviour_n == once.numbers.behaviour_n == N
    assert twice.numbers.derived_n == 2 * N
    assert twice.numbers.behaviour_r2 == pytest.approx(once.numbers.behaviour_r2)
    for left, right in zip(twice.numbers.factors, once.numbers.factors, strict=True):
        assert left.behaviour == pytest.approx(right.behaviour)


def test_leaving_with_the_answer_and_with_the_customer_is_the_same_where_each_answered_once(
    make_study,
):
    answers = company()
    roles = f"{SCORE}\n{BATTERY}\n{SAYS}"
    beside = gap(make_study(answers, f'{roles}\nleft = "gone"\n{STATED}'))
    customers = {"id": answers["id"], "gone": answers.pop("gone")}
    text = f'customer = "id"\nleft = "gone"\n{STATED}'
    apart = gap(make_study(answers, roles, customers=(customers, text)))
    for left, right in zip(beside.numbers.factors, apart.numbers.factors, strict=True):
        for key in ("behaviour", "behaviour_low", "gap", "gap_low", "gap_high"):
            assert getattr(left, key) == pytest.approx(getattr(right, key), abs=1e-6)


def test_drivers_of_no_factor_are_not_credited_to_the_factors(make_study):
    answers = company()
    rng = np.random.default_rng(3)
    answers["other"] = np.clip(np.array(answers["kind"]) + rng.integers(-1, 2, N), 1, 7).tolist()
    more = BATTERY.replace('"kind"]', '"kind", "other"]')
    alone = gap(make_study(answers, f'{SCORE}\n{BATTERY}\n{SAYS}\nleft = "gone"\n{STATED}'))
    beside = gap(make_study(answers, f'{SCORE}\n{more}\n{SAYS}\nleft = "gone"\n{STATED}'))
    assert found(beside)["people"].derived < found(alone)["people"].derived - 0.02
    assert sum(factor.derived for factor in beside.numbers.factors) == pytest.approx(1)


def test_weights_count(make_study):
    answers = company()
    answers["weight"] = [3.0 if says > 5 else 1.0 for says in answers["says_people"]]
    roles = f'{SCORE}\nweight = "weight"\n{BATTERY}\n{SAYS}\nleft = "gone"\n{STATED}'
    weight = np.array(answers["weight"])
    means = [np.average(answers[f"says_{name}"], weights=weight) for name in FACTORS]
    finding = gap(make_study(answers, roles))
    assert [f.stated for f in finding.numbers.factors] == pytest.approx(means / np.sum(means))


def test_ratings_that_hardly_differ_are_called_so(make_study):
    answers = company()
    rng = np.random.default_rng(4)
    for name in FACTORS:
        answers[f"says_{name}"] = rng.integers(5, 8, N).tolist()
    finding = gap(make_study(answers, f'{SCORE}\n{BATTERY}\n{SAYS}\nleft = "gone"\n{STATED}'))
    assert checks(finding)["flat"] == "warn"
    assert checks(finding)["ranks_stated"] == "warn"


def test_a_halo_is_called_so(make_study):
    answers = company()
    rng = np.random.default_rng(4)
    for name in ("cheap", "quick"):
        answers[name] = np.clip(np.array(answers["kind"]) + rng.integers(-1, 2, N), 1, 7).tolist()
    finding = gap(make_study(answers, f'{SCORE}\n{BATTERY}\n{SAYS}\nleft = "gone"\n{STATED}'))
    assert checks(finding)["halo"] == "warn"


def test_leaving_that_no_rating_explains_is_refused_and_the_score_is_told(make_study):
    answers = company()
    answers["gone"] = np.random.default_rng(8).integers(0, 2, N).tolist()
    finding = gap(make_study(answers, f'{SCORE}\n{BATTERY}\n{SAYS}\nleft = "gone"\n{STATED}'))
    assert checks(finding)["chance_behaviour"] == "refuse"
    assert {factor.gap for factor in finding.numbers.factors} == {None}
    assert finding.numbers.behaviour_outcome == "left"
    assert "refused_behaviour" in cases(finding)


def test_few_leavers_with_ratings_are_refused(make_study):
    answers = company()
    answers["gone"] = [*answers["gone"][:15], *[None] * (N - 15)]
    finding = gap(make_study(answers, f'{SCORE}\n{BATTERY}\n{SAYS}\nleft = "gone"\n{STATED}'))
    assert checks(finding)["few_behaviour"] == "refuse"
    assert finding.numbers.behaviour_r2 is None


def test_a_factor_without_a_driver_is_left_out_by_name(make_study):
    text = STATED.replace('drivers = ["quick"]\n', "")
    finding = gap(make_study(company(), f'{SCORE}\n{BATTERY}\n{SAYS}\nleft = "gone"\n{text}'))
    assert list(found(finding)) == ["price", "people"]
    assert finding.left_out == ("speed",)
    assert sum(factor.stated for factor in finding.numbers.factors) == pytest.approx(1)


LEAVES = 'left = "gone"'


@pytest.mark.parametrize(
    ("roles", "reason"),
    [
        (f"{SCORE}\n{SAYS}\n{LEAVES}", "gap_no_drivers"),
        (f"{SCORE}\n{BATTERY}\n{SAYS}\n{LEAVES}", "gap_no_factors"),
        (f"{SCORE}\n{BATTERY}\n{LEAVES}\n{factors()}", "gap_no_stated"),
        (f"{SCORE}\n{BATTERY}\n{SAYS}\n{LEAVES}\n{factors()}", "gap_no_common"),
        (
            f"{SCORE}\n{BATTERY}\n{SAYS}\n{LEAVES}\n" + STATED.replace('"quick"', '"cheap"'),
            "gap_shared_driver",
        ),
    ],
)
def test_what_the_study_lacks_is_refused_with_the_next_step(make_study, roles, reason):
    finding = gap(make_study(company(), roles))
    assert cases(finding) == [reason]
    assert finding.story()[0].advice
    assert finding.status == "refuse"


def test_too_many_factors_are_refused(make_study):
    rng = np.random.default_rng(1)
    names = [f"d{i}" for i in range(25)]
    answers = {"id": list(range(60)), "score": rng.integers(1, 8, 60).tolist()}
    answers |= {name: rng.integers(1, 8, 60).tolist() for name in names}
    quoted = ", ".join(f'"{name}"' for name in names)
    text = "\n".join(f'[factors.f{n}]\ndrivers = ["{n}"]\nstated = "{n}"' for n in names)
    roles = f"{SCORE}\ndrivers = [{quoted}]\nstated = [{quoted}]\n{text}"
    assert cases(gap(make_study(answers, roles))) == ["gap_many_factors"]


@pytest.mark.parametrize("value", [None, "x", 99])
def test_importance_that_nobody_stated_is_refused(make_study, value):
    answers = company()
    answers["says_price"] = [value] * N
    finding = gap(make_study(answers, f"{SCORE}\n{BATTERY}\n{SAYS}\n{LEAVES}\n{STATED}"))
    assert cases(finding) == ["gap_few_stated"]


def test_ratings_that_explain_nothing_are_refused(make_study):
    answers = company()
    answers["score"] = np.random.default_rng(3).integers(1, 8, N).tolist()
    finding = gap(make_study(answers, f"{SCORE}\n{BATTERY}\n{SAYS}\n{STATED}"))
    assert cases(finding) == ["gap_nothing_explained"]


def test_few_customers_get_no_interval(make_study):
    answers = company(200)
    answers["id"] = [i % 15 for i in range(200)]
    finding = gap(make_study(answers, f"{SCORE}\n{BATTERY}\n{SAYS}\n{LEAVES}\n{STATED}"))
    assert {factor.gap_low for factor in finding.numbers.factors} == {None}
    assert checks(finding)["no_interval"] == "refuse"


def test_a_reason_told_by_fewer_than_may_be_shown_is_nowhere(make_study):
    answers = company()
    roles = f'{SCORE}\n{BATTERY}\n{LEAVES}\nreason = "reason"'
    text = factors(price='reasons = ["price"]', people='reasons = ["rude staff"]',
                   speed='reasons = ["slow"]')  # fmt: skip
    gone = [i for i, left in enumerate(answers["gone"]) if left]
    for place in gone[:9]:
        answers["reason"][place] = "slow"
    few = gap(make_study(answers, f"{roles}\n{text}"))
    assert list(found(few)) == ["price", "people"]
    assert few.left_out == ("speed",)
    answers["reason"][gone[9]] = "slow"
    assert list(found(gap(make_study(answers, f"{roles}\n{text}")))) == ["price", "speed", "people"]
    hidden = gap(make_study(answers, f"{roles}\n{text}", study="disclosure = 500"))
    assert cases(hidden) == ["gap_few_stated"]


@pytest.mark.parametrize("form", ["points", "ranks", "ratings"])
def test_what_is_stated_below_nothing_is_refused_and_not_shared(make_study, form):
    answers = company(60)
    answers["says_price"] = [-5.0] * 60
    says = SAYS.replace("scale = [1, 7]", f'form = "{form}"')
    finding = gap(make_study(answers, f"{SCORE}\n{BATTERY}\n{says}\n{LEAVES}\n{STATED}"))
    assert cases(finding) == ["gap_few_stated"]


def test_stated_shares_are_told_once(make_study):
    finding = gap(make_study(company(), f"{SCORE}\n{BATTERY}\n{SAYS}\n{LEAVES}\n{STATED}"))
    for factor, own in zip(finding.numbers.factors, finding.numbers.forms[0].factors, strict=True):
        for key, same in (
            ("stated", "share"),
            ("stated_low", "share_low"),
            ("stated_rank", "rank"),
        ):
            assert getattr(factor, key) == getattr(own, same)


def test_choices_of_one_respondent_count_as_one_and_not_as_many(make_study):
    table = choices(UTILITY, respondents=150)
    often = {key: values * 4 for key, values in table.items()}
    roles, text = f"{SCORE}\n{BATTERY}\n{LEAVES}", f"{MAXDIFF}\n{CHOOSE}"
    once, more = (gap(make_study(company(), roles, maxdiff=(t, text))) for t in (table, often))
    widths = [
        [f.share_high - f.share_low for f in finding.numbers.forms[0].factors]
        for finding in (once, more)
    ]
    # The same 2,000 draws of the same replicates.
    assert widths[1] == pytest.approx(widths[0], rel=0.05)
