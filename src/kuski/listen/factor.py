"""Factors: what customers say matters, paired by name with the drivers and reasons behind it."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kuski.listen.guess import Guess
from kuski.listen.hint import hint, plainly, words_of

LEAST_FACTORS = 2


@dataclass(frozen=True, slots=True)
class FactorGuess:
    """One factor.

    Attributes
    ----------
    name : str
    stated : str
        The column of its importance.
    drivers, reasons : tuple of str
    """

    name: str
    stated: str
    drivers: tuple[str, ...]
    reasons: tuple[str, ...]


def factor_guesses(
    stated: Guess | None, drivers: Guess | None, reasons: Sequence[str]
) -> tuple[FactorGuess, ...]:
    """Pair importances with the drivers that share their words: importance_price, price_level.

    Every importance gives a factor, if at least two have a pair; where one has none, the factors
    are a start that the reader must finish.

    Parameters
    ----------
    stated, drivers : Guess or None
    reasons : sequence of str
        Texts of the reasons for leaving.

    Notes
    -----
    A driver that two importances speak of belongs to neither, and fewer than two pairs are chance.
    """
    if stated is None or drivers is None:
        return ()
    about = {column: _about(column) for column in stated.columns}
    wanted = {
        column: [name for name in drivers.columns if words and words <= words_of(name)]
        for column, words in about.items()
    }
    times = Counter(name for names in wanted.values() for name in names)
    found = tuple(
        FactorGuess(
            _name(column),
            column,
            tuple(name for name in names if times[name] == 1),
            tuple(text for text in reasons if words_of(text) == about[column]),
        )
        for column, names in wanted.items()
    )
    paired = [factor for factor in found if factor.drivers]
    is_plain = len({factor.name for factor in found}) == len(found)
    return found if is_plain and len(paired) >= LEAST_FACTORS else ()


def _about(column: str) -> frozenset[str]:
    """Name the words of an importance that tell what is important: at least three letters each."""
    words = {word for word in words_of(column) if not _says_form(word)}
    return frozenset(words) if all(len(word) >= 3 for word in words) else frozenset()


def _says_form(word: str) -> bool:
    return any(hint(meaning, word) for meaning in ("importance", "points", "rank"))


def _name(column: str) -> str:
    """Name the factor as the column does, without the word for importance."""
    parts = [part for part in re.split(r"[^\w]+|_+", column) if part]
    return "_".join(part for part in parts if not _says_form(plainly(part))).lower() or column
