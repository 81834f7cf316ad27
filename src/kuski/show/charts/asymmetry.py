"""Penalties and rewards: what low and high ratings of each driver go with, back to back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kuski.show.charts.panel import (
    Stroke,
    Text,
    boxes,
    haloed,
    panel,
    shortened,
    stacked,
    strokes,
    text_width,
    texts,
    total_width,
)
from kuski.show.record import Record, interval, number, text
from kuski.show.theme import LIGHT, SIZE, SMALL
from kuski.words import Language, decimals_for, figure, say

if TYPE_CHECKING:
    import altair as alt

_LABELS, _CLASSES = 150, 204
_BAR, _ROW, _ROW_NARROW = 18, 32, 52
_GAP = 7
_LEAST = 0.4
_DECIMALS = 2
_SURE = ("basic", "performance", "excitement")


@dataclass(frozen=True, slots=True)
class _Side:
    """One bar: from zero to its value, with its interval."""

    value: float
    ends: tuple[float, float] | None

    @property
    def reach(self) -> tuple[float, float]:
        """Leftmost and rightmost place that it takes, with zero."""
        places = (0.0, self.value, *(self.ends or ()))
        return min(places), max(places)


@dataclass(frozen=True, slots=True)
class _Driver:
    """One row; no sides where the contrasts are not told."""

    name: str
    told: str
    is_sure: bool
    y: float
    penalty: _Side | None
    reward: _Side | None

    @property
    def sides(self) -> tuple[_Side, ...]:
        """The sides that are told."""
        return tuple(side for side in (self.penalty, self.reward) if side is not None)

    @property
    def crosses(self) -> bool:
        """Whether an interval reaches across zero, where the other one may lie."""
        down, up = self.penalty, self.reward
        return bool((down and down.reach[1] > 0) or (up and up.reach[0] < 0))

    @property
    def is_turned(self) -> bool:
        """Whether a bar points to the other's side, so that both need a line of their own."""
        return bool(
            (self.penalty and self.penalty.value > 0) or (self.reward and self.reward.value < 0)
        )

    @property
    def is_swapped(self) -> bool:
        """Whether each bar points to the other's side."""
        down, up = self.penalty, self.reward
        return bool(down and up and down.value > 0 > up.value)


@dataclass(frozen=True, slots=True)
class _Place:
    """Turns scores into pixels."""

    low: float
    high: float
    width: float

    def x(self, value: float) -> float:
        """Tell the pixel of a difference in the score."""
        return self.width * (value - self.low) / (self.high - self.low)


def penalties_and_rewards(
    records: Sequence[Record], *, language: Language, narrow: bool = False
) -> "alt.VConcatChart":
    """Draw the penalty of each driver to the left of zero and its reward to the right.

    Parameters
    ----------
    records : sequence of mappings
        One per driver, in the order to be shown: ``driver``, ``penalty`` and ``reward`` in points
        of the score, each with ``_low`` and ``_high`` where known; ``class`` ("basic",
        "performance", "excitement", or another where it is not sure), ``class_name`` and
        ``chances``, as they are to be read. None leaves a bar out.
    language : {"fi", "en"}
    narrow : bool
        For a phone: 340 pixels wide instead of 720.
    """
    row, bar_at = (_ROW_NARROW, 36.0) if narrow else (_ROW, 0.5 * _ROW)
    drivers = [_driver(record, i * row + bar_at) for i, record in enumerate(records)]
    left, right = (0, 0) if narrow else (_LABELS, _CLASSES)
    width = total_width(narrow) - left - right
    decimals = _decimals(drivers)
    place = _place(drivers, width, decimals, language)
    height = row * len(drivers) + 4
    layers = [
        boxes([part for driver in drivers for part in _bars(driver, place)]),
        strokes([line for driver in drivers for line in _intervals(driver, place)]),
        strokes(_zero([d.y for d in drivers if d.sides], place.x(0), height, narrow)),
        *haloed([value for d in drivers for value in _values(d, place, decimals, language)]),
        texts(
            [
                *_headings(place, language),
                *(name for driver in drivers for name in _names(driver, width, narrow)),
            ]
        ),
    ]
    return stacked([panel(layers, width=width, height=height)], language)


def _driver(record: Record, y: float) -> _Driver:
    is_sure = text(record, "class") in _SURE
    name, chances = text(record, "class_name"), text(record, "chances")
    return _Driver(
        name=text(record, "driver"),
        told=f"{name} {chances}".strip() if is_sure else chances or name,
        is_sure=is_sure,
        y=y,
        penalty=_side(record, "penalty"),
        reward=_side(record, "reward"),
    )


def _side(record: Record, key: str) -> _Side | None:
    value = number(record, key)
    return None if value is None else _Side(value, interval(record, key))


def _decimals(drivers: Sequence[_Driver]) -> int:
    """Give all values the decimals that the largest needs, but no more than can be seen."""
    needed = decimals_for(*(side.value for driver in drivers for side in driver.sides))
    return min(needed, _DECIMALS)


def _place(drivers: Sequence[_Driver], width: float, decimals: int, language: Language) -> _Place:
    """Stretch the axis so that every value fits beside its bar, at both ends."""
    low = min((end for d in drivers for side in d.sides for end in side.reach), default=-1.0)
    high = max((end for d in drivers for side in d.sides for end in side.reach), default=1.0)
    # Both headings stand beside zero and need room of their own.
    low, high = min(low, -_LEAST * high, -1e-9), max(high, -_LEAST * low, 1e-9)
    widest = max(
        (
            text_width(_signed(side.value, decimals, language), SMALL)
            for d in drivers
            for side in d.sides
        ),
        default=0.0,
    )
    room = widest + _GAP + 2
    free = max(width - 2 * room, 1.0)
    per_pixel = (high - low) / free
    return _Place(low - room * per_pixel, high + room * per_pixel, width)


def _zero(places: Sequence[float], x: float, height: float, narrow: bool) -> list[Stroke]:
    """Draw the line that the bars stand on; on a phone it makes room for the words between."""
    spans = [(y - 13, y + 13) for y in places] if narrow else [(-4.0, height)]
    return [Stroke(x, x, top, bottom, LIGHT.ink, width=1.5) for top, bottom in spans]


def _bars(driver: _Driver, place: _Place) -> list[Stroke]:
    found = []
    for side, color, shift in _each(driver):
        thick = 0.5 * _BAR - 1 if driver.is_turned else _BAR
        y = driver.y + (shift * 0.25 * _BAR if driver.is_turned else 0)
        found.append(
            Stroke(place.x(min(side.value, 0)), place.x(max(side.value, 0)), y, y, color, thick)
        )
    return found


def _intervals(driver: _Driver, place: _Place) -> list[Stroke]:
    found = []
    for side, _, shift in _each(driver):
        if side.ends is not None:
            y = driver.y + shift * (0.25 * _BAR if driver.is_turned else 3 * driver.crosses)
            low, high = (place.x(end) for end in side.ends)
            found.append(Stroke(low, high, y, y, LIGHT.ink, width=2))
    return found


def _each(driver: _Driver) -> list[tuple[_Side, str, int]]:
    """List the sides with their colours; the penalty a little higher where both cross zero."""
    both = ((driver.penalty, LIGHT.orange, -1), (driver.reward, LIGHT.blue, 1))
    return [(side, color, shift) for side, color, shift in both if side is not None]


def _values(driver: _Driver, place: _Place, decimals: int, language: Language) -> list[Text]:
    """Write the values outside everything; those of a turned row in their bars' colours."""
    if not driver.sides:
        return []
    left = place.x(min(side.reach[0] for side in driver.sides)) - _GAP
    right = place.x(max(side.reach[1] for side in driver.sides)) + _GAP
    found = []
    for side, color, shift in _each(driver):
        told = _signed(side.value, decimals, language)
        is_left = shift < 0 if not driver.is_swapped else shift > 0
        paint = color if driver.is_turned else LIGHT.ink
        y = driver.y + 4
        found.append(
            Text(told, left, y, paint, "right") if is_left else Text(told, right, y, paint)
        )
    return found


def _signed(value: float, decimals: int, language: Language) -> str:
    told = figure(value, language, decimals=decimals)
    return f"+{told}" if value > 0 else told


def _headings(place: _Place, language: Language) -> list[Text]:
    zero = place.x(0)
    return [
        Text(say("chart.penalty", language), zero - _GAP, -12, LIGHT.orange, "right", 600),
        Text(say("chart.reward", language), zero + _GAP, -12, LIGHT.blue, "left", 600),
    ]


def _names(driver: _Driver, width: float, narrow: bool) -> list[Text]:
    weight, color = (600, LIGHT.ink) if driver.is_sure else (400, LIGHT.muted)
    if narrow:
        room = width - text_width(driver.told) - 12
        return [
            Text(shortened(driver.name, room, SIZE), 0, driver.y - 16, LIGHT.ink, size=SIZE),
            Text(driver.told, width, driver.y - 16, color, "right", weight),
        ]
    return [
        Text(
            shortened(driver.name, _LABELS - 12, SIZE),
            -_LABELS,
            driver.y + 4.5,
            LIGHT.ink,
            size=SIZE,
        ),
        Text(driver.told, width + _CLASSES, driver.y + 4, color, "right", weight),
    ]
