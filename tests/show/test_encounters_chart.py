"""The chart of `understand.encounters`: valid, legible at both widths, and honest about gaps."""

import re

import pytest

from kuski.show.charts import human_encounters
from kuski.show.picture import svg


def share(of, value, low=None, high=None):
    return {"of": of, "share": value, "share_low": low, "share_high": high}


def effect(way, value, low=None, high=None):
    return {"way": way, "worth": value, "worth_low": low, "worth_high": high}


SHARES = (
    share("excellent", 0.89, 0.84, 0.93),
    share("awful", 0.57, 0.5, 0.64),
    share("contacts", 0.662, 0.659, 0.665),
)
EFFECTS = (
    effect("instrument", 77.6, 59.3, 96.0),
    effect("ols_alike", 75.6, 72.0, 79.2),
    effect("ols", 155.0, 151.0, 160.0),
)


def drawn(shares=SHARES, effects=EFFECTS, **changes):
    asked = {"unit": "€", "language": "en", "narrow": False} | changes
    return human_encounters(shares, effects, **asked)


def rows(chart, kind, key):
    panels = chart.to_dict()["vconcat"]
    layers = [layer for panel in panels for layer in panel["layer"]]
    return [
        row
        for layer in layers
        if layer["mark"]["type"] == kind
        for row in layer["data"]["values"]
        if key in row
    ]


def dashed(chart):
    return [row for row in rows(chart, "rule", "dash") if list(row["dash"]) == [3, 3]]


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("effects", [EFFECTS, (effect("instrument", -40.0, -90.0, 12.0),), ()])
def test_it_is_valid_and_as_wide_as_its_place(language, narrow, effects):
    chart = drawn(effects=effects, language=language, narrow=narrow)
    chart.to_dict(validate=True)
    width = float(re.search(r'viewBox="0 0 ([\d.]+) ', svg(chart, language=language))[1])
    assert 0.95 <= width / (340 if narrow else 720) <= 1.08


def test_all_contacts_are_a_line_that_no_value_covers():
    chart = drawn()
    assert len(dashed(chart)) == 1
    values = {row["text"]: row["align"] for row in rows(chart, "text", "at")}
    assert values == {
        "89%": "right", "57%": "right", "66.2%": "left",
        "77.6": "left", "75.6": "left", "155": "left",
    }  # fmt: skip


def test_without_a_base_there_is_no_line(words):
    chart = drawn(shares=SHARES[:2], effects=())
    assert not dashed(chart)
    assert "All contacts" not in words(chart)


def test_an_estimate_without_interval_gets_a_hollow_dot():
    chart = drawn(shares=(share("told", 0.8),), effects=())
    (dot,) = rows(chart, "point", "value")
    assert dot["fill"] != dot["stroke"]


def test_what_is_not_known_is_left_out():
    chart = drawn(shares=(*SHARES, share("told", None)))
    assert len(rows(chart, "point", "value")) == 6
    assert "NaN" not in svg(chart, language="en")


def test_a_unit_that_is_not_known_is_not_named(words):
    told = words(drawn(shares=(), unit=""))
    assert "Worth with one more point of the score" in told
    assert "Worth with one more point of the score, €" in words(drawn(shares=()))


def test_numbers_are_written_as_finnish_writes_them(words):
    told = words(drawn(language="fi"), "fi")
    assert "66,2\N{NO-BREAK SPACE}%" in told
    assert "77,6" in told
