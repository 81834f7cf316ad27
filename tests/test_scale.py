"""A scale has its levels, its zones, and where the two plans lift to."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuski.scale import Scale


@pytest.mark.parametrize(
    ("ends", "middle", "top", "position"),
    [
        ((1, 5), "3", ("5",), 5),
        ((1, 7), "4", ("7",), 7),
        ((0, 10), "7", ("9", "10"), 9.5),
        ((1, 10), "7", ("9", "10"), 9.5),
        ((1.0, 5.0), "3", ("5",), 5),
        ((1, 3), "2", ("3",), 3),
        ((1, 4), "2", ("4",), 4),
        ((0, 6), "3", ("6",), 6),
        ((-2, 2), "0", ("2",), 2),
    ],
)
def test_usual_scales_have_their_usual_zones(ends, middle, top, position):
    scale = Scale.of(ends)
    assert scale.labels[scale.middle] == middle
    assert tuple(scale.labels[i] for i in scale.top) == top
    assert scale.top_position == position


def test_the_seven_step_scale_of_the_design():
    scale = Scale.of((1, 7))
    assert scale.zones == ("below",) * 3 + ("middle",) * 3 + ("top",)
    assert scale.positions == (1, 2, 3, 4, 5, 6, 7)
    assert scale.edges == (0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5)


def test_zones_can_be_moved():
    scale = Scale.of((1, 5), middle=4, top=[5])
    assert scale.zones == ("below", "below", "below", "middle", "top")
    wide = Scale.of((0, 10), middle=5, top=[8, 10, 9, 9])
    assert (wide.middle, wide.top, wide.top_position) == (5, (8, 9, 10), 9)


def test_cuts_make_bands_and_the_last_one_holds_its_end():
    scale = Scale.of((0, 100), cuts=[50, 70.5, 90])
    assert scale.labels == ("0–50", "50–70.5", "70.5–90", "90–100")
    assert scale.positions == (25, 60.25, 80.25, 95)
    assert scale.edges == (0, 50, 70.5, 90, math.inf)
    assert scale.zones == ("below", "middle", "middle", "top")
    assert Scale.of((0, 100), cuts=[50, 90], middle=60, top=[100]).zones == (
        "below",
        "middle",
        "top",
    )


@given(low=st.integers(-5, 5), size=st.integers(2, 20), step=st.integers(0, 20))
def test_every_level_holds_its_own_position_and_zones_are_in_order(low, size, step):
    scale = Scale.of((low, low + size))
    i = step % len(scale.labels)
    assert scale.edges[i] <= scale.positions[i] < scale.edges[i + 1]
    order = ["below", "middle", "top"]
    assert list(scale.zones) == sorted(scale.zones, key=order.index)
    assert set(scale.zones) == set(order)


@pytest.mark.parametrize(
    ("ends", "options"),
    [
        ((1, 2), {}),
        ((0, 100), {}),
        ((0, 21), {}),
        ((1, 5.5), {}),
        ((1, math.inf), {}),
        ((math.nan, 5), {}),
        ((1, 5), {"middle": 1}),
        ((1, 5), {"middle": 5}),
        ((1, 5), {"middle": 9}),
        ((1, 5), {"top": []}),
        ((1, 5), {"top": [4]}),
        ((1, 5), {"top": [3, 5]}),
        ((1, 5), {"top": [6]}),
        ((1, 7), {"top": [3, 4, 5, 6, 7]}),
        ((0, 100), {"cuts": [50]}),
        ((0, 100), {"cuts": [70, 50]}),
        ((0, 100), {"cuts": [50, 50]}),
        ((0, 100), {"cuts": [0, 50]}),
        ((0, 100), {"cuts": [50, 100]}),
        ((0, 100), {"cuts": [50, 90], "middle": 10}),
    ],
)
def test_what_is_no_scale_is_a_mistake_that_shows_the_value(ends, options):
    with pytest.raises(ValueError, match=r"\d"):
        Scale.of(ends, **options)
