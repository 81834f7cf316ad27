import re
from dataclasses import fields

import pytest

from kuski.show.picture import svg
from kuski.show.theme import LIGHT

from ..report import samples

CHARTS = ["levels", "plans", "effort", "columns"]
PALETTE = {getattr(LIGHT, field.name) for field in fields(LIGHT)}
# A chart may be this much wider than it says, for a tick label at its end.
SLACK = 1.08

every_chart = pytest.mark.parametrize("name", CHARTS)
every_language = pytest.mark.parametrize("language", ["en", "fi"])
every_width = pytest.mark.parametrize("narrow", [False, True])


def emptied(records):
    """The same records with nothing known but their names."""
    kept = ("level", "position", "zone", "plan", "column")
    return [{key: r[key] if key in kept else None for key in r} for r in records]


def marks(chart, kind):
    """The data of all layers of one kind of mark."""
    panels = chart.to_dict()["vconcat"]
    layers = [layer for panel in panels for layer in panel["layer"]]
    return [
        row
        for layer in layers
        if layer["mark"]["type"] == kind and "data" in layer
        for row in layer["data"]["values"]
    ]


@every_chart
@every_language
@every_width
def test_a_chart_is_valid_vega_lite_and_as_wide_as_its_place(charts, name, language, narrow):
    chart = charts[name](language=language, narrow=narrow)
    chart.to_dict(validate=True)
    drawn = svg(chart, language=language)
    width = float(re.search(r'viewBox="0 0 ([\d.]+) ', drawn)[1])
    assert 0.95 <= width / (340 if narrow else 720) <= SLACK


@every_chart
@every_width
def test_every_colour_in_a_picture_is_one_of_the_palette(charts, name, narrow):
    drawn = svg(charts[name](language="en", narrow=narrow), language="en")
    used = set(re.findall(r'(?:fill|stroke)="([^"]+)"', drawn)) - {"none"}
    assert used <= PALETTE


@every_chart
def test_finnish_numbers_have_a_decimal_comma_and_hard_spaces(charts, words, name):
    told = words(charts[name](language="fi"), "fi")
    assert not any(re.search(r"\d[.]\d| \d{3}\b|\d %", text) for text in told), told


def test_numbers_are_written_as_each_language_writes_them(charts, words):
    finnish = words(charts["levels"](language="fi"), "fi")
    assert "1\N{NO-BREAK SPACE}420" in finnish
    assert "22\N{NO-BREAK SPACE}%" in finnish
    assert "0,184" in words(charts["plans"](language="fi"), "fi")
    assert {"1,420", "22%"} <= set(words(charts["levels"](language="en")))
    assert "0.184" in words(charts["plans"](language="en"))


@every_chart
@every_width
def test_what_is_not_known_leaves_a_gap(charts, name, narrow):
    known = {
        "levels": samples.level_records(),
        "plans": samples.plan_records(),
        "effort": samples.effort_records(),
        "columns": samples.column_records(),
    }[name]
    for records in (emptied(known), []):
        chart = charts[name](records=records, language="en", narrow=narrow)
        chart.to_dict(validate=True)
        assert "NaN" not in svg(chart, language="en")


def test_a_gain_that_is_not_known_is_said_not_to_be_told(charts, words):
    records = emptied(samples.plan_records())
    told = words(charts["plans"](records=records, split={}, language="en"))
    assert told.count("not told: too uncertain") == 2 * len(records) + 4


def test_a_level_without_an_interval_is_hollow_and_one_without_a_worth_is_not_drawn(charts):
    points = marks(charts["levels"](language="en"), "point")
    assert [point["at"] for point in points] == [2, 3, 4, 5, 6, 7]
    assert [point["fill"] == LIGHT.paper for point in points] == [True] + [False] * 5


def test_every_worth_with_an_interval_draws_it(charts):
    whiskers = [row for row in marks(charts["levels"](language="en"), "rule") if "low" in row]
    adjusted = [row for row in whiskers if row["at"] == int(row["at"])]
    assert [row["at"] for row in adjusted] == [3, 4, 5, 6, 7]
    assert len(whiskers) - len(adjusted) == 7  # the crude ones stand beside them


def test_every_gain_and_factor_with_an_interval_draws_it(charts):
    drawn = [row for row in marks(charts["plans"](language="en"), "rule") if "low" in row]
    gains = [(row["low"], row["high"]) for row in drawn[:4]]
    assert gains == [(0.022, 0.39), (0.16, 0.47), (1.01, 1.49), (1.65, 2.01)]  # € million
    assert [row["high"] / row["low"] for row in drawn[4:]] == pytest.approx(
        [1.53 / 0.54, 11.9 / 4.2]
    )


def test_plan_intervals_may_cross_zero(charts, words):
    records = [{"plan": "eliminate", "gain": -3.0, "gain_low": -40.0, "gain_high": 31.0}]
    chart = charts["plans"](records=records, unit="points", split=None, language="fi")
    assert "−3,0" in words(chart, "fi")


def test_each_factor_starts_where_the_last_one_ended_and_their_product_at_one(charts):
    bars = marks(charts["plans"](language="en"), "rect")
    starts, ends = [bar["start"] for bar in bars], [bar["end"] for bar in bars]
    assert starts == [1.0, ends[0], ends[1], 1.0]
    assert ends[2] == pytest.approx(ends[3], rel=1e-3)


def test_every_share_of_effort_stands_beside_what_there_is_to_gain(charts, words):
    told = words(charts["effort"](language="en"))
    assert {"62% of the effort", "13% of what there is to gain"} <= set(told)
    assert len(marks(charts["effort"](language="en"), "rect")) == 7  # one gain is not known


@pytest.mark.parametrize(("narrow", "most"), [(False, 30), (True, 12)])
def test_columns_beyond_the_most_are_summed(charts, words, narrow, most):
    records = [{"column": f"Q{i}", "answered": 100 - i, "empty": i} for i in range(47)]
    told = words(charts["columns"](records=records, language="en", narrow=narrow))
    assert sum(text.startswith("Q") for text in told) == most
    assert f"{47 - most} more columns, on average" in told


def test_a_column_named_as_script_stays_text(charts):
    drawn = svg(charts["columns"](language="en"), language="en")
    assert "&lt;script&gt;" in drawn
    assert "<script" not in drawn


def test_a_long_name_is_shortened(charts, words):
    told = words(charts["columns"](language="en"))
    assert any(text.startswith("Kuinka") and text.endswith("…") for text in told)


@pytest.mark.parametrize("ends", [(0, 10), (1, 5), (1, 10)])
@every_width
def test_every_level_of_a_scale_is_named_below_its_bar(charts, words, ends, narrow):
    levels = range(ends[0], ends[1] + 1)
    records = [
        {"level": str(i), "position": i, "n": 90, "share": 1 / len(levels), "worth": 1.0 + i}
        for i in levels
    ]
    told = words(charts["levels"](records=records, unit="points", language="en", narrow=narrow))
    assert {str(i) for i in levels} <= set(told)
