"""A column's name and question hint at what it is for, in English and Finnish."""

import pytest

from kuski.listen.hint import BY_STEM, BY_WORD, hint, stem_of, words_of


@pytest.mark.parametrize(
    ("meaning", "name"),
    [
        ("overall", "Overall_Satisfaction"),
        ("overall", "cusa"),
        ("overall", "Kokonaistyytyväisyys"),
        ("overall", "yleisarvosana"),
        ("summary", "Q7ALL"),
        ("summary", "Q8N_WHOLE"),
        ("recommend", "NETPRO"),
        ("recommend", "suositteleeko"),
        ("recommend", "nps_score"),
        ("weight", "painokerroin"),
        ("weight", "WT"),
        ("money", "MyyntiEuroa"),
        ("money", "annual_revenue"),
        ("customer", "asiakasnro"),
        ("customer", "customerId"),
        ("comment", "Avoin palaute"),
        ("contact", "asiointikanava"),
        ("alike", "Q5TIMESFLOWN"),
        ("alike", "asiakkuuden_kesto"),
        ("left", "has_churned"),
        ("segment", "ikäryhmä"),
        ("cost", "kustannus"),
    ],
)
def test_names_hint_at_their_meaning(meaning, name):
    assert hint(meaning, name) >= BY_STEM


def test_the_question_counts_where_the_name_is_mute():
    assert hint("overall", "Q1", "Overall, how satisfied are you with us?") > 0
    assert hint("overall", "K1", "Kuinka tyytyväinen olet kaiken kaikkiaan?") > 0
    assert hint("recommend", "Q2", "How likely are you to recommend us to a friend?") > 0
    assert hint("alike", "K9", "Kuinka usein asioit meillä?") > 0


@pytest.mark.parametrize("name", ["Q7FOOD", "GATE", "x", "", "DESTMARK"])
def test_names_that_say_nothing_hint_at_nothing(name):
    assert hint("overall", name) == hint("money", name) == hint("weight", name) == 0


def test_a_whole_word_is_a_stronger_hint_than_a_part():
    assert hint("weight", "weight") == BY_WORD > hint("weight", "finalweighting") == BY_STEM


def test_names_fall_into_words_and_blocks():
    assert words_of("customerId_2") == {"customer", "id"}
    assert {stem_of(name) for name in ("Q7ALL", "Q7FOOD", "q7i_WIFI")} == {"q7"}
    assert stem_of("qual_1") == stem_of("qual_global") == "qual"
    assert stem_of("*RESPNUM") == "respnum"
