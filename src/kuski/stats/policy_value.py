"""Policy value: what serving some brings, against serving nobody and everybody."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.stats.inputs import checked_finite
from kuski.stats.resample import Interval, Resamples, interval, totals


@dataclass(frozen=True, slots=True)
class PolicyValue:
    """What a policy brings a person, against serving nobody and everybody.

    Attributes
    ----------
    over_nobody, over_everybody : float
        Weighted mean over all rows, in the unit of the scores.
    everybody : float
        What serving everybody brings over nobody.
    over_nobody_interval, over_everybody_interval, everybody_interval : Interval or None
    served : float
        Weighted share served, 0 to 1.
    n : int
        Rows.
    """

    over_nobody: float
    over_nobody_interval: Interval | None
    over_everybody: float
    over_everybody_interval: Interval | None
    everybody: float
    everybody_interval: Interval | None
    served: float
    n: int


def policy_value(
    scores: npt.ArrayLike,
    served: npt.ArrayLike,
    *,
    cost: float,
    replicate: npt.ArrayLike,
    resamples: Resamples,
    weight: npt.ArrayLike | None = None,
) -> PolicyValue:
    """Value a policy on rows that it did not grow on.

    Parameters
    ----------
    scores : array_like, shape (n,)
        Doubly robust scores of serving each row.
    served : array_like of bool, shape (n,)
    cost : float
        Of serving one row, in the unit of the scores.
    replicate : array_like of int, shape (n,)
        Random group of the row's customer.
    resamples : Resamples
        Of the replicates of these rows.
    weight : array_like, shape (n,), or None

    Returns
    -------
    PolicyValue

    Notes
    -----
    Each is a weighted mean of Γ − cost over the rows served (or not served, with its sign turned),
    with intervals by resampling random groups of customers. That the models behind Γ are
    estimated adds nothing to first order (Athey & Wager 2021, theorem 1).
    """
    gains = checked_finite(scores, "scores") - cost
    chosen, of = np.asarray(served, np.bool_), np.asarray(replicate, np.int64)
    weights = np.ones(gains.shape) if weight is None else checked_finite(weight, "weight")
    if not gains.shape == chosen.shape == of.shape == weights.shape or gains.ndim != 1:
        raise ValueError(
            f"scores {gains.shape}, served {chosen.shape}, replicate {of.shape} and weight "
            f"{weights.shape}, expected one axis of the same length"
        )
    size = resamples.counts.shape[1]
    columns = [weights, weights * gains * chosen, -weights * gains * ~chosen, weights * gains]
    sums = totals(np.stack([np.bincount(of, part, size) for part in columns], axis=1), resamples)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = sums[:, 1:] / sums[:, :1]
    return PolicyValue(
        over_nobody=float(means[0, 0]),
        over_nobody_interval=interval(means[:, 0], resamples),
        over_everybody=float(means[0, 1]),
        over_everybody_interval=interval(means[:, 1], resamples),
        everybody=float(means[0, 2]),
        everybody_interval=interval(means[:, 2], resamples),
        served=float(weights[chosen].sum() / weights.sum()),
        n=len(gains),
    )
