"""Bags of lemmas: texts as sparse rows of weighted words, for a linear model."""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log, sqrt
from typing import Any

import numpy as np
from scipy import sparse

from kuski.text.document import Document

_MOST_LEMMAS = 50_000
_MOST_GRAMS = 100_000
_LEAST_GRAMS = 2  # texts that must hold a run of characters
_GRAM_LENGTHS = (3, 4, 5)
_MOST_WORDS = 200_000  # in the cache of runs
_LONGEST_WORD = 40


class Bag:
    """Weigh the lemmas of texts by how rare they are (TF-IDF, present or not, rows of length 1).

    Parameters
    ----------
    documents : sequence of Document
        Of which the words and their rarity are learned.
    character_ngrams : bool
        Whether runs of 3 to 5 characters within words count beside the lemmas: they forgive
        typing errors, and cost time.
    """

    def __init__(self, documents: Sequence[Document], *, character_ngrams: bool = False) -> None:
        lemmas = _known(
            Counter(lemma for each in documents for lemma in set(each.lemmas)), 1, _MOST_LEMMAS
        )
        self.lemmas = {lemma: place for place, lemma in enumerate(lemmas)}
        self.rarity = [_rarity(len(documents), n) for n in lemmas.values()]
        self._grams: dict[str, int] = {}
        self._gram_rarity: list[float] = []
        self._by_word: dict[str, tuple[int, ...]] = {}
        if character_ngrams:
            grams = _known(
                Counter(gram for each in documents for gram in _grams(each.words)),
                _LEAST_GRAMS,
                _MOST_GRAMS,
            )
            self._grams = {gram: place for place, gram in enumerate(grams)}
            self._gram_rarity = [_rarity(len(documents), n) for n in grams.values()]

    def rows(self, documents: Sequence[Document]) -> Any:
        """Weigh texts.

        Returns
        -------
        sparse array, shape (n, V)
            Lemmas first, then runs of characters, each block of length 1 in every row.
        """
        known = self.lemmas
        lemmas = _block(
            [
                [known[each] for each in set(document.lemmas) if each in known]
                for document in documents
            ],
            self.rarity,
        )
        if not self._grams:
            return lemmas
        grams = _block([self._runs(document) for document in documents], self._gram_rarity)
        return sparse.csr_array(sparse.hstack([lemmas, grams], format="csr"))

    def length(self, lemmas: Iterable[str]) -> float:
        """Tell by what the weights of one text's lemmas are divided."""
        places = (self.lemmas.get(lemma) for lemma in lemmas)
        square = sum(self.rarity[place] ** 2 for place in places if place is not None)
        return sqrt(square) or 1.0

    def _runs(self, document: Document) -> list[int]:
        found: set[int] = set()
        for word in document.words:
            runs = self._by_word.get(word)
            if runs is None:
                if len(self._by_word) > _MOST_WORDS:
                    self._by_word.clear()
                runs = tuple(self._grams[gram] for gram in _grams([word]) if gram in self._grams)
                self._by_word[word] = runs
            found.update(runs)
        return sorted(found)


def _known(counts: Counter[str], least: int, most: int) -> dict[str, int]:
    """Keep the most frequent, in an order that does not hang on how they were met."""
    kept = [(word, n) for word, n in counts.items() if n >= least]
    kept.sort(key=lambda pair: (-pair[1], pair[0]))
    return dict(kept[:most])


def _rarity(n: int, n_with: int) -> float:
    return log((1 + n) / (1 + n_with)) + 1


def _grams(words: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for word in words:
        padded = f" {word[:_LONGEST_WORD]} "
        for length in _GRAM_LENGTHS:
            found.update(padded[at : at + length] for at in range(len(padded) - length + 1))
    return found


def _block(
    places: Sequence[Sequence[int]], rarity: Sequence[float]
) -> sparse.csr_array[np.float64]:
    starts = np.zeros(len(places) + 1, dtype=np.int32)
    np.cumsum([len(each) for each in places], out=starts[1:])
    columns = np.fromiter(
        (each for row in places for each in row), dtype=np.int32, count=starts[-1]
    )
    values = np.asarray(rarity, dtype=np.float64)[columns] if len(rarity) else np.zeros(0)
    rows = np.repeat(np.arange(len(places)), np.diff(starts))
    lengths = np.sqrt(np.bincount(rows, values**2, minlength=len(places)))
    values = values / np.where(lengths > 0, lengths, 1)[rows]
    return sparse.csr_array((values, columns, starts), shape=(len(places), len(rarity)))
