"""The chart of `choose.overservice`: what it draws stands where its axis says."""

import re

import pytest

from kuski.show.charts import worth_of_last_unit
from kuski.show.charts.panel import total_width
from kuski.show.picture import svg

PRICE = 0.86


def service(name, last, *, zone="middle", verdict="safe", money=12_345.0, spread=0.3):
    return {
        "name": name,
        "zone": zone,
        "last": last,
        "last_low": last - spread,
        "last_high": last + spread,
        "money": money,
        "movable": 0.0 if verdict == "pays" else money,
        "verdict": verdict,
    }


RECORDS = (
    service("calls", 0.1),
    service("visits", PRICE, verdict="bet"),
    service("gifts", 1.9, verdict="pays", money=1_234_567.0),
)


def drawn(records=RECORDS, **changes):
    asked = {"price": PRICE, "unit": "€", "language": "en", "narrow": False} | changes
    return worth_of_last_unit(records, **asked)


def places(chart):
    """Tell where the dots and the dashed line of the price are drawn, in pixels."""
    picture = svg(chart, language="en")
    dots = re.findall(r'<path transform="translate\(([-\d.]+),[^>]*stroke-width="2"', picture)
    (panel,) = chart.to_dict()["vconcat"]
    lines = [layer for layer in panel["layer"] if layer.get("mark", {}).get("type") == "rule"]
    (price,) = (row for layer in lines for row in layer["data"]["values"] if row.get("dash"))
    return [float(x) for x in dots], price["x"]


@pytest.mark.parametrize("narrow", [False, True])
def test_a_service_that_brings_the_shadow_price_stands_on_its_line(narrow):
    (less, same, more), line = places(drawn(narrow=narrow))
    # Vega writes places to a thousandth of a pixel.
    assert same == pytest.approx(line, abs=0.002)
    assert less < line < more


@pytest.mark.parametrize("language", ["en", "fi"])
def test_no_dot_and_no_interval_runs_into_the_words_beside_it(language):
    (panel,) = drawn(language=language).to_dict()["vconcat"]
    ends = [
        layer["encoding"]["x"]["scale"]["range"][1]
        for layer in panel["layer"]
        if "scale" in layer.get("encoding", {}).get("x", {}) and layer["encoding"]["x"]["scale"]
    ]
    words = min(
        row["x"]
        for layer in panel["layer"]
        if layer.get("mark", {}).get("type") == "text"
        for row in layer["data"]["values"]
        if "could" in row["text"] or "siirty" in row["text"]
    )
    assert len(ends) == 2
    assert max(ends) < words
    assert panel["width"] <= total_width(False)
