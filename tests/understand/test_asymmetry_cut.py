"""The cuts of a scale: a low, a high and something between, and others close by."""

import pytest

from kuski.moments import Variable
from kuski.understand.asymmetry.cut import Cut, cut_grid


@pytest.mark.parametrize(
    ("ends", "main", "lows", "highs"),
    [
        ((1, 7), (3, 6), (2, 3), (5, 6, 7)),
        ((1, 5), (2, 5), (1, 2), (4, 5)),
        ((0, 10), (6, 9), (5, 6), (8, 9, 10)),
        ((1, 10), (6, 9), (5, 6), (8, 9, 10)),
        ((1, 4), (1, 4), (1,), (3, 4)),
        ((1, 3), (1, 3), (1,), (3,)),
        ((0, 100), (40, 80), (30, 40), (70, 80, 90)),
        ((0, 1), (0.4, 0.8), (0.3, 0.4), (0.7, 0.8, 0.9)),
    ],
)
def test_usual_cuts_of_usual_scales(ends, main, lows, highs):
    grid = cut_grid(ends)
    assert (grid.main.low, grid.main.high) == main
    assert (grid.lows, grid.highs) == (lows, highs)
    assert grid.cuts[grid.main_place] == grid.main


@pytest.mark.parametrize("ends", [(1, 7), (1, 5), (0, 10), (1, 4), (1, 6)])
def test_something_always_lies_between(ends):
    assert all(cut.high - cut.low >= 2 for cut in cut_grid(ends).cuts)


def test_a_chosen_cut_is_the_main_one_and_moves_by_a_step():
    grid = cut_grid((1, 5), (3, 5))
    assert grid.main == Cut(3, 5)
    assert set(grid.cuts) == {Cut(2, 4), Cut(2, 5), Cut(3, 5)}


@pytest.mark.parametrize("chosen", [(3, 4), (0, 5), (2, 8), (5, 3)])
def test_a_cut_that_leaves_nothing_is_none(chosen):
    assert cut_grid((1, 7), chosen) is None


def test_a_scale_of_two_levels_a_step_apart_has_nothing_between():
    assert cut_grid((1, 2), (1, 2)) is not None  # a scale without levels: 1.5 lies between
    assert cut_grid((1, 3), (1, 2)) is None


def test_dummies_mark_the_ratings_of_each_cut():
    grid = cut_grid((1, 5))
    marked = [one.within for one in grid.dummies(Variable("q", (1, 5), (9,)))]
    assert marked == [(1, 1), (1, 2), (4, 5), (5, 5)]
    assert grid.places(Cut(2, 5)) == (1, 3)
    assert all(one.missing == (9,) for one in grid.dummies(Variable("q", (1, 5), (9,))))
