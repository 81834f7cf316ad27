"""Small studies whose reasons can be counted by hand, and studies that are refused."""

import json
from collections import Counter

import numpy as np
import pytest
from statsmodels.duration.survfunc import CumIncidenceRight

from kuski.finding import plain
from kuski.stats.proportions import share_interval
from kuski.understand.leaving.duration import clock

ROUNDING = 1e-9
SCORE = 'customer = "id"\nscore = { column = "score", scale = [1, 5] }'
CUSTOMERS = 'customer = "id"\nleft = "left"\nreason = "reason"'
CHECKED = 'coded = "coded"\ntrue = "true"'
TOLD = {"price": 60, "treatment": 30, "moved": 20, "product": 20, "": 10}
REASONS = '\n[reasons]\nlife = ["moved"]'


def customers(told=TOLD, *, stayed=300, **columns):
    """Lay out customers who left, by what they told, and some who stayed."""
    reason = [text for text, n in told.items() for _ in range(n)] + [""] * stayed
    left = [1] * sum(told.values()) + [0] * stayed
    ids = [f"c{i}" for i in range(len(reason))]
    return {"id": ids, "left": left, "reason": reason} | columns


def answers(table, **columns):
    return {"id": table["id"], "score": [1 + i % 5 for i in range(len(table["id"]))]} | columns


def checked(pairs):
    rows = [pair for pair, n in pairs.items() for _ in range(n)]
    return {"coded": [code for code, _ in rows], "true": [true for _, true in rows]}


SAMPLE = {
    ("price", "price"): 20,
    ("price", "treatment"): 25,
    ("price", "life"): 5,
    ("treatment", "treatment"): 20,
    ("treatment", "price"): 2,
    ("moved", "moved"): 15,
    ("product", "product"): 10,
    ("product", "treatment"): 5,
}


@pytest.fixture
def leaving(make_study):
    """Return a function that makes a study of customers and gives the finding."""

    def make(table=None, roles=CUSTOMERS + REASONS, *, rated=None, drivers="", study="", **tables):
        table = customers() if table is None else table
        opened = make_study(
            answers(table, **(rated or {})), SCORE + drivers, study=study,
            customers=(table, roles), **tables,
        )  # fmt: skip
        return opened.finding("understand.leaving")

    return make


def group(finding, name):
    return next(one for one in finding.numbers.groups if one.group == name)


def statuses(finding):
    return {check.check: check.status for check in finding.checks()}


def said(finding):
    return [sentence.case.split(".")[1] for sentence in finding.story()]


def test_shares_are_counts_with_wilsons_interval(leaving):
    found = leaving()
    assert found.n == found.numbers.told == 130
    assert found.numbers.left == 140
    assert found.numbers.share_left == pytest.approx(140 / 440)
    for name, n in (("treatment", 30), ("price", 60), ("product", 20), ("life", 20)):
        one, ends = group(found, name), share_interval(n / 130, 130)
        assert (one.n, one.stated_share) == (n, pytest.approx(n / 130))
        assert (one.stated_share_low, one.stated_share_high) == pytest.approx((ends.low, ends.high))
        assert one.share is one.difference is None
    assert found.numbers.reasons[0].reason == "price"
    assert sum(one.share for one in found.numbers.reasons) == pytest.approx(1)


def test_whoever_left_and_told_nothing_is_counted_but_is_no_reason(leaving):
    few = leaving(customers(TOLD | {"": 10}))
    many = leaving(customers(TOLD | {"": 100}))
    assert group(few, "price").stated_share == group(many, "price").stated_share
    assert statuses(few)["not_told"] == "ok"
    assert statuses(many)["not_told"] == "warn"


def test_the_reasons_of_those_who_stayed_do_not_count(leaving):
    table = customers()
    plain_one = leaving(table)
    noisy = leaving(table | {"reason": [r or "price" if not gone else r for r, gone in zip(
        table["reason"], table["left"], strict=True)]})  # fmt: skip
    assert noisy.numbers == plain_one.numbers


def test_shares_are_set_right_by_the_checked(leaving):
    found = leaving(checked=(checked(SAMPLE), CHECKED))
    expected = 60 / 130 * 25 / 50 + 30 / 130 * 20 / 22 + 20 / 130 * 5 / 15
    one = group(found, "treatment")
    assert found.numbers.checked == sum(SAMPLE.values())
    assert one.share == pytest.approx(expected)
    assert one.share_low < expected < one.share_high
    assert one.difference == pytest.approx(expected - 30 / 130)
    assert sum(each.share for each in found.numbers.groups) == pytest.approx(1)
    assert found.commonest == ("price", "treatment")
    assert statuses(found)["sample_random"] == "ok"


def test_the_order_of_rows_does_not_matter(leaving):
    table = customers()
    order = np.random.default_rng(0).permutation(len(table["id"]))
    turned = {name: [values[i] for i in order] for name, values in table.items()}
    pairs = checked(SAMPLE)
    back = {name: values[::-1] for name, values in pairs.items()}
    one = leaving(table, checked=(pairs, CHECKED))
    other = leaving(turned, checked=(back, CHECKED))
    for each, same in zip(one.numbers.groups, other.numbers.groups, strict=True):
        assert (each.n, each.share) == (same.n, pytest.approx(same.share, abs=ROUNDING))
        assert each.share_low == pytest.approx(same.share_low, abs=0.02)


def test_a_sample_that_was_not_drawn_at_random_is_doubted(leaving):
    apart = SAMPLE | {("moved", "moved"): 120}
    found = leaving(checked=(checked(apart), CHECKED))
    assert statuses(found)["sample_apart"] == "warn"
    # Within each code it may still be random, so that the shares stay what they were.
    whole = leaving(checked=(checked(SAMPLE), CHECKED))
    assert group(found, "price").share == pytest.approx(group(whole, "price").share)


@pytest.mark.parametrize(
    ("pairs", "check"),
    [
        ({("price", "price"): 10, ("treatment", "treatment"): 10}, "sample_checked"),
        ({("price", "price"): 30, ("treatment", "price"): 10}, "sample_unchecked"),
    ],
)
def test_too_thin_a_sample_sets_nothing_right(leaving, pairs, check):
    found = leaving(checked=(checked(pairs), CHECKED))
    assert statuses(found)[check] == "refuse"
    assert not found.is_corrected
    assert found.status == "warn"
    assert said(found)[0] in ("said_only", "said_tied")


def test_one_reason_for_all_is_told_beside_a_sample_that_knows_others(leaving):
    pairs = {("price", "price"): 10, ("price", "treatment"): 10}
    thin = leaving(customers({"price": 60}), checked=(checked(pairs), CHECKED))
    assert said(thin)[0] == "said_only"
    assert group(thin, "price").stated_share == 1
    pairs = {("price", "price"): 10, ("price", "treatment"): 40}
    found = leaving(customers({"price": 60}), checked=(checked(pairs), CHECKED))
    assert said(found)[0] == "said_otherwise"
    assert group(found, "treatment").n == 0
    assert group(found, "treatment").share == pytest.approx(0.8)


def test_reasons_of_no_group_are_other_and_named(leaving):
    found = leaving(customers(TOLD | {"weather": 30, "dog": 15}))
    assert group(found, "other").n == 45
    check = next(each for each in found.checks() if each.check == "other_named")
    assert check.status == "warn"
    assert "weather, dog" in check.text
    # Whatever they are, they are not the commonest reason of the message.
    assert leaving(customers({"price": 30, "weather": 60})).commonest[0] == "price"


def test_reasons_are_the_same_in_any_letters(leaving):
    found = leaving(customers({"Price": 30, "PRICE": 20, "Treatment ": 30, "moved": 20}))
    assert {one.group: one.n for one in found.numbers.groups} == {
        "price": 50, "treatment": 30, "life": 20,
    }  # fmt: skip


def shown(finding):
    """Everything a reader gets, as one text."""
    return json.dumps(plain(finding.to_dict()), ensure_ascii=False)


def test_what_fewer_told_than_may_be_shown_is_taken_together(leaving):
    reasons = '\n[reasons]\nprice = ["dear", "fees", "rise"]\nlife = ["moved"]'
    told = {"dear": 40, "fees": 9, "rise": 4, "treatment": 30, "moved": 25, "dog": 7, "product": 3}
    found = leaving(customers(told), CUSTOMERS + reasons)
    heads = Counter({(one.group, one.reason): one.n for one in found.numbers.reasons})
    assert heads[("price", None)] == 13
    assert heads[("other", None)] == 10
    assert min(heads.values()) >= 10
    assert group(found, "other").n == 10
    assert all(one.group != "product" for one in found.numbers.groups)
    assert not any(word in shown(found) for word in ("fees", "rise", "dog"))


def test_a_group_goes_along_where_other_alone_would_be_too_few(leaving):
    found = leaving(customers({"price": 40, "treatment": 30, "moved": 12, "dog": 3}))
    assert {one.group: one.n for one in found.numbers.groups} == {
        "treatment": 30, "price": 40, "other": 15,
    }  # fmt: skip
    assert "dog" not in shown(found)


def test_leavers_alone_give_shares_and_nothing_else(make_study):
    reasons = [text for text, n in TOLD.items() for _ in range(n)]
    columns = {"score": [3] * len(reasons), "reason": reasons}
    roles = SCORE.split("\n", 1)[1] + '\nreason = "reason"' + REASONS
    found = make_study(columns, roles).finding("understand.leaving")
    assert found.numbers.share_left is None
    assert group(found, "price").stated_share == pytest.approx(60 / 130)
    assert "left" not in said(found)


def test_weights_of_answers_count(make_study):
    told = ["price"] * 60 + ["treatment"] * 60
    columns = {
        "id": [f"c{i}" for i in range(120)],
        "score": [3] * 120,
        "left": [1] * 120,
        "reason": told,
        "w": [3.0] * 60 + [1.0] * 60,
    }
    roles = SCORE + '\nleft = "left"\nreason = "reason"\nweight = "w"'
    found = make_study(columns, roles).finding("understand.leaving")
    assert group(found, "price").stated_share == pytest.approx(0.75)
    assert group(found, "price").n == 60
    ends = share_interval(0.75, 120)
    assert group(found, "price").stated_share_high - 0.75 > 0.9 * (ends.high - 0.75)


def timed(n=600, seed=3):
    """Lay out customers with a month until they left, or until last seen."""
    rng = np.random.default_rng(seed)
    month = np.minimum(rng.integers(0, 40, n), rng.integers(3, 30, n))
    left = rng.random(n) < 0.5
    reason = rng.choice(["price", "treatment", ""], n, p=[0.5, 0.3, 0.2])
    return {
        "id": [f"c{i}" for i in range(n)],
        "left": left.astype(int).tolist(),
        "reason": np.where(left, reason, "").tolist(),
        "months": month.tolist(),
    }


DURATION = '\nduration = { column = "months", unit = "months" }'


def test_incidences_equal_statsmodels_and_who_told_nothing_is_a_cause(leaving):
    table = timed()
    found = leaving(table, CUSTOMERS + DURATION)
    causes = {"": "not_told", "price": "price", "treatment": "treatment"}
    names = ["price", "treatment", "not_told"]
    status = [
        1 + names.index(causes[reason]) if gone else 0
        for reason, gone in zip(table["reason"], table["left"], strict=True)
    ]
    peer = CumIncidenceRight(np.array(table["months"], float), np.array(status))
    assert found.numbers.followed == 600
    assert {one.time for one in found.numbers.incidence} == {6, 12, 24}
    for one in found.numbers.incidence:
        place = np.searchsorted(peer.times, one.time, side="right") - 1
        expected = peer.cinc[names.index(one.group)][place]
        assert one.share == pytest.approx(expected, abs=ROUNDING)
        assert one.share_low < one.share < one.share_high
    assert "incidence" in said(found)


def test_incidence_and_shares_do_not_hang_on_the_unit(leaving):
    table = timed()
    years = table | {"months": [month / 12 for month in table["months"]]}
    one = leaving(table, CUSTOMERS + DURATION).numbers.incidence
    other = leaving(years, CUSTOMERS + DURATION.replace('"months" }', '"years" }')).numbers
    by_month = {(each.time, each.group): each.share for each in one}
    assert other.time_unit == "years"
    for each in other.incidence:
        assert each.share == pytest.approx(by_month[(12 * each.time, each.group)], abs=ROUNDING)


@pytest.mark.parametrize("wrong", [-3, "soon"])
def test_durations_that_cannot_be_are_refused_with_their_number(leaving, wrong):
    table = timed()
    table["months"][:20] = [wrong] * 20
    found = leaving(table, CUSTOMERS + DURATION)
    check = next(each for each in found.checks() if each.check == "unreadable_times")
    assert check.status == "refuse"
    assert "20 durations" in check.text
    assert found.numbers.incidence == ()
    assert group(found, "price").n > 0


def test_a_few_durations_that_cannot_be_are_left_out(leaving):
    table = timed()
    table["months"][:3] = [-1] * 3
    found = leaving(table, CUSTOMERS + DURATION)
    assert found.numbers.followed == 597
    assert found.numbers.incidence


def test_too_few_durations_give_no_times(leaving):
    table = timed()
    table["months"][26:] = [None] * (len(table["months"]) - 26)
    table["months"][0] = -1
    found = leaving(table, CUSTOMERS + DURATION)
    assert statuses(found)["no_times"] == "refuse"


def test_the_reason_may_stand_in_another_table_than_who_left_and_when(make_study):
    table = timed()
    reason = table.pop("reason")
    roles = 'customer = "id"\nleft = "left"' + DURATION
    columns = answers(table, reason=reason)
    study = make_study(columns, SCORE + '\nreason = "reason"', customers=(table, roles))
    found = study.finding("understand.leaving").numbers
    whole = make_study(
        answers(table), SCORE, customers=(table | {"reason": reason}, CUSTOMERS + DURATION)
    )
    same = whole.finding("understand.leaving").numbers
    for one, other in zip(found.incidence, same.incidence, strict=True):
        assert (one.time, one.group) == (other.time, other.group)
        assert one.share == pytest.approx(other.share, abs=ROUNDING)
    assert [one.n for one in found.groups] == [one.n for one in same.groups]


def rated(seed=5, n=2000):
    """Customers with two answers each; before they left, those who say price rated people low."""
    rng = np.random.default_rng(seed)
    left = rng.random(n) < 0.25
    reason = np.where(left, rng.choice(["price", "treatment", "moved"], n, p=[0.7, 0.2, 0.1]), "")
    table = {
        "id": [f"c{i}" for i in range(n)], "left": left.astype(int).tolist(),
        "reason": reason.tolist(),
    }  # fmt: skip
    first, last = (np.clip(np.round(rng.normal(5, 1.2, (n, 3))), 1, 7) for _ in range(2))
    last[reason == "price"] -= [1, 0, 0]
    last = np.clip(last, 1, 7)
    ratings = np.concatenate([last, first])
    columns = {
        "id": table["id"] * 2,
        "score": [3] * (2 * n),
        "time": ["2025-06-01"] * n + ["2024-06-01"] * n,
        "w": rng.lognormal(0, 0.3, 2 * n).tolist(),
    }
    columns |= {name: ratings[:, i].tolist() for i, name in enumerate(("staff", "app", "cost"))}
    return table, columns


DRIVERS = (
    '\ntime = "time"\nweight = "w"\n[responses.drivers]\ncolumns = ["staff", "app", "cost"]\n'
    'scale = [1, 7]\n[responses.drivers.kinds]\nstaff = "human"\napp = "digital"\ncost = "price"'
)


def test_those_who_gave_a_reason_are_compared_by_their_last_answers(make_study):
    table, columns = rated()
    study = make_study(columns, SCORE + DRIVERS, customers=(table, CUSTOMERS + REASONS))
    found = study.finding("understand.leaving")
    one = next(each for each in found.numbers.said if each.group == "price")
    n = len(table["id"])
    reason, left, weight = (
        np.array(table["reason"]),
        np.array(table["left"]),
        np.array(columns["w"]),
    )
    price, stayed, w = reason == "price", left == 0, weight[:n]
    for kind, name in (("human", "staff"), ("digital", "app"), ("price", "cost")):
        rating = np.array(columns[name])[:n]
        mean = np.average(rating[stayed], weights=w[stayed])
        spread = np.sqrt(np.average((rating[stayed] - mean) ** 2, weights=w[stayed]))
        expected = (np.average(rating[price], weights=w[price]) - mean) / spread
        number = next(each for each in one.kinds if each.kind == kind)
        # The panel keeps ratings in single precision.
        assert number.difference == pytest.approx(expected, abs=1e-5)
    assert one.n == price.sum()
    assert one.lowest == "human"
    assert one.kinds[0].kind == "human"
    assert sum(each.share for each in one.kinds) == pytest.approx(1)
    assert one.kinds[0].share > 0.9
    assert "differed_otherwise" in said(found)


def test_a_reason_that_speaks_of_what_was_rated_low_is_said_to(make_study):
    table, columns = rated()
    drivers = DRIVERS.replace('staff = "human"', 'staff = "price"').replace(
        'cost = "price"', 'cost = "human"'
    )
    study = make_study(columns, SCORE + drivers, customers=(table, CUSTOMERS + REASONS))
    assert "differed_as_said" in said(study.finding("understand.leaving"))


@pytest.mark.parametrize(
    ("told", "roles", "case"),
    [
        (TOLD, 'customer = "id"\nleft = "left"', "leaving_no_reason"),
        ({"price": 15, "": 50}, CUSTOMERS, "leaving_few"),
        ({"A": 50, "B": 40}, CUSTOMERS, "leaving_unknown_reasons"),
        ({f"text {i}": 2 for i in range(30)}, CUSTOMERS, "leaving_no_groups"),
    ],
)
def test_what_cannot_be_told_is_refused(leaving, say_everything, told, roles, case):
    found = leaving(customers(told), roles)
    assert found.is_refused
    assert found.name == "understand.leaving"
    assert found.story()[0].case == f"refusals.{case}"
    assert found.story()[0].advice
    say_everything(found)
    if case == "leaving_unknown_reasons":
        assert "A, B" in found.story()[0].text
        assert "[reasons]" in found.story()[0].advice


@pytest.mark.parametrize("unit", ["days", "weeks", "months", "years", "steps", "pv.", "Kk", "v"])
def test_every_whole_unit_is_counted_at_itself(unit):
    found = clock(unit)
    steps = 12 if found.unit == "years" else 1
    for time in (0, 1, 2, 12, 40):
        place = np.searchsorted(found.edges, float(time), side="right") - 1
        assert found.times[place] == time
        between = np.searchsorted(found.edges, time + 0.5 / steps, side="right") - 1
        assert found.times[between] == pytest.approx(time + 1 / steps)
    assert list(found.edges) == sorted(set(found.edges))


def test_horizons_are_the_last_round_times_that_were_reached():
    assert clock("months").horizons(13) == (3, 6, 12)
    assert clock("months").horizons(2) == (2,)
    assert clock("kk").horizons(0) == ()
