"""Core: the few cells that prices leave in doubt, solved in place of all of them."""

import numpy as np

from kuski.stats.highs import Model, Relaxed
from kuski.stats.inputs import Booleans, Floats, Integers

# Cells from which on the linear programme is solved by its core; fewer are solved as fast whole.
CORE_FROM = 4_000
_SAMPLE = 1_600
# A core is too small where the other cells' choices alone take more than there is.
_CORES = (1_200, 4_000)
_ROUNDS = 8
# What all cells together may be short of their best at the prices, as a share of the worth.
_SHORT = 1e-10


class Core:
    """The linear programme of many cells, for one worth after another.

    Prices come from a sample of the cells. At them most cells' choices are beyond doubt; the linear
    programme of the others gives better prices, at which the choice of each cell is looked at anew.
    Those that would choose otherwise join, until none is left: then the prices are those of all
    cells, since nothing leaves more at them than what was chosen.

    Parameters
    ----------
    amount : ndarray, shape (m, n, c)
    most : ndarray, shape (m,)
    allowed : ndarray of bool, shape (n, c)
        As of `Model`.

    References
    ----------
    Balas & Zemel 1980, *An algorithm for large zero-one knapsack problems*, Operations Research
    28(5) (the core).
    Bixby et al. 1992, *Very large-scale linear programming: a case study in combining interior
    point and simplex methods*, Operations Research 40(5) (sifting).
    """

    def __init__(self, amount: Floats, most: Floats, allowed: Booleans) -> None:
        self._amount, self._most, self._allowed = amount, most, allowed
        self._some = np.linspace(0, len(allowed) - 1, _SAMPLE).astype(np.int64)
        largest = np.where(allowed, amount, 0.0).max(axis=2)
        whole = largest.sum(axis=1)
        part = np.divide(
            largest[:, self._some].sum(axis=1), whole, out=np.ones_like(whole), where=whole > 0
        )
        self._sample = Model(amount[:, self._some], most * part, allowed[self._some])

    def relaxed(self, value: Floats) -> Relaxed | None:
        """Divide cells so that they are worth the most; None where the core does not tell.

        Parameters
        ----------
        value : ndarray, shape (n, c)
        """
        guess = self._sample.relaxed(value[self._some])
        if guess is None:
            return None
        left = self._left(value, guess.price)
        for size in _CORES:
            if size >= len(value):
                return None
            found = self._sifted(value, left, guess.price, self._doubted(value, left, size))
            if found is not None:
                return found
        return None

    def _sifted(
        self, value: Floats, left: Floats, price: Floats, is_in: Booleans
    ) -> Relaxed | None:
        """Let cells join the core until no other would choose otherwise at its prices."""
        chosen = left.argmax(axis=1)
        for _ in range(_ROUNDS):
            found = self._solved(value, chosen, is_in, left, price)
            if found is None:
                return None
            price = found.price
            left = self._left(value, price)
            cells = np.flatnonzero(~is_in)
            short = left[cells].max(axis=1) - left[cells, chosen[cells]]
            if short.sum() <= _SHORT * np.abs(value[cells, chosen[cells]]).sum():
                return found
            is_in[cells[short > 0]] = True
        return None

    def _left(self, value: Floats, price: Floats) -> Floats:
        """Say what choices leave at prices, shape (n, c)."""
        left = value - np.tensordot(price, self._amount, axes=1)
        return np.where(self._allowed, left, -np.inf)

    def _doubted(self, value: Floats, left: Floats, size: int) -> Booleans:
        """Find the cells whose best two choices leave nearly the same, beside what they bring."""
        two = np.partition(left, -2, axis=1)[:, -2:]
        margin = (two[:, 1] - two[:, 0]) / np.maximum(np.abs(value).max(axis=1), 1e-300)
        is_in = np.zeros(len(left), np.bool_)
        is_in[np.argpartition(margin, size)[:size]] = True
        return is_in

    def _solved(
        self, value: Floats, chosen: Integers, is_in: Booleans, left: Floats, price: Floats
    ) -> Relaxed | None:
        """Solve for the core, where the other cells have what they chose."""
        core, rest = np.flatnonzero(is_in), np.flatnonzero(~is_in)
        room = self._most - self._amount[:, rest, chosen[rest]].sum(axis=1)
        if (room < 0).any():
            return None
        model = Model(self._amount[:, core], room, self._allowed[core])
        model.start_from(left[core], price)
        found = model.relaxed(value[core])
        if found is None:
            return None
        share = np.zeros(value.shape)
        share[rest, chosen[rest]] = 1.0
        share[core] = found.share
        return Relaxed(share, found.price)
