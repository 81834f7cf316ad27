"""Themes that the codebook does not hold come up; those that it holds, and mere noise, do not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuski.errors import InputError
from kuski.text.document import Document
from kuski.text.themes import caught, log_odds, suggested

# Rounding of the hand computation.
HAND = 1e-4


def document(text, language="en"):
    """Read a text by blanks, each word its own lemma; a dot of its own ends a sentence."""
    words, starts, ends, sentences = [], [], [], []
    place, sentence = 0, 0
    for word in text.split(" "):
        if word == ".":
            sentence += 1
        else:
            words.append(word)
            starts.append(place)
            ends.append(place + len(word))
            sentences.append(sentence)
        place += len(word) + 1
    return Document(
        text, language, tuple(words), tuple(words), tuple(starts), tuple(ends), tuple(sentences)
    )


def test_log_odds_are_those_of_a_hand_computation():
    # y1 = (10, 90), y2 = (5, 195), prior (1.5, 28.5): one side says 11.5 against 118.5, the other
    # 6.5 against 223.5. ln(11.5/118.5) = -2.3326, ln(6.5/223.5) = -3.5376, difference 1.2050;
    # root of 1/11.5 + 1/6.5 = 0.4907, z = 2.4556.
    found = log_odds(np.array([10.0, 90.0]), np.array([5.0, 195.0]), np.array([1.5, 28.5]))
    assert found.delta[0] == pytest.approx(1.2050, abs=HAND)
    assert found.z[0] == pytest.approx(2.4556, abs=HAND)


counts = st.lists(st.integers(0, 500), min_size=4, max_size=4).map(lambda own: np.array(own, float))


@given(counts, counts)
def test_log_odds_change_sign_with_the_sides(one, other):
    prior = np.full(4, 0.5)
    there, back = log_odds(one, other, prior), log_odds(other, one, prior)
    assert there.delta == pytest.approx(-back.delta)
    assert there.z == pytest.approx(-back.z)


def test_a_larger_prior_draws_rare_words_to_nothing():
    one, other = np.array([3.0, 997.0]), np.array([0.0, 1000.0])
    weak = log_odds(one, other, np.array([0.01, 1.0]))
    strong = log_odds(one, other, np.array([15.0, 9985.0]))
    assert abs(strong.delta[0]) < abs(weak.delta[0])


FILLER = [f"the staff was kind at desk {word}" for word in ("a", "b", "c")]


def corpus():
    texts = [FILLER[row % 3] for row in range(60)]
    texts += [f"the electric scooter charging never works {row}" for row in range(20)]
    codes = np.array([[True]] * 60 + [[False]] * 20)
    return [document(text) for text in texts], codes


def test_what_uncoded_texts_share_is_suggested_as_a_phrase():
    documents, codes = corpus()
    themes = suggested(documents, codes)
    told = {"electric", "scooter", "charging", "never", "works"}
    theme = next(one for one in themes if "scooter" in one.words)
    assert len(theme.words) > 1
    assert set(theme.words) <= told
    assert (theme.n, theme.share, theme.n_uncoded, theme.lift) == (20, 1.0, 20, None)
    place = theme.examples[0]
    assert place.document == 60
    text = documents[place.document].text
    assert text[place.start : place.end] == " ".join(theme.words)


def test_terms_of_the_same_texts_are_suggested_once():
    documents, codes = corpus()
    words = [word for theme in suggested(documents, codes) for word in theme.words]
    assert len(words) == len(set(words))


def test_what_coded_texts_share_is_not_suggested():
    documents, codes = corpus()
    told = {word for theme in suggested(documents, codes) for word in theme.words}
    assert not told & {"staff", "kind", "desk"}


def test_no_theme_begins_or_ends_with_a_stop_word_or_crosses_a_sentence():
    texts = ["nothing about the parking . hall closed and cold floor of the garage"] * 20
    documents = [document(text) for text in texts]
    themes = suggested(documents, np.zeros((20, 1), dtype=bool), most=100)
    for theme in themes:
        assert not {theme.words[0], theme.words[-1]} & {"the", "about", "and", "of"}
        assert theme.words[:2] != ("parking", "hall")


def test_groups_are_told_apart():
    texts = ["elevator broken again"] * 30 + ["rooms smelled musty"] * 30
    groups = ["Oulu"] * 30 + ["Turku"] * 30
    documents = [document(text) for text in texts]
    themes = suggested(documents, np.zeros((60, 2), dtype=bool), groups)
    by_group = {
        name: {theme.words for theme in themes if theme.group == name} for name in ("Oulu", "Turku")
    }
    assert any("elevator" in words for words in by_group["Oulu"])
    assert any("musty" in words for words in by_group["Turku"])
    assert not any("musty" in words for words in by_group["Oulu"])


def test_lift_is_the_share_in_the_group_over_the_share_elsewhere():
    texts = ["elevator"] * 30 + ["stairs"] * 10 + ["elevator"] * 5 + ["stairs"] * 55
    groups = ["a"] * 40 + ["b"] * 60
    documents = [document(text) for text in texts]
    themes = suggested(documents, np.zeros((100, 1), dtype=bool), groups)
    theme = next(one for one in themes if one.group == "a")
    assert theme.words == ("elevator",)
    assert theme.share == pytest.approx(30 / 40)
    assert theme.lift == pytest.approx((30 / 40) / (5 / 60))


def test_where_nothing_is_coded_the_commonest_come_first():
    documents = [document("parking")] * 30 + [document("toilet")] * 10
    themes = suggested(documents, np.zeros((40, 3), dtype=bool))
    assert [theme.words for theme in themes] == [("parking",), ("toilet",)]
    assert [theme.z for theme in themes] == [0.0, 0.0]


def test_texts_without_a_code_weigh_more():
    texts = ["queue"] * 20 + ["scooter"] * 20 + ["desk"] * 60
    groups = ["a"] * 40 + ["b"] * 60
    codes = np.array([[True]] * 20 + [[False]] * 20 + [[True], [False]] * 30)
    themes = suggested([document(text) for text in texts], codes, groups)
    told = [theme.words for theme in themes if theme.group == "a"]
    assert ("scooter",) in told
    assert ("queue",) not in told


def test_languages_are_kept_apart_and_unknown_ones_left_out():
    documents = [document("parkering", "sv")] * 10 + [document("pysäköinti", "fi")] * 10
    documents += [document("парковка", None)] * 10
    themes = suggested(documents, np.zeros((30, 1), dtype=bool))
    assert {(theme.language, theme.words) for theme in themes} == {
        ("sv", ("parkering",)),
        ("fi", ("pysäköinti",)),
    }
    assert {theme.share for theme in themes} == {1.0}


def test_a_theme_is_in_enough_texts_and_not_many_times_in_one():
    documents = [document("kiosk kiosk kiosk kiosk kiosk kiosk")] + [document("desk")] * 9
    assert [theme.words for theme in suggested(documents, np.zeros((10, 1), dtype=bool))] == [
        ("desk",)
    ]


def test_nothing_told_suggests_nothing():
    assert suggested([], np.zeros((0, 3), dtype=bool)) == ()
    assert suggested([document("the of")] * 9, np.zeros((9, 0), dtype=bool)) == ()


def test_codes_and_groups_must_be_as_many_as_texts():
    with pytest.raises(ValueError, match="as many"):
        suggested([document("x")], np.zeros((2, 1), dtype=bool))
    with pytest.raises(ValueError, match="as many"):
        suggested([document("x")], np.zeros((1, 1), dtype=bool), ["a", "b"])


SEEDS = {"en": ["scooter", "charging point|station"], "fi": ["latauspiste*"]}


def test_a_new_code_shows_at_once_what_it_catches():
    texts = ["the scooter and scooter", "no charging station here", "desk", "charging"]
    found = caught([document(text) for text in texts], SEEDS)
    assert found.n == 2
    assert found.share == 0.5
    assert found.by_seed == (("scooter", 1), ("charging point|station", 1), ("latauspiste*", 0))
    assert [texts[one.document][one.start : one.end] for one in found.examples] == [
        "scooter",
        "scooter",
        "charging station",
    ]


def test_seeds_catch_in_their_own_language_only():
    assert caught([document("latauspisteet rikki", "fi")], SEEDS).n == 1
    assert caught([document("latauspisteet rikki", "sv")], SEEDS).n == 0
    assert caught([], SEEDS).share == 0


def test_a_seed_that_matches_nothing_is_refused_by_name():
    with pytest.raises(InputError, match=r"queue \.\.\."):
        caught([document("queue")], {"en": ["queue ..."]})
