"""Money spent along the hull of what a cell could have brings the most that it can."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuski.stats.hull import upper_hull

# Money comes in cents.
amount = st.integers(0, 10_000).map(lambda cents: cents / 100)
amounts = st.lists(amount, min_size=4, max_size=4)


def spent(value: list[float], cost: list[float], money: float) -> np.ndarray:
    """Spend money on one cell."""
    return upper_hull(np.array([value]), np.array([cost])).use(np.array([money]))[0]


@given(values=amounts, costs=amounts, money=amount)
def test_a_cell_spends_no_more_than_its_money_and_serves_everybody_once(
    values: list[float], costs: list[float], money: float
) -> None:
    value, cost = np.array([0.0, *values]), np.array([0.0, *costs])
    use = spent(value, cost, money)
    assert use.sum() == pytest.approx(1)
    assert (use >= 0).all()
    assert use @ cost <= money + 1e-6
    # No single choice that can be paid brings more than the mixture along the hull.
    assert use @ value >= value[cost <= money].max() - 1e-6


@given(values=amounts, costs=amounts)
def test_more_money_never_brings_less(values: list[float], costs: list[float]) -> None:
    value, cost = np.array([0.0, *values]), np.array([0.0, *costs])
    worth = [spent(value, cost, money) @ value for money in (0, 10, 40, 90, 150)]
    assert all(b >= a - 1e-6 for a, b in pairwise(worth))


def test_money_is_divided_between_two_corners() -> None:
    # By hand: choice 2 brings 9 for 6, the way to it passes above choice 1 (2 for 3).
    assert spent([0.0, 2.0, 9.0], [0.0, 3.0, 6.0], 4.0) == pytest.approx([1 / 3, 0, 2 / 3])


def test_what_is_not_allowed_is_not_bought() -> None:
    assert spent([0.0, np.nan, 3.0], [0.0, np.nan, 5.0], 10.0) == pytest.approx([0, 0, 1])


def test_the_cheapest_is_the_first_corner_and_is_had_with_no_money() -> None:
    value, cost = [np.nan, 1.0, 3.0, 2.0], [np.nan, 4.0, 8.0, 4.0]
    assert upper_hull(np.array([value]), np.array([cost])).choice[0].tolist() == [3]
    assert spent(value, cost, 0.0) == pytest.approx([0, 0, 0, 1])
