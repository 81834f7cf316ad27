"""Heads: how many customers there are by segment, protection and level of the score."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kuski.choose.cell import Segment
from kuski.errors import InputError
from kuski.moments import Category, Collected, Grouping, LevelOf, Moments, Need, Variable
from kuski.roles import Roles, variable
from kuski.terms import CUSTOMERS, TableName

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Heads:
    """Customers by segment, protection and level, and who is left out.

    Attributes
    ----------
    people : dict
        By segment and whether they are protected: customers at each level, shape (K,).
    scored, unscored : float
        Customers with a score, and those who never gave one.
    """

    people: dict[tuple[Segment, bool], Floats]
    scored: float
    unscored: float


def segments_of(roles: Roles) -> tuple[Category, ...]:
    """Find the segments that are crossed, as the table of people names them."""
    table: TableName = "responses" if roles.settings.customers is None else "customers"
    known = {category.column: category for category in roles.segments(table)}
    wanted = roles.settings.choose.segments
    for name in wanted:
        if name not in known:
            raise InputError("choose_no_segment", segment=name, known=", ".join(known), table=table)
    return tuple(known[name] for name in dict.fromkeys(wanted)) or tuple(known.values())[:1]


def as_in_answers(roles: Roles, segments: Sequence[Category]) -> tuple[Category, ...]:
    """Name the same segments as the answers do."""
    if roles.settings.customers is None:
        return tuple(segments)
    return tuple(replace(category, column=CUSTOMERS + category.column) for category in segments)


def protected_of(roles: Roles) -> Variable | None:
    """Find the column that says who is protected; None where the study names none.

    Raises
    ------
    InputError
        Where it stands with the answers though plans are made for customers.
    """
    settings = roles.settings
    if settings.customers is None:
        role = settings.responses.protected
    else:
        role = settings.customers.protected
        if settings.responses.protected is not None:
            raise InputError("choose_protected_place", column=settings.responses.protected.column)
    # Nothing known of a customer is no protection, and no reason to leave the customer out.
    return None if role is None else replace(variable(role, scale=(0, 1)), gap="zero")


def head_needs(roles: Roles, segments: Sequence[Category]) -> dict[str, Need]:
    """Ask how many people each segment has at each level, and how many of them are protected."""
    protected = protected_of(roles)
    columns = () if protected is None else (protected,)
    if roles.settings.customers is None:
        by: tuple[Grouping, ...] = (*segments, roles.score_levels)
        return {
            "people": Need("responses", columns, by, roles.weight),
            "rows": Need("responses", (), (roles.score_levels,), roles.weight),
        }
    latest = LevelOf(at_last=True)
    return {
        "people": Need("customers", columns, (*segments, latest)),
        "rows": Need("customers", (), (latest,)),
    }


def heads_of(roles: Roles, collected: Collected, segments: Sequence[Category]) -> Heads:
    """Count the customers; where the panel holds a part of them, each stands for several."""
    needs = head_needs(roles, segments)
    panel = collected.panel if roles.settings.customers is not None else None
    times = 2.0 ** (0 if panel is None else panel.halvings)
    moments, rows = collected.moments[needs["people"]], collected.moments[needs["rows"]]
    cross = times * moments.cross.sum(axis=1)
    counts: dict[tuple[Segment, bool], Floats] = defaultdict(
        lambda: np.zeros(len(roles.scale.labels))
    )
    for group, sums in zip(moments.groups, cross, strict=True):
        level, segment = int(group[-1]), tuple(str(part) for part in group[:-1])
        if level < 0:
            continue
        protected = _total(sums, moments)
        counts[segment, False][level] += sums[0, 0] - protected
        counts[segment, True][level] += protected
    heads = times * rows.cross[..., 0, 0].sum(axis=1)
    scored = sum(n for group, n in zip(rows.groups, heads, strict=True) if int(group[-1]) >= 0)
    return Heads(dict(counts), float(scored), float(heads.sum() - scored))


def _total(sums: Floats, moments: Moments) -> float:
    """Sum the one column of a group; 0 where there is none."""
    if not len(moments.origin):
        return 0.0
    return max(round(float(sums[0, 1] + moments.origin[0] * sums[0, 0]), 6), 0.0)
