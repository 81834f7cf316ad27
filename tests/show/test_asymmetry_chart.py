"""Penalties to the left and rewards to the right, readable at both widths and in both languages."""

import re

import pytest

from kuski.show.charts import penalties_and_rewards
from kuski.show.charts.panel import text_width
from kuski.show.picture import svg
from kuski.show.theme import LIGHT

LONG = "Kuinka_tyytyväinen_olit_asiakaspalvelumme_ystävällisyyteen_ja_asiantuntemukseen"
KEYS = ("penalty", "penalty_low", "penalty_high", "reward", "reward_low", "reward_high")


def record(name, values, kind, told, chances):
    found = {"driver": name, "class": kind, "class_name": told, "chances": chances}
    return found | dict(zip(KEYS, values, strict=True))


RECORDS = (
    record("app_works", (-0.74, -0.77, -0.71, 0.1, 0.09, 0.12), "basic", "Basic", "100%"),
    record(LONG, (-0.3, -0.5, 0.1, 0.3, -0.1, 0.5), "unsure", "Unsure", "even 60%, exciting 40%"),
    record("turned", (0.2, 0.1, 0.3, -0.1, -0.2, 0.0), "none", "No clear effect", ""),
    record("points", (-0.2, None, None, 0.3, None, None), None, "Not told", ""),
    record("<script>", (None,) * 6, None, "Not told", ""),
    record("attention", (-0.1, -0.2, 0.0, 0.9, 0.8, 1.0), "excitement", "Exciting", "97%"),
)
every_language = pytest.mark.parametrize("language", ["en", "fi"])
every_width = pytest.mark.parametrize("narrow", [False, True])


def layers(chart):
    return [layer for panel in chart.to_dict()["vconcat"] for layer in panel["layer"]]


def marks(chart, kind):
    return [row for one in layers(chart) if one["mark"]["type"] == kind
            for row in one["data"]["values"]]  # fmt: skip


@every_language
@every_width
def test_it_is_valid_as_wide_as_its_place_and_in_the_colours_of_the_house(language, narrow):
    chart = penalties_and_rewards(RECORDS, language=language, narrow=narrow)
    chart.to_dict(validate=True)
    drawn = svg(chart, language=language)
    width = float(re.search(r'viewBox="0 0 ([\d.]+) ', drawn)[1])
    assert 0.95 <= width / (340 if narrow else 720) <= 1.08
    used = set(re.findall(r'(?:fill|stroke)="([^"]+)"', drawn)) - {"none"}
    assert used <= {getattr(LIGHT, name) for name in LIGHT.__dataclass_fields__}
    assert "NaN" not in drawn
    assert "<script" not in drawn


@every_width
def test_no_two_words_overlap(narrow):
    chart = penalties_and_rewards(RECORDS, language="fi", narrow=narrow)
    # The halo writes the same words at the same places, in the colour of paper.
    words = [row for row in marks(chart, "text") if row["color"] != LIGHT.paper]
    spans = []
    for word in words:
        wide = text_width(word["text"], word["size"])
        start = word["x"] - (wide if word["align"] == "right" else 0)
        spans.append((word["y"], start, start + wide, word["text"]))
    for i, (y, left, right, text) in enumerate(spans):
        for other_y, other_left, other_right, other in spans[:i]:
            is_beside = right <= other_left + 1 or other_right <= left + 1
            assert abs(y - other_y) > 10 or is_beside, (text, other)


@every_width
def test_bars_lead_from_zero_to_their_values_and_intervals_hold_them(narrow):
    chart = penalties_and_rewards(RECORDS, language="en", narrow=narrow)
    bars = marks(chart, "rect")
    assert [bar["color"] for bar in bars] == [LIGHT.orange, LIGHT.blue] * 5
    first, second = bars[:2]
    assert first["x2"] == pytest.approx(second["x"])
    lengths = [bar["x2"] - bar["x"] for bar in (first, second)]
    assert lengths[0] / lengths[1] == pytest.approx(7.4, rel=1e-6)
    # A penalty that rewards and a reward that punishes lie beside each other, not on each other.
    up, down = bars[4:6]
    assert up["y2"] <= down["y"]
    lines = [row for row in marks(chart, "rule") if row["y"] == row["y2"]]
    assert len(lines) == 8


def test_values_bear_their_sign_and_classes_their_probability():
    told = re.findall(
        r"<(?:text|tspan)[^>]*>([^<]+)<",
        svg(penalties_and_rewards(RECORDS, language="fi"), language="fi"),
    )
    assert {"−0,74", "+0,10", "Basic 100%", "even 60%, exciting 40%"} <= set(told)
    assert any(text.endswith("…") for text in told)


@every_width
def test_nothing_to_draw_draws_nothing(narrow):
    for records in ((), RECORDS[4:5]):
        chart = penalties_and_rewards(records, language="en", narrow=narrow)
        chart.to_dict(validate=True)
        assert "NaN" not in svg(chart, language="en")
