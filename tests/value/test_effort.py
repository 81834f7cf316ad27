"""Where the effort goes: by the score before the work, by all scores, or by segment."""

import numpy as np
import pytest

from kuski import roles as roles_module
from kuski.moments import Panel

SCORE = 'score = { column = "score", scale = [1, 7] }\ncustomer = "id"'
WORTH = '\nworth = "worth"'
EFFORTS = 'customer = "id"\ncost = { column = "cost", unit = "€" }'


def effort(study):
    return study.finding("value.effort")


def checks(finding):
    return {check.check: check.status for check in finding.checks()}


def cases(finding):
    return [sentence.case.split(".")[1] for sentence in finding.story()]


def zones(finding):
    return {zone.zone: zone for zone in finding.numbers.zones}


def company(n=300, *, seed=1):
    """Customers with one score each, and a piece of work of one euro for every one of them."""
    rng = np.random.default_rng(seed)
    score = rng.integers(1, 8, n)
    answers = {
        "id": list(range(n)),
        "score": score.tolist(),
        "worth": (10.0 * score + rng.normal(0, 3, n)).tolist(),
    }
    return answers, {"id": list(range(n)), "cost": [1.0] * n}


def heads(answers):
    score = np.array(answers["score"])
    return {
        "below": (score < 4).sum(),
        "middle": ((score >= 4) & (score < 7)).sum(),
        "top": (score == 7).sum(),
    }


def test_work_for_everybody_divides_as_the_customers_do(make_study):
    answers, efforts = company()
    found = effort(make_study(answers, SCORE + WORTH, efforts=(efforts, EFFORTS)))
    for zone, n in heads(answers).items():
        assert zones(found)[zone].cost == pytest.approx(n)
        assert zones(found)[zone].effort_share == pytest.approx(n / 300)
    assert found.n == 300
    assert found.pieces == 300
    assert found.numbers.cost == pytest.approx(300)
    assert found.numbers.unmatched_share == 0


def test_gain_per_cost_is_the_plans_gain_over_the_zones_cost(make_study):
    answers, efforts = company(600)
    study = make_study(answers, SCORE + WORTH, efforts=(efforts, EFFORTS))
    found, plans = zones(effort(study)), study.finding("value.elevate").numbers
    whole = plans.eliminate.gain + plans.elevate.gain
    for zone, plan in (("below", plans.eliminate), ("middle", plans.elevate)):
        assert found[zone].gain_per_cost == pytest.approx(plan.gain / found[zone].cost, rel=1e-9)
        assert found[zone].gain_share == pytest.approx(plan.gain / whole, rel=1e-9)
        assert found[zone].gain_per_cost_low < found[zone].gain_per_cost
        assert found[zone].gain_share_low < found[zone].gain_share < found[zone].gain_share_high
    assert found["top"].gain_share == 0


@pytest.mark.parametrize("n", [60, 150, 600])
def test_intervals_do_not_depend_on_how_the_customers_are_grouped(make_study, n):
    # Up to 200 customers each is a group of its own; more fall into 200 random groups.
    answers, efforts = company(n)
    some = {name: values[: n // 2] for name, values in efforts.items()}
    found = effort(make_study(answers, SCORE + WORTH, efforts=(some, EFFORTS)))
    for zone in ("below", "middle"):
        assert zones(found)[zone].effort_share_low is not None
        assert zones(found)[zone].gain_per_cost_low is not None
    assert found.numbers.moved_low is not None
    assert "no_interval" not in checks(found)


def test_few_efforts_among_many_customers_still_get_an_interval(make_study):
    answers, efforts = company(1_000)
    some = {name: values[:100] for name, values in efforts.items()}
    found = effort(make_study(answers, SCORE + WORTH, efforts=(some, EFFORTS)))
    share = zones(found)["below"]
    # 100 pieces of work of one euro: a share with the error of 100 throws.
    expected = 2 * 1.98 * np.sqrt(share.effort_share * (1 - share.effort_share) / 100)
    assert share.effort_share_high - share.effort_share_low == pytest.approx(expected, rel=0.15)


def two_answers():
    """Forty customers who went from 2 to 6; a euro between the answers and two after them."""
    ids = list(range(40))
    answers = {
        "id": ids * 2,
        "score": [2] * 40 + [6] * 40,
        "day": ["2025-01-01"] * 40 + ["2025-06-01"] * 40,
        "worth": [20.0 + i % 3 for i in ids] + [60.0 + i % 5 for i in ids],
    }
    efforts = {
        "id": ids * 2,
        "cost": [1.0] * 40 + [2.0] * 40,
        "when": ["2025-03-01"] * 40 + ["2025-09-01"] * 40,
        "kind": ["call"] * 40 + ["gift"] * 40,
    }
    return answers, efforts


def test_work_belongs_to_the_latest_score_before_it(make_study):
    answers, efforts = two_answers()
    found = effort(
        make_study(
            answers,
            SCORE + WORTH + '\ntime = "day"',
            efforts=(efforts, EFFORTS + '\ntime = "when"\nkind = "kind"'),
        )
    )
    assert zones(found)["below"].cost == pytest.approx(40)
    assert zones(found)["middle"].cost == pytest.approx(80)
    kinds = {kind.kind: kind for kind in found.numbers.kinds}
    assert kinds["call"].below == 1
    assert kinds["gift"].middle == 1
    assert kinds["gift"].share == pytest.approx(2 / 3)


def test_without_times_work_is_spread_over_the_scores_and_counted_once(make_study):
    answers, efforts = two_answers()
    found = effort(
        make_study(answers, SCORE + WORTH, efforts=(efforts, EFFORTS + '\nkind = "kind"'))
    )
    assert zones(found)["below"].cost == pytest.approx(60)
    assert zones(found)["middle"].cost == pytest.approx(60)
    assert found.pieces == 80
    assert found.numbers.cost == pytest.approx(120)


def test_work_for_those_who_never_answered_belongs_to_no_zone(make_study):
    answers, efforts = company()
    more = {"id": [*efforts["id"], 9_001, None], "cost": [*efforts["cost"], 100.0, 50.0]}
    found = effort(make_study(answers, SCORE + WORTH, efforts=(more, EFFORTS)))
    assert found.numbers.cost == pytest.approx(450)
    assert found.numbers.unmatched_share == pytest.approx(150 / 450)
    assert sum(zone.effort_share for zone in found.numbers.zones) == pytest.approx(1)
    assert checks(found)["unmatched"] == "warn"


@pytest.mark.parametrize("table", ["responses", "customers"])
def test_work_for_a_segment_divides_as_the_segments_answers_do(make_study, table):
    answers, _ = company(400)
    town = ["Turku" if score < 4 else "Oulu" for score in answers["score"]]
    efforts = {"town": ["Turku"] * 30 + ["Oulu"] * 10 + ["Inari"] * 5, "cost": [1.0] * 45}
    segments = 'segments = ["town"]'
    parts = {"efforts": (efforts, 'segment = "town"\ncost = "cost"')}
    roles = SCORE + WORTH
    if table == "responses":
        answers["town"] = town
        roles += f"\n{segments}"
    else:
        customers = {"id": answers["id"], "town": town}
        parts["customers"] = (customers, f'customer = "id"\n{segments}')
    found = effort(make_study(answers, roles, **parts))
    top = heads(answers)["top"] / (heads(answers)["top"] + heads(answers)["middle"])
    assert zones(found)["below"].cost == pytest.approx(30)
    assert zones(found)["top"].cost == pytest.approx(10 * top)
    assert found.numbers.unmatched_share == pytest.approx(5 / 45)
    assert found.numbers.cost == pytest.approx(45)


def test_a_kind_of_few_pieces_is_nowhere(make_study):
    answers, efforts = company()
    efforts["kind"] = ["call"] * 150 + ["gift"] * 141 + ["rescue"] * 9
    found = effort(
        make_study(answers, SCORE + WORTH, efforts=(efforts, EFFORTS + '\nkind = "kind"'))
    )
    assert [kind.kind for kind in found.numbers.kinds] == ["call", "gift"]
    assert "rescue" not in str(found.to_dict())
    efforts["kind"][0] = "rescue"
    found = effort(
        make_study(answers, SCORE + WORTH, efforts=(efforts, EFFORTS + '\nkind = "kind"'))
    )
    assert {kind.kind for kind in found.numbers.kinds} == {"call", "gift", "rescue"}


def test_without_an_outcome_only_the_shares_are_told(make_study):
    answers, efforts = company()
    found = effort(make_study(answers, SCORE, efforts=(efforts, EFFORTS)))
    assert found.n == 300
    assert zones(found)["below"].effort_share_low is not None
    assert {zone.gain_share for zone in found.numbers.zones} == {None}
    assert found.numbers.moved is None
    assert checks(found)["no_gain"] == "warn"
    assert cases(found)[0] == "share_only"


def test_what_is_not_spent_below_cannot_be_moved_from_there(make_study):
    answers, efforts = company()
    efforts["cost"] = [0.01 if score < 4 else 1.0 for score in answers["score"]]
    found = effort(make_study(answers, SCORE + WORTH, efforts=(efforts, EFFORTS)))
    assert found.numbers.moved is None
    assert not any(case.startswith("moved") for case in cases(found))


@pytest.mark.parametrize("cost", [0.0, -5.0, "x", None])
def test_no_usable_cost_is_refused(make_study, cost):
    answers, efforts = company()
    efforts["cost"] = [cost] * 300
    found = effort(make_study(answers, SCORE + WORTH, efforts=(efforts, EFFORTS)))
    assert cases(found) == ["no_cost"]


def test_a_credit_that_turns_a_zone_negative_is_refused(make_study):
    answers, efforts = company()
    efforts["cost"] = [-1.0 if score < 4 else 5.0 for score in answers["score"]]
    found = effort(make_study(answers, SCORE + WORTH, efforts=(efforts, EFFORTS)))
    assert cases(found) == ["no_cost"]


def test_efforts_that_name_nobody_known_are_refused(make_study):
    answers, efforts = company()
    efforts["id"] = [f"x{i}" for i in efforts["id"]]
    found = effort(make_study(answers, SCORE + WORTH, efforts=(efforts, EFFORTS)))
    assert cases(found) == ["no_cost"]


def test_efforts_of_customers_need_customers_among_the_answers(make_study):
    answers, efforts = company()
    roles = SCORE.replace('\ncustomer = "id"', "") + WORTH
    found = effort(make_study(answers, roles, efforts=(efforts, EFFORTS)))
    assert cases(found) == ["efforts_no_customer"]


def test_a_part_of_the_customers_stands_for_all(make_study, monkeypatch):
    class SmallPanel(Panel):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs, limit=2_000)

    answers, efforts = company(5_000)
    whole = effort(make_study(answers, SCORE + WORTH, efforts=(efforts, EFFORTS)))
    monkeypatch.setattr(roles_module, "Panel", SmallPanel)
    part = effort(make_study(answers, SCORE + WORTH, efforts=(efforts, EFFORTS)))
    assert part.numbers.cost == whole.numbers.cost
    # A quarter of 5,000 customers by hash: each zone's cost is sure to about 5 %.
    for few, all_ in zip(part.numbers.zones, whole.numbers.zones, strict=True):
        assert few.cost == pytest.approx(all_.cost, rel=0.15)
        assert few.gain_per_cost == pytest.approx(all_.gain_per_cost, rel=0.2)
