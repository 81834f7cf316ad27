"""Efforts count for the cell of their customer, and a year of them counts as today."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import kuski
from kuski.choose.cell import Cell
from kuski.choose.effort import Efforts, effort_needs, efforts_of, other_unit
from kuski.choose.problem import problem_needs, problem_of
from kuski.engine import collect
from kuski.moments import Collected

Make = Callable[..., kuski.Study]
N = 600
OVERSERVICE = "choose.overservice"


def gathered(study: kuski.Study) -> tuple[Collected, tuple[Cell, ...]]:
    collected = collect(study.tables, problem_needs(study.roles))
    found = problem_of(study.roles, collected, np.random.default_rng(1), draws=100)
    return collected, found.cells


def efforts(study: kuski.Study) -> tuple[Efforts, tuple[Cell, ...]]:
    collected, cells = gathered(study)
    found = efforts_of(study.roles, collected, cells)
    assert found is not None
    return found, cells


def cost_of(found: Efforts) -> np.ndarray:
    return np.sum([service.cost for service in found.services], axis=0)


def done(**columns: Any) -> dict[str, Any]:
    """One piece of work for each customer, dearer from one to the next."""
    who = [f"c{i}" for i in range(N)]
    given = {"customer": who, "cost": [1.0 + i for i in range(N)], "kind": ["call", "gift"] * 300}
    return {**given, **columns}


def test_money_goes_to_the_cell_of_its_customer(choosing: Make) -> None:
    study = choosing(efforts=done())
    found, cells = efforts(study)
    people = study.tables["customers"].source
    rows = [row for batch in people.batches(["area", "weak"]) for row in batch.to_pylist()]
    answers = study.tables["responses"].source
    score = [row["score"] for batch in answers.batches(["score"]) for row in batch.to_pylist()]
    for i, cell in enumerate(cells):
        here = [
            k
            for k, row in enumerate(rows)
            if (str(row["area"]),) in cell.members
            and bool(int(row["weak"])) == cell.is_protected
            and int(score[k]) - 1 in cell.levels
        ]
        assert cell.people == len(here)
        assert cost_of(found)[i] == pytest.approx(sum(1.0 + k for k in here))
        for service, rest in zip(found.services, (0, 1), strict=True):
            assert service.pieces[i] == pytest.approx(sum(k % 2 == rest for k in here))
    assert found.is_by_segment
    assert cost_of(found).sum() + found.unmatched == pytest.approx(N * (N + 1) / 2)


def test_where_customers_cannot_be_set_beside_money_is_divided_by_people(choosing: Make) -> None:
    study = choosing(efforts=done())
    collected, cells = gathered(study)
    exact = effort_needs(study.roles)["exact"]
    without = {need: sums for need, sums in collected.moments.items() if need != exact}
    found = efforts_of(study.roles, replace(collected, moments=without), cells)
    assert found is not None
    assert not found.is_by_segment
    for level in range(7):
        here = [i for i, cell in enumerate(cells) if cell.levels == (level,)]
        each = cost_of(found)[here] / [cells[i].people for i in here]
        assert each == pytest.approx(np.full(len(here), each.mean()))
    assert cost_of(found).sum() + found.unmatched == pytest.approx(N * (N + 1) / 2)


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        ("2024-01-05", "2024-12-01", 1.0),
        ("2024-07-31", "2025-06-01", 1.0),
        ("2023-01-01", "2024-06-30", 1.5),
        ("2022-03-01", "2025-02-28", 3.0),
        ("2024-05-01", "2024-05-30", 1.0),
        (2022, 2024, 3.0),
        (None, None, 1.0),
    ],
)
def test_a_mean_year_counts_as_today(first: Any, last: Any, years: float, choosing: Make) -> None:
    study = choosing(efforts=done(on=[first, last] * 300), effort_roles='time = "on"\n')
    found, _ = efforts(study)
    assert found.years == pytest.approx(years)
    assert cost_of(found).sum() + found.unmatched == pytest.approx(N * (N + 1) / 2 / years)
    pieces = sum(service.pieces.sum() for service in found.services)
    people = sum(cell.people for cell in efforts(study)[1])
    assert pieces == pytest.approx(people / years)


def test_work_for_nobody_known_is_unmatched(choosing: Make) -> None:
    found, _ = efforts(choosing(efforts=done(customer=["nobody"] * N)))
    assert not found.services
    assert found.unmatched == pytest.approx(N * (N + 1) / 2)


def test_efforts_in_hours_are_not_held_against_actions_in_money(choosing: Make) -> None:
    study = choosing(efforts=done(), effort_unit="hours", choose="money = 3000")
    assert effort_needs(study.roles) == {}
    assert other_unit(study.roles) == "hours"
    budget, less, over = study.findings(("choose.budget", "choose.disappointed", OVERSERVICE))
    assert budget.numbers.today is None
    assert less.numbers.today is None
    for finding in (budget, less):
        assert "hours" in " ".join(check.text for check in finding.checks())
    assert over.is_refused
    assert "hours" in over.story()[0].text


def test_a_study_without_efforts_has_no_today(choosing: Make) -> None:
    study = choosing()
    collected, cells = gathered(study)
    assert effort_needs(study.roles) == {}
    assert efforts_of(study.roles, collected, cells) is None
