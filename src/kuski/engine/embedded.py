"""The embedded engine: DuckDB for text files and joins; other tables are read as they lie."""

import re
import shutil
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa

from kuski.engine import arrays, parquet
from kuski.engine.source import ROW, Dictionary, Lookup, batch_rows, first_line
from kuski.errors import DataError
from kuski.terms import CUSTOMERS

if TYPE_CHECKING:
    import duckdb

_MEGABYTES = 512
_COLUMNS_A_MEGABYTE = 2.5
_WIDE = 1000
_INTEGERS = frozenset(
    ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
)
_BLANKS = r"' ' || chr(9) || chr(10) || chr(13) || chr(160)"
_WHOLE = r"'^(-?[1-9][0-9]{0,19}|0)\.0+$', '\1'"


class Session:
    """One DuckDB connection, opened when first needed, with a folder that goes when it goes."""

    def __init__(self) -> None:
        self._files = 0
        self._tables: list[pa.Table] = []

    @cached_property
    def connection(self) -> "duckdb.DuckDBPyConnection":
        """The connection; what does not fit into its memory spills to the disk."""
        import duckdb

        spill = str(self._scratch / "spill")
        limit = f"{_MEGABYTES}MB"
        return duckdb.connect(config={"memory_limit": limit, "temp_directory": spill})

    def run(self, query: str, *, columns: int) -> pa.RecordBatchReader:
        """Run a query of so many columns, and read what it gives in batches of bounded size."""
        megabytes = max(_MEGABYTES, round(columns / _COLUMNS_A_MEGABYTE))
        self.connection.execute(f"SET memory_limit = '{megabytes}MB'")
        self.connection.execute("SET threads = 1" if columns > _WIDE else "RESET threads")
        return self.connection.sql(query).to_arrow_reader(batch_rows(columns))

    @cached_property
    def _scratch(self) -> Path:
        folder = tempfile.mkdtemp(prefix="kuski-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return Path(folder)

    def scratch_file(self, suffix: str) -> Path:
        """Name a new file that is removed when the session ends."""
        self._files += 1
        return self._scratch / f"{self._files}{suffix}"

    def named(self, table: pa.Table) -> str:
        """Give an Arrow table a name that SQL can use here."""
        for number, known in enumerate(self._tables):
            if known is table:
                return f"arrow_{number}"
        name = f"arrow_{len(self._tables)}"
        self._tables.append(table)
        self.connection.register(name, table)
        return name


class SqlTable(Protocol):
    """A table that DuckDB can read."""

    @property
    def session(self) -> Session:
        """Whose connection reads it."""

    @property
    def name(self) -> str:
        """How the user knows the table."""

    def sql(self, session: Session) -> str:
        """Tell what stands after FROM."""

    def numbered(self, session: Session) -> str:
        """Tell what stands after FROM for the table with its rows numbered."""


@dataclass(frozen=True)
class Relation:
    """A table that DuckDB alone can read: ``relation`` stands after FROM."""

    session: Session
    name: str
    relation: str
    columns: tuple[str, ...]
    dictionary: Dictionary = field(default_factory=Dictionary)
    numeric: frozenset[str] = frozenset()

    def sql(self, session: Session) -> str:  # noqa: ARG002 - files are the same everywhere
        """Tell what stands after FROM."""
        return self.relation

    def numbered(self, session: Session) -> str:
        """Tell what stands after FROM for the table with its rows numbered."""
        return _numbered(self.sql(session))

    def batches(
        self, columns: Sequence[str], *, lookup: Lookup | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Read through SQL; a lookup becomes a left join."""
        if lookup is not None:
            return _joined(self, columns, lookup)
        wanted = ", ".join(quoted(column) for column in columns) or "NULL AS nothing"
        return _read(self, f"SELECT {wanted} FROM {self.relation}", len(columns))


@dataclass(frozen=True)
class HeldTable:
    """A table in memory."""

    session: Session
    name: str
    table: pa.Table
    dictionary: Dictionary = field(default_factory=Dictionary)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self.table.column_names)

    @property
    def numeric(self) -> frozenset[str]:
        """Names of the columns of numbers."""
        return arrays.numeric_columns(self.table.schema)

    def sql(self, session: Session) -> str:
        """Tell what stands after FROM."""
        return quoted(session.named(self.table))

    def numbered(self, session: Session) -> str:
        """Tell what stands after FROM for the table with its rows numbered."""
        return _numbered(self.sql(session))

    def batches(
        self, columns: Sequence[str], *, lookup: Lookup | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Hand over slices, or read through SQL where there is a lookup."""
        if lookup is not None:
            return _joined(self, columns, lookup)
        if not columns:
            return iter([pa.RecordBatch.from_arrays([pa.nulls(self.table.num_rows)], ["nothing"])])
        chosen = self.table.select(list(columns)).combine_chunks()
        return iter(chosen.to_batches(batch_rows(len(columns))))


@dataclass(frozen=True)
class ParquetTable:
    """A Parquet file, read as it lies; SQL only where a join asks for it."""

    session: Session
    name: str
    path: Path
    columns: tuple[str, ...]
    numeric: frozenset[str]
    dictionary: Dictionary = field(default_factory=Dictionary)

    def sql(self, session: Session) -> str:  # noqa: ARG002 - files are the same everywhere
        """Tell what stands after FROM."""
        return f"read_parquet({text_literal(str(self.path))})"

    def numbered(self, session: Session) -> str:  # noqa: ARG002
        """Tell what stands after FROM for the table with its rows numbered."""
        file = f"read_parquet({text_literal(str(self.path))}, file_row_number = true)"
        return f"(SELECT *, file_row_number AS {quoted(ROW)} FROM {file})"

    def batches(
        self, columns: Sequence[str], *, lookup: Lookup | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Read the file as it lies, or through SQL where there is a lookup."""
        if lookup is not None:
            return _joined(self, columns, lookup)
        return parquet.batches(self.path, columns, name=self.name)


def _read(table: SqlTable, query: str, columns: int) -> Iterator[pa.RecordBatch]:
    import duckdb

    try:
        yield from table.session.run(query, columns=columns)
    except duckdb.Error as error:
        raise _told(error, table.name) from error


def _joined(table: SqlTable, columns: Sequence[str], lookup: Lookup) -> Iterator[pa.RecordBatch]:
    import duckdb

    other = lookup.source
    if not isinstance(other, Relation | HeldTable | ParquetTable):
        raise DataError("two_engines", file=table.name, other=other.name)
    try:
        query = _join(table, columns, lookup, other)
    except duckdb.Error as error:
        raise _told(error, other.name) from error
    return _read(table, query, len(columns) + len(lookup.columns))


def _join(table: SqlTable, columns: Sequence[str], lookup: Lookup, other: SqlTable) -> str:
    session = table.session
    first, second = table.sql(session), other.sql(session)
    kinds = _kind(session, first, lookup.key), _kind(session, second, lookup.other_key)
    if _INTEGERS.issuperset(kinds):
        keys = f"r.{quoted(lookup.key)}", f"c.{quoted(lookup.other_key)}"
    else:
        keys = (
            _key(f"r.{quoted(lookup.key)}", kinds[0]),
            _key(f"c.{quoted(lookup.other_key)}", kinds[1]),
        )
    _check_once(session, f"SELECT {keys[1]} AS k FROM {second} AS c", lookup)
    wanted = [f"r.{quoted(column)}" for column in columns]
    # A join hands over its rows in any order.
    wanted += [f"c.{quoted(column)} AS {quoted(CUSTOMERS + column)}" for column in lookup.columns]
    return (
        f"SELECT {', '.join(wanted)}, r.{quoted(ROW)} "
        f"FROM {table.numbered(session)} AS r LEFT JOIN {second} AS c "
        f"ON {keys[0]} = {keys[1]}"
    )


def _numbered(relation: str) -> str:
    return f"(SELECT *, row_number() OVER () - 1 AS {quoted(ROW)} FROM {relation})"


def _kind(session: Session, relation: str, column: str) -> str:
    query = f"DESCRIBE SELECT {quoted(column)} FROM {relation}"
    row = session.connection.sql(query).fetchone()
    return str(row[1]) if row else ""


def _key(column: str, kind: str) -> str:
    """Write a key as text, so that 17, 17.0 and "17 " are one customer, as they are one hash."""
    text = f"nullif(trim(CAST({column} AS VARCHAR), {_BLANKS}), '')"
    if kind in _INTEGERS:
        return text
    if kind in {"FLOAT", "DOUBLE"}:
        whole = f"{column} = trunc({column}) AND abs({column}) < 9e18"
        return f"CASE WHEN {whole} THEN CAST(CAST({column} AS BIGINT) AS VARCHAR) ELSE {text} END"
    return f"regexp_replace({text}, {_WHOLE})"


def _check_once(session: Session, keys: str, lookup: Lookup) -> None:
    row = session.connection.sql(f"SELECT count(k) - count(DISTINCT k) FROM ({keys})").fetchone()
    if row and row[0]:
        raise DataError(
            "repeated_customer", file=lookup.source.name, n=row[0], column=lookup.other_key
        )


def _told(error: Exception, name: str) -> DataError:
    """Say in our words what DuckDB could not read."""
    text = str(error)
    found = re.search(r"on Line: (\d+)", text)
    line = int(found[1]) if found else 1
    if cells := re.search(r"Number of Columns: (\d+) Found: (\d+)", text):
        values = {"line": line, "expected": int(cells[1]), "found": int(cells[2])}
        return DataError("long_row", file=name, **values)
    if "unterminated quote" in text:
        return DataError("open_quote", file=name, line=line)
    told = [part for part in text.splitlines() if part.strip() and "Line: " not in part]
    reason = f"line {line}: {told[0].strip()}" if found and told else first_line(error)
    return DataError("unreadable", file=name, reason=reason)


def quoted(name: str) -> str:
    """Quote a column's name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def text_literal(text: str) -> str:
    """Quote a text for SQL."""
    return "'" + text.replace("'", "''") + "'"
