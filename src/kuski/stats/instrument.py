"""The instrument: what a point of the score brings, by how good the agent is to other customers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from kuski.stats.agents import AgentCells, independent_controls, residual
from kuski.stats.inputs import Floats, checked_share
from kuski.stats.resample import Interval

_WORTH, _SCORE, _QUALITY = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Clustered:
    """A coefficient with its standard error in three ways of clustering.

    Attributes
    ----------
    value : float
    se_agent, se_group, se_both : float
        Clustered by agent; by random group of customers; by both (NaN where the difference in it
        comes out negative).
    """

    value: float
    se_agent: float
    se_group: float
    se_both: float

    @property
    def se(self) -> float:
        """The largest of the three."""
        return float(np.nanmax([self.se_agent, self.se_group, self.se_both]))


@dataclass(frozen=True, slots=True)
class FirstStage:
    """How the score follows the agent's quality.

    Attributes
    ----------
    slope : Clustered
        Points of the score per point of the mean score that other customers gave the agent.
    f : float
        (slope/se)²: with one instrument, the effective F of Olea & Pflueger.
    """

    slope: Clustered
    f: float


@dataclass(frozen=True, slots=True)
class AgentEffect:
    """What a point of the score that a better agent wins does to the outcome.

    Attributes
    ----------
    effect : Clustered
        Unit of the outcome per point of the score, by two-stage least squares.
    interval : Interval or None
        Of Anderson and Rubin; None where it has no ends, since the instrument is too weak.
    ols : Clustered
        By least squares on the same rows with the same controls.
    ols_interval : Interval
    beyond : Clustered
        What the instrument adds to least squares: unit of the outcome per point of quality at the
        same score. Zero where least squares is right; below zero where it is too high.
    critical : float
        What a coefficient over its standard error must pass to differ from zero.
    first_stage : FirstStage
    """

    effect: Clustered
    interval: Interval | None
    ols: Clustered
    ols_interval: Interval
    beyond: Clustered
    critical: float
    first_stage: FirstStage

    @property
    def beyond_interval(self) -> Interval:
        """Of `beyond`."""
        return _around(self.beyond, self.critical)


def critical_t(cells: AgentCells, confidence: float = 0.95) -> float:
    """Give the quantile of Student's t with the fewer of agents and groups, less one, as df."""
    checked_share(confidence, "confidence")
    fewer = min(cells.agents, cells.groups)
    return float(stdtrit(fewer - 1, (1 + confidence) / 2))


def first_stage(cells: AgentCells, *, score: int, controls: Sequence[int]) -> FirstStage:
    """Say how the score follows what other customers say of the agent.

    Parameters
    ----------
    cells : AgentCells
    score : int
        Position in z.
    controls : sequence of int
        Positions in z.

    Returns
    -------
    FirstStage

    Raises
    ------
    ValueError
        Where there are no more rows than coefficients.
    """
    return _first_stage(_products(cells, (score, score), controls))


def agent_effect(
    cells: AgentCells,
    *,
    outcome: int,
    score: int,
    controls: Sequence[int],
    confidence: float = 0.95,
) -> AgentEffect:
    """Estimate what a point of the score does, by two-stage least squares and by least squares.

    Parameters
    ----------
    cells : AgentCells
    outcome, score : int
        Positions in z.
    controls : sequence of int
        Positions in z: held alike, beside the strata.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    AgentEffect

    Raises
    ------
    ValueError
        Where score or outcome never vary within strata, or there are no more rows than
        coefficients.

    Notes
    -----
    The instrument of an answer by a customer of random group g, served by agent a, is the mean
    score that a got from the customers of all other groups,

        quality_ag = (X_a − X_ag)/(W_a − W_ag).

    It leaves out the customer's own answers, all of them, so that it is free of what moved them
    (jackknife instrument), and is constant within a cell, so that every sum which two-stage least
    squares needs is a function of the cells' moments. Strata and controls are taken off score,
    outcome and instrument (Frisch & Waugh 1933).

    Variances are clustered by agent, by random group of customers, and by both (agent + group −
    cell), each with c/(c−1)·(n−1)/(n−k); the largest of the three counts, since the difference can
    come out too small. The interval holds every effect β for which the outcome less β times the
    score does not follow the instrument. It is right however weak the instrument is, and
    has ends exactly where the first stage differs from zero.

    Assumes that chance assigns customers to agents within strata; that an agent moves the outcome
    only through the score, or else in ways that have nothing to do with how good the agent is; and
    that a better agent lowers nobody's score. Then the effect is an average over customers,
    weighted by how far agents move their score.

    References
    ----------
    Angrist, Imbens & Krueger 1999, *Jackknife instrumental variables estimation*.
    Anderson & Rubin 1949; Chernozhukov & Hansen 2008, *The reduced form*, for the regression form.
    Cameron, Gelbach & Miller 2011, *Robust inference with multiway clustering*.
    MacKinnon, Nielsen & Webb 2024, *Jackknife inference with two-way clustering*, for the largest.
    Olea & Pflueger 2013, *A robust test for weak instruments*.
    Huang & Sudhir 2021, *The causal effect of service satisfaction on customer loyalty*.
    """
    if not (cells.varies[outcome] and cells.varies[score]):
        raise ValueError(
            f"score and outcome vary: {cells.varies[[score, outcome]].tolist()}, expected both to "
            "vary within strata; refuse the effect"
        )
    products = _products(cells, (outcome, score), controls)
    whole = products.whole
    effect = whole[_WORTH, _QUALITY] / whole[_SCORE, _QUALITY]
    ols = whole[_WORTH, _SCORE] / whole[_SCORE, _SCORE]
    critical = critical_t(cells, confidence)
    of_effect = products.clustered(
        effect, [1.0, -effect, 0.0], [0.0, 0.0, 1.0], whole[_SCORE, _QUALITY]
    )
    of_ols = products.clustered(ols, [1.0, -ols, 0.0], [0.0, 1.0, 0.0], whole[_SCORE, _SCORE])
    return AgentEffect(
        effect=of_effect,
        interval=_anderson_rubin(products, critical),
        ols=of_ols,
        ols_interval=_around(of_ols, critical),
        beyond=_beyond(products),
        critical=critical,
        first_stage=_first_stage(products),
    )


@dataclass(frozen=True, slots=True)
class _Products:
    """Sums of w·r·r' by cell for r = (outcome, score, quality) less strata and controls.

    Attributes
    ----------
    cells : ndarray, shape (U, G, 3, 3)
    agent : ndarray of int, shape (U,)
    counts : tuple of three int
        Agents, groups and cells that hold rows.
    n, k : int
        Rows; coefficients beside the instrument's or the score's, which is one more.
    """

    cells: Floats
    agent: npt.NDArray[np.int64]
    counts: tuple[int, int, int]
    n: int
    k: int

    @property
    def whole(self) -> Floats:
        """Sums over all cells, shape (3, 3)."""
        found: Floats = self.cells.sum(axis=(0, 1))
        return found

    def scores(self, mixture: Sequence[float], by: Sequence[float]) -> Floats:
        """Sum the product of two mixtures of r by cell, shape (U, G)."""
        found: Floats = np.einsum("i,ugij,j->ug", np.asarray(mixture), self.cells, np.asarray(by))
        return found

    def variances(self, left: Floats, right: Floats) -> tuple[float, float, float]:
        """Sum products of two scores by agent, by group and by both."""
        of_agent = [np.bincount(self.agent, weights=part.sum(axis=1)) for part in (left, right)]
        sums = (
            float(of_agent[0] @ of_agent[1]),
            float(left.sum(axis=0) @ right.sum(axis=0)),
            float((left * right).sum()),
        )
        by_agent, by_group, by_cell = (
            c / (c - 1) * (self.n - 1) / (self.n - self.k - 1) * found
            for c, found in zip(self.counts, sums, strict=True)
        )
        return by_agent, by_group, by_agent + by_group - by_cell

    def clustered(
        self, value: float, mixture: Sequence[float], by: Sequence[float], bread: float
    ) -> Clustered:
        """Give a coefficient the standard errors of its scores over its bread."""
        found = self.scores(mixture, by)
        with np.errstate(invalid="ignore"):
            errors = np.sqrt(self.variances(found, found)) / abs(bread)
        return Clustered(float(value), *(float(error) for error in errors))


def _products(cells: AgentCells, columns: tuple[int, int], controls: Sequence[int]) -> _Products:
    kept = independent_controls(cells, controls)
    k = cells.strata + len(kept)
    if cells.n <= k + 2:
        raise ValueError(
            f"{cells.n} rows for {k + 2} coefficients, expected more rows than coefficients; "
            "refuse the effect, or hold fewer columns alike"
        )
    wanted = np.stack([residual(cells, column, kept.tolist()) for column in columns])
    wanted *= cells.scale[list(columns)][:, None]
    quality = _quality(cells, columns[1])
    of_controls = np.einsum("ug,ugi->i", quality, cells.cross[..., 0])[kept]
    off = np.zeros(cells.cross.shape[-1])
    if len(kept):
        off[kept] = -np.linalg.solve(cells.whole[np.ix_(kept, kept)], of_controls)
    found = np.empty((*quality.shape, 3, 3))
    found[..., :2, :2] = wanted @ cells.cross @ wanted.T
    with_ones, with_off = cells.cross[..., 0] @ wanted.T, cells.cross @ off
    found[..., :2, 2] = quality[..., None] * with_ones + with_off @ wanted.T
    found[..., 2, :2] = found[..., :2, 2]
    found[..., 2, 2] = quality**2 * cells.weight + 2 * quality * with_off[..., 0] + with_off @ off
    counts = (cells.agents, cells.groups, int((cells.weight > 0).sum()))
    return _Products(found, cells.agent, counts, cells.n, k)


def _quality(cells: AgentCells, score: int) -> Floats:
    """Give each cell the mean score its agent got from other groups, less the stratum's mean."""
    sums, weight = cells.scale[score] * cells.cross[..., 0, score], cells.weight
    others = weight.sum(axis=1, keepdims=True) - weight
    found = np.divide(
        sums.sum(axis=1, keepdims=True) - sums, others, out=np.zeros_like(sums), where=weight > 0
    )
    in_stratum = np.bincount(cells.stratum, weights=(weight * found).sum(axis=1))
    mean = in_stratum / np.bincount(cells.stratum, weights=cells.unit_weight)
    return np.where(weight > 0, found - mean[cells.stratum][:, None], 0.0)


def _first_stage(products: _Products) -> FirstStage:
    squares = products.whole[_QUALITY, _QUALITY]
    if squares <= 0:
        nothing = Clustered(np.nan, np.nan, np.nan, np.nan)
        return FirstStage(nothing, np.nan)
    slope = products.whole[_SCORE, _QUALITY] / squares
    found = products.clustered(slope, [0.0, 1.0, -slope], [0.0, 0.0, 1.0], squares)
    return FirstStage(found, (slope / found.se) ** 2 if found.se > 0 else np.nan)


def _around(found: Clustered, critical: float) -> Interval:
    reach = critical * found.se
    return Interval(found.value - reach, found.value + reach)


def _beyond(products: _Products) -> Clustered:
    """Regress the outcome on score and quality: the coefficient of quality."""
    whole = products.whole
    slope = whole[_SCORE, _QUALITY] / whole[_SCORE, _SCORE]
    squares = whole[_QUALITY, _QUALITY] - slope * whole[_SCORE, _QUALITY]
    on_quality = (whole[_WORTH, _QUALITY] - slope * whole[_WORTH, _SCORE]) / squares
    on_score = (whole[_WORTH, _SCORE] - on_quality * whole[_SCORE, _QUALITY]) / whole[
        _SCORE, _SCORE
    ]
    one_more = replace(products, k=products.k + 1)
    return one_more.clustered(
        on_quality, [1.0, -on_score, -on_quality], [0.0, -slope, 1.0], squares
    )


def _anderson_rubin(products: _Products, critical: float) -> Interval | None:
    """Join, over the three ways of clustering, the effects that the instrument cannot reject.

    For each way they solve (A − βB)² <= c²·V(A* − βB*): A and B are the instrument's products with
    outcome and score, and the stars stand for scores of what the instrument leaves unexplained.
    """
    whole = products.whole
    over, under, squares = whole[_WORTH, _QUALITY], whole[_SCORE, _QUALITY], whole[2, 2]
    of_outcome = products.scores([1.0, 0.0, -over / squares], [0.0, 0.0, 1.0])
    of_score = products.scores([0.0, 1.0, -under / squares], [0.0, 0.0, 1.0])
    of_both = (of_outcome, of_outcome), (of_outcome, of_score), (of_score, of_score)
    ends: list[float] = []
    for way in range(3):
        v_aa, v_ab, v_bb = (products.variances(*pair)[way] for pair in of_both)
        square = under**2 - critical**2 * v_bb
        if square <= 0:
            return None
        half = over * under - critical**2 * v_ab
        root = half**2 - square * (over**2 - critical**2 * v_aa)
        if root >= 0:
            ends += [(half - root**0.5) / square, (half + root**0.5) / square]
    return Interval(float(min(ends)), float(max(ends))) if ends else None
