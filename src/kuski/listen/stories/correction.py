"""The correction: a sheet that comes back from a person, taken whole or not at all."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from kuski.engine.embedded import Session
from kuski.engine.files import FileOptions, open_file
from kuski.errors import DataError, InputError
from kuski.listen.stories.cell import Mask, is_same, restored, settled, shown
from kuski.listen.stories.event import DRAWN, Drawn, Said
from kuski.listen.stories.fault import RowFault, RowsError, beginning
from kuski.listen.stories.ledger import Checked
from kuski.listen.stories.mark import Mark, Names, Values, names_of
from kuski.listen.stories.sheet import FIXED, LAST, column_title
from kuski.listen.stories.story import Story
from kuski.terms import TextSource
from kuski.text.codebook import Codebook
from kuski.words import LANGUAGES

# What Excel writes CSV in, where it is not UTF-8.
_ENCODINGS = ("cp1252", "latin-1")
_YES = frozenset((*"x×✓✔✗☑1yjk", "true", "yes", "ok", "kyllä", "joo", "tosi", "ja", "sant"))
_NO = frozenset(("", "0", "no", "n", "ei", "e", "false", "epätosi", "nej", "-", "–"))
_WHOLE = re.compile(r"-?\d+\.0+")


@dataclass(frozen=True, slots=True)
class Correction:
    """What a sheet says.

    Attributes
    ----------
    said : tuple of Said
        Of the rows marked checked.
    rows : int
        How many rows the sheet has.
    unmarked : int
        Rows of the random part on which something was written, but which are not marked checked.
    """

    said: tuple[Said, ...]
    rows: int
    unmarked: int

    @property
    def blank(self) -> int:
        """How many rows are marked checked without one code: silent on everything, or forgotten."""
        return sum(not any(each.values.values()) for each in self.said)

    def news(self, seen: Mapping[tuple[TextSource, str], Checked], who: str) -> tuple[Said, ...]:
        """Leave out what the ledger has from the same person already, word for word."""
        known = [
            word.said
            for checked in seen.values()
            for word in checked.words
            if word.who == " ".join(who.split())
        ]
        kept = {(each.source, each.text): each for each in known}
        return tuple(each for each in self.said if kept.get((each.source, each.text)) != each)


def read_correction(
    path: Path,
    stories: Sequence[Story],
    book: Codebook,
    *,
    mask: Mask | None = None,
) -> Correction:
    """Read a corrected sheet.

    Parameters
    ----------
    path : Path
        A workbook, or CSV in any encoding and with any delimiter that Excel writes.
    stories : sequence of Story
        Of the study, as they are now.
    book : Codebook
    mask : callable or None
        What hid personal data when the sheet was written, if anything did.

    Raises
    ------
    RowsError
        With every unknown code, unknown row and changed text, each with its row and what is near.
    DataError
        If the file cannot be read.
    """
    page = _page(path)
    known = {story.id: story for story in stories}
    reading = _Reading(page, known, names_of(book), mask)
    reading.columns()
    if not reading.faults:
        for row in range(page.rows):
            reading.row(row)
    if reading.faults:
        raise RowsError("stories_sheet", path, reading.faults)
    if not reading.said:
        raise InputError("stories_nothing_checked", file=path, n=page.rows)
    return Correction(tuple(reading.said.values()), page.rows, reading.unmarked)


@dataclass(frozen=True, slots=True)
class _Page:
    """A sheet's cells as texts, by column."""

    columns: Mapping[str, Sequence[str]]
    rows: int
    encoding: str


def _page(path: Path) -> _Page:
    encodings = (None, *_ENCODINGS)
    for place, encoding in enumerate(encodings):
        try:
            source = open_file(Session(), path, FileOptions(encoding=encoding))
            names = source.columns
            cells: dict[str, list[str]] = {name: [] for name in names}
            for batch in source.batches(names):
                for name, column in zip(names, batch.columns, strict=False):
                    cells[name] += [_as_text(value) for value in column.to_pylist()]
        except DataError as error:
            if error.case not in {"not_utf8", "wrong_encoding"} or place == len(encodings) - 1:
                raise
            continue
        rows = max((len(column) for column in cells.values()), default=0)
        return _Page(cells, rows, encoding or "utf-8")
    raise AssertionError("latin-1 reads any bytes")


def _as_text(value: Any) -> str:
    """Read a cell as a person sees it: a spreadsheet holds 2 as 2.0."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "x" if value else ""
    text = str(value)
    return text.partition(".")[0] if _WHOLE.fullmatch(text) and not isinstance(value, str) else text


@dataclass(slots=True)
class _Reading:
    """One sheet on its way to words, and what is wrong with it."""

    page: _Page
    stories: Mapping[str, Story]
    names: Mapping[str, Names]
    mask: Mask | None
    faults: list[RowFault] = field(default_factory=list)
    said: dict[str, Said] = field(default_factory=dict)
    unmarked: int = 0
    _places: dict[str, str] = field(default_factory=dict)
    _texts: dict[str, str] = field(default_factory=dict)

    def columns(self) -> None:
        """Find the columns by their titles in any language."""
        titles = {
            title.casefold(): key
            for key in (*FIXED, *LAST, *self.names)
            for title in (key, *(column_title(key, language) for language in LANGUAGES))
        }
        for column in self.page.columns:
            plain = column.strip().lstrip("\ufeff").casefold()
            if (key := titles.get(plain)) is not None:
                self._places.setdefault(key, column)
            elif near := get_close_matches(plain, titles, n=1, cutoff=0.75):
                values = {"column": beginning(column), "near": near[0]}
                self.faults.append(RowFault("column_near", 1, values))
        for key in ("id", "checked", "text"):
            if key not in self._places:
                self.faults.append(RowFault("no_column", 1, {"column": key}))

    def row(self, place: int) -> None:
        """Read one row, where it counts."""
        number = place + 2
        mark = self._cell("checked", place).strip().casefold()
        if mark in _NO:
            self.unmarked += self._is_written(place)
            return
        if mark not in _YES:
            self._fault("mark", number, value=beginning(mark))
            return
        drawn, story = self._story(place, number)
        if drawn is None or story is None:
            return
        values = self._values(place, number)
        said = Said(story.source, story.text, drawn, values, self._cell("note", place).strip())
        if self.said.setdefault(story.id, said) != said:
            self._fault("row_twice", number, id=story.id)

    def _is_written(self, place: int) -> bool:
        """Tell whether somebody wrote on a row that was handed out blank."""
        if not self._cell("id", place).startswith("r-"):
            return False
        return any(self._cell(key, place).strip() for key in (*self.names, "note"))

    def _story(self, place: int, number: int) -> tuple[Drawn | None, Story | None]:
        told = self._cell("id", place).strip()
        part, _, id_ = told.partition("-")
        drawn = next((each for each in DRAWN if each[0] == part), None)
        story = self.stories.get(id_)
        text = self._cell("text", place)
        if drawn is None or story is None:
            near = self._near(text) or next(iter(get_close_matches(id_, self.stories, n=1)), "")
            case = "no_row_near" if near else "no_row"
            self._fault(case, number, id=beginning(told), near=near, text=beginning(text))
            return None, None
        masks = (None,) if self.mask is None else (None, self.mask)
        if not any(is_same(story.text, text, self.page.encoding, mask) for mask in masks):
            was = beginning(shown(story.text, self.mask))
            self._fault("text_changed", number, text=beginning(text), was=was)
        return drawn, story

    def _near(self, text: str) -> str:
        """Find the story that has this text, if any has."""
        if not self._texts:
            self._texts = {settled(shown(each.text)): each.id for each in self.stories.values()}
        return self._texts.get(settled(restored(text)), "") if text.strip() else ""

    def _values(self, place: int, number: int) -> Values:
        values: dict[str, tuple[Mark, ...]] = {}
        for family, names in self.names.items():
            if family not in self._places:
                continue
            marks, strangers = names.read(self._cell(family, place))
            for each in strangers:
                case = "code_near" if each.near else "code"
                codes = ", ".join(code.code for code in names.family.codes)
                told = {"code": beginning(each.word), "near": each.near, "codes": codes}
                self._fault(case, number, family=family, **told)
            if names.family.kind == "one" and len(marks) > 1:
                told = {"codes": ", ".join(mark.code for mark in marks)}
                self._fault("several", number, family=family, **told)
            values[family] = marks
        return values

    def _cell(self, key: str, place: int) -> str:
        column = self._places.get(key)
        if column is None or place >= len(self.page.columns[column]):
            return ""
        cell = self.page.columns[column][place]
        return cell if key == "text" else restored(cell)

    def _fault(self, case: str, row: int, **values: object) -> None:
        self.faults.append(RowFault(case, row, values))
