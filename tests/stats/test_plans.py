"""Plans add up, split exactly, and refuse what they do not know."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kuski.stats.plans import Plan, comparison, gain, held_replicates, plans

# DESIGN: the product of the three factors equals the ratio to 1e-12.
PRODUCT = 1e-12

SCALES = [
    (range(1, 8), 4, [7], ((0, 1, 2), (3,)), ((3, 4, 5), (6,))),
    (range(1, 6), 3, [5], ((0, 1), (2,)), ((2, 3), (4,))),
    (range(11), 7, [9, 10], (tuple(range(7)), (7,)), ((7, 8), (9, 10))),
]


def compared(people, worth, *, positions, middle, top):
    both = plans(positions, middle=middle, top=top)
    return comparison(
        gain(people, worth, positions=positions, plan=both.eliminate),
        gain(people, worth, positions=positions, plan=both.elevate),
    )


@pytest.mark.parametrize(("positions", "middle", "top", "eliminate", "elevate"), SCALES)
def test_scales_have_the_plans_of_the_design(positions, middle, top, eliminate, elevate):
    both = plans(list(positions), middle=middle, top=top)
    assert both.eliminate == Plan(*eliminate)
    assert both.elevate == Plan(*elevate)


def test_a_top_of_several_levels_is_their_plain_mean():
    worth = np.array([0, 0, 0, 0, 0, 0, 0, 10.0, 20.0, 30.0, 50.0])
    people = np.zeros(11)
    people[8] = 2
    found = gain(people, worth, positions=range(11), plan=Plan((7, 8), (9, 10)))
    assert found.gain == 2 * (40 - 20)
    assert found.steps == 2 * (9.5 - 8)
    assert found.gain_per_person == 20


def test_a_level_without_people_contributes_nothing_even_if_its_worth_is_unknown():
    people, worth = np.array([0.0, 5, 5, 5, 5]), np.array([np.nan, 1, 2, 3, 4])
    found = compared(people, worth, positions=range(1, 6), middle=3, top=[5])
    assert found.eliminate.gain == 5
    assert found.ratio == (5 * 2 + 5 * 1) / 5


def test_an_unknown_worth_of_people_or_target_refuses_the_plan():
    people = np.full(5, 5.0)
    for level, plan in ((0, "eliminate"), (4, "elevate")):
        worth = np.arange(5.0)
        worth[level] = np.nan
        found = compared(people, worth, positions=range(1, 6), middle=3, top=[5])
        assert np.isnan(getattr(found, plan).gain)
        assert np.isnan(found.ratio)


def test_nobody_below_the_middle_makes_no_ratio():
    found = compared([0, 0, 5, 5, 5], np.arange(5.0), positions=range(1, 6), middle=3, top=[5])
    assert found.eliminate.gain == 0
    assert np.isnan(found.ratio)
    assert np.isnan(found.eliminate.gain_per_person)


SHARES = arrays(np.float64, (3, 7), elements=st.floats(0.01, 100))
WORTHS = arrays(np.float64, (3, 7), elements=st.floats(-1e4, 1e4))


@given(people=SHARES, worth=WORTHS)
def test_the_split_multiplies_back_to_the_ratio(people, worth):
    found = compared(people, worth, positions=np.arange(1, 8), middle=4, top=[7])
    known = np.isfinite(found.ratio)
    product = found.people * found.steps_per_person * found.worth_per_step
    np.testing.assert_allclose(product[known], found.ratio[known], rtol=PRODUCT)


@given(people=SHARES, worth=WORTHS, factor=st.floats(0.001, 1000), shift=st.floats(-100, 100))
def test_scaling_worth_scales_gains_and_a_shift_leaves_them(people, worth, factor, shift):
    plan = plans(range(1, 8), middle=4, top=[7]).elevate
    before = gain(people, worth, positions=range(1, 8), plan=plan)
    after = gain(people, worth * factor + shift, positions=range(1, 8), plan=plan)
    scale = np.abs(worth * factor).max() * people.sum() + abs(shift) * people.sum()
    np.testing.assert_allclose(after.gain, before.gain * factor, atol=1e-12 * scale + 1e-300)
    np.testing.assert_array_equal(after.steps, before.steps)


@given(people=SHARES, worth=WORTHS)
def test_a_plan_on_many_resamples_is_the_plan_on_each(people, worth):
    plan = plans(range(1, 8), middle=4, top=[7]).eliminate
    whole = gain(people, worth, positions=range(1, 8), plan=plan)
    for i in range(3):
        one = gain(people[i], worth[i], positions=range(1, 8), plan=plan)
        assert one.gain == pytest.approx(whole.gain[i], rel=PRODUCT, abs=1e-9)


def test_held_replicates_are_the_lesser_of_movers_and_targets():
    rows = np.zeros((5, 10), dtype=int)
    rows[0, :3] = rows[1, 2:6] = 1
    rows[2, :4] = 7
    assert held_replicates(rows, Plan((0, 1), (2,))) == 4
    assert held_replicates(rows, Plan((0,), (2,))) == 3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plans([1, 3, 2], middle=2, top=[3]), "expected one axis, ascending; sort"),
        (lambda: plans(range(1, 6), middle=2.5, top=[5]), "middle == 2.5"),
        (lambda: plans(range(1, 6), middle=1, top=[5]), "one below the middle"),
        (lambda: plans(range(1, 6), middle=4, top=[3, 5]), "the top above it"),
        (lambda: plans(range(1, 6), middle=3, top=[]), "expected levels among"),
        (
            lambda: gain([1, -1], [1, 2], positions=[1, 2], plan=Plan((0,), (1,))),
            "goes down to -1, expected >= 0; is a weight negative",
        ),
        (
            lambda: gain([1, np.nan], [1, 2], positions=[1, 2], plan=Plan((0,), (1,))),
            "people holds 1 numbers that are not finite",
        ),
        (
            lambda: gain([1, 1, 1], [1, 2], positions=[1, 2], plan=Plan((0,), (1,))),
            "expected the first two alike",
        ),
    ],
)
def test_bad_input_is_refused_with_value_expectation_and_remedy(call, message):
    with pytest.raises(ValueError, match=message):
        call()
