"""Answers that tell nothing are known as such, and those that praise by denying are kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuski.text.answers import same_text, state_of

NOTHING = [
    "-",
    "--",
    "...",
    "?",
    "!!!",
    ".",
    "–",
    "n/a",
    "N/A",
    "na",
    "x",
    "xxx",
    "a",
    "En osaa sanoa",
    "en osaa sanoa.",
    "EN OSAA SANOA!",
    "en osaa sanoa mitään",
    "En nyt osaa sanoa tähän",
    "En osaa vastata",
    "eos",
    "EOS.",
    "e.o.s",
    "en tiedä",
    "En mä tiiä",
    "en muista",
    "ei mitään",
    "Ei mitään.",
    "ei mitään erityistä",
    "ei mitään lisättävää",
    "Ei kommentoitavaa",
    "ei kommentteja",
    "ei tule mieleen",
    "Ei tule nyt mieleen mitään",
    "ei muuta",
    "ei",
    "Ei kokemusta",
    "ei kiitos",
    "ei osaa sanoa",
    "vet ej",
    "Vet inte",
    "jag vet inte riktigt",
    "inget",
    "Inget särskilt",
    "inget att tillägga",
    "ingen aning",
    "Inga kommentarer",
    "kan inte säga",
    "kommer inte på något",
    "nej",
    "nej tack",
    "Don't know",
    "don’t know",
    "dont know",
    "I do not know",
    "I really don't know",
    "idk",
    "no idea",
    "No comment",
    "nothing",
    "Nothing to add.",
    "nothing comes to mind",
    "none",
    "can't say",
    "I can't think of anything right now",
    "not sure",
    "not applicable",
    "no, nothing",
    "no thanks",
    "NaN",
    "null",
    "en tiedä, en osaa sanoa",
]

TOLD = [
    "ei mitään valittamista",
    "Ei mitään valitettavaa, kiitos!",
    "ei valittamista",
    "Ei moittimista",
    "ei mitään hyvää sanottavaa",
    "ei huomautettavaa",
    "Ei mitään apua asiakaspalvelusta",
    "en osaa sanoa kuin hyvää",
    "en tiedä kehen ottaa yhteyttä",
    "en voi suositella",
    "en muista parempaa palvelua",
    "ei koskaan enää",
    "ei vastata puhelimeen",
    "ei toimi",
    "Inget att klaga på",
    "inga problem",
    "ingen svarade",
    "ingen hjälp alls",
    "vet inte vart jag ska ringa",
    "kan inte klaga",
    "kan inte logga in",
    "nothing to complain about",
    "nothing works",
    "No complaints",
    "no help",
    "can't complain",
    "I don't know who to call",
    "nobody knows anything",
    "not sure I will come back",
    "ok",
    "hyvä",
    "kiitos",
    "tack",
    "thanks",
    "👍",
    "😡😡",
    "❤️",
    ":)",
    ":-(",
    "<3",
    "5",
    "Kaikki toimi",
    "خدمة ممتازة",
    "很好",
    "t r o l l i",
]


@pytest.mark.parametrize("text", NOTHING)
def test_an_answer_that_tells_nothing_is_no_answer(text):
    assert state_of(text) == "no_answer"
    assert state_of(f"  {text}\n") == "no_answer"


@pytest.mark.parametrize("text", TOLD)
def test_whatever_praises_blames_or_feels_is_told(text):
    assert state_of(text) == "told"


@pytest.mark.parametrize("text", ["", " ", "\n\t ", "\u00a0", "\u200b\ufeff", "\x00\x01", "\u202e"])
def test_what_holds_nothing_to_see_is_empty(text):
    assert state_of(text) == "empty"


def test_a_denial_followed_by_a_story_is_told():
    text = "En osaa sanoa. Tai no, siivooja auttoi minua löytämään oikean oven."
    assert state_of(text) == "told"


def test_a_huge_text_is_told_and_a_huge_blank_is_not():
    assert state_of("en tiedä " * 500_000) == "told"
    assert state_of(" " * 5_000_000) == "empty"
    assert state_of("." * 5_000_000) == "no_answer"


@pytest.mark.parametrize("word", ["no", "ei", "x", "nyt", "en tiedä nyt", "nothing"])
def test_saying_nothing_over_and_over_costs_no_time(word):
    assert state_of(" ".join([word] * 5_000) + " zz") == "told"
    assert state_of(" ".join((word.split() * 11)[:11]) + " zz") == "told"


@given(st.text())
def test_every_text_has_a_state(text):
    assert state_of(text) in {"told", "empty", "no_answer"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hyvä palvelu", "hyvä   palvelu!!!"),
        ("hyvä,nopea", "Hyvä, nopea."),
        ("Don't know", "dont know"),
        ("Tack!", "TACK"),
        ("hyva\u0308", "hyvä"),
        ("hyvä\u00a0palvelu", "hyvä palvelu"),
        ("zero\u200bwidth", "zero width"),
        ("👍", "👍!"),
        ("Kiitos :)", "kiitos :-)"),
        ("ﬁne", "fine"),
    ],
)
def test_case_blanks_and_punctuation_make_no_other_text(one, other):
    assert same_text(one) == same_text(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kiitos :)", "Kiitos :("),
        ("👍", "👎"),
        ("hyva", "hyvä"),
        ("jonotin 10 min", "jonotin 20 min"),
        ("1.5 tuntia", "15 tuntia"),
        ("ei hyvä", "hyvä"),
        ("+50 %", "50"),
    ],
)
def test_words_numbers_and_feelings_tell_texts_apart(one, other):
    assert same_text(one) != same_text(other)


@given(st.text())
def test_a_key_is_its_own_key(text):
    key = same_text(text)
    assert same_text(key) == key


@given(st.text(alphabet="abcdefgåäöxyz 0123456789"), st.sampled_from(["!", " ", "...", "\n", "?"]))
def test_shouting_and_trailing_marks_change_nothing(text, mark):
    assert same_text(text.upper() + mark) == same_text(text)
