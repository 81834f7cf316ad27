"""Hashes of customers and of rows: the same on every engine, every machine and every version.

A customer is the same whether a file writes 17 as a whole number, as 17.0 or as text. Text that
does not read as a whole number is taken as it is, without the blanks around it: 017 is not 17.
"""

from collections.abc import Callable, Iterable
from functools import reduce

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kuski.engine import arrays
from kuski.moments import Hashes, Integers

_FIRST = np.uint64(0xFF51AFD7ED558CCD)
_SECOND = np.uint64(0xC4CEB9FE1A85EC53)
_SALT = np.uint64(0xA0761D6478BD642F)
_BASE = np.uint64(0xD6E8FEB86659FD93)
_SHIFT = np.uint64(33)
_NOTHING = np.uint64(0x9E3779B97F4A7C15)
_WHOLE = r"^(-?[1-9][0-9]{0,19}|0)(\.0+)?$"
_LARGEST = 2**63
_SHORT = 18
_BLOCK = 1 << 14


def mixed(whole: npt.NDArray[np.integer]) -> Hashes:
    """Scatter whole numbers over 64 bits (the finaliser of MurmurHash3, Appleby 2011)."""
    out = np.empty(len(whole), np.uint64)
    for start in range(0, len(whole), _BLOCK):
        # Without salt nought stays nought, and a customer called 0 could never be thinned out.
        part = whole[start : start + _BLOCK].astype(np.uint64) ^ _SALT
        for factor in (_FIRST, _SECOND):
            part ^= part >> _SHIFT
            part *= factor
        part ^= part >> _SHIFT
        out[start : start + _BLOCK] = part
    return out


def hashes(array: pa.Array, rows: Callable[[], Integers] | None = None) -> Hashes:
    """Hash each cell of a key; an empty cell is a key of its own, told apart by its row.

    Parameters
    ----------
    array : pa.Array
        Whole numbers, text or anything that casts to text.
    rows : callable or None
        Gives the numbers of the rows, if any cell is empty; 0 and on where None.
    """
    found = cell_hashes(array)
    empty = np.flatnonzero(found == _NOTHING)
    if len(empty):
        found[empty] = row_keys(empty if rows is None else rows()[empty])
    return found


def row_keys(rows: npt.NDArray[np.integer]) -> Hashes:
    """Hash the numbers of rows, away from the hashes of customers' numbers."""
    return mixed(rows.astype(np.uint64) ^ _NOTHING)


def cell_hashes(array: pa.Array) -> Hashes:
    """Hash each cell by its value alone; all empty cells are alike."""
    if pa.types.is_dictionary(array.type):
        different, place = arrays.encoded(array)
        return np.append(cell_hashes(different), _NOTHING)[place]
    if pa.types.is_integer(array.type):
        found = mixed(arrays.values(array))
    elif pa.types.is_floating(array.type):
        found = _float_hashes(arrays.values(array).astype(np.float64))
    else:
        found = _text_hashes(arrays.trimmed(_texts(array)))
    absent = arrays.empty(array)
    if absent is not None:
        found[absent] = _NOTHING
    return found


def rows_of(columns: Iterable[Hashes], rows: int) -> Hashes:
    """Hash rows by the hashes of their cells, the order of the columns counting."""
    return mixed(
        reduce(lambda left, right: left * _BASE + right, columns, np.zeros(rows, np.uint64))
    )


def _float_hashes(values: npt.NDArray[np.float64]) -> Hashes:
    whole = np.isfinite(values) & (np.abs(values) < _LARGEST) & (values == np.rint(values))
    bits = np.where(whole, values, 0).astype(np.int64).view(np.uint64)
    found = mixed(np.where(whole, bits, values.view(np.uint64)))
    found[np.isnan(values)] = _NOTHING
    return found


def _texts(array: pa.Array) -> pa.Array:
    try:
        return array.cast(pa.large_string())
    except pa.ArrowNotImplementedError:
        cells = (None if cell is None else str(cell) for cell in array.to_pylist())
        return pa.array(cells, pa.large_string())


def _text_hashes(texts: pa.Array) -> Hashes:
    out = _polynomial(texts)
    whole = arrays.truths(pc.match_substring_regex(texts, _WHOLE))
    if whole.any():
        out[whole] = _whole_numbers(texts.filter(arrays.filter_of(whole)))
    out = mixed(out)
    out[arrays.lengths(texts) == 0] = _NOTHING
    return out


def _whole_numbers(texts: pa.Array) -> Hashes:
    digits = pc.replace_substring_regex(texts, pattern=r"\.0+$", replacement="")
    out = _polynomial(digits)
    short = arrays.lengths(digits) <= _SHORT
    out[short] = arrays.values(digits.filter(arrays.filter_of(short)).cast(pa.int64()))
    for i in np.flatnonzero(~short):
        number = int(digits[int(i)].as_py())
        if -_LARGEST <= number < 2 * _LARGEST:
            out[i] = number % (2 * _LARGEST)
    return out


def _polynomial(texts: pa.Array) -> Hashes:
    """Sum byte times power of an odd base over each text, modulo 2**64, and its length."""
    data, ends = arrays.text_bytes(texts)
    lengths = np.diff(ends)
    out = lengths.astype(np.uint64)
    if not len(data):
        return out
    place = np.arange(len(data)) - np.repeat(ends[:-1], lengths)
    powers = np.cumprod(np.full(int(lengths.max()), _BASE, np.uint64))
    terms = (data.astype(np.uint64) + np.uint64(1)) * powers[place]
    filled = lengths > 0
    out[filled] += np.add.reduceat(terms, ends[:-1][filled])
    return out
