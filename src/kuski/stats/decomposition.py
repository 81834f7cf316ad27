"""Decomposition: what of a change in the mean score came with the ratings, and what did not."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.stats.inputs import Floats, checked_cross
from kuski.stats.resample import Resamples, totals
from kuski.stats.slopes import slopes


@dataclass(frozen=True, slots=True)
class Decomposition:
    """The mean score of each wave against the first, once per resample.

    NaN where a resample holds no row of the wave, or of the first.

    Attributes
    ----------
    score : ndarray, shape (R, K)
        Mean score, about the origin of the sums.
    performance : ndarray, shape (R, K)
        Change since the first wave that goes with the ratings; 0 in the first.
    bar : ndarray, shape (R, K)
        Change since the first wave at unchanged ratings: below zero where the bar rose.
        `performance + bar` is `score` less the score of the first wave.
    """

    score: Floats
    performance: Floats
    bar: Floats


def decomposition(
    cross: npt.ArrayLike, *, resamples: Resamples, within: npt.ArrayLike | None = None
) -> Decomposition:
    """Divide the change of the mean score between waves into performance and bar.

    Parameters
    ----------
    cross : array_like, shape (K, G, p + 2, p + 2)
        Sums of w·z·z' by wave and replicate, z = (1, ratings, score), about one origin.
    resamples : Resamples
        Of the same replicates.
    within : array_like, shape (G, p + 2, p + 2), or None
        Sums within customers, as `adaptation.within_cross` gives them: then the slopes are those of
        each customer against himself. Where None, they are those within waves.

    Returns
    -------
    Decomposition

    Raises
    ------
    ValueError
        Where there are fewer than two waves, or `within` does not fit `cross`.

    Notes
    -----
    With slopes b that all waves share::

        score_k − score_1 = b'(x̄_k − x̄_1)  +  rest
                            performance        bar

    It is the two-fold decomposition of Oaxaca (1973) and Blinder (1973) with pooled slopes
    (Neumark 1988), taken within waves so that the waves' own levels do not leak into them (Jann
    2008). One b for all waves makes steps add up: the way from the first wave to the third is the
    way by the second.

    Assumes that the slopes say what a change of a rating does. Mood and attitude that colour
    ratings and score alike make them too steep; then performance and bar both look larger than they
    are, in opposite directions where ratings improved. Slopes within customers are free of
    attitude, not of mood. What moves the score and is no driver falls to the bar, and so does a
    change of who answers.

    References
    ----------
    Oaxaca 1973, *Male-female wage differentials in urban labor markets*, International Economic
    Review 14(3). Blinder 1973, *Wage discrimination*, Journal of Human Resources 8(4). Neumark
    1988, *Employers' discriminatory behavior*, Journal of Human Resources 23(3). Jann 2008, *The
    Blinder-Oaxaca decomposition for linear regression models*, Stata Journal 8(4).
    """
    array = checked_cross(cross, axes="KGqq")
    if len(array) < 2:
        raise ValueError(f"cross holds {len(array)} wave, expected at least 2 to compare")
    sums = totals(array.transpose(1, 0, 2, 3), resamples)
    weight = sums[:, :, 0, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        means = np.where(weight[..., None] > 0, sums[:, :, 0, 1:] / weight[..., None], np.nan)
    given = _within_waves(sums, means) if within is None else _within(within, array, resamples)
    change = means - means[:, :1]
    performance = np.einsum(
        "rkp,rp->rk", change[..., :-1], slopes(given).slopes[:, -means.shape[2] + 1 :]
    )
    return Decomposition(means[..., -1], performance, change[..., -1] - performance)


def _within_waves(sums: Floats, means: Floats) -> Floats:
    """Sum products about each wave's own means, shape (R, p + 1, p + 1)."""
    mean = np.nan_to_num(means)
    about = sums[..., 1:, 1:] - sums[..., :1, :1] * mean[..., :, None] * mean[..., None, :]
    return np.asarray(about.sum(axis=1))


def _within(within: npt.ArrayLike, cross: Floats, resamples: Resamples) -> Floats:
    array = checked_cross(within, axes="Gqq")
    if array.shape != cross.shape[1:]:
        raise ValueError(
            f"within has shape {array.shape}, expected {cross.shape[1:]}: the replicates and "
            "ratings of cross, with time in place of the constant"
        )
    return totals(array, resamples)
