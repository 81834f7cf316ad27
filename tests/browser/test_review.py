"""The review page in Chromium: nothing that people told runs, and everything can be read."""

from pathlib import Path

import pytest

from kuski.output import write_texts

from ..listen.stories import pages
from .test_report import LEAST_CONTRAST, TOO_FAINT

pytestmark = pytest.mark.browser

NAMES = ["en", "fi"]


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, Path]:
    """The review of ordinary and of hostile stories, in both languages; in Finnish masked."""
    texts = {f"{name}.html": pages.page(name, is_masked=name == "fi") for name in NAMES}
    return dict(zip(NAMES, write_texts(tmp_path_factory.mktemp("review"), texts), strict=True))


def unfold(page):
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")


@pytest.mark.parametrize("name", NAMES)
def test_no_script_runs_and_nothing_is_asked_for(visit, files, name):
    page = visit(name)
    unfold(page)
    heard = [text for text in page.heard if not text.startswith("data:font/woff2")]
    assert heard == [files[name].as_uri()]
    assert "broken" not in page.title()
    assert page.evaluate("document.querySelectorAll('script, img, iframe, b, em').length") == 0


def test_what_was_told_is_shown_letter_by_letter(visit):
    page = visit("en")
    unfold(page)
    shown = page.locator(".chapters").inner_text()
    # The words of the stories stand in the page with their labels between them.
    for text in (
        "onerror=\"document.title='broken'\"",
        "</blockquote></style><style>",
        "{{ 7*7 }}",
    ):
        assert text in shown


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_runs_over_the_edge(visit, name, width):
    page = visit(name, width=width)
    unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_text_can_be_read(visit, name, scheme, width):
    page = visit(name, width=width, scheme=scheme)
    unfold(page)
    assert page.evaluate(TOO_FAINT, LEAST_CONTRAST) == []


def visible(page, selector=".story"):
    return [part for part in page.query_selector_all(selector) if part.is_visible()]


def test_stories_are_chosen_by_language_and_state_without_a_script(visit):
    page = visit("en")
    unfold(page)
    whole = len(visible(page))
    page.locator("label", has_text="Finnish").click()
    finnish = visible(page)
    assert 0 < len(finnish) < whole
    assert {part.get_attribute("data-language") for part in finnish} == {"fi"}
    page.locator("label", has_text="Checked by a person").click()
    both = visible(page)
    assert 0 < len(both) < len(finnish)
    assert all(part.get_attribute("data-checked") is not None for part in both)


def test_the_filters_work_by_keyboard(visit):
    page = visit("en")
    page.locator("#only-any").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.querySelector('#only-fi').checked")
    outline = "getComputedStyle(document.querySelector('#only-fi + span')).outlineStyle"
    assert page.evaluate(outline) == "solid"


def test_a_story_read_from_right_to_left_starts_at_the_right(visit):
    page = visit("en")
    unfold(page)
    story = page.locator(".story blockquote", has_text="شكرا").first
    assert story.evaluate("element => getComputedStyle(element).direction") == "rtl"
    other = page.locator(".story blockquote", has_text="Personalen").first
    assert other.evaluate("element => getComputedStyle(element).direction") == "ltr"


def test_a_mark_is_told_by_more_than_its_colour(visit):
    page = visit("en")
    mark = page.locator("mark.own").first
    assert mark.get_attribute("title") == "Speed"
    assert mark.locator(".label").inner_text() == "Speed"
    assert mark.evaluate("element => getComputedStyle(element).fontWeight") == "600"
    assert page.locator(".chip.removed .name").first.evaluate(
        "element => getComputedStyle(element).textDecorationLine"
    ) == "line-through"  # fmt: skip


def test_anchors_lead_to_codes(visit):
    page = visit("en")
    page.emulate_media(reduced_motion="reduce")
    page.locator(".bars a", has_text="Friendliness").first.click()
    assert page.url.endswith("#factor-friendliness")
    place = "document.querySelector('#factor-friendliness').getBoundingClientRect().y"
    assert 0 <= page.evaluate(place) < 200


def test_folds_are_open_on_paper(visit):
    page = visit("en")
    story = page.locator(".more .story").first
    assert not story.is_visible()
    page.emulate_media(media="print")
    assert story.evaluate("element => element.getBoundingClientRect().height") > 10
