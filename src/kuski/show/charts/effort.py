"""Effort by zone: where the work goes, beside where there is something to gain."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kuski.show.charts.panel import (
    HALO,
    Spec,
    Stroke,
    Text,
    beams,
    data,
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
from kuski.show.theme import LIGHT, SIZE, SMALL, zone_colour
from kuski.words import Language, percent, say

if TYPE_CHECKING:
    import altair as alt

_LABELS = 150
_BAR = 18
_MEASURES = ("effort_share", "gain_share")


@dataclass(frozen=True, slots=True)
class _Bar:
    """One zone's share of one measure."""

    zone: str
    measure: str
    y: float
    value: float | None
    ends: tuple[float, float] | None

    @property
    def color(self) -> str:
        """Grey for the effort, the zone's colour for what there is to gain."""
        return LIGHT.slate if self.measure == "effort_share" else zone_colour(self.zone)


def effort_by_zone(
    records: Sequence[Record], *, language: Language, narrow: bool = False
) -> "alt.VConcatChart":
    """Draw each zone's share of the effort beside its share of what there is to gain.

    Parameters
    ----------
    records : sequence of mappings
        One per zone, in the order to be shown: ``zone`` ("below", "middle", "top" or "unknown"),
        ``effort_share`` and ``gain_share`` (0 to 1; a gain may be negative), each with ``_low``
        and ``_high`` where known. None leaves a bar out.
    language : {"fi", "en"}
    narrow : bool
        For a phone: 340 pixels wide instead of 720.
    """
    bars, zones = _bars(records, narrow)
    left = 0 if narrow else _LABELS
    width = total_width(narrow) - left
    height = max((bar.y for bar in bars), default=0.0) + _BAR
    domain = _domain(bars, width, language)
    layers = [
        _rects(bars, domain),
        whiskers([(bar.y, *bar.ends) for bar in bars if bar.ends]),
        *_values(bars, language),
        _zero_lines(bars, domain, width),
        texts([_zone_name(zone, y, left, language) for zone, y in zones]),
    ]
    return stacked([panel(layers, width=width, height=height)], language)


def _bars(
    records: Sequence[Record], narrow: bool
) -> tuple[tuple[_Bar, ...], tuple[tuple[str, float], ...]]:
    """Place the bars from the top, and the zones' names."""
    bars: list[_Bar] = []
    zones: list[tuple[str, float]] = []
    y = 0.0
    for record in records:
        zone = text(record, "zone")
        y += 24 if narrow else 0
        zones.append((zone, y - 8 if narrow else y + _BAR + 3))
        for measure in _MEASURES:
            value = number(record, measure)
            ends = None if value is None else interval(record, measure)
            bars.append(_Bar(zone, measure, y + 0.5 * _BAR, value, ends))
            y += _BAR + 4
        y += 18
    return tuple(bars), tuple(zones)


def _ends(bar: _Bar) -> list[float]:
    return [x for x in (bar.value, *(bar.ends or ())) if x is not None]


def _domain(bars: Sequence[_Bar], width: float, language: Language) -> tuple[float, float]:
    """Tell the ends of the axis, so that every bar's words fit to its right."""
    low = min([0.0, *(end for bar in bars for end in _ends(bar))])
    high = max([0.01, *(end for bar in bars for end in _ends(bar))])
    for bar in bars:
        if bar.value is not None:
            free = width - text_width(_told(bar, language), SIZE) - 14
            high = max(high, low + (max(_ends(bar)) - low) * width / max(free, 1.0))
    return low, high


def _told(bar: _Bar, language: Language) -> str:
    share = percent(bar.value, language)
    return say(f"chart.{bar.measure}", language, share=share)


def _rects(bars: Sequence[_Bar], domain: tuple[float, float]) -> Spec:
    rows: list[Spec] = [
        {
            "zone": bar.zone,
            "measure": bar.measure,
            "start": 0,
            "end": bar.value,
            "y": bar.y,
            "color": bar.color,
        }
        for bar in bars
        if bar.value is not None
    ]
    return beams(rows, scaled("start", domain), thick=_BAR)


def _values(bars: Sequence[_Bar], language: Language) -> tuple[Spec, Spec]:
    """Write each share with its measure, to the right of the bar and its interval."""
    rows: list[Spec] = [
        {
            "at": max(0.0, *_ends(bar)),
            "y": bar.y + 4.5,
            "text": _told(bar, language),
            "weight": 400 if bar.measure == "effort_share" else 600,
        }
        for bar in bars
        if bar.value is not None
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


def _zero_lines(bars: Sequence[_Bar], domain: tuple[float, float], width: float) -> Spec:
    """Draw the line that the bars stand on, for each zone its own."""
    zero = width * (0 - domain[0]) / (domain[1] - domain[0])
    feet = [bar.y for bar in bars if bar.measure == "effort_share"]
    return strokes([Stroke(zero, zero, y - 12, y + 35, LIGHT.axis, width=1.5) for y in feet])


def _zone_name(zone: str, y: float, left: float, language: Language) -> Text:
    colour = LIGHT.ink if zone in ("top", "unknown") else zone_colour(zone)
    size = SIZE + 1 if left else SMALL + 1
    return Text(say(f"chart.{zone}", language), -left, y, colour, weight=600, size=size)
