"""The decision of a run: made once, for all findings that tell of it, and for no other study."""

import gc
from weakref import ref

import numpy as np
import pytest

from kuski.choose import decision
from kuski.choose.decision import Decision, decision_of
from kuski.choose.problem import problem_needs
from kuski.engine import collect
from kuski.finding import Refusal

NAMES = ("choose.budget", "choose.disappointed", "choose.overservice")
CENT = 0.005


@pytest.fixture
def study(choosing):
    who = [f"c{i}" for i in range(0, 600, 3)]
    kinds = ["call", "credit", "party"]
    spent = {
        "customer": who,
        "cost": [10.0 + i % 7 for i in range(len(who))],
        "kind": [kinds[i % 3] for i in range(len(who))],
    }
    return choosing(choose="money = 3000\n", efforts=spent)


@pytest.fixture
def plans(monkeypatch):
    """Count the plans that are made."""
    made = []
    plan_of = decision.plan_of

    def counted(problem, money):
        made.append(money)
        return plan_of(problem, money)

    monkeypatch.setattr(decision, "plan_of", counted)
    return made


def sums(study):
    return collect(study.tables, problem_needs(study.roles))


def test_a_run_makes_one_plan_for_all_findings(study, plans):
    study.findings(NAMES)
    assert plans == [3000.0]
    study.findings(NAMES)
    assert plans == [3000.0] * 2


def test_ledger_and_plan_are_of_one_decision(study):
    budget, disappointed, overservice = (found.numbers for found in study.findings(NAMES))
    for other in (disappointed, overservice):
        assert other.money == budget.money
    assert disappointed.worth == budget.worth
    whole = disappointed.equal.less.money + disappointed.equal.rest.money
    assert whole == pytest.approx(budget.cost, abs=CENT)
    assert overservice.shadow_price == budget.shadow_price


@pytest.mark.parametrize("name", NAMES)
def test_a_finding_says_the_same_alone_and_among_others(study, name):
    among = study.findings(NAMES)[NAMES.index(name)]
    assert study.finding(name).to_dict() == among.to_dict()


def test_other_sums_another_seed_and_other_money_are_another_decision(study, plans):
    collected, roles = sums(study), study.roles
    first = decision_of(roles, collected, np.random.default_rng(1))
    assert decision_of(roles, collected, np.random.default_rng(1)) is first
    assert decision_of(roles, collected, np.random.default_rng(2)) is not first
    again = decision_of(roles, sums(study), np.random.default_rng(1))
    assert again is not first
    assert (again.plan.choice == first.plan.choice).all()
    richer = study.spending(4000.0)
    assert decision_of(richer.roles, collected, np.random.default_rng(1)).plan.money == 4000.0
    assert plans == [3000.0, 3000.0, 3000.0, 4000.0]


def test_the_generator_is_left_as_if_the_decision_had_been_made_anew(study):
    collected = sums(study)
    one, two = np.random.default_rng(1), np.random.default_rng(1)
    decision_of(study.roles, collected, one)
    decision_of(study.roles, collected, two)
    assert one.random() == two.random() != np.random.default_rng(1).random()


def test_it_is_kept_with_the_sums_and_gone_with_them(study):
    collected = sums(study)
    found = ref(decision_of(study.roles, collected, np.random.default_rng(1)).problem.value)
    gc.collect()
    assert found() is not None
    del collected
    gc.collect()
    assert found() is None


def test_without_money_the_problem_stands_and_the_plan_is_refused(choosing):
    study = choosing()
    found = decision_of(study.roles, sums(study), np.random.default_rng(1))
    assert isinstance(found, Decision)
    assert isinstance(found.plan, Refusal)
    assert found.plan.reason == "choose_no_money"
