"""Scores move towards the middle by chance alone, and the moves say by how much."""

import numpy as np
import pytest

from kuski.stats.moves import moves
from kuski.stats.resample import resamples


def pairs(seed, *, n=4000, replicates=100):
    """Two answers on 1 to 7 of customers who do not change: all moves are chance."""
    rng = np.random.default_rng(seed)
    own = rng.normal(4.8, 1, n)
    first, second = (np.clip(np.rint(own + rng.normal(0, 1, n)), 1, 7) for _ in range(2))
    return first, second, rng.integers(0, replicates, n)


def found(first, second, replicate, **options):
    drawn = resamples(np.bincount(replicate), n_draws=500, rng=np.random.default_rng(0))
    return moves(first, second, middle=4, top=7, replicate=replicate, resamples=drawn, **options)


def test_the_unhappy_rise_and_the_happy_fall_though_nobody_changed():
    below, _, top = found(*pairs(0))
    # Half the variance of a score is chance, so about half the distance to the mean is lost.
    assert below.move == pytest.approx((4.8 - below.first) / 2, abs=0.15)
    assert below.move_interval.low > 0
    assert top.move_interval.high < 0


def test_means_and_shares_are_those_of_the_rows():
    first, second, replicate = pairs(1)
    weight = np.random.default_rng(2).lognormal(size=len(first))
    found_ = found(first, second, replicate, weight=weight)
    borders = {"below": (-np.inf, 4), "middle": (4, 7), "top": (7, np.inf)}
    for zone in found_:
        low, high = borders[zone.zone]
        here = (first >= low) & (first < high)
        stays = (second >= low) & (second < high)
        move = np.average((second - first)[here], weights=weight[here])
        assert zone.n == here.sum()
        assert zone.move == pytest.approx(move, rel=1e-9)
        assert zone.left == pytest.approx(1 - np.average(stays[here], weights=weight[here]))
        assert zone.to_below + zone.to_middle + zone.to_top == pytest.approx(1)
        assert zone.left_interval.low < zone.left < zone.left_interval.high
    assert [zone.zone for zone in found_] == ["below", "middle", "top"]


def test_an_empty_zone_has_no_move_and_no_interval():
    first, second, replicate = pairs(1)
    keep = first < 7
    top = found(first[keep], second[keep], replicate[keep])[2]
    assert top.n == top.held == 0
    assert np.isnan(top.move)
    assert top.move_interval is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"first": [np.nan] * 4000}, "first holds 4000 numbers that are not finite"),
        ({"second": [1.0]}, "expected one axis of the same length; pass one entry"),
        ({"weight": -np.ones(4000)}, "weight goes down to -1, expected >= 0"),
        ({"replicate": np.full(4000, 100)}, "expected those that resamples counts; make"),
        ({"middle": 7}, "middle == 7 and top == 7, expected middle below top"),
    ],
)
def test_bad_input_is_refused_with_value_expectation_and_remedy(change, message):
    first, second, replicate = pairs(0)
    drawn = resamples(np.bincount(replicate), n_draws=100, rng=np.random.default_rng(0))
    options = {"first": first, "second": second, "replicate": replicate, "middle": 4, "top": 7}
    with pytest.raises(ValueError, match=message):
        moves(**(options | change), resamples=drawn)
