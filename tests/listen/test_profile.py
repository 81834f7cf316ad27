"""A profile tells what stands in each column, from one bounded reading."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuski.engine.embedded import Session
from kuski.engine.files import open_file
from kuski.listen.profile import profile


def test_a_column_is_counted_cell_by_cell(profile_of):
    column = profile_of({"q": ["1", "2", "2", "", "Blank", " 3 "]}).by_name["q"]
    assert (column.rows, column.filled, column.distinct) == (6, 5, 4)
    assert column.counts == {"2": 2, "1": 1, "Blank": 1, "3": 1}
    assert (column.numeric, column.whole, column.low, column.high) == (4, 4, 1, 3)
    assert np.array_equal(column.numbers, [1, 2, 2, np.nan, np.nan, 3], equal_nan=True)


def test_decimal_commas_and_blanks_between_thousands_are_numbers(profile_of, csv_file):
    path = csv_file("fi.csv", {"euroa": ["1 200,50", "3,5", "7"]}, delimiter=";")
    column = profile_of(path).by_name["euroa"]
    assert (column.numeric, column.whole, column.low, column.high) == (3, 1, 3.5, 1200.5)


@pytest.mark.parametrize(
    ("text", "is_date"),
    [
        ("2024-05-31", True),
        ("31.5.2024", True),
        ("05/31/2024 12:00:00 AM", True),
        ("2024-05-31T10:15:00Z", True),
        ("12/31/1899 09:30:00 AM", False),
        ("31.31.2024", False),
        ("9:30", False),
        ("20", False),
    ],
)
def test_only_dates_of_our_time_are_dates(profile_of, text, is_date):
    assert profile_of({"when": [text, text]}).by_name["when"].dates == float(is_date)


def test_a_bounded_reading_says_that_it_is_one(tmp_path):
    pq.write_table(pa.table({"x": range(1000), "y": range(1000)}), tmp_path / "x.parquet")
    source = open_file(Session(), tmp_path / "x.parquet")
    assert (profile(source).rows, profile(source).is_whole) == (1000, True)
    part = profile(source, rows=100)
    assert (part.rows, part.is_whole, part.by_name["x"].high) == (100, False, 99)
    assert profile(source, cells=100).rows == 50


def test_parquet_and_csv_are_profiled_alike(tmp_path, profile_of):
    columns = {
        "n": [1, 2, None, 2],
        "x": [0.5, 1.0, 1.5, None],
        "is_new": [True, False, None, True],
    }
    pq.write_table(pa.table(columns), tmp_path / "x.parquet")
    found = profile(open_file(Session(), tmp_path / "x.parquet"))
    told = profile_of({**columns, "is_new": [1, 0, None, 1]})
    assert found.columns == told.columns


def test_an_empty_column_holds_nothing(profile_of):
    column = profile_of({"x": ["", ""], "y": [1, 2]}).by_name["x"]
    assert (column.filled, column.distinct, column.coverage) == (0, 0, 0.0)
    assert not column.is_numeric
    assert column.numbers is None


@settings(max_examples=40, deadline=None)
@given(values=st.lists(st.one_of(st.none(), st.integers(-99, 99)), min_size=1, max_size=60))
def test_counts_add_up_to_the_filled_cells(values, tmp_path_factory):
    path = tmp_path_factory.mktemp("p") / "x.parquet"
    pq.write_table(pa.table({"x": pa.array(values, pa.int64())}), path)
    column = profile(open_file(Session(), path)).by_name["x"]
    there = [value for value in values if value is not None]
    assert (column.filled, column.distinct) == (len(there), len(set(there)))
    assert all(there.count(int(text)) == times for text, times in column.counts.items())
