import re
import struct

import altair as alt
import pytest

from kuski.show.picture import png, svg

TITLE = 'A "quoted" message & <b>more</b>'


@pytest.fixture(scope="module")
def bare() -> alt.Chart:
    """A chart that brings no look of its own, with clipping, so that it has an id."""
    rows = [{"share": 0.29, "level": "1"}, {"share": 0.5, "level": "2"}]
    share = alt.X("share:Q", axis=alt.Axis(format=".0%"))
    return alt.Chart(alt.Data(values=rows)).mark_bar(clip=True).encode(x=share, y="level:N")


@pytest.fixture(scope="module")
def drawn(bare) -> str:
    return svg(bare, language="fi", label=TITLE, description="Numbers below.", name="value-levels")


def test_a_picture_asks_for_nothing(drawn):
    assert "<script" not in drawn
    assert "style=" not in drawn
    assert re.findall(r"https?://[^\"']+", drawn) == ["http://www.w3.org/2000/svg"]


def test_a_picture_is_as_wide_as_its_place(drawn):
    head = drawn[: drawn.index(">")]
    assert 'width="100%"' in head
    assert "viewBox" in head
    assert "height=" not in head


def test_a_picture_is_one_image_with_a_name_and_a_description(drawn):
    assert 'role="img" lang="fi"' in drawn
    assert 'aria-label="A &quot;quoted&quot; message &amp; &lt;b&gt;more&lt;/b&gt;"' in drawn
    assert 'aria-describedby="value-levels-about"><desc id="value-levels-about">Numbers' in drawn
    assert drawn.count("role=") == 1


def test_ids_are_the_pictures_own(drawn):
    ids = re.findall(r'\bid="([^"]+)"', drawn)
    assert len(ids) > 1
    assert all(name.startswith("value-levels-") for name in ids)
    assert set(re.findall(r"url\(#([^)]+)\)", drawn)) <= set(ids)


def test_finnish_percentages_have_their_space(drawn):
    assert ">20\N{NO-BREAK SPACE}%<" in drawn


def test_a_chart_without_a_look_gets_ours(drawn):
    assert 'font-family="Inter"' in drawn
    assert "sans-serif" not in drawn


def test_the_same_chart_gives_the_same_bytes(bare):
    assert svg(bare, language="en") == svg(bare, language="en")


def test_png_has_the_asked_number_of_pixels(bare):
    one, two = (struct.unpack(">II", png(bare, scale)[16:24]) for scale in (1, 2))
    assert png(bare, 1)[:8] == b"\x89PNG\r\n\x1a\n"
    assert two == pytest.approx((2 * one[0], 2 * one[1]), abs=2)
