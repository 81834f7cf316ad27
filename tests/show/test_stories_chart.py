"""The chart of `listen.stories`: valid, legible at both widths, and honest about gaps."""

import re

import pytest

from kuski.show.charts import told_factors
from kuski.show.picture import svg

NAMES = {"excellent": "Excellent stories", "awful": "Awful stories"}


def told(name, of, share, low=None, high=None):
    return {
        "code": name.lower(),
        "name": name,
        "of": of,
        "share": share,
        "share_low": low,
        "share_high": high,
    }


RECORDS = (
    told("Attention and recognition", "excellent", 0.68, 0.58, 0.77),
    told("Attention and recognition", "awful", 0.23, 0.15, 0.36),
    told("Speed", "excellent", 0.26, 0.17, 0.36),
    told("Speed", "awful", 0.57),
)


def drawn(records=RECORDS, names=NAMES, **changes):
    return told_factors(records, names, **({"language": "en", "narrow": False} | changes))


def rows(chart, kind, key):
    (panel,) = chart.to_dict()["vconcat"]
    return [
        row
        for layer in panel["layer"]
        if layer["mark"]["type"] == kind
        for row in layer["data"]["values"]
        if key in row
    ]


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("records", [RECORDS, RECORDS[:1]], ids=["both", "one"])
def test_it_is_valid_and_as_wide_as_its_place(language, narrow, records):
    chart = drawn(records, language=language, narrow=narrow)
    chart.to_dict(validate=True)
    width = float(re.search(r'viewBox="0 0 ([\d.]+) ', svg(chart, language=language))[1])
    assert 0.95 <= width / (340 if narrow else 720) <= 1.08


@pytest.mark.parametrize("narrow", [False, True])
def test_no_value_leaves_the_picture(narrow):
    sure = (told("Speed", "excellent", 0.97, 0.9, 1.0), told("Speed", "awful", 1.0))
    chart = drawn(sure, narrow=narrow)
    found = float(re.search(r'viewBox="0 0 ([\d.]+) ', svg(chart, language="en"))[1])
    assert found <= 1.08 * (340 if narrow else 720)


def test_factors_stand_in_the_order_given_with_both_shares_below_each_other(words):
    chart = drawn()
    assert [row["text"] for row in rows(chart, "text", "text") if row["text"].endswith("%")][
        :4
    ] == ["68%", "23%", "26%", "57%"]
    places = [row["y"] for row in rows(chart, "point", "value")]
    assert places == sorted(places)
    assert len(set(places)) == 4
    assert "Excellent stories" in words(chart)


def test_a_share_that_is_not_corrected_gets_a_hollow_dot_and_no_interval():
    chart = drawn()
    dots = rows(chart, "point", "value")
    assert [dot["fill"] == dot["stroke"] for dot in dots] == [True, True, True, False]
    assert len(rows(chart, "rule", "low")) == 3


def test_two_factors_of_one_name_stay_apart():
    twins = (told("Speed", "excellent", 0.5), told("Speed", "excellent", 0.2) | {"code": "pace"})
    places = [row["y"] for row in rows(drawn(twins), "point", "value")]
    assert places[1] - places[0] > 25


def test_what_is_not_known_is_left_out():
    chart = drawn((*RECORDS, told("Price", "awful", None)))
    assert len(rows(chart, "point", "value")) == 4
    assert "NaN" not in svg(chart, language="en")


def test_a_long_name_is_cut_only_where_there_is_no_room(words):
    long = "A factor whose name somebody made far too long to stand beside a chart"
    wide = words(drawn((told(long, "excellent", 0.5),)))
    assert "…" in " ".join(wide)
    assert "NaN" not in svg(drawn((told(long, "excellent", 0.5),), narrow=True), language="en")


def test_numbers_are_written_as_finnish_writes_them(words):
    found = words(drawn((told("Nopeus", "excellent", 0.082, 0.05, 0.1),), language="fi"), "fi")
    assert "8,2\N{NO-BREAK SPACE}%" in found
