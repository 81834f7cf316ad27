"""Parquet files: batches of one size, whatever the sizes of the row groups."""

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from pathlib import Path

import pyarrow as pa

from kuski.engine.source import batch_rows, first_line
from kuski.errors import DataError

_PIECE = 1 << 16
# Below this, loading Polars costs more than it saves; a row group above it would fill the memory.
_FEWEST_ROWS = 1 << 19
_LARGEST_GROUP = 1 << 21


def batches(path: Path, columns: Sequence[str], *, name: str) -> Iterator[pa.RecordBatch]:
    """Read columns once, in the file's order of rows.

    Polars reads large files for half of what Arrow's reader costs. Small ones, and row groups that
    would fill the memory, are read by Arrow a page at a time.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path, pre_buffer=False) as file:
            about = file.metadata
            if not columns:
                yield pa.RecordBatch.from_arrays([pa.nulls(about.num_rows)], ["nothing"])
                return
            groups = [about.row_group(i).num_rows for i in range(about.num_row_groups)]
            if about.num_rows < _FEWEST_ROWS or max(groups) > _LARGEST_GROUP:
                yield from _by_arrow(file, list(columns))
                return
    except (pa.ArrowException, OSError) as error:
        raise DataError("unreadable", file=name, reason=first_line(error)) from error
    yield from _by_polars(path, columns, groups, name=name)


def _by_arrow(file: "pa.parquet.ParquetFile", columns: list[str]) -> Iterator[pa.RecordBatch]:
    """Merge what Arrow reads in small pieces, since those are read faster."""
    rows = batch_rows(len(columns))
    pieces: list[pa.RecordBatch] = []
    for piece in file.iter_batches(min(_PIECE, rows), columns=columns, use_threads=False):
        pieces.append(piece)
        if sum(part.num_rows for part in pieces) >= rows:
            yield from _cut(pa.Table.from_batches(pieces), columns)
            pieces = []
    if pieces:
        yield from _cut(pa.Table.from_batches(pieces), columns)


def _by_polars(
    path: Path, columns: Sequence[str], groups: Sequence[int], *, name: str
) -> Iterator[pa.RecordBatch]:
    import polars as pl
    from polars import selectors

    frame = pl.scan_parquet(path, glob=False, hive_partitioning=False)
    chosen = frame.select(selectors.by_name(*columns))
    try:
        for start, stop in pairwise(_cuts(groups, 2 * batch_rows(len(columns)))):
            part = chosen.slice(start, stop - start).collect()
            yield from _cut(part.to_arrow(compat_level=pl.CompatLevel.oldest()), columns)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise DataError("unreadable", file=name, reason=first_line(error)) from error


def _cuts(groups: Sequence[int], rows: int) -> list[int]:
    """Cut a file between row groups, into parts of about so many rows."""
    ends = list(accumulate(groups))
    kept = [0]
    for end, after in zip(ends, [*ends[1:], ends[-1] + rows + 1], strict=True):
        if after - kept[-1] > rows:
            kept.append(end)
    return kept


def _cut(table: pa.Table, columns: Sequence[str]) -> list[pa.RecordBatch]:
    whole = table.select(list(columns)).combine_chunks()
    parts: list[pa.RecordBatch] = whole.to_batches(batch_rows(len(columns)))
    return parts
