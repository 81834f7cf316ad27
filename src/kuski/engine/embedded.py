"""The embedded engine: DuckDB for text files and joins, Arrow's own reader for plain Parquet."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from kuski.engine.source import CUSTOMERS, Dictionary, Lookup
from kuski.errors import DataError

if TYPE_CHECKING:
    import duckdb

BATCH = 250_000
_LARGEST_ROW_GROUP = 1_100_000


class Session:
    """One DuckDB connection, opened when first needed."""

    def __init__(self) -> None:
        self._named = 0

    @cached_property
    def connection(self) -> "duckdb.DuckDBPyConnection":
        """The connection; files larger than memory spill to the disk."""
        import duckdb

        return duckdb.connect(config={"memory_limit": "4GB"})

    @cached_property
    def _scratch(self) -> "tempfile.TemporaryDirectory[str]":
        return tempfile.TemporaryDirectory(prefix="kuski-")

    def scratch_file(self, suffix: str) -> Path:
        """Name a new file that is removed when the session ends."""
        self._named += 1
        return Path(self._scratch.name) / f"{self._named}{suffix}"

    def register(self, table: pa.Table) -> str:
        """Give an Arrow table a name that SQL can use."""
        self._named += 1
        name = f"arrow_{self._named}"
        self.connection.register(name, table)
        return name


@dataclass(frozen=True)
class Relation:
    """A table that DuckDB reads: ``relation`` stands after FROM."""

    session: Session
    name: str
    relation: str
    columns: tuple[str, ...]
    dictionary: Dictionary = field(default_factory=Dictionary)

    def batches(
        self, columns: Sequence[str], *, lookup: Lookup | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Read through SQL; a lookup becomes a left join."""
        import duckdb

        query = _select(self.relation, columns) if lookup is None else self._joined(columns, lookup)
        try:
            yield from self.session.connection.sql(query).to_arrow_reader(BATCH)
        except duckdb.Error as error:
            raise DataError("unreadable", file=self.name, reason=_first_line(error)) from error

    def _joined(self, columns: Sequence[str], lookup: Lookup) -> str:
        other = lookup.source
        if not isinstance(other, Relation | ParquetTable):
            raise DataError("two_engines", file=self.name, other=other.name)
        left = ", ".join(f"r.{quoted(column)}" for column in columns)
        right = ", ".join(
            f"c.{quoted(column)} AS {quoted(CUSTOMERS + column)}" for column in lookup.columns
        )
        return (
            f"SELECT {', '.join(part for part in (left, right) if part)} "
            f"FROM {self.relation} AS r LEFT JOIN {other.relation} AS c "
            f"ON trim(CAST(r.{quoted(lookup.key)} AS VARCHAR)) "
            f"= trim(CAST(c.{quoted(lookup.other_key)} AS VARCHAR))"
        )


@dataclass(frozen=True)
class ParquetTable:
    """A Parquet file, read row group by row group; SQL only where a join asks for it."""

    session: Session
    name: str
    path: Path
    columns: tuple[str, ...]
    dictionary: Dictionary = field(default_factory=Dictionary)

    @property
    def relation(self) -> str:
        """How DuckDB names the file."""
        return f"read_parquet({text_literal(str(self.path))})"

    def batches(
        self, columns: Sequence[str], *, lookup: Lookup | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Read row groups as they lie, or through SQL where there is a lookup."""
        if lookup is None:
            return self._row_groups(list(columns))
        joined = Relation(self.session, self.name, self.relation, self.columns)
        return joined.batches(columns, lookup=lookup)

    def _row_groups(self, columns: list[str]) -> Iterator[pa.RecordBatch]:
        import pyarrow.parquet as pq

        with pq.ParquetFile(self.path) as file:
            if not columns:
                yield from _counted(file.metadata.num_rows)
                return
            sizes = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
            if max(sizes, default=0) > _LARGEST_ROW_GROUP:
                yield from file.iter_batches(BATCH, columns=columns, use_threads=False)
                return
            for i in range(file.num_row_groups):
                table = file.read_row_group(i, columns=columns, use_threads=False)
                yield from table.combine_chunks().to_batches()


def _counted(rows: int) -> Iterator[pa.RecordBatch]:
    yield pa.RecordBatch.from_arrays([pa.nulls(rows)], names=[""])


def quoted(name: str) -> str:
    """Quote a column's name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def text_literal(text: str) -> str:
    """Quote a text for SQL."""
    return "'" + text.replace("'", "''") + "'"


def _select(relation: str, columns: Sequence[str]) -> str:
    wanted = ", ".join(quoted(column) for column in columns) or "NULL AS nothing"
    return f"SELECT {wanted} FROM {relation}"


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
