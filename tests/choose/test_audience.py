"""Segments as a portfolio: sizes, headroom, moves, merging, and segments that a tree finds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuski.choose.audience.cut import merged_segments
from kuski.choose.audience.segment import THRESHOLDS
from kuski.finding import Refusal

SCORE = 'score = { column = "score", scale = [1, 7] }\ncustomer = "id"'
WORTH = '\nworth = { column = "worth", unit = "€" }'
CUSTOMERS = 'customer = "id"\nsegments = ["town", "kind"]\nalike = ["spend", "town", "kind"]'


def audience(study):
    return study.finding("choose.audience")


def checks(finding):
    return {check.check: check.status for check in finding.checks()}


def cases(finding):
    return [sentence.case.split(".")[1] for sentence in finding.story()]


def by_name(finding, cut):
    return {one.segment: one for one in finding.numbers.segments if one.cut == cut}


def company(n=1_500, *, seed=1, answers=3, extra=0.0, slope=0.0, silent=0):
    """Customers of three towns and two kinds; a step of the score is worth 10, and more for some.

    `extra` is what a step brings beyond that in Oulu, `slope` what it brings by the unit of spend.
    """
    rng = np.random.default_rng(seed)
    town = rng.choice(["Turku", "Oulu", "Espoo"], n, p=[0.5, 0.3, 0.2])
    kind = rng.choice(["home", "firm"], n, p=[0.7, 0.3])
    spend = rng.gamma(2.0, 1.0, n)
    owner = np.repeat(np.arange(n), answers)
    liking = 0.35 * (spend - 2.0)[owner] + rng.normal(0, 0.6, n)[owner]
    latent = liking + rng.normal(0, 0.8, len(owner))
    score = 1 + np.digitize(latent, [-1.6, -1.1, -0.7, -0.3, 0.3, 1.0])
    step = 10.0 + extra * (town == "Oulu")[owner] + slope * (spend[owner] - 2.0)
    worth = 100 + 30 * spend[owner] + step * score + rng.normal(0, 15, len(owner))
    day = np.tile(np.arange(answers), n)
    responses = {
        "id": owner.tolist(),
        "score": score.tolist(),
        "day": [f"2025-{1 + d:02d}-01" for d in day],
        "worth": worth.tolist(),
    }
    people = {
        "id": list(range(n + silent)),
        "town": town.tolist() + ["Turku"] * silent,
        "kind": kind.tolist() + ["home"] * silent,
        "spend": spend.tolist() + [1.0] * silent,
        "plan": [1.0 if x == "Oulu" else 0.0 for x in town] + [0.0] * silent,
    }
    truth = {"step": step, "score": score, "town": town[owner], "kind": kind[owner]}
    return responses, people, truth


def study_of(make_study, made, *, roles=SCORE + WORTH + '\ntime = "day"', more="", **parts):
    return make_study(made[0], roles, customers=(made[1], CUSTOMERS + more), **parts)


@pytest.fixture(scope="module")
def made():
    return company(extra=8.0, silent=40)


def test_each_segment_has_its_people_its_shares_and_its_headroom(make_study, made):
    found = audience(study_of(make_study, made))
    towns, truth = by_name(found, "town"), made[2]
    assert set(towns) == {"Turku", "Oulu", "Espoo"}
    assert sum(one.share for one in towns.values()) == pytest.approx(1)
    assert sum(one.people for one in towns.values()) == 1_500
    latest = truth["score"][2::3]
    for town, one in towns.items():
        of = truth["town"][2::3] == town
        assert one.people == of.sum()
        assert one.below == pytest.approx((latest[of] < 4).mean())
        assert one.top == pytest.approx((latest[of] == 7).mean())
        assert one.below + one.middle + one.top == pytest.approx(1)
        rows = truth["town"] == town
        worth = np.array(made[0]["worth"])[rows]
        assert one.worth == pytest.approx(worth.mean(), rel=1e-9)
        gain = (truth["step"] * (7 - truth["score"]))[rows].mean()
        assert one.headroom_low <= gain <= one.headroom_high
        assert one.headroom_total == pytest.approx(one.headroom * one.people)
        assert one.headroom_low < one.headroom < one.headroom_high
    assert towns["Turku"].silent_share == pytest.approx(40 / (towns["Turku"].people + 40))
    assert towns["Oulu"].silent_share == 0


def test_a_segment_whose_steps_are_worth_more_stands_out(make_study, made):
    found = audience(study_of(make_study, made))
    assert by_name(found, "town")["Oulu"].first_probability > THRESHOLDS.stands_out
    assert cases(found)[0] == "lead_clear"
    assert "Oulu" in found.story()[0].text
    assert found.numbers.segments[0].segment == "Oulu"
    assert found.numbers.cuts[0].cut == "town"


def test_segments_that_gain_alike_are_not_told_apart(make_study):
    for seed in range(4):
        found = audience(study_of(make_study, company(seed=seed)))
        assert cases(found)[0] in ("lead_open", "lead_likely")


def test_two_given_segments_are_crossed(make_study, made):
    found = audience(study_of(make_study, made))
    crossed = by_name(found, "town × kind")
    assert set(crossed) == {
        f"{t} × {k}" for t in ("Turku", "Oulu", "Espoo") for k in ("home", "firm")
    }
    towns = by_name(found, "town")
    for town, one in towns.items():
        parts = [crossed[f"{town} × {kind}"] for kind in ("home", "firm")]
        assert sum(part.people for part in parts) == one.people
        assert sum(part.n for part in parts) == one.n
        # What is more finely cut borrows more.
        assert all(part.own_weight < one.own_weight for part in parts)


def test_those_to_choose_by_come_first(make_study, made):
    study = 'seed = 1\n[choose]\nsegments = ["kind"]'
    found = audience(study_of(make_study, made, study=study))
    assert found.numbers.cuts[0].cut == "kind"


def test_moves_are_from_each_earlier_answer_to_the_latest(make_study, made):
    found = by_name(audience(study_of(make_study, made)), "town")
    truth = made[2]
    scores = truth["score"].reshape(-1, 3)
    first, last = scores[:, :2].ravel(), np.repeat(scores[:, 2], 2)
    town = np.repeat(truth["town"][::3], 2)
    starts = first < 7
    odds = {s: (last[first == s] > s).mean() for s in range(1, 7)}
    for name, one in found.items():
        of = (town == name) & starts
        assert one.moves == of.sum()
        assert one.up == pytest.approx((last[of] > first[of]).mean())
        assert one.up_expected == pytest.approx(np.mean([odds[s] for s in first[of]]))
        assert one.up_low < one.up < one.up_high


def test_a_row_that_is_there_twice_is_no_move(make_study, made):
    responses = {key: [*values, values[2]] for key, values in made[0].items()}
    once = by_name(audience(study_of(make_study, made)), "town")
    twice = by_name(audience(study_of(make_study, (responses, *made[1:]))), "town")
    assert {name: one.moves for name, one in once.items()} == {
        name: one.moves for name, one in twice.items()
    }


def test_without_times_nobody_is_said_to_move(make_study, made):
    found = audience(study_of(make_study, made, roles=SCORE + WORTH))
    assert {one.up for one in found.numbers.segments} == {None}
    assert checks(found)["no_moves"] == "warn"


def test_the_strategic_weight_is_that_of_the_customers(make_study, made):
    found = audience(study_of(make_study, made, more='\nstrategic = "plan"'))
    towns = by_name(found, "town")
    assert towns["Oulu"].strategic == pytest.approx(1)
    assert towns["Turku"].strategic == pytest.approx(0)
    assert "strategic_most" in cases(found)
    assert audience(study_of(make_study, made)).numbers.segments[0].strategic is None


def test_a_tree_finds_whom_a_top_score_is_worth_most_for(make_study):
    made = company(4_000, slope=12.0, seed=4)
    found = audience(study_of(make_study, made))
    policy = found.numbers.policy
    assert found.outcome == "found"
    assert policy.price_source == "break_even"
    assert policy.over_everybody_low > 0
    assert policy.over_nobody_low > 0
    assert policy.agreement > THRESHOLDS.agreement
    leaves = [one for one in found.numbers.segments if one.origin == "found"]
    served = [one for one in leaves if one.is_served]
    assert {rule.column for one in served for rule in one.rule} == {"spend"}
    assert all(rule.above is not None for one in served for rule in one.rule)
    assert "tree_found" in cases(found)
    # Sizes are of all customers, worth of the half that the tree never saw.
    assert sum(one.people for one in leaves) == 4_000
    assert 0.4 < sum(one.n for one in leaves) / 12_000 < 0.6


def test_an_action_for_everybody_prices_the_move(make_study):
    made = company(4_000, slope=12.0, seed=4)
    actions = {
        "action": ["call", "gift", "visit"],
        "cost": [4.0, 20.0, 0.1],
        "lift": [0.5, 0.5, 0.5],
        "low": [0.4, 0.4, 0.4],
        "high": [0.6, 0.6, 0.6],
        "who": ["everyone", "everyone", "kind = firm"],
        "source": ["experiment"] * 3,
    }
    roles = (
        'action = "action"\ncost = { column = "cost", unit = "€" }\n'
        'lift = "lift"\nlift_low = "low"\nlift_high = "high"\n'
        'eligible = "who"\nsource = "source"'
    )
    found = audience(study_of(make_study, made, actions=(actions, roles)))
    policy = found.numbers.policy
    assert policy.price_source == "actions"
    score = made[2]["score"]
    steps = 7 - score[(score >= 4) & (score < 7)].mean()
    # The cheapest that everybody may get: 4 € for half a point, of which the shrinkage leaves 98 %.
    assert policy.price == pytest.approx(4.0 / 0.5 * steps, rel=0.03)
    # Hours cannot be taken off euros.
    hours = roles.replace('unit = "€"', 'unit = "hours"')
    found = audience(study_of(make_study, made, actions=(actions, hours)))
    assert found.numbers.policy.price_source == "break_even"


def test_nothing_is_found_where_there_is_nothing(make_study):
    for seed in range(3):
        found = audience(study_of(make_study, company(seed=seed)))
        assert found.outcome in ("alike", "not_held")
        assert not any(one.origin == "found" for one in found.numbers.segments)


def test_thin_segments_go_together(make_study, made):
    town = list(made[1]["town"])
    town[:4] = ["Inari"] * 4
    town[4:10] = ["Utsjoki"] * 6
    town[10:14] = ["Enontekiö"] * 4
    people = {**made[1], "town": town}
    found = audience(study_of(make_study, (made[0], people, made[2])))
    towns = by_name(found, "town")
    assert set(towns) == {"Turku", "Oulu", "Espoo", "others"}
    assert towns["others"].is_merged
    assert towns["others"].people == 14
    assert found.numbers.cuts[0].merged == 3
    assert checks(found)["merged"] == "ok"
    assert not {"Inari", "Utsjoki", "Enontekiö"} & set(str(found.to_dict()).split("'"))


def test_one_thin_segment_takes_the_next_smallest_with_it(make_study, made):
    town = list(made[1]["town"])
    town[:4] = ["Inari"] * 4
    found = audience(study_of(make_study, (made[0], {**made[1], "town": town}, made[2])))
    towns = by_name(found, "town")
    assert set(towns) == {"Turku", "Oulu", "others"}
    assert "Inari" not in str(found.table())


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), min_size=1, max_size=40))
def test_whatever_is_shown_is_large_enough_and_nobody_is_lost(sizes):
    keys = [(f"{i:02d}",) for i in range(len(sizes))]
    heads = {key: size[0] for key, size in zip(keys, sizes, strict=True)}
    answers = {key: size[1] for key, size in zip(keys, sizes, strict=True)}
    shown, merged = merged_segments(keys, heads, answers, least=10)
    assert sorted([*shown, *merged]) == keys
    assert len(shown) <= THRESHOLDS.most
    assert all(heads[key] >= 10 and answers[key] >= THRESHOLDS.answers for key in shown)
    if shown and merged:
        assert sum(heads[key] for key in merged) >= 10
        assert sum(answers[key] for key in merged) >= THRESHOLDS.answers


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=12, max_size=12))
def test_no_crossed_segment_can_be_told_from_its_margins(sizes):
    keys = [(f"a{i % 3}", f"b{i // 3}") for i in range(12)]
    heads = dict(zip(keys, sizes, strict=True))
    shown, merged = merged_segments(keys, heads, dict.fromkeys(keys, 100), least=10)
    assert sorted([*shown, *merged]) == sorted(keys)
    for side in (0, 1):
        for value in {key[side] for key in merged}:
            hidden = sum(heads[key] for key in merged if key[side] == value)
            beside = [key for key in shown if key[side] == value]
            assert hidden == 0 or hidden >= 10 or not beside


@pytest.mark.parametrize("weight", [None, "weight"])
def test_without_customers_each_answer_is_a_person(make_study, weight):
    rng = np.random.default_rng(2)
    n = 900
    before, town = rng.normal(0, 1, n), rng.choice(["A-town", "B-town"], n)
    score = 1 + np.digitize(before + rng.normal(0, 1, n), [-1.5, -1, -0.5, 0, 0.6, 1.2])
    answers = {
        "score": score.tolist(),
        "town": town.tolist(),
        "before": before.tolist(),
        "worth": (5.0 * score + 4 * before + rng.normal(0, 2, n)).tolist(),
        "weight": rng.uniform(0.5, 2, n).tolist(),
    }
    roles = 'score = { column = "score", scale = [1, 7] }' + WORTH
    roles += '\nsegments = ["town"]\nalike = ["before"]' + ('\nweight = "weight"' if weight else "")
    found = audience(make_study(answers, roles))
    assert sum(one.people for one in by_name(found, "town").values()) == n
    assert {one.silent_share for one in found.numbers.segments} == {None}
    assert not found.is_of_people
    for town_name, one in by_name(found, "town").items():
        of = town == town_name
        weights = np.array(answers["weight"])[of] if weight else np.ones(of.sum())
        gain = np.average(5.0 * (7 - score[of]), weights=weights)
        assert one.headroom_low <= gain <= one.headroom_high
        assert one.worth == pytest.approx(
            np.average(np.array(answers["worth"])[of], weights=weights), rel=1e-6
        )


def test_no_outcome_or_nobody_to_choose_between_is_refused(make_study, made):
    found = audience(study_of(make_study, made, roles=SCORE))
    assert isinstance(found, Refusal)
    assert cases(found) == ["no_worth"]
    found = audience(make_study(made[0], SCORE + WORTH))
    assert cases(found) == ["audience_nothing"]


def test_segments_that_nobody_is_large_enough_in_are_refused(make_study):
    answers = {
        "id": list(range(40)),
        "score": [1, 3, 5, 7] * 10,
        "worth": [1.0, 2.0, 3.0, 4.0] * 10,
        "town": [f"town {i}" for i in range(40)],
    }
    found = audience(make_study(answers, SCORE + WORTH + '\nsegments = ["town"]'))
    assert cases(found) == ["audience_too_thin"]
    assert found.chart() is None


def test_nobody_at_the_top_leaves_a_cut_out(make_study, made):
    responses = {**made[0], "score": [min(score, 6) for score in made[0]["score"]]}
    found = audience(study_of(make_study, (responses, *made[1:])))
    assert cases(found) == ["audience_too_thin"]


def test_the_order_of_rows_changes_nothing(make_study, made):
    turned = {key: values[::-1] for key, values in made[0].items()}
    one = audience(study_of(make_study, made)).numbers
    other = audience(study_of(make_study, (turned, *made[1:]))).numbers
    for left, right in zip(one.segments, other.segments, strict=True):
        assert (left.cut, left.segment, left.people) == (right.cut, right.segment, right.people)
        assert left.headroom == pytest.approx(right.headroom, rel=1e-6)
        assert left.up == right.up


def test_thin_evidence_is_graded_so(make_study, made):
    grades = {one.grade for one in audience(study_of(make_study, made)).numbers.segments}
    assert "A" in grades
    few = audience(study_of(make_study, company(120, answers=1, seed=5)))
    assert "C" in {one.grade for one in few.numbers.segments}
    assert checks(few)["tree_too_few"] == "refuse"
