"""Small files of every kind, opened as tables."""

from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from kuski.engine import OpenTable
from kuski.engine.embedded import HeldTable, Session
from kuski.engine.files import FileOptions, open_file
from kuski.engine.source import Source
from kuski.moments import Moments


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def open_text(tmp_path: Path, session: Session) -> Callable[..., Source]:
    """Return a function that writes a text to a file and opens it."""
    number = count(1)

    def opened(
        text: str | bytes, *, suffix: str = ".csv", written: str = "utf-8", **options: Any
    ) -> Source:
        path = tmp_path / f"table{next(number)}{suffix}"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(written))
        return open_file(session, path, FileOptions(**options))

    return opened


@pytest.fixture
def held(session: Session) -> Callable[..., OpenTable]:
    """Return a function that makes an open table of columns."""

    def table(columns: Mapping[str, Any], *, customer: str | None = None) -> OpenTable:
        made = pa.table({name: pa.array(cells) for name, cells in columns.items()})
        return OpenTable(HeldTable(session, "held", made), customer)

    return table


@pytest.fixture(scope="session")
def rows_of() -> Callable[..., list[list[Any]]]:
    """Return a function that reads a whole table, or some of its columns, as lists."""

    def rows(source: Source, columns: list[str] | None = None) -> list[list[Any]]:
        wanted = list(source.columns) if columns is None else columns
        found: list[list[Any]] = []
        for batch in source.batches(wanted):
            assert batch.schema.names == wanted
            found += [list(row.values()) for row in batch.to_pylist()]
        return found

    return rows


@pytest.fixture(scope="session")
def cells_of(rows_of: Callable[..., list[list[Any]]]) -> Callable[..., list[Any]]:
    """Return a function that reads one column."""
    return lambda source, column: [row[0] for row in rows_of(source, [column])]


@pytest.fixture(scope="session")
def total() -> Callable[[Moments], np.ndarray]:
    """Return a function that sums cross-products over all groups and replicates."""
    return lambda moments: moments.cross.sum(axis=(0, 1))
