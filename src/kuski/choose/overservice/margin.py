"""Margins: what the last unit of money spent on a service brings, and how much of it could move."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.choose.effort import Service
from kuski.choose.problem import Problem
from kuski.stats.hull import Hull, upper_hull

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Margin:
    """One service, cell by cell.

    Attributes
    ----------
    service : Service
    action : int or None
        Place of the action that it is; None where it is none of the study's actions, and so is
        taken to bring what the best of those would for its money.
    last : ndarray, shape (R, n)
        Worth of the last unit of money; infinite where a rule asks for it.
    movable : ndarray, shape (n,)
        Money that brings less than the shadow price, where no rule and no protection holds it.
    held : ndarray, shape (n,)
        Money that is not to move, whatever it brings: for the protected, or by a rule.
    lost : ndarray, shape (R, n)
        Worth that goes with the money that could move.
    """

    service: Service
    action: int | None
    last: Floats
    movable: Floats
    held: Floats
    lost: Floats


def margins_of(problem: Problem, services: Sequence[Service], price: float) -> tuple[Margin, ...]:
    """Hold each service against a shadow price.

    Parameters
    ----------
    problem : Problem
    services : sequence of Service
    price : float
        Worth that the next unit of money brings elsewhere.

    Notes
    -----
    A service that is an action brings every customer who gets it the same, so that its last unit
    of money brings what all of it does on average: all of it could move, or none. What other
    services bring is not known. Their money is taken to be spent on each cell as well as the
    study's actions allow, along their upper hull: that is kind to them, unless they do something
    that no action of the study does.
    """
    places = {action.action: place for place, action in enumerate(problem.actions)}
    other = [service for service in services if service.kind not in places]
    is_protected = np.array([cell.is_protected for cell in problem.cells], np.bool_)
    found = [
        _of_action(problem, service, places[service.kind], price, is_protected)
        for service in services
        if service.kind in places
    ]
    return (*found, *_of_others(problem, other, price, is_protected))


def _of_action(
    problem: Problem, service: Service, action: int, price: float, is_protected: Booleans
) -> Margin:
    brings = _one_customer(problem, action) * np.minimum(service.pieces, problem.people)
    is_spent = service.cost > 0
    last = np.zeros_like(brings)
    np.divide(brings, service.cost, out=last, where=is_spent)
    is_held = is_protected.copy()
    for rule in problem.constraints.rules:
        if rule.kind != "must_not" and rule.action == action:
            is_held[list(rule.cells)] = True
    is_over = is_spent & ~is_held & (last[0] < price)
    return Margin(
        service=service,
        action=action,
        last=last,
        movable=np.where(is_over, service.cost, 0.0),
        held=np.where(is_held, service.cost, 0.0),
        lost=np.where(is_over, brings, 0.0),
    )


def _one_customer(problem: Problem, action: int) -> Floats:
    """Say what an action brings one customer of each cell, allowed or not, shape (R, n)."""
    lifts = problem.lifts
    if lifts.is_straight[action]:
        return np.broadcast_to(
            lifts.worth[:, [action]], (len(lifts.worth), len(problem.cells))
        ).copy()
    points = lifts.points[:, [action]]
    gains = [problem.curves.worth_gain(cell, points)[:, 0] for cell in problem.cells]
    return np.stack(gains, axis=1)


def _of_others(
    problem: Problem, services: Sequence[Service], price: float, is_protected: Booleans
) -> list[Margin]:
    if not services:
        return []
    whole = np.sum([service.cost for service in services], axis=0)
    hull = upper_hull(problem.value[0], problem.cost)
    kept = np.minimum(hull.cost_at(price), whole)
    movable = np.where(is_protected, 0.0, whole - kept)
    use = hull.use(whole) - hull.use(whole - movable)
    lost = np.einsum("rnc,nc->rn", np.nan_to_num(problem.value), use)
    last = _last(problem, hull, whole)
    shares = np.zeros((len(services), len(whole)))
    np.divide([service.cost for service in services], whole, out=shares, where=whole > 0)
    return [
        Margin(
            service=service,
            action=None,
            last=last,
            movable=movable * share,
            held=np.where(is_protected, service.cost, 0.0),
            lost=lost * share,
        )
        for service, share in zip(services, shares, strict=True)
    ]


def _last(problem: Problem, hull: Hull, money: Floats) -> Floats:
    """Give the last unit's worth on each draw: between the same two corners, shape (R, n)."""
    cells = np.arange(len(money))
    passed = np.clip((hull.cost < money).sum(axis=0), 0, len(hull.choice) - 1)
    low = hull.choice[np.maximum(passed - 1, 0), cells]
    high = hull.choice[passed, cells]
    extra = problem.cost[cells, high] - problem.cost[cells, low]
    gain = problem.value[:, cells, high] - problem.value[:, cells, low]
    slope = np.zeros_like(gain)
    np.divide(gain, extra, out=slope, where=extra > 0)
    estimate = hull.last_slope(money)
    is_end = (estimate == 0) | np.isinf(estimate)
    return np.asarray(np.where(is_end, estimate, slope), np.float64)
