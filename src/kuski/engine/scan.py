"""One scan of each table for everything that all findings need.

Batches become partial moments, counts and answers, which add up; nothing else is kept, so memory
does not grow with the rows. The responses come first, since the customers and the efforts are
grouped by what the panel of answers says of their customer.
"""

from collections.abc import Callable, Iterator, Sized
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import Generic, TypeVar

import numpy as np
import pyarrow as pa

from kuski.engine import products, tally
from kuski.engine.batch import Batch, Told
from kuski.engine.cells import Cells
from kuski.engine.groups import ScoresOf, columns_of, grouped, levels_of
from kuski.engine.source import Lookup, Source
from kuski.errors import DataError
from kuski.moments import (
    GROUPS,
    Answers,
    Collected,
    Counts,
    DistinctSample,
    Floats,
    Hashes,
    Integers,
    Moments,
    Need,
    Needs,
    Panel,
    Tally,
    Values,
    Variable,
    chosen,
)
from kuski.terms import CUSTOMERS, TableName

Progress = Callable[[TableName, int], None]

# Beside the rows of these stands what the table of customers says of their customer.
_BESIDE_CUSTOMERS: tuple[TableName, ...] = ("responses", "efforts")
_MOST_NUMBERS = 1 << 25
_PENDING = 1 << 20
KEPT = 31 << 20


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
    # Freeing one large block teaches glibc to keep as much for later. Otherwise the memory of every
    # batch goes back to the system and is fetched again, which takes a tenth of the whole scan.
    np.empty(KEPT, np.uint8)
    moments: dict[Need, Moments] = {}
    tallies: dict[Tally, Counts] = {}
    panel: Answers | None = None
    for name in _order(needs):
        scan = _Scan(name, tables, needs, panel)
        for rows in scan.run():
            if progress is not None:
                progress(name, rows)
        moments |= scan.moments
        tallies |= scan.tallies
        panel = scan.answers if scan.answers is not None else panel
    return Collected(moments, tallies, panel)


def _order(needs: Needs) -> list[TableName]:
    named = {need.table for need in needs.moments} | {tally.table for tally in needs.tallies}
    if needs.panel is not None:
        named.add("responses")
    return sorted(named, key=lambda name: (name != "responses", name))


class _TooManyGroupsError(DataError):
    """Groups that do not fit into memory."""


class _Scan:
    """The reading of one table: adds up what each batch brings."""

    def __init__(
        self,
        name: TableName,
        tables: dict[TableName, OpenTable],
        needs: Needs,
        panel: Answers | None,
    ) -> None:
        self.table = tables[name]
        self.customers = tables.get("customers") if name in _BESIDE_CUSTOMERS else None
        self.needs = [need for need in needs.moments if need.table == name]
        self.asked = [asked for asked in needs.tallies if asked.table == name]
        self.panel = needs.panel if name == "responses" else None
        self.scores = None if panel is None else ScoresOf.of(panel)
        self.told = Told(
            self.table.source.dictionary,
            self.customers.source.dictionary if self.customers else None,
        )
        self.sums: dict[Need, Moments] = {}
        self.counts: dict[Tally, Counts] = {}
        self.rows_seen = {asked: _Pile(_distinct) for asked in self.asked}
        self.kept = _Pile(_together)

    def run(self) -> Iterator[int]:
        rows = 0
        columns = self._columns()
        for batch in self._batches(columns):
            self._add(self._batch(batch, rows))
            rows += batch.num_rows
            yield rows
        if not rows:
            nothing = pa.RecordBatch.from_arrays([pa.nulls(0) for _ in columns], names=columns)
            self._add(self._batch(nothing, 0))

    @property
    def moments(self) -> dict[Need, Moments]:
        return {need: _symmetric(moments) for need, moments in self.sums.items()}

    @property
    def tallies(self) -> dict[Tally, Counts]:
        return {
            asked: replace(counts, rows_seen=seen)
            for asked, counts in self.counts.items()
            if (seen := self.rows_seen[asked].total()) is not None
        }

    @property
    def answers(self) -> Answers | None:
        return self.kept.total()

    def _batch(self, batch: pa.RecordBatch, first_row: int) -> Batch:
        return Batch(batch, self.told, customer=self.table.customer, first_row=first_row)

    def _batches(self, wanted: list[str]) -> Iterator[pa.RecordBatch]:
        source, lookup = self.table.source, None
        own = [column for column in wanted if column in source.columns]
        other = [column for column in wanted if column not in source.columns]
        if self.customers and self.customers.customer and self.table.customer:
            theirs = {CUSTOMERS + column: column for column in self.customers.source.columns}
            found = tuple(theirs[column] for column in other if column in theirs)
            other = [column for column in other if column not in theirs]
            if found:
                lookup = Lookup(
                    self.customers.source, self.table.customer, self.customers.customer, found
                )
        if other:
            known = ", ".join(source.columns[:12])
            raise DataError("no_column", file=source.name, column=other[0], columns=known)
        return source.batches(own, lookup=lookup)

    def _columns(self) -> list[str]:
        wanted = [self.table.customer] if self.table.customer else []
        for need in self.needs:
            wanted += [variable.column for variable in need.columns]
            wanted += [column for group in need.by for column in columns_of(group)]
            wanted += [need.weight.column] if need.weight else []
        for asked in self.asked:
            wanted += [variable.column for variable in (*asked.columns, *asked.block)]
            wanted += asked.texts
            if asked.identity is not None:
                wanted += asked.identity or self.table.source.columns
        if self.panel:
            wanted += [self.panel.score.variable.column]
            wanted += [self.panel.time] if self.panel.time else []
            wanted += [self.panel.weight.column] if self.panel.weight else []
            wanted += [variable.column for variable in self.panel.columns]
        return list(dict.fromkeys(wanted))

    def _add(self, batch: Batch) -> None:
        for need in tuple(self.needs):
            try:
                self._add_moments(batch, need)
            except _TooManyGroupsError:
                if not need.is_optional:
                    raise
                self.needs.remove(need)
                self.sums.pop(need, None)
        for asked in self.asked:
            counts = tally.counts_of(batch, asked)
            known = self.counts.get(asked)
            self.counts[asked] = counts if known is None else known + counts
            pile = self.rows_seen[asked]
            hashes = tally.row_hashes(batch, asked)
            pile.add(hashes[chosen(hashes, pile.halvings)])
        if self.panel:
            self.kept.add(_answers(batch, self.panel, self.kept.halvings))

    def _add_moments(self, batch: Batch, need: Need) -> None:
        before = self.sums.get(need)
        part = self._moments(batch, need, before.origin if before and before.n else None)
        self.sums[need] = part if before is None else before + part
        self._check_size(need, len(self.sums[need].groups))

    def _moments(self, batch: Batch, need: Need, origin: Floats | None) -> Moments:
        groups = grouped(batch, need.by, self.scores)
        self._check_size(need, len(groups.keys))
        columns = [batch.cells(variable) for variable in need.columns]
        weight, customer = batch.weight(need.weight), batch.customer
        if origin is None:
            origin = products.origin_of(columns)
        if groups.share is not None:
            columns = [_taken(part, groups.rows) for part in columns]
            weight = weight[groups.rows] * groups.share
            customer = customer[groups.rows]
        return products.moments_of(
            columns,
            weight=weight,
            group=groups.place,
            groups=groups.keys,
            customer=customer,
            origin=origin,
        )

    def _check_size(self, need: Need, groups: int) -> None:
        size = len(need.columns) + 1
        if groups * GROUPS * size * size <= _MOST_NUMBERS:
            return
        columns = ", ".join(column for group in need.by for column in columns_of(group))
        raise _TooManyGroupsError(
            "too_many_groups", file=self.table.source.name, columns=columns, n=groups
        )


def _symmetric(moments: Moments) -> Moments:
    """Undo the last bit in which w·x times y and w·y times x may differ."""
    cross = moments.cross
    return replace(moments, cross=(cross + np.swapaxes(cross, -1, -2)) / 2)


Part = TypeVar("Part", bound=Sized)
Sample = TypeVar("Sample", DistinctSample, Answers)


class _Pile(Generic[Part, Sample]):
    """A sample to which parts are added many at a time, since each addition copies the whole."""

    def __init__(self, merged: Callable[[list[Part], int], Sample]) -> None:
        self._merged: Callable[[list[Part], int], Sample] = merged
        self._total: Sample | None = None
        self._parts: list[Part] = []
        self._pending = 0

    @property
    def halvings(self) -> int:
        """How often the part that is kept has been halved."""
        return 0 if self._total is None else self._total.halvings

    def add(self, part: Part) -> None:
        self._parts.append(part)
        self._pending += len(part)
        if self._pending > _PENDING:
            self.total()

    def total(self) -> Sample | None:
        if self._parts:
            whole = self._merged(self._parts, self.halvings)
            self._total = whole if self._total is None else self._total + whole
            self._parts, self._pending = [], 0
        return self._total


def _distinct(parts: list[Hashes], halvings: int) -> DistinctSample:
    return DistinctSample.of(np.concatenate(parts), halvings=halvings)


def _together(parts: list[Answers], halvings: int) -> Answers:
    return reduce(add, parts).within(halvings)


def _answers(batch: Batch, panel: Panel, halvings: int) -> Answers:
    return (
        Answers(
            customer=batch.customer,
            time=batch.times(panel.time),
            level=levels_of(batch, panel.score),
            weight=batch.weight(panel.weight),
            limit=panel.limit,
            columns=panel.columns,
            values=_values(batch, panel.columns) if panel.columns else None,
        )
        .within(halvings)
        .thinned()
    )


def _values(batch: Batch, columns: tuple[Variable, ...]) -> Values:
    """Lay cells side by side, NaN where missing, shape (m, p)."""
    found = np.empty((batch.rows, len(columns)), np.float32)
    for i, variable in enumerate(columns):
        cells = batch.cells(variable)
        found[:, i] = cells.values
        if cells.valid is not None:
            found[~cells.valid, i] = np.nan
    return found


def _taken(part: Cells, rows: Integers) -> Cells:
    return Cells(part.values[rows], None if part.status is None else part.status[rows])
