"""The split: the ratio of two plans as people, steps per person and worth per step."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kuski.show.charts.panel import (
    Spec,
    Text,
    beams,
    data,
    haloed,
    heading,
    painted,
    panel,
    pixels,
    texts,
    total_width,
    whiskers,
)
from kuski.show.record import Record, interval, number
from kuski.show.theme import LIGHT, SIZE, SMALL
from kuski.words import Language, figure, say

_FACTORS = ("people", "steps_per_person", "worth_per_step", "ratio")
# As the sentences write them.
_DECIMALS = {"people": 1, "steps_per_person": 2, "worth_per_step": 2, "ratio": 1}
_LABELS = 190


@dataclass(frozen=True, slots=True)
class _Factor:
    """One bar of the lower panel, from where the one before it ended."""

    name: str
    value: float | None
    start: float
    end: float
    ends: tuple[float, float] | None
    y: float


def labels_width(narrow: bool) -> int:
    """Tell how many pixels the words to the left take; on a phone they stand above the marks."""
    return 0 if narrow else _LABELS


def split_panel(split: Record, *, language: Language, narrow: bool) -> Spec:
    """Draw three factors, each from where the last one ended, and their product below them."""
    factors = _factors(split, narrow)
    left = labels_width(narrow)
    width = total_width(narrow) - left
    height = factors[-1].y + 22
    domain = _factor_domain(factors)
    layers = [
        _factor_bars(factors, domain),
        _links(factors),
        whiskers([(one.y, *one.ends) for one in factors if one.ends is not None]),
        _factor_values(factors, language),
        *haloed(_factor_names(factors, left, language)),
        texts([heading(say("chart.split_panel", language), x=-left, y=-12)]),
    ]
    return panel(layers, width=width, height=height)


def _factors(split: Record, narrow: bool) -> tuple[_Factor, ...]:
    """Chain the three factors, then set their product under them."""
    row, first = (50, 35) if narrow else (36, 18)
    factors: list[_Factor] = []
    reached = 1.0
    for i, name in enumerate(_FACTORS):
        start = 1.0 if name == "ratio" else reached
        value = number(split, name)
        reached = start * value if value is not None and value > 0 else start
        ends = _moved(interval(split, name), start) if _is_drawn(value) else None
        factors.append(_Factor(name, value, start, reached, ends, first + row * i))
    return tuple(factors)


def _is_drawn(value: float | None) -> bool:
    """Tell whether a logarithm holds the factor."""
    return value is not None and value > 0


def _moved(ends: tuple[float, float] | None, start: float) -> tuple[float, float] | None:
    """Move an interval that a logarithm holds to where its bar starts."""
    return None if ends is None or ends[0] <= 0 else (start * ends[0], start * ends[1])


def _factor_domain(factors: Sequence[_Factor]) -> tuple[float, float]:
    """Tell the ends of the axis; the right one leaves room for the longest value."""
    ends = [1.0, *(factor.end for factor in factors)]
    for factor in factors:
        ends += factor.ends or ()
    low, high = min(ends), max(*ends, 1.25)
    span = high / low
    return low / span**0.03, high * span**0.16


def _ticks(domain: tuple[float, float]) -> list[float]:
    """Choose ticks that are easy to multiply by."""
    steps = [m * 10.0**e for e in range(-6, 7) for m in (1, 2, 5)]
    inside = [tick for tick in steps if domain[0] <= tick <= domain[1]]
    wide = [tick for tick in inside if f"{tick:e}".startswith("1")]
    return wide if len(inside) > 7 else inside


def _factor_bars(factors: Sequence[_Factor], domain: tuple[float, float]) -> Spec:
    rows: list[Spec] = [
        {
            "factor": factor.name,
            "y": factor.y,
            "start": factor.start,
            "end": factor.end,
            "color": LIGHT.blue if factor.name == "ratio" else LIGHT.slate,
        }
        for factor in factors
        if _is_drawn(factor.value)
    ]
    scale = {"type": "log", "domain": list(domain), "nice": False}
    axis = {
        "values": _ticks(domain),
        "labelExpr": "'×\N{NO-BREAK SPACE}' + format(datum.value, '~g')",
    }
    x: Spec = {"field": "start", "type": "quantitative", "scale": scale, "axis": axis}
    return beams(rows, x, thick=14)


def _links(factors: Sequence[_Factor]) -> Spec:
    """Draw where each bar hands over to the next, and the line of one, where nothing changes."""
    pairs = [
        {"at": above.end, "y": above.y, "y2": below.y, "color": LIGHT.muted, "dash": [2, 2]}
        for above, below in pairwise(factors)
        if _is_drawn(above.value) and _is_drawn(below.value)
    ]
    one = {"at": 1.0, "y": 0, "y2": factors[-1].y + 22, "color": LIGHT.axis, "dash": [1, 0]}
    rows: list[Spec] = [one, *pairs]
    return {
        "data": data(rows),
        "mark": {"type": "rule", "strokeWidth": 1.25, "strokeDash": {"expr": "datum.dash"}},
        "encoding": {
            "x": {"field": "at", "type": "quantitative"},
            "y": pixels("y"),
            "y2": {"field": "y2"},
            "stroke": painted(),
        },
    }


def _factor_values(factors: Sequence[_Factor], language: Language) -> Spec:
    """Write each factor to the right of its bar and its interval."""
    rows: list[Spec] = [
        {
            "at": _right(factor),
            "y": factor.y + 4.5,
            "text": _factor_text(factor, language),
            "weight": 600 if factor.name == "ratio" else 400,
        }
        for factor in factors
    ]
    style = {"fontWeight": {"expr": "datum.weight"}, "fontSize": SIZE, "color": LIGHT.ink}
    return {
        "data": data(rows),
        "mark": {"type": "text", "align": "left", "baseline": "alphabetic", "dx": 8} | style,
        "encoding": {
            "x": {"field": "at", "type": "quantitative"},
            "y": pixels("y"),
            "text": {"field": "text"},
        },
    }


def _right(factor: _Factor) -> float:
    """Tell where a bar with its interval ends; what is not drawn is told at one."""
    if not _is_drawn(factor.value):
        return 1.0
    return max(factor.start, factor.end, *(factor.ends or ()))


def _factor_text(factor: _Factor, language: Language) -> str:
    if factor.value is None:
        return say("chart.untold", language)
    case = "chart.equals" if factor.name == "ratio" else "chart.times"
    return say(
        case, language, value=figure(factor.value, language, decimals=_DECIMALS[factor.name])
    )


def _factor_names(factors: Sequence[_Factor], left: float, language: Language) -> list[Text]:
    return [
        Text(
            say(f"chart.{factor.name}", language),
            -left,
            factor.y + (4.5 if left else -13),
            color=LIGHT.ink,
            weight=600 if factor.name == "ratio" else 400,
            size=SIZE if left else SMALL,
        )
        for factor in factors
    ]
