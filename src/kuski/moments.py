"""Moments: the sums that cross from the data to the statistics, and what is needed of them.

A finding declares its needs as `Need`, `Tally` and `Panel`; the engine gathers all of them in one
scan and returns `Moments`, `Counts` and `Answers`, each of which adds with ``+`` over batches,
files, countries or partitions.

Replicates. Every group is split into random groups of customers, by a hash of the customer, so that
resampling the random groups is a cluster bootstrap. Up to `GROUPS` customers each is a group of its
own; beyond, customers fold into ``hash % GROUPS``. Folding depends only on the set of customers, so
the order in which parts are added does not matter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Self

import numpy as np
import numpy.typing as npt

from kuski.terms import TableName

GROUPS = 200

Floats = npt.NDArray[np.float64]
Values = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Code = float | str
Gap = Literal["skip", "zero", "flag"]


@dataclass(frozen=True, slots=True)
class Variable:
    """A column and how its cells become numbers.

    Attributes
    ----------
    column : str
    scale : tuple of float or None
        Lowest and highest possible value; what lies outside is missing, as off the scale.
    missing : tuple of float or str
        Codes that mean missing.
    equals : str or None
        When given, the variable is 1 where the cell's text equals this and 0 elsewhere.
    within : tuple of float or None
        When given, the variable is 1 where the value lies from the first to the second, both
        included, and 0 elsewhere.
    gap : {"skip", "zero", "flag"}
        What a missing value does: it leaves the row out of a sum; it counts as 0; or the variable
        itself is 1 where the value is missing and 0 where it is not. Products of values with zeros
        for gaps, and of flags, hold the moments of every pair of columns on its own rows.
    """

    column: str
    scale: tuple[float, float] | None = None
    missing: tuple[Code, ...] = ()
    equals: str | None = None
    within: tuple[float, float] | None = None
    gap: Gap = "skip"


@dataclass(frozen=True, slots=True)
class Levels:
    """Groups by the levels of a score: level i holds ``edges[i] <= x < edges[i + 1]``."""

    variable: Variable
    edges: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Category:
    """Groups by the text of a column; an empty cell or a code for missing is no group."""

    column: str
    missing: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """Groups by the calendar year of a column of dates, as "2024"; no date is no group.

    By the month they are named as "2024-07", or as "2024" where no more than the year is known.
    """

    column: str
    unit: Literal["year", "month"] = "year"


@dataclass(frozen=True, slots=True)
class AnsweredBy:
    """Groups customers by whether they stand in the panel of those who answered: "yes" or "no"."""


@dataclass(frozen=True, slots=True)
class LevelOf:
    """Groups rows by the level of their customer's score, as the panel holds it.

    With a time, a row takes the level of the customer's latest answer until then, or of the first
    one after where there is none before; at last, of the latest answer of all. Without either, a
    customer with answers at several levels is split over them by the share of answers. The group
    is ``-1`` where the customer never gave a score.

    Attributes
    ----------
    time : str or None
        Column of the row's own table.
    at_last : bool
        Whether a row takes the level of the customer's latest answer; needs no time.
    """

    time: str | None = None
    at_last: bool = False


Grouping = Levels | Category | Period | AnsweredBy | LevelOf


@dataclass(frozen=True, slots=True)
class Need:
    """Weighted cross-products of columns, by groups and by replicate.

    A row counts where every column, every grouping and the weight are there.

    Attributes
    ----------
    table : TableName
    columns : tuple of Variable
    by : tuple of Grouping
        None for one group of all rows.
    weight : Variable or None
    is_optional : bool
        Whether it is given up, rather than the whole run, where its groups are too many to hold;
        then `Collected.moments` does not have it.
    """

    table: TableName
    columns: tuple[Variable, ...]
    by: tuple[Grouping, ...] = ()
    weight: Variable | None = None
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of what each column holds, of duplicate rows and of rows answered in a straight line.

    Attributes
    ----------
    table : TableName
    columns : tuple of Variable
        Numbers whose cells are counted as answered, missing, off the scale or unreadable.
    texts : tuple of str
        Columns that are only counted as filled or empty.
    block : tuple of Variable
        The ratings among which a straight line is looked for.
    identity : tuple of str or None
        Two rows alike in these columns are one row twice; every column where empty. None does not
        look for duplicates.
    """

    table: TableName
    columns: tuple[Variable, ...]
    texts: tuple[str, ...] = ()
    block: tuple[Variable, ...] = ()
    identity: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """All answers of a random part of the customers, chosen by hash: the bounded door for rows.

    Attributes
    ----------
    score : Levels
    time : str or None
        Column that orders a customer's answers; the order of the rows where None.
    weight : Variable or None
    limit : int
        At most this many rows are kept; every customer is in where there are fewer.
    columns : tuple of Variable
        What else is kept of each answer; panels that differ in nothing else merge.
    """

    score: Levels
    time: str | None = None
    weight: Variable | None = None
    limit: int = 1_000_000
    columns: tuple[Variable, ...] = ()

    def __or__(self, other: "Panel") -> "Panel":
        columns = tuple(dict.fromkeys((*self.columns, *other.columns)))
        if replace(self, columns=columns) != replace(other, columns=columns):
            raise ValueError(f"two panels needed at once: {self} and {other}")
        return replace(self, columns=columns)


@dataclass(frozen=True, slots=True)
class Needs:
    """What a set of findings needs; merges with ``|``."""

    moments: frozenset[Need] = frozenset()
    tallies: frozenset[Tally] = frozenset()
    panel: Panel | None = None

    def __or__(self, other: "Needs") -> "Needs":
        both = self.panel | other.panel if self.panel and other.panel else None
        return Needs(
            moments=self.moments | other.moments,
            tallies=self.tallies | other.tallies,
            panel=both or self.panel or other.panel,
        )

    @classmethod
    def of(cls, *moments: Need, tallies: Iterable[Tally] = (), panel: Panel | None = None) -> Self:
        """Gather needs."""
        return cls(frozenset(moments), frozenset(tallies), panel)


@dataclass(frozen=True, slots=True)
class Moments:
    """Counts, sums and cross-products by group and replicate.

    Attributes
    ----------
    groups : tuple of tuples
        K keys, sorted, one part per grouping: a level's index or a category's text.
    replicates : ndarray, shape (G,)
        Hashes of the customers, or numbers below `GROUPS` once folded; sorted.
    is_folded : bool
    origin : ndarray, shape (p,)
        What was taken off each column before its products, to keep their digits.
    rows : ndarray, shape (K, G)
        Unweighted number of rows.
    squares : ndarray, shape (K, G)
        Sum of squared weights.
    cross : ndarray, shape (K, G, 1 + p, 1 + p)
        Sum of w·z·z' with z = (1, columns − origin).
    """

    groups: tuple[tuple[int | str, ...], ...]
    replicates: Hashes
    is_folded: bool
    origin: Floats
    rows: Integers
    squares: Floats
    cross: Floats

    def __add__(self, other: "Moments") -> "Moments":
        """Add two parts of the same need (Chan, Golub & LeVeque 1983 for the change of origin)."""
        origin = self.origin if self.rows.any() else other.origin
        left, right = _about(self, origin), _about(other, origin)
        both = np.union1d(left.replicates, right.replicates)
        if left.is_folded or right.is_folded or len(both) > GROUPS:
            left, right = _folded(left), _folded(right)
            both = np.arange(GROUPS, dtype=np.uint64)
        groups = tuple(sorted(set(left.groups) | set(right.groups), key=_sort_key))
        return _padded(left, groups, both)._plus(_padded(right, groups, both))

    def _plus(self, other: "Moments") -> "Moments":
        return replace(
            self,
            rows=self.rows + other.rows,
            squares=self.squares + other.squares,
            cross=self.cross + other.cross,
        )

    @property
    def n(self) -> int:
        """Number of rows in all groups."""
        return int(self.rows.sum())

    def beside(self, *others: "Moments") -> "Moments":
        """Return these moments on the replicates that they and others have together.

        Replicates are customers, or random groups of them, so that whatever is resampled together
        then comes from the same customers.
        """
        together = self
        for other in others:
            shape = (len(self.groups), len(other.replicates))
            together += replace(
                self,
                replicates=other.replicates,
                is_folded=other.is_folded,
                rows=np.zeros(shape, np.int64),
                squares=np.zeros(shape),
                cross=np.zeros((*shape, *self.cross.shape[2:])),
            )
        return together

    def at(self, groups: Iterable[tuple[int | str, ...]]) -> "Moments":
        """Return the named groups in the named order, with nothing where there were no rows."""
        return _padded(self, tuple(groups), self.replicates)


def _sort_key(group: tuple[int | str, ...]) -> tuple[tuple[bool, int | str], ...]:
    return tuple((isinstance(part, str), part) for part in group)


def _about(moments: Moments, origin: Floats) -> Moments:
    shift = moments.origin - origin
    if not shift.any():
        return moments
    turn = np.eye(len(shift) + 1)
    turn[1:, 0] = shift
    return replace(moments, origin=origin, cross=turn @ moments.cross @ turn.T)


def _folded(moments: Moments) -> Moments:
    if moments.is_folded:
        return moments
    place = (moments.replicates % np.uint64(GROUPS)).astype(np.int64)
    whole = np.arange(GROUPS, dtype=np.uint64)
    empty = _empty(moments.groups, whole, moments.origin, is_folded=True)
    groups = np.arange(len(moments.groups))[:, None]
    np.add.at(empty.rows, (groups, place[None, :]), moments.rows)
    np.add.at(empty.squares, (groups, place[None, :]), moments.squares)
    np.add.at(empty.cross, (groups, place[None, :]), moments.cross)
    return empty


def _padded(
    moments: Moments, groups: tuple[tuple[int | str, ...], ...], replicates: Hashes
) -> Moments:
    if groups == moments.groups and np.array_equal(replicates, moments.replicates):
        return moments
    full = _empty(groups, replicates, moments.origin, is_folded=moments.is_folded)
    here = {group: i for i, group in enumerate(moments.groups)}
    columns = np.searchsorted(replicates, moments.replicates)
    for i, group in enumerate(groups):
        if group in here:
            full.rows[i, columns] = moments.rows[here[group]]
            full.squares[i, columns] = moments.squares[here[group]]
            full.cross[i, columns] = moments.cross[here[group]]
    return full


def _empty(
    groups: tuple[tuple[int | str, ...], ...],
    replicates: Hashes,
    origin: Floats,
    *,
    is_folded: bool,
) -> Moments:
    shape, size = (len(groups), len(replicates)), len(origin) + 1
    return Moments(
        groups=groups,
        replicates=replicates,
        is_folded=is_folded,
        origin=origin,
        rows=np.zeros(shape, np.int64),
        squares=np.zeros(shape),
        cross=np.zeros((*shape, size, size)),
    )


@dataclass(frozen=True, slots=True)
class ColumnCount:
    """What the cells of one column held.

    Attributes
    ----------
    answered, empty, coded, off_scale, unreadable : int
        Rows with a usable value; with an empty cell; with a code for missing; with a number outside
        the scale; with text where a number was expected, or a number that is not finite.
    off_scale_values, unreadable_values : tuple of str
        A few of them, as they stood.
    low, high : float or None
        Of the usable values.
    """

    answered: int = 0
    empty: int = 0
    coded: int = 0
    off_scale: int = 0
    unreadable: int = 0
    off_scale_values: tuple[str, ...] = ()
    unreadable_values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None

    def __add__(self, other: "ColumnCount") -> "ColumnCount":
        lows = [x for x in (self.low, other.low) if x is not None]
        highs = [x for x in (self.high, other.high) if x is not None]
        return ColumnCount(
            answered=self.answered + other.answered,
            empty=self.empty + other.empty,
            coded=self.coded + other.coded,
            off_scale=self.off_scale + other.off_scale,
            unreadable=self.unreadable + other.unreadable,
            off_scale_values=_examples(self.off_scale_values, other.off_scale_values),
            unreadable_values=_examples(self.unreadable_values, other.unreadable_values),
            low=min(lows, default=None),
            high=max(highs, default=None),
        )


def _examples(left: tuple[str, ...], right: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*left, *right)))[:5]


@dataclass(frozen=True, slots=True)
class DistinctSample:
    """How often hashes repeat, from those below a threshold (Gibbons 2001): exact until it moves.

    Attributes
    ----------
    hashes : ndarray, shape (m,)
        Sorted, without repeats.
    times : ndarray, shape (m,)
        How often each was seen.
    halvings : int
        The threshold is 2**(64 − halvings): each kept hash stands for 2**halvings.
    limit : int
        Most hashes that are kept.
    """

    hashes: Hashes
    times: Integers
    halvings: int = 0
    limit: int = 1_000_000

    @classmethod
    def of(cls, hashes: Hashes, *, halvings: int = 0, limit: int = 1_000_000) -> "DistinctSample":
        """Count a batch, within a part of the hashes that has been halved so often already."""
        kept, times = np.unique(hashes[chosen(hashes, halvings)], return_counts=True)
        return cls(kept, times.astype(np.int64), halvings, limit)._thinned()

    def __len__(self) -> int:
        return len(self.hashes)

    def __add__(self, other: "DistinctSample") -> "DistinctSample":
        halvings = max(self.halvings, other.halvings)
        hashes, place = np.unique(np.concatenate([self.hashes, other.hashes]), return_inverse=True)
        times = np.zeros(len(hashes), np.int64)
        np.add.at(times, place, np.concatenate([self.times, other.times]))
        below = chosen(hashes, halvings)
        return replace(self, hashes=hashes[below], times=times[below], halvings=halvings)._thinned()

    def _thinned(self) -> "DistinctSample":
        sample = self
        while len(sample.hashes) > sample.limit:
            keep = chosen(sample.hashes, sample.halvings + 1)
            sample = replace(
                sample,
                hashes=sample.hashes[keep],
                times=sample.times[keep],
                halvings=sample.halvings + 1,
            )
        return sample

    @property
    def distinct(self) -> int:
        """Estimated number of different hashes; exact where nothing was thinned."""
        return len(self.hashes) << self.halvings

    @property
    def repeats(self) -> int:
        """Estimated number of rows beyond the first of their kind."""
        return int((self.times - 1).sum()) << self.halvings


def chosen(hashes: Hashes, halvings: int) -> npt.NDArray[np.bool_]:
    """Tell which hashes lie in the part that is left after so many halvings."""
    if not halvings:
        return np.ones(len(hashes), bool)
    return hashes < np.uint64(2 ** (64 - halvings))


@dataclass(frozen=True, slots=True)
class Counts:
    """What a table held, as counted for a `Tally`.

    Attributes
    ----------
    rows : int
    columns : dict of str to ColumnCount
    straight : int
        Rows that gave one value to every item of the block, among `straight_of`.
    straight_of : int
        Rows that answered at least `STRAIGHT_LEAST` items of the block.
    rows_seen : DistinctSample
        Of whole rows: its repeats are duplicates.
    """

    rows: int
    columns: dict[str, ColumnCount]
    straight: int
    straight_of: int
    rows_seen: DistinctSample

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            rows=self.rows + other.rows,
            columns={name: self.columns[name] + other.columns[name] for name in self.columns},
            straight=self.straight + other.straight,
            straight_of=self.straight_of + other.straight_of,
            rows_seen=self.rows_seen + other.rows_seen,
        )


STRAIGHT_LEAST = 5


@dataclass(frozen=True, slots=True)
class Answers:
    """The panel: every answer of a hash-chosen part of the customers.

    Attributes
    ----------
    customer : ndarray, shape (m,)
        Hash of the customer.
    time : ndarray, shape (m,)
        Orders a customer's answers; microseconds, or the number of the row.
    level : ndarray, shape (m,)
        Index of the score's level, −1 where the score is missing.
    weight : ndarray, shape (m,)
    halvings : int
        Customers whose hash is below 2**(64 − halvings) are in.
    limit : int
    columns : tuple of p Variable
        What else was kept of each answer.
    values : ndarray of float32, shape (m, p), or None
        NaN where missing; None where no column was asked for.
    """

    customer: Hashes
    time: Integers
    level: Integers
    weight: Floats
    halvings: int = 0
    limit: int = 1_000_000
    columns: tuple[Variable, ...] = ()
    values: Values | None = None

    def __len__(self) -> int:
        return len(self.customer)

    def __add__(self, other: "Answers") -> "Answers":
        halvings = max(self.halvings, other.halvings)
        left, right = self.within(halvings), other.within(halvings)
        has_values = left.values is not None and right.values is not None
        return replace(
            left,
            customer=np.concatenate([left.customer, right.customer]),
            time=np.concatenate([left.time, right.time]),
            level=np.concatenate([left.level, right.level]),
            weight=np.concatenate([left.weight, right.weight]),
            values=np.concatenate([left.values, right.values]) if has_values else None,
        ).thinned()

    def of(self, variable: Variable) -> Values:
        """Take one of the columns that were kept, shape (m,); NaN where missing.

        Raises
        ------
        ValueError
            If the panel was not asked for it.
        """
        if variable not in self.columns or self.values is None:
            raise ValueError(f"{variable} is not in the panel; ask for it in Panel.columns")
        found: Values = self.values[:, self.columns.index(variable)]
        return found

    def thinned(self) -> "Answers":
        """Halve the part of the customers until the rows fit."""
        panel = self
        while len(panel) > panel.limit:
            panel = panel.within(panel.halvings + 1)
        return panel

    def within(self, halvings: int) -> "Answers":
        """Keep the customers of a part that has been halved so often, or more often already."""
        if halvings <= self.halvings:
            return self
        keep = chosen(self.customer, halvings)
        return replace(
            self,
            customer=self.customer[keep],
            time=self.time[keep],
            level=self.level[keep],
            weight=self.weight[keep],
            values=None if self.values is None else self.values[keep],
            halvings=halvings,
        )

    def holds(self, customer: Hashes) -> npt.NDArray[np.bool_]:
        """Tell which customers belong to the chosen part."""
        return chosen(customer, self.halvings)

    def pairs(self) -> "AnswerPairs":
        """Pair each scored answer with the same customer's next one at a later time."""
        scored = np.flatnonzero(self.level >= 0)
        order = scored[np.lexsort((self.time[scored], self.customer[scored]))]
        earlier, later = order[:-1], order[1:]
        is_pair = (self.customer[earlier] == self.customer[later]) & (
            self.time[earlier] < self.time[later]
        )
        earlier, later = earlier[is_pair], later[is_pair]
        return AnswerPairs(
            self.customer[earlier], self.level[earlier], self.level[later], self.weight[earlier]
        )

    @property
    def customers(self) -> int:
        """Estimated number of customers who gave a score; exact where all fit."""
        return len(np.unique(self.customer[self.level >= 0])) << self.halvings


@dataclass(frozen=True, slots=True)
class AnswerPairs:
    """Consecutive scored answers of the same customers.

    Attributes
    ----------
    customer : ndarray, shape (m,)
        Hash of the customer.
    first, second : ndarray, shape (m,)
        Index of the score's level, earlier and later.
    weight : ndarray, shape (m,)
        Of the earlier answer.
    """

    customer: Hashes
    first: Integers
    second: Integers
    weight: Floats


@dataclass(frozen=True, slots=True)
class Collected:
    """What one scan brought.

    Attributes
    ----------
    moments : dict of Need to Moments
    tallies : dict of Tally to Counts
    panel : Answers or None
    shared : dict
        What one finding has made of the sums and others need too, by a name of their own choice. It
        is gone with the sums.
    """

    moments: dict[Need, Moments] = field(default_factory=dict)
    tallies: dict[Tally, Counts] = field(default_factory=dict)
    panel: Answers | None = None
    shared: dict[str, object] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class AnswerPatterns:
    """Which of p questions were answered together.

    Attributes
    ----------
    answered : ndarray of bool, shape (m, p)
        One row per pattern.
    rows : ndarray, shape (m,)
        How many rows had it.
    """

    answered: npt.NDArray[np.bool_]
    rows: Integers

    @property
    def shares(self) -> Floats:
        """Share of the rows that answered each question, shape (p,); 0 where there are no rows."""
        found: Floats = self.rows @ self.answered / max(int(self.rows.sum()), 1)
        return found

    def complete(self, questions: Sequence[int]) -> float:
        """Share of the rows that answered all of these questions."""
        whole = self.answered[:, list(questions)].all(axis=1)
        return float(self.rows[whole].sum() / max(int(self.rows.sum()), 1))
