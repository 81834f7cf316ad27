"""The customers one by one, with what a rule asks of each: the door through which lists are made.

Rows go through in batches and are gone. What stays is the latest level of each customer who gave
a score: twelve to twenty-four bytes for each. While it is gathered, each of them takes sixteen, and
so does each answer not yet gone through: never more than 34 million, or as many as customers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kuski.engine import arrays, hashing
from kuski.engine.batch import Batch, Told
from kuski.engine.groups import levels_of
from kuski.engine.scan import KEPT, OpenTable
from kuski.moments import Category, Floats, Hashes, Integers, Levels, Variable

Booleans = npt.NDArray[np.bool_]
Small = npt.NDArray[np.int8]

_WORD = 64
_FRONT = 8
_SLICES = 1 << _FRONT
_REST = np.uint64(_WORD - _FRONT)
_LEVEL = np.uint64(_FRONT)
_PENDING = 1 << 17
_FEW = 1 << 10
_FEWEST_BITS, _ROOMY_BITS = 16, 22
_NO_ANSWER, _NO_TIME = np.empty(0, np.uint64), np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class LatestLevels:
    """The level of each customer's latest answer with a score, exact however many there are.

    An ordered table with open addressing (Amble & Knuth 1974): a customer stands where the first
    bits of the hash say, or as few places further on as there is room. What the place tells the
    entry need not, so that the level finds room in it, and one look into the memory finds both.

    Attributes
    ----------
    entries : ndarray of uint64
        The hash without its first eight bits, then the level and one; 0 where nobody stands, and
        at the end.
    bits : int
        How many bits of the hash tell the place.
    customers : int
        How many have a level.
    """

    entries: Hashes
    bits: int
    customers: int

    @classmethod
    def of(cls, slices: Sequence[Hashes]) -> "LatestLevels":
        """Make the table from what `_Slice` keeps of each first eight bits."""
        customers = sum(map(len, slices))
        bits = max((customers + customers // 2).bit_length(), _FEWEST_BITS)
        # Where there is room, more of it: most of those who never answered then meet nobody.
        bits = max(bits, min(bits + 2, _ROOMY_BITS))
        entries, after = np.zeros((1 << bits) + customers + 1, np.uint64), 0
        for front, kept in enumerate(slices):
            first, row = front << (bits - _FRONT), np.arange(len(kept))
            # As far on as the hash says, and behind the one before.
            place = np.maximum(_first(kept, bits - _FRONT) + first, after)
            place -= row
            np.maximum.accumulate(place, out=place)
            place += row
            entries[place] = kept + np.uint64(1)
            after = int(place.max(initial=after - 1)) + 1
        return cls(entries, bits, customers)

    def find(self, key: Hashes) -> Small:
        """Give each customer the level; −1 without a score."""
        place, wanted = _first(key, self.bits), key << _LEVEL
        found, left = self._at(place, wanted)
        rows = left
        while rows.size:
            place, wanted = place[left] + 1, wanted[left]
            found[rows], left = self._at(place, wanted)
            rows = rows[left]
        return found

    def _at(self, place: Integers, wanted: Hashes) -> tuple[Small, Integers]:
        """Give the levels of those who stand at a place, and who may stand further on."""
        entry = self.entries.take(place, mode="clip")
        differs = entry ^ wanted
        is_other = (differs >> _LEVEL) != 0
        found = differs.astype(np.int8)
        found -= 1
        np.copyto(found, -1, where=is_other)
        is_other &= entry != 0
        return found, np.flatnonzero(is_other)


def _first(key: Hashes, bits: int) -> Integers:
    """Take the first bits, as a number."""
    return (key >> np.uint64(_WORD - bits)).view(np.int64)


def latest_levels(responses: OpenTable, score: Levels, time: str | None) -> LatestLevels:
    """Read the answers once, and keep each customer's latest level.

    Of answers at the same time the one further down counts, as it does for the panel.

    Parameters
    ----------
    responses : OpenTable
    score : Levels
    time : str or None
        Column that orders a customer's answers; the order of the rows where None.
    """
    # Memory that is freed is then kept for the next batch; `scan.collect` tells why.
    np.empty(KEPT, np.uint8)
    told, first_row = Told(responses.source.dictionary), 0
    slices = [_Slice() for _ in range(_SLICES)]
    wanted = [responses.customer, score.variable.column, time]
    columns = list(dict.fromkeys(column for column in wanted if column))
    for record in responses.source.batches(columns):
        batch = Batch(record, told, customer=responses.customer, first_row=first_row)
        first_row += batch.rows
        level, key, moment = levels_of(batch, score), batch.customer, batch.times(time)
        answer = (key << _LEVEL) | level.view(np.uint64)
        if (is_none := level < 0).any():
            rows = np.flatnonzero(~is_none)
            key, moment, answer = key[rows], moment[rows], answer[rows]
        front = (key >> _REST).astype(np.uint8)
        ends = np.cumsum(np.bincount(front, minlength=_SLICES)).tolist()
        order = np.argsort(front, kind="stable")
        answer, moment = answer[order], moment[order]
        for own, start, stop in zip(slices, [0, *ends], ends, strict=False):
            own.add(answer[start:stop], moment[start:stop])
    return LatestLevels.of([own.latest() for own in slices])


class _Slice:
    """The answers of customers whose hashes begin alike: each the rest of the hash, then the level.

    They are gone through when they outgrow what was kept: the latest of each customer.
    """

    def __init__(self) -> None:
        self._answers: list[Hashes] = []
        self._times: list[Integers] = []
        self._kept = 0
        self._pending = 0

    def add(self, answer: Hashes, time: Integers) -> None:
        self._answers.append(answer)
        self._times.append(time)
        self._pending += len(answer)
        if self._pending > max(_PENDING, self._kept):
            self.latest()

    def latest(self) -> Hashes:
        """Keep the latest of each customer, by customer; of those at the same time the last."""
        answer = np.concatenate([_NO_ANSWER, *self._answers])
        time = np.concatenate([_NO_TIME, *self._times])
        order = _order(answer)
        customer = answer[order] >> _LEVEL
        if (customer[1:] < customer[:-1]).any():  # Two hashes differ only in their last bits.
            order = np.argsort(answer >> _LEVEL, kind="stable")
        answer, time = answer[order], time[order]
        while (is_same := (answer[1:] ^ answer[:-1]) >> _LEVEL == 0).any():
            # Of two neighbours one goes: all that the latest has beside it, in a few rounds.
            is_later = time[1:] >= time[:-1]
            stays = np.ones(len(answer), np.bool_)
            stays[:-1] = ~(is_same & is_later)
            stays[1:] &= ~is_same | is_later
            rows = np.flatnonzero(stays)
            answer, time = answer[rows], time[rows]
        self._answers, self._times, self._kept, self._pending = [answer], [time], len(answer), 0
        return answer


def _order(answer: Hashes) -> Integers:
    """Sort the answers of a slice by the first bits of their hashes, then by row.

    NumPy sorts numbers several times faster than their places: the row is written into the last
    bits, of which there are as few as will hold it.
    """
    bits = max(len(answer).bit_length(), _FRONT)
    packed = (answer >> np.uint64(bits)) << np.uint64(bits)
    packed |= np.arange(len(answer), dtype=np.uint64)
    packed.sort()
    packed &= np.uint64((1 << bits) - 1)
    return packed.view(np.int64)


class People:
    """Some customers, in the order of their table; what nobody asks for is not worked out.

    Parameters
    ----------
    batch : Batch
    customer : str
        The customers' column.
    latest : LatestLevels
    """

    def __init__(self, batch: Batch, customer: str, latest: LatestLevels) -> None:
        self._batch = batch
        self._customer = customer
        self._latest = latest

    @property
    def rows(self) -> int:
        """Number of customers."""
        return self._batch.rows

    @property
    def customer(self) -> pa.Array:
        """The customers as the table writes them."""
        return self._batch.raw(self._customer)

    @cached_property
    def key(self) -> Hashes:
        """Hashes of the customers."""
        return self._batch.customer

    @cached_property
    def level(self) -> Small:
        """Place of the latest score's level; −1 without a score."""
        return self._latest.find(self.key)

    def labels(self, segment: Category) -> tuple[list[str], Integers]:
        """Give the values of a segment and each customer's place among them; −1 where missing."""
        return self._batch.labels(segment.column, segment.missing)

    def flags(self, column: Variable) -> Booleans:
        """Tell of whom a 0/1 column holds 1; where it is missing it does not."""
        found = self._batch.cells(column)
        is_one = np.asarray(found.values == 1, np.bool_)
        return is_one if found.valid is None else is_one & found.valid

    def numbers(self, columns: Sequence[Variable]) -> Floats:
        """Read columns of numbers, NaN where they are missing; shape (rows, p)."""
        found = np.empty((self.rows, len(columns)))
        for place, column in enumerate(columns):
            cells = self._batch.cells(column)
            found[:, place] = cells.values
            if cells.valid is not None:
                found[~cells.valid, place] = np.nan
        return found

    def scored(self) -> "People":
        """Keep those who have a level, and all that is known of them, unless most have one."""
        some = self._latest.find(self.key[:_FEW])
        if 2 * np.count_nonzero(some >= 0) > len(some):
            return self
        is_scored = self.level >= 0
        kept = self._kept(self._batch.batch.schema.names, is_scored)
        kept.level = self.level[is_scored]
        return kept

    def only(self, chosen: Booleans) -> "People":
        """Keep some of them: their names and keys, from which the levels follow."""
        return self if chosen.all() else self._kept([self._customer], chosen)

    def _kept(self, columns: Sequence[str], chosen: Booleans) -> "People":
        kept = self._batch.batch.select(columns).filter(arrays.filter_of(chosen))
        first = self._batch.first_row
        part = Batch(kept, self._batch.told, customer=self._customer, first_row=first)
        people = People(part, self._customer, self._latest)
        people.key = self.key[np.flatnonzero(chosen)]
        return people

    def order(self, seed: int) -> Hashes:
        """Put the customers in an order that is random, and the same for the same seed."""
        return hashing.mixed(self.key ^ hashing.mixed(np.array([seed], np.int64)))


def people(
    customers: OpenTable,
    latest: LatestLevels,
    *,
    segments: Sequence[Category] = (),
    flags: Sequence[Variable] = (),
) -> Iterator[People]:
    """Read the customers once, in batches of bounded size.

    Parameters
    ----------
    customers : OpenTable
        With the customer's column named.
    latest : LatestLevels
    segments : sequence of Category
    flags : sequence of Variable
        What else of them will be asked for.
    """
    if customers.customer is None:
        raise ValueError("the table of customers names no customer; open it as the study does")
    told, first_row = Told(customers.source.dictionary), 0
    wanted = [customers.customer, *(one.column for one in segments)]
    wanted += [one.column for one in flags]
    for record in customers.source.batches(list(dict.fromkeys(wanted))):
        batch = Batch(record, told, customer=customers.customer, first_row=first_row)
        first_row += batch.rows
        yield People(batch, customers.customer, latest)
