"""What plans promise, regret and call safe is true of made-up worlds as often as they say."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import kuski
from kuski.choose.lift import THRESHOLDS
from kuski.choose.plan import SAFE, Plan, limits_of, plan_of, taken
from kuski.choose.problem import Problem, problem_needs, problem_of
from kuski.engine import collect
from kuski.stats import programme
from kuski.stats.draws import with_interval

from ..conftest import write_table

pytestmark = pytest.mark.coverage

# A study takes some three tenths of a second, reading it from files and all.
STUDIES = int(os.environ.get("KUSKI_COVERAGE_STUDIES", "200"))
CUSTOMERS = 1_500
DRAWS = 200
STEP = 50.0
SEED = 20261122
MONEY = 6_000.0
# How far a plan may lie below the best one to count as it: what solving twice is off by.
EXACT = 1e-9

# 92 to 98 % of 500 studies is 0.95 ± 0.03; fewer studies get the same number of standard errors.
HALF_BAND, STUDIES_OF_BAND = 0.03, 500

Floats = npt.NDArray[np.float64]
NAMES = ("call", "credit", "gift", "help", "visit")
COSTS = (4.0, 12.0, 6.0, 9.0, 30.0)
SOURCES = ("experiment", "past", "guess", "experiment", "past")
ERRORS = (0.08, 0.15, 0.25, 0.05, 0.1)


def half_band() -> float:
    return HALF_BAND * max(1.0, np.sqrt(STUDIES_OF_BAND / STUDIES))


@dataclass(frozen=True)
class World:
    """What was promised of one made-up world, and what is so.

    Attributes
    ----------
    is_best : ndarray of bool, shape (n,)
        Of choices called safe, whether some best plan of the truth has them: there are often
        several, since nobody at the top gains from anything.
    """

    problem: Problem
    plan: Plan
    is_best: npt.NDArray[np.bool_]
    value: Floats


def written(folder: Path, rng: np.random.Generator) -> tuple[Path, Floats]:
    """Write a study whose lifts come from where beliefs are shrunk to."""
    lifts = rng.normal(0, THRESHOLDS.usual, len(NAMES))
    bias = np.array([THRESHOLDS.bias[source] for source in SOURCES])  # type: ignore[index]
    told = lifts + np.array(ERRORS) * rng.standard_normal(5) + bias * rng.standard_normal(5)
    who = np.arange(CUSTOMERS)
    score = rng.choice(np.arange(1, 8), CUSTOMERS, p=[0.05, 0.08, 0.12, 0.15, 0.2, 0.22, 0.18])
    worth = 200 + STEP * score + rng.normal(0, 100, CUSTOMERS)
    tables: dict[str, Any] = {
        "responses": {"customer": who, "score": score, "worth": worth},
        "customers": {"customer": who, "area": rng.choice(["a", "b", "c"], CUSTOMERS)},
        "efforts": {
            "customer": rng.choice(who, 300, replace=False),
            "cost": rng.uniform(5, 35, 300),
            "kind": rng.choice(["call", "party"], 300),
        },
        "actions": {
            "action": NAMES,
            "cost": COSTS,
            "lift": told,
            "low": told - 1.96 * np.array(ERRORS),
            "high": told + 1.96 * np.array(ERRORS),
            "source": SOURCES,
            "capacity": [900, 700, 1500, 800, 400],
        },
    }
    for name, columns in tables.items():
        write_table(folder / f"{name}.csv", {key: list(column) for key, column in columns.items()})
    (folder / "study.toml").write_text(
        """
[study]
name = "Made up"
[responses]
file = "responses.csv"
customer = "customer"
score = { column = "score", scale = [1, 7] }
worth = "worth"
[customers]
file = "customers.csv"
customer = "customer"
segments = ["area"]
[efforts]
file = "efforts.csv"
customer = "customer"
cost = "cost"
kind = "kind"
[actions]
file = "actions.csv"
action = "action"
cost = "cost"
lift = "lift"
lift_low = "low"
lift_high = "high"
source = "source"
capacity = "capacity"
""",
        encoding="utf-8",
    )
    return folder / "study.toml", lifts


def true_value(problem: Problem, lifts: Floats) -> Floats:
    by_name = dict(zip(NAMES, lifts, strict=True))
    moves = problem.uses @ np.array([by_name[action.action] for action in problem.actions])
    found = np.zeros(problem.cost.shape)
    for i, cell in enumerate(problem.cells):
        for place, share in zip(cell.levels, cell.by_level, strict=True):
            at = problem.curves.positions[place]
            found[i] += share * (np.clip(at + moves, 1.0, 7.0) - at)
    return np.where(problem.allowed, STEP * found * problem.people[:, None], np.nan)


def world(folder: Path, study: int) -> World:
    rng = np.random.default_rng([SEED, study])
    path, lifts = written(folder, rng)
    opened = kuski.open(path)
    asked = problem_needs(opened.roles)
    problem = problem_of(opened.roles, collect(opened.tables, asked), rng, draws=DRAWS)  # type: ignore[arg-type]
    assert isinstance(problem, Problem)
    value = true_value(problem, lifts)
    plan = plan_of(problem, MONEY)
    assert isinstance(plan, Plan)
    return World(problem, plan, in_a_best_plan(problem, plan, value), value)


def in_a_best_plan(problem: Problem, plan: Plan, value: Floats) -> npt.NDArray[np.bool_]:
    """Say of each safe choice whether the best that can be had with it is the best of all."""

    def best(value: Floats) -> programme.Programme:
        limits = limits_of(problem, MONEY)
        return programme.solve(value, problem.cost, MONEY, limits=limits, gap=EXACT)

    truth = best(value)
    found = np.asarray(plan.choice == truth.choice, np.bool_)
    for cell in np.flatnonzero((plan.optimal_share >= SAFE) & ~found):
        others = np.arange(value.shape[1]) != plan.choice[cell]
        kept = value.copy()
        kept[cell, others] = np.nan
        found[cell] = best(kept).value >= truth.value * (1 - EXACT)
    return found


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], list[World]]:
    @cache
    def made() -> list[World]:
        folder = tmp_path_factory.mktemp("worlds")
        return [world(folder, study) for study in range(STUDIES)]

    return made


def share(held: list[bool]) -> float:
    return float(np.mean(held))


def test_what_a_chosen_plan_promises_is_what_it_brings(worlds: Callable[[], list[World]]) -> None:
    held, promised, brought = [], 0.0, 0.0
    for one in worlds():
        _, low, high = with_interval(one.plan.worth)
        brings = taken(one.value[None], one.plan.choice).sum()
        held.append(low <= brings <= high)
        promised, brought = promised + one.plan.worth[0], brought + brings
    assert share(held) == pytest.approx(0.95, abs=half_band())
    # No winner's curse: over many plans the promises add up to what comes.
    assert promised == pytest.approx(brought, rel=half_band() / HALF_BAND * 0.1)


def test_the_regret_of_today_lies_within_its_interval(worlds: Callable[[], list[World]]) -> None:
    held = []
    for one in worlds():
        today = one.problem.today
        assert today is not None
        _, low, high = with_interval(one.plan.worth - today.worth)
        truly = taken(one.value[None], one.plan.choice).sum() - np.nansum(one.value * today.use)
        held.append(low <= truly <= high)
    assert share(held) == pytest.approx(0.95, abs=half_band())


def test_what_is_called_safe_is_optimal_in_nine_truths_of_ten(
    worlds: Callable[[], list[World]],
) -> None:
    right, people = 0.0, 0.0
    for one in worlds():
        safe = one.plan.optimal_share >= SAFE
        right += float(one.problem.people[safe & one.is_best].sum())
        people += float(one.problem.people[safe].sum())
    assert people > 0
    assert right / people >= SAFE
