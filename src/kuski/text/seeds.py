"""Seeds: where the patterns of a codebook are met in a text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kuski.terms import TEXT_LANGUAGES, TextLanguage
from kuski.text.codebook import Codebook
from kuski.text.document import Document
from kuski.text.pattern import GAP, Element, Pattern, parsed

HitSource = Literal["seed", "learned", "lexicon"]
_MOST_WORDS = 400_000
_LONGEST_PART = 40  # characters of a word's beginning or end that a pattern can ask for
_BEFORE, _AFTER = 4, 2  # tokens around a hit within which a negation speaks of it
_DENYING: dict[TextLanguage, str] = {
    "fi": "ei en et emme ette eivät eikä enkä etkä emmekä ettekä eivätkä ettei etten ettet"
    " ettemme ettette etteivät älä älkää ilman",
    "sv": "inte ej icke aldrig ingen inget inga ingenting utan varken",
    "en": "not no never none nobody nothing without neither nor cannot can't don't didn't doesn't"
    " won't wasn't weren't isn't aren't couldn't wouldn't haven't hasn't hadn't",
}
_NEGATIONS = {language: frozenset(words.split()) for language, words in _DENYING.items()}
_TURNING = "mutta vaan men utan but however although though vaikka fast medan while"
_TURNS = frozenset(_TURNING.split())
_NOTHING: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Hit:
    """Hold what in a text speaks for a code.

    Attributes
    ----------
    family, code : str
    start, end : int
        Place in the text's characters.
    weight : float
        Of a seed 1, of a yielding or weak one less; of a learned word its part of the log odds.
    source : "seed", "learned" or "lexicon"
    sign : int
        1 or -1 where the seed praises or blames by itself and is not negated, else 0.
    """

    family: str
    code: str
    start: int
    end: int
    weight: float
    source: HitSource
    sign: int = 0


@dataclass(frozen=True, slots=True)
class _Rule:
    """A pattern of one code, with its elements by number; ``rest`` are those after the first."""

    pattern: Pattern
    column: int
    elements: tuple[int, ...]
    rest: frozenset[int]
    is_unless: bool


@dataclass(slots=True)
class _Rules:
    """The rules of one language, and what each word that was met means to them.

    ``known`` holds by word and lemma: the numbers of the elements that the word fits, and the
    rules that may begin with it.
    """

    elements: dict[Element, int] = field(default_factory=dict)
    known: dict[tuple[str, str], tuple[frozenset[int], tuple[_Rule, ...]] | None] = field(
        default_factory=dict
    )
    exact: dict[str, list[int]] = field(default_factory=dict)
    starts: dict[str, list[int]] = field(default_factory=dict)
    ends: dict[str, list[int]] = field(default_factory=dict)
    inside: list[tuple[str, int]] = field(default_factory=list)
    begins: dict[int, list[_Rule]] = field(default_factory=dict)


class SeedMatcher:
    """Find where a codebook's seeds are met.

    Parameters
    ----------
    book : Codebook
        Whose patterns are in order, as `kuski.text.codebook.load` checks.
    """

    def __init__(self, book: Codebook) -> None:
        self.book = book
        self._columns = book.columns
        self._drops = frozenset(
            family.name for family in book.families if family.negation == "drops"
        )
        self._rules = {language: _rules(book, language) for language in TEXT_LANGUAGES}

    def __reduce__(self) -> tuple[type["SeedMatcher"], tuple[Codebook]]:
        return SeedMatcher, (self.book,)

    def hits(self, document: Document) -> tuple[Hit, ...]:
        """List the hits of every family, in the order of the text; none of an unknown language.

        Of hits of one code that overlap, the heaviest and then longest stays.
        """
        if document.language is None:
            return ()
        found = list(_found(document, self._rules[document.language]))
        if not found:
            return ()
        cancelled = {
            (rule.column, place)
            for rule, first, last in found
            if rule.is_unless
            for place in range(first, last + 1)
        }
        best: dict[int, list[tuple[float, int, int]]] = {}
        signs: dict[tuple[int, int, int], int] = {}
        for rule, first, last in found:
            if rule.is_unless or any(
                (rule.column, place) in cancelled for place in range(first, last + 1)
            ):
                continue
            family = self._columns[rule.column][0]
            if family in self._drops and _is_negated(document, first, last):
                continue
            best.setdefault(rule.column, []).append((rule.pattern.weight, first, last))
            if rule.pattern.sign and not _is_negated(document, first, last):
                signs[rule.column, first, last] = rule.pattern.sign
        hits = [
            Hit(
                *self._columns[column],
                document.starts[first],
                document.ends[last],
                weight,
                "seed",
                signs.get((column, first, last), 0),
            )
            for column, spans in best.items()
            for weight, first, last in _apart(spans)
        ]
        return tuple(sorted(hits, key=lambda hit: (hit.start, hit.end, hit.family, hit.code)))


def _rules(book: Codebook, language: TextLanguage) -> _Rules:
    rules = _Rules()
    codes = [code for family in book.families for code in family.codes]
    for column, code in enumerate(codes):
        for lists, is_unless in ((code.seeds, False), (code.unless, True)):
            for text in lists.get(language, ()):
                pattern = parsed(text)
                places = tuple(_numbered(rules, element) for element in pattern.elements)
                rule = _Rule(pattern, column, places, frozenset(places[1:]), is_unless)
                rules.begins.setdefault(places[0], []).append(rule)
    return rules


def _numbered(rules: _Rules, element: Element) -> int:
    """Give an element its number, and note by which words it can be met."""
    number = rules.elements.get(element)
    if number is None:
        number = rules.elements[element] = len(rules.elements)
        for word in element.exact:
            rules.exact.setdefault(word, []).append(number)
        for start in element.starts:
            rules.starts.setdefault(start, []).append(number)
        for end in element.ends:
            rules.ends.setdefault(end, []).append(number)
        rules.inside += [(part, number) for part in element.inside]
    return number


def _found(document: Document, rules: _Rules) -> Iterator[tuple[_Rule, int, int]]:
    """Meet every rule wherever it begins; with its first and last token."""
    known = rules.known
    met: list[frozenset[int]] = []
    begun: list[tuple[int, tuple[_Rule, ...]]] = []
    for place, pair in enumerate(zip(document.words, document.lemmas, strict=True)):
        try:
            meaning = known[pair]
        except KeyError:
            meaning = _meaning(rules, pair)
        if meaning is None:
            met.append(_NOTHING)
            continue
        met.append(meaning[0])
        if meaning[1]:
            begun.append((place, meaning[1]))
    present = frozenset().union(*met) if begun else _NOTHING
    for place, started in begun:
        for rule in started:
            if not rule.rest:
                yield rule, place, place
            elif rule.rest <= present:
                last = _last(rule, place, met, document.sentences)
                if last is not None:
                    yield rule, place, last


def _meaning(
    rules: _Rules, pair: tuple[str, str]
) -> tuple[frozenset[int], tuple[_Rule, ...]] | None:
    """Look up what a word means to the rules, and remember it."""
    numbers: set[int] = set()
    for word in dict.fromkeys(pair):
        numbers.update(rules.exact.get(word, ()))
        numbers.update(number for part, number in rules.inside if part in word)
        for length in range(1, min(len(word), _LONGEST_PART) + 1):
            numbers.update(rules.starts.get(word[:length], ()))
            numbers.update(rules.ends.get(word[-length:], ()))
    if len(rules.known) > _MOST_WORDS:
        rules.known.clear()
    started = tuple(rule for number in sorted(numbers) for rule in rules.begins.get(number, ()))
    meaning = (frozenset(numbers), started) if numbers else None
    rules.known[pair] = meaning
    return meaning


def _last(
    rule: _Rule, first: int, met: Sequence[frozenset[int]], sentences: Sequence[int]
) -> int | None:
    """Find the last token of a rule that begins at a token: the nearest way, or None."""
    ends = [first]
    for number, is_gap in zip(rule.elements[1:], rule.pattern.gaps[1:], strict=True):
        reach = GAP + 1 if is_gap else 1
        # Every place that the words so far can end at, so that a near miss does not hide a match.
        ends = sorted(
            {
                place
                for end in ends
                for place in range(end + 1, min(end + reach, len(met) - 1) + 1)
                if sentences[place] == sentences[first] and number in met[place]
            }
        )
        if not ends:
            return None
    return ends[0]


def _is_negated(document: Document, first: int, last: int) -> bool:
    """Tell whether a negation near a hit, in its clause, denies it; one within it does not."""
    if document.language is None:
        return False
    negations = _NEGATIONS[document.language]
    words = document.words
    if any(word in negations for word in words[first : last + 1]):
        return False
    for step, reach, edge in ((-1, _BEFORE, first), (1, _AFTER, last)):
        place = edge
        for _ in range(reach):
            left, right = (place - 1, place) if step < 0 else (place, place + 1)
            if left < 0 or right >= len(words) or _is_parted(document, left, right):
                break
            place += step
            if words[place] in negations:
                return True
            if words[place] in _TURNS:
                break
    return False


def _is_parted(document: Document, left: int, right: int) -> bool:
    """Tell whether a sentence or a clause ends between two tokens."""
    if document.sentences[left] != document.sentences[right]:
        return True
    between = document.text[document.ends[left] : document.starts[right]]
    return any(mark in between for mark in ",;:()–—")


def _apart(spans: list[tuple[float, int, int]]) -> list[tuple[float, int, int]]:
    """Leave of overlapping spans the heaviest, then the longest."""
    left: list[tuple[float, int, int]] = []
    taken: set[int] = set()
    for weight, first, last in sorted(spans, key=lambda span: (-span[0], span[1] - span[2], span)):
        places = range(first, last + 1)
        if taken.isdisjoint(places):
            taken.update(places)
            left.append((weight, first, last))
    return left
