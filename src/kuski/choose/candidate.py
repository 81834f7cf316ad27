"""Candidates: the customers in the cells of a list, found in one scan of their table."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kuski.choose.entry import Entry
from kuski.choose.queue import Queue
from kuski.engine import People, Progress, arrays, latest_levels, people
from kuski.errors import DataError
from kuski.moments import Category, Hashes, Integers, Variable
from kuski.roles import variable

if TYPE_CHECKING:
    from kuski.study import Study

CUSTOMER, RANK, KEY = "customer", "rank", "key"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who is in which entry: by segments, protection and level.

    Attributes
    ----------
    segments : tuple of Category
        The crossed segments, as the customers' table names them.
    values : tuple of dicts
        Place of each value that some entry has, one dict for each segment.
    protected : Variable or None
    rank : ndarray of int16, shape (cells, levels + 1)
        Place among the entries, −1 for none. Rows are the crossed values and protection, the last
        value of each segment being any other; the last column is for customers without a score.
    """

    segments: tuple[Category, ...]
    values: tuple[dict[str, int], ...]
    protected: Variable | None
    rank: npt.NDArray[np.int16]

    @classmethod
    def of(cls, study: "Study", segments: Sequence[str], entries: Sequence[Entry]) -> "Rule":
        """Read the rule off the entries, whose places are the ranks; `segments` are crossed."""
        known = {one.column: one for one in study.roles.segments("customers")}
        part = study.settings.customers
        protected = None if part is None else part.protected
        members = [member for entry in entries for member in entry.cell.members]
        values = tuple(
            {value: place for place, value in enumerate(dict.fromkeys(column))}
            for column in zip(*members, strict=True)
        )
        shape = (*(len(own) + 1 for own in values), 2)
        rank = np.full((np.prod(shape), len(study.roles.scale.labels) + 1), -1, np.int16)
        for place, entry in enumerate(entries):
            for member in entry.cell.members:
                at = [own[value] for own, value in zip(values, member, strict=True)]
                row = np.ravel_multi_index((*at, int(entry.cell.is_protected)), shape)
                rank[row, list(entry.cell.levels)] = place
        return cls(
            segments=tuple(known[column] for column in segments),
            values=values,
            protected=None if protected is None else variable(protected, scale=(0, 1)),
            rank=rank,
        )

    def ranked(self, some: People) -> tuple[People, Integers]:
        """Keep the customers who are in some entry, with its place; shape (kept,)."""
        if (self.rank[:, -1] < 0).all():
            some = some.scored()
        row = self.rows(some)
        # Looking up the level is dear, so that it is asked only where it matters.
        is_near = np.take((self.rank >= 0).any(axis=1), row)
        near = some.only(is_near)
        rank = self.rank[row[is_near], near.level]
        is_named = rank >= 0
        return near.only(is_named), rank[is_named].astype(np.int64)

    def rows(self, some: People) -> Integers:
        """Give each customer's row of `rank`."""
        row = np.zeros(some.rows, np.int64)
        for segment, values in zip(self.segments, self.values, strict=True):
            texts, place = some.labels(segment)
            known = [values.get(text, len(values)) for text in texts]
            row *= len(values) + 1
            row += np.array([*known, len(values)]).take(place, mode="wrap")
        row *= 2
        if self.protected is not None:
            row += some.flags(self.protected)
        return row


def gather(
    study: "Study", rule: Rule, queue: Queue, *, to: Path, progress: Progress | None = None
) -> None:
    """Write who may be on a list to a file of Arrow's: customer, rank and key.

    Parameters
    ----------
    study : Study
    rule : Rule
    queue : Queue
        Left open.
    to : Path
    progress : callable or None

    Raises
    ------
    DataError
        If the table of customers has no rows.
    """
    write_batches(to, _candidates(study, rule, queue, progress))


def write_batches(to: Path, batches: Iterable[pa.RecordBatch]) -> None:
    """Write batches to a file of Arrow's as they come; no file without any."""
    with ExitStack() as stack:
        writer: pa.ipc.RecordBatchFileWriter | None = None
        for batch in batches:
            if writer is None:
                writer = stack.enter_context(pa.ipc.new_file(str(to), batch.schema))
            writer.write_batch(batch)


def read_batches(path: Path) -> Iterator[tuple[pa.RecordBatch, Integers, Hashes]]:
    """Read them again, each with its customers' ranks and keys."""
    with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as file:
        for i in range(file.num_record_batches):
            batch = file.get_batch(i)
            yield batch, arrays.values(batch.column(RANK)), arrays.values(batch.column(KEY))


def close(study: "Study", queue: Queue) -> None:
    """Take no more customers, and refuse those who stand in the queue twice.

    Raises
    ------
    DataError
        If somebody does.
    """
    queue.close()
    if repeats := queue.repeats:
        customers = study.tables["customers"]
        name, column = customers.source.name, customers.customer or ""
        raise DataError("repeated_customer", file=name, n=repeats, column=column)


def _candidates(
    study: "Study", rule: Rule, queue: Queue, progress: Progress | None
) -> Iterator[pa.RecordBatch]:
    time, score = study.settings.responses.time, study.roles.score_levels
    latest = latest_levels(study.tables["responses"], score, time)
    flags = () if rule.protected is None else (rule.protected,)
    rows, seed = 0, study.settings.study.seed
    for some in people(study.tables["customers"], latest, segments=rule.segments, flags=flags):
        rows += some.rows
        named, rank = rule.ranked(some)
        key = named.order(seed)
        may = queue.add(rank, key)
        yield batch_of(named.only(may).customer, rank[may], key[may])
        if progress is not None:
            progress("customers", rows)
    if not rows:
        raise DataError("no_rows", file=study.tables["customers"].source.name)


def batch_of(customer: pa.Array, rank: Integers, key: Hashes) -> pa.RecordBatch:
    """Lay out some who may be on a list: their names, their ranks and their order within."""
    return pa.RecordBatch.from_arrays([customer, _array(rank), _array(key)], [CUSTOMER, RANK, KEY])


def _array(numbers: npt.NDArray[np.int64] | npt.NDArray[np.uint64]) -> pa.Array:
    kind = pa.int64() if numbers.dtype == np.int64 else pa.uint64()
    return pa.Array.from_buffers(kind, len(numbers), [None, pa.py_buffer(numbers)])
