"""A profile: what each column of a table holds, told from one bounded reading."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kuski.engine import arrays
from kuski.engine.cells import decode, label
from kuski.engine.source import Dictionary, Source
from kuski.moments import Code, Variable

ROWS = 200_000
CELLS = 10_000_000
TOP = 60

_DATES_TRIED = 200
_FIRST_YEAR, _LAST_YEAR = 1950, 2100
_TIME = r"([T ]\s*\d{1,2}[:.]\d{2}([:.]\d{2}(\.\d+)?)?\s*([AaPp][Mm])?\s*(Z|[+-]\d{2}:?\d{2})?)?"
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})" + _TIME)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})" + _TIME)

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """What one column holds.

    Attributes
    ----------
    name : str
    place : int
        From 0, in the table's order.
    rows : int
        Rows read.
    filled : int
        Cells that hold something.
    distinct : int
        Different texts among the filled cells.
    counts : mapping of text to int
        The most frequent texts, at most `TOP` of them, the most frequent first.
    numeric : int
        Filled cells that read as numbers.
    whole : int
        Filled cells that read as whole numbers.
    low, high, mean : float
        Of the numbers; NaN where there are none.
    round_share : float, 0 to 1
        Of the numbers, how many are whole multiples of five.
    dates : float, 0 to 1
        Share of the filled cells that read as dates of our time.
    words : float
        Mean number of words in a filled cell.
    label : str
        The question asked, where the file tells it.
    value_labels : mapping of code to text
    declared : tuple of codes
        What the file itself calls missing.
    numbers : ndarray of float32, shape (rows,), or None
        The cells as numbers, NaN where they are none; None where there are more than `TOP`
        different ones.
    texts : tuple of str
        Every different text.
    """

    name: str
    place: int
    rows: int
    filled: int
    distinct: int
    counts: Mapping[str, int]
    numeric: int = 0
    whole: int = 0
    low: float = math.nan
    high: float = math.nan
    mean: float = math.nan
    round_share: float = 0.0
    dates: float = 0.0
    words: float = 0.0
    label: str = ""
    value_labels: Mapping[Code, str] = field(default_factory=dict)
    declared: tuple[Code, ...] = ()
    numbers: Floats | None = field(default=None, repr=False, compare=False)
    texts: tuple[str, ...] = field(default=(), repr=False, compare=False)

    @property
    def coverage(self) -> float:
        """Share of the rows with something in the cell."""
        return self.filled / self.rows if self.rows else 0.0

    @property
    def is_numeric(self) -> bool:
        """Whether nearly all that stands in the column is numbers."""
        return self.filled > 0 and self.numeric >= 0.95 * self.filled

    @property
    def is_whole(self) -> bool:
        """Whether nearly all that stands in the column is whole numbers."""
        return self.filled > 0 and self.whole >= 0.99 * self.filled

    @property
    def is_unique(self) -> bool:
        """Whether hardly any two rows hold the same."""
        return self.filled >= 0.95 * self.rows > 1 and self.distinct >= 0.995 * self.filled


@dataclass(frozen=True)
class TableProfile:
    """What one table holds.

    Attributes
    ----------
    name : str
        The file's name.
    rows : int
        Rows read.
    is_whole : bool
        Whether these are all rows; otherwise they are the first ones.
    columns : tuple of ColumnProfile
    """

    name: str
    rows: int
    is_whole: bool
    columns: tuple[ColumnProfile, ...]

    @cached_property
    def by_name(self) -> Mapping[str, ColumnProfile]:
        """The columns by name."""
        return {column.name: column for column in self.columns}


def profile(source: Source, *, rows: int = ROWS, cells: int = CELLS) -> TableProfile:
    """Tell what each column of a table holds.

    Parameters
    ----------
    source : Source
    rows, cells : int
        Read the first rows only, at most this many, and at most this many cells.
    """
    limit = max(1, min(rows, cells // max(1, len(source.columns))))
    table, is_whole = _head(source, limit)
    columns = tuple(
        _column(name, place, table.column(place), source.dictionary)
        for place, name in enumerate(source.columns)
    )
    return TableProfile(source.name, table.num_rows, is_whole, columns)


def _head(source: Source, limit: int) -> tuple[pa.Table, bool]:
    """Read at most so many rows, and tell whether these are all."""
    batches: list[pa.RecordBatch] = []
    count = 0
    for batch in source.batches(source.columns):
        batches.append(batch)
        count += batch.num_rows
        if count > limit:
            break
    if not batches:
        return pa.table({str(i): [] for i in range(len(source.columns))}), True
    table = pa.Table.from_batches(batches)
    return table.slice(0, limit), count <= limit


def _column(
    name: str, place: int, chunks: pa.ChunkedArray, dictionary: Dictionary
) -> ColumnProfile:
    array = pa.concat_arrays(chunks.chunks) if chunks.num_chunks else pa.nulls(0)
    is_date = pa.types.is_temporal(array.type)
    texts, index, value = _different(array, name, dictionary)
    times = np.bincount(index[index >= 0], minlength=len(texts))
    order = np.argsort(-times, kind="stable")
    counts = {texts[i]: int(times[i]) for i in order[:TOP]}
    read = ~np.isnan(value)
    numeric, distinct_numbers = int(times[read].sum()), len(np.unique(value[read]))
    weights = times[read].astype(np.float64)
    round_five = float((times[read] * (value[read] % 5 == 0)).sum())
    return ColumnProfile(
        name=name,
        place=place,
        rows=len(array),
        filled=int(times.sum()),
        distinct=len(texts),
        counts=counts,
        numeric=numeric,
        whole=int((times[read] * (value[read] % 1 == 0)).sum()),
        low=float(value[read].min()) if numeric else math.nan,
        high=float(value[read].max()) if numeric else math.nan,
        mean=float(np.average(value[read], weights=weights)) if numeric else math.nan,
        round_share=round_five / numeric if numeric else 0.0,
        dates=1.0 if is_date else _dates_in(list(counts)[:_DATES_TRIED]),
        words=_words_in(counts),
        label=dictionary.labels.get(name, ""),
        value_labels=dictionary.value_labels.get(name, {}),
        declared=tuple(dictionary.missing.get(name, ())),
        numbers=_looked_up(value, index) if 0 < distinct_numbers <= TOP else None,
        texts=tuple(texts),
    )


def _different(
    array: pa.Array, name: str, dictionary: Dictionary
) -> tuple[list[str], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Give the different texts, each cell's place among them (−1: empty), and each as a number."""
    if pa.types.is_boolean(array.type):
        array = array.cast(pa.int8())
    different, place = arrays.encoded(array)
    found = decode(different, Variable(name), groups_by_comma=dictionary.groups_by_comma)
    value = found.values.astype(np.float64)
    if found.valid is not None:
        value[~found.valid] = np.nan
    labels = [label(cell) for cell in different.to_pylist()]
    texts: dict[str, int] = {}
    for text in filter(None, labels):
        texts.setdefault(text, len(texts))
    lookup = np.array([*(texts.get(text, -1) for text in labels), -1], np.int64)
    held = lookup[:-1] >= 0
    numbers = np.full(len(texts), math.nan)
    numbers[lookup[:-1][held]] = value[held]
    return list(texts), lookup[place], numbers


def _looked_up(value: npt.NDArray[np.float64], index: npt.NDArray[np.int64]) -> Floats:
    padded = np.append(value, np.nan).astype(np.float32)
    return padded[index]


def _dates_in(texts: Sequence[str]) -> float:
    return sum(_is_date(text) for text in texts) / len(texts) if texts else 0.0


def _is_date(text: str) -> bool:
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = int(match[1]), int(match[3]), int(match[4])
    elif match := _YEAR_LAST.fullmatch(text):
        year, month, day = int(match[4]), int(match[3]), int(match[1])
        if month > 12:
            month, day = day, month
    else:
        return False
    try:
        return _FIRST_YEAR <= date(year, month, day).year <= _LAST_YEAR
    except ValueError:
        return False


def _words_in(counts: Mapping[str, int]) -> float:
    total = sum(counts.values())
    return sum(len(text.split()) * n for text, n in counts.items()) / total if total else 0.0
