"""SPSS files: numbers and texts with their labels and the codes that the file calls missing."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from kuski.engine import arrays
from kuski.engine.embedded import HeldTable, ParquetTable, Session
from kuski.engine.source import Dictionary, Source, first_line
from kuski.errors import DataError
from kuski.moments import Code

_CELLS = 1 << 21
_WIDEST_SPAN = 1000
_DATE = re.compile(r"([AESJ]?DATE|DATETIME|YMDHMS|QYR|MOYR|WKYR)\d")
# SPSS counts seconds from the first day of the Gregorian calendar, 14 October 1582.
_SECONDS_TO_1970 = 12_219_379_200

Span = tuple[float, float]


def open_spss(session: Session, path: Path) -> Source:
    """Open an SPSS file as a table; a large one goes through a scratch file, a part at a time.

    Raises
    ------
    DataError
        If the file is no SPSS file.
    """
    import pyreadstat

    try:
        _, meta = pyreadstat.read_sav(str(path), metadataonly=True, user_missing=True)
        if not meta.column_names:
            raise DataError("no_columns", file=path)
        rows = max(1, _CELLS // len(meta.column_names))
        parts = _parts(path, meta, rows)
        first = next(parts)
        if first.num_rows < rows:
            return HeldTable(session, path.name, first, _dictionary(meta))
        return _stored(session, path, first, parts, _dictionary(meta))
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
        raise DataError("unreadable", file=path, reason=first_line(error)) from error


def _stored(
    session: Session, path: Path, first: pa.Table, rest: Iterator[pa.Table], told: Dictionary
) -> ParquetTable:
    import pyarrow.parquet as pq

    copy = session.scratch_file(".parquet")
    with pq.ParquetWriter(copy, first.schema) as writer:
        writer.write_table(first)
        for part in rest:
            writer.write_table(part)
    columns = tuple(first.column_names)
    numeric = arrays.numeric_columns(first.schema)
    return ParquetTable(session, path.name, copy, columns, numeric, told)


def _parts(path: Path, meta: Any, rows: int) -> Iterator[pa.Table]:
    """Read so many rows at a time; the last part has fewer."""
    import pyreadstat

    offset, count = 0, rows
    while count == rows:
        data, _ = pyreadstat.read_sav(
            str(path),
            user_missing=True,
            output_format="dict",
            disable_datetime_conversion=True,
            row_offset=offset,
            row_limit=rows,
        )
        part = pa.table({column: _array(column, cells, meta) for column, cells in data.items()})
        count = part.num_rows
        offset += count
        yield part


def _array(column: str, cells: Sequence[Any], meta: Any) -> pa.Array:
    if meta.readstat_variable_types[column] == "string":
        return pa.array(cells, pa.large_string())
    values = np.array([math.nan if cell is None else cell for cell in cells], np.float64)
    for low, high in _wide_spans(meta.missing_ranges.get(column, [])):
        values[(values >= low) & (values <= high)] = math.nan
    absent = np.isnan(values)
    if _DATE.match(meta.original_variable_types[column]):
        since = np.where(absent, 0.0, values) - _SECONDS_TO_1970
        return pa.array(np.rint(1e6 * since).astype(np.int64), pa.timestamp("us"), mask=absent)
    return pa.array(values, mask=absent)


def _dictionary(meta: Any) -> Dictionary:
    return Dictionary(
        labels={column: label for column, label in meta.column_names_to_labels.items() if label},
        value_labels={column: dict(told) for column, told in meta.variable_value_labels.items()},
        missing={column: _declared(spans) for column, spans in meta.missing_ranges.items()},
    )


def _declared(spans: Sequence[Mapping[str, Any]]) -> tuple[Code, ...]:
    """List the codes that SPSS calls missing; a span of codes counts as the whole numbers in it."""
    codes: list[Code] = []
    for span in spans:
        low, high = span["lo"], span["hi"]
        if low == high:
            codes.append(low)
        elif high - low <= _WIDEST_SPAN:
            codes.extend(float(code) for code in range(math.ceil(low), math.floor(high) + 1))
    return tuple(codes)


def _wide_spans(spans: Sequence[Mapping[str, Any]]) -> list[Span]:
    """List the spans that are too wide to be told as codes: what lies there is read as empty."""
    ends = [(span["lo"], span["hi"]) for span in spans if span["lo"] != span["hi"]]
    return [(low, high) for low, high in ends if high - low > _WIDEST_SPAN]
