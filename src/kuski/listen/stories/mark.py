"""A mark: a code that was given to a text, with its sign, and how people write it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from kuski.text.codebook import Codebook, Family

Sign = Literal[-1, 0, 1]

SIGNED = "factor"
"""The family whose marks carry a sign: praised or blamed."""

_SIGNS: dict[str, Sign] = {
    "+": 1, "＋": 1, "-": -1, "−": -1, "–": -1, "—": -1, "‐": -1, "‑": -1, "－": -1, "±": 0,
}  # fmt: skip
_WRITTEN: dict[Sign, str] = {-1: "-", 0: "", 1: "+"}
_PARTS = re.compile(r"[,;\n\r]+")
_GAPS = re.compile(r"[\s\-‐‑_]+")


@dataclass(frozen=True, slots=True)
class Mark:
    """One code that a text has.

    Attributes
    ----------
    code : str
    sign : {-1, 0, 1}
        Of a factor: blamed, neither or both, praised. 0 elsewhere.

    Examples
    --------
    >>> str(Mark("speed", -1))
    'speed-'
    """

    code: str
    sign: Sign = 0

    def __str__(self) -> str:
        """Write it as a sheet and a ledger do."""
        return self.code + _WRITTEN[self.sign]


Values = Mapping[str, tuple[Mark, ...]]
"""Marks by family, the main one first. Empty: the text is silent. No such family: nobody looked."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """A word that is no code of its family.

    Attributes
    ----------
    word : str
        As it was written.
    near : str
        The code that it resembles; empty where there is none.
    """

    word: str
    near: str


def codes_of(values: Values, family: str) -> tuple[str, ...]:
    """Name the codes of one family, the main one first."""
    return tuple(mark.code for mark in values.get(family, ()))


def written(marks: Sequence[Mark]) -> str:
    """Write marks into one cell: ``speed-, friendliness+``."""
    return ", ".join(str(mark) for mark in marks)


def parsed(text: str) -> tuple[Mark, ...]:
    """Read marks as they were written, whatever the codes are; signs stand before or after.

    Examples
    --------
    >>> parsed("speed -; +price")
    (Mark(code='speed', sign=-1), Mark(code='price', sign=1))
    """
    words = (part.strip() for part in _PARTS.split(text))
    return tuple(_parsed(word) for word in words if word)


class Names:
    """What a family's codes are called: by their own name, or by their label in any language."""

    def __init__(self, family: Family) -> None:
        self.family = family
        self._codes: dict[str, str] = {}
        for code in family.codes:
            for label in code.label.values():
                self._codes.setdefault(_plain(label), code.code)
        self._codes |= {_plain(code.code): code.code for code in family.codes}

    def read(self, text: str) -> tuple[tuple[Mark, ...], tuple[Stranger, ...]]:
        """Read one cell: its marks in order, each code once, and what is no code."""
        found: dict[str, Mark] = {}
        strangers = []
        for mark in parsed(text):
            code = self._codes.get(_plain(mark.code))
            if code is None:
                strangers.append(Stranger(mark.code, self.near(mark.code)))
                continue
            sign = mark.sign if self.family.name == SIGNED else 0
            before = found.get(code)
            # Praised and blamed in one cell is both.
            found[code] = Mark(code, sign if before is None or before.sign == sign else 0)
        return tuple(found.values()), tuple(strangers)

    def near(self, word: str) -> str:
        """Find the code whose name or label resembles a word."""
        close = get_close_matches(_plain(word), self._codes, n=1, cutoff=0.6)
        return self._codes[close[0]] if close else ""


def names_of(book: Codebook) -> dict[str, Names]:
    """Tell what the codes of each family are called."""
    return {family.name: Names(family) for family in book.families}


def _parsed(word: str) -> Mark:
    if len(word) > 1 and word[-1] in _SIGNS:
        return Mark(word[:-1].strip(), _SIGNS[word[-1]])
    if len(word) > 1 and word[0] in _SIGNS:
        return Mark(word[1:].strip(), _SIGNS[word[0]])
    return Mark(word)


def _plain(name: str) -> str:
    return _GAPS.sub("_", name.strip().casefold())
