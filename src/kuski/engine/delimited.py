"""Text files with one row a line: CSV in any encoding, with any delimiter; Qualtrics exports too.

The encoding, the delimiter and the names are settled here, and DuckDB is told all of them: its own
guessing takes a comma in a comment for the delimiter and ``#`` for a remark.
"""

import codecs
import contextlib
import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from kuski.engine.embedded import Relation, Session, text_literal
from kuski.engine.source import Dictionary, unique_names
from kuski.errors import DataError, OutputError

_CHUNK = 1 << 20
_LONGEST_ROW = 1 << 24  # bytes: a comment of some megabytes is no reason to lose a file
_HEAD = 1 << 22
_LINES_TRIED = 21
_DELIMITERS = (";", "\t", ",", "|")
_BYTE_ORDER_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_TOLD_DELIMITER = re.compile(r"sep=(.)\r?\n")


def open_delimited(
    session: Session, path: Path, *, encoding: str | None, delimiter: str | None
) -> Relation:
    """Open a text file as a table.

    Raises
    ------
    DataError
        If the text is not in the encoding, or has no names in its first line.
    """
    readable = _as_utf8(session, path, encoding)
    head = _head(readable)
    if _has_mixed_ends(head):
        readable = _recoded(session, readable, "utf-8-sig", newline=None)
        head = _head(readable)
    told = _TOLD_DELIMITER.match(head)
    if told:
        head = head[told.end() :]
    delimiter = delimiter or (told[1] if told else _delimiter_of(head))
    first = _first_rows(head, delimiter)
    if not any(cell.strip() for cell in first[0]):
        raise DataError("no_columns", file=path)
    columns = unique_names(first[0])
    is_plain = not _has_quotes(readable, delimiter, name=path.name)
    relation = _relation(readable, columns, delimiter, skip=1 if told else 0, is_plain=is_plain)
    labels: dict[str, str] = {}
    if _is_qualtrics(first):
        relation = f"(SELECT * FROM {relation} OFFSET 2)"
        labels = dict(zip(columns, first[1], strict=False))
    dictionary = Dictionary(labels=labels, groups_by_comma=delimiter == ",")
    return Relation(session, path.name, relation, columns, dictionary)


def _head(path: Path) -> str:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return file.read(_HEAD)


def _has_mixed_ends(head: str) -> bool:
    """Tell whether rows end in different ways, which DuckDB cannot read."""
    bare = _without_quoted(head[:_CHUNK])
    pairs = bare.count("\r\n")
    return sum(n > 0 for n in (pairs, bare.count("\r") - pairs, bare.count("\n") - pairs)) > 1


def _without_quoted(head: str) -> str:
    return re.sub(r'"[^"]*"', "", head)


def _delimiter_of(head: str) -> str:
    """Tell the delimiter: what parts the first line into as many cells as the lines after it."""
    bare = _without_quoted(head).splitlines()[:_LINES_TRIED]
    if not bare:
        return ","
    counts = {sign: [line.count(sign) for line in bare] for sign in _DELIMITERS}
    return max(
        _DELIMITERS, key=lambda sign: (counts[sign][0] > 0, *_agreement(counts[sign]), sign == ",")
    )


def _agreement(counts: list[int]) -> tuple[int, int]:
    return sum(count == counts[0] for count in counts[1:]), counts[0]


def _first_rows(head: str, delimiter: str) -> list[list[str]]:
    """Read at most three rows; the first one is there even if it is blank."""
    rows: list[list[str]] = []
    with contextlib.suppress(csv.Error):
        for row in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter):
            rows.append(row)
            if len(rows) == 3:
                break
    return rows or [[]]


def _is_qualtrics(rows: Sequence[Sequence[str]]) -> bool:
    return len(rows) == 3 and any('{"ImportId"' in cell for cell in rows[2])


def _has_quotes(path: Path, delimiter: str, *, name: str) -> bool:
    """Tell whether the file has quotation marks.

    Raises
    ------
    DataError
        If one of them is opened and never closed: DuckDB would leave out the rest unsaid.
    """
    with path.open("rb") as file:
        last = _last_quote(file)
        if last is None:
            return False
        before, after = _at(file, last - 1), _at(file, last + 1)
        ends = {b"", b"\r", b"\n", delimiter.encode()}
        is_open = before in ends and after not in ends
        if before == b'"' or (before in ends and after in ends):
            is_open = _count(file, b'"', _size(file)) % 2 == 1
        if is_open:
            raise DataError("open_quote", file=name, line=1 + _count(file, b"\n", last))
    return True


def _last_quote(file: BinaryIO) -> int | None:
    end = _size(file)
    while end > 0:
        start = max(0, end - _CHUNK)
        file.seek(start)
        found = file.read(end - start).rfind(b'"')
        if found >= 0:
            return start + found
        end = start
    return None


def _at(file: BinaryIO, place: int) -> bytes:
    if place < 0:
        return b""
    file.seek(place)
    return file.read(1)


def _count(file: BinaryIO, sign: bytes, end: int) -> int:
    """Count a sign before a place."""
    file.seek(0)
    return sum(file.read(min(_CHUNK, end - start)).count(sign) for start in range(0, end, _CHUNK))


def _size(file: BinaryIO) -> int:
    return file.seek(0, io.SEEK_END)


def _relation(
    path: Path, columns: Sequence[str], delimiter: str, *, skip: int, is_plain: bool
) -> str:
    # Reading side by side fails on short rows where other rows have line breaks within quotes.
    kinds = ", ".join(f"{text_literal(column)}: 'VARCHAR'" for column in columns)
    return (
        f"read_csv({text_literal(str(path))}, auto_detect = false, header = true, skip = {skip}, "
        f"columns = {{{kinds}}}, delim = {text_literal(delimiter)}, quote = '\"', escape = '\"', "
        f"comment = '', null_padding = true, parallel = {is_plain}, "
        f"max_line_size = {_LONGEST_ROW}, buffer_size = {2 * _LONGEST_ROW})"
    )


def _as_utf8(session: Session, path: Path, encoding: str | None) -> Path:
    """Return the path of a UTF-8 text: the file itself, or a copy that lives with the session."""
    with path.open("rb") as file:
        start = file.read(_CHUNK)
    if encoding is None:
        encoding = _BYTE_ORDER_MARKS.get(start[:2], "utf-8")
    try:
        name = codecs.lookup(encoding).name
    except LookupError as error:
        raise DataError("unknown_encoding", file=path, encoding=encoding) from error
    if b"\x00" in start and not name.startswith(("utf-16", "utf-32")):
        raise DataError("not_text", file=path)
    if name in {"utf-8", "ascii", "utf-8-sig"}:
        _check_utf8(path)
        return path
    return _recoded(session, path, name)


def _check_utf8(path: Path) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    line = 1
    with path.open("rb") as file:
        chunk = b"\n"
        while chunk:
            chunk = file.read(_CHUNK)
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                line += chunk[: error.start].count(b"\n")
                raise DataError("not_utf8", file=path, line=line) from error
            line += chunk.count(b"\n")


def _recoded(session: Session, path: Path, encoding: str, *, newline: str | None = "") -> Path:
    copy = session.scratch_file(".csv")
    try:
        old = path.open(encoding=encoding, newline=newline)
    except LookupError as error:
        raise DataError("unknown_encoding", file=path, encoding=encoding) from error
    try:
        with old, copy.open("w", encoding="utf-8", newline="") as new:
            while text := old.read(_CHUNK):
                new.write(text)
    except UnicodeError as error:
        raise DataError("wrong_encoding", file=path, encoding=encoding) from error
    except OSError as error:
        raise OutputError("cannot_write", path=copy, reason=error.strerror or str(error)) from error
    return copy
