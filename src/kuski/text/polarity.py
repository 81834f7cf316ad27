"""Polarity: how good or bad a text says it was, and how strongly, without any labels.

Words and phrases of the lexicon are met, boosted and negated (`kuski.text.lexicon.marks`), then
summed up. On 1,300 sentences of FinnSentiment that were held out and never looked at, good is told
from bad with a macro-F1 of 0.83 by the lexicon as first written from knowledge of the language
alone, and 0.87 as shipped. The shipped one was written with an eye on other sentences of the same
forum, so that its figure is one of "no labels at run time", not of a forum never seen. With neutral
as a third class it is 0.54: the forum is three quarters neutral, and customers who comment are not.
"""

import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from kuski.text.document import Document
from kuski.text.lexicon.marks import Mark, marked
from kuski.text.seeds import Hit

_CAPITALS, _EXCLAMATION, _MOST_EXCLAMATIONS = 1.25, 0.15, 3
_NEUTRAL = 1.5  # valence that weighs as much as silence: one weak word is not enough
_BOTH, _CLEAR = 0.6, 2.0  # part of the lesser side that is mixed; where that side is clear
_SHARPNESS = 1.5
_SIGN_SCALE = 9.0  # a sentence's sum of 3, one plain "good", is a sign of 0.7
_TOLD, _TOLD_FORCE = 2.5, 2.0  # valence and force of a seed that praises or blames
_SURE = 0.5  # the least that the likeliest must have
_LONG = 8  # words from which silence about good and bad is doubted: whoever tells, judges
_STRONG, _PLAIN = 3.9, 1.6  # force from which a text is strong (3), or clear (2)
_QUOTED = re.compile(r"[\"“”„»«]([^\"“”„»«\n]{1,40})[\"“”„»«]")
_MOST_QUOTED = 50


@dataclass(frozen=True, slots=True)
class Feeling:
    """Hold what a text feels.

    Attributes
    ----------
    chances : tuple of 4 float
        Negative, neutral, positive, mixed; they add up to 1.
    intensity : 1, 2, 3 or None
        Weak or matter-of-fact, clear, strong; None where there are no words.
    signs : tuple of float, one a sentence
        From -1 to 1.
    hits : tuple of Hit
        What spoke for it, in the order of the text; the weight is the size of its valence.
    is_unsure : bool
        Whether the chances are close, praise and blame meet, praise may be meant bitterly, or
        many words hold no feeling that is known.
    """

    chances: tuple[float, float, float, float]
    intensity: int | None
    signs: tuple[float, ...]
    hits: tuple[Hit, ...]
    is_unsure: bool


def read_polarity(document: Document, told: Sequence[Hit] = ()) -> Feeling:
    """Read how good or bad a text says it was, and how strongly.

    Parameters
    ----------
    document : Document
        Of a text whose language is not known, only emoji and emoticons are read.
    told : sequence of Hit
        Seeds that praise or blame by what they tell (an hour's wait, help unasked): they take the
        place of weaker words of the lexicon within them.

    Notes
    -----
    The chances are weights of evidence, not measured frequencies: they rank, and say where to
    doubt. Irony without a hint (quotation marks, "thanks for nothing") is taken at its word.
    """
    found = marked(document)
    marks = sorted(_with_told(document, found.marks, told), key=lambda mark: mark.start)
    if not document.words and not marks:
        return Feeling((0.0, 1.0, 0.0, 0.0), None, (), (), False)
    _emphasise(document, marks)
    chances = _chances(marks)
    return Feeling(
        chances,
        _intensity(marks),
        _signs(document, marks),
        tuple(_hit(mark) for mark in marks),
        max(chances) < _SURE
        or chances[3] == max(chances)
        or (chances[1] == max(chances) and len(document.words) >= _LONG)
        or (found.is_bitter and any(mark.valence < 0 for mark in marks))
        or _is_quoted(document.text, marks),
    )


def _with_told(document: Document, marks: Sequence[Mark], told: Sequence[Hit]) -> list[Mark]:
    """Add what seeds tell for good or ill; weaker or negating words within such a seed go."""
    kept = list(marks)
    for hit in told:
        around = [mark for mark in kept if mark.start < hit.end and hit.start < mark.end]
        if any(abs(mark.valence) >= _TOLD for mark in around):
            continue
        kept = [mark for mark in kept if mark not in around]
        first = bisect_right(document.starts, hit.start) - 1
        last = bisect_right(document.starts, hit.end - 1) - 1
        sentence = document.sentences[first]
        kept.append(Mark(hit.start, hit.end, sentence, first, last, _TOLD * hit.sign, _TOLD_FORCE))
    return kept


def _emphasise(document: Document, marks: Sequence[Mark]) -> None:
    """Strengthen what stands in capitals, and in sentences with exclamation marks."""
    text = document.text
    for mark in marks:
        if mark.end - mark.start > 2 and text[mark.start : mark.end].isupper():
            mark.valence *= _CAPITALS
            mark.force *= _CAPITALS
    if "!" not in text:
        return
    bangs: dict[int, int] = {}
    at = text.find("!")
    while at >= 0:
        place = bisect_right(document.starts, at) - 1
        sentence = document.sentences[place] if place >= 0 else 0
        bangs[sentence] = bangs.get(sentence, 0) + 1
        at = text.find("!", at + 1)
    for mark in marks:
        count = min(bangs.get(mark.sentence, 0), _MOST_EXCLAMATIONS)
        mark.valence *= 1.0 + _EXCLAMATION * count
        mark.force *= 1.0 + _EXCLAMATION * count


def _chances(marks: Sequence[Mark]) -> tuple[float, float, float, float]:
    """Weigh praise against blame, both against silence; where both are clear, the text is mixed.

    Of praise and blame, sums of valences, a part of the lesser is taken from each and counts as
    mixed; silence weighs `_NEUTRAL`. The four sizes, raised to `_SHARPNESS`, are shared out.
    """
    praise, blame = _sums(mark.valence for mark in marks)
    weighed, weighed_blame = _sums(mark.valence * mark.weight for mark in marks)
    least = min(praise, blame)
    both = _BOTH * least * min(1.0, least / _CLEAR)
    sizes = (
        max(weighed_blame - both, 0.0),
        _NEUTRAL,
        max(weighed - both, 0.0),
        2.0 * both,
    )
    powers = [size**_SHARPNESS for size in sizes]
    total = sum(powers)
    return (powers[0] / total, powers[1] / total, powers[2] / total, powers[3] / total)


def _sums(valences: Iterable[float]) -> tuple[float, float]:
    praise = blame = 0.0
    for valence in valences:
        if valence > 0:
            praise += valence
        else:
            blame -= valence
    return praise, blame


def _intensity(marks: Sequence[Mark]) -> int:
    strongest = max((mark.force for mark in marks), default=0.0)
    return 3 if strongest >= _STRONG else 2 if strongest >= _PLAIN else 1


def _signs(document: Document, marks: Sequence[Mark]) -> tuple[float, ...]:
    if not document.sentences:
        return ()
    sums = [0.0] * (document.sentences[-1] + 1)
    for mark in marks:
        sums[mark.sentence] += mark.valence * mark.weight
    return tuple(size / math.sqrt(size * size + _SIGN_SCALE) for size in sums)


def _hit(mark: Mark) -> Hit:
    code = "positive" if mark.valence > 0 else "negative"
    return Hit("polarity", code, mark.start, mark.end, abs(mark.valence), "lexicon")


def _is_quoted(text: str, marks: Sequence[Mark]) -> bool:
    """Tell whether praise may be meant bitterly: a "quick" answer, a great "service"."""
    spans = [quoted.span() for quoted in islice(_QUOTED.finditer(text), _MOST_QUOTED)]
    if not spans or not any(mark.valence > 0 for mark in marks):
        return False
    is_blamed = any(mark.valence < 0 for mark in marks)
    return any(
        (is_blamed and text.count(" ", start, end) < 2)
        or any(mark.valence > 0 and start < mark.end and mark.start < end for mark in marks)
        for start, end in spans
    )
