"""Agreement: do two people who read the same stories give them the same codes?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np

from kuski.listen.stories.correction import Correction
from kuski.listen.stories.ledger import Checked
from kuski.listen.stories.mark import Values, codes_of
from kuski.stats.agreement import Agreement, Scale, agreement, coincidences
from kuski.terms import TextSource
from kuski.text.codebook import Codebook, Family

Words = Mapping[tuple[TextSource, str], Mapping[str, Values]]
"""What each person says of each unit of the random part.

In the uncertain part both are handed the machine's codes, which would make them agree.
"""

_ORDERED = frozenset(("intensity",))


@dataclass(frozen=True, slots=True)
class CodeAgreement:
    """How far people agree on one code, or on a family of which a text has one code.

    Attributes
    ----------
    family : str
    code : str or None
        None for the family as a whole.
    stories : int
        On which at least two people looked.
    given : int
        To how many of them anybody gave the code; any code, for a family.
    same : float or None
        Share of the stories on which all said the same, 0 to 1; None where there are none.
    alpha, low, high : float or None
        Krippendorff's alpha, at most 1, and its 95 % interval; None where it cannot be told.
    """

    family: str
    code: str | None
    stories: int
    given: int
    same: float | None
    alpha: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A story to which people gave different codes of a family.

    Attributes
    ----------
    source, text, family : str
    said : tuple of (person, codes)
    """

    source: TextSource
    text: str
    family: str
    said: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What people who read the same stories agree on.

    Attributes
    ----------
    people : tuple of str
    stories : int
        Of which at least two of them spoke.
    codes : tuple of CodeAgreement
        In the book's order; families of one code once more as a whole, after their codes.
    disagreements : tuple of Disagreement
    """

    people: tuple[str, ...]
    stories: int
    codes: tuple[CodeAgreement, ...]
    disagreements: tuple[Disagreement, ...]


def words_of_ledger(seen: Mapping[tuple[TextSource, str], Checked]) -> Words:
    """Take what each person says of the random part from the ledger."""
    return {
        unit: {word.who: word.said.values for word in checked.words}
        for unit, checked in seen.items()
        if checked.drawn == "random"
    }


def words_of_sheets(sheets: Mapping[str, Correction]) -> Words:
    """Take what each person says of the random part from the sheet that the person filled in."""
    words: dict[tuple[TextSource, str], dict[str, Values]] = {}
    for who, sheet in sheets.items():
        for said in sheet.said:
            if said.drawn != "random":
                continue
            words.setdefault((said.source, said.text), {})[who] = said.values
    return words


def comparison(words: Words, book: Codebook, *, rng: np.random.Generator) -> Comparison:
    """Compare what people say of the same stories.

    Parameters
    ----------
    words : mapping of unit to mapping of person to Values
    book : Codebook
    rng : numpy.random.Generator
        For the intervals.

    Notes
    -----
    A code is given or not given: a nominal scale of two values. Of a family that takes one code the
    whole is compared as well, with silence as a value of its own; `intensity` on an ordinal scale,
    among those who gave it one. Signs are not compared.
    """
    both = {unit: said for unit, said in words.items() if len(said) > 1}
    people = dict.fromkeys(who for said in both.values() for who in said)
    codes = [each for family in book.families for each in _codes(family, both, rng)]
    apart = [each for family in book.families for each in _disagreements(family, both)]
    order = {unit: place for place, unit in enumerate(both)}
    apart.sort(key=lambda each: order[each.source, each.text])
    return Comparison(tuple(people), len(both), tuple(codes), tuple(apart))


def _codes(family: Family, words: Words, rng: np.random.Generator) -> Iterator[CodeAgreement]:
    told = [_told(family, said) for said in words.values()]
    told = [each for each in told if len(each) > 1]
    for code in family.codes:
        given = [[int(code.code in each) for each in said] for said in told]
        yield _compared(family.name, code.code, given, 2, "nominal", rng)
    if family.kind == "many":
        return
    names = [code.code for code in family.codes]
    if family.name in _ORDERED:
        firsts = [
            [names.index(each[0]) for each in said if _is_known(each, names)] for said in told
        ]
        yield _compared(
            family.name, None, [f for f in firsts if len(f) > 1], len(names), "ordinal", rng
        )
        return
    places = [
        [1 + names.index(each[0]) if _is_known(each, names) else 0 for each in said]
        for said in told
    ]
    yield _compared(family.name, None, places, 1 + len(names), "nominal", rng)


def _told(family: Family, said: Mapping[str, Values]) -> list[tuple[str, ...]]:
    """List the codes that each person gave who looked at the family."""
    return [codes_of(values, family.name) for values in said.values() if family.name in values]


def _is_known(codes: Sequence[str], names: Sequence[str]) -> bool:
    return bool(codes) and codes[0] in names


def _compared(
    family: str,
    code: str | None,
    values: Sequence[Sequence[int]],
    n_values: int,
    scale: Scale,
    rng: np.random.Generator,
) -> CodeAgreement:
    """Compare the values that people gave to each story, as numbers from 0."""
    n = len(values)
    silent = -1 if scale == "ordinal" else 0
    given = sum(any(value != silent for value in each) for each in values)
    same = sum(len(set(each)) == 1 for each in values) / n if n else None
    found = None
    if n:
        counts = np.array([np.bincount(each, minlength=n_values) for each in values])
        found = agreement(coincidences(counts), np.ones(n, dtype=np.int64), scale, rng=rng)
    return CodeAgreement(family, code, n, given, same, *_ends(found))


def _ends(found: Agreement | None) -> tuple[float | None, float | None, float | None]:
    if found is None or isnan(found.alpha):
        return None, None, None
    ends = found.interval
    return found.alpha, ends.low if ends else None, ends.high if ends else None


def _disagreements(family: Family, words: Words) -> Iterator[Disagreement]:
    for (source, text), said in words.items():
        told = {
            who: codes_of(values, family.name)
            for who, values in said.items()
            if family.name in values
        }
        if len({frozenset(codes) for codes in told.values()}) > 1:
            yield Disagreement(source, text, family.name, tuple(told.items()))
