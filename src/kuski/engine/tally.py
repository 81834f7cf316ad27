"""Counts of what a batch's columns hold, of duplicate rows and of straight lines."""

from collections.abc import Iterator, Sequence

import numpy as np

from kuski.engine import cells, hashing
from kuski.engine.batch import Batch
from kuski.engine.source import ROW
from kuski.moments import STRAIGHT_LEAST, Counts, DistinctSample, Hashes, Tally, Variable
from kuski.terms import CUSTOMERS


def counts_of(batch: Batch, tally: Tally) -> Counts:
    """Count a batch, all but its repeated rows."""
    columns = {
        variable.column: cells.count(batch.array(variable.column), batch.cells(variable))
        for variable in tally.columns
    }
    columns |= {text: cells.count_text(batch.raw(text)) for text in tally.texts}
    straight, straight_of = _straight(batch, tally.block)
    return Counts(
        rows=batch.rows,
        columns=columns,
        straight=straight,
        straight_of=straight_of,
        rows_seen=DistinctSample.of(np.empty(0, np.uint64)),
    )


def row_hashes(batch: Batch, tally: Tally) -> Hashes:
    """Hash the rows by the columns that tell them apart."""
    if tally.identity is None:
        return np.empty(0, np.uint64)
    names = tally.identity or [name for name in batch.batch.schema.names if not _is_added(name)]
    return hashing.rows_of(_column_hashes(batch, names), batch.rows)


def _is_added(name: str) -> bool:
    return name == ROW or name.startswith(CUSTOMERS)


def _column_hashes(batch: Batch, names: Sequence[str]) -> Iterator[Hashes]:
    return (hashing.cell_hashes(batch.array(name)) for name in names)


def _straight(batch: Batch, block: Sequence[Variable]) -> tuple[int, int]:
    """Count the rows with one value throughout the block, and the rows with enough answers."""
    answered = np.zeros(batch.rows, np.int16)
    low, high = np.full(batch.rows, np.inf), np.full(batch.rows, -np.inf)
    for variable in block:
        found = batch.cells(variable)
        valid = True if found.valid is None else found.valid
        answered += valid
        np.minimum(low, found.values, out=low, where=valid)
        np.maximum(high, found.values, out=high, where=valid)
    enough = answered >= STRAIGHT_LEAST
    return int(np.count_nonzero(enough & (low == high))), int(np.count_nonzero(enough))
