"""Overservice: what the last unit of money brings in each service, against the shadow price."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kuski.show.charts.axis import Axis, round_axis
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
    room_beside,
    scaled,
    shortened,
    stacked,
    strokes,
    text_width,
    texts,
    total_width,
)
from kuski.show.record import Record, interval, number, text
from kuski.show.theme import LIGHT, SIZE, SMALL
from kuski.words import Language, decimals_for, figure, quantity, say

if TYPE_CHECKING:
    import altair as alt

_LABELS = 255
_ROW = 27
_MOST = 12
_CASES = {"safe": "movable", "likely": "movable", "bet": "bet"}
_COLOURS = {"movable": LIGHT.orange, "bet": LIGHT.muted, "stays": LIGHT.blue}


@dataclass(frozen=True, slots=True)
class _Dot:
    """One service: what its last unit brings, and the words beside it."""

    name: str
    value: float
    ends: tuple[float, float] | None
    color: str
    words: str


def worth_of_last_unit(
    records: Sequence[Record],
    *,
    price: float,
    unit: str,
    language: Language,
    narrow: bool = False,
) -> "alt.VConcatChart":
    """Draw what the last unit of money brings in each service, and the shadow price as a line.

    Parameters
    ----------
    records : sequence of mappings
        The most important first: ``name``, ``zone`` ("below", "middle" or "top"), ``last`` (what
        the last unit brings) with ``_low`` and ``_high``, ``money`` spent, ``movable`` and
        ``verdict`` ("safe" or "likely" where that could move, "bet" where it might; else all
        stays). Only the first dozen are drawn.
    price : float
        The shadow price.
    unit : str
        Of the money.
    language : {"fi", "en"}
    narrow : bool
        For a phone: 340 pixels wide instead of 720.
    """
    dots = [
        _dot(record, unit, language) for record in records if number(record, "last") is not None
    ][:_MOST]
    left = 0 if narrow else _LABELS
    right = 0.0 if narrow else room_beside(dot.words for dot in dots) + 14
    width = total_width(narrow) - left - right
    row = 62 if narrow else _ROW
    height = row * len(dots)
    axis = _axis(dots, price, narrow=narrow)
    layers = [
        _grid(axis, width, height, language),
        _price_line(axis, price, width, height),
        _whiskers(dots, axis, width, row),
        _points(dots, axis, width, row),
        *haloed(_words(dots, left, width, row, narrow=narrow)),
        texts([_heading(unit, left, language), _price_name(axis, price, width, language)]),
    ]
    return stacked([panel(layers, width=width + right, height=height + 22)], language)


def _dot(record: Record, unit: str, language: Language) -> _Dot:
    movable, money = number(record, "movable") or 0.0, number(record, "money") or 0.0
    told = {
        key: quantity(value, unit, language, decimals=decimals_for(value) if value < 100 else 0)
        for key, value in (("movable", movable), ("money", money))
    }
    case = _CASES.get(text(record, "verdict"), "stays")
    zone = say(f"zones.{text(record, 'zone')}", language)
    name = say("overservice.chart_name", language, kind=text(record, "name"), zone=zone)
    return _Dot(
        name=name[:1].upper() + name[1:],
        value=number(record, "last") or 0.0,
        ends=interval(record, "last"),
        color=_COLOURS[case],
        words=say(f"overservice.chart_{case}", language, **told),
    )


def _axis(dots: Sequence[_Dot], price: float, *, narrow: bool) -> Axis:
    known = [0.0, price, *(dot.value for dot in dots)]
    known += [end for dot in dots for end in dot.ends or ()]
    low, high = min(known), max(known)
    room = 0.05 * (high - low or 1.0)
    return round_axis(low - room, high + room, steps=3 if narrow else 4)


def _grid(axis: Axis, width: float, height: float, language: Language) -> Spec:
    """Draw the lines of the axis, with their numbers below."""
    ticks = [
        Text(
            figure(tick, language, decimals=axis.decimals),
            axis.share(tick) * width,
            height + 18,
            align="center",
        )
        for tick in axis.ticks
    ]
    lines = [
        Stroke(
            axis.share(tick) * width,
            axis.share(tick) * width,
            0,
            height,
            LIGHT.axis if tick == 0 else LIGHT.grid,
        )
        for tick in axis.ticks
    ]
    return {"layer": [strokes(lines), texts(ticks)]}


def _price_line(axis: Axis, price: float, width: float, height: float) -> Spec:
    x = axis.share(price) * width
    return strokes([Stroke(x, x, 0, height, LIGHT.ink, width=1.5, dash=(4, 3))])


def _price_name(axis: Axis, price: float, width: float, language: Language) -> Text:
    """Name the line, on the side where there is room."""
    words = say("overservice.chart_price", language, price=figure(price, language))
    x = axis.share(price) * width
    half = 0.5 * text_width(words)
    return Text(words, min(max(x, half), width - half), -8, LIGHT.ink, "center")


def _whiskers(dots: Sequence[_Dot], axis: Axis, width: float, row: int) -> Spec:
    rows: list[Spec] = [
        {"y": _place(i, row), "low": dot.ends[0], "high": dot.ends[1], "color": dot.color}
        for i, dot in enumerate(dots)
        if dot.ends
    ]
    return {
        "data": data(rows),
        "mark": {"type": "rule", "strokeWidth": 2},
        "encoding": {
            "x": _across("low", axis, width),
            "x2": {"field": "high"},
            "y": pixels("y"),
            "stroke": painted(),
        },
    }


def _points(dots: Sequence[_Dot], axis: Axis, width: float, row: int) -> Spec:
    rows: list[Spec] = [
        {
            "y": _place(i, row),
            "value": dot.value,
            "color": dot.color,
            # Hollow where nobody can say how sure it is.
            "fill": dot.color if dot.ends else LIGHT.paper,
        }
        for i, dot in enumerate(dots)
    ]
    return {
        "data": data(rows),
        "mark": {"type": "point", "opacity": 1, "size": 70, "strokeWidth": 2},
        "encoding": {
            "x": _across("value", axis, width),
            "y": pixels("y"),
            "fill": painted("fill"),
            "stroke": painted(),
        },
    }


def _across(field: str, axis: Axis, width: float) -> Spec:
    """Encode a number on the axis, which ends before the words beside it begin."""
    return scaled(field, (axis.low, axis.high), range=[0, width])


def _place(i: int, row: int) -> float:
    """Tell how far down a service's dot is: at the foot of its row."""
    return i * row + row - 13.0


def _words(
    dots: Sequence[_Dot], left: float, width: float, row: int, *, narrow: bool
) -> list[Text]:
    found = []
    for i, dot in enumerate(dots):
        y = _place(i, row)
        if narrow:
            name = shortened(dot.name, width)
            found.append(Text(name, 0, y - 30, LIGHT.ink, weight=600, size=SMALL))
            found.append(Text(dot.words, 0, y - 14, dot.color))
        else:
            name = shortened(dot.name, left - 12, SIZE)
            found.append(Text(name, -left, y + 4.5, LIGHT.ink, weight=600, size=SIZE))
            found.append(Text(dot.words, width + 14, y + 4.5, dot.color))
    return found


def _heading(unit: str, left: float, language: Language) -> Text:
    case = "chart_heading_unit" if unit else "chart_heading"
    values = {"unit": unit} if unit else {}
    return heading(
        say(f"overservice.{case}", language, **values), x=-left, y=-30 if not left else -8
    )
