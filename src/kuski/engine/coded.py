"""A table beside whose texts stand the codes that they were given."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kuski.engine import arrays
from kuski.engine.source import ROW, Dictionary, Lookup, Source, first_line
from kuski.errors import DataError
from kuski.terms import CODES, CUSTOMERS, TextSource

_TEXT, _SOURCE, _PART = "text", "source", "incident"


class TextCodes:
    """The codes of one table's texts, found by the text itself.

    The codes are a function of the text, so that neither the order of the rows nor a key matters.
    They are held in memory: some hundred bytes for each distinct text.

    Parameters
    ----------
    path : Path
        Written by ``kuski stories code``.
    source : {"responses", "customers", "stories"}
        Whose texts.
    column : str
        The table's column of text.

    Raises
    ------
    DataError
        If the file cannot be read, or holds no codes.
    """

    def __init__(self, path: Path, source: TextSource, column: str) -> None:
        self.column = column
        self._path = path
        self._source = source
        self._columns: dict[str, pa.Array] = {}
        try:
            schema = pq.read_schema(path)
        except (pa.ArrowException, OSError) as error:
            raise DataError("unreadable", file=path.name, reason=first_line(error)) from error
        if missing := [name for name in (_TEXT, _SOURCE, _PART) if name not in schema.names]:
            raise DataError("no_codes", file=path.name, column=missing[0])
        self._schema = schema

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the codes' columns."""
        return tuple(name for name in self._schema.names if name not in {_TEXT, _SOURCE, _PART})

    @property
    def numeric(self) -> frozenset[str]:
        """Names of those that hold numbers."""
        return arrays.numeric_columns(self._schema)

    @cached_property
    def _texts(self) -> pa.Array:
        return self._read(_TEXT)

    def of(self, texts: pa.Array, name: str) -> pa.Array:
        """Give each text its code; null where it was not coded."""
        if name not in self._columns:
            self._columns[name] = self._read(name)
        # One way to write texts on both sides, whatever the reader made of them.
        places = pc.index_in(texts.cast(pa.string()), value_set=self._texts.cast(pa.string()))
        return self._columns[name].take(places)

    def _read(self, name: str) -> pa.Array:
        wanted = [(_SOURCE, "=", self._source), (_PART, "=", 0)]
        try:
            table = pq.read_table(self._path, columns=[name], filters=wanted)
        except (pa.ArrowException, OSError) as error:
            raise DataError("unreadable", file=self._path.name, reason=first_line(error)) from error
        found = table.column(name).combine_chunks()
        return found.chunk(0) if isinstance(found, pa.ChunkedArray) else found


@dataclass(frozen=True)
class Coded:
    """A table with the codes of its texts as further columns, named ``codes.…``.

    Attributes
    ----------
    source : Source
    codes : TextCodes or None
        None where the table has no text that was coded, but its customers may have.
    """

    source: Source
    codes: TextCodes | None = None

    @property
    def name(self) -> str:
        """How the user knows the table."""
        return self.source.name

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, the codes last."""
        return (*self.source.columns, *self._names)

    @property
    def numeric(self) -> frozenset[str]:
        """Names of the columns that hold nothing but numbers."""
        if self.codes is None:
            return self.source.numeric
        return self.source.numeric | {CODES + name for name in self.codes.numeric}

    @property
    def dictionary(self) -> Dictionary:
        """What the table says of its own columns."""
        return self.source.dictionary

    @property
    def _names(self) -> tuple[str, ...]:
        return () if self.codes is None else tuple(CODES + name for name in self.codes.names)

    def batches(
        self, columns: Sequence[str], *, lookup: Lookup | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Read the table, and give each row the codes of its text."""
        theirs = lookup.source if lookup is not None else None
        asked = lookup.columns if lookup is not None else ()
        wanted = [*columns, *(CUSTOMERS + column for column in asked)]
        if lookup is not None and isinstance(theirs, Coded):
            lookup = replace(lookup, source=theirs.source, columns=theirs._plain(asked))
        for batch in self.source.batches(self._plain(columns), lookup=lookup):
            if not wanted:
                yield batch
                continue
            names = [*wanted, *([ROW] if ROW in batch.schema.names else [])]
            yield pa.RecordBatch.from_arrays([self._column(batch, n, theirs) for n in names], names)

    def _plain(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Name the columns to read: those of the table itself, and the text that has codes."""
        known = set(self._names)
        plain = [column for column in columns if column not in known]
        if self.codes is not None and len(plain) < len(columns):
            plain.append(self.codes.column)
        return tuple(dict.fromkeys(plain))

    def _column(self, batch: pa.RecordBatch, name: str, theirs: Source | None) -> pa.Array:
        if self.codes is not None and name in self._names:
            texts = batch.column(self.codes.column)
            return self.codes.of(texts, name.removeprefix(CODES))
        bare = name.removeprefix(CUSTOMERS)
        if bare == name or not isinstance(theirs, Coded) or bare not in theirs._names:
            return batch.column(name)
        own = [column for column in batch.schema.names if column.startswith(CUSTOMERS)]
        inner = batch.select(own).rename_columns([one.removeprefix(CUSTOMERS) for one in own])
        return theirs._column(inner, bare, None)
