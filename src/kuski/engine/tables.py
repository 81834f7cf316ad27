"""The tables of a study, opened where they live."""

from collections.abc import Mapping
from dataclasses import replace

from kuski.engine.coded import Coded, TextCodes
from kuski.engine.embedded import Session
from kuski.engine.files import FileOptions, open_file
from kuski.engine.scan import OpenTable
from kuski.engine.source import Source
from kuski.engine.stack import Part, Stack
from kuski.settings import WAVE, Settings, TablePart, WaveFile
from kuski.terms import TEXT_SOURCES, TableName


def open_tables(
    settings: Settings,
    names: Mapping[TableName, TablePart] | None = None,
    *,
    with_codes: bool = True,
) -> dict[TableName, OpenTable]:
    """Open the tables of a study.

    Parameters
    ----------
    settings : Settings
    names : mapping or None
        The tables to open; all of the study's where None.
    with_codes : bool
        Whether the codes of texts stand beside them, where texts were coded.

    Raises
    ------
    DataError
        If a table cannot be opened.
    """
    session = Session()
    parts = settings.tables() if names is None else names
    opened = {
        name: OpenTable(_open(session, settings, part), _person(part))
        for name, part in parts.items()
    }
    if not with_codes:
        return opened
    return {name: _with_codes(settings, name, table) for name, table in opened.items()}


def open_codes(settings: Settings) -> OpenTable | None:
    """Open the table of codes; None where no text was coded yet.

    Raises
    ------
    DataError
        If there is such a file, but it cannot be read.
    """
    file = settings.codes_file
    if not file.is_file():
        return None
    return OpenTable(open_file(Session(), file, FileOptions()), None)


def _with_codes(settings: Settings, name: TableName, table: OpenTable) -> OpenTable:
    """Put the codes of a table's texts beside them, where texts were coded."""
    if not settings.codes_file.is_file():
        return table
    if name not in TEXT_SOURCES:
        # What has no texts of its own may be read beside customers who have.
        return replace(table, source=Coded(table.source))
    text = settings.texts().get(name)
    if text is None or text not in table.source.columns:
        return replace(table, source=Coded(table.source))
    codes = TextCodes(settings.codes_file, name, text)
    return replace(table, source=Coded(table.source, codes))


def _person(part: TablePart) -> str | None:
    """Name the column that tells whose a row is: a customer's, or a respondent's."""
    found: str | None = getattr(part, "customer", None) or getattr(part, "respondent", None)
    return found


def _open(session: Session, settings: Settings, part: TablePart) -> Source:
    if part.url is not None and part.table is not None:
        from kuski.engine.elsewhere import open_table

        return open_table(part.url, part.table, folder=settings.folder)
    options = FileOptions(encoding=part.encoding, delimiter=part.delimiter, sheet=part.sheet)
    files: tuple[WaveFile, ...] = getattr(part, "files", ())
    if not files:
        return open_file(session, settings.folder / (part.file or ""), options)
    parts = tuple(
        Part(open_file(session, settings.folder / file.file, options), file.wave, file.columns)
        for file in files
    )
    for part_of, file in zip(parts, files, strict=True):
        for column in file.columns:
            part_of.own(column)
    has_waves = any(file.wave is not None for file in files)
    name = f"{parts[0].source.name} … {parts[-1].source.name}"
    return Stack(name, parts, WAVE if has_waves else None)
