"""Parts of moments, counts and answers add up to the whole, whatever the parts."""

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuski.engine.cells import ANSWERED, EMPTY, Cells
from kuski.engine.products import moments_of, origin_of
from kuski.moments import (
    GROUPS,
    Answers,
    ColumnCount,
    Counts,
    DistinctSample,
    Levels,
    Moments,
    Need,
    Needs,
    Panel,
    Variable,
)

# Sums of at most a few thousand numbers of like size keep all but the last few of 16 digits.
EXACT = 1e-11


def rows(seed, size, *, customers, columns=3, far=0.0, missing=0.1):
    rng = np.random.default_rng(seed)
    status = np.where(rng.random((columns, size)) < missing, EMPTY, ANSWERED).astype(np.int8)
    return {
        "values": rng.normal(far, 1.0, (columns, size)),
        "status": status,
        "weight": rng.choice([0.0, 0.5, 1.0, 2.25], size),
        "group": rng.integers(-1, 4, size),
        "customer": _hashes(rng, size, customers),
    }


def _hashes(rng, size, customers):
    return rng.integers(0, 2**64, customers, dtype=np.uint64)[rng.integers(0, customers, size)]


def summed(data, chosen=slice(None), origin=None):
    columns = [
        Cells(values[chosen], status[chosen])
        for values, status in zip(data["values"], data["status"], strict=True)
    ]
    return moments_of(
        columns,
        weight=data["weight"][chosen],
        group=data["group"][chosen],
        groups=tuple((i,) for i in range(4)),
        customer=data["customer"][chosen],
        origin=np.zeros(len(columns)) if origin is None else origin,
    )


def plain(data, place, folds):
    """Sum rows one by one, by group and replicate."""
    size = len(data["values"]) + 1
    used = (data["group"] >= 0) & (data["weight"] > 0) & (data["status"] == ANSWERED).all(axis=0)
    cross = np.zeros((4, folds, size, size))
    counts, squares = np.zeros((4, folds), int), np.zeros((4, folds))
    for i in np.flatnonzero(used):
        z = np.array([1.0, *data["values"][:, i]])
        where = data["group"][i], place[i]
        cross[where] += data["weight"][i] * np.outer(z, z)
        counts[where] += 1
        squares[where] += data["weight"][i] ** 2
    return counts, squares, cross


def assert_same(left: Moments, right: Moments, *, exact=EXACT):
    assert left.groups == right.groups
    assert left.is_folded == right.is_folded
    np.testing.assert_array_equal(left.replicates, right.replicates)
    np.testing.assert_array_equal(left.rows, right.rows)
    np.testing.assert_allclose(left.squares, right.squares, rtol=exact, atol=exact)
    scale = np.abs(right.cross).max(initial=1.0)
    np.testing.assert_allclose(left.cross / scale, right.cross / scale, rtol=exact, atol=exact)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    customers=st.sampled_from([1, 30, 199, 200, 201, 400, 3000]),
    cuts=st.lists(st.integers(0, 1200), max_size=6),
    order=st.randoms(use_true_random=False),
)
def test_moments_of_any_partition_are_the_moments_of_the_whole(seed, customers, cuts, order):
    data = rows(seed, 1200, customers=customers)
    shuffled = np.random.default_rng(seed).permutation(1200)
    parts = [summed(data, part) for part in np.split(shuffled, sorted(cuts))]
    order.shuffle(parts)
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    whole = summed(data)
    if customers > GROUPS and not whole.is_folded:
        whole = whole + summed(data, slice(0, 0))
    assert_same(total, whole)


@pytest.mark.parametrize("customers", [1, 50, 200, 201, 5000])
def test_moments_equal_a_sum_over_the_rows(customers):
    data = rows(3, 900, customers=customers)
    found = summed(data)
    used = data["customer"][
        (data["group"] >= 0) & (data["weight"] > 0) & (data["status"] == ANSWERED).all(axis=0)
    ]
    is_folded = len(np.unique(used)) > GROUPS
    assert found.is_folded is is_folded
    if is_folded:
        place, folds = data["customer"] % np.uint64(GROUPS), GROUPS
    else:
        different = np.unique(used)
        place, folds = np.searchsorted(different, data["customer"]), len(different)
        place = np.minimum(place, folds - 1)
    counts, squares, cross = plain(data, place.astype(int), folds)
    np.testing.assert_array_equal(found.rows, counts)
    np.testing.assert_allclose(found.squares, squares, rtol=EXACT)
    np.testing.assert_allclose(found.cross, cross, rtol=EXACT, atol=EXACT)


def test_the_order_of_the_sum_does_not_matter():
    parts = [summed(rows(i, 300, customers=90)) for i in range(4)]
    left = ((parts[0] + parts[1]) + parts[2]) + parts[3]
    right = parts[3] + (parts[2] + (parts[1] + parts[0]))
    assert_same(left, right)


def test_counts_are_whole():
    found = summed(rows(5, 4000, customers=4000))
    assert found.rows.dtype == np.int64
    assert found.n == int(found.rows.sum())


def test_a_weight_of_one_keeps_sums_of_whole_numbers_exact():
    rng = np.random.default_rng(0)
    values = rng.integers(0, 11, (2, 5000)).astype(np.int8)
    found = moments_of(
        [Cells(row) for row in values],
        weight=np.ones(5000),
        group=np.zeros(5000, np.int64),
        groups=((),),
        customer=np.arange(5000, dtype=np.uint64),
        origin=np.zeros(2),
    )
    whole = found.cross.sum(axis=(0, 1))
    assert whole[1, 2] == int((values[0].astype(int) * values[1]).sum())
    assert whole[0, 0] == 5000


def test_parts_about_different_origins_add_up():
    data = rows(7, 800, customers=60, far=3.0)
    near = summed(data, slice(0, 400), origin=np.array([3.0, 0.0, 2.0]))
    other = summed(data, slice(400, 800), origin=np.array([0.0, 1.0, 3.0]))
    whole = summed(data, origin=np.array([3.0, 0.0, 2.0]))
    assert_same(near + other, whole)


def test_an_empty_part_does_not_choose_the_origin():
    data = rows(7, 400, customers=60, far=1e9)
    columns = [Cells(values) for values in data["values"]]
    origin = origin_of(columns)
    nothing = summed(data, slice(0, 0))
    np.testing.assert_array_equal((nothing + summed(data, origin=origin)).origin, origin)


def test_a_large_mean_does_not_eat_the_digits_of_the_spread():
    rng = np.random.default_rng(1)
    values = 1e9 + rng.normal(size=10_000)
    cells = [Cells(values)]
    found = moments_of(
        cells,
        weight=np.ones(10_000),
        group=np.zeros(10_000, np.int64),
        groups=((),),
        customer=np.arange(10_000, dtype=np.uint64),
        origin=origin_of(cells),
    )
    whole = found.cross.sum(axis=(0, 1))
    variance = whole[1, 1] / 10_000 - (whole[0, 1] / 10_000) ** 2
    assert variance == pytest.approx(values.var(), rel=1e-9)


@pytest.mark.parametrize(("far", "is_moved"), [(0.0, False), (50.0, False), (200.0, True)])
def test_only_a_far_mean_moves_the_origin(far, is_moved):
    values = far + np.random.default_rng(0).normal(size=1000)
    assert bool(origin_of([Cells(values)])[0]) is is_moved


def test_the_origin_of_a_column_without_an_answer_is_zero():
    empty = Cells(np.full(3, 7.0), np.full(3, EMPTY, np.int8))
    np.testing.assert_array_equal(origin_of([empty, Cells(np.empty(0))]), [0.0, 0.0])


def test_named_groups_come_in_the_named_order_and_empty_where_there_are_none():
    data = rows(2, 500, customers=40)
    found = summed(data).at([(3,), (9,), (0,)])
    assert found.groups == ((3,), (9,), (0,))
    assert not found.rows[1].any()
    np.testing.assert_array_equal(found.rows[0], summed(data).rows[3])
    np.testing.assert_array_equal(found.cross[2], summed(data).cross[0])


def test_groups_that_only_one_part_has_are_kept_numbers_before_words():
    one = moments_of(
        [], weight=np.ones(2), group=np.array([0, 1]), groups=((2, "b"), ("a", "b")),
        customer=np.arange(2, dtype=np.uint64), origin=np.empty(0),
    )  # fmt: skip
    other = moments_of(
        [], weight=np.ones(1), group=np.array([0]), groups=((10, "a"),),
        customer=np.arange(1, dtype=np.uint64), origin=np.empty(0),
    )  # fmt: skip
    both = one + other
    assert both.groups == ((2, "b"), (10, "a"), ("a", "b"))
    assert both.rows.sum(axis=1).tolist() == [1, 1, 1]


def test_more_groups_than_sixteen_bits_can_number_are_still_told_apart():
    size = 90_000
    group = np.arange(size) % 400
    customer = np.random.default_rng(0).integers(0, 2**63, size, dtype=np.uint64)
    found = moments_of(
        [Cells(np.ones(size, np.int8))],
        weight=np.ones(size),
        group=group,
        groups=tuple((i,) for i in range(400)),
        customer=customer,
        origin=np.zeros(1),
    )
    expected = np.zeros((400, GROUPS), int)
    np.add.at(expected, (group, (customer % np.uint64(GROUPS)).astype(int)), 1)
    np.testing.assert_array_equal(found.rows, expected)
    np.testing.assert_array_equal(found.cross[..., 0, 1], expected)


# What was counted.


def test_counts_of_parts_add_up():
    left = ColumnCount(3, 1, 0, 1, 0, ("9",), (), 1.0, 4.0)
    right = ColumnCount(2, 0, 2, 1, 1, ("9", "12"), ("x",), 0.0, 5.0)
    total = left + right
    assert total == ColumnCount(5, 1, 2, 2, 1, ("9", "12"), ("x",), 0.0, 5.0)
    assert ColumnCount() + left == left


def test_at_most_five_examples_are_kept():
    left = ColumnCount(off_scale_values=("1", "2", "3"))
    right = ColumnCount(off_scale_values=("3", "4", "5", "6"))
    assert (left + right).off_scale_values == ("1", "2", "3", "4", "5")


def test_tallies_of_parts_add_up():
    def part(rows, hashes):
        seen = DistinctSample.of(np.array(hashes, np.uint64))
        return Counts(rows, {"a": ColumnCount(answered=rows)}, 1, 2, seen)

    total = part(3, [1, 1, 2]) + part(2, [2, 3])
    assert (total.rows, total.columns["a"].answered, total.straight) == (5, 5, 2)
    assert (total.rows_seen.distinct, total.rows_seen.repeats) == (3, 2)


# Samples that never grow beyond their limit.


@settings(max_examples=50, deadline=None)
@given(
    numbers=st.lists(st.integers(0, 40), max_size=120),
    cuts=st.lists(st.integers(0, 120), max_size=5),
)
def test_distinct_counts_are_exact_below_the_limit_whatever_the_parts(numbers, cuts):
    hashes = np.random.default_rng(0).integers(0, 2**63, 41, dtype=np.uint64)[numbers]
    total = DistinctSample.of(np.empty(0, np.uint64))
    for part in np.split(hashes, sorted(cuts)):
        total = total + DistinctSample.of(part)
    assert total.distinct == len(set(numbers))
    assert total.repeats == len(numbers) - len(set(numbers))


def test_a_distinct_sample_is_bounded_and_does_not_depend_on_the_parts():
    hashes = np.random.default_rng(1).integers(0, 2**64, 50_000, dtype=np.uint64)
    hashes = np.concatenate([hashes, hashes[:10_000]])
    whole = DistinctSample.of(hashes, limit=500)
    total = DistinctSample.of(hashes[:7], limit=500)
    for part in np.array_split(hashes[7:], 11):
        total = total + DistinctSample.of(part, halvings=total.halvings, limit=500)
    assert len(whole) <= 500
    np.testing.assert_array_equal(total.hashes, whole.hashes)
    np.testing.assert_array_equal(total.times, whole.times)
    assert total.halvings == whole.halvings


def test_a_thinned_distinct_sample_is_right_on_average():
    distinct, repeats = [], []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        hashes = rng.integers(0, 2**64, 4000, dtype=np.uint64)
        sample = DistinctSample.of(np.concatenate([hashes, hashes[:1000]]), limit=400)
        distinct.append(sample.distinct)
        repeats.append(sample.repeats)
    # 60 samples of some 300 hashes: the standard error of the mean is about 1 %.
    assert np.mean(distinct) == pytest.approx(4000, rel=0.03)
    assert np.mean(repeats) == pytest.approx(1000, rel=0.06)


def answers(seed, size, customers, *, limit):
    rng = np.random.default_rng(seed)
    customer = _hashes(rng, size, customers)
    level = rng.integers(-1, 7, size)
    return Answers(customer, np.arange(size), level, np.ones(size), limit=limit)


def test_all_answers_are_kept_below_the_limit():
    panel = answers(0, 900, 300, limit=1000)
    assert len(panel.thinned()) == 900
    assert panel.customers == len(np.unique(panel.customer[panel.level >= 0]))


def test_a_thinned_panel_keeps_all_answers_of_the_customers_it_keeps():
    whole = answers(0, 20_000, 5000, limit=1000)
    kept = whole.thinned()
    assert len(kept) <= 1000
    inside = whole.holds(whole.customer) & kept.holds(whole.customer)
    assert inside.sum() == len(kept)
    for field in ("customer", "time", "level", "weight"):
        np.testing.assert_array_equal(getattr(kept, field), getattr(whole, field)[inside])


def test_a_panel_does_not_depend_on_the_parts():
    whole = answers(0, 20_000, 5000, limit=1000)
    cut = np.arange(20_000) < 4321
    parts = [
        Answers(*(getattr(whole, f)[mask] for f in ("customer", "time", "level", "weight")),
                limit=1000).thinned()
        for mask in (cut, ~cut)
    ]  # fmt: skip
    total = parts[0] + parts[1]
    expected = whole.thinned()
    assert total.halvings == expected.halvings
    assert sorted(total.time.tolist()) == sorted(expected.time.tolist())


def test_a_thinned_panel_counts_customers_rightly_on_average():
    found = []
    for seed in range(60):
        whole = answers(seed, 8000, 3000, limit=800)
        truth = len(np.unique(whole.customer[whole.level >= 0]))
        found.append(whole.thinned().customers / truth)
    assert math.isclose(np.mean(found), 1.0, abs_tol=0.03)


# Needs merge.


def test_needs_merge_without_asking_for_anything_twice():
    need = Need("responses", (Variable("a"),))
    other = Need("responses", (Variable("b"),))
    both = Needs.of(need) | Needs.of(need, other)
    assert both.moments == {need, other}


def test_two_different_panels_cannot_be_asked_for_at_once():
    first = Panel(Levels(Variable("a"), (0, 1, 2)))
    second = Panel(Levels(Variable("b"), (0, 1, 2)))
    assert (Needs.of(panel=first) | Needs.of(panel=first)).panel == first
    with pytest.raises(ValueError, match="two panels"):
        Needs.of(panel=first) | Needs.of(panel=second)


def test_a_customer_with_more_answers_than_fit_is_thinned_out_and_the_others_stay():
    from kuski.engine.hashing import hashes

    for heavy in range(20):
        customer = np.concatenate([np.full(5000, heavy), np.arange(100, 1100)])
        level, weight = np.ones(6000, int), np.ones(6000)
        whole = Answers(hashes(pa.array(customer)), np.arange(6000), level, weight, limit=2000)
        assert 0 < len(whole.thinned()) <= 2000


@pytest.mark.parametrize("customers", [(50, 90), (150, 900), (900, 40)])
def test_sums_beside_others_stand_on_the_same_replicates(customers):
    mine = summed(rows(1, 2_000, customers=customers[0]))
    theirs = summed(rows(2, 3_000, customers=customers[1]))
    left, right = mine.beside(theirs), theirs.beside(mine)
    np.testing.assert_array_equal(left.replicates, right.replicates)
    assert len(left.replicates) <= GROUPS
    np.testing.assert_allclose(left.cross.sum(axis=1), mine.cross.sum(axis=1), atol=EXACT * 2_000)
    assert (left.n, right.n) == (mine.n, theirs.n)
    assert mine.beside() is mine
