"""A frame: the levels of a scale and where they stand, in both panels of worth by level."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kuski.show.charts.axis import Axis, round_axis
from kuski.show.charts.panel import Spec, scaled, text_width, total_width
from kuski.show.record import Record, interval, number, text
from kuski.show.theme import SMALL
from kuski.words import Language, count, figure, percent


@dataclass(frozen=True, slots=True)
class Level:
    """One level with what is drawn of it.

    Attributes
    ----------
    main, crude : float or None
        Adjusted and crude worth; where nothing is adjusted, `main` is the crude one.
    """

    label: str
    position: float
    n: float | None
    share: float
    zone: str
    main: float | None
    main_interval: tuple[float, float] | None
    crude: float | None
    crude_interval: tuple[float, float] | None

    @property
    def is_crude_above(self) -> bool:
        """Whether the crude line runs above this level's point."""
        return self.main is not None and self.crude is not None and self.crude > self.main


@dataclass(frozen=True, slots=True)
class Frame:
    """Where things are, in pixels and on the shared axis."""

    left: float
    width: float
    start: float
    end: float
    upper: float
    lower: float
    widest_count: float
    axis: Axis

    @property
    def step(self) -> float:
        """Pixels from one level to the next."""
        return self.width / (self.end - self.start)

    @property
    def has_counts(self) -> bool:
        """Whether there is room for the number of answers below each level."""
        return self.widest_count + 5 <= self.step

    def x(self, position: float) -> float:
        """Tell the pixel of a position."""
        return (position - self.start) * self.step

    def y(self, value: float) -> float:
        """Tell the pixel of a worth, from the top of the upper panel."""
        return self.upper * (1 - self.axis.share(value))


def levels_of(records: Sequence[Record]) -> tuple[Level, ...]:
    """Read the levels from their records, in the order of their positions."""
    is_adjusted = any(number(record, "adjusted") is not None for record in records)
    main = "adjusted" if is_adjusted else "worth"
    found = [
        Level(
            label=text(record, "level"),
            position=number(record, "position") or 0.0,
            n=number(record, "n"),
            share=number(record, "share") or 0.0,
            zone=text(record, "zone"),
            main=number(record, main),
            main_interval=_interval(record, main),
            crude=number(record, "worth") if is_adjusted else None,
            crude_interval=_interval(record, "worth") if is_adjusted else None,
        )
        for record in records
    ]
    return tuple(sorted(found, key=lambda level: level.position))


def _interval(record: Record, key: str) -> tuple[float, float] | None:
    return None if number(record, key) is None else interval(record, key)


def frame_of(levels: Sequence[Level], unit: str, language: Language, narrow: bool) -> Frame:
    """Find room for the levels, the labels of the axis and the outermost values."""
    positions = [level.position for level in levels] or [0.0]
    axis = _axis(ends(levels))
    widest = max(_tick_width(tick, axis, unit, language) for tick in (*axis.ticks, axis.high))
    left = math.ceil(widest + 10)
    width = total_width(narrow) - left
    # The outermost values may stand outside their points.
    beyond = 1.15 * widest + 10
    edge = max(0.5, beyond * (max(positions) - min(positions)) / (width - 2 * beyond))
    counts = [text_width(count(level.n, language), SMALL - 1) for level in levels if level.n]
    return Frame(
        left=left,
        width=width,
        start=min(positions) - edge,
        end=max(positions) + (edge if levels and levels[-1].is_crude_above else 0.5),
        upper=190 if narrow else 260,
        lower=88 if narrow else 110,
        widest_count=max(counts, default=0.0),
        axis=axis,
    )


def _axis(known: Sequence[float]) -> Axis:
    low, high = min(known, default=0.0), max(known, default=1.0)
    # A truncated axis is told by its labels; it is taken only where zero would hide the shape.
    if low > 0 and high - low > 0.25 * high:
        low = 0.0
    room = 0.09 * (high - low or abs(high) or 1.0)
    return round_axis(low - room if low else low, high + room)


def _tick_width(tick: float, axis: Axis, unit: str, language: Language) -> float:
    if unit == "%":
        return text_width(percent(tick, language, decimals=max(0, axis.decimals - 2)))
    return text_width(figure(tick, language, decimals=axis.decimals))


def ends(levels: Sequence[Level]) -> list[float]:
    """List every number that the upper panel must have room for."""
    found = [x for level in levels for x in (level.main, level.crude) if x is not None]
    for level in levels:
        found += [*(level.main_interval or ()), *(level.crude_interval or ())]
    return found


def placed(frame: Frame, field: str) -> Spec:
    """Encode a position on the axis that both panels share."""
    return scaled(field, [frame.start, frame.end])
