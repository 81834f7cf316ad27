"""Answered by column: what share of the rows each column answers, and how the rest was lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kuski.show.charts.panel import (
    Spec,
    Stroke,
    Text,
    beams,
    boxes,
    legend_places,
    panel,
    scaled,
    shortened,
    stacked,
    texts,
    total_width,
)
from kuski.show.record import Record, number, text
from kuski.show.theme import LIGHT
from kuski.words import Language, percent, say

if TYPE_CHECKING:
    import altair as alt

MOST = 30
MOST_NARROW = 12
_LABELS = 220
_VALUES = 48
_COLOURS = {
    "answered": LIGHT.blue,
    "missing": LIGHT.grid,
    "off_scale": LIGHT.orange,
    "unreadable": LIGHT.ink,
}


@dataclass(frozen=True, slots=True)
class _Column:
    """One column's shares of the rows, in the order of `_COLOURS`."""

    name: str
    shares: tuple[float, ...]


def answered_by_column(
    records: Sequence[Record], *, language: Language, narrow: bool = False
) -> "alt.VConcatChart":
    """Draw the share answered of each column, with what was lost beside it.

    Parameters
    ----------
    records : sequence of mappings
        One per column: ``column``, and ``answered``, ``empty``, ``coded`` (a code for missing),
        ``off_scale``, ``unreadable`` as counts or as shares: they are drawn as parts of their sum.
        Where there are more than 30 columns (12 on a phone), those that lost most are drawn and
        the others are summed.
    language : {"fi", "en"}
    narrow : bool
        For a phone: 340 pixels wide instead of 720.
    """
    most = MOST_NARROW if narrow else MOST
    columns = _summed([_column(record) for record in records], most, language)
    left = 0 if narrow else _LABELS
    width = total_width(narrow) - left - _VALUES
    row = 40 if narrow else 24
    places = [row * (i + 0.5) + (8 if narrow else 0) for i in range(len(columns))]
    kinds = [kind for i, kind in enumerate(_COLOURS) if any(c.shares[i] for c in columns)]
    told = [say(f"chart.{kind}", language) for kind in kinds]
    entries = legend_places(told, left=-left, right=width + _VALUES, indent=18)
    layers = [
        _parts(columns, places),
        _legend(kinds, entries),
        texts(
            [
                *(Text(name, x + 18, y) for name, (x, y) in zip(told, entries, strict=True)),
                *_names(columns, places, left),
                *_values(columns, places, width, language),
            ]
        ),
    ]
    return stacked([panel(layers, width=width, height=row * len(columns))], language)


def _column(record: Record) -> _Column:
    lost = (number(record, "empty") or 0.0) + (number(record, "coded") or 0.0)
    rest = [number(record, key) or 0.0 for key in ("answered", "off_scale", "unreadable")]
    parts = (rest[0], lost, *rest[1:])
    whole = sum(parts) or 1.0
    return _Column(text(record, "column"), tuple(part / whole for part in parts))


def _summed(columns: Sequence[_Column], most: int, language: Language) -> list[_Column]:
    """Keep the columns that lost most, in their own order, and sum the others."""
    if len(columns) <= most:
        return list(columns)
    kept = sorted(columns, key=lambda column: column.shares[0])[:most]
    names = {column.name for column in kept}
    others = [column for column in columns if column.name not in names]
    means = tuple(
        sum(parts) / len(others) for parts in zip(*(c.shares for c in others), strict=True)
    )
    name = say("chart.other_columns", language, n=len(others))
    return [*(column for column in columns if column.name in names), _Column(name, means)]


def _parts(columns: Sequence[_Column], places: Sequence[float]) -> Spec:
    rows: list[Spec] = []
    for column, y in zip(columns, places, strict=True):
        start = 0.0
        for kind, share in zip(_COLOURS, column.shares, strict=True):
            if share > 0:
                part = {"column": column.name, "kind": kind, "start": start, "end": start + share}
                rows.append(part | {"y": y, "color": _COLOURS[kind]})
            start += share
    return beams(rows, scaled("start", (0, 1)), thick=14)


def _legend(kinds: Sequence[str], places: Sequence[tuple[float, float]]) -> Spec:
    return boxes(
        [
            Stroke(x, x + 12, y - 4, y - 4, _COLOURS[kind], width=12)
            for kind, (x, y) in zip(kinds, places, strict=True)
        ]
    )


def _names(columns: Sequence[_Column], places: Sequence[float], left: float) -> list[Text]:
    room = left - 14 if left else 320
    return [
        Text(shortened(column.name, room), -left, y + (4.5 if left else -12), LIGHT.ink)
        for column, y in zip(columns, places, strict=True)
    ]


def _values(
    columns: Sequence[_Column], places: Sequence[float], width: float, language: Language
) -> list[Text]:
    return [
        Text(
            percent(column.shares[0], language, decimals=0),
            width + _VALUES,
            y + 4.5,
            LIGHT.ink,
            align="right",
            weight=600,
        )
        for column, y in zip(columns, places, strict=True)
    ]
