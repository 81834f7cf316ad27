"""Excel and OpenDocument workbooks: one sheet is one table, held in memory."""

import logging
from pathlib import Path

import pyarrow as pa

from kuski.engine.embedded import HeldTable, Session
from kuski.engine.source import unique_names
from kuski.errors import DataError

_NO_NAME = "__UNNAMED__"


def open_workbook(session: Session, path: Path, *, sheet: str | None) -> HeldTable:
    """Open a sheet as a table; the first one where none is named.

    Raises
    ------
    DataError
        If the file is no workbook, or has no such sheet.
    """
    import fastexcel

    # It writes a line to the terminal for each column that is empty.
    logging.getLogger("fastexcel").setLevel(logging.CRITICAL)
    try:
        book = fastexcel.read_excel(path)
        name = sheet or book.sheet_names[0]
        if name not in book.sheet_names:
            sheets = ", ".join(book.sheet_names)
            raise DataError("no_sheet", file=path, sheet=name, sheets=sheets)
        # Kinds told from the first thousand rows would lose every word that comes later.
        table = pa.Table.from_batches([book.load_sheet(name, schema_sample_rows=None).to_arrow()])
    except fastexcel.FastExcelError as error:
        raise DataError("unreadable", file=path, reason=str(error).splitlines()[0]) from error
    if not table.num_columns:
        raise DataError("no_columns", file=path)
    names = ["" if name.startswith(_NO_NAME) else name for name in table.column_names]
    table = table.rename_columns(list(unique_names(names)))
    return HeldTable(session, path.name, table)
