"""A second opinion: how far two people agree on the stories that both of them read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kuski.finding import ends
from kuski.listen.stories.crossing import CodeColumn, yes_no
from kuski.listen.stories.table import FACTOR, SECOND
from kuski.moments import Category, Collected, Floats, Levels, Moments, Need, Variable
from kuski.stats.agreement import RELIABLE, TENTATIVE, Scale, agreement, coincidences
from kuski.text.codebook import Family

LEAST = 20
INTENSITY = "intensity"

Verdict = Literal["reliable", "tentative", "poor"]


# Elsewhere both people saw what the coder says.
_AT_RANDOM = Levels(Variable("checked", equals="random", gap="zero"), (0.5, 1.5))


@dataclass(frozen=True, slots=True)
class AgreementNumbers:
    """How far two people agree on one code.

    Attributes
    ----------
    family : str
        As the codebook names it.
    code : str
        As the codebook names it; empty for a family whose codes are steps of one scale.
    n : int
        Stories that both read.
    alpha : float
        Krippendorff's alpha: 1 where they always agree, 0 where as by chance.
    alpha_low, alpha_high : float or None
        None where the code is too rare to tell.
    verdict : {"reliable", "tentative", "poor"}
        At least 0.80, at least 0.667, below.
    """

    family: str
    code: str
    n: int
    alpha: float
    alpha_low: float | None
    alpha_high: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Pair:
    """What two people said of one code, or of one scale.

    Attributes
    ----------
    family, code : str
    steps : tuple of str
        Of a scale, in order; empty for a code that is there or not.
    need : Need
    """

    family: str
    code: str
    steps: tuple[str, ...]
    need: Need

    def is_named(self, moments: Moments) -> bool:
        """Whether the second person ever named it."""
        return any(
            bool(self.steps) or group[-1] == 1
            for group, rows in zip(moments.groups, moments.rows, strict=True)
            if rows.any()
        )

    def numbers(self, moments: Moments, rng: np.random.Generator) -> AgreementNumbers | None:
        """Estimate how far they agree.

        None where they read too few together, or both always said the same one thing.
        """
        n = moments.n
        if n < LEAST:
            return None
        scale: Scale = "ordinal" if self.steps else "nominal"
        found = agreement(self._coincidences(moments), moments.rows.sum(axis=0), scale, rng=rng)
        if np.isnan(found.alpha):
            return None
        verdict = _verdict(found.alpha)
        return AgreementNumbers(
            self.family, self.code, n, found.alpha, *ends(found.interval), verdict
        )

    def _coincidences(self, moments: Moments) -> Floats:
        """Count the coincidences of each replicate, shape (G, V, V).

        A step that the codebook does not have makes no pair.
        """
        size = len(self.steps) or 2
        place = {text: i for i, text in enumerate(self.steps)}
        found = np.zeros((moments.rows.shape[1], size, size))
        for group, rows in zip(moments.groups, moments.rows, strict=True):
            steps = [place.get(str(part)) if self.steps else int(part) for part in group[-2:]]
            told = [step for step in steps if step is not None]
            counts = np.bincount(told, minlength=size)
            found += rows[:, None, None] * coincidences(counts)
        return found


def pairs(columns: Sequence[CodeColumn], families: Sequence[Family]) -> tuple[Pair, ...]:
    """List what two people may have said something of: each code, and each scale.

    A code of a family of which a story may tell one only is silent where it is not told, and so is
    any human where no contact is told. Who read a story is then known by its factors, and by its
    contacts.
    """
    read = {f.name: _marker(f) for f in families if f.kind == "many"}
    found = [
        _pair(column, read[FACTOR if column.equals is not None else column.family])
        for column in columns
        if column.family != INTENSITY and (column.equals is None or FACTOR in read)
    ]
    return (*found, *(_scale(family) for family in families if family.name == INTENSITY))


def _marker(family: Family) -> Variable:
    """Make 1 of a story whose codes of a family a second person was asked for."""
    return CodeColumn.of(family, family.codes[0]).variable(SECOND, is_filled=False)


def _pair(column: CodeColumn, marker: Variable) -> Pair:
    by = (_AT_RANDOM, yes_no(column.variable()), yes_no(column.variable(SECOND)))
    return Pair(column.family, column.code, (), Need("codes", (marker,), by))


def _scale(family: Family) -> Pair:
    by = (_AT_RANDOM, Category(family.name), Category(family.name + SECOND))
    return Pair(family.name, "", tuple(code.code for code in family.codes), Need("codes", (), by))


def agreements(
    asked: Iterable[Pair], collected: Collected, rng: np.random.Generator
) -> tuple[AgreementNumbers, ...]:
    """Estimate how far two people agree on each code of which both read enough stories.

    A family of which the second person never named a code was not asked of them.
    """
    found = {pair: collected.moments[pair.need] for pair in asked}
    named = {pair.family for pair, moments in found.items() if pair.is_named(moments)}
    numbers = (
        pair.numbers(moments, rng) for pair, moments in found.items() if pair.family in named
    )
    return tuple(one for one in numbers if one is not None)


def _verdict(alpha: float) -> Verdict:
    return "reliable" if alpha >= RELIABLE else "tentative" if alpha >= TENTATIVE else "poor"
