"""Seeds are met where their patterns say, and nowhere else."""

import pickle
from pathlib import Path

import pytest

from kuski.text.bookfile import read_families
from kuski.text.codebook import VERSION, Codebook
from kuski.text.document import Reader
from kuski.text.pattern import GAP, parsed
from kuski.text.seeds import SeedMatcher

READER = Reader()


def matched(pattern, text, language="en", *, negation="keeps", unless=()):
    """The pieces of a text that a book of one pattern meets."""
    toml = (
        'version = 1\n[[families]]\nname = "own"\nkind = "many"\n'
        f'negation = "{negation}"\n[[families.codes]]\ncode = "it"\n'
        f"[families.codes.seeds]\n{language} = [{pattern!r}]\n"
        f"[families.codes.unless]\n{language} = {list(unless)!r}\n"
    )
    book = Codebook(VERSION, tuple(read_families(toml, Path("own.toml"))))
    hits = SeedMatcher(book).hits(READER.document(text, language))
    return [text[hit.start : hit.end] for hit in hits]


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("wait", "We WAITED and wait.", ["WAITED", "wait"]),
        ("waited", "We waited, they wait", ["waited"]),
        ("queue*", "queues queued queueing", ["queues", "queued", "queueing"]),
        ("*line", "hotline online lines", ["hotline", "online", "lines"]),
        ("*help*", "unhelpful helper help", ["unhelpful", "helper", "help"]),
        ("rude|cold", "A cold, rude man", ["cold", "rude"]),
        ("very long", "a very long wait, very much long", ["very long"]),
        ("wait ... hour", "waited an hour", ["waited an hour"]),
        ("wait ... hour", "waited a b c d hour", ["waited a b c d hour"]),
        ("wait ... hour", "waited a b c d e hour", []),
        ("wait ... hour", "waited. An hour", []),
        ("wait ... hour", "wait wait hour", ["wait wait hour"]),
        ("not ... only ... but", "not that only this but", ["not that only this but"]),
        ("a ... b c", "a b d b c", ["a b d b c"]),
        ("👍", "great 👍", ["👍"]),
        ("don't|didn't", "They didn’t", ["didn’t"]),
    ],
)
def test_a_pattern_is_met(pattern, text, found):
    assert matched(pattern, text) == found


def test_a_gap_is_as_long_as_is_told():
    words = " ".join("x" * GAP)
    assert matched("a ... b", f"a {words} b") == [f"a {words} b"]
    assert matched("a ... b", f"a {words} x b") == []


def test_compounds_and_inflections_are_met_in_finnish_and_swedish(reader):
    assert matched("*jono", "Puhelinjonossa meni tunti", "fi") == ["Puhelinjonossa"]
    assert matched("*kö", "Telefonkön var lång, långa telefonköer", "sv")[-1:] == ["telefonköer"]


@pytest.mark.parametrize(
    ("language", "pattern", "text", "is_met"),
    [
        ("en", "call", "They called me", True),
        ("en", "call", "They never called me", False),
        ("en", "call", "They didn't even call me", False),
        ("en", "call", "No problem, they called", True),
        ("en", "call", "Not great. They called", True),
        ("en", "call", "It was not nice but they called", True),
        ("en", "never ... call", "They never called me", True),
        ("fi", "soittaa", "Minulle ei soitettu takaisin", False),
        ("fi", "soittaa", "Soitin heti", True),
        ("fi", "puhelime*", "Puhelimeen ei vastattu", False),
        ("fi", "puhelime*", "Puhelimessa hoitui, eikä maksanut", True),
        ("sv", "ringa", "De ringde aldrig", False),
        ("sv", "ringa", "De ringde snabbt", True),
    ],
)
def test_a_negated_hit_drops_where_the_family_says_so(language, pattern, text, is_met):
    assert bool(matched(pattern, text, language, negation="drops")) is is_met
    assert matched(pattern, text, language, negation="keeps")


def test_an_unless_cancels_what_it_overlaps_only():
    text = "Fast food, fast service"
    assert matched("fast", text, unless=["fast food"]) == ["fast"]
    assert matched("fast", "Fast food", unless=["fast food"]) == []


def test_weak_seeds_weigh_a_third(tiny):
    hits = SeedMatcher(tiny).hits(READER.document("At once, and fast", "en"))
    assert [(hit.code, hit.weight, hit.source) for hit in hits] == [
        ("speed", pytest.approx(1 / 3), "seed"),
        ("speed", 1.0, "seed"),
    ]


def hits_of(pattern, text, language="en"):
    """The hits of a book of one pattern."""
    toml = (
        'version = 1\n[[families]]\nname = "own"\nkind = "many"\nnegation = "keeps"\n'
        f'[[families.codes]]\ncode = "it"\n[families.codes.seeds]\n{language} = [{pattern!r}]\n'
    )
    book = Codebook(VERSION, tuple(read_families(toml, Path("own.toml"))))
    return SeedMatcher(book).hits(READER.document(text, language))


@pytest.mark.parametrize(
    ("language", "pattern", "text", "sign"),
    [
        ("en", "wait ... hour -", "I waited an hour", -1),
        ("en", "without ... asked +", "Helped without being asked", 1),
        ("en", "wait ... hour", "I waited an hour", 0),
        ("en", "wait ... hour -", "I didn't wait an hour", 0),
        ("fi", "jonottaa -", "Siellä ei tarvitse jonottaa", 0),
        ("fi", "ei tarvitse jonottaa +", "Siellä ei tarvitse jonottaa", 1),
        ("sv", "vänta ... timme -", "Vi väntade en timme", -1),
    ],
)
def test_a_seed_praises_or_blames_as_it_is_written_unless_it_is_negated(
    language, pattern, text, sign
):
    assert [hit.sign for hit in hits_of(pattern, text, language)] == [sign]


def test_a_yielding_seed_weighs_more_than_two_weak_ones_and_less_than_a_plain_one():
    weights = [hits_of(mark + "came", "They came")[0].weight for mark in ("#", "~", "")]
    assert 2 * weights[0] < weights[1] < weights[2] == 1


def test_overlapping_hits_of_one_code_count_once(tiny):
    text = "Odotin jonossa tunnin"
    (hit,) = SeedMatcher(tiny).hits(READER.document(text, "fi"))
    assert (hit.start, hit.end) == (0, len(text))


def test_hits_come_in_the_order_of_the_text(tiny):
    text = "I phoned, fast, a rude chain, call"
    starts = [hit.start for hit in SeedMatcher(tiny).hits(READER.document(text, "en"))]
    assert starts == sorted(starts)
    assert len(starts) == 5


def test_a_text_in_no_known_language_has_no_hits(tiny):
    assert SeedMatcher(tiny).hits(READER.document("fast rude call", None)) == ()


def test_each_language_has_its_own_seeds(tiny):
    matcher = SeedMatcher(tiny)
    assert matcher.hits(READER.document("nopea", "en")) == ()
    assert matcher.hits(READER.document("nopea", "fi"))


def test_what_was_met_before_changes_nothing(tiny):
    matcher = SeedMatcher(tiny)
    document = READER.document("I waited an hour, then they called. Fast food!", "en")
    first = matcher.hits(document)
    assert first
    assert matcher.hits(document) == first
    assert pickle.loads(pickle.dumps(matcher)).hits(document) == first


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#",
        "... a",
        "a ...",
        "a ... ... b",
        "*",
        "|",
        "a|",
        "a,b",
        "<b>",
        "#... a",
        "~",
        "-",
        "# +",
        "a + b",
    ],
)
def test_a_pattern_that_can_never_match_is_refused(text):
    with pytest.raises(ValueError) as raised:  # noqa: PT011 (its only argument is compared)
        parsed(text)
    assert str(raised.value) in text
