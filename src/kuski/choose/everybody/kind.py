"""Kinds: customers alike in segment, level, protection and steepness, counted one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from kuski.choose.candidate import Rule
from kuski.choose.cell import Cell, Segment, merged
from kuski.choose.entry import Entry
from kuski.choose.everybody.steepness import Steepness
from kuski.engine import People
from kuski.moments import Integers, Variable

if TYPE_CHECKING:
    from kuski.study import Study

# Steps in which the steepness is told apart, and how far they reach, in standard deviations.
_STEPS, _REACH = 32, 2.5

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Kinds:
    """Customers whom a step of the score is worth about the same, at the same level.

    Each has as many customers as may be disclosed, so that several types (a segment at a level)
    may be in one; a part of a kind is what it has of one type.

    Attributes
    ----------
    cell : ndarray of int, shape (n,)
        Place of the plan's cell that they are in.
    people : ndarray of int, shape (n,)
    part_kind, part_level : ndarray of int, shape (m,)
    part_segment : tuple of m segments
    part_share : ndarray, shape (m,)
        Share of the kind's customers; sums to 1 over a kind.
    part_standing : ndarray, shape (m, p)
        Mean standing of its customers, against their whole segment.
    of_code : ndarray of int, shape (codes,)
        Kind of each code that `Sorter` gives; −1 in cells too small to be told.
    hidden : int
        Customers in those cells.
    """

    cell: Integers
    people: Integers
    part_kind: Integers
    part_level: Integers
    part_segment: tuple[Segment, ...]
    part_share: Floats
    part_standing: Floats
    of_code: Integers
    hidden: int


class Sorter:
    """Tells of customers, a batch at a time, which code they have, and counts them.

    Memory is bounded by segments times levels, however many customers there are. `counts` are the
    customers by code, `scored` and `protected` all who have a score and those of them who are
    protected, in the plan's cells or not.

    Parameters
    ----------
    study : Study
    segments : sequence of str
        The crossed segments, as columns of the customers' table.
    cells : sequence of Cell
    steepness : Steepness
    """

    def __init__(
        self,
        study: "Study",
        segments: Sequence[str],
        cells: Sequence[Cell],
        steepness: Steepness,
    ) -> None:
        self.rule = Rule.of(study, segments, [_entry(cell) for cell in cells])
        self._steepness = steepness
        self._edges = steepness.spread * np.linspace(-_REACH, _REACH, _STEPS - 1)
        # The last column of the rule's ranks is for customers without a score.
        rank = self.rule.rank[:, :-1]
        self._row, self._level = np.nonzero(rank >= 0)
        self._cell = rank[self._row, self._level].astype(np.int64)
        self._type = np.full(self.rule.rank.shape, -1)
        self._type[self._row, self._level] = np.arange(len(self._row))
        codes = len(self._row) * _STEPS
        self.counts = np.zeros(codes, np.int64)
        self._standing = np.zeros((codes, len(steepness.columns)))
        self.scored = self.protected = 0

    @property
    def is_steep(self) -> bool:
        """Whether customers are told apart beyond segment, level and protection."""
        return bool(self._steepness.columns)

    @property
    def flags(self) -> tuple[Variable, ...]:
        """The columns of the customers' table that are looked at beside the segments."""
        protected = self.rule.protected
        return (*(() if protected is None else (protected,)), *self._steepness.columns)

    def coded(self, some: People) -> tuple[People, Integers]:
        """Count customers, and keep those of the plan's cells with their codes."""
        some = some.scored()
        row, is_scored = self.rule.rows(some), some.level >= 0
        self.scored += int(np.count_nonzero(is_scored))
        # The last part of a row is whether its customers are protected.
        self.protected += int(np.count_nonzero(is_scored & (row % 2 == 1)))
        own = self._type[row, some.level]
        far = self._steepness.standing(some.numbers(self._steepness.columns))
        code = own * _STEPS + np.searchsorted(self._edges, far @ self._steepness.effect[0])
        is_in = own >= 0
        code = code[is_in]
        self.counts += np.bincount(code, minlength=len(self.counts))
        self._standing += _sums(code, far[is_in], len(self.counts))
        return some.only(is_in), code

    def protected_in(self, kinds: Kinds) -> int:
        """Count the protected who are in some kind."""
        is_in = (kinds.of_code >= 0) & (self._row.repeat(_STEPS) % 2 == 1)
        return int(self.counts[is_in].sum())

    def kinds(self, least: int) -> Kinds:
        """Make kinds of at least so many customers of the codes that were counted."""
        of_code, hidden = self._merged(least)
        codes = np.flatnonzero((of_code >= 0) & (self.counts > 0))
        kind, own_type = of_code[codes], codes // _STEPS
        pairs, part = np.unique(np.stack([kind, own_type]), axis=1, return_inverse=True)
        part = part.ravel()
        n = np.bincount(part, self.counts[codes])
        people = np.bincount(kind, self.counts[codes]).astype(np.int64)
        standing = self._against_segment()[codes] * self.counts[codes][:, None]
        cell = np.zeros(len(people), np.int64)
        cell[kind] = self._cell[own_type]
        return Kinds(
            cell=cell,
            people=people,
            part_kind=pairs[0],
            part_level=self._level[pairs[1]],
            part_segment=tuple(self._segment(row) for row in self._row[pairs[1]].tolist()),
            part_share=n / people[pairs[0]],
            part_standing=_sums(part, standing, len(n)) / n[:, None],
            of_code=of_code,
            hidden=hidden,
        )

    def _merged(self, least: int) -> tuple[Integers, int]:
        """Take neighbouring steps of a type together, and types too thin for it with others."""
        of_code, n_kinds, hidden = np.full(len(self.counts), -1), 0, 0
        by_type = self.counts.reshape(-1, _STEPS)
        codes = np.arange(len(self.counts)).reshape(-1, _STEPS)
        heads = by_type.sum(axis=1)
        for cell in np.unique(self._cell):
            types = np.flatnonzero(self._cell == cell)
            groups: list[Integers] = []
            for own in types[heads[types] >= least]:
                steps = merged(by_type[own].astype(np.float64), range(_STEPS), least)
                groups += [codes[own, list(part)] for part in steps]
            thin = codes[types[heads[types] < least]].ravel()
            if groups and self.counts[thin].sum() < least:
                sizes = [self.counts[group].sum() for group in groups]
                largest = int(np.argmax(sizes))
                groups[largest] = np.append(groups[largest], thin)
            elif self.counts[thin].sum() >= least:
                groups.append(thin)
            else:
                hidden += int(self.counts[thin].sum())
            for group in groups:
                of_code[group] = n_kinds
                n_kinds += 1
        return of_code, hidden

    def _against_segment(self) -> Floats:
        """Say how far the customers of each code stand from the mean of their segment.

        A segment's own steepness is in its tilt already.
        """
        names, place = np.unique(self._row // 2, return_inverse=True)
        segment = place.ravel().repeat(_STEPS)
        n = np.maximum(np.bincount(segment, self.counts), 1.0)
        usual = _sums(segment, self._standing, len(names)) / n[:, None]
        own: Floats = self._standing / np.maximum(self.counts, 1)[:, None] - usual[segment]
        return own

    def _segment(self, row: int) -> Segment:
        """Name the segment of a row of the rule's ranks."""
        shape = (*(len(own) + 1 for own in self.rule.values), 2)
        *places, _ = np.unravel_index(row, shape)
        return tuple(
            list(own)[int(place)] for own, place in zip(self.rule.values, places, strict=True)
        )


def _sums(place: Integers, columns: Floats, size: int) -> Floats:
    """Sum columns by place, shape (size, p)."""
    found = np.zeros((size, columns.shape[1]))
    for i, column in enumerate(columns.T):
        found[:, i] = np.bincount(place, column, minlength=size)
    return found


def _entry(cell: Cell) -> Entry:
    """Make an entry of a cell, since rules are read off entries."""
    return Entry(cell, (), 0.0, 0.0, 0.0, 0.0, None, np.zeros(1))
