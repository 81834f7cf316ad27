"""Drivers: how much of the score goes with each, against how it is rated."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kuski.show.charts.axis import Axis, round_axis
from kuski.show.charts.label import Line
from kuski.show.charts.panel import (
    Spec,
    Stroke,
    Text,
    data,
    haloed,
    heading,
    painted,
    panel,
    pixels,
    shortened,
    stacked,
    strokes,
    text_width,
    texts,
    total_width,
)
from kuski.show.charts.placement import Box, Placement, placement
from kuski.show.record import Record, interval, number, text
from kuski.show.theme import LIGHT, SMALL
from kuski.words import Language, figure, percent, say

if TYPE_CHECKING:
    import altair as alt

_LEFT = 44
_RADIUS = 5.5
_KEY_ROW = 20
_GAP = 36
_NAMES = 220
_TOLD = 52


@dataclass(frozen=True, slots=True)
class _Driver:
    """One driver with what is drawn of it."""

    number: int
    name: str
    share: float
    ends: tuple[float, float] | None
    mean: float | None

    @property
    def high(self) -> float:
        """The highest share that must have room."""
        return max(self.share, self.ends[1] if self.ends else 0.0)


@dataclass(frozen=True, slots=True)
class _Field:
    """Where means and shares are, in pixels."""

    width: float
    height: float
    x_axis: Axis
    y_axis: Axis
    middle: float
    even: float

    def x(self, mean: float) -> float:
        """Tell the pixel of a mean rating."""
        return self.width * self.x_axis.share(mean)

    def y(self, share: float) -> float:
        """Tell the pixel of a share, from the top."""
        return self.height * (1 - self.y_axis.share(share))

    def colour(self, driver: _Driver) -> str:
        """Orange for what matters and is rated low, blue for what matters and is rated high."""
        if driver.share <= self.even:
            return LIGHT.muted
        return LIGHT.orange if (driver.mean or 0.0) < self.middle else LIGHT.blue


def importance_by_performance(
    records: Sequence[Record],
    *,
    scale: tuple[float, float],
    language: Language,
    narrow: bool = False,
) -> "alt.VConcatChart":
    """Draw how much of the score goes with each driver, against its mean rating.

    Parameters
    ----------
    records : sequence of mappings
        One per driver: ``driver``, ``share`` (0 to 1) with ``share_low`` and ``share_high`` where
        known, and ``mean``. A driver without a mean has no place and is left out.
    scale : tuple of float
        Ends of the scale of the ratings.
    language : {"fi", "en"}
    narrow : bool
        For a phone: 340 pixels wide instead of 720, with numbers at the points and a key below.
        Numbers are also used where names would cover each other.
    """
    drivers = [one for one in _drivers(records) if one.mean is not None]
    field = _field(drivers, scale, even=1 / max(1, len(records)), narrow=narrow)
    named = _placed(field, [one.name for one in drivers], drivers, SMALL)
    is_numbered = narrow or not named.is_clear
    told = [str(one.number) if is_numbered else one.name for one in drivers]
    found = _placed(field, told, drivers, SMALL) if is_numbered else named
    layers = [
        *_grid(field, language),
        _whiskers(field, drivers),
        strokes(
            [
                Stroke(one.leader.x, one.leader.x2, one.leader.y, one.leader.y2)
                for one in found.names
                if one.leader is not None
            ]
        ),
        _points(field, drivers),
        *haloed(
            [
                Text(word, one.x, one.y + 0.36 * SMALL, LIGHT.ink, align=one.align, weight=500)
                for word, one in zip(told, found.names, strict=True)
            ]
        ),
        texts(_headings(field, language, narrow=narrow)),
    ]
    drawn = panel(layers, width=field.width, height=field.height)
    if not is_numbered:
        return stacked([drawn], language)
    return stacked([drawn, _key(drivers, field, language, narrow=narrow)], language, spacing=14)


def importance_by_driver(
    records: Sequence[Record], *, language: Language, narrow: bool = False
) -> "alt.VConcatChart":
    """Draw how much of the score goes with each driver, one below the other.

    Parameters
    ----------
    records : sequence of mappings
        As for `importance_by_performance`, without means.
    language : {"fi", "en"}
    narrow : bool
        For a phone: 340 pixels wide instead of 720.
    """
    drivers = _drivers(records)
    left = 0 if narrow else _NAMES
    width = total_width(narrow) - left - _TOLD
    row, first = (42, 26) if narrow else (26, 13)
    places = [first + row * i for i in range(len(drivers))]
    high = max([0.01, *(one.high for one in drivers)])
    height = row * len(drivers)
    even = width / max(1, len(drivers)) / high
    rows: list[Stroke] = [Stroke(0, 0, 0, height, LIGHT.axis)]
    if even <= width:
        rows.append(Stroke(even, even, 0, height, LIGHT.axis, dash=(3, 3)))
    words = [Text(say("chart.importance_even", language), min(even, width), -8, align="center")]
    for one, y in zip(drivers, places, strict=True):
        words.append(_name(one, y, left, narrow=narrow))
        told = percent(one.share, language, decimals=0)
        words.append(Text(told, width + _TOLD, y + 4.5, LIGHT.ink, align="right", weight=600))
        if one.ends:
            low, top = (width * end / high for end in one.ends)
            rows.append(Stroke(low, top, y, y, LIGHT.ink, width=2, opacity=0.55))
    dots: list[Spec] = [
        _dot(one, width * one.share / high, y, LIGHT.blue)
        for one, y in zip(drivers, places, strict=True)
    ]
    layers = [strokes(rows), _circles(dots), *haloed(words)]
    return stacked([panel(layers, width=width, height=height)], language)


def _drivers(records: Sequence[Record]) -> list[_Driver]:
    return [
        _Driver(
            place,
            text(record, "driver"),
            number(record, "share") or 0.0,
            interval(record, "share"),
            number(record, "mean"),
        )
        for place, record in enumerate(records, start=1)
    ]


def _field(
    drivers: Sequence[_Driver], scale: tuple[float, float], *, even: float, narrow: bool
) -> _Field:
    means = [one.mean for one in drivers if one.mean is not None] or [sum(scale) / 2]
    # Means crowd together in the upper part of a scale: the axis is as wide as they are.
    room = 0.14 * (max(means) - min(means)) or 0.1 * (scale[1] - scale[0])
    low, high = max(scale[0], min(means) - room), min(scale[1], max(means) + room)
    top = 1.06 * max([0.01, even, *(one.high for one in drivers)])
    return _Field(
        width=total_width(narrow) - _LEFT,
        height=330 if narrow else 400,
        x_axis=round_axis(low, high),
        y_axis=round_axis(0.0, top),
        middle=sum(means) / len(means),
        even=even,
    )


def _placed(
    field: _Field, words: Sequence[str], drivers: Sequence[_Driver], size: int
) -> Placement:
    points = [(field.x(one.mean or 0.0), field.y(one.share)) for one in drivers]
    whiskers = [
        Line(x, field.y(one.ends[0]), x, field.y(one.ends[1]))
        for one, (x, _) in zip(drivers, points, strict=True)
        if one.ends
    ]
    return placement(
        points,
        widths=[1.06 * text_width(word, size) for word in words],
        height=1.15 * size,
        radius=_RADIUS,
        lines=whiskers,
        edge=Box(0, 0, field.width, field.height),
    )


def _grid(field: _Field, language: Language) -> tuple[Spec, Spec]:
    """Draw the ticks of both axes, and the two dashed lines that part the field in four."""
    middle, even = field.x(field.middle), field.y(field.even)
    lines = [
        *(
            Stroke(0, field.width, field.y(tick), field.y(tick), LIGHT.grid)
            for tick in field.y_axis.ticks
        ),
        Stroke(middle, middle, 0, field.height, LIGHT.axis, dash=(4, 3), width=1.25),
        Stroke(0, field.width, even, even, LIGHT.axis, dash=(4, 3), width=1.25),
    ]
    places = max(0, field.y_axis.decimals - 2)
    ticks = [
        Text(percent(tick, language, decimals=places), -8, field.y(tick) + 4, align="right")
        for tick in field.y_axis.ticks
    ]
    ticks += [
        Text(
            figure(tick, language, decimals=field.x_axis.decimals),
            field.x(tick),
            field.height + 18,
            align="center",
        )
        for tick in field.x_axis.ticks
    ]
    return strokes(lines), texts(ticks)


def _headings(field: _Field, language: Language, *, narrow: bool) -> list[Text]:
    """Name the axes, and the two upper quarters where there is room."""
    found = [
        heading(say("chart.importance_share", language), x=-_LEFT, y=-30),
        Text(
            say("chart.importance_mean", language),
            field.width,
            field.height + 36,
            align="right",
            color=LIGHT.ink,
        ),
    ]
    middle = field.x(field.middle)
    form = "_short" if narrow else ""
    low, high = (say(f"chart.importance_{side}{form}", language) for side in ("low", "high"))
    if text_width(low) < middle - 8:
        found.append(Text(low, 0, -9, LIGHT.orange, weight=600))
    if text_width(high) < field.width - middle - 8:
        found.append(Text(high, field.width, -9, LIGHT.blue, align="right", weight=600))
    return found


def _whiskers(field: _Field, drivers: Sequence[_Driver]) -> Spec:
    return strokes(
        [
            Stroke(x, x, field.y(one.ends[0]), field.y(one.ends[1]), color, width=2, opacity=0.45)
            for one in drivers
            if one.ends
            for x, color in [(field.x(one.mean or 0.0), field.colour(one))]
        ]
    )


def _points(field: _Field, drivers: Sequence[_Driver]) -> Spec:
    return _circles(
        [
            _dot(one, field.x(one.mean or 0.0), field.y(one.share), field.colour(one))
            for one in drivers
        ]
    )


def _dot(driver: _Driver, x: float, y: float, color: str) -> Spec:
    """Place a point: filled with an interval, hollow without."""
    fill = color if driver.ends else LIGHT.paper
    numbers: Spec = {"driver": driver.name, "share": driver.share, "mean": driver.mean}
    return numbers | {"x": x, "y": y, "fill": fill, "stroke": color}


def _circles(rows: Sequence[Spec]) -> Spec:
    return {
        "data": data(rows),
        "mark": {"type": "point", "shape": "circle", "size": 78, "strokeWidth": 2, "opacity": 1},
        "encoding": {
            "x": pixels("x"),
            "y": pixels("y"),
            "fill": painted("fill"),
            "stroke": painted("stroke"),
        },
    }


def _key(drivers: Sequence[_Driver], field: _Field, language: Language, *, narrow: bool) -> Spec:
    """Tell which number is which driver, with its share."""
    columns = 1 if narrow else 2
    rows = -(-len(drivers) // columns)
    width = (field.width + _LEFT - _GAP * (columns - 1)) / columns
    words: list[Text] = []
    for place, one in enumerate(drivers):
        x = -_LEFT + (place // rows) * (width + _GAP)
        y = 26 + _KEY_ROW * (place % rows)
        share = percent(one.share, language, decimals=0)
        words += [
            Text(str(one.number), x + 16, y, field.colour(one), align="right", weight=600),
            Text(shortened(one.name, width - 70), x + 24, y, LIGHT.ink),
            Text(share, x + width, y, LIGHT.ink, align="right", weight=600),
        ]
    return panel([texts(words)], width=field.width, height=_KEY_ROW * rows + 14)


def _name(driver: _Driver, y: float, left: float, *, narrow: bool) -> Text:
    room = total_width(narrow) - _TOLD if narrow else left - 14
    x, base = (8.0, y - 14) if narrow else (-left, y + 4.5)
    return Text(shortened(driver.name, room), x, base, LIGHT.ink)
