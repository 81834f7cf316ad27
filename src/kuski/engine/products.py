"""Weighted cross-products of a batch, by group and replicate: the innermost loop of the engine.

The row numbers are sorted by group, each column is gathered in that order while it is still small,
and BLAS multiplies each group's part of a tile that stays in cache, on one thread. What else was
tried and what each way cost stands in ``docs/decisions/cross-products.md``.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from kuski.engine.arrays import Numbers
from kuski.engine.cells import Cells
from kuski.moments import GROUPS, Floats, Hashes, Integers, Moments

_TILE = 4_000
_FAR = 100.0
_SAMPLE = 5 * GROUPS
_SHORT = 16

Rows = npt.NDArray[np.intp]
Places = npt.NDArray[np.int32]


def origin_of(columns: Sequence[Cells]) -> Floats:
    """Choose what to take off each column: its mean, where that would eat the digits of its spread.

    Cross-products about zero lose (mean / spread)² of the 16 digits of a float; below `_FAR` that
    leaves twelve, and nothing is taken off.
    """
    out = np.zeros(len(columns))
    for i, cells in enumerate(columns):
        values = cells.values if cells.valid is None else cells.values[cells.valid]
        if len(values):
            mean, spread = float(values.mean(dtype=np.float64)), float(values.std(dtype=np.float64))
            out[i] = mean if abs(mean) > _FAR * spread else 0.0
    return out


def moments_of(
    columns: Sequence[Cells],
    *,
    weight: Floats,
    group: Integers,
    groups: tuple[tuple[int | str, ...], ...],
    customer: Hashes,
    origin: Floats,
) -> Moments:
    """Sum one batch.

    Parameters
    ----------
    columns : sequence of Cells, each of shape (m,)
    weight : ndarray, shape (m,)
        Rows whose weight is not above zero are left out.
    group : ndarray, shape (m,)
        Place of the row's group in `groups`; −1 leaves the row out.
    groups : tuple of K keys
    customer : ndarray, shape (m,)
        Hashes; at most `GROUPS` different ones are kept as they are, more are folded.
    origin : ndarray, shape (p,)
    """
    rows = _used_rows(columns, weight, group)
    if rows is not None:
        weight, group, customer = weight[rows], group[rows], customer[rows]
    replicates, place, is_folded = _replicates(customer)
    shape = (len(groups), len(replicates))
    key = group.astype(np.int32) * np.int32(len(replicates)) + place
    sizes = np.bincount(key, minlength=shape[0] * shape[1])
    order = _sorted_rows(key, len(sizes))
    taken = order if rows is None else rows.take(order)
    values = [cells.values.take(taken) for cells in columns]
    cross = _tiled(values, weight.take(order), sizes, origin)
    squares = np.bincount(key, np.square(weight), minlength=len(sizes)).astype(np.float64)
    return Moments(
        groups=groups,
        replicates=replicates,
        is_folded=is_folded,
        origin=origin,
        rows=sizes.reshape(shape).astype(np.int64),
        squares=squares.reshape(shape),
        cross=cross.reshape(*shape, len(columns) + 1, len(columns) + 1),
    )


def _used_rows(columns: Sequence[Cells], weight: Floats, group: Integers) -> Rows | None:
    """Find the rows that count; None where all do."""
    used = (group >= 0) & (weight > 0)
    for cells in columns:
        if cells.valid is not None:
            used &= cells.valid
    return None if used.all() else np.flatnonzero(used)


def _replicates(customer: Hashes) -> tuple[Hashes, Places, bool]:
    """Give each customer a replicate: its own where there are few, a random group where many."""
    step = max(1, len(customer) // _SAMPLE)
    if len(np.unique(customer[::step])) <= GROUPS:
        different, place = np.unique(customer, return_inverse=True)
        if len(different) <= GROUPS:
            return different, place.astype(np.int32), False
    return np.arange(GROUPS, dtype=np.uint64), (customer % np.uint64(GROUPS)).astype(np.int32), True


def _sorted_rows(key: Places, keys: int) -> Rows:
    """Order rows by a key from 0 to `keys`, by the radix sort that NumPy has for 16 bits."""
    low = np.argsort(key.astype(np.uint16), kind="stable")
    if keys <= 1 << _SHORT:
        return low
    high = (key >> _SHORT).take(low)
    return low.take(_sorted_rows(high, (keys >> _SHORT) + 1))


def _tiled(columns: Sequence[Numbers], weight: Floats, sizes: Integers, origin: Floats) -> Floats:
    """Cross-products of columns whose rows stand group after group, with the given sizes."""
    size = len(columns) + 1
    out = np.zeros((len(sizes), size, size))
    plain, weighted = np.empty((2, size, max(_TILE, int(sizes.max(initial=0)))))
    ends = [0, *np.cumsum(sizes).tolist()]
    first = 0
    while first < len(sizes):
        start = ends[first]
        last = max(first + 1, bisect_right(ends, start + _TILE) - 1)
        rows = slice(start, ends[last])
        part = _filled(plain[:, : ends[last] - start], columns, rows, origin)
        times = np.multiply(part, weight[rows], out=weighted[:, : ends[last] - start])
        other = part.T
        for target, (begin, end) in zip(
            out[first:last], pairwise(ends[first : last + 1]), strict=True
        ):
            here = slice(begin - start, end - start)
            np.matmul(times[:, here], other[here], out=target)
        first = last
    return out


def _filled(part: Floats, columns: Sequence[Numbers], rows: slice, origin: Floats) -> Floats:
    # Casting and multiplying in one call would go through NumPy's slow buffered path.
    part[0] = 1.0
    for i, values in enumerate(columns):
        part[i + 1] = values[rows]
        if origin[i]:
            part[i + 1] -= origin[i]
    return part
