"""Who gets less: how many in each segment, of how many, and who of them is let down."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from kuski.show.charts.panel import (
    Spec,
    Stroke,
    Text,
    boxes,
    heading,
    legend_places,
    panel,
    room_beside,
    shortened,
    stacked,
    texts,
    total_width,
)
from kuski.show.record import Record, number, text
from kuski.show.theme import LIGHT, SIZE, SMALL
from kuski.words import Language, count, say

if TYPE_CHECKING:
    import altair as alt

_LABELS = 185
_BAR = 16
_MOST = 10
_COLOURS = {"let_down": LIGHT.orange, "money": LIGHT.slate, "rest": LIGHT.grid}


@dataclass(frozen=True, slots=True)
class _Bar:
    """One segment: who is let down, who only gets less money, and all of its people."""

    name: str
    let_down: float
    people: float
    of: float
    words: str


def people_who_get_less(
    panels: Sequence[tuple[str, Sequence[Record]]],
    *,
    language: Language,
    narrow: bool = False,
) -> "alt.VConcatChart":
    """Draw who gets less in each segment, once for each allocation that the plan is held against.

    Parameters
    ----------
    panels : sequence of (str, sequence of mappings)
        A heading, and one record per segment: ``name``, ``by`` ("segment", or "protected" for what
        stands last), ``of`` (its people), ``people`` (who get less) and ``let_down`` (how many of
        those are expected to score lower).
    language : {"fi", "en"}
    narrow : bool
        For a phone: 340 pixels wide instead of 720.
    """
    drawn = [(title, _bars(records, language)) for title, records in panels]
    largest = max((bar.of for _, bars in drawn for bar in bars), default=1.0)
    room = room_beside((bar.words for _, bars in drawn for bar in bars), SIZE)
    specs = [
        _panel(title, bars, largest, room, has_legend=not i, language=language, narrow=narrow)
        for i, (title, bars) in enumerate(drawn)
    ]
    return stacked(specs, language, spacing=26)


def _bars(records: Sequence[Record], language: Language) -> tuple[_Bar, ...]:
    """Order the segments by how many get less, and take the smallest together."""
    segments = sorted(
        (record for record in records if text(record, "by") == "segment"),
        key=lambda record: -(number(record, "people") or 0.0),
    )
    shown = segments if len(segments) <= _MOST + 1 else segments[:_MOST]
    bars = [_bar(text(record, "name"), [record], language) for record in shown]
    if more := segments[len(shown) :]:
        name = say("disappointed.chart_more", language, n=len(more))
        bars.append(_bar(name, more, language))
    apart = [record for record in records if text(record, "by") != "segment"]
    bars += [_bar(text(record, "name"), [record], language) for record in apart]
    return tuple(bars)


def _bar(name: str, records: Sequence[Record], language: Language) -> _Bar:
    def total(key: str) -> float:
        return sum(number(record, key) or 0.0 for record in records)

    let_down, people, of = total("let_down"), total("people"), total("of")
    values = {"people": count(people, language), "of": count(of, language)}
    if let_down > 0:
        values["let_down"] = count(let_down, language)
    words = say(f"disappointed.chart_{'both' if let_down > 0 else 'people'}", language, **values)
    return _Bar(name, let_down, people, of, words)


def _panel(
    title: str,
    bars: Sequence[_Bar],
    largest: float,
    room: float,
    *,
    has_legend: bool,
    language: Language,
    narrow: bool,
) -> Spec:
    left = 0 if narrow else _LABELS
    width = total_width(narrow) - left
    length = width if narrow else width - room - 12
    marks: list[Stroke] = []
    words: list[Text] = []
    y = 0.0
    for bar in bars:
        y += 20 if narrow else 0
        middle = y + 0.5 * _BAR
        marks += _parts(bar, middle, length / largest)
        name = shortened(bar.name, width if narrow else left - 12, SIZE)
        words.append(
            Text(name, -left, y - 6 if narrow else middle + 4.5, LIGHT.ink, weight=600, size=SIZE)
        )
        y += _BAR
        place = (0.0, y + 15) if narrow else (length + 12, middle + 4.5)
        words.append(Text(bar.words, *place, LIGHT.ink, size=SMALL if narrow else SIZE))
        y += 28 if narrow else 8
    above, squares = _legend(left, width, language) if has_legend else ([], [])
    top = min((word.y for word in above), default=0.0)
    lift = -14.0 if not narrow else -10.0
    words.append(heading(title, x=-left, y=(top if above else lift) - (20 if above else 0)))
    return panel([boxes([*marks, *squares]), texts([*words, *above])], width=width, height=y)


def _parts(bar: _Bar, y: float, scale: float) -> list[Stroke]:
    """Lay the three parts of a segment end to end, each with the room that its people take."""
    ends = [0.0, bar.let_down, bar.people, bar.of]
    return [
        Stroke(start * scale, end * scale, y, y, color, width=_BAR)
        for (start, end), color in zip(pairwise(ends), _COLOURS.values(), strict=True)
        if end > start
    ]


def _legend(left: float, width: float, language: Language) -> tuple[list[Text], list[Stroke]]:
    names = [say(f"disappointed.chart_{key}", language) for key in _COLOURS]
    places = legend_places(names, left=-left, right=width, indent=18)
    words = [Text(name, x + 18, y) for name, (x, y) in zip(names, places, strict=True)]
    squares = [
        Stroke(x, x + 12, y - 4, y - 4, color, width=10)
        for color, (x, y) in zip(_COLOURS.values(), places, strict=True)
    ]
    return words, squares
