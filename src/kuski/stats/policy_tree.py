"""Policy tree: whom to serve, by a few thresholds that can be said aloud."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.stats.inputs import Booleans, Floats, Integers, checked_finite

MOST_DEPTH = 3
MOST_CUTS = 32
# Rows times triples of columns up to which the third split is searched exactly: some seconds.
MOST_WORK = 50_000_000
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where a tree ends: all who come here are served, or none."""

    is_served: bool


@dataclass(frozen=True, slots=True)
class Split:
    """Where a tree parts: `low` holds who has at most `threshold` in the column.

    Attributes
    ----------
    column : int
        Place among the covariates.
    threshold : float
    low, high : Leaf or Split
    """

    column: int
    threshold: float
    low: "Node"
    high: "Node"


Node = Leaf | Split


@dataclass(frozen=True, slots=True)
class Condition:
    """One step of the way to a leaf: above `above` and at most `up_to`, in one column.

    Attributes
    ----------
    column : int
    above, up_to : float
        −inf and inf where the way sets no limit.
    """

    column: int
    above: float
    up_to: float


@dataclass(frozen=True, slots=True)
class PolicyTree:
    """Whom to serve.

    Attributes
    ----------
    root : Leaf or Split
    gain : float
        Weighted mean reward of the rows that it grew on; too good, since it was picked for it.
    is_exact : bool
        Whether no tree of the depth over the same cuts is better.
    """

    root: Node
    gain: float
    is_exact: bool

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """The leaves from the lowest up."""
        return tuple(leaf for leaf, _ in _ways(self.root, {}))

    def leaf_of(self, covariates: npt.ArrayLike) -> Integers:
        """Find the place of each row's leaf in `leaves`, shape (n,)."""
        values = checked_finite(covariates, "covariates")
        return _placed(self.root, values)

    def serves(self, covariates: npt.ArrayLike) -> Booleans:
        """Tell who is served, shape (n,)."""
        served = np.array([leaf.is_served for leaf in self.leaves])
        return np.asarray(served[self.leaf_of(covariates)], np.bool_)

    def ways(self) -> tuple[tuple[Condition, ...], ...]:
        """Say what leads to each leaf: one condition a column, in the order they are met."""
        return tuple(way for _, way in _ways(self.root, {}))


def policy_tree(
    rewards: npt.ArrayLike,
    covariates: npt.ArrayLike,
    *,
    depth: int = 2,
    weight: npt.ArrayLike | None = None,
    least: int = 1,
    cuts: Sequence[npt.ArrayLike] | None = None,
) -> PolicyTree:
    """Grow the tree whose served rows have the largest sum of rewards.

    Parameters
    ----------
    rewards : array_like, shape (n,)
        What serving each row brings: a doubly robust score less the cost.
    covariates : array_like, shape (n, p)
        Numbers; categories by their place in some order, see `ordered`.
    depth : int
        Most splits on the way to a leaf, 1 to 3.
    weight : array_like, shape (n,), or None
        >= 0; all 1 where None.
    least : int
        Fewest rows of a leaf.
    cuts : sequence of p array_likes, or None
        Thresholds to try in each column; those of `cuts_of` where None.

    Returns
    -------
    PolicyTree

    Raises
    ------
    ValueError
        Where shapes do not fit, a number is not finite, there is no row, or depth or least are out
        of their range.

    Notes
    -----
    Every tree up to depth 2 over the cuts is tried, by cumulated sums of rewards over pairs of
    columns, so that the time grows with rows × columns², not with rows². Depth 3 is tried whole
    where rows × columns³ is at most `MOST_WORK`; beyond, its first split is that of the best tree
    of depth 2, and what is below is exact (as *hybrid* trees of the policytree package). A split is
    kept only where it changes who is served.

    References
    ----------
    Athey & Wager 2021, *Policy learning with observational data*, Econometrica 89(1).
    Zhou, Athey & Wager 2023, *Offline multi-action policy learning*, Operations Research 71(1).
    Sverdrup, Kanodia, Zhou, Athey & Wager 2020, *policytree*, JOSS 5(50).
    """
    gains, x = checked_finite(rewards, "rewards"), checked_finite(covariates, "covariates")
    weights = np.ones(gains.shape) if weight is None else checked_finite(weight, "weight")
    if x.ndim != 2 or not {x.shape[:1], weights.shape} == {gains.shape} or not len(gains):
        raise ValueError(
            f"rewards {gains.shape}, covariates {x.shape} and weight {weights.shape}, expected "
            "(n,), (n, p) and (n,) with at least one row"
        )
    if depth not in range(1, MOST_DEPTH + 1) or least < 1:
        raise ValueError(f"depth == {depth}, least == {least}, expected 1 to 3 and >= 1")
    if (weights < 0).any() or not weights.any():
        raise ValueError("weight is negative or all 0, expected >= 0 and some above")
    given = [cuts_of(column) for column in x.T] if cuts is None else cuts
    limits = [np.unique(np.asarray(each, np.float64)) for each in given]
    if len(limits) != x.shape[1]:
        raise ValueError(f"cuts for {len(limits)} columns, expected {x.shape[1]}")
    size = 1 + max((len(each) for each in limits), default=0)
    bins = np.stack(
        [np.searchsorted(each, column) for each, column in zip(limits, x.T, strict=True)]
        or [np.zeros(len(gains), np.int64)],
        axis=1,
    )
    search = _Search(bins, gains * weights, size, least)
    rows = np.arange(len(gains))
    is_exact = depth < MOST_DEPTH or len(gains) * x.shape[1] ** 3 <= MOST_WORK
    root = _pruned(_grown(search, rows, depth, limits, is_exact=is_exact))
    tree = PolicyTree(root, 0.0, is_exact)
    gain = float((gains * weights)[tree.serves(x)].sum() / weights.sum())
    return PolicyTree(root, gain, is_exact)


def cuts_of(values: npt.ArrayLike, most: int = MOST_CUTS) -> Floats:
    """Choose thresholds: every value where they are few, else round numbers near quantiles.

    Parameters
    ----------
    values : array_like, shape (n,)
    most : int

    Returns
    -------
    ndarray, shape (<= most,)
        Rising. The largest value is none of them, since nobody lies above it.
    """
    column = checked_finite(values, "values")
    different = np.unique(column)
    if len(different) - 1 <= most:
        return different[:-1]
    found = np.quantile(column, np.arange(1, most + 1) / (most + 1))
    # Two significant digits of the spread: fine enough to part people, short enough to be said.
    step = 10.0 ** (np.floor(np.log10(max(float(np.ptp(np.quantile(column, [0.1, 0.9]))), 1e-300))))
    tidy = np.unique(np.round(np.round(found / (0.05 * step)) * 0.05 * step, 12))
    return np.asarray(tidy[(tidy >= different[0]) & (tidy < different[-1])])


def ordered(codes: npt.ArrayLike, rewards: npt.ArrayLike, weight: npt.ArrayLike) -> Integers:
    """Order categories by their mean reward, so that a threshold parts them into two subsets.

    Parameters
    ----------
    codes : array_like of int, shape (n,)
        0 to C − 1.
    rewards, weight : array_like, shape (n,)

    Returns
    -------
    ndarray, shape (C,)
        The place of each category; one without weight comes last.
    """
    of = np.asarray(codes, np.int64)
    weights = np.asarray(weight, np.float64)
    size = int(of.max(initial=-1)) + 1
    whole = np.bincount(of, weights, size)
    sums = np.bincount(of, weights * np.asarray(rewards, np.float64), size)
    means = np.where(whole > 0, sums / np.where(whole > 0, whole, 1.0), np.inf)
    places = np.empty(size, np.int64)
    places[np.argsort(means, kind="stable")] = np.arange(size)
    return places


@dataclass(frozen=True, slots=True)
class _Search:
    """Rows by bins, with their weighted rewards.

    Attributes
    ----------
    bins : ndarray of int, shape (n, p)
        Bin b of a column lies at or below its cut b and above cut b − 1.
    gains : ndarray, shape (n,)
    size : int
        Bins of the column that has most.
    least : int
    """

    bins: Integers
    gains: Floats
    size: int
    least: int

    def sums(self, rows: Integers, columns: Sequence[int]) -> Floats:
        """Cumulate gains and rows over the bins of some columns, shape (2, size, size, ...)."""
        flat = np.zeros(len(rows), np.int64)
        for column in columns:
            flat = flat * self.size + self.bins[rows, column]
        shape = (self.size,) * len(columns)
        cells = self.size ** len(columns)
        found = np.stack(
            [
                np.bincount(flat, self.gains[rows], cells),
                np.bincount(flat, minlength=cells).astype(np.float64),
            ]
        ).reshape(2, *shape)
        for axis in range(1, len(columns) + 1):
            found = found.cumsum(axis=axis)
        return found


def _grown(
    search: _Search, rows: Integers, depth: int, cuts: Sequence[Floats], *, is_exact: bool
) -> Node:
    whole = float(search.gains[rows].sum())
    leaf = Leaf(whole > 0)
    if not depth or len(rows) < 2 * search.least:
        return leaf
    best = _best_split(search, rows, depth if is_exact else min(depth, 2))
    if best is None or best[0] <= max(whole, 0.0) + _ROUNDING * float(
        np.abs(search.gains[rows]).sum()
    ):
        return leaf
    _, column, cut = best
    is_low = search.bins[rows, column] <= cut
    low, high = (
        _grown(search, part, depth - 1, cuts, is_exact=is_exact)
        for part in (rows[is_low], rows[~is_low])
    )
    return Split(column, float(cuts[column][cut]), low, high)


def _best_split(search: _Search, rows: Integers, depth: int) -> tuple[float, int, int] | None:
    """Find the first split of the best tree of a depth: its gain, its column and its cut."""
    best: tuple[float, int, int] | None = None
    for column in range(search.bins.shape[1]):
        low, high = _sides(search, rows, column, depth)
        values = low + high
        cut = int(np.argmax(values))
        if np.isfinite(values[cut]) and (best is None or values[cut] > best[0]):
            best = float(values[cut]), column, cut
    return best


def _sides(search: _Search, rows: Integers, column: int, depth: int) -> tuple[Floats, Floats]:
    """Give the best gain below and above each cut of a column, shapes (size,)."""
    alone = search.sums(rows, [column])
    low, high = alone, alone[:, -1:] - alone
    best = [_stopped(side, search.least) for side in (low, high)]
    others = range(search.bins.shape[1]) if depth > 1 else ()
    for second in others:
        if depth == 2:
            pair = search.sums(rows, [column, second])
            sides = pair, pair[:, -1:] - pair
            best = [
                np.maximum(b, _split_once(s, search.least))
                for b, s in zip(best, sides, strict=True)
            ]
            continue
        pair = search.sums(rows, [column, second])
        parts = pair, pair[:, -1:] - pair
        found = [_halves(part, search.least) for part in parts]
        for third in range(search.bins.shape[1]):
            three = search.sums(rows, [column, second, third])
            for place, side in enumerate((three, three[:, -1:] - three)):
                below, above = side, side[:, :, -1:] - side
                now = found[place]
                found[place] = (
                    np.maximum(now[0], _split_once(below, search.least)),
                    np.maximum(now[1], _split_once(above, search.least)),
                )
        best = [
            np.maximum(b, (below + above).max(axis=-1))
            for b, (below, above) in zip(best, found, strict=True)
        ]
    return best[0], best[1]


def _stopped(sums: Floats, least: int) -> Floats:
    """Give the gain of a leaf; none where it holds too few rows."""
    return np.where(sums[1] >= least, np.maximum(sums[0], 0.0), -np.inf)


def _halves(sums: Floats, least: int) -> tuple[Floats, Floats]:
    """Give the gain of a leaf below and above each cut of the last column."""
    return _stopped(sums, least), _stopped(sums[..., -1:] - sums, least)


def _split_once(sums: Floats, least: int) -> Floats:
    """Give the best gain over all cuts of the last column, with a leaf on either side."""
    low, high = _halves(sums, least)
    found: Floats = (low + high).max(axis=-1)
    return found


def _pruned(node: Node) -> Node:
    """Take away splits that change nothing for anybody."""
    if isinstance(node, Leaf):
        return node
    low, high = _pruned(node.low), _pruned(node.high)
    if isinstance(low, Leaf) and low == high:
        return low
    return Split(node.column, node.threshold, low, high)


def _placed(node: Node, values: Floats) -> Integers:
    if isinstance(node, Leaf):
        return np.zeros(len(values), np.int64)
    is_low = values[:, node.column] <= node.threshold
    found = np.empty(len(values), np.int64)
    found[is_low] = _placed(node.low, values[is_low])
    found[~is_low] = _placed(node.high, values[~is_low]) + sum(1 for _ in _ways(node.low, {}))
    return found


def _ways(
    node: Node, met: dict[int, tuple[float, float]]
) -> tuple[tuple[Leaf, tuple[Condition, ...]], ...]:
    if isinstance(node, Leaf):
        way = tuple(Condition(column, *limits) for column, limits in met.items())
        return ((node, way),)
    above, up_to = met.get(node.column, (-np.inf, np.inf))
    low = {**met, node.column: (above, min(up_to, node.threshold))}
    high = {**met, node.column: (max(above, node.threshold), up_to)}
    return (*_ways(node.low, low), *_ways(node.high, high))
