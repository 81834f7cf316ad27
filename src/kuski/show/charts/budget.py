"""What money brings: the frontier of worth over money, above other ways of spending the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kuski.show.charts.axis import Axis, round_axis
from kuski.show.charts.panel import (
    HALO,
    Spec,
    Stroke,
    Text,
    beams,
    data,
    heading,
    magnitude,
    panel,
    room_beside,
    scaled,
    shortened,
    stacked,
    strokes,
    text_width,
    texts,
    total_width,
    unit_in,
    whiskers,
)
from kuski.show.record import Record, interval, number, text
from kuski.show.theme import LIGHT, SIZE, SMALL, zone_colour
from kuski.words import Language, figure, say

if TYPE_CHECKING:
    import altair as alt

_BAR = 18
_STEP = 30


def _left(narrow: bool) -> int:
    """Tell how much room the names have; both panels begin at the same place."""
    return 44 if narrow else 190


def worth_of_money(
    points: Sequence[Record],
    marks: Sequence[Record],
    ways: Sequence[Record],
    *,
    worth_unit: str,
    cost_unit: str,
    language: Language,
    narrow: bool = False,
) -> "alt.VConcatChart":
    """Draw what each amount of money could bring, and what other ways of spending one amount would.

    Parameters
    ----------
    points : sequence of mappings
        By rising ``money``: ``worth`` with ``worth_low`` and ``worth_high``.
    marks : sequence of mappings
        ``name`` ("plan" or "today"), ``money`` and ``worth``: places that are named.
    ways : sequence of mappings
        ``name`` (as people call it), ``is_plan``, ``worth`` with ``worth_low`` and ``worth_high``,
        in the order to be shown. Nothing is drawn below the frontier where there are none.
    worth_unit, cost_unit : str
        A currency, ``"points"``, any word, or empty.
    language : {"fi", "en"}
    narrow : bool
        For a phone: 340 pixels wide instead of 720.
    """
    known = [number(record, "worth") or 0.0 for record in (*points, *marks, *ways)]
    factor = magnitude(max((abs(worth) for worth in known), default=0.0), worth_unit)
    name = unit_in(factor, worth_unit, language)
    upper = _frontier(
        points,
        marks,
        factor=factor,
        worth_name=name,
        cost_unit=cost_unit,
        language=language,
        narrow=narrow,
    )
    if not ways:
        return stacked([upper], language)
    lower = _ways(_placed(ways, factor, narrow), name=name, language=language, narrow=narrow)
    return stacked([upper, lower], language, spacing=34)


def _frontier(
    points: Sequence[Record],
    marks: Sequence[Record],
    *,
    factor: float,
    worth_name: str,
    cost_unit: str,
    language: Language,
    narrow: bool,
) -> Spec:
    moneys = [number(point, "money") or 0.0 for point in (*points, *marks)]
    worths = [
        value
        for point in (*points, *marks)
        for value in (number(point, "worth"), *(interval(point, "worth") or ()))
        if value is not None
    ]
    by_money = magnitude(max(moneys), cost_unit)
    left = _left(narrow)
    width, height = total_width(narrow) - left, 220 if narrow else 260
    across = _axis([money / by_money for money in moneys], 3 if narrow else 6)
    up = _axis([worth / factor for worth in worths], 4)
    x = scaled("money", (across.low, across.high), across.spec())
    y = scaled("worth", (up.low, up.high), up.spec())
    rows: list[Spec] = [
        {
            "money": (number(point, "money") or 0.0) / by_money,
            "worth": (number(point, "worth") or 0.0) / factor,
            "low": ends[0] / factor,
            "high": ends[1] / factor,
        }
        for point in points
        if (ends := interval(point, "worth")) is not None
    ]
    band = {"type": "area", "color": LIGHT.ink, "opacity": 0.1}
    encoding = {"x": x, "y": scaled("low", (up.low, up.high), up.spec()), "y2": {"field": "high"}}
    money_name = unit_in(by_money, cost_unit, language)
    layers: list[Spec] = [
        {"data": data(rows), "mark": band, "encoding": encoding},
        {
            "data": data(rows),
            "mark": {"type": "line", "color": LIGHT.ink, "strokeWidth": 2.25},
            "encoding": {"x": x, "y": y},
        },
        *_marks(marks, x, y, (by_money, factor), (across.high, width), language),
        texts(
            [
                heading(_titled("worth_of_money", worth_name, language), x=-left + 2, y=-16),
                Text(
                    _titled("money", money_name, language),
                    width,
                    height + 38,
                    align="right",
                ),
            ]
        ),
    ]
    return panel(layers, width=width, height=height)


def _axis(values: Sequence[float], steps: int) -> Axis:
    """Make an axis from zero, or below, to a little above the largest."""
    low, high = min(0.0, *values), max(0.0, *values)
    return round_axis(low, high + 0.04 * (high - low) if high > low else low + 1.0, steps=steps)


def _titled(case: str, unit: str, language: Language) -> str:
    return say(f"chart.{case}" if unit else f"chart.{case}_bare", language, unit=unit)


def _marks(
    marks: Sequence[Record],
    x: Spec,
    y: Spec,
    factors: tuple[float, float],
    end: tuple[float, int],
    language: Language,
) -> list[Spec]:
    """Draw a dot with its name for the plan and for today, the name where there is room."""
    most, width = end
    rows: list[Spec] = []
    for mark in marks:
        money, worth = number(mark, "money"), number(mark, "worth")
        if money is None or worth is None:
            continue
        name = text(mark, "name")
        at = money / factors[0]
        told = say(f"chart.{name}_mark", language)
        is_left = at / most * width + text_width(told, SIZE) + 14 > width
        rows.append(
            {
                "money": at,
                "worth": worth / factors[1],
                "name": told,
                "color": zone_colour("middle") if name == "plan" else zone_colour("below"),
                "dx": -10 if is_left else 10,
                "dy": -20 if name == "plan" else 18,
                "align": "right" if is_left else "left",
            }
        )
    moved = {key: {"expr": f"datum.{key}"} for key in ("dx", "dy", "align")}
    words = {"type": "text", "fontSize": SIZE, "fontWeight": 600, "baseline": "middle"} | moved
    layer: Spec = {"data": data(rows), "encoding": {"x": x, "y": y, "text": {"field": "name"}}}
    dot = {"type": "point", "shape": "circle", "filled": True, "size": 110, "opacity": 1}
    color = {"expr": "datum.color"}
    return [
        {
            "data": data(rows),
            "mark": dot | {"color": color, "stroke": LIGHT.paper, "strokeWidth": 1.5},
            "encoding": {"x": x, "y": y},
        },
        layer | {"mark": words | HALO | {"color": LIGHT.paper}},
        layer | {"mark": words | {"color": color}},
    ]


@dataclass(frozen=True, slots=True)
class _Way:
    """One way of spending the money: a bar with its name, `y` pixels from the top."""

    name: str
    is_plan: bool
    y: float
    worth: float
    ends: tuple[float, float] | None

    @property
    def reach(self) -> float:
        """Where the bar and its interval end."""
        return max(0.0, self.worth, *(self.ends or ()))

    @property
    def weight(self) -> int:
        """The plan stands out."""
        return 600 if self.is_plan else 400


def _placed(ways: Sequence[Record], factor: float, narrow: bool) -> list[_Way]:
    """Place the bars from the top, in the unit of the picture."""
    found = []
    for i, way in enumerate(ways):
        ends = interval(way, "worth")
        found.append(
            _Way(
                name=text(way, "name"),
                is_plan=bool(way.get("is_plan")),
                y=(_STEP + 20) * (i + 0.6) if narrow else _STEP * (i + 0.5),
                worth=(number(way, "worth") or 0.0) / factor,
                ends=None if ends is None else (ends[0] / factor, ends[1] / factor),
            )
        )
    return found


def _ways(ways: Sequence[_Way], *, name: str, language: Language, narrow: bool) -> Spec:
    """Draw a bar for each way of spending the same money, its interval and its worth."""
    left = _left(narrow)
    width = total_width(narrow) - left
    told = [figure(way.worth, language) for way in ways]
    room = room_beside(told, SIZE) + 16
    low = min(0.0, *(end for way in ways for end in (way.worth, *(way.ends or ()))))
    high = max(0.01, *(way.reach for way in ways))
    domain = (low, low + (high - low) * width / (width - room))
    zero = width * (0 - low) / (domain[1] - low)
    bars: list[Spec] = [
        {
            "start": 0.0,
            "end": way.worth,
            "y": way.y,
            "color": zone_colour("middle") if way.is_plan else LIGHT.slate,
        }
        for way in ways
    ]
    feet = [Stroke(zero, zero, way.y - 12, way.y + 12, LIGHT.axis, width=1.5) for way in ways]
    values = [
        Text(
            value,
            width * (way.reach - low) / (domain[1] - low) + 8,
            way.y + 4.5,
            LIGHT.ink,
            weight=way.weight,
            size=SIZE,
        )
        for way, value in zip(ways, told, strict=True)
    ]
    title = heading(_titled("ways_short" if narrow else "ways", name, language), x=2 - left, y=-14)
    layers = [
        beams(bars, scaled("start", domain), thick=_BAR),
        whiskers([(way.y, *way.ends) for way in ways if way.ends]),
        strokes(feet),
        texts([*(_way_name(way, left, narrow) for way in ways), *values, title]),
    ]
    return panel(layers, width=width, height=max(way.y for way in ways) + 14)


def _way_name(way: _Way, left: float, narrow: bool) -> Text:
    """Name a way: beside its bar, or on a phone above it."""
    size, room = (SMALL + 1, total_width(narrow) - 8) if narrow else (SIZE, left - 12)
    y = way.y - 16 if narrow else way.y + 4.5
    name = shortened(way.name, room, size)
    return Text(name, 2 - left, y, LIGHT.ink, weight=way.weight, size=size)
