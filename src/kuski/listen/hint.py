"""What a column's name and question hint at, in English and Finnish."""

import re
import unicodedata
from functools import lru_cache

from kuski.listen.vocabulary import VOCABULARIES, Meaning

BY_WORD, BY_STEM, BY_LABEL = 1.0, 0.8, 0.7


def hint(meaning: Meaning, name: str, label: str = "") -> float:
    """Tell how strongly a column's name or question hints at a meaning, 0 to 1."""
    known = VOCABULARIES[meaning]
    if known.words & words_of(name):
        return BY_WORD
    plain = _joined(name)
    if any(stem in plain for stem in known.stems):
        return BY_STEM
    asked = plainly(label)
    if any(phrase in asked for phrase in known.phrases):
        return BY_LABEL
    if label and known.words & words_of(label) and len(asked.split()) <= 4:
        return BY_LABEL
    return 0.0


@lru_cache(maxsize=20_000)
def words_of(name: str) -> frozenset[str]:
    """Split a name into its words: at case, digits and signs; ``Q7ALL`` gives q and all."""
    parted = re.sub(r"(?<=[a-zåäö])(?=[A-ZÅÄÖ])", " ", name)
    return frozenset(re.findall(r"[a-z]+", plainly(parted)))


def stem_of(name: str) -> str:
    """Tell the part of a name that it shares with its battery: ``Q7ALL`` gives q7."""
    plain = plainly(name)
    if match := re.match(r"[^a-z]*([a-z]{1,3}\d+)", plain):
        return match[1]
    return re.split(r"[^a-z]", plain.lstrip("*_ "), maxsplit=1)[0]


def plainly(text: str) -> str:
    """Write a text in small letters without dots and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


@lru_cache(maxsize=20_000)
def _joined(name: str) -> str:
    return re.sub(r"[^a-z]+", "", plainly(name))
