"""Lifts: what each action is to be believed to bring, once the belief has been shrunk."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from kuski.choose.action import Action, Belief, LiftSource
from kuski.stats.shrinkage import Posterior, shrunk

Floats = npt.NDArray[np.float64]
_WIDTH = 3.92  # of a 95 % interval, in standard deviations


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How far beliefs are shrunk, in points of a scale from 1 to 7.

    Attributes
    ----------
    usual : float
        Standard deviation of what actions bring. Few programmes move an average by half a point of
        seven; four tenths leaves room for the few that do.
    bias : dict
        Standard deviation of the error that no interval tells of. Of an experiment: none. Of
        figures of the past: a quarter of a point, which is what regression to the mean and choosing
        whom to serve make of nothing. Of a guess: half a point, more than what actions usually
        bring, so that a guess alone never makes a sure plan.
    steps : float
        Steps of the scale that these are said for; other scales are taken in proportion.
    """

    usual: float = 0.4
    bias: dict[LiftSource, float] = field(
        default_factory=lambda: {"experiment": 0.0, "past": 0.25, "guess": 0.5}
    )
    steps: float = 6.0


THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True)
class Lifts:
    """What the actions bring to one customer, in points of the score and straight in worth.

    Attributes
    ----------
    points : ndarray, shape (R, A)
        Points of the score; row 0 is the mean. 0 where an action acts straight on worth only.
    worth : ndarray, shape (R, A)
        Units of worth that do not go through the score; 0 where an action acts through it.
    is_straight : ndarray of bool, shape (A,)
        Whether worth is told straight; then `points` moves the score, but not the worth.
    mean, sd : ndarray, shape (A,)
        Of `worth` where straight, of `points` elsewhere.
    kept : ndarray, shape (A,)
        Share of the belief that was left, 0 to 1.
    """

    points: Floats
    worth: Floats
    is_straight: npt.NDArray[np.bool_]
    mean: Floats
    sd: Floats
    kept: Floats


def lifts_of(
    actions: Sequence[Action],
    *,
    span: float,
    slope: float,
    draws: int,
    rng: np.random.Generator,
) -> Lifts:
    """Shrink what is believed of the actions, and draw it.

    Parameters
    ----------
    actions : sequence of Action
    span : float
        Steps from the lowest to the highest level of the scale.
    slope : float
        Worth of a step of the score, which turns the usual size of a lift into worth.
    draws : int
    rng : numpy.random.Generator
    """
    scale = span / THRESHOLDS.steps
    points = _posterior(actions, "lift", scale)
    worth = _posterior(actions, "worth", scale * abs(slope))
    is_straight = np.array([action.worth is not None for action in actions])
    by_points, by_worth = points.draws(draws, rng), worth.draws(draws, rng)
    return Lifts(
        points=by_points,
        worth=by_worth,
        is_straight=is_straight,
        mean=np.where(is_straight, worth.mean, points.mean),
        sd=np.where(is_straight, worth.sd, points.sd),
        kept=np.where(is_straight, worth.kept, points.kept),
    )


def _posterior(actions: Sequence[Action], role: Literal["lift", "worth"], unit: float) -> Posterior:
    """Shrink the beliefs of one kind; an action without one is believed to bring nothing of it."""
    unit = max(unit, np.finfo(float).tiny ** 0.5)
    beliefs = [action.lift if role == "lift" else action.worth for action in actions]
    found = shrunk(
        [0.0 if belief is None else belief.value for belief in beliefs],
        [0.0 if belief is None else spread(belief, unit) for belief in beliefs],
        prior_sd=THRESHOLDS.usual * unit,
        bias_sd=[
            0.0 if belief is None else THRESHOLDS.bias[action.source] * unit
            for action, belief in zip(actions, beliefs, strict=True)
        ],
    )
    told = np.array([belief is not None for belief in beliefs])
    return Posterior(np.where(told, found.mean, 0.0), np.where(told, found.sd, 0.0), found.kept)


def spread(belief: Belief, unit: float = 1.0) -> float:
    """Return the standard deviation that an interval tells of; the usual one where none is given.

    An interval with one end counts as if it were as wide on the other side.
    """
    low, high = belief.low, belief.high
    if low is not None and high is not None:
        return (high - low) / _WIDTH
    if low is not None:
        return 2 * (belief.value - low) / _WIDTH
    if high is not None:
        return 2 * (high - belief.value) / _WIDTH
    return THRESHOLDS.usual * unit
