"""Tables behind an address that Ibis knows: the relational language for all engines but our own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

import pyarrow as pa

from kuski.engine.source import Dictionary, Lookup, batch_rows, first_line
from kuski.errors import DataError, MissingExtraError
from kuski.terms import CUSTOMERS

_WHOLE = r"^(-?[1-9][0-9]{0,19}|0)\.0+$"
_IN_FILES = ("duckdb", "sqlite")

# Two tables behind one address share a connection, since they may be joined.
_connections: "WeakValueDictionary[str, Any]" = WeakValueDictionary()


@dataclass(frozen=True)
class IbisTable:
    """A table of an Ibis connection."""

    url: str
    name: str
    connection: Any
    table: Any
    columns: tuple[str, ...]
    numeric: frozenset[str] = frozenset()
    dictionary: Dictionary = field(default_factory=Dictionary)

    def batches(
        self, columns: Sequence[str], *, lookup: Lookup | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Read through the engine; a lookup becomes a left join there."""
        size = batch_rows(len(columns) + (len(lookup.columns) if lookup else 0))
        try:
            query = self._joined(columns, lookup) if lookup else self._selected(columns)
            for batch in query.to_pyarrow_batches(chunk_size=size):
                yield from pa.Table.from_batches([batch]).combine_chunks().to_batches()
        except DataError:
            raise
        except Exception as error:
            # Each backend raises errors of its own, and Ibis does not fold them into one.
            raise DataError("unreadable", file=self.name, reason=first_line(error)) from error

    def _selected(self, columns: Sequence[str]) -> Any:
        import ibis

        return self.table.select(*columns) if columns else self.table.select(nothing=ibis.null())

    def _joined(self, columns: Sequence[str], lookup: Lookup) -> Any:
        other = lookup.source
        if not isinstance(other, IbisTable) or other.connection is not self.connection:
            raise DataError("two_engines", file=self.name, other=other.name)
        left, right = self.table[lookup.key], other.table[lookup.other_key]
        if not (left.type().is_integer() and right.type().is_integer()):
            left, right = _key(left), _key(right)
        repeats = int((right.count() - right.nunique()).execute())
        if repeats:
            raise DataError(
                "repeated_customer", file=other.name, n=repeats, column=lookup.other_key
            )
        named = {CUSTOMERS + column: other.table[column] for column in lookup.columns}
        beside = other.table.select(_key=right, **named)
        joined = self.table.left_join(beside, left == beside["_key"])
        return joined.select(*columns, *named)


def open_table(url: str, table: str, *, folder: Path) -> IbisTable:
    """Open a table behind an address, such as ``duckdb://warehouse.db`` or ``postgres://...``.

    Parameters
    ----------
    url, table : str
    folder : Path
        From which the file of a DuckDB or SQLite database is looked for.

    Raises
    ------
    MissingExtraError
        If Ibis is not installed.
    DataError
        If the address cannot be opened or has no such table.
    """
    connection = _connected(_located(url, folder))
    try:
        tables = connection.list_tables()
        found = connection.table(table) if table in tables else None
    except Exception as error:
        raise DataError("bad_url", url=url, reason=first_line(error)) from error
    if found is None:
        known = ", ".join(sorted(tables)[:20]) or "–"
        raise DataError("no_table", url=url, table=table, tables=known)
    kinds = found.schema().items()
    numeric = frozenset(name for name, kind in kinds if kind.is_integer() or kind.is_floating())
    return IbisTable(url, table, connection, found, tuple(found.columns), numeric)


def _key(column: Any) -> Any:
    """Write a key as text, so that 17, 17.0 and "17 " are one customer, as they are one hash."""
    text = column.cast("string").strip().nullif("")
    if column.type().is_integer():
        return text
    if column.type().is_floating():
        is_whole = (column == column.floor()) & (column.abs() < 9e18)
        return is_whole.ifelse(column.cast("int64").cast("string"), text)
    return text.re_replace(_WHOLE, r"\1")


def _located(url: str, folder: Path) -> str:
    """Find the file of an embedded database; opening one that is not there would make it."""
    parts = urlsplit(url)
    path = parts.netloc + parts.path
    if parts.scheme not in _IN_FILES or path in {"", ":memory:"}:
        return url
    file = folder / path
    if not file.is_file():
        raise DataError("no_file", file=file)
    query = parts.query
    if parts.scheme == "duckdb" and "read_only" not in query:
        query = "&".join(part for part in (query, "read_only=True") if part)
    return f"{parts.scheme}://{file.resolve()}" + (f"?{query}" if query else "")


def _connected(url: str) -> Any:
    try:
        import ibis
    except ImportError as error:
        raise MissingExtraError("missing_extra", package="ibis-framework", extra="ibis") from error
    connection = _connections.get(url)
    if connection is None:
        try:
            connection = ibis.connect(url)
        except Exception as error:
            raise DataError("bad_url", url=url, reason=first_line(error)) from error
        _connections[url] = connection
    return connection
