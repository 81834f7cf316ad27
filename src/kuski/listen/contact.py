"""What sort of thing each channel is, told by the words of its name."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kuski.listen.hint import plainly, words_of
from kuski.terms import ContactKind

_KINDS: Mapping[ContactKind, str] = {
    "phone": "phone telephone call puhelin puhelu puhelim",
    "chat": "chat chatti pikaviest",
    "face_to_face": "face store branch shop counter kasvok myymal konttor toimipist kaynti",
    "email": "email sahkopost",
    "letter": "letter kirje",
    "web": "web website webshop online verkko nettisiv nettikaup",
    "app": "app sovellu mobiilisov",
    "machine": "kiosk chatbot bot automaat robot ivr",
}
_WHOLE = frozenset({"app", "web", "bot", "call", "shop", "store", "face", "chat", "ivr"})


@dataclass(frozen=True, slots=True)
class ContactGuess:
    """What the channels of a column are.

    Attributes
    ----------
    kinds : mapping of kind to texts
    unknown : tuple of str
        Texts that speak of no kind, or of two.
    """

    kinds: Mapping[ContactKind, tuple[str, ...]]
    unknown: tuple[str, ...]


def contact_guess(texts: Iterable[str]) -> ContactGuess:
    """Guess what sort of thing each channel is; a name that speaks of two is left to the reader."""
    kinds: dict[ContactKind, list[str]] = {}
    unknown = []
    for text in texts:
        plain = {*words_of(text), re.sub(r"[^a-z]", "", plainly(text))}
        spoken = [kind for kind, known in _KINDS.items() if any(_says(p, known) for p in plain)]
        if len(spoken) == 1:
            kinds.setdefault(spoken[0], []).append(text)
        else:
            unknown.append(text)
    ordered = {kind: tuple(kinds[kind]) for kind in _KINDS if kind in kinds}
    return ContactGuess(ordered, tuple(unknown))


def _says(word: str, known: str) -> bool:
    return any(word == one if one in _WHOLE else word.startswith(one) for one in known.split())
