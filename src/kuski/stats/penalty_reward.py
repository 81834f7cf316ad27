"""Penalty-reward contrasts: what low and high ratings of a driver go with, and which outweighs.

Of every driver a low and a high dummy stand in one regression of the score, the ratings between as
the reference. Where a rating starts to be low or high is a choice, so that everything is computed
for several *cuts* at once, from the same moments.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from kuski.stats.inputs import ROUNDING, Booleans, Floats, Integers, checked_cross, checked_rows
from kuski.stats.least_squares import independent_columns, standardised
from kuski.stats.resample import Interval, Resamples, ratio_interval

FactorClass = Literal["basic", "performance", "excitement", "none"]
CLASSES: tuple[FactorClass, ...] = ("basic", "performance", "excitement", "none")
UNDEFINED = -1
CLASS_CUT = 1 / 3

# Coefficients beyond so many spreads of the outcome come from dummies that determine each other.
_BEYOND = 1e6
# A dummy's share in another one that is more than rounding.
_ENTANGLED = 1e-6
_AT_ONCE = 128


@dataclass(frozen=True, slots=True)
class Contrasts:
    """What low and high ratings go with, beside the ratings between, on every resample.

    Attributes
    ----------
    penalty : ndarray, shape (R, C, m)
        Score of those who rate the driver low less that of those who rate it between, the other
        drivers' dummies held alike; unit of the score. Negative where bad ratings go with bad
        scores. NaN where it is not known.
    reward : ndarray, shape (R, C, m)
        The same of those who rate it high.
    """

    penalty: Floats
    reward: Floats

    @property
    def reach(self) -> Floats:
        """Reward less penalty: from the low to the high ratings, unit of the score."""
        return self.reward - self.penalty

    def pooled(self, members: Booleans) -> "Contrasts":
        """Sum over the drivers of each pool.

        Parameters
        ----------
        members : ndarray of bool, shape (g, m)

        Returns
        -------
        Contrasts, shapes (R, C, g)
            Of what is known; NaN where nothing of a pool is.
        """
        known = np.isfinite(self.reach)
        some = (known[:, :, None] & members).any(axis=-1)

        def summed(values: Floats) -> Floats:
            return np.where(some, np.where(known, values, 0.0) @ members.T, np.nan)

        return Contrasts(summed(self.penalty), summed(self.reward))

    def beside(self, driver: int) -> "Contrasts":
        """Take one driver's penalties and rewards off all drivers'."""
        base = [values[:, :, driver, None] for values in (self.penalty, self.reward)]
        return Contrasts(self.penalty - base[0], self.reward - base[1])


@dataclass(frozen=True, slots=True)
class RatingGroups:
    """Those who gave the ratings that a 0/1 column marks.

    Attributes
    ----------
    n : ndarray, shape (p,)
        Answers: their share of the weight times the number of rows.
    held : ndarray of int, shape (p,)
        Replicates that hold some.
    """

    n: Floats
    held: Integers


def rating_groups(
    cross: npt.ArrayLike, rows: npt.ArrayLike, *, origin: npt.ArrayLike
) -> RatingGroups:
    """Count the answers that each 0/1 column marks.

    Parameters
    ----------
    cross : array_like, shape (G, 1 + p, 1 + p)
        Sums of w·z·z' by replicate with z = (1, columns − origin).
    rows : array_like of int, shape (G,)
    origin : array_like, shape (p,)

    Returns
    -------
    RatingGroups
    """
    array = checked_cross(cross, axes="Gqq")
    counted = checked_rows(rows, array)
    weight = array[:, 0, 0]
    sums = array[:, 0, 1:] + weight[:, None] * np.asarray(origin, dtype=np.float64)
    # A change of origin leaves sums of nobody just beside zero.
    marked = sums > ROUNDING * weight.sum() / len(weight)
    share = np.where(marked, sums, 0.0).sum(axis=0) / weight.sum()
    return RatingGroups(share * counted.sum(), marked.sum(axis=0).astype(np.int64))


def contrasts(
    cross: npt.ArrayLike,
    resamples: Resamples,
    *,
    outcome: int,
    low: npt.ArrayLike,
    high: npt.ArrayLike,
    controls: Sequence[int] = (),
) -> Contrasts:
    """Regress the score on low and high dummies of all drivers, for several cuts.

    Parameters
    ----------
    cross : array_like, shape (G, q, q)
        Sums of w·z·z' by replicate, z = (1, columns).
    resamples : Resamples
    outcome : int
        Position of the score in z.
    low, high : array_like of int, shape (C, m)
        Positions in z of the drivers' dummies at each of C cuts; below 0 where there is none, so
        that those people stand with the reference and the contrast is NaN.
    controls : sequence of int
        Positions of what else is held alike.

    Returns
    -------
    Contrasts

    Raises
    ------
    ValueError
        Where arrays or positions do not fit.

    Notes
    -----
    score = a + Σ_d (penalty_d·low_d + reward_d·high_d) + error, by weighted least squares; those
    who rate every driver between are the intercept. A dummy that others determine gets no
    coefficient, nor do these others: their parts cannot be told apart.

    Assumes that drivers add up, and that among low, middling and high ratings it does not matter
    how low or high. What makes people rate everything higher (mood, attitude) colours all
    contrasts: they say what ratings go with, and not what they cause.

    References
    ----------
    Brandt 1987, *A procedure for identifying value-enhancing service components using customer
    satisfaction survey data*, in Surprenant (ed.), *Add Value to Your Service*, AMA.
    Matzler, Bailom, Hinterhuber, Renzl & Pichler 2004, *The asymmetric relationship between
    attribute-level performance and overall customer satisfaction*, Industrial Marketing
    Management 33(4).
    """
    array = checked_cross(cross, axes="Gqq")
    lows, highs = _checked_dummies(low, high, array.shape[-1])
    held_alike = np.asarray(list(controls), dtype=np.int64)
    whole = standardised(array).cross.sum(axis=0)
    told = [
        _told(whole, np.concatenate([lows[cut], highs[cut], held_alike]))
        for cut in range(len(lows))
    ]
    spread = np.sqrt(_centred(array.sum(axis=0)[None])[0, outcome, outcome] / array[:, 0, 0].sum())
    found = np.full((len(resamples.counts), *lows.shape, 2), np.nan)
    flat = array.reshape(len(array), -1)
    for start in range(0, len(found), _AT_ONCE):
        counts = resamples.counts[start : start + _AT_ONCE]
        centred = _centred((counts @ flat).reshape(-1, *array.shape[1:]))
        for cut, (columns, is_told) in enumerate(told):
            slopes = _slopes(centred, columns, outcome)
            slopes[np.abs(slopes) > _BEYOND * spread] = np.nan
            slopes[:, ~is_told] = np.nan
            here = found[start : start + _AT_ONCE, cut]
            for i, dummies in enumerate((lows[cut], highs[cut])):
                place, driver = np.nonzero(columns[:, None] == dummies)
                here[:, driver, i] = slopes[:, place]
    return Contrasts(found[..., 0], found[..., 1])


def asymmetry(penalty: npt.ArrayLike, reward: npt.ArrayLike) -> Floats:
    """Say which outweighs, penalty or reward.

    Parameters
    ----------
    penalty, reward : array_like, one shape
        As in `Contrasts`.

    Returns
    -------
    ndarray
        −1: it only punishes; 0: as much as it rewards; 1: it only rewards. NaN where high ratings
        go with no better score than low ones.

    Notes
    -----
    IA = (r − |p|)/(r + |p|), where |p| is −p: a penalty or a reward of the wrong sign counts
    against its own side and is not turned round. IA then lies beyond ±1, and is told as ±1. The
    denominator is the whole reach from low to high ratings; where that is not above zero there is
    nothing to divide.

    References
    ----------
    Mikulić & Prebežac 2008, *Prioritizing improvement of service attributes using impact
    range-performance analysis and impact-asymmetry analysis*, Managing Service Quality 18(6),
    the index of impact-asymmetry.
    """
    down, up = (np.asarray(part, dtype=np.float64) for part in (penalty, reward))
    reach = up - down
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.where(reach > 0, (up + down) / reach, np.nan)
    return np.asarray(np.clip(found, -1.0, 1.0))


def asymmetry_interval(
    penalty: npt.ArrayLike, reward: npt.ArrayLike, resamples: Resamples, *, held: int | None = None
) -> Interval | None:
    """Find an interval for the asymmetry; None where reward less penalty may be zero or below.

    Parameters
    ----------
    penalty, reward : array_like, shape (R,)
    resamples : Resamples
    held : int or None
        As for `resample.interval`.

    Returns
    -------
    Interval or None
        Within −1 to 1.

    Notes
    -----
    Fieller's interval of (r + p)/(r − p), cut off at ±1; see `resample.ratio_interval`.
    """
    down, up = (np.asarray(part, dtype=np.float64) for part in (penalty, reward))
    found = ratio_interval(up + down, up - down, resamples, held=held)
    if found is None:
        return None
    return Interval(float(np.clip(found.low, -1, 1)), float(np.clip(found.high, -1, 1)))


def classes(
    penalty: npt.ArrayLike, reward: npt.ArrayLike, *, class_cut: float = CLASS_CUT
) -> npt.NDArray[np.int8]:
    """Put each pair of contrasts into its class.

    Parameters
    ----------
    penalty, reward : array_like, one shape
    class_cut : float
        Asymmetry beyond which a driver is basic or excitement; above 0, below 1.

    Returns
    -------
    ndarray of int8
        Places in `CLASSES`; `UNDEFINED` where a contrast is not known. With a third, the one side
        is more than twice the other. It is none where high ratings go with no better score than
        low ones.

    References
    ----------
    Kano, Seraku, Takahashi & Tsuji 1984, *Attractive quality and must-be quality*, Journal of the
    Japanese Society for Quality Control 14(2).
    """
    if not 0 < class_cut < 1:
        raise ValueError(
            f"class_cut == {class_cut:g}, expected above 0 and below 1; a third is usual"
        )
    down, up = (np.asarray(part, dtype=np.float64) for part in (penalty, reward))
    index = asymmetry(down, up)
    with np.errstate(invalid="ignore"):
        found = np.select(
            [~np.isfinite(up - down), np.isnan(index), index < -class_cut, index > class_cut],
            [UNDEFINED, CLASSES.index("none"), CLASSES.index("basic"), CLASSES.index("excitement")],
            CLASSES.index("performance"),
        )
    return found.astype(np.int8)


@dataclass(frozen=True, slots=True)
class ClassChances:
    """How probable each class is, over resamples and over cuts.

    Attributes
    ----------
    shares : ndarray, shape (m, 4)
        Over resamples and cuts together, every cut alike, in the order of `CLASSES`; NaN where
        nothing is known.
    by_cut : ndarray, shape (C, m, 4)
        Over the resamples at each cut.
    stays : ndarray, shape (m,)
        Share of the probability that stays in its class when the main cut is changed for another
        one; NaN where there is no other.
    """

    shares: Floats
    by_cut: Floats
    stays: Floats


def class_chances(found: npt.NDArray[np.int8], resamples: Resamples, *, main: int) -> ClassChances:
    """Count how often each class comes up.

    Parameters
    ----------
    found : ndarray of int8, shape (R, C, m)
        From `classes`.
    resamples : Resamples
    main : int
        The main cut, 0 to C − 1.

    Returns
    -------
    ClassChances

    Notes
    -----
    The share of resamples in a class is its probability if, before the data, all penalties and
    rewards were about as likely; the average over the cuts takes each of them for as good as the
    others.

    References
    ----------
    Efron & Tibshirani 1998, *The problem of regions*, Annals of Statistics 26(5), on the bootstrap
    probability of a region as a posterior one.
    """
    draws = found[1 + resamples.replicates :]
    known = draws != UNDEFINED
    each = np.stack([draws == place for place in range(len(CLASSES))], axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        by_cut = each.sum(axis=0) / known.sum(axis=0)[..., None]
        others = np.arange(draws.shape[1]) != main
        both = known[:, others] & known[:, [main]]
        same = both & (draws[:, others] == draws[:, [main]])
        stays = same.sum(axis=(0, 1)) / both.sum(axis=(0, 1))
        is_told = np.isfinite(by_cut)
        shares = np.where(is_told, by_cut, 0.0).sum(axis=0) / is_told.sum(axis=0)
    return ClassChances(shares, by_cut, stays)


def _checked_dummies(
    low: npt.ArrayLike, high: npt.ArrayLike, size: int
) -> tuple[Integers, Integers]:
    lows, highs = (np.asarray(part, dtype=np.int64) for part in (low, high))
    if lows.ndim != 2 or lows.shape != highs.shape or not lows.size:
        raise ValueError(
            f"low has shape {lows.shape} and high {highs.shape}, expected (cuts, drivers) of both, "
            "with nothing empty"
        )
    for row in np.concatenate([lows, highs], axis=1):
        given = row[row >= 0]
        if (given == 0).any() or (given >= size).any() or len(set(given)) < len(given):
            raise ValueError(
                f"low and high hold the positions {given.tolist()}, expected different ones from "
                f"1 to {size - 1}; below 0 leaves a dummy out"
            )
    return lows, highs


def _told(whole: Floats, asked: Integers) -> tuple[Integers, Booleans]:
    """List the columns to regress on, and which of them the left-out ones are not made of."""
    asked = asked[asked >= 0]
    is_free = independent_columns(whole[np.ix_(asked, asked)])
    kept, dropped = asked[is_free], asked[~is_free]
    made_of = np.linalg.solve(whole[np.ix_(kept, kept)], whole[np.ix_(kept, dropped)])
    return kept, np.asarray((np.abs(made_of) <= _ENTANGLED).all(axis=1), dtype=np.bool_)


def _centred(sums: Floats) -> Floats:
    """Take the weighted means off cross-products, shape (..., q, q); NaN where nobody is left."""
    first = sums[..., 0]
    with np.errstate(invalid="ignore"):
        means = first / first[..., :1]
    found: Floats = sums - first[..., :, None] * means[..., None, :]
    return found


def _slopes(centred: Floats, columns: Integers, outcome: int) -> Floats:
    """Solve the normal equations of each resample; NaN where they have no solution."""
    if not columns.size:
        return np.empty((len(centred), 0))
    inner = centred[:, columns[:, None], columns]
    outer = centred[:, columns, outcome][..., None]
    try:
        return np.asarray(np.linalg.solve(inner, outer)[..., 0], dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.stack([_slopes_of_one(*both) for both in zip(inner, outer, strict=True)])


def _slopes_of_one(inner: Floats, outer: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.solve(inner, outer)[..., 0], dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.full(len(inner), np.nan)
