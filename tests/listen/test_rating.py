"""Ratings are known by going with each other, and their scale by how far that carries."""

import numpy as np
import pytest

from kuski.listen.rating import batteries, lone_ratings

SCALES = [(1, 5), (1, 7), (0, 10), (1, 10)]


def with_code(values, code, share, seed):
    """Replace some answers, whatever they were, by a code."""
    rng = np.random.default_rng(seed)
    return np.where(rng.random(len(values)) < share, code, values)


@pytest.mark.parametrize("scale", SCALES)
def test_a_clean_battery_shows_its_scale(ratings, profile_of, scale):
    (battery,) = batteries(profile_of(ratings(scale)))
    assert battery.scale == scale
    assert battery.missing == ()
    assert len(battery.ratings) == 7


@pytest.mark.parametrize("scale", [(1, 5), (1, 7), (1, 10)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_codes_on_both_sides_of_a_scale_are_no_levels(ratings, profile_of, scale, seed):
    low, high = scale
    drawn = {
        name: with_code(with_code(values, high + 1, 0.15, seed + i), low - 1, 0.06, seed + 50 + i)
        for i, (name, values) in enumerate(ratings(scale, seed=seed).items())
    }
    (battery,) = batteries(profile_of(drawn))
    assert battery.scale == scale
    assert battery.missing == (low - 1, high + 1)


def test_a_real_zero_to_six_scale_is_left_whole(ratings, profile_of):
    (battery,) = batteries(profile_of(ratings((0, 6))))
    assert battery.scale == (0, 6)
    assert battery.missing == ()


@pytest.mark.parametrize("code", [8, 9, 99, -99])
def test_a_code_beyond_a_gap_is_missing(ratings, profile_of, code):
    drawn = ratings((1, 5))
    drawn["part_2"] = with_code(drawn["part_2"], code, 0.1, 3)
    (battery,) = batteries(profile_of(drawn))
    assert (battery.scale, battery.missing) == ((1, 5), (code,))


def test_eleven_beside_zero_to_ten_is_missing(ratings, profile_of):
    drawn = ratings((0, 10))
    drawn["part_1"] = with_code(drawn["part_1"], 11, 0.05, 5)
    (battery,) = batteries(profile_of(drawn))
    assert (battery.scale, battery.missing) == ((0, 10), (11,))


def test_coded_categories_are_no_ratings(ratings, profile_of):
    rng = np.random.default_rng(9)
    drawn = ratings((1, 5)) | {f"code_{i}": rng.integers(1, 6, 800) for i in range(5)}
    (battery,) = batteries(profile_of(drawn))
    assert not any(name.startswith("code") for name in battery.names)


def test_a_column_that_lacks_the_code_still_joins_its_battery(ratings, profile_of):
    drawn = {
        name: values if name == "part_3" else with_code(values, 6, 0.2, i)
        for i, (name, values) in enumerate(ratings((1, 5)).items())
    }
    (battery,) = batteries(profile_of(drawn))
    assert "part_3" in battery.names
    assert battery.scale == (1, 5)


def test_two_batteries_of_two_scales_stay_apart(ratings, profile_of):
    short = ratings((1, 5), seed=1)
    long = {f"other_{name}": values for name, values in ratings((1, 7), seed=2).items()}
    found = batteries(profile_of(short | long))
    assert sorted(battery.scale for battery in found) == [(1, 5), (1, 7)]


def test_zero_and_six_around_a_lone_rating_are_codes_by_custom(profile_of):
    rng = np.random.default_rng(3)
    lone = rng.choice(7, 500, p=[0.05, 0.01, 0.05, 0.2, 0.4, 0.2, 0.09])
    (found,) = lone_ratings(profile_of({"q1": lone}), ())
    assert (found.scale, found.missing) == ((1, 5), (0, 6))


@pytest.mark.parametrize("scale", SCALES)
def test_a_lone_rating_has_the_scale_of_its_values(ratings, profile_of, scale):
    drawn = ratings(scale)["part_1"]
    (found,) = lone_ratings(profile_of({"q1": drawn}), ())
    assert found.scale == scale


def test_the_order_of_the_rows_changes_nothing(ratings, profile_of):
    drawn = ratings((1, 5))
    order = np.random.default_rng(1).permutation(800)
    one = batteries(profile_of(drawn))[0]
    other = batteries(profile_of({name: values[order] for name, values in drawn.items()}))[0]
    assert one.names == other.names
    assert [r.rest for r in one.ratings] == pytest.approx([r.rest for r in other.ratings])
