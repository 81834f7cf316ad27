"""Evidence: what speaks for each code before anybody has labelled a text."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.text.codebook import Codebook
from kuski.text.document import Document
from kuski.text.polarity import Feeling, read_polarity
from kuski.text.seeds import Hit, SeedMatcher

FELT = ("polarity", "intensity")
"""Families that are read off the lexicon."""

# Log odds of a code by the weight of its seeds: none, a weak one (0.35), two weak ones (0.6), a
# yielding one (0.65), a plain one (0.8), two of them (0.9). However many are not plain, together
# they weigh no more than a yielding one, so that of two codes of a family the plain one leads.
_NOTHING, _FIRST, _PER_FIRST, _PER_MORE, _MOST = -3.0, -1.6, 3.0, 0.8, 5.0
_MOST_YIELDING = 0.75
_SOFT = 0.02  # added to a chance before its odds are taken
_OF_INTENSITY, _OF_OTHERS = 0.8, 0.1

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Hold what was found in one text.

    Attributes
    ----------
    hits : tuple of Hit
        Of the seeds.
    feeling : Feeling
        From the lexicon.
    """

    hits: tuple[Hit, ...]
    feeling: Feeling


class EvidenceFinder:
    """Find seeds and feelings; the last batch is kept, since several ask for the same one."""

    def __init__(self, book: Codebook) -> None:
        self.book = book
        self._matcher = SeedMatcher(book)
        self._place = {column: place for place, column in enumerate(book.columns)}
        self._felt = [(name, book.places(name)) for name in FELT]
        self._last: tuple[Sequence[Document], list[Evidence]] = ((), [])

    def __reduce__(self) -> tuple[type["EvidenceFinder"], tuple[Codebook]]:
        return EvidenceFinder, (self.book,)

    def of(self, documents: Sequence[Document]) -> list[Evidence]:
        """Find what speaks in each text."""
        if documents is not self._last[0]:
            self._last = (documents, [self._found(each) for each in documents])
        return self._last[1]

    def _found(self, document: Document) -> Evidence:
        hits = self._matcher.hits(document)
        return Evidence(hits, read_polarity(document, [hit for hit in hits if hit.sign]))

    def log_odds(self, evidence: Sequence[Evidence]) -> Floats:
        """Weigh evidence as log odds, without any labels.

        Returns
        -------
        float32 array, shape (n, K)
            Of seeds, by their weight; of the families in `FELT`, by the feeling's chances.
        """
        kinds = np.zeros((2, len(evidence), len(self._place)), dtype=np.float32)
        plain, rows, columns, values = [], [], [], []
        for row, each in enumerate(evidence):
            for hit in each.hits:
                plain.append(int(hit.weight >= 1))
                rows.append(row)
                columns.append(self._place[hit.family, hit.code])
                values.append(hit.weight)
        np.add.at(kinds, (plain, rows, columns), values)
        weights = np.minimum(kinds[0], _MOST_YIELDING) + kinds[1]
        odds = _seed_odds(weights)
        for name, places in self._felt:
            if places.stop > places.start:
                felt = _felt_chances(
                    name, evidence, [code for _, code in self.book.columns[places]]
                )
                odds[:, places] = _odds(felt) + weights[:, places]
        return odds


def _seed_odds(weights: Floats) -> Floats:
    first = np.minimum(weights, 1)
    more = np.minimum(weights, _MOST) - first
    odds = np.where(weights > 0, _FIRST + _PER_FIRST * first + _PER_MORE * more, _NOTHING)
    return odds.astype(np.float32)


def _felt_chances(name: str, evidence: Sequence[Evidence], codes: Sequence[str]) -> Floats:
    if name == "polarity":
        known = ("negative", "neutral", "positive", "mixed")
        felt = np.array([each.feeling.chances for each in evidence], dtype=np.float32)
    else:
        known = ("1", "2", "3", "")
        felt = np.full((len(evidence), 4), _OF_OTHERS, dtype=np.float32)
        told = [(each.feeling.intensity or 4) - 1 for each in evidence]
        felt[np.arange(len(evidence)), told] = _OF_INTENSITY
    chances = np.zeros((len(evidence), len(codes)), dtype=np.float32)
    for place, code in enumerate(codes):
        if code in known:
            chances[:, place] = felt.reshape(-1, 4)[:, known.index(code)]
    return chances


def _odds(chances: Floats) -> Floats:
    found = np.log((chances + _SOFT) / (1 - chances + _SOFT))
    return found.astype(np.float32)
