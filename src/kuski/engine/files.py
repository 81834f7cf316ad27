"""Files to tables: which reader opens which kind."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from kuski.engine import arrays
from kuski.engine.embedded import ParquetTable, Session
from kuski.engine.source import Source, first_line
from kuski.errors import DataError


@dataclass(frozen=True, slots=True)
class FileOptions:
    """How to read a file, where it cannot be told from the file itself.

    Attributes
    ----------
    encoding : str or None
        Of a text file; UTF-8, or what its byte-order mark says, where None.
    delimiter : str or None
        Between the cells of a text file; guessed where None.
    sheet : str or None
        Of an Excel file; the first where None.
    """

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


def open_file(session: Session, path: Path, options: FileOptions | None = None) -> Source:
    """Open a file as a table.

    Raises
    ------
    DataError
        If the file does not exist, is empty, is of no known kind, or cannot be read.
    """
    options = options or FileOptions()
    try:
        if not path.exists():
            raise DataError("no_file", file=path)
        if path.is_dir():
            raise DataError("is_folder", file=path)
        if path.stat().st_size == 0:
            raise DataError("empty_file", file=path)
        return _open(session, path, options)
    except PermissionError as error:
        raise DataError("no_permission", file=path) from error


def _open(session: Session, path: Path, options: FileOptions) -> Source:
    kind = path.suffix.lower()
    if kind == ".parquet":
        return _open_parquet(session, path)
    if kind == ".sav":
        from kuski.engine.spss import open_spss

        return open_spss(session, path)
    if kind in {".xlsx", ".xls", ".xlsb", ".ods"}:
        from kuski.engine.workbook import open_workbook

        return open_workbook(session, path, sheet=options.sheet)
    if kind in {".csv", ".tsv", ".txt", ".tab"}:
        from kuski.engine.delimited import open_delimited

        return open_delimited(session, path, encoding=options.encoding, delimiter=options.delimiter)
    raise DataError("unknown_kind", file=path, kind=kind or path.name)


def _open_parquet(session: Session, path: Path) -> Source:
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path)
    except PermissionError:
        raise
    except (pa.ArrowException, OSError) as error:
        raise DataError("unreadable", file=path, reason=first_line(error)) from error
    columns = tuple(schema.names)
    if not columns:
        raise DataError("no_columns", file=path)
    known: dict[str, str] = {}
    for column in columns:
        twin = known.setdefault(column.casefold(), column)
        if twin is not column:
            raise DataError("alike_columns", file=path, first=twin, second=column)
    return ParquetTable(session, path.name, path, columns, arrays.numeric_columns(schema))
