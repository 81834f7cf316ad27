"""Times of every make order a customer's answers."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuski.engine.batch import NO_TIME, Batch, Told
from kuski.engine.source import Dictionary

HELSINKI = dt.timezone(dt.timedelta(hours=2))


def times(array):
    record = pa.RecordBatch.from_arrays([array], names=["time"])
    return Batch(record, Told(Dictionary()), customer=None, first_row=7).times("time").tolist()


NOON = int(dt.datetime(2024, 5, 31, 12, tzinfo=dt.UTC).timestamp() * 1e6)
DAY = NOON - 12 * 3600 * 10**6


@pytest.mark.parametrize(
    "array",
    [
        pa.array([dt.datetime(2024, 5, 31, 12), None]),  # noqa: DTZ001
        pa.array([dt.datetime(2024, 5, 31, 12), None], pa.timestamp("s")),  # noqa: DTZ001
        pa.array([dt.datetime(2024, 5, 31, 14, tzinfo=HELSINKI), None], pa.timestamp("ms", "UTC")),
        pa.array(["2024-05-31 12:00:00", ""]),
        pa.array(["2024-05-31T12:00", None]),
        pa.array(["2024-05-31T12:00:00Z", "soon"]),
        pa.array(["2024-05-31T14:00:00+02:00", "x"]),
        pa.array(["31.5.2024 12.00", "32.5.2024"]),
        pa.array(["31.05.2024 klo 12:00", " "]),
        pa.array(["2024-05-31 12:00:00", None]).dictionary_encode(),
    ],
    ids=lambda array: f"{array.type} {array[0]}",
)
def test_times_are_microseconds_and_lowest_where_there_is_none(array):
    assert times(array) == [NOON, NO_TIME]


@pytest.mark.parametrize(
    "array",
    [
        pa.array([dt.date(2024, 5, 31)]),
        pa.array([dt.date(2024, 5, 31)], pa.date64()),
        pa.array(["2024-05-31"]),
        pa.array(["31.5.2024"]),
    ],
    ids=lambda array: f"{array.type} {array[0]}",
)
def test_dates_are_their_midnight(array):
    assert times(array) == [DAY]


def test_a_month_is_its_first_day():
    assert times(pa.array(["2024-05"])) == times(pa.array(["2024-05-01"]))


def test_a_day_that_does_not_exist_does_not_spoil_the_others():
    assert times(pa.array(["2024-02-31", "2024-05-31 12:00"])) == [NO_TIME, NOON]


@given(st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2200, 1, 1)))  # noqa: DTZ001
def test_a_time_is_the_same_as_text_and_as_time(moment):
    text, late = str(moment), moment.isoformat(timespec="minutes")
    expected = times(pa.array([moment], pa.timestamp("us")))[0]
    assert times(pa.array([text])) == [expected]
    assert times(pa.array([f"{text}Z" if "." not in text else f"{text}+00:00"])) == [expected]
    assert times(pa.array([late])) == [times(pa.array([f"{moment:%d.%m.%Y %H:%M}".lstrip("0")]))[0]]


@pytest.mark.parametrize(
    "array", [pa.array([2, 10, None]), pa.array([2.0, 10.0, None]), pa.array(["2", "10", ""])]
)
def test_waves_are_ordered_as_numbers(array):
    assert times(array) == [2000, 10_000, NO_TIME]


def test_parts_of_numbers_count():
    assert times(pa.array([1.5, 1.25])) == [1500, 1250]


def test_a_slice_has_its_own_times():
    days = pa.array([dt.date(2024, 5, day) for day in range(1, 11)])
    assert times(days.slice(4, 3)) == times(days)[4:7]


def test_without_a_time_the_rows_are_numbered_through_the_table():
    record = pa.RecordBatch.from_arrays([pa.nulls(3)], names=["x"])
    batch = Batch(record, Told(Dictionary()), customer=None, first_row=7)
    np.testing.assert_array_equal(batch.times(None), [7, 8, 9])
