"""Scores begin with seeds and lexicon, and move with labels."""

import pickle

import numpy as np
import pytest

from kuski.text.bag import Bag
from kuski.text.document import Reader
from kuski.text.evidence import EvidenceFinder
from kuski.text.scorer import LemmaScorer

READER = Reader()
# Chances are float32 and sums of few.
CLOSE = 1e-5

GARDEN = [
    ("the roses were fresh and the tulips lasted", 1),
    ("lovely roses as always in this place", 1),
    ("my tulips arrived fresh", 1),
    ("they have roses and tulips of every colour", 1),
    ("the sofa was delivered on monday", 0),
    ("we bought a table and two chairs", 0),
    ("the lamp is nice but the table wobbles", 0),
    ("chairs and a sofa for the office", 0),
]


def documents(texts, language="en"):
    return [READER.document(text, language) for text in texts]


def targets(book, column, values):
    found = np.full((len(values), len(book.columns)), -1, dtype=np.int8)
    found[:, book.columns.index(column)] = values
    return found


@pytest.fixture
def garden(tiny):
    texts, values = zip(*GARDEN * 10, strict=True)
    scorer = LemmaScorer(tiny)
    return scorer.fit(documents(texts), targets(tiny, ("factor", "speed"), values))


def test_without_labels_a_seed_makes_a_code_likely_and_a_weak_one_does_not(tiny):
    chances = LemmaScorer(tiny).chances(
        documents(["fast", "at once", "at once, right away", "fast, wait an hour", "nothing"])
    )[:, 0]
    plain, weak, two_weak, two, none = chances.tolist()
    assert none < 0.1 < weak < 0.5 < two_weak < plain < two
    assert chances.dtype == np.float32


def test_without_labels_polarity_is_the_lexicons(tiny):
    finder = EvidenceFinder(tiny)
    read = documents(["The staff were wonderful, thank you!", "Terrible, rude and awful."])
    places = tiny.places("polarity")
    chances = LemmaScorer(tiny, finder=finder).chances(read)[:, places]
    felt = np.array([each.feeling.chances for each in finder.of(read)])
    assert chances.sum(axis=1) == pytest.approx(1, abs=CLOSE)
    assert chances.argmax(axis=1).tolist() == felt.argmax(axis=1).tolist() == [2, 0]


def test_labels_teach_words_that_no_seed_has(tiny, garden):
    texts = ["such fresh roses", "a sofa and a table", "fast"]
    before = LemmaScorer(tiny).chances(documents(texts))[:, 0]
    after = garden.chances(documents(texts))[:, 0]
    assert before[0] == before[1]
    assert after[0] > 0.5 > after[1]


def test_learned_words_are_shown_with_their_weight(garden):
    (document,) = documents(["such fresh roses and chairs"])
    hits = garden.hits(document)
    shown = {document.text[hit.start : hit.end] for hit in hits}
    assert {"fresh", "roses"} <= shown
    assert "chairs" not in shown
    assert all(hit.source == "learned" and hit.weight > 0 for hit in hits)
    assert {(hit.family, hit.code) for hit in hits} == {("factor", "speed")}


def test_few_labels_move_chances_less_than_many(tiny):
    texts, values = zip(*GARDEN, strict=True)
    rose = documents(["such fresh roses"])
    chances = [
        LemmaScorer(tiny)
        .fit(documents(texts * times), targets(tiny, ("factor", "speed"), values * times))
        .chances(rose)[0, 0]
        for times in (1, 3, 10)
    ]
    assert chances == sorted(chances)


def test_what_has_no_labels_stays_as_it_was(tiny, garden):
    read = documents(["The staff were friendly and fast", "rude, they never called"])
    kept = [place for place, column in enumerate(tiny.columns) if column != ("factor", "speed")]
    np.testing.assert_array_equal(
        garden.chances(read)[:, kept], LemmaScorer(tiny).chances(read)[:, kept]
    )


@pytest.mark.parametrize("values", [[-1] * 8, [1] * 8, [0] * 8, [1] + [0] * 7], ids=str)
def test_too_few_labels_of_one_kind_teach_nothing(tiny, values):
    read = documents([text for text, _ in GARDEN])
    scorer = LemmaScorer(tiny).fit(read, targets(tiny, ("factor", "speed"), values))
    np.testing.assert_array_equal(scorer.chances(read), LemmaScorer(tiny).chances(read))
    assert scorer.hits(read[0]) == ()


def test_what_was_learned_before_is_forgotten(tiny, garden):
    read = documents(["such fresh roses"])
    garden.fit([], np.zeros((0, len(tiny.columns)), dtype=np.int8))
    np.testing.assert_array_equal(garden.chances(read), LemmaScorer(tiny).chances(read))


def test_the_same_labels_give_the_same_bytes_and_survive_a_pickle(tiny, garden):
    texts, values = zip(*GARDEN * 10, strict=True)
    again = LemmaScorer(tiny).fit(documents(texts), targets(tiny, ("factor", "speed"), values))
    read = documents(["such fresh roses", "a table", ""])
    expected = garden.chances(read)
    assert again.chances(read).tobytes() == expected.tobytes()
    copy = pickle.loads(pickle.dumps(garden))
    assert copy.chances(read).tobytes() == expected.tobytes()
    assert copy.hits(read[0]) == garden.hits(read[0])


def test_character_ngrams_forgive_typing_errors(tiny):
    texts, values = zip(*GARDEN * 10, strict=True)
    read = documents(["such frseh tulipps rosess"])
    with_runs, without = (
        LemmaScorer(tiny, character_ngrams=switch)
        .fit(documents(texts), targets(tiny, ("factor", "speed"), values))
        .chances(read)[0, 0]
        for switch in (True, False)
    )
    assert with_runs > without + 0.1


def test_targets_of_another_shape_are_refused(tiny):
    with pytest.raises(ValueError, match=r"must be \(1, "):
        LemmaScorer(tiny).fit(documents(["fast"]), np.zeros((1, 2), dtype=np.int8))


def test_no_texts_have_no_chances(tiny, garden):
    assert garden.chances([]).shape == (0, len(tiny.columns))


@pytest.mark.parametrize("character_ngrams", [False, True])
def test_rows_of_a_bag_have_length_one_in_each_block(character_ngrams):
    read = documents([text for text, _ in GARDEN] + ["", "qwxz"])
    bag = Bag(read[:8], character_ngrams=character_ngrams)
    rows = bag.rows(read)
    n_lemmas = len(bag.lemmas)
    lengths = np.sqrt((rows[:, :n_lemmas] ** 2).sum(axis=1))
    assert lengths[:8] == pytest.approx(1)
    assert lengths[8:] == pytest.approx(0)
    if character_ngrams:
        runs = np.sqrt((rows[:8, n_lemmas:] ** 2).sum(axis=1))
        assert runs == pytest.approx(1)


def test_a_bag_weighs_as_scikit_learn_does():
    from sklearn.feature_extraction.text import TfidfVectorizer

    read = documents([text for text, _ in GARDEN])
    lemmas = [each.lemmas for each in read]
    peer = TfidfVectorizer(analyzer=list, binary=True).fit(lemmas)
    bag = Bag(read)
    assert set(bag.lemmas) == set(peer.vocabulary_)
    order = [peer.vocabulary_[lemma] for lemma in bag.lemmas]
    np.testing.assert_allclose(
        bag.rows(read).toarray(), peer.transform(lemmas).toarray()[:, order], atol=1e-12
    )
