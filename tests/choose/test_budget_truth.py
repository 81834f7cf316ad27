"""On the made-up company, whose truth is written down, plans bring what they promise."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import kuski
from kuski import demo
from kuski.choose.cell import JOINT
from kuski.choose.plan import Plan, plan_of, taken
from kuski.choose.problem import Problem
from kuski.choose.scenarios import scenarios_of
from kuski.demo.actions import ACTIONS
from kuski.stats import programme
from kuski.stats.draws import with_interval

TRUE_LIFT = {action.action: action.true_lift for action in ACTIONS}
BUDGETS = (0, 1, 2)
# A step of the score is worth this on average (`demo.company`), where a segment was too thin.
STEP = 81.0


@dataclass(frozen=True)
class Company:
    problem: Problem
    truth: dict[str, Any]
    value: np.ndarray

    def budget(self, place: int) -> tuple[dict[str, Any], Plan]:
        told = self.truth["budgets"][place]
        plan = plan_of(self.problem, told["money"])
        assert isinstance(plan, Plan)
        return told, plan

    def brings(self, choice: np.ndarray) -> float:
        """What a plan truly brings."""
        return float(taken(self.value[None], choice).sum())


@pytest.fixture(scope="module", params=[1])
def company(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    problem: Callable[..., Problem],
) -> Company:
    folder = tmp_path_factory.mktemp("budget")
    files = demo.write(folder, customers=30_000, seed=request.param)
    found = problem(kuski.open(files.study), draws=400)
    truth = json.loads(files.truth.read_text(encoding="utf-8"))["choose.budget"]
    return Company(found, truth, true_value(found, truth))


def true_value(problem: Problem, truth: dict[str, Any]) -> np.ndarray:
    """What each choice truly brings in each cell: true lifts, true slopes of its customers."""
    slopes = {
        (cell["segment"], cell["level"], cell["protected"]): cell["own_worth_per_point"]
        for cell in truth["cells"]
    }
    moves = problem.uses @ np.array([TRUE_LIFT[action.action] for action in problem.actions])
    found = np.zeros(problem.cost.shape)
    for i, cell in enumerate(problem.cells):
        for place, share in zip(cell.levels, cell.by_level, strict=True):
            at = problem.curves.positions[place]
            own = [(JOINT.join(one), place + 1, cell.is_protected) for one in cell.members]
            step = np.average([slopes.get(one, STEP) for one in own], weights=cell.by_member)
            found[i] += cell.people * share * step * (np.minimum(at + moves, 7.0) - at)
    return np.where(problem.allowed, found, np.nan)


@pytest.mark.parametrize("place", BUDGETS)
def test_a_plan_brings_what_it_promises(company: Company, place: int) -> None:
    _, plan = company.budget(place)
    _, low, high = with_interval(plan.worth)
    assert low <= company.brings(plan.choice) <= high


@pytest.mark.parametrize("place", BUDGETS)
def test_the_written_down_best_plan_is_found(company: Company, place: int) -> None:
    told, plan = company.budget(place)
    # The written-down plan knows the slopes of the segments, and Kuski estimates them.
    assert company.brings(plan.choice) == pytest.approx(told["true_worth"], rel=0.03)
    assert plan.cost.sum() <= told["money"]
    assert plan.gap < 0.002


@pytest.mark.parametrize("place", BUDGETS)
def test_the_even_spread_regrets_what_it_truly_should(company: Company, place: int) -> None:
    told, plan = company.budget(place)
    even = scenarios_of(company.problem, plan)[0]
    _, low, high = with_interval(plan.worth - even.worth)
    assert low <= told["habits"]["even"]["true_regret"] <= high


def test_today_regrets_what_it_truly_should(company: Company) -> None:
    today = company.problem.today
    assert today is not None
    plan = plan_of(company.problem, float(today.cost.sum()))
    assert isinstance(plan, Plan)
    regret = company.brings(plan.choice) - float((np.nan_to_num(company.value) * today.use).sum())
    _, low, high = with_interval(plan.worth - today.worth)
    assert regret > 0
    assert low <= regret <= high


def test_beliefs_at_face_value_promise_far_more_than_they_bring(company: Company) -> None:
    problem = company.problem
    lifts = np.array([action.lift.value for action in problem.actions if action.lift])
    points = np.repeat((problem.uses @ lifts)[None], len(problem.curves.worth), axis=0)
    bare = np.stack([problem.curves.worth_gain(cell, points)[0] for cell in problem.cells])
    value = np.where(problem.allowed, bare * problem.people[:, None], np.nan)
    told, plan = company.budget(1)
    naive = programme.solve(value, problem.cost, told["money"], gap=1e-3)
    assert naive.value > 1.5 * company.brings(naive.choice)
    assert company.brings(plan.choice) > company.brings(naive.choice)


def test_a_protected_segment_is_never_sold_for_the_price(company: Company) -> None:
    problem = company.problem
    guarded = [i for i, cell in enumerate(problem.cells) if cell.is_protected]
    assert guarded
    least = float(np.nanmin(problem.cost[guarded], axis=1).sum())
    for money in (1.01 * least, 5 * least):
        plan = plan_of(problem, money)
        assert isinstance(plan, Plan)
        assert plan.choice[guarded].all()
    assert not isinstance(plan_of(problem, 0.9 * least), Plan)
