"""The texts of a column, each once, with how many rows have it."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from kuski.engine.batch import Batch, Told
from kuski.engine.scan import OpenTable
from kuski.moments import Integers, Variable


@dataclass(frozen=True, slots=True)
class Texts:
    """What people wrote.

    Attributes
    ----------
    texts : tuple of n str
        Different ones, in the order in which they come up.
    rows : tuple of n int
        How many rows have each.
    weights : tuple of n float
        Sums of the rows' weights.
    """

    texts: tuple[str, ...]
    rows: tuple[int, ...]
    weights: tuple[float, ...]


def distinct_texts(table: OpenTable, column: str, weight: Variable | None = None) -> Texts:
    """Read a column of text once; cells that are null are no texts.

    Memory grows with the texts that differ, not with the rows.
    """
    found: dict[str, list[float]] = {}
    wanted = [column] if weight is None else list(dict.fromkeys([column, weight.column]))
    told, first_row = Told(table.source.dictionary), 0
    for record in table.source.batches(wanted):
        batch = Batch(record, told, customer=None, first_row=first_row)
        first_row += batch.rows
        texts, place = _texts(batch.raw(column))
        kept = place >= 0
        rows = np.bincount(place[kept], minlength=len(texts)).tolist()
        weights = np.bincount(
            place[kept], weights=batch.weight(weight)[kept], minlength=len(texts)
        ).tolist()
        for text, n, w in zip(texts, rows, weights, strict=True):
            sums = found.setdefault(text, [0.0, 0.0])
            sums[0] += n
            sums[1] += w
    return Texts(
        tuple(found),
        tuple(int(n) for n, _ in found.values()),
        tuple(w for _, w in found.values()),
    )


def _texts(array: pa.Array) -> tuple[list[str], Integers]:
    """List the different texts of a batch, and each row's place among them; −1 where null."""
    encoded = array.cast(pa.string()).dictionary_encode()
    place = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return encoded.dictionary.to_pylist(), place.astype(np.int64)
