"""Texts are coded, signed and doubted as the book and the lexicon say."""

import pickle

import numpy as np
import pytest

from kuski.text.codebook import shipped
from kuski.text.coder import Coder
from kuski.text.document import LONGEST
from kuski.text.scorer import LemmaScorer


@pytest.fixture(scope="module")
def coder(tiny):
    return Coder(tiny)


def codes_of(coder, text, family=None):
    coded = coder.code([text])
    return {
        code
        for (name, code), given in zip(coder.book.columns, coded.codes[0], strict=True)
        if given and family in (None, name)
    }


def signs_of(coder, text):
    coded = coder.code([text])
    return {
        column[1]: int(sign)
        for column, given, sign in zip(
            coder.book.columns, coded.codes[0], coded.signs[0], strict=True
        )
        if given and column[0] == "factor"
    }


def is_unsure(coder, text):
    return bool(coder.code([text]).is_unsure[0])


def test_a_text_gets_every_factor_that_it_speaks_of(coder):
    text = "The staff were friendly and fast, and I called them."
    assert codes_of(coder, text, "factor") == {"speed", "friendliness"}
    assert codes_of(coder, text, "contact") == {"phone"}


def test_a_family_of_one_gets_the_strongest_code_or_none(coder):
    assert codes_of(coder, "A family-run place, once a chain, family-run", "size") == {"small"}
    assert codes_of(coder, "A place", "size") == set()
    assert codes_of(coder, "Not a chain at all", "size") == set()


def test_polarity_has_exactly_one_code_where_anything_is_felt(coder):
    texts = ["Wonderful!", "Terrible.", "I visited on Monday.", "👍", "Kiitos!", "Otrevligt."]
    coded = coder.code(texts)
    places = coder.book.places("polarity")
    assert coded.codes[:, places].sum(axis=1).tolist() == [1] * len(texts)
    assert codes_of(coder, "Wonderful!", "polarity") == {"positive"}
    assert codes_of(coder, "Terrible.", "polarity") == {"negative"}
    assert codes_of(coder, "👍", "polarity") == {"positive"}


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("The staff were wonderfully friendly but I waited an hour, terrible.", (1, -1)),
        ("Horribly rude staff. A fast and excellent reply!", (-1, 1)),
        ("Friendly staff, excellent. Fast too.", (1, 1)),
        ("Ystävällinen palvelu, mutta odotin tunnin, kamalaa.", (1, -1)),
        ("Otrevlig och hemsk personal, men snabb och utmärkt leverans.", (-1, 1)),
    ],
)
def test_each_factor_has_the_sign_of_the_clauses_that_speak_of_it(coder, text, signs):
    assert signs_of(coder, text) == dict(zip(("friendliness", "speed"), signs, strict=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They sent me the wrong letter.", "once"),
        ("Every time they sent me the wrong letter.", "repeatedly"),
        ("Tilasin sohvan ja sain tuolin.", "once"),
        ("Joka kerta tilasin sohvan ja sain tuolin.", "repeatedly"),
        ("De skickade fel brev.", "once"),
        ("Varje gång skickade de fel brev.", "repeatedly"),
    ],
)
def test_a_told_event_is_one_occasion_unless_its_recurring_is_said(reader, text, expected):
    book = shipped()
    codes = Coder(book, reader=reader).code([text]).codes[0]
    given = {book.columns[place] for place in codes.nonzero()[0]}
    assert {code for family, code in given if family == "repeated"} == {expected}


def test_a_sign_is_given_only_where_a_code_is(coder):
    coded = coder.code(["Excellent, but I waited an hour", "Terrible", ""])
    assert (coded.signs[~coded.codes] == 0).all()
    assert (coded.signs[:, coder.book.places("polarity")] == 0).all()


def test_hits_show_what_spoke_for_the_codes(coder):
    text = "They called fast: excellent!"
    (hits,) = coder.code([text]).hits
    shown = [(hit.code, text[hit.start : hit.end], hit.source) for hit in hits]
    assert ("phone", "called", "seed") in shown
    assert ("speed", "fast", "seed") in shown
    assert ("positive", "excellent", "lexicon") in shown
    assert [hit.start for hit in hits] == sorted(hit.start for hit in hits)


def test_learned_words_are_shown_for_given_codes_only(tiny):
    texts = ["the roses were fresh", "roses and tulips", "a sofa", "two chairs and a table"] * 20
    targets = np.full((80, len(tiny.columns)), -1, dtype=np.int8)
    targets[:, tiny.columns.index(("factor", "speed"))] = [1, 1, 0, 0] * 20
    coder = Coder(tiny).fit(texts, targets)
    coded = coder.code(["lovely roses and tulips", "roses, a sofa, two chairs and a table"])
    learned = [[hit for hit in hits if hit.source == "learned"] for hits in coded.hits]
    assert coded.codes[:, 0].tolist() == [True, False]
    assert learned[0]
    assert learned[1] == []


@pytest.mark.parametrize(
    "text",
    [
        "Excellent food and lovely staff, but terrible noise and a horrible bill.",
        "Das Personal war sehr freundlich, vielen Dank!",
        "الخدمة ممتازة جدا وشكرا لكم",
        "We were served at once, right away.",
        "Hyvä palvelu. " * (LONGEST // 10),
    ],
    ids=["mixed", "German", "Arabic", "near the half", "too long"],
)
def test_the_coder_says_when_it_is_unsure(coder, text):
    assert is_unsure(coder, text)


@pytest.mark.parametrize("text", ["Excellent and friendly staff!", "", "-", "!!!"])
def test_a_plain_text_leaves_no_doubt(coder, text):
    assert not is_unsure(coder, text)


BAD = {
    "empty": "",
    "blank": " \t\n",
    "emoji": "😀👍🎉",
    "numbers": "12345 67",
    "right to left": "\u202eevitcelfer \u200f שלום עולם",
    "script": "<script>alert('fast')</script> <b onclick=x>rude</b>",
    "formula": "=cmd|' /C calc'!A0",
    "control": "fast\x00\x01\x1b[31m rude\x7f",
    "surrogate": "fast \ud83d rude",
    "wrong encoding": "PitkÃ¤ jono ja tylyÃ¤ palvelua",
    "combining": "r\u0301u\u0302d\u0308e" * 50,
    "one word": "a" * 200_000,
    "no language": "lorem ipsum dolor sit amet",
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_coded_without_harm(name):
    coder = Coder(shipped())
    coded = coder.code([BAD[name]])
    text = coded.documents[0].text
    assert coded.chances.shape == coded.codes.shape == coded.signs.shape
    assert np.isfinite(coded.chances).all()
    assert ((coded.chances >= 0) & (coded.chances <= 1)).all()
    assert all(0 <= hit.start < hit.end <= len(text) for hit in coded.hits[0])


def test_five_megabytes_are_coded_by_their_beginning():
    coded = Coder(shipped()).code(["Palvelu oli hyvä, mutta jono pitkä. " * 140_000])
    assert coded.documents[0].is_cut
    assert coded.is_unsure.all()
    assert coded.codes.any()


@pytest.mark.parametrize("unit", ["jono ", "jono, huono mutta hyvä. ", "huono jono hyvä "])
def test_thousands_of_hits_in_one_text_are_coded(unit):
    coded = Coder(shipped()).code([unit * (LONGEST // len(unit))])
    assert coded.codes[0, coded_column("factor", "speed")]
    assert len(coded.hits[0]) > 1_000


def coded_column(family, code):
    return shipped().columns.index((family, code))


def test_a_text_of_no_known_language_gets_no_codes_but_its_signs(coder):
    assert codes_of(coder, "Das war gut, danke") == set()
    assert codes_of(coder, "Das war gut, danke 👍👍") == {"positive"}


def test_no_texts_give_no_rows(coder):
    coded = coder.code([])
    n_columns = len(coder.book.columns)
    assert coded.codes.shape == coded.signs.shape == coded.chances.shape == (0, n_columns)
    assert coded.is_unsure.shape == (0,)


def test_a_text_is_coded_alike_alone_and_among_others(coder):
    texts = ["Fast!", "Kamalan tyly", "", "Jag ringde en vänlig man", "I waited an hour"]
    together = coder.code(texts)
    for place, text in enumerate(texts):
        alone = coder.code([text])
        np.testing.assert_array_equal(alone.chances[0], together.chances[place])
        np.testing.assert_array_equal(alone.signs[0], together.signs[place])
        assert alone.hits[0] == together.hits[place]


def test_a_coder_survives_a_pickle_with_what_it_learned(tiny):
    texts = ["the roses were fresh", "a sofa"] * 5
    targets = np.full((10, len(tiny.columns)), -1, dtype=np.int8)
    targets[:, 0] = [1, 0] * 5
    coder = Coder(tiny).fit(texts, targets)
    again = pickle.loads(pickle.dumps(coder))
    told = ["fresh roses", "Ystävällinen mies soitti", "otrevlig"]
    assert again.code(told).chances.tobytes() == coder.code(told).chances.tobytes()


def test_any_scorer_can_take_the_place(tiny):
    class Always:
        def fit(self, documents, targets):
            self.n = len(documents)
            return self

        def chances(self, documents):
            return np.full((len(documents), len(tiny.columns)), 0.9, dtype=np.float32)

        def hits(self, document):
            return ()

    scorer = Always()
    coder = Coder(tiny, scorer).fit(["a"], np.zeros((1, len(tiny.columns)), dtype=np.int8))
    assert scorer.n == 1
    coded = coder.code(["Something fast."])
    assert coded.codes[0, tiny.places("factor")].all()
    assert coded.codes[0, tiny.places("size")].sum() == 1
    assert {hit.source for hit in coded.hits[0]} == {"seed", "lexicon"}


def test_a_coder_and_its_lemma_scorer_look_for_seeds_once(tiny, monkeypatch):
    coder = Coder(tiny, LemmaScorer(tiny, character_ngrams=True))
    calls = []
    of = type(coder.scorer.finder)._found
    monkeypatch.setattr(
        type(coder.scorer.finder), "_found", lambda self, each: calls.append(1) or of(self, each)
    )
    coder.code(["Fast.", "Rude."])
    assert len(calls) == 2
