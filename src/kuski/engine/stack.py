"""Several files that are one table: columns under one name each, and the wave of each file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import pyarrow as pa

from kuski.engine.source import ROW, Dictionary, Lookup, Source
from kuski.errors import DataError
from kuski.terms import CUSTOMERS

Said = TypeVar("Said")


@dataclass(frozen=True, slots=True)
class Part:
    """One of the files.

    Attributes
    ----------
    source : Source
    wave : str or None
        What stands in the column of waves.
    names : mapping
        The file's own name of a column, where it is another than the table's; an empty one where
        the file has no such column, though it has one of that name.
    """

    source: Source
    wave: str | None
    names: Mapping[str, str] = field(default_factory=dict)

    def own(self, column: str) -> str | None:
        """Name a column as the file does; None where it has none.

        Raises
        ------
        DataError
            If the study says how the file names it, and the file has no such column.
        """
        name = self.names.get(column, column)
        if name in self.source.columns:
            return name
        if column in self.names and name:
            known = ", ".join(self.source.columns[:12])
            raise DataError("no_column", file=self.source.name, column=name, columns=known)
        return None

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns as the table knows them."""
        renamed = {own: name for name, own in self.names.items()}
        return tuple(renamed.get(column, column) for column in self.source.columns)


@dataclass(frozen=True)
class Stack:
    """Files on top of each other; what a file lacks is empty in its rows.

    Attributes
    ----------
    name : str
    parts : tuple of Part
    wave : str or None
        Name of the column that holds each file's wave.
    """

    name: str
    parts: tuple[Part, ...]
    wave: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of all files, in the order in which they come up."""
        added = () if self.wave is None else (self.wave,)
        found = dict.fromkeys(column for part in self.parts for column in part.columns)
        return tuple(dict.fromkeys((*found, *added)))

    @property
    def numeric(self) -> frozenset[str]:
        """Names of the columns that hold nothing but numbers in every file that has them."""
        return frozenset(
            column
            for column in self.columns
            if column != self.wave
            and all(
                own is None or own in part.source.numeric
                for part in self.parts
                for own in [part.own(column)]
            )
        )

    @property
    def dictionary(self) -> Dictionary:
        """What the first file that says anything of a column says of it."""
        told = [(part, part.source.dictionary) for part in reversed(self.parts)]
        return Dictionary(
            labels=_merged(self.columns, [(part, one.labels) for part, one in told]),
            value_labels=_merged(self.columns, [(part, one.value_labels) for part, one in told]),
            missing=_merged(self.columns, [(part, one.missing) for part, one in told]),
            groups_by_comma=any(one.groups_by_comma for _, one in told),
        )

    def batches(
        self, columns: Sequence[str], *, lookup: Lookup | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Read file after file."""
        first_row = 0
        for part in self.parts:
            rows = 0
            for batch in self._read(part, columns, lookup):
                rows += batch.num_rows
                yield self._laid_out(part, columns, lookup, batch, first_row)
            first_row += rows

    def _read(
        self, part: Part, columns: Sequence[str], lookup: Lookup | None
    ) -> Iterator[pa.RecordBatch]:
        own = [name for column in columns if (name := self._own(part, column))]
        if lookup is not None:
            key = part.own(lookup.key) or lookup.key
            lookup = Lookup(lookup.source, key, lookup.other_key, lookup.columns)
        return part.source.batches(list(dict.fromkeys(own)), lookup=lookup)

    def _own(self, part: Part, column: str) -> str | None:
        return None if column == self.wave else part.own(column)

    def _laid_out(
        self,
        part: Part,
        columns: Sequence[str],
        lookup: Lookup | None,
        batch: pa.RecordBatch,
        first_row: int,
    ) -> pa.RecordBatch:
        there = set(batch.schema.names)
        arrays: list[pa.Array] = []
        for column in columns:
            own = self._own(part, column)
            if column == self.wave:
                arrays.append(pa.repeat(part.wave, batch.num_rows))
            elif own is None:
                arrays.append(pa.nulls(batch.num_rows, pa.string()))
            else:
                arrays.append(batch.column(own))
        names = list(columns)
        for name in [CUSTOMERS + column for column in lookup.columns] if lookup else []:
            names.append(name)
            arrays.append(batch.column(name))
        if ROW in there:
            names.append(ROW)
            arrays.append(pa.compute.add(batch.column(ROW).cast(pa.int64()), first_row))
        if not names:
            return batch
        return pa.RecordBatch.from_arrays(arrays, names=names)


def _merged(
    columns: Sequence[str], told: Sequence[tuple[Part, Mapping[str, Said]]]
) -> dict[str, Said]:
    """Put what files say of their columns under the table's names; the last one has the word."""
    return {
        column: said[own]
        for part, said in told
        for column in columns
        if (own := part.own(column)) in said and own is not None
    }
