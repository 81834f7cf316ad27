"""Rivals: whether other companies would take those who get less."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kuski.choose.cell import Cell, Segment
from kuski.choose.heads import as_in_answers, segments_of
from kuski.moments import Collected, Grouping, Levels, Moments, Need, Needs, Variable
from kuski.roles import Roles
from kuski.stats.proportions import cluster_n, kish_n, share_interval


@dataclass(frozen=True, slots=True)
class RivalNumbers:
    """One other company, among the answers of some customers who score it too.

    Attributes
    ----------
    rival : str
    n : int
        Answers that score both.
    share : float
        Share of them that score it at least as high as us, 0 to 1.
    """

    rival: str
    n: int
    share: float
    share_low: float
    share_high: float


def rival_needs(roles: Roles) -> Needs:
    """Ask how customers of each segment and level score each rival on our own scale."""
    return Needs.of(*(_need(roles, rival) for rival in _comparable(roles)))


@dataclass(frozen=True, slots=True)
class RivalScores:
    """How the customers of each segment and level score each rival.

    Attributes
    ----------
    moments : mapping of str to Moments
        By rival; groups are the segment's parts, our level and theirs.
    places : mapping of str to mapping
        By rival: the places of the groups of a segment at a level of our score.
    least : int
        Fewest answers that are shown.
    """

    moments: Mapping[str, Moments]
    places: Mapping[str, Mapping[tuple[Segment, int], Sequence[int]]]
    least: int

    @classmethod
    def of(cls, roles: Roles, collected: Collected) -> "RivalScores":
        """Look the sums up."""
        held = {
            rival.column: moments
            for rival in _comparable(roles)
            if (moments := collected.moments.get(_need(roles, rival))) is not None
        }
        places = {rival: _places(moments) for rival, moments in held.items()}
        return cls(held, places, max(roles.settings.study.disclosure, 1))

    def among(self, cells: Sequence[Cell]) -> tuple[RivalNumbers, ...]:
        """Compare with each rival, among the answers of the cells' segments and levels.

        Rivals whom fewer answers score than may be shown are left out.
        """
        asked = {
            (member, level) for cell in cells for member in cell.members for level in cell.levels
        }
        found = []
        for rival, moments in self.moments.items():
            own = self.places[rival]
            chosen = sorted(place for key in asked for place in own.get(key, ()))
            one = _rival(rival, moments, chosen, least=self.least)
            found += [] if one is None else [one]
        return tuple(found)


def strongest(found: Sequence[RivalNumbers]) -> RivalNumbers | None:
    """Pick the rival whom most score at least as high as us."""
    return max(found, key=lambda one: one.share, default=None)


def _comparable(roles: Roles) -> tuple[Variable, ...]:
    """List the rivals that were scored on the scale of our own score."""
    scale = roles.settings.responses.score.scale
    return tuple(rival for rival in roles.rivals if rival.scale == scale)


def _need(roles: Roles, rival: Variable) -> Need:
    theirs = Levels(rival, roles.scale.edges)
    segments = as_in_answers(roles, segments_of(roles))
    by: tuple[Grouping, ...] = (*segments, roles.score_levels, theirs)
    return Need("responses", (), by, roles.weight, is_optional=True)


def _places(moments: Moments) -> dict[tuple[Segment, int], list[int]]:
    found: dict[tuple[Segment, int], list[int]] = defaultdict(list)
    for place, group in enumerate(moments.groups):
        found[tuple(str(part) for part in group[:-2]), int(group[-2])].append(place)
    return found


def _rival(
    name: str, moments: Moments, chosen: Sequence[int], *, least: int
) -> RivalNumbers | None:
    rows = int(moments.rows[chosen].sum())
    weight = moments.cross[chosen, :, 0, 0]
    if rows < least or weight.sum() <= 0:
        return None
    groups = [moments.groups[place] for place in chosen]
    is_as_high = np.array([int(group[-1]) >= int(group[-2]) for group in groups])
    all_, as_high = weight.sum(axis=0), weight[is_as_high].sum(axis=0)
    cross = np.stack([all_, as_high, as_high, as_high], axis=1).reshape(-1, 2, 2)
    share = float(min(as_high.sum() / all_.sum(), 1.0))
    by_replicate = moments.rows[chosen].sum(axis=0)
    n = cluster_n(cross, by_replicate)
    if n is None:
        n = float(kish_n(all_.sum(), moments.squares[chosen].sum()))
    ends = share_interval(share, n)
    return RivalNumbers(name, rows, share, ends.low, ends.high)
