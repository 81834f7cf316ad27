"""Cells to numbers: what is an answer, what is missing, what is off the scale, what cannot be read.

One rule for every engine: whatever reads the data hands over Arrow arrays, and this module decides.
"""

import math
import re
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kuski.engine import arrays
from kuski.engine.arrays import Numbers, Truths
from kuski.moments import Code, ColumnCount, Floats, Integers, Variable

ANSWERED, EMPTY, CODED, OFF_SCALE, UNREADABLE = range(5)
Statuses = npt.NDArray[np.int8]

_SPACES = " \u00a0\u202f"
_GROUPED_BY_SPACE = re.compile(rf"[+-]?\d{{1,3}}([{_SPACES}]\d{{3}})+([.,]\d+)?", re.ASCII)
_GROUPED_BY_COMMA = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?", re.ASCII)
_GROUPED_BY_DOT = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+,\d+", re.ASCII)
_SURELY_GROUPED = re.compile(r"[+-]?\d+,\d{3}[,.]", re.ASCII)
_PLAIN = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?", re.ASCII)
_SIMPLE = r"^-?[0-9]+(\.[0-9]+)?$"
_WHOLE_FLOAT = re.compile(r"(-?[0-9]+)\.0+")


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one column in one batch.

    Attributes
    ----------
    values : ndarray, shape (m,)
        Any number type; meaningless where not answered.
    status : ndarray of int8, shape (m,), or None
        `ANSWERED`, `EMPTY`, `CODED`, `OFF_SCALE` or `UNREADABLE`; None where all are answered.
    """

    values: Numbers
    status: Statuses | None = None

    @property
    def valid(self) -> Truths | None:
        """Tell which cells are answered; None where all are."""
        return None if self.status is None else self.status == ANSWERED


def decode(array: pa.Array, variable: Variable, *, groups_by_comma: bool = False) -> Cells:
    """Turn a column's cells into numbers.

    Parameters
    ----------
    array : pa.Array, shape (m,)
    variable : Variable
    groups_by_comma : bool
        Whether "1,234" in this table is a thousand and more, and not one and a bit.
    """
    if variable.equals is not None:
        return _dummy(array, variable.equals, variable.missing)
    kind = array.type.value_type if pa.types.is_dictionary(array.type) else array.type
    if arrays.is_text(kind):
        return _from_text(array, variable, groups_by_comma=groups_by_comma)
    return _from_numbers(arrays.plain(array), variable)


def derived(found: Cells, variable: Variable) -> Cells:
    """Make of decoded cells what a variable asks beyond them: a range as 0 and 1, gaps filled."""
    values, status = found.values, found.status
    if variable.within is not None:
        low, high = (_exact(end, values) for end in variable.within)
        values = ((values >= low) & (values <= high)).astype(np.int8)
    valid = found.valid
    if variable.gap == "flag":
        return Cells(np.zeros(len(values), np.int8) if valid is None else (~valid).astype(np.int8))
    if variable.gap == "zero" and valid is not None:
        return Cells(np.where(valid, values, np.zeros(1, values.dtype)))
    return Cells(values, status)


def count(array: pa.Array, cells: Cells) -> ColumnCount:
    """Count what the decoded cells of an array held."""
    status = cells.status
    if status is None:
        low, high = _ends(cells.values)
        return ColumnCount(answered=len(array), low=low, high=high)
    low, high = _ends(cells.values[status == ANSWERED])
    answered, empty, coded, off_scale, unreadable = np.bincount(status, minlength=5).tolist()
    return ColumnCount(
        answered=answered,
        empty=empty,
        coded=coded,
        off_scale=off_scale,
        unreadable=unreadable,
        off_scale_values=_some(array, status == OFF_SCALE),
        unreadable_values=_some(array, status == UNREADABLE),
        low=low,
        high=high,
    )


def count_text(array: pa.Array) -> ColumnCount:
    """Count the filled and the empty cells of a column whose cells are words."""
    filled = int(np.count_nonzero(filled_cells(array)))
    return ColumnCount(answered=filled, empty=len(array) - filled)


def filled_cells(array: pa.Array) -> Truths:
    """Tell which cells hold something."""
    if pa.types.is_dictionary(array.type):
        different, place = arrays.encoded(array)
        return np.append(filled_cells(different), False)[place]
    if arrays.is_text(array.type):
        return arrays.lengths(arrays.trimmed(arrays.plain(array))) > 0
    absent = arrays.empty(array)
    return np.ones(len(array), bool) if absent is None else ~absent


def labels(array: pa.Array, missing: tuple[Code, ...]) -> tuple[list[str], Integers]:
    """Give each cell the number of its text among the texts found; −1 where it is missing."""
    different, place = arrays.encoded(array)
    texts = [label(value) for value in different.to_pylist()]
    absent = {label(code).casefold() for code in missing} | {""}
    found = sorted({text for text in texts if text.casefold() not in absent})
    number = {text: i for i, text in enumerate(found)}
    lookup = np.array([*(number.get(text, -1) for text in texts), -1], np.int64)
    return found, lookup[place]


def label(value: object) -> str:
    """Write a cell as a category: 1, 1.0 and "1.0" are all "1"."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float | Decimal) and math.isfinite(value) and value == int(value):
        return str(int(value))
    text = str(value).strip()
    whole = _WHOLE_FLOAT.fullmatch(text)
    return whole[1] if whole else text


def read_number(text: str, *, groups_by_comma: bool = False) -> float | None:
    """Read a number as people write it, or None where it is none.

    ``3``, ``3.5``, ``3,5``, ``1 234,50``, ``1,234.50`` and ``1.234,50``. A lone comma before three
    digits is a decimal comma unless commas group thousands in this table.
    """
    text = text.replace("\N{MINUS SIGN}", "-")
    if _GROUPED_BY_SPACE.fullmatch(text):
        text = re.sub(r"\s", "", text)
    elif _GROUPED_BY_DOT.fullmatch(text):
        text = text.replace(".", "")
    elif _GROUPED_BY_COMMA.fullmatch(text) and (groups_by_comma or _SURELY_GROUPED.match(text)):
        text = text.replace(",", "")
    if not _PLAIN.fullmatch(text):
        return None
    return float(text.replace(",", "."))


def _from_numbers(array: pa.Array, variable: Variable) -> Cells:
    absent = arrays.empty(array)
    if pa.types.is_boolean(array.type):
        values: Numbers = arrays.truths(array).astype(np.int8)
    elif pa.types.is_decimal(array.type):
        values = arrays.values(array.cast(pa.float64()))
    elif arrays.is_number(array.type):
        values = arrays.values(array)
    else:
        status = np.full(len(array), UNREADABLE, np.int8)
        if absent is not None:
            status[absent] = EMPTY
        return Cells(np.zeros(len(array), np.int8), status)
    if absent is None and _is_clean(values, variable):
        return Cells(values)
    status = _judged(values, variable)
    if absent is not None:
        status[absent] = EMPTY
    return Cells(values, status if status.any() else None)


def _is_clean(values: Numbers, variable: Variable) -> bool:
    if not len(values):
        return True
    low, high = float(values.min()), float(values.max())
    if not (math.isfinite(low) and math.isfinite(high)):
        return False
    if variable.scale and not (variable.scale[0] <= low and high <= variable.scale[1]):
        return False
    return all(code < low or code > high for code in _number_codes(variable))


def _judged(values: Numbers, variable: Variable) -> Statuses:
    """Give the status of numbers; NaN counts as empty."""
    status = np.zeros(len(values), np.int8)
    if variable.scale:
        low, high = (_exact(end, values) for end in variable.scale)
        status[(values < low) | (values > high)] = OFF_SCALE
    if np.issubdtype(values.dtype, np.floating):
        status[np.isinf(values)] = UNREADABLE
        status[np.isnan(values)] = EMPTY
    for code in _number_codes(variable):
        status[values == _exact(code, values)] = CODED
    return status


def _exact(number: float, values: Numbers) -> float | int:
    """Make a number whole where it is compared with whole numbers, which is faster."""
    return int(number) if float(number).is_integer() and values.dtype.kind in "iu" else number


def _number_codes(variable: Variable) -> list[float]:
    """List the codes for missing that are numbers, also those written in quotes."""
    read = (read_number(code) if isinstance(code, str) else code for code in variable.missing)
    return [code for code in read if code is not None]


def _from_text(array: pa.Array, variable: Variable, *, groups_by_comma: bool) -> Cells:
    different, place = arrays.encoded(array)
    values, status = _read_texts(
        arrays.trimmed(arrays.plain(different)), variable, groups_by_comma=groups_by_comma
    )
    # The last place is for empty cells, whose place is −1.
    held = _narrowed(np.append(np.where(status == ANSWERED, values, 0.0), 0.0))[place]
    status = np.append(status, np.int8(EMPTY))[place]
    return Cells(held, status if status.any() else None)


def _read_texts(
    texts: pa.Array, variable: Variable, *, groups_by_comma: bool
) -> tuple[Floats, Statuses]:
    """Read different texts: the plain numbers by Arrow, the rest one by one."""
    values = np.full(len(texts), math.nan)
    simple = arrays.truths(pc.match_substring_regex(texts, _SIMPLE))
    values[simple] = arrays.values(texts.filter(arrays.filter_of(simple)).cast(pa.float64()))
    words = {code.strip().casefold() for code in variable.missing if isinstance(code, str)}
    other = np.zeros(len(texts), np.int8)
    for i in np.flatnonzero(~simple):
        text = texts[int(i)].as_py() or ""
        number = read_number(text, groups_by_comma=groups_by_comma)
        if text.casefold() in words:
            other[i] = CODED
        elif number is None:
            other[i] = UNREADABLE if text else EMPTY
        else:
            values[i] = number
    return values, np.where(other != ANSWERED, other, _judged(values, variable))


def _narrowed(values: Floats) -> Numbers:
    """Hold small whole numbers in a byte each: they are gathered many times."""
    small = values.astype(np.int8) if np.all(np.abs(values) < 128) else None
    return small if small is not None and np.array_equal(small, values) else values


def _dummy(array: pa.Array, equals: str, missing: tuple[Code, ...]) -> Cells:
    found, index = labels(array, missing)
    place = found.index(equals) if equals in found else -2
    status = np.where(index < 0, EMPTY, ANSWERED).astype(np.int8)
    return Cells((index == place).astype(np.int8), status if status.any() else None)


def _ends(answered: Numbers) -> tuple[float | None, float | None]:
    if not len(answered):
        return None, None
    return float(answered.min()), float(answered.max())


def _some(array: pa.Array, where: Truths) -> tuple[str, ...]:
    if not where.any():
        return ()
    found = pc.unique(array.filter(arrays.filter_of(where)))
    return tuple(label(value) for value in found.slice(0, 5).to_pylist())
