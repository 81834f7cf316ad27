"""The chart of drivers: names that cover nothing, numbers where they would, and what is unknown."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuski.show.charts import importance_by_driver, importance_by_performance
from kuski.show.charts.placement import Box, placement
from kuski.show.picture import svg
from kuski.show.theme import LIGHT

SCALE = (1, 7)
# A chart may be this much wider than it says, for a tick label at its end.
SLACK = 1.08


def records(names, *, seed=1, spread=0.4):
    rng = np.random.default_rng(seed)
    shares = np.sort(rng.dirichlet(np.ones(len(names))))[::-1]
    return [
        {
            "driver": name,
            "share": float(share),
            "share_low": float(0.8 * share),
            "share_high": float(1.2 * share),
            "mean": float(np.clip(rng.normal(5, spread), *SCALE)),
        }
        for name, share in zip(names, shares, strict=True)
    ]


FEW = records(["staff", "speed", "price", "selection", "opening_hours"])
MANY = records([f"ease_of_finding_place_{place}" for place in range(20)], spread=0.1)


def quadrants(some, **options):
    return importance_by_performance(some, scale=SCALE, **options)


def words(chart, language="en"):
    return re.findall(r"<(?:text|tspan)[^>]*>([^<]+)<", svg(chart, language=language))


@pytest.mark.parametrize("draw", [quadrants, importance_by_driver])
@pytest.mark.parametrize("some", [FEW, MANY, FEW[:1]])
@pytest.mark.parametrize("narrow", [False, True])
def test_the_chart_is_valid_and_as_wide_as_its_place(draw, some, narrow):
    chart = draw(some, language="fi", narrow=narrow)
    chart.to_dict(validate=True)
    drawn = svg(chart, language="fi")
    width = float(re.search(r'viewBox="0 0 ([\d.]+) ', drawn)[1])
    assert 0.9 <= width / (340 if narrow else 720) <= SLACK
    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', drawn)) - {"none"}
    assert colours <= {getattr(LIGHT, name) for name in LIGHT.__dataclass_fields__}


def test_names_stand_at_their_points_where_there_is_room():
    told = words(quadrants(FEW, language="en"))
    assert {one["driver"] for one in FEW} <= set(told)
    assert "1" not in told


def test_numbers_and_a_key_stand_for_names_that_would_cover_each_other():
    for narrow in (False, True):
        told = words(quadrants(MANY, language="en", narrow=narrow))
        # The number at its point, its halo, and the key.
        assert told.count("20") == 3
        assert told.count("ease_of_finding_place_19") == 1


def test_what_matters_and_is_rated_low_is_orange():
    some = [
        {"driver": "low", "share": 0.5, "mean": 3.0},
        {"driver": "high", "share": 0.4, "mean": 6.0},
        {"driver": "small", "share": 0.1, "mean": 2.0},
    ]
    panel = quadrants(some, language="en").to_dict()["vconcat"][0]
    points = next(layer for layer in panel["layer"] if layer["mark"]["type"] == "point")
    colours = {row["driver"]: row["stroke"] for row in points["data"]["values"]}
    assert colours == {"low": LIGHT.orange, "high": LIGHT.blue, "small": LIGHT.muted}
    # Without an interval a point is hollow.
    assert {row["fill"] for row in points["data"]["values"]} == {LIGHT.paper}


def test_a_driver_without_a_mean_has_no_place():
    some = [*FEW, {"driver": "channel", "share": 0.1, "mean": None}]
    assert "channel" not in words(quadrants(some, language="en"))
    assert "channel" in words(importance_by_driver(some, language="en"))


def test_finnish_means_have_a_decimal_comma():
    told = words(quadrants(FEW, language="fi"), "fi")
    assert any(re.fullmatch(r"\d,\d+", word) for word in told)
    assert not any(re.fullmatch(r"\d\.\d+", word) for word in told)


@given(
    places=st.lists(
        st.tuples(st.floats(10, 590), st.floats(10, 390)), min_size=1, max_size=10, unique=True
    )
)
@settings(max_examples=40)
def test_a_placement_that_says_clear_is_clear(places):
    found = placement(
        places,
        widths=[60.0] * len(places),
        height=14,
        radius=5,
        lines=[],
        edge=Box(0, 0, 600, 400),
    )
    boxes = [one.box for one in found.names]
    dots = [Box(x - 5, y - 5, x + 5, y + 5) for x, y in places]
    overlaps = any(a.meets(b) for i, a in enumerate(boxes) for b in boxes[:i])
    covers = any(
        box.meets(dot) for i, box in enumerate(boxes) for j, dot in enumerate(dots) if j != i
    )
    outside = any(b.left < 0 or b.right > 600 or b.top < 0 or b.bottom > 400 for b in boxes)
    assert found.is_clear == (not (overlaps or covers or outside))


def test_points_with_room_are_always_clear():
    places = [(80.0 + 160 * (i % 4), 40.0 + 60 * (i // 4)) for i in range(20)]
    found = placement(
        places, widths=[70.0] * 20, height=14, radius=5, lines=[], edge=Box(0, 0, 720, 400)
    )
    assert found.is_clear
