"""A small codebook of the tests' own, and readers with each of the Finnish tools."""

from pathlib import Path

import pytest

from kuski.text.bookfile import read_families
from kuski.text.codebook import VERSION, Codebook
from kuski.text.document import Reader

TINY = """
version = 1

[[families]]
name = "factor"
kind = "many"
negation = "keeps"
question = { fi = "Mistä oli kyse?", sv = "Vad gällde det?", en = "What was it about?" }

[[families.codes]]
code = "speed"
label = { fi = "Nopeus", sv = "Snabbhet", en = "Speed" }
[families.codes.seeds]
fi = ["jono*", "*jono", "odottaa|odotella ... tunti", "nopea", "#heti"]
sv = ["snabb", "vänta ... timme"]
en = ["fast", "wait ... hour|minute", "#at once", "#right away"]
[families.codes.unless]
en = ["fast food"]

[[families.codes]]
code = "friendliness"
label = { en = "Friendliness" }
[families.codes.seeds]
fi = ["ystävällinen", "tyly"]
sv = ["vänlig", "otrevlig"]
en = ["friendly", "rude"]

[[families]]
name = "contact"
kind = "many"
negation = "drops"

[[families.codes]]
code = "phone"
[families.codes.seeds]
fi = ["soittaa", "puhelime*"]
sv = ["ringa"]
en = ["call|phone"]

[[families]]
name = "polarity"
kind = "one"
[[families.codes]]
code = "negative"
[[families.codes]]
code = "neutral"
[[families.codes]]
code = "positive"
[[families.codes]]
code = "mixed"

[[families]]
name = "size"
kind = "one"
negation = "drops"
[[families.codes]]
code = "small"
[families.codes.seeds]
en = ["family-run", "small shop"]
[[families.codes]]
code = "chain"
[families.codes.seeds]
en = ["chain", "multinational"]
"""


@pytest.fixture(scope="session")
def tiny_text() -> str:
    """The small codebook as TOML."""
    return TINY


@pytest.fixture(scope="session")
def tiny() -> Codebook:
    """The small codebook."""
    return Codebook(VERSION, tuple(read_families(TINY, Path("tiny.toml"))))


@pytest.fixture(scope="session", params=["voikko", "simplemma"])
def reader(request) -> Reader:
    """A reader with each of the tools for Finnish; skips where voikko is not installed."""
    found = Reader(request.param)
    if request.param == "voikko" and Reader().lemmatizer.finnish != "voikko":
        pytest.skip("libvoikko or its Finnish dictionary is not installed")
    return found
