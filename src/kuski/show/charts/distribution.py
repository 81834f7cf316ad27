"""The distribution of customers: the lower panel of worth by level."""

from collections.abc import Sequence
from textwrap import wrap

from kuski.show.charts.frame import Frame, Level, placed
from kuski.show.charts.panel import (
    Spec,
    Stroke,
    Text,
    data,
    heading,
    painted,
    panel,
    scaled,
    strokes,
    text_width,
    texts,
)
from kuski.show.theme import LIGHT, SMALL, zone_colour
from kuski.words import Language, count, percent, say

_ZONES = ("below", "middle", "top")


def distribution(levels: Sequence[Level], frame: Frame, *, language: Language) -> Spec:
    """Draw each level's share of the customers, its number of answers, and the zones."""
    base = Stroke(0, frame.width, frame.lower, frame.lower)
    zones = _brackets(levels, frame)
    layers = [
        _bars(levels, frame),
        _share_labels(frame),
        strokes([base, *(stroke for _, stroke in zones)]),
        texts(
            [
                _distribution_heading(frame, language),
                *_level_labels(levels, frame, language),
                *_zone_names(zones, frame, language),
            ]
        ),
    ]
    rows = _distribution_data(levels, frame, language)
    return panel(layers, width=frame.width, height=frame.lower) | {"data": rows}


def _distribution_data(levels: Sequence[Level], frame: Frame, language: Language) -> Spec:
    return data(
        [
            {
                "level": level.label,
                "at": level.position,
                "share": level.share,
                "color": zone_colour(level.zone),
                "text": percent(level.share, language, decimals=_share_places(level, frame)),
            }
            for level in levels
        ]
    )


def _share_places(level: Level, frame: Frame) -> int:
    """Keep a decimal for the small shares, where there is room for it."""
    return 1 if 0 < level.share < 0.01 and frame.step >= 37 else 0


def _bars(levels: Sequence[Level], frame: Frame) -> Spec:
    largest = max((level.share for level in levels), default=0.0) or 1.0
    # The tallest bar ends where the heading and its own label still have room.
    top = largest * frame.lower / (frame.lower - 30)
    return {
        "mark": {"type": "bar", "size": round(0.74 * frame.step), "cornerRadiusEnd": 2},
        "encoding": {
            "x": placed(frame, "at"),
            "y": scaled("share", [0, top]),
            "fill": painted(),
        },
    }


def _share_labels(frame: Frame) -> Spec:
    size = SMALL if frame.step >= 37 else SMALL - 2
    mark = {"type": "text", "dy": -5, "baseline": "bottom", "color": LIGHT.ink, "fontSize": size}
    return {
        "mark": mark,
        "encoding": {
            "x": placed(frame, "at"),
            "y": {"field": "share", "type": "quantitative"},
            "text": {"field": "text"},
        },
    }


def _distribution_heading(frame: Frame, language: Language) -> Text:
    case = "distribution_panel" if frame.has_counts else "distribution_panel_short"
    return heading(say(f"chart.{case}", language), x=-frame.left, y=-4)


def _level_labels(levels: Sequence[Level], frame: Frame, language: Language) -> list[Text]:
    """Write the level below each bar, and the number of answers below that."""
    lines = _label_lines(levels, frame)
    labels = []
    for level in levels:
        x, y = frame.x(level.position), frame.lower + 18
        told = "\n".join(_wrapped(level.label, frame))
        labels.append(Text(told, x, y, color=LIGHT.ink, align="center", weight=600))
        if frame.has_counts and level.n is not None:
            n = count(level.n, language)
            labels.append(Text(n, x, y + 16 * lines, align="center", size=SMALL - 1))
    return labels


def _wrapped(label: str, frame: Frame) -> list[str]:
    """Break a label so that it fits below its bar, in three lines at most."""
    letters = max(3, int(frame.step / (0.55 * SMALL)))
    lines = wrap(label, letters, break_long_words=True) or [""]
    return lines if len(lines) <= 3 else [*lines[:2], f"{lines[2][: letters - 1]}…"]


def _label_lines(levels: Sequence[Level], frame: Frame) -> int:
    return max((len(_wrapped(level.label, frame)) for level in levels), default=1)


def _brackets(levels: Sequence[Level], frame: Frame) -> list[tuple[str, Stroke]]:
    """Draw which levels make up each zone."""
    y = frame.lower + 12 + 16 * (_label_lines(levels, frame) + frame.has_counts)
    brackets = []
    for zone in _ZONES:
        inside = [frame.x(level.position) for level in levels if level.zone == zone]
        if inside:
            start, end = min(inside) - 0.37 * frame.step, max(inside) + 0.37 * frame.step
            brackets.append((zone, Stroke(start, end, y, y, zone_colour(zone), width=3)))
    return brackets


def _zone_names(
    brackets: Sequence[tuple[str, Stroke]], frame: Frame, language: Language
) -> list[Text]:
    """Name each zone below its bracket, from the right, each clear of the one before."""
    names: list[Text] = []
    room = frame.width
    for zone, bracket in reversed(brackets):
        told = say(f"chart.{zone}", language)
        wide = text_width(told) + 4
        middle = 0.5 * (bracket.x + bracket.x2)
        left = min(middle - 0.5 * wide, room - wide)
        colour = LIGHT.muted if zone == "top" else zone_colour(zone)
        names.append(Text(told, left, bracket.y + 19, colour, weight=600))
        room = left - 8
    return names
