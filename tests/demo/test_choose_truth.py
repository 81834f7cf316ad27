"""The best plan that the made-up company writes down is the best, and its tables say so."""

import csv
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuski import demo
from kuski.demo import company as equations
from kuski.demo.actions import ACTIONS
from kuski.demo.choose_truth import believed_lift
from kuski.demo.plan import best_plan, spread

# Figures are written to six decimals, and sums of a few hundred of them are compared.
ROUNDED = 1e-3


def budgets(company):
    return company.truth["choose.budget"]["budgets"]


def keyed(cell):
    return cell["segment"], cell["level"], cell["protected"]


def latest(company):
    """Customers with a score by segment, latest score and protection, counted by hand."""
    table = company.responses.select(["customer_id", "answered_on", "score"]).to_pydict()
    found = {}
    for who, when, score in zip(*table.values(), strict=True):
        if score != 9 and when >= found.get(who, (when,))[0]:
            found[who] = when, score
    people = company.customers.to_pydict()
    return {
        i: (f"{kind} × {age}", found[who][1], protected == 1)
        for i, (who, kind, age, protected) in enumerate(
            zip(*(people[name] for name in ("customer_id", "customer_type", "age_group",
                                            "protected")), strict=True)
        )
        if who in found
    }  # fmt: skip


@st.composite
def knapsacks(draw):
    cells, choices = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    whole = st.integers(0, 12)
    shape = cells * choices
    value = np.array(draw(st.lists(st.integers(-3, 20), min_size=shape, max_size=shape)))
    cost = np.array(draw(st.lists(whole, min_size=shape, max_size=shape)))
    allowed = np.array(draw(st.lists(st.booleans(), min_size=shape, max_size=shape)))
    allowed = allowed.reshape(cells, choices)
    allowed[:, 0] |= ~allowed.any(axis=1)
    money = float(draw(st.integers(0, 40)))
    return *(part.reshape(cells, choices).astype(float) for part in (value, cost)), allowed, money


@given(knapsacks())
@settings(max_examples=300, deadline=None)
def test_the_best_plan_is_what_trying_every_plan_finds(problem):
    value, cost, allowed, money = problem
    cells = np.arange(len(value))
    best = max(
        (
            value[cells, list(plan)].sum()
            for plan in product(*(np.flatnonzero(own) for own in allowed))
            if cost[cells, list(plan)].sum() <= money
        ),
        default=None,
    )
    found = best_plan(*problem)
    if best is None:
        assert found is None
        return
    assert allowed[cells, found].all()
    assert cost[cells, found].sum() <= money
    assert value[cells, found].sum() == pytest.approx(best)


@given(knapsacks())
@settings(max_examples=100, deadline=None)
def test_money_spread_over_cells_is_spent_as_well_as_two_choices_can(problem):
    value, cost, allowed, money = problem
    least = np.where(allowed, cost, np.inf).min(axis=1)
    spent = least + money / len(value)
    found = spread(value, cost, allowed, spent)
    paid = found.by_cell(cost)
    assert (paid <= spent + 0.02).all()
    each = np.where(allowed & (cost <= spent[:, None]), value, -np.inf).max(axis=1)
    assert (found.by_cell(value) >= each - 1e-9).all()


def test_cells_count_the_customers_of_the_tables(company):
    counted: dict[tuple, int] = {}
    for cell in latest(company).values():
        counted[cell] = counted.get(cell, 0) + 1
    written = company.truth["choose.budget"]["cells"]
    assert {keyed(cell): cell["people"] for cell in written} == counted


def test_lifts_are_shrunk_as_a_guess_a_past_and_an_experiment_deserve(company):
    """Prior N(0, 0.4²), the interval's error, and a bias of 0, 0.25 or 0.5 points."""
    told = {"named_contact": 0.525, "agent_coaching": 0.254, "complaint_in_a_day": 0.545,
            "goodwill_credit": 0.238, "price_cut": 0.202, "app_extras": 0.111,
            "account_manager": 0.598, "home_visit": 0.363}  # fmt: skip
    for action in ACTIONS:
        assert 0 < believed_lift(action) < action.lift
        if action.action in told:
            assert believed_lift(action) == pytest.approx(told[action.action], abs=6e-4)
    written = {each["action"]: each for each in company.truth["choose.budget"]["lifts"]}
    assert written["app_extras"]["true"] == 0.0
    assert set(written) == {action.action for action in ACTIONS}


def test_plans_keep_money_floors_groups_capacities_and_who_may_get_what(company):
    actions = {action.action: action for action in ACTIONS}
    for budget in budgets(company):
        used = dict.fromkeys(actions, 0)
        for cell in budget["plan"]:
            chosen = [actions[name] for name in cell["actions"]]
            assert len({action.group for action in chosen}) == len(chosen)
            cost = sum(action.cost for action in chosen) * cell["people"]
            assert cell["cost"] == pytest.approx(cost)
            kind, _, age = cell["segment"].partition(" × ")
            zone = equations.ZONES[equations.ZONE_OF_LEVEL[cell["level"] - 1]]
            mine = {"everyone", f"zone = {zone}", f"customer_type = {kind}", f"age_group = {age}"}
            assert all(action.who in mine for action in chosen)
            if cell["protected"]:
                lift = sum(believed_lift(action) for action in chosen)
                assert lift >= believed_lift(actions["call_after"]) - 1e-12
            for action in chosen:
                used[action.action] += cell["people"]
        assert budget["cost"] == pytest.approx(sum(cell["cost"] for cell in budget["plan"]))
        assert budget["cost"] <= budget["money"]
        assert all(n <= actions[name].capacity for name, n in used.items())


def test_what_a_plan_is_worth_follows_from_the_written_cells_and_lifts(company):
    truth = company.truth["choose.budget"]
    lifts = {each["action"]: each for each in truth["lifts"]}
    cells = {keyed(cell): cell for cell in truth["cells"]}
    for budget in truth["budgets"]:
        sums = {"believed": 0.0, "true": 0.0}
        for cell in budget["plan"]:
            own = cells[keyed(cell)]
            for which, slope in (("believed", "worth_per_point"), ("true", "own_worth_per_point")):
                points = sum(lifts[name][which] for name in cell["actions"])
                points = min(points, equations.LEVELS - cell["level"])
                sums[which] += own["people"] * points * own[slope]
        assert budget["worth"] == pytest.approx(sums["believed"], rel=1e-5)
        assert budget["true_worth"] == pytest.approx(sums["true"], rel=1e-5)


def test_no_price_of_money_bounds_the_best_plan_by_less_than_it_is_worth(company):
    """Weak duality, worked out from what is written: the plan lies within 0.1 % of the bound."""
    truth = company.truth["choose.budget"]
    lifts = {each["action"]: each["believed"] for each in truth["lifts"]}
    groups: dict[str, list] = {}
    for action in ACTIONS:
        groups.setdefault(action.group, [None]).append(action)
    bundles = [[a for a in own if a] for own in product(*groups.values())]
    value, cost = [], []
    for cell in truth["cells"]:
        kind, _, age = cell["segment"].partition(" × ")
        zone = equations.ZONES[equations.ZONE_OF_LEVEL[cell["level"] - 1]]
        mine = {"everyone", f"zone = {zone}", f"customer_type = {kind}", f"age_group = {age}"}
        row = []
        for bundle in bundles:
            points = sum(lifts[action.action] for action in bundle)
            is_floor = any(action.action == "call_after" for action in bundle)
            may = all(action.who in mine for action in bundle) and (
                not cell["protected"] or is_floor or points >= lifts["call_after"]
            )
            gain = min(points, equations.LEVELS - cell["level"]) * cell["worth_per_point"]
            row.append(cell["people"] * gain if may else -np.inf)
        value.append(row)
        cost.append([cell["people"] * sum(action.cost for action in own) for own in bundles])
    value, cost = np.array(value), np.array(cost)
    for budget in truth["budgets"]:
        bounds = [
            price * budget["money"] + (value - price * cost).max(axis=1).sum()
            for price in np.linspace(0, 5, 2_001)
        ]
        assert budget["worth"] <= min(bounds) + ROUNDED
        assert budget["worth"] >= 0.999 * min(bounds)


def test_habits_forgo_worth_and_more_money_is_never_worth_less(company):
    worth = [budget["worth"] for budget in budgets(company)]
    assert worth == sorted(worth)
    for budget in budgets(company):
        for habit in budget["habits"].values():
            assert habit["regret"] == pytest.approx(budget["worth"] - habit["worth"], abs=ROUNDED)
            assert habit["regret"] > 0
        assert budget["habits"]["below_first"]["regret"] > budget["habits"]["even"]["regret"]


def test_guesses_make_the_dear_plan_promise_more_than_it_brings(whole_company):
    cheap, *_, dear = budgets(whole_company)
    used = [{name for cell in budget["plan"] for name in cell["actions"]}
            for budget in (cheap, dear)]  # fmt: skip
    guesses = {action.action for action in ACTIONS if action.source == "guess"}
    assert not used[0] & guesses
    assert "app_extras" in used[1]
    assert cheap["true_worth"] / cheap["worth"] > 0.9
    assert dear["true_worth"] / dear["worth"] < 0.75


def test_nobody_who_is_protected_gets_nothing(company):
    for budget in company.truth["choose.disappointed"]["budgets"]:
        assert budget["protected_with_nothing"] == 0
        assert budget["protected"] == 0
        assert 0 <= budget["people"] <= sum(c["people"] for c in
                                            company.truth["choose.budget"]["cells"])  # fmt: skip
    cells = budgets(company)[0]["plan"]
    nothing = sum(cell["people"] for cell in cells if not cell["actions"])
    first = company.truth["choose.disappointed"]["budgets"][0]
    assert nothing == first["with_nothing"] > 0
    assert first["people"] > 0


def test_habits_and_plans_for_one_zone_are_held_against_the_best_plan(company):
    for budget in budgets(company):
        ways = [(one, "regret") for one in budget["habits"].values()]
        ways += [(one, "difference") for one in budget["scenarios"]]
        for way, key in ways:
            assert way[key] == pytest.approx(budget["worth"] - way["worth"], abs=ROUNDED)
            true = budget["true_worth"] - way["true_worth"]
            assert way[f"true_{key}"] == pytest.approx(true, abs=ROUNDED)
            # No way of spending is believed to bring more than the best plan, cell by cell; habits
            # part cells, which is worth less than one of a few hundred cells.
            assert way[key] > -0.01 * budget["worth"]


def test_today_costs_a_year_what_the_table_of_efforts_holds_by_the_year(company):
    today = company.truth["choose.budget"]["today"]
    table = company.efforts.to_pydict()
    scored = latest(company)
    known = [who - 1 in scored for who in table["customer_id"]]
    cost = np.array(table["cost"])
    assert 3.2 < today["years"] < 3.3
    span = max(table["spent_on"]) - min(table["spent_on"])
    assert span.days / 365.25 <= today["years"]
    assert today["cost"] * today["years"] == pytest.approx(cost[known].sum(), rel=1e-5)
    assert today["unmatched"] * today["years"] == pytest.approx(
        cost.sum() - cost[known].sum(), rel=1e-5
    )


def test_today_brings_no_more_than_its_money_spent_best(company):
    today = company.truth["choose.budget"]["today"]
    assert 0 < today["true_worth"] < today["worth"]
    assert today["regret"] > 0
    assert today["true_regret"] > 0


def test_the_table_of_actions_and_the_study_file_say_what_the_truth_uses(company):
    with company.files.actions.open(encoding="utf-8", newline="") as file:
        groups = {row["action"]: row["group"] for row in csv.DictReader(file)}
    assert groups == {action.action: action.group for action in ACTIONS}
    from kuski.settings import load

    choose = load(company.files.study).choose
    assert choose.segments == ("customer_type", "age_group")
    assert [(rule.action, rule.segment) for rule in choose.floors] == [("call_after", "protected")]


@pytest.mark.parametrize("customers", [1, 3, 40])
def test_the_smallest_company_has_a_truth_too(tmp_path, customers):
    assert demo.write(tmp_path, customers=customers).truth.exists()


def test_the_text_of_the_company_is_about_these_plans(whole_company):
    text = " ".join(equations.__doc__.split())
    cheap, _, dear = budgets(whole_company)
    cells = whole_company.truth["choose.budget"]["cells"]
    people = sum(cell["people"] for cell in cells)
    own = sum(cell["people"] for cell in dear["plan"] if "named_contact" in cell["actions"])
    protected = sum(cell["people"] for cell in cells if cell["protected"])

    budget, audience = (whole_company.truth[f"choose.{name}"] for name in ("budget", "audience"))
    today, headroom = budget["today"], audience["cuts"][0]["headroom"]
    steps = [
        np.average(
            [cell["own_worth_per_point"] for cell in cells if cell["level"] in levels],
            weights=[cell["people"] for cell in cells if cell["level"] in levels],
        )
        for levels in ((1, 2, 3), (7,))
    ]

    def thousands(value):
        return f"{round(value, -3):,.0f}"

    for said in (
        f"{100 * protected / people:.0f} % are protected",
        f"{thousands(dear['money'])} euros a year",
        f"for {100 * own / people:.0f} %, on a contact",
        f"worth {thousands(dear['worth'])} by",
        f"As much for every head brings {thousands(dear['habits']['even']['worth'])} of",
        f"to the unhappy {thousands(dear['habits']['below_first']['worth'])}.",
        f"truly brings {thousands(dear['true_worth'])},",
        f"With {thousands(cheap['money'])} euros",
        f"promises {thousands(cheap['worth'])} and brings {thousands(cheap['true_worth'])}.",
        f"today's work costs {thousands(today['cost'])}.",
        f"it brings {thousands(today['true_worth'])};",
        f"as much brings {thousands(today['true_regret'])} more.",
        f"would be worth {headroom:.0f} euros more",
        f"A step is worth {steps[0]:.0f} euros to those below the middle and {steps[1]:.0f} at the",
    ):
        assert said in text, said
