"""The sheet: a list of customers as Parquet or CSV, each row with its reason."""

import codecs
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from kuski.choose.candidate import CUSTOMER, RANK, read_batches
from kuski.choose.queue import Queue
from kuski.engine import arrays
from kuski.listen.stories.cell import neutral
from kuski.moments import Integers
from kuski.show.record import Record, number

KINDS = (".csv", ".parquet")
_KINDS = {
    "action": pa.string(),
    "segment": pa.string(),
    "level": pa.string(),
    "protected": pa.int8(),
    "worth": pa.float64(),
    "worth_low": pa.float64(),
    "worth_high": pa.float64(),
    "cost": pa.float64(),
    "worth_per_cost": pa.float64(),
    "price": pa.float64(),
    "reason": pa.string(),
}
_ROWS = 1 << 18
# What begins with a letter or a digit, and plain numbers: no formula. All else is looked at.
_SURE = r"^([\pL\pN]|[+-]?[0-9]+([.,][0-9]+)?$)"


def write_sheet(
    path: Path,
    candidates: Path,
    queue: Queue,
    rows: Sequence[Record],
    *,
    customer: str,
) -> Integers:
    """Write the candidates who are in, in the order of their table.

    Customers stand as their table writes them. In a CSV file, texts that a spreadsheet would take
    for formulas get a mark before them.

    Parameters
    ----------
    path : Path
        Ends in ``.csv`` or ``.parquet``.
    candidates : Path
        As `candidate.gather` writes it.
    queue : Queue
        Closed.
    rows : sequence of mappings
        What each rank is told.
    customer : str
        Name of the customers' column.

    Returns
    -------
    ndarray of int, shape (ranks,)
        Customers written of each rank.
    """
    listed = np.zeros(len(rows), np.int64)
    form = _Form.of(rows, customer, is_csv=path.suffix.lower() == ".csv")
    with ExitStack() as stack:
        put: Callable[[pa.Table], None] | None = None
        for batch in _in(candidates, queue):
            listed += np.bincount(arrays.values(batch.column(RANK)), minlength=len(rows))
            table = form.table(batch)
            if put is None:
                put = _opened(path, table.schema, form, stack)
            put(table)
    return listed


@dataclass(frozen=True, slots=True)
class _Form:
    """How a row is laid out: what each rank is told, column by column."""

    customer: str
    told: Mapping[str, pa.Array]
    is_csv: bool

    @classmethod
    def of(cls, rows: Sequence[Record], customer: str, *, is_csv: bool) -> "_Form":
        told = {}
        for column, kind in _KINDS.items():
            if kind == pa.string():
                texts = [str(row[column]) for row in rows]
                told[column] = _texts([neutral(text) for text in texts] if is_csv else texts)
            else:
                told[column] = _numbers([number(row, column) for row in rows]).cast(kind)
        # A table may call its customers by a name that is taken here.
        return cls(CUSTOMER if customer in _KINDS else customer, told, is_csv)

    def table(self, batch: pa.RecordBatch) -> pa.Table:
        """Put beside each customer what its rank is told."""
        customer, rank = batch.column(CUSTOMER), batch.column(RANK)
        columns = [_neutralised(customer) if self.is_csv else customer]
        for told in self.told.values():
            is_packed = told.type == pa.string() and not self.is_csv
            columns.append(
                pa.DictionaryArray.from_arrays(rank.cast(pa.int32()), told)
                if is_packed
                else told.take(rank)
            )
        return pa.Table.from_arrays(columns, [self.customer, *self.told])


def _opened(
    path: Path, schema: pa.Schema, form: _Form, stack: ExitStack
) -> Callable[[pa.Table], None]:
    """Open the file, and return what puts rows into it."""
    if not form.is_csv:
        # Customers differ, so that a dictionary of them is dear; nor does any reader of a list skip
        # parts of it by their statistics, which take a third of the writing.
        told = list(form.told)
        writer = stack.enter_context(
            pq.ParquetWriter(path, schema, use_dictionary=told, write_statistics=False)
        )
        return lambda table: writer.write_table(table, row_group_size=max(table.num_rows, 1))
    file = stack.enter_context(path.open("wb"))
    # Without it some spreadsheets take the letters for another alphabet's.
    file.write(codecs.BOM_UTF8)
    put: Callable[[pa.Table], None] = stack.enter_context(
        pa_csv.CSVWriter(file, schema)
    ).write_table
    return put


def _in(candidates: Path, queue: Queue) -> Iterator[pa.RecordBatch]:
    """Read the candidates who are in, many at a time; at least one batch, be it empty."""
    parts: list[pa.RecordBatch] = []
    for batch, rank, key in read_batches(candidates):
        parts.append(batch.filter(arrays.filter_of(queue.holds(rank, key))))
        if sum(part.num_rows for part in parts) >= _ROWS:
            yield _together(parts)
            parts = []
    if parts:
        yield _together(parts)


def _together(parts: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
    whole = pa.Table.from_batches(parts).combine_chunks().to_batches()
    return whole[0] if whole else parts[0]


def _neutralised(customers: pa.Array) -> pa.Array:
    """Put a mark before the few customers' names that a spreadsheet would take for formulas."""
    if not arrays.is_text(customers.type):
        return customers
    texts = customers.cast(pa.large_string())
    doubtful = ~arrays.truths(pc.match_substring_regex(texts, _SURE))
    if not doubtful.any():
        return customers
    safe = [neutral(cell.as_py()) for cell in texts.filter(arrays.filter_of(doubtful))]
    mask = arrays.filter_of(doubtful)
    return pc.replace_with_mask(texts, mask, _texts(safe).cast(pa.large_string()))


def _texts(texts: Sequence[str]) -> pa.Array:
    """Make an array by its buffers, since Arrow's own way loads pandas wherever it is installed."""
    written = [text.encode() for text in texts]
    ends = np.cumsum([0, *map(len, written)], dtype=np.int32)
    return pa.Array.from_buffers(
        pa.string(), len(texts), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(written))]
    )


def _numbers(numbers: Sequence[float | None]) -> pa.Array:
    """Make an array by its buffers; null where there is no number."""
    values = np.array([0.0 if one is None else one for one in numbers])
    known = np.packbits(np.array([one is not None for one in numbers], np.bool_), bitorder="little")
    return pa.Array.from_buffers(
        pa.float64(), len(values), [pa.py_buffer(known), pa.py_buffer(values)]
    )
