"""A text is read to tokens that stand where they stand in it, whatever it holds."""

import pickle

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kuski.text.document import LONGEST, Reader

READER = Reader()


def read(text, language="en"):
    return READER.document(text, language)


def test_a_document_has_words_lemmas_and_places(reader):
    text = "Odotin jonossa. Kukaan ei auta!"
    (document,) = reader.read([text])
    assert document.language == "fi"
    assert document.words == ("odotin", "jonossa", "kukaan", "ei", "auta")
    assert document.lemmas == ("odottaa", "jono", "kukaan", "ei", "auttaa")
    assert document.sentences == (0, 0, 1, 1, 1)
    assert [text[a:b] for a, b in zip(document.starts, document.ends, strict=True)] == [
        "Odotin",
        "jonossa",
        "Kukaan",
        "ei",
        "auta",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("E-mail, check-in and wi-fi", ("e-mail", "check-in", "and", "wi-fi")),
        ("They didn’t, I don't", ("they", "didn't", "i", "don't")),
        ("OP:n konttori klo 12:30", ("op:n", "konttori", "klo", "12", "30")),
        ("hieno👍🏽👍", ("hieno", "👍🏽", "👍")),
        ("👩‍⚕️ oli ihana :)", ("👩‍⚕️", "oli", "ihana", ":)")),
        ("palve\u00adlu\u200bn", ("palvelun",)),
        ("hyva\u0308", ("hyvä",)),
        ("snake_case <b>bold</b>", ("snake", "case", "b", "bold", "b")),
        ("a\x00b\x07c", ("a", "b", "c")),
        ("STRASSE Straße", ("strasse", "strasse")),
        ("=cmd|' /C calc'!A0", ("cmd", "c", "calc", "a0")),
    ],
)
def test_words_are_told_apart(text, words):
    assert read(text).words == words


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three? Four", (0, 1, 2, 3)),
        ("One... two", (0, 1)),
        ("One\ntwo", (0, 1)),
        ("e.g. this", (0, 0, 0)),
        ("klo. kolme", (0, 0)),
        ("2. kerros", (0, 0)),
        ("www.kuski.fi toimii", (0, 0, 0, 0)),
        ("Ei.Toimi", (0, 1)),
        ("...", ()),
        ("!!! a", (0,)),
    ],
)
def test_sentences_end_where_they_do(text, sentences):
    assert read(text).sentences == sentences


def test_a_very_long_comment_is_read_to_the_bound_and_told():
    text = "Palvelu oli hyvä ja ystävällinen. " * 150_000
    assert len(text) > 5_000_000
    (document,) = READER.read([text])
    assert document.is_cut
    assert len(document.text) == LONGEST
    assert document.ends[-1] <= LONGEST
    assert document.language == "fi"
    assert not read("short").is_cut


@pytest.mark.parametrize(
    "unit", ["a", "a'", "👍", "\u202e", "\x00", "\u0301", ".", ":)", "-", "a\u200d", "ﷺ"]
)
def test_a_megabyte_of_one_thing_is_read(unit):
    document = read(unit * (5_000_000 // len(unit)))
    assert document.is_cut
    assert len(document.words) <= LONGEST


def test_right_to_left_text_is_read_with_no_language():
    text = "الخدمة ممتازة \u202eabc\u202c שלום"
    (document,) = READER.read([text])
    assert document.language is None
    assert document.lemmas == document.words
    assert text[document.starts[0] : document.ends[0]] == "الخدمة"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200), st.sampled_from(["fi", "sv", "en", None]))
@example("İi̇ ŉ ǰ ſt ﬃ", "en")
@example("\ud800 lone", "fi")
def test_any_text_is_read_and_its_tokens_lie_in_it_in_order(text, language):
    document = READER.document(text, language)
    n = len(document.words)
    each = document.lemmas, document.starts, document.ends, document.sentences
    assert {len(values) for values in each} == {n}
    places = [at for pair in zip(document.starts, document.ends, strict=True) for at in pair]
    assert places == sorted(places)
    assert all(a < b for a, b in zip(document.starts, document.ends, strict=True))
    assert not places or (places[0] >= 0 and places[-1] <= len(text))
    assert list(document.sentences) == sorted(document.sentences)
    assert all(document.words)


def test_a_reader_survives_a_pickle():
    again = pickle.loads(pickle.dumps(READER))
    assert again.read(["Jonotin tunnin."]) == READER.read(["Jonotin tunnin."])
