"""The group of each row of a batch: by level, category, year or what the customer answered."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce

import numpy as np

from kuski.engine.arrays import Numbers
from kuski.engine.batch import Batch
from kuski.moments import (
    AnsweredBy,
    Answers,
    Category,
    Floats,
    Grouping,
    Hashes,
    Integers,
    LevelOf,
    Levels,
    Period,
)

Key = tuple[int | str, ...]
_MANY = 64


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of a batch.

    Attributes
    ----------
    keys : tuple of K keys
    place : ndarray, shape (m,)
        Each row's place among the keys; −1 where it is in no group.
    rows : ndarray, shape (m,)
        Numbers of the batch's rows, where a row may stand in several groups; otherwise unused.
    share : ndarray, shape (m,), or None
        How much of the row each repetition counts; None where no row is repeated.
    """

    keys: tuple[Key, ...]
    place: Integers
    rows: Integers = field(default_factory=lambda: np.empty(0, np.int64))
    share: Floats | None = None


def columns_of(grouping: Grouping) -> tuple[str, ...]:
    """Name the columns that a grouping reads."""
    if isinstance(grouping, Levels):
        return (grouping.variable.column,)
    if isinstance(grouping, LevelOf):
        return (grouping.time,) if grouping.time else ()
    return (grouping.column,) if isinstance(grouping, Category | Period) else ()


def grouped(batch: Batch, by: Sequence[Grouping], scores: "ScoresOf | None") -> Groups:
    """Find the groups in a batch and each row's place among them.

    Parameters
    ----------
    batch : Batch
    by : sequence of Grouping
    scores : ScoresOf or None
        What the customers answered, where a grouping asks for it.
    """
    if not by:
        return Groups(((),), np.zeros(batch.rows, np.int64))
    return reduce(_crossed, (_one(batch, grouping, scores) for grouping in by))


def _crossed(groups: Groups, part: Groups) -> Groups:
    """Cross two groupings; where there are many combinations, only those that some row has."""
    if part.share is not None and groups.share is not None:
        raise ValueError("rows can be split over several groups only once")
    if part.share is not None:
        groups = replace(groups, place=groups.place[part.rows], rows=part.rows, share=part.share)
        here = part.place
    else:
        here = part.place if groups.share is None else part.place[groups.rows]
    size = len(part.keys)
    outside = (groups.place < 0) | (here < 0)
    place = np.where(outside, -1, groups.place * size + here)
    present = range(len(groups.keys) * size)
    if len(present) > _MANY:
        found, place = np.unique(np.append(place, -1), return_inverse=True)
        present, place = found[1:].tolist(), place[:-1].astype(np.int64) - 1
    keys = tuple((*groups.keys[key // size], *part.keys[key % size]) for key in present)
    return replace(groups, keys=keys, place=place)


def _one(batch: Batch, grouping: Grouping, scores: "ScoresOf | None") -> Groups:
    if isinstance(grouping, Levels):
        keys = tuple((level,) for level in range(len(grouping.edges) - 1))
        return Groups(keys, levels_of(batch, grouping))
    if isinstance(grouping, Category):
        texts, place = batch.labels(grouping.column, grouping.missing)
        return Groups(tuple((text,) for text in texts), place)
    if isinstance(grouping, Period):
        by_month = grouping.unit == "month"
        time = batch.months(grouping.column) if by_month else batch.years(grouping.column)
        periods, place = np.unique(np.append(time, -1), return_inverse=True)
        name = _month if by_month else str
        return Groups(tuple((name(period),) for period in periods[1:].tolist()), place[:-1] - 1)
    if scores is None:
        raise ValueError(f"{grouping} needs the panel of answers")
    if isinstance(grouping, AnsweredBy):
        return Groups((("no",), ("yes",)), scores.answered(batch.customer))
    if grouping.at_last:
        return scores.latest(batch.customer, np.full(batch.rows, np.iinfo(np.int64).max))
    if grouping.time is None:
        return scores.spread(batch.customer)
    return scores.latest(batch.customer, batch.times(grouping.time))


def _month(month: int) -> str:
    """Name a month that is numbered as 100 times its year and the month in it, or 0."""
    year, number = divmod(month, 100)
    return f"{year}-{number:02d}" if number else str(year)


def levels_of(batch: Batch, levels: Levels) -> Integers:
    """Give each row its level; −1 where it has none."""
    found = batch.cells(levels.variable)
    place = _placed(found.values, levels.edges)
    return place if found.valid is None else np.where(found.valid, place, -1)


def _placed(values: Numbers, edges: tuple[float, ...]) -> Integers:
    if values.dtype.itemsize == 1:
        every = np.arange(256, dtype=np.uint8)
        table = _placed(every.view(values.dtype).astype(np.float64), edges)
        return table.take(values.view(np.uint8))
    place = np.searchsorted(edges, values, side="right") - 1
    return np.where(place < len(edges) - 1, place, -1)


@dataclass(frozen=True)
class ScoresOf:
    """The scores of the panel's customers.

    Attributes
    ----------
    panel : Answers
    customer : ndarray, shape (c,)
        Sorted hashes of the customers who gave a score.
    share : ndarray, shape (c, levels)
        Share of each customer's answers at each level.
    """

    panel: Answers
    customer: Hashes
    share: Floats

    @classmethod
    def of(cls, panel: Answers) -> "ScoresOf":
        """Take the scores from the panel."""
        scored = panel.level >= 0
        customer, place = np.unique(panel.customer[scored], return_inverse=True)
        levels = int(panel.level.max(initial=-1)) + 1
        share = np.zeros((len(customer), levels))
        np.add.at(share, (place, panel.level[scored]), 1.0)
        return cls(panel, customer, share / share.sum(axis=1, keepdims=True))

    @property
    def keys(self) -> tuple[Key, ...]:
        """The groups: −1 without a score, then the levels."""
        return tuple((level,) for level in range(-1, self.share.shape[1]))

    def answered(self, customer: Hashes) -> Integers:
        """Tell who gave a score: 1, 0, or −1 outside the chosen part of the customers."""
        place = self._find(customer)
        return np.where(place == -2, -1, (place >= 0).astype(np.int64))

    def spread(self, customer: Hashes) -> Groups:
        """Split each row over the levels of its customer's answers."""
        place = self._find(customer)
        without = np.flatnonzero(place == -1)
        scored = np.flatnonzero(place >= 0)
        row, level = np.nonzero(self.share[place[scored]])
        return Groups(
            keys=self.keys,
            place=np.concatenate([np.zeros(len(without), np.int64), level + 1]),
            rows=np.concatenate([without, scored[row]]),
            share=np.concatenate([np.ones(len(without)), self.share[place[scored][row], level]]),
        )

    def latest(self, customer: Hashes, time: Integers) -> Groups:
        """Give each row its customer's latest score until then, or the first one after."""
        place = self._find(customer)
        owner, moment, level = self._in_time
        moments, rank = np.unique(moment, return_inverse=True)
        size = len(moments) + 1
        wanted = place * size + np.searchsorted(moments, time, side="right")
        before = np.searchsorted(owner * size + rank + 1, wanted, side="right") - 1
        is_his = (before >= 0) & (np.append(owner, -1)[before] == place)
        found = np.append(level, -1)[np.where(is_his, before, before + 1)] + 1
        return Groups(self.keys, np.where(place >= 0, found, place + 1))

    @cached_property
    def _in_time(self) -> tuple[Integers, Integers, Integers]:
        """Give place of the customer, time and level of each score, by customer and time."""
        scored = np.flatnonzero(self.panel.level >= 0)
        owner = np.searchsorted(self.customer, self.panel.customer[scored])
        order = np.lexsort((self.panel.time[scored], owner))
        scored = scored[order]
        return owner[order], self.panel.time[scored], self.panel.level[scored]

    def _find(self, customer: Hashes) -> Integers:
        """Give the place of each customer: −1 without a score, −2 outside the chosen part."""
        place = np.searchsorted(self.customer, customer)
        known = np.append(self.customer, np.uint64(0))[place] == customer
        found = np.where(known & (place < len(self.customer)), place, -1)
        return np.where(self.panel.holds(customer), found, -2)
