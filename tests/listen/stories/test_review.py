"""The review shows each code with the words that triggered it; nothing that was told can harm."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuski.errors import InputError
from kuski.listen.stories.mark import Mark
from kuski.listen.stories.passage import MOST, pieces, shortened, triggers, visible
from kuski.listen.stories.review import review, with_code
from kuski.text.masking import Personal
from kuski.text.seeds import Hit

from . import pages
from .book import BOOK, story


def hit(start, end, code="speed", weight=1.0):
    return Hit("factor", code, start, end, weight, "seed")


class Marks(HTMLParser):
    """Collects elements, attributes, and the text of every mark."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.attributes, self.marks, self.open = set(), [], [], 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        self.attributes += attrs
        if tag == "mark":
            self.marks.append([dict(attrs), ""])
            self.open += 1

    def handle_endtag(self, tag):
        self.open -= tag == "mark"

    def handle_data(self, data):
        if self.open:
            self.marks[-1][1] += data


@pytest.fixture(scope="module")
def page():
    return Marks(pages.page())


def test_words_that_triggered_a_code_are_marked_with_its_label_in_sight_and_as_title(page):
    told = {(mark["title"], text) for mark, text in page.marks}
    assert ("Speed", "hourSpeed") in told
    assert ("Friendliness", "ystävällinenFriendliness") in told
    assert ("Price and value", "dyrtPrice and value") in told


def test_the_own_code_of_a_section_is_told_apart_from_the_others(page):
    assert {mark.get("class") for mark, _ in page.marks} == {"own", None}


def test_nothing_that_was_told_becomes_an_element_or_an_attribute(page):
    assert not page.elements & {"script", "img", "b", "em", "iframe", "link", "object"}
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "style"]
    assert not [value for name, value in page.attributes if name in {"src", "action"}]
    links = {value for name, value in page.attributes if name == "href"}
    assert all(link.startswith("#") for link in links)


def test_control_and_direction_signs_are_put_in_sight():
    page = pages.page()
    body = page[page.index("<body") :]
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", body)
    page.encode("utf-8")
    assert 'dir="auto"' in page


@pytest.mark.parametrize("language", ["en", "fi"])
def test_a_person_is_shown_as_a_person_and_what_was_taken_away_as_such(language):
    page = pages.page(language)
    assert "Anna &lt;b&gt;Aalto&lt;/b&gt;" in page
    assert 'class="chip removed own"' in page
    assert ("Taken away by a person" if language == "en" else "Ihminen poisti") in page


def test_counts_go_by_a_persons_word_where_one_looked():
    made = pages.stories()
    codes = {each.code.code: each for each in review(made, pages.seen(made), BOOK).codes}
    machine = sum(
        any(mark.code == "friendliness" for mark in each.machine["factor"]) for each in made
    )
    assert codes["friendliness"].count == machine - 1
    assert made[0] in codes["friendliness"].stories


def test_what_people_checked_comes_first_then_the_least_and_the_most_sure_in_turns():
    made = [story(f"{n}", chances={"speed": 0.5 + n / 40}) for n in range(20)]
    chosen = review(made, {}, BOOK, most=4).codes[0].stories
    assert [each.chances["speed"] for each in chosen] == [0.5, 0.975, 0.525, 0.95]


def test_personal_data_are_hidden_on_request():
    shown, hidden = pages.page(), pages.page(is_masked=True)
    for secret in ("040 1234567", "anna.aalto@example.org"):
        assert secret in shown
        assert secret not in hidden
    assert "[phone]" in hidden
    assert "[puhelin]" in pages.page("fi", is_masked=True)


def test_told_stories_are_said_to_be_no_frequencies():
    assert "told stories are not frequencies" in pages.page()
    assert "Uncorrected" in pages.page()


def test_the_same_stories_make_the_same_page():
    assert pages.page() == pages.page()


def test_a_code_is_asked_for_by_name():
    made = pages.stories()
    found = with_code(made, {}, BOOK, "price")
    assert found
    assert all(any(m.code == "price" for m in each.machine["factor"]) for each in found)
    assert len(with_code(made, {}, BOOK, None)) == len(made)
    with pytest.raises(InputError, match="did you mean price"):
        with_code(made, {}, BOOK, "pricey")
    with pytest.raises(InputError, match="It has speed"):
        with_code(made, {}, BOOK, "qqq")


def shown(parts):
    return "".join(part.text for part in parts if part.kind != "gap")


@given(
    text=st.text(max_size=60),
    spans=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12), st.sampled_from("ab"))),
)
@settings(max_examples=200, deadline=None)
def test_pieces_put_together_are_the_text_whatever_the_hits(text, spans):
    found = pieces(text, [hit(start, start + n, code) for start, n, code in spans])
    assert shown(found) == visible(text)
    assert len(visible(text)) == len(text)


@given(
    text=st.text(max_size=60),
    spans=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12))),
    secret=st.tuples(st.integers(0, 50), st.integers(1, 10)),
)
@settings(max_examples=200, deadline=None)
def test_what_is_hidden_is_in_no_piece(text, spans, secret):
    start, end = secret[0], min(len(text), sum(secret))
    if start >= end:
        return
    hits = [hit(first, first + n) for first, n in spans]
    found = pieces(text, hits, [Personal("phone", start, end)])
    whole = "".join("" if part.kind == "masked" else part.text for part in found)
    assert whole == visible(text[:start] + text[end:])


def test_hits_that_overlap_make_one_mark_with_all_their_codes():
    text = "I waited a whole hour"
    marks = [p for p in pieces(text, [hit(2, 8), hit(5, 21, "price")]) if p.kind == "mark"]
    assert [mark.text for mark in marks] == ["waited a whole hour"]
    assert marks[0].codes == (("factor", "speed"), ("factor", "price"))


def test_only_words_for_codes_that_were_given_are_marked():
    told = story("hour cheap", machine={"factor": (Mark("speed"),)})
    assert told.reasons([hit(0, 4), hit(5, 10, "price")]) == (hit(0, 4),)


def test_words_that_speak_against_a_code_are_not_marked():
    assert triggers("cheap hour", [hit(0, 5, weight=-1.0), hit(6, 10)]) == ("hour",)


def test_of_a_long_text_the_beginning_and_what_lies_around_the_hits_is_shown():
    text = "a" * 3000 + " hour " + "b" * 5_000_000
    found = pieces(text, [hit(3001, 3005)])
    assert [part.kind for part in found] == ["plain", "gap", "plain", "mark", "plain", "gap"]
    assert len(shown(found)) <= MOST


@pytest.mark.parametrize("text", ["", "😀" * 10, "x" * 5_000_000, "\x00" * 50, "a\n\n b"])
def test_the_beginning_of_any_text_is_one_line(text):
    line = shortened(text, most=20)
    assert len(line) <= 20
    assert "\n" not in line
