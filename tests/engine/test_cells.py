"""A dirty cell is an answer, empty, coded, off the scale or unreadable: the same in every type."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from kuski.engine import arrays, cells
from kuski.engine.cells import ANSWERED, CODED, EMPTY, OFF_SCALE, UNREADABLE
from kuski.moments import Variable

SCORE = Variable("score", scale=(1, 5), missing=(0, 6, "Blank"))


def read(array, variable, **options):
    """Give value and status of each cell; no value where there is no answer."""
    found = cells.decode(array, variable, **options)
    status = np.zeros(len(array), int) if found.status is None else found.status
    return [
        (float(value) if state == ANSWERED else None, int(state))
        for value, state in zip(found.values, status, strict=True)
    ]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()])
@pytest.mark.parametrize("is_encoded", [False, True])
def test_text_cells(kind, is_encoded):
    texts = ["3", " 4 ", "", None, "   ", "Blank", "BLANK ", "0", "6.0", "7", "-1", "five", "2,5"]
    array = pa.array(texts, kind)
    if is_encoded:
        array = pa.array(texts, pa.string()).dictionary_encode()
    states = [status for _, status in read(array, SCORE)]
    assert states == [
        ANSWERED, ANSWERED, EMPTY, EMPTY, EMPTY, CODED, CODED, CODED, CODED, OFF_SCALE, OFF_SCALE,
        UNREADABLE, ANSWERED,
    ]  # fmt: skip
    assert [value for value, _ in read(array, SCORE) if value] == [3.0, 4.0, 2.5]


@pytest.mark.parametrize(
    "array",
    [
        pa.array([3, 6, 0, 7, None, 1], pa.int8()),
        pa.array([3, 6, 0, 7, None, 1], pa.uint64()),
        pa.array([3, 6, 0, 7, None, 1], pa.int64()),
        pa.array([3, 6, 0, 7, None, 1], pa.float32()),
        pa.array([3, 6, 0, 7, float("nan"), 1], pa.float64()),
        pa.array([3, 6, 0, 7, None, 1], pa.int16()).dictionary_encode(),
        pa.array([Decimal(x) if x is not None else x for x in [3, 6, 0, 7, None, 1]]),
        pa.array(["3", "6", "0", "7", None, "1"]),
        pa.array(["3", "6", "0", "7", "", "1"]).dictionary_encode(),
    ],
    ids=lambda array: str(array.type),
)
def test_the_same_cells_in_every_type_read_alike(array):
    assert read(array, SCORE) == [
        (3.0, ANSWERED), (None, CODED), (None, CODED), (None, OFF_SCALE), (None, EMPTY),
        (1.0, ANSWERED),
    ]  # fmt: skip


def test_booleans_are_one_and_nought():
    assert read(pa.array([True, None, False]), Variable("left")) == [
        (1.0, ANSWERED), (None, EMPTY), (0.0, ANSWERED),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "array",
    [
        pa.array([dt.date(2024, 5, 1), None]),
        pa.array([dt.datetime(2024, 5, 1, 12), None]),  # noqa: DTZ001
        pa.array([[1, 2], None]),
        pa.array([b"x", None]),
    ],
    ids=lambda array: str(array.type),
)
def test_what_is_no_number_is_unreadable_and_not_empty(array):
    assert read(array, Variable("x")) == [(None, UNREADABLE), (None, EMPTY)]


def test_a_column_of_nothing_is_empty():
    assert read(pa.nulls(2), Variable("x")) == [(None, EMPTY)] * 2
    assert read(pa.nulls(0), Variable("x")) == []
    assert read(pa.array([], pa.string()), Variable("x")) == []


@pytest.mark.parametrize(
    "array", [pa.array([1.0, np.inf, -np.inf]), pa.array(["1", "inf", "1e999"])]
)
def test_infinite_numbers_cannot_be_read(array):
    assert [status for _, status in read(array, Variable("x"))] == [
        ANSWERED, UNREADABLE, UNREADABLE,
    ]  # fmt: skip


def test_words_for_nothing_that_nobody_declared_are_unreadable():
    states = [status for _, status in read(pa.array(["NULL", "NA", "nan", "-"]), Variable("x"))]
    assert states == [UNREADABLE] * 4


@pytest.mark.parametrize("missing", [(99,), ("99",), ("99.0",), (99.0,)])
@pytest.mark.parametrize("array", [pa.array([99, 1]), pa.array(["99", "1"]), pa.array([99.0, 1.0])])
def test_a_code_is_a_code_with_and_without_quotes(array, missing):
    assert read(array, Variable("x", missing=missing)) == [(None, CODED), (1.0, ANSWERED)]


def test_a_code_that_the_type_cannot_hold_does_no_harm():
    assert read(pa.array([1, 2], pa.int8()), Variable("x", missing=(-999, 1.5, 1e30))) == [
        (1.0, ANSWERED), (2.0, ANSWERED),
    ]  # fmt: skip


def test_a_code_beats_the_scale():
    assert read(pa.array([99]), Variable("x", (1, 5), (99,))) == [(None, CODED)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3", 3), ("3.5", 3.5), ("3,5", 3.5), ("+3", 3), ("-3,25", -3.25), ("\N{MINUS SIGN}3", -3),
        (".5", 0.5), (",5", 0.5), ("3.", 3), ("1e3", 1000), ("1,5E-2", 0.015), ("007", 7),
        ("1 234", 1234), ("1\u00a0234,50", 1234.5), ("12\u202f345\u202f678", 12345678),
        ("1,234", 1.234), ("1,234.5", 1234.5), ("1,234,567", 1234567), ("1.234,5", 1234.5),
        ("0,987", 0.987), ("1.234", 1.234),
        ("", None), ("12 34", None), ("1,2,3", None), ("five", None), ("0x10", None),
        ("1_000", None), ("١", None), ("€5", None), ("5 %", None), ("nan", None), ("inf", None),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(text, number):
    assert cells.read_number(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,234", 1234), ("12,345", 12345), ("3,5", 3.5), ("0,987", 0.987), ("1,2345", 1.2345)],
)
def test_where_commas_part_the_cells_a_comma_groups_thousands(text, number):
    assert cells.read_number(text, groups_by_comma=True) == number
    assert read(pa.array([text]), Variable("x"), groups_by_comma=True) == [(number, ANSWERED)]


def test_a_long_column_of_different_texts_reads_as_one_by_one():
    rng = np.random.default_rng(0)
    numbers = np.round(rng.lognormal(5, 2, 5000), 2)
    texts = [f"{x}" if i % 3 else f"{x}".replace(".", ",") for i, x in enumerate(numbers)]
    found = cells.decode(pa.array(texts), Variable("x"))
    assert found.status is None
    np.testing.assert_array_equal(found.values, numbers)


def test_small_whole_numbers_in_text_are_held_in_a_byte():
    assert cells.decode(pa.array(["1", "5", ""]), Variable("x")).values.dtype == np.int8
    assert cells.decode(pa.array(["1", "500"]), Variable("x")).values.dtype == np.float64
    assert cells.decode(pa.array(["1", "1.5"]), Variable("x")).values.dtype == np.float64


def test_clean_numbers_are_not_copied():
    array = pa.array(np.arange(1, 6, dtype=np.int8))
    found = cells.decode(array, Variable("x", (1, 5)))
    assert found.status is None
    assert np.shares_memory(found.values, arrays.values(array))


# Counts.


def test_counts_say_what_every_cell_was_and_show_some():
    array = pa.array(["3", "4", "", "Blank", "9", "9", "11", "poor", None])
    found = cells.count(array, cells.decode(array, SCORE))
    assert (found.answered, found.empty, found.coded) == (2, 2, 1)
    assert (found.off_scale, found.unreadable) == (3, 1)
    assert found.off_scale_values == ("9", "11")
    assert found.unreadable_values == ("poor",)
    assert (found.low, found.high) == (3.0, 4.0)


def test_examples_of_numbers_are_written_without_an_empty_fraction():
    array = pa.array([1.0, 9.0, 9.5])
    assert cells.count(array, cells.decode(array, SCORE)).off_scale_values == ("9", "9.5")


def test_counts_of_nothing_but_empty_cells_have_no_ends():
    array = pa.nulls(3)
    found = cells.count(array, cells.decode(array, SCORE))
    assert (found.answered, found.empty, found.low, found.high) == (0, 3, None, None)


@pytest.mark.parametrize(
    ("array", "filled"),
    [
        (pa.array(["a", "", "  ", "\u00a0", None]), 1),
        (pa.array(["a", "", None]).dictionary_encode(), 1),
        (pa.array([1, None, 3]), 2),
        (pa.array([1, 2]), 2),
    ],
)
def test_texts_are_filled_or_empty(array, filled):
    found = cells.count_text(array)
    assert (found.answered, found.empty) == (filled, len(array) - filled)


# Categories.


@pytest.mark.parametrize(
    "array",
    [
        pa.array([1, 2, 1, None]),
        pa.array([1.0, 2.0, 1.0, None]),
        pa.array(["1", "2 ", "1.0", ""]),
        pa.array([Decimal("1.00"), Decimal("2.00"), Decimal("1.00"), None]),
        pa.array(["1", "2", "1", None]).dictionary_encode(),
    ],
    ids=lambda array: str(array.type),
)
def test_categories_have_the_same_names_in_every_type(array):
    found, place = cells.labels(array, ())
    assert found == ["1", "2"]
    assert place.tolist() == [0, 1, 0, -1]


def test_codes_for_missing_are_no_categories():
    found, place = cells.labels(pa.array(["north", "Blank", "99", "south"]), ("blank", 99))
    assert found == ["north", "south"]
    assert place.tolist() == [0, -1, -1, 1]


def test_leading_zeros_and_words_stay_as_they_are():
    assert cells.labels(pa.array(["01", "1", "1.10", "v1.0"]), ())[0] == ["01", "1", "1.10", "v1.0"]


def test_truths_are_written_in_small_letters():
    assert cells.labels(pa.array([True, False]), ())[0] == ["false", "true"]


def test_an_indicator_is_one_where_the_text_is_the_one_asked_for():
    variable = Variable("region", missing=("?",), equals="south")
    array = pa.array(["south", "north", "?", None])
    assert read(array, variable) == [
        (1.0, ANSWERED), (0.0, ANSWERED), (None, EMPTY), (None, EMPTY),
    ]  # fmt: skip
    assert read(pa.array(["north"]), variable) == [(0.0, ANSWERED)]


# Arrow arrays by their buffers.


@pytest.mark.parametrize("offset", [0, 1, 7, 8, 13])
@pytest.mark.parametrize("length", [0, 1, 9, 20])
def test_slices_are_read_at_their_own_place(offset, length):
    rng = np.random.default_rng(0)
    numbers = [None if x < 0 else int(x) for x in rng.integers(-3, 9, 40)]
    flags = [None if x is None else x % 2 == 0 for x in numbers]
    texts = [None if x is None else "ab" * x for x in numbers]
    part = pa.array(numbers, pa.int16()).slice(offset, length)
    expected = numbers[offset : offset + length]
    absent = arrays.empty(part)
    missing = [x is None for x in expected]
    assert (absent.tolist() if absent is not None else [False] * length) == missing
    held = arrays.values(part).tolist()
    assert [h for h, m in zip(held, missing, strict=True) if not m] == [
        x for x in expected if x is not None
    ]
    truth = arrays.truths(pa.array(flags).slice(offset, length)).tolist()
    assert truth == [bool(flag) for flag in flags[offset : offset + length]]
    text = arrays.plain(pa.array(texts).slice(offset, length))
    assert arrays.lengths(text).tolist() == [2 * (x or 0) for x in expected]


def test_a_filter_chooses_what_it_says():
    chosen = np.random.default_rng(1).random(37) < 0.4
    array = pa.array(range(37))
    assert array.filter(arrays.filter_of(chosen)).to_pylist() == np.flatnonzero(chosen).tolist()
