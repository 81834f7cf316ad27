"""The sheet: stories on the way to a person, one a row, as a workbook or as CSV."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kuski.errors import InputError
from kuski.listen.stories.cell import Mask, neutral, shown
from kuski.listen.stories.event import Drawn
from kuski.listen.stories.mark import SIGNED, Values, written
from kuski.listen.stories.story import Story
from kuski.listen.stories.table import POLARITY
from kuski.output import writing
from kuski.text.codebook import Codebook, Family
from kuski.words import Language, say

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

KINDS = (".xlsx", ".csv")
FIXED = ("id", "text", "part")
LAST = ("checked", "note")
_WIDTHS = {"id": 17, "text": 72, "part": 12, SIGNED: 34, "checked": 12, "note": 32}
_WIDTH = 16
_MESSAGE, _TITLE = 255, 32  # what Excel shows beside a cell at most
_CHOICES = "Codes"


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands in which column.

    Attributes
    ----------
    book : Codebook
    families : tuple of str
        Those that are asked about.
    language : {"fi", "en"}
    """

    book: Codebook
    families: tuple[str, ...]
    language: Language

    @property
    def keys(self) -> tuple[str, ...]:
        """Name the columns from the left."""
        return (*FIXED, *self.families, *LAST)

    def title(self, key: str) -> str:
        """Tell what a column is called."""
        return column_title(key, self.language, is_own=key not in _SAID)

    def cells(self, drawn: Drawn, story: Story, mask: Mask | None) -> list[str]:
        """Write one story; what the machine says is left out of the random part."""
        told: Values = story.machine if drawn == "uncertain" else {}
        part = say(f"sheet.part_{drawn}", self.language)
        marks = [written(told.get(family, ())) for family in self.families]
        return [row_id(drawn, story), shown(story.text, mask), part, *marks, "", ""]


_SAID = {
    *FIXED, *LAST, SIGNED, "contact", "polarity", "intensity", "repeated", "tone", "size",
    "sector", "circumstance",
}  # fmt: skip


def column_title(key: str, language: Language, *, is_own: bool | None = None) -> str:
    """Tell what a column is called; a family of the user's own by its own name."""
    own = key not in _SAID if is_own is None else is_own
    return key if own else say(f"sheet.column_{key}", language)


def row_id(drawn: Drawn, story: Story) -> str:
    """Name a row: its part and its story, in letters that no spreadsheet takes for a number."""
    return f"{drawn[0]}-{story.id}"


def layout(book: Codebook, families: Sequence[str], language: Language) -> Layout:
    """Choose the families to ask about; all of the book where none is named.

    The polarity is always asked, since shares are told of excellent and of awful stories.

    Raises
    ------
    InputError
        If the book has no such family.
    """
    known = tuple(family.name for family in book.families)
    for name in families:
        if name not in known:
            raise InputError("stories_no_family", family=name, families=", ".join(known))
    chosen = tuple(name for name in known if not families or name in {*families, POLARITY})
    return Layout(book, chosen, language)


def write_sheet(
    path: Path,
    drawn: Sequence[tuple[Drawn, Story]],
    form: Layout,
    *,
    mask: Mask | None = None,
    force: bool = False,
) -> Path:
    """Write stories to a workbook or a CSV file: whole or not at all.

    Parameters
    ----------
    path : Path
        Ends in ``.xlsx`` or ``.csv``.
    drawn : sequence of (part, Story)
    form : Layout
    mask : callable or None
        Hides personal data.
    force : bool
        Write over a file that is there. It may hold somebody's work.

    Raises
    ------
    InputError
        If the file is of another kind, or is there already.
    OutputError
        If it cannot be written.
    """
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise InputError("stories_sheet_kind", file=path, kind=kind or path.name)
    if path.exists() and not force:
        raise InputError("stories_sheet_exists", file=path)
    rows = [form.cells(part, story, mask) for part, story in drawn]
    content = _workbook(form, rows) if kind == ".xlsx" else _delimited(form, rows)
    with writing(path) as draft:
        draft.write_bytes(content)
    return path


def _delimited(form: Layout, rows: Sequence[Sequence[str]]) -> bytes:
    """Write CSV that the Excel of the language opens in columns, and that holds no formula."""
    file = io.StringIO()
    delimiter = ";" if form.language == "fi" else ","
    writer = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow([form.title(key) for key in form.keys])
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _workbook(form: Layout, rows: Sequence[Sequence[str]]) -> bytes:
    import xlsxwriter

    content = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(content, options)
    # The same stories make the same bytes on any day.
    book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001
    stories = book.add_worksheet(say("sheet.page_stories", form.language))
    codes = book.add_worksheet(say("sheet.page_codes", form.language))
    ranges = _Codes(book, codes, form).write()
    _Stories(book, stories, form).write(rows, ranges)
    stories.activate()
    book.close()
    return content.getvalue()


def _head(book: "xlsxwriter.Workbook") -> "Format":
    return book.add_format(
        {"bold": True, "bg_color": "#17212b", "font_color": "#ffffff", "valign": "vcenter",
         "text_wrap": True}
    )  # fmt: skip


class _Stories:
    """The first page."""

    def __init__(self, book: "xlsxwriter.Workbook", page: "Worksheet", form: Layout) -> None:
        self.page, self.form = page, form
        self.head = _head(book)
        # As text, or a spreadsheet would make a formula of a cell that somebody steps into.
        base = {"num_format": "@", "text_wrap": True, "valign": "top"}
        self.text = book.add_format(base)
        self.quiet = book.add_format({**base, "font_color": "#566370"})
        line = {"border": 1, "border_color": "#b9c3cc"}
        self.open = book.add_format({**base, **line, "bg_color": "#eef4fa"})
        self.mark = book.add_format({**base, **line, "bg_color": "#fdf2ea", "align": "center"})

    def write(self, rows: Sequence[Sequence[str]], ranges: dict[str, str]) -> None:
        form, page = self.form, self.page
        for place, key in enumerate(form.keys):
            page.set_column(place, place, _WIDTHS.get(key, _WIDTH))
            page.write_string(0, place, form.title(key), self.head)
        for number, row in enumerate(rows, start=1):
            for place, (key, cell) in enumerate(zip(form.keys, row, strict=True)):
                page.write_string(number, place, cell, self._format(key))
        page.set_row(0, 32)
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, max(1, len(rows)), len(form.keys) - 1)
        for place, key in enumerate(form.keys):
            self._help(place, key, max(1, len(rows)), ranges)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)

    def _format(self, key: str) -> "Format":
        if key in {"id", "part"}:
            return self.quiet
        if key == "checked":
            return self.mark
        return self.text if key == "text" else self.open

    def _help(self, place: int, key: str, last: int, ranges: dict[str, str]) -> None:
        """Say beside a cell what belongs there; offer the codes where there is one to choose."""
        language = self.form.language
        title = self.form.title(key)[:_TITLE]
        if key == "checked":
            self._validate(place, last, title, say("sheet.help_checked", language))
        elif key in self.form.families:
            family = self.form.book.family(key)
            if family.kind == "one":
                self._validate(place, last, title, say("sheet.help_one", language), ranges[key])
            else:
                case = "sheet.help_factor" if key == SIGNED else "sheet.help_many"
                codes = ", ".join(code.code for code in family.codes)
                self._validate(place, last, title, say(case, language, codes=codes))

    def _validate(
        self, place: int, last: int, title: str, message: str, choices: str | None = None
    ) -> None:
        if len(message) > _MESSAGE:
            message = message[: _MESSAGE - 1] + "…"
        options = {"input_title": title, "input_message": message, "validate": "any"}
        if choices is not None:
            # A warning, since a label may be written as well as a code.
            options |= {"validate": "list", "source": choices, "error_type": "warning"}
        self.page.data_validation(1, place, last, place, options)


class _Codes:
    """The second page: the codebook, whose codes the first page offers."""

    def __init__(self, book: "xlsxwriter.Workbook", page: "Worksheet", form: Layout) -> None:
        self.page, self.form = page, form
        self.head = _head(book)
        self.text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        self.bold = book.add_format({"num_format": "@", "bold": True, "valign": "top"})
        self.title = book.add_format({"bold": True, "font_size": 13})

    def write(self) -> dict[str, str]:
        """Write the codes of each family; return by family where they stand."""
        language, page = self.form.language, self.page
        for place, width in enumerate((16, 18, 26, 52, 44, 44)):
            page.set_column(place, place, width)
        for row, name in enumerate(("how_title", "how_random", "how_uncertain", "how_cells")):
            page.write_string(
                row, 0, say(f"sheet.{name}", language), self.title if not row else None
            )
        top = 5
        for place, name in enumerate(("family", "code", "label", "definition", "in", "out")):
            page.write_string(top, place, say(f"sheet.codes_{name}", language), self.head)
        ranges = {}
        row = top + 1
        for name in self.form.families:
            family = self.form.book.family(name)
            first, row = row, self._family(row, family)
            page_name = say("sheet.page_codes", language).replace("'", "''")
            ranges[name] = f"='{page_name}'!$B${first + 1}:$B${row}"
        return ranges

    def _family(self, row: int, family: Family) -> int:
        language = self.form.language
        for code in family.codes:
            cells = (family.name, code.code, code.label[language], code.definition[language],
                     code.include[language], code.exclude[language])  # fmt: skip
            for place, cell in enumerate(cells):
                self.page.write_string(
                    row, place, shown(cell), self.bold if place == 1 else self.text
                )
            row += 1
        return row
