"""One scan of each table for everything that all findings need.

Batches become partial moments, counts and answers, which add up; nothing else is kept, so memory
does not grow with the rows. The responses come first, since the customers and the efforts are
grouped by what the panel of answers says of their customer.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kuski.engine import cells, hashing, products
from kuski.engine.cells import Cells
from kuski.engine.source import CUSTOMERS, Lookup, Source
from kuski.moments import (
    STRAIGHT_LEAST,
    AnsweredBy,
    Answers,
    Category,
    Collected,
    Counts,
    DistinctSample,
    Floats,
    Grouping,
    Hashes,
    Integers,
    LevelOf,
    Levels,
    Moments,
    Need,
    Needs,
    Panel,
    Tally,
    Variable,
)
from kuski.terms import TableName

Progress = Callable[[TableName, int], None]


@dataclass(frozen=True, slots=True)
class OpenTable:
    """A table of the study with its customer's column.

    Attributes
    ----------
    source : Source
    customer : str or None
        Each row is a customer of its own where None.
    """

    source: Source
    customer: str | None


def collect(
    tables: dict[TableName, OpenTable], needs: Needs, *, progress: Progress | None = None
) -> Collected:
    """Gather everything that is needed, in one scan of each table.

    Parameters
    ----------
    tables : dict
        Every table that the needs name.
    needs : Needs
    progress : callable or None
        Called with the table's name and the number of rows after each batch.
    """
    told = progress or (lambda table, rows: None)
    moments: dict[Need, Moments] = {}
    tallies: dict[Tally, Counts] = {}
    panel: Answers | None = None
    for name in _order(needs):
        scan = _Scan(name, tables, needs, panel)
        for rows in scan.run():
            told(name, rows)
        moments |= scan.moments
        tallies |= scan.tallies
        panel = scan.answers if scan.answers is not None else panel
    return Collected(moments, tallies, panel)


def _order(needs: Needs) -> list[TableName]:
    named = {need.table for need in needs.moments} | {tally.table for tally in needs.tallies}
    if needs.panel is not None:
        named.add("responses")
    return sorted(named, key=lambda name: (name != "responses", name))


class _Scan:
    """The reading of one table: adds up what each batch brings."""

    def __init__(
        self, name: TableName, tables: dict[TableName, OpenTable], needs: Needs, panel: Answers | None
    ) -> None:
        self.table = tables[name]
        self.lookup_table = tables.get("customers") if name == "responses" else None
        self.needs = [need for need in needs.moments if need.table == name]
        self.asked = [tally for tally in needs.tallies if tally.table == name]
        self.panel = needs.panel if name == "responses" else None
        self.shares = None if panel is None else _LevelShares.of(panel)
        self.moments: dict[Need, Moments] = {}
        self.tallies: dict[Tally, Counts] = {}
        self.answers: Answers | None = None

    def run(self) -> Iterator[int]:
        rows = 0
        for batch in self._batches():
            self._add(_Batch(batch, self.table.customer, rows))
            rows += batch.num_rows
            yield rows

    def _batches(self) -> Iterator[pa.RecordBatch]:
        wanted = self._columns()
        own = [column for column in wanted if not column.startswith(CUSTOMERS)]
        other = tuple(c.removeprefix(CUSTOMERS) for c in wanted if c.startswith(CUSTOMERS))
        lookup = None
        if other and self.lookup_table and self.lookup_table.customer and self.table.customer:
            lookup = Lookup(
                self.lookup_table.source, self.table.customer, self.lookup_table.customer, other
            )
        return self.table.source.batches(own, lookup=lookup)

    def _columns(self) -> list[str]:
        wanted = [self.table.customer] if self.table.customer else []
        for need in self.needs:
            wanted += [variable.column for variable in need.columns]
            wanted += [column for group in need.by for column in _group_columns(group)]
            wanted += [need.weight.column] if need.weight else []
        for tally in self.asked:
            wanted += [variable.column for variable in (*tally.columns, *tally.block)]
            wanted += tally.texts
            if tally.identity is not None:
                wanted += tally.identity or self.table.source.columns
        if self.panel:
            wanted += [self.panel.score.variable.column]
            wanted += [self.panel.time] if self.panel.time else []
            wanted += [self.panel.weight.column] if self.panel.weight else []
        return list(dict.fromkeys(wanted))

    def _add(self, batch: "_Batch") -> None:
        for need in self.needs:
            before = self.moments.get(need)
            part = self._moments(batch, need, None if before is None else before.origin)
            self.moments[need] = part if before is None else before + part
        for tally in self.asked:
            counts = _counts(batch, tally)
            self.tallies[tally] = (
                self.tallies[tally] + counts if tally in self.tallies else counts
            )
        if self.panel:
            answers = _answers(batch, self.panel)
            self.answers = answers if self.answers is None else self.answers + answers

    def _moments(self, batch: "_Batch", need: Need, origin: Floats | None) -> Moments:
        columns = [batch.cells(variable) for variable in need.columns]
        weight = batch.weight(need.weight)
        groups, place = _grouped(batch, need.by, self.shares)
        if origin is None:
            origin = products.origin_of(columns)
        customer = batch.customer
        if place.share is not None:
            columns = [_taken(part, place.rows) for part in columns]
            weight = weight[place.rows] * place.share
            customer = customer[place.rows]
        return products.moments_of(
            columns,
            weight=weight,
            group=place.group,
            groups=groups,
            customer=customer,
            origin=origin,
        )


class _Batch:
    """One batch with its cells decoded once, however many needs ask for them."""

    def __init__(self, batch: pa.RecordBatch, customer: str | None, first_row: int) -> None:
        self.batch = batch
        self.first_row = first_row
        self.customer_column = customer
        self._cells: dict[Variable, Cells] = {}
        self._customer: Hashes | None = None

    @property
    def rows(self) -> int:
        return int(self.batch.num_rows)

    def array(self, column: str) -> pa.Array:
        return self.batch.column(self.batch.schema.get_field_index(column))

    def cells(self, variable: Variable) -> Cells:
        if variable not in self._cells:
            self._cells[variable] = cells.decode(self.array(variable.column), variable)
        return self._cells[variable]

    @property
    def customer(self) -> Hashes:
        if self._customer is None:
            if self.customer_column is None:
                self._customer = hashing.row_keys(np.arange(self.rows) + self.first_row)
            else:
                array = self.array(self.customer_column)
                self._customer = hashing.hashes(array, first_row=self.first_row)
        return self._customer

    def weight(self, variable: Variable | None) -> Floats:
        if variable is None:
            return np.ones(self.rows)
        found = self.cells(variable)
        weight = found.values.astype(np.float64)
        return weight if found.valid is None else np.where(found.valid, weight, 0.0)


def _group_columns(group: Grouping) -> tuple[str, ...]:
    if isinstance(group, Levels):
        return (group.variable.column,)
    return (group.column,) if isinstance(group, Category) else ()


@dataclass(frozen=True, slots=True)
class _Place:
    """The group of each row; rows that belong to several groups are repeated with their shares."""

    group: Integers
    rows: Integers = field(default_factory=lambda: np.empty(0, np.int64))
    share: Floats | None = None


def _grouped(
    batch: _Batch, by: Sequence[Grouping], shares: "_LevelShares | None"
) -> tuple[tuple[tuple[int | str, ...], ...], _Place]:
    """Find the groups in a batch and each row's place among them."""
    groups: tuple[tuple[int | str, ...], ...] = ((),)
    place = _Place(np.zeros(batch.rows, np.int64))
    for grouping in by:
        found, part = _one_grouping(batch, grouping, shares)
        if part.share is not None:
            place = replace(part, group=place.group[part.rows] * len(found) + part.group)
        else:
            here = part.group if place.share is None else part.group[place.rows]
            joined = np.where(
                (place.group < 0) | (here < 0), -1, place.group * len(found) + here
            )
            place = replace(place, group=joined)
        groups = tuple((*group, key) for group in groups for key in found)
    return groups, place


def _one_grouping(
    batch: _Batch, grouping: Grouping, shares: "_LevelShares | None"
) -> tuple[list[int | str], _Place]:
    if isinstance(grouping, Levels):
        return list(range(len(grouping.edges) - 1)), _Place(_levels(batch, grouping))
    if isinstance(grouping, Category):
        texts, index = cells.labels(batch.array(grouping.column), grouping.missing)
        return list(texts), _Place(index)
    if shares is None:
        raise ValueError(f"{grouping} needs the panel of answers")
    if isinstance(grouping, AnsweredBy):
        return ["no", "yes"], _Place(shares.answered(batch.customer))
    return [-1, *range(shares.levels)], shares.spread(batch.customer)


def _levels(batch: _Batch, levels: Levels) -> Integers:
    found = batch.cells(levels.variable)
    place = np.searchsorted(levels.edges, found.values, side="right") - 1
    inside = (place >= 0) & (place < len(levels.edges) - 1)
    if found.valid is not None:
        inside &= found.valid
    return np.where(inside, place, -1)


def _taken(part: Cells, rows: Integers) -> Cells:
    return Cells(part.values[rows], None if part.valid is None else part.valid[rows])


@dataclass(frozen=True, slots=True)
class _LevelShares:
    """For each customer of the panel, the share of answers at each level."""

    panel: Answers
    customer: Hashes
    share: Floats

    @classmethod
    def of(cls, panel: Answers) -> "_LevelShares":
        scored = panel.level >= 0
        customer, place = np.unique(panel.customer[scored], return_inverse=True)
        levels = int(panel.level.max(initial=-1)) + 1
        share = np.zeros((len(customer), levels))
        np.add.at(share, (place, panel.level[scored]), 1.0)
        return cls(panel, customer, share / share.sum(axis=1, keepdims=True))

    @property
    def levels(self) -> int:
        return int(self.share.shape[1])

    def _find(self, customer: Hashes) -> Integers:
        """Give the place of each customer: −1 without a score, −2 outside the chosen part."""
        if not len(self.customer):
            return np.full(len(customer), -1)
        place = np.minimum(np.searchsorted(self.customer, customer), len(self.customer) - 1)
        found = np.where(self.customer[place] == customer, place, -1)
        return np.where(self.panel.holds(customer), found, -2)

    def answered(self, customer: Hashes) -> Integers:
        place = self._find(customer)
        return np.where(place == -2, -1, (place >= 0).astype(np.int64))

    def spread(self, customer: Hashes) -> _Place:
        place = self._find(customer)
        without = np.flatnonzero(place == -1)
        scored = np.flatnonzero(place >= 0)
        row, level = np.nonzero(self.share[place[scored]])
        share = self.share[place[scored]][row, level]
        return _Place(
            group=np.concatenate([np.zeros(len(without), np.int64), level + 1]),
            rows=np.concatenate([without, scored[row]]),
            share=np.concatenate([np.ones(len(without)), share]),
        )


def _counts(batch: _Batch, tally: Tally) -> Counts:
    columns = {
        variable.column: cells.count(batch.array(variable.column), variable)
        for variable in tally.columns
    }
    columns |= {text: cells.count_text(batch.array(text)) for text in tally.texts}
    straight, straight_of = _straight(batch, tally.block)
    return Counts(
        rows=batch.rows,
        columns=columns,
        straight=straight,
        straight_of=straight_of,
        rows_seen=DistinctSample.of(_row_hashes(batch, tally.identity)),
    )


def _straight(batch: _Batch, block: Sequence[Variable]) -> tuple[int, int]:
    answered = np.zeros(batch.rows, np.int64)
    low, high = np.full(batch.rows, np.inf), np.full(batch.rows, -np.inf)
    for variable in block:
        found = batch.cells(variable)
        valid = np.ones(batch.rows, bool) if found.valid is None else found.valid
        answered += valid
        np.minimum(low, found.values, out=low, where=valid)
        np.maximum(high, found.values, out=high, where=valid)
    enough = answered >= STRAIGHT_LEAST
    return int(np.count_nonzero(enough & (low == high))), int(np.count_nonzero(enough))


def _row_hashes(batch: _Batch, identity: Sequence[str] | None) -> Hashes:
    if identity is None:
        return np.empty(0, np.uint64)
    out = np.zeros(batch.rows, np.uint64)
    names = identity or [n for n in batch.batch.schema.names if not n.startswith(CUSTOMERS)]
    for column in names:
        out = hashing.joined(out, hashing.cell_hashes(batch.array(column)))
    return out


def _answers(batch: _Batch, panel: Panel) -> Answers:
    return Answers(
        customer=batch.customer,
        time=_times(batch, panel.time),
        level=_levels(batch, panel.score),
        weight=batch.weight(panel.weight),
        limit=panel.limit,
    ).thinned()


def _times(batch: _Batch, column: str | None) -> Integers:
    """Give each answer its time in microseconds, or its row where there is no time."""
    rows = np.arange(batch.rows, dtype=np.int64) + batch.first_row
    if column is None:
        return rows
    array = batch.array(column)
    try:
        if not (pa.types.is_temporal(array.type) or pa.types.is_integer(array.type)):
            array = array.cast(pa.timestamp("us"))
        if pa.types.is_temporal(array.type):
            array = array.cast(pa.timestamp("us"))
        whole: npt.NDArray[np.int64] = np.asarray(array.cast(pa.int64()).fill_null(0))
    except pa.ArrowException:
        return rows
    return whole
