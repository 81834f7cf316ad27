"""Agents: the answers each served, by random group of customers, within strata such as channels."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.stats.inputs import Floats, Integers, checked_cross
from kuski.stats.least_squares import LEAST_VARIANCE, independent_columns, standardised

LEAST_ANSWERS = 10


@dataclass(frozen=True, slots=True)
class AgentCells:
    """Sums by agent and random group of customers; columns are deviations from their stratum.

    A unit is an agent within a stratum: whoever serves in two channels is two units, but one agent.

    Attributes
    ----------
    cross : ndarray, shape (U, G, q, q)
        Sums of w·z·z' with z = (1, columns): each column is its deviation from the weighted mean of
        the stratum, over `scale`, so that its squares sum to one. One that never varies within a
        stratum is 0.
    whole : ndarray, shape (q, q)
        Sum of `cross` over all cells.
    scale : ndarray, shape (q,)
        Unit of each column: one of it is `scale` of what came in.
    varies : ndarray of bool, shape (q,)
    agent : ndarray of int, shape (U,)
        Which agent the unit is, from 0.
    stratum : ndarray of int, shape (U,)
        Which stratum it belongs to, from 0.
    n : int
        Rows.
    groups : int
        Random groups of customers that hold rows.
    small, small_rows : int
        Units left out since they served too few, or were alone in their stratum, and their rows.
    """

    cross: Floats
    whole: Floats
    scale: Floats
    varies: npt.NDArray[np.bool_]
    agent: Integers
    stratum: Integers
    n: int
    groups: int
    small: int
    small_rows: int

    @property
    def agents(self) -> int:
        """Number of agents."""
        return int(self.agent.max(initial=-1)) + 1

    @property
    def strata(self) -> int:
        """Number of strata."""
        return int(self.stratum.max(initial=-1)) + 1

    @property
    def weight(self) -> Floats:
        """Sums of weights, shape (U, G)."""
        return self.cross[..., 0, 0]

    @property
    def unit_weight(self) -> Floats:
        """Sums of weights by unit, shape (U,)."""
        found: Floats = self.weight.sum(axis=1)
        return found

    @property
    def spread_weight(self) -> float:
        """Sum over units of W − Σ_g W_g²/W: the weight of pairs from different groups."""
        of_unit = self.unit_weight
        return float((of_unit - (self.weight**2).sum(axis=1) / of_unit).sum())


def agent_cells(
    cross: npt.ArrayLike,
    rows: npt.ArrayLike,
    *,
    agents: Sequence[str],
    strata: Sequence[str],
    least: int = LEAST_ANSWERS,
) -> AgentCells | None:
    """Lay out the answers that agents served, or None where no stratum holds two agents.

    Parameters
    ----------
    cross : array_like, shape (U, G, q, q)
        Sums of w·z·z' by unit and random group of customers, z = (1, columns).
    rows : array_like of int, shape (U, G)
    agents, strata : sequence of str, length U
        The agent and the stratum of each unit.
    least : int
        Units with fewer rows are left out, as are those whose rows are all of one random group,
        since they have no other customers, and those that are alone in their stratum.

    Returns
    -------
    AgentCells or None

    Raises
    ------
    ValueError
        Where the arrays do not fit each other.
    """
    array, counted = checked_cross(cross, axes="KGqq"), np.asarray(rows)
    if counted.shape != array.shape[:2] or not len(agents) == len(strata) == len(array):
        raise ValueError(
            f"rows has shape {counted.shape}, agents {len(agents)} and strata {len(strata)} "
            f"entries, expected {array.shape[:2]} and {len(array)}; pass rows and groups of the "
            "same need"
        )
    kept = _kept(array, counted, np.asarray(strata), least)
    if not kept.any():
        return None
    _, agent = np.unique(np.asarray(agents)[kept], return_inverse=True)
    _, stratum = np.unique(np.asarray(strata)[kept], return_inverse=True)
    deviations, scale, varies = _within(array[kept], stratum)
    return AgentCells(
        cross=deviations,
        whole=deviations.sum(axis=(0, 1)),
        scale=scale,
        varies=varies,
        agent=agent.astype(np.int64),
        stratum=stratum.astype(np.int64),
        n=int(counted[kept].sum()),
        groups=int((counted[kept] > 0).any(axis=0).sum()),
        small=int((counted[~kept].sum(axis=1) > 0).sum()),
        small_rows=int(counted[~kept].sum()),
    )


def residual(cells: AgentCells, column: int, controls: Sequence[int]) -> Floats:
    """Say which mixture of z is a column less what the controls and the strata tell of it.

    Parameters
    ----------
    cells : AgentCells
    column : int
        Position in z.
    controls : sequence of int
        Positions in z; those that never vary, or that the ones before determine, say nothing.

    Returns
    -------
    ndarray, shape (q,)
    """
    found = np.zeros(cells.cross.shape[-1])
    found[column] = 1.0
    kept = independent_controls(cells, controls)
    if len(kept):
        products = cells.whole[np.ix_(kept, kept)]
        found[kept] = -np.linalg.solve(products, cells.whole[kept, column])
    return found


def independent_controls(cells: AgentCells, controls: Sequence[int]) -> Integers:
    """Name the controls that the ones before do not determine, shape (p,)."""
    asked = np.asarray(list(controls), dtype=np.int64)
    return asked[independent_columns(cells.whole[np.ix_(asked, asked)])]


def _kept(
    cross: Floats, rows: npt.NDArray[np.int64], strata: npt.NDArray[np.str_], least: int
) -> npt.NDArray[np.bool_]:
    kept = (rows.sum(axis=1) >= least) & ((cross[..., 0, 0] > 0).sum(axis=1) > 1)
    for stratum in np.unique(strata[kept]):
        here = kept & (strata == stratum)
        if here.sum() < 2:
            kept &= ~here
    return np.asarray(kept, dtype=np.bool_)


def _within(cross: Floats, stratum: Integers) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    """Take the mean of its stratum off each column, and give it squares that sum to one."""
    standard = standardised(cross)
    found = standard.cross
    for place in range(stratum.max() + 1):
        here = stratum == place
        sums = found[here][..., 0].sum(axis=(0, 1))
        turn = np.eye(len(sums))
        turn[1:, 0] = -sums[1:] / sums[0]
        found[here] = turn @ found[here] @ turn.T
    squares = np.diagonal(found.sum(axis=(0, 1))).copy()
    squares[0] = 1.0
    varies = standard.varies & (squares > LEAST_VARIANCE)
    unit = np.where(varies, np.sqrt(np.where(varies, squares, 1.0)), 1.0)
    found = found * (varies / unit)[:, None] * (varies / unit)
    return found, standard.scale * unit, varies
