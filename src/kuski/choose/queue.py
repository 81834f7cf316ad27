"""Queue: who gets an action of which there is not enough for all, and each customer only once."""

import numpy as np
import numpy.typing as npt

Booleans = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]

_PENDING = 1 << 20


class Queue:
    """Customers by rank, and within a rank by a key; the first `most` of them are in.

    Candidates come in any order, in parts. A rank below `least` customers is left out as a whole.
    Memory: sixteen bytes for each candidate who may still be in, at most about twice `most`.

    Parameters
    ----------
    ranks : int
        How many ranks there are; the lowest number comes first.
    most : float
        How many can be in; may be infinite.
    least : int
    """

    def __init__(self, ranks: int, *, most: float, least: int) -> None:
        self._parts: list[tuple[Integers, Keys]] = []
        self._most = most
        self._least = least
        self._pending = 0
        self.counts = np.zeros(ranks, np.int64)
        # Keys from here on are out; the last rank that is cut has a key, those after it 0.
        self._ends = np.full(ranks, np.iinfo(np.uint64).max)
        self._is_whole = np.ones(ranks, np.bool_)

    def add(self, rank: Integers, key: Keys) -> Booleans:
        """Take candidates in; tell who may still be in at the end."""
        self.counts += np.bincount(rank, minlength=len(self.counts))
        may = self.holds(rank, key)
        self._parts.append((rank[may], key[may]))
        self._pending += int(np.count_nonzero(may))
        if self._pending > max(_PENDING, self._most):
            # While more may come, a small rank neither takes room nor is it out.
            self._cut(self.counts >= self._least)
        return may

    def close(self) -> None:
        """Settle who is in; then `holds` tells it."""
        is_large = self.counts >= self._least
        self._shut(~is_large)
        self._cut(is_large)

    def holds(self, rank: Integers, key: Keys) -> Booleans:
        """Tell who is in, or may still be."""
        if self._is_whole.all():
            return np.ones(len(rank), np.bool_)
        return np.asarray(self._is_whole[rank] | (key < self._ends[rank]), np.bool_)

    @property
    def repeats(self) -> int:
        """How many of those who are in came more than once; ask once it is closed."""
        keys = np.sort(self._joined()[1])
        return int(np.count_nonzero(keys[1:] == keys[:-1]))

    def _cut(self, takes: Booleans) -> None:
        """Share the room out to the ranks that take some, and forget whoever is out."""
        rank, key = self._joined()
        ends = np.cumsum(np.bincount(rank, minlength=len(takes)) * takes)
        over = np.flatnonzero(ends > self._most)
        if over.size:
            self._shut(takes & (np.arange(len(takes)) > over[0]))
            keys = np.sort(key[rank == over[0]])
            self._is_whole[over[0]] = False
            self._ends[over[0]] = keys[int(self._most) - int(ends[over[0]])]
        held = self.holds(rank, key)
        self._parts, self._pending = [(rank[held], key[held])], 0

    def _shut(self, ranks: Booleans) -> None:
        self._is_whole[ranks], self._ends[ranks] = False, 0

    def _joined(self) -> tuple[Integers, Keys]:
        ranks, keys = zip(*self._parts, strict=True) if self._parts else ([_NO_RANK], [_NO_KEY])
        return np.concatenate(ranks), np.concatenate(keys)


_NO_RANK, _NO_KEY = np.empty(0, np.int64), np.empty(0, np.uint64)
