"""The chart of the bar by wave is valid, as wide as its place, and its labels keep apart."""

import re
from dataclasses import fields
from itertools import pairwise

import pytest

from kuski.show.charts import bar_by_wave
from kuski.show.charts.panel import text_width
from kuski.show.picture import svg
from kuski.show.theme import LIGHT

PALETTE = {getattr(LIGHT, field.name) for field in fields(LIGHT)}
# A chart may be this much wider than it says, for a tick label at its end.
SLACK = 1.08


def wave(name, performance, bar, *, spread=0.05):
    found = {"wave": name, "score": 4.0 + performance + bar, "performance": performance, "bar": bar}
    for key in ("performance", "bar"):
        is_first = performance == bar == 0
        found[f"{key}_low"] = None if is_first else found[key] - spread
        found[f"{key}_high"] = None if is_first else found[key] + spread
    return found


WAVES = {
    "three": [wave("2023", 0, 0), wave("2024", 0.12, -0.12), wave("2025", 0.2, -0.3)],
    "many": [wave(f"{2000 + i}", 0.02 * i, 0.01 * i) for i in range(24)],
    "flat": [wave("a", 0, 0), wave("b", 0, 0)],
    "long names": [wave(f"spring and summer of {i}", 0.1 * i, -0.1 * i) for i in range(5)],
    "none": [],
}
FADING = [{"answers": k, "left": 0.7**k, "left_low": 0.6**k, "left_high": 0.9**k} for k in range(9)]


@pytest.mark.parametrize("name", WAVES)
@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("narrow", [False, True])
def test_the_chart_is_valid_and_as_wide_as_its_place(name, language, narrow):
    chart = bar_by_wave(WAVES[name], FADING, language=language, narrow=narrow)
    chart.to_dict(validate=True)
    drawn = svg(chart, language=language)
    width = float(re.search(r'viewBox="0 0 ([\d.]+) ', drawn)[1])
    assert 0.95 <= width / (340 if narrow else 720) <= SLACK
    used = set(re.findall(r'(?:fill|stroke)="([^"]+)"', drawn)) - {"none"}
    assert used <= PALETTE


def words(chart):
    layers = [layer for panel in chart.to_dict()["vconcat"] for layer in panel["layer"]]
    rows = [
        r for layer in layers if layer["mark"]["type"] == "text" for r in layer["data"]["values"]
    ]
    return [row for row in rows if row["color"] != LIGHT.paper]


def test_names_of_many_waves_keep_apart():
    for name in ("many", "long names"):
        for narrow in (False, True):
            chart = bar_by_wave(WAVES[name], language="en", narrow=narrow)
            below = [w for w in words(chart) if w["y"] > 220 and w["weight"] == 400]
            below.sort(key=lambda word: word["x"])
            assert below
            for one, other in pairwise(below):
                wide = 0.5 * (text_width(one["text"]) + text_width(other["text"]))
                assert other["x"] - one["x"] >= wide


def test_the_parts_are_written_where_there_is_room():
    told = {w["text"] for w in words(bar_by_wave(WAVES["three"], language="fi"))}
    assert {"0,20", "−0,30", "2025", "3,90"} <= told
    many = {w["text"] for w in words(bar_by_wave(WAVES["many"], language="fi"))}
    assert "0,46" not in many


def test_the_line_stays_within_its_panel():
    for waves in (WAVES["three"], WAVES["many"]):
        panel = bar_by_wave(waves, language="en").to_dict()["vconcat"][0]
        dots = [layer for layer in panel["layer"] if layer["mark"]["type"] == "point"]
        line = next(d["data"]["values"] for d in dots if len(d["data"]["values"]) == len(waves))
        assert all(0 < dot["y"] < panel["height"] for dot in line)
