"""Headroom by segment: how much a person, over how many people, so that an area is a sum."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kuski.show.charts.axis import Axis, round_axis
from kuski.show.charts.panel import (
    Stroke,
    Text,
    boxes,
    haloed,
    heading,
    panel,
    room_beside,
    shortened,
    stacked,
    strokes,
    text_width,
    texts,
    total_width,
)
from kuski.show.record import Record, interval, number, text
from kuski.show.theme import LIGHT, SIZE, SMALL
from kuski.words import Language, quantity, say
from kuski.words.numerals import decimals_for

if TYPE_CHECKING:
    import altair as alt

_LABELS = 190
# Between a bar's frame and the words beside it.
_AWAY = 12
_THICK = 110
_THINNEST = 2.0
_ROW = 24
_MOST = 8
_HEAD = 30
# So that intervals show on the bars.
_FAINT = 0.6


@dataclass(frozen=True, slots=True)
class _Row:
    """One segment, placed: `y` is its middle and `thick` its height, in pixels."""

    record: Record
    y: float
    thick: float

    @property
    def value(self) -> float:
        """Headroom a person; 0 where it was refused."""
        return number(self.record, "headroom") or 0.0

    @property
    def color(self) -> str:
        """Blue for what is the segment's own, grey for what is mostly borrowed."""
        return LIGHT.blue if self.record.get("grade") in ("A", "B") else LIGHT.slate


@dataclass(frozen=True, slots=True)
class _Section:
    """One cut, placed.

    Attributes
    ----------
    name : str
    mean : float or None
        Headroom of everybody in it.
    y, end : float
        Base line of its heading, and where its last bar ends.
    rows : tuple of _Row
    """

    name: str
    mean: float | None
    y: float
    end: float
    rows: tuple[_Row, ...]


def headroom_by_segment(
    records: Sequence[Record],
    *,
    unit: str,
    is_of_people: bool = True,
    language: Language,
    narrow: bool = False,
) -> "alt.VConcatChart":
    """Draw each segment's headroom a person as a bar as thick as its share of the people.

    Parameters
    ----------
    records : sequence of mappings
        In the order to be shown: ``cut``, ``segment``, ``people``, ``share`` (0 to 1), ``headroom``
        and ``headroom_total`` with their ends, ``grade`` ("A", "B", "C" or None), ``mean`` (of the
        cut) and ``is_served``. Of each cut the eight with most people are drawn.
    unit : str
        Of worth.
    is_of_people : bool
        Whether customers are counted, and not answers.
    language : {"fi", "en"}
    narrow : bool
        For a phone: 340 pixels wide instead of 720.
    """
    sections = _sections(records, narrow)
    left = 0 if narrow else _LABELS
    rows = [row for section in sections for row in section.rows]
    told = [_told(row, unit, language, is_of_people) for row in rows]
    right = 0.0 if narrow else room_beside(told) + _AWAY
    width = total_width(narrow) - left - right
    height = max((section.end for section in sections), default=0.0)
    axis = _axis(sections)
    layers = [
        strokes([_line(tick, axis, width, -6, height, LIGHT.grid) for tick in axis.ticks]),
        boxes([_bar(row, axis, width) for row in rows]),
        strokes([*_whiskers(rows, axis, width), *_means(sections, axis, width)]),
        texts([*_ticks(axis, width, height, unit, language), *_headings(sections, left)]),
        texts(_mean_names(sections, axis, (left, width), unit, language)),
        *haloed(
            [
                words
                for row, note in zip(rows, told, strict=True)
                for words in _names(row, note, left, width, language, narrow)
            ]
        ),
        *_legend(rows, left, height, language),
    ]
    return stacked([panel(layers, width=total_width(narrow) - left, height=height + 52)], language)


def _sections(records: Sequence[Record], narrow: bool) -> tuple[_Section, ...]:
    """Place the cuts one below the other."""
    cuts = list(dict.fromkeys(text(record, "cut") for record in records))
    found, y = [], 0.0
    for cut in cuts:
        own = [record for record in records if text(record, "cut") == cut]
        biggest = sorted(own, key=lambda record: -(number(record, "people") or 0.0))[:_MOST]
        at, y = y + 10, y + _HEAD
        rows = []
        for record in (one for one in own if one in biggest):
            thick = max(_THINNEST, _THICK * (number(record, "share") or 0.0))
            room = max(_ROW, thick + 8) + (_ROW - 6 if narrow else 0)
            middle = y + room / 2 + (0.5 * (_ROW - 6) if narrow else 0)
            rows.append(_Row(record, middle, thick))
            y += room
        found.append(_Section(cut, number(own[0], "mean"), at, y, tuple(rows)))
        y += 12
    return tuple(found)


def _axis(sections: Sequence[_Section]) -> Axis:
    """Choose an axis that holds zero, every bar and the ends of every interval."""
    seen = [0.0]
    for section in sections:
        seen += [section.mean or 0.0]
        for row in section.rows:
            seen += [row.value, *(interval(row.record, "headroom") or ())]
    low, high = min(seen), max(seen)
    return round_axis(low, high + 0.04 * ((high - low) or 1.0))


def _x(value: float, axis: Axis, width: float) -> float:
    return width * axis.share(value)


def _line(value: float, axis: Axis, width: float, y: float, y2: float, color: str) -> Stroke:
    x = _x(value, axis, width)
    return Stroke(x, x, y, y2, LIGHT.axis if value == 0 else color)


def _bar(row: _Row, axis: Axis, width: float) -> Stroke:
    ends = sorted((_x(0.0, axis, width), _x(row.value, axis, width)))
    return Stroke(ends[0], ends[1], row.y, row.y, row.color, row.thick, _FAINT)


def _whiskers(rows: Sequence[_Row], axis: Axis, width: float) -> list[Stroke]:
    found = []
    for row in rows:
        ends = interval(row.record, "headroom")
        if ends is not None:
            low, high = (_x(end, axis, width) for end in ends)
            found.append(Stroke(low, high, row.y, row.y, LIGHT.ink, 2.0))
    return found


def _means(sections: Sequence[_Section], axis: Axis, width: float) -> list[Stroke]:
    """Draw what everybody has, through the bars of each cut."""
    found = []
    for section in sections:
        if section.mean is not None and section.rows:
            x = _x(section.mean, axis, width)
            top = section.y + 8
            found.append(Stroke(x, x, top, section.end, LIGHT.ink, 1.0, 1.0, (3, 3)))
    return found


def _ticks(axis: Axis, width: float, height: float, unit: str, language: Language) -> list[Text]:
    return [
        Text(
            quantity(tick, unit, language, decimals=axis.decimals),
            _x(tick, axis, width),
            height + 16,
            align="center",
        )
        for tick in axis.ticks
    ]


def _headings(sections: Sequence[_Section], left: float) -> list[Text]:
    return [
        heading(section.name[:1].upper() + section.name[1:], x=-left, y=section.y)
        for section in sections
    ]


def _mean_names(
    sections: Sequence[_Section],
    axis: Axis,
    place: tuple[float, float],
    unit: str,
    language: Language,
) -> list[Text]:
    """Write what everybody has over its line, clear of the heading."""
    left, width = place
    found = []
    for section in sections:
        if section.mean is None:
            continue
        rounded = float(f"{section.mean:.3g}")
        amount = quantity(rounded, unit, language, decimals=decimals_for(rounded))
        told = say("audience.chart_mean", language, mean=amount)
        half = text_width(told) / 2
        least = text_width(section.name, SIZE) * 1.1 - left + 14 + half
        x = max(least, min(_x(section.mean, axis, width), width - half))
        found.append(Text(told, x, section.y, align="center"))
    return found


def _told(row: _Row, unit: str, language: Language, is_of_people: bool) -> str:
    """Say how many people a segment has and what they have to gain together."""
    case = "audience.chart_people" if is_of_people else "audience.chart_answers"
    total = _amount(number(row.record, "headroom_total"), unit, language)
    return say(case, language, n=round(number(row.record, "people") or 0.0), total=total)


def _names(
    row: _Row, note: str, left: float, width: float, language: Language, narrow: bool
) -> list[Text]:
    """Name the segment, and write its note: beside its bar, or on a phone above it."""
    name = text(row.record, "segment")
    if row.record.get("is_served"):
        name = f"{name} ({say('audience.chart_served', language)})"
    if narrow:
        y = row.y - max(row.thick / 2, 4) - 7
        room = total_width(narrow) - text_width(note) - _AWAY
        return [
            Text(shortened(name, room), 0, y, LIGHT.ink),
            Text(note, total_width(narrow), y, LIGHT.muted, "right"),
        ]
    y = row.y + 4.5
    return [
        Text(shortened(name, left - 16, SIZE), -_AWAY, y, LIGHT.ink, "right", size=SIZE),
        Text(note, width + _AWAY, y, LIGHT.muted),
    ]


def _amount(total: float | None, unit: str, language: Language) -> str:
    """Write a sum with three significant digits."""
    if total is None:
        return "–"
    rounded = float(f"{total:.3g}")
    return quantity(rounded, unit, language, decimals=decimals_for(rounded))


def _legend(
    rows: Sequence[_Row], left: float, height: float, language: Language
) -> tuple[dict[str, object], ...]:
    """Say what the colours are, where both are there."""
    if len({row.color for row in rows}) < 2:
        return ()
    x, marks, words = -float(left), [], []
    for color, case in ((LIGHT.blue, "own"), (LIGHT.slate, "borrowed")):
        told = say(f"audience.chart_{case}", language)
        marks.append(Stroke(x, x + 12, height + 39, height + 39, color, 10.0, _FAINT))
        words.append(Text(told, x + 18, height + 43, size=SMALL))
        x += 18 + text_width(told) + 20
    return boxes(marks), texts(words)
