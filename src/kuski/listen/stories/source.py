"""A source of stories: how many there are, and how many of them nothing could be told of."""

from dataclasses import dataclass

import numpy as np

from kuski.listen.stories.crossing import COUNTED
from kuski.moments import Category, Collected, Levels, Moments, Need, Variable
from kuski.terms import TextSource

_WHOLE = (-0.5, 0.5)

TEXTS_NEED = Need(
    "codes",
    (Variable("rows"), Variable("copies", gap="zero")),
    (Category("source"), Category("state"), Levels(Variable("incident"), _WHOLE)),
)
UNITS_NEED = Need(
    "codes",
    (Variable("unsure", gap="zero"), Variable("language", equals="fi", gap="flag")),
    (Category(COUNTED),),
)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What one source holds.

    Attributes
    ----------
    source : {"stories", "responses", "customers"}
    rows : int
        Rows of the table with something that was told.
    repeated : int
        How many of these repeat a long text that stands there before.
    empty, no_answer : int
        Rows with nothing in them, and with words for not knowing; not coded.
    n : int
        Stories that are counted: each text once, and a text of several incidents by its incidents.
    unsure : int
        Of these, how many the coder is not sure of.
    no_language : int
        Of these, in how many no known language was recognised.
    """

    source: TextSource
    rows: int
    repeated: int
    empty: int
    no_answer: int
    n: int
    unsure: int
    no_language: int

    @classmethod
    def of(cls, collected: Collected, source: TextSource) -> "Gathered":
        """Count what one source holds."""
        texts, units = collected.moments[TEXTS_NEED], collected.moments[UNITS_NEED]
        rows, copies = _sums(texts, (source, "told"))
        n = sum(
            int(held.sum())
            for group, held in zip(units.groups, units.rows, strict=True)
            if group[0] == source
        )
        unsure, no_language = _sums(units, (source,))
        return cls(
            source=source,
            rows=rows,
            repeated=copies,
            empty=_sums(texts, (source, "empty"))[0],
            no_answer=_sums(texts, (source, "no_answer"))[0],
            n=n,
            unsure=unsure,
            no_language=no_language,
        )


def _sums(moments: Moments, wanted: tuple[str, ...]) -> tuple[int, int]:
    """Sum the two columns over the groups that begin so."""
    chosen = [i for i, group in enumerate(moments.groups) if group[: len(wanted)] == wanted]
    cross = moments.cross[chosen].sum(axis=(0, 1))
    values = cross[0, 1:] + moments.origin * cross[0, 0]
    first, second = np.rint(values).astype(int).tolist()
    return first, second
