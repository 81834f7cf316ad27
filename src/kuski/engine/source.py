"""What every table looks like to the rest of the engine, whatever it comes from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa

from kuski.moments import Code

ROW = "row of the table"
CELLS = 1 << 24
_ROWS = 1 << 18


def batch_rows(columns: int) -> int:
    """Tell how many rows a batch holds at most, so that wide tables do not fill the memory."""
    return max(1, min(_ROWS, CELLS // max(1, columns)))


def first_line(error: Exception) -> str:
    """Take the first line of what a library says."""
    return str(error).strip().splitlines()[0]


def unique_names(names: Sequence[str]) -> tuple[str, ...]:
    """Name the columns that have no name, and number those whose name stands before them.

    Names that differ only in case count as the same, since SQL cannot tell them apart.
    """
    taken: set[str] = set()
    found: list[str] = []
    for place, name in enumerate(names, start=1):
        bare = name.strip() or f"column_{place}"
        unique, number = bare, 2
        while unique.casefold() in taken:
            unique, number = f"{bare}_{number}", number + 1
        taken.add(unique.casefold())
        found.append(unique)
    return tuple(found)


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
    groups_by_comma : bool
        Whether a comma in a number groups thousands, since it already parts the cells.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    value_labels: Mapping[str, Mapping[Code, str]] = field(default_factory=dict)
    missing: Mapping[str, tuple[Code, ...]] = field(default_factory=dict)
    groups_by_comma: bool = False


class Source(Protocol):
    """A table that can be read in batches."""

    @property
    def name(self) -> str:
        """How the user knows the table: a file's name, or a table's."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in the table's order."""

    @property
    def numeric(self) -> frozenset[str]:
        """Names of the columns that can hold nothing but numbers, by their type."""

    @property
    def dictionary(self) -> Dictionary:
        """What the table says of its own columns."""

    def batches(
        self, columns: Sequence[str], *, lookup: Lookup | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Read the named columns once, in the table's order of rows, in batches of bounded size.

        The columns come in the order in which they are named, and the lookup's after them. Where a
        lookup changes the order of the rows, the last column is `ROW`, each row's number.
        """
