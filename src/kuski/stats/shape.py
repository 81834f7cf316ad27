"""Shape: whether returns rise, stay even or fall as the score goes up."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from kuski.stats.inputs import Floats
from kuski.stats.resample import MAX_UNDEFINED, MIN_REPLICATES, Resamples

Returns = Literal["rising", "even", "falling"]

EVEN_UP_TO = 1.5
SURE = 0.95


@dataclass(frozen=True, slots=True)
class Shape:
    """How worth rises above the middle of the scale, against below it.

    Attributes
    ----------
    returns : {"rising", "even", "falling"}
        Even unless the data say otherwise: another only where its probability is at least `SURE`.
    rising, even, falling : float
        Bootstrap probabilities; they sum to 1.
    is_settled : bool
        Whether the probability of `returns` is at least `SURE`. Even and not settled means that
        the sample cannot tell.
    """

    returns: Returns
    rising: float
    even: float
    falling: float
    is_settled: bool


def shape(
    below: npt.ArrayLike,
    above: npt.ArrayLike,
    *,
    resamples: Resamples,
    even_up_to: float = EVEN_UP_TO,
) -> Shape | None:
    """Say whether returns rise; None with too few replicates or too many undefined draws.

    Parameters
    ----------
    below, above : array_like, shape (R,)
        Worth per step below and above the middle level: `plans.Gain.worth_per_step` of eliminate
        and of elevate, mean slopes weighted by the people who would take the steps.
    resamples : Resamples
    even_up_to : float
        How many times steeper one side may be and still count as even; above 1.

    Returns
    -------
    Shape or None

    Raises
    ------
    ValueError
        Where the arrays do not fit, or `even_up_to` is not above 1.

    Notes
    -----
    The contrast is d = (above − below)/(|above| + |below|), between −1 and 1 and free of the unit
    of worth. It is rising where d > (c − 1)/(c + 1) with c = `even_up_to`, falling where d is below
    minus that, even between. Relative to the overall slope, the mean of the two, c = 1.5 is a
    difference of 0.4. A band is needed, for no two slopes are ever the same; half as steep again is
    where it starts to outweigh what is known of costs, which seldom are within a third of right.

    More worth is better: pass 1 − the chance of leaving rather than the chance.
    """
    under, over = np.asarray(below, dtype=np.float64), np.asarray(above, dtype=np.float64)
    if under.shape != over.shape or under.shape != resamples.counts.shape[:1]:
        raise ValueError(
            f"below {under.shape} and above {over.shape}, expected {len(resamples.counts)} "
            "resamples each; compute both on each row of resamples.counts"
        )
    if even_up_to <= 1:
        raise ValueError(
            f"even_up_to == {even_up_to:g}, expected above 1; 1.5 is half as much again"
        )
    contrast = _contrast(under, over)
    draws = contrast[1 + resamples.replicates :]
    defined = draws[np.isfinite(draws)]
    has_enough = defined.size >= (1 - MAX_UNDEFINED) * resamples.n_draws
    if resamples.replicates < MIN_REPLICATES or not np.isfinite(contrast[0]) or not has_enough:
        return None
    return _shape(defined, (even_up_to - 1) / (even_up_to + 1))


def _contrast(below: Floats, above: Floats) -> Floats:
    size = np.abs(above) + np.abs(below)
    found: Floats = np.divide(above - below, size, out=np.zeros_like(size), where=size != 0)
    return found


def _shape(contrasts: Floats, band: float) -> Shape:
    rising, falling = float(np.mean(contrasts > band)), float(np.mean(contrasts < -band))
    even = float(np.mean(np.abs(contrasts) <= band))
    returns: Returns = "rising" if rising >= SURE else "falling" if falling >= SURE else "even"
    sure = {"rising": rising, "even": even, "falling": falling}[returns]
    return Shape(returns, rising, even, falling, is_settled=sure >= SURE)
