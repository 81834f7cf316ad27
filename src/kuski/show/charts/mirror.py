"""The mirror: what customers' answers give, beside what leaders guess, figure by figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from kuski.show.charts.axis import Axis, round_axis
from kuski.show.charts.panel import (
    Spec,
    Stroke,
    Text,
    data,
    heading,
    legend_places,
    painted,
    panel,
    pixels,
    stacked,
    strokes,
    text_width,
    texts,
    total_width,
)
from kuski.show.record import Record, interval, number, text
from kuski.show.theme import LIGHT, SIZE, SMALL
from kuski.words import Language, decimals_for, figure, percent, say

if TYPE_CHECKING:
    import altair as alt

MOST_ROWS = 18

_SHARES = ("importance", "leaving", "share")
_ORDER = (*_SHARES, "score", "driver", "nps")
_LABELS = 168
_NUMBER = 76
_EDGE = 8.0


@dataclass(frozen=True, slots=True)
class _Row:
    """One figure, with the ends of the scale on which it is drawn and its place from the top.

    Attributes
    ----------
    has_ends : bool
        Whether the ends of its scale stand below it: those of the next figure are others.
    """

    name: str
    heading: str
    y: float
    low: float
    high: float
    is_share: bool
    has_ends: bool
    truth: float | None
    limits: tuple[float, float] | None
    leaders: float | None
    guesses: tuple[float, ...]

    def told(self, value: float | None, language: Language) -> str:
        """Write a value as the figure's own unit does."""
        if self.is_share:
            return percent(value, language, decimals=0)
        places = min(1 if self.high - self.low <= 20 else 0, decimals_for(value))
        return figure(value, language, decimals=places)


def guesses_against_truth(
    records: Sequence[Record],
    guesses: Sequence[Sequence[float]],
    *,
    language: Language,
    narrow: bool = False,
) -> "alt.VConcatChart":
    """Draw, for each figure, the truth with its interval, every guess and their mean.

    Parameters
    ----------
    records : sequence of mappings
        One per figure: ``kind`` ("importance", "leaving", "share" or another), ``row`` (its name
        below the heading of its kind), ``scale_low``, ``scale_high``, ``truth`` with its ends, and
        ``leaders``. Figures of one kind are shown together, the largest truth first. Of more than
        `MOST_ROWS` the ones are shown on which leaders are farthest off.
    guesses : sequence of sequences of float
        Of each record, in any order.
    language : {"fi", "en"}
    narrow : bool
        For a phone: 340 pixels wide instead of 720.
    """
    left = 0 if narrow else _LABELS
    right = 0 if narrow else 2 * _NUMBER
    width = float(total_width(narrow) - left - right)
    chosen = _chosen(records, guesses)
    axis = round_axis(0.0, max(0.05, 1.04 * _most(chosen)))
    rows = _rows(chosen, axis, language, narrow)
    bottom = max((row.y for row in rows), default=0.0) + 26
    layers = [
        _tracks(rows, axis, width, reach=7 if narrow else 15),
        _limits(rows, width),
        _dots(rows, width),
        _means(rows, width),
        texts(
            [
                *_names(rows, left),
                *_numbers(rows, width, right, language, narrow),
                *_ticks(rows, axis, width, language),
            ]
        ),
        *_legend(left, width + right, language),
    ]
    return stacked([panel(layers, width=width, height=bottom)], language)


def _chosen(
    records: Sequence[Record], guesses: Sequence[Sequence[float]]
) -> list[tuple[Record, Sequence[float]]]:
    """Take the figures on which leaders are farthest off, in the order in which they are drawn."""
    paired = list(zip(records, guesses, strict=True)) if records else []
    paired = sorted(paired, key=lambda pair: -_miss(pair[0]))[:MOST_ROWS]
    order = {kind: place for place, kind in enumerate(_ORDER)}
    return sorted(
        paired,
        key=lambda pair: (order.get(text(pair[0], "kind"), 9), -(number(pair[0], "truth") or 0)),
    )


def _miss(record: Record) -> float:
    truth, leaders = number(record, "truth"), number(record, "leaders")
    if truth is None or leaders is None:
        return 0.0
    low, high = _scale(record)
    return abs(leaders - truth) / (high - low)


def _scale(record: Record) -> tuple[float, float]:
    low, high = number(record, "scale_low"), number(record, "scale_high")
    return (0.0, 1.0) if low is None or high is None else (low, high)


def _most(chosen: Sequence[tuple[Record, Sequence[float]]]) -> float:
    """Find the largest share that must have room."""
    return max(
        (
            value
            for record, guessed in chosen
            if text(record, "kind") in _SHARES
            for value in (
                *guessed,
                number(record, "truth") or 0.0,
                *(interval(record, "truth") or ()),
            )
        ),
        default=1.0,
    )


def _rows(
    chosen: Sequence[tuple[Record, Sequence[float]]], axis: Axis, language: Language, narrow: bool
) -> tuple[_Row, ...]:
    found: list[_Row] = []
    y = 0.0
    scales = [*(_scale(record) for record, _ in chosen), None]
    for place, (record, guessed) in enumerate(chosen):
        title = say(f"chart.guess_{_heading(record)}", language)
        is_share = text(record, "kind") in _SHARES
        if not found or found[-1].heading != title:
            y += 14 if not found else 40 if is_share else 62
        y += 42 if narrow else 30
        if found and found[-1].has_ends:
            y += 12
        low, high = (axis.low, axis.high) if is_share else _scale(record)
        found.append(
            _Row(
                name=text(record, "row"),
                heading=title,
                y=y,
                low=low,
                high=high,
                is_share=is_share,
                has_ends=not is_share and scales[place + 1] != (low, high),
                truth=number(record, "truth"),
                limits=interval(record, "truth"),
                leaders=number(record, "leaders"),
                guesses=tuple(guessed),
            )
        )
    return tuple(found)


def _heading(record: Record) -> str:
    kind = text(record, "kind")
    return kind if kind in _SHARES else "mean"


def _x(row: _Row, value: float, width: float) -> float:
    return _EDGE + (width - 2 * _EDGE) * (value - row.low) / (row.high - row.low)


def _tracks(rows: Sequence[_Row], axis: Axis, width: float, *, reach: float) -> Spec:
    """Draw the line on which each figure stands, and the shares' common ticks across it."""
    lines = [Stroke(_EDGE, width - _EDGE, row.y, row.y, LIGHT.grid) for row in rows]
    shares = [row for row in rows if row.is_share]
    for tick in axis.ticks if shares else ():
        x = _x(shares[0], tick, width)
        lines += [Stroke(x, x, row.y - reach, row.y + reach, LIGHT.grid) for row in shares]
    for row in rows:
        if not row.is_share:
            ends = (_EDGE, width - _EDGE)
            lines += [Stroke(x, x, row.y - 5, row.y + 5, LIGHT.axis) for x in ends]
    return strokes(lines)


def _limits(rows: Sequence[_Row], width: float) -> Spec:
    """Draw the truth's interval as a thick line."""
    return strokes(
        [
            Stroke(*_at_least(*(_x(row, end, width) for end in row.limits)), row.y, row.y,
                   LIGHT.blue, width=5, opacity=0.45)
            for row in rows
            if row.limits is not None
        ]
    )  # fmt: skip


def _at_least(x: float, x2: float) -> tuple[float, float]:
    """Keep an interval wide enough to be seen beside its point."""
    lack = max(0.0, 12 - (x2 - x)) / 2
    return x - lack, x2 + lack


def _dots(rows: Sequence[_Row], width: float) -> Spec:
    points: list[Spec] = [
        {"x": _x(row, guess, width), "y": row.y} for row in rows for guess in row.guesses
    ]
    return _points(points, color=LIGHT.slate, shape="circle", size=26, opacity=0.55)


def _means(rows: Sequence[_Row], width: float) -> Spec:
    truths: list[Spec] = [
        {"x": _x(row, row.truth, width), "y": row.y, "color": LIGHT.blue, "shape": "circle"}
        for row in rows
        if row.truth is not None
    ]
    leaders: list[Spec] = [
        {"x": _x(row, row.leaders, width), "y": row.y, "color": LIGHT.orange, "shape": "diamond"}
        for row in rows
        if row.leaders is not None
    ]
    return {
        "data": data([*truths, *leaders]),
        "mark": {
            "type": "point",
            "filled": True,
            "opacity": 1,
            "size": 110,
            "stroke": LIGHT.paper,
            "strokeWidth": 1.5,
        },
        "encoding": {
            "x": pixels("x"),
            "y": pixels("y"),
            "fill": painted(),
            "shape": {"field": "shape", "type": "nominal", "scale": None, "legend": None},
        },
    }


def _points(
    points: Sequence[Spec], *, color: str, shape: str, size: int, opacity: float = 1.0
) -> Spec:
    mark = {"type": "point", "filled": True, "color": color, "shape": shape}
    return {
        "data": data(points),
        "mark": mark | {"size": size, "opacity": opacity},
        "encoding": {"x": pixels("x"), "y": pixels("y")},
    }


def _names(rows: Sequence[_Row], left: float) -> list[Text]:
    """Name each figure, and each kind above its first."""
    found = []
    for title, group in groupby(rows, key=lambda row: row.heading):
        members = list(group)
        up = 24 if left else 38
        found.append(heading(title, x=-left, y=members[0].y - up))
        for row in members:
            name = _fitting(row.name, left - 12 if left else 190)
            y = row.y + 4.5 if left else row.y - 13
            found.append(Text(name, -left, y, color=LIGHT.ink, size=SIZE))
    return found


def _fitting(name: str, room: float) -> str:
    """Shorten a name that there is no room for."""
    if text_width(name, SIZE) <= room:
        return name
    while name and text_width(name + "…", SIZE) > room:
        name = name[:-1]
    return name.rstrip() + "…"


def _numbers(
    rows: Sequence[_Row], width: float, right: float, language: Language, narrow: bool
) -> list[Text]:
    """Write both values at the right edge, each in its colour."""
    ends = (width - 62, width) if narrow else (width + _NUMBER, width + right)
    found = []
    for row in rows:
        y = row.y - 13 if narrow else row.y + 4.5
        for value, color, x in (
            (row.truth, LIGHT.blue, ends[0]),
            (row.leaders, LIGHT.orange, ends[1]),
        ):
            told = row.told(value, language)
            found.append(Text(told, x, y, color=color, align="right", weight=600, size=SIZE))
    if rows:
        y = rows[0].y - (38 if narrow else 24)
        for case, color, x in (
            ("guess_customers_short", LIGHT.blue, ends[0]),
            ("guess_leaders_short", LIGHT.orange, ends[1]),
        ):
            told = say(f"chart.{case}", language)
            found.append(Text(told, x, y, color=color, align="right", size=SMALL))
    return found


def _ticks(rows: Sequence[_Row], axis: Axis, width: float, language: Language) -> list[Text]:
    """Write the shares' axis below the last of them, and the ends of the other scales."""
    shares = [row for row in rows if row.is_share]
    found = []
    if shares:
        y = shares[-1].y + 24
        for tick in axis.ticks:
            told = percent(tick, language, decimals=max(0, axis.decimals - 2))
            found.append(Text(told, _x(shares[-1], tick, width), y, align="center"))
    for row in rows:
        if row.has_ends:
            places = (("left", row.low, _EDGE - 4), ("right", row.high, width - _EDGE + 4))
            for align, end, x in places:
                told = figure(end, language, decimals=0)
                found.append(
                    Text(told, x, row.y + 18, align="left" if align == "left" else "right")
                )
    return found


def _legend(left: float, right: float, language: Language) -> list[Spec]:
    names = [say(f"chart.guess_{key}", language) for key in ("truth", "leaders", "single")]
    places = legend_places(names, left=-left, right=right, indent=24)
    (truth, leaders, single) = places
    words = [Text(name, x + 22, y) for name, (x, y) in zip(names, places, strict=True)]
    return [
        strokes([Stroke(truth[0], truth[0] + 16, truth[1] - 4, truth[1] - 4, LIGHT.blue, width=5,
                        opacity=0.45)]),
        _points([{"x": truth[0] + 8, "y": truth[1] - 4}], color=LIGHT.blue, shape="circle",
                size=90),
        _points([{"x": leaders[0] + 8, "y": leaders[1] - 4}], color=LIGHT.orange, shape="diamond",
                size=90),
        _points([{"x": single[0] + x, "y": single[1] - 4} for x in (2, 8, 14)],
                color=LIGHT.slate, shape="circle", size=26, opacity=0.55),
        texts(words),
    ]  # fmt: skip
