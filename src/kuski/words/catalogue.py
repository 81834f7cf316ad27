"""The message catalogues: every sentence is a named case with an English and a Finnish text.

A catalogue is a TOML file named after its area; the case ``elevate.no_winner`` is the table
``[no_winner]`` of ``elevate.toml``, with the keys ``en`` and ``fi``. Where a sentence changes
with a number, the text is a table with ``one`` and ``other``, chosen by the value called ``n``.
"""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from string import Formatter
from typing import Any

from kuski.words.numerals import Language, written


def say(case: str, language: Language, /, **values: object) -> str:
    """Say one case in one language.

    Parameters
    ----------
    case : str
        ``"area.name"``.
    language : {"fi", "en"}
    **values
        What the template names in braces. Numbers may carry a word after a colon:
        ``{n:count}``, ``{share:percent}``, ``{x:.2f}``; a `Quantity` brings its unit and an
        `Estimate` its interval.

    Raises
    ------
    KeyError
        If the case, or a value it names, does not exist.

    Examples
    --------
    >>> say("terms.answers", "en", n=2688)
    '2,688 answers'
    >>> say("terms.answers", "fi", n=1)
    '1 vastaus'
    """
    text = template(case, language)
    if isinstance(text, Mapping):
        text = text["one" if values.get("n") == 1 else "other"]
    return _Sentence(language).vformat(text, (), values)


def template(case: str, language: Language) -> str | Mapping[str, str]:
    """Return the text of a case before its values are put in."""
    area, _, name = case.partition(".")
    try:
        text: str | Mapping[str, str] = _catalogue(area)[name][language]
    except KeyError:
        raise KeyError(f"no {language} text for the case {case!r}") from None
    return text


def cases(area: str) -> tuple[str, ...]:
    """List the cases of one area."""
    return tuple(f"{area}.{name}" for name in _catalogue(area))


@lru_cache
def _catalogue(area: str) -> dict[str, dict[str, Any]]:
    source = files("kuski.words") / "catalogues" / f"{area}.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


class _Sentence(Formatter):
    """`str.format` with numbers written as the language writes them."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def format_field(self, value: object, format_spec: str) -> str:
        return written(value, format_spec, self.language)
