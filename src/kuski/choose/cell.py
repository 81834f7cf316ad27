"""Cells: the customers of one segment at one group of levels, treated alike by a plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.scale import Scale
from kuski.terms import ZONES, ZoneName

EVERYONE = "everyone"
OTHERS = "others"
JOINT = " × "

Floats = npt.NDArray[np.float64]
Segment = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """Customers of one segment at one group of levels.

    Attributes
    ----------
    segment : str
        Its name; crossed segments are joined by `JOINT`. `OTHERS` where thin segments were merged,
        `EVERYONE` where the study has no segments.
    levels : tuple of int
        Places on the scale, of one zone, in order.
    is_protected : bool
    people : float
        Customers.
    zone : {"below", "middle", "top"}
    members : tuple of tuples of str
        The segments in it, each as one value per crossed column.
    by_level : tuple of floats
        Share of its customers at each of `levels`; sums to 1.
    by_member : tuple of floats
        Share of its customers in each of `members`; sums to 1.
    """

    segment: str
    levels: tuple[int, ...]
    is_protected: bool
    people: float
    zone: ZoneName
    members: tuple[Segment, ...]
    by_level: tuple[float, ...]
    by_member: tuple[float, ...]


def cells_of(
    people: Mapping[tuple[Segment, bool], Floats], scale: Scale, *, least: int
) -> tuple[Cell, ...]:
    """Merge levels of one zone, then thin segments, until each cell has enough people.

    Parameters
    ----------
    people : mapping
        Customers by level of the scale, shape (K,), by segment and whether they are protected.
    scale : Scale
    least : int
        Fewest people of a cell. Whoever is left over once all thin segments of a zone are merged
        is in no cell.

    Returns
    -------
    tuple of Cell
        By segment, merged segments last; those who are not protected first; levels rising.
    """
    cells: list[Cell] = []
    for is_protected in (False, True):
        of_kind = {segment: n for (segment, kind), n in people.items() if kind == is_protected}
        for zone in ZONES:
            places = [i for i, own in enumerate(scale.zones) if own == zone]
            thick = {s: n for s, n in of_kind.items() if n[places].sum() >= least}
            thin = {s: n for s, n in of_kind.items() if s not in thick and n[places].sum() > 0}
            groups: list[tuple[str, dict[Segment, Floats]]] = [
                (JOINT.join(segment) or EVERYONE, {segment: n}) for segment, n in thick.items()
            ]
            if sum(n[places].sum() for n in thin.values()) >= least:
                groups.append((OTHERS, thin))
            for name, members in groups:
                whole = np.sum(list(members.values()), axis=0)
                cells += [
                    _cell(name, levels, members, zone, is_protected=is_protected)
                    for levels in merged(whole, places, least)
                ]
    return tuple(
        sorted(cells, key=lambda c: (c.segment == OTHERS, c.segment, c.is_protected, c.levels))
    )


def merged(counts: Floats, places: Sequence[int], least: int) -> list[tuple[int, ...]]:
    """Take neighbouring places together until each group has enough people."""
    groups: list[list[int]] = [[]]
    for place in places:
        if counts[groups[-1]].sum() >= least:
            groups.append([])
        groups[-1].append(place)
    if len(groups) > 1 and counts[groups[-1]].sum() < least:
        groups[-2:] = [groups[-2] + groups[-1]]
    return [tuple(group) for group in groups]


def _cell(
    name: str,
    levels: tuple[int, ...],
    members: Mapping[Segment, Floats],
    zone: ZoneName,
    *,
    is_protected: bool,
) -> Cell:
    here = {segment: n[list(levels)] for segment, n in members.items() if n[list(levels)].sum() > 0}
    whole = np.array(list(here.values()))
    people = float(whole.sum())
    return Cell(
        segment=name,
        levels=levels,
        is_protected=is_protected,
        people=people,
        zone=zone,
        members=tuple(here),
        by_level=tuple((whole.sum(axis=0) / people).tolist()),
        by_member=tuple((whole.sum(axis=1) / people).tolist()),
    )
