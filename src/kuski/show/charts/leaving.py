"""Reasons for leaving: what is told beside what is so, and who has left by when."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kuski.show.charts.axis import round_axis
from kuski.show.charts.panel import (
    HALO,
    Spec,
    Stroke,
    Text,
    beams,
    data,
    heading,
    painted,
    panel,
    pixels,
    scaled,
    stacked,
    strokes,
    text_width,
    texts,
    total_width,
    whiskers,
)
from kuski.show.record import Record, interval, number, text
from kuski.show.theme import LIGHT, SIZE, SMALL
from kuski.words import Language, percent, say

if TYPE_CHECKING:
    import altair as alt

_LABELS = 120
_TICKS = 44
_BAR = 16
_MEASURES = ("stated_share", "share")
# Blue is for what is so, and these are told.
_LINES = (LIGHT.ink, LIGHT.orange, LIGHT.slate, LIGHT.muted, LIGHT.axis)


@dataclass(frozen=True, slots=True)
class _Bar:
    """One group's share, as told or as it is so."""

    measure: str
    y: float
    value: float
    ends: tuple[float, float] | None

    @property
    def color(self) -> str:
        """Grey for what is told, blue for what is so."""
        return LIGHT.slate if self.measure == "stated_share" else LIGHT.blue

    @property
    def end(self) -> float:
        """Where the bar or its interval ends."""
        return max(self.value, *(self.ends or (0.0,)))


@dataclass(frozen=True, slots=True)
class _Line:
    """One group's share of all who have left for it, by time."""

    name: str
    color: str
    points: tuple[tuple[float, float], ...]


def reasons_for_leaving(
    records: Sequence[Record],
    curves: Sequence[Record] = (),
    *,
    unit: str,
    language: Language,
    narrow: bool = False,
) -> "alt.VConcatChart":
    """Draw each group's share of the leavers, and the share that has left for each by time.

    Parameters
    ----------
    records : sequence of mappings
        One per group: ``name``, ``stated_share`` (0 to 1) and ``share`` where it was set right,
        each with ``_low`` and ``_high`` where known.
    curves : sequence of mappings
        Points in the order of time: ``name``, ``time`` and ``share`` (0 to 1); no second panel
        where empty.
    unit : str
        Of the time, in words.
    language : {"fi", "en"}
    narrow : bool
        For a phone: 340 pixels wide instead of 720.
    """
    lines = _lines(curves)
    left = (_TICKS if lines else 0) if narrow else _LABELS
    panels = [_shares(records, left=left, language=language, narrow=narrow)]
    if lines:
        panels.append(_times(lines, left=left, unit=unit, language=language, narrow=narrow))
    return stacked(panels, language, spacing=30)


def _shares(records: Sequence[Record], *, left: int, language: Language, narrow: bool) -> Spec:
    width = total_width(narrow) - left
    bars, names = _bars(records, left, narrow)
    high = _domain_end(bars, width, language)
    layers = [
        _rects(bars, high),
        whiskers([(bar.y, *bar.ends) for bar in bars if bar.ends]),
        *_values(bars, language),
        strokes([_foot(bar) for bar in bars]),
        texts([heading(say("leaving.chart_shares", language), x=-left, y=-14), *names]),
    ]
    height = max((bar.y for bar in bars), default=0.0) + _BAR
    return panel(layers, width=width, height=height)


def _bars(
    records: Sequence[Record], left: int, narrow: bool
) -> tuple[tuple[_Bar, ...], tuple[Text, ...]]:
    """Place the bars from the top, and the names of the groups."""
    bars: list[_Bar] = []
    names: list[Text] = []
    y = 0.0
    for record in records:
        known = [key for key in _MEASURES if number(record, key) is not None]
        y += 22 if narrow else 0
        place = y - 7 if narrow else y + 0.5 * len(known) * (_BAR + 3) + 3
        size = SMALL + 1 if narrow else SIZE + 1
        name = text(record, "name")
        names.append(Text(name, -left, place, LIGHT.ink, weight=600, size=size))
        for measure in known:
            value = number(record, measure) or 0.0
            bars.append(_Bar(measure, y + 0.5 * _BAR, value, interval(record, measure)))
            y += _BAR + 3
        y += 13
    return tuple(bars), tuple(names)


def _foot(bar: _Bar) -> Stroke:
    """Draw the line that a bar stands on."""
    return Stroke(0, 0, bar.y - 0.7 * _BAR, bar.y + 0.7 * _BAR, LIGHT.axis, width=1.5)


def _told(bar: _Bar, language: Language) -> str:
    case = "told" if bar.measure == "stated_share" else "set_right"
    return say(f"leaving.chart_{case}", language, share=percent(bar.value, language))


def _domain_end(bars: Sequence[_Bar], width: float, language: Language) -> float:
    """Tell the end of the axis, so that every bar's words fit to its right."""
    high = 0.01
    for bar in bars:
        free = width - text_width(_told(bar, language), SIZE) - 14
        high = max(high, bar.end * width / max(free, 1.0))
    return high


def _rects(bars: Sequence[_Bar], high: float) -> Spec:
    rows: list[Spec] = [
        {"start": 0, "end": bar.value, "y": bar.y, "color": bar.color} for bar in bars
    ]
    return beams(rows, scaled("start", (0, high)), thick=_BAR)


def _values(bars: Sequence[_Bar], language: Language) -> tuple[Spec, Spec]:
    """Write each share to the right of its bar and interval."""
    rows: list[Spec] = [
        {
            "at": bar.end,
            "y": bar.y + 4.5,
            "text": _told(bar, language),
            "weight": 400 if bar.measure == "stated_share" else 600,
        }
        for bar in bars
    ]
    mark = {"type": "text", "align": "left", "baseline": "alphabetic", "dx": 8, "fontSize": SIZE}
    style = {"fontWeight": {"expr": "datum.weight"}}
    encoding = {
        "x": {"field": "at", "type": "quantitative"},
        "y": pixels("y"),
        "text": {"field": "text"},
    }
    layer: Spec = {"data": data(rows), "encoding": encoding}
    return (
        layer | {"mark": mark | style | HALO | {"color": LIGHT.paper}},
        layer | {"mark": mark | style | {"color": LIGHT.ink}},
    )


def _lines(curves: Sequence[Record]) -> tuple[_Line, ...]:
    """Gather the points by name, the line that ends highest first in colour."""
    points: dict[str, list[tuple[float, float]]] = {}
    for record in curves:
        time, share = number(record, "time"), number(record, "share")
        if time is not None and share is not None:
            points.setdefault(text(record, "name"), []).append((time, share))
    ordered = sorted(points.items(), key=lambda item: -item[1][-1][1])
    return tuple(
        _Line(name, _LINES[min(i, len(_LINES) - 1)], tuple(found))
        for i, (name, found) in enumerate(ordered)
    )


def _times(
    lines: Sequence[_Line], *, left: int, unit: str, language: Language, narrow: bool
) -> Spec:
    """Draw the share that has left for each group, with names at the lines' ends."""
    last = max(time for line in lines for time, _ in line.points) or 1.0
    top = max(share for line in lines for _, share in line.points) or 0.01
    height = 170 if narrow else 200
    told = [f"{line.name} {percent(line.points[-1][1], language)}" for line in lines]
    right = math.ceil(max(text_width(words) for words in told)) + 14
    width = total_width(narrow) - left - right
    shares, times = round_axis(0.0, 1.05 * top), round_axis(0.0, last, steps=4 if narrow else 6)
    rows: list[Spec] = [
        {"line": line.name, "color": line.color, "time": time, "share": share}
        for line in lines
        for time, share in line.points
    ]
    places = _apart([height * (1 - line.points[-1][1] / shares.high) for line in lines], height)
    ends = [Text(words, width + 8, y + 4, LIGHT.ink) for words, y in zip(told, places, strict=True)]
    marks = [
        Stroke(width, width + 6, height * (1 - line.points[-1][1] / shares.high), y, line.color, 2)
        for line, y in zip(lines, places, strict=True)
    ]
    curve: Spec = {
        "data": data(rows),
        "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2.25},
        "encoding": {
            "x": scaled("time", (0, last), times.spec()),
            "y": scaled("share", (0, shares.high), shares.spec(is_share=True)),
            "detail": {"field": "line", "type": "nominal"},
            "stroke": painted(),
        },
    }
    title = heading(say("leaving.chart_times", language), x=-left, y=-14)
    clock = Text(unit, width + 8, height + 17)
    return panel([curve, strokes(marks), texts([title, clock, *ends])], width=width, height=height)


def _apart(places: Sequence[float], bottom: float, least: float = 15.0) -> tuple[float, ...]:
    """Move words so that none covers another and none falls below; places run from the top."""
    found: list[float] = []
    for place in places:
        found.append(max(place, found[-1] + least) if found else place)
    limit = bottom
    for i in reversed(range(len(found))):
        found[i] = min(found[i], limit)
        limit = found[i] - least
    return tuple(found)
