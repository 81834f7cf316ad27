"""Disparities: money per person and share served, between segments and for the protected."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from kuski.choose.cell import OTHERS
from kuski.choose.disappointed.allocation import Allocation
from kuski.choose.problem import Problem

By = Literal["segment", "protected"]
Measure = Literal["money_per_person", "served_share"]
PROTECTED_GROUPS = ("protected", "not_protected")

Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class GroupNumbers:
    """One group under the plan.

    Attributes
    ----------
    by : {"segment", "protected"}
    group : str
        A segment; or "protected" and "not_protected".
    people : float
    money : float
        A year, for all of them.
    money_per_person : float
    served_share : float
        Share of them for whom anything is done, 0 to 1.
    money_per_person_today : float or None
    """

    by: By
    group: str
    people: float
    money: float
    money_per_person: float
    served_share: float
    money_per_person_today: float | None


@dataclass(frozen=True, slots=True)
class GapNumbers:
    """The widest difference between two groups of one kind.

    Attributes
    ----------
    by : {"segment", "protected"}
    measure : {"money_per_person", "served_share"}
    most, least : str
        The groups that get most and least.
    difference : float
        The one less the other, in the unit of cost or as a share.
    ratio : float or None
        The one over the other; None where the least is nothing.
    """

    by: By
    measure: Measure
    most: str
    least: str
    difference: float
    ratio: float | None


def groups_of(
    problem: Problem, plan: Allocation, today: Allocation | None
) -> tuple[GroupNumbers, ...]:
    """Sum the plan up by segment, and for those who are protected and all others."""
    cells = problem.cells
    segment = np.array([cell.segment for cell in cells])
    is_protected = np.array([cell.is_protected for cell in cells], np.bool_)
    found = [
        _group(problem, plan, today, "segment", name, segment == name)
        for name in dict.fromkeys(segment.tolist())
    ]
    if is_protected.any() and not is_protected.all():
        for name, held in zip(PROTECTED_GROUPS, (is_protected, ~is_protected), strict=True):
            found.append(_group(problem, plan, today, "protected", name, held))
    return tuple(found)


def gaps_of(groups: Sequence[GroupNumbers]) -> tuple[GapNumbers, ...]:
    """Find the widest differences between the groups; merged segments are none of them."""
    found = []
    for by in ("segment", "protected"):
        own = [group for group in groups if group.by == by and group.group != OTHERS]
        if len(own) > 1:
            found += [_gap(own, "money_per_person"), _gap(own, "served_share")]
    return tuple(found)


def _group(
    problem: Problem,
    plan: Allocation,
    today: Allocation | None,
    by: By,
    name: str,
    held: Booleans,
) -> GroupNumbers:
    people, money = float(problem.people[held].sum()), float(plan.cost[held].sum())
    served = float(problem.people[held] @ (1 - plan.use[held, 0]))
    return GroupNumbers(
        by=by,
        group=name,
        people=people,
        money=money,
        money_per_person=money / people,
        served_share=min(max(served / people, 0.0), 1.0),
        money_per_person_today=None if today is None else float(today.cost[held].sum()) / people,
    )


def _gap(groups: Sequence[GroupNumbers], measure: Measure) -> GapNumbers:
    def value(group: GroupNumbers) -> float:
        return float(getattr(group, measure))

    most, least = max(groups, key=value), min(groups, key=value)
    return GapNumbers(
        by=most.by,
        measure=measure,
        most=most.group,
        least=least.group,
        difference=value(most) - value(least),
        ratio=value(most) / value(least) if value(least) > 0 else None,
    )
