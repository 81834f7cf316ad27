"""One batch of a table's rows, with its cells decoded once however many needs ask for them."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kuski.engine import arrays, cells, hashing
from kuski.engine.arrays import Numbers
from kuski.engine.cells import Cells
from kuski.engine.source import ROW, Dictionary
from kuski.moments import Code, Floats, Hashes, Integers, Variable
from kuski.terms import CUSTOMERS

NO_TIME = int(np.iinfo(np.int64).min)
_PER_UNIT, _MONTHS = 1000, 12
_EPOCH, _LAST_YEAR = 1970, 10_000
_YEARS = (1_000 * _PER_UNIT, _LAST_YEAR * _PER_UNIT)
_FINNISH = re.compile(
    r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:\s+(?:klo\s+)?(\d{1,2})[.:](\d{2})(?:[.:](\d{2}))?)?"
)
_PLAIN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?)?$"
_MONTH = re.compile(r"\d{4}-\d{2}")


@dataclass(frozen=True, slots=True)
class Told:
    """What the files say of their columns: the table's own, and the customers' beside it."""

    own: Dictionary
    customers: Dictionary | None = None

    def of(self, column: str) -> tuple[Dictionary, str]:
        """Find the dictionary of a column, and its name there."""
        if self.customers is not None and column.startswith(CUSTOMERS):
            return self.customers, column.removeprefix(CUSTOMERS)
        return self.own, column

    def missing(self, column: str) -> tuple[Code, ...]:
        """List the codes that the file declares as missing."""
        dictionary, name = self.of(column)
        return tuple(dictionary.missing.get(name, ()))


class Batch:
    """One batch.

    Parameters
    ----------
    batch : pa.RecordBatch
    told : Told
    customer : str or None
        The customer's column.
    first_row : int
        Number of the first row, counted from the start of the table.
    """

    def __init__(
        self, batch: pa.RecordBatch, told: Told, *, customer: str | None, first_row: int
    ) -> None:
        self.batch = batch
        self.told = told
        self.first_row = first_row
        self._customer_column = customer
        self._encoded: dict[str, pa.Array] = {}
        self._cells: dict[Variable, Cells] = {}
        self._customer: Hashes | None = None

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.batch.num_rows)

    def raw(self, column: str) -> pa.Array:
        """Take a column as it was read."""
        return self.batch.column(column)

    def array(self, column: str) -> pa.Array:
        """Take a column, texts as places among the different ones."""
        if column not in self._encoded:
            array = self.raw(column)
            self._encoded[column] = (
                array.dictionary_encode() if arrays.is_text(array.type) else array
            )
        return self._encoded[column]

    def cells(self, variable: Variable) -> Cells:
        """Decode the cells of a variable."""
        if variable not in self._cells:
            plain = replace(variable, within=None, gap="skip")
            known = plain != variable
            self._cells[variable] = (
                cells.derived(self.cells(plain), variable) if known else self._decoded(variable)
            )
        return self._cells[variable]

    def _decoded(self, variable: Variable) -> Cells:
        column = variable.column
        full = replace(variable, missing=(*variable.missing, *self.told.missing(column)))
        return cells.decode(
            self.array(column), full, groups_by_comma=self.told.of(column)[0].groups_by_comma
        )

    def labels(self, column: str, missing: tuple[Code, ...]) -> tuple[list[str], Integers]:
        """Give the categories of a column and each row's place among them; −1 where missing."""
        return cells.labels(self.array(column), (*missing, *self.told.missing(column)))

    @property
    def numbers(self) -> Integers:
        """Numbers of the rows, counted from the start of the table."""
        if ROW in self.batch.schema.names:
            return arrays.values(self.batch.column(ROW))
        return np.arange(self.rows, dtype=np.int64) + self.first_row

    @property
    def customer(self) -> Hashes:
        """Hashes of the customers; each row is a customer of its own where there is no column."""
        if self._customer is None:
            if self._customer_column is None:
                self._customer = hashing.row_keys(self.numbers)
            else:
                array = self.array(self._customer_column)
                self._customer = hashing.hashes(array, lambda: self.numbers)
        return self._customer

    def weight(self, variable: Variable | None) -> Floats:
        """Take the weights: 1 where there is no column, 0 where a row has none."""
        if variable is None:
            return np.ones(self.rows)
        found = self.cells(variable)
        weight: Floats = found.values.astype(np.float64, copy=False)
        valid = found.valid
        return weight if valid is None else np.where(valid, weight, 0.0)

    def times(self, column: str | None) -> Integers:
        """Give each row its time, so that later is larger; `NO_TIME` where it cannot be read.

        Microseconds since 1970 for dates, thousandths for plain numbers such as a year or a wave,
        and the number of the row where there is no column.
        """
        if column is None:
            return self.numbers
        array = self.array(column)
        if not pa.types.is_dictionary(array.type):
            return _times(array)
        different, place = arrays.encoded(array)
        return np.append(_times(different), NO_TIME)[place]

    def years(self, column: str) -> Integers:
        """Give each row the calendar year of its time, in UTC; −1 where it has none.

        A plain number between 1000 and 9999 is a year itself. Other plain numbers would fall into
        1970 and have none.
        """
        month = self.months(column)
        return np.where(month < 0, -1, month // 100)

    def months(self, column: str) -> Integers:
        """Give each row 100 times its year and the month, 1 to 12; 0 where that is not known.

        −1 where it has no year, as `years` tells.
        """
        time = self.times(column)
        is_number = (time >= _YEARS[0]) & (time < _YEARS[1])
        since = np.where(time == NO_TIME, 0, time).view("datetime64[us]")
        months = since.astype("datetime64[M]").astype(np.int64)
        year = months // _MONTHS + _EPOCH
        is_year = (year > _YEARS[0] // _PER_UNIT) & (year < _LAST_YEAR) & (year != _EPOCH)
        dated = np.where(is_year, 100 * year + months % _MONTHS + 1, -1)
        return np.where(is_number, 100 * (time // _PER_UNIT), dated)


def _times(array: pa.Array) -> Integers:
    if arrays.is_text(array.type):
        return _text_times(arrays.trimmed(arrays.plain(array)))
    if pa.types.is_timestamp(array.type) or pa.types.is_date(array.type):
        array = array.cast(pa.timestamp("us"))
        found = np.frombuffer(array.buffers()[1], np.int64, len(array), 8 * array.offset).copy()
        absent = arrays.empty(array)
    else:
        read = cells.decode(array, Variable(""))
        found, absent = _thousandths(read.values), None
        if read.valid is not None:
            absent = ~read.valid
    if absent is not None:
        found[absent] = NO_TIME
    return found


def _text_times(texts: pa.Array) -> Integers:
    """Read the plain times by Arrow, the rest one by one."""
    found = np.full(len(texts), NO_TIME)
    plain = arrays.truths(pc.match_substring_regex(texts, _PLAIN))
    try:
        found[plain] = _times(texts.filter(arrays.filter_of(plain)).cast(pa.timestamp("us")))
    except pa.ArrowInvalid:
        plain[:] = False  # one of them is a 31st of February
    for i in np.flatnonzero(~plain):
        found[i] = _time(texts[int(i)].as_py() or "")
    return found


def _thousandths(values: Numbers) -> Integers:
    whole = np.nan_to_num(values.astype(np.float64)) * _PER_UNIT
    return np.rint(np.clip(whole, -9.2e18, 9.2e18)).astype(np.int64)


def _time(text: str) -> int:
    """Read a time from a text: ISO 8601, ``31.12.2024 klo 9.30``, or a number."""
    text = text.strip()
    number = cells.read_number(text)
    if number is not None:
        return int(_thousandths(np.array([number]))[0])
    try:
        if found := _FINNISH.fullmatch(text):
            day, month, year, hour, minute, second = (int(part or 0) for part in found.groups())
            moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        else:
            moment = datetime.fromisoformat(f"{text}-01" if _MONTH.fullmatch(text) else text)
    except ValueError:
        return NO_TIME
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
