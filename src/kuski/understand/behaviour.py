"""Behaviour: what customers do, whatever they say: they leave, or they are worth something."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from kuski.moments import GROUPS, Answers, Collected, Hashes, Moments, Needs, Variable
from kuski.roles import Roles
from kuski.terms import CUSTOMERS
from kuski.understand.importance import importance_need

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def behaviour(roles: Roles) -> Variable | None:
    """Name the outcome that shows behaviour: leaving where it is known, worth where not."""
    return roles.left if roles.left is not None else roles.worth


def behaviour_needs(roles: Roles, outcome: Variable) -> Needs:
    """Ask for the drivers with what was done.

    What stands with an answer is set beside that answer. What stands with the customer came after
    the latest answer, so that only this one is asked for: whoever answered again had not left.
    """
    need = importance_need(roles, outcome)
    if not _is_of_customer(roles, outcome):
        return Needs.of(need)
    return Needs(panel=replace(roles.panel, columns=need.columns))


def latest_of(roles: Roles, outcome: Variable, collected: Collected) -> int | None:
    """Count the customers whose latest answer is looked at; None where all answers are."""
    if not _is_of_customer(roles, outcome) or collected.panel is None:
        return None
    return len(np.unique(collected.panel.customer))


def behaviour_moments(roles: Roles, outcome: Variable, collected: Collected) -> Moments:
    """Look up the cross-products of all drivers and what was done, as `importance_need` has them.

    Of each customer the latest answer counts, where it rates every driver.
    """
    need = importance_need(roles, outcome)
    if not _is_of_customer(roles, outcome):
        return collected.moments[need]
    panel = collected.panel
    if panel is None:
        raise ValueError("the panel of answers was not collected; ask for behaviour_needs")
    values = np.column_stack([panel.of(column) for column in need.columns]).astype(np.float64)
    is_used = np.zeros(len(panel), np.bool_)
    is_used[_latest(panel)] = True
    is_used &= np.isfinite(values).all(axis=1) & (panel.weight > 0)
    return summed(values[is_used], panel.weight[is_used], panel.customer[is_used])


def _is_of_customer(roles: Roles, outcome: Variable) -> bool:
    return roles.has_customers and outcome.column.startswith(CUSTOMERS)


def _latest(panel: Answers) -> Integers:
    """Give the place of each customer's last answer."""
    order = np.lexsort((panel.time, panel.customer))
    is_last = np.append(panel.customer[order[1:]] != panel.customer[order[:-1]], True)
    found: Integers = order[is_last[: len(order)]]
    return found


def summed(values: Floats, weight: Floats, customer: Hashes) -> Moments:
    """Sum by replicate, as a scan does: customers fold where there are many."""
    replicates, place = np.unique(customer, return_inverse=True)
    is_folded = len(replicates) > GROUPS
    if is_folded:
        replicates = np.arange(GROUPS, dtype=np.uint64)
        place = (customer % np.uint64(GROUPS)).astype(np.int64)
    order = np.argsort(place, kind="stable")
    ends = np.searchsorted(place[order], np.arange(len(replicates) + 1))
    origin = values.mean(axis=0) if len(values) else np.zeros(values.shape[1])
    z = np.column_stack([np.ones(len(values)), values - origin])
    parts = [order[first:last] for first, last in pairwise(ends.tolist())]
    cross = [(z[part] * weight[part, None]).T @ z[part] for part in parts]
    return Moments(
        groups=((),),
        replicates=replicates,
        is_folded=is_folded,
        origin=origin,
        rows=np.diff(ends)[None].astype(np.int64),
        squares=np.array([[(weight[part] ** 2).sum() for part in parts]]),
        cross=np.array(cross).reshape(1, len(parts), z.shape[1], z.shape[1]),
    )
