"""Efforts: what is spent on each cell in a year, by kind of work.

An effort names its customer, or a segment. A customer's efforts count for the cell in which the
customer is now: that of the latest score, and of the segments and the protection that the table of
customers tells.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kuski.choose.cell import Cell
from kuski.choose.heads import as_in_answers, protected_of, segments_of
from kuski.moments import Category, Collected, LevelOf, Moments, Need, Period, Variable
from kuski.roles import Roles, variable
from kuski.terms import CUSTOMERS

_MONTHS = 12
_PERIOD = re.compile(r"(\d+)(?:-(\d+))?")

Floats = npt.NDArray[np.float64]
# A group of efforts, its money and pieces, and the share of these for each cell, shape (n,).
Part = tuple[tuple[int | str, ...], float, float, Floats]


@dataclass(frozen=True, slots=True)
class Service:
    """One kind of work.

    Attributes
    ----------
    kind : str
        As the table of efforts names it; empty where it names none.
    cost : ndarray, shape (n,)
        Money for each cell, a year.
    pieces : ndarray, shape (n,)
        Pieces of work for each cell, a year.
    """

    kind: str
    cost: Floats
    pieces: Floats


@dataclass(frozen=True, slots=True)
class Efforts:
    """All that is spent in a year.

    Attributes
    ----------
    services : tuple of Service
        By kind; those that cost nothing are left out.
    unmatched : float
        Money for customers who are in no cell, a year.
    years : float
        How long the efforts were gathered for, in years of whole months; at least 1, and 1 where
        they have no time.
    is_by_segment : bool
        Whether the efforts could be tied to the segments of their customers. Where not, what is
        spent at a level is divided over the cells of that level by their people.
    """

    services: tuple[Service, ...]
    unmatched: float
    years: float
    is_by_segment: bool


def effort_needs(roles: Roles) -> dict[str, Need]:
    """Ask for the cost of efforts by kind and by whom they were for.

    Nothing without efforts, and where they are not counted as the actions are.
    """
    efforts = roles.settings.efforts
    if efforts is None or not (names_customers(roles) or efforts.segment):
        return {}
    if other_unit(roles) is not None:
        return {}
    cost = variable(efforts.cost)
    kind = (Category(efforts.kind),) if efforts.kind else ()
    found = {"all": Need("efforts", (cost,))}
    if names_customers(roles):
        latest = LevelOf(at_last=True)
        found["cells"] = Need("efforts", (cost,), (*kind, latest))
        if roles.settings.customers is not None:
            segments = as_in_answers(roles, segments_of(roles))
            columns = (cost, *_protected(roles))
            by = (*kind, *segments, latest)
            found["exact"] = Need("efforts", columns, by, is_optional=True)
    else:
        found["cells"] = Need("efforts", (cost,), (*kind, Category(efforts.segment or "")))
    if efforts.time:
        found["months"] = Need("efforts", (), (Period(efforts.time, unit="month"),))
    return found


def other_unit(roles: Roles) -> str | None:
    """Give the unit of the efforts where it is another one than the actions': hours, say."""
    efforts, actions = roles.settings.efforts, roles.settings.actions
    if efforts is None or actions is None or not (efforts.cost.unit and actions.cost.unit):
        return None
    return efforts.cost.unit if efforts.cost.unit != actions.cost.unit else None


def names_customers(roles: Roles) -> bool:
    """Tell whether efforts name the customer they were for."""
    efforts = roles.settings.efforts
    return bool(efforts and efforts.customer and roles.has_customers)


def efforts_of(roles: Roles, collected: Collected, cells: Sequence[Cell]) -> Efforts | None:
    """Divide the efforts over the cells; None where the study has none that can be tied to one.

    Groups of efforts whose cost is not above zero are left out.
    """
    needs = effort_needs(roles)
    if not needs or not collected.moments[needs["all"]].n:
        return None
    by_customer = names_customers(roles)
    times = 2.0**collected.panel.halvings if by_customer and collected.panel else 1.0
    exact = collected.moments.get(needs["exact"]) if "exact" in needs else None
    years = _years(collected.moments[needs["months"]]) if "months" in needs else 1.0
    has_kind = bool(roles.settings.efforts and roles.settings.efforts.kind)
    if exact is not None:
        parts = _exactly(exact, cells, is_split=bool(_protected(roles)))
    else:
        parts = _by_people(collected.moments[needs["cells"]], cells, by_level=by_customer)
    cost: dict[str, Floats] = defaultdict(lambda: np.zeros(len(cells)))
    pieces: dict[str, Floats] = defaultdict(lambda: np.zeros(len(cells)))
    for group, money, n, share in parts:
        kind = str(group[0]) if has_kind else ""
        if money > 0:
            cost[kind] += times / years * money * share
            pieces[kind] += times / years * n * share
    whole = float(_sums(collected.moments[needs["all"]])[0, 0, 1]) / years
    return Efforts(
        tuple(Service(kind, cost[kind], pieces[kind]) for kind in sorted(cost)),
        unmatched=max(whole - float(sum(own.sum() for own in cost.values())), 0.0),
        years=years,
        is_by_segment=exact is not None or not by_customer,
    )


def _exactly(moments: Moments, cells: Sequence[Cell], *, is_split: bool) -> Iterator[Part]:
    """Give each group of customers' efforts to the one cell that its customers are in."""
    places = {
        (member, cell.is_protected, level): place
        for place, cell in enumerate(cells)
        for member in cell.members
        for level in cell.levels
    }
    crossed = len(cells[0].members[0])
    whole = np.eye(len(cells))
    for group, sums, n in zip(moments.groups, _sums(moments), _rows(moments), strict=True):
        member, level = tuple(str(part) for part in group[-1 - crossed : -1]), int(group[-1])
        protected = (float(sums[1, -1]), float(sums[0, -1])) if is_split else (0.0, 0.0)
        free = (float(sums[0, 1]) - protected[0], float(n) - protected[1])
        for is_protected, (money, pieces) in ((False, free), (True, protected)):
            place = places.get((member, is_protected, level))
            if place is not None:
                yield group, money, pieces, whole[place]


def _by_people(moments: Moments, cells: Sequence[Cell], *, by_level: bool) -> Iterator[Part]:
    """Divide efforts for a level, or for a segment, over its cells by their people."""
    people = np.array([cell.people for cell in cells])
    for group, sums, n in zip(moments.groups, _sums(moments), _rows(moments), strict=True):
        share = people * [_share(cell, group[-1], by_level=by_level) for cell in cells]
        if share.any():
            yield group, float(sums[0, 1]), float(n), share / share.sum()


def _share(cell: Cell, group: int | str, *, by_level: bool) -> float:
    """Tell the share of a cell's people who are at a level, or in a segment."""
    if by_level:
        level = int(group)
        return cell.by_level[cell.levels.index(level)] if level in cell.levels else 0.0
    parts = zip(cell.members, cell.by_member, strict=True)
    return sum(share for member, share in parts if group in member)


def _sums(moments: Moments) -> Floats:
    """Undo what was taken off the columns: sums of products of one and each, (K, 1 + p, 1 + p)."""
    back = np.eye(1 + len(moments.origin))
    back[1:, 0] = moments.origin
    found: Floats = back @ moments.cross.sum(axis=1) @ back.T
    return found


def _rows(moments: Moments) -> Floats:
    found: Floats = moments.rows.sum(axis=1).astype(np.float64)
    return found


def _protected(roles: Roles) -> tuple[Variable, ...]:
    """Name the column of who is protected, as efforts see it beside their customer."""
    found = protected_of(roles)
    return () if found is None else (replace(found, column=CUSTOMERS + found.column),)


def _years(months: Moments) -> float:
    """Tell the time from the first to the last month with an effort, in years, at least one."""
    ends = []
    for (period,), rows in zip(months.groups, _rows(months), strict=True):
        if rows and (read := _PERIOD.fullmatch(str(period))):
            year = _MONTHS * int(read[1])
            # A year without months is known to lie somewhere between its first and its last.
            ends += [year + int(read[2])] if read[2] else [year + 1, year + _MONTHS]
    return max((max(ends) - min(ends) + 1) / _MONTHS, 1.0) if ends else 1.0
