"""The split of nine to one, on shares that were published and on a straight line."""

import numpy as np
import pytest

from kuski.stats.plans import comparison, gain, plans

# Products of a few numbers in double arithmetic.
EXACT = 1e-12

POSITIONS = np.arange(1.0, 8.0)
PLANS = plans(POSITIONS, middle=4, top=[7])


def compared(people, worth):
    return comparison(
        gain(people, worth, positions=POSITIONS, plan=PLANS.eliminate),
        gain(people, worth, positions=POSITIONS, plan=PLANS.elevate),
    )


def test_equal_shares_and_a_straight_line_give_a_ratio_of_exactly_one():
    assert compared(np.ones(7), 10 * POSITIONS).ratio == 1.0


def test_shares_3_4_7_17_21_26_22_and_a_straight_line_give_24_against_119_steps():
    # By hand: 3·3 + 4·2 + 7·1 = 24 and 17·3 + 21·2 + 26·1 = 119; 119/24 = 4.9583.
    found = compared(np.array([3.0, 4, 7, 17, 21, 26, 22]), 100 + 2.5 * POSITIONS)
    assert found.eliminate.steps == 24
    assert found.elevate.steps == 119
    assert found.ratio == pytest.approx(4.9583, abs=5e-5)
    assert found.people == pytest.approx(64 / 14, rel=EXACT)
    assert found.steps_per_person == pytest.approx((119 / 64) / (24 / 14), rel=EXACT)
    assert found.worth_per_step == pytest.approx(1, rel=EXACT)
    product = found.people * found.steps_per_person * found.worth_per_step
    assert product == pytest.approx(found.ratio, rel=EXACT)
