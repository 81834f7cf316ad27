"""Doubly robust scores: what a treatment brings each person, right if either of two models is."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from kuski.stats.inputs import Booleans, Floats, Integers, checked_finite

# Nothing is weighted up by more than twenty.
CLIP = 0.05
# Ridge per row of columns with a standard deviation of one: enough to invert, too little to matter.
_RIDGE = 1e-4
_MOST_STEPS = 50


@dataclass(frozen=True, slots=True)
class DoublyRobust:
    """Scores of n rows.

    Attributes
    ----------
    scores : ndarray, shape (n,)
        In the unit of the outcome; their weighted mean over any group of rows that `features`
        decide is the average effect of the treatment in it.
    propensity : ndarray, shape (n,)
        Chance of being treated, from `clip` to 1 − `clip`.
    clipped : float
        Weighted share of rows whose chance was moved to those limits, 0 to 1.
    """

    scores: Floats
    propensity: Floats
    clipped: float


def doubly_robust(
    outcome: npt.ArrayLike,
    treated: npt.ArrayLike,
    features: npt.ArrayLike,
    *,
    fold: npt.ArrayLike,
    weight: npt.ArrayLike | None = None,
    clip: float = CLIP,
) -> DoublyRobust:
    """Score what the treatment brings each row, with models that never saw the row's own fold.

    Parameters
    ----------
    outcome : array_like, shape (n,)
    treated : array_like of bool, shape (n,)
    features : array_like, shape (n, p)
        What was so before the treatment; see `basis`.
    fold : array_like of int, shape (n,)
        At least two different ones. All rows of a customer belong to one fold.
    weight : array_like, shape (n,), or None
        >= 0; all 1 where None.
    clip : float
        Above 0 and below 0.5.

    Returns
    -------
    DoublyRobust

    Raises
    ------
    ValueError
        Where shapes do not fit, a number is not finite, a weight is negative, there is one fold
        only, or some fold is left without treated or untreated rows to learn from.

    Notes
    -----
    With e the chance of being treated (logit) and m₁, m₀ the outcome's means (linear), each learnt
    on the other folds,

        Γ = m₁(x) − m₀(x) + w (y − m₁(x))/e(x) − (1 − w)(y − m₀(x))/(1 − e(x)).

    Its mean is the average effect where either e or both m are right. Assumes that nothing beyond
    `features` decides both treatment and outcome, and that everybody could have been either.

    References
    ----------
    Robins, Rotnitzky & Zhao 1994, *Estimation of regression coefficients when some regressors are
    not always observed*, JASA 89(427).
    Chernozhukov et al. 2018, *Double/debiased machine learning*, Econometrics Journal 21(1).
    Athey & Wager 2021, *Policy learning with observational data*, Econometrica 89(1), equation 8.
    """
    y, x = checked_finite(outcome, "outcome"), checked_finite(features, "features")
    w, folds = np.asarray(treated, dtype=np.bool_), np.asarray(fold)
    weights = np.ones(y.shape) if weight is None else checked_finite(weight, "weight")
    if x.ndim != 2 or {w.shape, folds.shape, weights.shape, x.shape[:1]} != {y.shape}:
        raise ValueError(
            f"outcome {y.shape}, treated {w.shape}, features {x.shape}, fold {folds.shape} and "
            f"weight {weights.shape}, expected (n,) with features (n, p)"
        )
    if (weights < 0).any() or not weights.any():
        raise ValueError("weight is negative or all 0, expected >= 0 and some above")
    if not 0 < clip < 0.5:
        raise ValueError(f"clip == {clip:g}, expected above 0 and below 0.5")
    each = np.unique(folds)
    if len(each) < 2:
        raise ValueError("there is one fold, expected at least 2; number them by customer")
    found, chance = np.empty(len(y)), np.empty(len(y))
    for one in each:
        away, here = folds != one, folds == one
        found[here], chance[here] = _scored(y, w, x, weights, away, here, clip)
    kept = np.clip(chance, clip, 1 - clip)
    return DoublyRobust(found, kept, float(weights[kept != chance].sum() / weights.sum()))


def basis(columns: npt.ArrayLike) -> Floats:
    """Return each column, and its rank where it has more than two values.

    Parameters
    ----------
    columns : array_like, shape (n, p)

    Returns
    -------
    ndarray, shape (n, p') with p' >= p
        A column that never varies is left out. Ranks go from 0 to 1, ties share their mean; a
        model that is linear in both a skewed column and its rank bends where people are.
    """
    values = checked_finite(columns, "columns")
    parts: list[Floats] = []
    for column in values.T:
        different, place, times = np.unique(column, return_inverse=True, return_counts=True)
        if len(different) > 1:
            parts.append(column)
        if len(different) > 2:
            before = np.cumsum(times) - times
            parts.append(((before + 0.5 * times) / len(column))[place])
    return np.stack(parts, axis=1) if parts else np.empty((len(values), 0))


def _scored(
    y: Floats,
    w: Booleans,
    x: Floats,
    weight: Floats,
    away: Booleans,
    here: Booleans,
    clip: float,
) -> tuple[Floats, Floats]:
    """Learn on the rows away and score the rows here; the chance is returned unclipped."""
    arms = [away & w & (weight > 0), away & ~w & (weight > 0)]
    if not (arms[0].any() and arms[1].any()):
        raise ValueError(
            "a fold leaves no treated or no untreated rows to learn from; take fewer folds, or "
            "refuse to compare groups this thin"
        )
    design = _design(x, away)
    chance = expit(design[here] @ _logit(design[away], w[away], weight[away]))
    one, none = (design[here] @ _linear(design[arm], y[arm], weight[arm]) for arm in arms)
    kept = np.clip(chance, clip, 1 - clip)
    of_treated = w[here] * (y[here] - one) / kept
    of_others = ~w[here] * (y[here] - none) / (1 - kept)
    return one - none + of_treated - of_others, chance


def _design(x: Floats, away: Booleans) -> Floats:
    """Put a one before the columns, each with mean 0 and deviation 1 on the rows away."""
    mean, spread = x[away].mean(axis=0), x[away].std(axis=0)
    scaled = (x - mean) / np.where(spread > 0, spread, 1.0)
    return np.column_stack([np.ones(len(x)), scaled])


def _linear(x: Floats, y: Floats, weight: Floats) -> Floats:
    weighted = x * weight[:, None]
    return np.asarray(np.linalg.solve(weighted.T @ x + _ridge(x, weight), weighted.T @ y))


def _logit(x: Floats, treated: Booleans, weight: Floats) -> Floats:
    """Fit a logit by Newton's steps, halved until each of them helps."""
    ridge = _ridge(x, weight)
    signs = np.where(treated, 1.0, -1.0)

    def loss(beta: Floats) -> float:
        return float(weight @ np.logaddexp(0.0, -signs * (x @ beta)) + 0.5 * beta @ ridge @ beta)

    beta = np.zeros(x.shape[1])
    now = loss(beta)
    for _ in range(_MOST_STEPS):
        chance = expit(x @ beta)
        slope = x.T @ (weight * (chance - treated)) + ridge @ beta
        bend = (x * (weight * chance * (1 - chance))[:, None]).T @ x + ridge
        step = np.linalg.solve(bend, slope)
        size = 1.0
        while (then := loss(beta - size * step)) > now and size > 1e-6:
            size /= 2
        beta = beta - size * step
        if now - then <= 1e-10 * abs(now):
            break
        now = then
    return beta


def _ridge(x: Floats, weight: Floats) -> Floats:
    """Return a small ridge on all but the constant."""
    ridge = np.full(x.shape[1], _RIDGE * float(weight.sum()))
    ridge[0] = 1e-9 * float(weight.sum())
    return np.diag(ridge)


def folds_of(customer: npt.ArrayLike, folds: int) -> Integers:
    """Deal customers into folds by their hash: 0 to folds − 1, shape (n,)."""
    hashes = np.asarray(customer).astype(np.uint64)
    return ((hashes >> np.uint64(16)) % np.uint64(folds)).astype(np.int64)
