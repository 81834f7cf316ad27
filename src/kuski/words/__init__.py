"""Everything Kuski says, in Finnish and English, with numbers as each language writes them."""

from kuski.words.catalogue import cases, say, template
from kuski.words.numerals import (
    LANGUAGES,
    Estimate,
    Language,
    Quantity,
    count,
    currency_code,
    decimals_for,
    figure,
    percent,
    quantity,
)

__all__ = [
    "LANGUAGES",
    "Estimate",
    "Language",
    "Quantity",
    "cases",
    "count",
    "currency_code",
    "decimals_for",
    "figure",
    "percent",
    "quantity",
    "say",
    "template",
]
