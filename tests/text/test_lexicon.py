"""The shipped lists: well written, without doubles, and of one mind about every word."""

import re
import tomllib
import unicodedata
from collections import defaultdict
from importlib.resources import files

import pytest

from kuski.text.lemma import Lemmatizer
from kuski.text.lexicon import entries, lexicon

LANGUAGES = ("fi", "sv", "en")
LISTS = (*LANGUAGES, "signs")
# At least, from what was asked for: enough for everyday comments, most of all in Finnish.
FEWEST = {"fi": 1500, "sv": 1000, "en": 1000, "signs": 100}
PIECE = r"(?:\.\.\.|[^\s*|]+\*?(?:\|[^\s*|]+\*?)*)"
ENTRY = re.compile(rf"{PIECE}(?: {PIECE})*")
# A word and its "without" form, which Finnish writes as one: virhe, virheettä, murheeton.
WITHOUT = re.compile(r".*(?:tta|ttä|ton|tön)$")
# Forms that say what another form of their lemma does not.
APART = {("fi", "parempaakin"), ("fi", "parannettavaa"), ("sv", "spänd"), ("fi", "huolissaan")}


def lines(name):
    return (files("kuski.text.lexicon") / f"{name}.tsv").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", LISTS)
def test_each_line_is_an_entry_a_tab_and_a_valence(name):
    wrong = [line for line in lines(name) if not re.fullmatch(r"[^\t]+\t-?\d", line)]
    assert wrong == []


@pytest.mark.parametrize("name", LISTS)
def test_valences_are_from_minus_five_to_five(name):
    assert {entry for entry, valence in entries(name).items() if not -5 <= valence <= 5} == set()


@pytest.mark.parametrize("name", LISTS)
def test_no_entry_stands_twice(name):
    assert len(lines(name)) == len(entries(name))


@pytest.mark.parametrize("name", LISTS)
def test_the_lists_are_long_enough_and_say_both_good_and_bad(name):
    valences = entries(name).values()
    assert len(valences) >= FEWEST[name]
    assert min(sum(size > 0 for size in valences), sum(size < 0 for size in valences)) >= 50


@pytest.mark.parametrize("language", LANGUAGES)
def test_entries_are_folded_as_texts_are(language):
    folded = {unicodedata.normalize("NFC", entry.casefold()) for entry in entries(language)}
    assert folded == set(entries(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_entries_are_words_stems_or_phrases(language):
    wrong = [entry for entry in entries(language) if not ENTRY.fullmatch(entry)]
    ends = [
        entry for entry in entries(language) if entry.startswith("...") or entry.endswith("...")
    ]
    assert wrong == ends == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_stems_are_long_enough_to_mean_something(language):
    stems = [entry for entry in entries(language) if entry.endswith("*") and " " not in entry]
    assert [stem for stem in stems if len(stem) < 4] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_lemma_has_two_signs(language):
    lemmas = Lemmatizer("simplemma")
    signs = defaultdict(set)
    for entry, valence in entries(language).items():
        is_form = " " in entry or entry.endswith("*") or WITHOUT.fullmatch(entry)
        if valence and not is_form and (language, entry) not in APART:
            signs[lemmas.lemma(entry, language)].add(valence > 0)
    assert [lemma for lemma, found in signs.items() if len(found) > 1] == []


def test_the_form_itself_goes_before_its_lemma_and_the_longest_stem_before_a_shorter():
    finnish = lexicon("fi")
    assert finnish.valence("virheettä", "virhe") > 0 > finnish.valence("virhe", "virhe")
    assert finnish.valence("hyväsydämisempi", "hyväsydämisempi") > 0
    assert finnish.valence("kivijalka", "kivijalka") == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_both_negates_and_turns(language):
    grammar = lexicon(language).grammar
    assert not grammar.negators & (grammar.turns | grammar.concessions)
    assert grammar.plain_negators <= grammar.negators
    assert not grammar.turns & grammar.concessions


@pytest.mark.parametrize("language", LANGUAGES)
def test_boosters_strengthen_and_dampers_weaken_within_reason(language):
    sizes = set(lexicon(language).grammar.boosters.values())
    assert sizes == {0.6, 1.5, 2.0}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_booster_has_two_sizes(language):
    text = (files("kuski.text.lexicon") / "grammar.toml").read_text(encoding="utf-8")
    words = [word for row in tomllib.loads(text)[language]["boosters"].values() for word in row]
    assert sorted(set(words)) == sorted(words)
