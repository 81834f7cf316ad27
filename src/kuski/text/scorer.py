"""Scorers: how likely each code is for each text, before and after people have labelled some."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from kuski.text.bag import Bag
from kuski.text.codebook import Codebook
from kuski.text.document import Document
from kuski.text.evidence import FELT, EvidenceFinder, Floats
from kuski.text.seeds import Hit

_LEAST = 2  # labels of yes, and of no, from which a code is learned
_DOUBT = 20  # labels at which what was learned counts as much as seeds and lexicon
_PENALTY = 3.0  # scikit-learn's C: chosen on texts that no test holds out
_TELLING = 0.3  # log odds that a word must add to be shown

Targets = npt.NDArray[np.int8]


class Scorer(Protocol):
    """What a coder asks how likely each code is; K is the number of the codebook's columns."""

    def fit(self, documents: Sequence[Document], targets: Targets) -> Self:
        """Learn from labelled texts.

        Parameters
        ----------
        documents : sequence of Document, length n
        targets : int8 array, shape (n, K)
            1 yes, 0 no, -1 not known.
        """
        ...

    def chances(self, documents: Sequence[Document]) -> Floats:
        """Tell how likely each code is: float32 array, shape (n, K), from 0 to 1."""
        ...

    def hits(self, document: Document) -> tuple[Hit, ...]:
        """List what in a text spoke for codes beyond seeds and lexicon, which the coder knows."""
        ...


@dataclass(frozen=True, slots=True)
class _Learned:
    """What was learned of codes; J of the K are learned.

    Attributes
    ----------
    columns : int array, shape (J,)
    trust : array, shape (J,)
        Share of the log odds that is learned; the rest stays with seeds and lexicon.
    of_words : array, shape (V, J)
    of_odds : array, shape (K, J)
    constant : array, shape (J,)
    """

    columns: npt.NDArray[np.int64]
    trust: npt.NDArray[np.float64]
    of_words: npt.NDArray[np.float64]
    of_odds: npt.NDArray[np.float64]
    constant: npt.NDArray[np.float64]


class LemmaScorer:
    """Score by seeds and lexicon, and by lemmas once there are labels.

    Parameters
    ----------
    book : Codebook
    character_ngrams : bool
        Whether runs of characters are learned beside lemmas.
    finder : EvidenceFinder, optional
        One that a coder has, so that seeds are looked for once.

    Notes
    -----
    Without labels, a code's log odds are those of its seeds' weight, and those of polarity and
    intensity come from the lexicon. With labels, one logistic regression a code (L2, as in
    scikit-learn) has these log odds and the TF-IDF of the lemmas as its inputs, and the two log
    odds are mixed: with m labels on the rarer side, the learned ones get 2m / (2m + 20). It assumes
    that the labelled texts are drawn like those to be coded; where they were chosen because the
    coder was unsure of them, chances lean, and shares need correcting by a random sample.

    Learning from unlabelled texts, by taking what seeds and lexicon say for labels, was tried and
    left: on FinnSentiment it never clearly won, and lost up to twenty points of macro-F1.
    """

    def __init__(
        self,
        book: Codebook,
        *,
        character_ngrams: bool = False,
        finder: EvidenceFinder | None = None,
    ) -> None:
        self.book = book
        self.character_ngrams = character_ngrams
        self.finder = finder or EvidenceFinder(book)
        self._bag: Bag | None = None
        self._learned: _Learned | None = None
        self._telling: dict[str, tuple[tuple[int, float], ...]] = {}

    def fit(self, documents: Sequence[Document], targets: Targets) -> Self:
        """Learn from labelled texts; what was learned before is forgotten.

        Parameters
        ----------
        documents : sequence of Document, length n
        targets : int8 array, shape (n, K)
            1 yes, 0 no, -1 not known. A code is learned from two labels of each kind on.

        Raises
        ------
        ValueError
            If the targets are not one row a document and one column a code.
        """
        columns, labelled = learnable(self.book, documents, targets)
        self._bag, self._learned, self._telling = None, None, {}
        if not len(columns):
            return self
        known = [documents[place] for place in labelled.tolist()]
        bag = Bag(known, character_ngrams=self.character_ngrams)
        learned = self._regressed(bag, known, targets[labelled], columns)
        self._bag, self._learned, self._telling = bag, learned, _telling(bag, learned)
        return self

    def chances(self, documents: Sequence[Document]) -> Floats:
        """Tell how likely each code is: float32 array, shape (n, K), from 0 to 1."""
        odds = self.finder.log_odds(self.finder.of(documents))
        if self._learned is not None and self._bag is not None and len(documents):
            found = self._learned
            learned = self._bag.rows(documents) @ found.of_words
            learned += odds @ found.of_odds + found.constant
            before = odds[:, found.columns]
            odds[:, found.columns] = before + found.trust * (learned - before)
        return shared_out(1 / (1 + np.exp(-odds)), self.book)

    def hits(self, document: Document) -> tuple[Hit, ...]:
        """List the learned words that speak for a code, with what each adds to its log odds."""
        if self._bag is None or not self._telling:
            return ()
        telling = self._telling
        spoken = [
            (place, telling[lemma])
            for place, lemma in enumerate(document.lemmas)
            if lemma in telling
        ]
        if not spoken:
            return ()
        length = self._bag.length(set(document.lemmas))
        return tuple(
            Hit(
                *self.book.columns[column],
                document.starts[place],
                document.ends[place],
                round(weight / length, 4),
                "learned",
            )
            for place, words in spoken
            for column, weight in words
            if weight >= _TELLING * length
        )

    def _regressed(
        self,
        bag: Bag,
        documents: Sequence[Document],
        targets: Targets,
        columns: npt.NDArray[np.int64],
    ) -> _Learned:
        """Fit one regression a code, on the lemmas and on the log odds of its family."""
        from scipy import sparse
        from sklearn.linear_model import LogisticRegression

        words = bag.rows(documents)
        odds = self.finder.log_odds(self.finder.of(documents)).astype(np.float64)
        n_words = words.shape[1]
        of_words = np.zeros((n_words, len(columns)))
        of_odds = np.zeros((odds.shape[1], len(columns)))
        constant, trust = np.zeros(len(columns)), np.zeros(len(columns))
        for place, column in enumerate(columns):
            beside = columns_beside(self.book, int(column))
            rows = np.flatnonzero(targets[:, column] >= 0)
            own = sparse.csr_array(odds[rows][:, beside])
            inputs = sparse.csr_array(sparse.hstack([words[rows], own]))
            # scikit-learn takes no longer indices than these.
            inputs.indices, inputs.indptr = (
                each.astype(np.int32) for each in (inputs.indices, inputs.indptr)
            )
            model = LogisticRegression(C=_PENALTY, solver="liblinear", max_iter=1_000)
            model.fit(inputs, targets[rows, column])
            of_words[:, place] = model.coef_[0, :n_words]
            of_odds[beside, place] = model.coef_[0, n_words:]
            constant[place] = model.intercept_[0]
            trust[place] = trust_in(targets[rows, column])
        return _Learned(columns, trust, of_words, of_odds, constant)


def learnable(
    book: Codebook, documents: Sequence[Document], targets: Targets
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Tell which columns have labels enough to learn from, and which texts have any of those.

    Raises
    ------
    ValueError
        If the targets are not one row a document and one column a code.
    """
    shape = (len(documents), len(book.columns))
    if targets.shape != shape:
        raise ValueError(f"targets.shape == {targets.shape}, must be {shape}.")
    rarer = np.minimum((targets == 1).sum(axis=0), (targets == 0).sum(axis=0))
    columns = np.flatnonzero(rarer >= _LEAST)
    return columns, np.flatnonzero((targets[:, columns] >= 0).any(axis=1))


def columns_beside(book: Codebook, column: int) -> list[int]:
    """List the columns whose log odds a code learns from: its own; of one of several, all."""
    name = book.columns[column][0]
    if book.family(name).kind == "many":
        return [column]
    places = book.places(name)
    return list(range(places.start, places.stop))


def trust_in(labels: Targets) -> float:
    """Tell the weight of what was learned from labels of 0 and 1 against seeds and lexicon."""
    rarer = 2 * min(np.bincount(labels, minlength=2))
    return float(rarer / (rarer + _DOUBT))


def shared_out(chances: npt.NDArray[np.floating], book: Codebook) -> Floats:
    """Let the chances of polarity, and of intensity, add up to 1, since a text has one of each."""
    for name in FELT:
        places = book.places(name)
        if places.stop > places.start:
            chances[:, places] /= chances[:, places].sum(axis=1, keepdims=True)
    return chances.astype(np.float32)


def _telling(bag: Bag, learned: _Learned) -> dict[str, tuple[tuple[int, float], ...]]:
    """List for each lemma the codes that it speaks for, before the text's length counts."""
    rarity = np.asarray(bag.rarity)[:, None]
    weights = learned.of_words[: len(rarity)] * rarity * learned.trust
    lemmas = list(bag.lemmas)
    found: dict[str, list[tuple[int, float]]] = {}
    for row, place in zip(*np.nonzero(weights >= _TELLING), strict=True):
        pair = (int(learned.columns[place]), float(weights[row, place]))
        found.setdefault(lemmas[row], []).append(pair)
    return {lemma: tuple(pairs) for lemma, pairs in found.items()}
