"""Cells to numbers: what is an answer, what is missing, what is off the scale, what cannot be read.

One rule for every engine: whatever reads the data hands over Arrow arrays, and this module decides.
"""

import math
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kuski.moments import Code, ColumnCount, Variable

ANSWERED, EMPTY, CODED, OFF_SCALE, UNREADABLE = range(5)

_GROUPED = re.compile(r"[+-]?\d{1,3}([ \u00a0\u202f]\d{3})+([.,]\d+)?")
_PLAIN = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one column in one batch.

    Attributes
    ----------
    values : ndarray, shape (m,)
        Any number type; meaningless where not valid.
    valid : ndarray of bool, shape (m,), or None
        None where every cell is an answer.
    """

    values: npt.NDArray[np.generic]
    valid: npt.NDArray[np.bool_] | None


def decode(array: pa.Array, variable: Variable) -> Cells:
    """Turn a column's cells into numbers."""
    if variable.equals is not None:
        return _dummy(array, variable)
    if _is_text(array.type):
        values, status = _text_status(array, variable)
    else:
        values, missing = numbers(array)
        if missing is None and _is_clean(values, variable):
            return Cells(values, None)
        status = _number_status(values, missing, variable)
    valid = status == ANSWERED
    return Cells(values, None if valid.all() else valid)


def count(array: pa.Array, variable: Variable) -> ColumnCount:
    """Count what a column's cells hold."""
    if _is_text(array.type):
        values, status = _text_status(array, variable)
    else:
        values, missing = numbers(array)
        status = _number_status(values, missing, variable)
    tally = np.bincount(status, minlength=5)
    answered = values[status == ANSWERED]
    return ColumnCount(
        *(int(part) for part in tally),
        off_scale_values=_some(array, status == OFF_SCALE),
        unreadable_values=_some(array, status == UNREADABLE),
        low=float(answered.min()) if len(answered) else None,
        high=float(answered.max()) if len(answered) else None,
    )


def count_text(array: pa.Array) -> ColumnCount:
    """Count the filled and the empty cells of a column whose cells are words."""
    filled = int(np.count_nonzero(filled_cells(array)))
    return ColumnCount(answered=filled, empty=len(array) - filled)


def filled_cells(array: pa.Array) -> npt.NDArray[np.bool_]:
    """Tell which cells hold something."""
    if _is_text(array.type):
        held = pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(_plain_text(array)), ""), False)
    else:
        held = pc.is_valid(array)
    return np.asarray(held)


def labels(array: pa.Array, missing: tuple[Code, ...]) -> tuple[list[str], npt.NDArray[np.int64]]:
    """Give each cell the number of its text among the texts found; −1 where it is missing."""
    encoded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    texts = [_label(value) for value in encoded.dictionary.to_pylist()]
    absent = {_label(code) for code in missing} | {""}
    found = sorted({text for text in texts if text not in absent})
    place = {text: i for i, text in enumerate(found)}
    lookup = np.array([place.get(text, -1) for text in texts] or [-1], np.int64)
    index = pc.fill_null(encoded.indices.cast(pa.int64()), -1)
    positions = np.asarray(index)
    return found, np.where(positions >= 0, lookup[positions], -1)


def numbers(array: pa.Array) -> tuple[npt.NDArray[np.generic], npt.NDArray[np.bool_] | None]:
    """Take an Arrow array of numbers into NumPy without copying where it can be helped."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_decimal(array.type) or pa.types.is_null(array.type):
        array = array.cast(pa.float64())
    elif pa.types.is_boolean(array.type):
        array = array.cast(pa.int8())
    elif not (pa.types.is_integer(array.type) or pa.types.is_floating(array.type)):
        return np.full(len(array), np.nan), np.asarray(array.is_null())
    missing = np.asarray(array.is_null()) if array.null_count else None
    return _buffer(array), missing


def _buffer(array: pa.Array) -> npt.NDArray[np.generic]:
    # Array.to_numpy imports pandas when it is installed, which costs more than a small study.
    kind = np.dtype(array.type.to_pandas_dtype())
    data = array.buffers()[1]
    if data is None:
        return np.zeros(len(array), kind)
    return np.frombuffer(data, kind, count=len(array), offset=array.offset * kind.itemsize)


def _is_clean(values: npt.NDArray[np.generic], variable: Variable) -> bool:
    if not len(values):
        return True
    low, high = float(values.min()), float(values.max())
    if not (math.isfinite(low) and math.isfinite(high)):
        return False
    if variable.scale and not (variable.scale[0] <= low and high <= variable.scale[1]):
        return False
    codes = [code for code in variable.missing if isinstance(code, int | float)]
    return all(code < low or code > high for code in codes)


def _number_status(
    values: npt.NDArray[np.generic], missing: npt.NDArray[np.bool_] | None, variable: Variable
) -> npt.NDArray[np.int8]:
    status = np.zeros(len(values), np.int8)
    if variable.scale:
        low, high = variable.scale
        status[(values < low) | (values > high)] = OFF_SCALE
    if np.issubdtype(values.dtype, np.floating):
        status[np.isinf(values)] = UNREADABLE
        status[np.isnan(values)] = EMPTY
    codes = [code for code in variable.missing if isinstance(code, int | float)]
    if codes:
        status[np.isin(values, codes)] = CODED
    if missing is not None:
        status[missing] = EMPTY
    return status


def _text_status(
    array: pa.Array, variable: Variable
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int8]]:
    encoded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    read = [_read(text, variable) for text in encoded.dictionary.to_pylist()]
    values = np.array([value for value, _ in read] or [math.nan])
    states = np.array([state for _, state in read] or [EMPTY], np.int8)
    index = np.asarray(pc.fill_null(encoded.indices.cast(pa.int64()), -1))
    status = np.where(index >= 0, states[index], EMPTY).astype(np.int8)
    return values[index], status


def _read(text: str | None, variable: Variable) -> tuple[float, int]:
    text = (text or "").strip()
    if not text:
        return math.nan, EMPTY
    if any(isinstance(code, str) and text.casefold() == code.casefold() for code in variable.missing):
        return math.nan, CODED
    value = read_number(text)
    if value is None or not math.isfinite(value):
        return math.nan, UNREADABLE
    if value in variable.missing:
        return value, CODED
    if variable.scale and not variable.scale[0] <= value <= variable.scale[1]:
        return value, OFF_SCALE
    return value, ANSWERED


def read_number(text: str) -> float | None:
    """Read a number as people write it: ``3``, ``3.5``, ``3,5``, ``1 234,50``; None where it is none."""
    if _GROUPED.fullmatch(text):
        text = re.sub(r"\s", "", text)
    if not _PLAIN.fullmatch(text):
        return None
    return float(text.replace(",", "."))


def _dummy(array: pa.Array, variable: Variable) -> Cells:
    found, index = labels(array, variable.missing)
    place = found.index(variable.equals) if variable.equals in found else -2
    valid = index >= 0
    return Cells((index == place).astype(np.int8), None if valid.all() else valid)


def _label(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _some(array: pa.Array, where: npt.NDArray[np.bool_]) -> tuple[str, ...]:
    if not where.any():
        return ()
    found = pc.unique(array.filter(pa.array(where)))
    return tuple(_label(value) for value in found.slice(0, 5).to_pylist())


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def _plain_text(array: pa.Array) -> pa.Array:
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array
