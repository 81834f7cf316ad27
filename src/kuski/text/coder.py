"""The coder: texts in, codes out, with what spoke for each."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from kuski.text.codebook import Codebook
from kuski.text.document import Document, Reader
from kuski.text.evidence import FELT, Evidence, EvidenceFinder, Floats
from kuski.text.scorer import LemmaScorer, Scorer, Targets
from kuski.text.seeds import Hit

HALF = 0.5
"""The chance from which a text gets a code."""

NEAR = 0.12
"""How near to `HALF` a chance leaves the coder unsure."""

_TURNING = "mutta vaan men but although vaikka fast medan while"
_TURNS = frozenset(_TURNING.split())
_MIXED = ("polarity", "mixed")
_FELT_SIGNS = ("positive", "negative")
_MOST_NEAREST = 100  # hits whose nearest feeling is looked for
_PARTS = ",;:()–—\n"

Claims = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class CodedTexts:
    """Hold what n texts say; K is the number of the codebook's columns.

    Attributes
    ----------
    documents : list of Document, length n
    chances : float32 array, shape (n, K), from 0 to 1
    codes : bool array, shape (n, K)
        Of a family of kind "many" every code of a chance of `HALF` and more; of kind "one" the
        likeliest if it reaches `HALF`, and of polarity and intensity the likeliest.
    signs : int8 array, shape (n, K)
        For the given codes of families of kind "many": 1 where the clauses that speak of it
        praise, -1 where they blame, 0 where neither leads. 0 elsewhere.
    hits : list of tuple of Hit, length n
        In the order of the text: every seed and lexicon hit, and learned words of given codes.
    is_unsure : bool array, shape (n,)
        Whether a person's look is worth most: the language is not known, the text was too long to
        be read whole, feeling is mixed, may be meant bitterly or is not found in many words, or a
        chance is near `HALF`.
    """

    documents: list[Document]
    chances: Floats
    codes: Claims
    signs: npt.NDArray[np.int8]
    hits: list[tuple[Hit, ...]]
    is_unsure: Claims


class Coder:
    """Code texts by a codebook. It can be pickled, with what it has learned.

    Parameters
    ----------
    book : Codebook
    scorer : Scorer, optional
        By default a `LemmaScorer`.
    reader : Reader, optional
        By default one with the best tools that are there.
    """

    def __init__(
        self, book: Codebook, scorer: Scorer | None = None, *, reader: Reader | None = None
    ) -> None:
        self.book = book
        self.reader = reader or Reader()
        self._finder = EvidenceFinder(book)
        if isinstance(scorer, LemmaScorer) and scorer.book == book:
            self._finder = scorer.finder
        self.scorer: Scorer = scorer or LemmaScorer(book, finder=self._finder)

    def fit(self, texts: Sequence[str], targets: Targets) -> Self:
        """Learn from labelled texts.

        Parameters
        ----------
        texts : sequence of str, length n
        targets : int8 array, shape (n, K)
            1 yes, 0 no, -1 not known.
        """
        self.scorer.fit(self.reader.read(texts), targets)
        return self

    def code(self, texts: Sequence[str]) -> CodedTexts:
        """Code texts; those of no known language get what signs like emoji say, and no more.

        Parameters
        ----------
        texts : sequence of str
            Of each, the first `kuski.text.document.LONGEST` characters are read.
        """
        return self.code_documents(self.reader.read(texts))

    def code_documents(self, documents: list[Document]) -> CodedTexts:
        """Code texts that were read."""
        evidence = self._finder.of(documents)
        chances = self.scorer.chances(documents)
        codes = self._codes(chances, evidence, documents)
        columns = self.book.columns
        place = {column: at for at, column in enumerate(columns)}
        hits = []
        for row, document in enumerate(documents):
            learned = self.scorer.hits(document)
            given = codes[row]
            hits.append(
                _ordered(
                    evidence[row].hits,
                    evidence[row].feeling.hits,
                    [hit for hit in learned if given[place[hit.family, hit.code]]],
                )
            )
        return CodedTexts(
            documents=documents,
            chances=chances,
            codes=codes,
            signs=self._signs(documents, codes, hits),
            hits=hits,
            is_unsure=self._is_unsure(chances, codes, evidence, documents),
        )

    def _codes(
        self, chances: Floats, evidence: Sequence[Evidence], documents: Sequence[Document]
    ) -> Claims:
        codes = chances >= HALF
        for family in self.book.families:
            places = self.book.places(family.name)
            if family.kind == "many" or not len(documents):
                continue
            own = chances[:, places]
            is_likeliest = np.arange(own.shape[1]) == own.argmax(axis=1)[:, None]
            if family.name in FELT:
                codes[:, places] = is_likeliest & _is_felt(documents, evidence)[:, None]
            else:
                codes[:, places] &= is_likeliest
        return codes

    def _signs(
        self,
        documents: Sequence[Document],
        codes: Claims,
        hits: Sequence[Sequence[Hit]],
    ) -> npt.NDArray[np.int8]:
        columns = self.book.columns
        signs = np.zeros(codes.shape, dtype=np.int8)
        many = np.zeros(len(columns), dtype=bool)
        for family in self.book.families:
            many[self.book.places(family.name)] = family.kind == "many"
        whole = self._whole(codes)
        for row in np.flatnonzero((codes & many).any(axis=1)).tolist():
            given = {columns[place]: place for place in np.flatnonzero(codes[row] & many).tolist()}
            clauses = _Clauses(documents[row], hits[row], int(whole[row]))
            for column, place in given.items():
                spoken = [hit for hit in hits[row] if (hit.family, hit.code) == column]
                signs[row, place] = clauses.sign(spoken)
        return signs

    def _whole(self, codes: Claims) -> npt.NDArray[np.int8]:
        """Tell the sign of each text as a whole: 0 where it is neutral or mixed."""
        whole = np.zeros(len(codes), dtype=np.int8)
        for place, column in enumerate(self.book.columns):
            if column in (("polarity", "positive"), ("polarity", "negative")):
                whole[codes[:, place]] = 1 if column[1] == "positive" else -1
        return whole

    def _is_unsure(
        self,
        chances: Floats,
        codes: Claims,
        evidence: Sequence[Evidence],
        documents: Sequence[Document],
    ) -> Claims:
        found = np.array(
            [
                each.feeling.is_unsure
                or document.is_cut
                or (document.language is None and bool(document.words))
                for each, document in zip(evidence, documents, strict=True)
            ],
            dtype=bool,
        )
        counted = np.ones(chances.shape[1], dtype=bool)
        for name in FELT:
            counted[self.book.places(name)] = False
        near = np.abs(chances - HALF) <= NEAR
        found |= (near & counted).any(axis=1)
        mixed = [place for place, each in enumerate(self.book.columns) if each == _MIXED]
        return np.asarray(found | codes[:, mixed].any(axis=1))


class _Clauses:
    """What the clauses of a text say for good or ill."""

    def __init__(self, document: Document, hits: Sequence[Hit], whole: int) -> None:
        self._whole = whole
        self._felt = [
            (hit.start, hit.weight if hit.code == "positive" else -hit.weight)
            for hit in hits
            if hit.family == FELT[0] and hit.code in _FELT_SIGNS
        ]
        self._is_mixed = len({value > 0 for _, value in self._felt}) == 2
        self._clauses, self._sentences = _parts(document) if self._is_mixed else ([], [])

    def sign(self, spoken: Sequence[Hit]) -> int:
        """Tell the sign of hits: their own, of the clauses around, of the nearest feeling there."""
        own = sum(hit.sign for hit in spoken)
        if own:
            return 1 if own > 0 else -1
        if not self._felt or (self._is_mixed and not spoken):
            return self._whole
        if not self._is_mixed:
            return 1 if self._felt[0][1] > 0 else -1
        clauses = {bisect_right(self._clauses, hit.start) for hit in spoken}
        total = sum(v for at, v in self._felt if bisect_right(self._clauses, at) in clauses)
        if not total:
            total = sum(self._nearest(hit.start) for hit in spoken[:_MOST_NEAREST])
        if not total:
            return self._whole
        return 1 if total > 0 else -1

    def _nearest(self, place: int) -> float:
        sentence = bisect_right(self._sentences, place)
        near = [
            (abs(at - place), value)
            for at, value in self._felt
            if bisect_right(self._sentences, at) == sentence
        ]
        return min(near)[1] if near else 0.0


def _parts(document: Document) -> tuple[list[int], list[int]]:
    """Tell where each next clause begins (a comma, a turn like "but"), and each next sentence."""
    clauses: list[int] = []
    sentences: list[int] = []
    text, starts, ends = document.text, document.starts, document.ends
    for place in range(1, len(starts)):
        if document.sentences[place] != document.sentences[place - 1]:
            sentences.append(starts[place])
            clauses.append(starts[place])
        elif document.words[place] in _TURNS or any(
            mark in _PARTS for mark in text[ends[place - 1] : starts[place]]
        ):
            clauses.append(starts[place])
    return clauses, sentences


def _is_felt(documents: Sequence[Document], evidence: Sequence[Evidence]) -> Claims:
    """Tell which texts say anything that can be felt: words of a known language, or signs."""
    return np.array(
        [
            bool(each.feeling.hits) or (document.language is not None and bool(document.words))
            for each, document in zip(evidence, documents, strict=True)
        ],
        dtype=bool,
    )


def _ordered(*hits: Sequence[Hit]) -> tuple[Hit, ...]:
    found = [hit for each in hits for hit in each]
    found.sort(key=_by_place)
    return tuple(found)


def _by_place(hit: Hit) -> tuple[int, int]:
    return hit.start, hit.end
