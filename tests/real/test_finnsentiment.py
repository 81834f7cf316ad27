"""Polarity of Finnish forum sentences (FinnSentiment, Lindén et al. 2020), before and after labels.

The same 1,300 sentences that are no neutral ones are held out from every choice: lexicon, penalty,
trust in labels. Texts that stand twice with one label count once, those with two labels not at all.
"""

import random

import numpy as np
import pytest
from sklearn.metrics import f1_score

from kuski.text.codebook import shipped
from kuski.text.coder import Coder
from kuski.text.document import Reader
from kuski.text.scorer import LemmaScorer

pytestmark = pytest.mark.real

SIGNS = ("negative", "neutral", "positive")
HELD_OUT = 1_300
# Measured with voikko on the held-out sentences: 0.867 with none, 0.891 after 1,000 labels, 0.888
# after all 4,251. The bars are what was promised; 5,000 labels are more than there are.
BARS = {0: 0.74, 1_000: 0.83, "all": 0.86}


@pytest.fixture(scope="module")
def sentences(real_data):
    """The sentences with their label: held out, and open, each polar and neutral."""
    labels = {}
    for sign in SIGNS:
        for line in real_data(f"finnsentiment/{sign}.txt").read_text("utf-8").splitlines():
            if line.strip():
                labels.setdefault(line.strip(), set()).add(sign)
    rows = sorted((text, *signs) for text, signs in labels.items() if len(signs) == 1)
    polar = [row for row in rows if row[1] != "neutral"]
    neutral = [row for row in rows if row[1] == "neutral"]
    rng = random.Random(20261122)
    rng.shuffle(polar)
    rng.shuffle(neutral)
    # Held out in the proportion in which the three are written.
    n = round(HELD_OUT * len(neutral) / len(polar))
    return {
        "held out": (polar[:HELD_OUT], neutral[:n]),
        "open": (polar[HELD_OUT:], neutral[n:]),
    }


def places():
    book = shipped()
    return [book.columns.index(("polarity", sign)) for sign in SIGNS]


def taught(coder, rows):
    """Teach a coder the signs of sentences."""
    targets = np.full((len(rows), len(coder.book.columns)), -1, dtype=np.int8)
    targets[:, coder.book.places("polarity")] = 0
    for row, (_, sign) in enumerate(rows):
        targets[row, coder.book.columns.index(("polarity", sign))] = 1
    return coder.fit([text for text, _ in rows], targets)


def macro_f1(coder, rows, *, signs):
    """Take the likeliest of some signs; of two as likely, the first that is named."""
    own = [place for place, sign in zip(places(), SIGNS, strict=True) if sign in signs]
    chances = coder.code([text for text, _ in rows]).chances[:, own]
    names = [sign for sign in SIGNS if sign in signs]
    found = [names[place] for place in chances.argmax(axis=1)]
    return f1_score([sign for _, sign in rows], found, average="macro")


@pytest.mark.parametrize("labels", BARS)
def test_praise_is_told_from_blame(sentences, reader, labels, record_property):
    known = sentences["open"][0]
    known = known if labels == "all" else known[:labels]
    coder = taught(Coder(shipped(), reader=reader), known)
    found = macro_f1(coder, sentences["held out"][0], signs=("negative", "positive"))
    record_property("macro_f1", round(found, 4))
    record_property("labels", len(known))
    assert found >= BARS[labels]


def test_no_label_is_needed_even_if_every_tie_is_lost(sentences, record_property):
    """In one sentence of seven the lexicon knows no word: counted as blame, which is commoner."""
    held_out = sentences["held out"][0]
    negative, _, positive = places()
    chances = Coder(shipped()).code([text for text, _ in held_out]).chances
    is_praise = np.array([sign == "positive" for _, sign in held_out])
    found = f1_score(is_praise, chances[:, positive] >= chances[:, negative], average="macro")
    record_property("ties", float((chances[:, positive] == chances[:, negative]).mean()))
    record_property("macro_f1", round(found, 4))
    assert found >= BARS[0]


def test_runs_of_characters_do_no_harm(sentences):
    scorer = LemmaScorer(shipped(), character_ngrams=True)
    coder = taught(Coder(shipped(), scorer), sentences["open"][0][:1_000])
    held_out = sentences["held out"][0]
    assert macro_f1(coder, held_out, signs=("negative", "positive")) >= BARS[1_000]


def test_three_signs_are_told_about_as_well_as_the_field_does(sentences, record_property):
    """The field reaches 0.6 with labels; without any, neutral forum talk is the hard part."""
    polar, neutral = sentences["held out"]
    untaught = macro_f1(Coder(shipped()), polar + neutral, signs=SIGNS)
    known = sentences["open"]
    coder = taught(Coder(shipped()), known[0] + known[1])
    after = macro_f1(coder, polar + neutral, signs=SIGNS)
    record_property("none", round(untaught, 4))
    record_property("all", round(after, 4))
    assert untaught >= 0.50
    assert after >= 0.58


@pytest.fixture(scope="module", params=["voikko", "simplemma"])
def reader(request):
    if request.param == "voikko" and Reader().lemmatizer.finnish != "voikko":
        pytest.skip("libvoikko or its Finnish dictionary is not installed")
    return Reader(request.param)
