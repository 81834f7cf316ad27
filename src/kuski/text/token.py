"""Tokens: where the words, emoji and sentence ends of a text are, in its own characters."""

import re
import unicodedata

# Marks that may stand inside a word without parting it: accents written on their own, soft hyphens
# and blanks of no width.
_UNSEEN = "\u00ad\u200b-\u200d\u2060\ufeff"
_INSIDE = f"\u0300-\u036f{_UNSEEN}"
_EMOJI = "\u2600-\u27bf\u2b50\u2b55\U0001f1e6-\U0001faff"
TOKEN = re.compile(
    rf"[^\W_](?:[^\W_]|[{_INSIDE}]|['’\-](?=[^\W_])|:(?=[^\W\d_]{{1,4}}\b))*"
    rf"|[{_EMOJI}](?:[\ufe0f\U0001f3fb-\U0001f3ff]|\u200d[{_EMOJI}])*"
    r"|[:;]-?[()D](?!\w)"
    r"|(?P<end>[.!?…]+|[\n\r\u2028\u2029]+)"
)
"""A token, or what ends a sentence (the group ``end``)."""

_UNSEEN_MARKS = re.compile(f"[{_UNSEEN}]")


def folded(word: str) -> str:
    """Write a word as words are compared: composed, case-folded, with a plain apostrophe."""
    if word.isascii():
        return word.lower()
    if not word[0].isalnum():
        return word
    plain = unicodedata.normalize("NFC", _UNSEEN_MARKS.sub("", word)).replace("’", "'")
    # Folding can bring a mark on its own back (Turkish İ), hence composed once more.
    return unicodedata.normalize("NFC", plain.casefold())
