"""Hashes of customers and of rows: the same on every engine, every machine and every version.

A customer is the same whether a file writes 17 as a number or as text: text that reads as a whole
number hashes as that number.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kuski.moments import Hashes

_FIRST = np.uint64(0xFF51AFD7ED558CCD)
_SECOND = np.uint64(0xC4CEB9FE1A85EC53)
_PRIME = np.uint64(0x100000001B3)
_SHIFT = np.uint64(33)
_NOTHING = np.uint64(0x9E3779B97F4A7C15)
_WHOLE = r"^(0|-?[1-9][0-9]{0,17})$"
_BLOCK = 1 << 14


def mixed(whole: npt.NDArray[np.integer]) -> Hashes:
    """Scatter whole numbers over 64 bits (the finaliser of MurmurHash3, Appleby 2011)."""
    out = np.empty(len(whole), np.uint64)
    for start in range(0, len(whole), _BLOCK):
        part = whole[start : start + _BLOCK].astype(np.uint64)
        for factor in (_FIRST, _SECOND):
            part ^= part >> _SHIFT
            part *= factor
        part ^= part >> _SHIFT
        out[start : start + _BLOCK] = part
    return out


def hashes(array: pa.Array, *, first_row: int = 0) -> Hashes:
    """Hash each cell of a key; an empty cell is a key of its own, told apart by its row.

    Parameters
    ----------
    array : pa.Array
        Whole numbers, text or anything that casts to text.
    first_row : int
        Number of the first row, counted from the start of the table.
    """
    filled = cell_hashes(array)
    empty = np.asarray(array.is_null())
    if empty.any():
        rows = np.flatnonzero(empty) + first_row
        filled[empty] = row_keys(rows)
    return filled


def row_keys(rows: npt.NDArray[np.integer]) -> Hashes:
    """Hash the numbers of rows, away from the hashes of customers' numbers."""
    return mixed(rows.astype(np.uint64) ^ _NOTHING)


def cell_hashes(array: pa.Array) -> Hashes:
    """Hash each cell by its value alone; all empty cells are alike."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_integer(array.type):
        whole = np.asarray(pc.fill_null(array, 0)).astype(np.int64)
        return np.where(np.asarray(array.is_null()), _NOTHING, mixed(whole))
    if pa.types.is_floating(array.type):
        return _float_hashes(array)
    text = array.cast(pa.large_string())
    return _text_hashes(pc.utf8_trim_whitespace(pc.fill_null(text, "")))


def joined(left: Hashes, right: Hashes) -> Hashes:
    """Hash pairs of hashes, the order counting."""
    return mixed(left * _PRIME + right)


def _float_hashes(array: pa.Array) -> Hashes:
    values = np.asarray(pc.fill_null(array, float("nan"))).astype(np.float64)
    whole = np.isfinite(values) & (np.abs(values) < 2**53) & (values == np.rint(values))
    bits = np.where(whole, values, 0).astype(np.int64).view(np.uint64)
    bits = np.where(whole, bits, values.view(np.uint64))
    return np.where(np.isnan(values), _NOTHING, mixed(bits))


def _text_hashes(text: pa.Array) -> Hashes:
    whole = np.asarray(pc.match_substring_regex(text, _WHOLE))
    out = np.where(whole, np.uint64(0), mixed(_polynomial(text)))
    if whole.any():
        out[whole] = mixed(np.asarray(text.filter(pa.array(whole)).cast(pa.int64())))
    out[np.asarray(pc.equal(text, ""))] = _NOTHING
    return out


def _polynomial(text: pa.Array) -> Hashes:
    """Sum byte times power of a prime over each text, modulo 2**64."""
    offsets = np.frombuffer(text.buffers()[1], np.int64, len(text) + 1, 8 * text.offset)
    lengths = np.diff(offsets)
    out = lengths.astype(np.uint64)
    if not len(out) or offsets[-1] == offsets[0]:
        return out
    data = np.frombuffer(text.buffers()[2], np.uint8)[offsets[0] : offsets[-1]]
    place = np.arange(len(data)) - np.repeat(offsets[:-1] - offsets[0], lengths)
    powers = np.cumprod(np.full(int(lengths.max()), _PRIME, np.uint64))
    terms = (data.astype(np.uint64) + np.uint64(1)) * powers[place]
    filled = lengths > 0
    out[filled] += np.add.reduceat(terms, (offsets[:-1] - offsets[0])[filled])
    return out
