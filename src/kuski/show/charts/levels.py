"""Worth by level: the line with its interval above the distribution of customers."""

import math
from collections.abc import Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import TYPE_CHECKING

from kuski.show.charts.distribution import distribution
from kuski.show.charts.frame import Frame, Level, frame_of, levels_of, placed
from kuski.show.charts.label import Label, Line, labels
from kuski.show.charts.panel import (
    HALO,
    Spec,
    Stroke,
    Text,
    boxes,
    data,
    heading,
    legend_places,
    painted,
    panel,
    scaled,
    stacked,
    strokes,
    text_width,
    texts,
    unit_word,
)
from kuski.show.record import Record
from kuski.show.theme import LIGHT, SIZE, SMALL, zone_colour
from kuski.words import Estimate, Language, say
from kuski.words.numerals import written

if TYPE_CHECKING:
    import altair as alt

_BREAK = {"invalid": "break-paths-show-domains"}


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
    levels = levels_of(records)
    frame = frame_of(levels, unit, language, narrow)
    panels = (
        _worth_panel(levels, frame, unit=unit, language=language),
        distribution(levels, frame, language=language),
    )
    return stacked(panels, language, spacing=20)


def _worth_panel(levels: Sequence[Level], frame: Frame, *, unit: str, language: Language) -> Spec:
    entries = _legend_entries(levels, language)
    names = [name for name, _ in entries]
    places = legend_places(names, left=-frame.left, right=frame.width, indent=26)
    layers = [
        _band(frame, unit),
        _whiskers(levels, frame),
        _line("crude", frame, strokeWidth=1.25, strokeDash=[4, 3], color=LIGHT.muted),
        _line("main", frame, strokeWidth=2.25, color=LIGHT.ink),
        _points(levels, frame),
        *_value_labels(levels, frame, unit, language),
        *_swatches([style for _, style in entries], places),
        texts(_worth_words(entries, places, frame, unit, language)),
    ]
    return panel(layers, width=frame.width, height=frame.upper) | {
        "data": _line_data(levels, frame)
    }


def _line_data(levels: Sequence[Level], frame: Frame) -> Spec:
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


def _shift(frame: Frame) -> float:
    return min(7.0, 0.12 * frame.step) / frame.step


def _y(frame: Frame, unit: str, field: str) -> Spec:
    axis = frame.axis.spec(is_share=unit == "%")
    return scaled(field, (frame.axis.low, frame.axis.high), axis)


def _band(frame: Frame, unit: str) -> Spec:
    return {
        "mark": {"type": "area", "color": LIGHT.ink, "opacity": 0.1} | _BREAK,
        "encoding": {
            "x": placed(frame, "main_at"),
            "y": _y(frame, unit, "main_low"),
            "y2": {"field": "main_high"},
        },
    }


def _line(series: str, frame: Frame, **style: object) -> Spec:
    return {
        "mark": {"type": "line"} | style | _BREAK,
        "encoding": {
            "x": placed(frame, f"{series}_at"),
            "y": {"field": series, "type": "quantitative"},
        },
    }


def _whiskers(levels: Sequence[Level], frame: Frame) -> Spec:
    main = [(level.position, level.main_interval, LIGHT.ink, 1.75) for level in levels]
    shift = _shift(frame)
    crude = [(level.position + shift, level.crude_interval, LIGHT.muted, 1) for level in levels]
    rows: list[Spec] = [
        {"at": at, "low": found[0], "high": found[1], "color": color, "width": width}
        for at, found, color, width in (*main, *crude)
        if found is not None
    ]
    return {
        "data": data(rows),
        "mark": {"type": "rule", "opacity": 0.55, "strokeWidth": {"expr": "datum.width"}},
        "encoding": {
            "x": placed(frame, "at"),
            "y": {"field": "low", "type": "quantitative"},
            "y2": {"field": "high"},
            "stroke": painted(),
        },
    }


def _points(levels: Sequence[Level], frame: Frame) -> Spec:
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
            "x": placed(frame, "at"),
            "y": {"field": "value", "type": "quantitative"},
            "fill": painted("fill"),
            "stroke": painted("stroke"),
        },
    }


def _value_labels(
    levels: Sequence[Level], frame: Frame, unit: str, language: Language
) -> tuple[Spec, Spec]:
    """Write the values, on a halo, on the side where the lines leave room."""
    told = [_told(level, unit, language) for level in levels]
    shown = [levels[i] for i in _shown(told, frame) if levels[i].main is not None]
    size = SIZE if frame.step > 60 else SMALL
    rows: list[Spec] = [
        {"at": level.position, "value": level.main} | asdict(label)
        for level, label in zip(
            shown, _labels(levels, shown, frame, unit, language, size), strict=True
        )
    ]
    moved = {key: {"expr": f"datum.{key}"} for key in ("dx", "dy", "baseline", "align", "text")}
    mark = {"type": "text", "fontSize": size, "fontWeight": 600} | moved
    encoding = {"x": placed(frame, "at"), "y": {"field": "value", "type": "quantitative"}}
    layer: Spec = {"data": data(rows), "encoding": encoding}
    return (
        layer | {"mark": mark | HALO | {"color": LIGHT.paper}},
        layer | {"mark": mark | {"color": LIGHT.ink}},
    )


def _told(level: Level, unit: str, language: Language) -> str:
    """Write a worth as sentences do, but without its unit, which stands in the heading."""
    low, high = level.main_interval or (None, None)
    return written(Estimate(level.main, low, high, "%" * (unit == "%")), "value", language)


def _shown(told: Sequence[str], frame: Frame) -> range:
    """Choose which values to write: all, or every second and so on where they would overlap."""
    widest = max((text_width(value, SIZE) for value in told), default=0.0)
    # Neighbours may stand above and below the line, so a little overlap in width is no harm.
    stride = max(1, math.ceil(widest / (1.1 * frame.step)))
    return range((len(told) - 1) % stride, len(told), stride)


def _labels(
    levels: Sequence[Level],
    shown: Sequence[Level],
    frame: Frame,
    unit: str,
    language: Language,
    size: int,
) -> tuple[Label, ...]:
    told = [_told(level, unit, language) for level in shown]
    return labels(
        told,
        [(frame.x(level.position), frame.y(level.main or 0.0)) for level in shown],
        widths=[1.06 * text_width(value, size) for value in told],
        height=size,
        lines=_obstacles(levels, frame),
        edge=frame.width,
    )


def _obstacles(levels: Sequence[Level], frame: Frame) -> list[Line]:
    """List the lines and whiskers of both series, in pixels."""
    found = []
    shift = _shift(frame)
    for key, moved in (("main", 0.0), ("crude", shift)):
        places = [
            (frame.x(level.position + moved), frame.y(value))
            for level in levels
            if (value := getattr(level, key)) is not None
        ]
        found += [Line(*start, *end) for start, end in pairwise(places)]
        for level in levels:
            span: tuple[float, float] | None = getattr(level, f"{key}_interval")
            if span is not None:
                x = frame.x(level.position + moved)
                found.append(Line(x, frame.y(span[0]), x, frame.y(span[1])))
    return found


def _legend_entries(levels: Sequence[Level], language: Language) -> list[tuple[str, str]]:
    """Name the lines and the band, each with its style."""
    names = [(say("chart.interval_note", language), "band")]
    if any(level.crude is not None for level in levels):
        lines = [(say("chart.adjusted", language), "line"), (say("chart.crude", language), "dash")]
        names = [*lines, *names]
    return names


def _swatches(styles: Sequence[str], places: Sequence[tuple[float, float]]) -> tuple[Spec, Spec]:
    lines, bands = [], []
    for style, (x, y) in zip(styles, places, strict=True):
        if style == "band":
            bands.append(Stroke(x, x + 20, y - 4, y - 4, LIGHT.ink, width=10, opacity=0.14))
        elif style == "dash":
            lines.append(Stroke(x, x + 20, y - 4, y - 4, LIGHT.muted, width=1.25, dash=(4, 3)))
        else:
            lines.append(Stroke(x, x + 20, y - 4, y - 4, LIGHT.ink, width=2.25))
    return strokes(lines), boxes(bands)


def _worth_words(
    entries: Sequence[tuple[str, str]],
    places: Sequence[tuple[float, float]],
    frame: Frame,
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
