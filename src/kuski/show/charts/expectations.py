"""Expectations: what of the change by wave is the bar, and how a delight wears off."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from kuski.show.charts.axis import Axis, round_axis
from kuski.show.charts.panel import (
    Spec,
    Stroke,
    Text,
    boxes,
    data,
    haloed,
    heading,
    legend_places,
    panel,
    pixels,
    stacked,
    strokes,
    text_width,
    texts,
    total_width,
)
from kuski.show.record import Record, interval, number, text
from kuski.show.theme import LIGHT
from kuski.words import Language, figure, percent, say

if TYPE_CHECKING:
    import altair as alt

_PARTS = {"performance": LIGHT.blue, "bar": LIGHT.orange}
_HEIGHT = 210
_FADING_HEIGHT = 130
_ROOM_FOR_VALUES = 84
_NAME = 84


@dataclass(frozen=True, slots=True)
class _Place:
    """Where numbers stand in pixels: waves or answers across, an axis upwards."""

    left: float
    width: float
    height: float
    step: float
    axis: Axis

    def y(self, value: float) -> float:
        """Tell the pixel of a value, from the top."""
        return self.height * (1 - self.axis.share(value))

    def x(self, place: float) -> float:
        """Tell the pixel of the middle of a place."""
        return (place + 0.5) * self.step


def bar_by_wave(
    waves: Sequence[Record],
    fading: Sequence[Record] = (),
    *,
    language: Language,
    narrow: bool = False,
) -> "alt.VConcatChart":
    """Draw the change of the score since the first wave with its two parts, and a delight fading.

    Parameters
    ----------
    waves : sequence of mappings
        One per wave, in order: ``wave``, ``score``, and ``performance`` and ``bar``, each with
        ``_low`` and ``_high`` where known. May be empty.
    fading : sequence of mappings
        ``left``, the share of a surprise that is left after 0, 1, 2, ... answers (0 to 1), with
        ``left_low`` and ``left_high`` where known. Nothing is drawn of it where empty.
    language : {"fi", "en"}
    narrow : bool
        For a phone: 340 pixels wide instead of 720.
    """
    axis = _axis(waves)
    ticks = [figure(tick, language, decimals=axis.decimals) for tick in axis.ticks]
    left = max(text_width(tick) for tick in ticks) + 10 if waves else 0.0
    width = total_width(narrow) - left
    parts = []
    if waves:
        place = _Place(left, width, _HEIGHT, width / len(waves), axis)
        parts.append(_waves(place, waves, ticks, language))
    if fading:
        whole = Axis(0.0, 1.0, (0.0, 0.5, 1.0), 1)
        place = _Place(left, width, _FADING_HEIGHT, width / len(fading), whole)
        parts.append(_fading(place, fading, language))
    return stacked(parts, language, spacing=46)


def _waves(
    place: _Place, waves: Sequence[Record], ticks: Sequence[str], language: Language
) -> Spec:
    layers = [
        *_ground(place, ticks),
        _columns(place, waves),
        _ends(place, waves),
        *_totals(place, waves),
        *haloed(_values(place, waves, language)),
        texts(_names(place, waves, language)),
        *_legend(place, language),
    ]
    return panel(layers, width=place.width, height=place.height)


def _axis(waves: Sequence[Record]) -> Axis:
    found = [0.0]
    for wave in waves:
        for key in _PARTS:
            found += [number(wave, key) or 0.0, *(interval(wave, key) or ())]
        found.append(_total(wave))
    room = 0.14 * (max(found) - min(found) or 1.0)
    return round_axis(min(found) - room, max(found) + room)


def _ground(place: _Place, ticks: Sequence[str]) -> tuple[Spec, Spec]:
    lines = [
        Stroke(0, place.width, place.y(tick), place.y(tick), LIGHT.grid)
        for tick in place.axis.ticks
    ]
    lines.append(Stroke(0, place.width, place.y(0), place.y(0), LIGHT.axis, width=1.5))
    words = [
        Text(told, -8, place.y(tick) + 4, align="right")
        for told, tick in zip(ticks, place.axis.ticks, strict=True)
    ]
    return strokes(lines), texts(words)


def _thick(place: _Place) -> float:
    return min(30.0, 0.3 * place.step)


def _middle(place: _Place, wave: int, part: int) -> float:
    return place.x(wave) + (part - 0.5) * (_thick(place) + 4)


def _columns(place: _Place, waves: Sequence[Record]) -> Spec:
    zero, half = place.y(0), 0.5 * _thick(place)
    found = []
    for i, wave in enumerate(waves):
        for j, (key, color) in enumerate(_PARTS.items()):
            top = place.y(number(wave, key) or 0.0)
            x = _middle(place, i, j)
            if top != zero:
                middle, tall = 0.5 * (top + zero), abs(top - zero)
                found.append(Stroke(x - half, x + half, middle, middle, color, width=tall))
    return boxes(found)


def _ends(place: _Place, waves: Sequence[Record]) -> Spec:
    found = []
    for i, wave in enumerate(waves):
        for j, key in enumerate(_PARTS):
            ends = interval(wave, key) if i else None
            if ends:
                x = _middle(place, i, j)
                found.append(Stroke(x, x, place.y(ends[0]), place.y(ends[1]), LIGHT.ink, width=2))
    return strokes(found)


def _totals(place: _Place, waves: Sequence[Record]) -> tuple[Spec, Spec]:
    """Draw the change of the score itself: the sum of both parts."""
    points = _points(place, waves)
    lines = [Stroke(x, x2, y, y2, LIGHT.ink, width=2) for (x, y), (x2, y2) in pairwise(points)]
    return strokes(lines), _dots(points)


def _points(place: _Place, waves: Sequence[Record]) -> list[tuple[float, float]]:
    return [(place.x(i), place.y(_total(wave))) for i, wave in enumerate(waves)]


def _total(wave: Record) -> float:
    return sum(number(wave, key) or 0.0 for key in _PARTS)


def _dots(points: Sequence[tuple[float, float]], color: str = LIGHT.ink) -> Spec:
    rows: list[Spec] = [{"x": x, "y": y} for x, y in points]
    mark = {"type": "point", "filled": True, "size": 60, "opacity": 1, "color": color}
    outline = {"stroke": LIGHT.paper, "strokeWidth": 1.5}
    return {
        "data": data(rows),
        "mark": mark | outline,
        "encoding": {key: pixels(key) for key in ("x", "y")},
    }


def _values(place: _Place, waves: Sequence[Record], language: Language) -> list[Text]:
    """Write each part beyond its interval, or at its foot where the line would cross it."""
    if place.step < _ROOM_FOR_VALUES:
        return []
    points = _points(place, waves)
    found = []
    for i, wave in enumerate(waves[1:], 1):
        for j, (key, color) in enumerate(_PARTS.items()):
            value = number(wave, key)
            if value is not None:
                ends = [place.y(end) for end in (0.0, value, *(interval(wave, key) or ()))]
                above, below = min(ends) - 6, max(ends) + 15
                x = _middle(place, i, j) + (3 if j else -3)
                sides = (above, below) if value >= 0 else (below, above)
                y = next((y for y in sides if not _is_crossed(points, x, y)), sides[0])
                told = figure(value, language, decimals=2)
                found.append(Text(told, x, y, color, align="center", weight=600))
    return found


def _is_crossed(points: Sequence[tuple[float, float]], x: float, y: float) -> bool:
    """Tell whether the line comes near words that stand on a base line, centred at x."""
    for (x1, y1), (x2, y2) in pairwise(points):
        for at in (x - 20, x, x + 20):
            if x1 <= at <= x2 and y - 16 < y1 + (y2 - y1) * (at - x1) / (x2 - x1) < y + 6:
                return True
    return False


def _names(place: _Place, waves: Sequence[Record], language: Language) -> list[Text]:
    room = max(_NAME, place.step - 6)
    names = [_cut(text(wave, "wave"), room) for wave in waves]
    scores = [figure(number(wave, "score"), language, decimals=2) for wave in waves]
    widest = max(text_width(told) for told in (*names, *scores)) + 6
    every = math.ceil(widest / place.step)
    found = []
    for i in range(len(waves) - 1, -1, -every):
        below = place.height
        found.append(Text(names[i], place.x(i), below + 20, LIGHT.ink, align="center"))
        found.append(Text(scores[i], place.x(i), below + 37, LIGHT.ink, align="center", weight=600))
    return found


def _cut(name: str, room: float) -> str:
    """Shorten a name that does not fit; the table has it whole."""
    if text_width(name) <= room:
        return name
    while name and text_width(name + "…") > room:
        name = name[:-1]
    return name.rstrip() + "…"


def _legend(place: _Place, language: Language) -> tuple[Spec, Spec, Spec]:
    keys = [*_PARTS, "score"]
    names = [say(f"chart.{key}_since_first", language) for key in keys]
    places = legend_places(names, left=-place.left, right=place.width, indent=18)
    marks = [
        Stroke(x, x + 12, y - 4, y - 4, color, width=12)
        for (x, y), color in zip(places, _PARTS.values(), strict=False)
    ]
    x, y = places[-1]
    words = [Text(name, x + 18, y) for name, (x, y) in zip(names, places, strict=True)]
    return boxes(marks), _dots([(x + 6, y - 4)]), texts(words)


def _fading(place: _Place, fading: Sequence[Record], language: Language) -> Spec:
    shares = [number(record, "left") or 0.0 for record in fading]
    points = [(place.x(i), place.y(share)) for i, share in enumerate(shares)]
    lines = [Stroke(x, x2, y, y2, LIGHT.blue, width=2) for (x, y), (x2, y2) in pairwise(points)]
    half = Stroke(0, place.width, place.y(0.5), place.y(0.5), LIGHT.axis, dash=(4, 4))
    zero = Stroke(0, place.width, place.height, place.height, LIGHT.axis, width=1.5)
    values = [
        Text(percent(share, language, decimals=0), x, y - 10, LIGHT.blue, "center", 600)
        for share, (x, y) in zip(shares, points, strict=True)
    ]
    names = [
        Text(str(i), place.x(i), place.height + 20, LIGHT.ink, align="center")
        for i in range(len(fading))
    ]
    title = heading(say("chart.fading_panel", language), x=-place.left, y=-36)
    layers = [
        strokes([half, zero]),
        _band(place, fading),
        strokes(lines),
        _dots(points, LIGHT.blue),
        *haloed(values),
        texts([*names, title]),
    ]
    return panel(layers, width=place.width, height=place.height)


def _band(place: _Place, fading: Sequence[Record]) -> Spec:
    rows: list[Spec] = []
    for i, record in enumerate(fading):
        ends = interval(record, "left")
        if ends:
            rows.append({"x": place.x(i), "y": place.y(ends[0]), "y2": place.y(ends[1])})
    return {
        "data": data(rows),
        "mark": {"type": "area", "color": LIGHT.blue, "opacity": 0.14},
        "encoding": {key: pixels(key) for key in ("x", "y", "y2")},
    }
