"""Adaptation: how fast what was experienced becomes what is expected, from repeated answers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kuski.stats.inputs import Floats, Integers
from kuski.stats.occasions import Occasions
from kuski.stats.resample import Interval, Resamples, interval, totals
from kuski.stats.slopes import slopes

SPEEDS: Floats = np.round(np.linspace(0.025, 1.0, 40), 3)
MIDDLE_SPEED = 0.5

# Where things stand among what the score is regressed on.
_EXPECTED, _NOW, _NEXT = 0, 3, 4


@dataclass(frozen=True, slots=True)
class Adaptation:
    """How the score hangs on what the same customer experienced before.

    Estimates are NaN where they are not defined.

    Attributes
    ----------
    n : int
        Answers with a score that the same customer's next one follows.
    customers : int
        Those with at least two answers in a row.
    contrast : float
        The pull if expectations went half of the way after each answer. It decides whether there
        is any: at the speed that fits best some pull is always found.
    contrast_interval : Interval or None
    pull : float
        What an expectation one point higher takes off the score, as a share of what an experience
        one point better adds to it: 0 no contrast; 1 only the surprise counts; below 0 what was
        good before lifts the next score too.
    pull_interval : Interval or None
    speed : float
        λ, above 0 and at most 1: which share of a surprise is expected next time.
    speed_interval : Interval or None
    speed_uncorrected : float
        λ if what is experienced next had nothing to do with this score.
    feedback : float
        How this score goes with the experience that comes after it, as a share of how it goes with
        its own: 0 where scores, and what moves them, leave the next experience alone.
    feedback_interval : Interval or None
    """

    n: int
    customers: int
    contrast: float
    contrast_interval: Interval | None
    pull: float
    pull_interval: Interval | None
    speed: float
    speed_interval: Interval | None
    speed_uncorrected: float
    feedback: float
    feedback_interval: Interval | None


def adaptation(given: Occasions, resamples: Resamples) -> Adaptation:
    """Estimate how fast expectations follow experience, and how hard they pull.

    Parameters
    ----------
    given : Occasions
    resamples : Resamples
        Of the replicates of `given`.

    Returns
    -------
    Adaptation

    Notes
    -----
    The score of customer i at answer t, with expectations that go a share λ of the way to each
    experience::

        score_it = a_i + theta·(x_it − pull·e_it) + trend·time_it + noise_it
        e_i,t+1  = e_it + λ·(x_it − e_it)

    x is what the drivers add up to: the ratings times their slopes within customers. The slopes
    used in a replicate come from all the others, so that they owe nothing to its noise. e_i1 is
    unknown, and may hang on what the customer usually experiences: c + k·x̄_i + noise. So the score
    is regressed, within each customer's runs of answers, on

        x_it                                  what is experienced now
        λ·Σ_k (1 − λ)^k·x_i,t−1−k             the part of e that was seen
        (1 − λ)^t and (1 − λ)^t·x̄_i           the part that was not
        x_i,t+1                               what is experienced next
        time

    and λ is where the squared residuals are least. The pull is the ratio of the second slope to the
    first, turned round; it does not hang on the unit of x.

    *Short panels.* No earlier score is among the predictors, so the bias of Nickell (1981) does not
    arise. Another one would: where a bad score is followed by better service, this score's noise
    stands in the next experience, and taking off a customer's mean carries it into all others. The
    next experience among the predictors takes that noise up; it is the test of strict exogeneity of
    Wooldridge (2010, 10.7.1) put to use. In simulated panels of two to eight answers (mean 3.9)
    with λ = 0.30, feedback of a tenth moved λ to 0.03 without it and to 0.29 with it. Koyck's
    transformation with the instruments of Anderson & Hsiao (1982) has no such remedy, since the
    noise of the score before is in its error. Taking x̄_i in follows Mundlak (1978): without it, λ
    came out at 0.48 to 0.55 where expectations at the start followed usual experience.

    *Assumes* that noise reaches no farther than the next experience. A lasting mood that colours
    ratings and scores alike makes λ too small. A mood of the moment raises theta, and so lowers the
    pull, but leaves λ alone.

    References
    ----------
    Helson 1964, *Adaptation-level theory*. Koyck 1954, *Distributed lags and investment analysis*.
    Anderson & Hsiao 1982, *Formulation and estimation of dynamic models using panel data*, Journal
    of Econometrics 18(1). Mundlak 1978, *On the pooling of time series and cross section data*,
    Econometrica 46(1). Nickell 1981, *Biases in dynamic models with fixed effects*, Econometrica
    49(6). Wooldridge 2010, *Econometric analysis of cross section and panel data*.
    """
    size = resamples.counts.shape[1]
    experience = _experience(given, size)
    followed = _followed(given)
    found = slopes(totals(_sums(followed, experience, size), resamples))
    speed, nearest = _least(found.unexplained)
    at_best = np.take_along_axis(found.slopes, nearest[:, None, None], axis=1)[:, 0]
    middle = int(np.argmin(np.abs(SPEEDS - MIDDLE_SPEED)))
    pull, contrast = _pull(at_best), _pull(found.slopes[:, middle])
    feedback = _over(at_best[:, _NEXT], at_best[:, _NOW])
    return Adaptation(
        n=followed.n,
        customers=given.customers,
        contrast=float(contrast[0]),
        contrast_interval=interval(contrast, resamples),
        pull=float(pull[0]),
        pull_interval=interval(pull, resamples),
        speed=float(speed[0]),
        speed_interval=interval(speed, resamples),
        speed_uncorrected=_uncorrected(given, experience, size),
        feedback=float(feedback[0]),
        feedback_interval=interval(feedback, resamples),
    )


def within_cross(given: Occasions, replicates: int) -> Floats:
    """Sum w·z·z' by replicate, z = (time, ratings, score), each less the mean of its run.

    Returns
    -------
    ndarray, shape (replicates, p + 2, p + 2)
    """
    columns = np.column_stack([given.time, given.ratings, given.score])
    return given.by_replicate(given.within(columns), replicates)


def half_life(speed: float) -> float:
    """Tell after how many answers half of a surprise is expected: ln ½ / ln(1 − λ), 0 at λ = 1."""
    return float(np.log(0.5) / np.log(1 - speed)) if speed < 1 else 0.0


def _experience(given: Occasions, replicates: int) -> Floats:
    """Add the ratings up by their slopes within customers, as the other replicates have them."""
    cross = within_cross(given, replicates)
    others = slopes(cross.sum(axis=0) - cross).slopes[:, 1:]
    return np.asarray(np.einsum("mp,mp->m", given.ratings, others[given.replicate]))


def _followed(given: Occasions) -> Occasions:
    """Leave out the last answer of each run, after which nothing is known."""
    is_last = np.append(given.position[1:] == 0, True)
    return replace(given, weight=np.where(is_last, 0.0, given.weight))


def _sums(given: Occasions, experience: Floats, replicates: int) -> Floats:
    """Sum the products of what the score is regressed on, shape (replicates, speeds, q, q)."""
    after = np.append(experience[1:], 0.0)
    usual = given.means(experience, np.ones(len(experience)))
    steady = given.within(np.column_stack([experience, after, given.time, given.score]))
    turns = _turns(given)
    found = []
    for speed in SPEEDS:
        unseen = (1 - speed) ** given.position
        seen = _seen(experience, turns, speed)
        moving = given.within(np.column_stack([seen, unseen, unseen * usual]))
        found.append(given.by_replicate(np.hstack([moving, steady]), replicates))
    return np.stack(found, axis=1)


def _turns(given: Occasions) -> tuple[Integers, ...]:
    """List the second answers of all runs, then the third ones, and so on."""
    order = np.argsort(given.position, kind="stable")
    edges = np.searchsorted(given.position[order], np.arange(1, given.position.max() + 1))
    return tuple(np.split(order, edges)[1:])


def _seen(experience: Floats, turns: Sequence[Integers], speed: float) -> Floats:
    """Sum up what was experienced before each answer of a run, as far as it is remembered."""
    found = np.zeros(len(experience))
    for at in turns:
        found[at] = (1 - speed) * found[at - 1] + speed * experience[at - 1]
    return found


def _uncorrected(given: Occasions, experience: Floats, replicates: int) -> float:
    whole = _sums(given, experience, replicates).sum(axis=0)
    kept = np.delete(np.arange(whole.shape[-1]), _NEXT)
    left = slopes(whole[:, kept[:, None], kept]).unexplained
    return float(_least(left[None])[0][0])


def _least(unexplained: Floats) -> tuple[Floats, Integers]:
    """Find the speed where least is left unexplained, by a parabola through three of the grid."""
    nearest = unexplained.argmin(axis=1)
    middle = np.clip(nearest, 1, len(SPEEDS) - 2)
    below, here, above = (
        np.take_along_axis(unexplained, (middle + step)[:, None], axis=1)[:, 0]
        for step in (-1, 0, 1)
    )
    bend = below - 2 * here + above
    is_inside = (bend > 0) & (nearest == middle)
    beside = np.where(is_inside, 0.5 * (below - above) / np.where(is_inside, bend, 1.0), 0.0)
    return SPEEDS[nearest] + beside * (SPEEDS[1] - SPEEDS[0]), nearest


def _pull(found: Floats) -> Floats:
    return -_over(found[:, _EXPECTED], found[:, _NOW])


def _over(part: Floats, whole: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(part / whole)
