"""A panel: what every chart is drawn on, in pixels of a fixed width, with words placed by hand.

Vega-Lite's ``width: container`` is ignored in stacked views, so each chart has a wide and a narrow
form. Headings, labels and legends are marks and not Vega's own, since those cannot keep their
distance from the data.

A panel is a plain Vega-Lite specification. Building it from Altair's objects costs 11 ms of CPU a
layer, since each checks itself; a report with eight pictures would spend three seconds on that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Literal

from kuski.show.theme import LIGHT, SIZE, SMALL, config
from kuski.words import Language, cases, currency_code, say

if TYPE_CHECKING:
    import altair as alt

WIDE = 720
NARROW = 340
HALO: dict[str, object] = {"stroke": LIGHT.paper, "strokeWidth": 4, "strokeJoin": "round"}
# Parts of the font's size, to the nearest 0.06; digits are all as wide, as in columns of figures.
_LETTERS = {
    0.27: "Iijl !',.:;`t\N{NO-BREAK SPACE}",
    0.36: "()/[\\]fr|",
    0.48: '{}"^_\N{EN DASH}',
    0.54: "?Laksvxyzåä",
    0.60: "EFJZbcdeghnopquöéüõ",
    0.66: "0123456789#$&*+-<=>ABKPRSTVXY~ÅÄ€×\N{MINUS SIGN}",
    0.75: "CDGHUNOQÖ",
    0.90: "wMm%@W…",
}
# What an estimate of a width may be short of, as a share of it: half a letter in ten.
_SPARE = 0.06
_WIDTHS = {letter: width for width, letters in _LETTERS.items() for letter in letters}
Spec = dict[str, object]
Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Text:
    """Words at a place in pixels; `y` is the base line."""

    text: str
    x: float
    y: float
    color: str = LIGHT.muted
    align: Align = "left"
    weight: int = 400
    size: int = SMALL


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line between two places in pixels."""

    x: float
    x2: float
    y: float
    y2: float
    color: str = LIGHT.axis
    width: float = 1.0
    opacity: float = 1.0
    dash: tuple[int, ...] = (1, 0)


def total_width(narrow: bool) -> int:
    """Tell how wide the whole picture is."""
    return NARROW if narrow else WIDE


def stacked(panels: Sequence[Spec], language: Language, *, spacing: int = 0) -> "alt.VConcatChart":
    """Lay panels one above the other and give them the look."""
    import altair as alt

    parts = []
    for fields in panels:
        # What the constructor is given it checks at once; what is set later, only when asked.
        part = alt.LayerSpec(layer=[])
        for key, value in fields.items():
            part[key] = value
        parts.append(part)
    chart = alt.VConcatChart(vconcat=parts, spacing=spacing)
    chart.config = config(language)
    return chart


def panel(layers: Sequence[Spec], *, width: float, height: float) -> Spec:
    """Lay layers upon each other."""
    return {"layer": list(layers), "width": round(width), "height": round(height)}


def data(rows: Sequence[Spec]) -> Spec:
    """Hold rows as a layer's own data."""
    return {"values": list(rows)}


def texts(items: Sequence[Text]) -> Spec:
    """Write words at their places."""
    places = {key: {"expr": f"datum.{key}"} for key in ("x", "y", "text", "color", "align")}
    style = {"fontWeight": {"expr": "datum.weight"}, "fontSize": {"expr": "datum.size"}}
    mark = {"type": "text", "baseline": "alphabetic", "lineBreak": "\n"}
    # Vega-Lite 6 stumbles over a layer that has no encoding at all.
    rows: list[Spec] = [asdict(item) for item in items]
    return {"data": data(rows), "mark": mark | places | style, "encoding": {}}


def haloed(items: Sequence[Text]) -> tuple[Spec, Spec]:
    """Write words on a halo that keeps lines off them."""
    below = [replace(item, color=LIGHT.paper) for item in items]
    halo = texts(below)
    mark = halo["mark"]
    return halo | {"mark": (mark if isinstance(mark, dict) else {}) | HALO}, texts(items)


def strokes(items: Sequence[Stroke]) -> Spec:
    """Draw straight lines at their places."""
    style = {
        "color": {"expr": "datum.color"},
        "opacity": {"expr": "datum.opacity"},
        "strokeWidth": {"expr": "datum.width"},
        "strokeDash": {"expr": "datum.dash"},
    }
    return {
        "data": data([asdict(item) for item in items]),
        "mark": {"type": "rule"} | style,
        # A rule's ends are read from the encoding only; without a scale they are pixels.
        "encoding": {key: pixels(key) for key in ("x", "x2", "y", "y2")},
    }


def boxes(items: Sequence[Stroke]) -> Spec:
    """Draw filled boxes: lines as thick as `width` whose ends are cut straight."""
    rows: list[Spec] = [
        asdict(item) | {"y": item.y - 0.5 * item.width, "y2": item.y + 0.5 * item.width}
        for item in items
    ]
    style = {"color": {"expr": "datum.color"}, "opacity": {"expr": "datum.opacity"}}
    return {
        "data": data(rows),
        "mark": {"type": "rect"} | style,
        "encoding": {key: pixels(key) for key in ("x", "x2", "y", "y2")},
    }


def beams(rows: Sequence[Spec], x: Spec, *, thick: float) -> Spec:
    """Draw bars from ``start`` to ``end`` at `y` pixels from the top, `thick` pixels thick."""
    half = round(0.5 * thick)
    return {
        "data": data(rows),
        "mark": {"type": "rect", "yOffset": -half, "y2Offset": half},
        "encoding": {
            "x": x,
            "x2": {"field": "end"},
            "y": pixels("y"),
            "y2": {"field": "y"},
            "fill": painted(),
        },
    }


def whiskers(intervals: Sequence[tuple[float, float, float]]) -> Spec:
    """Draw intervals over bars: each `y` pixels from the top, with its low and high end."""
    return {
        "data": data([{"y": y, "low": low, "high": high} for y, low, high in intervals]),
        "mark": {"type": "rule", "color": LIGHT.ink, "strokeWidth": 2},
        "encoding": {
            "x": {"field": "low", "type": "quantitative"},
            "x2": {"field": "high"},
            "y": pixels("y"),
        },
    }


def pixels(field: str) -> Spec:
    """Encode a place in pixels, from the left or the top."""
    if field.endswith("2"):
        return {"field": field}
    return {"field": field, "type": "quantitative", "scale": None, "axis": None}


def heading(text: str, *, x: float, y: float) -> Text:
    """Name a panel."""
    return Text(text, x, y, color=LIGHT.ink, weight=600, size=SIZE)


def legend_places(
    names: Sequence[str], *, left: float, right: float, indent: float
) -> list[tuple[float, float]]:
    """Place a legend's entries above the panel, on as few rows as there is room for."""
    rows: list[list[float]] = [[]]
    x = left
    for name in names:
        wide = indent + text_width(name)
        if rows[-1] and x + wide > right:
            rows.append([])
            x = left
        rows[-1].append(x)
        x += wide + 18
    first = -14 - 19 * (len(rows) - 1)
    return [(x, first + 19 * i) for i, row in enumerate(rows) for x in row]


def scaled(field: str, domain: Sequence[float], axis: Spec | None = None, **scale: object) -> Spec:
    """Encode a number on a linear axis with these ends; without an axis to see unless given."""
    ends = {"domain": list(domain), "nice": False, "zero": False}
    return {"field": field, "type": "quantitative", "scale": ends | scale, "axis": axis}


def painted(field: str = "color") -> Spec:
    """Encode a colour that the data name."""
    return {"field": field, "type": "nominal", "scale": None, "legend": None}


def text_width(text: str, size: int = SMALL) -> float:
    """Estimate how wide words are in pixels, from the widths of Inter's letters."""
    return size * sum(_WIDTHS.get(letter, 0.62) for letter in text)


def room_beside(words: Iterable[str], size: int = SMALL) -> float:
    """Tell how many pixels to keep free beside the data for the widest of some words."""
    return (1 + _SPARE) * max((text_width(each, size) for each in words), default=0.0)


def shortened(text: str, room: float, size: int = SMALL) -> str:
    """Cut words that do not fit, with three dots; the table has them whole."""
    if text_width(text, size) <= room:
        return text
    while text and text_width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def unit_word(unit: str, language: Language) -> str:
    """Name a unit as it stands after a comma."""
    case = f"chart.unit_{unit}"
    return say(case, language) if case in cases("chart") else unit


def magnitude(largest: float, unit: str) -> float:
    """Tell by what to divide so that money is short to read: one, a thousand or a million."""
    if currency_code(unit) is None or largest < 100_000:
        return 1.0
    return 1e3 if largest < 1_000_000 else 1e6


def unit_in(factor: float, unit: str, language: Language) -> str:
    """Name a unit after its numbers were divided by a `magnitude`."""
    if factor == 1.0:
        return unit_word(unit, language)
    return say("chart.thousands" if factor == 1e3 else "chart.millions", language, unit=unit)
