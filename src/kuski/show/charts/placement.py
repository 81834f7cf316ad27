"""Placement: names beside scattered points, each clear of all others, with a leader where far."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kuski.show.charts.label import Line

Align = Literal["left", "center", "right"]

# Where a name may stand: to which side, and how far from the point, in pixels.
_DISTANCES = (9.0, 16.0, 24.0, 34.0, 46.0, 60.0)
_DIRECTIONS = (
    (1.0, 0.0), (-1.0, 0.0), (0.8, -0.7), (0.8, 0.7), (-0.8, -0.7), (-0.8, 0.7), (0.0, -1.0),
    (0.0, 1.0), (0.5, -1.0), (0.5, 1.0), (-0.5, -1.0), (-0.5, 1.0),
)  # fmt: skip
_NEAR = 12.0
_OUTSIDE, _ON_NAME, _ON_POINT, _STRANGE, _ON_LINE = 10_000.0, 1_000.0, 300.0, 60.0, 12.0
_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Box:
    """The room that something takes, in pixels, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Whether the boxes overlap."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def distance(self, other: "Box") -> float:
        """Tell how far apart the nearest edges are; 0 where the boxes meet."""
        across = max(self.left - other.right, other.left - self.right, 0.0)
        down = max(self.top - other.bottom, other.top - self.bottom, 0.0)
        return math.hypot(across, down)

    def holds(self, other: "Box") -> bool:
        """Whether the other lies wholly inside."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a name stands, in pixels.

    Attributes
    ----------
    x, y : float
        Where the words begin, end or have their middle, as `align` says; y is their middle height.
    align : {"left", "center", "right"}
    box : Box
    leader : Line or None
        From the point to the words, where they stand apart.
    """

    x: float
    y: float
    align: Align
    box: Box
    leader: Line | None


@dataclass(frozen=True, slots=True)
class Placement:
    """All names, and whether none of them covers another or a point."""

    names: tuple[Placed, ...]
    is_clear: bool


def placement(
    points: Sequence[tuple[float, float]],
    *,
    widths: Sequence[float],
    height: float,
    radius: float,
    lines: Sequence[Line],
    edge: Box,
) -> Placement:
    """Place a name beside each point.

    Parameters
    ----------
    points : sequence of (x, y)
        In pixels, y downwards.
    widths : sequence of float
        Of the names.
    height : float
        Of one line of words.
    radius : float
        Of a point.
    lines : sequence of Line
        Upright lines that names had better not cross.
    edge : Box
        What no name may leave.
    """
    dots = [Box(x - radius, y - radius, x + radius, y + radius) for x, y in points]
    tried = [_candidates(point, width, height) for point, width in zip(points, widths, strict=True)]
    alone = [
        [_alone(one, place, i, dots, lines, edge) for place, one in enumerate(some)]
        for i, some in enumerate(tried)
    ]
    chosen = [min(range(len(costs)), key=costs.__getitem__) for costs in alone]
    for _ in range(_ROUNDS):
        before = list(chosen)
        for i, costs in enumerate(alone):
            others = [tried[j][chosen[j]].box for j in range(len(points)) if j != i]
            together = [
                cost + _ON_NAME * sum(one.box.meets(other) for other in others)
                for cost, one in zip(costs, tried[i], strict=True)
            ]
            chosen[i] = together.index(min(together))
        if chosen == before:
            break
    names = tuple(tried[i][place] for i, place in enumerate(chosen))
    return Placement(names, _is_clear(names, dots, edge))


def _candidates(point: tuple[float, float], width: float, height: float) -> list[Placed]:
    """List where a name may stand, the most wanted first."""
    x, y = point
    found = []
    for distance in _DISTANCES:
        for across, down in _DIRECTIONS:
            at, middle = x + distance * across, y + distance * down
            align: Align = "center" if across == 0 else "left" if across > 0 else "right"
            left = at - width * {"left": 0.0, "center": 0.5, "right": 1.0}[align]
            middle += 0.5 * height * down
            box = Box(left, middle - 0.5 * height, left + width, middle + 0.5 * height)
            leader = None if distance < _NEAR else Line(x, y, at, middle)
            found.append(Placed(at, middle, align, box, leader))
    return found


def _alone(
    one: Placed,
    rank: int,
    own: int,
    dots: Sequence[Box],
    lines: Sequence[Line],
    edge: Box,
) -> float:
    """Weigh a place by what it covers, whose it looks, and how far down the list it is."""
    covered = sum(one.box.meets(dot) for i, dot in enumerate(dots) if i != own)
    crossed = sum(
        one.box.left < line.x < one.box.right
        and min(line.y, line.y2) < one.box.bottom
        and one.box.top < max(line.y, line.y2)
        for line in lines
    )
    away = one.box.distance(dots[own])
    is_strange = any(one.box.distance(dot) < away + 1 for i, dot in enumerate(dots) if i != own)
    return (
        rank
        + _OUTSIDE * (not edge.holds(one.box))
        + _ON_POINT * covered
        + _STRANGE * is_strange
        + _ON_LINE * crossed
    )


def _is_clear(names: Sequence[Placed], dots: Sequence[Box], edge: Box) -> bool:
    return not any(
        not edge.holds(one.box)
        or any(one.box.meets(other.box) for other in names[:i])
        or any(one.box.meets(dot) for j, dot in enumerate(dots) if j != i)
        for i, one in enumerate(names)
    )
