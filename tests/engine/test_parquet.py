"""A Parquet file reads the same whatever its row groups and whoever reads it."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kuski.engine import parquet, source
from kuski.engine.files import open_file
from kuski.errors import DataError

ROWS = 3000


def table():
    rng = np.random.default_rng(0)
    scores = [None if x == 0 else int(x) for x in rng.integers(0, 6, ROWS)]
    return pa.table(
        {
            "customer": pa.array(np.arange(ROWS) // 2),
            "score": pa.array(scores, pa.int8()),
            "worth": pa.array(rng.lognormal(5, 1, ROWS)),
            "text": pa.array([None if i % 7 == 0 else f"täxt {i}" for i in range(ROWS)]),
            "region": pa.array(["north", "south", None] * (ROWS // 3)).dictionary_encode(),
            "day": pa.array([dt.date(2024, 1, 1) + dt.timedelta(days=i) for i in range(ROWS)]),
            "price": pa.array([Decimal(i) / 4 for i in range(ROWS)], pa.decimal128(10, 2)),
            "left": pa.array([i % 3 == 0 for i in range(ROWS)]),
            "Q1.1": pa.array(np.arange(ROWS, dtype=np.uint16)),
            "^Q.*$": pa.array(np.arange(ROWS)),
            "select; drop table": pa.array(np.arange(ROWS)),
        }
    )


@pytest.fixture
def fast(monkeypatch):
    """Read small files as large ones are read."""
    monkeypatch.setattr(parquet, "_FEWEST_ROWS", 0)


@pytest.fixture
def written(tmp_path, session):
    def make(content=None, *, group=ROWS, name="table.parquet"):
        path = tmp_path / name
        pq.write_table(table() if content is None else content, path, row_group_size=group)
        return open_file(session, path)

    return make


@pytest.mark.parametrize("group", [ROWS, 1000, 997, 64, 7])
@pytest.mark.parametrize("batch", [source._ROWS, 500, 64])
def test_row_groups_of_every_size_read_alike(written, rows_of, monkeypatch, group, batch):
    monkeypatch.setattr(source, "_ROWS", batch)
    found = written(group=group)
    expected = [list(row.values()) for row in table().to_pylist()]
    assert rows_of(found) == expected
    sizes = [part.num_rows for part in found.batches(found.columns)]
    assert max(sizes) <= batch


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize("group", [ROWS, 997, 64])
@pytest.mark.parametrize("batch", [source._ROWS, 500])
def test_the_fast_reader_reads_the_same(written, rows_of, monkeypatch, group, batch):
    pytest.importorskip("polars")
    monkeypatch.setattr(source, "_ROWS", batch)
    found = written(group=group, name="odd [name]*.parquet")
    assert rows_of(found) == [list(row.values()) for row in table().to_pylist()]
    assert max(part.num_rows for part in found.batches(found.columns)) <= batch


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize("largest", [1 << 21, 500])
def test_one_giant_row_group_is_read_a_page_at_a_time(written, rows_of, monkeypatch, largest):
    monkeypatch.setattr(parquet, "_LARGEST_GROUP", largest)
    monkeypatch.setattr(source, "_ROWS", 400)
    found = written()
    assert len(rows_of(found, ["score"])) == ROWS
    assert max(part.num_rows for part in found.batches(["score"])) <= 400


@pytest.mark.usefixtures("fast")
def test_both_readers_give_the_same_rows(written, rows_of, monkeypatch):
    by_polars = rows_of(written())
    monkeypatch.setattr(parquet, "_FEWEST_ROWS", ROWS + 1)
    assert len(by_polars) == ROWS
    assert rows_of(written()) == by_polars


def test_columns_of_numbers_are_known_by_their_type(written):
    assert written().numeric == {
        "customer",
        "score",
        "worth",
        "Q1.1",
        "^Q.*$",
        "select; drop table",
    }


def test_columns_come_in_the_order_in_which_they_are_asked_for(written, rows_of):
    found = rows_of(written(), ["worth", "customer", "Q1.1"])
    assert found[4][1:] == [2, 4]


def test_no_columns_are_as_many_rows(written):
    assert sum(part.num_rows for part in written().batches([])) == ROWS


def test_a_file_without_rows_gives_none(written, rows_of):
    assert rows_of(written(table().slice(0, 0))) == []


@pytest.mark.parametrize("groups", [[5], [3, 3, 3], [1] * 20, [10, 1, 1, 10], [0, 4, 0], [0]])
@pytest.mark.parametrize("rows", [1, 4, 100])
def test_cuts_fall_between_row_groups(groups, rows):
    cuts = parquet._cuts(groups, rows)
    ends = [0, *np.cumsum(groups).tolist()]
    assert cuts[0] == 0
    assert cuts[-1] == ends[-1]
    assert set(cuts) <= set(ends)
    sizes = np.diff(cuts)
    assert all(size <= max(rows, max(groups, default=0)) for size in sizes)


@pytest.mark.parametrize("data", [b"no parquet at all", b"PAR1" + b"\x00" * 50 + b"PAR1"])
def test_what_is_no_parquet_file_is_an_error(tmp_path, session, data):
    path = tmp_path / "broken.parquet"
    path.write_bytes(data)
    with pytest.raises(DataError) as caught:
        open_file(session, path)
    assert caught.value.case == "unreadable"
    assert "broken.parquet" in str(caught.value)


@pytest.mark.parametrize("is_fast", [False, True])
def test_a_file_that_breaks_off_is_an_error(tmp_path, session, monkeypatch, rows_of, is_fast):
    monkeypatch.setattr(parquet, "_FEWEST_ROWS", 0 if is_fast else 1 << 20)
    path = tmp_path / "torn.parquet"
    pq.write_table(table(), path, compression="zstd")
    data = bytearray(path.read_bytes())
    data[100:4000] = bytes(3900)
    path.write_bytes(bytes(data))
    found = open_file(session, path)
    with pytest.raises(DataError) as caught:
        rows_of(found)
    assert caught.value.case == "unreadable"


@pytest.mark.parametrize("names", [("score", "score"), ("Score", "SCORE")])
def test_names_that_sql_cannot_tell_apart_are_an_error(tmp_path, session, names):
    path = tmp_path / "twins.parquet"
    pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=list(names)), path)
    with pytest.raises(DataError) as caught:
        open_file(session, path)
    assert caught.value.case == "alike_columns"


def test_a_table_without_columns_is_an_error(tmp_path, session):
    path = tmp_path / "bare.parquet"
    pq.write_table(pa.table({}), path)
    with pytest.raises(DataError) as caught:
        open_file(session, path)
    assert caught.value.case == "no_columns"
