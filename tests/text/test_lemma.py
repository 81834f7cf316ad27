"""Words are brought to their dictionary form, whichever tool is there."""

import builtins
import pickle

import pytest

from kuski.text.lemma import Lemmatizer

FINNISH = {
    "odotimme": "odottaa",
    "jonossa": "jono",
    "vastattu": "vastata",
    "saanut": "saada",
    "ystävällisempi": "ystävällinen",
    "asiakaspalvelijalle": "asiakaspalvelija",
    "minua": "minä",
    "tuli": "tulla",
    "takaisin": "takaisin",
}
SWEDISH = {"butikerna": "butik", "trevliga": "trevlig", "hjälpte": "hjälpa", "köer": "kö"}
ENGLISH = {"waited": "wait", "queues": "queue", "told": "tell", "staff's": "staff", "didn't": "do"}


@pytest.mark.parametrize(
    ("language", "words"), [("sv", SWEDISH), ("en", ENGLISH)], ids=["sv", "en"]
)
def test_swedish_and_english_forms_have_their_lemma(language, words):
    lemmatizer = Lemmatizer()
    assert {word: lemmatizer.lemma(word, language) for word in words} == words


def test_finnish_forms_have_their_lemma(reader):
    found = {word: reader.lemmatizer.lemma(word, "fi") for word in FINNISH}
    # simplemma has the noun "fire" and "taata" for these; only voikko's readings are ordered here.
    simple = {"tuli", "takaisin"} if reader.lemmatizer.finnish == "simplemma" else set()
    assert {k: v for k, v in found.items() if k not in simple} == {
        k: v for k, v in FINNISH.items() if k not in simple
    }


def test_spoken_finnish_is_read_by_voikko_too():
    if Lemmatizer().finnish != "voikko":
        pytest.skip("libvoikko or its Finnish dictionary is not installed")
    words = {"mä": "minä", "oon": "olla", "mut": "mutta", "eivät": "ei", "helsingissä": "helsinki"}
    assert {word: Lemmatizer().lemma(word, "fi") for word in words} == words


def test_what_no_tool_knows_stays_as_it_is(reader):
    for word in ("qwxzy", "👍", "12", ":)", "a" * 5_000):
        assert reader.lemmatizer.lemma(word, "fi") == word


def test_without_voikko_finnish_is_read_by_simplemma(monkeypatch):
    ordinary = builtins.__import__

    def without(name, *args, **kwargs):
        if name == "libvoikko":
            raise ImportError(name)
        return ordinary(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    lemmatizer = Lemmatizer()
    assert lemmatizer.finnish == "simplemma"
    assert lemmatizer.lemma("odotimme", "fi") == "odottaa"


def test_a_voikko_without_its_dictionary_is_passed_over(monkeypatch):
    libvoikko = pytest.importorskip("libvoikko")

    def missing(*_):
        raise libvoikko.VoikkoException("no dictionary")

    monkeypatch.setattr(libvoikko, "Voikko", missing)
    lemmatizer = Lemmatizer()
    assert lemmatizer.finnish == "simplemma"
    assert lemmatizer.lemma("jonossa", "fi") == "jono"


@pytest.mark.parametrize("finnish", [None, "simplemma"])
def test_a_lemmatizer_survives_a_pickle(finnish):
    lemmatizer = Lemmatizer(finnish)
    lemmatizer.lemma("jonossa", "fi")
    again = pickle.loads(pickle.dumps(lemmatizer))
    assert again.finnish == lemmatizer.finnish
    assert again.lemma("jonossa", "fi") == "jono"
