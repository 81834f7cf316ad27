"""HiGHS: choices in cells as a linear or whole-number programme, solved without a word.

Rows are scaled so that what HiGHS lets a row overstep is a share of what there is, and worth so
that its largest is 1.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from kuski.stats.inputs import Booleans, Floats, Integers

# What a solved row may be overstepped by, as a share of what there is; HiGHS allows 1e-10 to 1.
TOLERANCE = 1e-9
# The linear programme gets this share more of everything, so that a price at a corner is the one
# of the next unit, not of the last.
_LOOSENED = 1e-7
_OPTIONS = {
    "output_flag": False,
    "threads": 1,
    "presolve": "off",
    "primal_feasibility_tolerance": TOLERANCE,
    "dual_feasibility_tolerance": TOLERANCE,
    "mip_feasibility_tolerance": TOLERANCE,
    "mip_abs_gap": 0.0,
}


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The best where cells may be divided between choices.

    Attributes
    ----------
    share : ndarray, shape (n, c)
        Share of each cell that gets each choice; rows sum to 1.
    price : ndarray, shape (m,)
        Worth of the next unit of each row's amount, >= 0.
    """

    share: Floats
    price: Floats


@dataclass(frozen=True, slots=True)
class Whole:
    """The best where each cell gets one choice.

    Attributes
    ----------
    choice : ndarray of int, shape (n,)
    is_proven : bool
        Whether nothing better than the asked gap is left.
    """

    choice: Integers
    is_proven: bool


class Model:
    """Cells that share rows of amounts, ready to be solved for one worth after another.

    Parameters
    ----------
    amount : ndarray, shape (m, n, c)
        What each choice takes of each row, >= 0.
    most : ndarray, shape (m,)
        What there is, >= 0.
    allowed : ndarray of bool, shape (n, c)
        At least one choice in each cell.
    """

    def __init__(self, amount: Floats, most: Floats, allowed: Booleans) -> None:
        self._cell, self._choice = np.nonzero(allowed)
        self._cells = len(allowed)
        self._shape = allowed.shape
        columns = amount[:, self._cell, self._choice]
        largest = columns.max(axis=1, initial=0.0)
        scale = np.where(most > 0, np.minimum(largest, most), largest)
        self._scale = np.where(scale > 0, scale, 1.0)
        self._most = most / self._scale
        self._highs = _library().Highs()
        for option, value in _OPTIONS.items():
            self._highs.setOptionValue(option, value)
        self._highs.passModel(self._laid_out(columns / self._scale[:, None]))

    def relaxed(self, value: Floats) -> Relaxed | None:
        """Divide cells so that they are worth the most; None where nothing keeps all rows.

        Parameters
        ----------
        value : ndarray, shape (n, c)
            Read where a choice is allowed. The next worth starts from where this one ended.
        """
        self._bound(self._most * (1 + _LOOSENED) + _LOOSENED)
        unit = self._strive(value)
        if not self._run():
            # Where it began may have led astray; only from scratch is a no a no.
            self._highs.clearSolver()
            if not self._run():
                return None
        return self._solution(unit)

    def overstepped(self) -> Floats:
        """Price the rows by how much they stand in the way, shape (m,), >= 0.

        Rows are allowed to be overstepped, by as little as can be in shares of what there is. All
        are 0 where no row need be.
        """
        rows = len(self._most)
        beyond = np.arange(len(self._cell), len(self._cell) + rows, dtype=np.int32)
        self._highs.changeColsBounds(rows, beyond, np.zeros(rows), np.full(rows, np.inf))
        self._highs.changeColsCost(rows, beyond, np.ones(rows))
        self._bound(self._most)
        self._run()
        return self._solution(1.0).price

    def whole(
        self,
        value: Floats,
        *,
        start: Integers | None = None,
        gap: float,
        nodes: int,
        tightened: float = 0.0,
    ) -> Whole | None:
        """Choose one choice in each cell; None where no plan was found.

        Parameters
        ----------
        value : ndarray, shape (n, c)
        start : ndarray of int, shape (n,), or None
            A plan that keeps all rows, to be bettered.
        gap : float
            Stop where nothing can be better by more than this share.
        nodes : int
            Stop after so many branchings.
        tightened : float
            Leave this share of what there is unused.
        """
        highspy = _library()
        self._bound(self._most * (1 - tightened))
        self._strive(value)
        columns = np.arange(len(self._cell), dtype=np.int32)
        whole = np.full(columns.size, highspy.HighsVarType.kInteger)
        self._highs.changeColsIntegrality(columns.size, columns, whole)
        self._highs.setOptionValue("presolve", "on")
        self._highs.setOptionValue("mip_rel_gap", gap)
        self._highs.setOptionValue("mip_max_nodes", nodes)
        if start is not None:
            solution = highspy.HighsSolution()
            is_chosen = self._choice == start[self._cell]
            solution.col_value = np.concatenate([is_chosen, np.zeros(len(self._most))])
            self._highs.setSolution(solution)
        is_proven = self._run()
        found = self._highs.getInfo().primal_solution_status
        if found != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        return Whole(self._solution(1.0).share.argmax(axis=1), is_proven)

    def start_from(self, left: Floats, price: Floats) -> None:
        """Begin where the linear programme would end if these were its prices.

        Parameters
        ----------
        left : ndarray, shape (n, c)
            Worth less what is taken of the rows at their prices; read where a choice is allowed.
        price : ndarray, shape (m,)
        """
        highspy = _library()
        status = highspy.HighsBasisStatus
        masked = np.full(self._shape, -np.inf)
        at = self._cell, self._choice
        masked[at] = left[at]
        best = masked.argmax(axis=1)
        is_in = self._choice == best[self._cell]
        margin = np.where(is_in, np.inf, masked.max(axis=1)[self._cell] - left[at])
        # For each row that is used up one cell more is divided: the one that is most in doubt.
        priced = np.flatnonzero(price > 0)[: int((~is_in).sum())]
        is_basic = is_in.copy()
        is_basic[np.argsort(margin, kind="stable")[: len(priced)]] = True
        columns = [status.kBasic if one else status.kLower for one in is_basic]
        rows = [status.kBasic] * len(self._most)
        for row in priced:
            rows[row] = status.kUpper
        basis = highspy.HighsBasis()
        basis.col_status = columns + [status.kLower] * len(self._most)
        basis.row_status = [status.kLower] * self._cells + rows
        basis.valid = True
        self._highs.setBasis(basis)

    def _laid_out(self, columns: Floats) -> Any:
        """Lay out a column for each allowed choice, then one for each row's overstepping."""
        highspy = _library()
        rows, choices = columns.shape
        entries = np.vstack([np.ones(choices), columns]).T
        index = np.empty(entries.shape, dtype=np.int32)
        index[:, 0], index[:, 1:] = self._cell, self._cells + np.arange(rows)
        is_entry = entries != 0
        starts = np.concatenate([[0], np.cumsum(is_entry.sum(axis=1))])
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = choices + rows, self._cells + rows
        lp.col_cost_ = np.zeros(choices + rows)
        lp.col_lower_ = np.zeros(choices + rows)
        lp.col_upper_ = np.concatenate([np.ones(choices), np.zeros(rows)])
        lp.row_lower_ = np.concatenate([np.ones(self._cells), np.full(rows, -np.inf)])
        lp.row_upper_ = np.concatenate([np.ones(self._cells), self._most])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.concatenate([starts, starts[-1] + 1 + np.arange(rows)])
        lp.a_matrix_.index_ = np.concatenate([index[is_entry], self._cells + np.arange(rows)])
        lp.a_matrix_.value_ = np.concatenate([entries[is_entry], np.full(rows, -1.0)])
        return lp

    def _bound(self, most: Floats) -> None:
        rows = np.arange(self._cells, self._cells + len(most), dtype=np.int32)
        self._highs.changeRowsBounds(len(most), rows, np.full(len(most), -np.inf), most)

    def _strive(self, value: Floats) -> float:
        """Set what is to be made large, and return the worth that counts as 1."""
        worth = value[self._cell, self._choice]
        unit = float(np.abs(worth).max()) or 1.0
        columns = np.arange(worth.size, dtype=np.int32)
        self._highs.changeColsCost(worth.size, columns, -worth / unit)
        return unit

    def _run(self) -> bool:
        self._highs.run()
        return bool(self._highs.getModelStatus() == _library().HighsModelStatus.kOptimal)

    def _solution(self, unit: float) -> Relaxed:
        solution = self._highs.getSolution()
        share = np.zeros(self._shape)
        share[self._cell, self._choice] = solution.col_value[: len(self._cell)]
        dual = np.array(solution.row_dual[self._cells :])
        price = np.maximum(-dual, 0.0) * unit / self._scale
        return Relaxed(share, price)


def _library() -> Any:
    """Load what is not needed where money is the only constraint; its types name too little."""
    import highspy

    return highspy
