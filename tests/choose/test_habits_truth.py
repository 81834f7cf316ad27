"""On the made-up company, whose truth is written down, habits forgo what they are said to."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import kuski
from kuski import demo
from kuski.choose.plan import Plan, plan_of
from kuski.choose.problem import Problem
from kuski.choose.scenarios import scenarios_of
from kuski.stats.draws import with_interval
from kuski.stats.hull import upper_hull

SEEDS = (1, 2, 3)
PLACES = (0, 1, 2)  # of the truth's budgets
BELOW_SHARE = 0.8
# The time that the efforts were gathered in is known to a month of the 39, and those for customers
# in groups too thin to be shown are in no cell.
NEAR = 0.03


@dataclass(frozen=True)
class Company:
    problem: Problem
    truth: dict[str, Any]
    plans: dict[float, Plan]

    def plan(self, money: float) -> Plan:
        if money not in self.plans:
            found = plan_of(self.problem, money)
            assert isinstance(found, Plan)
            self.plans[money] = found
        return self.plans[money]

    def forgone(self, place: int, spent: np.ndarray) -> tuple[float, float, float]:
        """What money spent in each cell as well as beliefs can tell brings less than the best."""
        plan = self.plan(self.truth["budgets"][place]["money"])
        use = upper_hull(self.problem.value[0], self.problem.cost).use(spent)
        worth = np.einsum("rnc,nc->r", np.nan_to_num(self.problem.value), use)
        return with_interval(plan.worth - worth)

    def by_heads(self, money: float, heads: np.ndarray) -> np.ndarray:
        """Money for each cell by its heads, and never less than what the floors cost."""
        least = np.nanmin(self.problem.cost, axis=1)
        rates = np.linspace(0, money / heads.sum(), 20_001)
        costs = np.maximum(least[None], rates[:, None] * heads[None]).sum(axis=1)
        rate = float(rates[costs <= money + 1e-6][-1])
        found: np.ndarray = np.maximum(least, rate * heads)
        return found


@pytest.fixture(scope="module", params=SEEDS)
def company(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    problem: Callable[..., Problem],
) -> Company:
    files = demo.write(tmp_path_factory.mktemp("habits"), customers=30_000, seed=request.param)
    truth = json.loads(files.truth.read_text(encoding="utf-8"))["choose.budget"]
    return Company(problem(kuski.open(files.study), draws=400), truth, {})


@pytest.mark.parametrize("place", PLACES)
def test_the_even_spread_forgoes_what_it_truly_does(company: Company, place: int) -> None:
    told = company.truth["budgets"][place]
    plan = company.plan(told["money"])
    even = scenarios_of(company.problem, plan)[0]
    _, low, high = with_interval(plan.worth - even.worth)
    assert low <= told["habits"]["even"]["true_regret"] <= high


@pytest.mark.parametrize("place", PLACES)
def test_four_fifths_for_the_unhappy_forgo_what_they_truly_do(company: Company, place: int) -> None:
    told, problem = company.truth["budgets"][place], company.problem
    below = np.array([cell.zone == "below" for cell in problem.cells])
    spent = np.zeros(len(below))
    for part, share in ((below, BELOW_SHARE), (~below, 1 - BELOW_SHARE)):
        spent += company.by_heads(share * told["money"], np.where(part, problem.people, 0.0)) * part
    _, low, high = company.forgone(place, spent)
    assert low <= told["habits"]["below_first"]["true_regret"] <= high


@pytest.mark.parametrize("place", PLACES)
def test_spending_by_cell_as_today_forgoes_what_it_truly_does(company: Company, place: int) -> None:
    told, today = company.truth["budgets"][place], company.problem.today
    assert today is not None
    _, low, high = company.forgone(place, company.by_heads(told["money"], today.cost))
    assert low <= told["habits"]["as_today"]["true_regret"] <= high


@pytest.mark.parametrize("place", PLACES)
def test_plans_for_one_zone_alone_forgo_what_they_truly_do(company: Company, place: int) -> None:
    told = company.truth["budgets"][place]
    plan = company.plan(told["money"])
    found = {one.scenario: one for one in scenarios_of(company.problem, plan)}
    for true in told["scenarios"]:
        _, low, high = with_interval(plan.worth - found[true["scenario"]].worth)
        assert low <= true["true_difference"] <= high


def test_today_costs_and_brings_what_it_truly_does(company: Company) -> None:
    told, today = company.truth["today"], company.problem.today
    assert today is not None
    cost = float(today.cost.sum())
    assert cost == pytest.approx(told["cost"], rel=NEAR)
    assert today.efforts.years == pytest.approx(told["years"], rel=NEAR)
    # All that was spent is there, of those who gave a score and of those who never did.
    whole = (cost + today.efforts.unmatched) * today.efforts.years
    assert whole == pytest.approx((told["cost"] + told["unmatched"]) * told["years"])
    _, low, high = with_interval(today.worth)
    assert low <= told["true_worth"] <= high
    _, low, high = with_interval(company.plan(cost).worth - today.worth)
    assert low <= told["true_regret"] <= high


def test_today_spends_on_each_cell_what_the_table_of_efforts_says(company: Company) -> None:
    """Four fifths of it on the unhappy, by customers and not by shares of a level."""
    problem = company.problem
    assert problem.today is not None
    below = np.array([cell.zone == "below" for cell in problem.cells])
    share = problem.today.cost[below].sum() / problem.today.cost.sum()
    assert share == pytest.approx(BELOW_SHARE, abs=0.03)
