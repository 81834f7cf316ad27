"""Sensitivity: how strong a hidden cause must be to wipe an effect out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from kuski.stats.inputs import Floats, checked_share
from kuski.stats.least_squares import TOLERANCE, LeastSquares, least_squares
from kuski.stats.resample import MIN_REPLICATES


@dataclass(frozen=True, slots=True)
class Confounded:
    """An effect as it would be with a hidden cause of a given strength held alike too.

    Attributes
    ----------
    estimate, se : float
        In the unit of the effect; the estimate is moved towards zero, and beyond.
    t : float
    """

    estimate: float
    se: float
    t: float


@dataclass(frozen=True, slots=True)
class Strength:
    """How much a hidden cause explains of what the observed columns leave unexplained.

    Attributes
    ----------
    treatment : float
        Partial R² with the treatment, 0 to below 1.
    outcome : float
        Partial R² with the outcome, the treatment held alike, 0 to 1.
    """

    treatment: float
    outcome: float


@dataclass(frozen=True, slots=True)
class HiddenCause:
    """What a hidden cause would have to be.

    Attributes
    ----------
    estimate : float
        The effect: unit of the outcome per unit of the treatment.
    se : float
        Cluster-robust where there are enough clusters, classical elsewhere.
    t : float
        Classical.
    df : int
    partial_r2 : float
        Of the treatment with the outcome, 0 to 1.
    robustness : float
        A hidden cause that explains this share of both treatment and outcome brings the effect to
        zero; 0 to 1.
    robustness_of_significance : float
        The same for an effect that is no longer different from zero at `alpha`; 0 where it is not
        now.
    benchmarks : tuple of Strength
        Each observed column as if it were the hidden cause, in the order asked for; NaN where the
        column was left out.
    times : ndarray, shape (m,)
        How many times as strong as each observed column a hidden cause must be to bring the effect
        to zero; inf where no number of times suffices, as the column explains nothing.
    times_to_doubt : ndarray, shape (m,)
        The same for losing significance.
    strongest : int or None
        Place in `benchmarks` of the column with the fewest `times`; None where all are inf.
    """

    estimate: float
    se: float
    t: float
    df: int
    partial_r2: float
    robustness: float
    robustness_of_significance: float
    benchmarks: tuple[Strength, ...]
    times: Floats
    times_to_doubt: Floats
    strongest: int | None


@dataclass(frozen=True, slots=True)
class EValue:
    """How strongly a hidden cause must go with both sides to explain a risk ratio away.

    Attributes
    ----------
    estimate : float
        Risk ratio, >= 1.
    limit : float or None
        The same for the end of the interval that is nearer to 1; None where no interval was given.
    """

    estimate: float
    limit: float | None


def hidden_cause(
    cross: npt.ArrayLike,
    rows: npt.ArrayLike,
    *,
    outcome: int,
    treatment: int,
    alike: Sequence[int],
    benchmarks: Sequence[int],
    alpha: float = 0.05,
) -> HiddenCause:
    """Say how strong a hidden cause must be to wipe an effect out, beside columns one knows.

    Parameters
    ----------
    cross : array_like, shape (G, q, q)
        Sums of w·z·z' by cluster, z = (1, columns); see `least_squares.with_level`.
    rows : array_like of int, shape (G,)
    outcome, treatment : int
        Positions in z.
    alike : sequence of int
        Positions of the columns held alike.
    benchmarks : sequence of int
        Those of `alike` to measure a hidden cause by.
    alpha : float
        Between 0 and 1.

    Returns
    -------
    HiddenCause

    Raises
    ------
    ValueError
        As `least_squares`; or where a benchmark is not held alike, the treatment does not vary
        once `alike` is held alike, or nothing of the outcome is left unexplained.

    Notes
    -----
    Strengths and the effect's bias are ratios of variances, so clusters do not change them; only
    significance uses the cluster-robust error, scaled as the classical one scales, with as many
    degrees of freedom as clusters less one. Assumes a linear effect, the same for all.

    References
    ----------
    Cinelli & Hazlett 2020, *Making sense of sensitivity*, JRSS B 82(1), section 4.
    """
    checked_share(alpha, "alpha")
    if not set(benchmarks) <= set(alike):
        raise ValueError(
            f"benchmarks == {list(benchmarks)}, expected some of alike == {list(alike)}; "
            "a hidden cause is measured by columns that are held alike"
        )
    effect = least_squares(cross, rows, outcome=outcome, predictors=[*alike, treatment])
    cause = least_squares(cross, rows, outcome=treatment, predictors=list(alike))
    if effect.left_out[-1]:
        raise ValueError(
            f"treatment == {treatment} does not vary once alike == {list(alike)} is held alike, "
            "expected it to; leave out the column that determines it"
        )
    if not effect.r2 < 1 - TOLERANCE:
        raise ValueError(
            f"outcome == {outcome} is explained to the last digit, expected something left for a "
            "hidden cause to explain; leave out the column that determines it"
        )
    places = [1 + list(alike).index(benchmark) for benchmark in benchmarks]
    return _hidden_cause(effect, cause, places, alpha)


def robustness_value(t: float, df: int, *, q: float = 1.0, alpha: float | None = None) -> float:
    """Say what share of treatment and outcome a hidden cause must explain to matter.

    Parameters
    ----------
    t : float
        Classical t value of the effect.
    df : int
        Residual degrees of freedom, at least 2.
    q : float
        Share of the effect to be explained away, above 0; 1 for all of it.
    alpha : float or None
        Where given: to be no longer different from (1 − q) of the effect at this level.

    Returns
    -------
    float
        0 to 1.

    References
    ----------
    Cinelli & Hazlett 2020, section 4; with `alpha` as in their package sensemakr.
    """
    if df < 2:
        raise ValueError(f"df == {df}, expected >= 2; the sample is too small for this")
    critical = 0.0 if alpha is None else _student(checked_share(alpha, "alpha"), df - 1)
    return _robustness(q * t, df, critical)


def confounded(estimate: float, se: float, *, df: int, strength: Strength) -> Confounded:
    """Say what an effect would be with a hidden cause of a given strength held alike.

    Parameters
    ----------
    estimate, se : float
        The effect and its classical standard error.
    df : int
        Residual degrees of freedom, at least 2.
    strength : Strength

    Returns
    -------
    Confounded
        Where the hidden cause pulls towards zero, which is the worst.

    References
    ----------
    Cinelli & Hazlett 2020, section 4: bias and standard error by partial R².
    """
    if not (0 <= strength.treatment < 1 and 0 <= strength.outcome <= 1):
        raise ValueError(
            f"{strength}, expected shares: treatment from 0 to below 1, outcome from 0 to 1"
        )
    open_share = 1 - strength.treatment
    bias = se * np.sqrt(df * strength.outcome * strength.treatment / open_share)
    left = float(np.sign(estimate) * (abs(estimate) - bias))
    left_se = float(se * np.sqrt((1 - strength.outcome) / open_share * df / (df - 1)))
    return Confounded(left, left_se, left / left_se if left_se > 0 else left * np.inf)


def benchmark(observed: Strength, *, times: float = 1.0) -> Strength | None:
    """Say how strong a hidden cause is that is some times as strong as an observed column.

    Parameters
    ----------
    observed : Strength
        Partial R² of the column, with treatment and outcome, the other columns held alike.
    times : float
        For treatment and outcome alike, >= 0.

    Returns
    -------
    Strength or None
        None where nothing can be as strong as that: it would explain more than all there is.

    References
    ----------
    Cinelli & Hazlett 2020, section 4: bounds by observed covariates, as in sensemakr.
    """
    d, y = observed.treatment, observed.outcome
    treatment = times * d / (1 - d)
    if times < 0 or not treatment < 1 or not y < 1:
        return None
    echo = times * d**2 / ((1 - times * d) * (1 - d))
    outcome = (np.sqrt(times) + np.sqrt(echo)) ** 2 / (1 - echo) * y / (1 - y)
    return Strength(float(treatment), float(min(outcome, 1.0)))


def e_value(ratio: float, *, low: float | None = None, high: float | None = None) -> EValue:
    """Say how strong a hidden cause must be, as a risk ratio, to explain a risk ratio away.

    Parameters
    ----------
    ratio : float
        Risk ratio, above 0.
    low, high : float or None
        Its interval, both or neither.

    Returns
    -------
    EValue

    Raises
    ------
    ValueError
        Where a ratio is not above zero, or the interval does not hold the ratio.

    Notes
    -----
    RR + √(RR·(RR − 1)), of 1/RR where RR is below 1; 1 for an interval that holds 1.

    References
    ----------
    VanderWeele & Ding 2017, *Sensitivity analysis in observational research: introducing the
    E-value*, Annals of Internal Medicine 167(4).
    """
    ends = [end for end in (low, ratio, high) if end is not None]
    if len(ends) == 2 or not all(0 < end < np.inf for end in ends) or ends != sorted(ends):
        raise ValueError(
            f"low, ratio and high == {(low, ratio, high)}, expected numbers above 0 in ascending "
            "order, and both ends or neither; did you pass logarithms? take exp"
        )
    if low is None or high is None:
        return EValue(_e_value(ratio), None)
    holds_one = low <= 1 <= high
    return EValue(_e_value(ratio), 1.0 if holds_one else _e_value(low if low > 1 else high))


def _e_value(ratio: float) -> float:
    upward = max(ratio, 1 / ratio)
    return float(upward + np.sqrt(upward * (upward - 1)))


def _hidden_cause(
    effect: LeastSquares, cause: LeastSquares, places: Sequence[int], alpha: float
) -> HiddenCause:
    estimate, se, t = (float(x[-1]) for x in (effect.coefficients, effect.se, effect.t))
    inflation, df = _clustering(effect)
    critical = inflation * _student(alpha, df)
    observed = [Strength(float(cause.partial_r2[i]), float(effect.partial_r2[i])) for i in places]

    def reaches_zero(strength: Strength) -> bool:
        left = confounded(estimate, se, df=effect.df, strength=strength)
        return left.estimate * estimate <= 0

    def is_in_doubt(strength: Strength) -> bool:
        left = confounded(estimate, se, df=effect.df, strength=strength)
        return bool(left.t * np.sign(estimate) <= critical)

    times = np.array([_fewest_times(column, reaches_zero) for column in observed])
    return HiddenCause(
        estimate=estimate,
        se=inflation * se,
        t=t,
        df=effect.df,
        partial_r2=float(effect.partial_r2[-1]),
        robustness=_robustness(t, effect.df, 0.0),
        robustness_of_significance=_robustness(t, effect.df, critical),
        benchmarks=tuple(observed),
        times=times,
        times_to_doubt=np.array([_fewest_times(column, is_in_doubt) for column in observed]),
        strongest=int(np.argmin(times)) if np.isfinite(times).any() else None,
    )


def _clustering(effect: LeastSquares) -> tuple[float, int]:
    """Return the cluster-robust error over the classical one, and the degrees of freedom."""
    robust = effect.cluster_se
    if robust is None or effect.clusters < MIN_REPLICATES:
        return 1.0, effect.df - 1
    return float(robust[-1] / effect.se[-1]), effect.clusters - 1


def _student(alpha: float, df: int) -> float:
    return float(-stdtrit(df, alpha / 2))


def _robustness(t: float, df: int, critical: float) -> float:
    strength, needed = abs(t) / np.sqrt(df), critical / np.sqrt(df - 1)
    f2 = (strength - needed) ** 2
    if strength <= needed:
        return 0.0
    if strength * needed > 1:
        return float((strength**2 - needed**2) / (1 + strength**2))
    return float((np.sqrt(f2**2 + 4 * f2) - f2) / 2)


def _fewest_times(observed: Strength, holds: Callable[[Strength], bool]) -> float:
    """Search for the fewest times an observed strength at which something holds."""
    if not (0 < observed.treatment < 1 and 0 < observed.outcome < 1):
        return np.inf
    low, high = 0.0, (1 - observed.treatment) / observed.treatment
    for _ in range(200):
        between = (low + high) / 2
        strength = benchmark(observed, times=between)
        if strength is None or holds(strength):
            high = between
        else:
            low = between
    return high
