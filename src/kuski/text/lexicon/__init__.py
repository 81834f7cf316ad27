"""The lexicon: what common words, phrases and signs say for good or ill, in three languages.

The lists are ours, written for Kuski from knowledge of the languages; nothing in them is copied
from another lexicon. Words that were missing at first were then looked for in sentences that the
held-out figures do not use: FinnSentiment (Lindén et al. 2020), Swedish reviews of companies and
English snippets of product reviews.

A line holds an entry, a tab and its valence from -5 to 5, on the scale of AFINN (Nielsen 2011). An
entry is a dictionary form or a spoken form (``loistava``), the beginning of words (``paska*``), or
a phrase (``ei ... valittamista``, where ``...`` stands for up to `GAP` other words and ``|`` parts
words of which any will do). A 0 takes a word or phrase out: ``ei vain`` negates nothing.

References
----------
Nielsen, F. Å. (2011). A new ANEW: evaluation of a word list for sentiment analysis in microblogs.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Literal

from kuski.terms import TextLanguage

GAP = 3
"""Words that ``...`` in a phrase may stand for."""


@dataclass(slots=True)
class Phrases:
    """Hold phrases as a tree, one word a step.

    Attributes
    ----------
    words, stems : dict
        What follows, by whole word and by the beginning of a word.
    gap : Phrases or None
        What follows after up to `GAP` other words.
    valence : int or None
        Of the phrase that ends here; None where none does.
    """

    words: "dict[str, Phrases]" = field(default_factory=dict)
    stems: "dict[str, Phrases]" = field(default_factory=dict)
    gap: "Phrases | None" = None
    valence: int | None = None

    def add(self, phrase: str, valence: int) -> None:
        """Add one phrase."""
        nodes = [self]
        for piece in phrase.split():
            nodes = [step for node in nodes for step in node._steps(piece)]
        for node in nodes:
            node.valence = valence

    def after(self, word: str, lemma: str) -> "list[Phrases]":
        """Take the step of one word of a text: none, one or several ways on."""
        found = []
        if word in self.words:
            found.append(self.words[word])
        if lemma != word and lemma in self.words:
            found.append(self.words[lemma])
        if self.stems:
            found += [node for stem, node in self.stems.items() if word.startswith(stem)]
        return found

    def _steps(self, piece: str) -> "list[Phrases]":
        if piece == "...":
            self.gap = self.gap or Phrases()
            return [self.gap]
        return [
            self.stems.setdefault(word[:-1], Phrases())
            if word.endswith("*")
            else self.words.setdefault(word, Phrases())
            for word in piece.split("|")
        ]


@dataclass(frozen=True, slots=True)
class Grammar:
    """Hold the words that change what others say.

    Attributes
    ----------
    boosters : mapping of str to float
        By how much they strengthen (over 1) or weaken (under 1) the next word.
    negators : frozenset of str
        All of them.
    plain_negators, lifters : frozenset of str
        Those that are a plain "not", and those that take a fault away ("without").
    negator : str
        How phrases write any plain negator.
    turns, concessions : frozenset of str
        Words after which the weightier, or the lighter, part follows.
    sarcasm : Phrases
        What is often said in bitter praise.
    """

    boosters: Mapping[str, float]
    negators: frozenset[str]
    plain_negators: frozenset[str]
    lifters: frozenset[str]
    negator: str
    turns: frozenset[str]
    concessions: frozenset[str]
    sarcasm: Phrases


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Hold the entries of one language.

    Attributes
    ----------
    words, stems : mapping of str to int
        Valences, -5 to 5, of whole words and of beginnings.
    phrases : Phrases
    grammar : Grammar
    """

    words: Mapping[str, int]
    stems: Mapping[str, int]
    phrases: Phrases
    grammar: Grammar

    def valence(self, word: str, lemma: str) -> int:
        """Look a word up: the form itself, its lemma, then the longest beginning; 0 if none."""
        found = self.words.get(word)
        if found is None:
            found = self.words.get(lemma)
        if found is None:
            found = _longest(self.stems, word)
        if found is None:
            found = _longest(self.stems, lemma)
        return found or 0


@cache
def lexicon(language: TextLanguage) -> Lexicon:
    """Read the shipped lexicon of a language, with the signs that all share."""
    words, stems, phrases = {}, {}, Phrases()
    for entry, valence in entries(language).items():
        if " " in entry:
            phrases.add(entry, valence)
        elif entry.endswith("*"):
            stems[entry[:-1]] = valence
        else:
            words[entry] = valence
    return Lexicon(words, stems, phrases, _grammar(language))


@cache
def entries(name: Literal["fi", "sv", "en", "signs"]) -> Mapping[str, int]:
    """Read a shipped list as it is written: entries and their valences."""
    lines = (files(__package__) / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    parts = (line.split("\t") for line in lines)
    return {entry: int(valence) for entry, valence in parts}


def _grammar(language: TextLanguage) -> Grammar:
    read = tomllib.loads((files(__package__) / "grammar.toml").read_text(encoding="utf-8"))
    table = read[language]
    sarcasm = Phrases()
    for phrase in table["sarcasm"]:
        sarcasm.add(phrase, 1)
    boosters = {word: float(size) for size, words in table["boosters"].items() for word in words}
    return Grammar(
        boosters,
        frozenset(table["negators"] + table["other_negators"] + table["lifters"]),
        frozenset(table["negators"]),
        frozenset(table["lifters"]),
        table["negators"][0],
        frozenset(table["turns"]),
        frozenset(table["concessions"]),
        sarcasm,
    )


def _longest(stems: Mapping[str, int], word: str) -> int | None:
    for end in range(len(word), 1, -1):
        found = stems.get(word[:end])
        if found is not None:
            return found
    return None
