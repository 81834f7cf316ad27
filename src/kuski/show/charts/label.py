"""A label: a value written beside its point, on the side where it covers least."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

# Where a label may stand, from the point, the most wanted first: x, then y upwards.
_SIDES = ((-1, 1), (1, 1), (0, 1), (1, -1), (-1, -1), (0, -1))
_AWAY_X = 5.0
_AWAY_Y = 7.0
_CENTRED_Y = 11.0


@dataclass(frozen=True, slots=True)
class Label:
    """Words and where they stand, in pixels from their point.

    Attributes
    ----------
    dx, dy : float
        `dy` to the upper edge where `baseline` is ``"top"``, to the lower one where it is
        ``"bottom"``.
    """

    text: str
    dx: float
    dy: float
    align: Literal["left", "center", "right"]
    baseline: Literal["top", "bottom"]


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line that a label should not cover, in pixels."""

    x: float
    y: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class _Box:
    """The room that words take."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Box") -> bool:
        """Whether the boxes overlap."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def is_crossed(self, line: Line) -> bool:
        """Whether the line runs through the box (Liang & Barsky 1984)."""
        start, end = 0.0, 1.0
        dx, dy = line.x2 - line.x, line.y2 - line.y
        for step, room in (
            (-dx, line.x - self.left),
            (dx, self.right - line.x),
            (-dy, line.y - self.top),
            (dy, self.bottom - line.y),
        ):
            if step == 0 and room < 0:
                return False
            if step < 0:
                start = max(start, room / step)
            elif step > 0:
                end = min(end, room / step)
        return start < end


def labels(
    told: Sequence[str],
    points: Sequence[tuple[float, float]],
    *,
    widths: Sequence[float],
    height: float,
    lines: Sequence[Line],
    edge: float,
) -> tuple[Label, ...]:
    """Place the words of each point so that they cover each other and the lines least.

    Parameters
    ----------
    told : sequence of str
    points : sequence of (x, y)
        In pixels, y downwards.
    widths : sequence of float
        Of the words.
    height : float
        Of one line of words.
    lines : sequence of Line
        What should stay free.
    edge : float
        The right edge of the picture; the left one is 0.
    """
    taken: list[_Box] = []
    found = []
    for text, point, width in zip(told, points, widths, strict=True):
        ranked = []
        for rank, (side, up) in enumerate(_SIDES):
            box = _box(point, side, up, width, height)
            crossed = sum(box.is_crossed(line) for line in lines)
            outside = box.left < 0 or box.right > edge
            cost = 100 * any(box.meets(other) for other in taken) + 20 * outside + 10 * crossed
            ranked.append((cost + rank, rank, box))
        _, rank, box = min(ranked, key=lambda each: each[:2])
        taken.append(box)
        found.append(_label(text, *_SIDES[rank]))
    return tuple(found)


def _box(point: tuple[float, float], side: int, up: int, width: float, height: float) -> _Box:
    x, y = point
    left = x - 0.5 * width if side == 0 else x + _AWAY_X if side > 0 else x - _AWAY_X - width
    away = _CENTRED_Y if side == 0 else _AWAY_Y
    top = y - away - height if up > 0 else y + away
    return _Box(left, top, left + width, top + height)


def _label(text: str, side: int, up: int) -> Label:
    away = _CENTRED_Y if side == 0 else _AWAY_Y
    return Label(
        text,
        dx=_AWAY_X * side,
        dy=-away if up > 0 else away,
        align="center" if side == 0 else "left" if side > 0 else "right",
        baseline="bottom" if up > 0 else "top",
    )
