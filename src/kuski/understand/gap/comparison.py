"""Comparison: what is stated beside what goes with the score and with behaviour, by factor."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

from kuski.moments import Moments
from kuski.roles import Factor, Roles
from kuski.stats.least_squares import standardised
from kuski.stats.resample import Resamples, intervals
from kuski.understand.factor import FactorImportance, factor_importance
from kuski.understand.gap.standing import Standing, held_replicates, standings
from kuski.understand.gap.stated import Stated, StatedForm

# How often ratings that explain nothing would explain as much, above which importance is refused.
MOST_CHANCE = 0.05
LEAST_ANSWERS = 20
LEAST_PER_COLUMN = 5
ROUNDING = 1e-9

Floats = npt.NDArray[np.float64]
Outcome = Literal["left", "worth"]


@dataclass(frozen=True, slots=True)
class FactorNumbers:
    """One factor: its share of what is said, of the score and of behaviour, 0 to 1, with ranks.

    Attributes
    ----------
    factor : str
        As the study file names it.
    stated : float
        Share of what is stated of the compared factors, 0 to 1.
    derived, behaviour : float or None
        Share of what they explain of the score, and of behaviour, 0 to 1; None where it is refused
        or not known.
    stated_rank, derived_rank, behaviour_rank : int or None
        The largest share first; equal shares have the best of their ranks.
    gap : float or None
        `behaviour` − `stated`; below zero where more is said than done. None without behaviour.
    derived_gap : float or None
        `derived` − `stated`.
    """

    factor: str
    stated: float
    stated_low: float | None
    stated_high: float | None
    stated_rank: int
    stated_rank_low: int | None
    stated_rank_high: int | None
    derived: float | None
    derived_low: float | None
    derived_high: float | None
    derived_rank: int | None
    derived_rank_low: int | None
    derived_rank_high: int | None
    behaviour: float | None
    behaviour_low: float | None
    behaviour_high: float | None
    behaviour_rank: int | None
    behaviour_rank_low: int | None
    behaviour_rank_high: int | None
    gap: float | None
    gap_low: float | None
    gap_high: float | None
    derived_gap: float | None
    derived_gap_low: float | None
    derived_gap_high: float | None


@dataclass(frozen=True, slots=True)
class StatedNumbers:
    """One factor as stated in one form.

    Attributes
    ----------
    factor : str
        As the study file names it.
    value : float
        As asked: mean rating, points or rank; how many told it; times best less times worst over
        times shown.
    share : float
        Among the factors asked in this form, 0 to 1.
    rank : int
        The largest share first.
    """

    factor: str
    value: float
    share: float
    share_low: float | None
    share_high: float | None
    rank: int
    rank_low: int | None
    rank_high: int | None


@dataclass(frozen=True, slots=True)
class FormNumbers:
    """Importance as stated in one form, on its own sample.

    Attributes
    ----------
    form : {"ratings", "points", "ranks", "maxdiff", "reasons"}
        How it was asked.
    n : int
        Answers; customers who told one of the reasons; or choices of best and worst.
    factors : tuple of StatedNumbers
        Those asked in this form that are rated too.
    """

    form: StatedForm
    n: int
    factors: tuple[StatedNumbers, ...]


@dataclass(frozen=True, slots=True)
class GapNumbers:
    """The numbers of `understand.gap`.

    Attributes
    ----------
    factors : tuple of FactorNumbers
        Those that are both stated and rated, in the order of the study file.
    stated_form : str or None
        Where `stated` comes from: "ratings", "points", "ranks", "maxdiff" or "reasons".
    forms : tuple of FormNumbers
        Every form in which at least two factors were asked, that of `stated` first.
    behaviour_outcome : {"left", "worth"} or None
        What `behaviour` is about; None where the study knows neither.
    stated_n, derived_n, behaviour_n : int
        Answers behind each: customers where reasons were told, choices where best and worst were.
    derived_r2, behaviour_r2 : float or None
        Share of the outcome that all drivers explain, 0 to 1.
    derived_noise, behaviour_noise : float or None
        Part of it that is noise: how much larger it is in resamples, over itself.
    derived_chance, behaviour_chance : float or None
        How often drivers that explain nothing would explain as much; refused above 0.05.
    correlation : float or None
        Mean correlation of the drivers.
    """

    factors: tuple[FactorNumbers, ...]
    stated_form: StatedForm | None
    forms: tuple[FormNumbers, ...]
    behaviour_outcome: Outcome | None
    stated_n: int
    derived_n: int
    behaviour_n: int
    derived_r2: float | None
    behaviour_r2: float | None
    derived_noise: float | None
    behaviour_noise: float | None
    derived_chance: float | None
    behaviour_chance: float | None
    correlation: float | None


EMPTY = GapNumbers((), None, (), None, 0, 0, 0, None, None, None, None, None, None, None)


@dataclass(frozen=True, slots=True)
class Importance:
    """Importance of the compared factors for one outcome.

    Attributes
    ----------
    shares : ndarray, shape (R, F), or None
        Each row adds to 1; None where it is refused.
    n, held : int
        Answers, and replicates that hold them.
    r2, noise, chance : float or None
        As in `GapNumbers`; None with too few answers.
    """

    shares: Floats | None
    n: int
    held: int
    r2: float | None
    noise: float | None
    chance: float | None


def importance(
    roles: Roles, factors: Sequence[Factor], moments: Moments, drawn: Resamples
) -> Importance:
    """Find the importance of some factors for the outcome that the moments hold last.

    It is refused with fewer than `LEAST_PER_COLUMN` answers per column, and where p columns that
    explain nothing would explain as much in more than `MOST_CHANCE` of studies: R² is as much
    larger in resamples than in the sample as it is larger there than in truth, by b; without any
    truth p·R²/b is χ² with p degrees of freedom. What of R² is noise falls to the factors by how
    many drivers they have.
    """
    held, columns = held_replicates(moments), len(moments.origin) - 1
    if moments.n < max(LEAST_ANSWERS, LEAST_PER_COLUMN * columns):
        return Importance(None, moments.n, held, None, None, None)
    found = factor_importance(roles, moments, drawn)
    r2 = float(found.r2[0])
    if not r2 > 0:
        return Importance(None, moments.n, held, 0.0, 1.0, 1.0)
    noise = max(float(np.nanmean(found.r2[1 + drawn.replicates :])) / r2 - 1, ROUNDING)
    chance = float(chdtrc(columns, columns / noise))
    shares = None if chance > MOST_CHANCE else _among(found, factors)
    return Importance(shares, moments.n, held, r2, noise, chance)


def _among(found: FactorImportance, factors: Sequence[Factor]) -> Floats | None:
    own = found.shares[:, [found.names.index(factor.name) for factor in factors]]
    total = own.sum(axis=1, keepdims=True)
    if not total[0, 0] > 0:
        return None
    with np.errstate(invalid="ignore", divide="ignore"):
        shares: Floats = own / total
    return shares


def factor_numbers(
    factors: Sequence[Factor],
    stated: Floats,
    *,
    held: int,
    derived: Importance,
    behaviour: Importance | None,
    drawn: Resamples,
) -> tuple[FactorNumbers, ...]:
    """Lay the three importances of each factor beside each other.

    Parameters
    ----------
    factors : sequence of F Factor
    stated : ndarray, shape (R, F)
    held : int
        Replicates that hold stated importance.
    derived, behaviour : Importance
    drawn : Resamples
        Of the replicates of all three together.
    """
    said = standings(stated, drawn, held=held)
    score = _standings(derived, drawn)
    done = _standings(behaviour, drawn)
    gaps = _gaps(stated, behaviour, held, drawn)
    score_gaps = _gaps(stated, derived, held, drawn)
    return tuple(
        FactorNumbers(
            factor.name,
            *said[i].figures,
            *_figures(score, i),
            *_figures(done, i),
            *gaps[i],
            *score_gaps[i],
        )
        for i, factor in enumerate(factors)
    )


def form_numbers(
    factors: Sequence[Factor], stated: Stated, drawn: Resamples, *, held: int
) -> FormNumbers:
    """Lay importance out as it was stated in one form.

    Parameters
    ----------
    factors : sequence of F Factor
    stated : Stated
    drawn : Resamples
    held : int
        Replicates that hold rows of it.
    """
    found = standings(stated.shares, drawn, held=held)
    return FormNumbers(
        stated.form,
        stated.n,
        tuple(
            StatedNumbers(factor.name, float(value), *standing.figures)
            for factor, value, standing in zip(factors, stated.values, found, strict=True)
        ),
    )


def mean_correlation(moments: Moments) -> float | None:
    """Average the correlations between the columns before the last; None with fewer than two."""
    common = standardised(moments.cross.sum(axis=(0, 1))).cross[1:-1, 1:-1]
    varies = np.flatnonzero(np.diag(common) > 0)
    pairs = common[np.ix_(varies, varies)][np.triu_indices(len(varies), 1)]
    return float(pairs.mean()) if pairs.size else None


def _figures(
    found: tuple[Standing, ...] | None, place: int
) -> tuple[float | None, float | None, float | None, int | None, int | None, int | None]:
    return (None, None, None, None, None, None) if found is None else found[place].figures


def _standings(found: Importance | None, drawn: Resamples) -> tuple[Standing, ...] | None:
    if found is None or found.shares is None:
        return None
    return standings(found.shares, drawn, held=found.held)


def _gaps(
    stated: Floats, found: Importance | None, held: int, drawn: Resamples
) -> list[tuple[float | None, float | None, float | None]]:
    """Subtract on the same resamples, since both rest on the same customers."""
    if found is None or found.shares is None:
        return [(None, None, None)] * stated.shape[1]
    gap = found.shares - stated
    ends = intervals(gap, drawn, held=np.full(gap.shape[1], min(held, found.held)))
    return [
        (float(value), *((None, None) if end is None else (end.low, end.high)))
        for value, end in zip(gap[0], ends, strict=True)
    ]
