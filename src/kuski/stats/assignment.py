"""Assignment: whether customers fall to agents by chance, and how much agents differ."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, stdtr

from kuski.stats.agents import AgentCells
from kuski.stats.inputs import Floats


@dataclass(frozen=True, slots=True)
class AgentShare:
    """How much of what varies within strata lies between agents.

    Attributes
    ----------
    share : float
        Of the variance; about 0, on either side, where agents make no difference.
    se : float
        Standard error of the share where agents make no difference.
    p : float
        Chance of so large a share, or a larger one, where agents make no difference.
    """

    share: float
    se: float
    p: float

    @property
    def sd(self) -> float:
        """Standard deviation between agents, in standard deviations of the column."""
        return float(np.sqrt(max(self.share, 0.0)))


@dataclass(frozen=True, slots=True)
class GoesWithQuality:
    """How a column of the customers goes with how good the agent is.

    Attributes
    ----------
    slope : float
        Standard deviations of the column by which the customers of an agent differ who is one
        standard deviation of agents better; NaN where agents do not differ.
    p : float
        Chance of a slope so far from zero where chance assigns.
    """

    slope: float
    p: float


def agent_share(cells: AgentCells, mixtures: npt.ArrayLike) -> AgentShare:
    """Estimate how much of columns lies between agents, by the customers they do not share.

    Parameters
    ----------
    cells : AgentCells
    mixtures : array_like, shape (m, q)
        Each row is a mixture of z, such as one of its columns; several, such as the 0/1 variables
        of one text, are taken together, each counted once however they go with each other.

    Returns
    -------
    AgentShare
        NaN throughout where nothing varies.

    Notes
    -----
    With C_ag the sum of a column's deviations over the answers of agent a by customers of random
    group g, D_ag = C_ag − W_a/W·Σ_a C_ag the same beside what all agents of the stratum got from
    the group, and K_gh = Σ_a D_ag·D_ah/W_a, the share is Σ_{g≠h} K_gh over its value if all the
    variance lay between agents. Pairs of answers from different groups are of different customers,
    so it is zero on average where agents make no difference, whatever the number of agents. Its
    variance then is 2·Σ_{g≠h} K_gh²: the groups are independent, and what agents have in common
    within a group, as when a customer meets several of them, is inside K. The chance of so much
    comes from a multiple of χ² with the same mean and variance.

    Assumes that random groups are independent and alike, and so many that sums over them are about
    normal.

    References
    ----------
    Kline, Saggio & Sølvsten 2020, *Leave-out estimation of variance components*, Econometrica 88.
    Satterthwaite 1946, *An approximate distribution of estimates of variance components*.
    """
    wanted = np.atleast_2d(np.asarray(mixtures, dtype=np.float64))
    turn = _uncorrelated(wanted @ cells.whole @ wanted.T)
    if not len(turn):
        return AgentShare(np.nan, np.nan, np.nan)
    sums = cells.cross[..., 0] @ (turn @ wanted).T
    between = _between(cells, sums, sums)
    own = float(np.trace(between))
    apart = between - np.diag(np.diag(between))
    found, variance = float(apart.sum()), 2 * float((apart**2).sum())
    whole = len(turn) * cells.spread_weight / cells.unit_weight.sum()
    if variance <= 0 or own <= 0:
        return AgentShare(found / whole, np.nan, np.nan)
    return AgentShare(
        share=found / whole,
        se=float(np.sqrt(variance)) / whole,
        p=float(chdtrc(2 * own**2 / variance, max(2 * own * (found + own) / variance, 0.0))),
    )


def goes_with_quality(
    cells: AgentCells, column: npt.ArrayLike, *, score: npt.ArrayLike
) -> GoesWithQuality:
    """Say whether better agents get other customers, by what other customers say of the agent.

    Parameters
    ----------
    cells : AgentCells
    column, score : array_like, shape (q,)
        Mixtures of z: of the customers' column, and of the score that tells how good an agent is.

    Returns
    -------
    GoesWithQuality
        NaN where nothing varies.

    Notes
    -----
    With K_gh = Σ_a D_ag·X_ah/W_a, D of the column as in `agent_share` and X the sum of the score's
    deviations, the sum Σ_{g≠h} K_gh is zero on average where chance assigns. Its variance, agents
    taken as they are, is Σ_g (Σ_{h≠g} K_gh)² + Σ_{g≠h} K_gh·K_hg; Student's t with as many degrees
    of freedom as random groups less one. Assumes that random groups are independent.
    """
    of_column, of_score = (np.asarray(part, dtype=np.float64) for part in (column, score))
    squares = float(of_column @ cells.whole @ of_column)
    if squares <= 0:
        return GoesWithQuality(np.nan, np.nan)
    sums = cells.cross[..., 0] @ np.stack([of_column / np.sqrt(squares), of_score], axis=1)
    between = _between(cells, sums[..., :1], sums[..., 1:])
    apart = between - np.diag(np.diag(between))
    found = float(apart.sum())
    variance = float((apart.sum(axis=1) ** 2).sum() + (apart * apart.T).sum())
    quality = agent_share(cells, of_score).sd * float(np.sqrt(of_score @ cells.whole @ of_score))
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = cells.spread_weight / cells.unit_weight.sum()
        slope = np.float64(found) / (spread * quality)
        t = found / np.sqrt(np.float64(variance)) if variance > 0 else np.nan
    return GoesWithQuality(
        slope=float(slope) if np.isfinite(slope) else np.nan,
        p=float(2 * stdtr(cells.groups - 1, -abs(t))),
    )


def holm(p: npt.ArrayLike) -> Floats:
    """Adjust chances for their number, so that chance names any of them too seldom to matter.

    Parameters
    ----------
    p : array_like, shape (m,)
        NaN counts as not tested.

    Returns
    -------
    ndarray, shape (m,)

    References
    ----------
    Holm 1979, *A simple sequentially rejective multiple test procedure*.
    """
    array = np.asarray(p, dtype=np.float64)
    found = np.full(array.shape, np.nan)
    order = np.argsort(array)[: int(np.isfinite(array).sum())]
    steps = array[order] * np.arange(len(order), 0, -1)
    found[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return found


def _uncorrelated(products: Floats) -> Floats:
    """Find the mixtures of columns that are uncorrelated with squares that sum to one."""
    values, vectors = np.linalg.eigh(products)
    kept = values > 1e-9 * max(float(values.max(initial=0.0)), 1e-12)
    found: Floats = (vectors[:, kept] / np.sqrt(values[kept])).T
    return found


def _between(cells: AgentCells, left: Floats, right: Floats) -> Floats:
    """Sum products over agents for each pair of groups, shape (G, G)."""
    beside = _beside(cells, left) / cells.unit_weight[:, None, None]
    found: Floats = _by_group(beside) @ _by_group(right).T
    return found


def _beside(cells: AgentCells, sums: Floats) -> Floats:
    """Take off each unit's part of what its stratum got from the group, shape (U, G, m)."""
    of_stratum = np.zeros((cells.strata, *sums.shape[1:]))
    np.add.at(of_stratum, cells.stratum, sums)
    whole = np.bincount(cells.stratum, weights=cells.unit_weight)
    part = cells.unit_weight / whole[cells.stratum]
    found: Floats = sums - part[:, None, None] * of_stratum[cells.stratum]
    return found


def _by_group(sums: Floats) -> Floats:
    return sums.transpose(1, 0, 2).reshape(sums.shape[1], -1)
