import pytest

pytestmark = pytest.mark.browser

PAGES = ["en", "fi", "refused", "every en", "every fi", "none"]
EVERY = ["every en", "every fi"]
# WCAG 2.2, 1.4.3 and 1.4.11.
LEAST_CONTRAST = 4.5
# Every visible text whose contrast with what lies behind it is too low, as [text, contrast].
TOO_FAINT = """
least => {
  const parse = css => {
    const parts = css.match(/[\\d.]+/g)?.map(Number);
    return !parts || css === 'transparent' ? [0, 0, 0, 0] : [...parts, 1].slice(0, 4);
  };
  const luminance = ([r, g, b]) => [r, g, b]
    .map(x => x / 255)
    .map(x => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4))
    .reduce((sum, x, i) => sum + x * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      if (colour[3] > 0) return colour;
    }
    return [255, 255, 255, 1];
  };
  // The last mark that was drawn where a text of a picture stands.
  const markBehind = text => {
    const place = text.getBoundingClientRect();
    const middle = new DOMPoint(place.x + place.width / 2, place.y + place.height / 2);
    return [...text.ownerSVGElement.querySelectorAll('path, rect, circle')]
      .filter(mark => mark.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING)
      .filter(mark => parse(getComputedStyle(mark).fill)[3] > 0)
      .filter(mark => getComputedStyle(mark).opacity * getComputedStyle(mark).fillOpacity === 1)
      .filter(mark => mark.isPointInFill(middle.matrixTransform(mark.getScreenCTM().inverse())))
      .map(mark => parse(getComputedStyle(mark).fill)).at(-1);
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    if (!text || !element.checkVisibility() || !element.getClientRects().length) continue;
    const style = getComputedStyle(element);
    const isDrawn = element instanceof SVGElement;
    if (isDrawn && style.stroke !== 'none') continue;  // a halo
    const ground = (isDrawn && markBehind(element)) || behind(element);
    const [one, two] = [parse(isDrawn ? style.fill : style.color), ground]
      .map(luminance).sort((a, b) => b - a);
    const contrast = (one + 0.05) / (two + 0.05);
    if (contrast < least) found.push([text, contrast]);
  }
  return found;
}
"""

# Every two different texts of one picture that lie upon each other, and every text that sticks out
# of its picture; a text is given some pixels, since its box is higher than its letters.
ENTANGLED = """
() => {
  const found = [];
  for (const picture of document.querySelectorAll('.picture svg.chart')) {
    if (!picture.checkVisibility()) continue;
    const place = picture.getBoundingClientRect();
    const texts = [...picture.querySelectorAll('text')]
      .filter(text => text.textContent.trim() && getComputedStyle(text).stroke === 'none')
      .map(text => [text.textContent.trim(), text.getBoundingClientRect()]);
    texts.forEach(([one, a], i) => {
      if (a.left < place.left - 2 || a.right > place.right + 2 || a.bottom > place.bottom + 4
          || a.top < place.top - 4)
        found.push([picture.closest('article').id, one]);
      for (const [other, b] of texts.slice(i + 1)) {
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (one !== other && wide > 2 && high > 4)
          found.push([picture.closest('article').id, one, other]);
      }
    });
  }
  return found;
}
"""


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [320, 360, 390, 768, 1024, 1440])
def test_nothing_runs_over_the_edge(visit, name, width):
    page = visit(name, width=width)
    for fold in page.query_selector_all("summary"):
        fold.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", ["en", "fi", *EVERY])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_text_of_a_picture_lies_upon_another_one(visit, name, width):
    assert visit(name, width=width).evaluate(ENTANGLED) == []


def test_the_measure_of_overlap_finds_texts_that_were_moved(visit):
    page = visit("every en")
    page.evaluate(
        "document.querySelectorAll('.wide text').forEach(text => text.removeAttribute('transform'))"
    )
    assert {place for place, *_ in page.evaluate(ENTANGLED)} > {"understand-gap", "value-levels"}


@pytest.mark.parametrize("name", PAGES)
def test_the_page_asks_for_itself_only_and_complains_of_nothing(visit, files, name):
    page = visit(name)
    heard = [text for text in page.heard if not text.startswith("data:font/woff2")]
    assert heard == [files[name].as_uri()]


def test_the_font_comes_from_the_page_itself(visit):
    assert visit("fi").evaluate("document.fonts.check('600 16px Inter', 'Ääkköset 1 640 €')")
    assert visit("fi").evaluate("[...document.fonts].map(font => font.status)") == ["loaded"]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_every_text_can_be_read(visit, name, scheme, width):
    page = visit(name, width=width, scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    assert page.evaluate(TOO_FAINT, LEAST_CONTRAST) == []


def test_the_measure_of_contrast_finds_faint_text(visit):
    page = visit("en", scheme="dark")
    told = [text for text, _ in page.evaluate(TOO_FAINT, 12)]
    assert "The strongest doubt" in told  # orange on its tint
    assert "95% interval" in told  # grey, in a chart


def test_dark_is_dark_and_print_is_light(visit):
    page = visit("en", scheme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    ink = "getComputedStyle(document.querySelector('.wide text[fill=\"#17212b\"]')).fill"
    assert page.evaluate(background) == "rgb(20, 26, 33)"
    assert page.evaluate(ink) == "rgb(233, 238, 243)"
    page.emulate_media(media="print")
    assert page.evaluate(background) == "rgb(255, 255, 255)"
    assert page.evaluate(ink) == "rgb(23, 33, 43)"


@pytest.mark.parametrize(("width", "shown"), [(390, "narrow"), (1440, "wide")])
def test_a_phone_gets_the_narrow_chart_and_a_desktop_the_wide_one(visit, width, shown):
    page = visit("en", width=width)
    for form in ("narrow", "wide"):
        visible = [part.is_visible() for part in page.query_selector_all(f".picture .{form}")]
        assert visible == [form == shown] * 4


def test_folds_are_open_on_paper(visit):
    page = visit("en")
    method = page.locator(".method > p").first
    assert not method.is_visible()
    page.emulate_media(media="print")
    assert method.evaluate("element => element.getBoundingClientRect().height") > 10


def test_the_decision_its_doubt_and_the_key_numbers_are_on_the_first_screen(visit):
    page = visit("fi")
    for part in ("h1", ".points", ".doubt", ".cards"):
        box = page.locator(part).bounding_box()
        assert box["y"] + box["height"] <= 900


def test_the_keyboard_reaches_the_findings_first_and_shows_where_it_is(visit):
    page = visit("en")
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert focused.get_attribute("href") == "#findings"
    assert focused.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
    assert focused.bounding_box()["x"] >= 0
