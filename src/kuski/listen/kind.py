"""What sort of thing each driver is, told by the words of its name or of its question."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kuski.listen.hint import plainly, stem_of, words_of
from kuski.listen.profile import ColumnProfile
from kuski.listen.reason import Reason, because
from kuski.terms import DriverKind

MOST_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class _Words:
    """How things of one kind tend to be called.

    Attributes
    ----------
    words : frozenset of str
        Whole words.
    stems : tuple of str
        How a word begins.
    weak : tuple of str
        How a word begins that tells only where no other kind is told.
    """

    words: frozenset[str]
    stems: tuple[str, ...]
    weak: tuple[str, ...] = ()


def _of(words: str, stems: str, weak: str = "") -> _Words:
    return _Words(frozenset(words.split()), tuple(stems.split()), tuple(weak.split()))


KINDS: Mapping[DriverKind, _Words] = {
    "human": _of(
        "staff agent agents adviser advisers advisor advisors clerk clerks waiter waiters empathy",
        """
        staff personnel employee friendl courte polite helpful attentive competen expertise
        salesper representativ listen
        henkilokun henkilosto asiakaspalvelij palvelij myyj virkailij neuvoj ystavall kohtel
        kuuntel avulia ammattita osaami asiantunt palvelualt
        """,
        "service asiakaspalvel palvel",
    ),
    "digital": _of(
        "app apps wifi wlan web online login portal",
        """
        website webshop webstore ecommerce digital mobileapp
        verkkosiv verkkokaup verkkopalv verkkoasioin nettisiv nettikaup sovellu mobiilisov digi
        """,
        "site",
    ),
    "price": _of(
        "price prices pricing cost costs fee fees cheap expensive halpa kallis",
        "afford hinta hinna hinno edulli alennu",
    ),
    "product": _of(
        "food meal meals menu assortment selection selections valikoima",
        "product merchandis tuote tuott valikoim ruoka ruoa ruua",
    ),
    "process": _of(
        "wait queue queues sign signs speed billing nopeus jono jonot",
        """
        queu waiting deliver clean signage checkout invoic punctual
        jonot odotus odota toimitu toimite siist siivou puhtau opast laskut aikataul
        """,
    ),
}


@dataclass(frozen=True, slots=True)
class KindGuess:
    """What sort of thing a driver is.

    Attributes
    ----------
    column : str
    kind : {"human", "digital", "price", "product", "process"}
    reason : Reason
    """

    column: str
    kind: DriverKind
    reason: Reason


def kind_guesses(drivers: Sequence[ColumnProfile]) -> tuple[KindGuess, ...]:
    """Guess the kinds of the drivers whose words speak of one kind alone.

    Parameters
    ----------
    drivers : sequence of ColumnProfile
        In the order in which they are to be named.

    Notes
    -----
    The name goes before the question. Words that most of the questions share tell nothing apart;
    nor does a word in two numbered blocks: Q7FOOD is the food, Q9FOOD whether it was clean there.
    """
    asked = Counter(word for column in drivers for word in words_of(column.label))
    shared = {word for word, n in asked.items() if n > max(1, MOST_ALIKE * len(drivers))}
    twice = _in_two_blocks([column.name for column in drivers])
    found = []
    for column in drivers:
        for case, words in (
            ("kind_name", words_of(column.name) - twice),
            ("kind_question", words_of(column.label) - shared),
        ):
            if told := _told(words):
                kind, word = told
                reason = because(case, word=_as_written(word, column))
                found.append(KindGuess(column.name, kind, reason))
                break
    return tuple(found)


def _in_two_blocks(names: Sequence[str]) -> set[str]:
    """Name the words that stand in numbered blocks of different numbers."""
    blocks: dict[str, set[str]] = {}
    for name in names:
        block = stem_of(name)
        if block[-1:].isdigit():
            for word in words_of(name):
                blocks.setdefault(word, set()).add(block)
    return {word for word, found in blocks.items() if len(found) > 1}


def _told(words: frozenset[str]) -> tuple[DriverKind, str] | None:
    """Name the one kind of which the words speak, and the word; none where they speak of two."""
    for is_weak in (False, True):
        spoken = {
            kind: word for kind, known in KINDS.items()
            if (word := _first(sorted(words), known, is_weak=is_weak)) is not None
        }  # fmt: skip
        if len(spoken) == 1:
            return next(iter(spoken.items()))
        if spoken:
            return None
    return None


def _first(words: Sequence[str], known: _Words, *, is_weak: bool) -> str | None:
    if is_weak:
        return next((word for word in words if word.startswith(known.weak)), None)
    return next(
        (word for word in words if word in known.words or word.startswith(known.stems)), None
    )


def _as_written(word: str, column: ColumnProfile) -> str:
    """Find the word as the column writes it, with its dots and capitals."""
    for text in (column.name, column.label):
        start = plainly(text).find(word)
        if start >= 0 and len(plainly(text)) == len(text):
            return text[start : start + len(word)]
    return word
