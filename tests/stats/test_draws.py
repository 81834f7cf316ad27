"""The interval of draws holds one draw more as often as it says."""

import numpy as np
import pytest

from kuski.stats.draws import interval, with_interval


@pytest.mark.parametrize("draws", [39, 200, 400])
def test_one_draw_more_lies_within_it_in_95_of_100(draws: int) -> None:
    rng = np.random.default_rng(20261122)
    values = rng.standard_normal((2 + draws, 40_000))
    low, high = interval(values[:-1])
    held = np.mean((low <= values[-1]) & (values[-1] <= high))
    # Four standard errors of a share of 40,000.
    assert held == pytest.approx(0.95, abs=0.0044)


def test_of_39_draws_it_is_the_smallest_and_the_largest() -> None:
    draws = np.random.default_rng(1).permutation(np.arange(1.0, 40.0))
    assert with_interval(np.append(100.0, draws)) == pytest.approx((100.0, 1.0, 39.0))


def test_the_estimate_is_no_draw() -> None:
    low, high = interval([[1e9, -1e9], [1.0, 2.0], [1.0, 2.0]])
    np.testing.assert_array_equal((low, high), [[1.0, 2.0], [1.0, 2.0]])


def test_an_estimate_without_draws_has_no_interval() -> None:
    with pytest.raises(ValueError, match="1 rows, expected the estimate and draws"):
        interval([3.0])
