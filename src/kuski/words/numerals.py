"""Numbers as Finnish and English write them: decimal comma, spaces, currency on its own side."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from babel import Locale

Language = Literal["fi", "en"]
LANGUAGES: tuple[Language, ...] = ("en", "fi")

_CURRENCIES = {"€": "EUR", "$": "USD", "£": "GBP", "kr": "SEK"}
_UNITS = {
    "points": {"en": "points", "fi": "pistettä"},
    "hours": {"en": "hours", "fi": "tuntia"},
    "years": {"en": "years", "fi": "vuotta"},
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit: `Quantity(1640.0, "€")` reads "€1,640" or "1 640 €".

    Attributes
    ----------
    value : float or None
        None and NaN read as a dash.
    unit : str
        A currency sign or code, ``"points"``, ``"%"`` (then `value` is a share, 0 to 1), any word,
        or empty.
    """

    value: float | None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number that never travels without its 95 % interval.

    Attributes
    ----------
    value, low, high : float or None
        The estimate and the ends of its interval; None where it was refused.
    unit : str
        As in `Quantity`.
    """

    value: float | None
    low: float | None
    high: float | None
    unit: str = ""


def count(value: float, language: Language) -> str:
    """Write a whole number with the thousands apart: 2,688 or 2 688."""
    return _decimal(round(value), 0, language)


def figure(value: float | None, language: Language, *, decimals: int | None = None) -> str:
    """Write a number, with three significant digits unless told how many decimals."""
    if value is None or math.isnan(value):
        return "–"
    return _decimal(value, decimals_for(value) if decimals is None else decimals, language)


def percent(share: float | None, language: Language, *, decimals: int | None = None) -> str:
    """Write a share between 0 and 1 as a percentage: 39.8% or 39,8 %."""
    if share is None or math.isnan(share):
        return "–"
    places = _percent_decimals(share) if decimals is None else decimals
    written = _decimal(100 * share, places, language)
    return f"{written}%" if language == "en" else f"{written}\N{NO-BREAK SPACE}%"


def quantity(value: float | None, unit: str, language: Language, *, decimals: int) -> str:
    """Write a number with its unit on the side where the language puts it."""
    if value is None or math.isnan(value):
        return "–"
    if unit == "%":
        return percent(value, language, decimals=max(0, decimals - 2))
    code = currency_code(unit)
    if code is not None:
        return _currency(value, code, decimals, language)
    written = _decimal(value, decimals, language)
    word = _UNITS.get(unit, {}).get(language, unit)
    return f"{written}\N{NO-BREAK SPACE}{word}" if word else written


def currency_code(unit: str) -> str | None:
    """Tell the ISO 4217 code of a currency sign or code, or None where the unit is no currency."""
    if unit in _CURRENCIES:
        return _CURRENCIES[unit]
    return unit if unit in _CURRENCIES.values() else None


def decimals_for(*values: float | None, least: int = 0) -> int:
    """Tell how many decimals give the largest of the values three significant digits.

    Below zero, where `least` allows it, stands for rounding to tens, hundreds and so on.
    """
    known = [abs(value) for value in values if value is not None and math.isfinite(value)]
    largest = max(known, default=0.0)
    if largest == 0.0:
        return 0
    return min(6, max(least, 2 - math.floor(math.log10(largest))))


def written(value: object, spec: str, language: Language) -> str:
    """Write one value of a sentence by its kind and the word after the colon in the template.

    The words: ``count``, ``percent``, ``percent0``, ``percent1``, ``value`` (an estimate without
    its interval), ``points`` for a share in percentage points, ``g`` for as few decimals as the
    number has, ``.2f`` and the like for a fixed number of decimals. A text that begins a sentence
    has ``first``, and gets a capital.
    """
    if isinstance(value, Estimate):
        return _estimate(value, spec, language)
    if isinstance(value, Quantity):
        if value.unit == "%" and spec == "points" and value.value is not None:
            return _decimal(100 * value.value, _percent_decimals(value.value), language)
        if value.unit == "%":
            return percent(value.value, language)
        places = decimals_for(value.value)
        return quantity(value.value, value.unit, language, decimals=places)
    if isinstance(value, bool) or not isinstance(value, int | float):
        text = str(value)
        return text[:1].upper() + text[1:] if spec == "first" else text
    if spec.startswith("percent"):
        return percent(value, language, decimals=int(spec[7:]) if spec[7:] else None)
    if spec == "count":
        return count(value, language)
    if spec == "g":
        return _decimal(value, max(0, len(f"{value:.6g}".partition(".")[2])), language)
    if spec.startswith("."):
        return figure(value, language, decimals=int(spec[1:-1]))
    return str(value) if isinstance(value, int) and not spec else figure(value, language)


def _estimate(estimate: Estimate, spec: str, language: Language) -> str:
    value, low, high = estimate.value, estimate.low, estimate.high
    is_share = estimate.unit == "%"
    if is_share:
        ends = [x for x in (value, low, high) if x is not None and math.isfinite(x)]
        places = max((_percent_decimals(x) for x in ends), default=0)
    else:
        places = decimals_for(value, low, high, least=-9)
    if low is not None and high is not None and high > low:
        # Both ends must be seen to differ: the width keeps at least one digit.
        places = max(places, math.ceil(-math.log10((high - low) * (100 if is_share else 1))))
    main = quantity(value, estimate.unit, language, decimals=places + 2 * is_share)
    if spec == "value" or low is None or high is None:
        return main
    if is_share:
        low, high = 100 * low, 100 * high
    ends_written = (_decimal(low, places, language), _decimal(high, places, language))
    between = " to " if language == "en" else "–" if low >= 0 else "…"
    return f"{main} ({between.join(ends_written)})"


def _percent_decimals(share: float) -> int:
    """Give small shares, and shares just short of one, the decimals that tell them from 0 and 1."""
    if math.isclose(100 * share, round(100 * share), abs_tol=1e-9):
        return 0
    if abs(share) < 0.00095:
        return 2
    return 1 if abs(share) < 0.0995 or 0.9905 < abs(share) < 1 else 0


def _decimal(value: float, decimals: int, language: Language) -> str:
    from babel.numbers import format_decimal

    pattern = "#,##0" + ("." + "0" * decimals if decimals > 0 else "")
    shown = round(value, decimals) + 0.0
    return _signed(format_decimal(shown, format=pattern, locale=_locale(language)))


def _currency(value: float, code: str, decimals: int, language: Language) -> str:
    from babel.numbers import format_currency

    places = "." + "0" * min(decimals, 2) if decimals > 0 else ""
    pattern = f"¤#,##0{places}" if language == "en" else f"#,##0{places}\N{NO-BREAK SPACE}¤"
    shown = round(value, min(decimals, 2)) + 0.0
    return _signed(
        format_currency(
            shown, code, format=pattern, locale=_locale(language), currency_digits=False
        )
    )


def _signed(text: str) -> str:
    return text.replace("-", "\N{MINUS SIGN}")


@lru_cache
def _locale(language: Language) -> "Locale":
    from babel import Locale

    return Locale.parse(language)
