"""A text as it is read: tokens with their lemmas, sentences and places."""

from collections.abc import Sequence
from dataclasses import dataclass

from kuski.terms import TextLanguage
from kuski.text.language import languages_of
from kuski.text.lemma import FinnishTool, Lemmatizer
from kuski.text.token import TOKEN, folded

LONGEST = 100_000
"""Characters that are read of a text; what comes after is left out."""

_MOST_WORDS = 400_000  # in the cache of one language, some 60 MB
_SHORT_FORMS = (
    "esim mm yms ym jne ns klo puh nro n p kpl tms ko em vs"
    " t ex bl a dvs osv m fl s k ca kl nr tel obs"
    " e g i eg ie etc vs mr mrs ms dr st no approx"
)
_ABBREVIATIONS = frozenset(_SHORT_FORMS.split())


@dataclass(frozen=True, slots=True)
class Document:
    """Hold a text that was read; m is the number of its tokens.

    Attributes
    ----------
    text : str
        As it came, at most `LONGEST` characters of it.
    language : "fi", "sv", "en" or None
        None where it is none of them or cannot be told.
    words : tuple of str, length m
        Tokens, case-folded: words, numbers, emoji and ``:)``; no other punctuation.
    lemmas : tuple of str, length m
        Dictionary forms; the words themselves where the language is not known.
    starts, ends : tuple of int, length m
        Places in the characters of ``text``.
    sentences : tuple of int, length m
        In which sentence, from 0.
    is_cut : bool
        Whether the text was longer than what was read.
    """

    text: str
    language: TextLanguage | None
    words: tuple[str, ...]
    lemmas: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    sentences: tuple[int, ...]
    is_cut: bool = False


class Reader:
    """Read texts, and remember each word's lemma.

    Parameters
    ----------
    finnish : "voikko" or "simplemma", optional
        Which tool finds Finnish lemmas; by default the best that is there.
    """

    def __init__(self, finnish: FinnishTool | None = None) -> None:
        self._finnish = finnish
        self.lemmatizer = Lemmatizer(finnish)
        self._known: dict[TextLanguage | None, dict[str, tuple[str, str]]] = {}

    def __reduce__(self) -> tuple[type["Reader"], tuple[FinnishTool | None]]:
        return Reader, (self._finnish,)

    def read(self, texts: Sequence[str]) -> list[Document]:
        """Read texts, each in its own language.

        Parameters
        ----------
        texts : sequence of str
            Of each, the first `LONGEST` characters are read.
        """
        return [
            self.document(text, language)
            for text, language in zip(texts, languages_of(texts), strict=True)
        ]

    def document(self, text: str, language: TextLanguage | None) -> Document:
        """Read a text whose language is known."""
        is_cut = len(text) > LONGEST
        if is_cut:
            text = text[:LONGEST]
        known = self._cache(language)
        words: list[str] = []
        lemmas: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        sentences: list[int] = []
        sentence, is_ended = 0, False
        for match in TOKEN.finditer(text):
            token = match[0]
            if match.lastgroup is not None:
                is_ended = is_ended or _ends(text, match.end(), token, words)
                continue
            pair = known.get(token)
            if pair is None:
                pair = known[token] = self._pair(token, language)
            if is_ended and words:
                sentence += 1
            is_ended = False
            start, end = match.span()
            words.append(pair[0])
            lemmas.append(pair[1])
            starts.append(start)
            ends.append(end)
            sentences.append(sentence)
        return Document(
            text,
            language,
            tuple(words),
            tuple(lemmas),
            tuple(starts),
            tuple(ends),
            tuple(sentences),
            is_cut,
        )

    def _cache(self, language: TextLanguage | None) -> dict[str, tuple[str, str]]:
        known = self._known.setdefault(language, {})
        if len(known) > _MOST_WORDS:
            known.clear()
        return known

    def _pair(self, token: str, language: TextLanguage | None) -> tuple[str, str]:
        word = folded(token)
        if language is None or not word:
            return word, word
        return word, self.lemmatizer.lemma(word, language)


def _ends(text: str, end: int, mark: str, words: list[str]) -> bool:
    """Tell whether a mark ends a sentence: a lone dot does not within or after a short form."""
    if mark != ".":
        return True
    if not words:
        return False
    after = text[end : end + 2]
    if after and not after[0].isspace():
        return after[0].isupper()
    is_short = words[-1] in _ABBREVIATIONS or words[-1].isdigit()
    return not (is_short and after[1:].islower())
