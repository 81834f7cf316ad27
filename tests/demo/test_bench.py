"""The plain table for timings."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kuski import demo
from kuski.demo import bench


def test_the_table_has_what_was_asked_for(tmp_path):
    path = demo.write_answers(tmp_path / "answers.parquet", rows=10_000, drivers=12, seed=2)
    table = pq.read_table(path)
    assert table.num_rows == 10_000
    drivers = [f"driver_{number:02d}" for number in range(1, 13)]
    assert table.column_names == ["customer", "weight", "score", *drivers, "worth"]
    assert {table.schema.field(name).type for name in ["score", *drivers]} == {pa.int8()}
    assert sum(column.null_count for column in table.columns) == 0
    assert set(table["score"].to_pylist()) == set(range(1, 8))
    assert set(table["driver_07"].to_pylist()) == set(range(1, 6))
    assert table["worth"].to_numpy().min() > 0


def test_same_seed_gives_the_same_bytes(tmp_path):
    one = demo.write_answers(tmp_path / "1.parquet", rows=5_000, seed=7)
    two = demo.write_answers(tmp_path / "2.parquet", rows=5_000, seed=7)
    other = demo.write_answers(tmp_path / "3.parquet", rows=5_000, seed=8)
    assert one.read_bytes() == two.read_bytes() != other.read_bytes()


def test_rows_come_in_groups_that_do_not_depend_on_how_many_follow(tmp_path, monkeypatch):
    monkeypatch.setattr(bench, "_GROUP_ROWS", 1_000)
    few = demo.write_answers(tmp_path / "few.parquet", rows=2_000, drivers=3)
    many = demo.write_answers(tmp_path / "many.parquet", rows=3_500, drivers=3)
    assert pq.ParquetFile(many).metadata.num_row_groups == 4
    assert pq.read_table(many).slice(0, 2_000).equals(pq.read_table(few))


def test_clustered_answers_stand_by_customer_and_scattered_do_not(tmp_path):
    together = demo.write_answers(tmp_path / "1.parquet", rows=4_000, drivers=1)
    apart = demo.write_answers(tmp_path / "2.parquet", rows=4_000, drivers=1, clustered=False)
    ordered, mixed = (pq.read_table(path)["customer"].to_numpy() for path in (together, apart))
    assert (np.diff(ordered) >= 0).all()
    assert (np.diff(mixed) < 0).any()
    assert len(np.unique(ordered)) == ordered.max() == mixed.max() == 1_000


def test_nulls_come_in_the_share_asked_for(tmp_path):
    path = demo.write_answers(tmp_path / "1.parquet", rows=20_000, drivers=4, missing=0.1)
    table = pq.read_table(path)
    for number in range(1, 5):
        share = table[f"driver_{number:02d}"].null_count / 20_000
        assert share == pytest.approx(0.1, abs=0.01)
    assert table["score"].null_count == table["worth"].null_count == 0


def test_a_failure_leaves_nothing_half_written(tmp_path, monkeypatch):
    def fail(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bench, "_group", fail)
    with pytest.raises(OSError, match="No space"):
        demo.write_answers(tmp_path / "answers.parquet", rows=10)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("wrong", [{"rows": 0}, {"drivers": 0}, {"missing": 5.0}])
def test_counts_and_shares_that_mean_nothing_are_refused(tmp_path, wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        demo.write_answers(tmp_path / "answers.parquet", **({"rows": 10} | wrong))
