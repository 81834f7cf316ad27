"""Eliminate against elevate: the gain of each plan, and what makes up their ratio."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

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
    scaled,
    stacked,
    strokes,
    text_width,
    texts,
    total_width,
    unit_in,
)
from kuski.show.record import Record, interval, number, text
from kuski.show.theme import LIGHT, SIZE, SMALL, zone_colour
from kuski.words import Estimate, Language, decimals_for, figure, percent, say

if TYPE_CHECKING:
    import altair as alt

_FACTORS = ("people", "steps_per_person", "worth_per_step")
_COLOURS = {"eliminate": zone_colour("below"), "elevate": zone_colour("middle")}
_LABELS = 190


class Split(Protocol):
    """Elevate over eliminate in three factors; None where one is not told."""

    @property
    def people(self) -> float | None:
        """People moved."""

    @property
    def steps_per_person(self) -> float | None:
        """Steps that each of them is moved."""

    @property
    def worth_per_step(self) -> float | None:
        """Gain of each step."""


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


@dataclass(frozen=True, slots=True)
class _Factor:
    """One bar of the lower panel, from where the one before it ended."""

    name: str
    value: float | None
    start: float
    end: float
    ends: tuple[float, float] | None
    y: float


def plans(
    records: Sequence[Record],
    *,
    unit: str,
    language: Language,
    narrow: bool = False,
    split: Split | None = None,
    ratio: Estimate | None = None,
    step: Estimate | None = None,
) -> "alt.VConcatChart":
    """Draw what each plan gains, above what the ratio of the two is made of.

    Parameters
    ----------
    records : sequence of mappings
        One per plan and way: ``key`` ("eliminate" or "elevate"), ``way`` ("adjusted" or "crude"),
        ``gain``, ``gain_low``, ``gain_high``. Where a plan has both ways, the crude one is drawn
        lighter below. Intervals may cross zero; a gain of None is said not to be told, and one
        without an interval gets a hollow dot.
    unit : str
        Of the gain: a currency, ``"points"``, any word, or empty.
    language : {"fi", "en"}
    narrow : bool
        For a phone: 340 pixels wide instead of 720.
    split : Split, optional
        Elevate over eliminate in three factors. Each bar starts where the last one ended, on a
        scale where equal lengths are equal factors, so that the three together make the ratio. A
        factor that is None, zero or negative is written, not drawn.
    ratio, step : Estimate, optional
        The ratio of the gains and of the worth per step, for their intervals.
    """
    panels = [_gain_panel(records, unit=unit, language=language, narrow=narrow)]
    if split is not None:
        factors = _factors(split, ratio, step, narrow)
        panels.append(_split_panel(factors, language=language, narrow=narrow))
    return stacked(panels, language, unit=unit, spacing=30)


def _labels(narrow: bool) -> int:
    """Tell how many pixels the words to the left take; on a phone they stand above the marks."""
    return 0 if narrow else _LABELS


# --- the gains ----------------------------------------------------------------------------------


def _gain_panel(records: Sequence[Record], *, unit: str, language: Language, narrow: bool) -> Spec:
    gains = _gains(records, narrow)
    ends = [0.0, *(end for gain in gains for end in _ends(gain))]
    factor = magnitude(max(abs(end) for end in ends), unit)
    left = _labels(narrow)
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
    for plan in dict.fromkeys(text(record, "key") for record in records):
        ways = {text(record, "way"): record for record in records if text(record, "key") == plan}
        y += 52 if narrow else 32
        for i, way in enumerate(way for way in ("adjusted", "crude") if way in ways):
            value = number(ways[way], "gain")
            ends = None if value is None else interval(ways[way], "gain")
            y += 26 * (i > 0)
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


def _y() -> Spec:
    """Encode a place from the top in pixels."""
    return {"field": "y", "type": "quantitative", "scale": None, "axis": None}


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
            "y": _y(),
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
            "y": _y(),
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
    places = decimals_for(*(end / factor for gain in gains for end in _ends(gain)))
    rows = [
        _gain_value(gain, factor, domain)
        | {"text": _value_text(gain, factor, unit, language, places)}
        for gain in gains
        if gain.value is not None
    ]
    moved = {key: {"expr": f"datum.{key}"} for key in ("dx", "align", "fontWeight", "fontSize")}
    mark = {"type": "text", "baseline": "alphabetic"} | moved
    encoding = {
        "x": {"field": "at", "type": "quantitative"},
        "y": _y(),
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


def _value_text(gain: _Gain, factor: float, unit: str, language: Language, places: int) -> str:
    value = (gain.value or 0.0) / factor
    told = percent(value, language) if unit == "%" else figure(value, language, decimals=places)
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


# --- the split ----------------------------------------------------------------------------------


def _factors(
    split: Split, ratio: Estimate | None, step: Estimate | None, narrow: bool
) -> tuple[_Factor, ...]:
    """Chain the three factors, then set their product under them."""
    parts = (split.people, split.steps_per_person, split.worth_per_step)
    row = 50 if narrow else 36
    factors: list[_Factor] = []
    reached = 1.0
    for name, value, estimate in zip(_FACTORS, parts, (None, None, step), strict=True):
        end = reached * value if _is_drawn(value) and value is not None else reached
        y = row * (len(factors) + 0.5) + (10 if narrow else 0)
        factors.append(_Factor(name, value, reached, end, _around(estimate, reached), y))
        reached = end
    product = _product(parts)
    y = row * 3.5 + (10 if narrow else 0)
    end = product if product is not None and product > 0 else 1.0
    factors.append(_Factor("ratio", product, 1.0, end, _around(ratio, 1.0), y))
    return tuple(factors)


def _is_drawn(value: float | None) -> bool:
    """Tell whether a logarithm holds the factor."""
    return value is not None and math.isfinite(value) and value > 0


def _product(parts: Sequence[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return math.prod(known) if len(known) == len(parts) else None


def _around(estimate: Estimate | None, start: float) -> tuple[float, float] | None:
    """Give the ends of an interval that a logarithm holds, moved to where its bar starts."""
    if estimate is None or estimate.low is None or estimate.high is None or estimate.low <= 0:
        return None
    return start * estimate.low, start * estimate.high


def _split_panel(factors: Sequence[_Factor], *, language: Language, narrow: bool) -> Spec:
    left = _labels(narrow)
    width = total_width(narrow) - left
    height = factors[-1].y + 22
    domain = _factor_domain(factors)
    layers = [
        _factor_bars(factors, domain),
        _links(factors),
        _factor_intervals(factors),
        _factor_values(factors, language),
        *haloed(_factor_names(factors, left, language)),
        texts([heading(say("chart.split_panel", language), x=-left, y=-12)]),
    ]
    return panel(layers, width=width, height=height)


def _factor_domain(factors: Sequence[_Factor]) -> tuple[float, float]:
    """Tell the ends of the axis; the right one leaves room for the longest value."""
    ends = [1.0, *(factor.end for factor in factors)]
    for factor in factors:
        ends += factor.ends or ()
    low, high = min(ends), max(max(ends), 1.25)
    span = high / low
    return low / span**0.03, high * span**0.16


def _ticks(domain: tuple[float, float]) -> list[float]:
    """Choose ticks that are easy to multiply by."""
    steps = [m * 10.0**e for e in range(-6, 7) for m in (1, 2, 5)]
    inside = [tick for tick in steps if domain[0] <= tick <= domain[1]]
    wide = [tick for tick in inside if f"{tick:e}".startswith("1")]
    return wide if len(inside) > 7 else inside


def _factor_bars(factors: Sequence[_Factor], domain: tuple[float, float]) -> Spec:
    rows: list[Spec] = [
        {
            "factor": factor.name,
            "y": factor.y,
            "start": factor.start,
            "end": factor.end,
            "color": _COLOURS["elevate"] if factor.name == "ratio" else LIGHT.slate,
            "opacity": 1.0 if factor.ends is None else 0.75,
        }
        for factor in factors
        if _is_drawn(factor.value)
    ]
    scale = {"type": "log", "domain": list(domain), "nice": False}
    axis = {
        "values": _ticks(domain),
        "labelExpr": "'× ' + format(datum.value, '~g')",
    }
    return {
        "data": data(rows),
        "mark": {"type": "rule", "strokeWidth": 14},
        "encoding": {
            "x": {"field": "start", "type": "quantitative", "scale": scale, "axis": axis},
            "x2": {"field": "end"},
            "y": _y(),
            "stroke": painted(),
        },
    }


def _links(factors: Sequence[_Factor]) -> Spec:
    """Draw where each bar hands over to the next, and the line of one, where nothing changes."""
    pairs = [
        {"at": above.end, "y": above.y, "y2": below.y, "color": LIGHT.muted, "dash": [2, 2]}
        for above, below in zip(factors, factors[1:], strict=False)
        if _is_drawn(above.value) and _is_drawn(below.value)
    ]
    one = {"at": 1.0, "y": 0, "y2": factors[-1].y + 22, "color": LIGHT.axis, "dash": [1, 0]}
    rows: list[Spec] = [one, *pairs]
    return {
        "data": data(rows),
        "mark": {"type": "rule", "strokeWidth": 1.25, "strokeDash": {"expr": "datum.dash"}},
        "encoding": {
            "x": {"field": "at", "type": "quantitative"},
            "y": _y(),
            "y2": {"field": "y2"},
            "stroke": painted(),
        },
    }


def _factor_intervals(factors: Sequence[_Factor]) -> Spec:
    rows: list[Spec] = [
        {"y": factor.y, "low": factor.ends[0], "high": factor.ends[1]}
        for factor in factors
        if factor.ends is not None
    ]
    return {
        "data": data(rows),
        "mark": {"type": "rule", "color": LIGHT.ink, "strokeWidth": 2},
        "encoding": {
            "x": {"field": "low", "type": "quantitative"},
            "x2": {"field": "high"},
            "y": _y(),
        },
    }


def _factor_values(factors: Sequence[_Factor], language: Language) -> Spec:
    """Write each factor to the right of its bar and its interval."""
    rows: list[Spec] = [
        {
            "at": _right(factor),
            "y": factor.y + 4.5,
            "text": _factor_text(factor, language),
            "weight": 600 if factor.name == "ratio" else 400,
        }
        for factor in factors
    ]
    style = {"fontWeight": {"expr": "datum.weight"}, "fontSize": SIZE, "color": LIGHT.ink}
    return {
        "data": data(rows),
        "mark": {"type": "text", "align": "left", "baseline": "alphabetic", "dx": 8} | style,
        "encoding": {
            "x": {"field": "at", "type": "quantitative"},
            "y": _y(),
            "text": {"field": "text"},
        },
    }


def _right(factor: _Factor) -> float:
    """Tell where a bar with its interval ends; what is not drawn is told at one."""
    if not _is_drawn(factor.value):
        return 1.0
    return max(factor.start, factor.end, *(factor.ends or ()))


def _factor_text(factor: _Factor, language: Language) -> str:
    if factor.value is None:
        return say("chart.untold", language)
    case = "chart.equals" if factor.name == "ratio" else "chart.times"
    return say(case, language, value=figure(factor.value, language, decimals=_places(factor)))


def _places(factor: _Factor) -> int:
    """Keep two decimals near one, where a factor would else read as doing nothing."""
    value = abs(factor.value or 0.0)
    return 2 if value < 2 else 1 if value < 20 else 0


def _factor_names(factors: Sequence[_Factor], left: float, language: Language) -> list[Text]:
    return [
        Text(
            say(f"chart.{factor.name}", language),
            -left,
            factor.y + (4.5 if left else -13),
            color=LIGHT.ink,
            weight=600 if factor.name == "ratio" else 400,
            size=SIZE if left else SMALL,
        )
        for factor in factors
    ]
