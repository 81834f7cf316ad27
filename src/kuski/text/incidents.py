"""Incidents: where a long or spoken story passes from one occasion to another."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kuski.text.document import Document


@dataclass(frozen=True, slots=True)
class IncidentThresholds:
    """When a text is split.

    Attributes
    ----------
    words : int
        A text with fewer words is one incident.
    least : int
        Words of the shortest incident; what is shorter stays with its neighbour.
    asked : int
        Words of the longest turn in which an interviewer asks for another story.
    break_at : float
        Sum of the signs (see `incidents`) from which a sentence begins a new incident.
    """

    words: int = 40
    least: int = 12
    asked: int = 30
    break_at: float = 1.0


THRESHOLDS = IncidentThresholds()


def incidents(document: Document) -> tuple[tuple[int, int], ...]:
    """Split a text into the incidents that it tells.

    Parameters
    ----------
    document : Document

    Returns
    -------
    tuple of (start, end)
        Spans of characters of ``document.text``, in order. They cover it without gap or overlap and
        part it only between sentences. A short text is one span.

    Notes
    -----
    A sentence begins a new incident when the signs in it sum to one. A sign of one: "another time",
    "toinen esimerkki", "en annan gång" and the like among its first words; a numbered or counted
    occasion ("2.", "second case") that begins a line; an interviewer who asks for another story; a
    year other than that of the incident so far. A sign of one half: a new paragraph or speaker, a
    time ("last summer", "kerran"), a company of another sector than so far, a turn of topic ("as
    for", "entä", "däremot"), a count ("secondly", "toiseksi"). "The next day", "sen jälkeen" and
    the like take one half away: the same story goes on. These are rules of our own; a story whose
    teller marks no passage stays whole.
    """
    whole = ((0, len(document.text)),)
    if len(document.words) < THRESHOLDS.words:
        return whole
    sentences = tuple(_sentences(document))
    cuts: list[int] = []
    begun, sectors, years = 0, set[str](), set[str]()
    for sentence, question in zip(sentences, _questions(sentences), strict=True):
        score = _score(sentence, sectors, years) if question is None else THRESHOLDS.break_at
        head = question or sentence
        is_long = (
            head.first - begun >= THRESHOLDS.least
            and len(document.words) - head.first >= THRESHOLDS.least
        )
        if is_long and score >= THRESHOLDS.break_at:
            cuts.append(head.start)
            begun, sectors, years = head.first, set(), set()
        sectors |= sentence.sectors
        years |= sentence.years
    edges = (0, *cuts, len(document.text))
    return tuple(itertools.pairwise(edges))


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One sentence: where it starts (character, tokens), how it is set, and what it names."""

    start: int
    first: int
    after: int
    words: str
    is_line: bool
    is_paragraph: bool
    is_turn: bool
    is_question: bool
    sectors: frozenset[str]
    years: frozenset[str]


# Closing marks and blanks belong to the sentence before; opening ones to the one after.
_CLOSING = re.compile(r"[^\w\s]*\s*")
_TURN = re.compile(r"(?:[-–—•*]\s*|[A-ZÅÄÖ][\w.]{0,24}(?: \w{1,12})?\s?:\s)")
_YEAR = re.compile(r"(?:19[5-9]|20\d)\d")


def _sentences(document: Document) -> Iterator[_Sentence]:
    text, place = document.text, 0
    firsts = [
        token
        for token, sentence in enumerate(document.sentences)
        if token == 0 or sentence != document.sentences[token - 1]
    ]
    for first, after in zip(firsts, (*firsts[1:], len(document.words)), strict=True):
        start, gap = 0, ""
        if first:
            closing = _CLOSING.match(text, document.ends[first - 1])
            start = min(closing.end() if closing else place, document.starts[first])
            gap = text[document.ends[first - 1] : document.starts[first]]
        place = document.ends[after - 1]
        is_line = first == 0 or "\n" in gap
        years = (word for word in document.words[first : min(first + 6, after)])
        yield _Sentence(
            start=start,
            first=first,
            after=after,
            words=" ".join(document.words[first:after]),
            is_line=is_line,
            is_paragraph=gap.count("\n") > 1,
            is_turn=is_line and _TURN.match(text, start) is not None,
            is_question="?" in text[place : place + 3],
            sectors=frozenset(
                sector
                for lemma in document.lemmas[first:after]
                for sector, endings in _SECTORS.items()
                if lemma.endswith(endings)
            ),
            years=frozenset(year for year in years if _YEAR.fullmatch(year)),
        )


def _questions(sentences: Sequence[_Sentence]) -> Iterator[_Sentence | None]:
    """Give for each sentence that asks for another story the one that begins its speaker's turn."""
    heads = [place for place, sentence in enumerate(sentences) if sentence.is_turn]
    ends = {
        head: sentences[after - 1].after
        for head, after in zip(heads, (*heads[1:], len(sentences)), strict=False)
    }
    head: int | None = None
    for place, sentence in enumerate(sentences):
        head = place if sentence.is_turn else head
        is_asked = (
            head is not None
            and ends[head] - sentences[head].first <= THRESHOLDS.asked
            and sentence.is_question
            and _ASKED.search(sentence.words)
        )
        yield sentences[head] if is_asked and head is not None else None


def _score(sentence: _Sentence, sectors: set[str], years: set[str]) -> float:
    """Sum the signs that a sentence begins a new incident."""
    words = sentence.words
    if _ANOTHER.match(words) or (sentence.is_line and _NUMBERED.match(words)):
        return 1.0
    halves = (
        2 * bool(sentence.years and years and sentence.years.isdisjoint(years))
        + (sentence.is_paragraph or sentence.is_turn)
        + (_TIME.match(words) is not None or bool(sentence.years))
        + bool(sentence.sectors and sectors and sentence.sectors.isdisjoint(sectors))
        + (_TURNED.match(words) is not None)
        + (_COUNTED.match(words) is not None)
        - (_GOES_ON.match(words) is not None)
    )
    return halves / 2


# Up to so many words may stand before a sign at the head of a sentence.
_HEAD = r"(?:\S+ ){0,4}?"
_FAR = r"(?:\S+ ){0,7}?"
_ANOTHER = re.compile(
    rf"{_HEAD}(?:toisella kertaa|toisella kerralla|toinen kerta|eräällä kerralla|eri kerralla"
    r"|another time|(?:on )?another occasion|(?:at )?a different time|on a different occasion"
    r"|(?:vid )?(?:en|ett) ann(?:an|at) (?:gång|tillfälle)|en andra gång var)\b"
    r"|(?:ja |sitten |ja sitten |no )?toisen kerran\b"
    rf"|{_FAR}(?:toinen|toisena|seuraava|kolmas|viimeinen) (?:esimerkki|tapaus|kokemus|tarina"
    r"|juttu|tapahtuma|esimerkkinä|tapauksena|kokemuksena)(?:ni|mme)?\b"
    rf"|{_FAR}(?:another|my (?:second|third|next|other|last)|the (?:second|third|next|other|last)"
    r"|a (?:second|third|different)) (?:example|case|experience|story|incident|episode|occasion)\b"
    rf"|{_FAR}(?:ett annat|nästa|mitt andra|det andra|en annan|min andra) (?:exempel|fall"
    r"|erfarenhet|historia|händelse|upplevelse|berättelse)(?:et|en)?\b"
    rf"|{_HEAD}(?:toisessa|eräässä toisessa|ihan toisessa|kokonaan toisessa)"
    r" (?:yrityksessä|liikkeessä|kaupassa|paikassa|firmassa|pankissa|hotellissa|ravintolassa)\b"
    rf"|{_HEAD}(?:at|with|from|in|was|is|there's) another"
    r" (?:company|shop|store|place|bank|hotel|restaurant|firm|business)\b"
    rf"|{_HEAD}(?:på|hos|i|med|var|är) (?:en|ett) ann(?:an|at)"
    r" (?:företag|butik|affär|ställe|bank|hotell|restaurang|firma)\b"
)
_NUMBERED = re.compile(
    r"\d{1,2}$|(?:tapaus|kertomus|tarina|case|story|fall|berättelse|esimerkki|example|exempel)"
    r" \d{1,2}\b"
    r"|(?:ensimmäinen|toinen|kolmas|neljäs|first|second|third|fourth|första|andra|tredje|fjärde)"
    r" (?:kerta|tapaus|kokemus|tarina|occasion|case|story|experience|gången|fallet|händelsen)\b"
)
_ASKED = re.compile(
    r"\b(?:muita|muista)\b|\b(?:toi(?:nen|sta|sen)|muu|seuraava|uusi)\b.*\b(?:kokemu|esimer|tapau"
    r"|tarin|kerta|kerra|yrity|paik|tilan|tilai)"
    r"|\bany others?\b|\b(?:another|other|different|second|more|next) (?:\w+ )?(?:experience"
    r"|example|stor|case|time|occasion|compan|place|incident|shop|one)"
    r"|\b(?:annan|annat|andra|fler|till|nästa)\b.*\b(?:erfaren|exempel|fall|histori|berättels|gång"
    r"|företag|ställe|händels|upplevels)"
)
_TIME = re.compile(
    rf"{_HEAD}(?:viime (?:vuonna|kesänä|talvena|syksynä|keväänä|viikolla|kuussa|jouluna)"
    r"|(?<!vielä )(?<!taas )kerran"
    r"|\w+ (?:vuotta|kuukautta|viikkoa) sitten|vuosia sitten|kesällä|talvella|syksyllä"
    r"|keväällä|jouluna|aikoinaan"
    r"|last (?:year|summer|winter|spring|autumn|fall|week|month|christmas)"
    r"|(?<!at )once(?! again| more)|one time|one day(?! later)"
    r"|\w+ (?:years?|months?|weeks?) ago|years ago|recently"
    r"|förra (?:året|sommaren|vintern|hösten|våren|veckan|månaden)|(?<!än )en gång(?! till)"
    r"|i (?:somras|vintras|höstas|våras)|för \w+ (?:år|månader|veckor) sedan|häromdagen|nyligen)\b"
)
_TURNED = re.compile(
    r"(?:(?:ja |no |mutta |and |but |well |men |och )?(?:entä|entäs|sen sijaan|toisin kuin|myös"
    r"|lisäksi|sitten (?:on|oli|taas|vielä)|as for|what about|then there|also|in contrast|whereas"
    r"|on the other hand|by contrast|speaking of|sedan (?:har|var|finns)|däremot|dessutom|också"
    r"|när det gäller|å andra sidan)\b)|(?:\S+ ){1,4}(?:puolestaan|taas|däremot|by contrast)\b"
)
_COUNTED = re.compile(
    r"(?:toiseksi|kolmanneksi|neljänneksi|second|secondly|third|thirdly|finally|lastly|lopuksi"
    r"|för det (?:andra|tredje|fjärde)|till sist|slutligen)\b(?! (?:paras|best|bäst|time))"
)
_GOES_ON = re.compile(
    rf"{_HEAD}(?:seuraavana (?:päivänä|aamuna)|seuraavalla viikolla|sen jälkeen|myöhemmin|lopulta"
    r"|\w+ (?:päivän|viikon|tunnin|kuukauden) (?:päästä|kuluttua|jälkeen)|samana päivänä"
    r"|(?:the )?next (?:day|morning|week)|after that|later|afterwards|in the end|that same day"
    r"|nästa (?:dag|morgon|vecka)|dagen efter|efter (?:det|en vecka|några dagar)|senare|till slut"
    r"|samma dag)\b"
)

# Endings of lemmas that name a kind of company.
_SECTORS: dict[str, tuple[str, ...]] = {
    "retail": ("kauppa", "myymälä", "market", "butik", "affär", "store", "shop", "supermarket"),
    "finance": ("pankki", "vakuutusyhtiö", "bank", "försäkringsbolag", "insurer", "insurance"),
    "hospitality": (
        *("hotelli", "ravintola", "kahvila", "hotell", "hotel", "restaurang", "restaurant"),
        *("kafé", "café", "cafe", "tarjoilija", "waiter", "kypare"),
    ),
    "health": (
        *("sairaala", "terveyskeskus", "lääkäri", "hammaslääkäri", "neuvola", "apteekki"),
        *("sjukhus", "hälsocentral", "vårdcentral", "läkare", "tandläkare", "apotek"),
        *("hospital", "doctor", "dentist", "clinic", "pharmacy"),
    ),
    "telecom": ("operaattori", "liittymä", "operatör", "abonnemang", "broadband", "laajakaista"),
    "transport": (
        *("juna", "bussi", "lento", "lentoyhtiö", "taksi", "laiva", "tåg", "buss", "flyg"),
        *("flygbolag", "train", "bus", "flight", "airline", "taxi", "ferry"),
    ),
    "trades": (
        *("korjaamo", "putkimies", "kampaamo", "kampaaja", "remontti", "sähkömies"),
        *("verkstad", "rörmokare", "frisör", "elektriker"),
        *("garage", "plumber", "hairdresser", "electrician", "mechanic"),
    ),
    "public": (
        *("kela", "verottaja", "verotoimisto", "kirjasto", "päiväkoti", "fpa", "skatteverket"),
        *("bibliotek", "dagis", "library", "kindergarten"),
    ),
}
