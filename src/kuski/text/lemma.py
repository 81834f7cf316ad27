"""Lemmas: the dictionary form of a word, so that one entry of a codebook meets all its forms."""

import re
from collections.abc import Callable
from typing import Any, Literal

from kuski.terms import TextLanguage

FinnishTool = Literal["voikko", "simplemma"]
_LONGEST = 60  # characters; what is longer is no word
_VERB = re.compile(r"\+[^(+]+\((\w+[aä])\)")
_NAMES = frozenset({"nimi", "etunimi", "sukunimi", "paikannimi"})
_SMALL = frozenset({"kieltosana", "sidesana", "asemosana", "suhdesana", "seikkasana", "lukusana"})
# What is spoken, and "tuli", which is far oftener "came" than "fire".
_SPOKEN = {
    form: lemma
    for lemma, forms in {
        "aivan": "iha",
        "edes": "ees",
        "enää": "enään",
        "ei": "ei en et emme ette eivät eikä enkä etkä emmekä eivätkä ettei etten ettet",
        "itse": "ite",
        "kanssa": "kans",
        "kuin": "ku",
        "kyllä": "kyl",
        "minä": "mä mun mua mulla mulle multa mie",
        "mutta": "mut",
        "niin": "nii ni",
        "oikea": "oikeesti",
        "olla": "oon oo oot ollu ois olis oisi oli on ovat olivat olin olimme",
        "saada": "sais saanu",
        "silloin": "sillon",
        "sinä": "sä sun sua sulla sulle sulta",
        "sitten": "sit sitte",
        "takaisin": "takaisin",
        "tulla": "tuli tullu tulis",
        "tämä": "tää tän",
        "vain": "vaa",
        "voida": "vois",
    }.items()
    for form in forms.split()
}
_ENDINGS = ("'s", "'t", "'d", "'m", "'ll", "'re", "'ve")


class Lemmatizer:
    """Find dictionary forms, by the tools that are there.

    Finnish is read by libvoikko where the library and its dictionary are installed, else by
    simplemma, as are Swedish and English. Each tool is loaded when a language first needs it.

    Parameters
    ----------
    finnish : "voikko" or "simplemma", optional
        Which tool reads Finnish; by default the best that is there.
    """

    def __init__(self, finnish: FinnishTool | None = None) -> None:
        self._wanted = finnish
        self._finnish: Callable[[str], str] | None = None

    def __reduce__(self) -> tuple[type["Lemmatizer"], tuple[FinnishTool | None]]:
        return Lemmatizer, (self._wanted,)

    @property
    def finnish(self) -> FinnishTool:
        """Tell which tool reads Finnish."""
        return self._wanted or ("voikko" if _voikko() else "simplemma")

    def lemma(self, word: str, language: TextLanguage) -> str:
        """Find the dictionary form of one case-folded word; the word itself where none is known."""
        if len(word) > _LONGEST or not word[0].isalpha():
            return word
        if language == "fi":
            if self._finnish is None:
                self._finnish = _finnish_reader(self.finnish)
            return self._finnish(word)
        if language == "en" and word.endswith(_ENDINGS):
            word = word.rpartition("'")[0].removesuffix("n" if word.endswith("n't") else "")
        return _simple(word, language)


def _simple(word: str, language: TextLanguage) -> str:
    from simplemma import lemmatize

    return lemmatize(word, lang=language).casefold().rstrip(".")


def _finnish_reader(tool: FinnishTool) -> Callable[[str], str]:
    voikko = _voikko() if tool == "voikko" else None
    if voikko is None:
        return lambda word: _simple(word, "fi")
    return lambda word: _from_analyses(word, voikko.analyze)


def _voikko() -> Any:
    """Open libvoikko with its Finnish dictionary; None where either is missing."""
    try:
        from libvoikko import Voikko, VoikkoException
    except (ImportError, OSError):
        return None
    try:
        return Voikko("fi")
    except (VoikkoException, OSError):
        return None


def _from_analyses(word: str, analyze: Callable[[str], list[dict[str, str]]]) -> str:
    if word in _SPOKEN:
        return _SPOKEN[word]
    # Names are known by their capital only.
    analyses = analyze(word) or analyze(word.capitalize())
    if not analyses:
        return word
    return _base(min(analyses, key=lambda analysis: _rank(word, analysis)))


def _rank(word: str, analysis: dict[str, str]) -> tuple[bool, bool, int, int]:
    """Order readings: no names, no chance compounds; then "I did", the word itself, small words.

    "Soitin" is rather "I called" than "an instrument" in what customers tell.
    """
    base = analysis["BASEFORM"]
    is_mine = analysis.get("PERSON") == "1" and word.endswith("in")
    kind = -1 if is_mine else 0 if base == word else 1 if analysis["CLASS"] in _SMALL else 2
    is_agent = analysis.get("PARTICIPLE") == "agent"
    return analysis["CLASS"] in _NAMES, is_agent, analysis["STRUCTURE"].count("="), kind


def _base(analysis: dict[str, str]) -> str:
    """Take the base form; of "on odotettu", "olen odottanut" that of the verb."""
    if analysis.get("PARTICIPLE", "").startswith("past_"):
        verb = _VERB.match(analysis.get("WORDBASES", ""))
        if verb is not None:
            return verb[1].casefold()
    return analysis["BASEFORM"].casefold()
