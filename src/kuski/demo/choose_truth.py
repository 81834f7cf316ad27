"""Say whom the made-up company should serve better, with what, and who gets less for it."""

from collections.abc import Mapping

import numpy as np

from kuski.demo import company
from kuski.demo.actions import ACTIONS
from kuski.demo.company import Claims, Floats, Integers
from kuski.demo.figures import Json, number, ratio
from kuski.demo.habits import YEARS, as_today, below_first, even, today_of
from kuski.demo.ledger import Sums
from kuski.demo.offers import FLOOR, Cells, Offers, believed_lift, cells_of, offers_of
from kuski.demo.plan import Spread, best_plan, spread

# Euros for each customer of the company, also those who never answer: 500,000 of 50,000 customers.
MONEY_EACH = (3.0, 6.0, 10.0)
_HABITS = {"even": even, "below_first": below_first, "as_today": as_today}
_SCENARIOS = {"eliminate": "below", "elevate": "middle"}


def choose_truth(sums: Sums) -> dict[str, dict[str, Json]]:
    """Say what the best plan is at three budgets, what habits forgo, and who gets less for it."""
    cells, customers = cells_of(sums), float(sums["people"][0])
    offers = offers_of(cells)
    plans = [(each * customers, _plan(offers, cells, each * customers)) for each in MONEY_EACH]
    return {
        "choose.budget": {
            "floor": FLOOR,
            "lifts": [
                {
                    "action": action.action,
                    "believed": number(believed_lift(action)),
                    "true": action.true_lift,
                }
                for action in ACTIONS
            ],
            "cells": [
                {
                    **cells.named(i),
                    "people": int(cells.people[i]),
                    "worth_per_point": number(cells.usual_slope[i]),
                    "own_worth_per_point": number(cells.slope[i] / cells.people[i]),
                }
                for i in range(len(cells.people))
            ],
            "today": _today(sums, cells, offers),
            "budgets": [_budget(cells, offers, money, plan) for money, plan in plans],
        },
        "choose.disappointed": {
            "budgets": [_less(cells, offers, money, plan) for money, plan in plans]
        },
    }


def _today(sums: Sums, cells: Cells, offers: Offers) -> Mapping[str, Json] | None:
    """Price what is done today, beside the best plan for the same money."""
    today = today_of(sums, cells, offers)
    if today is None:
        return None
    plan = _plan(offers, cells, today.cost)
    at = np.arange(len(cells.people))
    best, true = (
        (np.nan, np.nan)
        if plan is None
        else (offers.believed[at, plan].sum(), offers.true[at, plan].sum())
    )
    return {
        "years": number(YEARS),
        "cost": number(today.cost),
        "unmatched": number(today.unmatched),
        "worth": number(today.worth),
        "true_worth": number(today.true_worth),
        "regret": number(best - today.worth),
        "true_regret": number(true - today.true_worth),
    }


def _budget(cells: Cells, offers: Offers, money: float, plan: Integers | None) -> dict[str, Json]:
    """Say what the best plan brings, believed and truly, and what habits would have brought."""
    if plan is None:
        return {
            "money": number(money),
            "worth": None,
            "plan": None,
            "habits": None,
            "scenarios": None,
        }
    at = np.arange(len(plan))
    worth, true = offers.believed[at, plan], offers.true[at, plan]
    cost = offers.cost[at, plan]
    whole = np.array([worth.sum(), true.sum()])
    return {
        "money": number(money),
        "cost": number(cost.sum()),
        "worth": number(worth.sum()),
        "true_worth": number(true.sum()),
        "plan": [
            {
                **cells.named(i),
                "actions": [ACTIONS[place].action for place in offers.choices[plan[i]]],
                "people": int(cells.people[i]),
                "cost": number(cost[i]),
                "worth": number(worth[i]),
                "true_worth": number(true[i]),
            }
            for i in range(len(plan))
        ],
        "habits": {
            name: _beside(
                "regret", whole, *_brought(offers, _spent(offers, habit(cells, offers, money)))
            )
            for name, habit in _HABITS.items()
        },
        "scenarios": [
            {"scenario": name, **_beside("difference", whole, *_only(cells, offers, money, zone))}
            for name, zone in _SCENARIOS.items()
        ],
    }


def _spent(offers: Offers, money: Floats) -> Spread:
    return spread(offers.believed, offers.cost, offers.allowed, money)


def _brought(offers: Offers, found: Spread) -> tuple[float, float]:
    return found.worth(offers.believed), found.worth(offers.true)


def _only(cells: Cells, offers: Offers, money: float, zone: str) -> tuple[float, float]:
    """Spend on one zone alone, as well as can be; the others get the cheapest that is allowed.

    NaN where an action would run out.
    """
    is_in = cells.zone == company.ZONES.index(zone)
    is_least = offers.cost <= offers.least[:, None]
    plan = _plan(offers, cells, money, offers.allowed & (is_in[:, None] | is_least))
    if plan is None:
        return np.nan, np.nan
    at = np.arange(len(plan))
    return float(offers.believed[at, plan].sum()), float(offers.true[at, plan].sum())


def _beside(what: str, best: Floats, worth: float, true: float) -> dict[str, Json]:
    """Hold a way of spending against the best plan."""
    return {
        "worth": number(worth),
        "true_worth": number(true),
        what: number(best[0] - worth),
        f"true_{what}": number(best[1] - true),
    }


def _less(cells: Cells, offers: Offers, money: float, plan: Integers | None) -> dict[str, Json]:
    """Say who gets less from the best plan than from as much money for every head."""
    if plan is None:
        return {"money": number(money), "people": None}
    at = np.arange(len(plan))
    equal = _spent(offers, even(cells, offers, money))
    lost = equal.by_cell(offers.points) - offers.points[at, plan]
    less = lost > 1e-9
    worth = equal.by_cell(offers.believed) - offers.believed[at, plan]
    nothing = offers.cost[at, plan] == 0
    return {
        "money": number(money),
        "people": int(cells.people[less].sum()),
        "protected": int(cells.people[less & cells.is_protected].sum()),
        "points": number(ratio(cells.people[less] @ lost[less], cells.people[less].sum())),
        "worth": number(worth[less].sum()),
        "with_nothing": int(cells.people[nothing].sum()),
        "protected_with_nothing": int(cells.people[nothing & cells.is_protected].sum()),
    }


def _plan(
    offers: Offers, cells: Cells, money: float, allowed: Claims | None = None
) -> Integers | None:
    """Find the best plan; None where there is none, or some action would run out."""
    may = offers.allowed if allowed is None else allowed
    plan = best_plan(offers.believed, offers.cost, may, money)
    if plan is None:
        return None
    for place, action in enumerate(ACTIONS):
        if cells.people[offers.uses[plan, place]].sum() > action.capacity:
            return None
    return plan
