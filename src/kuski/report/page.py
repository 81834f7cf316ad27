"""The page: every finding on one page, in one file without script and without the network."""

import re
from base64 import b64encode
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from kuski.finding import Finding
from kuski.report.card import cards
from kuski.report.section import anchor, chapters
from kuski.report.summary import summary
from kuski.show import page, theme
from kuski.version import __version__
from kuski.words import Language, say

if TYPE_CHECKING:
    from jinja2 import Environment

_NUMBER = r"−?\d[\d.,\s]*"
# An estimate with its interval: "6.8 (4.2 to 11.9)", "1 420 € (1 345–1 500)".
_ESTIMATE = re.compile(rf"(\S+) (\({_NUMBER}(?: to |–|…){_NUMBER}\))")
# Up to this many letters an interval stays on one line, on the smallest phone too.
_SHORT = 16


def render_report(
    findings: Sequence[Finding], *, study: str, source: str, today: date, language: Language
) -> str:
    """Lay findings out as one HTML page.

    Parameters
    ----------
    findings : sequence of Finding
        In any order; chapters follow the stages.
    study : str
        Its name.
    source : str
        Where the data came from, as it is to be read.
    today : date
        Stands on the page.
    language : {"fi", "en"}

    Returns
    -------
    str
        HTML that asks for nothing: the font is inside, there is no script, and its own content
        security policy forbids both.
    """
    told = tuple(finding.translated(language) for finding in findings)
    style = stylesheet()
    template = _environment().get_template("report.html.jinja")
    return template.render(
        language=language,
        say=lambda case, **values: say(f"report.{case}", language, **values),
        anchor=anchor,
        style=Markup(style),  # noqa: S704  # our own file
        style_hash=b64encode(sha256(style.encode()).digest()).decode(),
        study=study,
        source=source,
        version=__version__,
        today=today.isoformat(),
        today_in_words=_in_words(today, language),
        summary=summary(told),
        cards=cards(told),
        chapters=chapters(told, language),
    )


@lru_cache
def stylesheet() -> str:
    """Gather the style of the report: what all pages share, its own layout, charts."""
    own = (files("kuski.report") / "templates" / "report.css").read_text(encoding="utf-8")
    return "\n".join((page.stylesheet(), own, theme.stylesheet()))


@lru_cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("kuski.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["quiet_intervals"] = _quiet_intervals
    return environment


def _quiet_intervals(text: str) -> Markup:
    """Let the intervals in a headline step back from its words."""
    return Markup(_ESTIMATE.sub(_quiet_interval, str(escape(text))))  # noqa: S704  # escaped here


def _quiet_interval(found: re.Match[str]) -> str:
    short = " short" if len(found[2]) <= _SHORT else ""
    return (
        f'<span class="estimate">{found[1]} <span class="interval{short}">{found[2]}</span></span>'
    )


def _in_words(today: date, language: Language) -> str:
    from babel.dates import format_date

    return format_date(today, format="d MMMM y" if language == "en" else "long", locale=language)
