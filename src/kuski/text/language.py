"""The language of a text: Finnish, Swedish or English, or none that is known."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from kuski.terms import TEXT_LANGUAGES, TextLanguage

_READ = 1_000  # characters; more says no more about the language
# How likely the best of ours must be against the likeliest of all languages. Short comments in
# ours had 0.3 and more, near relatives (Danish, Norwegian, Estonian) 0.02 and less.
_LEAST_RATIO = 0.15
_ENOUGH = 2  # hints, all of one language, settle it ...
_LEAST_SHARE = 0.2  # ... where they are this share of the words;
_TELLING = 4  # or one of so many letters, where it is half of the words
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# Frequent words of one language that neither the others nor their near relatives have, and short
# comments' usual words.
_FREQUENT: dict[TextLanguage, str] = {
    "fi": "että mutta myös vaikka koska kanssa vain olen ovat olisi ollut minulle minua meille"
    " sain saatiin tosi todella erittäin hyvä hyvää hyvin huono palvelu palvelua kiitos"
    " asiakaspalvelu asiakaspalvelija asia asiat eivät jälkeen aina ikinä koskaan heti"
    " kun jos niin kuin oikein ihan kukaan mitään mitä sitten sovellus",
    "sv": "och jag inte är mycket fick mig väldigt också alltid aldrig någon något hade blev"
    " tack bra dålig dåligt bemötande personalen hjälp från utan men helt ett att"
    " trevlig trevligt snabbt när bara eller dom får gick dyrt tycker usel",
    "en": "the they were very with would which this that had been my have not but good great"
    " staff when always never their you your to of and is it's thanks rude bad help",
}
_HINTS: dict[str, TextLanguage] = {
    word: language for language, words in _FREQUENT.items() for word in words.split()
}


def languages_of(texts: Sequence[str]) -> list[TextLanguage | None]:
    """Tell the language of each text.

    Parameters
    ----------
    texts : sequence of str
        The first 1,000 characters of each are looked at.

    Returns
    -------
    list of "fi", "sv", "en" or None
        None where a text is in another language, or has no words.
    """
    return [_language(text[:_READ]) for text in texts]


def _language(text: str) -> TextLanguage | None:
    words = _WORD.findall(text)
    if not words:
        return None
    return _hinted(words) or _identified(text)


def _hinted(words: Sequence[str]) -> TextLanguage | None:
    """Take the language whose frequent words are there, where no other's are."""
    found: TextLanguage | None = None
    n = longest = 0
    for word in words:
        language = _HINTS.get(word) or _HINTS.get(word.lower())
        if language is None:
            continue
        if found is not None and language != found:
            return None
        found, n, longest = language, n + 1, max(longest, len(word))
    is_short = n == len(words) or (2 * n >= len(words) and longest >= _TELLING)
    is_settled = n >= _ENOUGH and n >= _LEAST_SHARE * len(words)
    return found if is_short or is_settled else None


def _identified(text: str) -> TextLanguage | None:
    """Take the likeliest of all languages if it is ours, else ours if it is nearly as likely."""
    likeliest, _ = _identifier().classify(text)
    for language in TEXT_LANGUAGES:
        if language == likeliest:
            return language
    chances = dict(_identifier().rank(text))
    best = max(TEXT_LANGUAGES, key=lambda language: chances[language])
    return best if chances[best] >= _LEAST_RATIO * max(chances.values()) else None


@cache
def _identifier() -> Any:
    """Load the identifier of all its languages, since others must be told from ours."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
