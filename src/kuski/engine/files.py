"""Files to tables: CSV, Parquet, Excel, SPSS and Qualtrics exports, told apart by what they hold."""

import codecs
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from kuski.engine.embedded import ParquetTable, Relation, Session, quoted, text_literal
from kuski.engine.source import Dictionary, Source
from kuski.errors import DataError
from kuski.moments import Code

_CHUNK = 1 << 20
_WIDEST_SPAN = 1000
_BYTE_ORDER_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


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
    if not path.exists():
        raise DataError("no_file", file=path)
    if path.is_dir():
        raise DataError("is_folder", file=path)
    try:
        if path.stat().st_size == 0:
            raise DataError("empty_file", file=path)
        return _open(session, path, options)
    except PermissionError as error:
        raise DataError("no_permission", file=path) from error


def _open(session: Session, path: Path, options: FileOptions) -> Source:
    kind = path.suffix.lower()
    if kind == ".parquet":
        return _parquet(session, path)
    if kind == ".sav":
        return _spss(session, path)
    if kind in {".xlsx", ".xls", ".xlsb", ".ods"}:
        return _excel(session, path, options)
    if kind in {".csv", ".tsv", ".txt", ".tab"}:
        return _text(session, path, options)
    raise DataError("unknown_kind", file=path, kind=kind or path.name)


def _parquet(session: Session, path: Path) -> Source:
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path)
    except pa.ArrowException as error:
        raise DataError("unreadable", file=path, reason=str(error)) from error
    return ParquetTable(session, path.name, path, tuple(schema.names))


def _text(session: Session, path: Path, options: FileOptions) -> Source:
    import duckdb

    readable = _as_utf8(session, path, options.encoding)
    delimiter = f", delim = {text_literal(options.delimiter)}" if options.delimiter else ""
    relation = (
        f"read_csv({text_literal(str(readable))}, all_varchar = true, header = true, "
        f"null_padding = true, sample_size = 20480{delimiter})"
    )
    connection = session.connection
    try:
        head = connection.sql(f"SELECT * FROM {relation} LIMIT 2").to_arrow_table()
    except duckdb.Error as error:
        raise DataError("unreadable", file=path, reason=str(error).splitlines()[0]) from error
    columns = tuple(head.column_names)
    if _is_qualtrics(head):
        labels = dict(zip(columns, head.slice(0, 1).to_pylist()[0].values(), strict=True))
        told = Dictionary(labels={key: text or "" for key, text in labels.items()})
        return Relation(session, path.name, f"(SELECT * FROM {relation} OFFSET 2)", columns, told)
    return Relation(session, path.name, relation, columns)


def _is_qualtrics(head: pa.Table) -> bool:
    if head.num_rows < 2:
        return False
    third = head.slice(1, 1).to_pylist()[0].values()
    return any('{"ImportId"' in (cell or "") for cell in third)


def _as_utf8(session: Session, path: Path, encoding: str | None) -> Path:
    """Return the path of a UTF-8 text: the file itself, or a copy that lives with the session."""
    if encoding is None:
        with path.open("rb") as file:
            encoding = _BYTE_ORDER_MARKS.get(file.read(2), "utf-8")
    try:
        name = codecs.lookup(encoding).name
    except LookupError as error:
        raise DataError("unknown_encoding", file=path, encoding=encoding) from error
    if name in {"utf-8", "ascii", "utf-8-sig"}:
        _check_utf8(path)
        return path
    return _recoded(session, path, name)


def _check_utf8(path: Path) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    line = 1
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                line += chunk[: error.start].count(b"\n")
                raise DataError("not_utf8", file=path, line=line) from error
            line += chunk.count(b"\n")
    _check_no_zero_bytes(path)


def _check_no_zero_bytes(path: Path) -> None:
    with path.open("rb") as file:
        if b"\x00" in file.read(_CHUNK):
            raise DataError("not_text", file=path)


def _recoded(session: Session, path: Path, encoding: str) -> Path:
    copy = session.scratch_file(".csv")
    try:
        with path.open(encoding=encoding, newline="") as old, copy.open(
            "w", encoding="utf-8", newline=""
        ) as new:
            while text := old.read(_CHUNK):
                new.write(text)
    except UnicodeError as error:
        raise DataError("wrong_encoding", file=path, encoding=encoding) from error
    return copy


def _excel(session: Session, path: Path, options: FileOptions) -> Source:
    import fastexcel

    try:
        book = fastexcel.read_excel(path)
        sheet = options.sheet or book.sheet_names[0]
        if sheet not in book.sheet_names:
            raise DataError(
                "no_sheet", file=path, sheet=sheet, sheets=", ".join(book.sheet_names)
            )
        table = pa.Table.from_batches([book.load_sheet(sheet).to_arrow()])
    except fastexcel.FastExcelError as error:
        raise DataError("unreadable", file=path, reason=str(error).splitlines()[0]) from error
    return arrow_source(session, table, name=path.name)


def _spss(session: Session, path: Path) -> Source:
    import pyreadstat

    try:
        data, meta = pyreadstat.read_sav(str(path), user_missing=True, output_format="dict")
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
        raise DataError("unreadable", file=path, reason=str(error).splitlines()[0]) from error
    table = pa.table({column: pa.array(values) for column, values in data.items()})
    told = Dictionary(
        labels={column: label for column, label in meta.column_names_to_labels.items() if label},
        value_labels={k: dict(v) for k, v in meta.variable_value_labels.items()},
        missing={column: _declared(spans) for column, spans in meta.missing_ranges.items()},
    )
    return arrow_source(session, table, name=path.name, dictionary=told)


def _declared(spans: list[dict[str, Any]]) -> tuple[Code, ...]:
    """List the codes that SPSS calls missing; a span of codes counts as the whole numbers in it."""
    codes: list[Code] = []
    for span in spans:
        low, high = span["lo"], span["hi"]
        if low == high:
            codes.append(low)
        elif high - low <= _WIDEST_SPAN:
            codes.extend(float(code) for code in range(math.ceil(low), math.floor(high) + 1))
    return tuple(codes)


def arrow_source(
    session: Session, table: pa.Table, *, name: str, dictionary: Dictionary | None = None
) -> Relation:
    """Make an Arrow table in memory a table of the embedded engine."""
    columns = tuple(table.column_names)
    relation = quoted(session.register(table))
    return Relation(session, name, relation, columns, dictionary or Dictionary())
