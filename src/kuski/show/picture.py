"""A picture of a chart: inline SVG for a page, PNG for slides."""

import re
from html import escape
from typing import TYPE_CHECKING, Any

from kuski.show.theme import config, register_fonts
from kuski.words import Language

if TYPE_CHECKING:
    import altair as alt

# What Vega writes for its own sake: roles and English names inside a picture that is one image.
_NOISE = re.compile(
    r' (?:aria-[a-z]+|role|class|pointer-events|cursor)="[^"]*"'
    r'|<path[^>]* d=""[^>]*/>'
    r'|<path[^>]* d="M0(?:\.5)?,0(?:\.5)?h0v0h0Z"[^>]*/>'
    r'| (?:opacity|fill-opacity|stroke-opacity)="1"'
    r'| font-weight="normal"'
)
_EMPTY_GROUP = re.compile(r"<g[^>]*>\s*</g>")
_HEAD = re.compile(r"<svg[^>]*viewBox=\"([^\"]*)\"[^>]*>")
_IDENTIFIER = re.compile(r'(\bid="|url\(#|href="#)([^")]+)')


def svg(
    chart: "alt.TopLevelMixin",
    *,
    language: Language,
    label: str = "",
    description: str = "",
    name: str = "chart",
) -> str:
    """Draw a chart as SVG to be put inside a page.

    Parameters
    ----------
    chart : altair chart
    language : {"fi", "en"}
    label : str
        What a screen reader says in place of the picture: its message.
    description : str
        What it says on request: the measure, and where the numbers are.
    name : str
        Begins every id, so that several pictures can stand in one page; letters, digits, ``-``.

    Returns
    -------
    str
        One ``<svg>`` with ``viewBox``, as wide as its place, of class ``chart``, without script,
        style attributes or references. `kuski.show.theme.stylesheet` makes it follow the page's
        colours.
    """
    import vl_convert

    register_fonts()
    drawn: str = vl_convert.vegalite_to_svg(_specification(chart, language))
    return _inline(drawn, language=language, label=label, description=description, name=name)


def png(chart: "alt.TopLevelMixin", scale: float = 2.0, *, language: Language = "en") -> bytes:
    """Draw a chart as PNG on white, `scale` pixels to one of the chart's."""
    import vl_convert

    register_fonts()
    specification = _specification(chart, language) | {"background": "white"}
    drawn: bytes = vl_convert.vegalite_to_png(specification, scale=scale)
    return drawn


def _specification(chart: "alt.TopLevelMixin", language: Language) -> dict[str, Any]:
    """Write the chart as Vega-Lite; a chart that brings no look of its own gets ours."""
    specification: dict[str, Any] = chart.to_dict(validate=False)
    own = specification.get("config", {})
    return specification | {"config": config(language) | own}


def _inline(drawn: str, *, language: Language, label: str, description: str, name: str) -> str:
    body = _NOISE.sub("", drawn)
    while (shorter := _EMPTY_GROUP.sub("", body)) != body:
        body = shorter
    body = _renamed(body, name)
    return _HEAD.sub(lambda found: _head(found[1], language, label, description, name), body, 1)


def _renamed(body: str, name: str) -> str:
    """Give ids of the picture's own: Vega counts them through all pictures of a process."""
    numbers: dict[str, int] = {}

    def rename(found: re.Match[str]) -> str:
        number = numbers.setdefault(found[2], len(numbers) + 1)
        return f"{found[1]}{name}-{number}"

    return _IDENTIFIER.sub(rename, body)


def _head(box: str, language: Language, label: str, description: str, name: str) -> str:
    named = f' aria-label="{escape(label)}"' if label else ""
    told, described = "", ""
    if description:
        described = f' aria-describedby="{name}-about"'
        told = f'<desc id="{name}-about">{escape(description)}</desc>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="{box}" width="100%" '
        f'role="img" lang="{language}"{named}{described}>{told}'
    )
