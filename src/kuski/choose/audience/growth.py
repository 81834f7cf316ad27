"""Growth: how deep a policy tree may be before it only fits the rows that it grew on."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.moments import Floats, Hashes
from kuski.stats.doubly_robust import folds_of
from kuski.stats.policy_tree import Leaf, PolicyTree, policy_tree

Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How a tree is grown, and where it is not tried.

    Attributes
    ----------
    depth : int
        Most conditions of a segment: two can be said in a meeting.
    folds : int
        Parts of the customers between which the models are crossed.
    answers : int
        Fewest answers of each kind, at the content scores and at the top.
    leaf : float
        Smallest part of the growing half that is a segment, 0 to 1.
    errors : float
        How many standard errors trees must gain, on customers of the growing half that they did not
        grow on, before one is believed: chance alone does it once in twenty.
    """

    depth: int = 2
    folds: int = 5
    answers: int = 100
    leaf: float = 0.05
    errors: float = 1.64


THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True)
class Rows:
    """What trees at one price grow on; n rows, p columns.

    Attributes
    ----------
    rewards : ndarray, shape (n,)
        Doubly robust scores less the price.
    x : ndarray, shape (n, p)
    weight : ndarray, shape (n,)
    learns : ndarray of bool, shape (n,)
        Of the half that may be grown on.
    customer : ndarray, shape (n,)
    """

    rewards: Floats
    x: Floats
    weight: Floats
    learns: Booleans
    customer: Hashes

    def grown(self) -> PolicyTree | None:
        """Grow a tree on the learning half, as deep as holds there; None where no split does."""
        depth = self._depth()
        return self._on(self.learns, depth) if depth else None

    def constant(self) -> PolicyTree:
        """Serve everybody or nobody, whichever is better on the learning half."""
        whole = float((self.rewards * self.weight)[self.learns].sum())
        return PolicyTree(Leaf(whole > 0), max(whole, 0.0), is_exact=True)

    def agreement(self, tree: PolicyTree) -> float:
        """Share of the unseen rows for which a tree grown on them decides the same."""
        other = self._on(~self.learns, THRESHOLDS.depth).serves(self.x[~self.learns])
        same = tree.serves(self.x[~self.learns]) == other
        return float(np.average(same, weights=self.weight[~self.learns]))

    def _depth(self) -> int:
        """Find how deep trees gain on customers of the learning half that they did not grow on.

        A depth must gain clearly beyond the one that holds so far, which to begin with is serving
        everybody or nobody: a split that only fits its own rows is none. The other half is not
        looked at.
        """
        best, decided = 0, self.constant().serves(self.x)
        for depth in range(1, THRESHOLDS.depth + 1):
            served = self._crossed(depth)
            if self._is_clear(served.astype(float) - decided):
                best, decided = depth, served
        return best

    def _crossed(self, depth: int) -> Booleans:
        """Decide on each part of the learning half by a tree that grew on the rest of it."""
        fold = folds_of(self.customer // np.uint64(4), THRESHOLDS.folds)
        served = np.zeros(len(self.rewards), bool)
        for one in range(THRESHOLDS.folds):
            here, away = self.learns & (fold == one), self.learns & (fold != one)
            served[here] = self._on(away, depth).serves(self.x[here])
        return served

    def _is_clear(self, more: Floats) -> bool:
        """Tell whether serving some more and others less gains clearly, by customer."""
        rows = self.learns
        gains = (self.rewards * self.weight * more)[rows]
        _, who = np.unique(self.customer[rows], return_inverse=True)
        error = np.sqrt((np.bincount(who, gains) ** 2).sum())
        return bool(gains.sum() > THRESHOLDS.errors * error)

    def _on(self, rows: Booleans, depth: int) -> PolicyTree:
        least = max(THRESHOLDS.answers // 2, round(THRESHOLDS.leaf * rows.sum()))
        return policy_tree(
            self.rewards[rows], self.x[rows], depth=depth, weight=self.weight[rows], least=least
        )
