"""Codes that mean missing: said by the file, by a word, or by standing far from everything else."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from kuski.engine.cells import read_number
from kuski.listen.hint import plainly
from kuski.listen.profile import ColumnProfile
from kuski.moments import Code

_WORDS = frozenset({
    "blank", "na", "n/a", "#n/a", "nan", "null", "nil", "missing", "refused", "dk", "dkna",
    "unknown", "unsure", "skipped", "-", "--", ".", "..", "?", "*", "eos", "e.o.s", "tyhja",
    "puuttuu",
})  # fmt: skip
_PHRASES = (
    "don't know", "don’t know", "dont know", "do not know", "cannot say", "can't say", "not sure",
    "no answer", "no opinion", "no experience", "not applicable", "does not apply", "refused",
    "refuse to", "prefer not", "never used", "not used", "did not use", "have not used",
    "haven't used", "not asked", "not answered", "blank", "missing",
    "en osaa sanoa", "ei osaa sanoa", "en tieda", "ei tieda", "ei vastausta", "ei vastannut",
    "en halua", "ei halua", "ei kokemusta", "ei kayttanyt", "en kayttanyt", "en ole kaytt",
    "ei ole kaytt", "ei koske", "ei kysytty", "tyhja", "puuttuu", "puuttuva",
)  # fmt: skip
_REPEATED = (66, 77, 88, 99, 666, 777, 888, 999, 9999)
_LAST = (96, 97, 98, 996, 997, 998, 9996, 9997, 9998)
_FAR = frozenset(
    {*_REPEATED, *_LAST, *(-code for code in (*_REPEATED, *_LAST)), -1, -2, -3, -7, -8, -9}
)
_LARGEST_LEVEL = 11
_MOST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Sorted:
    """The texts of a column sorted into codes for missing and the rest.

    Attributes
    ----------
    declared, labelled, words, far : tuple of codes
        Missing by the file's own word, by the label of the code, by being a word such as "Blank"
        among numbers, and by standing far from the rest.
    levels : mapping of number to int
        How often each other number occurs, the lowest first.
    strange : int
        Cells that are neither.
    """

    declared: tuple[Code, ...]
    labelled: tuple[Code, ...]
    words: tuple[Code, ...]
    far: tuple[Code, ...]
    levels: Mapping[float, int]
    strange: int

    @property
    def codes(self) -> tuple[Code, ...]:
        """All codes for missing."""
        return ordered({*self.declared, *self.labelled, *self.words, *self.far})


def sort_codes(column: ColumnProfile) -> Sorted:
    """Sort what stands in a column of few different texts into levels and codes for missing."""
    labelled = {code for code, text in column.value_labels.items() if means_missing(text)}
    told = {*column.declared, *labelled}
    words: list[str] = []
    numbers: dict[float, int] = {}
    strange = 0
    for text, times in column.counts.items():
        value = read_number(text)
        if text in told or value in told:
            continue
        if value is not None and math.isfinite(value):
            numbers[value] = numbers.get(value, 0) + times
        elif means_missing(text) or (column.is_numeric and len(words) < _MOST_WORDS):
            words.append(text)
        else:
            strange += times
    far = _far_codes(numbers)
    levels = {value: numbers[value] for value in sorted(numbers) if value not in far}
    there = {read_number(text) for text in column.counts} | set(column.counts)
    return Sorted(
        declared=ordered(set(column.declared) & there),
        labelled=ordered((labelled - set(column.declared)) & there),
        words=tuple(sorted(words)),
        far=ordered(far),
        levels=levels,
        strange=strange,
    )


def means_missing(text: str) -> bool:
    """Tell whether a word or a label says that there is no answer."""
    plain = re.sub(r"\s+", " ", plainly(text)).strip(" .!()")
    return plain in _WORDS or text.strip() in _WORDS or any(part in plain for part in _PHRASES)


def ordered(codes: set[Code]) -> tuple[Code, ...]:
    """Put codes in order, numbers before words, whole numbers written as such."""
    numbers = sorted(code for code in codes if not isinstance(code, str))
    whole = (int(code) if float(code).is_integer() else code for code in numbers)
    return (*whole, *sorted(code for code in codes if isinstance(code, str)))


def _far_codes(numbers: Mapping[float, int]) -> set[Code]:
    """Find the usual codes for missing that stand apart from the other numbers."""
    near = [value for value in numbers if value not in _FAR]
    if not near:
        return set()
    low, high = min(near), max(near)
    known = [value for value in numbers if value in _FAR]
    if high <= _LARGEST_LEVEL:
        return {value for value in known if value < min(0, low) or value > high + 1}
    span = high - low
    return {
        value for value in known
        if (low >= 0 > value) or (value > high + max(10, 0.25 * span) and numbers[value] > 1)
    }  # fmt: skip
