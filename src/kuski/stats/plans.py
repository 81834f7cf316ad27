"""Plans: lift the unhappy or the content, and what either would bring."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.stats.inputs import Floats, checked_finite


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is lifted, and to where.

    Attributes
    ----------
    movers : tuple of int
        Places of the levels whose customers are lifted.
    targets : tuple of int
        Places of the levels they are lifted to; worth and position are the plain means of theirs.
    """

    movers: tuple[int, ...]
    targets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plans:
    """The two plans of a scale.

    Attributes
    ----------
    eliminate : Plan
        Levels below the middle to the middle.
    elevate : Plan
        The middle and the levels above it to the top.
    """

    eliminate: Plan
    elevate: Plan


@dataclass(frozen=True, slots=True)
class Gain:
    """What a plan would bring, on each resample; shapes are those of `people` less the levels.

    Attributes
    ----------
    people : ndarray
        Movers, in the unit of `people` as given.
    steps : ndarray
        Σ people × (target position − position), in positions of the scale.
    gain : ndarray
        Σ people × (target worth − worth), in the unit of worth; NaN where people move to or from a
        level whose worth is unknown.
    """

    people: Floats
    steps: Floats
    gain: Floats

    @property
    def gain_per_person(self) -> Floats:
        """Gain over people moved."""
        return _quotient(self.gain, self.people)

    @property
    def steps_per_person(self) -> Floats:
        """Steps over people moved."""
        return _quotient(self.steps, self.people)

    @property
    def worth_per_step(self) -> Floats:
        """Gain over steps: the mean slope of worth on the way."""
        return _quotient(self.gain, self.steps)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Elevate over eliminate, on each resample.

    Attributes
    ----------
    eliminate, elevate : Gain
    ratio : ndarray
        Gain of elevate over gain of eliminate; NaN where the latter is zero.
    people, steps_per_person, worth_per_step : ndarray
        The three factors whose product is `ratio`. `worth_per_step` is also the break-even cost:
        how many times dearer a step up there may be than a step up here before elevate stops
        winning.
    """

    eliminate: Gain
    elevate: Gain
    ratio: Floats
    people: Floats
    steps_per_person: Floats
    worth_per_step: Floats


def plans(positions: npt.ArrayLike, *, middle: float, top: Sequence[float]) -> Plans:
    """Set up both plans on a scale.

    Parameters
    ----------
    positions : array_like, shape (K,)
        Positions of the levels, ascending.
    middle : float
        Position to which eliminate lifts; one of `positions`, neither the first nor in `top`.
    top : sequence of float
        Positions to which elevate lifts, all above the middle.

    Returns
    -------
    Plans

    Raises
    ------
    ValueError
        Where positions do not ascend, or middle and top are not among them in this order.

    Examples
    --------
    >>> plans([1, 2, 3, 4, 5], middle=3, top=[5]).elevate
    Plan(movers=(2, 3), targets=(4,))
    """
    steps = checked_finite(positions, "positions")
    if steps.ndim != 1 or (np.diff(steps) <= 0).any():
        raise ValueError(
            f"positions == {steps.tolist()}, expected one axis, ascending; sort the levels"
        )
    highest = checked_finite(top, "top")
    fits = highest.size and np.isin(highest, steps).all() and middle in steps[1:]
    if not fits or middle >= highest.min():
        raise ValueError(
            f"middle == {middle:g} and top == {list(top)}, expected levels among {steps.tolist()} "
            "with one below the middle and the top above it"
        )
    (centre,) = np.flatnonzero(steps == middle)
    peaks = np.flatnonzero(np.isin(steps, highest))
    return Plans(
        eliminate=Plan(tuple(range(centre)), (int(centre),)),
        elevate=Plan(tuple(range(centre, peaks[0])), tuple(int(peak) for peak in peaks)),
    )


def gain(
    people: npt.ArrayLike, worth: npt.ArrayLike, *, positions: npt.ArrayLike, plan: Plan
) -> Gain:
    """Say what a plan would bring.

    Parameters
    ----------
    people : array_like, shape (..., K)
        Customers by level: heads, shares or hundreds, >= 0.
    worth : array_like, shape (..., K)
        Worth of a customer by level; NaN where unknown.
    positions : array_like, shape (K,)
    plan : Plan

    Returns
    -------
    Gain

    Raises
    ------
    ValueError
        Where shapes do not fit, a count is negative or not finite.

    Notes
    -----
    Gain = Σ n_k (v_to − v_k). A level without people contributes nothing, even where its worth is
    unknown. Assumes that who is lifted becomes worth what those are worth who are there already.
    """
    heads = checked_finite(people, "people")
    values = np.asarray(worth, dtype=np.float64)
    steps = checked_finite(positions, "positions")
    if heads.shape != values.shape or heads.shape[-1:] != steps.shape:
        raise ValueError(
            f"people {heads.shape}, worth {values.shape} and positions {steps.shape}, expected the "
            "first two alike and the last as long as their last axis"
        )
    if (heads < 0).any():
        raise ValueError(
            f"people goes down to {heads.min():g}, expected >= 0; is a weight negative?"
        )
    movers, targets = list(plan.movers), list(plan.targets)
    moved = heads[..., movers]
    up = values[..., targets].mean(axis=-1, keepdims=True) - values[..., movers]
    return Gain(
        people=moved.sum(axis=-1),
        steps=(moved * (steps[targets].mean() - steps[movers])).sum(axis=-1),
        gain=np.where(moved > 0, moved * up, 0.0).sum(axis=-1),
    )


def comparison(eliminate: Gain, elevate: Gain) -> Comparison:
    """Set one plan against the other, split into people, steps per person and worth per step.

    Parameters
    ----------
    eliminate, elevate : Gain
        On the same resamples.

    Returns
    -------
    Comparison

    Notes
    -----
    The interval of `ratio` is `resample.ratio_interval` of the two gains, and that of
    `worth_per_step` the one of the two gains per step; both are refused where eliminate's interval
    reaches zero or below, for then the ratio may be anything.
    """
    return Comparison(
        eliminate=eliminate,
        elevate=elevate,
        ratio=_quotient(elevate.gain, eliminate.gain),
        people=_quotient(elevate.people, eliminate.people),
        steps_per_person=_quotient(elevate.steps_per_person, eliminate.steps_per_person),
        worth_per_step=_quotient(elevate.worth_per_step, eliminate.worth_per_step),
    )


def held_replicates(rows: npt.ArrayLike, plan: Plan) -> int:
    """Count the replicates that carry a plan's gain: those of its movers or of its targets.

    Parameters
    ----------
    rows : array_like of int, shape (K, G)
        Rows by level and replicate.
    plan : Plan

    Returns
    -------
    int
        The lesser of the two counts; `held` for `resample.interval`.
    """
    has = np.asarray(rows) > 0
    return int(min(has[list(part)].any(axis=0).sum() for part in (plan.movers, plan.targets)))


def _quotient(over: Floats, under: Floats) -> Floats:
    found: Floats = np.divide(
        over, under, out=np.full(np.shape(over), np.nan), where=np.asarray(under) != 0
    )
    return found
