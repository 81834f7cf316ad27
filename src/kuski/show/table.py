"""A table: records with the columns' titles, units and kinds, for people and for programs."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Literal

from kuski.words import Estimate, Language, Quantity, count, figure, percent
from kuski.words.numerals import written

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

Kind = Literal["text", "count", "number", "share", "quantity", "estimate"]
Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column as people see it.

    Attributes
    ----------
    key : str
        The records' key. A column of kind ``"estimate"`` also reads ``key_low`` and ``key_high``
        and shows the three in one cell.
    title : str
        In the table's language.
    kind : {"text", "count", "number", "share", "quantity", "estimate"}
    unit : str
        Of kinds ``"quantity"`` and ``"estimate"``; ``"%"`` stands for a share between 0 and 1.
    """

    key: str
    title: str
    kind: Kind = "text"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Records and how to read them.

    Attributes
    ----------
    columns : tuple of Column
        What people see, in order.
    records : tuple of mappings
        One per row, with every value in full precision; may hold more keys than are shown.
    language : {"fi", "en"}
    """

    columns: tuple[Column, ...]
    records: tuple[Mapping[str, Cell], ...]
    language: Language = "en"

    def cells(self) -> tuple[tuple[str, ...], ...]:
        """Write every shown cell in the table's language, row by row."""
        return tuple(
            tuple(_cell(record, column, self.language) for column in self.columns)
            for record in self.records
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the table as plain data for JSON."""
        columns = [
            {"key": column.key, "title": column.title, "kind": column.kind, "unit": column.unit}
            for column in self.columns
        ]
        return {"columns": columns, "records": [dict(record) for record in self.records]}

    def to_arrow(self) -> "pa.Table":
        """Return the records in full precision as an Arrow table."""
        import pyarrow as pa

        if not self.records:
            return pa.table({column.key: [] for column in self.columns})
        return pa.Table.from_pylist([dict(record) for record in self.records])

    def to_pandas(self) -> "pd.DataFrame":
        """Return the records as a pandas data frame (pandas must be installed)."""
        frame: pd.DataFrame = self.to_arrow().to_pandas()
        return frame

    def to_polars(self) -> "pl.DataFrame":
        """Return the records as a polars data frame."""
        import polars as pl

        frame = pl.from_arrow(self.to_arrow())
        if not isinstance(frame, pl.DataFrame):
            raise TypeError("polars made a series of a table")
        return frame

    def to_html(self, caption: str = "") -> str:
        """Write the table as HTML without styles or script."""
        head = "".join(
            f'<th scope="col" class="{column.kind}">{escape(column.title)}</th>'
            for column in self.columns
        )
        body = "".join(self._html_row(cells) for cells in self.cells())
        told = f"<caption>{escape(caption)}</caption>" if caption else ""
        return f"<table>{told}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def __str__(self) -> str:
        """Write the table as aligned text."""
        grid = [tuple(column.title for column in self.columns), *self.cells()]
        widths = [max(len(row[i]) for row in grid) for i in range(len(self.columns))]
        return "\n".join(
            "  ".join(
                text.ljust(width) if column.kind == "text" else text.rjust(width)
                for text, width, column in zip(row, widths, self.columns, strict=True)
            ).rstrip()
            for row in grid
        )

    def _repr_html_(self) -> str:
        return self.to_html()

    def _html_row(self, cells: tuple[str, ...]) -> str:
        parts = [
            f'<th scope="row" class="{column.kind}">{escape(text)}</th>'
            if i == 0
            else f'<td class="{column.kind}">{escape(text)}</td>'
            for i, (text, column) in enumerate(zip(cells, self.columns, strict=True))
        ]
        return f"<tr>{''.join(parts)}</tr>"


def _cell(record: Mapping[str, Cell], column: Column, language: Language) -> str:
    value = record.get(column.key)
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if column.kind == "estimate":
        low, high = record.get(f"{column.key}_low"), record.get(f"{column.key}_high")
        return written(Estimate(value, _number(low), _number(high), column.unit), "", language)
    if column.kind == "quantity":
        return written(Quantity(value, column.unit), "", language)
    if column.kind == "share":
        return percent(value, language)
    if column.kind == "count":
        return count(value, language)
    return figure(value, language) if column.kind == "number" else str(value)


def _number(value: Cell) -> float | None:
    return None if value is None or isinstance(value, str) else float(value)
