"""Encounters: humans in told stories against all contacts, and what a better encounter brings."""

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
    painted,
    panel,
    pixels,
    scaled,
    stacked,
    strokes,
    text_width,
    texts,
    total_width,
    unit_word,
)
from kuski.show.record import Record, interval, number, text
from kuski.show.theme import LIGHT, SIZE
from kuski.words import Estimate, Language, say
from kuski.words.numerals import written

if TYPE_CHECKING:
    import altair as alt

_LABELS = 210
_GAP = 12
_COLOURS = {
    "excellent": LIGHT.blue,
    "told": LIGHT.blue,
    "awful": LIGHT.orange,
    "contacts": LIGHT.muted,
    "instrument": LIGHT.blue,
    "ols_alike": LIGHT.muted,
    "ols": LIGHT.muted,
}


@dataclass(frozen=True, slots=True)
class _Mark:
    """One estimate with its interval, and where it stands."""

    name: str
    key: str
    value: float
    ends: tuple[float, float] | None
    y: float

    @property
    def color(self) -> str:
        return _COLOURS[self.key]

    @property
    def low(self) -> float:
        return min(self.value, *(self.ends or (self.value,)))

    @property
    def high(self) -> float:
        return max(self.value, *(self.ends or (self.value,)))


def human_encounters(
    shares: Sequence[Record],
    effects: Sequence[Record],
    *,
    unit: str,
    language: Language,
    narrow: bool = False,
) -> "alt.VConcatChart":
    """Draw the human share of stories against all contacts, and what a better encounter brings.

    Parameters
    ----------
    shares : sequence of mappings
        In the order to be shown: ``of`` ("excellent", "awful", "told" or "contacts"), ``share`` (0
        to 1) with ``share_low`` and ``share_high``. A line marks the share of all contacts. No
        panel where empty.
    effects : sequence of mappings
        ``way`` ("instrument", "ols_alike" or "ols"), ``worth`` with ``worth_low`` and
        ``worth_high``. No panel where empty.
    unit : str
        Of the worth.
    language : {"fi", "en"}
    narrow : bool
        For a phone: 340 pixels wide instead of 720.
    """
    panels = []
    if shares:
        marks = _marks(shares, "of", "share", language, narrow)
        title = say("encounters.chart_shares", language)
        base = next((mark.value for mark in marks if mark.key == "contacts"), None)
        panels.append(_panel(marks, title, base=base, unit="%", language=language, narrow=narrow))
    if effects:
        marks = _marks(effects, "way", "worth", language, narrow)
        word = unit_word(unit, language)
        case = "encounters.chart_worth" if word else "encounters.chart_worth_bare"
        title = say(case, language, unit=word)
        panels.append(_panel(marks, title, base=None, unit=unit, language=language, narrow=narrow))
    return stacked(panels, language, spacing=34)


def _marks(
    records: Sequence[Record], key: str, value: str, language: Language, narrow: bool
) -> tuple[_Mark, ...]:
    """Place the estimates from the top; on a phone their names stand above them."""
    step, first = (54, 36) if narrow else (40, 22)
    marks: list[_Mark] = []
    for record in records:
        found, name = number(record, value), text(record, key)
        if found is not None:
            told = say(f"encounters.chart_{name}", language)
            y = first + step * len(marks)
            marks.append(_Mark(told, name, found, interval(record, value), y))
    return tuple(marks)


def _panel(
    marks: Sequence[_Mark],
    title: str,
    *,
    base: float | None,
    unit: str,
    language: Language,
    narrow: bool,
) -> Spec:
    left = 0 if narrow else _LABELS
    width = total_width(narrow) - left
    height = max((mark.y for mark in marks), default=0.0) + 20
    is_share = unit == "%"
    values = [_value(mark, is_share, language) for mark in marks]
    domain = (0.0, 1.0) if is_share else _domain(marks, values, width)
    name_y = -20 if narrow else 4.5
    names = [
        Text(mark.name, -left, mark.y + name_y, mark.color, weight=600, size=SIZE) for mark in marks
    ]
    layers = [
        _lines(domain, width, height, base),
        _intervals(marks, domain, is_share),
        _dots(marks),
        *_written(marks, values, domain, width, base),
        *haloed(names),
        texts([heading(title, x=-left, y=-12)]),
    ]
    return panel(layers, width=width, height=height)


def _value(mark: _Mark, is_share: bool, language: Language) -> str:
    low, high = mark.ends or (None, None)
    return written(Estimate(mark.value, low, high, "%" * is_share), "value", language)


def _domain(marks: Sequence[_Mark], values: Sequence[str], width: float) -> tuple[float, float]:
    """Tell the ends of the axis, with nothing in it and room for each value to the right."""
    low = min([0.0, *(mark.low for mark in marks)])
    high = max([0.0, *(mark.high for mark in marks)])
    for mark, value in zip(marks, values, strict=True):
        free = width - text_width(value, SIZE + 2) - 24
        high = max(high, low + (mark.high - low) * width / free)
    return (low, high) if high > low else (low, low + 1.0)


def _lines(domain: tuple[float, float], width: float, height: float, base: float | None) -> Spec:
    """Draw the line of zero, and one down from what all contacts share."""

    def place(value: float) -> float:
        return width * (value - domain[0]) / (domain[1] - domain[0])

    zero = Stroke(place(0.0), place(0.0), 0, height, LIGHT.axis, width=1.5)
    if base is None:
        return strokes([zero])
    at = place(base)
    return strokes([zero, Stroke(at, at, 0, height, LIGHT.muted, width=1.25, dash=(3, 3))])


def _intervals(marks: Sequence[_Mark], domain: tuple[float, float], is_share: bool) -> Spec:
    rows: list[Spec] = [
        {"y": mark.y, "low": mark.ends[0], "high": mark.ends[1], "color": mark.color}
        for mark in marks
        if mark.ends is not None
    ]
    axis: Spec = {"tickCount": 5, "format": ".0%"} if is_share else {"tickCount": 5}
    style = {"strokeCap": "round", "strokeWidth": 9, "opacity": 0.35}
    return {
        "data": data(rows),
        "mark": {"type": "rule"} | style,
        "encoding": {
            "x": scaled("low", domain, axis),
            "x2": {"field": "high"},
            "y": pixels("y"),
            "stroke": painted(),
        },
    }


def _dots(marks: Sequence[_Mark]) -> Spec:
    """Draw a filled dot for an estimate with an interval, a hollow one for one without."""
    rows: list[Spec] = [
        {
            "value": mark.value,
            "y": mark.y,
            "stroke": mark.color,
            "fill": mark.color if mark.ends else LIGHT.paper,
        }
        for mark in marks
    ]
    return {
        "data": data(rows),
        "mark": {
            "type": "point",
            "shape": "circle",
            "strokeWidth": 1.75,
            "size": 130,
            "opacity": 1,
        },
        "encoding": {
            "x": {"field": "value", "type": "quantitative"},
            "y": pixels("y"),
            "fill": painted("fill"),
            "stroke": painted("stroke"),
        },
    }


def _written(
    marks: Sequence[_Mark],
    values: Sequence[str],
    domain: tuple[float, float],
    width: float,
    base: float | None,
) -> tuple[Spec, Spec]:
    """Write each value beside its interval."""
    rows: list[Spec] = []
    for mark, value in zip(marks, values, strict=True):
        is_right = _is_right(mark, value, domain, width, base)
        rows.append(
            {
                "at": mark.high if is_right else mark.low,
                "dx": _GAP if is_right else -_GAP,
                "align": "left" if is_right else "right",
                "y": mark.y + 5,
                "text": value,
                "color": mark.color,
            }
        )
    moved = {key: {"expr": f"datum.{key}"} for key in ("dx", "align")}
    style = {"baseline": "alphabetic", "fontWeight": 600, "fontSize": SIZE + 2}
    mark_ = {"type": "text"} | style | moved
    encoding = {
        "x": {"field": "at", "type": "quantitative"},
        "y": pixels("y"),
        "text": {"field": "text"},
    }
    layer: Spec = {"data": data(rows)}
    return (
        layer | {"mark": mark_ | HALO | {"color": LIGHT.paper}, "encoding": encoding},
        layer | {"mark": mark_, "encoding": encoding | {"color": painted()}},
    )


def _is_right(
    mark: _Mark, value: str, domain: tuple[float, float], width: float, base: float | None
) -> bool:
    """Tell whether a value goes to the right: where it fits there and covers no line."""
    wide = _GAP + text_width(value, SIZE + 2)
    low, high, line = (
        width * (end - domain[0]) / (domain[1] - domain[0])
        for end in (mark.low, mark.high, mark.value if base is None else base)
    )
    if high + wide > width:
        return False
    return low < wide or not high < line < high + wide
