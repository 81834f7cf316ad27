"""A customer has one hash, whatever kind of cell the number stands in."""

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuski.engine import hashing
from kuski.moments import GROUPS


def one(value, kind=None):
    return int(hashing.hashes(pa.array([value], kind))[0])


@given(st.integers(-(2**53), 2**53))
def test_a_whole_number_hashes_the_same_as_number_float_and_text(number):
    expected = one(number, pa.int64())
    assert one(float(number), pa.float64()) == expected
    assert one(str(number)) == expected
    assert one(f" {number} ") == expected
    assert one(f"{number}.0") == expected
    assert one(Decimal(number).quantize(Decimal("1.00"))) == expected


@given(st.integers(-(2**63), 2**63 - 1))
def test_numbers_too_long_for_a_float_hash_the_same_as_text(number):
    assert one(number, pa.int64()) == one(str(number)) == one(str(number), pa.large_string())


@pytest.mark.parametrize("number", [2**63, 2**64 - 1, 10**19])
def test_so_do_those_that_only_fit_without_a_sign(number):
    assert one(number, pa.uint64()) == one(str(number))


@pytest.mark.parametrize(
    "kind", [pa.int8(), pa.int16(), pa.int32(), pa.uint8(), pa.uint32(), pa.float32()]
)
def test_the_width_of_the_column_does_not_matter(kind):
    assert one(17, kind) == one(17, pa.int64())


def test_a_dictionary_hashes_like_its_cells():
    texts = pa.array(["a", "17", None, "a", ""])
    np.testing.assert_array_equal(hashing.hashes(texts), hashing.hashes(texts.dictionary_encode()))


def test_text_that_is_no_whole_number_is_taken_as_it_is():
    different = [
        "017",
        "17",
        "+17",
        "17a",
        "a17",
        "17.5",
        "1e3",
        "-17",
        "0",
        "00",
        "A",
        "a",
        "17,0",
    ]
    assert len({one(text) for text in different}) == len(different)


def test_a_number_longer_than_any_column_stays_a_text():
    assert one("9" * 30) != one(str(int("9" * 30) % 2**64))


@pytest.mark.parametrize(
    "array",
    [
        pa.array([None, None], pa.int64()),
        pa.array([float("nan"), None]),
        pa.array(["", None]),
        pa.array([" ", "\u00a0"]),
        pa.nulls(2),
    ],
    ids=lambda array: str(array.type),
)
def test_an_empty_cell_is_a_customer_of_its_own(array):
    first, second = hashing.hashes(array, lambda: np.array([10, 11]))
    assert first != second
    assert (first, second) == tuple(hashing.row_keys(np.array([10, 11])))


def test_empty_cells_are_alike_where_rows_are_compared():
    alike = {int(hashing.cell_hashes(array)[0]) for array in (pa.array([""]), pa.nulls(1))}
    assert len(alike) == 1


def test_customers_and_rows_scatter_evenly_over_the_random_groups():
    for hashes in (
        hashing.hashes(pa.array(np.arange(100_000))),
        hashing.hashes(pa.array([f"C-{i:07d}" for i in range(100_000)])),
        hashing.row_keys(np.arange(100_000)),
    ):
        assert len(np.unique(hashes)) == 100_000
        counts = np.bincount((hashes % np.uint64(GROUPS)).astype(int), minlength=GROUPS)
        # 500 a group: six standard deviations, and a chi-square of 199 with deviation 20.
        assert np.abs(counts - 500).max() < 6 * np.sqrt(500)
        assert ((counts - 500) ** 2 / 500).sum() < 199 + 6 * 20
        assert abs(int((hashes < np.uint64(2**63)).sum()) - 50_000) < 6 * np.sqrt(25_000)


def test_the_hash_is_the_same_in_every_version():
    assert one(17) == 12549260644238659917
    assert one("Aino") == 3651095394316948129
    assert int(hashing.row_keys(np.array([0]))[0]) == 14206934564712900448


def test_rows_differ_by_the_order_of_their_cells():
    left, right = hashing.cell_hashes(pa.array([1])), hashing.cell_hashes(pa.array([2]))
    assert hashing.rows_of([left, right], 1) != hashing.rows_of([right, left], 1)
    assert len(set(hashing.rows_of([], 3).tolist())) == 1


def test_slices_hash_like_the_cells_they_hold():
    texts = pa.array([None, "a", "17", "", "Älä", "x" * 300])
    whole = hashing.hashes(texts)
    np.testing.assert_array_equal(
        hashing.hashes(texts.slice(2, 3), lambda: np.arange(2, 5)), whole[2:5]
    )


def test_cells_that_are_neither_number_nor_text_hash_by_what_they_say():
    lists = pa.array([[1, 2], [1, 2], [2, 1], None])
    found = hashing.cell_hashes(lists)
    assert found[0] == found[1] != found[2]
