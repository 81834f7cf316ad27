"""What every table looks like to the rest of the engine, whatever it comes from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa

from kuski.moments import Code

CUSTOMERS = "customers."


@dataclass(frozen=True, slots=True)
class Lookup:
    """A second table whose columns are wanted beside the first one's.

    Attributes
    ----------
    source : Source
    key, other_key : str
        The customer's column in the first table and in this one.
    columns : tuple of str
        They come out under their names with `CUSTOMERS` before.
    """

    source: "Source"
    key: str
    other_key: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dictionary:
    """What a file says of its own columns.

    Attributes
    ----------
    labels : mapping of column to text
        The question asked.
    value_labels : mapping of column to mapping of code to text
    missing : mapping of column to codes
        Codes that the file declares as missing.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    value_labels: Mapping[str, Mapping[Code, str]] = field(default_factory=dict)
    missing: Mapping[str, tuple[Code, ...]] = field(default_factory=dict)


class Source(Protocol):
    """A table that can be read in batches."""

    @property
    def name(self) -> str:
        """How the user knows the table: a file's name, or a table's."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in the table's order."""

    @property
    def dictionary(self) -> Dictionary:
        """What the table says of its own columns."""

    def batches(
        self, columns: Sequence[str], *, lookup: Lookup | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Read the named columns once, in the table's order, in batches of bounded size."""
