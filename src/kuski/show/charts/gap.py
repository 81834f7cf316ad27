"""Said and done: a line from each factor's place in what is said to its place in what is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kuski.show.charts.panel import (
    Align,
    Spec,
    Stroke,
    Text,
    data,
    haloed,
    heading,
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
from kuski.words import Estimate, Language, percent, say
from kuski.words.numerals import written

if TYPE_CHECKING:
    import altair as alt

_RADIUS = 12.0
_TOP = 44.0
_AWAY = 20.0
# An interval narrower than this would only lengthen the number; the table has it.
_SEEN = 0.005


@dataclass(frozen=True, slots=True)
class _End:
    """One end of a factor's line."""

    name: str
    rank: int
    y: float
    details: tuple[str, ...]


def said_and_done(
    records: Sequence[Record], *, said: str, done: str, language: Language, narrow: bool = False
) -> "alt.VConcatChart":
    """Draw each factor's rank in what is said, and a line to its rank in what is done.

    Parameters
    ----------
    records : sequence of mappings
        One per factor: ``factor``; ``said`` and ``done`` (shares, 0 to 1) with ``_low`` and
        ``_high``, and ``said_rank`` and ``done_rank`` likewise; ``direction`` −1 where more is
        surely said than done, 1 where less is, 0 where neither is sure. Without a rank on both
        sides a factor is not drawn.
    said, done : str
        What the two sides are.
    language : {"fi", "en"}
    narrow : bool
        For a phone: 340 pixels wide instead of 720.
    """
    whole = total_width(narrow)
    side = 116.0 if narrow else 240.0
    left, right = side, whole - side
    known = [r for r in records if number(r, "said_rank") and number(r, "done_rank")]
    step = 64.0 if narrow else 50.0
    starts = _ends(known, "said", step, side - _AWAY, language, narrow)
    stops = _ends(known, "done", step, side - _AWAY, language, narrow)
    colors = [_color(number(record, "direction")) for record in known]
    # What is sure is drawn last, so that it lies on top.
    order = sorted(range(len(known)), key=lambda i: colors[i] != LIGHT.axis)
    lines = [
        Stroke(left, right, starts[i].y, stops[i].y, colors[i], width=_width(colors[i]))
        for i in order
    ]
    words: list[Text] = []
    numerals: list[Text] = []
    for i in order:
        words += _label(starts[i], left - _AWAY, "right", colors[i])
        words += _label(stops[i], right + _AWAY, "left", colors[i])
        numerals += [_numeral(starts[i], left), _numeral(stops[i], right)]
    heads = [
        _head(said, left + _RADIUS, "right", side),
        _head(done, right - _RADIUS, "left", side),
    ]
    layers = [
        strokes(lines),
        _discs(starts, stops, colors, order, left, right),
        texts(numerals),
        *haloed(words),
        texts(heads),
    ]
    height = _TOP + step * max(len(known), 1)
    return stacked([panel(layers, width=whole, height=height)], language)


def _ends(
    records: Sequence[Record],
    key: str,
    step: float,
    room: float,
    language: Language,
    narrow: bool,
) -> list[_End]:
    """Place one side's factors by rank, those of equal rank below each other."""
    order = sorted(
        range(len(records)),
        key=lambda i: (number(records[i], f"{key}_rank"), -(number(records[i], key) or 0.0)),
    )
    found: dict[int, _End] = {}
    for place, i in enumerate(order):
        found[i] = _End(
            name=_cut(text(records[i], "factor"), room),
            rank=round(number(records[i], f"{key}_rank") or 0),
            y=_TOP + step * (place + 0.5) - (8 if narrow else 4),
            details=_details(records[i], key, language, narrow),
        )
    return [found[i] for i in range(len(records))]


def _details(record: Record, key: str, language: Language, narrow: bool) -> tuple[str, ...]:
    """Write the share with its interval, and the places that the rank may have."""
    value, ends = number(record, key), interval(record, key)
    share = percent(value, language)
    if ends is not None and ends[1] - ends[0] >= _SEEN:
        share = written(Estimate(value, *ends, "%"), "", language)
    first, last = number(record, f"{key}_rank_low"), number(record, f"{key}_rank_high")
    if first is None or last is None:
        return (share,)
    case = "place_sure" if first == last else "place_between"
    place = say(f"chart.{case}", language, low=round(first), high=round(last))
    return (share, place) if narrow else (f"{share} · {place}",)


def _label(end: _End, x: float, align: Align, color: str) -> list[Text]:
    """Write the factor's name, and below it its share and place."""
    ink = LIGHT.ink if color == LIGHT.axis else color
    name = Text(end.name, x, end.y - 1, ink, align=align, weight=600, size=SIZE + 1)
    return [
        name,
        *(
            Text(line, x, end.y + 15 * (i + 1), LIGHT.muted, align=align, size=SMALL)
            for i, line in enumerate(end.details)
        ),
    ]


def _numeral(end: _End, x: float) -> Text:
    return Text(str(end.rank), x, end.y + 4.5, LIGHT.paper, align="center", weight=600, size=SIZE)


def _head(words: str, x: float, align: Align, room: float) -> Text:
    found = heading(_cut(words, room + _RADIUS), x=x, y=18)
    return Text(found.text, x, found.y, found.color, align=align, weight=600, size=found.size)


def _discs(
    starts: Sequence[_End],
    stops: Sequence[_End],
    colors: Sequence[str],
    order: Sequence[int],
    left: float,
    right: float,
) -> Spec:
    rows: list[Spec] = [
        {"x": x, "y": ends[i].y, "fill": LIGHT.muted if colors[i] == LIGHT.axis else colors[i]}
        for i in order
        for x, ends in ((left, starts), (right, stops))
    ]
    return {
        "data": data(rows),
        "mark": {"type": "circle", "size": (2 * _RADIUS) ** 2 * 0.785, "opacity": 1},
        "encoding": {
            "x": pixels("x"),
            "y": pixels("y"),
            "fill": {"field": "fill", "type": "nominal", "scale": None, "legend": None},
        },
    }


def _color(direction: float | None) -> str:
    """Orange for what is said more than done, blue for what is done more than said."""
    if not direction:
        return LIGHT.axis
    return LIGHT.blue if direction > 0 else LIGHT.orange


def _width(color: str) -> float:
    return 1.5 if color == LIGHT.axis else 3.0


def _cut(name: str, room: float) -> str:
    """Shorten a name that does not fit; the table has it whole."""
    if text_width(name, SIZE + 1) <= room:
        return name
    while name and text_width(name + "…", SIZE + 1) > room:
        name = name[:-1]
    return name.rstrip() + "…"
