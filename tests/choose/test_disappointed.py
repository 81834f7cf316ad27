"""The ledger of those who get less: who stands in it, what it sums to, and who must sign."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuski.choose.disappointed.allocation import Allocation, as_today, even, planned
from kuski.choose.disappointed.disparity import gaps_of
from kuski.choose.disappointed.ledger import THRESHOLDS as LESS
from kuski.choose.disappointed.ledger import compared, comparison_numbers
from kuski.choose.disappointed.signer import THRESHOLDS, signers
from kuski.choose.plan import plan_of
from kuski.errors import InputError

CENT = 0.005


def found(study):
    return study.finding("choose.disappointed")


def efforts(n=600, every=3):
    who = [f"c{i}" for i in range(0, n, every)]
    kinds = ["call", "credit", "party"]
    return {
        "customer": who,
        "cost": [10.0 + i % 7 for i in range(len(who))],
        "kind": [kinds[i % 3] for i in range(len(who))],
    }


def allocation(cost, worth, score):
    """One draw beside the estimate, equal to it, so that sums can be read off."""
    cost, worth, score = (np.asarray(part, np.float64) for part in (cost, worth, score))
    return Allocation(
        use=np.ones((len(cost), 1)),
        cost=cost,
        worth=np.stack([worth, worth, worth]),
        score=np.stack([score, score, score]),
        leave=None,
    )


cells = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        *(
            st.lists(st.floats(low, high, width=32), min_size=n, max_size=n)
            for low, high in (
                (1, 1e5), (0, 1e5), (0, 1e5), (-1e5, 1e5), (-1e5, 1e5), (1, 7), (1, 7),
            )
        ),
        st.lists(st.booleans(), min_size=n, max_size=n),
    )
)  # fmt: skip


@given(cells)
@settings(max_examples=200, deadline=None)
def test_ledger_and_the_rest_are_the_plan_to_the_cent(drawn):
    people, cost, before, worth, worth_before, score, score_before, protected = drawn
    plan = allocation(cost, worth, score)
    other = allocation(before, worth_before, score_before)
    heads = np.array(people)
    is_protected = np.array(protected, np.bool_)
    numbers = comparison_numbers(compared("today", plan, other, heads), is_protected)
    for key, whole in (
        ("people", heads.sum()),
        ("money", sum(cost)),
        ("money_before", sum(before)),
        ("worth", sum(worth)),
        ("worth_before", sum(worth_before)),
    ):
        parts = getattr(numbers.less, key) + getattr(numbers.rest, key)
        assert parts == pytest.approx(whole, abs=CENT)
        assert getattr(numbers.whole, key) == pytest.approx(whole, abs=CENT)
    assert numbers.people == numbers.less.people
    assert numbers.protected_let_down <= min(numbers.protected, numbers.let_down)
    assert numbers.let_down <= numbers.people


@given(cells)
@settings(max_examples=100, deadline=None)
def test_whoever_gets_as_much_money_and_as_good_a_score_is_in_no_ledger(drawn):
    people, cost, before, worth, _, score, score_before, _ = drawn
    plan = allocation(cost, worth, score)
    other = allocation(before, worth, score_before)
    ledger = compared("today", plan, other, np.array(people))
    for i, is_less in enumerate(ledger.is_less):
        is_as_good = before[i] <= cost[i] and score_before[i] <= score[i]
        assert not (is_less and is_as_good)
        if score_before[i] > score[i] + 1.01 * LESS.score:
            assert is_less
            assert ledger.is_let_down[i]


@given(cells)
@settings(max_examples=50, deadline=None)
def test_the_order_of_the_cells_changes_nothing(drawn):
    people, cost, before, worth, worth_before, score, score_before, protected = drawn
    numbers = []
    for order in (np.arange(len(people)), np.arange(len(people))[::-1]):
        plan = allocation(*(np.array(part)[order] for part in (cost, worth, score)))
        other = allocation(
            *(np.array(part)[order] for part in (before, worth_before, score_before))
        )
        heads, guarded = np.array(people)[order], np.array(protected, np.bool_)[order]
        numbers.append(comparison_numbers(compared("equal", plan, other, heads), guarded))
    assert numbers[0].people == pytest.approx(numbers[1].people)
    assert numbers[0].worth_lost == pytest.approx(numbers[1].worth_lost, abs=1e-6)


def test_the_finding_adds_up_to_the_budget(choosing):
    study = choosing(choose="money = 6000", efforts=efforts())
    ledger, budget = (
        study.finding(f"choose.{name}").numbers for name in ("disappointed", "budget")
    )
    assert ledger.cost == pytest.approx(budget.cost, abs=CENT)
    assert ledger.worth == pytest.approx(budget.worth, abs=CENT)
    assert ledger.people == pytest.approx(sum(row.people for row in budget.plan))
    for side in (ledger.today, ledger.equal):
        assert side.less.money + side.rest.money == pytest.approx(budget.cost, abs=CENT)
        assert side.less.worth + side.rest.worth == pytest.approx(budget.worth, abs=CENT)
        own = [line for line in ledger.ledger if getattr(line, f"is_less_than_{side.against}")]
        assert sum(line.money for line in own) == pytest.approx(side.less.money, abs=CENT)
        assert sum(line.people for line in own) == pytest.approx(side.people)
        lost = sum(getattr(line, f"worth_lost_{side.against}") for line in own)
        assert lost == pytest.approx(side.worth_lost, abs=CENT)
    assert ledger.today.whole.money_before == pytest.approx(budget.today.cost, abs=CENT)
    assert sum(group.money for group in ledger.groups if group.by == "segment") == pytest.approx(
        budget.cost, abs=CENT
    )


def test_an_equal_share_is_the_same_money_for_everybody(choosing, problem):
    posed = problem(choosing(choose="money = 6000"))
    shared = even(posed, 6000.0)
    assert shared.cost.sum() == pytest.approx(6000)
    np.testing.assert_allclose(shared.cost / posed.people, 6000 / posed.people.sum())
    np.testing.assert_allclose(shared.use.sum(axis=1), 1)
    spent = (np.nan_to_num(posed.cost) * shared.use).sum(axis=1)
    assert (spent <= shared.cost + CENT).all()


def test_an_equal_share_is_worth_no_more_than_the_linear_bound(choosing, problem):
    posed = problem(choosing(choose="money = 6000"))
    from kuski.stats.choice import frontier

    bound = frontier(posed.value[:1], posed.cost, [6000.0]).worth[0, 0]
    assert even(posed, 6000.0).worth[0].sum() <= bound + 1e-6


def test_the_plan_and_today_are_priced_as_the_budget_prices_them(choosing, problem):
    posed = problem(choosing(choose="money = 6000", efforts=efforts()))
    plan = plan_of(posed, 6000.0)
    np.testing.assert_allclose(planned(posed, plan.choice).worth, plan.value)
    np.testing.assert_allclose(as_today(posed).worth.sum(axis=1), posed.today.worth)


def test_without_efforts_the_ledger_holds_against_an_equal_share(choosing):
    finding = found(choosing(choose="money = 6000"))
    assert finding.numbers.today is None
    assert finding.numbers.ledger
    assert {line.money_today for line in finding.numbers.ledger} == {None}
    assert finding.story()[0].case == "disappointed.first_equal"
    assert {one.against for one in finding.numbers.signers} == {"equal"}


def test_no_money_for_anybody_lets_down_whoever_is_served_today(choosing):
    finding = found(choosing(choose="money = 0", efforts=efforts()))
    numbers = finding.numbers
    assert numbers.cost == 0
    assert numbers.today.people > 0
    assert numbers.today.less.money == 0
    assert numbers.equal.people == 0
    assert numbers.gaps[0].ratio is None


def test_a_floor_is_told_and_holds_for_the_protected(choosing):
    floor = 'money = 6000\n[[choose.floors]]\naction = "call"\nsegment = "protected"'
    numbers = found(choosing(choose=floor, efforts=efforts())).numbers
    (told,) = numbers.floors
    assert (told.kind, told.action, told.segment) == ("floor", "call", "protected")
    assert told.people == pytest.approx(numbers.protected)
    held = [line for line in numbers.ledger if line.is_protected]
    assert all(line.floors == ("call",) and line.action for line in held)
    assert not [line for line in numbers.ledger if line.floors and not line.is_protected]


def test_nobody_below_the_disclosure_threshold_stands_in_a_line(choosing):
    finding = found(choosing(choose="money = 6000", efforts=efforts()))
    assert all(line.people >= 10 for line in finding.numbers.ledger)


def test_rivals_are_none_where_nobody_asked(choosing):
    finding = found(choosing(choose="money = 6000"))
    assert finding.numbers.rivals == ()
    assert {line.rival_share for line in finding.numbers.ledger} == {None}
    assert "no_rivals" in [check.check for check in finding.checks()]


@pytest.mark.parametrize(
    ("share", "lost", "protected", "down", "role"),
    [
        (0.01, 0.0, 0, 0, "head_of_service"),
        (0.2, 0.0, 0, 0, "managing_director"),
        (0.5, 0.0, 0, 0, "board"),
        (0.01, 20.0, 0, 0, "managing_director"),
        (0.01, 50.0, 0, 0, "board"),
        (0.01, 0.0, 5, 0, "managing_director"),
        (0.01, 0.0, 5, 5, "board"),
    ],
)
def test_who_signs_follows_people_worth_and_protection(
    choosing, share, lost, protected, down, role
):
    equal = found(choosing(choose="money = 6000")).numbers.equal
    side = replace(
        equal,
        let_down=share * equal.whole.people,
        worth_lost=lost,
        worth_lost_high=lost,
        protected=float(protected),
        protected_let_down=float(down),
    )
    told = signers(None, side, worth=100.0)
    assert told[0].role == role
    assert told[-1].cause == "anybody"


def test_nobody_signs_where_nobody_gets_less(choosing):
    equal = found(choosing(choose="money = 6000")).numbers.equal
    assert signers(None, replace(equal, people=0.0), worth=100.0) == ()
    assert THRESHOLDS.director_people < THRESHOLDS.board_people


def test_gaps_are_the_widest_and_never_negative(choosing):
    numbers = found(choosing(choose="money = 6000")).numbers
    for gap in numbers.gaps:
        own = [group for group in numbers.groups if group.by == gap.by]
        groups = [group for group in own if group.group != "others"]
        values = [getattr(group, gap.measure) for group in groups]
        assert gap.difference == pytest.approx(max(values) - min(values))
        assert gap.difference >= 0
    assert gaps_of(numbers.groups[:1]) == ()


@pytest.mark.parametrize(
    ("choose", "reason"),
    [
        ("", "choose_no_money"),
        (
            'money = 100\n[[choose.must]]\naction = "call"\nsegment = "north"',
            "choose_too_little_money",
        ),
    ],
)
def test_without_money_or_a_plan_it_is_refused(choosing, choose, reason):
    refused = found(choosing(choose=choose))
    assert refused.is_refused
    assert refused.name == "choose.disappointed"
    assert [check.check for check in refused.checks()] == [reason]


def test_without_actions_it_is_refused(make_study):
    study = make_study(
        {"score": [1, 7] * 30, "worth": [1.0, 2.0] * 30},
        'score = { column = "score", scale = [1, 7] }\nworth = "worth"',
    )
    assert found(study).checks()[0].check == "choose_no_actions"
    assert found(study).numbers.ledger == ()


def rivals_asked(choosing, *, rival, n=600, roles=""):
    """A study whose answers score one rival too; `rival` makes its score of our own."""
    study = choosing(
        choose="money = 3000",
        n=n,
        roles='rivals = { columns = ["other"], scale = [1, 7] }\n' + roles,
    )
    path = study.path.parent / "responses.csv"
    head, *rows = path.read_text(encoding="utf-8").split()
    score = head.split(",").index("score")
    lines = [f"{row},{rival(int(row.split(',')[score]))}" for row in rows]
    path.write_text("\n".join([f"{head},other", *lines]) + "\n", encoding="utf-8")
    return study


@pytest.mark.parametrize(
    ("rival", "share"), [(lambda own: own, 1.0), (lambda own: own - 1, 0.0), (lambda own: 7, 1.0)]
)
def test_a_rival_would_take_those_who_score_it_at_least_as_high(choosing, rival, share):
    numbers = found(rivals_asked(choosing, rival=lambda own: max(rival(own), 0) or "")).numbers
    assert [one.rival for one in numbers.rivals] == ["other"]
    # Scores of 1 have no lower score to give a rival, so they are left empty, and not counted.
    assert numbers.rivals[0].share == pytest.approx(share)
    assert numbers.rivals[0].share_low <= share <= numbers.rivals[0].share_high
    assert {line.rival_share for line in numbers.ledger} <= {share, None}


def test_a_rival_whom_few_score_is_not_told(choosing):
    numbers = found(rivals_asked(choosing, rival=lambda own: "" if own > 1 else 3)).numbers
    for line in numbers.ledger:
        assert line.rival_share is None or line.level in (1, "1–2", "1–3")


def leavers(choosing, choose="money = 6000", **given):
    score_of = np.random.default_rng(1).choice(
        np.arange(1, 8), 600, p=[0.04, 0.06, 0.1, 0.15, 0.2, 0.25, 0.2]
    )
    chance = np.random.default_rng(2).random(600)
    left = (chance < 0.5 - 0.06 * score_of).astype(int).tolist()
    study = choosing(choose=choose, customers={"left": left}, efforts=efforts(every=1), **given)
    text = study.path.read_text(encoding="utf-8").replace(
        'protected = "weak"', 'protected = "weak"\nleft = "left"'
    )
    study.path.write_text(text, encoding="utf-8")
    import kuski

    return found(kuski.open(study.path))


def test_fewer_served_means_more_leave_where_leaving_falls_with_the_score(choosing):
    numbers = leavers(choosing, "money = 0").numbers
    assert numbers.today.leavers > 0
    assert numbers.today.leavers_low <= numbers.today.leavers <= numbers.today.leavers_high
    own = [line for line in numbers.ledger if line.is_less_than_today]
    assert sum(line.leavers_today for line in own) == pytest.approx(numbers.today.leavers)


def test_without_leaving_nobody_is_said_to_leave(choosing):
    numbers = found(choosing(choose="money = 0", efforts=efforts())).numbers
    assert numbers.today.leavers is None
    assert {line.leavers_today for line in numbers.ledger} == {None}


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ('[[choose.floors]]\naction = "call"\nsegment = "Atlantis"', "Atlantis"),
        ('[[choose.must]]\naction = "party"', "party"),
        ('[[choose.must_not]]\naction = "call"\nlevel = 9', "9"),
    ],
)
def test_a_rule_for_what_is_not_there_names_it(choosing, rule, told):
    with pytest.raises(InputError, match=told):
        found(choosing(choose=f"money = 6000\n{rule}"))
