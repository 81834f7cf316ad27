"""Arrow arrays to NumPy, by their buffers.

PyArrow's own ways (``to_numpy``, ``fill_null``, ``pa.array``) import pandas wherever it is
installed, which costs more than a small study.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Truths = npt.NDArray[np.bool_]
# Any kind of number; NumPy has no type for arrays of those that can be compared.
Numbers = npt.NDArray[Any]

_KINDS = {
    "int8": np.int8,
    "int16": np.int16,
    "int32": np.int32,
    "int64": np.int64,
    "uint8": np.uint8,
    "uint16": np.uint16,
    "uint32": np.uint32,
    "uint64": np.uint64,
    "halffloat": np.float16,
    "float": np.float32,
    "double": np.float64,
}


def is_number(kind: pa.DataType) -> bool:
    """Tell whether `values` can read arrays of a type."""
    return str(kind) in _KINDS


def numeric_columns(schema: pa.Schema) -> frozenset[str]:
    """Name the columns of a schema whose type is a number."""
    return frozenset(field.name for field in schema if is_number(field.type))


def is_text(kind: pa.DataType) -> bool:
    """Tell whether cells of a type are text."""
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def values(array: pa.Array) -> Numbers:
    """Take the numbers of an array without copying; what stands at an empty cell means nothing."""
    kind = np.dtype(_KINDS[str(array.type)])
    data = array.buffers()[1]
    if data is None:
        return np.zeros(len(array), kind)
    return np.frombuffer(data, kind, count=len(array), offset=array.offset * kind.itemsize)


def empty(array: pa.Array) -> Truths | None:
    """Tell which cells are null; None where none is."""
    if not array.null_count:
        return None
    if pa.types.is_null(array.type):
        return np.ones(len(array), bool)
    return ~_bits(array.buffers()[0], array)


def truths(array: pa.Array) -> Truths:
    """Take the cells of a boolean array; an empty cell is false."""
    data = array.buffers()[1]
    found = np.zeros(len(array), bool) if data is None else _bits(data, array)
    absent = empty(array)
    return found if absent is None else found & ~absent


def filter_of(chosen: Truths) -> pa.Array:
    """Make a boolean array for Arrow's own functions."""
    bits = np.packbits(chosen, bitorder="little")
    return pa.Array.from_buffers(pa.bool_(), len(chosen), [None, pa.py_buffer(bits)])


def encoded(array: pa.Array) -> tuple[pa.Array, npt.NDArray[np.int64]]:
    """Take the different cells of an array, and each cell's place among them; −1 where empty."""
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    place = values(array.indices).astype(np.int64)
    absent = empty(array.indices)
    if absent is not None:
        place[absent] = -1
    return array.dictionary, place


def plain(array: pa.Array) -> pa.Array:
    """Undo a dictionary encoding, and bring text to one type."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    return array.cast(pa.large_string()) if is_text(array.type) else array


def trimmed(texts: pa.Array) -> pa.Array:
    """Take the blanks off both ends of each text."""
    return pc.utf8_trim_whitespace(texts)


def lengths(texts: pa.Array) -> npt.NDArray[np.int64]:
    """Count the bytes of each large string."""
    return np.diff(_offsets(texts))


def text_bytes(texts: pa.Array) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Take the bytes of large strings, and where among them each text begins and the last ends."""
    offsets = _offsets(texts)
    data = texts.buffers()[2]
    if data is None or offsets[-1] == offsets[0]:
        return np.empty(0, np.uint8), offsets - offsets[0]
    return np.frombuffer(data, np.uint8)[offsets[0] : offsets[-1]], offsets - offsets[0]


def _offsets(texts: pa.Array) -> npt.NDArray[np.int64]:
    if not len(texts):
        return np.zeros(1, np.int64)
    return np.frombuffer(texts.buffers()[1], np.int64, len(texts) + 1, 8 * texts.offset)


def _bits(data: pa.Buffer, array: pa.Array) -> Truths:
    first, skipped = divmod(array.offset, 8)
    packed = np.frombuffer(data, np.uint8, offset=first)
    return np.unpackbits(packed, count=skipped + len(array), bitorder="little")[skipped:].view(bool)
