"""Whatever the answers are, some changes change nothing, and some change what they should."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

# Nine digits: sums over a few hundred rows of numbers that differ by up to six orders.
SAME = 1e-9
NAMES = ("value.levels", "value.elevate")
ROLES = (
    'score = { column = "score", scale = [1, 5] }\nworth = "worth"\nweight = "weight"\n'
    'customer = "customer"\nalike = ["before"]'
)

few = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
seeds = st.integers(0, 10_000)


def elevate(study):
    return study.finding("value.elevate").numbers


def close(left, right, *, times=1.0, rel=SAME):
    """Tell whether right is left so many times; a figure that was refused stays refused."""
    return left == right if left is None else right == pytest.approx(times * left, rel=rel)


@few
@given(seed=seeds, times=st.floats(1e-3, 1e3))
def test_money_in_another_unit_scales_the_gains_and_leaves_the_ratio(
    make_study, noisy, seed, times
):
    columns = noisy(seed, n=300)
    other = columns | {"worth": [times * worth for worth in columns["worth"]]}
    one, two = (elevate(make_study(rows, ROLES)) for rows in (columns, other))
    for plan in ("eliminate", "elevate"):
        for key in ("gain", "gain_low", "gain_high", "gain_per_person"):
            before, after = getattr(getattr(one, plan), key), getattr(getattr(two, plan), key)
            assert close(before, after, times=times, rel=1e-7)
        assert close(getattr(one, plan).people, getattr(two, plan).people)
    for key in ("ratio", "break_even_cost"):
        assert close(getattr(one, key), getattr(two, key))
    # The ends of the ratio's interval are sought by halving, to so many digits and no more.
    for key in ("ratio_low", "ratio_high"):
        assert close(getattr(one, key), getattr(two, key), rel=1e-5)


@few
@given(seed=seeds, more=st.floats(-1e5, 1e5))
def test_a_gift_to_everybody_changes_no_gain(make_study, noisy, seed, more):
    columns = noisy(seed, n=300)
    other = columns | {"worth": [worth + more for worth in columns["worth"]]}
    one, two = (elevate(make_study(rows, ROLES)) for rows in (columns, other))
    for plan in ("eliminate", "elevate"):
        before, after = getattr(one, plan), getattr(two, plan)
        assert after.gain == pytest.approx(before.gain, rel=1e-6, abs=1e-3)
        assert close(before.steps, after.steps)


@few
@given(seed=seeds)
def test_other_names_for_the_customers_change_nothing_but_the_resampling(
    make_study, noisy, flat, seed
):
    columns = noisy(seed, n=300)
    names = sorted(set(columns["customer"]))
    shuffled = dict(zip(names, random.Random(seed).sample(names, len(names)), strict=True))
    other = columns | {"customer": [f"asiakas {shuffled[c]}" for c in columns["customer"]]}
    one, two = (flat(make_study(rows, ROLES), NAMES) for rows in (columns, other))
    drawn = ("_low", "_high", ".rising", ".even", ".falling", ".shape")
    for path, value in one.items():
        if path.endswith(drawn) or "hidden" in path or isinstance(value, str | None):
            continue
        if two[path] is not None:
            assert close(value, two[path]), path


@few
@given(seed=seeds)
def test_the_order_of_the_rows_changes_no_figure(make_study, noisy, flat, seed):
    columns = noisy(seed, n=300)
    order = random.Random(seed).sample(range(300), 300)
    other = {name: [values[i] for i in order] for name, values in columns.items()}
    one, two = (flat(make_study(rows, ROLES), NAMES) for rows in (columns, other))
    assert one.keys() == two.keys()
    for path, value in one.items():
        if isinstance(value, str | None):
            assert two[path] == value
        else:
            assert two[path] == pytest.approx(value, rel=1e-6, abs=1e-9), path
