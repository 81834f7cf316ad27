"""Told factors: how many of the excellent and of the awful stories tell of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kuski.show.charts.axis import Axis, round_axis
from kuski.show.charts.panel import (
    Spec,
    Stroke,
    Text,
    data,
    haloed,
    legend_places,
    painted,
    panel,
    pixels,
    scaled,
    shortened,
    stacked,
    strokes,
    text_width,
    texts,
    total_width,
)
from kuski.show.record import Record, interval, number, text
from kuski.show.theme import LIGHT, SIZE
from kuski.words import Language, percent

if TYPE_CHECKING:
    import altair as alt

_LABELS = 250
_GAP = 10
_APART = 20
_COLOURS = {"excellent": LIGHT.blue, "awful": LIGHT.orange, "all": LIGHT.blue}


@dataclass(frozen=True, slots=True)
class _Mark:
    """One share with its interval, and where it stands."""

    key: str
    value: float
    ends: tuple[float, float] | None
    y: float
    words: str

    @property
    def color(self) -> str:
        return _COLOURS[self.key]

    @property
    def high(self) -> float:
        return max(self.value, *(self.ends or (self.value,)))


@dataclass(frozen=True, slots=True)
class _Row:
    """One factor with its shares."""

    name: str
    y: float
    marks: tuple[_Mark, ...]


def told_factors(
    records: Sequence[Record],
    names: Mapping[str, str],
    *,
    language: Language,
    narrow: bool = False,
) -> "alt.VConcatChart":
    """Draw how many stories tell of each factor, the excellent ones against the awful ones.

    Parameters
    ----------
    records : sequence of mappings
        ``code`` and ``name`` of the factor, ``of`` ("excellent", "awful" or "all"), ``share`` (0 to
        1) with ``share_low`` and ``share_high``. Factors stand in the order of their first record;
        a share without an interval gets a hollow dot.
    names : mapping of str to str
        What the stories of each kind are called.
    language : {"fi", "en"}
    narrow : bool
        For a phone: 340 pixels wide instead of 720.
    """
    rows = _rows(records, language, narrow)
    left = 0 if narrow else _LABELS
    width = total_width(narrow) - left
    height = rows[-1].marks[-1].y + 18 if rows else 40.0
    marks = [mark for row in rows for mark in row.marks]
    axis = _axis(marks, width)
    name_y = -16 if narrow else 4.5
    labels = [
        Text(
            row.name if narrow else shortened(row.name, _LABELS - 20, SIZE),
            0 if narrow else -_LABELS,
            row.y + name_y,
            LIGHT.ink,
            size=SIZE,
            weight=600,
        )
        for row in rows
    ]
    layers = [
        _lines(axis, width, height),
        _intervals(marks, axis),
        _dots(marks),
        *_values(marks, axis, width),
        *(haloed(labels) if narrow else (texts(labels),)),
        *_legend(marks, names, left=-left, right=width),
    ]
    return stacked([panel(layers, width=width, height=height)], language)


def _rows(records: Sequence[Record], language: Language, narrow: bool) -> tuple[_Row, ...]:
    """Place the factors from the top; on a phone their names stand above their shares."""
    grouped: dict[str, list[Record]] = {}
    for record in records:
        if number(record, "share") is not None:
            grouped.setdefault(text(record, "code"), []).append(record)
    found, y = [], 32.0 if narrow else 18.0
    for parts in grouped.values():
        marks = tuple(_mark(record, y + _APART * i, language) for i, record in enumerate(parts))
        name = text(parts[0], "name")
        found.append(_Row(name, y if narrow else y + 0.5 * _APART * (len(parts) - 1), marks))
        y += _APART * (len(parts) - 1) + (46 if narrow else 32)
    return tuple(found)


def _mark(record: Record, y: float, language: Language) -> _Mark:
    value, ends = number(record, "share") or 0.0, interval(record, "share")
    return _Mark(text(record, "of"), value, ends, y, percent(value, language))


def _axis(marks: Sequence[_Mark], width: float) -> Axis:
    """Begin at nothing, and leave room for each value to the right."""
    high = 0.1
    for mark in marks:
        free = width - text_width(mark.words, SIZE) - _GAP - 8
        high = max(high, mark.high * width / free)
    return round_axis(0.0, high)


def _lines(axis: Axis, width: float, height: float) -> Spec:
    """Draw the line of zero, and the round shares."""
    found = [Stroke(0, 0, 0, height, LIGHT.axis, width=1.5)]
    for tick in axis.ticks:
        if tick > 0:
            at = width * axis.share(tick)
            found.append(Stroke(at, at, 0, height, LIGHT.grid))
    return strokes(found)


def _intervals(marks: Sequence[_Mark], axis: Axis) -> Spec:
    rows: list[Spec] = [
        {"y": mark.y, "low": mark.ends[0], "high": mark.ends[1], "color": mark.color}
        for mark in marks
        if mark.ends is not None
    ]
    style = {"strokeCap": "round", "strokeWidth": 8, "opacity": 0.35}
    return {
        "data": data(rows),
        "mark": {"type": "rule"} | style,
        "encoding": {
            "x": scaled("low", (axis.low, axis.high), axis.spec(is_share=True) | {"grid": False}),
            "x2": {"field": "high"},
            "y": pixels("y"),
            "stroke": painted(),
        },
    }


def _dots(marks: Sequence[_Mark]) -> Spec:
    """Draw a filled dot for a share with an interval, a hollow one for one without."""
    rows: list[Spec] = [
        {
            "value": mark.value,
            "y": mark.y,
            "stroke": mark.color,
            "fill": mark.color if mark.ends else LIGHT.paper,
        }
        for mark in marks
    ]
    style = {"shape": "circle", "strokeWidth": 1.75, "size": 95, "opacity": 1}
    return {
        "data": data(rows),
        "mark": {"type": "point"} | style,
        "encoding": {
            "x": {"field": "value", "type": "quantitative"},
            "y": pixels("y"),
            "fill": painted("fill"),
            "stroke": painted("stroke"),
        },
    }


def _values(marks: Sequence[_Mark], axis: Axis, width: float) -> tuple[Spec, Spec]:
    """Write each share beside its interval."""
    items = [
        Text(
            mark.words,
            width * axis.share(mark.high) + _GAP,
            mark.y + 4.5,
            mark.color,
            weight=600,
            size=SIZE,
        )
        for mark in marks
    ]
    return haloed(items)


def _legend(
    marks: Sequence[_Mark], names: Mapping[str, str], *, left: float, right: float
) -> tuple[Spec, ...]:
    """Name the colours, in the order in which they stand."""
    keys = [key for key in names if any(mark.key == key for mark in marks)]
    places = legend_places([names[key] for key in keys], left=left, right=right, indent=18)
    dots: list[Spec] = [
        {"x": x + 6, "y": y - 4, "fill": _COLOURS[key]}
        for key, (x, y) in zip(keys, places, strict=True)
    ]
    words = [
        Text(names[key], x + 18, y, LIGHT.ink) for key, (x, y) in zip(keys, places, strict=True)
    ]
    mark = {"type": "point", "shape": "circle", "size": 95, "opacity": 1, "strokeWidth": 0}
    encoding = {"x": pixels("x"), "y": pixels("y"), "fill": painted("fill")}
    return {"data": data(dots), "mark": mark, "encoding": encoding}, texts(words)
