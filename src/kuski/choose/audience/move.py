"""Moves of a segment: from each earlier answer of a customer to the latest one."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from kuski.choose.audience.asked import Asked, asked_by, column_of, replicates_of
from kuski.moments import GROUPS, Answers, Category, Floats, Integers, Needs
from kuski.roles import Roles
from kuski.terms import CUSTOMERS

# A time that could not be read, as the engine marks it.
_UNREAD = np.iinfo(np.int64).min


def moves_needs(roles: Roles, columns: Sequence[Category]) -> Needs:
    """Ask for the answers of a bounded part of the customers, each with its segment."""
    if not roles.has_customers:
        return Needs()
    asked = [one for each in _asked(roles, columns) for one in each.variables]
    return Needs(panel=replace(roles.panel, columns=tuple(dict.fromkeys(asked))))


def moves_of(
    roles: Roles,
    columns: Sequence[Category],
    groups: Sequence[Sequence[tuple[str, ...]]],
    panel: Answers | None,
) -> Floats | None:
    """Count earlier answers by segment, by their level and by the latest one's.

    Returns
    -------
    ndarray, shape (S, K, K, H), or None
        None where customers, or the times of their answers, or their segments are not known.
    """
    if panel is None or not roles.has_customers or roles.settings.responses.time is None:
        return None
    labels = []
    for one in _asked(roles, columns):
        values = column_of(panel, one)
        if not np.isfinite(values).any():
            return None
        labels.append(_texts(values, one))
    place_of = {key: i for i, group in enumerate(groups) for key in group}
    place = np.array([place_of.get(key, -1) for key in zip(*labels, strict=True)], np.int64)
    return earlier_to_latest(panel, place, (len(groups), len(roles.scale.labels)))


def earlier_to_latest(panel: Answers, segment: Integers, shape: tuple[int, int]) -> Floats:
    """Count each earlier answer beside its customer's latest, shape (S, K, K, H).

    Parameters
    ----------
    segment : ndarray of int, shape (m,)
        Of each answer; −1 leaves it out.
    shape : tuple of int
        Segments and levels.
    """
    last = latest(panel, np.asarray(panel.level >= 0))
    owner = panel.customer[last]
    rows = np.flatnonzero((panel.level >= 0) & (segment >= 0) & np.isin(panel.customer, owner))
    of = last[np.searchsorted(owner, panel.customer[rows])]
    # What stands at the same moment as the latest, as a row that is there twice, is no move.
    is_earlier = (panel.time[rows] < panel.time[of]) & (panel.time[rows] > _UNREAD)
    rows, of = rows[is_earlier], of[is_earlier]
    segments, levels = shape
    place = (segment[rows] * levels + panel.level[rows]) * levels + panel.level[of]
    place = place * GROUPS + replicates_of(panel)[rows]
    found = np.bincount(place, minlength=segments * levels * levels * GROUPS)
    return found.reshape(segments, levels, levels, GROUPS).astype(np.float64)


def latest(panel: Answers, is_known: npt.NDArray[np.bool_]) -> Integers:
    """Find the row of each customer's latest answer among those known, by customer."""
    rows = np.flatnonzero(is_known)
    order = rows[np.lexsort((panel.time[rows], panel.customer[rows]))]
    customer = panel.customer[order]
    is_last = np.append(customer[1:] != customer[:-1], True)[: len(order)]
    found: Integers = order[is_last]
    return found


def _asked(roles: Roles, columns: Sequence[Category]) -> list[Asked]:
    known = {
        CUSTOMERS + role.column: role
        for role in (roles.settings.customers.segments if roles.settings.customers else ())
    }
    known |= {role.column: role for role in roles.settings.responses.segments}
    found = []
    for one in columns:
        prefix = CUSTOMERS if one.column.startswith(CUSTOMERS) else ""
        found.append(asked_by(roles, known[one.column], prefix))
    return found


def _texts(values: Floats, one: Asked) -> list[str]:
    """Write each row's segment as groups by its text are called; empty where it has none."""
    if one.categories:
        words = np.array([*one.categories, "", ""], dtype=object)
        return list(words[np.where(np.isfinite(values), values, -1).astype(np.int64)])
    different, place = np.unique(values, return_inverse=True)
    words = np.array([f"{x:.15g}" if np.isfinite(x) else "" for x in different], dtype=object)
    return list(words[place])
