"""Coding: a study's texts read, coded, and written as the table that later findings read."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from kuski.engine import Texts, distinct_texts, open_tables
from kuski.errors import DataError, InputError
from kuski.listen.stories.coders import Coders, coders_of
from kuski.listen.stories.ledger import Checked, checked, read
from kuski.listen.stories.mark import Values
from kuski.listen.stories.table import Told, Unit, record, said, schema
from kuski.output import writing
from kuski.roles import Roles, codebook_of
from kuski.settings import Settings, TablePart
from kuski.terms import TableName, TextLanguage, TextSource
from kuski.text.answers import same_text, state_of
from kuski.text.codebook import Codebook
from kuski.text.coder import CodedTexts, Coder
from kuski.text.document import Reader
from kuski.text.incidents import incidents

PIECE = 4_096
# Characters: a shorter text tells of one incident, and a shorter answer is often given twice.
LONG = 300
# Coders that are taught by parts of the lessons.
PARTS = 5

Targets = npt.NDArray[np.int8]
Progress = Callable[[int, int], None]


class Codable(Protocol):
    """A study whose texts can be coded, whatever else is wrong with it."""

    @property
    def settings(self) -> Settings:
        """Its study file."""


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What was coded of one table.

    Attributes
    ----------
    source : {"responses", "customers", "stories"}
    column : str
    rows : int
        With a text.
    texts : int
        Different ones.
    units : int
        Counted: told, long ones as their incidents.
    silent_rows : int
        Rows whose text is empty or says "don't know".
    copied_rows : int
        Rows that repeat a long text of another row.
    unsure : int
        Units that the coder is unsure of.
    languages : tuple of (str or None, int)
        Units by language, the commonest first; None where it is not known.
    """

    source: TextSource
    column: str
    rows: int
    texts: int
    units: int
    silent_rows: int
    copied_rows: int
    unsure: int
    languages: tuple[tuple[TextLanguage | None, int], ...]


@dataclass(frozen=True, slots=True)
class CodingReport:
    """What was coded, and where the codes are.

    Attributes
    ----------
    file : Path
    sources : tuple of SourceReport
    taught : int
        Checked units from which the coder learned.
    measured : int
        Checked units of the random sample, which the coder never sees.
    """

    file: Path
    sources: tuple[SourceReport, ...]
    taught: int
    measured: int


def code_study(
    study: Codable,
    *,
    coders: Coders | None = None,
    progress: Progress | None = None,
) -> CodingReport:
    """Code every text of a study and write the table of codes.

    What people said of a text that was drawn as uncertain teaches the coder; what they said of the
    random sample measures it and teaches nothing. A text that taught is itself coded by a coder
    that was taught by other texts, so that what stands in the table is everywhere the word of a
    coder that had not seen the text.

    Parameters
    ----------
    study : Codable
    coders : Coders or None
        Makes the coders; those that the study asks for where None, but none that must be paid for.
    progress : callable or None
        Called with the units coded so far and their number.

    Raises
    ------
    InputError
        If the study names no text, or its codebook or corrections are at fault.
    DataError
        If a table cannot be read, or does not have the text.
    OutputError
        If the table cannot be written; the one before it is then left as it was.
    """
    settings = study.settings
    columns = settings.texts()
    if not columns:
        raise InputError("stories_no_text")
    book = codebook_of(settings)
    people = checked(read(settings.folder / settings.codes.corrections, book))
    units = _units(settings, columns)
    lessons = [one for one in people.values() if one.drawn == "uncertain"]
    coders = coders or coders_of(settings, book, confirm=lambda _: False)
    coders.begin([unit.text for own in units.values() for unit in own if unit.state == "told"])
    pupils = _Pupils(book, coders, lessons)
    whole, done = sum(map(len, units.values())), 0
    counts = {source: _Count() for source in units}
    with writing(settings.codes_file) as draft, pq.ParquetWriter(draft, schema(book)) as file:
        for source, own in units.items():
            for start in range(0, len(own), PIECE):
                piece = own[start : start + PIECE]
                judged = pupils.judge(piece)
                counts[source].add(piece, judged)
                file.write_batch(_record(book, piece, judged, people))
                done += len(piece)
                if progress is not None:
                    progress(done, whole)
    return CodingReport(
        file=settings.codes_file,
        sources=tuple(
            counts[source].report(source, columns[source], own) for source, own in units.items()
        ),
        taught=len(lessons),
        measured=len(people) - len(lessons),
    )


def _units(settings: Settings, columns: Mapping[TextSource, str]) -> dict[TextSource, list[Unit]]:
    """Read the texts of every table, without the codes that they may have by now."""
    parts: dict[TableName, TablePart] = {source: settings.tables()[source] for source in columns}
    tables = open_tables(settings, parts, with_codes=False)
    weight, reader = Roles(settings, {}).weight, Reader(settings.codes.finnish)
    units: dict[TextSource, list[Unit]] = {}
    for source, column in columns.items():
        known = tables[source].source
        if column not in known.columns:
            names = ", ".join(known.columns[:12])
            raise DataError("no_column", file=known.name, column=column, columns=names)
        texts = distinct_texts(tables[source], column, weight if source == "responses" else None)
        units[source] = units_of(source, texts, reader)
    return units


def units_of(source: TextSource, texts: Texts, reader: Reader) -> list[Unit]:
    """Split the texts of a table into what is coded.

    Parameters
    ----------
    source : {"responses", "customers", "stories"}
    texts : Texts
    reader : Reader
    """
    copies = _copies(texts)
    units: list[Unit] = []
    for text, rows, weight, copied in zip(
        texts.texts, texts.rows, texts.weights, copies, strict=True
    ):
        state = state_of(text)
        is_told = state == "told"
        parts = _parts(text, reader) if is_told and len(text) > LONG else ()
        is_whole = is_told and not parts
        units.append(Unit(text, source, None, 0, rows, weight, copied, state, is_whole))
        units += [
            Unit(part, source, text, number, rows, weight, 0, "told", is_counted=True)
            for number, part in enumerate(parts, start=1)
        ]
    return units


def targets(lessons: Sequence[Checked], book: Codebook) -> Targets:
    """Lay out what people said of n units for the coder to learn from.

    Returns
    -------
    int8 array, shape (n, K)
        1 where the unit tells of the code, 0 where it does not, −1 where nobody looked.
    """
    told = said([one.first for one in lessons], book)
    return np.where(told.is_known, told.codes, -1).astype(np.int8)


@dataclass(frozen=True, slots=True)
class _Judged:
    """What the coder says of n units."""

    told: Told
    languages: list[TextLanguage | None]
    unsure: npt.NDArray[np.bool_]

    def put(self, places: Sequence[int], coded: CodedTexts) -> None:
        """Take what a coder says of some of the units."""
        told = self.told
        told.codes[places] = coded.codes
        told.signs[places] = coded.signs
        told.strengths[places] = coded.chances
        told.is_known[places] = True
        self.unsure[places] = coded.is_unsure
        for place, document in zip(places, coded.documents, strict=True):
            self.languages[place] = document.language


class _Count:
    """Counts what is coded of one table."""

    def __init__(self) -> None:
        self.unsure = 0
        self.languages: Counter[TextLanguage | None] = Counter()

    def add(self, units: Sequence[Unit], judged: _Judged) -> None:
        is_counted = np.array([unit.is_counted for unit in units])
        self.unsure += int((judged.unsure & is_counted).sum())
        pairs = zip(units, judged.languages, strict=True)
        self.languages.update(language for unit, language in pairs if unit.is_counted)

    def report(self, source: TextSource, column: str, units: Sequence[Unit]) -> SourceReport:
        whole = [unit for unit in units if not unit.incident]
        return SourceReport(
            source=source,
            column=column,
            rows=sum(unit.rows for unit in whole),
            texts=len(whole),
            units=sum(unit.is_counted for unit in units),
            silent_rows=sum(unit.rows for unit in whole if unit.state != "told"),
            copied_rows=sum(unit.copies for unit in whole),
            unsure=self.unsure,
            languages=tuple(self.languages.most_common()),
        )


def _copies(texts: Texts) -> list[int]:
    """Count the rows that repeat a long text, at the first of those that are the same."""
    rows: Counter[str] = Counter()
    first: dict[str, int] = {}
    for place, (text, n) in enumerate(zip(texts.texts, texts.rows, strict=True)):
        if len(text) > LONG:
            key = same_text(text)
            rows[key] += n
            first.setdefault(key, place)
    found = [0] * len(texts.texts)
    for key, place in first.items():
        found[place] = rows[key] - 1
    return found


def _parts(text: str, reader: Reader) -> tuple[str, ...]:
    """Split a long text into its incidents; none where it tells of one."""
    (document,) = reader.read([text])
    spans = incidents(document)
    if len(spans) < 2 or document.is_cut:
        return ()
    parts = tuple(document.text[start:end].strip() for start, end in spans)
    return parts if all(parts) else ()


class _Pupils:
    """Coders that were taught by the same lessons, one of them by all and the others by parts."""

    def __init__(self, book: Codebook, coders: Coders, lessons: Sequence[Checked]) -> None:
        self._book = book
        order = sorted(lessons, key=lambda one: (one.source, one.text))
        self._part_of = {(one.source, one.text): i % PARTS for i, one in enumerate(order)}
        self._head = _taught(coders.make(), order, book)
        self._others: dict[int, Coder] = {}
        for part in sorted(set(self._part_of.values())):
            rest = [one for i, one in enumerate(order) if i % PARTS != part]
            self._others[part] = _taught(coders.make(), rest, book)

    def judge(self, units: Sequence[Unit]) -> _Judged:
        """Code the units that tell something, each by a coder that was not taught by it."""
        judged = _Judged(
            Told.nothing(len(units), len(self._book.columns)),
            [None] * len(units),
            np.zeros(len(units), bool),
        )
        told = [place for place, unit in enumerate(units) if unit.state == "told"]
        part = {
            place: self._part_of.get((units[place].source, units[place].text)) for place in told
        }
        for key in {None, *part.values()}:
            coder = self._head if key is None else self._others[key]
            places = [place for place in told if part[place] == key]
            if places:
                judged.put(places, coder.code([units[place].text for place in places]))
        return judged


def _taught(coder: Coder, lessons: Sequence[Checked], book: Codebook) -> Coder:
    if lessons:
        coder.fit([one.text for one in lessons], targets(lessons, book))
    return coder


def _record(
    book: Codebook,
    units: Sequence[Unit],
    judged: _Judged,
    people: Mapping[tuple[TextSource, str], Checked],
) -> pa.RecordBatch:
    words = [people.get((unit.source, unit.text)) if unit.is_counted else None for unit in units]
    first: list[Values | None] = [word.first if word else None for word in words]
    second: list[Values | None] = [word.second if word else None for word in words]
    return record(
        book,
        units,
        machine=judged.told,
        first=said(first, book),
        second=said(second, book),
        languages=judged.languages,
        unsure=judged.unsure,
        checked=[word.drawn if word else None for word in words],
    )
