from dataclasses import fields

import pytest

from kuski.show.theme import DARK, LIGHT, Palette, font_face, fonts, stylesheet, variables

COLOURS = [field.name for field in fields(Palette)]


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return sum(w * x for w, x in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_has_the_contrast_that_wcag_names():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("name", ["ink", "muted", "blue", "orange"])
def test_text_colours_can_be_read(palette, name):
    assert contrast(getattr(palette, name), palette.paper) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_bars_stand_out_from_the_paper(palette):
    assert contrast(palette.slate, palette.paper) >= 3


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_no_two_colours_are_alike_so_that_each_can_be_replaced(palette):
    assert len({getattr(palette, name) for name in COLOURS}) == len(COLOURS)


@pytest.mark.parametrize("name", COLOURS)
@pytest.mark.parametrize("paint", ["fill", "stroke"])
def test_every_colour_follows_the_page(name, paint):
    rule = f'[{paint}="{getattr(LIGHT, name)}"]{{{paint}:var(--{name})}}'
    assert rule in stylesheet()
    assert f"--{name}:{getattr(DARK, name)};" in variables(DARK)


def test_the_font_is_inside_the_style_and_its_licence_beside_it():
    assert "src:url(data:font/woff2;base64," in font_face()
    assert "SIL OPEN FONT LICENSE" in (fonts() / "OFL.txt").read_text(encoding="utf-8").upper()
    assert {"Inter-Regular.ttf", "Inter-SemiBold.ttf"} <= {f.name for f in fonts().iterdir()}
