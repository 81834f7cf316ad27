"""Worth by level: the line with its interval above the distribution of customers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING

from kuski.show.charts.panel import (
    HALO,
    Spec,
    Stroke,
    Text,
    data,
    heading,
    painted,
    panel,
    scaled,
    stacked,
    strokes,
    text_width,
    texts,
    total_width,
    unit_word,
)
from kuski.show.record import Record, interval, number, text
from kuski.show.theme import LIGHT, SIZE, SMALL, zone_colour
from kuski.words import Language, count, decimals_for, figure, percent, say

if TYPE_CHECKING:
    import altair as alt

_ZONES = ("below", "middle", "top")
_BREAK = {"invalid": "break-paths-show-domains"}


@dataclass(frozen=True, slots=True)
class _Level:
    """One level with what is drawn of it."""

    label: str
    position: float
    n: float | None
    share: float
    zone: str
    main: float | None
    main_interval: tuple[float, float] | None
    crude: float | None
    crude_interval: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where things are, in pixels and on the shared axis."""

    left: float
    width: float
    start: float
    end: float
    upper: float
    lower: float

    @property
    def step(self) -> float:
        """Pixels from one level to the next."""
        return self.width / (self.end - self.start)

    @property
    def has_counts(self) -> bool:
        """Whether there is room for the number of answers below each level."""
        return self.step >= 40

    def x(self, position: float) -> float:
        """Tell the pixel of a position."""
        return (position - self.start) * self.step


def worth_by_level(
    records: Sequence[Record], *, unit: str, language: Language, narrow: bool = False
) -> "alt.VConcatChart":
    """Draw what a customer is worth at each level, above how many are there.

    Parameters
    ----------
    records : sequence of mappings
        One per level: ``level`` (label), ``position`` (number on the scale), ``n``, ``share``
        (0 to 1), ``worth``, ``worth_low``, ``worth_high``, ``adjusted``, ``adjusted_low``,
        ``adjusted_high`` and ``zone`` ("below", "middle" or "top"). Where any ``adjusted`` is
        known it is the main line, and the crude one is thin and dashed beside it. None and absent
        keys leave a gap; a level without an interval gets a hollow point.
    unit : str
        Of worth: a currency, ``"points"``, ``"%"`` for a share, any word, or empty.
    language : {"fi", "en"}
    narrow : bool
        For a phone: 340 pixels wide instead of 720.
    """
    levels = _levels(records)
    frame = _frame(levels, unit, language, narrow)
    panels = (
        _worth_panel(levels, frame, unit=unit, language=language),
        _distribution_panel(levels, frame, language=language),
    )
    return stacked(panels, language, unit=unit, spacing=20)


def _levels(records: Sequence[Record]) -> tuple[_Level, ...]:
    is_adjusted = any(number(record, "adjusted") is not None for record in records)
    main = "adjusted" if is_adjusted else "worth"
    found = [
        _Level(
            label=text(record, "level"),
            position=number(record, "position") or 0.0,
            n=number(record, "n"),
            share=number(record, "share") or 0.0,
            zone=text(record, "zone"),
            main=number(record, main),
            main_interval=_interval(record, main),
            crude=number(record, "worth") if is_adjusted else None,
            crude_interval=_interval(record, "worth") if is_adjusted else None,
        )
        for record in records
    ]
    return tuple(sorted(found, key=lambda level: level.position))


def _interval(record: Record, key: str) -> tuple[float, float] | None:
    return None if number(record, key) is None else interval(record, key)


def _frame(levels: Sequence[_Level], unit: str, language: Language, narrow: bool) -> _Frame:
    positions = [level.position for level in levels] or [0.0]
    largest = max((abs(end) for end in _ends(levels)), default=0.0)
    places = min(decimals_for(largest), 1) if largest < 10 else 0
    left = math.ceil(text_width(_written(largest, unit, language, places)) + 12)
    width = total_width(narrow) - left
    # The outermost values are written outside their points.
    step = width / (max(positions) - min(positions) + 1)
    edge = max(0.5, (text_width(_written(largest, unit, language, places)) + 6) / step)
    return _Frame(
        left=left,
        width=width,
        start=min(positions) - edge,
        end=max(positions) + (edge if _is_below(levels[-1:]) else 0.5),
        upper=190 if narrow else 260,
        lower=88 if narrow else 110,
    )


def _ends(levels: Sequence[_Level]) -> list[float]:
    """List every number that the worth panel must have room for."""
    ends = [x for level in levels for x in (level.main, level.crude) if x is not None]
    for level in levels:
        ends += [*(level.main_interval or ()), *(level.crude_interval or ())]
    return ends


def _written(value: float | None, unit: str, language: Language, places: int) -> str:
    if unit == "%":
        return percent(value, language)
    return figure(value, language, decimals=places)


# --- the line -----------------------------------------------------------------------------------


def _worth_panel(levels: Sequence[_Level], frame: _Frame, *, unit: str, language: Language) -> Spec:
    entries = _legend_entries(levels, language)
    places = _legend_places([name for name, _ in entries], frame)
    layers = [
        _band(levels, frame, unit),
        _whiskers(levels, frame),
        _line("crude", frame, strokeWidth=1.25, strokeDash=[4, 3], color=LIGHT.muted),
        _line("main", frame, strokeWidth=2.25, color=LIGHT.ink),
        _points(levels, frame),
        *_value_labels(levels, frame, unit, language),
        strokes([_swatch(style, x, y) for (_, style), (x, y) in zip(entries, places, strict=True)]),
        texts(_worth_words(entries, places, frame, unit, language)),
    ]
    return panel(layers, width=frame.width, height=frame.upper) | {
        "data": _line_data(levels, frame)
    }


def _line_data(levels: Sequence[_Level], frame: _Frame) -> Spec:
    """Hold the numbers of both lines; the crude one stands a little to the right."""
    shift = _shift(frame)
    return data(
        [
            {
                "level": level.label,
                "main_at": level.position,
                "main": level.main,
                "main_low": level.main_interval[0] if level.main_interval else None,
                "main_high": level.main_interval[1] if level.main_interval else None,
                "crude_at": level.position + shift,
                "crude": level.crude,
            }
            for level in levels
        ]
    )


def _shift(frame: _Frame) -> float:
    return min(7.0, 0.12 * frame.step) / frame.step


def _x(frame: _Frame, field: str) -> Spec:
    return scaled(field, [frame.start, frame.end])


def _y(levels: Sequence[_Level], unit: str, field: str) -> Spec:
    ends = _ends(levels) or [0.0, 1.0]
    low, high = min(ends), max(ends)
    # A truncated axis is told by its labels; it is taken only where zero would hide the shape.
    if low > 0 and high - low > 0.25 * high:
        low = 0.0
    room = 0.1 * (high - low or 1.0)
    axis: Spec = {"tickCount": 4, "format": ".0%"} if unit == "%" else {"tickCount": 4}
    return scaled(field, [low - room if low else low, high + room], axis, nice=True)


def _band(levels: Sequence[_Level], frame: _Frame, unit: str) -> Spec:
    return {
        "mark": {"type": "area", "color": LIGHT.ink, "opacity": 0.1} | _BREAK,
        "encoding": {
            "x": _x(frame, "main_at"),
            "y": _y(levels, unit, "main_low"),
            "y2": {"field": "main_high"},
        },
    }


def _line(series: str, frame: _Frame, **style: object) -> Spec:
    return {
        "mark": {"type": "line"} | style | _BREAK,
        "encoding": {
            "x": _x(frame, f"{series}_at"),
            "y": {"field": series, "type": "quantitative"},
        },
    }


def _whiskers(levels: Sequence[_Level], frame: _Frame) -> Spec:
    main = [(level.position, level.main_interval, LIGHT.ink, 1.75) for level in levels]
    shift = _shift(frame)
    crude = [(level.position + shift, level.crude_interval, LIGHT.muted, 1) for level in levels]
    rows: list[Spec] = [
        {"at": at, "low": ends[0], "high": ends[1], "color": color, "width": width}
        for at, ends, color, width in (*main, *crude)
        if ends is not None
    ]
    return {
        "data": data(rows),
        "mark": {"type": "rule", "opacity": 0.55, "strokeWidth": {"expr": "datum.width"}},
        "encoding": {
            "x": _x(frame, "at"),
            "y": {"field": "low", "type": "quantitative"},
            "y2": {"field": "high"},
            "stroke": painted(),
        },
    }


def _points(levels: Sequence[_Level], frame: _Frame) -> Spec:
    """Draw a filled point for a level with an interval, a hollow one for a level without."""
    rows: list[Spec] = [
        {
            "at": level.position,
            "value": level.main,
            "stroke": zone_colour(level.zone),
            "fill": zone_colour(level.zone) if level.main_interval else LIGHT.paper,
        }
        for level in levels
        if level.main is not None
    ]
    return {
        "data": data(rows),
        "mark": {"type": "point", "shape": "circle", "size": 78, "strokeWidth": 2, "opacity": 1},
        "encoding": {
            "x": _x(frame, "at"),
            "y": {"field": "value", "type": "quantitative"},
            "fill": painted("fill"),
            "stroke": painted("stroke"),
        },
    }


def _value_labels(
    levels: Sequence[_Level], frame: _Frame, unit: str, language: Language
) -> tuple[Spec, Spec]:
    """Write the values, on a halo, on the side where the lines leave room."""
    known = [level for level in levels if level.main is not None]
    places = decimals_for(*(level.main for level in known))
    told = [_written(level.main, unit, language, places) for level in known]
    shown = _shown(told, frame)
    rows: list[Spec] = [
        {"at": level.position, "value": level.main, "text": told[i]} | _place(known, i)
        for i, level in enumerate(known)
        if i in shown
    ]
    size = SIZE if frame.step > 60 else SMALL
    moved = {key: {"expr": f"datum.{key}"} for key in ("dx", "dy", "baseline", "align", "text")}
    mark = {"type": "text", "fontSize": size, "fontWeight": 600} | moved
    encoding = {"x": _x(frame, "at"), "y": {"field": "value", "type": "quantitative"}}
    layer: Spec = {"data": data(rows), "encoding": encoding}
    return (
        layer | {"mark": mark | HALO | {"color": LIGHT.paper}},
        layer | {"mark": mark | {"color": LIGHT.ink}},
    )


def _shown(told: Sequence[str], frame: _Frame) -> range:
    """Choose which values to write: all, or every second and so on where they would overlap."""
    widest = max((text_width(value, SIZE) for value in told), default=0.0)
    stride = max(1, math.ceil((widest + 4) / frame.step))
    return range((len(told) - 1) % stride, len(told), stride)


def _place(levels: Sequence[_Level], i: int) -> Spec:
    """Place a value off its point, its whisker and its line: above a rise that is to the left.

    It goes above the point unless the crude line runs there.
    """
    level = levels[i]
    before, after = levels[max(0, i - 1)].main, levels[min(len(levels) - 1, i + 1)].main
    is_rising = (after or 0.0) >= (before or 0.0)
    is_above = not _is_below((level,))
    goes_left = is_rising == is_above
    return {
        "dx": -4 if goes_left else 4,
        "dy": -7 if is_above else 7,
        "baseline": "bottom" if is_above else "top",
        "align": "right" if goes_left else "left",
    }


def _legend_entries(levels: Sequence[_Level], language: Language) -> list[tuple[str, str]]:
    """Name the lines and the band, each with its style."""
    names = [(say("chart.interval_note", language), "band")]
    if any(level.crude is not None for level in levels):
        lines = [(say("chart.adjusted", language), "line"), (say("chart.crude", language), "dash")]
        names = [*lines, *names]
    return names


def _legend_places(names: Sequence[str], frame: _Frame) -> list[tuple[float, float]]:
    """Place the entries from left to right, on as few rows as there is room for."""
    rows: list[list[float]] = [[]]
    x = 0.0
    for name in names:
        wide = 26 + text_width(name)
        if rows[-1] and x + wide > frame.left + frame.width:
            rows.append([])
            x = 0.0
        rows[-1].append(x - frame.left)
        x += wide + 16
    first = -14 - 18 * (len(rows) - 1)
    return [(x, first + 18 * i) for i, row in enumerate(rows) for x in row]


def _swatch(style: str, x: float, y: float) -> Stroke:
    if style == "band":
        return Stroke(x, x + 20, y - 4, y - 4, LIGHT.ink, width=10, opacity=0.14)
    if style == "dash":
        return Stroke(x, x + 20, y - 4, y - 4, LIGHT.muted, width=1.25, dash=(4, 3))
    return Stroke(x, x + 20, y - 4, y - 4, LIGHT.ink, width=2.25)


def _worth_words(
    entries: Sequence[tuple[str, str]],
    places: Sequence[tuple[float, float]],
    frame: _Frame,
    unit: str,
    language: Language,
) -> list[Text]:
    word = unit_word(unit, language)
    case = "chart.worth_panel" if word else "chart.worth_panel_bare"
    top = min(y for _, y in places) - 22
    return [
        heading(say(case, language, unit=word), x=-frame.left, y=top),
        *(Text(name, x + 26, y) for (name, _), (x, y) in zip(entries, places, strict=True)),
    ]


def _is_below(levels: Sequence[_Level]) -> bool:
    """Tell whether the crude line leaves no room above the point of any of these levels."""
    return any(
        level.main is not None and level.crude is not None and level.crude > level.main
        for level in levels
    )


# --- the distribution ---------------------------------------------------------------------------


def _distribution_panel(levels: Sequence[_Level], frame: _Frame, *, language: Language) -> Spec:
    base = Stroke(0, frame.width, frame.lower, frame.lower)
    zones = _brackets(levels, frame)
    layers = [
        _bars(levels, frame, language),
        _share_labels(frame),
        strokes([base, *(stroke for _, stroke in zones)]),
        texts(
            [
                _distribution_heading(frame, language),
                *_level_labels(levels, frame, language),
                *_zone_names(zones, frame, language),
            ]
        ),
    ]
    rows = _distribution_data(levels, frame, language)
    return panel(layers, width=frame.width, height=frame.lower) | {"data": rows}


def _distribution_data(levels: Sequence[_Level], frame: _Frame, language: Language) -> Spec:
    return data(
        [
            {
                "level": level.label,
                "at": level.position,
                "share": level.share,
                "color": zone_colour(level.zone),
                "text": percent(level.share, language, decimals=_share_places(level, frame)),
            }
            for level in levels
        ]
    )


def _share_places(level: _Level, frame: _Frame) -> int:
    """Keep a decimal for the small shares, where there is room for it."""
    return 1 if 0 < level.share < 0.01 and frame.has_counts else 0


def _bars(levels: Sequence[_Level], frame: _Frame, language: Language) -> Spec:
    largest = max((level.share for level in levels), default=0.0) or 1.0
    # The tallest bar ends where the heading and its own label still have room.
    top = largest * frame.lower / (frame.lower - 30)
    return {
        "mark": {"type": "bar", "size": round(0.74 * frame.step), "cornerRadiusEnd": 2},
        "encoding": {
            "x": _x(frame, "at"),
            "y": scaled("share", [0, top]),
            "fill": painted(),
        },
    }


def _share_labels(frame: _Frame) -> Spec:
    size = SMALL if frame.has_counts else SMALL - 2
    mark = {"type": "text", "dy": -5, "baseline": "bottom", "color": LIGHT.ink, "fontSize": size}
    return {
        "mark": mark,
        "encoding": {
            "x": _x(frame, "at"),
            "y": {"field": "share", "type": "quantitative"},
            "text": {"field": "text"},
        },
    }


def _distribution_heading(frame: _Frame, language: Language) -> Text:
    case = "distribution_panel" if frame.has_counts else "distribution_panel_short"
    return heading(say(f"chart.{case}", language), x=-frame.left, y=-4)


def _level_labels(levels: Sequence[_Level], frame: _Frame, language: Language) -> list[Text]:
    """Write the level below each bar, and the number of answers below that."""
    lines = _label_lines(levels, frame)
    labels = []
    for level in levels:
        x, y = frame.x(level.position), frame.lower + 18
        told = "\n".join(_wrapped(level.label, frame))
        labels.append(Text(told, x, y, color=LIGHT.ink, align="center", weight=600))
        if frame.has_counts and level.n is not None:
            n = count(level.n, language)
            labels.append(Text(n, x, y + 16 * lines, align="center", size=SMALL - 1))
    return labels


def _wrapped(label: str, frame: _Frame) -> list[str]:
    """Break a label so that it fits below its bar, in three lines at most."""
    letters = max(3, int(frame.step / (0.55 * SMALL)))
    lines = wrap(label, letters, break_long_words=True) or [""]
    return lines if len(lines) <= 3 else [*lines[:2], f"{lines[2][: letters - 1]}…"]


def _label_lines(levels: Sequence[_Level], frame: _Frame) -> int:
    return max((len(_wrapped(level.label, frame)) for level in levels), default=1)


def _brackets(levels: Sequence[_Level], frame: _Frame) -> list[tuple[str, Stroke]]:
    """Draw which levels make up each zone."""
    y = frame.lower + 12 + 16 * (_label_lines(levels, frame) + frame.has_counts)
    brackets = []
    for zone in _ZONES:
        inside = [frame.x(level.position) for level in levels if level.zone == zone]
        if inside:
            start, end = min(inside) - 0.37 * frame.step, max(inside) + 0.37 * frame.step
            brackets.append((zone, Stroke(start, end, y, y, zone_colour(zone), width=3)))
    return brackets


def _zone_names(
    brackets: Sequence[tuple[str, Stroke]], frame: _Frame, language: Language
) -> list[Text]:
    """Name each zone below its bracket, from the right, each clear of the one before."""
    names: list[Text] = []
    room = frame.width
    for zone, bracket in reversed(brackets):
        told = say(f"chart.{zone}", language)
        wide = text_width(told) + 4
        middle = 0.5 * (bracket.x + bracket.x2)
        left = min(middle - 0.5 * wide, room - wide)
        colour = LIGHT.muted if zone == "top" else zone_colour(zone)
        names.append(Text(told, left, bracket.y + 19, colour, weight=600))
        room = left - 8
    return names
