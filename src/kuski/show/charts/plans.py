"""Eliminate against elevate: the gain of each plan, and what makes up their ratio."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kuski.show.charts.panel import (
    HALO,
    Spec,
    Stroke,
    Text,
    data,
    haloed,
    heading,
    magnitude,
    painted,
    panel,
    pixels,
    scaled,
    stacked,
    strokes,
    text_width,
    texts,
    total_width,
    unit_in,
)
from kuski.show.charts.split import labels_width, split_panel
from kuski.show.record import Record, interval, number, text
from kuski.show.theme import LIGHT, SIZE, SMALL, zone_colour
from kuski.words import Estimate, Language, say
from kuski.words.numerals import written

if TYPE_CHECKING:
    import altair as alt

_COLOURS = {"eliminate": zone_colour("below"), "elevate": zone_colour("middle")}


@dataclass(frozen=True, slots=True)
class _Gain:
    """One mark of the upper panel: a plan's gain, or its crude one."""

    plan: str
    y: float
    value: float | None
    ends: tuple[float, float] | None
    is_lighter: bool

    @property
    def color(self) -> str:
        """Orange for eliminate, blue for elevate, grey for what steps back."""
        return LIGHT.muted if self.is_lighter else _COLOURS.get(self.plan, LIGHT.slate)


def plans(
    records: Sequence[Record],
    *,
    unit: str,
    language: Language,
    narrow: bool = False,
    split: Record | None = None,
) -> "alt.VConcatChart":
    """Draw what each plan gains, above what the ratio of the two is made of.

    Parameters
    ----------
    records : sequence of mappings
        One per plan, in the order to be shown: ``plan`` ("eliminate" or "elevate"), ``gain``,
        ``gain_low``, ``gain_high``, and where there are both ways ``crude``, ``crude_low``,
        ``crude_high``, drawn lighter below. Intervals may cross zero; a gain of None is said not
        to be told, and one without an interval gets a hollow dot.
    unit : str
        Of the gain: a currency, ``"points"``, any word, or empty.
    language : {"fi", "en"}
    narrow : bool
        For a phone: 340 pixels wide instead of 720.
    split : mapping, optional
        Elevate over eliminate: ``people``, ``steps_per_person``, ``worth_per_step`` and their
        product ``ratio``, each with ``_low`` and ``_high`` where known. Each bar starts where the
        last one ended, on a scale where equal lengths are equal factors, so that the three
        together make the ratio. A factor that is None, zero or negative is written, not drawn.
    """
    panels = [_gain_panel(records, unit=unit, language=language, narrow=narrow)]
    if split is not None:
        panels.append(split_panel(split, language=language, narrow=narrow))
    return stacked(panels, language, spacing=30)


def _gain_panel(records: Sequence[Record], *, unit: str, language: Language, narrow: bool) -> Spec:
    gains = _gains(records, narrow)
    ends = [0.0, *(end for gain in gains for end in _ends(gain))]
    factor = magnitude(max(abs(end) for end in ends), unit)
    left = labels_width(narrow)
    width = total_width(narrow) - left
    height = max((gain.y for gain in gains), default=0.0) + 22
    domain = _domain(ends, factor, width)
    zero = width * (0 - domain[0]) / (domain[1] - domain[0])
    layers = [
        strokes([Stroke(zero, zero, 0, height, LIGHT.axis, width=1.5)]),
        _intervals(gains, factor, domain, unit),
        _dots(gains, factor),
        *_gain_values(gains, factor, domain, unit, language),
        *haloed([*_plan_names(gains, left, language), *_untold(gains, zero, language)]),
        texts([_gain_heading(factor, left, unit, language)]),
    ]
    return panel(layers, width=width, height=height)


def _gains(records: Sequence[Record], narrow: bool) -> tuple[_Gain, ...]:
    """Place the plans' gains from the top, each with its crude one below it."""
    gains: list[_Gain] = []
    y = 0.0
    for record in records:
        plan = text(record, "plan")
        ways = ["gain", "crude"] if number(record, "crude") is not None else ["gain"]
        y += 52 if narrow else 32
        for i, way in enumerate(ways):
            value = number(record, way)
            ends = None if value is None else interval(record, way)
            y += 26 * i
            gains.append(_Gain(plan, y, value, ends, is_lighter=i > 0))
        y += 12 if len(ways) > 1 else 24 - 12 * narrow
    return tuple(gains)


def _domain(ends: Sequence[float], factor: float, width: float) -> tuple[float, float]:
    """Tell the ends of the axis, with room for half a value at each side."""
    low, high = min(ends) / factor, max(ends) / factor
    if low == high:
        high = low + 1.0
    room = (high - low) * 30 / width
    return (low - room if low < 0 else low), high + room


def _intervals(
    gains: Sequence[_Gain], factor: float, domain: tuple[float, float], unit: str
) -> Spec:
    rows: list[Spec] = [
        {
            "y": gain.y,
            "low": gain.ends[0] / factor,
            "high": gain.ends[1] / factor,
            "color": gain.color,
            "width": 2 if gain.is_lighter else 9,
            "opacity": 0.7 if gain.is_lighter else 0.35,
        }
        for gain in gains
        if gain.ends is not None
    ]
    axis: Spec = {"tickCount": 5, "format": ".0%"} if unit == "%" else {"tickCount": 5}
    style = {"strokeWidth": {"expr": "datum.width"}, "opacity": {"expr": "datum.opacity"}}
    return {
        "data": data(rows),
        "mark": {"type": "rule", "strokeCap": "round"} | style,
        "encoding": {
            "x": scaled("low", domain, axis),
            "x2": {"field": "high"},
            "y": pixels("y"),
            "stroke": painted(),
        },
    }


def _dots(gains: Sequence[_Gain], factor: float) -> Spec:
    """Draw a filled dot for a gain with an interval, a hollow one for a gain without."""
    rows: list[Spec] = [
        {
            "plan": gain.plan,
            "value": gain.value / factor,
            "y": gain.y,
            "stroke": gain.color,
            "fill": gain.color if gain.ends and not gain.is_lighter else LIGHT.paper,
            "size": 40 if gain.is_lighter else 150,
        }
        for gain in gains
        if gain.value is not None
    ]
    mark = {"type": "point", "shape": "circle", "strokeWidth": 1.75, "opacity": 1}
    return {
        "data": data(rows),
        "mark": mark | {"size": {"expr": "datum.size"}},
        "encoding": {
            "x": {"field": "value", "type": "quantitative"},
            "y": pixels("y"),
            "fill": painted("fill"),
            "stroke": painted("stroke"),
        },
    }


def _gain_values(
    gains: Sequence[_Gain],
    factor: float,
    domain: tuple[float, float],
    unit: str,
    language: Language,
) -> tuple[Spec, Spec]:
    """Write each gain: above its dot, a crude one beside its interval; on a halo off the grid."""
    rows = [
        _gain_value(gain, factor, domain) | {"text": _value_text(gain, factor, unit, language)}
        for gain in gains
        if gain.value is not None
    ]
    moved = {key: {"expr": f"datum.{key}"} for key in ("dx", "align", "fontWeight", "fontSize")}
    mark = {"type": "text", "baseline": "alphabetic"} | moved
    encoding = {
        "x": {"field": "at", "type": "quantitative"},
        "y": pixels("y"),
        "text": {"field": "text"},
    }
    layer: Spec = {"data": data(rows)}
    halo = {"mark": mark | HALO | {"color": LIGHT.paper}, "encoding": encoding}
    return layer | halo, layer | {"mark": mark, "encoding": encoding | {"color": painted()}}


def _ends(gain: _Gain) -> list[float]:
    return [x for x in (gain.value, *(gain.ends or ())) if x is not None]


def _gain_value(gain: _Gain, factor: float, domain: tuple[float, float]) -> Spec:
    """Place one value; a crude one stands where the picture has more room."""
    low, high = (end / factor for end in (min(_ends(gain)), max(_ends(gain))))
    if not gain.is_lighter:
        place: Spec = {"at": (gain.value or 0.0) / factor, "dx": 0, "align": "center"}
        style: Spec = {"y": gain.y - 14, "fontWeight": 600, "fontSize": SIZE + 2}
    else:
        has_room = domain[1] - high > low - domain[0]
        place = {"at": high, "dx": 9, "align": "left"}
        if not has_room:
            place = {"at": low, "dx": -9, "align": "right"}
        style = {"y": gain.y + 4, "fontWeight": 400, "fontSize": SMALL}
    return place | style | {"color": gain.color}


def _value_text(gain: _Gain, factor: float, unit: str, language: Language) -> str:
    """Write a gain as sentences do, but without its unit, which stands in the heading."""
    value, low, high = (
        None if x is None else x / factor for x in (gain.value, *(gain.ends or (None, None)))
    )
    told = written(Estimate(value, low, high, "%" * (unit == "%")), "value", language)
    return say("chart.crude_value", language, value=told) if gain.is_lighter else told


def _gain_heading(factor: float, left: float, unit: str, language: Language) -> Text:
    word = unit_in(factor, unit, language)
    case = "chart.gain_panel" if word else "chart.gain_panel_bare"
    return heading(say(case, language, unit=word), x=-left, y=-16)


def _plan_names(gains: Sequence[_Gain], left: float, language: Language) -> list[Text]:
    """Name each plan and whom it lifts: to the left of its mark, above it on a phone."""
    names = []
    for gain in gains:
        if gain.is_lighter:
            continue
        name = say(f"chart.{gain.plan}", language)
        detail = say(f"chart.{gain.plan}_detail", language)
        y = gain.y if left else gain.y - 36
        names.append(Text(name, -left, y, gain.color, weight=600, size=SIZE + 1))
        beside = text_width(name, SIZE + 2) + 8
        x, y = (-left, y + 18) if left else (beside, y)
        names.append(Text(detail, x, y))
    return names


def _untold(gains: Sequence[_Gain], zero: float, language: Language) -> list[Text]:
    told = say("chart.untold", language)
    return [Text(told, zero + 10, gain.y + 4) for gain in gains if gain.value is None]
