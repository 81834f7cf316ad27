"""Tables behind an address that Ibis knows: the relational language for every engine but our own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pyarrow as pa

from kuski.engine.embedded import BATCH
from kuski.engine.source import CUSTOMERS, Dictionary, Lookup
from kuski.errors import DataError, MissingExtraError


@dataclass(frozen=True)
class IbisTable:
    """A table of an Ibis connection."""

    url: str
    name: str
    table: Any
    columns: tuple[str, ...]
    dictionary: Dictionary = field(default_factory=Dictionary)

    def batches(
        self, columns: Sequence[str], *, lookup: Lookup | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Read through the engine; a lookup becomes a left join there."""
        query = self._joined(columns, lookup) if lookup else self.table.select(*columns)
        for batch in query.to_pyarrow_batches(chunk_size=BATCH):
            yield from pa.Table.from_batches([batch]).combine_chunks().to_batches()

    def _joined(self, columns: Sequence[str], lookup: Lookup) -> Any:
        other = lookup.source
        if not isinstance(other, IbisTable) or other.url != self.url:
            raise DataError("two_engines", file=self.name, other=other.name)
        left, right = self.table, other.table
        renamed = right.select(
            _key=right[lookup.other_key].cast("string").strip(),
            **{CUSTOMERS + column: right[column] for column in lookup.columns},
        )
        joined = left.left_join(
            renamed, left[lookup.key].cast("string").strip() == renamed["_key"]
        )
        return joined.select(*columns, *(CUSTOMERS + column for column in lookup.columns))


def open_table(url: str, table: str) -> IbisTable:
    """Open a table behind an address, such as ``duckdb://warehouse.db`` or ``postgres://...``.

    Raises
    ------
    MissingExtraError
        If Ibis is not installed.
    DataError
        If the address cannot be opened or has no such table.
    """
    connection = _connect(url)
    tables = connection.list_tables()
    if table not in tables:
        raise DataError("no_table", url=url, table=table, tables=", ".join(sorted(tables)[:20]))
    found = connection.table(table)
    return IbisTable(url, table, found, tuple(found.columns))


@lru_cache
def _connect(url: str) -> Any:
    try:
        import ibis
    except ImportError as error:
        raise MissingExtraError("missing_extra", package="ibis-framework", extra="ibis") from error
    try:
        return ibis.connect(url)
    except Exception as error:
        # Each backend raises errors of its own, and Ibis does not fold them into one.
        raise DataError("bad_url", url=url, reason=str(error).splitlines()[0]) from error
