"""The look of every chart: colours that turn with light and dark, the font, numbers by language."""

from dataclasses import dataclass, fields
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from kuski.words import Language

FONT = "Inter"
SIZE = 13
SMALL = 12


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours, by what they are for. No two may be alike: see `stylesheet`.

    Attributes
    ----------
    paper : str
        What the picture lies on.
    ink, muted : str
        Text and main lines; text that steps back.
    grid, axis : str
        Lines that step back.
    slate : str
        Amounts that are neither plan's.
    blue, orange : str
        Elevate and eliminate, and whom they are for. A pair that stays apart for colour-blind eyes
        and in grey: every text in them has a contrast of 4.5 on paper.
    """

    paper: str
    ink: str
    muted: str
    grid: str
    axis: str
    slate: str
    blue: str
    orange: str


LIGHT = Palette(
    paper="#ffffff",
    ink="#17212b",
    muted="#566370",
    grid="#e3e7eb",
    axis="#b9c3cc",
    slate="#8195a8",
    blue="#1661a3",
    orange="#b44d0d",
)
DARK = Palette(
    paper="#141a21",
    ink="#e9eef3",
    muted="#a5b1bd",
    grid="#2d3742",
    axis="#4a5866",
    slate="#74879a",
    blue="#74b3f0",
    orange="#f29c5f",
)
ZONE_COLOURS: dict[str, str] = {
    "below": LIGHT.orange,
    "middle": LIGHT.blue,
    "top": LIGHT.slate,
}


def zone_colour(zone: object) -> str:
    """Tell the colour of a zone: orange for whom eliminate is, blue for whom elevate is."""
    return ZONE_COLOURS.get(str(zone), LIGHT.slate)


def variables(palette: Palette) -> str:
    """Write the palette as CSS custom properties."""
    return "".join(f"--{field.name}:{getattr(palette, field.name)};" for field in fields(palette))


def stylesheet() -> str:
    """Write the CSS rules that let the charts' colours follow the page's.

    Notes
    -----
    A chart keeps its plain light colours as attributes, so it is right alone, on paper and in
    programs that know no CSS variables; inside a page these rules paint each of them with the
    variable of `variables`. An attribute selector needs each colour to stand for one use only.
    """
    return "".join(
        f'.chart [{paint}="{getattr(LIGHT, field.name)}"]{{{paint}:var(--{field.name})}}'
        for field in fields(LIGHT)
        for paint in ("fill", "stroke")
    )


def config(language: Language) -> dict[str, Any]:
    """Give the Vega-Lite configuration of every chart."""
    text = {"font": FONT, "fontSize": SMALL, "fill": LIGHT.muted}
    return {
        "aria": False,
        "background": "transparent",
        "font": FONT,
        "padding": {"left": 1, "top": 1, "right": 1, "bottom": 6},
        "locale": {"number": _number_locale(language)},
        "view": {"stroke": None},
        "concat": {"spacing": 0},
        "axis": {
            "domain": False,
            "ticks": False,
            "gridColor": LIGHT.grid,
            "domainColor": LIGHT.axis,
            "tickColor": LIGHT.axis,
            "labelColor": LIGHT.muted,
            "labelFontSize": SMALL,
            "labelPadding": 8,
            "labelFont": FONT,
            "title": None,
        },
        "text": text,
        "title": {
            "anchor": "start",
            "color": LIGHT.ink,
            "font": FONT,
            "fontSize": SIZE,
            "fontWeight": 600,
            "frame": "group",
        },
        "legend": {
            "labelColor": LIGHT.muted,
            "labelFont": FONT,
            "labelFontSize": SMALL,
            "orient": "top",
            "title": None,
        },
    }


def font_face() -> str:
    """Write the ``@font-face`` rule with the font inside it."""
    from base64 import b64encode

    font = b64encode((fonts() / "Inter.woff2").read_bytes()).decode()
    return (
        f"@font-face{{font-family:{FONT};font-weight:400 700;font-style:normal;"
        f"src:url(data:font/woff2;base64,{font}) format('woff2')}}"
    )


def fonts() -> Path:
    """Tell the folder of the font files."""
    return Path(str(files("kuski.show") / "fonts"))


@lru_cache
def register_fonts() -> None:
    """Make the font known to vl-convert, once in a process."""
    import vl_convert

    vl_convert.register_font_directory(str(fonts()))


def _number_locale(language: Language) -> dict[str, Any]:
    """Write numbers as the language does; Vega's own ``.0%`` lacks the Finnish space."""
    space = "\N{NO-BREAK SPACE}"
    is_finnish = language == "fi"
    return {
        "decimal": "," if is_finnish else ".",
        "thousands": space if is_finnish else ",",
        "grouping": [3],
        "currency": ["", f"{space}€"] if is_finnish else ["€", ""],
        "minus": "\N{MINUS SIGN}",
        "percent": f"{space}%" if is_finnish else "%",
    }
